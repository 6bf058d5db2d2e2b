"""Tables of a plan as Python's lists and mappings: filled beforehand where they are small, else as they are asked for.
Knows no text and no program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from ..lowered.planning import MOST_FILLED
from ..lowered.programs import Table, filled

MOST_FILLED_IN_ALL = 20_000  # entries of all tables
_MOST_NESTED = 4_096  # ways to write what one table reads

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


def nested(entries: Entries, known: Sequence[Known | object]) -> Mapping[object, object] | None:
    """`found[raw][raw]` and so on is an entry of a table, by the raw values of all that it reads, in fewer steps than
    by their places. For what has no value in the records `known` is its place. None where there is nothing to look up,
    or too much of it."""
    raws = [each for each in known if isinstance(each, dict)]
    fixed = isinstance(entries, list) and all(type(each) is dict for each in raws)
    if not raws or not fixed or prod(map(len, raws)) > _MOST_NESTED:
        return None
    assert isinstance(entries, list)
    return _inside(entries, raws, sum(each for each in known if isinstance(each, int)))


def _inside(entries: Sequence[object], known: Sequence[Known], index: int) -> Mapping[object, object]:
    first, *rest = known
    made: dict[object, object] = {}
    for place in dict.fromkeys(first.values()):
        assert isinstance(place, int)
        made[place] = _inside(entries, rest, index + place) if rest else entries[index + place]
    return {raw: made[place] for raw, place in first.items()}
