"""Names, numbers and dates as people write them, and as the rule language has them. Knows no key and no file."""

from __future__ import annotations

import datetime
import re
import unicodedata

# Letters of other alphabets that look like a plain one in most fonts.
_ALPHABETS = (
    ("абвеіїјкмнорсԁһԛѕтухүԝ", "abbeiijkmhopcdhqstyxyw"),  # Cyrillic
    ("АВЕЅІЈКМНОРСТУХҮ", "abesijkmhopctyxy"),
    ("αβγεικνορτυχωℓı", "abyeikvoptuxwli"),  # Greek, and two more
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx"),
)
_LOOKALIKES = {ord(one): other for theirs, ours in _ALPHABETS for one, other in zip(theirs, ours, strict=True)}
_NUMBER = re.compile(r"\s*([£$€¥]?)\s*([+-]?)([0-9][0-9,_ ]{0,40})(\.[0-9]{1,40})?\s*([^\d\s]\D{0,30})?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def plain(word: str) -> str:
    """The word in unaccented lower-case letters, look-alikes of other alphabets replaced."""
    folded = unicodedata.normalize("NFKD", word.translate(_LOOKALIKES)).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def lookalike(word: str) -> str | None:
    """What is wrong with a word that looks like plain letters and is not, or None."""
    for place, letter in enumerate(word[:200], 1):
        looks = "" if letter.isascii() else plain(letter)
        if len(looks) == 1 and looks.isascii() and looks.isalnum():
            name = unicodedata.name(letter, "a character without a name")
            return f"character {place} is U+{ord(letter):04X} ({name.lower()}), not `{looks}`"
    return None


def snake(text: str) -> str | None:
    """`Key Question` as `key_question`; None where no name can be made of it."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text.replace("'", "").replace("’", "")[:200])
    name = re.sub(r"[^a-z0-9]+", "_", plain(words)).strip("_")
    return name if re.match("[a-z]", name) else None


def hyphened(text: str) -> str | None:
    """The same with hyphens, as in the id of a methodology; it may start with a digit."""
    words = re.sub(r"[^a-z0-9]+", "-", plain(text[:200])).strip("-")
    return words or None


def number(text: str) -> tuple[str, str] | None:
    """The digits and the unit of `95%`, `£5`, `1,000 beds` or `"60"`; None where it is no such thing."""
    found = _NUMBER.fullmatch(text[:120])
    if found is None:
        return None
    before, sign, whole, decimals, after = found.groups(default="")
    whole = whole.rstrip()
    if re.search(r"[,_ ]", whole) and not re.fullmatch(r"[0-9]{1,3}([,_ ][0-9]{3})+", whole):
        return None  # `1,5` may be a half in another country: nothing is guessed
    digits = re.sub(r"[,_ ]", "", whole).lstrip("0") or "0"
    return ("-" if sign == "-" else "") + digits + decimals, (before or after).strip()


def hundredth(digits: str) -> str:
    """`95` as `0.95`."""
    sign, digits = digits[: digits.startswith("-")], digits.removeprefix("-")
    whole, _, decimals = digits.partition(".")
    whole = whole.rjust(3, "0")
    return f"{sign}{whole[:-2].lstrip('0') or '0'}.{whole[-2:]}{decimals}".rstrip("0").rstrip(".")


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar as `2024-04-01`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    return _iso(*(int(part) for part in text.split("-"))) is not None


def dates(text: str) -> tuple[str, ...]:
    """The days that `01/04/2024`, `1 April 2024` or `20240401` can mean, the British reading first."""
    text = text.strip()[:40]
    if found := re.fullmatch(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[T ].*)?", text):
        readings = [tuple(int(part) for part in found.groups())]
    elif found := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", text):
        one, two, year = (int(part) for part in found.groups())
        readings = [(year, two, one), (year, one, two)]
    elif found := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[- ]([A-Za-z]{3,9})[-, ]+([0-9]{4})", text):
        readings = [(int(found[3]), _month(found[2]), int(found[1]))]
    elif found := re.fullmatch(r"([A-Za-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th)?[, ]+([0-9]{4})", text):
        readings = [(int(found[3]), _month(found[1]), int(found[2]))]
    else:
        return ()
    return tuple(dict.fromkeys(made for reading in readings if (made := _iso(*reading))))


def day(date: str) -> str:
    """`2024-04-01` as `1 April 2024`, whatever the locale."""
    year, month, number_of_day = date.split("-")
    return f"{int(number_of_day)} {_MONTHS[int(month) - 1]} {year}"


def _month(word: str) -> int:
    """From 1; 0 where it is none, which is no date either."""
    return next((i for i, month in enumerate(_MONTHS, 1) if month.casefold().startswith(word.casefold())), 0)


def _iso(year: int, month: int, number_of_day: int) -> str | None:
    try:
        return datetime.date(year, month, number_of_day).isoformat()
    except ValueError:
        return None
