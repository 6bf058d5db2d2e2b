"""What has changed between two texts of one methodology, part by part: in which words and where; and that what lies
between the two is the old one with some of the changes."""

from __future__ import annotations

from itertools import islice, product
from pathlib import Path

import pytest
from walked_differences import Rated

from markscheme.compile import compiled
from markscheme.diagnostics import Source
from markscheme.diff.edits import Revised
from markscheme.diff.verdicts import Version
from markscheme.diff.version import opened
from markscheme.ir import Program, Value
from markscheme.trace import Key

TEXT = """\
markscheme: 1
id: example/edited
version: "1"
title: Something that is edited
scales:
  rating: [{level: poor, value: 0}, {level: fair, value: 1}, {level: good, value: 2}]
sets:
  questions:
    - {member: safe, weight: 2}
    - {member: caring, weight: 1}
parameters:
  pass_mark: {value: 3}
  needed: {each: questions, values: {safe: 1, caring: 2}}
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip, refused: poor}}
  score: {type: number, decimals: 0, min: 0, max: 4, better: higher}
  breach: {type: yes_no, better: "no"}
principles:
  combining:
    scale: rating
    thresholds:
      enough: {of: count(them), rows: [{at_least: 2, is: 2}, {otherwise: 1}]}
    rules:
      - {when: any of them are poor, then: poor}
      - {when: at least enough of them are good, then: good}
      - {otherwise: fair}
measures:
  ruled:
    scale: rating
    rules:
      - {when: score is less than 1, then: poor}
      - {when: breach is yes, then: fair}
      - {when: score is at least pass_mark, then: good}
      - {otherwise: fair}
    limits:
      - {when: breach is yes, at_most: fair}
      - {when: score is 0, at_most: poor}
  banded:
    scale: rating
    bands:
      of: score
      rows: [{at_least: 4, is: good}, {at_least: 2, is: fair}, {otherwise: poor}]
  tabled:
    scale: rating
    hit: first
    table: |
      banded | breach || tabled
      poor   | -      || poor
      -      | yes    || fair
      -      | -      || good
  in_a_grid:
    scale: rating
    grid: |
      banded \\ breach | no   | yes
      poor            | poor | poor
      fair            | fair | poor
      good            | good | fair
  weighed:
    type: number
    better: higher
    formula: 'mean(judged weighted by weight)'
    absent: {nothing_rated: unrated}
  needs:
    each: questions
    scale: rating
    rules:
      - {when: score is at least needed, then: good}
      - {otherwise: poor}
  combined: {scale: rating, apply: combining, to: judged, absent: {nothing_rated: unrated}}
  first: {scale: rating, first_present: [combined, ruled]}
results: [ruled, banded, tabled, in_a_grid, weighed, needs, combined, first]
"""
TABLE = """\
banded,breach,tabled
poor,-,poor
-,yes,fair
-,-,good
"""


def version(text: str) -> Version:
    made = compiled(Source("rules.yaml", text), Path("rules.yaml"), lambda id, version: None)
    assert made.program is not None, [each.message for each in made.found]
    assert made.model is not None
    return Version("rules.yaml", made.program, made.model, Path("rules.yaml"), lambda id, version: None)


OLD = version(TEXT)


def revised(*changes: tuple[str, str]) -> Revised:
    text = TEXT
    for before, after in changes:
        assert text.count(before) == 1
        text = text.replace(before, after)
    return Revised(OLD, version(text))


def ratings(program: Program) -> list[dict[Key, Value]]:
    """What becomes of one record in seven: they have every value with every other."""
    rated = Rated(program)
    records = islice(product(*rated.options), 0, None, 7)
    found = [rated.rate(dict(zip(rated.keys, values, strict=True))) for values in records]
    return [each for each in found if each is not None]


Told = tuple[str, str, str | None, str | None]  # the part, what became of it, its text before and after


def told(revised: Revised) -> list[Told]:
    return [
        (edit.part, edit.kind, edit.old and edit.old.text, edit.new and edit.new.text)  # type: ignore[misc]
        for edit in revised.edits
    ]


