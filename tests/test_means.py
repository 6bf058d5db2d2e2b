"""The other means of proof than walking every state: each answers what walking cannot, and says how."""

from __future__ import annotations

import time
from collections import Counter

import brute_force
import indicators
import small_domains

from markscheme.ir import Program
from markscheme.regions.functions import Regions
from markscheme.verify.polarity import Polarity


def program_of(text: str) -> Program:
    program, found = small_domains.compiled(text)
    assert program is not None, [(each.message, each.span and each.span.text) for each in found]
    return program


def polarity(text: str) -> Polarity:
    return Polarity(Regions(program_of(text)))


# --- typing ----------------------------------------------------------------------------------------------------------


def test_thirty_numbers_in_bands_and_means_are_typed_in_no_time() -> None:
    for text in (indicators.BANDED, indicators.AVERAGED):
        typed = polarity(text)
        start = time.perf_counter()
        for result in ("share", "overall"):
            assert typed.never_worsens(result, "rates")
            assert typed.never_worsens(result, "delays")
        assert time.perf_counter() - start < 2


def test_an_inverted_weight_or_band_is_not_typed() -> None:
    for was, wrong in (
        ("sum(delay_points weighted by delay_weight)", "sum(delay_points weighted by (0 - delay_weight))"),
        ("{at_most: delay_part, is: 2}, {otherwise: 0}", "{at_most: delay_part, is: 2}, {otherwise: 3}"),
    ):
        assert was in indicators.BANDED
        typed = polarity(indicators.BANDED.replace(was, wrong))
        assert typed.never_worsens("overall", "rates")
        assert not typed.never_worsens("overall", "delays")


def test_typing_says_nothing_that_walking_all_records_denies() -> None:
    said: Counter[tuple[bool, bool]] = Counter()
    for seed in range(5_000, 5_020):
        text, program, _ = small_domains.methodology(seed)
        if program is None:
            continue
        typed = Polarity(Regions(program))
        for asked, answer in brute_force.answers(program).items():
            if asked.kind in ("monotone", "never_worsens"):
                assert asked.input is not None
                certain = typed.never_worsens(asked.subject, asked.input)
                assert answer.holds or not certain, f"seed {seed}, {asked}\n{text}"
                said[certain, answer.holds] += 1
    assert said[True, True] > 10
    assert said[False, False] > 5  # and there was something to deny
