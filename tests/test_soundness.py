"""What is claimed before any data holds of every record: no well-typed methodology makes the interpreter fail, a value
that cannot be absent is there, and every number lies within the bounds and on the grid that were worked out for it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import pytest
import second_reading
from clocks import within
from examples import THOROUGH
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme import bounds, ops
from markscheme.bounds import Bounds
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.ir import Absent, Number, Program, Scale
from markscheme.methodology import Methodology, Result
from markscheme.resolve.names import Names, Symbol
from markscheme.space import Space, written
from markscheme.strategies.small import completed, methodology

# --- bounds ----------------------------------------------------------------------------------------------------------

SMALL = st.fractions(-6, 6, max_denominator=4)
SETS = st.lists(SMALL, min_size=1, max_size=4, unique=True)


def around(values: list[Fraction], known: str) -> Bounds:
    """Bounds that hold of the values, saying as much as `known` lets them."""
    exact = bounds.of_values(values)
    return Bounds(
        exact.low if "l" in known else None, exact.high if "h" in known else None, exact.step if "s" in known else None
    )


KNOWN = st.sampled_from(["lhs", "lh", "l", "h", "s", "ls", "hs", ""])
NUMERIC = [row for row in ops.FUNCTIONS.values() if row.name not in ("negative", "better_of")]


@given(SETS, SETS, KNOWN, KNOWN, st.sampled_from(NUMERIC))
def test_the_bounds_of_arithmetic_hold_of_every_value(
    left: list[Fraction], right: list[Fraction], of_left: str, of_right: str, row: ops.Function
) -> None:
    reach = row.bounds(around(left, of_left), around(right, of_right))
    for a, b in product(left, right):
        value = row.means(a, b)
        assert value is None or reach.may_be(Fraction(value)), (row.name, a, b, reach)


@given(SETS, KNOWN, st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3)]), st.sampled_from(sorted(ops.ROUNDING)))
def test_the_bounds_of_rounding_and_signs_hold(values: list[Fraction], known: str, step: Fraction, mode: str) -> None:
    of = around(values, known)
    for value in values:
        assert ops.rounded_bounds(of, step, mode).may_be(ops.rounded(value, step, mode))
        assert bounds.minus(of).may_be(-value)


@given(st.lists(SMALL, min_size=1, max_size=3, unique=True), KNOWN, st.integers(0, 2), st.integers(0, 2))
def test_the_bounds_of_sums_and_means_hold(values: list[Fraction], known: str, least: int, more: int) -> None:
    of = around(values, known)
    most = least + more
    for count in range(least, most + 1):
        for chosen in product(values, repeat=count):
            assert bounds.repeated(of, least, most).may_be(sum(chosen, Fraction(0)))
            if count:
                counts = range(max(least, 1), most + 1)
                assert bounds.averaged(of, counts).may_be(sum(chosen, Fraction(0)) / count)


@given(SETS, KNOWN)
def test_points_and_decimals_leave_no_value_out(values: list[Fraction], known: str) -> None:
    of = around(values, known)
    points, decimals = of.points, of.decimals
    for value in values:
        assert of.may_be(value)
        assert points is None or value in points
        assert decimals is None or (value * 10**decimals).denominator == 1


ENDS = st.one_of(st.none(), SMALL)


@given(ENDS, ENDS, st.sampled_from([None, Fraction(1), Fraction(1, 2), Fraction(2, 3)]), ENDS, ENDS)
def test_a_gap_has_a_witness_wherever_there_is_one(
    low: Fraction | None, high: Fraction | None, step: Fraction | None, above: Fraction | None, below: Fraction | None
) -> None:
    reach = Bounds(low, high, step)

    def inside(value: Fraction) -> bool:
        return reach.may_be(value) and (above is None or value > above) and (below is None or value < below)

    witness = reach.between(above, below)
    if witness is not None:
        assert inside(witness)
    else:
        grid = (Fraction(n, 24) for n in range(-10 * 24, 10 * 24))
        assert not any(inside(value) for value in grid)


# --- whole methodologies ---------------------------------------------------------------------------------------------


def record_of(program: Program, seed: int) -> dict[str, object]:
    """A record, as data columns would carry it."""
    return written(program, Space(program).sampled(Random(seed)))


@pytest.fixture
def symbols(monkeypatch: pytest.MonkeyPatch) -> dict[str, Symbol]:
    """What is known of each name, as the checker declares it."""
    known: dict[str, Symbol] = {}
    declare = Names.declare

    def watched(self: Names, symbol: Symbol) -> None:
        known[symbol.name] = symbol
        declare(self, symbol)

    monkeypatch.setattr(Names, "declare", watched)
    return known


def check_records(seed: int, records: int, symbols: dict[str, Symbol]) -> bool:
    """Whether the methodology of a seed is well typed; if so, that what was claimed of it holds of some records."""
    symbols.clear()
    made = completed(seed)
    text, program, found = made.text, made.program, made.found
    assert (program is None) == any(each.severity == "error" for each in found)
    if program is None:
        return False
    methodology = Methodology(program)
    never_absent = {each.message.split("`")[1] for each in found if each.code == "MS422"}
    for number in range(records):
        record = record_of(program, seed * 1000 + number)
        result = methodology.rate(record)
        assert isinstance(result, Result), (text, record, result)
        for (name, members), outcome in result.trace.outcomes.items():
            where = f"{name} {members} of seed {seed}\n{text}\n{record}"
            symbol, value = symbols[name], outcome.value
            if isinstance(value, Absent):
                assert symbol.gap is not None and name not in never_absent, where  # noqa: PT018
                continue
            assert name not in never_absent or outcome.stated is None, where
            match symbol.type:
                case Scale(_, levels):
                    assert isinstance(value, int)
                    worth = levels[value].value
                    assert worth is None or symbol.bounds.may_be(worth), f"{worth} {symbol.bounds} {where}"
                case Number():
                    assert symbol.bounds.may_be(Fraction(value)), f"{value} {symbol.bounds} {where}"
                case _:
                    assert value in ("yes", "no")
    return True


def compare(seed: int, records: int) -> bool:
    """Whether the methodology of a seed is well typed; if so, a second reading of it gives what the engine does."""
    made = completed(seed)
    text, program = made.text, made.program
    if program is None:
        return False
    methodology = Methodology(program)
    for number in range(records):
        record = record_of(program, seed * 1000 + number)
        result = methodology.rate(record)
        assert isinstance(result, Result)
        other = second_reading.Reading(text, made.writer, record).values
        for key, outcome in result.trace.outcomes.items():
            ours, theirs = outcome.value, other[key]
            if isinstance(ours, Absent):
                same = theirs == second_reading.Gone(ours.skip)
            else:
                same = (theirs.place if isinstance(theirs, second_reading.Rung) else theirs) == ours
            assert same, f"{key} of seed {seed}: {ours} and {theirs}\n{text}\n{record}"
    return True


def test_a_second_reading_of_the_language_agrees() -> None:
    assert sum(compare(seed, 4) for seed in range(40)) > 13


@pytest.mark.slow
@settings(max_examples=500 if THOROUGH else 40)
@given(seed=st.integers(1_000, 10**9))
def test_a_second_reading_of_the_language_agrees_at_length(seed: int) -> None:
    compare(seed, 4)


def test_what_is_claimed_before_data_holds_of_every_record(symbols: dict[str, Symbol]) -> None:
    well_typed = sum(check_records(seed, 6, symbols) for seed in range(40))
    assert well_typed > 17, "most of the random methodologies should be well typed, or little is tested"


@pytest.mark.slow
@settings(max_examples=1_000 if THOROUGH else 60)
@given(seed=st.integers(1_000, 10**9))
def test_what_is_claimed_before_data_holds_at_length(seed: int) -> None:
    known: dict[str, Symbol] = {}
    with pytest.MonkeyPatch.context() as patch:
        declare = Names.declare
        patch.setattr(
            Names, "declare", lambda self, symbol: (known.__setitem__(symbol.name, symbol), declare(self, symbol))[1]
        )
        check_records(seed, 4, known)


# --- size ------------------------------------------------------------------------------------------------------------

HEAD = 'markscheme: 1\nid: example/large\nversion: "1"\ntitle: Large\nscales: {rating: [poor, good]}\n'


def nested(parents: int, children: int) -> str:
    lines = "".join(f"    p{i}: [{', '.join(f'c{i}_{j}' for j in range(children))}]\n" for i in range(parents))
    return (
        f"{HEAD}sets:\n  s: [{', '.join(f'p{i}' for i in range(parents))}]\n  t:\n    within: s\n{lines}"
        "inputs:\n  x: {each: t, scale: rating}\n  z: {each: s, scale: rating}\nmeasures:\n"
        "  m: {each: s, scale: rating, rules: [{when: any of x are poor, then: poor}, {otherwise: good}]}\n"
        "  q: {each: t, scale: rating, formula: z}\nresults: [m, q]\n"
    )


def wide_filter(members: int) -> str:
    sets = "".join(f"  {s}: [{', '.join(f'{{member: {s}{i}, w_{s}: {i}}}' for i in range(members))}]\n" for s in "st")
    return (
        f"{HEAD}sets:\n{sets}inputs:\n  x: {{type: number, decimals: 0, better: higher}}\nmeasures:\n"
        "  m: {type: number, formula: x + sum(w_s * w_t where w_s is 1 and w_t is 1)}\nresults: [m]\n"
    )


def tall_table(rows: int) -> str:
    body = "".join(f"      {i} | at least {i * 7 % 997} | {i * 13 % 997} || {i}\n" for i in range(rows))
    inputs = "".join(f"  x{j}: {{type: number, decimals: 0, min: 0, max: 9000, better: higher}}\n" for j in range(3))
    return (
        f"{HEAD}inputs:\n{inputs}measures:\n  m:\n    type: number\n    table: |\n      x0 | x1 | x2 || m\n{body}"
        "results: [m]\n"
    )


def misspelt(rows: int) -> str:
    measures = "".join(f"  m{i}: {{type: number, formula: q{i}}}\n" for i in range(rows))
    return f"{HEAD}inputs:\n  x: {{scale: rating}}\nmeasures:\n{measures}results: [m0]\n"


@pytest.mark.parametrize(
    "text",
    [nested(100, 8), wide_filter(700), tall_table(400), misspelt(500)],
    ids=["nested", "filter", "table", "misspelt"],
)
def test_checking_and_rating_a_large_file_take_little_time(text: str) -> None:
    """What a rule file costs is known at load, and loading costs little: nothing here grows with the square of it."""
    with within(4):
        program, found = compile_source(Source("large.yaml", text), Path("large.yaml"), lambda a, b: None)
        assert (program is None) == any(each.severity == "error" for each in found)
        if program is not None and program.inputs.keys() == {"x", "z"}:
            record = {
                name: dict.fromkeys(program.sets[given.axes[0]].above, "good") for name, given in program.inputs.items()
            }
            assert isinstance(Methodology(program).rate(record), Result)


def test_the_same_seed_writes_the_same_methodology() -> None:
    assert methodology(7)[0] == methodology(7)[0]


def test_what_is_absent_twice_over_is_told_once() -> None:
    """Two chains of measures, each reading the two before it: their causes are a net, not a tree of 2 to the 60th."""
    names = ["  a0", "  b0"]
    inputs = "".join(
        f"{name}: {{type: number, decimals: 0, min: 0, max: 1, better: neither, absent: {{gone: unrated}}}}\n"
        for name in names
    )
    measures = "".join(
        f"  {name}{k + 1}: {{type: number, formula: a{k} {sign} b{k}, absent: {{gone: unrated}}}}\n"
        for k in range(60)
        for name, sign in (("a", "+"), ("b", "-"))
    )
    text = f"""\
