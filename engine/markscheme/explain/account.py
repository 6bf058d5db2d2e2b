"""The explanation of one record as a tree of plain data. Knows no program, no trace and no page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "principle",  # where the rules were written, and what they were applied to
    "decided",  # what gave the value
    "undecided",  # what could not be decided, so that there is no value
    "read",  # a value that was read, or what came of counting
    "tried",  # holds what was tried before
    "not_met",  # tried before, and did not apply
    "limit",  # applied, and changed the value
    "because",  # the reason that the rule file gives for a rule, row, band, limit or measure
    "limit_not_met",  # asked, and did not apply
    "limit_not_asked",  # could not have changed the value
    "absent",  # what was not there, and how that was treated
    "source",  # where the rule is published
    "flag",  # a rule that is not `published` took part
]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: words, then the rule's own text where there is one, then what is inside."""

    kind: Kind
    text: str
    quote: str = ""
    inside: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One value: of a result, a measure or an input, for one combination of members.

    `places` are the members in words. `value` is for people, `exact` for machines (a level's identifier, an exact
    number; None where absent); `absent` is the reason's identifier. `brief` is the reason for the value in a few words
    and `lines` the whole of it. `matters` marks the answers that decided something further out, that a limit changed
    or that could not be decided: those whose lines are shown without being asked for.
    """

    members: tuple[str, ...]
    places: tuple[str, ...]
    value: str
    exact: str | None
    absent: str | None
    brief: str
    lines: tuple[Line, ...] = ()
    flags: tuple[Line, ...] = ()
    matters: bool = False

    @property
    def where(self) -> str:
        """`older people / safe`."""
        return " / ".join(self.places)


@dataclass(frozen=True, slots=True)
class Part:
    """All answers of one result, measure or input. `axes` and `over` are the sets it ranges over, and their titles."""

    role: Literal["result", "measure", "input"]
    name: str
    title: str
    axes: tuple[str, ...]
    over: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One record's results, outermost first, each followed by the measures it read; inputs come last."""

    id: str
    version: str
    title: str
    publisher: str | None
    status: str
    in_force: tuple[str | None, str | None]
    record: str | None
    parts: tuple[Part, ...]
