"""The different values that an input can have, and those of its numbers that some rules cannot tell apart. Knows
declarations and grounds, no diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from .. import ir
from ..bounds import Bounds
from ..intake import stated
from ..trace import Given, Key
from .ground import LACKING, SKIPPED, Judged, Known, Said, Slot, Within, instead

_MOST_POINTS = 10_001


@dataclass(frozen=True, slots=True)
class Cell:
    """Values of an input that are one to whoever asks: `value` stands for all; of numbers those from `low` to `high`.
    `reason` is set where data say that there is none; one that is replaced by a value has a cell only if that value is
    no value that data can give."""

    value: ir.Value
    low: ir.Present | None = None
    high: ir.Present | None = None
    rule: ir.AbsenceRule | None = None

    def given(self, key: Key, end: int = 0) -> Given:
        """As a record holds it; `end` is -1 for the lowest of a number's values, 1 for the highest."""
        if self.rule is not None:
            return stated(self.rule, key)
        picked = self.low if end < 0 else self.high if end > 0 else self.value
        assert picked is not None
        return Given(self.value if picked is None else picked)


def absences(declared: ir.Input) -> Iterator[Cell]:
    """The ways in which there may be no value, as rules see them: at most one of each."""
    seen = set()
    for rule in declared.absent:
        seen_as = instead(rule)
        if isinstance(seen_as, ir.Absent) and seen_as not in seen:
            seen.add(seen_as)
            yield Cell(SKIPPED if seen_as.skip else LACKING, rule=rule)


def present(type: ir.Type) -> tuple[ir.Present, ...] | None:
    """Every value there can be, in order, worst level and lowest number first; None where they have no end or are too
    many."""
    match type:
        case ir.Scale(levels=levels):
            return tuple(range(len(levels)))
        case ir.Choice(options):
            return tuple(option.name for option in options)
        case ir.YesNo():
            return ("no", "yes")
        case ir.Number(decimals, low, high):
            if decimals is None or low is None or high is None:
                return None
            first, last = ceil(low * 10**decimals), floor(high * 10**decimals)
            return (
                None
                if last - first >= _MOST_POINTS
                else tuple(Fraction(n, 10**decimals) for n in range(first, last + 1))
            )


def bounds_of(type: ir.Number) -> Bounds:
    return Bounds(type.low, type.high, None if type.decimals is None else Fraction(1, 10**type.decimals))


def improved(type: ir.Type, low: int, high: int) -> tuple[int, int] | None:
    """Two places in the order of values, `low` first, as worse and better; None where neither is."""
    match type:
        case ir.Scale():
            way = 1
        case ir.Number(better=better):
            way = {"higher": 1, "lower": -1}.get(better or "neither", 0)
        case ir.YesNo(better):
            way = {"yes": 1, "no": -1, "neither": 0}[better]
        case ir.Choice():
            way = 0
    return None if way == 0 else (low, high) if way > 0 else (high, low)


def how_many(type: ir.Type, cell: Cell) -> int | None:
    """The values that a cell stands for; None where they cannot be counted."""
    if not isinstance(type, ir.Number):
        return 1
    if type.decimals is None or type.low is None or type.high is None:
        return None
    assert isinstance(cell.low, Fraction)
    assert isinstance(cell.high, Fraction)
    return int((cell.high - cell.low) * 10**type.decimals) + 1


# --- numbers that rules cannot tell apart ----------------------------------------------------------------------------


def compared(ground: object, slot: int) -> set[Fraction] | None:
    """The figures that a number is compared with, where it is only compared with figures; else None."""
    cuts: set[Fraction] = set()
    return cuts if all(_compared(node, slot, cuts) for node in _around(ground, slot)) else None


def _compared(node: object, slot: int, cuts: set[Fraction]) -> bool:
    match node:
        case Said(subject=subject, args=args) | Judged(value=subject, args=args):
            sides: tuple[object, ...] = (subject, *args)
        case Within(of, low, high):
            sides = (of, *(end for end in (low, high) if end is not None))
        case _:
            return False
    cuts.update(side.value for side in sides if isinstance(side, Known) and isinstance(side.value, Fraction))
    return all(isinstance(side, Known) or side == Slot(slot) for side in sides)


def _around(node: object, slot: int) -> Iterator[object]:
    """The nodes in which a slot stands."""
    if isinstance(node, tuple):
        for each in node:
            if each == Slot(slot):
                yield node
            else:
                yield from _around(each, slot)
    elif is_dataclass(node):
        for each in fields(node):
            inner = getattr(node, each.name)
            if inner == Slot(slot) or (isinstance(inner, tuple) and Slot(slot) in inner):
                yield node
            else:
                yield from _around(inner, slot)


def cells_between(type: ir.Number, cuts: Iterable[Fraction]) -> tuple[Cell, ...]:
    """The numbers at, below, between and above some figures."""
    reach = bounds_of(type)
    ends = (None, *sorted(cuts), None)
    found: list[Cell] = []
    for low, high in pairwise(ends):
        inside = reach.between(low, high)
        if inside is not None:
            found.append(_run(reach, inside, low, high))
        if high is not None and reach.may_be(high):
            found.append(Cell(high, high, high))
    return tuple(found)


def _run(reach: Bounds, inside: Fraction, low: Fraction | None, high: Fraction | None) -> Cell:
    """The numbers above `low` and below `high`, one of which is `inside`."""
    if reach.step is None:
        return Cell(inside, inside, inside)
    first = _least(reach.low, low, reach.step)
    last = _least(None if reach.high is None else -reach.high, None if high is None else -high, reach.step)
    return Cell(inside, inside if first is None else first, inside if last is None else -last)


def _least(least: Fraction | None, above: Fraction | None, step: Fraction) -> Fraction | None:
    """The least multiple of `step` that is at least `least` and more than `above`."""
    tries = [] if least is None else [ceil(least / step) * step]
    tries += [] if above is None else [(floor(above / step) + 1) * step]
    return max(tries, default=None)


def cells(declared: ir.Input, cuts: Iterable[Fraction] | None) -> tuple[Cell, ...]:
    """What an input can be, in order, absences last. Numbers that are only compared with `cuts` are told apart by these
    alone; where `cuts` is None each is by itself. Raises TooLarge where they have no end or are too many."""
    if isinstance(declared.type, ir.Number) and cuts is not None:
        found = list(cells_between(declared.type, cuts))
    else:
        values = present(declared.type)
        if values is None:
            from .diagrams import TooLarge

            raise TooLarge(f"`{declared.name}` has no end or too many values to walk over")
        found = [Cell(value, value, value) for value in values]
    for rule in declared.absent:
        if rule.value is not None and not any(contains(cell, rule.value) for cell in found):
            found.append(Cell(rule.value, rule=rule))
    if isinstance(declared.type, ir.Number):
        found.sort(key=lambda cell: cell.value)  # type: ignore[arg-type, return-value]  # numbers, by type
    return (*found, *absences(declared))


def contains(cell: Cell, value: ir.Value) -> bool:
    """Whether a value is one of those that a cell stands for."""
    if isinstance(cell.low, Fraction) and isinstance(cell.high, Fraction) and isinstance(value, Fraction):
        return cell.low <= value <= cell.high
    return cell.value == value
