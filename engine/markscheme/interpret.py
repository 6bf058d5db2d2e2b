"""The meaning of the language: a program and a record's inputs to the value of every step, and how each came about.

Exact, one record at a time, no caching, no cleverness: where another backend disagrees, this is right. Knows no text
and no file. Every function here is a sentence of the language's semantics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import assert_never

from . import ops
from .ir import (
    Absent,
    Apply,
    Bands,
    Collection,
    Condition,
    Each,
    Expr,
    FirstPresent,
    Form,
    Formula,
    Gather,
    Index,
    Join,
    Landing,
    Limit,
    Listed,
    Literally,
    Loop,
    Note,
    Predicate,
    Program,
    Quantify,
    Read,
    Rules,
    Set,
    Step,
    Table,
    Test,
    Value,
    Worth,
    combinations,
)
from .trace import (
    ByBand,
    ByFirst,
    ByFormula,
    ByRow,
    ByRule,
    Counted,
    Evidence,
    Given,
    How,
    Item,
    Joined,
    Key,
    LimitTried,
    Outcome,
    Tested,
    Trace,
)

Members = Mapping[str, str]  # the current member of each set that is bound or ranged over


def interpret(program: Program, given: Mapping[Key, Given]) -> Trace:
    """Rate one record. `given` holds every input for every combination of members, already typed."""
    outcomes: dict[Key, Outcome] = {}
    for step in program.steps:
        for members in combinations(program.sets, step.axes):
            outcomes[step.name, members] = _Here(program, given, outcomes, step, members).outcome()
    return Trace(given, outcomes)


def worked_out(program: Program, trace: Trace, step: Step, members: tuple[str, ...], expr: Expr) -> Value:
    """What a piece of a step's own text gave in a record that is already rated: for explanations."""
    at = dict(zip(step.axes, members, strict=True))
    return _Here(program, trace.given, trace.outcomes, step, members).value(expr, at)


def outcome_of(program: Program, given: Mapping[Key, Given], step: Step, members: tuple[str, ...]) -> Outcome:
    """One measure for one combination of members, where `given` holds whatever it reads, other measures too."""
    return _Here(program, given, {}, step, members).outcome()


