"""Which values of two methodologies are held against each other, and where a record can stand in each; whether both
take records alike. Rates nothing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from ..diagnostics import suggestion
from ..ir import Absent, Choice, Input, Number, Program, Scale, Step, Type, Value, YesNo, combinations
from ..trace import Key
from .population import Pair, Standing
from .ways import directed

Missing = tuple[tuple[Key, Literal["old", "new"]], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Where records can stand in a measure of one version: its values, its absence, `rejected`."""

    standings: tuple[Standing, ...]
    places: Mapping[Value, int] | None  # None for numbers, which all stand in one place
    absent: int | None

    def place(self, value: Value) -> int:
        if isinstance(value, Absent):
            assert self.absent is not None, "a measure that can be absent declares it, with its one reason"
            return self.absent
        return 0 if self.places is None else self.places[value]

    @property
    def rejected(self) -> int:
        return len(self.standings) - 1


@dataclass(frozen=True, slots=True)
class Held:
    """A value of the one held against a value of the other."""

    pair: Pair
    old: Side
    new: Side


def held(old: Program, new: Program, results: Sequence[tuple[str, str]] = ()) -> tuple[tuple[Held, ...], Missing]:
    """What is held against each other: the results of one name, or `results`, measures of the old and of the new
    version; and what has nothing to be held against. Raises ValueError for a name that is none."""
    found: list[Held] = []
    missing: list[tuple[Key, Literal["old", "new"]]] = []
    for one, other in _named(old, new, results):
        before, after = _keys(old, one), _keys(new, other)
        sides = None if one is None or other is None else (_side(one), _side(other))
        for members in dict.fromkeys((*after, *before)):
            if members not in before:
                missing.append((after[members], "new"))
            elif members not in after:
                missing.append((before[members], "old"))
            else:
                assert one is not None
                assert other is not None
                assert sides is not None
                types = (one.type, other.type)
                pair = Pair(before[members], after[members], other.title, types, directed(*types))
                found.append(Held(pair, *sides))
    return tuple(found), tuple(missing)


def _named(old: Program, new: Program, results: Sequence[tuple[str, str]]) -> list[tuple[Step | None, Step | None]]:
    before = {step.name: step for step in old.steps if not step.helper}
    after = {step.name: step for step in new.steps if not step.helper}
    if results:
        for name, steps, program in (
            *((one, before, old) for one, _ in results),
            *((other, after, new) for _, other in results),
        ):
            if name not in steps:
                near = suggestion(name, steps) or f"there are {', '.join(steps)}"
                raise ValueError(f"`{name}` is no result or measure of {program.id}@{program.version}; {near}")
        return [(before[one], after[other]) for one, other in dict.fromkeys(results)]
    names = dict.fromkeys((*new.results, *old.results))
    return [
        (before[name] if name in old.results else None, after[name] if name in new.results else None) for name in names
    ]


def _keys(program: Program, step: Step | None) -> dict[tuple[str, ...], Key]:
    return {} if step is None else {at: (step.name, at) for at in combinations(program.sets, step.axes)}


def _side(step: Step) -> Side:
    values, places = _values(step.type)
    gone = step.absent if step.absent is not None and step.absent.treatment != "replace" else None
    absent = () if gone is None else (Standing("absent", gone.reason, gone.title),)
    standings = (*values, *absent, Standing("rejected", "rejected", "Rejected"))
    return Side(standings, places, len(values) if absent else None)


def _values(type: Type) -> tuple[tuple[Standing, ...], Mapping[Value, int] | None]:
    match type:
        case Scale(levels=levels):
            found = tuple(Standing("value", each.name, each.title, each.colour) for each in levels)
            return found, {place: place for place in range(len(levels))}
        case Choice(options):
            found = tuple(Standing("value", each.name, each.title) for each in options)
            return found, {each.name: place for place, each in enumerate(options)}
        case YesNo():
            words = ("yes", "no") if type.better == "no" else ("no", "yes")
            found = tuple(Standing("value", word, word.capitalize()) for word in words)
            return found, {word: place for place, word in enumerate(words)}
        case Number():
            return (Standing("number", "number", "A number"),), None
        case _:
            assert_never(type)


# --- records ---------------------------------------------------------------------------------------------------------


def taken_alike(old: Program, new: Program) -> bool:
    """Whether whatever is a record to the one is the same record to the other, but for what its absences count as."""
    return (
        old.sets == new.sets
        and old.inputs.keys() == new.inputs.keys()
        and all(_read(each) == _read(new.inputs[name]) for name, each in old.inputs.items())
    )


def _read(declared: Input) -> Hashable:
    """All that matters of an input to whoever reads its values."""
    link = declared.linked
    return (
        (declared.title, declared.axes, declared.empty),
        _words(declared.type),
        tuple((rule.reason, rule.title) for rule in declared.absent),
        link and (link.program.digest, link.result, link.fixed),
    )


def _words(type: Type) -> Hashable:
    match type:
        case Scale(levels=levels):
            return tuple((level.name, level.title) for level in levels)
        case Choice(options):
            return tuple((option.name, option.title) for option in options)
        case YesNo():
            return "yes or no"
        case Number(decimals, low, high):
            return (decimals, low, high)
        case _:
            assert_never(type)


def treated_otherwise(old: Program, new: Program) -> frozenset[str]:
    """The inputs of both whose absences count as something else in the old version than in the new."""
    return frozenset(
        name
        for name, declared in old.inputs.items()
        if {(rule.reason, rule.treatment, rule.value) for rule in declared.absent}
        != {(rule.reason, rule.treatment, rule.value) for rule in new.inputs[name].absent}
    )
