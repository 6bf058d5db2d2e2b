"""What becomes of a population between two versions is what rating each record twice and comparing says: on generated
methodologies and data, with rejects and absences, in each kind of data; nothing is lost, and nothing is kept."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from methodologies import compiled_text

from markscheme import Methodology, Result
from markscheme.compile import compile_source
from markscheme.data import Rows, Unreadable, open_rows
from markscheme.data.row import Row
from markscheme.diagnostics import Source
from markscheme.diff import fates, rating
from markscheme.diff import survey as surveying
from markscheme.diff.edits import Revised
from markscheme.diff.population import Mover, Population, Transitions
from markscheme.diff.rating import Rating, Ratings
from markscheme.diff.renaming import names, renamed
from markscheme.diff.responsible import Responsible
from markscheme.diff.survey import survey
from markscheme.diff.verdicts import Edit, Version
from markscheme.diff.version import opened
from markscheme.intake import values
from markscheme.intake.headings import Headings
from markscheme.interpret import interpret
from markscheme.ir import Absent, Program, combinations
from markscheme.methodology import Absence
from markscheme.space import Space, text, typed
from markscheme.strategies.small import completed
from markscheme.trace import Key

Raw = dict[str, str]

BODY = """\
markscheme: 1
id: example/bodies
version: "1"
title: Bodies
scales: {rating: [poor, fair, good], risk: [low, high]}
sets: {questions: [safe, caring]}
inputs:
  judged: {each: questions, scale: rating, absent: {not_rated: skip}}
  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}
  breach: {type: yes_no, better: "no", absent: {not_stated: "no"}, empty: not_stated}
measures:
  question:
    {each: questions, scale: rating, formula: judged, absent: {not_rated: skip},
     limits: [{when: breach is yes, at_most: fair}]}
  banded:
    scale: rating
    bands: {of: score, rows: [{at_least: 60, is: good}, {at_least: 40, is: fair}, {otherwise: poor}]}
  overall:
    scale: rating
    absent: {unrated: unrated}
    rules:
      - {when: any of question are poor, then: poor}
      - {when: all of question are good and banded is good, then: good}
      - {otherwise: fair}
  total: {type: number, formula: score + 1}
