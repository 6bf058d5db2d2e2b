"""What becomes of each result between two small programs, by rating all records twice; and a difference held against
it. Knows the interpreter, and no way to find an answer but to look at every record.

A record holds raw values and reasons for absence, those that both programs take. Of a level the name counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations as subsets
from itertools import product
from math import prod

from brute_force import absent, direction, reads, values_of

from markscheme.diagnostics import Span
from markscheme.diff.edits import Revised
from markscheme.diff.verdicts import Compared, Difference, Edit, Effect, Move, Witness
from markscheme.interpret import interpret
from markscheme.ir import Absent, Choice, Number, Program, Scale, Step, Type, Value, YesNo, combinations
from markscheme.trace import Given, Key, Trace

Raw = tuple[str, object]  # "value" or "absent", and which
Said = tuple[str, object]
Renamed = Mapping[str, str]

MANY = 30  # pairs of values of one way, above which they are told by their way
ALONE = 4  # edits that are looked at one by one: walking takes time
SUBSETS = 6  # edits, up to which every smaller set is tried
NONE: Renamed = {}


def raw(given: Given) -> Raw:
    """What a record holds, whatever is made of it."""
    if given.stated is not None:
        return "absent", given.stated.reason
    return ("absent", given.value.reason) if isinstance(given.value, Absent) else ("value", given.value)


def name_of(type: Type, value: Value, renamed: Renamed = NONE) -> Said:
    """A value as files write it."""
    if isinstance(value, Absent):
        return "absent", renamed.get(value.reason, value.reason)
    if isinstance(type, Scale):
        assert isinstance(value, int)
        name = type.levels[value].name
        return "value", renamed.get(name, name)
    if isinstance(value, str):
        return "value", renamed.get(value, value) if isinstance(type, Choice) else value
    return "value", Fraction(value)


def names_of(type: Type, renamed: Renamed = NONE) -> object:
    """What all its values are, so that two types can be told to have the same."""
    match type:
        case Scale(levels=levels):
            return "scale", tuple(renamed.get(level.name, level.name) for level in levels)
        case Choice(options):
            return "choice", tuple(renamed.get(option.name, option.name) for option in options)
        case Number(decimals, low, high):
            return "number", decimals, low, high
        case YesNo():
            return ("yes or no",)


def way_of(old: Type, new: Type, before: Said, after: Said, renamed: Renamed = NONE) -> str | None:
    if before == after:
        return None
    if before[0] == after[0] == "absent":
        return "another reason"
    if "absent" in (before[0], after[0]):
        return "newly rated" if before[0] == "absent" else "no longer rated"
    if isinstance(new, Scale):
        order = [level.name for level in new.levels]
        return "higher" if order.index(str(after[1])) > order.index(str(before[1])) else "lower"
    if isinstance(new, Number):
        return "higher" if after[1] > before[1] else "lower"  # type: ignore[operator]
    if isinstance(new, YesNo) and direction(new) == direction(old) != 0:
        return "higher" if (after[1] == "yes") == (direction(new) > 0) else "lower"
    return "otherwise"


def ending_of(ways: set[str]) -> str:
    if len(ways) > 1 or not ways <= {"higher", "lower"}:
        return "mixed"
    return {"": "same ratings", "higher": "never lower", "lower": "never higher"}["".join(ways)]


# --- all records -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Rated:
    """A program and what it makes of records: each is rated once. `renamed` are names that it has and another writes
    otherwise."""

    program: Program
    renamed: Renamed = field(default_factory=dict)
    found: dict[tuple[Raw, ...], dict[Key, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys: list[Key] = []
        self.options: list[dict[Raw, Given]] = []
        for declared in self.program.inputs.values():
            for members in combinations(self.program.sets, declared.axes):
                key = (declared.name, members)
                options = {("value", value): Given(value) for value in values_of(declared.type)}
                options |= {("absent", rule.reason): absent(rule, key) for rule in declared.absent}
                self.keys.append(key)
                self.options.append(options)  # type: ignore[arg-type]
        self.steps = {step.name: step for step in self.program.steps}
        self.results = [
            (name, members)
            for name in self.program.results
            for members in combinations(self.program.sets, self.steps[name].axes)
        ]

    @property
    def size(self) -> int:
        return prod(len(options) for options in self.options)

    def rate(self, record: Mapping[Key, Raw]) -> dict[Key, Value] | None:
        """The results of a record; None where it is none that the program takes."""
        held = tuple(record.get(key, ("none", None)) for key in self.keys)
        if held not in self.found:
            given = {}
            for key, each, options in zip(self.keys, held, self.options, strict=True):
                if each not in options:
                    return None
                given[key] = options[each]
            outcomes = interpret(self.program, given).outcomes
            self.found[held] = {key: outcomes[key].value for key in self.results}
        return self.found[held]

    def called(self, key: Key) -> Key:
        """A key in the other's names."""
        return self.renamed.get(key[0], key[0]), tuple(self.renamed.get(member, member) for member in key[1])


