"""Items of lists and keys of a rule file as text: how to leave one out and how to put two the other way round. Knows
the marks of YAML, no rule. Line ends are kept: what is found in the changed file has its line in the old one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Source, Span
from ..document import Mapping, Node, Scalar, Sequence, read
from .changes import Edit

_APART = re.compile(r"(?:\s|#[^\n]*)*,")  # up to the comma between two items; comments may stand before it


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with the list that it is in and the key that holds the list."""

    whole: tuple[Span, ...]  # of all items
    index: int
    flow: bool  # `[a, b]`, not a dash a line
    key: Span | None  # from the key up to the end of the list


class Pieces:
    """What a rule file's lists are made of, by where it begins."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._items: dict[int, Item] = {}
        self._keys: dict[int, tuple[tuple[Span, ...], int, bool]] = {}
        root, _ = read(source)
        if root is not None:
            self._walk(root, None)

    def _walk(self, node: Node, key: Span | None) -> None:
        match node:
            case Sequence(items, span):
                spans = tuple(item.span for item in items)
                flow = span.text.startswith("[")
                for index, item in enumerate(items):
                    self._items.setdefault(item.span.start, Item(spans, index, flow, key))
                    self._walk(item, None)
            case Mapping(entries, span):
                pairs = tuple(entry.key.span.to(entry.value.span) for entry in entries.values())
                flow = span.text.startswith("{")
                for index, (entry, pair) in enumerate(zip(entries.values(), pairs, strict=True)):
                    self._keys[pair.start] = pairs, index, flow
                    self._walk(entry.value, pair)
            case Scalar():
                pass

    def item(self, span: Span) -> Item | None:
        """The item of a list that begins there."""
        return self._items.get(span.start) if span.source.name == self.source.name else None

    def without(self, span: Span) -> tuple[Edit, ...]:
        """The item left out; with it its key where nothing else is in the list."""
        item = self._items[span.start]
        if len(item.whole) == 1 and item.key is not None:
            pairs, index, flow = self._keys[item.key.start]
            return (self._gone(pairs, index) if flow else Edit(item.key, _lines(item.key)),)
        if item.flow:
            return (self._gone(item.whole, item.index),)
        dash = Span(self.source, self.source.text.rindex("-", 0, span.start), span.end)
        return (Edit(dash, _lines(dash)),)

    def swapped(self, span: Span) -> tuple[Edit, ...]:
        """The item and the one before it put the other way round."""
        item = self._items[span.start]
        before = item.whole[item.index - 1]
        return Edit(before, span.text), Edit(span, before.text)

    def _gone(self, spans: tuple[Span, ...], index: int) -> Edit:
        """One of several that stand between commas, with the comma after it, or before the last."""
        first = index < len(spans) - 1
        comma = self._comma(spans[index] if first else spans[index - 1])
        piece = (
            Span(self.source, spans[index].start, comma + 1) if first else Span(self.source, comma, spans[index].end)
        )
        return Edit(piece, _lines(piece))

    def _comma(self, after: Span) -> int:
        found = _APART.match(self.source.text, after.end)
        assert found is not None, "a comma stands between two items"
        return found.end() - 1


def blanked(spans: Iterator[Span]) -> tuple[Edit, ...]:
    """Lines of a table left out."""
    return tuple(Edit(span, _lines(span)) for span in spans)


def _lines(span: Span) -> str:
    return "\n" * span.text.count("\n")
