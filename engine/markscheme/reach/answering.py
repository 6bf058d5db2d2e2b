"""The least changes of one record that give a result a wanted value: found in diagrams around the record, and then
complete; or by trying, and then said to be no more than found. The interpreter rates each before it is told. Knows no
words and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations as picks
from itertools import islice, product
from math import comb, prod

from ..interpret import interpret
from ..ir import Absent, Number, Present, Program, Type, Value
from ..regions.around import Around, Free, seen
from ..regions.diagrams import TooLarge
from ..regions.domains import Cell, cells
from ..space import Space, direction
from ..trace import Given, Key
from .families import Families
from .search import Search
from .trying import Tried, Trying
from .ways import Change, Pool, Sought, Way, Ways, holds, way_of

STATES = 400_000  # walked for one function
STATES_IN_ALL = 1_000_000  # for all functions around one record; as many again for families of sets
LISTED = 12  # kinds of sets that are worked out in full
_COMPARED = 40  # sets of one kind that are all worked out, to see that they take the same

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Asking:
    program: Program
    given: Mapping[Key, Given]
    key: Key
    sought: Sought
    level: Present
    absences: bool | None
    progress: Told
    states: int

    @cached_property
    def order(self) -> dict[Key, int]:
        """As the record has its inputs."""
        return {key: place for place, key in enumerate(self.given)}

    @cached_property
    def type(self) -> Type:
        return next(step.type for step in self.program.steps if step.name == self.key[0])

    def wanted(self, value: Value) -> bool:
        return holds(self.type, self.sought, self.level, value)

    def does(self, changes: Mapping[Key, Given]) -> bool:
        """As the interpreter rates the changed record."""
        return self.wanted(interpret(self.program, {**self.given, **changes}).outcomes[self.key].value)

    # --- which inputs ------------------------------------------------------------------------------------------------

    def answered(self) -> Ways:
        value = interpret(self.program, self.given).outcomes[self.key].value
        found = Ways(self.program, self.key, self.sought, self.level, value, self.wanted(value))
        if found.there:
            return found
        inputs = self.program.inputs
        marked = frozenset(key for key in self.given if inputs[key[0]].changeable)
        if not marked:
            return self.tried(found, frozenset(self.given))
        within = self.tried(replace(found, marked=True), marked)
        if within.ways:
            return within
        return replace(within, outside=self.tried(found, frozenset(self.given)))

    def tried(self, found: Ways, keys: frozenset[Key]) -> Ways:
        """First with what is there, then with what is absent too."""
        lacking = frozenset(key for key in keys if self.lacking(key))
        pools = [keys] if self.absences else [keys - lacking]
        if self.absences is None and lacking:
            pools.append(keys)
        limits = []
        for free in pools:
            found = replace(self.around(found, free), absences=bool(free & lacking))
            limits.append(found.limit)
            if found.ways:
                break
        # What was not proved of the values that are there is not made up for by those that are absent.
        open_ = next(filter(None, limits), "")
        return replace(found, count=None, limit=open_) if open_ else found

    # --- around the record -------------------------------------------------------------------------------------------

    def around(self, found: Ways, free: frozenset[Key]) -> Ways:
        around = Around(
            self.program, self.given, Free(free, self.offered), min(STATES, self.states), self.states, self.progress
        )
        try:
            search = Search(around, self.key, self.wanted, Families(self.states))
            family = search.sets()
            if search.wide and family:
                sets = map(search.keys, search.families.smallest_first(family, _TRIED))
                return self.by_trying(found, search.cells, sets, "the result reads too much together")
            count = sum(search.families.sizes(family))
            ways = sorted(self.listed(search, family), key=lambda w: (len(w.keys), [self.order[key] for key in w.keys]))
            return replace(found, ways=tuple(ways), count=count)
        except (TooLarge, RecursionError) as error:
            limit = str(error) if isinstance(error, TooLarge) else "too many values are read together"
            return self.by_trying(found, self.plainly(free), iter(()), limit)

    def offered(self, key: Key, cells: tuple[Cell, ...], place: int | None) -> list[Cell]:
        """The cells that an input may move to, the least change first."""
        there = [at for at, cell in enumerate(cells) if cell.rule is None]
        way = self.direction(key)
        if place is None or self.lacking(key):
            ahead = [at for at in there if at != place]
            return [cells[at] for at in (reversed(ahead) if way < 0 else ahead)]
        if way == 0:
            above, below = [at for at in there if at > place], [at for at in there if at < place]
            return [cells[at] for at in (*above, *reversed(below))]
        ahead = [at for at in there if (at - place) * way > 0]
        return [cells[at] for at in (ahead if way > 0 else reversed(ahead))]

    def lacking(self, key: Key) -> bool:
        """Whether the record says that there is no value, also where a declared one stands in for it."""
        return self.given[key].stated is not None or isinstance(self.given[key].value, Absent)

    def direction(self, key: Key) -> int:
        """Where an input's values move: 1 up the order of its values, -1 down, 0 anywhere."""
        if way_of(self.type) == 0:
            return 0
        return direction(self.program.inputs[key[0]].type) * (1 if self.sought == "reach" else -1)

    def nearer(self, key: Key, cells: tuple[Cell, ...]) -> tuple[int, ...]:
        """For each place of an input's cells, the record's own first, that of the next smaller change; 0 for none.
        Where neither way is better, changes up and down are not compared, nor those of what has no order; of numbers
        for what is absent the lowest counts as least."""
        number = isinstance(self.program.inputs[key[0]].type, Number)
        if self.direction(key) or (number and self.lacking(key)):
            return tuple(max(at - 1, 0) for at in range(len(cells)))
        own = cells[0].value
        if self.lacking(key) or isinstance(own, Absent | str):
            return (0,) * len(cells)
        sides = [isinstance(cell.value, int | Fraction) and cell.value > own for cell in cells]
        return tuple(at - 1 if at > 1 and sides[at] == sides[at - 1] else 0 for at in range(len(cells)))

    def moved(self, key: Key, cell: Cell) -> Given:
        """The least change that brings an input into a cell."""
        own = self.given[key].value
        way = self.direction(key)
        if way == 0 and isinstance(own, Fraction) and isinstance(cell.value, Fraction):
            way = 1 if cell.value > own else -1
        return Given(cell.given(key, 1 if way < 0 else -1).value)

    # --- proved ------------------------------------------------------------------------------------------------------

    def listed(self, search: Search, family: int) -> Iterator[Way]:
        """The smallest sets, those that are the same but for inputs that may stand for each other as one."""
        search.families.allow(self.states)
        try:
            classes = self.classes(search, family)
            kinds = search.families.kinds(family, classes, LISTED)
        except TooLarge:  # to tell kinds apart may take more than to find the sets
            classes = tuple((place,) for place in range(len(search.elements)))
            kinds = search.families.smallest_first(family, LISTED)
        of = {place: each for each in classes for place in each}
        for kind in kinds:
            many = {each: len(kind & frozenset(each)) for each in dict.fromkeys(of[place] for place in kind)}
            count = prod(comb(len(each), number) for each, number in many.items())
            if 1 < count <= _COMPARED:
                sets = [frozenset().union(*some) for some in product(*(picks(e, n) for e, n in many.items()))]
                ways = [self.way(search, each) for each in sets]
                if len({_pattern(way, of, search) for way in ways}) > 1:
                    yield from map(self.rated, ways)
                    continue
            way = self.rated(self.way(search, kind))
            if count > 1:
                order = tuple(many.items())
                pools = tuple(Pool(tuple(search.elements[place] for place in each), n) for each, n in order)
                way = replace(way, pools=pools, count=count, alike=count <= _COMPARED)
            yield way

    def classes(self, search: Search, family: int) -> tuple[tuple[int, ...], ...]:
        """The places of inputs that may stand for each other in the sets: with the same values before and ahead."""
        found: dict[object, list[list[int]]] = {}
        for place, key in enumerate(search.elements):
            sort = (key[0], seen(self.given[key].value), search.cells[key])
            groups = found.setdefault(sort, [])
            group = next((each for each in groups if search.families.alike(family, each[0], place)), None)
            if group is None:
                groups.append([place])
            else:
                group.append(place)
        return tuple(tuple(group) for groups in found.values() for group in groups)

    def way(self, search: Search, places: frozenset[int]) -> Way:
        keys = search.keys(places)
        least = search.least(keys, {key: self.nearer(key, search.cells[key]) for key in keys})
        ways = tuple(
            tuple(
                Change(key, self.given[key], self.moved(key, search.cells[key][at]))
                for key, at in sorted(zip(keys, places_of, strict=True), key=lambda each: self.order[each[0]])
            )
            for places_of in least.ways
        )
        return Way(ways, least.all_of_them, tuple(Pool((change.key,), 1) for change in ways[0]), 1, True)

    def rated(self, way: Way) -> Way:
        """The same, borne out by the interpreter."""
        for changes in way.least:
            if not self.does({change.key: change.after for change in changes}):
                raise AssertionError(f"the interpreter does not bear out a way to {self.key}")
        return way

    # --- by trying ---------------------------------------------------------------------------------------------------

    def by_trying(
        self, found: Ways, cells: Mapping[Key, tuple[Cell, ...]], sets: Iterator[tuple[Key, ...]], limit: str
    ) -> Ways:
        """Sets that do; whether there are others is not known."""
        ahead = {key: tuple(self.moved(key, cell) for cell in of[1:]) for key, of in cells.items() if len(of) > 1}
        ordered = frozenset(key for key in ahead if self.direction(key))
        most = max(_FEWEST, min(_MOST, _WORK // max(self.program.cost, 1)))
        trying = Trying(ahead, ordered, self.does, most, self.progress)
        some: list[Tried] = []
        for keys in islice(sets, _TRIED):
            does = trying.these(keys)
            some += [does] if does is not None else []
        some = some or list(trying.found())
        ways = tuple(
            Way(
                (tuple(Change(key, self.given[key], after) for key, after in each.items()),),
                False, tuple(Pool((key,), 1) for key in each), 1, True,
            )
            for each in sorted(some, key=len)[:LISTED]
        )  # fmt: skip
        return replace(found, ways=ways, count=None, limit=limit)

    def plainly(self, free: frozenset[Key]) -> dict[Key, tuple[Cell, ...]]:
        """What each input may be where no function could be had: of numbers only the ends, and what a rule names."""
        around = Around(self.program, self.given, Free(free, self.offered), 0, 0)
        inputs, cuts = self.program.inputs, Space(self.program).cuts
        return {key: around.left(key, cells(inputs[key[0]], cuts)) for key in self.given if key in free}


_TRIED = 200
_FEWEST, _MOST, _WORK = 100, 3_000, 20_000_000  # records rated; what rating one costs, times as many


def _pattern(way: Way, of: Mapping[int, tuple[int, ...]], search: Search) -> object:
    """What a way takes, whichever inputs of a class it takes it of."""
    place = {key: number for number, key in enumerate(search.elements)}
    return way.every_one, frozenset(
        tuple(sorted((of[place[change.key]], str(change.after.value)) for change in each)) for each in way.least
    )
