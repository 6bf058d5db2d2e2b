"""The checked, typed program: a tuple of named steps and a handful of node kinds. Knows no text, no file, no data.

Values at run time: a level is its position in its scale (0 is the worst); a number is a `Fraction`; a choice or a
yes/no is its identifier; an absence is an `Absent`. Members are identifiers. Everything here is frozen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Literal, get_args

from .diagnostics import Span

Status = Literal["published", "derived", "recalled", "illustrative"]
STATUSES: tuple[Status, ...] = get_args(Status)
Better = Literal["higher", "lower", "neither"]


# --- types -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    title: str
    value: Fraction | None = None  # what it is worth in arithmetic
    colour: str | None = None
    place: Span | None = field(default=None, repr=False, compare=False)  # where that worth is written, if it is


@dataclass(frozen=True, slots=True)
class Scale:
    """An ordered list of levels, worst first."""

    name: str
    levels: tuple[Level, ...]

    def position(self, name: str) -> int | None:
        return next((i for i, level in enumerate(self.levels) if level.name == name), None)


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an unordered list. Attributes that are text are choices too."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class YesNo:
    better: Literal["yes", "no", "neither"] = "neither"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number. `decimals`, `low` and `high` are None where nothing is declared."""

    decimals: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str | None = None
    better: Better | None = None


Type = Scale | Choice | YesNo | Number


@dataclass(frozen=True, slots=True)
class Absent:
    """A value that is not there, and why. `name` and `members` say where; `causes` what led to it."""

    reason: str
    skip: bool  # left out of quantifiers and aggregates; otherwise it makes them undecided
    name: str = ""
    members: tuple[str, ...] = ()
    causes: tuple[Absent, ...] = ()


Present = int | Fraction | str
Value = Present | Absent


# --- what is declared ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """Where a rule comes from and how sure that is."""

    status: Status = "published"
    cite: str | None = None
    because: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """One reason for absence and what is done about it."""

    reason: str
    title: str
    treatment: Literal["skip", "unrated", "replace"]
    value: Present | None = None  # with "replace"


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    title: str
    parent: str | None = None  # the member of the parent set


@dataclass(frozen=True, slots=True)
class Set:
    """What the rules range over. `parent` names the set it is nested in.

    `above` is each member's parent, `below` the members of each parent: a set may have thousands.
    """

    name: str
    title: str
    members: tuple[Member, ...]
    parent: str | None = None
    above: Mapping[str, str | None] = field(init=False, repr=False, compare=False)
    below: Mapping[str | None, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        below: dict[str | None, list[str]] = {}
        for member in self.members:
            below.setdefault(member.parent, []).append(member.name)
        object.__setattr__(self, "above", {member.name: member.parent for member in self.members})
        object.__setattr__(self, "below", {parent: tuple(names) for parent, names in below.items()})


@dataclass(frozen=True, slots=True)
class Link:
    """The result of another methodology that an input takes. `fixed` holds, for each of that result's axes, the member
    that is meant, or None where the input has a value for each."""

    program: Program = field(repr=False)
    result: str
    fixed: tuple[str | None, ...] = ()

    @property
    def name(self) -> str:
        """`id@version`."""
        return f"{self.program.id}@{self.program.version}"

    @property
    def step(self) -> Step:
        """The measure that gives the result."""
        return next(step for step in self.program.steps if step.name == self.result)

    def members(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """The members of the result for those of the input."""
        left = iter(own)
        return tuple(next(left) if member is None else member for member in self.fixed)


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    title: str
    axes: tuple[str, ...]
    type: Type
    absent: tuple[AbsenceRule, ...] = ()
    empty: str | None = None  # the reason that an empty cell, a null or a missing column means
    changeable: bool = False
    linked: Link | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A parameter, or an attribute of a set's members (`attribute` is set): a value for each combination of members;
    `places` are where these are written."""

    name: str
    title: str
    axes: tuple[str, ...]
    type: Type
    values: Mapping[tuple[str, ...], Present]
    attribute: bool = False
    note: Note = field(default_factory=Note)
    places: Mapping[tuple[str, ...], Span] = field(default_factory=dict, repr=False, compare=False)


# --- expressions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Index:
    """How a name finds its member on one axis: a fixed `member`, or the current member of the set `via`, climbed
    `up` times to its parent."""

    member: str | None = None
    via: str | None = None
    up: int = 0


@dataclass(frozen=True, slots=True)
class Literally:
    """A value written in the rule, or `absent`, which an outcome may be."""

    value: Value
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Read:
    """The value of an input, a constant or a step."""

    name: str
    indices: tuple[Index, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Worth:
    """A level as the number it is worth: `values[position]`."""

    of: Expr
    values: tuple[Fraction, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Landing:
    """A number as the level that is worth it; `resolve` has proved that there always is one."""

    of: Expr
    positions: Mapping[Fraction, int]
    type: Scale
    span: Span


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator on its arguments, all present: a row of `ops.FUNCTIONS`."""

    op: str
    args: tuple[Expr, ...]
    type: Type
    span: Span
    mode: str = ""  # of `round`


@dataclass(frozen=True, slots=True)
class Gather:
    """An aggregate over a collection: a row of `ops.AGGREGATES`."""

    op: str
    over: Collection
    weight: Expr | None
    type: Type
    span: Span


Expr = Literally | Read | Worth | Landing | Apply | Gather


@dataclass(frozen=True, slots=True)
class Loop:
    """A set ranged over; with `within`, only the members whose ancestor `up` sets above is that set's current one, or
    is `member` where one is fixed."""

    set: str
    within: str | None = None
    up: int = 0
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Each:
    """`item` for all combinations of the loops' members for which `where` holds."""

    loops: tuple[Loop, ...]
    item: Expr
    where: Condition | None
    span: Span


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Expr, ...]
    span: Span


Collection = Each | Listed


# --- conditions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Predicate:
    """A row of `ops.PREDICATES` with its arguments."""

    op: str
    args: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    subject: Expr
    predicate: Predicate
    span: Span


@dataclass(frozen=True, slots=True)
class Quantify:
    """A row of `ops.QUANTIFIERS` over a collection; `count` is its N, where it has one."""

    op: str
    count: Expr | None
    over: Collection
    predicate: Predicate
    span: Span


@dataclass(frozen=True, slots=True)
class Join:
    op: Literal["and", "or"]
    parts: tuple[Condition, ...]
    span: Span


Condition = Test | Quantify | Join


# --- steps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` is None for `otherwise`."""

    when: Condition | None
    then: Expr
    note: Note


@dataclass(frozen=True, slots=True)
class Rules:
    """The first that is not false; the last is `otherwise`."""

    rules: tuple[Rule, ...]
    principle: str | None = None  # the principle it was written in
    them: str | None = None  # the text of what it was applied to
    over: Collection | None = None  # and that itself, where it may be empty: then there is no value


@dataclass(frozen=True, slots=True)
class Row:
    """One test a column, None for a cell that holds of anything."""

    cells: tuple[Test | None, ...]
    then: Expr
    note: Note


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Expr, ...]
    rows: tuple[Row, ...]
    hit: Literal["unique", "first"]
    two_valued: tuple[bool, ...] = ()  # columns with an `absent` cell: absence fails their other cells
    grid: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Holds from `low` to `high`, both inclusive; None is open."""

    low: Expr | None
    high: Expr | None
    then: Expr
    note: Note


@dataclass(frozen=True, slots=True)
class Bands:
    """The first that holds; either closed, the outer two perhaps open, or ending in one that is open at both ends."""

    of: Expr
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    value: Expr


@dataclass(frozen=True, slots=True)
class FirstPresent:
    reads: tuple[Read, ...]


Form = Rules | Table | Bands | Formula | FirstPresent


@dataclass(frozen=True, slots=True)
class Limit:
    """Caps (`at_most`) or raises (`at_least`) a value where `when` holds, for one member where `member` names it."""

    kind: Literal["at_most", "at_least"]
    bound: Expr
    when: Condition
    member: tuple[str, str] | None  # axis, member
    note: Note


@dataclass(frozen=True, slots=True)
class Step:
    """A measure. `helper` marks one that a principle's threshold made."""

    name: str
    title: str
    axes: tuple[str, ...]
    type: Type
    form: Form
    limits: tuple[Limit, ...]
    absent: AbsenceRule | None
    note: Note
    helper: bool = False


