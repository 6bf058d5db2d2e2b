"""What it takes to reach a level, or to lose one, is what walking all changes finds: every least set of inputs, no
other, and the least values of each; and what is said of it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from pathlib import Path
from random import Random

import pytest
import small_domains
from brute_force import direction, values_of

import markscheme
from markscheme.cli import main
from markscheme.explain.walk import names_in
from markscheme.interpret import interpret
from markscheme.ir import Absent, Number, Present, Program, Scale, Step, Type, Value, combinations
from markscheme.reach.families import Families
from markscheme.reach.search import Least, Search
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
        needed: dict[Key, None] = {key: None}
        for each in (open_ := [key]):
            reads = regions.ground(each)[1] if each[0] in steps else ()
            open_ += [read for read in reads if read not in needed]
            needed.update(dict.fromkeys(reads))
        names = {key[0]}
        for name in (more := [key[0]]):  # all that stands in its text, also what decides nothing
            read = names_in(steps[name]).read & steps.keys()
            more += sorted(read - names)
            names |= read
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

    def many(self, given: Mapping[Key, Given], sought: str) -> int:
        """How many changes of a record there are, at most."""
        return prod(len(self.ahead(given, key, sought)) + 1 for key in self.inputs)

    def way(self, type: Type, sought: str) -> int:
        ordered = direction(self.step.type) or getattr(self.step.type, "better", "") is None
        return direction(type) * (1 if sought == "reach" else -1) if ordered else 0

    def nearer(self, given: Mapping[Key, Given], key: Key, sought: str, one: Present, other: Present) -> bool:
        """Whether one value is a smaller change than another: nearer on the same side, or on the way that is better."""
        type, own = self.program.inputs[key[0]].type, given[key]
        order = values_of(type)
        way = self.way(type, sought)
        if way:
            return (order.index(other) - order.index(one)) * way > 0
        if _absent(own):
            return isinstance(type, Number) and order.index(one) < order.index(other)
        if not isinstance(type, Scale | Number):
            return False
        here, there = (order.index(each) - order.index(own.value) for each in (one, other))
        return here * there > 0 and abs(here) < abs(there)

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
                one[key] == other[key] or self.nearer(given, key, sought, ahead[key][one[key]], ahead[key][other[key]])
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


def disagreement(
    walked: Walked, program: Program, given: Mapping[Key, Given], most: int = MOST
) -> tuple[list[str], int]:
    """Where engine and walk differ for one record, at every level that can be walked; and how many least sets they
    agree on."""
    wrong, agreed = [], 0
    now = walked.value(given)
    asked: list[tuple[str, Present]] = [("reach", level) for level in levels(walked.step, now)]
    if not isinstance(now, Absent):
        asked.append(("lose", now))
    for sought, level in asked:
        if walked.many(given, sought) > most:
            continue
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
ASKED_OF = [path for path in SHIPPED if THOROUGH or "nhs-trust/" not in str(path)]  # rating one trust takes long
RECORDS = 12 if THOROUGH else 2


def walkable(program: Program, most: int = MOST) -> Iterator[Walked]:
    """One member of each result whose inputs can be enumerated, where that does not take too long."""
    for name in program.results:
        step = next(step for step in program.steps if step.name == name)
        walked = Walked(program, (name, combinations(program.sets, step.axes)[0]))
        if walked.inputs and walked.profiles <= most:
            yield walked


@cache
def shipped(path: Path) -> Program:
    return markscheme.load(path).program


def compared(path: Path, most: int, records: int) -> dict[str, int]:
    """For each result that can be walked, how many least sets were the same."""
    program, found = shipped(path), {}
    space = Space(program)
    for walked in walkable(program, most):
        for seed in range(records):
            wrong, agreed = disagreement(walked, program, typed(space.sampled(Random(seed))))
            assert not wrong, f"seed {seed}\n" + "\n".join(wrong)
            found[walked.key[0]] = found.get(walked.key[0], 0) + agreed
    return found


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.slow if "nhs-trust" in str(path) else ()) for path in ASKED_OF],
    ids=[str(path.relative_to(ROOT / "rules")) for path in ASKED_OF],
)
def test_least_sets_of_shipped_methodologies_are_those_of_walking_all_changes(path: Path) -> None:
    compared(path, 300, 1)


def test_there_is_something_to_walk_in_most_of_what_ships() -> None:
    found = {path.relative_to(ROOT / "rules").as_posix(): [w.key[0] for w in walkable(shipped(path))]
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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cqc/gp-practice/2021-10", "cqc/adult-social-care/2014-10"])
def test_least_sets_of_whole_bodies_that_are_near_are_those_of_walking_all_changes(name: str) -> None:
    """All records of these are too many to walk, but not all that some of them can become."""
    program = shipped(ROOT / "rules" / f"{name}.yaml")
    space, walked, sets = Space(program), Walked(program, ("overall", ())), 0
    for seed in range(40 if THOROUGH else 5):
        given = typed(space.sampled(Random(seed)))
        wrong, agreed = disagreement(walked, program, given, 3_000 if THOROUGH else 1_000)
        assert not wrong, f"seed {seed}\n" + "\n".join(wrong)
        sets += agreed
    assert sets > 5


@pytest.mark.parametrize("broken", ["beyond", "either", "_every"])
def test_a_search_that_is_wrong_is_noticed(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets that hold others are kept, some sets are forgotten, or values are not the least."""
    if broken == "beyond":
        monkeypatch.setattr(Families, "beyond", lambda self, one, other: one)
    elif broken == "either":
        monkeypatch.setattr(Families, "either", lambda self, one, other: one or other)
    else:
        monkeypatch.setattr(
            Search, "_every", lambda self, keys, nearer: Least((tuple(len(nearer[key]) - 1 for key in keys),), True)
        )
    program = shipped(ROOT / "rules" / "audit-commission" / "council-use-of-resources" / "2007-08.yaml")
    walked = next(each for each in walkable(program) if each.key[0] == "overall")
    noticed = 0
    for levels_given in ((0, 0, 0, 0, 0), (0, 0, 1, 2, 3), (1, 2, 0, 3, 0)):
        given = {key: Given(level) for key, level in zip(walked.inputs, levels_given, strict=True)}
        try:
            noticed += bool(disagreement(walked, program, given)[0])
        except AssertionError:  # the interpreter or `spelled` has noticed
            noticed += 1
    assert noticed


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
    asked, agreed = generated(range(15))
    assert asked > 25
    assert agreed > 10


