"""Which measure reads which: the order to work them out in, and the circles that have none. Knows names only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from .. import model as written
from .. import syntax
from ..diagnostics import Findings, Label


def ordered(model: written.Model, findings: Findings) -> tuple[written.Measure, ...]:
    """The measures, each after those it reads; those in or behind a circle are left out, and the circle is shown."""
    principles = {p.name.text: p for p in model.principles}
    measures = {m.name.text: m for m in model.measures}
    reads = {
        name: list(dict.fromkeys(n for n in reads_of(each, principles) if n in measures))
        for name, each in measures.items()
    }
    done: dict[str, bool] = {}  # whether it has an order
    for start in measures:
        stack = [(start, iter(reads[start]))]
        path = {start: None}
        if start in done:
            continue
        while stack:
            name, rest = stack[-1]
            following = next((n for n in rest if n not in done), None)
            if following is None:
                stack.pop()
                path.pop(name)
                done.setdefault(name, all(done.get(n, False) for n in reads[name]))
            elif following in path:
                circle = [*list(path)[list(path).index(following) :], following]
                _report(circle, measures, findings)
                for each in circle:
                    done[each] = False
            else:
                path[following] = None
                stack.append((following, iter(reads[following])))
    return tuple(measures[name] for name, sound in done.items() if sound)


def _report(circle: list[str], measures: dict[str, written.Measure], findings: Findings) -> None:
    labels = [Label(measures[name].name.span, "which reads") for name in circle[1:-1]]
    shown = " → ".join(f"`{name}`" for name in circle)
    hint = "a limit reads other measures: make what it limits a measure of its own" if len(circle) == 2 else None
    findings.add("MS415", f"these read one another in a circle: {shown}", measures[circle[0]].name.span, hint, labels)


def reads_of(measure: written.Measure, principles: dict[str, written.Principle]) -> Iterator[str]:
    """The names that a measure's texts mention."""
    match measure.form:
        case written.Rules() as rules:
            yield from _rules(rules)
        case written.Bands() as bands:
            yield from _bands(bands)
        case written.Table(columns, rows):
            yield from (column.text for column in columns)
            for row in rows:
                for cell in row.cells:
                    for arg in cell.args if isinstance(cell, syntax.Is) else ():
                        yield from mentioned(arg)
                yield from mentioned(row.then)
        case written.Grid(down, across, cells=cells):
            yield from (down.text, across.text)
            for line in cells:
                for cell_value in line:
                    yield from mentioned(cell_value)
        case written.OneFormula(value):
            yield from mentioned(value)
        case written.FirstPresent(names):
            yield from (name.text for name in names)
        case written.Applied(name, to):
            yield from mentioned(to)
            principle = principles.get(name.text)
            if principle:
                own = {threshold.name.text for threshold in principle.thresholds}
                read = (_rules(principle.rules), *(_bands(threshold.bands) for threshold in principle.thresholds))
                yield from (each for names in read for each in names if each not in own)
        case None:
            pass
        case _:
            assert_never(measure.form)
    for limit in measure.limits:
        yield from mentioned(limit.when)
        yield from mentioned(limit.bound)


def _rules(rules: written.Rules) -> Iterator[str]:
    for rule in rules.rules:
        if rule.when:
            yield from mentioned(rule.when)
        yield from mentioned(rule.then)


def _bands(bands: written.Bands) -> Iterator[str]:
    yield from mentioned(bands.of)
    for band in bands.rows:
        for part in (band.low, band.high, band.then):
            if part:
                yield from mentioned(part)


def mentioned(tree: syntax.Formula | syntax.Condition | syntax.Values) -> Iterator[str]:
    """Every name in a tree, those inside aggregates too."""
    match tree:
        case syntax.Name(text):
            yield text
        case syntax.Digits() | syntax.OfPeers() | syntax.Nothing():
            pass
        case syntax.Operation(_, args):
            for arg in args:
                yield from mentioned(arg)
        case syntax.Aggregation(_, of, weight, where):
            yield from mentioned(of)
            if weight:
                yield from mentioned(weight)
            for test in where:
                yield from mentioned(test)
        case syntax.Comparison(subject, said):
            yield from mentioned(subject)
            for arg in said.args:
                yield from mentioned(arg)
        case syntax.Quantified(_, count, values, said):
            yield from mentioned(values)
            for arg in (*((count,) if count else ()), *said.args):
                yield from mentioned(arg)
        case syntax.Joined(_, parts):
            for joined in parts:
                yield from mentioned(joined)
        case syntax.Values(names, where):
            for name in names:
                yield from mentioned(name)
            for test in where:
                yield from mentioned(test)
        case _:
            assert_never(tree)
