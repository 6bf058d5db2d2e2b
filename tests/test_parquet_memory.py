"""What has been read of a Parquet file is let go of: what is held depends on a row group, and not on the file."""

from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from markscheme.data.parquet import Parquet  # noqa: E402
from markscheme.data.parquet_footer import groups_of  # noqa: E402

GROUPS, ROWS = 40, 1 << 16


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("large") / "large.parquet"
    random = np.random.default_rng(1)
    schema = pa.schema([("n", pa.int64())])
    with pq.ParquetWriter(path, schema, use_dictionary=False, compression="none") as writer:
        for _ in range(GROUPS):
            writer.write_table(pa.table([random.integers(0, 1 << 60, ROWS)], schema=schema))
    return path


def test_what_has_been_read_is_not_kept(large: Path) -> None:
    most = 0
    with large.open("rb") as stream:
        for batch in Parquet(stream).batches():
            most = max(most, pa.total_allocated_bytes())
            assert batch.num_rows
    assert large.stat().st_size > GROUPS * ROWS * 8
    assert most < 12 * ROWS * 8


def test_a_footer_is_read_once_while_it_is_the_same(large: Path) -> None:
    with large.open("rb") as one, large.open("rb") as other:
        assert groups_of(one) is groups_of(other)
        assert len(groups_of(one)) == GROUPS
