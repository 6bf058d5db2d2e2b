"""A planned program as generated Python functions: one for each way in which records are laid out, and one for records
that are typed already. The text of a function is made of names and figures that are made here, and of the names of
columns as Python literals; no text of a rule file is in it. Knows no file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
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
from ..lowered.programs import Arithmetic, Asked, Plan, Planned, Table, every_node
from ..trace import Given, Key
from . import figures
from .reading import Miss, memo
from .tables import Tables, nested
from .writing import Writing

_BUILTINS = {each.__name__: each for each in (type, len, map, max, min, dict, int, float, str, Exception)}
_LONGEST = 400  # characters of an expression in another; a longer one gets a name
MOST_MET = 50_000  # values of one thing, where nothing says beforehand which it can have

Path = tuple[str, ...]
Generated = Callable[..., Any]


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
        self._users = self._used()
        self._readers = {name: Reader(declared) for name, declared in self.program.inputs.items()}
        self._inlined: set[Key] = set()  # of the fused ones, those whose text stands where it is always worked out
        self._fused = self._fusible()
        self._tables = Tables()
        self._met = [domain for domain in plan.domains.values() if isinstance(domain, Met)]
        self._function: Generated | None = None
        self._inline: dict[Key, str] = {}
        self._raws: dict[Key, str | None] = {}  # of the inputs whose text is inline: the variables of their raw values
        self._memos: dict[object, dict[object, object]] = {}

    # --- functions ---------------------------------------------------------------------------------------------------

    def read(self, writing: Writing, raws: Mapping[Key, str], floats: Collection[Key], usual: str) -> None:
        """Lines that say what each input is held as, from variables that hold the raw values; those that have none are
        missing. `floats` are inputs that are floats where `usual` is true."""
        compared = self._compared(writing, raws, floats, usual)
        self._raws.clear()
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
                self._raws[key] = raw
            else:
                writing.lines.append(f"{', '.join(self._names(key))} = {text}")

    def _compared(self, writing: Writing, raws: Mapping[Key, str], floats: Collection[Key], usual: str) -> set[Key]:
        """Lines for numbers of which rules ask a few thresholds, where there are several of one kind: that all of them
        are values is seen at once, and a comparison or two take less than a look into a table of each one's own."""
        kinds: dict[Type, list[tuple[Key, Coded]]] = {}
        for key in floats:
            domain = self.plan.inputs[key]
            plain = key in self._live and isinstance(domain, Coded) and type(self._memo(key)) is dict
            if plain and isinstance(domain, Coded) and figures.comparable(domain.thresholds):
                kinds.setdefault(self.type(key), []).append((key, domain))
        found: set[Key] = set()
        for type_, alike in kinds.items():
            if len(alike) < figures.FEWEST_TOGETHER:
                continue
            asked = figures.are_values(writing, type_, [raws[key] for key, _ in alike])
            if asked is None:
                continue
            found.update(key for key, _ in alike)
            writing.lines.append(f"if {usual} and {asked}:")
            for key, domain in alike:
                thresholds, fused = domain.thresholds or (), self._fused.get(key)
                held = fused[1] if fused is not None else tuple(range(len(thresholds) + 1))
                writing.lines.append(f"    {self._names(key)[0]} = {figures.reached(thresholds, held, raws[key])}")
            writing.lines.append("else:")
            for key, _ in alike:
                table = writing.constant("M", Same(self._memo(key)))
                writing.lines.append(f"    {self._names(key)[0]} = {table}[{raws[key]}]")
        return found

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
        self._raws.clear()
        self.steps(writing, {})
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

    def steps(self, writing: Writing, shown: Mapping[Key, Sequence[object]]) -> dict[Key, str]:
        """Lines that work out everything from the inputs. Gives expressions for what is `shown` of a code."""
        found: dict[Key, str] = {}
        for each in self.plan.steps:
            if each.key not in self._live:
                continue
            values = shown.get(each.key)
            if values is not None and isinstance(each.how, Table) and each.key not in self._users:
                found[each.key] = self._entry(each, each.how, writing, values.__getitem__)
                continue
            self._step(each, writing)
            if values is not None:
                found[each.key] = f"{writing.constant('O', Same(values))}[{self._code(each.key)}]"
        return {key: found[key] for key in shown}

    def _step(self, each: Planned, writing: Writing) -> None:
        number, how = self._number[each.key], each.how
        match how:
            case Table():
                fused = self._fused.get(each.key)
                text = self._entry(each, how, writing, (lambda code: code) if fused is None else fused[1].__getitem__)
                if fused is not None and len(text) <= _LONGEST:
                    self._inline[each.key] = text
                else:
                    self._inline.pop(each.key, None)
                    writing.lines.append(f"c{number} = {text}")
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

    def _entry(self, each: Planned, how: Table, writing: Writing, told: Callable[[int], object]) -> str:
        """An expression for what a table says, as `told` has it."""
        entries = self._tables.entries(how, told)
        if all(read in self._raws for read in each.reads):
            raws = [self._raws[read] for read in each.reads]
            memos = map(self._memo, each.reads)
            known = [of if raw is not None else of[None] for of, raw in zip(memos, raws, strict=True)]
            ways = nested(entries, known)
            if ways is not None:
                looks = "".join(f"[{raw}]" for raw in raws if raw is not None)
                return f"{writing.constant('N', Same(ways))}{looks}"
        stride, terms = 1, []
        for read, size in zip(reversed(each.reads), reversed(how.sizes), strict=True):
            name = self._code(read)
            terms.append(name if stride == 1 or read in self._fused else f"{stride}*{name}")
            stride *= size
        return f"{writing.constant('F', Same(entries))}[{'+'.join(reversed(terms)) or '0'}]"

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

    def _used(self) -> dict[Key, list[Planned]]:
        """The steps that read each thing."""
        found: dict[Key, list[Planned]] = {}
        for each in self.plan.steps:
            for read in each.reads if each.key in self._live else ():
                found.setdefault(read, []).append(each)
        return found

    def _fusible(self) -> dict[Key, tuple[str, tuple[int, ...]]]:
        """Inputs and tables of which only one thing is asked, a look into a table or a place in one: that is looked up
        instead of the code."""
        kept = {*self.plan.results, *self.plan.replaceable}
        tables = {each.key: each.domain for each in self.plan.steps if isinstance(each.how, Table)}
        uses: dict[int, _Uses] = {}
        found: dict[Key, tuple[str, tuple[int, ...]]] = {}
        for key, domain in (*self.plan.inputs.items(), *tables.items()):
            by = self._users.get(key, [])
            if len(by) != 1 or key in kept or not isinstance(domain, Coded):
                continue
            user, place = by[0], by[0].reads.index(key)
            match user.how:
                case Table(sizes):
                    stride = prod(sizes[place + 1 :])
                    found[key] = ("place", tuple(code * stride for code in range(domain.size)))
                    self._inlined.add(key)
                case Arithmetic() if key not in tables:
                    if id(user.how) not in uses:
                        uses[id(user.how)] = _Uses(user.how)
                    known = uses[id(user.how)]
                    looks = known.of.get(place, [])
                    if len(looks) == 1 and isinstance(looks[0], Look):
                        found[key] = ("look", looks[0].table)
                        if id(looks[0]) in known.surely:
                            self._inlined.add(key)
                case Arithmetic() | Asked():
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
