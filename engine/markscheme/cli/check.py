"""`check`: everything that is wrong with rule files and the cases beside them. Proves nothing yet, and says so."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

import click

from . import options
from .against import guarded
from .against import option as against_option

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..library import Library

Format = Literal["text", "json", "github"]
_SHOWN = 200  # findings; nobody reads more, and a file may have a hundred thousand


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of some files."""

    files: int
    found: tuple[Diagnostic, ...]
    guarantees: int  # read and typed, none proved


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=Path)
@options.rules
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), help="How findings are printed.")
@options.as_json
@against_option
def check(paths: tuple[Path, ...], rules: Path | None, form: Format | None, as_json: bool, against: str | None) -> int:
    """Check rule files and the cases beside them.

    PATH is a file or a folder; without one, ./rules, or else the folder you are in.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"`--json` and `--format {form}` are two answers")
    from ..render import counted, plural

    checked = check_paths(existing(paths), rules)
    guard = guarded(existing(paths), library_around(existing(paths), rules), against)
    found = tuple(sorted((*checked.found, *guard.found), key=lambda each: each.order))
    errors, warnings = counted(found)
    _print(found, "json" if as_json else form or "text")
    said = f"{plural(checked.files, 'file')} checked: {plural(errors, 'error')}, {plural(warnings, 'warning')}"
    quiet = as_json or form == "json"  # stdout is for the findings alone
    print(said, file=sys.stderr if quiet else sys.stdout)
    for line in guard.said:
        options.say(line)
    if checked.files and not errors:
        promised = f"; {plural(checked.guarantees, 'guarantee')} read and typed" if checked.guarantees else ""
        options.say(f"checked: shape, names, types, units, axes and absence{promised}")
        options.say("not proved by this version: that rules are complete, reachable and monotone, and guarantees")
    if not checked.files:
        options.say("there is no rule file here; `markscheme new DIRECTORY` makes one to start from")
    return 1 if errors or not checked.files else 0


def _print(found: Sequence[Diagnostic], form: Format) -> None:
    from ..render import all_as_text, as_github, as_json, colourful, json_text

    match form:
        case "text":
            if found:
                print(all_as_text(found[:_SHOWN], colourful(sys.stdout)) + "\n")
            if len(found) > _SHOWN:
                print(f"{len(found) - _SHOWN:,} more findings are not shown; `--json` has them all\n")
        case "json":
            print(json_text([as_json(each) for each in found]))
        case "github":
            print(as_github(found))
        case _:
            assert_never(form)


def existing(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths, or ./rules, or the folder one is in. Raises ClickException for one that is not there."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise click.ClickException(f"there is no `{path}`")
    return tuple(paths) or (Path("rules") if Path("rules").is_dir() else Path(),)


def library_around(paths: Iterable[Path], rules: Path | None) -> Library:
    """The library in which files look for one another: the folders given first."""
    from ..library import Library, MethodologyError, folders

    try:
        around = folders(rules)
    except MethodologyError as error:
        raise click.ClickException(str(error)) from error
    return Library([*(path for path in paths if path.is_dir()), *around])


def check_paths(paths: Sequence[Path], rules: Path | None = None) -> Checked:
    """Checks rule files and cases files; of a rule file also the cases beside it."""
    from ..editions import is_cases
    from ..trial import load_cases

    library = library_around(paths, rules)
    found: list[Diagnostic] = []
    guarantees = 0
    files = tuple(dict.fromkeys(each for path in paths for each in _files(path)))
    for path in files:
        if is_cases(path):
            beside = path.with_name(path.name.replace(".cases.", "."))
            _, _, wrong = load_cases(path, library)
            # What is wrong with the rule file is said where that file is checked.
            found += wrong if beside not in files else [each for each in wrong if _is_in(each, path)]
        else:
            program, wrong = library.program(path)
            found += wrong
            guarantees += len(program.guarantees) if program is not None else 0
    found += library.doubles() if any(path.is_dir() for path in paths) else ()
    return Checked(len(files), tuple(sorted(dict.fromkeys(found), key=lambda each: each.order)), guarantees)


def _is_in(found: Diagnostic, path: Path) -> bool:
    return found.span is None or found.span.source.name == str(path)


def _files(path: Path) -> Iterator[Path]:
    from ..editions import is_cases, yaml_files

    if path.is_dir():
        yield from yaml_files(path)
        return
    yield path
    cases = path.with_suffix(".cases.yaml")
    if not is_cases(path) and cases.is_file():
        yield cases
