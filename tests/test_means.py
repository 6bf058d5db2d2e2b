"""The other means of proof than walking every state: each answers what walking cannot, and says how."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from random import Random

import brute_force
import indicators
import pytest
import small_domains
from clocks import within
from examples import THOROUGH
from judgement import disagreements

from markscheme import smt
from markscheme.interpret import interpret
from markscheme.ir import Absent, Program, combinations
from markscheme.regions.functions import Regions
from markscheme.smt.writing import Writing, both, negated, neither, number
from markscheme.space import Space, typed
from markscheme.trace import Trace
from markscheme.verify import Obligation, Verdict, chance, verify
from markscheme.verify import enumeration as walking
from markscheme.verify.asked import World
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
        with within(2):
            for result in ("share", "overall"):
                assert typed.never_worsens(result, "rates")
                assert typed.never_worsens(result, "delays")


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


def test_an_inverted_weight_is_refuted_by_two_numbers_of_one_indicator() -> None:
    text = indicators.BANDED.replace("delay_weight: 1, delay_full: 32", "delay_weight: -1, delay_full: 32")
    assert text != indicators.BANDED
    verdict = one(text, "monotone", "share", "delays")
    assert verdict.ending == "refuted"
    assert verdict.example is not None
    assert list(verdict.example.changed) == [("delays", ("i_2",))]
    before, after = (trace.given["delays", ("i_2",)].value for trace in verdict.example.traces)
    assert isinstance(before, Fraction)
    assert isinstance(after, Fraction)
    assert after < before  # better, and the share is worse
    first, second = verdict.example.traces
    assert first.outcomes["share", ()].value > second.outcomes["share", ()].value  # type: ignore[operator]


def one(text: str, kind: str, subject: str = "", input: str | None = None, most: int = 2_000) -> Verdict:
    """The verdict on one obligation."""

    def wanted(asked: Obligation) -> bool:
        return asked.kind == kind and (asked.subject, asked.input) == (subject, input)

    (verdict,) = verify(program_of(text), most=most, only=wanted).verdicts
    return verdict


# --- z3 --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked() -> Iterator[smt.Asked]:
    with smt.Asked() as asked:
        yield asked


HEAD = """\
markscheme: 1
id: example/product
version: "1"
title: Volume and rate
scales: {rating: [weak, fair, good]}
inputs:
  volume: {type: number, decimals: 2, min: 0, better: higher}
  rate: {type: number, decimals: 2, min: 0, better: higher}
  cost: {type: number, decimals: 2, min: 1, better: lower}
"""

PRODUCT = f"""\
{HEAD}measures:
  worth: {{type: number, better: higher, formula: volume * rate - cost * volume}}
  size: {{type: number, better: higher, formula: volume * (1 + rate)}}
  overall:
    scale: rating
    bands: {{of: worth, rows: [{{at_least: 100, is: good}}, {{at_least: 0, is: fair}}, {{otherwise: weak}}]}}
  part:
    scale: rating
    bands:
      of: size / (1 + volume)
      rows: [{{at_least: 9, is: good}}, {{at_least: 1, is: fair}}, {{otherwise: weak}}]
results: [overall, part]
guarantees:
  - always: size is at least volume
  - never: overall is good and volume is 0
"""


def test_products_of_numbers_without_end_are_proved_and_refuted_by_z3() -> None:
    verdicts = {
        (v.obligation.kind, v.obligation.subject, v.obligation.input): v
        for v in verify(program_of(PRODUCT), only=lambda asked: asked.kind not in ("reachable", "attainable")).verdicts
    }
    said = {asked: (verdict.ending, verdict.by) for asked, verdict in verdicts.items()}
    assert said["monotone", "overall", "rate"] == ("proved", "typing")
    assert said["monotone", "part", "volume"] == ("proved", "z3")
    assert said["always", "", None] == ("proved", "z3")
    assert said["never", "", None] == ("proved", "z3")
    assert said["monotone", "overall", "volume"] == ("refuted", "z3")
    example = verdicts["monotone", "overall", "volume"].example
    assert example is not None
    assert example.changed == (("volume", ()),)
    first, second = example.traces
    assert first.outcomes["overall", ()].value > second.outcomes["overall", ()].value  # type: ignore[operator]
    assert all(trace == interpret(program_of(PRODUCT), trace.given) for trace in example.traces)


def test_what_thirty_raw_numbers_can_be_is_settled_by_z3() -> None:
    program = program_of(indicators.AVERAGED)
    verdicts = verify(program, most=2_000, only=lambda asked: asked.kind == "attainable").verdicts
    assert [(verdict.ending, verdict.by) for verdict in verdicts] == [("proved", "z3")] * 4
    capped = indicators.AVERAGED.replace("100 - delay}", "80 - delay}").replace("at_least: 80", "at_least: 90.5")
    (best,) = (v for v in verify(program_of(capped), most=2_000, only=_best).verdicts)
    assert (best.ending, best.by) == ("refuted", "z3")


def _best(asked: Obligation) -> bool:
    return asked.kind == "attainable" and asked.level == 3


CUBES = """\
markscheme: 1
id: example/cubes
version: "1"
title: Cubes
inputs:
  a: {type: number, decimals: 0, min: 1, better: higher}
  b: {type: number, decimals: 0, min: 1, better: higher}
  c: {type: number, decimals: 0, min: 1, better: higher}
