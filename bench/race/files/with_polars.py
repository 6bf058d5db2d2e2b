"""Polars by hand: scanned lazily, one query, written as it streams."""

from __future__ import annotations

from ..columns.with_polars import Figures, query
from ..workloads import RATINGS, WORKLOADS


def main(workload: str, kind: str, source: str, target: str) -> None:
    import polars as pl

    work = WORKLOADS[workload]
    rating = pl.Enum(RATINGS)
    figures: Figures = "decimal" if kind == "parquet" else "float64"
    if kind == "parquet":
        data = pl.scan_parquet(source)
    else:
        read = {"level": pl.String, "score": pl.UInt8, "tenths": pl.Float64}
        data = pl.scan_csv(source, schema={name: read[each]() for name, each in work.columns.items()})
    typed = [pl.col(name).cast(rating, strict=False) for name, each in work.columns.items() if each == "level"]
    data = data.with_columns(typed).with_row_index("row", offset=1)
    found = data.select("row", query(work, figures).alias("overall"))
    if kind == "parquet":
        found.sink_parquet(target)
    else:
        found.sink_csv(target)
