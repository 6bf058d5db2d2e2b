"""Data files to raw rows: what is read, what is refused, and that no record is lost on the way."""

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.data import Row, Unreadable, csv_text, excel, json_text, lines, open_rows, sheet_marks
from markscheme.diagnostics import Problem
from markscheme.echo import shown


def read(content: bytes | str) -> list[Row]:
    data = content.encode() if isinstance(content, str) else content
    with open_rows("-", io.BytesIO(data)) as rows:
        return list(rows)


def refused(content: bytes | str) -> Problem:
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert caught.value.status == 1
    return caught.value.problem


def cells(rows: Iterable[Row]) -> list[dict[str, object]]:
    return [dict(row.cells) for row in rows]


# --- opening ---------------------------------------------------------------------------------------------------------


def test_missing_is_status_2(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        open_rows(str(tmp_path / "nowhere.csv"))
    assert (caught.value.status, caught.value.problem.code) == (2, "MS501")
    assert "no such file" in caught.value.problem.message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_permission_denied_is_status_2(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    path.chmod(0)
    with pytest.raises(Unreadable) as caught:
        open_rows(str(path))
    assert (caught.value.status, caught.value.problem.code) == (2, "MS501")


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 5000 + ".csv", "no\x1b[31m.csv"])
def test_odd_paths_are_status_2_and_shown_safely(path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        open_rows(path)
    assert (caught.value.status, caught.value.problem.code) == (2, "MS501")
    assert caught.value.problem.message.isprintable()


@pytest.mark.parametrize("name", ["a.xls", "a.tsv", "a.parq", "a.jsn", "ratings", "a.csv.gz"])
def test_kind_is_told_by_the_name_only(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(Unreadable) as caught:
        open_rows(str(tmp_path / name))
    assert (caught.value.status, caught.value.problem.code) == (2, "MS502")
    assert caught.value.problem.hint


@pytest.mark.parametrize("kind", ["directory", "pipe", "device", "link to a device"])
def test_B095_not_a_regular_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    match kind:
        case "directory":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)  # opened for reading the plain way, it would wait for ever
        case _:
            path.symlink_to("/dev/zero")
    with pytest.raises(Unreadable) as caught:
        open_rows(str(path))
    assert (caught.value.status, caught.value.problem.code) == (1, "MS503")


def test_B095_what_is_no_file_is_told_so_whatever_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in ((tmp_path, "is a folder"), (tmp_path / "pipe", "not a regular"), (Path("/dev/zero"), "not a")):
        with pytest.raises(Unreadable) as caught:
            open_rows(str(path))
        assert (caught.value.status, caught.value.problem.code) == (1, "MS503")
        assert said in caught.value.problem.message


def test_B095_an_endless_standard_input_is_refused_at_once() -> None:
    with open("/dev/zero", "rb") as endless, pytest.raises(Unreadable) as caught:
        open_rows("-", endless)
    assert caught.value.problem.code == "MS507"


@pytest.mark.parametrize("suffix", [".csv", ".CSV", ".json", ".jsonl", ".ndjson"])
def test_a_file_is_closed_after_use_and_knows_how_far_it_was_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text("a,b\n1,2\n" if suffix.lower() == ".csv" else '{"a": 1}\n')
    with open_rows(str(path)) as rows:
        found = list(rows)
    assert len(found) == 1
    assert rows.size == rows.position == path.stat().st_size
    assert rows.columns == (("a", "b") if suffix.lower() == ".csv" else None)


# --- CSV -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["007", "010", "NA", "1E3", "1.10", "null", "true", "01/04/2024", " good ", "ŵŷ", "=1+1", "0x10", "-"],
    ids=lambda value: f"B102-B103 {value}",
)
def test_cells_are_text_as_written(value: str) -> None:
    assert cells(read(f"id,x\n{value},{value}\n")) == [{"id": value, "x": value}]


def test_B100_two_columns_with_one_name() -> None:
    problem = refused("a,b, a\n1,2,3\n")
    assert (problem.code, problem.column, problem.place) == ("MS510", "a", "line 1")


