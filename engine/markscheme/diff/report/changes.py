"""A change of text as people see it: of what part, where it stands in each version, and its lines before and after.
Knows no meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from ...diagnostics import Span
from ..verdicts import Edit

_TALLEST = 6  # lines shown of one part
_WIDEST = 160  # characters of a line
_TURNED = 60  # of both, told beside the part
_SHORT = 70  # of what is told within a sentence


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file. `place` is `rules.yaml:40`; `piece` is from where to where the first of them changed, where that
    is less than all of it."""

    place: str
    text: tuple[str, ...]
    piece: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`number` is as people count, from 1. `old` and `new` are None where the part is not in that version."""

    number: int
    part: str
    kind: str
    old: Lines | None
    new: Lines | None
    pieces: tuple[str, str]  # what changed alone, folded to one line, where that is short

    @property
    def called(self) -> str:
        """Its part, and what it turns into where that is less than the lines it stands on."""
        old, new = self.pieces
        partly = self.old is not None and self.new is not None and self.old.piece and self.new.piece
        told = partly and old and new and old != new and len(old + new) <= _TURNED
        return f"{self.part}: `{old}` → `{new}`" if told else self.part

    @property
    def lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What it reads in either version. Several changes may be on one line."""
        return self.old.text if self.old else (), self.new.text if self.new else ()

    @property
    def where(self) -> str:
        """`rules/new.yaml:40, was old.yaml:38`."""
        match self.old, self.new:
            case None, None:
                return ""
            case None, Lines(place):
                return f"added, {place}"
            case Lines(place), None:
                return f"removed, was {place}"
            case Lines(old), Lines(new):
                moved = f", {self.kind}" if self.kind == "moved" else ""
                return f"{new}{moved}" + ("" if new == old else f", was {old}")
        raise AssertionError("a part has lines or none")


def change_of(edit: Edit, near: str = "") -> Change:
    """`near` is the folder that both versions lie in, which need not be said twice."""
    alone = edit.old is None or edit.new is None
    old = None if edit.old is None else lines_of(edit.old, "" if alone else near, alone)
    new = None if edit.new is None else lines_of(edit.new, "", alone)
    if old is not None and new is not None and old.text == new.text and edit.kind != "moved":
        # Its lines stand elsewhere: a table in a file of its own, say. Twice the same line shows nothing.
        old, new = Lines(old.place, ()), Lines(new.place, ())
    return Change(edit.number + 1, edit.part, edit.kind, old, new, (_piece(edit.old), _piece(edit.new)))


def _piece(span: Span | None) -> str:
    text = " ".join(span.text.split()) if span else ""
    return text if len(text) <= _SHORT else ""


def place_of(span: Span, near: str = "") -> str:
    """`2021-10.yaml:40`: without the folder, where that is known."""
    return f"{span.source.name.removeprefix(near)}:{span.line}"


def folder_of(old: str, new: str) -> str:
    """What the names of two files have in common, up to a slash."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(old.split("/")[:-1], new.split("/")[:-1], strict=False))
    return "".join(f"{part}/" for part, _ in same)


def lines_of(span: Span, near: str = "", alone: bool = False) -> Lines:
    """The whole lines that a part stands on, less what they are all indented by. `alone` says that there is nothing to
    hold them against: then the first line of a whole declaration tells no more than its name."""
    last = Span(span.source, max(span.start, span.end - 1), span.end).line
    texts = [span.source.line(number) for number in range(span.line, last + 1)]
    while len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    indent = min((len(text) - len(text.lstrip()) for text in texts if text.strip()), default=0)
    if texts[0].startswith("- ", indent) and len(texts) == 1:
        indent += 2  # an item of a list, which would read as one line less and one more
    texts = [_cut(text[indent:].rstrip()) for text in texts]
    if len(texts) > _TALLEST:
        texts = [*texts[: _TALLEST - 1], f"… {len(texts) - _TALLEST + 1:,} more lines"]
    if alone and len(texts) == 1 and not _whole(texts[0]):
        texts = []
    start = span.column - 1 - indent
    short = len(texts) == 1 and start >= 0 and start + len(span.text) <= len(texts[0]) and span.text != texts[0].strip()
    return Lines(place_of(span, near), tuple(texts), (start, start + len(span.text)) if short else None)


def _whole(line: str) -> bool:
    """Whether a line says something by itself: it opens nothing that it does not close."""
    text = re.sub(r"\s#.*", "", line).strip()
    closed = all(text.count(one) <= text.count(other) for one, other in ("[]", "{}", "()"))
    return closed and not text.endswith((":", ",", "|", ">"))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
