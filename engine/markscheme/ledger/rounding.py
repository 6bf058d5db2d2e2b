"""What is rounded on the way to a figure that is compared, and how: the number before it, and what any such number
comes to. Knows the interpreter, which does the rounding; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, cast

from ..diagnostics import Span
from ..explain.walk import parts_of
from ..explain.wording import number_text
from ..interpret import member_of, outcome_of, worked_out
from ..ir import (
    Absent,
    Apply,
    Choice,
    Expr,
    Gather,
    Landing,
    Literally,
    Note,
    Number,
    Program,
    Quantify,
    Read,
    Scale,
    Step,
    Value,
    Worth,
    YesNo,
)
from ..trace import Given, Key, Trace

HALF = Fraction(1, 2)
_RAW = "number before rounding"  # no name of a rule file has a space in it


@dataclass(frozen=True, slots=True)
class Rounding:
    """A `round` in the file."""

    mode: str
    nearest: Fraction | None  # None where it is not a figure
    span: Span

    @property
    def words(self) -> str:
        step = "?" if self.nearest is None else number_text(self.nearest)
        if self.mode in ("up", "down"):
            return f"{self.mode} to a multiple of {step}"
        return f"to the nearest {step}, {self.mode.replace('_', ' ')}"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The number before all rounding, in the text of `step` for `members`. `comes_to` says what it comes to where it
    is compared, with every rounding in that `mode` where one is given."""

    expr: Expr
    step: Step
    members: tuple[str, ...]
    roundings: tuple[Rounding, ...]
    comes_to: Callable[[Fraction, str | None], Value]

    def halfway(self, value: Fraction) -> bool:
        """Whether rounding has to choose a side."""
        steps = (each.nearest for each in self.roundings)
        return any(step is not None and value / step % 1 == HALF for step in steps)


def source_of(program: Program, step: Step, members: tuple[str, ...], expr: Expr) -> Source:
    """What is rounded in an expression, or in the measure that it names, and in what that rounds; the expression itself
    where nothing is, or where that is not one number."""
    steps = {each.name: each for each in program.steps}
    at = dict(zip(step.axes, members, strict=True))

    def as_it_is(value: Fraction, mode: str | None) -> Value:
        return value

    if roundings := _roundings(expr):
        inner = roundings[0].args[0]
        if not _same(roundings) or not _reads_only(program, expr, inner):
            return Source(expr, step, members, (), as_it_is)
        before = source_of(program, step, members, inner)

        @cache
        def text(mode: str | None) -> Expr:
            return cast(Expr, _other_mode(put(expr, inner, _raw(inner)), mode))

        def rounded(value: Fraction, mode: str | None) -> Value:
            raw = before.comes_to(value, mode)
            given: dict[Key, Given] = {(_RAW, ()): Given(raw)}
            return raw if isinstance(raw, Absent) else worked_out(program, Trace(given, {}), step, members, text(mode))

        found = (*before.roundings, *(_rounding(each) for each in roundings))
        return Source(before.expr, before.step, before.members, found, rounded)
    if isinstance(expr, Read) and expr.name in steps and isinstance(expr.type, Number):
        own = steps[expr.name]
        place = tuple(member_of(program.sets, index, at) for index in expr.indices)
        parts = (own.form, tuple((limit.when, limit.bound) for limit in own.limits))
        inside = _roundings(parts)
        if not inside or not _same(inside) or not _reads_only(program, parts, inside[0].args[0]):
            return Source(expr, step, members, (), as_it_is)
        inner = inside[0].args[0]
        before = source_of(program, own, place, inner)

        @cache
        def changed(mode: str | None) -> Step:
            form, limits = (_other_mode(put(part, inner, _raw(inner)), mode) for part in (own.form, own.limits))
            return replace(own, form=form, limits=limits)

        def given_by(value: Fraction, mode: str | None) -> Value:
            raw = before.comes_to(value, mode)
            if isinstance(raw, Absent):
                return raw
            return outcome_of(program, {(_RAW, ()): Given(raw)}, changed(mode), place).value

        found = (*before.roundings, *(_rounding(each) for each in inside))
        return Source(before.expr, before.step, before.members, found, given_by)
    return Source(expr, step, members, (), as_it_is)


