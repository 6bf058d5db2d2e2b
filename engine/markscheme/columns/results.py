"""What a kernel gives, as columns of an Arrow table: levels as dictionaries, numbers as decimals, absences as null.
Knows how values are held, no data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from ..bounds import exactly
from ..intake.headings import label
from ..ir import Number, Program, Step
from ..lowered.domains import Coded, Domain, Met, Whole
from ..lowered.holding import seen_held
from ..lowered.programs import Plan
from ..result import headline, plain
from ..trace import Key
from .gathering import as_table, gathered
from .kernel import Decisions, Parts, Rows
from .running import Array, Kind, among

STATUS = ("rated", "unrated", "rejected")
_STATUS = pa.array(STATUS, pa.string())
_MOST_DIGITS = 38  # of a decimal of 128 bits
_MOST_WHOLE = 18  # of one that is worked out in 64 bits

Mask = Any  # of NumPy


class Bad:
    """The records that are rejected: their rows, rising, of so many."""

    def __init__(self, rows: Rows, size: int) -> None:
        self.rows = rows
        self._size = size

    @cached_property
    def mask(self) -> Mask:
        found = np.zeros(self._size, np.bool_)
        found[self.rows] = True
        return found

    @cached_property
    def others(self) -> pa.Buffer:
        """The bits of all that are not."""
        octets = np.full((self._size + 7) // 8, 255, np.uint8)
        np.bitwise_and.at(octets, self.rows >> 3, ~(1 << (self.rows & 7)).astype(np.uint8))
        return pa.py_buffer(octets)


class Results:
    """Makes the columns of results. `marked` says whether the methodology has rules that are not published."""

    def __init__(self, plan: Plan, marked: bool) -> None:
        self._plan = plan
        self._marked = marked
        self._headline = headline(plan.program)
        steps = {each.key: each.step for each in plan.steps}
        self._columns = {key: _Column(plan.program, steps[key], plan.domains[key]) for key in plan.results}

    def table(
        self, found: Mapping[Key, Parts], size: int, bad: Bad | None, decided: Mapping[Key, Decisions]
    ) -> tuple[pa.Table, int]:
        """One row a record; those of the records that are `bad` are null but for their status. And how many of the
        others have no rating."""
        valid = None if bad is None else bad.others
        columns: dict[str, pa.Array] = {}
        gone = {key: column.gone(found[key]) for key, column in self._columns.items()}
        for key, column in self._columns.items():
            columns[label(key)] = column.values(found[key], gone[key], bad)
        for key, column in self._columns.items():
            if column.reasons:
                columns[f"absent.{label(key)}"] = column.absent(size, gone[key], bad)
        for key, decisions in decided.items():
            columns[f"decided.{label(key)}"] = _dictionary(decisions.places, decisions.texts, valid)
        columns["status"], unrated = self._status(gone, size, bad)
        if self._marked:
            columns["not_published"] = self._not_published(found, size, bad)
        if self._plan.replaceable:
            columns["assumed"] = self._assumed(found, size, bad)
        return pa.table(columns), unrated

    def _status(self, gone: Mapping[Key, Mask | None], size: int, bad: Bad | None) -> tuple[pa.Array, int]:
        masks = [mask for key in self._headline if (mask := gone[key]) is not None]
        unrated = 0
        if not masks or len(masks) < len(self._headline):  # one of them always is there
            status = np.zeros(size, np.int8)
        else:
            everywhere = np.logical_and.reduce(masks)
            if bad is not None:
                everywhere[bad.rows] = False
            unrated = int(np.count_nonzero(everywhere))
            status = everywhere.view(np.int8)
        if bad is not None:
            status[bad.rows] = 2
        return pa.DictionaryArray.from_arrays(_integers(status, None), _STATUS, safe=False), unrated

    def _not_published(self, found: Mapping[Key, Parts], size: int, bad: Bad | None) -> pa.Array:
        each = [column.marked(found[key]) for key, column in self._columns.items()]
        masks = [mask for mask in each if not isinstance(mask, bool)]
        always = any(mask is True for mask in each)
        if always or not masks:
            bits = pa.py_buffer((b"\xff" if always else b"\0") * ((size + 7) // 8))
        else:
            bits = pa.py_buffer(np.packbits(np.logical_or.reduce(masks), bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), size, [None if bad is None else bad.others, bits])

    def _assumed(self, found: Mapping[Key, Parts], size: int, bad: Bad | None) -> pa.Array:
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
        valid = None if bad is None else bad.others
        return _dictionary(places, texts, valid).cast(pa.string()) if size else pa.array([], pa.string())


class _Column:
    """One result."""

    def __init__(self, program: Program, step: Step, domain: Domain) -> None:
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
                names = [str(plain(program, step, value)) for value in domain.present]
                places = [0 if value is None else names.index(str(plain(program, step, value))) for value in values]
                self._kind = _places_of(names)
                self._names = pa.array(names, pa.string())
                self._places = None if places == list(range(len(names))) else as_table(np.array(places, self._kind))

    def values(self, parts: Parts, gone: Mask | None, bad: Bad | None) -> pa.Array:
        """Null where there is no value (`gone`), or the record is `bad`."""
        domain, codes = self._domain, parts["value"]
        mask = _either(gone, bad)
        valid = bits_without(mask) if gone is not None else None if bad is None else bad.others
        if isinstance(domain, Whole):
            return self._wholes(domain, parts, mask, valid)
        if isinstance(domain, Met):
            return _each(codes, lambda code: self._met(domain, code), mask)
        if self._decoded is not None:
            return self._decoded.take(_integers(codes, valid))
        places = _as(codes, self._kind) if self._places is None else gathered(self._places, codes)
        return pa.DictionaryArray.from_arrays(_integers(places, valid), self._names, safe=False)

    def _met(self, domain: Met, code: int) -> str | None:
        value, rule, _ = domain.values[code]
        value = value if rule is None else rule.value
        return None if value is None else _text(Fraction(value))

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
            texts.append(None if value is None else _text(Fraction(value)))
        found = pa.array(texts, pa.string()).take(pa.array(places.ravel()))
        return found if mask is None else found.take(_integers(np.arange(len(found)), valid))

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

    def absent(self, size: int, gone: Mask | None, bad: Bad | None) -> pa.Array:
        """The reasons; there is one for each measure."""
        there = np.ones(size, np.bool_) if gone is None else ~gone
        if bad is not None:
            there[bad.rows] = True
        return _dictionary(np.zeros(size, np.int8), list(self.reasons), bits_without(there))

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


def _text(number: Fraction) -> str:
    from ..explain.wording import number_text  # few results are numbers that do not end

    return number_text(number)


def _instead(absences: Sequence[object]) -> list[Fraction]:
    values = (getattr(rule, "value", None) for rule in absences)
    return [Fraction(value) for value in values if value is not None]


def _numbers(values: Sequence[Fraction | None], type: pa.Decimal128Type | None) -> pa.Array:
    if type is None:
        return pa.array([None if value is None else _text(value) for value in values], pa.string())
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


def _dictionary(places: Array, texts: Sequence[str], valid: pa.Buffer | None) -> pa.Array:
    found = _integers(_as(places, _places_of(texts)), valid)
    return pa.DictionaryArray.from_arrays(found, pa.array(list(texts), pa.string()), safe=False)


def _places_of(texts: Sequence[str]) -> Kind:
    return np.int8 if len(texts) <= 128 else np.int16 if len(texts) <= 1 << 15 else np.int32


def _as(places: Array, kind: Kind) -> Array:
    """The same in integers that hold them."""
    same = places.dtype.itemsize == np.dtype(kind).itemsize
    return places.view(kind) if same else places.astype(kind)


def _integers(values: Array, valid: pa.Buffer | None) -> pa.Array:
    """Without a copy: `pa.array` looks at each where there is a mask."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [valid, pa.py_buffer(values)])


def _either(gone: Mask | None, bad: Bad | None) -> Mask | None:
    if bad is None:
        return gone
    return bad.mask if gone is None else gone | bad.mask


def bits_without(mask: Mask) -> pa.Buffer:
    """The bits of what is not masked."""
    return pa.py_buffer(np.packbits(~mask, bitorder="little"))
