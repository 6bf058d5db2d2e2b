"""Methodologies of many numbers, as text: thirty indicators banded, weighted and shared out of the most there can be.

Knows the language's letter only.
"""

from __future__ import annotations

WEIGHTS = [1] * 15 + [2] * 10 + [3] * 5  # thirty of them; every third indicator is better when lower
RISING = [n for n in range(30) if n % 3 != 2]
FALLING = [n for n in range(30) if n % 3 == 2]


def _members(numbers: list[int], rising: bool) -> str:
    lines = []
    for n in numbers:
        low, high = 30 + n, 50 + n
        side, first, second = ("rate", high, low) if rising else ("delay", low, high)
        cuts = f"{side}_full: {first}, {side}_part: {second}"
        lines.append(f"    - {{member: i_{n}, {side}_weight: {WEIGHTS[n]}, {cuts}}}")
    return "\n".join(lines)


HEAD = f"""\
markscheme: 1
id: example/indicators
version: "1"
title: Thirty indicators
scales: {{rating: [weak, fair, good, excellent]}}
sets:
  rising:
{_members(RISING, True)}
  falling:
{_members(FALLING, False)}
inputs:
  rates: {{each: rising, type: number, decimals: 1, min: 0, max: 100, unit: "%", better: higher}}
  delays: {{each: falling, type: number, decimals: 1, min: 0, max: 100, unit: "%", better: lower}}
"""

BANDED = f"""\
{HEAD}measures:
  rate_points:
    each: rising
    type: number
    bands: {{of: rates, rows: [{{at_least: rate_full, is: 3}}, {{at_least: rate_part, is: 2}}, {{otherwise: 0}}]}}
  delay_points:
    each: falling
    type: number
    bands: {{of: delays, rows: [{{at_most: delay_full, is: 3}}, {{at_most: delay_part, is: 2}}, {{otherwise: 0}}]}}
  share:
    type: number
    better: higher
    formula: 100 * (sum(rate_points weighted by rate_weight) + sum(delay_points weighted by delay_weight)) / 150
  overall:
    scale: rating
    bands:
      of: share
      rows:
        - {{at_least: 80, is: excellent}}
        - {{at_least: 60, is: good}}
        - {{at_least: 40, is: fair}}
        - {{otherwise: weak}}
results: [share, overall]
"""

AVERAGED = f"""\
{HEAD}measures:
  rate: {{type: number, unit: "%", formula: mean(rates weighted by rate_weight)}}
  delay: {{type: number, unit: "%", formula: mean(delays weighted by delay_weight)}}
  saved: {{type: number, unit: "%", formula: 100 - delay}}
  both: {{type: number, unit: "%", formula: (rate + saved) / 2}}
  share: {{type: number, unit: "%", better: higher, formula: 'round(both, nearest 0.5, half_up)'}}
  overall:
    scale: rating
    bands:
      of: share
      rows:
        - {{at_least: 80, is: excellent}}
        - {{at_least: 60, is: good}}
        - {{at_least: 40, is: fair}}
        - {{otherwise: weak}}
results: [share, overall]
"""
