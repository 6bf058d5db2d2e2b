"""`rate`: the records of a data file, rated. Knows where results go; how a record is rated it leaves to the engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import click

from . import alone, options, waiting

if TYPE_CHECKING:
    from ..diagnostics import Problem
    from ..ir import Program
    from .output import Tally, Writer
    from .records import Rated, Records

_SHOWN = 10  # problems on stderr where no rejects file was asked for
_KINDS = (".csv", ".json", ".jsonl", ".parquet", ".xlsx")


@click.command()
@options.records
@click.option("-o", "--output", metavar="OUT", type=Path, help="Where results go, as its suffix says; else stdout.")
@click.option("--decided", is_flag=True, help="Say which rule, row or band decided each result.")
@click.option("--long-results", is_flag=True, help="CSV has one row a record, result and member, not one a record.")
@click.option("--rejects", metavar="FILE", type=Path, help="Where rejected records go, as .csv, one row a problem.")
@click.option("--allow-rejects", metavar="N", type=click.IntRange(0), default=0, help="How many rejects are fine.")
@click.option("--resume", is_flag=True, help="From Parquet to Parquet: keep finished parts, and go on after them.")
@options.as_json
def rate(
    methodology: str,
    data: str,
    on: str | None,
    rules: Path | None,
    identifier: str | None,
    long: bool,
    output: Path | None,
    decided: bool,
    long_results: bool,
    rejects: Path | None,
    allow_rejects: int,
    resume: bool,
    as_json: bool,
) -> int:
    """Rate the records of DATA.

    Results are CSV on stdout, or what the name of OUT says: .csv, .jsonl, .json, .parquet or .xlsx. Rejected records
    are counted, said on stderr or written to FILE; more than N of them (none, unless said) make the exit status 1.

    With `--long-results` each row has one value, or the reason why there is none, in the column `value`; which value
    that is stands in `result` and in a column for each set. A part of the body where nothing is rated has no rows.
    """
    _sensible(data, identifier, long, output, rejects, as_json)
    if resume and (_kind(output, as_json) != ".parquet" or not data.lower().endswith(".parquet")):
        raise click.UsageError("`--resume` is for Parquet to Parquet: `-o OUT.parquet`")
    if long_results and (as_json or _kind(output, as_json) not in (".csv", ".xlsx")):
        raise click.UsageError("`--long-results` is for CSV and Excel: elsewhere each record holds its members")
    with alone.loading():
        from ..data import Unreadable, open_rows
        from . import records
        from .stopping import stopped_in_order

        program = records.methodology(methodology, on, rules)
    if isinstance(program, int):
        return program
    try:
        with stopped_in_order(), ExitStack() as stack:
            rows = stack.enter_context(open_rows(data))
            batch = records.Records(program, rows, identifier, long)
            told = Told(batch.shared, rejects is not None, batch.columns is None)
            fast = None
            if not long and not long_results:
                from . import by_columns

                fast = by_columns.planned(
                    program, batch, data, output, _kind(output, as_json), rejects, decided, resume
                )
            if fast is not None:
                batch.begin()
                done = fast.rate()
                tally = done.tally
                told.problems(done.first, done.more)
            elif resume and batch.shared:
                raise click.UsageError(
                    "`--resume` needs every column to be understood: mend their names, as said above"
                )
            elif resume:
                raise click.UsageError(
                    "`--resume` is for data that is rated by columns: this is rated record by record"
                )
            else:
                writers = [_writer(stack, program, batch, output, _kind(output, as_json), decided, long_results)]
                if rejects is not None:
                    writers.append(_rejects_writer(stack, rejects, identifier))
                tally = _rate(batch, writers, told)
    except Unreadable as error:
        from ..render import colourful, problem_as_text

        options.say(problem_as_text(error.problem, colourful(sys.stderr)))
        return error.status
    except MemoryError:
        raise click.ClickException("the memory is not enough for these records; no results have been written") from None
    told.end()
    if tally.not_published:
        _say_unpublished(program, tally)
    options.say(str(tally) + (": nothing to rate" if not tally.records else ""))
    return 1 if tally.rejected > allow_rejects or (batch.shared and not tally.records) else 0


def _rate(batch: Records, writers: list[Writer], told: Told) -> Tally:
    """Every record to every writer; the count."""
    from .output import Tally

    tally = Tally()
    with waiting.progress_of("rating", batch.rows.size) as step:
        for count, record in enumerate(batch):
            tally.count(record)
            told.record(record)
            for writer in writers:
                writer.record(record)
            if count % 256 == 0:
                step(batch.rows.position)
    for writer in writers:
        writer.end(tally)
    tally.check()
    return tally


class Told:
    """What stderr says of rejected records: what all of them have, once; the first few problems; how many more."""

    def __init__(self, shared: tuple[Problem, ...], quiet: bool, apart: bool = False) -> None:
        """`apart`: what all of them have is known only in the end, as each record has columns of its own."""
        self._shared = frozenset((each.code, each.column) for each in shared)
        self._left = 0 if quiet else _SHOWN
        self._more = 0
        self._quiet = quiet
        self._common: set[Problem] | None = None if quiet and apart else set()
        for each in shared:
            self._say(each)

    def record(self, record: Rated) -> None:
        if self._common is None or self._common:
            own = {replace(each, place=None) for each in record.problems if each.value is None}
            self._common = own if self._common is None else self._common & own
        if record.result is None:
            self.problems(record.problems)

    def problems(self, problems: Iterable[Problem], more: int = 0) -> None:
        """Those of a rejected record, or the first of all, and how many more there are."""
        self._more += more
        for each in problems:
            if (each.code, each.column) in self._shared:
                continue
            if self._left:
                self._left -= 1
                self._say(each)
            else:
                self._more += 1

    def end(self) -> None:
        for each in sorted(self._common or (), key=lambda each: (each.code, each.column or "", each.message)):
            self._say(each)
        if self._more and not self._quiet:
            options.say(f"{self._more:,} more problems; `--rejects FILE` writes them all to a file")

    def _say(self, problem: Problem) -> None:
        from ..render import colourful, problem_as_text

        options.say(problem_as_text(problem, colourful(sys.stderr)))


def _say_unpublished(program: Program, tally: Tally) -> None:
    from ..render import plural

    rests = "rests" if tally.not_published == 1 else "rest"
    status = "" if program.status == "published" else f" (the methodology is {program.status})"
    said = f"{plural(tally.not_published, 'record')} {rests} on rules that are not published{status}"
    options.say(f"{said}: see column `not_published`, and `markscheme explain`")


# --- where it goes ---------------------------------------------------------------------------------------------------


def _sensible(
    data: str, identifier: str | None, long: bool, output: Path | None, rejects: Path | None, as_json: bool
) -> None:
    """Raises UsageError for options that do not go together."""
    if long and identifier is None:
        raise click.UsageError("`--long` needs `--id COLUMN`: which rows belong to one record")
    if output is not None and output.suffix.lower() not in _KINDS:
        raise click.UsageError(f"`{output}`: results are written as {', '.join(_KINDS)}")
    if rejects is not None and rejects.suffix.lower() != ".csv":
        raise click.UsageError(f"`{rejects}`: rejects are written as .csv")
    if as_json and output is not None and output.suffix.lower() != ".json":
        raise click.UsageError("`--json` writes one JSON document: name it .json, or leave out `--json`")
    places = [str(each) for each in (data, output, rejects) if each is not None and str(each) != "-"]
    if any(_same(one, other) for one, other in combinations(places, 2)):
        raise click.UsageError("data, results and rejects must be different files")


def _same(one: str, other: str) -> bool:
    """Whether two names are of one file, through whatever links."""
    try:
        return os.path.realpath(one) == os.path.realpath(other) or os.path.samefile(one, other)
    except (OSError, ValueError):  # one of them is not there yet
        return False


def _kind(output: Path | None, as_json: bool) -> str:
    return ".json" if as_json else output.suffix.lower() if output is not None else ".csv"


def _writer(
    stack: ExitStack, program: Program, batch: Records, output: Path | None, kind: str, decided: bool, long: bool
) -> Writer:
    from .output import CsvWriter, JsonLinesWriter, JsonWriter, Long, Wide

    layout = (Long if long else Wide)(program, decided)
    if kind in (".xlsx", ".parquet"):
        assert output is not None
        raw = _bytes(stack, output)
        if kind == ".parquet":
            from .tables import TableWriter

            table = TableWriter(raw, program, decided, batch.identifier, batch.rows.types, batch.unknown)
            stack.callback(table.close)
            return table
        from .workbook import WorkbookWriter

        book = WorkbookWriter(raw, layout, batch.identifier or "row", batch.unknown)
        stack.callback(book.close)
        if batch.rows.types is not None and batch.columns is not None and not long:
            book.refuse(batch.rows.size or 0)  # Parquet says how many there are
        return book
    file = sys.stdout if output is None else _file(stack, output)
    if kind == ".json":
        return JsonWriter(file, program, decided)
    if kind == ".jsonl":
        return JsonLinesWriter(file, program, decided)
    rows = CsvWriter(file, layout, batch.identifier or "row", batch.unknown)
    stack.callback(rows.close)
    return rows


def _rejects_writer(stack: ExitStack, path: Path, identifier: str | None) -> Writer:
    from .output import RejectWriter

    return RejectWriter(_file(stack, path), identifier or "row")


def _file(stack: ExitStack, path: Path) -> IO[str]:
    """A file that takes its name only when everything has been written."""
    from ..files import write_atomically

    return stack.enter_context(write_atomically(path))


def _bytes(stack: ExitStack, path: Path) -> BinaryIO:
    from ..files import write_bytes_atomically

    return stack.enter_context(write_bytes_atomically(path))
