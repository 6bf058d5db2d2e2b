"""What records a program takes: the values of each input, those beside the numbers that rules name, one step better.

Derived from the program alone: knows what inputs declare and which numbers the rules name, and no rule's meaning. A
`Record` holds for each input and combination of members a value, or the declared reason why there is none.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, assert_never

from .intake import stated
from .intake.headings import label
from .ir import AbsenceRule, Choice, Input, Literally, Number, Present, Program, Scale, Type, YesNo, combinations
from .trace import Given, Key

Entry = Present | AbsenceRule
Record = Mapping[Key, Entry]


@dataclass(frozen=True, eq=False)
class Space:
    """The records that a program takes. What is worked out is kept: make one for a program, and use it throughout."""

    program: Program

    @cached_property
    def keys(self) -> tuple[tuple[Key, Input], ...]:
        """Every value that a record must have, and the input it is of."""
        return tuple((key, declared) for declared in self.program.inputs.values() for key in self.of(declared))

    def of(self, declared: Input) -> tuple[Key, ...]:
        """Those of one input."""
        return self._of[declared.name]

    @cached_property
    def _of(self) -> dict[str, tuple[Key, ...]]:
        sets = self.program.sets
        return {
            name: tuple((name, members) for members in combinations(sets, declared.axes))
            for name, declared in self.program.inputs.items()
        }

    # --- values ------------------------------------------------------------------------------------------------------

    @cached_property
    def cuts(self) -> tuple[Fraction, ...]:
        """Every number that a rule, a band, a table or a parameter names: what a value may be compared with."""
        rules = [node for step in self.program.steps for node in nodes((step.form, step.limits))]
        named = [node.value for node in rules if isinstance(node, Literally)]
        named += [value for constant in self.program.constants.values() for value in constant.values.values()]
        return tuple(sorted({each for each in named if isinstance(each, Fraction)}))

    def ends(self, type: Number) -> tuple[Fraction, Fraction]:
        """The least and the greatest value to try: those declared or, where there are none, well beyond every cut."""
        cuts = self.cuts or (Fraction(0),)
        low = cuts[0] - 100 if type.low is None else type.low
        high = max(cuts[-1], low) + 100 if type.high is None else type.high
        step = grain(type)
        return math.ceil(low / step) * step, math.floor(high / step) * step

    @cached_property
    def candidates(self) -> dict[str, tuple[Present, ...]]:
        """Values of each input, in order: all of them or, of a number, those that hug a cut or an end."""
        return {name: self._candidates(declared.type) for name, declared in self.program.inputs.items()}

    def _candidates(self, type: Type) -> tuple[Present, ...]:
        match type:
            case Scale():
                return tuple(range(len(type.levels)))
            case Choice():
                return tuple(option.name for option in type.options)
            case YesNo():
                return ("no", "yes")
            case Number():
                low, high = self.ends(type)
                near = {low, low + grain(type), high - grain(type), high}
                near.update(value for cut in self.cuts for value in hugging(cut, grain(type)))
                return tuple(sorted(value for value in near if low <= value <= high))
            case _:
                assert_never(type)

    # --- better ------------------------------------------------------------------------------------------------------

    def improved(self, declared: Input, value: Present) -> Present | None:
        """The value one step better: the next level, the next number that data can hold, the better answer. None where
        it is the best or where there is no better."""
        way = direction(declared.type)
        if way == 0:
            return None
        if isinstance(declared.type, Number):
            low, high = self.ends(declared.type)
            after = Fraction(value) + way * grain(declared.type)
            return after if low <= after <= high else None
        order = self.candidates[declared.name]
        place = order.index(value) + way
        return order[place] if 0 <= place < len(order) else None

    def improvements(self, record: Record) -> Iterator[tuple[Key, Record]]:
        """Every record that is one step better in one value, with what was improved. Absences are the same."""
        for key, declared in self.keys:
            value = record[key]
            after = None if isinstance(value, AbsenceRule) else self.improved(declared, value)
            if after is not None:
                yield key, {**record, key: after}

    # --- between two records -----------------------------------------------------------------------------------------

    def narrowed(
        self, first: Record, second: Record, rated: Callable[[Record], object]
    ) -> tuple[Key, Record, Record] | None:
        """Two records on the way from `first` to `second` that `rated` tells apart and that differ in one value, which
        comes first: from one level to the next, or by the least number that data can hold. None where it does not tell
        even `first` from `second`. Asks as often as it takes to halve the way again and again, not for every step."""
        before = rated(first)
        if rated(second) == before:
            return None

        def at(turned: int) -> Record:
            return {**first, **{key: second[key] for key in apart[:turned]}}

        apart = [key for key in first if first[key] != second[key]]
        last = _halved(0, len(apart), lambda turned: rated(at(turned)) == before)
        key, here, there = apart[last], at(last), at(last + 1)
        way = self._way(self.program.inputs[key[0]], here[key], there[key])
        last = _halved(0, len(way) - 1, lambda place: rated({**here, key: way[place]}) == before)
        return key, {**here, key: way[last]}, {**here, key: way[last + 1]}

    def _way(self, declared: Input, first: Entry, second: Entry) -> Sequence[Entry]:
        """The values from one to another, both included; these two alone where there is no order."""
        if isinstance(first, AbsenceRule) or isinstance(second, AbsenceRule):
            return (first, second)
        match declared.type:
            case Choice() | YesNo():
                return (first, second)
            case Scale():
                assert isinstance(first, int)
                assert isinstance(second, int)
                return range(first, second + 1) if first < second else range(first, second - 1, -1)
            case Number():
                return _Grid(Fraction(first), Fraction(second), grain(declared.type))
            case _:
                assert_never(declared.type)

    # --- at random ---------------------------------------------------------------------------------------------------

    def sampled(self, random: Random, absences: float = 0.4) -> Record:
        """A record at random: the same for the same `random`. Each input has up to three different values, so that high
        ratings and exact counts, which are rare among values picked singly, are as common as the rest; and in that
        share of records some of its values are absent, where they may be."""
        record: dict[Key, Entry] = {}
        draw = random.random  # an index made of it costs a fifth of what `choice` does
        for keys, values, absent in self._drawn:
            many = len(values)
            palette: list[Entry] = [values[int(draw() * many)] for _ in range(1 + int(draw() * 3))]
            if absent and draw() < absences:
                palette.append(absent[int(draw() * len(absent))])
            few = len(palette)
            for key in keys:
                record[key] = palette[int(draw() * few)]
        return record

    @cached_property
    def _drawn(self) -> tuple[tuple[tuple[Key, ...], tuple[Present, ...], tuple[AbsenceRule, ...]], ...]:
        inputs = self.program.inputs.values()
        return tuple((self.of(declared), self.candidates[declared.name], declared.absent) for declared in inputs)


@dataclass(frozen=True)
class _Grid(Sequence[Entry]):
    """The numbers from one to another in steps, without making them: there may be millions."""

    first: Fraction
    last: Fraction
    step: Fraction

    def __len__(self) -> int:
        return int(abs(self.last - self.first) / self.step) + 1

    def __getitem__(self, place: Any) -> Any:
        return self.first + place * (self.step if self.first < self.last else -self.step)


def _halved(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """A place where it holds and does not at the next; it holds at `low`, and does not at `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def nodes(tree: object) -> Iterator[Any]:
    """Every node of a piece of a program, outermost first."""
    if dataclasses.is_dataclass(tree):
        yield tree
        for each in dataclasses.fields(tree):
            yield from nodes(getattr(tree, each.name))
    elif isinstance(tree, tuple | list):
        for each in tree:
            yield from nodes(each)


def grain(type: Number) -> Fraction:
    """The least step between two values that data can hold; a hundredth where no decimals are declared."""
    return Fraction(1, 10 ** (2 if type.decimals is None else type.decimals))


def hugging(cut: Fraction, grain: Fraction) -> tuple[Fraction, ...]:
    """The attainable values just below a cut, at it where there is one, and just above it."""
    below, above = math.ceil(cut / grain) - 1, math.floor(cut / grain) + 1
    return tuple(n * grain for n in range(below, above + 1))


def direction(type: Type) -> int:
    """1 where more is better (a higher level, a greater number, yes), -1 where less is, 0 where there is no better."""
    match type:
        case Scale():
            return 1
        case Choice():
            return 0
        case YesNo(better):
            return {"yes": 1, "no": -1, "neither": 0}[better]
        case Number(better=better):
            return {"higher": 1, "lower": -1, "neither": 0, None: 0}[better]
        case _:
            assert_never(type)


# --- as the engine takes them ----------------------------------------------------------------------------------------


def typed(record: Record) -> dict[Key, Given]:
    """As the interpreter takes it."""
    return {
        key: stated(entry, key) if isinstance(entry, AbsenceRule) else Given(entry) for key, entry in record.items()
    }


def written(program: Program, record: Record) -> dict[str, object]:
    """As data has it: a column for each value, text in each."""
    return {label(key): text(program.inputs[key[0]], entry) for key, entry in record.items()}


def text(declared: Input, entry: Entry) -> str:
    """One value, or the reason for none, as data has it."""
    if isinstance(entry, AbsenceRule):
        return entry.reason
    match declared.type:
        case Scale(_, levels):
            assert isinstance(entry, int)
            return levels[entry].name
        case Choice() | YesNo():
            return str(entry)
        case Number():
            return digits(Fraction(entry))
        case _:
            assert_never(declared.type)


def digits(number: Fraction) -> str:
    """A number that ends, in decimal digits."""
    places = next(n for n in range(40) if (number * 10**n).denominator == 1)
    return format(Decimal(int(number * 10**places)).scaleb(-places), "f")


def nested(record: Mapping[str, object]) -> dict[str, object]:
    """The same with `{"ratings": {"safe": …}}` for `ratings.safe`."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        *outer, last = name.split(".")
        at = found
        for each in outer:
            at = at.setdefault(each, {})
        at[last] = value
    return found
