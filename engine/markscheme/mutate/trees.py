"""Programs as trees: every node, what a step reads, and whether two say the same wherever they stand. Knows no
meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from ..diagnostics import Span
from ..ir import Choice, Note, Program, Read, Scale, Step


def nodes(tree: object) -> Iterator[object]:
    """Every node of a piece of a program, outermost first."""
    if isinstance(tree, tuple):
        for each in tree:
            yield from nodes(each)
    elif is_dataclass(tree) and not isinstance(tree, Span | Note | Scale | Choice):
        yield tree
        for field in fields(tree):
            each = getattr(tree, field.name)
            if isinstance(each, tuple) or is_dataclass(each):
                yield from nodes(each)


def reads(step: Step) -> frozenset[str]:
    """The names whose values a step reads."""
    return frozenset(node.name for node in nodes((step.form, step.limits)) if isinstance(node, Read))


def alike(one: object, other: object) -> bool:
    """Whether two pieces say the same, whatever their places and sources."""
    if isinstance(one, Span | Note):
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        assert isinstance(other, tuple)
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)  # type: ignore[attr-defined, index]
    if is_dataclass(one):
        return all(alike(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other


def differing(old: Program, new: Program) -> frozenset[str]:
    """The steps of `new` that say something else than those of `old`, or read a constant that does."""
    constants = {
        name
        for name, each in new.constants.items()
        if name not in old.constants or not alike(each.values, old.constants[name].values)
    }
    steps = {step.name: step for step in old.steps}
    return frozenset(
        step.name
        for step in new.steps
        if step.name not in steps
        or not alike(step, steps[step.name])
        or (constants and not constants.isdisjoint(reads(step)))
    )
