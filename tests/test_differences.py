"""No difference is told wrongly: on generated pairs of methodologies with few records, `difference` says what rating
every record twice says, every witness replays and is as plain as can be, and the edits that are named are those."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from random import Random

import pytest
from small_pairs import Pair, another_author, methodology, pairs, version
from walked_differences import Judge, Rated, joint_size, named

from markscheme.diagnostics import Span
from markscheme.diff import comparison
from markscheme.diff.meaning import difference
from markscheme.diff.verdicts import Compared, Difference, Edit, Move, Version, Witness
from markscheme.interpret import interpret
from markscheme.ir import Absent
from markscheme.regions.pairing import Together
from markscheme.trace import Given, Key

THOROUGH = os.environ.get("MARKSCHEME_PROFILE") == "thorough"
MOST = 300 if THOROUGH else 120  # records of a pair
ALWAYS = 6  # seeds, of some eight pairs each
AT_LENGTH, CHUNK = (694, 15) if THOROUGH else (6, 6)
KINDS = ("one change", "some changes", "said otherwise", "other inputs", "renamed", "another author")


def judged(seeds: range) -> Counter[str]:
    """What was looked at; nothing may be wrong about any."""
    tally: Counter[str] = Counter()
    for seed in seeds:
        for pair in pairs(seed):
            old, new = Rated(pair.old.program, pair.renamed), Rated(pair.new.program)
            if joint_size(old, new) > MOST or old.size > 4 * MOST:
                tally["too many records"] += 1
                continue
            told = difference(pair.old, pair.new)
            judge = Judge(old, new, told, results_of(pair), tally)
            wrong = list(judge.wrong())
            assert not wrong, f"seed {seed}, {pair.kind}\n" + "\n".join(wrong) + "\n\n{}\n{}".format(*pair.texts)
            tally["pairs"] += 1
            tally[pair.kind] += 1
            if pair.kind == "one change":
                name(pair, told, tally)
    return tally


def results_of(pair: Pair) -> dict[str, str]:
    results = {name: pair.renamed.get(name, name) for name in pair.old.program.results}
    return {name: other for name, other in results.items() if other in pair.new.program.results}


def name(pair: Pair, told: Difference, tally: Counter[str]) -> None:
    """Counts how the edits that are named for each witness name what was changed."""
    moves = [move for each in told.results for move in each.moves if move.witness is not None]
    how = ["no"]
    for move in moves:
        assert move.witness is not None
        how = [named(edit, pair.places) for edit in move.witness.responsible]
        tally[f"named: {'no' if 'no' in how or not how else 'line' if 'line' in how else 'place'}"] += 1
    tally["one change that moves something"] += bool(moves)


def attributed(tally: Counter[str]) -> Fraction:
    right = tally["named: place"] + tally["named: line"]
    return Fraction(right, right + tally["named: no"])


def test_differences_are_those_of_rating_all_records_twice() -> None:
    tally = judged(range(ALWAYS))
    assert tally["pairs"] > 5 * ALWAYS
    assert all(tally[kind] for kind in KINDS)
    assert tally["witnesses"] > 20
    assert tally["not proved"] * 50 <= tally["verdicts"]
    assert attributed(tally) >= Fraction(99, 100)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(ALWAYS, ALWAYS + AT_LENGTH, CHUNK))
def test_differences_are_those_of_rating_all_records_twice_at_length(first: int) -> None:
    tally = judged(range(first, first + CHUNK))
    assert tally["pairs"] + tally["too many records"] > 5 * CHUNK
    assert attributed(tally) >= Fraction(99, 100)


@pytest.mark.slow
def test_results_of_other_names_are_compared_as_they_are_mapped() -> None:
    """Of two methodologies, each result of the one with the results of the other in turn."""
    tally: Counter[str] = Counter()
    for seed in range(20_000, 20_026):
        made = methodology(seed)
        pair = another_author(seed, made[1], Random(seed)) if made else None
        if pair is None or pair.old.program.id == pair.new.program.id:
            continue
        old, new = Rated(pair.old.program), Rated(pair.new.program)
        if joint_size(old, new) > MOST or old.size > 4 * MOST:
            continue
        ours, theirs = pair.old.program.results, pair.new.program.results
        for turned in range(len(theirs)):
            results = dict(zip(ours, theirs[turned:] + theirs[:turned], strict=False))
            judge = Judge(old, new, difference(pair.old, pair.new, results=results), results, tally)
            wrong = list(judge.wrong())
            assert not wrong, f"seed {seed}, {results}\n" + "\n".join(wrong) + "\n\n{}\n{}".format(*pair.texts)
            others = [each for each in judge.difference.results if each.result != each.old]
            tally["of other names"] += sum(each.verdict != "inputs differ" for each in others)
    assert tally["of other names"] > 2
    assert tally["witnesses"] > 5


# --- that a wrong difference would be noticed ------------------------------------------------------------------------


WATCHED = """\
markscheme: 1
id: example/watched
version: "1"
title: Watched
scales: {rating: [poor, fair, good]}
sets: {questions: [a, b]}
inputs:
  ratings: {each: questions, scale: rating, absent: {not_rated: skip}}
  late: {type: number, decimals: 0, min: 0, max: 3, better: lower}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of ratings are poor, then: poor}
      - {when: late is more than 2, then: fair}
      - {when: all of ratings are good, then: good}
      - {otherwise: fair}
    absent: {nothing_rated: unrated}
  worst_of_them: {scale: rating, formula: worst(ratings), absent: {nothing_rated: unrated}}
  late_ones: {type: number, better: lower, formula: late}
