"""Data files that are read in blocks of columns, as often as is asked. Knows which they are; rates nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..data import kind_of, open_file
from ..data.blocks import Block
from ..data.csv_blocks import CsvBlocks
from ..data.lines import Stream
from ..data.parquet import Parquet
from .threads import Ahead

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = (".csv", ".parquet")
_ROOM = 24 << 20  # bytes of what has been read and not asked for


class Source:
    """An open data file, to be read once. `columns` are its column names, `types` those of Parquet's; `size` and
    `position` are in bytes, of Parquet in rows."""

    def __init__(self, found: CsvBlocks | Parquet, size: int, stream: Stream | None) -> None:
        self._found, self._stream = found, stream
        self.size = size
        self.columns: tuple[str, ...] = found.columns
        self.types: Mapping[str, pa.DataType] | None = found.types if isinstance(found, Parquet) else None
        self._rows = 0
        self._ahead: Ahead[pa.RecordBatch] | None = None

    @property
    def position(self) -> int:
        return self._rows if self._stream is None else self._stream.position

    def blocks(
        self, whole: Collection[str] = (), only: Collection[str] | None = None, skip: int = 0
    ) -> Iterator[Block]:
        """All records after the first `skip` (of Parquet only). Columns in `whole` may be text, where others are
        dictionaries of text. `only` are the columns that are read. Parquet is read from now on, by another thread."""
        if isinstance(self._found, CsvBlocks):
            return self._found.blocks(whole, only)
        self.close()
        self._rows = skip
        self._ahead = Ahead(self._found.batches(whole, only, skip), _size, _ROOM)
        return self._numbered(self._ahead)

    def _numbered(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Block]:
        for batch in batches:
            first = self._rows + 1
            self._rows += batch.num_rows
            yield Block(batch, range(first, self._rows + 1), "row")

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()


def _size(batch: pa.RecordBatch) -> int:
    return int(batch.nbytes)


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Raises `Unreadable`, also while blocks are read."""
    kind = kind_of(path)
    raw, size = open_file(path)
    with raw:
        if kind == ".parquet":
            parquet = Parquet(raw)
            source = Source(parquet, parquet.records, None)
            try:
                yield source
            finally:
                source.close()
        else:
            from ..columns import compiled  # late: Parquet is read while all of that is loaded

            stream = Stream(raw)
            yield Source(CsvBlocks(stream, compiled.loop), size, stream)


def named_blocks(path: str, identifier: str) -> Iterator[Block]:
    """The column that names the records, once more."""
    with opened(path) as source:
        yield from source.blocks((identifier,), (identifier,))
