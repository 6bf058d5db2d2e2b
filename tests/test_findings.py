"""docs/findings.md: every test, case, file and methodology that it names is there, its commands print what it shows,
and what it works out of published figures is so. Knows the page by its form, and single findings only at the end."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
import test_published
import yaml
from consoles import ROOT, as_it_happens, commands
from methodologies import OF_OTHER_FIELDS, PUBLISHED, Subject, cases_of, compiled_text

import markscheme
from markscheme.cli.shelf import marks
from markscheme.methodology import Methodology
from markscheme.verify import Obligation, verify

FILE = ROOT / "docs" / "findings.md"
PAGE = FILE.read_text(encoding="utf-8")
SUBJECTS = (*PUBLISHED, *OF_OTHER_FIELDS)
_CELLS = ([each.strip() for each in line.strip("|").split("|")] for line in PAGE.splitlines())
ROWS = {cells[0]: cells for cells in _CELLS if re.fullmatch(r"[A-F]\d+", cells[0])}

CASE = r'"([^"]+)"'
CASES = re.compile(rf"cases?\s{CASE}(?:, {CASE})* of `([^`]+)`(?:; {CASE} of `([^`]+)`)?")


# --- what the page names ---------------------------------------------------------------------------------------------


@cache
def functions() -> dict[str, Path]:
    """Every test function by its name."""
    return {
        node.name: path
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, where there is one: tables of cases are long


@cache
def case_names(name: str) -> frozenset[str]:
    """Of single cases, of rows that have a name, and of whole tables."""
    (subject,) = subjects(name)
    titles = {str(each["name"]) for each in yaml.load(subject.cases.read_text(encoding="utf-8"), LOADER)["cases"]}
    return frozenset(titles | {case.name for case in cases_of(subject)})


def subjects(name: str) -> list[Subject]:
    """The versions of a methodology, or the one that is meant."""
    return [each for each in SUBJECTS if name in (str(each), each.program.id)]


def named_cases() -> Iterable[tuple[str, str]]:
    for found in CASES.finditer(PAGE):
        first, methodology, other, elsewhere = found[1], found[3], found[4], found[5]
        for name in {first, *re.findall(CASE, found[0].split(" of `")[0])}:
            yield name, methodology
        if other:
            yield other, elsewhere


def test_every_test_that_it_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 50
    assert not named - set(functions())


def test_no_two_tests_that_it_names_have_one_name() -> None:
    everywhere = [
        node.name
        for path in (ROOT / "tests").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert all(everywhere.count(name) == 1 for name in re.findall(r"`(test_\w+)`", PAGE))


@pytest.mark.parametrize(("name", "methodology"), sorted(named_cases()))
def test_every_case_that_it_names_is_there(name: str, methodology: str) -> None:
    versions = subjects(methodology)
    assert versions, methodology
    assert [str(each) for each in versions if name not in case_names(str(each))] == []


def test_no_case_is_named_in_another_form() -> None:
    """Else it would not be looked for."""
    text = CASES.sub("", PAGE.split("## A.")[1])
    assert not re.search(r"\bcases?\s\"", text)


def test_every_file_and_methodology_that_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (FILE.parent / target).exists(), target
    for name in re.findall(r"`([\w./-]+/[\w./@-]*)`", PAGE):
        assert subjects(name) or (ROOT / name).exists(), name


def test_its_commands_print_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    now = as_it_happens(PAGE)
    if os.environ.get("UPDATE"):
        FILE.write_text(now, encoding="utf-8")
        return
    assert now == PAGE


def test_what_its_commands_in_tables_print_is_in_the_readme_of_the_literal_readings() -> None:
    """Where tests/test_examples.py runs them; each file there is named here."""
    readings = ROOT / "examples" / "literal-readings"
    named = set(re.findall(r"`(markscheme \w+ [^`]+)`", PAGE.split("## F.")[1]))
    run = commands((readings / "README.md").read_text(encoding="utf-8"))
    assert named <= {command.split(" | ")[0] for command in run}
    assert all(path.relative_to(ROOT).as_posix() in PAGE for path in readings.glob("*.yaml"))


def test_every_finding_is_numbered_and_says_what_shows_it() -> None:
    for letter in "ABCEF":
        numbers = [int(row[1:]) for row in ROWS if row[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1)), letter
    for number, cells in ROWS.items():
        assert len(cells) == (4 if number[0] == "E" else 5), number
        assert re.match(r"`test_|cases? \"|no rule |`markscheme ", cells[-1]), number
    for number in re.findall(r"\b([A-F]\d+)\b", PAGE):
        assert number in ROWS, number


def test_every_methodology_with_rules_that_are_not_published_is_among_the_silent_ones() -> None:
    silent = PAGE.split("## A.")[1].split("## B.")[0]
    for subject in PUBLISHED:
        counts = marks(subject.program)
        if counts["recalled"] or counts["illustrative"]:
            assert f"`{subject.program.id}" in silent, subject
        assert not counts["uncited"], subject


def test_it_points_to_the_departures_and_does_not_repeat_them() -> None:
    departures = (FILE.parent / "departures.md").read_text(encoding="utf-8")
    assert "(departures.md)" in PAGE
    assert not set(re.findall(r"1-\d{8,}", departures)) & set(re.findall(r"1-\d{8,}", PAGE))


# --- published figures that contradict each other --------------------------------------------------------------------


def percent(number: int, of: int) -> int:
    """To the nearest whole number, halves up."""
    return (200 * number + of) // (2 * of)


def mean(at: Mapping[int, int]) -> Fraction:
    return round(Fraction(sum(level * number for level, number in at.items()), sum(at.values())), 2)


def trusts_of_which(number: int, are_per_cent: int) -> list[int]:
    return [of for of in range(number, 400) if percent(of - number, of) == are_per_cent]


CONTRADICTIONS: dict[str, bool] = {
    "C2": 24 + 279 == 303 and 0 + 24 + 155 + 124 == 303 and 24 + 279 != 204,
    "C3": 303 - 24 - 155 == 124 and percent(124, 303) == 41 and 93 + 24 + 180 + 6 == 303,
    "C4": round(72 * Fraction(96, 100)) == 69 > 44 == round(152 * Fraction(29, 100)),
    "C5": round(72 * Fraction(4, 100)) + round(80 * Fraction(34, 100)) == 30
    and [number for number in range(153) if percent(number, 152) == 26] == [39, 40],
    "C7": [percent(number, 391) for number in (100, 139, 132, 20)] == [26, 36, 34, 5],
    "C8": [lapses for lapses in range(45) if 10 * (44 - lapses) >= 9 * 44] == [0, 1, 2, 3, 4],
    "C10": 125 in trusts_of_which(9, 93) and 128 in trusts_of_which(9, 93) and max(trusts_of_which(7, 93)) < 125,
    "C11": mean({1: 104, 2: 140, 3: 91}) == Fraction("1.96") != mean({1: 104, 2: 140, 3: 86, 4: 5}) == Fraction("1.98"),
    "C12": percent(2 + 60, 538) == 12 and percent(2 + 60 - 24, 538 - 303) == 16,
    "C20": 299 + 5934 + 528 + 116 == 6877 == 7365 - 488,
}  # fmt: skip


def test_figures_that_contradict_each_other() -> None:
    """Each as published; those of C4, C5 and C11 with the number of bodies. C11: 335 bodies, of which 140 at 2."""
    assert all(CONTRADICTIONS.values()), CONTRADICTIONS
    here = "`test_figures_that_contradict_each_other`"
    assert set(CONTRADICTIONS) == {number for number, cells in ROWS.items() if here in cells[-1]}


# --- what is not published is said in the rating ---------------------------------------------------------------------

FIVE = ("safe", "effective", "caring", "responsive", "well_led")
THEMES = ("financial_reporting", "financial_management", "financial_standing", "internal_control", "value_for_money")
LEVELS = {"o": "outstanding", "g": "good", "r": "requires_improvement", "i": "inadequate"}


def five(levels: str) -> dict[str, object]:
    return {"ratings": dict(zip(FIVE, (LEVELS[each] for each in levels), strict=True))}


def members(name: str, of: str) -> list[str]:
    (subject,) = subjects(name)
    return [member.name for member in subject.program.sets[of].members]


def themes(*scores: int) -> dict[str, object]:
    return {"judged": dict(zip(THEMES, scores, strict=True))}


def lines(name: str, level: int) -> dict[str, object]:
    return {"judged": dict.fromkeys(members(name, "key_lines"), level)}


def scores(name: str, *given: int) -> dict[str, object]:
    """Of the first statements; the others are not assessed."""
    statements = members(name, "statements")
    return {"scores": dict.fromkeys(statements, "not_assessed") | dict(zip(statements, given, strict=False))}


EVALUATION = "audit-commission/auditors-local-evaluation@2007-08"
COUNCILS = "audit-commission/council-use-of-resources@2007-08"
LINES, AREA_LINES = "audit-commission/use-of-resources@2008-09", "audit-commission/use-of-resources-councils@2008-09"
COMPETENCIES = "dh/world-class-commissioning@2008-09"
STATEMENTS, AUTHORITIES = "cqc/quality-statements@2024-12", "cqc/local-authorities@2024-12"
PRACTICE, CARE = "cqc/gp-practice@2021-10", "cqc/adult-social-care@2014-10"
ILLUSTRATIVE, RECALLED, DERIVED = "illustrative", "recalled", "derived"

# What a rating rests on besides published rules, by finding.
RESTS_ON: list[tuple[str, str, dict[str, object], set[str]]] = [
    ("A13", EVALUATION, themes(3, 3, 3, 2, 2), {RECALLED}),
    ("A14", EVALUATION, themes(4, 4, 4, 4, 1), set()),
    ("A15", EVALUATION, {**themes(4, 4, 4, 4, 4), "in_year_deficit": "yes"}, set()),
    ("A15", EVALUATION.replace("2007-08", "2008-09"), {**themes(4, 4, 4, 4, 4), "in_year_deficit": "yes"}, {DERIVED}),
    ("A19", COUNCILS, themes(4, 3, 3, 2, 2), set()),
    ("A20", LINES, lines(LINES, 2), {ILLUSTRATIVE}),
    ("A22", AREA_LINES, lines(AREA_LINES, 2), {ILLUSTRATIVE}),
    ("A24", COMPETENCIES, {"self": {"c1_1": 2, "c1_2": 2, "c1_3": 2}}, {ILLUSTRATIVE, DERIVED}),
    ("A29", PRACTICE, {"ratings": {**dict.fromkeys(FIVE, "not_rated"), "safe": "inadequate"}}, {RECALLED}),
    ("A29", PRACTICE, {"ratings": {**dict.fromkeys(FIVE, "not_rated"), "safe": "outstanding"}}, {RECALLED}),
    ("A30", PRACTICE, five("igggg"), {RECALLED}),
    ("A30", CARE, five("igggg"), {RECALLED}),
    ("A30", PRACTICE, five("iiggg"), set()),
    ("A31", PRACTICE, five("ggggg"), {DERIVED}),
    ("B2", CARE, five("ooggg"), set()),
    ("B2", CARE, five("ooogg"), {DERIVED}),
    ("A39", AUTHORITIES, scores(AUTHORITIES, 3, 3, 3, 3, 2, 2, 2, 2), {ILLUSTRATIVE}),  # 20 of 32, 62.5
    ("A39", AUTHORITIES, scores(AUTHORITIES, 4, 4, 4, 4, 3, 3, 3, 3), {ILLUSTRATIVE}),  # 28 of 32, 87.5
    ("A39", AUTHORITIES, scores(AUTHORITIES, 3, 3, 3, 3, 3, 2, 2, 2, 2), {DERIVED}),  # 23 of 36
    ("A40", STATEMENTS, scores(STATEMENTS, 3, 3, 3, 3, 3, 3, 3, 3), {RECALLED, DERIVED}),
    ("A40", STATEMENTS, scores(STATEMENTS, 3, 3, 3, 3, 2, 2, 2, 2), {RECALLED, DERIVED, ILLUSTRATIVE}),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "name", "given", "statuses"), RESTS_ON, ids=[each[0] for each in RESTS_ON])
def test_what_a_rating_rests_on_is_said(finding: str, name: str, given: dict[str, object], statuses: set[str]) -> None:
    assert finding in ROWS
    answer = markscheme.load(name).rate(given)
    assert isinstance(answer, markscheme.Result), answer
    assert {note.status for note in answer.unpublished} == statuses


# --- rules that are slightly others ----------------------------------------------------------------------------------


def rival(name: str, pattern: str, instead: str) -> Methodology:
    """A shipped methodology with one of its rules replaced: what stands after the first group, or in its place."""
    (subject,) = subjects(name)
    text, replaced = re.subn(pattern, instead, subject.source.text)
    assert replaced == 1, pattern
    return Methodology(compiled_text(text))


def overall(methodology: Methodology, given: Iterable[Mapping[str, object]]) -> list[object]:
    answers = methodology.rate_many(list(given))
    return [answer.outcome["overall"] for answer in answers if isinstance(answer, markscheme.Result)]


# Key questions and overall, as published of practices from 2014 to 2023; the cases name each and its month.
PRACTICES = (
    ("gggrg", "g"), ("rgrrg", "r"), ("ggrrg", "r"), ("grrir", "r"), ("ggrir", "r"), ("iiiii", "i"), ("iirri", "i"),
    ("rrrrr", "r"), ("grggg", "g"), ("rrggr", "r"), ("gogoo", "o"), ("goggg", "g"), ("iirii", "i"),
)  # fmt: skip


def needed(number: int, source: str) -> tuple[str, str]:
    return rf"at_least: 4, is: 2, cite: {source}\b", f"at_least: 4, is: {number}, cite: {source}"


ONE_INADEQUATE = (r"(when: any of \w+ are inadequate,?\s+then: )requires_improvement", r"\1good")
RIVALS = {
    "one that requires improvement is enough": needed(1, "rule_of_two"),
    "three that require improvement are needed": needed(3, "rule_of_two"),
    "one inadequate is enough": needed(1, "two_of_five"),
    "three inadequate are needed": needed(3, "two_of_five"),
    "one outstanding is enough": needed(1, "nhs_principles"),
    "three outstanding are needed": needed(3, "nhs_principles"),
    "one inadequate leaves good": ONE_INADEQUATE,
}


def test_which_rivals_published_practices_refute() -> None:
    given, published = [five(levels) for levels, _ in PRACTICES], [LEVELS[rating] for _, rating in PRACTICES]
    assert overall(markscheme.load(PRACTICE), given) == published
    refuted = {name for name, change in RIVALS.items() if overall(rival(PRACTICE, *change), given) != published}
    assert refuted == {
        "one that requires improvement is enough",
        "three that require improvement are needed",
        "one inadequate is enough",
        "one outstanding is enough",
    }


@pytest.mark.parametrize("name", [PRACTICE, CARE])
def test_one_inadequate_cannot_be_good_where_better_ratings_never_make_a_worse_one(name: str) -> None:
    """Nothing published says what it is; as shipped the same is proved."""

    def monotone(asked: Obligation) -> bool:
        return (asked.kind, asked.subject, asked.input) == ("monotone", "overall", "ratings")

    for program, ending in (
        (markscheme.load(name).program, "proved"),
        (rival(name, *ONE_INADEQUATE).program, "refuted"),
    ):
        assert [verdict.ending for verdict in verify(program, only=monotone).verdicts] == [ending]


@pytest.mark.parametrize(
    ("change", "refuted"),
    [
        ((r"at least 3( of key_question_rating are outstanding)", r"at least 6\1"), 18),
        ((r"at least 2( of key_question_rating are inadequate)", r"at least 3\1"), 9),
        (ONE_INADEQUATE, 0),
    ],
    ids=["two outstanding and no more", "three inadequate", "one inadequate leaves good"],
)
def test_which_rivals_real_ratings_refute(change: tuple[str, str], refuted: int) -> None:
    """Of 905 services, those that the rules rate as published and the rival does not."""
    rows = [row for row in test_published.events() if row["category"] in test_published.SOCIAL_CARE]
    assert len(rows) == 905
    given = [test_published.record_for(CARE, row) for row in rows]
    published = [test_published.identifier(row["published_overall"]) for row in rows]
    shipped, other = overall(markscheme.load(CARE), given), overall(rival(CARE, *change), given)
    assert sum(a == c != b for a, b, c in zip(shipped, other, published, strict=True)) == refuted
    assert sum(b == c != a for a, b, c in zip(shipped, other, published, strict=True)) == 0


def test_no_evidence_makes_39_per_cent() -> None:
    """All evidence that a statement can have: its scores do not depend on whether 39 is a 1 or a 2."""
    name = "cqc/quality-statements@2023-11"
    at_40 = rival(name, r"from: 39(, to: 62, is: 2}, {from: 25, )to: 38", r"from: 40\1to: 39")
    categories, statements = members(name, "categories"), members(name, "statements")
    evidence = [
        dict(zip(categories, each, strict=False))
        for number in range(1, 7)
        for each in combinations_with_replacement((1, 2, 3, 4), number)
    ]
    given: list[dict[str, object]] = [  # as many statements as there are at a time
        {"category_scores": dict(zip(statements, evidence[start:], strict=False))}
        for start in range(0, len(evidence), len(statements))
    ]
    found = [
        [answer.outcome["statement_score"] for answer in methodology.rate_many(given)]  # type: ignore[union-attr]
        for methodology in (markscheme.load(name), at_40)
    ]
    assert found[0] == found[1]
    scored = [score for record in found[0] for score in record.values() if isinstance(score, str)]
    assert len(scored) == len(evidence) == 209
