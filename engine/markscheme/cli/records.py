"""The records of a data file, rated one after the other. Knows where each came from; prints nothing but findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..batch import Batch
from ..data import Rows
from ..diagnostics import Problem
from ..files import CANNOT_READ
from ..intake import Intake
from ..intake.headings import Columns
from ..library import MethodologyError, locate
from ..record import Rater
from ..result import Result
from .options import say, say_findings

if TYPE_CHECKING:
    from ..ir import Program


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
    """The records of a data file, rated, to be iterated over once.

    `shared` are the problems that every record has (a missing column); `unknown` the columns that belong to no input,
    None where they are not known before all records have been seen.
    """

    def __init__(self, program: Program, rows: Rows, identifier: str | None, long: bool) -> None:
        self.program = program
        self.identifier = identifier
        self.rows = rows
        self._rater = Rater(program, Intake(program), lambda _: None)
        self._batch = Batch((program,), rows, identifier, long, say_warning)

    @property
    def shared(self) -> tuple[Problem, ...]:
        return self.columns.problems if self.columns is not None else ()

    @property
    def columns(self) -> Columns | None:
        """What the columns of the data are, None where each record has its own or rows make up records together."""
        return self._batch.columns[0] if self._batch.columns is not None else None

    def begin(self) -> None:
        """Says what is odd about the data as a whole, where the records are not to be iterated over."""
        self._batch.begin()

    @property
    def unknown(self) -> tuple[str, ...] | None:
        return self._batch.unknown

    def __iter__(self) -> Iterator[Rated]:
        for record in self._batch:
            carried = self._batch.carried(record)
            taken = self._batch.taken(record)
            if isinstance(taken, tuple):
                yield Rated(record.id, record.place, None, taken, carried)
                continue
            result = self._rater.rate_typed(taken)
            yield Rated(record.id, record.place, result, (), carried, result.not_published)


def say_warning(warning: Problem, places: Sequence[str]) -> None:
    """Once, with where that is; of a column that belongs to no input, what becomes of it."""
    more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
    where = ", ".join(filter(None, places[:_PLACES]))
    carried = ", and is carried through" if warning.code == "MS531" else ""
    hint = f"; {warning.hint}" if warning.hint and carried else ""
    message = warning.message + carried + hint
    say(": ".join(filter(None, (f"warning[{warning.code}]", where + more, message))))


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
