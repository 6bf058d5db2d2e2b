"""The right keys in the right places: what is refused, where and in which words; and that the schemas are the table."""
# ruff: noqa: E501 (a row of a table of examples is one line)

import builtins
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from clocks import within
from fragments import splice
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from markscheme.codes import BASE, registry
from markscheme.codes.shape import CODES
from markscheme.diagnostics import Diagnostic, Source
from markscheme.document import read
from markscheme.shape import MOST, check, keys, schema
from markscheme.shape.kinds import Block, Either, Kind, ListOf, Names
from markscheme.shipped import shipped

ROOT = Path(__file__).parent.parent

EVERYTHING = """\
markscheme: 1
id: family/whole-language
version: "2024-04"
title: Every key of the language
publisher: Nobody
status: illustrative
in_force: {from: "2024-04-01", until: "2025-03-31"}
gap_before: nothing was published
supersedes: {version: "2023", renamed: {old_name: rating_of_it, "1": 2}}
sources:
  guide: {title: A guide, publisher: Nobody, published: "2024-02", url: "https://nowhere.invalid/guide", note: a note}
scales:
  rating: [poor, {level: fair, value: 1.5, title: Fair enough, colour: "#12436d"}, good]
  score: [0, 1, 2]
sets:
  themes: [{member: money, title: Money, weight: 3, dominant: "yes"}, people]
  statements: {within: themes, money: [m1, m2], people: [{member: p1, weight: 1}]}
  titled: [1, 2]
  filed: {file: filed.csv}
parameters:
  pass_mark: {value: 60, unit: "%", title: Pass mark, cite: guide, status: derived, because: it is so}
  lowest_wanted: {value: good, scale: rating}
  sort: {value: small, type: choice, of: [small, large]}
  cuts: {each: themes, values: {money: 1, people: -0.5}, type: number}
  pairs: {each: [themes, titled], values: {money: {"1": 1, "2": 2}, people: {"1": 3, "2": 4}}}
  read: {each: themes, file: cuts.csv}
inputs:
  judged: {title: Judged, each: [themes, titled], scale: rating, absent: {not_rated: skip, not_seen: poor}, empty: not_rated}
  percent: {type: number, decimals: 1, min: 0, max: 100, unit: "%", better: higher, cite: guide, status: published}
  kind: {each: themes, type: choice, of: [small, 2], changeable: "yes"}
  deficit: {type: yes_no, better: "no"}
  elsewhere: {from: family/other, version: "1.0", result: overall}
principles:
  combining:
    title: Combining ratings
    scale: rating
    cite: guide
    status: recalled
    thresholds:
      needed: {of: count(them), rows: [{at_least: 4, is: 2}, {otherwise: 1, status: recalled}]}
    rules:
      - {when: any of them are poor, then: poor, cite: guide, status: derived, because: so it is}
      - {otherwise: good}
measures:
  applied: {title: Applied, each: themes, scale: rating, apply: combining, to: judged, absent: {not_rated: skip}}
  ruled: {scale: rating, rules: [{when: deficit is yes, then: poor}, {otherwise: good}], status: derived, because: reasons}
  tabled: {scale: rating, table: {file: table.csv}, hit: first, cite: guide}
  gridded:
    scale: rating
    grid: |
      ruled \\ tabled | poor | good
      poor           | poor | fair
      good           | fair | good
  banded:
    scale: rating
    bands:
      of: percent
      cite: guide
      status: illustrative
      rows: [{from: 0, to: 49.9, is: poor}, {from: 50, to: 100, is: good, because: half of it}]
  rising: {scale: score, bands: {of: percent, rows: [{at_most: 20, is: 0}, {otherwise: 2}]}}
  share: {type: number, decimals: 1, min: 0, max: 100, unit: "%", better: lower, formula: 100 * 1 / 2}
  chosen: {type: choice, of: [a, b], formula: a}
  answered: {type: yes_no, better: neither, formula: deficit}
  first: {scale: rating, first_present: [applied, ruled]}
  limited:
    scale: rating
    formula: ruled
    limits:
      - {for: money, when: deficit is yes, at_most: fair, because: a deficit, cite: guide, status: derived}
      - {when: deficit is no, at_least: fair}
results: [limited, share]
guarantees:
  - limited never worsens when judged improve
  - {never: limited is good and deficit is yes}
  - {always: limited is at least poor}
waive: [{guarantee: monotone, in: limited, because: it is no better}]
weakened: [{was: ruled, because: it is neither}, {was: [one, other], because: they are}]
"""

