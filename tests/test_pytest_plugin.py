"""What a user's own pytest collects of rule files, and what it says where something is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import pytest

import markscheme.failed  # noqa: F401  # with all that the plugin loads late, since pytester forgets what a run has loaded
from markscheme.ir import Program
from markscheme.verify import Obligation, Verified, verify

pytest_plugins = ["pytester"]

RULES = """\
markscheme: 1
id: example/shop
version: "1"
title: Shops
in_force: {from: "2024-01-01"}
scales: {rating: [poor, fair, good]}
inputs:
  goods: {scale: rating}
  service: {scale: rating, absent: {not_seen: unrated}}
measures:
  overall:
    scale: rating
    rules:
      - {when: goods is poor, then: poor}
      - {when: goods is good and service is good, then: good}
      - {otherwise: fair}
    absent: {not_rated: unrated}
results: [overall]
guarantees:
  - never: overall is good and goods is poor
"""
CASES = """\
methodology: example/shop@1
cases:
  - {name: two good ones are good, given: {goods: good, service: good}, expect: {overall: good}}
  - name: every pair
    table: |
      goods | service || overall | name
      poor  | good    || poor    |
      good  | fair    || fair    | fair service
"""
WRONG = CASES.replace("good  | fair    || fair ", "good  | fair    || good ")


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A repository with one rule file and its cases, and YAML of other tools around it."""
    folder = pytester.path / "rules" / "example" / "shop"
    folder.mkdir(parents=True)
    (folder / "1.yaml").write_text(RULES, encoding="utf-8")
    (folder / "1.cases.yaml").write_text(CASES, encoding="utf-8")
    (folder / "values.yaml").write_text("image: {markscheme: 1}\n", encoding="utf-8")
    (folder / "load.cases.yaml").write_text("cases: [{name: of another tool}]\n", encoding="utf-8")
    (folder / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    return pytester


def change(shop: pytest.Pytester, name: str, text: str) -> None:
    (shop.path / "rules" / "example" / "shop" / name).write_text(text, encoding="utf-8")


# --- what is collected -----------------------------------------------------------------------------------------------


def test_it_is_found_by_pytest_without_being_asked_for() -> None:
    (found,) = entry_points(group="pytest11", name="markscheme")
    assert found.value == "markscheme.pytest_plugin"


def test_every_case_is_a_test_named_as_the_case_and_other_yaml_is_left_alone(shop: pytest.Pytester) -> None:
    items, _ = shop.inline_genitems("rules")
    cases = [item.nodeid for item in items if ".cases." in item.nodeid]
    assert cases == [
        f"rules/example/shop/1.cases.yaml::{name}"
        for name in ("two good ones are good", "every pair: row 1", "every pair: fair service")
    ]
    assert {item.path.name for item in items} == {"1.cases.yaml", "1.yaml"}
    assert all(item.get_closest_marker("markscheme") for item in items)


def test_nothing_else_need_be_written(shop: pytest.Pytester) -> None:
    done = shop.runpytest("rules", "-v", "-W", "error", "--strict-markers")
    assert done.ret == 0
    names = [line.partition(" PASSED")[0] for line in done.outlines if " PASSED" in line]
    assert names == [
        "rules/example/shop/1.cases.yaml::two good ones are good",
        "rules/example/shop/1.cases.yaml::every pair: row 1",
        "rules/example/shop/1.cases.yaml::every pair: fair service",
        "rules/example/shop/1.yaml::free of errors",
        "rules/example/shop/1.yaml::every rule, row, band and limit decides some record",
        "rules/example/shop/1.yaml::some record gets each level of overall",
        "rules/example/shop/1.yaml::overall never worsens when goods improves",
        "rules/example/shop/1.yaml::overall never worsens when service improves",
        "rules/example/shop/1.yaml::never: overall is good and goods is poor",
    ]


def test_cases_are_picked_by_words_of_their_names_and_by_their_ids(shop: pytest.Pytester) -> None:
    shop.runpytest("rules", "-k", "fair and service").assert_outcomes(passed=1, deselected=len(all_items(shop)) - 1)
    shop.runpytest("rules/example/shop/1.cases.yaml::every pair: row 1").assert_outcomes(passed=1)
    shop.runpytest("rules", "-k", "monotone").assert_outcomes(passed=2, deselected=len(all_items(shop)) - 2)
    shop.runpytest("rules", "-m", "not markscheme").assert_outcomes(deselected=len(all_items(shop)))


def all_items(shop: pytest.Pytester) -> list[pytest.Item]:
    return shop.inline_genitems("rules")[0]


def test_they_are_listed_without_being_run(shop: pytest.Pytester) -> None:
    change(shop, "1.cases.yaml", WRONG)
    done = shop.runpytest("rules", "--collect-only", "-q")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["rules/example/shop/1.cases.yaml::two good ones are good"])