BREACH, NOUGHT = "{when: breach is yes, then: fair}", "{when: score is less than 1, then: poor}"
PASSED = "{when: score is at least pass_mark, then: good}"
NEW_RULE, AT_NOUGHT = "{when: score is 2 and breach is no, then: good}", "{when: score is 0, at_most: poor}"


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        (
            BREACH,
            BREACH.replace("fair", "poor"),
            ("rule 2 of `ruled`", "changed", BREACH, BREACH.replace("fair", "poor")),
        ),
        (f"      - {BREACH}\n", "", ("rule 2 of `ruled`", "removed", BREACH, None)),
        (BREACH, f"{BREACH}\n      - {NEW_RULE}", ("rule 3 of `ruled`", "added", None, NEW_RULE)),
        (
            f"{NOUGHT}\n      - {BREACH}",
            f"{BREACH}\n      - {NOUGHT}",
            ("rule 1 of `ruled`", "moved", BREACH, BREACH),
        ),
        (
            f"{BREACH}\n      - {PASSED}",
            f"{PASSED}\n      - {BREACH}",
            ("rule 2 of `ruled`", "moved", PASSED, PASSED),
        ),
        (
            AT_NOUGHT,
            AT_NOUGHT.replace("poor", "fair"),
            ("limit 2 of `ruled`", "changed", AT_NOUGHT, AT_NOUGHT.replace("poor", "fair")),
        ),
        (f"      - {AT_NOUGHT}\n", "", ("limit 2 of `ruled`", "removed", AT_NOUGHT, None)),
        (
            "poor   | -      || poor",
            "poor   | -      || fair",
            ("row 1 of `tabled`", "changed", "poor   | -      || poor", "poor   | -      || fair"),
        ),
        (
            "      -      | yes    || fair\n",
            "",
            ("row 2 of `tabled`", "removed", "-      | yes    || fair", None),
        ),
        (
            "fair            | fair | poor",
            "fair            | good | poor",
            ("cell fair, no of `in_a_grid`", "changed", "fair", "good"),
        ),
        (
            "{at_least: 4, is: good}",
            "{at_least: 3, is: good}",
            ("band 1 of `banded`", "changed", "{at_least: 4, is: good}", "{at_least: 3, is: good}"),
        ),
        ("of: score\n", "of: score - 1\n", ("what `banded` bands", "changed", "score", "score - 1")),
        (
            "{at_least: 2, is: 2}",
            "{at_least: 3, is: 2}",
            ("band 1 of `enough`", "changed", "{at_least: 2, is: 2}", "{at_least: 3, is: 2}"),
        ),
        (
            "{when: at least enough of them are good, then: good}",
            "{when: any of them are good, then: good}",
            (
                "rule 2 of `combining`",
                "changed",
                "{when: at least enough of them are good, then: good}",
                "{when: any of them are good, then: good}",
            ),
        ),
        ("pass_mark: {value: 3}", "pass_mark: {value: 2}", ("the parameter `pass_mark`", "changed", "3", "2")),
        ("caring: 2}", "caring: 3}", ("the parameter `needed` for caring", "changed", "2", "3")),
        ("safe, weight: 2", "safe, weight: 3", ("`weight` of `safe` in `questions`", "changed", "2", "3")),
        ("good, value: 2", "good, value: 4", ("what level `good` of `rating` is worth", "changed", "2", "4")),
        ("refused: poor", "refused: fair", ("how `refused` counts in `judged`", "changed", "poor", "fair")),
        ("refused: poor", "refused: poor, late: skip", ("how `late` counts in `judged`", "added", None, "skip")),
        (", refused: poor", "", ("how `refused` counts in `judged`", "removed", "poor", None)),
        (
            "absent: {nothing_rated: unrated}\n  needs",
            "absent: {nothing_rated: 0}\n  needs",
            ("how `nothing_rated` counts in `weighed`", "changed", "unrated", "0"),
        ),
        (
            "'mean(judged weighted by weight)'",
            "'mean(judged)'",
            ("the formula of `weighed`", "changed", "mean(judged weighted by weight)", "mean(judged)"),
        ),
        (
            "[combined, ruled]",
            "[combined, banded]",
            ("how `first` is found", "changed", "combined, ruled", "combined, banded"),
        ),
        (
            'breach: {type: yes_no, better: "no"}',
            'breach: {type: yes_no, better: "yes"}',
            ("the values of `breach`", "changed", '{type: yes_no, better: "no"}', '{type: yes_no, better: "yes"}'),
        ),
    ],
)
def test_one_change_is_one_edit_in_its_words_and_at_its_place(before: str, after: str, edit: Told) -> None:
    found = revised((before, after))
    assert told(found) == [edit]
    old = found.edits[0].old
    if old is not None:  # its place in the text, not merely its words
        assert TEXT.index(before) <= old.end
        assert old.start <= TEXT.index(before) + len(before)
    whole = found._resolved(found.all)
    assert whole is not None
    assert ratings(whole) == ratings(found.new.program)
    assert found.program(found.all) is found.new.program
    assert found.program(frozenset()) is OLD.program


def test_a_principle_is_applied_to_something_else() -> None:
    found = revised(("apply: combining, to: judged", "apply: combining, to: (judged where weight is 2)"))
    assert [edit.part for edit in found.edits] == ["what `combined` applies"]


def test_how_it_is_found_is_one_edit_where_the_form_is_another() -> None:
    rules = TEXT[TEXT.index("    rules:\n      - {when: score is less") : TEXT.index("    limits:")]
    found = revised((rules, "    formula: banded\n"), ("at_most: fair}", "at_most: banded}"))
    assert [edit.part for edit in found.edits] == ["how `ruled` is found", "limit 1 of `ruled`"]


