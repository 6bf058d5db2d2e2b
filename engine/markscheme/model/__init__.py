"""The methodology as written: the parts of a rule file as data, their texts parsed. Knows no name's meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .. import syntax
from ..diagnostics import Span
from ..document import Mapping, Scalar
from ..syntax import Condition, Formula, Phrase


@dataclass(frozen=True, slots=True)
class Note:
    status: Scalar | None
    cite: Scalar | None
    because: Scalar | None
    span: Span


@dataclass(frozen=True, slots=True)
class Level:
    name: Scalar
    title: Scalar | None
    value: Scalar | None
    colour: Scalar | None


@dataclass(frozen=True, slots=True)
class Member:
    name: Phrase
    title: Phrase | None
    attributes: dict[str, tuple[Phrase, Phrase]]  # the key and the value
    parent: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Set:
    name: Scalar
    within: Scalar | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """`scale: NAME`, or `type:` with what goes with it."""

    scale: Scalar | None
    kind: Scalar | None
    options: tuple[Scalar, ...]
    decimals: Scalar | None
    low: Scalar | None
    high: Scalar | None
    unit: Scalar | None
    better: Scalar | None
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    name: Scalar
    title: Scalar | None
    axes: tuple[Scalar, ...]
    type: Type
    cells: tuple[tuple[tuple[Phrase, ...], Phrase], ...]  # members, value
    note: Note


@dataclass(frozen=True, slots=True)
class Absence:
    reason: Scalar
    treatment: Scalar


@dataclass(frozen=True, slots=True)
class Input:
    name: Scalar
    title: Scalar | None
    axes: tuple[Scalar, ...]
    type: Type
    absent: tuple[Absence, ...]
    empty: Scalar | None
    changeable: Scalar | None
    linked: tuple[Scalar, Scalar, Phrase] | None  # id, version, result
    note: Note


@dataclass(frozen=True, slots=True)
class Rule:
    when: Condition | None
    then: Formula
    note: Note


@dataclass(frozen=True, slots=True)
class Band:
    """`at_least` has a low end, `at_most` a high one, a closed band both, `otherwise` none."""

    kind: Literal["at_least", "at_most", "closed", "otherwise"]
    low: Formula | None
    high: Formula | None
    then: Formula
    note: Note


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    of: Formula
    rows: tuple[Band, ...]
    note: Note


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[syntax.Is | syntax.Anything, ...]
    then: Formula
    note: Note


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[syntax.Name, ...]
    rows: tuple[Row, ...]
    hit: Literal["unique", "first"]
    span: Span


@dataclass(frozen=True, slots=True)
class Grid:
    down: syntax.Name
    across: syntax.Name
    keys_down: tuple[Formula, ...]
    keys_across: tuple[Formula, ...]
    cells: tuple[tuple[Formula, ...], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class OneFormula:
    value: Formula


@dataclass(frozen=True, slots=True)
class FirstPresent:
    names: tuple[syntax.Name, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    principle: Scalar
    to: syntax.Values


Form = Rules | Bands | Table | Grid | OneFormula | FirstPresent | Applied


@dataclass(frozen=True, slots=True)
class Threshold:
    name: Scalar
    bands: Bands


@dataclass(frozen=True, slots=True)
class Principle:
    name: Scalar
    title: Scalar | None
    type: Type
    thresholds: tuple[Threshold, ...]
    rules: Rules
    note: Note


@dataclass(frozen=True, slots=True)
class Limit:
    kind: Literal["at_most", "at_least"]
    bound: Formula
    when: Condition
    member: Scalar | None
    note: Note


@dataclass(frozen=True, slots=True)
class Measure:
    name: Scalar
    title: Scalar | None
    axes: tuple[Scalar, ...]
    type: Type
    form: Form | None
    limits: tuple[Limit, ...]
    absent: tuple[Absence, ...]
    note: Note


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise as a sentence, or a condition under `always` or `never`."""

    kind: Literal["promise", "always", "never"]
    said: syntax.Promise | Condition


@dataclass(frozen=True, slots=True)
class Model:
    top: Mapping
    scales: tuple[tuple[Scalar, tuple[Level, ...]], ...]
    sets: tuple[Set, ...]
    parameters: tuple[Parameter, ...]
    inputs: tuple[Input, ...]
    principles: tuple[Principle, ...]
    measures: tuple[Measure, ...]
    results: tuple[Scalar, ...]
    guarantees: tuple[Guarantee, ...]
    sources: tuple[tuple[Scalar, Mapping], ...]
    waivers: tuple[Mapping, ...]
    broken: frozenset[str]  # names whose declaration could not be read, so that no more is said of them
