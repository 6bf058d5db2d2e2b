"""Commands on a page, run, and held against what the page says they print. Knows no page.

A block ```console holds commands after `$ `, each followed by what a terminal shows of it: what it prints and what it
says on the side, in that order in time; of a pipe, what comes out at its end. A line `…` or `[…]` stands for lines
left out, once in a command, and `walking … states` for a number that every change of the engine changes. Numbers
after `console` are the exit statuses; the last one goes for the commands after it, too.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from markscheme.cli import main

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATES = re.compile(r"\bwalking [\d,]+ states?\b")
GAP = re.compile(r"^(?:…|\[…\])\n", re.MULTILINE)


def commands(page: str) -> list[str]:
    blocks = [block[3] for block in FENCE.finditer(page) if block[1] == "console"]
    return [command for block in blocks for command in re.findall(r"^\$ (.+)$", block, re.MULTILINE)]


def ran(command: str) -> tuple[int, str]:
    """The exit status of a command, and what is shown of it."""
    stages = re.split(r" \| (?=[a-z]+ )", command)
    status, shown = _stage(stages[0], None, pipe=len(stages) > 1)
    for number, stage in enumerate(stages[1:], 2):
        status, shown = _stage(stage, shown, pipe=True)
        assert number == len(stages) or status in (0, 1), f"`{stage}` ended in {status}"
    return status, shown.replace(str(ROOT), "/the/folder/of/markscheme").strip("\n")


def _stage(command: str, given: str | None, pipe: bool) -> tuple[int, str]:
    name, *words = shlex.split(command)
    if name != "markscheme":
        assert given is not None, f"`{command}` is no command of markscheme, nor behind one"
        if shutil.which(name) is None:
            pytest.skip(f"there is no `{name}` here")
        done = subprocess.run([name, *words], input=given, capture_output=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout
    out = io.StringIO()
    before = sys.stdin
    if given is not None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(io.StringIO() if pipe else out):
            status = main(words)
    finally:
        sys.stdin = before
    return status, out.getvalue()


def happened(says: str, body: str, unsaid: Collection[int] = (0,)) -> Iterator[str]:
    """A block as it ought to stand: each command, and what is shown of it, without what the page leaves out.

    Where the page says no status, it is one of `unsaid`.
    """
    statuses = [int(each) for each in says.split()]
    parts = re.split(r"^\$ (.+)\n", body, flags=re.MULTILINE)
    assert not parts[0], f"a block begins with a command: {body[:60]}"
    for number, (command, shown) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
        status, text = ran(command)
        expected = statuses[min(number, len(statuses) - 1) :][:1] or unsaid
        assert status in expected, f"`{command}` ended in {status}:\n{text}"
        yield f"$ {command}\n" + left_out(text + "\n" if text else "", shown)


def left_out(happened: str, shown: str) -> str:
    """Without as many lines as the page leaves out, and without the numbers of states where it gives none."""
    if "walking … states" in shown:
        happened = STATES.sub("walking … states", happened)
    gap = GAP.search(shown)
    if not gap:
        return happened
    lines = happened.splitlines(keepends=True)
    after = shown[gap.end() :].count("\n")
    return "".join([*lines[: shown[: gap.start()].count("\n")], gap[0], *lines[len(lines) - after :]])


def as_it_happens(page: str, unsaid: Collection[int] = (0,)) -> str:
    """The page with what its commands print now."""
    told, pieces = 0, []
    for block in FENCE.finditer(page):
        if block[1] == "console":
            pieces += [page[told : block.start(3)], *happened(block[2] or "", block[3], unsaid)]
            told = block.end(3)
    return "".join([*pieces, page[told:]])
