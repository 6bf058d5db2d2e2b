"""One record at a time: a dict in, a level out, or None where the record is rejected. Each peer is a module here, with
a function that makes for a workload what goes through records; the module loads what it needs when asked for one.

It goes through them itself so that nobody is charged for a call that only the benchmark would need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from ..workloads import Workload

Record = Mapping[str, object]
Rate = Callable[[Sequence[Record]], list[object]]  # levels as text or whole numbers; None: rejected

PEERS = {  # name: module, and the function in it
    "markscheme": ("ours", "rates"),
    "hand-written Python": ("by_hand", "rates"),
    "datalogic-py": ("datalogic", "rates"),
    "zen-engine": ("zen", "rates"),
    "zen-engine, create_decision": ("zen", "rates_by_a_decision"),
    "CEL (common-expression-language)": ("cel", "rates"),
    "pyDMNrules": ("dmn", "rates"),
    "OpenFisca": ("openfisca", "rates"),
}


def rates(peer: str, workload: Workload) -> Rate:
    """Raises ImportError where the peer is not installed."""
    module, function = PEERS[peer]
    made: Rate = getattr(import_module(f".{module}", __name__), function)(workload)
    return made
