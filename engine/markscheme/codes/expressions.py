"""Codes MS3xx: conditions, formulas, cells and tables as text."""

from . import Code

_OVERALL = """\
measures:
  banded:
    scale: rating
    bands: {{of: score, rows: [{{at_least: 80, is: good}}, {{otherwise: poor}}]}}
  overall:
    scale: rating
    rules:
      - {{when: {when}, then: poor}}
      - {{otherwise: banded}}
    absent: {{not_rated: skip}}
"""

_TABLE = """\
measures:
  banded: {{scale: rating, formula: poor}}
  overall:
    scale: rating
    table: |
      {header}
      {row}
      - || fair
results: [overall]
"""


def _when(condition: str) -> str:
    return _OVERALL.format(when=condition)


def _formula(formula: str) -> str:
    return f"measures:\n  overall: {{type: number, formula: '{formula}'}}\nresults: [overall]\n"


CODES: tuple[Code, ...] = (
    Code(
        "MS301",
        "not a rule",
        "The text is not a condition, formula, cell or guarantee: a word stands where it cannot, or is missing.",
        "A rule that can be read in two ways, or in none, cannot be applied. `and` and `or` are never mixed without "
        "brackets, and a yes/no name alone is not a condition, because two readers would differ.",
        _when("score is at least 80 and judged"),
        _when("any of judged are poor"),
    ),
    Code(
        "MS302",
        "another notation",
        "The text uses the signs of a programming language or a spreadsheet: `>=`, `==`, `&&`, quotes, `80%`.",
        "A rule reads like the handbook: in words. There is one way to say a thing.",
        _when("score >= 80"),
        _when("any of judged are poor and score is at least 80"),
    ),
    Code(
        "MS307",
        "too long",
        "The text is longer, or its operations are further inside one another, than a reader can follow.",
        "A rule that nobody can follow cannot be checked against the handbook. Name its parts as measures.",
        _formula(" + ".join(["score"] * 400)),
        _formula("score + score"),
    ),
    Code(
        "MS310",
        "a table that does not line up",
        "A line of a table or grid has more or fewer cells than its header, no `||` before its outcome, or a column is "
        "missing from a table kept in a file.",
        "A cell that slips into the next column changes ratings without a word. That is how an allocation table went "
        "wrong in 2006.",
        _TABLE.format(header="score || overall", row="at least 80 | good || good"),
        _TABLE.format(header="score || overall", row="at least 80 || good").replace(
            "      - ||", "      less than 80 ||"
        ),
    ),
    Code(
        "MS311",
        "a table's outcome",
        "The first column after `||` is not named like the measure, or a later one is none of status, cite, because.",
        "The name above a column says what its values are; another measure's name there is a slip of the pen.",
        _TABLE.format(header="score || banded", row="at least 80 || good").replace(
            "      - ||", "      less than 80 ||"
        ),
        _TABLE.format(header="score || overall", row="at least 80 || good").replace(
            "      - ||", "      less than 80 ||"
        ),
    ),
    Code(
        "MS390",
        "bodies compared with one another",
        "`rank`, `peers` and `mean_of_peers` compare a body with others. This version cannot evaluate them.",
        "Such a figure depends on a reference population, which has to be frozen so that one body can be rated alone, "
        "tomorrow, with the same answer. Until that is built they are refused, not guessed.",
        _formula("rank(score)"),
        _formula("score"),
    ),
)
