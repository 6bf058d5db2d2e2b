"""The same in Python, as one would write it by hand: validate, then rate. Figures are floats, compared as they are.

A record is rejected for a name that is no input, and for a value that is missing, misspelt, out of range or too fine.
"""

from __future__ import annotations

from collections.abc import Callable

from ..workloads import KEY_QUESTIONS, RATINGS, THEMES, Workload, cuts, final_ratings
from . import Rate, Record

PLACES = {level: place for place, level in enumerate(RATINGS)}


def five_ratings(record: Record) -> str | None:
    if len(record) != 5:
        return None
    ratings = []
    for name in KEY_QUESTIONS:
        place = PLACES.get(record.get(name))  # type: ignore[call-overload]
        if place is None:
            return None
        ratings.append(place)
    inadequate = ratings.count(0)
    if inadequate >= 2:
        return "inadequate"
    if inadequate == 1 or ratings.count(1) >= 2:
        return "requires_improvement"
    if ratings.count(3) >= 2 and min(ratings) >= 2:
        return "outstanding"
    return "good"


def nine_scores(record: Record) -> int | None:
    if len(record) != 9:
        return None
    themes = []
    for lines in THEMES.values():
        scores = []
        for name in lines:
            score = record.get(name)
            if type(score) is not int or not 1 <= score <= 4:
                return None
            scores.append(score)
        theme = (2 * sum(scores) + len(scores)) // (2 * len(scores))
        themes.append(min(theme, 2) if 1 in scores else theme)
    lowest = min(themes)
    if themes.count(4) >= 2 and lowest >= 3:
        return 4
    at_least_3 = sum(theme >= 3 for theme in themes)
    if at_least_3 >= 2 and lowest >= 2:
        return 3
    return 2 if sum(theme >= 2 for theme in themes) >= 2 else 1


def thirty_numbers() -> Callable[[Record], str | None]:
    numbers = [(name, cut.falling, cut.three / 10, cut.two / 10, cut.weight) for name, cut in cuts().items()]
    table = final_ratings().tolist()

    def rate(record: Record) -> str | None:
        if len(record) != 32:
            return None
        total = 0
        for name, falling, three, two, weight in numbers:
            value = record.get(name)
            if type(value) is not float or not 0 <= value <= 100 or round(value, 1) != value:
                return None
            if falling:
                total += weight * (3 if value <= three else 2 if value <= two else 0)
            else:
                total += weight * (3 if value >= three else 2 if value >= two else 0)
        leadership, capability = record.get("leadership"), record.get("capability")
        if type(leadership) is not int or not 1 <= leadership <= 4:
            return None
        if type(capability) is not int or not 1 <= capability <= 4:
            return None
        band = 3 if total >= 120 else 2 if total >= 90 else 1 if total >= 60 else 0
        return RATINGS[table[band][leadership - 1][capability - 1]]

    return rate


def rates(workload: Workload) -> Rate:
    known: dict[str, Callable[[Record], object]] = {"W1": five_ratings, "W2": nine_scores}
    rate = known.get(workload.name) or thirty_numbers()
    return lambda records: [rate(record) for record in records]
