"""The parser of the grammar: taken from `grammar.json`, which holds its table, or made where that is of another grammar
or another Lark. Knows no syntax tree."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark

TABLE = "grammar.json"


@cache
def grammar() -> Lark:
    """Making the table takes a sixth of a second, reading it a tenth of that."""
    import lark

    found = json.loads(_read(TABLE))
    if (found["lark"], found["grammar"]) != (lark.__version__, _digest()):
        return made()
    data, memo = _numbered(found["data"]), _numbered(found["memo"])
    parser: Lark = lark.Lark._load_from_dict(data, memo, propagate_positions=True)  # type: ignore[no-untyped-call]
    return parser


def made() -> Lark:
    """The parser, worked out from the grammar."""
    from lark import Lark

    return Lark(
        _text(),
        parser="lalr",
        lexer="basic",  # the contextual lexer also accepts `a isgood`
        propagate_positions=True,
        maybe_placeholders=True,
        start=["condition", "formula", "outcome", "cell", "guarantee", "values", "column"],
    )


def written() -> str:
    """What `grammar.json` must hold."""
    import lark
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = made().memo_serialize([TerminalDef, Rule])
    found = {"lark": lark.__version__, "grammar": _digest(), "data": data, "memo": memo}
    return json.dumps(found, separators=(",", ":"), sort_keys=True) + "\n"


def _text() -> str:
    return _read("grammar.lark")


def _read(name: str) -> str:
    """Of a package in an archive, too, in less time than `importlib.resources` takes to load."""
    found = get_data("markscheme.syntax", name)
    assert found is not None, "it is beside this module"
    return found.decode("utf-8")


def _digest() -> str:
    return sha256(_text().encode()).hexdigest()


def _numbered(value: Any) -> Any:
    """With keys that are numbers again: JSON has text only."""
    if isinstance(value, dict):
        return {int(key) if key.isdecimal() else key: _numbered(inner) for key, inner in value.items()}
    return [_numbered(each) for each in value] if isinstance(value, list) else value
