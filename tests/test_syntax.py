"""Conditions and formulas as text: the grammar has one reading, its words end where words end, every operator is both
in the grammar and in the tables, and a slip is told with its way out."""

from __future__ import annotations

import json
import logging
import re
from fractions import Fraction
from importlib.resources import files

import lark
import pytest
from clocks import within
from hypothesis import given
from hypothesis import strategies as st

from markscheme import ops, syntax
from markscheme.compile import compile_source
from markscheme.diagnostics import Diagnostic, Findings, Source, Span
from markscheme.methodology import Methodology, Result
from markscheme.shape.keys import RESERVED
from markscheme.syntax import planting, table

GRAMMAR = (files("markscheme.syntax") / "grammar.lark").read_text("utf-8")
WORDS = sorted(set(re.findall(r'"([a-z]+)"', GRAMMAR)))
TERMINALS = dict(re.findall(r"^([A-Z]+)(?:\.\d)?: /(.*)/$", GRAMMAR, re.MULTILINE))
STARTS = ["condition", "formula", "cell", "guarantee", "values", "column"]


def parsed(start: syntax.Start, text: str) -> tuple[object, tuple[Diagnostic, ...]]:
    source, findings = Source("x", text), Findings()
    tree = syntax.parse(start, syntax.Phrase(text, lambda a, b: Span(source, a, b)), findings)
    return tree, findings.all()


def alternatives(terminal: str) -> set[str]:
    """The words of a terminal such as `/(sum|count)\\b/`."""
    match = re.fullmatch(r"\(([a-z_|]+)\)\\b", TERMINALS[terminal])
    assert match, f"{terminal} does not end where a word ends"
    return set(match.group(1).split("|"))


# --- the grammar -----------------------------------------------------------------------------------------------------


def conflicts(grammar: str, caplog: pytest.LogCaptureFixture, start: list[str]) -> list[str]:
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger=lark.logger.name):
        lark.Lark(grammar, parser="lalr", lexer="basic", start=start, debug=True)
    return [record.getMessage() for record in caplog.records if "onflict" in record.getMessage()]


def test_no_text_can_be_read_in_two_ways(caplog: pytest.LogCaptureFixture) -> None:
    """lark settles shift/reduce conflicts silently, so its debug log is read; a grammar that has one shows up there."""
    assert conflicts(GRAMMAR, caplog, STARTS) == []
    assert conflicts('s: s "and" s | "a"', caplog, ["s"]) != []


@pytest.mark.parametrize("word", [*WORDS, *sorted(RESERVED)])
def test_a_name_may_begin_or_end_with_a_word_of_the_language(word: str) -> None:
    for name in (f"{word}ed", f"{word}_of_it", f"{word}2", f"un{word}", f"a_{word}"):
        if name in RESERVED:
            continue
        tree, found = parsed("condition", f"{name} is {name}")
        assert found == ()
        assert isinstance(tree, syntax.Comparison)
        assert isinstance(tree.subject, syntax.Name)
        assert tree.subject.text == name


@pytest.mark.parametrize("text", ["a isgood", "anyof a are b", "a is atleast b", "a is at leastb", "a is b andc is d"])
def test_words_do_not_run_together(text: str) -> None:
    assert parsed("condition", text)[1]


@pytest.mark.parametrize("text", ["2a is b", "a is 2b", "a is 2.5.1", "a is 2 5"])
def test_a_number_ends_where_it_ends(text: str) -> None:
    assert parsed("condition", text)[1]


def test_every_word_of_the_grammar_is_reserved() -> None:
    spoken = set(WORDS).union(*(alternatives(terminal) for terminal in ("AGG", "FUN", "PEER", "MODE")))
    assert spoken <= RESERVED


def test_lines_and_tabs_are_white_space() -> None:
    assert parsed("condition", "any of judged\n  are\tgood")[1] == ()


def test_places_are_those_of_the_file() -> None:
    tree, _ = parsed("condition", "judged is good and score + 1 is at least 80")
    assert isinstance(tree, syntax.Joined)
    second = tree.parts[1]
    assert isinstance(second, syntax.Comparison)
    assert [second.span.text, second.subject.span.text] == ["score + 1 is at least 80", "score + 1"]
    assert (second.span.line, second.span.column) == (1, 20)


# --- the tables of operators -----------------------------------------------------------------------------------------