results: [overall, worst_of_them, late_ones]
"""
REVISED = (
    ("late is more than 2, then: fair", "late is more than 1, then: poor"),
    ("all of ratings are good, then: good", "any of ratings are good, then: good"),
    ("formula: worst(ratings)", "formula: best(ratings)"),
)


def watched_version(name: str, text: str) -> Version:
    found = version(name, text)
    assert found is not None
    return found


OLD = watched_version("old.yaml", WATCHED)


@pytest.fixture(scope="module")
def honest() -> Difference:
    text = WATCHED
    for before, after in REVISED:
        text = text.replace(before, after)
    return difference(OLD, watched_version("new.yaml", text))


RATED = {OLD.name: Rated(OLD.program)}
HYBRIDS: dict[frozenset[int], Rated | None] = {}  # of the two versions that are lied about


def disagreements(told: Difference) -> list[str]:
    new = RATED.setdefault(told.new.name, Rated(told.new.program))
    judge = Judge(RATED[OLD.name], new, told, {name: name for name in OLD.program.results})
    judge.hybrids = HYBRIDS
    return list(judge.wrong())


def test_an_honest_difference_is_right(honest: Difference) -> None:
    assert disagreements(honest) == []
    assert [each.verdict for each in honest.results] == ["mixed", "never lower", "same ratings"]
    assert len(honest.effects) == 3
    assert {len(move.witness.responsible) for move in honest.results[0].moves if move.witness} == {1}


Lie = Callable[[Compared], Compared]


def of_moves(change: Callable[[list[Move]], list[Move]]) -> Lie:
    return lambda it: replace(it, moves=tuple(change(list(it.moves))))


def of_witness(change: Callable[[Witness], Witness | None]) -> Lie:
    def lie(moves: list[Move]) -> list[Move]:
        assert moves[0].witness is not None
        return [replace(moves[0], witness=change(moves[0].witness)), *moves[1:]]

    return of_moves(lie)


def given(which: Key, value: Given, sides: str = "both", rated: bool = True) -> Callable[[Witness], Witness]:
    """Another record, rated anew or told as before."""

    def change(witness: Witness) -> Witness:
        traces = []
        for program, trace, side in ((OLD.program, witness.old, "old"), (NEW[0].program, witness.new, "new")):
            held = {**trace.given, which: value} if sides in ("both", side) else dict(trace.given)
            traces.append(interpret(program, held) if rated else replace(trace, given=held))
        return replace(witness, old=traces[0], new=traces[1])

    return change


NEW: list[Version] = []


def first(change: Callable[[Move], Move]) -> Lie:
    return of_moves(lambda moves: [change(moves[0]), *moves[1:]])


def edits_but(edits: tuple[Edit, ...]) -> Callable[[Witness], Witness]:
    return lambda witness: replace(witness, responsible=tuple(e for e in edits if e not in witness.responsible))


def lies(honest: Difference) -> list[tuple[str, int, Lie]]:
    """What is said of a difference, what result it is about, and what is wrong about it."""
    edits = tuple(effect.edit for effect in honest.effects)
    gone = Given(Absent("not_rated", True, "ratings", ("a",)))
    a, late = ("ratings", ("a",)), ("late", ())
    return [
        ("by all records mixed", 0, lambda it: replace(it, verdict="never lower")),
        ("by all records never lower", 1, lambda it: replace(it, verdict="same ratings", moves=())),
        ("by all records same ratings", 2, lambda it: replace(it, verdict="never higher")),
        ("by all records mixed", 0, lambda it: replace(it, verdict="inputs differ", within="mixed")),
        ("what stood in the way is not said", 0, lambda it: replace(it, proved=False)),
        (
            "no record has",
            0,
            lambda it: replace(first(lambda m: replace(m, new=m.old))(it), proved=False, limit="time"),
        ),
        ("is left out", 0, of_moves(lambda moves: moves[1:])),
        ("is told twice", 0, of_moves(lambda moves: [*moves, moves[0]])),
        ("no record has", 0, first(lambda move: replace(move, new=move.old))),
        ("is lower, not otherwise", 0, of_moves(lambda ms: [replace(m, way="otherwise") for m in ms])),
        ("of the records, not", 0, first(lambda move: replace(move, share=Fraction(1, 3)))),
        ("of the records it differs, not", 0, lambda it: replace(it, share=Fraction(1, 3))),
        ("pairs are", 0, first(lambda move: replace(move, pairs=2))),
        ("no record shows it", 0, of_witness(lambda witness: None)),
        ("none that data can hold", 0, of_witness(given(late, Given(Fraction(9))))),
        ("none that data can hold", 0, of_witness(lambda w: replace(w, new=replace(w.new, given={})))),
        ("the interpreter says something else", 0, of_witness(given(a, gone, rated=False))),
        ("the two records are not one in", 0, of_witness(given(a, gone, sides="old"))),
        ("the witness shows something else", 0, of_witness(given(late, Given(Fraction(0))))),
        ("lacks 1 values, and 0 are enough", 0, of_witness(given(a, gone))),
        ("are responsible", 0, of_witness(lambda witness: replace(witness, responsible=()))),
        ("do not give it", 0, of_witness(edits_but(edits))),
        ("give it, of", 0, of_witness(lambda witness: replace(witness, responsible=edits))),
    ]


def test_each_lie_about_a_result_is_noticed(honest: Difference) -> None:
    NEW[:] = [honest.new]
    for wrong, at, lie in lies(honest):
        results = list(honest.results)
        results[at] = lie(results[at])
        found = disagreements(replace(honest, results=tuple(results)))
        assert any(wrong in each for each in found), (wrong, found)


def test_each_lie_about_the_whole_and_about_an_edit_is_noticed(honest: Difference) -> None:
    one, *others = honest.effects
    same = tuple(Compared(each.result, each.old, "same ratings") for each in one.results)
    told = [
        ("results compared", replace(honest, results=honest.results[1:])),
        ("missing", replace(honest, missing=(("overall", "old"),))),
        ("not every edit is told alone", replace(honest, effects=tuple(others))),
        ("it is a methodology", replace(honest, effects=(replace(one, stands=False), *others))),
        ("it changes a rating", replace(honest, effects=(replace(one, results=same), *others))),
        ("alone: `overall`: same ratings: by all", replace(honest, effects=(replace(one, results=same), *others))),
    ]
    for wrong, lied in told:
        found = disagreements(lied)
        assert any(wrong in each for each in found), (wrong, found)


def test_an_edit_that_is_elsewhere_is_not_taken_for_the_one(honest: Difference) -> None:
    edit = honest.effects[0].edit
    assert edit.old is not None
    source, other = edit.old.source, honest.new.model.top.span.source
    here = Span(source, edit.old.start + 3, edit.old.start + 4), Span(other, 0, 1)
    beside = Span(source, source.text.index("- {when: late") - 2, source.text.index("- {when: late")), Span(other, 0, 1)
    below = Span(source, edit.old.end + 10, edit.old.end + 12), Span(other, 0, 1)
    assert named(edit, [here]) == "place"
    assert named(edit, [below, here]) == "place"
    assert named(edit, [below]) == "no"
    assert named(edit, [beside]) == "line"


@pytest.mark.parametrize("every", [0, comparison._EVERY], ids=["by chance", "one by one"])
def test_where_diagrams_grow_too_large_what_is_said_is_still_so(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "Together", partial(Together, most=15))
    monkeypatch.setattr(comparison, "_EVERY", every)
    tally = judged(range(20) if THOROUGH else range(6, 8))
    assert tally["verdict: mixed"]
    assert bool(tally["not proved"]) == (not every)
