"""A folder as it stood at a git revision, written to a temporary folder. Knows no rule file.

The repository may be anybody's: git is asked only for what is stored in it (`rev-parse`, `merge-base`, `ls-tree`,
`cat-file`), without a shell, without the network, with bounded time and output, and with nothing of the environment
that would point it elsewhere. None of these commands runs a hook, a filter or a program named in the repository's
configuration; what could be is switched off besides.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..echo import escaped
from ..files import MAX_BYTES
from .lock import LOCK

_RULES = (".yaml", ".yml")
_TOO_MUCH = ("there is too much to compare with", "name the folder of the rule files, not one around it")
_SECONDS = 30  # that git may take for one answer
_LISTING = 32_000_000  # bytes of a list of files
_MOST_FILES = 10_000
_MOST_CONTENT = 64_000_000  # bytes of all files that are read
_LONGEST_REF = 250
_SWITCHED_OFF = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "protocol.allow=never")
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES")  # what people say of git themselves, not of one repository
_NAMED = re.compile(rb"\bfile\s*:\s*[\"']?([^\"'\s,}\]#]+)")  # a table that a rule file names
_SHA = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class NoRevision(Exception):
    """A revision that cannot be read. `str()` of it is a sentence for people; `hint` says the way out."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit that is compared with. `parted` says that it is where this branch left `ref`, not `ref` itself."""

    ref: str
    commit: str
    parted: bool = False

    def __str__(self) -> str:
        return f"{self.ref} ({self.commit[:10]}{', where this branch left it' if self.parted else ''})"


def revision(ref: str, folder: Path) -> Revision:
    """What work is compared with: the commit at which the work in `folder` left `ref`. So nothing that was added at
    `ref` since is taken for something removed here. Raises NoRevision."""
    at = exactly(ref, folder)
    try:
        parted = _commit(_git(folder, ["merge-base", "HEAD", at.commit]).partition(b"\n")[0])
    except _Refused:  # no commit here yet, or none in common
        return at
    return Revision(at.ref, parted, parted != at.commit)


def exactly(ref: str, folder: Path) -> Revision:
    """`ref` itself, in the repository that `folder` is in. Raises NoRevision."""
    shown = escaped(ref[:60])
    if not ref or ref.startswith("-") or len(ref) > _LONGEST_REF or not ref.isprintable():
        raise NoRevision(f"`{shown}` is no name of a git revision", "name a branch, a tag or a commit: origin/main")
    try:
        _git(folder, ["rev-parse", "--git-dir"])
    except _Refused as refused:
        raise _no_repository(folder, str(refused)) from None
    try:
        at = _commit(_git(folder, ["rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"]))
    except _Refused:
        hint = (
            "see `git branch --all` and `git tag`; a clone without history has no other revisions: "
            "`git fetch --unshallow`, or in GitHub Actions `fetch-depth: 0`"
        )
        raise NoRevision(f"there is no revision `{shown}` in this repository", hint) from None
    return Revision(escaped(ref), at)


def top_of(folder: Path) -> Path:
    """The folder of the repository that `folder` is in. Raises NoRevision."""
    try:
        said = _git(folder, ["rev-parse", "--show-toplevel"]).decode("utf-8", "surrogateescape").removesuffix("\n")
    except _Refused as refused:
        raise _no_repository(folder, str(refused)) from None
    return Path(said).resolve()


@contextmanager
def as_it_stood(folder: Path, at: Revision, only: PurePosixPath | None = None) -> Iterator[Path]:
    """A temporary folder with the rule files, cases, tables and locks that `folder` had then, or with the rule file
    `only` and the tables that it may name; empty where there was no such folder. Links and what is hidden are left
    out. Raises NoRevision."""
    blobs = _listed(folder, at)
    rules = {path: blob for path, blob in blobs.items() if path.suffix in _RULES or path.name == LOCK}
    read = _contents(folder, rules if only is None else {p: blob for p, blob in blobs.items() if p == only})
    named = {
        name.rsplit(b"/")[-1].decode("utf-8", "replace") for text in read.values() for name in _NAMED.findall(text)
    }
    homes = {path.parent for path, text in read.items() if b"file" in text}  # a table lies beside a rule file, or below
    tables = {
        path: blob
        for path, blob in blobs.items()
        if path not in rules and (path.suffix == ".csv" or path.name in named) and not homes.isdisjoint(path.parents)
    }
    read |= _contents(folder, tables)
    with tempfile.TemporaryDirectory(prefix="markscheme-") as name:
        top = Path(name).resolve()
        for path, text in read.items():
            target = top / path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(target, "xb") as file:
                    file.write(text)
            except (FileExistsError, NotADirectoryError):
                continue  # two names that this file system takes for one
        yield top


def names_at(folder: Path, at: Revision) -> tuple[PurePosixPath, ...]:
    """The rule files that `folder` had then. Raises NoRevision."""
    return tuple(path for path in _listed(folder, at) if path.suffix in _RULES)


