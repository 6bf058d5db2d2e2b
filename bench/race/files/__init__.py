"""Files in, files out, each peer in a process of its own: how long it takes, and the most memory it holds.

`written` makes the data, `once` runs a peer over it; what a peer does is in the module of its name, and `worker` is the
process. All write the row number and the rating; of rejected records no rating, or no row.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

Kind = Literal["parquet", "csv"]
BENCH = Path(__file__).parent.parent.parent

PEERS = {"markscheme": "ours", "Polars": "with_polars", "DuckDB SQL": "with_duckdb"}  # name: module


@dataclass(frozen=True, slots=True)
class Took:
    """Wall seconds from the start of the process to its end, processor seconds, and the most memory in MiB."""

    seconds: float
    processor: float
    memory: float


def _process(*arguments: str) -> Took:
    """A process of `worker`; its last line on stderr is the most memory that it held."""
    command = [sys.executable, "-W", "ignore", "-m", "race.files.worker", *arguments]
    start = perf_counter()
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as people have it: what is compiled once is not compiled again
    with subprocess.Popen(command, cwd=BENCH, stderr=subprocess.PIPE, text=True, env=environment) as it:
        assert it.stderr is not None
        said = it.stderr.read()
        _, status, used = os.wait4(it.pid, 0)
        it.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - start
    if it.returncode:
        raise RuntimeError(f"{' '.join(arguments)} fails:\n{said}")
    return Took(seconds, used.ru_utime + used.ru_stime, int(said.rsplit(None, 1)[-1]) / 1024)


def written(workload: str, kind: Kind, count: int, target: Path) -> None:
    _process("written", workload, kind, str(count), str(target))


def once(peer: str, workload: str, kind: Kind, source: Path, target: Path) -> Took:
    return _process(PEERS[peer], workload, kind, str(source), str(target))


def compared(workload: str, kind: Kind, count: int, target: Path) -> str:
    """What is wrong with the ratings that a peer has written, or nothing."""
    try:
        _process("compared", workload, kind, str(count), str(target))
    except RuntimeError as error:
        return str(error)
    return ""
