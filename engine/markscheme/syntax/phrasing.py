"""What the phrasebook's rows are made of: parts of patterns, and words made of what a pattern found. Knows no row."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

_ONES = "zero one two three four five six seven eight nine ten eleven twelve"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety hundred"
FIGURES = {word: i for i, word in enumerate(_ONES.split())} | {w: 10 * i for i, w in enumerate(_TENS.split(), 2)}


def figure(word: str) -> int | None:
    """The number that a word or digits say."""
    return int(word) if word.isdigit() else FIGURES.get(word)


# --- the parts of patterns --------------------------------------------------------------------------------------------

_NO_NAME = "is|are|of|and|or|nor|not|any|all|none|at|exactly|than|the|a|an|to|from|least|most|more|less|where|by|no|yes"
_PARTS = {
    "HEAD": r"(?:(?<![^(])|(?<=\band )|(?<=\bor ))",  # where a condition begins
    "N": r"(\d+|" + "|".join(FIGURES) + ")",
    "WORD": "(" + "|".join(FIGURES) + ")",
    "NAME": rf"((?!(?:{_NO_NAME})\b)[a-z][a-z0-9_]*(?: for [a-z0-9_]+)?(?![a-z0-9_]))",
    "MANY": rf"((?!(?:{_NO_NAME})\b)[a-z][a-z0-9_]*(?![a-z0-9_])|\([^()]*\))",
    "VALUE": rf"((?!(?:{_NO_NAME})\b)[a-z0-9_]+(?:\.\d+)?(?![a-z0-9_]))",
    "RESERVED": rf"(?:{_NO_NAME})\b",
    "IS": r"\b(is|are)",
    "SOME": r"((?:any|all|none|at least \d+|at most \d+|exactly \d+) of (?:[a-z0-9_]+|\([^()]*\)))",
    "SAID": r"((?:(?! and | or (?!better|worse|higher|lower|above|below|more|less|over|under)).)+)",
    "OF": r"(?:of )?(?:the |these |those |all (?:of )?(?:the )?)?(?=[a-z(])",
    "ARG": r"([^(),]*?(?:\((?:[^()]|\([^()]*\))*\)[^(),]*?)*?)",  # of a function: no comma of its own
}


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Made when it is first asked for: there are many, and a file without mistakes needs none."""
    return re.compile(re.sub(r"<([A-Z]+)>", lambda part: _PARTS[part[1]], text))


# --- the opposite of what is said -------------------------------------------------------------------------------------

_OPPOSITES = (
    (r"not (.+)", r"\1"),
    (r"at least (.+)", r"less than \1"),
    (r"at most (.+)", r"more than \1"),
    (r"more than (.+)", r"at most \1"),
    (r"less than (.+)", r"at least \1"),
    ("absent", "present"),
    ("present", "absent"),
    ("yes", "no"),
    ("no", "yes"),
    (r"([a-z0-9_.]+)", r"not \1"),
)


def negated(said: str) -> str | None:
    """The opposite of what may follow `is`."""
    for plain, turned_round in _OPPOSITES:
        if found := re.fullmatch(plain, said.strip()):
            return found.expand(turned_round)
    return None


def opposite(condition: str) -> str | None:
    """A plain condition turned round."""
    if found := re.fullmatch(r"(any|all|none|at least \d+|at most \d+) of (.+?) are (.+)", condition):
        how, many, said = found.groups()
        count = int(how.rsplit(" ", 1)[1]) if how[:2] == "at" else 0
        if how == "all":
            other = negated(said)
            return other and f"any of {many} are {other}"
        less = f"at most {count - 1}" if count > 1 else "none"
        how = {"any": "none", "none": "any"}.get(how) or (less if "least" in how else f"at least {count + 1}")
        return f"{how} of {many} are {said}"
    if found := re.fullmatch(r"(.+?) is (.+)", condition):
        other = negated(found[2])
        return other and f"{found[1]} is {other}"
    return None


def turned(match: re.Match[str]) -> str | None:
    """` unless breach is no` → ` and breach is yes`."""
    said = opposite(match["rest"])
    return said and f" and {said}"


def not_all(match: re.Match[str]) -> str | None:
    """`not all of ratings are good` → `any of ratings are not good`."""
    said = negated(match[2])
    return said and f"any of {match[1]} are {said}"


def all_but(match: re.Match[str]) -> str | None:
    """`all but one of ratings are good` → `at most 1 of ratings are not good`."""
    said = negated(match[3])
    return said and f"at most {figure(match[1])} of {match[2]} are {said}"


# --- counts and shares ------------------------------------------------------------------------------------------------


def count(how: str, more: int = 0) -> Callable[[re.Match[str]], str | None]:
    """`at least 2 of `, of a figure and how many more."""

    def made(match: re.Match[str]) -> str | None:
        number = (figure(match[1]) or 0) + more
        if number < 1:
            return "none of "
        return f"{how} {number} of "

    return made


