"""CSV to blocks of columns. What is plain is split as `csv_cells` does it, or by pyarrow where a column repeats itself
seldom, everything else by the strict reader; knows no methodology.

Plain are whole lines without a NUL or a stray carriage return, each with as many cells as the first has, in UTF-8, and
with quotes around whole cells only that would be the same without: there both readers see the same cells, and a test
holds them against each other.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from ..diagnostics import Problem
from .blocks import Block
from .csv_text import counted, headed, is_blank_line, next_row
from .lines import CHUNK, LONGEST_RECORD, Lines, Stream

if TYPE_CHECKING:
    import pyarrow as pa

    from .csv_cells import Loops

PLAIN = 4 << 20  # bytes looked at together
STRICT = 1 << 20  # bytes after which it is tried again whether what follows is plain
_AHEAD = 3  # pieces that are split while another one is rated
_LONGEST_LINE = 131_072  # bytes: no cell of such a line is longer than the strict reader takes
_ROWS = 1 << 17
_EMPTY_LINE = re.compile(rb"(?:^|\n)\r?\n")


class CsvBlocks:
    """The column names, read at once, and the blocks below. Raises `Unreadable`, also from the blocks."""

    def __init__(self, stream: Stream, loops: Loops | None = None) -> None:
        self._source, self._loops = _Source(stream), loops
        lines = Lines(self._source)
        self.columns = headed(csv.reader(lines, strict=True), lines)
        # The source gives a line at a time, but a carriage return alone ends a line, too: put the others back.
        self._source.put_back(lines.given)
        self._line = lines.number + 1

    def blocks(self, whole: Collection[str] = (), only: Collection[str] | None = None) -> Iterator[Block]:
        """All records, in order. Columns in `whole` are text, others dictionaries of text. `only` are those to be
        given."""
        wanted = [name for name in self.columns if only is None or name in only]
        size = PLAIN
        with ThreadPoolExecutor(2) as threads:
            split = _Plain(self.columns, wanted, whole, self._loops)
            pieces = _Pieces(self._source, threads, split)
            while piece := pieces.next(size):
                batch = piece.batch.result()
                if batch is not None:
                    size = PLAIN
                    first, self._line = self._line, self._line + batch.num_rows
                    for start in range(0, batch.num_rows, _ROWS):
                        numbers = range(first + start, min(first + start + _ROWS, self._line))
                        yield Block(batch.slice(start, _ROWS), numbers, "line")
                else:
                    pieces.put_back(piece.data)
                    size = STRICT
                    yield from self._strictly(wanted, whole)

    def _strictly(self, wanted: Sequence[str], whole: Collection[str]) -> Iterator[Block]:
        """One block, or none where there are blank lines only, up to where a row ends."""
        self._source.begin(STRICT)
        lines = Lines(self._source, self._line - 1)
        reader = csv.reader(lines, strict=True)
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        faults: dict[int, tuple[Problem, ...]] = {}
        while (found := next_row(reader, lines)) is not None:
            line, cells = found
            if not is_blank_line(cells):
                if problems := counted(len(cells), len(self.columns), f"line {line}"):
                    faults[len(rows)] = problems
                rows.append([*cells[: len(self.columns)], *[None] * (len(self.columns) - len(cells))])
                numbers.append(line)
            if self._source.given >= STRICT and self._source.given == lines.given:
                break  # nothing has been read beyond this row
        self._line = lines.number + 1
        if rows:
            yield Block(_batch(self.columns, rows, wanted, whole), numbers, "line", faults)


class _Source:
    """Bytes of a stream, `CHUNK`s up to a size, then no more than a line at a time; what was given may be put back."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = b""  # read from the stream and not given yet
        self._given: list[bytes] = []
        self._freely = 0
        self.given = 0  # bytes since `begin`

    def begin(self, freely: int) -> None:
        self._given, self._freely, self.given = [], freely, 0

    def peek(self, size: int) -> bytes:
        self._fill(size)
        return self._buffer[:size]

    def read(self, size: int) -> bytes:
        if self.given < self._freely:
            self._fill(size)
            end = min(size, self._freely - self.given)
        else:
            end = self._line_end()
        found, self._buffer = self._buffer[:end], self._buffer[end:]
        self.given += len(found)
        if not self._freely:
            self._given.append(found)
        return found

    def put_back(self, kept: int) -> None:
        """All that was given line by line after the first `kept` bytes."""
        self._buffer = b"".join(self._given)[kept:] + self._buffer

    def whole_lines(self, size: int) -> bytes:
        """About `size` bytes, up to the end of a line or of the data; none where there are no more."""
        if len(self._buffer) <= size and (more := self._stream.read(size + 1 - len(self._buffer))):
            end = more.rfind(b"\n", 0, size - len(self._buffer)) + 1
            if end and len(self._buffer) + len(more) > size:  # mostly: then what is read is copied once
                found = b"".join((self._buffer, memoryview(more)[:end]))
                self._buffer = more[end:]
                return found
            self._buffer += more
        self._fill(size + 1)
        end = self._buffer.rfind(b"\n", 0, size) + 1 if len(self._buffer) > size else 0
        if not end:
            end = self._line_end() if len(self._buffer) > size else len(self._buffer)
        found, self._buffer = self._buffer[:end], self._buffer[end:]
        return found

    def restore(self, data: bytes) -> None:
        self._buffer = data + self._buffer

    def _line_end(self) -> int:
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > LONGEST_RECORD + CHUNK or not self._fill(start + CHUNK):
                return len(self._buffer)
        return end + 1

    def _fill(self, size: int) -> bool:
        """Whether anything has been added."""
        missing = size - len(self._buffer)
        pieces = [self._buffer]
        while missing > 0 and (more := self._stream.read(max(missing, CHUNK))):
            pieces.append(more)
            missing -= len(more)
        if len(pieces) > 1:
            self._buffer = b"".join(pieces)
        return len(pieces) > 1