@dataclass(frozen=True)
class Expected:
    """What is so of a result. `moves`: how many records each pair of values has, and in how few absences one of them.
    `alike` is False where the two cannot be compared; `one_sided` are those of which one reads an input that the other
    does not, or knows a reason for absence that the other does not."""

    alike: bool
    one_sided: bool = False
    moves: dict[tuple[Key, Said, Said], tuple[int, int]] = field(default_factory=dict)
    ways: dict[tuple[Key, Said, Said], str] = field(default_factory=dict)
    records: int = 0

    @property
    def ending(self) -> str:
        return ending_of(set(self.ways.values()))

    @property
    def verdict(self) -> str:
        return self.ending if self.alike and not self.one_sided else "inputs differ"

    @property
    def within(self) -> str | None:
        return self.ending if self.alike and self.one_sided else None


def joint_size(old: Rated, new: Rated) -> int:
    """How many records there are for two, at most."""
    return prod(len(options) for options in _joint(old, new)[0].values())


def _joint(old: Rated, new: Rated) -> tuple[dict[Key, list[Raw]], set[str], set[str]]:
    """What each value of a record can be, by the names of the new; the inputs that cannot be compared, and those that
    only one of the two reads."""
    ours = {old.called(key): list(each) for key, each in zip(old.keys, old.options, strict=True)}
    theirs = {key: list(each) for key, each in zip(new.keys, new.options, strict=True)}
    inputs = {old.called((name, ()))[0]: each for name, each in old.program.inputs.items()}
    blocked, one_sided = set(), set(inputs) ^ set(new.program.inputs)
    for name in set(inputs) & set(new.program.inputs):
        one, other = inputs[name], new.program.inputs[name]
        keys = [{key for key in each if key[0] == name} for each in (ours, theirs)]
        if keys[0] != keys[1] or names_of(one.type, old.renamed) != names_of(other.type):
            blocked.add(name)
    joint: dict[Key, list[Raw]] = {}
    for key in dict.fromkeys((*ours, *theirs)):
        if key[0] in blocked:
            continue
        first = [_called(each, old.renamed) for each in ours[key]] if key in ours else theirs[key]
        joint[key] = [each for each in first if key not in theirs or each in theirs[key]]
    return joint, blocked, one_sided


def _called(each: Raw, renamed: Renamed) -> Raw:
    return each[0], renamed.get(each[1], each[1]) if isinstance(each[1], str) else each[1]


