"""Every cut falls on the side that the rule file writes, and no shipped file can have one moved unnoticed.

A threshold, a count and a band are each put to the interpreter with the values just below, at and just above. Of an
input or a level these are exact; a number that is worked out, such as a mean, is driven over its cuts by walking its
inputs in their smallest steps. What the interpreter says is held against the words at the cut, read here anew.

Of large files a third of the cuts or fewer are moved on every run, and the engine is spoilt under the others only;
`MARKSCHEME_PROFILE=thorough` does all.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from boundaries import Tried, boundaries, trial, trials
from examples import THOROUGH
from methodologies import (
    EVERY,
    LARGE,
    LIBRARY,
    PUBLISHED,
    Subject,
    cases_of,
    compiled_text,
    every_methodology,
    every_published,
)

from markscheme import ops
from markscheme.cases import read_cases
from markscheme.diagnostics import Source
from markscheme.ir import Bands, Literally, Quantify
from markscheme.mutate import Change, Watch
from markscheme.mutate import Subject as Changeable
from markscheme.space import Space

SMALL = [each for each in EVERY if THOROUGH or each.program.cost < LARGE]


@every_methodology
def test_every_cut_is_where_it_is_written(subject: Subject) -> None:
    for boundary, tried in trials(subject.space):
        assert not tried.wrong, tried.wrong[:3]
        assert not tried.missing(boundary), (boundary.text, tried.missing(boundary))


def test_cuts_of_every_kind_are_found() -> None:
    program = next(each.program for each in EVERY if str(each) == "example/numbers@1")
    texts = [boundary.text for boundary in boundaries(program)]
    for expected in (
        "waits_too_long, line 35: wait is more than longest_wait",  # a parameter of each member
        "measured, line 43: score",
        "average_rating, line 50: average",  # worked out
        "overall, line 67: at most 1 of wait are more than 20",
        "overall, line 72: all of (judged where counted is yes) are at most 2",  # of a limit
    ):
        assert expected in texts
    assert texts.count("overall, line 67: at most 1 of wait are more than 20") == 2  # how many, and how long a wait


def test_a_mean_is_driven_exactly_onto_its_cuts() -> None:
    """Weights 3, 2 and 1 and one decimal: the mean moves by sixtieths at least."""
    space = next(each.space for each in EVERY if str(each) == "example/numbers@1")
    boundary = next(each for each in boundaries(space.program) if each.text.endswith("line 50: average"))
    met = trial(space, boundary, Tried(), least=400).met
    for place, cut in enumerate(("88", None, "62.5", None, "39")):
        if cut is not None:
            assert {(place, Fraction(-1, 60)), (place, Fraction(0))} <= met
            assert min(distance for at, distance in met if at == place and distance > 0) <= Fraction(1, 30)


# --- that it can fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "means", "found"),
    [
        ("floor", lambda value, cut: value > cut, "at least good"),
        ("above", lambda value, cut: value >= cut, "more than longest_wait"),
        ("below", lambda value, cut: value <= cut, "less than 10"),
        ("ceiling", lambda value, cut: value < cut, "at most 2"),
        ("between", lambda value, low, high: low <= value < high, "from 10 to 12.5"),
    ],
)
def test_an_engine_that_is_wrong_at_a_cut_is_found(
    op: str, means: object, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ops.PREDICATES, op, replace(ops.PREDICATES[op], means=means))  # type: ignore[arg-type]
    wrong = [text for each in SMALL for _, tried in trials_with(each.space, found) for text in tried.wrong]
    assert any(found in text for text in wrong)


def trials_with(space: Space, text: str) -> list[tuple[str, Tried]]:
    return [(each.text, trial(space, each, Tried())) for each in boundaries(space.program) if text in each.text]


@pytest.mark.parametrize(
    ("op", "means"),
    [
        ("any", lambda met, open_, judged, n: met >= 2),
        ("all", lambda met, open_, judged, n: met >= judged - 1),
        ("none", lambda met, open_, judged, n: met <= 1),
        ("at_least", lambda met, open_, judged, n: met > n),
        ("at_most", lambda met, open_, judged, n: met < n),
        ("exactly", lambda met, open_, judged, n: met >= n),
    ],
)
def test_an_engine_that_miscounts_is_found_at_every_count(
    op: str, means: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ops.QUANTIFIERS, op, replace(ops.QUANTIFIERS[op], means=means))  # type: ignore[arg-type]
    counts = [
        (each.space, boundary)
        for each in SMALL
        for boundary in boundaries(each.program)
        if isinstance(boundary.cut, Quantify) and boundary.cut.op == op
    ]
    assert counts
    for space, boundary in counts:
        tried = trial(space, boundary, Tried())
        assert tried.wrong or (op == "exactly" and (0, Fraction(1)) not in tried.wanted), boundary.text


def test_a_cut_that_is_read_as_another_figure_is_found() -> None:
    space = next(each.space for each in EVERY if str(each) == "example/numbers@1")
    boundary = next(each for each in boundaries(space.program) if each.text.endswith("line 43: score"))
    assert isinstance(boundary.cut, Bands)
    first, *rest = boundary.cut.bands
    assert isinstance(first.low, Literally)
    moved = replace(first, low=replace(first.low, value=Fraction(885, 100)))
    wrong = trial(space, replace(boundary, cut=replace(boundary.cut, bands=(moved, *rest))), Tried()).wrong
    assert "`88.5` is read as" in wrong[0]


# --- that no cut can be moved unnoticed ------------------------------------------------------------------------------


def is_cut(change: Change) -> bool:
    """`more than` for `at least`, 3 for 2, a band without the figure that it begins or ends with."""
    if change.kind != "band":
        return change.kind in ("comparison", "count")
    (edit, *others) = change.edits
    written = edit.span.source.text[: edit.span.start].rstrip()
    if others or not edit.instead.strip() or not written.endswith(("at_least:", "from:", "at_most:", "to:")):
        return False
    further = Fraction(edit.instead) - Fraction(edit.span.text)
    return further > 0 if written.endswith(("at_least:", "from:")) else further < 0


@every_published
def test_the_cases_of_a_shipped_methodology_say_where_every_cut_is(subject: Subject) -> None:
    """Each cut moved past the figure itself is refused by the engine, fails a case, or changes no result, which is
    decided: it can change none where an earlier rule has decided."""
    whole = Changeable(subject.path, LIBRARY, subject.source, subject.program, cases_of(subject))
    watch = Watch(whole, proof=False)
    cost = subject.program.cost
    every = 1 if THOROUGH or cost < LARGE else 3 if cost < 5 * LARGE else 12
    fates = [watch.fate(change) for change in [each for each in whole.changes if is_cut(each)][::every]]
    lived = [(fate.line, fate.said, fate.witness) for fate in fates if fate.ending == "survivor"]
    assert not lived, f"add a case: {lived}"
    assert not [fate for fate in fates if fate.ending == "not decided"]


def test_there_are_cuts_to_move_in_every_shipped_methodology() -> None:
    """All but those that have formulas, and limits without a figure."""
    without = set()
    for each in PUBLISHED:
        whole = Changeable(each.path, LIBRARY, each.source, each.program, ())
        if not any(is_cut(change) for change in whole.changes):
            without.add(str(each))
    assert without <= {"audit-commission/use-of-resources@2008-09", "hsj/commissioning-league-table@2010"}


SWAPS = """
markscheme: 1
id: example/swaps
version: "1"
title: Cuts to be moved
scales: {rating: [poor, fair, good]}
sets: {questions: [safe, caring]}
inputs:
  judged: {each: questions, scale: rating}
  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}
