"""What a rule file says it is, before any of it is checked, and where rule files lie. Knows no rule."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .diagnostics import Source, Span
from .document import Mapping, Node, Scalar, read
from .echo import escaped

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Link:
    """An input comes from another methodology. The span is that of the input's name there."""

    id: str
    version: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a methodology, as its file names it. `since` and `until` are dates as text, None where the file
    gives none; `began` and `ended` are where they stand. The title is safe to print."""

    path: Path
    source: Source
    id: str
    version: str
    title: str
    since: str | None
    until: str | None
    links: tuple[Link, ...]
    span: Span  # of the id
    status: str = "published"
    began: Span | None = None
    ended: Span | None = None
    supersedes: Scalar | None = None  # a version
    gap_before: Scalar | None = None

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"


def edition_of(path: Path, source: Source) -> Edition | None:
    """What a rule file says it is; None where it does not say."""
    node, _ = read(source)
    if not isinstance(node, Mapping):
        return None
    id, version, force = _text(node, "id"), _text(node, "version"), node.get("in_force")
    if id is None or version is None:
        return None
    title, status = _text(node, "title"), _text(node, "status")
    since, until = _date(_text(force, "from")), _date(_text(force, "until"))
    return Edition(
        path,
        source,
        id.text,
        version.text,
        escaped(title.text if title else id.text),
        since.text if since else None,
        until.text if until else None,
        tuple(_links(node.get("inputs"))),
        id.span,
        escaped(status.text) if status else "published",
        since.span if since else None,
        until.span if until else None,
        _text(node.get("supersedes"), "version"),
        _text(node, "gap_before"),
    )


def _date(written: Scalar | None) -> Scalar | None:
    """What is a day of the calendar; that the rest is none has been said by others."""
    try:
        if written is not None and DATE.fullmatch(written.text):
            date.fromisoformat(written.text)
            return written
    except ValueError:
        pass
    return None


def _links(inputs: Node | None) -> Iterator[Link]:
    for entry in inputs if isinstance(inputs, Mapping) else ():
        id, version = _text(entry.value, "from"), _text(entry.value, "version")
        if id is not None and version is not None:
            yield Link(id.text, version.text, id.span)


def _text(node: Node | None, key: str) -> Scalar | None:
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Scalar) else None


def is_cases(path: Path) -> bool:
    """Whether a file holds cases, by its name."""
    return path.name.endswith((".cases.yaml", ".cases.yml"))


def is_yaml(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files under a folder, in order; hidden ones and those behind links to other folders are left out."""
    found = 0
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(where) / name
            if name.startswith(".") or not is_yaml(path):
                continue
            found += 1
            if found > _MOST_FILES:
                raise OSError(None, f"more than {_MOST_FILES:,} YAML files", str(folder))
            yield path
