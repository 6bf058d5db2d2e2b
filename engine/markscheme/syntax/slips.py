"""The slips people make in conditions and formulas, each with its way out. Knows other notations, no file's names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .phrasebook import Found, phrase_at

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput


MOST_PHRASES = 6  # said in another way in one text
LONGEST_HINT = 160


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with `text[start:end]`."""

    message: str
    hint: str | None
    start: int
    end: int


# other notations: pattern, message, hint; the first that is found, in this order, is told
NOTATIONS: tuple[tuple[str, str, str], ...] = (
    (r"[“”‘’]", "curly quotes are not used", "leave the quotes out"),
    (r"[\"'`]", "quotes are not used inside a rule", "leave the quotes out: `safe is good`"),
    (r"^\s*=(?!=)", "a formula has no `=` before it", "leave it out"),
    (r"=>|>=|≥", "`{}` is written in words", "at least, as in `score is at least 80`"),
    (r"=<|<=|≤", "`{}` is written in words", "at most, as in `score is at most 80`"),
    (r"!=|<>|≠", "`{}` is written in words", "not, as in `safe is not good`"),
    (r"===?|=", "`{}` is written in words", "is, as in `safe is good`"),
    (r">", "`{}` is written in words", "more than, as in `score is more than 80`"),
    (r"<", "`{}` is written in words", "less than, as in `score is less than 80`"),
    (r"&&?", "`{}` is written in words", "and"),
    (r"\|\|?", "`{}` is written in words", "or"),
    (r"!", "`{}` is written in words", "not, as in `safe is not good`"),
    (r"[×]", "`{}` is written `*`", "*"),
    (r"[÷]", "`{}` is written `/`", "/"),
    (r"[−–—]", "this is a dash, not a minus", "- (the plain hyphen)"),
    (r"\*\*|\^", "there are no powers", "multiply: `x * x`"),
    (r"\bn/a\b", "`{}` is not used in rules", "what has no value `is absent`; `-` in a cell holds of anything"),
    (r"\d\s*% of\b", "a percent sign has no place in a rule",
     "write `0.8 * score`; of many, `count(x where x is good) / count(x)`"),
    (r"\d\s*%", "a percent sign has no place in a rule", "write the number alone; its `unit` is declared once"),
    (r"%", "a percent sign has no place in a rule", "declare `unit: \"%\"` once, on the input or parameter"),
    (r"[£$€]", "a currency sign has no place in a rule", "write the number alone; its `unit` is declared once"),
    (r"\d+(,\d{3})+(?!\d)", "a number has no thousands separator", "leave the comma out: 1000"),
    (r"\d(_\d+)+", "a number has no underscores", "leave them out: 1000"),
    (r"\b\d+(\.\d+)?[eE][+-]?\d+", "a number has no exponent", "write it out in digits"),
    (r"(?<![\w.])\.\d", "a number starts with a digit", "0.5, not .5"),
    (r"\d\.(?!\d)", "a number ends with a digit", "5, not 5."),
    (r"\?", "there is no `?` in a rule", "write one rule for each outcome: `{when: …, then: …}`"),
    (r"[A-Za-z_]\s*\.\s*[A-Za-z_]", "there are no dots in names", "one member is `rating for well_led`"),
    (r"[\[\]{}]", "`{}` has no place in a rule", "round brackets group: `(a is good or b is good)`"),
    (r"[;:@#$~\\]", "`{}` has no place in a rule", "words, numbers, brackets and + - * / only"),
    (r"\b[a-z_0-9]*[A-Z]\w*", "`{}` has capital letters", "names are lower case with underscores: `{lower}`"),
    (r"[^\x00-\x7f]", "`{}` is not used in rules", "plain letters a to z, digits and + - * / only"),
)  # fmt: skip

# `score is 80-90`, or the cell `80-90`: a span of figures, as people write one
_SPAN = re.compile(
    r"(?:\b(is|are) |^)(?P<whole>(?P<low>\d{1,20}(?:\.\d+)?) ?- ?(?P<high>\d{1,20}(?:\.\d+)?))(?=$| and | or |\))"
)
_NOTATIONS = tuple((re.compile(pattern), message, hint) for pattern, message, hint in NOTATIONS)


