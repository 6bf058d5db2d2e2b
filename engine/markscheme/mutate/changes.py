"""One change of a rule file: pieces of its text, or of a table beside it, and what stands there instead. Knows no
rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ..diagnostics import Source, Span

Kind = Literal[
    "cell",
    "outcome",
    "threshold",
    "comparison",
    "count",
    "quantifier",
    "join",
    "where",
    "rule",
    "limit",
    "rounding",
    "absence",
    "weight",
    "band",
    "better",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

SAYS: Final[dict[Kind, str]] = {
    "cell": "a cell of a table or grid that asks for or gives the next level",
    "outcome": "what a rule or band gives, a level up or down",
    "threshold": "a figure or level compared with, one step up or down",
    "comparison": "`at least` for `more than`, `at most` for `less than`, and back",
    "count": "how many are enough, one more or one fewer",
    "quantifier": "`any` for `all`, and back",
    "join": "`and` for `or`, and back",
    "where": "a `where` left out",
    "rule": "a rule, row or name left out, or put before its neighbour",
    "limit": "a limit left out, its level moved, a cap for a floor",
    "rounding": "another way to round",
    "absence": "another treatment of an absence",
    "weight": "a weight, factor or attribute that is another",
    "band": "a band's edge one step up or down, or the band left out",
    "better": "which way is better, turned",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a text and what stands there instead."""

    span: Span
    instead: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as edits that do not overlap.

    `kind` is one of `KINDS`, or of the mistakes that are planted. `said` ends the sentence "no case would notice if …";
    `place` is what it is about.
    """

    kind: str
    edits: tuple[Edit, ...]
    said: str
    place: Span

    @property
    def source(self) -> Source:
        """The text that is changed: the rule file's, or that of a table beside it."""
        return self.edits[0].span.source


def changed(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.instead + text[edit.span.end :]
    return text


def squeezed(text: str, most: int = 90) -> str:
    """A piece of a text on one line, cut where it is long."""
    said = " ".join(text.split())
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def last_line(span: Span) -> int:
    """The line of a piece's last character."""
    return Span(span.source, max(span.start, span.end - 1), span.end).line
