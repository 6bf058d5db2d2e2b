"""The same record gives the same outcome: whatever the order of its keys or columns, the process, or the thread."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from examples import THOROUGH, examples, for_all
from hypothesis import strategies as st
from methodologies import LARGE, Subject, every_methodology

import markscheme
from markscheme.intake import Intake
from markscheme.methodology import Methodology, Reject, Result, rate_values
from markscheme.space import Record, nested, written
from markscheme.strategies.typed_records import records

TESTS = Path(__file__).parent.parent


def rated(methodology: Methodology, record: dict[str, object]) -> Result:
    result = methodology.rate(record)
    assert isinstance(result, Result), result
    return result


@every_methodology
def test_the_order_of_keys_makes_no_difference(subject: Subject) -> None:
    """To outcome, trace and flags, which explanations are made of; nor does it make one how members are nested."""
    methodology = Methodology(subject.program)

    def check(record: Record, random: Random) -> None:
        flat = written(subject.program, record)
        first = rated(methodology, flat)
        names = list(flat)
        random.shuffle(names)
        for other in ({name: flat[name] for name in names}, nested({name: flat[name] for name in names})):
            again = rated(methodology, other)
            assert again.outcome == first.outcome
            assert again.trace == first.trace
            assert again.unpublished == first.unpublished

    strategy = st.tuples(records(subject.space), st.randoms(use_true_random=False))
    for_all(strategy, max(3, examples(subject.program, 4)), lambda drawn: check(*drawn))


@every_methodology
def test_the_order_of_columns_makes_no_difference(subject: Subject) -> None:
    """Of a file: its columns are matched once, and its cells are text."""
    intake, random = Intake(subject.program), Random(0)
    for _ in range(15 if subject.program.cost < LARGE else 3):
        cells = written(subject.program, subject.space.sampled(random))
        names = list(cells)
        first = intake.record(cells, intake.columns(names))
        random.shuffle(names)
        again = intake.record({name: cells[name] for name in names}, intake.columns(names))
        assert not isinstance(first, tuple)
        assert not isinstance(again, tuple)
        assert again == first
        assert rate_values(subject.program, again).outcome == rate_values(subject.program, first).outcome


RATE_ALL = """
import json
from random import Random
from examples import THOROUGH
from methodologies import TRIED
from markscheme.methodology import Methodology, Reject
from markscheme.space import written

for subject in (each for each in TRIED if each.program.cost < (5_000 if THOROUGH else 2_000)):
    random, methodology = Random(0), Methodology(subject.program)
    for number in range(2 if subject.program.cost < 1_000 else 1):
        record = written(subject.program, subject.space.sampled(random))
        for given in (record, dict.fromkeys(record, "no such value"), {**record, "unheard_of": 1}):
            found = methodology.rate(given)
            if isinstance(found, Reject):
                print(subject, found)
            else:
                told = found.explain()
                print(subject, json.dumps(found.outcome, default=str), json.dumps(told.json()))
                print(told.text(), told.markdown(), told._repr_html_(), found.unpublished)
"""


def test_the_seed_of_hashing_makes_no_difference() -> None:
    """Outcomes, rejects and explanations, to the byte."""
    said = []
    for seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS)}
        done = subprocess.run(
            [sys.executable, "-c", RATE_ALL], env=environment, capture_output=True, check=False, cwd=TESTS.parent
        )
        assert done.returncode == 0, done.stderr.decode()
        said.append(done.stdout)
    assert len(said[0]) > 50_000
    assert said[0] == said[1]


@every_methodology
def test_threads_that_share_a_methodology_give_what_one_alone_gives(subject: Subject) -> None:
    random = Random(0)
    few = (4 if THOROUGH else 2) if subject.program.cost < LARGE else 1  # each is rated and explained five times
    batch = [written(subject.program, subject.space.sampled(random)) for _ in range(few)]
    batch.append(dict.fromkeys(batch[0], "no such value"))
    alone = [outcome(found) for found in Methodology(subject.program).rate_many(batch)]
    shared = Methodology(subject.program)  # nothing remembered yet, so that all fill its memory at once
    with ThreadPoolExecutor(4) as threads:
        every = list(threads.map(lambda _: [outcome(found) for found in shared.rate_many(batch)], range(4)))
    assert every == [alone] * 4


def outcome(found: Result | Reject) -> object:
    return found if isinstance(found, Reject) else (found.id, found.outcome, found.explain().json())


def test_a_methodology_loaded_twice_is_the_same() -> None:
    first, again = (markscheme.load("cqc/gp-practice@2021-10") for _ in range(2))
    assert first.program.digest == again.program.digest
    record: dict[str, object] = {
        "ratings": dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")
    }
    assert rated(first, record).explain().json() == rated(again, record).explain().json()
