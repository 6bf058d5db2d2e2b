"""What was measured, as it is kept beside the benchmark in `speed.json`. Measures nothing and draws nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

KEPT = Path(__file__).parent.parent / "speed.json"
Part = Literal["one", "million", "files", "scaling", "thresholds"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Of one part and one workload, all peers in the same run.

    `seconds` of each peer are of its rounds: for a record (`one`), for all `records` (`million`, `files`), or for a
    record at each step (`scaling`). `about` says something of a peer: its column types, or why it had fewer records;
    `skipped` why it was not there. `memory` is in MiB.
    """

    part: Part
    workload: str
    form: str
    records: int
    seconds: Mapping[str, list[float]] = field(default_factory=dict)
    memory: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.part}/{self.workload}/{self.form}"

    def best(self, peer: str) -> float:
        return min(self.seconds[peer])

    def median(self, peer: str) -> float:
        return median(self.seconds[peer])


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What each of markscheme's ways in, and each peer, says of each profile; and who was not there."""

    ours: Mapping[str, Mapping[str, str]]
    peers: Mapping[str, Mapping[str, str]]
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything, with the machine and the versions that it was measured on."""

    machine: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    verdicts: Verdicts | None = None

    def of(self, part: Part) -> list[Measurement]:
        return [each for each in self.measurements.values() if each.part == part]

    def find(self, part: Part, workload: str, form: str) -> Measurement | None:
        return self.measurements.get(f"{part}/{workload}/{form}")


def kept(path: Path = KEPT) -> Measured:
    """What was measured before; nothing where there is no such file."""
    if not path.exists():
        return Measured()
    raw = json.loads(path.read_text())
    found = {key: Measurement(**each) for key, each in raw["measurements"].items()}
    verdicts = Verdicts(**raw["verdicts"]) if raw["verdicts"] else None
    return Measured(raw["machine"], raw["versions"], found, verdicts)


def keep(measured: Measured, path: Path = KEPT) -> None:
    """Seconds to four figures: more would only be noise to read."""
    raw = asdict(measured)
    for each in raw["measurements"].values():
        each["seconds"] = {peer: [float(f"{it:.4g}") for it in seconds] for peer, seconds in each["seconds"].items()}
        each["memory"] = {peer: round(memory) for peer, memory in each["memory"].items()}
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n")
