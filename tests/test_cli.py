"""The command line as a methodologist meets it: what is printed, what is written, and the exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from clocks import slower

from markscheme.cli import main
from markscheme.codes import BASE

DATA = """\
name,safe,caring,score,town
Ash,good,good,90,Leeds
Beech,Good,Poor,90.5,"York, north"
Cedar,Not rated,not_rated,10,Tŷ Ddewi
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a methodology, cases and data, to be in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "markscheme", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=30,
        check=False,
    )


# --- rate ------------------------------------------------------------------------------------------------------------


def test_rate_prints_a_row_a_record_and_counts(run: Run) -> None:
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "name")
    assert status == 0
    assert out == (
        "name,banded,overall,not_published,assumed,town\n"
        "Ash,good,good,no,,Leeds\n"
        'Beech,good,poor,no,,"York, north"\n'
        "Cedar,poor,not_rated,no,,Tŷ Ddewi\n"
    )
    assert err == (
        "warning[MS531]: column `town` belongs to no input, and is carried through\n"
        "3 records: 3 rated, 0 unrated, 0 rejected\n"
    )


def test_without_an_id_the_row_number_is_the_id(run: Run) -> None:
    _, out, err = run("rate", "m.yaml", "data.csv")
    assert [row["row"] for row in table(out)] == ["1", "2", "3"]
    assert "column `name` belongs to no input" in err


def test_records_in_are_rated_unrated_or_rejected(run: Run, place: Path) -> None:
    text = BASE.replace(
        "absent: {not_rated: skip}\nresults: [banded, overall]", "absent: {not_rated: unrated}\nresults: [overall]"
    )
    (place / "m.yaml").write_text(text)
    (place / "data.csv").write_text(DATA + "Doe,goood,good,1,\nElm,good,good,101,\n,good,good,1,\n")
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "name", "--rejects", "rejects.csv")
    assert status == 1
    assert err.endswith("6 records: 2 rated, 1 unrated, 3 rejected\n")
    assert [row["overall"] for row in table(out)] == ["good", "poor", "not_rated"]
    rejects = table((place / "rejects.csv").read_text(encoding="utf-8"))
    assert [(row["name"], row["place"], row["column"], row["value"], row["code"]) for row in rejects] == [
        ("Doe", "line 5", "safe", "goood", "MS541"),
        ("Elm", "line 6", "score", "101", "MS544"),
        ("", "line 7", "name", "", "MS553"),
    ]
    assert rejects[0]["hint"].startswith("did you mean `good`?")
    assert rejects[1]["reason"] == "`101` is above the highest `score`"


@pytest.mark.parametrize(("allowed", "status"), [("0", 1), ("1", 1), ("2", 0), ("3", 0)])
def test_as_many_rejects_as_are_allowed_are_fine(run: Run, place: Path, allowed: str, status: int) -> None:
    (place / "data.csv").write_text(DATA + "Doe,goood,good,1,\nElm,good,good,101,\n")
    assert run("rate", "m.yaml", "data.csv", "--allow-rejects", allowed)[0] == status


def test_without_a_rejects_file_the_first_ten_problems_are_said(run: Run, place: Path) -> None:
    (place / "data.csv").write_text(DATA + "Doe,goood,good,1,\n" * 25)
    _, _, err = run("rate", "m.yaml", "data.csv")
    assert err.count("error[MS541]") == 10
    assert "error[MS541]: line 5, column `safe`: `goood` is not a level of `rating`" in err
    assert "15 more problems; `--rejects FILE` writes them all to a file" in err


def test_a_missing_column_is_said_once_and_rejects_every_record(run: Run, place: Path) -> None:  # B115
    (place / "data.csv").write_text("name,safe,carring,score\n" + "A,good,good,1\n" * 1000)
    status, out, err = run("rate", "m.yaml", "data.csv")
    assert status == 1
    assert err.count("MS530") == 1
    assert "rename `carring` to `judged.caring`" in err
    assert "warning[MS531]: column `carring` belongs to no input" in err
    assert err.endswith("1,000 records: 0 rated, 0 unrated, 1,000 rejected\n")
    assert table(out) == []


def test_the_same_id_twice_rejects_the_later_ones_naming_both_lines(run: Run, place: Path) -> None:  # B116
    (place / "data.csv").write_text(DATA + "Ash,good,good,1,\nAsh,poor,poor,1,\n")
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "name")
    assert status == 1
    assert [row["name"] for row in table(out)] == ["Ash", "Beech", "Cedar"]
    assert "`Ash` is on line 2 and again on line 5" in err
    assert "`Ash` is on line 2 and again on line 6" in err
    assert err.endswith("5 records: 3 rated, 0 unrated, 2 rejected\n")
    assert run("rate", "m.yaml", "data.csv")[0] == 0  # without --id nobody asked


def test_ids_are_text(run: Run, place: Path) -> None:  # B102
    (place / "data.csv").write_text("id,safe,caring,score\n007,good,good,1\n7,good,good,1\n1E3,good,good,1\n")
    _, out, _ = run("rate", "m.yaml", "data.csv", "--id", "id")
    assert [row["id"] for row in table(out)] == ["007", "7", "1E3"]


