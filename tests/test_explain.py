"""What people are told of a record: golden pages, and promises that hold of every page.

`UPDATE=1 pytest tests/test_explain.py` rewrites the golden files; read the diff.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.explain import Explanation, explain
from markscheme.explain.wording import number_text, number_words
from markscheme.intake import Intake
from markscheme.interpret import interpret
from markscheme.ir import Program, Scale, combinations
from markscheme.shipped import shipped

GOLDEN = Path(__file__).parent / "golden" / "explanations"

HEAD = """\
markscheme: 1
id: example/explained
version: "1"
title: An example
publisher: Nobody
in_force: {from: "2024-01-01", until: "2024-12-31"}
sources:
  guide: {title: The guide, published: "2023-06-01", url: "https://example.org/guide"}
  memo: {title: A memo}
scales:
  rating: [inadequate, requires_improvement, good, outstanding]
  action: [warning_notice, requirement_notice, no_action]
sets:
  key_questions: [safe, effective, caring, responsive, well_led]
"""

COMBINED = (
    HEAD
    + """\
inputs:
  ratings: {each: key_questions, scale: rating, absent: {not_rated: skip}}
principles:
  combining_ratings:
    scale: rating
    cite: guide
    thresholds:
      needed: {of: count(them), rows: [{at_least: 4, is: 2}, {otherwise: 1, status: recalled}]}
    rules:
      - {when: at least needed of them are inadequate, then: inadequate}
      - {when: any of them are inadequate, then: requires_improvement, status: recalled}
      - {when: at least needed of them are requires_improvement, then: requires_improvement}
      - when: >-
          at least needed of them are outstanding
          and all of them are at least good
        then: outstanding
      - {otherwise: good}
measures:
  overall: {title: Overall rating, scale: rating, apply: combining_ratings, to: ratings, absent: {not_rated: unrated}}
results: [overall]
"""
)

CAPPED = (
    HEAD
    + """\
inputs:
  judged: {each: key_questions, scale: rating}
  enforcement: {each: key_questions, scale: action, absent: {not_stated: no_action}, empty: not_stated}
measures:
  key_question_rating:
    each: key_questions
    scale: rating
    formula: judged
    limits:
      - {when: enforcement is warning_notice, at_most: inadequate, because: a warning notice, cite: memo}
      - {when: enforcement is requirement_notice, at_most: requires_improvement, because: a breach, cite: memo}
  overall:
    scale: rating
    rules:
      - when: at least 2 of key_question_rating are at most requires_improvement
        then: requires_improvement
        cite: guide
      - {otherwise: good, cite: guide}
results: [key_question_rating, overall]
"""
)

STRICT = (
    HEAD
    + """\
inputs:
  ratings: {each: key_questions, scale: rating, absent: {withheld: unrated}}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of ratings are inadequate, then: inadequate}
      - {otherwise: good}
    absent: {not_decided: unrated}
  published:
    scale: rating
    formula: overall
    absent: {not_decided: requires_improvement}
results: [published, overall]
"""
)

TABLES = (
    HEAD
    + """\
inputs:
  core_standards: {scale: rating, absent: {not_assessed: unrated}}
  targets: {scale: rating}
measures:
  quality:
    title: Quality of services
    scale: rating
    hit: first
    table: |
      core_standards  | targets       || quality
      inadequate      | -             || inadequate
      at least good   | outstanding   || outstanding
      at least good   | at least good || good
      -               | -             || requires_improvement
    absent: {not_assessed: unrated}
  both:
    scale: rating
    grid: |
      quality \\ targets    | inadequate | requires_improvement | good                 | outstanding
      inadequate           | inadequate | inadequate           | inadequate           | requires_improvement
      requires_improvement | inadequate | requires_improvement | requires_improvement | good
      good                 | inadequate | requires_improvement | good                 | good
      outstanding          | inadequate | requires_improvement | good                 | outstanding
    absent: {not_assessed: unrated}
