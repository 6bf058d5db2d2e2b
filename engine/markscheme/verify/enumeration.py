"""Answers by walking every state: of each step alone where what it reads is independent, of several together where not.

An answer is None where that cannot be afforded. Every example has been rated by the interpreter. Knows regions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from .. import ir
from ..diagnostics import Span
from ..regions.building import NOTHING
from ..regions.changes import Change, Changed, Changes
from ..regions.diagrams import TooLarge
from ..regions.functions import Function, Regions
from ..regions.ground import Pick
from ..regions.walks import Found
from ..space import direction
from ..trace import ByBand, ByRow, ByRule, Key, Trace
from .answers import Answer
from .obligations import Place, choice_note
from .replay import ASKED, Conflict, Records, asking, rated
from .verdicts import Counterexample


class Enumeration:
    """The questions about one program. `limit` says what was too large, of the last question without an answer."""

    def __init__(self, program: ir.Program, most: int) -> None:
        self.program = program
        self.regions = Regions(program, most)
        self.changes = Changes(self.regions)
        self.limit = ""
        self.shown: list[Trace] = []  # what was rated to show one thing may show another

    # --- what can happen ---------------------------------------------------------------------------------------------

    def reachable(self, places: tuple[Place, ...]) -> Answer | None:
        return self._some(candidate for place in places for candidate in self._deciding(place))

    def _deciding(self, place: Place) -> Iterator[_Candidate]:
        for key in self.regions.instances(place.step):
            function = self.regions.reach(key).function
            built = function.shape.built
            assert built is not None
            if not place.limit:
                assert built.picked is not None
                root, wanted = built.picked, place.index
            else:
                caps = [cap.place for cap in self.regions.ground(key)[0].caps]
                if place.index not in caps:
                    continue
                root, wanted = built.caps[caps.index(place.index)], True
            found = self.regions.values_of(function, root).get(wanted)
            if found is not None:
                yield _Candidate(function, found, partial(decides, key=key, place=place))

    def attainable(self, name: str, level: int) -> Answer | None:
        def candidates() -> Iterator[_Candidate]:
            for key in self.regions.instances(name):
                reach = self.regions.reach(key)
                found = reach.values.get(level)
                if found is not None:
                    yield _Candidate(reach.function, found, partial(_gives, key=key, value=level))

        return self._some(candidates())

    def _some(self, candidates: Iterator[_Candidate]) -> Answer | None:
        """Yes with a record that shows it; no where there is no candidate; None where none of them replays."""
        open_ = 0
        try:
            for candidate in candidates:
                if not candidate.function.wide:
                    return Answer(True)
                open_ += 1
                if any(candidate.holds(trace) for trace in self.shown):
                    return Answer(True)
                if open_ <= _TRIES and self._shown(candidate) is not None:
                    return Answer(True)
        except TooLarge as error:
            self.limit = str(error)
            return None
        if open_:
            self.limit = "no record was found for what is read together"
            return None
        return Answer(False)

    def _shown(self, candidate: _Candidate) -> Trace | None:
        records = Records(self.regions, self.changes)
        try:
            records.follow(candidate.function, candidate.found.way)
        except (Conflict, TooLarge):
            return None
        trace = rated(self.program, records.whole()[0])
        self.shown.append(trace)
        return trace if candidate.holds(trace) else None

    # --- what must hold ----------------------------------------------------------------------------------------------

    def holds(self, promised: ir.Holds) -> Answer | None:
        broken = not promised.always
        asked = asking(self.program, promised.condition)
        try:
            for function in self.regions.refined_claim(promised.condition):
                found = self.regions.values_of(function).get(broken)
                if found is None:
                    return Answer(True)
                records = Records(self.regions, self.changes)
                try:
                    records.follow(function, found.way)
                except Conflict:
                    continue
                record = records.whole()[0]
                if rated(asked, record).outcomes[ASKED, ()].value == (1 if broken else 0):
                    return Answer(False, Counterexample((rated(self.program, record),)))
        except TooLarge as error:
            self.limit = str(error)
            return None
        self.limit = "too much is read together"
        return None

    def unmoved(self, name: str, input: str, withheld: bool) -> Answer | None:
        way = direction(self.regions.steps[name].type)
        if way == 0 or (not withheld and direction(self.program.inputs[input].type) == 0):
            return Answer(True)
        best: Counterexample | None = None
        for key in self.regions.instances(name):
            if not self.regions.support(key) & self.regions.of_input(input):
                continue
            answer = self._unmoved(key, Change(input, withheld, False), -way if withheld else way)
            if answer is None:
                return None
            if answer.example is not None and (best is None or len(answer.example.changed) < len(best.changed)):
                best = answer.example
                if len(best.changed) == 1:
                    break  # no two records differ in less
        return Answer(best is None, best)

    def _unmoved(self, key: Key, change: Change, way: int) -> Answer | None:
        """One change at a time; where a value comes or goes on the way, also any number of them at once: without that,
        many changes are a row of single ones, none of which is for the worse."""
        try:
            for function in self.regions.refined(key):
                changed = self.changes.to(function, change)
                bad = [(found.cost, pair) for pair, found in changed.pairs.items() if worse(pair, way)]
                if not bad:
                    if change.many or not any(_comes_or_goes(pair) for pair in changed.pairs):
                        return Answer(True)
                    return self._unmoved(key, Change(change.input, change.withheld, True), way)
                for _, pair in sorted(bad, key=lambda each: each[0])[:_TRIES]:
                    example = self._pair(key, changed, pair, change, way)
                    if example is not None:
                        return Answer(False, example)
        except TooLarge as error:
            self.limit = str(error)
            return None
        self.limit = "too much is read together"
        return None

    def _pair(
        self, key: Key, changed: Changed, pair: tuple[Any, Any], change: Change, way: int
    ) -> Counterexample | None:
        records = Records(self.regions, self.changes)
        try:
            records.follow(changed.function, changed.pairs[pair].way, change)
        except (Conflict, KeyError):
            return None
        first, second = records.whole()
        before, after = rated(self.program, first), rated(self.program, second)
        if not worse((before.outcomes[key].value, after.outcomes[key].value), way):
            return None
        return Counterexample((before, after), key, tuple(k for k in first if first[k] != second[k]))

    # --- why not -----------------------------------------------------------------------------------------------------

    def instead(self, place: Place) -> Iterator[Span]:
        """The lines that decide wherever the condition of one that is never reached holds; none where it never does."""
        step = self.regions.steps[place.step]
        found: set[int] = set()
        for key in self.regions.instances(place.step):
            function, ground = self.regions.reach(key).function, self.regions.ground(key)[0]
            built = function.shape.built
            if place.limit or not isinstance(ground.body, Pick) or built is None or built.picked is None:
                return
            when = ground.body.choices[place.index][0]
            diagrams = function.diagrams
            diagrams.allow(self.regions.most)
            claim = diagrams.leaf(True) if when is None else function.shape.building.claim(when)
            which = diagrams.mapped(lambda truth, picked: picked if truth is True else NOTHING, claim, built.picked)
            found.update(each for each in diagrams.outcomes(which) if each != NOTHING)
        for index in sorted(found):
            span = choice_note(step, index).span
            if span is not None:
                yield span


_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A way to something in a function, and how a replayed record shows it."""

    function: Function
    found: Found
    holds: Callable[[Trace], bool]


def worse(pair: tuple[Any, Any], way: int) -> bool:
    """Whether the second of two values is worse than the first; an absence is neither."""
    before, after = pair
    if isinstance(before, ir.Absent) or isinstance(after, ir.Absent):
        return False
    return bool(after < before if way > 0 else after > before)


def _comes_or_goes(pair: tuple[Any, Any]) -> bool:
    return isinstance(pair[0], ir.Absent) != isinstance(pair[1], ir.Absent)


def _gives(trace: Trace, key: Key, value: ir.Value) -> bool:
    return trace.outcomes[key].value == value


def decides(trace: Trace, key: Key, place: Place) -> bool:
    """Whether a rule, row, band or limit decided a value of a record."""
    outcome = trace.outcomes[key]
    if place.limit:
        limits = [each for each in outcome.limits if each.index == place.index]
        return any(each.evidence is not None and each.evidence.truth is True for each in limits)
    match outcome.how:
        case ByRule(index, tried):
            if index != place.index:
                return False
            return len(tried) <= index or tried[index].truth is True
        case ByRow(index) | ByBand(index):
            return index == place.index
        case _:
            return False
