"""A ledger as plain data, for JSON: every number exact. Knows what the ledger holds; works nothing out."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics import Span
from ..explain.wording import Words, type_of, words_of
from ..ir import Number, Quantify, Type, Value
from ..render import as_json as finding_as_json
from .boundary import Beside, Boundary, Ledger, Point
from .cuts import Cut
from .near import Near
from .rounding import Rounding
from .words import subject_text

_COUNTED = Number()


def as_json(ledger: Ledger, near: Sequence[tuple[str, Near]] | None = None) -> dict[str, object]:
    """The whole; `near` where there were data."""
    program, words = ledger.program, words_of(ledger.program)
    found: dict[str, object] = {
        "methodology": f"{program.id}@{program.version}",
        "digest": program.digest,
        "boundaries": [_boundary(each, words) for each in ledger.boundaries],
        "findings": [finding_as_json(each) for each in ledger.findings],
    }
    if near is not None:
        found["near"] = [_near(id, each, words) for id, each in near]
    return found


def _boundary(boundary: Boundary, words: Words) -> dict[str, object]:
    cut = boundary.cut
    return {
        "measures": boundary.measures,
        "kind": cut.kind,
        "text": cut.text,
        "places": [_place(span) for span in boundary.spans],
        "figure_falls": cut.falls,
        "gives": {"below": cut.below, "at": cut.at, "above": cut.above},
        "rounding": [_rounding(each) for each in boundary.roundings],
        "rounding_on_the_way": [_rounding(each) for each in boundary.earlier],
        "beside": [_beside(each, cut, words) for each in boundary.beside],
    }


def _place(span: Span) -> dict[str, object]:
    return {"file": span.source.name, "line": span.line, "column": span.column}


def _rounding(each: Rounding) -> dict[str, object]:
    return {"mode": each.mode, "nearest": each.nearest, **_place(each.span)}


def _beside(beside: Beside, cut: Cut, words: Words) -> dict[str, object]:
    type = _type(cut)
    return {
        "figure": None if beside.figure is None else _value(beside.figure, type, words),
        "below": _point(beside.below, type, words),
        "at": _point(beside.at, type, words),
        "above": _point(beside.above, type, words),
        "known": beside.known,
        "members": [
            {"measure": cut.step.name, "members": members, "of": subject_text(cut)} for cut, members in beside.members
        ],
    }


def _type(cut: Cut) -> Type:
    return _COUNTED if isinstance(cut.subject, Quantify) else type_of(cut.subject)


def _value(value: Value, type: Type, words: Words) -> object:
    return words.exact(value, type)


def _point(point: Point | None, type: Type, words: Words) -> dict[str, object] | None:
    if point is None:
        return None
    said: dict[str, object] = {"value": _value(point.value, type, words), "gives": point.gives}
    if point.compared != point.value:
        said["compared"] = _value(point.compared, type, words)
    return said


def _near(id: str, near: Near, words: Words) -> dict[str, object]:
    cut, type = near.boundaries[0].cut, _type(near.boundaries[0].cut)
    return {
        "id": id,
        "measure": near.key[0],
        "members": near.members,
        "text": cut.text,
        "places": [_place(each.cut.span) for each in near.boundaries],
        "value": _value(near.value, type, words),
        "gives": _value(near.now, near.type, words),
        "other_value": _value(near.other, type, words),
        "would_give": _value(near.otherwise, near.type, words),
    }
