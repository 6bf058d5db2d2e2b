"""Which member a name's axis takes, and which axes are left to range over. Knows sets, no types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .. import ir, syntax
from .names import Symbol

Find = Callable[[str], Symbol | None]


def ancestors(sets: Mapping[str, ir.Set], name: str) -> Iterator[str]:
    """The sets that a set is nested in, nearest first."""
    parent = sets[name].parent
    while parent is not None:
        yield parent
        parent = sets[parent].parent


def climb(sets: Mapping[str, ir.Set], axis: str, current: tuple[str, ...]) -> ir.Index | None:
    """A set with a current member takes it; a parent takes the parent of a current child; else the axis is free."""
    if axis in current:
        return ir.Index(via=axis)
    for child in reversed(current):
        above = list(ancestors(sets, child))
        if axis in above:
            return ir.Index(via=child, up=above.index(axis) + 1)
    return None


def free_axes(
    tree: syntax.Formula, find: Find, sets: Mapping[str, ir.Set], current: tuple[str, ...]
) -> tuple[str, ...]:
    """The axes that the names of a formula leave free, in the order in which they are met."""
    free: dict[str, None] = {}
    for name in names_in(tree):
        symbol = find(name.text)
        fixed = fixed_axis(name, symbol, sets) if symbol else None
        for axis in symbol.axes if symbol else ():
            known = fixed is not None and (axis == fixed or axis in ancestors(sets, fixed))
            if not known and climb(sets, axis, current) is None:
                free[axis] = None
    # a child reads its parent: where both are free, the parent follows the child
    return tuple(a for a in free if not any(a in ancestors(sets, other) for other in free))


def fixed_axis(name: syntax.Name, symbol: Symbol, sets: Mapping[str, ir.Set]) -> str | None:
    """The axis of a name that its `for MEMBER` fixes; None where there is none, or more than one."""
    if name.member is None:
        return None
    member = name.member.text
    holding = [axis for axis in symbol.axes if any(m.name == member for m in sets[axis].members)]
    return holding[0] if len(holding) == 1 else None


def ancestor(sets: Mapping[str, ir.Set], name: str, member: str, above: str) -> str:
    """The member of the set `above` in which a member of the set `name` is nested."""
    while name != above:
        name, member = sets[name].parent or above, sets[name].above.get(member) or ""
    return member


def kept_within(
    tree: syntax.Formula, find: Find, sets: Mapping[str, ir.Set], free: tuple[str, ...]
) -> dict[str, tuple[str, str]]:
    """Of the free axes, those nested in one that `for MEMBER` fixes: that axis and its member."""
    kept: dict[str, tuple[str, str]] = {}
    for name in names_in(tree):
        symbol = find(name.text)
        fixed = fixed_axis(name, symbol, sets) if symbol else None
        for axis in symbol.axes if symbol and fixed else ():
            if fixed and name.member and axis in free and fixed in ancestors(sets, axis):
                kept.setdefault(axis, (fixed, name.member.text))
    return kept


def names_in(tree: syntax.Formula) -> Iterator[syntax.Name]:
    """The names of a formula; those inside an aggregate range on their own."""
    match tree:
        case syntax.Name():
            yield tree
        case syntax.Operation(_, args):
            for arg in args:
                yield from names_in(arg)
        case syntax.Digits() | syntax.Aggregation() | syntax.OfPeers():
            return


def loops_over(
    sets: Mapping[str, ir.Set], axes: tuple[str, ...], current: tuple[str, ...], kept: Mapping[str, tuple[str, str]]
) -> tuple[ir.Loop, ...]:
    """Of a set nested in a current one, only the current member's children are ranged over; of one `kept` within a
    fixed member, only that one's."""
    loops = []
    for axis in axes:
        if axis in kept:
            above, member = kept[axis]
            loops.append(ir.Loop(axis, above, list(ancestors(sets, axis)).index(above) + 1, member))
            continue
        within = next(((up, above) for up, above in enumerate(ancestors(sets, axis), 1) if above in current), None)
        loops.append(ir.Loop(axis, within[1], within[0]) if within else ir.Loop(axis))
    return tuple(loops)


def sizes(sets: Mapping[str, ir.Set], loops: tuple[ir.Loop, ...]) -> tuple[int, int]:
    """The least and the most combinations that loops can have."""
    least = most = 1
    for loop in loops:
        members = sets[loop.set].members
        if loop.within is None:
            least, most = least * len(members), most * len(members)
            continue
        children: dict[str, int] = {m.name: 0 for m in sets[loop.within].members}
        for member in members:
            above, name = member.name, loop.set
            for _ in range(loop.up):
                above = sets[name].above.get(above) or ""
                name = sets[name].parent or ""
            children[above] = children.get(above, 0) + 1
        if loop.member is not None:
            children = {loop.member: children.get(loop.member, 0)}
        least, most = least * min(children.values()), most * max(children.values())
    return least, most
