"""Whether a table has a row for every value of its columns, and in a `unique` one just one. Knows no measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .. import ir, ops
from ..bounds import Bounds
from .names import options

MOST_WORK = 1_000_000  # comparisons and steps, a second or two


@dataclass(frozen=True, slots=True)
class Column:
    """A column's type, the numbers it can be, and whether absence is one more value that its cells decide on."""

    name: str
    type: ir.Type
    bounds: Bounds
    absence: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """A value for each column that no row holds of, and one that two rows hold of, with their places in the table."""

    gap: tuple[str, ...] | None
    overlap: tuple[tuple[str, ...], int, int] | None
    too_large: bool = False


State = tuple[ir.Present | None, str]  # a value, None for absence, and how it is written


def cover(columns: Sequence[Column], rows: Sequence[ir.Row], unique: bool) -> Cover:
    """Walk the columns, keeping the rows that may still hold and those that surely do, as bits of two numbers."""
    if not unique and any(all(cell is None for cell in row.cells) for row in rows):
        return Cover(None, None)
    work = 0
    choices: list[list[tuple[int, int, str]]] = []
    for index, column in enumerate(columns):
        groups = _alike([row.cells[index] for row in rows])
        states = tuple(_states(column, [cell for cell, _ in groups]))
        work += 2 * len(groups) * len(states)  # each takes longer than a step
        if work > MOST_WORK:
            return Cover(None, None, too_large=True)
        choices.append(_choices(states, groups))
    gap: tuple[str, ...] | None = None
    overlap: tuple[tuple[str, ...], int, int] | None = None
    everything = (1 << len(rows)) - 1
    seen: set[tuple[int, int, int]] = set()
    stack: list[tuple[int, int, int, tuple[str, ...]]] = [(0, everything, everything, ())]
    while stack and not (gap and (overlap or not unique)):
        at, may, surely, shown = stack.pop()
        if (at, may, surely) in seen:
            continue
        seen.add((at, may, surely))
        two = unique and may & (may - 1) != 0
        if not surely:
            gap = gap or (*shown, *("-",) * (len(columns) - at))
            if not two:
                continue
        if at == len(columns):
            if two:
                first, second = [row for row in range(len(rows)) if may >> row & 1][:2]
                overlap = overlap or (shown, first, second)
            continue
        work += len(choices[at])
        if work > MOST_WORK:
            return Cover(gap, overlap, too_large=True)
        stack += [(at + 1, may & m, surely & s, (*shown, text)) for m, s, text in reversed(choices[at])]
    return Cover(gap, overlap)


def _alike(cells: Sequence[ir.Test | None]) -> list[tuple[ir.Test | None, int]]:
    """Each different cell of a column with the rows that have it, as bits."""
    groups: dict[object, tuple[ir.Test | None, int]] = {}
    for row, cell in enumerate(cells):
        predicate = cell and cell.predicate
        args = tuple(a.value if isinstance(a, ir.Literally) else id(a) for a in predicate.args) if predicate else ()
        _, bits = groups.setdefault((predicate and predicate.op, args), (cell, 0))
        groups[predicate and predicate.op, args] = (cell, bits | 1 << row)
    return list(groups.values())


def _choices(states: Sequence[State], groups: Sequence[tuple[ir.Test | None, int]]) -> list[tuple[int, int, str]]:
    """The values of a column as the rows that may hold and that surely hold of them; like values are one."""
    found: dict[tuple[int, int], str] = {}
    for value, text in states:
        may = surely = 0
        for cell, bits in groups:
            holds = _holds(cell, value)
            may |= 0 if holds is False else bits
            surely |= bits if holds else 0
        found.setdefault((may, surely), text)
    return [(may, surely, text) for (may, surely), text in found.items()]


def _holds(cell: ir.Test | None, value: ir.Present | None) -> bool | None:
    """None where it hangs on what the value is compared with."""
    if cell is None:
        return True
    op = cell.predicate.op
    if value is None or op in ("absent", "present"):
        return (op == "absent") == (value is None) and op in ("absent", "present")
    args = [arg.value for arg in cell.predicate.args if isinstance(arg, ir.Literally)]
    return ops.PREDICATES[op].means(value, *args) if len(args) == len(cell.predicate.args) else None


def _states(column: Column, cells: Sequence[ir.Test | None]) -> Iterator[State]:
    match column.type:
        case ir.Scale(_, levels):
            yield from ((position, level.name) for position, level in enumerate(levels))
        case ir.Choice() | ir.YesNo():
            yield from ((word, word) for word in options(column.type))
        case ir.Number():
            yield from ((value, shown(value)) for value in _representatives(column.bounds, cells))
    if column.absence:
        yield None, "absent"


def _representatives(bounds: Bounds, cells: Sequence[ir.Test | None]) -> list[Fraction]:
    """One number of each region between the figures that the cells name, and the figures themselves."""
    cuts = sorted({
        arg.value
        for cell in cells if cell
        for arg in cell.predicate.args if isinstance(arg, ir.Literally) and isinstance(arg.value, Fraction)
    })  # fmt: skip
    ends = (None, *cuts, None)
    between = (bounds.between(low, high) for low, high in pairwise(ends))
    return sorted({n for n in (*cuts, *between) if n is not None and bounds.may_be(n)})


def shown(value: Fraction) -> str:
    """A number in digits, a few of them where it does not end."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
