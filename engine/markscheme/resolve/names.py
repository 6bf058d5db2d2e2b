"""What the names of a methodology stand for: scales, sets, inputs, constants and measures. Knows no rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from .. import bounds, ir
from .. import model as written
from ..bounds import Bounds
from ..diagnostics import Findings, Label, Span, suggestion
from ..document import Scalar
from ..syntax import Phrase
from ..syntax.phrasing import figure

MOST_COMPARED = 100_000  # words, in search of one that is meant

ABSENCE_WORDS = frozenset({"blank", "missing", "empty", "unknown", "undefined", "null", "known", "given", "available"})

SHARE = re.compile(r"\bsum\(.+/.*\b(sum|count)\(", re.DOTALL)  # of what can be had, as spreadsheets work it out

Linked = Callable[[str, str, Span], ir.Program | None]  # another methodology, by id and version; findings are its own


@dataclass(frozen=True, slots=True)
class Gap:
    """That a value can be absent: by a reason that is skipped, or by one that leaves things undecided, or either."""

    skip: bool
    unrated: bool
    why: str
    reason: str = "not_rated"

    def and_(self, other: Gap | None) -> Gap:
        if other is None:
            return self
        return Gap(self.skip or other.skip, self.unrated or other.unrated, self.why, self.reason)


def any_of(gaps: Iterable[Gap | None]) -> Gap | None:
    """Of a value that can be absent where any of these can."""
    known = [gap for gap in gaps if gap]
    if not known:
        return None
    return Gap(any(g.skip for g in known), any(g.unrated for g in known), known[0].why, known[0].reason)


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for. `gap` is None where its value cannot be absent; `bounds` say what numbers it can be."""

    name: str
    kind: Literal["input", "parameter", "attribute", "measure", "threshold"]
    axes: tuple[str, ...]
    type: ir.Type
    gap: Gap | None
    bounds: Bounds
    span: Span


