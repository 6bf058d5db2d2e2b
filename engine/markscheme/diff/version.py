"""Which two versions are compared: by `id@version`, id and day, path, or path at a git revision. Compares nothing.

What a revision holds is read into a temporary folder that is gone when a version is used: every text is held by the
version, under a name that people know.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath

from ..compile import Compiled
from ..diagnostics import Diagnostic, Source
from ..editions import is_yaml
from ..files import open_source
from ..guard.revision import NoRevision, Revision, as_it_stood, exactly, names_at, top_of
from ..library import Library, MethodologyError, folders, is_path, links, locate, root_of
from .renaming import superseded
from .verdicts import Version

_SHOWN = 3  # file names, where one is meant
_COMPARED = 2_000  # file names, in search of one that is meant


def opened(name: str, rules: Path | None = None, on: str | None = None) -> Version:
    """`id@version`; `id`, the version in force `on` a day, or the latest; a path; or `path@revision`, a git revision of
    that file. Ids are looked for as everywhere, in `rules` first. Raises MethodologyError."""
    path, ref = _parts(name)
    if ref is not None:
        assert path is not None
        if on is not None:
            raise _refused("MS651", f"`{name}` is one version", "a day picks a version where an id is given")
        return _at_revision(name, path, ref, rules)
    library, edition, found = locate(name, on, rules)
    return _version(edition.name if edition else name, library.compiled(found), found, library)


def before(version: Version, rules: Path | None = None) -> Version:
    """The version that another `supersedes`: of a file at a revision as it stood there. Raises MethodologyError."""
    old = superseded(version)
    if old is None:
        hint = "name both, OLD and NEW; or say in the file which one it follows: supersedes: {version: …}"
        raise _refused("MS650", f"`{version.name}` does not say which version it supersedes", hint)
    name = f"{version.program.id}@{old}"
    path, ref = _parts(version.name)
    if path is None or ref is None:
        library = locate(version.name, None, rules)[0]
        if path is not None and root_of(path) is None:  # its versions lie beside it
            library = Library((path.parent, *library.folders))
        edition = library.find(name)
        whole = path is None or path.is_absolute()  # else as one would write it here, as the other one is
        found = edition.path if whole else Path(os.path.relpath(edition.path))
        return _version(edition.name, library.compiled(found), found, library)
    with _Stood(path, ref, rules) as stood:
        library = stood.library(all=True)
        edition = library.find(name)
        return _version(edition.source.name, library.compiled(edition.path), stood.known(edition.path), library)


def _parts(name: str) -> tuple[Path | None, str | None]:
    """The path and the revision that a name has. The revision begins after the first `@` that has a path before it, for
    it may hold more of them; what is a file as a whole has none, whatever its name."""
    places = [place for place, sign in enumerate(name) if sign == "@"]
    if not os.path.isfile(name):
        for is_file in (lambda head: is_yaml(Path(head)), is_path):
            for place in places:
                if is_file(name[:place]):
                    return Path(name[:place]), name[place + 1 :]
    return (Path(name) if is_path(name) else None), None


def _version(name: str, made: Compiled, path: Path, library: Library) -> Version:
    if made.program is None or made.model is None:
        raise MethodologyError([each for each in made.found if each.severity == "error"])
    return Version(name, made.program, made.model, path, library.linked)


def _refused(code: str, message: str, hint: str) -> MethodologyError:
    return MethodologyError([Diagnostic(code, message, None, hint)])


# --- as it stood -----------------------------------------------------------------------------------------------------


def _at_revision(name: str, path: Path, ref: str, rules: Path | None) -> Version:
    with _Stood(path, ref, rules) as stood:
        library = stood.library()
        return _version(name, library.compiled(stood.path), path, library)


class _Stood:
    """A rule file at a revision, and what is around it there, for as long as it is entered."""

    def __init__(self, path: Path, ref: str, rules: Path | None) -> None:
        self.asked, self.ref, self.rules = path, ref, rules
        self.stack = ExitStack()
        self.tops: list[tuple[Path, Path]] = []  # a temporary folder, and the folder that it is of

    def __enter__(self) -> _Stood:
        try:
            self.at = exactly(self.ref, _there(self.asked.absolute().parent))
            self.path = self.entered(self.asked.absolute().parent, PurePosixPath(self.asked.name))
            if not os.path.isfile(self.path):  # which no name is too long for
                raise self.missing()
        except NoRevision as error:
            self.stack.close()
            raise _refused("MS656", str(error), error.hint) from error
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def library(self, all: bool = False) -> Library:
        """What the file may take from, as it stood; nothing where it takes from no other and `all` is False."""
        source = open_source(self.path, self.known_as(self.path))
        if not all and not (isinstance(source, Source) and links(source)):
            return Library([], self.known_as)
        try:
            top = top_of(_there(self.asked.absolute().parent))
            around = folders(self.rules, root_of(self.asked, source) or self.asked.absolute().parent)
            inside = [each.resolve().is_relative_to(top) for each in around]
            stood = [self.entered(each) if within else each for each, within in zip(around, inside, strict=True)]
        except NoRevision as error:
            raise _refused("MS656", str(error), error.hint) from error
        return Library(stood, self.known_as)

    def entered(self, folder: Path, only: PurePosixPath | None = None) -> Path:
        """What a folder held then: a folder, or the file `only`."""
        there = _there(folder)
        inner = PurePosixPath(folder.relative_to(there).as_posix())
        top = self.stack.enter_context(as_it_stood(there, self.at, only and inner / only))
        self.tops.insert(0, (top, there))
        return top / inner / (only or "")

    def known(self, path: Path) -> Path:
        """Where a file of a temporary folder lay, as one would write it here."""
        for top, folder in self.tops:
            if path.is_relative_to(top):
                return Path(os.path.relpath(folder / path.relative_to(top)))
        return path

    def known_as(self, path: Path) -> str:
        if path == getattr(self, "path", None):
            return f"{self.asked}@{self.ref}"
        known = self.known(path)
        return str(path) if known == path else f"{known}@{self.ref}"

    def missing(self) -> MethodologyError:
        near = _near(self.asked, _there(self.asked.absolute().parent), self.at)
        shown = " or ".join(f"`{each}@{self.ref}`" for each in near)
        hint = f"it may have had another name: {shown}" if near else "there was no rule file like it"
        return _refused("MS656", f"there was no file `{self.asked}` at `{self.at.ref}`", hint)


def _there(folder: Path) -> Path:
    """The nearest folder around a path that is there now."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _near(path: Path, folder: Path, at: Revision) -> Sequence[str]:
    """Names of rule files then that may be the one that is asked for: those of its name first."""
    top = top_of(folder)
    found = [Path(os.path.relpath(top / each)) for each in names_at(top, at)][:_COMPARED]
    wanted = os.path.relpath(path)

    def likeness(each: Path) -> tuple[bool, float]:
        return each.name == path.name, SequenceMatcher(None, wanted, str(each)).ratio()

    like = [each for each in found if likeness(each) >= (False, 0.8)]
    return [str(each) for each in sorted(like, key=likeness, reverse=True)[:_SHOWN]]
