"""Every single change of a rule file is one change, and who notices it is told as it is: refused when read, a promise
broken, a case that cites, another case; nobody; or nothing that could be noticed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from examples import THOROUGH
from methodologies import EVERY, LIBRARY, TRIED, Subject

from markscheme.cases import read_cases
from markscheme.cli import main
from markscheme.diagnostics import Source
from markscheme.document import plain, read
from markscheme.interpret import interpret
from markscheme.ir import Absent
from markscheme.library import Library
from markscheme.mutate import KINDS, Fate, Score, Watch, mutate, opened
from markscheme.mutate import Subject as Changeable
from markscheme.mutate.changes import changed
from markscheme.mutate.rerating import Rerating, rated
from markscheme.mutate.told import as_text
from markscheme.space import Space, typed
from markscheme.trial import run

RULES = """\
markscheme: 1
id: example/mutable
version: "1"
title: Something to be changed
sources: {guide: {title: A guide}}
scales: {rating: [poor, fair, good], risk: [low, high]}
sets:
  questions:
    - {member: safe, weight: 2, counted: "yes"}
    - {member: caring, weight: 1, counted: "no"}
parameters: {pass_mark: {value: 60}}
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}}
  score: {type: number, decimals: 0, min: 0, max: 100, better: higher}
  breach: {type: yes_no, better: "no", absent: {not_stated: "no"}}
  points: {each: questions, type: number, decimals: 0, min: 0, max: 100, better: higher}
principles:
  combining:
    scale: rating
    thresholds:
      needed: {of: count(them), rows: [{at_least: 2, is: 2}, {otherwise: 1}]}
    rules:
      - {when: any of them are poor, then: poor}
      - {when: at least needed of them are good and all of them are at least fair, then: good}
      - {otherwise: fair}
measures:
  average:
    type: number
    formula: 'round(mean(points weighted by weight where counted is yes), nearest 2, half_up)'
  banded:
    scale: rating
    bands:
      of: average
      rows:
        - {at_least: 80, is: good}
        - {from: 40, to: 78, is: fair}
        - {at_most: 38, is: poor}
  combined: {scale: rating, apply: combining, to: judged, absent: {nothing_rated: unrated}}
  by_score:
    scale: rating
    rules:
      - {when: score is less than 30, then: poor}
      - {when: score is at least pass_mark, then: good}
      - {otherwise: fair}
  by_table:
    scale: rating
    hit: first
    table: |
      banded | by_score      || by_table
      poor   | -             || poor
      -      | at least fair || good
      -      | -             || fair
  by_grid:
    scale: rating
    grid: |
      banded \\ by_score | poor | fair | good
      poor              | poor | poor | fair
      fair              | poor | fair | fair
      good              | fair | fair | good
  overall:
    scale: rating
    first_present: [combined, by_grid]
    limits:
      - {when: breach is yes, at_most: fair}
results: [overall, by_table, banded]
guarantees:
  - overall never worsens when judged improve
"""

CASES = """\
methodology: example/mutable@1
cases:
  - name: from the guide
    given: {judged: {safe: good, caring: good}, score: 60, breach: "no", points: {safe: 79, caring: 0}}
    expect: {overall: good, banded: good, by_table: good}
    cite: guide
  - name: of our own
    given: {judged: {safe: fair, caring: good}, score: 29, breach: not_stated, points: {safe: 37, caring: 100}}
    expect: {overall: fair, banded: poor, by_table: poor}
  - name: saved
    given: {judged: {safe: poor, caring: good}, score: 59, breach: "no", points: {safe: 40, caring: 0}}
    expect: {overall: poor, banded: fair, by_table: good}
    status: unreviewed
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path) -> Path:
    (folder / "1.yaml").write_text(RULES, encoding="utf-8")
    (folder / "1.cases.yaml").write_text(CASES, encoding="utf-8")
    return folder / "1.yaml"


def changeable(path: Path, library: Library = LIBRARY) -> Changeable:
    subject, found = opened(path, library)
    assert subject is not None, found
    return subject


# --- the changes -----------------------------------------------------------------------------------------------------

