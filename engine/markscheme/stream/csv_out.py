"""Columns of results to CSV text, many rows at a time. Knows how cells are quoted, and nothing of what they mean.

Every row is put together of a few texts that stand in one array, by a single `take`: words that stand beside each other
are one text, with the commas between them, and a number is its thousands and the three digits after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .heads import quoted

MOST_TOGETHER = 4096  # combinations of words that are put together beforehand
_MOST_WITH_DIGITS = 1 << 15  # and of these with the last digits of numbers
_LARGEST = 64 << 20  # bytes of text made at once
_SPECIAL = '[",\n\r]'
_DIGITS = tuple(f"{number:03}" for number in range(1000))
_FARTHEST = 1 << 20  # from the least number to the largest, so that their thousands are few
_MOST_KEPT = 100
_MOST_BYTES = 4 << 20  # of such combinations
_LONG = (1 << 31) - 1  # bytes that offsets of 32 bits can tell apart

Codes = npt.NDArray[np.int32]
Words = tuple[str, ...]


class _Coded(NamedTuple):
    """A cell, or what stands between cells, that is one of a few words. None stands for the only one."""

    words: Words
    codes: Codes | None = None


class _Texts(NamedTuple):
    """A cell that may be anything, or words of which many have been put together."""

    texts: pa.Array
    codes: Codes | None = None


class CsvText:
    """Rows of columns that are text, dictionaries of text, or integers. Null is an empty cell.

    Columns of few words stand beside each other mostly, and what they say together is put together once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Words, ...], pa.Array] = {}

    def text(self, columns: Sequence[pa.Array]) -> Iterator[pa.Buffer]:
        rows = len(columns[0])
        most = max(1, _LARGEST // max(1, sum(map(_longest, columns))))
        for start in range(0, rows, min(most, rows)):
            part = [column.slice(start, most) for column in columns]
            yield self._joined(part, len(part[0]))

    def _joined(self, columns: Sequence[pa.Array], rows: int) -> pa.Buffer:
        pieces = [*self._pieces(columns)]
        wide = sum(each.texts.nbytes for each in pieces) > _LONG
        texts = [_as_one(each.texts, wide) for each in pieces]
        places = np.empty((rows, len(pieces)), np.int32)
        start = 0
        for index, each in enumerate(pieces):
            places[:, index] = np.arange(start, start + rows) if each.codes is None else each.codes + np.int32(start)
            start += len(each.texts)
        return _values(pa.concat_arrays(texts).take(pa.array(places.ravel())))

    def _pieces(self, columns: Sequence[pa.Array]) -> Iterator[_Texts]:
        """What makes up the rows, one after the other."""
        waiting: list[_Coded] = []
        for part in _parts(columns):
            if waiting and (isinstance(part, _Texts) or not _few((*waiting, part))):
                yield self._together(waiting)
                waiting = []
            if isinstance(part, _Texts):
                yield part
            else:
                waiting.append(part)
        if waiting:
            yield self._together(waiting)

    def _together(self, waiting: Sequence[_Coded]) -> _Texts:
        words = tuple(each.words for each in waiting)
        code: Codes = np.zeros(1, np.int32)
        for each in waiting:
            if each.codes is not None:
                code = code * np.int32(len(each.words)) + each.codes
        made = self._known.get(words)
        if made is None:
            made = pa.array(_products(words), pa.string())
            if len(self._known) < _MOST_KEPT:
                self._known[words] = made
        return _Texts(made, code)


def _parts(columns: Sequence[pa.Array]) -> Iterator[_Coded | _Texts]:
    """Cells, and what stands between them."""
    for index, column in enumerate(columns):
        if index:
            yield _Coded((",",))
        if pa.types.is_integer(column.type):
            yield from _numbers(column)
        elif pa.types.is_dictionary(column.type) and len(column.dictionary) < MOST_TOGETHER:
            yield _coded(column)
        else:
            yield _Texts(_quoted(column.dictionary_decode() if pa.types.is_dictionary(column.type) else column))
    yield _Coded(("\n",))


def _coded(column: pa.DictionaryArray) -> _Coded:
    """The place of each word; a null's is one of its own."""
    words = tuple(quoted(word or "") for word in column.dictionary.to_pylist())
    indices = column.indices
    if indices.null_count:
        return _Coded((*words, ""), np.asarray(indices.cast(pa.int32()).fill_null(len(words))))
    return _Coded(words, np.asarray(indices.cast(pa.int32())))


def _numbers(column: pa.Array) -> Iterator[_Coded | _Texts]:
    """Integers: those near one another, of more than three digits, have the same few thousands."""
    if not column.null_count and len(column):
        numbers = np.asarray(column)
        least, most = int(numbers.min()), int(numbers.max())
        if least >= 1000 and most - least < _FARTHEST:
            first = least // 1000
            above = (numbers - numbers.dtype.type(first * 1000)).astype(np.uint32)
            thousands = above // np.uint32(1000)
            digits = above - thousands * np.uint32(1000)
            texts = [str(first + each) for each in range(most // 1000 - first + 1)]
            yield _Texts(pa.array(texts, pa.string()), thousands.view(np.int32))
            yield _Coded(_DIGITS, digits.view(np.int32))
            return
    yield _Texts(_quoted(column.cast(pa.string())))


def _few(parts: Sequence[_Coded]) -> bool:
    """Whether all that they can say together is put together beforehand."""
    many, size = 1, 0
    for words, _ in parts:
        many, size = many * len(words), size * len(words) + many * sum(map(len, words))
    return many <= (_MOST_WITH_DIGITS if parts[0].words is _DIGITS else MOST_TOGETHER) and size <= _MOST_BYTES


def _products(words: Sequence[Words]) -> list[str]:
    first, *others = words
    found = list(first)
    for each in others:
        found = [f"{before}{word}" for before in found for word in each]
    return found


def _quoted(column: pa.Array) -> pa.Array:
    if column.null_count:
        column = column.fill_null("")
    octets = bytes(_values(column))
    if not any(each in octets for each in (b'"', b",", b"\n", b"\r")):
        return column
    marked = pc.match_substring_regex(column, _SPECIAL)
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(marked, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _values(column: pa.Array) -> pa.Buffer:
    """The bytes of all texts, one after the other."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return pa.py_buffer(b"")
    wide = pa.types.is_large_string(column.type)
    found = np.frombuffer(offsets, np.int64 if wide else np.int32, len(column) + 1, column.offset * (8 if wide else 4))
    return data.slice(int(found[0]), int(found[-1] - found[0]))


def _as_one(texts: pa.Array, wide: bool) -> pa.Array:
    """Of the type that all have."""
    type = pa.large_string() if wide else pa.string()
    return texts if texts.type == type else texts.cast(type)


def _longest(column: pa.Array) -> int:
    """Bytes that a cell of a column takes at most, quotes and all."""
    if pa.types.is_integer(column.type):
        return 21
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    longest = pc.max(pc.binary_length(texts)).as_py() if len(texts) else 0
    return 2 * (longest or 0) + 3
