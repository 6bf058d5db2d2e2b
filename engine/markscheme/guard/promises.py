"""Guarantees, waivers and directions then and now: what is no longer promised of every record. Knows no text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ..diagnostics import Span
from ..ir import (
    Choice,
    Condition,
    Guarantee,
    Holds,
    Join,
    NeverWorsens,
    Number,
    Program,
    Scale,
    Type,
    Withholding,
    YesNo,
)
from .meaning import flat, follows
from .weakening import Weakening


def weakened_promises(then: Program, now: Program, nowhere: Span) -> Iterator[Weakening]:
    """`nowhere` is the place for what is gone."""
    for guarantee in then.guarantees:
        if not any(_kept(part, now) for part in _parts(guarantee)):
            yield Weakening(
                "MS853", f"the guarantee `{said(guarantee)}` is gone", said(guarantee), nowhere, guarantee.span,
                "the guarantee as it was",
            )  # fmt: skip
        elif not all(_kept(part, now) for part in _parts(guarantee)):
            yield Weakening(
                "MS853", f"only a part of the guarantee `{said(guarantee)}` is left", said(guarantee), nowhere,
                guarantee.span, "the guarantee as it was",
            )  # fmt: skip
    yield from _directions(then, now, nowhere)


# --- guarantees ------------------------------------------------------------------------------------------------------


def said(guarantee: Guarantee) -> str:
    """A guarantee as it is written in the file."""
    match guarantee:
        case NeverWorsens(result, input):
            return f"{result} never worsens when {input} improve"
        case Withholding(input, result):
            return f"withholding {input} never raises {result}"
        case Holds(always, _, span):
            return f"{'always' if always else 'never'}: {' '.join(span.text.split())}"
        case _:
            assert_never(guarantee)


def _parts(guarantee: Guarantee) -> tuple[Guarantee, ...]:
    """`never: A or B` is two promises, and so is `always: A and B`."""
    if not isinstance(guarantee, Holds):
        return (guarantee,)
    word = "and" if guarantee.always else "or"
    whole: tuple[Condition, ...] = (guarantee.condition,)
    parts = flat(word, whole) if isinstance(guarantee.condition, Join) else whole
    return tuple(Holds(guarantee.always, part, guarantee.span) for part in parts)


def _kept(old: Guarantee, now: Program) -> bool:
    """Whether one of the guarantees of today certainly promises as much."""
    match old:
        case NeverWorsens(result, input):
            return any(isinstance(g, NeverWorsens) and (g.result, g.input) == (result, input) for g in now.guarantees)
        case Withholding(input, result):
            return any(isinstance(g, Withholding) and (g.result, g.input) == (result, input) for g in now.guarantees)
        case Holds(True, condition):
            return any(isinstance(g, Holds) and g.always and follows(g.condition, condition) for g in now.guarantees)
        case Holds(_, condition):
            return any(
                isinstance(g, Holds) and not g.always and follows(condition, g.condition) for g in now.guarantees
            )
        case _:
            assert_never(old)


# --- directions: what is proved of them without being asked ----------------------------------------------------------


def _directions(then: Program, now: Program, nowhere: Span) -> Iterator[Weakening]:
    for name in then.results:
        if name not in now.results:
            yield Weakening("MS855", f"`{name}` is no longer a result: nothing is proved of it", name, nowhere)
    old = {name: each.type for name, each in then.inputs.items()} | _reported(then)
    new = {name: each.type for name, each in now.inputs.items()} | _reported(now)
    spans = {name: each.span for name, each in now.inputs.items()} | {s.name: s.note.span for s in now.steps}
    before = {name: each.span for name, each in then.inputs.items()} | {s.name: s.note.span for s in then.steps}
    turned: set[str] = set()
    for name, type in old.items():
        was, place = direction(type), (spans.get(name) or nowhere, before.get(name))
        if was is None or (name in then.results and name not in now.results):
            continue
        if name not in new:
            message = f"`{name}` is no longer an input: nothing is proved of its improving"
            yield Weakening("MS855", message, name, *place)
        elif (direct := direction(new[name])) is None:
            message = f"`{name}` has no better side any more: nothing is proved of its improving"
            yield Weakening("MS855", message, name, *place)
        elif direct != was and isinstance(new[name], type.__class__):
            yield Weakening("MS855", f"`{name}` is better {_way(direct)}, no longer {_way(was)}", name, *place)
        elif (scale := _turned(type, new[name])) and scale not in turned:
            turned.add(scale)
            message = f"the levels of `{scale}` are in another order, so improving means something else"
            yield Weakening("MS855", message, scale, nowhere, before.get(name))


def _reported(program: Program) -> dict[str, Type]:
    return {step.name: step.type for step in program.steps if step.name in program.results}


def direction(type: Type) -> str | None:
    """Which way is better; None where neither is."""
    match type:
        case Scale():
            return "higher"
        case Number(better=better) | YesNo(better=better):
            return None if better == "neither" else better
        case Choice():
            return None
        case _:
            assert_never(type)


def _way(better: str) -> str:
    return f"when {better}" if better in ("higher", "lower") else f"when it is {better}"


def _turned(old: Type, new: Type) -> str | None:
    """The scale, where two levels that it had have changed their order."""
    if not isinstance(old, Scale) or not isinstance(new, Scale):
        return None
    both = {level.name for level in old.levels} & {level.name for level in new.levels}
    orders = [[level.name for level in scale.levels if level.name in both] for scale in (old, new)]
    return new.name if orders[0] != orders[1] else None
