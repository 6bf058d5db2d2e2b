"""Integer arithmetic on arrays: each node as an operation of NumPy on a block of records, in the narrowest integers
that hold it. Knows no step and no Arrow."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any as Anything
from typing import assert_never

import numpy as np

from ..lowered.language import (
    All,
    Always,
    Among,
    Any,
    Choose,
    Compare,
    Constant,
    Count,
    Extreme,
    Floor,
    Look,
    Not,
    Number,
    Product,
    Sum,
    Truth,
    Variable,
)
from ..lowered.programs import every_node
from . import compiled
from .arrays import UNSIGNED
from .loops import add_steps

Array = Anything  # of NumPy
Kind = Anything  # a type of integers
Value = Anything  # an array, or an `int` or a `bool` where it is the same for all

_FEWEST_TAKEN = 9  # entries of a table that is gathered from; of a smaller one the steps between entries are added up
_KINDS = (np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.int64)


class TooWide(Exception):
    """A number that 64 bits do not hold."""


@lru_cache(maxsize=4096)
def narrowest(low: int, high: int) -> Kind:
    """The type of the integers that hold a range."""
    for kind in _KINDS:
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return kind
    raise TooWide


def fits(node: Number) -> bool:
    """Whether all that is worked out on the way stays in 64 bits."""
    try:
        for each in every_node(node):
            if not isinstance(each, Always | Among | Compare | All | Any | Not):
                narrowest(each.low, each.high)
    except TooWide:
        return False
    return True


class _Tally:
    """Adds up arrays: small ones in bytes, as long as these hold the sum."""

    __slots__ = ("_bytes", "_high", "_rest")

    def __init__(self) -> None:
        self._bytes: Array | None = None
        self._high = 0
        self._rest: list[Array] = []

    def add(self, values: Array, high: int | None) -> None:
        """`high` is the greatest that they may be; None where some may be below 0."""
        if high is None or values.dtype != np.uint8 or self._high + high > 255:
            self._rest.append(values)
        elif self._bytes is None:
            self._bytes, self._high = values.copy(), high
        else:
            np.add(self._bytes, values, out=self._bytes)
            self._high += high

    def total(self, kind: Kind) -> Array:
        """In a type that may hold it only as far as it runs over; an array of its own."""
        found = None if self._bytes is None else _cast(self._bytes, kind)
        for values in self._rest:
            if found is None:
                found = values.astype(kind)
            else:
                found += _cast(values, kind)
        return found


@lru_cache(maxsize=4096)
def _steps(table: tuple[int, ...]) -> tuple[int, tuple[tuple[int, int], ...]]:
    """A table as its first entry, so much for each place, and where some places add more or less than that."""
    steps = [after - before for before, after in pairwise(table)]
    even = max(set(steps), key=steps.count, default=0)
    return even, tuple((place, step - even) for place, step in enumerate(steps, 1) if step != even)


@lru_cache(maxsize=4096)
def _risen(table: tuple[int, ...], factor: int, unsigned: np.dtype[Anything]) -> Array:
    """How much more each entry of a table is than that before it, `factor` times; at least two."""
    steps = [factor * (after - before) % (1 << 8 * unsigned.itemsize) for before, after in pairwise(table)]
    return np.array(steps + [0] * (2 - len(steps)), unsigned)


class Block:
    """What has been worked out for one block of records. `read` gives the array of a variable."""

    def __init__(self, read: Callable[[Variable], Array]) -> None:
        self._read = read
        self._numbers: dict[int, Value] = {}
        self._truths: dict[int, Value] = {}

    # Sums, products by a constant and choices are right in any type that holds the result, whatever runs over on the
    # way, since all of it runs over alike: so each is worked out in the type of what it ends in.

    def number(self, node: Number) -> Value:
        """In the narrowest type that holds it; an `int` where it is the same for all records."""
        found = self._numbers.get(id(node))
        if found is None:
            found = self._numbers[id(node)] = self._number(node)
        return found

    def array(self, node: Number, size: int) -> Array:
        """The same, an array also of a constant."""
        found = self.number(node)
        if isinstance(found, np.ndarray):
            return found
        return np.full(size, found, narrowest(node.low, node.high))

    def _number(self, node: Number) -> Value:
        match node:
            case Variable():
                return self._read(node)
            case Constant(value):
                return value
            case Look(of, table):
                return looked_up(self._read(of), table, narrowest(node.low, node.high))
            case Sum(parts, plus):
                return self._sum(parts, plus, narrowest(node.low, node.high))
            case Product(left, right):
                kind = narrowest(node.low, node.high)
                return _cast(self.number(left), kind) * _cast(self.number(right), kind)
            case Extreme(greatest, parts):
                kind = _common(parts)
                found = _cast(self.number(parts[0]), kind)
                for part in parts[1:]:
                    pick = np.maximum if greatest else np.minimum
                    found = pick(found, _cast(self.number(part), kind))
                return found
            case Floor(top, bottom):
                kind = _common((top, bottom))
                return _cast(self.number(top), kind) // _cast(self.number(bottom), kind)
            case Choose(when, then, otherwise):
                kind = narrowest(node.low, node.high)
                chosen = self.truth(when)
                assert isinstance(chosen, np.ndarray)
                # By arithmetic: `np.where` takes twenty times as long.
                first, second = self.number(then), self.number(otherwise)
                if isinstance(first, int) and isinstance(second, int):
                    apart = _wrapped(first - second, kind)
                else:
                    apart = _cast(first, kind) - _cast(second, kind)
                return _cast(second, kind) + apart * _cast(chosen.view(np.uint8), kind)
            case Count(of_them):
                kind = narrowest(node.low, node.high)
                counted = np.zeros(0, kind)
                for place, each in enumerate(of_them):
                    true = self.truth(each)
                    assert isinstance(true, np.ndarray)
                    one = _cast(true.view(np.uint8), kind)
                    counted = one.copy() if place == 0 else np.add(counted, one, out=counted)
                return counted
            case _:
                assert_never(node)

    def _sum(self, parts: tuple[tuple[int, Number], ...], plus: int, kind: Kind) -> Value:
        """What is multiplied by the same factor is added up first: that is all there is to most sums of points."""
        by_factor: dict[int, _Tally] = {}
        at_once: Array | None = None
        for factor, part in parts:
            if isinstance(part, Look) and 1 < len(part.table) < _FEWEST_TAKEN:
                added = self._added(at_once, self._read(part.of), part.table, factor, kind)
                if added is not None:
                    at_once = added
                    plus += factor * part.table[0]
                    continue
            if isinstance(part, Look) and len(part.table) < _FEWEST_TAKEN:
                plus += factor * part.table[0]
                codes = self._read(part.of)
                even, uneven = _steps(part.table)
                if even:
                    by_factor.setdefault(factor * even, _Tally()).add(codes, len(part.table) - 1)
                for place, step in uneven:
                    mask = (codes >= codes.dtype.type(place)).view(np.uint8)
                    by_factor.setdefault(factor * step, _Tally()).add(mask, 1)
                continue
            value = self.number(part)
            if isinstance(value, int):
                plus += factor * value
            else:
                by_factor.setdefault(factor, _Tally()).add(value, None if part.low < 0 else part.high)
        found: Array | None = at_once
        for factor, tally in by_factor.items():
            value = tally.total(kind)
            if factor != 1:
                value *= _wrapped(factor, kind)
            found = value if found is None else np.add(found, value, out=found)
        if found is None:
            return plus
        if plus:
            found += _wrapped(plus, kind)
        return found

    def _added(
        self, total: Array | None, codes: Array, table: tuple[int, ...], factor: int, kind: Kind
    ) -> Array | None:
        """The total with `factor * (table[code] - table[0])` of each added, by a compiled loop, if there is one."""
        if codes.dtype != np.uint8:
            return None
        unsigned = UNSIGNED[np.dtype(kind).itemsize]
        loop = compiled.loop(codes, add_steps, f"u1[] {unsigned.str[1:]}[] {unsigned.str[1:]}[]")
        if loop is None:
            return None
        total = np.zeros(len(codes), kind) if total is None else total
        loop(codes, _risen(table, factor, unsigned), total.view(unsigned))
        return total

    def truth(self, node: Truth) -> Value:
        """A mask; a `bool` where it is the same for all records."""
        found = self._truths.get(id(node))
        if found is None:
            found = self._truths[id(node)] = self._truth(node)
        return found

    def _truth(self, node: Truth) -> Value:
        match node:
            case Always(value):
                return value
            case Among(of, table):
                return among(self._read(of), table)
            case Compare(op, left, right):
                kind = _common((left, right))
                first, second = _cast(self.number(left), kind), _cast(self.number(right), kind)
                return first <= second if op == "<=" else first == second
            case All(parts):
                found = self.truth(parts[0])
                for part in parts[1:]:
                    found = found & self.truth(part)
                return found
            case Any(parts):
                found = self.truth(parts[0])
                for part in parts[1:]:
                    found = found | self.truth(part)
                return found
            case Not(of_it):
                found = self.truth(of_it)
                return ~found if isinstance(found, np.ndarray) else not found
            case _:
                assert_never(node)


def looked_up(codes: Array, table: tuple[int, ...], kind: Kind) -> Array:
    """`table[code]` of each."""
    if len(table) >= _FEWEST_TAKEN:
        return np.array(table, kind).take(codes, mode="clip")
    found = np.full(len(codes), _wrapped(table[0], kind), kind)
    for place, (before, after) in enumerate(pairwise(table), 1):
        if after != before:
            reached = _cast((codes >= codes.dtype.type(place)).view(np.uint8), kind)
            found += reached if after - before == 1 else reached * _wrapped(after - before, kind)
    return found


def among(codes: Array, table: tuple[bool, ...]) -> Array:
    """`table[code]` of each, as a mask."""
    changes = [place for place in range(1, len(table)) if table[place] != table[place - 1]]
    if len(changes) > 2:
        return np.array(table).take(codes, mode="clip")
    of = codes.dtype.type
    if len(changes) == 1:
        return codes >= of(changes[0]) if table[-1] else codes < of(changes[0])
    first, last = changes
    if table[first]:
        return codes == of(first) if last == first + 1 else (codes >= of(first)) & (codes < of(last))
    return codes != of(first) if last == first + 1 else (codes < of(first)) | (codes >= of(last))


def _common(nodes: tuple[Number, ...]) -> Kind:
    return narrowest(min(node.low for node in nodes), max(node.high for node in nodes))


def _cast(value: Value, kind: Kind) -> Anything:
    if isinstance(value, np.ndarray):
        return value if value.dtype == kind else value.astype(kind)
    return _wrapped(value, kind)


@lru_cache(maxsize=4096)
def _wrapped(value: int, kind: Kind) -> Anything:
    """A constant in a type that may hold it only as far as it runs over."""
    made = np.dtype(kind)
    bits = 8 * made.itemsize
    value %= 1 << bits
    if made.kind == "i" and value >= 1 << (bits - 1):
        value -= 1 << bits
    return made.type(value)
