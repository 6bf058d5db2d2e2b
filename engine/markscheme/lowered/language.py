"""Integer arithmetic as data: what every backend that computes can run. Knows no step and no value of the language.

Everything has an answer whatever it reads, so that it may be worked out for all records alike and thrown away where it
does not matter. Each number knows the least and the greatest it can be. `making.Maker` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never


@dataclass(frozen=True, eq=False, slots=True)
class Variable:
    """A value that is read: the code of a small domain (`size`), or an integer from `low` to `high`."""

    read: int  # which of the things read
    part: Literal["value", "bottom", "state"]
    low: int
    high: int
    small: bool  # 0, 1, … high, few enough for a table


@dataclass(frozen=True, eq=False, slots=True)
class Constant:
    value: int
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """`table[of]`."""

    of: Variable
    table: tuple[int, ...]
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Sum:
    """Each part times its factor, and `plus`."""

    parts: tuple[tuple[int, Number], ...]
    plus: int
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Product:
    left: Number
    right: Number
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Extreme:
    """The least or the greatest."""

    greatest: bool
    parts: tuple[Number, ...]
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Floor:
    """The quotient rounded down; `bottom` is at least 1."""

    top: Number
    bottom: Number
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Choose:
    when: Truth
    then: Number
    otherwise: Number
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Count:
    """How many are true."""

    of: tuple[Truth, ...]
    low: int
    high: int


Number = Variable | Constant | Look | Sum | Product | Extreme | Floor | Choose | Count


@dataclass(frozen=True, eq=False, slots=True)
class Always:
    value: bool


@dataclass(frozen=True, eq=False, slots=True)
class Among:
    """`table[of]`."""

    of: Variable
    table: tuple[bool, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Compare:
    op: Literal["<=", "=="]
    left: Number
    right: Number


@dataclass(frozen=True, eq=False, slots=True)
class All:
    parts: tuple[Truth, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Any:
    parts: tuple[Truth, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Not:
    of: Truth


Truth = Always | Among | Compare | All | Any | Not
Node = Number | Truth


def inner(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside."""
    match node:
        case Variable() | Constant() | Always():
            return ()
        case Look(of) | Among(of) | Not(of):
            return (of,)
        case Sum(parts):
            return tuple(part for _, part in parts)
        case Product(left, right) | Compare(_, left, right):
            return (left, right)
        case Extreme(_, parts) | All(parts) | Any(parts):
            return tuple(parts)
        case Floor(top, bottom):
            return (top, bottom)
        case Choose(when, then, otherwise):
            return (when, then, otherwise)
        case Count(of_them):
            return tuple(of_them)
        case _:
            assert_never(node)


# --- what they mean --------------------------------------------------------------------------------------------------


def number(node: Number, at: dict[int, int]) -> int:
    """The meaning: the value where the variables, by their `id`, have these."""
    match node:
        case Variable():
            return at[id(node)]
        case Constant(value):
            return value
        case Look(of, table):
            return table[at[id(of)]]
        case Sum(parts, plus):
            return plus + sum(factor * number(part, at) for factor, part in parts)
        case Product(left, right):
            return number(left, at) * number(right, at)
        case Extreme(greatest, parts):
            values = [number(part, at) for part in parts]
            return max(values) if greatest else min(values)
        case Floor(top, bottom):
            return number(top, at) // number(bottom, at)
        case Choose(when, then, otherwise):
            return number(then if truth(when, at) else otherwise, at)
        case Count(of):
            return sum(truth(each, at) for each in of)
        case _:
            assert_never(node)


def truth(node: Truth, at: dict[int, int]) -> bool:
    """The same of a truth."""
    match node:
        case Always(value):
            return value
        case Among(of, table):
            return table[at[id(of)]]
        case Compare("<=", left, right):
            return number(left, at) <= number(right, at)
        case Compare(_, left, right):
            return number(left, at) == number(right, at)
        case All(parts):
            return all(truth(part, at) for part in parts)
        case Any(parts):
            return any(truth(part, at) for part in parts)
        case Not(of):
            return not truth(of, at)
        case _:
            assert_never(node)