@dataclass(slots=True)
class _Here:
    """One step for one combination of members: what it can read, and what it has read so far."""

    program: Program
    given: Mapping[Key, Given]
    outcomes: Mapping[Key, Outcome]
    step: Step
    members: tuple[str, ...]
    reads: dict[Key, None] = field(default_factory=dict)
    notes: dict[Note, None] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        bound = dict(zip(self.step.axes, self.members, strict=True))
        self.took_part(self.step.note)
        before, how = self.form(self.step.form, bound)
        value, limits = self.limited(before, bound)
        stated = None
        if isinstance(value, Absent):
            value, stated = self.declared(value)
        return Outcome(value, how, before, limits, tuple(self.reads), stated, tuple(self.notes))

    def declared(self, absent: Absent) -> tuple[Value, Absent | None]:
        """An absence of this step, as its `absent` treats it: a value in its place, or its own reason."""
        rule = self.step.absent
        if rule is None:
            raise AssertionError(f"{self.step.name} cannot be absent: resolve has proved it")
        own = Absent(rule.reason, rule.treatment == "skip", self.step.name, self.members, (absent,))
        return (rule.value, own) if rule.value is not None else (own, None)

    def took_part(self, note: Note) -> None:
        if note.status != "published":
            self.notes[note] = None

    # --- forms -------------------------------------------------------------------------------------------------------

    def form(self, form: Form, at: Members) -> tuple[Value, How]:
        match form:
            case Formula(value):
                return self.value(value, at), ByFormula()
            case Rules():
                return self.rules(form, at)
            case Table():
                return self.table(form, at)
            case Bands():
                return self.bands(form, at)
            case FirstPresent():
                return self.first_present(form, at)
            case _:
                assert_never(form)

    def rules(self, form: Rules, at: Members) -> tuple[Value, How]:
        """The first rule that is not false; undecided, it makes the step absent. A principle has nothing to say of
        nothing."""
        if form.over is not None and all(kept is False for _, _, kept in self.items(form.over, at)):
            return Absent("nothing left", skip=False), ByRule(None, ())
        tried: list[Evidence] = []
        for index, rule in enumerate(form.rules):
            if rule.when is not None:
                evidence = self.condition(rule.when, at)
                tried.append(evidence)
                if evidence.truth is False:
                    continue
                if evidence.truth is None:
                    return _undecided(evidence), ByRule(index, tuple(tried))
            self.took_part(rule.note)
            return self.value(rule.then, at), ByRule(index, tuple(tried))
        raise AssertionError("rules end in otherwise")

    def table(self, form: Table, at: Members) -> tuple[Value, How]:
        """`first`: the first row that is not false. `unique`: the true row."""
        columns = tuple(self.value(column, at) for column in form.columns)
        rows: list[tuple[Tested | None, ...]] = []
        open_rows = []
        for index, row in enumerate(form.rows):
            cells = tuple(self.cell(form, column, cell, at) for column, cell in enumerate(row.cells))
            rows.append(cells)
            truth = _all([cell.truth for cell in cells if cell])
            if truth:
                self.took_part(row.note)
                return self.value(row.then, at), ByRow(index, columns, tuple(rows))
            if truth is None:
                open_rows.append(index)
                if form.hit == "first":
                    break
        compared = [arg for row in open_rows for cell in rows[row] if cell for arg in cell.args]
        absent = [value for value in (*columns, *compared) if isinstance(value, Absent)]
        if not (absent and open_rows):
            raise AssertionError("a row of the table holds of every value: resolve has proved it")
        return _because("undecided", absent), ByRow(None, columns, tuple(rows))

    def cell(self, form: Table, column: int, cell: Test | None, at: Members) -> Tested | None:
        """In a column with an `absent` cell every test is decided; elsewhere absence leaves all but `-` undecided."""
        if cell is None:
            return None
        tested = self.test(cell, at)
        if tested.truth is None and form.two_valued[column]:
            return replace(tested, truth=False)
        return tested

    def bands(self, form: Bands, at: Members) -> tuple[Value, How]:
        of = self.value(form.of, at)
        if isinstance(of, Absent):
            return of, ByBand(None, of)
        for index, band in enumerate(form.bands):
            low = None if band.low is None else self.value(band.low, at)
            high = None if band.high is None else self.value(band.high, at)
            if isinstance(low, Absent) or isinstance(high, Absent):
                return _because("undecided", [b for b in (low, high) if isinstance(b, Absent)]), ByBand(None, of)
            if (low is None or of >= low) and (high is None or of <= high):  # type: ignore[operator]  # of one type
                self.took_part(band.note)
                return self.value(band.then, at), ByBand(index, of)
        raise AssertionError("the bands cover every value: resolve has proved it")

    def first_present(self, form: FirstPresent, at: Members) -> tuple[Value, How]:
        seen: list[Value] = []
        for index, read in enumerate(form.reads):
            value = self.value(read, at)
            seen.append(value)
            if not isinstance(value, Absent):
                return value, ByFirst(index, tuple(seen))
        return _because("none present", [v for v in seen if isinstance(v, Absent)]), ByFirst(None, tuple(seen))

    # --- limits ------------------------------------------------------------------------------------------------------

    def limited(self, value: Value, at: Members) -> tuple[Value, tuple[LimitTried, ...]]:
        """In order, each on the result of the one before; absent stays absent."""
        tried: list[LimitTried] = []
        for index, limit in enumerate(self.step.limits):
            if isinstance(value, Absent) or (limit.member and at[limit.member[0]] != limit.member[1]):
                continue
            tried.append(self.limit(index, limit, value, at))
            value = tried[-1].after
        return value, tuple(tried)

    def limit(self, index: int, limit: Limit, before: Value, at: Members) -> LimitTried:
        """A limit that cannot change the value is not asked; an undecided one that could makes it absent."""
        bound = self.value(limit.bound, at)
        if not isinstance(bound, Absent) and (
            before <= bound if limit.kind == "at_most" else before >= bound  # type: ignore[operator]  # of one type
        ):
            return LimitTried(index, bound, None, before, before)
        evidence = self.condition(limit.when, at)
        if evidence.truth is False:
            return LimitTried(index, bound, evidence, before, before)
        if evidence.truth is None:
            return LimitTried(index, bound, evidence, before, _undecided(evidence))
        self.took_part(limit.note)
        return LimitTried(index, bound, evidence, before, bound)

    # --- conditions --------------------------------------------------------------------------------------------------

    def condition(self, condition: Condition, at: Members) -> Evidence:
        match condition:
            case Test():
                return self.test(condition, at)
            case Quantify():
                return self.quantify(condition, at)
            case Join(op, parts):
                found = tuple(self.condition(part, at) for part in parts)
                truths = [each.truth for each in found]
                return Joined(condition, _all(truths) if op == "and" else _any(truths), found)
            case _:
                assert_never(condition)

    def test(self, test: Test, at: Members) -> Tested:
        value = self.value(test.subject, at)
        args = tuple(self.value(arg, at) for arg in test.predicate.args)
        return Tested(test, _says(test.predicate, value, args), value, args)

    def quantify(self, node: Quantify, at: Members) -> Counted:
        """`at least N`: true if T >= N, false if T + U < N, else undecided; the others follow from it."""
        needed = None if node.count is None else self.value(node.count, at)
        met, unmet, undecided, skipped, left_out = [], [], [], [], []  # type: ignore[var-annotated]
        asks_presence = node.predicate.op in ("absent", "present")  # an absence answers these, so it is not skipped
        for item, inside, kept in self.items(node.over, at):
            args = tuple(self.value(arg, inside) for arg in node.predicate.args)
            if kept is False:
                left_out.append(item)
            elif kept is None:  # `where` applies before `skip`
                undecided.append(item)
            elif isinstance(item.value, Absent) and item.value.skip and not asks_presence:
                skipped.append(item)
            else:
                says = _says(node.predicate, item.value, args)
                (undecided if says is None else met if says else unmet).append(item)
        judged = len(met) + len(unmet) + len(undecided)
        if isinstance(needed, Absent) or (judged == 0 and skipped):  # absence makes nothing vacuously true
            truth = None
        else:
            number = Fraction(0) if needed is None else Fraction(needed)
            truth = ops.QUANTIFIERS[node.op].means(len(met), len(undecided), judged, number)
        parts = (tuple(part) for part in (met, unmet, undecided, skipped, left_out))
        return Counted(node, truth, needed, *parts)

    def items(self, over: Collection, at: Members) -> Iterator[tuple[Item, Members, bool | None]]:
        """The items of a collection, each with its members and whether `where` keeps it (None: undecided)."""
        match over:
            case Listed(items):
                for index, item in enumerate(items):
                    yield Item(index, (), self.value(item, at)), at, True
            case Each(loops, expr, where):
                choices = [loop_members(self.program.sets, loop, at) for loop in loops]
                sets = [loop.set for loop in loops]
                for index, members in enumerate(product(*choices)):
                    inside = {**at, **dict(zip(sets, members, strict=True))}
                    kept = True if where is None else self.condition(where, inside).truth
                    yield Item(index, members, self.value(expr, inside)), inside, kept
            case _:
                assert_never(over)

    # --- values ------------------------------------------------------------------------------------------------------

    def value(self, expr: Expr, at: Members) -> Value:
        match expr:
            case Read(name, indices):
                return self.read(name, tuple([member_of(self.program.sets, index, at) for index in indices]))
            case Literally(value):
                return value
            case Worth(of, values):
                level = self.value(of, at)
                return values[level] if isinstance(level, int) else level
            case Landing(of, positions):
                number = self.value(of, at)
                return positions[number] if isinstance(number, Fraction) else number
            case Apply(op, args):
                return self.apply(expr, op, [self.value(arg, at) for arg in args])
            case Gather():
                return self.gather(expr, at)
            case _:
                assert_never(expr)

    def read(self, name: str, members: tuple[str, ...]) -> Value:
        key = (name, members)
        self.reads[key] = None
        if key in self.outcomes:
            outcome = self.outcomes[key]
            if outcome.unpublished:
                self.notes.update(dict.fromkeys(outcome.unpublished))
            return outcome.value
        if key in self.given:
            given = self.given[key]
            if given.unpublished:
                self.notes.update(dict.fromkeys(given.unpublished))
            return given.value
        constant = self.program.constants[name]
        self.took_part(constant.note)
        return constant.values[members]

    def apply(self, expr: Apply, op: str, args: list[Value]) -> Value:
        """Arithmetic with an absent operand is absent."""
        absent = [arg for arg in args if isinstance(arg, Absent)]
        if absent:
            return _because("operand", absent)
        if op == "round":
            return ops.rounded(args[0], args[1], expr.mode)  # type: ignore[arg-type]  # numbers, by type
        result = ops.FUNCTIONS[op].means(*args)
        return Absent("division by zero", skip=False) if result is None else result

    def gather(self, expr: Gather, at: Members) -> Value:
        """`count` counts what is left; the others are absent if one left is unrated or, but for `sum`, none is left."""
        left: list[Value] = []
        weights: list[Value] = []
        skipped: list[Absent] = []
        undecided = False
        for item, inside, kept in self.items(expr.over, at):
            undecided |= kept is None
            if not kept:
                continue
            if isinstance(item.value, Absent) and item.value.skip:
                skipped.append(item.value)
                continue
            left.append(item.value)
            if expr.weight is not None:
                weights.append(self.value(expr.weight, inside))
        if undecided:
            return Absent("undecided", skip=False)
        if expr.op == "count":
            return Fraction(len(left))
        absent = [value for value in (*left, *weights) if isinstance(value, Absent)]
        if absent:
            return _because("operand", absent, skip=False)
        if not left and not (expr.op == "sum" and not skipped):
            return _because("nothing left", skipped, skip=False)
        result = ops.AGGREGATES[expr.op].means(left, weights if expr.weight is not None else None)  # type: ignore[arg-type]
        return Absent("division by zero", skip=False) if result is None else result


