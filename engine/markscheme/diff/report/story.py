"""A difference told: the finding, each result, each change alone, in plain words that every page prints. Knows no
page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from ...explain.wording import Words, listing, words_of
from ...ir import Choice, Number, Scale, YesNo
from ...render import plural
from ..population import Population
from ..renaming import names
from ..verdicts import Compared, Difference, Edit, Effect, Ending, Move, Version, Way
from .changes import Change, change_of, folder_of
from .crowd import Crowd, crowd_of
from .example import Example, example_of, value_words
from .finding import RATED, finding
from .mapping import blanks
from .notices import Notices
from .shares import percentage, share_words

_WAYS = 6  # told of one change alone
_MEMBERS = 4  # named
_RENAMED = 12


@dataclass(frozen=True, slots=True)
class Passage:
    """One way that a value goes. `where` names the members, where the result has a value for each; `share` is in words,
    `exact` that share, None where it is not known; of several members it is that of the first. `pairs` of values are
    told of together where it is not 1: those named are the example's. `example` is there for the first of a kind."""

    where: str
    old: str
    new: str
    way: Way
    exact: Fraction | None
    share: str
    pairs: int
    changes: tuple[Change, ...]
    example: Example | None = None

    @property
    def percentage(self) -> str:
        return percentage(self.exact) if self.exact is not None else ""

    @property
    def values(self) -> str:
        """`fair → good for safe`."""
        said = f"{self.old} → {self.new}" + (f" for {self.where}" if self.where else "")
        return said if self.pairs == 1 else f"{self.pairs:,} pairs of values, such as {said}"

    @property
    def said(self) -> str:
        """The same with its share."""
        return f"{self.values}, {self.share}" if self.share else self.values


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of one result. `known` says how that is known, `share` how many records differ, in words; `apart`
    what is not alike, and `within` what holds of the records that hold the inputs of both, where those differ. `kinds`
    are the passages by way and by the changes that are responsible; the first of each has the example to show."""

    result: str
    title: str
    verdict: Ending
    within: Ending | None
    known: str
    proved: bool
    share: str
    kinds: tuple[tuple[Passage, ...], ...]
    apart: tuple[str, ...]
    before: tuple[str, ...]  # the values that there are, best first; none of numbers
    after: tuple[str, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passage for kind in self.kinds for passage in kind)

    @property
    def said(self) -> str:
        """All but the verdict, in a few words."""
        share = f"; {self.share} of all possible records differ" if self.share else ""
        within = "" if self.within is None else f"of records that hold the inputs of both, {self.within}: "
        return f"{within}{self.known}{share}"


@dataclass(frozen=True, slots=True)
class Alone:
    """A change without the others: a line for each result that it moves, or one that says why that is not known; none
    where it is proved to change no rating."""

    change: Change
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """All of it. `finding` is one sentence with names in backticks. `apart` are results that cannot be compared, by
    what is not alike, and `blanks` is what to paste, and to fill in; `idle` are the changes that change no rating."""

    finding: str
    old: str
    new: str
    parts: tuple[Part, ...]
    apart: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    blanks: str
    moving: tuple[Alone, ...]
    idle: tuple[Alone, ...]
    missing: tuple[str, ...]
    texts: str
    crowd: Crowd | None

    @property
    def differing(self) -> tuple[Part, ...]:
        """Those of which there is more to tell than what is not alike."""
        return tuple(part for part in self.parts if part.passages)


def story_of(difference: Difference, population: Population | None = None, data: str = "", named: bool = True) -> Story:
    """`data` is what people call the data file; `named` says whether its records have names, or only numbers."""
    old, new = difference.old, difference.new
    near = folder_of(file_of(old), file_of(new))
    teller = _Teller(words_of(old.program), words_of(new.program), near)
    alone = [teller.alone(each) for each in difference.effects]
    parts = tuple(teller.part(each) for each in difference.results)
    apart: dict[tuple[str, ...], list[str]] = {}
    for part in parts:
        if part.apart:
            apart.setdefault(part.apart, []).append(part.result)
    return Story(
        finding(difference, population),
        name_of(old),
        name_of(new),
        parts,
        tuple((tuple(names), lines) for lines, names in apart.items()),
        blanks(difference) if apart else "",
        tuple(each for each in alone if each.said),
        tuple(each for each in alone if not each.said),
        tuple(_missing(difference)),
        "; ".join(filter(None, (_renamed(difference), _texts(difference.texts)))),
        None if population is None else crowd_of(population, Notices(teller.old, teller.new, near, named), data),
    )


def name_of(version: Version) -> str:
    """What people called it, which version that is, and its file."""
    full = f"{version.program.id}@{version.program.version}"
    return ", ".join(dict.fromkeys((version.name, full, file_of(version))))


def file_of(version: Version) -> str:
    """The rule file by the name that people know."""
    return version.model.top.span.source.name


def _renamed(difference: Difference) -> str:
    """What has another name in the new version, as its file says."""
    if difference.old.program.id != difference.new.program.id:
        return ""
    told = [f"`{old}` is `{new}` now" for old, new in names(difference.new).items()]
    more = f" and {len(told) - _RENAMED} more" if len(told) > _RENAMED else ""
    return f"renamed, as the new file says: {', '.join(told[:_RENAMED])}{more}" if told else ""


def _texts(count: int) -> str:
    if not count:
        return ""
    reads = "only reads" if count == 1 else "only read"
    return f"{plural(count, 'part')} {reads} otherwise: titles, sources, reasons, the order of declarations"


def _missing(difference: Difference) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for name, side in difference.missing:
        found.setdefault(side, []).append(f"`{name}`")
    for where in ("old", "new"):
        if where in found:
            yield f"results that only the {where} version has: {', '.join(found[where])}"


# --- telling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Teller:
    """The words of both versions, and the folder that they lie in."""

    old: Words
    new: Words
    near: str

    def part(self, compared: Compared) -> Part:
        asked = verdict_of(compared)
        kinds: dict[tuple[int, tuple[int, ...]], list[Move]] = {}
        for move in compared.moves:
            edits = move.witness.responsible if move.witness else ()
            kind = list(RATED).index(move.way), tuple(edit.number for edit in edits)
            kinds.setdefault(kind, []).append(move)
        return Part(
            compared.result,
            self.new.title(compared.result),
            compared.verdict,
            compared.within,
            "not compared" if asked == "inputs differ" else known_words(compared),
            compared.proved,
            "" if asked in ("same ratings", "inputs differ") else share_words(compared.share),
            tuple(self.kind(kinds[key], compared) for key in sorted(kinds)),
            compared.apart,
            self.levels(self.old, compared.old),
            self.levels(self.new, compared.result),
        )

    def kind(self, moves: Sequence[Move], compared: Compared) -> tuple[Passage, ...]:
        """Ways of one kind; the first with an example."""
        witness = moves[0].witness
        if witness is None:
            return tuple(self.passages(moves, compared))
        example = example_of(witness, (compared.old, moves[0].key[1]), self.old, self.new, self.near)
        first, *others = self.passages(moves, compared, self.changes(witness.responsible))
        return replace(first, example=example), *others

    def passages(
        self, moves: Iterable[Move], compared: Compared, changes: tuple[Change, ...] = ()
    ) -> Iterator[Passage]:
        """The ways that values go, those of several members together."""
        found: dict[tuple[str, str, Way, int], list[Move]] = {}
        old, new = self.old.steps[compared.old].type, self.new.steps[compared.result].type
        for move in moves:
            values = value_words(self.old, move.old, old), value_words(self.new, move.new, new)
            found.setdefault((*values, move.way, move.pairs), []).append(move)
        axes = self.new.steps[compared.result].axes
        for (one, other, way, pairs), those in found.items():
            keys = [key for move in those for key in (move.key, *move.others)]
            places = [self.new.place(axes, key[1]) for key in keys] if axes else []
            exact = those[0].share
            share = "" if exact is None else share_words(exact) + (f" for {places[0]}" if len(places) > 1 else "")
            yield Passage(listing(places, _MEMBERS), one, other, way, exact, share, pairs, changes)

    def changes(self, edits: Iterable[Edit]) -> tuple[Change, ...]:
        return tuple(change_of(edit, self.near) for edit in edits)

    def levels(self, words: Words, name: str) -> tuple[str, ...]:
        """The values that a result can have, best first; none where they are not listed."""
        match words.steps[name].type:
            case Scale(levels=levels) as scale:
                return tuple(words.present(place, scale) for place in reversed(range(len(levels))))
            case Choice(options) as choice:
                return tuple(words.present(option.name, choice) for option in options)
            case YesNo():
                return ("yes", "no")
            case Number():
                return ()
            case other:
                assert_never(other)

    def alone(self, effect: Effect) -> Alone:
        change = change_of(effect.edit, self.near)
        if not effect.stands:
            said = "cannot be taken alone: the old version with only this is no methodology"
            return Alone(change, (said,))
        moving = [each for each in effect.results if each.verdict != "same ratings"]
        if moving:
            return Alone(change, tuple(self.effects(moving)))
        tested = [each.tested for each in effect.results if not each.proved]
        if not tested:
            return Alone(change, ())
        found = (
            f"moves no rating of {plural(max(tested), 'record')}" if max(tested) else "is not known to move a rating"
        )
        return Alone(change, (f"{found}, which is not proved",))

    def effects(self, moving: Iterable[Compared]) -> Iterator[str]:
        """A line for each result that a change moves, and one for all that cannot be compared any more."""
        apart = [f"`{each.result}`" for each in moving if verdict_of(each) == "inputs differ"]
        if apart:
            yield f"makes the inputs of {', '.join(apart)} differ"
        yield from (self.moves(each) for each in moving if verdict_of(each) != "inputs differ")

    def moves(self, compared: Compared) -> str:
        """`moves `overall`, never lower: fair → good, 3.1 % (1/32)`."""
        said = [passage.said for passage in self.passages(compared.moves, compared)]
        if not said:
            return f"`{compared.result}`: {known_words(compared)}"
        shown: Sequence[str] = said if len(said) <= _WAYS else [*said[: _WAYS - 1], f"{len(said) - _WAYS + 1:,} more"]
        how = "" if compared.proved else f" ({doubt(compared.tested)})"
        return f"moves `{compared.result}`, {verdict_of(compared)}{how}: {'; '.join(shown)}"


def verdict_of(compared: Compared) -> Ending:
    """What holds where both can be asked."""
    return compared.verdict if compared.within is None else compared.within


def known_words(compared: Compared) -> str:
    if compared.proved:
        more = f"; there may be moves that are not shown: {compared.limit}" if compared.limit else ""
        return f"proved {compared.how}".rstrip() + more
    return doubt(compared.tested) + (f": {compared.limit}" if compared.limit else "")


def doubt(tested: int) -> str:
    return f"not proved, tested on {plural(tested, 'record')}" if tested else "not proved"
