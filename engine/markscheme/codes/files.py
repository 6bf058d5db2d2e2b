"""Codes MS6xx: files, paths and methodologies by name."""

from . import Code

CODES: tuple[Code, ...] = ()
