"""What was found in the data, as it can safely be shown to people. Knows Python's own types and nothing else."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

LONGEST = 100  # characters


def shown(value: object, longest: int = LONGEST) -> str:
    """`value` in at most `longest` characters, none of which a terminal obeys (ESC is `\\u001b`). Never raises."""
    try:
        text = _text(value)
    except Exception:  # a value may be of any class, and its own methods may raise
        return "(unreadable)"
    safe = escaped(text[: longest + 1])
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def escaped(text: str) -> str:
    """`text` with control characters, invisible ones and lone surrogates written out (`\\u001b`)."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _text(value: object) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        return _integer(int.__index__(value))
    if isinstance(value, float):
        return float.__repr__(value)
    if isinstance(value, Decimal):
        return Decimal.__str__(value)
    if isinstance(value, Fraction):
        return f"{_integer(value.numerator)}/{_integer(value.denominator)}"
    # Never the contents: they may be endless, or personal.
    return f"({type(value).__name__})"


def _integer(value: int) -> str:
    # Python refuses to write out integers beyond 4,300 digits, and takes quadratic time below that.
    return str(value) if value.bit_length() < 1000 else f"(an integer of {value.bit_length()} bits)"
