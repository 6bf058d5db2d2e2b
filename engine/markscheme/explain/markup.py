"""An explanation as Markdown and as HTML, everything in it escaped. Knows the tree of an account; no program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from ..echo import escaped
from .account import Account, Answer, Line, Part
from .pages import edition, flags, heading, in_full, warning
from .wording import capital, fold, listing

# --- Markdown --------------------------------------------------------------------------------------------------------


def markdown(account: Account) -> str:
    """GitHub-flavoured Markdown, ending in one line end."""
    return "\n".join(_markdown(account)) + "\n"


def _markdown(account: Account) -> Iterator[str]:
    yield from (f"# {_plain(account.title)}", "", _plain(edition(account)))
    if account.record is not None:
        yield from ("", f"Record: **{_plain(account.record)}**")
    said = warning(account)
    if said:
        yield from ("", f"> **!** {_plain(said)}")
    for part in account.parts:
        if part.role != "input":
            yield from ("", f"## {_plain(heading(part))}")
            yield from _markdown_part(part)
    inputs = [part for part in account.parts if part.role == "input"]
    if inputs:
        yield from ("", "## As given", "", "| Input | For | Value |", "| --- | --- | --- |")
        for part in inputs:
            for answer in part.answers:
                yield f"| {_plain(capital(part.title))} | {_plain(answer.where)} | {_plain(with_brief(answer))} |"


def _markdown_part(part: Part) -> Iterator[str]:
    for flag, names in flags(part):
        yield from ("", f"> **!** {_said(flag)}{_plain(f' ({names})') if names else ''}")
    if not part.axes:
        yield ""
        for answer in part.answers:
            yield from _bullets(answer.lines, 0)
        return
    yield from ("", f"| {_plain(capital(' / '.join(part.over)))} | Value | Why |", "| --- | --- | --- |")
    for answer in part.answers:
        mark = " **!**" if answer.flags else ""
        yield f"| {_plain(answer.where)} | {_plain(answer.value)} | {_plain(answer.brief)}{mark} |"
    for members, lines in in_full(part):
        yield from ("", f"### {_plain(capital(listing(members)))}", "")
        yield from _bullets(lines, 0)


def _bullets(lines: tuple[Line, ...], depth: int) -> Iterator[str]:
    for line in lines:
        yield f"{'  ' * depth}- {_said(line)}"
        yield from _bullets(line.inside, depth + 1)


def _said(line: Line) -> str:
    text = _plain(capital(line.text))
    return f"{text}: {_code(line.quote)}" if line.quote else text


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!$@])", r"\\\1", fold(escaped(text)))


def _code(text: str) -> str:
    """The rule's own text; its fence is longer than any run of backticks within, and a bar ends no cell."""
    said = fold(escaped(text))
    fence = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    return f"{fence} {said} {fence}" if "`" in said else f"{fence}{said}{fence}"


# --- HTML ------------------------------------------------------------------------------------------------------------


def html(account: Account) -> str:
    """A fragment that stands alone: no script, no style sheet, nothing fetched."""
    return "\n".join(_html(account)) + "\n"


def _html(account: Account) -> Iterator[str]:
    yield '<section class="markscheme-explanation">'
    yield f"<h3>{_safe(account.title)}</h3>"
    record = "" if account.record is None else f"<br>Record: <strong>{_safe(account.record)}</strong>"
    yield f"<p>{_safe(edition(account))}{record}</p>"
    said = warning(account)
    if said:
        yield _note(_safe(said))
    for part in account.parts:
        if part.role != "input":
            yield f"<h4>{_safe(heading(part))}</h4>"
            yield from _html_part(part)
    inputs = [part for part in account.parts if part.role == "input"]
    if inputs:
        rows = [
            (capital(part.title), answer.where, with_brief(answer), "") for part in inputs for answer in part.answers
        ]
        yield from _table("As given", ("Input", "For", "Value"), rows)
    yield "</section>"


def _html_part(part: Part) -> Iterator[str]:
    for flag, names in flags(part):
        yield _note(_marked_up(flag) + _safe(f" ({names})" if names else ""))
    if not part.axes:
        for answer in part.answers:
            yield from _items(answer.lines)
        return
    rows = [(a.where, a.value, a.brief, " <strong>!</strong>" if a.flags else "") for a in part.answers]
    yield from _table(heading(part), (capital(" / ".join(part.over)), "Value", "Why"), rows)
    for answer in part.answers:
        yield f"<details{' open' if answer.matters else ''}>"
        yield f"<summary>{_safe(capital(answer.where))}: {_safe(answer.value)}</summary>"
        yield from _items(answer.lines)
        yield "</details>"


def _table(caption: str, columns: tuple[str, ...], rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    """The last text of a row is markup for the end of its last cell."""
    yield f"<table><caption>{_safe(caption)}</caption>"
    heads = "".join(f'<th scope="col">{_safe(column)}</th>' for column in columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for first, second, third, end in rows:
        yield f'<tr><th scope="row">{_safe(first)}</th><td>{_safe(second)}</td><td>{_safe(third)}{end}</td></tr>'
    yield "</tbody></table>"


def _items(lines: tuple[Line, ...]) -> Iterator[str]:
    yield "<ul>"
    for line in lines:
        if line.inside:
            yield f"<li>{_marked_up(line)}"
            yield from _items(line.inside)
            yield "</li>"
        else:
            yield f"<li>{_marked_up(line)}</li>"
    yield "</ul>"


def _note(markup: str) -> str:
    return f'<p role="note"><strong>!</strong> {markup}</p>'


def _marked_up(line: Line) -> str:
    text = _safe(capital(line.text))
    return f"{text}: <code>{_safe(line.quote)}</code>" if line.quote else text


def _safe(text: str) -> str:
    return escape(fold(escaped(text)), quote=True)


def with_brief(answer: Answer) -> str:
    """`no action (not stated, taken as this)`."""
    return f"{answer.value} ({answer.brief})" if answer.brief else answer.value