ALL_CASES = """\
methodology: family/whole-language@2024-04
cases:
  - {name: one, given: {percent: 5, judged: {money: {"1": good}}}, expect: {share: 5, x: {a: good}}, cite: guide, status: derived}
  - name: many
    because: they are printed so
    table: |
      percent || share
      5       || 5
weakened: [{was: [two, three], because: they were wrong}]
"""


def found(text: str, kind: str = "methodology") -> list[Diagnostic]:
    """What reading and the shape say of a text, as the command line puts them together."""
    document, said = read(Source("test.yaml", text))
    assert document is not None, said
    return [*said, *check(document, kind, said)]  # type: ignore[arg-type]


def told(text: str, kind: str = "methodology") -> list[tuple[str, str]]:
    """Code and the piece of the text."""
    return [(each.code, each.span.text if each.span else "") for each in found(text, kind)]


def instead(old: str, new: str) -> str:
    assert old in BASE
    return BASE.replace(old, new, 1)


# --- what is right ---------------------------------------------------------------------------------------------------


def test_every_key_of_the_language_is_accepted() -> None:
    assert found(EVERYTHING) == []
    assert found(ALL_CASES, "cases") == []
    assert found(BASE) == []


def test_everything_has_every_key() -> None:
    """So that a key which is added to the table is tried."""

    def names(kind: Kind) -> set[str]:
        match kind:
            case Block():
                return set(kind.names).union(*(names(key.kind) for key in kind.keys))
            case ListOf():
                return names(kind.item)
            case Names():
                return names(kind.value)
            case Either(kinds):
                return set().union(*(names(each) for each in kinds))
            case _:
                return set()

    assert {name for name in names(keys.METHODOLOGY) if f"{name}:" not in EVERYTHING} == set()
    assert {name for name in names(keys.CASES) if f"{name}:" not in ALL_CASES} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files(path: Path) -> None:
    kind = "cases" if path.name.endswith(".cases.yaml") else "methodology"
    assert found(path.read_text(encoding="utf-8"), kind) == []


# --- codes and schemas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code in CODES if not code.shown], ids=lambda code: code.code)
def test_examples_of_codes(code) -> None:  # type: ignore[no-untyped-def]
    assert code.code in {each.code for each in found(splice(code.wrong))}
    assert found(splice(code.right)) == []


@pytest.mark.parametrize("name", ["methodology", "cases"])
def test_schemas_do_not_drift(name: str) -> None:
    committed = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert committed == schema.text(name), "run `python -m markscheme.shape.schema schemas/`"


@pytest.mark.parametrize("name", ["methodology", "cases"])
def test_schemas_serve_editors(name: str) -> None:
    """They are themselves valid, name no other file, and have prose for every key."""
    import jsonschema

    made = schema.document(name)
    jsonschema.Draft202012Validator.check_schema(made)
    assert all(reference.startswith("#/$defs/") for reference in _all(made, "$ref"))
    for properties in _all(made, "properties"):
        for key, value in properties.items():
            assert value["description"], key
    assert all(value is False or isinstance(value, dict) for value in _all(made, "additionalProperties"))


@pytest.mark.parametrize("name", ["methodology", "cases"])
def test_each_one_of_is_a_choice_of_keys(name: str) -> None:
    """`shape` looks only at the keys of a `oneOf`."""

    def options(node: object) -> list[object]:
        if isinstance(node, dict):
            return node.get("oneOf", []) + [each for value in node.values() for each in options(value)]
        return [each for value in node for each in options(value)] if isinstance(node, list) else []

    found = options(schema.document(name))
    assert found
    for option in found:
        assert isinstance(option, dict)
        assert list(option) == ["required"]
        assert len(option["required"]) == 1


