"""What stands between files and a run: names that are one file, being told to stop, words that say the way out."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from markscheme.cli import by_columns, workbook
from markscheme.cli import main as markscheme
from markscheme.codes import BASE
from markscheme.stream.rating import Rating

DATA = "safe,caring,score\ngood,fair,1\nfair,good,62\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(by_columns, "SMALLEST", 0)
    (tmp_path / "m.yaml").write_text(BASE)
    (tmp_path / "d.csv").write_text(DATA)
    return tmp_path


@pytest.mark.parametrize("link", [os.link, os.symlink])
@pytest.mark.parametrize("which", ["-o", "--rejects"])
def test_the_data_by_another_name_is_not_written_over(
    place: Path, capsys: pytest.CaptureFixture[str], link: object, which: str
) -> None:
    assert callable(link)
    link("d.csv", "other.csv")
    assert markscheme(["rate", "m.yaml", "d.csv", which, "other.csv"]) == 2
    assert "must be different files" in capsys.readouterr().err
    assert Path("d.csv").read_text() == DATA


def test_SIGTERM_leaves_nothing_beside_the_results(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("o.csv").write_text("older\n")
    before = signal.getsignal(signal.SIGTERM)

    def stop(self: Rating, block: object) -> None:
        assert signal.getsignal(signal.SIGTERM) != before, "the signal would end the tests"
        assert any(each.name.endswith(".part") for each in place.iterdir())
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Rating, "piece", stop)
    with pytest.raises(SystemExit) as ended:
        markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv", "--rejects", "r.csv"])
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) == before
    assert sorted(each.name for each in place.iterdir()) == ["d.csv", "m.yaml", "o.csv"]
    assert Path("o.csv").read_text() == "older\n"


def test_a_handler_that_is_there_is_left_alone(place: Path) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        ours = signal.getsignal(signal.SIGTERM)
        assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv"]) == 0
        assert signal.getsignal(signal.SIGTERM) is ours
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(("arguments", "refused"), [([], True), (["--allow-rejects", "2"], True), (["csv"], False)])
def test_MS560_parquet_says_at_once_that_there_are_too_many_records(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    refused: bool,
) -> None:
    """Also where some would be rejected. Of CSV nobody knows how many there are before they have been read."""
    pq.write_table(pa.table({"safe": ["good", "x", "x"], "caring": ["good"] * 3, "score": [1] * 3}), "d.parquet")
    Path("d.csv").write_text("safe,caring,score\ngood,good,1\nx,good,1\nx,good,1\n")
    monkeypatch.setattr(workbook, "LAST_ROW", 3)
    if not refused:
        assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.xlsx"]) == 1
        assert Path("o.xlsx").exists()
        return
    monkeypatch.setattr("markscheme.cli.records.Records.__iter__", None)
    assert markscheme(["rate", "m.yaml", "d.parquet", "-o", "o.xlsx", *arguments]) == 1
    assert "error[MS560]: the data has 3 records, and a sheet has 2 rows" in capsys.readouterr().err
    assert not Path("o.xlsx").exists()


def test_a_folder_that_is_not_there_is_to_be_made(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "nodir/o.csv"]) == 2
    assert "error: `nodir`: there is no such folder: make it first" in capsys.readouterr().err


def test_no_message_names_a_file_that_nobody_has_named(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: object, target: object) -> None:
        raise PermissionError(13, "Permission denied", str(source))

    monkeypatch.setattr("markscheme.files.os.replace", refuse)
    assert markscheme(["rate", "m.yaml", "d.csv", "-o", "o.csv"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "error: `o.csv`: permission denied"


@pytest.mark.parametrize("name", ["-", "p.csv"])
def test_MS507_parquet_where_text_is_read(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pq.write_table(pa.table({"safe": ["good"]}), "p.csv")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path("p.csv").read_bytes())))
    assert markscheme(["rate", "m.yaml", name]) == 1
    said = capsys.readouterr().err
    assert "error[MS507]" in said
    assert "it looks like Parquet, which is not read from standard input" in said
    assert "UTF-16" not in said


def test_what_all_records_of_JSON_lack_is_said_as_for_CSV(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("d.csv").write_text("safe,caring\ngood,fair\ngoood,fair\n")
    Path("d.jsonl").write_text('{"safe": "good", "caring": "fair"}\n{"safe": "goood", "caring": "fair"}\n')
    said = []
    for name in ("d.csv", "d.jsonl"):
        assert markscheme(["rate", "m.yaml", name, "--rejects", "r.csv"]) == 1
        said.append(capsys.readouterr().err)
    assert said[0] == said[1]
    assert "error[MS530]: column `score`: `score` is missing" in said[0]
    assert "goood" not in said[0]
    Path("d.jsonl").write_text('{"safe": "good", "caring": "fair"}\n{"safe": "good", "caring": "fair", "score": 1}\n')
    assert markscheme(["rate", "m.yaml", "d.jsonl", "--rejects", "r.csv"]) == 1
    assert "MS530" not in capsys.readouterr().err
