"""One record, or two, in a question to z3: the constants that stand for inputs, steps written out on them, and records
read back from an answer. Knows regions and the writing of grounds, no obligation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .. import ir
from ..regions.domains import absences
from ..regions.functions import Regions
from ..regions.ground import Claim
from ..smt.writing import Cipher, Sentence, Stepped, Writing, both, either, negated, number
from ..space import direction, grain
from ..trace import Given, Key
from .replay import plain

Values = Mapping[str, Fraction | bool]
_FINE = 4  # decimals of numbers that declare none, where a record is looked for


@dataclass(frozen=True, slots=True)
class _Put:
    """Where an input's value is in an answer: the constant and what one of it is worth, the marks, and the rules of
    absence that they stand for."""

    name: str
    unit: Fraction
    skip: str
    lack: str


@dataclass(slots=True)
class World:
    """A record. `exact`: numbers are those that data can hold; otherwise any. `before` is the record that this one
    differs from in the inputs of `moved`."""

    regions: Regions
    writing: Writing
    exact: bool
    before: World | None = None
    moved: frozenset[Key] = frozenset()
    narrowed: bool = False  # numbers that declare no decimals have a few: what never happens may happen yet
    _inputs: dict[Key, Cipher] = field(default_factory=dict)
    _puts: dict[Key, _Put] = field(default_factory=dict)
    _steps: dict[Key, Stepped] = field(default_factory=dict)
    _mask: int = 0
    _withheld: bool = False

    def __post_init__(self) -> None:
        for key in self.moved:
            self._mask |= self.regions.support(key)

    # --- values ------------------------------------------------------------------------------------------------------

    def value(self, key: Key) -> Cipher:
        if self.before is not None and not self.regions.support(key) & self._mask:
            return self.before.value(key)
        return self.given(key) if key[0] in self.regions.program.inputs else self.stepped(key).value

    def stepped(self, key: Key) -> Stepped:
        if self.before is not None and not self.regions.support(key) & self._mask:
            return self.before.stepped(key)
        found = self._steps.get(key)
        if found is None:
            ground, reads = self.regions.ground(key)
            slots = [self.value(read) for read in reads]
            found = self._steps[key] = self.writing.step(ground, slots.__getitem__)
        return found

    def claim(self, claim: Claim, reads: tuple[Key, ...]) -> Sentence:
        slots = [self.value(read) for read in reads]
        return self.writing.claim(claim, slots.__getitem__)

    # --- inputs ------------------------------------------------------------------------------------------------------

    def given(self, key: Key) -> Cipher:
        found = self._inputs.get(key)
        if found is None:
            declared = self.regions.program.inputs[key[0]]
            found = self._inputs[key] = self._declared(key, declared)
        return found

    def _declared(self, key: Key, declared: ir.Input) -> Cipher:
        kinds = {True: "false", False: "false"}
        for cell in absences(declared):
            assert cell.rule is not None
            kinds[cell.rule.treatment == "skip"] = self.writing.constant("Bool")
        skip, lack = kinds[True], kinds[False]
        if "false" not in (skip, lack):
            self.writing.claim_that(f"(not (and {skip} {lack}))")
        name, value, unit = self._number(declared.type)
        self._puts[key] = _Put(name, unit, skip, lack)
        return Cipher(value, skip, lack)

    def _number(self, type: ir.Type) -> tuple[str, str, Fraction]:
        """A value of a type: its constant, its text, and what one of the constant is worth."""
        writing = self.writing
        match type:
            case ir.Number(decimals, low, high):
                if self.exact:
                    self.narrowed |= decimals is None
                    unit = Fraction(1, 10 ** (_FINE if decimals is None else decimals))
                    name = writing.constant("Int")
                    value = f"(* {number(unit)} (to_real {name}))"
                else:
                    unit, name = Fraction(1), writing.constant("Real")
                    value = name
                value = writing.named(value, "Real")
                for end, sign in ((low, ">="), (high, "<=")):
                    if end is not None:
                        writing.claim_that(f"({sign} {value} {number(end)})")
                return name, value, unit
            case ir.Scale(levels=levels):
                ranks = [Fraction(place) for place in range(len(levels))]
            case ir.Choice(options):
                ranks = [writing.word(option.name) for option in options]
            case ir.YesNo():
                ranks = [writing.word("no"), writing.word("yes")]
        name = writing.constant("Real")
        writing.claim_that(either(*(f"(= {name} {number(rank)})" for rank in ranks)))
        return name, name, Fraction(1)

    # --- moves -------------------------------------------------------------------------------------------------------

    def improve(self, key: Key, certainly: bool) -> None:
        """That a value is better than before, with the same absence; where not `certainly`, or the same."""
        assert self.before is not None
        was, declared = self.before.given(key), self.regions.program.inputs[key[0]]
        name, value, unit = self._number(declared.type)
        self._puts[key] = _Put(name, unit, was.skip, was.lack)
        self._inputs[key] = Cipher(value, was.skip, was.lack)
        sign = ">" if direction(declared.type) > 0 else "<"
        self.writing.claim_that(f"({sign} {value} {was.value})" if certainly else f"({sign}= {value} {was.value})")
        if certainly:
            self.writing.claim_that(negated(was.gone))

    def withhold(self, key: Key, certainly: bool) -> None:
        """That a value is absent which was there; where not `certainly`, or that all is as before."""
        assert self.before is not None
        was, declared = self.before.given(key), self.regions.program.inputs[key[0]]
        now = self._declared(key, declared)
        self._withheld = True
        same = both(
            f"(= {now.value} {was.value})", *(f"(= {a} {b})" for a, b in ((now.skip, was.skip), (now.lack, was.lack)))
        )
        replaced = [self.writing.known(rule.value).value for rule in declared.absent if rule.value is not None]
        instead = both(negated(now.gone), either(*(f"(= {now.value} {value})" for value in replaced)))
        gone = both(negated(was.gone), either(now.gone, instead))
        self.writing.claim_that(gone if certainly else either(same, gone))
        self._inputs[key] = now

    # --- answers -----------------------------------------------------------------------------------------------------

    def record(self, values: Values) -> dict[Key, Given]:
        """The record of an answer, as the interpreter takes it; what nothing was asked of at its best."""
        found = {}
        for declared in self.regions.program.inputs.values():
            for members in ir.combinations(self.regions.program.sets, declared.axes):
                key = (declared.name, members)
                if self.before is not None and key not in self.moved:
                    continue
                found[key] = self._read(key, declared, values)
        if self.before is None:
            return found
        before = self.before.record(values)
        return {**before, **{key: given for key, given in found.items() if given.value != before[key].value}}

    def _read(self, key: Key, declared: ir.Input, values: Values) -> Given:
        put = self._puts.get(key)
        if put is None:
            return plain(declared)
        for mark, skips in ((put.skip, True), (put.lack, False)):
            if values.get(mark) is True:
                rule = next(r for r in declared.absent if r.value is None and (r.treatment == "skip") == skips)
                return Given(ir.Absent(rule.reason, skips, *key))
        value = values.get(put.name)
        if value is None:
            return plain(declared)
        found = self._value(declared.type, Fraction(value) * put.unit)
        replaced = [rule.reason for rule in declared.absent if self._withheld and rule.value == found]
        return Given(found, ir.Absent(replaced[0], False, *key) if replaced else None)

    def _value(self, type: ir.Type, value: Fraction) -> ir.Present:
        match type:
            case ir.Number():
                return value
            case ir.Scale():
                return int(value)
            case ir.YesNo():
                return "yes" if value == 1 else "no"
            case ir.Choice(options):
                return next((o.name for o in options if self.writing.word(o.name) == value), options[0].name)


def holds_data(program: ir.Program, record: Mapping[Key, Given]) -> bool:
    """Whether data can hold a record: its numbers have no more decimals than are declared, or end where none are."""
    for (name, _), given in record.items():
        type = program.inputs[name].type
        if isinstance(type, ir.Number) and isinstance(given.value, Fraction):
            if type.decimals is not None and (given.value / grain(type)).denominator != 1:
                return False
            if type.decimals is None and (given.value * 10**_FINE).denominator != 1:
                return False
    return True


def worse(one: Cipher, other: Cipher, way: int) -> str:
    """That the second of two values is worse, both there."""
    sign = "<" if way > 0 else ">"
    return both(negated(one.gone), negated(other.gone), f"({sign} {other.value} {one.value})")


def comes_or_goes(one: Cipher, other: Cipher) -> str:
    return either(both(one.gone, negated(other.gone)), both(negated(one.gone), other.gone))
