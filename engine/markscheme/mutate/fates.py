"""What came of each change: who noticed it, and the tally of all. Plain data, that processes exchange. Knows no
rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from .changes import Change, last_line, squeezed

Ending = Literal["noticed", "equivalent", "survivor", "not decided"]
Guard = Literal["reading", "proof", "cited", "other"]
GUARDS: tuple[Guard, ...] = get_args(Guard)

SAYS: Final[dict[Guard, str]] = {
    "reading": "the file is refused",
    "proof": "a promise is broken",
    "cited": "a case that cites its source fails",
    "other": "another case fails",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of one change.

    `by` are the guards that noticed, each with what it said: a code, an obligation, the name of a case. Who is in
    `asked` had a say. `named` are the lines that reading and proof name. `witness` is a case that would notice.
    """

    kind: str
    said: str
    file: str
    line: int
    column: int
    excerpt: str
    lines: tuple[int, int]  # of the file that is changed, the first and the last that the change is in
    by: dict[Guard, tuple[str, ...]]
    asked: tuple[Guard, ...]
    ending: Ending
    named: tuple[tuple[str, int, int], ...] = ()  # file, first line, last line
    witness: str | None = None
    why: str | None = None  # it was not decided

    @property
    def named_rightly(self) -> bool:
        """Whether one of the lines that reading and proof name is among those that were changed."""
        first, last = self.lines
        return any(file == self.file and start <= last and first <= end for file, start, end in self.named)


def fate_of(
    change: Change,
    by: dict[Guard, tuple[str, ...]],
    asked: tuple[Guard, ...],
    ending: Ending,
    named: tuple[tuple[str, int, int], ...] = (),
    witness: str | None = None,
    why: str | None = None,
) -> Fate:
    """What came of a change, with where and what it is."""
    place = change.place
    lines = [number for edit in change.edits for number in (edit.span.line, last_line(edit.span))]
    excerpt = squeezed(place.source.line(place.line), 110)
    return Fate(
        change.kind, change.said, place.source.name, place.line, place.column, excerpt, (min(lines), max(lines)),
        by, asked, ending, named, witness, why,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the changes each guard noticed, how many it alone; and what became of the others."""

    changes: int
    noticed: int
    equivalent: int
    survivors: int
    undecided: int
    by: dict[Guard, int]
    alone: dict[Guard, int]

    @property
    def score(self) -> float | None:
        """The share that was noticed of the changes that make a difference, or may make one; None where none does."""
        of = self.changes - self.equivalent
        return self.noticed / of if of else None


def tally(fates: Iterable[Fate]) -> Tally:
    all_ = tuple(fates)
    endings = [fate.ending for fate in all_]
    return Tally(
        len(all_),
        endings.count("noticed"),
        endings.count("equivalent"),
        endings.count("survivor"),
        endings.count("not decided"),
        {guard: sum(guard in fate.by for fate in all_) for guard in GUARDS},
        {guard: sum(set(fate.by) == {guard} for fate in all_) for guard in GUARDS},
    )
