"""What is asked of all records of a methodology, and what is so, on methodologies small enough to know the answers."""

from __future__ import annotations

import pytest
import small_domains
from brute_force import MOST_RECORDS, Answer, Question, Walk, answers, least, pairs

from markscheme.ir import Absent, Program
from markscheme.trace import Key

HEAD = """\
markscheme: 1
id: example/known
version: "1"
title: Known
scales: {rating: [poor, fair, good]}
sets: {questions: [a, b]}
inputs:
  ratings: {each: questions, scale: rating, absent: {not_rated: skip, disputed: unrated, not_asked: good}}
  late: {type: number, decimals: 0, min: 0, max: 3, better: lower}
  kind: {type: choice, of: [small, large]}
"""


def program(text: str) -> Program:
    made, found = small_domains.compiled(HEAD + text)
    assert made is not None, [each.message for each in found]
    return made


def known(text: str) -> dict[str, Answer]:
    """Every answer, by the kind of question and its subject, or the text it is about."""
    source = HEAD + text
    return {
        " ".join(
            str(part)
            for part in (each.kind, each.subject, each.input, each.level, each.place and source[slice(*each.place)])
            if part not in (None, "")
        ): answer
        for each, answer in answers(program(text)).items()
    }


YES, NO = Answer(True), Answer(False)


def test_every_record_is_walked_once() -> None:
    walk = Walk(program("measures: {plain: {scale: rating, rules: [{otherwise: good}]}}\nresults: [plain]\n")).run()
    assert walk.size == (3 + 2) ** 2 * 4 * 2  # a replaced absence is no value of its own
    records = [tuple(record.items()) for record in walk.records]
    assert len({str(record) for record in records}) == walk.size
    assert all(dict(record) == walk.record(number) for number, record in enumerate(records))


def test_what_a_first_match_leaves_out() -> None:
    assert known("""\
measures:
  punctual:
    scale: rating
    rules:
      - {when: late is 0, then: good}
      - {when: late is less than 1, then: fair}
      - {when: late is at least 0, then: poor}
      - {otherwise: fair}
    limits:
      - {when: kind is small, at_most: fair}
      - {when: kind is large, at_most: good}
      - {when: late is more than 1 and punctual_before is good, at_most: poor}
  punctual_before: {scale: rating, rules: [{when: late is at most 1, then: good}, {otherwise: poor}]}
results: [punctual]
guarantees:
  - never: punctual is fair and late is 1
  - never: punctual is fair
  - always: punctual is at most good
  - always: punctual is poor
  - punctual never worsens when late improve
  - withholding late never raises punctual
""") == {
        "reachable {when: late is 0, then: good}": YES,
        "reachable {when: late is less than 1, then: fair}": NO,
        "reachable {when: late is at least 0, then: poor}": YES,
        "reachable {otherwise: fair}": NO,
        "reachable {when: kind is small, at_most: fair}": YES,
        "reachable {when: kind is large, at_most: good}": NO,  # true, and nothing to cap
        "reachable {when: late is more than 1 and punctual_before is good, at_most: poor}": NO,
        "reachable {when: late is at most 1, then: good}": YES,
        "reachable {otherwise: poor}": YES,
        "attainable punctual 0": YES,
        "attainable punctual 1": YES,
        "attainable punctual 2": YES,
        "monotone punctual late": YES,  # a choice has no direction, so nothing is asked of it
        "never punctual is fair and late is 1": YES,
        "never punctual is fair": NO,
        "always punctual is at most good": YES,
        "always punctual is poor": NO,
        "never_worsens punctual late": YES,
        "withholding punctual late": YES,
    }


def test_a_better_rating_that_makes_the_result_worse() -> None:
    found = known("""\
measures:
  odd:
    scale: rating
    rules:
      - {when: exactly 1 of ratings are good, then: good}
      - {when: any of ratings are absent, then: absent}
      - {otherwise: fair}
    absent: {no_value: skip}
results: [odd]
""")
    assert found["monotone odd ratings"] == Answer(False, 1)  # good and fair; good and good
    assert found["withholding odd ratings"] == Answer(False, 1)  # of fair and fair one was not asked, so good
    assert found["attainable odd 0"] == NO


