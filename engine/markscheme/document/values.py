"""What is wrong with a single value or key as YAML has it. Knows nothing of what stands around it but the next `#`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics import Diagnostic, Source, Span
from .nodes import Scalar
from .screening import instead
from .unquoted import FORBIDDEN_ESCAPED, named, quoted, refusal, shown

MISSING_SPACE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?!//)([^\s:].*)", re.DOTALL)
# After exactly one space, more likely text than a comment: `no 2 of #3`, `form # 12`, `C #`.
EATEN = re.compile(r" #(?:[ \t]*(?P<digit>[0-9])|[^\s#]|[ \t\r]*$)", re.MULTILINE)
_LINE = re.compile(r"[^\s][^\n]*")


def of_quoted(value: Scalar, style: str) -> Iterator[Diagnostic]:
    """Of a value in quotes, or of a block of text after `|` or `>`."""
    if style in ("|", ">") and not value.text.strip():
        hint = f'if the sign itself is meant, quote it: `"{style}"`'
        yield Diagnostic("MS123", f"there is no text under `{style}`", value.span, hint)
    if style == '"' and (bad := FORBIDDEN_ESCAPED.search(value.text)):
        place = value.within(bad.start(), bad.end())
        yield Diagnostic("MS101", f"the text holds {named(bad[0])}", place, instead(bad[0]))


def of_key(key: Scalar) -> Iterator[Diagnostic]:
    """Of an unquoted key: it is text to every reader."""
    yield from _tab_within(key.span)
    if key.text == "<<":
        hint = "a version stands whole in its own file: write the keys out here"
        yield Diagnostic("MS108", "`<<` takes keys from elsewhere", key.span, hint)
    elif key.number or refusal(key.text):
        message = f"the key {shown(key.text)} is not text to every reader"
        yield Diagnostic("MS114", message, key.span, f"quote it: {quoted(key.text)}")


def of_unquoted(value: Scalar, after_colon: bool) -> Iterator[Diagnostic]:
    """Of an unquoted value, which may stand on the line of its key (`after_colon`)."""
    yield from _tab_within(value.span)
    if no := refusal(value.text):
        yield Diagnostic(no.code, no.message, value.span, no.hint)
        return
    yield from _eaten(value)
    if after_colon or ":" not in value.text:
        return
    for line in _LINE.finditer(value.span.text):
        if missing := MISSING_SPACE.fullmatch(line[0]):
            yield missing_space(value.span.source, missing, value.span.start + line.start())


def meant(value: Scalar) -> Scalar:
    """The unquoted value, or, where it is refused, what was probably meant: reading goes on with that."""
    no = refusal(value.text)
    return value if no is None else Scalar(no.number or value.text, value.span, number=no.number is not None)


def _tab_within(span: Span) -> Iterator[Diagnostic]:
    at = span.source.text.find("\t", span.start, span.end)
    if at >= 0:
        yield tab(span.source, at)


def tab(source: Source, at: int) -> Diagnostic:
    """A tab at this place, where only some readers take it for a space."""
    return Diagnostic("MS102", "a tab stands where a space belongs", Span(source, at, at + 1), "use spaces")


def _eaten(value: Scalar) -> Iterator[Diagnostic]:
    """`label: no 2 of #3`: what follows unquoted text after one space looks more like text than like a comment."""
    text, span = value.span.source.text, value.span
    eaten = EATEN.match(text, span.end)
    if eaten is None or (value.number and not eaten["digit"]):
        return
    line = text.find("\n", span.end)
    comment = text[span.end + 1 : line if line >= 0 else len(text)].rstrip()
    place = Span(span.source, span.end + 1, span.end + 1 + len(comment))
    hint = f"quote the text: {quoted(text[span.start : place.end])}; a comment has two spaces before it"
    yield Diagnostic("MS120", f"{shown(comment)} is read as a comment", place, hint)


def missing_space(source: Source, missing: re.Match[str], start: int) -> Diagnostic:
    """`min:5`: the value is read as part of the key."""
    piece = missing[0].rstrip()
    message = f"{shown(piece)} has no space after the colon"
    hint = f"add a space: `{missing[1]}: {' '.join(missing[2].split())[:60]}`"
    return Diagnostic("MS121", message, Span(source, start, start + len(piece)), hint)
