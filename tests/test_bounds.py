"""What is known of a mean of few or many values: which numbers it can be, exactly. tests/test_soundness.py has the rest
of what is known of numbers before any data."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from methodologies import LIBRARY, SAMPLES

from markscheme import bounds
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.grids import Grids

NUMBERS = st.fractions(-6, 6, max_denominator=4)


@given(st.lists(NUMBERS, min_size=1, max_size=3, unique=True), st.integers(1, 3), NUMBERS, NUMBERS, NUMBERS)
def test_the_bounds_of_what_is_made_of_a_mean_hold(
    values: list[Fraction], most: int, by: Fraction, low: Fraction, high: Fraction
) -> None:
    """A mean keeps the grids of all its counts, also where it is multiplied or another value may stand in its place."""
    mean = bounds.averaged(bounds.of_values(values), range(1, most + 1))
    scaled = bounds.times(bounds.exactly(by), mean)
    other = bounds.either((bounds.minus(mean), bounds.exactly(low)))
    found = {sum(chosen, Fraction(0)) / n for n in range(1, most + 1) for chosen in product(values, repeat=n)}
    for value in found:
        assert scaled.may_be(by * value)
        assert other.may_be(-value)
        if low < value < high:
            assert mean.between(low, high) is not None
    assert other.may_be(low)


def test_the_mean_of_one_to_eight_scores_is_never_a_fifty_sixth() -> None:
    scores = bounds.of_values([Fraction(n) for n in (1, 2, 3, 4)])
    percent = bounds.times(bounds.averaged(scores, range(1, 9)), bounds.exactly(Fraction(25)))
    between = [percent.between(Fraction(low), Fraction(low + 1)) for low in (38, 62, 87)]
    assert between == [None, Fraction("62.5"), Fraction("87.5")]
    assert percent.between(None, Fraction(25)) is None


BANDED = """\
markscheme: 1
id: example/banded
version: "1"
title: Banded
scales: {{rating: [poor, fair, good], score: [1, 2, 3, 4]}}
sets: {{statements: [a, b, c, d, e, f, g, h]}}
inputs:
  scores: {{each: statements, scale: score, absent: {{not_assessed: skip}}}}
measures:
  percent: {{type: number, unit: "%", formula: 100 * mean(scores) / 4, absent: {{not_rated: unrated}}}}
  overall:
    scale: rating
    bands: {{of: percent, rows: [{{from: 25, to: {low}, is: poor}}, {{from: {high}, to: 100, is: good}}]}}
    absent: {{not_rated: unrated}}
results: [overall]
"""


@pytest.mark.parametrize(("low", "witness"), [(38, None), (62, "62.5"), (87, "87.5")])
def test_a_gap_is_shown_by_a_value_that_there_can_be(low: int, witness: str | None) -> None:
    """Between 38 and 39 per cent there is nothing that one to eight scores make, and so no gap."""
    text = BANDED.format(low=low, high=low + 1)
    _, found = compile_source(Source("<text>", text), SAMPLES / "none.yaml", LIBRARY.linked)
    assert [each.message for each in found] == ([f"`{witness}` falls in no band"] if witness else [])


THREE = """\
markscheme: 1
id: example/three
version: "1"
title: The greatest of three
inputs:
  a: {type: number, decimals: 0, min: 0, max: 10, better: higher}
  b: {type: number, decimals: 0, min: 5, max: 8, better: higher}
  c: {type: number, decimals: 0, min: 2, max: 12, better: higher}
measures:
  twice: {type: number, formula: "2 * greater(a, b, c)"}
  rounded: {type: number, decimals: 0, formula: "round((a + b) / 2, nearest 1, half_up)"}
results: [twice, rounded]
"""


def test_what_a_measure_can_be_is_known_from_what_it_is_made_of() -> None:
    program, found = compile_source(Source("<text>", THREE), SAMPLES / "none.yaml", LIBRARY.linked)
    assert program is not None, found
    grids = Grids(program)
    assert grids.named("twice") == bounds.Bounds(Fraction(10), Fraction(24), Fraction(2))
    assert grids.named("rounded") == bounds.Bounds(Fraction(3), Fraction(9), Fraction(1))
