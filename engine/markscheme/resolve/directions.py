"""Whether bands give better levels to better figures: a scale written best first shows there. Knows a whole program."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from .. import ir
from ..diagnostics import Findings, Label, Span

# levels that handbooks begin and end their lists with
_BEST = frozenset(
    (
        "excellent",
        "outstanding",
        "very_good",
        "good",
        "strong",
        "green",
        "pass",
        "passed",
        "met",
        "fully_met",
        "compliant",
    )
)
_WORST = frozenset(
    (
        "poor",
        "very_poor",
        "inadequate",
        "weak",
        "bad",
        "unsatisfactory",
        "red",
        "fail",
        "failed",
        "not_met",
        "non_compliant",
    )
)
_FLIPPED = {"higher": "lower", "lower": "higher"}
_Sides = frozenset[str]  # which sides of a figure are better, by all that goes into it


def directions(program: ir.Program, scales: Mapping[str, Span], findings: Findings) -> None:
    """Warn of bands whose levels get worse as the figure gets better, once for each scale; `scales` are places."""
    told: set[str] = set()
    known: dict[str, _Sides] = {name: _of_type(given.type) for name, given in program.inputs.items()}
    for step in program.steps:
        form = step.form
        known[step.name] = _of_type(step.type) or (
            _better(form.value, known) if isinstance(form, ir.Formula) else frozenset()
        )
        if not isinstance(form, ir.Bands) or not isinstance(step.type, ir.Scale):
            continue
        levels, better = _rising(form, program.constants), _better(form.of, known)
        if better not in ({"higher"}, {"lower"}) or len(set(levels)) < 2 or step.type.name in told:
            continue
        side = next(iter(better))
        best, *_, worst = levels[::-1] if side == "higher" else levels  # of figures
        if all(a >= b for a, b in pairwise(levels if side == "higher" else levels[::-1])):
            told.add(step.type.name)
            scale, end, of = step.type.name, "highest" if side == "higher" else "lowest", _cut(form.of.span)
            good, poor = step.type.levels[best].name, step.type.levels[worst].name
            findings.add(
                "MS432", f"the {end} `{of}` gives `{good}`, which `{scale}` lists as worse than `{poor}`", form.of.span,
                f"a scale is listed worst level first: turn it round, or say `better: {_FLIPPED[side]}` of the figure",
                [Label(scales[scale], "its worst level comes first")] if scale in scales else [],
            )  # fmt: skip
    for name, each in program.scales.items():
        if name not in told and name in scales and _best_first(each):
            first, last = each.levels[0].name, each.levels[-1].name
            findings.add(
                "MS432", f"`{name}` lists `{first}` as its worst level, and `{last}` as its best", scales[name],
                "a scale is listed worst level first: turn it round",
            )  # fmt: skip


def _best_first(scale: ir.Scale) -> bool:
    names = [level.name for level in scale.levels]
    return len(names) > 1 and names[0] in _BEST and names[-1] in _WORST


def _cut(span: Span) -> str:
    text = " ".join(span.text.split())
    return text if len(text) <= 24 else text[:23] + "…"


def _of_type(type: ir.Type) -> _Sides:
    match type:
        case ir.Scale():
            return frozenset({"higher"})
        case ir.Number(better=str(better)):
            return frozenset({better})
        case _:
            return frozenset()


def _better(expr: ir.Expr, known: Mapping[str, _Sides]) -> _Sides:
    match expr:
        case ir.Read(name):
            return known.get(name, frozenset())
        case ir.Worth(of, values):
            if list(values) == sorted(values):
                return _better(of, known)
            return _flipped(_better(of, known)) if list(values) == sorted(values, reverse=True) else frozenset()
        case ir.Landing(of):
            return _better(of, known)
        case ir.Apply("negative", (of,)):
            return _flipped(_better(of, known))
        case ir.Apply("sub" | "div", (first, second)):
            return _better(first, known) | _flipped(_better(second, known))
        case ir.Apply(_, args):
            return frozenset(side for arg in args for side in _better(arg, known))
        case ir.Gather("count"):
            return frozenset()
        case ir.Gather(_, ir.Each(item=item)):
            return _better(item, known)
        case ir.Gather(_, ir.Listed(items)):
            return frozenset(side for item in items for side in _better(item, known))
        case _:
            return frozenset()


def _flipped(sides: _Sides) -> _Sides:
    return frozenset(_FLIPPED.get(side, side) for side in sides)


def _rising(form: ir.Bands, constants: Mapping[str, ir.Constant]) -> list[int]:
    """The levels of bands, from the lowest figure to the highest; none where a band gives no plain level."""
    known = [(band, band.then.value) for band in form.bands if isinstance(band.then, ir.Literally)]
    levels = [level for _, level in known if isinstance(level, int)]
    if len(levels) != len(form.bands):
        return []
    if all(band.low is not None and band.high is None for band in form.bands[:-1]):
        return levels[::-1]
    if all(band.high is not None and band.low is None for band in form.bands[:-1]):
        return levels
    starts = [_figure(band.low, constants) if band.low is not None else None for band in form.bands]
    places = sorted(range(len(levels)), key=lambda i: (starts[i] is not None, starts[i] or Fraction(0)))
    return [levels[i] for i in places]


def _figure(expr: ir.Expr, constants: Mapping[str, ir.Constant]) -> Fraction | None:
    if isinstance(expr, ir.Literally) and isinstance(expr.value, int | Fraction):
        return Fraction(expr.value)
    if isinstance(expr, ir.Read) and expr.name in constants and not expr.indices:
        value = constants[expr.name].values[()]
        return None if isinstance(value, str) else Fraction(value)
    return None
