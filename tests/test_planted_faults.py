"""Mistakes that people make when they copy a handbook, planted one at a time in the shipped files: who catches them?

Proof alone (reading and `verify`) catches every gap, overlap, unreachable row and outcome off the scale, and whatever
makes a result worse when an input is better; and what it says names the line that was changed. A whole row shifted one
band low is monotone and complete: only cases see that, and this says how many of such faults there are. By hand:
`markscheme mutate --faults rules/*/*/2*[0-9].yaml`.

Of the latest versions a few are planted on every run, spread over kinds and lines, and none in those of NHS trusts,
where proving once takes seconds; `MARKSCHEME_PROFILE=thorough` plants all in all, and rates twenty times as many
records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from examples import THOROUGH
from methodologies import LIBRARY, PUBLISHED, Subject, latest

from markscheme.document import Mapping, read
from markscheme.interpret import interpret
from markscheme.ir import Absent, Program
from markscheme.mutate import FAULTS, Change, Fate, Watch, faults, opened
from markscheme.mutate import Subject as Changeable
from markscheme.mutate.faults import CERTAIN
from markscheme.space import Space, direction, typed

QUICK = 600  # a program whose cost is below this is proved in a moment
DEAR = 5_000
ONES = [each for each in PUBLISHED if THOROUGH or (latest(each) and each.program.cost < DEAR)]


@cache
def _watch(name: str) -> Watch:
    """Without cases: what reading and proof say alone."""
    subject = next(each for each in PUBLISHED if str(each) == name)
    return Watch(Changeable(subject.path, LIBRARY, subject.source, subject.program, ()))


def changeable(subject: Subject) -> Changeable:
    return _watch(str(subject)).subject


def proved(subject: Subject, fault: Change) -> Fate:
    return _watch(str(subject)).noticed_by_proof(fault)


def some(kinds: tuple[str, ...] | None, most: int, dear: bool = False) -> list[tuple[Subject, Change]]:
    """Spread over the files, the kinds and the lines."""
    found = []
    for subject in PUBLISHED:
        if dear or subject.program.cost < QUICK:
            found += [(subject, each) for each in faults(changeable(subject)) if kinds is None or each.kind in kinds]
    found.sort(key=lambda pair: (pair[1].kind, str(pair[0]), pair[1].place.start))
    return found[:: max(1, len(found) // most)]


def test_there_are_more_than_200_mistakes_to_plant_and_of_every_kind() -> None:
    planted = Counter(each.kind for subject in PUBLISHED for each in faults(changeable(subject)))
    assert sum(planted.values()) > 1_000
    assert set(planted) == set(FAULTS)
    assert min(planted.values()) >= 10


def test_proof_alone_catches_gaps_overlaps_unreachable_rows_and_what_is_off_the_scale() -> None:
    missed(some(CERTAIN, 80 if THOROUGH else 20))


@pytest.mark.slow
@pytest.mark.parametrize("subject", [each for each in ONES if THOROUGH or each.program.cost >= QUICK], ids=str)
def test_proof_alone_catches_every_one_of_these(subject: Subject) -> None:
    missed(part(subject, [each for each in faults(changeable(subject)) if each.kind in CERTAIN]))


def part(subject: Subject, planted: list[Change]) -> list[tuple[Subject, Change]]:
    """All where that was asked for; else as many as take a second, spread over kinds and lines."""
    most = max(len(planted), 1) if THOROUGH else 2 if subject.program.cost < 2 * QUICK else 1
    planted.sort(key=lambda each: (each.kind, each.place.start))
    return [(subject, each) for each in planted[:: -(-len(planted) // most) or 1]]


def missed(planted: list[tuple[Subject, Change]]) -> None:
    fates = [(subject, fault, proved(subject, fault)) for subject, fault in planted]
    lived = [f"{subject} line {fault.place.line}: {fault.said}" for subject, fault, fate in fates if not fate.by]
    assert not lived, lived
    astray = [
        f"{subject} line {fate.lines}: {fault.said}: {fate.named}"
        for subject, fault, fate in fates
        if not (fate.named_rightly or in_its_measure(subject, fate))
    ]
    assert not astray, astray


def test_proof_alone_catches_whatever_worsens_a_result_and_names_the_line() -> None:
    """Whether a mistake does is found by rating records, without the prover."""
    worse = worsening(some(("swapped outcomes", "reversed comparison", "limit that raises"), 20 if THOROUGH else 13))
    assert len(worse) > 5
    missed(worse)


@pytest.mark.slow
@pytest.mark.parametrize("subject", ONES, ids=str)
def test_proof_alone_catches_all_that_worsens_a_result(subject: Subject) -> None:
    missed(worsening(part(subject, [each for each in faults(changeable(subject)) if each.kind not in CERTAIN])))


def test_figures_that_turn_a_result_round_are_named_where_they_are_written() -> None:
    """The worth of a level and a parameter stand far from the formula that reads them: both lines are named."""
    league = next(each for each in PUBLISHED if each.program.id == "hsj/commissioning-league-table")
    weights = [each for each in faults(changeable(league)) if each.kind == "inverted weight"]
    fates = [proved(league, each) for each in weights]
    assert len(fates) == 4  # two levels, two parameters
    for fate in fates:
        assert fate.named_rightly, (fate.said, fate.named)
        formulas = [line for _, line, _ in fate.named if "formula: " in league.source.line(line)]
        assert formulas, fate.named


def worsening(planted: list[tuple[Subject, Change]]) -> list[tuple[Subject, Change]]:
    found = []
    for subject, fault in planted:
        program, _ = changeable(subject).compiled(fault.edits)
        if program is not None and any(worsens(program, subject, Random(seed)) for seed in range(2)):
            found.append((subject, fault))
    return found


def worsens(program: Program, subject: Subject, random: Random) -> bool:
    """Whether some record has a worse result where one value is better; not where the file gives monotony up."""
    waived = {waiver.name for waiver in program.waivers if waiver.guarantee == "monotone"}
    steps = {step.name: step for step in program.steps}
    results = [name for name in program.results if name not in waived and direction(steps[name].type)]
    space = Space(program)
    left = (400_000 if THOROUGH else 20_000) // program.cost
    while left > 0:
        record = space.sampled(random)
        before = interpret(program, typed(record))
        left -= 1
        better = [each for _, each in space.improvements(record)]
        for other in random.sample(better, min(len(better), max(left, 1), 60)):
            after = interpret(program, typed(other))
            left -= 1
            for key, outcome in before.outcomes.items():
                old, new = outcome.value, after.outcomes[key].value
                if key[0] in results and not isinstance(old, Absent) and not isinstance(new, Absent):
                    way = direction(steps[key[0]].type)
                    if way * new < way * old:  # type: ignore[operator]  # numbers or levels
                        return True
    return False


# --- by kind ---------------------------------------------------------------------------------------------------------


def by_kind(subjects: list[Subject], every: int) -> Iterator[tuple[str, Fate]]:
    for subject in subjects:
        whole, wrong = opened(subject.path, LIBRARY)
        assert whole is not None, wrong
        guards = Watch(whole)
        for fault in faults(whole)[::every]:
            yield fault.kind, guards.fate(fault)


def test_who_catches_mistakes_of_each_kind_is_told() -> None:
    """What is caught names the line; a mistake that nobody catches is said to live, with a case against it."""
    subjects = [each for each in PUBLISHED if each.program.cost < 170]
    fates = [(subject, fate) for subject in subjects for _, fate in by_kind([subject], every=1 if THOROUGH else 7)]
    assert len(fates) > 30
    named = Counter()  # type: ignore[var-annotated]
    for subject, fate in fates:
        assert fate.ending != "not decided", (fate.kind, fate.said)
        assert (fate.witness is not None) == (fate.ending == "survivor")
        if "reading" in fate.by or "proof" in fate.by:
            named[fate.named_rightly] += 1
            assert fate.named_rightly or in_its_measure(subject, fate), fate
    assert named[True] > 1.5 * named[False]
    makes_a_difference = sum(fate.ending != "equivalent" for _, fate in fates)
    assert sum(fate.ending == "noticed" for _, fate in fates) > 0.9 * makes_a_difference


def in_its_measure(subject: Subject, fate: Fate) -> bool:
    """Of a level that no record gets, or of a rule that does not hold where it should, no record shows the line: it is
    in the measure that is named, or in the principle that this applies. An absence that counts otherwise makes a rule
    elsewhere idle, which is named. What stands outside measures and principles must be named itself."""
    if fate.kind == "absence that helps":
        return "decides some record" in " ".join(fate.by["proof"])
    top, _ = read(subject.source)
    assert isinstance(top, Mapping)
    blocks = [
        (entry.key.span.line, entry.value.span.source.text.count("\n", 0, entry.value.span.end) + 1, entry.value)
        for part in ("principles", "measures")
        if isinstance(inner := top.get(part), Mapping)
        for entry in inner
    ]
    own = [each for each in blocks if each[0] <= fate.lines[0] <= each[1]]
    wide = [*own, *(each for each in blocks if isinstance(each[2], Mapping) and each[2].get("apply") is not None)]
    return bool(own) and any(first <= line <= last for first, last, _ in wide for _, line, _ in fate.named)
