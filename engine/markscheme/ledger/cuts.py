"""Every place where a rule cuts: edges of bands, figures and levels compared with, counts that are enough.

Knows where each stands, what is compared with what, and what follows on either side; works no value out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import pairwise
from typing import Literal

from ..diagnostics import Span
from ..explain.wording import bare, quoted, type_of
from ..interpret import loop_members
from ..ir import (
    Absent,
    Band,
    Bands,
    Choice,
    Each,
    Expr,
    Gather,
    Join,
    Limit,
    Listed,
    Literally,
    Loop,
    Note,
    Number,
    Predicate,
    Program,
    Quantify,
    Read,
    Rule,
    Rules,
    Scale,
    Step,
    Table,
    Test,
    YesNo,
    combinations,
)

Kind = Literal["band", "figure", "level", "count"]
Falls = Literal["above", "below", "neither", "between"]
"""Where the figure itself falls: with what is above it, with what is below, with neither (`is 62.5`); or the cut is
between two figures, the end of one closed band and the start of the next."""

# which side the figure is on, and whether the predicate holds above it
_ORDERED: dict[str, tuple[Falls, bool]] = {
    "floor": ("above", True),
    "ceiling": ("below", False),
    "above": ("below", True),
    "below": ("above", False),
}
_COUNTS: dict[str, tuple[Falls, bool]] = {
    "at_least": ("above", True),
    "at_most": ("below", False),
    "exactly": ("neither", False),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One threshold in the text of one measure.

    `loops` are those it stands within: it cuts for each of their members. `until` is the end of the closed band below.
    `below`, `at` and `above` say what follows there. A `cell` may stand in several rows of a table; an `item` is one
    of those that a quantifier looks at.
    """

    step: Step
    loops: tuple[Loop, ...]
    kind: Kind
    subject: Expr | Quantify
    figure: Expr
    falls: Falls
    below: str
    at: str
    above: str
    text: str
    span: Span
    until: Expr | None = None
    cell: bool = False
    item: bool = False

    @property
    def axes(self) -> tuple[str, ...]:
        """The sets that have a current member where it stands."""
        return (*self.step.axes, *(loop.set for loop in self.loops))

    def members(self, program: Program) -> Iterator[tuple[str, ...]]:
        """The members it cuts for, one for each axis."""
        for own in combinations(program.sets, self.step.axes):
            inside = [(own, dict(zip(self.step.axes, own, strict=True)))]
            for loop in self.loops:
                inside = [
                    ((*members, member), {**at, loop.set: member})
                    for members, at in inside
                    for member in loop_members(program.sets, loop, at)
                ]
            yield from (members for members, _ in inside)

    @property
    def reads_at(self) -> Step:
        """Its step as one for each member of the loops too, so that what it compares can be worked out there."""
        return replace(self.step, axes=self.axes)


@dataclass(frozen=True, slots=True)
class _Effect:
    """What follows where a condition holds, and where it does not."""

    holds: str = "holds"
    fails: str = "does not hold"
    cell: bool = False
    item: bool = False


def cuts_of(program: Program) -> Iterator[Cut]:
    """In the order of the program's steps."""
    for step in program.steps:
        yield from _in_form(program, step)
        for limit in step.limits:
            yield from _in_condition(step, (), limit.when, _of_limit(limit))
            yield from _within(step, (), limit.bound)


def _in_form(program: Program, step: Step) -> Iterator[Cut]:
    match step.form:
        case Bands(of, bands):
            yield from _edges(program, step, of, bands)
            yield from _within(step, (), step.form)
        case Rules(rules):
            for rule, after in zip(rules, (*rules[1:], None), strict=True):
                if rule.when is not None:
                    yield from _in_condition(step, (), rule.when, _of_rule(rule, after))
                yield from _within(step, (), rule.then)
        case Table(columns, rows):
            yield from _within(step, (), columns)
            for row in rows:
                for cell in row.cells:
                    if cell is not None:
                        yield from _in_condition(step, (), cell, _Effect("matches", "does not match", cell=True))
                yield from _within(step, (), row.then)
        case _:
            yield from _within(step, (), step.form)


# --- what follows ----------------------------------------------------------------------------------------------------


def outcome_text(then: Expr) -> str:
    """What a rule or band gives, as the file says it."""
    inner = bare(then)
    if isinstance(inner, Literally):
        if isinstance(inner.value, Absent):
            return "no value"
        if isinstance(inner.type, Scale) and isinstance(inner.value, int):
            return inner.type.levels[inner.value].name
    return quoted(then.span)


def _of_rule(rule: Rule, after: Rule | None) -> _Effect:
    if after is not None and after.when is None:
        return _Effect(outcome_text(rule.then), outcome_text(after.then))
    return _Effect(outcome_text(rule.then), "the next rule")


def _of_limit(limit: Limit) -> _Effect:
    return _Effect(f"{limit.kind.replace('_', ' ')} {outcome_text(limit.bound)}", "not limited")


# --- bands -----------------------------------------------------------------------------------------------------------


