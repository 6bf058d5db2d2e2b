"""What could stand in the place of a value: the levels beside a level, a figure moved past one attainable value. Knows
no rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from ..bounds import Bounds
from ..ir import Choice, Number, Present, Scale, Type, YesNo

A_LITTLE = Fraction(1, 10**6)  # where it is not known which values are attainable
_MOST_DECIMALS = 12
_FROM_BELOW = ("floor", "below")  # these cut below their figure, the others above it


def beside(value: Present, of: Type) -> Iterator[str]:
    """The levels below and above a level, the other answer, the next option; of a number nothing."""
    match of:
        case Scale(_, levels):
            assert isinstance(value, int)
            yield from (levels[at].name for at in (value - 1, value + 1) if 0 <= at < len(levels))
        case YesNo():
            yield "no" if value == "yes" else "yes"
        case Choice(options):
            names = [option.name for option in options]
            yield names[(names.index(str(value)) + 1) % len(names)]
        case Number():
            pass
        case _:
            assert_never(of)


def stepped(written: str) -> Iterator[str]:
    """A figure with one more and one fewer in its last place."""
    value = Fraction(written)
    places = len(written.partition(".")[2])
    for by in (-1, 1):
        found = digits(value + by * Fraction(1, 10**places))
        if found is not None:
            yield found


def moved(written: str, values: Bounds, op: str) -> Iterator[str]:
    """A figure that values are compared with, moved down and up past one attainable value; where it is not known which
    are, by a little in the direction in which it lets go of itself or takes itself in, and by one in its last place."""
    cut = Fraction(written)
    if values.step is None and not values.grids:
        little = {"floor": 1, "below": 1, "ceiling": -1, "above": -1}.get(op, 0)
        down, up = stepped(written)
        yield digits(cut - A_LITTLE) or down if little < 0 else down
        yield digits(cut + A_LITTLE) or up if little > 0 else up
        return
    for way in (-1, 1):
        passed = values.may_be(cut) or (op in _FROM_BELOW) != (way > 0)
        target = _next(values, cut, way)
        if target is not None and not passed:
            target = _next(values, target, way)
        if target is None:
            continue
        beyond = _next(values, target, -1 if op in _FROM_BELOW else 1)
        found = digits(target) or (None if beyond is None else _between(target, beyond))
        if found is not None:
            yield found


def _next(values: Bounds, at: Fraction, way: int) -> Fraction | None:
    """The attainable value just above or below."""
    if way > 0:
        return values.between(at, None)
    low, high = values.low, values.high
    turned = replace(values, low=None if high is None else -high, high=None if low is None else -low)
    found = turned.between(-at, None)
    return None if found is None else -found


def _between(near: Fraction, far: Fraction) -> str | None:
    """A figure that ends, between two that need not, as near to the first as few decimals allow."""
    for places in range(_MOST_DECIMALS + 1):
        scaled = near * 10**places
        whole = scaled.numerator // scaled.denominator + (far > near)
        found = Fraction(whole, 10**places)
        if min(near, far) < found < max(near, far):
            return digits(found)
    return None


def digits(number: Fraction) -> str | None:
    """A number in decimal digits; None where it does not end soon."""
    for places in range(_MOST_DECIMALS + 1):
        scaled = number * 10**places
        if scaled.denominator == 1:
            sign, whole = "-" if scaled < 0 else "", str(abs(int(scaled))).rjust(places + 1, "0")
            return sign + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)
    return None
