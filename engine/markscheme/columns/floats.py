"""Vectors of floats become codes, exactly. Knows what a number may be and how it is held, no data type of Arrow.

A float stands for the shortest decimal that reads back as it. That decimal rises with the float, so what is asked of it
(is it at least this figure?) is asked of the float: there is a first one of which it holds. Whether the decimal has too
many places is asked of the nearest number of the grid: that number's float is the given one, or the answer is yes. This
holds for up to 15 digits, which a float keeps apart; what has more is left `far`, to be read one by one.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from math import ceil, floor, inf, isinf, nextafter

import numpy as np
import numpy.typing as npt

from ..intake.values import MOST_DIGITS
from ..ir import Number
from ..lowered.domains import Coded, Threshold, Whole
from .arrays import Mask
from .held import KEPT, Codes, dtype_of, grid_of, reached

MOST_PLACES = 22  # ten to more than this is no float
MOST_TRIED = 20_000
BLOCK = 32_768

Doubles = npt.NDArray[np.float64]

_TINY, _LARGEST = float(Fraction(1, 10**MOST_DIGITS)), Fraction(10 ** (MOST_DIGITS + 1))


def shortest(number: float) -> Fraction:
    return Fraction(repr(number))


def first_float(threshold: Threshold) -> float:
    """The first float whose decimal reaches the threshold; infinity where there is none."""
    try:
        near = float(threshold.figure)
    except OverflowError:
        near = inf if threshold.figure > 0 else -inf
    if isinf(near):
        return near if near > 0 else -1.7976931348623157e308
    return near if threshold.reached(shortest(near)) else nextafter(near, inf)


class _Scratch(threading.local):
    """What one thread works with: making arrays anew takes longer than filling them."""

    def __init__(self) -> None:
        self.floats = np.empty((3, BLOCK))
        self.told = np.empty(BLOCK, np.bool_)

    def of(self, size: int) -> tuple[Doubles, Doubles, Doubles, Mask]:
        if size > BLOCK:
            first, second, third = np.empty((3, size))
            return first, second, third, np.empty(size, np.bool_)
        first, second, third = self.floats[:, :size]
        return first, second, third, self.told[:size]


_scratch = _Scratch()


class OnGrid:
    """Whether floats stand for decimals with so many places, and at which step of the grid each would be.

    The nearest step divided by the number of steps in 1 is that step's float, by the rules of division; it is compared
    with the float given. Two multiplications are faster: where so many steps in 1 are little more than a power of two,
    as 2,050 are, the product keeps as many digits as the float has, and a float beside the right one has another
    product. That is tried with every number that there can be, and done where it holds of all.
    """

    def __init__(self, places: int, low: Fraction | None, high: Fraction | None) -> None:
        self._ten = float(10**places)
        self._by: tuple[float, float] | None = None
        if low is None or high is None or (high - low) * 10**places >= MOST_TRIED:
            return
        first, last = ceil(low * 10**places) - 1, floor(high * 10**places) + 1
        if max(abs(first), abs(last)) >= KEPT or not places:
            return
        grid = np.arange(first, last + 1) / self._ten
        beside = np.concatenate([np.nextafter(grid, -inf), np.nextafter(grid, inf)])
        for times in _multipliers(10**places):
            self._by = (float(times), float(times * 10**places))
            told = np.empty(len(grid), np.bool_), np.empty(len(beside), np.bool_)
            for these, said in zip((grid, beside), told, strict=True):
                self.off(these, np.empty_like(these), np.empty_like(these), np.empty_like(these), said)
            if told[1].all() and not told[0].any():
                return
        self._by = None

    def off(self, values: Doubles, steps: Doubles, one: Doubles, other: Doubles, told: Mask) -> bool:
        """Whether there is one that does not; `told` marks them, `steps` are the nearest. Not of those that are far."""
        if self._ten == 1:
            np.rint(values, out=steps)
            np.not_equal(steps, values, out=told)
            return bool(told.any())
        np.multiply(values, self._ten, out=steps)
        np.rint(steps, out=steps)
        if self._by is None:
            np.divide(steps, self._ten, out=one)
            np.not_equal(one, values, out=told)
        else:
            np.multiply(steps, self._by[0], out=one)
            np.multiply(values, self._by[1], out=other)
            np.not_equal(one, other, out=told)
        return bool(told.any())


class Binary:
    """Floats of 64 bits."""

    def __init__(self, declared: Number, domain: Coded | Whole) -> None:
        self._dtype = dtype_of(domain)
        self._grid = grid_of(declared, domain)
        self._on: OnGrid | None = None
        self._far = inf
        if declared.decimals is not None:
            # Ten to too many places is no float: then all are far.
            kept = declared.decimals <= MOST_PLACES
            self._far = float(Fraction(KEPT, 10**declared.decimals)) if kept else 0.0
            self._on = OnGrid(declared.decimals if kept else 0, declared.low, declared.high)
        low = -_LARGEST if declared.low is None else declared.low
        high = _LARGEST if declared.high is None else declared.high
        # Decimals that large or small are no values: the first that is too large is no value itself.
        self._low = max(first_float(Threshold(low)), first_float(Threshold(-_LARGEST, more=True)))
        beyond = min(first_float(Threshold(high, more=True)), first_float(Threshold(_LARGEST)))
        self._high = nextafter(beyond, -inf)
        # Floats from 0 on rise as the integers of their bits do, and those below have larger ones: so has what is none.
        self._bits = int(np.float64(self._high).view(np.uint64)) if self._low == 0 <= self._high else None
        self._near = self._far > max(-self._low, self._high)
        self._cuts: list[float] = []
        if isinstance(domain, Coded):
            self._cuts = [first_float(threshold) for threshold in domain.thresholds or ()]

    def codes(self, values: Doubles) -> Codes:
        steps, one, other, told = _scratch.of(len(values))
        bad: Mask | None = None
        far: Mask | None = None
        with np.errstate(all="ignore"):  # what is out of range may overflow, and is told apart afterwards
            if self._on is not None and self._on.off(values, steps, one, other, told):
                bad = told.copy()
            inside = self._inside(values)
            if not inside:
                outside = values < self._low
                outside |= values > self._high
                outside |= values != values
                bad = outside if bad is None else bad | outside
            if self._on is None and self._low < _TINY and self._too_small(values, steps, told):
                bad = told.copy() if bad is None else bad | told
            if not self._near:
                far = np.abs(values) >= self._far
                far &= (values >= self._low) & (values <= self._high)
                if bad is not None:
                    bad &= ~far
            if self._grid is None:
                codes = reached(values, self._cuts, 0, self._dtype, told)
            else:
                if self._grid.first:
                    np.subtract(steps, float(self._grid.first), out=steps)
                codes = steps.astype(self._dtype)
        return Codes(codes, bad, far if far is not None and far.any() else None)

    def _inside(self, values: Doubles) -> bool:
        """False too where one is no number."""
        if not len(values):
            return True
        if self._bits is not None and np.maximum.reduce(values.view(np.uint64)) <= self._bits:
            return True
        return bool(np.minimum.reduce(values) >= self._low) and bool(np.maximum.reduce(values) <= self._high)

    def _too_small(self, values: Doubles, sizes: Doubles, told: Mask) -> bool:
        """Marks those with too many zeros after the point."""
        np.abs(values, out=sizes)
        np.less(sizes, _TINY, out=told)
        if told.any():
            told &= values != 0
        return bool(told.any())


def _multipliers(steps: int) -> list[int]:
    """What brings so many steps to little more than a power of two."""
    found = [-(-(1 << bits) // steps) for bits in range(steps.bit_length(), steps.bit_length() + 20)]
    return [times for times in found if times * steps < (1 << (times * steps).bit_length() - 1) * 1.01]