def roundings_upstream(program: Program, expr: object) -> tuple[Rounding, ...]:
    """Every rounding in an expression and in the numbers it reads, and they read, each once."""
    steps = {each.name: each for each in program.steps}
    found: dict[Rounding, None] = {}
    open_: list[object] = [expr]
    seen: set[str] = set()
    while open_:
        tree = open_.pop()
        for part in parts_of(tree):
            if isinstance(part, Apply) and part.op == "round":
                found[_rounding(part)] = None
            elif isinstance(part, Read) and part.name in steps and part.name not in seen:
                seen.add(part.name)
                if isinstance(steps[part.name].type, Number):
                    open_.append((steps[part.name].form, steps[part.name].limits))
    return tuple(sorted(found, key=lambda each: (each.span.start, each.mode)))


# --- pieces ----------------------------------------------------------------------------------------------------------


def _roundings(tree: object) -> list[Apply]:
    """Those that are not within an aggregate, which is of many numbers, nor within another."""
    if isinstance(tree, Gather):
        return []
    if isinstance(tree, Apply) and tree.op == "round":
        return [tree]
    return [found for part in _inside(tree) for found in _roundings(part)]


def _inside(tree: object) -> Iterator[object]:
    if isinstance(tree, tuple):
        yield from tree
    elif is_dataclass(tree) and not isinstance(tree, Span | Note | Scale | Choice | YesNo | Number):
        yield from (getattr(tree, field.name) for field in fields(tree))


def _same(roundings: list[Apply]) -> bool:
    """Whether all round the same number, to a figure."""
    first = roundings[0].args[0]
    return all(alike(each.args[0], first) and isinstance(each.args[1], Literally) for each in roundings)


def alike(one: object, other: object) -> bool:
    """Two places that read the same, or one place."""
    if isinstance(one, Read) and isinstance(other, Read):
        return (one.name, one.indices) == (other.name, other.indices)
    return one is other or one == other


def _reads_only(program: Program, tree: object, inner: Expr) -> bool:
    """Whether all else that is read is constant."""
    if isinstance(tree, Read | Apply | Gather | Worth | Landing) and alike(tree, inner):
        return True
    if isinstance(tree, Read):
        return tree.name in program.constants
    return all(_reads_only(program, part, inner) for part in _inside(tree))


def put(tree: Any, inner: Expr | Quantify, instead: Any) -> Any:
    """A piece of a program with one thing in place of another, wherever that stands."""
    if isinstance(tree, Read | Apply | Gather | Worth | Landing | Quantify) and alike(tree, inner):
        return instead
    return _changed(tree, lambda part: put(part, inner, instead))


def _raw(inner: Expr) -> Read:
    return Read(_RAW, (), Number(), inner.span)


def _other_mode(tree: Any, mode: str | None) -> Any:
    if mode is None:
        return tree
    if isinstance(tree, Apply) and tree.op == "round":
        return replace(tree, args=_other_mode(tree.args, mode), mode=mode)
    return _changed(tree, lambda part: _other_mode(part, mode))


def _changed(tree: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(tree, tuple):
        return tuple(change(part) for part in tree)
    if is_dataclass(tree) and not isinstance(tree, type | Span | Note | Scale | Choice | YesNo | Number):
        given = {field.name: change(getattr(tree, field.name)) for field in fields(tree) if field.init}
        return replace(tree, **given) if any(getattr(tree, name) is not new for name, new in given.items()) else tree
    return tree


def _rounding(node: Apply) -> Rounding:
    step = node.args[1]
    nearest = step.value if isinstance(step, Literally) and isinstance(step.value, Fraction) else None
    return Rounding(node.mode, nearest, node.span)
