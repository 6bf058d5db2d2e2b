"""A run from Parquet to Parquet that was interrupted is taken up where its last whole part ended."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from markscheme.cli import by_columns
from markscheme.cli import main as markscheme
from markscheme.codes import BASE
from markscheme.stream import parts
from markscheme.stream.rating import Rating

RUN = ["rate", "m.yaml", "d.parquet", "--id", "id", "-o", "out.parquet", "--rejects", "r.csv"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(by_columns, "SMALLEST", 0)
    monkeypatch.setattr(parts, "PART", 100)
    (tmp_path / "m.yaml").write_text(BASE)
    data(1)
    return tmp_path


def data(seed: int) -> None:
    chance, count = random.Random(seed), 450
    columns = {
        "id": [f"A{number % 430}" for number in range(count)],
        "safe": chance.choices(["good", "fair", "poor", "goood"], [9, 9, 3, 1], k=count),
        "caring": chance.choices(["good", "fair", "not_rated"], k=count),
        "score": chance.choices([62.5, 80.0, 50.0, 101.0], [9, 9, 9, 1], k=count),
        "town": pa.array(chance.choices(["Leeds", "York", None], k=count)).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), "d.parquet", row_group_size=37)


def interrupted_after(monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    """The next run with `--resume` stops after so many pieces."""
    rate, done = Rating.piece, []

    def piece(self: Rating, block: object) -> object:
        if len(done) >= pieces:
            raise KeyboardInterrupt
        done.append(1)
        return rate(self, block)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Rating, "piece", piece)
        assert markscheme([*RUN, "--resume"]) == 130


@pytest.mark.parametrize("pieces", [0, 1, 5, 9, 15])
def test_what_was_finished_is_not_rated_again_and_the_bytes_are_the_same(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pieces: int
) -> None:
    assert markscheme(RUN) == 1
    said = capsys.readouterr().err
    whole = [Path(name).read_bytes() for name in ("out.parquet", "r.csv")]
    for name in ("out.parquet", "r.csv"):
        Path(name).unlink()
    interrupted_after(monkeypatch, pieces)
    interrupted_after(monkeypatch, 1)  # and once more, soon
    assert not Path("out.parquet").exists()
    kept = len(list(place.glob("out.parquet.parts/*.json"))) - 1
    rated = []
    rate = Rating.piece
    monkeypatch.setattr(Rating, "piece", lambda self, block: rated.append(block.batch.num_rows) or rate(self, block))
    capsys.readouterr()
    assert markscheme([*RUN, "--resume"]) == 1
    assert sum(rated) == 450 - 100 * kept
    assert (kept > 1) is (pieces > 8)
    assert capsys.readouterr().err == said
    assert [Path(name).read_bytes() for name in ("out.parquet", "r.csv")] == whole
    assert sorted(each.name for each in place.iterdir()) == ["d.parquet", "m.yaml", "out.parquet", "r.csv"]


def changed_data() -> list[str]:
    data(2)
    return RUN


def changed_methodology() -> list[str]:
    Path("m.yaml").write_text(BASE.replace("at_least: 80", "at_least: 85"))
    return RUN


def changed_options() -> list[str]:
    return [*RUN, "--decided"]


def changed_part() -> list[str]:
    part = Path("out.parquet.parts/part-00000.arrow")
    found = bytearray(part.read_bytes())
    found[len(found) // 2] ^= 1
    part.write_bytes(found)
    return RUN


def lost_part() -> list[str]:
    Path("out.parquet.parts/part-00000.csv").unlink()
    return RUN


def other_folder() -> list[str]:
    Path("out.parquet.parts/run.json").unlink()
    return RUN


def odd_folder() -> list[str]:
    Path("out.parquet.parts/run.json").write_text("[" * 100_000)
    return RUN


CHANGES = {
    changed_data: "the data file is not the same",
    changed_methodology: "the methodology is not the same",
    changed_options: "the options are not the same",
    changed_part: "part 1 is damaged",
    lost_part: "part 1 is damaged",
    other_folder: "nothing says what run it is of",
    odd_folder: "cannot be read",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_MS562_another_run_is_refused_and_nothing_is_touched(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], change: object
) -> None:
    interrupted_after(monkeypatch, 9)
    assert callable(change)
    arguments = change()
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert markscheme([*arguments, "--resume"]) == 2
    said = capsys.readouterr().err
    assert "error[MS562]" in said
    assert CHANGES[change] in said  # type: ignore[index]
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_MS562_a_folder_that_another_run_has_cleared_away(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rate = Rating.piece

    def piece(self: Rating, block: object) -> object:
        if self.start >= 200:
            shutil.rmtree("out.parquet.parts", ignore_errors=True)
        return rate(self, block)  # type: ignore[arg-type]

    monkeypatch.setattr(Rating, "piece", piece)
    assert markscheme([*RUN, "--resume"]) == 2
    said = capsys.readouterr().err
    assert "error[MS562]: what `out.parquet.parts` keeps cannot be taken up: some of it has gone" in said
    assert "help: let it end where another run is using it" in said
    assert not Path("out.parquet").exists()


def test_names_that_mean_several_columns_are_to_be_mended(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pq.read_table("d.parquet")
    pq.write_table(table.append_column("judged.safe", table.column("safe")), "d.parquet")
    assert markscheme([*RUN, "--resume"]) == 2
    said = capsys.readouterr().err
    assert "error[MS53" in said
    assert "`--resume` needs every column to be understood: mend their names" in said
    assert "record by record" not in said


def test_only_from_parquet_to_parquet(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("d.csv").write_text("safe,caring,score\ngood,fair,1\n")
    Path("l.yaml").write_text(BASE)
    for arguments in (["d.csv", "-o", "out.parquet"], ["d.parquet", "-o", "out.csv"], ["d.parquet"]):
        assert markscheme(["rate", "m.yaml", *arguments, "--resume"]) == 2
        assert "`--resume` is for Parquet to Parquet" in capsys.readouterr().err
    assert not list(place.glob("*.parts"))


def test_what_is_kept_says_which_run_it_is_of(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_after(monkeypatch, 9)
    about = json.loads((place / "out.parquet.parts/run.json").read_text())
    assert about["methodology"] == "example/first@1"
    assert about["options"] == {"id": "id", "decided": False}
    assert set(about["data"]) == {"size", "written", "footer"}
