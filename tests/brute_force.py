"""Every question about all records of a small program, answered by walking all of them.

Knows what is asked, from its own reading of the definitions, and the interpreter; nothing of how the engine finds an
answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import assert_never

from markscheme.diagnostics import Span
from markscheme.interpret import interpret
from markscheme.ir import (
    AbsenceRule,
    Absent,
    Bands,
    Choice,
    FirstPresent,
    Formula,
    Holds,
    Literally,
    NeverWorsens,
    Note,
    Number,
    Present,
    Program,
    Read,
    Rule,
    Rules,
    Scale,
    Step,
    Table,
    Type,
    Value,
    Withholding,
    YesNo,
    combinations,
)
from markscheme.trace import ByBand, ByFirst, ByFormula, ByRow, ByRule, Given, Key, Outcome

MOST_RECORDS = 20_000
Place = tuple[int, int]  # where a piece of text starts and ends


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked of all records. Rules, rows, limits and conditions are told apart by their place in the text."""

    kind: str
    subject: str = ""
    input: str | None = None
    level: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it holds. Of two records that show that it does not, `least` is the fewest input values in which any
    such two differ."""

    holds: bool
    least: int | None = None


# --- values ----------------------------------------------------------------------------------------------------------


def values_of(type: Type) -> tuple[Present, ...]:
    """Every value of a type, rising."""
    match type:
        case Scale(_, levels):
            return tuple(range(len(levels)))
        case Choice(options):
            return tuple(option.name for option in options)
        case YesNo():
            return ("no", "yes")
        case Number(decimals, low, high):
            if decimals is None or low is None or high is None:
                raise ValueError("there is no end to its values")
            first, last = -(-low * 10**decimals // 1), high * 10**decimals // 1
            return tuple(Fraction(n, 10**decimals) for n in range(int(first), int(last) + 1))
        case _:
            assert_never(type)


def direction(type: Type) -> int:
    """1 where more is better, -1 where less is, 0 where nothing is better than another."""
    match type:
        case Scale():
            return 1
        case Number(better="higher") | YesNo("yes"):
            return 1
        case Number(better="lower") | YesNo("no"):
            return -1
        case _:
            return 0


def goodness(type: Type, value: Value) -> Fraction | None:
    """A number that is greater the better the value; None where it is absent."""
    if isinstance(value, Absent):
        return None
    return direction(type) * Fraction(["no", "yes"].index(value) if isinstance(value, str) else value)


def absent(rule: AbsenceRule, key: Key) -> Given:
    """What a record holds where a reason is given: a value in its place, if one is declared."""
    if rule.value is not None:
        return Given(rule.value, Absent(rule.reason, False, *key))
    return Given(Absent(rule.reason, rule.treatment == "skip", *key))


# --- all records -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Position:
    """One input value of a record: what it can be, its values first, rising, then one absence of each kind. `stride` is
    how far apart in the list of records two are that differ in it alone, by one."""

    key: Key
    values: tuple[Present, ...]
    options: tuple[Given, ...]
    stride: int = 0


@dataclass(eq=False)
class Walk:
    """All records of a program and what came of each."""

    program: Program
    positions: list[Position] = field(default_factory=list)
    size: int = 0
    found: dict[Key, list[Value]] = field(default_factory=dict)  # each measure's value in every record
    decided: set[Place] = field(default_factory=set)  # rules, rows, bands and limits
    said: dict[Place, set[bool | None]] = field(default_factory=dict)  # the conditions of guarantees

    def __post_init__(self) -> None:
        for given in self.program.inputs.values():
            values = values_of(given.type)
            kinds = {rule.treatment: rule for rule in reversed(given.absent) if rule.value is None}
            for members in combinations(self.program.sets, given.axes):
                key = (given.name, members)
                options = (*(Given(value) for value in values), *(absent(rule, key) for rule in kinds.values()))
                self.positions.append(Position(key, values, options))
        self.size = prod(len(position.options) for position in self.positions)
        if self.size > MOST_RECORDS:
            raise ValueError(f"{self.size} records are too many to walk")
        stride = self.size
        for position in self.positions:
            stride //= len(position.options)
            position.stride = stride

    @property
    def records(self) -> Iterator[dict[Key, Given]]:
        keys = [position.key for position in self.positions]
        for given in product(*(position.options for position in self.positions)):
            yield dict(zip(keys, given, strict=True))

    def record(self, number: int) -> dict[Key, Given]:
        return {p.key: p.options[number // p.stride % len(p.options)] for p in self.positions}

    def run(self) -> Walk:
        conditions = [each for each in self.program.guarantees if isinstance(each, Holds)]
        asked = dataclasses.replace(self.program, steps=(*self.program.steps, *map(as_measure, conditions)))
        steps = {step.name: step for step in self.program.steps}
        for step in steps.values():
            for members in combinations(self.program.sets, step.axes):
                self.found[step.name, members] = []
        for record in self.records:
            trace = interpret(asked, record)
            for key, values in self.found.items():
                outcome = trace.outcomes[key]
                values.append(outcome.value)
                self.decided.update(place(span) for span in _decided(steps[key[0]], outcome))
            for each in conditions:
                value = trace.outcomes[name_of(each), ()].value
                self.said.setdefault(place(each.span), set()).add(None if isinstance(value, Absent) else value == "yes")
        return self


def place(span: Span | None) -> Place:
    assert span is not None
    return span.start, span.end


def name_of(holds: Holds) -> str:
    return f"guarantee at {holds.span.start}"


def as_measure(holds: Holds) -> Step:
    """The condition as a measure of its own, so that the interpreter says what it is worth."""
    said = YesNo()
    yes, no = (Literally(word, said, holds.span) for word in ("yes", "no"))
    rules = Rules((Rule(holds.condition, yes, Note()), Rule(None, no, Note())))
    undecided = AbsenceRule("undecided", "Undecided", "unrated")
    return Step(name_of(holds), "", (), said, rules, (), undecided, Note())


def _decided(step: Step, outcome: Outcome) -> Iterator[Span | None]:
    """The rule, row or band that gave the value, and the limits that changed it."""
    match step.form, outcome.how:
        case Rules(rules), ByRule(int(index), tried):
            if rules[index].when is None or tried[index].truth:
                yield rules[index].note.span
        case Table(rows=rows), ByRow(int(index)):
            yield rows[index].note.span
        case Bands(bands=bands), ByBand(int(index)):
            yield bands[index].note.span
        case (
            (Rules() | Table() | Bands() | Formula() | FirstPresent()),
            (ByRule() | ByRow() | ByBand() | ByFormula() | ByFirst()),
        ):
            pass
    for tried in outcome.limits:
        if tried.evidence is not None and tried.evidence.truth and tried.after != tried.before:
            yield step.limits[tried.index].note.span


# --- what is asked ---------------------------------------------------------------------------------------------------


def reads(program: Program) -> Mapping[str, frozenset[str]]:
    """The inputs that each measure depends on, also by way of others."""
    found: dict[str, frozenset[str]] = {}
    for step in program.steps:
        names = set(names_read((step.form, step.limits)))
        found[step.name] = frozenset(
            {name for name in names if name in program.inputs}.union(*(found.get(name, ()) for name in names))
        )
    return found


def names_read(tree: object) -> Iterator[str]:
    if isinstance(tree, Read):
        yield tree.name
    elif isinstance(tree, tuple):
        for each in tree:
            yield from names_read(each)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, Span | Scale | Number | Choice | YesNo):
        for each in dataclasses.fields(tree):
            yield from names_read(getattr(tree, each.name))


def questions(program: Program) -> tuple[Question, ...]:
    """Everything that is asked of a program and is not settled when its text is read."""
    steps, depends = {step.name: step for step in program.steps}, reads(program)
    asked: dict[Question, None] = {}
    for step in program.steps:
        pieces: Sequence[object] = ()
        match step.form:
            case Rules(pieces) | Table(rows=pieces) | Bands(bands=pieces):
                pass
            case Formula() | FirstPresent():
                pass
            case _:
                assert_never(step.form)
        for piece in (*pieces, *step.limits):
            asked[Question("reachable", place=place(piece.note.span))] = None  # type: ignore[attr-defined]
    for result in program.results:
        type = steps[result].type
        if isinstance(type, Scale):
            asked.update((Question("attainable", result, level=n), None) for n in range(len(type.levels)))
        for given in program.inputs.values():
            if direction(type) and given.name in depends[result]:
                if direction(given.type):
                    asked[Question("monotone", result, given.name)] = None
                if given.absent:
                    asked[Question("withholding", result, given.name)] = None
    for each in program.guarantees:
        match each:
            case NeverWorsens(result, given):
                asked[Question("never_worsens", result, given)] = None
            case Withholding(given, result):
                asked[Question("withholding", result, given)] = None
            case Holds(always):
                asked[Question("always" if always else "never", place=place(each.span))] = None
            case _:
                assert_never(each)
    return tuple(asked)


# --- what is so ------------------------------------------------------------------------------------------------------


def answers(program: Program) -> dict[Question, Answer]:
    walk = Walk(program).run()
    return {question: answer(walk, question) for question in questions(program)}


def answer(walk: Walk, question: Question) -> Answer:
    match question:
        case Question("reachable", place=where):
            return Answer(where in walk.decided)
        case Question("attainable", subject, level=level):
            return Answer(any(level in values for (name, _), values in walk.found.items() if name == subject))
        case Question("never" | "always" as kind, place=(start, end)):
            return Answer((kind == "never") not in walk.said[start, end])
        case Question("monotone" | "never_worsens" | "withholding", subject, str(given)):
            ways = coming(walk, given, absent=question.kind == "withholding")
            sign = -1 if question.kind == "withholding" else 1
            columns = {tuple(ranks(walk, key, sign)): key for key in walk.found if key[0] == subject}
            found = [least(list(values), ways) for values in columns]
            fewest = min((n for n in found if n is not None), default=None)
            return Answer(fewest is None, fewest)
        case _:
            raise AssertionError(f"nobody says what {question} means")


Ways = list[tuple[Position, tuple[tuple[int, ...], ...]]]


def coming(walk: Walk, given: str, absent: bool) -> Ways:
    """For each value of an input and each thing it can be in the second record, what it can have been in the first:
    any value that is worse or, where the second is without, any value at all."""
    declared = walk.program.inputs[given]
    way = direction(declared.type)
    replaced = {rule.value for rule in declared.absent if rule.value is not None}
    found: Ways = []
    for position in walk.positions:
        if position.key[0] != given:
            continue
        present = range(len(position.values))
        if absent:
            into = [
                tuple(i for i in present if i != at) if at not in present or position.values[at] in replaced else ()
                for at in range(len(position.options))
            ]
        else:
            into = [
                tuple(i for i in present if at in present and (i - at) * way < 0) for at in range(len(position.options))
            ]
        found.append((position, tuple(into)))
    return found


def ranks(walk: Walk, key: Key, sign: int) -> list[int]:
    """How good a measure is in every record, as a whole number; -1 where it is absent. `sign` -1 turns it round."""
    type = next(step.type for step in walk.program.steps if step.name == key[0])
    good = [goodness(type, value) for value in walk.found[key]]
    order = sorted({each for each in good if each is not None}, reverse=sign < 0)
    rank = {value: number for number, value in enumerate(order)}
    return [-1 if each is None else rank[each] for each in good]


def least(values: list[int], ways: Ways) -> int | None:
    """The fewest changes from one record to another in which the value is lower and in both is there; None where no
    changes lower it. Position by position; `layers[n]` holds for each record the best value of those from which it
    comes by n changes."""
    if len({*values} - {-1}) < 2:
        return None
    layers = [values]
    for position, into in ways:
        radix, stride = len(into), position.stride
        after = [*map(list, layers), [-1] * len(values)]
        for number in range(len(values)):
            at = number // stride % radix
            for was in into[at]:
                origin = number + (was - at) * stride
                for changes, layer in enumerate(layers, 1):
                    if layer[origin] > after[changes][number]:
                        after[changes][number] = layer[origin]
        layers = after
    for changes, layer in enumerate(layers):
        if any(0 <= value < best for value, best in zip(values, layer, strict=True)):
            return changes
    return None


def pairs(walk: Walk, question: Question) -> Iterator[tuple[int, Key, int, int]]:
    """The same, by looking at every two records: how many values they differ in, the measure's key, both records."""
    assert question.input is not None
    ways = coming(walk, question.input, absent=question.kind == "withholding")
    rest = [position for position in walk.positions if position.key[0] != question.input]
    sign = -1 if question.kind == "withholding" else 1
    for key in walk.found:
        if key[0] != question.subject:
            continue
        values = ranks(walk, key, sign)
        for first, second in product(range(walk.size), repeat=2):
            if not 0 <= values[second] < values[first]:
                continue
            if any(first // p.stride % len(p.options) != second // p.stride % len(p.options) for p in rest):
                continue
            changes = 0
            for position, into in ways:
                was, at = (n // position.stride % len(position.options) for n in (first, second))
                if was != at:
                    changes = changes + 1 if was in into[at] else -walk.size
            if changes > 0:
                yield changes, key, first, second
