"""Files rated by columns: the same bytes, and the same said, as records one by one give (B122, B123)."""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from examples import THOROUGH

from markscheme.cli import by_columns
from markscheme.cli import main as markscheme
from markscheme.codes import BASE
from markscheme.columns import Rater
from markscheme.data import csv_blocks
from markscheme.data.blocks import Block
from markscheme.intake.headings import label
from markscheme.ir import Choice, Input, Number, Scale, YesNo, combinations
from markscheme.library import load
from markscheme.stream import csv_out, ids, parquet_out
from markscheme.stream.rating import Rating

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
  eighth:
    type: number
    better: higher
    formula: score / 8
    absent: {withheld: unrated}
  banded:
    scale: rating
    bands:
      of: score
      rows:
        - {at_least: 80, is: good}
        - {at_least: 50, is: fair}
        - {otherwise: poor}
    absent: {withheld: unrated}
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: poor}
      - {otherwise: banded}
    limits:
      - {at_most: fair, when: consent is no}
    absent: {withheld: unrated}
results: [each_question, points, eighth, banded, overall]
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
    monkeypatch.setattr(csv_blocks, "PLAIN", 5000)
    monkeypatch.setattr(csv_blocks, "STRICT", 1500)
    for quotes in (False, True):
        Path("d.csv").write_text(untidy(300, quotes, quotes))
        more = ["--decided"] if decided else []
        for naming in ([], ["--id", "id"]):
            fast, slow = both("m.yaml", "d.csv", *naming, "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv", *more)
            assert fast == slow
            assert "300 records: " in fast[2]


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


def test_all_kinds_of_inputs_and_results(both: Callable[..., tuple[Say, Say]]) -> None:
    Path("many.yaml").write_text(TABLE)
    chance = random.Random(11)
    judged, score = (
        ["good", "fair", "poor", "not_rated", "Not rated", ""],
        ["80", "49.9", "100.0", "withheld", "Breach"],
    )
    rows = ["safe,caring,score,consent,name"]
    for number in range(400):
        wrong = number % 41 == 0
        row = [
            *chance.choices(judged, k=2),
            chance.choice(score + ["12.25"] * wrong),
            chance.choice(["yes", "no", "No"]),
        ]
        rows.append(",".join([*row, f"N{number}"]))
    Path("d.csv").write_text("\n".join(rows) + "\n")
    for suffix in ("csv", "parquet"):
        for more in ([], ["--decided"]):
            arguments = ["many.yaml", "d.csv", "--id", "name", "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv"]
            fast, slow = both(*arguments, *more)
            assert fast == slow
    found = pq.read_table("columns/o.parquet").to_pylist()
    assert {row["points"] for row in found} >= {"160/3", None}
    assert {row["assumed"] for row in found} == {"", "score"}
    assert {row["decided.overall"] for row in found} >= {"rule 1", "otherwise", "otherwise, limit 1"}
    assert {row["status"] for row in found} == {"rated", "unrated"}


def test_columns_that_are_called_as_results_are(both: Callable[..., tuple[Say, Say]]) -> None:
    rows = "".join(f"good,fair,{n},x,y,z,u{n},w\n" for n in range(100))
    Path("d.csv").write_text("safe,caring,score,overall,assumed,not_published,status,absent.overall\n" + rows)
    for suffix in ("csv", "parquet"):
        for naming in ([], ["--id", "status"]):
            fast, slow = both("m.yaml", "d.csv", *naming, "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv")
            assert fast == slow


