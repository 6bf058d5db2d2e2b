"""The table of keys as JSON Schema, for `shape` and for editors. Knows no file but the two it writes.

`python -m markscheme.shape.schema schemas/` writes them again after a change to `keys`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, assert_never

from .keys import CASES, DECIMALS, LANGUAGE_VERSION, METHODOLOGY, RESERVED, TREATMENTS
from .kinds import Block, Choice, Either, Form, Kind, ListOf, Names, Nested, Plain, Words

Schema = dict[str, Any]

NOTHING: Schema = {"not": {}}
"""No value is right. Not `false`, which jsonschema reports without the key it stands under."""

_WORDS = "[a-z0-9]+(-[a-z0-9]+)*"
_VERSION = "[A-Za-z0-9][A-Za-z0-9._-]*"
_RESERVED = "|".join(sorted(RESERVED))
_NAME = "[a-z][a-z0-9_]*"

# Each is matched against the whole text, and none can backtrack: what repeats is told apart by its first letter.
_PATTERNS: dict[Form, tuple[str, str]] = {
    "identifier": (
        f"^(?!({_RESERVED})$){_NAME}$",
        "a name in lower-case words joined by _, not a word of the rule language",
    ),
    "label": (
        f"^(?!({_RESERVED}|{'|'.join(TREATMENTS)})$){_NAME}$",
        "a name in lower-case words joined by _, or a plain number; not a word of the rule language",
    ),
    "date": ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", 'a date as "2024-04-01"'),
    "published": ("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", 'a date as "2024-04-01", "2024-04" or "2024"'),
    "version": (f"^{_VERSION}$", "letters, digits, full stops and hyphens"),
    "id": (f"^{_WORDS}/{_WORDS}$", "family/methodology, in lower-case words joined by -"),
    "edition": (f"^{_WORDS}/{_WORDS}@{_VERSION}$", "family/methodology@version"),
    "url": (r"^https?://[^\s]+$", "an address that starts with https://"),
    "colour": ("^([a-z]+|#[0-9A-Fa-f]{6})$", "a colour word, or # and six digits 0-9 or a-f"),
}


def schema(kind: Kind) -> Schema:
    """A kind as JSON Schema. Limits on size come first, so that an oversized list is not looked into."""
    match kind:
        case Plain(form):
            return _plain(form)
        case Words(words):
            return {"type": "string", "enum": list(words)}
        case ListOf():
            made: Schema = {"type": "array", "maxItems": kind.most, "minItems": kind.least, "items": schema(kind.item)}
            return made | ({"x-ends": kind.ends} if kind.ends else {})
        case Names():
            made = {"type": "object", "maxProperties": kind.most, "minProperties": kind.least}
            if kind.key != "value":
                made["propertyNames"] = _plain(kind.key) | ({"not": {"enum": list(kind.never)}} if kind.never else {})
            return made | {"additionalProperties": schema(kind.value)}
        case Nested(form):
            return {"$ref": f"#/$defs/{form}s"}
        case Block():
            return _block(kind)
        case Either(kinds):
            return _merged([schema(each) for each in kinds])
        case _:
            assert_never(kind)


def document(name: str) -> Schema:
    """The whole schema of `methodology` or `cases`."""
    top, title = {
        "methodology": (METHODOLOGY, "A rating methodology, one version"),
        "cases": (CASES, "Cases: records and what must come out of them"),
    }[name]
    made: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:markscheme:{name}:{LANGUAGE_VERSION}",
        "title": title,
        **schema(top),
        "$defs": {f"{form}s": _nested(form) for form in ("value", "number")},
    }
    if name == "methodology":
        made["properties"]["markscheme"]["const"] = LANGUAGE_VERSION
    return made


def _plain(form: Form) -> Schema:
    match form:
        case "number":
            return {"type": "number"}
        case "whole":
            return {"type": "integer", "minimum": 0, "maximum": DECIMALS}
        case "value" | "expression":
            return {"type": ["string", "number"], "minLength": 1}
        case "text" | "reference" | "condition" | "block" | "file":
            return {"type": "string", "minLength": 1}
        case "label":
            pattern, says = _PATTERNS[form]
            return {"type": ["string", "number"], "minimum": 0, "pattern": pattern, "patternErrorMessage": says}
        case "identifier" | "date" | "published" | "version" | "id" | "edition" | "url" | "colour":
            pattern, says = _PATTERNS[form]
            made: Schema = {"type": "string", "pattern": pattern, "patternErrorMessage": says}
            return made | ({"format": form} if form in ("date", "published") else {})
        case _:
            assert_never(form)


def _nested(form: Form) -> Schema:
    return _merged(
        [_plain(form), {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": f"#/$defs/{form}s"}}]
    )


def _merged(schemas: list[Schema]) -> Schema:
    """One schema for things written differently: each keyword looks only at its own kind of value, but for `allOf`."""
    merged: Schema = {"type": []}
    for each in schemas:
        kinds = each["type"]
        merged["type"] += [kinds] if isinstance(kinds, str) else kinds
        merged |= {keyword: value for keyword, value in each.items() if keyword not in ("type", "allOf")}
        if "allOf" in each:
            merged |= {"if": {"type": "object"}, "then": {"allOf": each["allOf"]}}
    return merged


def _block(block: Block) -> Schema:
    properties: Schema = {}
    for key in block.keys:
        made = schema(key.kind)
        says = key.says
        if (before := properties.get(key.name)) is not None:
            # The same key under another choice: here either will do, `_option` says which.
            made = _either(before, made)
            says = " ".join(dict.fromkeys((before["description"], says)))
        properties[key.name] = made | {"description": says}
    whole: Schema = {"type": "object", "properties": properties}
    if required := [key.name for key in block.keys if key.required and not key.under]:
        whole["required"] = required
    elif not any(choice.required for choice in block.choices):
        whole["minProperties"] = 1
    if block.others is None:
        whole["additionalProperties"] = False
    else:
        whole["additionalProperties"] = schema(block.others.value)
        if block.others.key != "value":
            whole["propertyNames"] = {"anyOf": [{"enum": list(block.names)}, _plain(block.others.key)]}
    if block.ascending:
        whole["x-ascending"] = list(block.ascending)
    if needing := {key.name: [key.beside] for key in block.keys if key.beside}:
        whole["dependentRequired"] = needing
    demands: list[Schema] = []
    depending: Schema = {}
    for choice in block.choices:
        if choice.required:
            demands.append({"oneOf": [{"required": [key]} for key in choice.keys]})
        else:
            demands.append({"not": {"required": list(choice.keys)}})
        for option in reversed(choice.options):
            key_name, _, word = option.partition(": ")
            then = _option(block, choice, option)
            if not then:
                continue
            if not option:
                none = {"not": {"anyOf": [{"required": [each]} for each in choice.keys]}}
                demands.append({"if": none, "then": then})
            elif not word:
                depending[key_name] = then
            else:
                rest = {"else": depending[key_name]} if key_name in depending else {}
                depending[key_name] = {"if": {"properties": {key_name: {"const": word}}}, "then": then, **rest}
    if depending:
        whole["dependentSchemas"] = depending
    if block.others_beside:
        demands.append(
            {"if": {"not": {"required": [block.others_beside]}}, "then": {"propertyNames": {"enum": list(block.names)}}}
        )
    if demands:
        whole["allOf"] = demands
    return whole


def _either(one: Schema, other: Schema) -> Schema:
    """Words of both, or the wider of the two."""
    if "enum" in one and "enum" in other:
        return {"type": "string", "enum": list(dict.fromkeys(one["enum"] + other["enum"]))}
    return other


def _option(block: Block, choice: Choice, option: str) -> Schema:
    """What must and what must not stand beside one option of a choice."""
    properties: Schema = {}
    required = []
    for name in block.names:
        variants = [key for key in block.keys if key.name == name and set(key.under) & set(choice.options)]
        here = [key for key in variants if option in key.under]
        if variants and not here:
            properties[name] = NOTHING
        elif here and len(variants) > 1:
            properties[name] = schema(here[0].kind)
        required += [key.name for key in here if key.required]
    return ({"required": required} if required else {}) | ({"properties": properties} if properties else {})


def text(name: str) -> str:
    """The committed form of a schema."""
    return json.dumps(document(name), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for _name in ("methodology", "cases"):
        (Path(sys.argv[1]) / f"{_name}.schema.json").write_text(text(_name), encoding="utf-8")
