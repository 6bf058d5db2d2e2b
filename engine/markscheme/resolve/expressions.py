"""Formulas, typed: names found, axes bound, units agreed, absence and range followed. Knows no measure's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from .. import bounds, ir, ops, syntax
from ..bounds import Bounds
from ..diagnostics import Span
from . import aggregates, conditions
from .axes import ancestor, ancestors, climb, fixed_axis
from .names import Gap, Names, Symbol, any_of, number, options
from .typed import Scope, Typed


class Formulas:
    """Types formulas against `names`; what is wrong goes to its findings, and the answer is then None."""

    def __init__(self, names: Names, constants: Mapping[str, ir.Constant]) -> None:
        self.names = names
        self.constants = constants

    def find(self, name: str, scope: Scope) -> Symbol | None:
        return self.names.symbols.get(scope.local.get(name, name))

    def formula(self, tree: syntax.Formula, scope: Scope, expected: ir.Type | None = None) -> Typed | None:
        match tree:
            case syntax.Name():
                return self.name(tree, scope, expected)
            case syntax.Digits():
                return self.digits(tree, expected)
            case syntax.Operation():
                return self.operation(tree, scope, expected)
            case syntax.Aggregation():
                return aggregates.aggregation(self, tree, scope)
            case syntax.OfPeers(op, span):
                self.names.findings.add(
                    "MS390", f"`{op}` compares bodies with one another, which this version cannot do yet", span,
                    "take the figure as an input, worked out beforehand",
                )  # fmt: skip
                return None
            case syntax.Nothing(span):
                assert expected is not None, "an outcome has its measure's type"
                none = ir.Literally(ir.Absent("as the rule says", skip=False), expected, span)
                return Typed(none, expected, Gap(False, True, "a rule says so"))
            case _:
                assert_never(tree)

    def fitted(self, tree: syntax.Formula, scope: Scope, type: ir.Type) -> Typed | None:
        """A formula where a value of `type` is needed."""
        made = self.formula(tree, scope, type)
        return made and self.fit(made, type, tree.span)

    # --- atoms -------------------------------------------------------------------------------------------------------

    def name(self, tree: syntax.Name, scope: Scope, expected: ir.Type | None) -> Typed | None:
        symbol = self.find(tree.text, scope)
        if symbol is None:
            words = options(expected) if expected else ()
            if tree.member is None and expected is not None and tree.text in words:
                value = expected.position(tree.text) if isinstance(expected, ir.Scale) else tree.text
                assert value is not None
                return Typed(ir.Literally(value, expected, tree.span), expected, None, self.worth_of(expected, value))
            what = f"level of `{expected.name}`" if isinstance(expected, ir.Scale) else "name"
            levels = [name for name, scale in self.names.scales.items() if scale.position(tree.text) is not None]
            if what == "name" and levels and tree.text not in self.names.broken:
                needed = f"and {_a(expected)} is needed" if expected else "not something that has one"
                self.names.findings.add("MS405", f"`{tree.text}` is a level of `{levels[0]}`, {needed}", tree.span)
                return None
            self.names.unknown(tree.text, tree.span, words, what)
            return None
        indices = self.indices(tree, symbol, scope)
        if indices is None:
            return None
        read = ir.Read(symbol.name, indices, symbol.type, tree.span)
        gap = None if (symbol.name, indices) in scope.present else symbol.gap
        return Typed(read, symbol.type, gap, symbol.bounds, literal=symbol.kind == "attribute")

    def worth_of(self, type: ir.Type, value: ir.Present) -> Bounds:
        """The one number that a value is, or is worth, where it is a number or worth one."""
        if isinstance(value, Fraction):
            return bounds.exactly(value)
        if isinstance(type, ir.Scale) and isinstance(value, int):
            worth = type.levels[value].value
            return Bounds() if worth is None else bounds.exactly(worth)
        return Bounds()

    def indices(self, tree: syntax.Name, symbol: Symbol, scope: Scope) -> tuple[ir.Index, ...] | None:
        """How each axis of a name finds its member here."""
        fixed = self.fixed_axis(tree, symbol) if tree.member else None
        if tree.member and fixed is None:
            return None
        indices, sets = [], self.names.sets
        for axis in symbol.axes:
            if fixed and tree.member and (axis == fixed or axis in ancestors(sets, fixed)):
                indices.append(ir.Index(member=ancestor(sets, fixed, tree.member.text, axis)))
                continue
            if not self.nests(tree, symbol, axis, fixed, scope):
                return None
            index = climb(self.names.sets, axis, scope.current)
            if index is None:
                example = self.names.sets[axis].members[0].name if self.names.sets[axis].members else "…"
                self.names.findings.add(
                    "MS406", f"`{tree.text}` has a value for each of `{axis}`, and one is needed here", tree.span,
                    f"`{tree.text} for {example}`, or `any of {tree.text} are …`, or `{_all_of(symbol)}`, "
                    f"or `each: {axis}` on the measure",
                )  # fmt: skip
                return None
            indices.append(index)
        return tuple(indices)

    def nests(self, tree: syntax.Name, symbol: Symbol, axis: str, fixed: str | None, scope: Scope) -> bool:
        """Whether the member of one axis is nested in that of another, where one of them is fixed by `for MEMBER`."""
        sets, add = self.names.sets, self.names.findings.add
        if fixed and tree.member and fixed in ancestors(sets, axis) and scope.kept.get(axis) != tree.member.text:
            message = f"`{axis}` is nested in `{fixed}`, so `{tree.member.text}` cannot be said here"
            add("MS406", message, tree.member.span, f"leave `for {tree.member.text}` out")
            return False
        if axis in scope.current and any(a in scope.kept and axis in ancestors(sets, a) for a in symbol.axes):
            message = f"`{tree.text}` stands beside one member's values here, and needs `for` too"
            add("MS406", message, tree.span, "say both of the same member")
            return False
        return True

    def fixed_axis(self, tree: syntax.Name, symbol: Symbol) -> str | None:
        """The axis that `for MEMBER` fixes."""
        assert tree.member is not None
        axis, member = fixed_axis(tree, symbol, self.names.sets), tree.member.text
        if axis:
            return axis
        holding = [a for a in symbol.axes if any(m.name == member for m in self.names.sets[a].members)]
        if holding:
            sets = " and ".join(f"`{a}`" for a in holding)
            self.names.findings.add("MS406", f"`{member}` is a member of {sets}", tree.member.span)
        elif not symbol.axes:
            self.names.findings.add("MS406", f"`{tree.text}` has one value, so `for` has no place", tree.member.span)
        else:
            members = [m.name for a in symbol.axes for m in self.names.sets[a].members]
            self.names.unknown(member, tree.member.span, members, "member")
        return None

    def digits(self, tree: syntax.Digits, expected: ir.Type | None) -> Typed | None:
        if isinstance(expected, ir.Scale | ir.Choice):
            return self.name(syntax.Name(tree.text, tree.span), Scope(), expected)
        value = number(tree.text)
        if value is None:
            self.names.findings.add("MS404", "a number of so many digits is not exact to anybody", tree.span)
            return None
        return Typed(ir.Literally(value, ir.Number(), tree.span), ir.Number(), None, bounds.exactly(value), True)

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def numeric(self, tree: syntax.Formula, scope: Scope) -> Typed | None:
        """A formula as a number: levels become what they are worth."""
        made = self.formula(tree, scope)
        return made and self.as_number(made, tree.span)

    def as_number(self, made: Typed, span: Span) -> Typed | None:
        match made.type:
            case ir.Number():
                return made
            case ir.Scale(name, levels):
                values = tuple(level.value for level in levels if level.value is not None)
                if len(values) != len(levels):
                    bare = next(level.name for level in levels if level.value is None)
                    self.names.findings.add(
                        "MS407", f"the level `{bare}` of `{name}` has no value to reckon with", span,
                        f"give it one where the scale is declared: `{{level: {bare}, value: 2}}`",
                    )  # fmt: skip
                    return None
                known = made.bounds if made.bounds != Bounds() else bounds.of_values(values)
                better: ir.Better = "higher" if list(values) == sorted(values) else "neither"
                return Typed(ir.Worth(made.expr, values, span), ir.Number(better=better), made.gap, known)
            case ir.Choice() | ir.YesNo():
                self.names.findings.add("MS405", f"`{span.text}` is not a number", span, "say what is: `… is yes`")
                return None

    def operation(self, tree: syntax.Operation, scope: Scope, expected: ir.Type | None) -> Typed | None:
        if tree.op == "better_of":
            return self.better_of(tree, scope, expected)
        args = [self.numeric(arg, scope) for arg in tree.args]
        known = [arg for arg in args if arg is not None]
        if len(known) != len(args):
            return None
        gap = any_of(arg.gap for arg in known)
        literal = all(arg.literal for arg in known)
        unit = None if tree.op in ("mul", "div") else self.one_unit(known, tree.span)
        if tree.op == "round":
            return self.round(tree, known[0])
        if tree.op == "div" and known[1].bounds.low == known[1].bounds.high == 0:
            self.names.findings.add("MS404", f"`{tree.span.text}` divides by 0", tree.args[1].span)
            return None
        if tree.op == "div" and known[1].bounds.may_be(Fraction(0)):
            gap = Gap(False, True, f"`{tree.args[1].span.text}` can be 0").and_(gap)
        row = ops.FUNCTIONS[tree.op]
        reach = known[0].bounds
        for arg in known[1:]:
            reach = row.bounds(reach, arg.bounds)
        if len(known) == 1:
            reach = row.bounds(reach)
        type = ir.Number(unit=unit)
        figure = known[0].expr
        if tree.op == "negative" and isinstance(figure, ir.Literally) and isinstance(figure.value, Fraction):
            return Typed(
                ir.Literally(-figure.value, type, tree.span), type, gap, reach, literal
            )  # `-1` is a figure too
        return Typed(ir.Apply(tree.op, tuple(a.expr for a in known), type, tree.span), type, gap, reach, literal)

    def one_unit(self, args: list[Typed], span: Span) -> str | None:
        """The unit that numbers added or compared agree on; bare figures go with any."""
        units = [arg.type.unit for arg in args if isinstance(arg.type, ir.Number) and not arg.literal]
        for unit in units[1:]:
            if unit != units[0]:
                a, b = (f"`{u}`" if u else "no unit" for u in (units[0], unit))
                hint = "products and quotients have no unit: name it on a measure of their own"
                self.names.findings.add("MS408", f"units do not agree: {a} and {b}", span, hint)
                break
        return units[0] if units else None

    def round(self, tree: syntax.Operation, of: Typed) -> Typed | None:
        step = number(tree.step.text) if tree.step else None
        if tree.step is None or not step:
            self.names.findings.add(
                "MS404", "rounding to the nearest 0 is nothing", tree.span, "nearest 1, nearest 0.5, …"
            )
            return None
        unsure = self.names.rests_on_unsure(tree.span)
        if tree.mode != "half_even" and not unsure and (of.bounds.low is None or of.bounds.low < 0):
            self.names.findings.add(
                "MS420", f"`{tree.args[0].span.text}` may be negative, where `{tree.mode}` differs among spreadsheets",
                tree.span, "declare `min: 0` on the inputs that are never negative",
            )  # fmt: skip
        nearest = ir.Literally(step, ir.Number(), tree.step.span)
        expr = ir.Apply("round", (of.expr, nearest), of.type, tree.span, tree.mode)
        return Typed(expr, of.type, of.gap, ops.rounded_bounds(of.bounds, step, tree.mode), of.literal)

    def better_of(self, tree: syntax.Operation, scope: Scope, expected: ir.Type | None) -> Typed | None:
        first = self.formula(tree.args[0], scope, expected)
        if first is None:
            return None
        rest = [self.formula(arg, scope, first.type) for arg in tree.args[1:]]
        known = [first, *(arg for arg in rest if arg is not None)]
        if len(known) != len(tree.args):
            return None
        for arg, part in zip(known, tree.args, strict=True):
            if not self.alike(first, arg, part.span):
                return None
        op = (
            "better_of"
            if isinstance(first.type, ir.Scale)
            else {"higher": "greater", "lower": "lesser"}.get(self.better(first) or "")
        )
        if op is None or any(self.better(arg) != self.better(first) and not arg.literal for arg in known):
            self.no_direction(tree.args[0].span, "greater(…) or lesser(…)")
            return None
        reach = bounds.either(arg.bounds for arg in known)
        return Typed(
            ir.Apply(op, tuple(a.expr for a in known), first.type, tree.span),
            first.type,
            any_of(arg.gap for arg in known),
            reach,
        )

    def better(self, made: Typed) -> ir.Better | None:
        return (
            made.type.better
            if isinstance(made.type, ir.Number)
            else "higher"
            if isinstance(made.type, ir.Scale)
            else None
        )

    def no_direction(self, span: Span, instead: str) -> None:
        self.names.findings.add(
            "MS409",
            f"which side of `{span.text}` is better is not declared",
            span,
            f"declare `better`, or use {instead}",
        )

    # --- ranging over -----------------------------------------------------------------------------------------------

    def collection(
        self, of: syntax.Formula | syntax.Values, where: tuple[syntax.Comparison, ...], scope: Scope
    ) -> aggregates.Ranged | None:
        return aggregates.collection(self, of, where, scope)

    def where(
        self, tests: tuple[syntax.Comparison, ...], scope: Scope, loops: tuple[ir.Loop, ...]
    ) -> tuple[ir.Condition | None, Gap | None, int]:
        return conditions.where(self, tests, scope, loops)

    # --- agreement ---------------------------------------------------------------------------------------------------

    def alike(self, a: Typed, b: Typed, span: Span) -> bool:
        """Whether two values can be compared or stand in one list: of one scale, or numbers of one unit."""
        if isinstance(a.type, ir.Number) and isinstance(b.type, ir.Number):
            self.one_unit([a, b], span)
            return True
        if type(a.type) is type(b.type) and options(a.type) == options(b.type):
            same_scale = (
                not (isinstance(a.type, ir.Scale) and isinstance(b.type, ir.Scale)) or a.type.name == b.type.name
            )
            if same_scale:
                return True
        self.mismatch(b, a.type, span)
        return False

    def mismatch(self, made: Typed, needed: ir.Type, span: Span) -> None:
        self.names.findings.add("MS405", f"`{span.text}` is {_a(made.type)}, and {_a(needed)} is needed", span)

    def fit(self, made: Typed, type: ir.Type, span: Span) -> Typed | None:
        """A value where one of `type` is needed; a number becomes a level where it is proved to be one's value."""
        if isinstance(type, ir.Scale) and isinstance(made.type, ir.Number):
            return self.landing(made, type, span)
        if isinstance(type, ir.Number) and isinstance(made.type, ir.Scale):
            return self.as_number(made, span)
        if not self.alike(Typed(made.expr, type, literal=True), replace(made, literal=True), span):
            return None
        unit = made.type.unit if isinstance(made.type, ir.Number) and not made.literal else None
        if isinstance(type, ir.Number) and unit and type.unit and unit != type.unit:
            message = f"units do not agree: `{unit}`, where `{type.unit}` is needed"
            self.names.findings.add("MS408", message, span, "a product or quotient has none, and takes the measure's")
        return made

    def landing(self, made: Typed, scale: ir.Scale, span: Span) -> Typed | None:
        values = {level.value: i for i, level in enumerate(scale.levels) if level.value is not None}
        if len(values) != len(scale.levels):
            self.mismatch(made, scale, span)
            return None
        if self.names.rests_on_unsure(span):
            return None
        points = made.bounds.points
        off = next((point for point in points or () if point not in values), None)
        if points is None or off is not None:
            can = "cannot be shown to be a level" if off is None else f"can be {_shown(off)}, which is no level"
            text = " ".join(span.text.split())
            self.names.findings.add(
                "MS412", f"`{text}` {can} of `{scale.name}`{' always' if off is None else ''}", span,
                f"round it, as in `round({text if len(text) < 60 else '…'}, nearest 1, half_up)`, or put it in `bands`",
            )  # fmt: skip
            return None
        return Typed(ir.Landing(made.expr, values, scale, span), scale, made.gap, made.bounds)


def _all_of(symbol: Symbol) -> str:
    """An aggregate that takes all its values."""
    return f"{'sum' if isinstance(symbol.type, ir.Number) else 'worst'}({symbol.name})"


def _a(type: ir.Type) -> str:
    match type:
        case ir.Scale(name):
            return f"a level of `{name}`"
        case ir.Choice(given):
            return "one of " + ", ".join(f"`{option.name}`" for option in given[:4])
        case ir.YesNo():
            return "yes or no"
        case ir.Number():
            return "a number"


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
