"""The operators, one row each: how it is written, its types, prose, examples, and what it means. Knows no program.

To add one, add its row and, where it has a new spelling, its word in `grammar.lark`; a test compares the two lists.
`means` works on exact `Fraction`s (or, for levels, on positions in a scale). Examples are run by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from . import bounds
from .bounds import Bounds

Kind = Literal["number", "level", "as its argument"]


@dataclass(frozen=True, slots=True)
class Function:
    """Arithmetic. `means(*args)` gives None where there is no answer (a division by zero)."""

    name: str
    written: str
    takes: Literal["numbers", "levels or numbers"]
    prose: str
    examples: tuple[tuple[str, str], ...]  # formula, value
    means: Callable[..., Fraction | int | None]
    bounds: Callable[..., Bounds]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Many values to one. `means(values, weights)` gives None where there is no answer; weights are None or aligned."""

    name: str
    takes: Literal["numbers", "levels or numbers", "anything"]
    weighted: bool
    prose: str
    examples: tuple[tuple[str, str], ...]  # formula over `scores` (2, 3, 4, 4), value
    means: Callable[[Sequence[Any], Sequence[Fraction] | None], Fraction | int | None]
    fold: Fold  # the same, one value after the other


@dataclass(frozen=True, slots=True)
class Fold:
    """An aggregate as a state that values, each with its weight (1 where there are none), are added to in any order.
    `done` is asked of at least one value. As few states as can be: they are what a proof walks over."""

    start: Any
    add: Callable[[Any, Any, Fraction], Any]
    done: Callable[[Any], Fraction | int | None]


@dataclass(frozen=True, slots=True)
class PredicateRow:
    """What is said of a value, never of an absence. `ordered` ones need a number or a level."""

    name: str
    written: str
    ordered: bool
    prose: str
    examples: tuple[tuple[str, bool], ...]  # condition on `score` (62.5) or `judged` (good), truth
    means: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class QuantifierRow:
    """How many of the values must meet a predicate. `means(T, U, all, N)` gives None for undecided: T met it, U may."""

    name: str
    written: str
    prose: str
    examples: tuple[tuple[str, bool], ...]
    means: Callable[[int, int, int, Fraction], bool | None]


# --- rounding --------------------------------------------------------------------------------------------------------

ROUNDING: dict[str, str] = {
    "half_up": "to the nearest; halfway, to the higher one",
    "half_down": "to the nearest; halfway, to the lower one",
    "half_even": "to the nearest; halfway, to the even one",
    "up": "to the next higher one, also below 0",
    "down": "to the next lower one, also below 0",
}


