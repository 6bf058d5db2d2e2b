"""The changes of text between two versions of a methodology, part by part, and the methodologies between the two: the
old one with some of the changes. Knows what is written, not what it means.

What reads otherwise and says the same (titles, reasons, sources) is no change; it is counted. What is declared in only
one version stands in every methodology between: without a reader it does nothing, and its readers are changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

from .. import model as written
from ..compile import resolved
from ..diagnostics import Findings, Span
from ..document import Mapping, Node, Scalar, plain
from ..ir import Program
from ..syntax import Phrase
from .aligning import aligned
from .verdicts import Edit, Version

Taken = frozenset[int]
T = TypeVar("T")
Take = Callable[[Taken], T]
_Attribute = tuple[Phrase, Phrase]

_WORDS = frozenset({"title", "colour", "note", "changeable"})  # what people read and no rule does
_PLACES = frozenset({"span", "place"})
_TOLD = ("title", "publisher", "status", "sources", "guarantees", "waive")
_KEPT = 400  # methodologies between

Sections = Literal["scales", "sets", "parameters", "inputs", "principles", "measures", "sources"]


class Revised:
    """Two versions and the changes between them. `texts` counts the parts that only read otherwise."""

    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        parts = _Parts(_shifted(old.model, new.model))
        self._take = parts.model(old.model, new.model)
        self.edits = tuple(parts.edits)
        self.texts = parts.texts
        self._programs: dict[Taken, Program | None] = {}

    @cached_property
    def all(self) -> Taken:
        """The numbers of all edits."""
        return frozenset(edit.number for edit in self.edits)

    def program(self, taken: Taken) -> Program | None:
        """The old version with some of the edits; None where that is no methodology."""
        if not taken:
            return self.old.program
        if taken == self.all:
            return self.new.program
        if taken not in self._programs:
            if len(self._programs) >= _KEPT:
                self._programs.clear()
            self._programs[taken] = self._resolved(taken)
        return self._programs[taken]

    def _resolved(self, taken: Taken) -> Program | None:
        def linked(id: str, version: str) -> Program | None:
            return self.old.linked(id, version) or self.new.linked(id, version)

        model = self._take(taken)
        program = resolved(model, linked, Findings())
        steps = {step.name for step in program.steps} if program is not None else ()
        # what reading refuses (an `otherwise` in the middle) is left out without a word there
        return program if all(measure.name.text in steps for measure in model.measures) else None


# --- what is written, without where ----------------------------------------------------------------------------------


def meant(node: Any, besides: frozenset[str] = _WORDS) -> Hashable:
    """What a part says, without its places and its words for people."""
    if isinstance(node, Scalar | Phrase):
        return node.text
    if isinstance(node, tuple):
        return tuple(meant(each, besides) for each in node)
    if isinstance(node, dict):
        return tuple((name, meant(each, besides)) for name, each in sorted(node.items()))
    if is_dataclass(node) and not isinstance(node, type):
        told = (each.name for each in fields(node) if each.name not in _PLACES and each.name not in besides)
        return type(node).__name__, *(meant(getattr(node, name), besides) for name in told)
    return node  # type: ignore[no-any-return]  # None or a text


def _worded(node: Any) -> Hashable:
    return meant(node, frozenset())


def place_of(node: Any) -> Span | None:
    """Where a part stands: a rule, row or limit whole, a declaration by its name."""
    match node:
        case None:
            return None
        case written.Set() | written.Parameter() | written.Input() | written.Principle() | written.Measure():
            return node.name.span
        case written.Threshold():
            return node.name.span
        case written.Rule() | written.Row() | written.Band() | written.Limit():
            return node.note.span
        case written.Rules():
            return _around(rule.note.span for rule in node.rules)
        case written.Bands():
            return node.note.span
        case written.OneFormula():
            return node.value.span
        case written.FirstPresent():
            return _around(name.span for name in node.names)
        case written.Applied():
            return _around((node.principle.span, node.to.span))
        case written.Absence():
            return node.treatment.span
        case tuple():
            return _around(place_of(each) for each in node)
        case written.Level() | written.Member():
            return node.name.span
        case _:
            found = node.span
            assert isinstance(found, Span)
            return found


def _around(spans: Iterable[Span | None]) -> Span | None:
    found = [span for span in spans if span is not None]
    if not found:
        return None
    return Span(found[0].source, min(each.start for each in found), max(each.end for each in found))


# --- part by part ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parts:
    """Walks two models side by side; each method gives what makes the part of a methodology between."""

    shifted: frozenset[str]  # names that are declared as something else in the new version
    edits: list[Edit] = field(default_factory=list)
    texts: int = 0
    _shifts: dict[str, int] = field(default_factory=dict)

    def edit(self, part: str, old: Any, new: Any, kind: str | None = None) -> int:
        found: Any = kind or ("added" if old is None else "removed" if new is None else "changed")
        self.edits.append(Edit(len(self.edits), part, found, place_of(old), place_of(new)))
        return len(self.edits) - 1

    def one(self, part: str, old: T, new: T) -> Take[T]:
        """A part that changes as a whole."""
        if meant(old) == meant(new):
            self.texts += _worded(old) != _worded(new)
            return lambda taken: old
        number = self.edit(part, old, new)
        return lambda taken: new if number in taken else old

    def listed(self, part: str, old: Sequence[Any], new: Sequence[Any]) -> Take[tuple[Any, ...]]:
        """A list whose order counts. What stands elsewhere now has moved."""
        keys, others = [meant(each) for each in old], [meant(each) for each in new]
        if old and new and _is_last(old[-1]) and _is_last(new[-1]):  # one `otherwise` is the other, whatever it says
            pairs = [*aligned(keys[:-1], others[:-1]), (len(old) - 1, len(new) - 1)]
        else:
            pairs = aligned(keys, others)
        gone = {keys[i]: i for i, j in pairs if i is not None and j is None}
        moved = {j: gone.pop(others[j]) for i, j in pairs if i is None and j is not None and others[j] in gone}
        numbers: dict[int, int] = {}
        slots: list[tuple[Any, Any, int | None]] = []
        for i, j in pairs:
            one, other = None if i is None else old[i], None if j is None else new[j]
            if i is not None and j is not None and keys[i] == others[j]:
                self.texts += _worded(one) != _worded(other)
                slots.append((one, other, None))
                continue
            partner = moved.get(j) if j is not None and i is None else None
            if partner is None and i is not None and j is None:
                partner = i if i in moved.values() else None
            if partner is None:
                at = j if j is not None else i
                assert at is not None
                number = self.edit(part.format(at + 1), one, other)
            else:
                if partner not in numbers:
                    there = next(at for at, was in moved.items() if was == partner)
                    numbers[partner] = self.edit(part.format(there + 1), old[partner], new[there], "moved")
                number = numbers[partner]
            slots.append((one, other, number))

        def take(taken: Taken) -> tuple[Any, ...]:
            chosen = (one if number is None or number not in taken else other for one, other, number in slots)
            return tuple(each for each in chosen if each is not None)

        return take

    def named(
        self,
        old: Sequence[T],
        new: Sequence[T],
        name: Callable[[T], str],
        both: Callable[[T, T], Take[T]],
        what: str = "",
        chosen: bool = False,
    ) -> Take[tuple[T, ...]]:
        """Declarations by name. What only one version declares is always there, unless it is `chosen`, or the other
        version declares that name as something else."""
        ours, theirs = {name(each): each for each in old}, {name(each): each for each in new}
        takes: list[Callable[[Taken], T | None]] = []
        for key, each in ours.items():
            if key in theirs:
                takes.append(both(each, theirs[key]))
            else:
                takes.append(self._only(what.format(key), key, each, None, chosen))
        takes += [self._only(what.format(key), key, None, theirs[key], chosen) for key in theirs if key not in ours]
        return lambda taken: tuple(each for take in takes if (each := take(taken)) is not None)

    def _only(self, part: str, key: str, old: T | None, new: T | None, chosen: bool) -> Callable[[Taken], T | None]:
        there = new if old is None else old
        if not part:
            return lambda taken: there
        shifted = key in self.shifted
        number = self._shifts[key] if shifted and key in self._shifts else self.edit(part, old, new)
        if shifted:
            self._shifts[key] = number
        if chosen or shifted:
            return lambda taken: new if number in taken else old
        return lambda taken: there

    # --- the whole ---------------------------------------------------------------------------------------------------

    def model(self, old: written.Model, new: written.Model) -> Take[written.Model]:
        scales = self.named(old.scales, new.scales, lambda each: each[0].text, self.scale, "the scale `{}`")
        sets = self.named(old.sets, new.sets, lambda each: each.name.text, self.set, "the set `{}`")
        parameters = self.named(
            old.parameters, new.parameters, lambda each: each.name.text, self.parameter, "the parameter `{}`"
        )
        inputs = self.named(old.inputs, new.inputs, lambda each: each.name.text, self.input, "the input `{}`")
        principles = self.named(
            old.principles, new.principles, lambda each: each.name.text, self.principle, "the principle `{}`"
        )
        measures = self.named(old.measures, new.measures, lambda each: each.name.text, self.measure, "the measure `{}`")
        sources = self.named(old.sources, new.sources, lambda each: each[0].text, lambda one, other: lambda _: one)
        for key in _TOLD:
            self.texts += _plain(old.top, key) != _plain(new.top, key)
        return lambda taken: replace(
            old,
            scales=scales(taken),
            sets=sets(taken),
            parameters=parameters(taken),
            inputs=inputs(taken),
            principles=principles(taken),
            measures=measures(taken),
            sources=sources(taken),
            guarantees=(),
            waivers=(),
        )

    def scale(self, old: tuple[Scalar, Any], new: tuple[Scalar, Any]) -> Take[tuple[Scalar, Any]]:
        name = old[0].text
        if [level.name.text for level in old[1]] != [level.name.text for level in new[1]]:
            levels = self.one(f"the levels of `{name}`", old[1], new[1])
            return lambda taken: (old[0], levels(taken))
        takes = [self.level(name, one, other) for one, other in zip(old[1], new[1], strict=True)]
        return lambda taken: (old[0], tuple(take(taken) for take in takes))

    def level(self, scale: str, old: written.Level, new: written.Level) -> Take[written.Level]:
        self.texts += _worded((old.title, old.colour)) != _worded((new.title, new.colour))
        value = self.one(f"what level `{old.name.text}` of `{scale}` is worth", old.value, new.value)
        return lambda taken: replace(old, value=value(taken))

    def set(self, old: written.Set, new: written.Set) -> Take[written.Set]:
        def there(given: written.Set) -> dict[str, Hashable]:
            return {each.name.text: meant(each.parent) for each in given.members}

        if there(old) != there(new) or meant(old.within) != meant(new.within):
            return self.one(f"the members of `{old.name.text}`", old, new)
        others = {each.name.text: each for each in new.members}
        takes = [self.member(old.name.text, each, others[each.name.text]) for each in old.members]
        return lambda taken: replace(old, members=tuple(take(taken) for take in takes))

    def member(self, set: str, old: written.Member, new: written.Member) -> Take[written.Member]:
        self.texts += _worded(old.title) != _worded(new.title)
        takes = {}
        for name in dict.fromkeys((*old.attributes, *new.attributes)):
            one, other = old.attributes.get(name), new.attributes.get(name)
            if one is not None and other is not None:
                takes[name] = self.attribute(f"`{name}` of `{old.name.text}` in `{set}`", one, other)
            else:  # without a reader it does nothing
                takes[name] = _always(one or other)
        return lambda taken: replace(old, attributes={name: take(taken) for name, take in takes.items()})

    def attribute(self, part: str, old: _Attribute, new: _Attribute) -> Take[_Attribute]:
        value = self.one(part, old[1], new[1])
        return lambda taken: (old[0], value(taken))

    def parameter(self, old: written.Parameter, new: written.Parameter) -> Take[written.Parameter]:
        ours, theirs = ({meant(members): value for members, value in each.cells} for each in (old, new))
        if meant((old.axes, old.type)) != meant((new.axes, new.type)) or ours.keys() != theirs.keys():
            return self.one(f"the parameter `{old.name.text}`", old, new)
        self.texts += _worded((old.title, old.note)) != _worded((new.title, new.note))
        takes = []
        for members, value in old.cells:
            of = ", ".join(member.text for member in members)
            part = f"the parameter `{old.name.text}`" + (f" for {of}" if of else "")
            takes.append((members, self.one(part, value, theirs[meant(members)])))
        return lambda taken: replace(old, cells=tuple((members, take(taken)) for members, take in takes))

    def input(self, old: written.Input, new: written.Input) -> Take[written.Input]:
        name = old.name.text
        self.texts += _worded((old.title, old.note, old.changeable)) != _worded((new.title, new.note, new.changeable))
        axes = self.one(f"the sets of `{name}`", old.axes, new.axes)
        type = self.one(f"the values of `{name}`", old.type, new.type)
        absent = self.absences(name, old.absent, new.absent)
        empty = self.one(f"what an empty `{name}` is", old.empty, new.empty)
        linked = self.one(f"where `{name}` comes from", old.linked, new.linked)
        return lambda taken: replace(
            old, axes=axes(taken), type=type(taken), absent=absent(taken), empty=empty(taken), linked=linked(taken)
        )

    def absences(
        self, name: str, old: tuple[written.Absence, ...], new: tuple[written.Absence, ...]
    ) -> Take[tuple[written.Absence, ...]]:
        part = f"how `{{}}` counts in `{name}`"
        return self.named(
            old, new, lambda each: each.reason.text,
            lambda one, other: self.one(part.format(one.reason.text), one, other), part, chosen=True,
        )  # fmt: skip

    def principle(self, old: written.Principle, new: written.Principle) -> Take[written.Principle]:
        name = old.name.text
        self.texts += _worded((old.title, old.note)) != _worded((new.title, new.note))
        type = self.one(f"the values of `{name}`", old.type, new.type)
        thresholds = self.named(
            old.thresholds, new.thresholds, lambda each: each.name.text, self.threshold, "the threshold `{}`"
        )
        rules = self.listed(f"rule {{}} of `{name}`", old.rules.rules, new.rules.rules)
        return lambda taken: replace(
            old, type=type(taken), thresholds=thresholds(taken), rules=written.Rules(rules(taken))
        )

    def threshold(self, old: written.Threshold, new: written.Threshold) -> Take[written.Threshold]:
        bands = self.bands(old.name.text, old.bands, new.bands)
        return lambda taken: replace(old, bands=bands(taken))

    # --- measures ----------------------------------------------------------------------------------------------------

    def measure(self, old: written.Measure, new: written.Measure) -> Take[written.Measure]:
        name = old.name.text
        self.texts += _worded((old.title, old.note)) != _worded((new.title, new.note))
        axes = self.one(f"the sets of `{name}`", old.axes, new.axes)
        type = self.one(f"the values of `{name}`", old.type, new.type)
        form = self.form(name, old.form, new.form)
        limits = self.listed(f"limit {{}} of `{name}`", old.limits, new.limits)
        absent = self.absences(name, old.absent, new.absent)
        return lambda taken: replace(
            old, axes=axes(taken), type=type(taken), form=form(taken), limits=limits(taken), absent=absent(taken)
        )

    def form(self, name: str, old: written.Form | None, new: written.Form | None) -> Take[written.Form | None]:
        match old, new:
            case written.Rules(), written.Rules():
                rules = self.listed(f"rule {{}} of `{name}`", old.rules, new.rules)
                return lambda taken: written.Rules(rules(taken))
            case written.Bands(), written.Bands():
                return self.bands(name, old, new)
            case written.Table(), written.Table() if meant(old.columns) == meant(new.columns):
                hit = self.one(f"`hit` of `{name}`", _Said(old.hit, old.span), _Said(new.hit, new.span))
                rows = self.listed(f"row {{}} of `{name}`", old.rows, new.rows)
                return lambda taken: replace(old, rows=rows(taken), hit=hit(taken).text)
            case written.Grid(), written.Grid() if _keys(old) == _keys(new):
                return self.grid(name, old, new)
            case written.OneFormula(), written.OneFormula():
                return self.one(f"the formula of `{name}`", old, new)
            case written.Applied(), written.Applied():
                return self.one(f"what `{name}` applies", old, new)
            case _:
                return self.one(f"how `{name}` is found", old, new)

    def bands(self, name: str, old: written.Bands, new: written.Bands) -> Take[written.Bands]:
        of = self.one(f"what `{name}` bands", old.of, new.of)
        rows = self.listed(f"band {{}} of `{name}`", old.rows, new.rows)
        return lambda taken: replace(old, of=of(taken), rows=rows(taken))

    def grid(self, name: str, old: written.Grid, new: written.Grid) -> Take[written.Grid]:
        takes = [
            [
                self.one(f"cell {down.span.text}, {across.span.text} of `{name}`", one, other)
                for across, one, other in zip(old.keys_across, mine, theirs, strict=True)
            ]
            for down, mine, theirs in zip(old.keys_down, old.cells, new.cells, strict=True)
        ]
        return lambda taken: replace(old, cells=tuple(tuple(take(taken) for take in row) for row in takes))


@dataclass(frozen=True, slots=True)
class _Said:
    """A word and where it takes effect."""

    text: Any
    span: Span


def _is_last(node: Any) -> bool:
    """Whether it is an `otherwise`."""
    return (isinstance(node, written.Rule) and node.when is None) or (
        isinstance(node, written.Band) and node.kind == "otherwise"
    )


def _always(it: Any) -> Take[Any]:
    return lambda taken: it


def _keys(grid: written.Grid) -> Hashable:
    return meant((grid.down, grid.across, grid.keys_down, grid.keys_across))


def _plain(top: Mapping, key: str) -> object:
    node: Node | None = top.get(key)
    return None if node is None else plain(node)


def _shifted(old: written.Model, new: written.Model) -> frozenset[str]:
    """Names that both versions declare, each as something else."""

    def declared(model: written.Model) -> dict[str, str]:
        kinds = {"set": model.sets, "parameter": model.parameters, "input": model.inputs, "measure": model.measures}
        return {each.name.text: kind for kind, section in kinds.items() for each in section}  # type: ignore[attr-defined]

    ours, theirs = declared(old), declared(new)
    return frozenset(name for name in ours if name in theirs and ours[name] != theirs[name])