def test_a_misspelt_id_column_is_refused(run: Run) -> None:
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "nmae")
    assert (status, out) == (2, "")
    assert "there is no column `nmae`" in err
    assert "did you mean `name`?" in err


def test_no_records_is_said_aloud(run: Run, place: Path) -> None:  # B117
    (place / "data.csv").write_text("name,safe,caring,score\n")
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "name")
    assert (status, out) == (0, "name,banded,overall,not_published,assumed\n")
    assert err == "0 records: 0 rated, 0 unrated, 0 rejected: nothing to rate\n"
    (place / "data.csv").write_text("name,safe,score\n")
    assert run("rate", "m.yaml", "data.csv")[0] == 1  # nothing could be rated with these columns


def test_what_rests_on_unpublished_rules_is_flagged_everywhere(run: Run, place: Path) -> None:
    rules = BASE.replace("then: poor}\n", "then: poor, status: illustrative}\n")
    (place / "m.yaml").write_text(rules)
    _, out, err = run("rate", "m.yaml", "data.csv", "--id", "name")
    assert [row["not_published"] for row in table(out)] == ["no", "yes", "no"]
    assert "1 record rests on rules that are not published: see column `not_published`" in err
    _, out, _ = run("rate", "m.yaml", "data.csv", "--id", "name", "--json")
    assert json.loads(out)["summary"]["not_published"] == 1


def test_a_value_that_was_assumed_is_named(run: Run, place: Path) -> None:
    rules = BASE.replace("better: higher}", "better: higher, absent: {unknown: 90}, empty: unknown}")
    (place / "m.yaml").write_text(rules)
    (place / "data.csv").write_text("safe,caring,score\ngood,good,\ngood,good,90\n")
    _, out, _ = run("rate", "m.yaml", "data.csv")
    assert [(row["overall"], row["assumed"]) for row in table(out)] == [("good", "score"), ("good", "")]


def test_json_has_ratings_rejects_and_counts(run: Run, place: Path) -> None:
    (place / "data.csv").write_text(DATA + "Doe,goood,good,1,\n")
    status, out, _ = run("rate", "m.yaml", "data.csv", "--id", "name", "--json")
    answer = json.loads(out)
    assert status == 1
    assert answer["methodology"] == "example/first@1"
    assert answer["summary"] == {"records": 4, "rated": 3, "unrated": 0, "rejected": 1, "not_published": 0}
    assert answer["records"][2]["outcome"] == {"banded": "poor", "overall": None}
    assert answer["records"][2]["absent"] == {"overall": "not_rated"}
    assert answer["records"][2]["carried"] == {"town": "Tŷ Ddewi"}
    assert answer["records"][3]["rejected"][0]["code"] == "MS541"


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl"])
def test_results_go_to_a_file_by_its_suffix(run: Run, place: Path, suffix: str) -> None:
    status, out, _ = run("rate", "m.yaml", "data.csv", "--id", "name", "-o", f"out{suffix}")
    assert (status, out) == (0, "")
    text = (place / f"out{suffix}").read_text(encoding="utf-8")
    if suffix == ".csv":
        assert [row["overall"] for row in table(text)] == ["good", "poor", "not_rated"]
    else:
        records = json.loads(text)["records"] if suffix == ".json" else [json.loads(line) for line in text.splitlines()]
        assert [record["outcome"]["overall"] for record in records] == ["good", "poor", None]


def test_numbers_are_exact(run: Run, place: Path) -> None:
    third = BASE.replace("banded:\n", "third:\n    type: number\n    formula: score / 3\n  banded:\n")
    (place / "m.yaml").write_text(third.replace("results: [", "results: [third, "))
    (place / "data.csv").write_text("safe,caring,score\ngood,good,0.3\ngood,good,1\n")
    _, out, _ = run("rate", "m.yaml", "data.csv")
    assert [row["third"] for row in table(out)] == ["0.1", "1/3"]
    _, out, _ = run("rate", "m.yaml", "data.csv", "--json")
    assert '"third": 0.1' in out
    assert '"third": "1/3"' in out


def test_nested_json_and_json_lines_and_long_data_give_the_same(run: Run, place: Path) -> None:
    records = [
        {"name": "Ash", "judged": {"safe": "good", "caring": "good"}, "score": 90, "town": "Leeds"},
        {"name": "Beech", "judged": {"safe": "good", "caring": "poor"}, "score": 90.5, "county": "Yorks"},
    ]
    (place / "d.json").write_text(json.dumps(records))
    (place / "d.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    (place / "long.csv").write_text(
        "name,questions,judged,score,town,county\nAsh,safe,good,90,Leeds,\nAsh,caring,good,90,Leeds,\n"
        "Beech,safe,good,90.5,,Yorks\nBeech,caring,poor,90.5,,Yorks\n"
    )
    expected = [("Ash", "good", "Leeds", ""), ("Beech", "poor", "", "Yorks")]
    for data, more in (("d.json", ()), ("d.jsonl", ()), ("long.csv", ("--long",))):
        status, out, err = run("rate", "m.yaml", data, "--id", "name", *more)
        found = [(row["name"], row["overall"], row["town"], row["county"]) for row in table(out)]
        assert (status, found) == (0, expected), data
        assert err.count("column `town`") <= 1


