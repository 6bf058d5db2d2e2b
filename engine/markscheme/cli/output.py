"""Ratings and rejects as CSV, JSON and JSON Lines. Knows how a record is laid out; opens no file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import IO, TYPE_CHECKING, Any, Protocol

from ..deciding import decided
from ..diagnostics import Problem
from ..intake.headings import label
from ..ir import Absent, Number, Program, Step, Value
from ..render import json_text, problem_as_json
from ..result import Result
from ..stream.heads import RECORD_SAYS, apart, around, line, reject_heads, results_of, wide_heads
from ..trace import Key
from .records import Rated

if TYPE_CHECKING:
    from ..explain.wording import Words

_IN_MEMORY = 32 << 20  # bytes of rows that wait


@dataclass(slots=True)
class Tally:
    """Records in = rated + unrated + rejected."""

    records: int = 0
    rated: int = 0
    unrated: int = 0
    rejected: int = 0
    not_published: int = 0  # of the rated and unrated: those that rest on rules that are not published

    def count(self, record: Rated) -> None:
        self.records += 1
        if record.result is None:
            self.rejected += 1
            return
        rated = record.result.rated
        self.rated += rated
        self.unrated += not rated
        self.not_published += record.not_published

    def check(self) -> None:
        """Raises where records went missing."""
        if self.records != self.rated + self.unrated + self.rejected:
            raise RuntimeError(f"records went missing: {self}")

    def __str__(self) -> str:
        noun = "record" if self.records == 1 else "records"
        return f"{self.records:,} {noun}: {self.rated:,} rated, {self.unrated:,} unrated, {self.rejected:,} rejected"

    def as_json(self) -> dict[str, object]:
        return {key: getattr(self, key) for key in ("records", "rated", "unrated", "rejected", "not_published")}


def deciding(step: Step, result: Result, key: Key) -> str:
    """Which rule, row or band of a step decided its value."""
    from ..lowered.holding import decided_by

    return decided(step, *decided_by(result.trace.outcomes[key]))


class Writer(Protocol):
    """Writes records as they come; `end` once, after the last."""

    def record(self, record: Rated) -> None: ...

    def end(self, tally: Tally) -> None: ...


class Layout(Protocol):
    """How a record's results stand in CSV: the columns, and the rows of these."""

    columns: tuple[str, ...]
    numeric: frozenset[int]  # which of them hold numbers, where there is a value

    def rows(self, record: Rated, result: Result) -> Iterator[list[str]]: ...


class Wide:
    """One row a record, a column a result and member."""

    def __init__(self, program: Program, decided: bool = False) -> None:
        from ..explain.wording import words_of  # not loaded where columns are rated

        self._words = words_of(program)
        self._results = results_of(program)
        self._decided = decided
        self.columns = wide_heads(program, decided).columns
        self.numeric = frozenset(i for i, (_, step) in enumerate(self._results) if isinstance(step.type, Number))

    def rows(self, record: Rated, result: Result) -> Iterator[list[str]]:
        values = [_said(self._words, step, result.value(key)) for key, step in self._results]
        by = [deciding(step, result, key) for key, step in self._results] if self._decided else ()
        yield [*values, _yes_no(record.not_published), " ".join(result.assumed), *by]


class Long:
    """One row a record, result and member, with the members in columns called as the sets are.

    An absence has its row, too, but for parts of the body of which nothing is rated: a trust has no row for each
    service of a place that it has not. Whether a value is published is its own; what was assumed, the record's.
    """

    numeric: frozenset[int] = frozenset()  # `value` has levels and numbers

    def __init__(self, program: Program, decided: bool = False) -> None:
        from ..explain.wording import words_of  # not loaded where columns are rated

        self._words = words_of(program)
        self._results = results_of(program)
        self._decided = decided
        steps = {step.name: step for _, step in self._results}
        ranging = {axis for step in steps.values() for axis in step.axes}
        self._sets = tuple(name for name in program.sets if name in ranging)
        fixed = ("result", "value", *RECORD_SAYS, *(("decided",) if decided else ()))
        self.columns = ("result", *apart(self._sets, fixed, "set"), *fixed[1:])
        # Of each result those that range over its sets and more, and where among theirs its own sets are.
        self._deeper = {
            name: {
                other.name: tuple(map(other.axes.index, step.axes))
                for other in steps.values()
                if set(step.axes) < set(other.axes)
            }
            for name, step in steps.items()
        }

    def rows(self, record: Rated, result: Result) -> Iterator[list[str]]:
        values = {key: result.value(key) for key, _ in self._results}
        kept = self._kept(values)
        replaced = " ".join(result.assumed)
        for key, step in self._results:
            if kept and key not in kept:
                continue
            at = dict(zip(step.axes, key[1], strict=True))
            where = (at.get(name, "") for name in self._sets)
            value = _said(self._words, step, values[key])
            by = (deciding(step, result, key),) if self._decided else ()
            yield [key[0], *where, value, _yes_no(result.marked(key)), replaced, *by]

    def _kept(self, values: Mapping[Key, Value]) -> set[Key]:
        """The values that have a row: those that are there, those of the whole body, and those that are absent beside
        one that is there for another member of the last set, unless all is absent below them."""
        there = {key for key, _ in self._results if not isinstance(values[key], Absent)}
        beside = {(name, members[:-1]) for name, members in there}
        below = {
            (name, tuple(members[i] for i in positions))
            for name, others in self._deeper.items()
            for of, members in there
            if (positions := others.get(of)) is not None
        }
        return there | {
            (name, members)
            for (name, members), _ in self._results
            if not members or ((name, members[:-1]) in beside and (not self._deeper[name] or (name, members) in below))
        }


