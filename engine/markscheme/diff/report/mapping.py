"""Inputs and levels that are not alike: what to write into the new file, with blanks to be filled in. Guesses
nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...ir import Program, Scale
from ..renaming import names
from ..verdicts import Difference

BLANK = "____"
_MOST = 40


def blanks(difference: Difference) -> str:
    """The YAML to paste: every input and level that only the old version has, each with a blank. The names that only
    the new one has stand beside it; which of them takes whose place is not known here. Empty where there is nothing to
    choose from, or the two are no versions of one methodology."""
    old, new = difference.old.program, difference.new.program
    if old.id != new.id:
        return ""
    inputs = list(_asked(tuple(old.inputs), tuple(new.inputs), "inputs"))
    levels = list(_asked(_levels(old), _levels(new), "levels"))
    if not inputs and not levels:
        return ""
    kept = [f"    {_key(one)}: {_key(other)}" for one, other in names(difference.new).items()]
    return "\n".join(["supersedes:", f'  version: "{old.version}"', "  renamed:", *kept, *inputs, *levels])


def _asked(old: Sequence[str], new: Sequence[str], what: str) -> Iterator[str]:
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    if not gone or not come:
        return
    more = f" and {len(come) - _MOST:,} more" if len(come) > _MOST else ""
    yield f"    # {what} that only the new version has: {', '.join(come[:_MOST])}{more}"
    yield from (f"    {_key(name)}: {BLANK}" for name in gone[:_MOST])
    if len(gone) > _MOST:
        yield f"    # and {len(gone) - _MOST:,} more"


def _key(name: str) -> str:
    """A numeral is quoted, as elsewhere in rule files where a name is meant."""
    return f'"{name}"' if name[:1].isdigit() else name


def _levels(program: Program) -> tuple[str, ...]:
    """Those of scales that inputs and results are on."""
    types = [each.type for each in program.inputs.values()]
    types += [step.type for step in program.steps if step.name in program.results]
    levels = (level.name for type in types if isinstance(type, Scale) for level in type.levels)
    return tuple(dict.fromkeys(levels))
