"""Inputs, parameters and attributes as written to what the program holds. Knows names and types, no rule."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from .. import bounds, ir
from .. import model as written
from ..bounds import Bounds
from ..diagnostics import Label, Span
from ..syntax import Name, Phrase, parse
from .names import Gap, Linked, Names, Symbol, bounds_of, number, options, words


def absences(names: Names, given: tuple[written.Absence, ...], type: ir.Type) -> tuple[ir.AbsenceRule, ...]:
    """Each reason with what is done about it."""
    rules = []
    for each in given:
        reason, title = each.reason.text, words(each.reason.text)
        names.reasons.add(reason)
        if reason in options(type):
            names.findings.add("MS401", f"`{reason}` is both a level and a reason for absence", each.reason.span)
        if each.treatment.text in ("skip", "unrated"):
            rules.append(ir.AbsenceRule(reason, title, each.treatment.text))  # type: ignore[arg-type]
            continue
        value = names.value(type, Phrase.of(each.treatment), ("skip", "unrated"))
        if value is None:
            rules.append(ir.AbsenceRule(reason, title, "skip"))  # as if it said that, so that no more is said
        else:
            rules.append(ir.AbsenceRule(reason, title, "replace", value))
    return tuple(rules)


def gap_of(rules: tuple[ir.AbsenceRule, ...], name: str) -> Gap | None:
    """How a reader of `name` can find it absent; a reason that is replaced is not seen."""
    seen = [rule for rule in rules if rule.treatment != "replace"]
    if not seen:
        return None
    why = f"`{name}` can be {seen[0].title.lower()}"
    return Gap(
        any(r.treatment == "skip" for r in seen), any(r.treatment == "unrated" for r in seen), why, seen[0].reason
    )


def add_input(names: Names, given: written.Input, linked: Linked) -> ir.Input | None:
    name = given.name.text
    if not names.claim(name, given.name.span):
        return None
    axes, type = names.axes(given.axes), names.type(given.type)
    link = _link(names, given, axes, linked)
    if given.linked is not None:
        type = link.step.type if link else None
    if type is None:
        names.broken.add(name)
        return None
    rules = absences(names, given.absent, type)
    for each, rule in zip(given.absent, rules, strict=False):
        if isinstance(rule.value, Fraction) and not bounds_of(type).may_be(rule.value):
            names.findings.add(
                "MS404", f"`{each.treatment.text}` is no value that `{name}` can have", each.treatment.span,
                "within its `min` and `max`, with no more than its `decimals`",
            )  # fmt: skip
    empty = given.empty.text if given.empty else None
    if given.empty and empty not in {a.reason.text for a in given.absent}:
        names.unknown(given.empty.text, given.empty.span, [r.reason for r in rules], "reason")
    gap = link.step.absent if link else None
    if gap and gap.treatment != "replace" and gap.reason not in {rule.reason for rule in rules}:
        names.findings.add(
            "MS421", f"`{name}` can be absent: `{gap.reason}`, as its methodology calls it", given.name.span,
            f"say how that counts: `absent: {{{gap.reason}: skip}}`, or `unrated`, or a value",
        )  # fmt: skip
    title = given.title.text if given.title else words(name)
    changeable = given.changeable is not None and given.changeable.text == "yes"
    names.declare(Symbol(name, "input", axes, type, gap_of(rules, name), bounds_of(type), given.name.span))
    return ir.Input(name, title, axes, type, rules, empty, changeable, link, given.name.span)


def _link(names: Names, given: written.Input, axes: tuple[str, ...], linked: Linked) -> ir.Link | None:
    """The result that an input takes from another methodology, whose members must be the input's own."""
    if given.linked is None:
        return None
    origin, version, said = given.linked
    program = linked(origin.text, version.text, origin.span)
    wanted = parse("formula", said, names.findings)
    if program is None or wanted is None:
        return None
    if not isinstance(wanted, Name):
        names.findings.add("MS402", f"`{said.text}` is no result", said.span, "a result, or `RESULT for MEMBER`")
        return None
    step = next((s for s in program.steps if s.name == wanted.text and s.name in program.results), None)
    if step is None:
        names.unknown(wanted.text, said.span, program.results, f"result of `{origin.text}`")
        return None
    fixed = [None if wanted.member is None else _fixed(program, axis, wanted.member.text) for axis in step.axes]
    if wanted.member is not None and not any(fixed):
        known = [member.name for axis in step.axes for member in program.sets[axis].members]
        names.unknown(wanted.member.text, wanted.member.span, known, f"member of {step.name}")
        return None
    theirs = [axis for axis, member in zip(step.axes, fixed, strict=True) if member is None]
    both = zip(axes, theirs, strict=False)
    if len(axes) != len(theirs) or any(names.sets[a].above.keys() != program.sets[b].above.keys() for a, b in both):
        each = " and ".join(f"`{axis}`" for axis in theirs)
        message = f"`{step.name}` has a value for each of {each}" if theirs else f"`{step.name}` has one value"
        hint = "give the input `each` over a set of the same members, or write `RESULT for MEMBER`"
        names.findings.add("MS406", message, said.span, hint if theirs else "leave out `each`")
        return None
    return ir.Link(program, step.name, tuple(fixed))


