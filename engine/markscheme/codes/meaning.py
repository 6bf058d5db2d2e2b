"""Codes MS4xx: names, types, units, axes, absence, and whether every value has its outcome."""

from . import Code


def _one(measure: str, more: str = "") -> str:
    """A methodology whose only measure is this one."""
    return f"{more}measures:\n  overall: {measure}\nresults: [overall]\n"


_SCORED = "scales:\n  rating: [{level: poor, value: 0}, {level: fair, value: 1}, {level: good, value: 2}]\n"
_NUMBER = "inputs:\n  score: {type: number, decimals: 1, better: higher}\n"

CODES: tuple[Code, ...] = (
    Code("MS401", "given twice", "A name, level, member, option, source, result or table cell is given twice, or two have one title.",
         "The second would hide the first, or data could mean either.",
         "scales:\n  rating: [poor, fair, good, fair]\n", "scales:\n  rating: [poor, fair, good]\n"),
    Code("MS402", "an unknown name", "A name, level, member, scale, set, source or principle is not declared anywhere.",
         "A misspelt level is equal to nothing, so its rule would quietly never apply.",
         _one("{scale: rating, rules: [{when: score is at least 80, then: goood}, {otherwise: poor}]}"),
         _one("{scale: rating, rules: [{when: score is at least 80, then: good}, {otherwise: poor}]}")),
    Code("MS403", "an empty range", "The lower end of a range is above its upper end.", "Nothing can be in it.",
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_rated: skip}}\n"
         "  score: {type: number, decimals: 1, min: 100, max: 0, better: higher}\n",
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_rated: skip}}\n"
         "  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}\n"),
    Code("MS404", "not a figure that fits", "A figure is not a number, not whole where a count is needed, or 0 where something is divided.",
         "Half a rating cannot be counted, and rounding to the nearest 0 means nothing.",
         _one("{scale: rating, rules: [{when: at least 1.5 of judged are poor, then: poor}, {otherwise: good}], absent: {not_rated: skip}}"),
         _one("{scale: rating, rules: [{when: at least 2 of judged are poor, then: poor}, {otherwise: good}], absent: {not_rated: skip}}")),
    Code("MS405", "another kind of value", "A level stands where a number is needed, or a level of another scale, or something without an order "
         "is compared.", "Two scales share no order, and text compared with numbers gives what nobody meant.",
         _one("{scale: rating, formula: score}", _SCORED.replace(", value: 0", "")),
         _one("{scale: rating, formula: banded}").replace("measures:\n", "measures:\n  banded: {scale: rating, formula: poor}\n")),
    Code("MS406", "which member", "A name has a value for each member of a set, and one value is needed; or `for` names no member of it.",
         "Which of them is meant has to be said: one of them, or how they are taken together.",
         _one("{scale: rating, formula: judged, absent: {not_rated: skip}}"),
         _one("{scale: rating, formula: judged for safe, absent: {not_rated: skip}}")),
    Code("MS407", "a level without a value", "A level is used in arithmetic, and its scale gives it no value.",
         "What a level is worth is a decision of the methodology, so it is never assumed.",
         _one("{type: number, formula: mean(judged), absent: {not_rated: skip}}"),
         _one("{type: number, formula: mean(judged), absent: {not_rated: skip}}", _SCORED)),
    Code("MS408", "units that do not agree", "Numbers of different units are added, subtracted or compared.",
         "Pounds are not per cent. A figure written in the rule goes with any unit; a named one has its own.",
         "parameters:\n  pass_mark: {value: 60, unit: points}\n"
         + _one("{scale: rating, rules: [{when: score is at least pass_mark, then: good}, {otherwise: poor}]}"),
         'parameters:\n  pass_mark: {value: 60, unit: "%"}\n'
         + _one("{scale: rating, rules: [{when: score is at least pass_mark, then: good}, {otherwise: poor}]}")),
    Code("MS409", "no direction", "`best`, `worst`, `better than`, `worse than` or `better_of` is asked of a number that says neither.",
         "For waiting days less is better, for survival more is. The file says which, with `better`.",
         'inputs:\n  score: {type: number, decimals: 1, better: neither}\n'
         + _one("{type: number, formula: 'better_of(score, score)'}"),
         'inputs:\n  score: {type: number, decimals: 1, better: lower}\n'
         + _one("{type: number, formula: 'better_of(score, score)'}")),
    Code("MS410", "weights without a meaning", "Only `sum` and `mean` take weights.", "A weighted count or best has no agreed meaning.",
         _one("{type: number, formula: count(judged weighted by score), absent: {not_rated: skip}}"),
         _one("{type: number, formula: count(judged)}")),
    Code("MS411", "nothing to range over", "A quantifier or aggregate is given something that has one value here.",
         "`any of` one thing is a slip: an `each` is missing, or `is` was meant.",
         _one("{scale: rating, rules: [{when: any of score are at least 80, then: good}, {otherwise: poor}]}"),
         _one("{scale: rating, rules: [{when: score is at least 80, then: good}, {otherwise: poor}]}")),
    Code("MS412", "not always a level", "A formula on a scale can give a number that no level is worth, or cannot be shown not to.",
         "Every value lands on its scale: that is proved before any data, not hoped.",
         _one("{scale: rating, formula: mean(judged), absent: {not_rated: skip}}", _SCORED),
         _one("{scale: rating, formula: 'round(mean(judged), nearest 1, half_up)', absent: {not_rated: skip}}", _SCORED)),
    Code("MS413", "never absent", "Absence is asked about, or provided for, where it cannot happen.",
         "Text that can never apply hides what the rule really does.",
         _one("{scale: rating, rules: [{when: score is absent, then: poor}, {otherwise: good}]}"),
         _one("{scale: rating, rules: [{when: judged for safe is absent, then: poor}, {otherwise: good}]}")),
    Code("MS414", "a value missing", "A parameter or attribute has no value for some member, or one too many.",
         "What is missing would be taken for something; here nothing is.",
         "parameters:\n  points: {each: questions, values: {safe: 1}}\n" + _one("{type: number, formula: sum(points)}"),
         "parameters:\n  points: {each: questions, values: {safe: 1, caring: 2}}\n"
         + _one("{type: number, formula: sum(points)}")),
    Code("MS415", "a circle", "Measures read one another in a circle, or a limit reads the measure that it limits.",
         "None of them could be worked out first.",
         "measures:\n  banded: {scale: rating, formula: overall}\n  overall: {scale: rating, formula: banded}\n",
         "measures:\n  banded: {scale: rating, formula: poor}\n  overall: {scale: rating, formula: banded}\n"),
    Code("MS416", "closed bands without figures", "An end of a closed band is not a figure or a plain parameter.",
         "That closed bands have no gap between them can only be shown where their ends are known.",
         _one("{scale: rating, bands: {of: score, rows: [{from: 0, to: score, is: poor}]}}"),
         _one("{scale: rating, bands: {of: score, rows: [{from: 0, to: 100, is: poor}]}}")),
    Code("MS417", "them", "`them` stands for a list here, and is put into another list or filtered.",
         "A list has no attributes to filter by.",
         "principles:\n  both:\n    scale: rating\n    rules: [{when: any of (them where score is 1) are poor, then: poor}, {otherwise: good}]\n"
         "inputs:\n  score: {scale: rating}\n  other: {scale: rating}\n"
         + _one("{scale: rating, apply: both, to: '(score, other)'}"),
         "principles:\n  both:\n    scale: rating\n    rules: [{when: any of them are poor, then: poor}, {otherwise: good}]\n"
         "inputs:\n  score: {scale: rating}\n  other: {scale: rating}\n"
         + _one("{scale: rating, apply: both, to: '(score, other)'}")),
    Code("MS418", "bands out of order", "`at_least` bands do not fall, or `at_most` bands do not rise.",
         "The first band that holds is taken, so one that comes too late is never reached.",
         _one("{scale: rating, bands: {of: score, rows: [{at_least: 50, is: fair}, {at_least: 80, is: good}, {otherwise: poor}]}}"),
         _one("{scale: rating, bands: {of: score, rows: [{at_least: 80, is: good}, {at_least: 50, is: fair}, {otherwise: poor}]}}")),
    Code("MS419", "a gap or an overlap", "A value falls in no band or row, or in two.",
         "A body with that value would have no rating, or the order of the file would decide it. 62.5 per cent fell between "
         "the printed bands 39 to 62 and 63 to 87 of a real framework.",
         _one("{scale: rating, bands: {of: score, rows: [{from: 0, to: 62, is: poor}, {from: 63, to: 100, is: good}]}}"),
         _one("{scale: rating, bands: {of: 'round(score, nearest 1, half_up)', rows: [{from: 0, to: 62, is: poor}, {from: 63, to: 100, is: good}]}}")),
    Code("MS420", "rounding below zero", "A number that may be negative is rounded half up, half down, up or down.",
         "Spreadsheets differ there: some round -2.5 away from zero. Here `up` is towards plus infinity.",
         _one("{type: number, formula: 'round(score, nearest 1, half_up)'}", _NUMBER),
         _one("{type: number, formula: 'round(score, nearest 1, half_up)'}"), "warning"),
    Code("MS421", "absence not provided for", "A measure can be absent, and does not say how that counts.",
         "Absence is never silently nought or a default. Whoever reads the measure needs to know: left out, or undecided.",
         _one("{scale: rating, formula: judged for safe}"),
         _one("{scale: rating, formula: judged for safe, absent: {not_rated: skip}}")),
    Code("MS422", "absence that cannot happen", "A measure says how its absence counts, and can never be absent.",
         "It reads as if bodies could go unrated.",
         _one("{scale: rating, formula: poor, absent: {not_rated: skip}}"), _one("{scale: rating, formula: poor}"), "warning"),
    Code("MS423", "a cap below a floor", "One limit caps below where another raises to.",
         "Where both hold, the later one decides; the order in the file is then part of the rule.",
         _one("{scale: rating, formula: fair, limits: [{when: score is less than 10, at_most: poor}, {when: score is less than 20, at_least: good}]}"),
         _one("{scale: rating, formula: fair, limits: [{when: score is less than 10, at_most: poor}]}"), "warning"),
    Code("MS424", "a claim not shown", "`decimals`, `min` or `max` of a measure cannot be shown to hold for every record.",
         "On a measure these are claims that are proved, never a rounding or a cut.",
         _one("{type: number, max: 50, formula: score / 2}").replace("score / 2", "score"),
         _one("{type: number, max: 50, formula: score / 2}")),
    Code("MS425", "not used", "Nothing reads an input, parameter or measure, or a principle is never applied.",
         "It looks as if it counted, and does not.",
         _one("{scale: rating, formula: poor}"),
         _one("{scale: rating, rules: [{when: any of judged are poor and score is at most 50, then: poor}, {otherwise: good}], absent: {not_rated: skip}}"),
         "warning"),
    Code("MS426", "too costly", "Rating one record would take more than ten million operations.",
         "Time is bounded before any data arrive, so that no file can stop a service.",
         "sets:\n  questions: [safe, caring]\n" + "".join(
             f"  s{n}: [{', '.join(f'm{n}_{i}' for i in range(60))}]\n" for n in range(4))
         + "inputs:\n  judged: {each: questions, scale: rating, absent: {not_rated: skip}}\n"
         "  score: {type: number, decimals: 1, better: higher}\n"
         + "".join(f"  x{n}: {{each: s{n}, type: number, decimals: 0, better: higher}}\n" for n in range(4))
         + _one("{type: number, formula: sum(x0 * x1 * x2 * x3)}"),
         _one("{type: number, formula: score}")),
    Code("MS431", "levels that run against their figures", "A scale's figures fall from its worst level to its best, and a rule says `at least` or "
         "`at most` of a figure on it.",
         "On a scale `at most 5` is 5 or worse; on one that runs from 30 down to 0 it reads as 5 or less, which is the opposite.",
         "inputs:\n  score: {scale: points}\nscales:\n  rating: [poor, fair, good]\n  points: [30, 10, 5, 0]\n"
         + _one("{scale: rating, rules: [{when: score is at most 5, then: good}, {otherwise: poor}]}"),
         "inputs:\n  score: {scale: points}\nscales:\n  rating: [poor, fair, good]\n  points: [30, 10, 5, 0]\n"
         + _one("{scale: rating, rules: [{when: '1 * score is at most 5', then: good}, {otherwise: poor}]}")),
    Code("MS432", "a scale the other way round", "Bands give a level that the scale lists as worse where the figure is better, or a scale begins with a level such as excellent and ends with one such as poor.",
         "A scale is listed worst level first. Written best first, as it is printed, `at least fair` means fair or worse, and `worst` takes the best.",
         "scales:\n  rating: [good, fair, poor]\n", "scales:\n  rating: [poor, fair, good]\n", "warning"),
    Code("MS433", "unrated, and then left out", "A measure that takes a value over leaves it out where it is absent, though one of the value's own reasons makes "
         "things unrated.", "A measure has one reason for absence, so a body whose file says that it cannot be rated would be rated on the rest.",
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_required: skip, not_judged: unrated}}\n"
         "  score: {type: number, decimals: 1, min: 0, max: 100, unit: \"%\", better: higher}\n"
         + _one("{scale: rating, formula: best(taken), absent: {nothing: unrated}}").replace(
             "measures:\n", "measures:\n  taken: {each: questions, scale: rating, formula: judged, absent: {no_mark: skip}}\n"),
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_required: skip, not_judged: unrated}}\n"
         "  score: {type: number, decimals: 1, min: 0, max: 100, unit: \"%\", better: higher}\n"
         + _one("{scale: rating, formula: best(judged), absent: {nothing: unrated}}"), severity="warning"),
    Code("MS434", "a promise of nothing", "A guarantee is about a measure or an input that says of no value that it is better, or a waiver gives up what is never "
         "asked of that name.",
         "Nothing is worse where nothing is better: the promise would hold of any rules, and be counted as proved. A waiver of it would give up nothing.",
         _one("{type: number, formula: score}") + "guarantees: [overall never worsens when score improve]\n",
         _one("{type: number, better: higher, formula: score}") + "guarantees: [overall never worsens when score improve]\n"),
    Code("MS435", "renamed to nothing", "`renamed` gives an old name a new one that nothing in this version has, or one that another old name gets, too.",
         "Two versions are compared by what their names mean. A name that leads nowhere would leave what it was without its rating, unnoticed.",
         "supersedes: {version: \"0\", renamed: {mark: scores}}\n", "supersedes: {version: \"0\", renamed: {mark: score}}\n"),
    Code("MS436", "renamed, and still there", "`renamed` says that a name was given up, and something of the same kind has it in this version.",
         "Where both are there, nothing was renamed; unless the old one is gone and something else has got its name, which is easily misread.",
         "supersedes: {version: \"0\", renamed: {fair: good}}\n", "supersedes: {version: \"0\", renamed: {adequate: fair}}\n", "warning"),
    Code("MS430", "a link that leads nowhere", "The methodology that an input comes `from` is not there, or has errors.",
         "Its result's scale is the input's scale.",
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_rated: skip}}\n  score: {from: nobody/nothing, version: \"1\", result: overall}\n",
         "inputs:\n  judged: {each: questions, scale: rating, absent: {not_rated: skip}}\n  score: {type: number, decimals: 1, min: 0, max: 100, better: higher}\n"),
)  # fmt: skip
