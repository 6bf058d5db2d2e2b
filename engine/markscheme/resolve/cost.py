"""What rating one record costs, known before any data. Knows the program's shape, not its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from .. import ir
from .axes import sizes

MOST_COST = 10_000_000

Sets = Mapping[str, ir.Set]


def cost(step: ir.Step, sets: Sets) -> int:
    """The product of the bound axes, times the nodes and, for each quantifier or aggregate, its items' nodes."""
    times = 1
    for axis in step.axes:
        times *= len(sets[axis].members)
    inside = sum(_condition(limit.when, sets) + _expr(limit.bound, sets) for limit in step.limits)
    match step.form:
        case ir.Rules(rules, over=over):
            inside += _collection(over, 0, sets) if over else 0
            inside += sum((_condition(r.when, sets) if r.when else 0) + _expr(r.then, sets) for r in rules)
        case ir.Table(columns, rows):
            inside += sum(_expr(c, sets) for c in columns) + len(rows) * (len(columns) + 1)
        case ir.Bands(of, bands):
            inside += _expr(of, sets) + 2 * len(bands)
        case ir.Formula(value):
            inside += _expr(value, sets)
        case ir.FirstPresent(reads):
            inside += len(reads)
        case _:
            assert_never(step.form)
    return times * max(inside, 1)


def _expr(expr: ir.Expr, sets: Sets) -> int:
    match expr:
        case ir.Literally() | ir.Read():
            return 1
        case ir.Worth(of) | ir.Landing(of):
            return 1 + _expr(of, sets)
        case ir.Apply(_, args):
            return 1 + sum(_expr(arg, sets) for arg in args)
        case ir.Gather(_, over, weight):
            return 1 + _collection(over, _expr(weight, sets) if weight else 0, sets)
        case _:
            assert_never(expr)


def _collection(over: ir.Collection, extra: int, sets: Sets) -> int:
    match over:
        case ir.Listed(items):
            return sum(_expr(item, sets) + extra for item in items)
        case ir.Each(loops, item, where):
            _, most = sizes(sets, loops)
            return most * (_expr(item, sets) + extra + (_condition(where, sets) if where else 0))
        case _:
            assert_never(over)


def _condition(condition: ir.Condition, sets: Sets) -> int:
    match condition:
        case ir.Test(subject, predicate):
            return 1 + _expr(subject, sets) + sum(_expr(arg, sets) for arg in predicate.args)
        case ir.Quantify(_, count, over, predicate):
            each = 1 + sum(_expr(arg, sets) for arg in predicate.args)
            return 1 + (_expr(count, sets) if count else 0) + _collection(over, each, sets)
        case ir.Join(_, parts):
            return 1 + sum(_condition(part, sets) for part in parts)
        case _:
            assert_never(condition)
