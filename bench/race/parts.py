"""The parts of the benchmark: each runs its peers on the same work in turn, holds every result against what it must be,
and only then tells what it took."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from markscheme import Methodology

from . import columns, exact, files, scaled, single
from .bars import US
from .columns import Form
from .measured import Measurement, Verdicts
from .rounds import in_turn
from .thresholds import PROFILES
from .workloads import REJECTED, Outcomes, Workload

INTERPRETED = 1_000  # records that the interpreter rates, too
SEED = 3

Say = Callable[[str], None]


class Disagreement(Exception):
    """A peer, or markscheme, says something else than the rest."""


def _agreed(who: str, found: Outcomes, right: Outcomes) -> None:
    other = np.flatnonzero(found != right)
    if len(other):
        first = int(other[0])
        message = f"{who}: {len(other)} of {len(right)} results differ, first record {first + 1}: "
        raise Disagreement(f"{message}{found[first]}, not {right[first]}")


def _places(results: list[object], levels: tuple[str, ...]) -> Outcomes:
    return np.array([REJECTED if each is None else levels.index(str(each)) for each in results], np.uint8)


def interpreted(workload: Workload, count: int = INTERPRETED) -> None:
    """Holds the reference that all are held to against markscheme's interpreter."""
    from markscheme import load
    from markscheme.intake import Intake
    from markscheme.interpret import interpret

    program = load(str(workload.rules)).program
    intake, population = Intake(program), workload.population(count, SEED)
    found = np.full(count, REJECTED, np.uint8)
    for row, record in enumerate(workload.records(population)):
        taken = intake.nested(record)
        if not isinstance(taken, tuple):
            found[row] = interpret(program, taken).outcomes["overall", ()].value
    _agreed(f"the interpreter on {workload.name}", found, population.outcomes)


# --- one record ------------------------------------------------------------------------------------------------------


def one(workload: Workload, count: int, rounds: int, patience: float, say: Say) -> Measurement:
    """Seconds for a record. A peer that would take longer than `patience` seconds has fewer of them, and one round."""
    population = workload.population(count, SEED)
    records, skipped, about = workload.records(population), {}, {}
    runs: dict[str, Callable[[], object]] = {}
    lasts: dict[str, list[float]] = {}
    spoilt = workload.spoilt()
    for peer in single.PEERS:
        try:
            rates = single.rates(peer, workload)
        except ImportError as error:
            skipped[peer] = str(error)
            continue
        who = f"{peer} on {workload.name}"
        first = rates(records[:10])  # some prepare themselves as they go
        _agreed(who, _places(first, workload.levels), population.outcomes[:10])
        start = perf_counter()
        rates(records[10:20])
        each = (perf_counter() - start) / 10
        tried = spoilt[:: max(1, int(len(spoilt) * each / patience * 2))]
        for record, level in zip(tried, rates(tried), strict=True):
            if level is not None:
                raise Disagreement(f"{who}: it rates {record}")
        most = min(count, max(20, int(patience / each)))
        if most < count:
            about[peer] = f"{most:,} records, once"
            say(f"  {peer}: {most:,} records, once")
        start = perf_counter()
        found = rates(records[:most])
        lasts[peer] = [(perf_counter() - start) / most]
        _agreed(who, _places(found, workload.levels), population.outcomes[:most])
        if most == count:
            runs[peer] = partial(rates, records)
    taken = {peer: [it / count for it in seconds] for peer, seconds in in_turn(runs, rounds).items()}
    return Measurement("one", workload.name, "best", count, lasts | taken, about=about, skipped=skipped)


# --- a population in memory ------------------------------------------------------------------------------------------


def million(workload: Workload, form: Form, count: int, rounds: int, say: Say) -> Measurement:
    """Seconds for all the records."""
    population = workload.population(count, SEED)
    runs: dict[str, Callable[[], object]] = {}
    about, skipped = {}, {}
    for peer in columns.PEERS:
        try:
            run = columns.run(peer, workload, population, form)
        except ImportError as error:
            skipped[peer] = str(error)
            continue
        if run is None:
            continue
        _agreed(f"{peer} on {workload.name}", run.read(run.once()), population.outcomes)
        about[peer] = run.types
        runs[peer] = run.once
    taken = in_turn(runs, rounds)
    return Measurement("million", workload.name, form, count, taken, about=about, skipped=skipped)


