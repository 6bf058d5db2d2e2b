"""The two questions about a rated record: what would reach a level, and what would lose the one it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..interpret import interpret
from ..ir import Absent, Present, Program
from ..trace import Given, Key
from .answering import STATES_IN_ALL, Asking, Told
from .limits import holding
from .ways import Ways


def _silent(done: int, of: int) -> None:
    """Nobody is told."""


def reached(
    program: Program,
    given: Mapping[Key, Given],
    key: Key,
    level: Present,
    absences: bool | None = None,
    progress: Told = _silent,
    states: int = STATES_IN_ALL,
) -> Ways:
    """What it takes that a result is at least at a level; or is one, where its values have no order.

    Values become better, of an input without a direction any other; values that are there stay there. Those that are
    absent stay absent too unless nothing else does; `absences` says instead that they may or may not be given.
    """
    found = Asking(program, given, key, "reach", level, absences, progress, states).answered()
    if found.there:
        return found
    return replace(found, held=tuple(holding(program, given, found, absences, progress, states // 2)))


def lost(
    program: Program,
    given: Mapping[Key, Given],
    key: Key,
    absences: bool | None = None,
    progress: Told = _silent,
    states: int = STATES_IN_ALL,
) -> Ways | None:
    """What would lose a result the value it has: values become worse until it is worse, or another where its values
    have no order. None where there is no value to lose."""
    value = interpret(program, given).outcomes[key].value
    if isinstance(value, Absent):
        return None
    return Asking(program, given, key, "lose", value, absences, progress, states).answered()
