"""Vectors of integers, or of decimals that are held as integers, become codes. Knows what a number may be and how it is
held, no data type of Arrow."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np

from ..ir import Number
from ..lowered.domains import Coded, Whole
from . import compiled
from .arrays import UNSIGNED, Mask, Vector
from .held import MOST_CUTS, SIGNED, Codes, dtype_of, fits, grid_of, reached
from .loops import cuts_of_wholes


class _Loop(NamedTuple):
    """A compiled loop, and what it is given beside the values."""

    types: str
    given: tuple[Any, ...]  # the first two: the least value in range, and how far the greatest is above it


class Scaled:
    """Integers of one type, each `10**-scale` of the number that is meant."""

    def __init__(self, declared: Number, domain: Coded | Whole, dtype: np.dtype[Any], scale: int) -> None:
        unit = Fraction(10) ** scale
        about = np.iinfo(dtype)
        self._least, self._most = int(about.min), int(about.max)
        self._dtype = dtype_of(domain)
        places = declared.decimals
        self._step = 1 if places is None or scale <= places else 10 ** (scale - places)
        low = self._least if declared.low is None else max(ceil(declared.low * unit), self._least)
        high = self._most if declared.high is None else min(floor(declared.high * unit), self._most)
        self._none = low > high
        self._low = low if low > self._least else None
        self._high = high if high < self._most else None
        self._unsigned = dtype.newbyteorder("=").str.replace("i", "u") if low == 0 and dtype.kind == "i" else None
        # What is known to be in range may fit fewer bits, which are faster to compare.
        small = next((small for small in SIGNED if fits(small, low) and fits(small, high)), dtype)
        self._small = small if small.itemsize < dtype.itemsize else None
        self._grid = grid_of(declared, domain)
        self._times = 1 if self._grid is None else 10 ** max(self._grid.places - scale, 0)
        # Where each has its own code, how far it is above the least tells whether it is in range, too.
        self._shift = low if self._grid is not None and self._step == self._times == 1 else None
        self._span = high - low
        self._always = 0
        self._cuts: list[int] = []
        if isinstance(domain, Coded):
            for threshold in domain.thresholds or ():
                figure = threshold.figure * unit
                cut = floor(figure) + 1 if threshold.more else ceil(figure)
                if cut <= low:
                    self._always += 1
                elif cut <= high:
                    self._cuts.append(cut)
        by_cuts = self._grid is None and self._step == 1 and not self._none
        self._looped = self._loop(low, UNSIGNED[dtype.itemsize]) if by_cuts else None

    def _loop(self, low: int, unsigned: np.dtype[Any]) -> _Loop | None:
        """The same in one pass."""
        kind, most = unsigned.str[1:], int(np.iinfo(unsigned).max)
        within = unsigned.type(low % (most + 1)), unsigned.type(self._span)
        if self._dtype != np.uint8 or len(self._cuts) > MOST_CUTS or (len(self._cuts) < 2 and self._span == most):
            return None
        cuts = [cut - low for cut in self._cuts] + [self._span + 1] * (2 - len(self._cuts))  # which no value reaches
        given = (*within, np.array(cuts, unsigned), np.uint8(self._always))
        return _Loop(f"{kind}[] {kind} {kind} {kind}[] u1 ?[] u1[]", given)

    def codes(self, values: Vector) -> Codes:
        if self._none or not len(values):
            return Codes(np.zeros(len(values), self._dtype), np.ones(len(values), bool))
        if self._looped is not None:
            loop = compiled.loop(values, cuts_of_wholes, self._looped.types)
            if loop is not None:
                return self._at_once(values.view(UNSIGNED[values.itemsize]), loop, self._looped.given)
        if self._shift is not None and self._grid is not None:
            unsigned = UNSIGNED[values.itemsize]
            places = values.view(unsigned)
            if self._shift:
                places = places - unsigned.type(self._shift % (1 << 8 * values.itemsize))
            if np.maximum.reduce(places) <= self._span:
                return Codes(_wrapped(places, 1, self._grid.first - self._shift, self._dtype), None)
        bad = None if self._inside(values) else self._outside(values)
        if self._small is not None:
            values = values.astype(self._small)  # of what is outside anything may come
        steps = values
        if self._step > 1:
            steps, odd = self._divided(values)
            if odd.any():
                bad = odd if bad is None else bad | odd
        if self._grid is None:
            return Codes(reached(values, self._cuts, self._always, self._dtype), bad)
        return Codes(_wrapped(steps, self._times, self._grid.first, self._dtype), bad)

    def _at_once(self, values: Vector, loop: compiled.Loop, given: tuple[Any, ...]) -> Codes:
        """Of the bits of values, as unsigned."""
        codes, bad = np.empty(len(values), np.uint8), np.empty(len(values), np.bool_)
        return Codes(codes, bad if loop(values, *given, bad, codes) else None)

    def _inside(self, values: Vector) -> bool:
        if self._unsigned is not None:  # where negative numbers are large ones
            most = self._most if self._high is None else self._high
            return bool(np.maximum.reduce(values.view(self._unsigned)) <= most)
        return (self._low is None or bool(np.minimum.reduce(values) >= self._low)) and (
            self._high is None or bool(np.maximum.reduce(values) <= self._high)
        )

    def _outside(self, values: Vector) -> Mask | None:
        bad = None if self._low is None else values < self._low
        if self._high is not None:
            above = values > self._high
            bad = above if bad is None else bad | above
        return bad

    def _divided(self, values: Vector) -> tuple[Vector, Mask]:
        """As multiples of a step, and those that are none."""
        if self._step > np.iinfo(values.dtype).max:
            return np.zeros_like(values), values != 0
        steps = values // self._step
        return steps, steps * self._step != values


def _wrapped(steps: Vector, times: int, first: int, dtype: np.dtype[Any]) -> Vector:
    """`steps * times - first`, which fits `dtype`: so what is on the way to it may run over."""
    bits = 8 * dtype.itemsize
    unsigned = UNSIGNED[dtype.itemsize]
    codes = steps.view(unsigned) if steps.itemsize == dtype.itemsize else steps.astype(unsigned)
    if times != 1:
        codes = codes * unsigned.type(times % (1 << bits))
    if first:
        codes = codes - unsigned.type(first % (1 << bits))
    return codes.view(dtype)
