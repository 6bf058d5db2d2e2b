"""CSV to rows of text. Guesses nothing: not a type, not a separator, not an encoding. Knows no methodology."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from ..diagnostics import Problem
from ..echo import shown
from .lines import Lines, Stream
from .row import Row, Unreadable

MOST_COLUMNS = 20_000


def csv_rows(stream: Stream) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The column names and the rows, read as they are asked for. Raises `Unreadable`, also from the rows."""
    lines = Lines(stream)
    reader = csv.reader(lines, strict=True)
    columns = headed(reader, lines)
    return columns, _rows(reader, lines, columns)


def headed(reader: Iterator[list[str]], lines: Lines) -> tuple[str, ...]:
    """The column names: what stands on the first line that is not blank. Raises `Unreadable`."""
    while (found := next_row(reader, lines)) is not None:
        line, cells = found
        if cells:
            if len(cells) == 1:
                _refuse_other_separator(cells[0], f"line {line}")
            return header(cells, f"line {line}")
    raise Unreadable(Problem("MS505", "the data is empty", hint="begin with a line of column names"))


def header(cells: Sequence[str], place: str) -> tuple[str, ...]:
    """The column names, without outer space. Raises `Unreadable` where one is empty, unprintable or there twice."""
    columns = tuple(cell.strip() for cell in cells)
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(Problem("MS512", f"the data has more than {MOST_COLUMNS:,} columns", place=place))
    seen: dict[str, int] = {}
    for index, column in enumerate(columns):
        if not column:
            hint = "give it a name, or delete the column"
            raise Unreadable(Problem("MS511", f"column {index + 1} has no name", place=place, hint=hint))
        if not column.isprintable():
            hint = "type the name again: it holds a character that cannot be seen"
            message = f"the name of column {index + 1} holds an unprintable character"
            raise Unreadable(Problem("MS511", message, shown(column), shown(column), place, hint))
        if column in seen:
            message = f"columns {seen[column] + 1} and {index + 1} are both named `{shown(column, 40)}`"
            raise Unreadable(Problem("MS510", message, column, None, place, "rename or delete one of them"))
        seen[column] = index
    return columns


def counted(found: int, columns: int, place: str) -> tuple[Problem, ...]:
    """The problem of a row that has not as many cells as there are columns."""
    if found == columns:
        return ()
    message = f"the row has {found} cell{'' if found == 1 else 's'}, the header has {columns}"
    hint = "put text with a comma inside in double quotes" if found > columns else "add the missing commas"
    return (Problem("MS520", message, place=place, hint=hint),)


def _rows(reader: Iterator[list[str]], lines: Lines, columns: tuple[str, ...]) -> Iterator[Row]:
    number = 0
    while (found := next_row(reader, lines)) is not None:
        line, cells = found
        if is_blank_line(cells):
            continue
        number += 1
        place = f"line {line}"
        yield Row(number, place, dict(zip(columns, cells, strict=False)), counted(len(cells), len(columns), place))


def is_blank_line(cells: Sequence[str]) -> bool:
    """Such a line holds no record."""
    return not cells or (len(cells) == 1 and not cells[0].strip())


def next_row(reader: Iterator[list[str]], lines: Lines) -> tuple[int, list[str]] | None:
    """The line on which the next row begins, and its cells; none for a blank line."""
    line = lines.begin_record()
    try:
        cells = next(reader, None)
    except csv.Error as error:
        raise _broken(str(error), line) from None
    return None if cells is None else (line, cells)


def _broken(error: str, line: int) -> Unreadable:
    place = f"line {line}"
    # After a stray quote nobody knows where the next record begins, so the rows that follow are not read either.
    if "unexpected end" in error:
        message, hint = f"a quote opened in the row of line {line} is never closed", 'close it, or double it: `""`'
        return Unreadable(Problem("MS509", message, place=place, hint=hint))
    if "field larger" in error:
        message = f"a cell is longer than {csv.field_size_limit():,} characters"
        return Unreadable(Problem("MS512", message, place=place, hint="is a quote not closed?"))
    message, hint = "text follows a closing quote", 'write a quote inside a quoted cell twice: `"a ""b"" c"`'
    return Unreadable(Problem("MS509", message, place=place, hint=hint))


def _refuse_other_separator(only: str, place: str) -> None:
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if sign in only:
            message = f"the columns are separated by {name}, not by commas"
            hint = "save it with commas, and numbers with a decimal point (in Excel: `CSV UTF-8 (comma delimited)`)"
            raise Unreadable(Problem("MS508", message, None, shown(only), place, hint))
