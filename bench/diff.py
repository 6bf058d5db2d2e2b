"""How long it takes to compare two versions over a population, beside rating it once by `markscheme rate`.

    python bench/diff.py                       100,000 records
    python bench/diff.py --records 1000000     as the bar says
    python bench/diff.py --alike               scores in whole numbers, so that many records are alike

A small methodology, its revision (a threshold and two rules changed), and records made up from a seed: scores of six
decimals, so that no two are alike and what is remembered of one serves no other. Each pass is a process of its own, the
two in turn; processor seconds tell what the work is where other things run at the same time. What the comparison says
is held against the two files that `rate` writes for the old and for the new version, over the first records.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from time import perf_counter

import click

BAR = 2.5  # rating passes, of issue 5
CHECKED = 10_000  # records rated twice and compared, to be sure

OLD = """\
markscheme: 1
id: example/inspected-bodies
version: "1"
title: Inspected bodies
scales:
  rating: [inadequate, requires_improvement, good, outstanding]
  level: [1, 2, 3, 4]
  standing: [weak, adequate, strong]
inputs:
  score: {title: Score, type: number, decimals: 6, min: 0, max: 100, better: higher, unit: "%"}
  leadership: {scale: level, absent: {not_assessed: skip}}
  finance: {scale: level}
  breach: {type: yes_no, better: "no"}
measures:
  quality:
    scale: rating
    bands:
      of: round(score, nearest 1, half_up)
      rows: [{at_least: 88, is: outstanding}, {at_least: 63, is: good}, {at_least: 39, is: requires_improvement},
        {otherwise: inadequate}]
  management:
    scale: standing
    absent: {not_assessed: unrated}
    rules:
      - {when: leadership is 1 or finance is 1, then: weak}
      - {when: leadership is at least 3 and finance is at least 3, then: strong}
      - {otherwise: adequate}
  overall:
    scale: rating
    absent: {unrated: unrated}
    rules:
      - {when: quality is inadequate or management is weak, then: inadequate}
      - {when: quality is outstanding and management is strong, then: outstanding}
      - {when: quality is at least good and management is at least adequate, then: good}
      - {otherwise: requires_improvement}
    limits:
      - {when: breach is yes, at_most: requires_improvement, because: it is in breach of a condition}
results: [overall, quality, management]
"""
EDITS = (
    ('version: "1"\n', 'version: "2"\nsupersedes: {version: "1"}\n'),
    ("{at_least: 63, is: good}", "{at_least: 65, is: good}"),
    ("finance is at least 3, then: strong", "finance is at least 2, then: strong"),
    ("quality is inadequate or management is weak", "quality is inadequate and management is weak"),
)


def new() -> str:
    text = OLD
    for old, replaced in EDITS:
        assert text.count(old) == 1, old
        text = text.replace(old, replaced)
    return text


def write(path: Path, count: int, alike: bool) -> None:
    """Records from a seed, most of them middling."""
    random = Random(20)
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "score", "leadership", "finance", "breach", "region"])
        for number in range(count):
            score = min(max(random.gauss(65, 15), 0), 100)
            leadership, finance = random.choices(["1", "2", "3", "4", "not_assessed"], [5, 25, 50, 15, 5], k=2)
            finance = "3" if finance == "not_assessed" else finance
            breach = random.choices(["no", "yes"], [9, 1])[0]
            cells = [f"{score:.0f}" if alike else f"{score:.6f}", leadership, finance, breach]
            rows.writerow([f"B{number:07}", *cells, random.choice(["North", "South", "East", "West"])])


def timed(*command: str) -> tuple[float, float, float]:
    """Processor seconds, wall seconds and the most memory in MB, of a process that must end well."""
    start = perf_counter()
    process = subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} fails")
    return used.ru_utime + used.ru_stime, perf_counter() - start, used.ru_maxrss / 1024


def survey(old: str, revised: str, data: str, tables: str) -> None:
    """The pass that is timed: what `markscheme diff --data` does beside the proofs. Writes who stands where."""
    from markscheme.data import open_rows
    from markscheme.diff.edits import Revised
    from markscheme.diff.responsible import Responsible
    from markscheme.diff.survey import survey
    from markscheme.diff.version import opened

    one, other = opened(old), opened(revised)
    responsible = Responsible(Revised(one, other)).of
    with open_rows(data) as rows:
        found = survey(one.program, other.program, rows, "id", groups=["region"], responsible=responsible)
    with Path(tables).open("w", newline="") as file:
        writer = csv.writer(file)
        for each in found.transitions:
            for (row, column), count in each.counts.items():
                writer.writerow([each.pair.new[0], each.rows[row].name, each.columns[column].name, count])
    with Path(f"{tables}.told").open("w") as file:
        file.write(f"{found.records:,} records, {found.moved_records:,} move\n")
        for cause in found.causes:
            file.write(f"{cause.count:>9,}  {', '.join(edit.part for edit in cause.edits) or 'not known'}\n")


def checked(folder: Path, versions: tuple[str, str], data: Path) -> None:
    """Holds the comparison of the first records against what `rate` says of them, version by version."""
    few, tables = folder / "few.csv", folder / "few-tables.csv"
    with data.open() as all_of_them, few.open("w") as file:
        for _, line in zip(range(CHECKED + 1), all_of_them, strict=False):
            file.write(line)
    rated = []
    for number, version in enumerate(versions):
        timed("-m", "markscheme", "rate", version, str(few), "--id", "id", "-o", str(folder / f"{number}.csv"))
        with (folder / f"{number}.csv").open(newline="") as file:
            rated.append(list(csv.DictReader(file)))
    timed(__file__, "--survey", *versions, str(few), str(tables))
    names = ("overall", "quality", "management")
    plainly = Counter((name, a[name], b[name]) for a, b in zip(*rated, strict=True) for name in names)
    with tables.open(newline="") as file:
        said = Counter({(name, row, column): int(count) for name, row, column, count in csv.reader(file)})
    if plainly != said:
        sys.exit(f"the comparison says something else than rating twice:\n{said - plainly}\n{plainly - said}")
    print(f"the first {len(rated[0]):,} records: as rating them by each version says")


@click.command(help=__doc__)
@click.option("--records", default=100_000)
@click.option("--rounds", default=1, help="How often the two passes are run, in turn.")
@click.option("--alike", is_flag=True, help="Few kinds of records.")
def main(records: int, rounds: int, alike: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "old.yaml").write_text(OLD)
        (folder / "new.yaml").write_text(new())
        versions = (str(folder / "old.yaml"), str(folder / "new.yaml"))
        data, tables = folder / "data.csv", folder / "tables.csv"
        write(data, records, alike)
        checked(folder, versions, data)
        rating = ("-m", "markscheme", "rate", versions[1], str(data), "--id", "id", "-o", str(folder / "rated.csv"))
        comparing = (__file__, "--survey", *versions, str(data), str(tables))
        print(f"{records:,} records{'':30}processor s     wall s         MB", flush=True)
        total = {"rate": 0.0, "compare": 0.0}
        for _ in range(rounds):
            for name, command in (("rate", rating), ("compare", comparing)):
                processor, wall, memory = timed(*command)
                total[name] += processor
                print(f"{name:45}{processor:11.1f}{wall:11.1f}{memory:11.0f}", flush=True)
        print(Path(f"{tables}.told").read_text(), end="")
        ratio = total["compare"] / total["rate"]
        print(f"comparing costs {ratio:.2f} rating passes; at most {BAR}: {'met' if ratio <= BAR else 'NOT met'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--survey"]:
        survey(*sys.argv[2:])
    else:
        main()
