"""The hooks that users of pre-commit name: what they look at, and that good rule files pass and bad ones do not."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from consoles import ROOT, ran

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
GOOD = ROOT / "rules" / "cqc" / "gp-practice" / "2021-10.yaml"


def run(hook: dict[str, object]) -> tuple[int, str]:
    """As pre-commit does, in the folder it is in."""
    return ran(shlex.join([*shlex.split(str(hook["entry"])), *map(str, hook["args"])]))  # type: ignore[call-overload]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one good methodology."""
    folder = tmp_path / "rules" / "cqc" / "gp-practice"
    folder.mkdir(parents=True)
    for path in (GOOD, GOOD.with_suffix(".cases.yaml")):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return folder


def test_they_are_these_and_need_nothing_but_what_is_installed() -> None:
    assert list(HOOKS) == ["markscheme-check", "markscheme-test"]
    for hook in HOOKS.values():
        assert {"id", "name", "description", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False, "the whole folder is looked at"


@pytest.mark.parametrize("name", ["rules/a/b/1.yaml", "rules/a/b/1.cases.yml", "rules/a/b/thresholds.csv"])
def test_they_run_where_a_rule_file_its_cases_or_its_tables_changed(name: str) -> None:
    assert all(re.search(hook["files"], name) for hook in HOOKS.values())


@pytest.mark.parametrize("name", ["docker-compose.yaml", "deploy/rules/a.yaml", "rules/README.md"])
def test_they_do_not_run_for_anything_else(name: str) -> None:
    assert not any(re.search(hook["files"], name) for hook in HOOKS.values())


@pytest.mark.parametrize("hook", HOOKS.values(), ids=list(HOOKS))
def test_a_good_repository_passes(rules: Path, hook: dict[str, object]) -> None:
    status, said = run(hook)
    assert status == 0, said


@pytest.mark.parametrize("hook", HOOKS.values(), ids=list(HOOKS))
def test_an_error_stops_a_commit_and_is_shown_in_its_place(rules: Path, hook: dict[str, object]) -> None:
    path = rules / GOOD.name
    path.write_text(
        path.read_text(encoding="utf-8").replace("then: inadequate", "then: inadequat", 1), encoding="utf-8"
    )
    status, said = run(hook)
    assert status == 1
    assert "error[MS402]" in said
    assert "rules/cqc/gp-practice/2021-10.yaml:" in said


def test_a_case_that_fails_stops_a_commit(rules: Path) -> None:
    path = rules / "2021-10.cases.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("expect: {overall: requires_improvement}", "expect: {overall: good}", 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    assert run(HOOKS["markscheme-check"])[0] == 0, "what a case expects is for the other hook"
    status, said = run(HOOKS["markscheme-test"])
    assert status == 1
    assert "expected good, got requires_improvement" in said
