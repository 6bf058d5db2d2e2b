"""Everything that is to be said of one file: what reading it finds and what is proved of it. Knows no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic
from ..editions import is_cases
from ..trial import load_cases

if TYPE_CHECKING:
    from ..ir import Program
    from ..library import Library
    from ..verify import Verified


@dataclass(frozen=True, slots=True)
class Report:
    """What is proved of a methodology. `means` counts verdicts by how they were reached, `states` what was walked for
    them; `waived` holds each guarantee given up with its measure and reason; `raised` the inputs of which withholding
    values can raise each result, `open` those of which that is not known."""

    name: str  # id@version
    proved: int
    means: tuple[tuple[str, int], ...]
    states: int
    open_: int  # neither proved nor refuted, though it must hold
    refuted: int
    waived: tuple[tuple[str, str, str], ...]
    raised: tuple[tuple[str, tuple[str, ...]], ...]
    unknown: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one file. `report` is None for a cases file, and for a rule file with errors."""

    found: tuple[Diagnostic, ...]
    report: Report | None = None


def check_file(
    path: Path, library: Library, cases_alone: bool = True, progress: Callable[[int, int], None] = lambda done, of: None
) -> Checked:
    """Reads and proves one file. `cases_alone`: what is wrong with the rule file of a cases file is said too; else it
    is said where that is checked."""
    if is_cases(path):
        _, _, wrong = load_cases(path, library)
        return Checked(wrong if cases_alone else tuple(each for each in wrong if _is_in(each, path)))
    program, wrong = library.program(path)
    if program is None or any(each.severity == "error" for each in wrong):
        return Checked(wrong)
    return proved(program, wrong, progress)


def proved(
    program: Program, wrong: tuple[Diagnostic, ...], progress: Callable[[int, int], None] = lambda done, of: None
) -> Checked:
    """What is proved of a methodology that has no errors, beside what was found when it was read."""
    from ..verify import verify
    from ..verify.told import findings

    verified = verify(program, progress)
    return Checked((*wrong, *findings(verified)), report_of(verified))


def report_of(verified: Verified) -> Report:
    """The figures."""
    required = [verdict for verdict in verified.verdicts if verdict.obligation.required]
    means: dict[str, int] = {}
    for verdict in required:
        if verdict.ending == "proved":
            means[verdict.by] = means.get(verdict.by, 0) + 1
    reported = [verdict for verdict in verified.verdicts if verdict.obligation.kind == "withholding"]
    waivers = {(w.guarantee, w.name, w.because) for v in required if (w := v.waiver) is not None}
    return Report(
        name=f"{verified.program.id}@{verified.program.version}",
        proved=sum(means.values()),
        means=tuple(sorted(means.items())),
        states=sum(verdict.states for verdict in required if verdict.by == "enumeration"),
        open_=sum(1 for verdict in required if verdict.ending == "not proved"),
        refuted=sum(1 for verdict in required if not verdict.holds),
        waived=tuple(sorted(waivers)),
        raised=_by_result((v.obligation.subject, v.obligation.input or "") for v in reported if v.ending == "refuted"),
        unknown=_by_result(
            (v.obligation.subject, v.obligation.input or "") for v in reported if v.ending == "not proved"
        ),
    )


def _by_result(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for result, input in pairs:
        found.setdefault(result, []).append(input)
    return tuple((result, tuple(inputs)) for result, inputs in found.items())


def _is_in(found: Diagnostic, path: Path) -> bool:
    return found.span is None or found.span.source.name == str(path)
