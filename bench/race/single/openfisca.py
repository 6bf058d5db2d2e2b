"""OpenFisca: variables and formulas over arrays, here of one body each; `population` takes many at once. An input that
is not given has a default there, so each has a value of its own that says so, and the formula rejects it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..workloads import BANDS, KEY_QUESTIONS, MOST_POINTS, RATINGS, REJECTED, THEMES, Workload, cuts, final_ratings
from . import Rate, Record

NOT_GIVEN = -1
PERIOD = "2024"


def _system(workload: Workload) -> Any:
    """One variable for each input, and `overall`: the place of the level, or `REJECTED`."""
    from openfisca_core.entities import Entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    body = Entity("body", "bodies", "A body", "")
    system = TaxBenefitSystem([body])
    shared = {"entity": body, "definition_period": DateUnit.YEAR}
    for name, kind in workload.columns.items():
        given = {"value_type": float if kind == "tenths" else int, "default_value": NOT_GIVEN}
        system.add_variable(type(name, (Variable,), {**shared, **given}))
    formula = {"W1": _five_ratings, "W2": _nine_scores, "W3": _thirty_numbers}[workload.name]
    system.add_variable(type("overall", (Variable,), {**shared, "value_type": int, "formula": formula}))
    return system


def _five_ratings(body: Any, period: Any) -> Any:
    ratings = np.array([body(name, period) for name in KEY_QUESTIONS])
    inadequate, requires, outstanding = ((ratings == place).sum(0) for place in (0, 1, 3))
    rated = [inadequate >= 2, inadequate == 1, requires >= 2, (outstanding >= 2) & (requires == 0)]
    return np.where((ratings >= 0).all(0), np.select(rated, [0, 1, 1, 3], 2), REJECTED)


def _nine_scores(body: Any, period: Any) -> Any:
    valid, themes = [], []
    for lines in THEMES.values():
        scores = np.array([body(name, period) for name in lines])
        mean = (2 * scores.sum(0) + len(lines)) // (2 * len(lines))
        valid.append(((scores >= 1) & (scores <= 4)).all(0))
        themes.append(np.where((scores == 1).any(0), np.minimum(mean, 2), mean))
    table = np.array(themes)
    fours, threes, twos = ((table >= level).sum(0) for level in (4, 3, 2))
    lowest = table.min(0)
    rated = np.select([(fours >= 2) & (lowest >= 3), (threes >= 2) & (lowest >= 2), twos >= 2], [3, 2, 1], 0)
    return np.where(np.all(valid, 0), rated, REJECTED)


def _thirty_numbers(body: Any, period: Any) -> Any:
    """OpenFisca keeps figures as 32-bit floats, so the cuts are such floats too."""
    total, valid = np.zeros(body.count, np.int64), np.ones(body.count, bool)
    for name, cut in cuts().items():
        values = body(name, period)
        three, two = np.float32(cut.three / 10), np.float32(cut.two / 10)
        best, middle = (values <= three, values <= two) if cut.falling else (values >= three, values >= two)
        total += cut.weight * np.select([best, middle], [3, 2], 0)
        valid &= (values >= 0) & (values <= 100) & ((values * 10).round() / np.float32(10) == values)
    band = sum((total >= cut * MOST_POINTS // 100).astype(int) for cut in BANDS)
    leadership, capability = body("leadership", period), body("capability", period)
    for score in (leadership, capability):
        valid &= (score >= 1) & (score <= 4)
    rated = final_ratings()[band, np.clip(leadership, 1, 4) - 1, np.clip(capability, 1, 4) - 1]
    return np.where(valid, rated, REJECTED)


def rates(workload: Workload) -> Rate:
    from openfisca_core.simulations import SimulationBuilder

    system = _system(workload)
    places: Mapping[object, int] = {level: place for place, level in enumerate(RATINGS)}
    names = list(workload.columns)
    texts = workload.name == "W1"

    def rate(record: Record) -> object:
        if len(record) != len(names):
            return None
        simulation = SimulationBuilder().build_default_simulation(system, 1)
        for name in names:
            value = places.get(record.get(name)) if texts else record.get(name)
            if value is None:
                return None
            simulation.set_input(name, PERIOD, [value])
        place = int(simulation.calculate("overall", PERIOD)[0])
        return None if place == REJECTED else workload.levels[place]

    return lambda records: [rate(record) for record in records]


def population(workload: Workload, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """The places of all bodies, in one simulation."""
    from openfisca_core.simulations import SimulationBuilder

    simulation = SimulationBuilder().build_default_simulation(_system(workload), len(next(iter(columns.values()))))
    for name, values in columns.items():
        simulation.set_input(name, PERIOD, values)
    return np.asarray(simulation.calculate("overall", PERIOD))
