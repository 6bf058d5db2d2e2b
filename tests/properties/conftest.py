"""Says at the end of a run which guarantees are waived in writing, and so are not tested."""

from __future__ import annotations

import pytest
from methodologies import EVERY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for subject in EVERY:
        for waiver in subject.program.waivers:
            said = f"waived: {subject}: {waiver.guarantee} in {waiver.name}, because {waiver.because}"
            terminalreporter.write_line(said)
