"""A git repository with a small methodology, and the command run in it. Knows no finding."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from markscheme.cli import main
from markscheme.cli.against import guarded
from markscheme.cli.check import library_around

RULES = """\
markscheme: 1
id: example/first
version: "1"
title: An example
in_force: {from: "2024-01-01"}
sources: {guide: {title: The guide, url: "https://example.org/guide"}}
scales:
  rating: [poor, fair, good]
sets:
  questions: [safe, caring]
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: poor}}
  score: {type: number, decimals: 1, min: 0, max: 100, unit: "%", better: higher}
measures:
  banded:
    scale: rating
    bands: {of: score, rows: [{at_least: 80, is: good}, {at_least: 50, is: fair}, {otherwise: poor}]}
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: poor, cite: guide}
      - {otherwise: banded}
results: [banded, overall]
guarantees:
  - overall never worsens when judged improve
  - withholding judged never raises overall
  - never: overall is at least fair and any of judged are poor
  - always: banded is good or score is less than 80
waive:
  - {guarantee: monotone, in: overall, because: the guide says so of first ratings}
"""
CASES = """\
methodology: example/first@1
cases:
  - name: all good
    given: {judged: {safe: good, caring: good}, score: 90}
    expect: {overall: good, banded: good}
    cite: guide
  - name: one poor
    given: {judged: {safe: poor, caring: good}, score: 90}
    expect: {overall: poor}
  - name: bands
    given: {judged: good}
    table: |
      score || banded | status
      80    || good   | published
      79.9  || fair   | derived
"""
Edit = tuple[str, str]


class Repository:
    """A git repository with a folder of rules, and the command run in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.rules = folder / "rules/example/first/1.yaml"
        self.cases = folder / "rules/example/first/1.cases.yaml"
        self.git("init", "-q", "-b", "main")
        self.write(self.rules, RULES)
        self.write(self.cases, CASES)
        self.commit("as it was")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *arguments], cwd=self.folder, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str = "a change") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, path: Path, *edits: Edit) -> None:
        text = path.read_text("utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str]:
        self.capsys.readouterr()
        status = main(arguments)
        said = self.capsys.readouterr()
        return status, said.out + said.err

    def against(self, ref: str = "HEAD", *paths: str) -> tuple[int, str]:
        return self.run("check", *(paths or ("rules",)), "--against", ref)

    def codes(self, ref: str | None = "HEAD", *paths: str) -> list[str]:
        """What the guard alone says, without what else `check` reads and proves; without `ref`, of locks."""
        asked = tuple(Path(path) for path in paths or ("rules",))
        found = guarded(asked, library_around(asked, None), ref).found
        return [each.code for each in sorted(found, key=lambda each: each.order)]


def guards(said: str) -> list[str]:
    return re.findall(r"^(?:error|warning)\[(MS85.)\]", said, re.MULTILINE)


def made(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository to be in, whatever the settings of whoever runs the tests."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    home.mkdir()
    monkeypatch.chdir(home)
    return Repository(home, capsys)
