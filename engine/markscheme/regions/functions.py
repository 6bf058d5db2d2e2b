"""Steps and conditions as functions of what they rest on, and what they can be over all records.

What is read by one reader alone is worked out first and then stands for itself, as a variable with the values it can
have; what several read together is taken in, as far as that can be afforded. Where it cannot, a function is *wide*: it
allows for more than can happen, so what never happens in it never happens, and the rest has to be shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import ir
from ..trace import Key
from .apart import merged
from .building import Building, Built
from .diagrams import Diagrams, TooLarge
from .domains import Cell, cells, compared
from .ground import Claim, Ground, ground_claim, ground_step
from .walks import Found, outcomes

MOST = 400_000  # steps for one function
_TAKEN_IN = 40_000  # steps for one that takes steps in, and how many variables it may have
_WIDEST = 100
_ABSENT, _OTHER = 50, 1  # what it costs a record to have no value, or one that is not the best


@dataclass(frozen=True, slots=True)
class Shape:
    """A function without the names of what it rests on: steps of one shape share it. `cells` are those of variables
    that are inputs, None for steps."""

    diagrams: Diagrams = field(repr=False)
    building: Building = field(repr=False)
    built: Built | None  # of a step
    root: int  # its value, or the truth of a condition


@dataclass(frozen=True, slots=True)
class Variable:
    """What a function rests on: an input, with its cells, or a step; `values` are those it can have, `costs` how dear
    the cheapest record is that gives each."""

    key: Key
    values: tuple[ir.Value, ...]
    costs: tuple[int, ...]
    cells: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """`wide`: it allows for combinations of values that no record may give."""

    shape: Shape
    variables: tuple[Variable, ...]
    wide: bool

    @property
    def costs(self) -> list[tuple[int, ...]]:
        return [variable.costs for variable in self.variables]

    @property
    def diagrams(self) -> Diagrams:
        return self.shape.diagrams


@dataclass(frozen=True, slots=True)
class Reach:
    """A step over all records: its function, and each value it can have with the cheapest way to it."""

    function: Function
    values: dict[ir.Value, Found]


@dataclass(frozen=True, slots=True)
class Reading:
    """A step that is taken in, or the whole: its ground and what each slot is, a variable's number or a reading."""

    ground: Ground | Claim
    slots: tuple[int | Reading, ...]


