"""Values, members and inputs of the ledger in words. Knows what a program calls things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from ..explain.wording import listing, number_text, quoted
from ..ir import Absent, Input, Program, Quantify, Scale, Type, Value
from ..trace import Given, Key
from .cuts import Cut


def value_text(value: Value, type: Type) -> str:
    """As the rule file would write it; a number that does not end with some decimals and `…`."""
    if isinstance(type, Scale) and isinstance(value, int):
        return type.levels[value].name
    if isinstance(value, Absent):
        return value.reason or "absent"
    if isinstance(value, str):
        return value
    return short(Fraction(value))


def short(number: Fraction) -> str:
    """`62.5`; `61.11…`, cut off after two decimals, where it does not end soon."""
    exact = number_text(number)
    if "/" not in exact and len(exact) <= 10:
        return exact
    whole, hundredths = divmod(abs(number) * 100 // 1, 100)
    return f"{'-' if number < 0 else ''}{number_text(Fraction(whole))}.{int(hundredths):02}…"


def subject_text(cut: Cut) -> str:
    """What is compared; of a count the whole of its text."""
    return cut.text if isinstance(cut.subject, Quantify) else quoted(cut.subject.span)


def figure_text(end: Fraction, until: Fraction | None) -> str:
    return short(end) if until is None else f"{short(until)} | {short(end)}"


def witness_words(program: Program, inputs: Mapping[Key, Given]) -> str:
    """What gives a value: `scores 3 (4 times), 2 (4 times)`; what is absent comes last."""
    tallies: dict[str, Counter[tuple[bool, str]]] = {}
    for (name, _), given in inputs.items():
        tallies.setdefault(name, Counter())[_said(program.inputs[name], given)] += 1
    parts = []
    for name in program.inputs:
        if name in tallies:
            ranked = sorted(tallies[name].items(), key=lambda each: (each[0][0], -each[1], each[0][1]))
            parts.append(f"{name} " + listing(_times(said, n) for (_, said), n in ranked))
    return "; ".join(parts)


def _times(said: str, count: int) -> str:
    return said if count == 1 else f"{said} (twice)" if count == 2 else f"{said} ({count} times)"


def _said(declared: Input, given: Given) -> tuple[bool, str]:
    """Whether it is an absence, and what is given."""
    absent = given.stated or (given.value if isinstance(given.value, Absent) else None)
    return (True, absent.reason) if absent is not None else (False, value_text(given.value, declared.type))