def _fixed(program: ir.Program, axis: str, member: str) -> str | None:
    return member if member in program.sets[axis].above else None


def add_parameter(names: Names, given: written.Parameter) -> ir.Constant | None:
    name = given.name.text
    if not names.claim(name, given.name.span):
        return None
    axes = names.axes(given.axes)
    kind = given.type.scale or given.type.kind
    type: ir.Type | None = (
        names.type(given.type) if kind else ir.Number(unit=given.type.unit.text if given.type.unit else None)
    )
    if type is None or len(axes) != len(given.axes) or not given.cells:
        names.broken.add(name)
        return None
    values: dict[tuple[str, ...], ir.Present] = {}
    places = {}
    known = {axis: names.sets[axis].above for axis in axes}
    for members, cell in given.cells:
        key = tuple(member.text for member in members)
        if len(key) != len(axes):
            due = " and ".join(f"`{axis}`" for axis in axes) or "one value"
            names.findings.add("MS414", f"`{name}` has a value for each of {due}", cell.span)
            continue
        for axis, member in zip(axes, members, strict=True):
            if member.text not in known[axis]:
                names.unknown(member.text, member.span, known[axis], f"member of `{axis}`")
        if key in values:
            names.findings.add("MS401", f"`{name}` is given twice for {', '.join(key)}", cell.span)
        value = names.value(type, cell)
        if value is not None:
            values[key], places[key] = value, cell.span
    missing = [key for key in ir.combinations(names.sets, axes) if key not in values]
    if missing:
        if len(values) == len(given.cells):
            shown = ", ".join(" ".join(key) for key in missing[:5])
            names.findings.add("MS414", f"`{name}` has no value for {shown}", given.name.span)
        names.broken.add(name)
        return None
    names.declare(Symbol(name, "parameter", axes, type, None, _reach(type, values), given.name.span))
    title = given.title.text if given.title else words(name)
    return ir.Constant(name, title, axes, type, values, False, names.note(given.note), places)


def add_attributes(names: Names, given: written.Set) -> list[ir.Constant]:
    """The attributes of a set's members; every member has each of them, all of one kind."""
    keys: dict[str, Phrase] = {}
    for member in given.members:
        for name, (key, _) in member.attributes.items():
            keys.setdefault(name, key)
    made = []
    for name, key in keys.items():
        if not names.claim(name, key.span):
            continue
        cells = {m.name.text: m.attributes[name][1] for m in given.members if name in m.attributes}
        if not all(cell.text for cell in cells.values()):  # an empty cell of a table, which has been reported
            names.broken.add(name)
            continue
        without = [m for m in given.members if name not in m.attributes]
        if without:
            labels = [Label(key.span, "first given here")]
            names.findings.add("MS414", f"`{without[0].name.text}` has no `{name}`", without[0].name.span, None, labels)
            names.broken.add(name)
            continue
        type = _attribute_type([cell.text for cell in cells.values()])
        values = {(member,): names.value(type, cell) for member, cell in cells.items()}
        known: dict[tuple[str, ...], ir.Present] = {k: value for k, value in values.items() if value is not None}
        names.declare(Symbol(name, "attribute", (given.name.text,), type, None, _reach(type, known), key.span))
        places: dict[tuple[str, ...], Span] = {(member,): cell.span for member, cell in cells.items()}
        made.append(ir.Constant(name, words(name), (given.name.text,), type, known, True, places=places))
    return made


def _attribute_type(texts: list[str]) -> ir.Type:
    if all(number(text) is not None for text in texts):
        return ir.Number()
    if set(texts) <= {"yes", "no"}:
        return ir.YesNo()
    return ir.Choice(tuple(ir.Option(text, words(text)) for text, _ in groupby(sorted(texts))))


def _reach(type: ir.Type, values: dict[tuple[str, ...], ir.Present]) -> Bounds:
    """What numbers a constant can be: those that are written."""
    if isinstance(type, ir.Number):
        return (
            bounds.of_values([Fraction(v) for v in values.values() if not isinstance(v, str)]) if values else Bounds()
        )
    return bounds_of(type)


def clashes(names: Names, given: written.Model) -> None:
    """A level or option that is also a name would make `is LEVEL` mean either."""
    words = [(level.name, "a level") for _, levels in given.scales for level in levels]
    types = [i.type for i in given.inputs] + [p.type for p in given.parameters] + [m.type for m in given.measures]
    words += [(option, "an option") for type in types for option in type.options]
    for word, what in words:
        if word.text in names.symbols:
            labels = [Label(names.symbols[word.text].span, "the other one")]
            hint = "give one of them another name"
            names.findings.add("MS401", f"`{word.text}` is {what} and a name", word.span, hint, labels)