# what a text in another notation may have been meant as, piece by piece
_REPAIRS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"^\s*=(?!=)", ""),
        (r"[“”‘’\"'`]", ""),
        (r"=>|>=|≥", " is at least "),
        (r"=<|<=|≤", " is at most "),
        (r"!=|<>|≠", " is not "),
        (r"===?|=", " is "),
        (r">", " is more than "),
        (r"<", " is less than "),
        (r"&&?", " and "),
        (r"\|\|?", " or "),
        (r"×", "*"),
        (r"÷", "/"),
        (r"[−–—]", "-"),
        (r"(\d)\s*%", r"\1"),
        (r"[£$€]", ""),
        (r"(?<=\d),(?=\d{3}(?!\d))", ""),
        (r"([A-Za-z_]\w*)\s*\.\s*([A-Za-z_]\w*)", r"\1 for \2"),
        (r"\b(is|are)\s+is\b", r"\1"),
        (r"!(?=\s*[A-Za-z])", "not "),
        (r"\bcount(ifs?)\((\w+), ?is ", r"count(\2 is "),
    )
)


def repaired(text: str, start: str, parse: Callable[[str], UnexpectedInput | None]) -> str | None:
    """A text in another notation as it may have been meant, where that is a rule, or what else is to be done."""
    if len(text) > LONGEST_HINT:
        return None
    for pattern, instead in _REPAIRS:
        text = pattern.sub(instead, text)
    text = " ".join(text.casefold().split())
    if slip_in(text, start):
        return None
    error = parse(text)
    if error is None:
        return f"`{text}`"
    found = phrase_at(text, error.pos_in_stream or 0, start)
    if found is None or found.meant is None:
        return found.way_out if found else None
    return _meant(found, start, parse)


def slip_in(text: str, start: str) -> Slip | None:
    """The leftmost use of another notation, or None."""
    if (span := _SPAN.search(text)) and (start == "cell" or span[1]) and float(span["low"]) < float(span["high"]):
        message, hint = (
            f"`{span['whole']}` is {span['low']} less {span['high']}",
            f"from {span['low']} to {span['high']}",
        )
        return Slip(message, hint, *span.span("whole"))
    found: list[tuple[int, int, re.Match[str], str, str]] = []
    for order, (pattern, message, hint) in enumerate(_NOTATIONS):
        match = pattern.search(text)
        if match:
            found.append((match.start(), order, match, message, hint))
    if not found:
        return None
    _, _, match, message, hint = min(found, key=lambda f: (f[0], f[1]))
    word = match.group()
    hint = hint.replace("{lower}", word.lower())
    return Slip(message.replace("{}", word), hint, match.start(), match.end())


STARTS = {
    "condition": "a condition, as in `safe is good` or `at least 2 of ratings are good`",
    "formula": "a name, a number or a formula, as in `100 * mean(scores) / 4`",
    "outcome": "a value, a name or a formula, or `absent` where there is none",
    "cell": "a cell: `-`, a level, or a test such as `at least good`",
    "guarantee": "a guarantee, as in `overall never worsens when ratings improve`",
    "values": "a name, a filtered name `(score where counted is yes)`, or a list `(a, b)`",
    "column": "the name of an input or measure",
}

_QUANTIFIER = re.compile(r"\b(any|all|none|exactly \w+|at (least|most) \w+)$")


def unexpected(error: UnexpectedInput, text: str, start: str, parse: Callable[[str], UnexpectedInput | None]) -> Slip:
    """What lark stumbled on, in words. `parse` says what it stumbles on in another text of the same kind."""
    from lark.exceptions import UnexpectedToken

    at = error.pos_in_stream or 0
    if phrase := phrase_at(text, at, start):
        return Slip(phrase.message, _meant(phrase, start, parse) or phrase.way_out, phrase.start, phrase.end)
    word_match = re.compile(r"[A-Za-z0-9_.]+|\S").match(text, at)
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if ended or word_match is None:
        if start == "condition" and re.fullmatch(r"[a-z][a-z0-9_]*(?: for [a-z0-9_]+)?", text.strip()):
            lone = text.strip()
            hint = f"say what it is: `{lone} is yes`, `{lone} is good`, `{lone} is at least 10`"
            return Slip(_ended(text, start), hint, text.index(lone), text.index(lone) + len(lone))
        return Slip(_ended(text, start), f"this wants {STARTS[start]}", max(0, len(text.rstrip()) - 1), len(text))
    word, end = word_match.group(), word_match.end()
    before = text[:at].rstrip()
    message, hint = f"`{word}` was not expected here", f"this wants {STARTS[start]}"
    for pattern, said, way_out in _STUMBLES:
        if found := pattern.search(f"{before} ▸{word}"):
            return Slip(said.replace("{}", (found.groups() or ("",))[0]), way_out, at, end)
    if (program := _PROGRAM.search(before)) or _PROGRAM.fullmatch(word):  # these may also be names
        message = f"`{program.group() if program else word}` has no place in a rule"
        hint = "write one rule for each outcome: `{when: …, then: …}`"
    elif word in ("and", "or") and re.search(r"\b(and|or)\b", before):
        message, hint = "`and` and `or` are mixed", f"say which go together with brackets: {_bracketed(text, at, word)}"
    elif word in ("and", "or") and start == "condition":
        message, hint = f"a condition is missing before `{word}`", "say what it is, as in `deficit is yes`"
    elif word == ")" and _BRACKETED.search(before):
        message, hint = "brackets only keep `and` and `or` apart", "leave them out around a single condition"
    elif word == "not" and not before.endswith("is") and not before.endswith("are"):
        message, hint = "`not` follows `is`", "as in `safe is not good`"
    elif word == "is" and _QUANTIFIER.search(before.rsplit(" of ", 1)[0]):
        message, hint = "a quantifier goes with `are`", "as in `any of ratings are good`"
    elif word == "are":
        message, hint = "`are` goes with any, all, none, at least, at most or exactly", "one value `is`: `safe is good`"
    elif re.fullmatch(r"\d+", word) and re.search(r"\b(any|all|none)$", before):
        message, hint = f"`{word}` was not expected here", "as in `at least 2 of ratings are good`"
    elif word == "(" and re.search(r"[a-z_0-9]$", before):
        name = re.search(r"[a-z_0-9]+$", before)
        message, hint = f"there is no function `{name.group() if name else ''}`", _FUNCTIONS
    elif word in ("yes", "no") and not before:
        message, hint = f"`{word}` alone is not a condition", "say what is: `deficit is yes`"
    elif (counted := _QUANTIFIER.search(before)) and not re.search(r"\b(is|are) $", before[: counted.start()]):
        message, hint = f"`of` is missing after `{counted.group()}`", "as in `at least 2 of ratings are good`"
    elif word == "," and (aggregate := _AGGREGATED.search(before)):
        message = f"`{aggregate.group(1)}` takes one formula that has many values, or a list of names"
        hint = "name what you list in measures of their own"
    return Slip(message, hint, at, end)


