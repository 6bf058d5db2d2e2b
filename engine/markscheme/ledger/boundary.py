"""What the ledger holds: each boundary, the attainable values beside it and what each gives. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..diagnostics import Diagnostic, Span
from ..ir import Program, Value
from .cuts import Cut
from .rounding import Rounding

Place = Literal["below", "at", "above"]
Known = Literal["all", "some", "grid", "any"]
"""How the values beside a boundary are known: all, each by a record that gives it; or some that no record gives may be
among them; or the grid that they lie on; or nothing is known of them."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value beside a boundary. `compared` is what it is after rounding."""

    value: Value
    compared: Value
    gives: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The nearest attainable values for some members: None where there is none on that side. `figure` is what is
    compared with, None where that is not known before there are data; `text` says it."""

    text: str
    figure: Value | None
    below: Point | None
    at: Point | None
    above: Point | None
    known: Known
    members: tuple[tuple[Cut, tuple[str, ...]], ...]  # which of the boundary's cuts, and the members it is for


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """A threshold in the file. `cuts` are the same text in each measure and row where it stands."""

    cuts: tuple[Cut, ...]
    roundings: tuple[Rounding, ...]  # of the number that is compared: what is below, at and above is before them
    earlier: tuple[Rounding, ...]  # of numbers that it is made of
    beside: tuple[Beside, ...]

    @property
    def cut(self) -> Cut:
        """The first of them."""
        return self.cuts[0]

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cut.step.name for cut in self.cuts))

    @property
    def spans(self) -> tuple[Span, ...]:
        """Each place where it stands, in the order of the file."""
        return tuple(sorted(dict.fromkeys(cut.span for cut in self.cuts), key=lambda span: span.start))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every boundary of a program, in the order of the file, and what is found at them."""

    program: Program = field(repr=False)
    boundaries: tuple[Boundary, ...]
    findings: tuple[Diagnostic, ...]
