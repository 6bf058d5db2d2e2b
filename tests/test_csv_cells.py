"""Plain CSV as dictionaries of the texts met so far: the same cells as `csv` finds, whatever stands in them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from examples import THOROUGH

from markscheme.columns.compiled import Joining
from markscheme.data import csv_cells, repeats, texts
from markscheme.data.csv_cells import Cells, Loops
from markscheme.data.repeats import Repeats
from markscheme.data.texts import Texts

ALIKE = [
    "",
    "a",
    "b",
    "1",
    "10",
    "1.0",
    "01.00",
    "good",
    "outstand",
    "outstanding",
    "outstanding!",
    "é",
    "ééééé",
    "\ufeff",
]
ALIKE += ["a" * size for size in range(2, 70)]  # the same beginning and end, in other sizes
ALIKE += [f"abcdefgh{middle}ijklmnop" for middle in ("", "1", "12345678", "12345679", "x" * 16, "x" * 15 + "y")]


numba = find_spec("numba")

WAYS = [
    pytest.param(None, id="numpy"),
    pytest.param(Joining(0).loop, id="loop", marks=pytest.mark.skipif(numba is None, reason="needs Numba")),
]


def cells(data: bytes, width: int) -> list[list[str]]:
    found = [list(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))]
    assert {len(row) for row in found} == {width}
    return [list(column) for column in zip(*found, strict=True)]


def written(columns: list[list[str]], end: str) -> bytes:
    return "".join(",".join(row) + end for row in zip(*columns, strict=True)).encode()


@pytest.fixture(
    params=[(16_384, 1 << 12, 2_048, 1_000), (1, 1, 60, 7), (40, 100, 10_000, 3)], ids=["large", "tiny", "small"]
)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(("AT_ONCE", "_LEAST", "MOST_TEXTS", "_LEARNT"), request.param, strict=True):
        monkeypatch.setattr(csv_cells, name, value)


def columns_of(chance: random.Random, rows: int) -> Iterator[list[str]]:
    for kind in ("few", "alike", "tenths", "different", "long"):
        match kind:
            case "few":
                words = ["good", "requires_improvement", "inadequate", "outstanding"]
            case "alike":
                words = ALIKE
            case "tenths":
                words = [f"{place / 10}" for place in range(1001)]
            case "different":
                words = [str(chance.random()) for _ in range(rows)]
            case _:
                words = ["x" * chance.randint(60, 200) for _ in range(3)]
        if chance.random() < 0.6:
            yield chance.choices(words, k=rows)


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("loops", WAYS)
def test_the_cells_are_those_that_csv_finds(loops: Loops | None) -> None:
    chance = random.Random(3)
    split = asked = 0
    for _ in range(60 if THOROUGH else 12):
        width = 0
        reader: Cells | None = None
        for _ in range(4):  # pieces of one file
            rows = chance.choice((1, 2, 300))
            columns = [["id"] * rows, *columns_of(chance, rows)]
            if reader is None or len(columns) != width:
                width = len(columns)
                names = [f"c{place}" for place in range(width)]
                wanted = [name for name in names if chance.random() < 0.9] or names
                whole = [name for name in wanted if chance.random() < 0.2]
                reader = Cells(names, wanted, whole, loops)
            if width < 2:
                continue
            data = written(columns, chance.choice(("\n", "\r\n")))
            if data.endswith(b"\n") and not data.endswith(b"\r\n") and chance.random() < 0.3 and data != b"\n":
                data = data[:-1]
            asked += 1
            batch = reader.split(data)
            if batch is None:  # left to others
                continue
            batch.validate(full=True)
            right = dict(zip(names, cells(data, width), strict=True))
            assert batch.to_pydict() == {name: right[name] for name in wanted}
            for name in whole:
                assert str(batch.schema.field(name).type) == "string"
            split += 1
    assert split > asked / 4


@pytest.mark.parametrize(
    "data",
    [
        b"1,2\n3\n",
        b"1\n2,3,4\n",
        b"1,2,3,4\n",
        b"1,2\n\n3,4\n",
        b"\n\n",
        b"1,2\n3,\xe9\n",
        b"1,2\n3,\xed\xa0\x80\n",
        b"1\n,2\n,",
    ],
    ids=repr,
)
@pytest.mark.parametrize("loops", WAYS)
def test_what_are_no_rows_of_text_is_left_to_others(data: bytes, loops: Loops | None) -> None:
    assert Cells(["a", "b"], ["a", "b"], (), loops).split(b"5,6\n") is not None
    assert Cells(["a", "b"], ["a", "b"], (), loops).split(data) is None


def test_dictionaries_stay_as_they_are_while_nothing_new_comes() -> None:
    reader = Cells(["a", "b"], ["a", "b"], ())
    first, again = (reader.split(b"x,1\ny,2\nx,1\n") for _ in range(2))
    more = reader.split(b"z,1\n")
    assert first is not None
    assert again is not None
    assert more is not None
    assert again.column(0).dictionary.to_pylist() == first.column(0).dictionary.to_pylist() == ["x", "y"]
    assert more.column(0).dictionary.to_pylist() == ["x", "y", "z"]
    assert more.column(1).dictionary.to_pylist() == ["1", "2"]


@pytest.mark.parametrize("loops", WAYS)
def test_a_column_of_many_texts_is_given_up_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch, loops: Loops | None
) -> None:
    monkeypatch.setattr(csv_cells, "MOST_TEXTS", 50)
    reader = Cells(["a", "b", "c"], ["a", "b", "c"], (), loops)
    data = "".join(f"{row % 3},{row},good\n" for row in range(400)).encode()
    assert reader.split(data) is None
    batch = reader.split(data)
    assert batch is not None
    assert [len(column.dictionary) for column in batch.columns] == [3, 400, 1]
    assert [str(column.type.index_type) for column in batch.columns] == ["uint8", "int32", "uint8"]


def test_there_is_an_end_to_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST", 10)
    reader = Cells(["a", "b"], ["a", "b"], ())
    assert reader.split(b"".join(b"%d,1\n" % row for row in range(9))) is not None
    assert reader.split(b"20,1\n21,1\n") is None
    batch = reader.split(b"20,1\n21,1\n")
    assert batch is not None
    assert batch.to_pydict() == {"a": ["20", "21"], "b": ["1", "1"]}


def test_texts_that_lead_to_the_same_place_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_FEWEST", 2)
    monkeypatch.setattr(texts, "_SLOTS", 1)
    for tries in (1, 48):
        monkeypatch.setattr(texts, "_TRIES", tries)
        known = Texts()
        words = [f"{place / 10}".encode() for place in range(500)] + [
            f"word {place:20}".encode() for place in range(500)
        ]
        assert known.add(words)
        data = b"".join(words) + b"w" * 8
        ends = np.cumsum([len(word) for word in words])
        starts = ends - [len(word) for word in words]
        overlapping = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))
        found = known.known.looked_up(overlapping, starts, ends)
        missing = set(found.missing.tolist())
        assert len(missing) < 600
        assert all(place in missing or found.places[place] == place for place in range(1000))


@pytest.mark.parametrize("loops", WAYS)
def test_threads_share_what_they_learn(loops: Loops | None) -> None:
    chance = random.Random(5)
    words = [f"{place / 10}" for place in range(1001)] + ["good", "requires_improvement", "ééééé", ""]
    pieces = [written([chance.choices(words, k=2_000) for _ in range(3)], "\n") for _ in range(12)]
    reader = Cells(["a", "b", "c"], ["a", "b", "c"], (), loops)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(reader.split, pieces))
    for data, batch in zip(pieces, found, strict=True):
        assert batch is not None
        assert [column.to_pylist() for column in batch.columns] == cells(data, 3)


@pytest.mark.skipif(numba is None, reason="needs Numba")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_loop_finds_what_numpy_finds(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(texts, "_FEWEST", 2)  # so that several ways are gone
    monkeypatch.setattr(texts, "_SLOTS", 1)
    asked: list[int] = []

    def loops(values: Any, *others: Any) -> Any:
        asked.append(len(values))
        return compiled(values, *others)

    compiled: Loops = Joining(0).loop
    chance = random.Random(17)
    names = ["a", "b", "c"]
    ways = [Cells(names, ["a", "c"], ("b",), each) for each in (None, loops)]
    ways[0]._taken_up = ways[1]._taken_up = csv_cells._TAKEN_UP
    others = ["x" * 65, "1,2", "1", "é" * 31, "a,b,c,d", ""]
    for _ in range(60):
        rows = [",".join(chance.choices(ALIKE, k=3)) for _ in range(chance.choice((1, 900)))]
        if chance.random() < 0.4:
            rows[chance.randrange(len(rows))] = chance.choice(others)
        data = "".join(row + end for row in rows).encode()
        one, other = (way.split(data) for way in ways)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.to_pydict() == other.to_pydict()
        for column in (*ways[0]._columns.values(), *ways[1]._columns.values()):
            column.many = False  # asked anew, whatever was given up
    assert len(asked) > 50
    assert max(len(way._texts.known._ways) for way in ways) > 1


@pytest.mark.parametrize("loops", WAYS)
def test_what_is_like_a_text_that_is_known_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch, loops: Loops | None
) -> None:
    monkeypatch.setattr(texts, "_FEWEST", 2)
    monkeypatch.setattr(texts, "_SLOTS", 1)
    for form in (
        "abcdefgh{}",
        "{}ijklmnop",
        "abcdefgh{}ijklmnop",
        "abcdefgh{}xxxxyyyyijklmnop",
        "abcdefghxxxxyyyy{}ijklmnop",
    ):
        chance = random.Random(19)
        reader = Cells(["a", "b"], ["a", "b"], (), loops)
        for _ in range(30):
            rows = [form.format(f"{chance.randint(0, 99):04}{chance.choice(('', 'x', '12345678'))}") for _ in range(2)]
            data = "".join(f"{row},1\n" for row in rows).encode()
            batch = reader.split(data)
            if batch is not None:  # two that nothing but their middle tells apart are left to others
                assert batch.to_pydict()["a"] == rows
            for column in reader._columns.values():
                column.many = False


# --- whole lines -----------------------------------------------------------------------------------------------------

SHORT = [
    b"\n",
    b",\n",
    b"a,b\n",
    b"a,bb,c\n",
    b"1,2,3,4\n",
    b"1,2,3,\n",
    b"1,2,3,45\n",
    b"1,2,3,4,5,6,7,8\n",
    b"\xc3\xa9,1\n",
]
LINES = SHORT + [b"x" * size + end for size in range(10, 60) for end in (b"\n", b"y\n", b"\r\n")]


@pytest.mark.parametrize(("slots", "tries", "at_once"), [(64, 8, 1 << 18), (1, 1, 100), (1, 8, 1)])
def test_lines_that_were_met_are_found_again(
    monkeypatch: pytest.MonkeyPatch, slots: int, tries: int, at_once: int
) -> None:
    for name, value in (("_SLOTS", slots), ("_TRIES", tries), ("AT_ONCE", at_once)):
        monkeypatch.setattr(repeats, name, value)
    chance = random.Random(7)
    for _ in range(40):
        known = chance.sample(LINES, chance.choice((1, 5, 100)))
        lines = chance.choices([*known, *known, chance.choice(LINES), known[-1][:-1] + b" more\n"], k=300)
        found = Repeats(known).found(b"".join(lines))
        assert found.ends.tolist() == [end - 1 for end in np.cumsum([len(line) for line in lines]).tolist()]
        missing = set(found.missing.tolist())
        assert sorted(missing) == found.missing.tolist()
        others = [line for row, line in enumerate(lines) if row in missing]
        assert all(known[place] == line for place, line in zip(found.places, lines, strict=True) if line not in others)
        if slots == 64:
            assert not set(others) & set(known)


def lines_of(chance: random.Random, pool: list[str], rows: int, end: str) -> bytes:
    rare = ["good,,good", "é,é,é", f"good,good,{'x' * 60}", ",".join(["y" * 60] * 3), "a,b,c", ",,"]
    return "".join(chance.choice(pool if chance.random() < 0.98 else rare) + end for _ in range(rows)).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_where_lines_repeat_the_cells_are_the_same(end: str) -> None:
    chance = random.Random(11)
    levels = ["good", "requires_improvement", "inadequate"]
    pool = [f"{one},{other},{chance.choice(levels)}" for one in levels for other in levels]
    reader = Cells(["a", "b", "c"], ["c", "a", "b"], ())
    pieces = [lines_of(chance, pool, chance.choice((1, 500)), end) for _ in range(16)]
    with ThreadPoolExecutor(2) as threads:
        found = [*map(reader.split, pieces[:4]), *threads.map(reader.split, pieces[4:])]
    assert reader._rows is not None
    for data, batch in zip(pieces, found, strict=True):
        assert batch is not None
        batch.validate(full=True)
        assert batch.to_pydict() == dict(zip("abc", cells(data, 3), strict=True))
    assert reader.split(lines_of(chance, pool, 500, end) + f"good,good{end}".encode()) is None
    assert reader.split(pieces[0] + b"good,good,\xff" + end.encode()) is None


def test_lines_that_differ_are_given_up() -> None:
    chance = random.Random(13)
    reader = Cells(["a", "b", "c"], ["a", "b", "c"], ())
    for piece in range(8):  # the same lines over and over, but others in each piece
        data = "".join(f"{piece},{chance.randint(0, 9)},c\n" for _ in range(400)).encode()
        batch = reader.split(data)
        assert batch is not None
        assert [column.to_pylist() for column in batch.columns] == cells(data, 3)
    assert reader._rows is None
    assert reader._taken_up == csv_cells._TAKEN_UP
