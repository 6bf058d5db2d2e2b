"""How each measure of a program is run: what is a table, what is arithmetic, what is asked of the interpreter. Knows no
data and no backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from .. import ir
from ..interpret import outcome_of
from ..regions.domains import present
from ..regions.ground import Ground, ground_step, ground_unasked, instead
from ..space import nodes
from ..trace import Given, Key, Outcome
from .domains import LARGEST, Coded, Domain, Marked, Met, Seen, Threshold, Whole, compared, of_input
from .holding import UNPUBLISHED, code_of, told
from .language import Always, Constant, Number, Truth
from .programs import NOT_YET, Arithmetic, Asked, How, Plan, Planned, Table, filled
from .steps import Lowered, Lowering, Marks
from .terms import Codes, Held, NotLowered, Terms, Wholes

MOST_FILLED = 1_024  # values of a table that is worked out beforehand
MOST_TABLED = 65_536  # of one that is worked out where it is asked
MOST_NARROW = 101  # whole numbers that get a code each


def plan(program: ir.Program, tabled: int = MOST_TABLED) -> Plan:
    """How a program is run. A step becomes a table where that has at most `tabled` entries."""
    return _Planning(program, tabled).plan()


@dataclass(slots=True)
class _Base:
    """Where a thing that is read has its code, and how it is read from there."""

    key: Key
    held: Held | None  # None: only the interpreter reads it


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a step reads: its own slots, where each is had from, all these once, and for a table only those from which
    the others (`inside`) follow."""

    own: tuple[Key, ...]
    bases: list[_Base]
    reads: tuple[Key, ...]
    slots: tuple[int, ...]
    outer: tuple[Key, ...]
    inside: dict[Key, tuple[Table, tuple[int, ...]]]


