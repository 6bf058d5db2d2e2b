"""A difference as rows: a mover each, written as they come, with the notice that the body can read; or, where there are
no data, a row for each way that a value can go. Opens no file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import IO

from ...echo import escaped
from ...explain.wording import Words, words_of
from ...ir import Absent, Type, Value
from ..population import Mover
from ..verdicts import Difference, Edit
from .changes import place_of
from .marks import markdown
from .notices import Notices
from .shares import exact, percentage

_MOVER = ("result", "members", "old", "new", "way", "change", "old_place", "new_place", "notice")
WAYS = (
    "result",
    "members",
    "old",
    "new",
    "way",
    "pairs",
    "share",
    "percentage",
    "example_change",
    "example_old_place",
    "example_new_place",
)


class MoversCsv:
    """One row a mover: identifiers as rule files write them, places as `file:line`, and `notice`, a plain sentence."""

    def __init__(self, file: IO[str], notices: Notices, naming: str, groups: Sequence[str] = ()) -> None:
        """`naming` heads the column that names records; `groups` are columns of the data."""
        self._rows = csv.writer(file, lineterminator="\n")
        self._notices = notices
        heads = list(_MOVER)
        naming, *groups = (name if name not in heads else f"{name} (data)" for name in (naming, *groups))
        self._rows.writerow([naming, *groups, *heads])

    def end(self) -> None:
        """Nothing is left to be written."""

    def mover(self, mover: Mover) -> None:
        pair, notices = mover.pair, self._notices
        self._rows.writerow(
            [
                mover.id or mover.place,
                *mover.groups,
                pair.new[0],
                ".".join(pair.new[1]),
                _written(notices.old, mover.old, pair.types[0]),
                _written(notices.new, mover.new, pair.types[1]),
                mover.way,
                *_responsible(mover.responsible),
                notices.of(mover),
            ]
        )


class Lines:
    """The notices alone, a line for each record: plain, or as items of a list in Markdown."""

    def __init__(self, file: IO[str], notices: Notices, markdown: bool) -> None:
        self._file, self._notices, self._markdown = file, notices, markdown
        self._held: list[Mover] = []  # of one record

    def mover(self, mover: Mover) -> None:
        if self._held and self._held[0].place != mover.place:
            self.end()
        self._held.append(mover)

    def end(self) -> None:
        """The line of the last record."""
        if self._held:
            said = self._notices.of_record(self._held)
            self._file.write(f"- {markdown(said)}\n" if self._markdown else f"{escaped(said)}\n")
            self._held = []


def ways_csv(file: IO[str], difference: Difference) -> None:
    """A row for each way that a value of a result can go, with its share of all possible records."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(WAYS)
    old, new = words_of(difference.old.program), words_of(difference.new.program)
    for compared in difference.results:
        ways = [(each, key) for each in compared.moves for key in (each.key, *each.others)]
        for move, key in ways:
            share = move.share if key == move.key else None
            rows.writerow(
                [
                    compared.result,
                    ".".join(key[1]),
                    _written(old, move.old, old.steps[compared.old].type),
                    _written(new, move.new, new.steps[compared.result].type),
                    move.way,
                    move.pairs,
                    "" if share is None else exact(share),
                    "" if share is None else percentage(share),
                    *_responsible(move.witness.responsible if move.witness else ()),
                ]
            )


def _written(words: Words, value: Value, type: Type) -> str:
    return value.reason if isinstance(value, Absent) else words.exact(value, type) or ""


def _responsible(edits: Sequence[Edit]) -> tuple[str, str, str]:
    """The parts, and where each stands in the old and in the new version."""
    return (
        "; ".join(edit.part for edit in edits),
        "; ".join(place_of(edit.old) for edit in edits if edit.old is not None),
        "; ".join(place_of(edit.new) for edit in edits if edit.new is not None),
    )
