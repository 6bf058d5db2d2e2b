"""Whether a methodology gives what its cases expect. Knows no text of a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .cases import Case, Expected, read_cases
from .diagnostics import Diagnostic, Source, suggestion
from .document import Mapping, Scalar, read
from .explain.wording import words_of
from .files import open_source
from .ir import AbsenceRule, Absent, Present, Program, Value
from .methodology import Result, rate_values

if TYPE_CHECKING:
    from .library import Library


@dataclass(frozen=True, slots=True)
class Failure:
    """`got` is what came out instead."""

    expected: Expected
    got: str


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    case: Case
    result: Result
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run(cases: Sequence[Case], program: Program) -> Iterator[CaseOutcome]:
    """Rates what each case gives, and compares."""
    words = words_of(program)
    for case in cases:
        result = rate_values(program, case.given)
        failures = []
        for expected in case.expected:
            value = result.trace.outcomes[expected.key].value
            if not _agree(expected.value, value):
                failures.append(
                    Failure(
                        expected,
                        value.reason
                        if isinstance(value, Absent)
                        else words.exact(value, words.steps[expected.key[0]].type) or "",
                    )
                )
        yield CaseOutcome(case, result, tuple(failures))


def run_cases(path: Path, library: Library) -> tuple[tuple[CaseOutcome, ...], tuple[Diagnostic, ...]]:
    """Runs a cases file against the rule file it names: the one beside it, or one of the library."""
    program, cases, found = load_cases(path, library)
    if program is None or any(each.severity == "error" for each in found):
        return (), found
    return tuple(run(cases, program)), found


def load_cases(path: Path, library: Library) -> tuple[Program | None, tuple[Case, ...], tuple[Diagnostic, ...]]:
    """The cases of a file and the program they are for, with what is wrong with the cases file or, where that has no
    program, with the rule file."""
    source = open_source(path)
    if isinstance(source, Diagnostic):
        return None, (), (source,)
    program, wrong = _program(path, source, library)
    cases, more = read_cases(source, program)
    return program, cases, (*wrong, *more)


def _program(path: Path, source: Source, library: Library) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program that a cases file is for."""
    top, _ = read(source)
    named = top.get("methodology") if isinstance(top, Mapping) else None
    if not isinstance(named, Scalar):
        return None, ()  # the file's shape is wrong, which is said elsewhere
    beside = path.with_name(path.name.replace(".cases.", "."))
    found = library.editions(named.text.partition("@")[0]).get(named.text)
    rules = beside if beside.is_file() else found.path if found else None
    if rules is None:
        near = suggestion(named.text, library.editions())
        hint = near or f"put the rule file beside it: `{beside.name}`"
        return None, (Diagnostic("MS704", f"there is no methodology `{named.text}`", named.span, hint),)
    program, wrong = library.program(rules)
    if program is not None and named.text != f"{program.id}@{program.version}":
        message = f"the rule file beside this one is `{program.id}@{program.version}`"
        return None, (Diagnostic("MS704", message, named.span, f"methodology: {program.id}@{program.version}"),)
    return program, tuple(each for each in wrong if each.severity == "error")


def _agree(expected: Present | AbsenceRule, value: Value) -> bool:
    if isinstance(expected, AbsenceRule):
        return isinstance(value, Absent) and value.reason == expected.reason
    return not isinstance(value, Absent) and value == expected
