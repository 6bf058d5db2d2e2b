"""The registry of diagnostic codes: what each one means, why it exists, and how to get out of it.

Knows no rule file and no data. Each family of codes is a module here; every `wrong` example is run by the tests
and must raise exactly its code, every `right` example must not raise it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `wrong` and `right` are fragments of a rule file (top-level keys of the small methodology
    in `BASE`, replaced whole), or whole texts where `whole` is set, or CSV data for `BASE` where `data` is set.
    """

    code: str  # "MS101"
    title: str  # a few words, lower case
    what: str  # what was found
    why: str  # why it matters
    wrong: str  # an example that raises it
    right: str  # what to write instead
    severity: Severity = "error"
    whole: bool = False
    data: bool = False
    shown: bool = False  # the example is described, not runnable as text (a size, a file system matter); its test is named in `why`


BASE = """\
markscheme: 1
id: example/first
version: "1"
title: An example
publisher: Nobody
in_force: {from: "2024-01-01"}
scales:
  rating: [poor, fair, good]
sets:
  questions: [safe, caring]
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}}
  score: {type: number, decimals: 1, min: 0, max: 100, unit: "%", better: higher}
measures:
  banded:
    scale: rating
    bands: {of: score, rows: [{at_least: 80, is: good}, {at_least: 50, is: fair}, {otherwise: poor}]}
  overall:
    scale: rating
    rules:
      - {when: any of judged are poor, then: poor}
      - {otherwise: banded}
    absent: {not_rated: skip}
results: [banded, overall]
"""


@cache
def registry() -> dict[str, Code]:
    """Every code by its name, in order."""
    # The families are data; loading them is not free.
    from . import cases, data, expressions, files, guard, ledger, library, meaning, proof, reading, shape

    families = (reading, shape, expressions, meaning, data, files, library, cases, proof, guard, ledger)
    return {code.code: code for family in families for code in family.CODES}
