"""Text as Markdown and as HTML show it, names in backticks as code. Knows no page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from ...echo import escaped

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@])")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, and whether they stood in backticks. A backtick without a second one is text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    yield from ((part, place % 2 == 1) for place, part in enumerate(parts) if part)


def markdown(text: str) -> str:
    """Text that Markdown shows as it is, but for names in backticks."""
    return "".join(code(part) if named else _plain(part) for part, named in pieces(_one_line(text)))


def cell(text: str) -> str:
    """The same in a table, where a bar ends a cell even within code."""
    return "".join(code(part).replace("|", "\\|") if named else _plain(part) for part, named in pieces(_one_line(text)))


def code(text: str) -> str:
    """As written. Its fence is longer than any run of backticks within."""
    said = _one_line(text)
    fence = "`" * (longest_run(said) + 1)
    return f"{fence} {said} {fence}" if "`" in said else f"{fence}{said}{fence}"


def changed_lines(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """A block of lines before and after, that nothing within can end."""
    lines = [*(f"- {escaped(line)}" for line in old), *(f"+ {escaped(line)}" for line in new)]
    fence = "`" * max(3, longest_run("\n".join(lines)) + 1)
    return [f"{fence}diff", *lines, fence]


def longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def html(text: str) -> str:
    """Text within an element or an attribute's quotes, names in backticks as code."""
    return "".join(f"<code>{safe(part)}</code>" if named else safe(part) for part, named in pieces(text))


def safe(text: str) -> str:
    return escape(escaped(text), quote=True)


def bare(text: str) -> str:
    """Without the backticks: for a title, which has no code."""
    return text.replace("`", "")


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _one_line(text: str) -> str:
    return escaped(" ".join(text.split(" ")).replace("\n", " "))
