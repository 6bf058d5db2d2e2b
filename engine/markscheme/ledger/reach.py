"""Which values a piece of a measure's text can have over all records, each with a record's inputs that give it.

Asks `regions`; where there are too many values, says so. Knows no threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ..explain.walk import names_in
from ..explain.wording import type_of
from ..interpret import interpret, outcome_of
from ..ir import AbsenceRule, Absent, Choice, Expr, Formula, Number, Present, Program, Scale, Step, Type, Value, YesNo
from ..regions.diagrams import TooLarge
from ..regions.functions import Function, Regions
from ..space import Space
from ..trace import Given, Key

if TYPE_CHECKING:
    from ..regions.walks import Found

MOST_STATES = 1_000_000  # walked for one ledger: some ten seconds
_ABSENT = AbsenceRule("absent", "", "unrated")


@dataclass(frozen=True, slots=True)
class Reached:
    """The values that are no absence. `exact` says that a record gives each; otherwise some may be beyond them all."""

    values: tuple[Present, ...]
    exact: bool
    _reach: Reach = field(repr=False)
    _asked: Key = field(repr=False)

    def inputs(self, value: Value) -> dict[Key, Given] | None:
        """Inputs that give a value and are read on the way to it, as few of them absent as can be; None where that is
        not known."""
        return self._reach.inputs(self._asked, value) if self.exact else None


class Reach:
    """What is worked out is kept: one for a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._regions = Regions(program)
        self._asked: dict[object, Step] = {}  # a measure of its own for everything that is asked about
        self._upstream: dict[str, Program] = {}
        self._space = Space(program)

    def of(self, step: Step, members: tuple[str, ...], expr: Expr) -> Reached | None:
        """The values of a piece of a step's text; None where they are too many to say."""
        asked = self._asked.get((id(expr), step.axes))
        if asked is None:
            name = f"asked {len(self._asked)}"  # no name of a rule file has a space in it
            asked = replace(step, name=name, type=type_of(expr), form=Formula(expr), limits=(), absent=_ABSENT)
            self._asked[id(expr), step.axes] = self._regions.steps[name] = asked
        if self._regions.states > MOST_STATES:
            return None
        try:
            reach = self._regions.reach((asked.name, members))
        except TooLarge:
            return None
        values = tuple(_of(asked.type, value) for value in reach.values if not isinstance(value, Absent))
        return Reached(values, not reach.function.wide, self, (asked.name, members))

    def inputs(self, asked: Key, value: Value) -> dict[Key, Given] | None:
        """As the interpreter rates them: what it does not read on the way is left out."""
        reach, given = self._regions.reach(asked), dict[Key, Given]()
        self._follow(reach.function, reach.values[value], given)
        program, step = self._rests_on(asked[0]), self._regions.steps[asked[0]]
        for key, declared in Space(program).keys:
            if key not in given:
                given[key] = Given(self._space.candidates[declared.name][-1])
        trace = interpret(program, given)
        known = {**given, **{key: Given(outcome.value) for key, outcome in trace.outcomes.items()}}
        outcome = outcome_of(program, known, step, asked[1])
        if outcome.value != value:
            return None
        read: dict[Key, None] = {}
        open_ = list(outcome.reads)
        while open_:
            key = open_.pop(0)
            if key not in read:
                read[key] = None
                open_ += trace.outcomes[key].reads if key in trace.outcomes else ()
        return {key: given[key] for key in read if key in given}

    def _follow(self, function: Function, found: Found, given: dict[Key, Given]) -> None:
        """The record to which a walk leads; of what is worked out, by the cheapest way to that."""
        for number, place, _ in found.way:
            variable = function.variables[number]
            if variable.cells is not None:
                given[variable.key] = variable.cells[place].given(variable.key)
            else:
                reach = self._regions.reach(variable.key)
                self._follow(reach.function, reach.values[variable.values[place]], given)

    def _rests_on(self, name: str) -> Program:
        """The program without what the measure does not rest on."""
        if name not in self._upstream:
            kept: set[str] = set()
            open_ = [name]
            while open_:
                one = self._regions.steps.get(open_.pop())
                if one is not None and one.name not in kept:
                    kept.add(one.name)
                    open_ += names_in(one).read
            program = self._program
            read = {each for one in kept for each in names_in(self._regions.steps[one]).read}
            inputs = {key: declared for key, declared in program.inputs.items() if key in read}
            steps = tuple(step for step in program.steps if step.name in kept)
            self._upstream[name] = replace(program, steps=steps, inputs=inputs)
        return self._upstream[name]


def _of(type: Type, value: Present) -> Present:
    """A level is a whole number that equals a figure: each as what it is."""
    match type:
        case Scale():
            assert not isinstance(value, str)
            return int(value)
        case Number():
            return Fraction(value)
        case Choice() | YesNo():
            return value
        case _:
            assert_never(type)
