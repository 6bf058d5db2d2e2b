"""How many generated records a test tries: few on every run, twenty times as many with MARKSCHEME_PROFILE=thorough."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.ir import Program

T = TypeVar("T")

THOROUGH = os.environ.get("MARKSCHEME_PROFILE") == "thorough"


def for_all(values: st.SearchStrategy[T], most: int, check: Callable[[T], object]) -> None:
    """Tries up to `most` examples; the smallest that fails is shown. `check` fails by raising."""

    @settings(max_examples=most)
    @given(values)
    def run(value: T) -> None:
        check(value)

    run()


def examples(program: Program, evaluations: int = 1) -> int:
    """How many records to try, each rated so many times, in a fraction of a second: the cost of a program is known."""
    return max(3, min(20, 12_000 // (program.cost * evaluations))) * (20 if THOROUGH else 1)
