"""The threshold in the engines, each record as it would come from JSON."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..thresholds import PROFILES, SIGNS, Profile, walked
from .arithmetic import _joined


def _record(profile: Profile) -> dict[str, float]:
    return {name: float(value) for name, value in profile.given.items()}


def _test(profile: Profile) -> str:
    return f"({profile.formula}) {SIGNS[profile.sign]} {profile.cut}"


def _word(met: object) -> str:
    return "met" if met else "not met"


def zen(profile: Profile) -> str:
    import zen

    return _word(zen.compile_expression(_test(profile)).evaluate(_record(profile)))


def datalogic(profile: Profile) -> str:
    from datalogic_py import Engine

    score = walked(profile.formula, lambda name: {"var": name}, float, lambda sign, a, b: {sign: [a, b]})
    rule = Engine().compile({SIGNS[profile.sign]: [score, float(profile.cut)]})
    return _word(rule.evaluate(_record(profile)))


def cel(profile: Profile) -> str:
    from cel import compile

    return _word(compile(_test(profile)).execute(_record(profile)))


def openfisca(profile: Profile) -> str:
    """Its figures are 32-bit floats."""
    from openfisca_core.entities import Entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    body = Entity("body", "bodies", "A body", "")
    system = TaxBenefitSystem([body])
    shared = {"entity": body, "definition_period": DateUnit.YEAR}

    def formula(body: Any, period: Any) -> Any:
        score = walked(profile.formula, lambda name: body(name, period), float, _joined)
        return score >= float(profile.cut) if profile.sign == "at least" else score <= float(profile.cut)

    for name in profile.given:
        system.add_variable(type(name, (Variable,), {**shared, "value_type": float}))
    system.add_variable(type("met", (Variable,), {**shared, "value_type": bool, "formula": formula}))
    simulation = SimulationBuilder().build_default_simulation(system, 1)
    for name, value in _record(profile).items():
        simulation.set_input(name, "2024", [value])
    return _word(simulation.calculate("met", "2024")[0])


@cache
def _dmn(place: int) -> Any:
    from ..single.dmn import Book

    profile = PROFILES[place]
    book = Book(list(profile.given))
    score = walked(
        profile.formula, lambda name: f"Data.{name}", lambda text: text, lambda sign, a, b: f"({a} {sign} {b})"
    )
    book.table("Score", ["a"], ["score"], [["-", score]])
    met = f"{SIGNS[profile.sign]} {profile.cut}"
    book.table("Verdict", ["score"], ["verdict"], [[met, '"met"'], ["-", '"not met"']])
    return book.rules()


def dmn(profile: Profile) -> str:
    _, found = _dmn(PROFILES.index(profile)).decide(_record(profile))
    return str(found[-1]["Result"]["verdict"])
