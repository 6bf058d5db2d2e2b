"""Records with one value that must be refused, made from good ones. Knows what inputs declare, and no message."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from hypothesis import strategies as st
from strategies import Space, digits, grain, records, text, written

from markscheme.intake.headings import label
from markscheme.ir import Input, Number, Scale

MISSING = object()


@st.composite
def spoilt(draw: st.DrawFn, space: Space) -> tuple[dict[str, object], str, str]:
    """A record with one value that is wrong, its column, and how it is wrong."""
    record = written(space.program, draw(records(space)))
    key, declared = draw(st.sampled_from(space.keys))
    how, value = draw(st.sampled_from(tuple(wrongs(space, declared))))
    column = label(key)
    if value is MISSING:
        del record[column]
    else:
        record[column] = value
    return record, column, how


def wrongs(space: Space, declared: Input) -> Iterator[tuple[str, object]]:
    """Values that an input must refuse, each with what is wrong with it."""
    first = text(declared, space.candidates[declared.name][0])
    yield "undeclared reason", "lost_in_the_post"
    yield "misspelt", f"{first}{first[-1]}x"
    kinds: tuple[object, ...] = (True, [first], {"value": first}, first.encode())
    texts: tuple[object, ...] = (math.nan, math.inf, Decimal("NaN"), "NaN", "-inf", "1e3", "1,5", "5%", "²", 10.0**300)
    yield from (("wrong kind", each) for each in kinds)
    yield from (("no such value", each) for each in texts)
    if declared.empty is None:
        yield "missing", MISSING
        for nothing in ("", "  ", None):
            yield "empty", nothing
    if isinstance(declared.type, Scale):
        yield "no level", len(declared.type.levels) + 1_000
    if isinstance(declared.type, Number):
        low, _ = space.ends(declared.type)
        step = grain(declared.type)
        yield "too many decimals", digits(low + step / 10)
        yield "too many decimals", Decimal(digits(low + step / 1000))
        yield "too many decimals", low + step / 3
        if declared.type.low is not None:
            yield "out of range", digits(declared.type.low - step)
        if declared.type.high is not None:
            yield "out of range", digits(declared.type.high + step)
            yield "out of range", 10**30
