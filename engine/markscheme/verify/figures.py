"""The figures that a line at fault reads from elsewhere in the file: the worth of levels, parameters, attributes. Knows
no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from .. import ir
from ..diagnostics import Label, Span
from ..explain.scene import Scene
from ..explain.wording import type_of, words_of
from ..space import nodes
from ..trace import Key
from .verdicts import Counterexample

_MOST = 4


def read_by(program: ir.Program, example: Counterexample, key: Key, place: Span) -> tuple[Label, ...]:
    """Where the figures are written that may be what is wrong with the line that decided a value: a level that is worth
    less than the one below it, and each parameter or attribute that the line reads."""
    found: dict[Span, Label] = {}
    step = next(step for step in program.steps if step.name == key[0])
    for node in _nodes(step, place):
        match node:
            case ir.Worth(of, values):
                labels = _falling(of, values)
            case ir.Read(name) if name in program.constants:
                labels = _constant(program, example, step, key, node)
            case _:
                continue
        for label in labels:
            found.setdefault(label.span, label)
    return tuple(found.values())[:_MOST]


def _nodes(step: ir.Step, place: Span) -> Iterator[object]:
    """What is within the line, and what all lines of its form are about."""
    about: tuple[ir.Expr, ...] = ()
    match step.form:
        case ir.Bands(of=of):
            about = (of,)
        case ir.Table(columns=columns):
            about = columns
    yield from nodes(about)
    for node in nodes((step.form, step.limits)):
        span = getattr(node, "span", None)
        if isinstance(span, Span) and span.source is place.source and place.start <= span.start <= place.end:
            yield node


def _falling(of: ir.Expr, values: tuple[Fraction, ...]) -> Iterator[Label]:
    type = type_of(of)
    if not isinstance(type, ir.Scale):
        return
    for (lower, low), (level, worth) in pairwise(zip(type.levels, values, strict=True)):
        if worth < low:
            if level.place is not None:
                yield Label(level.place, f"`{level.name}` is worth less than `{lower.name}`")
            if lower.place is not None:
                yield Label(lower.place, f"`{lower.name}` is worth more than `{level.name}`")


def _constant(program: ir.Program, example: Counterexample, step: ir.Step, key: Key, read: ir.Read) -> Iterator[Label]:
    """The value that was read; of one for each of many members that of the input that differs."""
    trace = example.traces[-1]
    scene = Scene(words_of(program), trace, step, key[1], trace.outcomes[key])
    changed, members = example.changed[0] if example.changed else ("", ())
    axes = program.inputs[changed].axes if changed else ()
    found = scene.key(read, {**dict(zip(axes, members, strict=True)), **scene.bound()})
    constant = program.constants[read.name]
    if found is not None and found[1] in constant.places:
        yield Label(constant.places[found[1]], f"this is the `{read.name}` that it reads")
