"""Codes MS80x: what is not so for every record, though it must be or the file says it is."""

from . import Code


def _rules(*rules: str, more: str = "") -> str:
    """A methodology whose only measure is these rules."""
    listed = "".join(f"      - {rule}\n" for rule in rules)
    return (
        "inputs:\n  judged: {each: questions, scale: rating}\n  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}\n"
        f"measures:\n  overall:\n    scale: rating\n    rules:\n{listed}results: [overall]\n{more}"
    )


def _cubes(ends: str) -> str:
    """Of whole numbers without end no machine knows that two cubes are never a third one."""
    inputs = "".join(f"  edge_{name}: {{type: number, decimals: 0, {ends}, better: higher}}\n" for name in "abc")
    cubes = [f"edge_{name} * edge_{name} * edge_{name}" for name in "abc"]
    return (
        f"inputs:\n{inputs}measures:\n  rest: {{type: number, better: neither, formula: {cubes[0]} + {cubes[1]} - {cubes[2]}}}\n"
        "results: [rest]\nguarantees: [{never: rest is 0}]\n"
    )


_POOR = "{when: any of judged are poor, then: poor}"
_GOOD = "{when: all of judged are good and score is at least 50, then: good}"
_FAIR = "{otherwise: fair}"

CODES: tuple[Code, ...] = (
    Code("MS801", "a result that worsens", "A result gets worse when an input gets better and all else stays. Two records that differ in as little as possible show it, and the lines that decide each.",
         "A body would be rated down for doing better. Where the published rule really is so, it is given up in writing: `waive: [{guarantee: monotone, in: NAME, because: …}]`.",
         _rules(_POOR, "{when: exactly 1 of judged are good and score is at least 50, then: good}", _FAIR),
         _rules(_POOR, "{when: at least 1 of judged are good and score is at least 50, then: good}", _FAIR)),
    Code("MS802", "never reached", "No record whatever is decided by this rule, row or band, or changed by this limit.",
         "It is dead text: a rule before it always decides, or its condition never holds. Whoever reads it will think that it counts.",
         _rules(_POOR, "{when: score is less than 50, then: fair}", "{when: score is at most 40, then: poor}", _GOOD, _FAIR),
         _rules(_POOR, "{when: score is at most 40, then: poor}", "{when: score is less than 50, then: fair}", _GOOD, _FAIR)),
    Code("MS803", "a level that nobody gets", "No record gets this level of a result.",
         "A level that cannot be had is a promise that is not kept; often a threshold is beyond what can be reached. Where it is meant: `waive: [{guarantee: attainable, in: NAME, because: …}]`.",
         _rules(_POOR, _FAIR), _rules(_POOR, _GOOD, _FAIR)),
    Code("MS804", "a guarantee that does not hold", "Something that the file promises for every record is not so for the one shown, or for the two shown side by side.",
         "What is promised is checked for all records there can be, not for those that happen to be at hand.",
         _rules(_POOR, _GOOD, _FAIR, more="guarantees:\n  - never: overall is good and score is less than 60\n"),
         _rules(_POOR, _GOOD, _FAIR, more="guarantees:\n  - never: overall is good and score is less than 50\n")),
    Code("MS805", "a waiver of what holds", "A guarantee is waived that holds: nothing is given up.",
         "A waiver that is not needed would hide the next mistake.",
         _rules(_POOR, _GOOD, _FAIR, more="waive: [{guarantee: monotone, in: overall, because: the guide is not}]\n"),
         _rules(_POOR, _GOOD, _FAIR), severity="warning"),
    Code("MS806", "not proved", "Neither proved nor refuted: so many records were tried, and none breaks it. The hint says what stood in the way.",
         "What is not proved may still be wrong. `check --strict` fails on it. Where `max` says how large numbers can be, they can mostly be walked; z3, which comes with `pip install 'markscheme[prove]'`, proves more.",
         _cubes("min: 1"), _cubes("min: 1, max: 9"), severity="warning"),
)  # fmt: skip
