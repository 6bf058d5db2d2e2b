"""Lines of CSV cut into cells, and each cell looked up, by a loop to be compiled. Gives what `csv_cells` and `texts`
give by NumPy. Knows no compiler.

The data are anybody's: no index comes of them that is not held against a length first, but those of slots, which a
shift leaves as many bits as there are slots. Where separators are is noted for some bytes at a time, without a branch,
so that cells can be looked up without waiting for where the ones before them end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any  # of NumPy
Scalar = Any

TYPES = "u1[] u8[.] u8[] u8[] u2[] u8[] u8[] u8[] i8[] u8[] i8[] i8 b1 i8[*] i8[*] i8[*] u2[]"

AT_ONCE = 4096  # bytes
_BITS, _ONE = np.uint64(64), np.uint64(1)
_COMMA, _END = np.uint8(44), np.uint8(10)
_LAST = np.uint64(0xD6E8FEB86659FD92)  # as `texts` has it
_WORDS = 8  # of a text that is known
_SPLIT, _APART = -1, -2


def cut(
    octets: Array,
    data: Array,
    spreads: Array,
    shifts: Array,
    slots: Array,
    short: Array,
    words: Array,
    last: Array,
    sizes: Array,
    kept: Array,
    roles: Array,
    rows: Scalar,
    returns: Scalar,
    starts: Array,
    ends: Array,
    missing: Array,
    found: Array,
) -> int:
    """How many cells are `missing`: of no text that is known, as many as there is room for, each told by its column,
    its start and its end; -1 where not all lines have a cell for each of the `roles`.

    `data` has the eight bytes from each of the `octets` on. `slots` are those of all ways, one after the other, each of
    as many as its shift says. A role is the row of `found` that a column is written to; it is -1 where the column is
    not wanted, and -2 and below where its `starts` and `ends` are, in their rows from 0 on. `rows` is how many lines
    there are. `returns` says that they end with a carriage return, too.
    """
    size, width, ways = len(octets), len(roles), len(spreads)
    room = len(missing) // 3
    spread, shift = (_ONE + _LAST) * spreads[0], shifts[0]  # of what is no longer than eight bytes
    apart = np.empty(AT_ONCE + 1, np.int64)
    many = row = column = start = 0
    for base in range(0, size, AT_ONCE):
        piece = octets[base : base + AT_ONCE]
        some = 0
        for i in range(len(piece)):
            apart[some] = base + i  # there are no more than bytes, and this may be one more
            some += (piece[i] == _COMMA) | (piece[i] == _END)
        for number in range(some):
            end = apart[number]
            ended = octets[end] == _END
            if ended != (column == width - 1) or row >= rows:
                return _SPLIT
            stop = end - (returns & ended)
            length = stop - start
            if length < 0:
                return _SPLIT
            role = roles[column]
            if role >= 0:
                first = data[start]
                final = first
                wrong = True
                place = np.int64(0)
                if length <= 8:
                    first &= kept[length]
                    final = first
                    place = np.int64(slots[np.int64((first * spread) >> shift)])
                    wrong = short[place] != first
                else:
                    final = data[stop - 8]
                if wrong:
                    mixed = final * _LAST + first
                    before = np.int64(0)
                    for way in range(ways):
                        place = np.int64(slots[before + np.int64((mixed * spreads[way]) >> shifts[way])])
                        wrong = words[place * _WORDS] != first or last[place] != final or sizes[place] != length
                        more = 8
                        while not wrong and more < length - 8:
                            wrong = words[place * _WORDS + more // 8] != data[start + more]
                            more += 8
                        if not wrong:
                            break
                        before += np.int64(_ONE << (_BITS - shifts[way]))
                if not wrong:
                    found[role * rows + row] = place
                else:
                    missing[3 * many], missing[3 * many + 1], missing[3 * many + 2] = column, start, stop
                    many += 1
                    if many == room:
                        return many
            elif role <= _APART:
                starts[(_APART - role) * rows + row] = start
                ends[(_APART - role) * rows + row] = stop
            start = end + 1
            if ended:
                row += 1
                column = 0
            else:
                column += 1
    return many if row == rows and column == 0 else _SPLIT
