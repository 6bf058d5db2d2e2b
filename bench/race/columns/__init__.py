"""A population in memory: columns in, a column of ratings out. Each peer is a module here, with a function that makes
a `Run` for a workload and its population, held in the column types that suit it best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from ..workloads import Outcomes, Population, Workload

Form = Literal["best", "float64"]  # levels, scores and scaled integers; or figures as float64

PEERS = {  # name: module, and the function in it
    "markscheme": ("ours", "run"),
    "markscheme, compiled": ("ours", "compiled"),
    "Polars": ("with_polars", "run"),
    "DuckDB SQL": ("with_duckdb", "run"),
    "NumPy, comparisons": ("with_numpy", "run"),
    "NumPy, tables gathered": ("gathered", "run"),
    "OpenFisca": ("with_openfisca", "run"),
    "C, plain loop": ("compiled", "plain"),
    "C, best loop": ("compiled", "best"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """`once` is what is timed; `read` makes of what it gives the place of each record's level, or `REJECTED`."""

    once: Callable[[], object]
    read: Callable[[object], Outcomes]
    types: str  # the column types, for people


def run(peer: str, workload: Workload, population: Population, form: Form) -> Run | None:
    """None where a peer has no such form. Raises ImportError where it is not installed."""
    module, function = PEERS[peer]
    made: Run | None = getattr(import_module(f".{module}", __name__), function)(workload, population, form)
    return made
