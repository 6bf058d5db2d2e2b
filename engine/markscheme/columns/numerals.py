"""Integers become codes where levels are called `1` to `4`. Knows one input and how its values are held, no Arrow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .arrays import UNSIGNED, Mask, Rows, Vector
from .held import fits
from .lookups import Singles, States, Table

LARGE = 4096  # integers that are looked at: of others each that is met
MOST = 2**62
_AT_ONCE = 256


class _Names(NamedTuple):
    """What is known of the integers from `least` to `most`: `table` has those from `start` to `end`, and no other is a
    value."""

    least: int
    most: int
    start: int
    end: int
    table: Table

    def places(self, values: Vector) -> Vector:
        """Where each is in the table: what is below the start is very large."""
        if not (fits(values.dtype, self.start) and fits(values.dtype, self.end)):
            values = (np.minimum(values, MOST) if values.dtype == np.uint64 else values).astype(np.int64)
        unsigned = UNSIGNED[values.itemsize]
        places = values.view(unsigned)
        return places - unsigned.type(self.start % (1 << 8 * values.itemsize)) if self.start else places


class Numerals:
    """The integers that an input takes for values."""

    def __init__(self, singles: Singles) -> None:
        self._singles = singles
        self._names: _Names | None = None

    def at(self, values: Vector, absent: Rows | None) -> tuple[Vector, States | None, Mask | None] | None:
        """Codes, states and what is no value; None where there are too many integers to look at each. Of the `absent`
        what comes out means nothing."""
        names = self._names
        if names is not None and names.most < MOST:
            places = names.places(values)
            if absent is not None:
                places = places.copy() if np.may_share_memory(places, values) else places
                places[absent] = 0
            if np.maximum.reduce(places) < names.table.size:
                return names.table.at(places, inside=True)
            about = np.iinfo(values.dtype)
            if names.least <= about.min and about.max <= names.most:
                return names.table.at(places)
        if absent is not None:
            values = values.copy()
            values[absent] = 0
        least, most = int(np.minimum.reduce(values)), int(np.maximum.reduce(values))
        if names is not None and names.table.size:
            least, most = min(least, names.least), max(most, names.most)
        if most - least >= LARGE or most >= MOST:
            return None
        if names is None or least < names.least or most > names.most:
            names = self._names = self._looked_at(least, most)
        return names.table.at(names.places(values))

    def _looked_at(self, least: int, most: int) -> _Names:
        least, most = least // _AT_ONCE * _AT_ONCE, (most // _AT_ONCE + 1) * _AT_ONCE
        good = [number for number in range(least, most + 1) if self._singles.one(number) is not None]
        start, end = (good[0], good[-1] + 1) if good else (0, 0)
        return _Names(least, most, start, end, Table(self._singles, self._singles.all(range(start, end))))
