"""What every methodology owes without being asked, and what it promises itself. Knows programs, no way to prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import assert_never

from .. import ir
from ..diagnostics import Span
from ..space import direction, nodes
from .verdicts import Obligation


@dataclass(frozen=True, slots=True)
class Place:
    """A rule, row, band or limit in the text, and where it is in a step: choice `index` of its form, or of its limits.
    A rule of a principle is in every step that applies it."""

    step: str
    index: int
    limit: bool


def obligations(program: ir.Program) -> tuple[Obligation, ...]:
    """All of them, in the order in which they are told."""
    return (
        *_settled(program),
        *(asked for asked, _ in reachable(program)),
        *_attainable(program),
        *_monotone(program),
        *_promised(program),
        *_withholding(program),
    )


# --- what is settled when the file is read ---------------------------------------------------------------------------


def _settled(program: ir.Program) -> Iterator[Obligation]:
    for step in program.steps:
        name, span = step.name, _span(step)
        if span is None:
            continue
        if isinstance(step.form, ir.Rules | ir.Table | ir.Bands):
            yield Obligation("complete", name, f"`{name}` has an outcome for every value of what it reads", span)
        if isinstance(step.form, ir.Table) and step.form.hit == "unique":
            yield Obligation("unique", name, f"no two rows of `{name}` hold at once", span)
        inner = list(nodes((step.form, step.limits)))
        if any(isinstance(n, ir.Apply) and n.op == "div" for n in inner):
            yield Obligation("divides", name, f"`{name}` never divides by zero, or says what it is then", span)
        if any(isinstance(n, ir.Landing) for n in inner):
            yield Obligation("on_scale", name, f"`{name}` always lands on a level of its scale", span)


def _span(step: ir.Step) -> Span | None:
    return step.note.span


# --- rules, rows, bands and limits -----------------------------------------------------------------------------------


def reachable(program: ir.Program) -> tuple[tuple[Obligation, tuple[Place, ...]], ...]:
    """Each rule, row, band and limit once, with every place it is applied in."""
    found: dict[tuple[str, int, int], tuple[Obligation, list[Place]]] = {}
    owner = {step.name: _owner(program, step) for step in program.steps}
    for step in program.steps:
        for what, note, place in _choices(step):
            if note.span is None:
                continue
            key = (note.span.source.name, note.span.start, note.span.end)
            name = step.name if place.limit else owner[step.name]  # limits are the measure's own
            text = (
                f"a limit of `{name}` changes some record" if place.limit else f"{what} of `{name}` decides some record"
            )
            asked = Obligation("reachable", name, text, note.span)
            found.setdefault(key, (asked, []))[1].append(place)
    return tuple((asked, tuple(places)) for asked, places in found.values())


def _choices(step: ir.Step) -> Iterator[tuple[str, ir.Note, Place]]:
    match step.form:
        case ir.Rules(rules):
            for index, rule in enumerate(rules):
                yield ("`otherwise`" if rule.when is None else "a rule"), rule.note, Place(step.name, index, False)
        case ir.Table(rows=rows, grid=grid):
            for index, row in enumerate(rows):
                yield ("a cell" if grid else "a row"), row.note, Place(step.name, index, False)
        case ir.Bands(bands=bands):
            for index, band in enumerate(bands):
                yield "a band", band.note, Place(step.name, index, False)
        case ir.Formula() | ir.FirstPresent():
            pass
        case _:
            assert_never(step.form)
    for index, limit in enumerate(step.limits):
        yield "a limit", limit.note, Place(step.name, index, True)


def choice_note(step: ir.Step, index: int) -> ir.Note:
    """Where a rule, row or band of a step stands."""
    return next(note for _, note, place in _choices(step) if place.index == index and not place.limit)


def _owner(program: ir.Program, step: ir.Step) -> str:
    """The name under which people know the rules of a step: its principle's, where they are a principle's."""
    if step.helper:
        parent = next((each for each in program.steps if each.name == step.name.partition(".")[0]), step)
        return _owner(program, parent) if parent is not step else step.name
    if isinstance(step.form, ir.Rules) and step.form.principle is not None:
        return step.form.principle
    return step.name


# --- results ---------------------------------------------------------------------------------------------------------


def _attainable(program: ir.Program) -> Iterator[Obligation]:
    for step in _results(program):
        if isinstance(step.type, ir.Scale) and (span := _span(step)):
            for position, level in enumerate(step.type.levels):
                text = f"some record gets `{level.name}` for `{step.name}`"
                yield Obligation("attainable", step.name, text, span, level=position)


def _results(program: ir.Program) -> Iterator[ir.Step]:
    steps = {step.name: step for step in program.steps}
    yield from (steps[name] for name in program.results)


def _monotone(program: ir.Program) -> Iterator[Obligation]:
    reads = rests_on(program)
    for step in _results(program):
        for given in program.inputs.values():
            if direction(step.type) and direction(given.type) and given.name in reads[step.name]:
                text = f"`{step.name}` never worsens when `{given.name}` improves"
                if span := _span(step):
                    yield Obligation("monotone", step.name, text, span, input=given.name)


def _promised(program: ir.Program) -> Iterator[Obligation]:
    for each in program.guarantees:
        match each:
            case ir.NeverWorsens(result, input, span):
                text = f"`{result}` never worsens when `{input}` improves"
                yield Obligation("never_worsens", result, text, span, input=input, promised=True)
            case ir.Withholding(input, result, span):
                text = f"withholding `{input}` never raises `{result}`"
                yield Obligation("withholding", result, text, span, input=input, promised=True)
            case ir.Holds(always, _, span):
                said = " ".join(span.text.split())
                text = f"always: `{said}`" if always else f"never: `{said}`"
                yield Obligation("always" if always else "never", "", text, span, promised=True)
            case _:
                assert_never(each)


def _withholding(program: ir.Program) -> Iterator[Obligation]:
    """Only reported, but where the file promises it."""
    reads = rests_on(program)
    told = {(each.result, each.input) for each in program.guarantees if isinstance(each, ir.Withholding)}
    for step in _results(program):
        for given in program.inputs.values():
            if (step.name, given.name) in told or not (direction(step.type) and given.absent):
                continue
            if given.name in reads[step.name] and (span := _span(step)):
                text = f"withholding `{given.name}` never raises `{step.name}`"
                yield Obligation("withholding", step.name, text, span, input=given.name, required=False)


# --- what they are about ---------------------------------------------------------------------------------------------


def rests_on(program: ir.Program) -> Mapping[str, frozenset[str]]:
    """The inputs that each measure reads, itself or through others."""
    direct = {
        step.name: frozenset(n.name for n in nodes((step.form, step.limits)) if isinstance(n, ir.Read))
        for step in program.steps
    }

    @cache
    def inputs(name: str) -> frozenset[str]:
        here = direct[name]
        return frozenset(r for r in here if r in program.inputs).union(*(inputs(r) for r in here if r in direct))

    return {name: inputs(name) for name in direct}
