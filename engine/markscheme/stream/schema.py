"""The columns of results as Arrow has them. Knows a program and the types of what is carried through; no value.

Each dictionary is the same throughout a file, in declared order, whatever the records have: so the same results are the
same bytes, in whichever batches they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ..columns import Rater
from ..intake.headings import label
from ..ir import Choice, Number, Program, Scale, Type, YesNo
from .heads import around, reason, results_of

STATUSES = ("rated", "unrated", "rejected")
_SMALL = 127  # entries of a dictionary of one byte


@dataclass(frozen=True, slots=True)
class Layout:
    """`schema` is that of a file of results: the column that names records, those of the program, those carried
    through: `carried` are the names that these have in the data. `words` are the entries of each dictionary."""

    schema: pa.Schema
    own: tuple[str, ...]
    carried: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]

    @property
    def naming(self) -> str:
        return str(self.schema.names[0])


def layout(
    program: Program,
    decided: bool,
    naming: str,
    named: pa.DataType,
    carried: Mapping[str, pa.DataType],
    rater: Rater | None = None,
) -> Layout:
    """`named` is the type of the column that names records; `rater` one of the program, where there is one."""
    words = _words(program)
    types = own_types(program, decided, rater)
    first, others = around(naming, carried, types)
    fields = [
        pa.field(first, named),
        *(pa.field(name, type) for name, type in types.items()),
        *(pa.field(head, type) for head, type in zip(others, carried.values(), strict=True)),
    ]
    return Layout(pa.schema(fields), tuple(types), tuple(carried), words)


def own_types(program: Program, decided: bool, rater: Rater | None = None) -> dict[str, pa.DataType]:
    """The columns of the program's own, in order."""
    words = _words(program)
    rater = Rater(program) if rater is None or decided else rater  # that of one which tells what decided has more
    rated = rater.rate({}).results.schema  # which numbers always end, and in how many digits
    types = {name: _coded(words[name]) if name in words else pa.string() for name in _ordered(program, decided)}
    types |= {name: rated.field(name).type for name in types if name in rated.names and name not in words}
    if "not_published" in rated.names:
        types["not_published"] = pa.bool_()
    if "assumed" in rated.names:
        types["assumed"] = pa.dictionary(pa.int32(), pa.string())
    return types


def naming_type(type: pa.DataType | None) -> pa.DataType:
    """Of the column that names records, where that of the data is `type`: integers are kept, all else is text."""
    return type if type is not None and pa.types.is_integer(type) else pa.string()


def _ordered(program: Program, decided: bool) -> list[str]:
    labels = [label(key) for key, _ in results_of(program)]
    absent = [f"absent.{label(key)}" for key, step in results_of(program) if reason(step) is not None]
    by = [f"decided.{each}" for each in labels if decided]
    return [*labels, *absent, *by, "status"]


def _words(program: Program) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {"status": STATUSES}
    for key, step in results_of(program):
        name = label(key)
        if (why := reason(step)) is not None:
            found[f"absent.{name}"] = (why,)
        if (known := _names(step.type)) is not None:
            found[name] = known
    return found


def _names(type: Type) -> tuple[str, ...] | None:
    match type:
        case Scale(_, levels):
            return tuple(level.name for level in levels)
        case Choice(options):
            return tuple(option.name for option in options)
        case YesNo():
            return ("no", "yes")
        case Number():
            return None


def _coded(words: tuple[str, ...]) -> pa.DataType:
    return pa.dictionary(pa.int8() if len(words) <= _SMALL else pa.int32(), pa.string())
