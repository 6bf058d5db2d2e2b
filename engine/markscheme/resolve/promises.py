"""Guarantees and waivers: that they name what there is, and what can keep or break them. Proves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from .. import ir, syntax
from .. import model as written
from ..diagnostics import Span
from ..document import Mapping, Scalar
from ..model.reading import text
from .conditions import condition
from .expressions import Formulas
from .names import Names
from .typed import Scope

# What can be given up, and of what it is asked; anything else is settled when the file is read, or promised by it.
WAIVABLE: Final = {
    "monotone": "a result with a direction",
    "reachable": "a measure or a principle",
    "attainable": "a result on a scale",
}


def guarantees(
    given: Iterable[written.Guarantee], measures: Iterable[str], inputs: dict[str, ir.Input], formulas: Formulas
) -> tuple[ir.Guarantee, ...]:
    """What the file promises of every record."""
    names, measures = formulas.names, tuple(measures)
    made: list[ir.Guarantee] = []
    for each in given:
        if not isinstance(each.said, syntax.Promise):
            said = condition(formulas, each.said, Scope())
            if said:
                made.append(ir.Holds(each.kind == "always", said[0], each.said.span))
            continue
        result, input, span = each.said.result, each.said.input, each.said.span
        if input.text not in inputs and input.text not in names.broken:
            names.unknown(input.text, input.span, inputs, "input")
        if result.text not in measures:
            names.unknown(result.text, result.span, measures, "measure")
        elif result.text in names.symbols:
            _directed(names, result.text, result.span, names.symbols[result.text].type)
        if each.said.kind == "worsens":
            if input.text in inputs:
                _directed(names, input.text, input.span, inputs[input.text].type, inputs[input.text].linked)
            made.append(ir.NeverWorsens(result.text, input.text, span))
        else:
            made.append(ir.Withholding(input.text, result.text, span))
    return tuple(made)


def _directed(names: Names, name: str, span: Span, type: ir.Type, linked: ir.Link | None = None) -> None:
    """What is promised of something that is never better or worse would hold of anything."""
    if _has_direction(type):
        return
    match type:
        case ir.Number():
            hint = f"say `better: higher` or `lower` of `{name}`"
        case ir.YesNo():
            hint = f'say `better: "yes"` or `"no"` of `{name}`'
        case ir.Choice():
            hint = f"options have no order: give `{name}` a scale, or promise `never:` or `always:`"
        case ir.Scale():
            hint = ""
        case _:
            assert_never(type)
    if linked is not None:
        hint = f"`better` is said of `{linked.result}` in `{linked.program.id}`, which it comes from"
    names.findings.add("MS434", f"`{name}` has no direction, so this would be true whatever it is", span, hint)


def _has_direction(type: ir.Type) -> bool:
    match type:
        case ir.Scale():
            return True
        case ir.Number(better=better):
            return better in ("higher", "lower")
        case ir.YesNo(better):
            return better != "neither"
        case ir.Choice():
            return False
        case _:
            assert_never(type)


def waivers(
    given: Iterable[Mapping], results: Iterable[str], principles: Iterable[str], names: Names
) -> tuple[ir.Waiver, ...]:
    """What is given up in writing, each with the measure, result or principle that it is asked of."""
    made, results, principles = [], tuple(results), tuple(principles)
    for node in given:
        guarantee, name, because = (text(node, key) for key in ("guarantee", "in", "because"))
        if guarantee and name and because:
            if guarantee.text in WAIVABLE:
                known = list(_asked(guarantee.text, results, principles, names))
                if name.text not in known and name.text not in names.broken:
                    _not_asked(guarantee.text, name, known, principles, names)
            else:
                names.unknown(guarantee.text, guarantee.span, WAIVABLE, "guarantee")
            made.append(ir.Waiver(guarantee.text, name.text, because.text, node.span))
    return tuple(made)


def _asked(guarantee: str, results: tuple[str, ...], principles: tuple[str, ...], names: Names) -> Iterator[str]:
    """The names of all that a guarantee is asked of."""
    for name, symbol in names.symbols.items():
        if symbol.kind == "measure" and (
            guarantee == "reachable"
            or (name in results and guarantee == "monotone" and _has_direction(symbol.type))
            or (name in results and guarantee == "attainable" and isinstance(symbol.type, ir.Scale))
        ):
            yield name
    if guarantee == "reachable":
        yield from principles


def _not_asked(guarantee: str, name: Scalar, known: list[str], principles: tuple[str, ...], names: Names) -> None:
    if name.text not in (*names.places, *principles):
        names.unknown(name.text, name.span, known, "measure")
    elif name.text in (*names.symbols, *names.sets, *principles):  # else more than its type is wrong with it
        hint = f"it is asked of {', '.join(f'`{each}`' for each in known[:12])}" if known else "leave the waiver out"
        message = f"`{guarantee}` is asked of {WAIVABLE[guarantee]}, which `{name.text}` is not"
        names.findings.add("MS434", message, name.span, hint)
