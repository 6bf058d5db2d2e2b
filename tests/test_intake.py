"""Raw records to typed values: what is accepted, with which meaning, and what is rejected with which words."""

import json
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction

import pytest
from data_programs import (
    NOT_RATED,
    QUESTIONS,
    RATING,
    STATEMENTS,
    WITHHELD,
    base,
    given,
    only,
    plain_set,
    program,
    scale,
    wide,
)
from examples import THOROUGH
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from markscheme.diagnostics import Problem
from markscheme.intake import Intake
from markscheme.intake.values import Words
from markscheme.ir import Absent, Choice, Input, Number, Option, Present, Program, YesNo, combinations
from markscheme.trace import Given, Key

SCORE = Number(1, Fraction(0), Fraction(100), "%", "higher")


def typed(program_: Program, value: object) -> Given | Problem:
    """The only input, `x`, given `value`."""
    taken = Intake(program_).nested({"x": value})
    if isinstance(taken, tuple):
        (problem,) = taken
        return problem
    return taken["x", ()]


def accepted(program_: Program, value: object) -> object:
    found = typed(program_, value)
    assert isinstance(found, Given), found
    return found.value


def rejected(program_: Program, value: object) -> Problem:
    found = typed(program_, value)
    assert isinstance(found, Problem), found
    assert found.message.isprintable()
    assert len(found.value or "") <= 100
    return found


def values(taken: Mapping[Key, Given] | tuple[Problem, ...]) -> Mapping[Key, Given]:
    assert not isinstance(taken, tuple), taken
    return taken


def problems(taken: Mapping[Key, Given] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    assert isinstance(taken, tuple), taken
    return taken


# --- levels, choices, yes and no -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "requires_improvement",
        "Requires improvement",
        "  requires IMPROVEMENT ",
        "requires  improvement",
        "requires\u00a0improvement",
        "REQUIRES_IMPROVEMENT\n",
    ],
    ids=lambda text: f"B112 {text!r}",
)
def test_B112_identifier_or_title_case_and_outer_space_ignored(text: str) -> None:
    assert accepted(only(RATING), text) == 1


@pytest.mark.parametrize(
    "text",
    ["goood", "good.", "go od", "requires-improvement", "0", "2", "góod", "good\u200b", "gооd", "true", "null", "nan"],
)
def test_B112_anything_else_is_rejected_with_the_levels(text: str) -> None:
    problem = rejected(only(RATING), text)
    assert problem.code == "MS541"
    assert "inadequate, requires_improvement, good, outstanding" in (problem.hint or "")


def test_a_suggestion_is_made() -> None:
    problem = rejected(only(RATING, NOT_RATED), "goood")
    assert problem.message == "`goood` is not a level of `rating`"
    assert (problem.hint or "").startswith("did you mean `good`? ")
    assert "did you mean `not_rated`?" in (rejected(only(RATING, NOT_RATED), "not-rated").hint or "")


@pytest.mark.parametrize("value", [2, "2", " 2 ", Decimal(2), Decimal("2.00"), 2.0, Fraction(2)])
def test_numeral_levels_take_whole_numbers(value: object) -> None:
    assert accepted(only(scale("grade", "1", "2", "3")), value) == 1


@pytest.mark.parametrize("value", [2.5, 0, 4, -1, "2.0", "02", True, Decimal("2.1"), 10**90, Fraction(5, 2)])
def test_numeral_levels_take_no_other(value: object) -> None:
    assert rejected(only(scale("grade", "1", "2", "3")), value).code in ("MS541", "MS547")


def test_a_title_that_two_levels_share_names_neither() -> None:
    options = Choice((Option("a", "Same"), Option("b", "same"), Option("c", "Other")))
    assert accepted(only(options), "b") == "b"
    assert rejected(only(options), "Same").code == "MS541"