class _Planning:
    def __init__(self, program: ir.Program, tabled: int) -> None:
        self.program = program
        self.tabled = tabled
        self.steps = {step.name: step for step in program.steps}
        self.grounds = {
            (step.name, members): ground_step(program, step, members)
            for step in program.steps
            for members in ir.combinations(program.sets, step.axes)
        }
        self.results = tuple(
            (name, members)
            for name in program.results
            for members in ir.combinations(program.sets, self.steps[name].axes)
        )
        self.bases: dict[Key, _Base] = {}
        self.domains: dict[Key, Domain] = {}
        self.made: dict[object, tuple[How, Domain]] = {}
        self.symbols: dict[str, int] = {}
        self.tables: dict[Key, tuple[Table, tuple[Key, ...]]] = {}
        self.marked: Marked = "some" if rests_on_unpublished(program) else "never"  # what cannot be known to be either
        unpublished = {name for name, each in program.constants.items() if each.note.status != "published"}
        self.uncertain = {
            step.name
            for step in program.steps
            if unpublished
            and any(isinstance(node, ir.Read) and node.name in unpublished for node in nodes((step.form, step.limits)))
        }

    def plan(self) -> Plan:
        inputs: dict[Key, Domain] = {}
        wanted = self._wanted()
        asked = self._compared(wanted)
        alike: dict[tuple[str, frozenset[Threshold] | None], Domain] = {}
        for name, declared in self.program.inputs.items():
            for members in ir.combinations(self.program.sets, declared.axes):
                key = (name, members)
                thresholds = asked.get(key, set())
                same = (name, None if thresholds is None else frozenset(thresholds))
                if same not in alike:
                    alike[same] = of_input(declared, thresholds)
                inputs[key] = self.domains[key] = alike[same]
                self.bases[key] = _Base(key, held(inputs[key]))
        steps = tuple(self._planned(key) for key in self.grounds if key in wanted)
        replaceable = tuple(
            key
            for key in (*inputs, *(each.key for each in steps))
            if any(rule.value is not None for rule in self._absences(key))
        )
        return Plan(self.program, inputs, steps, self.results, replaceable)

    def _absences(self, key: Key) -> tuple[ir.AbsenceRule, ...]:
        if key[0] in self.program.inputs:
            return self.program.inputs[key[0]].absent
        rule = self.steps[key[0]].absent
        return () if rule is None else (rule,)

    def _wanted(self) -> set[Key]:
        wanted = {*self.results}
        for key in reversed(self.grounds):
            rule = self.steps[key[0]].absent
            if key in wanted or (rule is not None and rule.value is not None):
                wanted.add(key)
                wanted.update(self.grounds[key].reads)
        return wanted

    def _compared(self, wanted: set[Key]) -> dict[Key, set[Threshold] | None]:
        """For each input that is a number all that rules ask of it, None where they do more than compare it."""
        found: dict[Key, set[Threshold] | None] = {}
        shapes: dict[Ground, dict[int, set[Threshold] | None]] = {}
        for key, grounded in self.grounds.items():
            if key not in wanted:
                continue
            if grounded.ground not in shapes:
                shapes[grounded.ground] = compared(grounded.ground)
            asks = shapes[grounded.ground]
            for slot, read in enumerate(grounded.reads):
                declared = self.program.inputs.get(read[0])
                if declared is not None and isinstance(declared.type, ir.Number):
                    asked, before = asks.get(slot, set()), found.get(read, set())
                    found[read] = None if asked is None or before is None else before | asked
        return found

    def _planned(self, key: Key) -> Planned:
        step, grounded = self.steps[key[0]], self.grounds[key]
        bases = [self.bases[read] for read in grounded.reads]
        reads = tuple({base.key: None for base in bases})
        outer, inside = self._following(reads)
        slots = tuple(reads.index(base.key) for base in bases)
        marks = self._marks(step, key)
        shape = (
            grounded.ground,
            slots,
            tuple(_shape(base.held, base) for base in bases),
            tuple(_shape(self.domains[read], read) for read in reads),
            tuple((id(table), places) for table, places in inside.values()),
            tuple(map(reads.index, outer)),
            marks,
            step.absent,
            step.name if step.name in self.uncertain else "",
            step.type,
        )
        if shape not in self.made:
            reading = _Reading(grounded.reads, bases, reads, slots, outer, inside)
            self.made[shape] = self._how(key, step, grounded.ground, reading, marks)
        how, domain = self.made[shape]
        if isinstance(how, Asked):
            reads = grounded.reads
        if isinstance(how, Table):
            reads = outer
            self.tables[key] = (how, outer)
        self.domains[key] = domain
        self.bases[key] = _Base(key, held(domain))
        if isinstance(how, Table) and len(reads) == 1 and len(how.codes) <= MOST_FILLED:
            self._alias(key, reads[0], how, domain)
        return Planned(key, step, reads, how, domain, grounded.reads)

    def _following(self, reads: tuple[Key, ...]) -> tuple[tuple[Key, ...], dict[Key, tuple[Table, tuple[int, ...]]]]:
        """What is read without what follows from the rest by a table, and that: the table, and where among the others
        what it reads is."""
        found = {}
        outer = list(reads)
        for read in reads:
            table, its = self.tables.get(read, (None, ()))
            if table is not None and its and set(its) <= {*outer} - {read}:
                outer.remove(read)
                found[read] = (table, its)
        # What one of them reads may have gone itself: then the other stays.
        kept = {read: each for read, each in found.items() if set(each[1]) <= {*outer}}
        left = tuple(read for read in reads if read not in kept)
        return left, {read: (table, tuple(map(left.index, its))) for read, (table, its) in kept.items()}

    def _alias(self, key: Key, base: Key, table: Table, domain: Domain) -> None:
        """What rests on one thing is read from there."""
        codes = [filled(table, index) for index in range(len(table.codes))]
        read = held(domain)
        if isinstance(read, Codes):
            values, marked = (tuple(of[code] for code in codes) for of in (read.values, read.marked))
            self.bases[key] = _Base(base, Codes(values, marked))  # type: ignore[arg-type]  # of one kind each

    def _marks(self, step: ir.Step, key: Key) -> Marks:
        form = step.form
        notes: Sequence[ir.Note] = ()
        if isinstance(form, ir.Rules):
            notes = [each.note for each in form.rules]
        elif isinstance(form, ir.Table):
            notes = [each.note for each in form.rows]
        elif isinstance(form, ir.Bands):
            notes = [each.note for each in form.bands]
        return Marks(
            _unpublished(step.note),
            tuple(map(_unpublished, notes)),
            tuple(_unpublished(limit.note) for limit in step.limits),
            isinstance(form, ir.Table),
            ground_unasked(self.program, step, key[1]),
        )

    def _how(
        self,
        key: Key,
        step: ir.Step,
        ground: Ground,
        reading: _Reading,
        marks: Marks,
    ) -> tuple[How, Domain]:
        domains = [self.domains[read] for read in reading.reads]
        lowered: Lowered | None = None
        why = ""
        terms = Terms(self.symbols)
        if step.name in self.uncertain:
            why = "a parameter that is not published"
        elif any(base.held is None for base in reading.bases):
            why = "a number that is declared without decimals or without an end"
        else:
            bases = zip(reading.slots, reading.bases, strict=True)
            variables = [(slot, base.held) for slot, base in bases if base.held is not None]
            try:
                lowered = Lowering(terms, variables).step(ground, marks)
            except NotLowered as error:
                why = str(error)
        if all(isinstance(each, Coded) for each in domains):
            found = self._table(key, step, reading, lowered, terms)
            if found is not None:
                return found
        if lowered is not None:
            made = self._arithmetic(step, lowered, terms)
            if made is not None:
                return made
            why = "a number too large for 64 bits"
        return Asked(why), self._met(step)

    def _met(self, step: ir.Step) -> Domain:
        """Of what the interpreter gives: levels have codes anyway."""
        values = _values(step.type)
        absences = () if step.absent is None else (step.absent,)
        return Met() if values is None else Coded(values, absences, None, self.marked)

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(
        self,
        key: Key,
        step: ir.Step,
        reading: _Reading,
        lowered: Lowered | None,
        terms: Terms,
    ) -> tuple[Table, Domain] | None:
        sizes = tuple(each.size for each in (self.domains[read] for read in reading.outer) if isinstance(each, Coded))
        size = prod(sizes)
        if size > self.tabled:
            return None

        def outcome(index: int) -> Outcome:
            codes = []
            for width in reversed(sizes):
                index, code = divmod(index, width)
                codes.append(code)
            codes.reverse()
            at = dict(zip(reading.outer, codes, strict=True))
            for read, (table, places) in reading.inside.items():
                at[read] = table.entry([codes[place] for place in places])
            given = {
                read: _given(base.held, at[base.key])
                for read, base in zip(reading.own, reading.bases, strict=True)
                if base.held is not None
            }
            return outcome_of(self.program, given, step, key[1])

        def asked(index: int) -> Seen:
            return told(outcome(index), step.absent)

        def arithmetic() -> Number | None:
            if lowered is None or reading.inside:  # which no code of its own says
                return None
            made = self._arithmetic(step, lowered, terms)
            return None if made is None else made[0].code

        absences = () if step.absent is None else (step.absent,)
        values = _values(step.type)
        if values is None:
            if size > MOST_FILLED:
                return None
            all_of_them = [asked(index) for index in range(size)]
            values = tuple(sorted({value for value, _, _ in all_of_them if value is not None}))
            domain = Coded(values, absences, None, _marked_of({each[2] for each in all_of_them}))
            table = Table(sizes, [code_of(domain, each) for each in all_of_them], _filled_already, outcome, _none)
            return table, domain
        marked = self.marked if lowered is None else _marked(lowered.value.marked)
        domain = Coded(values, absences, None, marked)
        table = Table(sizes, [NOT_YET] * size, lambda index: code_of(domain, asked(index)), outcome, arithmetic)
        return table, domain

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def _arithmetic(self, step: ir.Step, lowered: Lowered, terms: Terms) -> tuple[Arithmetic, Domain] | None:
        make, value = terms.make, lowered.value
        gone = terms.gone(value)
        absences = () if step.absent is None else (step.absent,)
        marked = _marked(value.marked)
        values = _values(step.type)
        by, top = make.shared(value.top)
        bottom, unit = value.bottom, value.unit * by
        if values is None and isinstance(bottom, Constant) and top.high - top.low < MOST_NARROW:
            values = tuple(n * unit for n in range(top.low, top.high + 1))
            top = make.sum([(1, top)], -top.low)
        elif values is not None and isinstance(step.type, ir.Choice | ir.YesNo):
            place: Number = make.constant(0)
            for index, option in enumerate(values):
                symbol = make.constant(self.symbols.setdefault(str(option), len(self.symbols)))
                place = make.choose(make.equal(top, symbol), make.constant(index), place)
            top = place
        if values is not None:
            domain: Domain = Coded(values, absences, None, marked)
            assert isinstance(domain, Coded)
            code = make.choose(gone, make.constant(len(values)), top) if absences else top
            if marked == "some":
                code = make.sum([(1, code), (domain.places, make.count([value.marked]))])
            return Arithmetic(code, None, None, None, lowered.choice, lowered.limit), domain
        if max(abs(top.low), abs(top.high), bottom.high) >= LARGEST:
            return None
        state: Number | None = make.count([gone]) if absences else None
        top = make.choose(gone, make.constant(top.low), top) if absences else top
        if marked == "some":
            first = make.constant(0) if state is None else state
            state = make.sum([(1, first), (1 + len(absences), make.count([value.marked]))])
        whole = Whole(unit, top.low, top.high, absences, max(1, bottom.high), marked)
        ratio = None if isinstance(bottom, Constant) else bottom
        return Arithmetic(None, top, ratio, state, lowered.choice, lowered.limit), whole


