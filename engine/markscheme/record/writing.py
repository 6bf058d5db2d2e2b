"""Integer arithmetic as the text of Python expressions, and lines of text as functions. The text holds names made here
and figures, nothing that anybody wrote. Knows no step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any as Whatever
from typing import assert_never

from ..lowered.language import (
    All,
    Always,
    Among,
    Any,
    Choose,
    Compare,
    Constant,
    Count,
    Extreme,
    Floor,
    Look,
    Node,
    Not,
    Number,
    Product,
    Sum,
    Truth,
    Variable,
    inner,
)

Generated = Callable[..., Whatever]

_BUILTINS = {each.__name__: each for each in (type, len, map, max, min, dict, int, float, str, Exception)}
_DEEPEST = 8  # of an expression; what is deeper gets a name
_MOST_ADDED = 100  # in one go: Python reads `a+b+c` as sums inside each other


class Writing:
    """Lines of Python, and the objects that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.objects: dict[str, object] = {}
        self._names: dict[object, str] = {}

    def constant(self, kind: str, value: object) -> str:
        """The name of a table or other object that the text refers to; equal tables are one."""
        key = (kind, value)
        if key not in self._names:
            self._names[key] = f"{kind}{len(self._names)}"
            self.objects[self._names[key]] = value
        return self._names[key]

    def numbers(
        self, wanted: Sequence[Number], called: Callable[[Variable], str], looked: Callable[[Look], bool]
    ) -> list[str]:
        """The expressions for some numbers, after lines for what they share. `called` names variables; where `looked`
        says so, the variable holds what is looked up already."""
        uses: dict[int, int] = {}
        order: list[Node] = []
        _visit(wanted, uses, order)
        written: dict[int, str] = {}
        depth: dict[int, int] = {}
        for node in order:
            parts = inner(node)
            text = self._text(node, written, called, looked)
            deep = 1 + max((depth[id(part)] for part in parts), default=0)
            if not isinstance(node, Variable | Constant | Always) and (uses[id(node)] > 1 or deep > _DEEPEST):
                name = f"t{len(self.lines)}"
                self.lines.append(f"{name} = {text}")
                text, deep = name, 0
            written[id(node)], depth[id(node)] = text, deep
        return [written[id(each)] for each in wanted]

    def _text(
        self, node: Node, of: dict[int, str], called: Callable[[Variable], str], looked: Callable[[Look], bool]
    ) -> str:
        match node:
            case Variable():
                return called(node)
            case Constant(value) | Always(value):
                return f"({value})" if value < 0 else str(value)
            case Look(variable) if looked(node):
                return of[id(variable)]
            case Look(variable, table):
                return f"{self.constant('T', table)}[{of[id(variable)]}]"
            case Sum(parts, plus):
                terms = [_times(factor, of[id(part)]) for factor, part in parts]
                return f"({_added(terms)}{plus:+d})" if plus else f"({_added(terms)})"
            case Product(left, right):
                return f"({of[id(left)]}*{of[id(right)]})"
            case Extreme(greatest, parts):
                return f"{'max' if greatest else 'min'}({', '.join(of[id(part)] for part in parts)})"
            case Floor(top, bottom):
                return f"({of[id(top)]}//{of[id(bottom)]})"
            case Choose(when, then, otherwise):
                return f"({of[id(then)]} if {of[id(when)]} else {of[id(otherwise)]})"
            case Count(parts_of_it):
                return f"({_added([of[id(part)] for part in parts_of_it])})"
            case Among(variable, table):
                return self._among(of[id(variable)], table)
            case Compare(op, left, right):
                return f"({of[id(left)]}{op}{of[id(right)]})"
            case All(parts):
                return f"({' and '.join(of[id(part)] for part in parts)})"
            case Any(parts):
                return f"({' or '.join(of[id(part)] for part in parts)})"
            case Not(part):
                return f"(not {of[id(part)]})"
            case _:
                assert_never(node)

    def _among(self, variable: str, table: tuple[bool, ...]) -> str:
        """A comparison where one says it."""
        first, last = table.index(True), len(table) - 1 - table[::-1].index(True)
        if not all(table[first : last + 1]):
            return f"{self.constant('T', table)}[{variable}]"
        if first == last:
            return f"({variable}=={first})"
        if first == 0:
            return f"({variable}<={last})"
        return f"({variable}>={first})" if last == len(table) - 1 else f"({first}<={variable}<={last})"


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """An object as a constant of the text: equal to nothing but itself."""

    of: object


def compiled(name: str, parameters: str, *writings: Writing) -> dict[str, Generated]:
    """The functions of some lines each, called `name`, and `name` with a number: all see the objects of all."""
    space: dict[str, Whatever] = {"__builtins__": _BUILTINS}
    texts = []
    for place, writing in enumerate(writings):
        space |= {called: each.of if isinstance(each, Same) else each for called, each in writing.objects.items()}
        texts.append("\n    ".join((f"def {name}{place or ''}({parameters}):", *writing.lines)))
    exec(compile("\n".join(texts), "<markscheme.record>", "exec"), space)
    return {called: space[called] for called in (f"{name}{place or ''}" for place in range(len(writings)))}


def _added(terms: list[str]) -> str:
    while len(terms) > _MOST_ADDED:
        groups = (terms[place : place + _MOST_ADDED] for place in range(0, len(terms), _MOST_ADDED))
        terms = [f"({'+'.join(group)})" for group in groups]
    return "+".join(terms)


def _times(factor: int, text: str) -> str:
    return text if factor == 1 else f"{factor}*{text}" if factor >= 0 else f"({factor})*{text}"


def _visit(wanted: Iterable[Number | Truth], uses: dict[int, int], order: list[Node]) -> None:
    """Every node once, what is inside before what it is inside of, and how often each is used."""
    todo: list[tuple[Node, bool]] = [(each, False) for each in wanted]
    todo.reverse()
    for each, _ in todo:
        uses[id(each)] = uses.get(id(each), 0) + 1
    done: set[int] = set()
    while todo:
        node, ready = todo.pop()
        if ready:
            order.append(node)
            continue
        if id(node) in done:
            continue
        done.add(id(node))
        todo.append((node, True))
        for part in inner(node):
            uses[id(part)] = uses.get(id(part), 0) + 1
            todo.append((part, False))
