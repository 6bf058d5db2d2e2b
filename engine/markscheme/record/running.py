"""A planned program as generated Python functions: one for each way in which records are laid out, and one for records
that are typed already. The text of a function is made of names and figures that are made here, and of the names of
columns as Python literals; no text of a rule file is in it. Knows no file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Problem
from ..intake import Intake, stated
from ..intake.values import Reader
from ..interpret import interpret
from ..ir import AbsenceRule, Absent, Present, Program, Type, Value
from ..lowered.domains import Coded, Met, Seen, Whole
from ..lowered.holding import Asking, Held, hold, hold_seen, seen_held, told
from ..lowered.language import All, Choose, Look, Node, Variable, inner
from ..lowered.language import Any as AnyOf
from ..lowered.programs import Arithmetic, Asked, Plan, Planned, Table, every_node, filled
from ..regions.domains import present
from ..trace import Given, Key
from .reading import Miss, memo
from .writing import Writing

_BUILTINS = {each.__name__: each for each in (type, len, map, max, min, dict, int, float, str, Exception)}
_MOST_COMPARED = 4  # thresholds
_FEWEST_TOGETHER = 4  # numbers of one kind
MOST_FILLED = 1_024  # entries of a table that are worked out beforehand
MOST_FILLED_IN_ALL = 20_000  # of all tables
MOST_MET = 50_000  # values of one thing, where nothing says beforehand which it can have

Path = tuple[str, ...]
Generated = Callable[..., Any]


class Filling(dict[int, int]):
    """A table's entries as they are asked for."""

    __slots__ = ("_table",)

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, index: int) -> int:
        code = self[index] = filled(self._table, index)
        return code


class _Bounded(Asking):
    """The same, until too many values have been met."""

    __slots__ = ("_running",)

    def __init__(self, running: Running, each: Planned) -> None:
        super().__init__(running.plan, each)
        self._running = running

    def __missing__(self, held: tuple[Held, ...]) -> Held:
        if self._running.full:
            raise Miss
        return super().__missing__(held)


