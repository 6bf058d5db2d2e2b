"""Who puts a record on the wrong side of a threshold: markscheme by each of its ways in, and each peer."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ..thresholds import Profile

Verdict = Callable[[Profile], str]  # met, not met or rejected

OURS = {  # name: module, and the function in it
    "markscheme, interpreter": ("ours", "interpreted"),
    "markscheme, one record": ("ours", "rated"),
    "markscheme, columns of decimals": ("ours", "columns_of_decimals"),
    "markscheme, columns of float64": ("ours", "columns_of_floats"),
    "markscheme, CSV": ("ours", "csv_file"),
    "markscheme, JSON Lines": ("ours", "json_file"),
    "markscheme, Parquet": ("ours", "parquet_file"),
}
PEERS = {
    "Python, floats": ("arithmetic", "python"),
    "NumPy, float64": ("arithmetic", "float64"),
    "NumPy, float32": ("arithmetic", "float32"),
    "Polars, Float64": ("arithmetic", "polars_floats"),
    "Polars, Decimal": ("arithmetic", "polars_decimals"),
    "DuckDB, DOUBLE": ("arithmetic", "duckdb_floats"),
    "DuckDB, DECIMAL": ("arithmetic", "duckdb_decimals"),
    "zen-engine": ("engines", "zen"),
    "datalogic-py": ("engines", "datalogic"),
    "CEL (common-expression-language)": ("engines", "cel"),
    "OpenFisca": ("engines", "openfisca"),
    "pyDMNrules": ("engines", "dmn"),
}


def verdict(who: str) -> Verdict:
    """Raises ImportError where it is not installed."""
    module, function = (OURS | PEERS)[who]
    found: Verdict = getattr(import_module(f".{module}", __name__), function)
    return found
