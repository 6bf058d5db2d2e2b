"""Single values become codes, and lists of them tables, in which vectors of places are looked up. Knows one input and
how its values are held, no array of Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from ..diagnostics import Problem
from ..intake.values import MOST_DIGITS, Reader
from ..ir import AbsenceRule, Present
from ..lowered.domains import Coded, Domain, Met, Whole
from .arrays import UNREADABLE, Mask, Vector
from .held import dtype_of

MOST_REMEMBERED = 50_000  # different texts

States = npt.NDArray[np.uint8]
Looked = tuple[Vector, States | None, Mask]


@dataclass(frozen=True, slots=True)
class Code:
    """Of one value."""

    code: int
    state: int = 0


class Singles:
    """Takes the values of one input one by one."""

    def __init__(self, reader: Reader, domain: Domain, name: str) -> None:
        self._reader = reader
        self._domain = domain
        self._name = name
        self._good: dict[str, int] = {}  # texts that were read before: codes of values
        self._other: dict[str, Code | None] = {}  # and what is none, or has a state
        self.fill = domain.low if isinstance(domain, Whole) else 0
        self.dtype = dtype_of(domain)
        self.empty = self._code(reader.empty(name))

    def one(self, value: object) -> Code | None:
        """None where it is no value."""
        return None if value is UNREADABLE else self._code(self._reader.read(value, self._name))

    def known(self, values: Sequence[object]) -> list[int | None]:
        """The codes of texts that were met before."""
        known = self._good.get
        if set(map(type, values)) <= {str}:
            return list(map(known, values))  # type: ignore[arg-type]  # which are texts
        return [known(value) if type(value) is str else None for value in values]  # what equals a text need not be one

    def all(self, values: Sequence[object], known: list[int | None] | None = None) -> Looked:
        """Codes, states if any, and which are no values."""
        found = self.known(values) if known is None else known
        flaws = np.zeros(len(found), np.bool_)
        if None not in found:
            return np.fromiter(found, self.dtype, len(found)), None, flaws
        states = np.zeros(len(found), np.uint8)
        for place, code in enumerate(found):
            if code is None:
                read = self._remembered(values[place])
                found[place] = self.fill if read is None else read.code
                flaws[place] = read is None
                states[place] = 0 if read is None else read.state
        return np.fromiter(found, self.dtype, len(found)), states if states.any() else None, flaws

    def _remembered(self, value: object) -> Code | None:
        if type(value) is not str:
            return self.one(value)
        if value in self._other:
            return self._other[value]
        code = self.one(value)
        if len(value) <= MOST_DIGITS and len(self._good) + len(self._other) < MOST_REMEMBERED:
            if code is None or code.state:
                self._other[value] = code
            else:
                self._good[value] = code.code
        return code

    def _code(self, found: Present | AbsenceRule | Problem) -> Code | None:
        domain = self._domain
        if isinstance(found, Problem):
            return None
        match domain:
            case Coded():
                return Code(domain.code(found))
            case Whole():
                if isinstance(found, AbsenceRule):
                    return Code(domain.low, domain.absences.index(found) + 1)
                assert isinstance(found, Fraction)
                return Code(int(found / domain.unit))
            case Met():
                return Code(
                    domain.code((None, found, False) if isinstance(found, AbsenceRule) else (found, None, False))
                )
            case _:
                assert_never(domain)


class Table:
    """The codes of a list of values, by their places. What is beyond its end is no value."""

    def __init__(self, singles: Singles, looked: Looked) -> None:
        codes, states, flaws = looked
        self.size = len(codes)
        self._sound = not flaws.any()
        self._dtype: np.dtype[Any] = singles.dtype
        line = _line(codes.tolist()) if self._sound and states is None else None
        self._codes = np.append(codes, codes.dtype.type(singles.fill))
        self._states = None if states is None else np.append(states, np.uint8(0))
        self._flaws = np.append(flaws, True)
        # Codes with what is no value marked by one that no value has: then it is found out by looking at codes.
        self._most = np.iinfo(self._codes.dtype).max
        free = not self._sound and np.max(self._codes, where=~self._flaws, initial=0) < self._most
        self._marked = np.where(self._flaws, self._codes.dtype.type(self._most), self._codes) if free else None
        self._slope, self._start = line or (0, 0)
        self.plain = line == (1, 0)  # each one's code is its place

    def at(self, places: Vector, inside: bool = False) -> tuple[Vector, States | None, Mask | None]:
        """Codes, which may be `places` themselves; states; and which are no values. Places are unsigned; that none is
        beyond the end may be known (`inside`)."""
        bad: Mask | None = None
        if self._marked is not None:
            places = self._within(places)
            codes = self._marked.take(places, mode="clip")
            if len(codes) and np.maximum.reduce(codes) == self._most:
                bad = codes == self._most
                codes[bad] = self._codes[-1]
            return codes, None if self._states is None else self._states.take(places, mode="clip"), bad
        if not self._sound:
            bad = self._flaws.take(self._within(places), mode="clip")
        elif not inside and len(places) and np.maximum.reduce(places) >= self.size:
            bad = places >= self.size
        if self._slope:  # of what is beyond the end anything may come
            codes = places.astype(self._dtype, copy=False)
            if self._slope < 0:
                codes = self._dtype.type(self._start) - codes
            elif self._start:
                codes = codes + self._dtype.type(self._start)
            return codes, None, bad
        places = self._within(places)
        states = None if self._states is None else self._states.take(places, mode="clip")
        return self._codes.take(places, mode="clip"), states, bad

    def _within(self, places: Vector) -> Vector:
        """As `take` needs them, which knows no unsigned integers of 64 bits."""
        return np.minimum(places, self.size).astype(np.intp) if places.dtype.itemsize == 8 else places


def _line(codes: Sequence[int]) -> tuple[int, int] | None:
    """The slope, 1 or -1, and the start of a line that all of them are on."""
    for slope in (1, -1):
        if codes and all(code == codes[0] + slope * place for place, code in enumerate(codes)):
            return slope, codes[0]
    return None
