"""NumPy, written as one naturally would: comparisons and `np.select` over whole columns."""

from __future__ import annotations

from typing import cast

import numpy as np

from ..workloads import (
    BANDS,
    KEY_QUESTIONS,
    MOST_POINTS,
    REJECTED,
    THEMES,
    Outcomes,
    Population,
    Workload,
    cuts,
    final_ratings,
)
from . import Form, Run
from .plain import Arrays, arrays, types


def five_ratings(data: Arrays) -> Outcomes:
    columns = [data[name] for name in KEY_QUESTIONS]
    wrong = np.any([column > 3 for column in columns], 0)
    inadequate, requires, outstanding = (np.sum([column == place for column in columns], 0) for place in (0, 1, 3))
    rated = [wrong, inadequate >= 2, (inadequate == 1) | (requires >= 2), (outstanding >= 2) & (requires == 0)]
    return np.select(rated, [np.uint8(place) for place in (REJECTED, 0, 1, 3)], np.uint8(2))


def nine_scores(data: Arrays) -> Outcomes:
    themes = []
    for lines in THEMES.values():
        columns = [data[name] for name in lines]
        mean = (2 * np.sum(columns, 0) + len(lines)) // (2 * len(lines))
        themes.append(np.where(np.any([column == 1 for column in columns], 0), np.minimum(mean, 2), mean))
    wrong = np.any([(column < 1) | (column > 4) for column in data.values()], 0)
    fours, threes, twos = (np.sum([theme >= level for theme in themes], 0) for level in (4, 3, 2))
    lowest = np.min(themes, 0)
    rated = [wrong, (fours >= 2) & (lowest >= 3), (threes >= 2) & (lowest >= 2), twos >= 2]
    return np.select(rated, [np.uint8(place) for place in (REJECTED, 3, 2, 1)], np.uint8(0))


def thirty_numbers(data: Arrays, form: Form) -> Outcomes:
    count = len(data["leadership"])
    total, valid = np.zeros(count, np.uint8), np.ones(count, bool)
    for name, cut in cuts().items():
        values = data[name]
        three, two = (cut.three / 10, cut.two / 10) if form == "float64" else (cut.three, cut.two)
        best, middle = (values <= three, values <= two) if cut.falling else (values >= three, values >= two)
        total += cut.weight * np.where(best, np.uint8(3), np.where(middle, np.uint8(2), np.uint8(0)))
        valid &= (values >= 0) & (values <= (100 if form == "float64" else 1000))
        if form == "float64":
            valid &= np.rint(values * 10) / 10 == values
    judged = [data[name] for name in ("leadership", "capability")]
    for column in judged:
        valid &= (column >= 1) & (column <= 4)
    band = np.sum([total >= cut * MOST_POINTS // 100 for cut in BANDS], 0)
    leadership, capability = (np.clip(column, 1, 4) - 1 for column in judged)
    return np.where(valid, final_ratings()[band, leadership, capability], np.uint8(REJECTED))


def read(result: object) -> Outcomes:
    return cast(Outcomes, result)


def run(workload: Workload, population: Population, form: Form) -> Run:
    data = arrays(workload, population, form)
    match workload.name:
        case "W1":
            return Run(lambda: five_ratings(data), read, types(workload, form))
        case "W2":
            return Run(lambda: nine_scores(data), read, types(workload, form))
        case _:
            return Run(lambda: thirty_numbers(data, form), read, types(workload, form))
