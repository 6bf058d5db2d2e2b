"""A failed case in words: what was expected, what came out, and how it came to that. Knows no rule and no page."""

from __future__ import annotations

from .echo import escaped
from .explain import explain
from .intake.headings import label
from .render import styled
from .trial import CaseOutcome

_LINES = 12  # of an explanation


def failed_text(outcome: CaseOutcome, colour: bool = False) -> str:
    """For a terminal: the case's name and place, each result that is not as expected, and the explanation in brief."""
    case = outcome.case
    place = f"{escaped(case.span.source.name)}:{case.span.line}:{case.span.column}"
    lines = [f"{styled('failed', 'error', colour)}: {escaped(case.name)}", f"  --> {place}"]
    lines += [f"  {each}" for each in failures(outcome)]
    program, trace = outcome.result.program, outcome.result.trace
    # The first wrong result explains the most: what reads it is wrong because of it.
    told = explain(program, trace, case.name, outcome.failures[0].expected.key[0]).text(width=96)
    reasons = told.strip("\n").split("\n")
    lines += [f"  | {line}".rstrip() for line in reasons[:_LINES]]
    lines += ["  | …"] if len(reasons) > _LINES else []
    return "\n".join(lines)


def failures(outcome: CaseOutcome) -> tuple[str, ...]:
    """`overall: expected good, got requires_improvement`, for each result that is not as expected."""
    return tuple(
        f"{label(each.expected.key)}: expected {escaped(each.expected.said)}, got {each.got}"
        for each in outcome.failures
    )
