"""A value or a name that does not belong in its place, in words. Knows one place, and not which keys it has."""

from __future__ import annotations

import json
import re
from typing import assert_never

from ..diagnostics import Diagnostic, Label, Span
from ..document import Mapping, Node, Scalar, Sequence
from . import spelling
from .keys import RESERVED, TREATMENTS
from .kinds import Block, Either, ListOf, Names, Nested, Plain, Words
from .phrases import cut, first_example, form_in_words, in_words, listed, near, places_in_words, spaced, written
from .places import Place, as_written, elsewhere


def wrong_kind(place: Place, types: str | list[str]) -> Diagnostic:
    """A list, keys, a text or a number where another of them belongs; `types` are JSON Schema's words for these."""
    node = place.node
    types = [types] if isinstance(types, str) else types
    if isinstance(node, Scalar) and not node.text.strip():
        return _empty(place)
    if place.key is not None and stray(place):
        return stray_key(place, place.key)
    if isinstance(node, Scalar):
        if isinstance(place.kind, Words):
            return wrong_word(place, list(place.kind.words))
        if "string" not in types and ("number" in types or "integer" in types):
            return _no_number(place, node, whole="integer" in types)
        kind = as_written(place.kind, node)
        if node.number and isinstance(kind, Plain) and kind.form == "date":
            return _no_date(place, node)
        if node.number and isinstance(kind, Plain) and kind.form in ("text", "version", "published"):
            return _no_text(place, node)
    if isinstance(node, Scalar) and not node.quoted and re.match(r"[a-z_]{1,40}:[^\s/]", node.text):
        hint: str | None = spaced(node.text)
    else:
        hint = _way_out(place)
    return Diagnostic(
        "MS206", f"{place.said} must be {in_words(place.kind, types)}, not {written(node)}", _short(place), hint
    )


def stray(place: Place) -> bool:
    """Whether a key of the language stands among names: indented under the wrong parent."""
    if place.parent is None or place.key is None:
        return False
    return isinstance(place.parent.kind, Names | Nested) and bool(elsewhere(place, place.key.text))


def stray_key(place: Place, key: Scalar) -> Diagnostic:
    """A key of the language where it has no business. The likeliest place is told first: one level further in."""
    here = f"{_path(place.parent)}.*" if place.parent else ""
    paths = sorted(elsewhere(place, key.text), key=lambda path: path != here)
    message = f"`{key.text}` is not allowed here; it is allowed {places_in_words(paths)}"
    return Diagnostic("MS202", message, key.span, "move it there, or check how far it is indented")


def _path(place: Place | None) -> str:
    steps: list[str] = []
    while place is not None and place.key is not None:
        steps.append(place.key.text)
        place = place.parent
    return ".".join(reversed(steps))


def _empty(place: Place) -> Diagnostic:
    span = place.node.span
    hint = "give it a value, or leave the key out"
    if span.text[:1] in (">", "|"):
        hint = f'if the sign itself is meant, quote it: "{span.text[0]}"'
    return Diagnostic("MS214", f"{place.said} is empty", _short(place), hint)


def _no_number(place: Place, node: Scalar, whole: bool) -> Diagnostic:
    wanted = "a whole number" if whole else "a number"
    prefix = f"{place.key.text}: " if place.key else ""
    found = None if node.number else spelling.number(node.text)
    hint = None
    if found is not None:
        digits, unit = found
        hint = f"write `{prefix}{digits}`"
        if unit == "%":
            hint += f" or `{prefix}{spelling.hundredth(digits)}`"
        hint += f" and declare `unit: {json.dumps(unit, ensure_ascii=False)}` once" if unit else ""
        hint += ", without quotes" if node.quoted and not unit else ""
    return Diagnostic("MS207", f"{place.said} must be {wanted}, not `{cut(node.text)}`", node.span, hint)


def _no_text(place: Place, node: Scalar) -> Diagnostic:
    prefix = f"{place.key.text}: " if place.key else ""
    message = f"{place.said} must be a text, not the number `{cut(node.text)}`"
    return Diagnostic("MS208", message, node.span, f'write `{prefix}"{cut(node.text)}"`, in quotes')


