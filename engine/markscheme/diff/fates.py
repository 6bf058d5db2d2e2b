"""What becomes of one record between two versions: rated by both, unless a record alike has been. Knows the
interpreter, no row and no count."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ..intake import Taken, stated
from ..ir import Absent, Program, Value, combinations
from ..mutate.trees import reads
from ..trace import Given, Key
from .counting import Fate, Move
from .matching import Held, taken_alike, treated_otherwise
from .rating import Rating
from .verdicts import Edit
from .ways import way

MOST_REMEMBERED = 400_000  # values, in the records whose fate is remembered

Responsible = Callable[[Mapping[Key, Given], Key, Value], tuple[Edit, ...]]
_Given = Mapping[Key, Given]


class Sides:
    """Two programs, and how records are read for them: `programs` are those whose intakes are asked, the new one alone
    where both take records alike."""

    def __init__(self, old: Program, new: Program) -> None:
        self.old, self.new = old, new
        alike = taken_alike(old, new)
        self.programs = (new,) if alike else (old, new)
        self._otherwise = treated_otherwise(old, new) if alike else frozenset()

    def as_before(self, given: _Given) -> _Given:
        """A record as the old version takes it: its absences may have counted as something else."""
        if not self._otherwise:
            return given
        found = dict(given)
        for key, one in given.items():
            gone = one.stated or one.value
            if key[0] in self._otherwise and isinstance(gone, Absent):
                rule = next(rule for rule in self.old.inputs[key[0]].absent if rule.reason == gone.reason)
                found[key] = replace(stated(rule, key), by=one.by, unpublished=one.unpublished)
        return found

    def keys(self) -> tuple[Key, ...]:
        """Of all inputs of either."""
        return tuple(
            dict.fromkeys(
                (name, members)
                for program in (self.old, self.new)
                for name, declared in program.inputs.items()
                for members in combinations(program.sets, declared.axes)
            )
        )

    @cached_property
    def _reads(self) -> Mapping[str, frozenset[str]]:
        """What each measure of either reads."""
        found: dict[str, frozenset[str]] = {}
        for program in (self.old, self.new):
            for step in program.steps:
                found[step.name] = found.get(step.name, frozenset()) | reads(step)
        return found

    def beneath(self, name: str) -> frozenset[str]:
        """The inputs that a measure rests on, in either version or in one between the two."""
        open_, seen = [name], set()
        while open_:
            one = open_.pop()
            if one not in seen:
                seen.add(one)
                open_ += self._reads.get(one, ())
        return frozenset(seen - self._reads.keys())


class Fates:
    """What becomes of records. `known` are the fates of some, by whatever tells them apart."""

    def __init__(self, sides: Sides, held: Sequence[Held], responsible: Responsible | None) -> None:
        self.sides, self.held, self.responsible = sides, held, responsible
        self.known: dict[Hashable, Fate] = {}
        self._keys = sides.keys()
        self._most = MOST_REMEMBERED // max(1, len(self._keys))
        self._old = Rating(sides.old, [each.pair.old[0] for each in held])
        self._new = Rating(sides.new, [each.pair.new[0] for each in held])
        self._one: dict[Fate, Fate] = {}  # those of `known`, each once
        self._rests: dict[str, tuple[Key, ...]] = {}  # the inputs beneath a measure
        self._asked: dict[Hashable, tuple[Edit, ...]] = {}

    def of(self, taken: tuple[Taken, Taken], likeness: Hashable | None = None) -> Fate:
        """`likeness` is what only records alike have in common, where the caller knows it."""
        one, other = taken
        if isinstance(one, tuple) or isinstance(other, tuple):
            return self._rejected(one, other)
        if likeness is None:
            likeness = (_likeness(one, self._keys), None if one is other else _likeness(other, self._keys))
            if likeness in self.known:
                return self.known[likeness]
        fate = self._rated(one, other)
        if len(self.known) < self._most:
            self.known[likeness] = fate = self._one.setdefault(fate, fate)
        return fate

    def _rejected(self, one: Taken, other: Taken) -> Fate:
        before = None if isinstance(one, tuple) else self._old.values(one)
        after = None if isinstance(other, tuple) else self._new.values(other)
        cells = tuple(
            (
                each.old.rejected if before is None else each.old.place(before[each.pair.old][0]),
                each.new.rejected if after is None else each.new.place(after[each.pair.new][0]),
            )
            for each in self.held
        )
        return Fate(cells, "both" if before is after else "old" if before is None else "new")

    def _rated(self, one: _Given, other: _Given) -> Fate:
        before, after = self._old.values(one), self._new.values(other)
        cells, moves, marked = [], [], [False, False]
        for index, each in enumerate(self.held):
            (was, was_marked), (now, now_marked) = before[each.pair.old], after[each.pair.new]
            cells.append((each.old.place(was), each.new.place(now)))
            marked = [marked[0] or was_marked, marked[1] or now_marked]
            found = way(*each.pair.types, was, now)
            if found is not None:
                moves.append(Move(index, was, now, found, self._edits(index, one, other, now)))
        return Fate(tuple(cells), None, tuple(moves), (marked[0], marked[1]))

    def _edits(self, index: int, one: _Given, other: _Given, now: Value) -> tuple[Edit, ...]:
        """The edits responsible for a move. Records that are alike in all that the value rests on have the same."""
        pair = self.held[index].pair
        if self.responsible is None or pair.old != pair.new:
            return ()
        name = pair.new[0]
        if name not in self._rests:
            beneath = self.sides.beneath(name)
            self._rests[name] = tuple(key for key in self._keys if key[0] in beneath)
        rests = self._rests[name]
        alike = (index, _likeness(one, rests), None if one is other else _likeness(other, rests))
        found = self._asked.get(alike)
        if found is None:
            found = self.responsible({**one, **other}, pair.new, now)
            if len(self._asked) < self._most:
                self._asked[alike] = found
        return found


def _likeness(given: _Given, keys: Sequence[Key]) -> Hashable:
    """What records alike have in common, by the inputs `keys`."""
    found = [given.get(key) for key in keys]
    return tuple([None if one is None else (one.value, one.stated, one.unpublished) for one in found])
