"""Values and truths of the language as integer arithmetic: a ratio of integers, or nothing and why; true, open or
false. Knows operators, no step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from .. import ir
from .language import Constant, Number, Truth, Variable
from .making import Maker


class NotLowered(Exception):
    """There is no integer arithmetic for it. The text says what it is that has none."""


@dataclass(frozen=True, slots=True)
class Codes:
    """How a thing is read that is held as a code: what each code stands for, as its readers see it, and whether that
    rests on a rule that is not published."""

    values: tuple[ir.Value, ...]
    marked: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Wholes:
    """How a number is read that is held as `unit * n / bottom` (`bottom` up to `most`) beside a state: for each state
    what is in the number's place, None where it is there, and whether it rests on a rule that is not published."""

    unit: Fraction
    low: int
    high: int
    most: int
    instead: tuple[ir.Value | None, ...]
    marked: tuple[bool, ...]


Held = Codes | Wholes


@dataclass(frozen=True, slots=True)
class Term:
    """`unit * top / bottom`, where it is there. It is not where `skipped` or `lacking` is true, never both. `marked`:
    something that was read rests on a rule that is not published."""

    top: Number
    bottom: Number
    unit: Fraction
    skipped: Truth
    lacking: Truth
    marked: Truth


@dataclass(frozen=True, slots=True)
class Claim:
    """True, open (undecided), or neither: false."""

    true: Truth
    open: Truth
    marked: Truth


class Terms:
    """Makes them with one `Maker`. `symbols` number the texts of choices, the same for all that is made."""

    def __init__(self, symbols: dict[str, int]) -> None:
        self.make = Maker()
        self._symbols = symbols
        self.never = self.make.always(False)

    # --- what is known, and what is read ----------------------------------------------------------------------------

    def known(self, value: ir.Value) -> Term:
        nothing, one, zero = self.never, self.make.constant(1), self.make.constant(0)
        if isinstance(value, ir.Absent):
            absent = self.make.always(True)
            skipped, lacking = (absent, nothing) if value.skip else (nothing, absent)
            return Term(zero, one, Fraction(1), skipped, lacking, nothing)
        unit = Fraction(1, value.denominator) if isinstance(value, Fraction) else Fraction(1)
        return Term(self.make.constant(self._integer(value, unit)), one, unit, nothing, nothing, nothing)

    def read(self, slot: int, held: Held) -> Term:
        make = self.make
        if isinstance(held, Codes):
            code = make.variable(slot, "value", 0, len(held.values) - 1, small=True)
            unit = common_unit(value for value in held.values if isinstance(value, Fraction))
            # What an absence counts as does not matter: its own code, so that a position is mostly the code itself.
            table = tuple(
                place if isinstance(value, ir.Absent) else self._integer(value, unit)
                for place, value in enumerate(held.values)
            )
            top = make.look(code, table)
            return self._there(top, make.constant(1), unit, code, held.values, held.marked)
        state = make.variable(slot, "state", 0, len(held.instead) - 1, small=True)
        number: Number = make.variable(slot, "value", held.low, held.high)
        bottom = make.constant(1) if held.most == 1 else make.variable(slot, "bottom", 1, held.most)
        unit = held.unit
        replaced = [value for value in held.instead if isinstance(value, Fraction)]
        if replaced:
            unit = common_unit((held.unit, *replaced))
            number = make.sum([(int(held.unit / unit), number)])
            for place, value in enumerate(held.instead):
                if isinstance(value, Fraction):
                    here = make.among(state, tuple(each == place for each in range(len(held.instead))))
                    number = make.choose(here, make.constant(int(value / unit)), number)
                    bottom = make.choose(here, make.constant(1), bottom)
        return self._there(number, bottom, unit, state, held.instead, held.marked)

    def _there(
        self,
        top: Number,
        bottom: Number,
        unit: Fraction,
        code: Variable,
        values: Sequence[ir.Value | None],
        marked: tuple[bool, ...],
    ) -> Term:
        skipped = self.make.among(code, tuple(isinstance(value, ir.Absent) and value.skip for value in values))
        lacking = self.make.among(code, tuple(isinstance(value, ir.Absent) and not value.skip for value in values))
        return Term(top, bottom, unit, skipped, lacking, self.make.among(code, marked))

    def _integer(self, value: ir.Present, unit: Fraction) -> int:
        if isinstance(value, Fraction):
            return int(value / unit)
        return value if isinstance(value, int) else self._symbols.setdefault(value, len(self._symbols))

    # --- of terms ----------------------------------------------------------------------------------------------------

    def gone(self, term: Term) -> Truth:
        return self.make.any((term.skipped, term.lacking))

    def sides(self, left: Term, right: Term) -> tuple[Number, Number]:
        """Two integers that compare as the two ratios do."""
        unit = common_unit((left.unit, right.unit))
        make = self.make
        return (
            make.times(make.sum([(int(left.unit / unit), left.top)]), right.bottom),
            make.times(make.sum([(int(right.unit / unit), right.top)]), left.bottom),
        )

    def quotient(self, top: Number, bottom: Number, unit: Fraction) -> tuple[Number, Number, Fraction]:
        """A ratio whose bottom may be of any sign, but 0, as one whose bottom is above 0."""
        make = self.make
        if isinstance(bottom, Constant) and bottom.value:
            value = bottom.value
            return make.sum([(1 if value > 0 else -1, top)]), make.constant(1), unit / abs(value)
        if bottom.high < 0:
            return make.sum([(-1, top)]), make.sum([(-1, bottom)]), unit
        if bottom.low < 0:
            below = make.less(bottom, make.constant(0))
            top = make.choose(below, make.sum([(-1, top)]), top)
            bottom = make.choose(below, make.sum([(-1, bottom)]), bottom)
        return top, make.extreme(True, (bottom, make.constant(1))) if bottom.low < 1 else bottom, unit

    def either(self, when: Truth, then: Term, otherwise: Term) -> Term:
        """One or the other. Which was read says `marked` of each; both have their own."""
        make = self.make
        unit = common_unit((then.unit, otherwise.unit))
        tops = [make.sum([(int(each.unit / unit), each.top)]) for each in (then, otherwise)]
        return Term(
            make.choose(when, *tops),
            make.choose(when, then.bottom, otherwise.bottom),
            unit,
            self._either(when, then.skipped, otherwise.skipped),
            self._either(when, then.lacking, otherwise.lacking),
            self._either(when, then.marked, otherwise.marked),
        )

    def _either(self, when: Truth, then: Truth, otherwise: Truth) -> Truth:
        make = self.make
        return make.any((make.all((when, then)), make.all((make.no(when), otherwise))))

    def same_units(self, terms: Sequence[Term]) -> tuple[list[Number], Fraction]:
        """The tops of terms without a bottom, in one unit."""
        if any(not isinstance(term.bottom, Constant) for term in terms):
            raise NotLowered("a sum of shares whose wholes differ from record to record")
        unit = common_unit(term.unit for term in terms)
        return [self.make.sum([(int(term.unit / unit), term.top)]) for term in terms], unit


def common_unit(units: Iterable[Fraction]) -> Fraction:
    """The greatest number of which all are multiples; 1 where there is none but 0."""
    found = Fraction(0)
    for unit in units:
        top = gcd(found.numerator * unit.denominator, unit.numerator * found.denominator)
        found = Fraction(top, found.denominator * unit.denominator)
    return found or Fraction(1)
