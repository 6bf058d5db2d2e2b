"""A page of headings, paragraphs, lists and tables as text, Markdown and HTML, everything in it escaped. Knows no
program and no record."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import assert_never

from ..echo import escaped
from ..explain.wording import capital, fold
from ..render import styled


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list, with the lines inside it; `quote` is the rule's own text."""

    text: str
    quote: str = ""
    inside: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; as text a paragraph for each row, its first cell first."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Said | Items | Rows


@dataclass(frozen=True, slots=True)
class Page:
    """`title` and what stands beneath it, line by line."""

    title: str
    beneath: tuple[str, ...]
    blocks: tuple[Block, ...]

    def text(self, width: int = 100, colour: bool = False) -> str:
        """For a terminal or a letter."""
        return "\n".join(_text(self, max(width, 40), colour)) + "\n"

    def markdown(self) -> str:
        """GitHub-flavoured Markdown."""
        return "\n".join(_markdown(self)) + "\n"

    def html(self) -> str:
        """A fragment that stands alone: no script, no style sheet, nothing fetched."""
        return "\n".join(_html(self)) + "\n"


# --- text ------------------------------------------------------------------------------------------------------------


def _text(page: Page, width: int, colour: bool) -> Iterator[str]:
    def put(said: str, start: str = "", style: str = "", hang: int = 4) -> Iterator[str]:
        rest = " " * (len(start) + hang)
        for line in textwrap.wrap(escaped(fold(said)), width, initial_indent=start, subsequent_indent=rest,
                                  break_long_words=False, break_on_hyphens=False):  # fmt: skip
            yield styled(line, style, colour) if style else line

    def listed(items: tuple[Item, ...], indent: int, numbered: bool) -> Iterator[str]:
        for number, item in enumerate(items, 1):
            mark = f"{number}. " if numbered else "- "
            said = f'{item.text}: "{item.quote}"' if item.quote else item.text
            yield from put(capital(said) if numbered else said, " " * indent + mark, hang=0)
            yield from listed(item.inside, indent + len(mark), False)

    yield from put(page.title, style="strong")
    for line in page.beneath:
        yield from put(line)
    for block in page.blocks:
        match block:
            case Heading(text):
                yield ""
                yield from put(text, style="strong")
            case Said(text, warning):
                yield from put(f"! {text}" if warning else text, "  ", "warning" if warning else "", 2 * warning)
            case Items(items, numbered):
                yield from listed(items, 2, numbered)
            case Rows(_, columns, rows):
                for first, *others in rows:
                    yield from put(capital(first), "  ")
                    for column, cell in zip(columns[1:], others, strict=True):
                        yield from put(f"{column.lower()}: {cell}", "    ") if cell else ()
            case _:
                assert_never(block)


# --- Markdown --------------------------------------------------------------------------------------------------------


def _markdown(page: Page) -> Iterator[str]:
    yield f"# {_plain(page.title)}"
    for line in page.beneath:
        yield from ("", _plain(line))
    for block in page.blocks:
        yield ""
        match block:
            case Heading(text):
                yield f"## {_plain(text)}"
            case Said(text, warning):
                yield f"> **!** {_plain(text)}" if warning else _plain(text)
            case Items(items, numbered):
                yield from _bullets(items, "", numbered)
            case Rows(_, columns, rows):
                yield f"| {' | '.join(map(_plain, columns))} |"
                yield f"|{' --- |' * len(columns)}"
                for row in rows:
                    yield f"| {' | '.join(map(_plain, row))} |"
            case _:
                assert_never(block)


def _bullets(items: tuple[Item, ...], indent: str, numbered: bool) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        mark = f"{number}. " if numbered else "- "
        yield indent + mark + _plain(capital(item.text)) + (f": {_code(item.quote)}" if item.quote else "")
        yield from _bullets(item.inside, indent + " " * len(mark), False)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is; a figure and a point at the start of a line are no number of a list."""
    said = re.sub(r"([\\`*_{}\[\]<>#|~&!$@])", r"\\\1", fold(escaped(text)))
    return re.sub(r"^(\d+)([.)])(?= |$)|^([-+])(?= |$)", r"\1\\\2\3", said)


def _code(text: str) -> str:
    """A rule's own text; its fence is longer than any run of backticks within."""
    said = fold(escaped(text))
    fence = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    return f"{fence} {said} {fence}" if "`" in said else f"{fence}{said}{fence}"


# --- HTML ------------------------------------------------------------------------------------------------------------


def _html(page: Page) -> Iterator[str]:
    yield '<section class="markscheme-explanation">'
    yield f"<h3>{_safe(page.title)}</h3>"
    if page.beneath:
        yield f"<p>{'<br>'.join(map(_safe, page.beneath))}</p>"
    for block in page.blocks:
        match block:
            case Heading(text):
                yield f"<h4>{_safe(text)}</h4>"
            case Said(text, warning):
                yield f'<p role="note"><strong>!</strong> {_safe(text)}</p>' if warning else f"<p>{_safe(text)}</p>"
            case Items(items, numbered):
                yield from _list(items, "ol" if numbered else "ul")
            case Rows(caption, columns, rows):
                yield f"<table><caption>{_safe(caption)}</caption>"
                heads = "".join(f'<th scope="col">{_safe(each)}</th>' for each in columns)
                yield f"<thead><tr>{heads}</tr></thead>"
                yield "<tbody>"
                for first, *others in rows:
                    cells = "".join(f"<td>{_safe(cell)}</td>" for cell in others)
                    yield f'<tr><th scope="row">{_safe(capital(first))}</th>{cells}</tr>'
                yield "</tbody></table>"
            case _:
                assert_never(block)
    yield "</section>"


def _list(items: tuple[Item, ...], kind: str) -> Iterator[str]:
    yield f"<{kind}>"
    for item in items:
        quote = f": <code>{_safe(item.quote)}</code>" if item.quote else ""
        yield f"<li>{_safe(capital(item.text))}{quote}"
        if item.inside:
            yield from _list(item.inside, "ul")
        yield "</li>"
    yield f"</{kind}>"


def _safe(text: str) -> str:
    return escape(fold(escaped(text)), quote=True)
