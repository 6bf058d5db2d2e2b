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
    """Walk the columns, keeping the rows that still hold; values that keep the same rows are one."""
    states = [tuple(_states(column, [row.cells[i] for row in rows])) for i, column in enumerate(columns)]
    gap: tuple[str, ...] | None = None
    overlap: tuple[tuple[str, ...], int, int] | None = None
    seen: set[tuple[int, frozenset[int]]] = set()
    stack: list[tuple[int, frozenset[int], tuple[str, ...]]] = [(0, frozenset(range(len(rows))), ())]
    while stack:
        at, left, shown = stack.pop()
        if (at, left) in seen:
            continue
        seen.add((at, left))
        if len(seen) > MOST_STATES:
            return Cover(gap, overlap, too_large=True)
        if not left:
            gap = gap or (*shown, *("-",) * (len(columns) - at))
        elif at == len(columns):
            if unique and len(left) > 1:
                first, second = sorted(left)[:2]
                overlap = overlap or (shown, first, second)
        else:
            for value, text in reversed(states[at]):
                kept = frozenset(row for row in left if _holds(rows[row].cells[at], value))
                stack.append((at + 1, kept, (*shown, text)))
    return Cover(gap, overlap)


def _holds(cell: ir.Test | None, value: ir.Present | None) -> bool:
    if cell is None:
        return True
    op = cell.predicate.op
    if value is None or op in ("absent", "present"):
        return (op == "absent") == (value is None) and op in ("absent", "present")
    args = [arg.value for arg in cell.predicate.args if isinstance(arg, ir.Literally)]
    # compared with another measure it may fail, so it covers nothing surely
    return len(args) == len(cell.predicate.args) and ops.PREDICATES[op].means(value, *args)


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
    if not cuts:
        return [next(iter(bounds.points or ()), bounds.low or Fraction(0))]
    near = bounds.step or Fraction(1, 10**6)
    between = [(a + b) / 2 // near * near for a, b in pairwise(cuts)]
    around = [n for cut in cuts for n in ((cut / near).__ceil__() * near - near, cut, cut // near * near + near)]
    return sorted({n for n in (*cuts, *between, *around) if bounds.may_be(n)})


def shown(value: Fraction) -> str:
    """A number in digits, a few of them where it does not end."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
