"""Results as an Excel workbook, which either holds all of them as they are or is not written. Opens no file.

Text stays text: a cell that begins with `=` is no formula. A number is a number where Excel's own have room for its
digits, else text. The same results give the same bytes, whenever they are written.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from ..data.row import Unreadable
from ..data.sheet_marks import LAST_ROW
from ..diagnostics import Problem
from ..echo import shown
from ..stream.heads import around
from .output import Layout, Tally, Waiting, cell
from .records import Rated

LAST_COLUMN = 16_384
LONGEST = 32_767  # characters of a cell, counted as UTF-16 does
_DIGITS = 15  # of a number, that Excel keeps
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_WHEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file has
_INSTEAD = "write .csv or .parquet"


class WorkbookWriter:
    """One sheet, `results`. Raises `Unreadable` for what a workbook cannot hold, before anything of it is written."""

    def __init__(self, file: BinaryIO, layout: Layout, naming: str, unknown: tuple[str, ...] | None) -> None:
        """As a `CsvWriter`'s; where the columns carried through are not known, all rows wait."""
        self._file = file
        self._layout = layout
        self._naming = naming
        self._carried = dict.fromkeys(unknown or ())
        self._held = Waiting() if unknown is None else None
        self._count = 1
        try:
            from openpyxl import Workbook  # an extra, and slow to load
        except ImportError:
            hint = "`pip install markscheme[excel]`, or write .csv"
            raise Unreadable(Problem("MS504", "Excel workbooks need openpyxl", hint=hint), 2) from None
        self._saved = False
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("results")
        if self._held is None:
            self._head()

    def _head(self) -> None:
        naming, carried = around(self._naming, self._carried, self._layout.columns)
        heads = [naming, *self._layout.columns, *carried]
        if len(heads) > LAST_COLUMN:
            message = f"the results have {len(heads):,} columns, and a sheet has {LAST_COLUMN:,}"
            raise Unreadable(Problem("MS560", message, hint=_INSTEAD))
        self._sheet.append([self._text(head, head, "the column names") for head in heads])

    def refuse(self, records: int) -> None:
        """At once where there are more records than rows, however many of them will be rejected."""
        if records > LAST_ROW - 1:
            message = f"the data has {records:,} records, and a sheet has {LAST_ROW - 1:,} rows below the names"
            raise Unreadable(Problem("MS560", message, hint=_INSTEAD))

    def record(self, record: Rated) -> None:
        if record.result is None:
            return
        for values in self._layout.rows(record, record.result):
            self._count += 1
            if self._count > LAST_ROW:
                message = f"the results have more than the {LAST_ROW - 1:,} rows below the names that a sheet has"
                raise Unreadable(Problem("MS560", message, place=record.place, hint=_INSTEAD))
            cells = [record.id, *values]
            if self._held is None:
                self._write(cells, record.carried, record.place)
            else:
                self._held.add(cells, record.carried)

    def _write(self, cells: list[str], carried: Mapping[str, object], place: str) -> None:
        named = [self._text(cells[0], self._naming, place)]
        for index, (text, head) in enumerate(zip(cells[1:], self._layout.columns, strict=True)):
            number = _number(text) if index in self._layout.numeric else None
            named.append(self._text(text, head, place) if number is None else number)
        self._sheet.append([*named, *(self._text(cell(carried.get(name)), name, place) for name in self._carried)])

    def end(self, tally: Tally) -> None:
        if self._held is not None:
            self._carried = self._held.columns
            self._head()
            for row, (cells, carried) in enumerate(self._held.rows(), 2):
                self._write(cells, carried, f"row {row}")
        with TemporaryFile() as draft:
            self._book.save(draft)
            self._saved = True
            draft.seek(0)
            _packed_again(draft, self._file)

    def close(self) -> None:
        """Whatever has happened: the rows so far are in a file of their own, which goes."""
        if self._held is not None:
            self._held.close()
        if not self._saved:
            with suppress(Exception):  # half a sheet may be closed in no way that is right
                self._sheet.close()
            writer = getattr(self._sheet, "_writer", None)
            if writer is not None:
                writer.cleanup()

    def _text(self, text: str, column: str, place: str) -> Any:
        """A cell that is text, whatever it begins with; None where it is empty."""
        if not text:
            return None
        from openpyxl.cell import WriteOnlyCell

        fault = None
        if len(text) > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
            fault = f"a text of {len(text):,} characters, and a cell of a workbook holds {LONGEST:,}"
        elif found := _NOT_XML.search(text):
            fault = f"a text with the character U+{ord(found[0]):04X}, which a workbook does not keep"
        if fault is not None:
            message = f"`{shown(column, 40)}` has {fault}"
            raise Unreadable(Problem("MS561", message, column, shown(text), place, _INSTEAD))
        made = WriteOnlyCell(self._sheet, text)
        made.data_type = "s"  # whatever it looks like: a formula, an error
        return made


def _number(text: str) -> float | int | None:
    """A number of which Excel loses nothing."""
    if not _NUMBER.fullmatch(text):
        return None
    exact = Decimal(text)
    if len(exact.as_tuple().digits) > _DIGITS:
        return None
    return int(exact) if exact == exact.to_integral_value() else float(text)


def _packed_again(draft: IO[bytes], file: BinaryIO) -> None:
    """Without the time at which it was written."""
    with zipfile.ZipFile(draft) as found, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for part in found.infolist():
            info = zipfile.ZipInfo(part.filename, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            with found.open(part) as old, made.open(info, "w", force_zip64=True) as new:
                if part.filename == "docProps/core.xml":
                    new.write(_WHEN.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read()))
                else:
                    while piece := old.read(1 << 20):
                        new.write(piece)