def _edges(program: Program, step: Step, of: Expr, bands: tuple[Band, ...]) -> Iterator[Cut]:
    """Between each band and the next: `at_least` bands fall, `at_most` bands rise, closed ones stand in any order."""
    kind: Kind = "level" if isinstance(type_of(of), Scale) else "band"

    def edge(low: Band, high: Band, figure: Expr, falls: Falls, text: str, until: Expr | None = None) -> Cut:
        below, above = outcome_text(low.then), outcome_text(high.then)
        at = {"above": above, "below": below}.get(falls, "no band")
        return Cut(step, (), kind, of, figure, falls, below, at, above, text, figure.span, until)

    last = bands[-1]
    if last.low is None and last.high is None:
        for one, after in pairwise(bands):
            if one.low is not None:
                yield edge(after, one, one.low, "above", f"at least {quoted(one.low.span)}")
            elif one.high is not None:
                yield edge(one, after, one.high, "below", f"at most {quoted(one.high.span)}")
        return
    known = sorted(bands, key=lambda band: (band.low is not None, _number(program, band.low or band.high)))
    for one, after in pairwise(known):
        if one.high is not None and after.low is not None:
            text = f"{quoted(one.high.span)} | {quoted(after.low.span)}"
            yield edge(one, after, after.low, "between", text, one.high)


def _number(program: Program, end: Expr | None) -> float:
    """Where a closed band lies among the others; its ends are figures or plain parameters."""
    value = end.value if isinstance(end, Literally) else 0
    if isinstance(end, Read) and end.name in program.constants:
        value = program.constants[end.name].values[()]
    return 0.0 if isinstance(value, Absent | str) else float(value)


# --- conditions ------------------------------------------------------------------------------------------------------


def _in_condition(step: Step, loops: tuple[Loop, ...], condition: object, effect: _Effect) -> Iterator[Cut]:
    match condition:
        case Test(subject, predicate, span):
            yield from _in_predicate(step, loops, subject, predicate, span, effect)
            yield from _within(step, loops, subject)
        case Quantify(op, count, over, predicate, span):
            if count is not None and op in _COUNTS:
                falls, above = _COUNTS[op]
                yield _cut(step, loops, "count", condition, count, falls, above, quoted(span), span, effect)
            inner, items = (*loops, *_loops(over)), over.items if isinstance(over, Listed) else (over.item,)
            for item in items:
                yield from _in_predicate(step, inner, item, predicate, span, _Effect(item=True))
            yield from _within(step, loops, over)
        case Join(_, parts):
            for part in parts:
                yield from _in_condition(step, loops, part, _Effect())
        case _:
            raise AssertionError(condition)


def _in_predicate(
    step: Step, loops: tuple[Loop, ...], subject: Expr, predicate: Predicate, span: Span, effect: _Effect
) -> Iterator[Cut]:
    type = type_of(subject)
    if isinstance(type, Choice | YesNo):
        return
    kind: Kind = "level" if isinstance(type, Scale) else "figure"
    text = quoted(span) if effect.item else f"{quoted(subject.span)} {_words(predicate)}"
    args = predicate.args
    if predicate.op in _ORDERED:
        falls, above = _ORDERED[predicate.op]
        yield _cut(step, loops, kind, subject, args[0], falls, above, text, span, effect)
    elif predicate.op == "between":
        low, high = args
        yield _cut(step, loops, kind, subject, low, "above", True, text, span, effect)
        yield _cut(step, loops, kind, subject, high, "below", False, text, span, effect)
    elif isinstance(type, Number) and predicate.op in ("equals", "oneof", "differs"):
        said = replace(effect, holds=effect.fails, fails=effect.holds) if predicate.op == "differs" else effect
        for arg in args:
            yield _cut(step, loops, kind, subject, arg, "neither", False, text, span, said)


def _words(predicate: Predicate) -> str:
    said = quoted(predicate.span)
    return said if said.split(" ")[0] in ("is", "are") else f"is {said}"


def _cut(
    step: Step,
    loops: tuple[Loop, ...],
    kind: Kind,
    subject: Expr | Quantify,
    figure: Expr,
    falls: Falls,
    holds_above: bool,
    text: str,
    span: Span,
    effect: _Effect,
) -> Cut:
    if falls == "neither":
        below, at, above = effect.fails, effect.holds, effect.fails
    else:
        below, above = (effect.fails, effect.holds) if holds_above else (effect.holds, effect.fails)
        at = above if falls == "above" else below
    return Cut(
        step, loops, kind, subject, figure, falls, below, at, above, text, span, cell=effect.cell, item=effect.item
    )


# --- what stands deeper ----------------------------------------------------------------------------------------------


def _loops(over: Each | Listed) -> tuple[Loop, ...]:
    return over.loops if isinstance(over, Each) else ()


def _within(step: Step, loops: tuple[Loop, ...], node: object) -> Iterator[Cut]:
    """Those of `where` within expressions."""
    match node:
        case Each(inner, item, where):
            if where is not None:
                yield from _in_condition(step, (*loops, *inner), where, _Effect("is counted", "is left out"))
            yield from _within(step, (*loops, *inner), item)
        case Gather(_, over, weight):
            yield from _within(step, loops, over)
            yield from _within(step, (*loops, *_loops(over)), weight)
        case tuple():
            for each in node:
                yield from _within(step, loops, each)
        case _ if is_dataclass(node) and not isinstance(node, Span | Note | Scale | Choice | YesNo | Number):
            for field in fields(node):
                yield from _within(step, loops, getattr(node, field.name))
        case _:
            return
