"""What the command does not load where it is alone in its process, and still loads where it is not."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from markscheme.cli import alone, main

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROOT = Path(__file__).parent.parent
RULES = ROOT / "bench/workloads/w1.yaml"
COLUMNS = ("safe", "effective", "caring", "responsive", "well_led")
LEVELS = ("outstanding", "good", "requires_improvement", "inadequate")


@pytest.fixture
def rated(tmp_path: Path):
    """Runs Python where pandas, when it is loaded, leaves a file behind; whether it has."""
    (tmp_path / "pandas.py").write_text("open('loaded', 'w').close()\nraise ImportError\n")

    def run(*arguments: str) -> bool:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        subprocess.run([sys.executable, *arguments], check=True, cwd=tmp_path, env=environment, capture_output=True)
        return (tmp_path / "loaded").exists()

    return run


def written(path: Path, **more: object) -> str:
    levels = pa.array([LEVELS[row * 7 % 4] for row in range(60_000)])
    numbers = pa.array(range(60_000))
    pq.write_table(pa.table(dict.fromkeys(COLUMNS, levels) | {"n": numbers} | more), path)
    return str(path)


def test_pandas_is_not_loaded_to_rate_a_table(tmp_path: Path, rated) -> None:
    data = written(tmp_path / "in.parquet")
    assert not rated("-m", "markscheme", "rate", str(RULES), data, "-o", "out.parquet", "--id", "n")
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 60_000
    assert rated("-c", "import pyarrow; pyarrow.array([1])")  # else nothing is shown


def test_it_is_where_arrow_needs_it_to_tell_nanoseconds(tmp_path: Path, rated) -> None:
    when = pa.array([[row] for row in range(60_000)], pa.list_(pa.timestamp("ns")))
    data = written(tmp_path / "in.parquet", seen=when)
    assert rated("-m", "markscheme", "rate", str(RULES), data, "-o", "out.parquet", "--id", "n")


def test_it_is_in_a_process_that_is_not_the_commands_own(tmp_path: Path, rated) -> None:
    data = written(tmp_path / "in.parquet")
    code = "import sys; from markscheme.cli import main; sys.exit(main(sys.argv[1:]))"
    assert rated("-c", code, "rate", str(RULES), data, "-o", "out.parquet", "--id", "n")


def test_it_can_be_loaded_afterwards(tmp_path: Path, rated) -> None:
    data = written(tmp_path / "in.parquet")
    code = (
        f"import sys; sys.argv = ['markscheme', 'rate', {str(RULES)!r}, {data!r}, '-o', 'out.parquet', '--id', 'n']\n"
        "from markscheme.cli import main\n"
        "assert main() == 0\n"
        "assert 'pandas' not in sys.modules\n"
        "try: import pandas\n"
        "except ImportError: pass\n"
    )
    assert rated("-c", code)


def test_what_is_made_while_it_loads_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with alone.loading():
        assert gc.isenabled()  # this process is not the command's own
    monkeypatch.setattr(alone, "_ours", True)
    try:
        with alone.loading():
            assert not gc.isenabled()
            with alone.loading():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()


IDLE = """import sys
from markscheme.cli import alone, main
alone.begin()
status = main(sys.argv[1:])
print(status, *sys.modules)
"""


def loaded(*arguments: str) -> set[str]:
    """What stands in memory after a command that ends well."""
    told = subprocess.run([sys.executable, "-c", IDLE, *arguments], check=True, capture_output=True, text=True)
    status, *modules = told.stdout.splitlines()[-1].split()
    assert status == "0", told.stderr
    return set(modules)


def test_only_the_command_that_is_asked_for_is_loaded() -> None:
    found = loaded("codes", "MS101")
    assert {each for each in found if each.startswith("markscheme.cli.")} == {
        "markscheme.cli.alone",
        "markscheme.cli.reference",
    }
    assert not {each for each in found if each.startswith(("markscheme.ir", "markscheme.document"))}


def test_a_run_over_a_table_loads_nothing_else(tmp_path: Path) -> None:
    """Each of these takes some hundredths of a second, and stands still."""
    data = written(tmp_path / "in.parquet", spoilt=pa.array([None] * 60_000))
    out = str(tmp_path / "out.parquet")
    found = loaded("rate", str(RULES), data, "-o", out, "--rejects", str(tmp_path / "rejects.csv"))
    assert "markscheme.columns.kernel" in found
    idle = ("explain", "timeline", "data.excel", "data.json_text", "data.long", "regions.diagrams", "verify", "guard")
    others = {"numpy.ma", "rich", "z3", "hypothesis", "jsonschema", *(f"markscheme.{each}" for each in idle)}
    assert not found & others


def test_a_command_that_is_not_there_is_told_which_one_may_be_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rat"]) == 2
    assert "rate" in capsys.readouterr().err
