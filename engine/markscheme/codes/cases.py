"""Codes MS7xx: cases files. The examples are whole cases files for `BASE`; tests/test_cases.py runs them."""

from . import Code

_HEAD = "methodology: example/first@1\ncases:\n"
_GIVEN = "given: {judged: {safe: good, caring: good}, score: 90}"
_RIGHT = f"{_HEAD}  - name: all good\n    {_GIVEN}\n    expect: {{overall: good}}\n"


def _table(text: str) -> str:
    lines = "".join(f"      {line}\n" for line in text.split("\n"))
    return f"{_HEAD}  - name: all good\n    table: |\n{lines}"


CODES: tuple[Code, ...] = (
    Code(
        "MS701",
        "a case name given twice",
        "Two cases of a file have one name.",
        "A failing case is reported by its name; the reader would look at the wrong one.",
        f"{_RIGHT}  - name: all good\n    {_GIVEN}\n    expect: {{banded: good}}\n",
        f"{_RIGHT}  - name: all good, banded\n    {_GIVEN}\n    expect: {{banded: good}}\n",
        whole=True,
    ),
    Code(
        "MS702",
        "not a result",
        "A case expects something of a name that is not a result of the methodology, or not for that member.",
        "A case that checks nothing passes for ever.",
        _RIGHT.replace("{overall: good}", "{overal: good}"),
        _RIGHT,
        whole=True,
    ),
    Code(
        "MS703",
        "a value the result cannot have",
        "A case expects a level, number or reason for absence that the result can never have.",
        "Such a case can never pass; most often the level is misspelt.",
        _RIGHT.replace("{overall: good}", "{overall: goood}"),
        _RIGHT,
        whole=True,
    ),
    Code(
        "MS704",
        "cases of another methodology",
        "A cases file names another methodology or version than the rule file beside it, or one that is not found.",
        "The cases would be run against other rules than the ones they stand beside.",
        _RIGHT.replace("first@1", "first@2"),
        _RIGHT,
        whole=True,
    ),
    Code(
        "MS705",
        "a status nobody knows",
        "A row of a table of cases has a status that is not `published`, `derived`, `recalled`, `illustrative` or `unreviewed`.",
        "The status says how sure the expected rating is; a misspelt one says nothing.",
        _table("judged.safe | judged.caring | score || overall | status\ngood | good | 90 || good | publishd"),
        _table("judged.safe | judged.caring | score || overall | status\ngood | good | 90 || good | published"),
        whole=True,
    ),
    Code(
        "MS706",
        "a source nobody knows",
        "A case cites something that is not one of the `sources` of the methodology.",
        "The reader could not look up where the expected rating is published.",
        _RIGHT + "    cite: guide\n",
        _RIGHT,
        whole=True,
    ),
)
