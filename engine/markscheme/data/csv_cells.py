"""Plain CSV to columns: each cell as a place in a dictionary of the texts that its column has had. Knows bytes, and no
methodology.

A few texts are all there is in most columns. Where cells begin and end is found for many lines at once, and `texts`
says which text each one is; where a few lines are all there is, `repeats` says which one each is, and no cell is cut
but of the others. What is better split otherwise is left to whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import repeats
from .csv_loops import TYPES, cut
from .repeats import Repeats
from .texts import LONGEST, WORD, Bits, Found, Ints, Places, Texts

if TYPE_CHECKING:
    import pyarrow as pa

MOST_TEXTS = 2_048  # of a column: where there are more, each piece has a dictionary of its own
MOST_COLUMNS = 500
AT_ONCE = 16_384  # cells, so that what is worked on stays in the processor's cache
_LEARNT = 1_000  # cells that are read one by one, before the others are looked at again
_LEAST = 1 << 12  # bytes split at once
_DENSE = 4  # bytes of a cell
_LEARNT_FROM = 1 << 20  # bytes in which whole lines are met
_SELDOM = 4  # times a line stands there, or it is not worth to know it
_NARROW = 3  # cells of a line
_TAKEN_UP = 3  # times that whole lines are learnt, where others come then
_END = ord("\n")
_SEPARATOR = ord(",")


Bytes = npt.NDArray[np.uint8]
Loops = Callable[..., Callable[..., Any] | None]


class Cells:
    """Splits pieces of one file. Threads may share it, and with it what it has learnt."""

    def __init__(
        self, columns: Sequence[str], wanted: Sequence[str], whole: Collection[str], loops: Loops | None = None
    ) -> None:
        """`loops` says whether a loop is compiled, and gives it."""
        import pyarrow as pa

        self._loops = loops

        place = {name: index for index, name in enumerate(columns)}
        self._width = len(columns)
        self._wanted = list(wanted)
        self._places = [place[name] for name in wanted]
        nothing = _Local(np.full(1, 255, np.uint8), 255, pa.array([], pa.string()))
        self._columns = {place[name]: _Column(nothing) for name in wanted if name not in whole}
        self._texts = Texts()
        self._lock = Lock()
        self._rows: _Rows | None = None
        self._taken_up = 0
        self._taking_up = Lock()

    def split(self, data: bytes) -> pa.RecordBatch | None:
        """Whole lines of more than one cell, without quotes and NUL, and with no carriage return but before a line's
        end, everywhere or nowhere. None where they have not as many cells each, or are better split otherwise."""
        import pyarrow as pa

        coded = [index for index, column in self._columns.items() if not column.many]
        if len(coded) > MOST_COLUMNS or 2 * len(coded) < len(self._columns) or not _is_utf8(data):
            return None
        returns = b"\r" in data
        if not data.endswith(b"\n"):
            if returns:
                return None
            data += b"\n"
        apart = [index for index in self._places if index not in coded]
        rows = None if apart else self._known_rows(data, returns, coded)
        columns = self._cut(data, returns, coded, apart) if rows is None else self._found(data, returns, rows)
        if columns is None:
            return None
        return pa.RecordBatch.from_arrays([columns[index] for index in self._places], names=self._wanted)

    # --- whole lines -------------------------------------------------------------------------------------------------

    def _known_rows(self, data: bytes, returns: bool, coded: Sequence[int]) -> _Rows | None:
        """None where lines are too different, or are being learnt."""
        rows = self._rows
        if rows is not None and rows.coded == tuple(coded):
            return rows
        if self._taken_up >= _TAKEN_UP or len(coded) < _NARROW or not self._taking_up.acquire(blocking=False):
            return None
        try:
            self._taken_up += 1
            every = data[: data.rfind(b"\n", 0, _LEARNT_FROM) + 1].splitlines(keepends=True)
            lines = [line for line in dict.fromkeys(every) if len(line) <= repeats.LONGEST]
            if not lines or len(lines) > repeats.MOST or len(lines) * _SELDOM > len(every):
                return None
            parts = self._parts(b"".join(lines), returns, coded, ())
            self._rows = None if parts is None else _Rows(Repeats(lines), tuple(coded), parts.texts)
            return self._rows
        finally:
            self._taking_up.release()

    def _found(self, data: bytes, returns: bool, rows: _Rows) -> dict[int, pa.Array] | None:
        import pyarrow as pa

        found = rows.lines.found(data)
        places = found.places.astype(np.intp)
        texts, missing = rows.texts, found.missing
        if len(missing):
            starts = np.where(missing > 0, found.ends[missing - 1] + 1, 0)
            pairs = zip(starts.tolist(), found.ends[missing].tolist(), strict=True)
            others = self._parts(b"".join(data[start : end + 1] for start, end in pairs), returns, rows.coded, ())
            if others is None:
                return None
            places[missing] = texts.shape[1] + np.arange(len(missing))
            texts = np.concatenate([texts, others.texts], axis=1)
            if len(missing) * _SELDOM > len(places):
                self._rows = None
        columns: dict[int, pa.Array] = {}
        for at, index in enumerate(rows.coded):
            array = self._array(self._columns[index], texts[at])
            if array is None:
                return None
            own = pa.array(np.asarray(array.indices).take(places, mode="clip"))
            columns[index] = pa.DictionaryArray.from_arrays(own, array.dictionary, safe=False)
        return columns

    # --- cells -------------------------------------------------------------------------------------------------------

    def _cut(
        self, data: bytes, returns: bool, coded: Sequence[int], apart: Sequence[int]
    ) -> dict[int, pa.Array] | None:
        parts = self._parts(data, returns, coded, apart)
        if parts is None:
            return None
        found: dict[int, pa.Array] = {}
        for at, index in enumerate(coded):
            array = self._array(self._columns[index], parts.texts[at])
            if array is None:
                return None
            found[index] = array
        for at, index in enumerate(apart):
            text = _text(data, *(np.concatenate(each) for each in zip(*parts.apart[at], strict=True)))
            found[index] = text.dictionary_encode() if index in self._columns else text
        return found

    def _parts(self, data: bytes, returns: bool, coded: Sequence[int], apart: Sequence[int]) -> _Parts | None:
        loop = None
        if self._loops is not None and coded:
            # Two bytes count as one value of a column: so much time is won by the loop.
            loop = self._loops(np.frombuffer(data, np.uint16, len(data) // 2), cut, TYPES)
        if loop is not None:
            return self._looped(loop, data, returns, coded, apart)
        texts = np.empty((len(coded), data.count(b"\n")), np.uint16)
        beyond: list[list[tuple[Ints, Ints]]] = [[] for _ in apart]
        start, row, size = 0, 0, AT_ONCE
        while start < len(data):
            end = data.rfind(b"\n", start, start + size) + 1 or data.find(b"\n", start) + 1
            lines = _Lines(data, start, end)
            ends = lines.ends(self._width)
            if ends is None:
                return None
            starts = _following(ends)
            if returns:
                ends[:, -1] -= 1
            if coded:
                every = list(coded) == list(range(self._width))
                first, last = (starts, ends) if every else (starts[:, coded], ends[:, coded])
                found = self._looked_up(lines, first.ravel(), last.ravel(), coded)
                if found is None:
                    return None
                texts[:, row : row + len(ends)] = found.reshape(-1, len(coded)).T
            for places, index in zip(beyond, apart, strict=True):
                places.append((starts[:, index] + start, ends[:, index] + start))
            size = max(_LEAST, AT_ONCE * (end - start) // ends.size)
            start, row = end, row + len(ends)
        return _Parts(texts, beyond)

    def _looped(
        self, loop: Callable[..., Any], data: bytes, returns: bool, coded: Sequence[int], apart: Sequence[int]
    ) -> _Parts | None:
        """The same by a compiled loop."""
        octets = np.frombuffer(data, np.uint8)
        rows = int(np.count_nonzero(octets == _END))
        words = np.ndarray((len(data),), "<u8", data + bytes(WORD), 0, (1,))
        roles = np.full(self._width, -1, np.int64)
        roles[list(coded)] = np.arange(len(coded))
        roles[list(apart)] = -2 - np.arange(len(apart))
        starts, ends = np.empty((2, len(apart), rows), np.int64)
        missing = np.empty((_LEARNT, 3), np.int64)
        texts = np.empty((len(coded), rows), np.uint16)
        while True:
            known = self._texts.known
            places = starts.ravel(), ends.ravel(), missing.ravel(), texts.ravel()
            many = loop(octets, words, *known.for_loop, roles, rows, returns, *places)
            if many < 0:
                return None
            if not many:
                return _Parts(texts, [[each] for each in zip(starts, ends, strict=True)])
            cells = ((data[begin:finish], column) for column, begin, finish in missing[:many].tolist())
            with self._lock:
                if self._texts.known is known and not self._learn(cells):
                    return None

    def _looked_up(self, lines: _Lines, starts: Ints, ends: Ints, coded: Sequence[int]) -> Places | None:
        """Which text each cell is; those that were not met before are learnt, unless there are too many of them."""
        known = self._texts.known
        words = lines.words(len(starts))
        found: Found = known.looked_up(words, starts, ends)
        while len(found.missing):
            with self._lock:
                if self._texts.known is known and not self._learn(_cells(lines, starts, ends, found.missing, coded)):
                    return None
                known = self._texts.known
            again = known.looked_up(words, starts[found.missing], ends[found.missing])
            found.places[found.missing] = again.places
            found = Found(found.places, found.missing[again.missing])
        return found.places

    def _learn(self, cells: Iterable[tuple[bytes, int]]) -> bool:
        """Whether their texts are known now; else their columns are given up."""
        column_of: dict[bytes, int] = {}
        for text, index in cells:
            column_of.setdefault(text, index)
        # One that is known and not found stands where another one is looked for.
        fresh = {text: index for text, index in column_of.items() if len(text) <= LONGEST and text not in self._texts}
        for index in fresh.values():
            self._columns[index].learnt += 1
        vain = {index for text, index in column_of.items() if text not in fresh}
        vain |= {index for index in fresh.values() if self._columns[index].learnt > MOST_TEXTS}
        if not vain and not self._texts.add(list(fresh)):
            vain = set(fresh.values())
        for index in vain:
            self._columns[index].many = True
        return not vain

    # --- columns -----------------------------------------------------------------------------------------------------

    def _array(self, column: _Column, texts: Places) -> pa.DictionaryArray | None:
        import pyarrow as pa

        local = column.local
        places = local.places.take(texts, mode="clip")
        if len(places) and places.max() == local.unmet:
            with self._lock:
                local = column.local
                unmet = local.places.take(texts, mode="clip") == local.unmet
                local = column.meet(self._texts, np.unique(texts[unmet]))
            if len(local.dictionary) > MOST_TEXTS:
                column.many = True
                return None
            places = local.places.take(texts, mode="clip")
        return pa.DictionaryArray.from_arrays(pa.array(places), local.dictionary, safe=False)


class _Lines:
    """Some lines of a piece."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data, self.start, self._end = data, start, end

    def ends(self, width: int) -> Ints | None:
        """Where each cell ends, a row a line; None where not all lines have so many cells."""
        octets = np.frombuffer(self.data, np.uint8, self._end - self.start, self.start)
        of_lines = octets == _END
        apart = octets == _SEPARATOR
        apart |= of_lines
        found = np.flatnonzero(apart)
        lines = np.count_nonzero(of_lines)
        if len(found) != lines * width or not of_lines[found[width - 1 :: width]].all():
            return None
        return found.reshape(-1, width)

    def words(self, cells: int) -> Bits:
        """Eight bytes, from each one on: next to each other in memory where most are asked for."""
        data, start, size = self.data, self.start, self._end - self.start
        if self._end + WORD > len(data):
            data, start = data[start : self._end].ljust(size + WORD, b"\0"), 0
        overlapping: Bits = np.ndarray((size,), "<u8", data, start, (1,))
        return overlapping.copy() if size < _DENSE * cells else overlapping


