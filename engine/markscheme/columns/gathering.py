"""Tables looked up for whole arrays of codes; small ones that feed one another are joined into one, so that fewer are
looked up. Knows no step and no data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..trace import Key
from .octets import OCTET, Chain, Room, in_octets, placed, room
from .running import Array, Kind, narrowest

MOST_JOINED = 1 << 16  # entries of a table that others were joined into: 16 bits are an index of it
MOST_JOINED_IN_ALL = 1 << 20
_PIECE = 1 << 17  # records at a time: more in the arrays that are worked in would not stay in the processor's cache
_FOUND = "array_take"
_OPTIONS = pc.TakeOptions(boundscheck=True)


def gathered(table: pa.Array, index: Array) -> Array:
    """`table[place]` of each. Arrow takes by indices as narrow as they are; NumPy would make 64 bits of them first."""
    places = pa.Array.from_buffers(pa.from_numpy_dtype(index.dtype), len(index), [None, pa.py_buffer(index)])
    found = pc.call_function(_FOUND, [table, places], _OPTIONS)
    return np.frombuffer(found.buffers()[1], table.type.to_pandas_dtype(), len(index), found.offset)


def as_table(codes: Array) -> pa.Array:
    """The same memory, so that what is written to the one is read from the other."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(codes.dtype), len(codes), [None, pa.py_buffer(codes)])


class Work:
    """Arrays to work in, used again and again: new memory costs more than the arithmetic. Not for two threads."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Kind], Array] = {}
        self._room = room(0)

    def array(self, number: int, kind: Kind, size: int) -> Array:
        found = self._kept.get((number, kind))
        if found is None or len(found) < size:
            found = self._kept[number, kind] = np.empty(size, kind)
        return found[:size]

    def room(self, size: int) -> Room:
        if len(self._room[0]) < size:
            self._room = room(size)
        return self._room


class Index:
    """Where in a table a record is that has these codes, the last turning fastest: in octets as far as they go."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.groups: list[list[tuple[int, int]]] = []  # places in `sizes`, and these, as many as an octet holds
        for place, size in enumerate(sizes):
            if size == 1:
                continue
            if self.groups and prod(each for _, each in self.groups[-1]) * size <= OCTET:
                self.groups[-1].append((place, size))
            else:
                self.groups.append([(place, size)])
        self._kind = narrowest(0, prod(sizes) - 1)

    def of(self, codes: Sequence[Array], size: int, work: Work) -> Array:
        """To be read before `work` is used again."""
        parts = [(self._octets(group, codes, work, number), group) for number, group in enumerate(self.groups)]
        if not parts:
            return np.zeros(size, np.uint8)
        if len(parts) == 1:
            return parts[0][0]
        wide, more = work.array(0, self._kind, size), work.array(1, self._kind, size)
        np.copyto(wide, parts[0][0], casting="unsafe")
        for part, group in parts[1:]:
            np.multiply(wide, wide.dtype.type(prod(each for _, each in group)), out=wide)
            np.copyto(more, part, casting="unsafe")  # a sum of two types takes longer than this and the sum
            np.add(wide, more, out=wide)
        return wide

    def _octets(self, group: list[tuple[int, int]], codes: Sequence[Array], work: Work, number: int) -> Array:
        found = codes[group[0][0]]
        if len(group) == 1:
            return found if found.dtype.kind == "u" else found.astype(self._kind)
        others = [(codes[place], size) for place, size in group[1:]]
        return placed(in_octets(found), others, work.array(number, np.uint8, len(found)))


@dataclass(frozen=True, slots=True)
class Small:
    """A table of which all is known: what it is looked up by, with how many codes each of these has, and the code for
    each combination, the last turning fastest; `size` is how many codes there are."""

    by: Mapping[Key, int]
    codes: Array
    size: int


class Look:
    """A table looked up for a block of records."""

    def __init__(self, key: Key, small: Small) -> None:
        self.key = key
        by = _in_octets(small.by)
        self._by = [key for key, _ in by]
        sizes, order = [*small.by.values()], [*small.by]
        moved = small.codes.reshape(sizes).transpose([order.index(key) for key in self._by]).ravel()
        codes = moved.astype(narrowest(0, small.size - 1))
        sizes = [size for _, size in by]
        self._kind = codes.dtype
        self._table = as_table(codes)
        self._index = Index(sizes)
        self._chain = Chain.of(codes, sizes)

    def codes(self, there: Mapping[Key, Mapping[str, Array]], size: int, work: Work) -> Array:
        columns = [there[key]["value"] for key in self._by]
        if size <= _PIECE:
            return self._looked_up(columns, size, work)
        found = np.empty(size, self._kind)
        for start in range(0, size, _PIECE):
            out = found[start : start + _PIECE]
            out[:] = self._looked_up([column[start : start + _PIECE] for column in columns], len(out), work)
        return found

    def _looked_up(self, columns: Sequence[Array], size: int, work: Work) -> Array:
        if self._chain is not None:
            return self._chain.codes(columns, size, work.room(size))
        return gathered(self._table, self._index.of(columns, size, work))