def test_a_rule_file_may_look_for_another_of_the_same_folder(shop: pytest.Pytester) -> None:
    text = RULES.replace("example/shop", "example/street").replace(
        "goods: {scale: rating}",
        'goods: {from: example/shop, version: "1", result: overall, absent: {not_rated: unrated}}',
    )
    folder = shop.path / "rules" / "example" / "street"
    folder.mkdir()
    (folder / "1.yaml").write_text(text, encoding="utf-8")
    for given in ("rules", "rules/example/street/1.yaml"):
        done = shop.runpytest(given, "-k", "not never")
        assert done.ret == 0, done.stdout.str()


# --- what fails ------------------------------------------------------------------------------------------------------


def test_a_case_that_fails_says_what_was_expected_where_and_how_it_came_about(shop: pytest.Pytester) -> None:
    change(shop, "1.cases.yaml", WRONG)
    done = shop.runpytest("rules", "-k", "case")
    done.assert_outcomes(passed=2, failed=1, deselected=len(all_items(shop)) - 3)
    done.stdout.fnmatch_lines([
        "*every pair: fair service*",
        "failed: every pair: fair service",
        "  --> rules/example/shop/1.cases.yaml:8:*",
        "  overall: expected good, got fair",
        "*Overall: Fair*",
        "*Rule 3 of 3, the otherwise, gives fair*",
        "FAILED rules/example/shop/1.cases.yaml::every pair: fair service - overall: e*",
    ])  # fmt: skip
    said = done.stdout.str()
    assert "Traceback" not in said
    assert "pytest_plugin.py" not in said


def test_a_line_for_an_editor_or_a_log_names_file_line_and_result(shop: pytest.Pytester) -> None:
    change(shop, "1.cases.yaml", WRONG)
    done = shop.runpytest("rules", "--tb=line")
    done.stdout.fnmatch_lines(["*rules/example/shop/1.cases.yaml:8: overall: expected good, got fair"])


def test_a_rule_file_with_errors_is_one_failing_test_that_shows_them_all(shop: pytest.Pytester) -> None:
    change(shop, "1.yaml", RULES.replace("goods is poor,", "goods is poorr,").replace("then: good}", "then: god}"))
    done = shop.runpytest("rules")
    done.assert_outcomes(failed=2)  # the rule file, and the cases that cannot run
    done.stdout.fnmatch_lines([
        "*error[[]MS*`poorr`*",
        "*--> rules/example/shop/1.yaml:14:*",
        "*error[[]MS*`god`*",
        "FAILED rules/example/shop/1.cases.yaml::free of errors - no case runs: 2 *",
        "FAILED rules/example/shop/1.yaml::free of errors - 2 errors: *",
    ])  # fmt: skip
    assert "INTERNALERROR" not in done.stdout.str()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CASES.replace("service: good}", "service: god}"), "*`god`*"),
        (CASES.replace("shop@1", "shop@2"), "*the rule file beside this one is `example/shop@1`*"),
        ("methodology: example/shop@1\ncases: [", "*error*"),
        ("", None),
    ],
)
def test_a_cases_file_with_errors_is_one_failing_test(shop: pytest.Pytester, text: str, said: str | None) -> None:
    change(shop, "1.cases.yaml", text)
    done = shop.runpytest("rules/example/shop/1.cases.yaml")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([said] if said else ["*1.cases.yaml*"])


def test_what_a_file_writes_is_never_sent_to_the_terminal_raw(shop: pytest.Pytester) -> None:
    change(
        shop,
        "1.cases.yaml",
        WRONG.replace("two good ones", '"two \\e[31m good ones').replace("are good,", 'are good",'),
    )
    items = [item.name for item in all_items(shop)]
    assert not [name for name in items if not name.isprintable()]


# --- what is owed and promised ---------------------------------------------------------------------------------------

FALLING = RULES.replace("service is good, then: good}", "service is fair, then: good}")
WAIVED = FALLING + "waive: [{guarantee: monotone, in: overall, because: to see that it is said}]\n"
SAID = "rules/example/shop/1.yaml: waived: overall never worsens when service improves, because to see that it is said"


@pytest.mark.parametrize(
    ("before", "after", "name", "line"),
    [
        ("service is good, then", "service is fair, then", "overall never worsens when service improves", 16),
        ("overall is good and goods is poor", "overall is fair", "never: overall is fair", 20),
        ("then: good", "then: fair", "some record gets each level of overall", 12),
        ("goods is good and", "goods is poor and", "every rule, row, band and limit decides some record", 15),
    ],
)
def test_what_does_not_hold_fails_under_its_own_name_and_at_its_place(
    shop: pytest.Pytester, before: str, after: str, name: str, line: int
) -> None:
    assert before in RULES
    change(shop, "1.yaml", RULES.replace(before, after))
    done = shop.runpytest("rules/example/shop/1.yaml")
    failed = [each for each in done.outlines if each.startswith("FAILED")]
    assert f"FAILED rules/example/shop/1.yaml::{name}" in "\n".join(failed)
    done.stdout.fnmatch_lines([f"*--> rules/example/shop/1.yaml:{line}:*"])
    assert "Traceback" not in done.stdout.str()
    assert "pytest_plugin.py" not in done.stdout.str()


