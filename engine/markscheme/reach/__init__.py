"""What would it take: the least changes of a record that give a result another value, proved complete; and a record
with a challenged fact put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..interpret import interpret
from ..ir import Absent
from ..methodology import Result
from . import what_it_takes
from .asking import Unclear, asked_level, asked_result, corrected
from .comparison import WhatIf
from .ways import Ways

__all__ = ["Unclear", "Ways", "WhatIf", "lost", "reached", "what_if"]


def reached(result: Result, level: object, of: str | None = None, absences: bool | None = None) -> Ways:
    """The least changes of a rated record by which a result is at least at `level`. `of` names the result (`overall`,
    `rating for safe`); else it is the one that stands for the whole body.

    Inputs marked `changeable` change, where any are, else all; values that are absent are given one only where nothing
    else does, or as `absences` says. Raises ValueError for a name or a level that there is not.
    """
    key = asked_result(result.program, of)
    given = result.trace.given
    wanted = asked_level(result.program, key, level)
    return replace(what_it_takes.reached(result.program, given, key, wanted, absences), record=result.id)


def lost(result: Result, of: str | None = None, absences: bool | None = None) -> Ways:
    """The least changes for the worse by which a result of a rated record is worse than it is. Raises ValueError for a
    name that there is not, and where there is no value to lose."""
    key = asked_result(result.program, of)
    found = what_it_takes.lost(result.program, result.trace.given, key, absences)
    if found is None:
        value = result.trace.outcomes[key].value
        assert isinstance(value, Absent)
        raise Unclear(f"`{key[0]}` is {value.reason}: there is nothing to lose")
    return replace(found, record=result.id)


def what_if(result: Result, facts: Mapping[str, object], of: str | None = None) -> WhatIf:
    """A rated record with other values for some inputs, named as data name them, beside what it was. Raises ValueError
    for a name or a value that there is not."""
    changed = corrected(result.program, facts)
    after = interpret(result.program, {**result.trace.given, **changed})
    name = None if of is None else asked_result(result.program, of)[0]
    return WhatIf(result.program, tuple(changed), result.trace, after, result.id, name)
