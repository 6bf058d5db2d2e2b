"""From lark's parse tree to the trees of `syntax`. Knows the names of the grammar's rules and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import (
    Aggregation,
    Anything,
    Comparison,
    Digits,
    Is,
    Joined,
    Name,
    Nothing,
    OfPeers,
    Operation,
    Phrase,
    Promise,
    Quantified,
    Tree,
    Values,
)

FUNCTIONS = {"add", "sub", "mul", "div", "negative"}
PREDICATES = {
    *("equals", "differs", "floor", "ceiling", "above", "below", "better", "worse", "oneof", "between"),
    *("absent", "present"),
}


class TooDeep(Exception):
    """More operations inside one another than a reader can follow."""


class Planter:
    def __init__(self, phrase: Phrase, most_depth: int) -> None:
        self.phrase = phrase
        self.room = most_depth

    def plant(self, tree: Any) -> Any:
        """A tree of `syntax`, of the kind that the grammar's rule says; lark's own trees are not typed."""
        if self.room == 0:
            raise TooDeep
        self.room -= 1
        try:
            return self._plant(tree)
        finally:
            self.room += 1

    def _plant(self, tree: Any) -> Tree:
        kind, parts = str(tree.data), tree.children
        span = self.phrase.place(tree.meta.start_pos, tree.meta.end_pos)
        match kind:
            case "name":
                return Name(str(parts[0]), span, self.plant(parts[1]) if len(parts) > 1 else None)
            case "bare":
                return Name(str(parts[0]), span)
            case "digits":
                return Digits(str(parts[0]), span)
            case "function":
                return Operation(str(parts[0]), self.all(parts[1:]), span)
            case "round":
                of, step, mode = parts
                return Operation("round", (self.plant(of),), span, self.plant(step), str(mode))
            case "aggregate":
                op, of, weight, where = parts
                weighted_by = self.plant(weight) if weight else None
                return Aggregation(str(op), self.plant(of), weighted_by, self.where(where), span)
            case "of_list":
                names = self.all(parts[1:])
                inside = self.phrase.place(parts[1].meta.start_pos, parts[-1].meta.end_pos)
                return Aggregation(str(parts[0]), Values(names, (), True, inside), None, (), span)
            case "peers":
                return OfPeers(str(parts[0]), span)
            case "comparison":
                subject, predicate = parts
                return Comparison(self.plant(subject), self.plant(predicate), span)
            case "quantified":
                quantifier, values, predicate = parts
                count = self.plant(quantifier.children[0]) if quantifier.children else None
                return Quantified(str(quantifier.data), count, self.plant(values), self.plant(predicate), span)
            case "one":
                return Values(self.all(parts), (), False, span)
            case "listed":
                return Values(self.all(parts), (), True, span)
            case "filtered":
                return Values(self.all(parts[:1]), self.where(parts[1]), False, span)
            case "conj":
                return Joined("and", self.all(parts), span)
            case "disj":
                return Joined("or", self.all(parts), span)
            case "nothing":
                return Nothing(span)
            case "anything":
                return Anything(span)
            case "worsens":
                result, given = self.all(parts)
                return Promise("worsens", result, given, span)
            case "withholding":
                given, result = self.all(parts)
                return Promise("withholding", result, given, span)
            case _ if kind in FUNCTIONS:
                return Operation(kind, self.all(parts), span)
            case _ if kind in PREDICATES:
                return Is(kind, self.all(parts), span)
        raise AssertionError(f"no tree for the grammar's {kind}")

    def all(self, parts: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(self.plant(part) for part in parts)

    def where(self, tree: Any) -> tuple[Comparison, ...]:
        return self.all(tree.children) if tree else ()
