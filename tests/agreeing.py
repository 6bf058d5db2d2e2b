"""The ways in which a record is rated, held against each other: `interpret` is right, and what any other gives must be
the same to the last word. Each function here raises `AssertionError` with what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from markscheme import columns
from markscheme.columns import rating
from markscheme.deciding import decided
from markscheme.explain.wording import number_text
from markscheme.intake import Intake
from markscheme.intake.headings import label
from markscheme.interpret import interpret
from markscheme.ir import AbsenceRule, Absent, Choice, Number, Program, Scale
from markscheme.lowered.holding import decided_by
from markscheme.lowered.planning import plan
from markscheme.methodology import Methodology
from markscheme.record import INTERPRETED, Typed
from markscheme.record.running import Running
from markscheme.result import Absence, Reject, Result, results_of
from markscheme.space import Entry, Record, digits, nested, text, typed
from markscheme.trace import Key

Raw = Mapping[str, object]


# --- what is right ---------------------------------------------------------------------------------------------------


def interpreted(program: Program, raw: Any, id: str | None = None) -> Result | Reject:
    """What a raw record gives."""
    taken = Intake(program).nested(raw)
    return Reject(taken, id) if isinstance(taken, tuple) else Result.interpreted(program, interpret(program, taken), id)


def same(found: Result | Reject, right: Result | Reject, of: object) -> None:
    """Whether two say the same; whatever is asked of a result first must not matter, so `outcome` is asked before what
    makes a trace."""
    assert isinstance(found, Reject) is isinstance(right, Reject), (of, found, right)
    if isinstance(found, Reject) or isinstance(right, Reject):
        assert found == right, (of, found, right)
        return
    assert list(found.outcome.items()) == list(right.outcome.items()), (of, found.outcome, right.outcome)
    for key in results_of(right.program):
        ours, its = found.value(key), right.value(key)
        if isinstance(its, Absent):
            assert isinstance(ours, Absent), (of, key, ours, its)
            assert (ours.reason, ours.skip, ours.name, ours.members) == (its.reason, its.skip, its.name, its.members)
        else:
            assert (type(ours), ours) == (type(its), its), (of, key, ours, its)
        assert found.marked(key) == right.marked(key), (of, key)
    assert found.rated == right.rated, of
    assert found.assumed == right.assumed, (of, found.assumed, right.assumed)
    assert found.not_published == right.not_published, of
    assert (found.methodology, found.id) == (right.methodology, right.id)


def same_throughout(found: Result | Reject, right: Result | Reject, of: object) -> None:
    """The same, and how it came about."""
    same(found, right, of)
    if isinstance(found, Result) and isinstance(right, Result):
        assert found.trace == right.trace, (of, "trace")
        assert found.unpublished == right.unpublished, (of, found.unpublished, right.unpublished)
        assert found == right
        assert hash(found) == hash(right)
        assert repr(found) == repr(right)


# --- typed inputs ----------------------------------------------------------------------------------------------------


def agree_on_typed(program: Program, records: Iterable[Record], tabled: int | None = None) -> Running:
    """Typed inputs, by generated Python; `tabled` is how large a table may be."""
    running = Running(plan(program) if tabled is None else plan(program, tabled), Intake(program))
    function = running.typed
    for record in records:
        given = typed(record)
        held = running.all_held(given)
        assert held is not None
        right = Result.interpreted(program, interpret(program, given))
        same(Result.worked_out(Typed(running), given, function(held)), right, record)
        same_throughout(Result.worked_out(Typed(running), given), right, record)
    return running


# --- raw records -----------------------------------------------------------------------------------------------------


class Spelled:
    """Writes records as people and programs may: `layout` says where each value is, `random` how it is spelled."""

    LAYOUTS = ("full", "plain", "nested", "titled")

    def __init__(self, program: Program) -> None:
        self.program = program
        self._find = Intake(program)._headings.find
        self._titles = {
            axis: {member.name: member.title for member in each.members} for axis, each in program.sets.items()
        }

    def names(self, layout: str, keys: Iterable[Key]) -> dict[Key, str]:
        return {key: self._name(layout, key) for key in keys}

    def _name(self, layout: str, key: Key) -> str:
        declared = self.program.inputs[key[0]]
        plain = ".".join(key[1])
        if layout == "plain" and plain and self._find(plain) == (key,):
            return plain
        if layout == "titled":
            titles = [self._titles[axis][name] for axis, name in zip(declared.axes, key[1], strict=True)]
            titled = ".".join((declared.title, *titles))
            return titled if self._find(titled) == (key,) else label(key)
        return label(key)

    def raw(self, layout: str, record: Record, random: Random) -> dict[str, object]:
        names = list(self.names(layout, record).items())
        if layout != "full":
            random.shuffle(names)
        found = {name: self.value(key, record[key], random) for key, name in names}
        return nested(found) if layout == "nested" else found

    def value(self, key: Key, entry: Entry, random: Random) -> object:
        declared = self.program.inputs[key[0]]
        said = text(declared, entry)
        options: list[object] = [said, said]
        if isinstance(entry, AbsenceRule):
            options += [entry.title, f" {said.upper()} "]
            options += [None, "", " "] if declared.empty == entry.reason else []
        elif isinstance(declared.type, Number):
            number = Fraction(entry)
            options = [said, Decimal(said), number, f"{said}.0" if "." not in said else f"{said}0"]
            options += [float(said)] * 3 if Fraction(repr(float(said))) == number else []
            options += [int(number)] * 3 if number.denominator == 1 else []
        elif isinstance(declared.type, Scale | Choice):
            words = declared.type.levels if isinstance(declared.type, Scale) else declared.type.options
            title = next(word.title for word in words if word.name == said)
            options += [f"{said} ", said.replace("_", " ").capitalize()]
            options += [title] if [word.title for word in words].count(title) == 1 else []
            options += [int(said), float(said)] if said.isdecimal() else []
        return random.choice(options)


FAULTS: tuple[object, ...] = (
    None, "", "junk", "1.2.3", True, False, float("nan"), float("inf"), -0.0, 0.1 + 0.2, 1e300, 10**30, 2**53 + 1,
    Decimal("0.1"), Decimal(1) / 3, np.float32(0.1), np.float64(1), np.int64(1), Fraction(1, 3), b"1", [1], {},
    {"a": 1}, "yes", "no", "-0", "१", 1.0, 1, "1", 0.05, 99999999.5, "\ud800", "x" * 2000, object, 1 + 0j,
)  # fmt: skip


def faulty(raw: Raw, random: Random) -> dict[str, object]:
    """The same with something that may be wrong: a value, or a key too few, too many or misspelt."""
    found = dict(raw)
    name = random.choice(list(found)) if found else "none"
    match random.randrange(8):
        case 0:
            found.pop(name, None)
        case 1:
            found["extra"] = random.choice(FAULTS)
        case 2 if found:
            found[f"{name}x"] = found.pop(name)
        case 3 if found:
            inner = found[name]
            found[name] = faulty(inner, random) if isinstance(inner, dict) else {"a": inner}
        case _:
            inner = found.get(name)
            found[name] = faulty(inner, random) if isinstance(inner, dict) else random.choice(FAULTS)
    return found


def agree_on_raw(program: Program, raws: Sequence[Raw], warm: bool = True) -> Methodology:
    """Raw records one after the other, through whatever function the methodology has for them by then."""
    methodology = Methodology(program)
    if warm:
        good = next((raw for raw in raws if isinstance(interpreted(program, raw), Result)), None)
        for _ in range(INTERPRETED + 2 if good is not None else 0):
            assert isinstance(methodology.rate(good), Result)  # type: ignore[arg-type]
    for number, raw in enumerate(raws):
        right = interpreted(program, raw, str(number))
        same(methodology.rate(raw, str(number)), right, raw)
        same_throughout(methodology.rate(raw, id=str(number)), right, raw)
    assert methodology._rater.given_up is None
    return methodology


# --- columns ---------------------------------------------------------------------------------------------------------


def agree_on_columns(
    program: Program,
    rows: Sequence[Raw],
    tabled: int | None = None,
    as_arrays: Callable[[list[object]], Any] | None = None,
) -> columns.Rater:
    """Rows that have the same names each, as a table; the first reads like a data file."""
    with pytest.MonkeyPatch.context() as patch:
        if tabled is not None:
            patch.setattr(rating, "plan", partial(plan, tabled=tabled))
        rater = columns.Rater(program, decided=True)
    names = list(rows[0])
    data = {name: (as_arrays or pa.array)([row[name] for row in rows]) for name in names}
    found = rater.rate(data)
    intake = Intake(program)
    matched = intake.columns(tuple(names))
    steps = {step.name: step for step in program.steps}
    got = found.results.to_pylist()
    assert len(got) == len(rows)
    rejects: list[tuple[int, dict[str, object]]] = []
    counts = {"rated": 0, "unrated": 0, "rejected": 0}
    for number, (row, its) in enumerate(zip(rows, got, strict=True)):
        taken = intake.record(row, matched)
        if isinstance(taken, tuple):
            assert its.pop("status") == "rejected", (row, its, taken)
            assert not any(value is not None for value in its.values()), (row, its)
            counts["rejected"] += 1
            rejects += [
                (
                    number + 1,
                    {"column": p.column, "value": p.value, "code": p.code, "reason": p.message, "hint": p.hint},
                )
                for p in taken
            ]
            continue
        right = Result.interpreted(program, interpret(program, taken))
        assert its["status"] == ("rated" if right.rated else "unrated"), (row, its)
        counts["rated" if right.rated else "unrated"] += 1
        for key in results_of(program):
            _same_cell(program, right, key, its, row)
            outcome = right.trace.outcomes[key]
            assert its[f"decided.{label(key)}"] == decided(steps[key[0]], *decided_by(outcome)), (row, key, its)
        assert its.get("not_published", False) == right.not_published, (row, its)
        assert its.get("assumed", "") == " ".join(right.assumed), (row, its, right.assumed)
    said = [(each.pop("row"), each.pop("id"), each) for each in found.rejects.to_pylist()]
    assert [(row, each) for row, _, each in said] == rejects, (said, rejects)
    assert counts == {name: getattr(found.counts, name) for name in counts}
    assert found.counts.records == len(rows)
    return rater


def _same_cell(program: Program, right: Result, key: Key, its: Mapping[str, object], row: object) -> None:
    plain: Any = right.outcome[key[0]]
    for member in key[1]:
        plain = plain[member]
    cell = its[label(key)]
    if isinstance(plain, Absence):
        assert cell is None, (row, key, cell, plain)
        assert its[f"absent.{label(key)}"] == plain.reason, (row, key, its)
        return
    assert its.get(f"absent.{label(key)}") is None, (row, key, its)
    if isinstance(plain, str):
        assert cell == plain, (row, key, cell, plain)
    else:
        assert number_text(Fraction(cell) if isinstance(cell, Decimal) else _fraction(str(cell))) == number_text(
            Fraction(plain)
        ), (row, key, cell, plain)


def _fraction(said: str) -> Fraction:
    return Fraction(said)


def in_arrays(values: list[object], random: Random) -> Any:
    """The same values as an array of some type that can hold them."""
    whole = all(type(value) is int for value in values)
    real = all(type(value) is float for value in values)
    texts = [None if value is None else value if isinstance(value, str) else as_text(value) for value in values]
    if whole and max(map(abs, values), default=0) < 2**62:  # type: ignore[arg-type]
        return random.choice((lambda: np.array(values, np.int64), lambda: pa.array(values, pa.int64())))()
    if real:
        return random.choice((lambda: np.array(values, np.float64), lambda: pa.array(values, pa.float64())))()
    made = pa.array(texts, pa.string())
    return random.choice((lambda: made, lambda: made.dictionary_encode(), lambda: made.cast(pa.large_string())))()


def as_text(value: object) -> str:
    """As a data file has it."""
    if isinstance(value, Fraction):
        return digits(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
