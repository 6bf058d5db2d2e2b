"""Columns of data become the codes that each value, read alone, would become: no more is accepted, and no less."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import inf, nan, nextafter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.columns.floats import first_float
from markscheme.columns.intake import Column, Taken
from markscheme.diagnostics import Problem
from markscheme.intake.values import Reader
from markscheme.ir import AbsenceRule, Choice, Input, Level, Number, Option, Scale, YesNo
from markscheme.lowered.domains import Coded, Met, Threshold, Whole, of_input

SAFE = Scale("rating", tuple(Level(name, name.title()) for name in ("poor", "fair", "good", "best")))
SCORE = Scale("score", tuple(Level(str(n), f"Score {n}") for n in range(1, 5)))
ODD = Scale(
    "odd",
    (
        Level("-1", "Minus"),
        Level("10000000000000000000000", "Vast"),
        Level("7", "70"),
        Level("1000", "M"),
        Level("a_b", "A  b"),
    ),
)
KIND = Choice((Option("acute", "Acute trust"), Option("mental", "Mental health trust")))
ABSENT = (AbsenceRule("not_rated", "Not rated", "skip"), AbsenceRule("withheld", "Withheld", "unrated"))
CUTS = (Threshold(Fraction(40)), Threshold(Fraction(65, 2), more=True))


def an_input(type: Scale | Choice | YesNo | Number, empty: bool = False) -> Input:
    return Input("x", "X", (), type, ABSENT, "not_rated" if empty else None)


def number(decimals: int | None = 1, low: object = 0, high: object = 100) -> Number:
    low, high = (None if end is None else Fraction(str(end)) for end in (low, high))
    return Number(decimals, low, high, None, "higher")


def column(declared: Input, compared: tuple[Threshold, ...] | None = None) -> Column:
    return Column(Reader(declared), of_input(declared, compared), "x")


def values_of(array: object) -> list[object]:
    if isinstance(array, np.ndarray):
        return list(array.tolist())
    return [_value(each) for each in array]


UNREADABLE = object()


def _value(scalar: pa.Scalar) -> object:
    try:
        return scalar.as_py()
    except Exception:  # a decimal whose scale is too large for Arrow to write, say
        return UNREADABLE


def agrees(of: Column, array: object, values: list[object] | None = None) -> Taken:
    """Fails unless every row is what its value is to a reader."""
    values = values_of(array) if values is None else values
    taken = of.taken(array)
    reader, domain = Reader(of._reader.declared), of._domain
    assert len(taken.codes) == len(values)
    bad = [] if taken.bad is None else taken.bad.tolist()
    assert taken.bad is None or (bad and bad == sorted(set(bad)) and taken.bad.dtype == np.intp)
    if taken.states is not None:
        assert taken.states.dtype == np.uint8
        assert taken.states.any()
    read = {}  # by the text of a value too: 3 and 3.0 are one key
    for row, value in enumerate(values):
        key = type(value), repr(value)
        first = key not in read
        found = read[key] = reader.read(value, "x") if first else read[key]
        code, state = taken.codes[row].item(), 0 if taken.states is None else taken.states[row].item()
        if isinstance(found, Problem):
            assert row in bad, (value, code)
            problem = of.problem(array, row, "x") if first else found
            assert problem.code == "MS547" if value is UNREADABLE else problem == found
            if not isinstance(domain, Met):
                assert (code, state) == (domain.low if isinstance(domain, Whole) else 0, 0)
            continue
        assert row not in bad, value
        match domain:
            case Coded():
                assert (code, state) == (domain.code(found), 0), value
            case Whole() if isinstance(found, AbsenceRule):
                assert (code, state) == (domain.low, domain.absences.index(found) + 1)
            case Whole():
                assert (code * domain.unit, state) == (found, 0), value
                assert domain.low <= code <= domain.high
            case Met():
                absent = isinstance(found, AbsenceRule)
                assert domain.values[code] == ((None, found, False) if absent else (found, None, False))
    return taken


# --- which codes -----------------------------------------------------------------------------------------------------


def test_the_codes_of_levels_are_their_places() -> None:
    taken = agrees(column(an_input(SAFE)), pa.array(["best", "POOR ", "not_rated", "Withheld", "x", None, ""]))
    assert taken.codes.tolist() == [3, 0, 4, 5, 0, 0, 0]
    assert taken.codes.dtype == np.uint8
    assert taken.bad is not None
    assert taken.bad.tolist() == [4, 5, 6]


def test_the_codes_of_compared_numbers_are_regions() -> None:
    taken = agrees(column(an_input(number(), empty=True), CUTS), pa.array([32.5, 32.6, 39.9, 40.0, 100.0, None, 100.1]))
    assert taken.codes.tolist() == [0, 1, 1, 2, 2, 3, 0]
    assert taken.bad is not None
    assert taken.bad.tolist() == [6]


def test_whole_numbers_have_a_state_beside_them() -> None:
    taken = agrees(column(an_input(number(), empty=True)), pa.array([0.3, None, 100.0, 0.1 + 0.2]))
    assert taken.codes.dtype == np.int16
    assert taken.codes.tolist() == [3, 0, 1000, 0]
    assert taken.states is not None
    assert taken.states.tolist() == [0, 1, 0, 0]
    assert taken.bad is not None
    assert taken.bad.tolist() == [3]


def test_nothing_is_said_of_what_is_all_good() -> None:
    for array in (pa.array([1, 2, 3]), pa.array([1.0, 2.5]), pa.array(["1", "2.50"]), pa.array([], pa.float64())):
        for cuts in (CUTS, None):
            taken = agrees(column(an_input(number()), cuts), array)
            assert taken.states is None
            assert taken.bad is None


@pytest.mark.parametrize("index", [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64()])
def test_dictionaries_are_taken_as_they_are(index: pa.DataType) -> None:
    names = [level.name for level in SAFE.levels]
    for levels in (names, names[::-1], [*names, "not_rated"], [None, "x", *names]):
        places = pa.array([*range(len(levels)), None, 0], index)
        for empty in (False, True):
            one = column(an_input(SAFE, empty))
            for array in (pa.DictionaryArray.from_arrays(places, pa.array(levels)).slice(k) for k in (0, 1, 3)):
                agrees(one, array)


def test_a_dictionary_of_the_levels_is_not_copied() -> None:
    names = pa.array([level.name for level in SAFE.levels])
    array = pa.DictionaryArray.from_arrays(pa.array([3, 0, 1, 2, 2], pa.int8()), names)
    codes = agrees(column(an_input(SAFE)), array.slice(1)).codes
    assert codes.__array_interface__["data"][0] == array.indices.buffers()[1].address + 1
    bad = pa.DictionaryArray.from_arrays(pa.array([3, None, 1], pa.int8()), names)
    agrees(column(an_input(SAFE)), bad)
    assert bad.indices.to_pylist() == [3, None, 1]  # and what has to be mended is


@pytest.mark.parametrize("place", [4, 100, -1, -128])
def test_a_place_beyond_the_dictionary_is_no_value(place: int) -> None:
    array = pa.DictionaryArray.from_arrays(
        pa.array([0, place, 1], pa.int8()), pa.array([level.name for level in SAFE.levels]), safe=False
    )
    good = pa.array(["poor", "fair", "good", "best"]).dictionary_encode()
    for one in (column(an_input(SAFE, empty=True)), column(an_input(SCORE, empty=True))):
        one.taken(good.cast(array.type))
        taken = one.taken(array)
        assert taken.bad is not None
        assert 1 in taken.bad
        assert one.problem(array, 1, "x").code == "MS547"


def test_dictionaries_that_change_or_are_large_are_followed() -> None:
    one = column(an_input(SAFE))
    for _ in range(3):
        for levels in (["poor", "good"], ["poor", "fair"], ["poor", "best"], ["good", "x"], ["fair"] * 3):
            agrees(one, pa.DictionaryArray.from_arrays(pa.array([1, 0, 1], pa.int8()), pa.array(levels)))
    large = pa.array([f"{n / 100:.2f}" for n in range(20_000)])
    index = pa.array([19_999, 5, None, 5, 10_000, 10_001], pa.int32())
    for cuts in (CUTS, None):
        array = pa.DictionaryArray.from_arrays(index, large)
        agrees(column(an_input(number(2)), cuts), array)
        agrees(column(an_input(number(2), empty=True), cuts), array.slice(1, 3))


_SPELLINGS = (
    *(
        "007.5",
        "-0",
        "-0.0",
        "0",
        " 5",
        "5\n",
        "5.",
        ".5",
        "+1",
        "1e3",
        "٣",
        "",
        " ",
        "not_rated",
        "Withheld",
        "x",
        "-",
    ),
    *(
        "999999999",
        "1000000000",
        "0.123456789",
        "0.1234567890",
        "1.1" + "0" * 20,
        "- 1",
        "1 000",
        "1,5",
        "--1",
        "1.2.3",
    ),
    *("0" * 40 + "7", "5\x00", "nan", "100", "100.01", "32.50", "32.51", "39.99", "40.00", "40.000", "-5"),
)


@pytest.mark.parametrize("empty", [False, True])
def test_many_texts_are_read_together(empty: bool) -> None:
    many = [*(f"{n / 100:.2f}" for n in range(-99, 10_100, 33)), *_SPELLINGS, None]
    for type in (
        number(2),
        number(2, None, None),
        number(0, -(10**9), 10**10),
        number(None, -50, 50),
        number(9, -1, 1),
    ):
        for cuts in (CUTS, None):
            of = column(an_input(type, empty), cuts)
            for array in (pa.array(many), pa.array(many).cast(pa.large_string()), pa.array(many).dictionary_encode()):
                agrees(of, array)
            if not isinstance(of._domain, Met):
                assert "5.28" not in of._singles._good  # not one by one, that is


def test_texts_of_no_alphabet_do_not_keep_others_from_being_read() -> None:
    texts = [f"{n / 10:.1f}" for n in range(400)]
    octets = "".join(texts).encode().replace(b"12.3", b"\xff2.3")
    ends = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    array = pa.Array.from_buffers(pa.string(), 400, [None, pa.py_buffer(ends), pa.py_buffer(octets)])
    taken = column(an_input(number()), CUTS).taken(array)
    assert taken.bad is not None
    assert taken.bad.tolist() == [123]
    assert taken.codes[[322, 326, 399]].tolist() == [0, 1, 1]


# --- agreement -------------------------------------------------------------------------------------------------------

_TYPES = st.sampled_from([SAFE, SCORE, ODD, KIND, YesNo()])
_ENDS = st.sampled_from([None, -1000, 0, "0.05", 1, 4, 100, "1000.5", 10**6, 10**17, 10**25])


@st.composite
def _numbers(draw: st.DrawFn) -> Number:
    decimals = draw(st.sampled_from([None, 0, 1, 1, 2, 3, 6, 16, 22, 30]))
    low, high = draw(_ENDS), draw(_ENDS)
    if low is not None and high is not None and Fraction(low) > Fraction(high):
        low, high = high, low
    return number(decimals, low, high)


_FIGURES = st.one_of(
    st.sampled_from([Fraction(n, 10) for n in (0, 1, 3, 7, 325, 400, 999)]),
    st.fractions(-(10**4), 10**4),
    st.sampled_from([Fraction(1, 3), Fraction(10**30), Fraction(1, 10**90), Fraction(10**400), Fraction(1, 10**400)]),
)
_THRESHOLDS = st.none() | st.lists(st.builds(Threshold, _FIGURES, st.booleans()), max_size=5).map(tuple)


@st.composite
def _columns(draw: st.DrawFn) -> Column:
    type = draw(_TYPES | _numbers() | _numbers())
    declared = an_input(type, draw(st.booleans()))
    return column(declared, draw(_THRESHOLDS) if isinstance(type, Number) else None)


def _near(of: Column) -> list[Fraction]:
    """Numbers that matter to a column, and those beside them."""
    type, domain = of._reader.declared.type, of._domain
    if not isinstance(type, Number):
        return [Fraction(n) for n in (-2, -1, 0, 1, 2, 4, 5, 7, 999, 1000, 10**22)]
    figures = [end for end in (type.low, type.high) if end is not None]
    if isinstance(domain, Coded):
        figures += [threshold.figure for threshold in domain.thresholds or ()]
    step = Fraction(1, 10 ** (1 if type.decimals is None else type.decimals))
    return [figure + k * step for figure in [*figures, Fraction(1)] for k in (-1, 0, 1, Fraction(1, 2), 1000)]


def _float(figure: Fraction) -> float:
    try:
        return float(figure)
    except OverflowError:
        return inf


_ANY_FLOAT = st.floats() | st.sampled_from([nan, inf, -inf, -0.0, 0.1 + 0.2, 1e-100, 9.9e-101, 1e100, 1e101, 5e-324])


@st.composite
def _floats(draw: st.DrawFn, of: Column) -> float:
    figure = draw(st.sampled_from(_near(of)))
    exact = _float(figure)
    beside = [
        exact,
        nextafter(exact, inf),
        nextafter(exact, -inf),
        exact * 10,
        round(exact, 1) if abs(exact) < inf else 0,
    ]
    return draw(st.sampled_from(beside) | _ANY_FLOAT)


def _text(of: Column) -> st.SearchStrategy[str]:
    words = ["poor", " Best ", "a b", "A_B", "1", "3.0", "-1", "yes", "NO", "not_rated", "Withheld", "", " ", "57.3"]
    words += [
        " 57.30 ",
        "1e2",
        "+4",
        "4,0",
        "nan",
        "#N/A",
        "½",
        "٣",
        "0" * 120,
        "-0",
        "-0.0",
        "acute",
        "Mental health trust",
    ]
    words += [str(float(figure)) for figure in _near(of) if abs(figure) < 10**15]
    return st.sampled_from(words) | st.text(max_size=4)


_WHOLES = {f"{kind}{bits}": getattr(pa, f"{kind}{bits}")() for kind in ("int", "uint") for bits in (8, 16, 32, 64)}


@st.composite
def _whole(draw: st.DrawFn, of: Column, name: str) -> int:
    bits = int(name.lstrip("uint"))
    least, most = (0, 2**bits - 1) if name[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    figure = int(draw(st.sampled_from(_near(of))))
    return draw(st.sampled_from([min(max(figure, least), most), least, most, 3]) | st.integers(least, most))


@st.composite
def _decimal_arrays(draw: st.DrawFn, of: Column) -> pa.Array:
    type = draw(
        st.sampled_from([pa.decimal32(9, 1), pa.decimal64(18, 3), pa.decimal128(38, 2), pa.decimal128(20, -3)])
        | st.builds(pa.decimal128, st.just(30), st.integers(-70, 70))
        | st.builds(pa.decimal256, st.just(76), st.sampled_from([0, 1, 30, -70]))
    )
    near = [int(figure * Fraction(10) ** type.scale) for figure in _near(of)]
    most = 10**type.precision - 1
    units = st.sampled_from([n for n in near if abs(n) <= most] + [0, most, -most]) | st.integers(-most, most)
    found = draw(st.lists(st.none() | units, max_size=8))
    return _decimals(found, type)


def _decimals(units: list[int | None], type: pa.DataType) -> pa.Array:
    there = np.packbits(np.array([n is not None for n in units], bool), bitorder="little")
    octets = b"".join((n or 0).to_bytes(type.bit_width // 8, "little", signed=True) for n in units)
    return pa.Array.from_buffers(type, len(units), [pa.py_buffer(there.tobytes()), pa.py_buffer(octets)])


@st.composite
def _arrays(draw: st.DrawFn, of: Column) -> pa.Array:
    what = draw(st.sampled_from(["float", "text", "whole", "decimal"]))
    if what == "decimal":
        return draw(_decimal_arrays(of))
    if what == "float":
        values, type = draw(st.lists(st.none() | _floats(of), max_size=8)), pa.float64()
    elif what == "text":
        values = draw(st.lists(st.none() | _text(of), max_size=8))
        type = draw(st.sampled_from([pa.string(), pa.large_string(), pa.string_view()]))
    else:
        name = draw(st.sampled_from(sorted(_WHOLES)))
        values, type = draw(st.lists(st.none() | _whole(of, name), max_size=8)), _WHOLES[name]
    return pa.array(values, type)


@given(st.data())
def test_arrow_columns_agree_with_values_read_one_by_one(data: st.DataObject) -> None:
    of = data.draw(_columns())
    for _ in range(2):  # what is remembered agrees too
        array = data.draw(_arrays(of))
        how = data.draw(st.sampled_from(["plain", "plain", "slice", "chunks", "dictionary", "runs"]))
        if how == "slice":
            array = array.slice(data.draw(st.integers(0, len(array))))
        elif how == "chunks":
            parts = [array.slice(0, 2), array.slice(2, 1), array.slice(3)]
            array = pa.chunked_array(parts[: data.draw(st.integers(1, 3))], array.type)
        elif how == "dictionary" and not (pa.types.is_decimal(array.type) and array.type.bit_width < 128):
            array = array.dictionary_encode()
        elif how == "runs" and len(array) and not pa.types.is_decimal(array.type) and array.type != pa.string_view():
            array = pa.compute.run_end_encode(array)
        agrees(of, array)


def _in_turn() -> list[Column]:
    numbers = [
        *(number(decimals, low, high) for decimals in (0, 1, 3, None) for low, high in ((0, 100), (-5, "7.5"))),
        *(number(decimals, None, None) for decimals in (1, 16, 22, 30, None)),
        *(number(0, 1, 4), number(2, 10**17, None), number(0, "0.05", "0.05"), number(4, 0, 10**6)),
        *(number(1, 10**25, 10**25 + 3), number(1, -(10**10), 10**10)),
    ]
    found = [column(an_input(type, type is ODD)) for type in (SAFE, SCORE, ODD, KIND, YesNo())]
    for place, type in enumerate(numbers):
        for cuts in (None, (*CUTS, Threshold(Fraction(1, 3), more=True), Threshold(Fraction(-(10**30))))):
            found.append(column(an_input(type, place % 2 == 0), cuts))
    return found


def _in_all_types(figures: list[Fraction]) -> list[pa.Array]:
    """Each type with those of the figures, and those beside them, that it can hold."""
    found = []
    for dtype in map(np.dtype, ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")):
        least, most = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
        whole = {int(figure) + k for figure in figures for k in (-1, 0, 1)} | {least, most}
        found.append(pa.array([None, *sorted(n for n in whole if least <= n <= most)], pa.from_numpy_dtype(dtype)))
    exact = [_float(figure) for figure in figures]
    floats = [*exact, *(nextafter(x, inf) for x in exact), *(nextafter(x, -inf) for x in exact), nan, inf, -inf, -0.0]
    found += [pa.array([None, *floats], pa.float64())]
    with np.errstate(over="ignore"):
        found += [pa.array(np.array(floats, dtype)) for dtype in (np.float32, np.float16)]
    found.append(pa.array([None, *(f"{x:f}" for x in exact), *(f" {x:.1f}" for x in exact), "x", "Withheld"]))
    for precision, scale, make in (
        *((9, scale, pa.decimal32) for scale in (0, 1)),
        *((18, scale, pa.decimal64) for scale in (0, 5)),
        *((38, scale, pa.decimal128) for scale in (0, 1, 4, 30, 36, -2, -24)),
        *((76, scale, pa.decimal256) for scale in (1, 70)),
    ):
        units = {int(figure * Fraction(10) ** scale) + k for figure in figures for k in (-1, 0, 1)}
        found.append(_decimals([n for n in sorted(units) if abs(n) < 10**precision] + [None], make(precision, scale)))
    return found


def test_every_type_of_arrow_agrees_at_the_figures_that_matter() -> None:
    for of in _in_turn():
        figures = sorted({*_near(of), Fraction(0), Fraction(3)})
        for array in _in_all_types(figures):
            taken, rest = agrees(of, array), of.taken(array.drop_null())
            there = np.array(array.is_valid())
            assert taken.codes[there].tolist() == rest.codes.tolist()
            assert (taken.bad is not None and there[taken.bad].any()) == (rest.bad is not None)
            for row in range(
                len(array) if pa.types.is_integer(array.type) else 0
            ):  # what is wrong may be all that is there
                only = of.taken(array.slice(row, 1))
                assert only.codes[0] == taken.codes[row]
                assert (only.bad is not None) == (taken.bad is not None and row in taken.bad)


@given(st.data())
def test_numpy_columns_agree_with_values_read_one_by_one(data: st.DataObject) -> None:
    of = data.draw(_columns())
    what = data.draw(st.sampled_from(["float", "whole", "text", "object", "masked"]))
    if what == "float":
        dtype = data.draw(st.sampled_from(["f2", "f4", "f8", ">f8", "g"]))
        with np.errstate(all="ignore"):
            array = np.array(data.draw(st.lists(_floats(of), max_size=8)), dtype)
        values = [each if dtype == "g" else each.item() for each in array]
    elif what == "whole":
        name = data.draw(st.sampled_from(sorted(_WHOLES)))
        array = np.array(data.draw(st.lists(_whole(of, name), max_size=8)), name)
        if data.draw(st.booleans()):
            array = array.astype(array.dtype.newbyteorder(">"))[::-1]
        values = array.tolist()
    elif what == "text":
        array = np.array(data.draw(st.lists(_text(of), max_size=8)), np.str_)
        values = array.tolist()
    elif what == "masked":
        found = data.draw(st.lists(st.tuples(_floats(of), st.booleans()), max_size=8))
        array = np.ma.MaskedArray([value for value, _ in found], [hidden for _, hidden in found], dtype=np.float64)
        values = [None if hidden else value for value, hidden in found]
    else:
        values = data.draw(
            st.lists(st.one_of(st.none(), _floats(of), _text(of), st.integers(), st.booleans()), max_size=8)
        )
        array = np.array([*values, None], object)[:-1]
    agrees(of, array, values)


# --- what is never a value -------------------------------------------------------------------------------------------

_AT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
NEVER = [
    pa.array([True, False, None]),
    pa.array([_AT, None], pa.timestamp("us", "Europe/London")),
    pa.array([_AT, None], pa.timestamp("s")),
    pa.array([_AT.date(), None]),
    pa.array([_AT.time(), None]),
    pa.array([datetime.timedelta(1), None]),
    pa.array([b"1", None]),
    pa.array([b"12", None], pa.binary(2)),
    pa.array([[1], None, []]),
    pa.array([{"a": 1}, None]),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int8())),
    pa.array([[1, 2], None], pa.list_(pa.int8(), 2)),
    pa.array([None, None]),
    pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, None], pa.int8())),
    pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16, None], pa.binary(16))),
    pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    np.array([True]),
    np.array([b"1"]),
    np.array([1j]),
    np.array([(1, 2)], [("a", int), ("b", int)]),
]


@pytest.mark.parametrize("array", NEVER, ids=lambda array: str(getattr(array, "type", getattr(array, "dtype", None))))
def test_what_is_neither_text_nor_a_number_is_no_value(array: object) -> None:
    for type in (SCORE, YesNo(), number(0), number(None, None, None)):
        for empty in (False, True):
            of = column(an_input(type, empty))
            taken = agrees(of, array)
            assert taken.bad is not None or values_of(array) == [None, None]


@pytest.mark.parametrize("unit", ["datetime64[ns]", "datetime64[D]", "timedelta64[s]"])
def test_times_are_not_the_integers_that_hold_them(unit: str) -> None:
    of = column(an_input(number(0)))
    array = np.array([1, 2], unit)
    taken = of.taken(array)
    assert taken.bad is not None
    assert taken.bad.tolist() == [0, 1]
    assert of.problem(array, 0, "x").code == "MS547"


def test_other_types_of_arrow_are_read_one_by_one() -> None:
    union = pa.UnionArray.from_dense(
        pa.array([0, 1, 1], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array(["40.0"]), pa.array([3, 400])]
    )
    text = pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(["1", "x", None]))
    halves = pa.array([62.0, 62.5, 0.1, nan, None], pa.float16())
    for array in (union, text, halves, halves.cast(pa.float32())):
        for cuts in (CUTS, None):
            agrees(column(an_input(number()), cuts), array)


def test_text_that_is_no_text_is_a_problem_of_its_row() -> None:
    array = pa.Array.from_buffers(
        pa.string(), 3, [None, pa.py_buffer(np.array([0, 2, 3, 5], np.int32)), pa.py_buffer(b"10\xff20")]
    )
    of = column(an_input(number()), CUTS)
    for held in (array, array.dictionary_encode()):
        taken = of.taken(held)
        assert taken.codes.tolist() == [0, 0, 0]
        assert taken.bad is not None
        assert taken.bad.tolist() == [1]
        assert of.problem(held, 1, "x").code == "MS547"


def test_a_column_has_one_dimension() -> None:
    of = column(an_input(number()))
    for other in (np.zeros((2, 2)), np.float64(1), [1, 2], None):
        with pytest.raises(TypeError, match="a column is an"):
            of.taken(other)


# --- floats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("decimals", "most"), [(0, 4000), (1, 400), (2, 40), (3, 4), (6, 0.004)])
def test_every_number_of_the_grid_is_good_and_no_float_beside_one(decimals: int, most: float) -> None:
    grid = np.array([float(Fraction(n, 10**decimals)) for n in range(-4000, 4001)])
    of = column(an_input(number(decimals, -most, most)))
    taken = of.taken(grid)
    assert taken.bad is None
    assert taken.codes.tolist() == list(range(-4000, 4001))
    for way in (inf, -inf):
        beside = np.nextafter(grid, way)
        taken = of.taken(beside)
        assert taken.bad is not None
        assert len(taken.bad) == len(grid)
    agrees(of, np.concatenate([grid[::97], np.nextafter(grid[::97], inf)]))


@given(st.integers(0, 15), st.integers(-(10**17), 10**17), st.sampled_from([-2, -1, 0, 1, 2]))
def test_floats_with_many_digits_agree(decimals: int, units: int, beside: int) -> None:
    exact = float(Fraction(units, 10**decimals))
    for _ in range(abs(beside)):
        exact = nextafter(exact, inf if beside > 0 else -inf)
    for declared in (number(decimals, None, None), number(decimals, -(10**18), 10**18)):
        of = column(an_input(declared), (*CUTS, Threshold(Fraction(units, 10**decimals))))
        agrees(of, np.array([exact, -exact, 1.0]))
    if decimals < 8:
        agrees(column(an_input(number(decimals, -(10**10), 10**10))), np.array([exact, 1e9]))


@given(_FIGURES | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: Fraction(repr(x))), st.booleans())
def test_a_threshold_has_a_first_float(figure: Fraction, more: bool) -> None:
    threshold = Threshold(figure, more)
    first = first_float(threshold)
    if first < inf:
        assert threshold.reached(Fraction(repr(first)))
    before = nextafter(first, -inf)
    if before > -inf:
        assert not threshold.reached(Fraction(repr(before)))


def test_nan_of_any_kind_and_both_zeros() -> None:
    nans = np.array([0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000001], np.uint64).view(np.float64)
    for type in (number(), number(None), number(None, None, None), number(2, None, None), SCORE):
        of = column(an_input(type), CUTS if isinstance(type, Number) else None)
        assert len(agrees(of, nans).bad) == 3  # type: ignore[arg-type]
        agrees(of, np.array([0.0, -0.0, inf, -inf, 3.0, 2.5]))
        agrees(of, pa.array([0.0, -0.0, None, nan]))


@pytest.mark.parametrize("empty", [False, True])
def test_nulls_are_found_wherever_they_are(empty: bool) -> None:
    of, sparse = (
        column(an_input(number(), empty), CUTS),
        [None if n in (3, 64, 71, 399) else n / 10 for n in range(400)],
    )
    for values in (sparse, [None if n % 2 else n / 10 for n in range(400)], [None] * 100):
        array = pa.array(values, pa.float64())
        for start, size in ((0, 400), (1, 399), (3, 61), (4, 60), (64, 8), (65, 300), (72, 300), (11, 389)):
            agrees(of, array.slice(start, size))


def test_many_thresholds_are_one_search() -> None:
    cuts = tuple(Threshold(Fraction(n, 2), more=n % 3 == 0) for n in range(4, 100))
    of = column(an_input(number(3)), cuts)
    assert isinstance(of._domain, Coded)
    assert len(of._domain.thresholds or ()) > 90
    figures = [Fraction(n, 4) for n in range(220)]
    for array in (
        pa.array([float(figure) for figure in figures]),
        pa.array(range(101)),
        pa.array(range(101), pa.int8()),
    ):
        agrees(of, array)


def test_a_block_larger_than_usual_is_taken() -> None:
    values = np.arange(100_000) % 1001 / 10
    taken = column(an_input(number()), CUTS).taken(values)
    assert taken.bad is None
    assert taken.codes.tolist() == [(value > 32.5) + (value >= 40.0) for value in values.tolist()]


# --- at once ---------------------------------------------------------------------------------------------------------


def test_threads_may_share_a_column() -> None:
    random = np.random.default_rng(6)
    of = column(an_input(number(), empty=True), CUTS)
    blocks = []
    for k in range(64):
        numbers = random.integers(-3, 1004, 3000) / 10
        block = [
            pa.array(numbers),
            pa.array(numbers, mask=numbers > 90),
            pa.array([f"{n:.1f}" for n in numbers]),
            pa.array([f"{n:.1f}" for n in numbers]).dictionary_encode(),
        ][k % 4]
        blocks.append(block)
    alone = [column(an_input(number(), empty=True), CUTS).taken(block) for block in blocks]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(of.taken, blocks))
    for one, other in zip(alone, together, strict=True):
        assert one.codes.tolist() == other.codes.tolist()
        assert one.bad is not None
        assert other.bad is not None
        assert one.bad.tolist() == other.bad.tolist()
