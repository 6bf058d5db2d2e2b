"""markscheme as a service would call it: no trace, the one result by its name."""

from __future__ import annotations

from collections.abc import Sequence

from markscheme import Reject, load

from ..workloads import Workload
from . import Rate, Record


def rates(workload: Workload) -> Rate:
    methodology = load(str(workload.rules))

    def rated(records: Sequence[Record]) -> list[object]:
        rate, found = methodology.rate, list[object]()
        for record in records:
            result = rate(record)
            found.append(None if isinstance(result, Reject) else result.outcome["overall"])
        return found

    return rated
