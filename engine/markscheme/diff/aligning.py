"""Which line of a list was which line of another one. Knows no line's meaning."""

from __future__ import annotations

from collections.abc import Hashable
from difflib import SequenceMatcher

_MATCHED = 4_000_000  # pairs of lines among which equal ones are looked for
_PAIRED = 10_000  # cells of the table that pairs the lines of two lists
_ALONE = 6  # what a line costs that has no partner; a pair costs what differs, out of ten


def aligned(old: list[Hashable], new: list[Hashable]) -> list[tuple[int | None, int | None]]:
    """The lines of two lists side by side: equal ones first, then what is most alike between them."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner, others = old[start : len(old) - end], new[start : len(new) - end]
    pairs: list[tuple[int | None, int | None]] = [(i, i) for i in range(start)]
    codes = [("replace", 0, len(inner), 0, len(others))]
    if len(inner) * len(others) <= _MATCHED:
        codes = list(SequenceMatcher(None, inner, others, autojunk=False).get_opcodes())
    for tag, i, i_end, j, j_end in codes:
        if tag == "equal":
            pairs += zip(range(start + i, start + i_end), range(start + j, start + j_end), strict=True)
        else:
            between = _paired(inner[i:i_end], others[j:j_end])
            pairs += ((a if a is None else start + i + a, b if b is None else start + j + b) for a, b in between)
    return [*pairs, *((len(old) - back, len(new) - back) for back in range(end, 0, -1))]


def _paired(old: list[Hashable], new: list[Hashable]) -> list[tuple[int | None, int | None]]:
    """Lines that differ, in order, so that least is changed, added and removed."""
    rows, columns = len(old), len(new)
    if rows * columns > _PAIRED:
        both = min(rows, columns)
        rest: list[tuple[int | None, int | None]] = [(i, None) for i in range(both, rows)]
        return [*((i, i) for i in range(both)), *rest, *((None, j) for j in range(both, columns))]
    unlike = [[_unlike(one, other) for other in new] for one in old]
    costs = [[_ALONE * (i + j) for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(rows):
        for j in range(columns):
            costs[i + 1][j + 1] = min(costs[i][j] + unlike[i][j], costs[i][j + 1] + _ALONE, costs[i + 1][j] + _ALONE)
    pairs: list[tuple[int | None, int | None]] = []
    i, j = rows, columns
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + unlike[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and costs[i][j] == costs[i - 1][j] + _ALONE:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def _unlike(old: Hashable, new: Hashable) -> int:
    """How far two lines are apart, out of ten: the share of their parts that differ, so that one which changed a little
    is paired, and one of which nothing is left is not, if there is another way."""
    if not isinstance(old, tuple) or not isinstance(new, tuple) or len(old) != len(new):
        return 10
    ours, theirs = _leaves(old), _leaves(new)
    alike = SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
    return round(10 * (1 - alike))


def _leaves(node: Hashable) -> list[Hashable]:
    if isinstance(node, tuple):
        return [leaf for each in node for leaf in _leaves(each)]
    return [node]
