"""CSV in blocks of columns: the same cells, lines and faults as the strict reader gives, however plain the text is."""

from __future__ import annotations

import io
import random

import pytest
from examples import THOROUGH

from markscheme.data import csv_blocks
from markscheme.data.csv_blocks import CsvBlocks
from markscheme.data.csv_text import csv_rows
from markscheme.data.lines import Stream
from markscheme.data.row import Unreadable

Seen = list[tuple[str, dict[str, object], tuple[str, ...]]]


def strictly(data: bytes) -> tuple[Seen, str | None]:
    seen: Seen = []
    try:
        _, rows = csv_rows(Stream(io.BytesIO(data)))
        for row in rows:
            seen.append((row.place, dict(row.cells), tuple(each.message for each in row.problems)))
    except Unreadable as error:
        return seen, f"{error.problem.place} {error.problem.code} {error.problem.message}"
    return seen, None


def in_blocks(data: bytes) -> tuple[Seen, str | None, int]:
    """And how many blocks were plain."""
    seen: Seen = []
    plain = 0
    try:
        source = CsvBlocks(Stream(io.BytesIO(data)))
        for block in source.blocks(whole=source.columns[:1]):
            plain += isinstance(block.numbers, range)
            for index, cells in enumerate(block.batch.to_pylist()):
                faults = block.faults.get(index, ())
                found = {name: cell for name, cell in cells.items() if cell is not None or not faults}
                seen.append((block.place(index), found, tuple(each.message for each in faults)))
    except Unreadable as error:
        return seen, f"{error.problem.place} {error.problem.code} {error.problem.message}", plain
    return seen, None, plain


ODD = {
    "plain": b"a,b\n1,2\n3,4\n",
    "no end": b"a,b\n1,2\n3,4",
    "mark": b"\xef\xbb\xbfa,b\n1,2\n",
    "windows": b"a,b\r\n1,2\r\n3,4\r\n",
    "windows, no end": b"a,b\r\n1,2\r\n3,4",
    "mixed ends": b"a,b\r\n1,2\n3,4\r\n5,6\n",
    "old macintosh": b"a,b\r1,2\r3,4\r",
    "stray return": b"a,b\n1,2\r3,4\n5,6\n",
    "two returns": b"a,b\n1,2\r\r\n5,6\n",
    "blank lines": b"\n\na,b\n\n1,2\n\n   \n3,4\n\n",
    "a blank line": b"a,b\n1,2\n\n3,4\n",
    "a blank line after an empty cell": b"a,b\n1,2\n,\n\n3,4\n",
    "a blank line first": b"a,b\n\n3,4\n",
    "a blank line of Windows": b"a,b\r\n1,2\r\n\r\n3,4\r\n",
    "blank lines only": b"a,b\n\n\n\n\n\n\n\n\n\n\n",
    "empty cells": b"a,b\n,\n,2\n",
    "quoted": b'a,b\n"1,5",2\n"x\ny",4\n5,6\n',
    "quoted end of line": b'a,b\n1,"2"\n3,4\n',
    "all quoted": b'a,b\n"1","2"\n"","4"\n"5",""\n',
    "all quoted, by Windows": b'"a","b"\r\n"1","2"\r\n"3","4"\r\n',
    "empty and quoted": b'a,b\n"",""\n""\n"",\n',
    "quotes that meet": b'a,b\n"1""2",3\n"""",4\n',
    "quotes that seem to be around cells": b'a,b\n1","2\n"3,"4\n',
    "a mark before a cell": b"a,b\n\xef\xbb\xbf1,2\n\xef\xbb\xbf3,4\n",
    "a mark before a quote": b'a,b\n\xef\xbb\xbf"1",2\n"\xef\xbb\xbf3","4"\n',
    "a quote inside": b'a,b\n1"x,2\n3,4\n',
    "ragged": b"a,b\n1\n1,2,3\n4,5\n",
    "one column": b"a\n1\n\n  \n2\n",
    "words of other readers": b"a,b\nNA,null\n,NaN\ntrue,#N/A\nnan,-\n",
    "spaces": b"a , b\n 1, 2 \n\t3,4\t\n",
    "unclosed": b'a,b\n1,2\n"3,4\n5,6\n',
    "text after a quote": b'a,b\n1,2\n"3"x,4\n5,6\n',
    "not UTF-8": b"a,b\n1,2\n3,\xe9\n",
    "a surrogate": b"a,b\n1,2\n3,\xed\xa0\x80\n",
    "beyond Unicode": b"a,b\n1,2\n3,\xf4\x90\x80\x80\n",
    "NUL": b"a,b\n1,2\n3,\0\n",
    "begins as UTF-16": b"\xff\xfea,b\n1,2\n",
    "bytes of UTF-16 further down": b"a,b\n1,2\n\xff\xfe,3\n",
    "odd characters": "a,b\n\u2028,\x0b\n\x1c,\u200b\n\x85,\ufeff\n".encode(),
    "empty": b"",
    "a header only": b"a,b\n",
    "two names": b"a,a\n1,2\n",
    "long cell": b"a,b\n1,2\n3," + b"x" * 140_000 + b"\n5,6\n",
    "long line": b"a,b\n1,2\n" + b"y" * 100_000 + b"," + b"x" * 100_000 + b"\n5,6\n",
}


