"""Codes MS86x: what the boundary ledger finds at a threshold. `markscheme boundaries` shows them; `check` does not."""

from . import Code

_MEASURES = """\
measures:
  banded:
    scale: rating
    bands: {of: SCORE, rows: [{at_least: 80, is: good}, {at_least: 50, is: fair}, {otherwise: poor}]}
results: [banded]
inputs:
  score: {type: number, decimals: 1, min: 0, max: 100, unit: "%", better: higher}
"""

CODES: tuple[Code, ...] = (
    Code(
        "MS860",
        "rounding alone decides",
        "A value that a body can have lies halfway between two roundings, and half up and half down give different "
        "ratings.",
        "Most handbooks say that figures are rounded, and not which way halves go. 62.5 per cent was one of the "
        "attainable percentages of a framework whose bands were printed 39 to 62 and 63 to 87. A spreadsheet rounds it "
        "to 63, some programs to 62: the rating hangs on the tool.",
        _MEASURES.replace("SCORE", "'round(score, nearest 1, half_up)'"),
        _MEASURES.replace("SCORE", "score"),
        "warning",
    ),
)
