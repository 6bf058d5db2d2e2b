"""A principle applied: its rules with `them` replaced by what it is applied to. Knows trees, no names and no types."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from .. import model as written
from .. import syntax
from ..diagnostics import Findings
from ..syntax import Values
from .axes import names_in

THEM = "them"


def applied(principle: written.Principle, to: Values, findings: Findings) -> written.Principle:
    """The principle as if it had been written for `to`."""
    them = _Them(to, findings)
    thresholds = tuple(replace(t, bands=them.bands(t.bands)) for t in principle.thresholds)
    rules = tuple(
        replace(rule, when=rule.when and them.condition(rule.when), then=them.formula(rule.then))
        for rule in principle.rules.rules
    )
    return replace(principle, thresholds=thresholds, rules=written.Rules(rules))


class _Them:
    def __init__(self, to: Values, findings: Findings) -> None:
        self.to = to
        self.findings = findings

    def bands(self, bands: written.Bands) -> written.Bands:
        rows = tuple(
            replace(
                row,
                low=row.low and self.formula(row.low),
                high=row.high and self.formula(row.high),
                then=self.formula(row.then),
            )
            for row in bands.rows
        )
        return replace(bands, of=self.formula(bands.of), rows=rows)

    # --- conditions --------------------------------------------------------------------------------------------------

    def condition(self, tree: syntax.Condition) -> syntax.Condition:
        match tree:
            case syntax.Comparison():
                return self.comparison(tree)
            case syntax.Quantified():
                return replace(tree, over=self.values(tree.over), predicate=self.said(tree.predicate))
            case syntax.Joined(op, parts, span):
                return syntax.Joined(op, tuple(self.condition(part) for part in parts), span)
            case _:
                assert_never(tree)

    def comparison(self, tree: syntax.Comparison, one: bool = False) -> syntax.Comparison:
        return replace(tree, subject=self.formula(tree.subject, one), predicate=self.said(tree.predicate, one))

    def said(self, tree: syntax.Is, one: bool = False) -> syntax.Is:
        return replace(tree, args=tuple(self.formula(arg, one) for arg in tree.args))

    def values(self, tree: Values) -> Values:
        if not any(name.text == THEM for name in tree.names):
            return tree
        if tree.listed or (self.to.listed and tree.where):
            self.findings.add("MS417", "`them` is a list here, which cannot be listed or filtered again", tree.span)
        names = tuple(self.named(own, tree.names[0]) for own in self.to.names)
        where = tuple(self.comparison(test, one=True) for test in tree.where)
        return Values(names, where + self.to.where, self.to.listed, tree.span)

    # --- formulas ----------------------------------------------------------------------------------------------------

    def formula(self, tree: syntax.Formula, one: bool = False) -> syntax.Formula:
        """`one` where each of them in turn is meant, as inside `mean(them / 3)`."""
        match tree:
            case syntax.Name(text):
                if text != THEM:
                    return tree
                if self.to.listed or (self.to.where and not one):
                    self.findings.add("MS417", "`them` are several here, and one value is needed", tree.span)
                return replace(self.named(self.to.names[0], tree), span=tree.span)
            case syntax.Operation():
                return replace(tree, args=tuple(self.formula(arg, one) for arg in tree.args))
            case syntax.Aggregation():
                return self.aggregation(tree)
            case syntax.Digits() | syntax.OfPeers() | syntax.Nothing():
                return tree
            case _:
                assert_never(tree)

    def aggregation(self, tree: syntax.Aggregation) -> syntax.Aggregation:
        weight = tree.weight and self.formula(tree.weight, one=True)
        if isinstance(tree.of, syntax.Name) and tree.of.text == THEM:
            over = self.values(Values((tree.of,), tree.where, False, tree.of.span))
            return replace(tree, of=over, weight=weight, where=())
        where = tuple(self.comparison(test, one=True) for test in tree.where)
        if isinstance(tree.of, Values):
            return replace(tree, weight=weight, where=where)
        if any(name.text == THEM for name in names_in(tree.of)):
            where += self.to.where
        return replace(tree, of=self.formula(tree.of, one=True), weight=weight, where=where)

    def named(self, own: syntax.Name, them: syntax.Name) -> syntax.Name:
        """One of what the principle is applied to, with the member that `them for MEMBER` names."""
        if them.member is None:
            return own
        if own.member is not None:
            self.findings.add("MS417", f"`them` is already `{own.span.text}` here", them.span, "leave `for` out")
        return replace(own, member=them.member)
