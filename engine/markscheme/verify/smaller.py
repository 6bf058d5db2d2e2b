"""A record, or two, that still show what they show, and are nearer to what asks for no attention: one value after the
other is put back. Knows records and inputs; what they show is told by whoever asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from .. import ir
from ..space import grain
from ..trace import Given, Key
from .replay import plain

Record = Mapping[Key, Given]
_SECONDS = 2.0
_HALVINGS = 40


def smaller(program: ir.Program, record: Record, holds: Callable[[Record], bool]) -> Record:
    """A record of which something still holds."""
    enough = time.monotonic() + _SECONDS
    for key in record:
        usual = plain(program.inputs[key[0]])
        if record[key] != usual and time.monotonic() < enough:
            tried = {**record, key: usual}
            if holds(tried):
                record = tried
    return record


def smaller_pair(
    program: ir.Program, first: Record, second: Record, holds: Callable[[Record, Record], bool]
) -> tuple[Record, Record]:
    """Two records of which something still holds, that differ in the same values, in fewer, or by less."""
    enough = time.monotonic() + _SECONDS
    for key in _apart(first, second):
        tried = {**second, key: first[key]}
        if first != tried and time.monotonic() < enough and holds(first, tried):
            second = tried
    for key in first:
        usual = plain(program.inputs[key[0]])
        if first[key] == second[key] != usual and time.monotonic() < enough:
            here, there = {**first, key: usual}, {**second, key: usual}
            if holds(here, there):
                first, second = here, there
    for key in _apart(first, second):
        for given in _between(program.inputs[key[0]].type, first[key], second[key]):
            tried = {**second, key: given}
            if time.monotonic() < enough and holds(first, tried):
                second = tried
                break
    return first, second


def _apart(first: Record, second: Record) -> list[Key]:
    return [key for key in first if first[key] != second[key]]


def _between(type: ir.Type, one: Given, other: Given) -> Iterator[Given]:
    """Values from the nearest to the first on to the second, ever further."""
    if other.stated is not None:  # it stands for an absence
        return
    low, high = one.value, other.value
    if isinstance(low, ir.Absent | str) or isinstance(high, ir.Absent | str):
        return
    step = grain(type) if isinstance(type, ir.Number) else Fraction(1)
    way, far = (1 if high > low else -1), abs(Fraction(high) - Fraction(low))
    for turn in range(_HALVINGS):
        by = step * 2**turn
        if by >= far:
            return
        value = Fraction(low) + way * by
        yield Given(int(value) if isinstance(low, int) else value)
