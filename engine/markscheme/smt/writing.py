"""Grounds as SMT-LIB: every value a number with two marks, absent and left out, absent otherwise; rounding exact.

The third reading of the semantics: tests hold it against the interpreter. Knows grounds, no program and no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from .. import ir
from ..regions.ground import (
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

_LONG = 60  # what is longer is named
_MOST_TEXT = 20_000_000
_MOST_TOTALS = 64  # different totals of weights that are told apart one by one
_MOST_MEDIAN = 12


class TooHard(Exception):
    """What cannot be put to a solver, or is too long; `str` of it says why."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """A value as text: `value` a number, `skip` and `lack` its marks, of which at most one is true. `known` is its
    value where that is known."""

    value: str
    skip: str
    lack: str
    known: Fraction | None = None

    @property
    def gone(self) -> str:
        return either(self.skip, self.lack)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A condition as text: it is true; it is undecided. At most one of them."""

    true: str
    open: str

    @property
    def false(self) -> str:
        return neither(self.true, self.open)


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step: its value; the same before an absence is treated as declared; which choice of a `Pick` decides; and for
    each cap whether it changes the value."""

    value: Cipher
    settled: Cipher
    picked: tuple[str, ...]
    caps: tuple[str, ...]


Slots = Callable[[int], Cipher]


class Writing:
    """A question in the making."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.rounds = False
        self._size = 0
        self._names = 0
        self._named: dict[tuple[str, str], str] = {}
        self._words: dict[str, int] = {"no": 0, "yes": 1}

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def line(self, text: str) -> None:
        self._size += len(text)
        if self._size > _MOST_TEXT:
            raise TooHard("the question is too long for z3")
        self.lines.append(text)

    def claim_that(self, condition: str) -> None:
        self.line(f"(assert {condition})")

    def constant(self, sort: str) -> str:
        name = self._name("c")
        self.line(f"(declare-const {name} {sort})")
        return name

    def named(self, text: str, sort: str) -> str:
        """A text under a name, where it is long: it may be used often."""
        if len(text) <= _LONG:
            return text
        found = self._named.get((text, sort))
        if found is None:
            found = self._named[text, sort] = self._name("d")
            self.line(f"(define-fun {found} () {sort} {text})")
        return found

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"

    def _cipher(self, value: str, skip: str, lack: str, known: Fraction | None = None) -> Cipher:
        return Cipher(self.named(value, "Real"), self.named(skip, "Bool"), self.named(lack, "Bool"), known)

    def _sentence(self, true: str, open_: str) -> Sentence:
        return Sentence(self.named(true, "Bool"), self.named(open_, "Bool"))

    # --- values ------------------------------------------------------------------------------------------------------

    def word(self, word: str) -> Fraction:
        return Fraction(self._words.setdefault(word, len(self._words)))

    def known(self, value: ir.Value) -> Cipher:
        if isinstance(value, ir.Absent):
            return Cipher("0.0", "true" if value.skip else "false", "false" if value.skip else "true")
        figure = self.word(value) if isinstance(value, str) else Fraction(value)
        return Cipher(number(figure), "false", "false", figure)

    def term(self, term: Term, slots: Slots) -> Cipher:
        match term:
            case Known(value):
                return self.known(value)
            case Slot(index):
                return slots(index)
            case Worth(of, values):
                return self._placed(self.term(of, slots), [(Fraction(i), value) for i, value in enumerate(values)])
            case Landing(of, positions):
                return self._placed(self.term(of, slots), [(at, Fraction(place)) for at, place in positions])
            case Computed(op, args, mode):
                return self.computed(op, mode, [self.term(arg, slots) for arg in args])
            case Gathered():
                return self.gathered(term, slots)
            case _:
                assert_never(term)

    def _placed(self, of: Cipher, pairs: Sequence[tuple[Fraction, Fraction]]) -> Cipher:
        """A value looked up in a list of pairs; a straight line where it is one."""
        (x, y), *rest = pairs
        slopes = {(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(sorted(pairs))}
        if len(slopes) == 1:
            (slope,) = slopes
            return self._cipher(plus(times(slope, of.value), number(y - slope * x)), of.skip, of.lack)
        text = number(y)
        for at, value in rest:
            text = when(f"(= {of.value} {number(at)})", number(value), text)
        return self._cipher(text, of.skip, of.lack)

    def computed(self, op: str, mode: str, args: Sequence[Cipher]) -> Cipher:
        """Absent where an operand is; left out where all that are absent are."""
        lack = either(*(arg.lack for arg in args))
        skip = both(either(*(arg.skip for arg in args)), negated(lack))
        values = [arg.value for arg in args]
        known = args[-1].known
        match op:
            case "add":
                text = plus(*values)
            case "sub":
                text = f"(- {values[0]} {values[1]})"
            case "negative":
                text = f"(- {values[0]})"
            case "mul":
                text = times(known, values[0]) if known is not None else f"(* {values[0]} {values[1]})"
                text = times(args[0].known, values[1]) if args[0].known is not None else text
            case "div":
                gone = either(skip, lack)
                lack = either(lack, both(negated(gone), f"(= {values[1]} 0.0)"))
                text = times(1 / known, values[0]) if known else f"(/ {values[0]} {values[1]})"
            case "greater" | "better_of" | "lesser":
                text = values[0]
                for value in values[1:]:
                    text = self.named(pick_of(text, value, op != "lesser"), "Real")
            case "round":
                if known is None or known <= 0:
                    raise TooHard("it rounds to a step that is not a plain number")
                self.rounds = True
                text = times(known, self.whole(times(1 / known, values[0]), mode))
            case _:
                raise TooHard(f"`{op}` is not put to z3")
        return self._cipher(text, skip, lack)

    def whole(self, ratio: str, mode: str) -> str:
        """A number as a whole one."""
        ratio = self.named(ratio, "Real")
        half = number(Fraction(1, 2))
        match mode:
            case "down":
                return f"(to_real (to_int {ratio}))"
            case "up":
                return f"(- (to_real (to_int (- {ratio}))))"
            case "half_up":
                return f"(to_real (to_int (+ {ratio} {half})))"
            case "half_down":
                return f"(- (to_real (to_int (- {half} {ratio}))))"
            case "half_even":
                shifted = self.named(f"(+ {ratio} {half})", "Real")
                below = self.named(f"(to_int {shifted})", "Int")
                odd_tie = f"(and (is_int {shifted}) (= (mod {below} 2) 1))"
                return f"(to_real {when(odd_tie, f'(- {below} 1)', below)})"
            case _:
                raise TooHard(f"rounding `{mode}` is not put to z3")

    # --- aggregates --------------------------------------------------------------------------------------------------

    def gathered(self, term: Gathered, slots: Slots) -> Cipher:
        counts = term.op == "count"
        lacks, ins, skips = [], [], []
        values: list[Cipher] = []
        weights: list[Cipher] = []
        for item in term.items:
            kept, value = self._kept(item, slots), self.term(item.value, slots)
            weight = self.known(Fraction(1)) if item.weight is None else self.term(item.weight, slots)
            inside = both(kept.true, negated(value.skip))
            lacks.append(kept.open)
            if not counts:
                lacks.append(both(inside, either(value.lack, weight.gone)))
            ins.append(self.named(inside, "Bool"))
            skips.append(both(kept.true, value.skip))
            values.append(value)
            weights.append(weight)
        lack, none = either(*lacks), negated(either(*ins))
        if counts:
            return self._cipher(total(ins), "false", lack)
        if term.op == "sum":
            parts = [when(i, self._product(v, w), "0.0") for i, v, w in zip(ins, values, weights, strict=True)]
            lack = either(lack, both(none, either(*skips)))
            return self._cipher(plus(*parts), "false", lack)
        lack = either(lack, none)
        match term.op:
            case "mean":
                text, zero = self._mean(ins, values, weights)
                lack = either(lack, zero)
            case "best" | "highest" | "worst" | "lowest":
                text = self._extreme(ins, values, term.op in ("best", "highest"))
            case "median":
                text = self._median(ins, values)
            case _:
                raise TooHard(f"`{term.op}` is not put to z3")
        return self._cipher(text, "false", lack)

    def _product(self, value: Cipher, weight: Cipher) -> str:
        if weight.known is not None:
            return times(weight.known, value.value)
        return f"(* {value.value} {weight.value})"

    def _mean(self, ins: Sequence[str], values: Sequence[Cipher], weights: Sequence[Cipher]) -> tuple[str, str]:
        """The mean, and whether its weights come to nothing. A division by each total that the weights can have, where
        these are few: so it stays a sum."""
        parts = [when(i, self._product(v, w), "0.0") for i, v, w in zip(ins, values, weights, strict=True)]
        above = self.named(plus(*parts), "Real")
        figures = [weight.known for weight in weights]
        if None not in figures:
            totals = {Fraction(0)}
            for inside, figure in zip(ins, figures, strict=True):
                assert figure is not None
                more = {each + figure for each in totals}
                totals = more if inside == "true" else totals | more
                if len(totals) > _MOST_TOTALS:
                    break
            else:
                first, *rest = sorted(totals - {Fraction(0)}) or [Fraction(1)]
                text = times(1 / first, above)
                weight = plus(*(when(i, number(f), "0.0") for i, f in zip(ins, figures, strict=True) if f is not None))
                weight = self.named(weight, "Real")
                for each in rest:
                    text = when(f"(= {weight} {number(each)})", times(1 / each, above), text)
                return text, (f"(= {weight} 0.0)" if Fraction(0) in totals else "false")
        below = self.named(plus(*(when(i, w.value, "0.0") for i, w in zip(ins, weights, strict=True))), "Real")
        return f"(/ {above} {below})", f"(= {below} 0.0)"

    def _extreme(self, ins: Sequence[str], values: Sequence[Cipher], most: bool) -> str:
        seen, text = "false", "0.0"
        for inside, value in zip(ins, values, strict=True):
            better = when(seen, pick_of(text, value.value, most), value.value)
            text = self.named(when(inside, better, text), "Real")
            seen = self.named(either(seen, inside), "Bool")
        return text

    def _median(self, ins: Sequence[str], values: Sequence[Cipher]) -> str:
        """Sorted by neighbours that change places, those that are left out last."""
        if len(values) > _MOST_MEDIAN:
            raise TooHard(f"a median of more than {_MOST_MEDIAN} values is not put to z3")
        rows = [(value.value, inside) for value, inside in zip(values, ins, strict=True)]
        for turn in range(len(rows)):
            for i in range(turn % 2, len(rows) - 1, 2):
                (x, there), (y, other) = rows[i], rows[i + 1]
                swap = self.named(both(other, either(negated(there), f"(> {x} {y})")), "Bool")
                rows[i] = (self.named(when(swap, y, x), "Real"), self.named(when(swap, other, there), "Bool"))
                rows[i + 1] = (self.named(when(swap, x, y), "Real"), self.named(when(swap, there, other), "Bool"))
        count, text = self.named(total(ins), "Real"), "0.0"
        for many in range(1, len(rows) + 1):
            low, high = rows[(many - 1) // 2][0], rows[many // 2][0]
            middle = low if low == high else times(Fraction(1, 2), plus(low, high))
            text = when(f"(= {count} {number(Fraction(many))})", middle, text)
        return text

    def _kept(self, item: Judged | Weighed, slots: Slots) -> Sentence:
        return Sentence("true", "false") if item.kept is None else self.claim(item.kept, slots)

    # --- conditions --------------------------------------------------------------------------------------------------

    def claim(self, claim: Claim, slots: Slots) -> Sentence:
        match claim:
            case Said(op, subject, args):
                return self.said(op, self.term(subject, slots), [self.term(arg, slots) for arg in args])
            case Decided(cell):
                return Sentence(self.claim(cell, slots).true, "false")
            case Joined(op, parts):
                found = [self.claim(part, slots) for part in parts]
                if op == "and":
                    true = both(*(each.true for each in found))
                    return self._sentence(true, neither(true, either(*(each.false for each in found))))
                true = either(*(each.true for each in found))
                return self._sentence(true, both(negated(true), either(*(each.open for each in found))))
            case Counted():
                return self.counted(claim, slots)
            case Within(of, low, high):
                ends = [None if end is None else self.term(end, slots) for end in (low, high)]
                return self._within(self.term(of, slots), *ends)
            case _:
                assert_never(claim)

    def _within(self, of: Cipher, low: Cipher | None, high: Cipher | None) -> Sentence:
        gone = either(of.gone, *(end.gone for end in (low, high) if end is not None))
        true = [f"(>= {of.value} {low.value})"] if low is not None else []
        true += [f"(<= {of.value} {high.value})"] if high is not None else []
        return self._sentence(both(negated(gone), *true), gone)

    def said(self, op: str, subject: Cipher, args: Sequence[Cipher]) -> Sentence:
        if op in ("absent", "present"):
            return Sentence(subject.gone if op == "absent" else negated(subject.gone), "false")
        gone = either(subject.gone, *(arg.gone for arg in args))
        value, others = subject.value, [arg.value for arg in args]
        match op:
            case "equals" | "oneof":
                true = either(*(f"(= {value} {other})" for other in others))
            case "differs":
                true = negated(f"(= {value} {others[0]})")
            case "floor" | "ceiling" | "above" | "below":
                sign = {"floor": ">=", "ceiling": "<=", "above": ">", "below": "<"}[op]
                true = f"({sign} {value} {others[0]})"
            case "between":
                true = f"(and (<= {others[0]} {value}) (<= {value} {others[1]}))"
            case _:
                raise TooHard(f"`{op}` is not put to z3")
        return self._sentence(both(negated(gone), true), gone)

    def counted(self, claim: Counted, slots: Slots) -> Sentence:
        asks_presence = claim.predicate in ("absent", "present")
        mets, opens, unmets, skips = [], [], [], []
        for item in claim.items:
            kept, value = self._kept(item, slots), self.term(item.value, slots)
            said = self.said(claim.predicate, value, [self.term(arg, slots) for arg in item.args])
            skip = "false" if asks_presence else both(kept.true, value.skip)
            asked = both(kept.true, negated(skip))
            mets.append(self.named(both(asked, said.true), "Bool"))
            opens.append(self.named(either(kept.open, both(asked, said.open)), "Bool"))
            unmets.append(self.named(both(asked, said.false), "Bool"))
            skips.append(skip)
        judged = either(*mets, *opens, *unmets)
        needed = None if claim.needed is None else self.term(claim.needed, slots)
        lost = both(negated(judged), either(*skips))
        if needed is not None:
            lost = either(lost, needed.gone)
        true, false = self._decided(claim.op, mets, opens, unmets, needed)
        true = both(negated(lost), true)
        return self._sentence(true, either(lost, neither(true, false)))

    def _decided(
        self, op: str, mets: list[str], opens: list[str], unmets: list[str], needed: Cipher | None
    ) -> tuple[str, str]:
        """When it is surely true and when surely false."""
        any_met, may = either(*mets), either(*mets, *opens)
        match op:
            case "any":
                return any_met, negated(may)
            case "none":
                return negated(may), any_met
            case "all":
                return neither(*unmets, *opens), either(*unmets)
        assert needed is not None
        met = self.named(total(mets), "Real")
        most = self.named(plus(met, total(opens)), "Real")
        n = needed.value
        match op:
            case "at_least":
                return f"(>= {met} {n})", f"(< {most} {n})"
            case "at_most":
                return f"(<= {most} {n})", f"(> {met} {n})"
            case "exactly":
                sure = neither(*opens)
                false = either(f"(> {met} {n})", f"(< {most} {n})", negated(f"(is_int {n})"))
                return both(sure, f"(= {met} {n})"), false
            case _:
                raise TooHard(f"`{op}` is not put to z3")

    # --- steps -------------------------------------------------------------------------------------------------------

    def step(self, ground: Ground, slots: Slots) -> Stepped:
        value, picked = self._body(ground.body, slots)
        caps = []
        for cap in ground.caps:
            bound, asked = self.term(cap.bound, slots), self.claim(cap.when, slots)
            side = ">" if cap.kind == "at_most" else "<"
            over = either(bound.gone, f"({side} {value.value} {bound.value})")
            over = self.named(both(negated(value.gone), over), "Bool")
            binds = self.named(both(over, asked.true), "Bool")
            open_ = both(over, asked.open)
            value = self._cipher(
                when(binds, bound.value, value.value),
                choice(binds, bound.skip, both(value.skip, negated(open_))),
                choice(binds, bound.lack, either(value.lack, open_)),
            )
            caps.append(binds)
        instead, settled = ground.absent.value, value
        gone = value.gone
        if gone != "false":
            if isinstance(instead, ir.Absent):
                value = Cipher(value.value, gone if instead.skip else "false", "false" if instead.skip else gone)
            else:
                value = self._cipher(when(gone, self.known(instead).value, value.value), "false", "false")
            value = self._cipher(value.value, value.skip, value.lack)
        return Stepped(value, settled, picked, tuple(caps))

    def _body(self, body: Body, slots: Slots) -> tuple[Cipher, tuple[str, ...]]:
        match body:
            case Pick(choices, first, over):
                return self._pick(choices, first, over, slots)
            case FirstOf(of):
                *rest, last = [self.term(each, slots) for each in of]
                text, gone = last.value, last.gone
                for each in reversed(rest):
                    text = self.named(when(each.gone, text, each.value), "Real")
                    gone = both(each.gone, gone)
                return self._cipher(text, "false", gone), ()
            case _:
                return self.term(body, slots), ()

    def _pick(
        self,
        choices: Sequence[tuple[Claim | None, Term]],
        first: bool,
        over: tuple[Claim | None, ...] | None,
        slots: Slots,
    ) -> tuple[Cipher, tuple[str, ...]]:
        left = "true"
        if over is not None:
            kept = [None if claim is None else self.claim(claim, slots) for claim in over]
            left = either(*("true" if each is None else negated(each.false) for each in kept))
        picked, outcomes = [], []
        for condition, then in choices:
            asked = Sentence("true", "false") if condition is None else self.claim(condition, slots)
            picked.append(self.named(both(left, asked.true), "Bool"))
            left = self.named(both(left, asked.false if first else negated(asked.true)), "Bool")
            outcomes.append(self.term(then, slots))
        text = outcomes[-1].value
        for here, outcome in list(zip(picked, outcomes, strict=True))[-2::-1]:
            text = self.named(when(here, outcome.value, text), "Real")
        skip = either(*(both(here, outcome.skip) for here, outcome in zip(picked, outcomes, strict=True)))
        lacks = [both(here, outcome.lack) for here, outcome in zip(picked, outcomes, strict=True)]
        return self._cipher(text, skip, either(*lacks, neither(*picked))), tuple(picked)


# --- text ------------------------------------------------------------------------------------------------------------


def number(value: Fraction) -> str:
    sign = value < 0
    above, below = abs(value.numerator), value.denominator
    text = f"{above}.0" if below == 1 else f"(/ {above}.0 {below}.0)"
    return f"(- {text})" if sign else text


def both(*parts: str) -> str:
    left = [part for part in dict.fromkeys(parts) if part != "true"]
    if "false" in left:
        return "false"
    return "true" if not left else left[0] if len(left) == 1 else f"(and {' '.join(left)})"


def either(*parts: str) -> str:
    left = [part for part in dict.fromkeys(parts) if part != "false"]
    if "true" in left:
        return "true"
    return "false" if not left else left[0] if len(left) == 1 else f"(or {' '.join(left)})"


def negated(part: str) -> str:
    return {"true": "false", "false": "true"}.get(part, f"(not {part})")


def neither(*parts: str) -> str:
    return negated(either(*parts))


def when(condition: str, then: str, other: str) -> str:
    if condition == "true" or then == other:
        return then
    return other if condition == "false" else f"(ite {condition} {then} {other})"


def choice(condition: str, then: str, other: str) -> str:
    """The same of conditions."""
    if then == "true":
        return either(condition, other)
    if then == "false":
        return both(negated(condition), other)
    return when(condition, then, other)


def plus(*parts: str) -> str:
    left = [part for part in parts if part != "0.0"]
    return "0.0" if not left else left[0] if len(left) == 1 else f"(+ {' '.join(left)})"


def times(by: Fraction, value: str) -> str:
    if by == 1 or value == "0.0":
        return value
    return "0.0" if by == 0 else f"(* {number(by)} {value})"


def pick_of(one: str, other: str, most: bool) -> str:
    return f"(ite ({'>=' if most else '<='} {one} {other}) {one} {other})"


def total(marks: Iterable[str]) -> str:
    return plus(*("1.0" if mark == "true" else when(mark, "1.0", "0.0") for mark in marks))
