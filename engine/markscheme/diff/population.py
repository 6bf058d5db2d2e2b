"""Two versions over a population, as data: who stands where in either, who moves and by which change of text, and who
is rejected. Counts only, but for the first of each kind. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..diagnostics import Problem
from ..ir import Type, Value
from ..trace import Given, Key
from .verdicts import Edit, Way

By = Literal["old", "new", "both"]  # rejected by which version


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record can stand in a result: at a value, at an absence for a reason, or nowhere, being rejected. Numbers
    have one standing, all of them together. `name` is the level, choice or reason as rule files write it."""

    kind: Literal["value", "number", "absent", "rejected"]
    name: str
    title: str
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One value of a result, and what it is held against: of the old version the value `old`, of the new one `new`.
    `directed` says whether there is a higher and a lower: else the two scales have not the same levels, or nothing is
    better."""

    old: Key
    new: Key
    title: str  # as the new version calls the result, without its members
    types: tuple[Type, Type] = field(repr=False)
    directed: bool


@dataclass(frozen=True, slots=True)
class Transitions:
    """All records by where they stand in one value of a result. `rows` are the standings of the old version and
    `columns` those of the new: values worst first, then absences, `rejected` last. `counts` holds what is not 0, by
    row and column; `ways` the movers."""

    pair: Pair
    rows: tuple[Standing, ...]
    columns: tuple[Standing, ...]
    counts: Mapping[tuple[int, int], int]
    ways: Mapping[Way, int]

    @property
    def records(self) -> int:
        return sum(self.counts.values())

    @property
    def moved(self) -> int:
        return sum(self.ways.values())

    @property
    def before(self) -> tuple[int, ...]:
        """How many records each row has."""
        return tuple(sum(n for (row, _), n in self.counts.items() if row == each) for each in range(len(self.rows)))

    @property
    def after(self) -> tuple[int, ...]:
        """How many records each column has."""
        return tuple(sum(n for (_, at), n in self.counts.items() if at == each) for each in range(len(self.columns)))


@dataclass(frozen=True, slots=True)
class Mover:
    """A record that has another value now. `responsible` is the smallest set of edits that gives it that value, empty
    where edits cannot be told apart or asking would take too long; `groups` are its cells in the columns asked for;
    `given` its inputs as each version takes them, so that both ratings can be replayed."""

    id: str
    place: str
    pair: Pair
    old: Value
    new: Value
    way: Way
    responsible: tuple[Edit, ...]
    groups: tuple[str, ...] = ()
    given: tuple[Mapping[Key, Given], Mapping[Key, Given]] = field(default=({}, {}), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many go from one standing to another in one value of a result."""

    pair: Pair
    old: Standing
    new: Standing
    way: Way
    count: int


@dataclass(frozen=True, slots=True)
class Cause:
    """A smallest set of edits, and the movers for which it is responsible. `edits` is empty for those of which that is
    not known."""

    edits: tuple[Edit, ...]
    moves: tuple[Moved, ...]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.moves)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that one version, or both, cannot rate, and why: what each says is wrong with it."""

    id: str
    place: str
    old: tuple[Problem, ...]
    new: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Rejects:
    """The records rejected by the old version only, by the new one only, or by both. `first` are the first of them."""

    by: By
    count: int
    first: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The records that have one value in a column of the data."""

    column: str
    value: str
    records: int
    transitions: tuple[Transitions, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """What becomes of all records of the data: records = compared + rejected by either.

    `transitions` has a table for each value of a result that both versions have; `missing` are those that only one
    has. `movers` are the first of `moved` (a record counts for each value that it moves in); `moved_records` counts
    each once. `causes` has every mover, the sets with most movers first. `columns` are those that groups were asked
    for. `not_published` counts the compared records that rest on rules that are not, in either version.
    """

    records: int
    compared: int
    rejects: tuple[Rejects, Rejects, Rejects]  # by the old version only, the new one only, both
    transitions: tuple[Transitions, ...]
    moved: int
    moved_records: int
    movers: tuple[Mover, ...]
    causes: tuple[Cause, ...]
    columns: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    missing: tuple[tuple[Key, Literal["old", "new"]], ...] = ()
    not_published: tuple[int, int] = (0, 0)
    warnings: tuple[Problem, ...] = ()

    @property
    def rejected(self) -> int:
        return sum(each.count for each in self.rejects)
