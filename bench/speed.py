"""How fast markscheme is beside its peers, on the same work in the same run, and who puts a record on the wrong side of
a threshold. All results are compared, and held against the interpreter's, before a number is printed.

\b
    python bench/speed.py --quick        a few minutes; writes nothing
    python bench/speed.py                all of it, half an hour: writes bench/speed.json, docs/benchmarks.md and .svg
    python bench/speed.py --part files   one part; the others stay as they were kept
    python bench/speed.py --render       the page and its plot again, from what was kept

Install the peers with `pip install -e '.[bench]'`; those that are not there are skipped, and said to be. Ratios are of
the best rounds. What markscheme is held to stands in bench/race/bars.py; the exit status is 1 where a bar is not met.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click
from race import page, parts
from race.bars import bars
from race.measured import KEPT, Measured, Measurement, keep, kept
from race.versions import machine, versions
from race.workloads import WORKLOADS

PARTS = ("one", "million", "files", "scaling", "thresholds")


def measured(
    only: tuple[str, ...], chosen: tuple[str, ...], quick: bool, records: int | None, folder: Path | None
) -> Measured:
    """Runs what was asked for."""

    def say(text: str) -> None:
        click.echo(text, err=True)

    found: list[Measurement] = []
    verdicts = None
    rounds = 3 if quick else 21
    for name in only:
        workload = WORKLOADS[name]
        if {"one", "million", "files"} & set(chosen):
            say(f"{name}: {workload.title}")
            parts.interpreted(workload, 200 if quick else parts.INTERPRETED)
        if "one" in chosen:
            found.append(parts.one(workload, records or (1_000 if quick else 10_000), rounds, 2 if quick else 10, say))
        if "million" in chosen:
            for form in ("best", "float64") if name == "W3" else ("best",):
                count = records or (100_000 if quick else 1_000_000)
                found.append(parts.million(workload, form, count, rounds, say))  # type: ignore[arg-type]
        if "files" in chosen:
            for kind in ("parquet", "csv"):
                count = records or (100_000 if quick else 10_000_000)
                found.append(parts.through_files(workload, kind, count, 1 if quick else 2, folder, say))  # type: ignore[arg-type]
    if "scaling" in chosen:
        say("cost")
        found += parts.scaling(10_000 if quick else 50_000, rounds, say)
    if "thresholds" in chosen:
        say("thresholds")
        verdicts = parts.thresholds(say)
    return Measured(machine(), versions(), {each.key: each for each in found}, verdicts)


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Fewer records and rounds; writes nothing.")
@click.option("--records", type=click.IntRange(1000), help="How many, in every part; writes nothing.")
@click.option("--keep", "writes", is_flag=True, help="Write even so; each table says how many records it is of.")
@click.option("--only", type=click.Choice(list(WORKLOADS)), multiple=True, help="Only this workload.")
@click.option("--part", "chosen", type=click.Choice(PARTS), multiple=True, help="Only this part.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where large files are put for a while.")
@click.option("--render", is_flag=True, help="Measure nothing; write the page again.")
def main(
    quick: bool,
    records: int | None,
    writes: bool,
    only: tuple[str, ...],
    chosen: tuple[str, ...],
    folder: Path | None,
    render: bool,
) -> None:
    before = kept()
    now = before
    if not render:
        try:
            now = measured(only or tuple(WORKLOADS), chosen or PARTS, quick, records, folder)
        except parts.Disagreement as error:
            sys.exit(f"results differ, so no times are told: {error}")
    click.echo(page.as_text(now))
    if writes or (not quick and records is None):
        whole = replace(
            now, measurements={**before.measurements, **now.measurements}, verdicts=now.verdicts or before.verdicts
        )
        if not render:
            keep(whole, KEPT)
        page.write(kept())  # what is kept is of four figures, and the page must be the same when it is written again
    sys.exit(not all(bar.met for bar in bars(now) if not bar.goal))


if __name__ == "__main__":
    main()
