"""The regions around one record: its inputs hold what the record holds or what they may be changed to, nothing else.

Knows which cells an input is left with, not why anyone would change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .. import ir
from ..trace import Given, Key
from .diagrams import TooLarge
from .domains import Cell, contains
from .functions import Regions, Shape, Variable
from .ground import LACKING, SKIPPED

Offered = Callable[[Key, tuple[Cell, ...], int | None], Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Free:
    """The inputs that may be changed, and `offered`: of the cells of one, given the place of the record's own (None
    where none of them is), those that it may be changed to, the least change first."""

    keys: frozenset[Key]
    offered: Offered


class Around(Regions):
    """What the steps of a program can be if only some inputs of one record change. Of an input's cells the first is
    always the record's own."""

    def __init__(
        self,
        program: ir.Program,
        given: Mapping[Key, Given],
        free: Free,
        most: int,
        in_all: int,
        told: Callable[[int, int], None] = lambda done, of: None,
    ) -> None:
        """`most` states of one function, `in_all` of all together; `told` how many of these were walked."""
        super().__init__(program, most)
        self.in_all = in_all
        self.told = told
        self.given = given
        self.free = free

    def support(self, key: Key) -> int:
        """What cannot change is nothing that two could share."""
        return 0 if key[0] in self.program.inputs and key not in self.free.keys else super().support(key)

    def _variable(self, key: Key, told: Sequence[tuple[object, int]]) -> Variable:
        declared = self.program.inputs.get(key[0])
        if declared is None:
            return super()._variable(key, told)
        found = self.left(key, self.cells(declared, told)) if key in self.free.keys else (Cell(self.own(key)),)
        return Variable(key, tuple(cell.value for cell in found), (0,) * len(found), found)

    def own(self, key: Key) -> ir.Value:
        """What the record holds, as diagrams have it."""
        return seen(self.given[key].value)

    def left(self, key: Key, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Of an input's cells the record's own, then those that it may move to."""
        own = self.own(key)
        place = next((at for at, cell in enumerate(cells) if contains(cell, own)), None)
        if place is None and isinstance(own, Fraction):
            place = _beyond(own, cells)
        return (Cell(own) if place is None else cells[place], *self.free.offered(key, cells, place))

    def _shape(self, whole: Any, variables: Sequence[Variable], most: int) -> Shape:
        self.told(min(self.states, self.in_all), self.in_all)
        if self.states > self.in_all:
            raise TooLarge(f"more than {self.in_all:,} states")
        # Around one record functions are small, so that more may be taken in than over all records.
        return super()._shape(whole, variables, self.most)


def _beyond(own: Fraction, cells: tuple[Cell, ...]) -> int | None:
    """The cell of a number that lies beyond what an open cell at either end gives as its own end."""
    numbers = [at for at, cell in enumerate(cells) if isinstance(cell.value, Fraction) and cell.rule is None]
    if not numbers:
        return None
    low, high = cells[numbers[0]].low, cells[numbers[-1]].high
    assert isinstance(low, Fraction)
    assert isinstance(high, Fraction)
    return numbers[0] if own < low else numbers[-1] if own > high else None


def seen(value: ir.Value) -> ir.Value:
    """A value as diagrams have it: of an absence only whether it is left out."""
    return value if not isinstance(value, ir.Absent) else SKIPPED if value.skip else LACKING
