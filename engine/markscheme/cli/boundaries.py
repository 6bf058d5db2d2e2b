"""`boundaries`: the thresholds of a methodology, what can be beside them, and who is. The engine works it out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..ir import Program
    from ..ledger import Ledger, Near

_KINDS = (".txt", ".json")


@click.command()
@click.argument("methodology")
@click.argument("name", required=False, metavar="[MEASURE]")
@click.option("--data", metavar="DATA", help="Also which records are one attainable step from a boundary.")
@click.option("--id", "identifier", metavar="COLUMN", help="Which column names the record; else its number.")
@click.option("--long", is_flag=True, help="DATA has one row a record and member, not one a record.")
@click.option("-o", "--output", metavar="OUT", type=Path, help="Where it goes: .txt or .json; else stdout.")
@options.on
@options.rules
@options.as_json
def boundaries(
    methodology: str,
    name: str | None,
    data: str | None,
    identifier: str | None,
    long: bool,
    output: Path | None,
    on: str | None,
    rules: Path | None,
    as_json: bool,
) -> int:
    """Show each threshold, and the attainable values beside it.

    For each edge of a band, figure, level or count that decides something: which side it falls, what is rounded before,
    the values just below, at and just above it that a body can have, and what each gives. A finding says where rounding
    alone decides. With MEASURE, those that it rests on.

    With `--data`, the records that are one such value from a boundary and would get something else on the other side.
    Between levels none are named: of four levels everybody is one from the next.
    """
    if data is None and (identifier is not None or long):
        raise click.UsageError("`--id` and `--long` go with `--data DATA`")
    if long and identifier is None:
        raise click.UsageError("`--long` needs `--id COLUMN`: which rows belong to one record")
    if output is not None and output.suffix.lower() not in _KINDS:
        raise click.UsageError(f"`{output}`: boundaries are written as {' or '.join(_KINDS)}")
    if output is not None and as_json and output.suffix.lower() != ".json":
        raise click.UsageError("`--json` writes JSON: name it .json, or leave out `--json`")
    from . import records

    program = records.methodology(methodology, on, rules)
    if isinstance(program, int):
        return program
    from ..ledger import ledger

    made = ledger(program, None if name is None else _resting(program, name))
    found: list[tuple[str, Near]] | None = None
    rejected = 0
    if data is not None:
        from ..data import Unreadable
        from ..render import colourful, problem_as_text

        try:
            found, rejected = _near(made, data, identifier, long)
        except Unreadable as error:
            options.say(problem_as_text(error.problem, colourful(sys.stderr)))
            return error.status
    _write(made, found, output, as_json or (output is not None and output.suffix.lower() == ".json"))
    return 1 if rejected else 0


def _resting(program: Program, name: str) -> set[str]:
    """A measure and those that it rests on. Raises UsageError for a name that is none."""
    from ..diagnostics import suggestion
    from ..explain.walk import names_in

    steps = {step.name: step for step in program.steps}
    if name not in steps:
        known = [step.name for step in program.steps if not step.helper]
        near = suggestion(name, known) or f"there are {', '.join(known)}"
        raise click.UsageError(f"`{name}` is no result or measure of {program.id}@{program.version}; {near}")
    found: set[str] = set()
    open_ = [name]
    while open_:
        one = open_.pop()
        if one in steps and one not in found:
            found.add(one)
            open_ += names_in(steps[one]).read
    return found


def _near(made: Ledger, data: str, identifier: str | None, long: bool) -> tuple[list[tuple[str, Near]], int]:
    """The records beside a boundary, and how many were rejected."""
    from ..data import open_rows
    from ..ledger import near
    from .rate import Told
    from .records import Records

    found: list[tuple[str, Near]] = []
    rejected = 0
    with open_rows(data) as rows:
        batch = Records(made.program, rows, identifier, long)
        told = Told(batch.shared, quiet=False)
        for each in batch:
            told.record(each)
            if each.result is None:
                rejected += 1
            else:
                found += [(each.id, one) for one in near(made, each.result.trace)]
        told.end()
    return found, rejected


def _write(made: Ledger, found: list[tuple[str, Near]] | None, output: Path | None, as_json: bool) -> None:
    from ..files import write_atomically
    from ..ledger import plain, telling
    from ..render import all_as_text, colourful, json_text, plural

    with ExitStack() as stack:
        file = sys.stdout if output is None else stack.enter_context(write_atomically(output))
        colour = output is None and colourful(sys.stdout)
        if as_json:
            parts: Iterable[str] = [json_text(plain.as_json(made, found))]
        else:
            width = 100 if output is not None else options.width()
            text = telling.as_text(made, width, colour)
            near = None if found is None else telling.near_as_text(found, width, colour)
            parts = [part for part in (text, all_as_text(made.findings, colour), near) if part]
        print("\n\n".join(parts), file=file)
    program = made.program
    said = f"{program.id}@{program.version}: {plural(len(made.boundaries), 'threshold')}"
    options.say(f"{said}, {plural(len(made.findings), 'finding')}")
