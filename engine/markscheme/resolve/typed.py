"""What is known of a formula once its names are found. Knows no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .. import ir
from ..bounds import Bounds
from .names import Gap

UNKNOWN = Bounds()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a text stands: the sets its measure binds, those ranged over, a principle's own names, and what a condition
    around it, or a rule before it, has settled to be present."""

    bound: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    local: Mapping[str, str] = field(default_factory=dict)  # a principle's thresholds: name → symbol
    kept: Mapping[str, str] = field(default_factory=dict)  # sets ranged over within one member of a set above: that one

    present: frozenset[tuple[str, tuple[ir.Index, ...]]] = frozenset()  # reads by name and indices

    @property
    def current(self) -> tuple[str, ...]:
        return self.bound + self.loops

    def inside(self, loops: tuple[ir.Loop, ...]) -> Scope:
        kept = {loop.set: loop.member for loop in loops if loop.member is not None}
        return replace(self, loops=self.loops + tuple(loop.set for loop in loops), kept={**self.kept, **kept})


@dataclass(frozen=True, slots=True)
class Typed:
    """A formula with what is known of its value before any data. A `literal` number goes with any unit."""

    expr: ir.Expr
    type: ir.Type
    gap: Gap | None = None
    bounds: Bounds = UNKNOWN
    literal: bool = False
