"""No verdict is wrong: on generated methodologies with few records, `verify` says what walking all of them says, and
every counterexample is one, replays, and differs in as few values as can be. `MARKSCHEME_PROFILE=thorough` judges 5,000
methodologies in place of 140."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import small_domains
from brute_force import Question, Walk, answers, pairs, place, questions
from examples import THOROUGH
from judgement import disagreements

from markscheme.interpret import interpret
from markscheme.ir import Absent, Holds, Number, Program, Rules
from markscheme.trace import Given
from markscheme.verify import verify
from markscheme.verify.verdicts import Counterexample, Obligation, Verdict, Verified

ALWAYS = 60  # methodologies
AT_LENGTH, CHUNK = (5_000, 50) if THOROUGH else (40, 20)


def judged(seeds: range) -> Counter[tuple[str, str]]:
    """How often each kind of obligation had each ending; nothing may be wrong about any."""
    endings: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        text, program, _ = small_domains.methodology(seed)
        if program is None:
            endings["text", "thrown away"] += 1
            continue
        verified = verify(program)
        wrong = disagreements(program, answers(program), verified)
        assert not wrong, f"seed {seed}\n" + "\n".join(wrong) + f"\n{text}"
        endings["text", "compared"] += 1
        endings.update((verdict.obligation.kind, verdict.ending) for verdict in verified.verdicts)
    return endings


def test_verdicts_are_those_of_walking_all_records() -> None:
    endings = judged(range(ALWAYS))
    assert endings["text", "compared"] > ALWAYS / 2
    for kind in ("reachable", "attainable", "monotone", "withholding", "never", "always"):
        for ending in ("proved", "refuted"):
            assert endings[kind, ending] > 5, (kind, ending, endings)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(ALWAYS, ALWAYS + AT_LENGTH, CHUNK))
def test_verdicts_are_those_of_walking_all_records_at_length(first: int) -> None:
    assert judged(range(first, first + CHUNK))["text", "compared"] > CHUNK / 2


@pytest.mark.parametrize("most", [15, 60, 250])
def test_what_cannot_be_afforded_is_given_up_and_not_guessed(most: int) -> None:
    """With few states to walk, fewer answers are reached, and none of them is another one."""
    endings: Counter[str] = Counter()
    for seed in range(500_000, 500_012):
        _, program, _ = small_domains.methodology(seed)
        if program is not None and Walk(program).size <= 200:
            verified = verify(program, most=most, further=False)
            assert not disagreements(program, answers(program), verified, giving_up=True), seed
            endings.update(verdict.ending for verdict in verified.verdicts)
    assert endings["not proved"] > 10
    assert endings["proved"] > 10


def test_what_z3_says_where_walking_gives_up_is_so() -> None:
    pytest.importorskip("z3")
    means: Counter[tuple[str, str]] = Counter()
    for seed in range(60_000, 60_008):
        _, program, _ = small_domains.methodology(seed)
        if program is not None and Walk(program).size <= 200:
            verified = verify(program, most=15)
            assert not disagreements(program, answers(program), verified, giving_up=True), seed
            means.update((verdict.by, verdict.ending) for verdict in verified.verdicts)
    assert means["z3", "proved"] > 5
    assert means["z3", "refuted"] > 5


# --- that a wrong verdict would be noticed ---------------------------------------------------------------------------


WATCHED = """\
markscheme: 1
id: example/watched
version: "1"
title: Watched
scales: {rating: [poor, fair, good]}
sets: {questions: [a, b]}
inputs:
  ratings: {each: questions, scale: rating, absent: {not_rated: skip, not_asked: good}}
  late: {type: number, decimals: 0, min: 0, max: 3, better: lower}
measures:
  overall:
    scale: rating
    rules:
      - {when: any of ratings are poor, then: fair}
      - {when: exactly 1 of ratings are fair, then: poor}
      - {when: late is more than 9, then: poor}
      - {otherwise: fair}
    absent: {nothing_rated: unrated}
results: [overall]
guarantees:
  - overall never worsens when late improve
  - withholding ratings never raises overall
  - never: overall is fair and late is 1
  - always: overall is at most fair
