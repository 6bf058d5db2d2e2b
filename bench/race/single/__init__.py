"""One record at a time: a dict in, a level out, or None where the record is rejected. Each peer is a module here, with
a function that makes its rater for a workload; the module loads what it needs when asked for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from ..workloads import Workload

Record = Mapping[str, object]
Rate = Callable[[Record], object]  # a level as text or a whole number; None: rejected

PEERS = {  # name: module, and the function in it
    "markscheme": ("ours", "rater"),
    "hand-written Python": ("by_hand", "rater"),
    "datalogic-py": ("datalogic", "rater"),
    "zen-engine": ("zen", "rater"),
    "zen-engine, create_decision": ("zen", "rater_of_a_decision"),
    "CEL (common-expression-language)": ("cel", "rater"),
    "pyDMNrules": ("dmn", "rater"),
    "OpenFisca": ("openfisca", "rater"),
}


def rater(peer: str, workload: Workload) -> Rate:
    """Raises ImportError where the peer is not installed."""
    module, function = PEERS[peer]
    made: Rate = getattr(import_module(f".{module}", __name__), function)(workload)
    return made
