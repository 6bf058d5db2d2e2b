"""Finds methodologies: by path, by id and version, or by id and date. Knows folders and editions, no rule.

An id is looked up in a table made by walking the folders; it is never joined to a path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .compile import Compiled, compiled
from .diagnostics import Diagnostic, Findings, Label, Source, suggestion
from .editions import DATE, Edition, Link, edition_of, is_cases, is_yaml, yaml_files
from .files import open_source, table_beside
from .render import all_as_text
from .shipped import shipped

if TYPE_CHECKING:
    from .ir import Program
    from .methodology import Methodology

_DEEPEST = 20  # links from one methodology to the next
_LINK = re.compile(r"\bresult\b")  # a key of every link; most files have none and are not read twice


class MethodologyError(Exception):
    """A methodology that cannot be used. `str()` of it is what a terminal would show."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(all_as_text(diagnostics))
        self.diagnostics = tuple(diagnostics)


class Library:
    """The methodologies of some folders; of one version in two folders, that of the first folder counts. `shown` says
    by which name people know a file, where that is not its path."""

    def __init__(self, folders: Sequence[Path], shown: Callable[[Path], str] = str) -> None:
        distinct = {folder.resolve(): folder for folder in reversed(folders) if folder.is_dir()}
        self.folders = tuple(distinct.values())[::-1]
        self._shown = shown
        self._editions: dict[Path, Edition | None] = {}
        self._programs: dict[str, Program | None] = {}

    # --- what there is ---

    @cached_property
    def files(self) -> tuple[tuple[Path, ...], ...]:
        """The rule files of each folder."""
        return tuple(tuple(p for p in yaml_files(folder) if not is_cases(p)) for folder in self.folders)

    def editions(self, mentioning: str = "") -> dict[str, Edition]:
        """By `id@version`. Files that do not hold the text `mentioning` are not parsed."""
        found: dict[str, Edition] = {}
        for files in self.files:
            here: dict[str, Edition] = {}
            for path in files:
                edition = self._edition(path, mentioning)
                if edition is not None:
                    here.setdefault(edition.name, edition)
            found = here | found
        return found

    def disagreements(self, mentioning: str = "") -> tuple[Diagnostic, ...]:
        """What files of one folder say of a version that others there say otherwise: one version in two files, and
        versions that overlap in time, leave a gap, or follow one another as they cannot have done. Files that do not
        hold the text `mentioning` are not parsed."""
        findings = Findings()
        for files in self.files:
            seen: dict[str, Edition] = {}
            for path in files:
                edition = self._edition(path, mentioning)
                if edition is None:
                    continue
                first = seen.setdefault(edition.name, edition)
                if first is not edition:
                    message = f"`{edition.name}` is in two files"
                    hint = "give one of them another `version`, or delete it"
                    findings.add("MS653", message, edition.span, hint, [Label(first.span, "the other one")])
            from .timeline import Timeline

            for id in dict.fromkeys(each.id for each in seen.values()):
                findings.extend(Timeline(each for each in seen.values() if each.id == id).findings())
        return findings.all()

    def _edition(self, path: Path, mentioning: str = "") -> Edition | None:
        if path not in self._editions:
            source = open_source(path, self._shown(path))
            if isinstance(source, Diagnostic):
                self._editions[path] = None
            elif mentioning in source.text:
                self._editions[path] = edition_of(path, source)
            else:
                return None
        return self._editions[path]

    # --- by name ---

    def find(self, name: str, on: str | None = None) -> Edition:
        """The version `id@version`, or of `id` the one in force `on` a day, or the latest. Raises MethodologyError."""
        wanted, _, version = name.rpartition("@") if "@" in name else (name, "", "")
        versions = self.versions(wanted)
        if version and on:
            raise _refused("MS651", f"`{name}` names a version and `{on}` a day", f"leave out `@{version}` or the day")
        if version:
            exact = next((each for each in versions if each.version == version), None)
            if exact is None:
                near = suggestion(version, [each.version for each in versions])
                has = f"`{wanted}` has {', '.join(each.version for each in versions)}"
                raise _refused("MS650", f"`{wanted}` has no version `{version}`", f"{near} {has}" if near else has)
            return exact
        if on is None:
            return max(versions, key=lambda each: (each.since or "", each.version))
        day = checked_day(on)
        from .timeline import Timeline

        told = Timeline(versions)
        in_force = told.on(day)
        if len(in_force) == 1:
            return in_force[0]
        periods = "; ".join(f"{each.version} from {each.since or '…'} until {each.until or '…'}" for each in versions)
        if in_force:
            both = " and ".join(each.version for each in in_force)
            raise _refused("MS651", f"versions {both} of `{wanted}` both say they were in force on {day}", periods)
        why = next((f"{gap.because}; " for gap in told.gaps if gap.since <= day <= gap.until and gap.because), "")
        raise _refused("MS651", f"no version of `{wanted}` was in force on {day}", why + periods)

    def versions(self, wanted: str) -> list[Edition]:
        """All versions of an id, oldest first."""
        found = [each for each in self.editions(wanted).values() if each.id == wanted]
        if not found:
            known = sorted({each.id for each in self.editions().values()})
            near = suggestion(wanted, known)
            tails = {each.rpartition("/")[2]: each for each in known}
            if near is None and wanted in tails:
                near = f"did you mean `{tails[wanted]}`?"
            hint = near or (
                f"there are {', '.join(known)}" if known else "give the path of a rule file, or `--rules DIR`"
            )
            raise _refused("MS650", f"there is no methodology `{wanted}`", hint)
        from .timeline import Timeline

        return list(Timeline(found).versions)

    # --- compiled ---

    def program(self, path: Path) -> tuple[Program | None, tuple[Diagnostic, ...]]:
        """A rule file's program, with everything that is to be said of it."""
        made = self.compiled(path)
        return made.program, made.found

    def compiled(self, path: Path) -> Compiled:
        """A rule file compiled."""
        source = open_source(path, self._shown(path))
        if isinstance(source, Diagnostic):
            return Compiled(None, None, (source,))
        start = edition_of(path, source) if links(source) else None
        knots = self._knots(start) if start is not None else ()
        return Compiled(None, None, knots) if knots else compiled(source, path, self.linked, self._beside)

    def _beside(self, path: Path, name: str) -> Source | Diagnostic:
        return table_beside(path, name, self._shown(path.parent / name))

    def linked(self, id: str, version: str) -> Program | None:
        """The program an input comes from; None where there is none that compiles."""
        name = f"{id}@{version}"
        if name not in self._programs:
            self._programs[name] = None
            found = self.editions(id).get(name)
            if found is not None:
                self._programs[name], _ = self.program(found.path)
        return self._programs[name]

    def _knots(self, start: Edition) -> tuple[Diagnostic, ...]:
        """Links of a file that lead back to it, or too far."""
        findings = Findings()
        safe: set[str] = set()  # those from which no link leads back

        def follow(chain: tuple[Edition, ...], first: Link) -> None:
            here = chain[-1]
            names = [each.name for each in chain]
            for link in here.links:
                name = f"{link.id}@{link.version}"
                by = first if len(chain) > 1 else link
                if name in names:
                    said = " → ".join([*names[names.index(name) :], name])
                    labels = [] if by is link else [Label(link.span, "which leads back here")]
                    findings.add("MS654", f"`from` leads in a circle: {said}", by.span, "cut one of the links", labels)
                elif len(chain) > _DEEPEST:
                    findings.add("MS655", f"this link leads through more than {_DEEPEST} methodologies", by.span)
                elif name not in safe and (next_one := self.editions(link.id).get(name)) is not None:
                    follow((*chain, next_one), by)
                    safe.add(name)

        if start.links:
            follow((start,), start.links[0])
        return findings.all()


