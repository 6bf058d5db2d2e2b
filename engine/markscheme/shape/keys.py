"""The keys of the rule language: which exist, where, and what each may hold. Knows no file, no JSON Schema, no message.

Everything about structure follows from `METHODOLOGY` and `CASES`: the JSON Schemas in `schemas/` are generated from
them, the words of `shape` come from them, and editors show the prose below.
"""

from __future__ import annotations

from typing import Final

from .kinds import Block, Choice, Either, Key, ListOf, Names, Nested, Plain, Words

LANGUAGE_VERSION: Final = 1
LEVELS: Final = 1_000  # of one scale
DECIMALS: Final = 15  # more would make scaled integers that no data needs

_GRAMMAR = """
    is of are and or not any all none at least most exactly more less than better worse one from to for by where
    absent present weighted among round nearest half_up half_down half_even up down sum count mean median best worst
    highest lowest greater lesser better_of rank peers mean_of_peers never worsens when improve withholding raises
"""
_ELSEWHERE = "yes no them true false null on off nan inf"  # what YAML, JSON or a rule takes for something else

RESERVED: Final = frozenset(f"{_GRAMMAR} {_ELSEWHERE}".split())
"""No input, measure, set, level or member may be called so."""

TREATMENT_SAYS: Final = {
    "skip": "It is left out: quantifiers, sums, means and counts look at what is left.",
    "unrated": "It leaves undecided what it could have changed, so a result may be absent.",
}
TREATMENTS: Final = tuple(TREATMENT_SAYS)
"""What stands beside levels in `absent: {reason: …}`: no level, member or option may be called so."""

STATUS_SAYS: Final = {
    "published": "It stands so in the publication. This is what holds where nothing is said.",
    "derived": "It is worked out from what was published, not quoted from it.",
    "recalled": "It is believed to have been published, but was not checked against the publication.",
    "illustrative": "It is an example; no publisher has issued it.",
}
UNREVIEWED: Final = "unreviewed"
"""The status of a case that was saved from what came out: it shows that nothing has changed, not that it is right."""

# fmt: off

# --- what several keys share -----------------------------------------------------------------------------------------

TEXT: Final = Plain("text")
REFERENCE: Final = Plain("reference")
LABEL: Final = Plain("label")
VALUE: Final = Plain("value")
NUMBER: Final = Plain("number")
CONDITION: Final = Plain("condition")
EXPRESSION: Final = Plain("expression")
BLOCK: Final = Plain("block")
FILE: Final = Plain("file")
VERSION: Final = Plain("version")

TITLE: Final = Key("title", TEXT, "What people see. Defaults to the name in words.", example="title: Well led")
CITE: Final = Key("cite", REFERENCE, "Where this is published: one of `sources`.", example="cite: guide")
STATUS: Final = Key("status", Words(tuple(STATUS_SAYS)),
    "How sure this is. Every result in which something not `published` took part is flagged.",
    example="status: derived")
BECAUSE: Final = Key("because", TEXT, "The reason, as people will read it.", example="because: why this is so")
NOTE: Final = (CITE, STATUS, BECAUSE)

EACH: Final = Key("each", Either((REFERENCE, ListOf(REFERENCE, "set", least=2))),
    "The set, or list of sets, for each member of which there is a value.", example="each: key_questions")
SCALE: Final = Key("scale", REFERENCE, "The ordered scale it is a level of.", example="scale: rating")
TYPE: Final = Key("type", Words(("number", "choice", "yes_no")), "What it is, where it is no level of a scale.",
    example="type: number")
TYPES: Final = ("scale", "type: number", "type: choice", "type: yes_no")
OPTIONS: Final = Key("of", ListOf(LABEL, "option", least=2), "What can be chosen, in no order.", required=True,
    under=("type: choice",), example="of: [pct, acute]")
UNIT: Final = "Its unit. What is added or compared must have one and the same."


def _number_keys(required: bool) -> tuple[Key, ...]:
    """What goes with `type: number` and `type: yes_no`; an input must say more than a measure."""
    number, yes_no = ("type: number",), ("type: yes_no",)
    return (
        Key("decimals", Plain("whole"),
            "How many decimals it can have. Data with more is rejected; of a measure it is proved.", required, number,
            example="decimals: 0"),
        Key("min", NUMBER, "The lowest it can be.", under=number, example="min: 0"),
        Key("max", NUMBER, "The highest it can be.", under=number, example="max: 100"),
        Key("unit", TEXT, UNIT, under=number, example='unit: "%"'),
        Key("better", Words(("higher", "lower", "neither")), "Which way is better.", required, number,
            example="better: higher"),
        Key("better", Words(("yes", "no", "neither")), "Which answer is better.", required, yes_no,
            example='better: "yes"'),
    )


