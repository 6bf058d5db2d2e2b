"""What compiled loops say is what NumPy says, bit for bit; and when they are asked. Without Numba only the latter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import inf, nan
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from agreeing import Spelled, agree_on_columns, in_arrays
from hypothesis import given, settings
from hypothesis import strategies as st
from test_agreement import sampled
from test_columns_intake import ABSENT, agrees, an_input, number
from test_columns_intake import column as a_column

from markscheme import load
from markscheme.columns import compiled, loops
from markscheme.columns.compiled import Joining
from markscheme.columns.intake import Column, Taken
from markscheme.columns.running import Block, narrowest
from markscheme.intake.values import Reader
from markscheme.lowered.domains import Coded, Domain, Threshold
from markscheme.lowered.language import Look, Sum, Variable

try:
    import numba
except ImportError:
    numba = None

needs_numba = pytest.mark.skipif(numba is None, reason="needs Numba")
WORKLOADS = Path(__file__).parent.parent / "bench" / "workloads"
NEVER, AT_ONCE = Joining(None), Joining(0)


def by(joining: Joining, work: Callable[[], Any]) -> Any:
    before, compiled.joining = compiled.joining, joining
    try:
        return work()
    finally:
        compiled.joining = before


def both(work: Callable[[], Any]) -> tuple[Any, Any]:
    return by(NEVER, work), by(AT_ONCE, work)


def same(first: Taken, second: Taken) -> None:
    for name in ("codes", "states", "bad"):
        one, other = getattr(first, name), getattr(second, name)
        assert (one is None) == (other is None), name
        if one is not None:
            assert one.dtype == other.dtype, name
            np.testing.assert_array_equal(one, other, name)


def agree(column: Column, array: object) -> Taken:
    """As taken by NumPy and by loops, which must not leave the data changed."""
    before = None if not isinstance(array, np.ndarray) else array.tobytes()
    first, second = both(lambda: column.taken(array))
    same(first, second)
    assert before is None or before == array.tobytes()  # type: ignore[union-attr]  # an array of NumPy
    return second


@pytest.fixture
def joined() -> Iterator[Joining]:
    """Loops from the first value on, and which of them were asked for."""
    before, compiled.joining = compiled.joining, Joining(0)
    yield compiled.joining
    compiled.joining = before


# --- floats ----------------------------------------------------------------------------------------------------------


def of_numbers(decimals: int, low: object, high: object, domain: Domain | None, empty: bool = False) -> Column:
    declared = an_input(number(decimals, low, high), empty)
    return a_column(declared) if domain is None else Column(Reader(declared), domain, "x")


def regions(*figures: object) -> Coded:
    """Of a number of which each threshold is asked whether it is reached."""
    thresholds = tuple(Threshold(Fraction(str(each)), more=place % 2 == 1) for place, each in enumerate(figures))
    return Coded(tuple(map(Fraction, range(len(figures) + 1))), ABSENT, thresholds)


def points(decimals: int, low: int, high: int) -> Coded:
    """Of a number each of whose values has a code."""
    return Coded(tuple(Fraction(n, 10**decimals) for n in range(low, high + 1)), ABSENT)


FLOATS = {
    "two cuts": of_numbers(1, 0, 100, regions("34.1", "56.8")),
    "no cut": of_numbers(1, 0, 100, regions()),
    "one cut": of_numbers(1, "-5.5", "57.35", regions("0")),
    "nine cuts": of_numbers(3, -1, 1, regions(*(f"{n / 8:.3f}" for n in range(-4, 5)))),
    "whole numbers": of_numbers(0, -3, 20, regions("1.5", "7")),
    "no end": of_numbers(2, None, None, regions("0.3", "57")),
    "fifteen places": of_numbers(15, 0, 1, regions("0.3", "0.57")),
    "nulls": of_numbers(1, 0, 100, regions("40", "60"), empty=True),
}
STEPS = {
    "of 16 bits": of_numbers(1, 0, 100, None),
    "nulls": of_numbers(2, -100, 100, None, empty=True),
}
STEPS_OF_ALL_WIDTHS = {
    "of points": of_numbers(1, "-2", "3", points(1, -20, 30)),
    "of 8 bits": of_numbers(1, -10, 10, None),
    "of 32 bits": of_numbers(3, -1000, 1000, None),
    "of 64 bits": of_numbers(6, -100_000, 100_000, None),
    "of 64 bits, some far": of_numbers(3, -(10**14), 10**14, None),
}
ODD_FLOATS = (
    *(0.0, -0.0, nan, -nan, inf, -inf, 5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308),
    *(2.0**53 + n for n in (-2, -1, 0, 1, 2)),
    *(-(2.0**53), 2.0**63, 2.0**64, 2.0**31, -(2.0**31), 255.0, 256.0, 65_536.0, 1e14, 1e15, 1e22, 1e30),
    *(0.05, 0.15, 0.25, 0.5, 1.5, 2.5, -0.5, 100.05, 0.1 + 0.2, 0.3, 57.0 / 100 * 100, 99.99999999999999),
)


def floats_about(column: Column, seed: int, size: int) -> np.ndarray[Any, Any]:
    """Numbers of the grid, some moved to a float beside them, and some that are odd."""
    random = np.random.default_rng(seed)
    declared = column._reader.declared.type
    low, high = float(getattr(declared, "low", None) or -50), float(getattr(declared, "high", None) or 50)
    ten = 10.0**declared.decimals  # type: ignore[union-attr]  # a number's
    values = np.rint(random.uniform(low - 1 / ten, high + 1 / ten, size) * ten) / ten
    moved = random.random(size) < random.choice([0, 0.001, 0.3])
    values[moved] = np.nextafter(values[moved], random.choice([-inf, inf], moved.sum()))
    odd = random.random(size) < random.choice([0, 0.001, 0.2])
    values[odd] = random.choice(ODD_FLOATS, odd.sum())
    figures = [float(each.figure) for each in getattr(column._domain, "thresholds", None) or ()]
    at = random.random(size) < 0.1
    if figures:
        values[at] = random.choice(figures, at.sum())
    return values


@needs_numba
@pytest.mark.parametrize("column", [*FLOATS.values(), *STEPS.values()], ids=[*FLOATS, *STEPS])
def test_floats_are_taken_alike(column: Column) -> None:
    for seed, size in enumerate((1, 7, loops.PIECE, loops.PIECE + 1, 5 * loops.PIECE + 3)):
        agree(column, floats_about(column, seed, size))
    agree(column, np.array(ODD_FLOATS))
    by(AT_ONCE, lambda: agrees(column, pa.array(ODD_FLOATS)))  # as each is read alone


@needs_numba
@pytest.mark.slow
@pytest.mark.parametrize("column", STEPS_OF_ALL_WIDTHS.values(), ids=STEPS_OF_ALL_WIDTHS)
def test_floats_of_all_widths_are_taken_alike(column: Column) -> None:
    test_floats_are_taken_alike(column)


@needs_numba
@settings(max_examples=40)
@given(st.sampled_from([*FLOATS.values(), *STEPS.values()]), st.lists(st.floats() | st.sampled_from(ODD_FLOATS)))
def test_any_floats_are_taken_alike(column: Column, values: list[float]) -> None:
    agree(column, np.array(values, np.float64))


@needs_numba
def test_halves_of_steps_and_all_their_neighbours_are_taken_alike() -> None:
    """Where the nearest step changes."""
    halves = (np.arange(-10, 1010) + 0.5) / 10
    near = np.concatenate([halves, np.nextafter(halves, -inf), np.nextafter(halves, inf)])
    for column in (FLOATS["two cuts"], STEPS["of 16 bits"]):
        taken = agree(column, near)
        assert taken.bad is not None
        assert len(taken.bad) == len(near)


@needs_numba
@settings(max_examples=40)
@given(st.sampled_from(["two cuts", "nulls"]), st.integers(0, 2**32), st.integers(0, 40))
def test_nulls_and_slices_are_taken_alike(name: str, seed: int, start: int) -> None:
    """What lies under a null may be anything."""
    column = FLOATS[name]
    values = floats_about(column, seed, 300)
    array = pa.array(values, mask=np.random.default_rng(seed).random(300) < 0.1)
    agree(column, array.slice(start, 250))
    agree(column, pa.chunked_array([array.slice(start), array.slice(0, start)]))


def layouts(values: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """The same values as they may lie in memory."""
    width = values.itemsize
    yield values
    fixed = values.copy()
    fixed.flags.writeable = False
    yield fixed
    yield np.repeat(values, 2)[::2]
    yield values[::-1].copy()[::-1]
    yield values.astype(values.dtype.newbyteorder())
    octets = np.zeros(values.nbytes + 1, np.uint8)
    octets[1:] = np.frombuffer(values.tobytes(), np.uint8)
    yield octets[1:].view(values.dtype)  # between two words
    yield np.frombuffer(b"\0" * width + values.tobytes(), values.dtype)[1:]


@needs_numba
def test_however_they_lie_in_memory_they_are_taken_alike() -> None:
    floats = floats_about(FLOATS["two cuts"], 1, 500)
    wholes = np.random.default_rng(1).integers(-2, 1003, 500).astype(np.int32)
    for column, values in ((FLOATS["two cuts"], floats), (WHOLES["tenths"], wholes)):
        expected = by(NEVER, lambda column=column, values=values: column.taken(values))
        for array in layouts(values):
            same(expected, agree(column, array))


# --- integers --------------------------------------------------------------------------------------------------------

WHOLES = {
    "tenths": of_numbers(0, 0, 1000, regions("341", "568")),
    "below nothing": of_numbers(0, -100, 100, regions("-50", "0", "50", "70")),
    "all of eight bits": of_numbers(0, 0, 255, regions("1", "255")),
    "one cut": of_numbers(0, -128, 127, regions("0")),
    "no cut": of_numbers(0, -3, 3, regions()),
    "beyond the ends": of_numbers(0, -10, 10, regions("-20", "-10", "3", "10", "20")),
    "no number": of_numbers(0, 300, 400, regions("350", "360")),
    "up to 16 bits": of_numbers(0, 0, 65_534, regions("1", "65534")),
}
WIDE_WHOLES = {
    "all of 16 bits": of_numbers(0, 0, 65_535, regions("1", "65535")),
    "more than 16 bits": of_numbers(0, -70_000, 70_000, regions("-65536", "65536")),
    "all of 32 bits": of_numbers(0, -(2**31), 2**31 - 1, regions("0", "5")),
    "no ends": of_numbers(0, None, None, regions("0", "5")),
    "no ends, one cut": of_numbers(0, None, None, regions("0")),
}
COMMON = (np.uint8, np.int32)
ALL = tuple(f"{sign}{width}" for sign in "iu" for width in (1, 2, 4, 8))


def wholes_about(column: Column, kind: Any, seed: int, size: int) -> np.ndarray[Any, Any]:
    about, random = np.iinfo(kind), np.random.default_rng(seed)
    declared = column._reader.declared.type
    low = max(int(getattr(declared, "low", None) or -50) - 2, int(about.min))
    high = min(int(getattr(declared, "high", None) or 50) + 2, int(about.max))
    low, high = min(low, int(about.max)), max(high, int(about.min))
    values = random.integers(min(low, high), max(low, high), size, np.dtype(kind), endpoint=True)
    odd = random.random(size) < random.choice([0, 0.001, 0.2])
    ends = [about.min, about.max, about.min + 1, about.max - 1, 0, 1]
    values[odd] = random.choice(np.array(ends, kind), odd.sum())
    figures = [int(each.figure) + n for each in getattr(column._domain, "thresholds", None) or () for n in (-1, 0, 1)]
    some = np.array([each for each in figures if about.min <= each <= about.max], kind)
    at = random.random(size) < 0.1
    if len(some):
        values[at] = random.choice(some, at.sum())
    return values


@needs_numba
@pytest.mark.parametrize("kind", COMMON)
@pytest.mark.parametrize("column", WHOLES.values(), ids=WHOLES)
def test_integers_are_taken_alike(column: Column, kind: Any) -> None:
    for seed, size in enumerate((1, 31, loops.PIECE, loops.PIECE + 1, 3 * loops.PIECE + 5)):
        agree(column, wholes_about(column, kind, seed, size))
    few = wholes_about(column, kind, 99, 40)
    by(AT_ONCE, lambda: agrees(column, pa.array(few)))


@needs_numba
@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL)
def test_integers_of_all_widths_are_taken_alike(kind: str) -> None:
    for column in (*WHOLES.values(), *WIDE_WHOLES.values()):
        test_integers_are_taken_alike(column, kind)


@needs_numba
@settings(max_examples=40)
@given(st.sampled_from([*WHOLES.values()]), st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-200, 1200)))
def test_any_integers_are_taken_alike(column: Column, values: list[int]) -> None:
    agree(column, np.array(values, np.int32))


@needs_numba
@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(-10, 1010), max_size=60), st.integers(0, 20))
def test_decimals_with_nulls_are_taken_alike(units: list[int | None], start: int) -> None:
    column = FLOATS["two cuts"]
    agree(
        column, pa.array([None if n is None else Decimal(n).scaleb(-1) for n in units], pa.decimal32(5, 1)).slice(start)
    )


# --- sums ------------------------------------------------------------------------------------------------------------


def a_sum(random: Random, most: int) -> tuple[Sum, list[Variable]]:
    """Of looked-up numbers and of numbers, with factors, some below 0."""
    read, parts = [], []
    for place in range(random.randint(1, 6)):
        size = random.randint(1, 12)
        variable = Variable(place, "value", 0, size - 1, True)
        table = tuple(random.randint(-most, most) for _ in range(size))
        part = Look(variable, table, min(table), max(table)) if random.random() < 0.8 else variable
        parts.append((random.choice([1, 1, 2, 5, -1, -3, most]), part))
        read.append(variable)
    plus = random.randint(-most, most)
    ends = [sorted((factor * part.low, factor * part.high)) for factor, part in parts]
    return Sum(tuple(parts), plus, plus + sum(a for a, _ in ends), plus + sum(b for _, b in ends)), read


def sums_agree(most: int, seed: int) -> None:
    random = Random(seed)
    node, read = a_sum(random, most)
    size = random.choice([1, 40, loops.PIECE + 1])
    columns = [np.random.default_rng(seed + each.read).integers(0, each.high + 1, size, np.uint8) for each in read]
    first, second = both(lambda: Block(lambda variable: columns[variable.read]).array(node, size))
    assert first.dtype == second.dtype == narrowest(node.low, node.high)
    np.testing.assert_array_equal(first, second)
    for row in range(min(size, 40)):
        values = [
            factor
            * (part.table[columns[part.of.read][row]] if isinstance(part, Look) else int(columns[part.read][row]))
            for factor, part in node.parts
        ]
        assert second[row] == node.plus + sum(values)


@needs_numba
@pytest.mark.parametrize("most", [3, 200])
def test_sums_are_alike(most: int) -> None:
    for seed in range(40):
        sums_agree(most, seed)


@needs_numba
@pytest.mark.slow
@pytest.mark.parametrize("most", [30_000, 2**29])
def test_large_sums_are_alike(most: int) -> None:
    for seed in range(200):
        sums_agree(most, seed)


# --- whole methodologies ---------------------------------------------------------------------------------------------


@needs_numba
@pytest.mark.parametrize("kind", ["float64", "decimal"])
def test_a_whole_methodology_is_rated_alike(kind: str) -> None:
    size = 3_000
    methodology = load(str(WORKLOADS / "w3.yaml"))
    random = np.random.default_rng(3)
    tenths = [random.integers(-1, 1002, size).astype(np.int32) for _ in range(30)]
    made = {
        "float64": lambda each: pa.array(each / 10, mask=random.random(size) < 0.001),
        "decimal": lambda each: pa.Array.from_buffers(pa.decimal32(4, 1), size, [None, pa.py_buffer(each)]),
    }[kind]
    data = {f"n{n:02d}": made(each) for n, each in enumerate(tenths, 1)}
    data |= {name: pa.array(random.integers(1, 5, size).astype(np.uint8)) for name in ("leadership", "capability")}
    first, second = both(lambda: methodology.rate_table(pa.table(data)))
    assert first.results.equals(second.results)
    assert first.rejects.equals(second.rejects)
    assert first.counts == second.counts
    assert first.counts.rejected > 20
    assert first.counts.rated > 1_000


@needs_numba
def test_a_workload_is_rated_as_it_is_in_every_other_way(joined: Joining) -> None:
    random, program = Random(4), load(str(WORKLOADS / "w3.yaml")).program
    spelled = Spelled(program)
    rows = [spelled.raw("full", record, random) for record in sampled(program, 12)]
    agree_on_columns(program, rows, None, lambda values: in_arrays(values, random))
    assert joined._made


# --- when they are asked ---------------------------------------------------------------------------------------------


def test_they_join_after_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)  # whatever is there: this is about when it is looked for
    looked_for = []
    joining = Joining(1000)
    monkeypatch.setattr(joining, "_load", lambda: looked_for.append(True))
    values = np.zeros(100)
    for _ in range(9):
        joining.loop(values, loops.cuts_of_floats, "f8[] f8 f8 f8 f8[] ?[] u1[]")
        assert not looked_for
    joining.loop(values, loops.cuts_of_floats, "f8[] f8 f8 f8 f8[] ?[] u1[]")
    assert looked_for


def broken(name: str) -> ModuleType:
    raise OSError("no such library")


@pytest.mark.parametrize("how", ["not there", "broken", "without a compiler"])
def test_without_numba_numpy_goes_on(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    joining = Joining(0)
    if how == "not there":
        monkeypatch.setitem(sys.modules, "numba", None)
    elif how == "broken":
        monkeypatch.setattr(compiled, "import_module", broken)
    else:
        bare = ModuleType("numba")
        bare.config = type("config", (), {"DISABLE_JIT": 1})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "numba", bare)
    values = floats_about(FLOATS["two cuts"], 5, 300)
    same(by(NEVER, lambda: FLOATS["two cuts"].taken(values)), by(joining, lambda: FLOATS["two cuts"].taken(values)))
    assert not joining.joined
    assert not joining._made


@needs_numba
def test_without_a_folder_to_keep_them_in_numpy_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would be compiled again in every process."""
    from numba.core import caching

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    joining = Joining(0)
    values = floats_about(FLOATS["two cuts"], 5, 300)
    same(by(NEVER, lambda: FLOATS["two cuts"].taken(values)), by(joining, lambda: FLOATS["two cuts"].taken(values)))
    assert list(joining._made.values()) == [None]


