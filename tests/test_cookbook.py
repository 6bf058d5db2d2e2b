"""Every recipe of the cookbook compiles, rates the bodies beside it as it says, and would not without its rule."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

import pytest
from consoles import STATES

from markscheme.cases import read_cases
from markscheme.checking import proved
from markscheme.cli import main
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.ir import STATUSES, Program
from markscheme.render import all_as_text
from markscheme.trial import CaseOutcome, run

PAGE = (Path(__file__).parent.parent / "docs" / "cookbook.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INTRODUCTION, *SECTIONS = re.split(r"^## (?=\d)", PAGE, flags=re.MULTILINE)
FENCED: dict[str, str] = {name: body for _, name, body in FENCE.findall(INTRODUCTION)}


@dataclass(frozen=True)
class Rules:
    """One rule file of a recipe, and the table of bodies after it."""

    text: str
    table: str = ""

    @classmethod
    def below_the_head(cls, body: str) -> Rules:
        own = re.findall(r"^\w+:", body, re.MULTILINE)
        return cls("".join(line for line in FENCED["head"].splitlines(True) if line.split()[0] not in own) + body)

    @property
    def identity(self) -> tuple[str, str]:
        id, version = (re.findall(rf'^{key}: "?([^"\n]+)', self.text, re.MULTILINE)[0] for key in ("id", "version"))
        return id, version

    @property
    def cases(self) -> str:
        head = FENCED["cases"].replace("example/recipe@2026", "@".join(self.identity))
        return head + textwrap.indent(self.table, 6 * " ")


@dataclass(frozen=True)
class Recipe:
    question: str
    text: str
    files: dict[str, str] = field(default_factory=dict)
    rules: list[Rules] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # commands with lines of what they print, and say on the side

    @classmethod
    def read(cls, section: str) -> Recipe:
        question, _, text = section.partition("\n")
        recipe = cls(question, text)
        for kind, name, body in FENCE.findall(text):
            if kind == "yaml":
                recipe.rules.append(Rules.below_the_head(body))
            elif kind == "csv":
                recipe.files[name] = body
            elif kind == "console":
                recipe.shown.append(body)
            else:
                assert kind == "cases"
                assert not recipe.rules[-1].table
                recipe.rules[-1] = replace(recipe.rules[-1], table=body)
        return recipe

    @property
    def number(self) -> int:
        return int(self.question.partition(".")[0])

    def __str__(self) -> str:
        return str(self.number)

    def with_other(self, pattern: str, instead: str) -> Recipe:
        """With a piece of its rules, its files or its tables replaced."""

        def sub(text: str) -> str:
            return re.sub(pattern, instead, text, flags=re.MULTILINE)

        rules = [Rules(sub(rules.text), sub(rules.table)) for rules in self.rules]
        other = replace(self, files={name: sub(body) for name, body in self.files.items()}, rules=rules)
        assert other != self, "nothing was replaced"
        return other


RECIPES = [Recipe.read(section) for section in SECTIONS]
every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=str)


def compiled(recipe: Recipe, text: str, folder: Path) -> tuple[Program | None, str]:
    for name, body in recipe.files.items():
        (folder / name).write_text(body, "utf-8")
    others = {rules.identity: rules.text for rules in recipe.rules}

    def linked(id: str, version: str) -> Program | None:
        other = others.get((id, version))
        return compile_source(Source("other.yaml", other), folder / "other.yaml", lambda *_: None)[0] if other else None

    program, found = compile_source(Source("recipe.yaml", text), folder / "recipe.yaml", linked)
    return program, all_as_text(found)


def rated(rules: Rules, program: Program) -> tuple[list[CaseOutcome], str]:
    cases, found = read_cases(Source("recipe.cases.yaml", rules.cases), program)
    return list(run(cases, program)), all_as_text(found)


def said_of(recipe: Recipe, folder: Path) -> tuple[str, list[str]]:
    """What is found before any body is rated, and which bodies are rated otherwise than printed."""
    told, otherwise = "", []
    for rules in recipe.rules:
        program, said = compiled(recipe, rules.text, folder)
        told += said
        if program is not None and rules.table:
            outcomes, said = rated(rules, program)
            told += said
            for outcome in outcomes:
                name = outcome.case.name.removeprefix("from the cookbook: ")
                otherwise += [f"{name}: {each.got}, not {each.expected.said}" for each in outcome.failures]
                least = max((STATUSES.index(note.status) for note in outcome.result.unpublished), default=0)
                if " status " in rules.table and STATUSES[least] != outcome.case.status:
                    otherwise.append(f"{name}: {STATUSES[least]}, not {outcome.case.status}")
    return told, otherwise


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_index_lists_every_question() -> None:
    links = re.findall(r"\]\(#(\S+)\)", INTRODUCTION)
    assert links == [re.sub(r"[^\w -]", "", each.question.lower()).replace(" ", "-") for each in RECIPES]
    assert [recipe.number for recipe in RECIPES] == list(range(1, len(RECIPES) + 1))
    assert len(RECIPES) >= 20


@every_recipe
def test_every_question_has_a_sentence_rules_bodies_and_what_to_mind(recipe: Recipe) -> None:
    assert recipe.text.startswith("\n> ")
    assert recipe.rules[-1].table.count("\n") >= 3
    assert re.search(r"^\*\*Mind:\*\* \S", recipe.text, re.MULTILINE)
    assert recipe.text.count("\n") <= 42


# --- the recipes -----------------------------------------------------------------------------------------------------


@every_recipe
def test_every_recipe_compiles_and_rates_its_bodies_as_printed(recipe: Recipe, tmp_path: Path) -> None:
    told, otherwise = said_of(recipe, tmp_path)
    assert told == ""
    assert not otherwise


@every_recipe
def test_a_recipe_saved_as_the_page_says_passes(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, body in recipe.files.items():
        (tmp_path / name).write_text(body, "utf-8")
    monkeypatch.setattr(import_module("markscheme.cli.check"), "_TOGETHER", 1000)  # in this process, however many
    for number, rules in enumerate(recipe.rules):
        (tmp_path / f"recipe{number}.yaml").write_text(rules.text, "utf-8")
        if rules.table:
            (tmp_path / f"recipe{number}.cases.yaml").write_text(rules.cases, "utf-8")
    assert main(["check"]) == 0
    assert main(["test"]) == 0
    bodies = sum(len(rules.table.splitlines()[1:]) for rules in recipe.rules)
    assert f"{bodies} cases in" in capsys.readouterr().out


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe.shown], ids=str)
def test_commands_print_what_is_shown(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipe.yaml").write_text(recipe.rules[-1].text, "utf-8")
    for block in recipe.shown:
        command, *lines = block.splitlines()
        assert main(command.removeprefix("$ markscheme ").split()) == 0
        printed = "".join(capsys.readouterr())
        if "walking … states" in block:
            printed = STATES.sub("walking … states", printed)
        assert lines == [line for line in printed.splitlines() if line in lines]


# --- what a rule is there for ----------------------------------------------------------------------------------------

LIMITS = r"^    limits:\n(?:      - .*\n)+"
WITHOUT = {  # the piece that answers the question, and what stands there instead
    1: (LIMITS, ""),
    2: (r"^.*at_least: fair.*\n", ""),
    3: (r"^.*at least 2 of ratings are poor.*\n", ""),
    4: (r"otherwise: 1", "otherwise: 2"),
    5: (r"at most 1 of ratings are less than good and ", ""),
    6: (r"^.*dominant is yes.*\n", ""),
    7: (r"quality \\ money", r"money \\ quality"),
    8: (r"^met,at least 85,0,.*\nmet,at least 85,at least 1,", "met,at least 85,-,"),
    9: (r"under_achieved, value: 2", "under_achieved, value: 1"),
    10: (r"likely \+ harm", "likely * harm"),
    11: (r" where marks is present", ""),
    12: (r" weighted by weight", ""),
    13: (r"half_up", "half_down"),
    14: (LIMITS, ""),
    15: (r"at_least: achieved_from", "at_least: 95"),
    16: (r"at_most: 18", "at_most: 17.9"),
    17: (r"worst\(score\)", "best(score)"),
    18: (r"not_applicable: skip", "not_applicable: unrated"),
    19: (r"not_supplied: failed", "not_supplied: skip"),
    20: (r"first_present: \[national, after_panel\]", "formula: after_panel"),
    21: (r"first_present: \[departure, by_the_rules\]", "formula: by_the_rules"),
    22: (r"^.*last_year is at least 3.*\n", ""),
    23: (r"at least 2 of ratings", "at least 3 of ratings"),
    24: (r"kind is hospital and ", ""),
    25: (r"{when: any of them are poor, then: poor}, ", ""),
    26: (r"{at_least: 3, is: good}, ", ""),
    27: (r", status: derived", ""),
    28: (r"half_up", "half_down"),
    29: (r"at least 2 of ratings", "at least 3 of ratings"),
    30: (r"^.*are at least good, then: good.*\n", ""),
    31: (LIMITS, ""),
    32: (r"not_assessed: skip", "not_assessed: unrated"),
}


@every_recipe
def test_without_its_rule_a_recipe_rates_otherwise(recipe: Recipe, tmp_path: Path) -> None:
    told, otherwise = said_of(recipe.with_other(*WITHOUT[recipe.number]), tmp_path)
    assert "error[" not in told
    assert otherwise


LINE = re.compile(r"^ +- \{.*\}(?: *#.*)?\n", re.MULTILINE)
IN_A_LIST = re.compile(r"\{(?:when|at_least|at_most|from): [^{}]*\}, ")


def pieces() -> Iterator[tuple[Recipe, str]]:
    """Each rule, row, limit and member that stands on a line, or in a list, of its own."""
    for recipe in RECIPES:
        for rules in recipe.rules:
            yield from ((recipe, found[0]) for found in (*LINE.finditer(rules.text), *IN_A_LIST.finditer(rules.text)))
        for text in recipe.files.values():
            yield from ((recipe, line) for line in text.splitlines(True)[1:])


@pytest.mark.parametrize(
    ("recipe", "piece"), list(pieces()), ids=lambda it: it.strip() if isinstance(it, str) else str(it)
)
def test_every_rule_of_a_recipe_is_needed(recipe: Recipe, piece: str, tmp_path: Path) -> None:
    told, otherwise = said_of(recipe.with_other(re.escape(piece), ""), tmp_path)
    assert "error[" in told or otherwise


# --- what to mind ----------------------------------------------------------------------------------------------------

MIND = [  # a slip that the page warns of, and what comes of it
    (
        *(1, r"^    formula: judged\n" + LIMITS),
        "    rules: [{when: action is requirement_notice, then: fair}, {when: action is warning_notice, then: poor}, "
        "{otherwise: judged}]\n",
        "Durmast stays where it is: fair, not poor",
    ),
    (2, r"at_most: good(.*\n.*)at_least: fair", r"at_most: fair\1at_least: good", "warning[MS423]"),
    (
        3,
        r"^(.*2 of ratings are poor.*\n)(.*any of ratings are poor.*\n)",
        r"\2\1",
        "Alder has two poor: fair, not poor",
    ),
    (3, r"at least 2 of ratings are poor", "exactly 2 of ratings are poor", "Elm has three poor: fair, not poor"),
    (5, r"less than good", "at most good", "Alder: one below good: fair, not excellent"),
    (
        *(6, r"^.*dominant is yes.*\n((?:.*\n)*      - .otherwise: 2.*\n)"),
        r"\1    limits: [{when: any of (score where dominant is yes) are 1, at_most: 2}]\n",
        "Durmast: a 1 on a dominant theme: 2, not 1",
    ),
    (7, r"^ +good +\| fair \|.*\n", "", "error[MS419]"),
    (8, r"^met,at most 69.*\n", "", "no row holds of core_standards met, targets 0"),
    (8, r"at most 69", "at most 70", "two rows hold of core_standards met, targets 70"),
    (8, r"targets: {type: number, decimals: 0", "targets: {type: number, decimals: 1", "no row holds"),
    (9, r"\{level: under_achieved, value: 2\}", "under_achieved", "error[MS407]"),
    (9, r"\| failed        ", "| 1             ", "`1` is not a level of `outcome`"),
    (10, r"formula: likely \+ harm", "rules: [{when: likely is at least harm, then: 1}, {otherwise: 0}]", "MS405"),
    (11, r" where marks is present", "", "Birch: 20 of 40: 20, not 50"),
    (12, r"mean\(score weighted by weight\)", "sum(score * weight) / 4", "Birch: (2 × 90 + 60) ÷ 3: 60, not 80"),
    (13, r"round\(score, nearest 1, half_up\)", "score", "`62.01` falls in no band"),
    (13, r"round\(score,", "round(round(score, nearest 0.1, half_up),", "Cedar: 38: fair, not poor"),
    (
        15,
        r"at_least: achieved_from(.*\n.*)at_least: under_achieved_from",
        r"at_least: under_achieved_from\1at_least: achieved_from",
        "error[MS418]",
    ),
    (16, r"better: lower", "better: higher", "Alder: 2, not 6"),
    (17, r"'round\((median\(score\)), nearest 1, down\)'", r"\1", "error[MS412]"),
    (18, r"\| under_review   ", "|                ", "error[MS540]"),
    (19, r"^excused      ", "             ", "error[MS540]"),
    (20, r"\[national, after_panel\]", "[after_panel, national]", "error[MS413]"),
    (22, r"rules:\n(      - .*\n)+", "first_present: [assessed, last_year]\n", "Cedar: a 2 is not carried forward: 2"),
    (22, r"^(.*assessed is present.*\n)(.*\n)", r"\2\1", "Birch: signs of problems, so assessed: 4, not 2"),
    (23, r"^safe \| kindness", "safe | caring", "error[MS"),
    (26, r"^1        ", "5        ", "error[MS541]"),
    (29, r"at least 2 of ratings", "at least 3 of ratings", "Alder: fair, not poor"),
]

PROVED = [  # a slip, and what of it is proved to be so or not
    (6, r"otherwise: 2", "when: at least 3 of score are at least 2, then: 2}\n      - {otherwise: 1", "error[MS802]"),
    (29, r"at least 2 of ratings", "exactly 2 of ratings", "error[MS801]"),
    (29, r"at least 2 of ratings", "at least 3 of ratings", ""),
    (30, r"^waive:\n.*\n", "", "error[MS801]"),
    (
        *(30, "exactly 2 of ratings are excellent and exactly 3 of ratings are good"),
        *("at least 2 of ratings are excellent and all of ratings are at least good", "warning[MS805]"),
    ),
    (31, r"at_most: fair", "at_most: good", "error[MS802] error[MS804]"),
    (
        *(
            31,
            r"unanswered: 0((?:.*\n)*?.*)mean\(marks\) / 2",
            r"unanswered: skip\1mean(marks) / 2, absent: {unscored: 0}",
        ),
        "error[MS804]",
    ),
    (
        32,
        r"^results: \[overall\]",
        "results: [overall]\nguarantees: [withholding ratings never raises overall]",
        "error[MS804]",
    ),
]


@pytest.mark.parametrize(("number", "pattern", "instead", "comes"), MIND, ids=[f"{it[0]}-{it[2]}" for it in MIND])
def test_what_to_mind_comes_true(number: int, pattern: str, instead: str, comes: str, tmp_path: Path) -> None:
    told, otherwise = said_of(RECIPES[number - 1].with_other(pattern, instead), tmp_path)
    assert comes in "\n".join((told, *otherwise)), (told, otherwise)


@pytest.mark.parametrize(("number", "pattern", "instead", "comes"), PROVED, ids=[f"{it[0]}-{it[2]}" for it in PROVED])
def test_what_to_mind_is_proved(number: int, pattern: str, instead: str, comes: str, tmp_path: Path) -> None:
    recipe = RECIPES[number - 1].with_other(pattern, instead)
    program, said = compiled(recipe, recipe.rules[-1].text, tmp_path)
    assert program is not None, said
    found = {f"{each.severity}[{each.code}]" for each in proved(program, ()).found}
    assert found == set(comes.split())


@pytest.mark.parametrize(("instead", "raised"), [("skip", True), ("unrated", False), ("poor", False)])
def test_what_is_left_out_can_raise_and_what_is_open_or_assumed_cannot(
    instead: str, raised: bool, tmp_path: Path
) -> None:
    text = RECIPES[31].rules[-1].text.replace("not_assessed: skip", f"not_assessed: {instead}")
    program, said = compiled(RECIPES[31], text, tmp_path)
    assert program is not None, said
    report = proved(program, ()).report
    assert report is not None
    assert report.raised == ((("overall", ("ratings",)),) if raised else ())
    assert not report.unknown


@pytest.mark.parametrize(
    ("number", "body", "said"),
    [
        (1, 2, "a warning notice"),
        (19, 1, "Screening: not supplied - taken as failed"),
        (26, 1, "Auditors, rated by example/auditors@2025: 2"),
    ],
)
def test_the_explanation_says_what_became_of_a_body(number: int, body: int, said: str, tmp_path: Path) -> None:
    recipe = RECIPES[number - 1]
    program, _ = compiled(recipe, recipe.rules[-1].text, tmp_path)
    assert program is not None
    outcomes, _ = rated(recipe.rules[-1], program)
    assert said in outcomes[body].result.explain().text()
