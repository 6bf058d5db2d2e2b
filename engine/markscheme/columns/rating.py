"""Batches of columns rated by one planned methodology, block by block. Knows arrays only, and keeps what it
has met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np
import pyarrow as pa

from ..diagnostics import Problem
from ..intake.headings import Columns
from ..intake.values import Reader
from ..ir import AbsenceRule, Program
from ..lowered.domains import Coded, Met, Whole
from ..lowered.holding import hold
from ..lowered.planning import plan, rests_on_unpublished
from ..trace import Key
from . import compiled
from .arrays import union
from .gathering import Work
from .held import dtype_of
from .intake import Column, Taken
from .kernel import Decisions, Kernel, Parts, Rows
from .rejects import Rejects, problems
from .results import Bad, Results
from .running import Array

# Records at a time, by the bytes of the widest value: so that what is worked on stays in the processor's cache, and
# little is done for each block.
BLOCK = 1 << 19
_BY_BYTES = {1: 1 << 19, 2: 1 << 17, 4: 1 << 17}
_WIDE = 1 << 15
_WIDE_IN_LOOPS = 1 << 17  # which leave nothing between one step and the next


@dataclass(frozen=True, slots=True)
class Rated:
    """What comes of a batch: a row for each record, a row for each thing that is wrong, and how many have no rating and
    how many are rejected."""

    results: pa.Table
    rejects: pa.Table
    records: int
    unrated: int
    rejected: int


class Rating:
    """Threads may share it."""

    def __init__(self, program: Program, decided: bool) -> None:
        self._plan = plan(program)
        self._asked = [each for each in self._plan.steps if each.key in self._plan.results] if decided else []
        self._kernel = Kernel(self._plan, [each.key for each in self._asked])
        self._results = Results(self._plan, rests_on_unpublished(program))
        self._readers = {name: Reader(declared) for name, declared in program.inputs.items()}
        self._columns = {
            key: Column(self._readers[key[0]], domain, key[0]) for key, domain in self._plan.inputs.items()
        }

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        return self._kernel.refused

    @property
    def met(self) -> int:
        """How many values are kept that no integers hold beforehand."""
        return sum(len(each.values) for each in self._plan.domains.values() if isinstance(each, Met))

    def batch(
        self, columns: Columns, arrays: Mapping[str, object], size: int, faults: Mapping[int, Sequence[Problem]]
    ) -> Rated:
        """Columns of one length. `faults` are of rows, from 0, that are rejected whatever they hold."""
        rows = min([BLOCK, *(_rows(arrays[name]) for name in columns.matched)])
        # One after the other: threads would pass the interpreter's lock at every small operation, and win nothing.
        found = _Found(size)
        work = Work()
        for start in range(0, max(size, 1), rows):  # one at least, that has the types of all that comes
            self._block(columns, arrays, start, min(rows, size - start), found, work)
        wrong = [np.array([*faults], np.intp), *(places for _, places in found.wrong)]
        bad = None
        if columns.problems or any(map(len, wrong)):
            bad = Bad(np.arange(size) if columns.problems else union(wrong), size)
        results, unrated = self._results.table(found.parts, size, bad, found.decisions)
        rejects = self._rejects(columns, arrays, size, found.wrong, faults)
        return Rated(results, rejects, size, unrated, 0 if bad is None else len(bad.rows))

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _block(
        self, columns: Columns, arrays: Mapping[str, object], start: int, size: int, found: _Found, work: Work
    ) -> None:
        inputs: dict[Key, Parts] = {}
        wrong: list[Rows] = []
        for key, column in self._columns.items():
            name = columns.by_key.get(key)
            if name is None or not size:
                inputs[key] = self._missing(key, size)
                continue
            taken = column.taken(_slice(arrays[name], start, size))
            inputs[key] = _parts(taken, self._plan.inputs[key])
            if taken.bad is not None and len(taken.bad):
                wrong.append(taken.bad)
                found.wrong.append((key, taken.bad + start))
        bad: Rows | None = None
        if columns.problems:
            bad = np.arange(size)
        elif wrong:
            bad = union(wrong)
        there = self._kernel.run(inputs, size, bad, work)
        for key in dict.fromkeys((*self._plan.results, *self._plan.replaceable)):
            found.add(key, there[key], start)
        for each in self._asked:
            found.decided(each.key, self._kernel.decisions(each, there, size, bad, work), start)

    def _missing(self, key: Key, size: int) -> Parts:
        """An input without a column: all have the absence that this means. Where it means none all are rejected."""
        domain = self._plan.inputs[key]
        empty = self._readers[key[0]].empty(key[0])
        held = hold(domain, empty) if isinstance(empty, AbsenceRule) else (0 if isinstance(domain, Coded) else None)
        if isinstance(domain, Whole):
            number, _, state = held if isinstance(held, tuple) else (domain.low, 1, 0)
            return {"value": np.full(size, number, np.int64), "state": np.full(size, state, np.uint8)}
        return {"value": np.full(size, held or 0, dtype_of(domain))}

    # --- rejects -----------------------------------------------------------------------------------------------------

    def _rejects(
        self,
        columns: Columns,
        arrays: Mapping[str, object],
        size: int,
        wrong: list[tuple[Key, Rows]],
        faults: Mapping[int, Sequence[Problem]],
    ) -> pa.Table:
        found = Rejects()
        for row, several in faults.items():
            found.add(np.full(len(several), row), several)
        for problem in columns.problems:
            found.add(np.arange(size), repeat(problem, size))
        for key, rows in wrong:
            name = columns.by_key[key]
            told = partial(self._columns[key].problem, arrays[name], column=name)
            found.add(rows, problems(arrays[name], rows, told))
        return found.table()


class _Found:
    """What is kept of all blocks: each array as one, into which every block is written in its place."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.parts: dict[Key, Parts] = {}
        self.decisions: dict[Key, Decisions] = {}
        self.wrong: list[tuple[Key, Rows]] = []

    def add(self, key: Key, parts: Parts, start: int) -> None:
        kept = self.parts.setdefault(key, {})
        for part, values in parts.items():
            kept[part] = self._written(kept.get(part), values, start)

    def decided(self, key: Key, decisions: Decisions, start: int) -> None:
        before = self.decisions.get(key)
        places = self._written(None if before is None else before.places, decisions.places, start)
        self.decisions[key] = Decisions(places, decisions.texts)

    def _written(self, kept: Array | None, values: Array, start: int) -> Array:
        if len(values) == self._size:
            return values
        if kept is None:
            kept = np.empty(self._size, values.dtype)
        elif kept.dtype != values.dtype:  # another block had others
            kept = kept.astype(np.promote_types(kept.dtype, values.dtype), copy=False)
        kept[start : start + len(values)] = values
        return kept


def _parts(taken: Taken, domain: object) -> Parts:
    if not isinstance(domain, Whole):
        return {"value": taken.codes}
    parts = {"value": taken.codes}
    if domain.absences:
        parts["state"] = np.zeros(len(taken.codes), np.uint8) if taken.states is None else taken.states
    return parts


def _slice(array: object, start: int, size: int) -> object:
    if isinstance(array, np.ndarray):
        return array[start : start + size]
    slice: Callable[[int, int], object] = array.slice  # type: ignore[attr-defined]  # an array of Arrow
    return slice(start, size)


def _rows(array: object) -> int:
    """How many values of a column are taken at a time."""
    kind = getattr(array, "type", None)
    try:
        width = array.dtype.itemsize if isinstance(array, np.ndarray) else _index(kind).bit_width // 8
    except ValueError:  # of no fixed width
        return _WIDE
    return _BY_BYTES.get(width, _WIDE_IN_LOOPS if compiled.joining.joined else _WIDE)


def _index(kind: pa.DataType) -> pa.DataType:
    return kind.index_type if pa.types.is_dictionary(kind) else kind
