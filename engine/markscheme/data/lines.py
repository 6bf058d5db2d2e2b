"""Bytes to physical lines of text: UTF-8 only, each line numbered, none endless. Knows no file format."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from ..diagnostics import Problem
from .row import Unreadable

CHUNK = 1 << 18
LONGEST_RECORD = 16 << 20  # bytes of one record, all its lines together
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # these begin UTF-32's marks, too
_SAVE = "save it as UTF-8 (in Excel: `CSV UTF-8 (comma delimited)`)"


class Source(Protocol):
    """What lines are read from."""

    def read(self, size: int) -> bytes: ...

    def peek(self, size: int) -> bytes: ...


class Stream:
    """A binary stream that knows how far it has been read, and whose beginning can be looked at."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._ahead = b""
        self.position = 0  # bytes read

    def read(self, size: int) -> bytes:
        ahead, self._ahead = self._ahead[:size], self._ahead[size:]
        if not ahead:
            try:
                ahead = self._raw.read(size) or b""
            except (OSError, ValueError) as error:
                reason = (error.strerror if isinstance(error, OSError) else None) or "it is closed"
                raise Unreadable(Problem("MS501", f"the data cannot be read: {reason}"), 2) from None
        self.position += len(ahead)
        return ahead

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, or all where there are fewer, without reading them."""
        found = b""
        while len(found) < size and (more := self.read(size - len(found))):
            found += more
        self._ahead = found + self._ahead
        self.position -= len(found)
        return found

    def whole(self, longest: int) -> str:
        """All that is left as text; refused beyond `longest` bytes."""
        pieces, size = [], 0
        while piece := self.read(CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > longest:
                message = f"the data is larger than {longest >> 20} MB"
                raise Unreadable(Problem("MS512", message, hint="write one record a line, as JSON Lines or CSV"))
        found = b"".join(pieces)
        _refuse_utf16(found)
        found = found.removeprefix(codecs.BOM_UTF8)
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError as error:
            start = found.rfind(b"\n", 0, error.start) + 1
            raise _not_utf8(
                found.count(b"\n", 0, error.start) + 1, error.start - start + 1, found[error.start]
            ) from None


class Lines:
    """The lines of a stream, each with its end (LF, CR LF or CR). `number` is that of the line last given, and `given`
    the bytes given so far. Where `before` is not 0, so many lines of the data have been read before."""

    def __init__(self, stream: Source, before: int = 0) -> None:
        self.number = before
        self.given = 0
        self._left = LONGEST_RECORD
        if not before:
            _refuse_utf16(stream.peek(4))
        self._pieces = self._split(stream)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self._pieces)
        self.number += 1
        self.given += len(piece)
        if self.number == 1:
            piece = piece.removeprefix(codecs.BOM_UTF8)
        self._left -= len(piece)
        if self._left < 0:
            raise self._too_long()
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(self.number, error.start + 1, piece[error.start]) from None

    def begin_record(self) -> int:
        """Gives a record its allowance of bytes, and says on which line it begins."""
        self._left = LONGEST_RECORD
        return self.number + 1

    def _split(self, stream: Source) -> Iterator[bytes]:
        rest = b""
        while chunk := stream.read(CHUNK):
            if (nul := chunk.find(b"\0")) >= 0:
                raise _binary(self.number + 1 + chunk.count(b"\n", 0, nul), (rest + chunk)[:4])
            pieces = (rest + chunk).splitlines(keepends=True)
            # The last piece may go on in the next chunk; a CR at its end may be half of CR LF.
            rest = b"" if pieces[-1].endswith(b"\n") else pieces.pop()
            yield from pieces
            if len(rest) > LONGEST_RECORD:
                raise self._too_long()
        if rest:
            yield rest

    def _too_long(self) -> Unreadable:
        message = f"a record is longer than {LONGEST_RECORD >> 20} MB"
        return Unreadable(Problem("MS512", message, place=f"line {max(self.number, 1)}", hint="is a quote not closed?"))


def _refuse_utf16(start: bytes) -> None:
    if start.startswith(_UTF16):
        raise Unreadable(Problem("MS506", "the data is UTF-16, not UTF-8", place="line 1", hint=_SAVE))


def _not_utf8(line: int, byte: int, found: int) -> Unreadable:
    message = f"byte {byte} of line {line} is not UTF-8"
    hint = f"the data may be Windows-1252: {_SAVE}"
    return Unreadable(Problem("MS506", message, value=f"0x{found:02X}", place=f"line {line}", hint=hint))


def _binary(line: int, start: bytes) -> Unreadable:
    if start.startswith(b"PK"):
        hint = "it looks like a workbook or a zip file: give it its own suffix, such as `.xlsx`"
    elif start.startswith(b"PAR1"):
        hint = "it looks like Parquet, which is not read from standard input: name a file that ends in `.parquet`"
    else:
        hint = f"it may be UTF-16: {_SAVE}"
    return Unreadable(Problem("MS507", "the data holds a NUL, so it is not text", place=f"line {line}", hint=hint))
