"""A ledger as text that reads in a terminal of a hundred columns. Knows what the ledger holds; works nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from ..diagnostics import Span
from ..echo import escaped
from ..explain.wording import listing, quoted, type_of
from ..ir import Bands, Number, Program, Quantify, Type, combinations
from ..render import plural, styled
from .boundary import Beside, Boundary, Ledger, Point
from .cuts import Cut
from .near import Near
from .rounding import Rounding
from .words import subject_text, value_text

_LEAST, _MOST = 16, 34  # columns of the first column
_GAP = 2
_COUNTED = Number()


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str, str, str, str]
    style: str = ""


def as_text(ledger: Ledger, width: int = 100, colour: bool = False) -> str:
    """Every boundary, those of one piece of text under one heading."""
    program = ledger.program
    parts: list[str] = []
    sections: dict[object, list[Boundary]] = {}
    for each in ledger.boundaries:
        sections.setdefault(_section(each), []).append(each)
    for those in sections.values():
        rows = [row for each in those for row in _rows(program, each)]
        parts.append("\n".join((*_heading(those, width, colour), *_table(rows, width, colour), *_notes(those, width))))
    return "\n\n".join(parts)


def _section(boundary: Boundary) -> object:
    cut = boundary.cut
    if isinstance(cut.step.form, Bands) and not isinstance(cut.subject, Quantify) and cut.subject is cut.step.form.of:
        return (boundary.measures, quoted(cut.subject.span), "bands")
    return boundary.measures, cut.text if not cut.cell else boundary.spans


# --- headings --------------------------------------------------------------------------------------------------------


def _heading(those: Sequence[Boundary], width: int, colour: bool) -> Iterator[str]:
    cut = those[0].cut
    banded = _section(those[0])[-1] == "bands"  # type: ignore[index]
    assert not banded or not isinstance(cut.subject, Quantify)
    text = f"bands of {quoted(cut.subject.span)}" if banded else cut.text
    heading = f"{_measures(those[0])} ({places([span for each in those for span in each.spans])})"
    yield from _wrapped(escaped(heading), width, style="strong", colour=colour)
    yield from _wrapped(escaped(text), width, "  ")
    for words, roundings in (("rounded first", those[0].roundings), ("rounded on the way", those[0].earlier)):
        if roundings:
            said = "; ".join(dict.fromkeys(_rounding(each) for each in roundings))
            yield from _wrapped(f"{words}: {said}", width, "  ")


def _rounding(each: Rounding) -> str:
    return f"{each.words} (line {each.span.line})"


def places(spans: Iterable[Span]) -> str:
    """`rules/first.yaml:12, 14`; the table beside it by its own name."""
    lines: dict[str, set[int]] = {}
    for span in spans:
        lines.setdefault(span.source.name, set()).add(span.line)
    return ", ".join(f"{name}:{listing(map(str, sorted(numbers)), 8)}" for name, numbers in lines.items())


def _measures(boundary: Boundary) -> str:
    """`service_overall, overall`; of a principle's threshold the measures that it is for, too."""
    owners = listing((_owner(name) for name in boundary.measures), 3)
    step = boundary.cut.step
    return f"{step.name.rpartition('.')[2]} for {owners}" if step.helper else owners


def _owner(name: str) -> str:
    return name.partition(".")[0]


def _wrapped(text: str, width: int, indent: str = "", style: str = "", colour: bool = False) -> Iterator[str]:
    for line in wrap(text, width, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False):
        yield styled(line, style, colour) if style else line


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(program: Program, boundary: Boundary) -> Iterator[_Row]:
    """What follows on each side, and below that the values, for each group of members that has others."""
    cut, type = boundary.cut, _type(boundary.cut)
    said = None
    for beside in boundary.beside:
        text = _figure(cut, beside)
        if text != said:
            at = cut.at if beside.at is not None or cut.falls != "between" else ""
            yield _Row((escaped(text), cut.below, at, cut.above), "strong")
            said = text
        points = (beside.below, beside.at, beside.above)
        if all(point is None for point in points) and beside.figure is None:
            yield _Row((_who(program, boundary, beside), "from the data", "", ""))
        else:
            below, at, above = ("-" if point is None else _point(point, type) for point in points)
            yield _Row((_who(program, boundary, beside), below, at, above))


def _type(cut: Cut) -> Type:
    return _COUNTED if isinstance(cut.subject, Quantify) else type_of(cut.subject)


