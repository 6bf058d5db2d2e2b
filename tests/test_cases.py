"""Cases: what a methodology must give, read with places and run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from examples import THOROUGH
from methodologies import LARGE, PUBLISHED, Subject, cases_of

from markscheme.cases import Case, read_cases
from markscheme.codes import BASE, Code, cases
from markscheme.diagnostics import Diagnostic, Source
from markscheme.intake import Intake
from markscheme.ir import AbsenceRule, Absent, Program
from markscheme.library import Library
from markscheme.lowered.planning import plan
from markscheme.record import Typed
from markscheme.record.running import Running
from markscheme.result import Result
from markscheme.shipped import shipped
from markscheme.trial import run, run_cases

HEAD = "methodology: example/first@1\ncases:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def program(folder: Path) -> Program:
    found, wrong = Library([folder]).program(folder / "1.yaml")
    assert found is not None, wrong
    return found


def table(*lines: str) -> str:
    return f"{HEAD}  - name: many\n    table: |\n" + "".join(f"      {line}\n" for line in lines)


def read(program: Program, text: str) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    return read_cases(Source("1.cases.yaml", text), program)


def places(found: tuple[Diagnostic, ...]) -> list[tuple[str, int, str]]:
    """Of each finding the code, the line and the piece it points at."""
    return [(each.code, each.span.line, each.span.text) for each in found if each.span]


# --- running ---------------------------------------------------------------------------------------------------------


def test_cases_pass_or_say_what_came_out(program: Program) -> None:
    text = table(
        "judged.safe | caring    | score || overall   | banded | name         | status",
        "good        | Good      | 90    || good      | good   | both good    | derived",
        "good        | good      | 50    || good      | fair   | a wrong one  |",
        "not_rated   | not rated | 10    || not_rated | poor   |              | recalled",
        "good        | good      | 91    || good      | good   |              | unreviewed",
    )
    found, wrong = read(program, text)
    assert wrong == ()
    assert [(case.name, case.status) for case in found] == [
        ("many: both good", "derived"),
        ("many: a wrong one", "published"),
        ("many: row 3", "recalled"),
        ("many: row 4", "unreviewed"),
    ]
    assert [case.reviewed for case in found] == [True, True, True, False]
    outcomes = list(run(found, program))
    assert [outcome.passed for outcome in outcomes] == [True, False, True, True]
    (failure,) = outcomes[1].failures
    assert (failure.expected.key, failure.expected.said, failure.got) == (("overall", ()), "good", "fair")
    assert failure.expected.span.line == 7


def test_an_absence_is_not_a_level_and_a_level_is_not_an_absence(program: Program) -> None:
    text = table(
        "safe      | caring    | score || overall",
        "not_rated | not_rated | 90    || good",
        "good      | good      | 90    || not_rated",
    )
    outcomes = list(run(read(program, text)[0], program))
    assert [outcome.failures[0].got for outcome in outcomes] == ["not_rated", "good"]


def test_given_may_be_nested_or_flat(program: Program) -> None:
    expect = "    expect: {overall: good, banded: Good}\n"
    for given in ("{judged: {safe: good, caring: good}, score: 90}", "{safe: good, caring: good, score: 90.0}"):
        found, wrong = read(program, f"{HEAD}  - name: a\n    given: {given}\n{expect}")
        assert wrong == ()
        assert [outcome.passed for outcome in run(found, program)] == [True]


CASES_FILES = sorted(shipped("rules").rglob("*.cases.yaml"))


@pytest.mark.parametrize("subject", PUBLISHED, ids=str)
def test_a_shipped_methodology_gives_what_its_cases_expect(subject: Subject) -> None:
    """Interpreted: of a large one every sixth case, and every one with `MARKSCHEME_PROFILE=thorough`."""
    every = 1 if THOROUGH or subject.program.cost < LARGE else 6
    outcomes = run(cases_of(subject)[::every], subject.program)
    assert [outcome.case.name for outcome in outcomes if not outcome.passed] == []


@pytest.mark.parametrize("subject", PUBLISHED, ids=str)
def test_generated_functions_give_what_every_case_expects(subject: Subject) -> None:
    assert otherwise(subject.program, cases_of(subject)) == []


def otherwise(program: Program, cases: tuple[Case, ...]) -> list[str]:
    """The cases of which generated Python does not give what they expect. What another methodology rated is taken for a
    value that was given: with its record only the interpreter rates it."""
    running = Running(plan(program), Intake(program))
    found = []
    for case in cases:
        given = {key: replace(one, by=None, unpublished=()) for key, one in case.given.items()}
        result = Result.worked_out(Typed(running), given)
        for expected in case.expected:
            value = result.value(expected.key)
            if isinstance(expected.value, AbsenceRule):
                agreed = isinstance(value, Absent) and value.reason == expected.value.reason
            else:
                agreed = not isinstance(value, Absent) and value == expected.value
            if not agreed and case.name not in found:
                found.append(case.name)
    return found


def test_a_case_that_generated_functions_do_not_meet_is_named() -> None:
    subject = next(each for each in PUBLISHED if each.program.id == "cqc/gp-practice")
    first, second, *_ = cases_of(subject)
    assert any(one.value != two.value for one, two in zip(first.expected, second.expected, strict=False))
    crossed = replace(first, expected=second.expected)
    assert otherwise(subject.program, (crossed, second)) == [first.name]


def test_every_shipped_methodology_has_cases() -> None:
    assert len(CASES_FILES) == len(Library([shipped("rules")]).editions())


# --- refusing --------------------------------------------------------------------------------------------------------


def test_the_same_name_twice_shows_both_places(program: Program) -> None:  # B017
    case = "  - name: one\n    given: {safe: good, caring: good, score: 90}\n    expect: {overall: good}\n"
    _, (found,) = read(program, HEAD + case + case)
    assert (found.code, found.span and found.span.line, found.labels[0].span.line) == ("MS701", 6, 3)
    rows = ("safe | caring | score || overall | name", "good | good | 9 || good | x", "good | good | 8 || good | x")
    _, (found,) = read(program, table(*rows))
    assert (found.code, found.span and found.span.line, found.labels[0].span.line) == ("MS701", 7, 6)


@pytest.mark.parametrize(
    ("given", "expect", "code", "piece", "hint"),
    [
        ("score: 90", "overall: goood", "MS703", "goood", "did you mean `good`?"),
        ("score: 90", "overall: 3", "MS703", "3", "the levels are"),
        ("score: 90", "overall: withheld", "MS703", "withheld", "not_rated"),
        ("score: 90", "overall: unrated", "MS703", "unrated", "that is said by its reason: `not_rated`"),
        ("score: 90", "overall: absent", "MS703", "absent", "that is said by its reason: `not_rated`"),
        ("score: 90", "banded: not_rated", "MS703", "not_rated", "`banded` is never absent; the levels are"),
        ("score: unrated", "overall: good", "MS542", "unrated", "`score` is never absent"),
        ("score: 90", "overal: good", "MS702", "overal", "did you mean `overall`?"),
        ("score: 90", "judged: {safe: good}", "MS702", "safe", "the results are"),
        ("score: 90", "overall: {safe: good}", "MS702", "safe", "`overall` has one value"),
        ("score: 900", "overall: good", "MS544", "900", "from 0 to 100"),
        ("scroe: 90", "overall: good", "MS534", "scroe", "did you mean `score`?"),
        ("score: 9.25", "overall: good", "MS543", "9.25", "round it"),
        ("score: goood", "overall: good", "MS542", "goood", "write digits"),
    ],
)
def test_what_cannot_be_right_is_shown_at_its_place(
    program: Program, given: str, expect: str, code: str, piece: str, hint: str
) -> None:
    text = f"{HEAD}  - name: a\n    given: {{safe: good, caring: good, {given}}}\n    expect: {{{expect}}}\n"
    read_cases_of, found = read(program, text)
    assert read_cases_of == ()
    assert (code, 5 if code in ("MS702", "MS703") else 4, piece) in places(found)
    assert hint in next(each.hint or "" for each in found if each.code == code)


@pytest.mark.parametrize(
    ("lines", "code", "line", "piece"),
    [
        (("safe | caring | score || overall", "good | goood | 90 || good"), "MS541", 6, "goood"),
        (("safe | caring | score || overall", "good | good | 90 || goood"), "MS703", 6, "goood"),
        (("safe | caring | score || overall", "good | good | 90 ||"), "MS703", 6, ""),
        (("safe | carring | score || overall", "good | good | 90 || good"), "MS534", 5, "carring"),
        (("safe | score || overall", "good | 90 || good"), "MS530", 5, "safe | score || overall"),
        (("safe | caring | score || overal", "good | good | 90 || good"), "MS702", 5, "overal"),
        (("safe | caring | score || overall | status", "good | good | 90 || good | sure"), "MS705", 6, "sure"),
        (("safe | caring | score || overall | cite", "good | good | 90 || good | book"), "MS706", 6, "book"),
        (("safe | caring | score || status", "good | good | 90 || derived"), "MS702", 5, None),
        (("safe | caring | score || overall | score", "good | good | 9 || good | 9"), "MS702", 5, "score"),
        (("safe | caring | score || overall | overall", "good | good | 9 || good | poor"), "MS702", 5, "overall"),
    ],
)  # fmt: skip
def test_mistakes_in_a_table_are_shown_in_their_cell(
    program: Program, lines: tuple[str, ...], code: str, line: int, piece: str | None
) -> None:
    _, found = read(program, table(*lines))
    assert any(each[:2] == (code, line) and piece in (None, each[2]) for each in places(found)), places(found)


def test_without_a_program_only_the_shape_is_looked_at() -> None:
    assert read_cases(Source("x", HEAD + "  - name: a\n    given: {a: b}\n    expect: {c: d}\n"), None) == ((), ())
    _, found = read_cases(Source("x", HEAD + "  - name: a\n    gven: {a: b}\n"), None)
    assert {each.code[:3] for each in found} == {"MS2"}


def test_cases_of_another_methodology_are_not_run(folder: Path) -> None:
    path = folder / "1.cases.yaml"
    body = "cases:\n  - name: a\n    given: {safe: good, caring: good, score: 90}\n    expect: {overall: good}\n"
    for named, hint in (("example/first@2", "methodology: example/first@1"), ("example/none@1", "example/first@1")):
        path.write_text(f"methodology: {named}\n{body}")
        outcomes, (found,) = run_cases(path, Library([folder]))
        assert outcomes == ()
        assert (found.code, found.span and found.span.text) == ("MS704", named)
        assert hint in (found.hint or "")


def test_cases_may_lie_elsewhere_and_name_their_methodology(folder: Path) -> None:
    (folder / "apart").mkdir()
    path = folder / "apart" / "more.cases.yaml"
    path.write_text(
        f"{HEAD}  - name: a\n    given: {{safe: good, caring: good, score: 90}}\n    expect: {{overall: good}}\n"
    )
    outcomes, wrong = run_cases(path, Library([folder]))
    assert wrong == ()
    assert [outcome.passed for outcome in outcomes] == [True]
    path.write_text(path.read_text().replace("example/first@1", "example/frist@1"))
    _, (found,) = run_cases(path, Library([folder]))
    assert (found.code, found.hint) == ("MS704", "did you mean `example/first@1`?")


# --- the examples of the codes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", cases.CODES, ids=lambda code: code.code)
def test_the_example_of_each_code_raises_it_and_the_way_out_does_not(code: Code, folder: Path) -> None:
    path, library = folder / "1.cases.yaml", Library([folder])
    path.write_text(code.wrong)
    assert code.code in {each.code for each in run_cases(path, library)[1]}
    path.write_text(code.right)
    outcomes, wrong = run_cases(path, library)
    assert wrong == ()
    assert outcomes
    assert all(outcome.passed for outcome in outcomes)


# --- a value for all members ------------------------------------------------------------------------------------------


def test_a_value_for_the_whole_of_an_input_is_that_of_every_member(program: Program) -> None:
    text = f"""{HEAD}  - name: all
    given: {{judged: good, score: 90}}
    expect: {{overall: good}}
  - name: all but one
    given: {{judged: good, judged.safe: poor, score: 90}}
    expect: {{overall: poor}}
  - name: many
    table: |
      Judged | safe      | score || overall
      good   | -         | 90    || good
      good   | poor      | 90    || poor
      poor   | good      | 90    || poor
      poor   | not_rated | 90    || poor
