"""`explain`: why a record has its ratings, or all records, each in a file of its own. The words are the engine's."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

import click

from . import options

if TYPE_CHECKING:
    from ..explain import Explanation
    from ..ir import Program
    from .records import Rated, Records

Format = Literal["text", "markdown", "html", "json"]
_SUFFIXES: dict[Format, str] = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
_NEAREST = 10_000  # ids that a misspelt one is compared with


@click.command()
@options.records
@click.option("--record", metavar="ID", help="Which record: its id, or its row number where there is no --id.")
@click.option("--all", "every", is_flag=True, help="Every record: briefly, or with -o in full, a file each.")
@click.option("-o", "--output", metavar="DIR", type=Path, help="The folder for the files of --all.")
@click.option("--result", metavar="NAME", help="One result or measure, in full.")
@click.option("--format", "form", type=click.Choice(list(_SUFFIXES)), help="How it is written; else text.")
@options.as_json
def explain(
    methodology: str,
    data: str,
    on: str | None,
    rules: Path | None,
    identifier: str | None,
    long: bool,
    record: str | None,
    every: bool,
    output: Path | None,
    result: str | None,
    form: Format | None,
    as_json: bool,
) -> int:
    """Say why records of DATA have the ratings they have."""
    if every == (record is not None):
        raise click.UsageError("name one record with `--record ID`, or ask for `--all`")
    if output is not None and not every:
        raise click.UsageError("`-o DIR` goes with `--all`")
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"`--json` and `--format {form}` are two answers")
    if every and output is None and (as_json or form or result):
        raise click.UsageError("`--all` in full goes to files: give a folder, `-o DIR`")
    if long and identifier is None:
        raise click.UsageError("`--long` needs `--id COLUMN`: which rows belong to one record")
    from ..data import Unreadable, open_rows
    from ..render import colourful, problem_as_text
    from . import records

    program = records.methodology(methodology, on, rules)
    if isinstance(program, int):
        return program
    if result is not None:
        _known(program, result)
    chosen: Format = "json" if as_json else form or "text"
    try:
        with open_rows(data) as rows:
            batch = records.Records(program, rows, identifier, long)
            if output is not None:
                return _all(batch, output, result, chosen)
            if every:
                return _briefly(batch)
            return _one(batch, record or "", result, chosen)
    except Unreadable as error:
        options.say(problem_as_text(error.problem, colourful(sys.stderr)))
        return error.status


def _known(program: Program, result: str) -> None:
    """Raises UsageError for a name that is no result and no measure."""
    from ..diagnostics import suggestion

    known = [step.name for step in program.steps if not step.helper]
    if result not in known:
        near = suggestion(result, known) or f"there are {', '.join(known)}"
        raise click.UsageError(f"`{result}` is no result or measure of {program.id}@{program.version}; {near}")


def _one(batch: Records, record: str, result: str | None, form: Format) -> int:
    from difflib import get_close_matches

    from ..echo import shown
    from ..render import colourful

    seen: list[str] = []
    for each in batch:
        if each.id != record:
            seen += [each.id] if len(seen) < _NEAREST else []
            continue
        if each.result is None:
            _say_rejected(each)
            return 1
        print(_written(_explained(batch.program, each, result), form, sys.stdout.isatty() and colourful(sys.stdout)))
        return 0
    near = get_close_matches(record, seen, n=1, cutoff=0.6)
    by = f"with `{shown(batch.identifier, 40)}` {shown(record)}" if batch.identifier else f"in row {shown(record)}"
    ways = "" if batch.identifier else "; `--id COLUMN` tells which column names the records"
    raise click.ClickException(f"there is no record {by}" + (f"; did you mean `{shown(near[0])}`?" if near else ways))


def _say_rejected(record: Rated) -> None:
    from ..echo import shown
    from ..render import colourful, problem_as_text

    options.say(f"`{shown(record.id)}` is rejected, so it has no rating:")
    for problem in record.problems:
        options.say(problem_as_text(problem, colourful(sys.stderr)))


def _briefly(batch: Records) -> int:
    """Every record with the reason for each of its headline ratings, a line or two each."""
    from textwrap import fill

    from ..echo import escaped
    from ..render import colourful, styled

    colour, width, rejected, told = colourful(sys.stdout), options.width(), False, False
    for each in batch:
        if each.result is None:
            rejected = True
            _say_rejected(each)
            continue
        reasons = list(_reasons(_explained(batch.program, each, None)))
        if not told and any(flag for _, flag in reasons):
            told = True
            print("! marks what rests on a rule that is not published; `--record ID` says which\n")
        print(styled(escaped(each.id), "strong", colour))
        for line, flag in reasons:
            mark = "! " if flag else "  "
            print(fill(line, width, initial_indent=mark, subsequent_indent="      ", break_on_hyphens=False))
    return 1 if rejected else 0


def _reasons(explanation: Explanation) -> Iterator[tuple[str, bool]]:
    """The ratings of the whole body, and of its parts those that are out of the ordinary (all, where there is no rating
    of the whole), each with what decided it and whether it rests on a rule that is not published."""
    from ..echo import escaped

    results = [part for part in explanation.account.parts if part.role == "result"]
    headline = any(not part.axes for part in results)
    for part in results:
        for answer in part.answers:
            if not headline or not part.axes or answer.matters:
                title = f"{part.title}, {answer.where}" if answer.where else part.title
                yield escaped(f"{title}: {answer.value} - {answer.brief}"), bool(answer.flags)


def _all(batch: Records, folder: Path, result: str | None, form: Format) -> int:
    from ..files import write_atomically
    from ..render import plural

    folder.mkdir(parents=True, exist_ok=True)
    written = rejected = 0
    for number, each in enumerate(batch, 1):
        if each.result is None:
            rejected += 1
            continue
        with write_atomically(folder / file_name(number, each.id, _SUFFIXES[form])) as file:
            file.write(_written(_explained(batch.program, each, result), form, False) + "\n")
        written += 1
    options.say(f"{plural(written + rejected, 'record')}: {written:,} explained in `{folder}`, {rejected:,} rejected")
    return 1 if rejected else 0


def file_name(number: int, id: str, suffix: str) -> str:
    """A file name for a record: its number, which makes it unique, and as much of its id as any file system takes.
    Nothing in an id can name another folder."""
    plain = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"{number:06d}-{words}{suffix}" if words and words != str(number) else f"{number:06d}{suffix}"


def _explained(program: Program, record: Rated, result: str | None) -> Explanation:
    from .. import explain

    assert record.result is not None
    return explain.explain(program, record.result.trace, record.id, result)


def _written(explanation: Explanation, form: Format, colour: bool) -> str:
    from html import escape

    from ..render import json_text

    match form:
        case "text":
            return explanation.text(options.width(), colour).rstrip("\n")
        case "markdown":
            return explanation.markdown().rstrip("\n")
        case "json":
            return json_text(explanation.json())
        case "html":
            title = escape(f"{explanation.account.title}: {explanation.account.record}")
            head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
            return head + explanation._repr_html_()
        case _:
            assert_never(form)
