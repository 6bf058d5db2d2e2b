"""The boundary ledger is true: what it calls attainable a record gives, nothing attainable lies nearer, what follows on
either side is what the interpreter says, and a body near a boundary gets what it says on the other side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from boundaries import boundaries as cuts_in
from brute_force import Walk
from examples import THOROUGH
from fragments import splice
from methodologies import PUBLISHED, TRIED, Subject, compiled_text
from small_domains import methodology

from markscheme.cli import main
from markscheme.codes.ledger import CODES
from markscheme.intake import Intake
from markscheme.interpret import interpret, worked_out
from markscheme.ir import Absent, Bands, Program, Quantify
from markscheme.ledger import Beside, Boundary, Cut, Ledger, ledger, near
from markscheme.ledger.reach import Reach
from markscheme.ledger.rounding import source_of
from markscheme.ledger.telling import as_text
from markscheme.methodology import Methodology, Result
from markscheme.trace import Given, Key, Trace

STATEMENTS = {"safe": 8, "effective": 6, "caring": 5, "responsive": 7, "well_led": 8}


def subject(name: str) -> Subject:
    return next(each for each in PUBLISHED if str(each) == name)


def of(made: Ledger, measure: str, text: str) -> Boundary:
    (found,) = (each for each in made.boundaries if measure in each.measures and each.cut.text == text)
    return found


def beside(boundary: Boundary, *members: str) -> Beside:
    (found,) = (each for each in boundary.beside if any(own == members for _, own in each.members))
    return found


# --- a framework whose bands are printed in whole numbers -------------------------------------------------------------


@pytest.fixture(scope="module")
def statements() -> Program:
    return subject("cqc/quality-statements@2024-12").program


@pytest.fixture(scope="module")
def banded(statements: Program) -> Ledger:
    return ledger(statements, ["rating_by_score"])


def percentages(most: int) -> set[Fraction]:
    """The percentages that up to so many scores of 1 to 4 can make, by the schoolbook."""
    return {Fraction(100 * total, 4 * n) for n in range(1, most + 1) for total in range(n, 4 * n + 1)}


@pytest.mark.parametrize("question", STATEMENTS)
@pytest.mark.parametrize(
    ("low", "high", "worse", "better"),
    [(38, 39, "inadequate", "requires_improvement"), (62, 63, "requires_improvement", "good"),
     (87, 88, "good", "outstanding")],
)  # fmt: skip
def test_the_attainable_percentages_beside_each_band_of_each_key_question(
    banded: Ledger, question: str, low: int, high: int, worse: str, better: str
) -> None:
    boundary = of(banded, "rating_by_score", f"{low} | {high}")
    here = beside(boundary, question)
    edge = low + Fraction(1, 2)  # halves go up
    known = percentages(STATEMENTS[question])
    assert here.below is not None
    assert here.above is not None
    assert (here.below.value, here.above.value) == (
        max(v for v in known if v < edge),
        min(v for v in known if v >= edge),
    )
    assert (here.below.gives, here.above.gives) == (worse, better)
    assert here.above.compared >= high > low >= here.below.compared  # type: ignore[operator]
    assert here.at is None
    assert here.known == "all"
    assert {each.mode for each in boundary.roundings} == {"up", "half_up"}


def test_rounding_alone_decides_at_two_percentages_of_every_key_question(banded: Ledger) -> None:
    first, second = banded.findings
    assert (first.code, second.code) == ("MS860", "MS860")
    assert first.message == "`62.5` is halfway: half_up gives `good`, half_down `requires_improvement`"
    assert second.message == "`87.5` is halfway: half_up gives `outstanding`, half_down `good`"
    for found in (first, second):
        assert found.hint is not None
        assert found.span is not None
        assert [question for question in STATEMENTS if f"{question}: scores " in found.hint] == list(STATEMENTS)
        assert "\n" in found.hint
        assert found.labels


@pytest.mark.parametrize("question", STATEMENTS)
def test_the_scores_that_are_named_give_the_percentage(statements: Program, question: str) -> None:
    step = next(each for each in statements.steps if each.name == "percent")
    assert hasattr(step.form, "value")
    reached = Reach(statements).of(step, (question,), step.form.value)
    assert reached is not None
    assert reached.exact
    assert set(reached.values) == percentages(STATEMENTS[question])
    for value in (Fraction(125, 2), Fraction(175, 2), Fraction(25), Fraction(100)):
        inputs = reached.inputs(value)
        assert inputs is not None
        given = {**everything_absent(statements), **inputs}
        assert interpret(statements, given).outcomes["percent", (question,)].value == value
        assert {key[1][0] for key in inputs} <= {question, *statements.sets["statements"].below[question]}


def everything_absent(program: Program) -> dict[Key, Given]:
    taken = Intake(program).nested({}, strict=False)
    assert isinstance(taken, Mapping)
    return dict(taken)


def test_read_to_the_letter_the_bands_leave_out_percentages_that_arise(
    statements: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = subject("cqc/quality-statements@2024-12").source.text
    literal = text.replace("of: whole_percent", "of: percent").replace("{at_least: 88, is", "{from: 88, to: 100, is")
    assert literal.count("of: percent,") == 1
    (tmp_path / "literal.yaml").write_text(literal, "utf-8")
    assert main(["boundaries", str(tmp_path / "literal.yaml")]) == 1
    said = capsys.readouterr()
    assert [line.split(": ")[1] for line in said.err.splitlines() if line.startswith("error")] == [
        "`87.5` falls in no band",
        "`62.5` falls in no band",
    ]  # nothing lies between 38 and 39
    assert not said.out


# --- against all records ---------------------------------------------------------------------------------------------

SMALL = """\
markscheme: 1
id: example/small
version: "1"
title: Small
publisher: Nobody
in_force: {from: "2024-01-01"}
scales:
  rating: [poor, fair, good]
  points: [{level: low, value: 0}, {level: mid, value: 2}, {level: top, value: 3}]
