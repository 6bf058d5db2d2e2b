"""One value of one input: text, JSON or a Python object becomes a typed value, a reason for absence, or a problem.

Knows no record and no file. Exact throughout: a binary float counts as the shortest decimal that stands for it.
"""

from __future__ import annotations

import difflib
import numbers
import operator
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Generic, Literal, TypeVar, assert_never

from ..diagnostics import Problem
from ..echo import shown
from ..ir import AbsenceRule, Choice, Input, Number, Present, Scale, YesNo, folded
from .slips_in_numbers import ERROR_HINT, is_spreadsheet_error, number_hint

MOST_DIGITS = 100  # of a number, before and after the point together
MOST_REMEMBERED = 2000  # texts of one input
LONGEST_TEXT = 1000  # characters; no level has a longer name

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NO_NUMBER = re.compile(r"[+-]?(s?nan[0-9]*|inf|infinity|∞)", re.IGNORECASE)

T = TypeVar("T")
Also = Mapping[str, Collection[str]]  # identifiers, and what else may be written for them: former names
NOTHING_ELSE: Also = {}
Fault = Literal["no number", "too long", "endless", "unknown"]


def is_blank(value: object) -> bool:
    """Whether nothing is there: null, no text, or spaces only."""
    return value is None or (isinstance(value, str) and not value.strip())


def _negations(text: str) -> set[str]:
    return {"not", "no", "none", "never", "non"} & set(re.split(r"[^a-z]+", text))


class Words(Generic[T]):
    """What may be written for a value: its identifier or its title. A title that two share names neither, and a former
    name (`also`) that something else has now is no longer one."""

    def __init__(self, words: Iterable[tuple[str, str, T]], also: Also = NOTHING_ELSE) -> None:
        known = tuple(words)
        self.names = tuple(name for name, _, _ in known)
        self._exact = {name: value for name, _, value in known}
        self._folded: dict[str, T] = {}
        self._spelled: dict[str, str] = {}  # folded: the name to suggest
        titles = [folded(title) for _, title, _ in known]
        for (name, _, value), title in zip(known, titles, strict=True):
            if titles.count(title) == 1:
                self._folded[title] = value
                self._spelled[title] = name
        for name, _, value in known:
            self._folded[folded(name)] = value
            self._spelled[folded(name)] = name
        for name, _, value in known if also else ():
            for former in also.get(name, ()):
                self._folded.setdefault(folded(former), value)

    def find(self, text: str) -> T | None:
        found = self._exact.get(text)
        return self._folded.get(folded(text)) if found is None else found

    def near(self, text: str) -> str | None:
        """The name of the word that `text` may be a misspelling of."""
        if not any(letter.isalpha() for letter in text):
            return self.equal(text)
        said = folded(text)[:100]
        close = difflib.get_close_matches(said, self._spelled, n=3, cutoff=0.6)
        # `not met` is no misspelling of `mostly met`: nobody is led to the opposite of what was written.
        alike = [word for word in close if _negations(word) == _negations(said)]
        return self._spelled[alike[0]] if alike else None

    def equal(self, text: str) -> str | None:
        """The numeral of which `text` is another spelling: `5` for `5.0`."""
        whole, point, rest = text.strip().partition(".")
        return whole if point and not rest.strip("0") and whole in self.names else None


