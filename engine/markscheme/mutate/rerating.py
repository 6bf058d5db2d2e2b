"""Rates records by a changed program, from how the old one rated them: only what the change can reach is worked out
again. Knows no case and no text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ..intake import stated
from ..interpret import interpret
from ..ir import Absent, Program, Value
from ..trace import Given, Key
from .trees import alike, differing, reads

Values = Mapping[Key, Given]  # inputs, and every measure as if it were one


def rated(program: Program, given: Mapping[Key, Given]) -> Values:
    """A record with all that comes of it."""
    trace = interpret(program, given)
    return {**given, **{key: Given(outcome.value) for key, outcome in trace.outcomes.items()}}


@dataclass(eq=False)
class Rerating:
    """The way from the ratings of one program to those of a changed one."""

    old: Program
    new: Program

    @cached_property
    def steps(self) -> frozenset[str]:
        """The measures that say something else."""
        return differing(self.old, self.new)

    @cached_property
    def absences(self) -> frozenset[str]:
        """The inputs whose absence counts otherwise."""
        return frozenset(
            name for name, each in self.new.inputs.items() if not alike(each.absent, self.old.inputs[name].absent)
        )

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The inputs that are declared otherwise in any way."""
        return frozenset(name for name, each in self.new.inputs.items() if not alike(each, self.old.inputs[name]))

    @property
    def nothing(self) -> bool:
        """Whether the change cannot change a value: it says what the old program says."""
        return not self.steps and not self.absences

    @cached_property
    def _reads(self) -> dict[str, frozenset[str]]:
        """Of every measure but those that are worked out again in any case."""
        return {step.name: reads(step) for step in self.new.steps if step.name not in self.steps}

    def apart(self, known: Values, stop: Iterable[Key] = ()) -> dict[Key, Value]:
        """The measures' values that are another now; without the rest once one of `stop` is among them."""
        values = dict(known)
        names = self._given_anew(values)
        found: dict[Key, Value] = {}
        awaited = frozenset(stop)
        for step in self.new.steps:
            if step.name not in self.steps and names.isdisjoint(self._reads[step.name]):
                continue
            trace = interpret(replace(self.new, steps=(step,)), values)
            for key, outcome in trace.outcomes.items():
                if not _same(outcome.value, known[key].value):
                    found[key] = outcome.value
                    values[key] = Given(outcome.value)
                    names.add(step.name)
            if any(
                key in awaited and shown_apart(found[key], known[key].value) for key in trace.outcomes if key in found
            ):
                break
        return found

    def _given_anew(self, values: dict[Key, Given]) -> set[str]:
        """Puts absences as the new program counts them; the names of the inputs with any."""
        names: set[str] = set()
        for key, one in list(values.items()) if self.absences else ():
            if key[0] in self.absences:
                gone = one.value if isinstance(one.value, Absent) else one.stated
                rule = next(
                    (each for each in self.new.inputs[key[0]].absent if gone and each.reason == gone.reason), None
                )
                if rule is not None:
                    values[key] = replace(stated(rule, key), by=one.by, unpublished=one.unpublished)
                    names.add(key[0])
        return names

    def given(self, known: Values) -> dict[Key, Given]:
        """A record's inputs, with absences as the new program counts them."""
        values = {key: one for key, one in known.items() if key[0] in self.new.inputs}
        self._given_anew(values)
        return values


def shown_apart(one: Value, other: Value) -> bool:
    """Whether two values are told apart by who reads results: of an absence, only the reason is seen."""
    if isinstance(one, Absent) and isinstance(other, Absent):
        return one.reason != other.reason
    return isinstance(one, Absent) or isinstance(other, Absent) or one != other


def _same(one: Value, other: Value) -> bool:
    """Whether nothing that reads them can tell two values apart."""
    if isinstance(one, Absent) and isinstance(other, Absent):
        return (one.reason, one.skip) == (other.reason, other.skip)
    return not isinstance(one, Absent) and not isinstance(other, Absent) and one == other
