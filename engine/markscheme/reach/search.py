"""Which inputs have to change, and how far: walks through the diagrams of a result around one record.

A node of a diagram is the family of the sets of changes by which it is left for a leaf that is wanted; a step that is
read is gone through in the same way for each value that it should have. Knows no words and rates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from ..ir import Value
from ..regions.around import Around
from ..regions.diagrams import LEAF, TooLarge
from ..regions.domains import Cell
from ..regions.functions import Function
from ..trace import Key
from .families import FREE, NONE, Families

Price = Callable[[Key, int], int]  # what it takes that an input is at a place: a family
Wanted = Callable[[Value], bool]

_RUNGS = 30_000  # steps for all least values of one set
_LADDER = 150  # places of all inputs of a set, for which all least values are looked for


@dataclass(slots=True)
class Search:
    """One result of one record. Raises TooLarge."""

    around: Around
    key: Key
    wanted: Wanted
    families: Families
    cells: dict[Key, tuple[Cell, ...]] = field(init=False)
    elements: tuple[Key, ...] = field(init=False)
    _place: dict[Key, int] = field(init=False)

    def __post_init__(self) -> None:
        """`cells` are what each input may be, the record's own first; where functions that read it tell different
        values apart, all these. `elements` are the inputs that may change, those that are read together close by."""
        found: dict[Key, dict[Cell, None]] = {}
        seen: set[Key] = set()

        def gather(key: Key) -> None:
            for variable in self.around.reach(key).function.variables:
                if variable.cells is not None:
                    found.setdefault(variable.key, {}).update(dict.fromkeys(variable.cells))
                elif variable.key not in seen:
                    seen.add(variable.key)
                    gather(variable.key)

        gather(self.key)
        self.cells = {key: tuple(cells) for key, cells in found.items() if key in self.around.free.keys}
        self.elements = tuple(self.cells)
        self._place = {key: place for place, key in enumerate(self.elements)}

    @property
    def wide(self) -> bool:
        """Whether some of the sets that are found may not do."""
        return self.around.reach(self.key).function.wide

    def sets(self) -> int:
        """The least sets of inputs that have to change, as a family of the places of `elements`. Raises TooLarge."""
        return self._walked(lambda key, at: self.families.one(self._place[key]))

    def keys(self, found: frozenset[int]) -> tuple[Key, ...]:
        return tuple(self.elements[place] for place in sorted(found))

    # --- how far -----------------------------------------------------------------------------------------------------

    def least(self, keys: tuple[Key, ...], nearer: Mapping[Key, tuple[int, ...]]) -> Least:
        """How far the inputs of a least set have to change: for each of the ways, the place of each among its cells;
        nothing less does in all. `nearer` has for each place that of the next smaller change, 0 for none."""
        places = {key: len(self.cells[key]) - 1 for key in keys}
        if sum(places.values()) <= _LADDER:
            try:
                return self._every(keys, nearer)
            except TooLarge:
                pass
        alone = len(keys) == 1 and nearer[keys[0]] == tuple(max(at - 1, 0) for at in range(places[keys[0]] + 1))
        return Least((self._one(keys, places),), alone)

    def _every(self, keys: tuple[Key, ...], nearer: Mapping[Key, tuple[int, ...]]) -> Least:
        """Each place of an input is a rung that stands on those nearer by, so that the least ways are least sets."""
        store = Families(_RUNGS)
        rungs = [(key, at) for key in keys for at in range(1, len(nearer[key]))]
        ladders: dict[tuple[Key, int], int] = {}
        for rung, (key, at) in enumerate(rungs):
            ladders[key, at] = store.both(ladders.get((key, nearer[key][at]), FREE), store.one(rung))
        found = self._walked(lambda key, at: ladders.get((key, at), NONE), store)
        ways = []
        for stood_on in store.smallest_first(found, _MOST_WAYS + 1):
            far = dict.fromkeys(keys, 0)
            for rung in sorted(stood_on):
                key, at = rungs[rung]
                far[key] = at  # the last of its ladder
            ways.append(tuple(far[key] for key in keys))
        ways.sort()
        return Least(tuple(ways[:_MOST_WAYS]), len(ways) <= _MOST_WAYS)

    def _one(self, keys: tuple[Key, ...], places: dict[Key, int]) -> tuple[int, ...]:
        """One way with nothing to spare: each input in turn goes no further than it must."""
        bounds = dict(places)
        store = Families(self.families.most)

        def does() -> bool:
            return self._walked(lambda key, at: FREE if at <= bounds.get(key, 0) else NONE, store) == FREE

        for key in keys:
            low, high = 0, bounds[key]  # `high` does, `low` does not
            while high - low > 1:
                bounds[key] = (low + high) // 2
                low, high = (low, bounds[key]) if does() else (bounds[key], high)
            bounds[key] = high
        return tuple(bounds[key] for key in keys)

    # --- walking -----------------------------------------------------------------------------------------------------

    def _walked(self, price: Price, store: Families | None = None) -> int:
        try:
            walk = _Walk(self.around, store or self.families, price)
            return walk.of(self.key, self.wanted)
        except RecursionError:
            raise TooLarge("too many values read together") from None


@dataclass(frozen=True, slots=True)
class Least:
    """Places of inputs, in order of the inputs, way by way; `all_of_them` says whether there is no other way."""

    ways: tuple[tuple[int, ...], ...]
    all_of_them: bool


_MOST_WAYS = 6


@dataclass(slots=True)
class _Walk:
    around: Around
    store: Families
    price: Price
    _steps: dict[tuple[Key, Hashable], int] = field(default_factory=dict)

    def of(self, key: Key, wanted: Wanted) -> int:
        """What it takes that a step has a wanted value."""
        function = self.around.reach(key).function
        diagrams = function.shape.diagrams
        diagrams.allow(self.around.most)
        root = diagrams.own(diagrams.mapped(wanted, function.shape.root))
        return self._node(function, root, {})

    def _node(self, function: Function, node: int, memo: dict[int, int]) -> int:
        diagrams = function.shape.diagrams
        level = diagrams.level[node]
        if level == LEAF:
            return FREE if diagrams.value[node] else NONE
        found = memo.get(node)
        if found is None:
            found = NONE
            variable = function.variables[level]
            leading: dict[int, list[int]] = {}
            for place, child in enumerate(diagrams.children[node]):
                leading.setdefault(child, []).append(place)
            for child, places in leading.items():
                to = self._to(function, level, variable.key, places)
                if to != NONE:
                    found = self.store.either(found, self.store.both(to, self._node(function, child, memo)))
            memo[node] = found
        return found

    def _to(self, function: Function, level: int, key: Key, places: list[int]) -> int:
        """What it takes that a variable has one of some values."""
        variable = function.variables[level]
        if variable.cells is not None:
            if places[0] == 0:
                return FREE
            found = NONE
            for place in places:
                found = self.store.either(found, self.price(key, place))
            return found
        wanted = frozenset((type(variable.values[place]), variable.values[place]) for place in places)
        kept = self._steps.get((key, wanted))
        if kept is None:
            kept = self._steps[key, wanted] = self.of(key, lambda value: (type(value), value) in wanted)
        return kept
