"""Condition, formula, cell and guarantee text to syntax trees with places. Knows the grammar, no names and no types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..diagnostics import Findings, Span
from ..document import Scalar
from .slips import repaired, slip_in, unexpected
from .table import grammar

MOST_CHARACTERS = 2_000
MOST_DEPTH = 60

Start = Literal["condition", "formula", "outcome", "cell", "guarantee", "values", "column"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of the language and the way from its characters to the file's."""

    text: str
    place: Callable[[int, int], Span]

    @classmethod
    def of(cls, scalar: Scalar) -> Phrase:
        return cls(scalar.text, scalar.within)

    def part(self, start: int, end: int) -> Phrase:
        """A piece of it, white space at its ends left out."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        place = self.place
        return Phrase(text, lambda a, b, at=start: place(at + a, at + b))  # type: ignore[misc]

    @property
    def span(self) -> Span:
        return self.place(0, len(self.text))


@dataclass(frozen=True, slots=True)
class Name:
    """`rating`, or with a member `rating for well_led`."""

    text: str
    span: Span
    member: Name | Digits | None = None


@dataclass(frozen=True, slots=True)
class Digits:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function of `ops.FUNCTIONS` on its arguments; `round` has a `step` and a `mode` besides."""

    op: str
    args: tuple[Formula, ...]
    span: Span
    step: Digits | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`of` is a formula as written; a principle that is applied puts what it is applied to in the place of `them`."""

    op: str
    of: Formula | Values
    weight: Formula | None
    where: tuple[Comparison, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class OfPeers:
    """A population-relative function."""

    op: str
    span: Span


@dataclass(frozen=True, slots=True)
class Nothing:
    """The outcome `absent`: there is no value."""

    span: Span


Formula = Name | Digits | Operation | Aggregation | OfPeers | Nothing


@dataclass(frozen=True, slots=True)
class Is:
    """A predicate: what is said of a value."""

    op: str
    args: tuple[Formula, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: Formula
    predicate: Is
    span: Span


@dataclass(frozen=True, slots=True)
class Values:
    """What a quantifier ranges over: one name, perhaps filtered, or a list of names."""

    names: tuple[Name, ...]
    where: tuple[Comparison, ...]
    listed: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Quantified:
    op: str
    count: Name | Digits | None
    over: Values
    predicate: Is
    span: Span


@dataclass(frozen=True, slots=True)
class Joined:
    op: Literal["and", "or"]
    parts: tuple[Condition, ...]
    span: Span


Condition = Comparison | Quantified | Joined


@dataclass(frozen=True, slots=True)
class Anything:
    """The cell `-`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Promise:
    """`result never worsens when input improve`, or `withholding input never raises result`."""

    kind: Literal["worsens", "withholding"]
    result: Name
    input: Name
    span: Span


Tree = Formula | Condition | Is | Anything | Promise | Values


def parse(start: Start, phrase: Phrase, findings: Findings) -> Any:
    """The tree of a text, of the kind that `start` names, or None where it is not well formed; `findings` say why."""
    if len(phrase.text) > MOST_CHARACTERS:
        findings.add(
            "MS307", f"a rule of {len(phrase.text)} characters is too long", phrase.span, "split it into measures"
        )
        return None
    if not phrase.text.strip():
        hint = "`-` stands for anything" if start == "cell" else None
        findings.add("MS301", "there is nothing here", phrase.span, hint)
        return None
    from lark.exceptions import UnexpectedInput

    from .planting import Planter, TooDeep

    def stumble(text: str) -> UnexpectedInput | None:
        try:
            grammar().parse(text, start=start)
        except UnexpectedInput as error:
            return error
        return None

    slip = slip_in(phrase.text, start)
    if slip:
        meant = repaired(phrase.text, start, stumble)
        keep = slip.hint and "`unit`" in slip.hint
        hint = slip.hint if meant is None else f"{meant}; {slip.hint}" if keep else meant
        findings.add("MS302", slip.message, phrase.place(slip.start, slip.end), hint)
        return None
    try:
        return Planter(phrase, MOST_DEPTH).plant(grammar().parse(phrase.text, start=start))
    except UnexpectedInput as error:
        wrong = unexpected(error, phrase.text, start, stumble)
        findings.add("MS301", wrong.message, phrase.place(wrong.start, wrong.end), wrong.hint)
    except TooDeep:
        findings.add(
            "MS307", f"more than {MOST_DEPTH} operations inside one another", phrase.span, "split it into measures"
        )
    return None