def walked(
    old: Rated, new: Rated, results: Mapping[str, str], idle: frozenset[str] = frozenset()
) -> dict[str, Expected]:
    """What becomes of each result, by its new name. `idle` are inputs that a rule names and nothing rests on."""
    joint, blocked, one_sided = _joint(old, new)
    beneath = [reads(old.program), reads(new.program)]
    found: dict[str, Expected] = {}
    compared: list[tuple[str, Step, Step]] = []
    for name, other in results.items():
        one, two = old.steps[name], new.steps[other]
        rests = [{old.called((each, ()))[0] for each in beneath[0][name]} - idle, beneath[1][other] - idle]
        axes = [list(combinations(p.sets, step.axes)) for p, step in ((old.program, one), (new.program, two))]
        members = [set(axes[0]), set(axes[1])]
        apart = names_of(one.type, old.renamed) != names_of(two.type) or members[0] != members[1]
        sides = [rests[0] & one_sided, rests[1] & one_sided]
        reasons = [_reasons(old, set(rests[0] & rests[1])), _reasons(new, set(rests[0] & rests[1]))]
        if apart or (sides[0] and sides[1]) or (rests[0] | rests[1]) & blocked:
            found[other] = Expected(alike=False)
        else:
            found[other] = Expected(True, bool(sides[0] or sides[1]) or reasons[0] != reasons[1])
            compared.append((name, one, two))
    if not compared:
        return found
    back = {old.called(key): key for key in old.keys}
    again = {new_name: old_name for old_name, new_name in old.renamed.items()}
    filled = [_first(old), _first(new)]
    counts: Counter[tuple[Key, Said, Said]] = Counter()
    fewest: dict[tuple[Key, Said, Said], int] = {}
    total = 0
    names = [(name, results[name], one, two) for name, one, two in compared]
    for values in product(*joint.values()):
        record = dict(zip(joint, values, strict=True))
        ours = old.rate({**filled[0], **{back[k]: _called(v, again) for k, v in record.items() if k in back}})
        theirs = new.rate({**filled[1], **record})
        assert ours is not None
        assert theirs is not None
        total += 1
        gone = sum(each[0] == "absent" for each in values)
        for name, other, one, two in names:
            for key, after in theirs.items():
                if key[0] != other:
                    continue
                before = ours[name, key[1]]
                if before is after or (before == after and not old.renamed):
                    continue
                pair = key, name_of(one.type, before, old.renamed), name_of(two.type, after)
                if pair[1] != pair[2]:
                    counts[pair] += 1
                    fewest[pair] = min(gone, fewest.get(pair, gone))
    for _, other, one, two in names:
        these = [pair for pair in counts if pair[0][0] == other]
        ways = {pair: way_of(one.type, two.type, pair[1], pair[2], old.renamed) for pair in these}
        moves = {pair: (counts[pair], fewest[pair]) for pair in these}
        found[other] = Expected(True, found[other].one_sided, moves, ways, total)  # type: ignore[arg-type]
    return found


def idle_of(old: Rated, new: Rated, name: str, other: str) -> frozenset[str]:
    """Inputs, by their new names, of which a result is the same whatever they are, in both."""
    sides = [(old, name), (new, other)]
    inputs = {rated.called((each, ()))[0] for rated, _ in sides for each in rated.program.inputs}
    return frozenset(each for each in inputs if not any(_matters(rated, result, each) for rated, result in sides))


def _matters(rated: Rated, result: str, input: str) -> bool:
    free = [rated.called(key)[0] == input for key in rated.keys]
    seen: dict[tuple[Raw, ...], list[Said]] = {}
    for values in product(*rated.options):
        found = rated.rate(dict(zip(rated.keys, values, strict=True)))
        assert found is not None
        rest = tuple(value for value, its in zip(values, free, strict=True) if not its)
        results = [name_of(rated.steps[result].type, value) for key, value in found.items() if key[0] == result]
        if seen.setdefault(rest, results) != results:
            return True
    return False


def _reasons(rated: Rated, inputs: set[str]) -> set[tuple[str, str]]:
    """For what reasons these inputs may be absent."""
    found = ((rated.called((name, ()))[0], each.absent) for name, each in rated.program.inputs.items())
    return {(name, rule.reason) for name, rules in found for rule in rules if name in inputs}


def _first(rated: Rated) -> dict[Key, Raw]:
    """A record to fill in what does not matter."""
    return {key: next(iter(options)) for key, options in zip(rated.keys, rated.options, strict=True)}


# --- a difference, judged --------------------------------------------------------------------------------------------


