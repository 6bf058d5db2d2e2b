"""What the words at a cut say, read from the rule file's text again: `at least 2`, `more than 62.5`, `from 10 to 12.5`.
Knows nothing of how the engine decides."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from markscheme.ir import Absent, Bands, Expr, Literally, Number, Predicate, Quantify, Scale, Test, Type, Value
from markscheme.space import direction
from markscheme.trace import Counted

WORDS: Mapping[str, Callable[..., bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "more than": operator.gt,
    "less than": operator.lt,
}
COUNTS: Mapping[str, Callable[[int, int, Fraction], bool]] = {
    "any": lambda met, judged, n: met >= 1,
    "all": lambda met, judged, n: met == judged,
    "none": lambda met, judged, n: met == 0,
    "at least": lambda met, judged, n: met >= n,
    "at most": lambda met, judged, n: met <= n,
    "exactly": lambda met, judged, n: met == n,
}


def holds(predicate: Predicate, type: Type, subject: Value | None, args: tuple[Value, ...]) -> bool:
    words = " ".join(predicate.span.text.split()).removeprefix("is ").removeprefix("are ")
    if words.startswith("from "):
        low, high = args
        return bool(low <= subject <= high)  # type: ignore[operator]  # of one type
    if words.startswith(("better than ", "worse than ")):
        better = words.startswith("better")
        return WORDS["more than" if better == (direction(type) >= 0) else "less than"](subject, *args)
    said = next(word for word in WORDS if words.startswith(f"{word} "))
    return WORDS[said](subject, *args)


def counts(found: Counted) -> bool | None:
    """Decided where every way of settling what is undecided gives the same answer."""
    if isinstance(found.needed, Absent):
        return None
    met, open_ = len(found.met), len(found.undecided)
    judged = met + len(found.unmet) + open_
    if judged == 0 and found.skipped:
        return None
    text = found.node.span.text
    word = next(word for word in COUNTS if re.match(rf"{word}\b", " ".join(text.split())))
    n = Fraction(0) if found.needed is None else Fraction(found.needed)
    answers = {COUNTS[word](met + k, judged, n) for k in range(open_ + 1)}
    return answers.pop() if len(answers) == 1 else None


def enough(found: Counted) -> Fraction:
    """The count at which the answer turns."""
    if found.needed is not None:
        return Fraction(found.needed) if not isinstance(found.needed, Absent) else Fraction(0)
    return Fraction(len(found.met) + len(found.unmet) if found.node.op == "all" else 1)


def misread(cut: Test | Quantify | Bands) -> Iterator[str]:
    """Figures and levels beside a cut that are not what is written there."""
    if isinstance(cut, Bands):
        beside = tuple(end for each in cut.bands for end in (each.low, each.high))
    else:
        beside = (*cut.predicate.args, cut.count if isinstance(cut, Quantify) else None)
    for node in beside:
        if isinstance(node, Literally):
            value, type = node.value, node.type
            means = type.levels[value].name if isinstance(type, Scale) and isinstance(value, int) else str(value)
            text = node.span.text
            if text != means and not (isinstance(value, Fraction) and Fraction(text) == value):
                yield f"`{text}` is read as `{means}`"


def band(bands: Bands, subject: Value | None, ends: tuple[tuple[Value | None, Value | None], ...]) -> int:
    for index, (each, (low, high)) in enumerate(zip(bands.bands, ends, strict=True)):
        keys = {band_key(end): value for end, value in ((each.low, low), (each.high, high)) if end is not None}
        says = {
            "at_least": lambda cut: subject >= cut,
            "from": lambda cut: subject >= cut,
            "at_most": lambda cut: subject <= cut,
            "to": lambda cut: subject <= cut,
        }
        if all(says[key](cut) for key, cut in keys.items()):
            return index
    raise AssertionError(f"{subject} is in no band")


def band_key(end: Expr) -> str:
    """The key beside which a band's end is written."""
    found = re.search(r"(\w+): *[\"']?$", end.span.source.text[max(0, end.span.start - 40) : end.span.start])
    assert found is not None
    return found[1]


def type_of(expr: Expr) -> Type:
    return Number() if not hasattr(expr, "type") else expr.type