def test_B101_a_ragged_row_is_rejected_with_its_line_and_the_others_go_on() -> None:
    rows = read('a,b\n1,2\n"x\n\ny",3\n\n1,2,3\n4\n5,6\n')
    assert [(row.number, row.place, [p.code for p in row.problems]) for row in rows] == [
        (1, "line 2", []),
        (2, "line 3", []),
        (3, "line 7", ["MS520"]),
        (4, "line 8", ["MS520"]),
        (5, "line 9", []),
    ]
    assert rows[2].problems[0].place == "line 7"
    assert rows[1].cells["a"] == "x\n\ny"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_are_counted_the_same_whatever_ends_them(end: str) -> None:
    rows = read(end.join(["a,b", "1,2", "", '"x', 'y",3', "4,5"]))
    assert [row.place for row in rows] == ["line 2", "line 4", "line 6"]


def test_a_line_end_split_between_two_reads_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CHUNK", 1)
    rows = read("a,b\r\n1,2\r\n3,ŵ\r\n")
    assert [row.place for row in rows] == ["line 2", "line 3"]
    assert rows[1].cells == {"a": "3", "b": "ŵ"}


def test_B033_a_byte_order_mark_and_spaces_around_names_do_not_matter() -> None:
    assert cells(read(b"\xef\xbb\xbf a , b\n1,2\n")) == cells(read("a,b\n1,2\n"))


@pytest.mark.parametrize("sign", [";", "\t", "|"], ids=["B107 semicolon", "B107 tab", "B107 bar"])
def test_another_separator(sign: str) -> None:
    problem = refused(f"a{sign}b\n5{sign}2,5\n")
    assert problem.code == "MS508"
    assert "comma" in (problem.hint or "")


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("Ort,x\nMünchen,1\n".encode("cp1252"), "MS506", "line 2"),
        ("ok,x\na,1\nb,2\nMünchen,1\n".encode("cp1252"), "MS506", "line 4"),
        ("a,b\n1,2\n".encode("utf-16"), "MS506", "line 1"),
        ("a,b\n1,2\n".encode("utf-16-be"), "MS507", "line 1"),
        ("a,b\n1,2\n".encode("utf-32"), "MS506", "line 1"),
        (b"a,b\n\xed\xa0\x80,2\n", "MS506", "line 2"),
        (b"a,b\n1,2\n3,\x00\n", "MS507", "line 3"),
        (b"PK\x03\x04\x14\x00\x06\x00", "MS507", "line 1"),
        ('[{"a": "é"}]'.encode("latin-1"), "MS506", "line 1"),
        ('[{"a": "é"}]'.encode("utf-16"), "MS506", "line 1"),
    ],
    ids=lambda value: "B108" if isinstance(value, bytes) else None,
)
def test_B108_other_encodings(content: bytes, code: str, place: str) -> None:
    problem = refused(content)
    assert (problem.code, problem.place) == (code, place)
    assert problem.hint


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\r\n", " "], ids=lambda text: f"B117 {text!r}")
def test_B117_nothing_at_all(content: str) -> None:
    if content == " ":
        assert refused(content).code == "MS511"
    else:
        assert refused(content).code == "MS505"


def test_B117_a_header_only_has_no_rows() -> None:
    assert read("a,b\n") == []


@pytest.mark.parametrize("header", ["a,,b", "a,b,", ",a", "a, ,b", "a,\u200bb", "a,b\x1b[31m"])
def test_a_column_must_have_a_name_that_can_be_seen(header: str) -> None:
    problem = refused(f"{header}\n1,2,3\n")
    assert problem.code == "MS511"
    assert (problem.value or "").isprintable()


@pytest.mark.parametrize(
    "row", ['"x,2\n3,4\n', '"x"y,2\n', '1,"2" \n'], ids=["never closed", "text after", "space after"]
)
def test_a_quote_out_of_place_ends_the_reading(row: str) -> None:
    problem = refused(f"a,b\n1,2\n{row}")
    assert (problem.code, problem.place) == ("MS509", "line 3")


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n" + "x" * 200_000 + ",1\n",
        'a,b\n"' + "x\n" * 100_000,
        ",".join(f"c{i}" for i in range(20_001)),
        "a,b\n" + '"x\n",' * 400_000,
        "x" * 2_000_000,
        '{"a": "' + "x" * 2_000_000 + '"}',
    ],
    ids=["cell", "open quote", "columns", "record of many cells", "line", "line of JSON"],
)
def test_too_large(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_RECORD", 1 << 20)
    monkeypatch.setattr(json_text, "LARGEST_DOCUMENT", 1 << 20)
    assert refused(content).code == "MS512"


def test_too_large_a_json_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "LARGEST_DOCUMENT", 1000)
    assert refused("[" + " " * 2000 + "]").code == "MS512"
    assert len(read('{"a": 1}\n' * 2000)) == 2000  # a record a line has no limit


