"""examples/literal-readings: what its page says of published rules read by the letter, counted over every record there
is with the interpreter. Knows nothing of how proofs are found."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations_with_replacement, product

import pytest
from consoles import ROOT
from methodologies import PUBLISHED

import markscheme
from markscheme.cli import main
from markscheme.methodology import Methodology
from markscheme.trace import ByBand, ByRule
from markscheme.verify import verify

FOLDER = ROOT / "examples" / "literal-readings"
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
RATINGS = ("inadequate", "requires_improvement", "good", "outstanding")
PROFILES = tuple("".join(each) for each in product("IRGO", repeat=5))  # worst first
LEVEL = dict(zip("IRGO", RATINGS, strict=True))
CARE = "cqc/adult-social-care@2014-10"

Outcome = Mapping[str, object]  # each result


def given(profile: str) -> dict[str, object]:
    return {"ratings": dict(zip(QUESTIONS, (LEVEL[letter] for letter in profile), strict=True))}


@cache
def loaded(name: str) -> Methodology:
    """A file of the folder, or a shipped methodology."""
    return markscheme.load(name if "/" in name else FOLDER / f"{name}.yaml")


def rated(name: str, profiles: Iterable[str]) -> dict[str, Outcome]:
    found = {}
    for profile in profiles:
        answer = loaded(name).rate(given(profile))
        assert isinstance(answer, markscheme.Result)
        found[profile] = answer.outcome
    return found


@cache
def overall(name: str) -> dict[str, int]:
    """Of every profile; ratings in another order are not rated again, since all five count equally."""
    by_kind = rated(name, {"".join(sorted(profile)) for profile in PROFILES})
    return {profile: RATINGS.index(str(by_kind["".join(sorted(profile))]["overall"])) for profile in PROFILES}


def better(profile: str) -> Iterator[str]:
    """One rating a step better."""
    for at, letter in enumerate(profile):
        if letter != "O":
            yield profile[:at] + "IRGO"["IRGO".index(letter) + 1] + profile[at + 1 :]


def worsened(name: str) -> list[tuple[str, str]]:
    """The pairs one step apart of which the better one has the worse rating."""
    of = overall(name)
    return [(low, high) for low in PROFILES for high in better(low) if of[high] < of[low]]


# --- what `check` says of each ---------------------------------------------------------------------------------------

FAIL = {
    "one-row-a-principle": {"MS419"},
    "silence-is-good": {"MS801"},
    "best-rating-first": {"MS801"},
    "two-and-three": {"MS801"},
    "bands-in-whole-numbers": {"MS419"},
    "nine-statements": {"MS419"},
    "dominant-themes": {"MS802"},
    "informed-by-locations": {"MS802"},
    "fewer-ratings": {"MS804"},
    "notice-is-the-rating": {"MS801"},
}
PASS = {"principles-met", "shifted-row"}


def test_every_file_is_named_here_and_short() -> None:
    files = {path.stem: path for path in FOLDER.glob("*.yaml") if not path.name.endswith(".cases.yaml")}
    assert set(files) == set(FAIL) | PASS
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= 60 for path in files.values())


@pytest.mark.parametrize("name", [*FAIL, *sorted(PASS)])
def test_each_literal_reading_fails_and_nothing_else_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", str(FOLDER / f"{name}.yaml"), "--json"])
    found = {each["code"] for each in json.loads(capsys.readouterr().out)}
    assert (status, found) == ((1, FAIL[name]) if name in FAIL else (0, set()))


# --- the four principles of adult social care ------------------------------------------------------------------------


@cache
def met() -> dict[str, tuple[int, ...]]:
    """Whether outstanding, good, requires improvement and inadequate are what a principle says, of each profile."""
    return {
        profile: tuple(int(str(outcome[f"says_{rating}"])) for rating in reversed(RATINGS))
        for profile, outcome in rated("principles-met", PROFILES).items()
    }


def test_of_1024_profiles_240_meet_no_principle_and_80_meet_two_that_contradict_each_other() -> None:
    counted = Counter(met().values())
    assert counted == {
        (0, 0, 0, 0): 240,
        (0, 0, 1, 1): 80,  # requires improvement, and inadequate
        (1, 1, 0, 0): 10,  # outstanding, and good
        (0, 1, 0, 0): 102,
        (0, 0, 1, 0): 296,
        (0, 0, 0, 1): 296,
    }
    assert sum(counted.values()) == 4**5


def test_the_profiles_that_are_counted_are_all_there_are() -> None:
    with (FOLDER / "profiles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ["".join(row[question] for question in QUESTIONS) for row in rows] == list(PROFILES)
    assert [row["profile"] for row in rows] == list(PROFILES)


def test_what_no_principle_covers_is_one_inadequate_and_at_most_one_that_requires_improvement() -> None:
    silent = {profile for profile, says in met().items() if not any(says)}
    assert silent == {each for each in PROFILES if each.count("I") == 1 and each.count("R") <= 1}
    twice = {profile for profile, says in met().items() if says == (0, 0, 1, 1)}
    assert twice == {each for each in PROFILES if each.count("I") >= 2 and each.count("R") >= 2}


def test_how_the_shipped_file_settles_them() -> None:
    shipped = overall(CARE)
    settled: dict[tuple[int, ...], set[str]] = {}
    for profile, says in met().items():
        settled.setdefault(says, set()).add(RATINGS[shipped[profile]])
    assert settled == {
        (0, 0, 0, 0): {"requires_improvement"},
        (0, 0, 1, 1): {"inadequate"},
        (1, 1, 0, 0): {"outstanding"},
        (0, 1, 0, 0): {"good", "outstanding"},  # three, four and five outstanding
        (0, 0, 1, 0): {"requires_improvement"},
        (0, 0, 0, 1): {"inadequate"},
    }
    assert not worsened(CARE)


def test_no_worse_rating_for_better_ones_makes_requires_improvement_of_160_of_the_240() -> None:
    """What a silent profile may be: no worse than what is settled of worse ratings, no better than of better ones. For
    the other 80 good is left, which the principle for good rules out: it wants none inadequate."""
    shipped = overall(CARE)
    silent = {profile for profile, says in met().items() if not any(says)}
    settled = [profile for profile in PROFILES if profile not in silent]

    def at_least(one: str, other: str) -> bool:
        return all("IRGO".index(a) >= "IRGO".index(b) for a, b in zip(one, other, strict=True))

    def may_be(profile: str) -> tuple[str, str]:
        low = max(shipped[each] for each in settled if at_least(profile, each))
        return RATINGS[low], RATINGS[min(shipped[each] for each in settled if at_least(each, profile))]

    assert Counter((profile.count("R"), may_be(profile)) for profile in silent) == {
        (1, ("requires_improvement", "requires_improvement")): 160,
        (0, ("requires_improvement", "good")): 80,
    }


# --- readings by which better ratings make a worse one ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pairs", "shown", "differs"),
    [
        ("two-and-three", 30, ("GGGOO", "GGOOO"), 16),
        ("silence-is-good", 160, ("IRGGG", "RRGGG"), 240),
        ("best-rating-first", 140, ("IIRRG", "IIGRG"), 80),
    ],
)
def test_in_how_many_pairs_one_better_rating_makes_a_worse_one(
    name: str, pairs: int, shown: tuple[str, str], differs: int
) -> None:
    """And of how many profiles the shipped file says something else."""
    found = worsened(name)
    assert len(found) == pairs
    assert shown in found
    shipped = overall(CARE)
    assert sum(rating != shipped[profile] for profile, rating in overall(name).items()) == differs


def test_a_notice_that_is_taken_for_the_rating_raises_an_inadequate_one() -> None:
    methodology = loaded("notice-is-the-rating")

    def key_question(judged: str, enforcement: str) -> object:
        answer = methodology.rate({"judged": judged, "enforcement_action": enforcement})
        assert isinstance(answer, markscheme.Result)
        return answer.outcome["key_question"]

    assert key_question("inadequate", "no_action") == "inadequate"
    assert key_question("inadequate", "requirement_notice") == "requires_improvement"


# --- rules that decide nothing ---------------------------------------------------------------------------------------


def decided(name: str, measure: str, records: Iterable[Mapping[str, object]]) -> Counter[int | None]:
    """By which rule or band, counted from 0, how often."""
    counted: Counter[int | None] = Counter()
    for answer in loaded(name).rate_many(records):
        assert isinstance(answer, markscheme.Result)
        hows = (outcome.how for (step, _), outcome in answer.trace.outcomes.items() if step == measure)
        counted.update(how.index for how in hows if isinstance(how, ByRule | ByBand))
    return counted


def test_after_a_dominant_1_no_five_scores_are_left_for_the_last_row_of_the_table() -> None:
    names = [member.name for member in loaded("dominant-themes").program.sets["themes"].members]
    every = [{"judged": dict(zip(names, scores, strict=True))} for scores in product((1, 2, 3, 4), repeat=5)]
    assert decided("dominant-themes", "overall", every) == {0: 592, 1: 26, 2: 166, 3: 240}


def test_no_hospital_has_nine_services_and_no_trust_of_three_has_four_locations() -> None:
    locations, services = (
        [member.name for member in loaded("informed-by-locations").program.sets[name].members]
        for name in ("locations", "services")
    )
    every = []
    for n, rated_here in product(range(4), range(9)):
        some = {each: "good" if each in services[:rated_here] else "not_rated" for each in services}
        none = dict.fromkeys(services, "not_rated")
        every.append({"safe": {at: some if at in locations[:n] else none for at in locations}})
    needed = [step.name for step in loaded("informed-by-locations").program.steps if step.helper]
    at_location, of_trust = (decided("informed-by-locations", name, every) for name in needed)
    assert set(at_location) == {1, 2}
    assert set(of_trust) == {2}


# --- absence that helps ----------------------------------------------------------------------------------------------


def test_leaving_a_good_rating_out_can_make_the_others_outstanding() -> None:
    """One of three is enough, one of four is not."""

    def overall_of(profile: str) -> object:
        words = {"G": "good", "O": "outstanding", "-": "not_rated"}
        answer = loaded("fewer-ratings").rate(
            {"ratings": {q: words[x] for q, x in zip(QUESTIONS, profile, strict=True)}}
        )
        assert isinstance(answer, markscheme.Result)
        return answer.outcome["overall"]

    assert (overall_of("OGGG-"), overall_of("OGG--")) == ("good", "outstanding")
    raised = {
        tuple(sorted(profile))
        for profile in map("".join, product("GO-", repeat=5))
        for at in range(5)
        if (profile[at], overall_of(profile)) == ("G", "good")
        and overall_of(profile[:at] + "-" + profile[at + 1 :]) == "outstanding"
    }
    assert raised == {tuple(sorted("OGGG-"))}


def test_leaving_out_a_rating_that_requires_improvement_makes_a_practice_good() -> None:
    def overall_of(**ratings: str) -> object:
        answer = loaded("cqc/gp-practice@2021-10").rate({"ratings": dict.fromkeys(QUESTIONS, "good") | ratings})
        assert isinstance(answer, markscheme.Result)
        return answer.outcome["overall"]

    assert overall_of(safe="requires_improvement", caring="requires_improvement") == "requires_improvement"
    assert overall_of(safe="requires_improvement", caring="not_rated") == "good"


# By shipped file and result, the inputs that can raise it by being withheld: every other is proved not to. Of a file
# without any, nothing raises anything.
RAISES: dict[str, dict[str, set[str]]] = {
    "audit-commission/auditors-local-evaluation@2007-08": {"overall": {"in_year_deficit", "statutory_duty_met"}},
    "audit-commission/council-use-of-resources@2007-08": {},
    "audit-commission/use-of-resources@2008-09": {"theme_score": {"judged", "in_year_deficit"}},
    "audit-commission/use-of-resources-councils@2008-09": {"overall": {"judged"}},
    "cqc/adult-social-care@2014-10": {
        "overall": {
            "breach_of_regulations",
            "registered_manager_missing",
            "registration_condition_unmet",
            "notifications_not_submitted",
            "information_return_missing",
        }
    },
    "cqc/gp-practice@2021-10": {"overall": {"ratings", "enforcement_action"}},
    "cqc/local-authorities@2024-12": {"overall": {"scores"}},
    "dh/world-class-commissioning@2009-10": {
        "competency_level": {"panel", "region", "nation"},
        "light": {"panel_light", "region_light", "nation_light"},
    },
    "hsj/commissioning-league-table@2010": {},
}  # fmt: skip


@pytest.mark.parametrize("name", RAISES)
def test_what_withholding_can_raise(name: str) -> None:
    verdicts = verify(loaded(name).program, only=lambda asked: asked.kind == "withholding").verdicts
    assert all(verdict.ending != "not proved" for verdict in verdicts)
    raises: dict[str, set[str]] = {}
    for verdict in verdicts:
        if verdict.ending == "refuted" and verdict.obligation.input:
            raises.setdefault(verdict.obligation.subject, set()).add(verdict.obligation.input)
    assert {result: raises[result] for result in RAISES[name] or raises} == RAISES[name]


# --- limits by the letter --------------------------------------------------------------------------------------------


def test_in_which_key_questions_a_score_of_1_can_stand_in_the_outstanding_range() -> None:
    """All scores of all statements of each: what the limit by the letter, to good, can be about."""
    name = "cqc/quality-statements@2024-12"
    statements: dict[str, list[str]] = {}
    for member in loaded(name).program.sets["statements"].members:
        statements.setdefault(str(member.parent), []).append(member.name)
    found: dict[str, set[str]] = {}
    for question, names in statements.items():
        for scores in combinations_with_replacement((1, 2, 3, 4), len(names)):
            if scores[0] != 1 or sum(scores) * 25 < 87 * len(names):
                continue
            given = dict.fromkeys((each for all_ in statements.values() for each in all_), "not_assessed")
            answer = loaded(name).rate({"scores": given | dict(zip(names, scores, strict=True)), "last_rating": {}})
            assert isinstance(answer, markscheme.Result), answer
            if answer.trace.outcomes["rating_by_score", (question,)].value == 3:
                found.setdefault(question, set()).add("".join(map(str, scores)))
    assert found == {
        "safe": {"14444444", "13444444"},
        "well_led": {"14444444", "13444444"},
        "responsive": {"1444444"},
        "effective": {"144444"},  # 21 of 24 is 87.5 per cent, which goes up by a stand-in
    }


def test_every_limit_of_a_shipped_file_is_a_cap() -> None:
    steps = [
        step for subject in PUBLISHED if subject.path.is_relative_to(ROOT / "rules") for step in subject.program.steps
    ]
    kinds = {limit.kind for step in steps for limit in step.limits}
    assert kinds == {"at_most"}


# --- what no proof sees ----------------------------------------------------------------------------------------------


def test_a_row_one_band_low_is_complete_and_monotone_and_wrong() -> None:
    methodology = loaded("shifted-row")
    shares, met = ("under_70", "from_70", "from_85", "from_95"), ("not_met", "partly_met", "almost_met", "fully_met")
    for targets, low in (("all_apply", 0), ("fewer_apply", 1)):
        answers = list(methodology.rate_many({"targets": targets, "points": share} for share in shares))
        levels = [met.index(str(answer.outcome["existing_targets"])) for answer in answers]  # type: ignore[union-attr]
        assert levels == [max(at - low, 0) for at in range(4)]
