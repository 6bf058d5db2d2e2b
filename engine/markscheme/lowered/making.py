"""Makes integer arithmetic, each piece as simple as it can be seen to be: what cannot vary is a constant, what rests on
one small variable alone is a table of it. Knows no step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import gcd
from typing import Literal

from .language import (
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
    Node,
    Not,
    Number,
    Product,
    Sum,
    Truth,
    Variable,
    inner,
    number,
    truth,
)


@dataclass(slots=True)
class Maker:
    """Equal things are one object as long as one maker makes them."""

    _made: dict[tuple[object, ...], Node] = field(default_factory=dict)
    _alone: dict[int, Variable | None] = field(default_factory=dict)  # the one small variable that a node rests on

    # --- numbers -----------------------------------------------------------------------------------------------------

    def variable(
        self, read: int, part: Literal["value", "bottom", "state"], low: int, high: int, small: bool = False
    ) -> Variable:
        made = self._once((Variable, read, part), lambda: Variable(read, part, low, high, small))
        assert isinstance(made, Variable)
        return made

    def constant(self, value: int) -> Number:
        return self._number((Constant, value), lambda: Constant(value, value, value))

    def look(self, of: Variable, table: tuple[int, ...]) -> Number:
        if min(table) == max(table):
            return self.constant(table[0])
        if table == tuple(range(len(table))):
            return of
        return self._number((Look, id(of), table), lambda: Look(of, table, min(table), max(table)))

    def sum(self, parts: Iterable[tuple[int, Number]], plus: int = 0) -> Number:
        factors: dict[int, tuple[int, Number]] = {}
        for factor, part in parts:
            inner: tuple[tuple[int, Number], ...] = ((1, part),)
            if isinstance(part, Constant):
                plus += factor * part.value
                continue
            if isinstance(part, Sum):
                plus += factor * part.plus
                inner = part.parts
            for times, each in inner:
                before = factors.get(id(each), (0, each))[0]
                factors[id(each)] = (before + factor * times, each)
        kept = tuple(each for each in factors.values() if each[0])
        if not kept:
            return self.constant(plus)
        if len(kept) == 1 and kept[0][0] == 1 and plus == 0:
            return kept[0][1]
        ends = [sorted((factor * part.low, factor * part.high)) for factor, part in kept]
        low, high = plus + sum(low for low, _ in ends), plus + sum(high for _, high in ends)
        key = (Sum, tuple((factor, id(part)) for factor, part in kept), plus)
        return self._number(key, lambda: Sum(kept, plus, low, high))

    def shared(self, of: Number) -> tuple[int, Number]:
        """What all factors of a sum have in common, and the sum without it."""
        if not isinstance(of, Sum):
            return 1, of
        by = gcd(of.plus, *(factor for factor, _ in of.parts))
        return by, of if by == 1 else self.sum([(factor // by, part) for factor, part in of.parts], of.plus // by)

    def times(self, left: Number, right: Number) -> Number:
        if isinstance(left, Constant):
            left, right = right, left
        if isinstance(right, Constant):
            return self.sum([(right.value, left)])
        if id(left) > id(right):
            left, right = right, left
        ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        return self._number((Product, id(left), id(right)), lambda: Product(left, right, min(ends), max(ends)))

    def extreme(self, greatest: bool, parts: Iterable[Number]) -> Number:
        once = tuple({id(each): each for each in parts}.values())
        if len(once) == 1:
            return once[0]
        pick = max if greatest else min
        low, high = pick(each.low for each in once), pick(each.high for each in once)
        if low == high:
            return self.constant(low)
        key = (Extreme, greatest, tuple(map(id, once)))
        return self._number(key, lambda: Extreme(greatest, once, low, high))

    def floor(self, top: Number, bottom: Number) -> Number:
        if bottom.low < 1:
            bottom = self.extreme(True, (bottom, self.constant(1)))
        if isinstance(bottom, Constant) and bottom.value == 1:
            return top
        ends = [a // b for a in (top.low, top.high) for b in (bottom.low, bottom.high)]
        return self._number((Floor, id(top), id(bottom)), lambda: Floor(top, bottom, min(ends), max(ends)))

    def choose(self, when: Truth, then: Number, otherwise: Number) -> Number:
        if isinstance(when, Always):
            return then if when.value else otherwise
        if then is otherwise:
            return then
        if isinstance(when, Not):
            when, then, otherwise = when.of, otherwise, then
        low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
        key = (Choose, id(when), id(then), id(otherwise))
        return self._number(key, lambda: Choose(when, then, otherwise, low, high))

    def count(self, of: Iterable[Truth]) -> Number:
        found = tuple(of)
        sure = sum(isinstance(each, Always) and each.value for each in found)
        left = tuple(each for each in found if not isinstance(each, Always))
        if not left:
            return self.constant(sure)
        counted = self._number((Count, tuple(map(id, left))), lambda: Count(left, 0, len(left)))
        return self.sum([(1, counted)], sure)

    # --- truths ------------------------------------------------------------------------------------------------------

    def always(self, value: bool) -> Truth:
        return self._truth((Always, value), lambda: Always(value))

    def among(self, of: Variable, table: tuple[bool, ...]) -> Truth:
        if all(table) or not any(table):
            return self.always(table[0])
        return self._truth((Among, id(of), table), lambda: Among(of, table))

    def at_most(self, left: Number, right: Number) -> Truth:
        if left.high <= right.low or left is right:
            return self.always(True)
        if left.low > right.high:
            return self.always(False)
        if isinstance(right, Constant) and isinstance(left, Sum):
            by, left = self.shared(left)
            right = self.constant(right.value // by)
        elif isinstance(left, Constant) and isinstance(right, Sum):
            by, right = self.shared(right)
            left = self.constant(-(-left.value // by))
        return self._truth((Compare, "<=", id(left), id(right)), lambda: Compare("<=", left, right))

    def less(self, left: Number, right: Number) -> Truth:
        return self.no(self.at_most(right, left))

    def equal(self, left: Number, right: Number) -> Truth:
        if left is right:
            return self.always(True)
        if left.high < right.low or right.high < left.low:
            return self.always(False)
        if left.low == left.high == right.low == right.high:
            return self.always(True)
        if id(left) > id(right):
            left, right = right, left
        return self._truth((Compare, "==", id(left), id(right)), lambda: Compare("==", left, right))

    def all(self, parts: Iterable[Truth]) -> Truth:
        once: dict[int, Truth] = {}
        for part in parts:
            if isinstance(part, Always):
                if not part.value:
                    return part
                continue
            once |= {id(each): each for each in (part.parts if isinstance(part, All) else (part,))}
        if any(isinstance(each, Not) and id(each.of) in once for each in once.values()):
            return self.always(False)
        if len(once) <= 1:
            return next(iter(once.values()), self.always(True))
        kept = tuple(once.values())
        return self._truth((All, tuple(sorted(once))), lambda: All(kept))

    def any(self, parts: Iterable[Truth]) -> Truth:
        once: dict[int, Truth] = {}
        for part in parts:
            if isinstance(part, Always):
                if part.value:
                    return part
                continue
            once |= {id(each): each for each in (part.parts if isinstance(part, Any) else (part,))}
        if any(isinstance(each, Not) and id(each.of) in once for each in once.values()):
            return self.always(True)
        if len(once) <= 1:
            return next(iter(once.values()), self.always(False))
        kept = tuple(once.values())
        return self._truth((Any, tuple(sorted(once))), lambda: Any(kept))

    def no(self, of: Truth) -> Truth:
        if isinstance(of, Always):
            return self.always(not of.value)
        if isinstance(of, Not):
            return of.of
        if isinstance(of, Among):
            return self.among(of.of, tuple(not each for each in of.table))
        return self._truth((Not, id(of)), lambda: Not(of))

    # --- what rests on one variable ----------------------------------------------------------------------------------

    def _number(self, key: tuple[object, ...], make: Callable[[], Number]) -> Number:
        made = self._once(key, make)
        if isinstance(made, Constant | Look | Variable):
            return made
        if made.low == made.high:  # type: ignore[union-attr]  # a number was made
            return self.constant(made.low)  # type: ignore[union-attr]
        alone = self._rests_on(made)
        if alone is not None:
            return self.look(alone, tuple(number(made, {id(alone): code}) for code in range(alone.high + 1)))  # type: ignore[arg-type]
        return made  # type: ignore[return-value]

    def _truth(self, key: tuple[object, ...], make: Callable[[], Truth]) -> Truth:
        made = self._once(key, make)
        if isinstance(made, Always | Among):
            return made
        alone = self._rests_on(made)
        if alone is not None:
            return self.among(alone, tuple(truth(made, {id(alone): code}) for code in range(alone.high + 1)))  # type: ignore[arg-type]
        return made  # type: ignore[return-value]

    def _once(self, key: tuple[object, ...], make: Callable[[], Node]) -> Node:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found

    def _rests_on(self, node: Node) -> Variable | None:
        """The one small variable that a node rests on; None where there is none or more than that."""
        found: Variable | None = None
        for each in inner(node):
            if isinstance(each, Constant | Always):
                continue
            if isinstance(each, Variable):
                its = each if each.small else None
            elif isinstance(each, Look | Among):
                its = each.of
            else:
                its = None  # would be a table, if it rested on one
            if its is None or (found is not None and its is not found):
                return None
            found = its
        return found