class Running:
    """Makes the functions of one plan. Once it is `full` they raise `Miss` for what is new to them."""

    def __init__(self, plan: Plan, intake: Intake) -> None:
        self.plan = plan
        self.program: Program = plan.program
        self.intake = intake
        self._number = {key: number for number, key in enumerate(plan.domains)}
        self.place = {key: place for place, key in enumerate((*plan.results, *plan.replaceable))}
        self._live = self._needed()
        self._readers = {name: Reader(declared) for name, declared in self.program.inputs.items()}
        self._inlined: set[Key] = set()  # of the fused ones, those whose text stands where it is always worked out
        self._fused = self._fusible()
        self._tables: dict[int, Filling | list[int]] = {}
        self._fillable = MOST_FILLED_IN_ALL
        self._met = [domain for domain in plan.domains.values() if isinstance(domain, Met)]
        self._function: Generated | None = None
        self._inline: dict[Key, str] = {}
        self._memos: dict[object, dict[object, object]] = {}

    # --- functions ---------------------------------------------------------------------------------------------------

    def read(self, writing: Writing, raws: Mapping[Key, str], floats: Collection[Key]) -> None:
        """Lines that say what each input is held as, from variables that hold the raw values; those that have none are
        missing. `floats` are inputs that mostly come as floats."""
        compared = self._compared(writing, raws, floats)
        for key in self.plan.inputs:
            if key in compared:
                continue
            raw = raws.get(key)
            known = self._memo(key)
            text = repr(known[None]) if raw is None else f"{writing.constant('M', Same(known))}[{raw}]"
            if key not in self._live:
                writing.lines += [text] if raw is not None else []  # it must be a value all the same
            elif key in self._inlined:
                self._inline[key] = text  # used once: it needs no name
            else:
                writing.lines.append(f"{', '.join(self._names(key))} = {text}")

    def _compared(self, writing: Writing, raws: Mapping[Key, str], floats: Collection[Key]) -> set[Key]:
        """Lines for numbers of which rules ask a few thresholds, where there are several of one kind: that all of them
        are values is seen at once, and a comparison or two take less than a look into a table of each one's own."""
        kinds: dict[Type, list[Key]] = {}
        for key in floats:
            domain = self.plan.inputs[key]
            if key in self._live and isinstance(domain, Coded) and type(self._memo(key)) is dict:
                thresholds = domain.thresholds
                if thresholds is not None and len(thresholds) <= _MOST_COMPARED and not any(t.more for t in thresholds):
                    kinds.setdefault(self.type(key), []).append(key)
        found: set[Key] = set()
        for type_, keys in kinds.items():
            values = frozenset(raw for raw in self._memo(keys[0]) if type(raw) is float)
            if len(keys) < _FEWEST_TOGETHER or len(values) < len(present(type_) or ()):
                continue  # so many decimals that two numbers have one float
            found.update(keys)
            names = ", ".join(raws[key] for key in keys)
            writing.lines.append(f"if {writing.constant('V', (type_, values))}.issuperset(({names},)):")
            writing.objects[writing.constant("V", (type_, values))] = values
            writing.lines += [f"    {self._names(key)[0]} = {self._steps_of(key, raws[key])}" for key in keys]
            writing.lines.append("else:")
            for key in keys:
                table = writing.constant("M", Same(self._memo(key)))
                writing.lines.append(f"    {self._names(key)[0]} = {table}[{raws[key]}]")
        return found

    def _steps_of(self, key: Key, raw: str) -> str:
        """What a float that is a value is held as: it is on the same side of a threshold as the decimal it stands for,
        since that one's float is the nearest to it, too."""
        domain, fused = self.plan.inputs[key], self._fused.get(key)
        assert isinstance(domain, Coded)
        thresholds = domain.thresholds or ()
        values = fused[1] if fused is not None else tuple(range(len(thresholds) + 1))
        steps = [f"{values[place]} if {raw}>={float(each.figure)!r}" for place, each in enumerate(thresholds, 1)]
        return " else ".join((*reversed(steps), str(values[0])))

    def typed(self) -> Callable[[Sequence[Held]], tuple[Held, ...]]:
        """The results for what each input is held as, in the order of the plan's inputs."""
        writing = Writing()
        for key in self.plan.inputs:
            fused = self._fused.get(key)
            held, names = f"held[{self._number[key]}]", self._names(key)
            if isinstance(self.plan.domains[key], Whole):
                parts = [f"{held}[{place}]" for place in ((0, 2) if len(names) > 1 else (0,))]
                writing.lines.append(f"{', '.join(names)} = {', '.join(parts)}")
            else:
                table = None if fused is None else writing.constant("T", fused[1])
                writing.lines.append(f"{names[0]} = {held if table is None else f'{table}[{held}]'}")
        self._inline.clear()
        self.steps(writing)
        writing.lines.append(f"return {self.results}")
        return compiled("typed", "held", writing)["typed"]

    # --- what is held ------------------------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        """Whether so many values have been met that this should give way to another."""
        return any(len(domain.values) >= MOST_MET for domain in self._met)

    def rated(self, given: Mapping[Key, Given]) -> tuple[Held, ...]:
        """What the results of typed inputs are held as, where `all_held` can say what these are."""
        if self._function is None:
            self._function = self.typed()
        held = self.all_held(given)
        assert held is not None, "they were held before"
        try:
            found: tuple[Held, ...] = self._function(held)
        except Miss:
            outcomes = interpret(self.program, given).outcomes
            inputs = dict(zip(self.plan.inputs, held, strict=True))
            absent = {each.key: each.step.absent for each in self.plan.steps}
            found = tuple(
                inputs[key] if key in inputs else hold_seen(self.plan.domains[key], told(outcomes[key], absent[key]))
                for key in (*self.plan.results, *self.plan.replaceable)
            )
        return found

    def all_held(self, given: Mapping[Key, Given]) -> list[Held] | None:
        """What typed inputs are held as; None where one was rated elsewhere, and rests on more than its value."""
        found = []
        for key in self.plan.inputs:
            one = given[key]
            if one.by is not None or one.unpublished:
                return None
            found.append(self._input(key, one))
        return found

    def _input(self, key: Key, one: Given) -> Held:
        domain = self.plan.inputs[key]
        absent = one.value if isinstance(one.value, Absent) else one.stated
        found: Present | AbsenceRule
        if absent is not None:
            found = next(rule for rule in self.program.inputs[key[0]].absent if rule.reason == absent.reason)
        else:
            assert not isinstance(one.value, Absent)
            found = one.value
        return hold(domain, found)

    def typed_inputs(self, raws: Mapping[Key, object]) -> dict[Key, Given]:
        """The typed inputs of a record of which the raw values are known to be good."""
        found = {}
        for key in self.plan.inputs:
            value = self._readers[key[0]].read(raws.get(key), key[0])
            assert not isinstance(value, Problem), "it has been read before"
            found[key] = stated(value, key) if isinstance(value, AbsenceRule) else Given(value)
        return found

    def seen(self, key: Key, held: Held) -> Seen:
        """What a result, or anything else, is."""
        return seen_held(self.plan.domains[key], held)

    def value(self, key: Key, held: Held) -> Value:
        """The same as the interpreter has it: of an absence only its own reason."""
        value, rule, _ = self.seen(key, held)
        if rule is None:
            assert value is not None
            return value
        return Absent(rule.reason, rule.treatment == "skip", *key) if rule.value is None else rule.value

    def name(self, key: Key) -> str:
        """What a code is called in the text of a function."""
        return self._names(key)[0]

    def _memo(self, key: Key) -> dict[object, object]:
        """Inputs of one kind that are held alike have one."""
        declared, domain = self.program.inputs[key[0]], self.plan.inputs[key]
        alike = (declared.type, declared.absent, declared.empty, domain, self._fused.get(key))
        if alike not in self._memos:
            self._memos[alike] = memo(self._readers[key[0]], self._holding(key))
        return self._memos[alike]

    def _holding(self, key: Key) -> Callable[[Present | AbsenceRule], object]:
        domain, fused = self.plan.inputs[key], self._fused.get(key)
        met = isinstance(domain, Met)
        several = isinstance(domain, Whole) and bool(domain.absences)

        def looked_up(found: Present | AbsenceRule) -> object:
            if met and self.full:
                raise Miss
            held = hold(domain, found)
            if isinstance(held, tuple):
                return (held[0], held[2]) if several else held[0]
            return held if fused is None else fused[1][held]

        return looked_up

    # --- text --------------------------------------------------------------------------------------------------------

    def _names(self, key: Key) -> tuple[str, ...]:
        """The variables of a thing, in the order in which they are assigned."""
        number, domain = self._number[key], self.plan.domains[key]
        if not isinstance(domain, Whole):
            return (f"c{number}",)
        parts = [f"n{number}"]
        parts += [f"b{number}"] if domain.most > 1 else []
        parts += [f"s{number}"] if domain.states > 1 else []
        return tuple(parts)

    def _code(self, key: Key) -> str:
        return self._inline.get(key) or f"c{self._number[key]}"

    def _whole(self, key: Key) -> str:
        """All of a thing as one value."""
        number, domain = self._number[key], self.plan.domains[key]
        if not isinstance(domain, Whole):
            return f"c{number}"
        return f"(n{number}, {f'b{number}' if domain.most > 1 else 1}, {f's{number}' if domain.states > 1 else 0})"

    @property
    def results(self) -> str:
        """The text of a tuple of all results, and of all that a declared value may replace."""
        keys = (*self.plan.results, *self.plan.replaceable)
        return f"({''.join(f'{self._whole(key)}, ' for key in keys)})"

    def steps(self, writing: Writing) -> None:
        """Lines that work out everything from the inputs."""
        for each in self.plan.steps:
            if each.key in self._live:
                self._step(each, writing)

    def _step(self, each: Planned, writing: Writing) -> None:
        number, how = self._number[each.key], each.how
        match how:
            case Table(sizes):
                stride, terms = 1, []
                for read, size in zip(reversed(each.reads), reversed(sizes), strict=True):
                    name = self._code(read)
                    terms.append(name if stride == 1 or read in self._fused else f"{stride}*{name}")
                    stride *= size
                table = writing.constant("F", Same(self._table(how)))
                writing.lines.append(f"c{number} = {table}[{'+'.join(reversed(terms)) or '0'}]")
            case Arithmetic():
                outputs = how.outputs
                texts = writing.numbers(tuple(outputs.values()), lambda v: self._called(each, v), self._looked(each))
                letters = {"value": "n" if how.code is None else "c", "bottom": "b", "state": "s"}
                for part, text in zip(outputs, texts, strict=True):
                    writing.lines.append(f"{letters[part]}{number} = {text}")
            case Asked():
                asking = writing.constant("A", Same(_Bounded(self, each)))
                parts = "".join(f"{self._whole(key)}, " for key in each.reads)
                writing.lines.append(f"c{number} = {asking}[({parts})]")

    def _table(self, how: Table) -> Filling | list[int]:
        found = self._tables.get(id(how))
        if found is None:
            size = len(how.codes)
            whole = size <= min(MOST_FILLED, self._fillable)
            self._fillable -= size if whole else 0
            found = [filled(how, index) for index in range(size)] if whole else Filling(how)
            self._tables[id(how)] = found
        return found

    def _called(self, each: Planned, variable: Variable) -> str:
        key = each.reads[variable.read]
        if variable.part == "value":
            return f"n{self._number[key]}" if isinstance(self.plan.domains[key], Whole) else self._code(key)
        return f"{'b' if variable.part == 'bottom' else 's'}{self._number[key]}"

    def _looked(self, each: Planned) -> Callable[[Look], bool]:
        """Whether a look into a table has been done when the value was read."""
        return lambda look: each.reads[look.of.read] in self._fused

    def type(self, key: Key) -> Type:
        """Of an input."""
        return self.program.inputs[key[0]].type

    # --- what is needed, and what can be done at once ----------------------------------------------------------------

    def _needed(self) -> set[Key]:
        live = {*self.plan.results, *self.plan.replaceable}
        for each in reversed(self.plan.steps):
            if each.key in live:
                live.update(each.reads)
        return live

    def _fusible(self) -> dict[Key, tuple[str, tuple[int, ...]]]:
        """Inputs of which only one thing is asked, a look into a table or a place in one: that is looked up instead
        of the code."""
        users: dict[Key, list[Planned]] = {}
        for each in self.plan.steps:
            for read in each.reads if each.key in self._live else ():
                users.setdefault(read, []).append(each)
        kept = {*self.plan.results, *self.plan.replaceable}
        uses: dict[int, _Uses] = {}
        places = {each.key: {read: place for place, read in enumerate(each.reads)} for each in self.plan.steps}
        found: dict[Key, tuple[str, tuple[int, ...]]] = {}
        for key, domain in self.plan.inputs.items():
            by = users.get(key, [])
            if len(by) != 1 or key in kept or not isinstance(domain, Coded):
                continue
            user, place = by[0], places[by[0].key][key]
            match user.how:
                case Table(sizes):
                    stride = 1
                    for size in sizes[place + 1 :]:
                        stride *= size
                    found[key] = ("place", tuple(code * stride for code in range(domain.size)))
                    self._inlined.add(key)
                case Arithmetic():
                    if id(user.how) not in uses:
                        uses[id(user.how)] = _Uses(user.how)
                    known = uses[id(user.how)]
                    looks = known.of.get(place, [])
                    if len(looks) == 1 and isinstance(looks[0], Look):
                        found[key] = ("look", looks[0].table)
                        if id(looks[0]) in known.surely:
                            self._inlined.add(key)
                case Asked():
                    pass
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """An object as a constant of the text: equal to nothing but itself."""

    of: object


