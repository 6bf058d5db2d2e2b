"""However a record is rated, it is rated alike: interpreted, by generated Python, in columns, by small tables or by
integer arithmetic; every result, why there is none, every reject and its words, what was assumed, what is not
published, what decided, and how it all came about."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from agreeing import (
    Spelled,
    agree_on_columns,
    agree_on_raw,
    agree_on_typed,
    as_text,
    faulty,
    in_arrays,
)
from examples import THOROUGH
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from methodologies import EVERY, Subject, compiled_text, latest
from test_language import EXAMPLES, Example, compiled
from test_reference import CONDITIONS, RECORD, SETTING
from varied_programs import KINDS, varied

from markscheme import ops
from markscheme.ir import Program
from markscheme.library import load
from markscheme.lowered import steps
from markscheme.lowered.programs import Arithmetic, Asked, Table
from markscheme.methodology import Methodology
from markscheme.record.running import Running
from markscheme.result import Result
from markscheme.space import Record, Space
from markscheme.strategies.typed_records import records, withheld

WORKLOADS = Path(__file__).parent.parent / "bench" / "workloads"
FEW = 40 if THOROUGH else 2
WRONG_CELLS = (None, "", "junk", "9.99", "1e5", "NaN", "yes", "-7", "1" * 21, "x" * 2000)


def agree(program: Program, some: list[Record], random: Random, tables: tuple[int | None, ...] = (None, 0)) -> Running:
    """Every way to rate, on some records and on as many that may have something wrong."""
    running = [agree_on_typed(program, some, tabled) for tabled in tables]
    spelled = Spelled(program)
    raws = []
    for record in some:
        raw = spelled.raw(random.choice(Spelled.LAYOUTS), record, random)
        raws += [raw, faulty(raw, random)]
    agree_on_raw(program, raws, warm=random.randrange(4) > 0)
    rows = []
    for record in some:
        full = spelled.raw("full", record, random)
        row = {name: value if value is None else as_text(value) for name, value in full.items()}
        rows += [row, {**row, random.choice(list(row)): random.choice(WRONG_CELLS)}] if row else []
    natural = [spelled.raw("full", record, random) for record in some]
    for tabled in tables:
        if rows:
            agree_on_columns(program, rows, tabled, lambda values: in_arrays(values, random))
            agree_on_columns(program, natural, tabled, lambda values: in_arrays(values, random))
    return running[0]


def sampled(program: Program, many: int, seed: int = 1) -> list[Record]:
    random, space = Random(seed), Space(program)
    return [space.sampled(random) for _ in range(many)]


# --- generated -------------------------------------------------------------------------------------------------------


@cache
def made(seed: int, kind: str) -> Program | None:
    return varied(seed, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_generated_methodologies_are_rated_alike(kind: str) -> None:
    @settings(max_examples=FEW + 1)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        program = made(data.draw(st.integers(0, 5_000)), kind)
        assume(program is not None)
        assert program is not None
        space = Space(program)
        which = records(space, hug=True) | records(space)
        if any(declared.absent for declared in program.inputs.values()):
            which |= withheld(space)
        some = data.draw(st.lists(which, min_size=1, max_size=4))
        agree(program, some, data.draw(st.randoms(use_true_random=False)))

    check()


# --- written ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [each for each in EVERY if THOROUGH or latest(each)], ids=str)
def test_every_methodology_is_rated_alike(subject: Subject) -> None:
    large = subject.program.cost > 700
    if subject.program.cost > 2_000 and not THOROUGH:  # what is like it but smaller is tried throughout
        agree_on_typed(subject.program, sampled(subject.program, 1))
        return
    agree(subject.program, sampled(subject.program, 1 if large else 2), Random(3), (None,) if large else (None, 0))


@pytest.mark.parametrize("name", ["w1", "w2", "w3"])
def test_the_workloads_of_the_benchmark_are_rated_alike(name: str) -> None:
    program = load(str(WORKLOADS / f"{name}.yaml")).program
    running = agree(program, sampled(program, 2 * FEW), Random(4))
    assert running.plan.refused == ()


@pytest.mark.parametrize("example", EXAMPLES if THOROUGH else EXAMPLES[::6], ids=str)
def test_the_examples_of_the_language_are_rated_alike(example: Example, tmp_path: Path) -> None:
    program, _ = compiled(example, tmp_path)
    if program is not None:
        agree(program, sampled(program, 2), Random(5))


def operators() -> str:
    """Every example of every operator, predicate and quantifier as a measure of its own."""
    rows = (*ops.FUNCTIONS.values(), *ops.AGGREGATES.values())
    measures = [f"type: number, formula: '{formula}'" for row in rows for formula, _ in row.examples]
    for condition, _ in CONDITIONS:
        said = re.sub(r"\bjudged\b", "many" if " of judged are" in condition else "alone", condition)
        measures.append(f"""type: yes_no, rules: [{{when: '{said}', then: "yes"}}, {{otherwise: "no"}}]""")
    for mode in ops.ROUNDING:
        measures.append(f"type: number, formula: 'round(mean(scores) - score / 2, nearest 0.5, {mode})'")
    texts = []
    for place, measure in enumerate(measures):
        absent = ", absent: {unknown: skip}" if re.search(r"\b(score|alone)\b", measure) else ""
        texts.append(f"  m{place}: {{{measure}{absent}}}\n")
    head = SETTING.replace("results: [shown]\n", "").replace("  shown:\n", "")
    return f"{head}{''.join(texts)}results: [{', '.join(f'm{place}' for place in range(len(texts)))}]\n"


def test_every_operator_is_rated_alike() -> None:
    program = compiled_text(operators())
    running = agree(program, sampled(program, 4 * FEW), Random(6))
    assert {why for _, why in running.plan.refused} == {"a median"}
    agree_on_raw(program, [RECORD])


HEAD = """\
markscheme: 1
id: example/arithmetic
version: "1"
title: Arithmetic
scales:
  grade: [{level: low, value: -1}, {level: mid, value: 0.5}, {level: high, value: 2}]
  points: [1, 2, 3]