@pytest.mark.slow
@pytest.mark.parametrize("first", range(15, 3_000 if THOROUGH else 40, 25))
def test_least_sets_of_generated_methodologies_are_those_of_walking_all_changes_at_length(first: int) -> None:
    assert generated(range(first, first + 25))[1] > 10


# --- what is said ----------------------------------------------------------------------------------------------------

BATHS = """\
markscheme: 1
id: example/baths
version: "1"
title: Ratings of baths
publisher: Nobody
scales: {rating: [poor, fair, good, excellent]}
sets: {areas: [water, safety, welcome]}
inputs:
  marks: {each: areas, scale: rating, changeable: "yes", absent: {not_visited: skip, refused: unrated}}
  score: {title: Visitors' score, type: number, decimals: 1, min: 0, max: 100, better: higher, changeable: "yes"}
  age: {title: Age of the building, type: number, decimals: 0, min: 0, max: 200, better: lower}
  kind: {type: choice, of: [indoor, outdoor]}
measures:
  points: {type: number, formula: 10 * count(marks) + score, better: higher}
  combined:
    scale: rating
    rules:
      - {when: at least 2 of marks are poor, then: poor}
      - {when: all of marks are excellent and score is at least 80, then: excellent}
      - {when: at least 2 of marks are at least good and score is at least 60, then: good}
      - {otherwise: fair}
    absent: {nothing_to_rate: unrated}
  overall:
    title: Overall rating
    scale: rating
    formula: combined
    limits:
      - {when: marks for safety is poor, at_most: poor, because: nobody should drown}
      - {when: age is more than 50 and kind is indoor, at_most: good}
      - {when: points is less than 20, at_most: poor}
    absent: {nothing_to_rate: unrated}
  mark: {each: areas, scale: rating, formula: marks, absent: {not_marked: unrated}}
results: [overall, mark]
"""
POOLS = """\
pool,water,safety,welcome,score,age,kind
Alder,good,fair,good,55,20,indoor
Birch,excellent,good,excellent,85,120,indoor
Cedar,good,poor,good,70,20,outdoor
Dove,refused,refused,good,70,20,indoor
Elm,not_visited,good,good,70,20,outdoor
Fir,excellent,excellent,excellent,90,20,outdoor
"""
ASKED = {
    "changeable": ("Alder", "--reach", "good"),
    "all": ("Alder", "--reach", "excellent"),
    "beyond": ("Birch", "--reach", "excellent"),
    "held": ("Cedar", "--reach", "good"),
    "absent": ("Dove", "--reach", "fair"),
    "lose": ("Elm", "--lose"),
    "there": ("Fir", "--reach", "good"),
    "figure": ("Alder", "--reach", "95.5", "--result", "points"),
    "member": ("Alder", "--reach", "excellent", "--result", "mark for safety"),
    "what-if": ("Cedar", "--what-if", "safety=good", "--what-if", "marks.water=not visited", "--what-if", "age=20"),
    "what-if-nothing": ("Elm", "--what-if", "kind=indoor"),
}
GOLDEN = ROOT / "tests" / "golden" / "reach"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "baths.yaml").write_text(BATHS)
    (tmp_path / "pools.csv").write_text(POOLS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def baths(place: Path) -> Program:
    return markscheme.load(place / "baths.yaml").program


def explained(capsys: pytest.CaptureFixture[str], record: str, *asked: str) -> tuple[int, str, str]:
    status = main(["explain", "baths.yaml", "pools.csv", "--id", "pool", "--record", record, *asked])
    return status, *capsys.readouterr()


def rated(baths: Program, name: str) -> markscheme.Result:
    row = next(row for row in csv.DictReader(POOLS.splitlines()) if row.pop("pool") == name)
    result = markscheme.Methodology(baths).rate(row, name)
    assert isinstance(result, markscheme.Result)
    return result


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md"), ("html", "html"), ("json", "json")])
def test_what_is_said(place: Path, capsys: pytest.CaptureFixture[str], form: str, suffix: str) -> None:
    pages = []
    for name, asked in ASKED.items():
        status, out, err = explained(capsys, *asked, "--format", form)
        assert (status, err) == (0, ""), name
        said = json.dumps(json.loads(out), indent=1) + "\n" if form == "json" else out
        pages.append(f"=== {name}: {' '.join(asked)}\n{said}")
    golden, text = GOLDEN / f"pages.{suffix}", "\n".join(pages)
    if os.environ.get("UPDATE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert golden.read_text() == text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--what-if", "saefty=good"), "did you mean `marks.safety`?"),
        (("--what-if", "marks.safety=god"), "did you mean `good`?"),
        (("--what-if", "score=101"), "goes from 0 to 100"),
        (("--what-if", "nothing=good"), "there are marks.water"),
        (("--what-if", "safety"), "write `--what-if NAME=VALUE`"),
        (("--what-if", "safety=good", "--what-if", "safety=poor"), "is said twice"),
        (("--what-if", "safety=good", "--what-if", "marks.safety=poor"), "keep one of them"),
        (("--reach", "god"), "did you mean `good`?"),
        (("--reach", "good", "--result", "overal"), "did you mean `overall`?"),
        (("--reach", "good", "--result", "mark"), "`mark for water`"),
        (("--reach", "good", "--result", "mark for wter"), "did you mean `water`?"),
        (("--reach", "good", "--result", "overall for water"), "leave `water` out"),
        (("--reach", "many", "--result", "points"), "is not a number"),
        (("--reach", "good", "--lose"), "two questions"),
        (("--lose", "--what-if", "safety=good"), "two questions"),
        (("--what-if", "safety=good", "--absent-too"), "goes with"),
    ],
)
def test_what_cannot_be_asked_is_2_with_the_way_out(
    place: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], said: str
) -> None:
    status, out, err = explained(capsys, "Alder", *asked)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_one_record_is_asked_about(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "baths.yaml", "pools.csv", "--all", "--lose"]) == 2
    assert "name it with `--record ID`" in capsys.readouterr().err


