"""`check --against REF`: what is weaker than it was is named, what is not is let be, and a written reason is taken."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from repositories import CASES, RULES, Edit, Repository, guards, made

from markscheme import document
from markscheme.codes import registry
from markscheme.diagnostics import Source
from markscheme.guard.expectations import weakened_cases
from markscheme.guard.promises import said, weakened_promises
from markscheme.guard.reasons import pasted, reasons
from markscheme.library import Library
from markscheme.shipped import shipped
from markscheme.trial import load_cases


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    return made(tmp_path / "repository", capsys, monkeypatch)


FIRST = "so of first ratings}"  # the end of the only waiver
ANOTHER = f"{FIRST}\n  - {{guarantee: monotone, in: banded, because: "


# --- what is weaker --------------------------------------------------------------------------------------------------

NEVER, ALWAYS = (
    "never: overall is at least fair and any of judged are poor",
    "always: banded is good or score is less than 80",
)
WEAKER_RULES: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "a promise gone": ("MS853", (("  - overall never worsens when judged improve\n", ""),)),
    "withholding gone": ("MS853", (("  - withholding judged never raises overall\n", ""),)),
    "all guarantees gone": ("MS853", ((RULES[RULES.index("guarantees:") : RULES.index("waive:")], ""),)),
    "never of fewer levels": ("MS853", ((NEVER, NEVER.replace("at least fair", "good")),)),
    "never of all in place of any": ("MS853", ((NEVER, NEVER.replace("any of", "all of")),)),
    "never with one more condition": ("MS853", ((NEVER, NEVER + " and score is 0"),)),
    "never of something else": ("MS853", ((NEVER, "never: banded is good and score is 0"),)),
    "always of less": ("MS853", ((ALWAYS, ALWAYS + " or score is 81"),)),
    "always of a wider range": ("MS853", ((ALWAYS, ALWAYS.replace("80", "80.1")),)),
    "always turned into never": ("MS853", ((ALWAYS, ALWAYS.replace("always", "never")),)),
    "a waiver without a reason": ("MS854", ((FIRST, ANOTHER + '"- 1"}'),)),
    "a waiver for another's reason": ("MS854", ((FIRST, ANOTHER + "The guide says so  of first ratings}"),)),
    "a waiver moved": ("MS854", (("in: overall", "in: banded"),)),
    "neither is better": ("MS855", (("better: higher", "better: neither"),)),
    "the other is better": ("MS855", (("better: higher", "better: lower"),)),
    "a result dropped": ("MS855", (("results: [banded, overall]", "results: [overall]"),)),
    "levels in another order": ("MS855", (("rating: [poor, fair, good]", "rating: [fair, poor, good]"),)),
}


@pytest.mark.parametrize("what", WEAKER_RULES)
def test_a_weaker_promise_is_named(repository: Repository, what: str) -> None:
    code, edits = WEAKER_RULES[what]
    repository.edit(repository.rules, *edits)
    status, said = repository.against()
    assert status == 1
    assert code in repository.codes(), said
    assert "1.yaml" in said
    assert "HEAD:rules/example/first/1.yaml:" in said or code == "MS854" or "result" in what


WEAKER_CASES: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "gone": (
        "the case `one poor` is gone",
        ((CASES[CASES.index("  - name: one") : CASES.index("  - name: bands")], ""),),
    ),
    "another rating": (
        "`one poor` expects `overall` to be fair, no longer poor",
        (("{overall: poor}", "{overall: fair}"),),
    ),
    "less expected": ("`all good` expects nothing of `banded` any more", ((", banded: good}", "}"),)),
    "other values": ("`one poor` gives `judged.safe` as fair, no longer poor", (("safe: poor", "safe: fair"),)),
    "an absence": ("`one poor` gives `judged.safe` as not_rated, no longer poor", (("safe: poor", "safe: not_rated"),)),
    "no source": ("`all good` cites nothing, no longer `guide`", (("    cite: guide\n", ""),)),
    "less sure": (
        "`all good` is recalled, no longer published",
        (("cite: guide", "cite: guide\n    status: recalled"),),
    ),
    "a row gone": ("the case `bands: row 1` is gone", (("      80    || good   | published\n", ""),)),
    "a row of less": (
        "`bands: row 2` expects `banded` to be good, no longer fair",
        (("79.9  || fair", "79.9  || good"),),
    ),
    "a row less sure": ("`bands: row 2` is illustrative, no longer derived", (("derived", "illustrative"),)),
    "what rows share": (
        "`bands: row 1` gives `judged.safe` as fair, no longer good",
        (("given: {judged: good}", "given: {judged: fair}"),),
    ),
}


@pytest.mark.parametrize("what", WEAKER_CASES)
def test_a_weaker_case_is_named(repository: Repository, what: str) -> None:
    message, edits = WEAKER_CASES[what]
    repository.edit(repository.cases, *edits)
    status, said = repository.against()
    assert status == 1
    assert f"error[MS852]: {message}" in said.replace("caring", "safe"), said
    assert "HEAD:rules/example/first/1.cases.yaml:" in said


def test_a_cases_file_taken_away_loses_every_case(repository: Repository) -> None:
    repository.cases.unlink()
    assert repository.codes() == ["MS852"] * 4


def test_an_input_dropped_is_told_once_and_not_by_every_case(repository: Repository) -> None:
    repository.edit(
        repository.rules,
        ("  judged: {each: questions, scale: rating, absent: {not_rated: poor}}\n", ""),
        ("      - {when: any of judged are poor, then: poor, cite: guide}\n", ""),
        ("    rules:\n      - {otherwise: banded}\n", "    formula: banded\n"),
        ("  - overall never worsens when judged improve\n", "  - overall never worsens when score improve\n"),
        ("  - withholding judged never raises overall\n", ""),
        (f"  - {NEVER}\n", ""),
        ("sets:\n  questions: [safe, caring]\n", ""),
    )
    repository.write(
        repository.cases,
        CASES.replace("judged: {safe: good, caring: good}, ", "")
        .replace("    given: {judged: good}\n", "")
        .replace(
            "    given: {judged: {safe: poor, caring: good}, score: 90}\n    expect: {overall: poor}",
            "    given: {score: 0}\n    expect: {overall: poor}",
        ),
    )
    status, said = repository.against()
    assert status == 1
    assert sorted(repository.codes()) == ["MS852", "MS853", "MS853", "MS853", "MS855"], said
    assert "`judged` is no longer an input" in said


def test_a_version_taken_away_is_named(repository: Repository) -> None:
    repository.write(repository.folder / "rules/example/first/2.yaml", RULES.replace('version: "1"', 'version: "2"'))
    repository.rules.unlink()
    repository.cases.unlink()
    status, said = repository.against()
    assert status == 1
    assert "error[MS851]: `example/first@1` is gone: `rules/example/first/1.yaml` was its rule file" in said


# --- what is not -----------------------------------------------------------------------------------------------------

NEW_CASES = """\
methodology: example/first@1
cases:
  - name: bands as cases
    given: {score: 79.9, judged.caring: good, judged: Good}
    expect: {banded: Fair, overall: fair}
    status: derived
  - name: every one is good
    given: {score: 90.0, judged: {caring: good, safe: good}}
    expect: {overall: good, banded: good}
    cite: guide
