"""examples/incident: the counts of October 2006, who moves and by which row, what catches each of three faulty files,
and that what is invented says so. Holds every rating against `population.py`, which has read the table for itself."""

from __future__ import annotations

import csv
import re
import runpy
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from consoles import ROOT, ran

import markscheme
from markscheme.cli import main
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.methodology import Methodology
from markscheme.render import all_as_text

FOLDER = ROOT / "examples" / "incident"
POPULATION = FOLDER / "population.csv"
PAGE = (FOLDER / "README.md").read_text("utf-8")
SHIPPED = ROOT / "rules" / "healthcare-commission" / "annual-health-check" / "2005-06.yaml"

RATINGS = ("excellent", "good", "fair", "weak")
ISSUED, CORRECTED = (6, 59, 186, 52), (6, 93, 180, 24)
MOVES = {("fair", "good"): 34, ("weak", "fair"): 28}
WRONG = {"issued.yaml:64": 19, "issued.yaml:65": 18}  # the line of each wrong row, and the targets that apply

Outcome = Mapping[str, object]


@cache
def population() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(FOLDER / "population.py"), run_name="population"))


def trusts() -> Iterator[tuple[str, dict[str, str]]]:
    for row in csv.DictReader(StringIO(POPULATION.read_text("utf-8"))):
        yield row["trust"], {key: value for key, value in row.items() if key not in ("trust", "region")}


def rated(methodology: Methodology) -> dict[str, markscheme.Result]:
    found = {}
    for name, given in trusts():
        result = methodology.rate(given)
        assert isinstance(result, markscheme.Result), result.problems
        found[name] = result
    return found


@cache
def results(name: str) -> dict[str, markscheme.Result]:
    """What each trust has by a rule file of the folder."""
    return rated(markscheme.load(FOLDER / f"{name}.yaml"))


def given_by(name: str) -> dict[str, Outcome]:
    return {trust: result.outcome for trust, result in results(name).items()}


def counted(outcomes: Mapping[str, Outcome], result: str = "quality_of_services") -> tuple[int, ...]:
    count = Counter(each[result] for each in outcomes.values())
    assert set(count) <= set(RATINGS)
    return tuple(count[rating] for rating in RATINGS)


def movers(result: str) -> dict[str, tuple[object, object]]:
    old, new = given_by("issued"), given_by("corrected")
    return {name: (old[name][result], new[name][result]) for name in old if old[name][result] != new[name][result]}


# --- who is rated what -----------------------------------------------------------------------------------------------


def test_the_counts_are_those_of_october_2006() -> None:
    assert counted(given_by("issued")) == ISSUED
    assert counted(given_by("corrected")) == CORRECTED
    assert sum(ISSUED) == sum(CORRECTED) == 303


def test_62_trusts_move_up_one_grade_for_one_component_that_was_one_band_low() -> None:
    moved = movers("quality_of_services")
    assert Counter(moved.values()) == MOVES
    component = movers("existing_targets")
    assert component.keys() == moved.keys()
    of = {("fair", "good"): ("partly_met", "almost_met"), ("weak", "fair"): ("not_met", "partly_met")}
    assert all(component[name] == of[move] for name, move in moved.items())
    assert not movers("core_standards")


def test_shares_of_components_are_those_that_were_published() -> None:
    corrected = given_by("corrected").values()
    shares = (
        sum(each["core_standards"] == "fully_met" for each in corrected),
        sum(each["existing_targets"] == "fully_met" for each in corrected),
        sum(given["new_targets"] == "excellent" for _, given in trusts()),
    )
    assert [round(100 * share / 303) for share in shares] == [50, 22, 19]
    as_issued = given_by("issued").values()
    assert sum(each["existing_targets"] == "fully_met" for each in as_issued) == shares[1]


def test_every_trust_is_rated_as_the_one_who_made_it_up_reads_the_table() -> None:
    made = population()
    for each in made.trusts():
        for name, existing in (("corrected", each.existing), ("issued", each.existing_as_issued)):
            outcome = results(name)[each.name].outcome
            quality = made.quality(each.core, existing, each.new)
            assert outcome == {
                "quality_of_services": quality,
                "core_standards": each.core,
                "existing_targets": existing,
            }, each


