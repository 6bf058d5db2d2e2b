"""The right keys in the right places: asks jsonschema, and finds the place of each answer. Knows no name in the file.

What is not right is put into words by `complaints`. After `check` finds nothing, every required key is there, no key
is unknown, and every value is a list, keys, text or number where the language says so; names are still only names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, assert_never

from ..diagnostics import Diagnostic, Findings
from ..document import Mapping, Node, Scalar, Sequence
from ..shipped import shipped
from .complaints import Complaint, complain
from .endings import endings
from .keys import CASES, LANGUAGE_VERSION, METHODOLOGY
from .places import Place
from .sound import Sound, Strange
from .spelling import is_date

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

Kind = Literal["methodology", "cases"]

MOST = 500
"""Mistakes that are told of one file."""


def check(document: Node, kind: Kind, said: Iterable[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the structure of a document, in the order of the text.

    `said` is what reading it found: where that is about the same piece of text, nothing is added to it.
    """
    match kind:
        case "methodology":
            root = Place(METHODOLOGY, document)
        case "cases":
            root = Place(CASES, document)
        case _:
            assert_never(kind)
    findings = Findings()
    if newer := _newer(root):
        findings.extend([newer])
        return findings.all()
    values = _values(document)
    if _sound(kind, values):
        return ()
    errors = _errors(_validator(kind), values)
    pieces = {(each.span.start, each.span.source.name) for each in said if each.span}
    fresh = (d for d in _complaints(root, errors) if d.span and (d.span.start, d.span.source.name) not in pieces)
    told = list(islice(fresh, MOST + 1))
    findings.extend(told[:MOST])
    if len(told) > MOST:
        findings.add("MS220", f"more than {MOST} mistakes in the structure; the rest are not shown", told[MOST].span)
    return findings.all()


def _newer(root: Place) -> Diagnostic | None:
    """A file in a later version of the language is not misread: nothing else is said of it."""
    version = root.node.get("markscheme") if isinstance(root.node, Mapping) else None
    if not isinstance(version, Scalar) or not version.number or not version.text.isdigit():
        return None
    digits = version.text.lstrip("0")
    if (len(digits), digits) <= (1, str(LANGUAGE_VERSION)):
        return None
    return Diagnostic(
        "MS210",
        f"this file needs a newer markscheme: it is in version {digits[:20]} of the rule language",
        version.span,
        f"install a newer markscheme; this one reads version {LANGUAGE_VERSION}",
    )


def _values(node: Node) -> Any:
    """As jsonschema wants it. A blank text is None, which no key may be."""
    match node:
        case Scalar(text, number=False):
            return text if text.strip() else None
        case Scalar(text):
            return int(text) if len(text) < 19 and text.lstrip("-").isdigit() else Decimal(text)
        case Mapping(entries):
            return {name: _values(entry.value) for name, entry in entries.items()}
        case Sequence(items):
            return [_values(item) for item in items]
        case _:
            assert_never(node)


@cache
def _schema(kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shipped("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


def _sound(kind: Kind, values: Any) -> bool:
    """Whether jsonschema is known to have nothing to say."""
    try:
        return Sound(_schema(kind)).fits(values)
    except Strange:
        return False


@cache
def _validator(kind: Kind) -> Validator:
    """jsonschema, which costs 100 ms to import, with a registry that has nothing to fetch from."""
    import jsonschema
    import referencing

    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_date(value))
    formats.checks("published")(lambda value: not isinstance(value, str) or is_date((value + "-01-01")[:10]))
    keywords: dict[str, Any] = {"pattern": _pattern, "oneOf": _one_of, "x-ends": _ends, "x-ascending": _ascending}
    extend: Any = jsonschema.validators.extend
    extended = extend(jsonschema.Draft202012Validator, keywords)
    made: Validator = extended(_schema(kind), registry=referencing.Registry(), format_checker=formats)
    return made


def _pattern(validator: Any, pattern: str, instance: object, schema: object) -> Iterator[ValidationError]:
    """jsonschema's own lets `$` match before a last line break."""
    if isinstance(instance, str) and not re.fullmatch(pattern, instance):
        from jsonschema.exceptions import ValidationError

        yield ValidationError("does not match")


def _one_of(validator: Any, options: list[Any], instance: object, schema: object) -> Iterator[ValidationError]:
    """In our schemas each option is one key, of which there must be one. jsonschema's own takes a third of all time."""
    if isinstance(instance, dict) and sum(option["required"][0] in instance for option in options) != 1:
        from jsonschema.exceptions import ValidationError

        yield ValidationError("none or several")


def _ends(validator: Any, ends: str, instance: object, schema: object) -> Iterator[ValidationError]:
    """Our own keyword: rules and rows are read from the top, so they end in `otherwise`."""
    if isinstance(instance, list):
        from jsonschema.exceptions import ValidationError

        rows = [tuple(row) if isinstance(row, dict) else () for row in instance]
        if endings(rows, ends):
            yield ValidationError("does not end well")


def _ascending(validator: Any, names: list[str], instance: object, schema: object) -> Iterator[ValidationError]:
    """Our own keyword: dates in order, those that are dates."""
    if isinstance(instance, dict):
        from jsonschema.exceptions import ValidationError

        dates = [day for day in map(instance.get, names) if isinstance(day, str) and is_date(day)]
        if dates != sorted(dates):
            yield ValidationError("not in order")


def _errors(validator: Validator, values: Any) -> list[Complaint]:
    """What jsonschema finds; where a list is too long, only that."""
    found = []
    for error in islice(validator.iter_errors(values), 4 * MOST):
        one = Complaint(tuple(error.absolute_path), str(error.validator), error.validator_value, _name(error))
        if one.keyword in ("maxItems", "maxProperties") and one.value > 1:
            return [one]
        found.append(one)
    return found


def _name(error: ValidationError) -> str | None:
    """The name that the error is about, where it is about a name and not about what stands under it."""
    return str(error.instance) if "propertyNames" in error.absolute_schema_path else None


def _complaints(root: Place, errors: list[Complaint]) -> Iterator[Diagnostic]:
    """Each error in words, once: what is said of a key that may not be there is all that is said of it."""
    by_place: dict[tuple[tuple[str | int, ...], str | None], list[Complaint]] = {}
    for error in errors:
        by_place.setdefault((error.path, error.name), []).append(error)
    hopeless: set[tuple[str | int, ...]] = set()
    for (path, _), here in sorted(by_place.items(), key=lambda item: len(item[0][0])):
        if any(path[:length] in hopeless for length in range(1, len(path) + 1)):
            continue
        place = root.at(path)
        strongest = [e for e in here if e.barred] or [e for e in here if e.keyword == "type"][-1:]
        words = [e for e in here if e.keyword == "enum"][-1:]  # the last is the narrowest
        for error in strongest or [e for e in here if e.keyword != "enum"] + words:
            if strongest:
                hopeless.add(path)
            yield from complain(place, error)
        for name in place.unknown():
            hopeless.add((*path, name))