RULES: Final = ListOf(Block((
    Key("when", CONDITION, "The condition, in words.", example="when: any of ratings are inadequate"),
    Key("then", EXPRESSION, "The value where the condition holds.", True, ("when",), example="then: good"),
    Key("otherwise", EXPRESSION, "The value in all other cases; the last rule.", example="otherwise: good"),
    *NOTE,
), (Choice(("when", "otherwise")),)), "rule", ends="otherwise")

ROWS: Final = ListOf(Block((
    Key("at_least", EXPRESSION, "Holds from this value up.", example="at_least: 80"),
    Key("at_most", EXPRESSION, "Holds up to this value.", example="at_most: 20"),
    Key("from", EXPRESSION, "The lowest value of a closed band.", example="from: 39"),
    Key("to", EXPRESSION, "The highest value of a closed band.", True, ("from",), example="to: 62"),
    Key("is", EXPRESSION, "The value in this band.", True, ("at_least", "at_most", "from"), example="is: good"),
    Key("otherwise", EXPRESSION, "The value in all other cases; the last row.", example="otherwise: inadequate"),
    *NOTE,
), (Choice(("at_least", "at_most", "from", "otherwise")),)), "row", ends="bands")

BANDS: Final = (
    Key("of", EXPRESSION, "The number that is banded: any formula.", required=True, example="of: score"),
    Key("rows", ROWS, "The bands: `at_least` falling, `at_most` rising, or all closed.", required=True,
        example="rows: [{at_least: 80, is: good}, {otherwise: poor}]"),
)

MEMBERS: Final = ListOf(Either((LABEL, Block((
    Key("member", LABEL, "Its name.", required=True, example="member: safe"),
    TITLE,
), others=Names(VALUE, "attribute")))), "member")

_NO_REASONS: Final = (
    "title", "each", "scale", "type", "of", "decimals", "min", "max", "unit", "better", "from", "version", "result",
    "empty", "changeable", "cite", "status", "because", "limits", "hit", "formula",
)  # inside `absent` these can only be keys that were indented too far

# --- the rule file, from the inside out ------------------------------------------------------------------------------

SOURCE: Final = Block((
    Key("title", TEXT, "The title of the publication.", required=True, example="title: Ratings principles"),
    Key("publisher", TEXT, "Who published it.", example="publisher: The regulator"),
    Key("published", Plain("published"), 'When, as "2022-05-12", "2022-05" or "2022".',
        example='published: "2022-05"'),
    Key("url", Plain("url"), "Where it can be read. Never fetched.",
        example="url: https://example.org/ratings"),
    Key("note", TEXT, "Anything a reader should know about it.",
        example="note: withdrawn in 2023"),
))

LEVEL: Final = Either((LABEL, Block((
    Key("level", LABEL, "Its name.", required=True, example="level: good"),
    Key("value", NUMBER, "What it is worth in arithmetic.", example="value: 2"),
    TITLE,
    Key("colour", Plain("colour"), 'Its colour in reports: a word, or "#12436d".', example="colour: red"),
))))

SET: Final = Either((MEMBERS, Block((
    Key("file", FILE, "A CSV file in the same folder: a column `member`, and its attributes.", example="file: set.csv"),
    Key("within", REFERENCE, "The set it is nested in. Each member of that set is a key, with a list of this one's.",
        example="within: key_questions"),
), (Choice(("within", "file")),), others=Names(MEMBERS, "member", key="value"), others_beside="within")))

_PLAIN, _LABELLED = ("", "type: number"), ("scale", "type: choice", "type: yes_no")
PARAMETER: Final = Block((
    Key("value", NUMBER, "The constant.", under=_PLAIN, example="value: 60"),
    Key("value", VALUE, "The constant.", under=_LABELLED, example="value: good"),
    Key("values", Nested("number"), "A value for each member.", under=_PLAIN, example="values: {safe: 1, caring: 2}"),
    Key("values", Nested("value"), "A value for each member.", under=_LABELLED, example="values: {safe: good}"),
    Key("file", FILE, "A CSV file in the same folder: a column for each set, and `value`.", example="file: values.csv"),
    Key("each", EACH.kind, EACH.says, True, ("values", "file"), example=EACH.example),
    Key("unit", TEXT, UNIT, under=_PLAIN, example='unit: "%"'),
    SCALE, TYPE, OPTIONS, TITLE, *NOTE,
), (Choice(("", *TYPES), required=False), Choice(("value", "values", "file"))))

