"""Where each character of a text stands in the YAML it was written in. Knows no file and no meaning."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

_BLANKS = re.compile(r"[ \t\r\n]+")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t\r\n]*|.)", re.DOTALL)
_FOLD = re.compile(r"[ \n]*\n")


def place(raw: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets in `raw`, a value as written with its quotes, of `text[start:end]`, what it says.

    Never fails: positions outside the text are moved to its nearest end.
    """
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    if raw == text:
        return start, end
    if raw[:1] in ('"', "'") and raw[1:-1] == text:
        return start + 1, end + 1
    starts, ends = _aligned(raw, text)
    if not ends:
        return 0, 0
    first = starts[start] if start < len(text) else ends[-1]
    return first, ends[end - 1] if end > start else first


@lru_cache(maxsize=16)  # one condition is asked for dozens of places, one after the other
def _aligned(raw: str, text: str) -> tuple[array[int], array[int]]:
    """The start and the end in `raw` of each character of `text`."""
    if raw[:1] == "|":
        places = _literal(raw, text)
    elif raw[:1] == ">":
        places = _folded(raw, text)
    else:
        places = _flow(raw)
    found = list(islice(places, len(text)))
    found += [(len(raw), len(raw))] * (len(text) - len(found))
    return array("l", (start for start, _ in found)), array("l", (end for _, end in found))


def _flow(raw: str) -> Iterator[tuple[int, int]]:
    """Unquoted and quoted text, which may go on over several lines."""
    quote = raw[0] if raw[:1] in ('"', "'") else ""
    at, stop = len(quote), len(raw) - len(quote)
    while at < stop:
        if blanks := _BLANKS.match(raw, at, stop):
            end = blanks.end()
            lines = raw.count("\n", at, end)
            if lines:  # one line end is read as a space, more as one line end fewer
                yield from [(at, end)] * max(1, lines - 1)
            else:
                yield from ((each, each + 1) for each in range(at, end))
        elif quote == '"' and (escape := _ESCAPE.match(raw, at, stop)):
            end = escape.end()
            lines = raw.count("\n", at, end)
            yield from [(at, end)] * (lines - 1 if lines else 1)  # an escaped line end says nothing
        else:
            end = at + 2 if quote == "'" and raw.startswith("''", at) else at + 1
            yield at, end
        at = end


def _lines(raw: str) -> Iterator[tuple[int, int, int]]:
    """The start and the end of each line below the heading `|` or `>`, and where the next one starts."""
    at = raw.find("\n") + 1
    while 0 < at < len(raw):
        end = raw.find("\n", at)
        end = len(raw) if end < 0 else end
        yield at, end - 1 if raw.endswith("\r", at, end) else end, end + 1
        at = end + 1


def _literal(raw: str, text: str) -> Iterator[tuple[int, int]]:
    """After `|` each line is kept as it is, without its indentation."""
    read = 0
    for start, end, following in _lines(raw):
        said = text.find("\n", read)
        length = (len(text) if said < 0 else said) - read
        first = max(start, end - length)
        yield from ((each, each + 1) for each in range(first, first + length))
        yield end, min(following, len(raw))
        read += length + 1


def _folded(raw: str, text: str) -> Iterator[tuple[int, int]]:
    """After `>` a line end is read as a space, but beside empty and further indented lines it is kept."""
    read = 0
    broken: int | None = raw.find("\n")  # where the line before ended
    for start, end, _ in _lines(raw):
        lead = len(raw[start:end]) - len(raw[start:end].lstrip(" "))
        if lead == end - start:
            continue
        if broken is not None:
            fold = _FOLD.match(text, read)
            told = fold.end() - read if fold else int(text[read : read + 1] == " " and read > 0)
            yield from [(broken, start)] * told
            read += told
        kept = len(text[read : read + lead]) - len(text[read : read + lead].lstrip(" "))
        yield from ((each, each + 1) for each in range(start + lead - kept, end))
        read += end - (start + lead - kept)
        broken = end
