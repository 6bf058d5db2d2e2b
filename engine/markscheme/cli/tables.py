"""Rated records, one after the other, to a table of results in Parquet. Opens no file.

What a table of columns becomes is the same: `stream` writes both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from ..data.parquet import Held, array_of_scalars
from ..data.row import Unreadable
from ..diagnostics import Problem
from ..ir import Absent, Program
from ..stream.heads import reason, results_of
from .output import Tally, Waiting, cell, deciding
from .records import Rated

if TYPE_CHECKING:
    import pyarrow as pa

    from ..stream.parquet_out import ParquetOut
    from ..stream.schema import Layout

_BATCH = 4096  # records


class TableWriter:
    """`types` are those of the columns of the data, none where all are text; `unknown` the columns carried through,
    None where they are known only when all records have been seen: then all are held."""

    def __init__(
        self,
        file: BinaryIO,
        program: Program,
        decided: bool,
        identifier: str | None,
        types: Mapping[str, pa.DataType] | None,
        unknown: tuple[str, ...] | None,
    ) -> None:
        parquet_or_refused()
        from ..explain.wording import words_of
        from ..stream.schema import own_types

        self._file, self._program, self._decided, self._identifier = file, program, decided, identifier
        self._types = types or {}
        self._results = results_of(program)
        self._words = words_of(program)
        self._rows: list[tuple[list[Any], Mapping[str, object]]] = []
        self._held = Waiting() if unknown is None else None
        self._carried = dict.fromkeys(unknown or ())
        self._out = self._begin() if unknown is not None else None
        self._own_columns = frozenset(own_types(program, decided))

    def _begin(self) -> tuple[Layout, ParquetOut]:
        import pyarrow as pa

        from ..stream.parquet_out import ParquetOut
        from ..stream.schema import layout, naming_type

        named = naming_type(self._types.get(self._identifier) if self._identifier else pa.int64())
        carried = {name: self._types.get(name, pa.string()) for name in self._carried}
        made = layout(self._program, self._decided, self._identifier or "row", named, carried)
        return made, ParquetOut(self._file, made)

    def record(self, record: Rated) -> None:
        if record.result is None:
            return
        cells = [record.id, *self._own(record)]
        if self._held is not None:
            self._held.add(cells, record.carried)
        else:
            self._row(cells, record.carried)

    def end(self, tally: Tally) -> None:
        if self._held is not None:
            self._carried = self._held.columns
            self._out = self._begin()
            for cells, carried in self._held.rows():
                self._row(cells, carried)
        self._flush()
        assert self._out is not None
        self._out[1].end()

    def close(self) -> None:
        """Before the file is closed, whatever has happened."""
        if self._out is not None:
            self._out[1].close()
        if self._held is not None:
            self._held.close()

    def _row(self, cells: list[Any], carried: Mapping[str, object]) -> None:
        self._rows.append((cells, carried))
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        assert self._out is not None
        layout, out = self._out
        if self._rows:
            columns = [list(column) for column in zip(*(cells for cells, _ in self._rows), strict=True)]
            columns += [[carried.get(name) for _, carried in self._rows] for name in self._carried]
            arrays = [
                array_of(values, field, layout.words) for values, field in zip(columns, layout.schema, strict=True)
            ]
            out.table(pa.Table.from_arrays(arrays, schema=layout.schema))
            self._rows = []

    def _own(self, record: Rated) -> list[str | bool | None]:
        result = record.result
        assert result is not None
        values = [result.value(key) for key, _ in self._results]
        found: list[str | bool | None] = []
        for value, (_, step) in zip(values, self._results, strict=True):
            found.append(None if isinstance(value, Absent) else self._words.exact(value, step.type))
        for value, (_, step) in zip(values, self._results, strict=True):
            if reason(step) is not None:
                found.append(value.reason if isinstance(value, Absent) else None)
        if self._decided:
            found += (deciding(step, result, key) for key, step in self._results)
        found.append("rated" if result.rated else "unrated")
        found += [record.not_published] * ("not_published" in self._own_columns) + [" ".join(result.assumed)] * (
            "assumed" in self._own_columns
        )
        return found


def array_of(values: Sequence[object], field: pa.Field, words: Mapping[str, tuple[str, ...]]) -> pa.Array:
    """Values as the field has them. A cell that could not be read is carried through as it is."""
    import pyarrow as pa

    type = field.type
    if field.name in words:
        places = {word: place for place, word in enumerate(words[field.name])}
        indices = [None if value is None else places[str(value)] for value in values]
        return pa.DictionaryArray.from_arrays(pa.array(indices, type.index_type), pa.array(words[field.name]))
    if pa.types.is_integer(type):
        return pa.array([None if value is None else int(str(value)) for value in values], type)
    if pa.types.is_decimal(type):
        return pa.array([None if value is None else _decimal(value) for value in values], type)
    if pa.types.is_string(type):
        return pa.array([None if value is None else cell(value) for value in values], type)
    return array_of_scalars([each.scalar if isinstance(each, Held) else each for each in values], type)


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def parquet_or_refused() -> None:
    """Raises `Unreadable` where nothing can write Parquet."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        hint = "`pip install markscheme[columns]`, or write .csv"
        raise Unreadable(Problem("MS518", "Parquet files need pyarrow", hint=hint), 2) from None
