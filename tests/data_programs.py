"""Small programs made by hand, for the tests of reading and typing data. Knows nothing of rule files."""

from fractions import Fraction

from markscheme.ir import (
    AbsenceRule,
    Choice,
    Input,
    Level,
    Member,
    Number,
    Option,
    Program,
    Scale,
    Set,
    YesNo,
)


def title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def scale(name: str, *levels: str) -> Scale:
    return Scale(name, tuple(Level(level, title(level)) for level in levels))


def plain_set(name: str, *members: str) -> Set:
    return Set(name, title(name), tuple(Member(member, title(member)) for member in members))


def program(sets: tuple[Set, ...], *inputs: Input) -> Program:
    return Program(
        id="example/first",
        version="1",
        title="An example",
        publisher="Nobody",
        status="published",
        in_force=("2024-01-01", None),
        digest="",
        sources={},
        scales={},
        sets={each.name: each for each in sets},
        inputs={each.name: each for each in inputs},
        constants={},
        steps=(),
        results=(),
        guarantees=(),
        waivers=(),
        cost=0,
    )


RATING = scale("rating", "inadequate", "requires_improvement", "good", "outstanding")
QUESTIONS = plain_set("key_questions", "safe", "well_led")
GROUPS = plain_set("groups", "older_people", "families")
STATEMENTS = Set(
    "statements",
    "Statements",
    (Member("staffing", "Staffing", "safe"), Member("medicines", "Medicines", "safe"), Member("c1", "C1", "well_led")),
    parent="key_questions",
)
NOT_RATED = AbsenceRule("not_rated", "Not yet rated", "skip")
WITHHELD = AbsenceRule("withheld", "Withheld", "unrated")
ACTION = Choice((Option("no_action", "No action"), Option("warning", "Warning")))
NOT_STATED = AbsenceRule("not_stated", "Not stated", "replace", "no_action")


def base() -> Program:
    """As `BASE` in the registry of codes."""
    reason = AbsenceRule("not_rated", "Not rated", "skip")
    return program(
        (plain_set("questions", "safe", "caring"),),
        Input("judged", "Judged", ("questions",), scale("rating", "poor", "fair", "good"), (reason,)),
        Input("score", "Score", (), Number(1, Fraction(0), Fraction(100), "%", "higher")),
    )


def wide() -> Program:
    """One input of each type, over no set, one set and two."""
    return program(
        (QUESTIONS, GROUPS),
        Input("ratings", "Ratings", ("key_questions",), RATING, (NOT_RATED, WITHHELD), empty="not_rated"),
        Input("judged", "Judgement", ("groups", "key_questions"), RATING, (NOT_RATED,)),
        Input("score", "Score", (), Number(1, Fraction(0), Fraction(100), "%", "higher"), (WITHHELD,)),
        Input("grade", "Grade given", (), scale("grade", "1", "2", "3", "4")),
        Input("kind", "Kind", (), Choice((Option("pct", "Primary care trust"), Option("acute", "Acute trust")))),
        Input("deficit", "Deficit", (), YesNo("no")),
        Input("action", "Action", (), ACTION, (NOT_STATED,), "not_stated"),
    )


def given(**changes: object) -> dict[str, object]:
    """A record of `wide` in which all is well, with some values changed."""
    record: dict[str, object] = {
        "ratings": {"safe": "good", "well_led": "outstanding"},
        "judged": {
            "older_people": {"safe": "good", "well_led": "good"},
            "families": {"safe": "inadequate", "well_led": "not_rated"},
        },
        "score": "62.5",
        "grade": "3",
        "kind": "pct",
        "deficit": "no",
        "action": "warning",
    }
    return record | changes


def only(type_: object, *reasons: AbsenceRule, empty: str | None = None) -> Program:
    """One input, `x`, of a type."""
    return program((), Input("x", "X", (), type_, reasons, empty))  # type: ignore[arg-type]
