"""`lock`: writes down which versions are published; `check` fails when one says something else. Knows no rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .against import rule_files
from .check import existing, library_around

if TYPE_CHECKING:
    from ..guard.publication import Publishing


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=Path)
@options.rules
@click.option("--because", metavar="TEXT", default="", help="Why what is published already is corrected or withdrawn.")
def lock(paths: tuple[Path, ...], rules: Path | None, because: str) -> int:
    """Write down that versions are published.

    PATH is a rule file or a folder; without one, ./rules, or else the folder you are in. From now on `check` fails when
    one of these versions says something else. They stand in `published.lock`, which belongs to the rules and is
    committed with them.
    """
    from ..echo import escaped
    from ..files import write_atomically
    from ..guard.lock import lock_text
    from ..guard.reasons import is_reason

    if because and not is_reason(because):
        raise click.UsageError("`--because` says why, in words")
    publishings = _publishings(existing(paths), rules, escaped(" ".join(because.split())))
    wrong = tuple(dict.fromkeys(found for each in publishings for found in each.found))
    if wrong:
        options.say_findings(wrong)
        options.say("nothing was written")
        return 1
    for each in publishings:
        if each.changed:
            with write_atomically(each.path) as file:
                file.write(lock_text(each.lines))
        print(_said(each))
    if not publishings:
        options.say("there is no rule file here; `markscheme new DIRECTORY` makes one to start from")
        return 1
    return 0


def _publishings(paths: tuple[Path, ...], rules: Path | None, because: str) -> list[Publishing]:
    from datetime import date

    from ..guard.lock import LOCK, lock_of
    from ..guard.publication import near, publish
    from ..library import root_of

    library = library_around(paths, rules)
    files: dict[Path, list[Path]] = {}
    for path in paths:
        for file in rule_files([path]):
            own = path if path.is_dir() else root_of(file) or file.absolute().parent
            files.setdefault(near(lock_of(file) or own / LOCK), []).append(file)
        if path.is_dir() and (path / LOCK).is_file():
            files.setdefault(near(path.absolute() / LOCK), [])
    folders = {path.resolve() for path in paths if path.is_dir()}
    today = date.today().isoformat()
    return [
        publish(target, each, library, today, because, target.absolute().parent.resolve() in folders)
        for target, each in ((near(target.absolute()), each) for target, each in files.items())
    ]


def _said(publishing: Publishing) -> str:
    from ..echo import escaped
    from ..guard.lock import WITHDRAWN
    from ..render import plural

    kept = sum(each.digest != WITHDRAWN for each in publishing.lines.values()) - len(publishing.added)
    parts = [
        f"{what} {', '.join(names)}"
        for what, names in (
            ("published", publishing.added),
            ("corrected", publishing.corrected),
            ("withdrawn", publishing.withdrawn),
        )
        if names
    ]
    kept -= len(publishing.corrected)
    rest = f"{plural(kept, 'version')} as published before"
    return f"{escaped(str(publishing.path))}: {'; '.join([*parts, rest] if kept or not parts else parts)}"