results: [overall, question, total]
"""
EDITED = {
    "a threshold": ("at_least: 60", "at_least: 70"),
    "a rule": ("any of question are poor", "all of question are poor"),
    "a skipped absence counts": ("absent: {not_rated: skip}}\n  score", "absent: {not_rated: poor}}\n  score"),
    "another value for what is not stated": ('{not_stated: "no"}', '{not_stated: "yes"}'),
    "a reason less": ("absent: {not_rated: skip}}\n  score", "absent: {unknown: skip}}\n  score"),
    "a narrower range": ("max: 100, better: higher", "max: 80, better: higher"),
    "an empty cell means nothing": (", empty: not_stated", ""),
    "a title": ("title: Bodies", "title: Bodies, again"),
    "another level": ("rating: [poor, fair, good]", "rating: [awful, poor, fair, good]"),
    "a number": ("score + 1", "2 * score"),
    "another measure has the result": ("results: [overall, question, total]", "results: [overall, banded, total]"),
}  # fmt: skip


def edited(*edits: str) -> Program:
    found = BODY
    for name in edits:
        old, new = EDITED[name]
        assert found.count(old) == 1, name
        found = found.replace(old, new)
    return compiled_text(found)


def rows_of(records: Sequence[Raw]) -> Rows:
    file = io.StringIO()
    names = list(dict.fromkeys(name for record in records for name in record))
    writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return open_rows("-", io.BytesIO(file.getvalue().encode()))


# --- the obvious way -------------------------------------------------------------------------------------------------


_READY: dict[str, tuple[Methodology, set[str]]] = {}


def ready(digest: str, program: Program) -> tuple[Methodology, set[str]]:
    """To rate with, and the columns that it takes."""
    if digest not in _READY:
        names = {".".join((key[0], *key[1])) for key, _ in Space(program).keys}
        _READY[digest] = Methodology(program), names
    return _READY[digest]


def stood(program: Program, raw: Raw, keys: Sequence[Key]) -> list[object] | None:
    """The plain values of a record's results, by the library's own `rate`; None where it is rejected."""
    methodology, names = ready(program.digest, program)
    found = methodology.rate({name: cell for name, cell in raw.items() if name in names})
    if not isinstance(found, Result):
        return None
    found_there: list[object] = []
    for name, members in keys:
        value: object = found.outcome[name]
        for member in members:
            assert isinstance(value, dict)
            value = value[member]
        found_there.append(value)
    return found_there


def named(value: object) -> str:
    return value.reason if isinstance(value, Absence) else value if isinstance(value, str) else "number"


def plainly(old: Program, new: Program, records: Sequence[Raw]) -> tuple[dict[Key, Counter[tuple[str, str]]], int, int]:
    """Who stands where, how many move, and how many are rejected by neither."""
    both = [
        (name, members)
        for name in new.results
        if name in old.results
        for members in combinations(new.sets, next(step.axes for step in new.steps if step.name == name))
        if members in combinations(old.sets, next(step.axes for step in old.steps if step.name == name))
    ]
    tables: dict[Key, Counter[tuple[str, str]]] = {key: Counter() for key in both}
    moved = compared = 0
    for raw in records:
        one, other = stood(old, raw, both), stood(new, raw, both)
        compared += one is not None and other is not None
        for index, key in enumerate(both):
            was = "rejected" if one is None else named(one[index])
            now = "rejected" if other is None else named(other[index])
            tables[key][was, now] += 1
            moved += one is not None and other is not None and str(one[index]) != str(other[index])
    return tables, moved, compared


def told(table: Transitions) -> dict[tuple[str, str], int]:
    return {(table.rows[row].name, table.columns[column].name): n for (row, column), n in table.counts.items()}


def agrees(found: Population, old: Program, new: Program, records: Sequence[Raw]) -> None:
    tables, moved, compared = plainly(old, new, records)
    assert {table.pair.new: told(table) for table in found.transitions} == tables
    assert (found.records, found.compared, found.moved) == (len(records), compared, moved)


# --- generated -------------------------------------------------------------------------------------------------------

TWISTS = (
    (r"at least", "more than"), (r"\bskip\b", "unrated"), (r"\bunrated\b", "skip"), (r"any of", "all of"),
    (r"\bfair\b", "good"), (r"\bmid\b", "low"), (r"then: 2", "then: 3"), (r"reason_0: \w+", "reason_9: skip"),
    (r"\b2\b", "3"), (r"sum\(", "mean("), (r"max: \d", "max: 9"), (r"otherwise: '?\w+'?", "otherwise: 1"),
)  # fmt: skip


def twisted(seed: int) -> tuple[Program, Program] | None:
    """A generated methodology, and another after one change of its text; two unlike ones now and then."""
    written, random = completed(seed), Random(seed)
    if written.program is None:
        return None
    if seed % 5 == 0:
        other = completed(seed + 1).program
        return None if other is None else (written.program, other)
    head, body = written.text.split("\ninputs:", 1)
    spots = [(spot, new) for pattern, new in TWISTS for spot in re.finditer(pattern, body)]
    for spot, new in random.sample(spots, min(3, len(spots))):
        source = Source("new.yaml", f"{head}\ninputs:{body[: spot.start()]}{new}{body[spot.end() :]}")
        program, _ = compile_source(source, Path("new.yaml"), lambda id, version: None)
        if program is not None:
            return written.program, program
    return None


def population(old: Program, new: Program, count: int, random: Random) -> list[Raw]:
    """Records as either takes them, and some that neither does; `region` is nobody's input."""
    records: list[Raw] = []
    spaces = [Space(old), Space(new)]
    for _ in range(count):
        raw: Raw = {}
        for space in random.sample(spaces, 2):
            for key, declared in space.keys:
                entries = (*space.candidates[key[0]], *declared.absent)
                raw.setdefault(".".join((key[0], *key[1])), text(declared, random.choice(entries)))
        for name in raw:
            if random.random() < 0.5 / len(raw):
                raw[name] = random.choice(["", "what", "99999", "good", "reason_0"])
        records.append({**raw, "region": random.choice("NSW")})
    return records


SEEDS = range(30)


