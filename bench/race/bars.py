"""What markscheme is held to: ratios to its peers in the same run. Knows only what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .measured import Measured, Measurement
from .thresholds import PROFILES

US = "markscheme"
COMPILED = "markscheme, compiled"  # columns of numbers, with the extra of that name
MOST_MEMORY = 500  # MiB
LINEAR = 1.25  # how much more a record may cost among many than among few, or for its size; what is not linear is more


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` must be at least `least`, or at most `most`. A `goal` lies beyond the bar."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None
    unit: str = "times as fast"
    goal: bool = False

    @property
    def met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def bars(measured: Measured) -> list[Bar]:
    """All that can be told from what was measured."""
    found = [*_one(measured), *_million(measured), *_files(measured), *_scaling(measured), *_thresholds(measured)]
    return [each for each in found if each is not None]


def _faster(it: Measurement, peer: str, least: float, what: str, goal: bool = False, we: str = US) -> Bar | None:
    if we not in it.seconds or peer not in it.seconds:
        return None
    return Bar(f"{what}, {it.workload}: {peer}", it.best(peer) / it.best(we), least, goal=goal)


def _one(measured: Measured) -> Iterator[Bar | None]:
    for it in measured.of("one"):
        for peer, least in (("hand-written Python", 1), ("datalogic-py", 1.5), ("zen-engine", 15)):
            yield _faster(it, peer, least, "one record")


def _million(measured: Measured) -> Iterator[Bar | None]:
    for we, how in ((US, "columns"), (COMPILED, "columns, compiled")):
        for it in measured.of("million"):
            figures = it.form == "float64"
            peers = 5.0 if it.workload != "W3" else 1.0 if figures else 1.5
            what = f"{how}{', float64' if figures else ''}"
            for peer in ("Polars", "DuckDB SQL"):
                yield _faster(it, peer, peers, what, we=we)
            if it.workload != "W3":
                yield _faster(it, "NumPy, tables gathered", 1, what, we=we)
                yield _faster(it, "C, best loop", 0.06, what, we=we)
            elif figures:
                yield _faster(it, "C, best loop", 0.5, what, we=we)
            yield _faster(it, "C, best loop", 0.5, what, goal=True, we=we)


def _files(measured: Measured) -> Iterator[Bar | None]:
    for it in measured.of("files"):
        if it.form == "csv":
            yield _faster(it, "Polars", 1 / 1.5, "CSV to CSV")
        else:
            least = 1 if it.workload in ("W1", "W2") else 1 / 1.2
            for peer in ("Polars", "DuckDB SQL"):
                yield _faster(it, peer, least, "Parquet to Parquet")
        if US in it.memory:
            yield Bar(f"memory, {it.form}, {it.workload}", it.memory[US], most=MOST_MEMORY, unit="MiB")


def _scaling(measured: Measured) -> Iterator[Bar | None]:
    for it in measured.of("scaling"):
        steps = [min(seconds) for seconds in it.seconds.values()]
        if len(steps) == 3:
            allowed = LINEAR * (16 if it.form == "size" else 1)
            what = "16 times the methodology" if it.form == "size" else "16 times the records"
            yield Bar(
                f"cost of a record, {it.workload}, {what}", steps[2] / steps[0], most=allowed, unit="times the cost"
            )


def _thresholds(measured: Measured) -> Iterator[Bar | None]:
    if measured.verdicts:
        right = {each.name: each.right for each in PROFILES}
        for who, said in measured.verdicts.ours.items():
            wrong = sum(word not in right[name] for name, word in said.items())
            yield Bar(f"thresholds, {who}", wrong, most=0, unit=f"of {len(said)} misrated")
