"""Results as an Excel workbook: text stays text, numbers are exact, and what does not fit is refused before writing."""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from examples import THOROUGH

from markscheme.cli import main as markscheme
from markscheme.cli import workbook
from markscheme.cli.records import Rated
from markscheme.codes import BASE
from markscheme.data import Unreadable

HEAD = "id,safe,caring,score,note\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(BASE)
    return tmp_path


def rate(data: str, *more: str, name: str = "d.csv") -> int:
    Path(name).write_text(data, encoding="utf-8")
    return markscheme(["rate", "m.yaml", name, "--id", "id", "-o", "o.xlsx", *more])


def found() -> list[list[tuple[Any, str]]]:
    book = openpyxl.load_workbook("o.xlsx")
    return [[(cell.value, cell.data_type) for cell in row] for row in book["results"].iter_rows()]


def test_rows_hold_what_csv_holds(place: Path) -> None:
    data = HEAD + "A,good,fair,62.5,x\nB,poor,good,1,\nC,goood,good,1,y\n"
    assert rate(data, "--decided") == 1
    markscheme(["rate", "m.yaml", "d.csv", "--id", "id", "-o", "o.csv", "--decided"])
    rows = [[cell or "" for cell, _ in row] for row in found()]
    assert rows == [line.split(",") for line in Path("o.csv").read_text().splitlines()]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", "#REF!", "TRUE", "007", "1E3"]
)
def test_text_is_never_a_formula_nor_a_number(place: Path, text: str) -> None:
    assert rate(f"{HEAD}{text},good,fair,1,{text}\n") == 0
    assert found()[1][0] == found()[1][-1] == (text, "s")
    with zipfile.ZipFile("o.xlsx") as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_numbers_are_numbers_where_none_of_their_digits_is_lost(place: Path) -> None:
    Path("m.yaml").write_text(
        BASE.replace(
            "results: [banded, overall]", "  third: {type: number, formula: score / 3}\nresults: [third, overall]"
        )
    )
    assert rate(HEAD + "A,good,fair,62.4,\nB,good,fair,1,\nC,good,fair,3,\n") == 0
    assert [row[1] for row in found()[1:]] == [(20.8, "n"), ("1/3", "s"), (1, "n")]


def test_the_same_results_are_the_same_bytes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = HEAD + "A,good,fair,62.5,x\n"
    rate(data)
    before = Path("o.xlsx").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr("time.time", lambda: 2e9)
    rate(data)
    assert Path("o.xlsx").read_bytes() == before


def test_records_of_any_shape_and_rows_for_each_member(place: Path) -> None:
    lines = '{"id": "A", "safe": "good", "caring": "fair", "score": 1}\n'
    lines += '{"id": "B", "safe": "poor", "caring": "fair", "score": 2, "town": "=Leeds"}\n'
    assert rate(lines, name="d.jsonl") == 0
    assert [row[-1][0] for row in found()] == ["town", None, "=Leeds"]
    assert rate(lines, "--long-results", name="d.jsonl") == 0
    assert [row[1][0] for row in found()] == ["result", "banded", "overall", "banded", "overall"]


# --- what does not fit -----------------------------------------------------------------------------------------------


def refused(capsys: pytest.CaptureFixture[str], data: str, code: str, *said: str) -> None:
    Path("o.xlsx").write_text("before")
    capsys.readouterr()
    assert rate(data) == 1
    err = capsys.readouterr().err
    assert f"error[{code}]" in err
    for each in said:
        assert each in err
    assert Path("o.xlsx").read_text() == "before"
    assert sorted(each.name for each in Path().iterdir()) == ["d.csv", "m.yaml", "o.xlsx"]


def test_B131_more_rows_than_a_sheet_has(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.LAST_ROW == 1_048_576
    monkeypatch.setattr(workbook, "LAST_ROW", 4)
    data = HEAD + "A,good,fair,1,\nB,good,fair,1,\nC,good,fair,1,\n"
    assert rate(data) == 0
    assert len(found()) == 4
    refused(capsys, data + "D,good,fair,1,\n", "MS560", "more than the 3 rows", "write .csv or .parquet")


@pytest.mark.skipif(not THOROUGH, reason="a million rows are counted with MARKSCHEME_PROFILE=thorough")
def test_B131_at_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only counted: the cells are not made."""

    class Sheet:
        def append(self, _: object) -> None:
            pass

    class OneRow:
        columns, numeric = ("a",), frozenset[int]()

        def rows(self, *_: object) -> list[list[str]]:
            return [["x"]]

    monkeypatch.setattr("openpyxl.Workbook.create_sheet", lambda *_: Sheet())
    monkeypatch.setattr(workbook.WorkbookWriter, "_text", lambda *_: None)
    writer = workbook.WorkbookWriter(BytesIO(), OneRow(), "id", ())  # type: ignore[arg-type]
    record = Rated("A", "line 1048577", object(), (), {})  # type: ignore[arg-type]
    for _ in range(1_048_575):
        writer.record(record)
    with pytest.raises(Unreadable) as caught:
        writer.record(record)
    assert (caught.value.problem.code, caught.value.problem.place) == ("MS560", "line 1048577")


def test_more_columns_than_a_sheet_has(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LAST_COLUMN", 5)
    refused(capsys, HEAD + "A,good,fair,1,\n", "MS560", "the results have 6 columns")


def test_B132_a_text_that_is_longer_than_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    assert rate(f"{HEAD}A,good,fair,1,{'x' * 32_767}\n") == 0
    assert found()[1][-1] == ("x" * 32_767, "s")
    refused(capsys, f"{HEAD}A,good,fair,1,{'x' * 32_768}\n", "MS561", "line 2, column `note`", "32,768 characters")
    refused(capsys, f"{HEAD}A,good,fair,1,{'😀' * 16_384}\n", "MS561", "line 2, column `note`")


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\ufffe", "\r"])
def test_a_character_that_a_workbook_does_not_keep(capsys: pytest.CaptureFixture[str], sign: str) -> None:
    refused(capsys, f'{HEAD}A,good,fair,1,"a{sign}b"\n', "MS561", f"U+{ord(sign):04X}")


def test_without_the_package(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert rate(HEAD + "A,good,fair,1,\n") == 2
    assert "error[MS504]" in capsys.readouterr().err
    assert not Path("o.xlsx").exists()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_rows_that_wait_for_the_last_record_wait_in_a_file_where_they_are_many(
    place: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Of JSON nobody knows which columns there are until all records have been seen."""
    lines = "".join(
        f'{{"id": "A{n}", "safe": "good", "caring": "fair", "score": {n}, "k{n % 3}": [{n}, "é\\u2028"]}}\n'
        for n in range(50)
    )
    Path("d.jsonl").write_text(lines, encoding="utf-8")
    found = []
    for most in (1 << 20, 100):
        monkeypatch.setattr("markscheme.cli.output._IN_MEMORY", most)
        assert markscheme(["rate", "m.yaml", "d.jsonl", "--id", "id", "-o", f"o.{suffix}"]) == 0
        found.append(Path(f"o.{suffix}").read_bytes())
    assert found[0] == found[1]
    assert suffix != "csv" or found[0].decode().splitlines()[0].endswith(",k0,k1,k2")