# --- what git has ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Blob:
    id: str
    size: int


def _listed(folder: Path, at: Revision) -> dict[PurePosixPath, _Blob]:
    """The regular files beneath the folder, by their paths within it."""
    try:
        listing = _git(folder, ["ls-tree", "-r", "-l", "-z", at.commit], most=_LISTING)
    except _Refused as refused:
        raise NoRevision(f"git cannot list the files at `{at.ref}`", str(refused)) from None
    found: dict[PurePosixPath, _Blob] = {}
    for entry in listing.split(b"\0"):
        about, tab, name = entry.partition(b"\t")
        words = about.split()
        if not tab or len(words) != 4 or words[0] not in (b"100644", b"100755") or not words[3].isdigit():
            continue
        path = _sound(name)
        if path is not None and int(words[3]) <= MAX_BYTES:
            found[path] = _Blob(_commit(words[2]), int(words[3]))
    return found


def _sound(name: bytes) -> PurePosixPath | None:
    """The path, where it can only lie within a folder: a tree that somebody made by hand may say anything."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return None
    parts = text.split("/")
    if any(not part or part.startswith(".") or len(part) > 200 for part in parts) or len(text) > 1_000:
        return None
    if any(character in '\\:<>"|?*' or not character.isprintable() for character in text):
        return None
    return PurePosixPath(text)


def _contents(folder: Path, blobs: dict[PurePosixPath, _Blob]) -> dict[PurePosixPath, bytes]:
    """The files' bytes."""
    if len(blobs) > _MOST_FILES or sum(blob.size for blob in blobs.values()) > _MOST_CONTENT:
        raise NoRevision(*_TOO_MUCH)
    ids = list(dict.fromkeys(blob.id for blob in blobs.values()))
    if not ids:
        return {}
    try:
        asked = "".join(f"{id}\n" for id in ids).encode()
        said = _git(folder, ["cat-file", "--batch"], asked, most=_MOST_CONTENT + 200 * len(ids))
    except _Refused as refused:
        raise NoRevision("git cannot read the files as they stood", str(refused)) from None
    texts: dict[str, bytes] = {}
    place = 0
    for id in ids:
        end = said.find(b"\n", place)
        head = said[place:end].split()
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            hint = "its clone may be partial: `git fetch` what is missing; nothing is fetched here"
            raise NoRevision("git does not have all files as they stood", hint)
        place = end + 1 + int(head[2])
        texts[id] = said[end + 1 : place]
        place += 1
    return {path: texts[blob.id] for path, blob in blobs.items()}


def _commit(said: bytes) -> str:
    """The name of an object. Raises _Refused where it is none."""
    name = said.strip()
    if not _SHA.fullmatch(name):
        raise _Refused("git gave no name of an object")
    return name.decode()


# --- asking ----------------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """Git ended in an error; `str()` of it is what it said."""


def _git(folder: Path, arguments: Sequence[str], asked: bytes = b"", most: int = 10_000) -> bytes:
    """What git prints. Raises _Refused, or NoRevision where there is no git, or it takes too long or says too much."""
    git = shutil.which("git")
    if git is None:
        raise NoRevision("there is no git here, so nothing can be compared", "install git, or name no revision")
    options = [word for said in _SWITCHED_OFF for word in ("-c", said)]
    command = [
        git,
        "--no-pager",
        "--no-replace-objects",
        "--no-optional-locks",
        "-C",
        str(folder),
        *options,
        *arguments,
    ]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as wrong:
        given.write(asked)
        given.seek(0)
        process = subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=wrong, env=_environment(), close_fds=True
        )
        late = threading.Timer(_SECONDS, process.kill)
        late.start()
        try:
            assert process.stdout is not None
            said = process.stdout.read(most + 1)
            if len(said) > most:
                process.kill()
            process.stdout.close()
            status = process.wait()
        finally:
            late.cancel()
            process.kill()
            process.wait()
        if len(said) > most:
            raise NoRevision(
                "there is too much to compare with", "name the folder of the rule files, not one around it"
            )
        if status < 0:
            raise NoRevision("git took too long", "run `git gc`, or name a smaller folder")
        if status:
            wrong.seek(0)
            raise _Refused(escaped(" ".join(wrong.read(400).decode("utf-8", "replace").split())))
        return said


def _environment() -> dict[str, str]:
    """Ours, without what would send git to another repository (a hook that runs us has such), run a program, ask
    somebody or fetch."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
    return {**kept, **quiet, "LC_ALL": "C", "LANGUAGE": ""}


def _no_repository(folder: Path, said: str) -> NoRevision:
    shown = escaped(str(folder))
    if "dubious ownership" in said:
        hint = "it belongs to somebody else; if you trust it: git config --global --add safe.directory FOLDER"
        return NoRevision(f"git does not trust the repository of `{shown}`", hint)
    return NoRevision(
        f"`{shown}` is not in a git repository", "revisions are those of the repository that the files lie in"
    )
