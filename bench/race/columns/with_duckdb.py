"""DuckDB: one SELECT, as one naturally would write it, on a table of its own with ENUM, UTINYINT and DECIMAL(4,1)
columns; the ratings come out as Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..workloads import (
    BANDS,
    KEY_QUESTIONS,
    MOST_POINTS,
    RATINGS,
    REJECTED,
    THEMES,
    Outcomes,
    Population,
    Workload,
    cuts,
    final_ratings,
)
from . import Form, Run
from .with_polars import frame

if TYPE_CHECKING:
    import pyarrow as pa

ENUM = f"ENUM ({', '.join(repr(level) for level in RATINGS)})"


def five_ratings() -> str:
    def how_many(level: str) -> str:
        return " + ".join(f"({name} = '{level}')::UTINYINT" for name in KEY_QUESTIONS)

    nothing = " OR ".join(f"{name} IS NULL" for name in KEY_QUESTIONS)
    return f"""CASE WHEN {nothing} THEN NULL
        WHEN {how_many("inadequate")} >= 2 THEN 'inadequate'
        WHEN {how_many("inadequate")} = 1 OR {how_many("requires_improvement")} >= 2 THEN 'requires_improvement'
        WHEN {how_many("outstanding")} >= 2 AND {how_many("requires_improvement")} = 0 THEN 'outstanding'
        ELSE 'good' END::rating"""


def nine_scores() -> str:
    return """CASE WHEN NOT valid THEN NULL
        WHEN (finance >= 4)::UTINYINT + (governance >= 4)::UTINYINT + (services >= 4)::UTINYINT >= 2
            AND least(finance, governance, services) >= 3 THEN 4
        WHEN (finance >= 3)::UTINYINT + (governance >= 3)::UTINYINT + (services >= 3)::UTINYINT >= 2
            AND least(finance, governance, services) >= 2 THEN 3
        WHEN (finance >= 2)::UTINYINT + (governance >= 2)::UTINYINT + (services >= 2)::UTINYINT >= 2 THEN 2
        ELSE 1 END::UTINYINT"""


def themes(source: str, also: str) -> str:
    found, valid = [], []
    for theme, lines in THEMES.items():
        count = len(lines)
        mean = f"(2 * ({' + '.join(lines)}) + {count}) // {2 * count}"
        ones = " OR ".join(f"{name} = 1" for name in lines)
        found.append(f"CASE WHEN {ones} THEN least({mean}, 2) ELSE {mean} END AS {theme}")
        valid += [f"coalesce({name} BETWEEN 1 AND 4, false)" for name in lines]
    return f"SELECT {also}{', '.join(found)}, {' AND '.join(valid)} AS valid FROM {source}"


def points(source: str, form: Form, also: str) -> str:
    found, valid = [], []
    for name, cut in cuts().items():
        sign = "<=" if cut.falling else ">="
        kind = "::DOUBLE" if form == "float64" else ""
        three, two = (f"{each / 10}{kind}" for each in (cut.three, cut.two))
        found.append(
            f"{cut.weight} * CASE WHEN {name} {sign} {three} THEN 3 WHEN {name} {sign} {two} THEN 2 ELSE 0 END"
        )
        fine = f" AND round({name} * 10) / 10 = {name}" if form == "float64" else ""
        valid.append(f"coalesce({name} BETWEEN 0 AND 100{fine}, false)")
    valid += [f"coalesce({name} BETWEEN 1 AND 4, false)" for name in ("leadership", "capability")]
    total = " + ".join(found)
    return f"SELECT {also}{total} AS total, leadership, capability, {' AND '.join(valid)} AS valid FROM {source}"


def select(workload: Workload, source: str, form: Form, also: str = "") -> str:
    """The whole query: one column, `overall`, after those named in `also`."""
    match workload.name:
        case "W1":
            return f"SELECT {also}{five_ratings()} AS overall FROM {source}"
        case "W2":
            return f"SELECT {also}{nine_scores()} AS overall FROM ({themes(source, also)})"
        case _:
            bands = [cut * MOST_POINTS // 100 for cut in BANDS]
            reached = " ".join(f"WHEN total >= {bands[place - 1]} THEN {place}" for place in (3, 2, 1))
            final = [RATINGS[place] for place in final_ratings().ravel().tolist()]
            # A list of the 64 rows: a join is a little slower, and the records come out in another order.
            row = f"16 * CASE {reached} ELSE 0 END + 4 * (leadership - 1) + capability"
            rated = f"CASE WHEN valid THEN ({final}::rating[])[{row}] END"
            return f"SELECT {also}{rated} AS overall FROM ({points(source, form, also)})"


def _columns(workload: Workload, form: Form) -> str:
    found = []
    for name, kind in workload.columns.items():
        tenths = f"{name}::DOUBLE AS {name}" if form == "float64" else f"({name} / 10)::DECIMAL(4,1) AS {name}"
        found.append({"level": f"{name}::rating AS {name}", "score": name, "tenths": tenths}[kind])
    return ", ".join(found)


def read(result: object) -> Outcomes:
    import pyarrow as pa

    column = cast("pa.Table", result)["overall"].combine_chunks()
    if isinstance(column, pa.DictionaryArray):
        column = column.cast(pa.string()).dictionary_encode()
        places = [RATINGS.index(level) for level in column.dictionary.to_pylist()]
        column = pa.array(places, pa.uint8()).take(column.indices)
        return column.fill_null(REJECTED).to_numpy(zero_copy_only=False)
    column = column.cast(pa.int16()).fill_null(REJECTED + 1).to_numpy(zero_copy_only=False)
    return (column - 1).astype("uint8")


def run(workload: Workload, population: Population, form: Form) -> Run:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE TYPE rating AS {ENUM}")
    given = frame(workload, population, form)
    connection.register("given", given)
    connection.execute(f"CREATE TABLE data AS SELECT {_columns(workload, form)} FROM given")
    connection.unregister("given")
    query = select(workload, "data", form)
    types = {"W1": "ENUM", "W2": "UTINYINT"}.get(workload.name) or ("DOUBLE" if form == "float64" else "DECIMAL(4,1)")
    return Run(lambda: connection.sql(query).to_arrow_table(), read, types)
