"""What is read before it is asked for, and written while the next is worked on. Knows neither; keeps the order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

_MANY = 2  # that are ready or wait


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, made by another thread, a few before they are asked for. What making them raises is raised where
    they would have been given."""
    with ThreadPoolExecutor(1) as thread:
        waiting: deque[Future[list[T]]] = deque()

        def one() -> list[T]:
            return [item for item in (next(items, None),) if item is not None]

        try:
            while True:
                while len(waiting) < _MANY:
                    waiting.append(thread.submit(one))
                found = waiting.popleft().result()
                if not found:
                    return
                yield found[0]
                del found  # else it would be held while the next is waited for
        finally:
            for each in waiting:
                each.cancel()


class Behind:
    """Calls, in order, by another thread. What one raises is raised by a later `call` or by `end`. Leaving the block
    waits for the call that runs, and drops the others."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Behind:
        return self

    def call(self, work: Callable[[], None]) -> None:
        while len(self._waiting) >= _MANY:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(work))

    def end(self) -> None:
        """Waits for all of them."""
        while self._waiting:
            self._waiting.popleft().result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
