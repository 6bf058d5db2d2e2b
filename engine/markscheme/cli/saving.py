"""`check --save-case FILE`: the records that refute what must hold, written as cases. Knows no rule and no layout of
YAML: what it would write is read back, and refused where it says anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..cases import Case
    from ..ir import Program
    from ..library import Library

option = click.option(
    "--save-case", "saved", metavar="FILE", type=Path, help="Write the records that break what must hold as cases."
)


def save(files: Sequence[Path], library: Library, target: Path) -> str:
    """Writes them into a cases file, new or not, and says how many. Raises ClickException, and then writes nothing."""
    from ..editions import is_cases
    from ..render import plural

    if not is_cases(target):
        raise click.ClickException(f"`{target}` would not be read as cases: name it `….cases.yaml`")
    broken = []
    for path in dict.fromkeys(each for each in files if not is_cases(each)):
        program, wrong = library.program(path)
        if program is not None and not any(each.severity == "error" for each in wrong):
            broken += [(program, records)] if (records := dict(_records(program))) else []
    if not broken:
        return f"no record breaks what must hold, so nothing is written to {target}"
    if len(broken) > 1:
        names = " and ".join(f"{program.id}@{program.version}" for program, _ in broken[:2])
        raise click.ClickException(f"a cases file is for one methodology, not for {names}: check one file at a time")
    program, records = broken[0]
    before, old = _there(target, program)
    new = {name: text for name, text in records.items() if name not in {case.name for case in old}}
    if not new:
        return f"{target} has {'it' if len(records) == 1 else 'them'} already"
    _write(target, _with(target, before, old, new, program))
    return f"{plural(len(new), 'case')} written to {target}, `unreviewed`: what came out is not yet what should"


def _records(program: Program) -> Iterator[tuple[str, str]]:
    """Each record as a case, named after what it breaks."""
    from ..saved import case_text
    from ..verify import verify

    for verdict in verify(program, only=lambda asked: asked.required).verdicts:
        if verdict.holds or verdict.example is None:
            continue
        traces, said = verdict.example.traces, verdict.obligation.text.replace("`", "")
        for number, trace in enumerate(traces):
            name = f"not so: {said}" + (f" ({('first', 'second')[number]} record)" if len(traces) == 2 else "")
            yield name, case_text(name, program, trace)


def _there(target: Path, program: Program) -> tuple[str, tuple[Case, ...]]:
    """The text and the cases of the file as it is; the beginning of a new one where there is none."""
    from ..cases import read_cases
    from ..diagnostics import Diagnostic
    from ..document import Mapping, Scalar, read
    from ..files import open_source

    wanted = f"{program.id}@{program.version}"
    if not target.exists():
        return f"methodology: {wanted}\ncases:\n", ()
    source = open_source(target)
    if isinstance(source, Diagnostic):
        raise click.ClickException(source.message)
    top, found = read(source)
    broken = f"`{target}` has errors: mend them first, `markscheme check {target}` names them"
    if any(each.severity == "error" for each in found):
        raise click.ClickException(broken)
    named = top.get("methodology") if isinstance(top, Mapping) else None
    if not isinstance(named, Scalar) or named.text != wanted:
        raise click.ClickException(f"`{target}` is not the cases of {wanted}")
    cases, wrong = read_cases(source, program)
    if any(each.severity == "error" for each in wrong):
        raise click.ClickException(broken)
    return source.text, cases


def _with(target: Path, before: str, old: tuple[Case, ...], new: dict[str, str], program: Program) -> str:
    """The text with the new cases at its end, indented as its list is, or as one that is not indented."""
    from ..cases import read_cases
    from ..diagnostics import Source

    start = before if before.endswith("\n") or not before else f"{before}\n"
    added = "".join(new.values())
    flush = "".join(line.removeprefix("  ") for line in added.splitlines(keepends=True))
    for text in (start + added, start + flush):
        cases, wrong = read_cases(Source(str(target), text), program)
        kept = [(case.name, case.given, case.status) for case in cases[: len(old)]]
        if (
            not any(each.severity == "error" for each in wrong)
            and kept == [(case.name, case.given, case.status) for case in old]
            and [case.name for case in cases[len(old) :]] == list(new)
        ):
            return text
    raise click.ClickException(
        f"`{target}` does not end in its list `cases:`, so nothing can be added: name a new file"
    )


def _write(target: Path, text: str) -> None:
    from ..files import write_atomically

    try:
        with write_atomically(target) as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"`{target}` cannot be written: {error.strerror}") from error
