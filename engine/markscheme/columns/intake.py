"""One column of data becomes integer codes: each value as `intake.values.Reader` takes it alone, or marked as bad.

Knows one input and how its values are held, no other column and no rule. Safe to share between threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..diagnostics import Problem
from ..echo import shown
from ..intake.values import MOST_DIGITS, Reader
from ..ir import AbsenceRule, Number, Present
from ..lowered.domains import Coded, Domain, Met, Whole
from . import arrays
from .arrays import Apiece, Floats, Mask, Nothing, Places, Vector, Wholes
from .figures import Binary, Scaled, computed, dtype_of

MOST_REMEMBERED = 50_000  # different values
MOST_DICTIONARIES = 8
LARGE = 4096  # entries of a dictionary; of a larger one only those that are used are looked at

_States = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Taken:
    """`codes` has the place of each value, or its n; `states` is None where every value is there; `bad` are the rows,
    rising, that hold no value: their codes mean nothing, and are valid (but where the domain is `Met`)."""

    codes: Vector
    states: _States | None = None
    bad: npt.NDArray[np.intp] | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    """Of one value."""

    code: int
    state: int = 0


@dataclass(frozen=True, slots=True)
class _Table:
    """The code of each entry of a dictionary, and one more for what is beyond its end; `flaws` are no value."""

    codes: Vector
    states: _States | None
    flaws: Mask
    sound: bool  # all but the last are values
    plain: bool  # and each one's code is its place

    @property
    def size(self) -> int:
        return len(self.codes) - 1


class Column:
    """Takes the values of one input, block after block."""

    def __init__(self, reader: Reader, domain: Domain, name: str) -> None:
        self._reader = reader
        self._domain = domain
        self._name = name
        self._dtype = dtype_of(domain)
        self._computed = computed(reader.declared.type, domain)
        self._fill = domain.low if isinstance(domain, Whole) else 0
        self._known: dict[str, _Code | None] = {}
        self._empty = self._coded(reader.empty(name))
        self._forms: dict[tuple[str, int], Scaled] = {}
        self._float: Binary | None = None
        self._tables: tuple[tuple[pa.Array, _Table], ...] = ()

    def taken(self, array: object) -> Taken:
        if isinstance(array, pa.ChunkedArray):
            if array.num_chunks != 1:
                return self._joined([self.taken(chunk) for chunk in array.chunks])
            array = array.chunk(0)
        held = arrays.held(array)
        match held:
            case Places():
                return self._places(held)
            case Floats():
                return self._floats(held)
            case Wholes():
                return self._wholes(held)
            case Nothing(size, there):
                return self._finished(np.full(size, self._fill, self._dtype), there, np.ones(size, bool))
            case Apiece(values):
                return self._apiece(values)
            case _:
                assert_never(held)

    def problem(self, array: object, row: int, column: str) -> Problem:
        """What is wrong with a row that is bad."""
        try:
            value = arrays.python(array, row)
        except Exception:  # bytes that are no text, say
            return Problem("MS547", f"the value of `{shown(column, 40)}` cannot be read", column)
        found = self._reader.read(value, column)
        if isinstance(found, Problem):
            return found
        raise AssertionError(f"`{column}` is good in row {row}")

    # --- one value ---------------------------------------------------------------------------------------------------

    def _one(self, value: object) -> _Code | None:
        """None where it is no value."""
        if value is arrays.UNREADABLE:
            return None
        if type(value) is not str:
            return self._coded(self._reader.read(value, self._name))
        if value in self._known:
            return self._known[value]
        found = self._coded(self._reader.read(value, self._name))
        if len(value) <= MOST_DIGITS and len(self._known) < MOST_REMEMBERED:
            self._known[value] = found
        return found

    def _coded(self, found: Present | AbsenceRule | Problem) -> _Code | None:
        if isinstance(found, Problem):
            return None
        domain = self._domain
        match domain:
            case Met():
                return _Code(
                    domain.code((None, found, False) if isinstance(found, AbsenceRule) else (found, None, False))
                )
            case Coded():
                return _Code(domain.code(found))
            case Whole():
                if isinstance(found, AbsenceRule):
                    return _Code(domain.low, domain.absences.index(found) + 1)
                assert isinstance(found, Fraction)
                return _Code(int(found / domain.unit))
            case _:
                assert_never(domain)

    def _apiece(self, values: Sequence[object]) -> Taken:
        found = [self._one(value) for value in values]
        codes = np.array([self._fill if each is None else each.code for each in found], self._dtype)
        states = np.array([0 if each is None else each.state for each in found], np.uint8)
        bad = np.array([each is None for each in found], bool)
        return Taken(codes, states if states.any() else None, _rows(bad))

    # --- vectors -----------------------------------------------------------------------------------------------------

    def _floats(self, held: Floats) -> Taken:
        if not self._computed:
            return self._different(held)
        if self._float is None:
            self._float = Binary(*self._number())
        found = self._float.codes(held.values, held.there)
        if found.far is None:
            return self._finished(found.codes, held.there, found.bad)
        bad = np.zeros(len(held.values), bool) if found.bad is None else found.bad
        far = found.far if held.there is None else found.far & held.there
        for row in np.flatnonzero(far):
            code = self._one(float(held.values[row]))
            bad[row] = code is None
            found.codes[row] = self._fill if code is None else code.code
        return self._finished(found.codes, held.there, bad)

    def _wholes(self, held: Wholes) -> Taken:
        if not self._computed:
            return self._different(held)
        key = (held.values.dtype.str, held.scale)
        form = self._forms.get(key)
        if form is None:
            form = self._forms.setdefault(key, Scaled(*self._number(), held.values.dtype, held.scale))
        found = form.codes(held.values, held.there)
        return self._finished(found.codes, held.there, found.bad, given=held.values)

    def _number(self) -> tuple[Number, Coded | Whole]:
        declared, domain = self._reader.declared.type, self._domain
        assert isinstance(declared, Number)
        assert not isinstance(domain, Met)
        return declared, domain

    def _different(self, held: Wholes | Floats) -> Taken:
        """Each different number is read: where levels are called `1` to `4`, say."""
        values = held.values
        different, places = np.unique(values, return_inverse=True)
        scale = held.scale if isinstance(held, Wholes) else 0
        entries = [arrays.scaled(entry, scale) if scale else entry for entry in different.tolist()]
        return self._looked_up(self._table(entries), places, held.there)

    def _finished(
        self,
        codes: Vector,
        there: Mask | None,
        bad: Mask | None,
        states: _States | None = None,
        given: Vector | None = None,
    ) -> Taken:
        """With nulls as the input takes them, and valid codes where there is nothing good. `given` is left as it is."""
        if there is None and bad is None:
            return Taken(codes, states)
        if given is not None and np.may_share_memory(codes, given):
            codes = codes.copy()
        if bad is not None:
            codes[bad] = self._fill
        if there is not None:
            empty = _Code(self._fill) if self._empty is None else self._empty
            null = ~there
            if states is not None:
                states[null] = empty.state
            elif empty.state:
                states = null * np.uint8(empty.state)
            codes[null] = empty.code
            if self._empty is None:
                bad = null if bad is None else bad | null
            elif bad is not None:
                bad = bad & there
        return Taken(codes, states, None if bad is None else _rows(bad))

    # --- dictionaries ------------------------------------------------------------------------------------------------

    def _places(self, held: Places) -> Taken:
        if len(held.dictionary) > max(LARGE, len(held.values)):
            return self._few_of_many(held)
        return self._looked_up(self._table_of(held.dictionary, held.lasting), held.values, held.there)

    def _few_of_many(self, held: Places) -> Taken:
        size = len(held.dictionary)
        used = held.values if held.there is None else held.values[held.there]
        different = np.unique(used[used < size])
        entries = arrays.pythons(held.dictionary.take(pa.array(different.astype(np.int64))), len(different))
        places = np.searchsorted(different, held.values)
        places[held.values >= size] = len(entries)
        return self._looked_up(self._table(entries), places, held.there)

    def _table_of(self, dictionary: pa.Array, lasting: bool) -> _Table:
        for known, table in self._tables:
            if known.equals(dictionary):
                return table
        table = self._table(arrays.pythons(dictionary, len(dictionary)))
        if lasting:
            self._tables = ((dictionary, table), *self._tables[: MOST_DICTIONARIES - 1])
        return table

    def _table(self, entries: Sequence[object]) -> _Table:
        found = [*map(self._one, entries), None]
        codes = np.array([self._fill if each is None else each.code for each in found], self._dtype)
        states = np.array([0 if each is None else each.state for each in found], np.uint8)
        flaws = np.array([each is None for each in found], bool)
        sound, there = not flaws[:-1].any(), not states.any()
        plain = sound and there and bool((codes[:-1] == np.arange(len(entries))).all())
        return _Table(codes, None if there else states, flaws, sound, plain)

    def _looked_up(self, table: _Table, places: Vector, there: Mask | None) -> Taken:
        """Places beyond the end, of which data may have some, are taken for the last of the table."""
        sound = table.sound and (not len(places) or bool(np.maximum.reduce(places) < table.size))
        if table.plain and sound:
            return self._finished(places.astype(self._dtype, copy=False), there, None, given=places)
        if places.dtype.itemsize == 8:
            places = np.minimum(places, table.size).astype(np.intp, copy=False)
        codes = table.codes.take(places, mode="clip")
        states = None if table.states is None else table.states.take(places, mode="clip")
        if states is not None and there is None and not states.any():
            states = None
        return self._finished(codes, there, None if sound else table.flaws.take(places, mode="clip"), states)

    # --- several chunks ----------------------------------------------------------------------------------------------

    def _joined(self, parts: Sequence[Taken]) -> Taken:
        if not parts:
            return Taken(np.zeros(0, self._dtype))
        states = bad = None
        if any(part.states is not None for part in parts):
            none = [np.zeros(len(part.codes), np.uint8) if part.states is None else part.states for part in parts]
            states = np.concatenate(none)
        starts = np.cumsum([0, *(len(part.codes) for part in parts)])
        rows = [part.bad + start for part, start in zip(parts, starts, strict=False) if part.bad is not None]
        if rows:
            bad = np.concatenate(rows)
        return Taken(np.concatenate([part.codes for part in parts]), states, bad)


def _rows(bad: Mask) -> npt.NDArray[np.intp] | None:
    rows: npt.NDArray[np.intp] = np.flatnonzero(bad)
    return rows if len(rows) else None
