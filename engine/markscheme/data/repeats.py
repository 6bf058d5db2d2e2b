"""Whole lines that were met before, found again by all their bytes, many at once: where a file has few different ones,
its cells need not be cut apart. Knows bytes and where lines end, and no cells.

A line is read as words of eight bytes, which are multiplied and added up to lead to one that was met; that one's bytes
are compared before it counts as the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LONGEST = 160  # bytes of a line that is kept
MOST = 4_096  # lines
AT_ONCE = 1 << 18  # bytes, so that what is worked on stays in the processor's cache
_WORD = 8
_TRIES = 8
_SLOTS = 64  # at least, for each line: seldom do two lead to the same
_SPREAD = 0x9E3779B97F4A7C15
_NEXT = 0xD1342543DE82EF95
_WHOLE = (1 << 64) - 1
_END = ord("\n")

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint16]


class Found(NamedTuple):
    """Of the lines of a piece: which one each is, or any where it is none that is known; which these are, rising; and
    where all of them end."""

    places: Places
    missing: Ints
    ends: Ints


class Repeats:
    """Lines, each with its end, all different, none with a NUL. Threads may share it."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = tuple(lines)
        self._size = -(-max(map(len, lines)) // _WORD) * _WORD
        octets = b"".join(line.ljust(self._size, b"\0") for line in lines)
        # What stands at the end is like no line: it says that a slot is empty.
        words = np.frombuffer(octets + b"\xff" * self._size, np.uint64).reshape(len(lines) + 1, -1)
        self._words = words
        sizes = np.arange(self._size + 1)
        self._kept = (np.arange(self._size) < sizes[:, None]).astype(np.uint8).view(np.uint64) * np.uint64(255)
        bits = (len(lines) * _SLOTS).bit_length()
        self._shift = np.uint64(64 - bits)
        best = -1
        for each in range(_TRIES):
            spread = _spread(each, words.shape[1])
            slots = self._slots(words[:-1], spread)
            texts = np.full(1 << bits, len(lines), np.uint16)
            texts[slots[::-1]] = np.arange(len(lines))[::-1]  # what was met first comes often
            apart = np.count_nonzero(texts != len(lines))
            if apart > best:
                best, self._spread, self._texts = int(apart), spread, texts
            if apart == len(lines):
                break

    def found(self, data: bytes) -> Found:
        """`data` are whole lines without a NUL."""
        places: list[Places] = []
        missing: list[Ints] = []
        ends: list[Ints] = []
        start = rows = 0
        while start < len(data):
            end = data.rfind(b"\n", start, start + AT_ONCE) + 1 or data.find(b"\n", start) + 1
            here = _ends(data, start, end)
            found, wrong = self._looked_up(data, start, end, here)
            places.append(found)
            missing.append(wrong + rows)
            ends.append(here + start)
            start, rows = end, rows + len(here)
        return Found(np.concatenate(places), np.concatenate(missing), np.concatenate(ends))

    def _looked_up(self, data: bytes, start: int, end: int, ends: Ints) -> tuple[Places, Ints]:
        starts = np.empty_like(ends)
        starts[0] = 0
        np.add(ends[:-1], 1, out=starts[1:])
        sizes = ends - starts
        sizes += 1
        size = self._size
        if end + size > len(data):
            data, start = data[start:end] + bytes(size), 0
        # So many bytes from each byte on. A line that goes further has no end there, and is like none that is known.
        lines = np.ndarray((int(ends[-1]) + 1,), f"V{size}", data, start, (1,))[starts]
        words = lines.view(np.uint64).reshape(len(starts), -1)
        words &= self._kept.take(sizes, axis=0, mode="clip")
        found = self._texts.take(self._slots(words, self._spread), mode="clip")
        wrong = np.flatnonzero(self._words.take(found, axis=0, mode="clip") != words) // words.shape[1]
        return found, wrong[np.append(True, wrong[1:] != wrong[:-1])] if len(wrong) else wrong

    def _slots(self, words: Bits, spread: Bits) -> Ints:
        mixed = words @ spread
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(_SPREAD)
        mixed >>= self._shift
        return mixed.view(np.int64)


def _spread(which: int, width: int) -> Bits:
    found, number = [], _SPREAD + 2 * which
    for _ in range(width):
        number = (number * _NEXT + 2) & _WHOLE  # odd, so that nothing of a word is lost
        found.append(number ^ (number >> 31) | 1)
    return np.array(found, np.uint64)


def _ends(data: bytes, start: int, end: int) -> Ints:
    """Where the lines end, from `start`."""
    octets = np.frombuffer(data, np.uint8, end - start, start)
    marks = octets == _END
    whole = len(marks) & -_WORD
    words = marks[:whole].view(np.uint64)
    some = np.flatnonzero(words != 0)
    found = words[some]
    found -= np.uint64(1)
    places = (some << 3) + (np.bitwise_count(found) >> 3)  # of a byte that is one: so many bits are below it
    rest = np.flatnonzero(marks[whole:])
    if len(places) + len(rest) != np.count_nonzero(marks):  # some lines are so short that words have two ends
        return np.flatnonzero(marks)
    return np.concatenate([places, rest + whole]) if len(rest) else places
