"""What a change of one input does to every step: which values come out before and after it, over all records.

A change improves or withholds one value of an input, or any number of them at once. Knows regions; not what is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import ir
from ..intake import stated
from ..trace import Given, Key
from .domains import Cell, contains, improved
from .functions import Function, Regions, Variable
from .ground import instead
from .walks import Found, pairs


@dataclass(frozen=True, slots=True)
class Change:
    """`withheld`: values become absent for a declared reason; otherwise they improve, each by one step. `many`: any
    number of the input's values, each by any number of steps."""

    input: str
    withheld: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A function's values before and after a change; `wide` where some of the pairs may be of no two records."""

    function: Function
    pairs: dict[tuple[Any, Any], Found]
    wide: bool


class Changes:
    """Answers are kept, also for steps that are alike."""

    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self._steps: dict[tuple[Key, Change], Changed] = {}
        self._alike: dict[object, dict[tuple[Any, Any], Found]] = {}

    def of(self, key: Key, change: Change) -> Changed:
        """What a change does to a step. Raises TooLarge."""
        found = self._steps.get((key, change))
        if found is None:
            found = self._steps[key, change] = self.to(self.regions.reach(key).function, change)
        return found

    def to(self, function: Function, change: Change) -> Changed:
        """What a change does to a function. Raises TooLarge."""
        moves: dict[int, tuple[tuple[int, int], ...]] = {}
        wide = function.wide
        once = twice = 0
        mask = self.regions.of_input(change.input)
        for level, variable in enumerate(function.variables):
            touched = self.regions.support(variable.key) & mask
            if not touched:
                continue
            if variable.cells is not None:
                move = self._input(variable, change)
            else:
                inner = self.of(variable.key, change)
                places = {value: place for place, value in enumerate(variable.values)}
                move = tuple((places[a], places[b]) for a, b in inner.pairs)
                wide |= inner.wide
            if move:
                moves[level] = move
                twice |= once & touched
                once |= touched
        if not moves:
            return Changed(function, {}, wide)
        many = change.many or bool(twice)
        wide |= bool(twice)
        key = (id(function.shape), tuple(function.costs), tuple(sorted(moves.items())), many)
        found = self._alike.get(key)
        if found is None:
            shape = function.shape
            shape.diagrams.allow(self.regions.most)
            before = shape.diagrams.steps
            found = self._alike[key] = pairs(shape.diagrams, shape.root, moves, function.costs, many)
            self.regions.states += shape.diagrams.steps - before
        return Changed(function, found, wide)

    def _input(self, variable: Variable, change: Change) -> tuple[tuple[int, int], ...]:
        declared = self.regions.program.inputs[variable.key[0]]
        assert variable.cells is not None
        cells = variable.cells
        there = [place for place, cell in enumerate(cells) if not isinstance(cell.value, ir.Absent)]
        if change.withheld:
            gone = {place for rule in declared.absent for place in _stands_for(rule, cells)}
            return tuple((i, j) for i in there for j in sorted(gone) if i != j)
        found = []
        for at, low in enumerate(there):
            for high in there[at + 1 :] if change.many else there[at + 1 : at + 2]:
                pair = improved(declared.type, low, high)
                if pair is not None:
                    found.append(pair)
        return tuple(found)


def _stands_for(rule: ir.AbsenceRule, cells: Sequence[Cell]) -> list[int]:
    """The cells that an absence for this reason is in."""
    seen_as = instead(rule)
    return [place for place, cell in enumerate(cells) if contains(cell, seen_as)]


def moved_by(declared: ir.Input, to: Cell, key: Key) -> Given:
    """An absence that brings a value to a cell, as a record holds it."""
    rule = next(rule for rule in declared.absent if contains(to, instead(rule)))
    return stated(rule, key)
