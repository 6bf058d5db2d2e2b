"""What a folder of rules holds: versions, the cases files that are for each, reasons and locks. Compares nothing."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic, Source, Span
from ..document import Mapping, Scalar, read
from ..editions import Edition, edition_of, is_cases, yaml_files
from ..files import open_source
from .lock import LOCK, Locked, open_lock
from .reasons import Reason, reasons


@dataclass(frozen=True, slots=True)
class Version:
    """A version with the cases files that are for it, wherever in the folder they lie. Paths are within the folder."""

    edition: Edition
    path: Path
    cases: tuple[tuple[Path, Source], ...]
    reasons: tuple[Reason, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.edition.source.text, *sorted(source.text for _, source in self.cases))


@dataclass(frozen=True, slots=True)
class State:
    folder: Path
    versions: dict[str, Version]
    unread: frozenset[Path]  # rule files that do not say what they are
    locked: dict[str, Locked]
    locks: tuple[Path, ...]


def state(folder: Path) -> State:
    editions: dict[str, Edition] = {}
    unread: set[Path] = set()
    cases: dict[str, list[tuple[Path, Source]]] = defaultdict(list)
    written: dict[str, list[Reason]] = defaultdict(list)
    for path in yaml_files(folder):
        source = open_source(path)
        if isinstance(source, Diagnostic):
            unread.add(path.relative_to(folder))
            continue
        if is_cases(path):
            top, _ = read(source)
            named = top.get("methodology") if isinstance(top, Mapping) else None
            if isinstance(named, Scalar):
                cases[named.text].append((path, source))
                written[named.text] += reasons(top)
            continue
        edition = edition_of(path, source)
        if edition is None:
            unread.add(path.relative_to(folder))
        else:
            editions.setdefault(edition.name, edition)
            written[edition.name] += reasons(read(source)[0]) if "weakened" in source.text else ()
    versions = {
        name: Version(each, each.path.relative_to(folder), tuple(cases[name]), tuple(written[name]))
        for name, each in editions.items()
    }
    locked: dict[str, Locked] = {}
    locks = _locks(folder)
    for path in locks:
        locked |= open_lock(path)[0]
    return State(folder, versions, frozenset(unread), locked, locks)


def _locks(folder: Path) -> tuple[Path, ...]:
    """Those under a folder, in order, where rule files are looked for, too."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(where) / LOCK] if LOCK in names else []
    return tuple(found)


def renamed(span: Span | None, names: Sequence[tuple[Path, str]]) -> Span | None:
    """The place, in a source that people know by another name: of a folder in `names` what stands beside it."""
    if span is None:
        return None
    for folder, shown in names:
        path = Path(span.source.name)
        if path.is_relative_to(folder):
            return Span(Source(f"{shown}{path.relative_to(folder)}", span.source.text), span.start, span.end)
    return span
