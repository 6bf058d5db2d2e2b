"""DuckDB by hand: one COPY of a SELECT, in rows' order, as wide as the machine."""

from __future__ import annotations

from ..columns.with_duckdb import ENUM, select
from ..workloads import WORKLOADS


def main(workload: str, kind: str, source: str, target: str) -> None:
    import duckdb

    work = WORKLOADS[workload]
    connection = duckdb.connect()
    connection.execute(f"CREATE TYPE rating AS {ENUM}")
    if kind == "parquet":
        file, number = f"read_parquet('{source}', file_row_number = true)", "file_row_number + 1"
    else:
        read = {"level": "VARCHAR", "score": "UTINYINT", "tenths": "DOUBLE"}
        types = ", ".join(f"'{name}': '{read[each]}'" for name, each in work.columns.items())
        file, number = f"read_csv('{source}', header = true, columns = {{{types}}})", "row_number() OVER ()"
    typed = [
        f"TRY_CAST({name} AS rating) AS {name}" if each == "level" else name for name, each in work.columns.items()
    ]
    data = f"(SELECT {', '.join(typed)}, {number} AS row FROM {file})"
    form = "best" if kind == "parquet" else "float64"
    options = "FORMAT parquet" if kind == "parquet" else "FORMAT csv, HEADER"
    connection.execute(f"COPY ({select(work, data, form, 'row, ')}) TO '{target}' ({options})")