def test_rows_are_read_as_they_are_asked_for() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]
            view[:] = (b"1,2\n" * (len(view) // 4 + 1))[: len(view)]
            return len(view)

    with open_rows("-", io.BufferedReader(Endless())) as rows:
        first = [next(iter(rows)).cells for _ in range(3)]
    assert first == [{"1": "1", "2": "2"}] * 3


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_an_array_an_object_and_lines() -> None:
    record = {"a": Decimal("1.10"), "b": {"c": None}, "d": 7}
    text = '{"a": 1.10, "b": {"c": null}, "d": 7}'
    assert cells(read(f"[{text},\n {text}]")) == [record, record]
    assert [row.place for row in read(f"[{text}, {text}]")] == ["record 1", "record 2"]
    assert cells(read(f"{text}\n\n{text}\n")) == [record, record]
    assert [row.place for row in read(f"{text}\n\n{text}\n")] == ["line 1", "line 3"]
    assert cells(read('{\n "a": 1.10,\n "b": {"c": null}, "d": 7}\n')) == [record]
    assert read("[]") == []


def test_B081_a_huge_exponent_is_not_worked_out() -> None:
    assert cells(read('[{"a": 1e3000000}]')) == [{"a": Decimal("1E+3000000")}]
    assert str(cells(read('[{"a": ' + "9" * 5000 + "}]"))[0]["a"]) == "9" * 5000


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ('{"a": NaN}', "MS545"),
        ('{"a": -Infinity}', "MS545"),
        ('{"a": 1e99999999999999999999}', "MS546"),
        ('{"a": 1, "a": 2}', "MS514"),
        ('{"a": {"b": 1, "b": 1}}', "MS514"),
        ('{"a": "\\ud800"}', "MS513"),
        ('{"\\udfff": 1}', "MS513"),
        ('{"a": ["\\ud800"]}', "MS513"),
        ('{"a": 1,}', "MS513"),
        ("{'a': 1}", "MS513"),
        ('{"a": 01}', "MS513"),
        ('{"a": "tab\there"}', "MS513"),
        ('{"a": 1} {"a": 2}', "MS513"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "MS513"),
    ],
    ids=["B111 NaN", "B111 inf", "B081", "B145", "B145 inside", "B142", "B142 key", "B142 list", *"abcdef"],
)
def test_a_bad_line_is_rejected_and_a_bad_array_is_refused(record: str, code: str) -> None:
    rows = read(f'{{"a": 0}}\n{record}\n{{"a": 3}}\n')
    assert [row.place for row in rows] == ["line 1", "line 2", "line 3"]
    assert [[p.code for p in row.problems] for row in rows] == [[], [code], []]
    assert rows[1].problems[0].place == "line 2"
    assert refused(f'[{{"a": 0}}, {record}]').code == code


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ('{"id": "7", "n": 5, "x": NaN, "after": "y"}', {"id": "7", "n": "5", "after": "y"}),
        ('{"id": "7", "x": {"a": "b"}, "y": 1, "y": 2}', {"id": "7"}),
        ('{"id": "7", "id": "8", "y": "z"}', {"y": "z"}),
        ('{"id": "7", "x": "y" "z"}', {"id": "7", "x": "y"}),
        ('{"id": "7"', {"id": "7"}),
        ('{"id": "7", "x": "\\ud800"}', {}),  # half a character could not be written again
        ('["7", "x"]', {}),
        ('{7: "id"}', {}),
        ('{"id": ' + "[" * 100_000, {}),
    ],
)
def test_of_a_line_that_cannot_be_read_the_id_may_be(line: str, texts: dict[str, object]) -> None:
    good = '{"id": "9"}'
    first, second, _ = read(f"{good}\n{line}\n{good}\n")
    assert not first.problems
    assert second.problems
    assert dict(second.cells) == texts


