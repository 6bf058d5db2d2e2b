"""Codes MS5xx: records."""

from . import Code

CODES: tuple[Code, ...] = ()
