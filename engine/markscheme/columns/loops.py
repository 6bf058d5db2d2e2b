"""Passes over arrays written out as loops, to be compiled: as Python they would take an hour. Each gives what the same
operations of NumPy give, bit for bit. Knows no input, no rule and no compiler.

What makes them fast: the arrays are taken in pieces that stay in the nearest cache; a piece is an array of its own, so
that indices are known to be in range; an inner loop has no branch. Integers are unsigned and run over silently: where
they may, it is said why that does no harm. What is compiled adds unsigned integers as 64 bits, and puts away as many as
there is room for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any  # of NumPy, of one dimension, its elements one beside the other
Scalar = Any  # of NumPy

PIECE = 2048


# --- floats ----------------------------------------------------------------------------------------------------------
# A float is good where it is in range and stands for a decimal of so many places: where the nearest step of the grid,
# divided by the number of steps in 1 (`ten`), is the float itself. What is no number is in no range.


def cuts_of_floats(values: Array, ten: float, low: float, high: float, cuts: Array, bad: Array, codes: Array) -> bool:
    """How many of the `cuts`, of which there are at least two, each value is at least. Which are `bad`, and whether one
    is."""
    first, second = cuts[0], cuts[1]
    wrong = False
    for start in range(0, len(values), PIECE):
        size = min(PIECE, len(values) - start)
        piece, off, found = values[start : start + size], bad[start : start + size], codes[start : start + size]
        one = np.int64(0)
        for i in range(size):
            value = piece[i]
            one |= np.int64((value >= low) & (value <= high) & (np.rint(value * ten) / ten == value)) ^ 1
            found[i] = np.uint8(value >= first) + np.uint8(value >= second)
        for place in range(2, len(cuts)):
            cut = cuts[place]
            for i in range(size):
                found[i] += np.uint8(piece[i] >= cut)  # no more than there are cuts, which are fewer than 256
        if one:
            wrong = True
            for i in range(size):
                value = piece[i]
                off[i] = not ((value >= low) & (value <= high) & (np.rint(value * ten) / ten == value))
        else:
            off[:] = False
    return wrong


def steps_of_floats(values: Array, ten: float, low: float, high: float, least: float, bad: Array, codes: Array) -> bool:
    """How many steps of the grid each is above `least`; 0 for what is bad. Which are, and whether one is."""
    wrong = False
    for start in range(0, len(values), PIECE):
        size = min(PIECE, len(values) - start)
        piece, off, found = values[start : start + size], bad[start : start + size], codes[start : start + size]
        one = np.int64(0)
        for i in range(size):
            value = piece[i]
            step = np.rint(value * ten)
            good = (value >= low) & (value <= high) & (step / ten == value)
            one |= np.int64(good) ^ 1
            found[i] = step - least if good else 0.0  # so that the type of the codes holds it
        if one:
            wrong = True
            for i in range(size):
                value = piece[i]
                off[i] = not ((value >= low) & (value <= high) & (np.rint(value * ten) / ten == value))
        else:
            off[:] = False
    return wrong


# --- integers --------------------------------------------------------------------------------------------------------
# Their bits, as unsigned: how far one is above the least in range, in as many bits (`kind`), is at most `span` where it
# is in range itself, and more for all others, by running over.


def cuts_of_wholes(
    values: Array, low: Scalar, span: Scalar, cuts: Array, always: Scalar, bad: Array, codes: Array
) -> bool:
    """How many of the `cuts`, at least two, each is at least, and `always` more. `cuts` are from `low`. Which are
    `bad`, out of range, and whether one is."""
    kind = values.dtype.type
    first, second = cuts[0], cuts[1]
    wrong = False
    for start in range(0, len(values), PIECE):
        size = min(PIECE, len(values) - start)
        piece, off, found = values[start : start + size], bad[start : start + size], codes[start : start + size]
        most = kind(0)
        for i in range(size):
            above = kind(piece[i] - low)
            most = max(most, above)
            found[i] = np.uint8(above >= first) + np.uint8(above >= second) + always
        for place in range(2, len(cuts)):
            cut = cuts[place]
            for i in range(size):
                found[i] += np.uint8(kind(piece[i] - low) >= cut)  # fewer than 256, as above
        if most > span:
            wrong = True
            for i in range(size):
                off[i] = kind(piece[i] - low) > span
        else:
            off[:] = False
    return wrong


# --- sums ------------------------------------------------------------------------------------------------------------
# In unsigned integers of as many bits as what they end in: that holds the sum, and what runs over on the way to it runs
# over alike, whatever is added first.


def add_steps(codes: Array, steps: Array, total: Array) -> None:
    """Adds each of the `steps`, at least two, where the code is at least its place, from 1."""
    first, second = steps[0], steps[1]
    for start in range(0, len(codes), PIECE):
        size = min(PIECE, len(codes) - start)
        piece, sums = codes[start : start + size], total[start : start + size]
        for i in range(size):
            code = piece[i]
            sums[i] += np.uint8(code >= 1) * first + np.uint8(code >= 2) * second
        for place in range(2, len(steps)):
            step = steps[place]
            for i in range(size):
                sums[i] += np.uint8(piece[i] > place) * step
