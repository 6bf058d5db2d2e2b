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
        for axis in symbol.axes if symbol else ():
            fixed = name.member is not None and any(m.name == name.member.text for m in sets[axis].members)
            if not fixed and climb(sets, axis, current) is None:
                free[axis] = None
    # a child reads its parent: where both are free, the parent follows the child
    return tuple(a for a in free if not any(a in ancestors(sets, other) for other in free))


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


def loops_over(sets: Mapping[str, ir.Set], axes: tuple[str, ...], current: tuple[str, ...]) -> tuple[ir.Loop, ...]:
    """Of a set nested in a current one, only the current member's children are ranged over."""
    loops = []
    for axis in axes:
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
                above = next((m.parent for m in sets[name].members if m.name == above), None) or ""
                name = sets[name].parent or ""
            children[above] = children.get(above, 0) + 1
        least, most = least * min(children.values()), most * max(children.values())
    return least, most
