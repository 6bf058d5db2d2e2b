"""Whether bands give better levels to what is better: a scale written best first shows there. Knows a whole program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from .. import ir
from ..diagnostics import Findings

_FLIPPED = {"higher": "lower", "lower": "higher"}


def directions(
    steps: Iterable[ir.Step], inputs: Mapping[str, ir.Input], constants: Mapping[str, ir.Constant], findings: Findings
) -> None:
    """Warn of bands whose levels fall where the figure gets better, or rise where it gets worse."""
    known: dict[str, frozenset[str]] = {name: _of_type(given.type) for name, given in inputs.items()}
    for step in steps:
        said = _of_type(step.type)
        known[step.name] = said or _of_form(step.form, known)
        if not isinstance(step.form, ir.Bands) or not isinstance(step.type, ir.Scale):
            continue
        levels = _rising(step.form, constants)
        better = _better(step.form.of, known)
        falls, rises = (bool(levels) and all(a >= b for a, b in pairwise(p)) and p[0] != p[-1] for p in (levels, levels[::-1]))
        print(step.name, levels, better, "FALLS" if falls else "RISES" if rises else "")
        if falls and "lower" not in better:
            way = "higher"
        elif rises and better == {"lower"}:
            way = "lower"
        else:
            continue
        print("  WARN")


def _of_type(type: ir.Type) -> frozenset[str]:
    match type:
        case ir.Scale():
            return frozenset({"higher"})
        case ir.Number(better=better) if better:
            return frozenset({better})
    return frozenset()


def _of_form(form: ir.Form, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return _better(form.value, known) if isinstance(form, ir.Formula) else frozenset()


def _better(expr: ir.Expr, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Which sides of the values that go into a formula are better, as they come out of it."""
    match expr:
        case ir.Literally():
            return frozenset()
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


def _flipped(sides: frozenset[str]) -> frozenset[str]:
    return frozenset(_FLIPPED.get(side, side) for side in sides)


def _rising(form: ir.Bands, constants) -> list[int]:
    bands = form.bands
    levels = [band.then.value for band in bands if isinstance(band.then, ir.Literally) and isinstance(band.then.value, int)]
    if len(levels) != len(bands):
        return []
    if all(band.low is not None and band.high is None for band in bands[:-1]):
        return levels[::-1]
    if all(band.high is not None and band.low is None for band in bands[:-1]):
        return levels
    starts = [(band.low is not None, _figure(band.low, constants) or _figure(band.high, constants) or Fraction(0)) for band in bands]
    return [level for _, level in sorted(zip(starts, levels))]

def _figure(expr, constants):
    if isinstance(expr, ir.Literally) and isinstance(expr.value, int | Fraction):
        return Fraction(expr.value)
    if isinstance(expr, ir.Read) and expr.name in constants and not expr.indices:
        value = constants[expr.name].values[()]
        return None if isinstance(value, str) else Fraction(value)
    return None
