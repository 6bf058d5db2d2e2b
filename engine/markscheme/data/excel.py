"""The first sheet of an Excel workbook to rows of text. Guesses nothing; knows no methodology.

What is hidden is read like anything else, with a warning. Not looked at: a sheet that was cut off at Excel's last row.
"""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from ..diagnostics import Problem
from ..echo import shown
from ..intake.slips_in_numbers import ERROR_HINT
from .csv_text import header
from .row import Row, Unreadable
from .sheet_marks import LAST_ROW, Marks, letters, marks_of

if TYPE_CHECKING:
    from openpyxl import Workbook

LARGEST = 1 << 30  # bytes, unpacked
LARGEST_STRINGS = 256 << 20  # bytes of the shared texts, which are held in memory
MOST_PACKED = 300  # times smaller than unpacked; ordinary sheets reach 20
_BEYOND = 8  # columns looked at to the right of the header, for rows with too many cells
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(rb"<[A-Za-z]")
_FORMULA = re.compile(rb"<(\w+:)?f[ >/]")


def excel_rows(stream: BinaryIO) -> tuple[tuple[str, ...], Iterator[Row], tuple[Problem, ...]]:
    """The column names in row 1, the rows below, and warnings. Raises `Unreadable`, also from the rows."""
    try:
        import openpyxl  # an extra, and slow to load
    except ImportError:
        hint = "`pip install markscheme[excel]`, or save the sheet as `CSV UTF-8 (comma delimited)`"
        raise Unreadable(Problem("MS504", "Excel workbooks need openpyxl", hint=hint), 2) from None
    try:
        formulas = _inspect(stream)
        with warnings.catch_warnings():  # openpyxl warns of whatever it leaves out: drawings, validation lists
            warnings.simplefilter("ignore")
            books = [openpyxl.load_workbook(stream, read_only=True, data_only=True)]
            if formulas:  # a second look, to tell a formula without a stored value from an empty cell
                books.append(openpyxl.load_workbook(stream, read_only=True, data_only=False))
        sheets = [_first_sheet(book) for book in books]
        with sheets[0]._get_source() as part:
            marks = marks_of(part)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first = next(sheets[0].iter_rows(min_row=1, max_row=1, max_col=20_001), ())
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, ParseError and more out of a broken workbook
        raise _broken(error) from None
    title, names = sheets[0].title, [_heading(cell.value) for cell in first]
    while names and not names[-1]:
        names.pop()
    if not names:
        hint = "put the column names into row 1 of the first sheet"
        raise Unreadable(Problem("MS505", f"row 1 of `{shown(title, 40)}` is empty", place=f"{title}!1", hint=hint))
    columns = header(names, f"{title}!row 1")
    return columns, _rows(sheets, title, columns, marks), _hidden(sheets[0], title, columns, marks)


def _hidden(sheet: Any, title: str, columns: tuple[str, ...], marks: Marks) -> tuple[Problem, ...]:
    """Warnings of what nobody sees who opens the workbook, other than rows."""
    found = [Problem("MS522", f"sheet `{shown(title, 40)}` is hidden in the workbook, and is read")] * (
        sheet.sheet_state != "visible"
    )
    for index, name in enumerate(columns):
        if marks.hidden_columns[index]:
            place = f"{title}!{letters(index)}"
            found.append(
                Problem(
                    "MS522", f"column `{shown(name, 40)}` is hidden in the workbook, and is read", name, None, place
                )
            )
    return tuple(found)


class _Addresses(Mapping[str, str]):
    """The addresses of a row's cells, by the names of the columns."""

    __slots__ = ("_columns", "_line", "_title")

    def __init__(self, columns: Mapping[str, str], title: str, line: int) -> None:
        self._columns, self._title, self._line = columns, title, line

    def __getitem__(self, name: str) -> str:
        return f"{self._title}!{self._columns[name]}{self._line}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _rows(sheets: list[Any], title: str, columns: tuple[str, ...], marks: Marks) -> Iterator[Row]:
    walks = [sheet.iter_rows(min_row=2, max_col=len(columns) + _BEYOND) for sheet in sheets]
    lettered = {name: letters(index) for index, name in enumerate(columns)}
    to_come = [area for area in reversed(marks.merged) if area[2] < len(columns)]
    merged: list[tuple[int, int, int, int]] = []
    number, line = 0, 1
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = [next(walk, None) for walk in walks]
        except Exception as error:  # as above
            raise _broken(error) from None
        line += 1
        stored, written = found[0], found[-1]
        if stored is None or written is None:
            return
        if line > LAST_ROW:
            raise Unreadable(Problem("MS512", f"`{shown(title, 40)}` has more rows than Excel has", place=title))
        while to_come and to_come[-1][0] <= line:
            merged.append(to_come.pop())
        merged = [area for area in merged if area[1] >= line]
        if sum(min(right + 1, len(columns)) - left for _, _, left, right in merged) > len(columns):
            raise Unreadable(Problem("MS516", "merged ranges of the sheet overlap", place=f"{title}!row {line}"))
        cells = [_cell(cell, written[i], f"{title}!{letters(i)}{line}") for i, cell in enumerate(stored)]
        if all(cell is None for cell in cells):
            continue  # a blank row
        number += 1
        place = f"{title}!row {line}"
        beyond = next((i for i in range(len(columns), len(cells)) if cells[i] is not None), None)
        problems: tuple[Problem, ...] = ()
        if beyond is not None:
            where = f"{title}!{letters(beyond)}{line}"
            message, hint = "a cell to the right of the last column name", "clear it, or give the column a name"
            problems = (Problem("MS520", message, None, shown(_plain(cells[beyond])), where, hint),)
        padded = cells + [None] * (len(columns) - len(cells))
        for area in merged:
            _unmerge(area, padded, line, title)
        unseen = (Problem("MS522", "the row is hidden in the workbook, and is read", place=place),)
        yield Row(
            number,
            place,
            dict(zip(columns, padded, strict=False)),
            problems,
            unseen if line in marks.hidden_lines else (),
            _Addresses(lettered, title, line),
        )


