"""Every place where a rule cuts: thresholds in conditions, counts that are enough, bands. Each is put to the
interpreter alone, with values just below, at and just above it, and what it says is compared with the words written.

The words are read from the text again here, so a mistake in resolving or interpreting them shows. Knows nothing of how
the engine decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from random import Random

from said import band, counts, enough, holds, misread, type_of

from markscheme.interpret import interpret, worked_out
from markscheme.ir import (
    AbsenceRule,
    Absent,
    Bands,
    Choice,
    Condition,
    Each,
    Expr,
    Form,
    Gather,
    Listed,
    Literally,
    Number,
    Program,
    Quantify,
    Read,
    Rule,
    Rules,
    Scale,
    Step,
    Test,
    Type,
    Value,
    YesNo,
    combinations,
)
from markscheme.ir import Note as Cited
from markscheme.space import Space, grain, hugging, nodes
from markscheme.trace import ByBand, ByRule, Counted, Given, Key, Tested

ORDERED = {"floor", "ceiling", "above", "below", "between"}
UNDECIDED = AbsenceRule("undecided", "Undecided", "unrated")


# --- where they are --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Boundary:
    """A threshold, a count or a list of bands, with the axes that its text may read the current member of."""

    step: Step
    axes: tuple[str, ...]
    cut: Test | Quantify | Bands

    @property
    def text(self) -> str:
        span = self.cut.of.span if isinstance(self.cut, Bands) else self.cut.span
        return f"{self.step.name}, line {span.line}: {' '.join(span.text.split())}"


def boundaries(program: Program) -> Iterator[Boundary]:
    for step in program.steps:
        yield from _in(step, step.axes, (step.form, step.limits))


def _in(step: Step, axes: tuple[str, ...], tree: object) -> Iterator[Boundary]:
    """Those of a piece of a step. Inside a collection its loops' members are current too; an item that must meet a
    predicate is a threshold of its own."""
    for node in nodes(tree):
        match node:
            case Test(predicate=predicate) if predicate.op in ORDERED:
                yield Boundary(step, axes, node)
            case Quantify(over=over, predicate=predicate):
                yield Boundary(step, axes, node)
                if predicate.op in ORDERED:
                    inner = _inner(axes, over)
                    items = over.items if isinstance(over, Listed) else (over.item,)
                    for item in items:
                        yield Boundary(step, inner, Test(item, predicate, node.span))
            case Bands():
                yield Boundary(step, axes, node)
            case _:
                pass


def _inner(axes: tuple[str, ...], over: Each | Listed) -> tuple[str, ...]:
    return axes if isinstance(over, Listed) else (*axes, *(loop.set for loop in over.loops))


# --- one of them alone -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Probe:
    """A boundary as a program of its own. It reads inputs, and measures that are no numbers as if they were inputs;
    numbers it reads are worked out, so that only values are met that can be met."""

    boundary: Boundary
    program: Program
    step: Step
    free: Mapping[Key, tuple[Value, ...]]  # in order
    together: Mapping[Key, object]  # keys that no one observation reads two of are walked at once

    def observe(self, values: Mapping[Key, Value]) -> Iterator[Observation]:
        trace = interpret(self.program, {key: Given(value) for key, value in values.items()})
        for members in combinations(self.program.sets, self.step.axes):
            how = trace.outcomes[self.step.name, members].how
            match how:
                case ByBand(index, of):

                    def end(expr: Expr | None, members: tuple[str, ...] = members) -> Value | None:
                        if expr is None or isinstance(expr, Literally):
                            return expr.value if expr else None
                        return worked_out(self.program, trace, self.step, members, expr)

                    assert isinstance(self.boundary.cut, Bands)
                    ends = tuple((end(band.low), end(band.high)) for band in self.boundary.cut.bands)
                    yield Observation(self.boundary, of, index, ends=ends)
                case ByRule(tried=(Tested(truth=truth, subject=subject, args=args),)):
                    yield Observation(self.boundary, subject, truth, args)
                case ByRule(tried=(Counted() as counted,)):
                    yield Observation(self.boundary, None, counted.truth, counted=counted)
                case _:
                    raise AssertionError(how)


@dataclass(frozen=True, eq=False)
class Observation:
    """What the interpreter said of one boundary for some values: a truth, or which band."""

    boundary: Boundary
    subject: Value | None
    said: bool | int | None
    args: tuple[Value, ...] = ()
    ends: tuple[tuple[Value | None, Value | None], ...] = ()
    counted: Counted | None = None

    @property
    def expected(self) -> bool | int | None:
        """What the words of the rule file say."""
        cut = self.boundary.cut
        if self.counted is not None:
            return counts(self.counted)
        if isinstance(self.subject, Absent) or any(isinstance(arg, Absent) for arg in self.args):
            return None
        if isinstance(cut, Bands):
            return band(cut, self.subject, self.ends)
        assert isinstance(cut, Test)
        return holds(cut.predicate, type_of(cut.subject), self.subject, self.args)

    @property
    def distances(self) -> Iterator[tuple[int, Fraction]]:
        """How far from each cut, in numbers, levels or members: negative below it, 0 at it."""
        if self.counted is not None:
            if not (self.counted.undecided or self.counted.skipped):
                yield 0, len(self.counted.met) - enough(self.counted)
            return
        for place, cut in enumerate(self.cuts):
            if isinstance(self.subject, int | Fraction) and isinstance(cut, int | Fraction):
                yield place, Fraction(self.subject) - Fraction(cut)

    @property
    def cuts(self) -> tuple[Value | None, ...]:
        return self.args or tuple(end for pair in self.ends for end in pair)

    def wanted(self, space: Space) -> Iterator[tuple[int, Fraction]]:
        """The distances that must be met: the nearest attainable ones on both sides of each cut, and the cut itself
        where it is attainable. For a number that is worked out none are known: there, every answer must be met."""
        if self.counted is not None:
            most = len(self.counted.met) + len(self.counted.unmet)
            needed = enough(self.counted)
            yield from ((0, Fraction(d)) for d in (-1, 0, 1) if 0 <= needed + d <= most)
            return
        cut = self.boundary.cut
        subject = cut.of if isinstance(cut, Bands) else cut.subject if isinstance(cut, Test) else None
        if isinstance(subject, Gather) and subject.op == "count":
            yield from ((place, Fraction(d)) for place, at in enumerate(self.cuts) if at is not None for d in (-1, 0))
        if not isinstance(subject, Read):
            return
        for place, at in enumerate(self.cuts):
            if isinstance(subject.type, Scale) and isinstance(at, int):
                top = len(subject.type.levels) - 1
                yield from ((place, Fraction(d)) for d in (-1, 0, 1) if 0 <= at + d <= top)
            elif isinstance(subject.type, Number) and subject.name in space.program.inputs and isinstance(at, Fraction):
                low, high = space.ends(subject.type)
                near = hugging(at, grain(subject.type))
                yield from ((place, value - at) for value in near if low <= value <= high)


def probe(space: Space, boundary: Boundary) -> Probe:
    program = space.program
    form: Form
    if isinstance(boundary.cut, Bands):
        form, type = boundary.cut, boundary.step.type
    else:
        yes, no = (Literally(Fraction(n), Number(), boundary.cut.span) for n in (1, 0))
        form, type = Rules((Rule(boundary.cut, yes, Cited()), Rule(None, no, Cited()))), Number()
    step = replace(
        boundary.step, axes=boundary.axes, type=type, form=form, limits=(), absent=UNDECIDED, note=Cited(), name="probe"
    )
    steps = {each.name: each for each in program.steps}
    kept: dict[str, Step] = {}
    free: dict[Key, tuple[Value, ...]] = {}
    open_ = [step]
    while open_:
        for name in dict.fromkeys(node.name for node in nodes((open_.pop().form,)) if isinstance(node, Read)):
            if name in kept or name in program.constants:
                continue
            if name in steps and isinstance(steps[name].type, Number):
                kept[name] = steps[name]
                open_.append(steps[name])
                open_.extend(
                    replace(steps[name], form=_as_form(limit.when, limit.bound)) for limit in steps[name].limits
                )
            else:
                free |= dict(values_of(space, steps.get(name), name))
    ordered = tuple(each for each in program.steps if each.name in kept)
    together = {key: _lane(program, boundary.axes, steps, key) for key in free}
    return Probe(boundary, replace(program, steps=(*ordered, step), results=("probe",)), step, free, together)


def _lane(program: Program, axes: tuple[str, ...], steps: Mapping[str, Step], key: Key) -> object:
    """What is left of a key when the current member is taken for granted: of a set nested in one that is current, a
    member's place among its own."""
    name, members = key
    over = steps[name].axes if name in steps else program.inputs[name].axes

    def place(axis: str, member: str) -> str | int | None:
        one = program.sets[axis]
        if axis in axes or any(program.sets[each].parent == axis for each in axes):
            return None
        parent = one.above[member]
        return one.below[parent].index(member) if one.parent in axes else member

    return name, tuple(place(axis, member) for axis, member in zip(over, members, strict=True))