def _all(node: object, keyword: str) -> list:  # type: ignore[type-arg]
    if isinstance(node, dict):
        here = [node[keyword]] if keyword in node and not isinstance(node.get(keyword), list) else []
        return here + [
            each
            for name, value in node.items()
            if name not in ("allOf", "dependentSchemas")
            for each in _all(value, keyword)
        ]
    if isinstance(node, list):
        return [each for value in node for each in _all(value, keyword)]
    return []


def test_reserved_words_are_those_of_the_grammar() -> None:
    import re

    grammar = (ROOT / "engine/markscheme/syntax/grammar.lark").read_text(encoding="utf-8")
    words = set(re.findall(r'"([a-z_]+)"', grammar))
    for group in re.findall(r"/\(([a-z_|]+)\)", grammar):
        words |= set(group.split("|"))
    assert words <= keys.RESERVED
    assert {"yes", "no", "them"} <= keys.RESERVED


def test_shipped_says_what_is_missing() -> None:
    assert (shipped("schemas") / "methodology.schema.json").is_file()
    with pytest.raises(FileNotFoundError, match="the folder `nothing`"):
        shipped("nothing")


# --- what is wrong: code and piece of text ---------------------------------------------------------------------------

WRONG = {
    "B010 percent": (instead("min: 0", "min: 95%"), "MS207", "95%"),
    "B010 currency": (instead("min: 0", "min: £5"), "MS207", "£5"),
    "B010 in a parameter": (BASE + "parameters: {mark: {value: 60%}}\n", "MS207", "60%"),
    "B010 of members": (BASE + "parameters: {mark: {each: a, values: {b: 5 beds}}}\n", "MS207", "5 beds"),
    "B010 of a level": (splice("scales: {rating: [{level: poor, value: 5%}, fair, good]}"), "MS207", "5%"),
    "B010 quoted": (instead("min: 0", 'min: "0"'), "MS207", '"0"'),
    "B010 other digits": (instead("min: 0", "min: ٩٥"), "MS207", "٩٥"),
    "decimals with decimals": (instead("decimals: 1", "decimals: 1.5"), "MS207", "1.5"),
    "decimals beyond": (instead("decimals: 1", "decimals: 400000000"), "MS218", "400000000"),
    "decimals below": (instead("decimals: 1", "decimals: -1"), "MS218", "-1"),
    "B013 version": (splice("version: 1.10"), "MS208", "1.10"),
    "B013 version of before": (BASE + "supersedes: {version: 2018}\n", "MS208", "2018"),
    "B013 title": (splice("title: 2018"), "MS208", "2018"),
    "B015 slashes": (splice("in_force: {from: 01/04/2024}"), "MS209", "01/04/2024"),
    "B015 month": (splice("in_force: {until: 31 March 2024}"), "MS209", "31 March 2024"),
    "B015 no such day": (splice('in_force: {from: "2024-02-30"}'), "MS209", '"2024-02-30"'),
    "B015 a number": (splice("in_force: {from: 20240401}"), "MS209", "20240401"),
    "B015 no separators": (splice('in_force: {from: "20240401"}'), "MS209", '"20240401"'),
    "B015 a week": (splice('in_force: {from: "2024-W01-1"}'), "MS209", '"2024-W01-1"'),
    "B015 a line break": (splice('in_force: {from: "2024-04-01\\n"}'), "MS209", '"2024-04-01\\n"'),
    "B015 of a source": (BASE + "sources: {a: {title: b, published: 12/05/2022}}\n", "MS209", "12/05/2022"),
    "B038 rules": (instead("    rules:", "    rulеs:"), "MS201", "rulеs"),
    "B045 empty": (splice('title: ""'), "MS214", '""'),
    "B045 blank": (splice('title: "  "'), "MS214", '"  "'),
    "B048 into inputs": (instead("inputs:\n", "inputs:\n  max: 5\n"), "MS202", "max"),
    "B048 out of inputs": (BASE + "max: 5\n", "MS202", "max"),
    "B048 into absent": (instead("not_rated: skip}}", "not_rated: skip, better: higher}}"), "MS202", "better"),
    "B048 into measures": (instead("results:", "  results:"), "MS202", "results"),
    "B048 whole block": (instead("measures:\n", "measures:\n  principles: {p: {rules: []}}\n"), "MS202", "principles"),
    "B048 limits beside measures": (instead("measures:\n", "measures:\n  limits: [{when: a}]\n"), "MS202", "limits"),
    "B048 into values": (
        BASE + 'parameters: {mark: {each: a, values: {b: 5, unit: "%"}}}\n', "MS202", "unit"),
    "B050 unknown": (instead("bands:", "bnds:"), "MS201", "bnds"),
    "B050 at the top": (BASE + "principels: {}\n", "MS201", "principels"),
    "B050 in a rule": (instead("then: poor", "thne: poor"), "MS201", "thne"),
    "B050 other case": (instead("    rules:", "    Rules:"), "MS201", "Rules"),
    "B050 with a hyphen": (instead("at_least: 80", "at-least: 80"), "MS201", "at-least"),
    "B051 of an input": (instead(", better: higher", ""), "MS204", "score"),
    "B051 of the file": (instead("results: [banded, overall]\n", ""), "MS204", "markscheme"),
    "B051 of a rule": (instead(", then: poor}", "}"), "MS204", "{when: any of judged are poor}"),
    "B051 of a link": (splice('inputs: {a: {from: b/c, version: "1"}}'), "MS204", "a"),
    "B051 of a source": (BASE + "sources: {guide: {note: x}}\n", "MS204", "guide"),
    "B052 newer": (splice("markscheme: 99"), "MS210", "99"),
    "B052 much newer": (splice("markscheme: 100000000000000000000000"), "MS210", "100000000000000000000000"),
    "B052 zero": (splice("markscheme: 0"), "MS218", "0"),
    "B052 text": (splice('markscheme: "1"'), "MS207", '"1"'),
    "B052 decimals": (splice("markscheme: 1.0"), "MS207", "1.0"),
    "B053 http": (BASE + '$ref: "http://nowhere.invalid/x.json"\n', "MS201", "$ref"),
    "B053 file": (instead("score: {", 'score: {$ref: "file:///etc/passwd", '), "MS201", "$ref"),
    "B053 schema": (BASE + '$schema: "http://nowhere.invalid/x.json"\n', "MS201", "$schema"),
    "B068 no inputs": (splice("inputs: {}"), "MS215", "{}"),
    "B068 no measures": (splice("measures: {}"), "MS215", "{}"),
    "B068 one level": (splice("scales: {rating: [poor]}"), "MS215", "[poor]"),
    "B068 no level": (splice("scales: {rating: []}"), "MS215", "[]"),
    "B068 no member": (splice("sets: {questions: []}"), "MS215", "[]"),
    "B068 one option": (splice("inputs: {a: {type: choice, of: [b]}}"), "MS215", "[b]"),
    "B082 and": (splice("inputs: {and: {scale: rating}}"), "MS212", "and"),
    "B082 is": (splice("inputs: {is: {scale: rating}}"), "MS212", "is"),
    "B082 true": (splice('inputs: {"true": {scale: rating}}'), "MS212", '"true"'),
    "B082 two words": (splice("inputs: {Key Question: {scale: rating}}"), "MS211", "Key Question"),
    "B082 hyphen": (splice("inputs: {key-question: {scale: rating}}"), "MS211", "key-question"),
    "B082 digit first": (splice("inputs: {2nd: {scale: rating}}"), "MS211", "2nd"),
    "B082 line break": (splice('inputs: {"a\\n": {scale: rating}}'), "MS211", '"a\\n"'),
    "B082 empty": (splice('inputs: {"": {scale: rating}}'), "MS211", '""'),
    "B082 of a level": (splice("scales: {rating: [poor, best]}"), "MS212", "best"),
    "B082 a treatment": (splice("scales: {rating: [unrated, good]}"), "MS212", "unrated"),
    "B082 of a member": (splice("sets: {questions: [safe, Well Led]}"), "MS211", "Well Led"),
    "B082 quoted number": (splice('scales: {rating: ["1", 2]}'), "MS211", '"1"'),
    "B082 negative": (splice("scales: {rating: [-1, 2]}"), "MS218", "-1"),
    "B082 of an attribute": (splice("sets: {a: [{member: b, Weight: 1}]}"), "MS211", "Weight"),
    "B082 of a scale": (splice("scales: {The Rating: [a, b]}"), "MS211", "The Rating"),
    "one list for a rule": (instead("results: [banded, overall]", "results: banded"), "MS206", "banded"),
    "keys for a list": (splice("measures: {a: {scale: b, rules: {otherwise: c}}}"), "MS206", "{otherwise: c}"),
    "list for keys": (splice("inputs: [a, b]"), "MS206", "[a, b]"),
    "list for a text": (splice("title: [a, b]"), "MS206", "[a, b]"),
    "keys for a text": (splice("title: {a: b}"), "MS206", "{a: b}"),
    "text for keys": (splice("in_force: always"), "MS206", "always"),
    "number for a condition": (instead("any of judged are poor", "5"), "MS206", "5"),
    "each of one": (instead("each: questions", "each: [questions]"), "MS215", "[questions]"),
    "two forms": (instead("    rules:", "    formula: judged\n    rules:"), "MS205", "rules"),
    "no form": (splice("measures: {a: {scale: b}}"), "MS205", "a"),
    "scale and type": (splice("inputs: {a: {scale: b, type: choice, of: [c, d]}}"), "MS205", "type"),
    "neither scale nor type": (splice("measures: {a: {formula: b}}"), "MS205", "a"),
    "parameter with both": (BASE + "parameters: {a: {value: 1, type: number, scale: b}}\n", "MS205", "scale"),
    "cap and floor": (
        splice("measures: {a: {scale: b, formula: c, limits: [{when: d, at_most: e, at_least: f}]}}"), "MS205", "at_least"),
    "hit without a table": (splice("measures: {a: {scale: b, formula: c, hit: first}}"), "MS203", "hit"),
    "options of a number": (instead("decimals: 1", "decimals: 1, of: [a, b]"), "MS203", "of"),
    "better of a scale": (instead("judged: {", "judged: {better: higher, "), "MS203", "better"),
    "better of yes and no": (splice("inputs: {a: {type: yes_no, better: higher}}"), "MS213", "higher"),
    "empty without absent": (splice("inputs: {a: {scale: b, empty: c}}"), "MS203", "empty"),
    "value of each": (BASE + "parameters: {a: {value: 1, each: b}}\n", "MS203", "each"),
    "a level without its scale": (BASE + "parameters: {a: {value: good}}\n", "MS207", "good"),
    "two reasons": (instead("    absent: {not_rated: skip}", "    absent: {a: skip, b: skip}"), "MS216", "b"),
    "no otherwise": (instead("      - {otherwise: banded}\n", ""), "MS217", "rules"),
    "otherwise first": (
        splice("measures: {a: {scale: b, rules: [{otherwise: c}, {when: d is e, then: f}]}}"), "MS217", "{otherwise: c}"),
    "two otherwise": (
        splice("measures: {a: {scale: b, rules: [{otherwise: c}, {otherwise: d}]}}"), "MS217", "{otherwise: c}"),
    "bands mixed": (instead("at_least: 50", "at_most: 50"), "MS217", "{at_most: 50, is: fair}"),
    "bands open": (instead(", {otherwise: poor}", ""), "MS217", "rows"),
    "closed bands with otherwise": (
        instead("{at_least: 80, is: good}, {at_least: 50, is: fair}", "{from: 1, to: 2, is: good}"),
        "MS217", "{otherwise: poor}"),
    "closed band without an end": (instead("{at_least: 80, is: good}, {at_least: 50, is: fair}, {otherwise: poor}", "{from: 80, is: good}"), "MS204", "{from: 80, is: good}"),
    "set with a title": (splice("sets: {a: {within: b, title: c, d: [e]}}"), "MS206", "c"),
    "until before from": (splice('in_force: {from: "2024-05-01", until: "2024-04-30"}'), "MS221", '"2024-04-30"'),
    "id without family": (splice("id: example"), "MS219", "example"),
    "id with capitals": (splice("id: Example/First"), "MS219", "Example/First"),
    "id upwards": (splice("id: ../secret"), "MS219", "../secret"),
    "version upwards": (splice('version: "../1"'), "MS219", '"../1"'),
    "address that runs": (BASE + 'sources: {a: {title: b, url: "javascript:alert(1)"}}\n', "MS219", '"javascript:alert(1)"'),
    "colour that runs": (
        splice('scales: {a: [b, {level: c, colour: "red;x:y"}]}'), "MS219", '"red;x:y"'),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "piece"), WRONG.values(), ids=WRONG.keys())