def test_a_carried_column_never_hides_a_result(run: Run, place: Path) -> None:
    (place / "data.csv").write_text("overall,safe,caring,score,data.overall\nx,good,good,1,y\n")
    _, out, _ = run("rate", "m.yaml", "data.csv")
    (row,) = table(out)
    assert (row["overall"], row["data.overall"], row["data.data.overall"]) == ("poor", "x", "y")


def test_a_column_of_ids_never_hides_a_result_either(run: Run, place: Path) -> None:
    (place / "data.csv").write_text("overall,value,safe,caring,score\nx,y,good,good,1\nz,z,good,god,1\n")
    _, out, _ = run("rate", "m.yaml", "data.csv", "--id", "overall", "--rejects", "r.csv")
    assert out.splitlines()[0] == "data.overall,banded,overall,not_published,assumed,value"
    run("rate", "m.yaml", "data.csv", "--id", "value", "--rejects", "r.csv")
    (reject,) = table((place / "r.csv").read_text())
    assert (reject["data.value"], reject["value"]) == ("z", "god")
    _, out, _ = run("rate", "m.yaml", "data.csv", "--id", "value", "--long-results", "--allow-rejects", "1")
    assert out.splitlines()[0] == "data.value,result,value,not_published,assumed,overall"


def test_a_result_is_never_hidden_by_what_is_said_of_the_record(run: Run, place: Path) -> None:
    renamed = BASE.replace("banded", "assumed").replace("questions", "value").replace("  overall:", "  result:")
    (place / "m.yaml").write_text(renamed.replace("[assumed, overall]", "[assumed, result, each_value]"))
    with (place / "m.yaml").open("a") as file:
        file.write("# a result for each member\n")
    text = (place / "m.yaml").read_text()
    each = "  each_value: {each: value, scale: rating, formula: judged, absent: {not_rated: skip}}\nresults:"
    (place / "m.yaml").write_text(text.replace("results:", each))
    _, out, err = run("rate", "m.yaml", "data.csv", "--id", "name")
    head = out.splitlines()[0]
    assert head == "name,result.assumed,result,each_value.safe,each_value.caring,not_published,assumed,town", err
    _, out, _ = run("rate", "m.yaml", "data.csv", "--id", "name", "--long-results")
    assert out.splitlines()[:2] == [
        "name,result,set.value,value,not_published,assumed,town",
        "Ash,assumed,,good,no,,Leeds",
    ]


# --- results in long form --------------------------------------------------------------------------------------------

WARDS = """\
markscheme: 1
id: example/hospitals
version: "1"
title: Ratings of hospitals
in_force: {from: "2024-01-01"}
scales: {rating: [poor, fair, good]}
sets: {places: [north, south], wards: [heart, eyes], questions: [safe, caring]}
inputs:
  judged: {each: [places, wards, questions], scale: rating, absent: {not_rated: skip}, empty: not_rated}
  breach: {type: yes_no, better: "no", absent: {not_stated: "no"}, empty: not_stated}
measures:
  question: {each: [places, wards, questions], scale: rating, formula: judged, absent: {not_rated: skip}}
  ward: {each: [places, wards], scale: rating, formula: worst(question), absent: {not_rated: skip}, status: derived}
  place: {each: places, scale: rating, formula: worst(ward), absent: {not_rated: skip}}
  overall:
    scale: rating
    rules: [{when: breach is yes, then: poor}, {otherwise: worst(place)}]
    absent: {not_rated: unrated}
results: [overall, place, ward, question]
"""


@pytest.fixture
def wards(place: Path) -> Path:
    (place / "wards.yaml").write_text(WARDS)
    (place / "wards.csv").write_text(
        "id,places,wards,questions,judged,town\nA,north,heart,safe,good,Leeds\nA,north,heart,caring,,Leeds\n"
        "A,south,eyes,caring,poor,Leeds\nB,north,heart,safe,not_rated,York\n"
    )
    return place


def test_long_results_have_a_row_a_value_and_the_reason_where_there_is_none(run: Run, wards: Path) -> None:
    status, out, err = run("rate", "wards.yaml", "wards.csv", "--long", "--id", "id", "--long-results")
    assert out == (
        "id,result,places,wards,questions,value,not_published,assumed,town\n"
        "A,overall,,,,poor,yes,breach,Leeds\n"
        "A,place,north,,,good,yes,breach,Leeds\n"
        "A,place,south,,,poor,yes,breach,Leeds\n"
        "A,ward,north,heart,,good,yes,breach,Leeds\n"
        "A,ward,south,eyes,,poor,yes,breach,Leeds\n"
        "A,question,north,heart,safe,good,no,breach,Leeds\n"
        "A,question,north,heart,caring,not_rated,no,breach,Leeds\n"
        "A,question,south,eyes,safe,not_rated,no,breach,Leeds\n"
        "A,question,south,eyes,caring,poor,no,breach,Leeds\n"
        "B,overall,,,,not_rated,yes,breach,York\n"
    )
    assert (status, err.splitlines()[-1]) == (0, "2 records: 1 rated, 1 unrated, 0 rejected")