def test_what_shows_only_when_two_values_change() -> None:
    """Where they differ there is no result, so that no single change is to be compared with anything."""
    text = """\
inputs:
  pair: {each: questions, type: yes_no, better: "yes", absent: {unseen: skip}}
measures:
  agreed:
    type: yes_no
    better: "no"
    rules:
      - {when: any of pair are absent and any of pair are present, then: absent}
      - {when: all of pair are absent, then: "no"}
      - {when: exactly 1 of pair are yes, then: absent}
      - {when: all of pair are yes, then: "yes"}
      - {otherwise: "no"}
    absent: {split: unrated}
results: [agreed]
"""
    found, refused = small_domains.compiled(HEAD[: HEAD.index("inputs:")] + text)
    assert found is not None, [each.message for each in refused]
    said = answers(found)
    assert said[Question("monotone", "agreed", "pair")] == Answer(False, 2)
    assert said[Question("withholding", "agreed", "pair")] == Answer(False, 2)


def test_a_result_that_goes_when_an_input_improves_hides_what_is_beyond() -> None:
    """Poor gives good, fair gives none and good gives fair: no step is down, and yet two steps are."""
    text = """\
measures:
  hidden:
    scale: rating
    rules:
      - {when: ratings for a is present and ratings for a is good, then: fair}
      - {when: ratings for a is present and ratings for a is fair, then: absent}
      - {otherwise: good}
    absent: {no_value: skip}
results: [hidden]
"""
    assert known(text)["monotone hidden ratings"] == Answer(False, 1)


def test_principles_are_reached_where_any_measure_reaches_them() -> None:
    text = """\
principles:
  combining:
    scale: rating
    thresholds: {needed: {of: count(them), rows: [{at_least: 2, is: 2}, {otherwise: 1}]}}
    rules:
      - {when: at least needed of them are poor, then: poor}
      - {when: at least 3 of them are fair, then: fair}
      - {otherwise: good}
measures:
  punctual: {scale: rating, rules: [{when: late is 0, then: good}, {otherwise: poor}]}
  twice: {scale: rating, apply: combining, to: '(punctual, punctual)'}
  both: {scale: rating, apply: combining, to: ratings, absent: {no_value: skip}}
results: [twice]
"""
    found = known(text)
    assert found["reachable {at_least: 2, is: 2}"] == YES
    assert found["reachable {otherwise: 1}"] == YES  # of `both`
    assert found["reachable {when: at least needed of them are poor, then: poor}"] == YES
    assert found["reachable {when: at least 3 of them are fair, then: fair}"] == NO
    assert found["monotone twice late"] == YES
    assert "monotone twice ratings" not in found
    assert "monotone both ratings" not in found  # it is no result


TABLES = """\
measures:
  unique:
    scale: rating
    table: |
      late      | kind  || unique
      at most 1 | small || good
      at most 1 | large || fair
      more than 1 | -   || poor
  gridded:
    scale: rating
    grid: |
      unique \\ kind | small | large
      poor           | poor  | poor
      fair           | fair  | poor
      good           | good  | good
  banded: {scale: rating, bands: {of: late, rows: [{at_most: 0, is: good}, {at_most: 3, is: fair}, {otherwise: poor}]}}
results: [gridded, banded]
"""


def test_rows_cells_and_bands_are_reached_by_place() -> None:
    found = answers(program(TABLES))
    cells = [(HEAD + TABLES)[slice(*each.place)] for each, a in found.items() if each.place and not a.holds]
    # `fair` comes with a large one only, `good` with a small one; no late is more than 3
    assert cells == ["fair", "good", "{otherwise: poor}"]
    assert not found[Question("attainable", "banded", level=0)].holds
    assert found[Question("monotone", "gridded", "late")].holds