INPUT: Final = Block((
    TITLE, EACH, SCALE, TYPE, OPTIONS, *_number_keys(required=True),
    Key("from", Plain("id"), "The methodology whose result this is.", example="from: family/methodology"),
    Key("version", VERSION, "Its version.", True, ("from",), example='version: "2007-08"'),
    Key("result", EXPRESSION, "Its result, or one member of it.", True, ("from",),
        example="result: theme_score for managing_finances"),
    Key("absent", Names(VALUE, "reason", never=_NO_REASONS),
        "Why it can be absent: reasons, each with `skip`, `unrated` or a value.",
        example="absent: {not_rated: skip}"),
    Key("empty", REFERENCE, "The reason that an empty cell means.", beside="absent", example="empty: not_rated"),
    Key("changeable", Words(("yes", "no")), "Whether a body can change it itself.", example='changeable: "yes"'),
    CITE, STATUS,
), (Choice((*TYPES, "from")),))

PRINCIPLE: Final = Block((
    TITLE,
    Key("scale", REFERENCE, "The ordered scale of what it combines, and gives.", True, example="scale: rating"),
    Key("thresholds", Names(Block(BANDS), "threshold"), "Figures that `rules` may name, often by how many there are.",
        example="thresholds: {needed: {of: count(them), rows: [{at_least: 4, is: 2}, {otherwise: 1}]}}"),
    Key("rules", RULES, "The rules, first match; `them` is what it is applied to.", True,
        example="rules: [{otherwise: good}]"),
    CITE, STATUS,
))

LIMIT: Final = Block((
    Key("for", VALUE, "The one member that it is for. Without it, it is for all.", example="for: safe"),
    Key("when", CONDITION, "The condition, in words.", required=True, example="when: deficit is yes"),
    Key("at_most", EXPRESSION, "A cap: what is higher becomes this.", example="at_most: requires_improvement"),
    Key("at_least", EXPRESSION, "A floor: what is lower becomes this.", example="at_least: good"),
    *NOTE,
), (Choice(("at_most", "at_least")),))

BANDED: Final = Block((*BANDS, CITE, STATUS))
FILED: Final = Block((Key("file", FILE, "A CSV file in the same folder.", required=True, example="file: table.csv"),))
FORMS: Final = ("apply", "rules", "table", "grid", "bands", "formula", "first_present")
MEASURE: Final = Block((
    TITLE, EACH, SCALE, TYPE, OPTIONS, *_number_keys(required=False),
    Key("apply", REFERENCE, "The principle to apply.", example="apply: combining_ratings"),
    Key("to", EXPRESSION, "What the principle is applied to.", True, ("apply",), example="to: ratings"),
    Key("rules", RULES, "Rules, first match, ending in `otherwise`.", example="rules: [{otherwise: good}]"),
    Key("table", Either((BLOCK, FILED)), "A table as printed: conditions || value.", example="table: |"),
    Key("hit", Words(("unique", "first")), "Whether rows may overlap. By default (`unique`) none do, and it is proved.",
        under=("table",), example="hit: first"),
    Key("grid", BLOCK, "A value for every pair of two things, as a grid.", example="grid: |"),
    Key("bands", BANDED, "A number cut into bands.",
        example="bands: {of: score, rows: [{at_least: 80, is: good}, {otherwise: poor}]}"),
    Key("formula", EXPRESSION, "Any formula that gives a value of its type.", example="formula: mean(scores)"),
    Key("first_present", ListOf(REFERENCE, "name"), "The first of these that is present.",
        example="first_present: [agreed, proposed]"),
    Key("limits", ListOf(LIMIT, "limit"), "Caps and floors, in order, each on the result of the one before.",
        example="limits: [{when: breach is yes, at_most: fair}]"),
    Key("absent", Names(VALUE, "reason", most=1, never=_NO_REASONS),
        "Why it can be absent: one reason, with `skip`, `unrated` or a value for what reads it.",
        example="absent: {not_rated: skip}"),
    *NOTE,
), (Choice(TYPES), Choice(FORMS)))

GUARANTEE: Final = Either((CONDITION, Block((
    Key("never", CONDITION, "A condition that no record meets.", example="never: overall is good and risk is high"),
    Key("always", CONDITION, "A condition that every record meets.", example="always: overall is at most good"),
), (Choice(("never", "always")),))))

WAIVER: Final = Block((
    Key("guarantee", REFERENCE, "The guarantee that is given up.", required=True, example="guarantee: monotone"),
    Key("in", REFERENCE, "The measure it is given up in.", required=True, example="in: overall"),
    Key("because", TEXT, "Why.", required=True, example=BECAUSE.example),
))

WEAKENED: Final = ListOf(Block((
    Key("was", Either((TEXT, ListOf(TEXT, "name"))),
        "What it was: the case (or table of cases) by its name, the guarantee as it was written, the input or result.",
        required=True, example="was: one inadequate caps the rating"),
    Key("because", TEXT, "Why.", required=True, example=BECAUSE.example),
)), "reason")

IN_FORCE: Final = Block((
    Key("from", Plain("date"), "The first day it was in force.", example='from: "2024-04-01"'),
    Key("until", Plain("date"), "The last day it was in force.", example='until: "2025-03-31"'),
), ascending=("from", "until"))