waive: [{guarantee: monotone, in: overall, because: so the guide has it}]
"""


@pytest.fixture(scope="module")
def watched() -> Program:
    program, found = small_domains.compiled(WATCHED)
    assert program is not None, [each.message for each in found]
    return program


def honest(program: Program) -> Verified:
    """What a prover would say that walks all records."""
    walk, said = Walk(program).run(), answers(program)
    return Verified(program, tuple(_verdict(walk, each, said[each].holds) for each in questions(program)))


def _verdict(walk: Walk, asked: Question, holds: bool) -> Verdict:
    program = walk.program
    promised = asked.kind in ("never_worsens", "never", "always", "withholding")
    spans = [rule.note.span for step in program.steps if isinstance(step.form, Rules) for rule in step.form.rules]
    spans += [each.span for each in program.guarantees]
    span = next((each for each in spans if each and place(each) == asked.place), program.guarantees[0].span)
    obligation = Obligation(
        asked.kind,
        asked.subject,
        str(asked),
        span,
        asked.input,
        asked.level,
        promised,  # type: ignore[arg-type]
    )
    waiver = program.waivers[0] if asked.kind == "monotone" and not holds else None
    example = None if holds else shown(walk, asked)
    return Verdict(obligation, "proved" if holds else "refuted", "enumeration", walk.size, "", example, waiver)


def shown(walk: Walk, asked: Question) -> Counterexample | None:
    if asked.kind in ("reachable", "attainable"):
        return None
    if asked.kind in ("never", "always"):
        holds = next(each for each in walk.program.guarantees if place(each.span) == asked.place)
        assert isinstance(holds, Holds)
        for number in range(walk.size):
            trace = interpret(walk.program, walk.record(number))
            overall = trace.outcomes["overall", ()].value
            if overall == 1 and trace.given["late", ()].value == 1:
                return Counterexample((trace,))
    _, key, *two = min(pairs(walk, asked))
    first, second = (interpret(walk.program, walk.record(number)) for number in two)
    changed = tuple(each for each in first.given if first.given[each] != second.given[each])
    if asked.kind == "withholding":  # what is a value in the walk was given as a reason
        reason = Absent("not_asked", False, *changed[0])
        given = {**second.given, changed[0]: Given(second.given[changed[0]].value, reason)}
        second = interpret(walk.program, given) if second.given[changed[0]].value == 2 else second
    return Counterexample((first, second), key, changed)


def test_an_honest_prover_is_right(watched: Program) -> None:
    verified = honest(watched)
    assert disagreements(watched, answers(watched), verified) == []
    endings = {(verdict.obligation.kind, verdict.ending) for verdict in verified.verdicts}
    assert endings >= {(kind, "refuted") for kind in ("monotone", "withholding", "never", "reachable", "attainable")}


Lie = Callable[[Verdict], Verdict]


def lying(verified: Verified, kind: str, ending: str, lie: Lie) -> Verified:
    """The same, but for one verdict."""
    verdicts = list(verified.verdicts)
    at = next(n for n, v in enumerate(verdicts) if (v.obligation.kind, v.ending) == (kind, ending))
    changed = lie(verdicts[at])
    return replace(verified, verdicts=(*verdicts[:at], changed, *verdicts[at + 1 :]))


def obligation(**changes: object) -> Lie:
    return lambda verdict: replace(verdict, obligation=replace(verdict.obligation, **changes))  # type: ignore[arg-type]


def example(change: Callable[[Counterexample], Counterexample]) -> Lie:
    def lie(verdict: Verdict) -> Verdict:
        assert verdict.example is not None
        return replace(verdict, example=change(verdict.example))

    return lie


def regiven(program: Program, at: int, **values: Given) -> Lie:
    """Another record, rated as it should be, in place of one of the example's; `a` and `b` are ratings."""

    def change(one: Counterexample) -> Counterexample:
        traces = list(one.traces)
        given = dict(traces[at].given)
        given |= {("late", ()) if name == "late" else ("ratings", (name,)): value for name, value in values.items()}
        traces[at] = interpret(program, given)
        changed = tuple(key for key in given if len(traces) == 2 and traces[0].given[key] != traces[1].given[key])
        return replace(one, traces=tuple(traces), changed=changed)

    return example(change)


KINDS = ("reachable", "attainable", "monotone", "never_worsens", "withholding", "never", "always")


@pytest.mark.parametrize("kind", KINDS)
def test_a_forgotten_a_doubled_and_a_strange_obligation_are_noticed(watched: Program, kind: str) -> None:
    verified, said = honest(watched), answers(watched)
    verdict = next(each for each in verified.verdicts if each.obligation.kind == kind)
    forgotten = replace(verified, verdicts=tuple(each for each in verified.verdicts if each is not verdict))
    assert any("is not asked" in each for each in disagreements(watched, said, forgotten))
    doubled = replace(verified, verdicts=(*verified.verdicts, verdict))
    assert any("2 times" in each for each in disagreements(watched, said, doubled))
    strange = obligation(subject="late", level=7, span=watched.inputs["late"].span)(verdict)
    asked = replace(verified, verdicts=(*verified.verdicts, strange))
    assert any("nobody wanted to know" in each for each in disagreements(watched, said, asked))


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_ending_is_noticed(watched: Program, kind: str) -> None:
    verified, said = honest(watched), answers(watched)
    for verdict in verified.verdicts:
        if verdict.obligation.kind == kind:
            other = "refuted" if verdict.ending == "proved" else "proved"
            lied = lying(verified, kind, verdict.ending, lambda it, other=other: replace(it, ending=other))  # type: ignore[misc]
            assert any("by walking all records" in each for each in disagreements(watched, said, lied))


