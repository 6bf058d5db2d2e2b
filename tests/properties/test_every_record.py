"""Every record ends as a rating, a stated reason for none, or a reject that names what is wrong: none is lost, and no
bad value is ever rated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from examples import examples, for_all
from hypothesis import example, given
from hypothesis import strategies as st
from methodologies import Subject, compiled_text, every_methodology

from markscheme.intake.headings import label
from markscheme.interpret import interpret
from markscheme.methodology import Methodology, Reject, Result
from markscheme.space import Record, Space, typed, written
from markscheme.strategies import Invalid, invalid
from markscheme.strategies.faults import MISSING, of_any_kind
from markscheme.strategies.typed_records import records

# --- bad values ------------------------------------------------------------------------------------------------------


@every_methodology
def test_a_record_with_one_wrong_value_is_rejected_and_its_column_named(subject: Subject) -> None:
    methodology = Methodology(subject.program)

    def check(drawn: Invalid) -> None:
        found = methodology.rate(drawn.record)
        assert isinstance(found, Reject), drawn
        assert [problem.column for problem in found.problems] == [drawn.column], drawn
        assert len(found.problems[0].message) <= 200

    for_all(invalid(methodology) | invalid(methodology, flat=True), max(8, 2 * examples(subject.program)), check)


@every_methodology
def test_every_kind_of_wrong_value_is_rejected_in_every_input(subject: Subject) -> None:
    """Once each: a search meets them by chance only."""
    methodology = Methodology(subject.program)
    good = written(subject.program, lowest(subject.space))
    assert isinstance(methodology.rate(good), Result)
    for declared in subject.program.inputs.values():
        column = label(subject.space.of(declared)[0])
        for how, value in of_any_kind(subject.space, declared):
            record = {name: cell for name, cell in good.items() if name != column}
            found = methodology.rate(record if value is MISSING else {**record, column: value})
            assert isinstance(found, Reject), (column, how, value)
            columns = [problem.column or "" for problem in found.problems]
            inside = declared.linked and all(each.startswith(f"{column}.") or each == column for each in columns)
            assert columns == [column] or inside, (column, how, value)


def lowest(space: Space) -> Record:
    return {key: space.candidates[declared.name][0] for key, declared in space.keys}


@every_methodology
def test_every_wrong_value_of_a_record_is_named_at_once(subject: Subject) -> None:
    record: dict[str, object] = dict.fromkeys((label(key) for key, _ in subject.space.keys), "no such value")
    found = Methodology(subject.program).rate(record)
    assert isinstance(found, Reject)
    assert {problem.column for problem in found.problems} == set(record)


# --- binary floats ---------------------------------------------------------------------------------------------------

SCORED = """
markscheme: 1
id: example/scored
version: "1"
title: One number
scales: {rating: [poor, good]}
inputs:
  score: {type: number, decimals: 2, min: 0, max: 100, better: higher}
measures:
  overall: {scale: rating, bands: {of: score, rows: [{at_least: 0.3, is: good}, {otherwise: poor}]}}
results: [overall]
"""
scored = Methodology(compiled_text(SCORED))


@given(st.floats() | st.integers(-100, 10_100).map(lambda n: n / 100))
@example(math.nan)
@example(math.inf)
@example(-math.inf)
@example(0.1 + 0.2)  # 0.30000000000000004: not what was meant, and not 0.3
@example(0.3)
@example(0.1 * 3)
@example(100.0)
@example(100.00000000000001)
@example(-0.0)
@example(5e-324)
@example(1e300)
@example(1e22)
def test_a_float_counts_as_the_shortest_decimal_that_stands_for_it(value: float) -> None:
    """Accepted exactly where that has no more decimals than declared and lies in the range, and then it is exact."""
    found = scored.rate({"score": value})
    shortest = Decimal(repr(value))
    fits = shortest.is_finite() and 0 <= shortest <= 100 and (Fraction(shortest) * 100).denominator == 1
    assert isinstance(found, Result if fits else Reject)
    if isinstance(found, Result):
        assert found.trace.given["score", ()].value == Fraction(shortest)
        assert found.outcome == {"overall": "good" if shortest >= Decimal("0.3") else "poor"}
    else:
        assert [problem.column for problem in found.problems] == ["score"]


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.fractions() | st.integers())
def test_an_exact_number_of_any_kind_is_accepted_exactly_where_it_fits(value: Decimal | Fraction | int) -> None:
    found = scored.rate({"score": value})
    exact = None if isinstance(value, Decimal) and not value.is_finite() else Fraction(value)
    fits = exact is not None and 0 <= exact <= 100 and (exact * 100).denominator == 1
    assert isinstance(found, Result if fits else Reject)
    assert not isinstance(found, Result) or found.trace.given["score", ()].value == exact


# --- none is lost ----------------------------------------------------------------------------------------------------


@every_methodology
def test_records_in_are_rated_unrated_and_rejected(subject: Subject) -> None:
    """A mixed batch comes out whole and in order: what is well typed is rated or unrated, as the interpreter alone
    says; what is spoilt is rejected."""
    methodology, space = Methodology(subject.program), subject.space
    good = records(space).map(lambda record: Sent(written(subject.program, record), record))
    bad = invalid(methodology).map(lambda drawn: Sent(drawn.record, None))

    def check(batch: list[Sent]) -> None:
        found = list(methodology.rate_many(sent.data for sent in batch))
        rated = [each for each in found if isinstance(each, Result) and each.rated]
        unrated = [each for each in found if isinstance(each, Result) and not each.rated]
        rejected = [each for each in found if isinstance(each, Reject)]
        assert len(batch) == len(found) == len(rated) + len(unrated) + len(rejected)
        assert [each.id for each in found] == [str(number) for number in range(1, len(batch) + 1)]
        for sent, each in zip(batch, found, strict=True):
            if sent.record is None:
                assert isinstance(each, Reject)
            else:
                assert isinstance(each, Result)
                assert each.trace == interpret(subject.program, typed(sent.record))

    for_all(st.lists(good | bad, max_size=6), max(4, examples(subject.program, 12)), check)


@dataclass
class Sent:
    """What data holds, and the well-typed record that it means, where it means one."""

    data: dict[str, object]
    record: Record | None


@pytest.mark.parametrize("record", [None, 3, "text", [], {"a": {}}, {3: 4}, {"": None}])
@every_methodology
def test_what_is_no_record_is_rejected(subject: Subject, record: object) -> None:
    assert isinstance(Methodology(subject.program).rate(record), Reject)  # type: ignore[arg-type]