def wrong_word(place: Place, words: list[str]) -> Diagnostic:
    assert isinstance(place.node, Scalar)
    text = place.node.text
    shown = [f'"{word}"' if word in ("yes", "no") else word for word in words]
    meant = near(text, words)
    hint = f"did you mean `{meant}`?" if meant else f"one of {listed(shown, 'and')}"
    bare = text.strip("“”„‘’")
    if bare != text and bare in words:
        hint = f"these are a word processor's quotes: write `{shown[words.index(bare)]}`"
    return Diagnostic("MS213", f"{place.said} cannot be `{cut(text)}`", place.node.span, hint)


def misspelt(place: Place) -> Diagnostic:
    """A text that is not written as its kind of text is."""
    node = place.node
    assert isinstance(node, Scalar)
    kind = as_written(place.kind, node)
    assert isinstance(kind, Plain)
    text = node.text
    match kind.form:
        case "date" | "published":
            return _no_date(place, node)
        case "label" | "identifier":
            return no_name(text, node.span, label=kind.form == "label")
        case "id":
            wanted = "family/methodology in lower-case words joined by `-`"
            parts = [spelling.hyphened(part) for part in text.split("/")]
            hint = f"write `{'/'.join(filter(None, parts))}`" if len(parts) == 2 and all(parts) else None
        case "edition":
            wanted, hint = "family/methodology@version", "such as `cqc/gp-practice@2021-10`"
        case "version":
            wanted = "letters, digits, full stops and hyphens"
            made = re.sub(r"[^A-Za-z0-9._-]+", "-", text[:60]).strip("-._")
            hint = f'write `"{made}"`' if made else None
        case "url":
            wanted, hint = "an address that starts with https://", None
        case "colour":
            wanted, hint = 'a colour word or six digits, as "#12436d"', None
        case "text" | "reference" | "value" | "number" | "whole" | "condition" | "expression" | "block" | "file":
            wanted, hint = form_in_words(kind.form), None
        case _:
            assert_never(kind.form)
    return Diagnostic("MS219", f"{place.said} must be {wanted}", node.span, hint or "such as " + _example(place))


