"""The groups that a record belongs to: its cells in the columns asked for. A cell that an input takes counts as what it
means, so that `Good` and `good` are one group. Knows no rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..batch import Batch, Record
from ..data.row import Unreadable
from ..diagnostics import Problem
from ..echo import shown
from ..explain.wording import number_text
from ..intake.headings import Headings
from ..intake.values import NOTHING_ELSE, Also, Reader, is_blank
from ..ir import AbsenceRule, Program
from .counting import Fate, Tables
from .matching import Held
from .population import Group
from .ways import plain

MOST_GROUPS = 200  # values of one column
_MOST_TABLES = 100_000  # of one column: each group has one for each value of a result


@dataclass(slots=True)
class _Column:
    name: str
    reader: Reader | None  # of the input that the column is of
    seen: bool = False  # in some record
    tables: dict[str, Tables] = field(default_factory=dict)

    def value(self, cells: Mapping[str, object]) -> str:
        cell: object = cells
        for name in (self.name,) if self.name in cells else self.name.split("."):  # as JSON nests them
            if not isinstance(cell, Mapping) or name not in cell:
                return ""
            cell = cell[name]
        self.seen = True
        if isinstance(cell, Problem):
            return shown(cell.value or "")
        if self.reader is not None:
            found = self.reader.read(cell, self.name)
            if isinstance(found, AbsenceRule):
                return found.reason
            if not isinstance(found, Problem):
                value = plain(found, self.reader.declared.type)
                return value if isinstance(value, str) else number_text(value)
        return "" if is_blank(cell) else shown(cell.strip() if isinstance(cell, str) else cell)


class Groups:
    """Counts records by their cells in each of some columns. Raises Unreadable for a column that is not there, or one
    with very many values."""

    def __init__(
        self,
        columns: Sequence[str],
        program: Program,
        held: Sequence[Held],
        batch: Batch,
        also: Also = NOTHING_ELSE,
    ) -> None:
        self._held = held
        self._most = min(MOST_GROUPS, max(2, _MOST_TABLES // max(1, len(held))))
        self._there = batch.rows.columns
        headings = Headings(program, (), also)
        self._columns = []
        for name in dict.fromkeys(columns):
            keys = headings.find(name)
            known = self._there is None or name in self._there or (keys and batch.columns is None)
            if not known:
                raise _no_such_column(name, self._there or ())
            reader = None
            if len(keys) == 1 and name != batch.identifier:
                reader = Reader(program.inputs[keys[0][0]], also)
            self._columns.append(_Column(name, reader))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._columns)

    def values(self, record: Record) -> tuple[str, ...]:
        """The record's value in each column; blank where it has none."""
        cells = record.rows[-1].cells
        return tuple([column.value(cells) for column in self._columns])

    def count(self, values: Sequence[str], fate: Fate) -> None:
        for column, value in zip(self._columns, values, strict=True):
            tables = column.tables.get(value)
            if tables is None:
                if len(column.tables) >= self._most:
                    raise _too_many(column.name, self._most)
                tables = column.tables[value] = Tables(self._held)
            tables.count(fate)

    def groups(self) -> tuple[Group, ...]:
        """In the order of the columns, then of the values."""
        for column in self._columns:
            if column.tables and not column.seen:
                raise _no_such_column(column.name, self._there or ())
        return tuple(
            Group(column.name, value, tables.records, tables.transitions())
            for column in self._columns
            for value, tables in sorted(column.tables.items(), key=lambda each: _order(column, each[0]))
        )


def _order(column: _Column, value: str) -> tuple[int, str]:
    """A level by its place; else by name; what is blank last."""
    declared = column.reader.declared.type if column.reader is not None else None
    levels = [level.name for level in getattr(declared, "levels", ())]
    return (levels.index(value) if value in levels else len(levels) + (not value), value)


def _no_such_column(name: str, columns: Sequence[str]) -> Unreadable:
    from difflib import get_close_matches

    near = get_close_matches(name, columns, n=1, cutoff=0.6)
    there = f"the columns are {', '.join(shown(each, 40) for each in columns[:12])}" if columns else None
    hint = f"did you mean `{near[0]}`?" if near else there
    return Unreadable(Problem("MS556", f"there is no column `{shown(name, 40)}` to group by", name, hint=hint), 2)


def _too_many(name: str, most: int) -> Unreadable:
    message = f"`{shown(name, 40)}` has more than {most} values, too many to group by"
    hint = "group by a column with few values, such as a region or a type of body"
    return Unreadable(Problem("MS557", message, name, hint=hint), 2)