def test_wrong(text: str, code: str, piece: str) -> None:
    assert (code, piece) in told(text)


@pytest.mark.parametrize(("text", "code", "piece"), WRONG.values(), ids=WRONG.keys())
def test_wrong_is_told_once(text: str, code: str, piece: str) -> None:
    """One mistake is one finding (two where a key is missing at one place because it stands at another)."""
    assert len(told(text)) <= (2 if code == "MS202" else 1)


WRONG_CASES = {
    "no expectation": ("methodology: a/b@1\ncases: [{name: c, given: {d: 1}}]\n", "MS205", "{name: c, given: {d: 1}}"),
    "nothing given": ("methodology: a/b@1\ncases: [{name: c, expect: {d: 1}}]\n", "MS204", "{name: c, expect: {d: 1}}"),
    "both, and nothing given": ("methodology: a/b@1\ncases: [{name: c, expect: {d: 1}, table: f}]\n", "MS205", "table"),
    "neither": ("methodology: a/b@1\ncases: [{name: c}]\n", "MS205", "{name: c}"),
    "both": ("methodology: a/b@1\ncases: [{name: c, given: {d: 1}, expect: {e: 1}, table: f}]\n", "MS205", "table"),
    "no version": ("methodology: a/b\ncases: [{name: c, table: d}]\n", "MS219", "a/b"),
    "unknown": ("methodology: a/b@1\ncases: [{nmae: c, table: d}]\n", "MS201", "nmae"),
    "of the rule file": ("methodology: a/b@1\ninputs: {}\ncases: [{name: c, table: d}]\n", "MS201", "inputs"),
    "list for a value": ("methodology: a/b@1\ncases: [{name: c, given: {d: [1]}, expect: {e: 1}}]\n", "MS206", "[1]"),
}


