"""A text as YAML may see it: size, characters, tabs and directives, before any parser runs. Knows no values."""

from __future__ import annotations

import re
from itertools import islice

from ..diagnostics import Findings, Source, Span
from .unquoted import FORBIDDEN, LINE_ENDS, SPACES, named, shown

MAX_TEXT = 2_000_000  # characters
MAX_FORBIDDEN = 1_000  # with more it is no text
MAX_ALIKE = 10  # places shown of one character, or of directives

_DIRECTIVE = re.compile(r"^%[^\r\n]*", re.MULTILINE)
_TAB_INDENT = re.compile(r"^ *\t[ \t]*", re.MULTILINE)
_SAYS_NOTHING = re.compile(r"#.*|^(?:---|\.\.\.)", re.MULTILINE)


def screen(source: Source, findings: Findings) -> str | None:
    """The text with every character at its place and nothing in it that parsers read in different ways or at a cost
    beyond its length. None where reading it makes no sense."""
    text = source.text
    if len(text) > MAX_TEXT:
        hint = f"a rule file has at most {MAX_TEXT:,}; long tables live in a CSV beside it"
        findings.add("MS103", f"a text of {len(text):,} characters is too long", Span(source, 0, 0), hint)
        return None
    counts = unseen(source, findings)
    if not LINE_ENDS.isdisjoint(counts) or "\0" in counts or sum(counts.values()) == MAX_FORBIDDEN:
        return None  # where a line ends decides everything else, and the others make it no text at all
    text = FORBIDDEN.sub(lambda match: " " if match[0] in SPACES else "\ufffd", text) if counts else text
    # PyYAML's time grows with the square of the number of directives.
    for number, match in enumerate(_DIRECTIVE.finditer(text)):
        if number < MAX_ALIKE:
            hint = "leave the line out; text that begins with `%` is quoted"
            findings.add("MS110", f"{shown(match[0])} is an instruction to YAML", Span(source, *match.span()), hint)
    text = _DIRECTIVE.sub(lambda match: "#" + match[0][1:], text)
    if tabs := list(_TAB_INDENT.finditer(text)):
        others = f", and {len(tabs) - 1:,} more" if len(tabs) > 1 else ""
        findings.add("MS102", f"a tab indents this line{others}", Span(source, *tabs[0].span()), "use spaces")
        return None
    if not _SAYS_NOTHING.sub("", text).strip():
        hint = "begin with a key, a colon and a value: `markscheme: 1`"
        findings.add("MS105", "the file is empty", Span(source, 0, 0), hint)
        return None
    return text


def unseen(source: Source, findings: Findings) -> dict[str, int]:
    """How often each character that nobody sees stands in a text, of a rule file or of a table beside it."""
    counts: dict[str, int] = {}
    for match in islice(FORBIDDEN.finditer(source.text), MAX_FORBIDDEN):
        counts[match[0]] = counts.get(match[0], 0) + 1
        if counts[match[0]] <= MAX_ALIKE:
            findings.add("MS101", f"the text holds {named(match[0])}", Span(source, *match.span()), instead(match[0]))
    return counts


def instead(character: str) -> str:
    """What to do about a forbidden character."""
    if character in SPACES:
        return "write an ordinary space"
    if character in LINE_ENDS:
        return "write an ordinary line end"
    return "save the file as UTF-8" if character == "\0" else "take it out"