def aliases(rule: str) -> set[str]:
    """The names that a rule of the grammar gives its alternatives."""
    text = re.search(rf"^\??{rule}:(.*?)(?=^\S|\Z)", GRAMMAR, re.MULTILINE | re.DOTALL)
    assert text
    return set(re.findall(r"-> (\w+)", text.group(1)))


def test_the_grammar_and_the_tables_name_the_same_operators() -> None:
    arithmetic = aliases("sum") | aliases("term") | aliases("factor")
    assert arithmetic | alternatives("FUN") == set(ops.FUNCTIONS)
    assert arithmetic == planting.FUNCTIONS
    assert aliases("predicate") == set(ops.PREDICATES) | set(ops.DIRECTED) == planting.PREDICATES
    assert aliases("quantifier") == set(ops.QUANTIFIERS)
    assert alternatives("AGG") == set(ops.AGGREGATES)
    assert alternatives("PEER") == set(ops.OF_PEERS)
    assert alternatives("MODE") == set(ops.ROUNDING)


HEAD = """\
markscheme: 1
id: example/operators
version: "1"
title: Operators
scales: {rating: [poor, fair, good]}
sets: {members: [a, b, c, d], pair: [e, f]}
inputs:
  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}
  other: {type: number, decimals: 1, min: 0, max: 100, better: higher}
  scores: {each: members, type: number, decimals: 0, min: 0, max: 4, better: higher, absent: {none_given: skip}}
"""
ONE = HEAD + "  judged: {scale: rating, absent: {not_rated: unrated}}\n"
MANY = HEAD + "  judged: {each: pair, scale: rating, absent: {not_rated: unrated}}\n"
RECORD = {"score": "62.5", "other": "70", "scores": {"a": "2", "b": "3", "c": "4", "d": "4"}}


def value_of(head: str, measure: str, judged: object) -> object:
    text = f"{head}measures:\n  result: {{{measure}, absent: {{no_result: skip}}}}\nresults: [result]\n"
    program, found = compile_source(Source("x", text), files("markscheme") / "x.yaml", lambda a, b: None)  # type: ignore[arg-type]
    assert program is not None, found
    result = Methodology(program).rate({**RECORD, "judged": judged})
    assert isinstance(result, Result)
    return result.outcome["result"]


FORMULAS = [
    (row.name, *example)
    for table in (ops.FUNCTIONS, ops.AGGREGATES)
    for row in table.values()
    for example in row.examples
]
CONDITIONS = [
    (row.name, *example, head, judged)
    for table, head, judged in ((ops.PREDICATES, ONE, "good"), (ops.QUANTIFIERS, MANY, {"e": "good", "f": "good"}))
    for row in table.values()
    for example in row.examples
]


@pytest.mark.parametrize(("name", "formula", "value"), FORMULAS)
def test_the_examples_of_functions_and_aggregates_give_what_they_say(name: str, formula: str, value: str) -> None:
    assert Fraction(str(value_of(ONE, f"type: number, formula: '{formula}'", "good"))) == Fraction(value)


@pytest.mark.parametrize(("name", "condition", "truth", "head", "judged"), CONDITIONS)
def test_the_examples_of_predicates_and_quantifiers_hold_as_they_say(
    name: str, condition: str, truth: bool, head: str, judged: object
) -> None:
    rules = f"""type: yes_no, rules: [{{when: "{condition}", then: "yes"}}, {{otherwise: "no"}}]"""
    assert value_of(head, rules, judged) == ("yes" if truth else "no")


def test_every_operator_has_an_example() -> None:
    assert {name for name, *_ in FORMULAS} == set(ops.FUNCTIONS) | set(ops.AGGREGATES)
    assert {name for name, *_ in CONDITIONS} == set(ops.PREDICATES) | set(ops.QUANTIFIERS)


@given(
    st.fractions(-50, 50, max_denominator=40),
    st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(5), Fraction(1, 10)]),
    st.sampled_from(sorted(ops.ROUNDING)),
)
def test_rounding_gives_a_multiple_no_further_than_its_mode_allows(value: Fraction, step: Fraction, mode: str) -> None:
    rounded = ops.rounded(value, step, mode)
    assert (rounded / step).denominator == 1
    off = rounded - value
    match mode:
        case "up":
            assert 0 <= off < step
        case "down":
            assert -step < off <= 0
        case "half_up":
            assert -step / 2 < off <= step / 2
        case "half_down":
            assert -step / 2 <= off < step / 2
        case _:
            assert abs(off) < step / 2 or (abs(off) == step / 2 and (rounded / step) % 2 == 0)


