"""An explanation as text and as JSON. Knows the tree of an account; no program and no trace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from ..echo import escaped
from ..render import styled
from .account import Account, Answer, Line, Part
from .wording import capital, fold, grouped, listing

_ROWS = 14  # members shown a line each; more, or pairs of them, are grouped by what they have in common
_FULL = 4  # ways to a value told in full under one heading

# --- what the pages share --------------------------------------------------------------------------------------------


def edition(account: Account) -> str:
    """`cqc/gp-practice@2021-10, Care Quality Commission, in force from 2021-10-01 until 2023-11-20`."""
    start, end = account.in_force
    dates = " ".join(text for text in (f"from {start}" if start else "", f"until {end}" if end else "") if text)
    said = (f"{account.id}@{account.version}", account.publisher, f"in force {dates}" if dates else None)
    return fold(", ".join(part for part in said if part))


def warning(account: Account) -> str | None:
    """What a reader must know before anything else."""
    match account.status:
        case "published":
            return None
        case "illustrative":
            return "This methodology is illustrative: an example, not what any publisher has issued"
        case "derived":
            return "This methodology is derived: worked out from what was published, not quoted from it"
        case _:
            return f"This methodology is {account.status}: not checked against what was published"


def heading(part: Part) -> str:
    """`Key question rating, for each of key questions`; of one value that value too."""
    title = capital(part.title)
    if not part.axes:
        return f"{title}: {capital(part.answers[0].value)}" if part.answers else title
    return f"{title}, for each of the {' and '.join(part.over)}"


def named(part: Part, answers: Iterable[Answer]) -> list[str]:
    """The members of answers: `safe`, and of pairs of members `safe (older people, families)`."""
    return grouped([answer.places for answer in answers], [answer.places for answer in part.answers])


def groups(part: Part) -> list[tuple[Answer, list[str]]]:
    """The answers that are the same but for their members, in order of the first of each, and those members."""
    found: dict[tuple[str, str, bool], list[Answer]] = {}
    for answer in part.answers:
        found.setdefault((answer.value, answer.brief, bool(answer.flags)), []).append(answer)
    return [(answers[0], named(part, answers)) for answers in found.values()]


def in_full(part: Part) -> list[tuple[list[str], tuple[Line, ...]]]:
    """The answers to be told of in full; those told in the same words together."""
    found: dict[tuple[Line, ...], list[Answer]] = {}
    for answer in part.answers:
        if answer.matters:
            found.setdefault(answer.lines, []).append(answer)
    return [(named(part, answers), lines) for lines, answers in found.items()]


def flags(part: Part) -> list[tuple[Line, str]]:
    """Each flag once, with the members it is about where it is not about all."""
    found: dict[Line, list[Answer]] = {}
    for answer in part.answers:
        for flag in answer.flags:
            found.setdefault(flag, []).append(answer)
    some = ((flag, answers, len(answers) == len(part.answers)) for flag, answers in found.items())
    return [(flag, "" if every else listing(named(part, answers))) for flag, answers, every in some]


# --- text ------------------------------------------------------------------------------------------------------------


def text(account: Account, width: int, colour: bool) -> str:
    """Indented lines, the answer first."""
    page = _Page(max(width, 40), colour)
    page.put(0, account.title, "strong")
    page.put(0, edition(account))
    if account.record is not None:
        page.put(0, f"Record: {fold(account.record)}")
    said = warning(account)
    if said:
        page.put(0, f"! {said}", "warning")
    for part in account.parts:
        if part.role != "input":
            page.blank()
            page.put(0, heading(part), "strong")
            page.part(part)
    inputs = [part for part in account.parts if part.role == "input"]
    if inputs:
        page.blank()
        page.put(0, "As given", "strong")
        for part in inputs:
            page.given(part)
    return "\n".join(page.lines) + "\n"


def _value(answer: Answer) -> str:
    return f"{answer.value} !" if answer.flags else answer.value


class _Page:
    """Lines, wrapped and safe to print."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width, self.colour = width, colour
        self.lines: list[str] = []

    def blank(self) -> None:
        self.lines.append("")

    def put(self, indent: int, said: str, style: str = "", bullet: bool = False) -> None:
        start = " " * indent + ("- " if bullet else "")
        rest = " " * (len(start) + (0 if bullet else 4))
        for line in textwrap.wrap(escaped(fold(said)), self.width, initial_indent=start, subsequent_indent=rest,
                                  break_long_words=False, break_on_hyphens=False):  # fmt: skip
            self.lines.append(styled(line, style, self.colour) if style else line)

    def line(self, indent: int, line: Line, bullet: bool = False) -> None:
        """On one line with what is inside where it fits, else that below it, a bullet each."""
        said = f'{line.text}: "{line.quote}"' if line.quote else line.text
        style = "faint" if line.kind == "source" else ""
        flat = f"{said} - {'; '.join(inner.text for inner in line.inside)}" if line.inside else said
        leaves = line.kind != "tried" and not any(inner.inside or inner.quote for inner in line.inside)
        if leaves and indent + len(flat) + 2 * bullet <= self.width:
            self.put(indent, flat, style, bullet)
            return
        self.put(indent, f"{said}:" if line.kind == "tried" else said, style, bullet)
        for inner in line.inside:
            self.line(indent + 2, inner, bullet=True)

    def part(self, part: Part) -> None:
        for flag, names in flags(part):
            said = f'{flag.text}: "{flag.quote}"' if flag.quote else flag.text
            self.put(2, f"! {said}{f' ({names})' if names else ''}", "warning")
        if not part.axes:
            for answer in part.answers:
                self.top(2, answer.lines)
            return
        self.rows(part)
        told = in_full(part)
        for members, lines in told[:_FULL]:
            self.put(2, f"{capital(listing(members))}, in full:")
            self.top(4, lines)
        if len(told) > _FULL:
            self.put(2, f"And {len(told) - _FULL} more: explain `{part.name}` alone to see them all in full")

    def top(self, indent: int, lines: tuple[Line, ...]) -> None:
        for line in lines:
            self.line(indent, Line(line.kind, capital(line.text), line.quote, line.inside))

    def given(self, part: Part) -> None:
        """What was given, by value: on one line, and of pairs of members a line for each value."""
        told = [(f"{a.value} - {a.brief}" if a.brief else a.value, names) for a, names in groups(part)]
        title = capital(part.title)
        if len(part.axes) > 1:
            self.put(2, f"{title}:")
            for value, names in told:
                self.put(4, f"{value}: {listing(names, 12)}", bullet=True)
        else:
            values = (f"{value} ({listing(names, 12)})" if part.axes else value for value, names in told)
            self.put(2, f"{title}: {'; '.join(values)}")

    def rows(self, part: Part) -> None:
        if len(part.axes) == 1 and len(part.answers) <= _ROWS:
            for answer in part.answers:
                self.put(2, f"{answer.where}: {_value(answer)} - {answer.brief}")
            return
        for answer, names in groups(part):
            self.put(2, f"{capital(_value(answer))} - {answer.brief}: {listing(names, 12)}")


