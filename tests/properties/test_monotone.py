"""No result worsens when an input improves by one step and every absence stays as it is.

A result is compared where it is present in both records: presence has no direction. Every directed input of every
methodology is improved, and every result that has a direction is compared, unless the methodology waives it in writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

import pytest
from examples import THOROUGH, examples, for_all
from methodologies import EVERY, Subject, compiled_text, every_methodology

from markscheme.interpret import interpret
from markscheme.ir import Absent, Number, Present, Program, Scale, combinations
from markscheme.space import Entry, Record, Space, direction, typed
from markscheme.strategies.typed_records import pairs
from markscheme.trace import Key, Trace

MOST = 10_000_000 if THOROUGH else 200_000  # of what an exhaustive run costs: records times the cost of one
Results = Mapping[Key, tuple[int, Present] | None]  # a direction and a value, None where it is absent


def results(program: Program, trace: Trace) -> Results:
    """Every result that has a direction and is not waived."""
    waived = {waiver.name for waiver in program.waivers if waiver.guarantee == "monotone"}
    found: dict[Key, tuple[int, Present] | None] = {}
    for step in program.steps:
        way = direction(step.type)
        if step.name in program.results and step.name not in waived and way:
            for members in combinations(program.sets, step.axes):
                value = trace.outcomes[step.name, members].value
                found[step.name, members] = None if isinstance(value, Absent) else (way, value)
    return found


def worsened(before: Results, after: Results) -> list[Key]:
    """The results that are worse after than before."""
    worse = []
    for key, earlier in before.items():
        later = after[key]
        if earlier is not None and later is not None:
            way, value = earlier
            sign = (later[1] > value) - (later[1] < value)  # type: ignore[operator]  # "no" < "yes", as it should be
            if sign * way < 0:
                worse.append(key)
    return worse


def rated(program: Program, record: Record) -> Results:
    return results(program, interpret(program, typed(record)))


def never_worsens(program: Program, improved: Key, worse: Record, better: Record) -> None:
    found = worsened(rated(program, worse), rated(program, better))
    assert not found, f"{found} worsened when {improved} rose from {worse[improved]} to {better[improved]}"


@every_methodology
def test_no_result_worsens_when_an_input_improves(subject: Subject) -> None:
    for_all(pairs(subject.space), examples(subject.program, 2), lambda pair: never_worsens(subject.program, *pair))


# --- all of them -----------------------------------------------------------------------------------------------------


def vectors(space: Space) -> Iterator[dict[Key, tuple[Entry, ...]]]:
    """Values to be combined in every way while all others stay at their default: of each input
    those of all members or, where those are too many, of one row or column; with the absences, or else without."""
    for declared in space.program.inputs.values():
        values = space.candidates[declared.name]
        if isinstance(declared.type, Number) or not direction(declared.type):
            continue
        every = space.of(declared)
        choices = [(keys, with_absences) for keys in (every, *lines(space, every)) for with_absences in (True, False)]
        for keys, with_absences in choices:
            entries = (*values, *declared.absent) if with_absences else values
            if len(entries) ** len(keys) * space.program.cost <= MOST:
                yield dict.fromkeys(keys, entries)
                break


def lines(space: Space, keys: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
    """The keys that share a parent or, of several axes, all members but one: a row or a column of the table."""
    axes = space.program.inputs[keys[0][0]].axes
    parents = {(axis, each.name): each.parent for axis in axes for each in space.program.sets[axis].members}
    first = keys[0][1]
    for turning, axis in enumerate(axes):
        yield tuple(
            key
            for key in keys
            if all(
                key[1][place] == first[place]
                if place != turning
                else parents[axis, key[1][place]] == parents[axis, first[place]]
                for place in range(len(axes))
            )
        )


def default(space: Space) -> Record:
    """Every directed value at its best but one step where it has three levels or more, so that both ways are open."""
    record: dict[Key, Entry] = {}
    for key, declared in space.keys:
        values = space.candidates[declared.name]
        replaced = [rule.value for rule in declared.absent if rule.value is not None]
        best = values if direction(declared.type) >= 0 else values[::-1]
        middle = isinstance(declared.type, Scale) and len(values) > 3
        record[key] = replaced[0] if replaced else best[-2 if middle else -1]
    return record


@every_methodology
def test_no_result_worsens_between_any_two_neighbours_of_a_small_space(subject: Subject) -> None:
    """Every combination of one input's values, absences too where they are not too many, and every step up from it."""
    for free in islice(vectors(subject.space), None if THOROUGH else 4):
        exhaust(subject.space, free)


def exhaust(space: Space, free: Mapping[Key, tuple[Entry, ...]]) -> None:
    base = default(space)
    found = {
        entries: rated(space.program, {**base, **dict(zip(free, entries, strict=True))})
        for entries in product(*free.values())
    }
    for entries, before in found.items():
        for place, key in enumerate(free):
            declared = space.program.inputs[key[0]]
            value = entries[place]
            better = space.improved(declared, value) if isinstance(value, int | str) else None
            if better is not None:
                after = (*entries[:place], better, *entries[place + 1 :])
                assert not worsened(before, found[after]), (key, entries, after)


def test_there_are_small_spaces_to_exhaust() -> None:
    sizes = {str(each): [len(free) for free in vectors(each.space)] for each in EVERY}
    assert sizes["cqc/gp-practice@2021-10"] == [5, 5]
    assert sum(1 for found in sizes.values() if found) >= 5


# --- that it can fail ------------------------------------------------------------------------------------------------

BACKWARDS = """
markscheme: 1
id: example/backwards
version: "1"
title: A rating that falls when another rises
scales: {rating: [poor, fair, good]}
sets: {questions: [safe, caring]}
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}}
  wait: {type: number, decimals: 1, min: 0, max: 100, better: lower}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: fair}
      - {when: exactly 1 of judged are good, then: poor}
      - {otherwise: good}
    absent: {not_rated: unrated}
  patience: {scale: rating, bands: {of: wait, rows: [{at_least: 30.5, is: good}, {otherwise: poor}]}}
results: [overall, patience]
"""


def test_a_rating_that_falls_is_found_by_search_and_by_exhaustion() -> None:
    space = Space(compiled_text(BACKWARDS))
    with pytest.raises(AssertionError, match="patience"):
        for_all(pairs(space, "wait"), 200, lambda pair: never_worsens(space.program, *pair))
    with pytest.raises(AssertionError, match="overall"):
        for_all(pairs(space, "judged"), 200, lambda pair: never_worsens(space.program, *pair))
    with pytest.raises(AssertionError, match="safe"):
        exhaust(space, next(vectors(space)))


def test_a_waiver_is_heard_and_what_it_waives_does_fail() -> None:
    """In the sample of tables the better of two ratings counts until they are level, and then neither does."""
    space = next(each.space for each in EVERY if str(each) == "example/tables@1")
    program, (waiver,) = space.program, space.program.waivers
    assert "overall" not in {name for name, _ in rated(program, default(space))}
    poor = {("judged", (line, year)) for line in ("planning", "reporting") for year in ("first", "second")}
    worse: dict[Key, Entry] = {key: 1 for key, declared in space.keys if isinstance(declared.type, Scale)}
    worse |= dict.fromkeys(poor, 0)
    worse |= {("kind", ()): "ambulance", ("deficit", ()): "no", ("plan", ()): "yes"}
    line = ("judged", ("planning", "second"))
    never_worsens(program, line, worse, {**worse, line: 1})
    with pytest.raises(AssertionError, match=waiver.name):
        never_worsens(replace(program, waivers=()), line, worse, {**worse, line: 1})
