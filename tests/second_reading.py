"""A second reading of the language: the semantics of `language.md` over again, straight from the text of a small
methodology, without the checker and without the program it makes. Slow, partial, and written to be compared.

It knows the methodologies of `strategies.small`, and shares the parser with the engine and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import yaml

from markscheme import syntax
from markscheme.diagnostics import Findings, Source, Span
from markscheme.strategies.small import PARENTS, SCALES, SETS, Writer

WORTH = {"points": (1, 2, 3), "v": (-1, Fraction(1, 2), 2)}


@dataclass(frozen=True)
class Gone:
    """An absent value: left out of quantifiers and aggregates, or not."""

    skip: bool


@dataclass(frozen=True, order=True)
class Rung:
    """A level: its place, worst first."""

    place: int
    scale: str


Env = dict[str, str]  # the current member of each set


def parse(start: syntax.Start, text: str) -> Any:
    source, findings = Source("x", text), Findings()
    tree = syntax.parse(start, syntax.Phrase(text, lambda a, b: Span(source, a, b)), findings)
    assert tree is not None, (text, findings.all())
    return tree


def kleene_and(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def nearest(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """The multiples below and above; which of them is nearer, and what the mode says of a tie."""
    below = (value / step).__floor__()
    if below * step == value:
        return value
    to_below, to_above = value - below * step, (below + 1) * step - value
    up = {
        "up": True,
        "down": False,
        "half_up": to_above <= to_below,
        "half_down": to_above < to_below,
        "half_even": to_above < to_below or (to_above == to_below and below % 2 == 1),
    }[mode]
    return (below + up) * step


def keys(axes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every combination of members that exists: a member of `u` goes only with its own parent."""
    found: list[tuple[str, ...]] = [()]
    for axis in axes:
        found = [(*key, member) for key in found for member in SETS[axis]]
    return [
        key
        for key in found
        if not ("s" in axes and "u" in axes and PARENTS[key[axes.index("u")]] != key[axes.index("s")])
    ]