sets:
  parts: [{member: a, weight: 1}, {member: b, weight: 2}, {member: c, weight: 2}]
parameters:
  enough: {value: 2}
inputs:
  given: {each: parts, scale: points, absent: {left_out: skip}}
  days: {type: number, decimals: 1, min: 0, max: 3, better: lower}
measures:
  share: {type: number, formula: 100 * mean(given weighted by weight) / 3, absent: {nothing: unrated}}
  whole: {type: number, formula: 'round(share, nearest 20, half_down)', absent: {nothing: unrated}}
  banded:
    scale: rating
    bands: {of: whole, rows: [{at_least: 80, is: good}, {at_least: 60, is: fair}, {otherwise: poor}]}
    absent: {nothing: unrated}
  summed:
    scale: rating
    bands:
      of: sum(given) - round(days, nearest 1, half_up)
      rows: [{at_most: 1, is: poor}, {at_most: 4, is: fair}, {otherwise: good}]
    absent: {nothing: unrated}
  strict:
    scale: rating
    rules:
      - {when: share is less than 30, then: poor}
      - {when: at least enough of given are at least mid and days is more than 1.5, then: fair}
      - {when: share is from 60 to 70, then: fair}
      - {otherwise: good}
    absent: {nothing: unrated}
    limits: [{when: days is at least 2.5, at_most: fair}]
  overall:
    scale: rating
    rules:
      - {when: 'any of (banded, summed, strict) are at most poor', then: poor}
      - {otherwise: banded}
    absent: {nothing: unrated}
