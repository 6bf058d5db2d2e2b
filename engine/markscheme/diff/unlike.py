"""What two versions do not have alike, so that not every record of one is one of the other. Knows declarations, no
rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from .. import ir
from ..regions.pairing import alike


def unlike(old: ir.Program, new: ir.Program) -> Iterator[tuple[str, str]]:
    """By input, what the two do not have alike, in words."""
    for name, declared in old.inputs.items():
        other = new.inputs.get(name)
        if other is None:
            yield name, f"the input `{name}` is only in the old version"
        elif declared.axes != other.axes:
            yield name, f"the input `{name}` has a value for each of other sets"
        elif not alike(declared.type, other.type):
            yield name, f"the input `{name}` has other values: {between(declared, other)}"
        elif not one_kind(declared, other, old, new):
            theirs = [members(program, declared.axes) for program in (old, new)]
            yield name, f"the input `{name}` has other members: {_in_one_only(*theirs)}"
        else:
            reasons = [[rule.reason for rule in each.absent] for each in (declared, other)]
            if set(reasons[0]) != set(reasons[1]):
                yield name, f"`{name}` may be absent for other reasons: {_in_one_only(*reasons)}"
    for name in new.inputs:
        if name not in old.inputs:
            yield name, f"the input `{name}` is only in the new version"


def one_kind(one: ir.Input, other: ir.Input, old: ir.Program, new: ir.Program) -> bool:
    """Whether the same records hold it."""
    if one.axes != other.axes or not alike(one.type, other.type):
        return False
    return set(ir.combinations(old.sets, one.axes)) == set(ir.combinations(new.sets, other.axes))


def members(program: ir.Program, axes: tuple[str, ...]) -> list[str]:
    return [member.name for axis in axes for member in program.sets[axis].members]


def _in_one_only(old: list[str], new: list[str]) -> str:
    gone = [f"`{each}` is only in the old version" for each in old if each not in new]
    come = [f"`{each}` is only in the new version" for each in new if each not in old]
    return ", ".join((*gone[:3], *come[:3])) or "they go together otherwise"


def between(one: ir.Input | ir.Step, other: ir.Input | ir.Step) -> str:
    """How the values of two declarations differ."""
    match one.type, other.type:
        case ir.Scale(levels=ours), ir.Scale(levels=theirs):
            names = [level.name for level in ours], [level.name for level in theirs]
            return _in_one_only(*names) if set(names[0]) != set(names[1]) else "the levels stand in another order"
        case ir.Choice(ours), ir.Choice(theirs):
            return _in_one_only([each.name for each in ours], [each.name for each in theirs])
        case ir.Number(), ir.Number():
            return "its decimals, least or greatest value are others"
        case ((ir.Scale() | ir.Choice() | ir.Number() | ir.YesNo()), _):
            return "they are of another kind"
        case _:
            assert_never(one.type)
