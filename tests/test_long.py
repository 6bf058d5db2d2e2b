"""Long data: one row for each record and member becomes one row for each record."""

import io
from dataclasses import replace

import pytest
from data_programs import NOT_RATED, QUESTIONS, RATING, STATEMENTS, base, program, wide

from markscheme.data import Row, Unreadable, open_rows
from markscheme.data.long import long_rows
from markscheme.diagnostics import Problem
from markscheme.intake import Intake
from markscheme.ir import Input, Number, Program


def gathered(text: str, program_: Program, id_column: str = "id") -> list[Row]:
    with open_rows("-", io.BytesIO(text.encode())) as rows:
        return list(long_rows(rows, program_, id_column))


def codes(row: Row) -> list[str]:
    return [problem.code for problem in row.problems]


def test_rows_of_one_record_become_one_wherever_they_stand() -> None:
    rows = gathered(
        "id,Town,questions,judged,score\na,Leeds,safe,good,62.5\nb,York,Caring,fair,\n"
        "a,Leeds,caring,fair,\nb,York,safe,not rated,70\n",
        base(),
    )
    assert [(row.number, row.place, row.problems) for row in rows] == [(1, "line 2", ()), (2, "line 3", ())]
    assert rows[0].cells == {
        "id": "a",
        "Town": "Leeds",
        "judged.safe": "good",
        "judged.caring": "fair",
        "score": "62.5",
    }
    intake = Intake(base())
    columns = intake.columns(tuple(rows[0].cells), carried=["id"])
    assert columns.unknown == ("Town",)
    for row in rows:
        taken = intake.record(row.cells, columns)
        assert not isinstance(taken, tuple)
        assert len(taken) == 3


def test_members_of_two_sets_and_inputs_over_one_of_them() -> None:
    both = program(
        wide().sets["key_questions"] and (QUESTIONS, wide().sets["groups"]),
        Input("judged", "Judged", ("groups", "key_questions"), RATING),
        Input("action", "Action", ("key_questions",), RATING),
    )
    text = (
        "id,Groups,Key questions,judged,action\na,older_people,safe,good,good\na,families,safe,good,Good\n"
        "a,older people,well_led,good,\na,families,well_led,good,inadequate\n"
    )
    (row,) = gathered(text, both)
    assert not row.problems
    assert row.cells["action.safe"] == "good"
    assert row.cells["action.well_led"] == "inadequate"
    assert row.cells["judged.families.well_led"] == "good"


def test_a_nested_member_says_its_parent_too() -> None:
    nested = program(
        (QUESTIONS, STATEMENTS),
        Input("scores", "Scores", ("statements",), RATING),
        Input("last", "Last", ("key_questions",), RATING, (NOT_RATED,)),
    )
    text = "id,statements,scores,last\na,staffing,good,good\na,medicines,good,\na,c1,good,inadequate\n"
    (row,) = gathered(text, nested)
    assert not row.problems
    assert (row.cells["last.safe"], row.cells["last.well_led"]) == ("good", "inadequate")
    text = "id,statements,key_questions,scores\na,c1,safe,good\n"
    (row,) = gathered(text, nested)
    assert [problem.message for problem in row.problems] == ["`c1` belongs to `well_led`, not to `safe`"]


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        (
            "a,safe,good,62.5\na,caring,fair,70\n",
            "MS550",
            "`score` is `62.5` on line 2 and `70` on line 3",
        ),
        ("a,safe,good,62.5\na,Safe,good,62.5\na,caring,fair,\n", "MS551", "`safe` stands on line 2 and on line 3"),
        ("a,safe,good,62.5\na,carring,fair,\n", "MS552", "`carring` is not a member of `questions`"),
        ("a,safe,good,62.5\na,,fair,\n", "MS552", "`judged` has a value, but no member of `questions` is named"),
        ("a,safe,good,62.5\na,caring,fair,,\n", "MS520", "the row has 5 cells, the header has 4"),
    ],
    ids=["disagree", "twice", "misspelt", "unnamed", "B101"],
)
def test_what_is_wrong_with_one_row_rejects_its_record_and_no_other(rows: str, code: str, message: str) -> None:
    first, second = gathered(f"id,questions,judged,score\n{rows}b,safe,good,1\nb,caring,good,1\n", base())
    assert [(problem.code, problem.message) for problem in first.problems] == [(code, message)]
    assert first.cells["id"] == "a"
    assert not second.problems


