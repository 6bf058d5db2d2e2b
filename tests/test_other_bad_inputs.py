"""Inputs of the kinds that test_bad_inputs.py lists, but other ones: tables and sets kept in files, figures, streams,
places to write to. Each ends in words and a place, in bounded time and memory, with nothing touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import within

from markscheme.cli import main
from markscheme.codes import BASE

RULES = "rules:\n      - {when: any of judged are poor, then: poor}\n      - {otherwise: banded}"
HEAD = "banded,score,overall\n"
WHOLE = "good,-,good\nfair,-,fair\npoor,-,poor\n"
Found = list[dict[str, object]]


def edited(*pairs: tuple[str, str]) -> str:
    text = BASE
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(place: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Found]:
    """The errors of a rule file, which are found in two seconds."""

    def check(text: str) -> Found:
        (place / "m.yaml").write_text(text, encoding="utf-8")
        before = sorted(each.name for each in place.iterdir())
        with within(2):
            status = main(["check", "m.yaml", "--json"])
        assert sorted(each.name for each in place.iterdir()) == before
        found: Found = [each for each in json.loads(capsys.readouterr().out) if each["severity"] == "error"]
        assert status == (1 if found else 0)
        return found

    return check


Check = Callable[[str], Found]

# --- tables, sets and parameters kept in files -----------------------------------------------------------------------

TABLES: list[tuple[str, str | bytes, str | None, int]] = [
    ("as it should be", HEAD + WHOLE, None, 0),
    ("byte order mark", b"\xef\xbb\xbf" + (HEAD + WHOLE).encode(), None, 0),
    ("line ends of Windows", (HEAD + WHOLE).replace("\n", "\r\n"), None, 0),
    ("blank lines", (HEAD + WHOLE).replace("\n", "\n\n  \n"), None, 0),
    ("quoted cells", HEAD + WHOLE.replace("good,-,good", '"good" ,"-","good"'), None, 0),
    ("line ends of old", (HEAD + WHOLE).replace("\n", "\r"), "MS101", 1),
    ("text after a quote", HEAD + WHOLE.replace("good,", '"good"x,', 1), "MS310", 2),
    ("quote never closed", HEAD + WHOLE.replace("poor,", '"poor,', 1), "MS310", 4),
    ("a column twice", HEAD.replace("score", "banded") + WHOLE, "MS310", 1),
    ("a column after the outcome twice", "banded,overall,cite,cite\ngood,good,,\n", "MS310", 1),
    ("no column but the outcome", "overall\ngood\n", "MS310", 1),
    ("a character not seen", HEAD + WHOLE.replace("fair,", "fair\u200b,", 1), "MS101", 3),
    ("a character that turns text", HEAD + WHOLE.replace("fair,", "\u202efair,", 1), "MS101", 3),
    ("an escape", HEAD + WHOLE.replace("fair,", "\x1b[31mfair,", 1), "MS101", 3),
    ("a NUL", HEAD + WHOLE.replace("fair,", "fa\0ir,", 1), "MS101", 3),
    ("2 MB of commas", HEAD + "," * 1_900_000, "MS310", 2),
    ("2 MB of header", "a," * 900_000 + "a\n1\n", "MS310", 1),
    ("2 MB of lines", HEAD + "\n" * 1_900_000, "MS310", 1),
    ("2 MB of quotes", HEAD + '"' * 1_900_001, "MS310", 2),
    ("2 MB of rows", HEAD + "good,-,good\n" * 140_000, "MS310", 10_002),
    ("2 MB of rows that are too short", HEAD + "x\n" * 900_000, "MS310", 10_002),
]


@pytest.mark.parametrize(("text", "code", "line"), [each[1:] for each in TABLES], ids=[each[0] for each in TABLES])
def test_a_table_in_a_file(place: Path, check: Check, text: str | bytes, code: str | None, line: int) -> None:
    (place / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    found = check(edited((RULES, "table: {file: t.csv}")))
    assert {(each["code"], each["file"], each["line"]) for each in found} == (
        {(code, "t.csv", line)} if code else set()
    )


SETS = [
    ("as it should be", "member,weight\nsafe,1\ncaring,2\n", None),
    ("a title with an escape", "member,title\nsafe,\x1b[31mred\ncaring,b\n", "MS101"),
    ("a title that turns text", "member,title\nsafe,\u202edas\ncaring,b\n", "MS101"),
    ("more members than a set has", "member\n" + "".join(f"m{n}\n" for n in range(10_001)), "MS310"),
    ("200,000 members", "member\n" + "".join(f"m{n}\n" for n in range(200_000)), "MS310"),
    ("a million columns", "a," * 900_000 + "a\n1\n", "MS310"),
    ("a column twice", "member,weight,weight\nsafe,1,1\ncaring,2,2\n", "MS310"),
]


@pytest.mark.parametrize(("text", "code"), [each[1:] for each in SETS], ids=[each[0] for each in SETS])
def test_a_set_in_a_file(place: Path, check: Check, text: str, code: str | None) -> None:
    (place / "members.csv").write_text(text, encoding="utf-8")
    found = check(edited(("[safe, caring]", "{file: members.csv}")))
    assert [(each["code"], each["file"]) for each in found] == ([(code, "members.csv")] if code else [])