def checked_day(text: str) -> str:
    """A day of the calendar, as it is written in rule files. Raises MethodologyError."""
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _refused("MS652", f"`{text[:40]}` is not a day", "write it as 2024-03-31")


def _refused(code: str, message: str, hint: str) -> MethodologyError:
    return MethodologyError([Diagnostic(code, message, None, hint)])


def is_path(name: str) -> bool:
    """Whether METHODOLOGY is a path rather than an id: it ends like a rule file, or there is such a file."""
    return is_yaml(Path(name)) or (os.path.exists(name) and not os.path.isdir(name)) or name.startswith((".", "/"))


def folders(rules: Path | None = None, first: Path | None = None) -> tuple[Path, ...]:
    """Where ids are looked for: `first`, `rules`, `./rules`, then the shipped ones."""
    if rules is not None and not rules.is_dir():
        raise _refused("MS650", f"there is no folder `{rules}`", "`--rules` names the folder to look for ids in")
    return tuple(each for each in (first, rules, Path("rules"), shipped("rules")) if each is not None)


def locate(
    name: str | os.PathLike[str], on: str | None = None, rules: str | os.PathLike[str] | None = None
) -> tuple[Library, Edition | None, Path]:
    """The file that a path or a name means, its edition where it was found by name, and the library around it.

    Raises MethodologyError.
    """
    around = Path(rules) if rules is not None else None
    if not isinstance(name, str) or is_path(name):
        path = Path(name)
        if on is not None:
            raise _refused("MS651", f"`{path}` is one version", "a day picks a version where an id is given")
        return Library(folders(around, root_of(path))), None, path
    library = Library(folders(around))
    found = library.find(name, on)
    return library, found, found.path


def links(source: Source) -> bool:
    """Whether a rule file may take from another methodology; where not, no other file needs to be looked for."""
    return _LINK.search(source.text) is not None


def root_of(path: Path, source: Source | Diagnostic | None = None) -> Path | None:
    """The folder of rules in which a file lies, where it lies as it should: FOLDER/family/methodology/version.yaml.
    `source` is its text, where that is not what lies there now."""
    methodology = path.absolute().parent
    source = open_source(path) if source is None else source
    named = isinstance(source, Source) and f"{methodology.parent.name}/{methodology.name}" in source.text
    return methodology.parent.parent if named else None


def load(
    name: str | os.PathLike[str], *, on: str | None = None, rules: str | os.PathLike[str] | None = None
) -> Methodology:
    """A methodology by path, `id@version`, or `id` (the version in force `on` a day, or the latest).

    Ids are looked for in the folder `rules`, then in `./rules`, then among the shipped ones. Raises MethodologyError.
    """
    from .methodology import Methodology

    library, _, path = locate(name, on, rules)
    program, found = library.program(path)
    if program is None:
        raise MethodologyError([each for each in found if each.severity == "error"])
    return Methodology(program)
