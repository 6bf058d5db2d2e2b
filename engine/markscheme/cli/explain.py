"""`explain`: why a record has its ratings, or all records, each in a file of its own; what if a fact was another, and
what would it take. The words are the engine's."""

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
    from collections.abc import Callable, Mapping

    from ..explain import Explanation
    from ..ir import Present, Program
    from ..reach import Ways, WhatIf
    from ..result import Result
    from ..trace import Given, Key
    from .records import Rated, Records

    Answer = Explanation | Ways | WhatIf
    Question = Callable[[Result], Ways | WhatIf]

Format = Literal["text", "markdown", "html", "json"]
_SUFFIXES: dict[Format, str] = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
_NEAREST = 10_000  # ids that a misspelt one is compared with


@click.command()
@options.records
@click.option("--record", metavar="ID", help="Which record: its id, or its row number where there is no --id.")
@click.option("--all", "every", is_flag=True, help="Every record: briefly, or with -o in full, a file each.")
@click.option("-o", "--output", metavar="DIR", type=Path, help="The folder for the files of --all.")
@click.option("--result", metavar="NAME", help="One result or measure, in full; as `rating for safe` with --reach.")
@click.option("--what-if", "facts", metavar="NAME=VALUE", multiple=True, help="The record with a fact put right.")
@click.option("--reach", metavar="LEVEL", help="The least changes by which the result is at least at LEVEL.")
@click.option("--lose", is_flag=True, help="The least changes by which the result loses its level.")
@click.option("--absent-too", is_flag=True, help="With these: values that are absent may be given, too.")
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
    facts: tuple[str, ...],
    reach: str | None,
    lose: bool,
    absent_too: bool,
    form: Format | None,
    as_json: bool,
) -> int:
    """Say why records of DATA have the ratings they have."""
    asked = [name for name, given in (("--what-if", facts), ("--reach", reach is not None), ("--lose", lose)) if given]
    if len(asked) > 1:
        raise click.UsageError(f"`{asked[0]}` and `{asked[1]}` are two questions: ask one after the other")
    if asked and (every or record is None):
        raise click.UsageError(f"`{asked[0]}` is asked of one record: name it with `--record ID`")
    if absent_too and not (lose or reach is not None):
        raise click.UsageError("`--absent-too` goes with `--reach` or `--lose`")
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
    question = None
    if asked:
        question = _question(program, result, facts, reach, absent_too or None)
    elif result is not None:
        _known(program, result)
    chosen: Format = "json" if as_json else form or "text"
    try:
        with open_rows(data) as rows:
            batch = records.Records(program, rows, identifier, long)
            if output is not None:
                return _all(batch, output, result, chosen)
            if every:
                return _briefly(batch)
            return _one(batch, record or "", result, chosen, question)
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


def _question(
    program: Program, result: str | None, facts: tuple[str, ...], reach: str | None, absences: bool | None
) -> Question:
    """What is asked of a record beyond why. Raises UsageError for a name or a value that there is not."""
    from ..reach.asking import Unclear, asked_level, asked_result, corrected

    try:
        if facts:
            named = None if result is None else _step(program, result)
            changed = corrected(program, _facts(facts))
            return lambda rated: _corrected(rated, changed, named)
        key = asked_result(program, result)
        level = None if reach is None else asked_level(program, key, reach)
    except Unclear as error:
        raise click.UsageError(str(error)) from error
    return lambda rated: _ways(rated, key, level, absences)


def _step(program: Program, result: str) -> str:
    """The result or measure of which all members are meant."""
    _known(program, result)
    return result


def _facts(facts: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in facts:
        name, between, value = fact.partition("=")
        if not between or not name.strip():
            raise click.UsageError(f"`{fact}` says no value: write `--what-if NAME=VALUE`")
        if name.strip() in found:
            raise click.UsageError(f"`{name.strip()}` is said twice: keep one of them")
        found[name.strip()] = value
    return found


def _corrected(rated: Result, changed: Mapping[Key, Given], result: str | None) -> WhatIf:
    from ..interpret import interpret
    from ..reach import WhatIf

    after = interpret(rated.program, {**rated.trace.given, **changed})
    return WhatIf(rated.program, tuple(changed), rated.trace, after, rated.id, result)


def _ways(rated: Result, key: Key, level: Present | None, absences: bool | None) -> Ways:
    from dataclasses import replace

    from ..reach.what_it_takes import lost, reached
    from .waiting import progress

    given = rated.trace.given
    with progress("walking") as step:
        if level is not None:
            found: Ways | None = reached(rated.program, given, key, level, absences, step)
        else:
            found = lost(rated.program, given, key, absences, step)
    if found is None:
        raise click.ClickException(f"`{key[0]}` has no value here, so there is nothing to lose")
    return replace(found, record=rated.id)


def _one(batch: Records, record: str, result: str | None, form: Format, question: Question | None) -> int:
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
        said: Answer
        if question is not None:
            from ..result import Result

            said = question(Result.interpreted(batch.program, each.result.trace, each.id))
        else:
            said = _explained(batch.program, each, result)
        print(_written(said, batch.program, each.id, form, sys.stdout.isatty() and colourful(sys.stdout)))
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
            said = _explained(batch.program, each, result)
            file.write(_written(said, batch.program, each.id, form, False) + "\n")
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


def _written(said: Answer, program: Program, record: str, form: Format, colour: bool) -> str:
    from html import escape

    from ..render import json_text

    match form:
        case "text":
            return said.text(options.width(), colour).rstrip("\n")
        case "markdown":
            return said.markdown().rstrip("\n")
        case "json":
            return json_text(said.json())
        case "html":
            title = escape(f"{program.title}: {record}")
            head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
            return head + said._repr_html_()
        case _:
            assert_never(form)
