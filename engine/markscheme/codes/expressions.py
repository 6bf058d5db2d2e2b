"""Codes MS3xx: conditions, formulas and cells as text."""

from . import Code

CODES: tuple[Code, ...] = ()
