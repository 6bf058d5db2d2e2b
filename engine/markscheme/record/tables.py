"""Tables of a plan as Python's lists and mappings: filled beforehand where they are small, else as they are asked for.
Knows no text and no program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..lowered.planning import MOST_FILLED
from ..lowered.programs import Table, filled

MOST_FILLED_IN_ALL = 20_000  # entries of all tables
_MOST_NESTED = 4_096  # entries of all mappings inside each other
_MOST_SPELLED = 16_384  # more of them, for other ways to write the same

Known = dict[object, object]  # the place in a table for each raw value
Entries = Sequence[object] | Mapping[int, object]


class Filling(dict[int, object]):
    """A table's entries as they are asked for, each as `told` has it."""

    __slots__ = ("_table", "_told")

    def __init__(self, table: Table, told: Callable[[int], object]) -> None:
        super().__init__()
        self._table = table
        self._told = told

    def __missing__(self, index: int) -> object:
        found = self[index] = self._told(filled(self._table, index))
        return found


class Tables:
    """The tables of one plan. So many entries in all are worked out beforehand."""

    def __init__(self) -> None:
        self._codes: dict[int, list[int] | None] = {}  # None: not beforehand
        self._fillable = MOST_FILLED_IN_ALL

    def entries(self, table: Table, told: Callable[[int], object]) -> Entries:
        """What is told of each code of a table."""
        if id(table) not in self._codes:
            size = len(table.codes)
            whole = size <= min(MOST_FILLED, self._fillable)
            self._fillable -= size if whole else 0
            self._codes[id(table)] = [filled(table, index) for index in range(size)] if whole else None
        codes = self._codes[id(table)]
        return Filling(table, told) if codes is None else [told(code) for code in codes]


class Nested:
    """Mappings inside each other: `ways[raw][raw]` and so on is an entry of a table, by the raw values of all that it
    reads, in fewer steps than by their places."""

    def __init__(self, entries: Sequence[object], known: Sequence[Known], index: int) -> None:
        self._known = known
        self._levels: list[list[Known]] = [[] for _ in known]  # the mappings, by how deep they are
        self._room = _MOST_SPELLED
        copies = [each.copy() for each in known]  # another thread may add to these meanwhile
        self.ways = self._inside(entries, copies, index)

    def _inside(self, entries: Sequence[object], known: Sequence[Known], index: int) -> Known:
        first, *rest = known
        made: dict[object, object] = {}
        for place in dict.fromkeys(first.values()):
            assert isinstance(place, int)
            made[place] = self._inside(entries, rest, index + place) if rest else entries[index + place]
        found = {raw: made[place] for raw, place in first.items()}
        self._levels[-len(known)].append(found)
        return found

    def spelled(self, known: Known, raw: object, like: object) -> None:
        """Another way to write what is known as `like`, while there is room for it."""
        levels = [level for its, level in zip(self._known, self._levels, strict=True) if its is known]
        self._room -= sum(map(len, levels))
        for level in levels if self._room >= 0 else ():
            for each in level:
                each[raw] = each[like]


def nested(entries: Entries, known: Sequence[Known | object]) -> Nested | None:
    """By the raw values of all that a table reads; for what has no value in the records `known` is its place. None
    where there is nothing to look up, or too much of it."""
    raws = [each for each in known if isinstance(each, dict)]
    if not raws or not isinstance(entries, list) or any(type(each) is not dict for each in raws):
        return None
    mappings, ways = 1, 0
    for each in raws:
        ways += mappings * len(each)
        mappings *= len(set(each.values()))
    if ways > _MOST_NESTED:
        return None
    return Nested(entries, raws, sum(each for each in known if isinstance(each, int)))