@pytest.mark.parametrize("places", [1, 7, 1000])
def test_blocks_of_any_size_give_the_same_bytes(
    both: Callable[..., tuple[Say, Say]], monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    monkeypatch.setattr(csv_blocks, "_ROWS", places)
    monkeypatch.setattr(parquet_out, "ROWS", 64)
    Path("d.csv").write_text(untidy(150, 4, False))
    fast, slow = both("m.yaml", "d.csv", "--id", "id", "-o", "WAY/o.parquet")
    assert fast == slow
    monkeypatch.setattr(csv_out, "_LARGEST", 1)
    fast, slow = both("m.yaml", "d.csv", "--id", "id", "-o", "WAY/o.csv")
    assert fast == slow


def test_ids_that_are_there_more_than_once(both: Callable[..., tuple[Say, Say]]) -> None:
    for names in (
        ["a", "b", "a", "a", "", "c", "b"],
        ["1", "2", " 1", "1 ", "\t2", "x" * 20, "x" * 20, "x" * 21, "y" * 8, "y" * 8],
        ["\u00a0a", "a", "é", "é", "e\u0301", "\x1ca"],
        ["a"] * 9,
    ):
        Path("d.csv").write_text("id,safe,caring,score\n" + "".join(f"{name},good,fair,1\n" for name in names))
        for output in (["-o", "WAY/o.csv"], []):
            fast, slow = both("m.yaml", "d.csv", "--id", "id", *output, "--rejects", "WAY/r.csv")
            assert fast == slow
    assert "8 rejected" in fast[2]


def test_names_are_compared_and_not_only_their_hashes(
    both: Callable[..., tuple[Say, Say]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids, "hashes", lambda array, key: np.zeros(len(array.drop_null()), np.uint64))
    Path("d.csv").write_text("id,safe,caring,score\n" + "".join(f"{n % 7 % 5},good,fair,1\n" for n in range(8)))
    fast, slow = both("m.yaml", "d.csv", "--id", "id", "-o", "WAY/o.csv", "--rejects", "WAY/r.csv")
    assert fast == slow
    assert "8 records: 5 rated, 0 unrated, 3 rejected" in fast[2]


def test_what_cannot_be_read_further_down_leaves_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("d.csv").write_bytes(b"safe,caring,score\n" + b"good,fair,1\n" * 2000 + b'"good,fair,1\n')
    for suffix in ("csv", "parquet"):
        assert markscheme(["rate", "m.yaml", "d.csv", "-o", f"o.{suffix}", "--rejects", "r.csv"]) == 1
        assert "error[MS509]: line 2002" in capsys.readouterr().err
    pq.write_table(pa.table({"safe": ["good"] * 9000, "caring": ["fair"] * 9000, "score": [1] * 9000}), "d.parquet")
    whole = Path("d.parquet").read_bytes()
    Path("d.parquet").write_bytes(whole[:20] + b"\xff" * 40 + whole[60:])
    assert markscheme(["rate", "m.yaml", "d.parquet", "-o", "o.csv"]) == 1
    assert "error[MS517]" in capsys.readouterr().err
    assert sorted(each.name for each in place.iterdir()) == ["d.csv", "d.parquet", "m.yaml"]


def test_a_failure_while_writing_is_told_and_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("markscheme.stream.outputs.CsvText.text", full)
    Path("d.csv").write_text("safe,caring,score\n" + "good,fair,1\n" * 2000)
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv"]) == 2
    assert "no space left" in capsys.readouterr().err
    assert sorted(each.name for each in place.iterdir()) == ["d.csv", "m.yaml"]


# --- B122, B175 ------------------------------------------------------------------------------------------------------

LARGE = """
import sys, random
chance = random.Random(1)
levels = ["good", "fair", "poor", "not_rated"]
with open("d.csv", "w") as file:
    file.write("id,safe,caring,score,town\\n")
    for number in range(int(sys.argv[1])):
        safe, caring = chance.choices(levels, k=2)
        file.write(f"B{number:07},{safe},{caring},{number % 1000 / 10},Leeds {number % 90}\\n")
"""
PEAK = """
import sys
from markscheme.cli import main
status = main(sys.argv[1:])
print(status, open("/proc/self/status").read().split("VmHWM:")[1].split()[0], "numpy" in sys.modules)
"""


def alone(code: str, *arguments: str, **environment: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=True, timeout=100, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout


def test_B122_the_same_bytes_whatever_is_around() -> None:
    alone(LARGE, "8000")
    found = set()
    for number, environment in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "OMP_NUM_THREADS": "1"},
            {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "4"},
        )
    ):
        for suffix in ("csv", "parquet") if THOROUGH else ("csv",):
            said = alone(PEAK, "rate", "m.yaml", "d.csv", "--id", "id", "-o", f"{number}.{suffix}", **environment)
            assert said.startswith("0 ")
            assert said.endswith("True\n"), "by columns"
            found.add(Path(f"{number}.{suffix}").read_bytes())
    assert len(found) == (2 if THOROUGH else 1)  # one of each kind


