"""Questions in SMT-LIB and their answers, by z3 in a process of its own, which is ended when its time is up.

Knows no rule, and loads no solver: where none is installed it says so. What is not known is never taken as proved.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal

WITHOUT = "install markscheme[prove]"
SECONDS = 10.0  # for one question
_STARTING = 5.0  # for the process to begin, and to notice that its time is up
_CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Reply:
    """`values` are those of the constants where the answer is `sat`; `why` says why there is none."""

    answer: Literal["sat", "unsat", "unknown"]
    values: Mapping[str, Fraction | bool] = field(default_factory=dict)
    why: str = ""


def installed() -> bool:
    """Whether there is a solver to ask."""
    return find_spec("z3") is not None


class Asked:
    """The process, from the first question until it is closed; started again after one that it did not survive."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[str] | None = None
        self._said: SimpleQueue[str] = SimpleQueue()

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            if self._running.stdin is not None:
                with suppress(OSError):  # what it did not read
                    self._running.stdin.close()
            self._running = None

    def ask(self, question: str, seconds: float) -> Reply:
        """Whether what a text asserts can be. Never takes much longer than `seconds`."""
        until = time.monotonic() + seconds + _STARTING
        try:
            running = self._running or self._started()
            assert running.stdin is not None
            running.stdin.write(f"{len(question)} {max(int(seconds * 1000), 1)}\n{question}")
            running.stdin.flush()
        except OSError as error:
            self.close()
            return Reply("unknown", why=f"z3 could not be started: {error.strerror}")
        lines: list[str] = []
        while True:
            try:
                line = self._said.get(timeout=max(until - time.monotonic(), 0.01))
            except Empty:
                line = ""
            if line == ".":
                return _reply(lines, seconds)
            if not line:  # it has ended, or its time is up
                self.close()
                return _reply([], seconds)
            lines.append(line)

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-P", str(_CHILD)]  # -P: nothing of the folder that one is in is loaded
        pipe = subprocess.PIPE
        running = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="ascii"
        )
        self._running, self._said = running, SimpleQueue()
        Thread(target=_heard, args=(running, self._said), daemon=True).start()
        return running


def _heard(running: subprocess.Popen[str], said: SimpleQueue[str]) -> None:
    assert running.stdout is not None
    with running.stdout:
        for line in running.stdout:
            said.put(line.rstrip("\n"))
    said.put("")


def _reply(lines: Sequence[str], seconds: float) -> Reply:
    answer, _, why = lines[0].partition(" ") if lines else ("", "", "")
    match answer:
        case "unsat":
            return Reply("unsat")
        case "sat":
            return Reply("sat", dict(_values(lines[1:])))
        case "missing":
            return Reply("unknown", why=WITHOUT)
        case _ if why in ("timeout", "canceled", ""):
            return Reply("unknown", why=f"z3 did not answer within {seconds:g} s, or in the memory it may use")
        case _:
            return Reply("unknown", why="z3 does not know")


def _values(lines: Sequence[str]) -> Iterator[tuple[str, Fraction | bool]]:
    for line in lines:
        name, _, text = line.partition(" ")
        yield name, text == "True" if text in ("True", "False") else Fraction(text)
