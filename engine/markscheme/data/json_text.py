"""JSON and JSON Lines to rows: exact numbers, no NaN, no key twice. Knows no methodology."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from ..diagnostics import Problem
from ..echo import shown
from .lines import Lines, Stream
from .row import Row, Unreadable

LARGEST_DOCUMENT = 200 << 20  # bytes; JSON Lines and CSV have no limit
_MOST_TEXTS = 1000  # of a record that is refused
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_OBJECT = 'write a record as an object: `{"score": 62.5}`'


class _Refused(ValueError):
    def __init__(self, code: str, message: str, value: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.value, self.hint = code, message, value, hint


def json_rows(stream: Stream) -> Iterator[Row]:
    """The records of an array, of one object, or of JSON Lines, whichever it begins as. Raises `Unreadable`."""
    start = stream.peek(1 << 20).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Unreadable(Problem("MS505", "the data is empty", hint=_OBJECT))
    first = start.split(b"\n", 1)[0].rstrip()
    return json_lines(stream) if start.startswith(b"{") and first.endswith(b"}") else _document(stream)


def json_lines(stream: Stream) -> Iterator[Row]:
    """A record a line. A line that is not one is a row with a problem, and the others go on."""
    lines, number = Lines(stream), 0
    while True:
        place = f"line {lines.begin_record()}"
        line = next(lines, None)
        if line is None:
            break
        if line.strip():
            number += 1
            try:
                yield _row(number, place, _one(line.rstrip()))
            except (ValueError, RecursionError) as error:
                yield Row(number, place, _texts(line), (_problem(error, place),))
    if lines.number == 0:
        raise Unreadable(Problem("MS505", "the data is empty", hint=_OBJECT))


def _document(stream: Stream) -> Iterator[Row]:
    text = stream.whole(LARGEST_DOCUMENT)
    at = _after_space(text, 0)
    number, place = 0, "line 1"
    try:
        if not text.startswith("[", at):
            found = _one(text)
            if not isinstance(found, dict):
                raise _Refused("MS515", f"the data is {_kind(found)}, not records", shown(found), _OBJECT)
            yield Row(1, "record 1", found)
            return
        at = _after_space(text, at + 1)
        more = not text.startswith("]", at)
        while more:
            number += 1
            place = f"record {number}"
            record, end = _decoded(text, at)
            yield _row(number, place, record)
            at = _after_space(text, end)
            more = text.startswith(",", at)
            if more:
                at = _after_space(text, at + 1)
        if not text.startswith("]", at):
            raise json.JSONDecodeError("expecting `,` or `]`", text, at)
        if (end := _after_space(text, at + 1)) != len(text):
            raise json.JSONDecodeError("text follows the end of the array", text, end)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_problem(error, place)) from None


def _row(number: int, place: str, record: object) -> Row:
    if isinstance(record, dict):
        return Row(number, place, record)
    message = f"the record is {_kind(record)}, not an object"
    return Row(number, place, {}, (Problem("MS515", message, None, shown(record), place, _OBJECT),))


def _texts(text: str) -> dict[str, object]:
    """Of a record that is refused, the texts and numbers that stand before the fault: its id may be among them. Of a
    key given twice, neither."""
    found: dict[str, object] = {}
    twice = set()
    at = _after_space(text, 0)
    more = text.startswith("{", at) and not _SURROGATE.search(text)
    try:
        while more and len(found) < _MOST_TEXTS:
            start = _after_space(text, at + 1)
            key, at = _LENIENT.raw_decode(text, start)
            at = _after_space(text, at)
            if not text.startswith('"', start) or not text.startswith(":", at):
                break
            value, at = _LENIENT.raw_decode(text, _after_space(text, at + 1))
            twice |= {key} & found.keys()
            if isinstance(value, str):
                found[key] = value
            at = _after_space(text, at)
            more = text.startswith(",", at)
    except (ValueError, RecursionError):
        pass  # so far it could be read
    return {key: value for key, value in found.items() if key not in twice}


def _one(text: str) -> object:
    """The one JSON value of a text. Raises ValueError or RecursionError."""
    found, end = _decoded(text, _after_space(text, 0))
    if (rest := _after_space(text, end)) != len(text):
        raise json.JSONDecodeError("text follows the end of the record", text, rest)
    return found


def _decoded(text: str, at: int) -> tuple[object, int]:
    found, end = _DECODER.raw_decode(text, at)
    if _SURROGATE.search(text, at, end):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode("utf-8")
        except UnicodeEncodeError:
            raise _Refused("MS513", "half a character (a lone surrogate such as `\\ud800`)") from None
    return found, end


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _problem(error: ValueError | RecursionError, place: str) -> Problem:
    if isinstance(error, _Refused):
        return Problem(error.code, error.message, None, error.value, place, error.hint)
    if isinstance(error, json.JSONDecodeError):
        what = error.msg[:1].lower() + error.msg[1:]
        if not place.startswith("line "):
            place = f"line {error.lineno}"
        found = shown(error.doc[error.pos : error.pos + 20])
        hint = (
            "put one record on each line, and name it .jsonl" if "text follows the end of the record" in what else None
        )
        return Problem("MS513", f"not JSON: {what}, at character {error.colno} of the line", None, found, place, hint)
    if isinstance(error, RecursionError):
        return Problem("MS513", "lists or objects are nested too deeply", place=place)
    return Problem("MS513", "not JSON", place=place)


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a number"


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused("MS514", f"the key `{shown(key, 40)}` is given twice", shown(key), "delete one of them")
        found[key] = value
    return found


def _integer(digits: str) -> int | Decimal:
    # `int` takes quadratic time and refuses 4,301 digits; `Decimal` takes them in a line, and intake refuses the size.
    return int(digits) if len(digits) <= 400 else Decimal(digits)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _Refused("MS546", f"the number `{shown(text, 40)}` is too large", shown(text)) from None


def _constant(name: str) -> NoReturn:
    raise _Refused("MS545", f"`{name}` is no number", name, "write the reason why there is none, or leave it null")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_integer, parse_float=_decimal, parse_constant=_constant, strict=True
)
_LENIENT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None)