def held(domain: Domain) -> Held | None:
    """How readers see what a domain holds; None where only the interpreter reads it."""
    match domain:
        case Coded(present, absences):
            values = (*present, *map(instead, absences))
            twice = 2 if domain.marked == "some" else 1
            marked = (domain.marked == "always",) * len(values) + (True,) * (len(values) * (twice - 1))
            return Codes(values * twice, marked)
        case Whole():
            states = (None, *map(instead, domain.absences))
            twice = 2 if domain.marked == "some" else 1
            marked = (domain.marked == "always",) * len(states) + (True,) * (len(states) * (twice - 1))
            return Wholes(domain.unit, domain.low, domain.high, domain.most, states * twice, marked)
        case Met():
            return None


def _given(held: Held, code: int) -> Given:
    assert isinstance(held, Codes)
    return Given(held.values[code], unpublished=UNPUBLISHED if held.marked[code] else ())


def _shape(of: object, own: object) -> object:
    """What makes things alike; what was met is like nothing else."""
    return id(own) if of is None or isinstance(of, Met) else of


def _values(type: ir.Type) -> tuple[ir.Present, ...] | None:
    """Of all but numbers: what a measure that is a number gives is not what it may be declared to be."""
    return None if isinstance(type, ir.Number) else present(type)


def rests_on_unpublished(program: ir.Program) -> bool:
    """Whether a methodology has rules that are not published."""
    return any(map(_unpublished, _notes(program)))


def _notes(program: ir.Program) -> Iterator[ir.Note]:
    for step in program.steps:
        yield from (node for node in nodes((step.form, step.limits, step.note)) if isinstance(node, ir.Note))
    yield from (each.note for each in program.constants.values())


def _unpublished(note: ir.Note) -> bool:
    return note.status != "published"


def _marked(truth: Truth) -> Marked:
    return ("always" if truth.value else "never") if isinstance(truth, Always) else "some"


def _marked_of(found: set[bool]) -> Marked:
    return "some" if len(found) > 1 else "always" if True in found else "never"


def _none() -> None:
    """No arithmetic is needed for what is there."""


def _filled_already(index: int) -> int:
    raise AssertionError(f"entry {index} has been there from the beginning")