def test_an_identifier_goes_before_a_title() -> None:
    assert accepted(only(Choice((Option("a", "b"), Option("b", "a")))), "A") == "a"


@pytest.mark.parametrize(("value", "meaning"), [("yes", "yes"), ("Yes", "yes"), (" NO ", "no")])
def test_yes_and_no(value: str, meaning: str) -> None:
    assert accepted(only(YesNo()), value) == meaning


@pytest.mark.parametrize("value", ["y", "true", "1", "on", "ja", 1, 0])
def test_nothing_else_is_yes_or_no(value: object) -> None:
    assert rejected(only(YesNo()), value).code == "MS541"


@pytest.mark.parametrize("value", [True, False], ids=["B147 true", "B147 false"])
def test_B147_true_and_false_are_values_of_no_type(value: bool) -> None:
    for type_ in (YesNo(), SCORE, RATING, scale("grade", "0", "1")):
        assert rejected(only(type_), value).code == "MS547"
    assert rejected(only(YesNo()), value).hint == 'write "yes" or "no"'


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("62.5", Fraction(125, 2)),
        (" 62.50 ", Fraction(125, 2)),
        ("007", Fraction(7)),
        ("-0", Fraction(0)),
        (100, Fraction(100)),
        (62.5, Fraction(125, 2)),
        (0.1, Fraction(1, 10)),
        (-0.0, Fraction(0)),
        (1e1, Fraction(10)),
        (Decimal("0.7"), Fraction(7, 10)),
        (Decimal("1E+1"), Fraction(10)),
        (Fraction(1, 2), Fraction(1, 2)),
        (IntEnum("Level", {"A": 5}).A, Fraction(5)),
    ],
    ids=str,
)
def test_B113_numbers_are_exact(value: object, exact: Fraction) -> None:
    found = accepted(only(SCORE), value)
    assert type(found) is Fraction
    assert found == exact


@pytest.mark.parametrize("value", ["62.55", 62.55, 0.1 + 0.2, Decimal("0.01"), Fraction(1, 4), Fraction(1, 3), 1e-20])
def test_more_decimals_than_declared(value: object) -> None:
    assert rejected(only(SCORE), value).code == "MS543"


def test_decimals_are_free_where_none_are_declared() -> None:
    assert accepted(only(Number()), 0.1 + 0.2) == Fraction("0.30000000000000004")
    assert accepted(only(Number()), "0.000000001") == Fraction(1, 10**9)
    assert rejected(only(Number()), Fraction(1, 3)).code == "MS543"


@pytest.mark.parametrize("value", ["101", "100.1", 101, 1e20, "-1", "-0.1", Decimal(-5), "1000000"])
def test_B110_out_of_range(value: object) -> None:
    problem = rejected(only(SCORE), value)
    assert problem.code == "MS544"
    assert problem.hint == "`x` goes from 0 to 100 %"


