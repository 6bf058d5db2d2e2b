"""The records of a data file, rated one after the other. Knows where each came from; prints nothing but findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..data import Rows
from ..data.row import Row, Unreadable
from ..diagnostics import Problem
from ..echo import shown
from ..files import CANNOT_READ
from ..intake import Intake
from ..library import MethodologyError, locate
from ..methodology import Result, rate_values
from .options import say, say_findings

if TYPE_CHECKING:
    from ..intake.headings import Columns
    from ..ir import Program


_NO_ID = "MS553"
_PLACES = 10  # named in one warning


@dataclass(frozen=True, slots=True)
class Rated:
    """A record and what became of it: a result, or the problems for which it was rejected. `carried` are the columns
    that belong to no input; `not_published` says whether it rests on rules that are not."""

    id: str
    place: str
    result: Result | None
    problems: tuple[Problem, ...]
    carried: Mapping[str, object]
    not_published: bool = False


class Records:
    """The records of a data file, to be iterated over once.

    `identifier` names the column that tells records apart; without one the row's number does. `shared` are the
    problems that every record has (a missing column); `unknown` the columns that belong to no input, None where they
    are not known before all records have been seen.
    """

    def __init__(self, program: Program, rows: Rows, identifier: str | None, long: bool) -> None:
        self.program = program
        self.identifier = identifier
        self.rows = rows
        self._intake = Intake(program)
        self._long = long
        self._kept = (identifier,) if identifier else ()
        self._seen: dict[str, str] = {}
        self._warned: set[str] = set()
        self._noted: dict[tuple[str, str], list[str]] = {}  # warnings of rows: where each was
        self._columns: Columns | None = None
        self.unknown: tuple[str, ...] | None = None
        if self.rows.columns is not None and not long:
            if identifier is not None and identifier not in self.rows.columns:
                raise _no_such_column(identifier, self.rows.columns)
            self._columns = self._intake.columns(self.rows.columns, self._kept)
            self.unknown = self._columns.unknown

    @property
    def shared(self) -> tuple[Problem, ...]:
        return self._columns.problems if self._columns is not None else ()

    def __iter__(self) -> Iterator[Rated]:
        for warning in self.rows.warnings:
            _say_warning(warning.code, warning.message, [warning.place or ""])
        if self._columns is not None:
            self._warn(self._columns)
        rows: Iterator[Row] = iter(self.rows)
        if self._long:
            from ..data.long import long_rows

            rows = long_rows(rows, self.program, self.identifier or "")
        for row in rows:
            for warning in row.warnings:
                self._noted.setdefault((warning.code, warning.message), []).append(warning.place or row.place)
            yield self._rated(row)
        for (code, message), places in self._noted.items():
            _say_warning(code, message, places)

    def _rated(self, row: Row) -> Rated:
        id, wrong = self._named(row)
        problems = (*row.problems, *wrong)
        carried: Mapping[str, object] = {}
        taken: object = ()
        if self._columns is not None:
            columns = self._columns
            carried = {name: row.cells.get(name) for name in columns.unknown}
            taken = self._intake.record(row.cells, columns) if not row.problems else ()
        elif not row.problems:
            columns = self._intake.shape(row.cells, self._kept)
            self._warn(columns)
            carried = {name: row.cells[name] for name in columns.unknown if name in row.cells}
            taken = self._intake.nested(row.cells, self._kept, strict=False)
        if isinstance(taken, tuple):
            problems = (*problems, *taken)
        if problems or not isinstance(taken, Mapping):
            placed = tuple(each if each.place else replace(each, place=row.where(each.column)) for each in problems)
            return Rated(id, row.place, None, placed, carried)
        result = rate_values(self.program, taken)
        return Rated(id, row.place, result, (), carried, bool(result.unpublished))

    def _named(self, row: Row) -> tuple[str, tuple[Problem, ...]]:
        """What the record is called, and what is wrong with that."""
        if self.identifier is None:
            return str(row.number), ()
        found = row.cells.get(self.identifier)
        if row.problems and (self.identifier not in row.cells or any(each.code == _NO_ID for each in row.problems)):
            return "", ()  # why it cannot be known has been said
        if isinstance(found, Problem) and found.place:
            return "", (replace(found, column=self.identifier),)
        if isinstance(found, bool | Problem | Mapping | list) or not str("" if found is None else found).strip():
            message = f"`{shown(self.identifier, 40)}` does not name the record"
            return "", (Problem(_NO_ID, message, self.identifier, shown(found) if found is not None else None),)
        id = str(found).strip()
        first = self._seen.setdefault(id, row.place)
        if first is row.place:
            return id, ()
        message = f"`{shown(id, 40)}` is on {first} and again on {row.place}"
        return id, (Problem("MS554", message, self.identifier, shown(id), hint="keep one of them"),)

    def _warn(self, columns: Columns) -> None:
        """Says once of each column that it belongs to no input."""
        for warning in columns.warnings:
            name = warning.column or warning.message
            if name not in self._warned and len(self._warned) < 100:
                self._warned.add(name)
                hint = f"; {warning.hint}" if warning.hint else ""
                say(f"warning[{warning.code}]: {warning.message}, and is carried through{hint}")


def _say_warning(code: str, message: str, places: list[str]) -> None:
    """Once, with where that is."""
    more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
    where = ", ".join(filter(None, places[:_PLACES]))
    say(": ".join(filter(None, (f"warning[{code}]", where + more, message))))


def _no_such_column(name: str, columns: tuple[str, ...]) -> Unreadable:
    from difflib import get_close_matches

    near = get_close_matches(name, columns, n=1, cutoff=0.6)
    hint = f"did you mean `{near[0]}`?" if near else f"the columns are {', '.join(shown(c, 40) for c in columns[:12])}"
    return Unreadable(Problem("MS553", f"there is no column `{shown(name, 40)}`", name, hint=hint), 2)


def methodology(name: str, on: str | None, rules: Path | None) -> Program | int:
    """The program that METHODOLOGY means, or the exit status where there is none; says why, or which was picked."""
    try:
        library, edition, path = locate(name, on, rules)
    except MethodologyError as error:
        say_findings(error.diagnostics)
        return 2
    program, found = library.program(path)
    say_findings(found)
    if program is None:
        return 2 if all(each.code in CANNOT_READ for each in found) else 1
    if edition is not None and "@" not in name and on is None and len(library.versions(edition.id)) > 1:
        say(f"using {program.id}@{program.version}, the latest version; `--on DATE` picks the one in force that day")
    return program
