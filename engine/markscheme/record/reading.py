"""What a raw value of a record is held as: found in a table of the values met before, or typed by intake and put there.
Knows one input, no program."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from ..diagnostics import Problem
from ..intake.values import Reader
from ..ir import AbsenceRule, Choice, Number, Present, Scale, YesNo
from ..regions.domains import present

MOST_REMEMBERED = 4_096  # values of one input
LONGEST_REMEMBERED = 100  # characters
PLAIN = frozenset({str, int, float, type(None)})  # of each of these, equal values mean the same
_EXACT = 2**53  # up to which an integer and the float that equals it are written alike


class Miss(Exception):
    """A record that generated code does not rate: it is rejected, or laid out in another way."""


class Memo(dict[object, object]):
    """`memo[raw]` is what a value is held as. Raises `Miss` for what is no value of the input, `TypeError` for what
    cannot be looked up."""

    __slots__ = ("_hold", "_reader")

    def __init__(self, reader: Reader, hold: Callable[[Present | AbsenceRule], object]) -> None:
        super().__init__()
        self._reader = reader
        self._hold = hold

    def __missing__(self, raw: object) -> object:
        found = self._reader.read(raw, self._reader.declared.name)
        if isinstance(found, Problem):
            raise Miss
        held = self._hold(found)
        if memorable(raw) and len(self) < MOST_REMEMBERED:
            self[raw] = held
        return held


def memo(reader: Reader, hold: Callable[[Present | AbsenceRule], object]) -> dict[object, object]:
    """A table of what each raw value is held as. Where there are few they are all in it, in their usual spellings, and
    it says `KeyError` to any other; else it fills as it is asked."""
    declared = reader.declared
    points = present(declared.type)
    if points is None or len(points) > MOST_REMEMBERED:
        return Memo(reader, hold)
    raws: list[object] = [None, *(rule.reason for rule in declared.absent), *(rule.title for rule in declared.absent)]
    match declared.type:
        case Scale(levels=levels):
            raws += [word for level in levels for word in (level.name, level.title)]
            raws += [int(level.name) for level in levels if level.name.isdecimal()]
        case Choice(options):
            raws += [word for option in options for word in (option.name, option.title)]
        case YesNo():
            raws += ["yes", "no"]
        case Number():
            raws += _floats(declared.type)
    found: dict[object, object] = {}
    for raw in raws:
        value = reader.read(raw, declared.name)
        if not isinstance(value, Problem) and not _inexact(raw):
            found[raw] = hold(value)
    return found


@lru_cache(maxsize=64)
def _floats(type: Number) -> tuple[float, ...]:
    """Every value of a number, the same objects for all that have them: they stay in the processor's cache."""
    return tuple(float(point) for point in present(type) or () if isinstance(point, Fraction))


def memorable(raw: object) -> bool:
    """Whether what it means may be kept: it is short, and of a type of which equal values mean the same, and does not
    only say that it is."""
    plain = any(type(raw) is each for each in PLAIN)
    return plain and not _inexact(raw) and not (isinstance(raw, str) and len(raw) > LONGEST_REMEMBERED)


def _inexact(raw: object) -> bool:
    return isinstance(raw, int | float) and abs(raw) >= _EXACT
