"""One record by generated Python: that it is what rates, that everything odd comes out as the interpreter has it, that
neither memory nor time runs away, and that the text which is run holds nothing that anybody wrote but names of columns.
"""

from __future__ import annotations

import ast
import copy
import enum
import gc
import pickle
import re
import tracemalloc
from collections import OrderedDict, UserString, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from agreeing import FAULTS, Spelled, faulty, interpreted, same, same_throughout
from clocks import within
from examples import THOROUGH
from hypothesis import given, settings
from hypothesis import strategies as st
from methodologies import EVERY, compiled_text
from varied_programs import KINDS, varied

from markscheme import record as backend
from markscheme import result as results
from markscheme.intake import Intake
from markscheme.ir import Program
from markscheme.library import load
from markscheme.lowered.planning import plan
from markscheme.methodology import Methodology
from markscheme.record import INTERPRETED, reading, running, tables, writing
from markscheme.record.running import Running
from markscheme.record.wording import Wording
from markscheme.record.writing import Writing
from markscheme.result import Reject, Result
from markscheme.space import Space

WORKLOADS = Path(__file__).parent.parent / "bench" / "workloads"

RULES = """\
markscheme: 1
id: example/records
version: "1"
title: Records
scales:
  rating: [poor, fair, {level: very_good, title: Very good}]
  score: [1, 2, 3]
  worth: [{level: low, value: -1}, {level: high, value: 2}]
sets:
  parts: [safe, {member: well_led, title: Well-led}]
inputs:
  rated: {each: parts, scale: rating, absent: {not_rated: skip, exempt: fair}, empty: not_rated}
  points: {each: parts, scale: score}
  share: {type: number, decimals: 1, min: 0, max: 100000, better: higher, absent: {lost: unrated}}
  small: {type: number, decimals: 2, min: -1, max: 1, better: lower}
  code: {type: choice, of: [1, 2, 10]}
  told: {type: yes_no, better: "yes"}
measures:
  overall:
    scale: rating
    rules:
      - {when: all of rated are very_good and code is 10, then: very_good}
      - {when: small is more than 0.3 or any of points are 1, then: poor, status: recalled}
      - {otherwise: fair}
    limits:
      - {when: told is no, at_most: fair}
    absent: {no_rating: unrated}
  third: {type: number, formula: (share + sum(points)) / 3, absent: {no_share: unrated}}
results: [overall, third]
"""
GOOD: dict[str, object] = {
    "rated.safe": "very_good", "rated.well_led": "fair", "points.safe": 3, "points.well_led": 2, "share": 12.5,
    "small": 0.3, "code": 10, "told": "yes",
}  # fmt: skip

FEW = """\
markscheme: 1
id: example/few
version: "1"
title: Few
scales:
  rating: [poor, fair, good]
inputs:
  first: {scale: rating, absent: {not_rated: skip}, empty: not_rated}
  second: {scale: rating}
  code: {type: choice, of: [1, 2]}
measures:
  overall:
    scale: rating
    rules:
      - {when: first is absent, then: absent}
      - {when: code is 1, then: second}
      - {otherwise: 'better_of(first, second)'}
    absent: {no_rating: unrated}
results: [overall]
"""
FEW_GOOD: dict[str, object] = {"first": "good", "second": "poor", "code": "2"}

SIDE_BY_SIDE = [(RULES, GOOD), (FEW, FEW_GOOD)]
both = pytest.mark.parametrize(("text", "good"), SIDE_BY_SIDE, ids=["arithmetic", "looked up as a whole"])


def program_of(text: str) -> Program:
    if text not in _PROGRAMS:
        _PROGRAMS[text] = compiled_text(text)
    return _PROGRAMS[text]


_PROGRAMS: dict[str, Program] = {}


def warmed(text: str, *records: Any) -> Methodology:
    """One that rates records laid out as these are by generated functions, the first the soonest."""
    methodology = Methodology(program_of(text))
    for record in (*records[::-1], records[0]):
        for _ in range(INTERPRETED + 2):
            assert isinstance(methodology.rate(record), Result), methodology.rate(record)
    assert methodology._rater.given_up is None
    return methodology


