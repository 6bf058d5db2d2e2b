"""What people write where a number belongs, and what to write instead. Knows no input and no type."""

from __future__ import annotations

import re

_DIGITS = r"[0-9]+(?:\.[0-9]+)?"
_GROUPS = re.compile(r"(-?[0-9]{1,3}(?:[,' \u00a0\u2009\u202f][0-9]{3})+)(\.[0-9]+)?")
_COMMA = re.compile(r"(-?[0-9]+),([0-9]+)")
_UNIT = re.compile(rf"(?:[£$€¥]\s*)?(-?{_DIGITS})\s*(?:%|‰|[£$€¥]|per ?cent|pct|points?|pts?|GBP|EUR|USD)?")
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_PLUS = re.compile(rf"\+\s*({_DIGITS})")
_MINUS = re.compile(rf"[−–]\s*({_DIGITS})|-\s+({_DIGITS})|\(({_DIGITS})\)")
_FRACTION = re.compile(rf"-?{_DIGITS}\s*/\s*{_DIGITS}")
_ERROR = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)", re.IGNORECASE
)
_BARE_POINT = re.compile(r"(-?)([0-9]*)\.([0-9]*)")


ERROR_HINT = "mend the formula that gives this error, or write the reason why there is no value"


def is_spreadsheet_error(text: str) -> bool:
    """Whether `text` is what a spreadsheet shows in place of a value: `#DIV/0!`."""
    return _ERROR.fullmatch(text) is not None


def number_hint(text: str) -> str | None:
    """A way to write `text`, which is not digits with at most one point, or None where it is no number at all."""
    if len(text) > 60:
        return None
    if found := _GROUPS.fullmatch(text):
        plain = re.sub(r"[^0-9-]", "", found[1]) + (found[2] or "")
        decimal = f", or `{text.replace(',', '.')}` if the comma is a decimal point" if _COMMA.fullmatch(text) else ""
        return f"write `{plain}`, without thousands separators{decimal}"
    if found := _COMMA.fullmatch(text):
        return f"write `{found[1]}.{found[2]}`, with a decimal point"
    if _FRACTION.fullmatch(text):
        return "write it as a decimal, rounded as the rules say"
    if _EXPONENT.fullmatch(text):
        return "write all the digits, without an exponent"
    if found := _UNIT.fullmatch(text):
        return f"write `{found[1]}`: the unit is declared once, in the rule file"
    if found := _PLUS.fullmatch(text):
        return f"write `{found[1]}`"
    if found := _MINUS.fullmatch(text):
        return f"write `-{found[1] or found[2] or found[3]}`"
    if (found := _BARE_POINT.fullmatch(text)) and (found[2] or found[3]):
        return f"write `{found[1]}{found[2] or '0'}{'.' + found[3] if found[3] else ''}`"
    if any(c.isdecimal() and not c.isascii() for c in text):
        return "write the digits 0 to 9"
    return None
