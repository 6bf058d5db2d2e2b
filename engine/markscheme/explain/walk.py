"""What stands within a piece of a program, and which names a measure reads. Knows no values and no words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from ..diagnostics import Span
from ..ir import Choice, Each, Listed, Note, Number, Read, Scale, Step, YesNo


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a measure's rules and limits may read, and those of them that it counts or adds up."""

    read: frozenset[str]
    counted: frozenset[str]


def names_in(step: Step) -> Names:
    """Whatever the record: a rule that is not reached in it has its names here too."""
    parts = list(parts_of((step.form, step.limits)))
    items = [part.items if isinstance(part, Listed) else part.item for part in parts if isinstance(part, Each | Listed)]
    return Names(_reads(parts), _reads(parts_of(tuple(items))))


def parts_of(node: object) -> Iterator[object]:
    """A node and all within it, outermost first; not the types, the notes and the places in the file."""
    yield node
    if isinstance(node, tuple):
        for item in node:
            yield from parts_of(item)
    elif is_dataclass(node) and not isinstance(node, Span | Note | Scale | Choice | YesNo | Number):
        for each in fields(node):
            yield from parts_of(getattr(node, each.name))


def _reads(parts: Iterable[object]) -> frozenset[str]:
    return frozenset(part.name for part in parts if isinstance(part, Read))
