"""Mistakes of the kinds that people make when they copy a handbook, planted in a rule file to see who catches them.
Knows the forms of rules; does not know who looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from .. import ir, syntax
from .. import model as written
from ..diagnostics import Span
from .changes import Change, Edit, squeezed
from .neighbours import stepped
from .planting import Planter, once, planter
from .subject import Subject

FAULTS: Final[dict[str, str]] = {
    "swapped cells": "the outcomes of two neighbouring cells or rows of a table or grid the other way round",
    "swapped outcomes": "the outcomes of two neighbouring rules or bands the other way round",
    "lowered outcome": "a level lower than what a row, cell, rule or band gives",
    "gap": "a closed band too short, a closed band or a row of a `unique` table left out",
    "overlap": "a closed band too long, a row of a `unique` table that holds of what another does",
    "unreachable row": "a rule with the condition of the one before it, a row under the one that holds of all",
    "off the scale": "an outcome that is no level of the scale",
    "off-by-one threshold": "a figure one step off, `at least` for `more than`, one more or fewer that are enough",
    "reversed comparison": "`at least` for `at most`, and back",
    "inverted weight": "a weight or worth with its sign turned",
    "wrong rounding": "another way to round",
    "limit that raises": "`at_least` for `at_most`, or the other way round",
    "absence that helps": "an absence that counts as the best there is",
}
CERTAIN: Final = ("gap", "overlap", "unreachable row", "off the scale")
"""Those that proof must catch, whatever the file says."""

_TURNED = {"floor": "at most", "ceiling": "at least", "above": "less than", "below": "more than"}


def faults(subject: Subject) -> tuple[Change, ...]:
    """All that a file has a place for, each once, in the order of its text."""
    return once(_Faults(planter(subject.source, subject.program, subject.opened)).all(), subject.source)


class _Faults:
    def __init__(self, pen: Planter) -> None:
        self.pen = pen

    def all(self) -> Iterator[Change]:
        for change in self.pen.all():
            yield from self.renamed(change)
        for principle in self.pen.model.principles:
            yield from self.ruled(principle.rules)
        for measure in self.pen.model.measures:
            yield from self.formed(measure)
        yield from self.weights()
        yield from self.helping()

    def renamed(self, change: Change) -> Iterator[Change]:
        """Single changes that are mistakes of these kinds as they are."""
        kinds = {"count": "off-by-one threshold", "comparison": "off-by-one threshold", "rounding": "wrong rounding"}
        edit = change.edits[0]
        if change.kind in kinds and len(change.edits) == 1:
            yield _as(kinds[change.kind], change)
        elif change.kind == "threshold" and _is_figure(edit.span.text):
            yield _as("off-by-one threshold", change)
        elif change.kind == "limit" and edit.span.text in ("at_most", "at_least"):
            yield _as("limit that raises", change)

    # --- forms -------------------------------------------------------------------------------------------------------

    def formed(self, measure: written.Measure) -> Iterator[Change]:
        form = measure.form
        match form:
            case written.Rules():
                yield from self.ruled(form)
            case written.Bands():
                yield from self.banded(form)
            case written.Table():
                yield from self.tabled(form)
            case written.Grid(cells=cells):
                for line in cells:
                    yield from self.swapped("swapped cells", line)
                for above, below in pairwise(cells):
                    for pair in zip(above, below, strict=True):
                        yield from self.swapped("swapped cells", pair)
                yield from self.outcomes(cell for line in cells for cell in line)
            case _:
                pass

    def ruled(self, form: written.Rules) -> Iterator[Change]:
        thens = [rule.then for rule in form.rules]
        yield from self.swapped("swapped outcomes", thens)
        yield from self.outcomes(thens)
        for before, rule in pairwise(form.rules):
            if before.when is not None and rule.when is not None:
                yield self.copied(before.when.span, rule.when.span)
        for rule in form.rules:
            if rule.when is not None:
                yield from self.turned(rule.when)

    def banded(self, form: written.Bands) -> Iterator[Change]:
        thens = [row.then for row in form.rows]
        yield from self.swapped("swapped outcomes", thens)
        yield from self.outcomes(thens)
        closed = any(row.kind == "closed" for row in form.rows)
        for before, row in pairwise(form.rows):
            if row.kind == before.kind and row.kind in ("at_least", "at_most"):
                ends = before.low or before.high, row.low or row.high
                yield from self.exchanged("unreachable row", *ends)
        if not closed:
            for row in form.rows:
                for op, end in (("floor", row.low), ("ceiling", row.high)):
                    if end is not None:
                        found = self.pen.figure_or_level("off-by-one threshold", end, op)
                        yield from (_as("off-by-one threshold", change) for change in found)
            return
        lows = sorted(_figure(row.low) for row in form.rows if row.low is not None)
        highs = sorted(_figure(row.high) for row in form.rows if row.high is not None)
        for row in form.rows:
            if row.kind == "closed":
                yield _as("gap", self.pen.left_out("band", row.note.span, f"the band `{squeezed(row.note.span.text)}`"))
            if row.low is not None and (row.high is None or _figure(row.low) > lows[0]):  # a band below it
                yield from self.edge(row.low, "overlap", "gap")
            if row.high is not None and (row.low is None or _figure(row.high) < highs[-1]):
                yield from self.edge(row.high, "gap", "overlap")

    def edge(self, end: syntax.Formula, down: str, up: str) -> Iterator[Change]:
        if isinstance(end, syntax.Digits):
            for kind, other in zip((down, up), stepped(end.text), strict=True):
                yield _as(kind, self.pen.put("band", end.span, other, "`{}`"))

    def tabled(self, form: written.Table) -> Iterator[Change]:
        thens = [row.then for row in form.rows]
        yield from self.swapped("swapped cells", thens)
        yield from self.outcomes(thens)
        if form.hit == "unique":
            for row in form.rows:
                said = f"the row `{squeezed(row.note.span.text)}` were left out"
                yield Change("gap", (Edit(row.note.span, ""),), said, row.note.span)
            yield from self.overlapping(form)
            return
        last, before = form.rows[-1], form.rows[-2] if len(form.rows) > 1 else None
        if before is not None and all(isinstance(cell, syntax.Anything) for cell in last.cells):
            edits = (Edit(before.note.span, last.note.span.text), Edit(last.note.span, before.note.span.text))
            said = f"the row `{squeezed(before.note.span.text)}` came after the one that holds of all"
            yield Change("unreachable row", edits, said, before.note.span)
        for above, row in pairwise(form.rows):
            pairs = list(zip(above.cells, row.cells, strict=True))
            if any(one.span.text != other.span.text for one, other in pairs):
                all_ = tuple(Edit(other.span, one.span.text) for one, other in pairs)
                said = f"the row `{squeezed(row.note.span.text)}` asked what the one above it asks"
                yield Change("unreachable row", all_, said, row.note.span)

    def overlapping(self, form: written.Table) -> Iterator[Change]:
        """A cell that holds of anything, where another row has the same in all other columns."""
        for row in form.rows:
            for place, cell in enumerate(row.cells):
                rest = [each.span.text for at, each in enumerate(row.cells) if at != place]
                twins = [
                    other
                    for other in form.rows
                    if other is not row
                    and [each.span.text for at, each in enumerate(other.cells) if at != place] == rest
                ]
                if twins and isinstance(cell, syntax.Is):
                    said = f"`{cell.span.text}` were `-` in the row `{squeezed(row.note.span.text)}`"
                    yield Change("overlap", (Edit(cell.span, "-"),), said, cell.span)

    # --- outcomes ----------------------------------------------------------------------------------------------------

    def swapped(self, kind: str, thens: Sequence[syntax.Formula]) -> Iterator[Change]:
        for one, other in pairwise(thens):
            if one.span.text != other.span.text and self.level(one) and self.level(other):
                yield from self.exchanged(kind, one, other)

    def exchanged(self, kind: str, one: syntax.Formula | None, other: syntax.Formula | None) -> Iterator[Change]:
        if one is not None and other is not None and one.span.text != other.span.text:
            edits = (Edit(one.span, other.span.text), Edit(other.span, one.span.text))
            said = f"`{one.span.text}` and the next `{other.span.text}` were the other way round"
            yield Change(kind, edits, said, one.span)

    def outcomes(self, thens: Iterable[syntax.Formula]) -> Iterator[Change]:
        for then in thens:
            known = self.level(then)
            if known is None:
                continue
            of, position = known
            if position:
                yield _as("lowered outcome", self.pen.put("outcome", then.span, of.levels[position - 1].name, "`{}`"))
            foreign = self.foreign(of)
            if foreign is not None and position == len(of.levels) - 1:
                yield _as("off the scale", self.pen.put("outcome", then.span, foreign, "`{}`"))

    def level(self, tree: syntax.Formula) -> tuple[ir.Scale, int] | None:
        known = self.pen.literals.get((tree.span.source.name, tree.span.start))
        if known is None or not isinstance(known.type, ir.Scale) or not isinstance(known.value, int):
            return None
        return known.type, known.value

    def foreign(self, of: ir.Scale) -> str | None:
        """A level above the highest, or of another scale, that this scale does not have."""
        names = [level.name for level in of.levels]
        if names[-1].isdigit():
            return str(int(names[-1]) + 1)
        others = (level.name for scale in self.pen.program.scales.values() for level in scale.levels)
        return next((name for name in others if name not in names), None)

    # --- conditions, weights, absences -------------------------------------------------------------------------------

    def copied(self, before: Span, here: Span) -> Change:
        said = f"`{squeezed(here.text)}` were `{squeezed(before.text)}`, as before it"
        return Change("unreachable row", (Edit(here, " ".join(before.text.split())),), said, here)

    def turned(self, tree: syntax.Condition) -> Iterator[Change]:
        match tree:
            case syntax.Joined(_, parts):
                for part in parts:
                    yield from self.turned(part)
            case syntax.Comparison(predicate=predicate) | syntax.Quantified(predicate=predicate):
                for change in self.pen.predicate(predicate, "threshold"):
                    if change.kind == "comparison":
                        other = _TURNED[predicate.op]
                        edit = Edit(change.edits[0].span, other)
                        said = f"`{squeezed(predicate.span.text)}` said `{other}`"
                        yield Change("reversed comparison", (edit,), said, predicate.span)

    def weights(self) -> Iterator[Change]:
        for _, levels in self.pen.model.scales:
            for level in levels:
                if level.value is not None and Fraction(level.value.text) > 0:
                    yield self.negative(level.value.span)
        for change in self.pen.all():
            edit = change.edits[0]
            numeric = _is_figure(edit.span.text) and Fraction(edit.span.text) > 0
            in_formula = (edit.span.source.name, edit.span.start) in self.pen.literals
            if change.kind == "weight" and numeric and not in_formula:
                yield self.negative(edit.span)

    def negative(self, span: Span) -> Change:
        return _as("inverted weight", self.pen.put("weight", span, f"-{span.text}", "`{}`"))

    def helping(self) -> Iterator[Change]:
        for given in self.pen.model.inputs:
            declared = self.pen.program.inputs[given.name.text]
            best = _best(declared.type)
            for each in given.absent if best is not None else ():
                if each.treatment.text.strip("\"'") != best:
                    found = self.pen.absences([each], declared.type)
                    wanted = f"`{each.reason.text}: {best}`"
                    yield from (_as("absence that helps", change) for change in found if change.said.endswith(wanted))


def _as(kind: str, change: Change) -> Change:
    return Change(kind, change.edits, change.said, change.place)


def _is_figure(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _figure(tree: syntax.Formula) -> Fraction:
    return Fraction(tree.text) if isinstance(tree, syntax.Digits) else Fraction(0)


def _best(of: ir.Type) -> str | None:
    """The best that a value can be."""
    match of:
        case ir.Scale(_, levels):
            return levels[-1].name
        case ir.YesNo(better):
            return better if better != "neither" else None
        case _:
            return None
