"""What came of files that have not changed since, kept in a folder: checking at every save costs nothing then.

Kept as JSON under the content of everything that was read: the file, its tables, the cases or rules beside it and,
where it takes results of other methodologies, all those around; and the engine itself. Knows no rule.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..diagnostics import Diagnostic, Label, Source, Span
from ..editions import yaml_files
from ..files import open_source
from . import Checked, Report

_FILE = re.compile(rb"""\bfile["']?\s*:\s*(["']?)([\w./-]+)\1[ \t]*(?=[},#\r\n]|\Z)""")  # a table, plainly named
_FILES = re.compile(rb"""\bfile["']?\s*:""")
_DISGUISED = re.compile(rb"""\\[xuU\r\n]""")  # a key may be written so that it is not found
_MOST = 2_000  # files kept; the oldest go
_LARGEST = 20_000_000  # bytes looked at
_PARTS = (".py", ".lark", ".json")  # of the engine


def folder() -> Path | None:
    """Where it is kept: `MARKSCHEME_CACHE`, or the user's cache folder; None where that is set to nothing."""
    named = os.environ.get("MARKSCHEME_CACHE")
    if named is not None:
        return Path(named).absolute() if named else None
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path.home() / ".cache") / "markscheme"
    except RuntimeError:  # nobody's home
        return None


class Kept:
    """The folder, for files looked at from `around`: the folders in which methodologies look for one another."""

    def __init__(self, around: Sequence[Path]) -> None:
        self.around = around
        try:
            self.folder, self._here, self._engine = folder(), str(Path.cwd()), _engine()
        except OSError:
            self.folder, self._here, self._engine = None, "", ""
        self._pruned = False

    def look(self, path: Path, cases_alone: bool) -> tuple[str | None, Checked | None]:
        """The key of a file as it is now, None where it cannot be told; and what came of it, if that is known."""
        key = self._key(path, cases_alone) if self.folder is not None else None
        if key is None or self.folder is None:
            return None, None
        try:
            seal, _, text = _read(self.folder / self._name(path, cases_alone)).partition(b"\n")
            return key, _checked(json.loads(text)) if seal == _seal(key, text) else None
        except (OSError, ValueError, LookupError):
            return key, None

    def keep(self, path: Path, cases_alone: bool, key: str, checked: Checked) -> None:
        """Keeps what came of a file, where that is still what it was; a folder that cannot be written to keeps
        nothing."""
        if self.folder is None or self._key(path, cases_alone) != key:
            return
        text = json.dumps(_plain(checked)).encode()
        target = self.folder / self._name(path, cases_alone)
        part = target.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_seal(key, text) + b"\n" + text)
            part.replace(target)
            self._prune(self.folder)
        except OSError:
            with suppress(OSError):
                part.unlink()

    def _prune(self, folder: Path) -> None:
        if not self._pruned:
            self._pruned = True
            entries = sorted(folder.glob("*.json"), key=lambda each: each.stat().st_mtime)
            for old in entries[: max(0, len(entries) - _MOST)]:
                old.unlink(missing_ok=True)

    def _name(self, path: Path, cases_alone: bool) -> str:
        said = f"{self._here}\0{path}\0{cases_alone}"
        return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:32] + ".json"

    def _key(self, path: Path, cases_alone: bool) -> str | None:
        said = f"{self._engine}\0{self._here}\0{path}\0{cases_alone}"
        digest = hashlib.sha256(said.encode("utf-8", "surrogateescape"))
        try:
            for part in self._parts(path):
                digest.update(len(part).to_bytes(8, "big") + part)
        except (OSError, ValueError):
            return None
        return digest.hexdigest()

    def _parts(self, path: Path) -> Iterator[bytes]:
        """The content of all that is read. Raises ValueError where that cannot be told from the text."""
        beside = path.with_name(path.name.replace(".cases.", "."))
        for each in dict.fromkeys((path, beside)):
            if each != path and not each.exists():
                yield b"none"
                yield self._all_rules()  # a cases file whose rules are elsewhere
                continue
            content = _read(each)
            yield content
            names = {name for _, name in _FILE.findall(content)}
            if len(_FILE.findall(content)) != len(_FILES.findall(content)) or _DISGUISED.search(content):
                raise ValueError(each)
            for name in sorted(names):
                yield _read(each.parent / os.fsdecode(name))
            if re.search(rb"\bresult\b", content):
                yield self._all_rules()

    def _all_rules(self) -> bytes:
        """Every rule file around and all that lies beside one, by name, size and time: the time, too, at which it was
        last touched in any way, which nobody sets."""
        rules = [each for around in self.around if around.is_dir() for each in yaml_files(around)]
        beside = [each for parent in {rule.parent for rule in rules} for each in parent.rglob("*")]
        stats = [(each, each.stat()) for each in sorted({*rules, *beside}) if ".cases." not in each.name]
        parts = [f"{each}\0{at.st_ino}\0{at.st_size}\0{at.st_mtime_ns}\0{at.st_ctime_ns}" for each, at in stats]
        return "\n".join(parts).encode("utf-8", "surrogateescape")


def _read(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise ValueError(path)
    return path.read_bytes()


def _seal(key: str, text: bytes) -> bytes:
    """Of what is kept whole, and for this key."""
    return hashlib.sha256(key.encode() + text).hexdigest().encode()


def _engine() -> str:
    """The engine itself, by the time and size of its parts, what runs it, and whether there is a solver."""
    root = Path(__file__).parent.parent
    parts = [sys.version, str(find_spec("z3") is not None)]
    for each in sorted(path for path in root.rglob("*") if path.suffix in _PARTS):
        parts.append(f"{each}:{each.stat().st_mtime_ns}:{each.stat().st_size}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _plain(checked: Checked) -> dict[str, Any]:
    def span(each: Span | None) -> list[Any] | None:
        return None if each is None else [each.source.name, each.start, each.end]

    found = [
        {
            "code": each.code,
            "message": each.message,
            "span": span(each.span),
            "hint": each.hint,
            "labels": [[span(label.span), label.text] for label in each.labels],
            "shown": list(each.shown),
        }
        for each in checked.found
    ]
    return {"found": found, "report": None if checked.report is None else asdict(checked.report)}


def _checked(entry: Mapping[str, Any]) -> Checked:
    sources: dict[str, Source] = {}

    def span(each: Sequence[Any] | None) -> Span | None:
        if each is None:
            return None
        name, start, end = each
        if name not in sources:
            source = open_source(Path(name))
            if isinstance(source, Diagnostic):
                raise LookupError(name)
            sources[name] = source
        return Span(sources[name], int(start), int(end))

    found = []
    for each in entry["found"]:
        labels = tuple(Label(place, text) for at, text in each["labels"] if (place := span(at)) is not None)
        found.append(
            Diagnostic(each["code"], each["message"], span(each["span"]), each["hint"], labels, tuple(each["shown"]))
        )
    report = entry["report"]
    return Checked(tuple(found), None if report is None else _report(report))


def _report(entry: Mapping[str, Any]) -> Report:
    def nested(value: Any) -> Any:
        return tuple(nested(each) for each in value) if isinstance(value, list) else value

    return Report(**{name: nested(value) for name, value in entry.items()})
