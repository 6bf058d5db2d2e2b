"""Holds what a peer has written against what each record comes to, by the row numbers that stand beside the ratings."""

from __future__ import annotations

import sys

import numpy as np

from ..columns.ours import places
from ..workloads import REJECTED, WORKLOADS, Outcomes
from .written import blocks


def ratings(kind: str, path: str, count: int, levels: tuple[str, ...]) -> Outcomes:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    if kind == "csv":
        text = {"row": pa.int64(), "overall": pa.string()}
        options = pa.csv.ConvertOptions(include_columns=list(text), column_types=text, strings_can_be_null=True)
        table = pa.csv.read_csv(path, convert_options=options)
    else:
        table = pa.parquet.read_table(path, columns=["row", "overall"])
    found = np.full(count, REJECTED, np.uint8)
    column = table["overall"]
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    found[table["row"].to_numpy() - 1] = places(column, levels)
    return found


def main(workload: str, kind: str, count: str, path: str) -> None:
    found, start = ratings(kind, path, int(count), WORKLOADS[workload].levels), 0
    for population in blocks(workload, int(count)):
        other = np.flatnonzero(found[start : start + len(population)] != population.outcomes)
        if len(other):
            row = start + int(other[0])
            pair = f"{found[row]}, not {population.outcomes[other[0]]}"
            sys.exit(f"{len(other)} ratings differ, first in row {row + 1}: {pair}")
        start += len(population)
