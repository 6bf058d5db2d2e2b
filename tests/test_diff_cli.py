"""`markscheme diff` from the outside: what it takes, writes and refuses, and what its exit status says."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from consoles import ROOT, as_it_happens
from test_diff_report import DATA, NEW, OLD, read

from markscheme.cli import main
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.methodology import Methodology, Result

INCIDENT = ROOT / "examples" / "incident"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW), ("shops.csv", DATA)):
        Path(name).write_text(text, encoding="utf-8")

    def run(line: str) -> tuple[int, str, str]:
        status = main(shlex.split(line))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


# --- exit statuses ---------------------------------------------------------------------------------------------------


def test_the_status_says_nothing_of_differences_unless_asked(run: Run) -> None:
    status, out, err = run("diff old.yaml new.yaml")
    assert (status, err) == (0, "")
    assert out.startswith("`overall` is rated higher for 14.1 % and lower for 2.2 % of all possible records")


def test_with_exit_code_it_is_3_where_a_rating_differs_and_says_which(run: Run) -> None:
    status, _, err = run("diff old.yaml new.yaml --exit-code")
    assert status == 3
    assert err == "differs: overall, rated\n"
    Path("retitled.yaml").write_text(OLD.replace("title: Shops", "title: Stores"), encoding="utf-8")
    status, out, err = run("diff old.yaml retitled.yaml --exit-code")
    assert (status, err) == (0, "")
    assert out.startswith("no rating changes: 1 part reads otherwise and changes nothing")


def test_a_result_that_only_one_has_differs_too(run: Run) -> None:
    Path("less.yaml").write_text(OLD.replace("[overall, rated]", "[overall]"), encoding="utf-8")
    status, out, err = run("diff old.yaml less.yaml --exit-code")
    assert status == 3
    assert err == "in one version only: rated\n"
    assert "results that only the old version has: `rated`" in out
    status, _, _ = run("diff old.yaml less.yaml --exit-code --result overall")
    assert status == 0


def test_with_exit_code_what_cannot_be_compared_is_not_called_the_same(run: Run) -> None:
    Path("other.yaml").write_text(NEW.replace("complaints", "grumbles"), encoding="utf-8")
    status, _, err = run("diff old.yaml other.yaml --exit-code")
    assert status == 3
    assert err == "inputs differ: overall, rated\n"


def test_rejected_records_are_findings_as_of_rate_and_a_difference_asked_for_says_more(run: Run) -> None:
    status, out, _ = run("diff old.yaml new.yaml --data shops.csv --id shop")
    assert status == 1
    assert "6 records: 5 compared, 1 rejected (1 by both versions)" in out
    assert run("diff old.yaml new.yaml --data shops.csv --id shop --exit-code")[0] == 3
    Path("shops.csv").write_text(DATA.replace("god", "good"), encoding="utf-8")
    assert run("diff old.yaml new.yaml --data shops.csv --id shop")[0] == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("diff old.yaml new.yaml --id shop", "go with `--data DATA`"),
        ("diff old.yaml new.yaml --movers x.csv", "go with `--data DATA`"),
        ("diff old.yaml new.yaml --data shops.csv --long", "`--long` needs `--id COLUMN`"),
        ("diff old.yaml new.yaml --data shops.csv --movers x.xlsx", "movers are written as"),
        ("diff old.yaml new.yaml --json --format html", "are two answers"),
        ("diff old.yaml new.yaml -o out.pdf", "name it"),
        ("diff old.yaml new.yaml -o out.md --format html", "is no name for html"),
        ("diff old.yaml new.yaml --result overal", "did you mean `overall`?"),
        ("diff old.yaml new.yaml --result overall=nothing", "has no measure `nothing`"),
        ("diff old.yaml new.yaml --result overall --result overall", "is asked for twice"),
        ("diff old.yaml new.yaml --on 2024-01-01 --on 2024-02-01 --on 2024-03-01", "`--on` is given once"),
        ("diff old.yaml nothing.yaml", "there is no"),
        ("diff old.yaml new.yaml --data shops.csv -o shops.csv", "must be different files"),
        ("diff old.yaml new.yaml --data shops.csv --movers x.csv -o x.csv", "must be different files"),
        ("diff old.yaml new.yaml --data nothing.csv", "nothing.csv"),
        ("diff old.yaml new.yaml --data shops.csv --id ship", "did you mean `shop`?"),
        ("diff old.yaml new.yaml --data shops.csv --by kin", "kin"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, line: str, says: str) -> None:
    status, out, err = run(line)
    assert status == 2, err
    assert says in err
    assert not out


def test_a_file_with_mistakes_is_a_finding(run: Run) -> None:
    Path("new.yaml").write_text(NEW.replace("at_most: fair", "at_most: fine"), encoding="utf-8")
    status, out, err = run("diff old.yaml new.yaml")
    assert status == 1
    assert "new.yaml:24" in err
    assert not out


# --- which versions --------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(run: Run) -> None:
    folder = Path("rules/example/shops")
    folder.mkdir(parents=True)
    (folder / "1.yaml").write_text(OLD, encoding="utf-8")
    (folder / "2.yaml").write_text(NEW, encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "example/shops@1 example/shops@2", "example/shops@2", "rules/example/shops/2.yaml",
        "example/shops --on 2025-06-01",
        "example/shops --on 2024-06-01 --on 2025-06-01", "example/shops@1 example/shops --on 2025-06-01",
        "example/shops example/shops --on 2024-06-01 --on 2025-06-01",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("shelf")
def test_two_versions_can_be_named_in_many_ways(run: Run, line: str) -> None:
    status, out, err = run(f"diff {line} --json --result rated --rules rules")
    assert status == 0, err
    found = json.loads(out)
    assert [found[each]["version"] for each in ("old", "new")] == ["1", "2"]
    assert [(each["result"], each["verdict"]) for each in found["results"]] == [("rated", "never higher")]


def test_results_of_two_methodologies_are_paired_by_name(run: Run) -> None:
    other = (
        OLD.replace("id: example/shops", "id: other/stores")
        .replace("overall", "whole")
        .replace("at least 6", "at least 4")
    )
    Path("other.yaml").write_text(other, encoding="utf-8")
    status, out, _ = run("diff old.yaml other.yaml --result overall=whole --data shops.csv --id shop --json")
    assert status == 1  # a record is rejected
    found = json.loads(out)
    (result,) = found["results"]
    assert (result["old_result"], result["result"], result["verdict"]) == ("overall", "whole", "never higher")
    assert found["changes"] == []
    assert [(each["id"], each["changes"]) for each in found["population"]["movers"]] == [("Alder & Sons", [])]
    status, out, _ = run("diff old.yaml other.yaml --result overall=whole --data shops.csv --id shop")
    assert "`whole`: 1 of 5 records rated lower, none higher" in out
    assert "no change of text can be told apart" in out


# --- forms -----------------------------------------------------------------------------------------------------------


def test_every_witness_in_json_rates_as_it_says(run: Run) -> None:
    found = json.loads(run("diff old.yaml new.yaml --json")[1])
    methodologies = {}
    for side, text in (("old", OLD), ("new", NEW)):
        program, problems = compile_source(Source("x", text), Path("x.yaml"), lambda id, version: None)[:2]
        assert program is not None, problems
        methodologies[side] = Methodology(program)
    checked = 0
    for result in found["results"]:
        for move in result["moves"]:
            for side in ("old", "new"):
                rated = methodologies[side].rate(move["record"][side])
                assert isinstance(rated, Result), rated
                value = rated.outcome[result["result"]]
                for member in move["members"]:
                    value = value[member]
                assert move[side] == {"value": value}
                checked += 1
    assert checked >= 4
    numbers = {each["number"] for each in found["changes"]}
    assert all(set(move["changes"]) <= numbers for result in found["results"] for move in result["moves"])


def test_csv_has_every_mover_and_is_the_same_in_a_file_of_its_own(run: Run) -> None:
    _, out, err = run("diff old.yaml new.yaml --data shops.csv --id shop --by kind --format csv --movers movers.csv")
    assert "6 records: 5 compared, 1 rejected; 2 moved" in err
    assert Path("movers.csv").read_text("utf-8") == out
    rows = list(csv.DictReader(StringIO(out)))
    assert [(row["shop"], row["kind"], row["result"], row["members"], row["old"], row["new"]) for row in rows] == [
        ("Alder & Sons", "large", "overall", "", "good", "fair"),
        ("Alder & Sons", "large", "rated", "safe", "good", "fair"),
        ("Alder & Sons", "large", "rated", "clean", "good", "fair"),
        ("Alder & Sons", "large", "rated", "honest", "good", "fair"),
        ("Birch", "small", "overall", "", "poor", "fair"),
    ]
    assert (rows[0]["change"], rows[0]["old_place"], rows[0]["new_place"]) == (
        "limit 1 of `rated`",
        "old.yaml:23",
        "new.yaml:24",
    )
    assert rows[4]["notice"].startswith("Birch: overall rating was poor and is fair: ")


@pytest.mark.parametrize(("name", "lead"), [("notice.txt", ""), ("notice.md", "- ")])
def test_a_correction_notice_has_one_line_for_each_record_that_moves(run: Run, name: str, lead: str) -> None:
    run(f"diff old.yaml new.yaml --data shops.csv --id shop --movers {name}")
    lines = Path(name).read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{lead}Birch: overall rating was poor and is fair: rule 1 of `overall` reads ")


def test_data_may_have_the_old_names_or_the_new_ones(run: Run) -> None:
    renamed = NEW.replace("complaints", "grumbles").replace(
        '{version: "1"}', '{version: "1", renamed: {complaints: grumbles}}'
    )
    Path("renamed.yaml").write_text(renamed, encoding="utf-8")
    outs = []
    for column in ("complaints", "grumbles"):
        Path("shops.csv").write_text(DATA.replace("complaints", column), encoding="utf-8")
        status, out, _ = run("diff old.yaml renamed.yaml --data shops.csv --id shop")
        assert status == 1  # the one that is rejected
        assert "1 of 5 records rated higher and 1 lower" in out
        outs.append(out)
    assert outs[0] == outs[1]


def test_a_record_without_a_name_has_a_number(run: Run) -> None:
    _, out, _ = run("diff old.yaml new.yaml --data shops.csv --result overall --movers notice.txt")
    assert "  record 2: overall rating was poor and is fair: " in out
    assert Path("notice.txt").read_text("utf-8").splitlines()[1].startswith("record 2: overall rating was poor")


def test_without_data_csv_has_a_row_for_each_way(run: Run) -> None:
    rows = list(csv.DictReader(StringIO(run("diff old.yaml new.yaml --format csv")[1])))
    assert ("overall", "poor", "fair", "higher", "9/64", "14.1 %") in [
        tuple(row[name] for name in ("result", "old", "new", "way", "share", "percentage")) for row in rows
    ]


def test_the_name_of_the_file_says_the_form(run: Run) -> None:
    for name in ("x.html", "x.md", "x.json", "x.csv", "x.txt"):
        assert run(f"diff old.yaml new.yaml -o {name}")[:2] == (0, "")
    assert read(Path("x.html").read_text("utf-8")).title
    assert Path("x.md").read_text("utf-8").startswith("### ")
    assert json.loads(Path("x.json").read_text("utf-8"))["markscheme_diff"] == 1
    assert "\x1b" not in Path("x.txt").read_text("utf-8")


def test_a_file_that_cannot_be_made_leaves_nothing_behind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("kept.json").write_text("kept", encoding="utf-8")

    def broken(*_: object, **__: object) -> object:
        raise OSError(28, "no space left on device", "kept.json")

    monkeypatch.setattr("markscheme.diff.report.plain.as_json", broken)
    status, _, err = run("diff old.yaml new.yaml -o kept.json")
    assert status == 2
    assert "no space left" in err
    assert Path("kept.json").read_text("utf-8") == "kept"
    assert sorted(path.name for path in Path().iterdir()) == ["kept.json", "new.yaml", "old.yaml", "shops.csv"]


def test_the_same_comparison_gives_the_same_bytes(run: Run) -> None:
    for form in ("html", "json"):
        line = f"diff old.yaml new.yaml --data shops.csv --id shop --by kind --format {form}"
        assert run(line)[1] == run(line)[1]


# --- the incident, and the page --------------------------------------------------------------------------------------


def test_the_incident_reads_as_it_was(run: Run) -> None:
    files = " ".join(str(INCIDENT / name) for name in ("issued.yaml", "corrected.yaml"))
    line = f"diff {files} --data {INCIDENT / 'population.csv'} --id trust --result quality_of_services"
    status, out, _ = run(f"{line} --json --movers notice.txt")
    assert status == 0
    found = json.loads(out)
    assert found["finding"] == "`quality_of_services`: 62 of 303 records rated higher, none lower"
    (table,) = found["population"]["transitions"]
    names = [each["name"] for each in table["rows"]]
    counts = {
        (names[i], table["columns"][j]["name"]): count
        for i, row in enumerate(table["counts"])
        for j, count in enumerate(row)
        if count
    }
    assert {pair: count for pair, count in counts.items() if pair[0] != pair[1]} == {
        ("fair", "good"): 34,
        ("weak", "fair"): 28,
    }
    assert len(Path("notice.txt").read_text("utf-8").splitlines()) == 62
    assert all(each["changes"] for each in found["population"]["movers"])


def test_the_python_of_the_page_prints_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "diff.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    exec(compile(code, "docs/diff.md", "exec"), {})
    assert f"prints `{capsys.readouterr().out.strip()}`" in page


def test_the_page_shows_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = ROOT / "docs" / "diff.md"
    page = path.read_text("utf-8")
    now = as_it_happens(page)
    if os.environ.get("UPDATE"):
        path.write_text(now, encoding="utf-8")
    assert path.read_text("utf-8") == now


# --- renamed ---------------------------------------------------------------------------------------------------------


def renamed(told: str) -> str:
    text = re.sub(r"\boverall\b", "final", OLD)
    text = re.sub(r"^in_force: .*\n", "", text, flags=re.MULTILINE)
    return text.replace('version: "1"\n', f'version: "2"\nsupersedes: {{version: "1", renamed: {told}}}\n', 1)


def test_a_result_that_was_renamed_is_asked_for_by_either_name_and_the_page_says_so(run: Run) -> None:
    Path("renamed.yaml").write_text(renamed("{overall: final}"), encoding="utf-8")
    for asked in ("overall", "final", "overall=final"):
        status, out, err = run(f"diff old.yaml renamed.yaml --result {asked}")
        assert (status, err) == (0, "")
        assert out.startswith("no rating changes")
        assert "renamed, as the new file says: `overall` is `final` now" in out


def test_names_that_clash_are_told_in_the_new_file(run: Run) -> None:
    Path("clash.yaml").write_text(renamed("{overall: rated}"), encoding="utf-8")
    status, _, err = run("diff old.yaml clash.yaml")
    assert status == 1
    assert "error[MS435]" in err
    assert "--> clash.yaml" in err


def test_where_every_record_is_rejected_nobody_is_said_to_stay(run: Run) -> None:
    Path("empty.csv").write_text("shop,kind\nAlder,\n", encoding="utf-8")
    status, out, _ = run("diff old.yaml new.yaml --data empty.csv --id shop")
    assert status == 1
    assert out.startswith("no record of the data can be compared: 1 record is rejected")


def test_the_new_version_first_is_told_so(run: Run) -> None:
    Path("renamed.yaml").write_text(renamed("{overall: final}"), encoding="utf-8")
    assert (
        "warning: `renamed.yaml` supersedes `old.yaml`; OLD is meant to come first"
        in run("diff renamed.yaml old.yaml")[2]
    )
