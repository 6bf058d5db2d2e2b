"""What is asked of a methodology about all records, and the answers: plain data. Knows no way to find an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from ..diagnostics import Span
from ..ir import Program, Waiver
from ..trace import Key, Trace

Kind = Literal[
    "complete",  # rules, tables, grids and bands have an outcome for every value
    "unique",  # no two rows of a `unique` table hold at once
    "divides",  # no division by zero, but where the measure says what absence counts as
    "on_scale",  # a formula on a scale always gives one of its levels
    "reachable",  # a rule, row, band or limit decides some record
    "attainable",  # some record gets the level
    "monotone",  # the result is no worse when an input is better
    "never_worsens",  # the same, promised by the file
    "withholding",  # the result is no better when values of an input are absent
    "never",
    "always",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Ending = Literal["proved", "refuted", "not proved"]
Means = Literal["typing", "enumeration", "z3", "tests"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that must hold for every record.

    `subject` is the measure, result or principle it is about, which a waiver names; `input` the input that improves or
    is withheld; `level` the position of the level that must be attainable. `promised` marks the file's own guarantees;
    one that is neither promised nor required is only reported.
    """

    kind: Kind
    subject: str
    text: str  # a sentence with names in backticks, no full stop: "`overall` never worsens when `ratings` improves"
    span: Span  # the text of the rule file it is about
    input: str | None = None
    level: int | None = None
    promised: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One record, or two that differ in as little as possible, as the interpreter rated them.

    `key` is the value that shows it: of two traces it is worse in the second. `changed` are the inputs they differ in.
    """

    traces: tuple[Trace, ...]
    key: Key | None = None
    changed: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one obligation. `states` says how many states were walked or records tried; `limit` why a proof was
    not reached. `example` refutes it. `instead` are the lines that decide in place of one that is never reached."""

    obligation: Obligation
    ending: Ending
    by: Means
    states: int = 0
    limit: str = ""
    example: Counterexample | None = field(default=None, repr=False)
    instead: tuple[Span, ...] = ()
    waiver: Waiver | None = None

    @property
    def holds(self) -> bool:
        """Not refuted, or given up in writing, or only reported."""
        return self.ending != "refuted" or self.waiver is not None or not self.obligation.required


@dataclass(frozen=True, slots=True)
class Verified:
    """Every verdict on one program, in the order of the obligations. `idle` are waivers of what is proved."""

    program: Program = field(repr=False)
    verdicts: tuple[Verdict, ...]
    idle: tuple[Waiver, ...] = ()
