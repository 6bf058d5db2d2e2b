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
from .threads import ahead

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = (".csv", ".parquet")


class Source:
    """An open data file, to be read once. `columns` are its column names, `types` those of Parquet's; `size` and
    `position` are in bytes, of Parquet in rows."""

    def __init__(self, found: CsvBlocks | Parquet, size: int, stream: Stream | None) -> None:
        self._found, self._stream = found, stream
        self.size = size
        self.columns: tuple[str, ...] = found.columns
        self.types: Mapping[str, pa.DataType] | None = found.types if isinstance(found, Parquet) else None
        self._rows = 0

    @property
    def position(self) -> int:
        return self._rows if self._stream is None else self._stream.position

    def blocks(
        self, whole: Collection[str] = (), only: Collection[str] | None = None, skip: int = 0
    ) -> Iterator[Block]:
        """All records after the first `skip` (of Parquet only). Columns in `whole` may be text, where others are
        dictionaries of text. `only` are the columns that are read."""
        if isinstance(self._found, CsvBlocks):
            yield from self._found.blocks(whole, only)
            return
        self._rows = skip
        for batch in ahead(self._found.batches(whole, only, skip)):
            first = self._rows + 1
            self._rows += batch.num_rows
            yield Block(batch, range(first, self._rows + 1), "row")


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Raises `Unreadable`, also while blocks are read."""
    kind = kind_of(path)
    raw, size = open_file(path)
    with raw:
        if kind == ".parquet":
            parquet = Parquet(raw)
            yield Source(parquet, parquet.records, None)
        else:
            stream = Stream(raw)
            yield Source(CsvBlocks(stream), size, stream)


def named_blocks(path: str, identifier: str) -> Iterator[Block]:
    """The column that names the records, once more."""
    with opened(path) as source:
        yield from source.blocks((identifier,), (identifier,))
