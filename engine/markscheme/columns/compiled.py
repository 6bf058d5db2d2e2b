"""Loops compiled for this machine, once it pays: when that is, and what is done where it cannot be. Needs Numba
(`pip install markscheme[compiled]`), and does without. Knows no loop and no input.

What NumPy does in several passes, a compiled loop does in one, to the same results. But to load Numba takes half a
second or more, and a loop that this machine has not compiled before a second: so the loops join when so many values
have been met in one process that it has cost as much to do without, and Numba keeps them on disk, beside the package or
in the user's folder for such things. Where neither can be written, or anything else is amiss with Numba, NumPy goes on
alone. Nothing is said of it, since nothing but time depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np

AFTER = 1 << 28  # values: so many take as much longer by NumPy as it takes to load Numba and the loops

Loop = Callable[..., Any]


class Joining:
    """Counts values until the loops join: after so many, at once (0) or never (None). Threads may share it."""

    def __init__(self, after: int | None = AFTER) -> None:
        self._left = after
        self._compiler: Any = None
        self._made: dict[tuple[Loop, str], Loop | None] = {}
        self._lock = Lock()

    def loop(self, values: Any, function: Loop, types: str) -> Loop | None:
        """A function compiled for what it is to be given, as `typed` reads it; None where NumPy goes on. `values` are
        what it is to go through, unless they lie in memory in a way that it does not know."""
        left = self._left
        if left is None:
            return None
        if self._compiler is None:
            self._left = left = left - len(values)  # not to the last one, where threads meet
            if left > 0 or not self._load():
                return None
        flags = values.flags
        if not (flags.c_contiguous and flags.aligned):
            return None
        key = function, types
        return self._made[key] if key in self._made else self._compiled(key)

    @property
    def joined(self) -> bool:
        """Whether they have."""
        return self._compiler is not None and self._left is not None

    def _load(self) -> bool:
        """Whether it is there. While one thread loads or compiles, NumPy goes on in the others."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            numba: Any = import_module("numba")
            if numba.config.DISABLE_JIT:  # when loops run as Python
                raise ImportError
            self._compiler = numba
        except Exception:  # what is there but broken raises anything
            self._left = None
        finally:
            self._lock.release()
        return self._compiler is not None

    def _compiled(self, key: tuple[Loop, str]) -> Loop | None:
        if self._left is None or not self._lock.acquire(blocking=False):
            return None
        try:
            if key not in self._made:
                function, types = key
                made: Loop | None = None
                try:
                    kept = self._compiler.njit(
                        typed(self._compiler, types), cache=True, nogil=True, error_model="numpy"
                    )
                    made = kept(function)
                except Exception:  # no folder to keep it in, a full disk, a file of another version that cannot be read
                    made = None
                self._made[key] = made
            return self._made[key]
        finally:
            self._lock.release()


def typed(numba: Any, types: str) -> tuple[Any, ...]:
    """Types of arguments: `u1` as NumPy calls them, `u1[]` for arrays, `u1[.]` for those that begin at any byte, each
    where it likes; `?[]`, `u1[*]` and the last are written to."""
    found: list[Any] = []
    names = types.split()
    for name in names:
        kind, _, form = name.partition("[")
        type = numba.from_dtype(np.dtype(kind))
        read = name != "?[]" and form != "*]" and len(found) < len(names) - 1
        if form == ".]":
            type = numba.types.Array(type, 1, "A", readonly=True, aligned=False)
        elif form:
            type = numba.types.Array(type, 1, "C", readonly=read)
        found.append(type)
    return tuple(found)


joining = Joining()


def loop(values: Any, function: Loop, types: str) -> Loop | None:
    """As the one `Joining` of this process has it."""
    return joining.loop(values, function, types)
