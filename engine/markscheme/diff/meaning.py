"""What becomes of each result from one version to the next: decided over all records, where that can be had. Knows
regions of both programs and the interpreter, no text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import assert_never

from .. import ir
from ..interpret import interpret
from ..regions.diagrams import TooLarge
from ..regions.functions import Regions
from ..regions.pairing import Together, alike
from ..space import Space, typed
from ..trace import Given, Key, Trace
from ..verify.replay import Conflict
from ..verify.same import read_by, records
from . import ways as directions
from .edits import Revised
from .renaming import renamed
from .responsible import Responsible
from .verdicts import Compared, Difference, Edit, Effect, Ending, Move, Version, Way, Witness

Progress = Callable[[str, int, int], None]
Pair = tuple[ir.Value, ir.Value]

_TRIES = 5  # pairs of one way that are looked for
_PAIRS = 30  # of one value: where there are more, they are told by their way
_RECORDS, _FEWEST, _WORK = 2_000, 100, 1_000_000  # by chance, where nothing else answers


def difference(
    old: Version, new: Version, progress: Progress | None = None, results: Mapping[str, str] | None = None
) -> Difference:
    """All that the new version does otherwise, and by which change of text. `results` names, for results of the old
    version, those of the new one that they are compared with; by default those of one name are.

    Two methodologies (their ids differ) have no changes of text in common; only what they give is compared. What the
    new file says was renamed is one thing in both, by its new name. Raises MethodologyError where these names clash.
    """
    old = renamed(old, new)
    names = dict(results or {name: name for name in old.program.results if name in new.program.results})
    revised = Revised(old, new) if old.program.id == new.program.id else None
    edits = revised.edits if revised else ()
    steps = len(edits) + len(names)
    regions = Regions(_with(old.program, names, first=True))
    responsible = Responsible(revised) if revised else None
    comparison = Comparison(regions, _with(new.program, names, first=False), responsible)
    compared = []
    for done, (one, other) in enumerate(names.items()):
        if progress:
            progress(f"`{other}`", done, steps)
        compared.append(comparison.result(one, other))
    effects = []
    for done, edit in enumerate(edits, len(names)):
        if progress:
            progress(edit.part, done, steps)
        assert revised is not None
        assert responsible is not None
        effects.append(_effect(revised, responsible, regions, edit, names, tuple(compared)))
    missing = [(name, "new") for name in new.program.results if name not in names.values()]
    missing += [(name, "old") for name in old.program.results if name not in names]
    apart = tuple(dict.fromkeys(said for each in compared for said in each.apart))
    texts = revised.texts if revised else 0
    return Difference(old, new, tuple(compared), tuple(effects), tuple(missing), apart, texts)  # type: ignore[arg-type]


def _with(program: ir.Program, names: Mapping[str, str], first: bool) -> ir.Program:
    """A program with one more measure for each two results of other names: what they are compared by in both."""
    steps = {step.name: step for step in program.steps}
    more = []
    for one, other in names.items():
        if one != other:
            step = steps[one if first else other]
            indices = tuple(ir.Index(via=axis) for axis in step.axes)
            span = step.note.span
            assert span is not None
            form = ir.Formula(ir.Read(step.name, indices, step.type, span))
            more.append(replace(step, name=_joint(one, other), form=form, limits=()))
    return replace(program, steps=(*program.steps, *more)) if more else program


def _joint(one: str, other: str) -> str:
    return one if one == other else f"{one} and {other}"  # nothing of a file has such a name


def _effect(
    revised: Revised,
    responsible: Responsible,
    regions: Regions,
    edit: Edit,
    names: Mapping[str, str],
    whole: tuple[Compared, ...],
) -> Effect:
    """What one edit alone does; of a single one that is known. It is not asked of a result that it has no way to, nor
    of one that is not compared for other reasons."""
    if len(revised.edits) == 1:
        return Effect(edit, whole)
    program = revised.program(frozenset({edit.number}))
    if program is None:
        return Effect(edit, (), stands=False)
    comparison = Comparison(regions, _with(program, names, first=False), brief=True)
    found = []
    for (one, other), known in zip(names.items(), whole, strict=True):
        if frozenset({edit.number}) not in responsible.touching(one):
            found.append(Compared(other, one, "same ratings"))
        elif known.verdict == "inputs differ" and known.within is None:
            found.append(Compared(other, one, "inputs differ"))
        else:
            found.append(comparison.result(one, other))
    return Effect(edit, tuple(found))


# --- one result ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """The pairs of values of one step: those that a record shows, and the ways that may be and none showed."""

    shown: dict[Pair, tuple[Trace, Trace] | None]
    open: frozenset[Way]
    limit: str = ""


class Comparison:
    """Two programs over the same records. `responsible` finds the edits behind a record's change, if that is asked.
    With `brief`, nothing is shown that is known without, and nothing tried by chance."""

    def __init__(
        self, old: Regions, new: ir.Program, responsible: Responsible | None = None, brief: bool = False
    ) -> None:
        self.old, self.new = old.program, new
        self.together = Together(old, new)
        self.steps = {step.name: step for step in new.steps}
        self.responsible = responsible
        self._apart = dict(_unlike(self.old, new))
        self._one_sided = frozenset(self.old.inputs) ^ frozenset(new.inputs)
        self._chance: tuple[list[tuple[Trace, Trace]], int] | None = ([], 0) if brief else None
        self.brief = brief

    def result(self, old: str, new: str) -> Compared:
        """What becomes of a result of the old version, which is `new` in the new one."""
        name = _joint(old, new)
        one, other = self.together.old.steps[name], self.together.new.steps[name]
        ours, theirs = (self._inputs(regions, name) for regions in (self.together.old, self.together.new))
        apart = tuple(self._apart[each] for each in self._apart if each in ours | theirs)
        if not alike(one.type, other.type):
            return Compared(
                new, old, "inputs differ", apart=(*apart, f"`{new}` has other values: {_between(one, other)}")
            )
        if one.axes != other.axes or _members(self.old, one.axes) != _members(self.new, other.axes):
            return Compared(new, old, "inputs differ", apart=(*apart, f"`{new}` has a value for each of other members"))
        one_sided = (ours | theirs) & self._one_sided
        other_reasons = any(self._reasons(each) for each in ours & theirs)
        if (one_sided & ours and one_sided & theirs) or any(each in ours | theirs for each in self._blocking()):
            return Compared(new, old, "inputs differ", apart=apart)
        moves: list[Move] = []
        possible: set[Way] = set()
        limits: list[str] = []
        for key in self.together.old.instances(name):
            seen = self._seen(key)
            moves += self._moves(key, (new, key[1]), seen)
            possible |= seen.open
            limits += [seen.limit] if seen.limit else []
        shown = {move.way for move in moves}
        ending, most = _ending(shown), _ending(shown | possible)
        proved = ending == most
        return Compared(
            new,
            old,
            "inputs differ" if one_sided or other_reasons else ending,
            ending if one_sided or other_reasons else None,
            tuple(moves),
            self._shares(moves),
            proved,
            "by walking over all records" if proved and not limits else "by the records shown" if proved else "",
            0 if proved else self._tried()[1],
            "" if proved else limits[0],
            apart,
        )

    def _inputs(self, regions: Regions, name: str) -> frozenset[str]:
        """The inputs that a result rests on."""
        inputs = regions.program.inputs
        return frozenset(at[0] for key in regions.instances(name) for at in regions.beneath(key) if at[0] in inputs)

    def _blocking(self) -> Iterator[str]:
        """The inputs of which the two do not take the same values."""
        for name, declared in self.old.inputs.items():
            other = self.new.inputs.get(name)
            if other is not None and not _one_kind(declared, other, self.old, self.new):
                yield name

    def _reasons(self, name: str) -> bool:
        """Whether an input may be absent in one for a reason that the other does not know."""
        ours, theirs = ({rule.reason for rule in each.inputs[name].absent} for each in (self.old, self.new))
        return ours != theirs

    # --- pairs of values ---------------------------------------------------------------------------------------------

    def _seen(self, key: Key) -> _Seen:
        other_reason = _reason(self.together.old.steps[key[0]]) != _reason(self.together.new.steps[key[0]])
        if self.together.same(key) and not other_reason:
            return _Seen({}, frozenset())
        type = self.steps[key[0]].type
        try:
            pairing = self.together.pairing(key)
        except TooLarge as error:
            return self._by_chance(key, _every_way(type, self.together.new.steps[key[0]]), str(error))
        shown: dict[Pair, tuple[Trace, Trace] | None] = {}
        ways: dict[Way, list[Pair]] = {}
        for pair in sorted(pairing.pairs, key=lambda each: pairing.pairs[each].cost):
            way = way_of(pair, type, other_reason)
            if way is not None:
                ways.setdefault(way, []).append(pair)
        doubtful: set[Way] = set()
        for way, pairs in ways.items():
            for pair in pairs[:_TRIES] if len(pairs) > _PAIRS else pairs:
                if self.brief and not pairing.wide:
                    shown[pair] = None
                    continue
                traces = self._replayed(key, pair)
                if traces is not None:
                    shown[pair] = traces
                elif pairing.wide:
                    doubtful.add(way)
        if not doubtful:
            return _Seen(shown, frozenset())
        seen = self._by_chance(key, frozenset(doubtful), "too much is read together")
        return _Seen(seen.shown | shown, seen.open, seen.limit)

    def _replayed(self, key: Key, pair: Pair) -> tuple[Trace, Trace] | None:
        """A record that gives a pair of values, as both rate it."""
        try:
            first, second = records(self.together, self.together.pairing(key), pair)
        except Conflict:
            return None
        old, new = interpret(self.old, first), interpret(self.new, second)
        found = old.outcomes[key].value, new.outcomes[key].value
        return (old, new) if _kinds(found) == _kinds(pair) else None

    def _by_chance(self, key: Key, ways: frozenset[Way], limit: str) -> _Seen:
        other_reason = _reason(self.together.old.steps[key[0]]) != _reason(self.together.new.steps[key[0]])
        shown: dict[Pair, tuple[Trace, Trace] | None] = {}
        for old, new in self._tried()[0]:
            pair = old.outcomes[key].value, new.outcomes[key].value
            way = way_of(pair, self.steps[key[0]].type, other_reason)
            if way is not None:
                shown.setdefault(_plain(pair), (old, new))
        found = {way_of(pair, self.steps[key[0]].type, other_reason) for pair in shown}
        return _Seen(shown, frozenset(way for way in ways if way not in found), limit)

    def _tried(self) -> tuple[list[tuple[Trace, Trace]], int]:
        """Records by chance that the two rate otherwise, and how many were tried. The same every time."""
        if self._chance is None:
            random, space = Random("markscheme"), Space(self.new)
            others = Space(self.old)
            cost = max(self.old.cost + self.new.cost, 1)
            most = min(_RECORDS, max(_WORK // cost, _FEWEST))
            found, tried = [], 0
            for _ in range(most):
                given: dict[Key, Given] = {**typed(others.sampled(random)), **typed(space.sampled(random))}
                first, second = read_by(self.old, given), read_by(self.new, given)
                if first is None or second is None:
                    continue
                tried += 1
                old, new = interpret(self.old, first), interpret(self.new, second)
                if any(
                    key in old.outcomes and _plain((old.outcomes[key].value, each.value)) != (each.value,) * 2
                    for key, each in new.outcomes.items()
                ):
                    found.append((old, new))
            self._chance = found, tried
        return self._chance

    # --- moves -------------------------------------------------------------------------------------------------------

    def _moves(self, key: Key, named: Key, seen: _Seen) -> Iterator[Move]:
        type = self.steps[key[0]].type
        other_reason = _reason(self.together.old.steps[key[0]]) != _reason(self.together.new.steps[key[0]])
        counts = self._counts(key) if seen.shown else None
        total = sum(counts.values()) if counts else 0
        told: dict[Way, list[Pair]] = {}
        for pair in seen.shown:
            way = way_of(pair, type, other_reason)
            assert way is not None
            told.setdefault(way, []).append(pair)
        for way, pairs in told.items():
            those = [pair for pair in counts or () if way_of(pair, type, other_reason) == way]
            if len(those or pairs) > _PAIRS:
                share = Fraction(sum(counts[pair] for pair in those), total) if counts else None
                yield self._move(key, named, pairs[0], way, share, seen, len(those or pairs))
                continue
            for pair in pairs:
                share = Fraction(counts[pair], total) if counts and pair in counts else None
                yield self._move(key, named, pair, way, share, seen, 1)

    def _move(
        self, key: Key, named: Key, pair: Pair, way: Way, share: Fraction | None, seen: _Seen, pairs: int
    ) -> Move:
        traces = seen.shown[pair]
        if traces is None:
            return Move(named, *pair, way, share, None, pairs)
        old, new = traces
        given: Mapping[Key, Given] = {**old.given, **new.given}
        value = new.outcomes[key].value
        responsible = self.responsible.of(given, key, value) if self.responsible else ()
        witness = Witness(old, new, named, responsible)
        return Move(named, old.outcomes[key].value, value, way, share, witness, pairs)

    def _counts(self, key: Key) -> dict[Pair, int] | None:
        try:
            return self.together.counts(key)
        except (TooLarge, RecursionError):
            return None

    def _shares(self, moves: list[Move]) -> Fraction | None:
        """The share of the records whose result differs; of several members, the largest."""
        shares: dict[Key, Fraction] = {}
        for move in moves:
            if move.share is None:
                return None
            shares[move.key] = shares.get(move.key, Fraction(0)) + move.share
        return max(shares.values(), default=Fraction(0))


# --- ways ------------------------------------------------------------------------------------------------------------


def way_of(pair: Pair, type: ir.Type, other_reason: bool = False) -> Way | None:
    """Which way a value goes, as diagrams have it; None where it stays."""
    if isinstance(pair[0], ir.Absent) and isinstance(pair[1], ir.Absent):
        return "another reason" if other_reason else None
    return directions.way(type, type, *pair)


def _ending(ways: set[Way] | frozenset[Way]) -> Ending:
    if not ways:
        return "same ratings"
    if ways == {"higher"}:
        return "never lower"
    if ways == {"lower"}:
        return "never higher"
    return "mixed"


def _every_way(type: ir.Type, step: ir.Step) -> frozenset[Way]:
    ways: set[Way] = {"higher", "lower"} if directions.directed(type, type) else {"otherwise"}
    if step.absent is not None:
        ways |= {"newly rated", "no longer rated"}
    return frozenset(ways)


def _reason(step: ir.Step) -> str | None:
    return step.absent.reason if step.absent else None


def _plain(pair: Pair) -> Pair:
    """Absences as one, as diagrams have them."""
    old, new = pair
    if isinstance(old, ir.Absent) and isinstance(new, ir.Absent):
        return new, new
    return pair


def _kinds(pair: Pair) -> tuple[object, object]:
    old, new = (None if isinstance(value, ir.Absent) else value for value in pair)
    return old, new


# --- what is not alike -----------------------------------------------------------------------------------------------


def _unlike(old: ir.Program, new: ir.Program) -> Iterator[tuple[str, str]]:
    """By input, what the two do not have alike, in words."""
    for name, declared in old.inputs.items():
        other = new.inputs.get(name)
        if other is None:
            yield name, f"the input `{name}` is only in the old version"
        elif declared.axes != other.axes:
            yield name, f"the input `{name}` has a value for each of other sets"
        elif not alike(declared.type, other.type):
            yield name, f"the input `{name}` has other values: {_between(declared, other)}"
        elif not _one_kind(declared, other, old, new):
            members = [_members(program, declared.axes) for program in (old, new)]
            yield name, f"the input `{name}` has other members: {_in_one_only(*members)}"
        else:
            reasons = [[rule.reason for rule in each.absent] for each in (declared, other)]
            if set(reasons[0]) != set(reasons[1]):
                yield name, f"`{name}` may be absent for other reasons: {_in_one_only(*reasons)}"
    for name in new.inputs:
        if name not in old.inputs:
            yield name, f"the input `{name}` is only in the new version"


def _one_kind(one: ir.Input, other: ir.Input, old: ir.Program, new: ir.Program) -> bool:
    """Whether the same records hold it."""
    if one.axes != other.axes or not alike(one.type, other.type):
        return False
    return set(ir.combinations(old.sets, one.axes)) == set(ir.combinations(new.sets, other.axes))


def _members(program: ir.Program, axes: tuple[str, ...]) -> list[str]:
    return [member.name for axis in axes for member in program.sets[axis].members]


def _in_one_only(old: list[str], new: list[str]) -> str:
    gone = [f"`{each}` is only in the old version" for each in old if each not in new]
    come = [f"`{each}` is only in the new version" for each in new if each not in old]
    return ", ".join((*gone[:3], *come[:3])) or "they go together otherwise"


def _between(one: ir.Input | ir.Step, other: ir.Input | ir.Step) -> str:
    """How the values of two declarations differ."""
    match one.type, other.type:
        case ir.Scale(levels=ours), ir.Scale(levels=theirs):
            names = [level.name for level in ours], [level.name for level in theirs]
            return _in_one_only(*names) if set(names[0]) != set(names[1]) else "the levels stand in another order"
        case ir.Choice(ours), ir.Choice(theirs):
            return _in_one_only([each.name for each in ours], [each.name for each in theirs])
        case ir.Number(), ir.Number():
            return "its decimals, least or greatest value are others"
        case ((ir.Scale() | ir.Choice() | ir.Number() | ir.YesNo()), _):
            return "they are of another kind"
        case _:
            assert_never(one.type)
