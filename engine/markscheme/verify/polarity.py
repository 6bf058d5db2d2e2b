"""Which way every value moves when values of one input improve, read off how it is worked out, records unseen: right
wherever it says still, up or down. Knows grounds and what is said of motion; walks no state but those of one piece.

The two records have the same absences. A value that comes or goes on the way is followed only as far as it has to be:
what is absent in either record is neither better nor worse there, but a mean from which it is left out is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from .. import bounds, ir, ops
from ..bounds import Bounds
from ..regions.diagrams import Diagrams
from ..regions.functions import Regions
from ..regions.ground import (
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
    Judged,
    Known,
    Landing,
    Pick,
    Said,
    Slot,
    Term,
    Weighed,
    Within,
    Worth,
)
from ..space import direction
from ..trace import Key
from .motion import Motion, Ruling, Way, at_most, bounds_of, flipped, rank, scaled, together
from .neighbours import neighbours

ONE = bounds.exactly(Fraction(1))
_WALKED, _WALKED_AT_ONCE = 2_000_000, 40_000  # steps of walks through single pieces
Lemma = Callable[[Ground, tuple[Motion, ...], Motion], Motion]  # a better answer than the last one, of one step


class Polarity:
    """The motions of one program. `lemma` is asked of a step about which nothing is known otherwise."""

    def __init__(self, regions: Regions, lemma: Lemma | None = None) -> None:
        self.regions = regions
        self.lemma = lemma
        self._left = _WALKED
        self._keys: dict[tuple[Key, str | None], Motion] = {}
        self._alike: dict[object, Motion] = {}

    def never_worsens(self, name: str, input: str) -> bool:
        """Whether it is certain that a measure never worsens when values of an input improve."""
        good = ("still", "up" if direction(self.regions.steps[name].type) > 0 else "down")
        try:
            return all(self.motion(key, input).way in good for key in self.regions.instances(name))
        except RecursionError:
            return False  # hundreds of measures, each on the one before

    def motion(self, key: Key, input: str) -> Motion:
        touched = self.regions.support(key) & self.regions.of_input(input)
        return self._motion(key, input if touched else None)

    def _motion(self, key: Key, input: str | None) -> Motion:
        found = self._keys.get((key, input))
        if found is None:
            declared = self.regions.program.inputs.get(key[0])
            found = self._given(declared, input) if declared else self._step(key, input)
            self._keys[key, input] = found
        return found

    def _given(self, declared: ir.Input, input: str | None) -> Motion:
        way: Way = "still"
        if declared.name == input:
            way = "up" if direction(declared.type) > 0 else "down" if direction(declared.type) < 0 else "still"
        reach = bounds_of(declared.type)
        ranks = [rank(rule.value) for rule in declared.absent if rule.value is not None]
        reach = bounds.either((reach, *(bounds.exactly(each) for each in ranks if each is not None)))
        kinds = {rule.treatment for rule in declared.absent}
        return Motion(way, True, "skip" in kinds, "unrated" in kinds, reach)

    def _step(self, key: Key, input: str | None) -> Motion:
        ground, reads = self.regions.ground(key)
        step = self.regions.steps[key[0]]
        slots = tuple(self._motion(key, None) if input is None else self.motion(key, input) for key in reads)
        sign = (ground, slots, step.absent is None, step.type)
        found = self._alike.get(sign)
        if found is None:
            found = self._alike[sign] = self._settled(ground, slots, step)
        return found

    def _settled(self, ground: Ground, slots: tuple[Motion, ...], step: ir.Step) -> Motion:
        def declared(found: Motion) -> Motion:
            return _as_declared(ground, found, bounds_of(step.type), step.absent is None)

        reading = Reading(slots)
        before = reading.step(ground)
        found = declared(before)
        if found.way == "any" or not found.fixed:
            diagrams = Diagrams(min(self._left, _WALKED_AT_ONCE))
            walked = neighbours(ground, reading, diagrams)
            self._left -= diagrams.steps
            if walked is not None:
                way = found.way if walked[0] == "any" else walked[0]
                before = replace(before, way=way, fixed=before.fixed or walked[1])
                found = declared(before)
        if self.lemma is not None and (found.way == "any" or not found.fixed):
            found = declared(self.lemma(ground, slots, before))
        return found


def _as_declared(ground: Ground, found: Motion, reach: Bounds, always: bool) -> Motion:
    """What a step's own absence is to those who read it. `always`: resolve has proved that there is a value."""
    inside = _narrowed(found.bounds, reach)
    if always or not found.gaps:
        return replace(found, fixed=True, skip=False, lack=False, bounds=inside)
    instead = ground.absent.value
    if isinstance(instead, ir.Absent):
        return replace(found, skip=instead.skip, lack=not instead.skip, bounds=inside)
    where = rank(instead)
    wider = bounds.either((inside, bounds.exactly(where))) if where is not None else reach
    return Motion(found.way if found.fixed else "any", True, False, False, wider)


