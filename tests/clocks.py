"""Limits of time that a slow or busy machine keeps too: of the processor's time, not the clock's, and as much longer as
a fixed piece of work takes. What grows with the square of a size goes far beyond; nothing else is meant to fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_USUALLY = 0.02  # seconds for the piece of work, where the limits were set
_MARGIN = 1.5  # other work does not become slower by just as much


def slower() -> float:
    """How much longer than where a limit was set something may take here and now; never less than 1."""
    took = []
    for _ in range(3):
        start = time.process_time()
        sum(number * number for number in range(300_000))
        took.append(time.process_time() - start)
    return max(1.0, _MARGIN * min(took) / _USUALLY)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where what is done inside takes longer."""
    start = time.process_time()
    yield
    took = time.process_time() - start
    assert took < seconds or took < seconds * slower(), f"{took:.2f} s"
