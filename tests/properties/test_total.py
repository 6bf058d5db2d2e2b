"""Every well-typed record has an outcome: each result a value of its type, or absent for a reason that is declared."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import assert_never

from examples import examples, for_all
from methodologies import EVERY, LARGE, PUBLISHED, Subject, every_methodology

from markscheme.interpret import interpret
from markscheme.ir import Absent, Choice, Number, Scale, Step, Value, YesNo, combinations
from markscheme.methodology import Methodology, Result
from markscheme.space import Record, typed, written
from markscheme.strategies.typed_records import records
from markscheme.trace import Trace


def sound(subject: Subject, trace: Trace) -> None:
    """Every step has a value for every combination of members, of its type or absent as it declares."""
    program = subject.program
    wanted = [(step.name, members) for step in program.steps for members in combinations(program.sets, step.axes)]
    assert list(trace.outcomes) == wanted
    for step in program.steps:
        for members in combinations(program.sets, step.axes):
            assert fits(step, trace.outcomes[step.name, members].value), (step.name, members)


def fits(step: Step, value: Value) -> bool:
    if isinstance(value, Absent):
        rule = step.absent
        return (
            rule is not None
            and rule.value is None
            and (value.reason, value.skip, value.name) == (rule.reason, rule.treatment == "skip", step.name)
        )
    match step.type:
        case Scale(_, levels):
            return type(value) is int and 0 <= value < len(levels)
        case Choice(options):
            return value in {option.name for option in options}
        case YesNo():
            return value in ("yes", "no")
        case Number(decimals, low, high):
            return (
                type(value) is Fraction
                and (low is None or value >= low)
                and (high is None or value <= high)
                and (decimals is None or (value * 10**decimals).denominator == 1)
            )
        case _:
            assert_never(step.type)


def test_there_are_methodologies_of_every_kind_to_test() -> None:
    assert len(PUBLISHED) >= 5
    kinds = {type(declared.type) for each in EVERY for declared in each.program.inputs.values()}
    assert kinds == {Scale, Choice, YesNo, Number}
    forms = Counter(type(step.form).__name__ for each in EVERY for step in each.program.steps)
    assert set(forms) == {"Rules", "Table", "Bands", "Formula", "FirstPresent"}


@every_methodology
def test_every_well_typed_record_has_an_outcome(subject: Subject) -> None:
    for_all(
        records(subject.space),
        examples(subject.program),
        lambda record: sound(subject, interpret(subject.program, typed(record))),
    )


@every_methodology
def test_every_record_beside_a_cut_has_an_outcome(subject: Subject) -> None:
    for_all(
        records(subject.space, hug=True, absences=False),
        examples(subject.program),
        lambda record: sound(subject, interpret(subject.program, typed(record))),
    )


@every_methodology
def test_what_is_written_is_read_as_what_it_means_and_every_outcome_can_be_explained(subject: Subject) -> None:
    methodology = Methodology(subject.program)

    def check(record: Record) -> None:
        result = methodology.rate(written(subject.program, record))
        assert isinstance(result, Result)
        assert result.trace.given == typed(record)
        assert set(result.outcome) == set(subject.program.results)
        told = " ".join(result.explain().text().casefold().split())
        for result_name in subject.program.results:
            title = next(step.title for step in subject.program.steps if step.name == result_name)
            assert title.casefold() in told

    for_all(records(subject.space), max(3, examples(subject.program) // 3), check)


@every_methodology
def test_records_sampled_without_a_search_are_well_typed_and_not_all_alike(subject: Subject) -> None:
    random = Random(0)
    traces = [
        interpret(subject.program, typed(subject.space.sampled(random)))
        for _ in range(20 if subject.program.cost < LARGE else 8)
    ]
    for trace in traces:
        sound(subject, trace)
    assert len({str({key: outcome.value for key, outcome in trace.outcomes.items()}) for trace in traces}) > 5