@pytest.mark.parametrize("value", ["0", "100", "0.0", "100.0", 0, 100])
def test_B110_the_ends_belong_to_the_range(value: object) -> None:
    accepted(only(SCORE), value)


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "nan",
        "-inf",
        "Infinity",
        "+INF",
        "∞",
        "snan",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
    ],
    ids=lambda value: f"B111 {value!r}",
)
def test_B111_nan_and_infinity(value: object) -> None:
    for type_ in (SCORE, Number()):
        assert rejected(only(type_), value).code == "MS545"


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("1,234", "`1234`"),
        ("1,234,567.5", "`1234567.5`"),
        ("1 234", "`1234`"),
        ("1'234", "`1234`"),
        ("62,5", "`62.5`"),
        ("95%", "`95`"),
        ("95 %", "`95`"),
        ("£5", "`5`"),
        ("5€", "`5`"),
        ("1e3", "exponent"),
        ("1E+3", "exponent"),
        ("+5", "`5`"),
        ("−5", "`-5`"),
        ("(5)", "`-5`"),
        (".5", "`0.5`"),
        ("5.", "`5`"),
        ("٥", "digits 0 to 9"),
        ("５", "digits 0 to 9"),
        ("0x10", "digits"),
        ("1_000", "digits"),
        ("abc", "digits"),
        ("good", "digits"),
        ("1.2.3", "digits"),
        ("--5", "digits"),
    ],
    ids=lambda text: f"B106-B107 {text}",
)
def test_B106_B107_what_people_write_for_numbers(text: str, instead: str) -> None:
    problem = rejected(only(Number()), text)
    assert problem.code == "MS542"
    assert instead in (problem.hint or "")


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1e3000000"),
        Decimal("1e-3000000"),
        Decimal("-1e999999999"),
        10**10_000,
        -(10**10_000),
        "9" * 5000,
        "0." + "1" * 5000,
        1e300,
        5e-324,
        Fraction(1, 2**5000),
        Fraction(10**10_000, 3),
        Decimal("0." + "1" * 5000),
        "x" * 5_000_000,
    ],
    ids=lambda value: f"B081 {type(value).__name__}",
)
def test_B081_sizes_are_refused_before_any_arithmetic(value: object) -> None:
    for type_ in (Number(), SCORE, RATING, scale("grade", "1", "2")):
        assert rejected(only(type_), value).code in ("MS546", "MS541")


def test_B105_one_odd_cell_rejects_one_record() -> None:
    intake = Intake(base())
    columns = intake.columns(["safe", "caring", "score"])
    outcomes = [
        intake.record({"safe": "good", "caring": "fair", "score": "withheld" if n == 2000 else "62.5"}, columns)
        for n in range(3000)
    ]
    assert [n for n, taken in enumerate(outcomes) if isinstance(taken, tuple)] == [2000]
    (problem,) = problems(outcomes[2000])
    assert (problem.code, problem.column, problem.value) == ("MS542", "score", "withheld")


# --- absence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["not_rated", "Not yet rated", " NOT RATED ", "not_yet_rated"])
def test_a_reason_is_written_as_its_identifier_or_title(text: str) -> None:
    assert accepted(only(RATING, NOT_RATED, WITHHELD), text) == Absent("not_rated", True, "x")
    assert accepted(only(SCORE, NOT_RATED, WITHHELD), "withheld") == Absent("withheld", False, "x")


def test_a_reason_not_declared_is_a_reject() -> None:
    assert rejected(only(RATING, WITHHELD), "not_rated").code == "MS541"
    assert rejected(only(SCORE, WITHHELD), "not_rated").code == "MS542"


def test_a_level_goes_before_a_reason() -> None:
    assert accepted(only(scale("s", "withheld", "good"), WITHHELD), "withheld") == 0


def test_a_replaced_reason_gives_the_value_and_says_so() -> None:
    found = values(Intake(wide()).nested(given(action="Not stated")))["action", ()]
    assert found == Given("no_action", Absent("not_stated", False, "action"))


EMPTY = ["", " ", "\t\n", "\u00a0", None]


@pytest.mark.parametrize("value", EMPTY)
def test_empty_is_a_reject_unless_it_has_a_meaning(value: object) -> None:
    assert rejected(only(RATING, NOT_RATED), value).code == "MS540"
    assert rejected(only(SCORE), value).code == "MS540"
    assert rejected(only(Choice((Option("a", ""),))), value).code == "MS540"
    assert accepted(only(RATING, NOT_RATED, empty="not_rated"), value) == Absent("not_rated", True, "x")


def test_what_is_missing_is_empty_where_that_has_a_meaning() -> None:
    for missing in ({}, {"ratings": {}}, {"ratings": None}, {"ratings": {"safe": None}}, {"ratings.safe": ""}):
        record = given() | {"ratings": {}} | missing
        taken = values(Intake(wide()).nested(record))
        assert taken["ratings", ("safe",)].value == Absent("not_rated", True, "ratings", ("safe",))
        assert taken["ratings", ("well_led",)].value == Absent("not_rated", True, "ratings", ("well_led",))