# --- slips -----------------------------------------------------------------------------------------------------------

# id: the kind of text, the text, what the message or hint must say, the offending piece
SLIPS: dict[str, tuple[syntax.Start, str, str, str]] = {
    "B070 at least as an arrow": ("condition", "score => 80", "at least", "=>"),
    "at least": ("condition", "score >= 80", "at least", ">="),
    "at least, one sign": ("condition", "score ≥ 80", "at least", "≥"),
    "at most": ("condition", "score <= 80", "at most", "<="),
    "at most, the other way": ("condition", "score =< 80", "at most", "=<"),
    "more than": ("condition", "score > 80", "more than", ">"),
    "less than": ("condition", "score < 80", "less than", "<"),
    "B071 is": ("condition", "score == 80", "`score is 80`", "=="),
    "is, three": ("condition", "score === 80", "`score is 80`", "==="),
    "is, one": ("condition", "score = 80", "`score is 80`", "="),
    "is not": ("condition", "score != 80", "not", "!="),
    "is not, in SQL": ("condition", "score <> 80", "not", "<>"),
    "B071 and": ("condition", "safe is good && caring is good", "and", "&&"),
    "and, one": ("condition", "safe is good & caring is good", "and", "&"),
    "B071 or": ("condition", "safe is good || caring is good", "or", "||"),
    "or, one": ("condition", "safe is good | caring is good", "or", "|"),
    "B071 not": ("condition", "!safe is good", "`safe is not good`", "!"),
    "not before": ("condition", "not safe is good", "`safe is not good`", "not"),
    "quotes": ("condition", "safe is 'good'", "`safe is good`", "'"),
    "double quotes": ("condition", 'safe is "good"', "`safe is good`", '"'),
    "curly quotes": ("condition", "safe is “good”", "`safe is good`", "“"),
    "per cent": ("condition", "score is at least 80%", "`unit`", "0%"),
    "currency": ("condition", "cost is at most £5", "`unit`", "£"),
    "thousands": ("condition", "cost is at most 1,000", "1000", "1,000"),
    "underscores in a number": ("condition", "cost is at most 1_000", "leave them out", "1_000"),
    "B081 an exponent": ("condition", "cost is at most 1e3000000", "digits", "1e3000000"),
    "a bare point": ("condition", "score is at least .5", "0.5", ".5"),
    "a trailing point": ("condition", "score is at least 5.", "5", "5."),
    "B073 a dot": ("condition", "ratings.safe is good", "`ratings for safe is good`", "s.s"),
    "B073 a call": ("condition", '__import__("os").system("x")', "quotes", '"'),
    "B073 a lambda": ("formula", "lambda x: x", "", ":"),
    "B073 an if": ("formula", "good if safe is good else poor", "one rule for each outcome", "if"),
    "if": ("condition", "if safe is good", "`safe is good`", "if"),
    "if and then": ("condition", "if safe is good then good", "one rule for each outcome", "if"),
    "B047 a question mark": ("formula", "a ? b : c", "one rule for each outcome", "?"),
    "a power": ("formula", "score ** 2", "x * x", "**"),
    "a caret": ("formula", "score ^ 2", "x * x", "^"),
    "a printed times": ("formula", "score × 2", "*", "×"),
    "a dash": ("formula", "score – 2", "`score - 2`", "–"),
    "square brackets": ("formula", "mean[scores]", "round brackets", "["),
    "capitals": ("condition", "Safe is good", "`safe is good`", "Safe"),
    "another alphabet": ("condition", "sаfe is good", "letters a to z", "а"),
    "mixed and and or": ("condition", "a is b and c is d or e is f", "brackets", "or"),
    "a bare name": ("condition", "deficit", "does not say what it is", "deficit"),
    "a bare name in and": ("condition", "deficit and a is b", "`deficit is yes`", "and"),
    "one value are": ("condition", "safe are good", "`safe is good`", "are"),
    "many values is": ("condition", "any of ratings is good", "`any of ratings are good`", "is"),
    "of is missing": ("condition", "any ratings are good", "`of` is missing", "ratings"),
    "of is missing after a number": ("condition", "at least 2 ratings are good", "`of` is missing", "ratings"),
    "an unknown function": ("formula", "sqrt(scores)", "functions are", "("),
    "brackets around one": ("condition", "(safe is good)", "leave them out", ")"),
    "one of one": ("condition", "score is one of (50)", "takes two or more", ")"),
    "a list of one": ("condition", "any of (ratings) are good", "leave them out", ")"),
    "or after where": ("condition", "any of (a where b is yes or c is yes) are good", "`and` only", "or"),
    "a spreadsheet's round": ("formula", "round(score, 1)", "`round(score, nearest 0.1, half_up)`", "round(score, 1)"),
    "rounding without a mode": (
        "formula",
        "round(a * (b + 1), nearest 1)",
        "`round(a * (b + 1), nearest 1, half_up)`",
        "round(a * (b + 1), nearest 1)",
    ),
    "the greater of one": ("formula", "greater(score)", "`greater(a, b)`", ")"),
    "a count of nothing": ("formula", "count()", "`mean(score)`", ")"),
    "a mean of two formulas": ("formula", "mean(a + 1, b)", "measures of their own", ","),
    "an open bracket": ("condition", "(safe is good and caring is good", "bracket", "d"),
    "an empty rule": ("condition", "   ", "nothing", "   "),
    "half a rule": ("condition", "safe is", "missing", "s"),
    "a promise that is none": ("guarantee", "overall gets better", "`overall never worsens", "gets"),
    "a promise for one member": ("guarantee", "overall for safe never worsens when a improve", "", "for"),
    "an empty cell": ("cell", "", "nothing", ""),
}


