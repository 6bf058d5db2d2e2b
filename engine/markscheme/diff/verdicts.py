"""The data of a difference between two versions: what each result does, and which change of text does it. Decides
nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from ..diagnostics import Span
from ..ir import Program, Value
from ..model import Model
from ..trace import Key, Trace

Ending = Literal["same ratings", "never lower", "never higher", "mixed", "inputs differ"]
Way = Literal["higher", "lower", "otherwise", "newly rated", "no longer rated", "another reason"]
# `otherwise`: another value where no direction is better; `another reason`: absent in both, for another reason


@dataclass(frozen=True, slots=True)
class Version:
    """A rule file as read. `name` is what people called it: `id@version`, a path, or a path at a git revision;
    `linked` finds the methodologies that its inputs come from."""

    name: str
    program: Program
    model: Model = field(repr=False)
    path: Path
    linked: Callable[[str, str], Program | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of text. `part` says of what, in words (``rule 2 of `overall```); the places are those of the part in
    each version, None where it is not in one. `number` is its place in the list of all edits."""

    number: int
    part: str
    kind: Literal["changed", "added", "removed", "moved"]
    old: Span | None
    new: Span | None


@dataclass(frozen=True, slots=True)
class Witness:
    """One record as both versions rate it, and the smallest set of edits that gives it its new value; empty where no
    edits can be told apart (two methodologies)."""

    old: Trace
    new: Trace
    key: Key
    responsible: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A result goes from one value to another. `share` is that of all records that can be, None where they cannot be
    counted. `witness` is a record that has least out of the ordinary; None of what an edit does alone. Where there are
    very many such pairs of values they are told by their `way` only: `pairs` says how many there are, and the values
    are those of one of them. `others` are the other members of the result that move so, too; key, share and witness
    are those of the first."""

    key: Key
    old: Value
    new: Value
    way: Way
    share: Fraction | None
    witness: Witness | None
    pairs: int = 1
    others: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What becomes of one result. `proved` says whether that is known of every record, and `how` by what. Where not all
    records could be walked over, `limit` says what stood in the way and `tested` how many were tried instead: then
    there may be moves that are not told, also where the verdict is proved by those that are. `share` is that of the
    records whose result differs, of those that both versions take: for a result with a value for each member, the
    largest share of one of them.

    `apart` names what the two do not have alike. Where that is an input that only one of them reads, or a reason for
    absence that only one of them knows, the verdict is `inputs differ`, and `within` is what holds of all records that
    both take, None where that has no sense: each reads an input that the other does not.
    """

    result: str  # as the new version names it
    old: str  # as the old one does
    verdict: Ending
    within: Ending | None = None
    moves: tuple[Move, ...] = ()
    share: Fraction | None = Fraction(0)
    proved: bool = True
    how: str = ""
    tested: int = 0
    limit: str = ""
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What one edit alone does to the old version: each result that it moves. `stands` is False where the old version
    with this edit alone is no methodology, so that it cannot be asked."""

    edit: Edit
    results: tuple[Compared, ...]
    stands: bool = True

    @property
    def nothing(self) -> bool:
        """Whether it is proved to change no rating."""
        return self.stands and all(each.verdict == "same ratings" and each.proved for each in self.results)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that two versions do otherwise. `missing` are results that only one of them has; `apart` says of inputs,
    levels and members that are not alike what to write in the new file so that they can be compared. `texts` counts
    the parts that only read otherwise (titles, sources, reasons, order of declarations)."""

    old: Version
    new: Version
    results: tuple[Compared, ...]
    effects: tuple[Effect, ...]
    missing: tuple[tuple[str, Literal["old", "new"]], ...] = ()
    apart: tuple[str, ...] = ()
    texts: int = 0

    @property
    def same(self) -> bool:
        """Whether every result of either is proved alike in both."""
        return not self.missing and all(each.verdict == "same ratings" and each.proved for each in self.results)
