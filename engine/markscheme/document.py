"""Text to plain values, each with its place in the file. Reads YAML from events; knows nothing of methodologies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .diagnostics import Diagnostic, Source, Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text or a number as written. `text` is what it says; a number's digits stay text (`60`, `0.5`, `-3`)."""

    text: str
    span: Span  # as in the file, quotes included
    number: bool = False  # an unquoted JSON number
    quoted: bool = False

    def within(self, start: int, end: int) -> Span:
        """The place in the file of `text[start:end]`."""
        raise NotImplementedError


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


def read(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The document of a text, and what is wrong with it. None where nothing useful can be said of the rest."""
    raise NotImplementedError
