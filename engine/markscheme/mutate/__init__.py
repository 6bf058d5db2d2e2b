"""What nobody would notice: a rule file with one change at a time, put to proof and to its cases. Knows no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic
from ..library import Library
from .changes import KINDS, SAYS, Change, Edit, Kind
from .crew import Orders, alone, together
from .fates import GUARDS, Fate, Guard, Tally, tally
from .faults import FAULTS, faults
from .subject import Subject, opened
from .watch import Watch

__all__ = [
    "FAULTS",
    "GUARDS",
    "KINDS",
    "SAYS",
    "Change",
    "Edit",
    "Fate",
    "Guard",
    "Kind",
    "Score",
    "Subject",
    "Tally",
    "Watch",
    "faults",
    "mutate",
    "opened",
    "tally",
]

_FEW = 12  # changes, for which a process is not worth its start


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the changes of one rule file, in the order of its text. `possible`: of how many."""

    methodology: str
    file: str
    fates: tuple[Fate, ...]
    possible: int
    proved: bool  # whether proof was asked
    unreviewed: int  # cases that count for nothing
    failing: int  # cases that fail as it is, and so show nothing

    @property
    def tally(self) -> Tally:
        """How many of them each guard noticed."""
        return tally(self.fates)


def mutate(
    path: Path,
    library: Library,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    planted: bool = False,
    proof: bool = True,
    jobs: int = 1,
    each: float = 60.0,
    seconds: float = 3600.0,
    told: Callable[[int, int], None] = lambda done, all_: None,
) -> tuple[Score | None, tuple[Diagnostic, ...]]:
    """Every single change of a rule file, or those of some kinds, or `limit` of them spread over the file, each put to
    every guard. None with what is wrong where the file is refused as it is.

    `planted`: mistakes of the kinds of `FAULTS` instead. `each` is the time for one change where there are several
    processes, `seconds` that for all; what is not decided in it is said so.
    """
    subject, found = opened(path, library)
    if subject is None:
        return None, found
    until = time.monotonic() + seconds
    changes = faults(subject) if planted else subject.changes
    wanted = [index for index, change in enumerate(changes) if not only or change.kind in only]
    which = _spread(wanted, limit)
    if jobs > 1 and len(which) > _FEW:
        orders = Orders(path, library.folders, planted, proof, each)
        fated = together(orders, changes, which, jobs, until)
    else:
        fated = alone(Watch(subject, proof), changes, which, until)
    fates: dict[int, Fate] = {}
    for index, fate in fated:
        fates[index] = fate
        told(len(fates), len(which))
    name = f"{subject.program.id}@{subject.program.version}"
    in_order = tuple(fates[index] for index in sorted(fates))
    asked = any("proof" in fate.asked for fate in in_order)
    return Score(name, str(path), in_order, len(wanted), asked, subject.unreviewed, subject.failing), ()


def _spread(indices: Sequence[int], limit: int | None) -> list[int]:
    if limit is None or limit >= len(indices):
        return list(indices)
    return [indices[place * len(indices) // limit] for place in range(limit)]
