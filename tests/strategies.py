"""Hypothesis strategies for the records of a methodology, derived from its program alone. Knows what inputs declare
and which numbers the rules name; knows no rule's meaning.

A `Record` holds for each input and combination of members a value, or the declared reason why there is none.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from random import Random
from typing import Any, TypeVar, assert_never

from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.intake.headings import label
from markscheme.ir import (
    AbsenceRule,
    Absent,
    Choice,
    Input,
    Literally,
    Number,
    Present,
    Program,
    Scale,
    Type,
    YesNo,
    combinations,
)
from markscheme.trace import Given, Key

Entry = Present | AbsenceRule
Record = Mapping[Key, Entry]
T = TypeVar("T")

THOROUGH = os.environ.get("MARKSCHEME_PROFILE") == "thorough"


# --- how many --------------------------------------------------------------------------------------------------------


def for_all(values: st.SearchStrategy[T], most: int, check: Callable[[T], object]) -> None:
    """Tries up to `most` examples; the smallest that fails is shown. `check` fails by raising."""

    @settings(max_examples=most)
    @given(values)
    def run(value: T) -> None:
        check(value)

    run()


# --- what a program declares -----------------------------------------------------------------------------------------


@dataclass(eq=False)
class Space:
    """What records a program takes."""

    program: Program

    def examples(self, evaluations: int = 1) -> int:
        """How many records to try, each rated so many times, in well under a second: the cost of a program is known."""
        return max(8, min(60, 60_000 // (self.program.cost * evaluations))) * (8 if THOROUGH else 1)

    @cached_property
    def keys(self) -> tuple[tuple[Key, Input], ...]:
        """Every value that a record must have, and the input it is of."""
        return tuple((key, declared) for declared in self.program.inputs.values() for key in self.of(declared))

    def of(self, declared: Input) -> tuple[Key, ...]:
        return tuple((declared.name, members) for members in combinations(self.program.sets, declared.axes))

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
    """The least step between two values that data can hold."""
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


# --- records ---------------------------------------------------------------------------------------------------------


def entries(space: Space, declared: Input, hug: bool = False, absences: bool = True) -> st.SearchStrategy[Entry]:
    """A value of an input, or a declared reason for none. `hug`: numbers only at or beside a cut or an end."""
    found: st.SearchStrategy[Entry] = st.sampled_from(space.candidates[declared.name])
    if isinstance(declared.type, Number) and not hug:
        step = grain(declared.type)
        low, high = (int(end / step) for end in space.ends(declared.type))
        found |= st.integers(low, high).map(lambda n: n * step)
    return found | st.sampled_from(declared.absent) if absences and declared.absent else found


@cache
def records(space: Space, hug: bool = False, absences: bool = True) -> st.SearchStrategy[Record]:
    """A well-typed record. Each input has up to three different values, so that high ratings and exact counts, which
    are rare among values picked singly, are as common as the rest."""
    inputs = space.program.inputs.values()
    return st.tuples(*(_of_one(space, declared, hug, absences) for declared in inputs)).map(
        lambda found: {key: entry for each in found for key, entry in each.items()}
    )


def _of_one(space: Space, declared: Input, hug: bool, absences: bool) -> st.SearchStrategy[Record]:
    keys = space.of(declared)
    few = st.lists(entries(space, declared, hug, absences), min_size=1, max_size=3)
    which = st.lists(st.integers(0, 2), min_size=len(keys), max_size=len(keys))
    return st.tuples(few, which).map(
        lambda drawn: {key: drawn[0][n % len(drawn[0])] for key, n in zip(keys, drawn[1], strict=True)}
    )


@st.composite
def pairs(draw: st.DrawFn, space: Space, of: str | None = None) -> tuple[Key, Record, Record]:
    """Two records that differ in one value, which is better in the second: by one step, or by several, which cross
    more cuts and show nothing that single steps do not. Absences are the same. `of` names the input to improve."""
    able = [(key, each) for key, each in space.keys if direction(each.type) and of in (None, key[0])]
    worse = draw(records(space, hug=draw(st.booleans())))
    key, declared = draw(st.sampled_from(able))
    order = space.candidates[declared.name][:: direction(declared.type)]
    value = worse[key]
    if isinstance(value, AbsenceRule) or space.improved(declared, value) is None:
        value = draw(st.sampled_from(order[:-1]))
    onward = order.index(value) + 1 if value in order else len(order)
    one = space.improved(declared, value)
    assert one is not None
    return key, {**worse, key: value}, {**worse, key: draw(st.sampled_from((one, *order[onward:])))}


def sampled(space: Space, random: Random) -> Record:
    """A record much as `records` makes them, for where there is no search: the same for the same `random`."""
    record: dict[Key, Entry] = {}
    for declared in space.program.inputs.values():
        values = space.candidates[declared.name]
        palette: list[Entry] = [random.choice(values) for _ in range(random.randint(1, 3))]
        if declared.absent and random.random() < 0.4:
            palette.append(random.choice(declared.absent))
        for key in space.of(declared):
            record[key] = random.choice(palette)
    return record


# --- as the engine takes them ----------------------------------------------------------------------------------------


def typed(record: Record) -> dict[Key, Given]:
    """As the interpreter takes it."""
    found = {}
    for key, entry in record.items():
        if not isinstance(entry, AbsenceRule):
            found[key] = Given(entry)
        elif entry.value is None:
            found[key] = Given(Absent(entry.reason, entry.treatment == "skip", *key))
        else:
            found[key] = Given(entry.value, Absent(entry.reason, False, *key))
    return found


def written(program: Program, record: Record) -> dict[str, object]:
    """As data has it: a column for each value, text in each."""
    return {label(key): text(program.inputs[key[0]], entry) for key, entry in record.items()}


def text(declared: Input, entry: Entry) -> str:
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
