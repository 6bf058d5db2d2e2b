"""The plain values of a document, each with its place in the file. Knows no parser and no methodology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from ..diagnostics import Span
from . import alignment


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text or a number as written. `text` is what it says; a number's digits stay text (`60`, `0.5`, `-3`)."""

    text: str
    span: Span  # as in the file, quotes included
    number: bool = False  # an unquoted JSON number
    quoted: bool = False

    def within(self, start: int, end: int) -> Span:
        """The place in the file of `text[start:end]`. Positions outside the text are moved to its nearest end."""
        first, last = alignment.place(self.span.text, self.text, start, end)
        return Span(self.span.source, self.span.start + first, self.span.start + last)


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, Entry]
    span: Span

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span


Node = Scalar | Mapping | Sequence


def plain(node: Node) -> object:
    """The value as dicts, lists, texts and exact numbers (int or Decimal). Nesting is bounded by `read`."""
    match node:
        case Scalar():
            if not node.number:
                return node.text
            return Decimal(node.text) if "." in node.text else int(node.text)
        case Mapping():
            return {entry.key.text: plain(entry.value) for entry in node}
        case Sequence():
            return [plain(item) for item in node.items]
        case _:
            assert_never(node)
