"""What a case gives: values by their full names, each with its place. Knows no result, and not what a value means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from . import document
from .diagnostics import Problem, Span
from .document import Node, Scalar
from .intake import Intake
from .syntax import Phrase

NOTHING = "-"  # in a table: the row says nothing here


@dataclass(slots=True)
class Said:
    """Values by their full names, where they stand, where their names stand, and what is wrong with the names."""

    raw: dict[str, object] = field(default_factory=dict)
    values: dict[str, Span] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """A name as it is written, and the full names of the values that it stands for."""

    written: str
    meant: tuple[str, ...]


def namings(names: Iterable[str], intake: Intake) -> tuple[tuple[Naming, ...], tuple[Problem, ...]]:
    """What each name stands for: itself where it is no name of a value. Those of a whole input come first, so that its
    members have what is said of them. The problems are names that say the same twice."""
    wholes: dict[tuple[str, ...], str] = {}
    own: dict[tuple[str, ...], str] = {}
    problems = []
    for name in names:
        meant, whole = intake.meant(name)
        first = (wholes if whole else own).setdefault(meant or (name,), name)
        if first is not name:
            of = meant[0].rpartition(".")[0] if whole else meant[0]
            message = f"`{first}` and `{name}` both hold `{of}`"
            problems.append(Problem("MS532", message, name, hint="keep one of them"))
    found = tuple(Naming(name, meant) for each in (wholes, own) for meant, name in each.items())
    return found, tuple(problems)


def said(given: document.Mapping, intake: Intake) -> Said:
    """What a mapping of a case gives; it may be nested by member."""
    found = Said()
    leaves = dict(_leaves(given, "", found))
    names, found.problems = namings(leaves, intake)
    for name in names:
        value = leaves[name.written]
        for each in name.meant:
            found.raw[each] = Decimal(value.text) if value.number else value.text
            found.values[each] = value.span
            found.keys.setdefault(each, found.keys[name.written])
    return found


def row(names: Iterable[Naming], cells: Mapping[str, Phrase], shared: Said) -> Said:
    """What a row of a table gives; `shared` holds where it says nothing."""
    found = Said(dict(shared.raw), dict(shared.values), shared.keys)
    for name in names:
        cell = cells[name.written]
        for each in name.meant:
            if cell.text != NOTHING:
                found.raw[each], found.values[each] = cell.text, cell.span
            elif each not in found.raw:
                found.raw[each], found.values[each] = None, cell.span
    return found


def _leaves(node: Node, path: str, found: Said) -> Iterator[tuple[str, Scalar]]:
    """Every value with its name with dots; notes the places, also of what has others inside."""
    found.values[path] = node.span
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, document.Mapping):
        for entry in node:
            name = f"{path}.{entry.key.text}" if path else entry.key.text
            found.keys[name] = entry.key.span
            yield from _leaves(entry.value, name, found)
