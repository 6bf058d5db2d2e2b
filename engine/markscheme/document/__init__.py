"""Text to plain values, each with its place in the file. Reads YAML from events; knows nothing of methodologies."""

from __future__ import annotations

from ..diagnostics import Diagnostic, Findings, Source
from .errors import Stumble, explain
from .events import Reading
from .nodes import Entry, Mapping, Node, Scalar, Sequence, plain
from .screening import screen, unseen

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "plain", "read", "unseen"]

MAX_MENDED = 10  # how often a text is read again after a mistake in one value,
MENDABLE_TEXT = 100_000  # and how long a text, in characters


def read(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The document of a text, and what is wrong with it. None where nothing useful can be said of the rest.

    A refused value stays in the document as what was probably meant, at its place, so that checking can go on. The top
    of a document is always a `Mapping`.
    """
    findings = Findings()
    text = screen(source, findings)
    if text is None:
        return None, findings.all()
    pieces: list[tuple[int, int]] = []
    while True:
        reading = Reading(source, text)
        stumble = reading.run()
        mistake = explain(stumble) if stumble and not _follows(stumble, reading.found) else None
        if mistake and not _inside(mistake.found, pieces):
            findings.extend([mistake.found])
        pieces += [mistake.piece] if mistake and mistake.piece else []
        findings.extend(found for found in reading.found.all() if not _inside(found, pieces))
        if not mistake or not mistake.piece or len(pieces) > MAX_MENDED or len(text) > MENDABLE_TEXT:
            break
        # Read again with the piece as a word of the same length: what else is wrong is found too.
        start, end = mistake.piece
        text = text[:start] + "x" * (end - start) + text[end:]
    sound = not pieces and stumble is None and not reading.spoiled
    return reading.root if sound and isinstance(reading.root, Mapping) else None, findings.all()


def _inside(found: Diagnostic, pieces: list[tuple[int, int]]) -> bool:
    """Whether a finding is about a word that stands in for a mistake, which has been told."""
    return any(found.span and start <= found.span.start < end for start, end in pieces)


def _follows(stumble: Stumble, found: Findings) -> bool:
    """Whether the error is only what a comment that eats text leaves behind: an open bracket, a missing colon."""
    return any(d.code == "MS120" and d.span and d.span.start >= stumble.begun for d in found.all())
