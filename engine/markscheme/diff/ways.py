"""Which way a value goes from one version to the other. Knows types, no record."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from ..ir import Absent, Choice, Number, Scale, Type, Value, YesNo
from ..space import direction
from .verdicts import Way


def directed(old: Type, new: Type) -> bool:
    """Whether of two values of these types one can be higher: levels of scales that have the same names in one order,
    numbers, and yes and no where one of them is better."""
    match old, new:
        case Scale(levels=one), Scale(levels=other):
            return [level.name for level in one] == [level.name for level in other]
        case Number(), Number():
            return True
        case YesNo(), YesNo():
            return direction(old) == direction(new) != 0
        case _:
            return False


def way(old_type: Type, new_type: Type, old: Value, new: Value) -> Way | None:
    """How `new` stands to `old`; None where they are the same. Levels are the same that have one name."""
    if isinstance(old, Absent) and isinstance(new, Absent):
        return "another reason" if old.reason != new.reason else None
    if isinstance(old, Absent):
        return "newly rated"
    if isinstance(new, Absent):
        return "no longer rated"
    one, other = plain(old, old_type), plain(new, new_type)
    if one == other:
        return None
    if not directed(old_type, new_type):
        return "otherwise"
    if isinstance(new_type, YesNo):
        return "higher" if (other == "yes") == (direction(new_type) > 0) else "lower"
    return "higher" if new > old else "lower"  # type: ignore[operator]  # of one type


def plain(value: int | Fraction | str, type: Type) -> str | Fraction:
    """A value as files write it: a level by its name, since its position moves when a level is added."""
    match type:
        case Scale(_, levels):
            assert isinstance(value, int)
            return levels[value].name
        case Number():
            return Fraction(value)
        case Choice() | YesNo():
            return str(value)
        case _:
            assert_never(type)
