"""What the benchmark ran on: the machine, and the versions of the peers."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "markscheme",
    "numpy",
    "pyarrow",
    "polars",
    "duckdb",
    "zen-engine",
    "datalogic-py",
    "common-expression-language",
    "OpenFisca-Core",
    "pyDMNrules",
)


def machine() -> str:
    """Processor, cores and Python, in a line."""
    model = platform.machine()
    known = Path("/proc/cpuinfo")
    if known.exists():
        names = [line.partition(":")[2].strip() for line in known.read_text().splitlines() if line[:10] == "model name"]
        model = f"{names[0]} ({model})" if names else model
    return f"{os.cpu_count()} cores, {model}, {platform.system()}, Python {platform.python_version()}"


def versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    try:
        said = subprocess.run([os.environ.get("CC", "cc"), "--version"], capture_output=True, text=True, check=False)
        found["C compiler"] = said.stdout.splitlines()[0].strip() if said.stdout else "unknown"
    except FileNotFoundError:
        pass
    return found
