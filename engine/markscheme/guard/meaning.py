"""Conditions and values as they can be compared between two programs, whatever their places in the text, and when one
condition follows from another. Says "follows" only where that is certain. Knows no guarantee and no file."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import assert_never

from ..explain.wording import number_text
from ..ir import (
    Absent,
    Apply,
    Choice,
    Collection,
    Condition,
    Each,
    Expr,
    Gather,
    Join,
    Landing,
    Listed,
    Literally,
    Number,
    Predicate,
    Present,
    Quantify,
    Read,
    Scale,
    Test,
    Type,
    Worth,
    YesNo,
)
from ..ops import PREDICATES

Meaning = Hashable
_WIDER = ("any", "all", "at_least")  # quantifiers that hold when their predicate holds of more
_NARROWER = ("none", "at_most")  # and when it holds of fewer


def name_of(value: Present, type: Type) -> str:
    """A value as the file calls it: a level by its name, since its position moves when a level is added."""
    match type:
        case Scale(_, levels):
            assert isinstance(value, int)
            return levels[value].name
        case Number():
            return number_text(Fraction(value))
        case Choice() | YesNo():
            return str(value)
        case _:
            assert_never(type)


# --- what is said ----------------------------------------------------------------------------------------------------


def condition(node: Condition) -> Meaning:
    match node:
        case Test(subject, said):
            return ("test", expression(subject), predicate(said))
        case Quantify(op, count, over, said):
            return (op, count and expression(count), collection(over), predicate(said))
        case Join(op, parts):
            return (op, frozenset(condition(part) for part in flat(op, parts)))
        case _:
            assert_never(node)


def flat(op: str, parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The parts, those of a part that is joined by the same word in its place."""
    return tuple(
        inner
        for part in parts
        for inner in (flat(op, part.parts) if isinstance(part, Join) and part.op == op else (part,))
    )


def predicate(node: Predicate) -> Meaning:
    args = tuple(expression(arg) for arg in node.args)
    return (node.op, frozenset(args) if node.op == "oneof" else args)


def collection(node: Collection) -> Meaning:
    match node:
        case Each(loops, item, where):
            return ("each", loops, expression(item), where and condition(where))
        case Listed(items):
            return ("listed", frozenset(expression(item) for item in items), len(items))
        case _:
            assert_never(node)


def expression(node: Expr) -> Meaning:
    match node:
        case Literally(value, type):
            if isinstance(value, Absent):
                return ("absent", value.reason)
            return ("value", type.name if isinstance(type, Scale) else "", name_of(value, type))
        case Read(name, indices):
            return ("read", name, indices)
        case Worth(of):
            return ("worth", expression(of))
        case Landing(of, _, type):
            return ("landing", expression(of), type.name)
        case Apply(op, args, _, _, mode):
            return (op, tuple(expression(arg) for arg in args), mode)
        case Gather(op, over, weight):
            return (op, collection(over), weight and expression(weight))
        case _:
            assert_never(node)


# --- what follows ----------------------------------------------------------------------------------------------------


def follows(given: Condition, then: Condition) -> bool:
    """Whether `then` certainly holds wherever `given` does, and `given` fails wherever `then` does."""
    said: dict[int, Meaning] = {}
    known: dict[tuple[int, int], bool] = {}

    def meaning(node: Condition) -> Meaning:
        if id(node) not in said:
            said[id(node)] = condition(node)
        return said[id(node)]

    def ask(a: Condition, b: Condition) -> bool:
        key = (id(a), id(b))
        if key not in known:
            known[key] = meaning(a) == meaning(b) or decide(a, b)
        return known[key]

    def decide(a: Condition, b: Condition) -> bool:
        if isinstance(b, Join) and b.op == "and":
            return all(ask(a, part) for part in b.parts)
        if isinstance(a, Join) and a.op == "or":
            return all(ask(part, b) for part in a.parts)
        if isinstance(b, Join) and any(ask(a, part) for part in b.parts):
            return True
        if isinstance(a, Join):
            return any(ask(part, b) for part in a.parts)
        if isinstance(a, Test) and isinstance(b, Test):
            return expression(a.subject) == expression(b.subject) and _within(a.predicate, b.predicate)
        return isinstance(a, Quantify) and isinstance(b, Quantify) and _counted(a, b)

    return ask(given, then)


def _counted(a: Quantify, b: Quantify) -> bool:
    if (a.op, a.count and expression(a.count), collection(a.over)) != (
        b.op, b.count and expression(b.count), collection(b.over)
    ):  # fmt: skip
        return False
    if a.op in _WIDER:
        return _within(a.predicate, b.predicate)
    return a.op in _NARROWER and _within(b.predicate, a.predicate)


def _within(a: Predicate, b: Predicate) -> bool:
    """Whether what meets the one meets the other."""
    first, second = _levels(a), _levels(b)
    if first is not None and second is not None:
        return first <= second
    inner, outer = _span(a), _span(b)
    if inner is None or outer is None:
        return False
    (low, low_open), (high, high_open) = inner
    (floor, floor_open), (ceiling, ceiling_open) = outer
    above = floor is None or (low is not None and (low > floor or (low == floor and (low_open or not floor_open))))
    below = ceiling is None or (
        high is not None and (high < ceiling or (high == ceiling and (high_open or not ceiling_open)))
    )
    return above and below


def _levels(node: Predicate) -> frozenset[str] | None:
    """The levels that meet a predicate, by name; None where they are not written in it. (`present` and `absent` are
    decided also of what is absent, which no other predicate is.)"""
    scale = node.args[0].type if node.args and isinstance(node.args[0], Literally) else None
    args = [arg.value for arg in node.args if isinstance(arg, Literally) and arg.type == scale]
    if not isinstance(scale, Scale) or len(args) != len(node.args):
        return None
    met = PREDICATES[node.op].means
    return frozenset(level.name for place, level in enumerate(scale.levels) if met(place, *args))


_End = tuple[Fraction | None, bool]  # the end of a range, and whether it is outside


def _span(node: Predicate) -> tuple[_End, _End] | None:
    """The range of numbers that meet a predicate; None where that is not written in it."""
    args = [arg.value for arg in node.args if isinstance(arg, Literally) and isinstance(arg.value, Fraction)]
    if len(args) != len(node.args) or not args:
        return None
    nothing: _End = (None, False)
    match node.op, args:
        case "equals", [value]:
            return (value, False), (value, False)
        case "floor", [value]:
            return (value, False), nothing
        case "above", [value]:
            return (value, True), nothing
        case "ceiling", [value]:
            return nothing, (value, False)
        case "below", [value]:
            return nothing, (value, True)
        case "between", [low, high]:
            return (low, False), (high, False)
        case _:
            return None
