"""Grounds to diagrams: for every value of what is read, what comes out, and which choice decides.

The second reading of the semantics, beside `interpret`: tests hold the two against each other. Knows no program, only
grounds and the operators' rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, assert_never

from .. import ops
from ..ir import Absent, Value
from .diagrams import LEAF, Diagrams
from .ground import (
    LACKING,
    SKIPPED,
    Body,
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

Truth = bool | None
NOTHING = -1  # no choice decides


@dataclass(frozen=True, slots=True)
class Built:
    """A step for every value of what it reads: its value; which choice of a `Pick` decides (its place, or NOTHING); and
    for each cap whether it changes the value. `settled` is the value before an absence is treated as declared."""

    value: int
    picked: int | None
    caps: tuple[int, ...]
    settled: int


class Building:
    """Diagrams of grounds, where `slots` gives the diagram of what each slot reads."""

    def __init__(self, diagrams: Diagrams, slots: Callable[[int], int]) -> None:
        self.of = diagrams
        self.slots = slots
        self._terms: dict[Term, int] = {}

    # --- steps -------------------------------------------------------------------------------------------------------

    def step(self, ground: Ground) -> Built:
        picked = None
        if isinstance(ground.body, Pick):
            picked = self.picked(ground.body)
        value = self.body(ground.body, picked)
        caps = []
        for cap in ground.caps:
            bound, when = self.term(cap.bound), self.claim(cap.when)
            low = cap.kind == "at_most"
            after = self.of.mapped(lambda v, b, w, low=low: _capped(v, b, w, low), value, bound, when)
            caps.append(self.of.mapped(lambda v, b, w, low=low: _binds(v, b, w, low), value, bound, when))
            value = after
        absent = ground.absent.value
        final = self.of.mapped(lambda v: absent if isinstance(v, Absent) else v, value)
        own = self.of.own
        return Built(own(final), None if picked is None else own(picked), tuple(own(cap) for cap in caps), own(value))

    def body(self, body: Body, picked: int | None) -> int:
        match body:
            case Pick(choices):
                assert picked is not None
                value = self.of.leaf(LACKING)
                for place in reversed(range(len(choices))):
                    this = self.of.mapped(lambda p, place=place: p == place, picked)
                    value = self.of.chosen(this, self.term(choices[place][1]), value, value)
                return value
            case FirstOf(of):
                value = self.of.leaf(LACKING)
                for term in reversed(of):
                    value = self.of.mapped(lambda v, rest: rest if isinstance(v, Absent) else v, self.term(term), value)
                return value
            case _:
                return self.term(body)

    def picked(self, pick: Pick) -> int:
        """Which choice decides. The first that is not false; or the true one, whatever is undecided."""
        nothing = self.of.leaf(NOTHING)
        found = nothing
        for place, (when, _) in reversed(list(enumerate(pick.choices))):
            claim = self.of.leaf(True) if when is None else self.claim(when)
            found = self.of.chosen(claim, self.of.leaf(place), found, nothing if pick.first else found)
        if pick.over is not None:
            kept = [self.of.leaf(True) if claim is None else self.claim(claim) for claim in pick.over]
            left = self.of.folded(kept, False, lambda state, truth: state or truth is not False, lambda state: state)
            found = self.of.chosen(left, found, nothing, nothing)
        return found

    # --- conditions --------------------------------------------------------------------------------------------------

    def claim(self, claim: Claim) -> int:
        match claim:
            case Said(op, subject, args):
                return self.of.mapped(
                    lambda v, *given: says(op, v, given), self.term(subject), *[self.term(a) for a in args]
                )
            case Decided(cell):
                return self.of.mapped(bool, self.claim(cell))
            case Joined(op, parts):
                final = op != "and"  # the truth of one part that settles the whole
                found = self.of.leaf(not final)
                for part in reversed(parts):
                    found = self.of.mapped(lambda a, b: _joined(a, b, final), self.claim(part), found)
                return found
            case Counted():
                return self.counted(claim)
            case Within(of, low, high):
                ends = [self.of.leaf(None) if end is None else self.term(end) for end in (low, high)]
                return self.of.mapped(_within, self.term(of), *ends)
            case _:
                assert_never(claim)

    def counted(self, claim: Counted) -> int:
        """How many meet it, how many may, whether one does not and whether one is skipped, as far as it matters."""
        row = ops.QUANTIFIERS[claim.op]
        needed = None if claim.needed is None else self.term(claim.needed)
        numbers = (
            [Fraction(0)] if needed is None else [n for n in self.of.outcomes(needed) if not isinstance(n, Absent)]
        )
        most = int(max([Fraction(1), *numbers])) + 1

        def add(state: tuple[int, int, bool, bool], kind: str) -> tuple[int, int, bool, bool]:
            met, open_, unmet, skipped = state
            if kind == "met":
                return min(met + 1, most), open_, unmet, skipped
            if kind == "open":
                return met, min(open_ + 1, most), unmet, skipped
            return met, open_, unmet or kind == "unmet", skipped or kind == "skipped"

        def truth(state: tuple[int, int, bool, bool], number: Value) -> Truth:
            met, open_, unmet, skipped = state
            judged = met + open_ + unmet
            if isinstance(number, Absent) or (judged == 0 and skipped):
                return None
            return row.means(met, open_, judged, Fraction(number))

        items = [self.judged(claim.predicate, item) for item in claim.items]
        start = (0, 0, False, False)
        if needed is None or (needed >= 0 and self.of.level[needed] == LEAF):
            number = Fraction(0) if needed is None else self.of.value[needed]
            return self.of.folded(items, start, add, lambda state: truth(state, number))
        return self.of.mapped(truth, self.of.folded(items, start, add, lambda state: state), needed)

    def judged(self, predicate: str, item: Judged) -> int:
        asks_presence = predicate in ("absent", "present")

        def kind(kept: Truth, value: Value, *args: Value) -> str:
            if kept is not True:
                return "left out" if kept is False else "open"
            if isinstance(value, Absent) and value.skip and not asks_presence:
                return "skipped"
            met = says(predicate, value, args)
            return "open" if met is None else "met" if met else "unmet"

        kept = self.of.leaf(True) if item.kept is None else self.claim(item.kept)
        return self.of.mapped(kind, kept, self.term(item.value), *[self.term(arg) for arg in item.args])

    # --- values ------------------------------------------------------------------------------------------------------

    def term(self, term: Term) -> int:
        if isinstance(term, Slot):
            return self.slots(term.index)
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = self._term(term)
        return found

    def _term(self, term: Term) -> int:
        match term:
            case Known(value):
                return self.of.leaf(value)
            case Slot(index):
                return self.slots(index)
            case Worth(of, values):
                return self.of.mapped(lambda v: values[v] if isinstance(v, int) else v, self.term(of))
            case Landing(of, positions):
                where = dict(positions)
                return self.of.mapped(lambda v: where[v] if isinstance(v, Fraction) else v, self.term(of))
            case Computed(op, args, mode):
                return self.of.mapped(lambda *given: _computed(op, mode, given), *[self.term(arg) for arg in args])
            case Gathered():
                return self.gathered(term)
            case _:
                assert_never(term)

    def gathered(self, term: Gathered) -> int:
        fold = ops.AGGREGATES[term.op].fold
        counts = term.op == "count"

        # a state is LACKING for good, or: whether one is left, whether one is skipped, and the aggregate's own state
        def add(state: Any, item: Any) -> Any:
            if state is LACKING or item is None:
                return state
            if item is LACKING:
                return LACKING
            left, skipped, own = state
            if item is SKIPPED:
                return left, True, own
            return True, skipped, fold.add(own, *item)

        def done(state: Any) -> Any:
            if state is LACKING:
                return LACKING
            left, skipped, own = state
            if not left and (counts or (term.op == "sum" and not skipped)):
                return Fraction(0)
            found: Value | None = fold.done(own) if left else None
            return LACKING if found is None else found

        items = [self.weighed(item, counts) for item in term.items]
        return self.of.folded(items, (False, False, fold.start), add, done)

    def weighed(self, item: Weighed, counts: bool) -> int:
        """None where `where` leaves it out, LACKING where it leaves all open, SKIPPED, or a value and a weight."""

        def kind(kept: Truth, value: Value, weight: Value) -> Any:
            if kept is not True:
                return None if kept is False else LACKING
            if isinstance(value, Absent):
                return SKIPPED if value.skip else (Fraction(0), Fraction(1)) if counts else LACKING
            if isinstance(weight, Absent):
                return LACKING
            return (Fraction(0) if counts else value, weight)

        kept = self.of.leaf(True) if item.kept is None else self.claim(item.kept)
        weight = self.of.leaf(Fraction(1)) if item.weight is None else self.term(item.weight)
        return self.of.mapped(kind, kept, self.term(item.value), weight)


# --- as the interpreter has it ---------------------------------------------------------------------------------------


def says(predicate: str, value: Value, args: Sequence[Value]) -> Truth:
    """`is absent` and `is present` are always decided; anything else read of an absence is undecided."""
    if predicate in ("absent", "present"):
        return isinstance(value, Absent) == (predicate == "absent")
    if isinstance(value, Absent) or any(isinstance(arg, Absent) for arg in args):
        return None
    return ops.PREDICATES[predicate].means(value, *args)


def _joined(one: Truth, other: Truth, final: bool) -> Truth:
    return final if one is final or other is final else None if one is None or other is None else not final


def _within(of: Value, low: Value | None, high: Value | None) -> Truth:
    if any(isinstance(each, Absent) for each in (of, low, high)):
        return None
    return bool((low is None or of >= low) and (high is None or of <= high))  # type: ignore[operator]  # of one type


def _beyond(value: Value, bound: Value, low: bool) -> bool:
    """Whether a limit could change the value."""
    if isinstance(value, Absent):
        return False
    return isinstance(bound, Absent) or (value > bound if low else value < bound)  # type: ignore[operator]


def _capped(value: Value, bound: Value, when: Truth, low: bool) -> Value:
    if not _beyond(value, bound, low) or when is False:
        return value
    return LACKING if when is None else bound


def _binds(value: Value, bound: Value, when: Truth, low: bool) -> bool:
    return _beyond(value, bound, low) and when is True


def _computed(op: str, mode: str, args: Sequence[Any]) -> Value:
    absent = [arg for arg in args if isinstance(arg, Absent)]
    if absent:
        return SKIPPED if all(each.skip for each in absent) else LACKING
    if op == "round":
        return ops.rounded(args[0], args[1], mode)
    result: Value | None = ops.FUNCTIONS[op].means(*args)
    return LACKING if result is None else result
