"""Two programs over the same records: which values a step has in the one and in the other. Knows regions of both.

A step whose ground is alike in both, and all it reads too, is the same without a look. Where it is not, both are built
over one set of variables, each of which stands for a value in the one program and a value in the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import ir
from ..intake import stated
from ..space import direction
from ..trace import Given, Key
from .building import Building
from .diagrams import Diagrams, TooLarge
from .domains import Cell, cells, compared, contains, how_many
from .functions import Reading, Regions, Variable
from .ground import Ground, instead
from .walks import Found, counted, outcomes

_MOST = 300_000  # steps for two functions
_TAKEN_IN = 40_000  # for two that take steps in


@dataclass(frozen=True, slots=True)
class Both:
    """What two functions rest on: an input or a step, with the values it has in the one and in the other program."""

    key: Key
    values: tuple[tuple[ir.Value, ir.Value], ...]
    costs: tuple[int, ...]
    given: tuple[Given, ...] | None = None  # of an input, as a record holds it
    many: tuple[int | None, ...] = ()  # of an input, the values that each stands for


@dataclass(frozen=True, slots=True)
class Pairing:
    """The values of a step in two programs, each pair with the cheapest record that gives it. `wide`: some may be of no
    record."""

    variables: tuple[Both, ...]
    pairs: dict[tuple[Any, Any], Found]
    wide: bool
    diagrams: Diagrams = field(repr=False)
    root: int


class Together:
    """Two programs. An input that only one of them has is one that the other does not look at. Raises TooLarge where an
    input that both have has other values in the other, or they cannot be held together at an affordable price."""

    def __init__(self, old: Regions, new: ir.Program, most: int = _MOST) -> None:
        self.old, self.new = old, Regions(new)
        self.new._bits = self.old._bits  # one number for each input, so that what they rest on can be compared
        self.most = most
        self._same: dict[Key, bool] = {}
        self._pairings: dict[Key, Pairing | TooLarge] = {}
        self._made: dict[Hashable, tuple[Diagrams, int, dict[tuple[Any, Any], Found]] | TooLarge] = {}
        self._vain: set[tuple[str, frozenset[str]]] = set()  # what could not be taken in
        self._counts: dict[Key, dict[Any, int] | None] = {}

    def same(self, key: Key) -> bool:
        """Whether a value comes about in the same way in both."""
        found = self._same.get(key)
        if found is None:
            if key[0] in self.old.program.inputs:
                one, other = self.old.program.inputs[key[0]], self.new.program.inputs.get(key[0])
                found = other is not None and one.absent == other.absent and alike(one.type, other.type)
            elif not self._in_both(key):
                found = False
            else:
                (ground, reads), (other_ground, others) = self.old.ground(key), self.new.ground(key)
                found = ground == other_ground and reads == others and all(self.same(read) for read in reads)
            self._same[key] = found
        return found

    def pairing(self, key: Key) -> Pairing:
        """The values of a step in both, as exactly as can be afforded. Raises TooLarge."""
        found = self._pairings.get(key)
        if found is None:
            try:
                found = list(self._refined(key))[-1]
            except TooLarge as error:
                found = error
            self._pairings[key] = found
        if isinstance(found, TooLarge):
            raise found
        return found

    def _refined(self, key: Key) -> Iterator[Pairing]:
        taken: frozenset[Key] = frozenset()
        while True:
            names = frozenset(each[0] for each in taken)
            if taken and (key[0], names) in self._vain:
                return
            try:
                found, shared = self._pair(key, taken)
            except TooLarge:
                if not taken:
                    raise
                self._vain.add((key[0], names))
                return
            yield found
            if not shared or all(_one(*pair) for pair in found.pairs):
                return
            taken |= shared

    def _pair(self, key: Key, taken: frozenset[Key]) -> tuple[Pairing, frozenset[Key]]:
        levels: dict[Key, int] = {}
        told: dict[Key, list[tuple[Ground, int]]] = {}
        done: dict[tuple[Key, bool], Reading] = {}

        def reading(at: Key, regions: Regions) -> Reading:
            ground, reads = regions.ground(at)
            slots: list[int | Reading] = []
            for index, each in enumerate(reads):
                if self._inside(each, taken):
                    if (each, regions is self.old) not in done:
                        done[each, regions is self.old] = reading(each, regions)
                    slots.append(done[each, regions is self.old])
                else:
                    slots.append(levels.setdefault(each, len(levels)))
                    told.setdefault(each, []).append((ground, index))
            return Reading(ground, tuple(slots))

        sides = reading(key, self.old), reading(key, self.new)
        variables = tuple(self._variable(each, told[each]) for each in levels)
        values = tuple(tuple(tuple((type(v), v) for v in pair) for pair in each.values) for each in variables)
        sign = (sides, values, tuple(variable.costs for variable in variables))
        made = self._made.get(sign)
        if made is None:
            try:
                made = self._walked(sides, variables, min(self.most, _TAKEN_IN) if taken else self.most)
            except (TooLarge, RecursionError) as error:
                made = error if isinstance(error, TooLarge) else TooLarge("too many values read together")
            self._made[sign] = made
        if isinstance(made, TooLarge):
            raise made
        shared = self._shared(levels)
        wide = bool(shared) or any(self._wide(each) for each in levels)
        return Pairing(variables, made[2], wide, made[0], made[1]), shared

    def _walked(
        self, sides: tuple[Reading, Reading], variables: Sequence[Both], most: int
    ) -> tuple[Diagrams, int, dict[tuple[Any, Any], Found]]:
        """Both functions as one, whose values are pairs, and the cheapest way to each."""
        diagrams = Diagrams(most)
        roots = []
        for side, whole in enumerate(sides):
            nodes = [diagrams.variable(level, [v[side] for v in each.values]) for level, each in enumerate(variables)]
            roots.append(_built(whole, diagrams, nodes))
        root = diagrams.own(diagrams.mapped(lambda one, other: (one, other), *roots))
        diagrams.allow(4 * self.most)
        return diagrams, root, outcomes(diagrams, root, [variable.costs for variable in variables])

    def _inside(self, key: Key, taken: frozenset[Key]) -> bool:
        step = self.old.steps.get(key[0]) or self.new.steps.get(key[0])
        if step is None:
            return False
        # what only one of them works out is taken in: there is no value of the other beside it
        return step.helper or key in taken or not self._in_both(key)

    def _in_both(self, key: Key) -> bool:
        """Whether a step is worked out in both."""
        ours, theirs = self.old.steps.get(key[0]), self.new.steps.get(key[0])
        if ours is None or theirs is None or ours.axes != theirs.axes:
            return False
        named = list(zip(ours.axes, key[1], strict=True))
        return all(member in each.program.sets[axis].above for each in (self.old, self.new) for axis, member in named)

    def _shared(self, levels: dict[Key, int]) -> frozenset[Key]:
        """As for one program: the steps to take in, so that no two variables rest on one input."""
        supports = {key: self._support(key) for key in levels}
        once = twice = 0
        for support in supports.values():
            twice |= once & support
            once |= support
        shared = frozenset(key for key in levels if self._is_step(key) and supports[key] & twice)
        outer = frozenset(
            key for key in shared if not (self.old.beneath(key) | self.new.beneath(key)).isdisjoint(levels)
        )
        return outer or shared

    def _is_step(self, key: Key) -> bool:
        return key[0] in self.old.steps or key[0] in self.new.steps

    def _support(self, key: Key) -> int:
        """The inputs that it rests on in either."""
        found = 0
        for regions in (self.old, self.new):
            if key[0] in regions.program.inputs or (key[0] in regions.steps and self._in_both(key)):
                found |= regions.support(key)
        return found

    def _wide(self, key: Key) -> bool:
        if not self._is_step(key):
            return False
        return self.old.reach(key).function.wide if self.same(key) else self.pairing(key).wide

    def _variable(self, key: Key, told: list[tuple[Ground, int]]) -> Both:
        if not self._is_step(key):
            return self._input(key, told)
        if self.same(key):
            reach = self.old.reach(key)
            return Both(key, tuple((v, v) for v in reach.values), tuple(found.cost for found in reach.values.values()))
        pairing = self.pairing(key)
        return Both(key, tuple(pairing.pairs), tuple(found.cost for found in pairing.pairs.values()))

    def _input(self, key: Key, told: list[tuple[Ground, int]]) -> Both:
        """What a record can hold, and what that is to each program: an absence may be treated otherwise."""
        one, other = self.old.program.inputs.get(key[0]), self.new.program.inputs.get(key[0])
        if one is None or other is None:
            one = other = one or other
            assert one is not None
        assert other is not None
        if one.axes != other.axes or not alike(one.type, other.type):
            raise TooLarge(f"`{key[0]}` is another input in one of the two")
        cuts: set[Any] | None = set()
        for ground, index in told if isinstance(one.type, ir.Number) else ():
            here = compared(ground, index)
            cuts = None if here is None or cuts is None else cuts | here
        present: list[Cell] = [cell for cell in cells(one, cuts) if cell.rule is None]
        values: list[tuple[ir.Value, ir.Value]] = [(cell.value, cell.value) for cell in present]
        way = direction(one.type)
        given = [cell.given(key, way) for cell in present]
        many = [how_many(one.type, cell) for cell in present]
        rules = {rule.reason: rule for rule in other.absent}
        for rule in one.absent:
            if rule.reason in rules:
                values.append((instead(rule), instead(rules[rule.reason])))
                given.append(stated(rule, key))
                many.append(1)
        best = 0 if way < 0 else len(present) - 1
        costs = tuple(50 if place >= len(present) else int(place != best) for place in range(len(values)))
        return Both(key, tuple(values), costs, tuple(given), tuple(many))

    # --- how many ----------------------------------------------------------------------------------------------------

    def counts(self, key: Key) -> dict[tuple[Any, Any], int] | None:
        """How many records give each pair of values, those of what the pairing rests on; None where they cannot be
        counted: numbers without an end, or what is only known to be possible."""
        pairing = self.pairing(key)
        if pairing.wide:
            return None
        weights = [self._weights(variable) for variable in pairing.variables]
        return _counted(pairing.diagrams, pairing.root, weights)

    def _weights(self, variable: Both) -> list[int] | None:
        if variable.given is not None:
            return _whole(variable.many)
        if self.same(variable.key):
            own = self._own(variable.key)
            return None if own is None else [own.get(value, 0) for value, _ in variable.values]
        counts = self.counts(variable.key)
        return None if counts is None else [counts.get(pair, 0) for pair in variable.values]

    def _own(self, key: Key) -> dict[Any, int] | None:
        """How many records give each value of a step of the old program."""
        if key not in self._counts:
            function = self.old.reach(key).function
            weights = [self._own_weights(variable) for variable in function.variables]
            found = None if function.wide else _counted(function.diagrams, function.shape.root, weights)
            self._counts[key] = found
        return self._counts[key]

    def _own_weights(self, variable: Variable) -> list[int] | None:
        if variable.cells is None:
            own = self._own(variable.key)
            return None if own is None else [own.get(value, 0) for value in variable.values]
        declared = self.old.program.inputs[variable.key[0]]
        found = []
        for cell in variable.cells:
            if isinstance(cell.value, ir.Absent):
                alike = [rule for rule in declared.absent if instead(rule) == cell.value]
            else:
                alike = [rule for rule in declared.absent if rule.value is not None and contains(cell, rule.value)]
            here = 0 if cell.rule is not None else how_many(declared.type, cell)
            found.append(None if here is None else here + len(alike))
        return _whole(found)


def _built(whole: Reading, diagrams: Diagrams, nodes: Sequence[int]) -> int:
    """The function of a step that reads variables and steps that are taken in."""
    done: dict[int, int] = {}

    def step(of: Reading) -> int:
        if id(of) not in done:
            assert isinstance(of.ground, Ground)
            done[id(of)] = Building(diagrams, lambda index: slot(of.slots[index])).step(of.ground).value
        return done[id(of)]

    def slot(of: int | Reading) -> int:
        return nodes[of] if isinstance(of, int) else step(of)

    return step(whole)


def _one(old: object, new: object) -> bool:
    """Whether two values, as diagrams have them, are one to whoever reads them."""
    return type(old) is type(new) and old == new


def _whole(found: Sequence[int | None]) -> list[int] | None:
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def _counted(diagrams: Diagrams, root: int, weights: list[list[int] | None]) -> dict[Any, int] | None:
    known = [each for each in weights if each is not None]
    if len(known) < len(weights):
        return None
    diagrams.allow(_MOST)
    try:
        return counted(diagrams, root, known)
    except TooLarge:
        return None


def alike(one: ir.Type, other: ir.Type) -> bool:
    """Whether two types have the same values, whatever is better."""
    match one, other:
        case ir.Number(decimals, low, high), ir.Number(other_decimals, other_low, other_high):
            return (decimals, low, high) == (other_decimals, other_low, other_high)
        case ir.Scale(levels=levels), ir.Scale(levels=others):
            return [level.name for level in levels] == [level.name for level in others]
        case ir.Choice(options), ir.Choice(others):
            return [option.name for option in options] == [option.name for option in others]
        case ir.YesNo(), ir.YesNo():
            return True
        case _:
            return False
