"""The records of a data file, one after the other: what each is called, and its inputs as one methodology, or several
side by side, take them. Each row is read once. Rates nothing, and prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .data import Rows
from .data.row import Row, Unreadable
from .diagnostics import Problem
from .echo import shown
from .intake import Intake, Taken
from .intake.headings import Columns
from .intake.values import NOTHING_ELSE, Also
from .ir import Program

NO_ID = "MS553"
MOST_WARNED = 100  # unknown columns

Warn = Callable[[Problem, Sequence[str]], None]  # of the whole data, and where it is


@dataclass(frozen=True, slots=True)
class Record:
    """A record before its inputs are typed. `problems` are what is wrong with the row or with what it is called;
    `rows` are the row as each methodology has it: the same but in long data."""

    id: str
    place: str
    problems: tuple[Problem, ...]
    rows: tuple[Row, ...]


class Batch:
    """The records of a data file, to be iterated over once.

    `identifier` names the column that tells records apart; without one the row's number does. `columns` are the
    file's columns as each methodology takes them, None where each record has its own or rows make up records
    together; `unknown` are those that belong to no input of any. `warn` is told what is odd about the data, and
    where; `quiet` are columns that need belong to no input. `also` are former names, which the data may have.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        rows: Rows,
        identifier: str | None,
        long: bool,
        warn: Warn,
        quiet: Sequence[str] = (),
        also: Also = NOTHING_ELSE,
    ) -> None:
        self.programs = tuple(programs)
        self.rows = rows
        self.identifier = identifier
        self._warn = warn
        self._intakes = [Intake(program, (), also) for program in programs]
        self._also = also
        self._long = long
        self._kept = (identifier,) if identifier else ()
        self._seen: dict[str, str] = {}
        self._warned: set[str] = set(quiet)
        self._noted: dict[tuple[str, str], list[str]] = {}  # warnings of rows: where each was
        self.columns: tuple[Columns, ...] | None = None
        self.unknown: tuple[str, ...] | None = None
        if rows.columns is not None and not long:
            if identifier is not None and identifier not in rows.columns:
                raise no_such_column(identifier, rows.columns)
            names = rows.columns
            self.columns = tuple(intake.columns(names, self._kept) for intake in self._intakes)
            self.unknown = _of_none(self.columns)

    def begin(self) -> None:
        """Says what is odd about the data as a whole. Whoever iterates need not call it."""
        for warning in self.rows.warnings:
            self._warn(warning, [warning.place or ""])
        if self.columns is not None:
            self._say_unknown(self.columns)

    def __iter__(self) -> Iterator[Record]:
        self.begin()
        rows: Iterator[tuple[Row, ...]]
        if self._long:
            from .data.long import long_rows_side_by_side

            rows = long_rows_side_by_side(self.rows, self.programs, self.identifier or "", self._also)
        else:
            rows = ((row,) * len(self.programs) for row in self.rows)
        for each in rows:
            row, *others = each
            for warning in row.warnings:
                if all(warning in other.warnings for other in others):
                    self._noted.setdefault((warning.code, warning.message), []).append(warning.place or row.place)
            id, wrong = self._named(row)
            yield Record(id, row.place, wrong, each)
        for (code, message), places in self._noted.items():
            self._warn(Problem(code, message), places)

    def taken(self, record: Record, which: int = 0) -> Taken:
        """The inputs of a record as one of the methodologies takes them, or all that is wrong with it."""
        row = record.rows[which]
        problems = (*row.problems, *record.problems)
        taken: object = ()
        if not row.problems:
            if self.columns is not None:
                taken = self._intakes[which].record(row.cells, self.columns[which])
            else:
                taken = self._intakes[which].nested(row.cells, self._kept, strict=False)
        if isinstance(taken, tuple):
            problems = (*problems, *taken)
        if problems or not isinstance(taken, Mapping):
            return tuple(each if each.place else replace(each, place=row.where(each.column)) for each in problems)
        return taken

    def carried(self, record: Record) -> Mapping[str, object]:
        """The cells that belong to no input of any of the methodologies."""
        cells = record.rows[0].cells
        if self.unknown is not None:
            return {name: cells.get(name) for name in self.unknown}
        if record.rows[0].problems:
            return {}
        columns = tuple(
            intake.shape(row.cells, self._kept) for intake, row in zip(self._intakes, record.rows, strict=True)
        )
        self._say_unknown(columns)
        return {name: cells[name] for name in _of_none(columns) if name in cells}

    def _named(self, row: Row) -> tuple[str, tuple[Problem, ...]]:
        """What the record is called, and what is wrong with that."""
        if self.identifier is None:
            return str(row.number), ()
        found = row.cells.get(self.identifier)
        if row.problems and (self.identifier not in row.cells or any(each.code == NO_ID for each in row.problems)):
            return "", ()  # why it cannot be known has been said
        id = named_by(found, self.identifier)
        if isinstance(id, Problem):
            return "", (id,)
        first = self._seen.setdefault(id, row.place)
        return id, () if first is row.place else (named_twice(id, self.identifier, first, row.place),)

    def _say_unknown(self, columns: tuple[Columns, ...]) -> None:
        """Says once of each column that it belongs to no input of any of the methodologies."""
        if not columns[0].unknown:
            return
        unknown = set(_of_none(columns))
        for warning in columns[0].warnings:
            name = warning.column or warning.message
            if name in unknown and name not in self._warned and len(self._warned) < MOST_WARNED:
                self._warned.add(name)
                self._warn(warning, ())


def named_by(found: object, identifier: str) -> str | Problem:
    """What a record is called that has `found` in the column `identifier`, or why it has no name."""
    if isinstance(found, Problem) and found.place:
        return replace(found, column=identifier)
    if isinstance(found, bool | Problem | Mapping | list) or not str("" if found is None else found).strip():
        message = f"`{shown(identifier, 40)}` does not name the record"
        return Problem(NO_ID, message, identifier, shown(found) if found is not None else None)
    return str(found).strip()


def named_twice(id: str, identifier: str, first: str, again: str) -> Problem:
    """The problem of a record that is called as one before is; `first` and `again` are their places."""
    message = f"`{shown(id, 40)}` is on {first} and again on {again}"
    return Problem("MS554", message, identifier, shown(id), hint="keep one of them")


def _of_none(columns: tuple[Columns, ...]) -> tuple[str, ...]:
    """The columns that belong to no input of any."""
    first, *others = columns
    common = set(first.unknown).intersection(*(each.unknown for each in others))
    return tuple(name for name in first.unknown if name in common)


def no_such_column(name: str, columns: Sequence[str]) -> Unreadable:
    """A column that was asked for is not there."""
    from difflib import get_close_matches

    near = get_close_matches(name, columns, n=1, cutoff=0.6)
    hint = f"did you mean `{near[0]}`?" if near else f"the columns are {', '.join(shown(c, 40) for c in columns[:12])}"
    return Unreadable(Problem(NO_ID, f"there is no column `{shown(name, 40)}`", name, hint=hint), 2)
