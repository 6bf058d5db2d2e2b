"""What a methodology guarantees of itself holds for records made from it.

It is tested on these records, not proved: test_proved has `check` prove it over all records.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import pytest
from examples import examples, for_all
from hypothesis import strategies as st
from methodologies import EVERY, Subject, compiled_text, every_methodology

from markscheme.interpret import interpret
from markscheme.ir import (
    AbsenceRule,
    Absent,
    Guarantee,
    Holds,
    Literally,
    NeverWorsens,
    Note,
    Number,
    Program,
    Rule,
    Rules,
    Step,
    Withholding,
    combinations,
)
from markscheme.space import Entry, Record, Space, direction, typed
from markscheme.strategies.typed_records import pairs, records
from markscheme.trace import Key, Trace

OPEN = AbsenceRule("undecided", "Undecided", "unrated")


def check(space: Space, guarantee: Guarantee, most: int) -> None:
    """Fails with the smallest record, or pair, found that breaks it."""
    match guarantee:
        case NeverWorsens(result, input):
            for_all(pairs(space, input), most, lambda pair: kept(space.program, result, pair[1], pair[2]))
        case Withholding(input, result):
            for_all(withheld(space, input), most, lambda pair: kept(space.program, result, pair[1], pair[0]))
        case Holds(always=always, span=span):
            asked = asking(space.program, guarantee)
            broken = 0 if always else 1  # undecided breaks neither: the condition is not known to fail

            def holds(record: Record) -> None:
                value = interpret(asked, typed(record)).outcomes["asked", ()].value
                assert value != broken, f"broken: {span.text}"

            for_all(records(space) | records(space, hug=True, absences=False), most, holds)
        case _:
            assert_never(guarantee)


def asking(program: Program, guarantee: Holds) -> Program:
    """The program with one more measure: 1 where the condition holds, 0 where it does not."""
    one, zero = (Literally(n, Number(), guarantee.span) for n in (1, 0))
    form = Rules((Rule(guarantee.condition, one, Note()), Rule(None, zero, Note())))
    step = Step("asked", "Asked", (), Number(), form, (), OPEN, Note())
    return replace(program, steps=(*program.steps, step))


@st.composite
def withheld(draw: st.DrawFn, space: Space, name: str) -> tuple[Record, Record]:
    """Two records, in the second of which one value of an input is absent for a declared reason."""
    record = draw(records(space))
    declared = space.program.inputs[name]
    key = draw(st.sampled_from(space.of(declared)))
    present: Entry = draw(st.sampled_from(space.candidates[name]))
    return {**record, key: present}, {**record, key: draw(st.sampled_from(declared.absent))}


def kept(program: Program, result: str, worse: Record, better: Record) -> None:
    """A result is no worse in the second record, wherever it is present in both."""
    step = next(each for each in program.steps if each.name == result)
    before, after = (values(program, step, interpret(program, typed(record))) for record in (worse, better))
    for key, value in before.items():
        later = after[key]
        if not isinstance(value, Absent) and not isinstance(later, Absent):
            fell = later < value if direction(step.type) >= 0 else later > value  # type: ignore[operator]  # of one type
            assert not fell, f"{key} fell from {value} to {later}"


def values(program: Program, step: Step, trace: Trace) -> dict[Key, object]:
    keys = [(step.name, members) for members in combinations(program.sets, step.axes)]
    return {key: trace.outcomes[key].value for key in keys}


@every_methodology
def test_its_own_guarantees_hold_on_generated_records(subject: Subject) -> None:
    for guarantee in subject.program.guarantees:
        check(subject.space, guarantee, max(2, examples(subject.program, 2) // 2))


def test_guarantees_of_every_kind_are_tested() -> None:
    kinds = {type(guarantee) for each in EVERY for guarantee in each.program.guarantees}
    assert kinds == {NeverWorsens, Withholding, Holds}
    assert {g.always for each in EVERY for g in each.program.guarantees if isinstance(g, Holds)} == {True, False}


# --- that it can fail ------------------------------------------------------------------------------------------------

FALSE = """
markscheme: 1
id: example/false
version: "1"
title: Guarantees that do not hold
scales: {rating: [poor, fair, good]}
sets: {questions: [safe, caring, quick]}
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}}
  wait: {type: number, decimals: 0, min: 0, max: 90, better: lower}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: poor}
      - {when: wait is at most 30, then: fair}
      - {otherwise: good}
    absent: {not_rated: unrated}
results: [overall]
waive: [{guarantee: monotone, in: overall, because: to be refuted}]
guarantees:
  - overall never worsens when wait improve
  - withholding judged never raises overall
  - never: overall is good and any of judged are fair
  - always: overall is good or wait is at most 30
  - never: overall is poor and all of judged are good
"""


def test_a_guarantee_that_does_not_hold_is_refuted_and_one_that_does_is_not() -> None:
    space = Space(compiled_text(FALSE))
    *broken, sound = space.program.guarantees
    for guarantee, said in zip(broken, ("fell from 2 to 1", "fell from 1 to 0", "broken", "broken"), strict=True):
        with pytest.raises(AssertionError, match=said):
            check(space, guarantee, 200)
    check(space, sound, 50)
