"""What was measured, as text for a terminal and as docs/benchmarks.md with its plot. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from . import chart
from .bars import MOST_MEMORY, US, Bar, bars
from .measured import Measured, Measurement, Verdicts
from .thresholds import PROFILES
from .workloads import BAD_IN, WORKLOADS

TEMPLATE = Path(__file__).parent / "benchmarks.template.md"
DOCS = Path(__file__).parent.parent.parent / "docs"
Rows = Sequence[Sequence[str]]


def write(measured: Measured, folder: Path = DOCS) -> None:
    (folder / "benchmarks.md").write_text(as_markdown(measured))
    (folder / "benchmarks.svg").write_text(chart.drawn(measured))


# --- figures ---------------------------------------------------------------------------------------------------------


def time(seconds: float) -> str:
    """With three figures, in the unit that suits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size or unit == "ns":
            value = seconds / size
            return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"
    raise AssertionError


def ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _figure(bar: Bar, value: float) -> str:
    """Ratios with three figures, what is counted in whole numbers."""
    return ratio(value) if bar.unit.startswith("times") else f"{value:,.0f}"


def _limit(bar: Bar) -> str:
    most = 0 if bar.most is None else bar.most
    return f"at least {_figure(bar, bar.least)}" if bar.least is not None else f"at most {_figure(bar, most)}"


def _met(bar: Bar) -> str:
    return ("reached" if bar.met else "not reached") if bar.goal else ("met" if bar.met else "**not met**")


# --- tables ----------------------------------------------------------------------------------------------------------


def _times(it: Measurement) -> Iterator[Sequence[str]]:
    """Fastest first; how much longer than markscheme each takes."""
    for peer in sorted(it.seconds, key=it.best):
        beside = ratio(it.best(peer) / it.best(US)) if US in it.seconds else ""
        row = [peer, time(it.best(peer)), time(it.median(peer)), beside]
        if it.memory:
            row.append(f"{it.memory.get(peer, 0):,.0f}")
        yield [*row, it.about.get(peer, "")]
    for peer in it.skipped:
        yield [peer, "", "", "", *([""] if it.memory else []), "skipped: not installed"]


def _headings(it: Measurement) -> Sequence[str]:
    what = "a record" if it.part == "one" else f"{it.records:,} records"
    return ["", what, "median round", "beside markscheme", *(["MiB at most"] if it.memory else []), "on"]


def _bar_rows(found: Sequence[Bar]) -> Rows:
    return [[each.what, f"{_figure(each, each.value)} {each.unit}", _limit(each), _met(each)] for each in found]


BAR_HEADINGS = ["", "measured", "bar", ""]
STEPS = ["1 times", "4 times", "16 times"]


def _steps(measured: Measured, form: str) -> Rows:
    return [
        [it.workload, *(time(min(seconds)) for seconds in it.seconds.values())]
        for it in measured.of("scaling")
        if it.form == form
    ]


def _verdict_rows(said: Verdicts) -> Rows:
    right = {each.name: each.right for each in PROFILES}
    sent = {each.name for each in PROFILES if each.sent}
    rows = []
    for who, words in {**said.ours, **said.peers}.items():
        wrong = [name for name, word in words.items() if word not in right[name]]
        kept, as_sent = [name for name in wrong if name not in sent], [name for name in wrong if name in sent]
        rows.append(
            [
                who,
                f"{len(kept)} of {len(words) - len(sent)}",
                f"{len(as_sent)} of {len(sent)}",
                ", ".join(wrong) or "none",
            ]
        )
    return rows + [[who, "", "", "skipped: not installed"] for who in said.skipped]


VERDICT_HEADINGS = ["", "misrates", "and, as sent", "which"]


# --- the terminal ----------------------------------------------------------------------------------------------------


def as_text(measured: Measured) -> str:
    lines = [measured.machine, ""]
    for it in measured.measurements.values():
        if it.part == "scaling":
            steps = ", ".join(f"{name} {time(min(seconds))}" for name, seconds in it.seconds.items())
            lines.append(f"cost of a record {it.workload}, by {it.form}: {steps}")
            continue
        lines += [f"{it.part} {it.workload} {it.form}", *_columns([_headings(it), *_times(it)]), ""]
    if measured.verdicts:
        lines += ["", "thresholds", *_columns([VERDICT_HEADINGS, *_verdict_rows(measured.verdicts)]), ""]
    found = bars(measured)
    lines += _columns([BAR_HEADINGS, *_bar_rows(found)])
    return "\n".join(lines).replace("**", "")


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


# --- the page --------------------------------------------------------------------------------------------------------


def _table(headings: Sequence[str], rows: Rows) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def as_markdown(measured: Measured) -> str:
    """The prose of `benchmarks.template.md` with the tables in their places."""
    found = bars(measured)
    kept, beyond = [each for each in found if not each.goal], [each for each in found if each.goal]
    said = measured.verdicts or Verdicts({}, {})
    filled = Template(TEMPLATE.read_text()).substitute(
        machine=measured.machine,
        versions=", ".join(f"{name} {version}" for name, version in measured.versions.items()),
        workloads="\n".join(
            f"- **{each.name}**: {each.title} ([its rules](../bench/workloads/{each.rules.name}))."
            for each in WORKLOADS.values()
        ),
        bad=f"{BAD_IN:,}",
        met=f"{sum(each.met for each in kept)} of {len(kept)}",
        bars=_table(BAR_HEADINGS, _bar_rows(kept)),
        goals=_table(BAR_HEADINGS, _bar_rows(beyond)),
        one=_sections(measured.of("one")),
        million=_sections(measured.of("million")),
        files=_sections(measured.of("files")),
        memory=f"{MOST_MEMORY} MiB",
        records=_table(["records", *STEPS], _steps(measured, "records")),
        size=_table(["size", *STEPS], _steps(measured, "size")),
        verdicts=_table(VERDICT_HEADINGS, _verdict_rows(said)),
        profiles=_table(["profile", "values", "rule", "right"], _profile_rows()),
    )
    return filled.rstrip() + "\n"


def _sections(measurements: Sequence[Measurement]) -> str:
    forms = {"float64": ", figures as float64", "parquet": ", Parquet to Parquet", "csv": ", CSV to CSV", "best": ""}
    return "\n".join(
        f"### {it.workload}{forms[it.form]}\n\n{_table(_headings(it), list(_times(it)))}" for it in measurements
    )


def _profile_rows() -> Rows:
    return [
        [each.name, " ".join(each.given.values()), f"{each.formula} is {each.sign} {each.cut}", " or ".join(each.right)]
        for each in PROFILES
    ]
