"""How a program that is told to stop lets go of the files it writes. Knows no file."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 128 + signal.SIGTERM


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """While the block runs, SIGTERM ends it as Ctrl-C does, and the program with the status that is usual for it. Left
    alone where somebody else minds the signal, or may."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if not ours:
        yield
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(STOPPED)
