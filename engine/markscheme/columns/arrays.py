"""What an Arrow or NumPy array holds, as plain NumPy vectors that share its memory. Knows no input and no rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Vector = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]  # rising
UNSIGNED = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}  # by bytes
FEW = 16  # octets of the bits that say where nulls are
MANY = 64  # marked rows
MOST_SCALED = 30  # decimals before or after the point of a decimal type; from 38 on Python gets no number from Arrow


class Wholes(NamedTuple):
    """Integers, each `10**-scale` of what is meant."""

    values: Vector
    absent: Rows | None  # those of nulls; None where there is none
    scale: int = 0


class Floats(NamedTuple):
    values: Vector  # float64
    absent: Rows | None


class Places(NamedTuple):
    """The places of the values in a dictionary: unsigned, so a negative one is beyond the end."""

    values: Vector
    absent: Rows | None
    dictionary: pa.Array
    lasting: bool = True  # it may come again with the next block


class Nothing(NamedTuple):
    """No values that any input takes, but for the nulls."""

    size: int
    absent: Rows | None


class Apiece(NamedTuple):
    """To be taken one by one: `values` are Python's, of any class."""

    values: list[object]


Held = Wholes | Floats | Places | Nothing | Apiece


class Unreadable:
    """Stands for a value that cannot even be had from its array; no reader knows its class."""


UNREADABLE = Unreadable()


def held(array: object) -> Held:
    """What one array holds. It is no ChunkedArray."""
    if isinstance(array, pa.Array):
        return _arrow(array)
    if isinstance(array, np.ndarray):
        return _numpy(array)
    raise TypeError(f"a column is an Arrow or a NumPy array, not {type(array).__name__}")


def python(array: object, row: int) -> object:
    """One value as Python has it. Raises what the array raises."""
    match array:
        case np.ndarray() if isinstance(array, np.ma.MaskedArray):  # which NumPy loads when it is named
            return None if np.ma.getmaskarray(array)[row] else _scalar(array.data[row])
        case np.ndarray():
            return _scalar(array[row])
        case pa.ChunkedArray():
            for chunk in array.chunks:
                if row < len(chunk):
                    return python(chunk, row)
                row -= len(chunk)
            raise IndexError(row)
        case pa.DictionaryArray():
            place = array.indices[row].as_py()
            if place is None:
                return None
            if not 0 <= place < len(array.dictionary):  # Arrow itself does not look
                raise IndexError(place)
            return python(array.dictionary, place)
        case pa.RunEndEncodedArray():
            return python(pc.run_end_decode(array.slice(row, 1)), 0)
        case pa.Array():
            return array[row].as_py()
        case _:
            raise TypeError(f"a column is an Arrow or a NumPy array, not {type(array).__name__}")


def pythons(array: object, size: int) -> list[object]:
    """All of them; those that cannot be had are `UNREADABLE`."""
    try:
        if isinstance(array, pa.Array):
            return list(array.to_pylist())
    except Exception:  # bytes that are no text, a time that Python has no object for
        pass
    found: list[object] = []
    for row in range(size):
        try:
            found.append(python(array, row))
        except Exception:
            found.append(UNREADABLE)
    return found


def _scalar(value: object) -> object:
    """As `tolist` gives it, but for times, of which it makes integers."""
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        return value.item()
    return value


def scaled(number: int, scale: int) -> Decimal:
    """`number * 10**-scale`, as Arrow's decimals are in Python."""
    return Decimal(number).scaleb(-scale)


# --- Arrow -----------------------------------------------------------------------------------------------------------


_INTEGERS = {
    getattr(pa, name)().id: np.dtype(name)
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
}
_PLACES = {id: UNSIGNED[dtype.itemsize] for id, dtype in _INTEGERS.items()}
_FLOATS = {type.id: np.dtype(f"f{type.bit_width // 8}") for type in (pa.float16(), pa.float32(), pa.float64())}
_TEXTS = {type.id for type in (pa.string(), pa.large_string(), pa.string_view())}
_PLAIN, _PLAIN_TYPE = r"\A-?[0-9]{1,9}(\.[0-9]{1,9})?\z", pa.decimal128(18, 9)
_DICTIONARY = pa.dictionary(pa.int8(), pa.string()).id


def _arrow(array: pa.Array) -> Held:
    type = array.type
    id = type.id
    if id == _DICTIONARY:
        return Places(places(array), nulls(array), array.dictionary)
    if id in _FLOATS:
        return Floats(_fixed(array, _FLOATS[id]).astype(np.float64, copy=False), nulls(array))
    if id in _INTEGERS:
        return Wholes(_fixed(array, _INTEGERS[id]), nulls(array))
    if id in _TEXTS:
        return _encoded(array)
    if pa.types.is_decimal(type):
        return _decimals(array)
    if pa.types.is_null(type):
        return Nothing(len(array), np.arange(len(array)))
    if pa.types.is_run_end_encoded(type):
        return _runs(array)
    if _never(type):
        return Nothing(len(array), nulls(array))
    return Apiece(pythons(array, len(array)))


def places(array: pa.DictionaryArray) -> Vector:
    return _fixed(array, _PLACES[array.type.index_type.id])


def _never(type: pa.DataType) -> bool:
    """Whether Python's values of this type are neither text nor numbers."""
    return bool(
        pa.types.is_boolean(type)
        or pa.types.is_temporal(type)
        or pa.types.is_binary(type)
        or pa.types.is_large_binary(type)
        or pa.types.is_fixed_size_binary(type)
        or pa.types.is_binary_view(type)
        or (pa.types.is_nested(type) and not pa.types.is_union(type))
    )