def test_where_a_line_ends_too_early_is_said_as_the_line_has_it() -> None:
    _, broken = read('{"a": 1}\n{"a": 1, "b": 2\n')
    assert broken.problems[0].message == "not JSON: expecting ',' delimiter, at character 16 of the line"


def test_whole_characters_written_as_two_halves_are_fine() -> None:
    assert cells(read('[{"a": "\\ud83d\\ude00"}]')) == [{"a": "😀"}]


@pytest.mark.parametrize("item", ["5", '"x"', "null", "[1]", "true"])
def test_what_is_no_record(item: str, tmp_path: Path) -> None:
    rows = read(f'[{item}, {{"a": 1}}]')
    assert [[p.code for p in row.problems] for row in rows] == [["MS515"], []]
    path = tmp_path / "x.json"
    path.write_text(item)
    if item != "[1]":
        with open_rows(str(path)) as opened, pytest.raises(Unreadable) as caught:
            list(opened)
        assert caught.value.problem.code == "MS515"


@pytest.mark.parametrize("content", ['[{"a": 1}', '[{"a": 1} {"a": 2}]', '[{"a": 1}] x', "[" * 100_000, '{"a": 1'])
def test_broken_json(content: str) -> None:
    problem = refused(content)
    assert problem.code == "MS513"
    assert problem.place


# --- Excel -----------------------------------------------------------------------------------------------------------


def workbook(path: Path, *rows: list[object], **formats: str) -> str:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    for row in rows:
        sheet.append(row)
    for address, form in formats.items():
        sheet[address].number_format = form
    book.save(path)
    return str(path)


def opened(path: str) -> list[Row]:
    with open_rows(path) as rows:
        return list(rows)


def test_excel_cells_become_text_without_guessing(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["id", "x", "y"], ["007", 3.0, 62.5], [], ["NA", 1e-05, None], [7, -0.07, 10**15]
    )
    rows = opened(path)
    assert cells(rows) == [
        {"id": "007", "x": "3", "y": "62.5"},
        {"id": "NA", "x": "0.00001", "y": None},
        {"id": "7", "x": "-0.07", "y": "1000000000000000"},
    ]
    assert [row.place for row in rows] == ["Sheet1!row 2", "Sheet1!row 4", "Sheet1!row 5"]
    assert not any(row.problems for row in rows)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("#N/A", "General"),
        ("#DIV/0!", "General"),
        ("=1/4", "General"),
        (True, "General"),
        (date(2024, 4, 1), "yyyy-mm-dd"),
        (45383, "dd/mm/yyyy"),
        (0.95, "0%"),
    ],
    ids=["B118 #N/A", "B118 #DIV/0!", "B118 formula", "logical", "date", "number shown as a date", "percentage"],
)
def test_B118_a_cell_without_a_usable_value_says_its_address(value: object, form: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["id", "x", "y"], ["a", "1", "2"], ["b", "1", value], C3=form)
    first, second = opened(path)
    assert first.cells["y"] == "2"
    problem = second.cells["y"]
    assert isinstance(problem, Problem)
    assert (problem.code, problem.place) == ("MS521", "Sheet1!C3")
    assert not second.problems  # it matters only where an input is read from the cell


def marked(path: Path, merged: Iterable[str] = (), rows: Iterable[int] = (), columns: str = "", state: str = "") -> str:
    """A sheet of three columns and five rows, some of it merged or hidden."""
    workbook(path, ["id", "x", "y"], *([letter, "1", "2"] for letter in "abcde"))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for area in merged:
        sheet.merge_cells(area)
    for row in rows:
        sheet.row_dimensions[row].hidden = True
    for letter in columns:
        sheet.column_dimensions[letter].hidden = True
    if state:
        book.create_sheet("Shown")  # a workbook has to show one
        sheet.sheet_state = state
    book.save(path)
    return str(path)