def _narrowed(one: Bounds, other: Bounds) -> Bounds:
    low = [end for end in (one.low, other.low) if end is not None]
    high = [end for end in (one.high, other.high) if end is not None]
    return Bounds(max(low, default=None), min(high, default=None), one.step or other.step)


class Reading:
    """The motions of pieces of one ground, where those of its slots are known."""

    def __init__(self, slots: Sequence[Motion]) -> None:
        self.slots = slots

    # --- steps -------------------------------------------------------------------------------------------------------

    def step(self, ground: Ground) -> Motion:
        """Before an absence is treated as declared."""
        found = self.body(ground.body)
        for cap in ground.caps:
            found = self.cap(cap, found)
        return found

    def body(self, body: Body) -> Motion:
        match body:
            case Pick():
                return self.pick(body)
            case FirstOf(of):
                terms = [self.term(each) for each in of]
                first = next((place for place, each in enumerate(terms) if not each.gaps), len(terms) - 1)
                terms = terms[: first + 1]
                fixed = all(each.fixed for each in terms)
                way = together(each.way for each in terms) if fixed else "any"
                return Motion(way, fixed, terms[-1].skip, terms[-1].lack, bounds.either(e.bounds for e in terms))
            case _:
                return self.term(body)

    def pick(self, pick: Pick) -> Motion:
        """What is picked never falls where no outcome does and each condition that can become true, or false, has an
        outcome no less, or no more, than all that follow."""
        claims = [Ruling("still", True, False) if when is None else self.claim(when) for when, _ in pick.choices]
        outcomes = [self.term(then) for _, then in pick.choices]
        over = [self.claim(claim) for claim in pick.over or () if claim is not None]
        undecided = any(claim.open for claim in claims)
        gone = undecided or any(each.gaps for each in outcomes) or bool(over)
        same = all(claim.same for claim in (*claims, *over)) and all(each.same for each in outcomes)
        ordered = pick.first or not undecided
        rises = same or (ordered and self._rises(claims, outcomes, "up"))
        falls = same or (ordered and self._rises(claims, outcomes, "down"))
        way: Way = "still" if rises and falls else "up" if rises else "down" if falls else "any"
        skip, lack = any(each.skip for each in outcomes), any(each.lack for each in outcomes)
        reach = bounds.either(each.bounds for each in outcomes)
        return Motion(way, same or not gone, skip, lack or undecided or bool(over), reach)

    def _rises(self, claims: Sequence[Ruling], outcomes: Sequence[Motion], way: Way) -> bool:
        if any(outcome.way not in ("still", way) for outcome in outcomes):
            return False
        for place, claim in enumerate(claims):
            rest = outcomes[place + 1 :]
            above = all(at_most(other.bounds, outcomes[place].bounds) for other in rest)
            below = all(at_most(outcomes[place].bounds, other.bounds) for other in rest)
            if claim.way in (way, "any") and not above:
                return False
            if claim.way in (flipped(way), "any") and not below:
                return False
        return True

    def cap(self, cap: Cap, value: Motion) -> Motion:
        bound, when = self.term(cap.bound), self.claim(cap.when)
        low = cap.kind == "at_most"
        idle = at_most(value.bounds, bound.bounds) if low else at_most(bound.bounds, value.bounds)
        if idle and not bound.gaps:
            return value
        way = together((value.way, bound.way, flipped(when.way) if low else when.way))
        gone = when.open or bound.gaps
        fixed = value.fixed and (not gone or (value.same and bound.same and when.same))
        lack = value.lack or bound.lack or when.open
        return Motion(way, fixed, value.skip or bound.skip, lack, bounds.either((value.bounds, bound.bounds)))

    # --- conditions --------------------------------------------------------------------------------------------------

    def claim(self, claim: Claim) -> Ruling:
        match claim:
            case Said(op, subject, args):
                return self.said(op, self.term(subject), [(arg, self.term(arg)) for arg in args])
            case Decided(cell):
                found = self.claim(cell)
                if not found.open:
                    return found
                return Ruling(found.way if found.fixed else "any", True, False)
            case Joined(_, parts):
                return _all_of([self.claim(part) for part in parts])
            case Counted():
                return self.counted(claim)
            case Within(of, low, high):
                ends = [("floor", low), ("ceiling", high)]
                given = self.term(of)
                sides = [self.said(op, given, [(end, self.term(end))]) for op, end in ends if end is not None]
                found = _all_of(sides or [Ruling("still", given.fixed, given.gaps)])
                fixed = given.fixed and all(self.term(end).fixed for _, end in ends if end is not None)
                return replace(found, fixed=fixed or not found.open)
            case _:
                assert_never(claim)

    def said(self, op: str, subject: Motion, args: Sequence[tuple[Term, Motion]]) -> Ruling:
        if op in ("absent", "present"):
            return Ruling("still" if subject.fixed else "any", True, False)
        all_ = [subject, *(motion for _, motion in args)]
        return Ruling(_said(op, subject, args), all(m.fixed for m in all_), any(m.gaps for m in all_))

    def counted(self, claim: Counted) -> Ruling:
        needed = None if claim.needed is None else self.term(claim.needed)
        asks_presence = claim.predicate in ("absent", "present")
        ways: list[Way] = []
        open_ = needed is not None and needed.gaps
        steady = needed is None or needed.fixed  # the same items are left, skipped and undecided in both records
        skips, same = bool(claim.items), needed is None or needed.same
        for item in claim.items:
            kept, value = self._kept(item), self.term(item.value)
            said = self.said(claim.predicate, value, [(arg, self.term(arg)) for arg in item.args])
            if not kept.same or (value.skip and not value.fixed and not asks_presence):
                return Ruling("any", False, True)
            ways.append(said.way)
            gaps = any(self.term(arg).gaps for arg in item.args)
            open_ |= kept.open or (not asks_presence and (value.lack or gaps))
            steady &= value.fixed or asks_presence
            skips &= (value.skip and not asks_presence) or item.kept is not None
            same &= said.same
        skips &= not asks_presence and any(self.term(item.value).skip for item in claim.items)
        way = together(ways)
        if claim.op in ("none", "at_most"):
            way = flipped(way)
        if needed is not None and not needed.same:
            way = together((way, needed.way if claim.op == "at_most" else flipped(needed.way)))
        if claim.op == "exactly" and way != "still":
            way = "any"
        return Ruling(way, same or (steady and not open_), open_ or skips)

    def _kept(self, item: Judged | Weighed) -> Ruling:
        return Ruling("still", True, False) if item.kept is None else self.claim(item.kept)

    # --- values ------------------------------------------------------------------------------------------------------

    def term(self, term: Term) -> Motion:
        match term:
            case Known(ir.Absent(skip=skip)):
                return Motion("still", True, skip, not skip, Bounds())
            case Known(value):
                where = rank(value)
                return Motion("still", True, False, False, Bounds() if where is None else bounds.exactly(where))
            case Slot(index):
                return self.slots[index]
            case Worth(of, values):
                places = range(len(values))
                return self._placed(self.term(of), [(Fraction(place), values[place]) for place in places])
            case Landing(of, positions):
                return self._placed(self.term(of), [(at, Fraction(place)) for at, place in positions])
            case Computed(op, args, mode):
                return _computed(op, mode, [self.term(arg) for arg in args])
            case Gathered():
                return self.gathered(term)
            case _:
                assert_never(term)

    def _placed(self, of: Motion, pairs: list[tuple[Fraction, Fraction]]) -> Motion:
        """A value looked up in a list of pairs."""
        values = [value for at, value in sorted(pairs) if of.bounds.may_be(at)]
        if not values:
            return replace(of, way="any" if of.way != "still" else "still", bounds=Bounds())
        way: Way = of.way
        if of.way != "still" and values != sorted(values):
            way = flipped(of.way) if values == sorted(values, reverse=True) else "any"
        return replace(of, way=way, bounds=bounds.of_values(values))

    def gathered(self, term: Gathered) -> Motion:
        ways: list[Way] = []
        reaches, steady, lack, skips, dropped = [], True, False, False, True
        for item in term.items:
            kept, value = self._kept(item), self.term(item.value)
            weight = None if item.weight is None else self.term(item.weight)
            reach = _weighted(term.op, value.bounds, weight)
            may_go = item.kept is not None or value.skip
            reaches.append(bounds.either((reach, Bounds(Fraction(0), Fraction(0)))) if may_go else reach)
            if not kept.same or (value.skip and not value.fixed) or not (weight is None or weight.way == "still"):
                ways.append("any")
            else:
                ways.append(_weighted_way(term.op, value, weight))
            steady &= kept.same and value.fixed and (weight is None or weight.same)
            lack |= kept.open or (value.lack and term.op != "count") or (weight is not None and weight.gaps)
            skips |= value.skip
            dropped &= may_go
        if term.op == "count":
            few = sum(1 for item in term.items if item.kept is None and not self.term(item.value).skip)
            reach = Bounds(Fraction(few), Fraction(len(term.items)), Fraction(1))
        elif term.op == "sum":
            reach = Bounds(Fraction(0), Fraction(0))
            for each in reaches:
                reach = bounds.plus(reach, each)
        else:
            hull = bounds.either([self.term(item.value).bounds for item in term.items] or [Bounds()])
            reach = Bounds(hull.low, hull.high) if "any" not in ways else Bounds()
            if term.op == "mean" and not all(_positive(self.term(i.weight)) for i in term.items if i.weight):
                reach, lack = Bounds(), True
            lack |= dropped
        lack |= term.op == "sum" and skips and dropped
        return Motion(together(ways), steady or not lack, False, lack, reach)


