"""A record and what came of it as the text of a case, to be pasted into a cases file. Knows how a case is written, not
whether what it expects is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .explain.wording import Words, words_of
from .ir import Absent, Program, Type, Value
from .shape.keys import UNREVIEWED
from .trace import Given, Key, Trace

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIGURE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_TAKEN = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})  # for something else, by YAML


def case_text(name: str, program: Program, trace: Trace, results: Iterable[Key] = (), status: str = UNREVIEWED) -> str:
    """An item of `cases:`, indented as one, with what came out as what is expected: of all results, or of some.
    Inputs that a linked record gave are given as they came out of it."""
    words = words_of(program)
    wanted = tuple(results) or tuple(key for key in trace.outcomes if key[0] in program.results)
    given = {key: _given(words, key, one) for key, one in trace.given.items()}
    expect = {key: _said(words, trace.outcomes[key].value, words.steps[key[0]].type) for key in wanted}
    lines = [f"  - name: {_quoted(name)}", "    given:", *_nested(given, shared=True), "    expect:", *_nested(expect)]
    return "\n".join([*lines, f"    status: {status}"]) + "\n"


def _given(words: Words, key: Key, one: Given) -> str:
    """A value, or the reason that the data gave for none."""
    return one.stated.reason if one.stated else _said(words, one.value, words.program.inputs[key[0]].type)


def _said(words: Words, value: Value, of: Type) -> str:
    return value.reason if isinstance(value, Absent) else words.exact(value, of) or ""


def _nested(values: Mapping[Key, str], shared: bool = False) -> Iterator[str]:
    """A line a name; what has a value for each member in braces, one inside the other for two sets. `shared`: one value
    stands for all members that have it."""
    by_name: dict[str, dict[tuple[str, ...], str]] = {}
    for (name, members), value in values.items():
        by_name.setdefault(name, {})[members] = value
    for name, each in by_name.items():
        alone = shared and len(set(each.values())) == 1
        yield f"      {name}: {_scalar(next(iter(each.values()))) if alone else _braced(each)}"


def _braced(values: Mapping[tuple[str, ...], str]) -> str:
    if () in values:
        return _scalar(values[()])
    inner: dict[str, dict[tuple[str, ...], str]] = {}
    for members, value in values.items():
        inner.setdefault(members[0], {})[members[1:]] = value
    return "{" + ", ".join(f"{_scalar(member)}: {_braced(each)}" for member, each in inner.items()) + "}"


def _scalar(text: str) -> str:
    """A name or a figure as it is; anything that YAML could take for something else in quotes."""
    name = _NAME.fullmatch(text) and text not in _TAKEN
    return text if name or _FIGURE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
