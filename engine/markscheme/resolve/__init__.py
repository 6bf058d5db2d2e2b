"""Names, types, units, axes and absence: from the methodology as written to the program that is run. Reads no text."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from .. import bounds, ir, syntax
from .. import model as written
from ..diagnostics import Findings
from ..document import Scalar
from ..model.reading import text
from .aggregates import collection
from .conditions import condition
from .cost import MOST_COST, cost
from .declared import absences, add_attributes, add_input, add_parameter, clashes, gap_of
from .directions import directions
from .expressions import Formulas
from .forms import Forms, Made
from .names import SHARE, Gap, Linked, Names, Symbol, bounds_of, words
from .order import ordered, reads_of
from .principles import applied
from .promises import guarantees, waivers
from .typed import Scope

__all__ = ["Linked", "resolve"]


def resolve(model: written.Model, linked: Linked, findings: Findings) -> ir.Program | None:
    """The program, without its digest, or None where `findings` hold an error."""
    resolver = _Resolver(model, findings)
    resolver.declare(linked)
    program = resolver.program()
    if findings.errors:
        return None
    directions(program, {name.text: name.span for name, _ in model.scales}, findings)
    return program


class _Resolver:
    def __init__(self, model: written.Model, findings: Findings) -> None:
        self.model = model
        self.findings = findings
        self.names = Names(findings, broken=set(model.broken))
        self.constants: dict[str, ir.Constant] = {}
        self.inputs: dict[str, ir.Input] = {}
        self.formulas = Formulas(self.names, self.constants)
        self.forms = Forms(self.formulas)
        self.steps: list[ir.Step] = []
        self.principles = {p.name.text: p for p in model.principles}

    # --- what is declared --------------------------------------------------------------------------------------------

    def declare(self, linked: Linked) -> None:
        names, model = self.names, self.model
        for key, node in model.sources:
            published, url = text(node, "published"), text(node, "url")
            title = text(node, "title")
            names.sources[key.text] = ir.Cited(
                key.text,
                title.text if title else key.text,
                published.text if published else None,
                url.text if url else None,
            )
        for name, levels in model.scales:
            names.add_scale(name, levels)
        for each in model.sets:
            names.add_set(each)
            for attribute in add_attributes(names, each):
                self.constants[attribute.name] = attribute
        for parameter in model.parameters:
            constant = add_parameter(names, parameter)
            if constant:
                self.constants[constant.name] = constant
        for given in model.inputs:
            made = add_input(names, given, linked)
            if made:
                self.inputs[made.name] = made
        spans = {given.name.text: given.name.span for given in model.inputs}
        names.titles([(made.name, made.title, spans[made.name]) for made in self.inputs.values()], "input")
        for measure in model.measures:
            names.claim(measure.name.text, measure.name.span)
        names.broken.update(m.name.text for m in model.measures)  # until each is resolved, in its order
        for measure in ordered(model, self.findings):
            names.broken.discard(measure.name.text)
            self.measure(measure)
        clashes(names, model)

    # --- measures ----------------------------------------------------------------------------------------------------

    def measure(self, given: written.Measure) -> None:
        name = given.name.text
        axes, type = self.names.axes(given.axes), self.names.type(given.type)
        if type is None or len(axes) != len(given.axes):
            self.names.broken.add(name)
            return
        rules = absences(self.names, given.absent, type)
        absent = rules[0] if rules else None
        made = self.form(given, axes, type)
        if made is None or not self.names.unsure.isdisjoint(reads_of(given, self.principles)):
            self.names.unsure.add(name)
        if isinstance(given.form, written.OneFormula) and SHARE.search(given.form.value.span.text):
            self.names.quotients.add(name)
        if isinstance(type, ir.Number) and made and made.unit:
            type = replace(type, unit=made.unit)
        known = made.bounds if made else bounds_of(type)
        limits, limit_gap, ends = self.limits(given, axes, type)
        if made:
            gap = made.gap or limit_gap
            if gap and not given.absent:
                self.findings.add(
                    "MS421", f"`{name}` can be absent: {gap.why}", given.name.span,
                    f"say how that counts: `absent: {{{gap.reason}: skip}}`, or `unrated`, or a value",
                )  # fmt: skip
            if gap is None and given.absent and not self.findings.errors:
                self.findings.add(
                    "MS422", f"`{name}` can never be absent", given.absent[0].reason.span, "leave `absent` out"
                )
            if made.gap and absent and absent.treatment == "skip":
                self.levelled(given, made)
            known = self.claimed(given, type, bounds.either([made.bounds, *ends]), absent)
            title = given.title.text if given.title else words(name)
            note = self.names.note(given.note)
            self.steps.append(ir.Step(name, title, axes, type, made.form, limits, absent, note))
        self.names.declare(Symbol(name, "measure", axes, type, gap_of(rules, name), known, given.name.span))

    def levelled(self, given: written.Measure, made: Made) -> None:
        """A measure has one reason for absence; one that skips leaves out what it takes over as unrated, too."""
        for read in _taken_over(made.form):
            symbol = self.names.symbols[read.name]
            if symbol.gap and symbol.gap.skip and symbol.gap.unrated:
                self.findings.add(
                    "MS433", f"what `{read.name}` says is unrated, `{given.name.text}` leaves out",
                    given.absent[0].reason.span,
                    f"use `{read.name}` itself in what ranges over it, or say `unrated` here, or `skip` of both there",
                )  # fmt: skip
                return

    def form(self, given: written.Measure, axes: tuple[str, ...], type: ir.Type) -> Made | None:
        if given.form is None:
            return None
        if not isinstance(given.form, written.Applied):
            return self.forms.form(given.form, type, Scope(axes))
        name, to = given.form.principle, given.form.to
        principle = next((p for p in self.model.principles if p.name.text == name.text), None)
        if principle is None:
            self.names.unknown(name.text, name.span, [p.name.text for p in self.model.principles], "principle")
            return None
        own = self.names.type(principle.type)
        if own is not None and own != type:
            other = f"a level of `{principle.type.scale.text}`" if principle.type.scale else "another kind of value"
            self.findings.add("MS405", f"`{name.text}` gives {other}", name.span, "give the measure the same scale")
            return None
        return self.applied(given, applied(principle, to, self.findings), to, axes, type)

    def applied(
        self,
        given: written.Measure,
        principle: written.Principle,
        to: syntax.Values,
        axes: tuple[str, ...],
        type: ir.Type,
    ) -> Made | None:
        """A principle's thresholds become helper steps of the measure, its rules the measure's form."""
        local: dict[str, str] = {}
        whole = self.names.note(principle.note)
        for threshold in principle.thresholds:
            short, full = threshold.name.text, f"{given.name.text}.{threshold.name.text}"
            number = ir.Number()
            made = self.forms.form(threshold.bands, number, Scope(axes, local=dict(local)))
            if made is None:
                self.names.broken.add(short)
                continue
            if made.gap:
                self.findings.add(
                    "MS421", f"the threshold `{short}` can be absent: {made.gap.why}", threshold.name.span
                )
            local[short] = full
            note = _within(self.names.note(threshold.bands.note), whole)
            self.steps.append(ir.Step(full, words(short), axes, number, made.form, (), None, note, helper=True))
            self.names.declare(Symbol(full, "threshold", axes, number, None, made.bounds, threshold.name.span))
        made = self.forms.form(principle.rules, type, Scope(axes, local=local))
        if made is None or not isinstance(made.form, ir.Rules):
            return None
        rules = tuple(replace(rule, note=_within(rule.note, whole)) for rule in made.form.rules)
        over, gap = self.emptied(to, axes)
        form = ir.Rules(rules, principle.name.text, to.span.text, over)
        return replace(made, form=form, gap=made.gap.and_(gap) if made.gap else gap)

    def emptied(self, to: syntax.Values, axes: tuple[str, ...]) -> tuple[ir.Collection | None, Gap | None]:
        """What a principle is applied to, where `where` may leave nothing of it, and that there is no value then."""
        found = collection(self.formulas, to, (), Scope(axes)) if to.where else None
        if found is None or min(found[-1]) > 0:
            return None, None
        return found[0], Gap(False, True, f"`{to.span.text}` may have nothing left")

    def limits(
        self, given: written.Measure, axes: tuple[str, ...], type: ir.Type
    ) -> tuple[tuple[ir.Limit, ...], Gap | None, list[bounds.Bounds]]:
        """The limits, why one can be undecided, and what numbers each can cap or raise to."""
        made: list[ir.Limit] = []
        ends: list[bounds.Bounds] = []
        gap: Gap | None = None
        if given.limits and not isinstance(type, ir.Scale | ir.Number):
            self.findings.add(
                "MS405", f"`{given.name.text}` has no order, so it has no limits", given.limits[0].note.span
            )
            return (), None, []
        for limit in given.limits:
            member = self.limited_member(limit, axes)
            bound = self.formulas.fitted(limit.bound, Scope(axes), type)
            when = condition(self.formulas, limit.when, Scope(axes))
            if bound and when and (member or not limit.member):
                gap = gap or bound.gap or when[1]
                ends.append(bound.bounds)
                made.append(ir.Limit(limit.kind, bound.expr, when[0], member, self.names.note(limit.note)))
        self.order_matters(given, made)
        return tuple(made), gap, ends

    def limited_member(self, limit: written.Limit, axes: tuple[str, ...]) -> tuple[str, str] | None:
        if limit.member is None:
            return None
        name = limit.member.text
        holding = [axis for axis in axes if any(m.name == name for m in self.names.sets[axis].members)]
        if len(holding) == 1:
            return holding[0], name
        known = [m.name for axis in axes for m in self.names.sets[axis].members]
        if not axes:
            self.findings.add(
                "MS406", "the measure has one value, so `for` has no place", limit.member.span, "leave it out"
            )
            return None
        self.names.unknown(name, limit.member.span, known, "member")
        return None

    def order_matters(self, given: written.Measure, limits: list[ir.Limit]) -> None:
        """A cap below a floor gives one or the other, as the last of them says."""
        for i, a in enumerate(limits):
            for b in limits[i + 1 :]:
                apart = a.member and b.member and a.member != b.member
                cap, floor = (a, b) if a.kind == "at_most" else (b, a)
                low, high = self.forms.constant(cap.bound), self.forms.constant(floor.bound)
                if a.kind != b.kind and not apart and low is not None and high is not None and low < high:
                    message = "a cap below a floor: where both hold, the later one decides"
                    self.findings.add("MS423", message, b.note.span)

    def claimed(
        self, given: written.Measure, type: ir.Type, reach: bounds.Bounds, absent: ir.AbsenceRule | None
    ) -> bounds.Bounds:
        """What a measure can be, or be worth; a number's `decimals`, `min` and `max` are claims, and are proved."""
        known = reach
        if absent is not None and absent.value is not None:
            known = bounds.either((reach, self.formulas.worth_of(type, absent.value)))
        if not isinstance(type, ir.Number) or given.name.text in self.names.unsure:
            return known
        claims = given.type
        if claims.decimals and type.decimals is not None and not _on_grid(known, type.decimals):
            self.claim_fails(given, claims.decimals, f"{type.decimals} decimals")
        if claims.low and type.low is not None and (known.low is None or known.low < type.low):
            self.claim_fails(given, claims.low, f"at least {claims.low.text}")
        if claims.high and type.high is not None and (known.high is None or known.high > type.high):
            self.claim_fails(given, claims.high, f"at most {claims.high.text}")
        return known

    def claim_fails(self, given: written.Measure, claim: Scalar, what: str) -> None:
        self.findings.add(
            "MS424", f"`{given.name.text}` cannot be shown to have {what} always" if "decimals" in what
            else f"`{given.name.text}` cannot be shown to be {what} always", claim.span,
            "it is a claim, not a rounding: leave it out, or round in the formula",
        )  # fmt: skip

    # --- the whole ---------------------------------------------------------------------------------------------------

    def results(self) -> tuple[str, ...]:
        measures = {m.name.text for m in self.model.measures}
        self.names.distinct([(r.text, r.span) for r in self.model.results], "result")
        for result in self.model.results:
            if result.text not in measures:
                self.names.unknown(result.text, result.span, sorted(measures), "measure")
        return tuple(result.text for result in self.model.results)

    def unused(self) -> None:
        """Text that nothing reads is said to be so; it is a slip more often than not."""
        if self.findings.errors:
            return  # what could not be understood may be what reads it
        said: set[str] = set()
        applied_ones = set()
        for measure in self.model.measures:
            if isinstance(measure.form, written.Applied):
                applied_ones.add(measure.form.principle.text)
        for principle in self.model.principles:
            if principle.name.text not in applied_ones:
                self.findings.add(
                    "MS425", f"the principle `{principle.name.text}` is never applied", principle.name.span
                )
        principles = {p.name.text: p for p in self.model.principles}
        for measure in self.model.measures:
            said.update(reads_of(measure, principles))
        for name in (*(i.name for i in self.model.inputs), *(p.name for p in self.model.parameters)):
            if name.text not in said:
                self.findings.add("MS425", f"nothing reads `{name.text}`", name.span)
        results = {result.text for result in self.model.results}
        for measure in self.model.measures:
            if measure.name.text not in said | results:
                self.findings.add(
                    "MS425", f"nothing reads `{measure.name.text}`, and it is no result", measure.name.span
                )

    def program(self) -> ir.Program:
        top = self.model.top
        results = self.results()
        measures = tuple(measure.name.text for measure in self.model.measures)
        promised = guarantees(self.model.guarantees, measures, self.inputs, self.formulas)
        given_up = waivers(self.model.waivers, results, self.principles, self.names)
        self.unused()
        total = sum(cost(step, self.names.sets) for step in self.steps)
        total += sum(made.linked.program.cost for made in self.inputs.values() if made.linked)
        if total > MOST_COST:
            self.findings.add(
                "MS426", f"rating one record would cost {total} operations", top.span, f"at most {MOST_COST}"
            )

        def said(key: str, node: object = top) -> str | None:
            found = text(node, key)  # type: ignore[arg-type]
            return found.text if found else None

        force = top.get("in_force")
        status = said("status") or "published"
        if status != "published":  # what the whole file is, none of its measures is more than
            whole = ir.Note(status)  # type: ignore[arg-type]  # `shape` has looked at the word
            self.steps = [replace(step, note=_within(step.note, whole)) for step in self.steps]
        return ir.Program(
            id=said("id") or "", version=said("version") or "", title=said("title") or said("id") or "",
            publisher=said("publisher"), status=status,  # type: ignore[arg-type]
            in_force=(said("from", force), said("until", force)), digest="", sources=self.names.sources,
            scales=self.names.scales, sets=self.names.sets, inputs=self.inputs, constants=self.constants,
            steps=tuple(self.steps), results=results, guarantees=promised, waivers=given_up, cost=total,
        )  # fmt: skip


def _within(note: ir.Note, whole: ir.Note) -> ir.Note:
    """A part's note, where the whole has one: no part is more than the whole, and what cites nothing of its own cites
    what the whole does."""
    if note.status != "published":
        return note
    return replace(note, status=whole.status, cite=note.cite or whole.cite)


def _taken_over(form: ir.Form) -> list[ir.Read]:
    """What a formula reads as it is, not through an aggregate."""
    found: list[ir.Read] = []
    left: list[ir.Expr] = list(form.reads) if isinstance(form, ir.FirstPresent) else []
    left += [form.value] if isinstance(form, ir.Formula) else []
    while left:
        expr = left.pop()
        match expr:
            case ir.Read():
                found.append(expr)
            case ir.Worth(of) | ir.Landing(of):
                left.append(of)
            case ir.Apply(_, args):
                left += args
            case ir.Literally() | ir.Gather():
                pass
            case _:
                assert_never(expr)
    return found


def _on_grid(known: bounds.Bounds, decimals: int) -> bool:
    return known.low == known.high == 0 or (known.step is not None and (known.step * 10**decimals).denominator == 1)