results: [both, quality]
"""
)

SCORED = (
    HEAD
    + """\
  statements:
    within: key_questions
    safe: [learning_culture, staffing, medicines]
    effective: [assessing, outcomes]
    caring: [kindness]
    responsive: [access]
    well_led: [governance, shared_direction]
parameters:
  full_marks: {value: 4, cite: guide}
inputs:
  scores: {each: statements, type: number, decimals: 0, min: 1, max: 4, better: higher, absent: {not_relevant: skip}}
measures:
  percent:
    each: key_questions
    type: number
    unit: "%"
    formula: 100 * mean(scores) / full_marks
    absent: {not_rated: skip}
  banded:
    each: key_questions
    scale: rating
    bands:
      of: round(percent, nearest 1, half_up)
      status: illustrative
      rows:
        - {from: 25, to: 38, is: inadequate}
        - {from: 39, to: 62, is: requires_improvement}
        - {from: 63, to: 87, is: good}
        - {from: 88, to: 100, is: outstanding}
    absent: {not_rated: skip}
  overall:
    scale: rating
    formula: worst(banded)
    absent: {not_rated: unrated}
results: [banded, overall]
"""
)

STAGED = (
    HEAD
    + """\
inputs:
  national: {scale: rating, absent: {not_reviewed: unrated}}
  panel: {scale: rating, absent: {not_assessed: unrated}}
  self_assessed: {scale: rating, absent: {not_returned: unrated}}
measures:
  final:
    title: Final level
    scale: rating
    first_present: [national, panel, self_assessed]
    absent: {no_level: unrated}
results: [final]
"""
)

MATRIX = (
    HEAD
    + """\
  groups:
    - {member: older_people, dominant: "yes"}
    - {member: families, title: "Families, children and young people", dominant: "no"}
parameters:
  enough: {value: 2, status: derived}
inputs:
  judged: {each: [groups, key_questions], scale: rating, absent: {not_rated: skip}}
  in_breach: {type: yes_no, better: "no"}
measures:
  cell: {each: [groups, key_questions], scale: rating, formula: judged, absent: {not_rated: skip},
    limits: [{for: families, when: in_breach is yes, at_most: requires_improvement, status: illustrative}]}
  group_rating:
    each: groups
    scale: rating
    rules:
      - {when: at least enough of cell are inadequate, then: inadequate, status: recalled}
      - {otherwise: good}
    absent: {not_rated: skip}
  overall:
    scale: rating
    rules:
      - {when: any of (group_rating where dominant is yes) are inadequate, then: inadequate}
      - when: exactly 1 of (group_rating for older_people, group_rating for families) are good
        then: requires_improvement
      - {otherwise: requires_improvement}
    limits:
      - {when: none of cell are at least good, at_most: inadequate, because: nothing is good}
      - {when: in_breach is no and all of group_rating are at least good, at_least: good, cite: guide}
    absent: {not_rated: unrated}
results: [cell, group_rating, overall]
"""
)

REASONED = (
    HEAD.replace("sets:", "  class: [c, b, a]\nsets:")
    + """\
  places: [north, south, west]
  wards: [first, second]
  beds: {within: wards, first: [bed_one, bed_two]}
inputs:
  energy: {type: number, decimals: 4, min: 0, max: 9, better: lower}
  standard: {type: number, decimals: 4, min: 0.5, max: 9, better: neither}
  found: {each: [places, wards], scale: rating, absent: {not_rated: skip}}
  own: {each: wards, type: number, decimals: 0, min: 1, max: 4, better: higher}
  panel: {each: wards, type: number, decimals: 0, min: 1, max: 4, better: higher, absent: {not_scored: unrated}}
  slept_in: {each: beds, scale: rating, absent: {not_seen: skip}}
