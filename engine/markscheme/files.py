"""Opens, finds beside and writes files, with care: an untrusted name or file ends in a finding. Knows no format."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR, ENOENT
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from .diagnostics import Diagnostic, Source, Span
from .document.unquoted import quoted, shown

MAX_BYTES = 2_000_000

CANNOT_READ = frozenset({"MS601", "MS602", "MS603"})
"""The codes that mean the file could not be read at all, rather than that something is wrong with it."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f]")


def open_source(path: Path, shown_as: str | None = None, root: Path | None = None) -> Source | Diagnostic:
    """The text of a rule file, a cases file or a table, named `shown_as` (default: the path as given).

    Nothing but a regular UTF-8 file of at most `MAX_BYTES` is read, and where `root` is given nothing that lies
    outside that folder once symbolic links are followed. A byte order mark is left out. Never raises for what the
    file system holds.
    """
    name = str(path) if shown_as is None else shown_as
    try:
        if root is not None and not path.resolve().is_relative_to(root.resolve()):
            return _outside(name)
        before = path.stat()  # before opening: a pipe would wait for ever, a device might act
        if not stat.S_ISREG(before.st_mode):
            return _irregular(name, before.st_mode)
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            now = os.fstat(file.fileno())
            if not stat.S_ISREG(now.st_mode):
                return _irregular(name, now.st_mode)
            data = file.read(MAX_BYTES + 1) if now.st_size <= MAX_BYTES else b""
    except (FileNotFoundError, NotADirectoryError):
        return Diagnostic("MS601", f"there is no file {shown(name, 60)}", None, "check the path, and where you are")
    except PermissionError:
        hint = "change its permissions, or ask its owner"
        return Diagnostic("MS602", f"{shown(name, 60)} may not be read", None, hint)
    except (OSError, ValueError, RuntimeError) as error:  # too long a name, a NUL, a loop of links, a broken disk
        why = getattr(error, "strerror", None) or "it is not a name that a file can have"
        return Diagnostic("MS603", f"{shown(name, 60)} cannot be read: {why.lower()}", None, "check the path")
    size = max(now.st_size, len(data))
    if size > MAX_BYTES:
        hint = f"a rule file or table has at most {MAX_BYTES:,} bytes"
        return Diagnostic("MS605", f"{shown(name, 60)} is too large: {size:,} bytes", None, hint)
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> Source | Diagnostic:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Diagnostic("MS607", f"{shown(name, 60)} is UTF-16, not UTF-8", None, "save the file as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        readable = data[: error.start].decode("utf-8")
        span = Span(Source(name, data.decode("utf-8", "replace")), len(readable), len(readable) + 1)
        message = f"byte 0x{data[error.start]:02X} on line {span.line} is not UTF-8"
        return Diagnostic("MS606", message, span, "save the file as UTF-8; it may be Windows-1252 or Latin-1 now")


def _irregular(name: str, mode: int) -> Diagnostic:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    kind = kinds.get(stat.S_IFMT(mode), "a device")
    return Diagnostic("MS604", f"{shown(name, 60)} is {kind}, not a regular file", None, "name a file")


def _outside(name: str) -> Diagnostic:
    hint = "copy the file into the methodology's folder"
    return Diagnostic("MS608", f"{shown(name, 60)} lies outside the methodology's folder", None, hint)


def beside(methodology: Path, name: str) -> Path | Diagnostic:
    """Where a file named in a rule file lies, symbolic links followed: in the methodology's folder or below it.

    Whether there is such a file is left to `open_source`.
    """
    hint = "name a file beside the rule file, such as " + quoted("table.csv")
    reason = _not_a_name(name)
    if reason:
        return Diagnostic("MS609", f"{shown(_NOT_PRINTED.sub('�', name))} {reason}", None, hint)
    if name.startswith("/") or ".." in name.split("/"):
        return _outside(name)
    try:
        folder = methodology.parent.resolve()
        found = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError):
        return Diagnostic("MS609", f"{shown(name)} is not a name that a file can have", None, hint)
    return found if found != folder and found.is_relative_to(folder) else _outside(name)


def table_beside(methodology: Path, name: str, shown_as: str | None = None) -> Source | Diagnostic:
    """The text of a table named in a rule file, or why it may or can not be had. A finding without a place is about
    the name: the caller knows where that is written."""
    path = beside(methodology, name)
    if isinstance(path, Diagnostic):
        return path
    return open_source(path, shown_as or str(methodology.parent / name), methodology.parent)


def _not_a_name(name: str) -> str | None:
    """Why a name is refused before any file system sees it: it would mean something else elsewhere."""
    if not name.strip() or name != name.strip():
        return "is empty or has spaces around it"
    if _NOT_PRINTED.search(name):
        return "has a control character in it"
    if "\\" in name:
        return "has a backslash in it"
    if _SCHEME.match(name) or name.startswith("//"):
        return "is an address or a drive, not a file in this folder"
    if _ENCODED.search(name):
        return "has an encoded character in it"
    return "begins with the sign for a home folder" if name.startswith("~") else None


@contextmanager
def write_atomically(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, line ends as written) that becomes `path` only when the block ends well.

    On any failure the old file is untouched and nothing is left behind; `OSError` is raised for the face to tell.
    A device or a pipe (`/dev/stdout`) is written to as it is: it cannot be replaced.
    """
    with write_bytes_atomically(path) as raw:
        file = TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
        yield file
        file.flush()
        file.detach()


@contextmanager
def write_bytes_atomically(path: Path) -> Iterator[BinaryIO]:
    """The same for a file of bytes."""
    target = Path(os.path.realpath(path))  # a link stays a link
    mode = target.stat().st_mode if target.exists() else None
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as file:
            yield file
        return
    if mode is not None:
        os.close(os.open(target, os.O_WRONLY))  # a file that may not be written may not be replaced either
    if not target.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no such folder: make it first", str(path.parent))
    draft = target.with_name(f".{os.urandom(6).hex()}.part")
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(stat.S_IMODE(mode))
        os.replace(draft, target)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(draft):  # a name that nobody has given
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise
