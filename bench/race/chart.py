"""The plot of docs/benchmarks.md: a bar for each peer, on a scale of powers of ten, each with its name and its figure
beside it, so that no colour has to be told from another. Plain SVG text, from what was measured."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10

from .bars import COMPILED, US
from .measured import Measured, Measurement

# Markscheme, what is written by hand, engines, loops in C: the palette of the Government Analysis Function.
COLOURS = {"ours": "#12436D", "hand": "#28A197", "engine": "#801650", "c": "#F46A25"}
NAMES = {"ours": "markscheme", "hand": "written by hand", "engine": "engines", "c": "loops in C"}
WIDTH, LEFT, RIGHT, ROW, GAP = 860, 250, 110, 19, 46


def _kind(peer: str) -> str:
    if peer in (US, COMPILED):
        return "ours"
    if peer.startswith("C, "):
        return "c"
    hand = ("hand-written", "NumPy", "Polars", "DuckDB")
    return "hand" if peer.startswith(hand) else "engine"


def _time(seconds: float) -> str:
    from .page import time

    return time(seconds)


def _text(x: float, y: float, said: str, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}">{escape(said)}</text>'


def _panel(it: Measurement, title: str, top: float) -> tuple[list[str], float]:
    """Bars of one measurement, fastest first, and where they end."""
    peers = sorted(it.seconds, key=it.best)
    low, high = floor(log10(it.best(peers[0]))), ceil(log10(max(map(it.best, peers))))
    wide = (WIDTH - LEFT - RIGHT) / max(high - low, 1)
    found, end = [_text(10, top + 14, title, weight="bold")], top + 24 + ROW * len(peers)
    for power in range(low, high + 1):
        x = LEFT + wide * (power - low)
        found.append(f'<path d="M{x:.0f} {top + 22:.0f}V{end:.0f}" stroke="#ccc"/>')
        found.append(_text(x, end + 13, _time(10.0**power).replace(".00", "").replace(".0", ""), "middle"))
    for place, peer in enumerate(peers):
        y, long = top + 24 + ROW * place, wide * (log10(it.best(peer)) - low)
        weight = "bold" if _kind(peer) == "ours" else "normal"
        found.append(_text(LEFT - 8, y + 13, peer, "end", weight))
        place_of = f'x="{LEFT}" y="{y + 2:.0f}" width="{max(long, 1):.0f}" height="{ROW - 5}"'
        found.append(f'<rect {place_of} fill="{COLOURS[_kind(peer)]}"/>')
        found.append(_text(LEFT + max(long, 1) + 6, y + 13, _time(it.best(peer)), weight=weight))
    return found, end + GAP - 14


def drawn(measured: Measured) -> str:
    body: list[str] = []
    y = 12.0
    x = 10.0
    for kind, name in NAMES.items():
        body.append(f'<rect x="{x:.0f}" y="{y:.0f}" width="14" height="14" fill="{COLOURS[kind]}"/>')
        body.append(_text(x + 20, y + 12, name))
        x += 160
    y += 30
    for part, what in (("one", "a record alone"), ("million", "records in memory")):
        for it in measured.of(part):  # type: ignore[arg-type]
            if it.seconds:
                form = ", figures as float64" if it.form == "float64" else ""
                count = "" if part == "one" else f"{it.records:,} "
                lines, y = _panel(it, f"{it.workload}: {count}{what}{form}", y)
                body += lines
    title = "How long each takes for a record, and for a million: the shorter the better, on a scale of powers of ten"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" width="{WIDTH}" height="{y:.0f}" '
        'font-family="sans-serif" font-size="12" role="img" aria-labelledby="title">'
    )
    background = f'<rect width="{WIDTH}" height="{y:.0f}" fill="#fff"/>'
    return "\n".join([head, f'<title id="title">{escape(title)}</title>', background, *body, "</svg>"]) + "\n"
