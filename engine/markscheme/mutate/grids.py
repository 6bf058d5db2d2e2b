"""How far apart the values of a number can lie: the least step of an input, a count, a sum. Knows expressions, no
record."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import assert_never

from .. import bounds
from ..bounds import MOST_GRIDS, Bounds
from ..ir import (
    Apply,
    Bands,
    Each,
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
    Table,
    Worth,
)


class Grids:
    """The bounds of the numbers of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps = {step.name: step for step in program.steps}
        self._known: dict[str, Bounds] = {}

    def of(self, expr: Expr) -> Bounds:
        match expr:
            case Literally(value):
                return bounds.exactly(value) if isinstance(value, Fraction) else Bounds()
            case Read(name):
                return self.named(name)
            case Worth(_, values):
                return bounds.of_values(values)
            case Landing():
                return Bounds()
            case Apply(op, args):
                return self.applied(op, args)
            case Gather():
                return self.gathered(expr)
            case _:
                assert_never(expr)

    def named(self, name: str) -> Bounds:
        if name not in self._known:
            self._known[name] = self._named(name)
        return self._known[name]

    def _named(self, name: str) -> Bounds:
        if name in self.program.constants:
            values = [each for each in self.program.constants[name].values.values() if isinstance(each, Fraction)]
            return bounds.of_values(values) if values else Bounds()
        of = self.program.inputs[name].type if name in self.program.inputs else self.steps[name].type
        if not isinstance(of, Number):
            return Bounds()
        if of.decimals is not None:
            return Bounds(of.low, of.high, Fraction(1, 10**of.decimals))
        if name in self.program.inputs:
            return Bounds(of.low, of.high)
        step = self.steps[name]
        return bounds.either([*map(self.of, outcomes(step.form)), *(self.of(limit.bound) for limit in step.limits)])

    def applied(self, op: str, args: tuple[Expr, ...]) -> Bounds:
        known = [self.of(arg) for arg in args]
        match op, known:
            case "add", [a, b]:
                return bounds.plus(a, b)
            case "sub", [a, b]:
                return bounds.plus(a, bounds.minus(b))
            case "mul", [a, b]:
                return bounds.times(a, b)
            case "div", [a, b]:
                return bounds.over(a, b)
            case "round", [a, nearest]:
                return Bounds(a.low, a.high, nearest.low)
            case "negative", [a]:
                return bounds.minus(a)
            case _:
                return bounds.either(known)  # one of them: greater, lesser, better_of

    def gathered(self, expr: Gather) -> Bounds:
        over = expr.over
        if isinstance(over, Listed):
            item, most = bounds.either(map(self.of, over.items)), len(over.items)
        else:
            item, most = self.of(over.item), self._most(over)
        if expr.op == "count":
            return Bounds(Fraction(0), Fraction(most), Fraction(1))
        if expr.op == "sum":
            if expr.weight is not None:
                item = bounds.times(item, self.of(expr.weight))
            return bounds.repeated(item, 0, most)
        if expr.op == "mean":
            if expr.weight is not None or most > MOST_GRIDS:
                return Bounds(item.low, item.high)
            return bounds.averaged(item, range(1, most + 1))
        if expr.op == "median":
            return Bounds(item.low, item.high, None if item.step is None else item.step / 2)
        return item

    def _most(self, over: Each) -> int:
        return prod(len(self.program.sets[loop.set].members) for loop in over.loops)


def outcomes(form: Form) -> tuple[Expr, ...]:
    """What a form can give."""
    match form:
        case Formula(value):
            return (value,)
        case Rules(rules):
            return tuple(rule.then for rule in rules)
        case Table(rows=rows):
            return tuple(row.then for row in rows)
        case Bands(bands=bands):
            return tuple(band.then for band in bands)
        case FirstPresent(reads):
            return reads
        case _:
            assert_never(form)
