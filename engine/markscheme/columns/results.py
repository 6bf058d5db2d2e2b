"""What a kernel gives, as columns of an Arrow table: levels as dictionaries, numbers as decimals, absences as null.
Knows how values are held, no data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from ..bounds import exactly
from ..explain.wording import number_text
from ..intake.headings import label
from ..ir import Number, Present, Scale, Step
from ..lowered.domains import Coded, Domain, Met, Whole
from ..lowered.holding import seen_held
from ..lowered.programs import Plan
from ..result import headline
from ..trace import Key
from .kernel import Decisions, Parts
from .running import Array, among

STATUS = ("rated", "unrated", "rejected")
_MOST_DIGITS = 38  # of a decimal of 128 bits
_MOST_WHOLE = 18  # of one that is worked out in 64 bits

Mask = Any  # of NumPy


class Results:
    """Makes the columns of results. `marked` says whether the methodology has rules that are not published."""

    def __init__(self, plan: Plan, marked: bool) -> None:
        self._plan = plan
        self._marked = marked
        self._headline = headline(plan.program)
        steps = {each.key: each.step for each in plan.steps}
        self._columns = {key: _Column(steps[key], plan.domains[key]) for key in plan.results}

    def table(
        self, found: Mapping[Key, Parts], size: int, bad: Mask | None, decided: Mapping[Key, Decisions]
    ) -> pa.Table:
        """One row a record; those of the records that are `bad` are null but for their status."""
        valid = _valid(bad)
        columns: dict[str, pa.Array] = {}
        for key, column in self._columns.items():
            columns[label(key)] = column.values(found[key], bad, valid)
        for key, column in self._columns.items():
            if column.reasons:
                columns[f"absent.{label(key)}"] = column.absent(found[key], bad)
        for key, decisions in decided.items():
            columns[f"decided.{label(key)}"] = _dictionary(decisions.places, decisions.texts, bad)
        columns["status"] = self._status(found, size, bad)
        if self._marked:
            columns["not_published"] = self._not_published(found, size, valid)
        if self._plan.replaceable:
            columns["assumed"] = self._assumed(found, size, bad)
        return pa.table(columns)

    def unrated(self, found: Mapping[Key, Parts], bad: Mask | None) -> int:
        """How many have no rating, of those that are not `bad`."""
        gone = self._gone(found)
        if gone is None:
            return 0
        return int(np.count_nonzero(gone if bad is None else gone & ~bad))

    def _gone(self, found: Mapping[Key, Parts]) -> Mask | None:
        """Where there is no rating; None where there always is one."""
        everywhere: Mask | None = None
        for key in self._headline:
            gone = self._columns[key].gone(found[key])
            if gone is None:
                return None
            everywhere = gone if everywhere is None else everywhere & gone
        return everywhere

    def _status(self, found: Mapping[Key, Parts], size: int, bad: Mask | None) -> pa.Array:
        gone = self._gone(found)
        status = np.zeros(size, np.int8)
        if gone is not None:
            status = (gone if bad is None else gone & ~bad).astype(np.int8)
        if bad is not None:
            status = status + 2 * bad.view(np.int8)
        return pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUS), safe=False)

    def _not_published(self, found: Mapping[Key, Parts], size: int, valid: pa.Buffer | None) -> pa.Array:
        each = [column.marked(found[key]) for key, column in self._columns.items()]
        masks = [mask for mask in each if not isinstance(mask, bool)]
        always = any(mask is True for mask in each)
        if always or not masks:
            bits = pa.py_buffer((b"\xff" if always else b"\0") * ((size + 7) // 8))
        else:
            bits = pa.py_buffer(np.packbits(np.logical_or.reduce(masks), bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), size, [valid, bits])

    def _assumed(self, found: Mapping[Key, Parts], size: int, bad: Mask | None) -> pa.Array:
        """The names of what a declared value stood for; few combinations of them are met."""
        by_name: dict[str, Mask] = {}
        for key in self._plan.replaceable:
            replaced = _replaced(self._plan.domains[key], found[key])
            before = by_name.get(key[0])
            by_name[key[0]] = replaced if before is None else before | replaced
        flags = np.packbits(np.array(list(by_name.values())), axis=0)
        rows = np.ascontiguousarray(flags.T)
        keys = rows.view(np.dtype((np.void, rows.shape[1]))).ravel() if rows.shape[1] > 1 else rows.ravel()
        _, first, places = np.unique(keys, return_index=True, return_inverse=True)
        texts = [" ".join(name for name, mask in by_name.items() if mask[row]) for row in first.tolist()]
        return _dictionary(places, texts, bad).cast(pa.string()) if size else pa.array([], pa.string())


class _Column:
    """One result."""

    def __init__(self, step: Step, domain: Domain) -> None:
        self._domain = domain
        rule = step.absent
        may_be_absent = isinstance(domain, Met) or bool(domain.absences)
        self.reasons = (rule.reason,) if rule is not None and rule.value is None and may_be_absent else ()
        numeric = isinstance(step.type, Number)
        self._type = _decimal_type(domain) if numeric else None
        self._decoded: pa.Array | None = None
        if isinstance(domain, Coded):
            seen = [seen_held(domain, code) for code in range(domain.size)]
            values = [value if rule is None else rule.value for value, rule, _ in seen]
            self._gone = tuple(value is None for value in values)
            self._marks = tuple(marked for _, _, marked in seen)
            if numeric:
                self._decoded = _numbers([None if value is None else Fraction(value) for value in values], self._type)
            else:
                self._names = [_name(step, value) for value in domain.present]
                self._places = [0 if value is None else self._names.index(_name(step, value)) for value in values]

    def values(self, parts: Parts, bad: Mask | None, valid: pa.Buffer | None) -> pa.Array:
        """Null where there is no value, or the record is `bad`: `valid` are the bits of those that are not."""
        domain = self._domain
        gone = self.gone(parts)
        mask = bad
        if gone is not None:
            mask = gone if bad is None else gone | bad
            valid = _valid(mask)
        if isinstance(domain, Whole):
            return self._wholes(domain, parts, mask, valid)
        codes = parts["value"]
        if isinstance(domain, Met):
            return _each(codes, lambda code: self._met(domain, code), mask)
        if self._decoded is not None:
            taken = self._decoded.take(pa.array(codes))
            return taken if bad is None else _without(taken, mask)
        if domain.size == len(self._names):
            places = codes.view(np.int8) if codes.dtype == np.uint8 and domain.size <= 128 else codes.astype(np.int16)
        else:
            places = np.array(self._places, np.int8 if len(self._names) <= 128 else np.int16).take(codes)
        return pa.DictionaryArray.from_arrays(_integers(places, valid), pa.array(self._names), safe=False)

    def _met(self, domain: Met, code: int) -> str | None:
        value, rule, _ = domain.values[code]
        value = value if rule is None else rule.value
        return None if value is None else number_text(Fraction(value))

    def _wholes(self, domain: Whole, parts: Parts, mask: Mask | None, valid: pa.Buffer | None) -> pa.Array:
        values = parts["value"]
        state = parts.get("state")
        replaced = [rule.value for rule in domain.absences]
        if self._type is not None:
            scale = int(domain.unit * 10**self._type.scale)
            wide = values.astype(np.int64) * scale
            if state is not None:
                for place, value in enumerate(replaced, 1):
                    if value is not None:
                        here = (state % (1 + len(domain.absences))) == place
                        wide[here] = int(Fraction(value) * 10**self._type.scale)
            both = np.empty((len(wide), 2), np.int64)
            both[:, 0] = wide
            both[:, 1] = wide >> 63
            return pa.Array.from_buffers(self._type, len(wide), [valid, pa.py_buffer(both)])
        ones = np.ones(len(values), np.int64)
        rows = np.stack(
            [values.astype(np.int64), parts.get("bottom", ones), np.zeros_like(ones) if state is None else state],
            axis=1,
        )
        different, places = np.unique(rows, axis=0, return_inverse=True)
        texts = []
        for row in different.tolist():
            value, rule, _ = seen_held(domain, (row[0], row[1], row[2]))
            value = value if rule is None else rule.value
            texts.append(None if value is None else number_text(Fraction(value)))
        found = pa.array(texts, pa.string()).take(pa.array(places.ravel()))
        return _without(found, mask)

    def gone(self, parts: Parts) -> Mask | None:
        """Where there is no value; None where there always is one."""
        domain = self._domain
        match domain:
            case Coded():
                return self._among(parts, self._gone)
            case Whole():
                if not self.reasons:
                    return None
                return (parts["state"] % (1 + len(domain.absences))) != 0
            case Met():
                absent = np.array([rule is not None and rule.value is None for _, rule, _ in domain.values] or [False])
                return absent.take(parts["value"], mode="clip") if absent.any() else None

    def _among(self, parts: Parts, table: tuple[bool, ...]) -> Mask | None:
        if not any(table):
            return None
        return np.ones(len(parts["value"]), bool) if all(table) else among(parts["value"], table)

    def absent(self, parts: Parts, bad: Mask | None) -> pa.Array:
        """The reasons; there is one for each measure."""
        gone = self.gone(parts)
        size = len(parts["value"])
        there = np.ones(size, bool) if gone is None else ~gone
        if bad is not None:
            there = there | bad
        return _dictionary(np.zeros(size, np.int8), list(self.reasons), there)

    def marked(self, parts: Parts) -> Mask | bool:
        """Where the value rests on rules that are not published; True or False where it does for all alike."""
        domain = self._domain
        match domain:
            case Coded():
                if all(self._marks) or not any(self._marks):
                    return self._marks[0]
                return among(parts["value"], self._marks)
            case Whole():
                if domain.marked == "some":
                    return parts["state"] > len(domain.absences)
                return domain.marked == "always"
            case Met():
                marks = np.array([marked for _, _, marked in domain.values] or [False])
                return marks.take(parts["value"], mode="clip")


def _replaced(domain: Domain, parts: Parts) -> Mask:
    values = parts["value"]
    match domain:
        case Coded():
            seen = (seen_held(domain, code) for code in range(domain.size))
            table = [rule is not None and rule.value is not None for _, rule, _ in seen]
            return np.array(table).take(values)
        case Whole():
            state = parts.get("state")
            if state is None:
                return np.zeros(len(values), bool)
            table = [False, *(rule.value is not None for rule in domain.absences)]
            return np.array(table).take(state % len(table))
        case Met():
            table = [rule is not None and rule.value is not None for _, rule, _ in domain.values] or [False]
            return np.array(table).take(values, mode="clip")


def _name(step: Step, value: Present) -> str:
    if isinstance(step.type, Scale):
        assert isinstance(value, int)
        return step.type.levels[value].name
    return str(value)


def _decimal_type(domain: Domain) -> pa.Decimal128Type | None:
    """A decimal that holds every value; None where there is none."""
    match domain:
        case Coded(present, absences):
            numbers = [Fraction(value) for value in present] + _instead(absences)
        case Whole(unit, low, high, absences, most):
            if most > 1:
                return None
            numbers = [unit, unit * low, unit * high, *_instead(absences)]
        case Met():
            return None
    places = [exactly(number).decimals if number else 0 for number in numbers]
    known = [each for each in places if each is not None]
    if len(known) < len(places):
        return None
    scale = max(known, default=0)
    digits = max((len(str(abs(int(number * 10**scale)))) for number in numbers), default=1)
    precision = max(digits, scale + 1)
    most = _MOST_WHOLE if isinstance(domain, Whole) else _MOST_DIGITS
    return pa.decimal128(precision, scale) if precision <= most else None


def _instead(absences: Sequence[object]) -> list[Fraction]:
    values = (getattr(rule, "value", None) for rule in absences)
    return [Fraction(value) for value in values if value is not None]


def _numbers(values: Sequence[Fraction | None], type: pa.Decimal128Type | None) -> pa.Array:
    if type is None:
        return pa.array([None if value is None else number_text(value) for value in values], pa.string())
    scaled = (None if value is None else Decimal(f"{int(value * 10**type.scale)}E-{type.scale}") for value in values)
    return pa.array(list(scaled), type)


def _each(codes: Array, text: Callable[[int], str | None], mask: Mask | None) -> pa.Array:
    """Texts, one for each different code."""
    good = codes if mask is None else codes[~mask]
    different, places = np.unique(good, return_inverse=True)
    texts = pa.array([text(code) for code in different.tolist()], pa.string())
    taken = texts.take(pa.array(places.ravel()))
    if mask is None:
        return taken
    back = np.zeros(len(codes), np.int64)
    back[~mask] = np.arange(len(good))
    return taken.take(pa.array(back, mask=mask)) if len(good) else pa.nulls(len(codes), pa.string())


def _dictionary(places: Array, texts: Sequence[str], mask: Mask | None) -> pa.Array:
    kind = np.int8 if len(texts) <= 128 else np.int16 if len(texts) <= 1 << 15 else np.int32
    found = _integers(places.astype(kind, copy=False), _valid(mask))
    return pa.DictionaryArray.from_arrays(found, pa.array(list(texts), pa.string()), safe=False)


def _integers(values: Array, valid: pa.Buffer | None) -> pa.Array:
    """Without a copy: `pa.array` looks at each where there is a mask."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [valid, pa.py_buffer(values)])


def _valid(mask: Mask | None) -> pa.Buffer | None:
    """The bits of what is not masked."""
    return None if mask is None else pa.py_buffer(np.packbits(~mask, bitorder="little"))


def _without(found: pa.Array, mask: Mask | None) -> pa.Array:
    """The same with nulls in some places."""
    if mask is None:
        return found
    return found.take(_integers(np.arange(len(found)), _valid(mask)))
