"""Processes that put changes to the guards, each within its time. Knows how work is handed out; judges nothing.

A process that takes too long over one change is ended, and another takes its place: what a change makes of a rule file
is not known before, so nothing it does may hold up the rest.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ..library import Library
from .changes import Change
from .fates import Fate, fate_of
from .subject import opened
from .watch import Watch

SLOW = "it took too long"
LATE = "the time was up"
_START = 60.0  # seconds that a process may take to begin


@dataclass(frozen=True, slots=True)
class Orders:
    """What a process needs to know: plain data."""

    path: Path
    folders: tuple[Path, ...]
    faults: bool
    proof: bool
    seconds: float  # for one change


def alone(watch: Watch, changes: Sequence[Change], which: Sequence[int], until: float) -> Iterator[tuple[int, Fate]]:
    """In this process: no change is cut short, but none is begun when the time is up."""
    for index in which:
        late = time.monotonic() > until
        yield index, fate_of(changes[index], {}, (), "not decided", why=LATE) if late else watch.fate(changes[index])


def together(
    orders: Orders, changes: Sequence[Change], which: Sequence[int], jobs: int, until: float
) -> Iterator[tuple[int, Fate]]:
    """In several processes, as they come."""
    left = deque(which)
    context = multiprocessing.get_context("spawn")
    crew: list[_Hand] = [_Hand(context, orders) for _ in range(min(jobs, len(which)))]
    try:
        while crew:
            for hand in crew:
                if hand.free and left and time.monotonic() < until:
                    hand.give(left.popleft(), orders.seconds)
            busy = [hand for hand in crew if hand.index is not None or not hand.ready]
            crew = [hand for hand in crew if hand in busy or hand.done()]
            if not busy:
                break
            wait([hand.pipe for hand in busy], timeout=0.5)
            for hand in busy:
                index, found = hand.index, hand.taken()
                if index is not None and found is not None:
                    yield index, found
                elif time.monotonic() > min(hand.until, until):
                    hand.end()
                    crew.remove(hand)
                    if index is not None:
                        why = LATE if time.monotonic() > until else SLOW
                        yield index, fate_of(changes[index], {}, (), "not decided", why=why)
                    if hand.ready and left and time.monotonic() < until:
                        crew.append(_Hand(context, orders))
    finally:
        for hand in crew:
            hand.end()
    for index in left:
        yield index, fate_of(changes[index], {}, (), "not decided", why=LATE)


class _Hand:
    """One process. `index` is the change it is at, None where it waits for one."""

    def __init__(self, context: Any, orders: Orders) -> None:
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_work, args=(other, orders), daemon=True)
        self.process.start()
        other.close()
        self.ready = False
        self.index: int | None = None
        self.until = time.monotonic() + _START

    @property
    def free(self) -> bool:
        return self.ready and self.index is None

    def give(self, index: int, seconds: float) -> None:
        self.index, self.until = index, time.monotonic() + seconds
        with suppress(ConnectionError):  # one that has died is found when its answer is awaited
            self.pipe.send(index)

    def taken(self) -> Fate | None:
        """What it has sent, if it has: that it is ready, or what came of its change."""
        with suppress(EOFError, ConnectionError):
            if self.pipe.poll():
                found = self.pipe.recv()
                self.until = time.monotonic() + _START
                if found is None:
                    self.ready = True
                    return None
                self.index = None
                assert isinstance(found, Fate)
                return found
            return None
        self.until = 0.0  # it has died, of memory perhaps
        return None

    def done(self) -> bool:
        """Ends it, where nothing is left for it to do. False, so that it is dropped."""
        self.end()
        return False

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _work(pipe: Connection, orders: Orders) -> None:
    """What a process does: opens the rule file for itself, then takes one change after the other."""
    from .faults import faults

    subject, _ = opened(orders.path, Library(orders.folders))
    if subject is None:
        return
    watch = Watch(subject, orders.proof)
    changes = faults(subject) if orders.faults else subject.changes
    pipe.send(None)
    with suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        while True:
            pipe.send(watch.fate(changes[pipe.recv()]))
