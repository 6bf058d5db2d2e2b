"""Tables looked up by octets: what is known after some columns is often one of few things, which an octet holds
together with the next columns. Knows no step and no data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from .running import Array

OCTET = 1 << 8
_MOST_LINKS = 3  # more take longer than to look up by 16 bits at once

Room = tuple[bytearray, Array]  # the same memory as both


def room(size: int) -> Room:
    """To put octets into that are to be looked up."""
    octets = bytearray(size)
    return octets, np.frombuffer(octets, np.uint8)


def in_octets(codes: Array) -> Array:
    return codes if codes.dtype == np.uint8 else codes.astype(np.uint8)


def placed(first: Array, others: Iterable[tuple[Array, int]], out: Array) -> Array:
    """The place among all combinations, the last turning fastest: of codes, and of others with how many each has. `out`
    is written to where there are others; `first` are octets."""
    for codes, many in others:
        np.multiply(first, np.uint8(many % OCTET), out=out)
        first = np.add(out, in_octets(codes), out=out)
    return first


@dataclass(frozen=True, slots=True)
class _Link:
    """One look: `columns` are places of columns with the number of their codes, the last turning fastest."""

    columns: tuple[tuple[int, int], ...]
    table: bytes


class Chain:
    """A table as such looks, one after the other."""

    def __init__(self, links: Sequence[_Link]) -> None:
        self._links = links

    @classmethod
    def of(cls, codes: Array, sizes: Sequence[int]) -> Chain | None:
        """None where octets do not hold what is known between two looks, or too many looks would be needed. `codes` are
        the entries for each combination of so many codes each, the last turning fastest."""
        if codes.dtype != np.uint8 or not sizes:
            return None
        known, left, links = 1, [*enumerate(sizes)], list[_Link]()
        entries = codes.reshape(1, -1)
        while left:
            some = 0
            while some < len(left) and known * prod(size for _, size in left[: some + 1]) <= OCTET:
                some += 1
            if not some or len(links) == _MOST_LINKS:
                return None
            taken, left = left[:some], left[some:]
            entries = entries.reshape(known * prod(size for _, size in taken), -1)
            table: Any = entries[:, 0]
            if left:
                entries, table = np.unique(entries, axis=0, return_inverse=True)
                known = len(entries)
                if known > OCTET:
                    return None
            links.append(_Link(tuple(taken), table.astype(np.uint8).tobytes().ljust(OCTET, b"\0")))
        return cls(links)

    def codes(self, columns: Sequence[Array], size: int, room: Room) -> Array:
        """The entry of each of so many records. A code beyond those that a column has gives some entry."""
        octets, index = room
        index = index[:size]
        found: Array | None = None
        for link in self._links:
            more = [(columns[place], many) for place, many in link.columns]
            index[:] = in_octets(more.pop(0)[0]) if found is None else found
            placed(index, more, index)
            # Half the time of a look by NumPy or Arrow.
            found = np.frombuffer(octets.translate(link.table), np.uint8)[:size]
        assert found is not None, "there is something to look it up by"
        return found