"""
    found, wrong = read(program, text)
    assert wrong == ()
    assert [outcome.passed for outcome in run(found, program)] == [True] * 6


def test_a_wrong_value_for_all_members_is_shown_where_it_stands(program: Program) -> None:
    text = f"""{HEAD}  - name: all
    given: {{judged: goood, score: 90}}
    expect: {{overall: good}}
  - name: many
    table: |
      judged | score || overall
      godo   | 90    || good
      -      | 90    || good
"""
    assert places(read(program, text)[1]) == [("MS541", 4, "goood"), ("MS541", 9, "godo"), ("MS540", 10, "-")]


# --- what all rows of a table share -----------------------------------------------------------------------------------


def sharing(given: str, *lines: str) -> str:
    return table(*lines).replace("    table:", f"    given: {given}\n    table:")


def test_what_stands_beside_a_table_holds_for_every_row_that_says_nothing_else(program: Program) -> None:
    text = sharing(
        "{judged: good, score: 90}",
        "judged.safe | caring | Score || overall | banded",
        "-           | -      | -     || good    | good",
        "poor        | -      | -     || poor    | good",
        "-           | poor   | 50    || poor    | fair",
        "not_rated   | -      | 10    || poor    | poor",
    )
    found, wrong = read(program, text)
    assert wrong == ()
    assert [outcome.failures for outcome in run(found, program)] == [()] * 4


def test_a_column_of_the_whole_goes_before_a_member_that_all_rows_share(program: Program) -> None:
    """Whatever the table says goes first; within it, a member before the whole."""
    text = sharing(
        "{judged.safe: poor, caring: good, score: 90}",
        "judged || overall",
        "-      || poor",
        "good   || good",
    )
    found, wrong = read(program, text)
    assert wrong == ()
    assert [outcome.failures for outcome in run(found, program)] == [()] * 2


@pytest.mark.parametrize(
    ("given", "header", "code", "line", "piece"),
    [
        ("{judged: goood, score: 90}", "judged.safe || overall", "MS541", 4, "goood"),
        ("{judged: goood, score: 90}", "judged || overall", "MS541", 4, "goood"),  # also where no row uses it
        ("{judged: good, scroe: 90}", "score || overall", "MS534", 4, "scroe"),
        ("{judged: good}", "safe || overall", "MS530", 6, "safe || overall"),
        ("{safe: good, judged.safe: good, score: 90}", "caring || overall", "MS532", 4, "judged.safe"),
        ("{judged: good, Judged: good, score: 90}", "caring || overall", "MS532", 4, "Judged"),
        ("{judged: good, score: 900}", "safe || overall", "MS544", 4, "900"),
    ],
)
def test_what_is_wrong_with_what_rows_share_is_told_once_and_there(
    program: Program, given: str, header: str, code: str, line: int, piece: str
) -> None:
    cell = "9" if header.startswith("score") else "good"
    cases_, found = read(program, sharing(given, header, f"{cell} || good", f"{cell} || good"))
    assert cases_ == ()
    assert places(found) == [(code, line, piece)]


def test_two_columns_of_a_table_for_one_value(program: Program) -> None:
    for header in (
        "safe | safe | caring | score",
        "safe | Judged.Safe | caring | score",
        "Judged | judged | a | score",
    ):
        cases_, found = read(program, table(f"{header} || overall", "good | good | good | 9 || good"))
        assert cases_ == ()
        assert "MS532" in {each.code for each in found}


def test_everything_that_a_table_lacks_is_told(program: Program) -> None:
    _, found = read(program, table("safe || overall", "good || good"))
    assert [each.message for each in found] == ["`judged` is missing: caring", "`score` is missing"]


# --- numbers that do not end -----------------------------------------------------------------------------------------

THIRDS = """\
markscheme: 1
id: example/first
version: "1"
title: Thirds
in_force: {from: "2024-01-01"}
inputs: {score: {type: number, decimals: 0, better: higher}}
measures: {share: {type: number, formula: score / 3}}
results: [share]
"""


def test_a_number_that_does_not_end_is_expected_as_it_is_printed(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(THIRDS, encoding="utf-8")
    thirds, _ = Library([tmp_path]).program(tmp_path / "1.yaml")
    assert thirds is not None
    text = """methodology: example/first@1