def test_what_is_waived_passes_and_the_reason_is_printed(shop: pytest.Pytester) -> None:
    change(shop, "1.yaml", WAIVED)
    done = shop.runpytest("rules/example/shop/1.yaml", "--markscheme-strict")
    done.assert_outcomes(passed=len(all_items(shop)) - 3)
    done.stdout.fnmatch_lines([SAID])


def test_what_is_not_proved_passes_with_a_note_and_fails_where_that_is_asked_for(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tried(program: Program, only: Callable[[Obligation], bool]) -> Verified:
        found = verify(program, only=only)
        verdicts = (
            replace(each, ending="not proved", by="tests", states=900, limit="too many states")
            if each.obligation.kind == "monotone"
            else each
            for each in found.verdicts
        )
        return replace(found, verdicts=tuple(verdicts))

    monkeypatch.setattr("markscheme.verify.verify", tried)
    done = shop.runpytest("rules")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["rules/example/shop/1.yaml: not proved*: overall never worsens when goods improves"])
    strict = shop.runpytest("rules", "--markscheme-strict")
    assert strict.parseoutcomes()["failed"] == 2
    strict.stdout.fnmatch_lines(["FAILED rules/example/shop/1.yaml::overall never worsens when goods improves*"])


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parent.parent / "docs" / "guard.md").read_text("utf-8").partition("\n## Pytest\n")[2]


def test_the_page_shows_what_is_printed(shop: pytest.Pytester) -> None:
    """Cut to what it shows: a run has a head and a foot."""
    change(shop, "1.yaml", FALLING)
    done = shop.runpytest("rules", "-v")
    listed, failures, *_ = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    happened = [re.sub(r" +\[.*", "", line) for line in done.outlines]
    assert [line for line in listed.splitlines() if line not in happened] == []
    at = done.outlines.index("=================================== FAILURES ===================================")
    told = "\n".join(done.outlines[at + 1 :])
    for failure in re.split(r"^(?=_)", failures, flags=re.MULTILINE):
        assert failure in told


def test_its_tests_pass(pytester: pytest.Pytester) -> None:
    (module,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    settings = "from hypothesis import settings\nsettings.register_profile('few', max_examples=15, deadline=None)\n"
    pytester.makepyfile(settings + "settings.load_profile('few')\n" + module)
    pytester.runpytest().assert_outcomes(passed=3)


# --- with others -----------------------------------------------------------------------------------------------------


def test_processes_share_the_work_and_say_the_same(shop: pytest.Pytester) -> None:
    change(shop, "1.yaml", WAIVED)
    alone, shared = shop.runpytest("rules"), shop.runpytest("rules", "-n", "2")
    assert alone.parseoutcomes() == shared.parseoutcomes()
    for done in (alone, shared):
        done.stdout.fnmatch_lines([
            "  overall: expected good, got fair",
            SAID,
            "FAILED rules/example/shop/1.cases.yaml::two good ones are good - overall: e*",
        ])  # fmt: skip


def test_a_report_for_machines_holds_each_case_and_what_came_of_it(shop: pytest.Pytester) -> None:
    change(shop, "1.cases.yaml", WRONG)
    shop.runpytest("rules", "--junitxml=report.xml")
    cases = {case.get("name"): case for case in ElementTree.parse(shop.path / "report.xml").iter("testcase")}
    assert cases["two good ones are good"].find("failure") is None
    failure = cases["every pair: fair service"].find("failure")
    assert failure is not None
    assert failure.get("message") == "overall: expected good, got fair"
    assert "Overall: Fair" in (failure.text or "")


def test_it_can_be_switched_off(shop: pytest.Pytester) -> None:
    assert shop.runpytest("rules", "-p", "no:markscheme").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_run_without_rule_files_loads_nothing_of_the_engine(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    (pytester.path / "other.yaml").write_text("a: 1\n", encoding="utf-8")
    code = (
        "import sys, pytest\n"
        "assert pytest.main(['-q', '-p', 'no:cacheprovider']) == 0\n"
        "heavy = {'yaml', 'lark', 'jsonschema', 'click', 'rich', 'openpyxl'}\n"
        "print('loaded', sorted(n for n in sys.modules if n.split('.')[0] in heavy or n.startswith('markscheme')))\n"
    )
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "markscheme.pytest_plugin"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=pytester.path, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["loaded ['markscheme', 'markscheme.pytest_plugin']"], done.stderr