SUPERSEDES: Final = Block((
    Key("version", VERSION, "The version before.", required=True, example='version: "2018-04"'),
    Key("renamed", Names(VALUE, "old name", key="value"),
        "Old names of inputs, levels and what else has another name now, each with its new one.",
        example="renamed: {caring_rating: caring}"),
))

METHODOLOGY: Final = Block((
    Key("markscheme", Plain("whole"), "The version of the rule language, not of the library.", True,
        example="markscheme: 1"),
    Key("id", Plain("id"), "The family and the methodology, in lower-case words with hyphens.", True,
        example="id: family/methodology"),
    Key("version", VERSION, "The version of the methodology, in quotes.", True, example='version: "2024"'),
    Key("title", TEXT, "What the methodology is called.", True, example="title: Ratings of GP practices"),
    Key("publisher", TEXT, "Who published it.", example="publisher: The regulator"),
    STATUS,
    Key("in_force", IN_FORCE, "When it was in force, both days included.",
        example='in_force: {from: "2024-04-01", until: "2025-03-31"}'),
    Key("gap_before", TEXT, "Why there is a gap between this version and the one before.",
        example="gap_before: no ratings were given in 2020"),
    Key("supersedes", SUPERSEDES, "The version that this one replaces.", example='supersedes: {version: "2018-04"}'),
    Key("sources", Names(SOURCE, "source"), "The publications that rules cite.",
        example="sources: {guide: {title: How clinics are rated}}"),
    Key("scales", Names(ListOf(LEVEL, "level", least=2, most=LEVELS), "scale"), "Ordered scales, worst level first.",
        example="scales: {rating: [poor, fair, good]}"),
    Key("sets", Names(SET, "set"), "What the rules range over.", example="sets: {questions: [safe, caring]}"),
    Key("parameters", Names(PARAMETER, "parameter"), "Constants, each named once.",
        example="parameters: {pass_mark: {value: 60}}"),
    Key("inputs", Names(INPUT, "input"), "What a record gives.", True,
        example="inputs: {score: {type: number, decimals: 0, better: higher}}"),
    Key("principles", Names(PRINCIPLE, "principle"), "Rules written once, applied wherever the handbook applies them.",
        example="principles: {combining: {scale: rating, rules: [{otherwise: good}]}}"),
    Key("measures", Names(MEASURE, "measure"), "What is worked out, each in one form.", True,
        example="measures: {overall: {scale: rating, formula: best(ratings)}}"),
    Key("results", ListOf(REFERENCE, "name"), "The measures that are reported.", True, example="results: [overall]"),
    Key("guarantees", ListOf(GUARANTEE, "guarantee"), "What must hold for every record.",
        example="guarantees: [overall never worsens when ratings improve]"),
    Key("waive", ListOf(WAIVER, "waiver"), "Guarantees given up, in writing.",
        example="waive: [{guarantee: monotone, in: overall, because: the guide is not}]"),
    Key("weakened", WEAKENED, "Why something is promised no longer: `check --against` asks for it.",
        example="weakened: [{was: overall never worsens when ratings improve, because: the guide changed}]"),
))

# --- the cases file --------------------------------------------------------------------------------------------------

GIVEN: Final = Names(Nested("value"), "input", key="value", least=0)  # an empty record is one, too

CASE_STATUS: Final = Key("status", Words((*STATUS_SAYS, UNREVIEWED)),
    f"How sure the expected result is. `{UNREVIEWED}`: saved from what came out, and looked at by nobody yet.",
    example="status: derived")

CASE: Final = Block((
    Key("name", TEXT, "What the case shows.", required=True, example="name: one inadequate caps the rating"),
    Key("given", GIVEN, "The inputs.", True, ("expect",), example="given: {score: 80}"),
    Key("given", GIVEN, "Beside a table: what holds for every row that says nothing else.", under=("table",),
        example="given: {score: 80}"),
    Key("expect", Names(Nested("value"), "result", key="value"), "What must come out.",
        example="expect: {overall: good}"),
    Key("table", BLOCK, "Many cases, one a row: inputs || results.", example="table: |"),
    CITE, CASE_STATUS, BECAUSE,
), (Choice(("expect", "table")),))

CASES: Final = Block((
    Key("methodology", Plain("edition"), "The methodology and its version.", True,
        example="methodology: family/methodology@2024"),
    Key("cases", ListOf(CASE, "case"), "Records and what must come out of them.", True,
        example="cases: [{name: a high score, given: {score: 80}, expect: {overall: good}}]"),
    Key("weakened", WEAKENED, "Why something is expected no longer: `check --against` asks for it.",
        example="weakened: [{was: a high score, because: the guide changed}]"),
))
# fmt: on