@pytest.mark.parametrize(("text", "code", "piece"), WRONG_CASES.values(), ids=WRONG_CASES.keys())
def test_wrong_cases(text: str, code: str, piece: str) -> None:
    assert told(text, "cases") == [(code, piece)]


# --- what is said ----------------------------------------------------------------------------------------------------

SAID = [
    ("B010", instead("min: 0", "min: 95%"), "`min` of input `score` must be a number, not `95%`",
     'write `min: 95` or `min: 0.95` and declare `unit: "%"` once'),
    ("B010 currency", instead("min: 0", "min: £5"), "`min` of input `score` must be a number, not `£5`",
     'write `min: 5` and declare `unit: "£"` once'),
    ("B013", splice("version: 1.10"), "`version` must be a text, not the number `1.10`", 'write `version: "1.10"`, in quotes'),
    ("B015", splice("in_force: {from: 13/04/2024}"), "`from` must be a date as `2024-04-01`, not `13/04/2024`",
     'write "2024-04-13" if this is 13 April 2024'),
    ("B015 two readings", splice("in_force: {from: 01/04/2024}"), "`from` must be a date as `2024-04-01`, not `01/04/2024`",
     'write "2024-04-01" if this is 1 April 2024 or "2024-01-04" if this is 4 January 2024'),
    ("B038", splice("principles: {p: {scale: rating, thrеsholds: {}, rules: [{otherwise: good}]}}"), "unknown key `thrеsholds`",
     "did you mean `thresholds`? character 4 is U+0435 (cyrillic small letter ie), not `e`"),
    ("B048", instead("inputs:\n", "inputs:\n  max: 5\n"),
     "`max` is not allowed here; it is allowed under `inputs.*` and under `measures.*`",
     "move it there, or check how far it is indented"),
    ("B050", splice("principles: {p: {scale: rating, tresholds: {}, rules: [{otherwise: good}]}}"), "unknown key `tresholds`",
     "did you mean `thresholds`?"),
    ("B051", instead(", better: higher", ""), "input `score` has no `better`, which is required", "add `better: higher`"),
    ("B051 in a list", instead(", then: poor}", "}"), "rule 1 of measure `overall` has no `then`, which is required",
     "add `then: good`"),
    ("B052", splice("markscheme: 99"), "this file needs a newer markscheme: it is in version 99 of the rule language",
     "install a newer markscheme; this one reads version 1"),
    ("B068", splice("scales: {rating: [poor]}"), "scale `rating` has 1 level; it needs at least 2", None),
    ("B082", splice("inputs: {Key Question: {scale: rating}}"),
     "`Key Question` is no name: names are lower-case words joined by `_`",
     "write `key_question`; the `title` that people see may be anything"),
    ("B082 reserved", splice("inputs: {and: {scale: rating}}"), "`and` is a word of the rule language and cannot be a name",
     "choose another, such as `and_value`; the `title` that people see may be anything"),
    ("a list", splice("measures: {a: {scale: b, formula: c, limits: {when: d, at_most: e}}}"),
     "`limits` of measure `a` must be a list, not keys", "start each limit with `- `"),
    ("two forms", instead("    rules:", "    formula: judged\n    rules:"),
     "measure `overall` has both `formula` and `rules`; a measure has one form", "keep one of them"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_said(text: str, message: str, hint: str | None) -> None:
    assert [(each.message, each.hint) for each in found(text)] == [(message, hint)]


def test_missing_key_points_to_its_parent() -> None:
    """B051: the parent's line."""
    (missing,) = found(instead(", better: higher", ""))
    assert missing.span is not None
    assert (missing.span.line, missing.span.column) == (13, 3)


def test_all_at_once() -> None:
    text = splice("version: 1.10\nscales: {rating: [poor]}\ntilte: x\ninputs: {and: {scale: rating}}")
    assert [code for code, _ in told(text)] == ["MS208", "MS215", "MS212", "MS201"]


def test_nothing_is_said_twice() -> None:
    """What reading has said of a piece of text is not said again in other words."""
    for text in [instead("min: 0", "min: .nan"), instead("min: 0", "min:0"), splice("title:"), splice("title: >")]:
        assert len(found(text)) == 1


# --- bounds ----------------------------------------------------------------------------------------------------------


def _inputs(count: int) -> str:
    return "inputs:\n" + "".join(f"  i{n}: {{type: number, decimals: 0, better: higher}}\n" for n in range(count))


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        (_inputs(10_001), "`inputs` has 10001 inputs; at most 10000 are allowed"),
        (
            f"sets: {{a: [{', '.join(f'm{n}' for n in range(10_001))}]}}",
            "set `a` has 10001 members; at most 10000 are allowed",
        ),
        (
            f"scales: {{a: [{', '.join(f'm{n}' for n in range(1_001))}]}}",
            "scale `a` has 1001 levels; at most 1000 are allowed",
        ),
    ],
    ids=["B068 inputs", "B068 members", "B068 levels"],
)
def test_too_many(fragment: str, message: str) -> None:
    document, _ = read(Source("test.yaml", splice(fragment)))
    assert document is not None
    with within(2):
        assert [(each.code, each.message) for each in check(document, "methodology")] == [("MS216", message)]