def test_the_trusts_are_those_that_the_script_makes() -> None:
    out = StringIO()
    population().table(out)
    assert POPULATION.read_bytes() == out.getvalue().encode()
    assert len({name for name, _ in trusts()}) == len(list(trusts())) == 303


def test_none_but_the_62_and_six_who_met_none_stand_in_the_wrong_rows() -> None:
    there = {name for name, given in trusts() if int(given["targets_that_apply"]) in WRONG.values()}
    others = there - movers("quality_of_services").keys()
    assert len(others) == 6
    assert {given_by("corrected")[name]["existing_targets"] for name in others} == {"not_met"}


def test_on_a_day_the_ratings_of_that_day_are_given(tmp_path: Path) -> None:
    for day, figures in (("2006-10-11", ISSUED), ("2006-10-12", CORRECTED)):
        out = tmp_path / f"{day}.csv"
        folder = ["--rules", str(FOLDER), "--on", day, "--id", "trust", "-o", str(out)]
        assert main(["rate", "incident/quality-of-services", str(POPULATION), *folder]) == 0
        rows = csv.DictReader(StringIO(out.read_text("utf-8")))
        assert counted({row["trust"]: row for row in rows}) == figures


# --- the difference --------------------------------------------------------------------------------------------------

DIFF = "markscheme diff examples/incident/issued.yaml examples/incident/corrected.yaml"
WITH_DATA = f"{DIFF} --data examples/incident/population.csv --id trust"


@cache
def moved_rows() -> tuple[dict[str, str], ...]:
    status, shown = ran(f"{WITH_DATA} --format csv | cat -")
    assert status == 0
    return tuple(csv.DictReader(StringIO(shown)))


def quality_rows() -> list[dict[str, str]]:
    return [row for row in moved_rows() if row["result"] == "quality_of_services"]


def test_the_difference_names_the_rows_and_62_trusts_all_upward() -> None:
    rows = quality_rows()
    assert {row["trust"]: (row["old"], row["new"]) for row in rows} == movers("quality_of_services")
    assert Counter((row["old"], row["new"]) for row in rows) == MOVES
    assert {row["way"] for row in rows} == {"higher"}
    given = dict(trusts())
    wrong = {each: str(apply) for each, apply in WRONG.items()}
    for row in rows:
        apply = given[row["trust"]]["targets_that_apply"]
        assert wrong[row["old_place"].rpartition("/")[2]] == apply
        assert row["new_place"].rpartition(":")[2] == row["old_place"].rpartition(":")[2]
        assert row["change"].startswith(f"cell {apply}, ")
        assert row["change"].endswith(" of `existing_targets`")


def test_one_component_moves_and_the_same_trusts_move_in_it() -> None:
    rows = moved_rows()
    by_result = Counter(row["result"] for row in rows)
    assert by_result == {"quality_of_services": 62, "existing_targets": 62}
    assert Counter(row["trust"] for row in rows).most_common(1)[0][1] == 2
    assert len({(row["trust"], row["change"]) for row in rows}) == 62


def test_the_table_has_the_published_totals() -> None:
    """As the page prints it, which is what the command prints."""
    assert f"$ {WITH_DATA} --by region\n" in PAGE
    shown = PAGE.partition(" --by region\n")[2]
    table = re.findall(
        r"^    (excellent|good|fair|weak|total) +([\d. ]+)$", shown.partition(" move: ")[0], re.MULTILINE
    )
    counts = {name: [int(each.replace(".", "0")) for each in cells.split()] for name, cells in table}
    assert counts["total"] == [*CORRECTED, 303]
    assert tuple(counts[rating][-1] for rating in RATINGS) == ISSUED
    assert (counts["fair"][1], counts["weak"][2]) == (34, 28)
    assert "62 of 303 records rated higher, none lower" in shown.splitlines()[0]


def test_no_trust_that_there_can_be_is_rated_lower_by_the_correction() -> None:
    status, shown = ran(f"{DIFF} --exit-code")
    assert status == 3
    assert re.findall(r"^(\w+): (never lower|never higher|mixed)$", shown, re.MULTILINE) == [
        ("quality_of_services", "never lower"),
        ("existing_targets", "never lower"),
    ]
    assert "not proved" not in shown
    corrected = "examples/incident/corrected.yaml"
    assert ran(f"markscheme diff {corrected} {corrected} --exit-code")[0] == 0


