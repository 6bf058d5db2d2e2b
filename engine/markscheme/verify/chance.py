"""Records by chance, where nothing else answers: one that breaks an obligation refutes it, one that shows what can
happen proves that; else nothing is proved, and it is said on how many records. The same records every time.

Knows the space of records and the interpreter.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from .. import ir
from ..interpret import interpret
from ..space import Record, Space, direction, typed
from ..trace import Given, Key, Trace
from .answers import Answer
from .enumeration import decides, worse
from .obligations import Place
from .replay import ASKED, asking, rated
from .smaller import smaller, smaller_pair
from .verdicts import Counterexample

RECORDS, FEWEST = 2_000, 100
WORK = 20_000_000  # what rating them may cost
SECONDS = 5.0  # for the records of one input that improves or is withheld; and for those of all other questions
IN_ALL = 30.0  # seconds, for one program
_SEED = "markscheme"

Typed = Mapping[Key, Given]


@dataclass(slots=True)
class _Seen:
    """What was seen of single records: the first that showed each thing, and how many there were."""

    places: dict[tuple[str, int, bool], Typed] = field(default_factory=dict)
    values: dict[tuple[str, ir.Value], Typed] = field(default_factory=dict)
    truths: dict[tuple[int, ir.Value], Typed] = field(default_factory=dict)
    records: int = 0


class Chance:
    """Records of one program, tried once for all questions. `records` says on how many the last question was tested."""

    def __init__(self, program: ir.Program) -> None:
        self.program = program
        self.space = Space(program)
        self.records = 0
        self._left = IN_ALL
        self._singles: _Seen | None = None
        self._pairs: dict[tuple[str, bool], tuple[dict[Key, tuple[Typed, Typed]], int]] = {}
        self._promised = tuple(each for each in program.guarantees if isinstance(each, ir.Holds))

    # --- questions ---------------------------------------------------------------------------------------------------

    def reachable(self, places: tuple[Place, ...]) -> Answer | None:
        seen = self._single()
        return Answer(True) if any((p.step, p.index, p.limit) in seen.places for p in places) else None

    def attainable(self, name: str, level: int) -> Answer | None:
        return Answer(True) if (name, level) in self._single().values else None

    def holds(self, promised: ir.Holds) -> Answer | None:
        broken = 0 if promised.always else 1
        found = self._single().truths.get((self._promised.index(promised), broken))
        if found is None:
            return None
        asked = asking(self.program, promised.condition)
        least = smaller(self.program, found, lambda record: rated(asked, record).outcomes[ASKED, ()].value == broken)
        return Answer(False, Counterexample((rated(self.program, least),)))

    def unmoved(self, name: str, input: str, withheld: bool) -> Answer | None:
        found = self._pair(input, withheld)
        shown = [(key, pair) for key, pair in found.items() if key[0] == name]
        if not shown:
            return None
        key, (first, second) = shown[0]
        way = self._way(key, withheld)

        def breaks(one: Typed, other: Typed) -> bool:
            return _worse(rated(self.program, one), rated(self.program, other), key, way)

        before, after = smaller_pair(self.program, first, second, breaks)
        changed = tuple(k for k in before if before[k] != after[k])
        return Answer(False, Counterexample((rated(self.program, before), rated(self.program, after)), key, changed))

    # --- single records ----------------------------------------------------------------------------------------------

    def _single(self) -> _Seen:
        if self._singles is None:
            self._singles = self._tried()
        self.records = self._singles.records
        return self._singles

    def _tried(self) -> _Seen:
        seen, asked = _Seen(), self._asked()
        steps = {step.name: step for step in self.program.steps}
        for record in self._drawn("single"):
            given = typed(record)
            trace = interpret(asked, given)
            seen.records += 1
            for key, outcome in trace.outcomes.items():
                if key[0] not in steps:
                    seen.truths.setdefault((int(key[0].partition(" ")[2]), outcome.value), given)
                    continue
                if isinstance(outcome.value, int):
                    seen.values.setdefault((key[0], outcome.value), given)
                for place in _places(steps[key[0]]):
                    where = (place.step, place.index, place.limit)
                    if where not in seen.places and decides(trace, key, place):
                        seen.places[where] = given
        return seen

    def _asked(self) -> ir.Program:
        """The program with a measure for each condition that it promises."""
        asked = enumerate(asking(self.program, each.condition).steps[-1] for each in self._promised)
        made = (replace(step, name=f"{ASKED} {place}") for place, step in asked)  # nothing of a file has such a name
        return replace(self.program, steps=(*self.program.steps, *made))

    def _drawn(self, kind: str) -> Iterator[Record]:
        random, start = Random(f"{_SEED} {kind}"), time.monotonic()
        most = min(SECONDS, self._left)
        for _ in range(min(RECORDS, max(WORK // max(self.program.cost, 1), FEWEST))):
            yield self.space.sampled(random)
            if time.monotonic() - start > most:
                break
        self._left -= time.monotonic() - start

    # --- two records -------------------------------------------------------------------------------------------------

    def _pair(self, input: str, withheld: bool) -> dict[Key, tuple[Typed, Typed]]:
        if (input, withheld) not in self._pairs:
            self._pairs[input, withheld] = self._tried_pairs(input, withheld)
        found, self.records = self._pairs[input, withheld]
        return found

    def _tried_pairs(self, input: str, withheld: bool) -> tuple[dict[Key, tuple[Typed, Typed]], int]:
        found: dict[Key, tuple[Typed, Typed]] = {}
        random, tried = Random(f"{_SEED} {input}"), 0
        for record in self._drawn(f"{input} {withheld}"):
            other = self._moved(record, input, withheld, random)
            if other is None:
                continue
            tried += 1
            first, second = typed(record), typed(other)
            before, after = interpret(self.program, first), interpret(self.program, second)
            for key in before.outcomes:
                if key not in found and _worse(before, after, key, self._way(key, withheld)):
                    found[key] = (first, second)
        return found, tried

    def _way(self, key: Key, withheld: bool) -> int:
        type = next(step.type for step in self.program.steps if step.name == key[0])
        return -direction(type) if withheld else direction(type)

    def _moved(self, record: Record, input: str, withheld: bool, random: Random) -> Record | None:
        """With one or more values of an input better, by one step or by many; or absent."""
        declared = self.program.inputs[input]
        there = [key for key in self.space.of(declared) if not isinstance(record[key], ir.AbsenceRule)]
        if not there or (withheld and not declared.absent):
            return None
        many = random.random() < 0.5
        chosen = random.sample(there, random.randint(1, len(there)) if many else 1)
        other = dict(record)
        for key in chosen:
            value = record[key]
            assert not isinstance(value, ir.AbsenceRule)
            if withheld:
                other[key] = random.choice(declared.absent)
                continue
            step = self.space.improved(declared, value)
            if step is None:
                continue
            way = direction(declared.type)
            order = self.space.candidates[input]
            better = [each for each in order if _above(order, each, value) * way > 0]
            other[key] = random.choice(better) if better and random.random() < 0.5 else step
        return other if other != record else None


def _above(order: tuple[ir.Present, ...], one: ir.Present, other: ir.Present) -> int:
    """1 where the first of two values comes later in the order, -1 where the second does."""
    if isinstance(one, str) or isinstance(other, str):
        one, other = order.index(one), order.index(other)
    return (one > other) - (one < other)


def _worse(before: Trace, after: Trace, key: Key, way: int) -> bool:
    return way != 0 and worse((before.outcomes[key].value, after.outcomes[key].value), way)


def _places(step: ir.Step) -> Iterator[Place]:
    match step.form:
        case ir.Rules(pieces) | ir.Table(rows=pieces) | ir.Bands(bands=pieces):
            yield from (Place(step.name, index, False) for index in range(len(pieces)))
        case _:
            pass
    yield from (Place(step.name, index, True) for index in range(len(step.limits)))
