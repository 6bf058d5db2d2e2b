"""Tables of any library that speaks Arrow, or columns of NumPy, rated as a whole: with the names of records, which
must be there and different. Opens no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..batch import named_by, named_twice
from ..diagnostics import Problem
from . import Counts, RatedTable, Rater
from .rejects import REJECTS

_SMALL = 1 << 15  # rows of a batch
_SPACE_ELSEWHERE = "[\x1c-\x1f\x85]"  # what Python takes for space at the ends of a text, and Arrow may not

Faults = dict[int, list[Problem]]


def rate_table(rater: Rater, data: object, id: str | None) -> RatedTable:
    """A table rated, all its rows. `id` names the column that tells records apart.

    Raises `TypeError` for what is no table, `KeyError` where there is no such column, and what `Rater.rate` raises.
    """
    data = data if isinstance(data, Mapping) else _table(data)  # once: a stream has its rows no second time
    named = None if id is None else _column(data, id)
    faults, names = ({}, None) if id is None or named is None else _faults(named, id)
    found: list[RatedTable] = []
    start = 0
    for batch, size in _batches(data):
        here = {row - start: problems for row, problems in faults.items() if start <= row < start + size}
        found.append(rater.rate(batch, () if id is None else (id,), here))
        start += size
    results = pa.concat_tables([each.results for each in found])
    starts = np.cumsum([0, *(each.counts.records for each in found)])
    rejects = pa.concat_tables([_moved(each.rejects, int(at)) for each, at in zip(found, starts, strict=False)])
    if id is not None:
        assert named is not None
        results = results.add_column(0, id, named)
        called = [None if names is None else names[row - 1] for row in rejects.column("row").to_pylist()]
        if names is None:
            called = [str(value).strip() for value in named.take(pc.subtract(rejects.column("row"), 1)).to_pylist()]
        rejects = rejects.set_column(1, "id", pa.array(called, pa.string()))
    counts = Counts(*(sum(getattr(each.counts, part) for each in found) for part in Counts.__slots__))
    return RatedTable(results, rejects, counts, rater.refused, found[0].unknown if found else ())


def _batches(data: object) -> Iterator[tuple[pa.RecordBatch | dict[str, object], int]]:
    """The data in batches that are not small, with their sizes."""
    if isinstance(data, Mapping):
        columns = {str(name): _array(column) for name, column in data.items()}
        yield columns, len(next(iter(columns.values()), ()))  # type: ignore[arg-type]
        return
    table = _table(data)
    if isinstance(table, dict):
        yield table, len(next(iter(table.values()), ()))
        return
    batches = table.to_batches()
    if len(batches) > 1 and table.num_rows < _SMALL * len(batches):
        batches = table.unify_dictionaries().combine_chunks().to_batches()
    for batch in batches or [pa.RecordBatch.from_pylist([], table.schema)]:
        yield batch, batch.num_rows


def _table(data: object) -> Any:
    """As a table of Arrow; or, where Arrow cannot hold a column of mixed values, as columns of objects."""
    if isinstance(data, pa.Table | dict):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    try:
        if hasattr(data, "__arrow_c_stream__"):
            return pa.table(data)
        if hasattr(data, "__arrow_c_array__"):
            return pa.Table.from_batches([pa.record_batch(data)])
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        names = list(getattr(data, "columns", ()))
        if not names:
            raise
        return {str(name): np.asarray(data[name], dtype=object) for name in names}  # type: ignore[index]
    way_out = "give one of Arrow, pandas, Polars or DuckDB, or a mapping of names to arrays"
    if hasattr(data, "collect"):
        way_out = "`.collect()` it first"
    raise TypeError(f"`{type(data).__name__}` is no table: {way_out}")


def _array(column: object) -> object:
    if isinstance(column, np.ndarray | pa.Array):
        return column
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        return pa.chunked_array(column).combine_chunks()
    found = np.asarray(column, dtype=object)
    if found.ndim != 1:
        raise TypeError(f"a column is an array, not {type(column).__name__}")
    return found


def _column(data: object, id: str) -> pa.ChunkedArray:
    if isinstance(data, Mapping):
        names: list[object] = list(data)
        found = data.get(id)
    else:
        table = _table(data)
        names = list(table) if isinstance(table, dict) else table.schema.names
        found = table[id] if id in names else None
    if found is None:
        raise KeyError(f"there is no column `{id}`; the columns are {', '.join(map(str, names[:12]))}")
    if isinstance(found, pa.ChunkedArray):
        return found
    array = _array(found)
    return pa.chunked_array([array if isinstance(array, pa.Array) else pa.array(array)])


def _faults(named: pa.ChunkedArray, id: str) -> tuple[Faults, list[str] | None]:
    """What is wrong with the names of records, by row, and the names; None where nothing is: then they are as they
    stand."""
    if _all_different(named):
        return {}, None
    faults: Faults = {}
    names: list[str] = []
    first: dict[str, int] = {}
    for row, value in enumerate(named.to_pylist()):
        name = named_by(value, id)
        if isinstance(name, Problem):
            faults[row] = [name]
            names.append("")
            continue
        names.append(name)
        before = first.setdefault(name, row)
        if before != row:
            faults[row] = [named_twice(name, id, f"row {before + 1}", f"row {row + 1}")]
    return faults, names


def _all_different(named: pa.ChunkedArray) -> bool:
    """Whether all is clearly well."""
    if named.null_count:
        return False
    if pa.types.is_integer(named.type):
        return int(pc.count_distinct(named).as_py()) == len(named)
    if not (pa.types.is_string(named.type) or pa.types.is_large_string(named.type)):
        return False
    trimmed = pc.utf8_trim_whitespace(named)
    if pc.any(pc.equal(trimmed, "")).as_py() or pc.any(pc.match_substring_regex(named, _SPACE_ELSEWHERE)).as_py():
        return False
    return int(pc.count_distinct(trimmed).as_py()) == len(named)


def _moved(rejects: pa.Table, by: int) -> pa.Table:
    return rejects if by == 0 else rejects.set_column(0, REJECTS.field(0), pc.add(rejects.column("row"), by))
