"""What records a program takes, and the strategies that users draw from: they make what they say, and all of it."""

from __future__ import annotations

import doctest
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from clocks import within
from examples import for_all
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from methodologies import PUBLISHED, compiled_text

import markscheme
from markscheme import strategies
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.intake.headings import label
from markscheme.ir import AbsenceRule, Program
from markscheme.methodology import Methodology, Reject, Result
from markscheme.space import Record, Space, nested, typed, written

CLINICS = """
markscheme: 1
id: example/clinics
version: "1"
title: Clinics
scales: {rating: [poor, fair, good]}
sets: {rooms: [left, right]}
inputs:
  clean: {each: rooms, scale: rating, absent: {shut: skip}}
  share: {type: number, decimals: 1, min: 0, max: 100, better: higher}
  wait: {type: number, decimals: 0, min: 0, better: lower}
  kind: {type: choice, of: [town, country]}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of clean are poor, then: poor}
      - {when: share is more than 62.45 and wait is at most 30, then: good}
      - {otherwise: fair}
    absent: {not_rated: unrated}
results: [overall]
"""
PROGRAM = compiled_text(CLINICS)
SPACE, METHODOLOGY = Space(PROGRAM), Methodology(PROGRAM)
SAFE = ("share", ())


def overall(record: Mapping[str, object]) -> str:
    found = METHODOLOGY.rate(record)
    assert isinstance(found, Result), found
    return str(found.outcome["overall"])


# --- records of a program --------------------------------------------------------------------------------------------


def test_numbers_to_try_lie_beside_each_number_that_rules_name_and_at_the_ends() -> None:
    assert SPACE.candidates["share"] == tuple(
        Fraction(n, 10) for n in (0, 1, 299, 300, 301, 624, 625, 999, 1000)
    )  # 62.45 itself cannot be given
    assert SPACE.candidates["wait"][0] == 0
    assert SPACE.candidates["wait"][-1] == 162  # nothing is declared: well beyond each cut
    assert {29, 30, 31} <= set(SPACE.candidates["wait"])


def test_one_step_better_is_the_next_that_data_can_hold() -> None:
    inputs = PROGRAM.inputs
    assert SPACE.improved(inputs["share"], Fraction(5)) == Fraction(51, 10)
    assert SPACE.improved(inputs["wait"], Fraction(5)) == 4
    assert SPACE.improved(inputs["wait"], Fraction(0)) is None
    assert SPACE.improved(inputs["clean"], 1) == 2
    assert SPACE.improved(inputs["clean"], 2) is None
    assert SPACE.improved(inputs["kind"], "town") is None


def test_records_at_random_are_the_same_for_the_same_seed_and_hold_every_value_sooner_or_later() -> None:
    def met(seed: int) -> list[Record]:
        random = Random(seed)
        return [SPACE.sampled(random) for _ in range(400)]

    records = met(1)
    assert records == met(1) != met(2)
    for key, declared in SPACE.keys:
        wanted = {*SPACE.candidates[declared.name], *declared.absent}
        assert {record[key] for record in records} == wanted
    assert not any(isinstance(entry, AbsenceRule) for entry in SPACE.sampled(Random(1), absences=0).values())


def test_a_thousand_records_a_second_are_made_of_a_common_methodology() -> None:
    """Far more, where nobody else is busy; the largest has four hundred values."""
    space = max((each.space for each in PUBLISHED), key=lambda space: len(space.keys))
    random = Random(0)
    space.sampled(random)
    with within(2):
        for _ in range(100):
            typed(space.sampled(random))


@pytest.mark.parametrize(
    ("first", "second", "told", "turn"),
    [
        ({"share": 10}, {"share": 90}, "fair good", (Fraction(624, 10), Fraction(625, 10))),
        ({"share": 90}, {"share": 10}, "good fair", (Fraction(625, 10), Fraction(624, 10))),
        ({"share": 90, "wait": 0}, {"share": 95, "wait": 40}, "good fair", (30, 31)),
        ({"clean": 2}, {"clean": 0}, "good poor", (1, 0)),
        ({"share": 90}, {"share": 95, "kind": "country"}, "", None),
    ],
)
def test_between_two_records_are_two_neighbours_that_are_rated_otherwise(
    first: dict[str, Any], second: dict[str, Any], told: str, turn: tuple[object, object] | None
) -> None:
    asked = 0

    def rated(record: Record) -> str:
        nonlocal asked
        asked += 1
        return overall(written(PROGRAM, record))

    base: dict[str, Any] = {"clean": 2, "share": Fraction(90), "wait": Fraction(0), "kind": "town"}
    one, other = ({key: {**base, **each}[key[0]] for key, _ in SPACE.keys} for each in (first, second))
    one, other = (
        {k: Fraction(v) if k[0] in ("share", "wait") else v for k, v in each.items()} for each in (one, other)
    )
    found = SPACE.narrowed(one, other, rated)
    assert (found is None) == (turn is None)
    if found is not None:
        key, before, after = found
        assert [k for k in before if before[k] != after[k]] == [key]
        assert (before[key], after[key]) == turn
        assert f"{rated(before)} {rated(after)}" == told
    assert asked < 30


def test_what_is_written_flat_and_nested_is_the_same_record() -> None:
    record = SPACE.sampled(Random(3))
    flat = written(PROGRAM, record)
    assert list(flat) == [label(key) for key, _ in SPACE.keys]
    assert overall(flat) == overall(nested(flat))


# --- strategies ------------------------------------------------------------------------------------------------------

T = TypeVar("T")