SAID = {
    "cell": ["`fair` were `poor`", "`fair` were `good`", "`poor` were `fair`"],
    "outcome": ["`poor` were `fair`", "`good` were `fair`"],
    "threshold": ["`60` were `61`", "`60` were `59`", "`30` were `29`", "`30` were `31`", "`yes` were `no`"],
    "comparison": ["`less than 30` were `at most 30`", "`at least pass_mark` were `more than pass_mark`"],
    "count": ["`2` were `1`", "`2` were `3`", "`1` were `2`"],
    "quantifier": ["`any` of `them` were `all` of `them`", "`all` of `them` were `any` of `them`"],
    "join": ["`and` were `or` in `at least needed of them are good and all of them are at least fair`"],
    "where": ["`where counted is yes` were left out"],
    "rule": [
        "the rule `when: any of them are poor` were left out",
        "`when: score is at least pass_mark` came before the one above it",
        "the row `poor | - || poor` were left out",
        "the row `- | at least fair || good` came before the one above it",
        "`by_grid` came before the one above it",
    ],
    "limit": [
        "the limit `at_most: fair, when: breach is yes` were left out",
        "`at_most: fair` were `at_least: fair`",
        "`fair` were `good`",
    ],
    "rounding": ["`half_up` were `half_down`", "`half_up` were `down`", "`2` were `3`"],
    "absence": [
        "`not_rated: skip` were `not_rated: unrated`",
        "`not_rated: skip` were `not_rated: good`",
        "`not_stated: no` were `not_stated: skip`",
        "`not_stated: no` were `not_stated: yes`",
        "`nothing_rated: unrated` were `nothing_rated: skip`",
    ],
    "weight": ["`2` were `3`", "`yes` were `no`", "`weighted by weight` were left out"],
    "band": [
        "`80` were `82`",
        "the edge between `78` and `80` were between `76` and `78`",
        "the edge between `38` and `40` were between `40` and `42`",
        "the band `{from: 40, to: 78, is: fair}` were left out",
    ],
    "better": ["`better: higher` were `better: lower`", "`better: no` were `better: yes`"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_changes_of_every_kind_are_made(kind: str, file: Path) -> None:
    said = [change.said for change in changeable(file).changes if change.kind == kind]
    assert not [each for each in SAID[kind] if each not in said], said


@pytest.mark.parametrize("subject", TRIED, ids=str)
def test_a_change_is_one_and_leaves_a_rule_file(subject: Subject) -> None:
    """What is refused is refused for what it means, never for how it is written; and no change is none."""
    changes = changeable_once(subject).changes
    assert changes
    whole = plain(read(subject.source)[0])  # type: ignore[arg-type]
    for change in changes[:: max(1, len(changes) // (8 if THOROUGH else 4))]:
        _, found = changeable_once(subject).compiled(change.edits)
        assert not [each for each in found if each.severity == "error" and each.code < "MS400"], change.said
        if change.source.name == subject.source.name:
            text = changed(subject.source.text, change.edits)
            top, _ = read(Source("<text>", text))
            assert top is not None
            assert plain(top) != whole, change.said
            # what is found later has its line
            assert text.count("\n") == subject.source.text.count("\n")


_ONCE: dict[str, Changeable] = {}


def changeable_once(subject: Subject) -> Changeable:
    """Without its cases."""
    if str(subject) not in _ONCE:
        _ONCE[str(subject)] = Changeable(subject.path, LIBRARY, subject.source, subject.program, ())
    return _ONCE[str(subject)]


def test_a_table_beside_the_file_is_changed_where_it_stands(file: Path) -> None:
    (file.parent / "t.csv").write_text("banded,by_score,by_table\npoor,-,poor\n-,-,fair\n", encoding="utf-8")
    start, end = RULES.index("    table: |"), RULES.index("  by_grid:")
    file.write_text(RULES[:start] + "    table: {file: t.csv}\n" + RULES[end:], encoding="utf-8")
    file.with_name("1.cases.yaml").unlink()
    subject = changeable(file)
    beside = [change for change in subject.changes if change.source.name.endswith("t.csv")]
    assert ("`poor` were `fair`", 2) in [(change.said, change.place.line) for change in beside]
    gone = next(change for change in beside if change.said == "the row `poor,-,poor` were left out")
    program, _ = subject.compiled(gone.edits)
    assert program is not None
    assert len(next(step for step in program.steps if step.name == "by_table").form.rows) == 1  # type: ignore[union-attr]
    assert (file.parent / "t.csv").read_text(encoding="utf-8").count("\n") == 3  # nothing is written


# --- rating again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [each for each in EVERY if each.program.cost < 400], ids=str)
def test_what_a_change_cannot_reach_need_not_be_worked_out_again(subject: Subject) -> None:
    source, random = changeable_once(subject), Random(1)
    space = Space(source.program)
    for change in source.changes[:: max(1, len(source.changes) // (8 if THOROUGH else 4))]:
        program, _ = source.compiled(change.edits)
        if program is None:
            continue
        way = Rerating(source.program, program)
        for _ in range(3):
            known = rated(source.program, typed(space.sampled(random)))
            apart = way.apart(known)
            whole = interpret(program, way.given(known))
            for key, outcome in whole.outcomes.items():
                assert seen(apart.get(key, known[key].value)) == seen(outcome.value), (change.said, key)


def seen(value: object) -> object:
    return (value.reason, value.skip) if isinstance(value, Absent) else value


# --- who notices -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    file = written(tmp_path_factory.mktemp("rules"))
    left_out = () if THOROUGH else ("cell", "outcome", "join", "where", "weight")
    found, _ = mutate(file, Library([file.parent]), only=[kind for kind in KINDS if kind not in left_out])
    assert found is not None
    return found


@pytest.fixture
def fates(score: Score) -> dict[tuple[int, str], Fate]:
    return {(fate.line, fate.said): fate for fate in score.fates}


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(RULES.split("\n"), 1) if text in line)


def test_each_guard_notices_what_it_can(fates: dict[tuple[int, str], Fate]) -> None:
    bands = line_of("from: 40")
    gap = fates[bands, "`40` were `42`"]
    assert list(gap.by) == ["reading"]
    assert gap.by["reading"][0].startswith("MS419: `40` falls in no band")
    assert gap.named_rightly

    turned = fates[line_of("score: {type"), "`better: higher` were `better: lower`"]  # it changes no result
    assert list(turned.by) == ["proof"]
    assert "never worsens when `score` improves" in turned.by["proof"][0]

    cited = fates[line_of("at least pass_mark"), "`at least pass_mark` were `more than pass_mark`"]
    assert cited.ending != "noticed"  # by_score is no result, and what reads it rounds it away
    rounded = fates[line_of("half_up"), "`half_up` were `half_down`"]
    assert rounded.by["cited"] == ("from the guide",)
    other = fates[bands, "the edge between `38` and `40` were between `36` and `38`"]
    assert other.by == {"other": ("of our own",)}


def test_what_was_saved_from_output_counts_for_nothing(fates: dict[tuple[int, str], Fate]) -> None:
    """Only the saved case has a mean of 40."""
    bands = line_of("from: 40")
    moved = fates[bands, "the edge between `38` and `40` were between `40` and `42`"]
    assert moved.ending == "survivor"


def test_who_lives_is_shown_a_case_that_would_notice(file: Path, fates: dict[tuple[int, str], Fate]) -> None:
    subject = changeable(file, Library([file.parent]))
    survivors = [fate for fate in fates.values() if fate.ending == "survivor"]
    assert len(survivors) > 3
    changes = {(change.place.line, change.said): change for change in subject.changes}
    for fate in survivors:
        assert fate.witness is not None
        text = f"methodology: example/mutable@1\ncases:\n{fate.witness}"
        cases, wrong = read_cases(Source("<cases>", text), subject.program)
        assert not wrong, wrong
        assert cases[0].status == "unreviewed"
        program, _ = subject.compiled(changes[fate.line, fate.said].edits)
        assert program is not None
        assert all(outcome.passed for outcome in run(cases, subject.program))
        # an absence may count otherwise now, so the case is read anew
        again, _ = read_cases(Source("<cases>", text), program)
        assert not any(outcome.passed for outcome in run(again, program)), fate.said


def test_what_changes_no_result_is_decided_to(file: Path, fates: dict[tuple[int, str], Fate]) -> None:
    alike = [fate for fate in fates.values() if fate.ending == "equivalent"]
    assert (line_of("combined:"), "`nothing_rated: unrated` were `nothing_rated: skip`") in fates
    assert alike
    subject, random = changeable(file, Library([file.parent])), Random(2)
    changes = {(change.place.line, change.said): change for change in subject.changes}
    space = Space(subject.program)
    for fate in alike:
        program, _ = subject.compiled(changes[fate.line, fate.said].edits)
        assert program is not None
        way = Rerating(subject.program, program)
        for _ in range(60):
            known = rated(subject.program, typed(space.sampled(random)))
            apart = way.apart(known)
            assert not [key for key in apart if key[0] in subject.program.results], fate.said


def test_everything_is_decided_and_told(score: Score) -> None:
    counts = score.tally
    assert counts.undecided == 0
    assert counts.noticed + counts.equivalent + counts.survivors == counts.changes == score.possible
    assert counts.by["reading"] >= counts.alone["reading"] > 0
    assert counts.score is not None
    assert counts.score == counts.noticed / (counts.changes - counts.equivalent) < 1
    text = as_text(score)
    assert "no case would notice if …" in text
    assert f"{score.file}:{line_of('from: 40')}: the edge between `38` and `40` were between `40` and `42`" in text
    assert "1 case unreviewed" in text
    assert "`breach: {" not in text


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_processes_find_what_one_finds(file: Path) -> None:
    library = Library([file.parent])
    one, _ = mutate(file, library, only=["band", "rounding"], limit=8)
    several, _ = mutate(file, library, only=["band", "rounding"], limit=8, jobs=2)
    assert one is not None
    assert several is not None
    assert several.fates == one.fates


def test_a_change_that_takes_too_long_is_not_decided_and_never_counted_as_noticed(file: Path) -> None:
    score, _ = mutate(file, Library([file.parent]), only=["threshold", "band"], jobs=2, each=0.0, seconds=5)
    assert score is not None
    late = [fate for fate in score.fates if fate.ending == "not decided"]
    assert late
    assert {fate.why for fate in late} <= {"it took too long", "the time was up"}
    assert score.tally.undecided == len(late)


def test_when_the_time_is_up_the_rest_is_not_decided(file: Path) -> None:
    score, _ = mutate(file, Library([file.parent]), seconds=0.0)
    assert score is not None
    assert {fate.ending for fate in score.fates} == {"not decided"}
    assert score.tally.score == 0


def test_some_of_the_changes_are_spread_over_the_file(file: Path) -> None:
    score, _ = mutate(file, Library([file.parent]), proof=False, limit=6)
    assert score is not None
    assert len(score.fates) == 6
    assert score.possible > 60
    assert score.fates[0].line < 12
    assert score.fates[-1].line > 50
    assert "6 changes of " in as_text(score)


def test_a_case_that_fails_as_it_is_shows_nothing(file: Path) -> None:
    cases = file.with_name("1.cases.yaml")
    cases.write_text(CASES.replace("overall: good, banded: good", "overall: poor, banded: good"), encoding="utf-8")
    score, _ = mutate(file, Library([file.parent]), proof=False, only=["rounding"])
    assert score is not None
    assert score.failing == 1
    assert score.tally.by["cited"] == 0
    assert "1 case failing" in as_text(score)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_lists_what_nobody_would_notice(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", str(file), "--only", "band", "--no-proof", "--jobs", "1"]) == 1
    text = capsys.readouterr().out
    assert "no case would notice if …" in text
    assert "status: unreviewed" in text
    assert "not asked" in text


def test_the_command_as_data_and_into_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = file.parent / "score.json"
    arguments = ["mutate", str(file), "--only", "rounding", "--limit", "2", "--json", "-o", str(output), "--jobs", "1"]
    assert main(arguments) in (0, 1)
    assert capsys.readouterr().out == ""
    score = json.loads(output.read_text(encoding="utf-8"))
    assert score["changes"] == 2
    assert {fate["kind"] for fate in score["fates"]} == {"rounding"}
    assert score["noticed"] + score["equivalent"] + score["survivors"] + score["not_decided"] == 2
    assert set(score["noticed_by"]) == {"reading", "proof", "cited", "other"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--only", "cels"], 2, "`cels` is no kind of change; did you mean `cell`?"),
        (["--only", "gap"], 2, "is no kind of change"),
        (["--faults", "--only", "gap", "--no-proof"], 0, ""),
        (["--limit", "0"], 2, "0 is not in the range"),
    ],
)
def test_what_is_asked_wrongly(
    arguments: list[str], status: int, said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mutate", str(file), "--jobs", "1", *arguments]) == status
    assert said in capsys.readouterr().err


def test_a_file_with_errors_is_not_changed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(RULES.replace("score is less than 30", "score is less then 30"), encoding="utf-8")
    assert main(["mutate", str(file), "--jobs", "1"]) == 1
    told = capsys.readouterr()
    assert "error[MS3" in told.err
    assert "nothing was changed" in told.err
    assert told.out == ""


def test_a_watch_asks_the_cases_that_cite_apart_from_the_others() -> None:
    council = next(each for each in EVERY if each.program.id == "audit-commission/council-use-of-resources")
    watch = Watch(changeable(council.path), proof=False)
    assert watch.cited
    assert watch.others
    assert len(watch.cited) + len(watch.others) == len(watch.subject.cases)
    assert all(case.cite and case.status == "published" for case in watch.cited)
