"""Options that several commands share, and what they all print the same way. Knows no rule and no record."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic

Command = TypeVar("Command", bound=Callable[..., object])

rules = click.option("--rules", metavar="DIR", type=Path, help="Where ids are looked for first.")
on = click.option("--on", metavar="DATE", help="The version in force that day, as 2024-03-31.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def records(command: Command) -> Command:
    """The arguments and options of a command that rates records of a data file."""
    for option in (
        click.option("--long", is_flag=True, help="DATA has one row a record and member, not one a record."),
        click.option("--id", "identifier", metavar="COLUMN", help="Which column names the record; else its number."),
        rules,
        on,
        click.argument("data"),
        click.argument("methodology"),
    ):
        command = option(command)
    return command


def say(text: str) -> None:
    """A line for people, on stderr: stdout is for results."""
    print(text, file=sys.stderr)


def say_findings(found: Iterable[Diagnostic]) -> None:
    """Findings on stderr, in colour where that is a terminal."""
    from ..render import all_as_text, colourful

    text = all_as_text(found, colourful(sys.stderr))
    if text:
        say(text)


def width() -> int:
    """How many columns text is laid out in."""
    from shutil import get_terminal_size

    return min(max(get_terminal_size((100, 24)).columns, 60), 110)
