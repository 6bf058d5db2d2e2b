"""`test`: runs cases and shows where what came out is not what was expected. Knows no rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .check import existing, library_around

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..trial import CaseOutcome


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=Path)
@options.rules
@options.as_json
def test(paths: tuple[Path, ...], rules: Path | None, as_json: bool) -> int:
    """Run cases: what a methodology must give.

    PATH is a file or a folder; without one, ./rules, or else the folder you are in.
    """
    from ..failed import failed_text
    from ..render import colourful, counted, json_text, plural
    from ..trial import run_cases

    given = existing(paths)
    library = library_around(given, rules)
    outcomes: list[CaseOutcome] = []
    found: dict[Diagnostic, None] = {}
    files = tuple(dict.fromkeys(each for path in given for each in _cases_files(path)))
    for path in files:
        ran, wrong = run_cases(path, library)
        outcomes += ran
        found |= dict.fromkeys(wrong)
    errors, _ = counted(found)
    failed = [each for each in outcomes if not each.passed]
    if as_json:
        print(json_text([_as_json(each) for each in outcomes]))
    else:
        for each in failed:
            print(failed_text(each, colourful(sys.stdout)) + "\n")
    options.say_findings(found)
    said = f"{plural(len(outcomes), 'case')} in {plural(len(files), 'file')}: {len(failed):,} failed"
    if errors:
        said += f"; {plural(errors, 'error')} kept cases from running"
    print(said, file=sys.stderr if as_json else sys.stdout)
    if not outcomes and not errors:
        options.say("no case ran: cases stand in `NAME.cases.yaml` beside the rule file `NAME.yaml`")
    return 1 if failed or errors or not outcomes else 0


def _cases_files(path: Path) -> Iterator[Path]:
    from ..editions import is_cases, yaml_files

    if path.is_dir():
        yield from (each for each in yaml_files(path) if is_cases(each))
    elif is_cases(path):
        yield path
    elif path.with_suffix(".cases.yaml").exists():
        yield path.with_suffix(".cases.yaml")


def _as_json(outcome: CaseOutcome) -> dict[str, object]:
    from ..intake.headings import label

    span = outcome.case.span
    failures: Sequence[dict[str, str]] = [
        {"result": label(each.expected.key), "expected": each.expected.said, "got": each.got}
        for each in outcome.failures
    ]
    return {
        "name": outcome.case.name,
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "status": outcome.case.status,
        "passed": outcome.passed,
        "failures": failures,
    }
