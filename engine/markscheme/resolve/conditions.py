"""Conditions, typed: what is said of values, and whether it can be undecided. Knows no measure's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, assert_never

from .. import ir, ops, syntax
from ..diagnostics import Span
from .names import Gap

if TYPE_CHECKING:
    from .expressions import Formulas
    from .typed import Scope, Typed

MOST_COUNTED = 10_000  # combinations that are gone through to see how many a filter leaves

Made = tuple[ir.Condition, Gap | None]


def condition(formulas: Formulas, tree: syntax.Condition, scope: Scope) -> Made | None:
    """The condition and why it can be undecided, if it can."""
    match tree:
        case syntax.Comparison():
            return comparison(formulas, tree, scope)
        case syntax.Quantified():
            return quantified(formulas, tree, scope)
        case syntax.Joined(op, parts, span):
            # Where one part says that a value is present, the others are not undecided for want of it.
            first = [part for part in parts if op == "and" and _says_present(part)]
            found = {id(part): condition(formulas, part, scope) for part in first}
            for each in found.values():
                scope = replace(scope, present=scope.present | settled(each[0], True)) if each else scope
            made = [found[id(part)] if id(part) in found else condition(formulas, part, scope) for part in parts]
            known = [each for each in made if each is not None]
            if len(known) != len(made):
                return None
            gap = next((each[1] for each in known if each[1]), None)
            return ir.Join(op, tuple(each[0] for each in known), span), gap
        case _:
            assert_never(tree)


def _says_present(tree: syntax.Condition) -> bool:
    return isinstance(tree, syntax.Comparison) and tree.predicate.op == "present"


def settled(condition: ir.Condition, truth: bool) -> frozenset[tuple[str, tuple[ir.Index, ...]]]:
    """The reads that are surely present where a condition is true, or where it is false."""
    match condition:
        case ir.Test(ir.Read(name, indices), ir.Predicate(op)) if op == ("present" if truth else "absent"):
            return frozenset({(name, indices)})
        case ir.Join(op, parts) if op == ("and" if truth else "or"):
            return frozenset(key for part in parts for key in settled(part, truth))
        case _:
            return frozenset()


def comparison(formulas: Formulas, tree: syntax.Comparison, scope: Scope) -> Made | None:
    asks = tree.predicate.op in ("absent", "present")
    subject = formulas.formula(tree.subject, replace(scope, present=frozenset()) if asks else scope)
    if subject is None:
        return None
    said = predicate(formulas, tree.predicate, subject, tree.subject.span, scope)
    if said is None:
        return None
    made, gap = said
    if asks:
        if subject.gap is None:
            text = tree.subject.span.text
            formulas.names.findings.add("MS413", f"`{text}` is never absent", tree.span, "leave this out")
        return ir.Test(subject.expr, made, tree.span), None
    return ir.Test(subject.expr, made, tree.span), subject.gap or gap


def predicate(
    formulas: Formulas, tree: syntax.Is, subject: Typed, place: Span, scope: Scope
) -> tuple[ir.Predicate, Gap | None] | None:
    """What is said of `subject`, with the gap of what it is compared with."""
    op = tree.op
    if op in ops.DIRECTED:
        better = formulas.better(subject)
        if better not in ("higher", "lower"):
            formulas.no_direction(place, "more than or less than")
            return None
        op = ops.DIRECTED[op][0 if better == "higher" else 1]
    row = ops.PREDICATES[op]
    if row.ordered and not isinstance(subject.type, ir.Scale | ir.Number):
        formulas.names.findings.add(
            "MS405",
            f"`{place.text}` has no order, so nothing is above or below it",
            tree.span,
            "`is`, `is not` or `is one of`",
        )
        return None
    if row.ordered and tree.op not in ops.DIRECTED and _runs_against(subject.type, tree.args):
        first, last = subject.type.levels[0].name, subject.type.levels[-1].name  # type: ignore[union-attr]
        formulas.names.findings.add(
            "MS431", f"on this scale, from {first} to {last}, `{tree.span.text}` can be read in two ways", tree.span,
            f"`is one of (…)` for levels; for the figure, `highest(…)` or arithmetic, as in `1 * {place.text}`",
        )  # fmt: skip
        return None
    args: list[Typed | None] = []
    for arg in tree.args:
        made = formulas.formula(arg, scope, subject.type)
        args.append(made if made and formulas.alike(subject, made, arg.span) else None)
    known = [arg for arg in args if arg is not None]
    if len(known) != len(args):
        return None
    if tree.op in ops.DIRECTED and {formulas.better(arg) for arg in known} & {"higher", "lower"} - {
        formulas.better(subject)
    }:
        formulas.names.findings.add(
            "MS409", f"`{place.text}` and `{tree.args[0].span.text}` differ in which side is better", tree.span,
            "more than or less than",
        )  # fmt: skip
        return None
    if op == "between" and all(isinstance(arg.expr, ir.Literally) for arg in known):
        low, high = (arg.expr.value for arg in known if isinstance(arg.expr, ir.Literally))
        if low > high:  # type: ignore[operator]  # of one type
            formulas.names.findings.add(
                "MS403", f"`{tree.span.text}` holds of nothing", tree.span, "the lower end comes first"
            )
    gap = next((arg.gap for arg in known if arg.gap), None)
    return ir.Predicate(op, tuple(arg.expr for arg in known), tree.span), gap


def _runs_against(type: ir.Type, args: tuple[syntax.Formula, ...]) -> bool:
    """Whether figures are written for the levels of a scale whose figures fall: `at most 5` is then 5 or worse, and
    reads as 5 or less."""
    if not isinstance(type, ir.Scale) or not any(isinstance(arg, syntax.Digits) for arg in args):
        return False
    figures = [level.value for level in type.levels if level.value is not None and level.name.isdigit()]
    return any(a > b for a, b in pairwise(figures))


def quantified(formulas: Formulas, tree: syntax.Quantified, scope: Scope) -> Made | None:
    count = formulas.numeric(tree.count, scope) if tree.count else None
    if isinstance(tree.count, syntax.Digits) and "." in tree.count.text:
        formulas.names.findings.add("MS404", f"`{tree.count.text}` is not a whole number", tree.count.span)
    found = formulas.collection(tree.over, (), scope)
    if found is None or (tree.count and count is None):
        return None
    over, item, inner, where_gap, _ = found
    said = predicate(formulas, tree.predicate, item, tree.over.span, inner)
    if said is None:
        return None
    made, arg_gap = said
    gap = arg_gap or where_gap or (count.gap if count else None)
    presence = tree.predicate.op in ("absent", "present")
    listed = [formulas.formula(name, scope) for name in tree.over.names] if tree.over.listed else [item]
    if presence and not any(each and each.gap for each in listed):
        formulas.names.findings.add("MS413", f"`{tree.over.span.text}` are never absent", tree.span, "leave this out")
    if not presence:
        gap = gap or item.gap
    return ir.Quantify(tree.op, count.expr if count else None, over, made, tree.span), gap


def where(
    formulas: Formulas, tests: tuple[syntax.Comparison, ...], scope: Scope, loops: tuple[ir.Loop, ...]
) -> tuple[ir.Condition | None, Gap | None, int]:
    """The filter, why it can be undecided, and how many combinations it surely leaves (0 where data decides)."""
    made = [comparison(formulas, test, scope) for test in tests]
    known = [each for each in made if each is not None]
    if len(known) != len(made) or not known:
        return None, None, 0
    parts = tuple(each[0] for each in known)
    filtered = parts[0] if len(parts) == 1 else ir.Join("and", parts, tests[0].span.to(tests[-1].span))
    gap = next((each[1] for each in known if each[1]), None)
    return filtered, gap, _surely_left(formulas, parts, loops)


def _surely_left(formulas: Formulas, parts: tuple[ir.Condition, ...], loops: tuple[ir.Loop, ...]) -> int:
    """How many members a filter on attributes alone leaves; 0 where it reads anything else, or a set within another."""
    tests = [part for part in parts if isinstance(part, ir.Test)]
    if len(tests) != len(parts) or any(loop.within for loop in loops):
        return 0
    sets = formulas.names.sets
    if prod(len(sets[loop.set].members) for loop in loops) > MOST_COUNTED:
        return 0
    left = 0
    for members in product(*([m.name for m in sets[loop.set].members] for loop in loops)):
        at = {loop.set: member for loop, member in zip(loops, members, strict=True)}
        truths = [_attribute_says(formulas, test, at) for test in tests]
        if None in truths:
            return 0
        left += all(truths)
    return left


def _attribute_says(formulas: Formulas, test: ir.Test, at: Mapping[str, str]) -> bool | None:
    """A test of an attribute against figures or words written in the rule; None where it is anything else."""
    args = [arg.value for arg in test.predicate.args if isinstance(arg, ir.Literally)]
    read = test.subject
    if not isinstance(read, ir.Read) or len(args) != len(test.predicate.args):
        return None
    constant = formulas.constants.get(read.name)
    if constant is None or any(index.via not in at or index.up for index in read.indices):
        return None
    value = constant.values.get(tuple(at[index.via or ""] for index in read.indices), Fraction(0))
    return ops.PREDICATES[test.predicate.op].means(value, *args)
