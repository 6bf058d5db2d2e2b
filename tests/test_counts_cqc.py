"""Published dates and batches of the Care Quality Commission against its shipped methodologies. Knows no rule. What
single practices of a batch were rated on was not published: these are invented, but for how many had no rating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from methodologies import PUBLISHED, compiled_text

import markscheme
from markscheme.methodology import Methodology

# --- which version rates on which day --------------------------------------------------------------------------------

# The last day of one and the first of the next, as published: practices from April 2018 and from October 2021 (the
# first of the month is taken), use of resources of trusts on 5 March 2018, scores of statements on 2 December 2024.
# The framework of 2023 began in the South of England on 21 November 2023; ratings began in October 2014.
IN_FORCE = {
    "cqc/gp-practice": {
        "2014-10-01": "2014-10",
        "2018-03-31": "2014-10",
        "2018-04-01": "2018-04",
        "2021-09-30": "2018-04",
        "2021-10-01": "2021-10",
        "2023-11-20": "2021-10",
    },
    "cqc/adult-social-care": {"2014-10-01": "2014-10", "2023-11-20": "2014-10"},
    "cqc/nhs-trust": {
        "2014-10-01": "2014-10",
        "2018-03-04": "2014-10",
        "2018-03-05": "2018-03",
        "2023-11-20": "2018-03",
    },
    "cqc/nhs-trust-without-locations": {"2014-10-01": "2014-10", "2023-11-20": "2014-10"},
    "cqc/quality-statements": {"2023-11-21": "2023-11", "2024-12-01": "2023-11", "2024-12-02": "2024-12"},
    "cqc/local-authorities": {"2023-12-01": "2023-12", "2024-12-01": "2023-12", "2024-12-02": "2024-12"},
}
OUTSIDE = {  # days on which nothing rated, and the framework that had ended or not begun
    "2014-09-30": ("cqc/gp-practice", "cqc/adult-social-care", "cqc/nhs-trust", "cqc/nhs-trust-without-locations"),
    "2023-11-21": ("cqc/gp-practice", "cqc/adult-social-care", "cqc/nhs-trust", "cqc/nhs-trust-without-locations"),
    "2023-11-20": ("cqc/quality-statements", "cqc/local-authorities"),
    "2023-11-30": ("cqc/local-authorities",),
}


@pytest.mark.parametrize("name", IN_FORCE)
def test_versions_change_on_the_published_days(name: str) -> None:
    found = {day: markscheme.load(name, on=day).version for day in IN_FORCE[name]}
    assert found == IN_FORCE[name]


@pytest.mark.parametrize("day", OUTSIDE)
def test_no_version_rates_before_it_began_or_after_it_ended(day: str) -> None:
    for name in OUTSIDE[day]:
        with pytest.raises(markscheme.MethodologyError):
            markscheme.load(name, on=day)


# --- practices inspected and not rated -------------------------------------------------------------------------------

GROUPS = ("older_people", "long_term_conditions", "families", "working_age", "vulnerable", "poor_mental_health")
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
OF_BATCHES = "cqc/gp-practice@2014-10"

# Published: how many practices of a batch had which rating, and how many had none: in May 2015 it was "not applicable"
# to three, the others had been inspected on some point only.
BATCHES = {
    "15 May 2015": ({"outstanding": 1, "good": 41, "requires_improvement": 10, "inadequate": 4}, 3, 59),
    "1 October 2015": ({"good": 39, "requires_improvement": 18, "inadequate": 5}, 1, 63),
    "22 May 2017": ({"good": 33, "requires_improvement": 9, "inadequate": 2}, 7, 51),
}


def practice(rating: str) -> Mapping[str, object]:
    return {"ratings": dict.fromkeys(GROUPS, dict.fromkeys(QUESTIONS, rating))}


def overall(methodology: Methodology, day: str) -> Counter[object]:
    """The overall ratings of a batch of made-up practices; of those that are not rated, that."""
    ratings, unrated, _ = BATCHES[day]
    given = [practice(rating) for rating, number in ratings.items() for _ in range(number)]
    found: Counter[object] = Counter()
    for answer in methodology.rate_many([*given, *[practice("not_rated")] * unrated]):
        assert isinstance(answer, markscheme.Result), answer
        found[answer.outcome["overall"] if answer.rated else "unrated"] += 1
    return found


@pytest.mark.parametrize("day", BATCHES)
def test_practices_that_are_not_rated_are_counted_apart(day: str) -> None:
    ratings, unrated, practices = BATCHES[day]
    found = overall(markscheme.load(OF_BATCHES), day)
    assert found == {**ratings, "unrated": unrated}
    assert sum(found.values()) == practices


@pytest.mark.parametrize("day", BATCHES)
def test_were_good_what_is_not_rated_the_batch_would_have_more_good_ones(day: str) -> None:
    """What is left over is good in the table of how many are needed: a practice with nothing rated must not be."""
    text = next(subject.source.text for subject in PUBLISHED if str(subject) == OF_BATCHES)
    here = "    absent: {not_rated: unrated}"
    assert text.count(here) == 1
    ratings, unrated, _ = BATCHES[day]
    found = overall(Methodology(compiled_text(text.replace(here, here.replace("unrated", "good")))), day)
    assert found == {**ratings, "good": ratings["good"] + unrated}
