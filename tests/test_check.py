"""What `check` says of proofs, through the command line: what is given up, what is open, where that ends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fragments import splice

from markscheme import smt
from markscheme.cli import main
from markscheme.codes import registry

OPEN, CLOSED = (splice(text) for text in (registry()["MS806"].wrong, registry()["MS806"].right))
WAIVED = (
    splice(registry()["MS801"].wrong) + 'waive: [{guarantee: monotone, in: overall, because: "as printed, page 9"}]\n'
)


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(smt, "SECONDS", 1.0)  # for what no time is enough
    monkeypatch.setenv("MARKSCHEME_CACHE", "")
    monkeypatch.chdir(tmp_path)


def said(text: str, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    Path("rules.yaml").write_text(text, "utf-8")
    status = main(["check", "rules.yaml", *words])
    return status, *capsys.readouterr()


def test_what_is_not_proved_is_a_warning_and_fails_where_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(OPEN, capsys=capsys)
    assert (status, "warning[MS806]: not proved, tested on " in out) == (0, True)
    assert said(OPEN, "--strict", capsys=capsys)[0] == 1
    assert said(CLOSED, "--strict", capsys=capsys)[0] == 0


def test_what_is_given_up_is_printed_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, told = said(WAIVED, "--strict", capsys=capsys)
    assert (status, "0 errors, 0 warnings" in out) == (0, True)
    assert "  waived: monotone in overall: as printed, page 9\n" in told
    assert said(WAIVED.partition("waive:")[0], capsys=capsys)[0] == 1


def test_proofs_do_not_stand_in_the_way_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, told = said(OPEN, "--json", capsys=capsys)
    assert [each["code"] for each in json.loads(out)] == ["MS806"]
    assert status == 0
    assert "1 not proved" in told
