"""One finding: a code, one terse sentence, a place in a text, a hint. Knows nothing of what is being checked."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from .codes import Severity, registry


@dataclass(frozen=True)
class Source:
    """A text and the name people know it by (a path as they typed it, or `<text>`)."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        return (0, *(i + 1 for i, c in enumerate(self.text) if c == "\n"))

    def line(self, number: int) -> str:
        """The text of a line, 1-based, without its end."""
        starts = self.line_starts
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a source, as character offsets from `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """1-based."""
        return bisect_right(self.source.line_starts, self.start)

    @property
    def column(self) -> int:
        """1-based."""
        return self.start - self.source.line_starts[self.line - 1] + 1

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """From the start of this one to the end of the other."""
        return Span(self.source, self.start, other.end)


@dataclass(frozen=True, slots=True)
class Label:
    """A second place with a few words: `first given here`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding in a rule file, a cases file or a table beside them.

    `message` is one sentence, lower case, no full stop, at most 90 characters where names allow, the user's words in
    backticks. `hint` is something to paste or do; `shown` are lines of plain text that show it: two records, say.
    """

    code: str
    message: str
    span: Span | None
    hint: str | None = None
    labels: tuple[Label, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """That of its code."""
        return registry()[self.code].severity

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts findings by file, then by place."""
        return (self.span.source.name, self.span.start, self.code) if self.span else ("", 0, self.code)


class Findings:
    """Collects diagnostics, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Diagnostic] = {}

    def add(
        self, code: str, message: str, span: Span | None, hint: str | None = None, labels: Iterable[Label] = ()
    ) -> None:
        found = Diagnostic(code, message, span, hint, tuple(labels))
        self._found.setdefault((found.order, message), found)

    def extend(self, found: Iterable[Diagnostic]) -> None:
        for each in found:
            self._found.setdefault((each.order, each.message), each)

    def all(self) -> tuple[Diagnostic, ...]:
        """In the order of the text."""
        return tuple(sorted(self._found.values(), key=lambda d: d.order))

    @property
    def errors(self) -> bool:
        return any(d.severity == "error" for d in self._found.values())


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """`did you mean `good`?`, or None where nothing is near."""
    if not any(letter.isalpha() for letter in word):
        return None  # a figure is not a misspelling of another figure
    near = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a record or a data file. Bad data is not an exception: it is a reject that says this.

    `value` is what was found, cut to 100 characters; `place` is `line 12` or `Sheet1!C7` where there is one.
    """

    code: str
    message: str
    column: str | None = None
    value: str | None = None
    place: str | None = None
    hint: str | None = None
