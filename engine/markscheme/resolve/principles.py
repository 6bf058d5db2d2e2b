"""A principle applied: its rules with `them` replaced by what it is applied to. Knows trees, no names and no types."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from .. import model as written
from .. import syntax
from ..diagnostics import Findings
from ..syntax import Values

THEM = "them"


def applied(principle: written.Principle, to: Values, findings: Findings) -> written.Principle:
    """The principle as if it had been written for `to`."""
    them = _Them(to, findings)
    thresholds = tuple(replace(t, bands=replace(t.bands, of=them.formula(t.bands.of))) for t in principle.thresholds)
    rules = tuple(
        replace(rule, when=rule.when and them.condition(rule.when), then=them.formula(rule.then))
        for rule in principle.rules.rules
    )
    return replace(principle, thresholds=thresholds, rules=written.Rules(rules))


class _Them:
    def __init__(self, to: Values, findings: Findings) -> None:
        self.to = to
        self.findings = findings

    def condition(self, tree: syntax.Condition) -> syntax.Condition:
        match tree:
            case syntax.Comparison(subject, said, span):
                return syntax.Comparison(self.formula(subject), self.said(said), span)
            case syntax.Quantified():
                return replace(tree, over=self.values(tree.over), predicate=self.said(tree.predicate))
            case syntax.Joined(op, parts, span):
                return syntax.Joined(op, tuple(self.condition(part) for part in parts), span)
            case _:
                assert_never(tree)

    def said(self, tree: syntax.Is) -> syntax.Is:
        return replace(tree, args=tuple(self.formula(arg) for arg in tree.args))

    def values(self, tree: Values) -> Values:
        if not any(name.text == THEM for name in tree.names):
            return tree
        if tree.listed or (self.to.listed and tree.where):
            self.findings.add("MS417", "`them` is a list here, which cannot be listed or filtered again", tree.span)
        return replace(self.to, where=tree.where + self.to.where, span=tree.span)

    def formula(self, tree: syntax.Formula) -> syntax.Formula:
        match tree:
            case syntax.Name(text, span):
                single = not self.to.listed and not self.to.where
                return replace(self.to.names[0], span=span) if text == THEM and single else tree
            case syntax.Operation():
                return replace(tree, args=tuple(self.formula(arg) for arg in tree.args))
            case syntax.Aggregation(of=syntax.Name(text, span)) if text == THEM:
                over = self.values(Values((syntax.Name(THEM, span),), tree.where, False, span))
                return replace(tree, of=over, where=())
            case syntax.Aggregation():
                return tree
            case syntax.Digits() | syntax.OfPeers():
                return tree
            case _:
                assert_never(tree)