def test_B118_merged_cells_hold_their_value_in_the_first(tmp_path: Path) -> None:
    rows = opened(marked(tmp_path / "a.xlsx", ["B2:C2", "A3:A4", "C5:F9", "AA1:AB9"]))
    found = {
        problem.place: (name, problem.code, problem.message)
        for row in rows
        for name, problem in row.cells.items()
        if isinstance(problem, Problem)
    }
    assert found == {
        "Sheet1!C2": ("y", "MS521", "the cell is merged with `B2`"),
        "Sheet1!A4": ("id", "MS521", "the cell is merged with `A3`"),
        "Sheet1!C6": ("y", "MS521", "the cell is merged with `C5`"),
    }
    assert (rows[0].cells["x"], rows[1].cells["id"], rows[3].cells["y"]) == ("1", "b", "2")
    assert len(rows) == 5  # no row of merged cells only is a record
    assert not any(row.problems for row in rows)


def test_B118_what_is_hidden_is_read_and_said(tmp_path: Path) -> None:
    path = marked(tmp_path / "a.xlsx", rows=[3, 5, 40], columns="CG", state="hidden")
    with open_rows(path) as rows:
        said = [(each.code, each.place, each.message) for each in rows.warnings]
        assert said == [
            ("MS522", None, "sheet `Sheet1` is hidden in the workbook, and is read"),
            ("MS522", "Sheet1!C", "column `y` is hidden in the workbook, and is read"),
        ]
        found = list(rows)
    assert [row.place for row in found if row.warnings] == ["Sheet1!row 3", "Sheet1!row 5"]
    assert {each.message for row in found for each in row.warnings} == {
        "the row is hidden in the workbook, and is read"
    }
    with open_rows(marked(tmp_path / "b.xlsx")) as rows:
        assert not rows.warnings
        assert not any(row.warnings for row in rows)


def test_a_cell_of_a_sheet_has_its_address(tmp_path: Path) -> None:
    row = opened(marked(tmp_path / "a.xlsx"))[1]
    assert [row.where(name) for name in ("id", "y", "z", None)] == ["Sheet1!A3", "Sheet1!C3", row.place, row.place]
    (row,) = read("id,x\na,1\n")
    assert row.where("x") == "line 2"


def sheet_xml(path: Path, change: Callable[[bytes], bytes]) -> str:
    """The sheet of `marked` with other XML."""
    marked(path)
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name.endswith("sheet1.xml") else text)
    return str(changed)


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        (
            ["A1:C9", "A1:C9"],
            "MS516",
        ),  # no workbook has ranges that overlap, and looking at them all would take for ever
        ([f"A{line}:B{line}" for line in range(1, 1100)], "MS512"),
    ],
)
def test_merged_ranges_cost_no_more_than_the_sheet(
    areas: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_marks, "MOST_MERGED", 1000)
    ranges = "".join(f'<mergeCell ref="{area}"/>' for area in areas).encode()
    cells = b"<mergeCells>" + ranges + b"</mergeCells>"
    path = sheet_xml(tmp_path / "a.xlsx", lambda text: text.replace(b"</sheetData>", b"</sheetData>" + cells))
    with pytest.raises(Unreadable) as caught:
        opened(path)
    assert caught.value.problem.code == code


def test_marks_are_found_wherever_the_reading_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = marked(tmp_path / "a.xlsx", ["B2:C2"], rows=[3], columns="C")
    for size in (1, 7, 64):
        monkeypatch.setattr(sheet_marks, "_CHUNK", size)
        with open_rows(path) as rows:
            assert [each.place for each in rows.warnings] == ["Sheet1!C"]
            found = list(rows)
        assert isinstance(found[0].cells["y"], Problem)
        assert [bool(row.warnings) for row in found] == [False, True, False, False, False]


def test_a_formula_with_a_stored_value_is_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, ["x", "y"], [1, 1])
    stored = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b'<c r="A2" t="n"><v>1</v>', b'<c r="A2" t="n"><f>1/4</f><v>0.25</v>')
                text = text.replace(b'<c r="B2" t="n"><v>1</v>', b'<c r="B2" t="str"><f>""</f><v></v>')
                assert text.count(b"<f>") == 2
            new.writestr(name, text)
    assert cells(opened(str(stored))) == [{"x": "0.25", "y": None}]


def test_B101_a_cell_beyond_the_header_rejects_the_row(tmp_path: Path) -> None:
    first, second = opened(workbook(tmp_path / "a.xlsx", ["x", "y"], [1, 2], [1, 2, None, 3]))
    assert not first.problems
    assert [(p.code, p.place) for p in second.problems] == [("MS520", "Sheet1!D3")]


