"""Verdicts held against what walking all records says, and their counterexamples against the interpreter. Knows neither
how a verdict was reached nor how all records were walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from brute_force import Answer, Question, absent, as_measure, direction, goodness, name_of, place, values_of

from markscheme.interpret import interpret
from markscheme.ir import Absent, Holds, NeverWorsens, Program, Step, Withholding, combinations
from markscheme.trace import Given, Key, Trace
from markscheme.verify.verdicts import Counterexample, Obligation, Verdict, Verified

SETTLED = ("complete", "unique", "divides", "on_scale")  # when the file is read
PAIRS = ("monotone", "never_worsens", "withholding")
CONDITIONS = ("never", "always")


def disagreements(
    program: Program, said: Mapping[Question, Answer], verified: Verified, giving_up: bool = False
) -> list[str]:
    """What is wrong with verdicts on a program; nothing where each of them is right and none is missing. With
    `giving_up` some may not have been reached."""
    return list(_all(_Judge(program, said, giving_up), verified))


def question(obligation: Obligation) -> Question:
    """What an obligation asks, as walking all records knows it."""
    match obligation.kind:
        case "reachable" | "never" | "always":
            return Question(obligation.kind, place=place(obligation.span))
        case "attainable":
            return Question("attainable", obligation.subject, level=obligation.level)
        case kind:
            return Question(kind, obligation.subject, obligation.input)


def _all(judge: _Judge, verified: Verified) -> Iterator[str]:
    if verified.program is not judge.program:
        yield "the verdicts are on another program"
    asked = [verdict for verdict in verified.verdicts if verdict.obligation.kind not in SETTLED]
    listed = Counter(question(verdict.obligation) for verdict in asked)
    yield from (f"{each} is not asked" for each in judge.said if each not in listed)
    yield from (f"{each} is asked, and nobody wanted to know" for each in listed if each not in judge.said)
    yield from (f"{each} is answered {times} times" for each, times in listed.items() if times > 1)
    for verdict in verified.verdicts:
        name = f"{verdict.ending} by {verdict.by}: {verdict.obligation.text}"
        if verdict.obligation.kind in SETTLED:
            if verdict.ending != "proved":
                yield f"{name}: a file that can be read has no such fault"
        elif question(verdict.obligation) in judge.said:
            yield from (f"{name}: {wrong}" for wrong in judge.verdict(verdict))


@dataclass(frozen=True)
class _Judge:
    program: Program
    said: Mapping[Question, Answer]
    giving_up: bool

    def verdict(self, verdict: Verdict) -> Iterator[str]:
        obligation, asked = verdict.obligation, question(verdict.obligation)
        so = self.said[asked]
        if verdict.ending == "not proved":
            if not self.giving_up:
                yield f"there are few records, so there is an answer (limit: {verdict.limit})"
            elif not verdict.limit:
                yield "it is not said what limit was met"
            return
        if verdict.by == "tests" and verdict.ending == "proved" and obligation.kind not in ("reachable", "attainable"):
            yield "tests prove nothing but that something can be"
        if (verdict.ending == "proved") != so.holds:
            yield f"by walking all records it {'holds' if so.holds else 'does not hold'}"
        yield from self.flags(verdict)
        example = verdict.example
        wrong = list(self.replayed(example)) if example is not None else []
        if wrong:
            yield from wrong
            return
        if verdict.ending == "refuted" and obligation.kind in (*PAIRS, *CONDITIONS):
            if example is None:
                yield "there is no counterexample"
            elif obligation.kind in PAIRS:
                yield from self.pair(obligation, so, example)
            else:
                yield from self.broken(obligation, example)

    def flags(self, verdict: Verdict) -> Iterator[str]:
        """Whether the file promises it, whether it must hold, and which waiver gives it up."""
        obligation, asked = verdict.obligation, question(verdict.obligation)
        promised = asked in {_promise(each) for each in self.program.guarantees}
        if obligation.promised != promised:
            yield f"the file {'promises' if promised else 'does not promise'} it"
        if obligation.required == (obligation.kind == "withholding" and not promised):
            yield f"it is {'required' if obligation.required else 'only reported'}"
        if verdict.waiver is not None and verdict.waiver not in self.program.waivers:
            yield "the waiver is not the file's"
        if verdict.waiver is not None and verdict.waiver.name != obligation.subject:
            yield "the waiver is of something else"
        if verdict.waiver is not None and verdict.ending != "refuted":
            yield "there is nothing to waive"

    def replayed(self, example: Counterexample) -> Iterator[str]:
        for trace in example.traces:
            wrong = list(self.valid(trace))
            yield from wrong
            if not wrong and interpret(self.program, trace.given) != trace:
                yield "the interpreter says something else of the example's record"

    def valid(self, trace: Trace) -> Iterator[str]:
        """Whether it is of a record that data can hold."""
        keys = {
            (name, members): declared
            for name, declared in self.program.inputs.items()
            for members in combinations(self.program.sets, declared.axes)
        }
        if keys.keys() != trace.given.keys():
            yield "the example's record has other inputs than the methodology"
            return
        for key, declared in keys.items():
            can_be = [Given(value) for value in values_of(declared.type)]
            can_be += [absent(rule, key) for rule in declared.absent]
            if trace.given[key] not in can_be:
                yield f"in the example {key} is {trace.given[key]}, which data cannot hold"

    # --- what an example must show -----------------------------------------------------------------------------------

    def pair(self, obligation: Obligation, so: Answer, example: Counterexample) -> Iterator[str]:
        if len(example.traces) != 2 or example.key is None:
            yield "two records and what they differ in are needed"
            return
        first, second = example.traces
        differ = {key for key in first.given if first.given[key] != second.given[key]}
        if set(example.changed) != differ or len(example.changed) != len(differ):
            yield f"the records differ in {sorted(differ)}, not in {example.changed}"
        if so.least is not None and len(differ) != so.least:
            yield f"the records differ in {len(differ)} values, and {so.least} are enough"
        if not all(self.allowed(obligation, key, first.given[key], second.given[key]) for key in differ):
            yield "the records differ in what must stay as it is"
        if example.key[0] != obligation.subject or example.key not in first.outcomes:
            yield f"{example.key} is no value of `{obligation.subject}`"
            return
        type = self.step(obligation.subject).type
        before, after = (goodness(type, trace.outcomes[example.key].value) for trace in (first, second))
        if before is None or after is None:
            yield "the value is not there in both records"
        elif (after <= before) if obligation.kind == "withholding" else (after >= before):
            yield f"{example.key} shows nothing"

    def allowed(self, obligation: Obligation, key: Key, before: Given, after: Given) -> bool:
        """Whether a value may be one thing in the first record and another in the second."""
        if key[0] != obligation.input:
            return False
        declared = self.program.inputs[key[0]]
        if isinstance(before.value, Absent):
            return False
        if obligation.kind == "withholding":
            reasons = [absent(rule, key) for rule in declared.absent]
            return before.stated is None and after in reasons and before.value != after.value
        if isinstance(after.value, Absent) or not direction(declared.type):
            return False
        good = [goodness(declared.type, given.value) for given in (before, after)]
        return good[0] < good[1]  # type: ignore[operator]  # both are there

    def broken(self, obligation: Obligation, example: Counterexample) -> Iterator[str]:
        if len(example.traces) != 1:
            yield "one record is enough"
            return
        holds = next(each for each in self.program.guarantees if each.span == obligation.span)
        assert isinstance(holds, Holds)
        if says(self.program, holds, example.traces[0]) is not (obligation.kind == "never"):
            yield "the example keeps the guarantee"

    def step(self, name: str) -> Step:
        return next(step for step in self.program.steps if step.name == name)


def says(program: Program, holds: Holds, trace: Trace) -> bool | None:
    """What a guarantee's condition is worth in a record that is already rated."""
    asked = replace(program, steps=(*program.steps, as_measure(holds)))
    value = interpret(asked, trace.given).outcomes[name_of(holds), ()].value
    return None if isinstance(value, Absent) else value == "yes"


def _promise(guarantee: NeverWorsens | Withholding | Holds) -> Question:
    match guarantee:
        case NeverWorsens(result, given):
            return Question("never_worsens", result, given)
        case Withholding(given, result):
            return Question("withholding", result, given)
        case Holds(always):
            return Question("always" if always else "never", place=place(guarantee.span))