@pytest.mark.parametrize(("start", "text", "says", "piece"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_at_its_place_with_a_way_out(start: syntax.Start, text: str, says: str, piece: str) -> None:
    tree, found = parsed(start, text)
    assert tree is None
    (only,) = found
    assert only.span is not None
    assert says in f"{only.message} / {only.hint}"
    assert only.span.text == piece
    if text.strip():
        assert only.hint, "a slip has a way out"
    assert len(only.message) <= 90


NAMES = [
    "case",
    "return",
    "then",
    "android",
    "counted",
    "summary",
    "atleast",
    "isgood",
    "import",
    "upper",
    "orders",
    "if",
]


@pytest.mark.parametrize("name", NAMES)
def test_words_of_other_languages_may_be_names(name: str) -> None:
    assert parsed("condition", f"{name} is good and any of {name} are {name}")[1] == ()
    assert parsed("formula", f"mean({name} weighted by {name} where {name} is yes)")[1] == ()


def test_b075_what_is_too_long_or_too_deep_is_refused_in_no_time() -> None:
    with within(2):
        for text in (
            " + ".join(["a"] * 20_000),
            " + ".join(["a"] * 400),
            "(" * 900 + "a" + ")" * 900,
            "-" * 1_900 + "a",
            "greater(1, " * 150 + "1" + ")" * 150,
            "(" * 1_999,
        ):
            _, found = parsed("formula", text)
            assert [d.code for d in found] in (["MS307"], ["MS301"], [])


PIECES = [
    *WORDS,
    *sorted(RESERVED),
    "a",
    "b",
    "1",
    "2.5",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "%",
    "é",
    "\n",
    "\x00",
    "'",
]


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " "]))
def test_no_text_makes_the_parser_raise(start: syntax.Start, pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    tree, found = parsed(start, text)
    assert (tree is None) == bool(found)
    for each in found:
        assert each.span
        assert each.span.end <= len(text)


def test_the_table_is_that_of_the_grammar() -> None:
    """Where another Lark is installed than the one that wrote it, the table is made when it is needed."""
    there = json.loads((files("markscheme.syntax") / table.TABLE).read_text("utf-8"))
    assert there["grammar"] == json.loads(table.written())["grammar"], "`make reference` writes it again"
    texts = ["a is good", "at least 2 of (x where a is yes) are from 1 to 3.5 and (b is absent or c is not d)"]
    assert [table.grammar().parse(text, start="condition") for text in texts] == [
        table.made().parse(text, start="condition") for text in texts
    ]


def test_a_table_of_another_grammar_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_digest", lambda: "of another")
    monkeypatch.setattr(table, "made", lambda: "made")
    assert table.grammar.__wrapped__() == "made"
