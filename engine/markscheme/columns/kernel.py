"""A plan run on a block of records: from arrays of what inputs are held as to arrays of what results are. Knows no
Arrow, and no value of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ..deciding import decided
from ..ir import Step
from ..lowered.domains import Coded, Whole
from ..lowered.holding import Asking, Held, decided_by
from ..lowered.language import Number, Variable
from ..lowered.programs import NOT_YET, Arithmetic, Asked, Plan, Planned, Table, filled
from ..trace import Key, Outcome
from .running import Array, Block, fits, narrowest

MOST_FILLED = 1_024  # entries of a table that are worked out beforehand

Parts = dict[str, Array]  # `value`, and of whole numbers `bottom` and `state`, where they have them


@dataclass(slots=True)
class Decisions:
    """What decided, for each record: places in `texts`, which grows."""

    places: Array
    texts: list[str]


class Kernel:
    """Safe to share between threads."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._wide = {each.key for each in plan.steps if isinstance(each.how, Arithmetic) and not _fits(each.how)}
        wanted = {*plan.results, *plan.replaceable}
        for each in reversed(plan.steps):
            if each.key in wanted:
                wanted.update(each.own if self._is_asked(each) else each.reads)
        self.wanted = frozenset(wanted)
        self._lock = Lock()
        self._tables: dict[int, _Gathered] = {}
        self._askings = {each.key: Asking(plan, each) for each in plan.steps if self._is_asked(each)}
        self._texts: dict[Key, _Texts] = {}

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """The measures that the interpreter works out, and why."""
        wide = {key[0]: "a number too large for 64 bits" for key in self._wide}
        return tuple({**dict(self.plan.refused), **wide}.items())

    def run(self, inputs: Mapping[Key, Parts], size: int, bad: Array | None) -> dict[Key, Parts]:
        """Everything that is wanted, the inputs too. Of the records that are `bad` what comes out means nothing."""
        there: dict[Key, Parts] = dict(inputs)
        for each in self.plan.steps:
            if each.key not in self.wanted:
                continue
            how = each.how
            if each.key in self._askings:
                there[each.key] = self._asked(each, there, size, bad)
            elif isinstance(how, Table):
                there[each.key] = {"value": self._table(each, how).codes(self._index(each, how, there, size))}
            elif isinstance(how, Arithmetic):
                block = Block(_reading(each, there))
                there[each.key] = {part: block.array(number, size) for part, number in how.outputs.items()}
        return there

    def decisions(self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Array | None) -> Decisions:
        """Which rule, row or band decided a measure."""
        texts = self._texts.setdefault(each.key, _Texts(each.step))
        how = each.how
        if each.key in self._askings:
            asking = self._askings[each.key]
            places: Array = np.zeros(size, np.int32)
            for row, held in self._rows(each, there, size, bad):
                places[row] = texts.place(asking.outcome(held))
            return Decisions(places, texts.said)
        if isinstance(how, Table):
            index = self._index(each, how, there, size)
            met = np.flatnonzero(np.bincount(index, minlength=len(how.codes)))
            table = np.zeros(len(how.codes), np.int32)
            for entry in met.tolist():
                table[entry] = texts.entry(how, entry)
            return Decisions(table.take(index), texts.said)
        assert isinstance(how, Arithmetic)
        block = Block(_reading(each, there))
        choices = block.array(how.choice, size).astype(np.int64)
        limits = block.array(how.limit, size).astype(np.int64)
        width = 1 + len(each.step.limits)
        pairs = (choices + 1) * width + limits + 1
        different, places = np.unique(pairs, return_inverse=True)
        table = np.array([texts.pair(int(n) // width - 1, int(n) % width - 1) for n in different], np.int32)
        return Decisions(table.take(places), texts.said)

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(self, each: Planned, how: Table) -> _Gathered:
        found = self._tables.get(id(how))
        if found is None:
            assert isinstance(each.domain, Coded)
            with self._lock:
                found = self._tables.setdefault(id(how), _Gathered(how, each.domain.size))
        return found

    def _index(self, each: Planned, how: Table, there: Mapping[Key, Parts], size: int) -> Array:
        """Where in the table each record is: in the narrowest type at every turn."""
        index: Array | None = None
        most = 1
        for read, width in zip(each.reads, how.sizes, strict=True):
            codes = there[read]["value"]
            most *= width
            if index is None:
                index = codes
                continue
            kind = narrowest(0, most - 1)
            index = (index if index.dtype == kind else index.astype(kind)) * np.dtype(kind).type(width)
            index += codes
        return np.zeros(size, np.uint8) if index is None else index

    # --- the interpreter ---------------------------------------------------------------------------------------------

    def _is_asked(self, each: Planned) -> bool:
        return isinstance(each.how, Asked) or each.key in self._wide

    def _asked(self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Array | None) -> Parts:
        asking = self._askings[each.key]
        if isinstance(each.domain, Whole):
            found = np.zeros((size, 3), np.int64)
            found[:, 1] = 1
            for row, held in self._rows(each, there, size, bad):
                found[row] = asking[held]
            return dict(zip(("value", "bottom", "state"), found.T.copy(), strict=True))
        most = each.domain.size - 1 if isinstance(each.domain, Coded) else None
        codes = np.zeros(size, np.int64 if most is None else narrowest(0, most))  # as codes are held everywhere
        for row, held in self._rows(each, there, size, bad):
            codes[row] = asking[held]
        return {"value": codes}

    def _rows(
        self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Array | None
    ) -> Iterator[tuple[int, tuple[Held, ...]]]:
        """What each good record holds of all that a measure reads."""
        columns = [_held(there[read], isinstance(self.plan.domains[read], Whole)) for read in each.own]
        rows: Sequence[tuple[Held, ...]] = list(zip(*columns, strict=True)) if columns else [()] * size
        for row in range(size) if bad is None else np.flatnonzero(~bad).tolist():
            yield row, rows[row]


class _Gathered:
    """A table as an array, its entries filled as they are met."""

    def __init__(self, table: Table, size: int) -> None:
        self._table = table
        self._open = size  # stands for an entry that has not been worked out
        self._lock = Lock()
        if len(table.codes) <= MOST_FILLED:
            for index in range(len(table.codes)):
                filled(table, index)
        codes = [self._open if code == NOT_YET else code for code in table.codes]
        self._array = np.array(codes, narrowest(0, size))
        self._whole = NOT_YET not in table.codes
        small = self._whole and len(codes) <= 256 and self._array.dtype == np.uint8
        self._bytes = bytes(self._array.tobytes().ljust(256, b"\0")) if small else None

    def codes(self, index: Array) -> Array:
        if self._bytes is not None and index.dtype == np.uint8:  # a quarter faster than `take`
            return np.frombuffer(index.tobytes().translate(self._bytes), np.uint8)
        found = self._array.take(index)
        if self._whole or not (found == self._open).any():
            return found
        with self._lock:
            for entry in np.unique(index[found == self._open]).tolist():
                self._array[entry] = filled(self._table, entry)
        return self._array.take(index)


class _Texts:
    """The words for what decided a measure."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self.said: list[str] = []
        self._places: dict[tuple[int, int], int] = {}
        self._entries: dict[int, int] = {}
        self._lock = Lock()

    def place(self, outcome: Outcome) -> int:
        return self.pair(*decided_by(outcome))

    def entry(self, table: Table, index: int) -> int:
        found = self._entries.get(index)
        if found is None:
            found = self._entries[index] = self.place(table.outcome(index))
        return found

    def pair(self, choice: int, limit: int) -> int:
        found = self._places.get((choice, limit))
        if found is None:
            with self._lock:
                if (choice, limit) not in self._places:
                    self.said.append(decided(self._step, choice, limit))
                    self._places[choice, limit] = len(self.said) - 1
                found = self._places[choice, limit]
        return found


def _fits(how: Arithmetic) -> bool:
    numbers: tuple[Number, ...] = (*how.outputs.values(), how.choice, how.limit)
    return all(map(fits, numbers))


def _reading(each: Planned, there: Mapping[Key, Parts]) -> Callable[[Variable], Array]:
    return lambda variable: there[each.reads[variable.read]][variable.part]


def _held(parts: Parts, whole: bool) -> Sequence[Held]:
    values: list[int] = parts["value"].tolist()
    if not whole:
        return list(values)
    ones = [1] * len(values)
    bottoms = parts["bottom"].tolist() if "bottom" in parts else ones
    states = parts["state"].tolist() if "state" in parts else [0] * len(values)
    return list(zip(values, bottoms, states, strict=True))
