"""Whether values are as a schema of ours asks: jsonschema's answer, without its reasons. Knows the keywords of ours.

Most files are sound. To find that out this takes a tenth of the time that jsonschema takes to load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from .endings import endings
from .spelling import is_date

Schema = Mapping[str, Any]


class Strange(Exception):
    """The schema has a keyword, or uses one in a way, that is not known here."""


class Sound:
    """`root` is the schema in which others are pointed to."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def fits(self, value: object, schema: Schema | bool | None = None) -> bool:
        """Whether a value of text, whole numbers, decimals, None, lists and keys is as a schema asks, the root unless
        it is given. Raises `Strange`."""
        schema = self._root if schema is None else schema
        if isinstance(schema, bool):
            return schema
        for keyword, asked in schema.items():
            if keyword in _SAYS_NOTHING:
                continue
            check = _CHECKS.get(keyword)
            if check is None:
                raise Strange(keyword)
            if not check(self, value, asked, schema):
                return False
        return True

    def pointed(self, value: object, asked: str, schema: Schema) -> bool:
        folder, _, name = asked.rpartition("/")
        if folder != "#/$defs" or name not in self._root["$defs"]:
            raise Strange(asked)
        return self.fits(value, self._root["$defs"][name])

    def divided(self, value: object, asked: Schema, schema: Schema) -> bool:
        return self.fits(value, schema.get("then" if self.fits(value, asked) else "else", True))

    def others(self, value: object, asked: Schema | bool, schema: Schema) -> bool:
        known = schema.get("properties", {})
        return not isinstance(value, dict) or all(self.fits(value[name], asked) for name in value if name not in known)


def _typed(of: Sound, value: object, asked: str | list[str], schema: Schema) -> bool:
    """Nothing here is true or false: those are text in a rule file."""
    return any(isinstance(value, _type(name)) for name in ([asked] if isinstance(asked, str) else asked))


def _type(name: str) -> type | tuple[type, ...]:
    if name not in _TYPES:
        raise Strange(name)
    return _TYPES[name]


def _same(value: object, other: object) -> bool:
    if not isinstance(other, str | int) or isinstance(other, bool):
        raise Strange(str(other))
    return value == other


def _choice(of: Sound, value: object, asked: list[Schema], schema: Schema) -> bool:
    """In our schemas each option is one key, of which there must be one."""
    return not isinstance(value, dict) or sum(option["required"][0] in value for option in asked) == 1


def _formed(of: Sound, value: object, asked: str, schema: Schema) -> bool:
    if asked not in ("date", "published"):
        raise Strange(asked)
    return not isinstance(value, str) or is_date(value if asked == "date" else (value + "-01-01")[:10])


def _ends(of: Sound, value: object, asked: str, schema: Schema) -> bool:
    """Our own keyword: rules and rows are read from the top, so they end in `otherwise`."""
    if not isinstance(value, list):
        return True
    return not endings([tuple(row) if isinstance(row, dict) else () for row in value], asked)


def _ascending(of: Sound, value: object, asked: list[str], schema: Schema) -> bool:
    """Our own keyword: dates in order, those that are dates."""
    if not isinstance(value, dict):
        return True
    dates = [day for day in map(value.get, asked) if isinstance(day, str) and is_date(day)]
    return dates == sorted(dates)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _among_keys(check: Callable[[Sound, dict[str, Any], Any], bool]) -> _Check:
    return lambda of, value, asked, schema: not isinstance(value, dict) or check(of, value, asked)


def _of(kind: type | tuple[type, ...], check: Callable[[Any, Any], bool]) -> _Check:
    """Asked of values of one kind only."""
    return lambda of, value, asked, schema: not isinstance(value, kind) or check(value, asked)


_Check = Callable[[Sound, object, Any, Schema], bool]
_SAYS_NOTHING = frozenset({"description", "title", "$schema", "$id", "$defs", "patternErrorMessage", "then", "else"})
_NUMBER = (int, Decimal)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": _NUMBER, "array": list, "object": dict,
}  # fmt: skip
_CHECKS: dict[str, _Check] = {
    "type": _typed,
    "const": lambda of, value, asked, schema: _same(value, asked),
    "enum": lambda of, value, asked, schema: any(_same(value, each) for each in asked),
    "pattern": _of(str, lambda value, asked: _pattern(asked).fullmatch(value) is not None),
    "format": _formed,
    "minLength": _of(str, lambda value, asked: len(value) >= asked),
    "minimum": _of(_NUMBER, lambda value, asked: value >= asked),
    "maximum": _of(_NUMBER, lambda value, asked: value <= asked),
    "minItems": _of(list, lambda value, asked: len(value) >= asked),
    "maxItems": _of(list, lambda value, asked: len(value) <= asked),
    "minProperties": _of(dict, lambda value, asked: len(value) >= asked),
    "maxProperties": _of(dict, lambda value, asked: len(value) <= asked),
    "required": _of(dict, lambda value, asked: all(name in value for name in asked)),
    "properties": _among_keys(
        lambda of, value, asked: all(of.fits(value[name], each) for name, each in asked.items() if name in value)
    ),
    "additionalProperties": Sound.others,
    "propertyNames": _among_keys(lambda of, value, asked: all(of.fits(name, asked) for name in value)),
    "dependentRequired": _among_keys(
        lambda of, value, asked: all(name not in value or all(x in value for x in need) for name, need in asked.items())
    ),
    "dependentSchemas": _among_keys(
        lambda of, value, asked: all(name not in value or of.fits(value, each) for name, each in asked.items())
    ),
    "items": lambda of, value, asked, schema: not isinstance(value, list) or all(of.fits(x, asked) for x in value),
    "not": lambda of, value, asked, schema: not of.fits(value, asked),
    "if": Sound.divided,
    "allOf": lambda of, value, asked, schema: all(of.fits(value, each) for each in asked),
    "anyOf": lambda of, value, asked, schema: any(of.fits(value, each) for each in asked),
    "oneOf": _choice,
    "$ref": Sound.pointed,
    "x-ends": _ends,
    "x-ascending": _ascending,
}