# --- columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ratings.safe", ("ratings", ("safe",))),
        ("safe", ("ratings", ("safe",))),
        ("Well led", ("ratings", ("well_led",))),
        (" WELL_LED ", ("ratings", ("well_led",))),
        ("Ratings . Well  Led", ("ratings", ("well_led",))),
        ("judged.older_people.safe", ("judged", ("older_people", "safe"))),
        ("Judgement.Older people.safe", ("judged", ("older_people", "safe"))),
        ("older_people.safe", ("judged", ("older_people", "safe"))),
        ("Grade given", ("grade", ())),
        ("score", ("score", ())),
    ],
)
def test_names_of_columns(name: str, key: Key) -> None:
    assert Intake(wide()).columns([name]).matched == {name: key}


@pytest.mark.parametrize(
    "name", ["judged.safe.older_people", "ratings", "safe.ratings", "judged", "", ".", "x" * 10_000]
)
def test_other_names_belong_to_no_input(name: str) -> None:
    columns = Intake(wide()).columns([name])
    assert columns.unknown == (name,)
    assert [(p.code, p.column) for p in columns.warnings] == [("MS531", name)]


def test_B115_a_missing_column_is_one_problem_of_an_input_with_a_suggestion() -> None:
    columns = Intake(base()).columns(["id", "saef", "scroe"], carried=["id"])
    assert columns.unknown == ("saef", "scroe")
    assert [p.hint for p in columns.warnings] == ["did you mean `judged.safe`?", "did you mean `score`?"]
    assert [(p.code, p.message, p.hint) for p in columns.problems] == [
        ("MS530", "`judged` is missing: safe, caring", "rename `saef` to `judged.safe`"),
        ("MS530", "`score` is missing", "rename `scroe` to `score`"),
    ]
    raw = {"id": "a", "saef": "good", "scroe": "1"}
    assert problems(Intake(base()).record(raw, columns)) == columns.problems


def test_B115_missing_members_are_listed_and_counted() -> None:
    many = plain_set("many", *(f"m{n}" for n in range(30)))
    columns = Intake(program((many,), Input("x", "X", ("many",), RATING))).columns(["m0"])
    (problem,) = columns.problems
    assert problem.message == "`x` is missing: m1, m2, m3, m4, m5, m6, m7, m8 and 21 more"


def test_B115_a_column_named_after_the_whole_input_is_explained() -> None:
    (problem, _) = Intake(base()).columns(["judged"]).problems
    assert problem.hint == "`judged` has a value for each member: `judged.safe`, …"


@pytest.mark.parametrize("second", ["judged.safe", "Safe", " safe", "Judged. Safe"])
def test_two_columns_for_one_value(second: str) -> None:
    columns = Intake(base()).columns(["safe", second, "caring", "score"])
    assert [p.code for p in columns.problems] == ["MS532"]


def test_ambiguous_names_are_refused() -> None:
    both = program(
        (QUESTIONS,), Input("a", "A", ("key_questions",), RATING), Input("b", "B", ("key_questions",), RATING)
    )
    columns = Intake(both).columns(["safe", "a.well_led", "b.well_led"])
    (problem,) = columns.problems
    assert (problem.code, problem.message, problem.hint) == (
        "MS533",
        "`safe` may be `a.safe` or `b.safe`",
        "write `a.safe`, in full",
    )


def test_an_inputs_own_name_goes_before_a_members() -> None:
    both = program((QUESTIONS,), Input("a", "A", ("key_questions",), RATING), Input("safe", "S", (), RATING))
    assert Intake(both).columns(["safe"]).matched == {"safe": ("safe", ())}