def share(how: str) -> Callable[[re.Match[str]], str | None]:
    """`count(ratings where ratings is poor) is more than count(ratings) / 2`."""

    def made(match: re.Match[str]) -> str | None:
        many, said = match[1], match[2]
        return None if many[0] == "(" else f"count({many} where {many} is {said}) is {how} count({many}) / 2"

    return made


def either_count(match: re.Match[str]) -> str:
    """`2 of ratings are poor`: two readers would differ."""
    number = figure(match[2])
    return f"`at least {number} of {match[3]} are …`, or `exactly {number} of {match[3]} are …`"


def some_to_some(match: re.Match[str]) -> str:
    """`1 to 3 of ratings are poor`."""
    low, high, rest = figure(match[1]), figure(match[2]), match[3]
    return f"`at least {low} of {rest} and at most {high} of {rest}`"


# --- rounding ---------------------------------------------------------------------------------------------------------

_MODE = re.compile(r"\b(?:(?:half[ _-]?)?(?:up|down)|half[ _-]?even)\b")


def rounded(match: re.Match[str]) -> str:
    """`round(x, nearest 1, half_up)`; a lone figure is how many decimals a spreadsheet's `ROUND` keeps."""
    rest, of = match["how"] or "", " ".join(match["of"].split())
    number, mode = re.search(r"\d+(?:\.\d+)?", rest), _MODE.search(rest)
    step = number[0] if number else "1"
    if number and re.fullmatch("[0-4]", step) and ("nearest" not in rest or "decimal" in rest):
        step = "0." + "0" * (int(step) - 1) + "1" if int(step) else "1"
    how = mode[0].replace(" ", "_").replace("-", "_").replace("halfup", "half_up") if mode else "half_up"
    return f"round({of}, nearest {step}, {how.replace('halfdown', 'half_down')})"


def rounded_away(match: re.Match[str]) -> str:
    """`roundup(x, 0)`, `ceiling(x)`."""
    way = "up" if match[1] in ("roundup", "ceil", "ceiling", "round up") else "down"
    digits = int(match[3] or 0)
    return f"round({match[2]}, nearest {'0.' + '0' * (digits - 1) + '1' if digits else '1'}, {way})"


# --- spreadsheets' functions ------------------------------------------------------------------------------------------

ALIASES = {
    **dict.fromkeys(("average", "avg", "averagea"), "mean"),
    **dict.fromkeys(("total", "add"), "sum"),
    **dict.fromkeys(("number", "counta", "len", "tally"), "count"),
    **dict.fromkeys(("max", "maximum", "largest", "greatest", "top"), "highest"),
    **dict.fromkeys(("min", "minimum", "smallest", "least"), "lowest"),
}
_OF_FEW = {"highest": "greater", "lowest": "lesser"}


def called(match: re.Match[str]) -> str:
    function, inside = ALIASES[match[1]], match[2]
    listed = re.search(r",", re.sub(r"\([^()]*\)", "", inside))
    return f"{_OF_FEW.get(function, function) if listed else function}({inside})"


def aggregate(match: re.Match[str]) -> str:
    return f"{ALIASES.get(match[1], match[1])}({match[2]})"


def aggregate_of_list(match: re.Match[str]) -> str:
    names = ", ".join(re.split(r", and |, | and ", match[2]))
    return f"{ALIASES.get(match[1], match[1])}({names})"


def per_cent(match: re.Match[str]) -> str:
    return f"{(Decimal(match[1]) / 100).normalize():f} * {match[2]}"


PARTLY = {"half": " / 2", "a half": " / 2", "a third": " / 3", "a quarter": " / 4"}


# --- values -----------------------------------------------------------------------------------------------------------


def one_of(match: re.Match[str]) -> str:
    return f"{match[1]} one of ({', '.join(re.split(r', or |, | or ', match[2]))})"


def one_of_cell(match: re.Match[str]) -> str:
    """`good or fair` → `one of (good, fair)`."""
    return f"one of ({', '.join(re.split(r',? (?:or|and) |, ?| ', match[1]))})"


def in_brackets(match: re.Match[str]) -> str:
    """`safety, care and premises` → `(safety, care, premises)`."""
    return f"({', '.join(re.split(',? and |, ?', match[0]))})"


def joined(match: re.Match[str]) -> str:
    """`requires improvement` → `requires_improvement`."""
    return match["before"] + "_".join(match["at"].split())


def none_of_these(match: re.Match[str]) -> str | None:
    """`x is not one of (a, b)` → `x is not a and x is not b`; of many values `none of them are one of (a, b)`."""
    values = re.split(r", or |, nor |, | or | nor ", match["values"].strip("() "))
    if match["many"]:
        return f"none of {match['many']} are one of ({', '.join(values)})"
    return " and ".join(f"{match['one']} is not {value}" for value in values)


def outside(match: re.Match[str]) -> str:
    return f"({match[1]} is less than {match[2]} or {match[1]} is more than {match[3]})"
