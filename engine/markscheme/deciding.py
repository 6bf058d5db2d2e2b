"""Which rule, row or band decided a value, in a few words for a column of results. Knows forms, and no record."""

from __future__ import annotations

from typing import assert_never

from .ir import Bands, FirstPresent, Form, Formula, Rules, Step, Table


def decided(step: Step, choice: int, limit: int) -> str:
    """`rule 2`, `row 17`, `band 1`; with the last limit that changed the value, `rule 2, limit 1`.

    `choice` is the place of what decided in the step's form, `limit` that of the limit, from 0; -1 where there is none:
    nothing decided, because something that is needed is absent.
    """
    found = _choice(step.form, choice)
    return f"{found}, limit {limit + 1}" if limit >= 0 else found


def _choice(form: Form, choice: int) -> str:
    match form:
        case Rules(rules):
            otherwise = 0 <= choice == len(rules) - 1 and rules[choice].when is None
            return "otherwise" if otherwise else _numbered("rule", choice)
        case Table():
            return _numbered("row", choice)
        case Bands():
            return _numbered("band", choice)
        case FirstPresent():
            return _numbered("value", choice)
        case Formula():
            return "formula"
        case _:
            assert_never(form)


def _numbered(what: str, choice: int) -> str:
    return f"{what} {choice + 1}" if choice >= 0 else "nothing"
