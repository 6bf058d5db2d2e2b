"""What proof says of a changed methodology: which promise is broken that was kept. Knows no case."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Span
from ..ir import Program, Rules
from ..verify import verify
from ..verify.told import finding
from ..verify.verdicts import Obligation, Verified
from .rerating import Rerating
from .trees import reads

_OF_ALL = ("never", "always")  # these may read any measure


def proved(program: Program, way: Rerating | None = None) -> Verified:
    """The verdicts on what is required of a program; of a changed one, on what the change can reach."""
    if way is None or way.inputs:
        return verify(program, only=lambda asked: asked.required)
    reached = _reached(program, way.steps)
    return verify(program, only=lambda asked: asked.required and (asked.kind in _OF_ALL or asked.subject in reached))


def _reached(program: Program, changed: frozenset[str]) -> set[str]:
    """Measures that say something else or read one that may, with the principles and thresholds in them."""
    steps: set[str] = set()
    for step in program.steps:
        if step.name in changed or not steps.isdisjoint(reads(step)):
            steps.add(step.name)
    principles = {step.form.principle for step in program.steps if step.name in steps and isinstance(step.form, Rules)}
    owners = {name.partition(".")[0] for name in steps}
    # the rules of a principle's thresholds are told under the principle's name
    principles |= {s.form.principle for s in program.steps if s.name in owners and isinstance(s.form, Rules)}
    return owners | steps | {each for each in principles if each is not None}


@dataclass(frozen=True, slots=True)
class Broken:
    """An obligation that held and does not now, with the places that a finding about it names, in the changed text."""

    text: str
    named: tuple[Span, ...]


def broken(old: Verified, new: Verified) -> tuple[tuple[Broken, ...], bool]:
    """What is refuted of the new program and was not of the old one; and whether all that was proved is decided."""
    before = {_key(each.obligation): each for each in old.verdicts}
    found: list[Broken] = []
    decided = True
    for each in new.verdicts:
        known = before.get(_key(each.obligation))
        if not each.holds and (known is None or known.holds):
            told = finding(new.program, each)
            places = (told.span, *(label.span for label in told.labels)) if told else (each.obligation.span,)
            found.append(Broken(each.obligation.text, tuple(place for place in places if place is not None)))
        decided = decided and (each.ending != "not proved" or (known is not None and known.ending == "not proved"))
    return tuple(found), decided


def _key(of: Obligation) -> tuple[object, ...]:
    """What an obligation is about, wherever it stands: of a rule to be reached, the rule itself."""
    about = " ".join(of.span.text.split()) if of.kind == "reachable" else of.text
    return of.kind, of.subject, of.input, of.level, about
