"""What the footer of a Parquet file says of its row groups. Knows the bytes, and trusts none of them.

Read here because the library that reads the data ends the whole process for some footers when asked what is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

LONGEST = 16 << 20  # bytes
_DEEPEST = 12  # structures inside each other; Parquet's own go to 6
_MARK, _ENCRYPTED = b"PAR1", b"PARE"
_TRUE, _FALSE, _I16, _I64, _BINARY, _STRUCT = 1, 2, 4, 6, 8, 12
_SHORT = "its footer ends too soon"

Value = object
Fields = dict[int, Value]


class Damaged(ValueError):
    """The text says what is wrong."""


class Encrypted(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a row group. `path` has more than one name where it is nested."""

    path: tuple[str, ...]
    values: int
    unpacked: int  # bytes
    packed: int


@dataclass(frozen=True, slots=True)
class Group:
    rows: int
    chunks: tuple[Chunk, ...]


def groups_of(file: BinaryIO) -> tuple[Group, ...]:
    """The row groups of a file, which is left at its beginning. Raises `Damaged` or `Encrypted`."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    end = file.read(8)
    file.seek(0)
    start = file.read(4)
    if _ENCRYPTED in (start, end[4:]):
        raise Encrypted
    if size < 12 or start != _MARK or end[4:] != _MARK:
        raise Damaged("it does not begin and end as Parquet does")
    length = int.from_bytes(end[:4], "little")
    if length > size - 12:
        raise Damaged("its footer would be longer than the file")
    if length > LONGEST:
        raise Damaged(f"its footer is longer than {LONGEST >> 20} MB")
    file.seek(size - 8 - length)
    said = file.read(length)
    file.seek(0)
    return _groups(said, size)


@lru_cache(1)  # a file is opened again for its batches, and again for names that are there twice
def _groups(footer: bytes, size: int) -> tuple[Group, ...]:
    try:
        said = _Reader(footer).struct(0)
    except IndexError:
        raise Damaged(_SHORT) from None
    if 8 in said:
        raise Encrypted
    rows = _whole(said, 3)
    leaves = sum(_fields(each).get(5, 0) in (0, None) for each in _listed(said, 2)[1:])
    found = tuple(_group(_fields(each), size, leaves) for each in _listed(said, 4))
    if sum(group.rows for group in found) != rows:
        raise Damaged("its footer counts more or fewer rows than its row groups have")
    return found


def _group(said: Fields, size: int, leaves: int) -> Group:
    chunks = tuple(_chunk(_fields(each), size) for each in _listed(said, 1))
    if len(chunks) != leaves:
        raise Damaged("a row group has not all of the columns")
    return Group(_whole(said, 3), chunks)


def _chunk(said: Fields, size: int) -> Chunk:
    if 8 in said or 9 in said:
        raise Encrypted
    if 1 in said:
        raise Damaged("it keeps columns in other files")
    about = _fields(said.get(3))
    path = tuple(each.decode("utf-8", "replace") for each in _listed(about, 3) if isinstance(each, bytes))
    packed = _whole(about, 7)
    starts = [_whole(about, field) for field in (9, 11) if field in about]
    if not path or not starts or min(starts) + packed > size:
        raise Damaged("a column lies beyond the end of the file")
    return Chunk(path, _whole(about, 5), _whole(about, 6), packed)


def _fields(value: Value) -> Fields:
    if not isinstance(value, dict):
        raise Damaged("its footer is not as Parquet's are")
    return value


def _listed(said: Fields, field: int) -> list[Value]:
    value = said.get(field)
    if not isinstance(value, list):
        raise Damaged("its footer is not as Parquet's are")
    return value


def _whole(said: Fields, field: int) -> int:
    value = said.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Damaged("its footer is not as Parquet's are")
    return value


class _Reader:
    """Thrift's compact protocol: numbered fields, each with its kind."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, deep: int) -> Fields:
        """May raise `IndexError` where the bytes end too soon."""
        # A footer has a hundred fields for each column of each row group, so what most of them are is read in place.
        data, at = self._data, self._at
        found: Fields = {}
        field = 0
        while (head := data[at]) & 15:
            at += 1
            kind, more = head & 15, head >> 4
            if more:
                field += more
            else:
                self._at = at
                field = self._number()
                at = self._at
            if kind in (_TRUE, _FALSE):
                found[field] = kind == _TRUE
            elif (kind == _BINARY or _I16 <= kind <= _I64) and (number := data[at]) < 128:
                at += 1
                if kind == _BINARY:
                    if number > len(data) - at:
                        raise Damaged(_SHORT)
                    found[field] = data[at : at + number]
                    at += number
                else:
                    found[field] = (number >> 1) ^ -(number & 1)
            else:
                self._at = at
                found[field] = self._value(kind, deep)
                at = self._at
        self._at = at + 1
        return found

    def _value(self, kind: int, deep: int) -> Value:
        if kind == _BINARY:
            return self._bytes(self._varint())
        if _I16 <= kind <= _I64:
            return self._number()
        if deep >= _DEEPEST:
            raise Damaged("its footer is nested too deeply")
        match kind:
            case 12:  # _STRUCT
                return self.struct(deep + 1)
            case 9 | 10:
                return self._list(deep + 1)
            case 11:
                self._skip_map(deep + 1)
                return None
            case 7:
                return self._bytes(8)
            case 1 | 2 | 3:
                return self._byte()
            case _:
                raise Damaged("its footer is not as Parquet's are")

    def _list(self, deep: int) -> list[Value]:
        head = self._byte()
        size, kind = head >> 4, head & 15
        if size == 15:
            size = self._varint()
        self._refuse(size)
        if kind == _STRUCT and deep < _DEEPEST:
            return [self.struct(deep + 1) for _ in range(size)]
        return [self._value(kind, deep) for _ in range(size)]

    def _skip_map(self, deep: int) -> None:
        size = self._varint()
        self._refuse(size)
        kinds = self._byte() if size else 0
        for _ in range(size):
            self._value(kinds >> 4, deep)
            self._value(kinds & 15, deep)

    def _refuse(self, size: int) -> None:
        """Each of so many takes at least a byte."""
        if size > len(self._data) - self._at:
            raise Damaged(_SHORT)

    def _byte(self) -> int:
        if self._at >= len(self._data):
            raise Damaged(_SHORT)
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        self._refuse(size)
        self._at += size
        return self._data[self._at - size : self._at]

    def _varint(self) -> int:
        found = shift = 0
        data = self._data
        while True:
            byte = data[self._at]
            self._at += 1
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise Damaged("its footer is not as Parquet's are")

    def _number(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)
