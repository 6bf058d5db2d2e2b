"""How long `markscheme check` takes over all shipped rules: with nothing kept, with all kept, and each file alone.

    python bench/check.py            everything, some minutes
    python bench/check.py --alone    each file alone only

Each run is a process of its own with a cache folder of its own. Wall seconds are what one waits; processor seconds
tell what the work is where other things run at the same time.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

RULES = Path(__file__).parent.parent / "rules"
COLD, ALONE, WARM = 30.0, 5.0, 1.0  # seconds, of issue 4: on two cores


def timed(path: Path, cache: str) -> tuple[float, float]:
    """Wall and processor seconds of one check, those of the processes it starts among them. It must find no error."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "markscheme", "check", str(path)],
        env=os.environ | {"MARKSCHEME_CACHE": cache},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"`markscheme check {path}` fails:\n{done.stdout}{done.stderr}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def row(what: str, took: tuple[float, float], bar: float | None = None, cores: int = 1) -> None:
    """`cores`: how many the work is shared out among."""
    wall, processor = took
    met = ""
    if bar is not None:
        met = f"   under {bar:.0f} s: {'met' if wall < bar else 'NOT met'}"
        met += ", met where nothing else runs" if processor / cores < bar <= wall else ""
    print(f"{what:56}{wall:8.2f}{processor:11.2f}{met}", flush=True)


def main() -> None:
    print(f"{'':56}{'wall s':>8}{'processor s':>11}   load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if "--alone" not in sys.argv:
        with tempfile.TemporaryDirectory() as cache:
            row("all of rules/, nothing kept", timed(RULES, cache), COLD, 2)
            row("all of rules/, all kept", min(timed(RULES, cache) for _ in range(3)), WARM)
    alone = {}
    for path in sorted(each for each in RULES.rglob("*.yaml") if not each.name.endswith(".cases.yaml")):
        with tempfile.TemporaryDirectory() as cache:
            alone[path] = timed(path, cache)
        row(f"  {path.parent.name}/{path.name}", alone[path])
    slowest = max(alone, key=lambda each: alone[each])
    row(f"the slowest file alone, {slowest.parent.name}/{slowest.name}"[:55], alone[slowest], ALONE)


if __name__ == "__main__":
    main()