def agrees(methodology: Methodology, record: Any) -> Result | Reject:
    """Twice, since what is met may be remembered."""
    right = interpreted(methodology.program, record, "7")
    for _ in range(3):
        found = methodology.rate(record, "7")
        same_throughout(found, right, record)
    return found


@pytest.fixture
def slow_is_an_error(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is not generated fails."""

    def slow(*args: object, **named: object) -> object:
        raise AssertionError("not by a generated function")

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "nested", slow)
        patch.setattr(backend, "interpret", slow)
        patch.setattr(results, "interpret", slow)
        yield


# --- that it is what rates -------------------------------------------------------------------------------------------


def everything_but_the_trace(result: Result) -> object:
    return result.outcome, result.rated, result.assumed, result.not_published, repr(result), result.id


@both
@pytest.mark.parametrize("layout", Spelled.LAYOUTS)
def test_plain_records_are_rated_by_generated_functions(
    text: str, good: dict[str, object], layout: str, request: pytest.FixtureRequest
) -> None:
    program = program_of(text)
    random, spelled = Random(layout), Spelled(program)
    space = Space(program)
    shown = [spelled.raw(layout, space.sampled(random), random) for _ in range(40)]
    shown = [{**shown[0], **each} for each in shown]
    methodology = Methodology(program)
    right = [interpreted(program, record) for record in shown]
    assert all(isinstance(each, Result) for each in right)
    for record in shown * 2:
        methodology.rate(record)
    request.getfixturevalue("slow_is_an_error")
    taken = 0
    for record, its in zip(shown, right, strict=True):
        try:
            found = methodology.rate(record)
        except AssertionError:  # text where a number may stand is read each time
            assert layout == "nested" or text == RULES
            continue
        assert isinstance(found, Result)
        assert found.outcome == its.outcome  # type: ignore[union-attr]
        everything_but_the_trace(found)
        taken += 1
    assert taken > (20 if text == FEW and layout != "nested" else 0)


@pytest.mark.parametrize("name", ["w1", "w2", "w3"])
def test_the_workloads_are_rated_by_generated_functions(name: str, request: pytest.FixtureRequest) -> None:
    methodology = load(str(WORKLOADS / f"{name}.yaml"))
    space, random = Space(methodology.program), Random(1)
    shown = []
    for _ in range(30):
        record = space.sampled(random, absences=0)
        shown.append(
            {key[1][-1] if key[1] else key[0]: plain(methodology.program, key[0], e) for key, e in record.items()}
        )
    right = [interpreted(methodology.program, record) for record in shown]
    for record in shown * 2:
        methodology.rate(record)
    request.getfixturevalue("slow_is_an_error")
    for record, its in zip(shown, right, strict=True):
        found = methodology.rate(record)
        assert isinstance(found, Result)
        assert isinstance(its, Result)
        assert found.outcome == its.outcome
        assert "rate" in vars(methodology)


def plain(program: Program, name: str, entry: Any) -> object:
    """A level as text or, where it is a number, as that; a number as a float."""
    type = program.inputs[name].type
    if isinstance(entry, Fraction):
        return float(entry)
    said = type.levels[entry].name  # type: ignore[union-attr]
    return int(said) if said.isdecimal() else said


def test_two_layouts_alternate(request: pytest.FixtureRequest) -> None:
    nested = {"first": "fair", "second": "good", "code": "1"}
    other = {"Code": "1", "SECOND": "poor", "First": None}
    methodology = warmed(FEW, nested, other)
    right = [interpreted(methodology.program, record) for record in (nested, other)]
    assert [agrees(methodology, record) for record in (nested, other)] == [
        interpreted(methodology.program, record, "7") for record in (nested, other)
    ]
    request.getfixturevalue("slow_is_an_error")
    for record, its in zip((nested, other) * 5, right * 5, strict=True):
        found = methodology.rate(record)
        assert isinstance(found, Result)
        assert isinstance(its, Result)
        assert found.outcome == its.outcome


def test_a_class_of_somebodys_own_still_rates_in_its_own_way() -> None:
    class Logged(Methodology):
        calls = 0

        def rate(self, record: Mapping[str, object], id: str | None = None) -> Result | Reject:
            self.calls += 1
            return super().rate(record, id)

    logged = Logged(program_of(FEW))
    for _ in range(30):
        assert isinstance(logged.rate(FEW_GOOD), Result)
    assert logged.calls == 30
    assert len(list(logged.rate_many([FEW_GOOD] * 3))) == 3
    assert logged.calls == 33


# --- values ----------------------------------------------------------------------------------------------------------


class Word(enum.StrEnum):
    GOOD = "good"
    THREE = "3"


class Loud(str):
    """Not what it says it equals."""

    def __eq__(self, other: object) -> bool:
        return other == "good" or other == "yes"

    def __hash__(self) -> int:
        return hash("good")


class Equal:
    """Not text nor a number, but equal to one."""

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return self.of == other

    def __hash__(self) -> int:
        return hash(self.of)


class Raising:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")


class AnyType(type):
    """Of a class that says it is `int`, and is called as a piece of Python."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)


Named = AnyType("__import__('os').abort()", (str,), {})

ODD: tuple[object, ...] = (
    *FAULTS, Word.GOOD, Word.THREE, Loud("poor"), Equal("good"), Equal(3), Equal(12.5), Raising(), UserString("good"),
    UserString("yes"), np.str_("good"), np.int8(3), np.uint64(2**63), np.float32(0.5), np.float64(12.5), np.bool_(True),
    np.array([1]), Decimal("12.50"), Decimal(1) / 8, Decimal("NaN"), Decimal("1e400"), Fraction(25, 2), 2**53,
    2**53 + 1, float(2**53), -(2**60), 10**400, "12.5", "12.50", "١٢", " 3 ", "3.0", "Very Good", "VERY_GOOD ",
    "not rated", " " * 5_000_000 + "good", "good" + "\0", "9" * 101, {"safe": "fair"}, {}, [], (), set(),
    lambda: 1, Named("good"), Named("3"), memoryview(b"1"), float("-inf"), "-0.0", 1e22, 0.3, 0.30000000000000004,
)  # fmt: skip


@both
def test_whatever_a_value_is_it_comes_out_as_the_interpreter_has_it(text: str, good: dict[str, object]) -> None:
    methodology = warmed(text, good)
    for name in good:
        for odd in ODD:
            agrees(methodology, {**good, name: odd})
        agrees(methodology, good)


@both
def test_a_sample_of_odd_values_makes_no_odd_function(text: str, good: dict[str, object]) -> None:
    for name in good:
        for odd in (
            Named("good"),
            Named("3"),
            Word.GOOD,
            Word.THREE,
            np.float64(0.3),
            np.str_("fair"),
            np.int64(1),
            None,
        ):
            record = {**good, name: odd}
            methodology = Methodology(program_of(text))
            for _ in range(INTERPRETED + 3):
                methodology.rate(record)
            agrees(methodology, record)
            agrees(methodology, good)
            agrees(methodology, {**good, name: True})


NOT_ALL_ARE_NEEDED = """\
markscheme: 1
id: example/behind
version: "1"
title: Behind conditions
scales:
  worth: [{level: low, value: -1}, {level: middling, value: 0.5}, {level: high, value: 2}]
sets:
  parts: [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11]
inputs:
  found: {each: parts, scale: worth}
  told: {each: parts, type: yes_no, better: "yes"}
  ignored: {type: number, decimals: 0, min: 0, max: 9, better: higher}
measures:
  total: {type: number, formula: sum(found where told is yes)}
  unused: {type: number, formula: ignored * 2}
results: [total]
"""


def test_what_does_not_matter_must_be_a_value_all_the_same() -> None:
    parts = [f"p{place}" for place in range(12)]
    good = {f"found.{part}": "high" for part in parts} | {f"told.{part}": "no" for part in parts} | {"ignored": 1}
    methodology = warmed(NOT_ALL_ARE_NEEDED, good)
    assert isinstance(agrees(methodology, good), Result)
    for name in ("found.p3", "told.p11", "ignored"):
        for odd in ("junk", 7.5, True, None, [], "high "):
            agrees(methodology, {**good, name: odd})


CLOSE = """\
markscheme: 1
id: example/close
version: "1"
title: Close
scales:
  rating: [poor, good]
sets:
  parts: [a, b, c, d, e]
inputs:
  share: {each: parts, type: number, decimals: 15, min: 100, max: 100.000000000000900, better: higher}
  tenth: {each: parts, type: number, decimals: 1, min: 0, max: 100, better: higher}
measures:
  close:
    each: parts
    scale: rating
    bands:
      of: share
      rows: [{at_least: 100.000000000000005, is: good}, {otherwise: poor}]
  far:
    each: parts
    scale: rating
    bands:
      of: tenth
      rows: [{at_least: 0.3, is: good}, {otherwise: poor}]
  total: {type: number, formula: count(close where close is good) + count(far where far is good)}
results: [total, close, far]
"""


def test_floats_that_two_decimals_share() -> None:
    """A float stands for the shortest of the decimals whose float it is: 100.0 for 100, for nothing a little more."""
    parts = "abcde"
    good: dict[str, object] = {f"share.{part}": 100.0 for part in parts} | {f"tenth.{part}": 1.0 for part in parts}
    methodology = warmed(CLOSE, good)
    beside = (100.00000000000001, 100.00000000000003, 99.99999999999999, 100.0000000000009, 100.00000000000091)
    for share in (100.0, 100, "100.000000000000005", Decimal("100.000000000000004"), *beside):
        agrees(methodology, {**good, "share.c": share})
    for tenth in (0.3, 0.1 + 0.2, 0.29999999999999993, 0.2, 0.25, 100.0, 100.1, -0.0, 5e-324, "0.3", Decimal("0.3")):
        agrees(methodology, {**good, "tenth.b": tenth})
        agrees(methodology, {**good, **{f"tenth.{part}": tenth for part in parts}})


# --- keys ------------------------------------------------------------------------------------------------------------


class Broken(dict[str, object]):
    def items(self) -> Any:
        raise RuntimeError("no")


class Other(Mapping[str, object]):
    def __init__(self, of: Mapping[str, object], fails: bool = False) -> None:
        self.of, self.fails = of, fails

    def __getitem__(self, key: str) -> object:
        if self.fails:
            raise RuntimeError("no")
        return self.of[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)


def deep(levels: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for _ in range(levels):
        found = {"rated": found}
    return found


@both
def test_whatever_a_record_is_it_comes_out_as_the_interpreter_has_it(text: str, good: dict[str, object]) -> None:
    methodology = warmed(text, good)
    inside: dict[str, object] = dict(good)
    inside["rated"] = inside
    first, *_ = good
    odd: list[Any] = [
        dict(list(good.items())[::-1]), OrderedDict(good), Other(good), Other(good, fails=True), Broken(good), {}, None,
        3, "text", [], list(good.items()), {**good, "": 1}, {**good, 1: 2}, {**good, None: None}, {**good, ("a",): 1},
        {**good, "x" * 5_000: 1}, {**good, "\ud800": 1}, {**good, "rated.": 1}, {**good, ".": 1}, {**good, "..": {}},
        {key.upper(): value for key, value in good.items()}, {f" {key} ": value for key, value in good.items()},
        {key: value for key, value in good.items() if key != first}, {**good, first.upper(): good[first]},
        {np.str_(key): value for key, value in good.items()}, deep(100_000), {**good, "rated": deep(100_000)}, inside,
        {**good, **{f"k{place}": place for place in range(25_000)}}, {**good, "rated": None}, {**good, "rated": {}},
        {f"{key}x": value for key, value in good.items()}, {**good, Equal("zz"): 1},
    ]  # fmt: skip
    for record in odd:
        agrees(methodology, record)
        agrees(methodology, good)


def test_a_dictionary_that_makes_its_values_is_left_as_it_is() -> None:
    methodology = warmed(FEW, FEW_GOOD)
    record: defaultdict[str, object] = defaultdict(lambda: "poor", FEW_GOOD)
    assert isinstance(agrees(methodology, record), Result)
    del record["second"]
    assert isinstance(agrees(methodology, record), Reject)
    assert set(record) == {"first", "code"}


MAY_BE_EMPTY = FEW.replace(
    "  second:", "  each_one: {each: parts, scale: rating, absent: {gone: skip}, empty: gone}\n  second:"
)
MAY_BE_EMPTY = MAY_BE_EMPTY.replace("inputs:", "sets: {parts: [a, b]}\ninputs:").replace(
    "results: [overall]",
    "  top: {scale: rating, formula: best(each_one), absent: {nothing: unrated}}\nresults: [overall, top]",
)


@pytest.mark.parametrize("empty", [None, {}])
def test_a_key_that_stands_for_nothing_does_not_hide_another(empty: object) -> None:
    nothing = {**FEW_GOOD, "each_one": empty}
    methodology = warmed(MAY_BE_EMPTY, nothing)
    for instead in (
        {"each_one": {"a": "good"}}, {"each_one": {"a": "good", "b": "poor"}}, {"each_one": {"c": "good"}},
        {"each_one": "junk"}, {"each_on": None}, {"a": "good"}, {"each_one.a": "good"}, {"each_one": {"a": None}},
    ):  # fmt: skip
        agrees(methodology, {**FEW_GOOD, **instead})
        agrees(methodology, nothing)


@both
@settings(max_examples=400 if THOROUGH else 15)
@given(data=st.data())
def test_records_with_faults_follow_good_ones(text: str, good: dict[str, object], data: st.DataObject) -> None:
    program = program_of(text)
    random = data.draw(st.randoms(use_true_random=False))
    spelled, space = Spelled(program), Space(program)
    methodology = _KEPT.setdefault(text, Methodology(program))
    for _ in range(4):
        raw = spelled.raw(random.choice(Spelled.LAYOUTS), space.sampled(random), random)
        for record in (raw, faulty(raw, random), raw):
            same(methodology.rate(record), interpreted(program, record), record)


_KEPT: dict[str, Methodology] = {}


# --- results ---------------------------------------------------------------------------------------------------------


@both
def test_a_record_that_is_changed_later_is_explained_as_it_was_rated(text: str, good: dict[str, object]) -> None:
    methodology = warmed(text, good)
    for raw in (dict(good), Other(dict(good)), OrderedDict(good)):
        record: Any = raw
        right = interpreted(methodology.program, record)
        found = methodology.rate(record)
        held = record.of if isinstance(record, Other) else record
        for name in list(held):
            held[name] = "junk"
        held["more"] = {}
        same_throughout(found, right, "changed")


@both
def test_a_result_is_pickled_copied_and_compared(text: str, good: dict[str, object]) -> None:
    methodology = warmed(text, good)
    right = interpreted(methodology.program, good, "a")
    for again in (copy.copy, copy.deepcopy, lambda result: pickle.loads(pickle.dumps(result))):
        found = methodology.rate(good, "a")
        same_throughout(again(found), right, again)
        same_throughout(again(again(found)), right, again)
    found = methodology.rate(good, "a")
    assert found == right
    assert len({found, right}) == 1
    assert found != methodology.rate(good, "b")
    assert found != 3
    assert not hasattr(found, "nothing_such")
    assert str(found) == str(right)
    assert "example/" in repr(found)


def test_what_somebody_does_to_an_outcome_stays_with_that_result() -> None:
    methodology = warmed(FEW, FEW_GOOD)
    first, second = methodology.rate(FEW_GOOD), methodology.rate(FEW_GOOD)
    assert isinstance(first, Result)
    assert isinstance(second, Result)
    first.outcome["overall"] = "changed"
    assert second.outcome == {"overall": "good"}
    third = methodology.rate(FEW_GOOD)
    assert isinstance(third, Result)
    assert third.outcome == {"overall": "good"}


@both
def test_texts_that_are_made_at_once_do_not_meet(text: str, good: dict[str, object]) -> None:
    """As two threads make them that meet new layouts."""
    program = program_of(text)
    names = [{key: f"{letter}{place}" for place, key in enumerate(plan(program).inputs)} for letter in "vw"]

    def wordings() -> list[Wording]:
        shared = Running(plan(program), Intake(program))
        return [Wording(shared, Writing()) for _ in names]

    alone, together = wordings(), wordings()
    for wording, raws in zip(alone, names, strict=True):
        wording.read(raws, (), "usual")
        wording.steps({})
    for wording, raws in zip(together, names, strict=True):
        wording.read(raws, (), "usual")
    for wording in together:
        wording.steps({})
    texts = [[wording._writing.lines for wording in each] for each in (alone, together)]
    assert texts[0] == texts[1]
    assert "v0" in str(texts[0][0])
    assert "w0" in str(texts[0][1])


@both
def test_threads_that_rate_at_once_are_all_told_the_same(text: str, good: dict[str, object]) -> None:
    program, random = program_of(text), Random(2)
    spelled, space = Spelled(program), Space(program)
    shown = [good, *(spelled.raw(random.choice(Spelled.LAYOUTS), space.sampled(random), random) for _ in range(8))]
    shown += [faulty(record, random) for record in shown]
    right = [interpreted(program, record) for record in shown]
    for _ in range(3):
        methodology = Methodology(program)
        with ThreadPoolExecutor(8) as pool:
            places = [place for _ in range(12) for place in range(len(shown))]
            rated = pool.map(methodology.rate, [shown[place] for place in places])
            for place, found in zip(places, rated, strict=True):
                same(found, right[place], shown[place])
        assert methodology._rater.given_up is None


# --- memory and time -------------------------------------------------------------------------------------------------

ENDLESS = """\
markscheme: 1
id: example/endless
version: "1"
title: Endless
inputs:
  share: {type: number, decimals: 3, better: higher}
  other: {type: number, decimals: 1, min: 0, max: 10000000, better: higher}
measures:
  twice: {type: number, formula: share * 2 + other / 3}
  half: {type: number, formula: other / 2}
results: [twice, half]
"""


def test_values_that_never_come_twice_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_MET", 200)
    monkeypatch.setattr(reading, "MOST_REMEMBERED", 100)
    monkeypatch.setattr("markscheme.lowered.holding.MOST_ASKED", 100)
    methodology = Methodology(program_of(ENDLESS))
    kept: list[tuple[Result, dict[str, object]]] = []

    def rate(many: range) -> None:
        for n in many:
            record: dict[str, object] = {"share": n / 8, "other": n / 10}
            found = methodology.rate(record)
            assert isinstance(found, Result)
            if n < 800 and n % 97 == 0:
                kept.append((found, record))

    rate(range(800))
    tracemalloc.start()
    rate(range(800, 1_600))
    gc.collect()
    usual, _ = tracemalloc.get_traced_memory()
    rate(range(1_600, 3_200))
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after < usual + 300_000  # 1,600 values that were kept would take twice as much
    assert methodology._rater.given_up is None
    for found, record in kept:
        same_throughout(found, interpreted(methodology.program, record), record)


def test_ways_to_write_a_record_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MOST_SPELLED", 20)
    monkeypatch.setattr(running, "MOST_REMEMBERED", 30)
    methodology = warmed(FEW, FEW_GOOD)
    first = _entries(methodology)
    assert first
    for n in range(200):
        agrees(methodology, {**FEW_GOOD, "first": f"{' ' * (n % 50)}good{' ' * (n // 50)}"})
        agrees(methodology, {f"{' ' * n}first": "good", "second": "poor", "code": "1"})
    rater = methodology._rater
    assert len(rater._layouts) <= backend.MOST_LAYOUTS
    agrees(methodology, {**FEW_GOOD, "first": " " * 10_000_000 + "good"})
    assert rater._compiled is not None
    memos = rater._compiled._memos.values()
    assert max(map(len, memos)) == 30
    assert all(len(str(raw)) < 200 for known in memos for raw in known)
    spelled = _entries(methodology)[: len(first)]  # those that other layouts had made are after them
    assert all(before < now <= before + 20 for before, now in zip(first, spelled, strict=True))


def _entries(methodology: Methodology) -> list[int]:
    compiled = methodology._rater._compiled
    assert compiled is not None
    return [sum(len(each) for level in nested._levels for each in level) for nested in compiled.nested]


def test_long_sums_are_compiled() -> None:
    """Python reads `a+b+c` as sums inside each other, and gives up at some three thousand."""
    terms = ["1"] * 50_000
    assert eval(writing._added(terms)) == 50_000
    with pytest.raises((RecursionError, MemoryError)):
        compile("+".join(terms), "sum", "eval")


def test_what_is_too_large_or_cannot_be_compiled_is_interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(FEW)
    with monkeypatch.context() as patch:
        patch.setattr(backend, "MOST_COMPILED", program.cost - 1)
        methodology = Methodology(program)
        for _ in range(20):
            agrees(methodology, FEW_GOOD)
        assert methodology._rater._compiled is None
    for where, name in (("markscheme.lowered.planning", "plan"), ("markscheme.record.layouts", "laid_out")):
        with monkeypatch.context() as patch:

            def fails(*args: object) -> object:
                raise RecursionError("too deep")

            patch.setattr(f"{where}.{name}", fails)
            methodology = Methodology(program)
            for _ in range(20):
                agrees(methodology, FEW_GOOD)
            assert isinstance(methodology._rater.given_up, RecursionError)


def test_compiling_takes_time_by_the_member_not_by_its_square() -> None:
    parts = ", ".join(f"p{place}" for place in range(800))
    program = compiled_text(
        ENDLESS[: ENDLESS.index("inputs:")]
        + f"""\
sets: {{parts: [{parts}]}}
inputs:
  share: {{each: parts, type: number, decimals: 1, min: 0, max: 100000, better: higher}}
measures:
  all_in_all: {{type: number, formula: sum(share) / 3}}
results: [all_in_all]
"""
    )
    methodology = Methodology(program)
    methodology._rater._interpreted = INTERPRETED
    with within(3):
        for _ in range(2):
            assert isinstance(methodology.rate({f"p{place}": 0.5 for place in range(800)}), Result)
    assert methodology._rater.given_up is None
    assert "rate" in vars(methodology)


def test_every_methodology_there_is_can_be_compiled() -> None:
    for subject in EVERY:
        if subject.program.cost < 900 or THOROUGH:
            methodology = Methodology(subject.program)
            record = Spelled(subject.program).raw("full", subject.space.sampled(Random(1)), Random(1))
            for _ in range(2):
                methodology._rater._interpreted = INTERPRETED
                assert isinstance(methodology.rate(record), Result)
            assert methodology._rater.given_up is None
            assert methodology._rater._compiled is not None
        assert subject.program.cost <= backend.MOST_COMPILED


# --- the text that is run --------------------------------------------------------------------------------------------

HOSTILE = (
    "'",
    '"',
    "\\",
    "\n",
    "]; boom()",
    "{0}",
    "{boom}",
    "%s",
    "\u2028",
    "\0",
    "'''",
    '"""',
    "#",
    "\\N{BULLET}",
    "\ud800",
)
BUILTINS = {"type", "len", "map", "max", "min", "dict", "int", "float", "str", "Exception"}
MADE = {"record", "id", "raws", "floats", "result", "held", "Miss", "PLAIN", "RESULT", "LAYOUT", "KNOWN", "OTHERWISE"}
NUMBERED = re.compile(r"(?:[gvrcnbstMTFAONV]|GET)\d+")
ATTRIBUTES = {"id", "_source", "_inputs", "_held", "outcome", "issuperset"}
NODES = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Expr, ast.If, ast.IfExp, ast.Raise,
    ast.Try, ast.ExceptHandler, ast.Pass, ast.Tuple, ast.Starred, ast.Dict, ast.Name, ast.Attribute, ast.Subscript,
    ast.Constant, ast.Call, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub,
    ast.Mult, ast.FloorDiv, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot,
    ast.Load, ast.Store,
)  # fmt: skip


def held_to_the_list(text: str, names: set[str]) -> None:
    """Nothing but arithmetic, look-ups and calls of a few functions; the only text in it is `names`."""
    for node in ast.walk(ast.parse(text)):
        assert isinstance(node, NODES), ast.dump(node)[:300]
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                assert name in BUILTINS | MADE or NUMBERED.fullmatch(name), name
            case ast.FunctionDef(name=name):
                assert name in ("rate", "rate1", "typed")
            case ast.Attribute(attr=name):
                assert name in ATTRIBUTES, name
            case ast.Call(func=function):
                assert isinstance(function, ast.Name | ast.Attribute), ast.dump(function)
            case ast.Constant(value=value):
                assert value is None or type(value) in (int, bool, float) or value in names, value


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is given to Python to compile."""
    found: list[str] = []

    def seen(text: str, *rest: Any) -> Any:
        found.append(text)
        return compile(text, *rest)

    monkeypatch.setattr(writing, "compile", seen, raising=False)
    return found


def quoted(text: str) -> str:
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"'


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each not in ("\u2028", "\0", "\ud800")])
def test_no_title_reaches_the_text_but_as_a_literal(hostile: str, texts: list[str]) -> None:
    title = f"A{hostile}b"
    rules = FEW.replace("title: Few", f"title: {quoted(title)}")
    rules = rules.replace("first: {scale", f"first: {{title: {quoted(title)}, scale")
    rules = rules.replace("rating: [poor", f"rating: [{{level: poor, title: {quoted(title + 'c')}}}")
    program = compiled_text(rules)
    assert program.inputs["first"].title == title
    record = {title: "good", "second": title + "c", "code": 1}
    methodology = Methodology(program)
    for _ in range(INTERPRETED + 5):
        result = methodology.rate(record)
        assert isinstance(result, Result), result
    agrees(methodology, record)
    agrees(methodology, {"first": "good", "second": "poor", "code": 1})
    for _ in range(INTERPRETED + 5):
        methodology.rate({"first": "good", "second": "poor", "code": 1})
    assert len(texts) >= 2
    for text in texts:
        held_to_the_list(text, {title, "first", "second", "code", "overall"})


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_key_or_value_of_a_record_reaches_the_text_but_as_a_literal(hostile: str, texts: list[str]) -> None:
    methodology = Methodology(program_of(FEW))
    for record in (FEW_GOOD, {**FEW_GOOD, "first": f"{hostile}good"}, {**FEW_GOOD, hostile: 1}, {f"{hostile}first": 1}):
        for _ in range(INTERPRETED + 3):
            methodology.rate(record)
        agrees(methodology, record)
    assert texts
    for text in texts:
        held_to_the_list(text, {"overall", *FEW_GOOD})


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_of_any_methodology_is_held_to_the_list(kind: str, texts: list[str]) -> None:
    seen = 0
    for seed in range(200 if THOROUGH else 4):
        program = varied(seed, kind)
        if program is None:
            continue
        random, spelled = Random(seed), Spelled(program)
        methodology = Methodology(program)
        methodology._rater._interpreted = INTERPRETED
        keys: set[str] = set(program.results)
        for layout in Spelled.LAYOUTS:
            raw = spelled.raw(layout, Space(program).sampled(random), random)
            keys |= set(raw).union(*(value for value in raw.values() if isinstance(value, dict)))
            keys |= {inner for value in raw.values() if isinstance(value, dict) for each in value.values()
                     if isinstance(each, dict) for inner in each}  # fmt: skip
            methodology.rate(raw)
        for text in texts[seen:]:
            held_to_the_list(text, keys)
        seen = len(texts)
    assert seen > 5


@pytest.mark.parametrize(
    "text",
    [
        "def rate(record, id=None):\n    return __import__('os')",
        "def rate(record, id=None):\n    return record.__class__",
        "def rate(record, id=None):\n    return 'poor'",
        "def rate(record, id=None):\n    return [c for c in record]",
        "import os",
        "def rate(record, id=None):\n    return (lambda: 1)()",
        "def rate(record, id=None):\n    return M1[v0](1)",
    ],
)
def test_what_is_not_on_the_list_is_noticed(text: str) -> None:
    with pytest.raises(AssertionError):
        held_to_the_list(text, {"first"})


def test_the_text_sees_no_builtins_but_these() -> None:
    assert set(writing._BUILTINS) == BUILTINS
    with pytest.raises(NameError):
        writing.compiled("typed", "held", _lines("return open"))["typed"](())


def _lines(*lines: str) -> writing.Writing:
    made = writing.Writing()
    made.lines += lines
    return made
