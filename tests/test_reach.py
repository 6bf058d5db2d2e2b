"""What it takes to reach a level, or to lose one, is what walking all changes finds: every least set of inputs, no
other, and the least values of each; and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from random import Random

import pytest
import small_domains
from brute_force import direction, values_of

import markscheme
from markscheme.interpret import interpret
from markscheme.ir import Absent, Number, Present, Program, Scale, Step, Type, Value, combinations
from markscheme.reach.ways import Ways
from markscheme.reach.what_it_takes import lost, reached
from markscheme.regions.functions import Regions
from markscheme.space import Space, typed
from markscheme.trace import Given, Key

ROOT = Path(__file__).resolve().parent.parent
THOROUGH = os.environ.get("MARKSCHEME_PROFILE") == "thorough"
MOST = 5_000  # profiles that are walked

Sets = dict[frozenset[Key], frozenset[tuple[tuple[Key, Present], ...]]]


# --- by walking all changes ------------------------------------------------------------------------------------------


class Walked:
    """All changes of the records of a program that concern one result, rated by the interpreter."""

    def __init__(self, program: Program, key: Key) -> None:
        steps = {step.name: step for step in program.steps}
        regions = Regions(program)
        needed, open_ = {key}, [key]
        while open_:
            for read in regions.ground(open_.pop())[1] if open_[-1][0] in steps else (open_.pop(), ())[1]:
                if read not in needed:
                    needed.add(read)
                    open_.append(read)
        names = {name for name, _ in needed}
        self.program = replace(program, steps=tuple(step for step in program.steps if step.name in names))
        self.key, self.step = key, steps[key[0]]
        self.inputs = [read for read in needed if read[0] in program.inputs]
        self._rated: dict[tuple[object, ...], Value] = {}

    @property
    def profiles(self) -> int:
        """How many records there are with every value present, told apart by the inputs that the result rests on."""
        return prod(_many(self.program.inputs[name].type) for name, _ in self.inputs)

    def value(self, given: Mapping[Key, Given]) -> Value:
        asked = tuple(given[key].value for key in self.inputs)
        if asked not in self._rated:
            self._rated[asked] = interpret(self.program, given).outcomes[self.key].value
        return self._rated[asked]

    def sought(self, sought: str, level: Present, value: Value) -> bool:
        if isinstance(value, Absent):
            return False
        way = direction(self.step.type) or (1 if getattr(self.step.type, "better", 0) is None else 0)
        if way == 0:
            return (value == level) == (sought == "reach")
        here, there = (Fraction(each == "yes" if isinstance(each, str) else each) * way for each in (level, value))
        return there >= here if sought == "reach" else there < here

    def answer(self, given: Mapping[Key, Given], sought: str, level: Present) -> tuple[Sets, bool]:
        """The least sets, each with its least values; and whether absent values had to be given."""
        there = {key: self.ahead(given, key, sought) for key in self.inputs if not _absent(given[key])}
        found = self.least(given, there, sought, level)
        if found:
            return found, False
        lacking = {key: self.ahead(given, key, sought) for key in self.inputs if _absent(given[key])}
        return self.least(given, there | lacking, sought, level), True

    def ahead(self, given: Mapping[Key, Given], key: Key, sought: str) -> list[Present]:
        """What an input may become, the least change first where there is one."""
        type, own = self.program.inputs[key[0]].type, given[key]
        values, way = list(values_of(type)), self.way(type, sought)
        if way < 0:
            values.reverse()
        if way == 0 or _absent(own):
            return [value for value in values if value != own.value]
        return values[values.index(own.value) + 1 :] if own.value in values else values

    def way(self, type: Type, sought: str) -> int:
        ordered = direction(self.step.type) or getattr(self.step.type, "better", "") is None
        return direction(type) * (1 if sought == "reach" else -1) if ordered else 0

    def least(
        self, given: Mapping[Key, Given], ahead: Mapping[Key, list[Present]], sought: str, level: Present
    ) -> Sets:
        hits: dict[frozenset[Key], list[dict[Key, int]]] = {}
        for places in product(*(range(len(values) + 1) for values in ahead.values())):
            moved = {key: place - 1 for key, place in zip(ahead, places, strict=True) if place}
            changed = {**given, **{key: Given(ahead[key][at]) for key, at in moved.items()}}
            if self.sought(sought, level, self.value(changed)):
                hits.setdefault(frozenset(moved), []).append(moved)
        sets = [each for each in hits if not any(other < each for other in hits)]

        def less(one: dict[Key, int], other: dict[Key, int]) -> bool:
            """Nowhere further and somewhere less far."""
            return one != other and all(
                one[key] == other[key] or (self.way(self.program.inputs[key[0]].type, sought) and one[key] < other[key])
                for key in one
            )

        return {
            each: frozenset(
                tuple(sorted((key, ahead[key][at]) for key, at in one.items()))
                for one in hits[each]
                if not any(less(other, one) for other in hits[each])
            )
            for each in sets
        }


def _absent(given: Given) -> bool:
    return isinstance(given.value, Absent) or given.stated is not None


def _many(type: Type) -> int:
    try:
        return len(values_of(type))
    except ValueError:
        return MOST + 1


def spelled(ways: Ways) -> Sets:
    """What the engine says, set by set: kinds written out. Only where no more is told of than fits."""
    found: Sets = {}
    assert ways.proved
    assert ways.count == sum(way.count for way in ways.ways)
    for way in ways.ways:
        assert way.every_one
        assert way.alike
        for chosen in product(*(picked(pool.keys, pool.many) for pool in way.pools)):
            keys = [key for some in chosen for key in some]
            of = {key: number for number, pool in enumerate(way.pools) for key in pool.keys}
            least = set()
            for each in way.least:
                # within a pool values go by turns: whichever inputs of it are taken, some take each
                took: dict[int, list[Present]] = {}
                for change in each:
                    assert not isinstance(change.after.value, Absent)
                    took.setdefault(of[change.key], []).append(change.after.value)
                least.add(tuple(sorted((key, took[of[key]].pop(0)) for key in keys)))
            found[frozenset(keys)] = frozenset(least)
    return found


def picked(keys: tuple[Key, ...], many: int) -> Iterator[tuple[Key, ...]]:
    from itertools import combinations as some

    yield from some(keys, many)


def disagreement(walked: Walked, program: Program, given: Mapping[Key, Given]) -> tuple[list[str], int]:
    """Where engine and walk differ for one record, at every level; and how many least sets they agree on."""
    wrong, agreed = [], 0
    now = walked.value(given)
    asked: list[tuple[str, Present]] = [("reach", level) for level in levels(walked.step, now)]
    if not isinstance(now, Absent):
        asked.append(("lose", now))
    for sought, level in asked:
        said = reached(program, given, walked.key, level) if sought == "reach" else lost(program, given, walked.key)
        assert said is not None
        sets, lacking = walked.answer(given, sought, level)
        if frozenset() in sets:
            if not said.there:
                wrong.append(f"{walked.key} {sought} {level}: is there already")
            continue
        exact = said.count == sum(way.count for way in said.ways) and all(w.every_one and w.alike for w in said.ways)
        if said.count != len(sets) or (sets and said.absences != lacking):
            wrong.append(f"{walked.key} {sought} {level}: {said.count} sets, not {len(sets)}; {said.limit}")
        elif exact and spelled(said) != sets:
            wrong.append(f"{walked.key} {sought} {level}: {spelled(said)}, not {sets}")
        elif not exact:
            for way in said.ways:
                least = {tuple(sorted((c.key, c.after.value) for c in each)) for each in way.least}
                if not least <= sets.get(frozenset(way.keys), frozenset()):
                    wrong.append(f"{walked.key} {sought} {level}: {least} is no least way")
        agreed += len(sets)
    return wrong, agreed


def levels(step: Step, now: Value) -> list[Present]:
    if isinstance(step.type, Scale):
        return list(range(len(step.type.levels)))
    if isinstance(step.type, Number):
        figure = Fraction(0) if isinstance(now, Absent) else Fraction(now)
        return [figure, figure + 1, figure + 7]
    return list(values_of(step.type))


SHIPPED = sorted(path for path in (ROOT / "rules").rglob("*.yaml") if not path.name.endswith(".cases.yaml"))
RECORDS = 12 if THOROUGH else 2


def walkable(program: Program, most: int = MOST) -> Iterator[Walked]:
    """One member of each result whose inputs can be enumerated, where that does not take too long."""
    for name in program.results:
        step = next(step for step in program.steps if step.name == name)
        walked = Walked(program, (name, combinations(program.sets, step.axes)[0]))
        if walked.inputs and walked.profiles <= most:
            yield walked


def compared(path: Path, most: int, records: int) -> dict[str, int]:
    """For each result that can be walked, how many least sets were the same."""
    program, found = markscheme.load(path).program, {}
    space = Space(program)
    for walked in walkable(program, most):
        for seed in range(records):
            wrong, agreed = disagreement(walked, program, typed(space.sampled(Random(seed))))
            assert not wrong, f"seed {seed}\n" + "\n".join(wrong)
            found[walked.key[0]] = found.get(walked.key[0], 0) + agreed
    return found


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.slow if "trust" in str(path) else ()) for path in SHIPPED],
    ids=[str(path.relative_to(ROOT / "rules")) for path in SHIPPED],
)
def test_least_sets_of_shipped_methodologies_are_those_of_walking_all_changes(path: Path) -> None:
    compared(path, 300, 1)


def test_there_is_something_to_walk_in_most_of_what_ships() -> None:
    found = {path.relative_to(ROOT / "rules").as_posix(): [w.key[0] for w in walkable(markscheme.load(path).program)]
             for path in SHIPPED}  # fmt: skip
    walked = {name for name, results in found.items() if results}
    assert len(walked) >= 20
    for name in (
        "council-use-of-resources/2007-08",
        "auditors-local-evaluation/2005-06",
        "auditors-local-evaluation/2006-07",
    ):
        assert "overall" in found[f"audit-commission/{name}.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["council-use-of-resources/2007-08", "auditors-local-evaluation/2006-07"])
def test_least_sets_of_whole_bodies_are_those_of_walking_all_changes(name: str) -> None:
    assert compared(ROOT / "rules" / "audit-commission" / f"{name}.yaml", MOST, RECORDS)["overall"] > 10


@pytest.mark.skipif(not THOROUGH, reason="takes some minutes")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT / "rules")))
def test_least_sets_of_all_that_can_be_walked_are_those_of_walking_all_changes(path: Path) -> None:
    compared(path, MOST, 4)


# --- methodologies nobody wrote --------------------------------------------------------------------------------------


def generated(seeds: range) -> tuple[int, int]:
    """How many questions were asked of generated methodologies, and how many least sets were the same."""
    asked = agreed = 0
    for seed in seeds:
        text, program, _ = small_domains.methodology(seed)
        if program is None:
            continue
        space, random = Space(program), Random(seed)
        for walked in walkable(program, 400):
            for _ in range(2):
                wrong, sets = disagreement(walked, program, typed(space.sampled(random)))
                assert not wrong, f"seed {seed}\n" + "\n".join(wrong) + f"\n{text}"
                asked, agreed = asked + 1, agreed + sets
    return asked, agreed


def test_least_sets_of_generated_methodologies_are_those_of_walking_all_changes() -> None:
    asked, agreed = generated(range(25))
    assert asked > 40
    assert agreed > 20


@pytest.mark.slow
@pytest.mark.parametrize("first", range(25, 3_000 if THOROUGH else 125, 50))
def test_least_sets_of_generated_methodologies_are_those_of_walking_all_changes_at_length(first: int) -> None:
    assert generated(range(first, first + 50))[1] > 40
