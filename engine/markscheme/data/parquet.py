"""Parquet to batches of columns, and to rows. Knows which types can be values, and no methodology.

Refused by what the footer says, before anything is read: what unpacks to too much, what is encrypted or damaged, more
columns than a record may have. A type that is no text and no exact number is no value: where an input is read from
such a column every record is rejected; where none is, it is carried through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from ..diagnostics import Problem
from ..echo import shown
from .csv_text import MOST_COLUMNS, header
from .parquet_footer import Damaged, Encrypted, Group, groups_of
from .row import Row, Unreadable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LARGEST_CHUNK = 512 << 20  # bytes of one column of one row group, unpacked
MOST_PACKED = 300  # times smaller than unpacked, of a chunk that is large; ordinary ones reach 20
_LARGE = 64 << 20
_MOST_NESTED = 50_000_000  # values in the lists of one row group
_LONGEST_CELL = 131_072  # characters, as in CSV
_SMALL = 127  # texts of a dictionary
_REPEATS = 4  # bytes a value: a column of less repeats itself, and is read as a dictionary
BATCH = 1 << 17  # rows
_FEW = 1 << 12  # rows that are turned into Python's own values at a time
_TYPED = "write levels as text, and numbers as integers, decimals or floats of 64 bits"


@dataclass(frozen=True, slots=True)
class Held(Problem):
    """A cell of a type that no input has. It can be carried through as the `scalar` that it is."""

    scalar: object = None


class Parquet:
    """A Parquet file whose footer has been looked at. `types` are those of its columns, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        """Raises `Unreadable`. Whoever opened the stream closes it."""
        self._stream = stream
        self._groups = _footer(stream)
        file = _opened(stream, [])
        self._said, schema = file.metadata, file.schema_arrow
        if len(schema.names) > MOST_COLUMNS:
            raise Unreadable(Problem("MS512", f"the data has more than {MOST_COLUMNS:,} columns"))
        if not schema.names:
            raise Unreadable(Problem("MS505", "the data has no columns", hint="write one column for each input"))
        self.columns = header(schema.names, "the schema")
        self.types: dict[str, pa.DataType] = dict(zip(self.columns, map(_of_today, schema.types), strict=True))
        self._names = dict(zip(self.columns, schema.names, strict=True))
        self.records = sum(group.rows for group in self._groups)
        self._refuse_what_unpacks()

    def batches(
        self, whole: Collection[str] = (), only: Collection[str] | None = None, skip: int = 0, rows: int = BATCH
    ) -> Iterator[pa.RecordBatch]:
        """All records after the first `skip`, in order, in batches of at most `rows`. Text is read as a dictionary, but
        for columns in `whole` that do not repeat themselves. `only` are the columns to be read. Raises `Unreadable`."""
        import pyarrow as pa

        first = 0
        while first < len(self._groups) and skip >= self._groups[first].rows:
            skip -= self._groups[first].rows
            first += 1
        wanted = [name for name in self.columns if only is None or name in only]
        texts = [name for name in wanted if is_text(self.types[name]) and (name not in whole or self._repeats(name))]
        coded = [place for place, name in enumerate(wanted) if name in texts and name not in whole]
        try:
            self._stream.seek(0)
            file = _opened(_direct(self._stream), [self._names[name] for name in texts], self._said)
            # Names with dots may be paths into other columns: then all are read, and those left out that are not asked.
            flat = all(len(chunk.path) == 1 for group in self._groups[:1] for chunk in group.chunks)
            groups = list(range(first, len(self._groups)))
            names = [self._names[name] for name in wanted] if flat else None
            # Dictionaries within lists and structs cannot be joined, so there each row group stands for itself. Others
            # could be, but never are: batches over the end of a group would come in two pieces.
            apart = texts and self.records >= _FEW * len(self._groups)
            alone = apart or any(_dictionary_within(self.types[name]) for name in wanted)
            found = chain.from_iterable(
                file.iter_batches(batch_size=rows, row_groups=each, columns=names)
                for each in ([[group] for group in groups] if alone else [groups])
            )
            while (batch := next(found, None)) is not None:
                if skip:
                    batch, skip = batch.slice(skip), max(0, skip - batch.num_rows)
                if batch.num_rows:
                    batch = _without_views(batch.rename_columns(wanted if flat else self.columns).select(wanted))
                    _refuse_long_texts(batch)
                    yield _narrowed(batch, coded)
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(str(error)) from None

    def rows(self) -> Iterator[Row]:
        """The same records as rows of Python's own values."""
        number = 0
        for batch in self.batches():
            for start in range(0, batch.num_rows, _FEW):
                part = batch.slice(start, _FEW)
                columns = [cells(column) for column in part.columns]
                for values in zip(*columns, strict=True):
                    number += 1
                    yield Row(number, f"row {number}", dict(zip(self.columns, values, strict=True)))

    def _repeats(self, name: str) -> bool:
        """Whether a column of text holds less than its values would take if each stood there itself."""
        import pyarrow as pa

        if pa.types.is_dictionary(self.types[name]):
            return True
        path = (self._names[name],)
        chunks = [chunk for group in self._groups for chunk in group.chunks if chunk.path == path]
        return any(chunk.unpacked < _REPEATS * chunk.values for chunk in chunks)

    def _refuse_what_unpacks(self) -> None:
        for group in self._groups:
            for chunk in group.chunks:
                name = shown(".".join(chunk.path), 60)
                bomb = chunk.unpacked > _LARGE and chunk.unpacked > MOST_PACKED * max(chunk.packed, 1)
                if chunk.unpacked > LARGEST_CHUNK or bomb:
                    message = f"a column of the data unpacks to {chunk.unpacked >> 20:,} MB"
                    raise Unreadable(Problem("MS512", message, name, hint="write it in smaller row groups"))
                if chunk.values > max(_MOST_NESTED, group.rows):
                    message = f"a column of lists holds {chunk.values:,} values in {group.rows:,} rows"
                    raise Unreadable(Problem("MS512", message, name, hint="leave it out"))