def test_a_member_that_no_row_is_about_is_empty() -> None:
    (row,) = gathered("id,questions,judged,score\na,safe,good,62.5\n", base())
    assert row.cells["judged.caring"] is None
    intake = Intake(base())
    taken = intake.record(row.cells, intake.columns(tuple(row.cells)))
    assert isinstance(taken, tuple)
    assert [(problem.code, problem.column) for problem in taken] == [("MS540", "judged.caring")]


def test_an_input_without_a_column_stays_missing() -> None:
    (row,) = gathered("id,questions,judged\na,safe,good\n", base())
    assert "score" not in row.cells
    assert [p.message for p in Intake(base()).columns(tuple(row.cells)).problems] == ["`score` is missing"]


def test_two_columns_for_one_set_or_input_are_refused() -> None:
    (row,) = gathered("id,questions,Questions,judged,score\na,safe,safe,good,1\n", base())
    assert "MS532" in codes(row)


def test_the_same_in_json() -> None:
    text = (
        '[{"id": 7, "questions": "safe", "judged": "good", "score": 62.5},'
        ' {"id": 7, "questions": "caring", "judged": "fair"}]'
    )
    (row,) = gathered(text, base())
    assert not row.problems
    assert row.cells["judged.caring"] == "fair"


def test_no_id_column_and_no_id() -> None:
    with pytest.raises(Unreadable) as caught:
        gathered("name,questions,judged,score\na,safe,good,62.5\n", base())
    assert (caught.value.status, caught.value.problem.code) == (2, "MS553")
    first, second = gathered("id,questions,judged,score\n,safe,good,62.5\na,safe,good,1\n", base())
    assert (first.cells["id"], codes(first)) == ("a", [])
    assert (second.number, codes(second)) == (2, ["MS553"])


def test_a_row_without_an_id_is_told_of_once() -> None:
    _, second = gathered("id,questions,judged,score\na,safe,good,62.5\n ,safe,good,1\n", base())
    assert [(problem.code, problem.column, problem.place) for problem in second.problems] == [("MS553", "id", "line 3")]


def test_a_column_on_which_the_rows_of_a_record_differ_is_left_out_and_said() -> None:
    text = (
        "id,questions,judged,score,town,note\na,safe,good,62.5,Leeds,x\na,caring,fair,,leeds,y\n"
        "b,safe,good,62.5,,z\nb,caring,fair,,York,z\n"
    )
    first, second = gathered(text, base())
    assert (first.cells["town"], first.cells["note"]) == ("Leeds", None)
    assert (second.cells["town"], second.cells["note"]) == ("York", "z")
    (said,) = first.warnings
    assert (said.code, said.column, said.place) == ("MS555", "note", "line 2")
    assert not second.warnings
    assert not first.problems


def test_an_id_in_another_spelling_is_no_difference() -> None:
    (row,) = gathered('[{"id": 7, "questions": "safe", "judged": "good"}, {"id": "7", "score": 5}]', base())
    assert (row.warnings, row.cells["id"]) == ((), 7)


def test_what_is_wrong_with_a_value_is_told_on_its_own_row() -> None:
    (row,) = gathered("id,questions,judged,score\na,safe,good,62.5\na,caring,goood,\n", base())
    assert [row.where(name) for name in ("judged.caring", "score", "id", "other")] == [
        "line 3",
        "line 2",
        "line 2",
        "line 2",
    ]


def test_a_cell_that_could_not_be_read_says_so_itself() -> None:
    merged = Problem("MS521", "the cell is merged with `A2`", None, None, "Sheet1!A3")
    rows = [
        Row(1, "Sheet1!row 2", {"id": "a", "questions": "safe", "judged": "good", "score": "1"}),
        Row(2, "Sheet1!row 3", {"id": merged, "questions": "caring", "judged": "good", "score": None}),
        Row(3, "Sheet1!row 4", {"id": "b", "questions": merged, "judged": "good", "score": "1", "town": merged}),
    ]
    first, other, second = long_rows(rows, base(), "id")
    assert not first.problems
    assert other.problems == (replace(merged, column="questions"),)
    assert second.problems == (replace(merged, column="id"),)


def test_numbers_may_repeat_over_members_as_the_same_text() -> None:
    one = program((QUESTIONS,), Input("x", "X", (), Number()), Input("r", "R", ("key_questions",), RATING))
    (row,) = gathered("id,key_questions,r,x\na,safe,good, 5\na,well_led,good,5\n", one)
    assert not row.problems
