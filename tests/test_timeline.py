"""Versions in time: which was in force when; gaps, overlaps, and versions that follow what they cannot."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from consoles import FENCE, happened
from test_library import write

from markscheme.cli import main
from markscheme.diagnostics import Diagnostic, Source
from markscheme.editions import Edition, edition_of
from markscheme.library import Library, MethodologyError, load
from markscheme.render import all_as_text
from markscheme.timeline import Timeline

GOLDEN = Path(__file__).parent / "golden"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def version(name: str, force: str, more: str = "") -> Path:
    """A version of `example/first` in ./rules."""
    path = write(Path("rules"), "example/first", name, force)
    text = path.read_text("utf-8")
    top = text.index("scales:")
    path.write_text(f"{text[:top]}{more}{text[top:]}", encoding="utf-8")
    return path


def findings() -> tuple[Diagnostic, ...]:
    return Library([Path("rules")]).disagreements()


def codes() -> list[str]:
    return [each.code for each in findings()]


def places(found: Diagnostic) -> list[tuple[str, int]]:
    spans = [found.span, *(label.span for label in found.labels)]
    return [(span.source.name, span.line) for span in spans if span is not None]


# --- gaps and overlaps -----------------------------------------------------------------------------------------------

DAY = {
    "the day after": ('until: "2024-12-31"', 'from: "2025-01-01"', []),
    "a leap day": ('until: "2024-02-28"', 'from: "2024-03-01"', ["MS658"]),
    "no leap day": ('until: "2023-02-28"', 'from: "2023-03-01"', []),
    "the same day": ('until: "2025-01-01"', 'from: "2025-01-01"', ["MS657"]),
    "a day between": ('until: "2024-12-30"', 'from: "2025-01-01"', ["MS658"]),
    "no end": ("", 'from: "2025-01-01"', ["MS657"]),
    "the end of the calendar": ('until: "9999-12-31"', 'from: "2025-01-01"', ["MS657"]),
    "no dates": ('until: "2024-12-31"', "", []),
    "the first of the calendar": ('until: "2024-12-31"', 'until: "2020-12-31"', ["MS657"]),
    "a day that is none": ('until: "2024-02-30"', 'from: "2025-01-01"', ["MS657"]),
}


@pytest.mark.parametrize(("until", "since", "found"), DAY.values(), ids=DAY)
def test_a_version_begins_on_the_day_after_the_one_before_ends(
    run: Run, until: str, since: str, found: list[str]
) -> None:
    version("1", f'from: "2020-01-01", {until}')
    version("2", since)
    assert codes() == found


def test_an_overlap_is_told_with_both_files_lines_and_dates(run: Run) -> None:
    """B066."""
    version("1", 'from: "2020-01-01", until: "2024-12-31"')
    version("2", 'from: "2024-07-01", until: "2025-12-31"')
    (found,) = findings()
    assert (
        found.message
        == "`example/first@1` and `example/first@2` both say they were in force from 2024-07-01 until 2024-12-31"
    )
    assert places(found) == [("rules/example/first/2.yaml", 6), ("rules/example/first/1.yaml", 6)]
    assert found.hint == (
        'end the earlier one on the day before: `until: "2024-06-30"`; or let the later one begin on 2025-01-01'
    )
    status, said = run("check")
    assert status == 1
    assert "error[MS657]" in said
    # each way out is one
    version("1", 'from: "2020-01-01", until: "2024-06-30"')
    assert codes() == []
    version("1", 'from: "2020-01-01", until: "2024-12-31"')
    version("2", 'from: "2025-01-01", until: "2025-12-31"')
    assert codes() == []


def test_a_gap_is_told_with_both_files_lines_and_dates_until_somebody_says_why(run: Run) -> None:
    """B066, the other half."""
    version("1", 'from: "2020-01-01", until: "2024-12-31"')
    version("2", 'from: "2025-02-01"')
    (found,) = findings()
    assert (found.code, found.severity) == ("MS658", "error")
    assert found.message == "no version of `example/first` was in force from 2025-01-01 until 2025-01-31"
    assert places(found) == [("rules/example/first/2.yaml", 6), ("rules/example/first/1.yaml", 6)]
    assert found.hint == 'say why in 2: `gap_before: …`; or close the gap: `until: "2025-01-31"` in 1'
    version("2", 'from: "2025-02-01"', "gap_before: nothing was rated that month\n")
    assert codes() == []
    version("1", 'from: "2020-01-01", until: "2025-01-31"')
    (found,) = findings()
    assert (found.code, found.severity) == ("MS660", "warning")
    assert run("check")[0] == 0


def test_what_has_no_end_is_told_once(run: Run) -> None:
    version("1", 'from: "2020-01-01"')
    version("2", 'from: "2021-01-01", until: "2021-12-31"')
    version("3", 'from: "2022-01-01", until: "2022-12-31"')
    assert codes() == ["MS657"]
    version("1", 'from: "2020-01-01", until: "2020-12-31"')
    assert codes() == []


def test_one_that_lies_within_another_hides_no_gap_and_no_overlap(run: Run) -> None:
    version("1", 'from: "2020-01-01", until: "2022-12-31"')
    version("2", 'from: "2021-01-01", until: "2021-06-30"')
    version("3", 'from: "2022-12-31", until: "2023-12-31"')
    version("4", 'from: "2024-01-02"')
    assert codes() == ["MS657", "MS657", "MS658"]


def test_versions_of_other_methodologies_and_other_folders_are_no_overlap(run: Run) -> None:
    version("1", 'from: "2020-01-01"')
    write(Path("rules"), "example/second", "2", 'from: "2020-01-01"')
    write(Path("mine"), "example/first", "2", 'from: "2020-01-01"')
    assert Library([Path("rules"), Path("mine")]).disagreements() == ()


def test_check_of_one_file_says_what_others_of_its_folder_say_otherwise(run: Run, tmp_path: Path) -> None:
    version("1", 'from: "2020-01-01", until: "2024-12-31"')
    version("2", 'from: "2024-07-01", until: "2025-12-31"')
    version("3", 'from: "2026-01-01"')
    for name, found in (("1", 1), ("2", 1), ("3", 0)):
        path = f"rules/example/first/{name}.yaml"
        for asked in (path, str(tmp_path / path)):
            status, said = run("check", asked)
            assert (status, said.count("error[MS657]")) == (found, found)
            assert not found or f"{Path(asked).parent}/" in said
    os.chdir("rules/example/first")
    status, said = run("check", "2.yaml")
    assert (status, "error[MS657]" in said) == (1, True)


def test_the_shipped_versions_follow_one_another() -> None:
    """So do the examples, as they are checked in their own tests."""
    shipped = Library([Path(__file__).parent.parent / "rules"])
    assert shipped.disagreements() == ()
    several = [Timeline(shipped.versions(id)) for id in {each.id for each in shipped.editions().values()}]
    assert sum(len(each.versions) > 1 for each in several) >= 7
    assert not any(each.gaps or each.overlaps for each in several)


def test_days_are_those_that_counting_finds(run: Run) -> None:
    """Against each day looked at for itself, on periods made by chance."""
    chance = random.Random(20261122)
    for _ in range(60):
        versions: list[Edition] = []
        for number in range(chance.randint(1, 4)):
            start = chance.randint(0, 40)
            end = start + chance.randint(0, 12)
            versions.append(edition(str(number), start, None if chance.random() < 0.15 else end))
        told = Timeline(versions)
        count = [sum(period(each, day) for each in versions) for day in range(70)]
        assert [len(told.on(on(day))) for day in range(70)] == count
        first = min(day for day in range(70) if count[day])
        last = max(day for day in range(70) if count[day])
        empty = {day for day in range(first, last) if not count[day]}
        said = {day for gap in told.gaps for day in range(70) if gap.since <= on(day) <= gap.until}
        assert empty <= said
        assert any(each > 1 for each in count) == bool(told.overlaps)
        for each in told.overlaps:
            both = {day for day in range(70) if period(each.first, day) and period(each.second, day)}
            assert both == {day for day in range(70) if each.since <= on(day) <= (each.until or "9999-12-31")}
        if all(each.until for each in versions):
            assert empty == said


def on(day: int) -> str:
    return (date(2024, 1, 1) + timedelta(days=day)).isoformat()


def period(each: Edition, day: int) -> bool:
    return (each.since or "") <= on(day) <= (each.until or "9999-12-31")


def edition(name: str, start: int, end: int | None) -> Edition:
    until = f', until: "{on(end)}"' if end is not None else ""
    text = f'id: a/b\nversion: "{name}"\nin_force: {{from: "{on(start)}"{until}}}\n'
    made = edition_of(Path(f"{name}.yaml"), Source(f"{name}.yaml", text))
    assert made is not None
    return made


# --- what follows what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("", 'supersedes: {version: "1"}\n', None),
        ("", 'supersedes: {version: "0"}\n', "`example/first@2` supersedes `0`, and there is no such version"),
        ("", 'supersedes: {version: "2"}\n', "versions of `example/first` supersede one another in a circle: 2 → 2"),
        ('supersedes: {version: "2"}\n', "", "`example/first@1` supersedes `2`, which came after it"),
        (
            'supersedes: {version: "2"}\n',
            'supersedes: {version: "1"}\n',
            "versions of `example/first` supersede one another in a circle: 1 → 2 → 1",
        ),
    ],
)
def test_a_version_supersedes_one_that_is_there_and_came_before_it(
    run: Run, first: str, second: str, says: str | None
) -> None:
    version("1", 'from: "2020-01-01", until: "2020-12-31"', first)
    version("2", 'from: "2021-01-01"', second)
    assert [each.message for each in findings()] == ([says] if says else [])
    assert all(each.code == "MS659" and each.hint for each in findings())


def test_a_version_alone_may_supersede_one_that_is_elsewhere(run: Run) -> None:
    version("2", 'from: "2021-01-01"', 'supersedes: {version: "1"}\ngap_before: a pause\n')
    assert codes() == []
    version("2019", 'from: "2019-01-01", until: "2020-12-31"')
    (found, _) = findings()
    assert (found.code, found.hint) == ("MS659", "there is 2019")


def test_a_name_that_is_nearly_that_of_a_version_is_suggested(run: Run) -> None:
    version("first", 'from: "2020-01-01", until: "2020-12-31"')
    version("second", 'from: "2021-01-01"', "supersedes: {version: frist}\n")
    (found,) = findings()
    assert found.hint == "did you mean `first`?"


# --- what was renamed ------------------------------------------------------------------------------------------------


def renamed(pairs: str) -> list[Diagnostic]:
    path = version("2", 'from: "2021-01-01"', f'supersedes: {{version: "1", renamed: {{{pairs}}}}}\n')
    program, found = Library([]).program(path)
    assert (program is None) == any(each.severity == "error" for each in found)
    return list(found)


@pytest.mark.parametrize(
    "name", ["score", "judged", "banded", "overall", "questions", "safe", "rating", "fair", "not_rated"]
)
def test_every_kind_of_name_may_be_a_new_one(run: Run, name: str) -> None:
    assert renamed(f"what_it_was: {name}") == []


def test_a_new_name_that_nothing_has_is_refused(run: Run) -> None:
    (found,) = renamed("mark: scorre")
    assert (found.code, found.hint) == ("MS435", "did you mean `score`?")
    assert found.message == "nothing here is called `scorre`, which `mark` became"
    assert found.span is not None
    assert found.span.text == "scorre"
    (found,) = renamed("score: wholly_new")
    assert found.hint == "the old name comes first: renamed: {old: new}"


def test_two_names_do_not_become_one(run: Run) -> None:
    (found,) = renamed("weak: poor, bad: poor")
    assert (found.code, found.message) == ("MS435", "`weak` and `bad` cannot both have become `poor`")
    assert [place.text for place in (found.span, found.labels[0].span) if place] == ["bad", "weak"]


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ("fair: good", "`fair` is still a level of `rating`, beside `good`"),
        ("score: judged", "`score` is still an input, beside `judged`"),
        ("safe: caring", "`safe` is still a member of `questions`, beside `caring`"),
        ("fair: fair", "`fair` is still a level of `rating`, beside `fair`"),
        ("fair: good, good: fair", None),  # they changed places
        ("fair: good, decent: fair", None),  # each went one up
        ("score: overall", None),  # an input is no measure
    ],
)
def test_an_old_name_that_is_still_there_is_told(run: Run, pairs: str, says: str | None) -> None:
    found = renamed(pairs)
    assert [(each.code, each.message) for each in found] == ([("MS436", says)] if says else [])


def test_many_wrong_names_take_no_long_time(run: Run) -> None:
    found = renamed(", ".join(f"old_{number}: wrong_{number}" for number in range(900)))
    assert {each.code for each in found} == {"MS435"}


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(run: Run) -> None:
    version("2020", 'from: "2020-01-01", until: "2020-12-31"')
    version("2021", 'from: "2021-02-01", until: "2021-12-31"', 'supersedes: {version: "2020"}\ngap_before: a pause\n')
    path = version("2022", 'from: "2022-01-01"', 'status: derived\nsupersedes: {version: "2021"}\n')
    path.write_text(path.read_text("utf-8").replace("title: An example", "title: Another example"), encoding="utf-8")


def test_versions_are_told_in_order_of_time(run: Run, three: None) -> None:
    status, said = run("timeline", "example/first")
    assert (status, said) == (
        0,
        """\
