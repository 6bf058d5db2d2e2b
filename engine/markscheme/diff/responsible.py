"""Which changes of text give a record its new value: the one, or the smallest set. Knows the methodologies between two
versions, and the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from .. import ir
from ..mutate.trees import alike, differing, reads
from ..trace import Given, Key
from ..verify.same import read_by
from .edits import Revised, Taken
from .rating import Ratings
from .verdicts import Edit
from .ways import plain

_TWO = 24  # edits of which every two are tried


class Responsible:
    """For one pair of versions. The answer for a record does not depend on what was asked before."""

    def __init__(self, revised: Revised) -> None:
        self.revised = revised
        self._ratings = Ratings()
        self._touching: dict[str, tuple[Taken, ...]] = {}
        self._types = {step.name: step.type for step in revised.new.program.steps}

    def of(self, given: Mapping[Key, Given], key: Key, value: ir.Value) -> tuple[Edit, ...]:
        """The smallest set of edits with which the old version gives a result that value, of several the first in the
        order of the text; where more than two are needed, one of which none can be left out. `given` holds the inputs
        of both versions."""
        wanted = _said(value, self._types[key[0]])

        def gives(taken: Taken) -> bool:
            program = self.revised.program(taken)
            record = read_by(program, given) if program is not None else None
            if program is None or record is None:
                return False
            found = self._ratings.value(program, record, key)
            type = next((step.type for step in program.steps if step.name == key[0]), None)
            return found is not None and type is not None and _said(found, type) == wanted

        taken = self._smallest(key[0], gives)
        return tuple(edit for edit in self.revised.edits if edit.number in taken)

    def _smallest(self, name: str, gives: Callable[[Taken], bool]) -> Taken:
        if len(self.revised.edits) == 1:
            return self.revised.all
        touching = self.touching(name)
        for taken in touching:
            if gives(taken):
                return taken
        if len(touching) <= _TWO:
            for one, other in combinations(touching, 2):
                if gives(one | other):
                    return one | other
        return self._reduced(gives)

    def touching(self, name: str) -> tuple[Taken, ...]:
        """The edits, each by itself, that have a way to a result, or that are no methodology by themselves."""
        if name not in self._touching:
            old = self.revised.old.program
            found = []
            for edit in self.revised.edits:
                taken = frozenset({edit.number})
                program = self.revised.program(taken)
                if (
                    program is None
                    or _members(program) != _members(old)
                    or not _changed(old, program).isdisjoint(_beneath(program, name))
                ):
                    found.append(taken)
            self._touching[name] = tuple(found)
        return self._touching[name]

    def _reduced(self, gives: Callable[[Taken], bool]) -> Taken:
        """Of all edits what is left when nothing more can be left out: first many at once, at last one by one."""
        taken = self.revised.all
        many = len(taken)
        while many:
            before = taken
            for numbers in _runs(taken, many):
                if taken != numbers and gives(taken - numbers):
                    taken -= numbers
            if many > 1 or taken == before:
                many //= 2
        return taken


def _runs(taken: Taken, many: int) -> Iterator[Taken]:
    numbers = sorted(taken)
    for start in range(0, len(numbers), many):
        yield frozenset(numbers[start : start + many])


def _changed(old: ir.Program, new: ir.Program) -> frozenset[str]:
    """The measures that say something else, and the inputs whose absence does."""
    names = differing(old, new)
    gone = (
        name
        for name, each in new.inputs.items()
        if name in old.inputs and not alike(each.absent, old.inputs[name].absent)
    )
    return names | frozenset(gone)


def _members(program: ir.Program) -> dict[str, list[tuple[str, str | None]]]:
    return {name: [(member.name, member.parent) for member in each.members] for name, each in program.sets.items()}


def _beneath(program: ir.Program, name: str) -> frozenset[str]:
    """A measure and all that it rests on."""
    steps = {step.name: step for step in program.steps}
    found, todo = set(), [name]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += reads(steps[at]) if at in steps else ()
    return frozenset(found)


def _said(value: ir.Value, type: ir.Type) -> tuple[str, object]:
    """A value by name: its place moves when a level is added."""
    return ("absent", value.reason) if isinstance(value, ir.Absent) else ("there", plain(value, type))
