"""`mutate`: changes a rule file in one place at a time and says which changes nobody would notice. Judges no change."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..mutate import Score

_PATIENCE = 1.0  # seconds before a terminal is shown how far the work is


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="METHODOLOGY…")
@options.rules
@click.option("--only", multiple=True, metavar="KIND", help="Changes of this kind alone; again for another.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="So many of the changes, spread over the file.")
@click.option("--faults", is_flag=True, help="Plant mistakes that people make, and say by kind who catches them.")
@click.option("--no-proof", is_flag=True, help="Ask the cases alone.")
@click.option("--seconds", type=click.FloatRange(min=1), default=1800, show_default=True, help="The time for it all.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many processes; by default one for each processor.")
@click.option("-o", "--output", metavar="FILE", type=Path, help="Where it is written, instead of here.")
@options.as_json
def mutate(
    files: tuple[str, ...],
    rules: Path | None,
    only: tuple[str, ...],
    limit: int | None,
    faults: bool,
    no_proof: bool,
    seconds: float,
    jobs: int | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Say what would go unnoticed in a rule file.

    Changes it in one place at a time: a cell, a threshold, a rule left out. Each change is put to the checks, to proof,
    and to the cases. What none of them notices is listed, with a case that would.
    """
    from ..mutate import FAULTS, KINDS, told

    known = tuple(FAULTS) if faults else KINDS
    _sensible(only, known)
    scores: list[Score] = []
    until = _clock() + seconds
    for name in files:
        score = _scored(name, rules, only, limit, faults, not no_proof, max(1.0, until - _clock()), jobs)
        if score is None:
            return 1
        scores.append(score)
    if as_json:
        from ..render import json_text

        plain = [told.as_json(score) for score in scores]
        text = json_text(plain[0] if len(plain) == 1 else plain) + "\n"
    elif faults:
        text = told.by_kind(scores)
    else:
        text = "\n".join(told.as_text(score) for score in scores)
    _write(text, output)
    return 0 if faults or not any(score.tally.survivors for score in scores) else 1


def _clock() -> float:
    from time import monotonic

    return monotonic()


def _sensible(only: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Raises UsageError for a kind that there is not."""
    from ..diagnostics import suggestion

    for kind in only:
        if kind not in known:
            near = suggestion(kind, known) or f"there are {', '.join(known)}"
            raise click.UsageError(f"`{kind}` is no kind of change; {near}")


def _scored(
    name: str,
    rules: Path | None,
    only: tuple[str, ...],
    limit: int | None,
    faults: bool,
    proof: bool,
    seconds: float,
    jobs: int | None,
) -> Score | None:
    """None, and what is wrong said, where the file is refused as it is."""
    from ..library import MethodologyError, locate
    from ..mutate import mutate as mutated

    try:
        library, _, path = locate(name, rules=rules)
    except MethodologyError as error:
        raise click.ClickException(str(error)) from error
    with _progress(path.name) as told:
        score, found = mutated(
            path, library, only=only, limit=limit, planted=faults, proof=proof, seconds=seconds,
            jobs=jobs or os.cpu_count() or 1, told=told,
        )  # fmt: skip
    if score is None:
        options.say_findings(found)
        options.say("nothing was changed: the file, or its cases, must be free of errors first")
    return score


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    from ..files import write_atomically

    with write_atomically(output) as file:
        file.write(text)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, once the work has taken a second; else nothing."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda done, all_: None
        return
    started, bar = _clock(), None

    def step(done: int, all_: int) -> None:
        nonlocal bar
        if bar is None and _clock() - started > _PATIENCE:
            from rich.console import Console
            from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

            bar = Progress(
                *Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            bar.add_task(f"changing {name}", total=all_)
            bar.start()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done)

    try:
        yield step
    finally:
        if bar is not None:
            bar.stop()
