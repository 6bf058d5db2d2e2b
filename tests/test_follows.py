"""When one condition follows from another, held against every record."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

from repositories import RULES

from markscheme.guard.meaning import follows
from markscheme.interpret import interpret
from markscheme.ir import Absent, Holds
from markscheme.library import Library
from markscheme.trace import Given

SUBJECTS = (
    "judged for safe is {}",
    "any of judged are {}",
    "all of judged are {}",
    "none of judged are {}",
    "at least 2 of judged are {}",
    "at most 1 of judged are {}",
    "exactly 1 of judged are {}",
)
PREDICATES = ("poor", "not poor", "at least fair", "at most fair", "good", "one of (poor, good)", "absent", "present")
CONDITIONS = (
    *(subject.format(predicate) for subject, predicate in product(SUBJECTS, PREDICATES)),
    *(
        f"score is {said}"
        for said in (
            "1",
            "at least 1",
            "at most 1",
            "more than 1",
            "less than 1",
            "from 0 to 1",
            "more than 0",
            "from 1 to 2",
            "at least 1.0",
            "not 1",
            "one of (0, 1)",
        )
    ),
    "any of judged are poor and score is 1",
    "any of judged are poor or score is 1",
    "score is 1 or all of judged are poor",
    "(any of judged are poor or score is at least 1) and any of judged are fair",
    "any of judged are fair and score is at least 1",
)


ABSENT = ", absent: {none_given: skip}"


def test_what_follows_does_so_for_every_record(tmp_path: Path) -> None:
    """Truth for truth: where the one is true the other is, and where the other is false so is the first."""
    head = RULES[: RULES.index("measures:")].replace("not_rated: poor", "not_rated: skip")
    head = head.replace("decimals: 1, min: 0, max: 100", "decimals: 0, min: 0, max: 2")
    measures = "".join(
        f'  m{number}: {{scale: rating, rules: [{{when: "{text}", then: good}}, {{otherwise: poor}}]{ABSENT}}}\n'
        for number, text in enumerate(CONDITIONS)
    )
    names = ", ".join(f"m{number}" for number in range(len(CONDITIONS)))
    never = "".join(f'  - never: "{text}"\n' for text in CONDITIONS)
    text = f"{head}measures:\n{measures}results: [{names}]\nguarantees:\n{never}"
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    program, found = Library([]).program(path)
    if program is None:  # a measure that is never absent says no reason
        never_absent = {each.message.split("`")[1] for each in found if each.code == "MS422"}
        lines = text.split("\n")
        text = "\n".join(
            line.replace(ABSENT, "") if line.split(":")[0].strip() in never_absent else line for line in lines
        )
        path.write_text(text, encoding="utf-8")
        program, found = Library([]).program(path)
    assert program is not None, found[:3]
    gap = Absent("not_rated", True, "judged")
    truths: list[tuple[bool | None, ...]] = []
    for safe, caring, score in product((0, 1, 2, gap), (0, 1, 2, gap), range(3)):
        given = {
            ("judged", ("safe",)): Given(safe),
            ("judged", ("caring",)): Given(caring),
            ("score", ()): Given(Fraction(score)),
        }
        trace = interpret(program, given)
        values = [trace.outcomes[f"m{number}", ()].value for number in range(len(CONDITIONS))]
        truths.append(tuple(None if isinstance(value, Absent) else value == 2 for value in values))
    conditions = [each.condition for each in program.guarantees if isinstance(each, Holds)]
    decided = wrong = missed = 0
    for (i, a), (j, b) in product(enumerate(conditions), repeat=2):
        really = all(
            (row[i] is not True or row[j] is True) and (row[j] is not False or row[i] is False) for row in truths
        )
        decided += (said := follows(a, b))
        wrong += said and not really
        missed += really and not said
    assert wrong == 0
    assert decided > 150, f"only {decided} are seen to follow, {missed} do and are not seen"