def test_the_notice_has_a_plain_line_for_each_of_the_62() -> None:
    said = (FOLDER / "notice.txt").read_text("utf-8").splitlines()
    assert said == [row["notice"] for row in quality_rows()]
    assert len(said) == 62
    moved = movers("quality_of_services")
    for line in said:
        name, _, rest = line.partition(": ")
        old, new = moved.pop(name)
        assert rest.startswith(f"quality of services was {old} and is {new}, since ")
        assert re.search(r"cell 1[89], from_\d\d of `existing_targets` reads `\w+`, formerly `\w+`$", rest)
    assert not moved


# --- what is wrong with each file, and what says so ------------------------------------------------------------------


def lines(name: str) -> list[str]:
    """A rule file without what names it."""
    text = (FOLDER / name).read_text("utf-8")
    text = re.sub(r"^(id|version|in_force|supersedes): .*\n|^#.*\n", "", text, flags=re.MULTILINE)
    return text.strip().splitlines()


@pytest.mark.parametrize(
    ("name", "rows"), {"issued": 2, "faulty/one-cell-lowered": 1, "faulty/row-shifted": 1}.items(), ids=str
)
def test_each_faulty_file_has_its_fault_and_no_other(name: str, rows: int) -> None:
    right, wrong = lines("corrected.yaml"), lines(f"{name}.yaml")
    assert len(right) == len(wrong)
    changed = [(one, other) for one, other in zip(right, wrong, strict=True) if one != other]
    assert len(changed) == rows
    assert all("not_met" in one and "fully_met" in one for one, _ in changed)  # of the allocation table


