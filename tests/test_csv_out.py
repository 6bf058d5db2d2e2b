"""Columns to CSV text: the same lines as cell by cell, whatever the columns are made of."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from markscheme.stream import csv_out
from markscheme.stream.csv_out import CsvText
from markscheme.stream.heads import line

WORDS = ["good", "requires improvement", "", 'say "no"', "a,b", "two\nlines", "é", "100", "x" * 300]
Column = Callable[[random.Random, int], pa.Array]


def numbers(least: int, most: int, type: pa.DataType) -> Column:
    return lambda chance, rows: pa.array([chance.randint(least, most) for _ in range(rows)], type)


def counted(start: int) -> Column:
    return lambda _, rows: pa.array(range(start, start + rows), pa.int64())


def texts(chance: random.Random, rows: int) -> pa.Array:
    return pa.array(chance.choices([*WORDS, None], k=rows), pa.string())


def few(chance: random.Random, rows: int) -> pa.Array:
    return pa.array(chance.choices([*WORDS[: chance.randint(1, 9)], None], k=rows), pa.string()).dictionary_encode()


def sure(chance: random.Random, rows: int) -> pa.Array:
    return pa.array(chance.choices(WORDS[:3], k=rows), pa.string()).dictionary_encode()


def many(chance: random.Random, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array([chance.randint(0, 4999) for _ in range(rows)], pa.int32()), pa.array(map(str, range(5000)))
    )


def cut(column: Column) -> Column:
    return lambda chance, rows: column(chance, rows + 5).slice(3, rows)


COLUMNS: list[Column] = [
    counted(1),
    counted(999),
    counted(1000),
    counted(10**15),
    numbers(-5, 5, pa.int8()),
    numbers(1000, 32767, pa.int16()),
    numbers(1000, 1001, pa.uint32()),
    numbers(0, 2**64 - 1, pa.uint64()),
    numbers(2**64 - 2000, 2**64 - 1, pa.uint64()),
    numbers(-(2**63), 2**63 - 1, pa.int64()),
    lambda _, rows: pa.array([None, *range(5000, 5000 + rows - 1)], pa.int64()),
    texts,
    few,
    sure,
    many,
    cut(texts),
    cut(few),
    cut(counted(5000)),
]


def said(columns: list[pa.Array]) -> bytes:
    cells = [["" if each is None else str(each) for each in column.to_pylist()] for column in columns]
    return "".join(line(row) for row in zip(*cells, strict=True)).encode()


@pytest.mark.parametrize(
    "sizes", [(), (("MOST_TOGETHER", 8), ("_MOST_BYTES", 2000)), (("_LARGEST", 900), ("_LONG", 1))]
)
def test_lines_are_those_that_cells_make_one_by_one(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[tuple[str, int], ...]
) -> None:
    for name, size in sizes:
        monkeypatch.setattr(csv_out, name, size)
    chance = random.Random(5)
    out = CsvText()
    for each in [*COLUMNS, *range(40)]:
        chosen = [each] if callable(each) else chance.choices(COLUMNS, k=chance.randint(1, 6))
        for rows in (1, 40):  # the second time with what was put together before
            columns = [column(chance, rows) for column in chosen]
            assert b"".join(map(bytes, out.text(columns))) == said(columns)


def test_what_would_be_large_is_not_put_together_beforehand() -> None:
    out = CsvText()
    long = pa.array(["x" * 100_000, "y" * 100_000]).dictionary_encode()
    columns = [pa.array([1000, 1001]), long, long]
    assert b"".join(map(bytes, out.text(columns))) == said(columns)
    assert sum(array.nbytes for array in out._known.values()) < 2 << 20