@dataclass(slots=True)
class Names:
    """Everything declared, filled in as it is resolved."""

    findings: Findings
    scales: dict[str, ir.Scale] = field(default_factory=dict)
    sets: dict[str, ir.Set] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)  # where each name of the shared namespace was first given
    sources: dict[str, ir.Cited] = field(default_factory=dict)
    reasons: set[str] = field(default_factory=set)  # why something can be absent
    unsure: set[str] = field(default_factory=set)  # measures that could not be made out, and those that read them
    quotients: set[str] = field(default_factory=set)  # measures that are a sum divided by a sum
    unknown_words: int = 0
    broken: set[str] = field(default_factory=set)  # declared, but not so that more can be said: be silent about them

    def claim(self, name: str, span: Span) -> bool:
        """Take a name of the shared namespace; a second taker is told where the first one is."""
        if name in self.places:
            self.findings.add(
                "MS401", f"`{name}` is given twice", span, "give one of them another name",
                [Label(self.places[name], "first given here")],
            )  # fmt: skip
            return False
        self.places[name] = span
        self.refused(name)
        return True

    def refused(self, text: str) -> None:
        """Of a text that is no name, which has been said: be silent about what it would be as one, and its words."""
        if not re.fullmatch(r"[a-z0-9_]+", text):
            self.broken.update((*text.casefold().split(), re.sub(r"\W+", "_", text.casefold()).strip("_")))

    def declare(self, symbol: Symbol) -> None:
        self.symbols[symbol.name] = symbol

    def refused_within(self, span: Span | None) -> bool:
        """Whether a piece of what stands here could not be read, so that it is not among what is looked at."""
        found = self.findings.all() if self.findings.errors and span else ()
        return any(
            each.code in ("MS301", "MS302", "MS307") and each.span and span and span.start <= each.span.start < span.end
            for each in found
        )

    def rests_on_unsure(self, span: Span) -> bool:
        """Whether a text reads what could not be made out: what its numbers can be is then not known."""
        return bool(self.unsure) and not self.unsure.isdisjoint(re.findall(r"\w+", span.text))

    def unknown(self, word: str, span: Span, options: Iterable[str] = (), what: str = "name") -> None:
        """Say that a word is not known here, unless it is one whose declaration has been complained of already."""
        if word in self.broken:
            return
        if what == "name" and word in self.sets:
            message = f"`{word}` is a set, which has no value itself"
            self.findings.add("MS402", message, span, f"name what has a value for each of `{word}`")
            return
        options = tuple(options)
        message, hint = f"unknown {what} `{word}`", None
        others: tuple[str, ...] = ()  # a scale, a set or a source is meant for no measure, though one be called alike
        if what == "name" or what.startswith(("level of", "option")):
            message, hint = self.instead(word, options, message)
            others = (*self.symbols, *self.places)
        known = [each for each in (*options, *others) if re.fullmatch(r"[a-z0-9_]+", each)]
        self.unknown_words += 1  # looking for a word like it takes time
        if hint is None and self.unknown_words * len(known) < MOST_COMPARED:
            hint = suggestion(word, known)
        if hint is None and options:
            hint = "one of " + ", ".join(f"`{option}`" for option in options[:12])
        self.findings.add("MS402", message, span, hint)

    def instead(self, word: str, options: tuple[str, ...], unknown: str) -> tuple[str, str | None]:
        """Of a word in a rule that people take for a value: what it is, or that it is unknown, and how that is said."""
        if figure(word) is not None and not word.isdigit():
            return unknown, f"write the figure: `{figure(word)}`"
        if word == "half":
            return unknown, "a share is a count: `count(x where x is poor) is at least count(x) / 2`"
        if word == "them":
            return unknown, "`them` stands in a principle, for what it is applied to"
        if options == ("no", "yes") and word in ("true", "false"):
            return unknown, f"write `{'yes' if word == 'true' else 'no'}`"
        if word in self.reasons:
            what = f"`{word}` is a reason for absence, not a value"
            return what, "what has no value `is absent`; an outcome without one is `absent`"
        if word in ABSENCE_WORDS:
            levels = " or ".join(f"`{option}`" for option in options[:12])
            return unknown, f"{levels}; what has no value `is absent`" if levels else "what has no value `is absent`"
        held = [axis for axis, each in self.sets.items() if word in each.above]
        if held:
            having = [s.name for s in self.symbols.values() if held[0] in s.axes and s.kind != "attribute"]
            of_it = " or ".join(f"`{name} for {word}`" for name in having[:3])
            hint = f"say what of it: {of_it}" if of_it else f"give what has a value for it `each: {held[0]}`"
            return f"`{word}` is a member of `{held[0]}`, which has no value itself", hint
        for name, symbol in self.symbols.items():
            if word.startswith(f"{name}_") and symbol.axes:
                member = word.removeprefix(f"{name}_")
                if any(member in self.sets[axis].above for axis in symbol.axes):
                    return unknown, f"a member is `{name} for {member}`"
        return unknown, None

    # --- scales and sets ---------------------------------------------------------------------------------------------

    def add_scale(self, name: Scalar, levels: tuple[written.Level, ...]) -> None:
        made = []
        for level in levels:
            text = level.name.text
            self.refused(text)
            if level.name.number and not text.isdigit():
                self.findings.add(
                    "MS404", f"`{text}` is not a level's name", level.name.span, "a word, or a whole number"
                )
            value = level.value.text if level.value else text if text.isdigit() else None
            title = level.title.text if level.title else words(text)
            worth, colour = number(value) if value else None, level.colour.text if level.colour else None
            made.append(ir.Level(text, title, worth, colour, level.value.span if level.value else None))
        self.distinct([(level.name.text, level.name.span) for level in levels], "level")
        self.titles([(m.name, m.title, w.name.span) for m, w in zip(made, levels, strict=True)], "level")
        if made:
            self.scales[name.text] = ir.Scale(name.text, tuple(made))

    def add_set(self, each: written.Set) -> None:
        if not self.claim(each.name.text, each.name.span):
            return
        parent = each.within.text if each.within else None
        if each.within and parent not in self.sets:
            self.unknown(each.within.text, each.within.span, self.sets, "set")
            parent = None
        if parent:
            known = [m.name for m in self.sets[parent].members]
            for key in {m.parent.text: m.parent for m in each.members if m.parent}.values():
                if key.text not in known:
                    self.unknown(key.text, key.span, known, f"member of `{parent}`")
        made = [
            ir.Member(m.name.text, m.title.text if m.title else words(m.name.text), m.parent.text if m.parent else None)
            for m in each.members
        ]
        for member in each.members:
            self.refused(member.name.text)
        self.distinct([(m.name.text, m.name.span) for m in each.members], "member")
        self.titles([(m.name, m.title, w.name.span) for m, w in zip(made, each.members, strict=True)], "member")
        self.sets[each.name.text] = ir.Set(each.name.text, words(each.name.text), tuple(made), parent)

    def distinct(self, items: list[tuple[str, Span]], what: str) -> None:
        first: dict[str, Span] = {}
        for name, span in items:
            if name in first:
                labels = [Label(first[name], "first given here")]
                self.findings.add("MS401", f"the {what} `{name}` is given twice", span, "leave one of them out", labels)
            first.setdefault(name, span)

    def titles(self, items: list[tuple[str, str, Span]], what: str) -> None:
        """Data may carry a title for an identifier, so no title may be another one's title or identifier."""
        owner: dict[str, tuple[str, Span]] = {}
        for name, title, span in items:
            for text in {ir.folded(name), ir.folded(title)}:
                if text in owner and owner[text][0] != name:
                    labels = [Label(owner[text][1], "the other one")]
                    self.findings.add(
                        "MS401", f"two {what}s are called `{title}`", span, "give one another `title`", labels
                    )
                owner.setdefault(text, (name, span))

    def note(self, given: written.Note) -> ir.Note:
        """Where a rule comes from; what it cites must be among the sources."""
        if given.cite and given.cite.text not in self.sources:
            self.unknown(given.cite.text, given.cite.span, self.sources, "source")
        status = given.status.text if given.status else "published"
        if status not in ir.STATUSES:
            self.unknown(status, given.status.span if given.status else given.span, ir.STATUSES, "status")
            status = "published"
        because = given.because.text if given.because else None
        return ir.Note(status, given.cite.text if given.cite else None, because, given.span)  # type: ignore[arg-type]

    # --- axes and types ----------------------------------------------------------------------------------------------

    def axes(self, given: tuple[Scalar, ...]) -> tuple[str, ...]:
        axes: list[str] = []
        for axis in given:
            if axis.text not in self.sets:
                self.unknown(axis.text, axis.span, self.sets, "set")
            elif axis.text in axes:
                self.findings.add("MS401", f"the set `{axis.text}` is given twice", axis.span, "leave one out")
            else:
                axes.append(axis.text)
        return tuple(axes)

    def type(self, given: written.Type) -> ir.Type | None:
        """The declared type; None where it cannot be made out, which has been reported."""
        if given.scale is not None:
            scale = self.scales.get(given.scale.text)
            if scale is None:
                self.unknown(given.scale.text, given.scale.span, self.scales, "scale")
            return scale
        match given.kind.text if given.kind else None:
            case "number":
                low, high = (number(s.text) if s and s.number else None for s in (given.low, given.high))
                if low is not None and high is not None and given.low and given.high and low > high:
                    self.findings.add(
                        "MS403", f"`min` {given.low.text} is above `max` {given.high.text}", given.high.span
                    )
                places = given.decimals.text if given.decimals and given.decimals.number else ""
                decimals = int(places) if places.isdigit() and len(places) < 3 else None  # else it is found by `shape`
                unit = given.unit.text if given.unit else None
                return ir.Number(decimals, low, high, unit, given.better.text if given.better else None)  # type: ignore[arg-type]
            case "choice":
                self.distinct([(o.text, o.span) for o in given.options], "option")
                return ir.Choice(tuple(ir.Option(o.text, words(o.text)) for o in given.options))
            case "yes_no":
                return ir.YesNo(given.better.text if given.better else "neither")  # type: ignore[arg-type]
        return None

    def value(self, type: ir.Type, phrase: Phrase, others: tuple[str, ...] = ()) -> ir.Present | None:
        """A value of a type as written in a declaration; None where it is not one, which is reported. `others` are the
        words that could stand in its place."""
        if not phrase.text:
            return None  # that it is empty has been said
        match type:
            case ir.Scale(name, levels):
                position = type.position(phrase.text)
                if position is None:
                    known = [*others, *(level.name for level in levels)]
                    self.unknown(phrase.text, phrase.span, known, f"level of `{name}`")
                return position
            case ir.Choice() | ir.YesNo():
                names = options(type)
                if phrase.text in names:
                    return phrase.text
                self.unknown(phrase.text, phrase.span, (*others, *names), "option")
                return None
            case ir.Number():
                value = number(phrase.text)
                if value is None:
                    self.findings.add(
                        "MS404", f"`{phrase.text}` is not a number", phrase.span, "digits, as in 60 or 0.5"
                    )
                return value


