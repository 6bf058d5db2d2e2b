"""What is read before it is asked for, and written while the next is worked on. Knows neither; keeps the order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Thread
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

_MANY = 2  # that are ready or wait


class Ahead(Iterator[T]):
    """The same items, made by another thread from now on: always some, and more as long as all of these that have not
    been asked for are no larger than `room`. What making one raises is raised where it would have been given."""

    def __init__(self, items: Iterator[T], size: Callable[[T], int], room: int) -> None:
        self._items, self._size, self._room = items, size, room
        self._ready: deque[tuple[T, int]] = deque()
        self._error: BaseException | None = None
        self._over = False  # nothing more comes, or is wanted
        self._changed = Condition()
        self._thread = Thread(target=self._make, daemon=True)
        self._thread.start()

    def __next__(self) -> T:
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._over)
            if self._ready:
                item, size = self._ready.popleft()
                self._room += size
                self._changed.notify_all()
                return item
            error, self._error = self._error, None
        if error is not None:
            raise error
        raise StopIteration

    def close(self) -> None:
        """Waits for the item that is being made, and drops it and the others."""
        with self._changed:
            self._over = True
            self._ready.clear()
            self._changed.notify_all()
        self._thread.join()

    def _make(self) -> None:
        try:
            for item in self._items:
                size = self._size(item)
                with self._changed:
                    if self._over:
                        return
                    self._ready.append((item, size))
                    self._room -= size
                    del item  # else it would be held while there is no room
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._over or self._room > 0 or len(self._ready) < _MANY)
                    if self._over:
                        return
        except BaseException as error:
            self._error = error
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()


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
