"""Published counts of world class commissioning against its shipped methodologies. The scores of single primary care
trusts are not at hand: the populations here are made up so that the published figures can arise, and rules that are
slightly others are shown not to give them. Which rule makes a competency of three indicators the counts cannot say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import cycle
from typing import cast

import pytest
from methodologies import LIBRARY, PUBLISHED

import markscheme
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.methodology import Methodology
from markscheme.render import all_as_text

YEAR_ONE = "dh/world-class-commissioning@2008-09"
YEAR_TWO = "dh/world-class-commissioning@2009-10"
LEAGUE = "hsj/commissioning-league-table@2010"
AREAS = ("strategy", "finance", "board")
STAGES = ("self", "panel", "region", "nation")

Trust = dict[str, dict[str, str]]  # as data: inputs, and in each the members that have a value
Outcome = Mapping[str, Mapping[str, object]]


def rival(name: str, *changes: tuple[str, str]) -> Methodology:
    """A shipped methodology with some of its text replaced by another rule."""
    subject = next(subject for subject in PUBLISHED if str(subject) == name)
    text = subject.source.text
    for here, instead in changes:
        assert here in text, here
        text = text.replace(here, instead)
    program, found = compile_source(Source("<rival>", text), subject.path, LIBRARY.linked)
    assert program is not None, all_as_text(found)
    return Methodology(program)


def rated(methodology: Methodology, trusts: Sequence[Trust]) -> Iterator[markscheme.Result]:
    """Trusts of which the same is known are rated once."""
    known: dict[str, markscheme.Result] = {}
    for trust in trusts:
        said = json.dumps(trust, sort_keys=True)
        if said not in known:
            answer = methodology.rate(trust)
            assert isinstance(answer, markscheme.Result), answer
            known[said] = answer
        yield known[said]


def outcomes(methodology: Methodology, trusts: Sequence[Trust]) -> list[Outcome]:
    """The outcomes of those that are rated; a trust of which nothing is known is none of them."""
    return [cast(Outcome, answer.outcome) for answer in rated(methodology, trusts) if answer.rated]


def lights(found: Sequence[Outcome], area: str) -> Counter[object]:
    return Counter(outcome["light"][area] for outcome in found)


def alike(found: Sequence[Outcome], light: str) -> int:
    return sum(all(outcome["light"][area] == light for area in AREAS) for outcome in found)


def levels(found: Sequence[Outcome], competency: str) -> list[int]:
    given = (outcome["competency_level"][competency] for outcome in found)
    return [int(level) for level in given if isinstance(level, str)]


def mean(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def rounded(value: Fraction, decimals: int = 0) -> Fraction:
    """Half up, as every published percentage tried was."""
    scale = 10**decimals
    return Fraction((value * scale * 2 + 1) // 2, scale)


def percent(count: int, of: int, decimals: int = 0) -> Fraction:
    return rounded(Fraction(100 * count, of), decimals)


# --- 2008-09: 152 trusts ----------------------------------------------------------------------------------------------

G, A, R = "green", "amber", "red"
WORSE = {G: A, A: R, R: R}
BETTER = {R: A, A: G, G: G}

# How many made-up trusts have which final lights for strategy, finance and board. The sums for each area, the trusts
# that are all green and those that are all red are the published ones.
FINAL = (
    (27, (G, G, G)),
    (2, (R, R, R)),
    (18, (G, A, A)),
    (11, (R, R, G)),
    (3, (R, A, G)),
    (1, (R, A, R)),
    (30, (A, G, G)),
    (4, (A, G, A)),
    (56, (A, A, A)),
)
# How many trusts reach level 3 and level 2 in each competency. Published: none reached 4 in any, three reached 3 in
# competency 5, and the order of the means; the figures themselves are made up.
REACHED = {
    "c2": (20, 90), "c1": (18, 88), "c4": (15, 85), "c8": (12, 80), "c3": (6, 82),
    "c5": (3, 80), "c10": (2, 66), "c6": (0, 60), "c9": (0, 50), "c7": (0, 40),
}  # fmt: skip
# Three indicators for each level. They are made up with the stand-in in mind: by another rule others would be needed.
INDICATORS = {3: ((3, 3, 1), (3, 3, 3), (4, 3, 3)), 2: ((2, 2, 1), (2, 3, 2), (1, 2, 4)), 1: ((1, 1, 2), (1, 1, 1))}


def year_one() -> list[Trust]:
    """Trusts whose scores came down from stage to stage: at first every light is one better and every level one higher.
    Of the last check the data hold what it changed, and everything for every other trust."""
    trusts: list[Trust] = []
    lowered = {"strategy": 5, "board": 5}  # lights that were green before the national check and amber after it
    for final in (final for number, final in FINAL for _ in range(number)):
        after = dict(zip(AREAS, final, strict=True))
        before = dict(after)
        for area, still in lowered.items():
            if still and after[area] == A:
                before[area] = G
                lowered[area] = still - 1
        changed = after if len(trusts) % 2 else {area: after[area] for area in AREAS if after[area] != before[area]}
        self = {area: BETTER[light] for area, light in before.items()}
        panel = {area: WORSE[light] if len(trusts) % 3 == 0 else light for area, light in before.items()}
        trusts.append({"self_light": self, "panel_light": panel, "region_light": before, "nation_light": changed})
    for competency, (threes, twos) in REACHED.items():
        reached = [3] * threes + [2] * twos + [1] * (152 - threes - twos)
        triples = {level: cycle(choices) for level, choices in INDICATORS.items()}
        for number, (trust, level) in enumerate(zip(trusts, reached, strict=True)):
            triple = next(triples[level])
            members = [f"{competency}_{place}" for place in (1, 2, 3)]
            for stage, higher in zip(STAGES, (1, 1, 0, 0) if number % 2 else (1, 0, 0, 0), strict=True):
                if stage != "nation" or number % 4 == 0:
                    given = (str(min(4, each + higher)) for each in triple)
                    trust.setdefault(stage, {}).update(zip(members, given, strict=True))
    return trusts


@cache
def outcomes_of_year_one() -> list[Outcome]:
    """By the shipped methodology, of all trusts."""
    return outcomes(markscheme.load(YEAR_ONE), year_one())


def figures_of_year_one(found: Sequence[Outcome]) -> dict[str, object]:
    means = {competency: mean(levels(found, competency)) for competency in REACHED}
    return {
        "trusts": len(found),
        "lights": {area: tuple(lights(found, area)[light] for light in (G, A, R)) for area in AREAS},
        "reds": sum(lights(found, area)[R] for area in AREAS),
        "all green": (alike(found, G), percent(alike(found, G), len(found))),
        "all red": alike(found, R),
        "green": [percent(lights(found, area)[G], len(found)) for area in ("board", "finance")],
        "highest level": max(max(levels(found, competency)) for competency in REACHED),
        "at level 3 in competency 5": levels(found, "c5").count(3),
        "from best to worst": sorted(means, key=lambda competency: -means[competency]),
    }


PUBLISHED_FOR_YEAR_ONE: dict[str, object] = {
    "trusts": 152,
    "lights": {"board": (71, 78, 3), "finance": (61, 78, 13), "strategy": (45, 90, 17)},
    "reds": 33,
    "all green": (27, 18),
    "all red": 2,
    "green": [47, 40],
    "highest level": 3,
    "at level 3 in competency 5": 3,
    "from best to worst": ["c2", "c1", "c4", "c8", "c3", "c5", "c10", "c6", "c9", "c7"],
}


def test_the_published_figures_of_the_first_year_can_arise() -> None:
    assert figures_of_year_one(outcomes_of_year_one()) == PUBLISHED_FOR_YEAR_ONE


LIGHT = "[nation_light, region_light, panel_light, self_light]"
LEVEL = "[nation, region, panel, self]"


@pytest.mark.parametrize(
    ("here", "instead", "otherwise"),
    [
        (LIGHT, "[self_light, panel_light, region_light, nation_light]", {"lights", "all green"}),
        (LIGHT, "[region_light, nation_light, panel_light, self_light]", {"lights", "green"}),
        (LIGHT, "[nation_light, panel_light, region_light, self_light]", {"lights", "reds"}),
        (LEVEL, "[self, panel, region, nation]", {"highest level", "at level 3 in competency 5"}),
        (LEVEL, "[panel, region, nation, self]", {"highest level"}),
        ("at least 2 of them are", "any of them are", {"highest level"}),
        ("at least 2 of them are", "all of them are", {"at level 3 in competency 5"}),
    ],
    ids=[
        "the first light stands",
        "the region's light before the nation's",
        "the panel's light before the region's",
        "the first level stands",
        "the panel's level before the others",
        "the highest of three",
        "the lowest of three",
    ],
)
def test_other_rules_give_other_figures_of_the_first_year(here: str, instead: str, otherwise: set[str]) -> None:
    found = figures_of_year_one(outcomes(rival(YEAR_ONE, (here, instead)), year_one()))
    assert otherwise <= {name for name, figure in found.items() if figure != PUBLISHED_FOR_YEAR_ONE[name]}


def before_the_national_check(trusts: Sequence[Trust]) -> list[Trust]:
    return [{name: given for name, given in trust.items() if not name.startswith("nation")} for trust in trusts]


def test_strategies_went_from_a_third_green_to_45_by_the_national_check() -> None:
    """Before it the Health Service Journal had a third green for strategy, more than a third for finance, around half
    for board, and one trust or more all red; after it 45, 61 and 71 of 152 were."""
    before = outcomes(markscheme.load(YEAR_ONE), before_the_national_check(year_one()))
    after = outcomes_of_year_one()
    strategy, finance, board = (percent(lights(before, area)[G], 152) for area in AREAS)
    assert strategy == 33
    assert Fraction(100, 3) < finance < 45
    assert 45 < board < 55
    assert alike(before, R) >= 1
    assert percent(lights(after, "strategy")[G], 152, decimals=1) == Fraction("29.6")

    value = {R: 0, A: 1, G: 2}
    for earlier, later in zip(before, after, strict=True):
        for area in AREAS:
            moved = value[str(later["light"][area])] - value[str(earlier["light"][area])]
            shift = later["nation_light_shift"][area]
            assert isinstance(earlier["nation_light_shift"][area], markscheme.Absence)
            assert shift == moved or (isinstance(shift, markscheme.Absence) and moved == 0)


def shifts(found: Sequence[Outcome], name: str, member: str) -> Counter[object]:
    each = (outcome[name][member] for outcome in found)
    return Counter("absent" if isinstance(shift, markscheme.Absence) else shift for shift in each)


def test_every_shift_is_kept_and_a_stage_that_is_not_there_has_none() -> None:
    """As the trusts were made: a quarter had a national level, half of all came down by the panel and the others by the
    region, and five strategies came down by the nation."""
    found = outcomes_of_year_one()
    assert shifts(found, "panel_shift", "c2") == {-1: 76, 0: 76}
    assert shifts(found, "region_shift", "c2") == {-1: 76, 0: 76}
    assert shifts(found, "nation_shift", "c2") == {0: 38, "absent": 114}
    strategy = shifts(found, "nation_light_shift", "strategy")
    assert strategy[-1] == 5
    assert strategy["absent"] > 0
    assert strategy[-1] + strategy[0] + strategy["absent"] == 152
    backwards = rival(YEAR_ONE, ("nation_light - region_light", "region_light - nation_light"))
    turned = shifts(outcomes(backwards, year_one()[::2]), "nation_light_shift", "strategy")
    assert turned[-1] == 0
    assert turned[1] > 0


# --- 2009-10: 146 of 152 trusts ---------------------------------------------------------------------------------------

FINAL_OF_YEAR_TWO = ((33, (G, G, G)), (29, (A, G, A)), (56, (G, A, G)), (25, (A, A, A)), (3, (R, R, A)))


def year_two() -> list[Trust]:
    """146 trusts, 67 of them at level 2 in competency 11 and the others at 1, and six of which nothing is known."""
    trusts: list[Trust] = []
    for number, final in enumerate(final for count, final in FINAL_OF_YEAR_TWO for _ in range(count)):
        trust: Trust = {"region_light": dict(zip(AREAS, final, strict=True)), "self": {}, "region": {}}
        for competency in range(1, 12):
            level = (2 if number < 67 else 1) if competency == 11 else (3 if (number + competency) % 3 == 0 else 2)
            for place, each in enumerate(INDICATORS[level][number % 2], 1):
                trust["region"][f"c{competency}_{place}"] = str(each)
                trust["self"][f"c{competency}_{place}"] = str(min(4, each + 1))
        trusts.append(trust)
    return [*trusts, *({} for _ in range(6))]


def figures_of_year_two(methodology: Methodology) -> dict[str, object]:
    found = outcomes(methodology, year_two())
    means = {f"c{number}": mean(levels(found, f"c{number}")) for number in range(1, 12)}
    finance, green = (Fraction(100 * count, len(found)) for count in (lights(found, "finance")[G], alike(found, G)))
    return {
        "trusts": len(found),
        "board green": percent(lights(found, "board")[G], len(found)),
        "finance green, slightly less than 43": Fraction("42.3") < finance < 43,
        "all green, just under 23": Fraction("22.5") < green < 23,
        "all red": alike(found, R),
        "mean of competency 11": rounded(means["c11"], 2),
        "lowest": min(means, key=lambda competency: means[competency]),
    }


PUBLISHED_FOR_YEAR_TWO: dict[str, object] = {
    "trusts": 146,
    "board green": 61,
    "finance green, slightly less than 43": True,
    "all green, just under 23": True,
    "all red": 0,
    "mean of competency 11": Fraction("1.46"),
    "lowest": "c11",
}


def test_the_published_figures_of_the_second_year_can_arise() -> None:
    methodology = markscheme.load(YEAR_TWO)
    assert figures_of_year_two(methodology) == PUBLISHED_FOR_YEAR_TWO
    answers = list(rated(methodology, year_two()))
    assert Counter(answer.rated for answer in answers) == {True: 146, False: 6}
    assert sum(int(str(cast(Outcome, answer.outcome)["competency_level"]["c11"])) for answer in answers[:146]) == 213
    # of 146 whole levels one sum alone has that mean, and one count alone that percentage
    assert [total for total in range(146, 585) if rounded(Fraction(total, 146), 2) == Fraction("1.46")] == [213]
    assert [count for count in range(147) if percent(count, 146) == 61] == [89]


SELF_LEVEL = "gives itself, each: indicators, scale: level,\n    absent: {not_scored: "
SELF_LIGHT = "self_light: {each: areas, scale: light, absent: {not_scored: "


@pytest.mark.parametrize(
    ("here", "instead", "otherwise"),
    [
        (SELF_LEVEL + "unrated", SELF_LEVEL + "1", {"trusts", "board green", "mean of competency 11"}),
        (SELF_LIGHT + "unrated", SELF_LIGHT + "red", {"trusts", "board green", "all green, just under 23", "all red"}),
        (LEVEL, "[self, panel, region, nation]", {"mean of competency 11"}),
        ("at least 2 of them are", "any of them are", {"mean of competency 11"}),
        ("at least 2 of them are", "all of them are", {"mean of competency 11"}),
    ],
    ids=[
        "what is not scored is 1",
        "what is not scored is red",
        "the first level stands",
        "the highest of three",
        "the lowest of three",
    ],
)
def test_other_rules_give_other_figures_of_the_second_year(here: str, instead: str, otherwise: set[str]) -> None:
    found = figures_of_year_two(rival(YEAR_TWO, (here, instead)))
    assert otherwise <= {name for name, figure in found.items() if figure != PUBLISHED_FOR_YEAR_TWO[name]}


def test_competency_11_is_absent_in_the_first_year_and_not_a_zero_where_it_was_not_assessed() -> None:
    (first,) = outcomes(markscheme.load(YEAR_ONE), year_one()[:1])
    assert list(first["competency_level"]) == [f"c{number}" for number in range(1, 11)]
    assert len(first["indicator_level"]) == 30
    assert isinstance(markscheme.load(YEAR_ONE).rate({"self": {"c11_1": "2"}}), markscheme.Reject)

    whole = year_two()[0]
    known = {member: level for member, level in whole["region"].items() if not member.startswith("c11_")}
    (second,) = outcomes(markscheme.load(YEAR_TWO), [{"region": known}])
    assert len(second["indicator_level"]) == 33
    assert isinstance(second["competency_level"]["c11"], markscheme.Absence)
    assert all(isinstance(second["competency_level"][f"c{number}"], str) for number in range(1, 11))


def test_a_trust_has_fourteen_components_and_no_overall_grade() -> None:
    (outcome,) = outcomes(markscheme.load(YEAR_TWO), year_two()[:1])
    components = [*outcome["light"].values(), *outcome["competency_level"].values()]
    assert len(components) == 14
    assert not any(isinstance(component, markscheme.Absence) for component in components)
    assert all(isinstance(value, Mapping) for value in outcome.values())


# --- the league table -------------------------------------------------------------------------------------------------


def points(methodology: Methodology, governance: Counter[str], level: int, more: int = 0) -> dict[str, object]:
    """Of a trust with so many lights of each colour, all its indicators at one level and some of them one higher."""
    (subject,) = (each for each in PUBLISHED if str(each) == LEAGUE)
    sets = subject.program.sets
    indicators = [member.name for member in sets["competency_indicators"].members]
    colours = list(governance.elements())
    given: dict[str, object] = {
        "lights": dict(zip((each.name for each in sets["governance_indicators"].members), colours, strict=True)),
        "levels": {member: str(level + (place < more)) for place, member in enumerate(indicators)},
    }
    answer = methodology.rate(given)
    assert isinstance(answer, markscheme.Result), answer
    return dict(answer.outcome)


def test_sixteen_lights_of_two_points_and_33_indicators_make_two_equal_halves() -> None:
    league = markscheme.load(LEAGUE)
    assert points(league, Counter(green=16), 4)["governance_points"] == 32
    assert points(league, Counter(amber=16), 4)["governance_points"] == 16
    assert points(league, Counter(red=16), 4)["governance_points"] == 0
    assert points(league, Counter(green=5, amber=7, red=4), 4)["governance"] == Fraction(100 * 17, 32)
    assert points(league, Counter(green=16), 2)["total"] == points(league, Counter(amber=16), 4)["total"] == 75
    heavier = rival(LEAGUE, ("(governance + competencies) / 2", "(governance + 2 * competencies) / 3"))
    assert points(heavier, Counter(green=16), 2)["total"] != points(heavier, Counter(amber=16), 4)["total"]


def test_the_map_gives_another_order_than_the_table_in_print() -> None:
    """The print tables went by governance and then by competencies; the journal says that the map differs slightly."""
    league = markscheme.load(LEAGUE)
    trusts = [
        points(league, Counter(green=15, amber=1), 2),
        points(league, Counter(green=14, amber=2), 3),
        points(league, Counter(green=14, amber=2), 2, more=4),
    ]
    printed = sorted(trusts, key=lambda each: (each["governance_points"], each["competency_points"]), reverse=True)
    mapped = sorted(trusts, key=lambda each: each["total"], reverse=True)  # type: ignore[arg-type, return-value]
    assert [trusts.index(each) for each in printed] == [0, 1, 2]
    assert [trusts.index(each) for each in mapped] == [1, 0, 2]


def test_the_points_of_a_trust_are_those_of_its_last_stage() -> None:
    """The table reads what the assurance gives: here from the four stages of a trust, which are rated first."""
    league = markscheme.load(LEAGUE)
    (subject,) = (each for each in PUBLISHED if str(each) == LEAGUE)
    green = {member.name: G for member in subject.program.sets["governance_indicators"].members}
    trust = year_two()[0]
    (assured,) = outcomes(markscheme.load(YEAR_TWO), [trust])
    whole = league.rate({"lights": green, "levels": trust})
    given = league.rate({"lights": green, "levels": assured["indicator_level"]})
    assert isinstance(whole, markscheme.Result)
    assert isinstance(given, markscheme.Result)
    assert whole.outcome == given.outcome
    assert whole.outcome["competency_points"] == sum(int(level) for level in trust["region"].values())
    missing = {**trust, "region": {}, "self": {}}
    without = league.rate({"lights": green, "levels": missing})
    assert isinstance(without, markscheme.Result)
    assert isinstance(without.outcome["total"], markscheme.Absence)
