"""The same kind of methodology in any size, and records for it. Size 1 has ten numbers and four judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS, JUDGEMENTS = 10, 4
LEVELS = ("poor", "fair", "good")


def rule_file(size: int) -> str:
    """Numbers banded and added up, judgements counted, and both put together."""
    numbers, judged = NUMBERS * size, JUDGEMENTS * size
    measures = ", ".join(f"{{member: m{k}, cut: {20 + 7 * k % 60}.5, weight: {1 + k % 3}}}" for k in range(numbers))
    areas = ", ".join(f"j{k}" for k in range(judged))
    return f"""\
markscheme: 1
id: bench/scaled
version: "1"
title: A methodology of size {size}
status: illustrative
scales:
  rating: [{", ".join(LEVELS)}]
sets:
  indicators: [{measures}]
  areas: [{areas}]
inputs:
  figures: {{each: indicators, type: number, decimals: 1, min: 0, max: 100, better: higher}}
  judgements: {{each: areas, scale: rating}}
measures:
  points:
    each: indicators
    type: number
    decimals: 0
    rules:
      - {{when: figures is at least cut, then: 1}}
      - {{otherwise: 0}}
  share: {{type: number, formula: mean(points weighted by weight)}}
  by_figures:
    scale: rating
    bands: {{of: share, rows: [{{at_least: 0.7, is: good}}, {{at_least: 0.4, is: fair}}, {{otherwise: poor}}]}}
  by_judgement:
    scale: rating
    rules:
      - {{when: at least {2 * size} of judgements are poor, then: poor}}
      - {{when: at least {2 * size} of judgements are good, then: good}}
      - {{otherwise: fair}}
  overall: {{scale: rating, formula: 'worst(by_figures, by_judgement)'}}
results: [overall]
"""


def columns(size: int, count: int) -> dict[str, np.ndarray]:
    """Tenths of the figures, and places of the judgements."""
    random = np.random.default_rng(size)
    found = {f"m{k}": random.integers(0, 1001, count).astype(np.int32) for k in range(NUMBERS * size)}
    return found | {f"j{k}": random.integers(0, 3, count).astype(np.uint8) for k in range(JUDGEMENTS * size)}


def table(size: int, count: int) -> pa.Table:
    import pyarrow as pa

    arrays = {}
    for name, values in columns(size, count).items():
        if name[0] == "m":
            arrays[name] = pa.Array.from_buffers(pa.decimal32(4, 1), count, [None, pa.py_buffer(values)])
        else:
            arrays[name] = pa.DictionaryArray.from_arrays(pa.array(values), LEVELS)
    return pa.table(arrays)


def records(size: int, count: int) -> list[dict[str, object]]:
    made = columns(size, count)
    lists = {name: values.tolist() for name, values in made.items()}
    return [
        {name: values[row] / 10 if name[0] == "m" else LEVELS[values[row]] for name, values in lists.items()}
        for row in range(count)
    ]