@needs_numba
def test_what_was_compiled_once_is_kept() -> None:
    types = "f8[] f8 f8 f8 f8[] ?[] u1[]"
    for _ in range(2):
        made = Joining(0).loop(np.zeros(1), loops.cuts_of_floats, types)
    assert made is not None
    assert sum(made.stats.cache_hits.values()) == 1  # type: ignore[attr-defined]  # Numba's
    assert not made.stats.cache_misses  # type: ignore[attr-defined]


@needs_numba
def test_the_loops_are_those_that_were_asked(joined: Joining) -> None:
    """So that what is compared above are two things."""
    FLOATS["two cuts"].taken(np.zeros(3))
    STEPS["of 16 bits"].taken(np.zeros(3))
    WHOLES["tenths"].taken(np.zeros(3, np.int32))
    WHOLES["below nothing"].taken(np.zeros(3, np.uint8))
    sums_agree(3, 1)
    made = {function.__name__ for function, _ in joined._made}
    assert made >= {"cuts_of_floats", "steps_of_floats", "cuts_of_wholes"}
    assert all(made is not None for made in joined._made.values())


@needs_numba
@pytest.mark.parametrize("name", ["codes", "bad"])
def test_a_loop_that_is_wrong_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = floats_about(FLOATS["two cuts"], 5, 300)

    def wrong(*given: Any) -> bool:
        given[-1][:] = 0 if name == "codes" else 1
        given[-2][:] = False
        return False

    joining = Joining(0)
    monkeypatch.setattr(joining, "_made", {(loops.cuts_of_floats, "f8[] f8 f8 f8 f8[] ?[] u1[]"): wrong})
    with pytest.raises(AssertionError):
        same(by(NEVER, lambda: FLOATS["two cuts"].taken(values)), by(joining, lambda: FLOATS["two cuts"].taken(values)))