def test_many_mistakes() -> None:
    """MS220."""
    with within(2):
        diagnostics = found(BASE + "".join(f"{'q' * 30}{n}: 5\n" for n in range(2_000)))
    assert len(diagnostics) == MOST + 1
    assert [each.code for each in diagnostics].count("MS220") == 1


def test_long_words_are_cut() -> None:
    for text in [BASE + f"{'x' * 500}: 5\n", splice(f"title: [{'y' * 5_000}]"), splice(f"status: {'z' * 5_000}")]:
        for each in found(text):
            assert len(each.message) < 200
            assert len(each.hint or "") < 400


def test_nothing_is_fetched_or_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """B053: `$ref` and its kin in a rule file are unknown keys."""
    check(read(Source("warm", BASE))[0], "methodology")  # type: ignore[arg-type]

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("opened something")

    for owner, name in [
        (socket, "socket"),
        (socket, "create_connection"),
        (builtins, "open"),
        (os, "open"),
        (Path, "open"),
    ]:
        monkeypatch.setattr(owner, name, refuse)
    bad = '{$ref: "http://nowhere.invalid/a", $id: "file:///etc/passwd", $schema: "http://nowhere.invalid/b", $dynamicRef: "#x"}'
    pieces = [piece for code, piece in told(BASE + f"principles: {{p: {bad}}}\n") if code == "MS201"]
    assert pieces == ["$ref", "$id", "$schema", "$dynamicRef"]


