"""One process of one peer: `python -m race.files.worker PEER WORKLOAD KIND SOURCE TARGET`. Ends by saying on stderr how
many KiB it held at most."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def most_memory() -> int:
    """Of this process since it began its program, in KiB; what the system tells a parent may be the parent's own."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    try:
        import_module(f".{sys.argv[1]}", __package__).main(*sys.argv[2:])
    finally:
        print(most_memory(), file=sys.stderr)
