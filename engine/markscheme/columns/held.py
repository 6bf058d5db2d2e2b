"""Which integers hold the values of an input: their type, and what each stands for. Knows declarations and thresholds,
no data type of Arrow."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, assert_never

import numpy as np

from ..ir import Number, Type
from ..lowered.domains import Coded, Domain, Met, Whole
from .arrays import Mask, Vector

MOST_CUTS = 30  # to compare with one after the other
KEPT = 10**15  # decimals of 15 digits are told apart by floats
SIGNED = tuple(map(np.dtype, ("i1", "i2", "i4", "i8")))


class Codes(NamedTuple):
    """`bad` marks those that are no value, `far` those of which that is not known; their codes mean nothing."""

    codes: Vector
    bad: Mask | None = None
    far: Mask | None = None


def dtype_of(domain: Domain) -> np.dtype[Any]:
    match domain:
        case Coded():
            return np.dtype(np.uint8 if domain.size <= 255 else np.uint16 if domain.size <= 65_535 else np.uint32)
        case Whole():
            return next(dtype for dtype in SIGNED if fits(dtype, domain.low) and fits(dtype, domain.high))
        case Met():
            return np.dtype(np.int64)
        case _:
            assert_never(domain)


@lru_cache(maxsize=4096)
def fits(dtype: np.dtype[Any], number: int) -> bool:
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
    if not isinstance(declared, Number) or isinstance(domain, Met) or domain == Coded((), domain.absences):
        return False
    grid = grid_of(declared, domain)
    return grid is None or abs(grid.first) < KEPT


def reached(
    values: Vector, cuts: list[int] | list[float], always: int, dtype: np.dtype[Any], work: Mask | None = None
) -> Vector:
    """How many of the cuts each value is at least, and `always` more. Cuts rise."""
    codes = np.empty(len(values), dtype)
    if not cuts:
        codes.fill(always)
        return codes
    if len(cuts) > MOST_CUTS:
        codes[:] = np.searchsorted(np.array(cuts, values.dtype), values, side="right")
        codes += dtype.type(always)
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