"""
MORE_CASES = """\
methodology: example/first@1
cases:
  - name: rows
    table: |
      score | judged.safe | judged.caring || overall | banded | cite
      90    | poor        | good          || poor    | good   | guide
      80    | good        | good          || good    | good   |
"""


def test_cases_written_otherwise_are_the_same(repository: Repository) -> None:
    """Renamed, in another order, as mappings in place of a table and the other way round, in two files."""
    repository.write(repository.cases, NEW_CASES)
    more = repository.write(repository.cases.with_name("more.cases.yaml"), MORE_CASES)
    status, said = repository.against()
    assert status == 0, said
    assert "compared with HEAD" in said
    assert "1 version; nothing weakened without a reason" in said
    repository.edit(more, ("|| poor ", "|| fair "))
    assert repository.codes() == ["MS852"], "the comparison looks into the second file, too"


STRONGER: dict[str, tuple[Edit, ...]] = {
    "never of more levels": ((NEVER, NEVER.replace("at least fair", "at least poor")),),
    "never without one condition": (
        (NEVER, "never: any of judged are poor and overall is good\n  - never: overall is at least fair"),
    ),
    "the other way round": ((NEVER, "never: any of  judged are poor  and overall is at least fair"),),
    "never of more": ((NEVER, NEVER.replace("any of judged are poor", "any of judged are at most fair")),),
    "always in two": ((ALWAYS, "always: (score is less than 80 or banded is good) and score is at most 100"),),
    "always of less": ((ALWAYS, ALWAYS.replace("less than 80", "less than 79.5")),),
    "a comment": (("guarantees:", "# why\nguarantees:  # each"),),
    "another order": (
        (
            "  - overall never worsens when judged improve\n  - withholding judged never raises overall\n",
            "  - withholding judged never raises overall\n  - overall never worsens when judged improve\n",
        ),
    ),
    "a waiver given up": ((RULES[RULES.index("waive:") :], ""),),
    "a better reason": (("the guide says so of first ratings", "the guide says so of first ratings on page 4"),),
    "a level more": (
        ("rating: [poor, fair, good]", "rating: [awful, poor, fair, good]"),
        ("{otherwise: poor}]", "{at_least: 1, is: poor}, {otherwise: awful}]"),
    ),
    "an input more": (
        ("  score: {type", '  late: {type: yes_no, better: "no"}\n  score: {type'),
        ("      - {otherwise: banded}", "      - {when: late is yes, then: poor}\n      - {otherwise: banded}"),
    ),
    "other rules": (("at_least: 50", "at_least: 55"),),
}


@pytest.mark.parametrize("what", STRONGER)
def test_what_promises_as_much_is_let_be(repository: Repository, what: str) -> None:
    repository.edit(repository.rules, *STRONGER[what])
    if what == "an input more":  # every case must give it
        repository.write(
            repository.cases,
            CASES.replace("score: 90", 'late: "no", score: 90').replace("{judged: good}", '{judged: good, late: "no"}'),
        )
    _, said = repository.against()
    assert guards(said) == [], said
    assert "compared with HEAD" in said
    assert "; nothing weakened without a reason\n" in said


def test_a_version_that_moves_is_compared_where_it_is(repository: Repository) -> None:
    for path in (repository.rules, repository.cases):
        path.rename(repository.folder / "rules" / path.name)
    assert repository.codes() == []
    repository.edit(repository.folder / "rules/1.yaml", ("better: higher", "better: neither"))
    assert repository.codes() == ["MS855"]


def test_a_new_version_is_free_to_promise_less(repository: Repository) -> None:
    text = RULES.replace('version: "1"', 'version: "2"').replace("better: higher", "better: neither")
    repository.write(repository.folder / "rules/example/first/2.yaml", text[: text.index("guarantees:")])
    repository.edit(repository.rules, ('{from: "2024-01-01"}', '{from: "2023-01-01", until: "2023-12-31"}'))
    assert repository.against()[0] == 0


def test_a_waiver_with_a_reason_is_said(repository: Repository) -> None:
    repository.edit(
        repository.rules,
        (FIRST, ANOTHER + "bands fall in March}"),
    )
    status, said = repository.against()
    assert status == 0
    assert (
        "with a reason: rules/example/first/1.yaml:31: `monotone` is waived in `banded`, because bands fall in March"
        in said
    )


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_a_reason_in_the_cases_file_is_taken_and_said(repository: Repository) -> None:
    repository.edit(repository.cases, ("{overall: poor}", "{overall: fair}"))
    _, said = repository.against()
    hint = "weakened: [{was: one poor, because: …}]"
    assert hint in said
    text = repository.cases.read_text("utf-8")
    repository.write(repository.cases, f"{text}{hint}\n")
    assert repository.codes() == ["MS852"], "what is pasted is no reason yet"
    repository.write(repository.cases, text + hint.replace("…", "the guide of 2025 says fair") + "\n")
    status, said = repository.against()
    assert status == 0
    assert "no longer poor, because the guide of 2025 says fair\n" in said
    assert "nothing weakened without a reason, 1 with one" in said


def test_a_reason_in_the_rule_file_is_taken(repository: Repository) -> None:
    repository.edit(repository.rules, (f"  - {NEVER}\n", ""), ("better: higher", "better: neither"))
    _, said = repository.against()
    assert f'weakened: [{{was: "{NEVER}", because: …}}]' in said
    assert "weakened: [{was: score, because: …}]" in said
    reasons = f'weakened:\n  - {{was: ["{NEVER.replace(": ", " :  ")}", Score], because: appeals are allowed now}}\n'
    repository.write(repository.rules, repository.rules.read_text("utf-8") + reasons)
    status, said = repository.against()
    assert status == 0, said
    assert said.count("because appeals are allowed now") == 2


def test_an_old_reason_is_none_for_a_new_change(repository: Repository) -> None:
    reason = "weakened: [{was: one poor, because: the guide of 2025 says fair}]\n"
    repository.edit(repository.cases, ("{overall: poor}", "{overall: fair}"))
    repository.write(repository.cases, repository.cases.read_text("utf-8") + reason)
    assert repository.against()[0] == 0
    repository.commit()
    assert repository.against()[0] == 0
    repository.edit(repository.cases, ("{overall: fair}", "{overall: good}"))
    status, said = repository.against()
    assert status == 1
    assert "the reason given for it is an old one (`the guide of 2025 says fair`): write another" in said
    repository.edit(repository.cases, ("of 2025 says fair", "of 2026 says good"))
    assert repository.against()[0] == 0


def test_a_reason_for_a_table_is_for_its_rows(repository: Repository) -> None:
    repository.edit(
        repository.cases,
        (CASES[CASES.index("  - name: bands") :], "weakened: [{was: bands, because: bands were done away with}]\n"),
    )
    assert repository.codes() == []
    repository.edit(repository.cases, ("was: bands", "was: band"))
    assert repository.codes() == ["MS852", "MS852", "MS859"]


@pytest.mark.parametrize(
    "name",
    ["plain words", "never: a is b", "what's 'this'?", 'a "quote"', "a, b", "yes", "Tŷ [1]", "x" * 300, "- a", "#1"],
)
def test_what_is_to_be_pasted_is_read_as_it_was_meant(name: str) -> None:
    top, wrong = document.read(Source("x", pasted(name).replace("…", "some reason")))
    assert not wrong
    (reason,) = reasons(top)
    assert reason.was == name
    assert reason.covers(name)


# --- what cannot be compared -----------------------------------------------------------------------------------------


def test_what_had_errors_then_is_said_not_to_be_compared(repository: Repository) -> None:
    repository.edit(repository.rules, ("then: poor", "then: pour"))
    repository.commit()
    repository.edit(repository.rules, ("then: pour", "then: poor"), ("better: higher", "better: neither"))
    status, said = repository.against()
    assert status == 0
    assert "warning[MS850]: `example/first@1` had errors then: nothing is compared" in said
    repository.edit(repository.rules, ("better: neither", "better: higher"))
    repository.edit(repository.cases, ("{overall: poor}", "{overall: pour}"))
    repository.commit()
    repository.edit(repository.cases, ("{overall: pour}", "{overall: fair}"))
    assert repository.codes() == ["MS850"]
    assert repository.codes("HEAD~2") == ["MS852"], "two commits before all was well"


def test_what_has_errors_now_is_said_not_to_be_compared(repository: Repository) -> None:
    for path, edit in (
        (repository.rules, ("then: poor", "then: pour")),
        (repository.cases, ("banded: good", "bonded: good")),
        (repository.rules, ("id: example/first", "id: [example")),
    ):
        text = path.read_text("utf-8")
        repository.edit(path, edit)
        status, said = repository.against()
        assert status == 1
        assert "not compared, since it has errors now: example/first@1" in said
        repository.write(path, text)


def test_a_folder_that_was_not_there_is_said(repository: Repository) -> None:
    repository.write(repository.folder / "new/1.yaml", RULES)
    status, said = repository.against("HEAD", "new")
    assert status == 0
    assert "warning[MS850]: no rule file of `new` was there at `HEAD`: nothing is compared" in said


# --- faces -----------------------------------------------------------------------------------------------------------


def test_findings_are_annotations_in_files_of_today(repository: Repository) -> None:
    repository.edit(repository.cases, ("{overall: poor}", "{overall: fair}"))
    status, said = repository.run("check", "rules", "--against", "HEAD", "--format", "github")
    assert status == 1
    assert "::error file=rules/example/first/1.cases.yaml,line=9,endLine=9,col=23," in said
    status, said = repository.run("check", "--against", "HEAD", "--json")
    assert '"code": "MS852"' in said
    assert '"file": "HEAD:rules/example/first/1.cases.yaml"' in said


# --- what ships ------------------------------------------------------------------------------------------------------

SHIPPED = sorted(path for path in shipped("rules").rglob("*.yaml") if ".cases" not in path.name)[2::9]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whatever_is_taken_from_a_shipped_file_is_missed(path: Path) -> None:
    """Each case and each guarantee by itself, but for those that another one holds as well; and nothing where all are
    there under other names, in another order."""
    program, cases, _ = load_cases(path.with_suffix(".cases.yaml"), Library([shipped("rules")]))
    assert program is not None
    assert cases
    nowhere = cases[0].span
    renamed = [replace(case, name=f"another {number}") for number, case in enumerate(reversed(cases))]
    assert not list(weakened_cases((program, cases), (program, renamed), nowhere))
    assert not list(weakened_promises(program, program, nowhere))
    for number in range(0, len(cases), max(1, len(cases) // 6)):
        left, taken = [*cases[:number], *cases[number + 1 :]], cases[number]
        missed = [each.was for each in weakened_cases((program, cases), (program, left), nowhere)]
        assert missed == [taken.name] or any(each.given == taken.given for each in left)
    for guarantee in program.guarantees:
        kept = tuple(each for each in program.guarantees if each is not guarantee)
        found = [each.was for each in weakened_promises(program, replace(program, guarantees=kept), nowhere)]
        assert found == [said(guarantee)]


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "docs/guard.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("## In CI") :].partition("\n## ")[0]
SHOWN = re.findall(r"^```(\w+)\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


def test_what_the_page_shows_is_what_is_printed(repository: Repository) -> None:
    """The finding, the reason that is accepted, and what `lock` says."""
    home = repository.folder / "rules/shops/repair"
    shutil.move(repository.rules.parent, home)
    rules, cases = home / "1.yaml", home / "1.cases.yaml"
    repository.write(home / "2026.yaml", RULES.replace("example/first", "shops/repair").replace('"1"', '"2026"'))
    rules.unlink()
    cases.unlink()
    cases = repository.write(
        home / "2026.cases.yaml",
        "methodology: shops/repair@2026\ncases:\n  - name: two poor give poor\n    given:\n"
        "      {judged: poor, score: 90}\n    expect: {overall: poor}\n",
    )
    repository.commit()
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.edit(cases, ("{overall: poor}", "{overall: fair}"))
    _, said = repository.against("origin/main")
    finding, accepted = (text for kind, text in SHOWN if kind == "text")
    assert finding.rstrip() in said
    reason = "weakened: [{was: two poor give poor, because: the guide of 2026 asks for three}]\n"
    repository.write(cases, cases.read_text("utf-8") + reason)
    _, said = repository.against("origin/main")
    assert accepted in re.sub(r"\([0-9a-f]{10}\)", "(5b2e94c1d0)", said)
    repository.edit(cases, ("{overall: fair}", "{overall: poor}"), (reason, ""))
    for command, printed in (each[2:].split("\n", 1) for kind, each in SHOWN if kind == "console" and " lock " in each):
        status, said = repository.run(*shlex.split(command)[1:])
        assert (status, said) == (0, printed)
        text = (home / "2026.yaml").read_text("utf-8")
        repository.write(home / "2026.yaml", text.replace("at_least: 80", "at_least: 75"))


def test_what_the_page_says_to_write_is_accepted(repository: Repository) -> None:
    reasons, workflow, hooks = (text for kind, text in SHOWN if kind == "yaml")
    repository.write(repository.cases, CASES + reasons)
    repository.write(repository.rules, RULES + reasons)
    assert repository.run("check", "rules")[0] == 0
    defined = {
        each["id"] for each in yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    }
    assert {each["id"] for each in yaml.safe_load(hooks)["repos"][0]["hooks"]} <= defined
    runs = [each["run"] for each in yaml.safe_load(workflow)["jobs"]["rules"]["steps"] if "run" in each]
    assert all("${{" not in each for each in runs), "what somebody calls a branch is not put into a command"
    for run in runs:
        command, *words = shlex.split(run.replace("origin/$BASE", "HEAD"))
        if command == "markscheme" and words[0] == "check":
            assert repository.run(*words)[0] == 0


def test_every_code_of_the_guard_is_raised_by_a_test() -> None:
    here = Path(__file__)
    text = here.read_text("utf-8") + here.with_name("test_lock.py").read_text("utf-8")
    for code in registry():
        if code.startswith("MS85"):
            assert f'"{code}"' in text or f"[{code}]" in text, code


def test_remarks_in_shipped_rules_weaken_nothing(repository: Repository) -> None:
    family = shipped("rules") / "audit-commission/council-use-of-resources"
    home = repository.folder / "rules/audit-commission/council-use-of-resources"
    shutil.copytree(family, home)
    repository.commit()
    for path in home.glob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("\n\n", "\n# remark\n\n"), encoding="utf-8")
    assert repository.codes() == []
