"""The rows of bad-inputs marked 01, each through the command line: the code, the place, the exit status, and the time.

Rows that need more than one file or a process of their own stand at the end. B170 to B174, B134 and B116 are in
test_cli.py, B094 in test_library.py, B100 to B120 in more forms in test_rows.py and test_intake.py. Rows marked 05:
B118 and B120 of workbooks in test_rows.py, B120 of Parquet and B121 in test_stream_parquet.py, B122, B123 and B175 in
test_stream_columns.py, B131 and B132 in test_stream_workbook.py.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocks import slower, within

from markscheme.cli import main as markscheme
from markscheme.codes import BASE

RULES = "rules:\n      - {when: any of judged are poor, then: poor}\n      - {otherwise: banded}"


def edited(*pairs: tuple[str, str]) -> str:
    text = BASE
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def having(line: str) -> str:
    """With one more input."""
    return edited(("measures:", f"  {line}\nmeasures:"))


def maximum(value: str) -> str:
    return edited(("max: 100", f"max: {value}"))


def titled(value: str) -> str:
    return edited(("title: An example", f"title: {value}"))


def when(condition: str) -> str:
    return edited(("when: any of judged are poor", f"when: {condition}"))


def table(file: str) -> str:
    return edited((RULES, f"table: {{file: {file}}}"))


def ruled(rule: str) -> str:
    return edited((RULES, f"rules:\n      {rule}\n      - {{otherwise: banded}}"))


SOURCES = edited(("scales:", "sources: {1: {title: a}, yes: {title: b}, 1.0: {title: c}}\nscales:"))
LAUGHS = "".join(f"{x}: &{x} [{', '.join(['*' + y] * 9)}]\n" for x, y in zip("bcdefghi", "abcdefgh", strict=True))
TWO_SCALES = edited(
    ("scales:\n", "scales:\n  other: [low, high]\n"), ("inputs:\n", "inputs:\n  outer: {scale: other}\n")
)

# The row, a rule file, the code, and the text at the place that is named.
RULE_FILES: list[tuple[str, str, str, str]] = [
    *(("B001", having(f"consent: {{type: yes_no, better: {word}}}"), "MS115", word)
      for word in ("no", "yes", "on", "off", "No", "NO", "OFF", "true", "False")),
    ("B002", edited(("  judged:", "  on:")), "MS114", "on:"),
    ("B002", edited(("  judged:", "  no:")), "MS114", "no:"),
    ("B003", SOURCES, "MS114", "1: {"),
    ("B003", SOURCES, "MS114", "yes: {"),
    ("B003", SOURCES, "MS114", "1.0: {"),
    ("B005", maximum("08"), "MS117", "08"),
    ("B006", maximum("12:30"), "MS118", "12:30"),
    ("B006", maximum("08:30"), "MS118", "08:30"),
    ("B007", maximum("1_000"), "MS117", "1_000"),
    ("B008", maximum("1e3"), "MS117", "1e3"),
    ("B010", maximum("95%"), "MS207", "95%"),
    ("B010", maximum("£5"), "MS207", "£5"),
    ("B011", maximum(".nan"), "MS117", ".nan"),
    ("B012", maximum(".inf"), "MS117", ".inf"),
    ("B013", edited(('version: "1"', "version: 1.10")), "MS208", "1.10"),
    ("B015", edited(('"2024-01-01"', "01/04/2024")), "MS209", "01/04/2024"),
    ("B015", edited(('"2024-01-01"', "2024-01-01")), "MS118", "2024-01-01"),
    ("B016", edited(("max: 100", "max: 85, max: 58")), "MS113", "max: 58"),
    ("B017", edited(("[safe, caring]", "[safe, caring, safe]")), "MS401", "safe]"),
    ("B017", edited(("scales:", "sources: {a: {title: x}, a: {title: y}}\nscales:")), "MS113", "a: {title: y}"),
    ("B018", edited(("judged: {each", "judged: {<<: *base, each")), "MS108", "<<"),
    ("B020", "a: &a [x, x, x, x, x, x, x, x, x]\n" + LAUGHS, "MS107", "&a"),
    ("B021", "a: &x [*x]\n", "MS107", "&x"),
    ("B022", "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\n", "MS107", "&a"),
    *(("B025" if tag in ("binary", "set", "omap", "pairs") else "B026", titled(f"!!{tag} {value}"), "MS109", f"!!{tag}")
      for tag, value in (("binary", "aGk="), ("set", "{a}"), ("omap", "[a: 1]"), ("pairs", "[a: 1]"),
                         ("int", "abc"), ("bool", "maybe"), ("timestamp", "hello"))),
    ("B023", titled("!!python/object/apply:os.system ['touch owned']"), "MS109", "!!python"),
    ("B027", "[" * 100_000, "MS104", "["),
    ("B028", maximum("9" * 5000), "MS117", "999"),
    ("B030", maximum("1" + ":59" * 100_000), "MS103", "1:59"),
    ("B032", BASE.replace("  rating:", "\trating:"), "MS102", "\trating"),
    *(("B036", titled(f"A{bad}n"), "MS101", bad) for bad in ("\x00", "\u200b", "\u202e", "\u00a0")),
    *(("B037", titled(f"A{bad}n"), "MS101", bad) for bad in ("\x85", "\u2028")),
    ("B038", BASE.replace("measures:", "m\u0435asures:"), "MS201", "m\u0435asures"),
    ("B040", "", "MS105", ""),
    ("B040", "# nothing\n", "MS105", "#"),
    ("B041", "- a\n- b\n", "MS106", "- a"),
    ("B041", "just text\n", "MS106", "just"),
    ("B041", edited(("min: 0", "min:0")), "MS121", "min:0"),
    ("B042", BASE + "---\na: 1\n", "MS111", "---"),
    ("B043", "%YAML 1.2\n---\n" + BASE, "MS110", "%YAML"),
    ("B043", "%TAG ! tag:example.org,2024:\n---\n" + BASE, "MS110", "%TAG"),
    ("B045", titled(">"), "MS123", ">"),
    ("B045", titled("|"), "MS123", "|"),
    *(("B046", titled(sign), "MS122", sign) for sign in ("=", "!=", "*", "%")),
    ("B047", ruled('- when: "a" and b\n        then: poor'), "MS124", '"a"'),
    ("B047", ruled("- when: a ? b : c\n        then: poor"), "MS124", "a ?"),
    ("B048", edited(("results:", "max: 5\nresults:")), "MS202", "max"),
    ("B050", BASE + "gaurantees: []\n", "MS201", "gaurantees"),
    ("B051", edited(("scale: rating, absent", "absent")), "MS205", "judged"),
    ("B051", edited(("results: [banded, overall]\n", "")), "MS204", "markscheme"),
    ("B052", edited(("markscheme: 1", "markscheme: 99")), "MS210", "99"),
    ("B053", BASE + "$ref: http://127.0.0.1:9/schema\n", "MS201", "$ref"),
    ("B053", BASE + "$ref: file:///etc/passwd\n", "MS201", "$ref"),
    ("B068", edited(("[safe, caring]", "[]")), "MS215", "[]"),
    ("B068", edited(("[poor, fair, good]", "[good]")), "MS215", "[good]"),
    ("B068", edited(("[safe, caring]", f"[{', '.join(f'm{n}' for n in range(10_001))}]")), "MS216", "questions"),
    ("B070", when("score => 80"), "MS302", "=>"),
    ("B070", when("score >= 80"), "MS302", ">="),
    ("B071", when("score == 80"), "MS302", "=="),
    ("B071", when("score is 80 && score is 90"), "MS302", "&&"),
    ("B071", when("score is 80 || score is 90"), "MS302", "||"),
    ("B071", when("'!score is 80'"), "MS302", "!"),
    ("B072", when("any of judged are goood"), "MS402", "goood"),
    ("B073", when("""'__import__("os").system("x")'"""), "MS302", '"os"'),
    ("B073", when("a.b"), "MS302", "a.b"),
    ("B073", when("'lambda x: 1'"), "MS302", ":"),
    ("B073", when("""'f"{score}"'"""), "MS302", '"{'),
    ("B073", when("score if score else 3"), "MS301", "if"),
    ("B075", edited(("of: score", "of: " + " + ".join(["score"] * 20_000))), "MS103", "score +"),
    ("B075", edited(("of: score", "of: " + " + ".join(["score"] * 5_000))), "MS307", "score +"),
    ("B075", when("(" * 3000 + "score is 1" + ")" * 3000), "MS307", "((("),
    ("B077", when("""'"80" is at least 9'"""), "MS302", '"80"'),
    ("B077", when("score is at least good"), "MS405", "good"),
    ("B078", TWO_SCALES.replace("any of judged are poor", "banded is low"), "MS402", "low"),
    ("B078", TWO_SCALES.replace("any of judged are poor", "banded is better than outer"), "MS405", "outer"),
    ("B081", maximum("1e3000000"), "MS117", "1e3000000"),
    ("B081", when("score is 1e3000000"), "MS302", "1e3000000"),
    *(("B082", having(f"{word}: {{type: number, better: higher}}"), "MS212", word) for word in ("and", "is", '"true"')),
    ("B082", having("true: {type: number, better: higher}"), "MS114", "true"),
    ("B082", having("Key Question: {type: number, better: higher}"), "MS211", "Key Question"),
    *(("B090", table(name), "MS608", name) for name in ("../secret.csv", "a/../../b.csv", "/etc/passwd")),
    *(("B093", table(f'"{name}"'), "MS609", f'"{name}"')
      for name in ("http://127.0.0.1:9/x.csv", "file:///etc/passwd", r"C:\\x", r"..\\x", "%2e%2e/x.csv", "~/x.csv")),
]  # fmt: skip


def main(arguments: list[str]) -> int:
    """The command, which has two seconds."""
    with within(2):
        return markscheme(arguments)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own, beside which nothing may change, and no network: a socket that is opened fails the test."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    (tmp_path / "here").mkdir()
    (tmp_path / "secret.csv").write_text("secret\n")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(socket, "socket", refused)
    yield tmp_path / "here"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["here", "secret.csv"]


def rows_in_order(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """Ids such as `B001-1`: some rows are tried in several forms."""
    names = [row[0] for row in rows]
    return [f"{name}-{names[: index + 1].count(name)}" for index, name in enumerate(names)]


@pytest.mark.parametrize(("row", "text", "code", "piece"), RULE_FILES, ids=rows_in_order(RULE_FILES))
def test_a_bad_rule_file(
    place: Path, capsys: pytest.CaptureFixture[str], row: str, text: str, code: str, piece: str
) -> None:
    (place / "m.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "m.yaml", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    lines = text.split("\n")
    at = [lines[each["line"] - 1][each["column"] - 1 :] for each in found if each["code"] == code]
    assert any(each.startswith(piece) for each in at), found[:5]
    assert len(found) < 100
    for each in found:
        assert len(each["message"]) <= 120
        assert each["message"].isprintable()
    assert main(["check", "m.yaml"]) == 1
    said = capsys.readouterr().out
    assert f"error[{code}]: " in said
    assert "Traceback" not in said
    assert main(["rate", "m.yaml", "m.yaml"]) == 1
    assert [each.name for each in place.iterdir()] == ["m.yaml"]


HINTS = [
    ("B001", having('consent: {type: yes_no, better: no}'), 'quote it: `"no"`'),
    ("B007", maximum("1_000"), "`1000`"),
    ("B010", maximum("95%"), "declare `unit:"),
    ("B012", maximum(".inf"), "leave the limit out"),
    ("B013", edited(('version: "1"', "version: 1.10")), '"1.10"'),
    ("B015", edited(('"2024-01-01"', "01/04/2024")), '"2024-04-01"'),
    ("B032", BASE.replace("  rating:", "\trating:"), "use spaces"),
    ("B038", BASE.replace("measures:", "m\u0435asures:"), "did you mean `measures`? character 2 is U+0435"),
    ("B041", edited(("min: 0", "min:0")), "add a space"),
    ("B046", titled("%"), 'quote it: `"%"`'),
    ("B047", when('"a" and b'), "single quotes"),
    ("B048", edited(("results:", "max: 5\nresults:")), "allowed under `inputs.*`"),
    ("B050", BASE + "gaurantees: []\n", "did you mean `guarantees`?"),
    ("B052", edited(("markscheme: 1", "markscheme: 99")), "install a newer markscheme"),
    ("B070", when("score => 80"), "at least"),
    ("B072", when("any of judged are goood"), "did you mean `good`?"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text", "hint"), HINTS, ids=[each[0] for each in HINTS])
def test_the_way_out_is_said(place: Path, capsys: pytest.CaptureFixture[str], row: str, text: str, hint: str) -> None:
    (place / "m.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "m.yaml"]) == 1
    assert hint in capsys.readouterr().out


def test_both_places_of_what_is_given_twice(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for row, text in (
        ("B016", edited(("title: An example", "title: An example\ntitle: Another"))),
        ("B017", edited(("[safe, caring]", "[safe, caring, safe]"))),
    ):
        (place / "m.yaml").write_text(text)
        main(["check", "m.yaml", "--json"])
        (found,) = json.loads(capsys.readouterr().out)
        assert found["labels"], row
        assert found["labels"][0]["file"] == "m.yaml"


# --- files that are no rule files ------------------------------------------------------------------------------------


def test_a_byte_order_mark_makes_no_difference(place: Path, capsys: pytest.CaptureFixture[str]) -> None:  # B033
    digests = []
    (place / "data.csv").write_text("safe,caring,score\ngood,good,1\n")
    for mark in (b"", b"\xef\xbb\xbf"):
        (place / "m.yaml").write_bytes(mark + BASE.encode())
        assert main(["rate", "m.yaml", "data.csv", "--json"]) == 0
        digests.append(json.loads(capsys.readouterr().out)["digest"])
    assert digests[0] == digests[1]


def test_bytes_that_are_not_utf_8(place: Path, capsys: pytest.CaptureFixture[str]) -> None:  # B035
    (place / "m.yaml").write_bytes(BASE.encode().replace(b"An example", b"An \xe9xample"))
    assert main(["check", "m.yaml"]) == 1
    out = capsys.readouterr().out
    assert "error[MS606]: byte 0xE9 on line 4 is not UTF-8\n --> m.yaml:4:11" in out.replace("  -->", " -->")


def test_a_table_behind_a_link_that_leads_outside(place: Path, capsys: pytest.CaptureFixture[str]) -> None:  # B092
    (place / "inside.csv").symlink_to(place.parent / "secret.csv")
    (place / "m.yaml").write_text(table("inside.csv"))
    assert main(["check", "m.yaml"]) == 1
    out = capsys.readouterr().out
    assert "error[MS608]" in out
    assert "secret" not in out.replace("m.yaml", "")


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_not_a_regular_file(place: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:  # B095
    path = place / "thing.yaml"
    data = place / "thing.csv"
    for each in (path, data):
        match kind:
            case "folder":
                each.mkdir()
            case "pipe":
                os.mkfifo(each)
            case _:
                each.symlink_to("/dev/zero")
    (place / "m.yaml").write_text(BASE)
    assert main(["rate", "m.yaml", "thing.csv"]) in (1, 2)
    assert "error[MS503]" in capsys.readouterr().err
    assert main(["rate", "thing.yaml", "m.yaml"]) in (1, 2)
    assert "error[MS604]" in capsys.readouterr().err
    if kind != "folder":
        assert main(["check", "thing.yaml"]) == 1
        assert "error[MS604]" in capsys.readouterr().out
        assert main(["check", "."]) == 1
        assert "error[MS604]" in capsys.readouterr().out


# --- data ------------------------------------------------------------------------------------------------------------

HEAD = "id,safe,caring,score\n"
# The row, the data, what is said, and how many records of how many are rated; None where the whole file is refused.
DATA: list[tuple[str, str | bytes, tuple[str, ...], tuple[int, int] | None]] = [
    ("B100", "id,safe,caring,score,score\nA,good,good,1,2\n", ("MS510", "`score`"), None),
    ("B101", HEAD + "A,good,good,1\nB,good,good,1,5\nC,good,good,1\n", ("MS520", "line 3"), (2, 3)),
    ("B101", HEAD + "A,good,good,1\nB,good\n", ("MS520", "line 3"), (1, 2)),
    ("B103", HEAD + "NA,good,good,1\n1E3,good,good,1\n", (), (2, 2)),
    ("B103", HEAD + "A,NA,good,1\n", ("MS541", "`NA`"), (0, 1)),
    ("B105", HEAD + "".join(f"A{n},good,good,1\n" for n in range(200)) + "B,good,good,withheld\n",
     ("MS542", "line 202", "column `score`", "`withheld`"), (200, 201)),
    ("B106", HEAD + 'A,good,good,"1,234"\n', ("MS542", "column `score`"), (0, 1)),
    ("B106", HEAD + "A,good,good,95%\n", ("MS542", "95"), (0, 1)),
    ("B106", HEAD + "A,good,good,£5\n", ("MS542", "5"), (0, 1)),
    ("B107", "id;safe;caring;score\nA;good;good;5,2\n", ("MS508", "semicolons"), None),
    ("B108", (HEAD + "Tŷ,good,good,1\n").encode("utf-16"), ("MS506", "UTF-8"), None),
    ("B108", (HEAD + "Caf\u00e9,good,good,1\n").encode("cp1252"), ("MS506", "UTF-8"), None),
    ("B110", HEAD + "A,good,good,101\n", ("MS544", "from 0 to 100"), (0, 1)),
    ("B111", HEAD + "A,good,good,NaN\nB,good,good,inf\nC,good,good,-Infinity\n", ("MS545",), (0, 3)),
    ("B112", HEAD + "A,good ,GOOD,1\nB,Good,Not rated,2\n", (), (2, 2)),
    ("B113", HEAD + "A,good,good,80\nB,good,good,80.0\n", (), (2, 2)),
    ("B115", "id,safe,caring,score,extra\nA,good,good,1,x\n", ("MS531", "`extra`"), (1, 1)),
    ("B115", "id,safe,scroe\nA,good,1\n", ("MS530", "rename `scroe` to `score`"), (0, 1)),
    ("B117", "", ("MS505",), None),
    ("B117", HEAD, ("0 records", "nothing to rate"), (0, 0)),
    ("B081", HEAD + "A,good,good,1e3000000\n", ("MS542",), (0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("row", "data", "said", "rated"), DATA, ids=rows_in_order(DATA))  # type: ignore[arg-type]
def test_bad_data(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    row: str,
    data: str | bytes,
    said: tuple[str, ...],
    rated: tuple[int, int] | None,
) -> None:
    (place / "m.yaml").write_text(BASE)
    (place / "data.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    status = main(["rate", "m.yaml", "data.csv", "--id", "id"])
    out, err = capsys.readouterr()
    for each in said:
        assert each in err
    assert "Traceback" not in err
    if rated is None:
        assert status == 1
        return
    few, all_of_them = rated
    assert status == (0 if few == all_of_them else 1)
    counts = re.search(r"([\d,]+) records?: (\d+) rated, (\d+) unrated, (\d+) rejected", err)
    assert counts is not None
    records, done, unrated, rejected = (int(each) for each in counts.groups())
    assert (records, done) == (all_of_them, few)
    assert records == done + unrated + rejected
    assert len(out.splitlines()) == 1 + done + unrated


def test_exactly_on_a_threshold(place: Path, capsys: pytest.CaptureFixture[str]) -> None:  # B113
    sums = edited(
        ("of: score", "of: score + 0.1"), ("at_least: 80", "at_least: 0.8"), ("at_least: 50", "at_least: 0.3")
    )
    (place / "m.yaml").write_text(sums)
    (place / "data.csv").write_text(HEAD + "A,good,good,0.7\nB,good,good,0.6\nC,good,good,0.2\n")
    assert main(["rate", "m.yaml", "data.csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(",")[1] for row in rows] == ["banded", "good", "fair", "fair"]


# --- memory ----------------------------------------------------------------------------------------------------------

LARGE = {
    "B020": "a: &a [x, x, x, x, x, x, x, x, x]\n" + LAUGHS,
    "B027": "[" * 100_000,
    "B031": "# x\n" * 12_500_000,
    "B075": edited(("of: score", "of: " + " + ".join(["score"] * 20_000))),
    "B081": maximum("1e3000000"),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory used is read from /proc")
@pytest.mark.parametrize("row", LARGE)
def test_memory_and_time_are_bounded(place: Path, row: str) -> None:
    (place / "m.yaml").write_text(LARGE[row])
    code = (
        "import time; from markscheme.cli import main; status = main(['check', 'm.yaml']);"
        "most = open('/proc/self/status').read().split('VmHWM:')[1].split()[0];"
        "print(status, int(most) // 1024, time.process_time())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    status, megabytes, seconds = done.stdout.split("\n")[-2].split()
    assert status == "1"
    assert int(megabytes) < 200
    assert float(seconds) < 2 or float(seconds) < 2 * slower()
