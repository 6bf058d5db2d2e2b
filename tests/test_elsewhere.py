"""Methodologies of other fields, in examples/elsewhere: each checks clean, passes its cases and rates its invented
data. Knows no rule; finds the folders by walking."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from consoles import commands

from markscheme.cases import read_cases
from markscheme.diagnostics import Source
from markscheme.files import open_source
from markscheme.library import Library
from markscheme.methodology import Methodology
from markscheme.render import all_as_text
from markscheme.trial import run

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = ROOT / "examples" / "elsewhere"
FOLDERS = sorted(path for path in ELSEWHERE.iterdir() if path.is_dir())
LIBRARY = Library([ELSEWHERE])

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def rule_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if not path.name.endswith(".cases.yaml"))


def test_there_are_three_and_the_walk_finds_their_rules() -> None:
    assert len(FOLDERS) >= 3
    assert [path for folder in FOLDERS for path in rule_files(folder)] == sorted(LIBRARY.files[0])


@every_folder
def test_it_checks_clean_and_is_no_longer_than_a_page_or_two(folder: Path) -> None:
    """Its page shows what `check` prints, which tests/test_examples.py holds to be so."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    shown = page.partition(f"\n$ markscheme check {folder.relative_to(ROOT)}\n")[2].partition("```")[0]
    assert re.search(r"^\d files? checked: 0 errors, 0 warnings$", shown, re.MULTILINE)
    for path in rule_files(folder):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


@every_folder
def test_its_cases_pass_and_are_many(folder: Path) -> None:
    for path in rule_files(folder):
        program, found = LIBRARY.program(path)
        assert program is not None, all_as_text(found)
        source = open_source(path.with_name(f"{path.stem}.cases.yaml"))
        assert isinstance(source, Source), source
        cases, wrong = read_cases(source, program)
        assert not wrong
        assert len(cases) >= 15
        assert [each.case.name for each in run(cases, program) if not each.passed] == []


@every_folder
def test_every_rule_of_it_has_a_source_or_says_that_it_has_none(folder: Path) -> None:
    """A step that counts as published cites what it was read in, itself or in every rule and band of its own."""
    for path in rule_files(folder):
        program, _ = LIBRARY.program(path)
        assert program is not None
        for step in program.steps:
            own = [getattr(step.form, "rules", ()), getattr(step.form, "bands", ()), getattr(step.form, "rows", ())]
            notes = [part.note for parts in own for part in parts] or [step.note]
            for note in notes:
                published = note.status == step.note.status == "published"
                assert not published or note.cite or step.note.cite, f"{path.name}: {step.name}"


@every_folder
def test_its_readme_shows_its_cases_its_ratings_and_a_reason(folder: Path) -> None:
    """That they are printed so is for test_examples.py."""
    shown = commands((folder / "README.md").read_text(encoding="utf-8"))
    assert {command.split()[1] for command in shown} == {"check", "test", "rate", "explain"}


@every_folder
def test_none_of_its_invented_records_is_lost(folder: Path) -> None:
    """One is rejected, for a mistake that the README tells of; the others are rated or say why they are not."""
    (path,), (data,) = rule_files(folder), list(folder.glob("*.csv"))
    program, _ = LIBRARY.program(path)
    assert program is not None
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    name = next(iter(rows[0]))
    records = [{key: value for key, value in row.items() if key != name} for row in rows]
    found = list(Methodology(program).rate_many(records))
    rejected = [row[name] for row, each in zip(rows, found, strict=True) if type(each).__name__ == "Reject"]
    assert len(found) == len(rows) >= 5
    assert len(rejected) == 1
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(each.split()[-1] in readme for each in rejected)