def _meant(phrase: Found, start: str, parse: Callable[[str], UnexpectedInput | None]) -> str | None:
    """The whole text, its phrases said as the language says them; None where it would still be no rule."""
    found: Found | None = phrase
    for _ in range(MOST_PHRASES):
        if found is None or found.meant is None or slip_in(found.meant, start):
            return None
        error = parse(found.meant)
        if error is None:
            return f"`{found.meant}`" if len(found.meant) <= LONGEST_HINT else None
        found = phrase_at(found.meant, error.pos_in_stream or 0, start)
    return None


def _bracketed(text: str, at: int, word: str) -> str:
    """The two ways to read `a and b or c`, where the text is short."""
    before, after, other = text[:at].strip(), text[at + len(word) :].strip(), "or" if word == "and" else "and"
    first, _, last = before.rpartition(f" {other} ")
    if "(" in text or len(text) > 100 or not first or not after or re.search(r"\b(and|or)\b", after):
        return "`a is yes and (b is no or c is no)`"
    return f"`({before}) {word} {after}` or `{first} {other} ({last} {word} {after})`"


_FLAT = r"[^()]*(?:\([^()]*\)[^()]*)*"  # text in which every bracket is closed
_STUMBLES = tuple(  # what stands before the word that made no sense, then that word; message; hint
    (re.compile(pattern), message, hint)
    for pattern, message, hint in (
        (r"\bone of \([^(),]*▸\)", "`one of` takes two or more", "of one, write `is good`"),
        (r"\bof \([^(),]*▸\)", "brackets are for a list or a filter", "leave them out around one name"),
        (r"\bwhere\b[^()]*▸or$", "conditions after `where` are joined by `and` only", "name the other as a measure"),
        (rf"\bround\({_FLAT}▸[^\s(]", "`round` says to what, and how", "as in `round(score, nearest 1, half_up)`"),
        (r"\b(greater|lesser|better_of)\([^(),]*▸\)", "`{}` takes two or more", "as in `greater(a, b)`"),
        (
            r"\b(sum|count|mean|median|best|worst|highest|lowest)\( ?▸\)",
            "`{}` of what is missing",
            "as in `mean(score)`",
        ),
    )
)

_AGGREGATED = re.compile(r"\b(sum|count|mean|median|best|worst|highest|lowest)\([^()]*$")
_PROGRAM = re.compile(r"\b(if|then|else|lambda|return|import|case|def)$")
_BRACKETED = re.compile(r"\([^()]*\b(is|are)\b[^()]*(\([^()]*\)[^()]*)*$")

_FUNCTIONS = "functions are sum, count, mean, median, best, worst, highest, lowest, round, greater, lesser, better_of"


def _ended(text: str, start: str) -> str:
    if text.count("(") > text.count(")"):
        return "a bracket is not closed"
    if start == "condition" and not re.search(r"\b(is|are)\b", text):
        return f"`{' '.join(text.split())[:60]}` does not say what it is"
    return "something is missing at the end"
