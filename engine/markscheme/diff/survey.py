"""Rates every record of a data file by two versions and counts what becomes of it: each row is read once, and nothing
is kept of it but counts and the first movers. Knows the interpreter and no terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from ..batch import Batch, Record
from ..data import Rows
from ..diagnostics import Problem
from ..intake import Taken
from ..intake.values import Also
from ..ir import Program
from .counting import Causes, Fate, Tables
from .fates import Fates, Responsible, Sides
from .grouping import Groups
from .matching import held
from .population import By, Mover, Population, Rejected, Rejects

MOST_MOVERS = 1_000  # kept
_MOST_GIVEN = 1_000_000  # values of inputs, in the movers kept
MOST_REJECTED = 10  # kept, of each kind
_PLACES = 10  # named in one warning


def survey(
    old: Program,
    new: Program,
    rows: Rows,
    identifier: str | None = None,
    long: bool = False,
    *,
    groups: Sequence[str] = (),
    results: Sequence[tuple[str, str]] = (),
    renamed: Mapping[str, str] = {},
    responsible: Responsible | None = None,
    tell: Callable[[Mover], None] | None = None,
    step: Callable[[], None] | None = None,
) -> Population:
    """What becomes of the records of `rows` between two versions of a methodology, or two methodologies.

    `results` pairs measures of the old with measures of the new, where not the results of one name are held against
    each other. `old` has the names of `new`: `renamed` are its former ones, each with the new one, and the data may
    have either. `responsible` says which edits give a record its new value; `tell` is told every mover, `step` of every
    record. Raises Unreadable as reading does, ValueError for a name that is no measure.
    """
    also: dict[str, list[str]] = {}
    for former, name in renamed.items():
        also.setdefault(name, []).append(former)
    return _Survey(old, new, rows, identifier, long, groups, results, also, responsible, tell).run(step)


class _Survey:
    def __init__(
        self,
        old: Program,
        new: Program,
        rows: Rows,
        identifier: str | None,
        long: bool,
        groups: Sequence[str],
        results: Sequence[tuple[str, str]],
        also: Also,
        responsible: Responsible | None,
        tell: Callable[[Mover], None] | None,
    ) -> None:
        self.held, self.missing = held(old, new, results)
        self.warnings: list[Problem] = []
        self.sides = Sides(old, new)
        self.batch = Batch(self.sides.programs, rows, identifier, long, self._warned, groups, also)
        self.groups = Groups(groups, new, self.held, self.batch, also)
        self.fates = Fates(self.sides, self.held, responsible)
        self.tell = tell
        self.tables, self.causes = Tables(self.held), Causes(self.held)
        self.compared = self.moved = self.moved_records = 0
        self.movers: list[Mover] = []
        self.most = min(MOST_MOVERS, max(1, _MOST_GIVEN // max(1, len(self.sides.keys()))))
        self.rejects: dict[By, list[Rejected]] = {"old": [], "new": [], "both": []}
        self.rejected: Counter[By] = Counter()
        self.not_published = [0, 0]
        self.cells = _cells(self.batch)

    def run(self, step: Callable[[], None] | None) -> Population:
        for record in self.batch:
            self._count(record)
            if step is not None:
                step()
        old, new, both = (Rejects(by, self.rejected[by], tuple(first)) for by, first in self.rejects.items())
        found = Population(
            self.tables.records,
            self.compared,
            (old, new, both),
            self.tables.transitions(),
            self.moved,
            self.moved_records,
            tuple(self.movers),
            self.causes.causes(),
            self.groups.names,
            self.groups.groups(),
            self.missing,
            (self.not_published[0], self.not_published[1]),
            tuple(self.warnings),
        )
        _nothing_is_lost(found)
        return found

    def _count(self, record: Record) -> None:
        row = record.rows[0]
        if self.cells is None:
            self.batch.carried(record)  # which says what belongs to no input
        written = self.cells(row.cells) if self.cells is not None and not row.problems and not record.problems else None
        fate = self.fates.known.get(written) if written is not None else None
        taken = None
        if fate is None:
            taken = self._taken(record)
            fate = self.fates.of(taken, written)
        self.tables.count(fate)
        groups = self.groups.values(record)
        self.groups.count(groups, fate)
        if fate.rejected is not None:
            self._reject(record, fate.rejected, taken)
            return
        self.compared += 1
        self.not_published[0] += fate.not_published[0]
        self.not_published[1] += fate.not_published[1]
        if fate.moves:
            self._move(record, fate, groups, taken)

    def _taken(self, record: Record) -> tuple[Taken, Taken]:
        if len(self.batch.programs) == 2:
            return self.batch.taken(record, 0), self.batch.taken(record, 1)
        taken = self.batch.taken(record)
        return (taken if isinstance(taken, tuple) else self.sides.as_before(taken)), taken

    def _reject(self, record: Record, by: By, taken: tuple[Taken, Taken] | None) -> None:
        self.rejected[by] += 1
        if len(self.rejects[by]) < MOST_REJECTED:
            one, other = (each if isinstance(each, tuple) else () for each in taken or self._taken(record))
            self.rejects[by].append(Rejected(record.id, record.place, one, other))

    def _move(self, record: Record, fate: Fate, groups: tuple[str, ...], taken: tuple[Taken, Taken] | None) -> None:
        self.causes.count(fate)
        self.moved_records += 1
        self.moved += len(fate.moves)
        if self.tell is None and len(self.movers) >= self.most:
            return
        one, other = taken or self._taken(record)
        assert not isinstance(one, tuple)
        assert not isinstance(other, tuple)
        for move in fate.moves:
            pair = self.held[move.index].pair
            mover = Mover(record.id, record.place, pair, move.old, move.new, move.way, move.edits, groups, (one, other))
            if len(self.movers) < self.most:
                self.movers.append(mover)
            if self.tell is not None:
                self.tell(mover)

    def _warned(self, warning: Problem, places: Sequence[str]) -> None:
        more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
        where = ", ".join(filter(None, places[:_PLACES])) + more
        self.warnings.append(replace(warning, place=where or None))


def _cells(batch: Batch) -> Callable[[Mapping[str, object]], Hashable] | None:
    """All that inputs are read from, in a row: rows with the same have the same fate. None where rows have not the same
    columns."""
    if batch.columns is None:
        return None
    names = sorted(set().union(*(columns.names for columns in batch.columns)))
    return itemgetter(*names) if names else lambda cells: ()


def _nothing_is_lost(found: Population) -> None:
    """Raises RuntimeError where the counts of one thing are not the same everywhere."""
    for each in found.transitions:
        lost = each.records != found.records
        of_one = [group for group in found.groups for table in group.transitions if table.pair == each.pair]
        for column in found.columns:
            lost |= sum(group.records for group in of_one if group.column == column) != found.records
        if lost:
            raise RuntimeError(f"records went missing: {each}")
    moved = sum(each.moved for each in found.transitions)
    if found.records != found.compared + found.rejected or moved != found.moved:
        raise RuntimeError(f"records went missing: {found}")
    if sum(cause.count for cause in found.causes) != moved:
        raise RuntimeError(f"movers went missing: {found.causes}")
