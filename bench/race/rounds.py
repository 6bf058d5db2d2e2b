"""Times peers in turn, round after round, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import perf_counter

LONG = 10.0  # seconds of all its rounds, after which a run takes part in no more


def in_turn(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each run in each round; in two at least."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            if number > 1 and sum(taken[name]) > LONG:
                continue
            gc.collect()
            start = perf_counter()
            given = runs[name]()
            taken[name].append(perf_counter() - start)
            del given
    return taken
