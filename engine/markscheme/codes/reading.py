"""Codes MS1xx: reading YAML strictly."""

from . import Code

CODES: tuple[Code, ...] = ()
