"""A methodology as a service holds it: records in, results or rejects out. Opens no file; never raises for data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from .bounds import exactly
from .diagnostics import Problem
from .intake import Intake
from .interpret import interpret
from .ir import Absent, Choice, Note, Number, Program, Scale, Type, Value, YesNo, combinations
from .trace import Given, Key, Trace

if TYPE_CHECKING:
    from .explain import Explanation


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


@dataclass(frozen=True, slots=True)
class Result:
    """A record rated. `outcome` holds each result by name, and by member where it has one value for each."""

    program: Program = field(repr=False)
    trace: Trace = field(repr=False)
    id: str | None = None

    @property
    def methodology(self) -> str:
        """`id@version`."""
        return f"{self.program.id}@{self.program.version}"

    @property
    def outcome(self) -> dict[str, Plain | Outcomes]:
        """Levels, choices and yes/no as their identifiers; numbers as exact `Decimal`s, or `Fraction`s where they do
        not end; an absent value as an `Absence` that says why."""
        found: dict[str, Plain | Outcomes] = {}
        for step in self.program.steps:
            if step.name in self.program.results:
                inner: Outcomes = {}
                for members in combinations(self.program.sets, step.axes):
                    value = self._plain(self.trace.outcomes[step.name, members].value, step.type)
                    if not members:
                        found[step.name] = value
                        continue
                    at = inner
                    for member in members[:-1]:
                        deeper = at.setdefault(member, {})
                        assert isinstance(deeper, dict)
                        at = deeper
                    at[members[-1]] = value
                    found[step.name] = inner
        return {name: found[name] for name in self.program.results}

    def _plain(self, value: Value, type: Type) -> Plain:
        if isinstance(value, Absent):
            step = next(step for step in self.program.steps if step.name == value.name)
            return Absence(value.reason, step.absent.title if step.absent else value.reason)
        match type:
            case Scale(_, levels):
                assert isinstance(value, int)
                return levels[value].name
            case Choice() | YesNo():
                return str(value)
            case Number():
                number = Fraction(value)
                places = exactly(number).decimals if number else 0
                return number if places is None else Decimal(f"{int(number * 10**places)}E-{places}")

    @property
    def rated(self) -> bool:
        """Whether the body has a rating: a value for one of the results that stand for the whole body, or, where every
        result has one for each member, for one of those."""
        steps = [step for step in self.program.steps if step.name in self.program.results]
        headline = [step for step in steps if not step.axes] or steps
        return any(
            not isinstance(self.trace.outcomes[step.name, members].value, Absent)
            for step in headline
            for members in combinations(self.program.sets, step.axes)
        )

    @property
    def unpublished(self) -> tuple[Note, ...]:
        """The rules that are not `published` and took part in a result."""
        notes: dict[Note, None] = {}
        for step in self.program.steps:
            if step.name in self.program.results:
                for members in combinations(self.program.sets, step.axes):
                    notes.update(dict.fromkeys(self.trace.outcomes[step.name, members].unpublished))
        return tuple(notes)

    def explain(self, result: str | None = None) -> Explanation:
        """How the results came about, or one of them. Raises KeyError for a name that is no result."""
        from .explain import explain

        if result is not None and result not in self.program.results:
            raise KeyError(f"`{result}` is no result of {self.methodology}; it has {', '.join(self.program.results)}")
        return explain(self.program, self.trace, self.id, result)

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()


class Methodology:
    """One version of a methodology, ready to rate. Threads may share it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._intake = Intake(program)

    @property
    def id(self) -> str:
        """Family and name, such as `cqc/gp-practice`."""
        return self.program.id

    @property
    def version(self) -> str:
        """As the rule file writes it."""
        return self.program.version

    @property
    def title(self) -> str:
        """What people call it."""
        return self.program.title

    def __repr__(self) -> str:
        return f"<Methodology {self.id}@{self.version}>"

    def rate(self, record: Mapping[str, object], id: str | None = None) -> Result | Reject:
        """The result of one record, or why it is rejected. Never raises for data.

        `record` maps each input to its value, or to values by member; names may be written as data columns are.
        """
        given = self._intake.nested(record)
        return Reject(given, id) if isinstance(given, tuple) else rate_values(self.program, given, id)

    def rate_many(self, records: Iterable[Mapping[str, object]]) -> Iterator[Result | Reject]:
        """One result or reject for each record, in order; each carries its number, from 1, as its id."""
        for number, record in enumerate(records, 1):
            yield self.rate(record, str(number))


def rate_values(program: Program, given: Mapping[Key, Given], id: str | None = None) -> Result:
    """The result of a record whose inputs are typed already."""
    return Result(program, interpret(program, given), id)