def test_counts_are_those_of_rating_every_record_twice() -> None:
    pairs = rejected_by_one = moved = 0
    for seed in SEEDS:
        programs = twisted(seed)
        if programs is None:
            continue
        pairs += 1
        records = population(*programs, 12, Random(seed))
        records += records[:4]
        found = survey(*programs, rows_of(records), groups=["region"])
        agrees(found, *programs, records)
        for group in found.groups[:1]:
            there = [record for record in records if record["region"] == group.value]
            tables, _, _ = plainly(*programs, there)
            assert {table.pair.new: told(table) for table in group.transitions} == tables
            assert group.records == len(there)
        moved += found.moved
        rejected_by_one += found.rejects[0].count + found.rejects[1].count
    assert (pairs > 15, moved > 30, rejected_by_one > 20) == (True, True, True), "too little was compared"


@pytest.mark.parametrize("edit", EDITED)
def test_each_kind_of_change_over_every_kind_of_data(edit: str, tmp_path: Path) -> None:
    old, new = compiled_text(BODY), edited(edit)
    random = Random(edit)
    words = ["poor", "fair", "good", "not_rated"]
    records = [
        {
            "id": f"b{n}",
            "judged.safe": random.choice(words),
            "judged.caring": random.choice(words),
            "score": random.choice(["59.9", "60", "69.9", "70", "85", "101", "12"]),
            "breach": random.choice(["yes", "no", "no", "not_stated", ""]),
        }
        for n in range(80)
    ]
    found = survey(old, new, rows_of(records), "id")
    agrees(found, old, new, records)
    (tmp_path / "d.jsonl").write_text("\n".join(json.dumps({k: v or None for k, v in r.items()}) for r in records))
    with (tmp_path / "d.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "questions", "judged", "score", "breach"])
        for record in records:
            for member in ("safe", "caring"):
                writer.writerow([record["id"], member, record[f"judged.{member}"], record["score"], record["breach"]])
    for path, long in (("d.jsonl", False), ("d.csv", True)):
        with open_rows(str(tmp_path / path)) as rows:
            other = survey(old, new, rows, "id", long)
        assert (other.transitions, other.moved, other.compared) == (found.transitions, found.moved, found.compared)
        assert [(each.id, each.pair, each.way) for each in other.movers] == [
            (each.id, each.pair, each.way) for each in found.movers
        ]


def test_remembering_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = compiled_text(BODY), edited("a rule", "a threshold")
    records = population(old, new, 40, Random(7)) * 2
    remembered = survey(old, new, rows_of(records), groups=["region"])
    for module in (fates, rating):
        monkeypatch.setattr(module, "MOST_REMEMBERED", 0)
    assert survey(old, new, rows_of(records), groups=["region"]) == remembered


def test_what_is_remembered_of_a_measure_is_what_the_interpreter_says() -> None:
    """Of every measure, also whether it rests on what is not published; and where two programs share what they have in
    common."""
    seen = 0
    for seed in SEEDS[:6]:
        programs = twisted(seed) or ()
        shared = Ratings()
        for program in programs:
            space, random = Space(program), Random(seed)
            first, *others = program.steps
            recalled = replace(program, steps=(replace(first, note=replace(first.note, status="recalled")), *others))
            rated = Rating(recalled, program.results)
            for _ in range(15):
                record = {key: random.choice((*space.candidates[key[0]], *each.absent)) for key, each in space.keys}
                given, plainly_rated = typed(record), interpret(recalled, typed(record))
                values = rated.values(given)
                for key, outcome in plainly_rated.outcomes.items():
                    if key in values:
                        assert same(values[key][0], outcome.value)
                        assert values[key][1] == bool(outcome.unpublished)
                        assert same(shared.value(program, given, key), outcome.value)
                        seen += 1
    assert seen > 200


# --- rejects ---------------------------------------------------------------------------------------------------------

FINE = {"judged.safe": "good", "judged.caring": "good", "score": "65", "breach": "no"}


def test_a_record_rejected_by_one_version_only_is_told_with_its_reason() -> None:
    old, new = compiled_text(BODY), edited("a narrower range")
    records = [FINE, {**FINE, "score": "85"}, {**FINE, "score": "x"}, {**FINE, "score": "85"}]
    found = survey(old, new, rows_of(records))
    by_old, by_new, by_both = found.rejects
    assert (by_old.count, by_new.count, by_both.count, found.compared) == (0, 2, 1, 1)
    first = by_new.first[0]
    assert (first.id, first.place, first.old) == ("2", "line 3", ())
    assert [(each.code, each.column, each.place) for each in first.new] == [("MS544", "score", "line 3")]
    assert [(each.code, each.place) for each in (*by_both.first[0].old, *by_both.first[0].new)] == [
        ("MS542", "line 4")
    ] * 2
    overall = next(each for each in found.transitions if each.pair.new == ("overall", ()))
    assert told(overall) == {("good", "good"): 1, ("good", "rejected"): 2, ("rejected", "rejected"): 1}
    assert found.moved == 0


def test_an_id_twice_is_rejected_by_both() -> None:
    records = [{"id": "a", **FINE}, {"id": "a", **FINE}, {"id": "", **FINE}]
    found = survey(compiled_text(BODY), edited("a rule"), rows_of(records), "id")
    assert (found.records, found.compared, found.rejects[2].count) == (3, 1, 2)
    assert [each.old[0].code for each in found.rejects[2].first] == ["MS554", "MS553"]


def test_only_the_first_rejects_and_movers_are_kept_and_every_mover_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "MOST_MOVERS", 3)
    all_of_them: list[Mover] = []
    records = [FINE] * 5 + [{**FINE, "score": "x"}] * 20
    found = survey(compiled_text(BODY), edited("a number"), rows_of(records), tell=all_of_them.append)
    assert (found.moved, found.moved_records, len(found.movers), len(all_of_them)) == (5, 5, 3, 5)
    assert tuple(all_of_them[:3]) == found.movers
    assert (found.rejects[2].count, len(found.rejects[2].first)) == (20, 10)
    mover = all_of_them[-1]
    assert (mover.id, mover.place, mover.old, mover.new, mover.way) == ("5", "line 6", 66, 130, "higher")


