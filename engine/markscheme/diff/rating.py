"""The value of every measure of one record after another, by the interpreter: but where a measure has read the same
before, what came of it then. Knows one program, no text and no other version.

That is sound for any measure: what comes of it is decided by what it reads, so a record that agrees with an earlier one
on all that was read there would be read, and rated, in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..interpret import outcome_of
from ..ir import Absent, Note, Program, Step, Value, combinations
from ..mutate.trees import alike, reads
from ..trace import Given, Key

MOST_REMEMBERED = 200_000  # values read, over all measures

_MOST_PROGRAMS = 1_000  # of `Ratings`

Members = tuple[str, ...]
Rated = tuple[Value, bool]  # and whether it rests on a rule that is not published
_MARKED = (Note("recalled"),)


@dataclass(slots=True)
class _Room:
    """How many more values can be remembered, and how many of them by one measure."""

    left: int
    share: int


@dataclass(slots=True)
class _Instance:
    """A measure for one combination of members, all that it has ever read, and what came of that."""

    key: Key
    step: Step
    reads: tuple[Key, ...] = ()
    known: dict[tuple[Rated, ...], Rated] = field(default_factory=dict)

    def keep(self, values: Mapping[Key, Rated], found: Rated, room: _Room) -> None:
        size = max(1, len(self.reads))
        if room.left >= size and len(self.known) * size < room.share:
            self.known[tuple([values[key] for key in self.reads])] = found
            room.left -= size

    def widen(self, new: Iterable[Key], room: _Room) -> None:
        """More has been read than before: what was remembered did not look at it."""
        room.left += len(self.known) * max(1, len(self.reads))
        self.known.clear()
        self.reads = (*self.reads, *new)


class Rating:
    """Rates records by one program, as far as `results` need it. `find` gives a measure for some members: its own, or
    one that says the same in another program."""

    def __init__(
        self,
        program: Program,
        results: Iterable[str],
        room: _Room | None = None,
        find: Callable[[Program, Step, Members], _Instance] | None = None,
    ) -> None:
        self.program = program
        self._room = room or _Room(MOST_REMEMBERED, MOST_REMEMBERED // 2)
        wanted = set(results)
        for step in reversed(program.steps):
            if step.name in wanted:
                wanted |= reads(step)
        self._instances = [
            find(program, step, members) if find else _Instance((step.name, members), step)
            for step in program.steps
            if step.name in wanted
            for members in combinations(program.sets, step.axes)
        ]

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
            each.widen(new, self._room)
        each.keep(values, found, self._room)
        return found


class Ratings:
    """Rates records by many programs that have most of their measures in common, such as those between two versions. A
    measure that says the same in several is remembered once; which rules are published it does not tell."""

    def __init__(self) -> None:
        self._room = _Room(MOST_REMEMBERED, MOST_REMEMBERED // 2)
        self._ratings: dict[tuple[int, str], Rating] = {}
        self._instances: dict[Key, list[tuple[Program, _Instance]]] = {}

    def value(self, program: Program, given: Mapping[Key, Given], key: Key) -> Value | None:
        """Of one measure; None where the program has none of that name."""
        rating = self._ratings.get((id(program), key[0]))
        if rating is None:
            if len(self._ratings) >= _MOST_PROGRAMS:
                self._ratings.clear()
                self._instances.clear()
                self._room = _Room(MOST_REMEMBERED, MOST_REMEMBERED // 2)
            rating = self._ratings[id(program), key[0]] = Rating(program, [key[0]], self._room, self._find)
        found = rating.values(given).get(key)
        return None if found is None else found[0]

    def _find(self, program: Program, step: Step, members: Members) -> _Instance:
        there = self._instances.setdefault((step.name, members), [])
        for other, instance in there:
            if other.sets == program.sets and _says_the_same(program, step, other, instance.step):
                return instance
        there.append((program, _Instance((step.name, members), step)))
        return there[-1][1]


def _says_the_same(program: Program, step: Step, other: Program, its: Step) -> bool:
    return alike(step, its) and all(
        alike(program.constants[name].values, other.constants[name].values)
        for name in reads(step)
        if name in program.constants
    )


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
