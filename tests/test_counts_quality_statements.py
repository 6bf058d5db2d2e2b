"""Published ratings of local authorities, and the sums at which a rating changes, against the shipped methodologies of
the single assessment framework. Knows no rule, only what was published or follows from it by counting."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from random import Random

import pytest
from methodologies import PUBLISHED, compiled_text

import markscheme
from markscheme.methodology import Methodology

DIRECT = "cqc/local-authorities@2024-12"
BY_CATEGORY = "cqc/local-authorities@2023-12"
SERVICES = ("cqc/quality-statements@2023-11", "cqc/quality-statements@2024-12")

Record = Mapping[str, object]
LEVELS = ("inadequate", "requires_improvement", "good", "outstanding")


@cache
def text_of(name: str) -> str:
    return next(subject.source.text for subject in PUBLISHED if str(subject) == name)


def members(name: str, of: str) -> tuple[str, ...]:
    program = next(subject.program for subject in PUBLISHED if str(subject) == name)
    return tuple(member.name for member in program.sets[of].members)


STATEMENTS = members(DIRECT, "statements")
CATEGORIES = members(BY_CATEGORY, "categories")


def rival(name: str, *changes: tuple[str, str]) -> Methodology:
    """A shipped methodology with some of its text replaced by another rule."""
    text = text_of(name)
    for here, instead in changes:
        assert here in text, here
        text = text.replace(here, instead)
    return Methodology(compiled_text(text))


def overall(methodology: Methodology, records: Iterable[Record]) -> list[str]:
    found = []
    for answer in methodology.rate_many(list(records)):
        assert isinstance(answer, markscheme.Result)
        found.append(str(answer.outcome["overall"]))
    return found


def direct(scores: tuple[int, ...]) -> Record:
    return {"scores": dict(zip(STATEMENTS, scores, strict=True))}


def spread(sum_: int, number: int) -> tuple[int, ...]:
    """Scores as even as can be with a sum: none of them limits a rating."""
    least, more = divmod(sum_, number)
    return (least + 1,) * more + (least,) * (number - more)


def identifier(title: str) -> str:
    return title.lower().replace(" ", "_")


# --- 72 local authorities, 3 October 2025 -----------------------------------------------------------------------------

# How many had which sum of 36, and their rating. One more, County Durham, had 24 and was "Not Rated" there.
SUMS = {
    12: (1, "inadequate"),
    **{total: (n, "requires_improvement") for total, n in zip(range(18, 23), (2, 5, 4, 6, 4), strict=True)},
    **{total: (n, "good") for total, n in zip(range(23, 30), (16, 9, 9, 5, 6, 1, 1), strict=True)},
    32: (2, "outstanding"),
}
TOTALS = {"outstanding": 2, "good": 47, "requires_improvement": 21, "inadequate": 1}


@cache
def authorities() -> tuple[tuple[str, tuple[int, ...], str], ...]:
    """Name, nine scores and published rating. The file calls the statements qs1 to qs9; that this is the order in which
    they are printed is presumed, and makes no difference to a rating."""
    folder = os.environ.get("MARKSCHEME_DATA")
    if not folder:
        pytest.skip("MARKSCHEME_DATA is not set: the folder that holds la_saf_oct2025.csv")
    with (Path(folder) / "la_saf_oct2025.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["authority"], tuple(int(row[f"qs{n}"]) for n in range(1, 10)), identifier(row["published_overall"]))
            for row in csv.DictReader(file)
        )


def test_71_of_71_published_ratings_are_reproduced(capsys: pytest.CaptureFixture[str]) -> None:
    given = [direct(scores) for _, scores, _ in authorities()]
    rated = overall(markscheme.load(DIRECT), given)
    departures = [
        (name, sum(scores), published, by_the_rules)
        for (name, scores, published), by_the_rules in zip(authorities(), rated, strict=True)
        if published != by_the_rules
    ]
    with capsys.disabled():
        print(f"\nla_saf_oct2025.csv: {len(given)} records, {len(given) - len(departures)} as published; departures:")
        for departure in departures:
            print("  {}: {} of 36, published {}, by the rules {}".format(*departure))
    assert len(given) == 72
    assert departures == [("County Durham", 24, "not_rated", "good")]
    backwards = [direct(scores[::-1]) for _, scores, _ in authorities()]
    assert overall(markscheme.load(DIRECT), backwards) == rated


def test_the_same_ratings_come_of_evidence_that_scores_as_its_statement_does() -> None:
    """The scores of evidence were not published; those given after it was no longer scored were entered as that of the
    statement in every category."""
    given: list[Record] = [
        {
            "category_scores": {
                each: dict.fromkeys(CATEGORIES, score) for each, score in zip(STATEMENTS, scores, strict=True)
            }
        }
        for _, scores, _ in authorities()
    ]
    rated = overall(markscheme.load(BY_CATEGORY), given)
    assert rated == overall(markscheme.load(DIRECT), (direct(scores) for _, scores, _ in authorities()))


def test_the_published_table_of_sums_is_that_of_the_file() -> None:
    rated = [(sum(scores), published) for _, scores, published in authorities() if published != "not_rated"]
    assert Counter(rated) == {(total, rating): n for total, (n, rating) in SUMS.items()}
    assert Counter(published for _, _, published in authorities()) == {**TOTALS, "not_rated": 1}


# --- what the sums say, without the file ------------------------------------------------------------------------------


def of_the_sums(methodology: Methodology) -> list[str]:
    return overall(methodology, (direct(spread(total, 9)) for total in SUMS))


def population(methodology: Methodology) -> Counter[str]:
    """The ratings of 71 made-up authorities with the published sums."""
    rated = of_the_sums(methodology)
    return Counter(rating for (number, _), rating in zip(SUMS.values(), rated, strict=True) for _ in range(number))


def test_authorities_with_the_published_sums_have_the_published_ratings() -> None:
    methodology = markscheme.load(DIRECT)
    assert of_the_sums(methodology) == [rating for _, rating in SUMS.values()]
    assert population(methodology) == TOTALS
    assert overall(methodology, [direct(spread(24, 9))]) == ["good"]  # as County Durham would be


def at_cut(rating: str, cut: int) -> tuple[tuple[str, str], ...]:
    """The changes that let a rating begin at another whole percentage."""
    place = LEVELS.index(rating)
    begins = {"requires_improvement": 39, "good": 63, "outstanding": 88}
    above = f"at_least: {begins[rating]}, is: " if rating == "outstanding" else f"from: {begins[rating]}, "
    below = f"to: {begins[rating] - 1}, is: {LEVELS[place - 1]}"
    return (above, above.replace(str(begins[rating]), str(cut))), (below, f"to: {cut - 1}, is: {LEVELS[place - 1]}")


@pytest.mark.parametrize(
    ("rating", "lowest", "highest"),
    [("requires_improvement", 34, 50), ("good", 62, 64), ("outstanding", 82, 89)],
)
def test_how_far_the_published_ratings_fix_where_a_rating_begins(rating: str, lowest: int, highest: int) -> None:
    """The printed figures, 39, 63 and 88, lie within. One moved by one may go unnoticed; beyond these ends the
    published counts come out otherwise."""
    for cut in (lowest, highest):
        assert population(rival(DIRECT, *at_cut(rating, cut))) == TOTALS
    for cut in (lowest - 1, highest + 1):
        assert population(rival(DIRECT, *at_cut(rating, cut))) != TOTALS


LIMITED = """
  limited:
    scale: rating
    formula: overall
    limits:
      - {when: overall is good and any of scores are 1, at_most: requires_improvement}
      - {when: overall is outstanding and any of scores are at most 2, at_most: good}
    absent: {not_rated: unrated}