@pytest.fixture(params=[(4 << 20, 1 << 20, 1 << 18), (16, 8, 8), (5, 1, 3)], ids=["large", "small", "tiny"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "PLAIN", request.param[0])
    monkeypatch.setattr(csv_blocks, "STRICT", request.param[1])
    monkeypatch.setattr(csv_blocks, "CHUNK", request.param[2])


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
@pytest.mark.usefixtures("sizes")
def test_blocks_hold_what_the_strict_reader_reads(data: bytes) -> None:
    rows, wrong = strictly(data)
    found, refused, _ = in_blocks(data)
    assert refused == wrong
    few = min(len(found), len(rows))  # what is refused may be read more or less far
    assert found[:few] == rows[:few]
    assert wrong or len(found) == len(rows)


@pytest.mark.usefixtures("sizes")
def test_any_text_is_read_alike() -> None:
    pieces = [
        b"a",
        b"b,c",
        b"\n",
        b"1,2\n",
        b"x,y\n",
        b"\r\n",
        b"\r",
        b'"',
        b'"q"',
        b'"p\nq",r\n',
        b'"1","2"\n',
        b'"",3\n',
        b"\xef\xbb\xbf",
        b",",
        b" ",
        b"\xc3\xa9",
    ]
    chance = random.Random(7)
    blocks = plain = 0
    for _ in range(600 if THOROUGH else 150):
        weights = [1] * len(pieces)
        weights[3] = weights[4] = chance.choice((1, 30))
        data = b"k,l\n" + b"".join(chance.choices(pieces, weights, k=chance.randint(0, 30)))
        rows, wrong = strictly(data)
        found, refused, smooth = in_blocks(data)
        assert refused == wrong, data
        few = min(len(found), len(rows))
        assert found[:few] == rows[:few], data
        assert wrong or len(found) == len(rows), data
        plain += smooth
        blocks += bool(found)
    assert plain > 10 < blocks


def test_plain_text_goes_the_fast_way_and_goes_on_so_after_a_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "PLAIN", 60)
    monkeypatch.setattr(csv_blocks, "STRICT", 8)
    lines = [f"{n},{n % 3}\n" for n in range(100)]
    lines[50] = '"5,0",1\n'
    data = ("a,b\n" + "".join(lines)).encode()
    source = CsvBlocks(Stream(io.BytesIO(data)))
    kinds = [(isinstance(block.numbers, range), block.batch.num_rows) for block in source.blocks()]
    assert sum(rows for _, rows in kinds) == 100
    assert sum(rows for plain, rows in kinds if not plain) < 12
    assert kinds[0][0]
    assert kinds[-1][0]


def test_cells_that_are_all_quoted_go_the_fast_way() -> None:
    data = ("a,b\n" + "".join(f'"{n}","{n % 3}"\n' for n in range(100))).encode()
    found, refused, plain = in_blocks(data)
    assert (refused, plain) == (None, 1)
    assert [cells for _, cells, _ in found] == [{"a": str(n), "b": str(n % 3)} for n in range(100)]


def test_columns_that_are_not_asked_for_are_left_out() -> None:
    for data in (b"a,b,c\n1,2,3\n", b'a,b,c\n"1",2,3\n'):
        source = CsvBlocks(Stream(io.BytesIO(data)))
        (block,) = source.blocks(whole=("c",), only=("c", "a"))
        assert block.batch.to_pylist() == [{"a": "1", "c": "3"}]
        assert [str(each) for each in block.batch.schema.types][1] == "string"
