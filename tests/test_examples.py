"""Every example is what happens: each README's commands print what stands below them, and the files that they write are
those in the folder. Knows the folders by walking; of what single examples show, only what their READMEs claim.

`UPDATE=1 pytest tests/test_examples.py` writes what the commands print, and their files; read the difference.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from consoles import ROOT, as_it_happens, commands, ran

import markscheme
from markscheme.cli import main
from markscheme.codes.data import CODES
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.methodology import Methodology
from markscheme.render import all_as_text

EXAMPLES = ROOT / "examples"
READMES = sorted([*EXAMPLES.glob("*/README.md"), *EXAMPLES.glob("elsewhere/*/README.md")])
INDEX = EXAMPLES / "README.md"
FINE_OR_REJECTS = (0, 1)  # some of the data have mistakes, to be seen

Record = dict[str, str]


def names(path: Path) -> str:
    return path.parent.relative_to(EXAMPLES).as_posix()


def rows(path: Path) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The examples in a place where they may be written to, seen from the folder above them as READMEs see them."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path / "examples"


# --- what every README shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("readme", READMES, ids=names)
def test_its_commands_print_what_it_shows_and_write_what_is_there(readme: Path, copied: Path) -> None:
    folder = readme.parent
    page = readme.read_text(encoding="utf-8")
    assert commands(page)
    now = as_it_happens(page, FINE_OR_REJECTS)
    written = {
        path.relative_to(copied): path.read_bytes()
        for path in copied.rglob("*")
        if path.is_file() and path.read_bytes() != _bytes(EXAMPLES / path.relative_to(copied))
    }
    if os.environ.get("UPDATE"):
        readme.write_text(now, encoding="utf-8")
        for name, content in written.items():
            (EXAMPLES / name).write_bytes(content)
        return
    assert page == now
    assert not written, f"other files than {folder.name} has: {', '.join(map(str, written))}"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def test_every_folder_has_a_readme_and_one_line_in_the_table() -> None:
    folders = [path for path in [*EXAMPLES.iterdir(), *(EXAMPLES / "elsewhere").iterdir()] if path.is_dir()]
    wanted = sorted(path.relative_to(EXAMPLES).as_posix() for path in folders if path.name != "elsewhere")
    assert wanted == sorted(map(names, READMES))
    assert sorted(re.findall(r"^\| \[([^\]]+)\]\(\1/?\) \|", INDEX.read_text("utf-8"), re.MULTILINE)) == wanted


def test_the_commands_in_the_table_are_those_of_the_readmes() -> None:
    page = INDEX.read_text("utf-8").replace("\\|", "|")
    table = re.findall(r"^\| \[([^\]]+)\].*\| `([^`]+)` \|$", page, re.MULTILINE)
    assert len(table) == len(READMES)
    for folder, command in table:
        assert command in commands((EXAMPLES / folder / "README.md").read_text("utf-8")), folder


def test_methodologies_in_the_folders_check_clean_and_pass_their_cases(capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for path in EXAMPLES.glob("*/*.yaml") if not path.name.endswith(".cases.yaml")]
    files = [path for path in files if path.parent.name != "literal-readings"]  # whose mistakes are what they show
    assert files
    for path in files:
        assert main(["check", str(path)]) == 0
        assert main(["test", str(path.with_suffix(".cases.yaml"))]) == 0
        said = capsys.readouterr().out
        assert "0 errors, 0 warnings" in said
        assert "0 failed" in said


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
def test_the_demo_shows_what_the_readmes_show() -> None:
    """`make demo`, with the command that the tests themselves run."""
    command = Path(sys.executable).with_name("markscheme")
    environment = {**os.environ, "MARKSCHEME": str(command), "COLUMNS": "100"}
    done = subprocess.run(
        ["sh", "examples/demo.sh"], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    told = [command for readme in READMES for command in commands(readme.read_text("utf-8"))]
    shown = [line.removeprefix("$ ") for line in done.stdout.splitlines() if line.startswith("$ ")]
    assert len(shown) >= 3
    assert set(shown) <= set(told)


def test_lines_left_out_are_all_that_a_page_may_leave_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, shown = ran("markscheme codes MS554")
    assert status == 0
    first, *_, last = shown.splitlines()
    page = "# A page\n\n```console\n$ markscheme codes MS554\n{}```\n"
    whole, cut = page.format(shown + "\n"), page.format(f"{first}\n…\n{last}\n")
    for right in (whole, cut):
        assert as_it_happens(right) == right
    for wrong in (whole.replace(last, last + "!"), cut.replace(first, first + "!"), page.format(first + "\n")):
        assert as_it_happens(wrong) != wrong


# --- capped-practice -------------------------------------------------------------------------------------------------

CAPPED = EXAMPLES / "capped-practice" / "practice.csv"


def test_the_three_records_of_the_practice_differ_in_the_notice_alone() -> None:
    before, *after = rows(CAPPED)
    assert len(after) == 2
    for record in after:
        assert {key for key in record if record[key] != before[key]} == {"practice", "enforcement_action.safe"}


def test_the_notice_and_nothing_else_takes_the_rating_down() -> None:
    methodology = markscheme.load("cqc/gp-practice@2021-10")
    overall, safe = [], []
    for record in rows(CAPPED):
        result = methodology.rate({key: value for key, value in record.items() if key != "practice"})
        assert isinstance(result, markscheme.Result)
        overall.append(result.outcome["overall"])
        safe.append(result.outcome["key_question_rating"]["safe"])
    assert overall == ["good", "requires_improvement", "requires_improvement"]
    assert safe == ["good", "requires_improvement", "inadequate"]


# --- ccg-practices ---------------------------------------------------------------------------------------------------

PRACTICES = rows(EXAMPLES / "ccg-practices" / "practices.csv")
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
COUNTS = {"inadequate": 1, "requires_improvement": 6, "good": 21}
PUBLISHED_PERCENT = {"inadequate": "3.6", "requires_improvement": "21.4", "good": "75"}
GROUPS = ("older_people", "long_term_conditions", "families", "working_age", "vulnerable", "poor_mental_health")


def given_2021(practice: Record) -> Mapping[str, object]:
    return {"ratings": {each: practice[f"ratings.{each}"] for each in QUESTIONS}}


def given_2018(practice: Record) -> Mapping[str, object]:
    """Effective and responsive are rated for each population group, here all alike; the others for the practice."""
    of_group = {each: practice[f"ratings.{each}"] for each in ("effective", "responsive")}
    of_practice = {each: practice[f"ratings.{each}"] for each in QUESTIONS if each not in of_group}
    return {"practice_ratings": of_practice, "group_ratings": dict.fromkeys(GROUPS, of_group)}


def given_2014(practice: Record) -> Mapping[str, object]:
    return {"ratings": dict.fromkeys(GROUPS, given_2021(practice)["ratings"])}


def counted(methodology: Methodology, given: Callable[[Record], Mapping[str, object]] = given_2021) -> Counter[object]:
    """How many of the 28 have which overall rating."""
    found: Counter[object] = Counter()
    for practice in PRACTICES:
        result = methodology.rate(given(practice))
        assert isinstance(result, markscheme.Result), result.problems
        found[result.outcome["overall"]] += 1
    return found


def rival(here: str, instead: str) -> Methodology:
    """The shipped methodology with one of its rules replaced."""
    path = ROOT / "rules" / "cqc" / "gp-practice" / "2021-10.yaml"
    text = path.read_text("utf-8")
    assert text.count(here) == 1
    program, found = compile_source(Source("rival", text.replace(here, instead)), path, lambda *_: None)
    assert program is not None, all_as_text(found)
    return Methodology(program)


def test_the_28_practices_have_the_ratings_that_were_published() -> None:
    assert len(PRACTICES) == 28
    assert len({practice["practice"] for practice in PRACTICES}) == 28
    assert counted(markscheme.load("cqc/gp-practice@2021-10")) == COUNTS


def test_the_versions_before_give_the_same() -> None:
    assert counted(markscheme.load("cqc/gp-practice@2014-10"), given_2014) == COUNTS
    assert counted(markscheme.load("cqc/gp-practice@2018-04"), given_2018) == COUNTS


RIVALS = {
    "one that requires improvement is enough": (
        "when: at least needed_requires_improvement of them",
        "when: any of them",
    ),
    "three that require improvement are needed": (
        "{at_least: 4, is: 2, cite: rule_of_two}",
        "{at_least: 4, is: 3, cite: rule_of_two}",
    ),
    "one inadequate is enough": (
        "{when: at least needed_inadequate of them are inadequate",
        "{when: any of them are inadequate",
    ),
    "three inadequate are needed": (
        "{at_least: 4, is: 2, cite: two_of_five}",
        "{at_least: 4, is: 3, cite: two_of_five}",
    ),
    "one inadequate does not rule out good": (
        "{when: any of them are inadequate, then: requires_improvement, status: recalled",
        "{when: any of them are inadequate, then: good, status: recalled",
    ),
    "one outstanding is enough": (
        "{at_least: 4, is: 2, cite: nhs_principles}",
        "{at_least: 4, is: 1, cite: nhs_principles}",
    ),
    "outstanding beside what requires improvement": (
        " and all of them are at least good",
        "",
    ),
}


@pytest.mark.parametrize("change", RIVALS.values(), ids=RIVALS)
def test_another_rule_gives_other_counts(change: tuple[str, str]) -> None:
    assert counted(rival(*change)) != COUNTS


def test_their_shares_are_those_of_the_newspaper(copied: Path) -> None:
    pipe = next(each for each in commands((EXAMPLES / "ccg-practices" / "README.md").read_text("utf-8")) if "|" in each)
    _, shown = ran(pipe)
    (group,) = csv.DictReader(shown.splitlines())
    assert {each: group[f"practices.{each}"] for each in COUNTS} == {key: str(value) for key, value in COUNTS.items()}
    assert {each: group[f"percent.{each}"] for each in COUNTS} == PUBLISHED_PERCENT
    path = copied / "ccg-practices" / "group.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("half_up", "down"), "utf-8")  # as some spreadsheets' TRUNC
    _, otherwise = ran(pipe)
    assert otherwise != shown


# --- workforce-line --------------------------------------------------------------------------------------------------

TRUSTS = rows(EXAMPLES / "workforce-line" / "trusts.csv")
USE_OF_RESOURCES = "audit-commission/use-of-resources@2008-09"


def themes(record: Record) -> tuple[dict[str, object], markscheme.Result]:
    result = markscheme.load(USE_OF_RESOURCES).rate({key: value for key, value in record.items() if key != "trust"})
    assert isinstance(result, markscheme.Result)
    return dict(result.outcome["theme_score"]), result


def test_the_line_moves_one_theme_and_one_only() -> None:
    failed, passed, assets = TRUSTS
    assert {key for key in failed if failed[key] != passed[key]} == {"trust", "workforce"}
    assert {key for key in failed if failed[key] != assets[key]} == {"trust", "asset_management"}
    scores = [themes(record)[0] for record in TRUSTS]
    assert [each["managing_resources"] for each in scores] == ["1", "2", "2"]
    for theme in ("managing_finances", "governing_the_business"):
        assert len({each[theme] for each in scores}) == 1


@pytest.mark.parametrize("record", TRUSTS, ids=[record["trust"] for record in TRUSTS])
@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_every_explanation_says_that_the_rule_is_illustrative(record: Record, form: str) -> None:
    _, result = themes(record)
    explained = result.explain()
    said = {
        "text": explained.text(),
        "markdown": explained.markdown(),
        "html": explained._repr_html_(),
        "json": str(explained.json()),
    }
    assert "illustrative" in said[form]


def test_every_rating_says_that_it_rests_on_a_rule_that_is_not_published(copied: Path) -> None:
    _, shown = ran(f"markscheme rate {USE_OF_RESOURCES} examples/workforce-line/trusts.csv --id trust")
    for line in shown.splitlines()[1 : len(TRUSTS) + 1]:
        assert line.endswith(",yes,")


# --- data-mistakes ---------------------------------------------------------------------------------------------------

MISTAKES = EXAMPLES / "data-mistakes"
README = (MISTAKES / "README.md").read_text("utf-8")
WHOLE = dict(re.findall(r"^\| `([^`]+)` \| [^|]+ \| (MS\d+|none) \|", README, re.MULTILINE))
REJECTS = ("rejects", "long-rejects", "lines-rejects", "sheet-rejects")
NOT_IN_A_FILE = {
    "MS501": "there is no file",
    "MS503": "a folder or a device is no file that a project could hold",
    "MS504": "the package that reads workbooks is there",
    "MS512": "the file would be as large as the limit",
    "MS517": "of Parquet: test_stream_parquet.py",
    "MS518": "of Parquet: test_stream_parquet.py",
    "MS535": "only Python has keys that are not text",
    "MS556": "asked of a column by `diff --by`: test_diff_population.py",
    "MS557": "asked of a column by `diff --by`: test_diff_population.py",
    "MS560": "of results that no sheet holds: test_stream_workbook.py",
    "MS561": "of results that no sheet holds: test_stream_workbook.py",
    "MS562": "of a run that is taken up: test_stream_resume.py",
}


def rejects(stem: str) -> list[Record]:
    return rows(MISTAKES / f"{stem}.csv")


def test_every_row_with_a_mistake_is_rejected_and_no_other() -> None:
    for data, file in (("mistakes", "rejects"), ("long", "long-rejects")):
        given = rows(MISTAKES / f"{data}.csv")
        wrong = [row["pool"] for row in given if not row["what_was_done"].startswith("nothing")]
        assert set(wrong) == {row["pool"] for row in rejects(file)}
        assert {row["pool"] for row in given} - set(wrong)


def test_every_reject_says_where_what_and_a_code() -> None:
    for stem in REJECTS:
        for row in rejects(stem):
            assert row["place"]
            assert row["reason"]
            assert row["code"] in {code.code for code in CODES}


def test_records_in_are_rated_unrated_or_rejected() -> None:
    tallies = re.findall(r"^(\d+) records: (\d+) rated, (\d+) unrated, (\d+) rejected$", README, re.MULTILINE)
    assert len(tallies) == 5  # of mistakes.csv twice
    for tally in tallies:
        records, rated, unrated, rejected = map(int, tally)
        assert records == rated + unrated + rejected
    first = [*map(int, tallies[0])]
    assert first[0] == len(rows(MISTAKES / "mistakes.csv"))
    assert all(first)


def test_the_table_names_every_file_that_is_refused_as_a_whole() -> None:
    assert sorted(WHOLE) == sorted(path.name for path in (MISTAKES / "whole-files").iterdir())


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_refused_for_what_was_done(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MISTAKES)
    _, shown = ran(f"markscheme rate pools.yaml whole-files/{name} --id pool")
    assert re.findall(r"MS\d+", shown)[:1] == [WHOLE[name]] or (WHOLE[name], "nothing to rate") == ("none", shown[-15:])
    assert not re.search(r"[1-9] rated", shown) or "warning[MS531]" in shown


def test_every_kind_of_mistake_that_a_file_can_have_is_there() -> None:
    seen = {row["code"] for stem in REJECTS for row in rejects(stem)} | set(re.findall(r"warning\[(MS\d+)\]", README))
    assert seen | set(WHOLE.values()) - {"none"} == {code.code for code in CODES} - set(NOT_IN_A_FILE)