# --- the whole -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cited:
    """A source: where rules are published."""

    key: str
    title: str
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class NeverWorsens:
    result: str
    input: str
    span: Span


@dataclass(frozen=True, slots=True)
class Withholding:
    input: str
    result: str
    span: Span


@dataclass(frozen=True, slots=True)
class Holds:
    """A condition that `always` (or, where not, `never`) holds."""

    always: bool
    condition: Condition
    span: Span


Guarantee = NeverWorsens | Withholding | Holds


@dataclass(frozen=True, slots=True)
class Waiver:
    guarantee: str
    name: str
    because: str
    span: Span


@dataclass(frozen=True, slots=True)
class Program:
    """One version of a methodology, checked. `steps` are in an order in which each reads only earlier ones."""

    id: str
    version: str
    title: str
    publisher: str | None
    status: Status
    in_force: tuple[str | None, str | None]  # ISO dates, from and until, both inclusive
    digest: str  # of the file's content and its tables, SHA-256 in hexadecimal
    sources: Mapping[str, Cited]
    scales: Mapping[str, Scale]
    sets: Mapping[str, Set]
    inputs: Mapping[str, Input]
    constants: Mapping[str, Constant]
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    guarantees: tuple[Guarantee, ...]
    waivers: tuple[Waiver, ...]
    cost: int


# --- members ---------------------------------------------------------------------------------------------------------


def combinations(sets: Mapping[str, Set], axes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Every combination of members that exists, one member for each axis, the last axis turning fastest. A member of a
    nested set goes only with its own parent, also a parent further up."""

    def agree(members: tuple[str, ...]) -> bool:
        given = dict(zip(axes, members, strict=True))
        for axis, member in given.items():
            above, found = sets[axis].parent, sets[axis].above[member]
            while above is not None and found is not None:
                if given.get(above, found) != found:
                    return False
                found = sets[above].above[found]
                above = sets[above].parent
        return True

    if not axes:
        return ((),)
    names = (tuple(member.name for member in sets[axis].members) for axis in axes)
    return tuple(members for members in product(*names) if agree(members))


def folded(text: str) -> str:
    """The form in which identifiers and titles are compared, in rule files and in data: no case, no outer or repeated
    space, `_` as a space, letters composed."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("_", " ").split())