def test_long_results_say_what_wide_ones_say(run: Run, wards: Path) -> None:
    arguments = ("rate", "wards.yaml", "wards.csv", "--long", "--id", "id")
    wide = {row["id"]: row for row in table(run(*arguments)[1])}
    for row in table(run(*arguments, "--long-results", "-o", "long.csv") and (wards / "long.csv").read_text()):
        members = [row[name] for name in ("places", "wards", "questions") if row[name]]
        assert wide[row["id"]].pop(".".join([row["result"], *members])) == row["value"]
    for row in wide.values():  # what has no row is absent
        assert {value for name, value in row.items() if "." in name} <= {"not_rated"}


def test_every_record_has_a_row_also_where_all_is_absent(run: Run, wards: Path) -> None:
    (wards / "wards.yaml").write_text(WARDS.replace("[overall, place, ward, question]", "[ward, place]"))
    _, out, _ = run("rate", "wards.yaml", "wards.csv", "--long", "--id", "id", "--long-results")
    assert [row["result"] for row in table(out) if row["id"] == "B"] == ["ward"] * 4 + ["place"] * 2


def test_long_results_of_records_that_are_wide_and_of_rejects(run: Run, place: Path) -> None:
    (place / "data.csv").write_text(DATA + "Dale,good,god,1,Hull\n")
    status, out, err = run("rate", "m.yaml", "data.csv", "--id", "name", "--long-results")
    assert [tuple(row.values()) for row in table(out)] == [
        ("Ash", "banded", "good", "no", "", "Leeds"),
        ("Ash", "overall", "good", "no", "", "Leeds"),
        ("Beech", "banded", "good", "no", "", "York, north"),
        ("Beech", "overall", "poor", "no", "", "York, north"),
        ("Cedar", "banded", "poor", "no", "", "Tŷ Ddewi"),
        ("Cedar", "overall", "not_rated", "no", "", "Tŷ Ddewi"),
    ]
    assert (status, err.splitlines()[-1]) == (1, "4 records: 3 rated, 0 unrated, 1 rejected")


# --- what is wrong, said once and in its place -----------------------------------------------------------------------


def test_a_sheet_is_told_of_by_its_cells_and_what_is_hidden_once(run: Run, place: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Data"
    for row in (
        ["name", "safe", "caring", "score"],
        ["a", "good", "god", 1],
        ["b", "good", "", 1],
        ["c", "good", "good", 1],
    ):
        sheet.append(row)
    sheet.column_dimensions["D"].hidden = True
    for number in (3, 4):
        sheet.row_dimensions[number].hidden = True
    book.save(place / "data.xlsx")
    _, _, err = run("rate", "m.yaml", "data.xlsx", "--id", "name")
    lines = err.splitlines()
    assert lines[0] == "warning[MS522]: Data!D: column `score` is hidden in the workbook, and is read"
    assert "error[MS541]: Data!C2, column `caring`: `god` is not a level of `rating`" in lines
    assert "error[MS540]: Data!C3, column `caring`: `caring` is empty" in lines
    assert lines.count("warning[MS522]: Data!row 3, Data!row 4: the row is hidden in the workbook, and is read") == 1
    assert len([line for line in lines if "hidden" in line]) == 2


def test_many_places_of_one_warning_are_cut_short(run: Run, place: Path) -> None:
    rows = "".join(f"{n},{question},good,1,{question}\n" for n in range(15) for question in ("safe", "caring"))
    (place / "long.csv").write_text(f"id,questions,judged,score,note\n{rows}")
    _, out, err = run("rate", "m.yaml", "long.csv", "--long", "--id", "id")
    (said,) = [line for line in err.splitlines() if "MS555" in line]
    assert said.startswith("warning[MS555]: line 2, line 4, line 6")
    assert said.endswith(
        "line 20 and 5 more: column `note` differs between the rows of a record, and is left out there"
    )
    assert {row["note"] for row in table(out)} == {""}


def test_a_line_of_json_that_cannot_be_read_is_one_mistake_of_a_known_record(run: Run, place: Path) -> None:
    good = '"safe": "good", "caring": "good"'
    (place / "d.jsonl").write_text(
        f'{{"id": "a", {good}, "score": NaN}}\n{{"id": "b", {good}, "score": 1\n[1]\n{{{good}, "score": 1}}\n'
        f'{{"id": "b", {good}, "score": 1}}\n'
    )
    run("rate", "m.yaml", "d.jsonl", "--id", "id", "--rejects", "r.csv")
    found = [(row["id"], row["place"], row["code"]) for row in table((place / "r.csv").read_text())]
    assert found == [
        ("a", "line 1", "MS545"),
        ("b", "line 2", "MS513"),
        ("", "line 3", "MS515"),
        ("", "line 4", "MS553"),
        ("b", "line 5", "MS554"),
    ]


def test_data_may_be_piped_in(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(DATA.encode())))
    assert run("rate", "m.yaml", "-", "--id", "name")[2].endswith("3 records: 3 rated, 0 unrated, 0 rejected\n")