class Waiting:
    """Rows that cannot be written before all records have been seen, because only then it is known which columns are
    carried through: in memory while they are few, then in a file that has no name."""

    def __init__(self) -> None:
        from tempfile import SpooledTemporaryFile

        self._file = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self.columns: dict[str, None] = {}

    def add(self, cells: Sequence[str | bool | None], carried: Mapping[str, object]) -> None:
        self.columns |= dict.fromkeys(carried)
        texts = {name: None if value is None else cell(value) for name, value in carried.items()}
        self._file.write(json.dumps([cells, texts], ensure_ascii=True) + "\n")

    def rows(self) -> Iterator[tuple[list[Any], dict[str, str | None]]]:
        """Each as it was added, what is carried as text."""
        self._file.seek(0)
        for text in self._file:
            cells, carried = json.loads(text)
            yield cells, carried

    def close(self) -> None:
        self._file.close()


class CsvWriter:
    """CSV. A level is its identifier, an absence its reason, a number exact."""

    def __init__(self, file: IO[str], layout: Layout, naming: str, unknown: tuple[str, ...] | None) -> None:
        """`naming` heads the column that names records; `unknown` are the columns carried through, None where they
        are known only when all records have been seen."""
        self._file = file
        self._layout = layout
        self._naming = naming
        self._carried = dict.fromkeys(unknown or ())
        self._held = Waiting() if unknown is None else None
        if self._held is None:
            self._head()

    def _head(self) -> None:
        naming, carried = around(self._naming, self._carried, self._layout.columns)
        self._file.write(line([naming, *self._layout.columns, *carried]))

    def record(self, record: Rated) -> None:
        if record.result is None:
            return
        for values in self._layout.rows(record, record.result):
            cells = [record.id, *values]
            if self._held is None:
                self._write(cells, record.carried)
            else:
                self._held.add(cells, record.carried)

    def _write(self, cells: list[str], carried: Mapping[str, object]) -> None:
        self._file.write(line([*cells, *(cell(carried.get(name)) for name in self._carried)]))

    def end(self, tally: Tally) -> None:
        if self._held is not None:
            self._carried = self._held.columns
            self._head()
            for cells, carried in self._held.rows():
                self._write(cells, carried)

    def close(self) -> None:
        """Whatever has happened."""
        if self._held is not None:
            self._held.close()


class JsonWriter:
    """One object that holds everything, also the rejected records and the counts."""

    def __init__(self, file: IO[str], program: Program, decided: bool = False) -> None:
        self._file = file
        self._records = JsonLinesWriter(file, program, decided, rejects=True)
        head = {"methodology": f"{program.id}@{program.version}", "digest": program.digest, "status": program.status}
        file.write(json_text(head)[:-1] + ', "records": [')
        self._before = "\n"

    def record(self, record: Rated) -> None:
        self._file.write(self._before)
        self._before = ",\n"
        self._file.write(json_text(self._records.plain(record)))

    def end(self, tally: Tally) -> None:
        self._file.write(f'\n], "summary": {json_text(tally.as_json())}}}\n')


class JsonLinesWriter:
    """One object a line. `rejects` says whether rejected records have a line too."""

    def __init__(self, file: IO[str], program: Program, decided: bool = False, rejects: bool = False) -> None:
        self._file = file
        self._rejects = rejects
        self._decided = decided
        self._results = results_of(program)

    def plain(self, record: Rated) -> dict[str, object]:
        """A record as plain data. What is absent is null, and its reason stands under `absent`."""
        if record.result is None:
            problems = [problem_as_json(each) for each in record.problems]
            return {"id": record.id, "place": record.place, "rejected": problems}
        values = {key: record.result.value(key) for key, _ in self._results}
        return {
            "id": record.id,
            "rated": record.result.rated,
            "outcome": _without_reasons(record.result.outcome),
            "absent": {label(key): value.reason for key, value in values.items() if isinstance(value, Absent)},
            "not_published": record.not_published,
            "assumed": record.result.assumed,
            **({"decided": self._deciding(record.result)} if self._decided else {}),
            "carried": {name: _plain(value) for name, value in record.carried.items()},
        }

    def _deciding(self, result: Result) -> dict[str, str]:
        return {label(key): deciding(step, result, key) for key, step in self._results}

    def record(self, record: Rated) -> None:
        if record.result is not None or self._rejects:
            self._file.write(json_text(self.plain(record)) + "\n")

    def end(self, tally: Tally) -> None:
        pass


class RejectWriter:
    """One row a problem of a rejected record."""

    def __init__(self, file: IO[str], naming: str | None) -> None:
        """Without `naming`, the column names stand there already."""
        self._file = file
        if naming is not None:
            file.write(line(reject_heads(naming)))

    def record(self, record: Rated) -> None:
        if record.result is None:
            self.rejected(record.id, record.problems)

    def rejected(self, id: str, problems: Iterable[Problem]) -> None:
        for each in problems:
            row = (id, each.place, each.column, each.value, each.code, each.message, each.hint)
            self._file.write(line("" if cell is None else cell for cell in row))

    def end(self, tally: Tally) -> None:
        pass


def _said(words: Words, step: Step, value: Value) -> str:
    return value.reason if isinstance(value, Absent) else words.exact(value, step.type) or ""


def _yes_no(truth: bool) -> str:
    return "yes" if truth else "no"


def _without_reasons(outcome: object) -> object:
    """Absences as null."""
    if isinstance(outcome, Mapping):
        return {key: _without_reasons(value) for key, value in outcome.items()}
    return None if hasattr(outcome, "reason") else outcome


def cell(value: object) -> str:
    """A value that is carried through, as text."""
    value = _plain(value)
    return value if isinstance(value, str) else "" if value is None else json_text(value)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else repr(value)
    return value.value if isinstance(value, Problem) else value
