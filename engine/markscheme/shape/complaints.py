"""What jsonschema finds wrong at one place, in a methodologist's words. Knows the table of keys, no other place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Label
from ..document import Mapping, Scalar
from . import spelling
from .endings import bad_ending
from .misfits import (
    misspelt,
    no_name,
    out_of_order,
    out_of_range,
    stray,
    stray_key,
    too_few,
    too_many,
    wrong_kind,
    wrong_word,
)
from .phrases import cut, listed, near, places_in_words, spaced
from .places import Place, elsewhere


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of jsonschema: where, which keyword of the schema, what that keyword asks, and the name it is about."""

    path: tuple[str | int, ...]
    keyword: str
    value: Any
    name: str | None = None

    @property
    def barred(self) -> bool:
        """Whether nothing may stand here at all."""
        return self.keyword == "not" and not self.value


def complain(place: Place, error: Complaint) -> Iterator[Diagnostic]:
    """The error in words: often one diagnostic, sometimes several, none where another says it better."""
    if error.name is not None:
        yield _wrong_name(place, error)
        return
    if place.key is not None and stray(place) and _all_unknown(place):
        yield stray_key(place, place.key)
        return
    match error.keyword:
        case "not" if error.barred:
            yield from _barred(place)
        case "type":
            yield wrong_kind(place, error.value)
        case "additionalProperties":
            for name in place.unknown():
                yield _unknown(place, name)
        case "required":
            yield from _missing(place, error.value)
        case "oneOf":
            yield from _choice(place, [each["required"][0] for each in error.value])
        case "not":
            yield from _choice(place, error.value["required"])
        case "dependentRequired":
            yield from _lonely(place, error.value)
        case "enum":
            yield wrong_word(place, error.value)
        case "pattern" | "format":
            yield misspelt(place)
        case "minimum" | "maximum" | "const":
            yield out_of_range(place, error.keyword, error.value)
        case "minItems" | "minProperties":
            yield too_few(place, error.value)
        case "maxItems" | "maxProperties":
            yield too_many(place, error.value)
        case "x-ends":
            yield from bad_ending(place, error.value)
        case "x-ascending":
            yield out_of_order(place, error.value)
        case _:
            raise AssertionError(f"no words for `{error.keyword}`")


def _all_unknown(place: Place) -> bool:
    """A whole block indented under the wrong parent, where none of its keys makes sense."""
    return isinstance(place.node, Mapping) and 0 < len(place.node.entries) == len(place.unknown())


def _unknown(place: Place, name: str) -> Diagnostic:
    assert isinstance(place.node, Mapping)
    assert place.block is not None
    key, value = place.node.entries[name].key, place.node.entries[name].value
    allowed = place.block.names
    wanted, _, rest = name.partition(":")
    if rest and wanted in allowed:
        return Diagnostic("MS201", f"unknown key `{cut(name)}`", key.span, spaced(name))
    meant = near(name, allowed)
    others = elsewhere(place, name)
    if others:
        hint = f"did you mean `{meant}`?" if meant else "move it there, or check how far it is indented"
        message = f"`{name}` is not allowed here; it is allowed {places_in_words(others)}"
        return Diagnostic("MS202", message, key.span, hint)
    if meant:
        odd = spelling.lookalike(name)
        hint = f"did you mean `{meant}`?" + (f" {odd}" if odd else "")
    elif isinstance(value, Scalar) and not value.text and next(iter(place.node)).key is not key:
        hint = "put a text that has a comma in it in quotes"
    else:
        hint = f"allowed here: {listed(allowed, 'and', most=12)}"
    return Diagnostic("MS201", f"unknown key `{cut(name)}`", key.span, hint)


def _typing_slip(place: Place, names: list[str] | tuple[str, ...]) -> bool:
    """Whether one of these is there, misspelt: that is told of the key which is there."""
    few = place.unknown()[:8]  # looking for what was meant takes time, and a file may have any number of unknown keys
    return any(near(unknown, names) or unknown.partition(":")[0] in names for unknown in few)


def _missing(place: Place, required: list[str]) -> Iterator[Diagnostic]:
    for name in required:
        key = place.find(name)
        if place.has(name) or _typing_slip(place, [name]) or _needed_by_two(place, name):
            continue
        example = place.example(key)
        hint = f"add `{example}`" if example else None
        yield Diagnostic("MS204", f"{place.said} has no `{name}`, which is required", place.anchor, hint)


def _needed_by_two(place: Place, name: str) -> bool:
    """Whether what needs the key is one of two that exclude each other, which has been said."""
    block = place.block
    key = place.find(name)
    if block is None or key is None or not key.under:
        return False
    return any(set(each.options) & set(key.under) and sum(map(place.has, each.keys)) > 1 for each in block.choices)


def _choice(place: Place, names: list[str]) -> Iterator[Diagnostic]:
    """None of several keys, or more than one of them."""
    assert isinstance(place.node, Mapping)
    present = [entry.key for entry in place.node if entry.key.text in names]
    if len(present) > 1:
        all_of_them = listed([key.text for key in present], "and")
        both = "both " if len(present) == 2 else ""
        form = "; a measure has one form" if "formula" in names else ""
        message = f"{place.said} has {both}{all_of_them}{form}"
        first = Label(present[0].span, "first given here")
        for again in present[1:]:
            yield Diagnostic("MS205", message, again.span, "keep one of them", (first,))
    elif not present and not _typing_slip(place, names):
        proposed = names[0]
        if "rules" in names:  # a measure's form
            proposed = "formula" if place.levels() == [] else "rules"
        key = place.find(proposed)
        message = f"{place.said} needs {listed(names, 'or')}"
        example = place.example(key)
        yield Diagnostic("MS205", message, place.anchor, f"add `{example}`" if example else None)


def _barred(place: Place) -> Iterator[Diagnostic]:
    """A key that does not go with another that stands beside it. Where the one it goes with is there too, that there
    are both has been said."""
    assert place.parent is not None
    assert place.key is not None
    name, parent, block = place.key.text, place.parent, place.parent.block
    assert block is not None
    under = [option for key in block.keys if key.name == name for option in key.under if option]
    there = [
        option
        for choice in block.choices
        if set(choice.options) & set(under)
        for option in choice.options
        if option and parent.holds(option)
    ]
    if set(there) & set(under):
        return
    message = f"`{name}` goes with {listed(under, 'or')}"
    if there:
        message += f", not with {listed(there, 'and')}"
    yield Diagnostic("MS203", message, place.key.span, f"leave `{name}` out")


def _lonely(place: Place, needing: dict[str, list[str]]) -> Iterator[Diagnostic]:
    """A key without the one that it needs beside it."""
    assert isinstance(place.node, Mapping)
    for name, others in needing.items():
        entry = place.node.entries.get(name)
        if entry is None:
            continue
        for other in others:
            if not place.has(other) and not _typing_slip(place, [other]):
                key = place.find(other)
                example = place.example(key)
                hint = f"add `{example}`" if example else None
                yield Diagnostic("MS203", f"`{name}` goes with `{other}`, which is missing", entry.key.span, hint)


def _wrong_name(place: Place, error: Complaint) -> Diagnostic:
    assert isinstance(place.node, Mapping)
    assert error.name is not None
    if error.name in place.unknown():
        return _unknown(place, error.name)
    child = place.at([error.name])
    if error.keyword == "not" and child.key is not None:  # a name that can only be a key which slipped in
        return stray_key(child, child.key)
    return no_name(error.name, place.node.entries[error.name].key.span, label=False)
