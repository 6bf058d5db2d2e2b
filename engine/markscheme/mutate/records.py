"""Records that may be rated otherwise by a changed program: those of the cases, and some that walk over every cut.
Knows the inputs of a program, not what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

from ..ir import AbsenceRule
from ..space import Entry, Record, Space, typed
from ..trace import Given, Key

_WORK = 150_000  # operations of one kind of record; the cost of rating one is known
_LEAST, _MOST = 40, 240


def records(space: Space, cases: Iterable[dict[Key, Given]]) -> Iterator[dict[Key, Given]]:
    """The same for the same program: those of the cases first, then walks, then others at random."""
    yield from cases
    many = max(_LEAST, min(_MOST, _WORK // max(1, space.program.cost)))
    random = Random(0)
    walked = islice(walks(space, random), 0, 3 * many, 3)  # of each three neighbours one
    yield from (typed(record) for record in walked)
    yield from (typed(space.sampled(random)) for _ in range(many))


def walks(space: Space, random: Random) -> Iterator[Record]:
    """Without end. Each goes from all lowest to all highest or back, one value at a time, by rounds or one input after
    the other: on the way every count is met, and a mean passes its cuts in small steps. A few values are absent."""
    while True:
        for by_rounds in (True, False):
            turn = random.choice((1, -1))
            values = {key: space.candidates[declared.name][::turn] for key, declared in space.keys}
            able = [(key, declared.absent) for key, declared in space.keys if declared.absent]
            few = random.sample(able, random.choice((0, 0, 1, 2, len(able) // 2)) if len(able) > 2 else 0)
            gone: dict[Key, AbsenceRule] = {key: random.choice(rules) for key, rules in few}
            order = [key for key in values if key not in gone]
            random.shuffle(order)
            moves = [(place, key) for key in order for place in range(1, len(values[key]))]
            if by_rounds:
                moves.sort(key=lambda move: move[0])
            at: dict[Key, Entry] = {key: gone.get(key, values[key][0]) for key in values}
            yield dict(at)
            for place, key in moves:
                at[key] = values[key][place]
                yield dict(at)
