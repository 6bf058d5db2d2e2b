"""One record at a time: a dict in, a level out, or None where the record is rejected. Each peer is a module here, with
a function that makes its rater for a workload; the module loads what it needs when asked for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from ..workloads import Workload

Record = Mapping[str, object]
Rate = Callable[[Record], object]  # a level as text or a whole number; None: rejected

PEERS = {  # name: module
    "markscheme": "ours",
    "hand-written Python": "by_hand",
    "datalogic-py": "datalogic",
    "zen-engine": "zen",
    "CEL (common-expression-language)": "cel",
    "pyDMNrules": "dmn",
    "OpenFisca": "openfisca",
}


def rater(peer: str, workload: Workload) -> Rate:
    """Raises ImportError where the peer is not installed."""
    made: Rate = import_module(f".{PEERS[peer]}", __name__).rater(workload)
    return made
