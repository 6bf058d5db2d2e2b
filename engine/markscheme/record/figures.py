"""Numbers that come as floats, of which rules ask a few thresholds: expressions that see at once whether several of
them are values, and which thresholds each reaches. Knows no program."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from ..ir import Number, Type
from ..lowered.domains import Threshold
from ..regions.domains import present
from .writing import Writing

MOST_COMPARED = 4  # thresholds
FEWEST_TOGETHER = 4  # numbers of one kind


def comparable(thresholds: tuple[Threshold, ...] | None) -> bool:
    """Whether a comparison or two take less than a look into a table of an input's own."""
    return thresholds is not None and len(thresholds) <= MOST_COMPARED and not any(each.more for each in thresholds)


def are_values(writing: Writing, type: Type, raws: Sequence[str]) -> str | None:
    """Whether floats are values of a number; None where two of these have one float."""
    if not isinstance(type, Number):
        return None
    values = _floats(type.decimals, type.low, type.high)
    return None if values is None else f"{writing.constant('V', values)}.issuperset(({', '.join(raws)},))"


def reached(thresholds: tuple[Threshold, ...], held: Sequence[int], raw: str) -> str:
    """What a float that is a value is held as, by how many thresholds it reaches. It is on the same side of a threshold
    as the decimal that it stands for, since that one's float is the nearest to it, too."""
    steps = [f"{held[place]} if {raw}>={float(each.figure)!r}" for place, each in enumerate(thresholds, 1)]
    return " else ".join((*reversed(steps), str(held[0])))


@lru_cache(maxsize=64)
def _floats(decimals: int | None, low: Fraction | None, high: Fraction | None) -> frozenset[float] | None:
    """The same object for all that have these values: it stays in the processor's cache."""
    points = present(Number(decimals, low, high)) or ()
    floats = frozenset(float(point) for point in points if isinstance(point, Fraction))
    return floats if floats and len(floats) == len(points) else None
