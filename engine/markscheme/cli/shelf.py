"""`list`: which methodologies there are, when they were in force, and how sure their rules are. Rates nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click

from . import options

if TYPE_CHECKING:
    from ..editions import Edition
    from ..ir import Note, Program, Step
    from ..library import Library


@click.command("list")
@options.rules
@options.as_json
def list_methodologies(rules: Path | None, as_json: bool) -> int:
    """List the methodologies there are.

    Of each version: when it was in force, its sources, and how many of its rules are published, derived, recalled or
    illustrative, or cite nothing.
    """
    from ..library import Library, MethodologyError, folders
    from ..render import json_text

    try:
        library = Library(folders(rules))
    except MethodologyError as error:
        raise click.ClickException(str(error)) from error
    found = sorted(library.editions().values(), key=lambda each: (each.id, each.since or "", each.version))
    rows = [_row(each, library) for each in found]
    if as_json:
        print(json_text(rows))
    elif not rows:
        print("no methodologies; `markscheme new DIRECTORY` makes one to start from")
    else:
        print("\n\n".join(_paragraphs(rows)))
    return 0


def _row(edition: Edition, library: Library) -> dict[str, object]:
    from ..ir import STATUSES

    program, _ = library.program(edition.path)
    counts = None if program is None else marks(program)
    return {
        "id": edition.id,
        "version": edition.version,
        "title": edition.title,
        "in_force": {"from": edition.since, "until": edition.until},
        "path": str(edition.path),
        "usable": program is not None,
        "status": None if program is None else program.status,
        "rules": None if counts is None else {status: counts[status] for status in (*STATUSES, "uncited")},
        "sources": [] if program is None else [each.title for each in program.sources.values()],
    }


def _paragraphs(rows: list[dict[str, object]]) -> Iterator[str]:
    """A paragraph a methodology, its versions beneath each other."""
    from ..echo import escaped

    for id in dict.fromkeys(row["id"] for row in rows):
        versions = [row for row in rows if row["id"] == id]
        lines = [f"{escaped(str(id))}  {versions[-1]['title']}"]
        for row in versions:
            force = row["in_force"]
            assert isinstance(force, dict)
            period = f"{force['from'] or '…'} to {force['until'] or 'now'}"
            lines.append(f"  {escaped(str(row['version'])):<10}  {period:<24}  {_counts(row['rules'])}")
        sources = dict.fromkeys(str(title) for row in versions for title in (row["sources"] or ()))  # type: ignore[attr-defined]
        lines.extend(f"    {escaped(title)}" for title in sources)
        yield "\n".join(lines)


def _counts(rules: object) -> str:
    if not isinstance(rules, dict):
        return "cannot be used: see `markscheme check`"
    return "rules: " + ", ".join(f"{count} {status}" for status, count in rules.items() if count)


def marks(program: Program) -> Counter[str]:
    """How many rules, rows, bands, limits and parameters carry each status; `uncited` are those that would count as
    published and name no source. A principle's rules count once, a grid's cells as rows; a measure that takes a value
    over as it is has no rule."""
    cites = {note: note.cite or step.note.cite for step in program.steps for note in _notes(step)}
    cites |= {each.note: each.note.cite for each in program.constants.values() if not each.attribute}
    return Counter(
        "uncited" if note.status == "published" and not cite else note.status for note, cite in cites.items()
    )


def _notes(step: Step) -> Iterator[Note]:
    from ..ir import Bands, FirstPresent, Formula, Read, Rules, Table

    match step.form:
        case Rules(rules=rules):
            yield from (rule.note for rule in rules)
        case Table(rows=rows):
            yield from (row.note for row in rows)
        case Bands(bands=bands):
            yield from (band.note for band in bands)
        case Formula(value):
            if not isinstance(value, Read):
                yield step.note
        case FirstPresent():
            yield step.note
        case _:
            assert_never(step.form)
    yield from (limit.note for limit in step.limits)
