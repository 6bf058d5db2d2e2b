"""How one value came about, in lines: the rule, row, band or formula that gave it. Knows one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from .. import ops
from ..ir import Absent, Apply, Bands, Expr, FirstPresent, Formula, Literally, Read, Rule, Rules, Table, Worth
from ..trace import ByBand, ByFirst, ByFormula, ByRow, ByRule, Evidence, Key
from .account import Line
from .evidence import because_lines, evidence_lines, marked, tested_words, threshold_lines
from .scene import Scene
from .walk import parts_of
from .wording import bare, fold, listing, number_words, quoted

# --- what decided ----------------------------------------------------------------------------------------------------


def how_lines(scene: Scene) -> tuple[Line, ...]:
    """What gave the value before limits, and what was tried before it."""
    form, how = scene.step.form, scene.outcome.how
    match how:
        case ByRule():
            assert isinstance(form, Rules)
            return _by_rule(form, how, scene)
        case ByRow():
            assert isinstance(form, Table)
            return _by_row(form, how, scene)
        case ByBand():
            assert isinstance(form, Bands)
            return _by_band(form, how, scene)
        case ByFormula():
            assert isinstance(form, Formula)
            return _by_formula(form, scene)
        case ByFirst():
            assert isinstance(form, FirstPresent)
            return _by_first(form, how, scene)
        case _:
            assert_never(how)


def _gives(scene: Scene, then: Expr) -> tuple[str, tuple[Line, ...]]:
    """`gives good`, and a line for what an expression read."""
    value = scene.outcome.before_limits
    said = scene.words.value(value, scene.step.type)
    if isinstance(bare(then), Literally):
        return "gives no value" if isinstance(value, Absent) else f"gives {said}", ()
    if isinstance(value, Absent):
        # The reason within is the machinery's; what it comes from is said by name.
        return "gives no value", _causes(value, scene)
    return f"gives {said}", (Line("read", f"{scene.subject(then)} is {said}"),)


def _causes(absent: Absent, scene: Scene) -> tuple[Line, ...]:
    """The named absences that an absence comes from."""
    if absent.name:
        where = scene.words.named(absent.name, absent.members)
        return (Line("read", f"{where} is {scene.words.absence(absent)}"),)
    if not absent.causes:
        return (Line("read", absent.reason),)
    return tuple(dict.fromkeys(line for cause in absent.causes for line in _causes(cause, scene)))


def _tried(lines: Iterable[Line]) -> tuple[Line, ...]:
    inside = tuple(lines)
    return (Line("tried", "Tried before it", "", inside),) if inside else ()


def _by_rule(form: Rules, how: ByRule, scene: Scene) -> tuple[Line, ...]:
    if how.index is None:
        return (*_principle(form, scene), Line("undecided", "Nothing is left to combine"))
    rule, total = form.rules[how.index], len(form.rules)
    number = f"Rule {how.index + 1} of {total}{marked(rule.note)}"
    gives, reads = _gives(scene, rule.then)
    because = because_lines(rule.note)
    if rule.when is None:
        decided = Line("decided", f"{number}, the otherwise, {gives}", "", because + reads)
    else:
        last = how.tried[how.index]
        inside = evidence_lines(last, scene)
        if last.truth is None:
            decided = Line("undecided", f"{number} cannot be decided", quoted(rule.when.span), inside)
        else:
            decided = Line("decided", f"{number} {gives}", quoted(rule.when.span), because + inside + reads)
    before = zip(form.rules[: how.index], how.tried, strict=False)
    return (
        *_principle(form, scene),
        decided,
        *threshold_lines(scene),
        *_tried(_not_met(i, rule, evidence, scene) for i, (rule, evidence) in enumerate(before)),
    )


def _principle(form: Rules, scene: Scene) -> tuple[Line, ...]:
    if form.principle is None:
        return ()
    them = fold(form.them or "")
    to = f", applied to {scene.words.title(them) if scene.words.declared(them) else them}" if them else ""
    return (Line("principle", f"By the principle {form.principle.replace('_', ' ')}{to}"),)


def _not_met(i: int, rule: Rule, evidence: Evidence, scene: Scene) -> Line:
    assert rule.when is not None
    text = f"rule {i + 1}{marked(rule.note)} does not apply"
    return Line("not_met", text, quoted(rule.when.span), evidence_lines(evidence, scene))


def _by_row(form: Table, how: ByRow, scene: Scene) -> tuple[Line, ...]:
    columns = listing(
        (f"{scene.subject(c)} is {scene.said(v, c)}" for c, v in zip(form.columns, how.columns, strict=True)), 12
    )
    read = Line("read", columns)
    what = "cell of the grid" if form.grid else "row"
    if how.index is None:
        return (Line("undecided", f"No {what} can be decided", "", (read,)),)
    row = form.rows[how.index]
    if form.grid:
        said = f"The grid{marked(row.note)} {_gives(scene, row.then)[0]}"
        return (Line("decided", said, "", (*because_lines(row.note), read)),)
    gives, reads = _gives(scene, row.then)
    decided = Line(
        "decided",
        f"Row {how.index + 1} of {len(form.rows)}{marked(row.note)} {gives}",
        row_text(form, how.index),
        (*because_lines(row.note), read, *reads),
    )
    if form.hit == "unique":
        return (decided,)
    return (decided, *_tried(_row_not_met(form, i, how, scene) for i in range(how.index)))


def row_text(form: Table, index: int) -> str:
    """The row as it is printed: `fully_met | - || good`."""
    row = form.rows[index]
    cells = " | ".join("-" if cell is None else quoted(cell.predicate.span) for cell in row.cells)
    return f"{cells} || {quoted(row.then.span)}"


def _row_not_met(form: Table, index: int, how: ByRow, scene: Scene) -> Line:
    failed = next((t for t in how.cells[index] if t is not None and t.truth is False), None)
    inside = (Line("read", tested_words(failed, scene)),) if failed else ()
    text = f"row {index + 1}{marked(form.rows[index].note)} does not apply"
    return Line("not_met", text, row_text(form, index), inside)


def _by_band(form: Bands, how: ByBand, scene: Scene) -> tuple[Line, ...]:
    if how.index is None:
        causes = _causes(how.of, scene) if isinstance(how.of, Absent) else ()
        return (Line("undecided", "No band can be decided", "", causes),)
    read = _working(form.of, scene)
    if not rounds(form.of):
        read = (Line("read", f"{scene.subject(form.of)} is {scene.banded(how.of, form)}"), *read)
    band = form.bands[how.index]
    gives, reads = _gives(scene, band.then)
    text = f"Band {how.index + 1} of {len(form.bands)}{marked(band.note)} {gives}"
    passed = (
        Line("not_met", f"the band of {scene.argument(b.then)}{marked(b.note)} does not apply", scene.band(b))
        for b in form.bands[: how.index]
    )
    return (Line("decided", text, scene.band(band), because_lines(band.note) + read + reads), *_tried(passed))


def _by_formula(form: Formula, scene: Scene) -> tuple[Line, ...]:
    inner = bare(form.value)
    if isinstance(inner, Read):
        given = "given, " if inner.name in scene.words.program.inputs else ""
        said = scene.words.value(scene.outcome.before_limits, scene.step.type)
        return (Line("decided", f"As {given}{scene.subject(inner)}: {said}"),)
    gives, _ = _gives(scene, form.value)
    return (Line("decided", f"The formula {gives}", quoted(form.value.span), _working(form.value, scene)),)


def _by_first(form: FirstPresent, how: ByFirst, scene: Scene) -> tuple[Line, ...]:
    names = listing((scene.subject(read) for read in form.reads), 12)
    seen = [
        Line("read", f"{scene.subject(r)} is {scene.said(v, r)}") for r, v in zip(form.reads, how.seen, strict=False)
    ]
    if how.index is None:
        return (Line("undecided", f"None is present of {names}", "", tuple(seen)),)
    gives, _ = _gives(scene, form.reads[how.index])
    decided = Line("decided", f"{scene.subject(form.reads[how.index])} {gives}, the first present of {names}")
    return (decided, *_tried(Line("not_met", line.text) for line in seen[:-1]))


# --- what a formula works with ---------------------------------------------------------------------------------------


def rounds(expr: Expr) -> bool:
    """Whether it is a rounding, all of it: then what it rounds is worth telling, not its text."""
    inner = bare(expr)
    return isinstance(inner, Apply) and inner.op == "round"


def _working(expr: Expr, scene: Scene) -> tuple[Line, ...]:
    """The values a formula read, and each rounding before and after."""
    if isinstance(bare(expr), Read | Literally):
        return ()
    roundings = [part for part in parts_of(expr) if isinstance(part, Apply) and part.op == "round"]
    rounded = [bare(rounding.args[0]) for rounding in roundings]  # a name that is rounded is told of there
    named = {part.name for part in parts_of(expr) if isinstance(part, Read) and part not in rounded}
    names = [name for name in dict.fromkeys(name for name, _ in scene.outcome.reads) if name in named]
    values = (Line("read", _values(name, expr, scene)) for name in names)
    done = [r for r in reversed(roundings) if not isinstance(scene.work_out(r.args[0]), Absent)]
    return (*values, *(Line("read", rounding_words(rounding, scene)) for rounding in done))


def values_of(name: str, expr: Expr, scene: Scene) -> list[tuple[Key, str]]:
    """What `expr` read under a name, in words; a level as what it is worth, where the formula reckons with that."""
    found = [part for part in parts_of(expr) if isinstance(part, Worth) and isinstance(part.of, Read)]
    worth = next((part.values for part in found if isinstance(part.of, Read) and part.of.name == name), None)
    declared, texts = scene.words.declared(name), []
    for key in scene.outcome.reads:
        value = scene.value_at(key) if key[0] == name else None
        if isinstance(value, int) and worth is not None:
            texts.append((key, number_words(worth[value])))
        elif value is not None and declared is not None:
            texts.append((key, scene.words.value(value, declared.type)))
    return texts


def _values(name: str, expr: Expr, scene: Scene) -> str:
    """`percent is 62.5 %`, or of several members `scores: a 3, b 2`."""
    texts, declared, bound = values_of(name, expr, scene), scene.words.declared(name), scene.bound()
    axes = declared.axes if declared else ()
    if len(texts) == 1 and all(bound.get(a) == m for a, m in zip(axes, texts[0][0][1], strict=True)):
        return f"{scene.words.title(name)} is {texts[0][1]}"
    return f"{scene.words.title(name)}: {listing((f'{scene.near(key)} {text}' for key, text in texts), 12)}"


def rounding_words(node: Apply, scene: Scene) -> str:
    """`percent: 62.5 % rounds to 63 % (to the nearest 1, half up)`."""
    of, nearest = node.args
    value, result, to = scene.work_out(of), scene.work_out(node), scene.work_out(nearest)
    before, after, step = scene.said(value, of), scene.said(result, node), scene.said(to, nearest)
    if isinstance(to, Fraction):
        before = scene.figure(value, of, lambda near: ops.rounded(near, to, node.mode) == result)
    away = node.mode in ("up", "down")
    how = f"{node.mode} to a multiple of {step}" if away else f"to the nearest {step}, {node.mode.replace('_', ' ')}"
    return f"{scene.subject(of)}: {before} rounds to {after} ({how})"
