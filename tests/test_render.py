"""Findings as a terminal, a program and GitHub get them."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from fractions import Fraction

import pytest

from markscheme.diagnostics import Diagnostic, Label, Problem, Source, Span
from markscheme.render import (
    all_as_text,
    as_github,
    as_json,
    as_text,
    colourful,
    counted,
    json_text,
    problem_as_text,
)

ERROR, WARNING = "MS702", "MS531"


def found(
    text: str, piece: str, *, code: str = ERROR, hint: str | None = None, labels: tuple[Label, ...] = ()
) -> Diagnostic:
    source = Source("rules/x.yaml", text)
    start = text.index(piece)
    return Diagnostic(code, "what is wrong", Span(source, start, start + len(piece)), hint, labels)


def test_a_finding_names_the_place_underlines_the_whole_piece_and_says_the_way_out() -> None:
    text = "a: 1\nrules:\n  - {when: safe is goood, then: good}\n"
    assert as_text(found(text, "goood", hint="did you mean `good`?")) == (
        "error[MS702]: what is wrong\n"
        "  --> rules/x.yaml:3:20\n"
        " 3 |   - {when: safe is goood, then: good}\n"
        "   |                    ^^^^^\n"
        "help: did you mean `good`?"
    )


def test_a_second_place_is_labelled_in_the_order_of_the_text() -> None:
    text = "threshold: 85\nother: 1\nthreshold: 58\n"
    source = Source("x.yaml", text)
    second = text.rindex("threshold")
    label = Label(Span(source, 0, 9), "first given here")
    finding = Diagnostic(ERROR, "`threshold` is given twice", Span(source, second, second + 9), None, (label,))
    assert as_text(finding).split("\n")[1:] == [
        "  --> x.yaml:3:1",
        " 1 | threshold: 85",
        "   | --------- first given here",
        " 3 | threshold: 58",
        "   | ^^^^^^^^^",
    ]


def test_a_second_place_in_another_file_names_that_file() -> None:
    other = Source("other.yaml", "id: a\n")
    text = as_text(found("id: a\n", "a", labels=(Label(Span(other, 4, 5), "the other one"),)))
    assert " ::: other.yaml:1:5\n 1 | id: a\n   |     - the other one" in text


def test_a_piece_of_several_lines_is_underlined_on_each_and_long_ones_are_cut() -> None:
    text = "top:\n" + "".join(f"  key_{n}: {n}\n" for n in range(8)) + "end: 1\n"
    piece = text[text.index("key_0") : text.index("\nend")]
    assert as_text(found(text, piece)).split("\n")[2:] == [
        " 2 |   key_0: 0",
        "   |   ^^^^^^^^",
        " 3 |   key_1: 1",
        "   |   ^^^^^^^^",
        " 4 |   key_2: 2",
        "   |   ^^^^^^^^",
        "   | ...",
        " 9 |   key_7: 7",
        "   |   ^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("line", "piece", "shown", "under"),
    [
        ("漢字: goood", "goood", "漢字: goood", "      ^^^^^"),
        ("e\u0301t: goood", "goood", "e\u0301t: goood", "    ^^^^^"),
        ("\tx: goood", "goood", "    x: goood", "       ^^^^^"),
        ("a\x1b[31m: goood", "goood", "a\\u001b[31m: goood", "             ^^^^^"),
        ("a\u202e: goood", "goood", "a\\u202e: goood", "         ^^^^^"),
        ("x: 漢字", "漢字", "x: 漢字", "   ^^^^"),
    ],
    ids=["wide", "combining", "tab", "B134-escape", "bidi", "wide-piece"],
)
def test_carets_stand_under_the_piece_whatever_stands_before_it(line: str, piece: str, shown: str, under: str) -> None:
    lines = as_text(found(line, piece)).split("\n")
    assert lines[2:] == [f" 1 | {shown}", f"   | {under}"]


def test_a_line_of_a_million_characters_is_cut_around_the_piece() -> None:
    text = as_text(found("x" * 500_000 + "HERE" + "y" * 500_000, "HERE"))
    assert len(text) < 600
    line, under = text.split("\n")[2:]
    assert line.index("HERE") == under.index("^")
    assert under.count("^") == 4


def test_the_end_of_a_text_can_be_pointed_at() -> None:
    source = Source("x", "a: 1\n")
    assert as_text(Diagnostic(ERROR, "it ends", Span(source, 5, 5))).split("\n")[1:] == [
        "  --> x:2:1",
        " 2 |",
        "   | ^",
    ]


@pytest.mark.parametrize(
    "nasty", ["\x1b]0;owned\x07", "\u202egnp", "\x00", "\ud800"], ids=["B134", "bidi", "NUL", "lone"]
)
def test_nothing_from_a_file_is_obeyed_by_the_terminal(nasty: str) -> None:
    source = Source(f"{nasty}.yaml", f"k: {nasty}\n")
    finding = Diagnostic(ERROR, f"a `{nasty}`", Span(source, 3, 4), f"not {nasty}", (Label(Span(source, 0, 1), nasty),))
    for text in (
        as_text(finding),
        as_github([finding]),
        problem_as_text(Problem("MS541", nasty, nasty, nasty, nasty, nasty)),
    ):
        assert all(c.isprintable() or c == "\n" for c in text), ascii(text)
        assert f"\\u{ord(nasty[0]):04x}" in text


def test_colours_wrap_and_do_not_change_the_text() -> None:
    import re

    finding = found("a: goood", "goood", hint="x")
    coloured = as_text(finding, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == as_text(finding)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
    ids=["terminal", "B173-NO_COLOR", "NO_COLOR-empty", "B173-dumb", "B173-no-terminal"],
)
def test_colours_only_where_they_are_wanted(stream: io.StringIO, environment: dict[str, str], expected: bool) -> None:
    assert colourful(stream, environment) is expected


def test_json_has_every_part() -> None:
    finding = found("a: 1\nb: goood\n", "goood", hint="h", labels=(Label(Span(Source("y", "q"), 0, 1), "there"),))
    assert json.loads(json_text(as_json(finding))) == {
        "code": ERROR,
        "severity": "error",
        "message": "what is wrong",
        "file": "rules/x.yaml",
        "line": 2,
        "column": 4,
        "end_line": 2,
        "end_column": 9,
        "hint": "h",
        "labels": [{"text": "there", "file": "y", "line": 1, "column": 1, "end_line": 1, "end_column": 2}],
        "shown": [],
    }


def test_a_finding_without_a_place_is_still_said() -> None:
    finding = Diagnostic(ERROR, "nothing there", None, "look elsewhere")
    assert as_text(finding) == "error[MS702]: nothing there\nhelp: look elsewhere"
    assert as_json(finding)["line"] is None


def test_numbers_in_json_are_exact() -> None:
    value = {"a": Decimal("0.1000000000000000000001"), "b": Fraction(2, 3), "c": Fraction(4, 2), "d": [None, True, 7]}
    assert json_text(value) == '{"a": 0.1000000000000000000001, "b": "2/3", "c": 2, "d": [null, true, 7]}'
    assert json.loads(json_text({'q"\n\x1b\ud800': "\u2028"})) == {'q"\n\x1b\ud800': "\u2028"}


def test_github_shows_ten_of_a_kind_and_counts_the_rest() -> None:
    text = "".join(f"key_{n}: 1\n" for n in range(40))
    warnings = [found(text, f"key_{n}:", code=WARNING) for n in range(12)]
    errors = [found(text, f"key_{n}:") for n in range(12, 25)]
    lines = as_github([*warnings, *errors]).split("\n")
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert lines[0] == "::error file=rules/x.yaml,line=13,endLine=13,col=1,endColumn=8,title=MS702::what is wrong"
    said = "13 errors, 12 warnings; 5 more are not shown here: GitHub shows 10 of a kind"
    assert lines[-1] == f"::notice title=markscheme::{said}"
    assert as_github(errors[:2]).endswith("::notice title=markscheme::2 errors, 0 warnings")


def test_github_shows_each_finding_of_each_file_once_before_any_again() -> None:
    """Thirty misspelt levels do not hide the one rating that worsens, nor the one mistake in the last file."""
    text = "".join(f"key_{n}: 1\n" for n in range(40))
    many = [found(text, f"key_{n}:") for n in range(30)]
    other = found(text, "key_35:", code="MS701")
    last = Diagnostic(ERROR, "in another file", Span(Source("rules/z.yaml", text), 0, 5))
    lines = as_github([*many, other, last]).split("\n")
    assert [line.partition("title=")[2][:5] for line in lines[:4]] == ["MS702", "MS701", "MS702", "MS702"]
    assert "rules/z.yaml" in lines[2]


def test_github_commands_cannot_be_forged() -> None:
    source = Source("a,b:c%\n::error::x.yaml", "k")
    text = as_github([Diagnostic(ERROR, "one\n::add-mask::two", Span(source, 0, 1), "50%")])
    assert text.split("\n")[0] == (
        "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax.yaml,line=1,endLine=1,col=1,endColumn=2,title=MS702"
        "::one%0A::add-mask::two%0Ahelp: 50%25"
    )


def test_problems_name_place_column_and_way_out() -> None:
    problem = Problem("MS544", "`101` is above the highest `score`", "score", "101", "line 12", "`score` goes to 100")
    assert problem_as_text(problem) == (
        "error[MS544]: line 12, column `score`: `101` is above the highest `score`\nhelp: `score` goes to 100"
    )


def test_findings_are_counted_and_set_apart() -> None:
    both = [found("a", "a"), found("a", "a", code=WARNING)]
    assert counted(both) == (1, 1)
    assert all_as_text(both).count("\n\n") == 1
