"""Large files, rated block by block by columns, where that gives what records one by one do. Prints nothing.

Elsewhere (JSON, Excel, results of other methodologies, types that are no values) there is no plan, and records are
rated one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import path
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .output import RejectWriter, Tally

if TYPE_CHECKING:
    import pyarrow as pa

    from ..data.blocks import Block
    from ..diagnostics import Problem
    from ..ir import Program
    from ..stream.ids import Twice
    from ..stream.outputs import Output
    from ..stream.rating import Piece, Rater
    from .records import Records

SMALLEST = 1 << 18  # bytes of a file for which it pays to load the arrays

_FIRST = 10  # problems that are kept to be told


@dataclass(frozen=True, slots=True)
class ByColumns:
    """What is to be done. `inputs` are the columns that are read, `carried` those that belong to no input."""

    program: Program
    data: str
    identifier: str | None
    inputs: tuple[str, ...]
    carried: tuple[str, ...]
    output: Path | None
    kind: str
    rejects: Path | None
    decided: bool

    def rate(self) -> Done:
        """Everything rated and written. May raise `Unreadable`; then nothing is written."""
        from .. import columns

        rater: Rater = vars(columns)["Rater"](self.program, self.decided)
        twice: Twice | None = None
        if self.identifier is not None and self.output is None:
            twice = self._looked_for()  # what has been printed cannot be taken back
        elif self.identifier is not None:
            try:
                return self._rated(rater, None, look=True)
            except _SomeTwice as found:
                twice = found.twice
        return self._rated(rater, twice, look=False)

    def _looked_for(self) -> Twice | None:
        """Which names are there twice."""
        from ..stream.ids import Seen, names

        assert self.identifier is not None
        seen = Seen()
        for block in self._named_blocks():
            seen.add(names(block, self.identifier))
        return seen.twice(self._named_blocks(), self.identifier)

    def _named_blocks(self) -> Iterator[Block]:
        from ..stream.sources import named_blocks

        assert self.identifier is not None
        return named_blocks(self.data, self.identifier)

    def _rated(self, rater: Rater, twice: Twice | None, look: bool) -> Done:
        """Where names are to be looked at, raises `_SomeTwice` for those that are: then nothing is written."""
        from ..stream.ids import Seen
        from ..stream.rating import Rating
        from ..stream.sources import opened
        from . import waiting

        done = Done(Tally())
        with ExitStack() as stack:
            source = stack.enter_context(opened(self.data))
            writers = self._writers(stack, source.types or {})
            seen = Seen() if look else None
            rating = Rating(rater, self.identifier, self.inputs, self.carried, twice, seen)
            step = stack.enter_context(waiting.progress_of("rating", source.size))
            whole = (*self.carried, *((self.identifier,) if self.identifier else ()))
            for block in source.blocks(whole, {*whole, *self.inputs}):
                piece = rating.piece(block)
                done.count(piece)
                writers.piece(piece)
                step(source.position)
            if seen is not None and self.identifier is not None:
                found = seen.twice(self._named_blocks(), self.identifier)
                if found is not None:
                    raise _SomeTwice(found)
            done.tally.check()
            writers.end()
        return done

    def _writers(self, stack: ExitStack, types: Mapping[str, pa.DataType]) -> _Writers:
        import pyarrow as pa

        from ..files import write_atomically, write_bytes_atomically
        from ..stream.outputs import CsvOutput, ParquetOutput
        from ..stream.schema import naming_type

        file = _stdout() if self.output is None else stack.enter_context(write_bytes_atomically(self.output))
        naming = self.identifier or "row"
        output: Output
        if self.kind == ".parquet":
            named = naming_type(types.get(self.identifier) if self.identifier else pa.int64())
            carried = {name: types.get(name, pa.string()) for name in self.carried}
            output = ParquetOutput(file, self.program, self.decided, naming, named, carried)
        else:
            output = CsvOutput(file, self.program, self.decided, naming, self.carried)
        stack.callback(output.close)
        rejects = None
        if self.rejects is not None:
            rejects = RejectWriter(stack.enter_context(write_atomically(self.rejects)), naming)
        return _Writers(output, rejects)


@dataclass(slots=True)
class Done:
    """The count, and of the problems of rejected records the first, and how many more there were."""

    tally: Tally
    first: list[Problem] = field(default_factory=list)
    more: int = 0

    def count(self, piece: Piece) -> None:
        tally, rejected = self.tally, len(piece.rejected)
        tally.records += piece.records
        tally.rated += piece.rated
        tally.unrated += piece.unrated
        tally.rejected += rejected
        tally.not_published += piece.not_published
        for each in piece.rejected:
            room = _FIRST - len(self.first)
            self.first += each.problems[:room]
            self.more += len(each.problems[room:])


@dataclass(frozen=True, slots=True)
class _Writers:
    output: Output
    rejects: RejectWriter | None

    def piece(self, piece: Piece) -> None:
        self.output.piece(piece)
        for each in piece.rejected if self.rejects is not None else ():
            assert self.rejects is not None
            self.rejects.rejected(each.id, each.problems)

    def end(self) -> None:
        self.output.end()


class _SomeTwice(Exception):
    def __init__(self, twice: Twice) -> None:
        super().__init__("names are there twice")
        self.twice = twice


def _stdout() -> BinaryIO:
    """Standard output for bytes, also where only text can be written to it."""
    sys.stdout.flush()
    raw: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    return raw if raw is not None else _Decoded()  # type: ignore[return-value]


class _Decoded:
    def write(self, data: bytes) -> int:
        return sys.stdout.write(bytes(data).decode("utf-8"))


def planned(
    program: Program,
    batch: Records,
    data: str,
    output: Path | None,
    kind: str,
    rejects: Path | None,
    decided: bool,
) -> ByColumns | None:
    """None where records are to be rated one by one."""
    from .. import columns as backend

    columns = batch.columns
    if not hasattr(backend, "Rater"):
        return None
    if data == "-" or kind not in (".csv", ".parquet") or path.splitext(data)[1].lower() not in (".csv", ".parquet"):
        return None
    if columns is None or columns.problems or columns.inner or not columns.matched:
        return None
    if path.getsize(data) < SMALLEST or not all(map(find_spec, ("numpy", "pyarrow"))):
        return None
    if batch.rows.types is not None:
        from ..data.parquet import is_value

        if not all(is_value(batch.rows.types[name]) for name in columns.matched):
            return None
    inputs = tuple(name for name in batch.rows.columns or () if name in columns.matched)
    return ByColumns(program, data, batch.identifier, inputs, columns.unknown, output, kind, rejects, decided)
