"""Tables and grids, as printed in a rule file or kept in a CSV file beside it, to cells with places. Knows no names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Findings, Label, Source, Span
from ..syntax import Phrase
from .csv_records import MOST_ROWS, csv_records, twice


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: the cells before `||` and those after it."""

    left: tuple[Phrase, ...]
    right: tuple[Phrase, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Lines:
    """A table's header and rows, all of one width."""

    header: Line
    rows: tuple[Line, ...]


def table(block: Phrase, findings: Findings) -> Lines | None:
    """Cells apart by `|`, conditions and outcome apart by `||`."""
    lines = []
    for start, end in _lines(block.text):
        line = block.text[start:end]
        middle = line.find("||")
        if middle < 0:
            span = block.part(start, end).span
            findings.add("MS310", "this line of the table has no `||` before its outcome", span, "a | b || outcome")
            continue
        left = tuple(_cells(block, start, start + middle))
        right = tuple(_cells(block, start + middle + 2, end))
        lines.append(Line(left, right, block.part(start, end).span))
    return _checked(lines, block.span, findings)


def grid(block: Phrase, findings: Findings) -> Lines | None:
    """The first cell `rows \\ columns`; then a key and its values on each line. `left` is the key, `right` the rest."""
    lines = []
    for start, end in _lines(block.text):
        cells = tuple(_cells(block, start, end))
        lines.append(Line(cells[:1], cells[1:], block.part(start, end).span))
    return _checked(lines, block.span, findings)


def csv(source: Source, outcome: str, findings: Findings) -> Lines | None:
    """A CSV file whose header names the columns; `outcome` is the first of those after the imagined `||`."""
    found = csv_records(source, findings)
    if found is None:
        return None
    names = [cell.text for cell in found[0].cells] if found else []
    if outcome not in names:
        place = Span(source, 0, len(source.line(1)))
        findings.add("MS310", f"the table has no column `{outcome}` for its outcome", place)
        return None
    at = names.index(outcome)
    return _checked([Line(r.cells[:at], r.cells[at:], r.span) for r in found], Span(source, 0, 0), findings)


def records(source: Source, findings: Findings) -> list[dict[str, tuple[Phrase, Phrase]]]:
    """A CSV file, for attributes and parameters: each row's cells by the header's names, each with its heading. A
    row that is too long or short is found, and so is an empty cell; an empty `title` is none."""
    found = csv_records(source, findings)
    if found is None:
        return []
    if len(found) < 2:
        findings.add("MS310", "the table has no rows" if found else "the table is empty", Span(source, 0, 0))
        return []
    header = found[0].cells
    twice(header, findings)
    rows = []
    for record in found[1:]:
        if len(record.cells) != len(header):
            message = f"{len(record.cells)} cells, and the header has {len(header)}"
            findings.add("MS310", message, record.span)
            continue
        row = {head.text: (head, cell) for head, cell in zip(header, record.cells, strict=True)}
        for head, cell in row.values():
            if not cell.text and head.text != "title":
                findings.add("MS414", f"`{head.text}` is empty in this row", record.span)
        rows.append({name: pair for name, pair in row.items() if pair[1].text or name != "title"})
    return rows


def _checked(lines: list[Line], span: Span, findings: Findings) -> Lines | None:
    if len(lines) < 2:
        findings.add("MS310", "a table has a header line and at least one row", span)
        return None
    if len(lines) > MOST_ROWS + 1:
        findings.add("MS310", f"more than {MOST_ROWS:,} rows", span)
        return None
    header = lines[0]
    sound = True
    for line in lines[1:]:
        wide, due = len(line.left) + len(line.right), len(header.left) + len(header.right)
        if (len(line.left), len(line.right)) != (len(header.left), len(header.right)):
            message = f"{wide} cells, and the header has {due}"
            if wide == due:
                message = f"{len(line.left)} cells before `||`, and the header has {len(header.left)}"
            few = "a row has a cell for every column: leave a cell blank between its bars where there is nothing"
            if sound:  # the others of one table are the same slip
                others = (
                    sum((len(x.left), len(x.right)) != (len(header.left), len(header.right)) for x in lines[1:]) - 1
                )
                message += f"; so it is with {others} more rows" if others > 1 else ""
                hint = few if wide < due else None
                findings.add("MS310", message, line.span, hint, [Label(header.span, "the header")])
            sound = False
    return Lines(header, tuple(lines[1:])) if sound else None


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each line that is not blank."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _cells(block: Phrase, start: int, end: int) -> Iterator[Phrase]:
    for cell in block.text[start:end].split("|"):
        yield block.part(start, start + len(cell))
        start += len(cell) + 1