@pytest.mark.parametrize(("names", "code"), [(["x", "x"], "MS510"), (["x", None, "y"], "MS511"), ([], "MS505")])
def test_an_excel_header_is_held_to_the_same(names: list[object], code: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(workbook(tmp_path / "a.xlsx", names, [1, 2, 3]))
    assert (caught.value.status, caught.value.problem.code) == (1, code)


def bomb(path: Path, part: str, content: bytes) -> str:
    workbook(path, ["x"], [1])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, content)
    return str(path)


def test_B120_a_workbook_is_refused_by_what_it_unpacks_to(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", "xl/worksheets/sheet2.xml", b" " * (70 << 20))
    with pytest.raises(Unreadable) as caught:
        opened(path)
    assert caught.value.problem.code == "MS512"


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0"?><!-- <x> --><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<!--" + b" " * 70_000 + b"--><!DOCTYPE x><x/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    ],
)
def test_B020_a_workbook_with_entities_is_refused(start: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(bomb(tmp_path / "a.xlsx", "xl/worksheets/sheet2.xml", start))
    assert caught.value.problem.code == "MS516"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 100])
def test_what_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        opened(str(path))
    assert (caught.value.status, caught.value.problem.code) == (1, "MS516")


def test_without_openpyxl_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", ["x"], [1])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(Unreadable) as caught:
        opened(path)
    assert (caught.value.status, caught.value.problem.code) == (2, "MS504")
    assert "markscheme[excel]" in (caught.value.problem.hint or "")


def test_a_row_number_beyond_the_last_row_does_not_run_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "LAST_ROW", 1000)
    path, far = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    workbook(path, ["x"], [1])
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<row r="2">', b'<row r="99999999999">'))
    with pytest.raises(Unreadable) as caught:
        opened(str(far))
    assert caught.value.problem.code == "MS512"


# --- records in = rows out -------------------------------------------------------------------------------------------

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_records_in_are_rows_out_csv(records: list[list[str]], end: str) -> None:
    quoted = [["a", "b"], *records]
    text = end.join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in quoted)
    rows = read(text)
    assert [list(row.cells.values()) for row in rows] == records
    assert [row.number for row in rows] == list(range(1, len(records) + 1))
    for row in rows:
        assert text.splitlines(keepends=True)  # places are lines of the text
        assert row.place.startswith("line ")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(CELL, CELL, max_size=3), max_size=8))
def test_records_in_are_rows_out_json(records: list[dict[str, str]]) -> None:
    import json

    assert cells(read(json.dumps(records))) == records
    if records:
        assert cells(read("\n".join(json.dumps(record) for record in records))) == records


NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-1000, 1000, places=4).map(float)


@settings(max_examples=10, deadline=None)
@given(values=st.lists(NUMBERS | st.from_regex("[a-z]{1,5}", fullmatch=True), max_size=8))
def test_records_in_are_rows_out_excel(values: list[object], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = workbook(tmp_path_factory.mktemp("books") / "a.xlsx", ["x"], *([value] for value in values))
    found = [row.cells["x"] for row in opened(path)]
    assert len(found) == len(values)
    for text, value in zip(found, values, strict=True):
        assert text == value if isinstance(value, str) else Decimal(str(text)) == Decimal(repr(value))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text('"\n,[]{}:ab1 \r\\ud8', max_size=30).map(str.encode))
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    problem = None
    try:
        rows = read(content)
    except Unreadable as error:
        problem = error.problem
    if problem is None:
        assert all(isinstance(row, Row) for row in rows)
    else:
        assert problem.code.startswith("MS5")
        assert problem.message.isprintable()


# --- what is shown ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("a\u202eb\u200b\ufeff", "a\\u202eb\\u200b\\ufeff"),
        ("\ud800", "\\ud800"),
        ("x" * 1000, "x" * 99 + "…"),
        (10**5000, "(an integer of 16610 bits)"),
        (["secret"], "(list)"),
        (0.1, "0.1"),
        (None, "None"),
    ],
    ids=["B134 escape", "bidi", "surrogate", "B154 long", "digits", "list", "float", "None"],
)
def test_B134_what_is_shown_is_short_and_printable(value: object, safe: str) -> None:
    assert shown(value) == safe


def test_limits_are_stated() -> None:
    assert csv_text.MOST_COLUMNS == 20_000