def test_a_mover_can_be_replayed() -> None:
    old, new = compiled_text(BODY), edited("another value for what is not stated", "a threshold")
    records = population(old, new, 60, Random(3))
    found = survey(old, new, rows_of(records))
    assert found.movers
    for mover in found.movers:
        before, after = interpret(old, mover.given[0]), interpret(new, mover.given[1])
        assert same(before.outcomes[mover.pair.old].value, mover.old)
        assert same(after.outcomes[mover.pair.new].value, mover.new)


def same(one: object, other: object) -> bool:
    if isinstance(one, Absent) and isinstance(other, Absent):
        return one.reason == other.reason
    return one == other


def test_lost_records_are_noticed() -> None:
    found = survey(compiled_text(BODY), edited("a rule"), rows_of([FINE] * 3), groups=["score"])
    surveying._nothing_is_lost(found)
    group = replace(found.groups[0], records=2)
    for broken in (
        replace(found, records=4),
        replace(found, compared=2),
        replace(found, moved=1),
        replace(found, groups=(group,)),
        replace(found, transitions=(replace(found.transitions[0], counts={(0, 0): 2}),)),
    ):
        with pytest.raises(RuntimeError, match="went missing"):
            surveying._nothing_is_lost(broken)


# --- which way -------------------------------------------------------------------------------------------------------


def test_ways_are_of_names_not_of_places() -> None:
    """A level added below moves every other level's place, and no record."""
    found = survey(compiled_text(BODY), edited("another level"), rows_of([FINE] * 2))
    assert found.moved == 0
    overall = next(each for each in found.transitions if each.pair.new == ("overall", ()))
    assert told(overall) == {("good", "good"): 2}
    assert not overall.pair.directed


def test_absences_come_and_go() -> None:
    old, new = compiled_text(BODY), edited("a skipped absence counts")
    none = {**FINE, "judged.safe": "not_rated", "judged.caring": "not_rated"}
    found = survey(old, new, rows_of([none]))
    assert {(each.pair.new, each.way) for each in found.movers} == {
        (("overall", ()), "newly rated"),
        (("question", ("safe",)), "newly rated"),
        (("question", ("caring",)), "newly rated"),
    }
    back = survey(new, old, rows_of([none]))
    assert {each.way for each in back.movers} == {"no longer rated"}


# --- groups ----------------------------------------------------------------------------------------------------------


