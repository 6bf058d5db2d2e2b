"""datalogic-py: JSONLogic, compiled once and evaluated in a session, a dict at a time."""

from __future__ import annotations

from collections.abc import Sequence

from ..workloads import KEY_QUESTIONS, RATINGS, THEMES, Workload, cuts, final_ratings
from . import Rate, Record

REJECT = None


def _var(name: str) -> object:
    return {"var": name}


def _count(tests: list[object]) -> object:
    return {"+": tests}  # JSONLogic adds true as 1


def five_ratings() -> object:
    def how_many(level: str) -> object:
        return _count([{"==": [_var(name), level]} for name in KEY_QUESTIONS])

    def some(level: str) -> object:
        return {"or": [{"==": [_var(name), level]} for name in KEY_QUESTIONS]}

    valid = {"and": [{"in": [_var(name), list(RATINGS)]} for name in KEY_QUESTIONS]}
    rules: list[object] = [{"!": valid}, REJECT]
    rules += [{">=": [how_many("inadequate"), 2]}, "inadequate"]
    rules += [some("inadequate"), "requires_improvement"]
    rules += [{">=": [how_many("requires_improvement"), 2]}, "requires_improvement"]
    outstanding = {"and": [{">=": [how_many("outstanding"), 2]}, {"!": some("requires_improvement")}]}
    rules += [outstanding, "outstanding", "good"]
    return {"if": rules}


def nine_scores() -> object:
    """The themes are worked out once, into a list that the rules look into."""
    themes: list[object] = []
    for lines in THEMES.values():
        count, total = len(lines), {"+": [_var(name) for name in lines]}
        mean = {"floor": {"/": [{"+": [{"*": [2, total]}, count]}, 2 * count]}}
        ones = {"or": [{"==": [_var(name), 1]} for name in lines]}
        themes.append({"if": [ones, {"min": [mean, 2]}, mean]})

    def how_many(level: int) -> object:
        return _count([{">=": [_var(f"{place}"), level]} for place in range(3)])

    def all_at_least(level: int) -> object:
        return {"and": [{">=": [_var(f"{place}"), level]} for place in range(3)]}

    rules = [
        {"and": [{">=": [how_many(4), 2]}, all_at_least(3)]},
        4,
        {"and": [{">=": [how_many(3), 2]}, all_at_least(2)]},
        3,
        {">=": [how_many(2), 2]},
        2,
        1,
    ]
    names = [name for lines in THEMES.values() for name in lines]
    valid = {"and": [{"in": [_var(name), [1, 2, 3, 4]]} for name in names]}
    return {"if": [valid, {"map": [[themes], {"if": rules}]}, REJECT]}


def thirty_numbers() -> object:
    points: list[object] = []
    valid: list[object] = []
    for name, cut in cuts().items():
        sign = "<=" if cut.falling else ">="
        value = _var(name)
        banded = {"if": [{sign: [value, cut.three / 10]}, 3, {sign: [value, cut.two / 10]}, 2, 0]}
        points.append({"*": [cut.weight, banded]})
        valid.append({"<=": [0, value, 100]})
        valid.append({"==": [{"%": [{"*": [value, 10]}, 1]}, 0]})
        valid.append({"===": [{"type": value}, "number"]})
    names = ("leadership", "capability")
    valid += [{"in": [_var(name), [1, 2, 3, 4]]} for name in names]
    table = [[[RATINGS[place] for place in row] for row in rows] for rows in final_ratings().tolist()]
    rows: list[object] = []
    for band, least in ((3, 120), (2, 90), (1, 60), (0, 0)):
        cells: list[object] = []
        for leadership in range(4):
            for capability in range(4):
                both = [
                    {"==": [{"val": [[1], name]}, place + 1]}
                    for name, place in zip(names, (leadership, capability), strict=True)
                ]
                cells += [{"and": both}, table[band][leadership][capability]]
        rows += [{">=": [_var(""), least]}, {"if": cells}]
    return {"if": [{"and": valid}, {"map": [[{"+": points}], {"if": rows}]}, REJECT]}


def rates(workload: Workload) -> Rate:
    from datalogic_py import Engine

    engine = Engine()
    made = {"W1": five_ratings, "W2": nine_scores, "W3": thirty_numbers}[workload.name]()
    rule, evaluate, most = engine.compile(made), engine.session().evaluate, len(workload.columns)

    def rated(records: Sequence[Record]) -> list[object]:
        found = [evaluate(rule, record) if len(record) == most else None for record in records]
        return [each[0] if type(each) is list else each for each in found] if workload.name != "W1" else found

    return rated
