"""What the values of an input or of a measure are to a backend that holds nothing but integers. Knows declarations and
what rules compare, no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from math import ceil, floor
from threading import Lock
from typing import Literal

from ..ir import AbsenceRule, Input, Number, Present
from ..regions.domains import bounds_of, present
from ..regions.ground import Counted, Known, Said, Slot, Within

MOST_POINTS = 101  # of a number of which each value has its own code
MOST_REGIONS = 200
LARGEST = 2**62  # beyond which integers of 64 bits may run over

Marked = Literal["never", "some", "always"]  # whether a value rests on a rule that is not published

_BELOW = {"floor", "below"}  # of A: tells what is below A from what is not
_ABOVE = {"above", "ceiling"}  # tells what is above A from what is not


@dataclass(frozen=True, order=True, slots=True)
class Threshold:
    """What is at least `figure`, or more than it, is told from what is below."""

    figure: Fraction
    more: bool = False

    def reached(self, number: Fraction) -> bool:
        return number > self.figure if self.more else number >= self.figure


@dataclass(frozen=True, slots=True)
class Coded:
    """Finitely many values, each held as its place: first those that are there (`present`), then the absences.

    Of a number that rules only compare with figures, the places are those of the regions between `thresholds`: how many
    of these are reached. `present` has one number of each region then. Where only `some` values rest on rules that are
    not published, those that do have a second place each, after all the others and in the same order.
    """

    present: tuple[Present, ...]
    absences: tuple[AbsenceRule, ...] = ()
    thresholds: tuple[Threshold, ...] | None = None
    marked: Marked = "never"

    @property
    def places(self) -> int:
        """Without the second ones."""
        return len(self.present) + len(self.absences)

    @property
    def size(self) -> int:
        return self.places * (2 if self.marked == "some" else 1)

    def code(self, value: Present | AbsenceRule) -> int:
        """Of a value that the input may have."""
        if isinstance(value, AbsenceRule):
            return len(self.present) + self.absences.index(value)
        if self.thresholds is None:
            return self.present.index(value)
        assert isinstance(value, Fraction)
        return sum(threshold.reached(value) for threshold in self.thresholds)


@dataclass(frozen=True, slots=True)
class Whole:
    """Numbers, each held as the integer n: its value is `n * unit`, and `low <= n <= high`. Beside it a state: 0 where
    there is one, j + 1 where the j-th of `absences` is in its place; n is `low` then. Where only `some` rest on rules
    that are not published, those that do have a second state each, as with codes.

    Of some measures the value is `n * unit / bottom`, with a third number, from 1 to `most`.
    """

    unit: Fraction
    low: int
    high: int
    absences: tuple[AbsenceRule, ...] = ()
    most: int = 1
    marked: Marked = "never"

    @property
    def states(self) -> int:
        return (1 + len(self.absences)) * (2 if self.marked == "some" else 1)


Seen = tuple[Present | None, AbsenceRule | None, bool]  # a value, the absence that it stands for, whether marked


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """Values that no integers hold beforehand: each has the place at which it was first met. They are for those who ask
    the interpreter. Threads may share it."""

    values: list[Seen] = field(default_factory=list)
    _places: dict[Seen, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def code(self, seen: Seen) -> int:
        found = self._places.get(seen)
        if found is None:
            with self._lock:
                found = self._places.get(seen)
                if found is None:
                    self.values.append(seen)
                    found = self._places[seen] = len(self.values) - 1
        return found


Domain = Coded | Whole | Met


def of_input(declared: Input, compared: Iterable[Threshold] | None) -> Domain:
    """How an input is held; `compared` is all that rules ask of it, where they only compare it with figures."""
    type = declared.type
    if not isinstance(type, Number):
        return Coded(present(type) or (), declared.absent)
    points = present(type)
    regions = None if compared is None else _regions(type, compared)
    if regions is not None and len(regions.present) <= (MOST_REGIONS if points is None else len(points)):
        return Coded(regions.present, declared.absent, regions.thresholds)
    if points is not None and len(points) <= MOST_POINTS:
        return Coded(points, declared.absent)
    if type.decimals is None or type.low is None or type.high is None:
        return Met()
    first, last = ceil(type.low * 10**type.decimals), floor(type.high * 10**type.decimals)
    if max(abs(first), abs(last)) >= LARGEST:
        return Met()
    return Whole(Fraction(1, 10**type.decimals), first, last, declared.absent)


def _regions(type: Number, compared: Iterable[Threshold]) -> Coded:
    """The regions that hold a number which data may have."""
    reach = bounds_of(type)
    kept: list[Threshold] = []
    numbers: list[Fraction] = []
    low: Threshold | None = None
    for high in (*sorted({_on_grid(each, reach.step) for each in compared}), None):
        inside = low.figure if low is not None and not low.more and reach.may_be(low.figure) else None
        if inside is None:
            inside = reach.between(None if low is None else low.figure, None if high is None else high.figure)
        if inside is None and high is not None and high.more and reach.may_be(high.figure):
            inside = high.figure
        if inside is not None:
            numbers.append(inside)
            if len(numbers) > 1:
                assert low is not None
                kept.append(low)
        low = high
    return Coded(tuple(numbers), (), tuple(kept))


def _on_grid(threshold: Threshold, step: Fraction | None) -> Threshold:
    """The first number of the grid that reaches it."""
    if step is None:
        return threshold
    steps = threshold.figure / step
    return Threshold((floor(steps) + 1 if threshold.more else ceil(steps)) * step)


# --- what rules compare ----------------------------------------------------------------------------------------------


def compared(ground: object, slot: int) -> set[Threshold] | None:
    """What is asked of a number that is only compared with figures; else None."""
    found: set[Threshold] = set()
    return found if all(_asked(node, Slot(slot), found) for node in _around(ground, Slot(slot))) else None


def _asked(node: object, slot: Slot, found: set[Threshold]) -> bool:
    match node:
        case Said(op, subject, args) if subject == slot:
            return _predicate(op, args, found)
        case Counted(predicate=op, items=items, needed=needed) if needed != slot:
            return all(each.value != slot or _predicate(op, each.args, found) for each in items) and not any(
                slot in each.args for each in items
            )
        case Within(of, low, high) if of == slot:
            sides = ((low, "floor"), (high, "ceiling"))
            return all(end is None or _predicate(op, (end,), found) for end, op in sides)
        case _:
            return False


def _predicate(op: str, args: tuple[object, ...], found: set[Threshold]) -> bool:
    figures = [arg.value for arg in args if isinstance(arg, Known)]
    if len(figures) < len(args):
        return False
    for place, figure in enumerate(figures):
        if isinstance(figure, Fraction):
            low = op in _BELOW or op in ("equals", "differs", "oneof") or (op == "between" and place == 0)
            high = op in _ABOVE or op in ("equals", "differs", "oneof") or (op == "between" and place == 1)
            found.update(Threshold(figure, more) for more, told in ((False, low), (True, high)) if told)
    return True


def _around(node: object, slot: Slot) -> Iterator[object]:
    """The nodes in which a slot stands; of an item of a quantifier the quantifier, which says what is asked."""
    if isinstance(node, tuple):
        for each in node:
            if each == slot:
                yield node
            else:
                yield from _around(each, slot)
    elif isinstance(node, Counted):
        if node.needed == slot or any(slot == each.value or slot in each.args for each in node.items):
            yield node
        yield from _around(node.needed, slot)
        for each in node.items:
            for inner in (each.kept, each.value, *each.args):
                if inner != slot:
                    yield from _around(inner, slot)
    elif is_dataclass(node):
        for field in fields(node):
            inner = getattr(node, field.name)
            if inner == slot or (isinstance(inner, tuple) and slot in inner):
                yield node
            else:
                yield from _around(inner, slot)
