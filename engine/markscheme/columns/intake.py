"""One column of data becomes integer codes: each value as `intake.values.Reader` takes it alone, or marked as bad.

Knows one input and how its values are held, no other column and no rule. Safe to share between threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pyarrow as pa

from ..diagnostics import Problem
from ..echo import shown
from ..intake.values import Reader
from ..ir import Number
from ..lowered.domains import Coded, Domain, Met, Whole
from . import arrays
from .arrays import Apiece, Floats, Held, Mask, Nothing, Places, Rows, Vector, Wholes
from .floats import Binary
from .held import Codes, computed
from .integers import Scaled
from .lookups import Looked, Singles, States, Table
from .numerals import Numerals

MOST_DICTIONARIES = 8
MOST_PROBLEMS = 1_000
LONGEST_REMEMBERED = 100  # characters
MANY = 100  # texts that were not met before, of which it is worth to ask whether they are digits
LARGE = 4096  # entries of a dictionary; of more only those that are there are looked at
_PLAIN = (str, int, float, type(None))
FAR = 2.0**31


@dataclass(slots=True)
class Taken:
    """`codes` has the place of each value, or its n: not to be written to, since the data may be in the same memory.
    `states` is None where every value is there. `bad` are the rows, rising, that hold no value: their codes mean
    nothing, and are valid (but where the domain is `Met`)."""

    codes: Vector
    states: States | None = None
    bad: Rows | None = None


class Column:
    """Takes the values of one input, block after block."""

    def __init__(self, reader: Reader, domain: Domain, name: str) -> None:
        self._reader = reader
        self._domain = domain
        self._singles = Singles(reader, domain, name)
        self._computed = computed(reader.declared.type, domain)
        self._whole: dict[tuple[str, int], Scaled] = {}
        self._float: Binary | None = None
        self._problems: dict[object, Problem] = {}  # of values that were wrong before
        self._tables: tuple[tuple[pa.Array, Table], ...] = ()
        self._numerals = Numerals(self._singles)

    def taken(self, array: object) -> Taken:
        if isinstance(array, pa.ChunkedArray):
            if array.num_chunks != 1:
                return self._joined([self.taken(chunk) for chunk in array.chunks])
            array = array.chunk(0)
        return self._as_they_are(array) or self._taken(arrays.held(array))

    def _as_they_are(self, array: object) -> Taken | None:
        """The places of levels in a dictionary, where these are the codes: shorter, since it comes often."""
        if not self._tables or not isinstance(array, pa.DictionaryArray):
            return None
        dictionary, table = self._tables[0]
        if not table.plain or not array.dictionary.equals(dictionary) or not len(array):
            return None
        absent = arrays.nulls(array)
        if absent is not None and self._singles.empty is not None:
            return None
        places = arrays.places(array)
        if places.dtype != self._singles.dtype or np.maximum.reduce(places) >= table.size:
            return None
        return Taken(places, None, absent)

    def _taken(self, held: Held) -> Taken:
        match held:
            case Places(places, absent, dictionary):
                if len(dictionary) > max(LARGE, len(places)):
                    return self._few_of_many(held)
                return self._looked_up(self._table(dictionary, held.lasting), places, absent)
            case Floats(values, absent):
                if not self._computed:
                    return self._looked_at(held)
                if self._float is None:
                    self._float = Binary(*self._number())
                return self._figured(self._float.codes(values), values, absent)
            case Wholes(values, absent, scale):
                if not self._computed:
                    return self._looked_at(held)
                key = (values.dtype.str, scale)
                if key not in self._whole:
                    self._whole[key] = Scaled(*self._number(), values.dtype, scale)
                return self._figured(self._whole[key].codes(values), values, absent)
            case Nothing(size, absent):
                codes = np.full(size, self._singles.fill, self._singles.dtype)
                return self._finished(codes, None, np.ones(size, bool), absent)
            case Apiece(values):
                return self._finished(*self._singles.all(values), None)
            case _:
                assert_never(held)

    def problem(self, array: object, row: int, column: str) -> Problem:
        """What is wrong with a row that is bad."""
        try:
            value = arrays.python(array, row)
        except Exception:  # bytes that are no text, say
            return Problem("MS547", f"the value of `{shown(column, 40)}` cannot be read", column)
        plain = type(value) in _PLAIN and not (isinstance(value, str) and len(value) > LONGEST_REMEMBERED)
        same = (column, repr(value)) if plain else None
        if same in self._problems:
            return self._problems[same]
        found = self._reader.read(value, column)
        if isinstance(found, Problem):
            if same is not None and len(self._problems) < MOST_PROBLEMS:
                self._problems[same] = found
            return found
        raise AssertionError(f"`{column}` is good in row {row}")

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _number(self) -> tuple[Number, Coded | Whole]:
        declared, domain = self._reader.declared.type, self._domain
        assert isinstance(declared, Number)
        assert not isinstance(domain, Met)
        return declared, domain

    def _figured(self, found: Codes, values: Vector, absent: Rows | None) -> Taken:
        codes, bad = found.codes, found.bad
        if found.far is not None:
            bad = np.zeros(len(values), bool) if bad is None else bad
            if absent is not None:
                found.far[absent] = False
            for row in np.flatnonzero(found.far):
                code = self._singles.one(values[row].item())
                bad[row] = code is None
                codes[row] = self._singles.fill if code is None else code.code
        return self._finished(codes, None, bad, absent, values)

    def _looked_at(self, held: Wholes | Floats) -> Taken:
        """Where codes come of no arithmetic."""
        return self._different(held) if isinstance(self._reader.declared.type, Number) else self._named(held)

    def _named(self, held: Wholes | Floats) -> Taken:
        """Numbers where levels are called `1` to `4`."""
        values, absent = held.values, held.absent
        off: Mask | None = None
        if isinstance(held, Floats):
            if absent is not None:
                values = values.copy()
                values[absent] = 0
            with np.errstate(all="ignore"):
                whole = values.astype(np.int32)
                off = whole != values
            if off.any():
                if (np.abs(values) >= FAR).any():  # so large an integer may still be a level's name
                    return self._different(held)
                whole[off] = 0
            values = whole
        elif held.scale:
            return self._different(held)
        found = self._numerals.at(values, absent) if len(values) else self._singles.all(())
        if found is None:
            return self._different(held)
        codes, states, bad = found
        if off is not None:
            bad = off if bad is None else bad | off
        return self._finished(codes, states, bad, absent, held.values)

    def _different(self, held: Wholes | Floats) -> Taken:
        """Each different number is read."""
        different, places = np.unique(held.values, return_inverse=True)
        scale = held.scale if isinstance(held, Wholes) else 0
        entries = [arrays.scaled(entry, scale) if scale else entry for entry in different.tolist()]
        return self._looked_up(Table(self._singles, self._singles.all(entries)), places.astype(np.uint32), held.absent)

    # --- dictionaries ------------------------------------------------------------------------------------------------

    def _table(self, dictionary: pa.Array, lasting: bool) -> Table:
        for known, table in self._tables:
            if known.equals(dictionary):
                return table
        table = Table(self._singles, self._entries(dictionary))
        if lasting:
            self._tables = ((dictionary, table), *self._tables[: MOST_DICTIONARIES - 1])
        return table

    def _entries(self, dictionary: pa.Array) -> Looked:
        values = arrays.pythons(dictionary, len(dictionary))
        known = self._singles.known(values)
        if self._computed and known.count(None) > MANY and arrays.is_text(dictionary.type):
            found = arrays.plain_numbers(dictionary)
            if found is not None:
                return self._plain(values, *found)
        return self._singles.all(values, known)

    def _plain(self, values: list[object], plain: Mask, numbers: pa.Array) -> Looked:
        """Of texts that are digits for the most part: `numbers` are those that are `plain`."""
        codes, flaws = np.empty(len(plain), self._singles.dtype), np.zeros(len(plain), np.bool_)
        states = np.zeros(len(plain), np.uint8)
        taken = self._taken(arrays.held(numbers))
        codes[plain] = taken.codes
        if taken.bad is not None:
            flaws[np.flatnonzero(plain)[taken.bad]] = True
        rest = np.flatnonzero(~plain)
        codes[rest], said, flaws[rest] = self._singles.all([values[place] for place in rest])
        if said is not None:
            states[rest] = said
        return codes, states if states.any() else None, flaws

    def _few_of_many(self, held: Places) -> Taken:
        used = held.values if held.absent is None else np.delete(held.values, held.absent)
        different = np.unique(used[used < len(held.dictionary)])
        table = self._table(held.dictionary.take(pa.array(different.astype(np.int64))), lasting=False)
        places = np.searchsorted(different, held.values).astype(np.uint32)  # what is beyond the end stays so
        return self._looked_up(table, places, held.absent)

    def _looked_up(self, table: Table, places: Vector, absent: Rows | None) -> Taken:
        codes, states, bad = table.at(places)
        return self._finished(codes, states, bad, absent, places)

    # --- what is given back ------------------------------------------------------------------------------------------

    def _finished(
        self, codes: Vector, states: States | None, bad: Mask | None, absent: Rows | None, given: Vector | None = None
    ) -> Taken:
        """With nulls as the input takes them, and valid codes where there is nothing good. `given` is left as it is."""
        rows: Rows | None = None
        if absent is None and bad is None:
            return Taken(codes, states if states is not None and states.any() else None)
        if given is not None and np.may_share_memory(codes, given):
            codes = codes.copy()
        if bad is not None:
            if absent is not None:
                bad[absent] = self._singles.empty is None
            rows = arrays.marked(bad)
        elif self._singles.empty is None:
            rows = absent
        if absent is not None and (empty := self._singles.empty) is not None:
            codes[absent] = empty.code
            if states is None and empty.state:
                states = np.zeros(len(codes), np.uint8)
            if states is not None:
                states[absent] = empty.state
        if rows is not None:
            codes[rows] = self._singles.fill
            if states is not None:
                states[rows] = 0
        return Taken(
            codes,
            states if states is not None and states.any() else None,
            rows if rows is not None and len(rows) else None,
        )

    def _joined(self, parts: Sequence[Taken]) -> Taken:
        """Of several chunks."""
        if not parts:
            return Taken(np.zeros(0, self._singles.dtype))
        states = bad = None
        if any(part.states is not None for part in parts):
            none = [np.zeros(len(part.codes), np.uint8) if part.states is None else part.states for part in parts]
            states = np.concatenate(none)
        starts = np.cumsum([0, *(len(part.codes) for part in parts)])
        rows = [part.bad + start for part, start in zip(parts, starts, strict=False) if part.bad is not None]
        if rows:
            bad = np.concatenate(rows)
        return Taken(np.concatenate([part.codes for part in parts]), states, bad)
