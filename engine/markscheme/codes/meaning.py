"""Codes MS4xx: names, types, units, axes and absence."""

from . import Code

CODES: tuple[Code, ...] = ()
