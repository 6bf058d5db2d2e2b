"""The forms of a measure, typed and shown to give a value always. Knows one measure at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from .. import bounds, ir, syntax
from .. import model as written
from ..bounds import Bounds
from ..diagnostics import Label, Span
from .conditions import condition, predicate, settled
from .cover import Column, cover, shown
from .expressions import Formulas
from .names import SHARE, Gap, any_of, options
from .typed import Scope, Typed


@dataclass(frozen=True, slots=True)
class Made:
    """A form, why it can be absent, if it can, and what numbers it can give."""

    form: ir.Form
    gap: Gap | None
    bounds: Bounds
    unit: str | None = None  # of its numbers, where the measure names none


class Forms:
    def __init__(self, formulas: Formulas) -> None:
        self.formulas = formulas
        self.names = formulas.names

    def form(self, given: written.Form, type: ir.Type, scope: Scope) -> Made | None:
        """`Applied` has been expanded to `Rules` before."""
        made = self.typed(given, type, scope)
        if made is None or not isinstance(type, ir.Number) or type.unit:
            return made
        units = {unit: span for unit, span in map(_unit, _outcomes(made.form)) if unit}
        if len(units) > 1:
            (one, _), (other, span) = list(units.items())[:2]
            self.names.findings.add("MS408", f"units do not agree: `{one}` and `{other}`", span, "give both one unit")
        return replace(made, unit=next(iter(units), None))

    def typed(self, given: written.Form, type: ir.Type, scope: Scope) -> Made | None:
        match given:
            case written.OneFormula(value):
                made = self.formulas.fitted(value, scope, type)
                return Made(ir.Formula(made.expr), made.gap, made.bounds) if made else None
            case written.Rules():
                return self.rules(given, type, scope)
            case written.Bands():
                return self.bands(given, type, scope)
            case written.Table():
                return self.table(given, type, scope)
            case written.Grid():
                return self.grid(given, type, scope)
            case written.FirstPresent():
                return self.first_present(given, type, scope)
            case written.Applied():
                raise AssertionError("a principle is expanded before its rules are typed")
            case _:
                assert_never(given)

    # --- rules and bands ---------------------------------------------------------------------------------------------

    def rules(self, given: written.Rules, type: ir.Type, scope: Scope) -> Made | None:
        made: list[ir.Rule] = []
        gaps: list[Gap | None] = []
        reach: list[Bounds] = []
        for rule in given.rules:
            when = condition(self.formulas, rule.when, scope) if rule.when else None
            within = replace(scope, present=scope.present | settled(when[0], True)) if when else scope
            then = self.formulas.fitted(rule.then, within, type)
            if when:  # what comes after it is read only where it was false
                scope = replace(scope, present=scope.present | settled(when[0], False))
            if then is None or (rule.when and when is None):
                continue
            gaps += [when[1] if when else None, then.gap]
            reach += _reach(then)
            made.append(ir.Rule(when[0] if when else None, then.expr, self.names.note(rule.note)))
        if [rule.when is None for rule in given.rules] != [False] * (len(given.rules) - 1) + [True]:
            return None  # `shape` has said that `otherwise` is not where it should be
        if len(made) != len(given.rules) or not made:
            return None
        return Made(ir.Rules(tuple(made)), any_of(gaps), bounds.either(reach or [Bounds()]))

    def bands(self, given: written.Bands, type: ir.Type, scope: Scope) -> Made | None:
        of = self.formulas.formula(given.of, scope)
        made: list[ir.Band] = []
        gaps: list[Gap | None] = [of.gap if of else None]
        reach: list[Bounds] = []
        for row in given.rows:
            then = self.formulas.fitted(row.then, scope, type)
            ends: list[Typed | None] = []
            for end in (row.low, row.high):
                typed = self.formulas.formula(end, scope, of.type) if end and of else None
                if end and of and typed and not self.formulas.alike(of, typed, end.span):
                    typed = None
                ends.append(typed)
            if then is None or (row.low and ends[0] is None) or (row.high and ends[1] is None):
                continue
            gaps += [then.gap, *(end.gap for end in ends if end)]
            reach += _reach(then)
            note = self.names.note(row.note)
            if note.status == "published" and given.note.status:
                note = replace(note, status=self.names.note(given.note).status)
            if note.cite is None and given.note.cite:
                note = replace(note, cite=given.note.cite.text)
            low, high = ends
            made.append(ir.Band(low.expr if low else None, high.expr if high else None, then.expr, note))
        if of is None or len(made) != len(given.rows):
            return None
        if not isinstance(of.type, ir.Number | ir.Scale):
            self.names.findings.add("MS405", f"`{given.of.span.text}` has no order, so it has no bands", given.of.span)
            return None
        if not self.bands_in_order(given, made, of):
            return None
        return Made(ir.Bands(of.expr, tuple(made)), any_of(gaps), bounds.either(reach or [Bounds()]))

    def bands_in_order(self, given: written.Bands, made: list[ir.Band], of: Typed) -> bool:
        kinds = [row.kind for row in given.rows]
        add = self.names.findings.add
        open_ends = [kind for kind in kinds if kind != "closed"]
        if len(open_ends) < len(kinds) and "otherwise" not in kinds and len(set(open_ends)) == len(open_ends):
            return self.closed(given, made, of)
        if kinds[-1] != "otherwise" or "closed" in kinds or len(set(kinds[:-1])) > 1 or "otherwise" in kinds[:-1]:
            return False  # `shape` has said so
        sound = True
        ends = [band.low or band.high for band in made[:-1]]
        for index in range(1, len(ends)):
            row = given.rows[index]
            wrong = self.out_of_order(ends[index - 1], ends[index], falling=kinds[0] == "at_least")
            if wrong is not None:
                sound = False
                way = "fall" if kinds[0] == "at_least" else "rise"
                of_whom = f" for `{' '.join(wrong)}`" if wrong else ""
                add(
                    "MS418", f"`{kinds[0]}` must {way} from band to band{of_whom}, so this one is never reached",
                    row.note.span, "put the bands in order",
                    [Label(given.rows[index - 1].note.span, "the band before")],
                )  # fmt: skip
        return sound

    def closed(self, given: written.Bands, made: list[ir.Band], of: Typed) -> bool:
        """Closed bands, of which the outer ones may be open: no two share a value, and every attainable value is in
        one."""
        known = []
        for band, row in zip(made, given.rows, strict=True):
            low, high = self.constant(band.low), self.constant(band.high)
            if (low is None and band.low is not None) or (high is None and band.high is not None):
                self.names.findings.add(
                    "MS416", "a closed band's ends are figures", row.note.span, "use `at_least` rows"
                )
                return False
            if low is not None and high is not None and low > high:
                self.names.findings.add("MS403", "this band ends below its start", row.note.span)
                return False
            known.append((low, high, row.note.span))
        known.sort(key=lambda band: (band[0] is not None, band[0] or 0, band[1] is None))
        levels = options(of.type)
        reach = Bounds(Fraction(0), Fraction(len(levels) - 1), Fraction(1)) if levels else of.bounds
        said = " ".join(given.of.span.text.split())
        unsure = self.names.rests_on_unsure(given.of.span) or self.names.refused_within(given.note.span)
        sound = True
        for (_, high, span), (low, _, other) in pairwise(known):
            if low is None or high is None or low <= high:
                sound = False
                shared = next((end for end in (low, high) if end is not None), None)
                message = f"`{_said(shared or Fraction(0), levels)}` falls in two bands"
                self.names.findings.add("MS419", message, other, None, [Label(span, "the other band")])
            elif (witness := reach.between(high, low)) is not None and not unsure:
                sound = False
                nearest = f"`of: round({said}, nearest {shown(low - high)}, half_up)`"
                slip = not levels and (low - high).numerator in (1, 5)  # 39 to 62, 63 to 87: no accident
                hint = f"close the gap, or round first: {nearest}" if slip else "close the gap"
                self.gap(witness, levels, other, hint, [Label(span, "the band before")])
        first, last = known[0], known[-1]
        if first[0] is not None and (witness := reach.between(None, first[0])) is not None and not unsure:
            sound = False
            self.gap(witness, levels, first[2], self.beyond(said, reach.low, levels, first[0], first[1]))
        if last[1] is not None and (witness := reach.between(last[1], None)) is not None and not unsure:
            sound = False
            self.gap(witness, levels, last[2], self.beyond(said, reach.high, levels, last[1], last[0]))
        return sound

    def gap(
        self, witness: Fraction, levels: tuple[str, ...], span: Span, hint: str, labels: Sequence[Label] = ()
    ) -> None:
        self.names.findings.add("MS419", f"`{_said(witness, levels)}` falls in no band", span, hint, labels)

    def beyond(
        self, of: str, known: Fraction | None, levels: tuple[str, ...], outer: Fraction, inner: Fraction | None
    ) -> str:
        """The way out where `of` can lie outside all bands, of which the outermost has these ends; `known` is what it
        keeps to."""
        low, ways = inner is not None and inner > outer, []
        symbol = self.names.symbols.get(of)
        if of in self.names.quotients or SHARE.search(of):
            said = f"nothing shows that a quotient of sums keeps to {_said(outer, levels)}"
            ways.append("a mean does, `mean(x / most weighted by w)`")
        elif known is not None:
            said, ways = f"`{of}` can be {_said(known, levels)}", ["close the gap"]
        elif symbol and symbol.kind == "input":
            said, ways = f"nothing keeps `{of}` to {_said(outer, levels)}", [f"declare its `{'min' if low else 'max'}`"]
        else:
            said = f"nothing keeps `{of}` to {_said(outer, levels)}"
        if inner is not None:
            ways.append(f"leave this band open, `{'at_most' if low else 'at_least'}: {_said(inner, levels)}`")
        return f"{said}: {', or '.join(ways)}" if ways else said

    def out_of_order(self, before: ir.Expr | None, here: ir.Expr | None, falling: bool) -> tuple[str, ...] | None:
        """The members for which one band's end does not lie beyond that of the band before; none where both are single
        figures; None where all is in order, or not known before data."""
        first, second = self.figures(before), self.figures(here)
        if first is None or second is None:
            return None
        if len(first) > 1 and len(second) > 1 and _indices(before) != _indices(here):
            return None  # of different members
        for members in first if len(first) > 1 else second:
            a = first[members] if len(first) > 1 else next(iter(first.values()))
            b = second[members] if len(second) > 1 else next(iter(second.values()))
            if b >= a if falling else b <= a:
                return members
        return None

    def figures(self, expr: ir.Expr | None) -> dict[tuple[str, ...], Fraction] | None:
        """The figures that an end can be: one, or a constant's for each of its members."""
        one = self.constant(expr)
        if one is not None:
            return {(): one}
        if not isinstance(expr, ir.Read) or expr.name not in self.formulas.constants:
            return None
        fixed = [index.member for index in expr.indices]
        return {
            key: Fraction(value)
            for key, value in self.formulas.constants[expr.name].values.items()
            if not isinstance(value, str) and all(member in (None, own) for member, own in zip(fixed, key, strict=True))
        } or None

    def constant(self, expr: ir.Expr | None) -> Fraction | None:
        """The figure that a band's end is, written or a parameter's; a level counts by its position."""
        if isinstance(expr, ir.Literally) and not isinstance(expr.value, str | ir.Absent):
            return Fraction(expr.value)
        if isinstance(expr, ir.Read) and expr.name in self.formulas.constants and not expr.indices:
            value = self.formulas.constants[expr.name].values[()]
            return None if isinstance(value, str) else Fraction(value)
        return None

    # --- tables ------------------------------------------------------------------------------------------------------

    def table(self, given: written.Table, type: ir.Type, scope: Scope) -> Made | None:
        columns = [self.formulas.formula(column, scope) for column in given.columns]
        known = [column for column in columns if column is not None]
        if len(known) != len(columns):
            return None
        rows: list[ir.Row] = []
        gaps: list[Gap | None] = []
        reach: list[Bounds] = []
        for row in given.rows:
            then = self.formulas.fitted(row.then, scope, type)
            cells = [self.cell(*cell, scope) for cell in zip(row.cells, given.columns, known, strict=True)]
            if then is None or any(cell is False for cell in cells):
                continue
            gaps += [then.gap, *(cell[1] for cell in cells if isinstance(cell, tuple))]
            reach += _reach(then)
            tests = tuple(cell[0] if isinstance(cell, tuple) else None for cell in cells)
            rows.append(ir.Row(tests, then.expr, self.names.note(row.note)))
        if len(rows) != len(given.rows):
            return None
        asked = [[row.cells[i] for row in rows if row.cells[i] is not None] for i in range(len(known))]
        two_valued = tuple(any(c and c.predicate.op in ("absent", "present") for c in cells) for cells in asked)
        gaps += [c.gap for c, cells, two in zip(known, asked, two_valued, strict=True) if cells and not two]
        if not self.covered(given, known, rows, two_valued):
            return None
        made = ir.Table(tuple(column.expr for column in known), tuple(rows), given.hit, two_valued)
        return Made(made, any_of(gaps), bounds.either(reach or [Bounds()]))

    def cell(
        self, cell: syntax.Is | syntax.Anything, name: syntax.Name, column: Typed, scope: Scope
    ) -> tuple[ir.Test, Gap | None] | bool | None:
        """A column's test; None for `-`; False where it is wrong."""
        if isinstance(cell, syntax.Anything):
            return None
        said = predicate(self.formulas, cell, column, name.span, scope)
        if said is None:
            return False
        if cell.op in ("absent", "present") and column.gap is None:
            self.names.findings.add("MS413", f"`{name.text}` is never absent", cell.span, "leave this row out")
        return ir.Test(column.expr, said[0], cell.span), said[1]

    def covered(
        self, given: written.Table, columns: list[Typed], rows: list[ir.Row], two_valued: tuple[bool, ...]
    ) -> bool:
        what = [
            Column(name.text, column.type, column.bounds, two and column.gap is not None)
            for name, column, two in zip(given.columns, columns, two_valued, strict=True)
        ]
        found = cover(
            what, [replace(row, cells=tuple(map(self.settled, row.cells))) for row in rows], given.hit == "unique"
        )
        add = self.names.findings.add
        if found.gap and any(self.names.rests_on_unsure(name.span) for name in given.columns):
            return False
        if found.gap:
            said = ", ".join(f"{c.name} {text}" for c, text in zip(what, found.gap, strict=True) if text != "-")
            add("MS419", f"no row holds of {said}", given.span, "add a row, or end with one of `-` in every column")
        if found.overlap:
            values, first, second = found.overlap
            said = ", ".join(f"{c.name} {text}" for c, text in zip(what, values, strict=True))
            labels = [Label(given.rows[first].note.span, "the other row")]
            hint = "make them differ, or say `hit: first`"
            add("MS419", f"two rows hold of {said}", given.rows[second].note.span, hint, labels)
        if found.too_large:
            add("MS419", "the table is too large to be checked", given.span, "split it into two measures")
        return not (found.gap or found.overlap or found.too_large)

    def settled(self, cell: ir.Test | None) -> ir.Test | None:
        """A cell with the values of parameters in their place."""
        if cell is None:
            return None
        args = []
        for arg in cell.predicate.args:
            known = isinstance(arg, ir.Read) and not arg.indices and self.formulas.constants.get(arg.name)
            args.append(ir.Literally(known.values[()], known.type, arg.span) if known else arg)
        return replace(cell, predicate=replace(cell.predicate, args=tuple(args)))

    def grid(self, given: written.Grid, type: ir.Type, scope: Scope) -> Made | None:
        keys = []
        for name, written_keys in ((given.down, given.keys_down), (given.across, given.keys_across)):
            column = self.formulas.formula(name, scope)
            if column is None:
                return None
            words = options(column.type)
            if not words:
                self.names.findings.add("MS405", f"`{name.text}` is a number, and a grid's keys are levels", name.span)
                return None
            typed = [self.formulas.fitted(key, scope, column.type) for key in written_keys]
            found = [t.expr.value if t and isinstance(t.expr, ir.Literally) else None for t in typed]
            if None in found:
                return None
            given_words = [key.text if isinstance(key, syntax.Name | syntax.Digits) else "" for key in written_keys]
            for word in words:
                if given_words.count(word) != 1:
                    times = "is missing" if word not in given_words else "is given twice"
                    self.names.findings.add("MS419", f"`{word}` of `{name.text}` {times} in this grid", given.span)
                    return None
            keys.append((column, [t for t in typed if t]))
        rows: list[ir.Row] = []
        reach: list[Bounds] = []
        gaps = [column.gap for column, _ in keys]
        for key_down, line in zip(keys[0][1], given.cells, strict=True):
            for key_across, cell in zip(keys[1][1], line, strict=True):
                then = self.formulas.fitted(cell, scope, type)
                if then is None:
                    continue
                tests = tuple(
                    ir.Test(column.expr, ir.Predicate("equals", (key.expr,), key.expr.span), key.expr.span)
                    for (column, _), key in zip(keys, (key_down, key_across), strict=True)
                )
                gaps.append(then.gap)
                reach += _reach(then)
                rows.append(ir.Row(tests, then.expr, ir.Note(span=cell.span)))
        if len(rows) != len(given.keys_down) * len(given.keys_across):
            return None
        made = ir.Table(tuple(column.expr for column, _ in keys), tuple(rows), "unique", (False, False), grid=True)
        return Made(made, any_of(gaps), bounds.either(reach or [Bounds()]))

    def first_present(self, given: written.FirstPresent, type: ir.Type, scope: Scope) -> Made | None:
        reads: list[ir.Read] = []
        gap: Gap | None = None
        reach: list[Bounds] = []
        for index, name in enumerate(given.names):
            made = self.formulas.fitted(name, scope, type)
            if made is None or not isinstance(made.expr, ir.Read):
                if made and isinstance(made.expr, ir.Literally):
                    message = f"`{name.text}` is always present, and no input or measure"
                    self.names.findings.add(
                        "MS405", message, name.span, f"{{formula: {name.text}}} on a measure has a name"
                    )
                elif made:
                    self.formulas.mismatch(made, type, name.span)
                return None
            if made.gap is None and index < len(given.names) - 1:
                self.names.findings.add(
                    "MS413", f"`{name.text}` is never absent, so what follows is never used", name.span,
                    "put it last, or leave what follows out",
                )  # fmt: skip
            reads.append(made.expr)
            reach.append(made.bounds)
            gap = made.gap if index == 0 or made.gap is None else gap and gap.and_(made.gap)
        return Made(ir.FirstPresent(tuple(reads)), gap, bounds.either(reach or [Bounds()]))


