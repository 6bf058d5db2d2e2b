"""`check --against REF`, and locks: which folders are compared, and what is said of it. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..guard.against import Compared
    from ..library import Library

option = click.option(
    "--against", metavar="REF", help="Compare with a git revision too: cases and guarantees weakened without a reason."
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Findings, and sentences for people."""

    found: tuple[Diagnostic, ...]
    said: tuple[str, ...] = ()


def guarded(paths: Sequence[Path], library: Library, ref: str | None) -> Guarded:
    """What was changed after it was published; and, with `ref`, what was weakened since. Raises ClickException."""
    from ..guard.against import compare
    from ..guard.publication import check_locks
    from ..guard.revision import NoRevision

    locked = check_locks(rule_files(paths), (path for path in paths if path.is_dir()), library)
    if ref is None:
        return Guarded(locked)
    compared: list[Compared] = []
    try:
        for folder, asked in _folders(paths, library).items():
            whole = Path() in asked

            def inside(path: Path, asked: tuple[Path, ...] = asked) -> bool:
                return any(path.is_relative_to(each) for each in asked)

            compared.append(compare(folder, ref, library, inside, whole))
    except NoRevision as error:
        raise click.ClickException(f"{error}\nhelp: {error.hint}") from error
    told = {(each.code, each.message) for each in locked}  # a version gone is gone from both
    found = [each for one in compared for each in one.found if (each.code, each.message) not in told]
    return Guarded((*locked, *found), tuple(line for one in compared for line in _sentences(one)))


def rule_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The rule files among paths, also those of cases files named there."""
    from ..editions import is_cases, yaml_files

    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(each for each in yaml_files(path) if not is_cases(each))
        else:
            found[path.with_name(path.name.replace(".cases.", ".")) if is_cases(path) else path] = None
    return tuple(found)


def _folders(paths: Sequence[Path], library: Library) -> dict[Path, tuple[Path, ...]]:
    """The folders of rules that the paths lie in, each with the paths within it: versions move within a folder."""
    from ..guard.publication import near
    from ..library import root_of

    found: dict[Path, tuple[Path, ...]] = {}
    for path in paths:
        home = path.resolve()
        around = [each for each in library.folders if home.is_relative_to(each.resolve())]
        folder = min(around, key=lambda each: len(each.resolve().parts)) if around else None
        folder = folder or near(root_of(path) or path.absolute().parent)
        asked = rule_files([path])[0] if path.is_file() else path
        found[folder] = (*found.get(folder, ()), asked.resolve().relative_to(folder.resolve()))
    return found


def _sentences(compared: Compared) -> Iterator[str]:
    from ..echo import escaped
    from ..render import counted, plural

    errors, _ = counted(compared.found)
    for name in compared.broken:
        yield f"not compared, since it has errors now: {escaped(name)}"
    for each in compared.excused:
        place = f"{escaped(each.span.source.name)}:{each.span.line}: " if each.span else ""
        yield f"with a reason: {place}{escaped(each.message)}, because {escaped(each.because)}"
    weaker = f"{errors:,} weakened without a reason" if errors else "nothing weakened without a reason"
    reasoned = f", {len(compared.excused):,} with one" if compared.excused else ""
    yield f"compared with {compared.at}: {plural(compared.versions, 'version')}; {weaker}{reasoned}"