def test_a_carried_column_belongs_to_nobody() -> None:
    columns = Intake(base()).columns(["safe", "caring", "score", "x"], carried=["safe"])
    assert "safe" not in columns.matched
    assert columns.unknown == ("x",)
    assert [p.message for p in columns.problems] == ["`judged` is missing: safe"]


# --- records ---------------------------------------------------------------------------------------------------------


def test_every_combination_of_members_is_there() -> None:
    taken = values(Intake(wide()).nested(given()))
    judged = {key[1]: each.value for key, each in taken.items() if key[0] == "judged"}
    assert judged == {
        ("older_people", "safe"): 2,
        ("older_people", "well_led"): 2,
        ("families", "safe"): 0,
        ("families", "well_led"): Absent("not_rated", True, "judged", ("families", "well_led")),
    }
    assert taken["score", ()] == Given(Fraction(125, 2))
    assert taken["grade", ()] == Given(2)
    assert taken["kind", ()] == Given("pct")
    assert len(taken) == 2 + 4 + 5


def test_combinations_keep_children_with_their_parents() -> None:
    deepest = plain_set("other", "p", "q")
    sets = {each.name: each for each in (QUESTIONS, STATEMENTS, deepest)}
    assert combinations(sets, ()) == ((),)
    assert combinations(sets, ("statements",)) == (("staffing",), ("medicines",), ("c1",))
    own = (("safe", "staffing"), ("safe", "medicines"), ("well_led", "c1"))
    assert combinations(sets, ("key_questions", "statements")) == own
    assert combinations(sets, ("statements", "key_questions")) == tuple((child, parent) for parent, child in own)
    assert len(combinations(sets, ("statements", "other"))) == 6


def test_combinations_look_at_parents_further_up() -> None:
    from markscheme.ir import Member, Set

    leaves = Set("leaves", "", (Member("l1", "", "staffing"), Member("l2", "", "c1")), parent="statements")
    sets = {each.name: each for each in (QUESTIONS, STATEMENTS, leaves)}
    assert combinations(sets, ("key_questions", "leaves")) == (("safe", "l1"), ("well_led", "l2"))


@pytest.mark.parametrize(
    "judged",
    [
        {
            "judged.older_people.safe": "good",
            "judged": {"older_people": {"well_led": "good"}, "families": {"safe": "good", "Well led": "good"}},
        },
        {
            "judged": {
                "older_people.safe": "good",
                "older_people": {"well_led": "good"},
                "families.safe": "good",
                "families.well_led": "good",
            }
        },
        {
            "older_people": {"safe": "good", "well_led": "good"},
            "families.safe": "good",
            "Judgement": {"Families": {"well_led": "good"}},
        },
    ],
)
def test_nested_and_flat_may_be_mixed(judged: dict[str, object]) -> None:
    record = {key: value for key, value in given().items() if key != "judged"} | judged
    assert {each.value for key, each in values(Intake(wide()).nested(record)).items() if key[0] == "judged"} == {2}


def test_all_problems_come_at_once() -> None:
    record = given(score="101", grade="5", kind=None, deficit=True, extra=1)
    found = problems(Intake(wide()).nested(record))
    assert [(p.code, p.column) for p in found] == [
        ("MS534", "extra"),
        ("MS544", "score"),
        ("MS541", "grade"),
        ("MS540", "kind"),
        ("MS547", "deficit"),
    ]


def test_B146_a_misspelt_key_is_never_dropped() -> None:
    found = problems(Intake(wide()).nested(given(scroe="1", ratings={"saef": "good"}, rattings={})))
    assert [(p.code, p.column) for p in found] == [("MS534", "ratings.saef"), ("MS534", "scroe"), ("MS534", "rattings")]
    assert found[0].hint == "did you mean `ratings.safe`?"


