"""The text of one function of a plan: what inputs are held as, and everything that is worked out from them. It is made
of names and figures that are made here; nothing of a rule file is in it. Knows no layout and no result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from ..ir import Type
from ..lowered.domains import Coded, Whole
from ..lowered.holding import Asking, Held
from ..lowered.language import Look, Variable
from ..lowered.programs import Arithmetic, Asked, Planned, Table
from ..trace import Key
from . import figures
from .reading import Miss
from .tables import nested
from .writing import Same, Writing, compiled

if TYPE_CHECKING:
    from .running import Running

_LONGEST = 400  # characters of an expression in another; a longer one gets a name


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


def typed(running: Running) -> Callable[[Sequence[Held]], tuple[Held, ...]]:
    """The results for what each input is held as, in the order of the plan's inputs."""
    writing = Writing()
    wording = Wording(running, writing)
    wording.held("held")
    wording.steps({})
    writing.lines.append(f"return {wording.results}")
    return compiled("typed", "held", writing)["typed"]


class Wording:
    """Adds to lines, for one function alone: threads may make several at once."""

    def __init__(self, running: Running, writing: Writing) -> None:
        self._running = running
        self._plan = running.plan
        self._needs = running.needs
        self._number = running.number
        self._writing = writing
        self._lines = writing.lines
        self._inline: dict[Key, str] = {}
        self._raws: dict[Key, str | None] = {}  # of the inputs whose text is inline: the variables of their raw values

    def read(self, raws: Mapping[Key, str], floats: Collection[Key], usual: str) -> None:
        """Lines that say what each input is held as, from variables that hold the raw values; those that have none are
        missing. `floats` are inputs that are floats where `usual` is true."""
        compared = self._compared(raws, floats, usual)
        for key in self._plan.inputs:
            if key in compared:
                continue
            raw = raws.get(key)
            known = self._running.memo(key)
            text = repr(known[None]) if raw is None else f"{self._writing.constant('M', Same(known))}[{raw}]"
            if key not in self._needs.live:
                self._lines += [text] if raw is not None else []  # it must be a value all the same
            elif key in self._needs.inlined:
                self._inline[key] = text  # used once: it needs no name
                self._raws[key] = raw
            else:
                self._lines.append(f"{', '.join(self._names(key))} = {text}")

    def _compared(self, raws: Mapping[Key, str], floats: Collection[Key], usual: str) -> set[Key]:
        """Lines for numbers of which rules ask a few thresholds, where there are several of one kind: that all of them
        are values is seen at once, and a comparison or two take less than a look into a table of each one's own."""
        kinds: dict[Type, list[tuple[Key, Coded]]] = {}
        for key in floats:
            domain = self._plan.inputs[key]
            plain = key in self._needs.live and isinstance(domain, Coded) and type(self._running.memo(key)) is dict
            if plain and isinstance(domain, Coded) and figures.comparable(domain.thresholds):
                kinds.setdefault(self._running.type(key), []).append((key, domain))
        found: set[Key] = set()
        for type_, alike in kinds.items():
            if len(alike) < figures.FEWEST_TOGETHER:
                continue
            asked = figures.are_values(self._writing, type_, [raws[key] for key, _ in alike])
            if asked is None:
                continue
            found.update(key for key, _ in alike)
            self._lines.append(f"if {usual} and {asked}:")
            for key, domain in alike:
                thresholds, fused = domain.thresholds or (), self._needs.fused.get(key)
                held = fused[1] if fused is not None else tuple(range(len(thresholds) + 1))
                self._lines.append(f"    {self._names(key)[0]} = {figures.reached(thresholds, held, raws[key])}")
            self._lines.append("else:")
            for key, _ in alike:
                table = self._writing.constant("M", Same(self._running.memo(key)))
                self._lines.append(f"    {self._names(key)[0]} = {table}[{raws[key]}]")
        return found

    def held(self, name: str) -> None:
        """Lines that take what each input is held as from a sequence of that name."""
        for key in self._plan.inputs:
            fused = self._needs.fused.get(key)
            held, names = f"{name}[{self._number[key]}]", self._names(key)
            if isinstance(self._plan.domains[key], Whole):
                parts = [f"{held}[{place}]" for place in ((0, 2) if len(names) > 1 else (0,))]
                self._lines.append(f"{', '.join(names)} = {', '.join(parts)}")
            else:
                table = None if fused is None else self._writing.constant("T", fused[1])
                self._lines.append(f"{names[0]} = {held if table is None else f'{table}[{held}]'}")

    def _names(self, key: Key) -> tuple[str, ...]:
        """The variables of a thing, in the order in which they are assigned."""
        number, domain = self._number[key], self._plan.domains[key]
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
        number, domain = self._number[key], self._plan.domains[key]
        if not isinstance(domain, Whole):
            return f"c{number}"
        return f"(n{number}, {f'b{number}' if domain.most > 1 else 1}, {f's{number}' if domain.states > 1 else 0})"

    @property
    def results(self) -> str:
        """The text of a tuple of all results, and of all that a declared value may replace."""
        keys = (*self._plan.results, *self._plan.replaceable)
        return f"({''.join(f'{self._whole(key)}, ' for key in keys)})"

    def steps(self, shown: Mapping[Key, Sequence[object]]) -> dict[Key, str]:
        """Lines that work out everything from the inputs. Gives expressions for what is `shown` of a code."""
        found: dict[Key, str] = {}
        for each in self._plan.steps:
            if each.key not in self._needs.live:
                continue
            values = shown.get(each.key)
            if values is not None and isinstance(each.how, Table) and each.key not in self._needs.users:
                found[each.key] = self._entry(each, each.how, values.__getitem__)
                continue
            self._step(each)
            if values is not None:
                found[each.key] = f"{self._writing.constant('O', Same(values))}[{self._code(each.key)}]"
        return {key: found[key] for key in shown}

    def _step(self, each: Planned) -> None:
        number, how = self._number[each.key], each.how
        match how:
            case Table():
                fused = self._needs.fused.get(each.key)
                text = self._entry(each, how, (lambda code: code) if fused is None else fused[1].__getitem__)
                if fused is not None and len(text) <= _LONGEST:
                    self._inline[each.key] = text
                else:
                    self._inline.pop(each.key, None)
                    self._lines.append(f"c{number} = {text}")
            case Arithmetic():
                outputs = how.outputs
                texts = self._writing.numbers(
                    tuple(outputs.values()), lambda v: self._called(each, v), self._looked(each)
                )
                letters = {"value": "n" if how.code is None else "c", "bottom": "b", "state": "s"}
                for part, text in zip(outputs, texts, strict=True):
                    self._lines.append(f"{letters[part]}{number} = {text}")
            case Asked():
                asking = self._writing.constant("A", Same(_Bounded(self._running, each)))
                parts = "".join(f"{self._whole(key)}, " for key in each.reads)
                self._lines.append(f"c{number} = {asking}[({parts})]")

    def _entry(self, each: Planned, how: Table, told: Callable[[int], object]) -> str:
        """An expression for what a table says, as `told` has it."""
        entries = self._running.tables.entries(how, told)
        if all(read in self._raws for read in each.reads):
            raws = [self._raws[read] for read in each.reads]
            memos = map(self._running.memo, each.reads)
            known = [of if raw is not None else of[None] for of, raw in zip(memos, raws, strict=True)]
            ways = nested(entries, known)
            if ways is not None:
                self._running.nested.append(ways)
                looks = "".join(f"[{raw}]" for raw in raws if raw is not None)
                return f"{self._writing.constant('N', Same(ways.ways))}{looks}"
        stride, terms = 1, []
        for read, size in zip(reversed(each.reads), reversed(how.sizes), strict=True):
            name = self._code(read)
            terms.append(name if stride == 1 or read in self._needs.fused else f"{stride}*{name}")
            stride *= size
        return f"{self._writing.constant('F', Same(entries))}[{'+'.join(reversed(terms)) or '0'}]"

    def _called(self, each: Planned, variable: Variable) -> str:
        key = each.reads[variable.read]
        if variable.part == "value":
            return f"n{self._number[key]}" if isinstance(self._plan.domains[key], Whole) else self._code(key)
        return f"{'b' if variable.part == 'bottom' else 's'}{self._number[key]}"

    def _looked(self, each: Planned) -> Callable[[Look], bool]:
        """Whether a look into a table has been done when the value was read."""
        return lambda look: each.reads[look.of.read] in self._needs.fused