def _indices(expr: ir.Expr | None) -> tuple[ir.Index, ...]:
    return expr.indices if isinstance(expr, ir.Read) else ()


def _reach(then: Typed) -> list[Bounds]:
    """The numbers that an outcome can be; `absent` is none."""
    nothing = isinstance(then.expr, ir.Literally) and isinstance(then.expr.value, ir.Absent)
    return [] if nothing else [then.bounds]


def _outcomes(form: ir.Form) -> tuple[ir.Expr, ...]:
    """What a form can give."""
    match form:
        case ir.Formula(value):
            return (value,)
        case ir.Rules(rules):
            return tuple(rule.then for rule in rules)
        case ir.Table(rows=rows):
            return tuple(row.then for row in rows)
        case ir.Bands(bands=bands):
            return tuple(band.then for band in bands)
        case ir.FirstPresent(reads):
            return reads
        case _:
            assert_never(form)


def _unit(expr: ir.Expr) -> tuple[str | None, Span]:
    """The unit of a number; None where it has none, as figures and products have not."""
    match expr:
        case (
            ir.Read(type=ir.Number(unit=unit))
            | ir.Apply(type=ir.Number(unit=unit))
            | ir.Gather(type=ir.Number(unit=unit))
        ):
            return unit, expr.span
    return None, expr.span


def _said(value: Fraction, levels: tuple[str, ...]) -> str:
    """A number, or the level at that position."""
    return levels[int(value)] if levels else shown(value)
