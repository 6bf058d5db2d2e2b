"""One step for one combination of members, with what it read at hand. Knows the trace; decides and renders nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from ..interpret import worked_out
from ..ir import (
    Absent,
    Band,
    Bands,
    Collection,
    Each,
    Expr,
    Index,
    Listed,
    Literally,
    Number,
    Predicate,
    Read,
    Step,
    Value,
)
from ..trace import Item, Key, Outcome, Trace
from .wording import Words, bare, fold, number_words, quoted, same_side, type_of


@dataclass(frozen=True, slots=True)
class Scene:
    """A step's outcome and all it takes to say how it came about."""

    words: Words
    trace: Trace
    step: Step
    members: tuple[str, ...]
    outcome: Outcome

    # --- names and values --------------------------------------------------------------------------------------------

    def bound(self) -> dict[str, str]:
        """The current member of each set that the step ranges over."""
        return dict(zip(self.step.axes, self.members, strict=True))

    def member_of(self, index: Index, current: Mapping[str, str]) -> str | None:
        """The member that an index finds; None where its set has no current member."""
        if index.member is not None:
            return index.member
        set_name, member = index.via or "", current.get(index.via or "")
        for _ in range(index.up):
            own, found = self.words.program.sets.get(set_name), self.words.members.get((set_name, member or ""))
            if own is None or found is None:
                return None
            set_name, member = own.parent or "", found.parent
        return member

    def key(self, read: Read, current: Mapping[str, str] | None = None) -> Key | None:
        """What a name reads here."""
        current = self.bound() if current is None else current
        members = [self.member_of(index, current) for index in read.indices]
        found = tuple(member for member in members if member is not None)
        return (read.name, found) if len(found) == len(members) else None

    def value_at(self, key: Key) -> Value | None:
        """The value under a key, if the record has one."""
        given, outcome = self.trace.given.get(key), self.trace.outcomes.get(key)
        if given is not None:
            return given.value
        if outcome is not None:
            return outcome.value
        constant = self.words.program.constants.get(key[0])
        return constant.values.get(key[1]) if constant else None

    def work_out(self, expr: Expr) -> Value:
        """What a piece of the step's own text gave here."""
        return worked_out(self.words.program, self.trace, self.step, self.members, expr)

    def stated(self, key: Key) -> Absent | None:
        """The absence that a declared value stands for."""
        given, outcome = self.trace.given.get(key), self.trace.outcomes.get(key)
        return given.stated if given else outcome.stated if outcome else None

    def is_threshold(self, name: str) -> bool:
        """Whether a name is a principle's threshold: told of where it is used, not under a heading of its own."""
        step = self.words.steps.get(name)
        return step is not None and step.helper

    def thresholds(self) -> Iterator[Scene]:
        """The thresholds of a principle that were read here."""
        for key in self.outcome.reads:
            step, outcome = self.words.steps.get(key[0]), self.trace.outcomes.get(key)
            if step is not None and step.helper and outcome is not None:
                yield Scene(self.words, self.trace, step, key[1], outcome)

    # --- in words ----------------------------------------------------------------------------------------------------

    def subject(self, expr: Expr) -> str:
        """A name by its title, with the member where it is not the current one; a formula as it is written."""
        inner = bare(expr)
        if not isinstance(inner, Read):
            return quoted(expr.span)
        fixed = [index.member for index in inner.indices]
        declared = self.words.declared(inner.name)
        axes = declared.axes if declared else ()
        where = " / ".join(self.words.member(a, m) for a, m in zip(axes, fixed, strict=False) if m is not None)
        return self.words.title(inner.name) + (f" for {where}" if where else "")

    def said(self, value: Value, expr: Expr) -> str:
        """A value that `expr` gave, in words."""
        return self.words.value(value, type_of(expr))

    def figure(self, value: Value, expr: Expr, stands_for: Callable[[Fraction], bool]) -> str:
        """A number that `expr` gave, with as many decimals as it takes to see what came of it."""
        type_ = type_of(expr)
        if isinstance(type_, Number) and isinstance(value, int | Fraction):
            return number_words(Fraction(value), type_.unit, stands_for)
        return self.said(value, expr)

    def against(self, value: Value, expr: Expr, ends: Iterable[Value]) -> str:
        """A value that was compared with these."""
        return self.figure(value, expr, same_side(Fraction(value), ends) if isinstance(value, int | Fraction) else bool)

    def banded(self, value: Value, form: Bands) -> str:
        """A value that was put into a band."""
        ends = (end for band in form.bands for end in (band.low, band.high) if end is not None)
        return self.against(value, form.of, [self.work_out(end) for end in ends])

    def argument(self, expr: Expr) -> str:
        """What a predicate compares with: a value, or a name with the value it has."""
        inner = bare(expr)
        if isinstance(inner, Literally):
            return self.words.value(inner.value, inner.type)
        key = self.key(inner) if isinstance(inner, Read) else None
        value = self.value_at(key) if key else None  # None where it is a quantified item's own
        return (
            self.subject(expr) if value is None else f"{self.subject(expr)} ({self.words.value(value, type_of(inner))})"
        )

    def predicate(self, predicate: Predicate) -> str:
        """`at least good`: its own words, with titles and values for the identifiers in it."""
        span = predicate.span
        text, at, said = span.source.text, span.start, ""
        for arg in sorted(predicate.args, key=lambda arg: arg.span.start):
            if at <= arg.span.start and arg.span.end <= span.end:
                said, at = said + text[at : arg.span.start] + self.argument(arg), arg.span.end
        return fold(said + text[at : span.end])

    def band(self, band: Band) -> str:
        """`at least 63`, `from 39 to 62`, `otherwise`."""
        low = self.argument(band.low) if band.low is not None else None
        high = self.argument(band.high) if band.high is not None else None
        if low is not None:
            return f"at least {low}" if high is None else f"from {low} to {high}"
        return "otherwise" if high is None else f"at most {high}"

    def is_own(self, key: Key) -> bool:
        """Whether a key has no members but those that are this step's own."""
        declared, own = self.words.declared(key[0]), self.bound()
        return all(
            own.get(axis) == member for axis, member in zip(declared.axes if declared else (), key[1], strict=False)
        )

    def near(self, key: Key) -> str:
        """A key's members, but those that are this step's own."""
        declared, own = self.words.declared(key[0]), self.bound()
        pairs = list(zip(declared.axes if declared else (), key[1], strict=False))
        others = [(axis, member) for axis, member in pairs if own.get(axis) != member]
        return " / ".join(self.words.member(axis, member) for axis, member in others or pairs)

    def called(self, key: Key) -> str:
        """What a value that was read is called: its title where it is this step's own member's, else its members."""
        return self.words.title(key[0]) if self.is_own(key) else self.near(key)

    # --- what a quantifier looks at ----------------------------------------------------------------------------------

    def noun(self, over: Collection) -> str:
        """What is counted: `key questions`."""
        match over:
            case Each(loops=(loop,)):
                return self.words.title(loop.set)
            case Each():
                return f"values of {self.subject(over.item)}"
            case Listed():
                return "values"
            case _:
                assert_never(over)

    def item(self, item: Item, over: Collection) -> str:
        """What one of them is called."""
        match over:
            case Each():
                return self.words.place([loop.set for loop in over.loops], item.members)
            case Listed():
                return self.subject(over.items[item.index])
            case _:
                assert_never(over)

    def item_expr(self, item: Item, over: Collection) -> Expr:
        match over:
            case Each():
                return over.item
            case Listed():
                return over.items[item.index]
            case _:
                assert_never(over)

    def item_key(self, item: Item, over: Collection) -> Key | None:
        """What it read, if that is a plain name."""
        inner = bare(self.item_expr(item, over))
        if not isinstance(inner, Read):
            return None
        loops: Sequence[str] = [loop.set for loop in over.loops] if isinstance(over, Each) else []
        return self.key(inner, {**self.bound(), **dict(zip(loops, item.members, strict=False))})
