"""How much of a whole: exactly where that is short, and as a percentage that is never 0 or 100 where it is neither.
Knows numbers only."""

from __future__ import annotations

from fractions import Fraction

_LEAST = Fraction(1, 100)  # of a per cent, that two decimals can say
_LONGEST = 13  # characters of a fraction that people read


def percentage(share: Fraction) -> str:
    """`4.3 %`, `25 %`; `under 0.01 %` and `over 99.99 %`, for what is neither none nor all."""
    hundredth = share * 100
    if 0 < hundredth < _LEAST:
        return "under 0.01 %"
    if 100 - _LEAST < hundredth < 100:
        return "over 99.99 %"
    decimals = 1 if 1 <= hundredth <= 99 else 2
    if hundredth.denominator == 1:
        return f"{hundredth.numerator} %"
    scaled = (hundredth.numerator * 10**decimals * 2 + hundredth.denominator) // (2 * hundredth.denominator)
    whole, rest = divmod(scaled, 10**decimals)
    return f"{whole}.{rest:0{decimals}} %"


def exact(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"


def share_words(share: Fraction | None) -> str:
    """`4.3 % (11/256)`; the fraction is left out where it is long."""
    if share is None:
        return "a share that could not be counted"
    if share in (0, 1):
        return percentage(share)
    short = len(exact(share)) <= _LONGEST
    return percentage(share) + (f" ({exact(share)})" if short else "")