def test_too_many_records_are_refused() -> None:
    text = HEAD.replace("max: 3", f"max: {MOST_RECORDS}") + TABLES
    made, _ = small_domains.compiled(text)
    assert made is not None
    with pytest.raises(ValueError, match="too many"):
        Walk(made)
    endless, _ = small_domains.compiled(text.replace(f", max: {MOST_RECORDS}", ""))
    assert endless is not None
    with pytest.raises(ValueError, match="no end"):
        Walk(endless)


def test_the_fewest_changes_are_those_of_every_two_records() -> None:
    """The quick way to find them, position by position, against all pairs."""
    compared = refuted = 0
    for seed in range(2_000_000, 2_000_060):
        _, made, _ = small_domains.methodology(seed)
        if made is None or (walk := Walk(made)).size > 60:
            continue
        walk.run()
        for question, answer in answers(made).items():
            if question.kind in ("monotone", "withholding", "never_worsens"):
                fewest = min((found[0] for found in pairs(walk, question)), default=None)
                assert (answer.holds, answer.least) == (fewest is None, fewest), (seed, question)
                compared, refuted = compared + 1, refuted + (fewest is not None)
    assert compared > 20
    assert refuted > 5


def test_three_changes_at_once() -> None:
    """Two by two by two records: the best where all are worst, the next where all are best, none in between."""
    walk = Walk(program("measures: {plain: {scale: rating, rules: [{otherwise: good}]}}\nresults: [plain]\n"))
    position = walk.positions[0]
    ways = []
    for stride in (1, 2, 4):
        each = type(position)(position.key, position.values, position.options, stride)
        ways.append((each, ((), (0,))))
    assert least([5, -1, -1, -1, -1, -1, -1, 4], ways) == 3
    assert least([5, -1, -1, 4, -1, -1, -1, 4], ways) == 2
    assert least([5, 5, 5, 5, 5, 5, 5, 5], ways) is None
    assert least([4, -1, -1, 4, -1, -1, -1, 5], ways) is None


# --- the methodologies that are generated ----------------------------------------------------------------------------


def test_generated_methodologies_give_every_ending() -> None:
    """Otherwise agreement with them would say little: of every kind of question a good share each way, programs whose
    result goes when an input improves, and few texts that are thrown away."""
    endings: dict[tuple[str, bool], int] = {}
    written = thrown = going = nested = 0
    for seed in range(1_000_000, 1_000_045):
        text, made, _ = small_domains.methodology(seed)
        written += 1
        if made is None:
            thrown += 1
            continue
        nested += "within" in text
        walk = Walk(made)
        if walk.size > 400:
            continue
        for question, answer in answers(made).items():
            endings[question.kind, answer.holds] = endings.get((question.kind, answer.holds), 0) + 1
        going += goes(walk.run())
    kinds = {question.kind for (question,) in ()} | {kind for kind, _ in endings}
    assert kinds == {"reachable", "attainable", "monotone", "never_worsens", "withholding", "never", "always"}
    for kind in kinds - {"never_worsens"}:
        share = endings.get((kind, False), 0) / (endings.get((kind, True), 0) + endings.get((kind, False), 0))
        assert 0.15 < share < 0.85, (kind, endings)
    assert thrown < written / 2
    assert going > 3
    assert nested > 4


def goes(walk: Walk) -> bool:
    """Whether a result that is there is not when a value of an input is another one, also present."""
    for position in walk.positions:
        present = len(position.values)
        for key in walk.found:
            if key[0] in walk.program.results and gone(walk, key, position.stride, len(position.options), present):
                return True
    return False


def gone(walk: Walk, key: Key, stride: int, radix: int, present: int) -> bool:
    values = walk.found[key]
    numbers = (n for n in range(walk.size) if n // stride % radix < present - 1)
    return any(not isinstance(values[n], Absent) and isinstance(values[n + stride], Absent) for n in numbers)


def test_one_seed_is_one_text() -> None:
    assert small_domains.text_of(7) == small_domains.text_of(7)
    assert len({small_domains.text_of(seed) for seed in range(20)}) == 20
