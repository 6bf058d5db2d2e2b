"""Families of sets of which none holds another, as shared graphs: a family of millions may be a few hundred nodes.

The elements are whole numbers in rising order. Knows nothing of what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ..regions.diagrams import TooLarge

NONE = 0  # no set at all: there is no way
FREE = 1  # the empty set alone: nothing is needed
_LAST = 1 << 60


class Families:
    """A store of families, each a number. Every family is kept to its smallest sets: a set that holds another one of
    the family is not in it. Raises TooLarge after `most` steps."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.steps = 0
        self._top = [_LAST, _LAST]
        self._without = [NONE, NONE]
        self._with = [NONE, NONE]
        self._nodes: dict[tuple[int, int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._rest: dict[tuple[int, int], int] = {}
        self._sizes: dict[int, tuple[int, ...]] = {NONE: (), FREE: (1,)}

    def allow(self, more: int) -> None:
        """So many steps more."""
        self.most = self.steps + more

    def one(self, element: int) -> int:
        """The family of one set of one element."""
        return self._node(element, NONE, FREE)

    def _node(self, element: int, without: int, within: int) -> int:
        if within == NONE:
            return without
        key = (element, without, within)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = len(self._top)
            self._top.append(element)
            self._without.append(without)
            self._with.append(within)
        return found

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooLarge(f"more than {self.most:,} states")

    def either(self, one: int, other: int) -> int:
        """The smallest sets of the two together."""
        if one in (other, FREE) or other == NONE:
            return one
        if one == NONE or other == FREE:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._either.get(key)
        if found is None:
            self._step()
            top, (a, a_with), (b, b_with) = self._split(*key)
            without = self.either(a, b)
            found = self._node(top, without, self.beyond(self.either(a_with, b_with), without))
            self._either[key] = found
        return found

    def both(self, one: int, other: int) -> int:
        """The smallest unions of a set of the one and a set of the other."""
        if one == NONE or other == NONE:
            return NONE
        if one in (FREE, other):
            return other
        if other == FREE:
            return one
        key = (one, other) if one < other else (other, one)
        found = self._both.get(key)
        if found is None:
            self._step()
            top, (a, a_with), (b, b_with) = self._split(*key)
            without = self.both(a, b)
            # with the element come those that have it on either side or on both
            within = self.either(
                self.both(a_with, self.either(b, b_with)) if a_with else NONE, self.both(a, b_with) if b_with else NONE
            )
            found = self._node(top, without, self.beyond(within, without))
            self._both[key] = found
        return found

    def beyond(self, one: int, other: int) -> int:
        """The sets of the one that hold no set of the other."""
        if one == NONE or other == NONE:
            return one
        if other == FREE or one == other:
            return NONE
        if one == FREE:
            return one
        found = self._rest.get((one, other))
        if found is None:
            self._step()
            mine, theirs = self._top[one], self._top[other]
            if theirs < mine:
                found = self.beyond(one, self._without[other])
            else:
                outside = self._without[other] if theirs == mine else other
                within = self.beyond(self._with[one], outside)
                if theirs == mine:
                    within = self.beyond(within, self._with[other])
                found = self._node(mine, self.beyond(self._without[one], outside), within)
            self._rest[one, other] = found
        return found

    def _split(self, one: int, other: int) -> tuple[int, tuple[int, int], tuple[int, int]]:
        top = min(self._top[one], self._top[other])
        a, b = (
            (self._without[each], self._with[each]) if self._top[each] == top else (each, NONE) for each in (one, other)
        )
        return top, a, b

    # --- asking ------------------------------------------------------------------------------------------------------

    def sizes(self, family: int) -> tuple[int, ...]:
        """How many sets there are of no element, of one, of two, …"""
        found = self._sizes.get(family)
        if found is None:
            without, within = self.sizes(self._without[family]), (0, *self.sizes(self._with[family]))
            longest = max(len(without), len(within))
            padded = [(*each, *(0,) * (longest - len(each))) for each in (without, within)]
            found = self._sizes[family] = tuple(a + b for a, b in zip(*padded, strict=True))
        return found

    def smallest_first(self, family: int, most: int) -> tuple[frozenset[int], ...]:
        """At most so many of its sets, those of fewest elements first, then in order of their elements."""
        return tuple(islice(self._in_turn(family), most))

    def _in_turn(self, family: int) -> Iterator[frozenset[int]]:
        for size, many in enumerate(self.sizes(family)):
            if many:
                yield from map(frozenset, self._of_size(family, size))

    def _of_size(self, family: int, size: int) -> Iterator[tuple[int, ...]]:
        sizes = self.sizes(family)
        if not 0 <= size < len(sizes) or not sizes[size]:
            return
        if family == FREE:
            yield ()
            return
        for rest in self._of_size(self._with[family], size - 1):
            yield (self._top[family], *rest)
        yield from self._of_size(self._without[family], size)

    # --- elements that may stand for each other ----------------------------------------------------------------------

    def alike(self, family: int, one: int, other: int) -> bool:
        """Whether the family stays the same when two elements change places."""
        first = self._part(self._part(family, one, True, {}), other, False, {})
        second = self._part(self._part(family, other, True, {}), one, False, {})
        return first == second

    def _part(self, family: int, element: int, with_it: bool, memo: dict[int, int]) -> int:
        """The sets that hold an element, without it; or those that do not hold it."""
        top = self._top[family]
        if top > element:
            return NONE if with_it else family
        if top == element:
            return self._with[family] if with_it else self._without[family]
        found = memo.get(family)
        if found is None:
            self._step()
            without = self._part(self._without[family], element, with_it, memo)
            found = memo[family] = self._node(top, without, self._part(self._with[family], element, with_it, memo))
        return found

    def kinds(self, family: int, classes: Sequence[Sequence[int]], most: int) -> tuple[frozenset[int], ...]:
        """Of the sets that are the same but for elements that may stand for each other, one each: that with the first
        elements of each class. At most so many, those of fewest elements first."""
        of = {element: number for number, each in enumerate(classes) for element in each}
        return tuple(islice(self._kinds(family, of), most))

    def _kinds(self, family: int, of: Mapping[int, int]) -> Iterator[frozenset[int]]:
        order = sorted(of)
        vain: set[tuple[int, int, int, frozenset[int]]] = set()

        def go(node: int, place: int, size: int, closed: frozenset[int]) -> Iterator[tuple[int, ...]]:
            """The sets of a node that take none of the classes that are closed: an earlier element was left out."""
            sizes = self.sizes(node)
            if not 0 <= size < len(sizes) or not sizes[size]:
                return
            if node == FREE:
                yield ()
                return
            state = (node, place, size, closed)
            if state in vain:
                return
            self._step()
            empty = True
            element, top = order[place], self._top[node]
            number = of[element]
            if top == element and number not in closed:
                for rest in go(self._with[node], place + 1, size - 1, closed):
                    empty = False
                    yield (element, *rest)
            for rest in go(self._without[node] if top == element else node, place + 1, size, closed | {number}):
                empty = False
                yield rest
            if empty:
                vain.add(state)

        for size, many in enumerate(self.sizes(family)):
            if many:
                yield from map(frozenset, go(family, 0, size, frozenset()))