sets:
  parts: [{member: a, heavy: 0.3}, {member: b, heavy: 0.3}, {member: c, heavy: 0.4}, {member: d, heavy: -1}]
inputs:
  share: {each: parts, type: number, decimals: 1, min: 0, max: 100, better: higher,
    absent: {gone: skip, lost: unrated, none_counted: 12.5}, empty: gone}
  many: {each: parts, type: number, decimals: 0, min: 0, max: 2000, better: higher, absent: {not_done: skip}}
  graded: {each: parts, scale: grade, absent: {ungraded: skip, disputed: unrated, passed: mid}}
  marked: {each: parts, scale: points}
  told: {type: yes_no, better: "yes", absent: {unknown: unrated}}
  kind: {type: choice, of: [ward, site, other], absent: {no_kind: skip}}
  was: {type: choice, of: [ward, site, other]}
  needed: {type: number, decimals: 1, min: -1, max: 4, better: neither, absent: {not_set: unrated}}
"""
NUMBER = "type: number, absent: {no_number: unrated}"
ARITHMETIC = {
    "weights": [f"{NUMBER}, formula: '{formula}'" for formula in (
        "sum(share weighted by heavy)",
        "mean(share weighted by heavy)",
        "mean(share weighted by heavy where many is more than 3)",
        "mean(graded weighted by many)",
        "mean(share weighted by many - 2 where graded is at least mid)",
        "sum(graded weighted by heavy where told is yes)",
    )],
    "ratios": [f"{NUMBER}, formula: '{formula}'" for formula in (
        "sum(share) / sum(many)",
        "sum(share) / (sum(many) - 3)",
        "sum(share) / sum(many) + sum(graded) / count(share)",
        "(sum(share) / sum(many)) / (sum(graded) / 7)",
        "greater(sum(many) / 3, 0.1 + 0.2) - 1 / 3",
        "- (mean(marked) / (share for a - share for b))",
        "lesser(share for a / many for a, share for b / many for b)",
        "mean(share / many)",
    )],
    "ties": [f"{NUMBER}, formula: 'round({of}, nearest {step}, {mode})'"
             for mode in ops.ROUNDING for of, step in (("mean(marked) - 2.5", "0.5"), ("sum(graded) / 4", "1"),
                                                       ("share for a / many for b", "0.25"))],
    "ends": [f"{NUMBER}, formula: '{formula}'" for formula in (
        "highest(share where many is more than 2) - lowest(share where graded is present)",
        "count(share where graded is high) + count(many)",
        "median(share)",
        "highest(marked) * lowest(graded)",
        "greater(many for a, greater(many for b, many for c)) * 1000000 * share for d",
    )],
    "conditions": [f"{kind}, absent: {{undecided: skip}}, rules: "
                   f"[{{when: '{when}', then: {then}}}, {{otherwise: {other}}}]"
                   for when, kind, then, other in (
        ("sum(share) / sum(many) is at least share for a / many for a", "type: yes_no", '"yes"', '"no"'),
        ("mean(share weighted by heavy) is 57 / 100", "type: yes_no", '"yes"', '"no"'),
        ("kind is was and told is yes", "type: yes_no", '"yes"', '"no"'),
        ("kind is one of (ward, was) or told is no", "type: yes_no", '"yes"', '"no"'),
        ("at least needed of marked are 2", "scale: grade", "high", "low"),
        ("at most needed of (graded where many is more than 0) are high", "scale: grade", "mid", "low"),
        ("exactly needed of graded are at least mid", "scale: grade", "mid", "low"),
        ("none of (share where told is yes) are more than many", "scale: grade", "mid", "low"),
    )],
    "limits": [f"{of}, absent: {{capped: unrated}}, limits: [{limits}]" for of, limits in (
        ("scale: grade, formula: best(graded)",
         "{when: told is yes, at_most: mid, status: recalled}, "
         "{when: all of share are at least 50, at_least: graded for a}"),
        ("type: number, formula: sum(share)",
         "{when: told is yes, at_most: sum(many)}, "
         "{when: any of graded are low, at_least: share for b, status: derived}"),
        ("scale: points, formula: 'round(mean(marked), nearest 1, half_even)'",
         "{when: kind is ward, at_most: marked for a}, {when: graded for b is absent, at_least: 2}"),
    )],
    "tables": [
        """
    type: number
    absent: {no_row: unrated}
    hit: first
    table: |
      share for a | told || m0
      at least 50 | yes || sum(many)
      more than 12.4 | - || share for b / 3
      - | no || 1
      - | - || 2""",
        """
    scale: grade
    absent: {no_row: skip}
    table: |
      kind | told | marked for a || m1
      ward | yes | - || high
      ward | no | 1 || low
      ward | no | at least 2 || mid
      not ward | - | - || low""",
        """
    scale: grade
    absent: {no_band: unrated}
    bands:
      of: sum(share) / sum(many)
      rows:
        - {at_least: mean(marked), is: high}
        - {at_least: 0.3, is: graded for c, status: recalled}
        - {otherwise: low}""",
        "{type: number, absent: {none_there: unrated}, first_present: [share for a, share for b, many for c]}",
    ],
}  # fmt: skip


def arithmetic(about: str) -> Program:
    measures = "".join(
        f"  m{place}: {each if about == 'tables' else f'{{{each}}}'}\n" for place, each in enumerate(ARITHMETIC[about])
    )
    names = ", ".join(f"m{place}" for place in range(len(ARITHMETIC[about])))
    return compiled_text(f"{HEAD}measures:\n{measures}results: [{names}]\n")


@pytest.mark.parametrize("about", ARITHMETIC)
def test_arithmetic_is_rated_alike(about: str) -> None:
    program = arithmetic(about)
    running = agree(program, sampled(program, 3 * FEW, len(about)), Random(8))
    ways = {type(each.how) for each in running.plan.steps}
    assert Arithmetic in ways, "these are to show arithmetic, not tables"


WHERE_NOTHING_IS = """\
markscheme: 1
id: example/principles
version: "1"
title: Principles
scales:
  rating: [poor, fair, good]
