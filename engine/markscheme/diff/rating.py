"""The value of every measure of one record after another, by the interpreter: but where a measure has read the same
before, what came of it then. Knows one program, no text and no other version.

That is sound for any measure: what comes of it is decided by what it reads, so a record that agrees with an earlier one
on all that was read there would be read, and rated, in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..interpret import outcome_of
from ..ir import Absent, Note, Program, Step, Value, combinations
from ..mutate.trees import reads
from ..trace import Given, Key

MOST_REMEMBERED = 200_000  # values read, over all measures

Rated = tuple[Value, bool]  # and whether it rests on a rule that is not published
_MARKED = (Note("recalled"),)


@dataclass(slots=True)
class _Instance:
    """A measure for one combination of members, all that it has ever read, and what came of that."""

    key: Key
    step: Step
    reads: tuple[Key, ...] = ()
    known: dict[tuple[Rated, ...], Rated] = field(default_factory=dict)


class Rating:
    """Rates records by one program, as far as `results` need it."""

    def __init__(self, program: Program, results: Iterable[str]) -> None:
        self.program = program
        wanted = set(results)
        for step in reversed(program.steps):
            if step.name in wanted:
                wanted |= reads(step)
        self._instances = [
            _Instance((step.name, members), step)
            for step in program.steps
            if step.name in wanted
            for members in combinations(program.sets, step.axes)
        ]
        self._share = MOST_REMEMBERED // max(1, len(self._instances))

    def values(self, given: Mapping[Key, Given]) -> dict[Key, Rated]:
        """Of all inputs and of the measures wanted. An absence comes without what led to it."""
        values: dict[Key, Rated] = {key: (_bare(one.value), bool(one.unpublished)) for key, one in given.items()}
        for each in self._instances:
            found = each.known.get(tuple([values[key] for key in each.reads]))
            if found is None:
                found = self._rated(each, values)
            values[each.key] = found
        return values

    def _rated(self, each: _Instance, values: Mapping[Key, Rated]) -> Rated:
        outcome = outcome_of(self.program, _Given(values), each.step, each.key[1])
        found = (_bare(outcome.value), bool(outcome.unpublished))
        new = [key for key in outcome.reads if key in values and key not in each.reads]
        if new:
            each.reads = (*each.reads, *new)
            each.known.clear()
        if len(each.known) < self._share // max(1, len(each.reads)):
            each.known[tuple([values[key] for key in each.reads])] = found
        return found


@dataclass(frozen=True, slots=True)
class _Given(Mapping[Key, Given]):
    """Values as the interpreter takes inputs, made where they are read."""

    values_: Mapping[Key, Rated]

    def __getitem__(self, key: Key) -> Given:
        value, marked = self.values_[key]
        return Given(value, unpublished=_MARKED if marked else ())

    def __contains__(self, key: object) -> bool:
        return key in self.values_

    def __iter__(self) -> Iterator[Key]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def _bare(value: Value) -> Value:
    return replace(value, causes=()) if isinstance(value, Absent) and value.causes else value
