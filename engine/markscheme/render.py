"""Findings and data problems as people and machines read them. Knows nothing of what was checked, or of files."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring
from typing import IO

from .diagnostics import Diagnostic, Label, Problem, Span
from .echo import escaped

_WIDEST = 110  # characters of a source line that are shown; a line may have a million
_TALLEST = 4  # lines of one span that are shown
_GITHUB_SHOWS = 10  # annotations of one kind in one step

_STYLES = {"error": "1;31", "warning": "1;33", "help": "1;32", "gutter": "34", "strong": "1", "faint": "2"}


# --- text that is safe to print --------------------------------------------------------------------------------------


def _cell(character: str) -> tuple[str, int]:
    """What stands for a character on a terminal, and how many columns that takes."""
    if character.isascii() and character.isprintable():
        return character, 1
    if character == "\t":
        return "    ", 4
    if not character.isprintable():  # controls, escapes, bidi marks, odd spaces: said, never sent
        said = escaped(character)
        return said, len(said)
    if unicodedata.category(character) in ("Mn", "Me"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _width(text: str) -> int:
    return sum(_cell(c)[1] for c in text)


def _safe_line(text: str) -> str:
    return "".join(_cell(c)[0] for c in text)


def colourful(stream: IO[str], environment: Mapping[str, str] | None = None) -> bool:
    """Whether colours may be sent there: a terminal that is not dumb, and nobody said NO_COLOR."""
    environment = os.environ if environment is None else environment
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()


def styled(text: str, style: str, colour: bool) -> str:
    """`style` is a key of `_STYLES`; the text as it is where there is no colour."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour else text


