"""What is wrong with a batch, as a table of Arrow. Few of its problems are different, and each is told once. Knows no
rule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

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


def rejects_table(found: Sequence[tuple[int, Problem]]) -> pa.Table:
    """A row for each problem, with the row of its record, from 0."""
    if not found:
        return REJECTS.empty_table()
    different = {id(problem): problem for _, problem in found}
    numbers = {each: number for number, each in enumerate(different)}
    places = pa.array([numbers[id(problem)] for _, problem in found], pa.int32())
    told = [(each.column, each.value, each.code, each.message, each.hint) for each in different.values()]
    columns: list[pa.Array] = [pa.array([row + 1 for row, _ in found], pa.int64()), pa.nulls(len(found), pa.string())]
    columns += [pa.array(cells, pa.string()).take(places) for cells in zip(*told, strict=True)]
    return pa.table(columns, schema=REJECTS)
