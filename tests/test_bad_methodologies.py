"""Rule files that rate wrongly, as people write them: each is refused at its line, with bodies that show it. The rows
of the list of bad inputs that are about proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from markscheme.checking import proved
from markscheme.compile import compile_source
from markscheme.diagnostics import Diagnostic, Source

HEAD = """\
markscheme: 1
id: example/bad
version: "1"
title: A mistake
scales: {rating: [poor, fair, good]}
sets: {questions: [safe, caring]}
inputs:
  judged: {each: questions, scale: rating}
  score: {type: number, decimals: 0, min: 0, max: 100, better: higher}
  other: {type: number, decimals: 0, min: 0, max: 10, better: higher}
measures:
  overall: {scale: rating, """


def checked(text: str) -> tuple[Diagnostic, ...]:
    program, found = compile_source(Source("m.yaml", text), Path("m.yaml"), lambda id, version: None)
    return found if program is None else proved(program, found).found


def of(measure: str, also: str = "") -> tuple[Diagnostic, ...]:
    found = checked(f"{HEAD}{measure}}}\n{also}results: [overall]\n")
    return tuple(each for each in found if each.severity == "error")


def bands(rows: str, of_: str = "score") -> str:
    return f"bands: {{of: '{of_}', rows: [{rows}]}}"


def test_b055_a_negative_weight_is_refuted_with_two_bodies_that_differ_in_one_value() -> None:
    (found,) = of(bands("{at_least: 50, is: good}, {at_least: 0, is: fair}, {otherwise: poor}", "score - 3 * other"))
    assert found.code == "MS801"
    assert found.message == "`overall` worsens when `other` improves"
    changed = [line for line in found.shown if line.startswith("*")]
    assert len(changed) == 1
    _, before, after = changed[0].split()
    assert int(after) == int(before) + 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("{from: 0, to: 69, is: poor}, {from: 71, to: 100, is: good}", "`70` falls in no band"),  # B056
        ("{from: 0, to: 70, is: poor}, {from: 70, to: 100, is: good}", "`70` falls in two bands"),  # B057
        ("{at_least: 50, is: fair}, {at_least: 80, is: good}, {otherwise: poor}", "never reached"),  # B058
    ],
)
def test_b056_to_b058_bands_with_a_gap_an_overlap_or_in_no_order_are_refused_with_a_value(rows: str, said: str) -> None:
    found = of(bands(rows))
    assert found
    assert any(said in each.message for each in found), [each.message for each in found]


def test_b060_two_rows_for_one_body_are_refused_with_a_body_and_both_rows() -> None:
    (found,) = of('table: "score || overall\\nat least 50 || good\\nat most 50 || fair"')
    assert found.message == "two rows hold of score 50"
    assert found.span is not None
    (label,) = found.labels
    assert [label.span.column < found.span.column, label.text] == [True, "the other row"]


def test_b061_a_rule_that_comes_too_late_is_refused_naming_the_one_before_it() -> None:
    found = of(
        "rules: [{when: score is less than 50, then: poor}, {when: score is less than 20, then: fair},"
        " {when: any of judged are good, then: good}, {otherwise: fair}]"
    )
    (dead,) = found
    assert dead.code == "MS802"
    assert dead.span is not None
    assert "less than 20" in dead.span.text
    assert ["less than 50" in label.span.text for label in dead.labels] == [True]


def test_b062_measures_that_read_one_another_are_refused_showing_the_circle() -> None:
    (found,) = of("formula: inner", "  inner: {scale: rating, formula: overall}\n")
    assert found.code == "MS415"
    assert "overall" in found.message
    assert "inner" in found.message


def test_b063_a_body_rated_down_for_doing_better_is_shown_beside_the_one_it_was() -> None:
    (found,) = of(
        "rules: [{when: any of judged are poor, then: poor}, {when: exactly 1 of judged are good and score is at least"
        " 50, then: good}, {otherwise: fair}]"
    )
    assert found.code == "MS801"
    assert found.span is not None
    assert "otherwise" in found.span.text
    assert ["exactly 1" in label.span.text for label in found.labels] == [True]
    assert found.shown[0].split() == ["first", "record", "second", "record"]
    assert sum(line.startswith("*") for line in found.shown) == 1