def _says(predicate: Predicate, value: Value, args: tuple[Value, ...]) -> bool | None:
    """`is absent` and `is present` are always decided; anything else read of an absence is undecided."""
    if predicate.op in ("absent", "present"):
        return isinstance(value, Absent) == (predicate.op == "absent")
    if isinstance(value, Absent) or any(isinstance(arg, Absent) for arg in args):
        return None
    return ops.PREDICATES[predicate.op].means(value, *args)


def _all(truths: list[bool | None]) -> bool | None:
    """False if one is, else undecided if one is, else true."""
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def _because(reason: str, causes: list[Absent], skip: bool | None = None) -> Absent:
    """An absence that comes of others; left out of aggregates where all of them are, unless `skip` says."""
    # Each named cause once; not by equality, which would compare all that lies behind them, over and over.
    once = {(cause.name, cause.members) if cause.name else id(cause): cause for cause in causes}
    return Absent(reason, all(c.skip for c in causes) if skip is None else skip, causes=tuple(once.values()))


def _undecided(evidence: Evidence) -> Absent:
    return _because("undecided", list(_absences(evidence)), skip=False)


def _absences(evidence: Evidence) -> Iterator[Absent]:
    """The absences for want of which a condition is undecided."""
    if evidence.truth is not None:
        return
    match evidence:
        case Tested(_, _, subject, args):
            yield from (value for value in (subject, *args) if isinstance(value, Absent))
        case Counted(needed=needed, undecided=undecided, skipped=skipped):
            values = [needed, *(item.value for item in (*undecided, *skipped))]
            yield from (value for value in values if isinstance(value, Absent))
        case Joined(_, _, parts):
            for part in parts:
                yield from _absences(part)
        case _:
            assert_never(evidence)


def member_of(sets: Mapping[str, Set], index: Index, at: Members) -> str:
    """A fixed member, or the current one of a set, climbed to its parents."""
    if index.via is None:
        return index.member or ""
    name, member = index.via, at[index.via]
    for _ in range(index.up):
        member, name = sets[name].above[member] or "", sets[name].parent or ""
    return member


def loop_members(sets: Mapping[str, Set], loop: Loop, at: Members) -> tuple[str, ...]:
    """The members that a loop ranges over: all, or the children of the current or of a fixed member."""
    if loop.within is None:
        return tuple(sets[loop.set].above)
    found: tuple[str, ...] = (at[loop.within] if loop.member is None else loop.member,)
    down = [loop.set]
    while len(down) < loop.up:
        down.append(sets[down[-1]].parent or "")
    for name in reversed(down):
        found = tuple(child for member in found for child in sets[name].below.get(member, ()))
    return found
