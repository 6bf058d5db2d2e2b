"""Tables of records become tables of results, by integers in arrays: exactly what each record alone gives. Needs NumPy
and Arrow (`pip install markscheme[columns]`). Opens no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ..diagnostics import Problem
from ..intake import Intake
from ..ir import Program
from .rating import Rating

MOST_MET = 200_000  # values that no integers hold beforehand, before what is known of them is thrown away


class NotInColumns(ValueError):
    """Data that are rated record by record only. The text says what is so."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Records in = rated + unrated + rejected."""

    records: int
    rated: int
    unrated: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RatedTable:
    """`results` has a row for each record, in order: its results, null where absent or rejected; `absent.…` why absent;
    `status` is `rated`, `unrated` or `rejected`; `not_published` where the methodology has rules that are not
    published; `assumed` where a declared value may stand for an absence; `decided.…` which rule, where that was asked.

    `rejects` has a row for each thing that is wrong: `row` (from 1), `id`, `column`, `value`, `code`, `reason`, `hint`.
    `refused` are the measures that arrays cannot work out exactly, and why: these were left to the interpreter.
    `unknown` are columns that belong to no input.
    """

    results: pa.Table
    rejects: pa.Table
    counts: Counts
    refused: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


class Rater:
    """Rates tables by one methodology, batch after batch. Threads may share it."""

    def __init__(self, program: Program, decided: bool = False) -> None:
        """`decided` asks for the columns that say which rule, row or band decided."""
        self.program = program
        self._decided = decided
        self._intake = Intake(program)
        self._rating = Rating(program, decided)

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """The measures that arrays cannot work out exactly, and why."""
        return self._rating.refused

    def rate(
        self,
        batch: pa.RecordBatch | Mapping[str, object],
        carried: Sequence[str] = (),
        faults: Mapping[int, Sequence[Problem]] | None = None,
    ) -> RatedTable:
        """A batch, or columns by their names, of one length: Arrow or NumPy arrays. `carried` belong to no input.
        `faults` are of rows, from 0, that are rejected whatever they hold: their problems come first.

        Raises `NotInColumns` where the columns hold a record of another methodology, `ValueError` where they are of
        different lengths.
        """
        names: tuple[str, ...]
        arrays: dict[str, object]
        if isinstance(batch, pa.RecordBatch):
            names, size = tuple(batch.schema.names), batch.num_rows
            arrays = dict(zip(names, batch.columns, strict=True))
        else:
            arrays = dict(batch)
            names, size = tuple(arrays), _length(arrays)
        columns = self._intake.columns(names, tuple(carried))
        if columns.inner:
            raise NotInColumns(f"`{next(iter(columns.inner))}` is given as a record of another methodology")
        rating = self._rating
        if rating.met > MOST_MET:  # what has been met is no guide to what comes, and memory has an end
            rating = self._rating = Rating(self.program, self._decided)
        found = rating.batch(columns, arrays, size, faults or {})
        rated = found.records - found.unrated - found.rejected
        counts = Counts(found.records, rated, found.unrated, found.rejected)
        return RatedTable(found.results, found.rejects, counts, rating.refused, columns.unknown)


def _length(arrays: Mapping[str, object]) -> int:
    lengths = {name: len(array) for name, array in arrays.items()}  # type: ignore[arg-type]
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns are of different lengths: {lengths}")
    return next(iter(lengths.values()), 0)
