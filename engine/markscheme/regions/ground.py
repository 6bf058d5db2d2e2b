"""A step for one combination of members, with axes, loops and constants worked out: only what it reads is left open.

Two steps that differ only in what they read have equal grounds, so what is found out for one holds for the other.
Knows how members are found, as `interpret` does; no meaning of an operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Literal, assert_never

from .. import ir
from ..interpret import loop_members, member_of
from ..trace import Key

SKIPPED = ir.Absent("", skip=True)
LACKING = ir.Absent("", skip=False)


# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """`kind` keeps a level apart from the number it equals."""

    value: ir.Value
    kind: type = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", type(self.value))


@dataclass(frozen=True, slots=True)
class Slot:
    """The value of the thing that is read as number `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class Worth:
    of: Term
    values: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Landing:
    of: Term
    positions: tuple[tuple[Fraction, int], ...]


@dataclass(frozen=True, slots=True)
class Computed:
    op: str
    args: tuple[Term, ...]
    mode: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """One item of an aggregate. `kept` is None where no `where` is asked."""

    kept: Claim | None
    value: Term
    weight: Term | None


@dataclass(frozen=True, slots=True)
class Gathered:
    op: str
    items: tuple[Weighed, ...]


Term = Known | Slot | Worth | Landing | Computed | Gathered


# --- conditions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    op: str
    subject: Term
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A table cell in a column where absence is a value like any other: undecided counts as false."""

    cell: Said


@dataclass(frozen=True, slots=True)
class Judged:
    """One item of a quantifier."""

    kept: Claim | None
    value: Term
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantifier: `predicate` said of the items, `needed` of them where it counts."""

    op: str
    needed: Term | None
    predicate: str
    items: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    op: Literal["and", "or"]
    parts: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a value is in a band; undecided where the value or an end is absent."""

    of: Term
    low: Term | None
    high: Term | None


Claim = Said | Decided | Counted | Joined | Within


# --- steps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pick:
    """The outcome of one of several choices, each with the condition under which it decides (None: always).

    `first`: the first that is not false decides, undecided it gives nothing. Otherwise the true one does. Where `over`
    is given and none of it is kept, there is no value.
    """

    choices: tuple[tuple[Claim | None, Term], ...]
    first: bool
    over: tuple[Claim | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first value that is present."""

    of: tuple[Term, ...]


Body = Pick | FirstOf | Known | Slot | Worth | Landing | Computed | Gathered


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that concerns these members; `place` is its place among the limits of the step."""

    place: int
    kind: Literal["at_most", "at_least"]
    bound: Term
    when: Claim


@dataclass(frozen=True, slots=True)
class Ground:
    """`absent` is what an absence becomes: a value, or an absence that is left out or that leaves things open."""

    body: Body
    caps: tuple[Cap, ...]
    absent: Known


@dataclass(frozen=True, slots=True)
class Grounded:
    """A step's ground, and what its slots read: inputs and steps, in the order in which they are first read."""

    ground: Ground
    reads: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class GroundedClaim:
    """The same of a condition that stands alone: a guarantee's."""

    claim: Claim
    reads: tuple[Key, ...]


def ground_step(program: ir.Program, step: ir.Step, members: tuple[str, ...]) -> Grounded:
    """One step for one combination of members."""
    here = _Here(program)
    at = dict(zip(step.axes, members, strict=True))
    body = here.body(step.form, at)
    caps = tuple(
        Cap(place, limit.kind, here.term(limit.bound, at), here.claim(limit.when, at))
        for place, limit in enumerate(step.limits)
        if limit.member is None or at[limit.member[0]] == limit.member[1]
    )
    return Grounded(Ground(body, caps, Known(instead(step.absent))), tuple(here.reads))


def ground_unasked(program: ir.Program, step: ir.Step, members: tuple[str, ...]) -> tuple[Term, ...]:
    """The columns of a table of which no row asks anything. They are read all the same, and first: their slots are
    those of the step's ground."""
    here = _Here(program)
    return tuple(here.unasked(step.form, dict(zip(step.axes, members, strict=True))))


def ground_claim(program: ir.Program, condition: ir.Condition) -> GroundedClaim:
    """A condition outside all steps."""
    here = _Here(program)
    return GroundedClaim(here.claim(condition, {}), tuple(here.reads))


def instead(rule: ir.AbsenceRule | None) -> ir.Value:
    """What a declared absence is to those who read it: its value, or that it is left out, or that it is lacking."""
    if rule is None:
        return LACKING  # never asked: resolve has proved that there is a value
    if rule.value is not None:
        return rule.value
    return SKIPPED if rule.treatment == "skip" else LACKING


@dataclass(slots=True)
class _Here:
    program: ir.Program
    reads: dict[Key, int] = field(default_factory=dict)

    def unasked(self, form: ir.Form, at: Mapping[str, str]) -> list[Term]:
        if not isinstance(form, ir.Table):
            return []
        columns = enumerate(form.columns)
        return [self.term(each, at) for place, each in columns if all(row.cells[place] is None for row in form.rows)]

    def body(self, form: ir.Form, at: Mapping[str, str]) -> Body:
        match form:
            case ir.Formula(value):
                return self.term(value, at)
            case ir.Rules(rules, over=over):
                choices = tuple((self.claim(r.when, at) if r.when else None, self.term(r.then, at)) for r in rules)
                if over is None:
                    return Pick(choices, True)
                kept = tuple(
                    self.claim(where, inside) if where else None for _, (where, inside) in self.items(over, at)
                )
                return Pick(choices, True, kept)
            case ir.Table(rows=rows, hit=hit, two_valued=two_valued):
                self.unasked(form, at)  # each cell says what it tests, but an untested one is read, too
                return Pick(tuple((self.row(r, two_valued, at), self.term(r.then, at)) for r in rows), hit == "first")
            case ir.Bands(of, bands):
                term = self.term(of, at)
                return Pick(tuple((self.band(term, band, at), self.term(band.then, at)) for band in bands), True)
            case ir.FirstPresent(reads):
                return FirstOf(tuple(self.term(read, at) for read in reads))
            case _:
                assert_never(form)

    def row(self, row: ir.Row, two_valued: tuple[bool, ...], at: Mapping[str, str]) -> Claim | None:
        cells: list[Claim] = []
        for column, cell in enumerate(row.cells):
            if cell is not None:
                said = self.said(cell, at)
                cells.append(Decided(said) if two_valued and two_valued[column] else said)
        return Joined("and", tuple(cells)) if cells else None

    def band(self, of: Term, band: ir.Band, at: Mapping[str, str]) -> Claim:
        low = None if band.low is None else self.term(band.low, at)
        return Within(of, low, None if band.high is None else self.term(band.high, at))

    # --- conditions --------------------------------------------------------------------------------------------------

    def claim(self, condition: ir.Condition, at: Mapping[str, str]) -> Claim:
        match condition:
            case ir.Test():
                return self.said(condition, at)
            case ir.Quantify(op, count, over, predicate):
                needed = None if count is None else self.term(count, at)
                items = tuple(
                    Judged(
                        self.claim(kept[0], kept[1]) if kept[0] else None,
                        self.term(item, kept[1]),
                        tuple(self.term(arg, kept[1]) for arg in predicate.args),
                    )
                    for item, kept in self.items(over, at)
                )
                return Counted(op, needed, predicate.op, items)
            case ir.Join(op, parts):
                return Joined(op, tuple(self.claim(part, at) for part in parts))
            case _:
                assert_never(condition)

    def said(self, test: ir.Test, at: Mapping[str, str]) -> Said:
        predicate = test.predicate
        return Said(predicate.op, self.term(test.subject, at), tuple(self.term(arg, at) for arg in predicate.args))

    def items(
        self, over: ir.Collection, at: Mapping[str, str]
    ) -> Iterator[tuple[ir.Expr, tuple[ir.Condition | None, Mapping[str, str]]]]:
        """Each item with the condition on which it is kept and the members it is seen from."""
        match over:
            case ir.Listed(items):
                yield from ((item, (None, at)) for item in items)
            case ir.Each(loops, item, where):
                choices = [loop_members(self.program.sets, loop, at) for loop in loops]
                for members in product(*choices):
                    inside = {**at, **{loop.set: m for loop, m in zip(loops, members, strict=True)}}
                    yield item, (where, inside)
            case _:
                assert_never(over)

    # --- values ------------------------------------------------------------------------------------------------------

    def term(self, expr: ir.Expr, at: Mapping[str, str]) -> Term:
        match expr:
            case ir.Read(name, indices):
                return self.read(name, tuple(member_of(self.program.sets, index, at) for index in indices))
            case ir.Literally(value):
                return Known(LACKING if isinstance(value, ir.Absent) else value)
            case ir.Worth(of, values):
                return Worth(self.term(of, at), values)
            case ir.Landing(of, positions):
                return Landing(self.term(of, at), tuple(sorted(positions.items())))
            case ir.Apply(op, args):
                return Computed(op, tuple(self.term(arg, at) for arg in args), expr.mode)
            case ir.Gather(op, over, weight):
                items = tuple(
                    Weighed(
                        self.claim(kept[0], kept[1]) if kept[0] else None,
                        self.term(item, kept[1]),
                        self.term(weight, kept[1]) if weight else None,
                    )
                    for item, kept in self.items(over, at)
                )
                return Gathered(op, items)
            case _:
                assert_never(expr)

    def read(self, name: str, members: tuple[str, ...]) -> Term:
        if name in self.program.constants:
            return Known(self.program.constants[name].values[members])
        return Slot(self.reads.setdefault((name, members), len(self.reads)))