def _all_of(parts: Sequence[Ruling]) -> Ruling:
    """Of conditions joined: what never turns false in any part never turns false in the whole."""
    open_ = any(part.open for part in parts)
    return Ruling(together(part.way for part in parts), not open_ or all(part.same for part in parts), open_)


_RISING = ("floor", "above")
_FALLING = ("ceiling", "below")
_MOST_POINTS = 101


def _said(op: str, subject: Motion, args: Sequence[tuple[Term, Motion]]) -> Way:
    against = together(flipped(motion.way) for _, motion in args)
    if subject.way == against == "still":
        return "still"
    if op in _RISING:
        return together((subject.way, against))
    if op in _FALLING:
        return flipped(together((subject.way, against)))
    marks = [rank(arg.value) for arg, _ in args if isinstance(arg, Known)]
    points = subject.bounds.points
    if against != "still" or len(marks) < len(args) or None in marks:
        return "any"
    if points is None or len(points) > _MOST_POINTS:
        return _at_an_end(op, subject, [mark for mark in marks if mark is not None])
    truths = [ops.PREDICATES[op].means(point, *marks) for point in points]
    if truths == sorted(truths):
        return subject.way
    return flipped(subject.way) if truths == sorted(truths, reverse=True) else "any"


def _at_an_end(op: str, subject: Motion, marks: list[Fraction]) -> Way:
    """Of a number, `is` its greatest or its least."""
    if op not in ("equals", "differs"):
        return "any"
    way = subject.way if marks[0] == subject.bounds.high else flipped(subject.way)
    if marks[0] not in (subject.bounds.low, subject.bounds.high):
        return "any"
    return way if op == "equals" else flipped(way)