def rounded(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """`value` as a multiple of `step` (> 0)."""
    ratio = value / step
    below = Fraction(ratio.numerator // ratio.denominator)
    rest = ratio - below
    match mode:
        case "up":
            above = rest > 0
        case "down":
            above = False
        case "half_up":
            above = rest >= Fraction(1, 2)
        case "half_down":
            above = rest > Fraction(1, 2)
        case "half_even":
            above = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
        case _:
            raise ValueError(mode)
    return (below + above) * step


def rounded_bounds(of: Bounds, step: Fraction, mode: str) -> Bounds:
    low = None if of.low is None else rounded(of.low, step, mode)
    high = None if of.high is None else rounded(of.high, step, mode)
    return Bounds(low, high, step)


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _quotient(a: Fraction, b: Fraction) -> Fraction | None:
    return None if b == 0 else a / b


def _greater(a: Bounds, b: Bounds) -> Bounds:
    lows = [x for x in (a.low, b.low) if x is not None]
    highs = None if a.high is None or b.high is None else max(a.high, b.high)
    return Bounds(max(lows) if lows else None, highs, bounds.either((a, b)).step)


def _lesser(a: Bounds, b: Bounds) -> Bounds:
    return bounds.minus(_greater(bounds.minus(a), bounds.minus(b)))


FUNCTIONS: dict[str, Function] = {
    row.name: row
    for row in (
        Function("add", "a + b", "numbers", "the sum", (("1 + 2", "3"), ("0.1 + 0.2", "0.3")),
                 lambda a, b: a + b, bounds.plus),
        Function("sub", "a - b", "numbers", "the first less the second", (("1 - 2.5", "-1.5"),),
                 lambda a, b: a - b, lambda a, b: bounds.plus(a, bounds.minus(b))),
        Function("mul", "a * b", "numbers", "the product; it has no unit", (("0.57 * 100", "57"),),
                 lambda a, b: a * b, bounds.times),
        Function("div", "a / b", "numbers", "the exact quotient; it has no unit; absent where b is 0",
                 (("57 / 100 * 100", "57"), ("2 / 3", "2/3")), _quotient, bounds.over),
        Function("negative", "- a", "numbers", "the number with its sign turned", (("- 2", "-2"),),
                 lambda a: -a, bounds.minus),
        Function("greater", "greater(a, b)", "numbers", "the greatest of the numbers", (("greater(1, 2)", "2"),),
                 max, _greater),
        Function("lesser", "lesser(a, b)", "numbers", "the least of the numbers", (("lesser(1, 2)", "1"),),
                 min, _lesser),
        Function("better_of", "better_of(a, b)", "levels or numbers",
                 "the best of the values: the higher level, or the number on the side that its `better` names",
                 (("better_of(score, other)", "70"),), max, _greater),
    )
}  # fmt: skip


# --- aggregates ------------------------------------------------------------------------------------------------------


def _sum(values: Sequence[Fraction], weights: Sequence[Fraction] | None) -> Fraction:
    return sum((v * w for v, w in zip(values, weights or [Fraction(1)] * len(values), strict=True)), Fraction(0))


def _mean(values: Sequence[Fraction], weights: Sequence[Fraction] | None) -> Fraction | None:
    total = sum(weights, Fraction(0)) if weights is not None else Fraction(len(values))
    return None if total == 0 else _sum(values, weights) / total


def _median(values: Sequence[Fraction], _: object) -> Fraction:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


_LEAST = Fold(None, lambda state, value, _: value if state is None else min(state, value), lambda state: state)
_MOST = Fold(None, lambda state, value, _: value if state is None else max(state, value), lambda state: state)

AGGREGATES: dict[str, Aggregate] = {
    row.name: row
    for row in (
        Aggregate("sum", "numbers", True, "the sum; 0 where `where` left nothing", (("sum(scores)", "13"),), _sum,
                  Fold(Fraction(0), lambda state, value, weight: state + value * weight, lambda state: state)),
        Aggregate("count", "anything", False, "how many are left after `where` and `skip`", (("count(scores)", "4"),),
                  lambda values, _: Fraction(len(values)),
                  Fold(Fraction(0), lambda state, value, weight: state + 1, lambda state: state)),
        Aggregate("mean", "numbers", True, "the arithmetic mean, exact", (("mean(scores)", "3.25"),), _mean,
                  Fold((Fraction(0), Fraction(0)),
                       lambda state, value, weight: (state[0] + weight, state[1] + value * weight),
                       lambda state: state[1] / state[0] if state[0] else None)),
        Aggregate("median", "numbers", False, "the middle one; of an even count the mean of the middle two",
                  (("median(scores)", "3.5"),), _median,
                  Fold((), lambda state, value, weight: tuple(sorted((*state, value))),
                       lambda state: _median(state, None))),
        Aggregate("best", "levels or numbers", False, "the best level, or the best number as its `better` says",
                  (("best(scores)", "4"),), lambda values, _: max(values), _MOST),
        Aggregate("worst", "levels or numbers", False, "the worst level, or the worst number as its `better` says",
                  (("worst(scores)", "2"),), lambda values, _: min(values), _LEAST),
        Aggregate("highest", "numbers", False, "the greatest number", (("highest(scores)", "4"),),
                  lambda values, _: max(values), _MOST),
        Aggregate("lowest", "numbers", False, "the least number", (("lowest(scores)", "2"),),
                  lambda values, _: min(values), _LEAST),
    )
}  # fmt: skip

OF_PEERS = ("rank", "peers", "mean_of_peers")


# --- predicates ------------------------------------------------------------------------------------------------------

PREDICATES: dict[str, PredicateRow] = {
    row.name: row
    for row in (
        PredicateRow("equals", "is A", False, "is exactly this", (("judged is good", True), ("score is 62.5", True)),
                     lambda v, a: v == a),
        PredicateRow("differs", "is not A", False, "is anything but this", (("judged is not good", False),),
                     lambda v, a: v != a),
        PredicateRow("floor", "is at least A", True, "is this or higher", (("score is at least 62.5", True),),
                     lambda v, a: v >= a),
        PredicateRow("ceiling", "is at most A", True, "is this or lower", (("judged is at most fair", False),),
                     lambda v, a: v <= a),
        PredicateRow("above", "is more than A", True, "is higher", (("score is more than 62.5", False),),
                     lambda v, a: v > a),
        PredicateRow("below", "is less than A", True, "is lower", (("score is less than 62.6", True),),
                     lambda v, a: v < a),
        PredicateRow("between", "is from A to B", True, "is in the range, both ends included",
                     (("score is from 62.5 to 70", True),), lambda v, a, b: a <= v <= b),
        PredicateRow("oneof", "is one of (A, B)", False, "is any of these", (("judged is one of (poor, good)", True),),
                     lambda v, *options: v in options),
        PredicateRow("absent", "is absent", False, "has no value, whatever the reason; always decided",
                     (("judged is absent", False),), lambda v: False),
        PredicateRow("present", "is present", False, "has a value; always decided", (("judged is present", True),),
                     lambda v: True),
    )
}  # fmt: skip

# `better than` and `worse than` become `above` or `below`, as the direction of the value says
DIRECTED = {"better": ("above", "below"), "worse": ("below", "above")}

# written, prose, examples: as in the rows above
DIRECTED_SAYS: tuple[tuple[str, str, tuple[tuple[str, bool], ...]], ...] = (
    ("is better than A", "is on the better side: a higher level, or the side that the number's `better` names",
     (("score is better than 60", True),)),
    ("is worse than A", "is on the worse side", (("judged is worse than good", False),)),
)  # fmt: skip


# --- quantifiers -----------------------------------------------------------------------------------------------------


def at_least(met: int, open_: int, needed: Fraction) -> bool | None:
    """The one rule from which every quantifier follows: `met` surely do, `open_` may."""
    if met >= needed:
        return True
    return False if met + open_ < needed else None


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _exactly(met: int, open_: int, needed: Fraction) -> bool | None:
    if met > needed or met + open_ < needed or needed.denominator != 1:
        return False
    return True if open_ == 0 else None


QUANTIFIERS: dict[str, QuantifierRow] = {
    row.name: row
    for row in (
        QuantifierRow("any", "any of … are …", "one or more do", (("any of judged are good", True),),
                      lambda t, u, n, _: at_least(t, u, Fraction(1))),
        QuantifierRow("all", "all of … are …", "every one does; true where `where` left none",
                      (("all of judged are good", True),), lambda t, u, n, _: at_least(t, u, Fraction(n))),
        QuantifierRow("none", "none of … are …", "not one does", (("none of judged are poor", True),),
                      lambda t, u, n, _: _not(at_least(t, u, Fraction(1)))),
        QuantifierRow("at_least", "at least N of … are …", "N or more do", (("at least 2 of judged are good", True),),
                      lambda t, u, n, needed: at_least(t, u, needed)),
        QuantifierRow("at_most", "at most N of … are …", "no more than N do",
                      (("at most 1 of judged are good", False),),
                      lambda t, u, n, needed: _not(at_least(t, u, Fraction(needed // 1 + 1)))),
        QuantifierRow("exactly", "exactly N of … are …", "N do, no more and no fewer",
                      (("exactly 2 of judged are good", True),), lambda t, u, n, needed: _exactly(t, u, needed)),
    )
}  # fmt: skip
