"""zen-engine: a decision of one node of expressions; a decision table of 64 rows would be slower than the list that W3
looks its rating up in. Figures are decimals there."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..workloads import KEY_QUESTIONS, RATINGS, THEMES, Workload, cuts, final_ratings
from . import Rate, Record

Node = dict[str, object]


def _text(values: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def _first_match(rules: Sequence[tuple[str, str]], otherwise: str) -> str:
    return "".join(f"{when} ? {then} : " for when, then in rules) + otherwise


def five_ratings() -> dict[str, str]:
    ratings = f"[{', '.join(KEY_QUESTIONS)}]"

    def how_many(level: str) -> str:
        return f"count({ratings}, # == '{level}')"

    rules = [
        (f"not all({ratings}, # in {_text(RATINGS)})", "null"),
        (f"{how_many('inadequate')} >= 2", "'inadequate'"),
        (f"'inadequate' in {ratings}", "'requires_improvement'"),
        (f"{how_many('requires_improvement')} >= 2", "'requires_improvement'"),
        (f"{how_many('outstanding')} >= 2 and not ('requires_improvement' in {ratings})", "'outstanding'"),
    ]
    return {"overall": _first_match(rules, "'good'")}


def nine_scores() -> dict[str, str]:
    names = [name for lines in THEMES.values() for name in lines]
    themes = []
    for lines in THEMES.values():
        listed = ", ".join(lines)
        mean = f"floor((2 * ({' + '.join(lines)}) + {len(lines)}) / {2 * len(lines)})"
        themes.append(f"(1 in [{listed}] ? min([{mean}, 2]) : {mean})")
    valid = f"all([{', '.join(names)}], # in [1, 2, 3, 4])"

    def how_many(level: int) -> str:
        return f"count($.themes, # >= {level})"

    rules = [
        ("$.themes == null", "null"),
        (f"{how_many(4)} >= 2 and min($.themes) >= 3", "4"),
        (f"{how_many(3)} >= 2 and min($.themes) >= 2", "3"),
        (f"{how_many(2)} >= 2", "2"),
    ]
    return {"themes": f"{valid} ? [{', '.join(themes)}] : null", "overall": _first_match(rules, "1")}


def thirty_numbers() -> dict[str, str]:
    points, valid = [], []
    for name, cut in cuts().items():
        sign = "<=" if cut.falling else ">="
        points.append(f"{cut.weight} * ({name} {sign} {cut.three / 10} ? 3 : {name} {sign} {cut.two / 10} ? 2 : 0)")
        valid.append(f"type({name}) == 'number' and {name} in [0..100] and {name} * 10 % 1 == 0")
    valid += [f"{name} in [1, 2, 3, 4]" for name in ("leadership", "capability")]
    bands = [("$.points == null", "null"), ("$.points >= 120", "3"), ("$.points >= 90", "2"), ("$.points >= 60", "1")]
    return {
        "points": f"{' and '.join(valid)} ? {' + '.join(points)} : null",
        "band": _first_match(bands, "0"),
        "overall": "$.band == null ? null : " + _cell(),
    }


def _cell() -> str:
    rows = [[_text([RATINGS[place] for place in row]) for row in table] for table in final_ratings().tolist()]
    table = ", ".join(f"[{', '.join(each)}]" for each in rows)
    return f"[{table}][$.band][leadership - 1][capability - 1]"


def _graph(expressions: dict[str, str]) -> Node:
    """Input, one node of expressions, output."""
    content = {"expressions": [{"id": key, "key": key, "value": value} for key, value in expressions.items()]}
    nodes: list[Node] = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "rules", "name": "rules", "type": "expressionNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    for node in nodes:
        node["position"] = {"x": 0, "y": 0}
    edges = [("in", "rules"), ("rules", "out")]
    return {
        "nodes": nodes,
        "edges": [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in edges],
    }


def rates(workload: Workload) -> Rate:
    """Held by the engine's static loader."""
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": _graph(_made(workload))}}})
    evaluate, most = engine.evaluate, len(workload.columns)

    def rated(records: Sequence[Record]) -> list[object]:
        found: list[object] = []
        for record in records:
            try:
                met = evaluate("rules", record)["result"].get("overall") if len(record) == most else None
            except RuntimeError:  # of a value that it cannot compare
                met = None
            found.append(met)
        return found

    return rated


def rates_by_a_decision(workload: Workload) -> Rate:
    """Made from its text by `create_decision`, as its documentation begins."""
    import zen

    evaluate = zen.ZenEngine().create_decision(json.dumps(_graph(_made(workload)))).evaluate
    most = len(workload.columns)

    def rated(records: Sequence[Record]) -> list[object]:
        found: list[object] = []
        for record in records:
            try:
                met = evaluate(record)["result"].get("overall") if len(record) == most else None
            except RuntimeError:
                met = None
            found.append(met)
        return found

    return rated


def _made(workload: Workload) -> dict[str, str]:
    return {"W1": five_ratings, "W2": nine_scores, "W3": thirty_numbers}[workload.name]()