measures:
  score: {type: number, better: higher, formula: a * a * a + b * b * b - c * c * c}
results: [score]
guarantees: [{never: score is 0}]
"""


def test_what_nobody_can_prove_is_tested_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "SECONDS", 1.0)
    verdict = one(CUBES, "never")
    assert (verdict.ending, verdict.by) == ("not proved", "tests")
    assert verdict.states > 500
    assert "z3" in verdict.limit


def test_without_z3_it_is_said_what_to_install_and_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "installed", lambda: False)
    verdict = one(PRODUCT, "monotone", "part", "volume")
    assert (verdict.ending, verdict.by) == ("not proved", "tests")
    assert verdict.limit.startswith("install markscheme[prove]")
    assert verdict.states > 500


def test_chance_refutes_with_a_small_pair_and_shows_what_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "installed", lambda: False)
    verdict = one(PRODUCT, "monotone", "overall", "volume")
    assert (verdict.ending, verdict.by) == ("refuted", "tests")
    assert verdict.example is not None
    assert verdict.example.changed == (("volume", ()),)
    first, second = verdict.example.traces
    assert first.outcomes["overall", ()].value > second.outcomes["overall", ()].value  # type: ignore[operator]
    assert second.given["volume", ()].value - first.given["volume", ()].value <= Fraction(1, 10)  # type: ignore[operator]
    levels = verify(program_of(PRODUCT), only=lambda asked: asked.kind == "attainable").verdicts
    assert {(level.ending, level.by) for level in levels} == {("proved", "tests")}
    again = one(PRODUCT, "monotone", "overall", "volume")
    assert again.example == verdict.example  # the same records every time


def test_a_refutation_by_other_means_can_be_waived(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PRODUCT + "waive: [{guarantee: monotone, in: overall, because: dear volume is no merit}]\n"
    assert one(text, "monotone", "overall", "volume").waiver is not None
    monkeypatch.setattr(smt, "installed", lambda: False)
    assert one(text, "monotone", "overall", "volume").waiver is not None


def test_a_solver_that_is_not_there_or_has_no_time_knows_nothing(
    asked: smt.Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hard = "(declare-const a Int)(declare-const b Int)(declare-const c Int)"
    hard += "(assert (and (> a 1) (> b 1) (> c 1) (= (+ (* a a a a) (* b b b b)) (* c c c c))))"
    start = time.monotonic()
    reply = asked.ask(hard, 0.5)
    assert reply.answer == "unknown"
    assert "0.5 s" in reply.why
    assert time.monotonic() - start < 30  # by the clock, of another process: a slow machine has time enough
    assert asked.ask("(declare-const a Real)(assert (= (* a a) 2.0))(assert (> a 0.0))", 5).values == {}  # no quotient
    assert asked.ask("(assert", 5).answer == "unknown"
    assert asked.ask("(assert true)", 5).answer == "sat"  # and is none the worse for it
    monkeypatch.setattr(smt, "_CHILD", smt._CHILD.with_name("nothing.py"))
    with smt.Asked() as nobody:
        assert nobody.ask("(assert true)", 5).answer == "unknown"


def worlds_apart(program: Program, trace: Trace) -> str:
    """A question that has an answer only if some step is written down otherwise than it was worked out."""
    world = World(Regions(program), Writing(), exact=True)
    for (name, members), given in trace.given.items():
        cipher = world.given((name, members))
        if isinstance(given.value, Absent):
            world.writing.claim_that(cipher.skip if given.value.skip else cipher.lack)
        else:
            world.writing.claim_that(both(negated(cipher.gone), _is(world, cipher.value, given.value)))
    right = []
    for step in program.steps:
        for members in combinations(program.sets, step.axes):
            value, cipher = trace.outcomes[step.name, members].value, world.value((step.name, members))
            if isinstance(value, Absent):
                right.append(cipher.skip if value.skip else cipher.lack)
            else:
                right.append(both(negated(cipher.gone), _is(world, cipher.value, value)))
    world.writing.claim_that(neither(both(*right)))
    return world.writing.text


def _is(world: World, text: str, value: object) -> str:
    figure = world.writing.word(value) if isinstance(value, str) else Fraction(value)  # type: ignore[arg-type]
    return f"(= {text} {number(figure)})"


def test_steps_are_written_for_z3_as_the_interpreter_works_them_out(asked: smt.Asked) -> None:
    compared = 0
    for seed in itertools.count(7_000):
        text, program, _ = small_domains.methodology(seed)
        if program is None:
            continue
        record = typed(Space(program).sampled(Random(seed), absences=0.7))
        assert asked.ask(worlds_apart(program, interpret(program, record)), 10).answer == "unsat", (
            f"seed {seed}\n{text}"
        )
        compared += 1
        if compared == 12:
            break


@pytest.mark.parametrize("mode", ["half_up", "half_down", "half_even", "up", "down"])
def test_rounding_is_written_exactly(asked: smt.Asked, mode: str) -> None:
    text = PRODUCT.replace("volume * (1 + rate)", f"'round(volume - rate, nearest 0.5, {mode})'")
    text = text[: text.index("  part:")] + "results: [overall, size]\n"
    program = program_of(text)
    lies = 0
    for figures in (("0.25", "0.5"), ("0.75", "0"), ("0", "0.75"), ("0", "0.25"), ("1.26", "0")):
        given = zip(("volume", "rate", "cost"), (*figures, "1"), strict=True)
        record = typed({(name, ()): Fraction(figure) for name, figure in given})
        question = worlds_apart(program, interpret(program, record))
        assert asked.ask(question, 10).answer == "unsat"
        lie = worlds_apart(program, interpret(_rounding(text, mode), record))
        lies += asked.ask(lie, 10).answer == "sat"
    assert lies  # and a wrong mode is noticed


def _rounding(text: str, mode: str) -> Program:
    return program_of(text.replace(mode, "down" if mode != "down" else "up"))


@pytest.mark.parametrize(
    ("means", "seeds"),
    [
        ("z3", range(8_000, 8_003)),
        ("tests", range(8_010, 8_013)),
        pytest.param("z3", range(8_100, 8_130 if THOROUGH else 8_103), marks=pytest.mark.slow),
        pytest.param("tests", range(8_200, 8_230 if THOROUGH else 8_203), marks=pytest.mark.slow),
    ],
)
def test_z3_and_chance_say_nothing_that_walking_all_records_denies(
    monkeypatch: pytest.MonkeyPatch, means: str, seeds: range
) -> None:
    """With typing and walking switched off, so that all is left to them; thirty methodologies each by
    `MARKSCHEME_PROFILE=thorough`."""
    for name in ("reachable", "attainable", "holds", "unmoved"):
        monkeypatch.setattr(walking.Enumeration, name, lambda self, *_: None)
    monkeypatch.setattr(Polarity, "never_worsens", lambda self, *_: False)
    monkeypatch.setattr(smt, "installed", lambda: means == "z3")
    monkeypatch.setattr(chance, "RECORDS", 300)
    endings: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        text, program, _ = small_domains.methodology(seed)
        if program is not None:
            verified = verify(program)
            found = disagreements(program, brute_force.answers(program), verified, giving_up=True)
            wrong = [each for each in found if "are enough" not in each]  # it may differ in more than it has to
            assert not wrong, f"seed {seed}\n{wrong}\n{text}"
            endings.update((verdict.by, verdict.ending) for verdict in verified.verdicts)
    assert endings[means, "proved"] > 5
    assert endings[means, "refuted"] > 0
