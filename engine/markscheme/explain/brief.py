"""The reason for one value on part of a line. Knows one step at a time, no page."""

from __future__ import annotations

from typing import assert_never

from ..ir import Absent, Apply, Bands, Expr, FirstPresent, Formula, Gather, Read, Rules, Table
from ..trace import ByBand, ByFirst, ByFormula, ByRow, ByRule, LimitTried
from .evidence import evidence_lines, marked
from .provisos import changed
from .reasons import rounding_words, rounds, values_of
from .scene import Scene
from .wording import bare, fold, listing, quoted


def brief(scene: Scene) -> str:
    """The last limit that changed the value, else what decided it."""
    applied = [tried for tried in scene.outcome.limits if tried.after != tried.before]
    if scene.outcome.stated is not None:
        return f"{scene.words.absence(scene.outcome.stated)}, taken as this"
    return _limited(applied[-1], scene) if applied else _decided(scene)


def _limited(tried: LimitTried, scene: Scene) -> str:
    note = scene.step.limits[tried.index].note
    if isinstance(tried.after, Absent):
        return f"limit {tried.index + 1} cannot be decided"
    verb, _, rest = changed(tried, scene).partition(" ")
    said = f"{verb.lower()} {rest}{marked(note)}"
    return f"{said}: {fold(note.because)}" if note.because else f"{said} by limit {tried.index + 1}"


def _decided(scene: Scene) -> str:
    form, how = scene.step.form, scene.outcome.how
    match how:
        case ByRule():
            assert isinstance(form, Rules)
            if how.index is None:
                return "nothing is left to combine"
            rule = form.rules[how.index]
            if rule.when is None:
                return f"no rule before the otherwise applies{marked(rule.note)}"
            last = how.tried[how.index]
            read = "; ".join(line.text for line in evidence_lines(last, scene))
            open_ = " cannot be decided" if last.truth is None else ""
            return f"rule {how.index + 1}{marked(rule.note)}{open_}: {read}"
        case ByRow():
            assert isinstance(form, Table)
            if how.index is None:
                return f"no {'cell' if form.grid else 'row'} can be decided"
            by = "by the grid" if form.grid else f"row {how.index + 1}"
            note = form.rows[how.index].note
            return by + marked(note) + (f": {fold(note.because)}" if note.because else "")
        case ByBand():
            assert isinstance(form, Bands)
            if how.index is None:
                return "no band can be decided"
            band, of = form.bands[how.index], bare(form.of)
            if isinstance(of, Apply) and rounds(of):
                said = rounding_words(of, scene)
            else:
                said = f"{scene.subject(of)} is {scene.banded(how.of, form)}"
            return f"{said}, {scene.band(band)}{marked(band.note)}"
        case ByFormula():
            assert isinstance(form, Formula)
            inner = bare(form.value)
            if not isinstance(inner, Read):
                return _formula(form.value, scene)
            given = inner.name in scene.words.program.inputs and all(index.member is None for index in inner.indices)
            return "as given" if given else f"as {scene.subject(inner)}"
        case ByFirst():
            assert isinstance(form, FirstPresent)
            return "none is present" if how.index is None else f"from {scene.subject(form.reads[how.index])}"
        case _:
            assert_never(how)


def _formula(expr: Expr, scene: Scene) -> str:
    """`100 * mean(scores) / 4, from 3, 2, 3`."""
    inner, counted = bare(expr), scene.words.names[scene.step.name].counted
    if isinstance(scene.outcome.before_limits, Absent):
        without = [scene.called(key) for key in scene.outcome.reads if isinstance(scene.value_at(key), Absent)]
        if without:
            return f"{quoted(expr.span)} has no value without {listing(dict.fromkeys(without))}"
        none = isinstance(inner, Gather) and not scene.outcome.reads
        return f"{quoted(expr.span)} has no value" + (", as there is nothing that it ranges over" if none else "")
    said = rounding_words(inner, scene) if isinstance(inner, Apply) and rounds(inner) else quoted(expr.span)
    names = [name for name in dict.fromkeys(name for name, _ in scene.outcome.reads) if name in counted]
    read = [pair for name in names for pair in values_of(name, expr, scene)]
    values = [text for key, text in read if not isinstance(scene.value_at(key), Absent)]
    return f"{said}, from {listing(values)}" if values else said
