"""Which bodies are one attainable step from a boundary that would change what they get. Knows a record that is rated;
works out what it would get on the other side by the interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from .. import ops
from ..explain.wording import quoted
from ..interpret import member_of, outcome_of, worked_out
from ..ir import Absent, Literally, Number, Predicate, Program, Quantify, Read, Test, Type, Value
from ..trace import ByRow, ByRule, Counted, Evidence, Given, Joined, Key, Outcome, Trace
from .boundary import Beside, Boundary, Ledger, Point
from .cuts import Cut
from .rounding import put, source_of


@dataclass(frozen=True, slots=True)
class Near:
    """A value of one record beside a boundary. `now` is what the measure gives, `otherwise` what it would give with
    `other`, the nearest attainable value on the other side, in place of `value`."""

    boundaries: tuple[Boundary, ...]  # one, or those in the file that the step crosses at once
    key: Key  # the measure and its members
    members: tuple[str, ...]  # those of the boundary: the measure's, and of what it counts
    value: Value
    other: Value
    side: str
    now: Value
    otherwise: Value
    type: Type  # of the measure


def near(ledger: Ledger, trace: Trace) -> tuple[Near, ...]:
    """Boundaries between numbers, and counts that are enough. Not those between levels: of four levels everybody is
    one from the next."""
    program = ledger.program
    known = {**trace.given, **{key: Given(outcome.value) for key, outcome in trace.outcomes.items()}}
    found: dict[object, Near] = {}
    for boundary in ledger.boundaries:
        if boundary.cut.kind == "level":
            continue
        for beside in boundary.beside:
            for cut, members in beside.members:
                for one in _at(program, trace, known, boundary, beside, cut, members):
                    same = (one.key, one.members, _subject(cut), one.value, one.other)
                    before = found.get(same)
                    found[same] = replace(one, boundaries=(*before.boundaries, boundary)) if before else one
    return tuple(found.values())


def _subject(cut: Cut) -> object:
    return cut.span if isinstance(cut.subject, Quantify) else quoted(cut.subject.span)


def _at(
    program: Program,
    trace: Trace,
    known: Mapping[Key, Given],
    boundary: Boundary,
    beside: Beside,
    cut: Cut,
    members: tuple[str, ...],
) -> Iterator[Near]:
    own = members[: len(cut.step.axes)]
    outcome = trace.outcomes[cut.step.name, own]
    if isinstance(cut.subject, Quantify):
        value: Value | None = _count(outcome, cut.subject, beside)
    else:
        source = source_of(program, cut.reads_at, members, cut.subject)
        value = worked_out(program, trace, source.step, source.members, source.expr)
    for here, there in _neighbours(beside, value):
        otherwise = _otherwise(program, known, cut, members, there, beside.figure)
        if otherwise is not None and otherwise != outcome.value:
            key = (cut.step.name, own)
            given = (here.value, there.value, here.gives, outcome.value, otherwise)
            yield Near((boundary,), key, members, *given, cut.step.type)
            return


def _neighbours(beside: Beside, value: Value | None) -> Iterator[tuple[Point, Point]]:
    """The point that is the value, and each beside it that something else follows from."""
    points = [point for point in (beside.below, beside.at, beside.above) if point is not None]
    for place, point in enumerate(points):
        if point.value == value:
            sides = (*points[max(place - 1, 0) : place], *points[place + 1 : place + 2])
            yield from ((point, other) for other in sides if other.gives != point.gives)


def _count(outcome: Outcome, node: Quantify, beside: Beside) -> Value | None:
    """How many met it, where it was asked, decided and against the figure that the boundary is for."""
    for counted in _asked(outcome):
        if counted.node is node and not counted.undecided and not isinstance(counted.needed, Absent):
            needed = Fraction(counted.needed if isinstance(counted.needed, int | Fraction) else 0)
            return Fraction(len(counted.met)) if needed == beside.figure else None
    return None


def _asked(outcome: Outcome) -> Iterator[Counted]:
    evidence: list[Evidence] = [each.evidence for each in outcome.limits if each.evidence is not None]
    match outcome.how:
        case ByRule(tried=tried):
            evidence += tried
        case ByRow():
            pass  # a cell tests one value
        case _:
            pass
    while evidence:
        one = evidence.pop()
        if isinstance(one, Counted):
            yield one
        elif isinstance(one, Joined):
            evidence += one.parts


def _otherwise(
    program: Program, known: Mapping[Key, Given], cut: Cut, members: tuple[str, ...], there: Point, figure: Value | None
) -> Value | None:
    """What the measure gives with the value on the other side; None where it cannot be put there alone."""
    own = members[: len(cut.step.axes)]
    step = cut.step
    if isinstance(cut.subject, Quantify):
        assert isinstance(there.value, Fraction)
        assert isinstance(figure, Fraction)
        turned = _settled(cut.subject, ops.QUANTIFIERS[cut.subject.op].means(int(there.value), 0, 0, figure) is True)
        changed = replace(step, form=put(step.form, cut.subject, turned), limits=put(step.limits, cut.subject, turned))
        return outcome_of(program, known, changed, own).value
    if isinstance(cut.subject, Read):
        at = dict(zip(cut.axes, members, strict=True))
        key = (cut.subject.name, tuple(member_of(program.sets, index, at) for index in cut.subject.indices))
        return outcome_of(program, {**known, key: Given(there.compared)}, step, own).value
    if cut.loops:
        return None
    value = Literally(there.compared, Number(), cut.subject.span)
    changed = replace(step, form=put(step.form, cut.subject, value), limits=put(step.limits, cut.subject, value))
    return outcome_of(program, known, changed, own).value


def _settled(node: Quantify, holds: bool) -> Test:
    """A condition that holds, or does not, whatever the record."""
    one, other = (Literally(Fraction(number), Number(), node.span) for number in (1, holds))
    return Test(one, Predicate("equals", (other,), node.span), node.span)
