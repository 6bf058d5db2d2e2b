"""Published ratings of NHS trusts and hospitals, and published numbers of ratings, against the shipped methodologies.
Knows no rule, only what was published or follows from it by counting; where a rule is changed for a rival, it fails.

Of the services behind a published rating nothing was published: they are invented here, and all alike. National totals
(109, 53, 12 and 5 of 179 trusts in 2016; 70, 21, 10 and 2 of 103 acute ones) come without the ratings behind them, so
they can be held against no rule.
"""

from __future__ import annotations

import csv
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from methodologies import PUBLISHED, compiled_text

import markscheme
from markscheme.methodology import Methodology

BEFORE, SINCE = "cqc/nhs-trust@2014-10", "cqc/nhs-trust@2018-03"
ELSEWHERE = "cqc/nhs-trust-without-locations@2014-10"
INADEQUATE, REQUIRES_IMPROVEMENT, GOOD, OUTSTANDING = LEVELS = (
    "inadequate",
    "requires_improvement",
    "good",
    "outstanding",
)

Record = Mapping[str, object]
Ratings = dict[str, str]


@cache
def shipped(name: str) -> Methodology:
    return markscheme.load(name)


def rival(name: str, *changes: tuple[str, str]) -> Methodology:
    """A shipped methodology with some of its text replaced by another rule."""
    text = next(subject.source.text for subject in PUBLISHED if str(subject) == name)
    for here, instead in changes:
        assert here in text, here
        text = text.replace(here, instead)
    return Methodology(compiled_text(text))


def members(of: str, name: str = SINCE) -> tuple[str, ...]:
    return tuple(member.name for member in shipped(name).program.sets[of].members)


QUESTIONS = members("key_questions")
CORE_SERVICES = members("services")[:8]  # those of an acute hospital


def outcome(methodology: Methodology, record: Record) -> Mapping[str, object]:
    answer = methodology.rate(dict(record))
    assert isinstance(answer, markscheme.Result), answer
    return answer.outcome


def present(result: object) -> Iterator[str]:
    """The ratings in a result, of whatever members."""
    if isinstance(result, Mapping):
        for each in result.values():
            yield from present(each)
    elif isinstance(result, str):
        yield result


def alike(ratings: Iterable[str], services: Iterable[str] = CORE_SERVICES) -> dict[str, Ratings]:
    """Services with the same ratings: what is combined from four or more of them is what each of them has."""
    one = dict(zip(QUESTIONS, ratings, strict=False))
    return {service: dict(one) for service in services}


def trust(hospitals: Mapping[str, Mapping[str, Ratings]], well_led: str = GOOD, **more: str) -> Record:
    single = "yes" if len(hospitals) == 1 else "no"
    return {"ratings": hospitals, "trust_well_led": well_led, "single_location": single, **more}


# --- how many ratings there are --------------------------------------------------------------------------------------

HOSPITAL, TRUST = ("service_question", "service_overall", "location_question", "location_overall"), "trust_question"


def numbers(found: Mapping[str, object]) -> dict[str, int]:
    return {name: len(list(present(found[name]))) for name in (*HOSPITAL, TRUST, "overall")}


@pytest.mark.parametrize("name", [BEFORE, SINCE])
def test_a_hospital_with_eight_core_services_has_54_ratings(name: str) -> None:
    """Published in April 2014."""
    counted = numbers(outcome(shipped(name), trust({"location_1": alike([GOOD] * 5)})))
    assert [counted[level] for level in HOSPITAL] == [40, 8, 5, 1]
    assert sum(counted[level] for level in HOSPITAL) == 54


@pytest.mark.parametrize("name", [BEFORE, SINCE])
def test_a_trust_with_three_full_hospitals_has_167_ratings_and_one_overall(name: str) -> None:
    """Published in April 2014: three times 54, and 5 of the trust on the key questions."""
    hospitals = {f"location_{n}": alike([GOOD] * 5) for n in (1, 2, 3)}
    counted = numbers(outcome(shipped(name), trust(hospitals)))
    assert sum(counted.values()) - counted["overall"] == 167 == 3 * 54 + 5
    assert counted["overall"] == 1


def test_a_trust_without_locations_has_none_of_them() -> None:
    services = alike([GOOD] * 5, members("services", ELSEWHERE)[:11])
    found = outcome(shipped(ELSEWHERE), {"ratings": services, "trust_well_led": GOOD})
    counted = {name: len(list(present(result))) for name, result in found.items()}
    assert counted == {"service_question": 55, "service_overall": 11, "trust_question": 5, "overall": 1}


# --- how many services a key question of the trust is combined from --------------------------------------------------


def three_hospitals(level: str, number: int) -> Record:
    """24 services, good on safety but for so many of the first hospital's."""
    first = {service: {"safe": level if n < number else GOOD} for n, service in enumerate(CORE_SERVICES)}
    rest = {service: {"safe": GOOD} for service in CORE_SERVICES}
    return trust({"location_1": first, "location_2": rest, "location_3": rest})


def safe(methodology: Methodology, level: str, number: int) -> tuple[object, object]:
    """Of the first hospital, and of the trust."""
    found = outcome(methodology, three_hospitals(level, number))
    at_locations, of_trust = found["location_question"], found["trust_question"]
    assert isinstance(at_locations, Mapping)
    assert isinstance(of_trust, Mapping)
    return at_locations["location_1"]["safe"], of_trust["safe"]


