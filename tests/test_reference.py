"""The reference page says what the tables say, has every key and every word of the language, and is true."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

import markscheme
from markscheme import ops, reference
from markscheme.cases import read_cases
from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.ir import Program
from markscheme.methodology import Methodology, Result
from markscheme.render import all_as_text
from markscheme.shape import keys, schema
from markscheme.shape.kinds import Block, Either, Key, Kind, ListOf, Names
from markscheme.trial import run

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "language.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCES = [(PAGE.count("\n", 0, found.start()) + 1, *found.groups()) for found in FENCE.finditer(PAGE)]
(WHOLE,) = (body for _, _, name, body in FENCES if name == "whole")
PARTS = [(line, body) for line, kind, name, body in FENCES if kind == "yaml" and name is None]
CSV = {name: body for _, kind, name, body in FENCES if kind == "csv"}


# --- the page and the tables -----------------------------------------------------------------------------------------


def test_the_page_is_what_the_tables_say() -> None:
    for name, page in reference.PAGES.items():
        assert page() == (ROOT / "docs" / name).read_text("utf-8"), f"`make reference` writes docs/{name} again"


def all_keys(kind: Kind) -> Iterator[Key]:
    match kind:
        case Block():
            for key in kind.keys:
                yield key
                yield from all_keys(key.kind)
            if kind.others:
                yield from all_keys(kind.others)
        case ListOf():
            yield from all_keys(kind.item)
        case Names():
            yield from all_keys(kind.value)
        case Either():
            for each in kind.kinds:
                yield from all_keys(each)


EVERY_KEY = list(dict.fromkeys((*all_keys(keys.METHODOLOGY), *all_keys(keys.CASES))))


@pytest.mark.parametrize("key", EVERY_KEY, ids=lambda key: key.name)
def test_every_key_stands_on_the_page_with_a_meaning_and_a_true_example(key: Key) -> None:
    said = f"| `{key.name}` | {key.says}".replace("||", "\\|\\|")
    assert any(line.startswith(said) for line in PAGE.splitlines())
    assert key.example.startswith(f"{key.name}: ")
    text = key.example + ("\n  a | b || c" if key.example.endswith("|") else "")
    written = {key.name: _json(yaml.compose(text).value[0][1])}
    whole = schema.document("methodology")
    asked = {"properties": {key.name: schema.schema(key.kind)}, "$defs": whole["$defs"]}
    jsonschema.Draft202012Validator(asked).validate(written)


def _json(node: yaml.Node) -> object:
    """What is quoted is text, and so is what is no number."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _json(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_json(item) for item in node.value]
    number = node.style is None and re.fullmatch(r"-?\d+(\.\d+)?", node.value)
    return yaml.safe_load(node.value) if number else node.value


def test_every_word_of_the_grammar_stands_on_the_page() -> None:
    grammar = (Path(markscheme.__file__).parent / "syntax" / "grammar.lark").read_text("utf-8")
    words = set(re.findall(r'"([a-z]+)"', grammar))
    for terminal in re.findall(r"^[A-Z]+\.2: /\(([a-z_|]+)\)", grammar, re.MULTILINE):
        words |= set(terminal.split("|"))
    assert len(words) > 50
    prose = PAGE.replace(" ".join(f"`{word}`" for word in sorted(keys.RESERVED)), "")  # to be listed is not enough
    assert not {word for word in words if not re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", prose)}


def test_a_table_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "language.md").write_text("<!-- tabel -->\n")
    monkeypatch.setattr(reference, "files", lambda _: tmp_path)
    with pytest.raises(KeyError):
        reference.language()


def test_the_contents_lead_somewhere() -> None:
    titles = re.findall(r"^##+ (.+)$", FENCE.sub("", PAGE), re.MULTILINE)
    links = re.findall(r"^ *- \[(.+)\]\(#(\S+)\)$", PAGE, re.MULTILINE)
    assert [title for title, _ in links] == titles
    assert len({anchor for _, anchor in links}) == len(links)


# --- the examples ----------------------------------------------------------------------------------------------------


def compiled(text: str, folder: Path) -> tuple[Program | None, str]:
    for name, body in CSV.items():
        (folder / name).write_text(body, "utf-8")
    others = {("example/clinics", "2025"): WHOLE.replace('"2026"', '"2025"')}

    def linked(id: str, version: str) -> Program | None:
        other = others.get((id, version))
        return compile_source(Source("other", other), folder / "other.yaml", lambda *_: None)[0] if other else None

    program, found = compile_source(Source("language.md", text), folder / "clinics.yaml", linked)
    return program, all_as_text(found)


def beside(part: str) -> str:
    """The whole file with what a part declares beside what it declares itself."""
    sections = re.split(r"^(?=\w)", WHOLE, flags=re.MULTILINE)
    for new in filter(None, re.split(r"^(?=\w)", part, flags=re.MULTILINE)):
        head, _, rest = new.partition("\n")
        at = next((i for i, old in enumerate(sections) if old.startswith(head)), None)
        if at is None:
            sections.append(new)
        else:
            sections[at] += rest
    measures = ", ".join(declared(part))
    return "".join(sections).replace("results: [", f"results: [{measures}, " if measures else "results: [")