sets:
  parts: [a, b, c]
inputs:
  rated: {each: parts, scale: rating, absent: {not_rated: skip, later: unrated, exempt: good}}
  counted: {each: parts, type: yes_no, better: "yes"}
principles:
  combined:
    scale: rating
    thresholds:
      needed: {of: count(them), rows: [{at_least: 2, is: 2}, {otherwise: 1, status: recalled}]}
    rules:
      - {when: at least needed of them are poor, then: poor, status: recalled}
      - {when: all of them are good, then: good}
      - {otherwise: best(them)}
measures:
  some: {scale: rating, apply: combined, to: (rated where counted is yes), absent: {none_counted: skip}}
  listed: {scale: rating, apply: combined, to: "(rated for a, some)", absent: {nothing: fair}}
  each_part:
    each: parts
    scale: rating
    rules:
      - {when: rated is absent, then: absent}
      - {when: counted is no, then: rated, status: derived}
      - {otherwise: listed}
    absent: {no_part: unrated}
results: [some, listed, each_part]
"""


def test_principles_and_what_is_not_published_are_rated_alike() -> None:
    program = compiled_text(WHERE_NOTHING_IS)
    some = sampled(program, 30)
    agree(program, some, Random(9))
    shown = [Methodology(program).rate(Spelled(program).raw("full", record, Random(1))) for record in some]
    assert {each.not_published for each in shown if isinstance(each, Result)} == {True, False}
    assert any(each.assumed for each in shown if isinstance(each, Result))


def test_measures_that_follow_from_others_are_given_to_the_interpreter() -> None:
    """`first` rests on one input alone, so that others read it from there; not so the interpreter, which `second` is
    left to."""
    program = compiled_text(
        HEAD_OF_TWO + "  second: {type: number, formula: median(figures) + first}\nresults: [second]\n"
    )
    running = agree(program, sampled(program, 3 * FEW), Random(10))
    assert [type(each.how) for each in running.plan.steps] == [Table, Asked]


HEAD_OF_TWO = """\
markscheme: 1
id: example/two
version: "1"
title: Two
scales:
  points: [1, 2, 3]
