"""The threshold in Python, NumPy, Polars and DuckDB, in each kind of number that one would use there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from ..thresholds import SIGNS, Profile, walked

JOINS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _joined(sign: str, left: Any, right: Any) -> Any:
    return JOINS[sign](left, right)


def _said(profile: Profile, score: Any, cut: Any) -> Any:
    return score >= cut if profile.sign == "at least" else score <= cut


def _word(met: object) -> str:
    return "met" if met else "not met"


def _in(profile: Profile, number: Callable[[str], Any]) -> str:
    score = walked(profile.formula, lambda name: number(profile.given[name]), number, _joined)
    return _word(_said(profile, score, number(profile.cut)))


def python(profile: Profile) -> str:
    return _in(profile, float)


def float64(profile: Profile) -> str:
    return _in(profile, lambda text: np.array([float(text)]))


def float32(profile: Profile) -> str:
    return _in(profile, lambda text: np.array([float(text)], np.float32))


def _polars(profile: Profile, value: Callable[[str], Any], figure: Callable[[str], Any]) -> str:
    import polars as pl

    score = walked(profile.formula, pl.col, figure, _joined)
    frame = pl.DataFrame({name: value(text) for name, text in profile.given.items()})
    return _word(frame.select(_said(profile, score, figure(profile.cut))).item())


def polars_floats(profile: Profile) -> str:
    return _polars(profile, lambda text: [float(text)], float)


def polars_decimals(profile: Profile) -> str:
    import polars as pl

    def column(text: str) -> pl.Series:
        return pl.Series([Decimal(text)], dtype=pl.Decimal(20, len(text.partition(".")[2])))

    return _polars(profile, column, lambda text: pl.lit(Decimal(text)))


def _duckdb(profile: Profile, kind: Callable[[str], str]) -> str:
    import duckdb

    columns = ", ".join(f"{text}::{kind(text)} AS {name}" for name, text in profile.given.items())
    test = f"{profile.formula} {SIGNS[profile.sign]} {profile.cut}"
    return _word(duckdb.sql(f"SELECT {test} FROM (SELECT {columns})").fetchall()[0][0])


def duckdb_floats(profile: Profile) -> str:
    return _duckdb(profile, lambda text: "DOUBLE")


def duckdb_decimals(profile: Profile) -> str:
    return _duckdb(profile, lambda text: f"DECIMAL(20, {len(text.partition('.')[2])})")
