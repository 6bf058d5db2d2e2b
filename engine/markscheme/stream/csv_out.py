"""Columns of results to CSV text, many rows at a time. Knows how cells are quoted, and nothing of what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .heads import quoted

MOST_TOGETHER = 4096  # combinations of words that are put together beforehand
_LARGEST = 64 << 20  # bytes of text made at once
_SPECIAL = '[",\n\r]'

Codes = npt.NDArray[np.int32]


class CsvText:
    """Rows of columns that are either text or dictionaries of text. Null is an empty cell.

    Columns of few words stand beside each other mostly, and what they say together is put together once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, ...], ...], pa.Array] = {}

    def text(self, columns: Sequence[pa.Array]) -> Iterator[pa.Buffer]:
        rows = len(columns[0])
        most = max(1, _LARGEST // max(1, sum(map(_longest, columns))))
        for start in range(0, rows, min(most, rows)):
            part = [column.slice(start, most) for column in columns]
            yield self._joined(part)

    def _joined(self, columns: Sequence[pa.Array]) -> pa.Buffer:
        pieces = [*self._pieces(columns)]
        return _values(pieces[0] if len(pieces) == 1 else pc.binary_join_element_wise(*pieces, ","))

    def _pieces(self, columns: Sequence[pa.Array]) -> Iterator[pa.Array]:
        """Texts that, with commas between them, make up the rows; the last one has the line end."""
        waiting: list[tuple[tuple[str, ...], Codes]] = []
        for index, column in enumerate(columns):
            end = "\n" if index == len(columns) - 1 else ""
            if pa.types.is_dictionary(column.type) and len(column.dictionary) < MOST_TOGETHER:
                words = tuple(quoted(word or "") + end for word in column.dictionary.to_pylist())
                if waiting and prod(len(each) for each, _ in waiting) * (len(words) + 1) > MOST_TOGETHER:
                    yield self._together(waiting)
                    waiting = []
                waiting.append(_coded(column, words, end))
                continue
            if waiting:
                yield self._together(waiting)
                waiting = []
            plain = _quoted(column.dictionary_decode() if pa.types.is_dictionary(column.type) else column)
            yield pc.binary_join_element_wise(plain, "", end) if end else plain
        if waiting:
            yield self._together(waiting)

    def _together(self, waiting: Sequence[tuple[tuple[str, ...], Codes]]) -> pa.Array:
        words, codes = zip(*waiting, strict=True)
        code = codes[0]
        for each, more in zip(words[1:], codes[1:], strict=True):
            code = code * np.int32(len(each)) + more
        made = self._known.get(words)
        if made is None:
            made = pa.array(_products(words), pa.string())
            if len(self._known) < 100:
                self._known[words] = made
        return made.take(pa.array(code))


def _coded(column: pa.DictionaryArray, words: tuple[str, ...], end: str) -> tuple[tuple[str, ...], Codes]:
    """The place of each word; a null's is one of its own."""
    indices = column.indices
    if indices.null_count:
        return (*words, end), np.asarray(indices.cast(pa.int32()).fill_null(len(words)))
    return words, np.asarray(indices.cast(pa.int32()))


def _products(words: Sequence[Sequence[str]]) -> list[str]:
    first, *others = words
    found = list(first)
    for each in others:
        found = [f"{before},{word}" for before in found for word in each]
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


def _longest(column: pa.Array) -> int:
    """Bytes that a cell of a column takes at most, quotes and all."""
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    longest = pc.max(pc.binary_length(texts)).as_py() if len(texts) else 0
    return 2 * (longest or 0) + 3
