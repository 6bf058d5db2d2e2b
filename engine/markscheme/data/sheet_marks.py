"""What a sheet says of its cells beside their values: which are merged, and what is hidden. Knows no value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from ..diagnostics import Problem
from .row import Unreadable

LAST_ROW = 1_048_576
MOST_MERGED = 100_000
_MOST_COLUMNS = 20_000
_CHUNK = 1 << 20
_LONGEST_TAG = 10_000
_TAG = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""\b(\w+)\s*=\s*["']([^"']*)["']""")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(slots=True)
class Marks:
    """Lines count from 1, columns from 0. A merged range is its first and last line, and its first and last column."""

    hidden_lines: set[int] = field(default_factory=set)
    hidden_columns: bytearray = field(default_factory=lambda: bytearray(_MOST_COLUMNS))  # 1 where it is hidden
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def marks_of(part: IO[bytes]) -> Marks:
    """The marks of a sheet's XML, read once from beginning to end. Raises `Unreadable` where there are too many."""
    marks, line, columns = Marks(), 0, 0
    for kind, text in _tags(part):
        said = {name: value.decode("ascii", "replace") for name, value in _ATTRIBUTE.findall(text)}
        hidden = said.get(b"hidden", "0").lower() in ("1", "true")
        if kind == b"row":
            line = int(said[b"r"]) if said.get(b"r", "").isdecimal() else line + 1
            if hidden and line <= LAST_ROW:
                marks.hidden_lines.add(line)
        elif kind == b"col":
            columns += 1
            if hidden and columns <= _MOST_COLUMNS:
                first, last = max(int(said[b"min"]) - 1, 0), min(int(said[b"max"]), _MOST_COLUMNS)
                marks.hidden_columns[first:last] = b"\1" * max(last - first, 0)
        elif found := _RANGE.fullmatch(said.get(b"ref", "")):
            left, top, right, bottom = found.groups()
            marks.merged.append((int(top), int(bottom or top), _index(left), _index(right or left)))
            if len(marks.merged) > MOST_MERGED:
                message = f"the sheet has more than {MOST_MERGED:,} merged ranges"
                raise Unreadable(Problem("MS512", message, hint="unmerge the cells, and fill each"))
    marks.merged.sort()
    return marks


def letters(column: int) -> str:
    """`A` for 0, `AA` for 26."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def _index(name: str) -> int:
    """0 for `A`."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _tags(part: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    rest = b""
    while chunk := part.read(_CHUNK):
        text = rest + chunk
        for found in _TAG.finditer(text):
            yield found[1], found[2]
        cut = text.rfind(b"<")  # a tag may go on in the next chunk
        rest = text[cut:] if cut >= 0 and b">" not in text[cut:] and len(text) - cut <= _LONGEST_TAG else b""
