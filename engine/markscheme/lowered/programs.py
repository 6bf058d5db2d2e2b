"""A program as what a backend runs: for each measure and member a small table, integer arithmetic, or the interpreter,
and what the values of all of them are held as. Knows no data and no backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .. import ir
from ..trace import Key, Outcome
from .domains import Domain
from .language import Node, Number, inner

NOT_YET = -1


@dataclass(slots=True)
class Table:
    """The code for each combination of codes of what a step reads, the last turning fastest; `NOT_YET` where it has
    never been asked: `fill` works it out. Steps that differ only in what they read share it. `arithmetic` is the same
    code by those of what is read, for who fills many at once; None where there is none."""

    sizes: tuple[int, ...]
    codes: list[int]
    fill: Callable[[int], int]
    outcome: Callable[[int], Outcome]  # as the interpreter has it
    arithmetic: Callable[[], Number | None]

    def entry(self, codes: Sequence[int]) -> int:
        """For the codes of what is read."""
        index = 0
        for code, size in zip(codes, self.sizes, strict=True):
            index = index * size + code
        return filled(self, index)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What a step gives as integers: its code, or of a number held as a whole `top` and, where its domain has them,
    `bottom` and `state`. `choice` and `limit` say what decided."""

    code: Number | None
    top: Number | None
    bottom: Number | None
    state: Number | None
    choice: Number
    limit: Number

    @property
    def outputs(self) -> dict[str, Number]:
        """By part: `value`, `bottom`, `state`."""
        found = {"value": self.top if self.code is None else self.code, "bottom": self.bottom, "state": self.state}
        return {part: number for part, number in found.items() if number is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """The interpreter works it out, for each combination of what it reads. `why` says what has no integer
    arithmetic."""

    why: str


How = Table | Arithmetic | Asked


@dataclass(frozen=True, slots=True)
class Planned:
    """A measure for one combination of members. `reads` are what a table's codes and arithmetic's variables are of;
    `own` is all that its rules read, which the interpreter must have where it is asked: some of that may follow from
    the other."""

    key: Key
    step: ir.Step
    reads: tuple[Key, ...]
    how: How
    domain: Domain
    own: tuple[Key, ...]


@dataclass(slots=True)
class Plan:
    """All that must be worked out for `results`, in order, and for telling which absences a value replaced."""

    program: ir.Program
    inputs: dict[Key, Domain]
    steps: tuple[Planned, ...]
    results: tuple[Key, ...]
    replaceable: tuple[Key, ...]  # those whose absence a declared value may replace

    def __post_init__(self) -> None:
        self.domains: dict[Key, Domain] = {**self.inputs, **{each.key: each.domain for each in self.steps}}

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """The measures that are left to the interpreter, and why."""
        found = {each.key[0]: each.how.why for each in self.steps if isinstance(each.how, Asked)}
        return tuple(found.items())

    domains: dict[Key, Domain] = field(init=False, repr=False)


def every_node(node: Node) -> Iterator[Node]:
    """A node and all inside it, each once."""
    done: set[int] = set()
    todo = [node]
    while todo:
        each = todo.pop()
        if id(each) not in done:
            done.add(id(each))
            yield each
            todo += inner(each)


def filled(table: Table, index: int) -> int:
    """An entry of a table, worked out where it has not been."""
    code = table.codes[index]
    if code == NOT_YET:
        code = table.codes[index] = table.fill(index)
    return code
