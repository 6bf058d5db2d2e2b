"""Golden files: each rule file in `diagnostics/`, and exactly what its author is told.

`UPDATE=1 pytest tests/test_diagnostics.py` writes the `.txt` files again; read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from markscheme.cli import main

FOLDER = Path(__file__).parent / "diagnostics"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml") if not path.name.endswith(".cases.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_the_author_is_told_exactly_this(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    status = main(["check", name])
    told = capsys.readouterr().out
    golden = (FOLDER / name).with_suffix(".txt")
    if os.environ.get("UPDATE"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")
    assert status == (1 if "error[" in told else 0)


def test_every_golden_file_belongs_to_a_rule_file() -> None:
    assert sorted(path.with_suffix(".yaml").name for path in FOLDER.glob("*.txt")) == FILES