class _Piece(NamedTuple):
    data: bytes
    batch: Future[pa.RecordBatch | None]  # none where it is not plain


class _Pieces:
    """Whole lines of the data, split by other threads before they are asked for."""

    def __init__(self, source: _Source, threads: ThreadPoolExecutor, split: _Plain) -> None:
        self._source, self._threads, self._split = source, threads, split
        self._ahead: deque[_Piece] = deque()

    def next(self, size: int) -> _Piece | None:
        while len(self._ahead) <= (_AHEAD if size == PLAIN else 0):
            data = self._source.whole_lines(size)
            if not data:
                break
            self._ahead.append(_Piece(data, self._threads.submit(self._split, data)))
        return self._ahead.popleft() if self._ahead else None

    def put_back(self, data: bytes) -> None:
        """And all that follows it."""
        self._source.restore(b"".join((data, *(piece.data for piece in self._ahead))))
        self._ahead.clear()


class _Plain:
    """Splits bytes that are plain."""

    def __init__(
        self, columns: Sequence[str], wanted: Sequence[str], whole: Collection[str], loops: Loops | None
    ) -> None:
        import pyarrow as pa
        import pyarrow.csv

        from .csv_cells import Cells

        self._several = len(columns) > 1
        self._cells = Cells(columns, wanted, whole, loops)
        text, coded = pa.string(), pa.dictionary(pa.int32(), pa.string())
        self._names = list(columns)
        self._parsing = pyarrow.csv.ParseOptions(
            quote_char=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False
        )
        self._converting = pyarrow.csv.ConvertOptions(
            check_utf8=True,
            column_types={name: text if name in whole else coded for name in wanted},
            null_values=[],
            strings_can_be_null=False,
            include_columns=list(wanted),
        )

    def __call__(self, data: bytes) -> pa.RecordBatch | None:
        import pyarrow as pa
        import pyarrow.csv

        if self._several and b'"' in data:
            data = _unquoted(data) or b'"'
        if not self._several or not _looks_plain(data):
            return None
        if (batch := self._cells.split(data)) is not None:
            return batch
        reading = pyarrow.csv.ReadOptions(
            use_threads=False, block_size=len(data) + 1, column_names=self._names, encoding="utf8"
        )
        try:
            found = pyarrow.csv.read_csv(pa.BufferReader(data), reading, self._parsing, self._converting)
        except pa.ArrowException:
            return None  # the strict reader says why, or takes it
        (batch,) = found.combine_chunks().to_batches() or [None]
        # An empty line is taken for a record, of empty cells, and so it is looked for where there are some.
        return None if batch is None or (_has_empty(batch.column(0)) and _EMPTY_LINE.search(data)) else batch


def _has_empty(column: pa.Array) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    return bool(pc.min(pc.binary_length(texts)).as_py() == 0)


def _unquoted(data: bytes) -> bytes | None:
    """The same without quotes, where these stand around whole cells and hold no separator, line end or quote."""
    import numpy as np

    octets = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(octets == ord('"'))
    if len(quotes) % 2:
        return None
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[np.maximum(opening, 1) - 1]
    after = octets[np.minimum(closing, len(octets) - 2) + 1]
    begins = (opening == 0) | (before == ord(",")) | (before == ord("\n"))
    ends = (closing == len(octets) - 1) | (after == ord(",")) | (after == ord("\n")) | (after == ord("\r"))
    if not (begins.all() and ends.all()):
        return None
    apart = np.flatnonzero((octets == ord(",")) | (octets == ord("\n")) | (octets == ord("\r")))
    if (np.searchsorted(apart, opening) != np.searchsorted(apart, closing)).any():
        return None
    return data.replace(b'"', b"")


def _looks_plain(data: bytes) -> bool:
    if b'"' in data or b"\0" in data or data.startswith(BOM_UTF8):  # pyarrow takes that for no text, wherever it stands
        return False
    if b"\r" in data:
        ends = data.count(b"\r\n")
        if not data.count(b"\r") == ends == data.count(b"\n"):
            return False
    start = 0
    while len(data) - start > _LONGEST_LINE:
        end = data.rfind(b"\n", start, start + _LONGEST_LINE)
        if end < 0:
            return False
        start = end + 1
    return True


def _batch(
    columns: Sequence[str], rows: list[list[str | None]], wanted: Sequence[str], whole: Collection[str]
) -> pa.RecordBatch:
    import pyarrow as pa

    found = []
    for name, cells in zip(columns, zip(*rows, strict=True), strict=True):
        if name in wanted:
            texts = pa.array(cells, pa.string())
            found.append(texts if name in whole else texts.dictionary_encode())
    return pa.RecordBatch.from_arrays(found, names=list(wanted))