measures:
  banded: {scale: rating, bands: {of: score, rows: [{at_least: 62.5, is: good}, {otherwise: poor}]}}
  overall:
    scale: rating
    rules:
      - {when: at least 1 of judged are at least good, then: good}
      - {when: score is less than 30, then: poor}
      - {otherwise: fair}
results: [banded, overall]
"""
SWAPS_CASES = """
methodology: example/swaps@1
cases:
  - {name: a, given: {judged: {safe: good, caring: poor}, score: 62.5}, expect: {banded: good, overall: good}}
  - {name: b, given: {judged: {safe: fair, caring: fair}, score: 30}, expect: {banded: poor, overall: fair}}
"""


def test_a_moved_cut_is_noticed_by_cases_at_it_and_by_no_others() -> None:
    program = compiled_text(SWAPS)
    source = Source("<text>", SWAPS)
    cases, _ = read_cases(Source("<cases>", SWAPS_CASES), program)
    away, _ = read_cases(Source("<cases>", SWAPS_CASES.replace("62.5", "70").replace(": 30}", ": 50}")), program)
    at = Changeable(Path("none.yaml"), LIBRARY, source, program, cases)
    moved = {f"line {each.place.line}: {each.said}": each for each in at.changes if is_cut(each)}
    assert set(moved) == {
        "line 12: `62.5` were `62.6`",
        "line 16: `1` were `2`",
        "line 16: `at least good` were `more than good`",
        "line 17: `less than 30` were `at most 30`",
    }
    near = Watch(at, proof=False)
    assert {near.fate(change).ending for change in moved.values()} == {"noticed"}
    far = Watch(Changeable(Path("none.yaml"), LIBRARY, source, program, away), proof=False)
    assert far.fate(moved["line 12: `62.5` were `62.6`"]).ending == "survivor"
    assert far.fate(moved["line 17: `less than 30` were `at most 30`"]).ending == "survivor"