def test_groups_are_by_what_a_cell_means_where_an_input_takes_it() -> None:
    records = [{**FINE, "judged.safe": word, "town": town} for word, town in
               [("good", "Leeds"), (" Good ", "Leeds "), ("poor", ""), ("fair", "York"), ("what", "York")]]  # fmt: skip
    found = survey(compiled_text(BODY), edited("a rule"), rows_of(records), groups=["judged.safe", "town"])
    assert found.columns == ("judged.safe", "town")
    assert [(each.column, each.value, each.records) for each in found.groups] == [
        ("judged.safe", "poor", 1),
        ("judged.safe", "fair", 1),
        ("judged.safe", "good", 2),
        ("judged.safe", "what", 1),
        ("town", "Leeds", 2),
        ("town", "York", 2),
        ("town", "", 1),
    ]
    assert not found.warnings, "a column that is grouped by is there for a reason"
    assert [each.groups for each in found.movers] == [("poor", "")]


def test_a_column_that_is_not_there_is_no_group() -> None:
    records = [{**FINE, "region": "N"}]
    with pytest.raises(Unreadable, match="no column `regoin`") as raised:
        survey(compiled_text(BODY), edited("a rule"), rows_of(records), groups=["regoin"])
    assert (raised.value.problem.code, raised.value.problem.hint) == ("MS556", "did you mean `region`?")
    rows = open_rows("-", io.BytesIO(json.dumps([records[0]]).encode()))
    with pytest.raises(Unreadable, match="no column `regoin`"):
        survey(compiled_text(BODY), edited("a rule"), rows, groups=["regoin"])


def test_too_many_groups_are_refused() -> None:
    records = [{**FINE, "name": str(n)} for n in range(201)]
    survey(compiled_text(BODY), edited("a rule"), rows_of(records[:200]), groups=["name"])
    with pytest.raises(Unreadable, match="more than 200 values") as raised:
        survey(compiled_text(BODY), edited("a rule"), rows_of(records), groups=["name"])
    assert raised.value.problem.code == "MS557"


# --- two methodologies -----------------------------------------------------------------------------------------------

OTHERS = """\
markscheme: 1
id: example/others
version: "1"
title: The view of others
scales: {view: [weak, strong], rating: [poor, fair, good]}
inputs:
  score: {type: number, decimals: 0, min: 0, max: 100, better: higher}
  size: {type: choice, of: [small, large]}
measures:
  strength: {scale: view, rules: [{when: score is at least 65 and size is large, then: strong}, {otherwise: weak}]}
  opinion: {scale: rating, rules: [{when: score is at least 65, then: good}, {otherwise: poor}]}
results: [strength]
"""


