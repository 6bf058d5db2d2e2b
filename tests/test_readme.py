"""What the README shows is what happens: its example file rates as it says, its Python runs as it stands."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context

from markscheme.cli import commands, main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shops.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "shops.csv").write_text(blocks("csv")[0], encoding="utf-8")
    return tmp_path


def test_the_example_rates_as_the_readme_says(shops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(line: str, status: int) -> str:
        assert main(shlex.split(line.removeprefix("$ markscheme "))) == status
        said = capsys.readouterr()
        return said.out + said.err

    _, check, rate, explain = blocks("console")[0].strip().splitlines()
    assert "0 errors" in run(check, 0)
    run(f"{rate} -o out.csv --rejects rejects.csv", 1)  # one reject, and none is allowed for
    with (shops / "out.csv").open(encoding="utf-8", newline="") as file:
        assert {row["shop"]: row["overall"] for row in csv.DictReader(file)} == {
            "Alder Stores": "good",
            "Birch & Sons": "poor",
        }
    with (shops / "rejects.csv").open(encoding="utf-8", newline="") as file:
        (reject,) = csv.DictReader(file)
        assert (reject["shop"], reject["value"]) == ("Cedar Market", "god")
        assert reject["hint"].startswith("did you mean `good`?")
    assert "3 records: 2 rated, 0 unrated, 1 rejected" in run(rate, 1)
    assert "at least 2 of ratings are poor" in run(explain, 0)


def test_the_python_examples_run_as_they_stand(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text("\n".join(blocks("python")), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "Overall rating: Good" in done.stdout
    assert "Counts(records=2, rated=2, unrated=0, rejected=0) ['good', 'requires_improvement']" in done.stdout


def test_every_command_is_in_the_readme() -> None:
    table = README.split("| command |")[1].split("\n\n")[0]
    for name in commands.list_commands(Context(commands)):
        assert re.search(rf"`(markscheme )?{name}\b", table), name


def test_what_ships_is_what_the_readme_says() -> None:
    shipped: dict[str, list[str]] = {}
    for path in sorted((ROOT / "rules").glob("*/*/*.yaml")):
        if not path.name.endswith(".cases.yaml"):
            shipped.setdefault(f"{path.parts[-3]}/{path.parts[-2]}", []).append(path.stem)
    for id, versions in shipped.items():
        assert f"| `{id}` | {', '.join(versions)} |" in README


def test_what_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    for target in re.findall(r"\(`(tests/[^`]+)`", README):
        assert (ROOT / target).exists(), target
