"""Tables and grids, as printed in a rule file or kept in a CSV file beside it, to cells with places. Knows no names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Findings, Label, Source, Span
from ..syntax import Phrase

MOST_ROWS = 10_000


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
    whole = Phrase(source.text, lambda a, b: Span(source, a, b))
    lines: list[tuple[tuple[Phrase, ...], Span]] = []
    for fields, start, end in _csv_records(source.text):
        if any(text.strip() for text, _, _ in fields):
            cells = tuple(Phrase(text.strip(), lambda a, b, x=s, y=e: Span(source, x, y)) for text, s, e in fields)  # type: ignore[misc]
            lines.append((cells, Span(source, start, end)))
    names = [cell.text for cell in lines[0][0]] if lines else []
    if outcome not in names:
        findings.add(
            "MS310", f"the table has no column `{outcome}` for its outcome", whole.place(0, len(source.line(1)))
        )
        return None
    at = names.index(outcome)
    return _checked([Line(cells[:at], cells[at:], span) for cells, span in lines], whole.place(0, 0), findings)


def records(source: Source, findings: Findings) -> list[dict[str, tuple[Phrase, Phrase]]]:
    """A CSV file, for attributes and parameters: each row's cells by the header's names, each with its heading. A
    row that is too long or short is found, and so is an empty cell; an empty `title` is none."""
    lines = [f for f in _csv_records(source.text) if any(text.strip() for text, _, _ in f[0])]
    if len(lines) < 2:
        findings.add("MS310", "the table has no rows" if lines else "the table is empty", Span(source, 0, 0))
        return []

    def phrase(text: str, start: int, end: int) -> Phrase:
        return Phrase(text.strip(), lambda a, b: Span(source, start, end))

    header = [phrase(*cell) for cell in lines[0][0]]
    names = [head.text for head in header]
    for head in header:
        if names.count(head.text) > 1:
            findings.add("MS310", f"two columns are named `{head.text}`", head.span)
    rows = []
    for fields, start, end in lines[1:]:
        if len(fields) != len(header):
            findings.add("MS310", f"{len(fields)} cells, and the header has {len(header)}", Span(source, start, end))
            continue
        row = {head.text: (head, phrase(*cell)) for head, cell in zip(header, fields, strict=True)}
        for head, cell in row.values():
            if not cell.text and head.text != "title":
                findings.add("MS414", f"`{head.text}` is empty in this row", Span(source, start, end))
        rows.append({name: pair for name, pair in row.items() if pair[1].text or name != "title"})
    return rows


def _checked(lines: list[Line], span: Span, findings: Findings) -> Lines | None:
    if len(lines) < 2:
        findings.add("MS310", "a table has a header line and at least one row", span)
        return None
    if len(lines) > MOST_ROWS:
        findings.add("MS310", f"more than {MOST_ROWS} rows", span)
        return None
    header = lines[0]
    sound = True
    for line in lines[1:]:
        wide, due = len(line.left) + len(line.right), len(header.left) + len(header.right)
        if (len(line.left), len(line.right)) != (len(header.left), len(header.right)):
            sound = False
            findings.add(
                "MS310", f"{wide} cells, and the header has {due}", line.span, labels=[Label(header.span, "the header")]
            )
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


def _csv_records(text: str) -> Iterator[tuple[list[tuple[str, int, int]], int, int]]:
    """Records as lists of (text, start, end), with the places that the standard library's reader does not tell."""
    at, length = 0, len(text)
    while at < length:
        first, fields = at, []
        while True:
            start = at
            if text[at : at + 1] == '"':
                at += 1
                parts = []
                while True:
                    close = text.find('"', at)
                    close = length if close < 0 else close
                    parts.append(text[at:close])
                    at = close + 1
                    if text[at : at + 1] != '"':
                        break
                    parts.append('"')
                    at += 1
                value = "".join(parts)
                while at < length and text[at] not in ",\n":
                    at += 1
            else:
                while at < length and text[at] not in ",\n":
                    at += 1
                value = text[start:at]
            fields.append((value, start, min(at, length)))
            if at >= length or text[at] == "\n":
                break
            at += 1
        yield fields, first, min(at, length)
        at += 1