def test_B122_rows_in_another_order_have_the_same_results(both: Callable[..., tuple[Say, Say]]) -> None:
    head, *rows = untidy(200, 6, False).splitlines()
    rows = [row for row in rows if row.count(",") == 5]
    results = []
    for seed in (None, 1):
        if seed is not None:
            random.Random(seed).shuffle(rows)
        Path("d.csv").write_text("\n".join([head, *rows]) + "\n")
        both("m.yaml", "d.csv", "-o", "WAY/o.csv")
        results.append(sorted(line.split(",", 1)[1] for line in Path("columns/o.csv").read_text().splitlines()))
    assert results[0] == results[1]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory used is read from /proc")
def test_B175_memory_does_not_grow_with_the_records() -> None:
    peaks = []
    for count in ("150000", "450000") if THOROUGH else ("60000", "180000"):
        alone(LARGE, count)
        for output in ("o.csv", "o.parquet"):
            status, peak, _ = alone(PEAK, "rate", "m.yaml", "d.csv", "--id", "id", "-o", output).split()
            assert status == "0"
            peaks.append(int(peak) // 1024)
    assert max(peaks) < 350
    assert max(peaks[2:]) < max(peaks[:2]) + 60  # 8 bytes for each name, and the same name once more when sorted


def test_B175_mistakes_that_are_alike_are_kept_once() -> None:
    """As many as there are cells: each with its hint would take half a gigabyte for a block of empty lines."""
    methodology = load(str(Path(__file__).parent.parent / "bench" / "workloads" / "w1.yaml"))
    columns = [each.name for each in methodology.program.sets["key_questions"].members]
    batch = pa.RecordBatch.from_arrays([pa.nulls(5_000, pa.string())] * len(columns), columns)
    piece = Rating(Rater(methodology.program), None, columns, []).piece(Block(batch, range(2, 5_002), "line"))
    told = [problem for rejected in piece.rejected for problem in rejected.problems]
    assert len(told) == 25_000
    assert told[0].place == "line 2"
    assert told[-1].place == "line 5001"
    assert len({id(problem.message) for problem in told}) == len(columns)
    assert len({id(problem.hint) for problem in told}) <= len(columns)


def test_B175_where_memory_ends_nothing_is_left(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("d.csv").write_text("safe,caring,score\n" + "good,fair,1\n" * 100)

    def ended(*_: object) -> None:
        raise MemoryError

    for where in ("markscheme.stream.rating.Rating.piece", "markscheme.stream.outputs.CsvOutput._piece"):
        with monkeypatch.context() as patch:
            patch.setattr(where, ended)
            assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv", "--rejects", "r.csv"]) == 2
        assert "the memory is not enough" in capsys.readouterr().err
        assert sorted(each.name for each in place.iterdir()) == ["d.csv", "m.yaml"]


# --- the methodologies that are shipped, and the examples ------------------------------------------------------------

ROOT = Path(__file__).parent.parent
RULES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("rules/*/*/*.yaml") if "cases" not in path.name)
FEW = [path for path in RULES if "gp-practice/2021" in path or "world-class-commissioning/2008" in path]
MORE = [path for path in RULES if path not in FEW][:: 1 if THOROUGH else 4]
DATA = {
    "examples/capped-practice/practice.csv": "rules/cqc/gp-practice/2021-10.yaml",
    "examples/elsewhere/food-hygiene/businesses.csv": "examples/elsewhere/food-hygiene/2012-01.yaml",
    "examples/elsewhere/early-warning-score/patients.csv": "examples/elsewhere/early-warning-score/2017-12.yaml",
    "examples/elsewhere/washing-machine-label/machines.csv": "examples/elsewhere/washing-machine-label/2021-03.yaml",
    "examples/data-mistakes/mistakes.csv": "examples/data-mistakes/pools.yaml",
    "examples/incident/population.csv": "examples/incident/issued.yaml",
}


def made_up(rules: str, count: int) -> str:
    """CSV of records that a methodology takes, and of some that it does not."""
    chance = random.Random(rules)
    program = load(str(ROOT / rules)).program
    columns = {}
    for declared in program.inputs.values():
        for members in combinations(program.sets, declared.axes):
            columns[label((declared.name, members))] = words(declared, chance)
    rows = [",".join(["id", *columns])]
    rows += [",".join([f"B{n}", *map(chance.choice, columns.values())]) for n in range(count)]
    return "\n".join(rows) + "\n"


def words(declared: Input, chance: random.Random) -> list[str]:
    """What may be written for an input, each a few times, and once what may not."""
    match declared.type:
        case Scale(_, levels):
            found = [level.name for level in levels]
        case Choice(options):
            found = [option.name for option in options]
        case YesNo():
            found = ["yes", "no"]
        case Number(decimals, low, high):
            ends = int(low or 0), int(high if high is not None else 1000)
            found = [str(chance.randint(*ends)) for _ in range(9)]
            found += [f"{chance.randint(*ends)}.{'0' * (decimals - 1)}5" for _ in range(3) if decimals]
    found += [rule.reason for rule in declared.absent]
    return [*found * 8, "?"] if chance.random() < 0.2 else found


@pytest.mark.parametrize("rules", FEW)
def test_records_made_up_for_a_shipped_methodology(both: Callable[..., tuple[Say, Say]], rules: str) -> None:
    shipped(both, rules)


@pytest.mark.slow
@pytest.mark.parametrize("rules", MORE)
def test_records_made_up_for_the_others(both: Callable[..., tuple[Say, Say]], rules: str) -> None:
    shipped(both, rules)


def shipped(both: Callable[..., tuple[Say, Say]], rules: str) -> None:
    Path("d.csv").write_text(made_up(rules, 60))
    fast, slow = both(str(ROOT / rules), "d.csv", "--id", "id", "-o", "WAY/o.csv", "--rejects", "WAY/r.csv")
    assert fast == slow
    assert "60 records: " in fast[2]


@pytest.mark.parametrize(("data", "rules"), DATA.items(), ids=[Path(data).stem for data in DATA])
def test_the_data_of_the_examples(both: Callable[..., tuple[Say, Say]], data: str, rules: str) -> None:
    for suffix in ("csv", "parquet"):
        arguments = ["--decided", "-o", f"WAY/o.{suffix}", "--rejects", "WAY/r.csv"]
        fast, slow = both(str(ROOT / rules), str(ROOT / data), *arguments)
        assert fast == slow


def test_without_the_packages_the_same_file_is_rated_record_by_record(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("d.csv").write_text("safe,caring,score\n" + "good,fair,1\n" * 20)
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "with.csv"]) == 0
    monkeypatch.setattr(by_columns, "find_spec", lambda name: None)
    monkeypatch.setattr(by_columns.ByColumns, "rate", None)
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "without.csv"]) == 0
    assert Path("with.csv").read_bytes() == Path("without.csv").read_bytes()


def test_progress_is_shown_on_a_terminal_only(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("d.csv").write_text("safe,caring,score\n" + "good,fair,1\n" * 20)
    monkeypatch.setattr("markscheme.cli.waiting._PATIENCE", 0.0)
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv"]) == 0
    assert "rating" not in capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert markscheme(["rate", "m.yaml", "d.csv"]) == 0
    said = capsys.readouterr()
    assert "rating" in said.err
    assert "rating" not in said.out
