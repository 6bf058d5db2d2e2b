"""Whether a table has a row for every value of its columns, and in a `unique` one just one. Knows no measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .. import ir, ops
from ..bounds import Bounds
from .names import options

MOST_STATES = 200_000


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
    """Walk the columns, keeping the rows that may still hold and those that surely do; like states are one."""
    states = [tuple(_states(column, [row.cells[i] for row in rows])) for i, column in enumerate(columns)]
    gap: tuple[str, ...] | None = None
    overlap: tuple[tuple[str, ...], int, int] | None = None
    everything = frozenset(range(len(rows)))
    seen: set[tuple[int, frozenset[int], frozenset[int]]] = set()
    stack: list[tuple[int, frozenset[int], frozenset[int], tuple[str, ...]]] = [(0, everything, everything, ())]
    while stack:
        at, may, surely, shown = stack.pop()
        if (at, may, surely) in seen:
            continue
        seen.add((at, may, surely))
        if len(seen) > MOST_STATES:
            return Cover(gap, overlap, too_large=True)
        if not surely:
            gap = gap or (*shown, *("-",) * (len(columns) - at))
            if len(may) < 2 or not unique:
                continue
        if at == len(columns):
            if unique and len(may) > 1:
                first, second = sorted(may)[:2]
                overlap = overlap or (shown, first, second)
            continue
        for value, text in reversed(states[at]):
            said = {row: _holds(rows[row].cells[at], value) for row in may}
            left = frozenset(row for row in may if said[row] is not False)
            sure = frozenset(row for row in surely if said[row])
            stack.append((at + 1, left, sure, (*shown, text)))
    return Cover(gap, overlap)


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
