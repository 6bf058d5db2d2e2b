"""The pages that the engine's own tables write: the language, and the codes of findings. Knows no rule file.

`python -m markscheme.reference docs` writes `language.md` and `codes.md` there. The prose of the language is
`language.md` beside this module; a mark such as `<!-- keys LIMIT -->` in it stands for a table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

from . import ops
from .codes import BASE, Code, registry
from .echo import shown
from .shape import keys
from .shape.kinds import Block, Choice, Either, Key, Kind, ListOf, Names, Words

_DIRECTIVE = re.compile(r"<!-- (\w+)(?: (\w+))? -->")
_HEADING = re.compile(r"^(##+) (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def language() -> str:
    """The whole language on one page, Markdown. Raises KeyError for a mark that stands for no table."""
    prose = files("markscheme").joinpath("language.md").read_text("utf-8")
    told: dict[tuple[str, str], Key] = {}
    tables: dict[str, Callable[[], str]] = {
        "contents": lambda: _contents(prose),
        "reserved": lambda: " ".join(f"`{word}`" for word in sorted(keys.RESERVED)),
        "treatments": lambda: _said(keys.TREATMENT_SAYS),
        "statuses": lambda: _said(keys.STATUS_SAYS),
        "predicates": _predicates,
        "quantifiers": _quantifiers,
        "functions": _functions,
        "aggregates": _aggregates,
        "rounding": _rounding,
    }

    def made(found: re.Match[str]) -> str:
        name, of = found.groups()
        return _keys(of, told) if name == "keys" else tables[name]()

    return _DIRECTIVE.sub(made, prose)


# --- keys ------------------------------------------------------------------------------------------------------------


def block(kind: Kind) -> Block | None:
    """The keys that a kind may hold, itself or in its list, where it has keys of the language."""
    match kind:
        case Block():
            return kind
        case ListOf():
            return block(kind.item)
        case Names():
            return block(kind.value)
        case Either():
            own = [each for each in kind.kinds if isinstance(each, Block)]
            return next(filter(None, map(block, own or kind.kinds)), None)
        case _:
            return None


def _keys(name: str, told: dict[tuple[str, str], Key]) -> str:
    """The table of a block of `shape.keys`. A key that an earlier table has is named only."""
    here = block(getattr(keys, name))
    if here is None:
        raise KeyError(name)
    rows, again = [], []
    for key in here.keys:
        first = told.get((key.name, key.says))
        if first is not None and first.under == key.under:
            again.append((key, first))
        else:
            told.setdefault((key.name, key.says), key)
            rows.append((_code(key.name), _meaning(key), _code(key.example)))
    parts = [_table(("key", "what it says", "example"), rows)] if rows else []
    parts += [text for text in (_again(again), *map(_choice, here.choices), _others(here)) if text]
    return "\n\n".join(parts)


def _meaning(key: Key) -> str:
    """What a key says, its words, and when it is needed."""
    said = [key.says]
    if isinstance(key.kind, Words):
        said.append(f"One of {_listed(key.kind.words, 'or')}.")
    under = [option for option in key.under if option]
    beside = f" with {_listed(under, 'or')}" if under else ""
    if "" in key.under:
        beside += " or without a type"
    if key.required:
        said.append(f"**Needed**{beside}.")
    elif beside:
        said.append(f"Only{beside}.")
    if key.beside:
        said.append(f"Only with `{key.beside}`.")
    return " ".join(said)


def _again(again: list[tuple[Key, Key]]) -> str:
    """The keys that were told before, and where needing them is otherwise than it was then."""
    same = [key.name for key, first in again if key.required == first.required]
    needed = [key.name for key, first in again if key.required > first.required]
    free = [key.name for key, first in again if key.required < first.required]
    lists = (("As above", same), ("As above, and needed", needed), ("As above, but not needed", free))
    return " ".join(f"{says}: {_listed(dict.fromkeys(names), 'and')}." for says, names in lists if names)


def _choice(choice: Choice) -> str:
    options = [option for option in choice.options if option]
    return f"{'Exactly' if choice.required else 'At most'} one of {_listed(options, 'and')}."


def _others(here: Block) -> str:
    if here.others is None:
        return ""
    beside = f", beside `{here.others_beside}`," if here.others_beside else ""
    return f"Any other key{beside} is a name of yours: one for each {here.others.noun}."


# --- operators -------------------------------------------------------------------------------------------------------


def _predicates() -> str:
    rows = [(row.written, row.prose, row.examples) for row in ops.PREDICATES.values()]
    return _truths("after a value", (*rows, *ops.DIRECTED_SAYS))


def _quantifiers() -> str:
    return _truths("before a list", [(row.written, row.prose, row.examples) for row in ops.QUANTIFIERS.values()])


def _truths(what: str, rows: Iterable[tuple[str, str, tuple[tuple[str, bool], ...]]]) -> str:
    said = {True: "holds", False: "does not hold"}
    return _table(
        (what, "holds where it", "example"),
        [
            (_code(written), prose, "; ".join(f"{_code(text)} {said[truth]}" for text, truth in examples))
            for written, prose, examples in rows
        ],
    )


def _functions() -> str:
    rows = [(row.written, row.prose, row.examples) for row in ops.FUNCTIONS.values()]
    return _values("function", rows)


def _aggregates() -> str:
    rows = [
        (f"{row.name}(x{' weighted by w' if row.weighted else ''} where …)", row.prose, row.examples)
        for row in ops.AGGREGATES.values()
    ]
    return _values("of many values", rows)


def _values(what: str, rows: Iterable[tuple[str, str, tuple[tuple[str, str], ...]]]) -> str:
    return _table(
        (what, "gives", "example"),
        [
            (_code(written), prose, "; ".join(f"{_code(text)} is {value}" for text, value in examples))
            for written, prose, examples in rows
        ],
    )


def _rounding() -> str:
    shown = [Fraction(text) for text in ("2.4", "2.5", "3.5", "-2.5")]
    rows = [
        (_code(mode), prose, *(str(ops.rounded(value, Fraction(1), mode)) for value in shown))
        for mode, prose in ops.ROUNDING.items()
    ]
    return _table(("mode", "rounds", *(str(float(value)) for value in shown)), rows)


# --- codes -----------------------------------------------------------------------------------------------------------

_FAMILIES = {
    "1": "Reading the file",
    "2": "Keys and their places",
    "3": "Conditions and formulas",
    "4": "Names, types and meaning",
    "5": "Data",
    "6": "Files and the library",
    "7": "Cases",
    "8": "What is proved, and what may not be weakened",
}
_MOST_LINES = 40
_CODES_SAY = """\
# The codes of findings

