"""markscheme: `rate_table` on Arrow columns: dictionaries, unsigned bytes, and 32-bit decimals or float64; as it is by
default, through NumPy, and with the loops of the extra `[compiled]` from the first value on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from markscheme import load

from ..workloads import FINER, MISSING, RATINGS, REJECTED, Kind, Outcomes, Population, Workload
from . import Form, Run
from .plain import floats

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


def array(kind: Kind, codes: NDArray[np.int16], form: Form) -> pa.Array:
    """A null where there is no value. A scaled integer cannot be too fine, so that one is out of range instead."""
    import pyarrow as pa

    missing = codes == MISSING
    match kind:
        case "level":
            known = codes >= 0
            return pa.DictionaryArray.from_arrays(
                pa.array(np.where(known, codes, 0).astype(np.uint8), mask=~known), RATINGS
            )
        case "score":
            return pa.array(np.where(codes < 0, 0, codes).astype(np.uint8), mask=missing)
        case "tenths" if form == "float64":
            return pa.array(floats(codes), mask=missing)
        case "tenths":
            tenths = np.where(codes == FINER, 1001, np.where(missing, 0, codes)).astype(np.int32)
            valid = pa.array(~missing).buffers()[1]
            return pa.Array.from_buffers(pa.decimal32(4, 1), len(codes), [valid, pa.py_buffer(tenths)])


def table(workload: Workload, population: Population, form: Form) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: array(workload.columns[name], codes, form) for name, codes in population.columns.items()})


def places(column: pa.ChunkedArray | pa.Array, levels: tuple[str, ...]) -> Outcomes:
    """The place of each level in a column of results."""
    import pyarrow as pa

    found = []
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        if not isinstance(chunk, pa.DictionaryArray):
            chunk = chunk.dictionary_encode()
        known = np.array([levels.index(str(level)) for level in chunk.dictionary.to_pylist()] + [REJECTED], np.uint8)
        indices = chunk.indices.cast(pa.int32()).fill_null(len(known) - 1)
        found.append(known[indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(found) if found else np.empty(0, np.uint8)


def run(workload: Workload, population: Population, form: Form) -> Run:
    return _run(workload, population, form, None)


def compiled(workload: Workload, population: Population, form: Form) -> Run | None:
    """The loops are for numbers: of levels and scores all is in tables, which need none."""
    if "tenths" not in workload.columns.values():
        return None
    import numba  # noqa: F401  # it is skipped where this is not installed

    return _run(workload, population, form, 0)


def _run(workload: Workload, population: Population, form: Form, joins: int | None) -> Run:
    from markscheme.columns import compiled as loops

    methodology = load(str(workload.rules))
    joining = loops.Joining(joins)
    data = table(workload, population, form)
    types = {"W1": "dictionary", "W2": "uint8"}.get(workload.name) or ("float64" if form == "float64" else "decimal32")

    def read(result: object) -> Outcomes:
        results = cast("pa.Table", getattr(result, "results"))  # noqa: B009
        return places(results["overall"], workload.levels)

    def once() -> object:
        loops.joining = joining
        return methodology.rate_table(data)

    return Run(once, read, types)