def test_two_methodologies_over_the_same_bodies() -> None:
    ours, theirs = compiled_text(BODY), compiled_text(OTHERS)
    records = [{**FINE, "score": score, "size": size} for score, size in
               [("65", "large"), ("65", "small"), ("64", "large"), ("64.5", "large"), ("70", "huge")]]  # fmt: skip
    found = survey(ours, theirs, rows_of(records), results=[("overall", "strength"), ("overall", "opinion")])
    cross, alike = found.transitions
    assert told(cross) == {("good", "strong"): 1, ("good", "weak"): 2, ("good", "rejected"): 2}
    assert not cross.pair.directed
    assert cross.ways == {"otherwise": 3}
    assert told(alike) == {("good", "good"): 2, ("good", "poor"): 1, ("good", "rejected"): 2}
    assert alike.pair.directed
    assert alike.ways == {"lower": 1}
    assert [each.code for reject in found.rejects[1].first for each in reject.new] == ["MS543", "MS541"]
    assert not found.warnings, "each column is an input of one of the two"
    assert survey(ours, theirs, rows_of(records)).missing == (
        (("strength", ()), "new"), (("overall", ()), "old"), (("question", ("safe",)), "old"),
        (("question", ("caring",)), "old"), (("total", ()), "old"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("overal", "strength"), "`overal` is no result or measure of example/bodies@1; did you mean `overall`?"),
        (("overall", "score"), "`score` is no result or measure of example/others@1; there are strength, opinion"),
    ],
)
def test_a_result_that_there_is_not(pair: tuple[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        survey(compiled_text(BODY), compiled_text(OTHERS), rows_of([FINE]), results=[pair])


def test_what_is_odd_about_the_data_is_told_once() -> None:
    records = [{**FINE, "town": "Leeds", "scor": "1"}] * 3
    found = survey(compiled_text(BODY), edited("a rule"), rows_of(records))
    assert [(each.code, each.column) for each in found.warnings] == [("MS531", "town"), ("MS531", "scor")]


# --- who is responsible ----------------------------------------------------------------------------------------------


def test_movers_are_counted_by_the_edits_responsible_and_records_alike_are_asked_about_once() -> None:
    edits = tuple(Edit(number, f"rule {number}", "changed", None, None) for number in range(3))
    asked: list[tuple[Key, object]] = []

    def responsible(given: object, key: Key, value: object) -> tuple[Edit, ...]:
        asked.append((key, value))
        return edits[:1] if key[0] == "overall" else edits[1:]

    old, new = compiled_text(BODY), edited("a rule", "a number")
    records = [{**FINE, "judged.safe": word, "score": score} for word in ("poor", "good") for score in ("65", "70")] * 5
    found = survey(old, new, rows_of(records), responsible=responsible)
    assert [(cause.edits, cause.count) for cause in found.causes] == [(edits[1:], 20), (edits[:1], 10)]
    one = found.causes[1].moves
    assert [(each.pair.new, each.old.name, each.new.name, each.way, each.count) for each in one] == [
        (("overall", ()), "poor", "fair", "higher", 10)
    ]
    assert len(asked) == 4, "the total of two scores, and poor overall with each; what is safe does not bear on a total"
    assert {mover.responsible for mover in found.movers if mover.pair.new[0] == "total"} == {edits[1:]}
    other = survey(old, new, rows_of(records), responsible=responsible, results=[("banded", "overall")])
    assert [cause.edits for cause in other.causes] == [()], "no edit makes one measure of another"


# --- nothing is kept -------------------------------------------------------------------------------------------------


def stream(count: int) -> Rows:
    """Records that nobody holds, all of them movers and no two alike."""

    def rows() -> Iterator[Row]:
        for n in range(count):
            yield Row(n + 1, f"line {n + 2}", {"score": str(n)})

    return Rows(("score",), rows(), None, lambda: 0, lambda: None)


def test_memory_does_not_grow_with_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    head = 'markscheme: 1\nid: example/tiny\nversion: "1"\ntitle: Tiny\n'
    head += "inputs: {score: {type: number, decimals: 0, better: higher}}\n"
    old, new = (
        compiled_text(f"{head}measures: {{total: {{type: number, formula: {formula}}}}}\nresults: [total]\n")
        for formula in ("score", "score + 1")
    )
    for module in (fates, rating, values):
        monkeypatch.setattr(module, "MOST_REMEMBERED", 20)
    monkeypatch.setattr(surveying, "MOST_MOVERS", 20)

    def peak(count: int) -> int:
        often = gc.get_threshold()
        gc.collect()
        gc.set_threshold(50, 2, 2)  # what is only waiting to be collected is not held
        tracemalloc.start()
        try:
            assert survey(old, new, stream(count)).moved == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            gc.set_threshold(*often)

    peak(50)
    few, many = peak(100), peak(2_100)
    assert many < few + 80_000, f"{few:,} bytes for 100 records, {many:,} for 2,100"  # 40 bytes for each


# --- versions as the command line has them ---------------------------------------------------------------------------


def versions(tmp_path: Path, text: str) -> tuple[Version, Version]:
    """`BODY` and a text that supersedes it; the first with the names of the second."""
    (tmp_path / "old.yaml").write_text(BODY)
    (tmp_path / "new.yaml").write_text(text)
    new = opened(str(tmp_path / "new.yaml"))
    return renamed(opened(str(tmp_path / "old.yaml")), new), new


RENAMED = {"judged": "rated", "fair": "middling", "not_rated": "not_seen", "caring": "kind"}


def newer() -> str:
    text = BODY.replace("at_least: 60, is: good", "at_least: 70, is: good")
    for old, name in RENAMED.items():
        text = re.sub(rf"\b{old}\b", name, text)
    mapped = ", ".join(f"{old}: {name}" for old, name in RENAMED.items())
    return text.replace('version: "1"', f'version: "2"\nsupersedes: {{version: "1", renamed: {{{mapped}}}}}')


def test_data_may_have_former_names_or_new_ones(tmp_path: Path) -> None:
    old, new = versions(tmp_path, newer())
    former = [
        {"id": f"b{n}", "judged.safe": safe, "judged.caring": caring, "score": "65", "breach": "no"}
        for n, (safe, caring) in enumerate([("good", "good"), ("Fair", "good"), ("not_rated", "Not rated"), ("?", "?")])
    ]
    words = {"Fair": "middling", "not_rated": "not_seen", "Not rated": "Not seen"}
    newly = [
        {
            "id": each["id"],
            "rated.safe": words.get(each["judged.safe"], each["judged.safe"]),
            "rated.kind": words.get(each["judged.caring"], each["judged.caring"]),
            "score": each["score"],
            "breach": each["breach"],
        }
        for each in former
    ]
    found = [
        survey(old.program, new.program, rows_of(each), "id", renamed=names(new), groups=["score"])
        for each in (former, newly)
    ]
    assert found[0].transitions == found[1].transitions
    overall = next(each for each in found[0].transitions if each.pair.new == ("overall", ()))
    assert told(overall) == {
        ("good", "middling"): 1, ("middling", "middling"): 1, ("unrated", "unrated"): 1, ("rejected", "rejected"): 1,
    }  # fmt: skip
    assert (found[0].moved, found[0].movers[0].id, found[0].movers[0].way) == (1, "b0", "lower")
    long = [
        {"id": each["id"], "questions": member, "judged": each[f"judged.{member}"], "score": "65", "breach": "no"}
        for each in former
        for member in ("safe", "caring")
    ]
    gathered = survey(old.program, new.program, rows_of(long), "id", True, renamed=names(new))
    assert gathered.transitions == found[0].transitions
    nested = [{**{k: v for k, v in each.items() if "." not in k}, "judged": {
        "safe": each["judged.safe"], "caring": each["judged.caring"]}} for each in former]  # fmt: skip
    rows = open_rows("-", io.BytesIO(json.dumps(nested).encode()))
    assert survey(old.program, new.program, rows, "id", renamed=names(new)).transitions == found[0].transitions


def test_both_names_at_once_are_one_too_many_and_none_is_guessed(tmp_path: Path) -> None:
    old, new = versions(tmp_path, newer())
    both = {**FINE, "rated.safe": "good"}
    found = survey(old.program, new.program, rows_of([both]), renamed=names(new))
    assert [each.code for each in found.rejects[2].first[0].new] == ["MS532"]
    assert survey(old.program, new.program, rows_of([FINE])).compared == 0, "former names are known where they are told"


def test_a_former_name_that_something_else_has_now_is_no_longer_one() -> None:
    program, also = compiled_text(BODY), {"score": ["breach", "mark"], "good": ["fair", "fine"]}
    headings = Headings(program, (), also)
    assert [headings.find(name) for name in ("breach", "mark")] == [(("breach", ()),), (("score", ()),)]
    reader = values.Reader(program.inputs["judged"], also)
    assert [reader.read(word, "judged") for word in ("fair", "fine")] == [1, 2]


def test_each_mover_has_the_one_change_responsible_or_the_smallest_set(tmp_path: Path) -> None:
    text = BODY.replace('version: "1"', 'version: "2"')
    for edit in ("a threshold", "a rule"):
        text = text.replace(*EDITED[edit])
    old, new = versions(tmp_path, text)
    responsible = Responsible(Revised(old, new)).of
    records = [
        {**FINE, "score": "65"},  # good before, fair by the threshold
        {**FINE, "judged.safe": "poor"},  # poor before, fair by the rule
        {**FINE, "judged.safe": "poor", "score": "90"},
    ] * 3
    found = survey(old.program, new.program, rows_of(records), responsible=responsible)
    named = {tuple(edit.part for edit in cause.edits): cause.count for cause in found.causes}
    assert named == {("band 1 of `banded`",): 3, ("rule 1 of `overall`",): 6}
    for mover in found.movers:
        assert responsible({**mover.given[0], **mover.given[1]}, mover.pair.new, mover.new) == mover.responsible
