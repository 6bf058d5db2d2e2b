"""The tutorial is what happens: its file is built as a reader builds it, and every command prints what the page shows.

`UPDATE=1 pytest tests/test_tutorial.py` writes what the commands print into the page; read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from consoles import FENCE, happened, ran

from markscheme.checking import proved
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.render import all_as_text
from markscheme.shape import keys

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "docs" / "tutorial.md"
PAGE = TUTORIAL.read_text("utf-8")
ORDER = [key.name for key in keys.METHODOLOGY.keys]  # of the sections of a rule file
HEAD = ORDER[: ORDER.index("sources")]  # one below the other; the sections after these have a blank line before them


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, what stands behind the kind, its text, and where it is on the page."""

    kind: str
    says: str
    body: str
    start: int
    end: int

    @property
    def line(self) -> int:
        return PAGE.count("\n", 0, self.start)


BLOCKS = [Block(each[1], each[2] or "", each[3], each.start(3), each.end(3)) for each in FENCE.finditer(PAGE)]


# --- a file built up piece by piece ----------------------------------------------------------------------------------


def entries(lines: list[str], indent: int) -> dict[str, list[str]]:
    """The lines of each key that stands so far in."""
    found: dict[str, list[str]] = {}
    for line in lines:
        key = re.match(rf" {{{indent}}}(\w+):", line)
        if key:
            assert key[1] not in found, f"`{key[1]}` twice"
            found[key[1]] = []
        next(reversed(found.values())).append(line)
    return found


def merged(old: list[str], new: list[str], indent: int = 0) -> list[str]:
    """What is there already takes what is new in place of what it had; what is not there goes to the end."""
    have = entries(old, indent)
    for name, lines in entries(new, indent).items():
        both = all(re.match(rf" {{{indent + 2}}}\w+:", [*each, ""][1]) for each in (lines, have.get(name, [""])))
        have[name] = [have[name][0], *merged(have[name][1:], lines[1:], indent + 2)] if both else lines
    names = sorted(have, key=ORDER.index) if not indent else list(have)
    return [line for name in names for line in have[name]]


def with_piece(text: str, piece: str) -> str:
    lines = merged([line for line in text.splitlines() if line], [line for line in piece.splitlines() if line])
    return "".join(
        "\n" + line + "\n" if re.match(r"\w", line) and line.partition(":")[0] not in HEAD else line + "\n"
        for line in lines
    )


# --- the page, from top to bottom ------------------------------------------------------------------------------------


def as_it_happens(folder: Path) -> Iterator[tuple[Block, str]]:
    """Every block with what it should have been. Writes its files and runs its commands in a folder."""
    slip: tuple[Path, str] | None = None
    for block in BLOCKS:
        match [block.kind, *block.says.split()]:
            case ["yaml" | "csv", name]:
                (folder / name).write_text(block.body, "utf-8")
            case ["yaml", name, "piece"]:
                (folder / name).write_text(with_piece((folder / name).read_text("utf-8"), block.body), "utf-8")
            case ["yaml", name, "from", other]:
                (folder / name).write_text(with_piece((folder / other).read_text("utf-8"), block.body), "utf-8")
            case ["yaml", name, "slip"]:  # until the commands that follow it have run
                slip = (folder / name, (folder / name).read_text("utf-8"))
                slip[0].write_text(with_piece(slip[1], block.body), "utf-8")
                assert slip[0].read_text("utf-8") != slip[1], f"line {block.line}: nothing slipped"
            case ["yaml" | "csv", name, "whole" | "written"]:
                yield block, (folder / name).read_text("utf-8")
            case ["console", *status]:
                yield block, "".join(happened(" ".join(status), block.body))
                if slip:
                    slip[0].write_text(slip[1], "utf-8")
                    slip = None
            case ["sh" | "powershell"]:  # setting up, which the tests have behind them
                pass
            case _:
                raise AssertionError(f"line {block.line}: what is ```{block.kind} {block.says}?")
    assert slip is None


def test_the_page_shows_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    wrong, page, told = [], "", 0
    for block, now in as_it_happens(tmp_path):
        page += PAGE[told : block.start] + now
        told = block.end
        if block.body != now:
            wrong.append(f"--- line {block.line} shows\n{block.body}--- but it is\n{now}")
    if os.environ.get("UPDATE"):
        TUTORIAL.write_text(page + PAGE[told:], "utf-8")
        return
    assert not wrong, "\n".join(wrong)