measures:
  index:
    type: number
    better: lower
    formula: round(100 * energy / standard, nearest 0.1, half_up)
    because: the index has one decimal
    cite: guide
  label:
    scale: class
    bands:
      of: index
      rows:
        - {at_most: 52, is: a}
        - {at_most: 80, is: b, because: the label of 2021 says so}
        - {otherwise: c}
  close:
    scale: class
    bands: {of: 100 * energy / standard, rows: [{at_least: 80.05, is: c}, {otherwise: a, because: it is below}]}
  steep:
    type: yes_no
    rules:
      - {when: 100 * energy / standard is at least 80.05, then: "yes"}
      - {otherwise: "no", because: nothing else is steep}
  by_row:
    scale: rating
    hit: first
    table: |
      label | steep || by_row       | because
      a     | -     || outstanding  | it is the best class
      -     | yes   || inadequate   |
      -     | -     || good         | it is not steep
  weakest:
    scale: rating
    rules:
      - {when: any of found are inadequate, then: inadequate, because: one is enough}
      - {otherwise: good}
    absent: {none_rated: unrated}
  moved: {each: wards, type: number, formula: panel - own, absent: {not_moved: unrated}}
  lowest_bed: {each: wards, scale: rating, formula: worst(slept_in), absent: {no_bed: skip}}