def declared(part: str) -> list[str]:
    """The measures of a part."""
    found = re.search(r"^measures:\n((?:  .*\n)*)", part, re.MULTILINE)
    return re.findall(r"^  (\w+):", found[1], re.MULTILINE) if found else []


def test_the_whole_file_rates_as_the_page_says(tmp_path: Path) -> None:
    program, said = compiled(WHOLE, tmp_path)
    assert program is not None
    assert said == ""
    methodology = Methodology(program)
    rows = list(csv.DictReader(io.StringIO(CSV["results"])))
    data = list(csv.DictReader(io.StringIO(CSV["clinics.csv"])))
    assert len(rows) == len(data) == 4
    for row, record in zip(rows, data, strict=True):
        assert row.pop("clinic") == record.pop("clinic")
        result = methodology.rate(record)
        assert isinstance(result, Result)
        assert {name: str(value) for name, value in result.outcome.items()} == row


@pytest.mark.parametrize("part", [body for _, body in PARTS], ids=[f"line {line}" for line, _ in PARTS])
def test_every_part_compiles_beside_the_whole_file(part: str, tmp_path: Path) -> None:
    program, said = compiled(beside(part), tmp_path)
    assert program is not None, said
    assert said == ""
    assert set(program.results) >= set(declared(part))


def test_the_cases_pass(tmp_path: Path) -> None:
    program, _ = compiled(WHOLE, tmp_path)
    assert program is not None
    names = []
    for text in (body for _, _, name, body in FENCES if name == "cases"):
        cases, found = read_cases(Source("clinics.cases.yaml", text), program)
        assert not found, all_as_text(found)
        assert all(outcome.passed for outcome in run(cases, program))
        names += [case.name for case in cases]
    assert names == [
        "a breach rules out good",
        "without a breach: all good",
        "without a breach: two are poor",
        *(f"good throughout, but for what the row says: row {number}" for number in (1, 2, 3, 4)),
    ]


def test_every_form_of_a_measure_and_every_type_has_an_example() -> None:
    for form in keys.FORMS:
        assert any(re.search(rf"\b{form}:", body) for _, body in PARTS), form
    for type in keys.TYPES:
        assert any(type in body for _, body in PARTS), type


# --- the examples of the operators -----------------------------------------------------------------------------------

SETTING = """\
markscheme: 1
id: example/operators
version: "1"
title: Operators
scales: {rating: [poor, fair, good]}
sets: {two: [a, b], four: [p, q, r, s]}
inputs:
  score: {type: number, decimals: 1, min: 0, max: 100, better: higher, absent: {none_given: skip}}
  other: {type: number, decimals: 0, min: 0, max: 100, better: higher}
  scores: {each: four, type: number, decimals: 0, min: 0, max: 9, better: higher}
  alone: {scale: rating, absent: {none_given: skip}}
  many: {each: two, scale: rating}
results: [shown]
measures:
  shown:
"""
RECORD = {
    "score": "62.5",
    "other": 70,
    "scores": {"p": 2, "q": 3, "r": 4, "s": 4},
    "alone": "good",
    "many": {"a": "good", "b": "good"},
}


def worked_out(measure: str, tmp_path: Path) -> str:
    for absent in ("", ", absent: {unknown: skip}"):
        program, found = compiled(f"{SETTING}    {{{measure}{absent}}}\n", tmp_path)
        if program is not None:
            result = Methodology(program).rate(RECORD)
            assert isinstance(result, Result), result
            return str(result.outcome["shown"])
    raise AssertionError(found)


@pytest.mark.parametrize(
    ("formula", "value"),
    [example for row in (*ops.FUNCTIONS.values(), *ops.AGGREGATES.values()) for example in row.examples],
)
def test_the_examples_of_formulas_give_what_they_say(formula: str, value: str, tmp_path: Path) -> None:
    assert worked_out(f"type: number, formula: '{formula}'", tmp_path) == value


CONDITIONS = [
    *(example for row in ops.PREDICATES.values() for example in row.examples),
    *(example for _, _, examples in ops.DIRECTED_SAYS for example in examples),
    *(example for row in ops.QUANTIFIERS.values() for example in row.examples),
]


@pytest.mark.parametrize(("condition", "truth"), CONDITIONS)
def test_the_examples_of_conditions_hold_or_not(condition: str, truth: bool, tmp_path: Path) -> None:
    said = re.sub(r"\bjudged\b", "many" if " of judged are" in condition else "alone", condition)
    rules = f"""type: yes_no, rules: [{{when: '{said}', then: "yes"}}, {{otherwise: "no"}}]"""
    assert worked_out(rules, tmp_path) == ("yes" if truth else "no")
