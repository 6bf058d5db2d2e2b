"""A block of records, rated by columns: results of those that have some, the problems of the others, all counted.

Knows how names, faults of rows and faults of values come together, as `batch` has it for one record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import Rater
from ..data.blocks import Block
from ..diagnostics import Problem
from .ids import Seen, Twice, names, same_name

_FEW = 512  # rows for each that is left out
_TOLD = 1 << 12  # problems that are made Python's own at a time


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not rated. `problems` say where it is."""

    id: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What came of a block. `results`, `ids` and `carried` are of the records that were not rejected."""

    ids: pa.Array
    results: pa.Table
    carried: tuple[pa.Array, ...]
    rejected: tuple[Rejected, ...]
    records: int
    rated: int
    unrated: int
    not_published: int


class Rating:
    """Blocks, one after the other. `inputs` are the columns that are read, `carried` those that belong to no input."""

    def __init__(
        self,
        rater: Rater,
        identifier: str | None,
        inputs: Sequence[str],
        carried: Sequence[str],
        twice: Twice | None = None,
        seen: Seen | None = None,
    ) -> None:
        self._rater = rater
        self._identifier = identifier
        self._inputs, self._carried = list(inputs), list(carried)
        self._twice, self._seen = twice, seen
        self.start = 0  # records before the next block

    def piece(self, block: Block) -> Piece:
        found = self._rater.rate(block.batch.select(self._inputs))
        size = block.batch.num_rows
        rejected = self._problems(found.rejects, block)
        for index, problems in block.faults.items():
            rejected[index] = list(problems)
        called = self._named(block, rejected)
        self.start += size
        results, ids, carried = found.results, called, [block.batch.column(name) for name in self._carried]
        if rejected:
            kept = _Kept(rejected, size)
            results, ids = kept.table(results), kept.array(ids)
            carried = [kept.array(column) for column in carried]
        return Piece(
            ids,
            results,
            tuple(carried),
            tuple(Rejected(*self._told(called, index, rejected[index], block)) for index in sorted(rejected)),
            size,
            *(
                (found.counts.rated, found.counts.unrated)
                if len(rejected) == found.counts.rejected
                else _counts(results)
            ),
            pc.sum(results.column("not_published")).as_py() or 0 if "not_published" in results.column_names else 0,
        )

    def _named(self, block: Block, rejected: dict[int, list[Problem]]) -> pa.Array:
        """What the records are called; the problems with that come before those of values."""
        if self._identifier is None:
            numbers = np.arange(self.start + 1, self.start + 1 + block.batch.num_rows, dtype=np.int64)
            return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])  # as they are
        found = names(block, self._identifier)
        if self._seen is not None:
            self._seen.add(found)
        wrong: dict[int, Problem] = dict(found.faults)
        if self._twice is not None:
            for index, first in self._twice.within(self.start, block.batch.num_rows):
                name = found.text(index)
                wrong[index] = same_name(name, self._identifier, block.unit, first, block.numbers[index])
        for index, problem in wrong.items():
            rejected.setdefault(index, []).insert(len(block.faults.get(index, ())), problem)
        return found.array

    def _problems(self, rejects: pa.Table, block: Block) -> dict[int, list[Problem]]:
        found: dict[int, list[Problem]] = {}
        known: dict[tuple[str | None, ...], Problem] = {}  # few are different
        for some in rejects.to_batches(max_chunksize=_TOLD):
            rows, _, *texts = (column.to_pylist() for column in some.columns)
            for row, (column, value, code, reason, hint) in zip(rows, zip(*texts, strict=True), strict=True):
                same = (code, reason, column, value, hint)
                if same not in known:
                    known[same] = Problem(code, reason, column, value, None, hint)
                found.setdefault(row - 1, []).append(known[same])
        return found

    def _told(
        self, called: pa.Array, index: int, problems: Sequence[Problem], block: Block
    ) -> tuple[str, tuple[Problem, ...]]:
        name = called[index].as_py()
        place = block.place(index)
        placed = tuple(each if each.place else replace(each, place=place) for each in problems)
        return "" if name is None else str(name), placed


class _Kept:
    """What is left of columns without some rows. Where these are few, what stands between them is copied as a whole."""

    def __init__(self, rejected: Collection[int], size: int) -> None:
        self._mask: pa.Array | None = None
        self._rejected, self._size = rejected, size
        ends = [*sorted(rejected), size] if len(rejected) * _FEW < size else []
        self._runs = [(start, end - start) for start, end in zip([0, *(each + 1 for each in ends)], ends, strict=False)]

    def table(self, rows: pa.Table) -> pa.Table:
        if self._runs and all(_flat(column.type) for column in rows.columns):
            return pa.concat_tables([rows.slice(*run) for run in self._runs])
        return rows.filter(self._filter())

    def array(self, rows: pa.Array) -> pa.Array:
        if self._runs and _flat(rows.type):
            return pa.concat_arrays([rows.slice(*run) for run in self._runs])
        return rows.filter(self._filter())

    def _filter(self) -> pa.Array:
        if self._mask is None:
            kept = np.ones(self._size, bool)
            kept[list(self._rejected)] = False
            self._mask = pa.array(kept)
        return self._mask


def _flat(type: pa.DataType) -> bool:
    """Neither nested, nor of views: what Arrow puts together again as it was."""
    if pa.types.is_dictionary(type):
        type = type.value_type
    return bool(pa.types.is_primitive(type) or pa.types.is_decimal(type) or pa.types.is_string(type))


def _counts(results: pa.Table) -> tuple[int, int]:
    """How many are rated, and how many are not."""
    counted = results.column("status").value_counts().to_pylist()
    found: Mapping[Any, int] = {each["values"]: each["counts"] for each in counted}
    return found.get("rated", 0), found.get("unrated", 0)
