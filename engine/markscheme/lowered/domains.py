"""What the values of an input or of a measure are to a backend that holds nothing but integers. Knows declarations and
what rules compare, no data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from math import ceil, floor
from threading import Lock
from typing import Literal

from ..ir import AbsenceRule, Input, Number, Present
from ..regions.domains import bounds_of, present
from ..regions.ground import Counted, Known, Said, Slot, Within
from ..space import grain

MOST_POINTS = 101  # of a number of which each value has its own code
MOST_REGIONS = 200
LARGEST = 2**62  # beyond which integers of 64 bits may run over

Marked = Literal["never", "some", "always"]  # whether a value rests on a rule that is not published

_BELOW = {"floor", "below"}  # of A: tells what is below A from what is not
_ABOVE = {"above", "ceiling"}  # tells what is above A from what is not
_EITHER = {"equals", "differs", "oneof"}


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
    first, last = _ends(type)
    points = None if first is None or last is None else last - first + 1
    regions = None if compared is None else _regions(type, compared)
    if regions is not None and len(regions.present) <= (MOST_REGIONS if points is None else points):
        return Coded(regions.present, declared.absent, regions.thresholds)
    if points is not None and points <= MOST_POINTS:
        return Coded(present(type) or (), declared.absent)
    if first is None or last is None or max(abs(first), abs(last)) >= LARGEST:
        return Met()
    return Whole(grain(type), first, last, declared.absent)


def _ends(type: Number) -> tuple[int | None, int | None]:
    """The least and the greatest, in units of its last decimal; None where they are not known."""
    if type.decimals is None:
        return None, None
    unit = grain(type)
    return (
        None if type.low is None else ceil(type.low / unit),
        None if type.high is None else floor(type.high / unit),
    )


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


def compared(ground: object) -> dict[int, set[Threshold] | None]:
    """What is asked of each slot that is only compared with figures; None for those of which more is asked."""
    found: dict[int, set[Threshold] | None] = {}
    todo: list[object] = [ground]
    while todo:
        node = todo.pop()
        match node:
            case Slot(index):
                found[index] = None  # in no place that is known here
            case Said(op, subject, args):
                todo += args
                todo += _left(subject, op, args, found)
            case Counted(needed=needed, predicate=op, items=items):
                todo += [] if needed is None else [needed]
                for item in items:
                    todo += [item.kept, *item.args, *_left(item.value, op, item.args, found)]
            case Within(of, low, high):
                for end, op in ((low, "floor"), (high, "ceiling")):
                    if end is not None:
                        todo += [end, *_left(of, op, (end,), found)]
                if low is None and high is None:
                    todo += _left(of, "present", (), found)
            case tuple():
                todo += node
            case _ if is_dataclass(node):
                todo += [getattr(node, each.name) for each in fields(node)]
            case _:
                pass
    return found


def _left(
    subject: object, op: str, args: tuple[object, ...], found: dict[int, set[Threshold] | None]
) -> tuple[object, ...]:
    """Notes what is asked of a slot. What is left to look at: all that is no slot compared with figures."""
    if not isinstance(subject, Slot):
        return (subject,)
    figures = [arg.value for arg in args if isinstance(arg, Known)]
    if len(figures) < len(args):
        found[subject.index] = None
        return ()
    asked = found.setdefault(subject.index, set())
    for place, figure in enumerate(figures):
        if asked is not None and isinstance(figure, Fraction):
            low = op in _BELOW or op in _EITHER or (op == "between" and place == 0)
            high = op in _ABOVE or op in _EITHER or (op == "between" and place == 1)
            asked.update(Threshold(figure, more) for more, told in ((False, low), (True, high)) if told)
    return ()
