"""A row of a data file, and the error of a file that cannot be read. Knows no file format and no methodology."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..diagnostics import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file. `number` counts records from 1; `place` is `line 12`, `record 3` or
    `Sheet1!row 7`.

    A cell is text (CSV, Excel) or any JSON value. A cell that could not be read is the `Problem` that says why: it
    matters only where an input is read from it. `problems` are the row's own: such a row is rejected with them, and
    its cells go only as far as they could be read. `warnings` change nothing. `places` are those of single cells, where
    the file has such.
    """

    number: int
    place: str
    cells: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def where(self, column: str | None) -> str:
        """The place of a cell, or else of the row."""
        return self.places.get(column or "", self.place)


class Unreadable(Exception):
    """The whole file is refused. `status` is the exit status: 2 where it cannot be opened, 1 where its content is
    wrong."""

    def __init__(self, problem: Problem, status: Literal[1, 2] = 1) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.status: Literal[1, 2] = status