def met(values: st.SearchStrategy[T], wanted: Callable[[T], bool]) -> T:
    """One that is made sooner or later; not the smallest. Raises NoSuchExample."""
    tried = settings(max_examples=200, database=None, phases=[Phase.generate])
    return find(values, wanted, settings=tried)


EVERY: list[Callable[..., st.SearchStrategy[Any]]] = [strategies.valid, strategies.hugging, strategies.absent]


def test_the_names_are_described_and_their_examples_run() -> None:
    assert strategies.__all__ == sorted(strategies.__all__)
    for name in strategies.__all__:
        assert (getattr(strategies, name).__doc__ or "").strip()
    tried = doctest.testmod(strategies)
    assert tried.attempted >= 8
    assert not tried.failed


@pytest.mark.parametrize("strategy", EVERY)
@pytest.mark.parametrize("flat", [False, True])
def test_good_records_are_taken_whichever_way_they_are_laid_out(
    strategy: Callable[..., st.SearchStrategy[Any]], flat: bool
) -> None:
    def check(record: dict[str, object]) -> None:
        overall(record)
        assert ("clean.left" in record) == flat
        cells = record.values() if flat else (record["share"], record["wait"])
        assert all(isinstance(cell, str) for cell in cells)

    for_all(strategy(METHODOLOGY, flat=flat), 60, check)


def test_numbers_hug_what_the_rules_name_and_nothing_is_absent() -> None:
    near = {written(PROGRAM, {SAFE: value})["share"] for value in SPACE.candidates["share"]}

    def check(record: dict[str, object]) -> None:
        assert record["share"] in near
        assert "shut" not in record.values()

    for_all(strategies.hugging(METHODOLOGY, flat=True), 100, check)
    assert met(strategies.valid(METHODOLOGY, flat=True), lambda record: record["share"] not in near)


def test_something_is_absent_or_it_is_said_that_nothing_may_be() -> None:
    def check(record: dict[str, object]) -> None:
        assert "shut" in record.values()

    for_all(strategies.absent(METHODOLOGY, flat=True), 60, check)
    strict = Methodology(
        compiled_text(CLINICS.replace(", absent: {shut: skip}", "").replace("\n    absent: {not_rated: unrated}", ""))
    )
    with pytest.raises(ValueError, match="no input of example/clinics@1 may be absent"):
        strategies.absent(strict)


def test_neighbours_differ_in_one_column_by_the_least_step_and_are_rated_otherwise() -> None:
    def check(drawn: tuple[str, dict[str, object], dict[str, object]]) -> None:
        column, first, second = drawn
        assert [name for name in first if first[name] != second[name]] == [column]
        assert overall(first) != overall(second)
        if column == "share":
            assert {first[column], second[column]} == {"62.4", "62.5"}
        if column == "wait":
            assert {first[column], second[column]} == {"30", "31"}

    for_all(strategies.apart_by_one(METHODOLOGY, flat=True), 40, check)
    for name in ("share", "wait", "clean.left"):
        assert met(strategies.apart_by_one(METHODOLOGY, flat=True), lambda drawn, name=name: drawn[0] == name)


def test_neighbours_find_a_copy_that_is_wrong_at_one_value() -> None:
    """A second implementation that says `at least 62.6` is caught, though it is wrong of one share in a thousand."""

    def copy(record: dict[str, object]) -> str:
        share = record["share"]
        return "fair" if overall(record) == "good" and Fraction(str(share)) < Fraction("62.6") else overall(record)

    assert met(
        strategies.apart_by_one(METHODOLOGY), lambda drawn: any(copy(each) != overall(each) for each in drawn[1:])
    )


@pytest.mark.parametrize("flat", [False, True])
def test_bad_records_are_bad_in_every_way_and_say_how(flat: bool) -> None:
    kinds: set[str] = set()

    def check(drawn: strategies.Invalid) -> None:
        found = METHODOLOGY.rate(drawn.record)
        assert isinstance(found, Reject), drawn
        assert [problem.column for problem in found.problems] == [drawn.column]
        kinds.add(drawn.wrong)

    for_all(strategies.invalid(METHODOLOGY, flat=flat), 250, check)
    wanted = {"misspelt", "out of range", "too many decimals", "missing", "empty", "undeclared reason", "no such value"}
    assert kinds == (wanted if flat else wanted | {"unknown column", "wrong kind", "no level"})


# --- whole methodologies ---------------------------------------------------------------------------------------------


def compiled(text: str) -> Program | None:
    return compile_source(Source("small.yaml", text), Path("small.yaml"), lambda id, version: None)[0]


def test_whole_methodologies_are_free_of_errors_and_take_records() -> None:
    def check(text: str) -> None:
        program = compiled(text)
        assert program is not None
        assert 1 <= len(program.results) <= 3
        assert isinstance(Methodology(program).rate(written(program, Space(program).sampled(Random(0)))), Result)

    for_all(strategies.methodologies(), 25, check)


def test_the_smallest_methodology_is_shown_and_each_form_is_met() -> None:
    """Fewer inputs and measures come first; of what is left, what is small is a matter of chance."""
    tried = settings(max_examples=50, database=None)
    for least in (1, 2):
        text = find(strategies.methodologies(measures=(least, 3)), lambda text: True, settings=tried)
        program = compiled(text)
        assert program is not None
        assert (len(program.inputs), len(program.results)) == (1, least)
    for word in ("bands:", "table:", "rules:", "formula:", "first_present:", "limits:", "absent:"):
        assert met(strategies.methodologies(), lambda text, word=word: word in text.partition("measures:")[2])


def test_the_module_is_loaded_only_where_it_is_asked_for() -> None:
    assert "strategies" not in markscheme.__all__
