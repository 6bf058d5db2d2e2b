"""Aggregates and what they and quantifiers range over, typed. Knows no condition's meaning and no measure's form."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from .. import bounds, ir, ops, syntax
from ..bounds import Bounds
from .axes import free_axes, kept_within, loops_over, sizes
from .names import Gap, Symbol, bounds_of
from .typed import Scope, Typed

if TYPE_CHECKING:
    from .expressions import Formulas

Ranged = tuple[ir.Collection, Typed, Scope, Gap | None, range]
"""What is ranged over: the items, one of them typed, the scope inside, whether `where` can be undecided, and how many
can be left after `where`."""


def aggregation(formulas: Formulas, tree: syntax.Aggregation, scope: Scope) -> Typed | None:
    row = ops.AGGREGATES[tree.op]
    if tree.weight is not None and not row.weighted:
        formulas.names.findings.add("MS410", f"`{tree.op}` cannot be weighted", tree.weight.span, "sum and mean can")
        return None
    found = collection(formulas, tree.of, tree.where, scope)
    if found is None:
        return None
    over, item, inner, where_gap, counts = found
    weight = formulas.numeric(tree.weight, inner) if tree.weight else None
    if tree.weight and weight is None:
        return None
    op, type = tree.op, item.type
    if op == "count":
        reach = Bounds(Fraction(0 if item.gap and item.gap.skip else min(counts)), Fraction(max(counts)), Fraction(1))
        return Typed(ir.Gather(op, over, None, ir.Number(), tree.span), ir.Number(), where_gap, reach)
    if op in ("best", "worst"):
        better = formulas.better(item)
        if better not in ("higher", "lower"):
            formulas.no_direction(tree.of.span, "highest(…) or lowest(…)")
            return None
        if isinstance(type, ir.Number):
            op = "highest" if (better == "higher") == (op == "best") else "lowest"
    elif isinstance(type, ir.Scale) and isinstance(over, ir.Each):
        worth = formulas.as_number(item, tree.of.span)
        if worth is None:
            return None
        item, over = worth, replace(over, item=worth.expr)
    elif isinstance(type, ir.Scale) and isinstance(over, ir.Listed):
        parts = [formulas.as_number(Typed(e, type), tree.of.span) for e in over.items]
        item = replace(item, type=ir.Number(better="higher"), bounds=bounds_of(type))
        over = replace(over, items=tuple(p.expr for p in parts if p))
    if not isinstance(item.type, ir.Number | ir.Scale):
        formulas.names.findings.add("MS405", f"`{tree.of.span.text}` is not a number", tree.of.span)
        return None
    gap = _gap(tree, item, weight, where_gap, counts)
    reach = _bounds(op, item, weight, counts)
    result = item.type if weight is None or not isinstance(item.type, ir.Number) else replace(item.type, decimals=None)
    return Typed(ir.Gather(op, over, weight.expr if weight else None, result, tree.span), result, gap, reach)


def _gap(
    tree: syntax.Aggregation, item: Typed, weight: Typed | None, where_gap: Gap | None, counts: range
) -> Gap | None:
    gap = where_gap
    if item.gap:
        gap = replace(item.gap, skip=False, unrated=True).and_(gap)
    if weight and weight.gap:
        gap = replace(weight.gap, skip=False, unrated=True).and_(gap)
    if min(counts) == 0 and tree.op != "sum":
        gap = Gap(False, True, f"`{tree.span.text}` may have nothing left").and_(gap)
    if weight and tree.op == "mean" and (weight.bounds.low is None or weight.bounds.low <= 0):
        gap = Gap(False, True, "the weights may add up to 0").and_(gap)
    return gap


def _bounds(op: str, item: Typed, weight: Typed | None, counts: range) -> Bounds:
    reach = item.bounds
    least = 1 if item.gap and item.gap.skip else max(min(counts), 1)
    left = range(least, max(counts) + 1)
    if weight is not None:
        if op == "sum":
            return bounds.repeated(bounds.times(reach, weight.bounds), 0, max(counts))
        sound = weight.bounds.low is not None and weight.bounds.low >= 0
        return Bounds(reach.low, reach.high) if sound else Bounds()
    if op == "sum":
        return bounds.repeated(reach, least if min(counts) else 0, max(counts))
    if op == "mean":
        return bounds.averaged(reach, left or (1,))
    if op == "median":
        odd = all(n % 2 for n in left)
        return reach if odd else Bounds(reach.low, reach.high, reach.step and reach.step / 2)
    return reach


def collection(
    formulas: Formulas, of: syntax.Formula | syntax.Values, where: tuple[syntax.Comparison, ...], scope: Scope
) -> Ranged | None:
    if isinstance(of, syntax.Values):
        if of.listed:
            return _listed(formulas, of, scope)
        where = of.where + where
        of = of.names[0]
    sets = formulas.names.sets

    def find(name: str) -> Symbol | None:
        return formulas.find(name, scope)

    axes = free_axes(of, find, sets, scope.current)
    loops = loops_over(sets, axes, scope.current, kept_within(of, find, sets, axes))
    inner = scope.inside(loops)
    item = formulas.formula(of, inner)
    if item is None:
        return None
    if not loops:
        formulas.names.findings.add(
            "MS411", f"`{of.span.text}` has one value here, so there is nothing to range over", of.span,
            "say it of the one value: `… is …`",
        )  # fmt: skip
        return None
    condition, gap, left = formulas.where(where, inner, loops)
    if where and condition is None:
        return None
    least, most = sizes(sets, loops)
    each = ir.Each(loops, item.expr, condition, of.span)
    if where and left:
        return each, item, inner, gap, range(left, left + 1)
    return each, item, inner, gap, range(0 if where else least, most + 1)


def _listed(formulas: Formulas, of: syntax.Values, scope: Scope) -> Ranged | None:
    made = [formulas.formula(name, scope) for name in of.names]
    known = [item for item in made if item is not None]
    if len(known) != len(made):
        return None
    for item, name in zip(known, of.names, strict=True):
        if not formulas.alike(known[0], item, name.span):
            return None
    skip = all(item.gap and item.gap.skip for item in known)
    unrated = [item.gap for item in known if item.gap and item.gap.unrated]
    why = next((item.gap.why for item in known if item.gap), "")
    gap = Gap(skip, bool(unrated), why) if skip or unrated else None
    typed = replace(known[0], gap=gap, bounds=bounds.either(item.bounds for item in known))
    if isinstance(typed.type, ir.Number) and len({formulas.better(item) for item in known}) > 1:
        typed = replace(typed, type=replace(typed.type, better=None))
    some = sum(1 for item in known if not (item.gap and item.gap.skip))
    counts = range(max(some, 1), len(known) + 1)
    return ir.Listed(tuple(item.expr for item in known), of.span), typed, scope, None, counts