results: [percent, overall, limited]
"""


def test_no_published_rating_tells_whether_a_low_score_limits() -> None:
    with_limits = rival(DIRECT, ("\nresults: [percent, overall]\n", LIMITED))
    for answer in with_limits.rate_many([direct(scores) for _, scores, _ in authorities()]):
        assert isinstance(answer, markscheme.Result)
        assert answer.outcome["limited"] == answer.outcome["overall"]
    (answer,) = with_limits.rate_many([direct((1, 4, 4, 4, 4, 4, 4, 4, 4))])
    assert isinstance(answer, markscheme.Result)
    assert (answer.outcome["overall"], answer.outcome["limited"]) == ("outstanding", "good")


# --- where ratings change, by the number of statements ----------------------------------------------------------------

# The first sum that is requires improvement, good, outstanding, as worked out from the printed bands with halves up.
FIRST_SUMS = {5: (8, 13, 18), 6: (10, 15, 21), 7: (11, 18, 25), 8: (13, 20, 28), 9: (14, 23, 32)}


def first_sums(ratings: Mapping[int, str]) -> tuple[int, ...]:
    order = [LEVELS.index(ratings[total]) for total in sorted(ratings)]
    assert order == sorted(order)
    return tuple(min(total for total, rating in ratings.items() if rating == level) for level in LEVELS[1:])


def found_in(services: Methodology, name: str) -> dict[str, tuple[int, ...]]:
    program = next(subject.program for subject in PUBLISHED if str(subject) == name)
    found = {}
    for question, statements in program.sets["statements"].below.items():
        assert question is not None
        sums = range(len(statements), 4 * len(statements) + 1)
        records: list[Record] = []
        for total in sums:
            scores = dict(zip(statements, spread(total, len(statements)), strict=True))
            by_category = {each: {"processes": score} for each, score in scores.items()}
            records.append({"scores": scores} if name == SERVICES[1] else {"category_scores": by_category})
        ratings = {}
        for total, answer in zip(sums, services.rate_many(records), strict=True):
            assert isinstance(answer, markscheme.Result)
            of_questions = answer.outcome["key_question_rating"]
            assert isinstance(of_questions, Mapping)
            ratings[total] = str(of_questions[question])
        found[question] = first_sums(ratings)
    return found


NUMBERS = {"safe": 8, "effective": 6, "caring": 5, "responsive": 7, "well_led": 8}


@pytest.mark.parametrize("name", SERVICES)
def test_34_statements_and_the_sums_at_which_the_rating_of_their_key_question_changes(name: str) -> None:
    program = next(subject.program for subject in PUBLISHED if str(subject) == name)
    assert {question: len(of) for question, of in program.sets["statements"].below.items()} == NUMBERS
    assert found_in(markscheme.load(name), name) == {each: FIRST_SUMS[number] for each, number in NUMBERS.items()}


def test_the_sums_at_which_the_rating_of_an_authority_changes() -> None:
    assert first_sums_of_authorities(markscheme.load(DIRECT)) == FIRST_SUMS[9]


def first_sums_of_authorities(methodology: Methodology) -> tuple[int, ...]:
    rated = overall(methodology, (direct(spread(total, 9)) for total in range(9, 37)))
    return first_sums(dict(zip(range(9, 37), rated, strict=True)))


@pytest.mark.parametrize(
    ("mode", "moved", "authorities_moved"),
    [
        # 62.5 and 87.5 arise with an even number of statements only, so nothing moves for 5, 7 or 9
        ("half_even", {6: (10, 16, 21), 8: (13, 21, 28)}, FIRST_SUMS[9]),
        ("half_down", {6: (10, 16, 22), 8: (13, 21, 29)}, FIRST_SUMS[9]),
        ("down", {6: (10, 16, 22), 8: (13, 21, 29)}, (15, 23, 32)),  # 14 of 36 is 38.9
    ],
)
def test_what_other_rounding_would_move(
    mode: str, moved: dict[int, tuple[int, ...]], authorities_moved: tuple[int, ...]
) -> None:
    """Nothing that was published tells these apart: no authority had a sum of 14, and no rating of a key question with
    its scores was found at a half."""
    other = rival(SERVICES[1], ("nearest 1, up)", f"nearest 1, {mode})"), ("half_up", mode))
    assert found_in(other, SERVICES[1]) == {each: {**FIRST_SUMS, **moved}[n] for each, n in NUMBERS.items()}
    authorities_by_it = rival(DIRECT, ("nearest 1, up)", f"nearest 1, {mode})"), ("half_up", mode))
    assert first_sums_of_authorities(authorities_by_it) == authorities_moved
    assert population(authorities_by_it) == TOTALS


# --- the two versions -------------------------------------------------------------------------------------------------


def test_both_versions_rate_alike_where_evidence_scores_as_its_statement_does() -> None:
    """From December 2024 a statement's score was entered in each category, for want of another place."""
    statements = members(SERVICES[1], "statements")
    categories = members(SERVICES[0], "categories")
    questions = members(SERVICES[1], "key_questions")
    random = Random(34)
    old: list[Record] = []
    new: list[Record] = []
    for _ in range(40):
        usual = random.choice(((1, 1, 2), (1, 2, 3), (2, 2, 3), (2, 3, 4), (3, 3, 4), (3, 4, 4)))
        scores = {each: random.choice(usual) for each in statements if random.random() < 0.8}
        last = {each: random.choice(LEVELS) for each in questions if random.random() < 0.5}
        relevant = random.sample(categories, random.randint(1, 6))
        old.append(
            {
                "category_scores": {each: dict.fromkeys(relevant, score) for each, score in scores.items()},
                "last_rating": last,
            }
        )
        new.append({"scores": scores, "last_rating": last})
    results = [
        [answer.outcome for answer in markscheme.load(name).rate_many(records) if isinstance(answer, markscheme.Result)]
        for name, records in zip(SERVICES, (old, new), strict=True)
    ]
    assert results[0] == results[1]
    assert len(results[0]) == 40
    assert {str(outcome["overall"]) for outcome in results[0]} == set(LEVELS)
