"""What columns of results and of rejects are called, and which results there are. Knows a program, and no value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .. import result
from ..intake.headings import label
from ..ir import Program, Step
from ..trace import Key

RECORD_SAYS = ("not_published", "assumed")
_PLAIN = re.compile('[^",\n\r]*')
REJECT_COLUMNS = ("place", "column", "value", "code", "reason", "hint")


def results_of(program: Program) -> tuple[tuple[Key, Step], ...]:
    """Every value that a record's results have, and its measure, in the order of the rule file."""
    steps = {step.name: step for step in program.steps}
    return tuple((key, steps[key[0]]) for key in result.results_of(program))


def reason(step: Step) -> str | None:
    """Why a result of a step can be absent: the step's own reason, whatever was absent before."""
    return step.absent.reason if step.absent is not None and step.absent.value is None else None


def apart(names: Iterable[str], taken: Iterable[str], prefix: str) -> list[str]:
    """The names, each with `prefix` before it where another column is called so."""
    heads, used = [], set(taken)
    for name in names:
        while name in used:
            name = f"{prefix}.{name}"
        used.add(name)
        heads.append(name)
    return heads


@dataclass(frozen=True, slots=True)
class WideHeads:
    """One row a record, a column a result and member: the columns after the one that names the record."""

    values: tuple[str, ...]
    says: tuple[str, ...]  # not_published, assumed
    decided: tuple[str, ...]  # which rule decided each of `values`, where that was asked for

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.values, *self.says, *self.decided)


def wide_heads(program: Program, decided: bool) -> WideHeads:
    labels = [label(key) for key, _ in results_of(program)]
    values = tuple(apart(labels, RECORD_SAYS, "result"))
    more = apart((f"decided.{each}" for each in labels), (*values, *RECORD_SAYS), "result") if decided else ()
    return WideHeads(values, RECORD_SAYS, tuple(more))


def around(naming: str, carried: Iterable[str], columns: Iterable[str]) -> tuple[str, list[str]]:
    """What the column that names records is called, and those that are carried through."""
    first, *others = apart((naming, *carried), columns, "data")
    return first, others


def quoted(text: str) -> str:
    """A cell of CSV."""
    return text if _PLAIN.fullmatch(text) else '"' + text.replace('"', '""') + '"'


def line(cells: Iterable[str]) -> str:
    """A row of CSV, and the end of its line."""
    return ",".join(map(quoted, cells)) + "\n"


def reject_heads(naming: str) -> list[str]:
    return [*apart((naming,), REJECT_COLUMNS, "data"), *REJECT_COLUMNS]
