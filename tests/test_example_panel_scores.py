"""The example of panel scores: each command of its README prints what stands below it. Knows nothing of the rules."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.DOTALL)


def test_its_readme_prints_what_it_shows() -> None:
    blocks = BLOCK.findall((ROOT / "examples" / "panel-scores" / "README.md").read_text(encoding="utf-8"))
    assert len(blocks) == 3
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command, shown in blocks:
        ran = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout) == (0, shown), ran.stderr
