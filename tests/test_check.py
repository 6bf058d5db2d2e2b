"""`check` proves: what it prints, when it fails, and that what it keeps of unchanged files is never out of date."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import markscheme.checking
import markscheme.verify
from markscheme.checking import kept
from markscheme.cli import main
from markscheme.cli.check import check_files, library_around
from markscheme.ir import Program
from markscheme.verify import Verified

COMMAND = sys.modules["markscheme.cli.check"]  # the module; the package shows the command of that name
Run = Callable[..., tuple[int, str, str]]
RULES = """\
markscheme: 1
id: example/shop
version: "1"
title: An example
publisher: Nobody
in_force: {from: "2024-01-01"}
scales: {rating: [poor, fair, good]}
inputs:
  goods: {scale: rating, absent: {not_seen: skip}}
  service: {scale: rating}
measures:
  overall:
    scale: rating
    rules:
      - {when: goods is poor, then: poor}
      - {when: service is good, then: good}
      - {otherwise: fair}
    absent: {nothing: unrated}
results: [overall]
"""
FALLING = RULES.replace("service is good, then: good", "service is poor, then: good")
GIVEN_UP = "waive: [{guarantee: monotone, in: overall, because: so the guide has it}]\n"
CASES = """\
methodology: example/shop@1
cases:
  - name: one
    given: {goods: good, service: good}
    expect: {overall: good}
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        status = main(["check", *(str(each) for each in arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "m.yaml").write_text(RULES)
    return tmp_path / "here"


def shop(name: str, text: str = RULES) -> str:
    return text.replace("example/shop", f"example/{name}")


# --- what is printed, and when it fails ------------------------------------------------------------------------------


HELPED = RULES.replace("not_seen: skip", "not_seen: good").replace("    absent: {nothing: unrated}\n", "")


def test_what_is_proved_is_counted(run: Run) -> None:
    status, out, err = run("m.yaml")
    assert (status, out) == (0, "1 file checked: 0 errors, 0 warnings\n")
    assert re.fullmatch(r"example/shop@1: \d+ proved \(\d+ by walking \d+ states, \d+ by typing\)\n", err)


def test_where_withholding_helps_is_told_and_fails_only_where_it_was_promised(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(HELPED)
    status, _, err = run("m.yaml", "--strict")
    assert status == 0
    assert "\n  withholding can raise overall: goods\n" in err
    (place / "m.yaml").write_text(HELPED + "guarantees: [withholding goods never raises overall]\n")
    status, out, _ = run("m.yaml")
    assert status == 1
    assert "error[MS804]: withholding `goods` raises `overall`" in out


def test_what_is_refuted_fails_at_its_line_with_two_records(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(FALLING)
    status, out, err = run("m.yaml")
    assert status == 1
    assert "error[MS801]: `overall` worsens when `service` improves\n   --> m.yaml:" in out
    assert "first record" in out
    assert "second record" in out
    assert "1 refuted" in err


def test_a_waiver_is_printed_and_does_not_fail(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(FALLING + GIVEN_UP)
    status, out, err = run("m.yaml")
    assert status == 0
    assert "MS801" not in out
    assert "  waived: monotone in overall: so the guide has it\n" in err


def test_a_waiver_of_what_holds_is_a_warning(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(RULES + GIVEN_UP)
    status, out, err = run("m.yaml")
    assert status == 0
    assert "warning[MS805]" in out
    assert "waived" not in err


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the last thing that must hold cannot be decided."""
    before = markscheme.verify.verify

    def verify(program: Program, *arguments: object) -> Verified:
        made = before(program, *arguments)  # type: ignore[arg-type]
        last = max(i for i, each in enumerate(made.verdicts) if each.obligation.required)
        left = replace(made.verdicts[last], ending="not proved", by="tests", states=1200, limit="too much is read")
        return replace(made, verdicts=(*made.verdicts[:last], left, *made.verdicts[last + 1 :]))

    monkeypatch.setattr(markscheme.verify, "verify", verify)


def test_what_is_not_proved_fails_only_if_asked_to_be_strict(run: Run, undecided: None) -> None:
    status, out, err = run("m.yaml")
    assert status == 0
    assert "warning[MS806]: not proved, tested on 1,200 records: `overall` never worsens when `service` improves" in out
    assert "1 not proved" in err
    assert run("m.yaml", "--strict")[0] == 1


def test_strict_passes_what_is_proved(run: Run) -> None:
    assert run("m.yaml", "--strict")[0] == 0


def test_a_file_with_errors_is_not_proved(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked(*arguments: object) -> Verified:
        raise AssertionError("asked of what cannot be read")

    monkeypatch.setattr(markscheme.verify, "verify", unasked)
    (place / "m.yaml").write_text(FALLING.replace("goods is poor", "godds is poor"))
    status, out, err = run("m.yaml")
    assert (status, err) == (1, "")
    assert "MS402" in out
    (place / "m.yaml").write_text(FALLING)
    assert run("m.yaml")[0] == 4  # the engine's own failure: here it is asked


def test_as_json_it_has_the_records(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(FALLING)
    status, out, err = run("m.yaml", "--json")
    (found,) = json.loads(out)
    assert status == 1
    assert found["code"] == "MS801"
    assert "1 file checked" in err
    assert run("m.yaml", "--format", "json")[1] == out


def test_for_github_it_shows_ten_of_many_and_counts_all(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COMMAND, "_TOGETHER", 1000)  # as processes of their own would say
    for number in range(3):
        (place / f"f{number}.yaml").write_text(shop(f"f{number}", FALLING))
    _, out, _ = run("f0.yaml", "f1.yaml", "f2.yaml", "--format", "github")
    assert out.count("::error ") == 3
    assert "first record" in out
    assert "::notice title=markscheme::3 errors, 0 warnings" in out
    for number in range(14):
        (place / f"f{number}.yaml").write_text(shop(f"f{number}").replace("goods is poor", "godds is poor"))
    _, out, _ = run(".", "--format", "github")
    assert out.count("::error ") == 10
    assert re.search(r"::notice title=markscheme::\d+ errors, 0 warnings; \d+ more are not shown here", out)


def test_many_errors_at_once_are_all_counted(run: Run, place: Path) -> None:
    rules = "".join(f"      - {{when: goods is l{n}, then: poor}}\n" for n in range(250))
    (place / "m.yaml").write_text(RULES.replace("    rules:\n", "    rules:\n" + rules))
    status, out, _ = run("m.yaml")
    assert status == 1
    assert "250 errors" in out
    assert "50 more findings are not shown" in out
    assert len(json.loads(run("m.yaml", "--json")[1])) == 250


# --- several files, in several processes -----------------------------------------------------------------------------


@pytest.fixture
def several(place: Path) -> list[Path]:
    for number in range(6):
        (place / f"f{number}.yaml").write_text(shop(f"f{number}", FALLING if number % 2 else RULES))
    (place / "f1.cases.yaml").write_text(shop("f1", CASES))
    return sorted(Path().glob("f*.yaml"))


def test_processes_say_what_one_says(run: Run, several: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    shared = run(*several)
    assert shared[0] == 1
    assert shared[1].count("MS801") == 3
    monkeypatch.setattr(COMMAND, "_TOGETHER", 1000)
    assert run(*several) == shared
    one_by_one = [run(each) for each in several if ".cases." not in each.name]
    assert "".join(err for _, _, err in one_by_one) == shared[2]


def test_where_no_process_can_be_started_or_lives_it_is_done_here(
    run: Run, several: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(COMMAND, "_TOGETHER", 1000)
        expected = run(*several)
    for wrong in (OSError(38, "no semaphores"), ImportError("no sem_open"), RuntimeError("killed")):

        def nowhere(tasks: Sequence[object], wrong: Exception = wrong) -> Iterator[object]:
            raise wrong
            yield

        monkeypatch.setattr(COMMAND, "_elsewhere", nowhere)
        assert run(*several) == expected


def test_a_script_that_calls_it_is_run_once(place: Path, several: list[Path]) -> None:
    script = place / "script.py"
    script.write_text("print('the script')\nfrom markscheme.cli import main\nmain(['check', '.'])\nprint(__file__)\n")
    done = subprocess.run([sys.executable, "script.py"], capture_output=True, encoding="utf-8", env=os.environ)
    assert done.stdout.count("the script") == 1
    assert "script.py" in done.stdout
    assert "8 files checked: 3 errors" in done.stdout
    assert "Traceback" not in done.stderr


# --- what is kept ----------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKSCHEME_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read and proved, as they are."""
    names: list[str] = []
    before = markscheme.checking.check_file

    def spy(path: Path, *arguments: object) -> object:
        names.append(path.name)
        return before(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(markscheme.checking, "check_file", spy)
    return names


def again(run: Run, worked: list[str], *arguments: object) -> list[str]:
    """What is worked out once more by a second run, which must say what one that keeps nothing says."""
    worked.clear()
    said, names = run(*arguments), sorted(worked)
    here = os.environ["MARKSCHEME_CACHE"]
    os.environ["MARKSCHEME_CACHE"] = ""
    try:
        assert run(*arguments) == said, "what was kept is out of date"
    finally:
        os.environ["MARKSCHEME_CACHE"] = here
    return names


@pytest.mark.parametrize("text", [RULES, FALLING, RULES + GIVEN_UP, FALLING + GIVEN_UP, "markscheme: 2\n", "", "[\n"])
def test_a_second_run_works_nothing_out_and_says_the_same(
    run: Run, place: Path, cache: Path, worked: list[str], text: str
) -> None:
    (place / "m.yaml").write_text(text)
    (place / "m.cases.yaml").write_text(CASES)
    first = run("m.yaml")
    assert sorted(set(worked)) == ["m.cases.yaml", "m.yaml"]
    worked.clear()
    assert run("m.yaml") == first
    assert not worked
    assert run("m.yaml", "--json")[0] == first[0]
    assert not worked


def test_set_to_nothing_nothing_is_kept(
    run: Run, place: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKSCHEME_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(place.parent / "cache"))
    run("m.yaml"), run("m.yaml")
    assert worked == ["m.yaml", "m.yaml"]
    assert not (place.parent / "cache").exists()
    monkeypatch.delenv("MARKSCHEME_CACHE")
    run("m.yaml")
    assert list((place.parent / "cache" / "markscheme").glob("*.json"))


TABLES = RULES.replace(
    "measures:\n",
    "parameters:\n  marks: {each: kinds, file: NAME}\nmeasures:\n"
    "  marked: {type: number, better: neither, formula: sum(marks)}\n",
).replace("inputs:", "sets: {kinds: [a, b]}\ninputs:").replace("[overall]", "[overall, marked]")  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("t.csv", "t.csv"),
        ('"t.csv"', "t.csv"),
        ("'t.csv'", "t.csv"),
        ("sub/t.csv", "sub/t.csv"),
        ("'a, b.csv'", "a, b.csv"),
        ("'t#1.csv'", "t#1.csv"),
        ('"\\x74.csv"', "t.csv"),
        ("\n    t.csv", "t.csv"),
    ],
)
def test_another_table_is_read_again(
    run: Run, place: Path, cache: Path, worked: list[str], written: str, name: str
) -> None:
    (place / "m.yaml").write_text(TABLES.replace("NAME", written))
    (place / "sub").mkdir()
    table = place / name
    table.write_text("kinds,marks\na,1\nb,2\n")
    run("m.yaml")
    again(run, worked, "m.yaml")
    before = table.stat()
    table.write_text("kinds,marks\na,1\nb,x\n")
    os.utime(table, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert again(run, worked, "m.yaml") == ["m.yaml"]
    table.unlink()
    assert again(run, worked, "m.yaml") == ["m.yaml"]


@pytest.mark.parametrize("key", ['"fi\\x6ce"', '"fi\\\n      le"'])
def test_a_table_under_a_key_in_disguise_is_read_again(
    run: Run, place: Path, cache: Path, worked: list[str], key: str
) -> None:
    (place / "m.yaml").write_text(TABLES.replace("file: NAME", f"{key}: t.csv"))
    (place / "t.csv").write_text("kinds,marks\na,1\nb,2\n")
    run("m.yaml")
    (place / "t.csv").write_text("kinds,marks\na,1\nb,x\n")
    again(run, worked, "m.yaml")


def test_cases_are_run_again_when_they_or_the_rules_change(
    run: Run, place: Path, cache: Path, worked: list[str]
) -> None:
    (place / "m.cases.yaml").write_text(CASES)
    run("m.yaml")
    (place / "m.cases.yaml").write_text(CASES.replace("expect: {overall: good}", "expect: {overal: good}"))
    assert again(run, worked, "m.yaml") == ["m.cases.yaml"]
    (place / "m.yaml").write_text(FALLING)
    assert again(run, worked, "m.yaml") == ["m.cases.yaml", "m.yaml"]
    assert again(run, worked, "m.cases.yaml") == ["m.cases.yaml"]  # alone, it says what is wrong with the rules
    (place / "m.yaml").rename(place / "other.yaml")
    assert again(run, worked, "m.cases.yaml") == ["m.cases.yaml"]


LINKED = RULES.replace("service: {scale: rating}", 'service: {from: example/other, version: "1", result: overall}')
LINKED = LINKED.replace("absent: {not_seen: skip}}", "absent: {not_seen: skip}}").replace("example/shop", "example/top")


def test_what_takes_from_another_is_read_again_when_that_changes(
    run: Run, place: Path, cache: Path, worked: list[str]
) -> None:
    (place / "m.yaml").write_text(LINKED)
    assert run(".")[0] == 1  # it is not there
    other = place / "deep" / "o.yaml"
    other.parent.mkdir()
    text = shop("other").replace("absent: {not_seen: skip}", "absent: {not_seen: poor}")
    text = text.replace("    absent: {nothing: unrated}\n", "")
    other.write_text(text)
    assert again(run, worked, ".") == ["m.yaml", "o.yaml"]
    assert again(run, worked, ".") == []
    before = other.stat()
    other.write_text(text.replace("[overall]", "[overal1]"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "m.yaml" in again(run, worked, ".")


def test_doubles_and_locks_are_looked_at_every_time(run: Run, place: Path, cache: Path, worked: list[str]) -> None:
    assert run(".")[0] == 0
    (place / "n.yaml").write_text(RULES)
    status, out, _ = run(".")
    assert status == 1
    assert "MS653" in out
    (place / "n.yaml").unlink()
    assert run(".")[0] == 0


def test_one_name_in_two_folders_is_two_files(
    run: Run, place: Path, cache: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "in").mkdir()
    (place / "in" / "m.yaml").write_text(FALLING)
    assert run("m.yaml")[0] == 0
    monkeypatch.chdir(place / "in")
    assert run("m.yaml")[0] == 1
    monkeypatch.chdir(place)
    worked.clear()
    assert run("m.yaml")[0] == 0
    assert not worked


def test_another_folder_of_rules_is_another_question(run: Run, place: Path, cache: Path, worked: list[str]) -> None:
    (place / "m.yaml").write_text(LINKED)
    for name in ("one", "two"):
        (place.parent / name).mkdir()
    text = shop("other").replace("absent: {not_seen: skip}", "absent: {not_seen: poor}")
    (place.parent / "one" / "o.yaml").write_text(text.replace("    absent: {nothing: unrated}\n", ""))
    statuses = [run("m.yaml", "--rules", place.parent / name)[0] for name in ("one", "two", "one")]
    assert statuses == [0, 1, 0]


def test_another_engine_works_it_out_again(
    run: Run, cache: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("m.yaml")
    monkeypatch.setattr(kept, "_engine", lambda: "another")
    assert again(run, worked, "m.yaml") == ["m.yaml"]


def test_what_changes_while_it_is_checked_is_not_kept(
    run: Run, place: Path, cache: Path, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = markscheme.checking.check_file

    def changed(path: Path, *arguments: object) -> object:
        path.write_text(FALLING)
        return before(path, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(markscheme.checking, "check_file", changed)
        assert run("m.yaml")[0] == 1
    (place / "m.yaml").write_text(RULES)
    assert run("m.yaml")[0] == 0


def _damage(entry: Path, how: str) -> None:
    text = entry.read_bytes()
    match how:
        case "empty":
            entry.write_bytes(b"")
        case "cut":
            entry.write_bytes(text[: len(text) // 2])
        case "changed":
            entry.write_bytes(text.replace(b"MS801", b"MS999"))
        case "foreign":
            entry.write_bytes(b"\xff\x00 something else\n" * 100)
        case "deep":
            entry.write_bytes(b"[" * 1_000_000)
        case "large":
            with entry.open("wb") as file:
                file.truncate(30_000_000)
        case "a folder":
            entry.unlink()
            entry.mkdir()
        case "a pipe":
            entry.unlink()
            os.mkfifo(entry)
        case "a circle":
            entry.unlink()
            entry.symlink_to(entry)
        case "unreadable":
            entry.chmod(0)


DAMAGE = ("empty", "cut", "changed", "foreign", "deep", "large", "a folder", "a pipe", "a circle", "unreadable")


@pytest.mark.parametrize("how", DAMAGE)
def test_what_was_kept_and_is_damaged_counts_for_nothing(run: Run, place: Path, cache: Path, how: str) -> None:
    (place / "m.yaml").write_text(FALLING)
    expected = run("m.yaml")
    (entry,) = cache.glob("*.json")
    _damage(entry, how)
    assert run("m.yaml") == expected
    assert run("m.yaml") == expected


@pytest.mark.parametrize("how", ["a file", "below a file", "no rights", "a circle"])
def test_a_folder_that_cannot_be_written_to_keeps_nothing(run: Run, cache: Path, how: str) -> None:
    match how:
        case "a file":
            cache.write_text("")
        case "below a file":
            cache.write_text("")
            os.environ["MARKSCHEME_CACHE"] = str(cache / "below")
        case "no rights":
            cache.mkdir()
            cache.chmod(0o500)
        case "a circle":
            cache.symlink_to(cache)
    status, out, err = run("m.yaml")
    assert status == 0
    assert "Traceback" not in err
    assert run("m.yaml") == (status, out, err)


def test_nobody_has_a_home(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("MARKSCHEME_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert run("m.yaml")[0] == 0


def test_links_pipes_and_large_files_are_looked_at_as_ever(
    run: Run, place: Path, cache: Path, worked: list[str]
) -> None:
    (place / "linked.yaml").symlink_to("m.yaml")
    assert run("linked.yaml")[0] == 0
    (place / "m.yaml").write_text(FALLING)
    assert again(run, worked, "linked.yaml") == ["linked.yaml"]
    os.mkfifo(place / "pipe.yaml")
    (place / "circle.yaml").symlink_to("circle.yaml")
    with (place / "large.yaml").open("wb") as file:
        file.truncate(30_000_000)
    for name in ("pipe.yaml", "circle.yaml", "large.yaml"):
        assert run(name)[0] == 1
        assert again(run, worked, name) == [name]  # never kept


def test_two_at_once_say_the_same(place: Path, several: list[Path], cache: Path) -> None:
    command = [sys.executable, "-m", "markscheme", "check", "f1.yaml", "f3.yaml"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    said = [each.communicate() for each in started]
    assert said[0] == said[1]
    assert b"2 errors" in said[0][0]
    assert not [each for each in cache.iterdir() if each.suffix != ".json"]


def test_the_oldest_go(place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 3)
    for number in range(6):
        path = place / f"f{number}.yaml"
        path.write_text(shop(f"f{number}"))
        check_files([path], library_around([path], None))
    assert len(list(cache.glob("*.json"))) == 3


# --- records that break it, as cases ---------------------------------------------------------------------------------


def test_the_records_of_a_refutation_become_cases(run: Run, place: Path) -> None:
    (place / "m.yaml").write_text(FALLING)
    status, _, err = run("m.yaml", "--save-case", "m.cases.yaml")
    text = (place / "m.cases.yaml").read_text()
    assert status == 1
    assert "2 cases written to m.cases.yaml" in err
    assert text.startswith("methodology: example/shop@1\ncases:\n")
    assert text.count("status: unreviewed") == 2
    for which in ("first", "second"):
        assert f'"not so: overall never worsens when service improves ({which} record)"' in text
    assert main(["test", "m.cases.yaml"]) == 0
    run("m.yaml", "--save-case", "m.cases.yaml")
    assert (place / "m.cases.yaml").read_text() == text, "the same are not written twice"


FLOW = "{name: one, given: {goods: good, service: good}, expect: {overall: fair}}"


@pytest.mark.parametrize("text", [CASES, CASES.rstrip(), re.sub("(?m)^  ", "", CASES), CASES.replace("\n", "\r\n")])
def test_they_are_added_to_a_list_as_it_is_indented(run: Run, place: Path, text: str) -> None:
    text = text.replace("overall: good}", "overall: fair}")
    (place / "m.yaml").write_text(FALLING)
    (place / "m.cases.yaml").write_bytes(text.encode())
    _, _, err = run("m.yaml", "--save-case", "m.cases.yaml")
    assert "2 cases written" in err
    assert (place / "m.cases.yaml").read_bytes().startswith(text.encode())
    assert main(["test", "m.cases.yaml"]) == 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("m.cases.yaml", CASES.replace("cases:\n  - ", "cases: [{") + "}]\n", "errors"),
        ("m.cases.yaml", f"methodology: example/shop@1\ncases: [{FLOW}]\n",
         "does not end in its list"),
        ("m.cases.yaml", f"cases:\n  - {FLOW}\nmethodology: example/shop@1\n",
         "does not end in its list"),
        ("m.cases.yaml", CASES.replace("shop", "stop"), "is not the cases of example/shop@1"),
        ("m.cases.yaml", CASES.replace("goods: good", "goods: god"), "has errors"),
        ("n.yaml", "", "would not be read as cases"),
        ("none/m.cases.yaml", None, "cannot be written"),
    ],
)  # fmt: skip
def test_a_file_they_cannot_be_added_to_stays_as_it_is(
    run: Run, place: Path, name: str, text: str | None, said: str
) -> None:
    (place / "m.yaml").write_text(FALLING)
    if text is not None:
        (place / name).write_text(text)
    status, _, err = run("m.yaml", "--save-case", name)
    assert status not in (0, 4)
    assert said in err
    assert text is None or (place / name).read_text() == text


def test_nothing_is_written_where_nothing_is_broken_or_two_methodologies_are(run: Run, place: Path) -> None:
    status, _, err = run("m.yaml", "--save-case", "x.cases.yaml")
    assert status == 0
    assert "nothing is written" in err
    (place / "m.yaml").write_text(FALLING)
    (place / "n.yaml").write_text(shop("other", FALLING))
    assert "check one file at a time" in run("m.yaml", "n.yaml", "--save-case", "x.cases.yaml")[2]
    assert not (place / "x.cases.yaml").exists()
