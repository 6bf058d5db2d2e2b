"""Which numbers of an input a ground tells apart: those that give one outcome in every piece that reads nothing else
are one. Knows grounds and diagrams, no program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

from .building import Building
from .diagrams import Diagrams
from .domains import Cell
from .ground import (
    Computed,
    Counted,
    Decided,
    Gathered,
    Joined,
    Known,
    Landing,
    Said,
    Slot,
    Within,
    Worth,
)

_CLAIMS = (Said, Decided, Counted, Joined, Within)
_TERMS = (Known, Slot, Worth, Landing, Computed, Gathered)


def merged(ground: object, slot: int, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of an input's numbers, in order, with neighbours made one that the ground cannot tell apart."""
    pieces = list(_pieces(ground, slot, {}))
    if any(piece == Slot(slot) for piece in pieces):
        return tuple(cells)
    diagrams = Diagrams(len(cells) * (len(pieces) * 20 + 20))
    values = [(place, cell.value) for place, cell in enumerate(cells)]  # numbered, so that no two are one
    whole = diagrams.mapped(lambda pair: pair[1], diagrams.variable(0, values))
    building = Building(diagrams, lambda _: whole)
    roots = [diagrams.own(building.claim(p) if isinstance(p, _CLAIMS) else building.term(p)) for p in pieces]  # type: ignore[arg-type]
    marks = [tuple(diagrams.children[root][i] if diagrams.children[root] else root for root in roots)
             for i in range(len(cells))]  # fmt: skip
    found: list[Cell] = []
    last = None
    for cell, mark in zip(cells, marks, strict=True):
        if found and mark == last and cell.rule is None and found[-1].rule is None:
            found[-1] = replace(found[-1], high=cell.high)
        else:
            found.append(cell)
        last = mark
    return tuple(found)


def _pieces(node: object, slot: int, known: dict[int, frozenset[int]]) -> Iterator[object]:
    """The greatest pieces that read this slot and no other."""
    reads = _reads(node, known)
    if slot not in reads:
        return
    if len(reads) == 1 and isinstance(node, (*_CLAIMS, *_TERMS)):
        yield node
        return
    for inner in _inside(node):
        yield from _pieces(inner, slot, known)


def _reads(node: object, known: dict[int, frozenset[int]]) -> frozenset[int]:
    if isinstance(node, Slot):
        return frozenset((node.index,))
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = frozenset().union(*(_reads(inner, known) for inner in _inside(node)))
    return found


def _inside(node: object) -> Iterator[object]:
    if isinstance(node, tuple):
        yield from node
    elif is_dataclass(node):
        yield from (getattr(node, each.name) for each in fields(node))