def nulls(array: pa.Array) -> Rows | None:
    """The rows of nulls."""
    if not array.null_count:
        return None
    bits = array.buffers()[0]
    if bits is None:
        return np.flatnonzero(np.asarray(array.is_null()))
    first, skipped = divmod(array.offset, 8)
    octets = np.frombuffer(bits, np.uint8, (skipped + len(array) + 7) // 8, first)
    some = marked(octets != 255)
    if len(some) <= FEW:
        rows = [8 * at + bit - skipped for at in some.tolist() for bit in _UNSET[octets[at]]]
        return np.array([row for row in rows if 0 <= row < len(array)], np.intp)
    bare: Rows = (np.unpackbits(octets, count=skipped + len(array), bitorder="little")[skipped:] == 0).nonzero()[0]
    return bare


def present(array: pa.Array, rows: Rows) -> list[bool]:
    """Whether each of some rows has a value."""
    bits = array.buffers()[0]
    if bits is None:
        return [not null for null in array.is_null().take(pa.array(rows)).to_pylist()]
    octets, at = np.frombuffer(bits, np.uint8), rows + array.offset
    there: list[bool] = ((octets[at >> 3] >> (at & 7).astype(np.uint8)) & 1).astype(np.bool_).tolist()
    return there


def marked(mask: Mask) -> Rows:
    """Where a mask is true. Where it seldom is, this finds it in a tenth of the time that NumPy takes."""
    octets = mask.tobytes()
    rows: list[int] = []
    at = octets.find(1)
    while at >= 0:
        rows.append(at)
        if len(rows) > MANY:
            bare: Rows = mask.nonzero()[0]
            return bare
        at = octets.find(1, at + 1)
    return np.array(rows, np.intp)


def union(parts: Sequence[Rows]) -> Rows:
    """All of them once, rising: as `np.unique` has them, which loads all of NumPy's masked arrays to begin with."""
    rows = np.concatenate(parts)
    rows.sort()
    different = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=different[1:])
    return rows[different]


_UNSET = tuple(tuple(bit for bit in range(8) if not octet >> bit & 1) for octet in range(256))


def _fixed(array: pa.Array, dtype: np.dtype[Any], each: int = 1) -> Vector:
    """The values of a type of fixed width, `each` of `dtype` for one; what lies under a null may be anything."""
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(len(array) * each, dtype)
    return np.frombuffer(buffer, dtype, len(array) * each, array.offset * each * dtype.itemsize)


def _encoded(array: pa.Array) -> Held:
    try:
        encoded = array.dictionary_encode()
    except pa.ArrowException:
        return Apiece(pythons(array, len(array)))
    found = _arrow(encoded)
    return found._replace(lasting=False) if isinstance(found, Places) else found


def plain_numbers(texts: pa.Array) -> tuple[Mask, pa.Array] | None:
    """Which texts are plain digits, and these as decimals; None where there is no telling."""
    try:
        plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN), False)
        return np.asarray(plain), pc.cast(texts.filter(plain), _PLAIN_TYPE)
    except pa.ArrowException:  # bytes that are no text
        return None


def is_text(type: pa.DataType) -> bool:
    return type.id in _TEXTS


def _decimals(array: pa.Array) -> Held:
    """As integers where 64 bits hold them all; else each different value is looked at."""
    type, absent = array.type, nulls(array)
    words = type.bit_width // 64
    if abs(type.scale) <= MOST_SCALED:
        if words < 2:
            return Wholes(_fixed(array, np.dtype(np.int64 if words else np.int32)), absent, type.scale)
        parts = _fixed(array, np.dtype(np.uint64), words).reshape(-1, words)
        low, above = parts[:, 0], parts[:, 1:].T
        if not len(low) or not any(np.maximum.reduce(word) for word in above):
            return Wholes(low, absent, type.scale)
        signed = low.view(np.int64)
        sign = (signed >> 63).view(np.uint64)
        wide = np.logical_or.reduce([word != sign for word in above], initial=False)
        if absent is not None:
            wide[absent] = False
        if not wide.any():
            return Wholes(signed, absent, type.scale)
    return _encoded(array)


def _runs(array: pa.Array) -> Held:
    try:
        plain = pc.run_end_decode(array)
    except pa.ArrowException:
        return Apiece(pythons(array, len(array)))
    return _arrow(plain)


# --- NumPy -----------------------------------------------------------------------------------------------------------


def _numpy(array: Vector) -> Held:
    if array.ndim != 1:
        raise TypeError(f"a column is an array of one dimension, not of {array.ndim}")
    absent: Rows | None = None
    if isinstance(array, np.ma.MaskedArray):  # what is masked is not there
        if array.mask is not np.ma.nomask:
            absent = np.flatnonzero(np.ma.getmaskarray(array))
        array = array.data
    match array.dtype.kind:
        case "i" | "u":
            return Wholes(array.astype(array.dtype.newbyteorder("="), copy=False), absent)
        case "f" if array.dtype.itemsize <= 8:
            return Floats(array.astype(np.float64, copy=False), absent)
        case "f" | "b" | "c" | "m" | "M" | "S" | "V":
            return Nothing(len(array), absent)
        case _:
            values = pythons(array, len(array))
            for row in () if absent is None else absent:
                values[row] = None
            return Apiece(values)