class _Rows(NamedTuple):
    """Whole lines, and which texts their cells in the columns `coded` are: a row a column."""

    lines: Repeats
    coded: tuple[int, ...]
    texts: Places


class _Parts(NamedTuple):
    texts: Places  # a row a column
    apart: list[list[tuple[Ints, Ints]]]  # of each column of texts of its own: where its cells begin and end


class _Local(NamedTuple):
    """Of a column: where each of all texts stands in its dictionary. The last one stands for all that come later."""

    places: Bytes | Places
    unmet: int
    dictionary: pa.Array


@dataclass(slots=True)
class _Column:
    local: _Local
    learnt: int = 0
    many: bool = False

    def meet(self, texts: Texts, others: Places) -> _Local:
        """With other texts at the end of the dictionary."""
        import pyarrow as pa

        before = self.local
        met = len(before.dictionary)
        size = met + len(others)
        kind: Any = np.uint8 if size < 255 else np.uint16
        unmet = int(np.iinfo(kind).max)
        places = np.full(len(texts) + 1, unmet, kind)
        old = np.flatnonzero(before.places != before.unmet)
        places[old] = before.places[old]
        places[others] = np.arange(met, size)
        more = pa.array([texts[place].decode() for place in others.tolist()], pa.string())
        self.local = _Local(places, unmet, pa.concat_arrays([before.dictionary, more]))
        return self.local