def _in_octets(by: Mapping[Key, int]) -> list[tuple[Key, int]]:
    """In an order in which few octets hold them."""
    groups: list[list[tuple[Key, int]]] = []
    for key, size in sorted(by.items(), key=lambda each: -each[1]):
        fitting = (group for group in groups if prod(each for _, each in group) * size <= OCTET)
        group = next(fitting, None)
        if group is None:
            groups.append(group := [])
        group.append((key, size))
    return [each for group in groups for each in group]


class Merging:
    """Makes looks of small tables. One that nothing else reads than another small table is looked up together with
    that, or with others that it reads, as far as the tables that come of it stay small."""

    def __init__(self, alone: frozenset[Key]) -> None:
        """`alone` are those that only one table reads."""
        self._alone = alone
        self._inside: dict[Key, Small] = {}  # those of `alone` that wait for what reads them
        self._left = MOST_JOINED_IN_ALL
        self._made = 0

    def looks(self, key: Key, small: Small) -> list[Look]:
        """What must be looked up now for this table, itself the last unless it waits."""
        found, small = self._together(small)
        if key in self._alone:
            self._inside[key] = small
            return found
        return [*found, Look(key, small)]

    def _together(self, small: Small) -> tuple[list[Look], Small]:
        waiting = {key: self._inside.pop(key) for key in small.by if key in self._inside}
        if not waiting:
            return [], small
        most = MOST_JOINED if self._left >= MOST_JOINED else 0
        if prod(_by(small, waiting).values()) <= most:
            return [], self._joined(small, waiting)
        apart: list[dict[Key, Small]] = []  # to be looked up first, each group at once
        for key, each in sorted(waiting.items(), key=lambda its: -len(its[1].codes)):
            for group in apart:
                both = {**group, key: each}
                if prod(_all(both).values()) <= most and prod(one.size for one in both.values()) <= OCTET:
                    group[key] = each
                    break
            else:
                apart.append({key: each})
        # But for those that may still go into the table itself.
        inside: dict[Key, Small] = {}
        own = {key: size for key, size in small.by.items() if key not in waiting}
        for group in sorted(apart, key=lambda group: prod(_all(group).values())):
            others = [other for other in apart if other is not group]
            given = prod(one.size for other in others for one in other.values())
            if prod((own | _all(inside) | _all(group)).values()) * given <= most:
                inside |= group
                apart = others
        found: list[Look] = []
        for group in apart:
            look, shares = self._beside(group)
            found.append(look)
            inside |= shares
        return found, self._joined(small, inside)

    def _beside(self, group: dict[Key, Small]) -> tuple[Look, dict[Key, Small]]:
        """Several looked up at once: their codes as one, and each of them as had from that."""
        if len(group) == 1:
            ((key, small),) = group.items()
            return Look(key, small), {}
        sizes = {key: small.size for key, small in group.items()}
        many = prod(sizes.values())
        key = ("", (str(self._made),))  # as nothing in a program is called
        self._made += 1
        look = Look(key, self._joined(Small(sizes, np.arange(many), many), group))
        shares: dict[Key, Small] = {}
        below = many
        for each, size in sizes.items():
            below //= size
            shares[each] = Small({key: many}, np.arange(many) // below % size, size)
        return look, shares

    def _joined(self, small: Small, inside: Mapping[Key, Small]) -> Small:
        by = _by(small, inside)
        if not inside:
            return small
        axes = np.ix_(*(np.arange(size) for size in by.values()))
        codes = dict(zip(by, axes, strict=True))
        codes |= {key: each.codes.take(_place(each, codes)) for key, each in inside.items()}
        found = np.broadcast_to(small.codes.take(_place(small, codes)), tuple(by.values())).ravel()
        self._left -= len(found)
        return Small(by, found, small.size)


def _by(small: Small, inside: Mapping[Key, Small]) -> dict[Key, int]:
    """What a table is looked up by once others are inside it."""
    found: dict[Key, int] = {}
    for key, size in small.by.items():
        found.update(inside[key].by if key in inside else {key: size})
    return found


def _all(smalls: Mapping[Key, Small]) -> dict[Key, int]:
    return {key: size for small in smalls.values() for key, size in small.by.items()}


def _place(small: Small, codes: Mapping[Key, Array]) -> Array:
    return reduce(lambda place, its: place * its[1] + codes[its[0]], small.by.items(), np.zeros((), np.intp))
