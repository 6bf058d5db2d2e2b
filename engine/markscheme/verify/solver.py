"""Answers by z3, where walking every state cannot be afforded: first of every number, then of those that data can hold.

An answer is None where z3 does not know. Every example has been rated by the interpreter. Knows regions and questions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from .. import ir, smt
from ..bounds import Bounds
from ..regions.functions import Regions
from ..regions.ground import Ground, ground_claim
from ..smt.writing import Cipher, TooHard, Writing, both, either, negated, number
from ..space import direction
from ..trace import Given, Key
from .answers import Answer
from .asked import World, comes_or_goes, holds_data
from .asked import worse as _worse
from .enumeration import decides
from .enumeration import worse as is_worse
from .motion import Motion, Way
from .obligations import Place
from .replay import ASKED, asking, rated
from .smaller import smaller, smaller_pair
from .verdicts import Counterexample

IN_ALL = 60.0  # seconds for one program
_BRIEFLY = 2.0  # for any numbers at all, before those that data can hold: where there are some, these find them sooner
_NO_TIME = "z3 has had its time for this file"
_MOST_POINTS = 40

Record = Mapping[Key, Given]
Asking = Callable[
    [World], World | None
]  # adds to the first record what is asked; the second record, where there is one
Showing = Callable[[Record, Record], Answer | None]  # what records show, if they do


class Solver:
    """The questions about one program. `limit` says why the last one has no answer, `questions` how many were put."""

    def __init__(self, regions: Regions, in_all: float = IN_ALL) -> None:
        self.program = regions.program
        self.regions = regions
        self.limit = ""
        self.questions = 0
        self._left = in_all
        self._asked = smt.Asked()

    def close(self) -> None:
        self._asked.close()

    # --- what can happen ---------------------------------------------------------------------------------------------

    def reachable(self, places: Sequence[Place]) -> Answer | None:
        """Whether a rule, row, band or limit decides some record, for some members."""
        keys = [(place, key) for place in places for key in self.regions.instances(place.step)]

        def ask(world: World) -> None:
            world.writing.claim_that(either(*(_deciding(world, place, key) for place, key in keys)))

        def show(record: Record, _: Record) -> Answer | None:
            trace = rated(self.program, record)
            return Answer(True) if any(decides(trace, key, place) for place, key in keys) else None

        return self._answer(ask, show, Answer(False))

    def attainable(self, name: str, level: int) -> Answer | None:
        """Whether some record gets a level of a step."""
        keys = list(self.regions.instances(name))

        def ask(world: World) -> None:
            values = [world.value(key) for key in keys]
            sought = number(Fraction(level))
            world.writing.claim_that(either(*(both(negated(v.gone), f"(= {v.value} {sought})") for v in values)))

        def show(record: Record, _: Record) -> Answer | None:
            trace = rated(self.program, record)
            return Answer(True) if any(trace.outcomes[key].value == level for key in keys) else None

        return self._answer(ask, show, Answer(False))

    # --- what must hold ----------------------------------------------------------------------------------------------

    def holds(self, promised: ir.Holds) -> Answer | None:
        condition, always = promised.condition, promised.always
        grounded = ground_claim(self.program, condition)
        asked = asking(self.program, condition)
        broken = Fraction(0 if always else 1)

        def ask(world: World) -> None:
            said = world.claim(grounded.claim, grounded.reads)
            world.writing.claim_that(said.false if always else said.true)

        def show(record: Record, _: Record) -> Answer | None:
            def breaks(record: Record) -> bool:
                return rated(asked, record).outcomes[ASKED, ()].value == broken

            if not breaks(record):
                return None
            least = smaller(self.program, record, breaks)
            return Answer(False, Counterexample((rated(self.program, least),)))

        return self._answer(ask, show, Answer(True))

    def unmoved(self, name: str, input: str, withheld: bool) -> Answer | None:
        """Whether a step is never worse when values of an input improve or, `withheld`, never better when some are
        absent. One value at a time; where a value comes or goes on the way, also any number of them at once."""
        way = direction(self.regions.steps[name].type) * (-1 if withheld else 1)
        mask = self.regions.of_input(input)
        for key in self.regions.instances(name):
            moved = [each for each in self._values(input) if self.regions.support(each) & self.regions.support(key)]
            if not self.regions.support(key) & mask:
                continue
            settled = True
            for one in moved:
                answer = self._moved(key, (one,), withheld, way, worse=True)
                if answer is None or not answer.holds:
                    return answer
                settled = settled and self._stays(key, one, withheld, way)
            if not settled and len(moved) > 1:
                answer = self._moved(key, tuple(moved), withheld, way, worse=True)
                if answer is None or not answer.holds:
                    return answer
        return Answer(True)

    def _values(self, input: str) -> Iterator[Key]:
        for members in ir.combinations(self.program.sets, self.program.inputs[input].axes):
            yield input, members

    def _stays(self, key: Key, one: Key, withheld: bool, way: int) -> bool:
        if self.regions.steps[key[0]].absent is None:
            return True
        answer = self._moved(key, (one,), withheld, way, worse=False)
        return answer is not None and answer.holds

    def _moved(self, key: Key, moved: tuple[Key, ...], withheld: bool, way: int, *, worse: bool) -> Answer | None:
        """Whether a step is never worse after values are moved; or, not `worse`, whether it never comes or goes."""

        def ask(first: World) -> World:
            second = World(self.regions, first.writing, first.exact, first, frozenset(moved))
            for each in moved:
                move = second.withhold if withheld else second.improve
                move(each, len(moved) == 1)
            one, other = first.value(key), second.value(key)
            first.writing.claim_that(_worse(one, other, way) if worse else comes_or_goes(one, other))
            return second

        def show(before: Record, after: Record) -> Answer | None:
            def breaks(before: Record, after: Record) -> bool:
                values = tuple(rated(self.program, each).outcomes[key].value for each in (before, after))
                return is_worse((values[0], values[1]), way)

            if not worse or not breaks(before, after):
                return None
            before, after = smaller_pair(self.program, before, after, breaks)
            changed = tuple(k for k in before if before[k] != after[k])
            return Answer(
                False, Counterexample((rated(self.program, before), rated(self.program, after)), key, changed)
            )

        return self._answer(ask, show, Answer(True))

    # --- one step ----------------------------------------------------------------------------------------------------

    def lemma(self, ground: Ground, slots: tuple[Motion, ...], known: Motion) -> Motion:
        """What can be said of one step by itself, where typing said less: what it reads is taken to be independent."""
        if known.way == "any":
            falls = self._never(ground, slots, lambda a, b: _worse(a, b, 1))
            rises = self._never(ground, slots, lambda a, b: _worse(a, b, -1))
            way: Way = "still" if falls and rises else "up" if falls else "down" if rises else "any"
            known = replace(known, way=way)
        if not known.fixed:
            known = replace(known, fixed=self._never(ground, slots, comes_or_goes))
        return known

    def _never(self, ground: Ground, slots: tuple[Motion, ...], asked: Callable[[Cipher, Cipher], str]) -> bool:
        start, writing = time.monotonic(), Writing()
        try:
            pairs = [_moving(writing, slot) for slot in slots]
            one = writing.step(ground, lambda index: pairs[index][0]).settled
            other = writing.step(ground, lambda index: pairs[index][1]).settled
            writing.claim_that(asked(one, other))
            return self._ask(writing, smt.SECONDS).answer == "unsat"
        except (TooHard, RecursionError):
            return False
        finally:
            self._left -= time.monotonic() - start

    # --- asking ------------------------------------------------------------------------------------------------------

    def _answer(self, ask: Asking | Callable[[World], None], show: Showing, otherwise: Answer) -> Answer | None:
        """What records show that are as is asked; or `otherwise`, where there are none."""
        start = time.monotonic()
        try:
            return self._sought(ask, show, otherwise)
        finally:
            self._left -= time.monotonic() - start

    def _sought(self, ask: Asking | Callable[[World], None], show: Showing, otherwise: Answer) -> Answer | None:
        found_some = False  # with any numbers at all
        for exact, seconds in ((False, _BRIEFLY), (True, smt.SECONDS), (False, smt.SECONDS)):
            if found_some and not exact:
                break
            if self._left <= 0:
                self.limit = _NO_TIME
                return None
            try:
                first = World(self.regions, Writing(), exact)
                second = ask(first) or first
                reply = self._ask(first.writing, seconds)
            except (TooHard, RecursionError) as error:
                self.limit = str(error) if isinstance(error, TooHard) else "too much is read together"
                return None
            if reply.answer == "unsat":
                if not (first.narrowed or second.narrowed):
                    return otherwise
                self.limit = "z3 does not know"
            elif reply.answer == "sat":
                found_some = True
                records = first.record(reply.values), second.record(reply.values)
                if all(holds_data(self.program, each) for each in records):
                    shown = show(*records)
                    if shown is not None:
                        return shown
                self.limit = "z3 found no record that shows it"
            else:
                self.limit = reply.why
        return None

    def _ask(self, writing: Writing, seconds: float) -> smt.Reply:
        if self._left <= 0:
            return smt.Reply("unknown", why=_NO_TIME)
        self.questions += 1
        return self._asked.ask(writing.text, min(seconds, smt.SECONDS, self._left))


def _deciding(world: World, place: Place, key: Key) -> str:
    ground = world.regions.ground(key)[0]
    stepped = world.stepped(key)
    if not place.limit:
        return stepped.picked[place.index]
    return either(*(each for cap, each in zip(ground.caps, stepped.caps, strict=True) if cap.place == place.index))


def _moving(writing: Writing, motion: Motion) -> tuple[Cipher, Cipher]:
    """What a slot reads in two records."""
    reach = motion.bounds
    first = Cipher(_within(writing, reach), *_marks(writing, motion))
    if motion.same:
        return first, first
    marks = (first.skip, first.lack) if motion.fixed else _marks(writing, motion)
    if motion.way == "still":
        return first, Cipher(first.value, *marks)
    second = Cipher(_within(writing, reach), *marks)
    if motion.way != "any":
        writing.claim_that(f"({'>=' if motion.way == 'up' else '<='} {second.value} {first.value})")
    return first, second


def _marks(writing: Writing, motion: Motion) -> tuple[str, str]:
    skip, lack = (writing.constant("Bool") if may else "false" for may in (motion.skip, motion.lack))
    if "false" not in (skip, lack):
        writing.claim_that(f"(not (and {skip} {lack}))")
    return skip, lack


def _within(writing: Writing, reach: Bounds) -> str:
    name = writing.constant("Real")
    points = reach.points
    if points is not None and len(points) <= _MOST_POINTS:
        writing.claim_that(either(*(f"(= {name} {number(point)})" for point in points)))
        return name
    for end, sign in ((reach.low, ">="), (reach.high, "<=")):
        if end is not None:
            writing.claim_that(f"({sign} {name} {number(end)})")
    return name
