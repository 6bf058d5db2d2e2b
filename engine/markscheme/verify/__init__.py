"""Questions about all records at once, and their answers. Knows programs, no text and no file.

The order: what typing shows; walking every state; z3, where it is there; then records by chance, which prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

from .. import ir
from .answers import answered
from .enumeration import Enumeration
from .further import Further
from .obligations import obligations, reachable
from .polarity import Polarity
from .verdicts import KINDS, Counterexample, Ending, Kind, Means, Obligation, Verdict, Verified

__all__ = ["KINDS", "Counterexample", "Ending", "Kind", "Means", "Obligation", "Verdict", "Verified", "verify"]

MOST = 400_000


def verify(
    program: ir.Program,
    progress: Callable[[int, int], None] = lambda done, of: None,
    most: int = MOST,
    only: Callable[[Obligation], bool] = lambda asked: True,
    further: bool = True,
) -> Verified:
    """Every obligation of a program, or those that `only` picks, with its verdict. `progress` is told how many of how
    many are done; `most` is how many states one question may walk; `further`, whether z3 and chance are asked
    where that is not enough. Never raises for a program that compiled."""
    asked = tuple(each for each in obligations(program) if only(each))
    verdicts = []
    walked = Enumeration(program, most)
    with closing(Further(walked.regions)) as beyond:
        for number, verdict in enumerate(_verdicts(walked, asked, beyond if further else None), 1):
            verdicts.append(verdict)
            progress(number, len(asked))
    used = {id(verdict.waiver) for verdict in verdicts}
    idle = tuple(waiver for waiver in program.waivers if id(waiver) not in used)
    return Verified(program, tuple(verdicts), idle)


def _verdicts(walked: Enumeration, asked: tuple[Obligation, ...], beyond: Further | None) -> Iterator[Verdict]:
    program, typed = walked.program, Polarity(walked.regions)
    places = {(o.span.source.name, o.span.start, o.span.end): where for o, where in reachable(program)}
    conditions = {guarantee.span: guarantee for guarantee in program.guarantees if isinstance(guarantee, ir.Holds)}
    for obligation in asked:
        if obligation.kind in ("complete", "unique", "divides", "on_scale"):
            yield Verdict(obligation, "proved", "typing")
            continue
        if _typed(typed, obligation):
            yield Verdict(obligation, "proved", "typing")
            continue
        before = walked.regions.states
        span = obligation.span
        where = places.get((span.source.name, span.start, span.end), ())
        answer = answered(walked, obligation, where, conditions.get(span))
        states = max(walked.regions.states - before, 1)
        if answer is None and beyond is not None:
            verdict = beyond.verdict(obligation, where, conditions.get(span), walked.limit)
            refuted = verdict.ending == "refuted"
            yield replace(verdict, waiver=_waiver(program, obligation)) if refuted else verdict
        elif answer is None:
            yield Verdict(obligation, "not proved", "tests", 0, walked.limit)
        elif answer.holds:
            yield Verdict(obligation, "proved", "enumeration", states)
        else:
            instead = tuple(walked.instead(where[0])) if where else ()
            waiver = _waiver(program, obligation)
            yield Verdict(obligation, "refuted", "enumeration", states, "", answer.example, instead, waiver)


def _typed(typed: Polarity, asked: Obligation) -> bool:
    if asked.kind not in ("monotone", "never_worsens") or asked.input is None:
        return False
    return typed.never_worsens(asked.subject, asked.input)


def _waiver(program: ir.Program, asked: Obligation) -> ir.Waiver | None:
    if asked.promised:
        return None
    named = (waiver for waiver in program.waivers if waiver.guarantee == asked.kind and waiver.name == asked.subject)
    return next(named, None)
