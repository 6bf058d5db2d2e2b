"""What a long run has finished, kept so that it can be taken up again. Knows files and their digests, and no results.

A part is there when what tells of it is: that is written last, and holds the digests of the others. A run that differs
in anything from the one that was begun is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, TypeGuard

import pyarrow as pa

from ..data.row import Unreadable
from ..diagnostics import Problem
from ..echo import shown
from ..files import write_atomically, write_bytes_atomically

PART = 1 << 20  # records
_FORM = 1
_ABOUT = "run.json"
_TOLD = {
    "form": "the version of markscheme is",
    "made by": "the version of markscheme or of pyarrow is",
    "methodology": "the methodology is",
    "digest": "the methodology is",
    "data": "the data file is",
    "options": "the options are",
    "part": "the version of markscheme is",
}

Said = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parts:
    """The folder of a run. `about` says which run it is."""

    folder: Path
    about: Mapping[str, object]

    def begin(self) -> list[dict[str, object]]:
        """Makes the folder, or finds what is in it: what is said of each part that is finished, in order. Raises
        `Unreadable` where it is of another run, or damaged."""
        about = {"form": _FORM, "part": PART, **self.about}
        if not self.folder.exists() or (self.folder.is_dir() and not any(self.folder.iterdir())):
            self.folder.mkdir(exist_ok=True)
            self._write(_ABOUT, about)
            return []
        found = self._read(_ABOUT)
        if found is None:
            raise self._refused("nothing says what run it is of")
        changed = [name for name in about if found.get(name) != about[name]]
        if changed:
            raise self._refused(f"{_TOLD.get(changed[0], 'the run is')} not the same as when it was begun")
        parts: list[dict[str, object]] = []
        while (said := self._read(f"{_name(len(parts))}.json")) is not None:
            for suffix, digest in _digests(said):
                if self._digest(f"{_name(len(parts))}{suffix}") != digest:
                    raise self._refused(f"part {len(parts) + 1} is damaged")
            parts.append(said)
        return parts

    def save(self, number: int, table: pa.Table, rejects: str, said: Said) -> None:
        """Part `number`, from 0."""
        name = _name(number)
        rows = table.unify_dictionaries()
        with (
            write_bytes_atomically(self.folder / f"{name}.arrow") as file,
            pa.ipc.new_file(file, rows.schema) as writer,
        ):
            writer.write_table(rows)
        with write_atomically(self.folder / f"{name}.csv") as text:
            text.write(rejects)
        digests = {suffix: self._digest(f"{name}{suffix}") for suffix in (".arrow", ".csv")}
        self._write(f"{name}.json", {**said, "digests": digests})

    def tables(self, count: int) -> Iterator[pa.Table]:
        """The rows of the first `count` parts."""
        for number in range(count):
            with pa.OSFile(str(self.folder / f"{_name(number)}.arrow")) as file, pa.ipc.open_file(file) as reader:
                for index in range(reader.num_record_batches):
                    yield pa.Table.from_batches([reader.get_batch(index)])

    def rejects(self, count: int) -> Iterator[str]:
        for number in range(count):
            with open(self.folder / f"{_name(number)}.csv", encoding="utf-8", newline="") as file:
                while piece := file.read(1 << 20):
                    yield piece

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While the run goes on: where what it keeps is gone, `Unreadable` says so."""
        try:
            yield
        except FileNotFoundError as error:
            lost = error.filename is None or self.folder in (Path(error.filename), Path(error.filename).parent)
            if not lost:
                raise
            raise self._refused("some of it has gone") from None

    def remove(self) -> None:
        """When all of it stands elsewhere. What is no part of a run is left."""
        for path in sorted(self.folder.glob("part-*")):
            path.unlink()
        (self.folder / _ABOUT).unlink()
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _read(self, name: str) -> dict[str, object] | None:
        try:
            with open(self.folder / name, encoding="utf-8") as file:
                found = json.load(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError):
            raise self._refused(f"`{name}` in it cannot be read") from None
        if not isinstance(found, dict):
            raise self._refused(f"`{name}` in it cannot be read")
        return found

    def _write(self, name: str, said: Said) -> None:
        with write_atomically(self.folder / name) as file:
            json.dump(said, file, indent=1, sort_keys=True)

    def _digest(self, name: str) -> str | None:
        try:
            with open(self.folder / name, "rb") as file:
                return _digest_of(file)
        except OSError:
            return None

    def _refused(self, why: str) -> Unreadable:
        message = f"what `{shown(str(self.folder), 60)}` keeps cannot be taken up: {why}"
        hint = (
            "let it end where another run is using it; else delete that folder to begin again, or leave out `--resume`"
        )
        return Unreadable(Problem("MS562", message, hint=hint), 2)


def identity(path: str) -> dict[str, object]:
    """Which data file it is: its size, when it was written, and its footer."""
    with open(path, "rb") as file:
        stat = os.fstat(file.fileno())
        file.seek(max(0, stat.st_size - 8))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, stat.st_size - 8 - length))
        return {"size": stat.st_size, "written": stat.st_mtime_ns, "footer": _digest_of(file)}


def _name(number: int) -> str:
    return f"part-{number:05}"


def _digests(said: Mapping[str, object]) -> list[tuple[str, object]]:
    found = said.get("digests")
    return [(suffix, found.get(suffix) if _is_mapping(found) else None) for suffix in (".arrow", ".csv")]


def _is_mapping(found: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(found, dict)


def _digest_of(file: BinaryIO) -> str:
    found = blake2b(digest_size=16)
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.hexdigest()