class Reader:
    """Types the values of one input."""

    def __init__(self, declared: Input, also: Also = NOTHING_ELSE) -> None:
        self.declared = declared
        reasons = declared.absent
        self._reasons = Words(((rule.reason, rule.title, rule) for rule in reasons), also)
        self._empty = next((rule for rule in reasons if rule.reason == declared.empty), None)
        self._words: Words[Present] = _words(declared.type, also)
        self._known: dict[str, Present | AbsenceRule] = {}  # texts read before: data repeats itself

    def read(self, value: object, column: str) -> Present | AbsenceRule | Problem:
        """What `value` means, or what is wrong with it. Never raises, whatever it is given."""
        try:
            return self._read(value, column)
        except Exception:  # values of any class come in from Python, and their own methods may raise
            return Problem("MS547", f"the value of `{shown(column, 40)}` cannot be read", column, shown(value))

    def _read(self, value: object, column: str) -> Present | AbsenceRule | Problem:
        if isinstance(value, Problem):  # a cell that could not be read says why itself
            return replace(value, column=column)
        if isinstance(value, str):
            return self._remembered(str.__str__(value), column)
        if value is None:
            return self.empty(column)
        exact = _exact(value)
        if isinstance(exact, Fraction):
            if isinstance(self.declared.type, Number):
                return self._checked(exact, self.declared.type, value, column)
            level = self._words.find(str(exact.numerator)) if exact.denominator == 1 else None
            return self._unknown(shown(value), column) if level is None else level
        match exact:
            case "no number":
                return _not_a_number(value, column)
            case "too long":
                return _too_long(value, column)
            case "endless":
                message = f"`{shown(value, 40)}` is no decimal number"
                return Problem("MS543", message, column, shown(value), hint="round it first, as the rules say")
            case "unknown":
                return self._wrong_kind(value, column)
            case _:
                assert_never(exact)

    def _remembered(self, raw: str, column: str) -> Present | AbsenceRule | Problem:
        known = self._known.get(raw)
        if known is not None:
            return known
        text = raw.strip()
        found = self._text(text, column) if text else self.empty(column)
        if not isinstance(found, Problem) and len(raw) <= MOST_DIGITS and len(self._known) < MOST_REMEMBERED:
            self._known[raw] = found
        return found

    def empty(self, column: str) -> AbsenceRule | Problem:
        """What an empty cell, a null or a missing column means."""
        if self._empty is not None:
            return self._empty
        hint = "give a value"
        if reasons := self._reasons.names:
            hint = f"give a value, or write why there is none: {_listed(reasons)}"
        return Problem("MS540", f"`{shown(column, 60)}` is empty", column, hint=hint)

    def _text(self, text: str, column: str) -> Present | AbsenceRule | Problem:
        if len(text) > LONGEST_TEXT:
            return _too_long(text, column)
        declared = self.declared.type
        if isinstance(declared, Number):
            if _NUMBER.fullmatch(text):
                if len(text) > MOST_DIGITS:
                    return _too_long(text, column)
                return self._checked(Fraction(text), declared, text, column)
        elif (found := self._words.find(text)) is not None:
            return found
        reason = self._reasons.find(text)
        return self._unknown(text, column) if reason is None else reason

    def _checked(self, number: Fraction, declared: Number, value: object, column: str) -> Fraction | Problem:
        """`number`, if it has no more decimals than declared (zeros at the end do not count) and lies in the range."""
        found, unit = shown(value, 40), f" {declared.unit}" if declared.unit else ""
        places = declared.decimals
        if places is not None and (number * 10**places).denominator != 1:
            most = "no decimals" if places == 0 else f"at most {places} decimal{'' if places == 1 else 's'}"
            message = f"`{found}` has too many decimals: `{self.declared.name}` has {most}"
            return Problem("MS543", message, column, shown(value), hint="round it first, as the rules say")
        low, high = declared.low, declared.high
        side = "below" if low is not None and number < low else "above" if high is not None and number > high else None
        if side is None:
            return number
        message = f"`{found}` is {side} the {'lowest' if side == 'below' else 'highest'} `{self.declared.name}`"
        ends = (f"from {_decimal(low)}" if low is not None else "", f"to {_decimal(high)}" if high is not None else "")
        hint = f"`{self.declared.name}` goes {' '.join(end for end in ends if end)}{unit}"
        return Problem("MS544", message, column, shown(value), hint=hint)

    def _unknown(self, text: str, column: str) -> Problem:
        """The problem of a text, or a number, that is none of the words."""
        name, declared, found = self.declared.name, self.declared.type, shown(text, 40)
        near = self._words.near(text) or self._reasons.near(text)
        reasons = f"; reasons for absence: {_listed(self._reasons.names)}" if self._reasons.names else ""
        hint = f"did you mean `{near}`? " if near else ""
        match declared:
            case Scale():
                message = f"`{found}` is not a level of `{declared.name}`"
                hint += f"the levels are {_listed(self._words.names)}{reasons}"
            case Choice():
                message = f"`{found}` is not one of the choices of `{name}`"
                hint += f"the choices are {_listed(self._words.names)}{reasons}"
            case YesNo():
                message = f"`{found}` is neither `yes` nor `no`"
                hint += f"`{name}` is yes or no{reasons}"
            case Number():
                if _NO_NUMBER.fullmatch(text):
                    return _not_a_number(text, column)
                message = f"`{found}` is not a number"
                hint = number_hint(text) or f"{hint}write digits, as in `62.5`{reasons}"
            case _:
                assert_never(declared)
        if is_spreadsheet_error(text):
            hint = ERROR_HINT + reasons
        return Problem("MS542" if isinstance(declared, Number) else "MS541", message, column, shown(text), hint=hint)

    def _wrong_kind(self, value: object, column: str) -> Problem:
        if isinstance(value, bool):
            hint = 'write "yes" or "no"' if isinstance(self.declared.type, YesNo) else "write the value as text"
            message = f"`{shown(column, 40)}` is true or false, which are not values here"
            return Problem("MS547", message, column, shown(value), hint=hint)
        if isinstance(value, bytes | bytearray):
            hint = "decode it to text first"
        else:
            hint = "give text, an int, a Decimal, a Fraction or a float"
        message = f"`{shown(column, 40)}` is neither text nor a number, but {shown(value, 40)}"
        return Problem("MS547", message, column, shown(value), hint=hint)