def options(type: ir.Type) -> tuple[str, ...]:
    """The words that a value of a type is written with; none for numbers."""
    match type:
        case ir.Scale(_, levels):
            return tuple(level.name for level in levels)
        case ir.Choice(given):
            return tuple(option.name for option in given)
        case ir.YesNo():
            return ("no", "yes")
        case ir.Number():
            return ()


def bounds_of(type: ir.Type) -> Bounds:
    """What a declared type says of its numbers, or of what its levels are worth."""
    match type:
        case ir.Number(decimals, low, high):
            return Bounds(low, high, None if decimals is None else Fraction(1, 10**decimals))
        case ir.Scale(_, levels):
            values = [level.value for level in levels if level.value is not None]
            return bounds.of_values(values) if len(values) == len(levels) else Bounds()
        case ir.Choice() | ir.YesNo():
            return Bounds()


def words(identifier: str) -> str:
    """`requires_improvement` → `Requires improvement`."""
    text = identifier.replace("_", " ")
    return text[:1].upper() + text[1:]


def number(text: str) -> Fraction | None:
    digits = text.removeprefix("-")
    if len(digits) > 40 or not digits.isascii() or not digits.replace(".", "", 1).isdigit() or digits[-1] == ".":
        return None
    return Fraction(text) if digits[0] != "." else None
