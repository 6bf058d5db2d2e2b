"""Counts what becomes of records, a few numbers for each place that they can stand in. Knows no record and no rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..ir import Value
from .matching import Held
from .population import By, Cause, Moved, Transitions
from .verdicts import Edit, Way

MOST_CAUSES = 1_000  # sets of edits told apart

Cell = tuple[int, int]  # where a record stands in the old version, and where in the new


@dataclass(frozen=True, slots=True)
class Move:
    """What records alike do in the value `index`: the edits are those responsible."""

    index: int
    old: Value
    new: Value
    way: Way
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a record: where it stands in each value, in both versions, and which moves that makes. It moves
    nowhere where a version rejects it."""

    cells: tuple[Cell, ...]
    rejected: By | None = None
    moves: tuple[Move, ...] = ()
    not_published: tuple[bool, bool] = (False, False)


class Tables:
    """A table for each value that is held against another."""

    def __init__(self, held: Sequence[Held]) -> None:
        self._held = held
        self.records = 0
        self._cells: list[Counter[Cell]] = [Counter() for _ in held]
        self._ways: list[Counter[Way]] = [Counter() for _ in held]

    def count(self, fate: Fate) -> None:
        self.records += 1
        for cells, cell in zip(self._cells, fate.cells, strict=True):
            cells[cell] += 1
        for move in fate.moves:
            self._ways[move.index][move.way] += 1

    def transitions(self) -> tuple[Transitions, ...]:
        return tuple(
            Transitions(held.pair, held.old.standings, held.new.standings, dict(sorted(cells.items())), dict(ways))
            for held, cells, ways in zip(self._held, self._cells, self._ways, strict=True)
        )


@dataclass(slots=True)
class Causes:
    """The movers by the edits responsible for them. Beyond so many sets the rest are counted as of none known."""

    held: Sequence[Held]
    _found: dict[tuple[Edit, ...], Counter[tuple[int, Cell, Way]]] = field(default_factory=dict)

    def count(self, fate: Fate) -> None:
        for move in fate.moves:
            edits = move.edits
            if edits not in self._found and len(self._found) >= MOST_CAUSES:
                edits = ()
            self._found.setdefault(edits, Counter())[move.index, fate.cells[move.index], move.way] += 1

    def causes(self) -> tuple[Cause, ...]:
        """Those with most movers first, in the order of the text where there are as many; what is not known last."""
        found = [Cause(edits, self._moved(counts)) for edits, counts in self._found.items()]
        return tuple(
            sorted(found, key=lambda each: (not each.edits, -each.count, [edit.number for edit in each.edits]))
        )

    def _moved(self, counts: Counter[tuple[int, Cell, Way]]) -> tuple[Moved, ...]:
        found = []
        for (index, (row, column), way), count in sorted(counts.items()):
            held = self.held[index]
            found.append(Moved(held.pair, held.old.standings[row], held.new.standings[column], way, count))
        return tuple(found)