def lies(program: Program) -> list[tuple[str, str, Lie]]:
    """What is said of a verdict whose ending is right, what it is about, and what is wrong about it."""
    waiver, worst, middle, best = program.waivers[0], Given(0), Given(1), Given(2)
    gone = {member: Given(Absent("not_rated", True, "ratings", (member,))) for member in "ab"}
    return [
        ("there is an answer", "monotone", lambda it: replace(it, ending="not proved", limit="time")),
        ("the file does not promise it", "monotone", obligation(promised=True)),
        ("the file promises it", "never", obligation(promised=False)),
        ("it is only reported", "reachable", obligation(required=False)),
        ("the waiver is of something else", "monotone", lambda it: replace(it, waiver=replace(waiver, name="late"))),
        ("the waiver is not the file's", "monotone", lambda it: replace(it, waiver=replace(waiver, because="why not"))),
        ("there is no counterexample", "monotone", lambda it: replace(it, example=None)),
        ("the interpreter says something else", "monotone", example(swapped)),
        ("which data cannot hold", "never", regiven(program, 0, late=Given(Fraction(9)))),
        ("has other inputs", "never", example(lambda it: replace(it, traces=(replace(it.traces[0], given={}),)))),
        ("two records and what they", "monotone", example(lambda it: replace(it, traces=it.traces[:1]))),
        ("one record is enough", "never", example(lambda it: replace(it, traces=it.traces * 2))),
        ("the example keeps the guarantee", "never", regiven(program, 0, late=Given(Fraction(2)))),
        ("the records differ in [", "monotone", example(lambda it: replace(it, changed=()))),
        (
            "the records differ in 2 values, and 1 are enough",
            "monotone",
            lambda it: regiven(program, 1, a=best, b=middle)(regiven(program, 0, a=worst, b=worst)(it)),
        ),
        ("the records differ in what must stay", "monotone", regiven(program, 1, late=Given(Fraction(3)))),
        ("is no value of `overall`", "monotone", example(lambda it: replace(it, key=("ratings", ("a",))))),
        ("the value is not there in both records", "withholding", regiven(program, 1, **gone)),
        ("shows nothing", "monotone", regiven(program, 1, a=best, b=best)),
    ]


def swapped(one: Counterexample) -> Counterexample:
    """What the interpreter says of each record, said of the other."""
    first, second = one.traces
    return replace(one, traces=(replace(first, given=second.given), replace(second, given=first.given)))


def test_each_lie_about_a_right_ending_is_noticed(watched: Program) -> None:
    verified, said = honest(watched), answers(watched)
    told = [*((told, kind, "refuted", lie) for told, kind, lie in lies(watched))]
    told.append(("tests prove nothing", "always", "proved", lambda it: replace(it, by="tests")))
    told.append(("there is nothing to waive", "always", "proved", lambda it: replace(it, waiver=watched.waivers[0])))
    for wrong, kind, ending, lie in told:
        found = disagreements(watched, said, lying(verified, kind, ending, lie))
        assert any(wrong in each for each in found), (wrong, found)


def test_a_program_of_which_all_is_refused_is_not_called_right(watched: Program) -> None:
    said = answers(watched)
    assert len(disagreements(watched, said, Verified(watched, ()))) == len(said)
    other = replace(watched, version="2")
    assert disagreements(watched, said, replace(honest(watched), program=other))
    settled = Obligation("unique", "overall", "no two rows", watched.guarantees[0].span)
    refuted = Verdict(settled, "refuted", "typing")
    found = disagreements(watched, said, replace(honest(watched), verdicts=(*honest(watched).verdicts, refuted)))
    assert any("no such fault" in each for each in found)
    gave_up = tuple(replace(each, ending="not proved") for each in honest(watched).verdicts)
    unsaid = disagreements(watched, said, Verified(watched, gave_up), giving_up=True)
    assert len(unsaid) == len(said)
    assert all("what limit" in each for each in unsaid)
    assert isinstance(watched.inputs["late"].type, Number)
