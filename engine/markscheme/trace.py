"""What the interpreter says happened, as data: the value of every step and how it came about. Knows no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .ir import Absent, Join, Note, Quantify, Test, Value

Key = tuple[str, tuple[str, ...]]  # a name and its members, one for each axis


@dataclass(frozen=True, slots=True)
class Given:
    """An input of a record. `stated` is the absence that the data gave where a declared value replaced it.

    `by` is how it was rated, where the data hold the record of the methodology whose result it is; `unpublished` are
    the rules that are not `published` and took part in that.
    """

    value: Value
    stated: Absent | None = None
    by: Trace | None = None
    unpublished: tuple[Note, ...] = ()


# --- conditions: what was read and what came of it; truth None is undecided -------------------------------------------


@dataclass(frozen=True, slots=True)
class Tested:
    node: Test
    truth: bool | None
    subject: Value
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a quantifier looked at. `members` are the loops' members, or empty in a list; `index` its place."""

    index: int
    members: tuple[str, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantifier: which items met the predicate, which did not, which were undecided, skipped as absent, or left
    out by `where`."""

    node: Quantify
    truth: bool | None
    needed: Value | None  # N
    met: tuple[Item, ...]
    unmet: tuple[Item, ...]
    undecided: tuple[Item, ...]
    skipped: tuple[Item, ...]
    left_out: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    node: Join
    truth: bool | None
    parts: tuple[Evidence, ...]


Evidence = Tested | Counted | Joined


# --- steps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ByRule:
    """`tried[i]` belongs to rule i; the last one tried decided, unless that is the `otherwise`, which has none. `index`
    is None where `where` has left nothing to apply a principle to."""

    index: int | None
    tried: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ByRow:
    """`index` is None where no row was true because something it needs is absent. `cells[i]` are row i's tests."""

    index: int | None
    columns: tuple[Value, ...]
    cells: tuple[tuple[Tested | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ByBand:
    """`index` is None where the banded value is absent."""

    index: int | None
    of: Value


@dataclass(frozen=True, slots=True)
class ByFormula:
    pass


@dataclass(frozen=True, slots=True)
class ByFirst:
    """`index` is None where none is present; `seen` are the values up to and including the first present one."""

    index: int | None
    seen: tuple[Value, ...]


How = ByRule | ByRow | ByBand | ByFormula | ByFirst


@dataclass(frozen=True, slots=True)
class LimitTried:
    """A limit of the step. `evidence` is None where it was not asked: it could not have changed the value."""

    index: int
    bound: Value
    evidence: Evidence | None
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of one step for one combination of members."""

    value: Value
    how: How
    before_limits: Value
    limits: tuple[LimitTried, ...]
    reads: tuple[Key, ...]  # inputs, constants and steps read, in order, each once
    stated: Absent | None  # the absence that a declared value replaced
    unpublished: tuple[Note, ...]  # of rules that are not `published` and took part, here or in what was read


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one record: `given` the inputs, `outcomes` every step for every combination of members."""

    given: Mapping[Key, Given]
    outcomes: Mapping[Key, Outcome]
