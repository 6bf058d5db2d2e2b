"""Published versions against their lock, and new lines for it. Writes nothing; knows no revision."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic, Findings, Label
from ..editions import Edition, edition_of, is_cases, yaml_files
from ..files import open_source
from ..library import Library
from .lock import LOCK, WITHDRAWN, Locked, content, lock_of, open_lock


def near(path: Path) -> Path:
    """The path as seen from here, where it lies below."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def check_locks(files: Iterable[Path], folders: Iterable[Path], library: Library) -> tuple[Diagnostic, ...]:
    """Whether each rule file that is published says what it said; and whether the published versions of locks that lie
    in `folders` are all there."""
    findings = Findings()
    locks: dict[Path, dict[str, Locked]] = {}
    around = [folder.resolve() for folder in folders]

    def opened(path: Path) -> Mapping[str, Locked]:
        if path not in locks:
            locks[path], wrong = open_lock(path, os.fspath(near(path)))
            findings.extend(wrong)
        return locks[path]

    for file in files:
        path = lock_of(file)
        edition = _edition(file) if path is not None else None
        if path is None or edition is None:
            continue
        locked = opened(path).get(edition.name)
        if locked is not None:
            _check(edition, locked, library, findings)
    for folder in around:
        if (folder / LOCK).is_file():
            opened(folder / LOCK)
    for path, lines in locks.items():
        if any(path.parent.resolve().is_relative_to(folder) for folder in around):
            there = _editions(path.parent)
            for name in sorted(lines.keys() - there.keys()):
                if lines[name].digest != WITHDRAWN:
                    message = f"`{name}` is published, and its rule file is gone"
                    hint = "put it back; or `markscheme lock FOLDER --because TEXT`, which says why"
                    findings.add("MS851", message, lines[name].span, hint)
    return findings.all()


def _check(edition: Edition, locked: Locked, library: Library, findings: Findings) -> None:
    labels = [Label(locked.span, "published here")] if locked.span else []
    if locked.digest == WITHDRAWN:
        hint = "take it away, or publish it again: `markscheme lock PATH --because TEXT`"
        findings.add("MS856", f"`{edition.name}` is withdrawn, and here again", edition.span, hint, labels)
    elif content(edition, library.editions() if edition.links else {}) != locked.digest:
        message = f"`{edition.name}` says something else than when it was published, on {locked.day}"
        hint = "give what is new another `version`; a slip is corrected by `markscheme lock PATH --because TEXT`"
        findings.add("MS856", message, edition.span, hint, labels)


# --- publishing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publishing:
    """The lines of a lock as they ought to be. `added`, `corrected` and `withdrawn` are the versions that changed."""

    path: Path
    lines: Mapping[str, Locked]
    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    found: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.added or self.corrected or self.withdrawn)


def publish(
    path: Path, files: Sequence[Path], library: Library, day: str, because: str = "", all_of_it: bool = False
) -> Publishing:
    """What the lock at `path` ought to say of rule files. What is published already keeps its line; where it says
    something else now, or (with `all_of_it`) is gone, a reason is needed."""
    findings = Findings()
    known, wrong = open_lock(path, os.fspath(near(path))) if path.exists() else ({}, ())
    findings.extend(wrong)
    lines = dict(known)
    added, corrected, withdrawn = [], [], []
    for file in files:
        program, found = library.program(file)
        findings.extend(each for each in found if each.severity == "error")
        edition = _edition(file)
        if program is None or edition is None:
            continue
        digest = content(edition, library.editions() if edition.links else {})
        old = known.get(edition.name)
        if old is None:
            lines[edition.name] = Locked(edition.name, digest, day, "")
            added.append(edition.name)
        elif old.digest != digest and because:
            lines[edition.name] = Locked(edition.name, digest, day, because)
            corrected.append(edition.name)
        elif old.digest != digest:
            _check(edition, old, library, findings)
    for name in sorted(known.keys() - _editions(path.parent).keys()) if all_of_it else ():
        if known[name].digest != WITHDRAWN and because:
            lines[name] = Locked(name, WITHDRAWN, day, because)
            withdrawn.append(name)
        elif known[name].digest != WITHDRAWN:
            message = f"`{name}` is published, and its rule file is gone"
            findings.add("MS851", message, known[name].span, "put it back, or say why: `--because TEXT`")
    return Publishing(path, lines, tuple(added), tuple(corrected), tuple(withdrawn), findings.all())


def _edition(file: Path) -> Edition | None:
    source = open_source(file)
    return None if isinstance(source, Diagnostic) else edition_of(file, source)


def _editions(folder: Path) -> dict[str, Edition]:
    found = (_edition(file) for file in yaml_files(folder) if not is_cases(file))
    return {each.name: each for each in found if each is not None}