example/first  Another example
  2020  2020-01-01 to 2020-12-31  published, “An example”
        2021-01-01 to 2021-01-31  none: a pause
  2021  2021-02-01 to 2021-12-31  published, supersedes 2020, “An example”
  2022  2022-01-01 to …           derived, supersedes 2021
""",
    )


@pytest.mark.parametrize(
    ("day", "status", "says"),
    [
        ("2020-06-30", 0, "2020 was in force"),
        ("2021-12-31", 0, "2021 was in force"),
        ("2099-01-01", 0, "2022 was in force"),
        ("2021-01-31", 1, "no version was in force: a pause"),
        ("2019-12-31", 1, "no version was in force: the first, 2020, began on 2020-01-01"),
    ],
)
def test_the_one_in_force_on_a_day_is_marked_or_why_there_is_none(
    run: Run, three: None, day: str, status: int, says: str
) -> None:
    ended, said = run("timeline", "example/first", "--on", day)
    assert (ended, said.splitlines()[-1]) == (status, f"on {day}: {says}")
    marked = [line for line in said.splitlines() if line.startswith("→")]
    assert [line.split()[1] for line in marked] == ([says[:4]] if status == 0 else [])
    ended, said = run("timeline", "example/first", "--on", day, "--json")
    told = json.loads(said)["on"]
    assert (ended, told["date"], told["versions"]) == (status, day, [says[:4]] if status == 0 else [])
    assert told["why"] == (None if status == 0 else says)


def test_why_there_is_none_is_said_wherever_a_day_is_given(run: Run, three: None) -> None:
    with pytest.raises(MethodologyError, match="\nhelp: a pause; 2020 from 2020-01-01 until 2020-12-31; 2021 from"):
        load("example/first", on="2021-01-31")


def test_after_the_last_none_is_in_force(run: Run) -> None:
    version("1", 'from: "2020-01-01", until: "2020-12-31"')
    status, said = run("timeline", "example/first", "--on", "2021-01-01")
    assert (status, said.splitlines()[-1]) == (
        1,
        "on 2021-01-01: no version was in force: the last, 1, ended on 2020-12-31",
    )


def test_gaps_and_overlaps_that_nobody_explains_end_in_1(run: Run) -> None:
    version("1", 'from: "2020-01-01", until: "2020-12-31"')
    version("2", 'from: "2021-02-01", until: "2021-12-31"')
    status, said = run("timeline", "example/first")
    assert (status, "  none: a gap, and nobody says why\n" in said) == (1, True)
    version("2", 'from: "2020-12-01", until: "2021-12-31"')
    status, said = run("timeline", "example/first", "--on", "2020-12-24")
    assert (status, "2020-12-01 to 2020-12-31  both 1 and 2: an overlap\n" in said) == (1, True)
    assert said.endswith("on 2020-12-24: 1 and 2 both say that they were in force\n")
    assert json.loads(run("timeline", "example/first", "--json")[1])["overlaps"] == [
        {"versions": ["1", "2"], "from": "2020-12-01", "until": "2020-12-31"}
    ]


def test_a_version_that_cannot_be_used_is_named_and_ends_in_1(run: Run, three: None) -> None:
    path = version("2023", 'from: "2023-02-30"')
    status, said = run("timeline", "example/first", "--on", "2020-06-30")
    assert status == 1
    assert f"warning: `{path}` cannot be used" in said


def test_the_bar_is_drawn_to_scale(run: Run, three: None) -> None:
    _, said = run("timeline", "example/first", "--bar")
    bars = [next(word for word in line.split() if set(word) <= set("·█▸")) for line in said.splitlines()[1:]]
    assert {len(bar) for bar in bars} == {40}
    assert bars[0].startswith("█")
    assert bars[-1].endswith("█▸")
    begins = [min(bar.index(sign) for sign in "█▸" if sign in bar) for bar in bars]
    assert begins == sorted(begins)
    path = version("2020", "")
    path.write_text(path.read_text("utf-8").replace("in_force: {}\n", ""), encoding="utf-8")
    assert run("timeline", "example/first", "--bar")[0] == 0


def test_json_says_all_of_it(run: Run, three: None) -> None:
    told = json.loads(run("timeline", "example/first", "--json")[1])
    assert told["id"] == "example/first"
    assert told["gaps"] == [{"from": "2021-01-01", "until": "2021-01-31", "because": "a pause"}]
    assert told["overlaps"] == []
    assert told["versions"][2] == {
        "version": "2022",
        "title": "Another example",
        "in_force": {"from": "2022-01-01", "until": None},
        "status": "derived",
        "supersedes": "2021",
        "path": "rules/example/first/2022.yaml",
    }


def test_without_an_id_all_are_told(run: Run, three: None) -> None:
    write(Path("rules"), "example/second", "1")
    status, said = run("timeline", "--on", "2019-01-01")
    assert status == 0, "not everything need be in force on a day"
    assert {"example/first", "example/second", "cqc/gp-practice"} <= {line.split("  ")[0] for line in said.splitlines()}
    told = json.loads(run("timeline", "--json")[1])
    assert [each["id"] for each in told] == sorted(each["id"] for each in told)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("example/frist",), "did you mean `example/first`?"),
        (("example/first", "--on", "01/04/2021"), "`01/04/2021` is not a day"),
        (("example/first", "--rules", "nowhere"), "there is no folder `nowhere`"),
    ],
)
def test_what_is_not_there_ends_in_2(run: Run, three: None, arguments: tuple[str, ...], says: str) -> None:
    status, said = run("timeline", *arguments)
    assert (status, says in said) == (2, True)


def test_words_of_a_rule_file_reach_no_terminal_raw(run: Run) -> None:
    version("1", 'from: "2020-01-01", until: "2020-12-31"', 'status: "\\e[2J"\n')
    version("2", 'from: "2021-02-01"', 'gap_before: "\\e[2J"\nsupersedes: {version: "\\e[2J"}\n')
    for more in ((), ("--on", "2021-01-15"), ("--bar",)):
        assert "\x1b" not in run("timeline", "example/first", *more)[1]


def test_what_is_wrong_reads_as_it_did(run: Run) -> None:
    """Rewritten with UPDATE=1."""
    version("2020", 'from: "2020-01-01", until: "2020-12-31"')
    version("2021", 'from: "2021-02-01"', 'supersedes: {version: "2020"}\n')
    version("2022", 'from: "2022-01-01", until: "2022-12-31"', 'supersedes: {version: "2012"}\n')
    version("2023", 'from: "2023-01-01"', 'gap_before: nobody knows\nsupersedes: {version: "2024"}\n')
    version("2024", 'from: "2024-01-01"', 'supersedes: {version: "2023", renamed: {weak: poorly, fair: good}}\n')
    told = [*findings(), *Library([]).program(Path("rules/example/first/2024.yaml"))[1]]
    text = all_as_text(told) + "\n"
    golden = GOLDEN / "versions_in_time.txt"
    if os.environ.get("UPDATE"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text("utf-8")


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = Path(__file__).parent.parent / "docs" / "versions.md"


def test_the_page_is_what_happens(run: Run) -> None:
    """The way from one version to the next, gone as the page says. Rewritten with UPDATE=1."""
    page = PAGE.read_text("utf-8")
    whole, top = (block[3] for block in FENCE.finditer(page) if block[1] == "yaml")
    home = Path("rules/shops/repair")
    home.mkdir(parents=True)
    old, new = home / "2026.yaml", home / "2027.yaml"
    old.write_text(whole, encoding="utf-8")
    copied = whole.replace('version: "2026"\n', "").replace('in_force: {from: "2026-01-01"}\n', top)
    new.write_text(copied.replace("mended", "repaired").replace("{repaired: ", "{mended: ").replace("80", "75"))
    (reason,) = re.findall(r"`(gap_before: [^`…]+)`", page)
    after = {
        1: lambda: edit(old, 'from: "2026-01-01"', 'from: "2026-01-01", until: "2026-12-31"'),
        2: lambda: edit(new, "supersedes:", f"{reason}\nsupersedes:"),
    }
    told, pieces = 0, []
    blocks = [block for block in FENCE.finditer(page) if block[1] == "console"]
    for number, block in enumerate(blocks, 1):
        pieces += [page[told : block.start(3)], *happened(block[2] or "", block[3])]
        told = block.end(3)
        after.get(number, lambda: None)()
    happens = "".join([*pieces, page[told:]])
    if os.environ.get("UPDATE"):
        PAGE.write_text(happens, encoding="utf-8")
    assert happens == page


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