def test_a_piece_goes_where_the_page_says() -> None:
    old = "id: a\n\nscales:    # worst first\n  s: [x]\n\nmeasures:\n  m:\n    type: number\n    formula: 1\n"
    new = "scales:\n  t: [y]\ninputs:\n  i: {scale: s}\nmeasures:\n  m:\n    formula: 2\n  n: {scale: s}\n"
    assert with_piece(old, new) == (
        "id: a\n\nscales:    # worst first\n  s: [x]\n  t: [y]\n\ninputs:\n  i: {scale: s}\n\n"
        "measures:\n  m:\n    type: number\n    formula: 2\n  n: {scale: s}\n"
    )


# --- what is not run from top to bottom ------------------------------------------------------------------------------

(WHOLE,) = (block.body for block in BLOCKS if block.says.endswith(" whole"))
PHRASES = re.findall(r"^\| [^|`]+ \| `([^`]+)` \|$", PAGE.split("A phrase book")[1], re.MULTILINE)


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_of_the_phrase_book_can_be_said(phrase: str, tmp_path: Path) -> None:
    condition = re.search(r" (is|are) ", re.sub(r"\(\w+ where .*?\)|where \w+ is", "", phrase))
    says = f"rules: [{{when: '{phrase}', then: poor}}, {{otherwise: good}}]" if condition else f"formula: '{phrase}'"
    type = "scale: rating" if condition or phrase.startswith("worst") else "type: number"
    piece = f"measures:\n  said: {{{type}, {says}, absent: {{unknown: unrated}}}}\nresults: [said, overall]\n"
    program, found = compile_source(Source("said", with_piece(WHOLE, piece)), tmp_path / "said.yaml", lambda *_: None)
    assert program is not None, all_as_text(found)
    errors = [each for each in found if each.code != "MS422"]  # not every phrase can be absent
    assert not errors, all_as_text(errors)


def test_there_are_phrases() -> None:
    assert len(PHRASES) == PAGE.split("A phrase book")[1].count("\n| ") - 2


# --- what the page says of proofs ------------------------------------------------------------------------------------


def raised(text: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """What can be raised by withholding what."""
    program, found = compile_source(Source("said", text), folder / "said.yaml", lambda *_: None)
    assert program is not None, all_as_text(found)
    checked = proved(program, found)
    assert not checked.found, all_as_text(checked.found)
    assert checked.report is not None
    return dict(checked.report.raised)


def test_withholding_helps_only_where_what_is_missing_is_left_out(tmp_path: Path) -> None:
    assert raised(WHOLE, tmp_path)["overall"] == ("marks", "failed_test")
    seen = "absent: {not_applicable: unrated, not_seen: unrated}"
    assert raised(WHOLE.replace("absent: {not_applicable: skip, not_seen: unrated}", seen), tmp_path) == {
        "overall": ("failed_test",)
    }


def test_exactly_two_rates_the_five_pools_as_before(tmp_path: Path) -> None:
    (data,) = (block.body for block in BLOCKS if "failed_test,first_year\nAlderbank" in block.body)
    (tmp_path / "visits.csv").write_text(data, "utf-8")
    rated = []
    two = "2 of area_rating are at least good"
    for text in (WHOLE, WHOLE.replace(f"at least {two}", f"exactly {two}")):
        (tmp_path / "pools.yaml").write_text(text, "utf-8")
        _, shown = ran(f"markscheme rate {tmp_path}/pools.yaml {tmp_path}/visits.csv --id pool")
        rated.append([line.split(",")[:5] for line in shown.splitlines()[:6]])
    assert rated[0] == rated[1]


def test_a_weight_that_was_forgotten_is_seen_by_cases_alone(tmp_path: Path) -> None:
    (cases,) = (block.body for block in BLOCKS if block.says == "pools-2026.cases.yaml")
    forgotten = WHOLE.replace("{member: lifeguards, weight: 2}", "{member: lifeguards, weight: 1}")
    assert raised(forgotten, tmp_path) == raised(WHOLE, tmp_path)
    (tmp_path / "pools-2026.yaml").write_text(forgotten, "utf-8")
    (tmp_path / "pools-2026.cases.yaml").write_text(cases, "utf-8")
    assert ran(f"markscheme test {tmp_path}/pools-2026.yaml")[0] == 1


# --- what is not run -------------------------------------------------------------------------------------------------

INLINE = [each for each in re.findall(r"`(markscheme [^`]+)`", FENCE.sub("", PAGE)) if "NAME" not in each]


@pytest.mark.parametrize("command", INLINE)
def test_commands_in_the_text_run(command: str) -> None:
    assert ran(command)[0] == 0


def test_setting_up_is_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for block in BLOCKS:
        for line in block.body.splitlines() if block.kind == "sh" else ():
            assert line in readme, line


def test_links_lead_somewhere() -> None:
    plain = FENCE.sub("", PAGE)
    titles = re.findall(r"^##+ (.+)$", plain, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    for place, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", plain):
        assert (TUTORIAL.parent / place).exists(), place
        assert place or anchor in anchors, anchor