def test_a_result_that_is_not_there_has_nothing_to_lose(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = explained(capsys, "Dove", "--lose")
    assert status == 2
    assert "nothing to lose" in err


def test_a_rejected_record_says_why(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "pools.csv").write_text(POOLS.replace("Alder,good", "Alder,goood"))
    status, out, err = explained(capsys, "Alder", "--reach", "good")
    assert (status, out) == (1, "")
    assert "MS541" in err


def test_a_name_may_be_written_as_data_have_it(baths: Program) -> None:
    result = rated(baths, "Alder")
    for name in ("safety", "marks.safety", "marks safety", "Marks . Safety", "marks.SAFETY"):
        assert markscheme.what_if(result, {name: "Poor"}).facts == (("marks", ("safety",)),)
    whole = markscheme.what_if(result, {"marks": "poor", "water": "good", "Visitors' score": "12.5"})
    assert {key: whole.after.given[key].value for key in whole.facts} == {
        ("marks", ("water",)): 2,
        ("marks", ("safety",)): 0,
        ("marks", ("welcome",)): 0,
        ("score", ()): Fraction("12.5"),
    }


# --- which inputs ----------------------------------------------------------------------------------------------------


def needed(ways: Ways) -> set[frozenset[str]]:
    return {frozenset(".".join((key[0], *key[1])) for key in way.keys) for way in ways.ways}


def test_only_what_is_marked_changes_and_what_lies_beyond_is_told_apart(baths: Program) -> None:
    ways = markscheme.reached(rated(baths, "Birch"), "excellent")
    assert (ways.marked, ways.count, ways.ways) == (True, 0, ())
    assert ways.outside is not None
    assert not ways.outside.marked
    assert needed(ways.outside) == {frozenset({"marks.safety", "age"}), frozenset({"marks.safety", "kind"})}


def test_without_a_mark_all_inputs_may_change(baths: Program) -> None:
    inputs = {name: replace(given, changeable=False) for name, given in baths.inputs.items()}
    ways = markscheme.reached(rated(replace(baths, inputs=inputs), "Birch"), "excellent")
    assert (ways.marked, ways.outside, ways.count) == (False, None, 2)


def test_what_is_absent_is_given_only_where_nothing_else_does(baths: Program) -> None:
    """Dove refused to show two areas: nothing else makes up for that. Elm was not visited at one."""
    ways = markscheme.reached(rated(baths, "Dove"), "fair")
    assert ways.absences
    assert all(any(name.startswith("marks.") for name in names) for names in needed(ways))
    assert needed(markscheme.reached(rated(baths, "Dove"), "fair", absences=False)) == set()
    elm = rated(baths, "Elm")
    assert not markscheme.lost(elm).absences
    assert not any("marks.water" in names for names in needed(markscheme.lost(elm)))
    assert any("marks.water" in names for names in needed(markscheme.reached(elm, 95, "points", absences=True)))


def test_the_limit_that_binds_is_named_with_what_lifts_it(baths: Program) -> None:
    cedar = rated(baths, "Cedar")
    (held,) = markscheme.reached(cedar, "fair").held
    assert (held.step.name, held.index, held.value) == ("overall", 0, 2)
    (lifted,) = held.lifted
    assert needed(lifted) == {frozenset({"marks.safety"})}
    assert (
        f"line {BATHS[: BATHS.index('{when: marks for safety')].count(chr(10)) + 1}"
        in markscheme.reached(cedar, "fair").text()
    )


def test_a_limit_that_does_not_bind_is_not_named(baths: Program) -> None:
    """The building is old, but the rules give Birch no more than the limit allows."""
    assert markscheme.reached(rated(baths, "Birch"), "excellent").held == ()


# --- where it takes too much -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("states", [0, 30, 200])
def test_what_is_not_proved_is_said_to_be_found_and_does(baths: Program, states: int) -> None:
    found = 0
    for name in ("Alder", "Cedar", "Birch", "Elm"):
        given = rated(baths, name).trace.given
        ways = reached(baths, given, ("overall", ()), 3, states=states)
        found += not ways.proved
        for way in [*ways.ways, *(ways.outside.ways if ways.outside else ())]:
            for least in way.least:
                changed = {**given, **{change.key: change.after for change in least}}
                assert interpret(baths, changed).outcomes["overall", ()].value == 3
        if not ways.proved:
            assert "more than" in ways.limit or "too much" in ways.limit
            assert f"ot proved ({ways.limit})" in ways.text()
            assert ways.ways or (ways.outside is not None and ways.outside.ways)
    assert found or states == 200


def test_many_inputs_are_counted_and_not_listed() -> None:
    """36 scores, any eleven or so of which would do: more sets than anyone reads, all of them counted."""
    program = markscheme.load("cqc/local-authorities@2023-12").program
    given = typed(Space(program).sampled(Random(0), 0))
    ways = reached(program, given, ("overall", ()), 3)
    assert ways.proved
    assert ways.count == 97_524
    assert "Proved: these 97,524 are all the least ways there are" in ways.text()
    assert len(ways.text()) < 10_000


OPEN = """\
markscheme: 1
id: example/open
version: "1"
title: Numbers without an end
scales: {rating: [poor, fair, good]}
inputs:
  income: {type: number, decimals: 0, better: higher}
  debt: {type: number, decimals: 1, better: lower, min: 0}
  staff: {type: number, decimals: 2, better: neither}
measures:
  overall:
    scale: rating
    rules:
      - {when: income is at least 60 and debt is at most 10 and staff is from 3 to 5, then: good}
      - {when: income is more than 50, then: fair}
      - {otherwise: poor}
  left: {type: number, formula: income - debt}
results: [overall, left]
"""


def test_numbers_without_an_end_or_a_grain(tmp_path: Path) -> None:
    (tmp_path / "open.yaml").write_text(OPEN)
    result = markscheme.load(tmp_path / "open.yaml").rate({"income": 40, "debt": "12.5", "staff": 9})
    assert isinstance(result, markscheme.Result)
    ways = markscheme.reached(result, "good", "overall")
    assert ways.proved
    (least,) = ways.ways[0].least  # staff may be 3, too, but 5 is nearer
    assert {change.key[0]: change.after.value for change in least} == {"income": 60, "debt": 10, "staff": 5}
    assert {change.key[0] for change in markscheme.reached(result, "fair", "overall").ways[0].least[0]} == {"income"}
    high = markscheme.load(tmp_path / "open.yaml").rate({"income": 4000, "debt": 0, "staff": 4})
    assert isinstance(high, markscheme.Result)
    lost_by = {way.keys[0][0]: way.least[0][0].after.value for way in markscheme.lost(high, "overall").ways}
    assert lost_by == {"income": 59, "debt": Fraction("10.1"), "staff": Fraction("5.01")}
    # a sum of what has no end cannot be walked: what was found is said to be no more than that
    more = markscheme.reached(result, 40, "left")
    assert not more.proved
    assert "no end" in more.limit
    assert more.ways
    with pytest.raises(ValueError, match="say which result"):
        markscheme.lost(result)


# --- safe ------------------------------------------------------------------------------------------------------------


def test_titles_are_shown_and_never_run(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = BATHS.replace("title: Overall rating", 'title: "<script>x</script> | \\e[31m *bold*"')
    (place / "baths.yaml").write_text(wild.replace("because: nobody should drown", 'because: "<b>no</b>"'))
    for asked in (("--reach", "good"), ("--lose",), ("--what-if", "safety=good")):
        for form in ("text", "markdown", "html", "json"):
            _, out, _ = explained(capsys, "Cedar", *asked, "--format", form)
            assert "\x1b" not in out
            assert form in ("text", "json") or "<script>" not in out
            assert form != "html" or "<b>no" not in out


def test_the_same_question_has_the_same_answer_whatever_the_seed(place: Path) -> None:
    command = [sys.executable, "-m", "markscheme", "explain", "baths.yaml", "pools.csv", "--id", "pool", "--record",
               "Elm", "--lose", "--absent-too"]  # fmt: skip
    said = {
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
