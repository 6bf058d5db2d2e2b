"""What a user's own pytest collects of rule files, and what it says where something is wrong."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from xml.etree import ElementTree

import pytest

import markscheme.failed  # noqa: F401  # with all that the plugin loads late, since pytester forgets what a run has loaded

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
    done.stdout.fnmatch_lines([
        "rules/example/shop/1.cases.yaml::two good ones are good PASSED*",
        "rules/example/shop/1.cases.yaml::every pair: fair service PASSED*",
        "rules/example/shop/1.yaml::free of errors PASSED*",
    ])  # fmt: skip


def test_cases_are_picked_by_words_of_their_names_and_by_their_ids(shop: pytest.Pytester) -> None:
    shop.runpytest("rules", "-k", "fair and service").assert_outcomes(passed=1, deselected=len(all_items(shop)) - 1)
    shop.runpytest("rules/example/shop/1.cases.yaml::every pair: row 1").assert_outcomes(passed=1)
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
        done = shop.runpytest(given, "-k", "free")
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
    change(shop, "1.yaml", RULES.replace("goods is poor", "goods is poorr").replace("then: good}", "then: god}"))
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


# --- with others -----------------------------------------------------------------------------------------------------


def test_processes_share_the_work_and_say_the_same(shop: pytest.Pytester) -> None:
    change(shop, "1.cases.yaml", WRONG)
    alone, shared = shop.runpytest("rules"), shop.runpytest("rules", "-n", "2")
    assert alone.parseoutcomes() == shared.parseoutcomes()
    for done in (alone, shared):
        done.stdout.fnmatch_lines([
            "  overall: expected good, got fair",
            "FAILED rules/example/shop/1.cases.yaml::every pair: fair service - overall: e*",
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
