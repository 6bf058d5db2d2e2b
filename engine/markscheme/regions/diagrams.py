"""Functions of many small things as shared graphs, each different part held once. Knows no rule and no methodology.

A node asks for the value of one variable, the variables in rising order, and has a child for each of its values; a leaf
is an outcome. What depends on counts or sums alone has few different parts, however many records there are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAF = 1 << 60  # the variable of leaves: after all others
_DEEPEST = 300  # variables of one function


class TooLarge(Exception):
    """More parts than one is willing to walk; `str` of it says what was met."""


@dataclass(frozen=True, slots=True)
class _View:
    """A function that turns the outcomes of another one into others: leaf for leaf."""

    of: int
    leaves: Mapping[int, int]


class Diagrams:
    """A store of functions, each a number: a node, equal functions being one node; or, below 0, a view of a node, which
    becomes a node of its own only where it meets what rests on other things. Raises TooLarge after `most` steps."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.steps = 0
        self.level: list[int] = []
        self.children: list[tuple[int, ...]] = []
        self.value: list[Any] = []  # of leaves
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._leaves: dict[tuple[object, Hashable], int] = {}
        self._deep: dict[int, int] = {}
        self._views: list[_View] = []
        self._seen: dict[tuple[int, tuple[int, ...]], int] = {}
        self._own: dict[int, int] = {}
        self._ends: dict[int, tuple[int, ...]] = {}

    def step(self, by: int = 1) -> None:
        self.steps += by
        if self.steps > self.most:
            raise TooLarge(f"more than {self.most:,} states")

    def allow(self, more: int) -> None:
        """So many steps more."""
        self.most = self.steps + more

    # --- making ------------------------------------------------------------------------------------------------------

    def leaf(self, value: Hashable) -> int:
        key = (_kind(value), value)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self._new(LEAF, (), value)
        return found

    def node(self, level: int, children: tuple[int, ...]) -> int:
        first = children[0]
        if all(child == first for child in children):
            return first
        key = (level, children)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = self._new(level, children, None)
        return found

    def _new(self, level: int, children: tuple[int, ...], value: object) -> int:
        self.step()
        self.level.append(level)
        self.children.append(children)
        self.value.append(value)
        return len(self.level) - 1

    def variable(self, level: int, values: Sequence[Hashable]) -> int:
        """The value of a variable itself."""
        if level >= _DEEPEST:
            raise TooLarge(f"more than {_DEEPEST} values read together")
        return self.node(level, tuple([self.leaf(value) for value in values]))

    # --- combining ---------------------------------------------------------------------------------------------------

    def mapped(self, means: Callable[..., Hashable], *of: int) -> int:
        """`means` of the values of some functions."""
        base = self._base(of)
        if base is not None:
            sides = [self._leaves_of(each) for each in of]
            ends = self.ends(base)
            self.step(len(ends))
            images = [
                self.leaf(means(*[self.value[s if isinstance(s, int) else s[end]] for s in sides])) for end in ends
            ]
            return self._view(base, ends, images)
        memo: dict[tuple[int, ...], int] = {}
        level, children = self.level, self.children

        def go(nodes: tuple[int, ...]) -> int:
            found = memo.get(nodes)
            if found is None:
                self.step()
                top = min([level[n] for n in nodes])
                if top == LEAF:
                    found = self.leaf(means(*[self.value[n] for n in nodes]))
                else:
                    split = [children[n] if level[n] == top else None for n in nodes]
                    width = next(len(each) for each in split if each is not None)
                    self.step(width // 8)
                    found = self.node(
                        top,
                        tuple([
                            go(tuple([n if s is None else s[i] for n, s in zip(nodes, split, strict=True)]))
                            for i in range(width)
                        ]),
                    )  # fmt: skip
                memo[nodes] = found
            return found

        return go(tuple([self.own(each) for each in of]))

    # --- views -------------------------------------------------------------------------------------------------------

    def _base(self, of: Sequence[int]) -> int | None:
        """The one node that all these look at, constants apart; None where they look at several."""
        bases = {self._views[~each].of if each < 0 else each for each in of}
        resting = {base for base in bases if self.level[base] != LEAF}
        return next(iter(resting or bases)) if len(resting) <= 1 else None

    def _leaves_of(self, each: int) -> int | Mapping[int, int]:
        """The leaf that a function has for each end of its base, or its one leaf."""
        if each < 0:
            return self._views[~each].leaves
        return each if self.level[each] == LEAF else {end: end for end in self.ends(each)}

    def _view(self, base: int, ends: tuple[int, ...], images: Sequence[int]) -> int:
        if all(image == images[0] for image in images):
            return images[0]
        key = (base, tuple(images))
        if key not in self._seen:
            self._views.append(_View(base, dict(zip(ends, images, strict=True))))
            self._seen[key] = ~(len(self._views) - 1)
        return self._seen[key]

    def own(self, of: int) -> int:
        """A function as a node."""
        if of >= 0:
            return of
        if of not in self._own:
            view = self._views[~of]
            self._own[of] = self._replaced(view.of, view.leaves)
        return self._own[of]

    def _replaced(self, root: int, leaves: Mapping[int, int]) -> int:
        memo = dict(leaves)
        for node in reversed(list(self.nodes(root))):
            if node not in memo:
                self.step(1 + len(self.children[node]) // 8)
                memo[node] = self.node(self.level[node], tuple([memo[child] for child in self.children[node]]))
        return memo[root]

    def ends(self, root: int) -> tuple[int, ...]:
        """The leaves of a node."""
        if root not in self._ends:
            self._ends[root] = tuple(node for node in self.nodes(root) if self.level[node] == LEAF)
        return self._ends[root]

    # --- combining, further ------------------------------------------------------------------------------------------

    def grafted(self, root: int, onto: Callable[[Any], int]) -> int:
        """With every leaf replaced by a function of later variables."""
        memo: dict[int, int] = {}

        def go(node: int) -> int:
            found = memo.get(node)
            if found is None:
                self.step()
                if self.level[node] == LEAF:
                    found = onto(self.value[node])
                else:
                    found = self.node(self.level[node], tuple([go(child) for child in self.children[node]]))
                memo[node] = found
            return found

        return go(self.own(root))

    def chosen(self, condition: int, then: int, other: int, undecided: int) -> int:
        """`then` where a condition is true, `other` where it is false, `undecided` where it is None."""
        if self._base((condition, then, other, undecided)) is not None:
            return self.mapped(lambda c, a, b, u: a if c is True else b if c is False else u,
                               condition, then, other, undecided)  # fmt: skip
        condition, then, other, undecided = (self.own(each) for each in (condition, then, other, undecided))
        memo: dict[tuple[int, int, int, int], int] = {}
        level, children = self.level, self.children

        def go(c: int, a: int, b: int, u: int) -> int:
            if level[c] == LEAF:
                truth = self.value[c]
                return a if truth is True else b if truth is False else u
            if a == b == u:
                return a
            key = (c, a, b, u)
            found = memo.get(key)
            if found is None:
                self.step()
                top = min(level[c], level[a], level[b], level[u])
                split = [children[n] if level[n] == top else None for n in key]
                width = next(len(each) for each in split if each is not None)
                self.step(width // 8)
                cs, xs, ys, us = [(n,) * width if s is None else s for n, s in zip(key, split, strict=True)]
                found = self.node(top, tuple([go(cs[i], xs[i], ys[i], us[i]) for i in range(width)]))
                memo[key] = found
            return found

        return go(condition, then, other, undecided)

    def folded(
        self,
        items: Sequence[int],
        start: Hashable,
        add: Callable[[Any, Any], Hashable],
        done: Callable[[Any], Hashable],
    ) -> int:
        """`done` of the state that comes of adding the values of some functions, one after the other, to `start`."""
        items = [self.own(item) for item in items]
        shared = self._asked_by_two(items)
        if shared is not None:
            width = next(len(self.children[item]) for item in items if self.level[item] == shared)
            split = [self.children[item] if self.level[item] == shared else (item,) * width for item in items]
            return self.node(
                shared, tuple([self.own(self.folded([s[i] for s in split], start, add, done)) for i in range(width)])
            )
        if not self._in_turn(items):
            at = self.leaf(start)
            for item in items:
                at = self.own(self.mapped(add, at, item))
            return self.mapped(done, at)
        states: list[Any] = [start]  # a state is its number here: what it holds may be dear to compare
        numbers: dict[Hashable, int] = {start: 0}
        after: dict[tuple[int, int], int] = {}
        memo: dict[tuple[int, int, int], int] = {}
        level, children = self.level, self.children

        def added(state: int, leaf: int) -> int:
            found = after.get((state, leaf))
            if found is None:
                value = add(states[state], self.value[leaf])
                found = numbers.setdefault(value, len(states))
                if found == len(states):
                    states.append(value)
                after[state, leaf] = found
            return found

        def go(node: int, place: int, state: int) -> int:
            if level[node] == LEAF:
                place, state = place + 1, added(state, node)
                if place == len(items):
                    return self.leaf(done(states[state]))
                node = items[place]
                if level[node] == LEAF:
                    return go(node, place, state)
            found = memo.get((node, place, state))
            if found is None:
                self.step(1 + len(children[node]) // 8)
                inner = tuple([go(child, place, state) for child in children[node]])
                found = memo[node, place, state] = self.node(level[node], inner)
            return found

        return go(items[0], 0, 0) if items else self.leaf(done(start))

    def _asked_by_two(self, items: Sequence[int]) -> int | None:
        """The first variable of all, where several items begin with it."""
        first = min([self.level[item] for item in items], default=LEAF)
        return first if first != LEAF and sum(1 for item in items if self.level[item] == first) > 1 else None

    def _in_turn(self, items: Sequence[int]) -> bool:
        """Whether every item reads only variables after all those of the item before."""
        last = -1
        for item in items:
            if self.level[item] != LEAF:
                if self.level[item] <= last:
                    return False
                last = self.deepest(item)
        return True

    # --- asking ------------------------------------------------------------------------------------------------------

    def deepest(self, root: int) -> int:
        """The last variable that a function reads, -1 for none."""
        if self.level[root] == LEAF:
            return -1
        found = self._deep.get(root)
        if found is None:
            found = self._deep[root] = max(self.level[root], *(self.deepest(c) for c in self.children[root]))
        return found

    def nodes(self, *roots: int) -> Iterator[int]:
        """Every node of some functions, each once, those of earlier variables first."""
        seen: set[int] = set(roots)
        stack = list(roots)
        while stack:
            for child in self.children[stack.pop()]:
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
        return iter(sorted(seen, key=self.level.__getitem__))

    def outcomes(self, root: int) -> tuple[Any, ...]:
        """Every value that a function takes."""
        if root < 0:
            return tuple({self.value[leaf]: None for leaf in self._views[~root].leaves.values()})
        return tuple(self.value[end] for end in self.ends(root))


def _kind(value: object) -> object:
    """What keeps a level, a truth and a number apart that are equal."""
    return tuple([_kind(each) for each in value]) if isinstance(value, tuple) else type(value)
