"""Walks through a diagram: to each of its outcomes, and with a second record beside the first, by the cheapest way.
Knows numbers of nodes and values, not what they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .diagrams import LEAF, Diagrams

Moves = Mapping[int, Sequence[tuple[int, int]]]  # for a variable, the places of its values before and after
Way = tuple[tuple[int, int, int], ...]  # variable, place of its value in the first record and in the second
_State = tuple[int, int, bool]


_Step = tuple[int, "_State | None", int, int, int]  # the cost so far, whence, by which variable and values


@dataclass(frozen=True, slots=True)
class Found:
    """An outcome, or those of two records: how dear the cheapest records are that show it, and these."""

    cost: int
    _came: Mapping[_State, _Step] = field(repr=False)
    _state: _State

    @property
    def way(self) -> Way:
        steps = []
        at: _State | None = self._state
        while at is not None:
            _, before, variable, i, j = self._came[at]
            if before is not None:
                steps.append((variable, i, j))
            at = before
        return tuple(reversed(steps))


def outcomes(of: Diagrams, root: int, costs: Sequence[Sequence[int]]) -> dict[Any, Found]:
    """Every value that a function takes. `costs` are those of each variable's values."""
    return {before: found for (before, _), found in pairs(of, root, {}, costs).items()}


def pairs(
    of: Diagrams, root: int, moves: Moves, costs: Sequence[Sequence[int]], many: bool = False
) -> dict[tuple[Any, Any], Found]:
    """The outcomes of every two records of which the second differs by a move of one variable or, with `many`, of one
    or more. Two records that are alike again are followed only where no move is given: they show nothing."""
    level, children = of.level, of.children
    waiting: dict[int, dict[_State, _Step]] = {}

    def reach(state: _State, cost: int, before: _State | None, variable: int, i: int, j: int) -> None:
        first, second, _ = state
        here = waiting.setdefault(min(level[first], level[second]), {})
        known = here.get(state)
        if known is None:
            of.step()
            here[state] = (cost, before, variable, i, j)
        elif cost < known[0]:
            here[state] = (cost, before, variable, i, j)

    reach((root, root, False), 0, None, -1, 0, 0)
    came: dict[_State, _Step] = {}
    for variable, dear in enumerate(costs):
        here = waiting.pop(variable, None)
        if here is None:
            continue
        came.update(here)
        move = moves.get(variable, ())
        for state, (cost, *_) in here.items():
            first, second, moved = state
            width = len(dear)
            ones = children[first] if level[first] == variable else (first,) * width
            others = ones if first == second else children[second] if level[second] == variable else (second,) * width
            apart = moved and not many
            of.step(width)
            for i in range(width):
                one, other = ones[i], others[i]
                if not apart or one != other:
                    reach((one, other, one != other if many else moved), cost + dear[i], state, variable, i, i)
            if move and not apart:
                for i, j in move:
                    one, other = ones[i], others[j]
                    if one != other or many:
                        reach((one, other, one != other), cost + dear[i] + dear[j] + _MOVE, state, variable, i, j)
    found: dict[tuple[Any, Any], Found] = {}
    ends = waiting.pop(LEAF, {})
    came.update(ends)
    for state, (cost, *_) in ends.items():
        first, second, moved = state
        if moves and (not moved or first == second):
            continue
        key = (of.value[first], of.value[second])
        if key not in found or cost < found[key].cost:
            found[key] = Found(cost, came, state)
    return found


_MOVE = 1_000_000  # a difference more is worse than anything else


def counted(of: Diagrams, root: int, weights: Sequence[Sequence[int]]) -> dict[Any, int]:
    """How many records give each value of a function. `weights` say how many give each value of each variable."""
    level, children, last = of.level, of.children, len(weights)
    above = [1]  # how many records the variables before each have
    for each in weights:
        above.append(above[-1] * sum(each))

    def place(node: int) -> int:
        return min(level[node], last)

    def between(start: int, end: int) -> int:
        return above[end] // above[start]

    waiting: dict[int, dict[int, int]] = {place(root): {root: between(0, place(root))}}
    for variable in range(last):
        for node, many in waiting.pop(variable, {}).items():
            of.step(len(children[node]))
            for weight, child in zip(weights[variable], children[node], strict=True):
                if weight:
                    here = waiting.setdefault(place(child), {})
                    here[child] = here.get(child, 0) + many * weight * between(variable + 1, place(child))
    return {of.value[leaf]: many for leaf, many in waiting.pop(last, {}).items()}
