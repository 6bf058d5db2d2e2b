"""Files rated by columns: the same bytes, and the same said, as records one by one give (B122, B123)."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from markscheme.cli import by_columns
from markscheme.cli import main as markscheme
from markscheme.codes import BASE
from markscheme.data import csv_blocks

TABLE = """\
markscheme: 1
id: example/many
version: "1"
title: An example of everything
publisher: Nobody
status: published
in_force: {from: "2024-01-01"}
scales:
  rating: [poor, fair, good]
sets:
  questions: [safe, caring]
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}, empty: not_rated}
  score: {type: number, decimals: 1, min: 0, max: 100, better: higher, absent: {withheld: unrated, breach: 12.5}}
  consent: {type: yes_no, better: "yes"}
measures:
  each_question: {each: questions, scale: rating, formula: judged, absent: {not_rated: skip}, status: derived}
  points:
    type: number
    better: higher
    formula: score * 2 / 3
    absent: {withheld: unrated}
  banded:
    scale: rating
    bands: {of: score, at_least: {80: good, 50: fair}, below: poor}
    absent: {withheld: unrated}
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: poor}
      - {otherwise: banded}
    at_most:
      - {level: fair, when: consent is no}
    absent: {withheld: unrated}
results: [each_question, points, banded, overall]
"""
Say = tuple[int, str, str]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(by_columns, "SMALLEST", 0)
    (tmp_path / "m.yaml").write_text(BASE)
    return tmp_path


@pytest.fixture
def both(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Say, Say]]:
    """What a command does by columns, and record by record: its status, and what it says; results stay as files in
    `columns` and `records`."""
    taken = []
    rate = by_columns.ByColumns.rate
    monkeypatch.setattr(by_columns.ByColumns, "rate", lambda self: taken.append(1) or rate(self))

    def run(*arguments: str) -> tuple[Say, Say]:
        found = []
        for way in ("columns", "records"):
            os.makedirs(way, exist_ok=True)
            taken.clear()
            with monkeypatch.context() as patch:
                if way == "records":
                    patch.setattr(by_columns, "planned", lambda *_: None)
                status = markscheme(["rate", *(each.replace("WAY", way) for each in arguments)])
            assert bool(taken) is (way == "columns")
            said = capsys.readouterr()
            found.append((status, said.out, said.err))
        for name in os.listdir("records"):
            assert Path("columns", name).read_bytes() == Path("records", name).read_bytes(), name
        assert sorted(os.listdir("records")) == sorted(os.listdir("columns"))
        return found[0], found[1]

    return run


def untidy(count: int, seed: int, quotes: bool) -> str:
    """CSV with all that may be wrong with records."""
    chance = random.Random(seed)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["note", "safe", "id", "score", "caring", "town"])
    levels = ["good", "fair", "poor", "Good ", "not_rated"]
    for number in range(count):
        row = [
            chance.choice(["", "x", "NA", "null"] + ['a "b"', "c, d", "e\nf"] * quotes),
            chance.choice(levels + ["goood", ""] * (chance.random() < 0.1)),
            chance.choice([f"A{number}"] * 2 + [f"A{number % 50}", f" B{number} "] + ["", "  "] * (number % 9 == 0)),
            chance.choice([f"{chance.randint(0, 1000) / 10}", "80", "50.0"] + ["100.05", "x"] * (number % 7 == 0)),
            chance.choice(levels),
            chance.choice(["Leeds", "Tŷ Ddewi", "York"]),
        ]
        write.writerow(row[: -1 if number % 97 == 0 else None] + ["more"] * (number % 89 == 0))
    return out.getvalue()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("decided", [False, True])
def test_untidy_csv(
    both: Callable[..., tuple[Say, Say]], monkeypatch: pytest.MonkeyPatch, suffix: str, decided: bool
) -> None:
    monkeypatch.setattr(csv_blocks, "PLAIN", 2000)
    monkeypatch.setattr(csv_blocks, "STRICT", 500)
    for quotes in (False, True):
        Path("d.csv").write_text(untidy(500, quotes, quotes))
        more = ["--decided"] if decided else []
        for naming in ([], ["--id", "id"]):
            fast, slow = both("m.yaml", "d.csv", *naming, "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv", *more)
            assert fast == slow
            assert "500 records: " in fast[2]


def test_on_standard_output(both: Callable[..., tuple[Say, Say]]) -> None:
    Path("d.csv").write_text(untidy(200, 3, True))
    for naming in ([], ["--id", "id"]):
        fast, slow = both("m.yaml", "d.csv", *naming)
        assert fast == slow
        assert len(fast[1].splitlines()) > 100


def test_what_is_read_from_parquet(both: Callable[..., tuple[Say, Say]]) -> None:
    count = 300
    chance = random.Random(5)
    columns = {
        "id": pa.array([n % 290 for n in range(count)], pa.int32()),
        "safe": pa.array(chance.choices(["good", "fair", None, "goood"], [9, 9, 1, 1], k=count)).dictionary_encode(),
        "caring": pa.array(chance.choices(["good", "poor", "not_rated"], k=count), pa.large_string()),
        "score": pa.array(chance.choices([62.5, 0.1 + 0.2, 80.0, 101.0, None, float("nan")], k=count)),
        "price": pa.array([Decimal(n) / 100 for n in range(count)], pa.decimal128(38, 18)),
        "when": pa.array(range(count), pa.timestamp("ns", "Europe/London")),
        "list": pa.array([[n, None] for n in range(count)]),
        "kind": pa.array(chance.choices(["x", 'y, "z"', None], k=count), pa.dictionary(pa.int8(), pa.string())),
        "flag": pa.array(chance.choices([True, False, None], k=count)),
        "ratio": pa.array(chance.choices([0.1, 1e-9, 1e22, float("inf"), None], k=count)),
        "large": pa.array([2**64 - 1 - n for n in range(count)], pa.uint64()),
    }
    pq.write_table(pa.table(columns), "d.parquet", row_group_size=77)
    for suffix in ("csv", "parquet"):
        fast, slow = both("m.yaml", "d.parquet", "--id", "id", "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv")
        assert fast == slow
    found = pq.read_table("columns/o.parquet")
    theirs = {name: column.type for name, column in columns.items() if name not in ("safe", "caring", "score")}
    assert {name: found.schema.field(name).type for name in theirs} == theirs
    kept = {each: place for place, each in reversed(list(enumerate(columns["id"].to_pylist())))}
    wanted = pa.table(columns).take([kept[each] for each in found.column("id").to_pylist()]).select(list(theirs))
    for name in theirs:
        assert _plainly(found, wanted, name), name


def _plainly(found: pa.Table, wanted: pa.Table, name: str) -> bool:
    """Whether two columns hold the same, however their dictionaries are ordered."""
    one, other = (each.column(name).combine_chunks() for each in (found, wanted))
    if pa.types.is_dictionary(one.type):
        one, other = one.dictionary_decode(), other.dictionary_decode()
    return bool(one.equals(other))
