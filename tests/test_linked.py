"""One methodology's result as another's input: given as a value, or rated from the other's own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from markscheme import Methodology, Reject, Result, load
from markscheme.cases import read_cases
from markscheme.diagnostics import Source
from markscheme.trial import run

INNER = """\
markscheme: 1
id: example/inner
version: "1"
title: Local evaluation of money
in_force: {from: "2026-01-01"}
scales: {level: [1, 2, 3, 4]}
sets: {themes: [finance, control]}
inputs:
  judged: {each: themes, scale: level}
  deficit: {title: Deficit in the year, type: yes_no, better: "no"}
measures:
  theme_score:
    each: themes
    scale: level
    formula: judged
    limits: [{for: finance, when: deficit is yes, at_most: 1, status: recalled}]
  overall: {scale: level, formula: worst(theme_score)}
results: [theme_score, overall]
"""
OUTER = """\
markscheme: 1
id: example/outer
version: "1"
title: Ratings of trusts
in_force: {from: "2026-01-01"}
scales: {rating: [weak, fair, good]}
inputs:
  money: {title: Money, from: example/inner, version: "1", result: overall}
  control: {from: example/inner, version: "1", result: theme_score for control}
measures:
  overall:
    scale: rating
    rules: [{when: money is 1, then: weak}, {when: money is 4 and control is 4, then: good}, {otherwise: fair}]
results: [overall]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("inner", INNER), ("outer", OUTER)):
        path = tmp_path / "example" / name / "1.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def outer(folder: Path) -> Methodology:
    return load("example/outer@1", rules=folder)


def record(finance: int, deficit: str) -> dict[str, object]:
    return {"money": {"judged": {"finance": finance, "control": 4}, "deficit": deficit}, "control": 4}


def rated(methodology: Methodology, given: dict[str, object]) -> Result:
    result = methodology.rate(given)
    assert isinstance(result, Result), result
    return result


def test_the_record_gives_what_its_own_methodology_gives_for_it(folder: Path, outer: Methodology) -> None:
    inner = load("example/inner@1", rules=folder)
    seen = set()
    for finance in (1, 2, 3, 4):
        for deficit in ("yes", "no"):
            given = record(finance, deficit)
            own = rated(inner, given["money"]).outcome["overall"]  # type: ignore[arg-type]
            assert rated(outer, given).outcome == rated(outer, {"money": own, "control": 4}).outcome
            seen.add(rated(outer, given).outcome["overall"])
    assert seen == {"weak", "fair", "good"}


def test_what_is_not_published_there_flags_what_reads_it(outer: Methodology) -> None:
    assert [note.status for note in rated(outer, record(3, "yes")).unpublished] == ["recalled"]
    assert rated(outer, record(3, "no")).unpublished == ()
    assert rated(outer, {"money": 1, "control": 4}).unpublished == ()


def test_the_explanation_goes_on_into_the_other_methodology(outer: Methodology) -> None:
    said = rated(outer, record(3, "yes")).explain().text()
    assert "Rests on a recalled rule: Local evaluation of money, theme score, limit 1 of 1" in said
    assert "Money, rated by example/inner@1: 1" in said
    assert 'Capped from 3 to 1 by limit 1 of 1 (recalled): "deficit is yes"' in said
    assert "Money: deficit in the year: yes" in said
    assert "Money, from example/inner@1: 1" in rated(outer, {"money": 1, "control": 4}).explain().text()


def test_an_explanation_as_data_and_as_a_page_tells_of_it_too(outer: Methodology) -> None:
    explanation = rated(outer, record(3, "yes")).explain()
    assert "money.theme_score" in str(explanation.json())
    assert "rated by example/inner\\@1" in explanation.markdown()
    assert "rated by example/inner@1" in explanation._repr_html_()