def _unmerge(area: tuple[int, int, int, int], cells: list[str | Problem | None], line: int, title: str) -> None:
    """A merged range shows its first cell's value throughout, and holds it in that cell only."""
    top, _, left, right = area
    first = f"{letters(left)}{top}"
    for index in range(left, min(right + 1, len(cells))):
        if cells[index] is None and (line, index) != (top, left):
            address = f"{title}!{letters(index)}{line}"
            message, hint = f"the cell is merged with `{first}`", "unmerge them, and write the value into each"
            cells[index] = Problem("MS521", message, None, None, address, hint)


def _cell(stored: Any, written: Any, address: str) -> str | Problem | None:
    """The text of a cell, None where it is empty, or why it cannot be read."""
    value = stored.value
    match value:
        case None:
            # A formula whose result is an empty text is stored as text, without a value.
            if written.data_type == "f" and stored.data_type != "str":
                message, hint = "the formula has no stored value", "open the workbook in Excel, and save it"
                return Problem("MS521", message, None, None, address, hint)
            return None
        case str() if stored.data_type == "e":
            message = f"the cell holds the error `{shown(value, 40)}`"
            return Problem("MS521", message, None, shown(value), address, ERROR_HINT)
        case str():
            return value if value.strip() else None
        case bool():
            text = str(value).upper()
            hint = 'write the word that the methodology has, such as "yes" or "no"'
            return Problem("MS521", f"the cell holds the logical value {text}", None, text, address, hint)
        case int() | float():
            text = _number(value)
            if "%" in (stored.number_format or ""):
                message = f"the cell is formatted as a percentage, and holds `{shown(text, 40)}`"
                return Problem("MS521", message, None, text, address, "format it as a number, and write 95 for 95%")
            return text
        case datetime.date() | datetime.time() | datetime.timedelta():
            hint = "format the cell as a number or as text, and write the value again"
            return Problem("MS521", "the cell holds a date or a time", None, shown(str(value)), address, hint)
        case _:
            return Problem("MS521", "the cell holds a value of an unknown kind", None, shown(value), address)


def _number(value: float) -> str:
    """The shortest decimal of a number, written out: `3`, `62.5`, `0.00001`."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _plain(cell: str | Problem | None) -> str | None:
    return cell.value if isinstance(cell, Problem) else cell


def _heading(value: object) -> str:
    if value is None:
        return ""
    return _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _first_sheet(book: Workbook) -> Any:
    sheet: Any = book.worksheets[0]  # charts are no worksheets
    sheet.reset_dimensions()  # the size that a workbook states of itself may be wrong
    return sheet


def _inspect(stream: BinaryIO) -> bool:
    """Refuses what would fill the memory or reach outside the workbook. Whether there are formulas."""
    formulas = False
    with zipfile.ZipFile(stream) as packed:
        parts = packed.infolist()
        unpacked, size = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
        bomb = unpacked > 64 << 20 and unpacked > MOST_PACKED * size
        if unpacked > LARGEST or strings > LARGEST_STRINGS or bomb:
            message = f"the workbook unpacks to {unpacked >> 20:,} MB"
            raise Unreadable(Problem("MS512", message, hint="save the sheet as `CSV UTF-8 (comma delimited)`"))
        for part in parts:
            with packed.open(part) as content:
                start = content.read(1 << 16)
                if b"<" in start[:64]:
                    _refuse_declarations(start)
                    formulas = formulas or _has_formula(content, start)
    stream.seek(0)
    return formulas


def _refuse_declarations(start: bytes) -> None:
    """Entities may be endless or name other files. Excel writes no declarations, and no UTF-16 that would hide them."""
    start = _COMMENT.sub(b"", start)
    element = _ELEMENT.search(start)
    if element is None or b"<!" in start[: element.start()] or b"\0" in start:
        raise Unreadable(Problem("MS516", "the workbook holds XML that Excel does not write"))


def _has_formula(content: Any, chunk: bytes) -> bool:
    while chunk:
        if _FORMULA.search(chunk):
            return True
        tail = chunk[-16:]
        more = content.read(1 << 20)
        chunk = tail + more if more else b""
    return False


def _broken(error: Exception) -> Unreadable:
    message = "the file is not a workbook that can be read"
    value = shown(f"{type(error).__name__}: {error}")
    return Unreadable(Problem("MS516", message, None, value, hint="save it as .xlsx again, or as CSV"))