def test_keys_of_a_data_file_are_carried_unless_they_are_inside_an_input() -> None:
    intake = Intake(wide())
    record = given(town="Leeds", notes={"deep": [1]})
    values(intake.nested(record, strict=False))
    values(intake.nested(record, carried=["town", "notes"]))
    assert [p.column for p in intake.shape(record, ["notes"]).warnings] == ["town"]
    (problem,) = problems(intake.nested(given(ratings={"saef": "good"}), strict=False))
    assert (problem.code, problem.column) == ("MS534", "ratings.saef")


def test_members_under_a_name_that_is_nearly_an_input_are_not_carried() -> None:
    intake = Intake(wide())
    record = given() | {"rattings": {"safe": "good"}, "town": {"name": "Leeds"}, "notes": "x"}
    del record["ratings"]  # it may be left out, so nothing else would say that it is misspelt
    (problem,) = problems(intake.nested(record, strict=False))
    assert (problem.code, problem.column, problem.hint) == ("MS534", "rattings", "did you mean `ratings`?")
    assert [p.column for p in intake.shape(record).warnings] == ["town", "notes"]
    values(intake.nested(given(rattings={"safe": "good"}), strict=False))  # the input is there, so it is something else
    values(intake.nested(record | {"rattings": "good"}, strict=False))  # no members


def test_what_is_refused_is_not_said_to_be_carried_through() -> None:
    assert not Intake(wide()).shape(given(ratings={"saef": "good"})).warnings


@pytest.mark.parametrize("text", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#name?", "#NUM!"])
@pytest.mark.parametrize("type_", [RATING, Number(0)], ids=["level", "number"])
def test_an_error_of_a_spreadsheet_is_called_one(text: str, type_: object) -> None:
    found = typed(only(type_, NOT_RATED), text)
    assert isinstance(found, Problem)
    assert found.hint is not None
    assert found.hint.startswith("mend the formula that gives this error, or write the reason why there is no value")
    assert "not_rated" in found.hint


def test_a_fraction_is_no_number_of_data() -> None:
    found = typed(only(Number(2)), "200/3")
    assert isinstance(found, Problem)
    assert (found.code, found.hint) == ("MS542", "write it as a decimal, rounded as the rules say")


def test_a_value_given_twice_is_refused() -> None:
    for more in ({"ratings.safe": "poor"}, {"safe": "good"}, {"Ratings": {"safe": "good"}}):
        assert {p.code for p in problems(Intake(wide()).nested(given() | more))} == {"MS532"}


def test_a_cell_that_could_not_be_read_speaks_for_itself() -> None:
    cell = Problem("MS521", "the cell holds the error `#N/A`", None, "#N/A", "Sheet1!C7")
    assert typed(only(RATING, NOT_RATED, empty="not_rated"), cell) == Problem(
        "MS521", cell.message, "x", "#N/A", "Sheet1!C7"
    )


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(name)

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError

    def __index__(self) -> int:
        raise RuntimeError


class Text(str):
    def strip(self, chars: str | None = None) -> str:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError


class Endless(Mapping[str, object]):
    def __getitem__(self, key: str) -> object:
        return 1

    def __iter__(self) -> Iterator[str]:
        n = 0
        while True:
            yield f"k{n}"
            n += 1

    def __len__(self) -> int:
        return sys.maxsize


class Broken(Endless):
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError


class Colour(StrEnum):
    GOOD = "good"


LOOP: dict[str, object] = {}
LOOP["ratings"] = LOOP
LOOP["x"] = LOOP
ODD: list[object] = [
    None, [], {}, (), set(), b"good", bytearray(b"1"), object(), Hostile(), Text("good"), LOOP, Endless(), Broken(),
    float("nan"), 1e308, 10**10_000, Decimal("NaN"), Decimal("sNaN"), Decimal("1e3000000"), Fraction(1, 3), 1j,
    "\ud800", "\x1b[31m", type, Hostile, len, lambda: 1, range(3), memoryview(b"x"), Ellipsis,
    NotImplemented, ValueError("x"),
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(ODD)), ids=lambda index: type(ODD[index]).__name__)
def test_nothing_makes_intake_raise(index: int) -> None:
    value = ODD[index]
    for type_ in (RATING, SCORE, YesNo(), Choice((Option("a", "A"),)), scale("grade", "1", "2")):
        taken = Intake(only(type_)).nested({"x": value})
        if isinstance(taken, tuple):
            json.dumps([(p.message, p.value, p.hint, p.column) for p in taken])
        else:
            assert list(taken) == [("x", ())]
    assert isinstance(Intake(only(RATING)).nested(value), tuple)
    assert isinstance(Intake(only(RATING)).nested({"x": "good", "y": value}), tuple)
    key: object = value
    try:
        record = {key: "good"}
    except (TypeError, RuntimeError):
        return
    assert isinstance(Intake(only(RATING)).nested(record), tuple)


