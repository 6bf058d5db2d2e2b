"""Codes MS2xx: the right keys in the right places."""

from . import Code

CODES: tuple[Code, ...] = ()