def test_import_is_cheap() -> None:
    """jsonschema takes 100 ms to import, which `markscheme --help` does not have."""
    script = "import sys, markscheme.shape; assert not {'jsonschema', 'referencing'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


# --- anything at all -------------------------------------------------------------------------------------------------

OURS = ("mapping", "scalar", "sequence", "node", "schema", "array", "object", "property", "token", "None", "Traceback")
WORDS = st.sampled_from(
    [
        "a",
        "",
        " ",
        "5%",
        "and",
        "Key Q",
        "01/04/2024",
        "min:5",
        "thrеsholds",
        "otherwise",
        "\n",
        "x" * 99,
        0,
        -1,
        2.5,
        7,
    ]
)
ODD = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS.map(str), inner, max_size=3), max_leaves=6
)


def _places(node: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(each for step, child in steps for each in _places(child, (*path, step)))]


def _plain(text: str) -> object:
    import yaml

    return yaml.load(text, Loader=yaml.SafeLoader)


@pytest.mark.parametrize(
    ("whole", "kind"), [(EVERYTHING, "methodology"), (ALL_CASES, "cases")], ids=["methodology", "cases"]
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_mistake_has_words(whole: str, kind: str, data: st.DataObject) -> None:
    """Whatever is changed: no exception, each finding at a place, in a methodologist's words, and one where jsonschema
    has one."""
    from markscheme.shape import _validator, _values

    content = _plain(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(content)[1:]
        assume(places)
        path = data.draw(st.sampled_from(places))
        parent = content
        for step in path[:-1]:
            parent = parent[step]  # type: ignore[index]
        way = data.draw(st.sampled_from(["replace", "remove", "rename", "copy"]))
        if way == "replace":
            parent[path[-1]] = data.draw(ODD)  # type: ignore[index]
        elif way == "remove":
            del parent[path[-1]]  # type: ignore[attr-defined]
        elif isinstance(parent, dict):
            value = parent[path[-1]] if way == "copy" else parent.pop(path[-1])
            known = list(keys.METHODOLOGY.names + keys.MEASURE.names + keys.ROWS.item.names)  # type: ignore[union-attr]
            parent[data.draw(WORDS.map(str) | st.sampled_from(known))] = value
    document, _ = read(
        Source("test.yaml", json.dumps(content, ensure_ascii=False, indent=data.draw(st.sampled_from([None, 1]))))
    )
    if document is None:
        return
    diagnostics = check(document, kind)  # type: ignore[arg-type]
    newer = any(each.code == "MS210" for each in diagnostics)
    assert newer or bool(diagnostics) == any(True for _ in _validator(kind).iter_errors(_values(document)))  # type: ignore[arg-type]
    for each in diagnostics:
        assert each.code in registry()
        assert each.span is not None
        assert 0 <= each.span.start <= each.span.end <= len(each.span.source.text)
        assert each.message[0].islower() or each.message[0] == "`"
        assert not each.message.endswith(".")
        assert not [word for word in OURS if word in each.message]
