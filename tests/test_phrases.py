"""Phrases of handbooks and spreadsheets, each with exactly what its author is told.

`UPDATE=1 pytest tests/test_phrases.py` writes what is told in `golden/phrases.txt` again; read the difference. A new
phrase is a line `condition: …` there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme import syntax
from markscheme.diagnostics import Diagnostic, Findings, Source, Span
from markscheme.syntax import phrasebook, slips

GOLDEN = Path(__file__).parent / "golden" / "phrases.txt"
ENTRY = re.compile(r"^(condition|formula|outcome|cell|values): (.+)$", re.MULTILINE)


def entries() -> Iterator[tuple[syntax.Start, str]]:
    for found in ENTRY.finditer(GOLDEN.read_text(encoding="utf-8")):
        yield found[1], found[2]  # type: ignore[misc]


def told(start: syntax.Start, text: str) -> tuple[Diagnostic, ...]:
    source, findings = Source("x", text), Findings()
    syntax.parse(start, syntax.Phrase(text, lambda a, b: Span(source, a, b)), findings)
    return findings.all()


def printed(start: syntax.Start, text: str) -> str:
    (only,) = told(start, text)
    assert only.span is not None
    caret = " " * (len(start) + 2 + only.span.start) + "^" * len(only.span.text)
    return f"{start}: {text}\n{caret}\n{only.message}\nhelp: {only.hint}\n"


def test_the_author_is_told_exactly_this() -> None:
    said = "\n".join(printed(start, text) for start, text in entries())
    if os.environ.get("UPDATE"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8")


def test_what_can_be_pasted_is_a_rule() -> None:
    pasted = 0
    for start, text in entries():
        (only,) = told(start, text)
        assert only.hint
        assert len(only.message) <= 90
        if found := re.fullmatch(r"`([^`]+)`", only.hint):
            assert told(start, found[1]) == (), f"{text}: {only.hint}"
            pasted += 1
    assert pasted > 100


def test_every_row_of_the_phrasebook_is_told_of_some_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[phrasebook.Row] = []
    found = phrasebook._found
    monkeypatch.setattr(phrasebook, "_found", lambda row, *rest: used.append(row) or found(row, *rest))
    for start, text in entries():
        told(start, text)
    assert [row.pattern.pattern for row in phrasebook.ROWS if row not in used] == []


WORDS = sorted({word for _, text in entries() for word in re.findall(r"[a-z0-9_]+|[(),]", text)})


@given(st.sampled_from(["condition", "formula", "outcome", "cell", "values"]), st.lists(st.sampled_from(WORDS)))
def test_words_of_handbooks_in_any_order_are_told_of_in_words(start: syntax.Start, words: list[str]) -> None:
    text = " ".join(words)
    for each in told(start, text):
        assert each.span is not None
        assert 0 <= each.span.start <= each.span.end <= len(text)
        assert len(each.message) <= 90


def test_in_a_rule_that_can_be_read_no_phrase_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "phrase_at", None)
    for text in (
        "over is under",
        "at least half of either are several",
        "a is both or unless is the or of_it is otherwise",
    ):
        assert told("condition", text) == ()