def _no_date(place: Place, node: Scalar) -> Diagnostic:
    readings = spelling.dates(node.text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
        message, hint = f"`{node.text}` is not a day of the calendar", "check the day and the month"
    else:
        message = f"{place.said} must be a date as `2024-04-01`, not `{cut(node.text)}`"
        hint = " or ".join(f'"{date}" if this is {spelling.day(date)}' for date in readings)
        hint = f"write {hint}" if hint else 'the year first, in quotes: "2024-04-01"'
    return Diagnostic("MS209", message, node.span, hint)


def out_of_order(place: Place, names: list[str]) -> Diagnostic:
    assert isinstance(place.node, Mapping)
    first, last = (place.node.entries[name] for name in (names[0], names[-1]))
    message = f"`{last.key.text}` is before `{first.key.text}`"
    label = Label(first.value.span, "this is later")
    return Diagnostic("MS221", message, last.value.span, "exchange them, or mend the one that is wrong", (label,))


def out_of_range(place: Place, keyword: str, bound: object) -> Diagnostic:
    assert isinstance(place.node, Scalar)
    how = {"minimum": "at least ", "maximum": "at most "}.get(keyword, "")
    return Diagnostic("MS218", f"{place.said} must be {how}{bound}, not `{cut(place.node.text)}`", place.node.span)


def no_name(text: str, span: Span, label: bool) -> Diagnostic:
    """A name that the rules could not read."""
    made = spelling.snake(text)
    if text in RESERVED or (label and text in TREATMENTS):
        other = f"{text}_{'level' if label else 'value'}"
        hint = f"choose another, such as `{other}`; the `title` that people see may be anything"
        return Diagnostic("MS212", f"`{text}` is a word of the rule language and cannot be a name", span, hint)
    if label and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return Diagnostic("MS211", f"`{text}` in quotes is no name", span, f"write {text} without quotes")
    odd = spelling.lookalike(text)
    if made and made not in RESERVED:
        several = label and re.fullmatch(r"[a-z][a-z0-9_]*( [a-z][a-z0-9_]*)+", text)
        comma = f", or `{cut(text.replace(' ', ', '))}` if a comma is missing" if several else ""
        hint = f"write `{cut(made)}`{comma}; the `title` that people see may be anything" + (f"; {odd}" if odd else "")
    else:
        hint = "start with a letter a to z; the `title` that people see may be anything"
    message = f"`{cut(text)}` is no name: names are lower-case words joined by `_`"
    return Diagnostic("MS211", message, span, hint)


def _nouns(place: Place) -> str:
    kind = as_written(place.kind, place.node)
    if isinstance(kind, ListOf | Names):
        return f"{kind.noun}s"
    return "keys" if isinstance(kind, Block) else "members"


def too_few(place: Place, least: int) -> Diagnostic:
    if isinstance(place.node, Sequence | Mapping) and not _size(place.node):
        optional = place.parent is not None and place.key is not None and not _required(place)
        way = "leave it out" if optional else f"it needs at least {least}"
        return Diagnostic("MS215", f"{place.said} has no {_nouns(place)}", _short(place), way)
    nouns = _nouns(place)
    size = _size(place.node)
    message = f"{place.said} has {size} {nouns[: -1 if size == 1 else None]}; it needs at least {least}"
    item = place.node.items[0] if isinstance(place.node, Sequence) else None
    single = place.key is not None and place.key.text == "each" and isinstance(item, Scalar)
    hint = f"write `each: {item.text}`" if single and isinstance(item, Scalar) else None
    return Diagnostic("MS215", message, _short(place), hint)


def too_many(place: Place, most: int) -> Diagnostic:
    size = _size(place.node)
    nouns = _nouns(place)
    if most == 1:
        assert isinstance(place.node, Mapping)
        spans = [entry.key.span for entry in place.node]
        message = f"{place.said} has {size} {nouns}; it has one"
        hint = "keep one: a measure does not know for which reason it is absent"
        return Diagnostic("MS216", message, spans[1], hint, (Label(spans[0], "first given here"),))
    return Diagnostic("MS216", f"{place.said} has {size} {nouns}; at most {most} are allowed", place.anchor)


def _way_out(place: Place) -> str | None:
    kind = place.kind
    if isinstance(kind, Either):
        kind = next((each for each in kind.kinds if not isinstance(each, Plain)), kind)
    match kind:
        case ListOf():
            return f"start each {kind.noun} with `- `"
        case Block() if place.parent is None:
            return f"start with `{first_example(kind)}`"
        case Block():
            return f"such as `{first_example(kind)}`, indented below"
        case Names() if isinstance(place.node, Scalar) and place.key is not None and place.key.text == "absent":
            said = place.node.text
            reason = said if said not in TREATMENTS and re.fullmatch("[a-z][a-z0-9_]*", said) else "not_rated"
            counts = said if said in TREATMENTS else "skip"
            return f"`absent: {{{reason}: {counts}}}`: a reason of yours, and how it counts"
        case Names():
            return f"write each {kind.noun} on a line of its own, indented below: `NAME: …`"
        case Plain("block"):
            return f"write `{place.key.text if place.key else 'table'}: |` and the lines below, indented"
        case Plain() | Words() | Nested() | Either():
            return None
        case _:
            assert_never(kind)


def _example(place: Place) -> str:
    key = place.parent.find(place.key.text) if place.parent and place.key else None
    example = place.parent.example(key) if place.parent else None
    return f"`{example}`" if example else form_in_words("text")


def _required(place: Place) -> bool:
    key = place.parent.find(place.key.text) if place.parent and place.key else None
    return key is None or key.required


def _size(node: Node) -> int:
    return len(node.items) if isinstance(node, Sequence) else len(node.entries) if isinstance(node, Mapping) else 1


def _short(place: Place) -> Span:
    """The value where it is on one line, else its key."""
    span = place.node.span
    return place.anchor if "\n" in span.text or not span.text else span