sets:
  parts: [a, b, c]
inputs:
  figures: {each: parts, type: number, decimals: 3, better: higher}
  many: {scale: points}
measures:
  first: {scale: points, rules: [{when: many is 1, then: 3}, {otherwise: 1}]}
"""


UNASKED = """\
markscheme: 1
id: example/unasked
version: "1"
title: Unasked
scales:
  rating: [poor, fair, good]
inputs:
  first: {scale: rating}
  second: {scale: rating}
measures:
  marked:
    scale: rating
    rules:
      - {when: second is fair, then: good, status: recalled}
      - {otherwise: second}
  by_column:
    scale: rating
    hit: first
    table: |
      first | marked || by_column
      good | - || good
      fair | - || marked
      - | - || poor
  by_limit:
    scale: rating
    hit: first
    table: |
      first | second || by_limit
      good | - || good
      - | - || poor
    limits:
      - {when: marked is good, at_least: first}
      - {when: first is fair, at_most: marked}
results: [by_column, by_limit]
"""


def test_a_column_that_no_row_asks_about_is_read_and_what_a_limit_reads_is_none() -> None:
    program = compiled_text(UNASKED)
    every = [{("first", ()): first, ("second", ()): second} for first in range(3) for second in range(3)]
    agree(program, every, Random(11))
    marks = {each.marked((name, ())) for each in map(Methodology(program).rate, spelled_out(program, every))
             for name in program.results if isinstance(each, Result)}  # fmt: skip
    assert marks == {True, False}


def spelled_out(program: Program, some: list[Record]) -> list[dict[str, object]]:
    return [Spelled(program).raw("full", record, Random(1)) for record in some]


# --- what these tests would notice -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "instead"), [("half_up", "half_down"), ("half_even", "half_up"), ("up", "down")])
def test_a_rounding_the_other_way_is_noticed(mode: str, instead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right: Callable[..., Any] = steps.Lowering._rounded

    def wrong(self: Any, of: Any, nearest: Any, its: str, *rest: Any) -> Any:
        return right(self, of, nearest, instead if its == mode else its, *rest)

    monkeypatch.setattr(steps.Lowering, "_rounded", wrong)
    program = arithmetic("ties")
    with pytest.raises(AssertionError):
        agree_on_typed(program, sampled(program, 40), 0)
    with pytest.raises(AssertionError):
        agree(program, sampled(program, 40), Random(1), (0,))


def test_what_is_said_beside_the_results_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled_text(WHERE_NOTHING_IS)
    some = sampled(program, 60)
    agree_on_typed(program, some)
    for name, wrong in (("assumed", []), ("not_published", False), ("rated", False)):
        with monkeypatch.context() as patch:
            right = getattr(Result, name)
            patch.setattr(
                Result,
                name,
                property(lambda self, right=right, wrong=wrong: wrong if self._compiled else right.fget(self)),
            )
            with pytest.raises(AssertionError):
                agree_on_typed(program, some)
