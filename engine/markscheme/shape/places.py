"""One place in a document beside what the language has there, and what people call it. Finds nothing wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ..diagnostics import Span
from ..document import Mapping, Node, Scalar, Sequence
from .keys import CASES, METHODOLOGY
from .kinds import Block, Either, Key, Kind, ListOf, Names, Nested, Plain, Words
from .phrases import cut

# the levels of the language's own examples, and which of a scale's levels stands in their place
_LEVELS = {"good": -1, "requires_improvement": -2, "poor": 0, "inadequate": 0}
_OF_LEVELS = frozenset({"then", "otherwise", "is", "at_most", "at_least", "rules", "bands", "rows", "value"})


@dataclass(frozen=True, slots=True)
class Place:
    """`key` is what the node stands under; `owner` what people call the thing it belongs to, ``measure `overall` ``."""

    kind: Kind
    node: Node
    key: Scalar | None = None
    parent: Place | None = None
    said: str = "the file"
    owner: str = ""

    @property
    def root(self) -> Place:
        return self.parent.root if self.parent else self

    def at(self, path: Iterable[str | int]) -> Place:
        """Down from here, by names and by positions in lists."""
        place = self
        for step in path:
            place = place._child(step)
        return place

    def _child(self, step: str | int) -> Place:
        kind = as_written(self.kind, self.node)
        of = f" of {self.owner}" if self.owner else ""
        if isinstance(self.node, Sequence) and isinstance(step, int):
            noun, child = (kind.noun, kind.item) if isinstance(kind, ListOf) else ("item", kind)
            said = f"{noun} {step + 1}{of}"
            return Place(child, self.node.items[step], None, self, said, said)
        if not isinstance(self.node, Mapping) or not isinstance(step, str):
            raise KeyError(step)
        entry = self.node.entries[step]
        match kind:
            case Names():
                said = f"{kind.noun} `{cut(step)}`"
                return Place(kind.value, entry.value, entry.key, self, said, said)
            case Block():
                key = self.find(step)
                if key is None and kind.others is not None:
                    said = f"{kind.others.noun} `{cut(step)}`"
                    return Place(kind.others.value, entry.value, entry.key, self, said, said)
                return Place(key.kind if key else kind, entry.value, entry.key, self, f"`{cut(step)}`{of}", self.owner)
            case Plain() | Words() | ListOf() | Nested() | Either():
                return Place(kind, entry.value, entry.key, self, f"`{cut(step)}`{of}", self.owner)

    @property
    def block(self) -> Block | None:
        kind = as_written(self.kind, self.node)
        return kind if isinstance(kind, Block) else None

    def find(self, name: str) -> Key | None:
        """The key of the block here; where it stands there twice, the one that goes with what it stands beside."""
        keys = [key for key in self.block.keys if key.name == name] if self.block else []
        return next((key for key in keys if any(self.holds(option) for option in key.under)), keys[0] if keys else None)

    def example(self, key: Key | None) -> str | None:
        """A key's example, with levels of the scale that the file has here in the place of those of the language's own
        pages; `…` where there is none to take."""
        if key is None or not key.example or key.name not in _OF_LEVELS:
            return key.example if key and key.example else None
        levels = self.levels()
        if levels is None:
            return key.example
        own = {word: levels[at] if levels else "…" for word, at in _LEVELS.items()}
        return re.sub(rf"\b({'|'.join(own)})\b", lambda found: own[found[0]], key.example)

    def levels(self) -> list[str] | None:
        """The levels of the scale that this is on, none where it is on none; None where that is not said."""
        place: Place | None = self
        while place is not None:
            node = place.node if isinstance(place.node, Mapping) else None
            kind, scale = (node.get(key) if node else None for key in ("type", "scale"))
            if isinstance(kind, Scalar):
                return ['"no"', '"yes"'] if kind.text == "yes_no" else []
            if isinstance(scale, Scalar):
                root = place.root.node
                scales = root.get("scales") if isinstance(root, Mapping) else None
                found = scales.get(scale.text) if isinstance(scales, Mapping) else None
                items = found.items if isinstance(found, Sequence) else ()
                named = [item.get("level") if isinstance(item, Mapping) else item for item in items]
                return [each.text for each in named if isinstance(each, Scalar)] or None
            place = place.parent
        return None

    def has(self, name: str) -> bool:
        return isinstance(self.node, Mapping) and name in self.node.entries

    def holds(self, option: str) -> bool:
        """Whether an option of a choice is what stands here."""
        key, _, word = option.partition(": ")
        if not isinstance(self.node, Mapping):
            return False
        value = self.node.get(key)
        return value is not None and (not word or (isinstance(value, Scalar) and value.text == word))

    def unknown(self) -> tuple[str, ...]:
        """The keys here that the language does not have here."""
        block = self.block
        if block is None or not isinstance(self.node, Mapping):
            return ()
        if block.others is not None and (not block.others_beside or self.has(block.others_beside)):
            return ()
        return tuple(name for name in self.node.entries if name not in block.names)

    @property
    def anchor(self) -> Span:
        """Where to point when something is missing here: the key, or the first key inside."""
        if self.key is not None:
            return self.key.span
        if (
            isinstance(self.node, Mapping)
            and self.node.entries
            and (self.parent is None or "\n" in self.node.span.text)
        ):
            return next(iter(self.node)).key.span
        return self.node.span


def as_written(kind: Kind, node: Node) -> Kind:
    """Which of several ways of writing a thing this is; the first where it is none of them."""
    if not isinstance(kind, Either):
        return kind
    fitting = [each for each in kind.kinds if fits(each, node)]
    return fitting[0] if fitting else kind.kinds[-1]


def fits(kind: Kind, node: Node) -> bool:
    """Whether it is written as a text or number, a list, or keys, as the kind is."""
    match kind:
        case Plain() | Words():
            return isinstance(node, Scalar)
        case ListOf():
            return isinstance(node, Sequence)
        case Names() | Block():
            return isinstance(node, Mapping)
        case Nested():
            return not isinstance(node, Sequence)
        case Either(kinds):
            return any(fits(each, node) for each in kinds)


def elsewhere(place: Place, name: str) -> tuple[str, ...]:
    """Where else in this kind of file a key may stand: `inputs.*`, or "" for the top level."""
    return _everywhere(place.root.kind is METHODOLOGY).get(name, ())


@cache
def _everywhere(methodology: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}

    def walk(kind: Kind, path: str) -> None:
        match kind:
            case Plain() | Words() | Nested():
                pass
            case ListOf():
                walk(kind.item, path)
            case Names():
                walk(kind.value, f"{path}.*")
            case Either(kinds):
                for each in kinds:
                    walk(each, path)
            case Block():
                for key in kind.keys:
                    found.setdefault(key.name, {})[path] = None
                    walk(key.kind, f"{path}.{key.name}".lstrip("."))

    walk(METHODOLOGY if methodology else CASES, "")
    return {name: tuple(paths) for name, paths in found.items()}
