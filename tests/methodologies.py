"""Every methodology there is: those shipped, those of other fields in examples/elsewhere and the samples of the tests,
found by walking the folders. None is named here, so that a rule file added later is tested by being there.

Tests that draw records try every one, but of a large methodology the latest version only, where nobody asked for
`MARKSCHEME_PROFILE=thorough`: the versions of one are alike. What is proved, and cases, are of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from examples import THOROUGH

from markscheme.cases import Case, read_cases
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.files import open_source
from markscheme.ir import Program
from markscheme.library import Library
from markscheme.render import all_as_text
from markscheme.shipped import shipped
from markscheme.space import Space

SAMPLES = Path(__file__).parent / "samples"
ELSEWHERE = Path(__file__).parent.parent / "examples" / "elsewhere"
LIBRARY = Library([shipped("rules"), ELSEWHERE, SAMPLES])


@dataclass(frozen=True)
class Subject:
    """A rule file, the program it compiles to and the records that it takes."""

    path: Path
    source: Source
    program: Program
    space: Space

    @property
    def cases(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.cases.yaml")

    def __str__(self) -> str:
        return f"{self.program.id}@{self.program.version}"


def cases_of(subject: Subject) -> tuple[Case, ...]:
    """The cases beside a rule file, which is read once."""
    if subject.path not in _CASES:
        source = open_source(subject.cases)
        assert isinstance(source, Source), source
        cases, found = read_cases(source, subject.program)
        assert cases
        assert not found, found
        _CASES[subject.path] = cases
    return _CASES[subject.path]


_CASES: dict[Path, tuple[Case, ...]] = {}


def compiled_text(text: str) -> Program:
    """The program of a rule file written in a test, or changed by one."""
    program, found = compile_source(Source("<text>", text), SAMPLES / "none.yaml", LIBRARY.linked)
    assert program is not None, all_as_text(found)
    return program


def _compiled(path: Path) -> Subject:
    program, found = LIBRARY.program(path)
    assert program is not None, all_as_text(found)
    source = open_source(path)
    assert isinstance(source, Source)
    return Subject(path, source, program, Space(program))


PUBLISHED, OF_OTHER_FIELDS, _SAMPLES = (tuple(_compiled(path) for path in files) for files in LIBRARY.files)
EVERY = (*PUBLISHED, *OF_OTHER_FIELDS, *_SAMPLES)
LARGE = 1_000  # the cost of a program from which on rating a record takes milliseconds


def latest(subject: Subject) -> bool:
    """Whether it is the last version of its methodology."""
    own = [each.program.version for each in EVERY if each.program.id == subject.program.id]
    return subject.program.version == max(own)


TRIED = tuple(each for each in EVERY if THOROUGH or each.program.cost < LARGE or latest(each))

every_methodology = pytest.mark.parametrize("subject", TRIED, ids=str)
every_published = pytest.mark.parametrize("subject", [each for each in TRIED if each not in _SAMPLES], ids=str)
