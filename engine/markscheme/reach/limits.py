"""The limits that hold a result down, and what would lift them. Knows what a limit is; finds no change itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..interpret import interpret
from ..ir import AbsenceRule, Limit, Literally, Program, Rule, Rules, Step, YesNo
from ..trace import Given, Key
from .answering import Asking, Told
from .ways import Held, Ways, better

_LIMITS, _LIFTED = 20, 3  # how many are tried, and of how many members it is worked out what would lift them


def holding(
    program: Program, given: Mapping[Key, Given], ways: Ways, absences: bool | None, progress: Told, states: int
) -> Iterator[Held]:
    """The limits on the way to a result without which it would be better, each taken out by itself."""
    trace = interpret(program, given)
    read: dict[Key, None] = {ways.key: None}
    for key in (open_ := [ways.key]):
        new = [each for each in trace.outcomes[key].reads if each in trace.outcomes and each not in read]
        read.update(dict.fromkeys(new))
        open_ += new
    lowered: dict[tuple[str, int], list[tuple[str, ...]]] = {}
    for name, members in read:
        for tried in trace.outcomes[name, members].limits:
            if tried.evidence is not None and tried.after != tried.before:
                lowered.setdefault((name, tried.index), []).append(members)
    left = _LIFTED
    for (name, index), of in list(lowered.items())[:_LIMITS]:
        step = next(step for step in program.steps if step.name == name)
        limit = step.limits[index]
        without = replace(step, limits=tuple(each for each in step.limits if each is not limit))
        freed = replace(program, steps=tuple(without if each is step else each for each in program.steps))
        value = interpret(freed, given).outcomes[ways.key].value
        if better(ways.step.type, value, ways.value):
            lifted = []
            for members in of[: max(left, 0)]:
                left -= 1
                asked = _not(limit, step, index)
                asking = replace(program, steps=(*program.steps, asked))
                asked_of = Asking(asking, given, (asked.name, members), "reach", "yes", absences, progress, states)
                lifted.append(asked_of.answered())
            yield Held(step, index, tuple(of), value, tuple(lifted))


def _not(limit: Limit, step: Step, index: int) -> Step:
    """Whether a limit's condition is false, as a measure of its own."""
    type = YesNo("yes")
    no, yes = (Literally(word, type, limit.when.span) for word in ("no", "yes"))
    rules = Rules((Rule(limit.when, no, limit.note), Rule(None, yes, limit.note)))
    undecided = AbsenceRule("undecided", "Undecided", "unrated")
    name = f"limit {index + 1} of {step.name}"  # no name of a rule file has a space in it
    return Step(name, name, step.axes, type, rules, (), undecided, limit.note)