def _as_form(when: Condition, bound: Expr) -> Form:
    return Rules((Rule(when, bound, Cited()),))


def values_of(space: Space, step: Step | None, name: str) -> Iterator[tuple[Key, tuple[Value, ...]]]:
    """What an input, or a measure taken as one, can be; absences last."""
    if step is None:
        declared = space.program.inputs[name]
        for key in space.of(declared):
            rules = [rule for rule in declared.absent if rule.value is None]
            absent = [Absent(rule.reason, rule.treatment == "skip", *key) for rule in rules]
            yield key, (*space.candidates[name], *absent)
        return
    for members in combinations(space.program.sets, step.axes):
        rule = step.absent
        gone = [Absent(rule.reason, rule.treatment == "skip", name, members)] if rule and rule.value is None else []
        yield (name, members), (*_every(step.type), *gone)


def _every(type: Type) -> tuple[int | str, ...]:
    match type:
        case Scale(_, levels):
            return tuple(range(len(levels)))
        case Choice(options):
            return tuple(option.name for option in options)
        case YesNo():
            return ("no", "yes")
        case Number():
            raise AssertionError("numbers are worked out")


# --- values to try ---------------------------------------------------------------------------------------------------


def assignments(
    free: Mapping[Key, tuple[Value, ...]], random: Random, together: Mapping[Key, object] | None = None
) -> Iterator[dict[Key, Value]]:
    """Without end. Walks from all lowest to all highest, one value at a time, by rounds or one after the other: on the
    way every count is met and a mean passes every cut in its smallest steps. Between walks, values at random. Keys that
    are `together` take each step at once."""
    present = {key: tuple(v for v in values if not isinstance(v, Absent)) for key, values in free.items()}
    while True:
        for by_rounds in (True, False):
            lowest = random.random() < 0.5
            at: dict[Key, Value] = {key: values[0 if lowest else -1] for key, values in present.items()}
            some = list(free)
            random.shuffle(some)
            left_out = some[: random.choice((0, 0, 0, 1, 2, len(some) // 2))]
            at |= {key: free[key][-1] for key in left_out}
            moving = [key for key in some if key not in left_out]
            lanes: dict[object, list[Key]] = {}
            for key in moving:
                lanes.setdefault(together[key] if together else key, []).append(key)
            longest = max((len(present[key]) for key in moving), default=0)
            moves = [(turn, lane) for turn in range(1, longest) for lane in lanes]
            if not by_rounds:
                order = list(lanes)
                moves.sort(key=lambda move: order.index(move[1]))
            yield dict(at)
            for turn, lane in moves:
                moved = [key for key in lanes[lane] if turn < len(present[key])]
                at |= {key: present[key][turn if lowest else -1 - turn] for key in moved}
                if moved:
                    yield dict(at)
        for _ in range(20):
            few = {key: random.sample(values, min(2, len(values))) for key, values in free.items()}
            yield {key: random.choice(values) for key, values in few.items()}


@dataclass
class Tried:
    """What came of putting values to a boundary: for each cut, how far from it they were."""

    met: set[tuple[int, Fraction]] = field(default_factory=set)
    wanted: set[tuple[int, Fraction]] = field(default_factory=set)
    said: set[bool | int | None] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def missing(self, boundary: Boundary) -> list[str]:
        """What was not met: a side of a cut, or an answer."""
        cut = boundary.cut
        answers = set(range(len(cut.bands))) if isinstance(cut, Bands) else {True, False}
        sides = sorted(self.wanted - self.met)
        return [f"{distance} from cut {place}" for place, distance in sides] + [
            f"answer {a}" for a in answers - self.said
        ]


def trial(space: Space, boundary: Boundary, tried: Tried, least: int = 20, most: int = 500) -> Tried:
    """Puts values to a boundary until both sides of every cut, the cut itself and every answer have been met, or
    `most` times. Adds to what was `tried` of the same text elsewhere."""
    alone = probe(space, boundary)
    tried.wrong.extend(f"{boundary.text}: {said}" for said in misread(boundary.cut))
    for number, values in enumerate(islice(assignments(alone.free, Random(0), alone.together), most)):
        for observation in alone.observe(values):
            if observation.said != observation.expected:
                said = f"{observation.said} of {observation.subject} {observation.cuts}"
                tried.wrong.append(f"{boundary.text}: {said}, not {observation.expected}")
            tried.said.add(observation.said)
            tried.met.update(observation.distances)
            tried.wanted.update(observation.wanted(space))
        if tried.wrong or (number >= least and not tried.missing(boundary)):
            break
    return tried


def trials(space: Space) -> Iterator[tuple[Boundary, Tried]]:
    """Every boundary of a program, one for each text: a principle cuts in several measures, and a count that one of
    them cannot reach is met in another."""
    texts: dict[tuple[int, int, bool], list[Boundary]] = {}
    for each in boundaries(space.program):
        span = each.cut.of.span if isinstance(each.cut, Bands) else each.cut.span
        texts.setdefault((span.start, span.end, isinstance(each.cut, Test)), []).append(each)
    for same in texts.values():
        tried = Tried()
        for boundary in same:
            trial(space, boundary, tried, least=20 if space.program.cost < 2_000 else 5, most=60)
        for boundary in same:
            if tried.missing(boundary):
                trial(space, boundary, tried, most=max(120, min(600, 400_000 // space.program.cost)))
        yield same[0], tried
