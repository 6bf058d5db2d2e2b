"""Opens a data file and reads its rows one after the other. Knows which format it is; knows no methodology."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Literal

from ..diagnostics import Problem, suggestion
from ..echo import shown
from .csv_text import csv_rows
from .lines import Stream
from .parquet import Parquet
from .row import Row, Unreadable

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Row", "Rows", "Unreadable", "kind_of", "open_file", "open_rows"]

_KINDS = (".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx")
_INSTEAD = {
    ".tsv": "separate the columns by commas, and name it .csv",
    ".txt": "separate the columns by commas, and name it .csv",
    ".xls": "save it as .xlsx or .csv",
    ".xlsm": "save it as .xlsx or .csv",
    ".ods": "save it as .xlsx or .csv",
    ".pq": "name it .parquet",
    ".parq": "name it .parquet",
}


class Rows:
    """The rows of a data file, to be iterated over once, in a `with`.

    `columns` are its column names, None for JSON, where each record has its own. `size` is that of the file in bytes
    (of Parquet, in rows), None where it is not known beforehand. `warnings` are of the whole file. `types` are
    those of Parquet's columns. Iterating may raise `Unreadable`: some faults show only further down.
    """

    def __init__(
        self,
        columns: tuple[str, ...] | None,
        rows: Iterator[Row],
        size: int | None,
        position: Callable[[], int],
        close: Callable[[], None],
        warnings: tuple[Problem, ...] = (),
        types: Mapping[str, pa.DataType] | None = None,
    ) -> None:
        self.columns = columns
        self.types = types
        self.size = size
        self.warnings = warnings
        self._rows, self._position, self._close = rows, position, close

    @property
    def position(self) -> int:
        """How much of `size` has been read."""
        return self._position()

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def __enter__(self) -> Rows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()


def open_rows(path: str, stdin: BinaryIO | None = None) -> Rows:
    """The rows of `path`: `.csv`, `.json`, `.jsonl`, `.ndjson`, `.parquet` or `.xlsx`; `-` reads `stdin` (the process's
    own where none is given), which is JSON where it begins with `{` or `[`, else CSV. Raises `Unreadable`."""
    if path == "-":
        source = stdin if stdin is not None else getattr(sys.stdin, "buffer", None)
        if source is None:
            raise Unreadable(Problem("MS501", "there is no standard input to read"), 2)
        stream = Stream(source)
        start = stream.peek(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip()
        kind: Literal[".json", ".csv"] = ".json" if start[:1] in (b"{", b"[") else ".csv"
        return _rows(kind, stream, None, lambda: None)
    suffix = kind_of(path)
    opened, size = open_file(path)
    try:
        if suffix == ".parquet":
            parquet = Parquet(opened)
            found = _Counted(parquet.rows())
            return Rows(parquet.columns, found, parquet.records, lambda: found.count, opened.close, (), parquet.types)
        if suffix == ".xlsx":
            from .excel import excel_rows

            columns, rows, warnings = excel_rows(opened)
            return Rows(columns, rows, None, lambda: 0, opened.close, warnings)
        return _rows(suffix, Stream(opened), size, opened.close)
    except BaseException:
        opened.close()
        raise


def kind_of(path: str) -> str:
    """The suffix of a data file. Raises `Unreadable` where it is none that is known."""
    suffix = PurePath(path).suffix.lower()
    if suffix not in _KINDS:
        _refuse_irregular(path)
        hint = _INSTEAD.get(suffix) or suggestion(suffix, _KINDS) or f"the kinds are {', '.join(_KINDS)}"
        raise Unreadable(Problem("MS502", f"`{shown(path, 60)}` is no kind of data file known here", hint=hint), 2)
    return suffix


class _Counted(Iterator[Row]):
    """Rows, and how many of them have been given."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __next__(self) -> Row:
        row = next(self._rows)
        self.count = row.number
        return row


def _rows(kind: str, stream: Stream, size: int | None, close: Callable[[], None]) -> Rows:
    columns: tuple[str, ...] | None = None
    if kind == ".csv":
        columns, rows = csv_rows(stream)
    else:
        from .json_text import json_lines, json_rows

        rows = json_rows(stream) if kind == ".json" else json_lines(stream)
    return Rows(columns, rows, size, lambda: stream.position, close)


def open_file(path: str) -> tuple[BinaryIO, int]:
    """An ordinary file and its size. Opening a pipe or a device must neither wait nor read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a path"
        message = f"`{shown(path, 60)}` cannot be read: {reason.lower()}"
        raise Unreadable(Problem("MS501", message), 2) from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise _irregular(path, found.st_mode)
    return os.fdopen(handle, "rb"), found.st_size


def _refuse_irregular(path: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # whether it is there at all comes after what its name says
        return
    if not stat.S_ISREG(mode):
        raise _irregular(path, mode)


def _irregular(path: str, mode: int) -> Unreadable:
    if stat.S_ISDIR(mode):
        message, hint = f"`{shown(path, 60)}` is a folder", "name one of the files in it"
    else:
        message, hint = f"`{shown(path, 60)}` is not a regular file", "to read from a pipe, give `-` and redirect it"
    return Unreadable(Problem("MS503", message, hint=hint))