def test_a_methodology_by_id_and_by_date(run: Run, place: Path) -> None:
    questions = ("safe", "effective", "caring", "responsive", "well_led")
    (place / "data.csv").write_text(",".join(f"ratings.{each}" for each in questions) + "\nGood,Good,Good,Good,Good\n")
    status, _, err = run("rate", "cqc/gp-practice", "data.csv")
    assert status == 0
    assert "using cqc/gp-practice@2021-10, the latest version" in err
    status, _, err = run("rate", "cqc/gp-practice", "data.csv", "--on", "2022-01-01")
    assert status == 0
    assert "using" not in err
    status, _, err = run("rate", "cqc/gp-practice", "data.csv", "--on", "1999-01-01")
    assert (status, "MS651" in err) == (2, True)
    status, _, err = run("rate", "cqc/gp-practise", "data.csv")
    assert (status, "did you mean `cqc/gp-practice`?" in err) == (2, True)


def test_a_terminal_sees_how_far_long_work_is(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "data.csv").write_text("safe,caring,score\n" + "good,good,1\n" * 600)
    monkeypatch.setattr(sys.modules["markscheme.cli.waiting"], "_PATIENCE", 0.0)
    assert "rating" not in run("rate", "m.yaml", "data.csv")[2]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    status, out, err = run("rate", "m.yaml", "data.csv")
    assert status == 0
    assert "rating" in err
    assert "rating" not in out
    monkeypatch.setenv("TERM", "dumb")
    assert "rating" not in run("rate", "m.yaml", "data.csv")[2]


# --- what cannot be read or written ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate", "m.yaml"),
        ("rate", "m.yaml", "data.csv", "--long"),
        ("rate", "m.yaml", "data.csv", "--long-results", "--json"),
        ("rate", "m.yaml", "data.csv", "--long-results", "-o", "o.jsonl"),
        ("rate", "m.yaml", "data.csv", "-o", "out.xls"),
        ("rate", "m.yaml", "data.csv", "-o", "data.csv"),
        ("rate", "m.yaml", "data.csv", "-o", "./x.csv", "--rejects", "x.csv"),
        ("rate", "m.yaml", "data.csv", "--rejects", "rejects.json"),
        ("rate", "m.yaml", "data.csv", "--json", "-o", "out.csv"),
        ("rate", "m.yaml", "data.csv", "--allow-rejects", "-1"),
        ("rate", "m.yaml", "data.csv", "--on", "2024-01-01"),
        ("rate", "m.yaml", "nothing.csv"),
        ("rate", "nothing.yaml", "data.csv"),
        ("rate", "m.yaml", "data.csv", "-o", "nowhere/out.csv"),
        ("rate", "m.yaml", "data.csv", "--rules", "nowhere"),
        ("explain", "m.yaml", "data.csv"),
        ("explain", "m.yaml", "data.csv", "--record", "1", "--all"),
        ("explain", "m.yaml", "data.csv", "--record", "1", "-o", "x"),
        ("explain", "m.yaml", "data.csv", "--record", "9"),
        ("explain", "m.yaml", "data.csv", "--record", "1", "--result", "overal"),
        ("check", "nowhere"),
        ("check", "--json", "--format", "github", "m.yaml"),
        ("test", "nowhere"),
        ("codes", "MS999"),
        ("schema", "nothing"),
        ("chekc",),
    ],
    ids=" ".join,
)
def test_usage_and_what_cannot_be_read_is_2_in_words(run: Run, place: Path, arguments: tuple[str, ...]) -> None:
    before = sorted(place.iterdir())
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize("form", ["-o", ">"])
def test_a_full_disk_is_2_and_leaves_the_old_file(place: Path, form: str) -> None:  # B170
    old = place / "out.csv"
    old.write_text("old\n")
    rows = "".join(f"N{n},good,good,{n % 100},\n" for n in range(2000))
    (place / "data.csv").write_text(DATA + rows)
    arguments = [sys.executable, "-m", "markscheme", "rate", "m.yaml", "data.csv"]
    if form == "-o":
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))  # noqa: E731
        done = subprocess.run(
            [*arguments, "-o", "out.csv"], capture_output=True, text=True, preexec_fn=limit, check=False
        )
    else:
        with open("/dev/full", "w") as full:
            done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert re.search(r"error: .*(file too large|no space left)", done.stderr)
    assert old.read_text() == "old\n"
    assert sorted(each.name for each in place.iterdir()) == ["data.csv", "m.yaml", "out.csv"]


