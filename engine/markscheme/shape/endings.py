"""Rules and rows are read from the top: how such a list must end, and that it does not mix. Knows no other matter."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..document import Mapping, Sequence
from .phrases import near
from .places import Place


def endings(rows: list[tuple[str, ...]], ends: str) -> list[tuple[int, str]]:
    """What is wrong with how a list that is read from the top ends or mixes: the row (-1: the list), and what."""
    starts = ["otherwise" if _near_otherwise(row) else _first(row) for row in rows]
    bands = list(dict.fromkeys(start for start in starts if start in ("at_least", "at_most", "from")))
    if ends == "bands" and "from" in bands:
        for open_end in ("at_least", "at_most"):
            if starts.count(open_end) > 1:
                again = starts.index(open_end, starts.index(open_end) + 1)
                return [(again, f"is a second `{open_end}` among closed bands")]
        return [(starts.index("otherwise"), "closed")] if "otherwise" in starts else []
    if ends == "bands" and len(bands) > 1:
        return [(starts.index(bands[1]), f"mixes `{bands[1]}` with `{bands[0]}`")]
    if "otherwise" not in starts:
        return [(-1, "open")] if rows else []
    first = starts.index("otherwise")
    return [(first, "early")] if first < len(rows) - 1 else []


def _first(row: tuple[str, ...]) -> str:
    return next((key for key in ("at_least", "at_most", "from", "when") if key in row), "")


def _near_otherwise(row: tuple[str, ...]) -> bool:
    return any(key == "otherwise" or (key[:1] in "oOedaE" and near(key, ["otherwise"])) for key in row)


def bad_ending(place: Place, ends: str) -> Iterator[Diagnostic]:
    assert isinstance(place.node, Sequence)
    items = place.node.items
    rows = [tuple(item.entries) if isinstance(item, Mapping) else () for item in items]
    noun = "rule" if ends == "otherwise" else "row"
    for index, wrong in endings(rows, ends):
        if wrong == "open":
            message = f"{place.said} does not end in `otherwise`"
            hint = f"add a last {noun}, such as `- {{otherwise: …}}`: what holds in all other cases"
            yield Diagnostic("MS217", message, place.anchor, hint)
            continue
        item = place.at([index])
        if wrong == "early":
            message, hint = f"no {noun} after `otherwise` is ever reached", "put `otherwise` last"
        elif wrong == "closed":
            message, hint = "closed bands take no `otherwise`", "give its values a band `{from: …, to: …, is: …}`"
        else:
            message = f"{item.said} {wrong}"
            hint = "all rows are `at_least`, or all `at_most`, or all `from` and `to`; those may be open at either end"
        yield Diagnostic("MS217", message, item.anchor, hint)
