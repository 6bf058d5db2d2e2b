"""A rule file that is to be changed: its text, its program, its cases, its changes. Opens files; judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..cases import Case
from ..compile import compile_source
from ..diagnostics import Diagnostic, Source
from ..document import Scalar
from ..files import open_source, table_beside
from ..ir import Program
from ..library import Library
from ..trial import load_cases, run
from .changes import Change, Edit, changed
from .planting import changes


@dataclass(frozen=True, eq=False)
class Subject:
    """`cases` are those that somebody has reviewed and that pass: the others show nothing."""

    path: Path
    library: Library = field(repr=False)
    source: Source
    program: Program
    cases: tuple[Case, ...]
    unreviewed: int = 0
    failing: int = 0

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All single changes."""
        return changes(self.source, self.program, self.opened)

    def compiled(self, edits: Sequence[Edit]) -> tuple[Program | None, tuple[Diagnostic, ...]]:
        """The program of the file with something else in it, and what is said of it."""
        texts: dict[str, list[Edit]] = {}
        for edit in edits:
            texts.setdefault(edit.span.source.name, []).append(edit)
        own = changed(self.source.text, texts.pop(self.source.name, []))

        def beside(path: Path, name: str) -> Source | Diagnostic:
            found = table_beside(path, name)
            if isinstance(found, Source) and found.name in texts:
                return Source(found.name, changed(found.text, texts[found.name]))
            return found

        return compile_source(Source(self.source.name, own), self.path, self.library.linked, beside)

    def opened(self, name: Scalar) -> Source | None:
        """A table beside it."""
        found = table_beside(self.path, name.text)
        return found if isinstance(found, Source) else None


def opened(path: Path, library: Library) -> tuple[Subject | None, tuple[Diagnostic, ...]]:
    """A rule file with the cases beside it; None where it is refused, or where its cases cannot be read."""
    source = open_source(path)
    if isinstance(source, Diagnostic):
        return None, (source,)
    program, found = library.program(path)
    beside = path.with_name(f"{path.stem}.cases.yaml")
    cases: tuple[Case, ...] = ()
    if program is not None and beside.is_file():
        _, cases, found = load_cases(beside, library)
    if program is None or any(each.severity == "error" for each in found):
        return None, found
    reviewed = [case for case in cases if case.reviewed]
    passing = tuple(each.case for each in run(reviewed, program) if each.passed)
    subject = Subject(path, library, source, program, passing, len(cases) - len(reviewed), len(reviewed) - len(passing))
    return subject, ()
