"""Changes that do, found by trying: from all that may change to no more than is needed. Knows no program: it is told
whether changes do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product

from ..trace import Given, Key

Tried = dict[Key, Given]

_ALL_OF_THEM = 64  # choices of values without an order
_STARTS = 2


class _Spent(Exception):
    """As many records as one is willing to rate."""


@dataclass(slots=True)
class Trying:
    """`ahead` is what each input may become, the least change first where it is `ordered`. At most `most` tries."""

    ahead: Mapping[Key, tuple[Given, ...]]
    ordered: frozenset[Key]
    does: Callable[[Tried], bool]
    most: int
    told: Callable[[int, int], None]
    _done: int = field(default=0, init=False)

    def these(self, keys: tuple[Key, ...]) -> Tried | None:
        """Changes of all these inputs, each no larger than it must be."""
        try:
            found = self._any(keys)
            return None if found is None else self._lowered(found)
        except _Spent:
            return None

    def found(self) -> Iterator[Tried]:
        """Changes that do, each of which is needed unless the tries have run out."""
        told: list[frozenset[Key]] = []
        for start in range(_STARTS):
            keys = tuple(self.ahead)
            best: list[Tried] = []
            try:
                whole = self._any(keys[::-1] if start else keys)
                if whole is None:
                    return
                best.append(whole)
                best.append(self._thinned(best))
                best.append(self._lowered(best[-1]))
            except _Spent:
                pass
            if best and frozenset(best[-1]) not in told:
                told.append(frozenset(best[-1]))
                yield best[-1]

    def _try(self, changes: Tried) -> bool:
        self._done += 1
        if self._done > self.most:
            raise _Spent
        self.told(self._done, self.most)
        return self.does(changes)

    def _any(self, keys: tuple[Key, ...]) -> Tried | None:
        """All of them changed, as far as can be."""
        furthest = {key: self.ahead[key][-1:] if key in self.ordered else self.ahead[key] for key in keys}
        for values in islice(product(*furthest.values()), _ALL_OF_THEM):
            changes = dict(zip(furthest, values, strict=True))
            if self._try(changes):
                return changes
        return None

    def _thinned(self, best: list[Tried]) -> Tried:
        """Without as many inputs as can be spared: whole stretches at first, then one by one."""
        now, width = best[-1], len(best[-1]) // 2
        while width:
            keys = list(now)
            for start in range(0, len(keys), width):
                fewer = {key: each for key, each in now.items() if key not in keys[start : start + width]}
                if len(fewer) < len(now) and self._try(fewer):
                    now = fewer
                    best.append(now)
            width = width // 2 if width > 1 else 0
        return now

    def _lowered(self, now: Tried) -> Tried:
        """Each change no larger than it must be, one after the other."""
        for key in [key for key in now if key in self.ordered]:
            ahead = self.ahead[key]
            low, high = -1, ahead.index(now[key])
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self._try({**now, key: ahead[middle]}) else (middle, high)
            now = {**now, key: ahead[high]}
        return now
