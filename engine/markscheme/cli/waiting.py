"""What a command shows while it works. Knows no work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

_PATIENCE = 1.0  # seconds before anything is shown


@contextmanager
def progress_of(what: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """A bar for work of which so much is to be done, told how much has been; none where nobody knows how much."""
    with progress(what, counted=False) as step:
        yield lambda done: step(done, size) if size else None


@contextmanager
def progress(what: str, counted: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, once the work has taken a second; else nothing. Told how many of how many are done."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda done, of: None
        return
    started, bar = monotonic(), None

    def step(done: int, of: int) -> None:
        nonlocal bar
        if bar is None and monotonic() - started > _PATIENCE:
            from rich.console import Console
            from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

            columns = Progress.get_default_columns()
            if counted:
                columns = (*columns[:2], MofNCompleteColumn(), TimeRemainingColumn())
            bar = Progress(*columns, console=Console(stderr=True), transient=True)
            bar.add_task(what, total=of)
            bar.start()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=of)

    try:
        yield step
    finally:
        if bar is not None:
            bar.stop()
