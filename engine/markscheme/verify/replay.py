"""Records made of the ways through diagrams, and rated by the interpreter: nothing is shown that does not replay.
Knows regions and the interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .. import ir
from ..interpret import interpret
from ..regions.changes import Change, Changes, moved_by
from ..regions.diagrams import TooLarge
from ..regions.domains import bounds_of, cells
from ..regions.functions import Function, Regions
from ..regions.walks import Way
from ..space import direction
from ..trace import Given, Key, Trace

ASKED = "asked"


class Conflict(Exception):
    """Two pieces of a record that cannot be had together: a wide function allowed for them."""


@dataclass(slots=True)
class Records:
    """One record, or two, in the making."""

    regions: Regions
    changes: Changes
    first: dict[Key, Given] = field(default_factory=dict)
    second: dict[Key, Given] = field(default_factory=dict)

    def follow(self, function: Function, way: Way, change: Change | None = None) -> None:
        """Fill in what a way says of the variables. Raises Conflict."""
        for level, i, j in way:
            variable = function.variables[level]
            if variable.cells is not None:
                declared = self.regions.program.inputs[variable.key[0]]
                before, after = variable.cells[i], variable.cells[j]
                self._put(self.first, variable.key, before.given(variable.key, _end(declared, i, j)))
                if change is not None and change.withheld and i != j:
                    given = moved_by(declared, after, variable.key)
                else:
                    given = after.given(variable.key, _end(declared, j, i))
                self._put(self.second, variable.key, given)
            elif i == j:
                reach = self.regions.reach(variable.key)
                self.follow(reach.function, reach.values[variable.values[i]].way)
            else:
                assert change is not None
                moved = self.changes.of(variable.key, change)
                pair = (variable.values[i], variable.values[j])
                self.follow(moved.function, moved.pairs[pair].way, change)

    def _put(self, record: dict[Key, Given], key: Key, given: Given) -> None:
        if record.setdefault(key, given).value != given.value:
            raise Conflict

    def whole(self) -> tuple[dict[Key, Given], dict[Key, Given]]:
        """Both records, with what nothing was said of at its best."""
        program = self.regions.program
        for declared in program.inputs.values():
            for members in ir.combinations(program.sets, declared.axes):
                key = (declared.name, members)
                if key not in self.first:
                    self.first[key] = self.second[key] = plain(declared)
        return self.first, self.second


def _end(declared: ir.Input, this: int, other: int) -> int:
    """Of a run of numbers, the end that is nearest to another run."""
    return 0 if this == other or not isinstance(declared.type, ir.Number) else 1 if other > this else -1


def plain(declared: ir.Input) -> Given:
    """A value that asks for no attention: the best there is, or the first."""
    if isinstance(declared.type, ir.Number):
        inside = bounds_of(declared.type).between(None, None)
        best = declared.type.low if direction(declared.type) < 0 else declared.type.high
        return Given(best if best is not None else Fraction(0) if inside is None else inside)
    try:
        found = [cell for cell in cells(declared, None) if cell.rule is None]
    except TooLarge:
        raise AssertionError("only numbers have no end") from None
    return Given(found[0 if direction(declared.type) < 0 else -1].value)


def asking(program: ir.Program, condition: ir.Condition) -> ir.Program:
    """The program with one more measure: 1 where the condition holds, 0 where it does not."""
    one, zero = (ir.Literally(Fraction(n), ir.Number(), condition.span) for n in (1, 0))
    form = ir.Rules((ir.Rule(condition, one, ir.Note()), ir.Rule(None, zero, ir.Note())))
    undecided = ir.AbsenceRule("undecided", "Undecided", "unrated")
    step = ir.Step(ASKED, "Asked", (), ir.Number(), form, (), undecided, ir.Note())
    return replace(program, steps=(*program.steps, step))


def rated(program: ir.Program, record: Mapping[Key, Given]) -> Trace:
    return interpret(program, record)
