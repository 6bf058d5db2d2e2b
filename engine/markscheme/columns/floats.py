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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..intake.values import MOST_DIGITS
from ..ir import Number
from ..lowered.domains import Coded, Threshold, Whole
from . import compiled
from .arrays import Mask
from .held import KEPT, MOST_CUTS, Codes, dtype_of, grid_of, reached
from .loops import cuts_of_floats, steps_of_floats

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


class Work(NamedTuple):
    """Memory to work in."""

    steps: Doubles
    one: Doubles
    other: Doubles
    told: Mask
    octets: bytearray  # `told` in other words, in which one that is marked is found fast

    @staticmethod
    def of(size: int) -> Work:
        octets = bytearray(size)
        return Work(np.empty(size), np.empty(size), np.empty(size), np.frombuffer(octets, np.bool_), octets)

    def first(self, size: int) -> Work:
        return Work(self.steps[:size], self.one[:size], self.other[:size], self.told[:size], self.octets)

    @property
    def any(self) -> bool:
        return self.octets.find(1, 0, len(self.told)) >= 0


class _Kept(threading.local):
    """What one thread works in: to make arrays anew takes longer than to fill them."""

    def __init__(self) -> None:
        self.whole = self.part = Work.of(BLOCK)

    def of(self, size: int) -> Work:
        if size > BLOCK:
            return Work.of(size)
        if size != len(self.part.told):
            self.part = self.whole.first(size)
        return self.part


_kept = _Kept()


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
            right, wrong = Work.of(len(grid)), Work.of(len(beside))
            if not self.off(grid, right) and self.off(beside, wrong) and wrong.told.all():
                return
        self._by = None

    def off(self, values: Doubles, work: Work, kept: bool = True) -> bool:
        """Whether there is one that does not. `told` marks them, and `steps` are the nearest, if they are to be kept.
        Not of those that are far."""
        steps, one, other, told, _ = work
        if self._ten == 1:
            np.rint(values, steps)
            np.not_equal(steps, values, told)
            return work.any
        if not kept:
            one = steps  # less memory is faster
        np.multiply(values, self._ten, steps)
        np.rint(steps, steps)
        if self._by is None:
            np.divide(steps, self._ten, one)
            np.not_equal(one, values, told)
        else:
            np.multiply(steps, self._by[0], one)
            np.multiply(values, self._by[1], other)
            np.not_equal(one, other, told)
        return work.any


class _Loop(NamedTuple):
    """A compiled loop for what is near, and what it is given beside the values."""

    function: compiled.Loop
    types: str
    within: tuple[float, float, float]  # steps in 1, the least and the greatest value
    by: Doubles | float  # the cuts, or the first step


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
        self._looped = self._loop(declared.decimals)

    def _loop(self, places: int | None) -> _Loop | None:
        """The same in one pass."""
        if places is None or places > MOST_PLACES:
            return None
        low, high = max(self._low, nextafter(-self._far, 0)), min(self._high, nextafter(self._far, 0))
        within = (float(10**places), low, high)
        if self._grid is not None:
            types = f"f8[] f8 f8 f8 f8 ?[] {self._dtype.str[1:]}[]"
            return _Loop(steps_of_floats, types, within, float(self._grid.first))
        if self._dtype != np.uint8 or len(self._cuts) > MOST_CUTS:
            return None
        cuts = np.array(self._cuts + [inf] * (2 - len(self._cuts)))  # which no value reaches
        return _Loop(cuts_of_floats, "f8[] f8 f8 f8 f8[] ?[] u1[]", within, cuts)

    def codes(self, values: Doubles) -> Codes:
        if self._looped is not None:
            loop = compiled.loop(values, self._looped.function, self._looped.types)
            found = None if loop is None else self._at_once(values, loop, self._looped)
            if found is not None:
                return found
        work = _kept.of(len(values))
        if self._inside(values):
            return self._within(values, work, None)
        outside = values >= self._low
        outside &= values <= self._high
        np.logical_not(outside, outside)
        with np.errstate(all="ignore"):  # of what is out of range anything may come
            return self._within(values, work, outside)

    def _at_once(self, values: Doubles, loop: compiled.Loop, looped: _Loop) -> Codes | None:
        """None where some may be far."""
        codes, bad = np.empty(len(values), self._dtype), np.empty(len(values), np.bool_)
        if not loop(values, *looped.within, looped.by, bad, codes):
            return Codes(codes)
        return Codes(codes, bad) if self._near else None

    def _within(self, values: Doubles, work: Work, bad: Mask | None) -> Codes:
        """Where `bad` are out of range."""
        if self._on is None:
            off = self._low < _TINY and self._too_small(values, work)
        else:
            off = self._on.off(values, work, self._grid is not None)
        far: Mask | None = None
        if not self._near:
            far = np.abs(values) >= self._far
            if bad is not None:
                far &= ~bad
        if off:
            bad = work.told.copy() if bad is None else bad | work.told
        if far is not None and not far.any():
            far = None
        if self._grid is None:
            return Codes(reached(values, self._cuts, 0, self._dtype, work.told), bad, far)
        if self._grid.first:
            np.subtract(work.steps, float(self._grid.first), work.steps)
        if bad is None:
            return Codes(work.steps.astype(self._dtype), None, far)
        with np.errstate(invalid="ignore"):  # the nearest step may be one too many
            return Codes(work.steps.astype(self._dtype), bad, far)

    def _inside(self, values: Doubles) -> bool:
        """False too where one is no number."""
        if not len(values):
            return True
        if self._bits is not None and np.maximum.reduce(values.view(np.uint64)) <= self._bits:
            return True
        return bool(np.minimum.reduce(values) >= self._low) and bool(np.maximum.reduce(values) <= self._high)

    def _too_small(self, values: Doubles, work: Work) -> bool:
        """Marks those with too many zeros after the point."""
        np.abs(values, work.steps)
        np.less(work.steps, _TINY, work.told)
        if work.any:
            np.logical_and(work.told, values != 0, work.told)
        return work.any


def _multipliers(steps: int) -> list[int]:
    """What brings so many steps to little more than a power of two."""
    found = [-(-(1 << bits) // steps) for bits in range(steps.bit_length(), steps.bit_length() + 20)]
    return [times for times in found if times * steps < (1 << (times * steps).bit_length() - 1) * 1.01]
