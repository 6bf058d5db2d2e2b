"""Which way one step goes, by comparing each combination of what its conditions tell apart with those beside it, as one
compares the cells of a table. What it reads is taken to be independent, and conditions that count to be true or false
as they like: more than can happen, so what never worsens here never does. Knows grounds, motions and diagrams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol, assert_never

from .. import ir
from ..regions.building import Building
from ..regions.diagrams import Diagrams, TooLarge
from ..regions.domains import cells_between
from ..regions.ground import (
    LACKING,
    SKIPPED,
    Body,
    Cap,
    Claim,
    Computed,
    Counted,
    Decided,
    FirstOf,
    Gathered,
    Ground,
    Joined,
    Known,
    Landing,
    Pick,
    Said,
    Slot,
    Term,
    Within,
    Worth,
)
from ..regions.walks import pairs
from .motion import Motion, Ruling, Way, bounds_of, rank

_WIDEST = 40  # values of a column
_WORDS = ("no", "yes")


class Reads(Protocol):
    """What is known of the pieces of a ground."""

    def term(self, term: Term) -> Motion: ...
    def claim(self, claim: Claim) -> Ruling: ...


def neighbours(ground: Ground, reads: Reads, diagrams: Diagrams) -> tuple[Way, bool] | None:
    """The way of a step, before its absence is treated as declared, and whether it never comes or goes; None where that
    cannot be told."""
    columns = _Columns(reads)
    try:
        seen = columns.ground(ground)
        if not columns.found:
            return None
        return _walked(seen, list(columns.found.values()), diagrams)
    except (TooLarge, _Unseen, RecursionError):
        return None


def _walked(seen: Ground, columns: Sequence[_Column], diagrams: Diagrams) -> tuple[Way, bool]:
    nodes, moves, costs = [], {}, []
    for level, column in enumerate(columns):
        values, apart = column.values()
        nodes.append(diagrams.variable(level, values))
        costs.append((0,) * len(values))
        if apart:
            moves[level] = apart
    built = Building(diagrams, lambda index: nodes[index]).step(seen)
    if not moves:
        return "still", True
    found = pairs(diagrams, built.settled, moves, costs, many=True)
    rises = falls = fixed = True
    for before, after in found:
        if isinstance(before, ir.Absent) or isinstance(after, ir.Absent):
            fixed &= before == after
            continue
        one, other = rank(before), rank(after)
        if one is None or other is None:
            rises &= before == after
            falls &= before == after
        else:
            rises &= one <= other
            falls &= one >= other
    return "still" if rises and falls else "up" if rises else "down" if falls else "any", fixed


class _Unseen(Exception):
    """A number that is handed on, and not compared with figures."""


@dataclass(slots=True)
class _Column:
    """Something that conditions ask about, with the figures or words that it is compared with; a condition that counts
    has the values 0 and 1."""

    index: int
    motion: Motion
    marks: set[ir.Value] = field(default_factory=set)
    whole: bool = False  # every value counts

    def values(self) -> tuple[tuple[ir.Value, ...], tuple[tuple[int, int], ...]]:
        """What it can be, present ones first, in order; and the places before and after of every move."""
        there = self._present()
        gone = [each for each, may in ((SKIPPED, self.motion.skip), (LACKING, self.motion.lack)) if may]
        moves: list[tuple[int, int]] = []
        for i in range(len(there)):
            for j in range(len(there)):
                rising = self.motion.way == "up" and i < j
                falling = self.motion.way == "down" and i > j
                if rising or falling or (self.motion.way == "any" and i != j):
                    moves.append((i, j))
        every = range(len(there) + len(gone))
        if not self.motion.fixed:
            moves += [(i, j) for i in every for j in every if i != j and max(i, j) >= len(there)]
        return (*there, *gone), tuple(moves)

    def _present(self) -> list[ir.Value]:
        words = [mark for mark in self.marks if isinstance(mark, str)]
        reach = self.motion.bounds
        if words and (reach.low is None or not set(words) <= set(_WORDS)):  # a choice: it has no order
            if self.whole:
                raise _Unseen
            return [*sorted(words), ""]
        if words:
            return [word for place, word in enumerate(_WORDS) if reach.may_be(Fraction(place))]
        points = reach.points
        if points is not None and len(points) <= _WIDEST and (self.whole or reach.step == 1):
            return list(points)
        if self.whole:
            raise _Unseen
        cuts = {Fraction(mark) for mark in self.marks if isinstance(mark, int | Fraction)}
        number = ir.Number(None, reach.low, reach.high)
        found: list[ir.Value] = [cell.value for cell in cells_between(number, cuts)]
        if len(found) > _WIDEST:
            raise _Unseen
        return found


class _Columns:
    """A ground whose slots are what its conditions ask about."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self.found: dict[Term | Claim, _Column] = {}

    def ground(self, ground: Ground) -> Ground:
        caps = tuple(Cap(c.place, c.kind, self.outcome(c.bound), self.claim(c.when)) for c in ground.caps)
        return replace(ground, body=self.body(ground.body), caps=caps)

    def body(self, body: Body) -> Body:
        match body:
            case Pick(choices, first, over):
                seen = tuple((None if when is None else self.claim(when), self.outcome(then)) for when, then in choices)
                return Pick(seen, first, over and tuple(None if c is None else self.claim(c) for c in over))
            case FirstOf(of):
                return FirstOf(tuple(self.outcome(each) for each in of))
            case _:
                return self.outcome(body)

    def claim(self, claim: Claim) -> Claim:
        match claim:
            case Said():
                return self.said(claim)
            case Decided(cell):
                return Decided(self.said(cell))
            case Joined(op, parts):
                return Joined(op, tuple(self.claim(part) for part in parts))
            case Counted():
                return self.truth(claim)
            case Within(of, low, high):
                ends = [end for end in (low, high) if end is not None]
                if all(isinstance(end, Known) for end in ends):
                    return Within(self.column(of, ends), low, high)
                return self.truth(claim)
            case _:
                assert_never(claim)

    def said(self, said: Said) -> Said:
        if said.op in ("absent", "present") or all(isinstance(arg, Known) for arg in said.args):
            return Said(said.op, self.column(said.subject, said.args), said.args)
        return self.truth(said)

    def truth(self, claim: Claim) -> Said:
        column = self.found.get(claim)
        if column is None:
            ruling = self.reads.claim(claim)
            reach = replace(_TRUTH, way=ruling.way, fixed=ruling.fixed, lack=ruling.open)
            column = self.found[claim] = _Column(len(self.found), reach)
        return Said("equals", Slot(column.index), (Known(Fraction(1)),))

    def outcome(self, term: Term) -> Term:
        return self.column(term, (), True)

    def column(self, term: Term, against: Sequence[Term], whole: bool = False) -> Term:
        match term:
            case Known():
                return term
            case Slot() | Worth() | Landing() | Computed() | Gathered():
                column = self.found.get(term)
                if column is None:
                    column = self.found[term] = _Column(len(self.found), self.reads.term(term))
                column.marks.update(each.value for each in against if isinstance(each, Known))
                column.whole |= whole
                return Slot(column.index)
            case _:
                assert_never(term)


_TRUTH = Motion("still", True, False, False, bounds_of(ir.YesNo()))
