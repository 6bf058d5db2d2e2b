"""What is known of a number before any data: its least, its greatest, and the grid it lies on. Knows no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

MOST_POINTS = 10_000
MOST_GRIDS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """`low` and `high` are inclusive, None where unknown; every value is a multiple of `step`, where that is known.

    Where `grids` are given, every value is also a multiple of one of them: the mean of one to eight scores is a whole
    number of eighths, or of sevenths, but never of fifty-sixths.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    grids: tuple[Fraction, ...] = ()

    @property
    def points(self) -> tuple[Fraction, ...] | None:
        """Every attainable value, worst case; None where unknown or more than `MOST_POINTS`."""
        if self.low is None or self.high is None:
            return None
        if self.low == self.high:
            return (self.low,)
        if self.step is None or (self.high - self.low) / self.step > MOST_POINTS:
            return None
        first, last = -(-self.low // self.step), self.high // self.step
        return tuple(n * self.step for n in range(first, last + 1))

    def may_be(self, value: Fraction) -> bool:
        return not (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
            or (self.step is not None and (value / self.step).denominator != 1)
            or (self.grids and all((value / grid).denominator != 1 for grid in self.grids))
        )

    def between(self, low: Fraction | None, high: Fraction | None) -> Fraction | None:
        """An attainable value above `low` and below `high`, each of which may be open; None where there is none."""
        above = [x for x in (low, self.low) if x is not None]
        below = [x for x in (high, self.high) if x is not None]
        tries: tuple[Fraction, ...]
        if self.grids:
            on_each = (replace(self, step=grid, grids=()).between(low, high) for grid in self.grids)
            found = [value for value in on_each if value is not None]
            return (min(found) if above else max(found)) if found else None
        if self.step is None:
            least, most = max(above, default=None), min(below, default=None)
            if least is None or most is None:
                tries = (least + 1 if least is not None else most - 1 if most is not None else Fraction(0),)
            else:
                tries = ((least + most) / 2, least, most)
        elif above:
            up = [x // self.step + (x == low or x % self.step != 0) for x in above]
            tries = (max(up) * self.step,)
        else:
            down = [-(-x // self.step) - (x == high or x % self.step != 0) for x in below]
            tries = (min(down, default=0) * self.step,)
        inside = (x for x in tries if (low is None or x > low) and (high is None or x < high))
        return next((x for x in inside if self.may_be(x)), None)

    @property
    def decimals(self) -> int | None:
        """How many decimals are enough for every value, None where no number is."""
        if self.step is None:
            return None
        rest, places = self.step.denominator, 0
        while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
            rest = rest // (10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5)
            places += 1
        return places if rest == 1 else None


def exactly(value: Fraction) -> Bounds:
    return Bounds(value, value, abs(value) or None)


def common_step(steps: Iterable[Fraction | None]) -> Fraction | None:
    """The coarsest grid that all these grids lie on."""
    result: Fraction | None = None
    for step in steps:
        if step is None:
            return None
        result = (
            step
            if result is None
            else Fraction(
                gcd(result.numerator * step.denominator, step.numerator * result.denominator),
                result.denominator * step.denominator,
            )
        )
    return result


def of_values(values: Iterable[Fraction]) -> Bounds:
    """The bounds of a known list of values."""
    known = tuple(values)
    return Bounds(min(known), max(known), common_step(abs(v) for v in known if v))


def either(these: Iterable[Bounds]) -> Bounds:
    """Of a value that has one of these bounds."""
    known = tuple(these)
    lows = [b.low for b in known]
    highs = [b.high for b in known]
    return Bounds(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
        common_step(b.step for b in known if not (b.low == b.high == 0)),
        _of_either(known),
    )


def _of_either(known: tuple[Bounds, ...]) -> tuple[Fraction, ...]:
    """The grids of all together; none where one lies on no grid, or where all lie on one each."""
    grids: list[Fraction] = []
    for each in known:
        if each.grids:
            grids += each.grids
        elif each.step is not None:
            grids.append(each.step)
        elif not each.low == each.high == 0:
            return ()
    some = any(each.grids for each in known) and len(grids) <= MOST_GRIDS
    return tuple(dict.fromkeys(grids)) if some else ()


def plus(a: Bounds, b: Bounds) -> Bounds:
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Bounds(low, high, _sum_step(a, b))


def minus(a: Bounds) -> Bounds:
    return Bounds(None if a.high is None else -a.high, None if a.low is None else -a.low, a.step, a.grids)


def times(a: Bounds, b: Bounds) -> Bounds:
    step = None if a.step is None or b.step is None else a.step * b.step
    grids = _scaled(a, b) or _scaled(b, a)
    if a.low is None or a.high is None or b.low is None or b.high is None:
        signed = a.low is not None and a.low >= 0 and b.low is not None and b.low >= 0
        return Bounds(Fraction(0) if signed else None, None, step, grids)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Bounds(min(corners), max(corners), step, grids)


def over(a: Bounds, b: Bounds) -> Bounds:
    """Of a / b where b is not 0."""
    if b.low is not None and b.low == b.high and b.low != 0:
        return times(a, exactly(1 / b.low))
    if b.low is not None and b.low > 0:
        if a.low is None or a.high is None:
            return Bounds(Fraction(0) if a.low is not None and a.low >= 0 else None)
        highest = [x / b.low for x in (a.low, a.high)] + (
            [x / b.high for x in (a.low, a.high)] if b.high else [Fraction(0)]
        )
        return Bounds(min(highest), max(highest))
    never_negative = a.low is not None and a.low >= 0 and b.low is not None and b.low >= 0
    return Bounds(Fraction(0)) if never_negative else Bounds()


def repeated(a: Bounds, least: int, most: int) -> Bounds:
    """Of a sum of between `least` and `most` such numbers."""
    low = None if a.low is None else (a.low * most if a.low < 0 else a.low * least)
    high = None if a.high is None else (a.high * most if a.high > 0 else a.high * least)
    return Bounds(low, high, a.step)


def averaged(a: Bounds, counts: Iterable[int]) -> Bounds:
    """Of the mean of as many such numbers as one of `counts` says."""
    numbers = tuple(counts)
    among = lcm(*numbers)
    if a.step is None:
        return Bounds(a.low, a.high)
    finest = [n for n in numbers if not any(other > n and other % n == 0 for other in numbers)]
    grids = tuple(a.step / n for n in finest) if 1 < len(finest) <= MOST_GRIDS else ()
    return Bounds(a.low, a.high, None if among > MOST_POINTS else a.step / among, grids)


def _scaled(a: Bounds, b: Bounds) -> tuple[Fraction, ...]:
    """The grids of the product of a number with these bounds and one that is known."""
    return tuple(grid * abs(b.low) for grid in a.grids) if b.low is not None and b.low == b.high != 0 else ()


def _sum_step(a: Bounds, b: Bounds) -> Fraction | None:
    if a.low == a.high == 0:
        return b.step
    if b.low == b.high == 0:
        return a.step
    return common_step((a.step, b.step))
