"""Records as the engine holds them once they are typed, and pairs of them, for tests of whatever reads a program.

Knows which values there are; nothing of how data write them, nor what a rule means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hypothesis import assume
from hypothesis import strategies as st

from ..ir import AbsenceRule, Input, Number
from ..space import Entry, Record, Space, direction, grain
from ..trace import Key


def entries(space: Space, declared: Input, hug: bool = False, absences: bool = True) -> st.SearchStrategy[Entry]:
    """A value of an input, or a declared reason for none. `hug`: numbers only at or beside a cut or an end."""
    found: st.SearchStrategy[Entry] = st.sampled_from(space.candidates[declared.name])
    if isinstance(declared.type, Number) and not hug:
        step = grain(declared.type)
        low, high = (int(end / step) for end in space.ends(declared.type))
        found |= st.integers(low, high).map(lambda n: n * step)
    return found | st.sampled_from(declared.absent) if absences and declared.absent else found


def records(space: Space, hug: bool = False, absences: bool = True) -> st.SearchStrategy[Record]:
    """A well-typed record. Each input has up to three different values, so that high ratings and exact counts, which
    are rare among values picked singly, are as common as the rest."""
    inputs = space.program.inputs.values()
    return _joined(_of_one(space, declared, entries(space, declared, hug, absences)) for declared in inputs)


def _of_one(space: Space, declared: Input, values: st.SearchStrategy[Entry]) -> st.SearchStrategy[Record]:
    keys = space.of(declared)
    few = st.lists(values, min_size=1, max_size=3)
    which = st.lists(st.integers(0, 2), min_size=len(keys), max_size=len(keys))
    return st.tuples(few, which).map(
        lambda drawn: {key: drawn[0][n % len(drawn[0])] for key, n in zip(keys, drawn[1], strict=True)}
    )


def _joined(parts: Iterable[st.SearchStrategy[Record]]) -> st.SearchStrategy[Record]:
    return st.tuples(*parts).map(lambda found: {key: entry for each in found for key, entry in each.items()})


def withheld(space: Space) -> st.SearchStrategy[Record]:
    """A record in which some value is absent. Raises ValueError where none may be."""
    able = [(key, declared) for key, declared in space.keys if declared.absent]
    if not able:
        raise ValueError(f"no input of {space.program.id}@{space.program.version} may be absent")
    one = st.sampled_from(able).flatmap(lambda each: st.tuples(st.just(each[0]), st.sampled_from(each[1].absent)))
    return st.tuples(records(space), one).map(lambda drawn: {**drawn[0], drawn[1][0]: drawn[1][1]})


def pairs(space: Space, of: str | None = None) -> st.SearchStrategy[tuple[Key, Record, Record]]:
    """Two records that differ in one value, which is better in the second: by one step, or by several, which cross
    more cuts and show nothing that single steps do not. Absences are the same. `of` names the input to improve."""
    able = [(key, each) for key, each in space.keys if direction(each.type) and of in (None, key[0])]
    worse = records(space) | records(space, hug=True)

    @st.composite
    def pair(draw: st.DrawFn) -> tuple[Key, Record, Record]:
        record = draw(worse)
        key, declared = draw(st.sampled_from(able))
        order = space.candidates[declared.name][:: direction(declared.type)]
        value = record[key]
        if isinstance(value, AbsenceRule) or space.improved(declared, value) is None:
            value = draw(st.sampled_from(order[:-1]))
        onward = order.index(value) + 1 if value in order else len(order)
        one = space.improved(declared, value)
        assert one is not None
        return key, {**record, key: value}, {**record, key: draw(st.sampled_from((one, *order[onward:])))}

    return pair()


def apart(space: Space, rated: Callable[[Record], object]) -> st.SearchStrategy[tuple[Key, Record, Record]]:
    """Two records that differ in one value, by as little as data can say, and that `rated` tells apart. Absences are
    the same."""

    def narrowed(drawn: tuple[Record, Record]) -> tuple[Key, Record, Record]:
        first, other = drawn
        second = {key: entry if isinstance(entry, AbsenceRule) else other[key] for key, entry in first.items()}
        found = space.narrowed(first, second, rated)
        assume(found is not None)
        assert found is not None
        return found

    return st.tuples(records(space), records(space, absences=False)).map(narrowed)
