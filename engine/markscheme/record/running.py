"""What one plan runs with, of records one at a time: how values are held, and what has been met of them. Knows no
text, and no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..diagnostics import Problem
from ..intake import Intake, stated
from ..intake.values import Reader
from ..interpret import interpret
from ..ir import AbsenceRule, Absent, Present, Program, Type, Value
from ..lowered.domains import Met, Seen, Whole
from ..lowered.holding import Held, hold, hold_seen, seen_held, told
from ..lowered.programs import Plan
from ..trace import Given, Key
from .needs import Needs
from .reading import MOST_REMEMBERED, Miss, memo, memorable
from .tables import Nested, Tables
from .wording import typed

MOST_MET = 50_000  # values of one thing, where nothing says beforehand which it can have


class Running:
    """What the functions of one plan share. `typed` rates what each input is held as. Once it is `full` they raise
    `Miss` for what is new to them."""

    def __init__(self, plan: Plan, intake: Intake) -> None:
        self.plan = plan
        self.program: Program = plan.program
        self.intake = intake
        self.number = {key: number for number, key in enumerate(plan.domains)}
        self.place = {key: place for place, key in enumerate((*plan.results, *plan.replaceable))}
        self.needs = Needs(plan)
        self._readers = {name: Reader(declared) for name, declared in self.program.inputs.items()}
        self.tables = Tables()
        self.nested: list[Nested] = []
        self._met = [domain for domain in plan.domains.values() if isinstance(domain, Met)]
        self._memos: dict[object, dict[object, object]] = {}
        self.typed = typed(self)

    @property
    def full(self) -> bool:
        """Whether so many values have been met that this should give way to another."""
        return any(len(domain.values) >= MOST_MET for domain in self._met)

    def rated(self, given: Mapping[Key, Given]) -> tuple[Held, ...]:
        """What the results of typed inputs are held as, where `all_held` can say what these are."""
        held = self.all_held(given)
        assert held is not None, "they were held before"
        try:
            found = self.typed(held)
        except Miss:
            outcomes = interpret(self.program, given).outcomes
            inputs = dict(zip(self.plan.inputs, held, strict=True))
            absent = {each.key: each.step.absent for each in self.plan.steps}
            found = tuple(
                inputs[key] if key in inputs else hold_seen(self.plan.domains[key], told(outcomes[key], absent[key]))
                for key in (*self.plan.results, *self.plan.replaceable)
            )
        return found

    def all_held(self, given: Mapping[Key, Given]) -> list[Held] | None:
        """What typed inputs are held as; None where one was rated elsewhere, and rests on more than its value."""
        found = []
        for key in self.plan.inputs:
            one = given[key]
            if one.by is not None or one.unpublished:
                return None
            found.append(self._input(key, one))
        return found

    def _input(self, key: Key, one: Given) -> Held:
        domain = self.plan.inputs[key]
        absent = one.value if isinstance(one.value, Absent) else one.stated
        found: Present | AbsenceRule
        if absent is not None:
            found = next(rule for rule in self.program.inputs[key[0]].absent if rule.reason == absent.reason)
        else:
            assert not isinstance(one.value, Absent)
            found = one.value
        return hold(domain, found)

    def typed_inputs(self, raws: Mapping[Key, object]) -> dict[Key, Given]:
        """The typed inputs of a record of which the raw values are known to be good."""
        found = {}
        for key in self.plan.inputs:
            value = self._readers[key[0]].read(raws.get(key), key[0])
            assert not isinstance(value, Problem), "it has been read before"
            found[key] = stated(value, key) if isinstance(value, AbsenceRule) else Given(value)
        return found

    def seen(self, key: Key, held: Held) -> Seen:
        """What a result, or anything else, is."""
        return seen_held(self.plan.domains[key], held)

    def value(self, key: Key, held: Held) -> Value:
        """The same as the interpreter has it: of an absence only its own reason."""
        value, rule, _ = self.seen(key, held)
        if rule is None:
            assert value is not None
            return value
        return Absent(rule.reason, rule.treatment == "skip", *key) if rule.value is None else rule.value

    def remember(self, key: Key, raw: object) -> None:
        """Another way to write a value of an input, where all of its values are known."""
        known = self.memo(key)
        if type(known) is not dict or not memorable(raw) or raw in known or len(known) >= MOST_REMEMBERED:
            return
        value = self._readers[key[0]].read(raw, key[0])
        assert not isinstance(value, Problem), "it has been rated"
        held = self._holding(key)(value)
        like = next(its for its, place in [*known.items()] if place == held)
        for each in self.nested:
            each.spelled(known, raw, like)
        known[raw] = held

    def memo(self, key: Key) -> dict[object, object]:
        """Inputs of one kind that are held alike have one."""
        declared, domain = self.program.inputs[key[0]], self.plan.inputs[key]
        alike = (declared.type, declared.absent, declared.empty, domain, self.needs.fused.get(key))
        found = self._memos.get(alike)
        if found is None:
            found = self._memos.setdefault(alike, memo(self._readers[key[0]], self._holding(key)))
        return found

    def _holding(self, key: Key) -> Callable[[Present | AbsenceRule], object]:
        domain, fused = self.plan.inputs[key], self.needs.fused.get(key)
        met = isinstance(domain, Met)
        several = isinstance(domain, Whole) and bool(domain.absences)

        def looked_up(found: Present | AbsenceRule) -> object:
            if met and self.full:
                raise Miss
            held = hold(domain, found)
            if isinstance(held, tuple):
                return (held[0], held[2]) if several else held[0]
            return held if fused is None else fused[1][held]

        return looked_up

    def type(self, key: Key) -> Type:
        """Of an input."""
        return self.program.inputs[key[0]].type