def is_text(type: pa.DataType) -> bool:
    """Text, or a dictionary of text."""
    import pyarrow as pa

    if pa.types.is_dictionary(type):
        return is_text(type.value_type)
    return bool(pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type))


def is_value(type: pa.DataType) -> bool:
    """Whether an input may be read from it: text or numbers. A float of 32 bits is the number that its bits are: seldom
    one with few decimals."""
    import pyarrow as pa

    floating = pa.types.is_float64(type) or pa.types.is_float32(type)
    return bool(is_text(type) or pa.types.is_integer(type) or pa.types.is_decimal(type) or floating)


def holds_nothing(type: pa.DataType) -> bool:
    """Whether something in it is always null, as one member of a struct may be."""
    return any(str(each.type) == "null" or holds_nothing(each.type) for each in _fields(type))


def array_of_scalars(scalars: Sequence[object], type: pa.DataType) -> pa.Array:
    """Cells that were held, together again, None where there was nothing."""
    import pyarrow as pa

    if not holds_nothing(type):
        return pa.array(scalars, type)
    return pa.concat_arrays(
        [pa.nulls(0, type), *(pa.nulls(1, type) if x is None else pa.repeat(x, 1) for x in scalars)]
    )


def cells(column: pa.Array) -> list[object]:
    """The values as rows have them: text, exact numbers, true and false; of any other type why it is no value."""
    import pyarrow as pa

    type = column.type
    if pa.types.is_dictionary(type) and is_text(type):
        words = column.dictionary.to_pylist()  # each is there once, however often it stands in the column
        return [None if place is None else words[place] for place in column.indices.to_pylist()]
    if is_value(type) or pa.types.is_boolean(type) or pa.types.is_null(type):
        return list(column.to_pylist())
    message = f"the column holds `{shown(str(type), 40)}`, which is neither text nor a number"
    values = _texts(column)
    return [
        None if text is None else Held("MS547", message, None, shown(text), None, _TYPED, scalar)
        for text, scalar in zip(values, column, strict=True)
    ]