class _Uses:
    """The nodes of a step in which each thing stands that it reads (`of`), and those that are worked out whatever the
    values are (`surely`): what stands behind a condition may not be, and then nobody sees that it is no value."""

    def __init__(self, how: Arithmetic) -> None:
        self.of: dict[int, list[Node]] = {}
        self.surely: set[int] = set()
        tops = list(how.outputs.values())
        for node in {id(node): node for top in tops for node in every_node(top)}.values():
            parts = (*inner(node), *((node,) if any(node is top for top in tops) else ()))
            for read in {part.read for part in parts if isinstance(part, Variable)}:
                self.of.setdefault(read, []).append(node)
        todo: list[Node] = [*tops]
        while todo:
            node = todo.pop()
            if id(node) not in self.surely:
                self.surely.add(id(node))
                todo += inner(node)[:1] if isinstance(node, Choose | All | AnyOf) else inner(node)


def compiled(name: str, parameters: str, *writings: Writing) -> dict[str, Generated]:
    """The functions of some lines each, called `name`, and `name` with a number: all see the objects of all."""
    space: dict[str, Any] = {"__builtins__": _BUILTINS}
    texts = []
    for place, writing in enumerate(writings):
        space |= {called: each.of if isinstance(each, Same) else each for called, each in writing.objects.items()}
        texts.append("\n    ".join((f"def {name}{place or ''}({parameters}):", *writing.lines)))
    exec(compile("\n".join(texts), "<markscheme.record>", "exec"), space)
    return {called: space[called] for called in (f"{name}{place or ''}" for place in range(len(writings)))}
