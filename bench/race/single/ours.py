"""markscheme as a service would call it: no trace, the one result by its name."""

from __future__ import annotations

from markscheme import Reject, load

from ..workloads import Workload
from . import Rate, Record


def rater(workload: Workload) -> Rate:
    methodology = load(str(workload.rules))

    def rated(record: Record) -> object:
        result = methodology.rate(record)
        return None if isinstance(result, Reject) else result.outcome["overall"]

    return rated
