"""The benchmarks: that the reference is what markscheme says, that the peers here do the same work, and that the page
is what was measured. How fast anything is, is not tested."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from markscheme import Reject, load
from markscheme.cli import main

BENCH = Path(__file__).parent.parent / "bench"
sys.path.insert(0, str(BENCH))

from race import columns, page, scaled, single, thresholds  # noqa: E402
from race.bars import Bar, bars  # noqa: E402
from race.measured import Measured, Measurement, Verdicts, keep, kept  # noqa: E402
from race.parts import Disagreement, _agreed, interpreted  # noqa: E402
from race.workloads import FOLDER, REJECTED, WORKLOADS, cuts, final_ratings  # noqa: E402

EACH = list(WORKLOADS.values())
NAMES = list(WORKLOADS)
SLOW = {"pyDMNrules", "OpenFisca"}  # seconds to import, milliseconds a record
FORMS = [(each, "best") for each in EACH] + [(WORKLOADS["W3"], "float64")]


@pytest.mark.parametrize("workload", EACH, ids=NAMES)
def test_the_interpreter_says_what_the_reference_says(workload):
    interpreted(workload, 60)


def test_a_reference_that_is_wrong_is_found_out():
    with pytest.raises(Disagreement, match="1 of 2 results differ, first record 2: 3, not 1"):
        _agreed("somebody", np.array([1, 3], np.uint8), np.array([1, 1], np.uint8))


@pytest.mark.parametrize("workload", EACH, ids=NAMES)
def test_markscheme_rejects_what_is_spoilt(workload):
    methodology = load(str(workload.rules))
    spoilt = workload.spoilt()
    assert len(spoilt) >= 20
    assert all(isinstance(methodology.rate(record), Reject) for record in spoilt)


@pytest.mark.parametrize("peer", [peer for peer in single.PEERS if peer not in SLOW])
@pytest.mark.parametrize("workload", EACH, ids=NAMES)
def test_peers_rate_and_reject_the_same_records(workload, peer):
    rates = _there(lambda: single.rates(peer, workload))
    population = workload.population(200, 5)
    places = {level: place for place, level in enumerate(workload.levels)}
    found = [REJECTED if it is None else places[str(it)] for it in rates(workload.records(population))]
    assert found == population.outcomes.tolist()
    assert len(set(found)) >= 4, "the records show too little"
    assert all(level is None for level in rates(workload.spoilt()))


@pytest.mark.parametrize("peer", [peer for peer in columns.PEERS if peer not in SLOW])
@pytest.mark.parametrize(("workload", "form"), FORMS, ids=lambda it: getattr(it, "name", it))
def test_peers_rate_columns_alike(workload, form, peer):
    population = workload.population(12_000, 5)
    run = _there(lambda: columns.run(peer, workload, population, form))
    assert run.read(run.once()).tolist() == population.outcomes.tolist()
    assert (population.outcomes == REJECTED).sum() == 2


def test_cuts_and_rows_are_those_that_the_rule_file_tells_of():
    weights = [1, 2, 1, 3, 1, 2]
    for number, (name, cut) in enumerate(cuts().items(), 1):
        two = 250 + 13 * (7 * number % 30)
        three = two + 150 + 7 * (11 * number % 20)
        expected = (1000 - three, 1000 - two) if number % 3 == 0 else (three, two)
        assert (name, cut.weight, cut.three, cut.two) == (f"n{number:02}", weights[(number - 1) % 6], *expected)
    assert sum(cut.weight for cut in cuts().values()) * 3 == 150
    for place, rating in np.ndenumerate(final_ratings()):
        assert rating == min((2 * place[0] + place[1] + place[2] + 2) // 4, min(place) + 1)
    with (FOLDER / "w3-overall.csv").open(newline="") as file:
        assert len({tuple(row[:3]) for row in csv.reader(file)}) == 65


@pytest.mark.parametrize("workload", EACH, ids=NAMES)
def test_rule_files_are_checked(workload, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MARKSCHEME_CACHE", str(tmp_path))
    assert main(["check", str(workload.rules)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("profile", thresholds.PROFILES, ids=lambda profile: profile.name)
def test_no_profile_on_a_threshold_is_misrated(profile):
    from race.exact import arithmetic, ours

    assert ours.interpreted(profile) in profile.right
    assert ours.rated(profile) in profile.right
    assert arithmetic.python(profile) not in profile.right or profile.right == ("not met",), "it shows nothing"


@pytest.mark.parametrize("size", [1, 4])
def test_methodologies_of_any_size_rate(size, tmp_path):
    path = tmp_path / "scaled.yaml"
    path.write_text(scaled.rule_file(size))
    methodology = load(str(path))
    levels = {methodology.rate(record).outcome["overall"] for record in scaled.records(size, 30)}
    assert levels <= set(scaled.LEVELS)


def test_the_page_is_what_was_measured():
    """Whoever measures again commits the figures, the page and the plot together."""
    measured = kept()
    docs = BENCH.parent / "docs"
    if not measured.measurements:
        pytest.skip("nothing was measured yet")
    assert (docs / "benchmarks.md").read_text() == page.as_markdown(measured)
    assert (docs / "benchmarks.svg").read_text() == page.chart.drawn(measured)
    for part in ("one", "million", "files", "scaling"):
        assert measured.of(part), part


def test_measurements_are_kept_as_they_were(tmp_path):
    it = Measurement(
        "one", "W1", "best", 10, {"markscheme": [1.5e-6, 2e-6], "zen-engine": [3e-5]}, skipped={"x": "gone"}
    )
    measured = Measured("a machine", {"numpy": "2"}, {it.key: it}, Verdicts({"us": {"0.1 + 0.2": "met"}}, {}))
    keep(measured, tmp_path / "speed.json")
    assert kept(tmp_path / "speed.json") == measured
    assert kept(tmp_path / "none.json") == Measured()


def test_bars_are_met_or_not():
    fast = Measurement("one", "W1", "best", 10, {"markscheme": [1e-6], "zen-engine": [1.5e-5], "datalogic-py": [1e-6]})
    verdicts = Verdicts({"markscheme, CSV": {"0.1 + 0.2": "not met"}}, {})
    found = {bar.what: bar for bar in bars(Measured("", {}, {fast.key: fast}, verdicts))}
    assert found["one record, W1: zen-engine"].met
    assert not found["one record, W1: datalogic-py"].met
    assert not found["thresholds, markscheme, CSV"].met
    assert not Bar("memory", 501, most=500).met


def test_a_peer_that_is_not_there_is_said_to_be_skipped():
    it = Measurement("one", "W1", "best", 10, {"markscheme": [1e-6]}, skipped={"zen-engine": "No module named 'zen'"})
    assert "skipped: not installed" in page.as_text(Measured("", {}, {it.key: it}))


def test_the_plot_names_every_bar():
    it = Measurement("million", "W1", "best", 10, {"markscheme": [0.004], "Polars": [0.03], "C, best loop": [0.0004]})
    drawn = page.chart.drawn(Measured("", {}, {it.key: it}))
    for said in ("markscheme", "Polars", "C, best loop", "4.00 ms", "30.0 ms", "400 µs"):
        assert f">{said}</text>" in drawn


def _there(made):
    """Skips, and says what for, where a peer is not installed."""
    try:
        run = made()
    except ImportError as error:
        pytest.skip(f"not installed: {error}")
    if run is None:
        pytest.skip("it has no such form")
    return run