# --- files -----------------------------------------------------------------------------------------------------------


def through_files(
    workload: Workload, kind: files.Kind, count: int, rounds: int, folder: Path | None, say: Say
) -> Measurement:
    """Seconds for all the records, from the start of the process to its end, and the most memory in MiB."""
    with _folder(folder) as at:
        source, target = at / f"{workload.name}.{kind}", at / f"{workload.name}.out.{kind}"
        files.written(workload.name, kind, count, source)
        say(f"  {workload.name}.{kind}: {source.stat().st_size / 1e6:,.0f} MB")
        skipped: dict[str, str] = {}
        memory: dict[str, float] = {}
        for peer in files.PEERS:  # once for the results, and so that all find the file in the system's memory
            try:
                files.once(peer, workload.name, kind, source, target)
            except RuntimeError as error:
                if "ModuleNotFoundError" not in str(error):
                    raise
                skipped[peer] = "not installed"
                continue
            if wrong := files.compared(workload.name, kind, count, target):
                raise Disagreement(f"{peer} on {source.name}: {wrong}")
        peers = [peer for peer in files.PEERS if peer not in skipped]
        taken: dict[str, list[float]] = {peer: [] for peer in peers}
        for _ in range(rounds):
            for peer in peers:
                took = files.once(peer, workload.name, kind, source, target)
                taken[peer].append(took.seconds)
                memory[peer] = max(memory.get(peer, 0.0), took.memory)
        return Measurement("files", workload.name, kind, count, taken, memory, skipped=skipped)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=given) as place:
        yield Path(place)


# --- cost -------------------------------------------------------------------------------------------------------------

STEPS = (1, 4, 16)
FEWER = 10  # one by one only one record in so many is rated


def _one_by_one(methodology: Methodology, records: Sequence[dict[str, object]]) -> list[object]:
    return [methodology.rate(record).outcome["overall"] for record in records]


def scaling(records: int, rounds: int, say: Say) -> list[Measurement]:
    """Seconds for a record, one by one and in columns, of 1, 4 and 16 times the records and of that size."""
    from markscheme import load
    from markscheme.columns import compiled

    compiled.joining = compiled.Joining(None)  # lest some of them were rated by loops that others were rated without
    found = []
    with tempfile.TemporaryDirectory() as folder:

        def program(size: int) -> Methodology:
            path = Path(folder) / f"{size}.yaml"
            path.write_text(scaled.rule_file(size))
            return load(str(path))

        for form in ("records", "size"):
            alone: dict[str, Callable[[], object]] = {}
            tables: dict[str, Callable[[], object]] = {}
            counts: dict[str, int] = {}
            for step in STEPS:
                size, count = (step, records) if form == "size" else (1, records * step)
                methodology, few = program(size), count // FEWER
                made, table = scaled.records(size, few), scaled.table(size, count)
                name = f"{step} times"
                counts[name] = count
                alone[name] = partial(_one_by_one, methodology, made)
                tables[name] = partial(methodology.rate_table, table)
                alone[name](), tables[name]()
            for what, runs, share in (("one by one", alone, FEWER), ("in columns", tables, 1)):
                taken = in_turn(runs, rounds)
                per = {name: [it * share / counts[name] for it in seconds] for name, seconds in taken.items()}
                found.append(Measurement("scaling", what, form, records, per))
    return found


# --- thresholds -------------------------------------------------------------------------------------------------------


def thresholds(say: Say) -> Verdicts:
    """What each says of each profile."""
    skipped: dict[str, str] = {}

    def said(names: Mapping[str, object]) -> dict[str, dict[str, str]]:
        found = {}
        for who in names:
            try:
                verdict = exact.verdict(who)
                found[who] = {profile.name: verdict(profile) for profile in PROFILES}
            except ImportError as error:
                skipped[who] = str(error)
        return found

    return Verdicts(said(exact.OURS), said(exact.PEERS), skipped)


__all__ = ["US", "Disagreement", "interpreted", "million", "one", "scaling", "thresholds", "through_files"]
