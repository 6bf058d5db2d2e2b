"""Pieces of results to CSV and to Parquet: the same bytes as records one by one give. Knows layouts; opens no file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.parquet import as_text, is_text
from ..intake.headings import label
from ..ir import Program
from .csv_out import CsvText
from .heads import around, line, results_of, wide_heads
from .parquet_out import ParquetOut
from .rating import Piece
from .schema import Layout

_NO_YES = pa.array(["no", "yes"])


class Output(Protocol):
    """Takes pieces as they come; `end` once, after the last."""

    def begun(self, piece: Piece) -> Callable[[], None]:
        """What is left to do of a piece: to be called in the order of the pieces, by another thread if need be, while
        the next one is begun."""

    def end(self) -> None: ...

    def close(self) -> None:
        """Before the file is closed, whatever has happened."""


class CsvOutput:
    def __init__(self, file: BinaryIO, program: Program, decided: bool, naming: str, carried: Sequence[str]) -> None:
        self._file = file
        self._labels = [label(key) for key, _ in results_of(program)]
        self._decided = [f"decided.{each}" for each in self._labels] if decided else []
        heads = wide_heads(program, decided).columns
        first, others = around(naming, carried, heads)
        file.write(line([first, *heads, *others]).encode())
        self._text = CsvText()

    def begun(self, piece: Piece) -> Callable[[], None]:
        return partial(self._piece, piece)

    def _piece(self, piece: Piece) -> None:
        rows = len(piece.ids)
        if not rows:
            return
        results = piece.results.combine_chunks()
        columns = [piece.ids if pa.types.is_integer(piece.ids.type) else _texts(piece.ids)]
        columns += [_value(results, name) for name in self._labels]
        columns += [_truth(results, "not_published"), _said(results, "assumed")]
        columns += [_said(results, name) for name in self._decided]
        columns += [column if is_text(column.type) else as_text(column) for column in piece.carried]
        for text in self._text.text(columns):
            self._file.write(text)

    def end(self) -> None:
        pass

    def close(self) -> None:
        pass


class ParquetOutput:
    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._layout = layout
        self._out = ParquetOut(file, layout)

    def begun(self, piece: Piece) -> Callable[[], None]:
        """To write takes longer than all else, so that is all that is left."""
        return partial(self._out.write, self._out.groups(self.table(piece)) if len(piece.ids) else ())

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece as the file has them."""
        results = piece.results.combine_chunks()
        fields = list(self._layout.schema)
        own = fields[1 : 1 + len(self._layout.own)]
        columns = [piece.ids.cast(fields[0].type)]
        columns += [_as_field(results, field, self._layout.words.get(field.name)) for field in own]
        theirs = fields[1 + len(own) :]
        columns += [_cast(column, field.type) for column, field in zip(piece.carried, theirs, strict=True)]
        return pa.Table.from_arrays(columns, schema=self._layout.schema)

    def rows(self, table: pa.Table) -> None:
        """What `table` gave before."""
        if table.num_rows:
            self._out.table(table)

    def end(self) -> None:
        self._out.end()

    def close(self) -> None:
        self._out.close()


# --- columns of results ----------------------------------------------------------------------------------------------


def _column(results: pa.Table, name: str) -> pa.Array | None:
    if name not in results.column_names:
        return None
    found = results.column(name)
    return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()


def _value(results: pa.Table, name: str) -> pa.Array:
    """A result as text, or the reason why there is none."""
    value = _column(results, name)
    why = _column(results, f"absent.{name}")
    found = _texts(value)
    if why is None or why.null_count == len(why):
        return found
    if not (pa.types.is_dictionary(found.type) and pa.types.is_dictionary(why.type)):
        return pc.coalesce(_plain(found), _plain(_texts(why)))
    shift = len(found.dictionary)
    here, there = found.indices.cast(pa.int32()), pc.add(why.indices.cast(pa.int32()), pa.scalar(shift, pa.int32()))
    words = pa.concat_arrays([found.dictionary, why.dictionary])
    return pa.DictionaryArray.from_arrays(pc.coalesce(here, there), words)


def _truth(results: pa.Table, name: str) -> pa.Array:
    found = _column(results, name)
    if found is None:
        return _constant("no", results.num_rows)
    return pa.DictionaryArray.from_arrays(found.fill_null(False).cast(pa.int8()), _NO_YES)


def _said(results: pa.Table, name: str) -> pa.Array:
    found = _column(results, name)
    return _constant("", results.num_rows) if found is None else _texts(found)


def _constant(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array([word]))


def _texts(column: pa.Array) -> pa.Array:
    """Text, or a dictionary of text."""
    if pa.types.is_dictionary(column.type) and is_text(column.type):
        return column
    if pa.types.is_string(column.type):
        return column
    return exact_text(column) if pa.types.is_decimal(column.type) else as_text(column)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def exact_text(column: pa.Array) -> pa.Array:
    """Decimals without zeros at their end."""
    text = column.cast(pa.string())
    if column.type.scale > 0:
        text = pc.utf8_rtrim(pc.utf8_rtrim(text, "0"), ".")
    if not pc.any(pc.match_substring(text, "E")).as_py():
        return text
    # Arrow writes some with an exponent.
    words = [None if each is None else f"{each.normalize():f}" for each in column.to_pylist()]
    return pa.array(words, pa.string())


def _cast(column: pa.Array, type: pa.DataType) -> pa.Array:
    """Only where it must be: of a part of a column of structs or lists that hold nothing, Arrow makes a damaged one."""
    return column if column.type.equals(type) else column.cast(type)


def _as_field(results: pa.Table, field: pa.Field, words: tuple[str, ...] | None) -> pa.Array:
    """A column as the file has it."""
    found = _column(results, field.name)
    rows = results.num_rows
    if found is None:  # it never is absent
        assert words is not None
        return pa.DictionaryArray.from_arrays(pa.nulls(rows, field.type.index_type), pa.array(words, pa.string()))
    if words is None:
        if pa.types.is_dictionary(field.type):
            return _texts(found).dictionary_encode().cast(field.type)
        return _plain(_texts(found)) if pa.types.is_string(field.type) else found.cast(field.type)
    known = tuple(found.dictionary.to_pylist())
    indices = found.indices
    if known != words[: len(known)]:
        places = np.array([words.index(word) for word in known] or [0], np.int32)
        indices = pa.array(places).take(indices)
    return pa.DictionaryArray.from_arrays(indices.cast(field.type.index_type), pa.array(words, pa.string()))
