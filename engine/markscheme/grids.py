"""What `bounds` knows of the expressions of a program: their ends, and the grid that their values lie on. Says nothing
of whether each point of the grid is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import assert_never

from . import bounds, ops
from .bounds import Bounds
from .ir import (
    Absent,
    Apply,
    Bands,
    Expr,
    FirstPresent,
    Form,
    Formula,
    Gather,
    Landing,
    Listed,
    Literally,
    Number,
    Program,
    Read,
    Rules,
    Step,
    Table,
    Type,
    Worth,
)

UNKNOWN = Bounds()


@dataclass(slots=True)
class Grids:
    """What is worked out is kept: one for a program."""

    program: Program
    _kept: dict[str, Bounds] = field(default_factory=dict)

    def of(self, expr: Expr) -> Bounds:
        """Of every value that it can have, whatever the members."""
        match expr:
            case Read(name):
                return self.named(name)
            case Literally(value):
                return bounds.exactly(value) if isinstance(value, Fraction) else UNKNOWN
            case Worth(_, values):
                return bounds.of_values(values)
            case Landing():
                return UNKNOWN
            case Apply("round", (of, nearest)):
                step = nearest.value if isinstance(nearest, Literally) else None
                return ops.rounded_bounds(self.of(of), step, expr.mode) if isinstance(step, Fraction) else UNKNOWN
            case Apply(op, args):
                row, first, rest = ops.FUNCTIONS[op], self.of(args[0]), args[1:]
                return reduce(row.bounds, map(self.of, rest), first) if rest else row.bounds(first)
            case Gather():
                return self._gathered(expr)
            case _:
                assert_never(expr)

    def named(self, name: str) -> Bounds:
        """Of every value of an input, a parameter or a measure."""
        if name not in self._kept:
            self._kept[name] = self._worked_out(name)
        return self._kept[name]

    def _worked_out(self, name: str) -> Bounds:
        program = self.program
        if name in program.inputs:
            return _declared(program.inputs[name].type)
        if name in program.constants:
            values = [each for each in program.constants[name].values.values() if isinstance(each, Fraction)]
            return bounds.of_values(values) if values else UNKNOWN
        step = next(each for each in program.steps if each.name == name)
        if not isinstance(step.type, Number):
            return UNKNOWN
        found = bounds.either((*(self.of(expr) for expr in _outcomes(step)), *_instead(step)))
        return found if found.step is not None or found.grids else _declared(step.type)

    def _gathered(self, expr: Gather) -> Bounds:
        items = expr.over.items if isinstance(expr.over, Listed) else (expr.over.item,)
        of, most = bounds.either(self.of(item) for item in items), self._most(expr)
        if expr.op == "count":
            return Bounds(Fraction(0), Fraction(most), Fraction(1))
        if expr.weight is not None:
            weighted = bounds.times(of, self.of(expr.weight))
            return bounds.repeated(weighted, 0, most) if expr.op == "sum" else Bounds(of.low, of.high)
        match expr.op:
            case "sum":
                return bounds.repeated(of, 0, most)
            case "mean":
                return bounds.averaged(of, range(1, most + 1))
            case "median":
                return Bounds(of.low, of.high, of.step and of.step / 2)
            case _:
                return of

    def _most(self, expr: Gather) -> int:
        """How many items there may be, at most."""
        if isinstance(expr.over, Listed):
            return len(expr.over.items)
        sizes: Mapping[str, int] = {loop.set: len(self.program.sets[loop.set].members) for loop in expr.over.loops}
        most = 1
        for loop in expr.over.loops:
            below = self.program.sets[loop.set].below.values()
            most *= sizes[loop.set] if loop.within is None or loop.up != 1 else max(map(len, below))
        return most


def _declared(type: Type) -> Bounds:
    if not isinstance(type, Number):
        return UNKNOWN
    return Bounds(type.low, type.high, None if type.decimals is None else Fraction(1, 10**type.decimals))


def _instead(step: Step) -> tuple[Bounds, ...]:
    """Of the number that an absence counts as."""
    value = step.absent.value if step.absent else None
    return (bounds.exactly(value),) if isinstance(value, Fraction) else ()


def _outcomes(step: Step) -> tuple[Expr, ...]:
    return (*_of_form(step.form), *(limit.bound for limit in step.limits))


def _of_form(form: Form) -> tuple[Expr, ...]:
    match form:
        case Formula(value):
            return (value,)
        case Rules(rules):
            return tuple(rule.then for rule in rules if not _absent(rule.then))
        case Table(_, rows):
            return tuple(row.then for row in rows if not _absent(row.then))
        case Bands(_, bands):
            return tuple(band.then for band in bands if not _absent(band.then))
        case FirstPresent(reads):
            return reads
        case _:
            assert_never(form)


def _absent(expr: Expr) -> bool:
    return isinstance(expr, Literally) and isinstance(expr.value, Absent)