@pytest.mark.parametrize("name", [BEFORE, SINCE])
def test_24_services_take_the_last_row_of_the_table(name: str) -> None:
    """That three outstanding are needed of nine or more is published, as is that two are needed of four to eight."""
    assert [safe(shipped(name), OUTSTANDING, n) for n in (1, 2, 3)] == [
        (GOOD, GOOD),
        (OUTSTANDING, GOOD),
        (OUTSTANDING, OUTSTANDING),
    ]


def test_from_three_locations_a_trust_would_have_other_ratings() -> None:
    """The rival reading of "informed by our ratings in each location": no published rating tells which is right."""
    by_locations = rival(SINCE, ("(service_question where newly_joined is no)", "services_of_location"))
    assert safe(by_locations, OUTSTANDING, 2) == (OUTSTANDING, OUTSTANDING)
    assert safe(by_locations, REQUIRES_IMPROVEMENT, 2) == (REQUIRES_IMPROVEMENT, REQUIRES_IMPROVEMENT)
    assert safe(shipped(SINCE), REQUIRES_IMPROVEMENT, 2) == (REQUIRES_IMPROVEMENT, GOOD)


# --- Cambridge University Hospitals, February 2019 -------------------------------------------------------------------

CAMBRIDGE = (GOOD, GOOD, OUTSTANDING, REQUIRES_IMPROVEMENT, OUTSTANDING)  # good for quality, as published
THREE_NEEDED = "at least 3 of them are requires_improvement"


def cambridge(methodology: Methodology) -> tuple[object, object]:
    services = {"location_1": alike(CAMBRIDGE[:4])}
    found = outcome(methodology, trust(services, CAMBRIDGE[4], use_of_resources=REQUIRES_IMPROVEMENT))
    assert tuple(present(found["trust_question"])) == CAMBRIDGE
    return found["overall"], found["combined"]


def test_cambridge_is_good_for_quality_and_with_use_of_resources() -> None:
    assert cambridge(shipped(SINCE)) == (GOOD, GOOD)


def test_were_two_of_six_enough_cambridge_would_require_improvement() -> None:
    rule_of_two = rival(SINCE, (THREE_NEEDED, THREE_NEEDED.replace("3", "2")))
    assert cambridge(rule_of_two) == (GOOD, REQUIRES_IMPROVEMENT)


def test_did_one_that_requires_improvement_leave_outstanding_cambridge_would_be_outstanding() -> None:
    others_are_good = " of them are outstanding and all of them are at least good"
    without = rival(SINCE, (others_are_good, " of them are outstanding"))
    assert cambridge(without)[0] == OUTSTANDING


SIX = tuple(itertools.combinations_with_replacement(LEVELS, 6))


def combined(methodology: Methodology, sixes: Iterable[tuple[str, ...]]) -> Counter[object]:
    found: Counter[object] = Counter()
    for six in sixes:
        services = {"location_1": alike(six[:4], CORE_SERVICES[:1])}
        found[outcome(methodology, trust(services, six[4], use_of_resources=six[5]))["combined"]] += 1
    return found


def test_84_ways_to_have_six_ratings() -> None:
    """By counting, from the words: 35 have two inadequate or more; 21 have one, which rules out good; of the other 28,
    10 have three or more that require improvement, 5 are good but for two outstanding or more, and 13 are left."""
    assert combined(shipped(SINCE), SIX) == {INADEQUATE: 35, REQUIRES_IMPROVEMENT: 31, OUTSTANDING: 5, GOOD: 13}


def test_the_rule_of_two_would_take_good_from_five_of_them() -> None:
    two = [six for six in SIX if six.count(REQUIRES_IMPROVEMENT) == 2 and INADEQUATE not in six]
    assert combined(shipped(SINCE), two) == {GOOD: 5}
    rule_of_two = rival(SINCE, (THREE_NEEDED, THREE_NEEDED.replace("3", "2")))
    assert combined(rule_of_two, two) == {REQUIRES_IMPROVEMENT: 5}


# --- hospitals of NHS trusts whose ratings are known ------------------------------------------------------------------


def identifier(title: str) -> str:
    return title.lower().replace(" ", "_")


def hospitals() -> list[dict[str, str]]:
    folder = os.environ.get("MARKSCHEME_DATA")
    if not folder:
        pytest.skip("MARKSCHEME_DATA is not set: the folder that holds cqc_rating_events.csv")
    with (Path(folder) / "cqc_rating_events.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["category"] == "Acute hospital - NHS non-specialist"]


def test_4_of_4_overall_ratings_of_hospitals_are_reproduced_from_their_key_questions() -> None:
    """With the version in force on the day, as one hospital of several, so that its ratings are its own."""
    found = []
    for row in hospitals():
        methodology = markscheme.load("cqc/nhs-trust", on=row["rated_on"])
        ratings = [identifier(row[question]) for question in QUESTIONS]
        at_locations = outcome(methodology, {"ratings": {"location_1": alike(ratings)}, "single_location": "no"})
        overall = at_locations["location_overall"]
        assert isinstance(overall, Mapping)
        found.append((overall["location_1"], identifier(row["published_overall"])))
    assert [published for _, published in found] == [by_the_rules for by_the_rules, _ in found]
    assert Counter(published for _, published in found) == {GOOD: 2, REQUIRES_IMPROVEMENT: 2}
