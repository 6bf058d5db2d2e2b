"""A plan run on a block of records: from arrays of what inputs are held as to arrays of what results are. Knows no
Arrow, and no value of the data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from ..deciding import decided
from ..ir import Step
from ..lowered.domains import Coded, Whole
from ..lowered.holding import Asking, Held, decided_by
from ..lowered.language import Number, Variable
from ..lowered.planning import MOST_FILLED
from ..lowered.programs import NOT_YET, Arithmetic, Asked, Plan, Planned, Table, filled
from ..trace import Key, Outcome
from .gathering import Index, Look, Merging, Small, Work, as_table, gathered
from .running import Array, Block, fits, narrowest

_MANY = 50  # entries of a table for which it pays to make the arithmetic

Rows = Array  # places of records, rising
Parts = dict[str, Array]  # `value`, and of whole numbers `bottom` and `state`, where they have them


@dataclass(slots=True)
class Decisions:
    """What decided, for each record: places in `texts`, which grows."""

    places: Array
    texts: list[str]


class Kernel:
    """Safe to share between threads."""

    def __init__(self, plan: Plan, decided: Collection[Key]) -> None:
        """`decided` are those of which it may be asked what decided them."""
        self.plan = plan
        self._wide = {each.key for each in plan.steps if isinstance(each.how, Arithmetic) and not _fits(each.how)}
        wanted = {*plan.results, *plan.replaceable}
        for each in reversed(plan.steps):
            if each.key in wanted:
                wanted.update(each.own if self._is_asked(each) else each.reads)
        self._wanted = [each for each in plan.steps if each.key in wanted]
        self._decided = frozenset(decided)
        self._lock = Lock()
        self._tables: dict[int, _Gathered] = {}
        self._askings = {each.key: Asking(plan, each) for each in plan.steps if self._is_asked(each)}
        self._texts: dict[Key, _Texts] = {}

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """The measures that the interpreter works out, and why."""
        wide = {key[0]: "a number too large for 64 bits" for key in self._wide}
        return tuple({**dict(self.plan.refused), **wide}.items())

    def run(self, inputs: Mapping[Key, Parts], size: int, bad: Rows | None, work: Work) -> dict[Key, Parts]:
        """All that is given back, the inputs too. Of the records that are `bad` what comes out means nothing."""
        there: dict[Key, Parts] = dict(inputs)
        for each in self._looks:
            if isinstance(each, Look):
                there[each.key] = {"value": each.codes(there, size, work)}
                continue
            how = each.how
            if each.key in self._askings:
                there[each.key] = self._asked(each, there, size, bad)
            elif isinstance(how, Table):
                there[each.key] = {"value": self._table(each, how).codes(_codes(each, there), size, work)}
            elif isinstance(how, Arithmetic):
                block = Block(_reading(each, there))
                there[each.key] = {part: block.array(number, size) for part, number in how.outputs.items()}
        return there

    def decisions(
        self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Rows | None, work: Work
    ) -> Decisions:
        """Which rule, row or band decided a measure that was named for it."""
        texts = self._texts.setdefault(each.key, _Texts(each.step))
        how = each.how
        if each.key in self._askings:
            asking = self._askings[each.key]
            places: Array = np.zeros(size, np.int32)
            for row, held in self._rows(each, there, size, bad):
                places[row] = texts.place(asking.outcome(held))
            return Decisions(places, texts.said)
        if isinstance(how, Table):
            index = Index(how.sizes).of(_codes(each, there), size, work)
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
        """One that is not small."""
        found = self._tables.get(id(how))
        if found is None:
            assert isinstance(each.domain, Coded)
            with self._lock:
                found = self._tables.setdefault(id(how), _Gathered(how, each.domain.size))
        return found

    @cached_property
    def _looks(self) -> list[Planned | Look]:
        """What is worked out, in order. Made when it is first run: tables are filled for it."""
        merging = Merging(self._alone())
        found: list[Planned | Look] = []
        for each in self._wanted:
            how = each.how
            if self._is_small(each):
                assert isinstance(how, Table)
                assert isinstance(each.domain, Coded)
                by = {read: size for read, size in zip(each.reads, how.sizes, strict=True) if size > 1}
                found += merging.looks(each.key, Small(by, _filled(how), each.domain.size))
            else:
                found.append(each)
        return found

    def _alone(self) -> frozenset[Key]:
        """Small tables that only one other reads, and nobody else asks for."""
        readers: dict[Key, list[Planned]] = {}
        for each in self._wanted:
            seen = each.own if self._is_asked(each) else each.reads
            for read in {*seen, *(each.reads if each.key in self._decided else ())}:
                readers.setdefault(read, []).append(each)
        given = {*self.plan.results, *self.plan.replaceable}
        return frozenset(
            each.key
            for each in self._wanted
            if self._is_small(each)
            and each.key not in given
            and len(them := readers.get(each.key, [])) == 1
            and self._is_small(them[0])
            and them[0].key not in self._decided
        )

    def _is_small(self, each: Planned) -> bool:
        return isinstance(each.how, Table) and len(each.how.codes) <= MOST_FILLED

    # --- the interpreter ---------------------------------------------------------------------------------------------

    def _is_asked(self, each: Planned) -> bool:
        return isinstance(each.how, Asked) or each.key in self._wide

    def _asked(self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Rows | None) -> Parts:
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
        self, each: Planned, there: Mapping[Key, Parts], size: int, bad: Rows | None
    ) -> Iterator[tuple[int, tuple[Held, ...]]]:
        """What each good record holds of all that a measure reads."""
        columns = [_held(there[read], isinstance(self.plan.domains[read], Whole)) for read in each.own]
        rows: Sequence[tuple[Held, ...]] = list(zip(*columns, strict=True)) if columns else [()] * size
        for row in range(size) if bad is None else np.delete(np.arange(size), bad).tolist():
            yield row, rows[row]


class _Gathered:
    """A large table as an array, its entries filled as they are met."""

    def __init__(self, table: Table, size: int) -> None:
        self._table = table
        self._open = size  # stands for an entry that has not been worked out
        self._lock = Lock()
        codes = [self._open if code == NOT_YET else code for code in table.codes]
        self._array = np.array(codes, narrowest(0, size))
        self._codes = as_table(self._array)
        self._index = Index(table.sizes)

    def codes(self, codes: Sequence[Array], size: int, work: Work) -> Array:
        index = self._index.of(codes, size, work)
        found = gathered(self._codes, index)
        if not (found == self._open).any():
            return found
        with self._lock:
            for entry in np.unique(index[found == self._open]).tolist():
                self._array[entry] = filled(self._table, entry)
        return gathered(self._codes, index)


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


def _filled(table: Table) -> Array:
    """All codes of a small table. Of many the arithmetic is done at once, in hundredths of the time that it takes to
    ask the interpreter for each; the tests hold both to be the same."""
    code = table.arithmetic() if table.codes.count(NOT_YET) >= _MANY else None
    if code is not None and fits(code):
        places, below = np.arange(len(table.codes)), len(table.codes)
        read: list[Array] = []
        for size in table.sizes:
            below //= size
            read.append((places // below % size).astype(narrowest(0, size - 1)))
        table.codes[:] = Block(lambda variable: read[variable.read]).array(code, len(table.codes)).tolist()
    return np.array([filled(table, index) for index in range(len(table.codes))], np.intp)


def _fits(how: Arithmetic) -> bool:
    numbers: tuple[Number, ...] = (*how.outputs.values(), how.choice, how.limit)
    return all(map(fits, numbers))


def _codes(each: Planned, there: Mapping[Key, Parts]) -> list[Array]:
    return [there[read]["value"] for read in each.reads]


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