def test_a_file_that_goes_wrong_further_down_leaves_no_half_results(run: Run, place: Path) -> None:
    (place / "out.csv").write_text("old\n")
    (place / "data.csv").write_text(DATA + 'Doe,"good,good,1,\n')
    status, _, err = run("rate", "m.yaml", "data.csv", "-o", "out.csv", "--rejects", "rejects.csv")
    assert status == 1
    assert "never closed" in err
    assert (place / "out.csv").read_text() == "old\n"
    assert not (place / "rejects.csv").exists()


def test_output_into_a_closed_pipe_ends_quietly(place: Path) -> None:  # B172
    (place / "data.csv").write_text(DATA + "".join(f"N{n},good,good,{n % 100},\n" for n in range(5000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "markscheme", "rate", "m.yaml", "data.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert "Error" not in said
    assert "Traceback" not in said


def test_output_is_utf_8_whatever_the_locale(place: Path) -> None:  # B174
    done = command("rate", "m.yaml", "data.csv", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert "Tŷ Ddewi" in done.stdout


def test_no_colour_where_there_is_no_terminal(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # B173
    (place / "m.yaml").write_text(BASE.replace("then: poor", "then: poo"))
    assert "\x1b" not in "".join(run("check", "m.yaml")[1:])
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;31m" in run("check", "m.yaml")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check", "m.yaml")[1]


def test_titles_cannot_write_to_the_terminal(run: Run, place: Path) -> None:  # B134
    (place / "rules").mkdir()
    for text in ('title: "An \\u001b]0;owned\\u0007 example"', 'title: "An \\e[31m example"'):
        (place / "rules" / "m.yaml").write_text(BASE.replace("title: An example", text))
        (place / "data.csv").write_text("safe,caring,score\n\x1b[31mgood,good,1\n")
        said = "".join(
            "".join(run(*arguments)[1:])
            for arguments in (
                ("list",),
                ("check",),
                ("rate", "rules/m.yaml", "data.csv"),
                ("explain", "rules/m.yaml", "data.csv", "--record", "1"),
                ("explain", "rules/m.yaml", "data.csv", "--all"),
            )
        )
        assert "\x1b" not in said
        assert "\\u001b" in said


def test_interrupted_is_130(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("markscheme.cli.records.Rater.rate_typed", stop)
    status, out, err = run("rate", "m.yaml", "data.csv", "-o", "out.csv")
    assert (status, out, err.splitlines()[-1]) == (130, "", "interrupted")
    assert not (place / "out.csv").exists()


def test_a_bug_is_4_with_a_request_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr("markscheme.cli.records.Rater.rate_typed", broken)
    status, _, err = run("rate", "m.yaml", "data.csv")
    assert status == 4
    assert "please report it" in err
    assert "Traceback" not in err
    monkeypatch.setenv("MARKSCHEME_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("rate", "m.yaml", "data.csv")


# --- explain ---------------------------------------------------------------------------------------------------------


def test_explain_says_why_in_each_form(run: Run) -> None:
    asked = ("explain", "m.yaml", "data.csv", "--id", "name", "--record", "Beech")
    status, out, _ = run(*asked)
    assert status == 0
    assert "Beech" in out
    assert "any of judged are poor" in out
    assert run(*asked, "--format", "markdown")[1] != out
    assert "any of judged are poor" in run(*asked, "--format", "markdown")[1]
    assert run(*asked, "--format", "html")[1].startswith("<!doctype html>")
    assert json.loads(run(*asked, "--json")[1]) == json.loads(run(*asked, "--format", "json")[1])
    assert "banded" in run(*asked, "--result", "banded")[1].casefold()


def test_explain_of_a_rejected_record_says_what_is_wrong(run: Run, place: Path) -> None:
    (place / "data.csv").write_text("safe,caring,score\ngoood,good,1\n")
    status, out, err = run("explain", "m.yaml", "data.csv", "--record", "1")
    assert (status, out) == (1, "")
    assert "MS541" in err


def test_explain_suggests_the_record_that_was_meant(run: Run) -> None:
    _, _, err = run("explain", "m.yaml", "data.csv", "--id", "name", "--record", "Beach")
    assert "did you mean `Beech`?" in err
    _, _, err = run("explain", "m.yaml", "data.csv", "--record", "Beech")
    assert "`--id COLUMN`" in err


def test_explain_all_gives_a_reason_for_every_rating(run: Run) -> None:
    status, out, _ = run("explain", "m.yaml", "data.csv", "--id", "name", "--all")
    assert status == 0
    assert out.count("overall: ") == out.count("banded: ") == 3
    assert "!" not in out


def test_explain_all_flags_what_rests_on_unpublished_rules(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(BASE.replace("then: poor}\n", "then: poor, status: illustrative}\n"))
    _, out, _ = run("explain", "m.yaml", "data.csv", "--id", "name", "--all")
    assert [line[:9] for line in out.splitlines() if line.startswith("!")] == ["! marks w", "! overall"]


@pytest.mark.parametrize(
    ("form", "suffix"), [("text", ".txt"), ("markdown", ".md"), ("html", ".html"), ("json", ".json")]
)
def test_explain_all_writes_a_file_a_record_inside_the_folder(run: Run, place: Path, form: str, suffix: str) -> None:
    names = ["../../etc/passwd", "/etc/passwd", "a" * 500, "..", "CON", "Tŷ Ddewi", "tŷ ddewi", "漢", "x\x00y"]
    rows = "".join(f'"{name}",good,good,1\n' for name in names if "\x00" not in name)
    (place / "data.csv").write_text(f"name,safe,caring,score\n{rows}")
    before = {each for each in place.parent.rglob("*") if "out" not in each.parts}
    status, _, err = run("explain", "m.yaml", "data.csv", "--id", "name", "--all", "-o", "out", "--format", form)
    assert status == 0
    assert "8 records: 8 explained in `out`, 0 rejected" in err
    files = sorted(each.name for each in (place / "out").iterdir())
    assert len(files) == 8
    assert files[0] == f"000001-etc-passwd{suffix}"
    assert all(re.fullmatch(rf"\d{{6}}(-[a-z0-9-]+)?\{suffix}", name) for name in files)
    assert {each for each in place.parent.rglob("*") if "out" not in each.parts} == before


# --- check, test, list, codes, schema, new ---------------------------------------------------------------------------


def test_check_counts_and_is_honest(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(BASE + "guarantees: [overall never worsens when judged improve]\n")
    status, out, err = run("check", "m.yaml")
    assert (status, out) == (0, "1 file checked: 0 errors, 0 warnings\n")
    assert re.match(r"example/first@1: \d+ proved \(\d+ by walking [\d,]+ states?, \d+ by typing\)\n", err)


def test_check_shows_every_finding_and_the_cases_beside(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(
        BASE.replace("then: poor", "then: poo").replace("at_least: 50, is: fair", "at_least: 50, is: fiar")
    )
    (place / "m.cases.yaml").write_text("methodology: example/first@1\ncases:\n  - nme: x\n")
    status, out, _ = run("check", "m.yaml")
    assert status == 1
    assert "`poo`" in out
    assert "`fiar`" in out
    assert " --> m.yaml:" in out
    assert " --> m.cases.yaml:3:" in out
    errors = out.count("error[")
    assert out.endswith(f"2 files checked: {errors} errors, 0 warnings\n")


def test_check_names_results_that_cases_expect_in_vain(run: Run, place: Path) -> None:
    case = "methodology: example/first@1\ncases:\n  - name: x\n    given: {safe: good, caring: good, score: 1}\n"
    (place / "m.cases.yaml").write_text(case + "    expect: {overall: goood}\n")
    status, out, _ = run("check", ".")
    assert status == 1
    assert "error[MS703]" in out
    assert " --> m.cases.yaml:5:23\n 5 |     expect: {overall: goood}\n   |                       ^^^^^" in out


def test_check_as_json_and_for_github(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(BASE.replace("then: poor", "then: poo"))
    status, out, _ = run("check", "m.yaml", "--json")
    (found,) = json.loads(out)
    assert status == 1
    assert set(found) == {
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "hint",
        "labels",
        "shown",
    }
    assert (found["file"], found["severity"], found["hint"]) == ("m.yaml", "error", "did you mean `poor`?")
    status, out, _ = run("check", "m.yaml", "--format", "github")
    assert status == 1
    assert out.startswith(f"::error file=m.yaml,line={found['line']},")
    assert "::notice title=markscheme::1 error, 0 warnings" in out


def test_check_of_an_empty_folder_is_no_success(run: Run, place: Path) -> None:
    (place / "rules").mkdir()
    status, out, err = run("check")
    assert (status, out) == (1, "0 files checked: 0 errors, 0 warnings\n")
    assert "no rule file" in err


def test_test_runs_cases_and_shows_why_one_failed(run: Run, place: Path) -> None:
    case = "  - name: {}\n    given: {{safe: good, caring: poor, score: 90}}\n    expect: {{overall: {}}}\n"
    head = "methodology: example/first@1\ncases:\n"
    (place / "m.cases.yaml").write_text(head + case.format("right", "poor"))
    assert run("test", ".")[:2] == (0, "1 case in 1 file: 0 failed\n")
    (place / "m.cases.yaml").write_text(head + case.format("right", "poor") + case.format("wrong", "good"))
    status, out, _ = run("test", "m.yaml")
    assert status == 1
    assert "failed: wrong\n  --> m.cases.yaml:6:" in out
    assert "  overall: expected good, got poor\n" in out
    assert "any of judged are poor" in out
    assert out.endswith("2 cases in 1 file: 1 failed\n")
    status, out, _ = run("test", "m.cases.yaml", "--json")
    assert [each["passed"] for each in json.loads(out)] == [True, False]


def test_test_without_a_case_is_no_success(run: Run) -> None:
    status, out, err = run("test", ".")
    assert (status, out) == (1, "0 cases in 0 files: 0 failed\n")
    assert "no case ran" in err


def test_test_does_not_pass_over_cases_that_cannot_run(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(BASE.replace("then: poor", "then: poo"))
    case = "  - name: a\n    given: {safe: good, caring: poor, score: 90}\n    expect: {overall: poor}\n"
    (place / "m.cases.yaml").write_text("methodology: example/first@1\ncases:\n" + case)
    status, out, err = run("test", ".")
    assert (status, out) == (1, "0 cases in 1 file: 0 failed; 1 error kept cases from running\n")
    assert "m.yaml:" in err


def test_list_says_what_there_is_and_how_sure_it_is(run: Run) -> None:
    status, out, _ = run("list")
    assert status == 0
    for line in (
        r"cqc/gp-practice  Ratings of GP practices",
        r"  2014-10     2014-10-01 to 2018-03-31  rules: \d+ published, \d+ derived, \d+ recalled",
        r"  2008-09     2008-04-01 to 2009-03-31  rules: .*1 illustrative",
    ):
        assert re.search(f"^{line}", out, re.MULTILINE), line
    status, out, _ = run("list", "--json")
    rows = {(row["id"], row["version"]): row for row in json.loads(out)}
    assert rows["cqc/gp-practice", "2021-10"]["in_force"] == {"from": "2021-10-01", "until": "2023-11-20"}
    assert rows["cqc/gp-practice", "2021-10"]["rules"]["recalled"] > 0


def test_list_counts_what_cites_nothing_apart_and_a_principle_once(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(
        BASE.replace("publisher: Nobody\n", "sources: {guide: {title: A guide}}\n")
        + """\
principles:
  two_of_three:
    scale: rating
    rules: [{when: any of them are poor, then: poor, cite: guide}, {otherwise: good, status: recalled}]
"""
    )
    text = (place / "m.yaml").read_text()
    text = text.replace("results: [banded, overall]", "results: [banded, overall, copied, first_one, second_one]")
    text = text.replace(
        "measures:\n",
        """measures:
  copied: {type: number, formula: score}
  first_one: {scale: rating, apply: two_of_three, to: judged, absent: {not_rated: skip}}
  second_one: {scale: rating, apply: two_of_three, to: judged, absent: {not_rated: skip}}
""",
    )
    (place / "m.yaml").write_text(text)
    rows = json.loads(run("list", "--rules", ".", "--json")[1])
    (row,) = (row for row in rows if row["id"] == "example/first")
    assert row["rules"] == {"published": 1, "derived": 0, "recalled": 1, "illustrative": 0, "uncited": 5}


def test_codes_explains_each(run: Run) -> None:
    status, out, _ = run("codes")
    assert status == 0
    codes = re.findall(r"^(MS\d+)  (?:error|warning)", out, re.MULTILINE)
    assert len(codes) == len(out.splitlines()) > 50
    status, out, _ = run("codes", "ms703")
    assert status == 0
    assert out.startswith("error[MS703]: ")
    assert all(word in out for word in ("Why: ", "Wrong:\n", "Instead:\n"))
    assert [each["code"] for each in json.loads(run("codes", "--json")[1])] == codes


def test_schema_names_a_file_that_is_there(run: Run) -> None:
    for name in ((), ("methodology",), ("cases",)):
        status, out, _ = run("schema", *name)
        assert status == 0
        assert json.loads(Path(out.strip()).read_text(encoding="utf-8"))["$id"].startswith("urn:markscheme:")


def test_new_makes_what_its_next_three_commands_need(run: Run, place: Path) -> None:
    status, out, _ = run("new", "my first")
    assert status == 0
    import shlex

    commands = [shlex.split(line) for line in out.splitlines() if line.startswith("  ")]
    assert [each[1] for each in commands] == ["test", "rate", "explain"]
    assert run("check", "my first")[:2] == (0, "2 files checked: 0 errors, 0 warnings\n")
    for _, *arguments in commands:
        status, out, err = run(*arguments)
        assert status == 0, err
        assert out
    assert "Beech Lodge" in out
    assert "enforcement is yes" in out
    assert run("new", "my first")[0] == 2
    (place / "empty").mkdir()
    assert run("new", "empty")[0] == 0


# --- as a program ----------------------------------------------------------------------------------------------------


def test_it_can_be_run_as_a_module_and_says_its_version() -> None:
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, "markscheme 0.1.0\n")


def test_help_loads_click_and_nothing_heavy() -> None:
    code = (
        "import sys; from markscheme.cli import main; main(['--help']); main(['rate', '--help']);"
        "print(sorted({'yaml', 'lark', 'jsonschema', 'rich', 'openpyxl', 'markscheme.ir'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_help_takes_less_than_150_milliseconds_of_its_own() -> None:
    def cost(*arguments: str) -> float:
        """The least time of the processor, of several runs."""
        times = []
        for _ in range(4):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(times)

    own = cost("-m", "markscheme", "--help") - cost("-c", "pass")
    assert own < 0.150 or own < 0.150 * slower(), f"{own * 1000:.0f} ms"
