"""The data, in blocks of a million records, each block of a seed of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..columns.ours import array
from ..workloads import FINER, MISSING, RATINGS, WORKLOADS, Kind, Population

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 1_000_000


def blocks(workload: str, count: int) -> Iterator[Population]:
    for number, start in enumerate(range(0, count, BLOCK)):
        yield WORKLOADS[workload].population(min(BLOCK, count - start), 100 + number)


def _text(kind: Kind, codes: np.ndarray) -> pa.Array:
    """As a spreadsheet would write it; nothing where there is no value."""
    import pyarrow as pa

    words = list(RATINGS) if kind == "level" else [str(code) for code in range(1002)]
    if kind == "tenths":
        words = [f"{code / 10:.1f}" for code in range(1002)]
    extra = {MISSING: None, FINER: "57.25", -1: "-0.1"}
    dictionary = pa.array([*words, *extra.values(), "goood"], pa.string())
    places = np.where(codes >= 0, codes, len(words) + len(extra)).astype(np.int32)
    for offset, code in enumerate(extra):
        places[codes == code] = len(words) + offset
    return dictionary.take(pa.array(places))


def main(workload: str, kind: str, count: str, target: str) -> None:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    columns = WORKLOADS[workload].columns
    writer = None
    for population in blocks(workload, int(count)):
        arrays = {
            name: _text(columns[name], codes) if kind == "csv" else array(columns[name], codes, "best")
            for name, codes in population.columns.items()
        }
        table = pa.table(arrays)
        if writer is None and kind == "csv":
            writer = pa.csv.CSVWriter(target, table.schema, write_options=pa.csv.WriteOptions(quoting_style="none"))
        elif writer is None:
            writer = pa.parquet.ParquetWriter(target, table.schema, store_decimal_as_integer=True)
        assert writer is not None
        if kind == "csv":
            writer.write_table(table)
        else:
            writer.write_table(table, row_group_size=131_072)
    if writer is not None:
        writer.close()
