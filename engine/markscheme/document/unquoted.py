"""What every YAML and JSON reader reads alike: which characters, and which words and numbers without quotes.

Knows no file and no methodology: a text goes in, and what is wrong with it comes out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MAX_DIGITS = 40

# Characters that cannot be seen, that look like an ordinary space, that turn the direction of the text round them, or
# that some YAML readers take for a line end. Written out, so that it does not change with Python's Unicode tables.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]|\r(?!\n)"
)
# Written as an escape (`"\e"`) a control character is seen in the file, and every output shows it as an escape again.
FORBIDDEN_ESCAPED = re.compile(r"(?![\x01-\x1f\xa0])" + f"(?:{FORBIDDEN.pattern})")
SPACES = frozenset("\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
LINE_ENDS = frozenset("\r\x85\u2028\u2029")

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NUMBER_TO_SOME = re.compile(
    r"(?P<sign>[-+]?)(?=\.?[0-9])(?P<whole>[0-9][0-9_,]*)?(?P<point>\.[0-9_]*)?(?:[eE](?P<exponent>[-+]?[0-9][0-9_]*))?"
)
_OTHER_BASE = re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|\s+)[0-9]{1,2}:[0-9]{2}.*)?", re.DOTALL)
_YES_NO = frozenset({"yes", "no", "on", "off", "true", "false", "y", "n"})
_NOTHING = frozenset({"null", "~"})
_NO_NUMBER = frozenset({".nan", ".inf", "-.inf", "+.inf"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an unquoted value is refused. `number` is the number that was surely meant, where there is one."""

    code: str
    message: str
    hint: str
    number: str | None = None


def shown(text: str, width: int = 40) -> str:
    """The user's words in backticks, on one line and not too long."""
    words = " ".join(text.split())
    return f"`{words if len(words) <= width else words[: width - 1] + '…'}`"


def quoted(text: str, single: bool = False) -> str:
    """The text as it is pasted into a rule file: in double quotes, or in single ones where it has any itself.

    Text too long for a hint is cut.
    """
    words = " ".join(text.split())
    words = words if len(words) <= 100 else words[:99] + "…"
    if single or '"' in words or "\\" in words:
        return "`'" + words.replace("'", "''") + "'`"
    return f'`"{words}"`'


def named(character: str) -> str:
    """`U+200B ZERO WIDTH SPACE`."""
    kind = unicodedata.category(character)
    other = {"Cc": "control character", "Cs": "half of a character"}.get(kind, "invisible character")
    return f"U+{ord(character):04X} {unicodedata.name(character, other)}"


def is_number(text: str) -> bool:
    """A JSON number without an exponent."""
    return _NUMBER.fullmatch(text) is not None


def refusal(text: str) -> Refusal | None:
    """Why an unquoted value is not taken, or None where it is text, or a number, to every reader."""
    word = text.casefold()
    if is_number(text):
        if len(text) <= MAX_DIGITS:
            return None
        return Refusal(
            "MS117", f"a number of {len(text):,} characters is too long", f"a number has at most {MAX_DIGITS} digits"
        )
    if word in _YES_NO:
        message = f"{shown(text)} unquoted is text to some readers and true or false to others"
        answer = f'; as an answer it is `"{word}"`' if word in ("yes", "no") and word != text else ""
        return Refusal("MS115", message, f"quote it: {quoted(text)}{answer}")
    if word in _NOTHING:
        message = f"{shown(text)} unquoted means that nothing is there"
        return Refusal("MS116", message, f"quote it if it is text: {quoted(text)}; absence is written as its reason")
    if word in _NO_NUMBER:
        hint = "leave the limit out" if word.endswith("inf") else "write a number, or leave it out"
        return Refusal("MS117", f"{shown(text)} is not a number", hint)
    if text == "=":
        return Refusal("MS122", "`=` unquoted has a meaning of its own in YAML", 'quote it: `"="`')
    if text[0] in "+-.0123456789":  # spares ordinary text the searches below
        return _like_a_number(text)
    return None


def _like_a_number(text: str) -> Refusal | None:
    if _DATE.fullmatch(text):
        message = f"{shown(text)} unquoted is a date to some readers and text to others"
        return Refusal("MS118", message, f"quote it: {quoted(text)}")
    if _SIXTIES.fullmatch(text):
        message = f"{shown(text)} unquoted is a number to some readers and text to others"
        return Refusal("MS118", message, f"quote it: {quoted(text)}")
    message = f"{shown(text)} unquoted is not the same number to every reader"
    code = f"quote it if it is a code: {quoted(text) if len(text) <= MAX_DIGITS else 'in double quotes'}"
    if _OTHER_BASE.fullmatch(text):
        return Refusal("MS117", message, f"{code}; write a number in decimal digits")
    parts = _NUMBER_TO_SOME.fullmatch(text)
    if parts is None:
        return None
    number = _written_out(parts)
    if number is None:
        return Refusal("MS117", message, f"write the number out, with at most {MAX_DIGITS} digits")
    if re.match(r"0[0-9]", (parts["whole"] or "").replace("_", "")):
        return Refusal("MS117", message, f"{code}; write a number as `{number}`")
    return Refusal("MS117", message, f"write `{number}`; {code}", number)


def _written_out(parts: re.Match[str]) -> str | None:
    """The digits of a number in another spelling; None where it would not be short."""
    whole, point, exponent = (
        (parts[name] or "").replace("_", "").replace(",", "") for name in ("whole", "point", "exponent")
    )
    if len(whole) + len(point) > MAX_DIGITS or len(exponent) > 3 or abs(int(exponent or "0")) > MAX_DIGITS:
        return None
    number = Decimal(f"{parts['sign']}{whole or '0'}{point if point != '.' else ''}e{exponent or '0'}")
    text = f"{number:f}"
    return text if is_number(text) and len(text) <= MAX_DIGITS else None
