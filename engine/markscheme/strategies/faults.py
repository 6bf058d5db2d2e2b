"""Values that an input must refuse, each with what is wrong with it. Knows what inputs declare, and no message."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from ..ir import Choice, Input, Number, Scale, YesNo, folded
from ..space import Space, digits, grain, text

MISSING = object()  # there is no such column

_NO_REASON = "lost_in_the_post"
_NO_NUMBERS = ("NaN", "-inf", "1e3", "1,5", "5%", "²")


def in_text(space: Space, declared: Input) -> Iterator[tuple[str, object]]:
    """Those that a column of text may hold, and `MISSING`. The commonest mistakes come first."""
    first = text(declared, space.candidates[declared.name][0])
    taken = _accepted(declared)
    match declared.type:
        case Scale() | Choice() | YesNo():
            words = (text(declared, value) for value in space.candidates[declared.name])
            yield from (("misspelt", slip) for word in words for slip in _slips(word) if folded(slip) not in taken)
        case Number(_, low, high):
            least, step = space.ends(declared.type)[0], grain(declared.type)
            yield "too many decimals", digits(least + step / 10)
            if low is not None:
                yield "out of range", digits(low - step)
            if high is not None:
                yield "out of range", digits(high + step)
    if _NO_REASON not in taken:
        yield "undeclared reason", _NO_REASON
    yield "misspelt", f"{first}{first[-1]}x"
    yield from (("no such value", each) for each in _NO_NUMBERS)
    if declared.empty is None:
        yield "missing", MISSING
        yield from (("empty", nothing) for nothing in ("", "  "))


def of_any_kind(space: Space, declared: Input) -> Iterator[tuple[str, object]]:
    """Those, and what only JSON or Python can hold."""
    yield from in_text(space, declared)
    first = text(declared, space.candidates[declared.name][0])
    kinds: tuple[object, ...] = (True, [first], {"value": first}, first.encode())
    yield from (("wrong kind", each) for each in kinds)
    yield from (("no such value", each) for each in (math.nan, math.inf, Decimal("NaN"), 10.0**300))
    if declared.empty is None:
        yield "empty", None
    if isinstance(declared.type, Scale):
        yield "no level", len(declared.type.levels) + 1_000
    if isinstance(declared.type, Number):
        low, step = space.ends(declared.type)[0], grain(declared.type)
        yield "too many decimals", Decimal(digits(low + step / 1000))
        yield "too many decimals", low + step / 3
        if declared.type.high is not None:
            yield "out of range", 10**30


def _accepted(declared: Input) -> set[str]:
    """Every word that the input does accept, as words are compared."""
    match declared.type:
        case Scale(_, levels):
            words = [word for level in levels for word in (level.name, level.title)]
        case Choice(options):
            words = [word for option in options for word in (option.name, option.title)]
        case YesNo() | Number():
            words = ["yes", "no"]
    words += [word for rule in declared.absent for word in (rule.reason, rule.title)]
    return {folded(word) for word in words}


def _slips(word: str) -> Iterator[str]:
    """A letter twice, two letters in the wrong order, and the last one left out."""
    middle = len(word) // 2
    yield word[:middle] + word[middle] + word[middle:]
    if middle and word[middle - 1] != word[middle]:
        yield word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    if len(word) > 1:
        yield word[:-1]