What `markscheme` may find, one entry for each code: what it is, why it matters, an example that raises it, and what
to write instead. `markscheme codes MS402` says the same in the terminal. The tests run every example.

An example of a rule file shows the keys that differ from this small methodology; an example of data is given to it.

"""


def codes() -> str:
    """Every code on one page, Markdown."""
    parts = [_CODES_SAY + _fenced("yaml", BASE)]
    family = ""
    for code in registry().values():
        if code.code[2] != family:
            family = code.code[2]
            parts.append(f"## {_FAMILIES[family]}")
        parts.append(_entry(code))
    return "\n\n".join(parts) + "\n"


def _entry(code: Code) -> str:
    said = f"### {code.code}: {code.title}\n\n{'' if code.severity == 'error' else 'A warning. '}{code.what} {code.why}"
    kind = "text" if code.data or code.whole or code.shown else "yaml"
    return f"{said}\n\n{_fenced(kind, code.wrong)}\n\nInstead:\n\n{_fenced(kind, code.right)}"


def _fenced(kind: str, text: str) -> str:
    lines = text.rstrip("\n").split("\n")  # some examples are made of what cannot be seen, or of very much of it
    body = [shown(line, 160) for line in lines[:_MOST_LINES]] + ["…"] * (len(lines) > _MOST_LINES)
    return "\n".join((f"````{kind}", *body, "````"))


# --- Markdown --------------------------------------------------------------------------------------------------------


def _contents(prose: str) -> str:
    lines = []
    for marks, title in _HEADING.findall(_CODE.sub("", prose)):
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        lines.append(f"{'  ' * (len(marks) - 2)}- [{title}](#{anchor})")
    return "\n".join(lines)


def _said(words: dict[str, str]) -> str:
    return _table(("word", "what it says"), [(_code(word), says) for word, says in words.items()])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    # A bar ends a cell, also inside code.
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows)]
    return "\n".join((f"| {lines[0]} |", "|---" * len(head) + "|", *(f"| {line} |" for line in lines[1:])))


def _code(text: str) -> str:
    return f"`{text}`"


def _listed(words: Iterable[str], last: str) -> str:
    coded = [_code(word) for word in words]
    return f" {last} ".join(filter(None, [", ".join(coded[:-1]), coded[-1]]))


PAGES = {"language.md": language, "codes.md": codes}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(sys.argv[1], name).write_text(page(), "utf-8", newline="\n")  # the same bytes everywhere
