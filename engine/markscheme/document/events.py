"""PyYAML's events to values, taking only what every YAML and JSON reader reads alike. Knows no methodology."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from ..diagnostics import Diagnostic, Findings, Label, Source, Span
from .errors import Stumble, second_document
from .nodes import Entry, Mapping, Node, Scalar, Sequence
from .unquoted import is_number, quoted, shown
from .values import MISSING_SPACE, meant, missing_space, of_key, of_quoted, of_unquoted, tab

MAX_VALUES = 100_000  # read in about a second
MAX_DEPTH = 40
MAX_SCALAR = 100_000  # characters: a table of a thousand rows
MAX_PROBLEMS = 100  # nobody reads more
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # for its parser alone: nothing is ever constructed
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_COMMENT = re.compile(r"#[^\n]*")


class _Enough(Exception):
    """Reading stops here; why has been said."""


def _place(event: yaml.Event) -> tuple[int, int]:
    """In characters of the text."""
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)


@dataclass(slots=True)
class _Open:
    """A list (`items`) or a set of keys that has begun and not ended."""

    start: int
    flow: bool
    items: list[Node] | None
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Scalar | None = None
    before: Scalar | None = None  # the last value, where it was an unquoted one

    @property
    def awaits_key(self) -> bool:
        return self.items is None and self.key is None


class Reading:
    """One pass over PyYAML's events, with its own stack: the depth of a text is never the depth of a call."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.found = Findings()
        self.root: Node | None = None
        self.spoiled = False  # something cannot stand in the document as what was meant
        self.problems = 0
        self.values = 0
        self.documents = 0
        self.stack: list[_Open] = []
        self.last = (0, 0)  # the place of the last single value
        self.end = 0  # of the last thing read that was not empty
        self.gap = ""  # what stands between that and the present thing: colons, commas, dashes, comments

    def run(self) -> Stumble | None:
        """Reads to the end, or to where PyYAML stops; problems are in `found`."""
        events = yaml.parse(self.text, Loader=_LOADER)
        while True:
            try:
                event = next(events, None)
            except Exception as error:  # PyYAML leaks ValueError, KeyError and others beside its own
                brackets = [each.start for each in self.stack if self.text.startswith(("[", "{"), each.start)]
                opened = brackets[-1] if brackets else None
                return Stumble(self.source, self.text, error, self.last, opened)
            try:
                if event is None:
                    self._top()
                    return None
                self._take(event)
            except _Enough:
                self.spoiled = True
                return None

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._value(event)
            case yaml.CollectionStartEvent():
                self._begin(event)
            case yaml.CollectionEndEvent():
                self._finish(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._document(event)
            case _:
                pass  # the ends of documents and of the stream say nothing

    # --- what is said -------------------------------------------------------------------------------------------------

    def _add(self, found: Diagnostic) -> None:
        self.problems += 1
        if self.problems > MAX_PROBLEMS:
            hint = "mend the others first"
            self.found.add("MS128", f"more than {MAX_PROBLEMS} problems: reading stops here", found.span, hint)
            raise _Enough
        self.found.extend([found])

    def _add_all(self, found: Iterable[Diagnostic]) -> None:
        for each in found:
            self._add(each)

    def _report(self, code: str, message: str, span: Span, hint: str, *labels: Label) -> None:
        self._add(Diagnostic(code, message, span, hint, labels))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def _arrive(self, at: int) -> None:
        """At the next thing: counts it, and looks at what stands before it."""
        self._between(at)
        self.values += 1
        if self.values > MAX_VALUES:
            hint = "long tables and lists live in a CSV beside the file"
            self._report("MS103", f"more than {MAX_VALUES:,} values", self._span(at, at + 1), hint)
            raise _Enough

    def _between(self, at: int) -> None:
        self.gap = self.text[self.end : at]
        if "\t" in self.gap:
            bare = _COMMENT.sub(lambda comment: " " * len(comment[0]), self.gap)
            if "\t" in bare:
                self._add(tab(self.source, self.end + bare.index("\t")))

    # --- the whole, lists and sets of keys ----------------------------------------------------------------------------

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._add(second_document(self._span(*_place(event))))
            raise _Enough

    def _top(self) -> None:
        self._between(len(self.text))
        if isinstance(self.root, Mapping) or self.root is None or self.problems:
            return
        start = self.root.span.start
        what = "a list" if isinstance(self.root, Sequence) else "bare text"
        span = self._span(start, start + len(self.text[start : start + 200].split("\n")[0].rstrip()))
        hint = "begin with a key, a colon and a value: `markscheme: 1`"
        self._report("MS106", f"the file begins with {what}, not with a key", span, hint)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        start, end = _place(event)
        self._arrive(start)
        self._properties(event, start, "")
        if len(self.stack) == MAX_DEPTH:
            hint = "look for brackets that are not closed"
            self._report("MS104", f"more than {MAX_DEPTH} levels of nesting", self._span(start, start + 1), hint)
            raise _Enough
        if self.stack and self.stack[-1].awaits_key:
            self._complex_key(start, start + 1)
        flow = bool(event.flow_style)
        self.stack.append(_Open(start, flow, [] if isinstance(event, yaml.SequenceStartEvent) else None))
        self.end = max(self.end, end if flow else start)

    def _finish(self, event: yaml.CollectionEndEvent) -> None:
        done = self.stack.pop()
        start, end = _place(event)
        if end > start:
            self._between(start)
            self.end = end
        span = self._span(done.start, max(self.end, done.start))
        self._put(Mapping(done.entries, span) if done.items is None else Sequence(tuple(done.items), span))

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.items is not None:
            top.items.append(node)
        elif top.key is None:  # a key that is no word: that has been said
            top.key = Scalar("", node.span, quoted=True)
        else:
            top.entries.setdefault(top.key.text, Entry(top.key, node))
            top.key = None
            top.before = node if isinstance(node, Scalar) and not node.quoted else None

    # --- what the plain part of YAML leaves out ----------------------------------------------------------------------

    def _alias(self, event: yaml.AliasEvent) -> None:
        start, end = _place(event)
        self._arrive(start)
        span = self._span(start, end)
        over = self.stack[-1].key if self.stack else None
        if over is None or over.text != "<<":  # otherwise the key has been refused
            self._sharing(span)
        self.spoiled = True
        self.end = end
        self._put(Scalar("", span, quoted=True))

    def _sharing(self, span: Span) -> None:
        does = "repeats a value from elsewhere" if span.text.startswith("*") else "marks a value to repeat elsewhere"
        hint = "write the values out where they are used; text is quoted: " + quoted(span.text[:40])
        self._report("MS107", f"{shown(span.text)} {does}", span, hint)
        self.spoiled = True

    def _properties(self, event: yaml.NodeEvent, start: int, value: str) -> None:
        """What stands before a value and changes what it means: `&anchor`, `!tag`."""
        wanted = {"&": event.anchor is not None, "!": getattr(event, "tag", None) is not None}
        if not any(wanted.values()):
            return
        for match in re.finditer(r"[&!][^\s,\[\]{}]*", self.text[start : start + 1000]):
            sign, span = match[0][0], self._span(start + match.start(), start + match.end())
            if not wanted[sign]:
                break
            wanted[sign] = False
            if sign == "&":
                self._sharing(span)
            elif not value and re.fullmatch(r"![^!<\w]*", match[0]):  # an operator rather than a type
                hint = f"quote it: {quoted(match[0])}"
                self._report("MS122", f"{shown(match[0])} has a meaning of its own in YAML", span, hint)
            else:
                hint = f"leave it out; text is quoted: {quoted(match[0][:40])}"
                self._report("MS109", f"{shown(match[0])} gives a value a type of its own", span, hint)

    def _complex_key(self, start: int, end: int) -> None:
        self._report("MS112", "a key is a single word", self._span(start, end), "write `key: value`")
        self.spoiled = True

    # --- single values and keys ---------------------------------------------------------------------------------------

    def _value(self, event: yaml.ScalarEvent) -> None:
        (start, end), text, style = _place(event), event.value, event.style or ""
        self._arrive(start)
        self._properties(event, start, text)
        marked = event.anchor is not None or event.tag is not None
        if marked and (before := _PROPERTIES.match(self.text, start, end)):
            start = before.end()
        if style in ("|", ">"):  # the event ends where the next thing begins
            end = start + len(self.text[start:end].rstrip())
        span = self._span(start, end)
        if len(text) > MAX_SCALAR:
            message = f"a value of {len(text):,} characters is too long"
            self._report("MS103", message, self._span(start, start + 1), f"a value has at most {MAX_SCALAR:,}")
            value = Scalar(text[:MAX_SCALAR], span, quoted=True)
        elif style:
            value = Scalar(text, span, quoted=True)
            self._add_all(of_quoted(value, style))
        elif not text:
            value = Scalar("", span, quoted=True) if marked else self._missing(start)
        else:
            value = Scalar(text, span, is_number(text))
            if self.stack and self.stack[-1].awaits_key:
                self._add_all(of_key(value))
                self.spoiled |= text == "<<"
            elif found := list(of_unquoted(value, after_colon=self.gap.rstrip(" ").endswith(":"))):
                self._add_all(found)
                value = meant(value)
        if text or style:
            self.last, self.end = (start, end), end
        if self.stack and self.stack[-1].awaits_key:
            self._key(self.stack[-1], value)
        else:
            self._put(value)

    def _key(self, top: _Open, key: Scalar) -> None:
        if "?" in _COMMENT.sub("", self.gap):
            self._complex_key(key.span.start, key.span.end)
        if first := top.entries.get(key.text):
            label = Label(first.key.span, "first given here")
            self._report("MS113", f"{shown(key.text)} is given twice", key.span, "keep one of them", label)
        top.key = key

    def _missing(self, at: int) -> Scalar:
        """A value that is not there, at `at`."""
        top = self.stack[-1] if self.stack else None
        if top is None or top.awaits_key:
            span = self._span(at, min(at + 1, len(self.text)))
            self._report("MS121", "nothing stands before this colon", span, "write the key before it")
            return Scalar("", span, quoted=True)
        if top.key is None:
            dash = self.text.rfind("-", self.end, at + 1)
            span = self._span(dash, dash + 1) if dash >= 0 else self._span(at, at)
            self._report("MS119", "there is nothing in this item of the list", span, "write the item, or take it out")
            return Scalar("", span, quoted=True)
        key = top.key
        value = Scalar("", key.span, quoted=True)
        missing = None if key.quoted or ":" in self.gap else MISSING_SPACE.fullmatch(key.text)
        if missing:
            self._add(missing_space(self.source, missing, key.span.start))
            return value
        hint = "write its value, or what belongs to it indented under it"
        if top.flow and ":" not in self.gap:
            hint = "write a colon and its value; a list is written `[…]`"
            if top.before is not None:
                whole = quoted(f"{top.before.text}, {key.text}")
                hint = f"text with a comma in it is quoted: {whole}"
                if " " not in key.text:
                    hint = f"give it a value, `{shown(key.text)[1:-1]}: …`; {hint}"
        self._report("MS119", f"there is nothing after {shown(key.text)}", key.span, hint)
        return value
