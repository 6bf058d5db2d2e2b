"""All single changes of a rule file: what a slip of the pen, or of the eye, would write in its place. Knows the forms
of rules; does not know whether a change makes a difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from .. import ir, syntax
from .. import model as written
from ..bounds import Bounds
from ..diagnostics import Findings, Source, Span
from ..document import Mapping, Scalar, read
from ..grids import Grids
from ..model.reading import model
from ..ops import ROUNDING
from ..syntax import Phrase
from .changes import Change, Edit, squeezed
from .neighbours import beside, moved, stepped
from .pieces import Pieces, blanked
from .trees import nodes, reads

Opened = Callable[[Scalar], Source | None]

_WORDS = (
    (re.compile(r"at\s+least"), "more than"),
    (re.compile(r"more\s+than"), "at least"),
    (re.compile(r"at\s+most"), "less than"),
    (re.compile(r"less\s+than"), "at most"),
)
_JOINS = re.compile(r"\b(?:and|or)\b")
_MODE = re.compile(rf"\b({'|'.join(ROUNDING)})\s*\)$")
_ENDS = re.compile(r"\b(at_most|at_least)(?=\s*:)")
_OTHER_END = {"at_most": "at_least", "at_least": "at_most"}
_OTHER_WAY = {"higher": "lower", "lower": "higher", "yes": "no", "no": "yes"}
_OTHER_SIDE = {"any": "all", "all": "any"}


def planter(source: Source, program: ir.Program, opened: Opened) -> Planter:
    """What knows the text of a rule file; `program` is what it compiles to."""
    root, _ = read(source)
    assert isinstance(root, Mapping), "it compiles"
    return Planter(source, program, model(root, opened, Findings()))


def changes(source: Source, program: ir.Program, opened: Opened) -> tuple[Change, ...]:
    """Each once, in the order of the text; those of the tables beside it last."""
    return once(planter(source, program, opened).all(), source)


def once(found: Iterable[Change], source: Source) -> tuple[Change, ...]:
    """Each change once, in the order of the text; without those that change nothing of it."""
    kept: dict[object, Change] = {}
    for change in found:
        same = tuple((edit.span.source.name, edit.span.start, edit.span.end, edit.instead) for edit in change.edits)
        if any(edit.span.text != edit.instead for edit in change.edits):
            kept.setdefault(same, change)
    return tuple(sorted(kept.values(), key=lambda each: (each.source.name != source.name, each.place.start)))


class Planter:
    def __init__(self, source: Source, program: ir.Program, methodology: written.Model) -> None:
        self.program = program
        self.model = methodology
        self.pieces = Pieces(source)
        self.grids = Grids(program)
        self.read = frozenset(name for step in program.steps for name in reads(step))
        self.literals: dict[tuple[str, int], ir.Literally] = {}
        self.compared: dict[tuple[str, int], Bounds] = {}  # by what they are compared with: a predicate, a band's end
        for node in nodes(tuple((step.form, step.limits) for step in program.steps)):
            self.seen(node)

    def seen(self, node: object) -> None:
        match node:
            case ir.Literally(span=span):
                self.literals.setdefault(_at(span), node)
            case ir.Test(subject=subject, predicate=predicate):
                self.compared.setdefault(_at(predicate.span), self.grids.of(subject))
            case ir.Quantify(over=over, predicate=predicate):
                item = over.items[0] if isinstance(over, ir.Listed) else over.item
                self.compared.setdefault(_at(predicate.span), self.grids.of(item))
            case ir.Bands(of=of, bands=bands):
                ends = [end for band in bands for end in (band.low, band.high) if end is not None]
                self.compared |= {_at(end.span): self.grids.of(of) for end in ends}
            case _:
                pass

    # --- the whole file ----------------------------------------------------------------------------------------------

    def all(self) -> Iterator[Change]:
        for _, levels in self.model.scales:
            for level in levels:
                if level.value is not None:
                    yield from self.figures("weight", level.value.span, level.value.text)
        for each in self.model.sets:
            yield from self.attributes(each)
        for parameter in self.model.parameters:
            yield from self.parameter(parameter)
        for given in self.model.inputs:
            yield from self.input(given)
        for principle in self.model.principles:
            for threshold in principle.thresholds:
                yield from self.bands(threshold.bands, "count")
            yield from self.rules(principle.rules)
        for measure in self.model.measures:
            yield from self.measure(measure)

    def attributes(self, of: written.Set) -> Iterator[Change]:
        for member in of.members:
            for name, (_, value) in member.attributes.items():
                if name in self.read and name in self.program.constants:
                    yield from self.constant(self.program.constants[name], value, "weight")

    def parameter(self, given: written.Parameter) -> Iterator[Change]:
        constant = self.program.constants.get(given.name.text)
        kind: str = "threshold" if self.is_compared(given.name.text) else "weight"
        for _, value in given.cells if constant is not None and given.name.text in self.read else ():
            assert constant is not None
            yield from self.constant(constant, value, kind)

    def is_compared(self, name: str) -> bool:
        """Whether values are compared with it, rather than worked out from it."""
        for node in nodes(tuple((step.form, step.limits) for step in self.program.steps)):
            beside: Sequence[ir.Expr | None] = ()
            match node:
                case ir.Predicate(args=args):
                    beside = args
                case ir.Band(low=low, high=high):
                    beside = (low, high)
                case ir.Quantify(count=count):
                    beside = (count,)
            if any(isinstance(each, ir.Read) and each.name == name for each in beside):
                return True
        return False

    def constant(self, of: ir.Constant, cell: Phrase, kind: str) -> Iterator[Change]:
        if isinstance(of.type, ir.Number):
            yield from self.figures(kind, cell.span, cell.text)
        else:
            yield from self.options(kind, cell.span, cell.text, of.type)

    def input(self, given: written.Input) -> Iterator[Change]:
        declared = self.program.inputs[given.name.text]
        better = given.type.better
        if better is not None and better.text in _OTHER_WAY:
            yield self.put("better", better.span, _quoted(better.span, _OTHER_WAY[better.text]), "`better: {}`")
        yield from self.absences(given.absent, declared.type)

    def absences(self, absent: Iterable[written.Absence], of: ir.Type) -> Iterator[Change]:
        for each in absent:
            span, now = each.treatment.span, each.treatment.text
            for other in ("skip", "unrated", *_outer(of)):
                if other != now:
                    yield self.put("absence", span, _bare(span, other), f"`{each.reason.text}: {{}}`")

    # --- measures ----------------------------------------------------------------------------------------------------

    def measure(self, given: written.Measure) -> Iterator[Change]:
        step = next(step for step in self.program.steps if step.name == given.name.text)
        if given.form is not None:
            yield from self.form(given.form)
        yield from self.limits(given.limits)
        yield from self.absences(given.absent, step.type)

    def form(self, form: written.Form) -> Iterator[Change]:
        match form:
            case written.Rules():
                yield from self.rules(form)
            case written.Bands():
                yield from self.bands(form, "outcome")
            case written.Table():
                yield from self.table(form)
            case written.Grid():
                for line in form.cells:
                    for cell in line:
                        yield from self.formula(cell, "cell")
            case written.OneFormula(value):
                yield from self.formula(value, "outcome")
            case written.FirstPresent(names):
                for index, name in enumerate(names):
                    yield from self.turned(name.span, index, squeezed(name.span.text))
            case written.Applied(_, to):
                yield from self.filtered(to)
            case _:
                assert_never(form)

    def rules(self, given: written.Rules) -> Iterator[Change]:
        for index, rule in enumerate(given.rules):
            if rule.when is not None:
                said = f"when: {squeezed(rule.when.span.text)}"
                yield self.left_out("rule", rule.note.span, f"the rule `{said}`")
                yield from self.turned(rule.note.span, index, said)
                yield from self.condition(rule.when)
            yield from self.formula(rule.then, "outcome")

    def bands(self, given: written.Bands, kind: str) -> Iterator[Change]:
        yield from self.formula(given.of, "outcome")
        for index, row in enumerate(given.rows):
            ends = (("floor", row.low), ("ceiling", row.high))
            for op, end in ends:
                if end is not None:
                    yield from self.figure_or_level("band", end, op)
            if index + 1 < len(given.rows) and "closed" in (row.kind, given.rows[index + 1].kind):
                yield from self.shared_edge(row, given.rows[index + 1])
            if row.kind != "otherwise":
                yield self.left_out("band", row.note.span, f"the band `{squeezed(row.note.span.text)}`")
            yield from self.formula(row.then, kind)

    def shared_edge(self, one: written.Band, other: written.Band) -> Iterator[Change]:
        """The edge between two closed bands, which both of them write."""
        upper, lower = (one, other) if _figure(one.low) > _figure(other.low) else (other, one)
        if not isinstance(upper.low, syntax.Digits) or not isinstance(lower.high, syntax.Digits):
            return
        values = self.compared.get(_at(upper.low.span), Bounds())
        lows, highs = list(moved(upper.low.text, values, "floor")), list(moved(lower.high.text, values, "ceiling"))
        if values.step is None or len(lows) != len(highs):
            lows, highs = list(stepped(upper.low.text)), list(stepped(lower.high.text))
        for low, high in zip(lows, highs, strict=True):
            said = f"the edge between `{lower.high.text}` and `{upper.low.text}` were between `{high}` and `{low}`"
            yield Change("band", (Edit(lower.high.span, high), Edit(upper.low.span, low)), said, upper.low.span)

    def table(self, given: written.Table) -> Iterator[Change]:
        for index, row in enumerate(given.rows):
            span, said = row.note.span, f"the row `{squeezed(row.note.span.text)}`"
            yield Change("rule", blanked(iter([span])), f"{said} were left out", span)
            if index and given.hit == "first":
                before = given.rows[index - 1].note.span
                edits = (Edit(before, span.text), Edit(span, before.text))
                yield Change("rule", edits, f"{said} came before the one above it", span)
            for cell in row.cells:
                if isinstance(cell, syntax.Is):
                    yield from self.predicate(cell, "cell")
            yield from self.formula(row.then, "cell")

    def limits(self, given: Sequence[written.Limit]) -> Iterator[Change]:
        for index, limit in enumerate(given):
            span = limit.note.span
            said = squeezed(f"{limit.kind}: {limit.bound.span.text}, when: {limit.when.span.text}")
            yield self.left_out("limit", span, f"the limit `{said}`")
            yield from self.turned(span, index, said, "limit")
            key = _ENDS.search(span.text)
            if key:
                place = Span(span.source, span.start + key.start(), span.start + key.end())
                yield self.put("limit", place, _OTHER_END[key[0]], f"`{{}}: {squeezed(limit.bound.span.text)}`")
            yield from self.formula(limit.bound, "limit")
            yield from self.condition(limit.when)

    # --- conditions --------------------------------------------------------------------------------------------------

    def condition(self, tree: syntax.Condition) -> Iterator[Change]:
        match tree:
            case syntax.Comparison(subject, predicate):
                yield from self.formula(subject, "outcome")
                yield from self.predicate(predicate, "threshold")
            case syntax.Quantified():
                yield from self.quantified(tree)
            case syntax.Joined(op, parts, span):
                other = "or" if op == "and" else "and"
                places = [_word(a.span, b.span, _JOINS) for a, b in pairwise(parts)]
                edits = tuple(Edit(place, other) for place in places if place is not None)
                if len(edits) == len(parts) - 1:
                    yield Change("join", edits, f"`{op}` were `{other}` in `{squeezed(span.text)}`", span)
                for part in parts:
                    yield from self.condition(part)
            case _:
                assert_never(tree)

    def quantified(self, tree: syntax.Quantified) -> Iterator[Change]:
        if tree.op in _OTHER_SIDE:
            place = Span(tree.span.source, tree.span.start, tree.span.start + len(tree.op))
            yield self.put("quantifier", place, _OTHER_SIDE[tree.op], "`{}` of " + f"`{squeezed(tree.over.span.text)}`")
        if isinstance(tree.count, syntax.Digits):
            yield from self.figures("count", tree.count.span, tree.count.text, least=1)
        yield from self.filtered(tree.over)
        yield from self.predicate(tree.predicate, "threshold")

    def predicate(self, tree: syntax.Is, kind: str) -> Iterator[Change]:
        for words, other in _WORDS:
            found = words.match(tree.span.text)
            if found:
                place = Span(tree.span.source, tree.span.start, tree.span.start + found.end())
                rest = squeezed(tree.span.text[found.end() :])
                yield self.put("comparison", place, other, f"`{{}} {rest}`")
        for arg in tree.args:
            yield from self.figure_or_level(kind, arg, tree.op, self.compared.get(_at(tree.span)))

    def filtered(self, values: syntax.Values) -> Iterator[Change]:
        if values.where:
            said = f"`where {squeezed(_over(values.where).text)}`"
            edit = Edit(values.span, values.names[0].span.text)
            yield Change("where", (edit,), f"{said} were left out", values.span)
            for test in values.where:
                yield from self.predicate(test.predicate, "threshold")

    # --- formulas ----------------------------------------------------------------------------------------------------

    def formula(self, tree: syntax.Formula, kind: str) -> Iterator[Change]:
        """`kind` is that of a level, or of a figure that stands alone; one that something is worked out with is a
        factor."""
        match tree:
            case syntax.Name() | syntax.Digits():
                yield from self.figure_or_level(kind, tree, "equals")
            case syntax.Operation(op, args, span, step):
                if op == "round" and (mode := _MODE.search(span.text)):
                    place = Span(span.source, span.start + mode.start(1), span.start + mode.end(1))
                    yield from (self.put("rounding", place, other, "`{}`") for other in ROUNDING if other != mode[1])
                if step is not None:
                    yield from self.figures("rounding", step.span, step.text, least=Fraction(1, 10**9))
                for arg in args:
                    yield from self.formula(arg, "weight")
            case syntax.Aggregation():
                yield from self.aggregated(tree)
            case syntax.OfPeers() | syntax.Nothing():
                pass
            case _:
                assert_never(tree)

    def aggregated(self, tree: syntax.Aggregation) -> Iterator[Change]:
        if isinstance(tree.of, syntax.Values):
            yield from self.filtered(tree.of)
        else:
            yield from self.formula(tree.of, "weight")
        if tree.weight is not None:
            place = _clause(tree.of.span, "weighted", tree.weight.span)
            if place is not None:
                said = f"`weighted by {squeezed(tree.weight.span.text)}` were left out"
                yield Change("weight", (Edit(place, ""),), said, place)
            yield from self.formula(tree.weight, "weight")
        if tree.where:
            last = tree.weight.span if tree.weight is not None else tree.of.span
            place = _clause(last, "where", _over(tree.where))
            if place is not None:
                said = f"`where {squeezed(_over(tree.where).text)}` were left out"
                yield Change("where", (Edit(place, ""),), said, place)
            for test in tree.where:
                yield from self.predicate(test.predicate, "threshold")

    # --- single values -----------------------------------------------------------------------------------------------

    def figure_or_level(
        self, kind: str, tree: syntax.Formula, op: str, values: Bounds | None = None
    ) -> Iterator[Change]:
        """A level or figure as it stands; anything else is worked out."""
        known = self.literals.get(_at(tree.span))
        if known is None or isinstance(known.value, ir.Absent) or not isinstance(tree, syntax.Name | syntax.Digits):
            if not isinstance(tree, syntax.Name | syntax.Digits):
                yield from self.formula(tree, "weight")
            return
        if not isinstance(known.type, ir.Number):
            yield from self.options(kind, tree.span, tree.text, known.type)
            return
        values = values or self.compared.get(_at(tree.span))
        options = moved(tree.text, values, op) if values is not None else stepped(tree.text)
        yield from (self.put(kind, tree.span, other, "`{}`") for other in options if other != tree.text)

    def options(self, kind: str, span: Span, now: str, of: ir.Type) -> Iterator[Change]:
        value: ir.Present = now
        if isinstance(of, ir.Scale):
            position = of.position(now)
            if position is None:
                return
            value = position
        for other in beside(value, of):
            yield self.put(kind, span, _quoted(span, other), "`{}`")

    def figures(self, kind: str, span: Span, now: str, least: Fraction | int | None = None) -> Iterator[Change]:
        for other in stepped(now):
            if least is None or Fraction(other) >= least:
                yield self.put(kind, span, _quoted(span, other), "`{}`")

    # --- how it is said ----------------------------------------------------------------------------------------------

    def put(self, kind: str, span: Span, other: str, said: str) -> Change:
        """`said` has the place of the word that is changed."""
        bare = other.strip("\"'")
        now = span.text.strip("\"'")
        return Change(kind, (Edit(span, other),), f"{said.format(now)} were {said.format(bare)}", span)

    def left_out(self, kind: str, span: Span, said: str) -> Change:
        return Change(kind, self.pieces.without(span), f"{said} were left out", span)

    def turned(self, span: Span, index: int, said: str, kind: str = "rule") -> Iterator[Change]:
        if index and self.pieces.item(span) is not None:
            yield Change(kind, self.pieces.swapped(span), f"`{said}` came before the one above it", span)


def _at(span: Span) -> tuple[str, int]:
    return span.source.name, span.start


def _over(tests: Sequence[syntax.Comparison]) -> Span:
    return tests[0].span.to(tests[-1].span)


def _word(before: Span, after: Span, words: re.Pattern[str]) -> Span | None:
    """The one word of a kind between two pieces."""
    between = Span(before.source, before.end, after.start)
    found = words.search(between.text)
    return Span(before.source, before.end + found.start(), before.end + found.end()) if found else None


def _clause(after: Span, word: str, last: Span) -> Span | None:
    """From the word that follows a piece to the end of another."""
    found = _word(after, last, re.compile(rf"\s*\b{word}\b"))
    return Span(after.source, found.start, last.end) if found else None


def _figure(tree: syntax.Formula | None) -> Fraction:
    return Fraction(tree.text) if isinstance(tree, syntax.Digits) else Fraction(0)


def _quoted(span: Span, other: str) -> str:
    """In quotes where what stands there is."""
    mark = span.text[:1] if span.text[:1] in ("'", '"') else ""
    return f"{mark}{other}{mark}"


def _bare(span: Span, other: str) -> str:
    """A value of its own, in quotes where YAML would take it for something else."""
    return f'"{other}"' if other in ("yes", "no") and span.text[:1] not in ("'", '"') else _quoted(span, other)


def _outer(of: ir.Type) -> tuple[str, ...]:
    """The worst and the best, or the least and the greatest, that a value can be."""
    match of:
        case ir.Scale(_, levels):
            return levels[0].name, levels[-1].name
        case ir.YesNo():
            return "no", "yes"
        case ir.Choice(options):
            return (options[0].name,)
        case ir.Number(low=low, high=high):
            return tuple(str(end) for end in (low, high) if end is not None and end.denominator == 1)
        case _:
            assert_never(of)
