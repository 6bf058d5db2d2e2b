"""`check`: everything that is wrong with rule files and the cases beside them, and what is proved of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

import click

from . import options
from .against import guarded
from .against import option as against_option
from .saving import option as save_option
from .saving import save
from .waiting import progress

if TYPE_CHECKING:
    from ..checking import Checked, Report
    from ..diagnostics import Diagnostic
    from ..library import Library

Format = Literal["text", "json", "github"]
_SHOWN = 200  # findings; nobody reads more, and a file may have a hundred thousand
_NOT_PROVED = "MS806"
_TOGETHER = 4  # files, from which on each processor takes some


@dataclass(frozen=True, slots=True)
class _Task:
    """A file to check, and where methodologies are looked for."""

    path: Path
    cases_alone: bool
    folders: tuple[Path, ...]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=Path)
@options.rules
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), help="How findings are printed.")
@options.as_json
@click.option("--strict", is_flag=True, help="Fail also on what is neither proved nor refuted.")
@against_option
@save_option
def check(
    paths: tuple[Path, ...],
    rules: Path | None,
    form: Format | None,
    as_json: bool,
    strict: bool,
    against: str | None,
    saved: Path | None,
) -> int:
    """Check rule files and the cases beside them, and prove what can be proved.

    PATH is a file or a folder; without one, ./rules, or else the folder you are in.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"`--json` and `--format {form}` are two answers")
    from ..render import counted, plural

    asked = existing(paths)
    library = library_around(asked, rules)
    files = tuple(dict.fromkeys(each for path in asked for each in _files(path)))
    checked = check_files(files, library)
    guard = guarded(asked, library, against)
    apart = library.disagreements() if any(path.is_dir() for path in asked) else _disagreements(files)
    every = [*(found for each in checked for found in each.found), *guard.found, *apart]
    found = tuple(sorted(dict.fromkeys(every), key=lambda each: each.order))
    errors, warnings = counted(found)
    _print(found, "json" if as_json else form or "text")
    quiet = as_json or form == "json"  # stdout is for the findings alone
    said = f"{plural(len(files), 'file')} checked: {plural(errors, 'error')}, {plural(warnings, 'warning')}"
    print(said, file=sys.stderr if quiet else sys.stdout)
    for line in (*_proofs([each.report for each in checked if each.report is not None]), *guard.said):
        options.say(line)
    if saved is not None:
        options.say(save(files, library, saved))
    if not files:
        options.say("there is no rule file here; `markscheme new DIRECTORY` makes one to start from")
    unproved = strict and any(each.code == _NOT_PROVED for each in found)
    return 1 if errors or unproved or not files else 0


def _disagreements(files: Sequence[Path]) -> Iterator[Diagnostic]:
    """What single files, and others of their folder of rules, say otherwise."""
    import os

    from ..library import Library, root_of

    libraries: dict[Path, Library] = {}
    for path in files:
        home = root_of(path)
        if home is None:
            continue
        near = home if path.is_absolute() else Path(os.path.relpath(home))
        library = libraries.setdefault(near, Library([near]))
        id = "/".join(path.absolute().parts[-3:-1])
        own = str(near / path.absolute().relative_to(home))
        for found in library.disagreements(id):
            spans = [found.span, *(label.span for label in found.labels)]
            if any(span is not None and span.source.name == own for span in spans):
                yield found


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


_MEANS = {"typing": "by typing", "enumeration": "by walking", "z3": "by z3", "tests": "by example"}


def _proofs(reports: Sequence[Report]) -> Iterator[str]:
    """What is proved of each methodology, what is given up, and where withholding helps."""
    from ..render import plural

    for report in reports:
        means = [
            f"{count:,} {_MEANS[means]}" + (f" {plural(report.states, 'state')}" if means == "enumeration" else "")
            for means, count in report.means
        ]
        rest = [f"{report.refuted:,} refuted"] if report.refuted else []
        rest += [f"{report.open_:,} not proved"] if report.open_ else []
        yield "; ".join([f"{report.name}: {report.proved:,} proved ({', '.join(means)})", *rest])
        for guarantee, name, because in report.waived:
            yield f"  waived: {guarantee} in {name}: {because}"
        for result, inputs in report.raised:
            yield f"  withholding can raise {result}: {', '.join(inputs)}"
        for result, inputs in report.unknown:
            yield f"  withholding may or may not raise {result}: {', '.join(inputs)}"


# --- which files, and each of them -----------------------------------------------------------------------------------


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


def check_files(files: Sequence[Path], library: Library) -> list[Checked]:
    """What came of each file, in order. What is known of a file that has not changed is not worked out again; the rest
    is shared out among the processors."""
    from ..checking import check_file
    from ..checking.kept import Kept

    kept = Kept(library.folders)
    found: dict[Path, Checked] = {}
    left: dict[Path, tuple[_Task, str | None]] = {}
    for path in files:
        task = _Task(path, path.with_name(path.name.replace(".cases.", ".")) not in files, library.folders)
        key, known = kept.look(path, task.cases_alone)
        if known is None:
            left[path] = task, key
        else:
            found[path] = known
    with progress("checking") as told:
        alone = len(left) < _TOGETHER
        work = (
            ((path, check_file(path, library, task.cases_alone, told if len(left) == 1 else _silent))
             for path, (task, _) in left.items())
            if alone
            else _shared([task for task, _ in left.values()], library)
        )  # fmt: skip
        for done, (path, checked) in enumerate(work, 1):
            found[path] = checked
            key = left[path][1]
            if key is not None:
                kept.keep(path, left[path][0].cases_alone, key, checked)
            if len(left) > 1:
                told(done, len(left))
    return [found[path] for path in files]


def _silent(done: int, of: int) -> None:
    pass


def _shared(tasks: Sequence[_Task], library: Library) -> Iterator[tuple[Path, Checked]]:
    """Each file in one of several processes, as they come, the longest first; or in this one, where others cannot be
    started or do not live."""
    from ..checking import check_file

    left = {task.path: task for task in sorted(tasks, key=_size)}
    try:
        for path, checked in _elsewhere(list(left.values())):
            del left[path]
            yield path, checked
    except (ImportError, OSError, RuntimeError):  # no semaphores, no room, or killed
        pass
    for path, task in left.items():
        yield path, check_file(path, library, task.cases_alone)


def _size(task: _Task) -> int:
    return -task.path.stat().st_size if task.path.is_file() else 0


def _elsewhere(tasks: Sequence[_Task]) -> Iterator[tuple[Path, Checked]]:
    import os
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    workers = min(os.cpu_count() or 1, 8, len(tasks))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        with _nameless():
            running = {pool.submit(_checked, task): task.path for task in tasks}
        for done in as_completed(running):
            yield running[done], done.result()


@contextmanager
def _nameless() -> Iterator[None]:
    """A process that is started runs the script that started it again, unless that cannot be found: it need not be
    one that can be run twice."""
    main = sys.modules["__main__"]
    kept: dict[str, object] = {name: vars(main)[name] for name in ("__file__", "__spec__") if name in vars(main)}
    try:
        vars(main).pop("__file__", None)
        main.__spec__ = None
        yield
    finally:
        vars(main).update(kept)


def _checked(task: _Task) -> Checked:
    from ..checking import check_file
    from ..library import Library

    return check_file(task.path, Library(task.folders), task.cases_alone)


def _files(path: Path) -> Iterator[Path]:
    from ..editions import is_cases, yaml_files

    if path.is_dir():
        yield from yaml_files(path)
        return
    yield path
    cases = path.with_suffix(".cases.yaml")
    if not is_cases(path) and cases.is_file():
        yield cases
