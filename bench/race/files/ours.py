"""markscheme: its own command, `markscheme rate`."""

from __future__ import annotations

import sys

from ..workloads import WORKLOADS


def main(workload: str, kind: str, source: str, target: str) -> None:
    from markscheme.cli import main as command

    allowed = ["--allow-rejects", str(10**9), "--rejects", f"{target}.rejects.csv"]
    sys.argv = ["markscheme", "rate", str(WORKLOADS[workload].rules), source, "-o", target, *allowed]
    try:
        command()
    except SystemExit as ended:
        if ended.code:
            raise