markscheme: 1
id: example/chains
version: "1"
title: Chains
in_force: {{from: "2026-01-01"}}
inputs:
{inputs}measures:
{measures}results: [a60]
"""
    program, found = compile_source(Source("chains.yaml", text), Path("chains.yaml"), lambda *_: None)
    assert program is not None, found
    result = Methodology(program).rate({"a0": "gone", "b0": "gone"})
    assert isinstance(result, Result)
    assert str(result.outcome["a60"]) == "gone"
    assert "A60: Gone" in str(result.explain())


@pytest.mark.parametrize("row", ops.AGGREGATES.values(), ids=lambda row: row.name)
def test_an_aggregate_one_value_after_the_other_is_the_aggregate(row: ops.Aggregate) -> None:
    """What proofs add up says what records are rated by, in whatever order."""
    values = [Fraction(n, 2) for n in (3, -1, 4, 4, 0)]
    weights = [Fraction(n) for n in (2, 1, 0, 3, 5)]
    for count in range(1, len(values) + 1):
        for order in (slice(None, count), slice(count - 1, None, -1)):
            some, heavy = values[order], weights[order]
            state = weighted = row.fold.start
            for value, weight in zip(some, heavy, strict=True):
                state = row.fold.add(state, value, Fraction(1))
                weighted = row.fold.add(weighted, value, weight)
            assert row.fold.done(state) == row.means(some, None)
            if row.weighted:
                assert row.fold.done(weighted) == row.means(some, heavy)
