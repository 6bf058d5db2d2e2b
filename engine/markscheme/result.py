"""What comes of a record: a result, or a reject. How a result came about is worked out where it is asked. Opens no
file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from .bounds import exactly
from .diagnostics import Problem
from .interpret import interpret
from .ir import Absent, Choice, Note, Number, Program, Scale, Step, Type, Value, YesNo, combinations
from .lowered.domains import Seen
from .trace import Given, Key, Trace

if TYPE_CHECKING:
    from .explain import Explanation
    from .lowered.holding import Held
    from .record.running import Running


@dataclass(frozen=True, slots=True)
class Absence:
    """A result that is not there: `reason` is the identifier of why, `title` the same for people."""

    reason: str
    title: str

    def __str__(self) -> str:
        return self.reason


Plain = str | Decimal | Fraction | Absence  # a level, choice or yes/no; a number that ends, or does not; no value
Outcomes = dict[str, "Plain | Outcomes"]  # by member, where there is one value for each


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be rated, and everything that is wrong with it."""

    problems: tuple[Problem, ...]
    id: str | None = None


class Source(Protocol):
    """Where the typed inputs of a result come from that a compiled program gave."""

    running: Running

    def given(self, inputs: Any, /) -> Mapping[Key, Given]: ...


class Result:
    """A record rated: `id` is what it is called, None where nobody said.

    `outcome` holds each result by name, and by member where it has one value for each: levels, choices and yes/no as
    their identifiers; numbers as exact `Decimal`s, or `Fraction`s where they do not end; an absent value as an
    `Absence` that says why.
    """

    __slots__ = ("_held", "_inputs", "_program", "_source", "_trace", "id", "outcome")

    id: str | None
    outcome: dict[str, Plain | Outcomes]
    _held: tuple[Held, ...]  # of a compiled program: what each result is held as, and all that a value may replace
    _source: Source  # of the same: where its inputs come from
    _inputs: Any  # and they, as that has them
    _program: Program  # of the interpreter
    _trace: Trace

    # No `__init__`: without one Python makes an object in half the time, and a record takes little more.

    @staticmethod
    def interpreted(program: Program, trace: Trace, id: str | None = None) -> Result:
        """From what the interpreter gave."""
        made = Later()
        made.id, made._program, made._trace = id, program, trace
        return made

    @staticmethod
    def worked_out(
        source: Source, inputs: object, held: tuple[Held, ...] | None = None, id: str | None = None
    ) -> Result:
        """From what a compiled program gave."""
        made = Later()
        made.id, made._source, made._inputs = id, source, inputs
        if held is not None:
            made._held = held
        return made

    @property
    def program(self) -> Program:
        """The methodology that it was rated by."""
        return self._running.program if self._compiled else self._program

    @property
    def trace(self) -> Trace:
        """How all of it came about, as the interpreter has it; worked out when it is first asked for."""
        try:
            return self._trace
        except AttributeError:
            self._trace = interpret(self.program, self._source.given(self._inputs))
        return self._trace

    @property
    def _results(self) -> tuple[Held, ...]:
        try:
            return self._held
        except AttributeError:
            self._held = self._running.rated(self._source.given(self._inputs))
        return self._held

    def __repr__(self) -> str:
        return f"<Result {self.methodology} {self.outcome}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (self.program.digest, self.id, self.trace) == (other.program.digest, other.id, other.trace)

    def __reduce__(self) -> tuple[object, tuple[Program, Trace, str | None]]:
        # What generated it stays where it is: a copy has its trace.
        return Result.interpreted, (self.program, self.trace, self.id)

    def __hash__(self) -> int:
        return hash((self.program.digest, self.id))

    @property
    def methodology(self) -> str:
        """`id@version`."""
        return f"{self.program.id}@{self.program.version}"

    @property
    def rated(self) -> bool:
        """Whether the body has a rating: a value for one of the results that stand for the whole body, or, where every
        result has one for each member, for one of those."""
        return any(not isinstance(self.value(key), Absent) for key in headline(self.program))

    @property
    def not_published(self) -> bool:
        """Whether rules that are not `published` took part in a result."""
        if self._compiled:
            return any(marked for _, _, marked in map(self._seen, results_of(self.program)))
        return any(self.trace.outcomes[key].unpublished for key in results_of(self.program))

    @property
    def unpublished(self) -> tuple[Note, ...]:
        """The rules that are not `published` and took part in a result."""
        if self._compiled and not self.not_published:
            return ()
        notes: dict[Note, None] = {}
        for key in results_of(self.program):
            notes.update(dict.fromkeys(self.trace.outcomes[key].unpublished))
        return tuple(notes)

    @property
    def assumed(self) -> list[str]:
        """The inputs and measures whose absence a declared value replaced."""
        if self._compiled:
            keys = self._running.plan.replaceable
            stated = [name for name, _ in (key for key in keys if self._replaced(key))]
        else:
            stated = [name for (name, _), given in self.trace.given.items() if given.stated is not None]
            stated += [name for (name, _), outcome in self.trace.outcomes.items() if outcome.stated is not None]
        return list(dict.fromkeys(stated))

    def value(self, key: Key) -> Value:
        """A result by its name and members, as the interpreter has it: of an absence only its own reason."""
        if not self._compiled:
            return self.trace.outcomes[key].value
        running = self._running
        return running.value(key, self._results[running.place[key]])

    def marked(self, key: Key) -> bool:
        """Whether rules that are not `published` took part in one result."""
        return self._seen(key)[2] if self._compiled else bool(self.trace.outcomes[key].unpublished)

    def explain(self, result: str | None = None) -> Explanation:
        """How the results came about, or one of them. Raises KeyError for a name that is no result."""
        from .explain import explain

        if result is not None and result not in self.program.results:
            raise KeyError(f"`{result}` is no result of {self.methodology}; it has {', '.join(self.program.results)}")
        return explain(self.program, self.trace, self.id, result)

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()

    # --- what a compiled program gave --------------------------------------------------------------------------------

    @property
    def _compiled(self) -> bool:
        try:
            return self._source is not None
        except AttributeError:
            return False

    @property
    def _running(self) -> Running:
        return self._source.running

    def _seen(self, key: Key) -> Seen:
        running = self._running
        return running.seen(key, self._results[running.place[key]])

    def _replaced(self, key: Key) -> bool:
        rule = self._seen(key)[1]
        return rule is not None and rule.value is not None

    def _outcome(self) -> dict[str, Plain | Outcomes]:
        found: dict[str, Plain | Outcomes] = {}
        for name, step in _measures(self.program):
            inner: Outcomes = {}
            for members in combinations(self.program.sets, step.axes):
                value = plain(self.program, step, self.value((name, members)))
                if not members:
                    found[name] = value
                    continue
                at = inner
                for member in members[:-1]:
                    deeper = at.setdefault(member, {})
                    assert isinstance(deeper, dict)
                    at = deeper
                at[members[-1]] = value
                found[name] = inner
        return found