def _words(declared: Scale | Choice | YesNo | Number, also: Also) -> Words[Present]:
    match declared:
        case Scale():
            levels = enumerate(declared.levels)
            return Words(((level.name, level.title, position) for position, level in levels), also)
        case Choice():
            return Words(((option.name, option.title, option.name) for option in declared.options), also)
        case YesNo():
            return Words((word, word, word) for word in ("yes", "no"))
        case Number():
            return Words(())
        case _:
            assert_never(declared)


def _exact(value: object) -> Fraction | Fault:
    """A Python number without loss. Its size is looked at before any arithmetic: 1e3000000 has three million digits."""
    match value:
        case bool():
            return "unknown"
        case int():
            return _whole(int.__index__(value))
        case float():
            return _from_decimal(Decimal(float.__repr__(value)))
        case Decimal():
            return _from_decimal(value)
        case Fraction():
            top, bottom = value.numerator, value.denominator
            if max(top.bit_length(), bottom.bit_length()) > 4 * MOST_DIGITS:
                return "too long"
            return Fraction(top, bottom) if 10**400 % bottom == 0 else "endless"
        case numbers.Integral():
            return _whole(operator.index(value))
        case _:
            return "unknown"


def _whole(value: int) -> Fraction | Fault:
    return Fraction(value) if value.bit_length() <= 3 * MOST_DIGITS else "too long"


def _from_decimal(value: Decimal) -> Fraction | Fault:
    if not value.is_finite():
        return "no number"
    if abs(value.adjusted()) > MOST_DIGITS or len(value.as_tuple().digits) > MOST_DIGITS:
        return "too long"
    return Fraction(value)


def _not_a_number(value: object, column: str) -> Problem:
    hint = "write the reason why there is no number, or leave it empty where that has a meaning"
    return Problem("MS545", f"`{shown(value, 40)}` is no number that can be compared", column, shown(value), hint=hint)


def _too_long(value: object, column: str) -> Problem:
    kind = f"text of {len(value):,} characters" if isinstance(value, str) else "a number that large or that small"
    return Problem("MS546", f"{kind} is no value of `{shown(column, 40)}`", column, shown(value))


def _listed(names: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _decimal(value: Fraction) -> str:
    """A number as people write it; one without a finite decimal as a fraction."""
    places = next((n for n in range(MOST_DIGITS) if (value * 10**n).denominator == 1), None)
    if places is None:
        return str(value)
    return format(Decimal(int(value * 10**places)).scaleb(-places), "f")
