"""NumPy by an expert: the rules as tables made beforehand, each step one look-up, in blocks that stay in cache.

W1 is one table of all combinations, W2 one for each theme and one of the themes; W3 adds up comparisons of small
integers and looks the share band and the judgements up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..workloads import (
    BANDS,
    KEY_QUESTIONS,
    MOST_POINTS,
    REJECTED,
    THEMES,
    W1,
    W2,
    Outcomes,
    Population,
    Workload,
    cuts,
    final_ratings,
)
from . import Form, Run
from .plain import Arrays, arrays, types
from .with_numpy import five_ratings, nine_scores, read

BLOCK = 32_768
Kernel = Callable[[slice, Outcomes], None]


def _combinations(values: Sequence[int], count: int) -> NDArray[np.uint8]:
    return np.array(list(product(values, repeat=count)), np.uint8).T.copy()


def _place(columns: Sequence[NDArray[np.generic]], rows: slice, base: int, most: int) -> NDArray[np.uint16]:
    """The place of each record among all combinations; whatever is above `most` counts as that."""
    place = np.minimum(columns[0][rows], most).astype(np.uint16)
    for column in columns[1:]:
        place *= base
        place += np.minimum(column[rows], most)
    return place


def five(data: Arrays) -> Kernel:
    columns = [data[name] for name in KEY_QUESTIONS]
    names = list(W1.columns)
    every = _combinations(range(5), 5)  # 4 is whatever is no level
    table = five_ratings(dict(zip(names, every, strict=True)))

    def kernel(rows: slice, out: Outcomes) -> None:
        table.take(_place(columns, rows, 5, 4), out=out[rows])

    return kernel


def nine(data: Arrays) -> Kernel:
    """A theme is 0 to 3, or 4 where one of its scores is none."""
    steps = []
    for lines in THEMES.values():
        every = _combinations(range(6), len(lines))
        wrong = ((every < 1) | (every > 4)).any(0)
        mean = (2 * every.sum(0) + len(lines)) // (2 * len(lines))
        theme = np.where((every == 1).any(0), np.minimum(mean, 2), mean) - 1
        steps.append(([data[name] for name in lines], np.where(wrong, 4, theme).astype(np.uint8)))
    every = _combinations(range(5), 3)
    one_each = dict(zip(W2.columns, (every + 1)[[0, 0, 0, 1, 1, 1, 1, 2, 2]], strict=True))
    final = nine_scores({name: np.where(column == 5, 0, column) for name, column in one_each.items()})
    # Of scores that are all alike the theme is that score, unless it is 1 or lower: so every theme can be made.

    def kernel(rows: slice, out: Outcomes) -> None:
        place = np.zeros(out[rows].shape, np.uint8)
        for columns, table in steps:
            place *= 5
            place += table.take(_place(columns, rows, 6, 5))
        final.take(place, out=out[rows])

    return kernel


def thirty(data: Arrays, form: Form) -> Kernel:
    scale = 10 if form == "float64" else 1
    judged = [data[name] for name in ("leadership", "capability")]
    reached = [cut * MOST_POINTS // 100 for cut in BANDS]
    bands = np.array([sum(total >= each for each in reached) for total in range(256)], np.uint8)
    final = np.full((4, 6, 6), REJECTED, np.uint8)
    final[:, 1:5, 1:5] = final_ratings()
    final = final.ravel()
    steps = [(data[name], cut) for name, cut in cuts().items()]

    def kernel(rows: slice, out: Outcomes) -> None:
        total = np.zeros(out[rows].shape, np.uint8)
        wrong = np.zeros(out[rows].shape, bool)
        for column, cut in steps:
            values = column[rows]
            if scale == 10:
                tenths = np.rint(values * 10)
                wrong |= ~(tenths / 10 == values)
                with np.errstate(invalid="ignore"):
                    values = tenths.astype(np.int16)
            wrong |= values.view(np.uint16) > 1000
            best, middle = (
                (values <= cut.three, values <= cut.two) if cut.falling else (values >= cut.three, values >= cut.two)
            )
            points = best.view(np.uint8)
            middle = middle.view(np.uint8)
            points += middle
            points += middle
            total += points if cut.weight == 1 else np.uint8(cut.weight) * points
        place = bands.take(total)
        for column in judged:
            place *= 6
            place += np.minimum(column[rows], 5)
        final.take(place, out=out[rows])
        out[rows][wrong] = REJECTED

    return kernel


def run(workload: Workload, population: Population, form: Form) -> Run:
    data = arrays(workload, population, form)
    kernel = {"W1": five, "W2": nine}[workload.name](data) if workload.name != "W3" else thirty(data, form)
    count = len(population)

    def once() -> Outcomes:
        out = np.empty(count, np.uint8)
        for start in range(0, count, BLOCK):
            kernel(slice(start, min(start + BLOCK, count)), out)
        return out

    return Run(once, read, types(workload, form))
