"""What becomes of one result from one program to another, decided over all records where that can be had. Knows regions
of both and the interpreter, no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from random import Random

from .. import ir
from ..intake import stated
from ..interpret import interpret
from ..mutate.rerating import shown_apart
from ..regions.diagrams import TooLarge
from ..regions.domains import present
from ..regions.functions import Regions
from ..regions.pairing import Pairing, Together, alike
from ..space import Space, direction, typed
from ..trace import Given, Key, Trace
from ..verify.replay import Conflict
from ..verify.same import read_by, records, unasked
from ..verify.smaller import smaller
from . import ways as directions
from .responsible import Responsible
from .unlike import between, members, one_kind, unlike
from .verdicts import Compared, Ending, Move, Way, Witness

Pair = tuple[ir.Value, ir.Value]

_TRIES = 5  # pairs of one way that are looked for
_PAIRS = 30  # of one value: where there are more, they are told by their way
_TOGETHER = "too much is read together"
_EVERY = 4_000_000  # what rating every record may cost, where diagrams grow too large
_CHEAP = 3_000  # what a program may cost for which a plainer record is looked for
_RECORDS, _FEWEST, _WORK = 2_000, 30, 1_000_000  # by chance, where nothing else answers


@dataclass(slots=True)
class _Found:
    """What is known of a result so far: a move for each pair of values, or for each way where these are many; the ways
    that may be and that nothing showed, and why; the share of records that move, by member."""

    moves: dict[object, Move] = field(default_factory=dict)
    open: set[Way] = field(default_factory=set)
    limits: list[str] = field(default_factory=list)
    tested: int = 0
    shares: list[Fraction | None] = field(default_factory=list)


class Comparison:
    """Two programs over the same records. `responsible` finds the edits behind a record's change, if that is asked.
    With `brief`, nothing is shown that is known without, and nothing tried by chance."""

    def __init__(
        self, old: Regions, new: ir.Program, responsible: Responsible | None = None, brief: bool = False
    ) -> None:
        self.old, self.new = old.program, new
        self.together = Together(old, new)
        self.responsible = responsible
        self.brief = brief
        self._unlike = dict(unlike(self.old, new))
        self._left = 3 * _EVERY
        self._chance: tuple[list[tuple[Trace, Trace]], int] | None = ([], 0) if brief else None

    def result(self, old: str, new: str, name: str) -> Compared:
        """What becomes of a result of the old version, which is `new` in the new one; `name` is that of a measure that
        both have, with these values."""
        one, other = self.together.old.steps[name], self.together.new.steps[name]
        ours, theirs = (_inputs(regions, name) for regions in (self.together.old, self.together.new))
        apart = tuple(said for each, said in self._unlike.items() if each in ours | theirs)
        if not alike(one.type, other.type):
            apart = (*apart, f"`{new}` has other values: {between(one, other)}")
            return Compared(new, old, "inputs differ", apart=apart)
        if one.axes != other.axes or members(self.old, one.axes) != members(self.new, other.axes):
            return Compared(new, old, "inputs differ", apart=(*apart, f"`{new}` has a value for each of other members"))
        only_old, only_new = ours - set(self.new.inputs), theirs - set(self.old.inputs)
        if (only_old and only_new) or not all(self._held(each) for each in (ours | theirs) - only_old - only_new):
            return Compared(new, old, "inputs differ", apart=apart)
        found = _Found()
        for key in self.together.old.instances(name):
            self._look(key, (new, key[1]), found)
        ways = {move.way for move in found.moves.values()}
        ending, most = _ending(ways), _ending(ways | found.open)
        proved = ending == most
        how = "by the records shown" if found.limits and ending == "mixed" else "by walking over all records"
        differ = bool(only_old or only_new) or any(self._reasons(each) for each in ours & theirs)
        return Compared(
            new,
            old,
            "inputs differ" if differ else ending,
            ending if differ else None,
            tuple(found.moves.values()),
            _largest(found.shares),
            proved,
            how if proved else "",
            found.tested,
            found.limits[0] if found.limits else "",
            apart,
        )

    def _held(self, name: str) -> bool:
        """Whether records of both hold the same values of an input."""
        return one_kind(self.old.inputs[name], self.new.inputs[name], self.old, self.new)

    def _reasons(self, name: str) -> bool:
        """Whether an input may be absent in one for a reason that the other does not know."""
        ours, theirs = ({rule.reason for rule in each.inputs[name].absent} for each in (self.old, self.new))
        return ours != theirs

    # --- one value ---------------------------------------------------------------------------------------------------

    def _look(self, key: Key, named: Key, found: _Found) -> None:
        """What becomes of a result's value for one combination of members."""
        types, other_reason = self._types(key), self._other_reason(key)
        if self.together.same(key) and not other_reason:
            return
        try:
            pairing = self.together.pairing(key)
        except TooLarge as error:
            if self._one_by_one(key, named, types, found):
                return
            found.shares.append(None)
            self._by_chance(key, named, _every_way(types, self.together.new.steps[key[0]]), str(error), found)
            return
        ways = _by_way(sorted(pairing.pairs, key=lambda each: pairing.pairs[each].cost), types, other_reason)
        if not ways:
            return
        if pairing.wide and not self.brief and self._one_by_one(key, named, types, found):
            return
        counts = self._counts(key)
        found.shares.append(_share(counts, [pair for pairs in ways.values() for pair in pairs]))
        for way, pairs in ways.items():
            self._show(key, named, pairing, way, pairs, counts, found)
        doubtful = frozenset(ways) - {move.way for move in found.moves.values()}
        if doubtful:
            self._by_chance(key, named, doubtful, _TOGETHER, found)

    def _show(
        self,
        key: Key,
        named: Key,
        pairing: Pairing,
        way: Way,
        pairs: list[Pair],
        counts: dict[Pair, int] | None,
        found: _Found,
    ) -> None:
        """The moves of one way, each with a record that shows it; those that another member has are only counted."""
        many = len(pairs) > _PAIRS
        tries = 0
        for pair in pairs:
            of = way if many else _kinds(pair)
            known = found.moves.get(of)
            asked = pairing.wide or (known is None and not self.brief)
            traces = self._replayed(key, pair) if asked else None
            if asked and traces is None:  # it may be that no record goes so
                found.limits.append(_TOGETHER)
                tries += 1
                if many and tries == _TRIES:
                    return
                continue
            if known is not None:
                found.moves[of] = replace(known, others=(*known.others, named))
            else:
                share = _share(counts, pairs if many else [pair])
                found.moves[of] = self._move(key, named, pair, way, share, traces, len(pairs) if many else 1)
            if many:
                return

    def _replayed(self, key: Key, pair: Pair) -> tuple[Trace, Trace] | None:
        """A record that gives a pair of values, as both rate it."""
        try:
            first, second = records(self.together, self.together.pairing(key), pair)
        except Conflict:
            return None
        old, new = interpret(self.old, first), interpret(self.new, second)
        found = old.outcomes[key].value, new.outcomes[key].value
        return (old, new) if _kinds(found) == _kinds(pair) else None

    def _move(
        self,
        key: Key,
        named: Key,
        pair: Pair,
        way: Way,
        share: Fraction | None,
        traces: tuple[Trace, Trace] | None,
        pairs: int,
    ) -> Move:
        if traces is None:
            before, after = (
                _with_reason(value, regions.steps[key[0]])
                for value, regions in zip(pair, (self.together.old, self.together.new), strict=True)
            )
            return Move(named, before, after, way, share, None, pairs)
        old, new = traces
        given: Mapping[Key, Given] = {**old.given, **new.given}
        value = new.outcomes[key].value
        responsible = self.responsible.of(given, named, value) if self.responsible else ()
        return Move(named, old.outcomes[key].value, value, way, share, Witness(old, new, named, responsible), pairs)

    def _counts(self, key: Key) -> dict[Pair, int] | None:
        try:
            return self.together.counts(key)
        except (TooLarge, RecursionError):
            return None

    def _types(self, key: Key) -> tuple[ir.Type, ir.Type]:
        return self.together.old.steps[key[0]].type, self.together.new.steps[key[0]].type

    def _other_reason(self, key: Key) -> bool:
        ours, theirs = (regions.steps[key[0]].absent for regions in (self.together.old, self.together.new))
        return (ours and ours.reason) != (theirs and theirs.reason)

    # --- one by one --------------------------------------------------------------------------------------------------

    def _one_by_one(self, key: Key, named: Key, types: tuple[ir.Type, ir.Type], found: _Found) -> bool:
        """Rates every record there can be, as far as this value rests on it; False where these are too many."""
        asked = {at for regions in (self.together.old, self.together.new) for at in regions.beneath(key)}
        choices = {
            at: self._choices(at) for at in sorted(asked) if at[0] in self.old.inputs or at[0] in self.new.inputs
        }
        many = 1
        for each in choices.values():
            many *= len(each) or _EVERY
        cost = many * (self.old.cost + self.new.cost)
        if cost > min(_EVERY, self._left):
            return False
        self._left -= cost
        rest = {**unasked(self.new, self.old), **unasked(self.old, self.old)}
        pairs: dict[Pair, int] = {}
        plainest: dict[Pair, tuple[int, tuple[Trace, Trace]]] = {}
        for picked in product(*(enumerate(each) for each in choices.values())):
            given = {**rest, **{at: value for at, (_, value) in zip(choices, picked, strict=True)}}
            first, second = read_by(self.old, given), read_by(self.new, given)
            if first is None or second is None:
                return False
            old, new = interpret(self.old, first), interpret(self.new, second)
            pair = _plain(old.outcomes[key].value), _plain(new.outcomes[key].value)
            dear = sum(_dearness(place, value) for place, value in picked)
            pairs[pair] = pairs.get(pair, 0) + 1
            if pair not in plainest or dear < plainest[pair][0]:
                plainest[pair] = dear, (old, new)
        ways = _by_way(sorted(pairs, key=lambda each: plainest[each][0]), types, self._other_reason(key))
        found.shares.append(_share(pairs, [pair for each in ways.values() for pair in each]))
        for way, those in ways.items():
            for pair in those:
                known = found.moves.get(_kinds(pair))
                if known is not None:
                    found.moves[_kinds(pair)] = replace(known, others=(*known.others, named))
                else:
                    share, traces = _share(pairs, [pair]), plainest[pair][1]
                    found.moves[_kinds(pair)] = self._move(key, named, pair, way, share, traces, 1)
        return True

    def _choices(self, at: Key) -> list[Given]:
        """What a record can hold there, the best first and absences last; nothing where that has no end."""
        one = self.old.inputs.get(at[0]) or self.new.inputs[at[0]]
        other = self.new.inputs.get(at[0]) or one
        values = present(one.type) or ()
        reasons = {rule.reason for rule in other.absent}
        found = [Given(value) for value in (values if direction(one.type) < 0 else reversed(values))]
        return found and [*found, *(stated(rule, at) for rule in one.absent if rule.reason in reasons)]

    # --- by chance ---------------------------------------------------------------------------------------------------

    def _by_chance(self, key: Key, named: Key, ways: frozenset[Way], limit: str, found: _Found) -> None:
        """What records by chance show of these ways; what they do not show stays open."""
        types, other_reason = self._types(key), self._other_reason(key)
        shown: dict[Way, int] = {}
        for old, new in self._tried()[0]:
            pair = old.outcomes[key].value, new.outcomes[key].value
            way, of = way_of(pair, types, other_reason), _kinds(pair)
            if way is None or way not in ways or way in found.moves:
                continue
            known = found.moves.get(of)
            if known is not None and named not in (known.key, *known.others):
                found.moves[of] = replace(known, others=(*known.others, named))
            elif known is None and shown.get(way, 0) < _PAIRS:
                shown[way] = shown.get(way, 0) + 1
                found.moves[of] = self._move(key, named, pair, way, None, self._plainer(key, old, new), 1)
        found.open |= ways - {move.way for move in found.moves.values()}
        found.limits.append(limit)
        found.tested = self._tried()[1]

    def _plainer(self, key: Key, old: Trace, new: Trace) -> tuple[Trace, Trace]:
        """A record that goes the same way, with less out of the ordinary, where looking for it costs little."""
        if self.new.cost > _CHEAP or set(self.old.inputs) != set(self.new.inputs):
            return old, new
        wanted = _kinds((old.outcomes[key].value, new.outcomes[key].value))

        def rated(record: Mapping[Key, Given]) -> tuple[Trace, Trace] | None:
            first = read_by(self.old, record)
            return None if first is None else (interpret(self.old, first), interpret(self.new, record))

        def holds(record: Mapping[Key, Given]) -> bool:
            both = rated(record)
            return both is not None and _kinds((both[0].outcomes[key].value, both[1].outcomes[key].value)) == wanted

        return rated(smaller(self.new, new.given, holds)) or (old, new)

    def _tried(self) -> tuple[list[tuple[Trace, Trace]], int]:
        """Records by chance that the two rate otherwise, and how many were tried. The same every time."""
        if self._chance is None:
            random, ours, theirs = Random("markscheme"), Space(self.old), Space(self.new)
            most = min(_RECORDS, max(_WORK // max(self.old.cost + self.new.cost, 1), _FEWEST))
            found, tried = [], 0
            for _ in range(most):
                given: dict[Key, Given] = {**typed(ours.sampled(random)), **typed(theirs.sampled(random))}
                first, second = read_by(self.old, given), read_by(self.new, given)
                if first is None or second is None:
                    continue
                tried += 1
                old, new = interpret(self.old, first), interpret(self.new, second)
                if any(
                    key in old.outcomes and shown_apart(old.outcomes[key].value, each.value)
                    for key, each in new.outcomes.items()
                ):
                    found.append((old, new))
            self._chance = found, tried
        return self._chance


def _inputs(regions: Regions, name: str) -> frozenset[str]:
    """The inputs that a result rests on."""
    inputs = regions.program.inputs
    return frozenset(at[0] for key in regions.instances(name) for at in regions.beneath(key) if at[0] in inputs)


def _share(counts: dict[Pair, int] | None, pairs: list[Pair]) -> Fraction | None:
    total = sum(counts.values()) if counts else 0
    return Fraction(sum(counts.get(pair, 0) for pair in pairs), total) if counts and total else None


def _largest(shares: list[Fraction | None]) -> Fraction | None:
    known = [share for share in shares if share is not None]
    return max(known, default=Fraction(0)) if len(known) == len(shares) else None


def _with_reason(value: ir.Value, step: ir.Step) -> ir.Value:
    """An absence as diagrams have it with the reason of the measure."""
    return replace(value, reason=step.absent.reason) if isinstance(value, ir.Absent) and step.absent else value


# --- ways ------------------------------------------------------------------------------------------------------------


def way_of(pair: Pair, types: tuple[ir.Type, ir.Type], other_reason: bool = False) -> Way | None:
    """Which way a value goes, as diagrams have it; None where it stays."""
    if isinstance(pair[0], ir.Absent) and isinstance(pair[1], ir.Absent):
        return "another reason" if other_reason else None
    return directions.way(*types, *pair)


def _by_way(pairs: list[Pair], types: tuple[ir.Type, ir.Type], other_reason: bool) -> dict[Way, list[Pair]]:
    """The pairs that go some way, in their order."""
    found: dict[Way, list[Pair]] = {}
    for pair in pairs:
        way = way_of(pair, types, other_reason)
        if way is not None:
            found.setdefault(way, []).append(pair)
    return found


def _ending(ways: set[Way] | frozenset[Way]) -> Ending:
    if not ways:
        return "same ratings"
    if ways == {"higher"}:
        return "never lower"
    if ways == {"lower"}:
        return "never higher"
    return "mixed"


def _every_way(types: tuple[ir.Type, ir.Type], step: ir.Step) -> frozenset[Way]:
    ways: set[Way] = {"higher", "lower"} if directions.directed(*types) else {"otherwise"}
    if step.absent is not None:
        ways |= {"newly rated", "no longer rated"}
    return frozenset(ways)


def _plain(value: ir.Value) -> ir.Value:
    """An absence as one, whatever led to it."""
    return ir.Absent(value.reason, value.skip) if isinstance(value, ir.Absent) else value


def _dearness(place: int, given: Given) -> int:
    """How far out of the ordinary it is: as in diagrams."""
    gone = given.stated is not None or isinstance(given.value, ir.Absent)
    return 50 if gone else int(place > 0)


def _kinds(pair: Pair) -> tuple[object, object]:
    """Absences as one, whatever led to each."""
    old, new = (None if isinstance(value, ir.Absent) else value for value in pair)
    return old, new