def test_members_of_enumerations_are_their_values() -> None:
    assert accepted(only(RATING), Colour.GOOD) == 2


@pytest.mark.parametrize("key", [1, None, True, b"x", ("x",)], ids=repr)
def test_key_not_text(key: object) -> None:
    assert "MS535" in {p.code for p in problems(Intake(only(RATING)).nested({"x": "good", key: 1}))}


@pytest.mark.parametrize(
    "record", [None, [], "good", 5, b"x", [("x", "good")], object()], ids=lambda r: type(r).__name__
)
def test_a_record_is_a_mapping(record: object) -> None:
    assert [p.code for p in problems(Intake(only(RATING)).nested(record))] == ["MS515"]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.fractions() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "ratings",
        "safe",
        "ratings.safe",
        "judged",
        "older_people",
        "score",
        "grade",
        "kind",
        "deficit",
        "action",
        "x",
        ".",
    ]
)
INTAKE = Intake(wide())


@settings(max_examples=300 if THOROUGH else 150, deadline=None)
@hypothesis_given(ANY | st.dictionaries(NAMES, ANY | st.dictionaries(NAMES, ANY, max_size=3), max_size=6))
def test_any_object_ends_in_values_or_problems(record: object) -> None:
    taken = INTAKE.nested(record)
    if isinstance(taken, tuple):
        assert taken
        assert all(p.message.isprintable() and len(p.value or "") <= 100 for p in taken)
    else:
        assert len(taken) == 11


@settings(max_examples=200, deadline=None)
@hypothesis_given(st.decimals(min_value=0, max_value=100, places=1) | st.integers(0, 100))
def test_a_number_means_the_same_in_every_path(value: Decimal | int) -> None:
    paths: list[object] = [
        value,
        str(value),
        float(value),
        Decimal(value),
        Fraction(value),
        f" {value}0" if "." in str(value) else value,
    ]
    assert {accepted(only(SCORE), each) for each in paths} == {Fraction(value)}


def test_many_shapes_are_matched_by_many_threads() -> None:
    intake = Intake(wide())

    def one(n: int) -> bool:
        return isinstance(intake.nested(given() | {f"extra{n % 200}": 1}), tuple) and not isinstance(
            intake.nested(given()), tuple
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(800)))
    remembered: Present = intake._remembered.cache_info().currsize
    assert remembered <= 64


def test_one_value_for_a_whole_input_is_explained() -> None:
    (problem,) = (p for p in problems(Intake(wide()).nested(given(ratings="good"))) if p.column == "ratings")
    assert problem.message == "`ratings` has one value for each member"
    assert problem.hint == "name its members: `ratings.safe`, …"


def test_nobody_is_led_to_the_opposite_of_what_was_written() -> None:
    words = Words([("not_met", "Not met", 0), ("partly_met", "Partly met", 1), ("met", "Met", 2)])
    assert words.near("mostly met") != "not_met"
    assert words.near("note met") != "met"
    assert words.near("not-met") == "not_met"
    assert words.near("not mett") == "not_met"
    assert words.near("mett") == "met"