results: [overall]
"""


@pytest.fixture(scope="module")
def small() -> Program:
    return compiled_text(SMALL)


@pytest.fixture(scope="module")
def traces(small: Program) -> list[Trace]:
    return [interpret(small, given) for given in every_record()]


def every_record() -> Iterator[dict[Key, Given]]:
    """All of them: few."""
    days = [Fraction(n, 10) for n in range(31)]
    for levels in product((0, 1, 2, None), repeat=3):
        for day in days:
            given: dict[Key, Given] = {("days", ()): Given(day)}
            for member, level in zip("abc", levels, strict=True):
                absent = Absent("left_out", True, "given", (member,))
                given["given", (member,)] = Given(absent if level is None else level)
            yield given


def test_nothing_attainable_lies_nearer_and_what_is_called_attainable_is(small: Program, traces: list[Trace]) -> None:
    looked_at = 0
    for boundary in ledger(small).boundaries:
        cut = boundary.cut
        if isinstance(cut.subject, Quantify) or cut.kind == "level":
            continue
        for here in boundary.beside:
            for cut, members in here.members:
                assert not isinstance(cut.subject, Quantify)
                source = source_of(small, cut.reads_at, members, cut.subject)
                pairs = set()
                for trace in traces:
                    raw = worked_out(small, trace, source.step, source.members, source.expr)
                    compared = worked_out(small, trace, cut.reads_at, members, cut.subject)
                    if isinstance(raw, Fraction) and isinstance(compared, Fraction):
                        pairs.add((raw, compared))
                        assert source.comes_to(raw, None) == compared
                end = here.figure
                assert isinstance(end, Fraction)
                up = cut.falls == "above"
                lower = {raw for raw, c in pairs if (c < end if up else c <= end) and raw != end}
                upper = {raw for raw, c in pairs if (c >= end if up else c > end) and raw != end}
                assert here.below is not None
                assert here.above is not None
                assert here.below.value == max(lower)
                assert here.above.value == min(upper)
                assert (here.at is not None) == (end in {raw for raw, _ in pairs})
                looked_at += 1
    assert looked_at == 9


def test_what_follows_is_what_the_interpreter_says(small: Program, traces: list[Trace]) -> None:
    levels = small.scales["rating"]
    for measure in ("banded", "summed"):
        step = next(each for each in small.steps if each.name == measure)
        assert isinstance(step.form, Bands)
        gives: dict[object, str] = {}
        for trace in traces:
            value = trace.outcomes[measure, ()].value
            if isinstance(value, int):
                gives[worked_out(small, trace, step, (), step.form.of)] = levels.levels[value].name
        for boundary in ledger(small, [measure]).boundaries:
            for here in boundary.beside:
                for point in (here.below, here.at, here.above):
                    assert point is None or gives[point.compared] == point.gives


def test_rounding_decides_only_where_half_up_and_half_down_differ(small: Program, traces: list[Trace]) -> None:
    """Whatever the mode in force. Of the shares that lie between two multiples of 20 and beside a cut, 50 and 70, one
    can arise."""
    values = [trace.outcomes["share", ()].value for trace in traces]
    shares = {value for value in values if isinstance(value, Fraction)} & {Fraction(50), Fraction(70)}
    (found,) = ledger(small, ["banded"]).findings
    assert shares == {Fraction(50)}
    assert found.message == "`50` is halfway: half_up gives `fair`, half_down `poor`"
    assert found.hint is not None
    assert found.hint.endswith("50 comes of\ngiven low, top, left_out")


@pytest.mark.parametrize(
    "seeds",
    [range(25), pytest.param(range(25, 400 if THOROUGH else 70), marks=pytest.mark.slow)],
    ids=["few", "many"],
)
def test_methodologies_that_nobody_wrote_have_no_attainable_value_nearer(seeds: range) -> None:
    """Walked over all their records."""
    looked_at = 0
    for seed in seeds:
        _, program, _ = methodology(seed)
        if program is None or (walk := Walk(program)).size > 600:
            continue
        traces = [interpret(program, record) for record in walk.records]
        for boundary in ledger(program).boundaries:
            if boundary.cut.kind not in ("band", "figure") or boundary.cut.falls == "between":
                continue
            for here in boundary.beside:
                for cut, members in here.members:
                    if here.known == "all":
                        looked_at += nearest(program, traces, cut, members, here)
    assert looked_at > 3 * len(seeds)


def nearest(program: Program, traces: list[Trace], cut: Cut, members: tuple[str, ...], here: Beside) -> bool:
    """Whether there was anything to compare; fails where a record has a value that is nearer, or none has it."""
    assert not isinstance(cut.subject, Quantify)
    source, end = source_of(program, cut.reads_at, members, cut.subject), here.figure
    if not isinstance(end, Fraction):
        return False
    low, high = set(), set()
    for trace in traces:
        raw = worked_out(program, trace, source.step, source.members, source.expr)
        compared = worked_out(program, trace, cut.reads_at, members, cut.subject)
        if isinstance(raw, Fraction):
            assert source.comes_to(raw, None) == compared
        if isinstance(raw, Fraction) and isinstance(compared, Fraction) and raw != end:
            if compared != end:
                (high if compared > end else low).add(raw)
            elif cut.falls != "neither":
                (high if cut.falls == "above" else low).add(raw)
    assert (here.below and here.below.value) == max(low, default=None), cut.text
    assert (here.above and here.above.value) == min(high, default=None), cut.text
    return True


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_the_examples_of_the_codes(code: object) -> None:
    for fragment, expected in ((code.wrong, {code.code}), (code.right, set())):  # type: ignore[attr-defined]
        assert {each.code for each in ledger(compiled_text(splice(fragment))).findings} == expected


def test_where_there_are_too_many_values_it_shows_their_grid_and_says_so(
    statements: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("markscheme.ledger.reach.MOST_STATES", -1)
    made = ledger(statements, ["rating_by_score"])
    here = beside(of(made, "rating_by_score", "62 | 63"), "safe")
    assert here.known == "grid"
    assert here.below is not None
    assert here.above is not None
    assert here.below.value < Fraction(125, 2) == here.above.value  # type: ignore[operator]
    assert "too many values to name" in as_text(made)
    assert made.findings[0].hint is not None
    assert "not all is known of whether a body can have it" in made.findings[0].hint


# --- every shipped file ----------------------------------------------------------------------------------------------

QUICK = {"cqc/quality-statements@2024-12", "healthcare-commission/annual-health-check@2008-09",
         "dh/world-class-commissioning@2009-10", "cqc/gp-practice@2018-04",
         "audit-commission/auditors-local-evaluation@2008-09"}  # fmt: skip


@pytest.mark.parametrize(
    "each",
    [pytest.param(s, id=str(s), marks=() if str(s) in QUICK else (pytest.mark.slow,)) for s in PUBLISHED if s in TRIED],
)
def test_every_cut_of_a_shipped_file_is_in_its_ledger_and_reads_well(each: Subject) -> None:
    made = ledger(each.program)
    places = {(span.source.name, span.line) for boundary in made.boundaries for span in boundary.spans}
    for cut in cuts_in(each.program):
        if isinstance(cut.cut, Quantify) and cut.cut.count is None:
            continue  # `any`, `all` and `none` are no thresholds
        spans = [end.span for band in cut.cut.bands for end in (band.low, band.high) if end] if isinstance(
            cut.cut, Bands) else [cut.cut.span]  # fmt: skip
        assert any((span.source.name, span.line) in places for span in spans), cut.text
    text = as_text(made)
    assert max((len(line) for line in text.splitlines()), default=0) <= 100
    assert "\x1b" not in text
    assert len(text.splitlines()) < 400
    for boundary in made.boundaries:
        everybody = [(cut, m) for cut in boundary.cuts[: 1 if boundary.cut.cell else None]
                     for m in cut.members(each.program)]  # fmt: skip
        assert {one for here in boundary.beside for one in here.members} == set(everybody)


# --- bodies near a boundary ------------------------------------------------------------------------------------------


def rated(program: Program, record: Mapping[str, object]) -> Result:
    result = Methodology(program).rate(record)
    assert isinstance(result, Result), result
    return result


def test_who_is_near_would_get_what_is_said_on_the_other_side() -> None:
    program = compiled_text(splice("results: [banded, overall]\n"))
    made = ledger(program)
    record = {"judged.safe": "good", "judged.caring": "good", "score": "79.9"}
    (one,) = near(made, rated(program, record).trace)
    assert (one.key, one.value, one.other) == (("banded", ()), Fraction(799, 10), Fraction(80))
    other = rated(program, {**record, "score": "80"})
    assert one.now == rated(program, record).trace.outcomes[one.key].value
    assert one.otherwise == other.trace.outcomes[one.key].value
    (back,) = near(made, other.trace)
    assert (back.value, back.other, back.now, back.otherwise) == (one.other, one.value, one.otherwise, one.now)
    for score in ("79.8", "80.1", "0", "100"):
        assert not near(made, rated(program, {**record, "score": score}).trace)


def test_who_is_near_and_who_is_not_whatever_the_record(small: Program, traces: list[Trace]) -> None:
    """`days` alone is changed, to the value on the other side: the interpreter gives what was said, and for no record
    that is not named would the next value on either side have changed the measure."""
    made, met = ledger(small, ["strict"]), 0
    days = [boundary for boundary in made.boundaries if boundary.cut.text.startswith("days is")]
    for here in traces[::7]:
        given = dict(here.given)
        found = [one for one in near(made, here) if one.boundaries[0] in days]
        for one in found:
            there = interpret(small, {**given, ("days", ()): Given(one.other)})
            assert (here.outcomes[one.key].value, there.outcomes[one.key].value) == (one.now, one.otherwise)
            assert one.now != one.otherwise
            met += 1
        value = given["days", ()].value
        assert isinstance(value, Fraction)
        for step in (Fraction(1, 10), Fraction(-1, 10)):
            if 0 <= value + step <= 3:
                there = interpret(small, {**given, ("days", ()): Given(value + step)})
                changed = there.outcomes["strict", ()].value != here.outcomes["strict", ()].value
                assert changed == any(one.other == value + step for one in found)
    assert met


def test_a_count_one_short_is_near(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "practices.csv"
    head = "practice,ratings.safe,ratings.effective,ratings.caring,ratings.responsive,ratings.well_led"
    data.write_text(f"{head}\nFar,Good,Good,Good,Good,Good\nShort,Good,Good,Good,Good,Requires improvement\n", "utf-8")
    main(["boundaries", "cqc/gp-practice@2021-10", "--data", str(data), "--id", "practice", "--json"])
    (one,) = json.loads(capsys.readouterr().out)["near"]
    assert (one["id"], one["value"], one["other_value"]) == ("Short", "1", "2")
    assert (one["gives"], one["would_give"]) == ("good", "requires_improvement")


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_shows_a_measure_and_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["boundaries", "cqc/quality-statements@2024-12", "rating_by_score"]) == 0
    said = capsys.readouterr()
    assert "bands of whole_percent" in said.out
    assert "key_question_rating" not in said.out
    assert "  62 | 63 " in said.out
    assert "60.71… → 61" in said.out
    assert "warning[MS860]" in said.out
    assert "5 thresholds, 2 findings" in said.err


def test_json_is_exact_and_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "ledger.json"
    assert main(["boundaries", "cqc/quality-statements@2024-12", "rating_by_score", "-o", str(target)]) == 0
    assert not capsys.readouterr().out
    found = json.loads(target.read_text("utf-8"))
    (edge,) = (each for each in found["boundaries"] if each["text"] == "62 | 63")
    assert edge["gives"] == {"below": "requires_improvement", "at": "no band", "above": "good"}
    assert {each["below"]["value"] for each in edge["beside"]} == {"425/7", "60"}
    assert {(each["above"]["value"], each["above"]["compared"]) for each in edge["beside"]} == {("62.5", "63")}
    assert [each["code"] for each in found["findings"]] == ["MS860", "MS860"]
    assert "near" not in found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rating_by_scores"], "did you mean `rating_by_score`?"),
        (["--id", "x"], "go with `--data DATA`"),
        (["-o", "x.csv"], "written as .txt or .json"),
        (["--json", "-o", "x.txt"], "name it .json"),
        (["--data", "x.csv", "--long"], "needs `--id COLUMN`"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["boundaries", "cqc/quality-statements@2024-12", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_rejected_records_are_said_and_make_it_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "practices.csv"
    data.write_text("practice,ratings.safe\nA,God\n", "utf-8")
    assert main(["boundaries", "cqc/gp-practice@2021-10", "--data", str(data), "--id", "practice"]) == 1
    said = capsys.readouterr()
    assert "did you mean `good`?" in said.err
    assert "no body is within one attainable step" in said.out
