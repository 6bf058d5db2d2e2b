"""What is known of a value between two records of which the second is better in one input: whether it can fall or rise,
and whether it can come or go. Knows no term, no rule and no program.

Order is that of levels, of numbers, and of no before yes; not that of what is better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .. import ir
from ..bounds import Bounds

Way = Literal["still", "up", "down", "any"]
_FLIPPED: dict[Way, Way] = {"still": "still", "up": "down", "down": "up", "any": "any"}


@dataclass(frozen=True, slots=True)
class Motion:
    """Of a value. `way` says how it can move where both records have one; `fixed`, that both have one, or neither, and
    then both treat its absence alike; `skip` and `lack`, that it may be absent and left out, or absent otherwise.
    `bounds` are those of every value there can be: places of levels, 0 for no and 1 for yes, none of choices."""

    way: Way
    fixed: bool
    skip: bool
    lack: bool
    bounds: Bounds

    @property
    def gaps(self) -> bool:
        return self.skip or self.lack

    @property
    def same(self) -> bool:
        """It is the same in both records, whatever it is."""
        return self.way == "still" and self.fixed


@dataclass(frozen=True, slots=True)
class Ruling:
    """Of a condition, false below true. `fixed`: it is decided in both records, or in neither; `open`: it may be
    undecided."""

    way: Way
    fixed: bool
    open: bool

    @property
    def same(self) -> bool:
        return self.way == "still" and self.fixed


def flipped(way: Way) -> Way:
    return _FLIPPED[way]


def together(ways: Iterable[Way]) -> Way:
    """The way of what never falls where none of these does, and never rises where none does."""
    found = {way for way in ways if way != "still"}
    return "still" if not found else found.pop() if len(found) == 1 else "any"


def scaled(way: Way, by: Bounds) -> Way:
    """The way of a product by a number with these bounds, that number held."""
    if by.low is not None and by.low >= 0:
        return way
    if by.high is not None and by.high <= 0:
        return flipped(way)
    return "still" if way == "still" else "any"


def rank(value: ir.Value) -> Fraction | None:
    """A value's place in the order; None where there is none."""
    match value:
        case "no":
            return Fraction(0)
        case "yes":
            return Fraction(1)
        case int() | Fraction():
            return Fraction(value)
        case _:
            return None


def bounds_of(type: ir.Type) -> Bounds:
    """Of every value of a type."""
    match type:
        case ir.Scale(levels=levels):
            return Bounds(Fraction(0), Fraction(len(levels) - 1), Fraction(1))
        case ir.YesNo():
            return Bounds(Fraction(0), Fraction(1), Fraction(1))
        case ir.Number(decimals, low, high):
            return Bounds(low, high, None if decimals is None else Fraction(1, 10**decimals))
        case ir.Choice():
            return Bounds()


def at_most(one: Bounds, other: Bounds) -> bool:
    """Whether no value of one is above any of another."""
    return one.high is not None and other.low is not None and one.high <= other.low