def as_text(column: pa.Array) -> pa.Array:
    """The values as CSV carries them through: each distinct one is written once."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        if not is_text(column.type):
            return as_text(column.dictionary_decode())
        return column.cast(pa.string())
    if is_text(column.type) or pa.types.is_integer(column.type):
        return column.cast(pa.string())
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), pa.string())
    if not is_value(column.type) and not pa.types.is_boolean(column.type):
        return pa.array(_texts(column), pa.string())
    distinct = column.dictionary_encode()
    words = [None if value is None else plain_text(value) for value in distinct.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(distinct.indices)


def plain_text(value: object) -> str:
    """An exact number, or true or false, as it is carried through."""
    from decimal import Decimal

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if value != value or value in (float("inf"), float("-inf")) else f"{Decimal(repr(value)):f}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _texts(column: pa.Array) -> list[str | None]:
    """Of types that are no values: dates as ISO 8601 has them, lists as Python shows them."""
    import pyarrow as pa

    try:
        return list(column.cast(pa.string()).to_pylist())
    except pa.ArrowException:
        return [None if not each.is_valid else _scalar_text(each) for each in column]


def _scalar_text(scalar: object) -> str:
    try:
        return str(scalar)
    except Exception:  # a time that Python cannot hold
        return f"({type(scalar).__name__})"


def _fields(type: pa.DataType) -> list[pa.Field]:
    import pyarrow as pa

    return [type.field(place) for place in range(type.num_fields)] if pa.types.is_nested(type) else []


def _dictionary_within(type: pa.DataType) -> bool:
    return any(str(each.type).startswith("dictionary<") or _dictionary_within(each.type) for each in _fields(type))


def _of_today(type: pa.DataType) -> pa.DataType:
    """The type by which columns are read: Arrow can compare, filter and write few of the views that it has of text and
    of bytes, and what they hold is the same."""
    import pyarrow as pa

    if pa.types.is_string_view(type):
        return pa.string()
    if pa.types.is_binary_view(type):
        return pa.binary()
    if pa.types.is_dictionary(type):
        return pa.dictionary(type.index_type, _of_today(type.value_type), type.ordered)
    inner = [each.with_type(_of_today(each.type)) for each in _fields(type)]
    if pa.types.is_struct(type):
        return pa.struct(inner)
    if pa.types.is_list(type):
        return pa.list_(inner[0])
    if pa.types.is_large_list(type):
        return pa.large_list(inner[0])
    if pa.types.is_fixed_size_list(type):
        return pa.list_(inner[0], type.list_size)
    return type


def _without_views(batch: pa.RecordBatch) -> pa.RecordBatch:
    for place, name in enumerate(batch.schema.names):
        column = batch.column(place)
        today = _of_today(column.type)
        if today != column.type:
            batch = batch.set_column(place, name, column.cast(today))
    return batch


def _narrowed(batch: pa.RecordBatch, coded: Sequence[int]) -> pa.RecordBatch:
    """The places in dictionaries of few texts in one byte each, where Arrow gives four."""
    import pyarrow as pa

    columns = batch.columns
    for place in coded:
        column = columns[place]
        if pa.types.is_dictionary(column.type) and len(column.dictionary) <= _SMALL:
            columns[place] = pa.DictionaryArray.from_arrays(
                column.indices.cast(pa.int8()), column.dictionary, safe=False
            )
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _refuse_long_texts(batch: pa.RecordBatch) -> None:
    """A cell is as long as one of CSV may be, and a dictionary holds a text once however often it stands there: what
    all of them would take is looked at before any is written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if not is_text(texts.type) or not len(texts):
            continue
        most = texts.nbytes  # of all together
        if most <= _LONGEST_CELL and (texts is column or most * len(column) <= LARGEST_CHUNK):
            continue
        lengths = pc.binary_length(texts)
        longest = pc.max(lengths).as_py() or 0
        if longest > _LONGEST_CELL:
            message = f"a cell is longer than {_LONGEST_CELL:,} characters"
            raise Unreadable(Problem("MS512", message, name, hint="leave the column out"))
        if texts is not column and longest * len(column) > LARGEST_CHUNK:
            unpacked = pc.sum(lengths.cast(pa.int64()).take(column.indices)).as_py() or 0
            if unpacked > LARGEST_CHUNK:
                message = f"a column of the data unpacks to {unpacked >> 20:,} MB in {len(column):,} rows"
                raise Unreadable(Problem("MS512", message, name, hint="leave the column out"))


def _direct(stream: BinaryIO) -> BinaryIO | pa.NativeFile:
    """The same file as Arrow reads it itself: for each piece of Python's it would wait for the interpreter's lock."""
    import pyarrow as pa

    try:
        return pa.OSFile(f"/dev/fd/{stream.fileno()}")
    except (OSError, ValueError, AttributeError):  # no file of the system's, or a system that has no such names
        return stream


def _opened(
    stream: BinaryIO | pa.NativeFile, dictionaries: list[str], said: pq.FileMetaData | None = None
) -> pq.ParquetFile:
    """`said` is what the footer says, where it has been read."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq  # an extra, and slow to load
    except ImportError:
        hint = "`pip install markscheme[columns]`, or write the data as CSV"
        raise Unreadable(Problem("MS518", "Parquet files need pyarrow", hint=hint), 2) from None
    try:
        return pq.ParquetFile(
            stream,
            metadata=said,
            read_dictionary=dictionaries,
            pre_buffer=False,  # else all that has been read is kept until the end
        )
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(str(error)) from None


def _footer(stream: BinaryIO) -> tuple[Group, ...]:
    if stream.seek(0, 2) < 12:
        raise Unreadable(Problem("MS505", "the data is empty", hint="write one column for each input"))
    try:
        return groups_of(stream)
    except Encrypted:
        hint = "decrypt it first: a key is nothing that this program should hold"
        raise Unreadable(Problem("MS517", "the file is encrypted", hint=hint)) from None
    except Damaged as error:
        raise _damaged(str(error)) from None


def _damaged(why: str) -> Unreadable:
    message = "the file is no Parquet that can be read"
    first = why.splitlines()[0] if why else None
    return Unreadable(Problem("MS517", message, None, first and shown(first), hint="write it again"))
