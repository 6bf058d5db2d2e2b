"""A diagram of flows, from where records stood on the left to where they stand on the right, as SVG within a page: no
script, nothing loaded, and nothing told by colour alone. Knows names and amounts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Literal

Kind = Literal["same", "higher", "lower", "otherwise"]
COLOURS: dict[Kind, str] = {"same": "#12436D", "higher": "#28A197", "lower": "#801650", "otherwise": "#F46A25"}
SIGNS: dict[Kind, str] = {"same": "", "higher": "▲ ", "lower": "▼ ", "otherwise": "◆ "}

_WIDTH, _LEFT, _RIGHT, _BAR = 780, 210, 570, 12
_HEIGHT = 330  # of all amounts together
_SLOT = 19  # the least room a flow takes, so that its words stand apart from the next
_LINE = 16
_GAP = 16
_LETTERS, _ROWS = 26, 3  # of a name beside the diagram
_WORD = 30  # letters of a name within it


@dataclass(frozen=True, slots=True)
class Node:
    """Where records stand. `said` is how many, in words, or nothing."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Flow:
    """From a node on the left to one on the right. `said` is how many, in words."""

    old: int
    new: int
    amount: Fraction
    said: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Diagram:
    """`name` is a word that no other diagram of the page has; `about` says in a sentence what can be seen."""

    name: str
    title: str
    about: str
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A node drawn: from the top, and how tall; and the middle of each of its flows."""

    top: Fraction
    height: Fraction
    middles: dict[int, Fraction]


def as_svg(diagram: Diagram) -> str:
    """The diagram, as wide as the page lets it be."""
    return "\n".join(_svg(diagram))


def _svg(diagram: Diagram) -> Iterator[str]:
    total = sum((flow.amount for flow in diagram.flows), Fraction(0))
    scale = Fraction(_HEIGHT) / total if total else Fraction(0)
    left = _places(diagram.left, diagram.flows, scale, old=True)
    right = _places(diagram.right, diagram.flows, scale, old=False)
    tallest = max((place.top + place.height for place in (*left, *right)), default=Fraction(0)) + _GAP
    name = escape(diagram.name, quote=True)
    yield (
        f'<svg viewBox="0 0 {_WIDTH} {_number(tallest + 34)}" role="img" '
        f'aria-labelledby="{name}-title {name}-about" xmlns="http://www.w3.org/2000/svg">'
    )
    yield f'<title id="{name}-title">{_safe(diagram.title)}</title>'
    yield f'<desc id="{name}-about">{_safe(diagram.about)}</desc>'
    yield f'<text class="side" x="{_LEFT}" y="18" text-anchor="end">Before</text>'
    yield f'<text class="side" x="{_RIGHT}" y="18">After</text>'
    yield '<g transform="translate(0 30)">'
    # What stays lies beneath, what moves above it.
    order = sorted(range(len(diagram.flows)), key=lambda place: diagram.flows[place].kind != "same")
    for place in order:
        yield _band(place, diagram, left, right, scale)
    for side, nodes, places in ((_LEFT, diagram.left, left), (_RIGHT, diagram.right, right)):
        for node, at in zip(nodes, places, strict=True):
            yield from _node(node, at, side)
    for place, flow in enumerate(diagram.flows):
        yield _words(flow, left[flow.old].middles[place], diagram)
    yield "</g>"
    yield "</svg>"


def _places(nodes: Sequence[Node], flows: Sequence[Flow], scale: Fraction, old: bool) -> list[_Place]:
    """Each node below the one before, tall enough for its flows and for its own name."""
    places: list[_Place] = []
    top = Fraction(0)
    for number, node in enumerate(nodes):
        middles: dict[int, Fraction] = {}
        at = top
        own = [place for place, flow in enumerate(flows) if (flow.old if old else flow.new) == number]
        for place in sorted(own, key=lambda place: flows[place].new if old else flows[place].old):
            slot = max(Fraction(_SLOT), flows[place].amount * scale)
            middles[place] = at + slot / 2
            at += slot
        height = max(at - top, Fraction(_LINE * (len(_wrapped(node.name)) + bool(node.said))))
        spare = (height - (at - top)) / 2
        places.append(_Place(top, height, {place: middle + spare for place, middle in middles.items()}))
        top += height + _GAP
    return places


def _band(place: int, diagram: Diagram, left: Sequence[_Place], right: Sequence[_Place], scale: Fraction) -> str:
    flow = diagram.flows[place]
    half = max(Fraction(flow.amount * scale) / 2, Fraction(3, 4))
    one, other = left[flow.old].middles[place], right[flow.new].middles[place]
    start, end, middle = _LEFT + _BAR, _RIGHT - _BAR, (_LEFT + _RIGHT) // 2
    upper = f"M{start} {_number(one - half)} C{middle} {_number(one - half)} {middle} {_number(other - half)} "
    lower = f"L{end} {_number(other + half)} C{middle} {_number(other + half)} {middle} {_number(one + half)} "
    path = f"{upper}{end} {_number(other - half)} {lower}{start} {_number(one + half)} Z"
    opacity = "0.16" if flow.kind == "same" else "0.62"
    said = f"{diagram.left[flow.old].name} → {diagram.right[flow.new].name}: {flow.said}"
    return f'<path d="{path}" fill="{COLOURS[flow.kind]}" fill-opacity="{opacity}"><title>{_safe(said)}</title></path>'


def _node(node: Node, at: _Place, side: int) -> Iterator[str]:
    bar, x, anchor = (side, side - 8, "end") if side == _LEFT else (side - _BAR, side + 8, "start")
    yield (
        f'<rect x="{bar}" y="{_number(at.top)}" width="{_BAR}" height="{_number(at.height)}" fill="{COLOURS["same"]}"/>'
    )
    lines = _wrapped(node.name)
    count = len(lines) + bool(node.said)
    y = at.top + at.height / 2 - Fraction(_LINE * count, 2) + 12
    for number, line in enumerate(lines):
        yield f'<text x="{x}" y="{_number(y + _LINE * number)}" text-anchor="{anchor}">{_safe(line)}</text>'
    if node.said:
        at_y = _number(y + _LINE * len(lines))
        yield f'<text class="count" x="{x}" y="{at_y}" text-anchor="{anchor}">{_safe(node.said)}</text>'


def _words(flow: Flow, middle: Fraction, diagram: Diagram) -> str:
    """Beside its beginning, where no two flows are near each other."""
    name = diagram.right[flow.new].name
    name = name if len(name) <= _WORD else name[: _WORD - 1] + "…"
    to = "as before" if flow.kind == "same" else f"to {name}"
    said = _safe(f"{SIGNS[flow.kind]}{flow.said} {to}")
    return f'<text class="flow" x="{_LEFT + _BAR + 6}" y="{_number(middle + 4)}">{said}</text>'


def _wrapped(name: str) -> list[str]:
    lines = textwrap.wrap(name, _LETTERS) or [""]
    return lines if len(lines) <= _ROWS else [*lines[: _ROWS - 1], lines[_ROWS - 1][: _LETTERS - 1] + "…"]


def _number(value: Fraction | int) -> str:
    """With one decimal, by whole numbers: the same digits everywhere."""
    tenths = round(Fraction(value) * 10)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _safe(text: str) -> str:
    return escape(text, quote=True)
