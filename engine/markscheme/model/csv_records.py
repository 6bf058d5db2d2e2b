"""A CSV file beside a rule file to records of cells, each with its place. Bounded; knows no column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..diagnostics import Findings, Label, Source, Span
from ..document import unseen
from ..syntax import Phrase

MOST_ROWS = 10_000
MOST_COLUMNS = 1_000

_BLANK_LINES = re.compile(r"(?:[ \t\r]*+\n)*+")  # possessive: it remembers no line
_UP_TO_COMMA = re.compile(r"[^,\n]*")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file; the span is that of all its cells."""

    cells: tuple[Phrase, ...]
    span: Span


def csv_records(source: Source, findings: Findings) -> tuple[Record, ...] | None:
    """The records that are not blank, the header first; None where the file is no table, which is found. The standard
    library's reader does not tell where a cell stands, and takes whatever follows a closing quote."""
    if unseen(source, findings):
        return None
    found: list[Record] = []
    at, length = _after_blank_lines(source.text, 0), len(source.text)
    while at < length:
        read = _record(source, at, findings)
        if read is None:
            return None
        cells, end = read
        if any(cell.text for cell in cells):
            found.append(Record(cells, Span(source, at, end)))
        if len(found) > MOST_ROWS + 1:
            findings.add("MS310", f"more than {MOST_ROWS:,} rows", found[-1].span, "a table has at most so many")
            return None
        at = _after_blank_lines(source.text, end + 1)
    return tuple(found)


def twice(header: tuple[Phrase, ...], findings: Findings) -> bool:
    """Whether two columns have one name, which is found."""
    first: dict[str, Phrase] = {}
    found = False
    for head in header:
        if first.setdefault(head.text, head) is not head and head.text:
            labels = [Label(first[head.text].span, "the other one")]
            findings.add("MS310", f"two columns are named `{head.text}`", head.span, "keep one of them", labels)
            found = True
    return found


def _after_blank_lines(text: str, at: int) -> int:
    blank = _BLANK_LINES.match(text, at)
    return blank.end() if blank else at


def _record(source: Source, start: int, findings: Findings) -> tuple[tuple[Phrase, ...], int] | None:
    """The cells of the record that begins there, and where it ends."""
    text, at = source.text, start
    cells: list[Phrase] = []
    while True:
        first, value = at, None
        if text.startswith('"', at):
            value, at = _quoted(text, at)
            if value is None:
                findings.add("MS310", "a quote is opened and never closed", Span(source, first, at), "close it")
                return None
        rest = _UP_TO_COMMA.match(text, at)
        end = rest.end() if rest else at
        if value is not None and text[at:end].strip():
            hint = 'write a quote inside a quoted cell twice: `""`'
            findings.add("MS310", "text follows a closing quote", Span(source, at, end), hint)
            return None
        cells.append(_cell(source, text[first:end] if value is None else value, first, end))
        if len(cells) > MOST_COLUMNS:
            findings.add("MS310", f"more than {MOST_COLUMNS:,} cells", Span(source, start, start), "is it CSV?")
            return None
        if not text.startswith(",", end):
            return tuple(cells), end
        at = end + 1


def _quoted(text: str, at: int) -> tuple[str | None, int]:
    """The text between the quote there and the one that closes it, and where that ends; None where none does."""
    parts: list[str] = []
    while True:
        close = text.find('"', at + 1)
        if close < 0:
            return None, len(text)
        parts.append(text[at + 1 : close])
        if not text.startswith('"', close + 1):
            return '"'.join(parts), close + 1
        at = close + 1


def _cell(source: Source, text: str, start: int, end: int) -> Phrase:
    return Phrase(text.strip(), lambda a, b: Span(source, start, end))