class Regions:
    """What the steps of one program can be. Answers are kept."""

    def __init__(self, program: ir.Program, most: int = MOST) -> None:
        self.program = program
        self.most = most
        self.steps = {step.name: step for step in program.steps}
        self._bits: dict[Key, int] = {}
        self._support: dict[Key, int] = {}
        self._inputs: dict[str, int] = {}
        self._beneath: dict[Key, frozenset[Key]] = {}
        self._grounds: dict[Key, tuple[Ground, tuple[Key, ...]]] = {}
        self._reach: dict[Key, Reach] = {}
        self._unknown: dict[Key, TooLarge] = {}
        self._shapes: dict[Hashable, Shape | TooLarge] = {}
        self._values: dict[tuple[int, int, tuple[tuple[int, ...], ...]], dict[Any, Found]] = {}
        self._vain: set[tuple[str, frozenset[str]]] = set()  # what could not be taken in
        self.states = 0  # walked so far

    # --- grounds -----------------------------------------------------------------------------------------------------

    def ground(self, key: Key) -> tuple[Ground, tuple[Key, ...]]:
        found = self._grounds.get(key)
        if found is None:
            grounded = ground_step(self.program, self.steps[key[0]], key[1])
            found = self._grounds[key] = (grounded.ground, grounded.reads)
        return found

    def instances(self, name: str) -> Iterator[Key]:
        """A step for every combination of members."""
        yield from ((name, members) for members in ir.combinations(self.program.sets, self.steps[name].axes))

    def support(self, key: Key) -> int:
        """The inputs that something rests on, as bits of a number."""
        found = self._support.get(key)
        if found is None:
            if key[0] in self.program.inputs:
                found = 1 << self._bits.setdefault(key, len(self._bits))
            else:
                found = 0
                for read in self.ground(key)[1]:
                    found |= self.support(read)
            self._support[key] = found
        return found

    def of_input(self, name: str) -> int:
        """The values of one input, as bits of a number."""
        found = self._inputs.get(name)
        if found is None:
            found = 0
            for members in ir.combinations(self.program.sets, self.program.inputs[name].axes):
                found |= self.support((name, members))
            self._inputs[name] = found
        return found

    # --- functions ---------------------------------------------------------------------------------------------------

    def reach(self, key: Key) -> Reach:
        """What a step can be. Raises TooLarge."""
        found = self._reach.get(key) or self._unknown.get(key)
        if found is None:
            try:
                function = list(self.refined(key))[-1]  # the most exact one that can be afforded
                found = self._reach[key] = Reach(function, self.values_of(function))
            except TooLarge as error:
                found = self._unknown[key] = error
        if isinstance(found, TooLarge):
            raise found
        return found

    def values_of(self, function: Function, root: int | None = None) -> dict[Any, Found]:
        """What a function can be over what it rests on; or another diagram over the same variables."""
        shape = function.shape
        key = (id(shape), shape.root if root is None else root, tuple(function.costs))
        found = self._values.get(key)
        if found is None:
            shape.diagrams.allow(self.most)
            found = self._values[key] = outcomes(shape.diagrams, key[1], function.costs)
        return found

    def refined(self, key: Key) -> Iterator[Function]:
        """Functions of a step, from one that reads only what it says to one that is exact, as far as it can be had."""
        ground, reads = self.ground(key)
        yield from self._refined(key[0], ground, reads)

    def refined_claim(self, condition: ir.Condition) -> Iterator[Function]:
        """The same of a condition that stands alone."""
        grounded = ground_claim(self.program, condition)
        yield from self._refined("", grounded.claim, grounded.reads)

    def _refined(self, name: str, ground: Ground | Claim, reads: tuple[Key, ...]) -> Iterator[Function]:
        taken: frozenset[Key] = frozenset()
        while True:
            names = frozenset(key[0] for key in taken)
            if taken and name and (name, names) in self._vain:
                return
            try:
                function, shared = self._function(ground, reads, taken)
            except TooLarge:
                if not taken:
                    raise
                self._vain.add((name, names))
                return
            yield function
            if not shared:
                return
            taken |= shared

    def _function(
        self, ground: Ground | Claim, reads: tuple[Key, ...], taken: frozenset[Key]
    ) -> tuple[Function, frozenset[Key]]:
        """A function that takes some steps in, and the steps that rest on what others rest on too."""
        levels = self._order(ground, reads, taken)
        told: dict[Key, list[tuple[object, int]]] = {}  # the grounds that read an input of numbers, and by which slot
        readings: dict[Key, Reading] = {}

        def reading(ground: Ground | Claim, reads: tuple[Key, ...]) -> Reading:
            slots: list[int | Reading] = []
            for index, key in enumerate(reads):
                if key[0] in self.steps and (self.steps[key[0]].helper or key in taken):
                    if key not in readings:
                        readings[key] = reading(*self.ground(key))
                    slots.append(readings[key])
                else:
                    slots.append(levels[key])
                    told.setdefault(key, []).append((ground, index))
            return Reading(ground, tuple(slots))

        whole = reading(ground, reads)
        if taken and len(levels) > _WIDEST:
            raise TooLarge(f"more than {_WIDEST} values read together")
        variables = tuple(self._variable(key, told[key]) for key in levels)
        sign = (whole, tuple(tuple((type(v), v) for v in variable.values) for variable in variables))
        shape = self._shapes.get(sign)
        if shape is None:
            try:
                shape = self._shape(whole, variables, min(self.most, _TAKEN_IN) if taken else self.most)
            except (TooLarge, RecursionError) as error:
                shape = error if isinstance(error, TooLarge) else TooLarge("too many values read together")
            self._shapes[sign] = shape
        if isinstance(shape, TooLarge):
            raise shape
        shared = self._shared(levels)
        wide = bool(shared) or any(self._reach[key].function.wide for key in levels if key in self._reach)
        return Function(shape, variables, wide), shared

    def _order(self, ground: Ground | Claim, reads: tuple[Key, ...], taken: frozenset[Key]) -> dict[Key, int]:
        """The variables: what many readers share first, then as they are first read."""
        readers: dict[Key, int] = {}
        seen: set[Key] = set()

        def read(keys: tuple[Key, ...]) -> None:
            for key in keys:
                if key[0] not in self.steps or not (self.steps[key[0]].helper or key in taken):
                    readers[key] = readers.get(key, 0) + 1
                elif key not in seen:
                    seen.add(key)
                    read(self.ground(key)[1])

        read(reads)
        return {key: level for level, key in enumerate(sorted(readers, key=lambda key: -readers[key]))}

    def _shared(self, levels: dict[Key, int]) -> frozenset[Key]:
        """The steps to take in, so that no two variables rest on one input: those that rest on another variable, if
        there are any, since that may be all that they share."""
        once = twice = 0
        for key in levels:
            support = self.support(key)
            twice |= once & support
            once |= support
        shared = frozenset(key for key in levels if key[0] in self.steps and self.support(key) & twice)
        outer = frozenset(key for key in shared if not self.beneath(key).isdisjoint(levels))
        return outer or shared

    def beneath(self, key: Key) -> frozenset[Key]:
        """All that something reads, itself or through others."""
        found = self._beneath.get(key)
        if found is None:
            reads = self.ground(key)[1] if key[0] in self.steps else ()
            found = self._beneath[key] = frozenset(reads).union(*(self.beneath(read) for read in reads))
        return found

    def _variable(self, key: Key, told: Sequence[tuple[object, int]]) -> Variable:
        declared = self.program.inputs.get(key[0])
        if declared is None:
            reach = self.reach(key)
            return Variable(key, tuple(reach.values), tuple(found.cost for found in reach.values.values()))
        found = self.cells(declared, told)
        best = 0 if isinstance(declared.type, ir.Number) else sum(1 for cell in found if cell.rule is None) - 1
        costs = tuple(_ABSENT if c.rule else _OTHER * (place != best) for place, c in enumerate(found))
        return Variable(key, tuple(cell.value for cell in found), costs, found)

    def cells(self, declared: ir.Input, told: Sequence[tuple[object, int]]) -> tuple[Cell, ...]:
        if not isinstance(declared.type, ir.Number):
            return cells(declared, None)
        cuts: set[object] | None = set()
        for ground, index in told:
            here = compared(ground, index)
            cuts = None if here is None or cuts is None else cuts | here
        found = cells(declared, cuts)  # type: ignore[arg-type]  # figures
        if cuts is None and len(told) == 1:
            found = merged(told[0][0], told[0][1], found)
        return found

    def _shape(self, whole: Reading, variables: Sequence[Variable], most: int) -> Shape:
        diagrams = Diagrams(most)
        nodes = [diagrams.variable(level, variable.values) for level, variable in enumerate(variables)]
        done: dict[int, int] = {}

        def building(reading: Reading) -> Building:
            return Building(diagrams, lambda index: slot(reading.slots[index]))

        def slot(of: int | Reading) -> int:
            if isinstance(of, int):
                return nodes[of]
            if id(of) not in done:
                assert isinstance(of.ground, Ground)
                done[id(of)] = building(of).step(of.ground).value
            return done[id(of)]

        top = building(whole)
        try:
            if isinstance(whole.ground, Ground):
                built = top.step(whole.ground)
                return Shape(diagrams, top, built, built.value)
            return Shape(diagrams, top, None, diagrams.own(top.claim(whole.ground)))
        finally:
            self.states += diagrams.steps
