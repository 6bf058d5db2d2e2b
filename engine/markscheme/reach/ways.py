"""What it takes to reach a level, or to lose one, as data; and what counts as reached or lost. Knows no diagram."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from ..ir import Absent, Present, Program, Step, Type, Value
from ..space import direction
from ..trace import Given, Key

if TYPE_CHECKING:
    from .pages import Page

Sought = Literal["reach", "lose"]


@dataclass(frozen=True, slots=True)
class Change:
    """One input and what it has to become: the least that does."""

    key: Key
    before: Given
    after: Given


@dataclass(frozen=True, slots=True)
class Pool:
    """Inputs of which any `many` do: they may stand for each other."""

    keys: tuple[Key, ...]
    many: int


@dataclass(frozen=True, slots=True)
class Way:
    """A least set of inputs: without any one of them, no change of the others does.

    `least` are its changes, input by input; several where more of one makes up for less of another, all of which are
    there where `every_one`. `pools`: how its inputs may be exchanged for others, `count` sets in all; where `alike`,
    each of them takes the same changes, else these are an example.
    """

    least: tuple[tuple[Change, ...], ...]
    every_one: bool
    pools: tuple[Pool, ...]
    count: int
    alike: bool

    @property
    def keys(self) -> tuple[Key, ...]:
        """The inputs of the set, or of the example of its kind."""
        return tuple(change.key for change in self.least[0])


@dataclass(frozen=True, slots=True)
class Held:
    """A limit that lowered a measure, for some of its members, and without which the result would be better: `value` is
    what it would be. `lifted`: for the first of the members, what it takes that its condition no longer holds."""

    step: Step
    index: int
    members: tuple[tuple[str, ...], ...]
    value: Value
    lifted: tuple[Ways, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """The answer. `count` is how many least sets there are, the smallest of them in `ways`; None where that is not
    known: then `limit` says why, and `ways` are what was found by trying.

    `there`: nothing is needed. `marked`: only inputs marked as changeable were moved; `absences`: absent values were
    given one too, as nothing else did. `outside`: where nothing does within the inputs marked, what does beyond them.
    `held`: the limits that hold the result down.
    """

    program: Program
    key: Key
    sought: Sought
    level: Present
    value: Value
    there: bool
    ways: tuple[Way, ...] = ()
    count: int | None = 0
    limit: str = ""
    marked: bool = False
    absences: bool = False
    outside: Ways | None = None
    held: tuple[Held, ...] = ()
    record: str | None = None

    def text(self, width: int = 100, colour: bool = False) -> str:
        """For a terminal or a letter."""
        return self._page().text(width, colour)

    def markdown(self) -> str:
        """GitHub-flavoured Markdown."""
        return self._page().markdown()

    def json(self) -> dict[str, Any]:
        """Text, numbers, lists, dicts, true, false and null; `told.plain` lists the keys."""
        from .told import plain

        return plain(self)

    def _repr_html_(self) -> str:
        return self._page().html()

    def __str__(self) -> str:
        return self.text()

    def _page(self) -> Page:
        from .told import page

        return page(self)

    @property
    def proved(self) -> bool:
        """Whether there are no other least sets than these, `count` in all."""
        return self.count is not None

    @property
    def step(self) -> Step:
        """The measure that is asked about."""
        return next(step for step in self.program.steps if step.name == self.key[0])


def holds(type: Type, sought: Sought, level: Present, value: Value) -> bool:
    """Whether a value is what is sought."""
    if isinstance(value, Absent):
        return False
    way = way_of(type)
    if way == 0:
        return (value == level) == (sought == "reach")
    ahead = (_rank(value) - _rank(level)) * way
    return ahead >= 0 if sought == "reach" else ahead < 0


def way_of(type: Type) -> int:
    """As the direction; a number that does not say which way is better is the better the greater."""
    return direction(type) or int(getattr(type, "better", "") is None)


def _rank(value: Present) -> Fraction:
    return Fraction(value == "yes" if isinstance(value, str) else value)


def better(type: Type, value: Value, than: Value) -> bool:
    """Whether a value is better than another one, or there where that is not."""
    if isinstance(value, Absent) or isinstance(than, Absent):
        return not isinstance(value, Absent) and isinstance(than, Absent)
    return (_rank(value) - _rank(than)) * way_of(type) > 0
