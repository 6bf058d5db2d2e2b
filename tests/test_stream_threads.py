"""What is read ahead comes in order, no more of it than there is room for, and what goes wrong comes where it would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from markscheme.stream.threads import Ahead


def until(true: object) -> None:
    """Waits for another thread; a minute at most."""
    end = monotonic() + 60
    while not true():  # type: ignore[operator]
        assert monotonic() < end
        sleep(0.001)


class Made(Iterator[int]):
    """Numbers from 0, which remember how many were asked for."""

    def __init__(self, count: int, fails: bool = False) -> None:
        self.made, self._count, self._fails = 0, count, fails

    def __next__(self) -> int:
        if self.made == self._count:
            if self._fails:
                raise ZeroDivisionError(self.made)
            raise StopIteration
        self.made += 1
        return self.made - 1


def test_all_come_in_order() -> None:
    assert list(Ahead(Made(100), lambda _: 3, 10)) == list(range(100))
    assert list(Ahead(Made(0), lambda _: 3, 10)) == []


@pytest.mark.parametrize(("room", "ready"), [(0, 2), (1, 2), (30, 3), (31, 4), (95, 10)])
def test_so_much_is_made_before_anything_is_asked_for(room: int, ready: int) -> None:
    items = Made(1000)
    ahead = Ahead(items, lambda _: 10, room)
    until(lambda: items.made >= ready)
    sleep(0.02)
    assert items.made == ready
    for number in range(5):  # one for each that is taken
        assert next(ahead) == number
        until(lambda number=number: items.made >= ready + number + 1)
        sleep(0.005)
        assert items.made == ready + number + 1
    ahead.close()
    assert items.made == ready + 5


def test_what_goes_wrong_comes_after_what_went_well() -> None:
    ahead = Ahead(Made(3, fails=True), lambda _: 1, 100)
    assert [next(ahead) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(ahead)
    with pytest.raises(StopIteration):
        next(ahead)


def test_nothing_goes_on_when_it_is_closed() -> None:
    before = threading.active_count()
    for taken in range(3):
        ahead = Ahead(Made(1000), lambda _: 10, 50)
        for _ in range(taken):
            next(ahead)
        ahead.close()
        assert threading.active_count() == before
        assert next(ahead, None) is None
        ahead.close()
