"""`published.lock`: which versions are published, and a digest of what each says. Knows lines, digests and files; not
what a rule means.

A line a version, sorted, so that two branches which publish merge without a conflict:

    id@version DIGEST DAY
    id@version DIGEST DAY why it was corrected after that
    id@version withdrawn DAY why
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import document
from ..diagnostics import Diagnostic, Findings, Label, Source, Span
from ..document import Entry, Node, Scalar, Sequence
from ..editions import Edition
from ..files import open_source, table_beside
from .reasons import is_reason

LOCK = "published.lock"
WITHDRAWN = "withdrawn"
HEAD = "# Versions that are published: what they say may not change. Written by `markscheme lock`.\n"
_UP = 3  # folders above a rule file that may hold its lock: the methodology's, the family's, that of all rules
_DEEPEST = 20  # links
_LINE = re.compile(
    r"(?P<name>[a-z0-9-]+/[a-z0-9-]+@[A-Za-z0-9._-]+) (?P<digest>[0-9a-f]{64}|withdrawn)"
    r" (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?: (?P<because>\S.*))?"
)


@dataclass(frozen=True, slots=True)
class Locked:
    """A version that is published: with this content, or `withdrawn`."""

    name: str
    digest: str
    day: str
    because: str
    span: Span | None = None

    @property
    def line(self) -> str:
        return " ".join(each for each in (self.name, self.digest, self.day, " ".join(self.because.split())) if each)


# --- the file --------------------------------------------------------------------------------------------------------


def lock_of(rule_file: Path) -> Path | None:
    """The lock that a rule file is under: the nearest in its own folder and the few above it."""
    folder = rule_file.absolute().parent
    for where in (folder, *folder.parents[: _UP - 1]):
        if (where / LOCK).is_file():
            return where / LOCK
    return None


def read_lock(source: Source) -> tuple[dict[str, Locked], tuple[Diagnostic, ...]]:
    """The lines by the names of their versions, and what is wrong with the file."""
    found: dict[str, Locked] = {}
    findings = Findings()
    for number, start in enumerate(source.line_starts, 1):
        text = source.line(number).strip()
        span = Span(source, start, start + len(source.line(number)))
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            hint = "keep both lines of a merge, each once; or write the file again with `markscheme lock`"
            findings.add("MS857", f"this line of `{LOCK}` cannot be read", span, hint)
            continue
        name, because = match["name"], match["because"] or ""
        if match["digest"] == WITHDRAWN and not is_reason(because):
            findings.add("MS857", f"`{name}` is withdrawn without a reason", span, f"{text} and why, in words")
        first = found.setdefault(name, Locked(name, match["digest"], match["day"], because, span))
        if first.span is not span and first.span is not None:
            labels = [Label(first.span, "first given here")]
            findings.add("MS857", f"`{name}` is in `{LOCK}` twice", span, "keep the line that is right", labels)
    return found, findings.all()


def open_lock(path: Path, shown_as: str | None = None) -> tuple[dict[str, Locked], tuple[Diagnostic, ...]]:
    source = open_source(path, shown_as)
    return ({}, (source,)) if isinstance(source, Diagnostic) else read_lock(source)


def lock_text(lines: Mapping[str, Locked]) -> str:
    return HEAD + "".join(f"{lines[name].line}\n" for name in sorted(lines))


# --- the content of a version ----------------------------------------------------------------------------------------


def content(edition: Edition, editions: Mapping[str, Edition], above: tuple[str, ...] = ()) -> str:
    """A digest of all that a version says to those it rates: its rule file, tables, and methodologies it takes from.

    What is laid out differently says the same: comments, spaces, blank lines, quotation marks, the order of keys. Left
    out is what says nothing of any rating, or is only known later: guarantees, waivers and the reasons for weakening
    them, the last day in force, and the addresses of sources and notes on them.
    """
    digest = hashlib.sha256(b"markscheme lock 1")
    top, _ = document.read(edition.source)
    digest.update(_said(top).encode("utf-8", "surrogatepass"))
    for name in _files(top):
        table = table_beside(edition.path, name)
        text = "" if isinstance(table, Diagnostic) else _cells(table.text)
        digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
    for link in edition.links:
        name = f"{link.id}@{link.version}"
        other = editions.get(name)
        if other is not None and name not in above and len(above) < _DEEPEST:
            digest.update(b"\0" + content(other, editions, (*above, edition.name)).encode())
    return digest.hexdigest()


def _said(top: Node | None) -> str:
    """The rule file as JSON that does not depend on how it is laid out."""

    def kept(entry: Entry, path: tuple[str, ...]) -> bool:
        here = (*path, entry.key.text)
        if len(here) == 1:
            return here[0] not in ("guarantees", "waive", "weakened")
        if here[0] == "sources":
            return len(here) != 3 or here[2] not in ("url", "note")
        return here != ("in_force", "until")

    def plain(node: Node, path: tuple[str, ...]) -> object:
        if isinstance(node, Scalar):
            return _laid_out(node.text)
        if isinstance(node, Sequence):
            return [plain(item, (*path, "")) for item in node.items]
        return {each.key.text: plain(each.value, (*path, each.key.text)) for each in node if kept(each, path)}

    said = plain(top, ()) if top is not None else None
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _laid_out(text: str) -> str:
    """Text without the spaces that only lay it out, also those of a table as printed."""
    lines = (re.sub(r" ?(\|\|?) ?", r"\1", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _cells(text: str) -> str:
    """A CSV file, however its cells are quoted."""
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error:
        return _laid_out(text)
    return json.dumps([row for row in rows if any(row)], ensure_ascii=False, separators=(",", ":"))


def _files(node: Node | None) -> Iterator[str]:
    """The tables that a rule file names, in the order of their names."""
    found: set[str] = set()

    def walk(node: Node) -> None:
        if isinstance(node, document.Mapping):
            for entry in node:
                if entry.key.text == "file" and isinstance(entry.value, Scalar):
                    found.add(entry.value.text)
                walk(entry.value)
        elif isinstance(node, Sequence):
            for item in node.items:
                walk(item)

    if node is not None:
        walk(node)
    yield from sorted(found)
