"""Vectors of numbers become integer codes, exactly. Knows what a number may be and how it is held, no type of Arrow.

A float stands for the shortest decimal that reads back as it. That decimal rises with the float, so what is asked of it
(is it at least this figure?) is asked of the float: there is a first one of which it holds. Whether the decimal has too
many places is asked of the nearest number of the grid: that number's float is the given one, or the answer is yes. This
holds for up to 15 digits, which a float keeps apart; what has more is left `far`, to be read one by one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf, isinf, nextafter
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from ..intake.values import MOST_DIGITS
from ..ir import Number, Type
from ..lowered.domains import LARGEST, Coded, Domain, Met, Threshold, Whole
from .arrays import Mask, Vector

MOST_PLACES = 22  # ten to more than this is no float
KEPT = 10**15  # decimals of 15 digits are told apart by floats
BLOCK = 32_768

_SMALLEST, _LARGEST = Fraction(1, 10**MOST_DIGITS), Fraction(10 ** (MOST_DIGITS + 1))


@dataclass(slots=True)
class Codes:
    """`bad` marks those that are no value, `far` those of which that is not known; their codes mean nothing."""

    codes: Vector
    bad: Mask | None = None
    far: Mask | None = None


def dtype_of(domain: Domain) -> np.dtype[Any]:
    match domain:
        case Coded():
            return np.dtype(np.uint8 if domain.size <= 255 else np.uint16 if domain.size <= 65_535 else np.uint32)
        case Whole():
            signed = map(np.dtype, ("i1", "i2", "i4", "i8"))
            return next(dtype for dtype in signed if _holds(dtype, domain.low) and _holds(dtype, domain.high))
        case Met():
            return np.dtype(np.int64)
        case _:
            assert_never(domain)


def _holds(dtype: np.dtype[Any], number: int) -> bool:
    about = np.iinfo(dtype)
    return int(about.min) <= number <= int(about.max)


@dataclass(frozen=True, slots=True)
class Grid:
    """Each number has its own code: how many steps it is above `first`."""

    places: int
    first: int


def grid_of(declared: Number, domain: Coded | Whole) -> Grid | None:
    """None where codes are how many thresholds are reached."""
    match domain:
        case Coded():
            if domain.thresholds is not None:
                return None
            first = domain.present[0]
            assert declared.decimals is not None
            assert isinstance(first, Fraction)
            return Grid(declared.decimals, int(first * 10**declared.decimals))
        case Whole():
            return Grid(len(str(domain.unit.denominator)) - 1, 0)
        case _:
            assert_never(domain)


def computed(declared: Type, domain: Domain) -> bool:
    """Whether codes of numbers come of arithmetic; else each different number must be looked at."""
    if not isinstance(declared, Number) or isinstance(domain, Met):
        return False
    grid = grid_of(declared, domain)
    return grid is None or abs(grid.first) < KEPT


# --- integers --------------------------------------------------------------------------------------------------------


class Scaled:
    """Integers of one type, each `10**-scale` of the number that is meant."""

    def __init__(self, declared: Number, domain: Coded | Whole, dtype: np.dtype[Any], scale: int) -> None:
        unit = Fraction(10) ** scale
        about = np.iinfo(dtype)
        self._least, self._most = int(about.min), int(about.max)
        self._dtype = dtype_of(domain)
        places = declared.decimals
        self._step = 1 if places is None or scale <= places else 10 ** (scale - places)
        low = self._least if declared.low is None else ceil(declared.low * unit)
        high = self._most if declared.high is None else floor(declared.high * unit)
        self._none = low > self._most or high < self._least or low > high
        self._low = low if low > self._least else None
        self._high = high if high < self._most else None
        self._grid = grid_of(declared, domain)
        self._times = 1
        if self._grid is not None and self._grid.places > scale:
            self._times = 10 ** (self._grid.places - scale)
            if self._times > LARGEST:
                self._times = 0  # all but zero is out of range
        self._always = 0
        self._cuts: list[int] = []
        if isinstance(domain, Coded):
            for threshold in domain.thresholds or ():
                figure = threshold.figure * unit
                cut = floor(figure) + 1 if threshold.more else ceil(figure)
                if cut <= self._least:
                    self._always += 1
                elif cut <= self._most:
                    self._cuts.append(cut)

    def codes(self, values: Vector, there: Mask | None) -> Codes:
        if self._none or not len(values):
            return Codes(np.zeros(len(values), self._dtype), np.ones(len(values), bool))
        bad = self._outside(values) if there is not None or not self._inside(values) else None
        steps = values
        if self._step > 1:
            steps, odd = self._divided(values)
            if odd.any():
                bad = odd if bad is None else bad | odd
        if self._grid is None:
            return Codes(reached(values, self._cuts, self._always, self._dtype), bad)
        if self._times != 1:
            steps = steps.astype(np.int64) * self._times
        if self._grid.first:
            steps = steps.astype(np.int64, copy=False) - self._grid.first
        return Codes(steps.astype(self._dtype, copy=False), bad)

    def _inside(self, values: Vector) -> bool:
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
        if self._step > self._most:
            return np.zeros_like(values), values != 0
        steps = values // self._step
        return steps, steps * self._step != values


def reached(
    values: Vector, cuts: list[int] | list[float], always: int, dtype: np.dtype[Any], work: Mask | None = None
) -> Vector:
    """How many of the cuts each value is at least, and `always` more. Cuts rise."""
    codes = np.empty(len(values), dtype)
    if not cuts:
        codes.fill(always)
        return codes
    if dtype.itemsize > 1:
        codes.fill(always)
        for cut in cuts:
            codes += values >= cut
        return codes
    np.greater_equal(values, cuts[0], out=codes.view(np.bool_))
    if len(cuts) > 1:
        passed = np.empty(len(values), np.bool_) if work is None else work[: len(values)]
        for cut in cuts[1:]:
            np.greater_equal(values, cut, out=passed)
            np.add(codes, passed.view(np.uint8), out=codes)
    if always:
        codes += np.uint8(always)
    return codes


# --- floats ----------------------------------------------------------------------------------------------------------


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
        self.scaled = np.empty(BLOCK)
        self.back = np.empty(BLOCK)
        self.told = np.empty(BLOCK, np.bool_)

    def of(self, size: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], Mask]:
        if size > BLOCK:
            return np.empty(size), np.empty(size), np.empty(size, np.bool_)
        return self.scaled[:size], self.back[:size], self.told[:size]


_scratch = _Scratch()


class Binary:
    """Floats of 64 bits."""

    def __init__(self, declared: Number, domain: Coded | Whole) -> None:
        self._dtype = dtype_of(domain)
        self._grid = grid_of(declared, domain)
        self._places = declared.decimals
        self._ten = float(10 ** min(declared.decimals or 0, MOST_PLACES))
        self._far = inf if declared.decimals is None else float(Fraction(KEPT, 10**declared.decimals))
        if declared.decimals is not None and declared.decimals > MOST_PLACES:
            self._far = 0.0  # all of them
        low = -_LARGEST if declared.low is None else declared.low
        high = _LARGEST if declared.high is None else declared.high
        # Decimals that large or small are no values: the first that is too large is no value itself.
        self._low = max(first_float(Threshold(low)), first_float(Threshold(-_LARGEST, more=True)))
        beyond = min(first_float(Threshold(high, more=True)), first_float(Threshold(_LARGEST)))
        self._high = nextafter(beyond, -inf)
        self._near = self._far > max(-self._low, self._high)
        self._cuts: list[float] = []
        if isinstance(domain, Coded):
            self._cuts = [first_float(threshold) for threshold in domain.thresholds or ()]
        self._tiny = float(_SMALLEST)

    def codes(self, values: npt.NDArray[np.float64], there: Mask | None) -> Codes:
        scaled, back, told = _scratch.of(len(values))
        with np.errstate(all="ignore"):  # what is out of range may overflow, and is told apart afterwards
            bad: Mask | None = None
            if self._places is not None:
                np.multiply(values, self._ten, out=scaled)
                np.rint(scaled, out=scaled)
                np.divide(scaled, self._ten, out=back)
                np.not_equal(back, values, out=told)
                wrong = bool(told.any())
            else:
                wrong = self._too_small(values, told)
            if wrong:
                bad = told.copy()
            if there is not None or wrong or not self._inside(values):
                outside = values < self._low
                outside |= values > self._high
                bad = outside if bad is None else bad | outside
            far = None if self._near else self._beyond(values)
            if far is not None and bad is not None:
                far &= (values >= self._low) & (values <= self._high)
                bad &= ~far
            if self._grid is None:
                codes = reached(values, self._cuts, 0, self._dtype, told)
            else:
                if self._grid.first:
                    np.subtract(scaled, float(self._grid.first), out=scaled)
                codes = scaled.astype(self._dtype)
        return Codes(codes, bad, far)

    def _inside(self, values: npt.NDArray[np.float64]) -> bool:
        """False too where one is no number."""
        if not len(values):
            return True
        return bool(np.minimum.reduce(values) >= self._low) and bool(np.maximum.reduce(values) <= self._high)

    def _too_small(self, values: npt.NDArray[np.float64], told: Mask) -> bool:
        """Marks those with too many zeros after the point, and what is no number."""
        np.not_equal(values, values, out=told)
        if not len(values) or np.minimum.reduce(values) < self._tiny:
            told |= (np.abs(values) < self._tiny) & (values != 0)
        return bool(told.any())

    def _beyond(self, values: npt.NDArray[np.float64]) -> Mask | None:
        far = np.abs(values) >= self._far
        return far if far.any() else None