def test_the_page_prints_the_table_as_corrected_and_what_the_wrong_rows_say() -> None:
    (block,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    printed = block.splitlines()
    assert len(printed) == 5
    assert printed == [line.strip() for line in lines("corrected.yaml") if line.strip() in printed]
    for apply in WRONG.values():
        (row,) = [line for line in lines("issued.yaml") if line.startswith(f"      {apply} ")]
        said = " | ".join(cell.strip() for cell in row.split("|")[1:])
        assert f"the rows for 19 and 18 are one band low: `{said}`" in PAGE


def test_one_cell_lowered_is_refused_by_check_alone_which_names_the_cell() -> None:
    status, shown = ran("markscheme check examples/incident/faulty/one-cell-lowered.yaml")
    assert status == 1
    (place,) = set(re.findall(r"--> \S*one-cell-lowered.yaml:(\d+):(\d+)", shown))
    line = (FOLDER / "faulty" / "one-cell-lowered.yaml").read_text("utf-8").splitlines()[int(place[0]) - 1]
    assert line.strip().startswith("20 ")
    assert line[int(place[1]) - 1 :].split()[0] == "not_met"
    assert set(re.findall(r"MS\d+", shown)) == {"MS801"}
    assert ran("markscheme test examples/incident/faulty/one-cell-lowered.yaml") == (0, "4 cases in 1 file: 0 failed")


def test_a_shifted_row_passes_check_and_fails_one_case_which_cites_its_source() -> None:
    status, shown = ran("markscheme check examples/incident/faulty/row-shifted.yaml")
    assert (status, "0 errors, 0 warnings" in shown, "not proved" in shown) == (0, True, False)
    status, shown = ran("markscheme test examples/incident/faulty/row-shifted.yaml")
    assert status == 1
    assert re.findall(r"^failed: (.*)$", shown, re.MULTILINE) == ["what the design of 2005 says: all at the top"]
    cases = (FOLDER / "faulty" / "row-shifted.cases.yaml").read_text("utf-8")
    assert "what the design of 2005 says\n    cite: approach\n" in cases


def test_the_file_as_issued_passes_check_and_its_cases() -> None:
    status, shown = ran("markscheme check examples/incident/issued.yaml")
    assert (status, "0 errors, 0 warnings" in shown, "not proved" in shown) == (0, True, False)
    assert ran("markscheme test examples/incident/issued.yaml")[0] == 0


def test_one_more_case_would_have_caught_what_was_issued(tmp_path: Path) -> None:
    """As the page says that cases in the wrong rows were lacking."""
    (tmp_path / "issued.yaml").write_bytes((FOLDER / "issued.yaml").read_bytes())
    cases = (FOLDER / "corrected.cases.yaml").read_text("utf-8").replace("-corrected", "-issued")
    (tmp_path / "issued.cases.yaml").write_text(cases, "utf-8")
    status, shown = ran(f"markscheme test {tmp_path / 'issued.yaml'}")
    assert status == 1
    failed = re.findall(r"^failed: .*: (\d+) targets", shown, re.MULTILINE)
    assert set(failed) == {"18", "19"}


# --- what is invented says so ----------------------------------------------------------------------------------------


def test_all_that_is_illustrative_is_in_the_table_of_what_is_invented() -> None:
    told = {name: int(count) for name, count in re.findall(r"^\| .* \| `(\w+)` \| (\d+) \w+ \|$", PAGE, re.MULTILINE)}
    for name in ("issued", "corrected"):
        assert told == _illustrative((FOLDER / f"{name}.yaml").read_text("utf-8"))
    (part,) = re.findall(r"(\w+) rows of the last table,\nhow .* are `recalled`, and one is `derived`", PAGE)
    statuses = re.findall(r"^ .*\|\| \w+ +\| (\w+) +\|", (FOLDER / "corrected.yaml").read_text("utf-8"), re.MULTILINE)
    assert (part, Counter(statuses)) == ("Four", Counter(recalled=4, derived=1, status=1))


def _illustrative(text: str) -> dict[str, int]:
    """How many bands and cells of each measure are, read as text."""
    found = {}
    for measure in re.split(
        r"^  (?=\w+:$)", text[text.index("measures:") : text.index("results:")], flags=re.MULTILINE
    ):
        name, _, body = measure.partition(":")
        if "grid: |" in body:
            cells = re.findall(r"\| +(?=not_met|partly_met|almost_met|fully_met)", body)
            found[name] = len(cells) if "status: illustrative" in body else 0
        elif "      status: illustrative" in body:
            found[name] = len(re.findall(r"\{\w+: \w+(?:, is: \w+)?\}", body))
        else:
            found[name] = body.count("status: illustrative")
    return {name: count for name, count in found.items() if count}


def test_every_rating_says_that_it_rests_on_what_is_invented() -> None:
    for result in results("corrected").values():
        assert any(each.status == "illustrative" for each in result.unpublished)
    assert "an illustrative rule: existing national targets" in result.explain().text()


def test_components_are_combined_as_the_shipped_methodology_combines_them() -> None:
    table = [
        re.findall(r"^      .*\|\|.*$", path.read_text("utf-8"), re.MULTILINE)
        for path in (SHIPPED, FOLDER / "issued.yaml")
    ]
    shipped, issued = ([line for line in lines if "core_standards" not in line] for lines in table)
    assert len(issued) == 6
    assert set(issued) <= set(shipped)
    for cut in ("{at_least: 95, ", "{at_least: 85, ", "{at_least: 70, "):
        assert cut in SHIPPED.read_text("utf-8")


# --- changing a rule moves the figures -------------------------------------------------------------------------------

CHANGES = {
    "a cell": (
        "20               | not_met  | partly_met | almost_met",
        "20               | not_met  | partly_met | partly_met",
    ),
    "a row": (
        "fewer            | not_met  | partly_met | almost_met | fully_met",
        "fewer            | not_met  | not_met    | partly_met | almost_met",
    ),
    "a cut of the table": ("{at_least: 85, is: from_85}", "{at_least: 90, is: from_85}"),
    "a number of targets": ("{at_least: 18, is: 18}, {otherwise: fewer}", "{at_least: 17, is: 18}, {otherwise: fewer}"),
    "a band of core standards": ("{at_most: 4, is: almost_met", "{at_most: 3, is: almost_met"),
    "how components combine": ("| at least good || good ", "| at least fair || good "),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_rule_gives_other_figures(change: tuple[str, str]) -> None:
    path = FOLDER / "issued.yaml"
    text = path.read_text("utf-8")
    assert text.count(change[0]) == 1
    program, found = compile_source(Source("changed", text.replace(*change)), path, lambda *_: None)
    assert program is not None, all_as_text(found)
    assert counted({trust: result.outcome for trust, result in rated(Methodology(program)).items()}) != ISSUED