def plural(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


# --- the terminal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of one line to be underlined: columns `start` up to, not including, `end`, 0-based."""

    line: int
    start: int
    end: int
    primary: bool
    text: str = ""


def _marks(span: Span, primary: bool, text: str) -> Iterator[_Mark | None]:
    """One mark a line of the span; None where lines are left out. The words stand at the last."""
    first, last = span.line, _last(span).line
    wanted = list(range(first, last + 1))
    if len(wanted) > _TALLEST:
        wanted = [*wanted[: _TALLEST - 1], 0, last]
    for number in wanted:
        if not number:
            yield None
            continue
        line = span.source.line(number)
        start = span.column - 1 if number == first else len(line) - len(line.lstrip())
        end = _last(span).column if number == last else len(line.rstrip())
        yield _Mark(number, start, max(end, start + 1), primary, text if number == last else "")


def _last(span: Span) -> Span:
    """The place of its last character, or of an empty span itself."""
    place = max(span.start, span.end - 1)
    return Span(span.source, place, place)


def _underlined(line: str, mark: _Mark) -> tuple[str, str]:
    """The line as shown, and what stands beneath it. A long line is cut to the part around the mark."""
    left, right = 0, len(line)
    if len(line) > _WIDEST:
        left = max(0, min(mark.start - _WIDEST // 3, len(line) - _WIDEST))
        right = min(len(line), left + _WIDEST)
    lead, tail = "…" if left else "", "…" if right < len(line) else ""
    pad = len(lead) + _width(line[left : mark.start])
    width = max(1, _width(line[mark.start : min(mark.end, right)]))
    return f"{lead}{_safe_line(line[left:right])}{tail}", " " * pad + ("^" if mark.primary else "-") * width


def _place(span: Span) -> str:
    return f"{escaped(span.source.name)}:{span.line}:{span.column}"


def _excerpt(found: Diagnostic, colour: bool) -> Iterator[str]:
    """The places of a finding with their lines: its own first, other files after; within a file as in the text."""
    if found.span is None:
        return
    spans = [(found.span, True, ""), *((label.span, False, label.text) for label in found.labels)]
    sources = list(dict.fromkeys(span.source.name for span, _, _ in spans))
    width = len(str(max(_last(span).line for span, _, _ in spans)))

    def gutter(number: int | None = None) -> str:
        return styled(f"{'' if number is None else number:>{width + 1}} |", "gutter", colour)

    for name in sources:
        here = [(span, primary, text) for span, primary, text in spans if span.source.name == name]
        arrow = "-->" if name == found.span.source.name else ":::"
        yield f"{' ' * width} {styled(arrow, 'gutter', colour)} {_place(here[0][0])}"
        written = 0
        for span, primary, text in sorted(here, key=lambda each: each[0].start):
            for mark in _marks(span, primary, text):
                if mark is None:
                    yield f"{gutter()} ..."
                    continue
                line, under = _underlined(span.source.line(mark.line), mark)
                if mark.line != written or len(span.source.line(mark.line)) > _WIDEST:
                    yield f"{gutter(mark.line)} {line}".rstrip()
                    written = mark.line
                words = f" {escaped(mark.text)}" if mark.text else ""
                yield f"{gutter()} {styled(under + words, 'error' if primary else 'gutter', colour)}"


def as_text(found: Diagnostic, colour: bool = False) -> str:
    """One finding for a terminal, with its source line, carets under the whole of it, and a way out."""
    head = styled(f"{found.severity}[{found.code}]", found.severity, colour)
    lines = [f"{head}: {styled(escaped(found.message), 'strong', colour)}", *_excerpt(found, colour)]
    if found.hint:
        first, *rest = found.hint.rstrip("\n").split("\n")
        lines.append(f"{styled('help', 'help', colour)}: {escaped(first)}")
        lines.extend(f"      {escaped(line)}" for line in rest)
    if found.shown:
        lines += ["", *(f"    {escaped(line)}".rstrip() for line in found.shown)]
    return "\n".join(lines)


def all_as_text(found: Iterable[Diagnostic], colour: bool = False) -> str:
    """Findings one after the other, a blank line between."""
    return "\n\n".join(as_text(each, colour) for each in found)


def counted(found: Iterable[Diagnostic]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    severities = [each.severity for each in found]
    return severities.count("error"), severities.count("warning")


def problem_as_text(problem: Problem, colour: bool = False) -> str:
    """What is wrong with a record or a data file, on one or two lines."""
    where = [escaped(problem.place)] if problem.place else []
    if problem.column is not None:
        where.append(f"column `{escaped(problem.column)}`")
    head = styled(f"error[{problem.code}]", "error", colour)
    text = ": ".join([head, *([", ".join(where)] if where else []), escaped(problem.message)])
    if problem.hint:
        text += f"\n{styled('help', 'help', colour)}: {escaped(problem.hint)}"
    return text


# --- machines --------------------------------------------------------------------------------------------------------


def _place_as_json(span: Span | None) -> dict[str, object]:
    if span is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    end = Span(span.source, max(span.start, span.end), max(span.start, span.end))
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def as_json(found: Diagnostic) -> dict[str, object]:
    """A finding as plain data. Lines and columns are 1-based; the end is the place just after it."""

    def label(each: Label) -> dict[str, object]:
        return {"text": each.text, **_place_as_json(each.span)}

    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        **_place_as_json(found.span),
        "hint": found.hint,
        "labels": [label(each) for each in found.labels],
        "shown": list(found.shown),
    }


def problem_as_json(problem: Problem) -> dict[str, object]:
    """A data problem as plain data."""
    return {
        "code": problem.code,
        "message": problem.message,
        "place": problem.place,
        "column": problem.column,
        "value": problem.value,
        "hint": problem.hint,
    }


def json_text(value: object) -> str:
    """Plain data as JSON on one line. Exact decimals stay numbers, digit for digit; a fraction that no decimal can
    write is text (`"2/3"`); anything else unknown to JSON is its own text. Never NaN.
    """
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json_text(str(k))}: {json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(json_text(each) for each in value) + "]"
    return encode_basestring(str(value)).encode("utf-8", "backslashreplace").decode("utf-8")


def as_github(found: Sequence[Diagnostic]) -> str:
    """Workflow annotations: ten errors and ten warnings, for GitHub drops what is beyond without a word, then one line
    that counts all. What is found for the first time in a file comes before what is found there again."""
    times = Counter[tuple[str, str]]()
    ranked = []
    for each in sorted(found, key=lambda each: each.order):
        kind = (each.code, each.span.source.name if each.span else "")
        ranked.append((times[kind], each))
        times[kind] += 1
    ranked.sort(key=lambda pair: pair[0])
    kinds = ([each for _, each in ranked if each.severity == kind] for kind in ("error", "warning"))
    shown = [each for kind in kinds for each in kind[:_GITHUB_SHOWS]]
    lines = [_annotation(each) for each in shown]
    errors, warnings = counted(found)
    left = len(found) - len(shown)
    rest = f"; {left:,} more are not shown here: GitHub shows {_GITHUB_SHOWS} of a kind" if left else ""
    lines.append(f"::notice title=markscheme::{plural(errors, 'error')}, {plural(warnings, 'warning')}{rest}")
    return "\n".join(lines)


def _annotation(found: Diagnostic) -> str:
    place = _place_as_json(found.span)
    said = {
        "file": place["file"],
        "line": place["line"],
        "endLine": place["end_line"],
        "col": place["column"],
        "endColumn": place["end_column"] if place["line"] == place["end_line"] else None,
        "title": found.code,
    }
    fields = ",".join(f"{key}={_escaped(str(v), ':,')}" for key, v in said.items() if v is not None)
    text = "\n".join([found.message, *([f"help: {found.hint}"] if found.hint else []), *found.shown])
    return f"::{found.severity} {fields}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + more else escaped(c) for c in text)
