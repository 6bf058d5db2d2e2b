"""What came of files that have not changed since, kept in a folder: checking at every save costs nothing then.

Kept as JSON under the content of everything that was read: the file, its tables, the cases or rules beside it and,
where it takes results of other methodologies, all those around; and the engine itself. Knows no rule.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..diagnostics import Diagnostic, Label, Source, Span
from ..editions import yaml_files
from ..files import open_source
from . import Checked, Report

_FILE = re.compile(rb"""\bfile["']?\s*:\s*["']?([^,}\n"'#]+)""")
_MOST = 2_000  # files kept; the oldest go
_LARGEST = 20_000_000  # bytes looked at


def folder() -> Path | None:
    """Where it is kept: `MARKSCHEME_CACHE`, or the user's cache folder; None where that is set to nothing."""
    named = os.environ.get("MARKSCHEME_CACHE")
    if named is not None:
        return Path(named) if named else None
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "markscheme"


class Kept:
    """The folder, for files looked at from `around`: the folders in which methodologies look for one another."""

    def __init__(self, around: Sequence[Path]) -> None:
        self.folder = folder()
        self.around = around
        self._engine = _engine()
        self._rules: bytes | None = None

    def look(self, path: Path, cases_alone: bool) -> tuple[str | None, Checked | None]:
        """The key of a file as it is now, None where it cannot be told; and what came of it, if that is known."""
        key = self._key(path, cases_alone) if self.folder is not None else None
        if key is None or self.folder is None:
            return None, None
        try:
            text = (self.folder / _name(path, cases_alone)).read_text("utf-8")
            entry = json.loads(text)
            return key, _checked(entry["checked"]) if entry["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError, LookupError):
            return key, None

    def keep(self, path: Path, cases_alone: bool, key: str, checked: Checked) -> None:
        """Keeps what came of a file; a folder that cannot be written to keeps nothing."""
        if self.folder is None:
            return
        text = json.dumps({"key": key, "checked": _plain(checked)})
        target = self.folder / _name(path, cases_alone)
        part = target.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(text, "utf-8")
            part.replace(target)
            entries = sorted(self.folder.glob("*.json"), key=lambda each: each.stat().st_mtime)
            for old in entries[: max(0, len(entries) - _MOST)]:
                old.unlink(missing_ok=True)
        except OSError:
            part.unlink(missing_ok=True)

    def _key(self, path: Path, cases_alone: bool) -> str | None:
        digest = hashlib.sha256(f"{self._engine}\0{path}\0{cases_alone}".encode("utf-8", "surrogateescape"))
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
            names = _FILE.findall(content)
            if len(names) != len(re.findall(rb"""\bfile["']?\s*:""", content)):
                raise ValueError
            for name in sorted(set(names)):
                table = each.parent / os.fsdecode(name.strip())
                yield _read(table) if table.is_file() else b"none"
            if re.search(rb"\bresult\b", content):
                yield self._all_rules()

    def _all_rules(self) -> bytes:
        """Every rule file and table around, by name, size and time."""
        if self._rules is None:
            rules = [each for around in self.around if around.is_dir() for each in yaml_files(around)]
            tables = [each for parent in {rule.parent for rule in rules} for each in parent.glob("*.csv")]
            stats = [(str(each), each.stat()) for each in sorted({*rules, *tables}) if ".cases." not in each.name]
            found = "\n".join(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}" for name, stat in stats)
            self._rules = found.encode("utf-8", "surrogateescape")
        return self._rules


def _read(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise ValueError(path)
    return path.read_bytes()


def _name(path: Path, cases_alone: bool) -> str:
    said = f"{Path.cwd()}\0{path}\0{cases_alone}"
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:32] + ".json"


def _engine() -> str:
    """The engine itself, by the time and size of its parts."""
    root = Path(__file__).parent.parent
    parts = [f"{each}:{each.stat().st_mtime_ns}:{each.stat().st_size}" for each in sorted(root.rglob("*.py"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