@pytest.mark.parametrize(
    ("wrong", "column", "message"),
    [
        ({"money": {"judged": {"finance": 5, "control": 4}, "deficit": "no"}}, "money.judged.finance", "`5` is not a"),
        ({"money": {"judged": {"finance": 3}, "deficit": "no"}}, "money.judged.control", "`money.judged` is missing"),
        ({"money": {"judged": {"finance": 3, "control": 4}}}, "money.deficit", "`money.deficit` is missing"),
        ({"money": {"jugded": {"finance": 3, "control": 4}}}, "money.jugded", "is no input"),
        ({"money": {}}, "money", "`money` is missing"),
        ({"money": [1]}, "money", "list"),
        ({"money": 2, "money.deficit": "no"}, "money", "so is the record"),
    ],
)
def test_what_is_wrong_inside_is_told_by_its_full_name(
    outer: Methodology, wrong: dict[str, object], column: str, message: str
) -> None:
    result = outer.rate({**wrong, "control": 4})
    assert isinstance(result, Reject)
    said = [(problem.column, problem.message) for problem in result.problems]
    assert any(each == column and message in text for each, text in said), said


def test_names_are_accepted_by_title_and_whatever_the_case(outer: Methodology) -> None:
    given = {"Money. Judged.Finance": 3, "MONEY.judged.control": 4, "money.Deficit in the year": "No", "control": 4}
    assert rated(outer, given).outcome == {"overall": "fair"}


def test_a_member_of_the_other_methodology_is_not_mistaken_for_an_input(outer: Methodology) -> None:
    """`control` is an input here and a member there; only a name in full reaches inside."""
    result = outer.rate({"finance": 3, "control": 4, "money": 3})
    assert isinstance(result, Reject)
    assert [problem.code for problem in result.problems] == ["MS534"]


def test_the_digest_follows_the_methodology_that_is_read(folder: Path, outer: Methodology) -> None:
    path = folder / "example" / "inner" / "1.yaml"
    path.write_text(INNER.replace("at_most: 1", "at_most: 2"), encoding="utf-8")
    changed = load("example/outer@1", rules=folder)
    assert changed.program.digest != outer.program.digest
    assert rated(changed, record(3, "yes")).outcome == {"overall": "fair"}


def test_a_long_chain_of_links_costs_nothing_until_it_is_asked_for(tmp_path: Path) -> None:
    """Each of sixteen reads the next one twice: 65,536 ways down, of which data name one."""
    for number in range(16):
        last = number == 15
        link = f'{{from: "example/m{number + 1}", version: "1", result: overall}}'
        source = "{scale: level}" if last else link
        text = f"""\
markscheme: 1
id: example/m{number}
version: "1"
title: Methodology {number}
in_force: {{from: "2026-01-01"}}
scales: {{level: [1, 2]}}
inputs: {{a: {source}, b: {source}}}
measures: {{overall: {{scale: level, formula: "better_of(a, b)"}}}}
results: [overall]
"""
        path = tmp_path / "example" / f"m{number}" / "1.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    methodology = load("example/m0@1", rules=tmp_path)
    deep: dict[str, object] = {"a": 2, "b": 1}
    for _ in range(9):
        deep = {"a": 1, "b": deep}
    assert rated(methodology, deep).outcome == {"overall": "2"}


def test_a_row_of_cases_may_say_nothing_of_a_member_of_the_other_record(outer: Methodology) -> None:
    """`-` in the column of a member leaves it as the whole says, as what all rows share says, or empty."""
    text = """\
methodology: example/outer@1
cases:
  - name: beside a whole of the other record
    table: |
      money.judged | money.judged.finance | money.deficit | control || overall
      4            | -                    | no            | 4       || good
      4            | 1                    | no            | 4       || weak
  - name: beside the result itself
    table: |
      money | money.judged.finance | money.judged.control | money.deficit | control || overall
      3     | -                    | -                    | -             | 4       || fair
      -     | 3                    | 4                    | no            | 4       || fair
  - name: shared
    given: {money: {judged: 4, deficit: "no"}, control: 4}
    table: |
      money.judged.finance || overall
      -                    || good
      1                    || weak
"""
    found, wrong = read_cases(Source("1.cases.yaml", text), outer.program)
    assert wrong == ()
    assert [outcome.failures for outcome in run(found, outer.program)] == [()] * len(found)
    assert len(found) == 6
