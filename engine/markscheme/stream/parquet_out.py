"""Tables of results to a Parquet file. Knows how rows are grouped, and nothing of what they mean.

However the rows come, row groups are of one size and dictionaries are told once: the same results are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from .schema import Layout

ROWS = 1 << 17  # in a row group


class ParquetOut:
    """`end` writes what is left. The first column names the records: it repeats itself seldom, so it has no
    dictionary."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        schema = layout.schema
        self._theirs = [
            (index, field)
            for index, field in enumerate(schema)
            if pa.types.is_dictionary(field.type) and field.name not in layout.words
        ]
        naming, *others = schema
        coded = [field.name for field in others if _repeats(field.type)]
        plain = [field.name for field in schema if field.name not in layout.words]
        numbered = pa.types.is_integer(naming.type)
        self._writer = pq.ParquetWriter(
            file,
            schema,
            use_dictionary=coded,
            compression="snappy",
            write_statistics=plain,  # what words a dictionary has is known
            column_encoding={naming.name: "DELTA_BINARY_PACKED"} if numbered else None,
        )
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def table(self, found: pa.Table) -> None:
        self.write(self.groups(found))

    def groups(self, found: pa.Table) -> list[pa.Table]:
        """The row groups that are full with these rows, to be written; the others wait for more."""
        self._waiting.append(found)
        self._rows += found.num_rows
        if self._rows < ROWS:
            return []
        whole = pa.concat_tables(self._waiting)
        full = [whole.slice(start, ROWS).combine_chunks() for start in range(0, whole.num_rows - ROWS + 1, ROWS)]
        rest = whole.slice(whole.num_rows // ROWS * ROWS)
        self._waiting, self._rows = [rest], rest.num_rows
        return full

    def write(self, groups: Iterable[pa.Table]) -> None:
        for rows in groups:
            for index, field in self._theirs:  # the order of a dictionary that the data brought is that it came in
                plain = rows.column(index).cast(field.type.value_type).combine_chunks()
                rows = rows.set_column(index, field, plain.dictionary_encode().cast(field.type))
            self._writer.write_table(rows, row_group_size=ROWS)

    def end(self) -> None:
        if self._rows:
            self.write([pa.concat_tables(self._waiting).combine_chunks()])
        self._waiting, self._rows = [], 0
        self._writer.close()

    def close(self) -> None:
        """Lets go of the file, before it is closed itself; what has been written is no whole file where `end` was not
        called."""
        with suppress(OSError, ValueError, pa.ArrowException):
            self._writer.close()


def _repeats(type: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(type) or pa.types.is_string(type) or pa.types.is_large_string(type))
