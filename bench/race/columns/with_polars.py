"""Polars, written as one naturally would: one lazy query of expressions, on Enum, UInt8 and Int16 (tenths) columns."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from ..workloads import (
    BANDS,
    FINER,
    KEY_QUESTIONS,
    MISSING,
    MOST_POINTS,
    RATINGS,
    REJECTED,
    THEMES,
    UNKNOWN,
    Outcomes,
    Population,
    Workload,
    cuts,
    final_ratings,
)
from . import Form, Run
from .plain import floats

if TYPE_CHECKING:
    import polars as pl


def frame(workload: Workload, population: Population, form: Form) -> pl.DataFrame:
    import polars as pl

    columns = []
    for name, codes in population.columns.items():
        match workload.columns[name]:
            case "level":
                column = pl.Series(name, np.where(codes < 0, 0, codes).astype(np.uint8)).cat.to(pl.Enum(RATINGS))
                column = column.set(pl.Series(codes <= UNKNOWN) | pl.Series(codes == MISSING), None)
            case "score":
                column = pl.Series(name, np.where(codes < 0, 0, codes).astype(np.uint8))
                column = column.set(pl.Series(codes == MISSING), None)
            case "tenths" if form == "float64":
                column = pl.Series(name, floats(codes), nan_to_null=True)
            case "tenths":
                column = pl.Series(name, np.where(codes == FINER, 1001, codes))
                column = column.set(pl.Series(codes == MISSING), None)
        columns.append(column)
    return pl.DataFrame(columns)


Figures = Literal["best", "float64", "decimal"]  # of W3; "best" is tenths as integers


def query(workload: Workload, figures: Figures) -> pl.Expr:
    match workload.name:
        case "W1":
            return five_ratings()
        case "W2":
            return nine_scores()
        case _:
            return thirty_numbers(figures)


def _how_many(tests: Iterable[pl.Expr]) -> pl.Expr:
    import polars as pl

    return pl.sum_horizontal(test.cast(pl.UInt8) for test in tests)


def five_ratings() -> pl.Expr:
    import polars as pl

    rating = pl.Enum(RATINGS)
    columns = [pl.col(name) for name in KEY_QUESTIONS]
    inadequate, requires, _, outstanding = (_how_many(column == level for column in columns) for level in RATINGS)
    return (
        pl.when(pl.any_horizontal(column.is_null() for column in columns))
        .then(None)
        .when(inadequate >= 2)
        .then(pl.lit("inadequate", rating))
        .when((inadequate == 1) | (requires >= 2))
        .then(pl.lit("requires_improvement", rating))
        .when((outstanding >= 2) & (requires == 0))
        .then(pl.lit("outstanding", rating))
        .otherwise(pl.lit("good", rating))
    )


def nine_scores() -> pl.Expr:
    import polars as pl

    themes = []
    for lines in THEMES.values():
        columns = [pl.col(name) for name in lines]
        mean = (2 * pl.sum_horizontal(columns) + len(lines)) // (2 * len(lines))
        capped = pl.any_horizontal(column == 1 for column in columns)
        themes.append(pl.when(capped).then(pl.min_horizontal(mean, 2)).otherwise(mean))
    fours, threes, twos = (_how_many(theme >= level for theme in themes) for level in (4, 3, 2))
    lowest = pl.min_horizontal(themes)
    valid = pl.all_horizontal(
        pl.col(name).is_between(1, 4).fill_null(False) for lines in THEMES.values() for name in lines
    )
    return (
        pl.when(~valid)
        .then(None)
        .when((fours >= 2) & (lowest >= 3))
        .then(4)
        .when((threes >= 2) & (lowest >= 2))
        .then(3)
        .when(twos >= 2)
        .then(2)
        .otherwise(1)
        .cast(pl.UInt8)
    )


def thirty_numbers(figures: Figures) -> pl.Expr:
    import polars as pl

    def figure(tenths: int) -> object:
        match figures:
            case "float64":
                return tenths / 10
            case "decimal":
                return pl.lit(Decimal(tenths) / 10, pl.Decimal(4, 1))
            case "best":
                return tenths

    points, valid = [], []
    for name, cut in cuts().items():
        column, three, two = pl.col(name), figure(cut.three), figure(cut.two)
        best, middle = (column <= three, column <= two) if cut.falling else (column >= three, column >= two)
        points.append(cut.weight * pl.when(best).then(3).when(middle).then(2).otherwise(0).cast(pl.Int16))
        valid.append(column.is_between(figure(0), figure(1000)).fill_null(False))
        if figures == "float64":
            valid.append(column.round(1) == column)
    total = pl.sum_horizontal(points)
    bands = [cut * MOST_POINTS // 100 for cut in BANDS]
    band = (
        pl.when(total >= bands[2]).then(3).when(total >= bands[1]).then(2).when(total >= bands[0]).then(1).otherwise(0)
    )
    for name in ("leadership", "capability"):
        valid.append(pl.col(name).is_between(1, 4).fill_null(False))
    table = pl.Series([RATINGS[place] for place in final_ratings().ravel().tolist()], dtype=pl.Enum(RATINGS))
    row = 16 * band.cast(pl.UInt32) + 4 * (pl.col("leadership") - 1) + (pl.col("capability") - 1)
    return pl.when(pl.all_horizontal(valid)).then(pl.lit(table).gather(row.clip(0, 63).fill_null(0)))


def read(result: object) -> Outcomes:
    import polars as pl

    series = cast(pl.Series, result)
    places = series.cast(pl.UInt8) - 1 if series.dtype == pl.UInt8 else series.to_physical().cast(pl.UInt8)
    return places.fill_null(REJECTED).to_numpy()


def run(workload: Workload, population: Population, form: Form) -> Run:
    data = frame(workload, population, form).lazy().select(query(workload, form).alias("overall"))
    types = {"W1": "Enum", "W2": "UInt8"}.get(workload.name) or ("Float64" if form == "float64" else "Int16 tenths")
    return Run(lambda: data.collect().to_series(), read, types)
