"""Methodologies of other fields, in examples/elsewhere: each checks clean, passes its cases, rates its invented data,
and prints what its README shows. Knows no rule; finds the folders by walking."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from markscheme.cases import read_cases
from markscheme.cli import main
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
def test_it_checks_clean_and_is_no_longer_than_a_page_or_two(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", str(folder)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
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


# --- what its README shows -------------------------------------------------------------------------------------------


def shown(folder: Path) -> list[tuple[str, list[str]]]:
    """The commands in the README, each with the lines that it says are printed."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ markscheme "), []))
            else:
                found[-1][1].append(line)
    return found


def as_shown(printed: list[str], shown: list[str]) -> bool:
    """Line for line; a line `…` stands for any that were left out."""
    if not shown:
        return not printed
    if shown[0] == "…":
        return any(as_shown(printed[start:], shown[1:]) for start in range(len(printed) + 1))
    return bool(printed) and printed[0] == shown[0] and as_shown(printed[1:], shown[1:])


@every_folder
def test_the_commands_of_its_readme_print_what_it_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    commands = shown(folder)
    assert {shlex.split(command)[0] for command, _ in commands} == {"test", "rate", "explain"}
    for command, lines in commands:
        assert main(shlex.split(command)) in (0, 1)  # 1: the invented data have a reject, to be seen
        said = capsys.readouterr()
        assert as_shown([*said.out.splitlines(), *said.err.splitlines()], lines), said.out + said.err


def test_what_is_shown_is_held_against_what_is_printed() -> None:
    assert as_shown(["a", "b", "c"], ["a", "…", "c"])
    assert as_shown(["a"], ["a", "…"])
    assert not as_shown(["a", "b"], ["a"])
    assert not as_shown(["a", "b"], ["…", "c"])
    assert not as_shown([], ["a"])


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
