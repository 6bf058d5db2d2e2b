"""Tables from other libraries are rated as their records are; what is no table is told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from markscheme import NotInColumns, RatedTable
from markscheme.intake.headings import Headings
from markscheme.library import load
from markscheme.methodology import Methodology, Reject

QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
ROWS: list[dict[str, object]] = [
    {"practice": name, **dict(zip((f"ratings.{question}" for question in QUESTIONS), levels, strict=True))}
    for name, levels in {
        "a": ("good", "good", "good", "good", "outstanding"),
        "b": ("inadequate", "Inadequate", "good", "good", "good"),
        "c": ("god", "good", "good", "good", "good"),
        "d": ("good", None, "good", "good", "good"),
        "e": ("not rated", "not_rated", "not_rated", "not_rated", "not_rated"),
    }.items()
]


@pytest.fixture(scope="module")
def practice() -> Methodology:
    return load("cqc/gp-practice@2021-10")


def apart(table: pa.Table) -> pa.Table:
    """In chunks of one row."""
    return pa.concat_tables([table.slice(row, 1) for row in range(table.num_rows)])


MADE: dict[str, Callable[[pa.Table], Any]] = {
    "table": lambda table: table,
    "batch": lambda table: table.to_batches()[0],
    "chunks": apart,
    "stream": lambda table: table.to_reader(),
    "arrays": lambda table: {name: np.array(table[name].to_pylist(), dtype=object) for name in table.schema.names},
    "columns": lambda table: {name: table[name] for name in table.schema.names},
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_every_row_is_what_its_record_is(practice: Methodology, made: Callable[[pa.Table], Any]) -> None:
    rated = practice.rate_table(made(pa.Table.from_pylist(ROWS)), id="practice", decided=True)
    assert isinstance(rated, RatedTable)
    assert rated.results.column("practice").to_pylist() == [row["practice"] for row in ROWS]
    told: dict[int, list[tuple[str, str]]] = {}
    for each in rated.rejects.to_pylist():
        told.setdefault(each["row"], []).append((each["code"], each["reason"]))
        assert each["id"] == ROWS[each["row"] - 1]["practice"]
    for number, (row, found) in enumerate(zip(ROWS, rated.results.to_pylist(), strict=True), 1):
        alone = practice.rate({name: value for name, value in row.items() if name != "practice"})
        if isinstance(alone, Reject):
            assert found["status"] == "rejected"
            assert told[number] == [(each.code, each.message) for each in alone.problems]
            continue
        assert number not in told
        assert found["status"] == ("rated" if alone.rated else "unrated")
        overall = found["overall"] or found["absent.overall"]
        assert overall == str(alone.outcome["overall"])
    counts = rated.counts
    assert (counts.records, counts.rated, counts.unrated, counts.rejected) == (5, 2, 1, 2)


def test_names_that_are_missing_or_there_twice_are_rejects(practice: Methodology) -> None:
    rows = [{**ROWS[0], "practice": name} for name in ("x", " x ", "", None, "y")]
    rated = practice.rate_table(pa.Table.from_pylist(rows), id="practice")
    assert [(each["row"], each["code"]) for each in rated.rejects.to_pylist()] == [
        (2, "MS554"),
        (3, "MS553"),
        (4, "MS553"),
    ]
    assert "row 1" in rated.rejects.to_pylist()[0]["reason"]


def test_a_table_without_rows_has_no_results(practice: Methodology) -> None:
    rated = practice.rate_table(pa.Table.from_pylist(ROWS).slice(0, 0), id="practice")
    assert (rated.results.num_rows, rated.counts.records) == (0, 0)


def test_columns_of_one_name_are_told_of(practice: Methodology) -> None:
    table = pa.Table.from_pylist(ROWS)
    twice = table.append_column("ratings.safe", table["ratings.safe"])
    rated = practice.rate_table(twice, id="practice")
    assert rated.counts.rejected == 5
    assert {"MS532"} <= {each["code"] for each in rated.rejects.to_pylist()}


@pytest.mark.parametrize("data", [5, "a", None, {"ratings.safe": 5}])
def test_what_is_no_table_is_told_so(practice: Methodology, data: object) -> None:
    with pytest.raises(TypeError, match=r"is no table|a column is an array"):
        practice.rate_table(data)


def test_what_cannot_be_is_told_so(practice: Methodology) -> None:
    table = pa.Table.from_pylist(ROWS)
    with pytest.raises(KeyError, match="no column `praktice`"):
        practice.rate_table(table, id="praktice")
    with pytest.raises(ValueError, match="different lengths"):
        practice.rate_table({"a": np.zeros(2), "b": np.zeros(3)})
    linked = load("healthcare-commission/annual-health-check@2005-06")
    given, inner = next(
        (each.name, each.linked.program) for each in linked.program.inputs.values() if each.linked is not None
    )
    name, members = next(iter(Headings(inner).keys.values()))[0]
    columns = {".".join((given, name, *members)): np.array(["1"], dtype=object)}
    with pytest.raises(NotInColumns, match=given):
        linked.rate_table(columns)
