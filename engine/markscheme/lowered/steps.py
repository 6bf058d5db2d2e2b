"""One step as integer arithmetic on what it reads: what `interpret` says, rule by rule. Knows grounds and what the
values read are held as; no program and no backend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from ..regions import ground
from ..regions.ground import Body, Cap, Ground
from .language import Number, Truth
from .terms import Claim, Held, NotLowered, Term, Terms, common_unit

REFUSED = {  # operators that have no integer arithmetic here: the interpreter works them out
    "median": "a median",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Which rules are not published: the step's own, each choice of its form, each limit. Columns of a `table` are read
    before any row, also those of which none asks anything (`unasked`)."""

    step: bool
    choices: tuple[bool, ...]
    limits: tuple[bool, ...]
    table: bool = False
    unasked: tuple[ground.Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Lowered:
    """`value` is before the step's own absence takes the place of nothing; `choice` is the place of the choice that
    decided, -1 for none; `limit` that of the last limit that changed the value, -1 for none."""

    value: Term
    choice: Number
    limit: Number


class Lowering:
    """One step: its terms and claims, made once each. `reads` are for each slot of the ground which variable it is, and
    how that is read."""

    def __init__(self, terms: Terms, reads: Sequence[tuple[int, Held]]) -> None:
        self._terms = terms
        self._make = terms.make
        self._reads = reads
        self._known_terms: dict[ground.Term, Term] = {}
        self._known_claims: dict[ground.Claim, Claim] = {}

    def step(self, of: Ground, marks: Marks) -> Lowered:
        value, choice = self.body(of.body, marks)
        value = self._marked(value, self._make.always(marks.step))
        limit = self._make.constant(-1)
        for cap in of.caps:
            value, limit = self.capped(value, limit, cap, marks.limits[cap.place])
        return Lowered(value, choice, limit)

    # --- forms and limits --------------------------------------------------------------------------------------------

    def body(self, body: Body, marks: Marks) -> tuple[Term, Number]:
        match body:
            case ground.Pick():
                return self.pick(body, marks)
            case ground.FirstOf(of):
                return self.first_of([self.term(each) for each in of])
            case _:
                return self.term(body), self._make.constant(-1)

    def pick(self, pick: ground.Pick, marks: Marks) -> tuple[Term, Number]:
        """The first choice that is not false decides; open, it gives nothing. Of rows of which one is true, that."""
        make, terms = self._make, self._terms
        reached = make.always(True)  # for what is read: the value needs no more than the order
        chain: list[tuple[Truth, Term, int]] = []
        marked: list[Truth] = []
        nothing = terms.known(ground.LACKING)
        if pick.over is not None:
            reached = make.any(make.always(True) if claim is None else self._not_false(claim) for claim in pick.over)
            chain.append((make.no(reached), nothing, -1))
            self._over_is_read(pick)
        if marks.table:
            marked += [self._subjects(claim) for claim, _ in pick.choices if claim is not None]
            marked += [self.term(each).marked for each in marks.unasked]
        for place, (claim, then) in enumerate(pick.choices):
            value = self._marked(self.term(then), make.always(marks.choices[place]))
            if claim is None:
                chain.append((make.always(True), value, place))
                break
            said = self.claim(claim)
            marked.append(make.all((reached, said.marked)))
            chain.append((said.true, value, place))
            if pick.first:
                chain.append((said.open, nothing, -1))
            past = (said.true, said.open) if pick.first else (said.true,)
            reached = make.all((reached, *map(make.no, past)))
        found, choice = nothing, make.constant(-1)
        for true, value, place in reversed(chain):
            found = terms.either(true, value, found)
            choice = make.choose(true, make.constant(place), choice)
        return self._marked(found, make.any(marked)), choice

    def first_of(self, of: Sequence[Term]) -> tuple[Term, Number]:
        make, terms = self._make, self._terms
        found, choice = terms.known(ground.LACKING), make.constant(-1)
        for place, term in reversed(tuple(enumerate(of))):
            there = make.no(terms.gone(term))
            # What is read on the way counts, also where it is not there.
            found = self._marked(terms.either(there, term, found), term.marked)
            choice = make.choose(there, make.constant(place), choice)
        return found, choice

    def capped(self, before: Term, limit: Number, cap: Cap, marked: bool) -> tuple[Term, Number]:
        """A limit that cannot change the value is not asked; an undecided one that could leaves nothing."""
        make, terms = self._make, self._terms
        bound, when = self.term(cap.bound), self.claim(cap.when)
        there = make.no(terms.gone(before))
        left, right = terms.sides(before, bound)
        within = make.at_most(left, right) if cap.kind == "at_most" else make.at_most(right, left)
        asked = make.all((there, make.any((terms.gone(bound), make.no(within)))))
        takes = make.all((asked, when.true))
        after = terms.either(takes, self._marked(bound, make.always(marked)), before)
        open_ = make.all((asked, when.open))
        after = terms.either(open_, terms.known(ground.LACKING), after)
        read = make.any((make.all((there, bound.marked)), make.all((asked, when.marked)), before.marked))
        return self._marked(after, read), make.choose(takes, make.constant(cap.place), limit)

    def _marked(self, term: Term, also: Truth) -> Term:
        marked = self._make.any((term.marked, also))
        return Term(term.top, term.bottom, term.unit, term.skipped, term.lacking, marked)

    def _subjects(self, claim: ground.Claim) -> Truth:
        """Whether a column of a table rests on what is not published, whatever its rows ask."""
        match claim:
            case ground.Said(_, subject, _) | ground.Decided(ground.Said(_, subject, _)):
                return self.term(subject).marked
            case ground.Joined(_, parts):
                return self._make.any([self._subjects(part) for part in parts])
            case _:
                raise AssertionError("rows of a table are made of cells")

    def _over_is_read(self, pick: ground.Pick) -> None:
        """Where all that a principle is applied to is read by its first rule anyway, reading it marks nothing more."""
        if not any(True in held.marked for _, held in self._reads):
            return
        first = pick.choices[0][0]
        parts = first.parts if isinstance(first, ground.Joined) else (first,)
        if not any(isinstance(p, ground.Counted) and tuple(i.kept for i in p.items) == pick.over for p in parts):
            raise NotLowered("a principle that rests on rules which are not published")

    # --- conditions --------------------------------------------------------------------------------------------------

    def claim(self, claim: ground.Claim) -> Claim:
        found = self._known_claims.get(claim)
        if found is None:
            found = self._known_claims[claim] = self._claim(claim)
        return found

    def _claim(self, claim: ground.Claim) -> Claim:
        make, terms = self._make, self._terms
        match claim:
            case ground.Said(op, subject, args):
                return self.said(op, self.term(subject), [self.term(arg) for arg in args])
            case ground.Decided(cell):
                said = self.claim(cell)
                return Claim(said.true, terms.never, said.marked)
            case ground.Counted():
                return self.counted(claim)
            case ground.Joined(op, parts):
                found = [self.claim(part) for part in parts]
                marked = make.any(each.marked for each in found)
                if op == "and":
                    true = make.all(each.true for each in found)
                    none_false = make.all(self._not_false(part) for part in parts)
                    return Claim(true, make.all((none_false, make.no(true))), marked)
                true = make.any(each.true for each in found)
                return Claim(true, make.all((make.any(each.open for each in found), make.no(true))), marked)
            case ground.Within(of, low, high):
                value = self.term(of)
                ends = [(self.term(end), op) for end, op in ((low, "floor"), (high, "ceiling")) if end is not None]
                said_of = [self.said(op, value, [end]) for end, op in ends]
                open_ = make.any((terms.gone(value), *(terms.gone(end) for end, _ in ends)))
                true = make.all((make.no(open_), *(each.true for each in said_of)))
                there = make.no(terms.gone(value))
                marked = make.any((value.marked, *(make.all((there, end.marked)) for end, _ in ends)))
                return Claim(true, open_, marked)
            case _:
                assert_never(claim)

    def _not_false(self, claim: ground.Claim) -> Truth:
        found = self.claim(claim)
        return self._make.any((found.true, found.open))

    def said(self, op: str, subject: Term, args: Sequence[Term]) -> Claim:
        make, terms = self._make, self._terms
        marked = make.any((subject.marked, *(arg.marked for arg in args)))
        if op in ("absent", "present"):
            gone = terms.gone(subject)
            return Claim(gone if op == "absent" else make.no(gone), terms.never, marked)
        open_ = make.any((terms.gone(subject), *map(terms.gone, args)))
        sides = [terms.sides(subject, arg) for arg in args]
        match op:
            case "equals":
                true = make.equal(*sides[0])
            case "differs":
                true = make.no(make.equal(*sides[0]))
            case "floor":
                true = make.at_most(sides[0][1], sides[0][0])
            case "ceiling":
                true = make.at_most(*sides[0])
            case "above":
                true = make.less(sides[0][1], sides[0][0])
            case "below":
                true = make.less(*sides[0])
            case "between":
                true = make.all((make.at_most(sides[0][1], sides[0][0]), make.at_most(*sides[1])))
            case "oneof":
                true = make.any(make.equal(*each) for each in sides)
            case _:
                raise _unknown(op)
        return Claim(make.all((true, make.no(open_))), open_, marked)

    def counted(self, claim: ground.Counted) -> Claim:
        """`at least N`: true if T >= N, false if T + U < N, else open; the others follow from it."""
        make, terms = self._make, self._terms
        asks_presence = claim.predicate in ("absent", "present")
        met, open_, judged, skipped = [], [], [], []
        marked = []
        for item in claim.items:
            kept = None if item.kept is None else self.claim(item.kept)
            value = self.term(item.value)
            args = [self.term(arg) for arg in item.args]
            said = self.said(claim.predicate, value, args)
            left_out = terms.never if asks_presence else value.skipped
            stays = make.no(left_out)
            true = make.always(True) if kept is None else kept.true
            unclear = terms.never if kept is None else kept.open
            met.append(make.all((true, stays, said.true)))
            open_.append(make.any((unclear, make.all((true, stays, said.open)))))
            judged.append(make.any((unclear, make.all((true, stays)))))
            skipped.append(make.all((true, left_out)))
            marked += [said.marked] if kept is None else [said.marked, kept.marked]
        needed = None if claim.needed is None else self.term(claim.needed)
        if needed is not None:
            marked.append(needed.marked)
        nothing = make.all((make.any(skipped), make.no(make.any(judged))))  # absence makes nothing vacuously true
        unknown = nothing if needed is None else make.any((nothing, terms.gone(needed)))
        sure = make.count(met)
        perhaps = make.count((*met, *open_))
        true, false = self._quantified(claim.op, met, open_, judged, sure, perhaps, needed)
        decided = make.no(unknown)
        open_now = make.any((unknown, make.no(make.any((true, false)))))
        return Claim(make.all((true, decided)), open_now, make.any(marked))

    def _quantified(
        self,
        op: str,
        met: list[Truth],
        open_: list[Truth],
        judged: list[Truth],
        sure: Number,
        perhaps: Number,
        needed: Term | None,
    ) -> tuple[Truth, Truth]:
        """True, and false; neither is open."""
        make = self._make
        match op:
            case "any":
                return make.any(met), make.no(make.any((*met, *open_)))
            case "none":
                return make.no(make.any((*met, *open_))), make.any(met)
            case "all":
                each = tuple(zip(met, open_, judged, strict=True))
                true = make.all(make.any((one, make.no(asked))) for one, _, asked in each)
                return true, make.any(make.all((asked, make.no(one), make.no(left))) for one, left, asked in each)
        assert needed is not None
        counts = [self._number(count) for count in (sure, perhaps)]
        match op:
            case "at_least":
                (high, low), (most, least) = (self._terms.sides(count, needed) for count in counts)
                return make.at_most(low, high), make.less(most, least)
            case "at_most":
                above = make.sum([(1, self._floor(needed))], 1)
                return make.less(perhaps, above), make.at_most(above, sure)
            case "exactly":
                whole = make.equal(*self._terms.sides(self._number(self._floor(needed)), needed))
                floor = self._floor(needed)
                false = make.any((make.no(whole), make.less(floor, sure), make.less(perhaps, floor)))
                return make.all((make.no(false), make.no(make.any(open_)))), false
            case _:
                raise _unknown(op)

    # --- values ------------------------------------------------------------------------------------------------------

    def term(self, term: ground.Term) -> Term:
        found = self._known_terms.get(term)
        if found is None:
            found = self._known_terms[term] = self._term(term)
        return found

    def _term(self, term: ground.Term) -> Term:
        make, terms = self._make, self._terms
        match term:
            case ground.Known(value):
                return terms.known(value)
            case ground.Slot(index):
                return terms.read(*self._reads[index])
            case ground.Worth(of, values):
                level = self.term(of)
                worths = [terms.known(value) for value in values]
                found = worths[0]
                for place, worth in enumerate(worths[1:], 1):
                    found = terms.either(make.at_most(make.constant(place), level.top), worth, found)
                return Term(found.top, found.bottom, found.unit, level.skipped, level.lacking, level.marked)
            case ground.Landing(of, positions):
                number = self.term(of)
                top = make.constant(positions[0][1])
                for figure, position in positions[1:]:
                    same = make.equal(*terms.sides(number, terms.known(figure)))
                    top = make.choose(same, make.constant(position), top)
                return Term(top, make.constant(1), Fraction(1), number.skipped, number.lacking, number.marked)
            case ground.Computed(op, args, mode):
                return self.computed(op, [self.term(arg) for arg in args], mode)
            case ground.Gathered():
                return self.gathered(term)
            case _:
                assert_never(term)

    def computed(self, op: str, args: Sequence[Term], mode: str) -> Term:
        """Arithmetic with an absent operand is absent."""
        make, terms = self._make, self._terms
        lacking = make.any(arg.lacking for arg in args)
        skipped = make.all((make.any(arg.skipped for arg in args), make.no(lacking)))
        marked = make.any(arg.marked for arg in args)
        first = args[0]
        match op:
            case "add" | "sub":
                second = args[1]
                unit = common_unit((first.unit, second.unit))
                left = make.times(make.sum([(int(first.unit / unit), first.top)]), second.bottom)
                right = make.times(make.sum([(int(second.unit / unit), second.top)]), first.bottom)
                top = make.sum([(1, left), (1 if op == "add" else -1, right)])
                bottom = make.times(first.bottom, second.bottom)
            case "mul":
                second = args[1]
                top, bottom = make.times(first.top, second.top), make.times(first.bottom, second.bottom)
                unit = first.unit * second.unit
            case "div":
                second = args[1]
                zero = make.all((make.no(make.any((skipped, lacking))), make.equal(second.top, make.constant(0))))
                lacking = make.any((lacking, zero))
                top, bottom, unit = terms.quotient(
                    make.times(first.top, second.bottom),
                    make.times(first.bottom, second.top),
                    first.unit / second.unit,
                )
            case "negative":
                top, bottom, unit = make.sum([(-1, first.top)]), first.bottom, first.unit
            case "greater" | "lesser" | "better_of":
                tops, unit = terms.same_units(args)
                top, bottom = make.extreme(op != "lesser", tops), make.constant(1)
            case "round":
                return self._rounded(first, args[1], mode, skipped, lacking, marked)
            case _:
                raise _unknown(op)
        return Term(top, bottom, unit, skipped, lacking, marked)

    def _rounded(self, of: Term, nearest: Term, mode: str, skipped: Truth, lacking: Truth, marked: Truth) -> Term:
        make = self._make
        if nearest.top.low != nearest.top.high or nearest.bottom.low != nearest.bottom.high:
            raise NotLowered("a rounding to a step that differs from record to record")
        step = nearest.unit * nearest.top.low / nearest.bottom.low
        ratio = of.unit / step
        top = make.sum([(ratio.numerator, of.top)])
        bottom = make.sum([(ratio.denominator, of.bottom)])
        twice = make.sum([(2, bottom)])
        match mode:
            case "down":
                found = make.floor(top, bottom)
            case "up":
                found = make.sum([(-1, make.floor(make.sum([(-1, top)]), bottom))])
            case "half_up":
                found = make.floor(make.sum([(2, top), (1, bottom)]), twice)
            case "half_down":
                found = make.sum([(-1, make.floor(make.sum([(-2, top), (1, bottom)]), twice))])
            case "half_even":
                high = make.floor(make.sum([(2, top), (1, bottom)]), twice)
                low = make.sum([(-1, make.floor(make.sum([(-2, top), (1, bottom)]), twice))])
                odd = make.less(make.sum([(2, make.floor(high, make.constant(2)))]), high)
                found = make.choose(odd, low, high)  # they differ halfway only, and then one is even
            case _:
                raise _unknown(mode)
        return Term(found, make.constant(1), step, skipped, lacking, marked)

    def gathered(self, term: ground.Gathered) -> Term:
        """`count` counts what is left; the others are absent if one left is unrated or, but for `sum`, none is left."""
        make, terms = self._make, self._terms
        left, values, weights = [], [], []
        lacking: list[Truth] = []
        skipped: list[Truth] = []
        marked: list[Truth] = []
        for item in term.items:
            kept = None if item.kept is None else self.claim(item.kept)
            value = self.term(item.value)
            true = make.always(True) if kept is None else kept.true
            stays = make.all((true, make.no(value.skipped)))
            marked += [value.marked] if kept is None else [value.marked, kept.marked]
            lacking += [] if kept is None else [kept.open]
            skipped.append(make.all((true, value.skipped)))
            if term.op != "count":
                lacking.append(make.all((stays, value.lacking)))
            if item.weight is not None:
                weight = self.term(item.weight)
                marked.append(make.all((stays, weight.marked)))
                lacking.append(make.all((stays, terms.gone(weight))))
                weights.append(weight)
            left.append(stays)
            values.append(value)
        nothing_left = make.no(make.any(left))
        if term.op == "sum":
            nothing_left = make.all((nothing_left, make.any(skipped)))
        if term.op != "count":
            lacking.append(nothing_left)
        top, bottom, unit, zero = self._aggregate(term.op, left, values, weights)
        return Term(top, bottom, unit, terms.never, make.any((*lacking, zero)), make.any(marked))

    def _aggregate(
        self, op: str, left: list[Truth], values: list[Term], weights: list[Term]
    ) -> tuple[Number, Number, Fraction, Truth]:
        """The value, and where a division by zero leaves none."""
        make, terms = self._make, self._terms
        one, nothing = make.constant(1), make.constant(0)
        if op == "count":
            return make.count(left), one, Fraction(1), terms.never
        if not values:
            return nothing, one, Fraction(1), terms.never
        tops, unit = terms.same_units(values)
        match op:
            case "best" | "highest" | "worst" | "lowest":
                greatest = op in ("best", "highest")
                end = make.constant(min(top.low for top in tops) if greatest else max(top.high for top in tops))
                picked = [make.choose(stays, top, end) for stays, top in zip(left, tops, strict=True)]
                return make.extreme(greatest, picked), one, unit, terms.never
            case "sum" | "mean":
                each: list[Number] = [one] * len(tops)
                of = Fraction(1)
                if weights:
                    each, of = terms.same_units(weights)
                pairs = list(zip(left, tops, each, strict=True))
                total = make.sum([(1, make.choose(s, make.times(top, w), nothing)) for s, top, w in pairs])
                if op == "sum":
                    return total, one, unit * of, terms.never
                whole = make.sum([(1, make.choose(stays, weight, nothing)) for stays, _, weight in pairs])
                zero = make.equal(whole, nothing)
                return (*terms.quotient(total, whole, unit), zero)
            case _:
                raise _unknown(op)

    def _number(self, count: Number) -> Term:
        never = self._terms.never
        return Term(count, self._make.constant(1), Fraction(1), never, never, never)

    def _floor(self, of: Term) -> Number:
        """The greatest whole number up to it."""
        make = self._make
        top, bottom = make.sum([(of.unit.numerator, of.top)]), make.sum([(of.unit.denominator, of.bottom)])
        return make.floor(top, bottom)


def _unknown(op: str) -> NotLowered | AssertionError:
    """What is refused is refused by name; what is only forgotten is a bug."""
    return NotLowered(REFUSED[op]) if op in REFUSED else AssertionError(f"nobody has said what `{op}` is as integers")
