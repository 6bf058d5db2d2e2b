"""How a methodologist would call what a file holds. Knows no place in a file."""

from __future__ import annotations

from typing import assert_never

from ..diagnostics import suggestion
from ..document import Mapping, Node, Scalar, Sequence
from . import spelling
from .kinds import Block, Either, Kind, ListOf, Names, Nested, Plain, Words


def cut(text: str) -> str:
    """The user's words, short enough for a message of one line."""
    return text if len(text) <= 40 else text[:39] + "…"


# what people write for a key, and the keys that it may stand for, the first that is allowed
_SYNONYMS = {
    "if": ("when",), "where": ("when",), "condition": ("when",), "criteria": ("when",),
    "then": ("is", "at_most"), "gives": ("then", "is"), "is": ("then", "at_most"), "equals": ("is",),
    "rating": ("is", "then"), "result": ("then", "is"), "outcome": ("then", "is"), "value": ("then", "is"),
    "else": ("otherwise",), "default": ("otherwise",), "all_others": ("otherwise",), "other": ("otherwise",),
    "max": ("at_most",), "maximum": ("at_most", "max"), "cap": ("at_most",), "up_to": ("at_most", "to"),
    "min": ("at_least",), "minimum": ("at_least", "min"), "floor": ("at_least",), "over": ("at_least",),
    "per": ("each",), "for_each": ("each",), "every": ("each",), "foreach": ("each",),
    "label": ("title",), "reason": ("because",), "why": ("because",), "source": ("cite",), "reference": ("cite",),
    "missing": ("absent",), "direction": ("better",), "date": ("published",), "levels": ("scale",),
}  # fmt: skip


def near(name: str, allowed: tuple[str, ...] | list[str]) -> str | None:
    """The key that was meant, if it can be told."""
    made = spelling.snake(name) or name
    if made in allowed:
        return made
    if meant := next((key for key in _SYNONYMS.get(made, ()) if key in allowed), None):
        return meant
    found = suggestion(made[:40], allowed)
    return found.split("`")[1] if found else None


def listed(words: list[str] | tuple[str, ...], last: str, most: int = 20) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words[:most]]
    if len(words) > most:
        return ", ".join(quoted) + ", …"
    return f" {last} ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def spaced(text: str) -> str:
    """The way out of `min:5`."""
    word, _, rest = text.partition(":")
    return f"add a space after the colon: `{cut(word)}: {cut(rest)}`"


def places_in_words(paths: list[str] | tuple[str, ...]) -> str:
    """Where a key may stand: `under `inputs.*``, or at the top level, which is ""."""
    told = " and ".join(f"under `{path}`" if path else "at the top level" for path in paths[:2])
    return told + (", among others" if len(paths) > 2 else "")


def in_words(kind: Kind, types: list[str]) -> str:
    """What belongs there; `types` are JSON Schema's words, narrower where a neighbouring key decides."""
    match kind:
        case Plain(form):
            return "a number" if types == ["number"] else form_in_words(form)
        case Words(words):
            return listed(words, "or")
        case ListOf():
            return "a list"
        case Names():
            return f"a line `NAME: …` for each {kind.noun}"
        case Nested():
            return "a value, or a line `MEMBER: …` for each member"
        case Block():
            return "keys"
        case Either(kinds):
            return " or ".join(in_words(each, types) for each in kinds)
        case _:
            assert_never(kind)


def form_in_words(form: str) -> str:
    return {
        "reference": "a name",
        "label": "a name or plain number",
        "number": "a number",
        "whole": "a whole number",
        "value": "a text or number",
        "condition": "a condition in words",
        "expression": "a value or formula",
        "block": "lines of text after `|`",
        "file": "the name of a file",
        "date": "a date in quotes",
    }.get(form, "a text")


def written(node: Node) -> str:
    match node:
        case Scalar(text):
            return f"the {'number' if node.number else 'text'} `{cut(text)}`"
        case Mapping():
            return "keys"
        case Sequence():
            return "a list"
        case _:
            assert_never(node)


def first_example(block: Block) -> str:
    required = [key for key in block.keys if key.required and not key.under]
    chosen = [key for choice in block.choices for key in block.keys if key.name in choice.keys]
    return next((key.example for key in (*required, *chosen, *block.keys) if key.example), block.names[0])