def _cells(lines: _Lines, starts: Ints, ends: Ints, missing: Ints, coded: Sequence[int]) -> Iterable[tuple[bytes, int]]:
    """The first that are missing, and the column of each."""
    some = missing[:_LEARNT]
    begins, finishes = (each[some] + lines.start for each in (starts, ends))
    for begin, finish, at in zip(begins.tolist(), finishes.tolist(), (some % len(coded)).tolist(), strict=True):
        yield lines.data[begin:finish], coded[at]


def _following(ends: Ints) -> Ints:
    """Where cells begin."""
    starts = np.empty_like(ends)
    flat = starts.ravel()
    flat[0] = 0
    np.add(ends.ravel()[:-1], 1, out=flat[1:])
    return starts


def _is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    if data.isascii():
        return True
    try:
        pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], np.int32)), pa.py_buffer(data)).validate(
            full=True
        )
    except pa.ArrowInvalid:
        return False
    return True


def _text(data: bytes, starts: Ints, ends: Ints) -> pa.StringArray:
    """The cells themselves: what lies between them is taken for text, too, and left out."""
    import pyarrow as pa

    offsets = np.empty(2 * len(starts) + 1, np.int32)
    offsets[:-1:2], offsets[1::2], offsets[-1] = starts, ends, len(data)
    every = pa.StringArray.from_buffers(2 * len(starts), pa.py_buffer(offsets), pa.py_buffer(data))
    return every.take(pa.array(np.arange(0, 2 * len(starts), 2)))