results: [label, close, steep, by_row, weakest, moved, lowest_bed]
"""
)

ALL_GOOD = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")
SCORES = {
    "learning_culture": "2", "staffing": "3", "medicines": "2", "assessing": "3", "outcomes": "2", "kindness": "4",
    "access": "not_relevant", "governance": "3", "shared_direction": "3",
}  # fmt: skip

CASES: dict[str, tuple[str, dict[str, object]]] = {
    "plain-decision": (
        COMBINED,
        {"ratings": ALL_GOOD | {"safe": "requires_improvement", "well_led": "requires_improvement"}},
    ),
    "otherwise": (COMBINED, {"ratings": ALL_GOOD | {"caring": "outstanding"}}),
    "joined-condition": (COMBINED, {"ratings": ALL_GOOD | {"caring": "outstanding", "safe": "outstanding"}}),
    "recalled-rule": (COMBINED, {"ratings": ALL_GOOD | {"caring": "inadequate"}}),
    "threshold-of-few": (
        COMBINED,
        {"ratings": dict.fromkeys(ALL_GOOD, "not_rated") | {"safe": "outstanding", "caring": "good"}},
    ),
    "absence-skipped": (COMBINED, {"ratings": ALL_GOOD | {"caring": "not_rated"}}),
    "everything-absent": (COMBINED, {"ratings": dict.fromkeys(ALL_GOOD, "not_rated")}),
    "cap-applied": (
        CAPPED,
        {"judged": ALL_GOOD, "enforcement": {"safe": "requirement_notice", "well_led": "requirement_notice"}},
    ),
    "cap-not-asked": (CAPPED, {"judged": ALL_GOOD | {"safe": "inadequate"}, "enforcement": {"safe": "warning_notice"}}),
    "undecided-rule": (STRICT, {"ratings": ALL_GOOD | {"caring": "withheld"}}),
    "decided-all-the-same": (STRICT, {"ratings": ALL_GOOD | {"caring": "withheld", "safe": "inadequate"}}),
    "table-row": (TABLES, {"core_standards": "good", "targets": "good"}),
    "table-undecided": (TABLES, {"core_standards": "not_assessed", "targets": "good"}),
    "bands-and-rounding": (SCORED, {"scores": SCORES}),
    "first-present": (STAGED, {"national": "not_reviewed", "panel": "good", "self_assessed": "outstanding"}),
    "pairs-of-members": (
        MATRIX,
        {
            "judged": {
                "older_people": ALL_GOOD | {"safe": "not_rated"},
                "families": ALL_GOOD | {"caring": "inadequate", "safe": "inadequate"},
            },
            "in_breach": "yes",
        },
    ),
    "raised": (MATRIX, {"judged": {"older_people": ALL_GOOD, "families": ALL_GOOD}, "in_breach": "no"}),
    "reasons-given": (
        REASONED,
        {
            "energy": "0.6900",
            "standard": "0.8620",
            "found": {
                "north": {"first": "inadequate", "second": "good"},
                "south": {"first": "not_rated", "second": "good"},
                "west": {"first": "not_rated", "second": "not_rated"},
            },
            "own": {"first": "2", "second": "3"},
            "panel": {"first": "not_scored", "second": "4"},
            "slept_in": {"bed_one": "not_seen", "bed_two": "not_seen"},
        },
    ),
    "none-present": (STAGED, {"national": "not_reviewed", "panel": "not_assessed", "self_assessed": "not_returned"}),
}


def program_of(text: str) -> Program:
    program, found = compile_source(Source("example.yaml", text), Path("example.yaml"), lambda id, version: None)
    assert program is not None, found
    return program


def explained(text: str, record: dict[str, object], result: str | None = None) -> Explanation:
    program = program_of(text)
    given = Intake(program).nested(record)
    assert not isinstance(given, tuple), given
    return explain(program, interpret(program, given), "R1", result)


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_people_are_told(name: str) -> None:
    golden(f"{name}.txt", str(explained(*CASES[name])))


# --- one tree, four pages --------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page holds, and whether every element in it is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def hostile(text: str) -> Program:
    """A program whose titles, sources and reasons try to get out of the page."""
    evil = '<script>alert(1)</script>\x1b]0;owned\x07 | `a` **b** "c" \u202e'
    program = program_of(text)
    levels = {
        name: tuple(replace(level, title=f"{level.name} {evil}") for level in scale.levels)
        for name, scale in program.scales.items()
    }
    scales = {name: replace(scale, levels=levels[name]) for name, scale in program.scales.items()}
    members = {
        name: tuple(replace(member, title=f"{member.name}{evil}") for member in each.members)
        for name, each in program.sets.items()
    }
    sets = {name: replace(each, title=evil, members=members[name]) for name, each in program.sets.items()}
    steps = tuple(
        replace(
            step,
            title=f"{step.name}{evil}",
            type=scales[step.type.name] if isinstance(step.type, Scale) else step.type,
            limits=tuple(replace(limit, note=replace(limit.note, because=evil)) for limit in step.limits),
        )
        for step in program.steps
    )
    sources = {key: replace(cited, title=evil, url=evil) for key, cited in program.sources.items()}
    return replace(program, title=evil, publisher=evil, scales=scales, sets=sets, steps=steps, sources=sources)


@pytest.fixture
def hostile_page() -> Explanation:
    program, record = hostile(CAPPED), CASES["cap-applied"][1]
    given = Intake(program_of(CAPPED)).nested(record)
    assert not isinstance(given, tuple)
    return explain(program, interpret(program, given), "R1 <img src=x onerror=alert(1)> \x1b[31m")


def test_a_title_cannot_steer_a_terminal(hostile_page: Explanation) -> None:  # B134
    text = hostile_page.text()
    assert "\\u001b]0;owned\\u0007" in text
    assert all(c == "\n" or c.isprintable() for c in text)
    assert all(c == "\n" or c.isprintable() for c in hostile_page.markdown())


def test_a_title_cannot_become_markup(hostile_page: Explanation) -> None:  # B133
    page = hostile_page._repr_html_()
    tags = {tag for tag, _ in Page(page).seen}
    assert not tags & {"script", "img", "iframe", "link", "style", "svg", "object"}
    assert "<script>alert(1)</script>" in Page(page).text
    assert not [
        name for _, attrs in Page(page).seen for name in attrs if name.startswith("on") or name in ("src", "href")
    ]
    assert "<script" not in hostile_page.markdown().replace("\\<", "")


def test_a_bar_in_a_title_makes_no_cell(hostile_page: Explanation) -> None:
    rows = [line for line in hostile_page.markdown().splitlines() if line.startswith("|")]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_whole_and_can_be_read_aloud(name: str) -> None:
    page = Page(explained(*CASES[name])._repr_html_())
    assert page.open == []
    tables = [i for i, (tag, _) in enumerate(page.seen) if tag == "table"]
    assert tables
    assert all(page.seen[i + 1][0] == "caption" for i in tables)
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in page.seen if tag == "th")


@pytest.mark.parametrize("name", CASES)
def test_the_pages_say_the_same(name: str) -> None:
    """What the text says of results, each other page says too."""
    made = explained(*CASES[name])
    squeezed = re.sub(r"[\\`*\s]", "", made.markdown())
    page = re.sub(r"\s", "", Page(made._repr_html_()).text)
    for part in made.json()["parts"]:
        for answer in part["answers"]:
            for line in said_in(answer["lines"]) if answer["matters"] else [answer["value"]]:
                assert re.sub(r"[\\`*\s]", "", line)[1:] in squeezed
                assert re.sub(r"\s", "", line)[1:] in page


def said_in(lines: list[dict[str, object]]) -> list[str]:
    return [text for line in lines for text in (str(line["text"]), str(line["quote"] or ""), *said_in(line["inside"]))]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CASES)
def test_json_goes_round(name: str) -> None:
    made = explained(*CASES[name]).json()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert list(made) == ["explanation", "methodology", "record", "parts"]


def test_json_is_stable() -> None:
    made = explained(*CASES["recalled-rule"])
    golden("recalled-rule.json", json.dumps(made.json(), indent=2, ensure_ascii=False) + "\n")


def test_markdown_and_html_are_stable() -> None:
    made = explained(*CASES["cap-applied"])
    golden("cap-applied.md", made.markdown())
    golden("cap-applied.html", made._repr_html_())


def test_numbers_for_machines_are_exact() -> None:
    parts = {part["name"]: part for part in explained(*CASES["bands-and-rounding"]).json()["parts"]}
    exact = {answer["members"]["key_questions"]: answer["exact"] for answer in parts["percent"]["answers"]}
    assert exact == {"safe": "175/3", "effective": "62.5", "caring": "100", "responsive": None, "well_led": "75"}
    assert [answer["absent"] for answer in parts["percent"]["answers"]] == [None, None, None, "not_rated", None]


# --- what is told, and in what order ---------------------------------------------------------------------------------


def test_the_headline_comes_first_and_inputs_last() -> None:
    parts = explained(*CASES["bands-and-rounding"]).json()["parts"]
    assert [(part["role"], part["name"]) for part in parts] == [
        ("result", "overall"),
        ("result", "banded"),
        ("measure", "percent"),
        ("input", "scores"),
    ]


def test_one_result_can_be_asked_for_in_full() -> None:
    made = explained(*CASES["cap-applied"], result="key_question_rating")
    assert made.text().splitlines()[4].startswith("Key question rating")
    assert "Overall" not in made.text()


def test_an_unknown_result_is_refused_with_a_suggestion() -> None:
    with pytest.raises(KeyError, match="did you mean `overall`"):
        explained(*CASES["cap-applied"], result="overal")


def test_only_what_decided_is_told_in_full() -> None:
    parts = {part["name"]: part for part in explained(*CASES["bands-and-rounding"]).json()["parts"]}
    told = [answer["where"] for answer in parts["banded"]["answers"] if answer["matters"]]
    assert told == ["safe", "responsive"]


def test_what_is_not_published_is_flagged_however_far_in() -> None:
    made = explained(*CASES["bands-and-rounding"]).json()
    flags = [
        flag["text"] for part in made["parts"] if part["name"] == "overall" for flag in part["answers"][0]["flags"]
    ]
    assert flags == ["Rests on illustrative rules: banded, bands 2, 3, 4 of 4"]


def test_nothing_is_flagged_where_all_that_took_part_is_published() -> None:
    assert "!" not in explained(*CASES["cap-applied"]).text()
    assert "!" not in explained(*CASES["otherwise"]).text()


def test_a_source_lends_no_weight_to_a_rule_it_does_not_print() -> None:
    rules, record = CASES["recalled-rule"]
    assert "Source" not in str(explained(rules, record))  # it does not inherit its principle's source
    text = str(
        explained(rules.replace("improvement, status: recalled", "improvement, status: recalled, cite: guide"), record)
    )
    assert "  Source cited, though the rule is recalled: The guide" in text
    assert "  Source: " not in text


def test_an_illustrative_methodology_says_so_at_the_top() -> None:
    text, record = CASES["cap-applied"]
    program = replace(program_of(text), status="illustrative")
    given = Intake(program).nested(record)
    assert not isinstance(given, tuple)
    made = explain(program, interpret(program, given))
    assert made.text().splitlines()[2].startswith("! This methodology is illustrative")
    assert "This methodology is illustrative" in made.markdown()
    assert "This methodology is illustrative" in made._repr_html_()


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", CASES)
def test_lines_keep_to_the_width(name: str, width: int) -> None:
    lines = explained(*CASES[name]).text(width).splitlines()
    assert all(len(line) <= width or len(line.split()) <= 1 for line in lines)


def test_colour_adds_nothing_but_colour() -> None:
    made = explained(*CASES["recalled-rule"])
    assert "\x1b[" in made.text(colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", made.text(colour=True)) == made.text()


@pytest.mark.parametrize("version", ["2021-10", "2018-04", "2014-10"])
def test_a_practice_reads_its_rating_on_one_screen(version: str) -> None:
    path = Path(str(shipped("rules"))) / "cqc" / "gp-practice" / f"{version}.yaml"
    program, _ = compile_source(Source(str(path), path.read_text("utf-8")), path, lambda id, version: None)
    assert program is not None
    kinds = {("rating", 2): "good", ("enforcement", 2): "no_action"}
    record: dict[str, object] = {}
    for declared in program.inputs.values():
        assert isinstance(declared.type, Scale)
        for members in combinations(program.sets, declared.axes):
            worst = members[-1] == "safe" or members[-1] == "effective"
            value = "requires_improvement" if worst and declared.type.name == "rating" else kinds[declared.type.name, 2]
            at = record.setdefault(declared.name, {})
            for member in members[:-1]:
                assert isinstance(at, dict)
                at = at.setdefault(member, {})
            assert isinstance(at, dict)
            at[members[-1]] = value
    given = Intake(program).nested(record)
    assert not isinstance(given, tuple), given
    text = str(explain(program, interpret(program, given), "P81001"))
    golden(f"gp-practice-{version}.txt", text)
    assert "Overall rating: Requires improvement" in text.splitlines()[:5]
    if version == "2021-10":
        assert len(text.splitlines()) <= 40


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_explain import CASES, explained\n"
        "import json\n"
        "for name in CASES:\n"
        "    made = explained(*CASES[name])\n"
        "    print(made.text(), made.markdown(), made._repr_html_(), json.dumps(made.json()))\n"
    )
    root = Path(__file__).parent.parent
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout
        for seed in ("0", "77")
    }  # fmt: skip
    assert len(seen) == 1


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "exact", "said"),
    [
        (Fraction(63), "63", "63 %"),
        (Fraction(125, 2), "62.5", "62.5 %"),
        (Fraction(-1, 8), "-0.125", "-0.125 %"),
        (Fraction(200, 3), "200/3", "66.67 % (200/3)"),
        (Fraction(-2, 3), "-2/3", "-0.67 % (-2/3)"),
        (Fraction(62500 - 1, 1000) - Fraction(1, 3000), "23437/375", "62.499 % (23437/375)"),
        (Fraction(11249, 3000), "11249/3000", "3.7497 % (11249/3000)"),
        (Fraction(1, 10**12), "0.000000000001", "0.00000000 % (0.000000000001)"),
        (Fraction(0), "0", "0 %"),
    ],
)
def test_numbers_in_words(number: Fraction, exact: str, said: str) -> None:
    assert (number_text(number), number_words(number, "%")) == (exact, said)


def test_a_number_just_below_a_band_is_not_shown_as_its_edge() -> None:
    assert not number_words(Fraction(1875, 30) - Fraction(1, 30000)).startswith("62.5 ")


def test_a_number_of_many_digits_is_written_out() -> None:
    assert number_text(Fraction(10**5000)) == "1" + "0" * 5000
    assert len(number_words(Fraction(10**5000, 3))) > 5000
