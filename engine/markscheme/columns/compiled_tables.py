"""Tables looked up by loops, to be compiled: as `gathering` does by NumPy and Arrow, in fewer passes. Knows no
compiler.

No code can lead out of a table: an index has 16 bits, and a table as many entries as these can tell apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any  # of NumPy
Scalar = Any

PIECE = 2048
ENTRIES = 1 << 16  # of a table

IN_OCTETS = "u1[] u1[] u1[] u1[] u1 u1 u1 u1[]"
IN_TABLE = "u1[] u1[] u2 u1[] u1[]"


def in_octets(
    first: Array, second: Array, third: Array, fourth: Array, two: Scalar, three: Scalar, four: Scalar, found: Array
) -> None:
    """The place among combinations of four codes, of which the others have so many each; it fits an octet."""
    for start in range(0, len(found), PIECE):
        size = min(PIECE, len(found) - start)
        a, b = first[start : start + size], second[start : start + size]
        c, d = third[start : start + size], fourth[start : start + size]
        out = found[start : start + size]
        for i in range(size):
            out[i] = np.uint8(np.uint8(np.uint8(a[i] * two + b[i]) * three + c[i]) * four + d[i])


def in_table(high: Array, low: Array, many: Scalar, table: Array, found: Array) -> None:
    """What stands at `high * many + low`."""
    places = np.empty(PIECE, np.uint16)
    for start in range(0, len(found), PIECE):
        size = min(PIECE, len(found) - start)
        a, b, out = high[start : start + size], low[start : start + size], found[start : start + size]
        for i in range(size):
            places[i] = np.uint16(a[i] * many + b[i])
        for i in range(size):
            out[i] = table[places[i]]