def _computed(op: str, mode: str, args: list[Motion]) -> Motion:
    """Absent where an operand is, and left out where all that are absent are."""
    skip, lack = any(arg.skip for arg in args), any(arg.lack for arg in args)
    fixed = all(arg.fixed for arg in args)
    ways = [arg.way for arg in args]
    if op == "round":
        of, step = args
        if step.way != "still" or step.bounds.low is None or step.bounds.low != step.bounds.high:
            return Motion("still" if of.way == step.way == "still" else "any", fixed, skip, lack, Bounds())
        return Motion(of.way, fixed, skip, lack, ops.rounded_bounds(of.bounds, step.bounds.low, mode))
    row = ops.FUNCTIONS[op]
    reach = row.bounds(args[0].bounds) if len(args) == 1 else args[0].bounds
    for arg in args[1:]:
        reach = row.bounds(reach, arg.bounds)
    match op:
        case "add" | "greater" | "lesser" | "better_of":
            way = together(ways)
        case "sub":
            way = together((ways[0], flipped(ways[1])))
        case "negative":
            way = flipped(ways[0])
        case "mul":
            way = together((scaled(ways[0], args[1].bounds), scaled(ways[1], args[0].bounds)))
        case "div":
            signed = scaled("up", args[1].bounds) != "any"  # else a divisor may pass through 0
            way = together((scaled(ways[0], args[1].bounds), flipped(scaled(ways[1], args[0].bounds))))
            way = way if signed or ways[1] == "still" else "any"
            if args[1].bounds.may_be(Fraction(0)):
                lack, fixed = True, fixed and args[1].way == "still"
        case _:
            way = "still" if all(each == "still" for each in ways) else "any"
    return Motion(way, fixed, skip, lack, reach)


def _positive(weight: Motion) -> bool:
    return weight.bounds.low is not None and weight.bounds.low > 0


def _weighted(op: str, value: Bounds, weight: Motion | None) -> Bounds:
    return bounds.times(value, weight.bounds) if op == "sum" and weight is not None else value


def _weighted_way(op: str, value: Motion, weight: Motion | None) -> Way:
    """Which way an aggregate goes with one of its values, where the same values are left and weigh the same."""
    if op == "count":
        return "still"
    if weight is None or value.way == "still":
        if weight is None or op == "sum" or (weight.bounds.low is not None and weight.bounds.low >= 0):
            return value.way
        return "any"
    if op == "sum":
        return scaled(value.way, weight.bounds)
    return value.way if weight.bounds.low is not None and weight.bounds.low >= 0 else "any"
