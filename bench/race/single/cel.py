"""CEL by common-expression-language (Rust; the pure-Python cel-python takes milliseconds): one compiled program, a dict
at a time. A name that is not there raises, which is its way to reject."""

from __future__ import annotations

from collections.abc import Sequence

from ..workloads import BANDS, KEY_QUESTIONS, MOST_POINTS, RATINGS, THEMES, Workload, cuts, final_ratings
from . import Rate, Record


def _text(values: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def _first_match(rules: Sequence[tuple[str, str]], otherwise: str) -> str:
    return "".join(f"{when} ? {then} : " for when, then in rules) + otherwise


def five_ratings() -> str:
    def how_many(level: str) -> str:
        return "(" + " + ".join(f"({name} == '{level}' ? 1 : 0)" for name in KEY_QUESTIONS) + ")"

    valid = " && ".join(f"{name} in {_text(RATINGS)}" for name in KEY_QUESTIONS)
    rules = [
        (f"!({valid})", "null"),
        (f"{how_many('inadequate')} >= 2", "'inadequate'"),
        (" || ".join(f"{name} == 'inadequate'" for name in KEY_QUESTIONS), "'requires_improvement'"),
        (f"{how_many('requires_improvement')} >= 2", "'requires_improvement'"),
        (
            f"{how_many('outstanding')} >= 2 && "
            + " && ".join(f"{name} != 'requires_improvement'" for name in KEY_QUESTIONS),
            "'outstanding'",
        ),
    ]
    return _first_match(rules, "'good'")


def nine_scores() -> str:
    names = [name for lines in THEMES.values() for name in lines]
    valid = " && ".join(f"{name} in [1, 2, 3, 4]" for name in names)
    themes = []
    for lines in THEMES.values():
        mean = f"(2 * ({' + '.join(lines)}) + {len(lines)}) / {2 * len(lines)}"  # of whole numbers: rounded down
        ones = " || ".join(f"{name} == 1" for name in lines)
        themes.append(f"(({ones}) && {mean} > 2 ? 2 : {mean})")

    def how_many(level: int) -> str:
        return "(" + " + ".join(f"(t[{place}] >= {level} ? 1 : 0)" for place in range(3)) + ")"

    def all_at_least(level: int) -> str:
        return " && ".join(f"t[{place}] >= {level}" for place in range(3))

    rules = [
        (f"{how_many(4)} >= 2 && {all_at_least(3)}", "4"),
        (f"{how_many(3)} >= 2 && {all_at_least(2)}", "3"),
        (f"{how_many(2)} >= 2", "2"),
    ]
    return f"!({valid}) ? null : [[{', '.join(themes)}]].map(t, {_first_match(rules, '1')})[0]"


def thirty_numbers() -> str:
    points, valid = [], []
    for name, cut in cuts().items():
        sign = "<=" if cut.falling else ">="
        points.append(f"{cut.weight} * ({name} {sign} {cut.three / 10} ? 3 : {name} {sign} {cut.two / 10} ? 2 : 0)")
        valid.append(f"{name} >= 0.0 && {name} <= 100.0 && double(int({name} * 10.0 + 0.5)) / 10.0 == {name}")
    valid += [f"{name} in [1, 2, 3, 4]" for name in ("leadership", "capability")]
    least = [f"total >= {cut * MOST_POINTS // 100}" for cut in reversed(BANDS)]
    tables = []
    for table in final_ratings().tolist():
        rows = ", ".join(_text([RATINGS[place] for place in row]) for row in table)
        tables.append(f"[{rows}][leadership - 1][capability - 1]")
    rules = list(zip(least, reversed(tables), strict=False))
    return f"!({' && '.join(valid)}) ? null : [{' + '.join(points)}].map(total, {_first_match(rules, tables[0])})[0]"


def rates(workload: Workload) -> Rate:
    from cel import compile

    made = {"W1": five_ratings, "W2": nine_scores, "W3": thirty_numbers}[workload.name]()
    execute, most = compile(made).execute, len(workload.columns)

    def rated(records: Sequence[Record]) -> list[object]:
        found: list[object] = []
        for record in records:
            try:
                met = execute(record) if len(record) == most else None
            except (RuntimeError, TypeError):  # of a name that is not there, or of what cannot be compared
                met = None
            found.append(met)
        return found

    return rated