class Later(Result):
    """One whose outcome is worked out where it is asked for. A class of its own, since Python reads the attributes of
    one that has a `__getattr__` in several times as long."""

    __slots__ = ()

    def __getattr__(self, name: str) -> object:
        if name != "outcome":
            raise AttributeError(f"`Result` has no attribute `{name}`")
        self.outcome = self._outcome()
        return self.outcome


def plain(program: Program, step: Step, value: Value) -> Plain:
    """A value of a measure for people and programs."""
    if isinstance(value, Absent):
        own = next(each for each in program.steps if each.name == value.name)
        return Absence(value.reason, own.absent.title if own.absent else value.reason)
    return _plain(value, step.type)


def _plain(value: Value, type: Type) -> Plain:
    match type:
        case Scale(_, levels):
            assert isinstance(value, int)
            return levels[value].name
        case Choice() | YesNo():
            return str(value)
        case Number():
            assert isinstance(value, Fraction)
            places = exactly(value).decimals if value else 0
            return value if places is None else Decimal(f"{int(value * 10**places)}E-{places}")


def _measures(program: Program) -> Iterator[tuple[str, Step]]:
    steps = {step.name: step for step in program.steps}
    yield from ((name, steps[name]) for name in program.results)


def results_of(program: Program) -> tuple[Key, ...]:
    """Every value that a record's results have, in the order of the rule file."""
    return tuple(
        (name, members) for name, step in _measures(program) for members in combinations(program.sets, step.axes)
    )


def headline(program: Program) -> tuple[Key, ...]:
    """The results that say whether a body is rated: those for the whole body, or all where there are none."""
    keys = results_of(program)
    return tuple(key for key in keys if not key[1]) or keys
