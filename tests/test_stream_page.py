"""What docs/files.md shows is what happens: its commands print what it says, and its Python runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from consoles import ROOT, as_it_happens

PAGE = (ROOT / "docs/files.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    data = ROOT / "examples/elsewhere/food-hygiene/businesses.csv"
    names = data.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    pq.write_table(pa.csv.read_csv(data, convert_options=text), "businesses.parquet")
    return tmp_path


def test_the_page_shows_what_happens(place: Path) -> None:
    assert as_it_happens(PAGE) == PAGE
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(code, "docs/files.md", "exec"), {})
    assert sorted(each.name for each in place.iterdir()) == [
        "businesses.parquet", "examples", "rejects.csv", "results.csv", "results.parquet",
    ]  # fmt: skip