cases:
  - {name: one, given: {score: 200}, expect: {share: 200/3}}
  - name: many
    table: |
      score || share
      -200  || -200/3
      1     || 2/6
      200   || 66.67
"""
    found, wrong = read(thirds, text)
    assert wrong == ()
    outcomes = list(run(found, thirds))
    assert [outcome.passed for outcome in outcomes] == [True, True, True, False]
    assert outcomes[3].failures[0].got == "200/3"
    for said in ("200/0", "200 / 3", "1/", "2/-3", "200/3.0"):
        _, wrong = read(thirds, text.replace("66.67", said))
        assert places(wrong) == [("MS703", 9, said)]
    _, wrong = read(thirds, text.replace("score: 200}", "score: 200/3}"))
    assert places(wrong) == [("MS542", 3, "200/3")]


def test_a_record_with_nothing_in_it(tmp_path: Path) -> None:
    optional = "decimals: 0, better: higher, absent: {not_given: unrated}, empty: not_given}}"
    text = THIRDS.replace("decimals: 0, better: higher}}", optional).replace(
        "score / 3}", "score / 3, absent: {no_share: unrated}}"
    )
    (tmp_path / "1.yaml").write_text(text, encoding="utf-8")
    thirds, wrong = Library([tmp_path]).program(tmp_path / "1.yaml")
    assert thirds is not None, wrong
    found, wrong = read(thirds, f"{HEAD}  - {{name: nothing, given: {{}}, expect: {{share: no_share}}}}\n")
    assert wrong == ()
    assert [outcome.failures for outcome in run(found, thirds)] == [()]


def test_a_fraction_is_no_level(program: Program) -> None:
    _, found = read(program, table("judged | score || overall", "good | 90 || 1/1"))
    assert [each.code for each in found] == ["MS703"]