class Reading:
    """One methodology and one record."""

    def __init__(self, text: str, writer: Writer, record: Mapping[str, object]) -> None:
        self.top = yaml.load(text, yaml.BaseLoader)
        self.names = writer.names
        self.better = {name: given.get("better") for name, given in self.top["inputs"].items()}
        self.values: dict[tuple[str, tuple[str, ...]], Any] = {}
        self.constants()
        for name, given in self.top["inputs"].items():
            axes, kind = self.names[name]
            for key in keys(axes):
                word = record[".".join((name, *key))]
                treatment = given.get("absent", {}).get(word)
                self.values[name, key] = self.treated(treatment, kind) if treatment else self.literal(word, kind)
        for name, given in self.top["measures"].items():
            axes, kind = self.names[name]
            for key in keys(axes):
                value = self.measure(name, given, kind, dict(zip(axes, key, strict=True)))
                if isinstance(value, Gone):
                    (treatment,) = given["absent"].values()
                    value = self.treated(treatment, kind)
                self.values[name, key] = value

    def constants(self) -> None:
        for set_name in ("s", "t"):
            for member in self.top["sets"][set_name]:
                for name, word in member.items():
                    if name != "member":
                        self.values[name, (member["member"],)] = self.literal(word, self.names[name][1])
        self.values["pass_mark", ()] = Fraction(self.top["parameters"]["pass_mark"]["value"])
        for member, word in self.top["parameters"]["each_mark"]["values"].items():
            self.values["each_mark", (member,)] = Fraction(word)

    def treated(self, treatment: str, kind: str) -> Any:
        return Gone(treatment == "skip") if treatment in ("skip", "unrated") else self.literal(treatment, kind)

    def literal(self, word: str, kind: str) -> Any:
        if kind in SCALES:
            return Rung(SCALES[kind].index(word), kind)
        return Fraction(word) if kind == "number" else word

    # --- axes --------------------------------------------------------------------------------------------------------

    def fixed(self, name: syntax.Name) -> Env:
        """What `for M` binds, and its parent."""
        if name.member is None:
            return {}
        member = name.member.text
        bound = {axis: member for axis in SETS if member in SETS[axis]}
        return {**bound, **({"s": PARENTS[member]} if member in PARENTS else {})}

    def member(self, axis: str, env: Env) -> str | None:
        return env.get(axis) or (PARENTS[env["u"]] if axis == "s" and "u" in env else None)

    def read(self, name: syntax.Name, env: Env) -> Any:
        own = self.fixed(name)
        members = tuple(own.get(axis) or self.member(axis, env) for axis in self.names[name.text][0])
        return self.values[name.text, members]  # type: ignore[index]  # nothing is free here

    def mentioned(self, tree: Any) -> Iterator[syntax.Name]:
        if isinstance(tree, syntax.Name) and tree.text in self.names:
            yield tree
        if isinstance(tree, syntax.Operation):
            for arg in tree.args:
                yield from self.mentioned(arg)

    def ranges(self, tree: Any, env: Env) -> Iterator[Env]:
        """All combinations of the free axes of a formula."""
        free: dict[str, str | None] = {}  # and, of a nested set, the parent that `for` fixes
        for name in self.mentioned(tree):
            own = self.fixed(name)
            for axis in self.names[name.text][0]:
                if axis not in own and self.member(axis, env) is None:
                    free[axis] = free.get(axis) or (own.get("s") if axis == "u" else None)
        if "u" in free:
            free.pop("s", None)  # a child reads its parent
        choices = []
        for axis, parent in free.items():
            parent = parent or (env.get("s") if axis == "u" else None)
            choices.append([m for m in SETS[axis] if parent is None or PARENTS[m] == parent])
        for members in product(*choices):
            yield {**env, **dict(zip(free, members, strict=True))}

    # --- values ------------------------------------------------------------------------------------------------------

    def kind(self, tree: Any) -> str | None:
        match tree:
            case syntax.Name(text):
                return self.names[text][1] if text in self.names else None
            case syntax.Operation(op="better_of", args=args):
                return next((k for k in map(self.kind, args) if k), None)
            case syntax.Aggregation(op="best" | "worst", of=of):
                return self.kind(of)
        return "number"

    def value(self, tree: Any, env: Env, wanted: str | None) -> Any:
        """A formula as a value of the kind that is wanted there."""
        found = self.formula(tree, env, wanted)
        if isinstance(found, Rung) and wanted == "number":
            return Fraction(WORTH[found.scale][found.place])
        if isinstance(found, Fraction) and wanted in WORTH:
            return Rung(WORTH[wanted].index(found), wanted)
        return found

    def formula(self, tree: Any, env: Env, wanted: str | None) -> Any:
        match tree:
            case syntax.Name(text) if text in self.names:
                return self.read(tree, env)
            case syntax.Name(text):
                return self.literal(text, wanted or "")
            case syntax.Digits(text):
                return self.literal(text, wanted) if wanted in SCALES else Fraction(text)
            case syntax.Operation(op="better_of", args=args):
                values = [self.formula(arg, env, self.kind(tree)) for arg in args]
                return self.absent_of(values) or max(values)
            case syntax.Operation(op, args):
                numbers = [self.value(arg, env, "number") for arg in args]
                return self.absent_of(numbers) or self.reckoned(tree, op, numbers)
            case syntax.Aggregation():
                return self.aggregate(tree, env)
        raise AssertionError(tree)

    def absent_of(self, values: list[Any]) -> Gone | None:
        gone = [value for value in values if isinstance(value, Gone)]
        return Gone(all(value.skip for value in gone)) if gone else None

    def reckoned(self, tree: syntax.Operation, op: str, numbers: list[Fraction]) -> Any:
        a, b = numbers[0], numbers[-1]
        match op:
            case "add":
                return a + b
            case "sub":
                return a - b
            case "mul":
                return a * b
            case "div":
                return a / b if b else Gone(False)
            case "negative":
                return -a
            case "round":
                assert tree.step
                return nearest(a, Fraction(tree.step.text), tree.mode)
            case "greater":
                return max(numbers)
            case "lesser":
                return min(numbers)
        raise AssertionError(op)

    def aggregate(self, tree: syntax.Aggregation, env: Env) -> Any:
        left: list[Any] = []
        weights: list[Any] = []
        skipped = 0
        levels = tree.op in ("best", "worst", "count")
        for inside in self.ranges(tree.of, env):
            kept = kleene_and([self.comparison(test, inside) for test in tree.where])
            if kept is None:
                return Gone(False)  # an undecided `where` makes the aggregate absent
            if not kept:
                continue
            item = self.formula(tree.of, inside, None) if levels else self.value(tree.of, inside, "number")
            if isinstance(item, Gone) and item.skip:
                skipped += 1
                continue
            left.append(item)
            weights.append(self.value(tree.weight, inside, "number") if tree.weight else Fraction(1))
        if tree.op == "count":
            return Fraction(len(left))
        if any(isinstance(each, Gone) for each in (*left, *weights)):
            return Gone(False)
        if not left:
            return Fraction(0) if tree.op == "sum" and not skipped else Gone(False)
        total = sum((v * w for v, w in zip(left, weights, strict=True)), Fraction(0)) if not levels else None
        ordered = sorted(left)
        match tree.op:
            case "sum":
                return total
            case "mean":
                return total / sum(weights) if total is not None and sum(weights) else Gone(False)
            case "median":
                half = len(ordered) // 2
                return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
        return ordered[-1] if tree.op in ("best", "highest") else ordered[0]

    # --- conditions --------------------------------------------------------------------------------------------------

    def condition(self, tree: Any, env: Env) -> bool | None:
        match tree:
            case syntax.Comparison():
                return self.comparison(tree, env)
            case syntax.Joined("and", parts):
                return kleene_and([self.condition(part, env) for part in parts])
            case syntax.Joined("or", parts):
                return negated(kleene_and([negated(self.condition(part, env)) for part in parts]))
            case syntax.Quantified():
                return self.quantified(tree, env)
        raise AssertionError(tree)

    def comparison(self, tree: syntax.Comparison, env: Env) -> bool | None:
        kind = self.kind(tree.subject)
        return self.says(tree.predicate, self.formula(tree.subject, env, kind), kind, env)

    def says(self, said: syntax.Is, value: Any, kind: str | None, env: Env) -> bool | None:
        if said.op in ("absent", "present"):
            return isinstance(value, Gone) == (said.op == "absent")
        args = [self.formula(arg, env, kind) for arg in said.args]
        if any(isinstance(each, Gone) for each in (value, *args)):
            return None
        a, b = args[0], args[-1]
        return {
            "equals": lambda: value == a,
            "differs": lambda: value != a,
            "floor": lambda: value >= a,
            "ceiling": lambda: value <= a,
            "above": lambda: value > a,
            "below": lambda: value < a,
            "between": lambda: a <= value <= b,
            "oneof": lambda: value in args,
        }[said.op]()  # type: ignore[no-any-return]

    def quantified(self, tree: syntax.Quantified, env: Env) -> bool | None:
        met = unmet = may = skipped = 0
        for item, kind, kept, inside in self.items(tree.over, env):
            if kept is False:
                continue
            says = self.says(tree.predicate, item, kind, inside)
            if kept is None:
                may += 1
            elif isinstance(item, Gone) and item.skip and says is None:
                skipped += 1
            elif says is None:
                may += 1
            else:
                met, unmet = met + says, unmet + (not says)
        count = self.value(tree.count, env, "number") if tree.count else Fraction(0)
        everything = met + unmet + may
        if isinstance(count, Gone) or (not everything and skipped):
            return None

        def at_least(needed: Fraction | int) -> bool | None:
            return True if met >= needed else False if met + may < needed else None

        match tree.op:
            case "any":
                return at_least(1)
            case "all":
                return at_least(everything)
            case "none":
                return negated(at_least(1))
            case "at_least":
                return at_least(count)
            case "at_most":
                return negated(at_least(count.__floor__() + 1))
        return kleene_and([at_least(count), negated(at_least(count.__floor__() + 1))])

    def items(self, over: syntax.Values, env: Env) -> Iterator[tuple[Any, str | None, bool | None, Env]]:
        if over.listed:
            for name in over.names:
                yield self.read(name, env), self.kind(name), True, env
            return
        (name,) = over.names
        for inside in self.ranges(name, env):
            kept = kleene_and([self.comparison(test, inside) for test in over.where])
            yield self.read(name, inside), self.kind(name), kept, inside

    # --- measures ----------------------------------------------------------------------------------------------------

    def measure(self, name: str, given: dict[str, Any], kind: str, env: Env) -> Any:
        value = self.form(name, given, kind, env)
        for limit in given.get("limits", ()):
            cap = "at_most" in limit
            bound = self.value(parse("formula", limit["at_most" if cap else "at_least"]), env, kind)
            if isinstance(value, Gone):
                break
            if not isinstance(bound, Gone) and (value <= bound if cap else value >= bound):
                continue
            truth = self.condition(parse("condition", limit["when"]), env)
            value = value if truth is False else Gone(False) if truth is None else bound
        return value

    def form(self, name: str, given: dict[str, Any], kind: str, env: Env) -> Any:
        if "formula" in given:
            return self.value(parse("formula", given["formula"]), env, kind)
        if "first_present" in given:
            values = [self.value(parse("column", each), env, kind) for each in given["first_present"]]
            return next((value for value in values if not isinstance(value, Gone)), Gone(False))
        if "rules" in given:
            for rule in given["rules"]:
                truth = "otherwise" in rule or self.condition(parse("condition", rule["when"]), env)
                if truth is None:
                    return Gone(False)
                if truth:
                    return self.value(parse("formula", rule.get("then") or rule["otherwise"]), env, kind)
        if "bands" in given:
            return self.banded(given["bands"], kind, env)
        return self.tabled(given, kind, env)

    def banded(self, bands: dict[str, Any], kind: str, env: Env) -> Any:
        of = self.value(parse("formula", bands["of"]), env, "number")
        for row in bands["rows"]:
            low = self.value(parse("formula", row["at_least"]), env, "number") if "at_least" in row else None
            if isinstance(of, Gone) or isinstance(low, Gone):
                return Gone(False)
            if low is None or of >= low:
                return self.value(parse("formula", row.get("is") or row["otherwise"]), env, kind)
        raise AssertionError

    def tabled(self, given: dict[str, Any], kind: str, env: Env) -> Any:
        header, *lines = [line.split("||") for line in given["table"].strip().split("\n")]
        columns = [parse("column", cell.strip()) for cell in header[0].split("|")]
        rows = [([parse("cell", cell.strip()) for cell in left.split("|")], then) for left, then in lines]
        asked = [
            any(getattr(cells[i], "op", "") in ("absent", "present") for cells, _ in rows) for i in range(len(columns))
        ]
        for cells, then in rows:
            truths: list[bool | None] = []
            for column, cell, two_valued in zip(columns, cells, asked, strict=True):
                if isinstance(cell, syntax.Is):
                    says = self.says(cell, self.read(column, env), self.kind(column), env)
                    truths.append(False if says is None and two_valued else says)
            truth = kleene_and(truths)
            if truth:
                return self.value(parse("formula", then.strip()), env, kind)
            if truth is None and given.get("hit") == "first":
                return Gone(False)
        return Gone(False)