def _figure(cut: Cut, beside: Beside) -> str:
    """`62 | 63`, `at least 80`, `count at least 2`."""
    words = {
        "above": "at least" if cut.at == cut.above else "less than",
        "below": "at most" if cut.kind == "band" or cut.at == cut.below else "more than",
        "neither": "exactly",
        "between": "",
    }[cut.falls]
    counts = "count " if cut.kind == "count" else "each " if cut.item else ""
    return f"{counts}{words} {beside.text}".strip()


def _point(point: Point, type: Type) -> str:
    value = value_text(point.value, type)
    return value if point.compared == point.value else f"{value} → {value_text(point.compared, type)}"


def _who(program: Program, boundary: Boundary, beside: Beside) -> str:
    """Which members: nothing where it is all there are."""
    subjects = dict.fromkeys(subject_text(cut) for cut, _ in beside.members)
    which = listing(subjects, 3) if {subject_text(cut) for cut in boundary.cuts} - subjects.keys() else ""
    everybody = {(cut.step.name, own) for cut in boundary.cuts for own in combinations(program.sets, cut.step.axes)}
    here = dict.fromkeys((cut.step.name, members[: len(cut.step.axes)]) for cut, members in beside.members)
    if here.keys() >= everybody:
        return escaped(which or ("" if len(everybody) == 1 else f"all {len(everybody)}"))
    names = dict.fromkeys(name for name, _ in here)
    parts = [which] if which else []
    for name in names:
        own = [members for one, members in here if one == name]
        if len(names) > 1 and len(own) == sum(1 for one, _ in everybody if one == name):
            parts.append(_owner(name))
        else:
            parts.append(_range(own, _owner(name) if len(names) > 1 else ""))
    return escaped(listing(parts, 3))


def _range(members: Sequence[tuple[str, ...]], name: str) -> str:
    said = listing((" / ".join(each) for each in members), 3)
    return f"{name} of {said}" if name else said


def _table(rows: Sequence[_Row], width: int, colour: bool) -> Iterator[str]:
    """Four columns as wide as they must be, cut off where they would not fit."""
    heads = _Row(("", "just below", "at", "just above"), "faint")
    widest = [max(len(row.cells[i]) for row in (heads, *rows)) for i in range(4)]
    first = min(max(widest[0], _LEAST), _MOST)
    room = (width - 2 - first) // 3 - _GAP
    widths = [first, *(min(each, room) for each in widest[1:])]
    for row in (heads, *rows):
        names, *values = row.cells
        lines = wrap(names, first, break_on_hyphens=False) or [""]
        for extra in lines[:-1]:
            yield f"  {extra}".rstrip()
        cells = [_cut(cell, wide).ljust(wide) for cell, wide in zip((lines[-1], *values), widths, strict=True)]
        line = "  " + (" " * _GAP).join(cells)
        yield styled(line.rstrip(), row.style, colour) if row.style else line.rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _notes(those: Sequence[Boundary], width: int) -> Iterator[str]:
    """How surely the values are known, where that is not surely."""
    known = {beside.known for each in those for beside in each.beside if each.cut.kind in ("band", "figure")}
    if "some" in known:
        yield from _wrapped("not each of these need arise: what is read together may hang together", width, "  ")
    if "grid" in known:
        yield from _wrapped("too many values to name: those of their grid, not each of which need arise", width, "  ")
    if "any" in known and any(beside.figure is not None for each in those for beside in each.beside):
        yield from _wrapped("nothing is known of the values below and above: no decimals are declared", width, "  ")


# --- bodies ----------------------------------------------------------------------------------------------------------


def near_as_text(found: Sequence[tuple[str, Near]], width: int = 100, colour: bool = False) -> str:
    """A line a body and boundary: its value, what it gets, and what it would get on the other side."""
    if not found:
        return "no body is within one attainable step of a boundary that would change what it gets"
    bodies = len({id for id, _ in found})
    lines = [styled(f"{plural(bodies, 'record')} within one attainable step of a boundary", "strong", colour)]
    for id, each in found:
        cut, type = each.boundaries[0].cut, each.type
        name = each.key[0] + (f" for {' / '.join(each.key[1])}" if each.key[1] else "")
        subject = subject_text(cut)
        inner = each.members[len(each.key[1]) :]
        value, other = value_text(each.value, _type(cut)), value_text(each.other, _type(cut))
        counted = " counted" if isinstance(cut.subject, Quantify) else ""
        lines += _wrapped(
            f"{escaped(id)}: {name} is {value_text(each.now, type)}; with {other}{counted} in place of {value} it "
            f"would be {value_text(each.otherwise, type)} ({subject}{' for ' + ' / '.join(inner) if inner else ''}, "
            f"{places(one.cut.span for one in each.boundaries)})",
            width, "  ",
        )  # fmt: skip
    return "\n".join(lines)