@dataclass
class Judge:
    """Holds a difference against all records. `tally` counts what was looked at; what is wrong is said in lines."""

    old: Rated
    new: Rated
    difference: Difference
    results: Mapping[str, str]
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        one = self.difference.old.program.id == self.difference.new.program.id
        self.revised = Revised(self.difference.old, self.difference.new) if one else None
        self.hybrids: dict[frozenset[int], Rated | None] = {}
        self.apart = _joint(self.old, self.new)[1]  # inputs that no record can hold for both
        self.all = frozenset(edit.number for edit in self.revised.edits) if self.revised else frozenset()

    def wrong(self) -> Iterator[str]:
        expected = self.expected = walked(self.old, self.new, self.results)
        listed = [each.result for each in self.difference.results]
        if sorted(listed) != sorted(expected):
            yield f"results compared: {listed}"
            return
        for compared in self.difference.results:
            so = expected[compared.result] = self.settled(compared, expected[compared.result], self.old, self.new)
            yield from self.compared(compared, so, self.old, self.new)
            for move in compared.moves:
                yield from self.witness(compared, move)
        missing = {(name, "new") for name in self.new.program.results} - {(n, "new") for n in self.results.values()}
        missing |= {(name, "old") for name in self.old.program.results if name not in self.results}
        if set(self.difference.missing) != missing:
            yield f"missing: {self.difference.missing}"
        same = not missing and all(each.verdict == "same ratings" for each in expected.values())
        surely = all(each.proved for each in self.difference.results)
        if self.difference.same != (same and surely):
            yield f"the two are {'the same' if same else 'not the same'}"
        yield from self.effects()

    def settled(self, said: Compared, so: Expected, old: Rated, new: Rated) -> Expected:
        """What is so; where inputs are not alike that a rule names and nothing rests on, either answer is right."""
        if (said.verdict, said.within) == (so.verdict, so.within):
            return so
        self.tally["idle inputs"] += 1
        told = {name for name in new.program.inputs if any(f"`{name}`" in each for each in said.apart)}
        idle = idle_of(old, new, said.old, said.result) - told
        return walked(old, new, {said.old: said.result}, idle)[said.result] if idle else so

    def compared(self, said: Compared, so: Expected, old: Rated, new: Rated) -> Iterator[str]:
        at = f"`{said.result}`: {said.verdict}" + (f" within {said.within}" if said.within else "")
        self.tally["verdicts"] += 1
        self.tally[f"verdict: {said.verdict}"] += 1
        if not said.proved:
            self.tally["not proved"] += 1
            yield from self.unproved(at, said, so)
            return
        if (said.verdict, said.within) != (so.verdict, so.within):
            yield f"{at}: by all records {so.verdict}" + (f" within {so.within}" if so.within else "")
            return
        if (said.verdict == "inputs differ") != bool(said.apart) and said.verdict == "inputs differ":
            yield f"{at}: what is apart is not said"
        yield from self.moves(at, said, so, new)

    def unproved(self, at: str, said: Compared, so: Expected) -> Iterator[str]:
        if not said.limit:
            yield f"{at}: what stood in the way is not said"
        for move in said.moves:
            if self.pair(move) not in so.moves:
                yield f"{at}: no record has {self.pair(move)}"

    def pair(self, move: Move) -> tuple[Key, Said, Said]:
        type = self.new.steps[move.key[0]].type
        return move.key, name_of(type, move.old), name_of(type, move.new)  # both are in the names of the new

    def moves(self, at: str, said: Compared, so: Expected, new: Rated) -> Iterator[str]:
        listed: set[tuple[Key, Said, Said]] = set()
        for move in said.moves:
            self.tally["moves"] += 1
            type = new.steps[move.key[0]].type
            pair = move.key, name_of(type, move.old), name_of(type, move.new)
            if pair not in so.moves:
                yield f"{at}: no record has {pair}"
                continue
            if move.way != so.ways[pair]:
                yield f"{at}: {pair} is {so.ways[pair]}, not {move.way}"
            those = [pair]
            if move.pairs > 1:
                those = [each for each in so.moves if each[0] == move.key and so.ways[each] == move.way]
                if move.pairs != len(those) or move.pairs <= MANY:
                    yield f"{at}: {len(those)} pairs are {move.way}, not {move.pairs}"
            every = [*those, *self.of_others(move, pair, so)]
            for each in every:
                if each not in so.moves:
                    yield f"{at}: no record has {each}"
            if listed & set(every) or len(set(every)) != len(every):
                yield f"{at}: {pair} is told twice"
            listed |= set(every)
            share = Fraction(sum(so.moves[each][0] for each in those), so.records)
            if move.share is None:
                self.tally["shares not told"] += 1
            elif move.share != share:
                yield f"{at}: {pair} is of {share} of the records, not {move.share}"
            if move.witness is None:
                continue
            gone = sum(raw(each)[0] == "absent" for each in joined(move.witness).values())
            if gone > min(so.moves[each][1] for each in those):
                yield f"{at}: the witness of {pair} lacks {gone} values, and {so.moves[pair][1]} are enough"
        for pair in so.moves.keys() - listed:
            yield f"{at}: {pair} is left out"
        most: Counter[Key] = Counter()
        for pair, (count, _) in so.moves.items():
            most[pair[0]] += count
        share = Fraction(max(most.values(), default=0), so.records or 1)
        if said.share is not None and said.share != share:
            yield f"{at}: of {share} of the records it differs, not of {said.share}"

    def of_others(self, move: Move, pair: tuple[Key, Said, Said], so: Expected) -> Iterator[tuple[Key, Said, Said]]:
        """The same of the other members that are said to move so."""
        for key in move.others:
            if move.pairs > 1:
                yield from (each for each in so.moves if each[0] == key and so.ways[each] == move.way)
            else:
                yield key, *pair[1:]

    # --- witnesses and what is responsible ---------------------------------------------------------------------------

    def witness(self, compared: Compared, move: Move) -> Iterator[str]:
        at = f"`{compared.result}`, {self.pair(move)}"
        if move.witness is None:
            yield f"{at}: no record shows it"
            return
        witness = move.witness
        self.tally["witnesses"] += 1
        old, new = self.difference.old.program, self.difference.new.program
        for program, trace in ((old, witness.old), (new, witness.new)):
            if not self.valid(program, trace):
                yield f"{at}: the record is none that data can hold"
                return
            outcomes = interpret(program, trace.given).outcomes  # of two names a joint one comes to it
            if any(trace.outcomes.get(key) != outcome for key, outcome in outcomes.items()):
                yield f"{at}: the interpreter says something else"
        for key in witness.old.given.keys() & witness.new.given.keys():
            if key[0] not in self.apart and raw(witness.old.given[key]) != raw(witness.new.given[key]):
                yield f"{at}: the two records are not one in {key}"
        type = self.new.steps[move.key[0]].type
        sides = witness.old.outcomes[compared.old, move.key[1]], witness.new.outcomes[move.key]
        if (move.key, *(name_of(type, each.value) for each in sides)) != self.pair(move) or witness.key != move.key:
            yield f"{at}: the witness shows something else"
        yield from self.responsible(at, move, witness)

    def valid(self, program: Program, trace: Trace) -> bool:
        rated = Rated(program)
        return trace.given.keys() == set(rated.keys) and all(
            trace.given[key] in options.values() for key, options in zip(rated.keys, rated.options, strict=True)
        )

    def hybrid(self, taken: frozenset[int]) -> Rated | None:
        if taken not in self.hybrids:
            assert self.revised is not None
            program = self.revised.program(taken)
            self.hybrids[taken] = Rated(program) if program is not None else None
        return self.hybrids[taken]

    def gives(self, taken: frozenset[int], move: Move, witness: Witness) -> bool:
        """Whether these edits give the witness its new value."""
        rated = self.hybrid(taken)
        found = rated.rate({key: raw(each) for key, each in joined(witness).items()}) if rated else None
        if rated is None or found is None or move.key not in found:
            return False
        type = rated.steps[move.key[0]].type
        return name_of(type, found[move.key]) == name_of(self.new.steps[move.key[0]].type, move.new)

    def responsible(self, at: str, move: Move, witness: Witness) -> Iterator[str]:
        edits = witness.responsible
        if self.revised is None:
            if edits:
                yield f"{at}: two methodologies have no edits"
            return
        if not edits or not set(edits) <= set(self.revised.edits):
            yield f"{at}: {edits} are responsible"
            return
        self.tally[f"{min(len(edits), 4)} responsible"] += 1
        taken = frozenset(edit.number for edit in edits)
        if not self.gives(taken, move, witness):
            yield f"{at}: {[each.part for each in edits]} do not give it"
        if len(self.all) <= SUBSETS:
            self.tally["sets tried"] += 1
            for size in range(1, len(edits)):
                for fewer in subsets(sorted(self.all), size):
                    if (size <= 2 or set(fewer) < taken) and self.gives(frozenset(fewer), move, witness):
                        yield f"{at}: {fewer} give it, of {sorted(taken)}"

    # --- each edit alone ---------------------------------------------------------------------------------------------

    def effects(self) -> Iterator[str]:
        edits: Sequence[Edit] = self.revised.edits if self.revised else ()
        if [each.edit for each in self.difference.effects] != list(edits):
            yield "not every edit is told alone"
        for effect in self.difference.effects[:ALONE]:
            yield from (f"{effect.edit.part} alone: {wrong}" for wrong in self.effect(effect))

    def effect(self, effect: Effect) -> Iterator[str]:
        taken = frozenset({effect.edit.number})
        rated = self.hybrid(taken)
        if effect.stands != (rated is not None):
            yield f"it is {'a' if rated else 'no'} methodology"
        if rated is None:
            if effect.nothing:
                yield "what cannot be asked is said to do nothing"
            return
        self.tally["effects"] += 1
        old = Rated(self.difference.old.program, found={}) if self.old.renamed else self.old
        results = {
            name: other for name, other in ((self.old.renamed.get(a, a), b) for a, b in self.results.items())
            if other in rated.steps
        }  # fmt: skip
        expected = walked(old, rated, results) if len(self.all) > 1 else self.expected
        whole = {each.result: each for each in self.difference.results}
        for compared in effect.results:
            if whole[compared.result].verdict == "inputs differ" and whole[compared.result].within is None:
                continue  # there is nothing to say of it
            before = self.tally["verdicts"], self.tally["not proved"]
            so = expected[compared.result] = self.settled(compared, expected[compared.result], old, rated)
            yield from self.compared(compared, so, old, rated)
            self.tally["verdicts of effects"] += self.tally["verdicts"] - before[0]
            self.tally["effects not proved"] += self.tally["not proved"] - before[1]
            self.tally["verdicts"], self.tally["not proved"] = before
        nothing = all(each.verdict == "same ratings" for each in expected.values())
        if effect.nothing and not nothing:
            yield "it changes a rating"
        self.tally["effects: nothing"] += effect.nothing
        self.tally["effects: nothing, unproved"] += nothing and not effect.nothing


def joined(witness: Witness) -> dict[Key, Given]:
    return {**witness.old.given, **witness.new.given}


# --- whether the right change is named -------------------------------------------------------------------------------


def named(edit: Edit, places: Sequence[tuple[Span, Span]]) -> str:
    """How an edit names one of the places that were changed: it holds it, it is on its line, or not at all."""
    if any(_meet(edit.old, old) or _meet(edit.new, new) for old, new in places):
        return "place"
    if any(_one_line(edit.old, old) or _one_line(edit.new, new) for old, new in places):
        return "line"
    return "no"


def _meet(one: Span | None, other: Span) -> bool:
    return one is not None and one.start <= other.end and other.start <= one.end


def _one_line(one: Span | None, other: Span) -> bool:
    if one is None:
        return False
    first, last = (Span(other.source, at, at).line for at in (other.start, max(other.start, other.end - 1)))
    return one.line <= last and first <= Span(one.source, max(one.start, one.end - 1), one.end).line
