"""Whether two versions of a methodology rate every record alike. Knows regions of both, and the interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import ir
from ..intake import stated
from ..interpret import interpret
from ..regions.diagrams import TooLarge
from ..regions.functions import Regions
from ..regions.pairing import Pairing, Together, alike
from ..trace import Given, Key, Trace
from .replay import Conflict, plain

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Differing:
    """One record that two programs rate differently, as each rated it, and a result that differs."""

    old: Trace
    new: Trace
    key: Key


@dataclass(frozen=True, slots=True)
class Undecided:
    """`limit` says what was too large, or not comparable."""

    limit: str


def differs(old: ir.Program, new: ir.Program) -> Differing | Undecided | None:
    """None where every record has the same results in both; else a record that has not, or why neither is known.

    Results are compared as values; two absences are alike where their reasons are.
    """
    if set(old.results) != set(new.results):
        return Undecided("the results are not the same in both")
    if not _one_kind_of_record(old, new):
        return Undecided("the sets or inputs are not the same in both")
    try:
        together = Together(Regions(old), new)
        for step in old.steps:
            other = next((each for each in new.steps if each.name == step.name), None)
            if step.name not in old.results:
                continue
            if other is None or step.axes != other.axes:
                return Undecided(f"`{step.name}` is not the same in both")
            for key in together.old.instances(step.name):
                found = _differs(together, key, _reason(step) == _reason(other))
                if found is not None:
                    return found
    except TooLarge as error:
        return Undecided(str(error))
    except KeyError as error:  # a measure that only one of them has
        return Undecided(f"`{error.args[0]}` is not in both")
    return None


def _one_kind_of_record(old: ir.Program, new: ir.Program) -> bool:
    """Whether both take the same records."""
    others = new.inputs
    return (
        old.sets == new.sets
        and set(old.inputs) == set(others)
        and all(
            each.axes == others[name].axes and alike(each.type, others[name].type) for name, each in old.inputs.items()
        )
    )


def _reason(step: ir.Step) -> str | None:
    return step.absent.reason if step.absent else None


def _differs(together: Together, key: Key, one_reason: bool) -> Differing | Undecided | None:
    if together.same(key) and one_reason:
        return None
    pairing = together.pairing(key)
    apart = [(found.cost, pair) for pair, found in pairing.pairs.items() if _apart(pair, one_reason)]
    for _, pair in sorted(apart, key=lambda each: each[0])[:_TRIES]:
        try:
            first, second = records(together, pairing, pair)
        except Conflict:
            continue
        old, new = interpret(together.old.program, first), interpret(together.new.program, second)
        if _apart((old.outcomes[key].value, new.outcomes[key].value), one_reason):
            return Differing(old, new, key)
    return Undecided("too much is read together") if apart else None


def _apart(pair: tuple[ir.Value, ir.Value], one_reason: bool) -> bool:
    one, other = pair
    if isinstance(one, ir.Absent) and isinstance(other, ir.Absent):
        return not one_reason
    return isinstance(one, ir.Absent) or isinstance(other, ir.Absent) or one != other


def records(
    together: Together, pairing: Pairing, pair: tuple[ir.Value, ir.Value]
) -> tuple[dict[Key, Given], dict[Key, Given]]:
    """The cheapest record that gives a pair of values, as each program reads it. Raises Conflict."""
    given: dict[Key, Given] = {}

    def put(key: Key, value: Given) -> None:
        if given.setdefault(key, value) != value:
            raise Conflict

    def one(key: Key, value: ir.Value) -> None:
        reach = together.old.reach(key)
        for level, i, _ in reach.values[value].way:
            variable = reach.function.variables[level]
            if variable.cells is not None:
                put(variable.key, variable.cells[i].given(variable.key))
            else:
                one(variable.key, variable.values[i])

    def both(pairing: Pairing, pair: tuple[ir.Value, ir.Value]) -> None:
        for level, i, _ in pairing.pairs[pair].way:
            variable = pairing.variables[level]
            if variable.given is not None:
                put(variable.key, variable.given[i])
            elif together.same(variable.key):
                one(variable.key, variable.values[i][0])
            else:
                both(together.pairing(variable.key), variable.values[i])

    both(pairing, pair)
    old, new = together.old.program, together.new.program
    sides = read_by(old, {**unasked(old, old), **given}), read_by(new, {**unasked(new, old), **given})
    if sides[0] is None or sides[1] is None:
        raise Conflict
    return sides[0], sides[1]


def unasked(program: ir.Program, other: ir.Program) -> dict[Key, Given]:
    """What a record holds where nothing is asked of it: what the other program would hold, where it has that input."""
    found: dict[Key, Given] = {}
    for name, declared in program.inputs.items():
        there = other.inputs.get(name)
        value = plain(there if there is not None and alike(declared.type, there.type) else declared)
        found |= {(name, members): value for members in ir.combinations(program.sets, declared.axes)}
    return found


def read_by(program: ir.Program, given: Mapping[Key, Given]) -> dict[Key, Given] | None:
    """What a program makes of what a record holds: an absence as it treats it. None where it takes no such record."""
    record: dict[Key, Given] = {}
    for declared in program.inputs.values():
        rules = {rule.reason: rule for rule in declared.absent}
        for members in ir.combinations(program.sets, declared.axes):
            key = (declared.name, members)
            found = given.get(key)
            if found is None:
                return None
            gone = found.stated or (found.value if isinstance(found.value, ir.Absent) else None)
            if gone is None:
                record[key] = found
            elif gone.reason in rules:
                record[key] = stated(rules[gone.reason], key)
            else:
                return None
    return record
