"""What is wrong with a batch, as a table of Arrow. Few of its problems are different, and each is told once. Knows no
rule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from ..diagnostics import Problem
from .arrays import Rows, places, present

REJECTS = pa.schema(
    [("row", pa.int64()), *((name, pa.string()) for name in ("id", "column", "value", "code", "reason", "hint"))]
)


def problems(array: object, rows: Rows, problem: Callable[[int], Problem]) -> Iterator[Problem]:
    """What is wrong in each of some rows of a column: it is asked once for values that are alike."""
    known: dict[Hashable, Problem] = {}
    for row, value in zip(rows.tolist(), _alike(array, rows), strict=True):
        if value not in known:
            known[value] = problem(row)
        yield known[value]


def _alike(array: object, rows: Rows) -> Sequence[Hashable]:
    """The same for the same values: where that is not soon told, the rows themselves."""
    try:
        match array:
            case np.ndarray() if isinstance(array, np.ma.MaskedArray):
                pass
            case np.ndarray() if array.dtype.kind in "iuf":
                return list(map(repr, array[rows].tolist()))  # since 0.0 equals -0.0
            case pa.DictionaryArray():
                known = zip(places(array)[rows].tolist(), present(array.indices, rows), strict=True)
                return [place if there else None for place, there in known]
            case pa.Array() if pa.types.is_primitive(array.type) or pa.types.is_string(array.type):
                return list(map(repr, array.take(pa.array(rows)).to_pylist()))
    except Exception:  # what cannot be had from Arrow, each row has its own reason for
        pass
    return list(rows.tolist())


class Rejects:
    """Gathered column by column. There may be several for every record: no more is kept of each than which it is."""

    def __init__(self) -> None:
        self._rows: list[Rows] = []
        self._problems: list[Problem] = []

    def add(self, rows: Rows, problems: Iterable[Problem]) -> None:
        """A problem for each row, from 0."""
        self._rows.append(rows)
        self._problems += problems

    def table(self) -> pa.Table:
        """A row for each problem, in the order of records; those of one record as they were added."""
        if not self._problems:
            return REJECTS.empty_table()
        rows = np.concatenate(self._rows)
        order = np.argsort(rows, kind="stable")
        different = {id(problem): problem for problem in self._problems}
        numbers = dict(zip(different, range(len(different)), strict=True))
        places = np.array([numbers[id(problem)] for problem in self._problems], np.int32)[order]
        told = [(each.column, each.value, each.code, each.message, each.hint) for each in different.values()]
        taken = pa.array(places)
        columns: list[pa.Array] = [pa.array(rows[order] + 1), pa.nulls(len(rows), pa.string())]
        columns += [pa.array(cells, pa.string()).take(taken) for cells in zip(*told, strict=True)]
        return pa.table(columns, schema=REJECTS)