SEVERAL = (
    ("pass_mark: {value: 3}", "pass_mark: {value: 2}"),
    ("refused: poor", "refused: fair"),
    (f"{AT_NOUGHT}\n", f"{AT_NOUGHT}\n      - {{when: score is 4, at_least: good}}\n"),
    ("      -      | yes    || fair\n", ""),
)


def test_between_two_versions_lie_those_with_some_of_the_changes() -> None:
    """Each of the sixteen rates as the text that has those changes alone, and as none of the others."""
    found = revised(*SEVERAL)
    assert [edit.kind for edit in found.edits] == ["changed", "changed", "added", "removed"]
    seen = set()
    for chosen in product((False, True), repeat=len(SEVERAL)):
        taken = frozenset(number for number, its in enumerate(chosen) if its)
        some = revised(*(change for change, its in zip(SEVERAL, chosen, strict=True) if its)).new.program
        between = found.program(taken)
        assert between is not None
        assert ratings(between) == ratings(some)
        seen.add(str(ratings(between)))
    assert len(seen) == 16


def test_what_is_only_written_otherwise_is_counted_and_is_no_edit() -> None:
    found = revised(
        ("title: Something that is edited", "title: Something else"),
        ("  breach: {type: yes_no", "  # as before\n  breach: {title: A breach, type: yes_no"),
        ("pass_mark: {value: 3}", "pass_mark: { value: 3 }"),
    )
    assert told(found) == []
    assert found.texts == 2


def test_inputs_and_measures_in_another_order_are_no_edits() -> None:
    found = revised(
        ("  score: {type: number, decimals: 0, min: 0, max: 4, better: higher}\n", ""),
        ("inputs:\n", "inputs:\n  score: {type: number, decimals: 0, min: 0, max: 4, better: higher}\n"),
        ("  first: {scale: rating, first_present: [combined, ruled]}\n", ""),
        ("measures:\n", "measures:\n  first: {scale: rating, first_present: [combined, ruled]}\n"),
    )
    assert told(found) == []
    assert ratings(found.new.program)[0] == ratings(OLD.program)[0]


def test_a_hybrid_that_reading_would_refuse_is_none() -> None:
    """The old `otherwise` above the new one: two that end a list of rules."""
    last = f"{PASSED}\n      - {{otherwise: fair}}\n    limits"
    found = revised(
        (last, f"{PASSED}\n      - {{when: score is 2, then: fair}}\n      - {{otherwise: poor}}\n    limits")
    )
    programs = [found.program(frozenset({edit.number})) for edit in found.edits]
    assert len(programs) == len(found.edits)
    results = set(OLD.program.results)
    assert all(each is None or {step.name for step in each.steps} >= results for each in programs)
    assert found.program(found.all) is found.new.program


# --- tables kept beside the file -------------------------------------------------------------------------------------


def beside(folder: Path, table: str) -> Version:
    inline = TEXT[TEXT.index("    table: |\n      banded") : TEXT.index("  in_a_grid:")]
    folder.mkdir()
    (folder / "tabled.csv").write_text(table, "utf-8")
    (folder / "rules.yaml").write_text(TEXT.replace(inline, "    table: {file: tabled.csv}\n"), "utf-8")
    return opened(str(folder / "rules.yaml"))


@pytest.mark.parametrize(
    ("before", "after", "kind", "lines"),
    [
        ("-,yes,fair", "-,yes,poor", "changed", (3, 3)),
        ("-,yes,fair\n", "", "removed", (3, None)),
        ("poor,-,poor\n", "poor,-,poor\nfair,no,fair\n", "added", (None, 3)),
        ("poor,-,poor\n-,yes,fair\n", "-,yes,fair\npoor,-,poor\n", "moved", (3, 2)),
    ],
)
def test_the_row_of_a_table_in_a_file_of_its_own(
    tmp_path: Path, before: str, after: str, kind: str, lines: tuple[int | None, int | None]
) -> None:
    old, new = beside(tmp_path / "old", TABLE), beside(tmp_path / "new", TABLE.replace(before, after))
    (edit,) = Revised(old, new).edits
    assert edit.kind == kind
    assert edit.part.endswith("of `tabled`")
    assert edit.part.startswith("row ")
    assert (edit.old and edit.old.line, edit.new and edit.new.line) == lines
    assert {span.source.name.endswith("tabled.csv") for span in (edit.old, edit.new) if span} == {True}


def test_a_table_that_moves_into_a_file_of_its_own_says_the_same(tmp_path: Path) -> None:
    found = Revised(OLD, beside(tmp_path / "beside", TABLE))
    assert told(found) == []
