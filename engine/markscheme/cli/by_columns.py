"""Large files, rated block by block by columns, where that gives what records one by one do. Prints nothing.

Elsewhere (JSON, Excel, results of other methodologies, types that are no values) there is no plan, and records are
rated one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from io import BytesIO, StringIO
from os import path
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..diagnostics import Problem
from ..render import problem_as_json
from . import alone
from .output import RejectWriter, Tally

if TYPE_CHECKING:
    import pyarrow as pa

    from ..columns import Rater
    from ..data.blocks import Block
    from ..ir import Program
    from ..stream.ids import Twice
    from ..stream.outputs import Output, ParquetOutput
    from ..stream.parts import Parts
    from ..stream.rating import Piece, Rejected
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
    resume: bool = False

    def rate(self) -> Done:
        """Everything rated and written. May raise `Unreadable`; then nothing is written."""
        twice: Twice | None = None
        if self.resume:
            return self._taken_up()
        if self.identifier is not None and self.output is None:
            twice = self._looked_for()  # what has been printed cannot be taken back
        elif self.identifier is not None:
            try:
                return self._rated(None, look=True)
            except _SomeTwice as found:
                twice = found.twice
        return self._rated(twice, look=False)

    def _rater(self) -> Rater:
        """What rates; to be asked for when the data is being read, for it takes as long to load as to read half of
        them."""
        with alone.loading():
            from ..columns import Rater

            return Rater(self.program, self.decided)

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

    def _rated(self, twice: Twice | None, look: bool) -> Done:
        """Where names are to be looked at, raises `_SomeTwice` for those that are: then nothing is written."""
        from ..stream.sources import opened
        from ..stream.threads import Behind
        from . import waiting

        done = Done(Tally())
        whole = (*self.carried, *((self.identifier,) if self.identifier else ()))
        with ExitStack() as stack:
            source = stack.enter_context(opened(self.data))
            blocks = source.blocks(whole, {*whole, *self.inputs})
            rater = self._rater()
            from ..stream.ids import Seen
            from ..stream.rating import Rating

            writers = self._writers(stack, source.types or {}, rater)
            behind = stack.enter_context(Behind())
            seen = Seen() if look else None
            rating = Rating(rater, self.identifier, self.inputs, self.carried, twice, seen)
            step = stack.enter_context(waiting.progress_of("rating", source.size))
            for block in blocks:
                piece = rating.piece(block)
                done.count(piece)
                behind.call(partial(writers.rest, writers.output.begun(piece), piece.rejected))
                step(source.position)
            behind.end()
            if seen is not None and self.identifier is not None:
                found = seen.twice(self._named_blocks(), self.identifier)
                if found is not None:
                    raise _SomeTwice(found)
            done.tally.check()
            writers.end()
        return done

    # --- in parts ----------------------------------------------------------------------------------------------------

    def _taken_up(self) -> Done:
        """As `rate`, in parts that are kept until all of them are there."""
        from ..stream.parts import Parts

        assert self.output is not None
        parts = Parts(Path(f"{self.output}.parts"), self._about())
        with parts.kept():
            return self._in_parts(self._rater(), parts)

    def _in_parts(self, rater: Rater, parts: Parts) -> Done:
        from ..stream.parts import PART
        from ..stream.rating import Rating
        from ..stream.sources import opened
        from . import waiting

        finished = parts.begin()
        done = Done(Tally())
        for said in finished:
            done.again(said)
        twice = self._looked_for() if self.identifier is not None else None
        with ExitStack() as stack:
            source = stack.enter_context(opened(self.data))
            rating = Rating(rater, self.identifier, self.inputs, self.carried, twice)
            output = self._parquet(BytesIO(), source.types or {})
            step = stack.enter_context(waiting.progress_of("rating", source.size))
            rating.start = min(len(finished) * PART, source.size)
            kept = _Part(output)
            whole = (*self.carried, *((self.identifier,) if self.identifier else ()))
            for block in source.blocks(whole, {*whole, *self.inputs}, rating.start):
                at = 0
                while at < block.batch.num_rows:
                    room = PART - rating.start % PART
                    piece = rating.piece(block.cut(at, min(room, block.batch.num_rows - at)))
                    at += piece.records
                    kept.piece(piece)
                    if rating.start % PART == 0 or rating.start == source.size:
                        parts.save(len(finished), *kept.whole())
                        finished.append(kept.said())
                        done.again(finished[-1])
                        kept = _Part(output)
                step(source.position)
            done.tally.check()
        self._put_together(parts, len(finished))
        return done

    def _about(self) -> dict[str, object]:
        import pyarrow as pa

        from .. import __version__
        from ..stream.parts import identity

        return {
            "made by": f"{__version__}, pyarrow {pa.__version__}",
            "methodology": f"{self.program.id}@{self.program.version}",
            "digest": self.program.digest,
            "data": identity(self.data),
            "options": {"id": self.identifier, "decided": self.decided},
        }

    def _put_together(self, parts: Parts, count: int) -> None:
        from ..files import write_atomically, write_bytes_atomically

        assert self.output is not None
        with ExitStack() as stack:
            file = stack.enter_context(write_bytes_atomically(self.output))
            output = self._parquet(file, self._types())
            stack.callback(output.close)
            for table in parts.tables(count):
                output.rows(table)
            if self.rejects is not None:
                text = stack.enter_context(write_atomically(self.rejects))
                RejectWriter(text, self.naming)
                for piece in parts.rejects(count):
                    text.write(piece)
            output.end()
        parts.remove()

    # --- what is written ---------------------------------------------------------------------------------------------

    @property
    def naming(self) -> str:
        """What the column is called that names records."""
        return self.identifier or "row"

    def _types(self) -> Mapping[str, pa.DataType]:
        from ..stream.sources import opened

        with opened(self.data) as source:
            return source.types or {}

    def _parquet(self, file: BinaryIO, types: Mapping[str, pa.DataType], rater: Rater | None = None) -> ParquetOutput:
        import pyarrow as pa

        from ..stream.outputs import ParquetOutput
        from ..stream.schema import layout, naming_type

        named = naming_type(types.get(self.identifier) if self.identifier else pa.int64())
        carried = {name: types.get(name, pa.string()) for name in self.carried}
        return ParquetOutput(file, layout(self.program, self.decided, self.naming, named, carried, rater))

    def _writers(self, stack: ExitStack, types: Mapping[str, pa.DataType], rater: Rater) -> _Writers:
        from ..files import write_atomically, write_bytes_atomically
        from ..stream.outputs import CsvOutput

        file = _stdout() if self.output is None else stack.enter_context(write_bytes_atomically(self.output))
        output: Output
        if self.kind == ".parquet":
            output = self._parquet(file, types, rater)
        else:
            output = CsvOutput(file, self.program, self.decided, self.naming, self.carried)
        stack.callback(output.close)
        rejects = None
        if self.rejects is not None:
            rejects = RejectWriter(stack.enter_context(write_atomically(self.rejects)), self.naming)
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

    def said(self) -> dict[str, object]:
        """What is kept of it with a part."""
        return {
            "count": self.tally.as_json(),
            "first": [problem_as_json(each) for each in self.first],
            "more": self.more,
        }

    def again(self, said: Mapping[str, object]) -> None:
        """What was kept, counted with the others."""
        count, first = said["count"], said["first"]
        assert isinstance(count, dict)
        assert isinstance(first, list)
        for key, number in count.items():
            setattr(self.tally, key, getattr(self.tally, key) + number)
        room = _FIRST - len(self.first)
        self.first += [Problem(**each) for each in first[:room]]
        self.more += len(first[room:]) + int(str(said["more"]))


class _Part:
    """What has come of the records of a part so far."""

    def __init__(self, output: ParquetOutput) -> None:
        self._output = output
        self._tables: list[pa.Table] = []
        self._text = StringIO()
        self._rejects = RejectWriter(self._text, None)
        self._done = Done(Tally())

    def piece(self, piece: Piece) -> None:
        self._done.count(piece)
        self._tables.append(self._output.table(piece))
        for each in piece.rejected:
            self._rejects.rejected(each.id, each.problems)

    def said(self) -> dict[str, object]:
        return self._done.said()

    def whole(self) -> tuple[pa.Table, str, dict[str, object]]:
        import pyarrow as pa

        return pa.concat_tables(self._tables), self._text.getvalue(), self.said()


@dataclass(frozen=True, slots=True)
class _Writers:
    output: Output
    rejects: RejectWriter | None

    def rest(self, output: Callable[[], None], rejected: Sequence[Rejected]) -> None:
        """Of a piece that the output has begun."""
        output()
        for each in rejected if self.rejects is not None else ():
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
    resume: bool,
) -> ByColumns | None:
    """None where records are to be rated one by one."""
    columns = batch.columns
    if data == "-" or kind not in (".csv", ".parquet") or path.splitext(data)[1].lower() not in (".csv", ".parquet"):
        return None
    if columns is None or columns.problems or columns.inner or not columns.matched:
        return None
    if (path.getsize(data) < SMALLEST and not resume) or not all(map(find_spec, ("numpy", "pyarrow"))):
        return None
    if batch.rows.types is not None:
        from ..data.parquet import is_value

        if not all(is_value(batch.rows.types[name]) for name in columns.matched):
            return None
    alone.without_pandas((batch.rows.types or {}).values())
    inputs = tuple(name for name in batch.rows.columns or () if name in columns.matched)
    return ByColumns(program, data, batch.identifier, inputs, columns.unknown, output, kind, rejects, decided, resume)
