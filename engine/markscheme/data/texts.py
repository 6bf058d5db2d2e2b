"""Texts that were met before, found again by their bytes, many at once. Knows where texts begin and end in bytes, and
nothing of what they mean.

The first and the last eight bytes of a text lead to one that was met before; all its bytes are compared with that
one's before it counts as the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LONGEST = 64  # bytes of a text that is kept
MOST = 40_000  # texts
WORD = 8
_SLOTS = 8  # at least, for each text
_FEWEST = 1 << 10  # slots
_WAYS = 4  # one after the other, for what the ones before do not tell apart
_TRIES = 48
_WORTH = 4_096  # texts for which it pays to try

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint16]
Mask = npt.NDArray[np.bool_]

_SPREAD = 0x9E3779B97F4A7C15
_NEXT = 0xD1342543DE82EF95
_LAST = 0xD6E8FEB86659FD92  # one more is odd, so that nothing of a short text is lost
_WHOLE = (1 << 64) - 1
_KEPT = np.array([(1 << 8 * size) - 1 for size in range(WORD + 1)], np.uint64)  # the bits of so many bytes


class Found(NamedTuple):
    """Which text each one is, and which of them are none that is known."""

    places: Places
    missing: Ints


class _Way(NamedTuple):
    """From bytes to a text. `texts` says which one may be it, for each slot."""

    spread: int
    shift: np.uint64
    texts: Places


class Known:
    """The texts met so far. Threads may share it. No text holds a NUL."""

    def __init__(self, words: Bits, last: Bits, sizes: Ints) -> None:
        """`words` has a row for each text: its bytes, filled up with NUL. `last` are its last eight bytes."""
        # What stands at the end is like no text: it says that a slot is empty.
        self._words = [np.append(column, np.uint64(_WHOLE)) for column in words.T]
        self._last = np.append(last, np.uint64(0))
        self._sizes = np.append(sizes, -1)
        self._short = np.where(self._sizes <= WORD, self._words[0], np.uint64(_WHOLE))
        self._ways: list[_Way] = []
        left: Ints = np.arange(len(sizes))
        spread = _SPREAD
        for _ in range(_WAYS):
            spread, way, left = _way(spread, left, self._words[0], self._last)
            self._ways.append(way)
            if not len(left):
                break

    @cached_property
    def for_loop(self) -> tuple[npt.NDArray[Any], ...]:
        """Of the ways the spreads, the shifts and the slots; of the texts what they are compared with."""
        return (
            np.array([way.spread for way in self._ways], np.uint64),
            np.array([way.shift for way in self._ways], np.uint64),
            np.concatenate([way.texts for way in self._ways]),
            self._short,
            np.stack(self._words, axis=1).ravel(),
            self._last,
            self._sizes,
            _KEPT,
        )

    def looked_up(self, data: Bits, starts: Ints, ends: Ints) -> Found:
        """`data` are the eight bytes from each byte on; what follows a text is not looked at. There is a text."""
        sizes = ends - starts
        first, last = data[starts], None
        if (longest := int(sizes.max())) <= WORD:
            first &= _KEPT.take(sizes, mode="clip")
        else:
            kept = _KEPT.take(sizes, mode="clip")
            first &= kept
            last = data[np.maximum(starts, ends - WORD)]
            last &= kept
        found: Places | None = None
        missing = np.zeros(0, np.int64)
        for way in self._ways:
            if found is None:
                found = way.texts.take(_slots(way, first, last), mode="clip")
                missing = self._others(found, data, starts, sizes, first, last, longest)
            else:
                end = None if last is None else last[missing]
                again = way.texts.take(_slots(way, first[missing], end), mode="clip")
                found[missing] = again
                still = self._others(again, data, starts[missing], sizes[missing], first[missing], end, longest)
                missing = missing[still]
            if not len(missing):
                break
        assert found is not None
        return Found(found, missing)

    def _others(
        self, found: Places, data: Bits, starts: Ints, sizes: Ints, first: Bits, last: Bits | None, longest: int
    ) -> Ints:
        """Those that are not what was found."""
        if last is None:
            return np.flatnonzero(self._short.take(found, mode="clip") != first)
        wrong = self._words[0].take(found, mode="clip") != first
        wrong |= self._last.take(found, mode="clip") != last
        wrong |= self._sizes.take(found, mode="clip") != sizes
        for at in range(WORD, min(longest, LONGEST) - WORD, WORD):
            longer = np.flatnonzero(sizes > at + WORD)
            there = data[starts.take(longer) + at]
            wrong[longer] |= self._words[at // WORD].take(found.take(longer), mode="clip") != there
        return np.flatnonzero(wrong)


def _way(spread: int, texts: Ints, first: Bits, last: Bits) -> tuple[int, _Way, Ints]:
    """What comes after a spread; the way that tells most of the texts apart of those that are tried; and those that it
    does not tell apart."""
    bits = max(_FEWEST, len(texts) * _SLOTS).bit_length()
    best: tuple[_Way, Ints] | None = None
    for _ in range(_TRIES if len(texts) <= _WORTH else 1):
        way = _Way(spread, np.uint64(64 - bits), np.full(1 << bits, len(first) - 1, np.uint16))
        slots = _slots(way, first[texts], last[texts])
        way.texts[slots[::-1]] = texts[::-1]  # what was met first comes often
        left = texts[way.texts[slots] != texts]
        spread = (spread * _NEXT + 2) & _WHOLE
        if best is None or len(left) < len(best[1]):
            best = way, left
        if not len(left):
            break
    assert best is not None
    return spread, *best


def _slots(way: _Way, first: Bits, last: Bits | None) -> Ints:
    """Of texts of up to eight bytes, these are the first and the last."""
    if last is None:
        mixed = first * np.uint64((1 + _LAST) * way.spread & _WHOLE)
    else:
        mixed = last * np.uint64(_LAST)
        mixed += first
        mixed *= np.uint64(way.spread)
    mixed >>= way.shift
    return mixed.view(np.int64)


class Texts:
    """All that was met, in order. `known` is another one whenever there are more."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._met: set[bytes] = set()
        self._words = np.zeros((0, LONGEST // WORD), np.uint64)
        self._last = np.zeros(0, np.uint64)
        self.known = self._looked()

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, text: bytes) -> bool:
        return text in self._met

    def __getitem__(self, place: int) -> bytes:
        return self._texts[place]

    def add(self, texts: Sequence[bytes]) -> bool:
        """Texts that are new, and none longer than `LONGEST`; whether there is room for them."""
        if len(self._texts) + len(texts) > MOST:
            return False
        self._texts += texts
        self._met.update(texts)
        words = np.frombuffer(b"".join(text.ljust(LONGEST, b"\0") for text in texts), "<u8")
        last = np.frombuffer(b"".join(text[-WORD:].ljust(WORD, b"\0") for text in texts), "<u8")
        self._words = np.concatenate([self._words, words.reshape(-1, LONGEST // WORD)])
        self._last = np.concatenate([self._last, last])
        self.known = self._looked()
        return True

    def _looked(self) -> Known:
        return Known(self._words, self._last, np.array([len(text) for text in self._texts], np.int64))
