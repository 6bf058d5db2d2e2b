"""Records of a data file that stand beside each other, as columns. Knows no methodology, and no format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..diagnostics import Problem

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Block:
    """Records, each a row of `batch`: its columns are called as those of the file are, and hold text (CSV), or what
    Parquet has.

    `numbers` say where each is: on which line of the text, or in which row. `faults` are the problems of rows that are
    no records, by their place in the batch: their cells go only as far as they could be read.
    """

    batch: pa.RecordBatch
    numbers: Sequence[int]
    unit: str  # `line` or `row`
    faults: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)

    def cut(self, start: int, size: int) -> Block:
        """`size` of its records, from the one at `start` on."""
        end = start + size
        faults = {index - start: each for index, each in self.faults.items() if start <= index < end}
        return Block(self.batch.slice(start, size), self.numbers[start:end], self.unit, faults)

    def place(self, index: int) -> str:
        """`line 12`, as people are told where a record is."""
        return f"{self.unit} {self.numbers[index]}"
