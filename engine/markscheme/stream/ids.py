"""What records are called, and which of them are called the same. Knows a column of a block, and no methodology.

While records are rated, 8 bytes of each name are kept: a keyed hash. Only where two of these are the same is the data
read once more, to see whether the names are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..batch import named_by, named_twice
from ..data.blocks import Block
from ..data.parquet import cells, is_text
from ..diagnostics import Problem

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_PRINTED = np.zeros(256, bool)  # bytes with which a text begins and ends that has no space around it
_PRINTED[0x21:0x7F] = True
_WORD = 8


@dataclass(frozen=True, slots=True)
class Names:
    """Of the records of a block: integers, or text without space around it; null where there is none. `faults` say why
    there is none, but for rows that are no records."""

    array: pa.Array
    faults: Mapping[int, Problem]

    def text(self, index: int) -> str:
        found = self.array[index].as_py()
        return "" if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Twice:
    """Records whose name another had before: `rows` count from 0 through the data, rising, and `first` is the number of
    the line or row where that one is."""

    rows: Rows
    first: Rows

    def within(self, start: int, size: int) -> Iterator[tuple[int, int]]:
        """Of a block that begins with the record `start`: the places in it, and where the name was first."""
        low, high = np.searchsorted(self.rows, (start, start + size))
        for row, first in zip(self.rows[low:high].tolist(), self.first[low:high].tolist(), strict=True):
            yield row - start, first


def names(block: Block, identifier: str) -> Names:
    """What each record of a block is called."""
    column = block.batch.column(identifier)
    if pa.types.is_dictionary(column.type) and is_text(column.type):
        column = column.dictionary_decode()
    if pa.types.is_integer(column.type) or (pa.types.is_string(column.type) and _clean(column)):
        nulls = np.flatnonzero(~np.asarray(column.is_valid())).tolist() if column.null_count else []
        return Names(column, _named(nulls, [None] * len(nulls), block, identifier)[1])
    found = cells(column)
    texts, faults = _named(range(len(found)), found, block, identifier)
    return Names(pa.array(texts, pa.string()), faults)


def _named(
    rows: Sequence[int], found: Sequence[object], block: Block, identifier: str
) -> tuple[list[str | None], dict[int, Problem]]:
    texts: list[str | None] = []
    faults: dict[int, Problem] = {}
    for index, value in zip(rows, found, strict=True):
        name = named_by(value, identifier)
        if isinstance(name, Problem):
            texts.append(None)
            if value is not None or index not in block.faults:
                faults[index] = name
        else:
            texts.append(name)
    return texts, faults


def same_name(name: str, identifier: str, unit: str, first: int, again: int) -> Problem:
    return named_twice(name, identifier, f"{unit} {first}", f"{unit} {again}")


# --- which are called the same ---------------------------------------------------------------------------------------


class Seen:
    """The hashes of all names of a run."""

    def __init__(self) -> None:
        self._key = np.uint64(int.from_bytes(os.urandom(8), "little"))
        self._parts: list[Hashes] = []

    def add(self, found: Names) -> None:
        self._parts.append(hashes(found.array, self._key))

    def twice(self, again: Iterable[Block], identifier: str) -> Twice | None:
        """Which names are there more than once, None where all are different. `again` gives the same records, and is
        asked only where it may be so. Afterwards nothing is kept."""
        whole = np.concatenate([np.zeros(0, np.uint64), *self._parts])
        self._parts = []
        whole.sort()
        several = np.unique(whole[1:][whole[1:] == whole[:-1]])
        del whole
        return _compared(again, identifier, several, self._key) if len(several) else None


def _compared(again: Iterable[Block], identifier: str, several: Hashes, key: np.uint64) -> Twice | None:
    """Of the names with these hashes, those that are the same: told by 128 bits of a keyed digest."""
    secret = os.urandom(16)
    first = np.full(len(several), -1, np.int64)
    digests = np.zeros((len(several), 2), np.uint64)
    others: dict[bytes, int] = {}  # further names with a hash that another has
    rows: list[int] = []
    places: list[int] = []
    start = 0
    for block in again:
        found = names(block, identifier)
        valid = np.asarray(found.array.is_valid())
        where = np.flatnonzero(valid)
        own = hashes(found.array, key)
        near = np.minimum(np.searchsorted(several, own), len(several) - 1)
        hits = np.flatnonzero(several[near] == own)
        for index, group in zip(where[hits].tolist(), near[hits].tolist(), strict=True):
            digest = blake2b(found.text(index).encode("utf-8"), digest_size=16, key=secret).digest()
            halves = np.frombuffer(digest, np.uint64)
            if first[group] < 0:
                first[group], digests[group] = block.numbers[index], halves
                continue
            before = int(first[group]) if (digests[group] == halves).all() else others.get(digest)
            if before is None:
                others[digest] = block.numbers[index]
            else:
                rows.append(start + index)
                places.append(before)
        start += block.batch.num_rows
    return Twice(np.array(rows, np.int64), np.array(places, np.int64)) if rows else None


def hashes(array: pa.Array, key: np.uint64) -> Hashes:
    """64 bits of each that is not null."""
    array = array.drop_null()
    if pa.types.is_integer(array.type):
        numbers = np.asarray(array)
        return _mixed(numbers.astype(np.uint64, copy=False) * _SPREAD ^ key)
    offsets, data = _text(array)
    lengths = np.diff(offsets)
    found = np.full(len(lengths), key, np.uint64) + lengths.astype(np.uint64) * _SPREAD
    if not len(lengths):
        return found
    # Each text is read eight bytes at a time, from wherever it begins; what follows it is masked out.
    words = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
    starts = offsets[:-1]
    for at in range(0, int(lengths.max()), _WORD):
        here = slice(None) if int(lengths.min()) > at else np.flatnonzero(lengths > at)
        left = lengths[here] - at
        word = words[starts[here] + at]
        if int(left.min()) < _WORD:
            bits = np.minimum(left, _WORD).astype(np.uint64) * np.uint64(8)
            word = word & (~np.uint64(0) >> (np.uint64(64) - bits))
        found[here] = _mixed(found[here] ^ word)
    return found


def _mixed(value: Hashes) -> Hashes:
    value = (value ^ (value >> np.uint64(30))) * _MIX[0]
    value = (value ^ (value >> np.uint64(27))) * _MIX[1]
    return value ^ (value >> np.uint64(31))


def _clean(column: pa.Array) -> bool:
    """Whether no text is empty or has space, or anything but ASCII that is seen, at its ends."""
    column = column.drop_null()
    offsets, data = _text(column)
    if not len(column):
        return True
    if (offsets[1:] == offsets[:-1]).any():
        return False
    octets = np.frombuffer(data, np.uint8)
    return bool(_PRINTED[octets[offsets[:-1]]].all() and _PRINTED[octets[offsets[1:] - 1]].all())


def _text(array: pa.Array) -> tuple[npt.NDArray[Any], bytes | memoryview]:
    """Where each text begins, and where the last ends, in bytes that go eight beyond."""
    _, offsets, data = array.buffers()
    if not len(array):
        return np.zeros(1, np.int64), b"\0" * _WORD
    found = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4).astype(np.int64)
    first, last = int(found[0]), int(found[-1])
    if data is not None and len(data) >= last + _WORD:
        return found, memoryview(data)
    start = b"" if data is None else memoryview(data)[first:last]
    return found - first, bytes(start) + b"\0" * _WORD