# --- JSON ------------------------------------------------------------------------------------------------------------


def json(account: Account) -> dict[str, Any]:
    """The whole tree. Every key is always there.

    `explanation`: 1, the version of this form. `methodology`: `id`, `version`, `title`, `publisher`, `status`,
    `in_force` (`from`, `until`). `record`. `parts`, outermost first: `role` (`result`, `measure`, `input`), `name`,
    `title`, `each` (the sets it ranges over), `answers`: `members` (set to member), `where` (the members in words),
    `value` (in words), `exact` (a level's identifier, or an exact number as a decimal or a fraction; null where
    absent), `absent` (the reason's identifier), `brief`, `matters`, `flags` and `lines`. A line: `kind` (one of
    `account.Kind`), `text`, `quote` (the rule's own text, or null), `inside` (lines).
    """
    return {
        "explanation": 1,
        "methodology": {
            "id": account.id,
            "version": account.version,
            "title": account.title,
            "publisher": account.publisher,
            "status": account.status,
            "in_force": {"from": account.in_force[0], "until": account.in_force[1]},
        },
        "record": account.record,
        "parts": [
            {
                "role": part.role,
                "name": part.name,
                "title": capital(part.title),
                "each": list(part.axes),
                "answers": [_answer(part, answer) for answer in part.answers],
            }
            for part in account.parts
        ],
    }


def _answer(part: Part, answer: Answer) -> dict[str, Any]:
    return {
        "members": dict(zip(part.axes, answer.members, strict=True)),
        "where": answer.where,
        "value": answer.value,
        "exact": answer.exact,
        "absent": answer.absent,
        "brief": answer.brief,
        "matters": answer.matters,
        "flags": [_line(line) for line in answer.flags],
        "lines": [_line(line) for line in answer.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    inside = [_line(inner) for inner in line.inside]
    return {"kind": line.kind, "text": line.text, "quote": line.quote or None, "inside": inside}
