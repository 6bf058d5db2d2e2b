"""`diff`: what a new version does otherwise, for whom, and by which change of text. The engine works it out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, assert_never

import click

from . import options
from .waiting import progress

if TYPE_CHECKING:
    from ..data import Rows
    from ..diff.population import Mover, Population
    from ..diff.report.notices import Notices
    from ..diff.report.rows import Lines, MoversCsv
    from ..diff.verdicts import Difference, Version

Format = Literal["text", "markdown", "csv", "json", "html"]
_BY_NAME: dict[str, Format] = {
    ".txt": "text", ".md": "markdown", ".csv": "csv", ".json": "json", ".html": "html", ".htm": "html",
}  # fmt: skip
_MOVERS = (".csv", ".md", ".txt")
_DIFFERS = 3


@dataclass(frozen=True, slots=True)
class _Data:
    """A data file and how it is read."""

    path: str
    identifier: str | None
    long: bool
    by: tuple[str, ...]


@click.command()
@click.argument("old", metavar="[OLD]")
@click.argument("new", metavar="NEW", required=False)
@click.option("--data", metavar="DATA", help="Also what becomes of its records, and who moves.")
@click.option("--id", "identifier", metavar="COLUMN", help="Which column names the record; else its number.")
@click.option("--long", is_flag=True, help="DATA has one row a record and member, not one a record.")
@click.option("--by", metavar="COLUMN", multiple=True, help="Also a table for each value of a column. May be repeated.")
@click.option(
    "--result", "results", metavar="NAME", multiple=True,
    help="This result alone; OLD=NEW where the two call it otherwise. May be repeated.",
)  # fmt: skip
@click.option("--movers", metavar="FILE", type=Path, help="Where all movers go: .csv, or .txt and .md, a line each.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "csv", "json", "html"]), help="How it is printed."
)
@options.as_json
@click.option("-o", "--output", metavar="OUT", type=Path, help="Where it goes: .txt, .md, .csv, .json, .html.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where a rating differs, or is not proved the same.")
@click.option(
    "--on", "days", metavar="DATE", multiple=True,
    help="Of an id the version in force that day; twice for OLD and NEW, of one id.",
)  # fmt: skip
@options.rules
def diff(
    old: str,
    new: str | None,
    data: str | None,
    identifier: str | None,
    long: bool,
    by: tuple[str, ...],
    results: tuple[str, ...],
    movers: Path | None,
    form: Format | None,
    as_json: bool,
    output: Path | None,
    exit_code: bool,
    days: tuple[str, ...],
    rules: Path | None,
) -> int:
    """Show what NEW does otherwise than OLD, in meaning and not in text.

    OLD and NEW are `id@version`, rule files, or files at a git revision (rules/x.yaml@HEAD~3): two versions, or two
    methodologies over the same bodies. NEW alone is compared with the version that it supersedes.

    Each result is the same, never lower, never higher or mixed, which is proved where it can be, with the smallest
    example each way and the rule, row or threshold that does it. With `--data`, who moves, and by which change.
    """
    if data is None and (identifier is not None or long or by or movers is not None):
        raise click.UsageError("`--id`, `--long`, `--by` and `--movers` go with `--data DATA`")
    if long and identifier is None:
        raise click.UsageError("`--long` needs `--id COLUMN`: which rows belong to one record")
    if movers is not None and movers.suffix.lower() not in _MOVERS:
        raise click.UsageError(f"`{movers}`: movers are written as {', '.join(_MOVERS)}")
    _apart((old, new, data), (output, movers))
    form = _format(form, as_json, output)
    versions = _versions(old, new, days, rules)
    if isinstance(versions, int):
        return versions
    if _turned_round(*versions):
        options.say(f"warning: `{versions[0].name}` supersedes `{versions[1].name}`; OLD is meant to come first")
    pairs = _pairs(results, *versions)
    asked = None if data is None else _Data(data, identifier, long, by)
    from ..data import Unreadable
    from ..library import MethodologyError

    try:
        return _compared(versions, pairs, asked, movers, form, output, exit_code)
    except MethodologyError as clash:  # of names that the new file maps
        options.say_findings(clash.diagnostics)
        return 1
    except Unreadable as error:
        from ..render import colourful, problem_as_text

        options.say(problem_as_text(error.problem, colourful(sys.stderr)))
        return error.status


def _apart(read: Sequence[str | None], written: Sequence[Path | None]) -> None:
    """Raises UsageError where what is read would be written over, or two things would be written to one file."""
    import os

    sources = {os.path.realpath(each) for each in read if each is not None and each != "-"}
    targets = [os.path.realpath(each) for each in written if each is not None]
    if len(set(targets)) < len(targets) or sources & set(targets):
        raise click.UsageError("rule files, data, OUT and movers must be different files")


def _format(form: Format | None, as_json: bool, output: Path | None) -> Format:
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"`--json` and `--format {form}` are two answers")
    if as_json:
        form = "json"
    if output is None:
        return form or "text"
    named = _BY_NAME.get(output.suffix.lower())
    if form is None and named is None:
        raise click.UsageError(f"`{output}`: name it {', '.join(_BY_NAME)}, or give `--format`")
    if form is not None and named not in (None, form):
        raise click.UsageError(f"`{output}` is no name for {form}")
    return form or named or "text"


# --- what is compared ------------------------------------------------------------------------------------------------


def _versions(old: str, new: str | None, days: Sequence[str], rules: Path | None) -> tuple[Version, Version] | int:
    """Both versions, or the exit status where one cannot be had; says why."""
    from ..diff.version import before, opened
    from ..files import CANNOT_READ
    from ..library import MethodologyError

    if len(days) > 2:
        raise click.UsageError("`--on` is given once, or once for OLD and once for NEW")
    try:
        if new is None and len(days) == 2:
            return opened(old, rules, days[0]), opened(old, rules, days[1])
        if new is None:
            later = opened(old, rules, days[0] if days else None)
            return before(later, rules), later
        first, last = (days[0], days[-1]) if days else (None, None)
        return opened(old, rules, _day(old, first)), opened(new, rules, _day(new, last))
    except MethodologyError as error:
        options.say_findings(error.diagnostics)
        return 2 if all(each.code in CANNOT_READ or each.span is None for each in error.diagnostics) else 1


def _day(name: str, day: str | None) -> str | None:
    """A day picks a version where an id is given alone: the other one may be a file."""
    from ..library import is_path

    return None if "@" in name or is_path(name) else day


def _turned_round(old: Version, new: Version) -> bool:
    """Whether the first follows the second by what its file says."""
    from ..diff.renaming import superseded

    return old.program.id == new.program.id and superseded(old) == new.program.version != old.program.version


def _pairs(results: Sequence[str], old: Version, new: Version) -> dict[str, str]:
    """The results asked for, of the old version, and as the new one calls them. Raises UsageError for what is none."""
    from ..diagnostics import suggestion
    from ..diff.renaming import names

    mapped = names(new) if old.program.id == new.program.id else {}
    pairs: dict[str, str] = {}
    for said in results:
        first, sign, other = (part.strip() for part in said.partition("="))
        one = mapped.get(first, first)  # the old version is compared by its new names
        for version, name in ((old, one), (new, other if sign else one)):
            known = {step.name for step in version.program.steps if not step.helper}
            if version is old:
                known = {mapped.get(each, each) for each in known}
            if name not in known:
                near = suggestion(name, known)
                raise click.UsageError(
                    f"`{version.name}` has no measure `{name}`" + (f"; {near.rstrip('?')}?" if near else "")
                )
        if one in pairs:
            raise click.UsageError(f"`{one}` is asked for twice")
        pairs[one] = other if sign else one
    return pairs


def _compared(
    versions: tuple[Version, Version],
    pairs: Mapping[str, str],
    data: _Data | None,
    movers: Path | None,
    form: Format,
    output: Path | None,
    exit_code: bool,
) -> int:
    """Everything, written; the exit status."""
    from ..data import open_rows
    from ..diff.meaning import difference

    old, new = versions
    with ExitStack() as stack:
        rows = stack.enter_context(open_rows(data.path)) if data is not None else None  # which may fail at once
        with progress("comparing") as told:
            found = difference(old, new, lambda _, done, of: told(done, of), pairs or None)
            found = replace(found, missing=()) if pairs else found
        file = stack.enter_context(_out(output))
        population = None
        if data is not None and rows is not None:
            population = _surveyed(stack, found, pairs, data, rows, movers, file if form == "csv" else None)
        _write(file, form, found, population, data)
    if population is not None:
        _say(population, counted=form in ("csv", "json") or output is not None)
    return _status(found, population, exit_code)


@contextmanager
def _out(output: Path | None) -> Iterator[IO[str]]:
    from ..files import write_atomically

    if output is None:
        yield sys.stdout
        return
    with write_atomically(output) as file:
        yield file


def _status(found: Difference, population: Population | None, exit_code: bool) -> int:
    """3 where it is asked for and something differs, which says more than that records were rejected."""
    if exit_code:
        apart = [each.result for each in found.results if each.verdict == "inputs differ"]
        differing = [each.result for each in found.results if each.verdict not in ("same ratings", "inputs differ")]
        doubtful = [each.result for each in found.results if each.verdict == "same ratings" and not each.proved]
        gone = [name for name, _ in found.missing]
        told = {
            "differs": differing,
            "inputs differ": apart,
            "not proved the same": doubtful,
            "in one version only": gone,
        }
        for what, names in told.items():
            if names:
                options.say(f"{what}: {', '.join(names)}")
        if any(told.values()):
            return _DIFFERS
    return 1 if population is not None and population.rejected else 0


# --- data ------------------------------------------------------------------------------------------------------------


def _surveyed(
    stack: ExitStack,
    found: Difference,
    pairs: Mapping[str, str],
    data: _Data,
    rows: Rows,
    movers: Path | None,
    file: IO[str] | None,
) -> Population:
    """What becomes of the records. Each mover is written as it is found: to `movers`, and to `file`."""
    from ..diff.edits import Revised
    from ..diff.renaming import names
    from ..diff.report.notices import notices
    from ..diff.responsible import Responsible
    from ..diff.survey import survey

    old, new = found.old, found.new
    noticing = notices(old, new, named=data.identifier is not None)
    writers: list[Lines | MoversCsv] = []
    if movers is not None:
        writers.append(_writer(stack.enter_context(_out(movers)), movers.suffix.lower(), noticing, data))
    if file is not None:
        writers.append(_writer(file, ".csv", noticing, data))

    def tell(mover: Mover) -> None:
        for writer in writers:
            writer.mover(mover)

    alike = old.program.id == new.program.id  # two versions of one methodology
    responsible = Responsible(Revised(old, new)).of if alike else None
    with _reading(rows) as step:
        population = survey(
            old.program, new.program, rows, data.identifier, data.long,
            groups=data.by, results=tuple(pairs.items()), responsible=responsible, renamed=names(new) if alike else {},
            tell=tell if writers else None, step=step,
        )  # fmt: skip
    for writer in writers:
        writer.end()
    return population


def _writer(file: IO[str], kind: str, noticing: Notices, data: _Data) -> Lines | MoversCsv:
    from ..diff.report.rows import Lines, MoversCsv

    if kind == ".csv":
        return MoversCsv(file, noticing, data.identifier or "row", data.by)
    return Lines(file, noticing, markdown=kind == ".md")


@contextmanager
def _reading(rows: Rows) -> Iterator[Callable[[], None]]:
    """How far the file is read, now and then."""
    count = 0
    with progress("rating") as told:

        def step() -> None:
            nonlocal count
            count += 1
            if count % 256 == 0 and rows.size:
                told(rows.position, rows.size)

        yield step


def _say(population: Population, counted: bool) -> None:
    """What is odd about the data, and what became of every record, on stderr."""
    from ..render import colourful, plural, problem_as_text

    for warning in population.warnings:
        hint = f"; {warning.hint}" if warning.hint else ""
        where = f"{warning.place}: " if warning.place else ""
        options.say(f"warning[{warning.code}]: {where}{warning.message}{hint}")
    if not counted:
        return  # the page says it
    for rejects in population.rejects:
        for each in rejects.first[:3]:
            for problem in (each.new or each.old)[:1]:
                options.say(problem_as_text(problem, colourful(sys.stderr)))
    said = f"{plural(population.records, 'record')}: {population.compared:,} compared, {population.rejected:,} rejected"
    options.say(f"{said}; {population.moved_records:,} moved")


# --- where it goes ---------------------------------------------------------------------------------------------------


def _write(
    file: IO[str],
    form: Format,
    found: Difference,
    population: Population | None,
    data: _Data | None,
) -> None:
    from ..render import colourful, json_text

    named = data is not None and data.identifier is not None
    if form == "json":
        from ..diff.report.plain import as_json

        file.write(json_text(as_json(found, population, named)) + "\n")
        return
    if form == "csv":
        from ..diff.report.rows import ways_csv

        if population is None:
            ways_csv(file, found)
        return
    from ..diff.report.story import story_of

    story = story_of(found, population, data.path if data else "", named)
    match form:
        case "text":
            from ..diff.report.text import as_text

            file.write(as_text(story, colourful(file), _width(file)))
        case "markdown":
            from ..diff.report.markdown import as_markdown

            file.write(as_markdown(story))
        case "html":
            from ..diff.report.page import as_html

            file.write(as_html(story))
        case _:
            assert_never(form)


def _width(file: IO[str]) -> int:
    """That of the terminal, where it is one; lines of more than 120 characters nobody reads."""
    from shutil import get_terminal_size

    return min(get_terminal_size((110, 24)).columns, 120) if file.isatty() else 110
