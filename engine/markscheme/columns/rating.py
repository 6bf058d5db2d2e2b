"""Batches of columns rated by one planned methodology, block by block. Knows arrays only, and keeps what it
has met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from .intake import Column, Taken
from .kernel import Decisions, Kernel, Parts
from .results import Mask, Results

# Records at a time, by the bytes of the widest value: so that what is worked on stays in the processor's cache, and
# little is done for each block.
BLOCK = 1 << 18
_BY_BYTES = {1: 1 << 18, 2: 1 << 17, 4: 1 << 17}
_WIDE = 1 << 15

REJECTS = pa.schema(
    [("row", pa.int64()), *((name, pa.string()) for name in ("id", "column", "value", "code", "reason", "hint"))]
)


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
        self._kernel = Kernel(plan(program))
        self._plan = self._kernel.plan
        self._results = Results(self._plan, rests_on_unpublished(program))
        self._readers = {name: Reader(declared) for name, declared in program.inputs.items()}
        self._columns = {
            key: Column(self._readers[key[0]], domain, key[0]) for key, domain in self._plan.inputs.items()
        }
        self._asked = [each for each in self._plan.steps if each.key in self._plan.results] if decided else []

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
        return self._joined(columns, arrays, size, self._blocks(columns, arrays, size), faults)

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _blocks(self, columns: Columns, arrays: Mapping[str, object], size: int) -> list[_Block]:
        rows = min(BLOCK, *(_rows(arrays[name]) for name in columns.matched), BLOCK)
        # One after the other: threads would pass the interpreter's lock at every small operation, and win nothing.
        return [self._block(columns, arrays, start, min(rows, size - start)) for start in range(0, size, rows)]

    def _block(self, columns: Columns, arrays: Mapping[str, object], start: int, size: int) -> _Block:
        inputs: dict[Key, Parts] = {}
        wrong: list[tuple[Key, list[int]]] = []
        bad: Mask | None = None
        for key, column in self._columns.items():
            name = columns.by_key.get(key)
            if name is None:
                inputs[key] = self._missing(key, size)
                continue
            taken = column.taken(_slice(arrays[name], start, size))
            inputs[key] = _parts(taken, self._plan.inputs[key])
            if taken.bad is not None and len(taken.bad):
                bad = np.zeros(size, bool) if bad is None else bad
                bad[taken.bad] = True
                wrong.append((key, (taken.bad + start).tolist()))
        if columns.problems:
            bad = np.ones(size, bool)
        found = self._kernel.run(inputs, size, bad)
        kept = {key: found[key] for key in (*self._plan.results, *self._plan.replaceable)}
        decisions = {each.key: self._kernel.decisions(each, found, size, bad) for each in self._asked}
        return _Block(kept, decisions, bad, wrong, size)

    def _missing(self, key: Key, size: int) -> Parts:
        """An input without a column: all have the absence that this means. Where it means none all are rejected."""
        domain = self._plan.inputs[key]
        empty = self._readers[key[0]].empty(key[0])
        held = hold(domain, empty) if isinstance(empty, AbsenceRule) else (0 if isinstance(domain, Coded) else None)
        if isinstance(domain, Whole):
            number, _, state = held if isinstance(held, tuple) else (domain.low, 1, 0)
            return {"value": np.full(size, number, np.int64), "state": np.full(size, state, np.uint8)}
        return {"value": np.full(size, held or 0, np.uint8 if isinstance(domain, Coded) else np.int64)}

    # --- what comes of them ------------------------------------------------------------------------------------------

    def _joined(
        self,
        columns: Columns,
        arrays: Mapping[str, object],
        size: int,
        blocks: list[_Block],
        faults: Mapping[int, Sequence[Problem]],
    ) -> Rated:
        keys = dict.fromkeys((*self._plan.results, *self._plan.replaceable))
        found = {key: _concatenated([block.found[key] for block in blocks]) for key in keys}
        decided = {
            each.key: Decisions(
                np.concatenate([block.decisions[each.key].places for block in blocks] or [np.zeros(0, np.int32)]),
                blocks[-1].decisions[each.key].texts if blocks else [],
            )
            for each in self._asked
        }
        bad: Mask | None = None
        if any(block.bad is not None for block in blocks):
            bad = np.concatenate([np.zeros(b.size, bool) if b.bad is None else b.bad for b in blocks])
        if faults:
            bad = np.zeros(size, bool) if bad is None else bad
            bad[list(faults)] = True
        results = self._results.table(found, size, bad, decided)
        rejected = 0 if bad is None else int(np.count_nonzero(bad))
        rejects = self._rejects(columns, arrays, size, blocks, faults)
        return Rated(results, rejects, size, self._results.unrated(found, bad), rejected)

    def _rejects(
        self,
        columns: Columns,
        arrays: Mapping[str, object],
        size: int,
        blocks: list[_Block],
        faults: Mapping[int, Sequence[Problem]],
    ) -> pa.Table:
        rows = [(row, problem) for row, problems in faults.items() for problem in problems]
        for row in range(size) if columns.problems else ():
            rows += [(row, problem) for problem in columns.problems]
        for block in blocks:
            for key, places in block.wrong:
                name = columns.by_key[key]
                column = self._columns[key]
                rows += [(row, column.problem(arrays[name], row, name)) for row in places]
        rows.sort(key=lambda each: each[0])  # in the order of the inputs for each record
        return rejects_table((row + 1, None, problem) for row, problem in rows)


@dataclass(slots=True)
class _Block:
    found: dict[Key, Parts]
    decisions: dict[Key, Decisions]
    bad: Mask | None
    wrong: list[tuple[Key, list[int]]]
    size: int


def rejects_table(rows: Iterator[tuple[int, str | None, Problem]]) -> pa.Table:
    """A row for each problem: of which record, from 1, and what that is called."""
    found = [(row, id, each.column, each.value, each.code, each.message, each.hint) for row, id, each in rows]
    if not found:
        return REJECTS.empty_table()
    columns = zip(zip(*found, strict=True), REJECTS, strict=True)
    return pa.table([pa.array(cells, field.type) for cells, field in columns], schema=REJECTS)


def _parts(taken: Taken, domain: object) -> Parts:
    if not isinstance(domain, Whole):
        return {"value": taken.codes}
    parts = {"value": taken.codes}
    if domain.absences:
        parts["state"] = np.zeros(len(taken.codes), np.uint8) if taken.states is None else taken.states
    return parts


def _concatenated(found: list[Parts]) -> Parts:
    if not found:
        return {"value": np.zeros(0, np.uint8), "bottom": np.ones(0, np.uint8), "state": np.zeros(0, np.uint8)}
    return {part: np.concatenate([each[part] for each in found]) for part in found[0]}


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
    return _BY_BYTES.get(width, _WIDE)


def _index(kind: pa.DataType) -> pa.DataType:
    return kind.index_type if pa.types.is_dictionary(kind) else kind
