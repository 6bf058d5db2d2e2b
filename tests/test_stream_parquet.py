"""Parquet as it comes: what is refused by its footer, what each type means, and what no input is read from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from markscheme.cli import by_columns
from markscheme.cli import main as markscheme
from markscheme.codes import BASE
from markscheme.data import parquet

Rate = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(BASE)
    return tmp_path


@pytest.fixture(params=["columns", "records"])
def rate(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Rate:
    """The status, and what is said, by columns where that may be, and record by record."""
    monkeypatch.setattr(by_columns, "SMALLEST", 0 if request.param == "columns" else 1 << 60)

    def run(*arguments: str) -> tuple[int, str]:
        status = markscheme(["rate", "m.yaml", *arguments])
        return status, capsys.readouterr().err

    return run


def written(name: str = "d.parquet", **columns: object) -> str:
    base: dict[str, object] = {"safe": ["good", "fair"], "caring": ["good", "fair"], "score": [1, 62]}
    pq.write_table(pa.table(base | columns), name)
    return name


# --- types (B121) ----------------------------------------------------------------------------------------------------

NUMBERS = {
    "uint64": pa.array([2**64 - 1, 100], pa.uint64()),
    "int8": pa.array([-1, 100], pa.int8()),
    "decimal(38,18)": pa.array(
        [Decimal("0.000000000000000001"), Decimal("100.000000000000000000")], pa.decimal128(38, 18)
    ),
    "decimal32": pa.array([Decimal("0.05"), Decimal("100.00")], pa.decimal32(5, 2)),
    "decimal256": pa.array([Decimal(10**50), Decimal(100)], pa.decimal256(60, 0)),
    "float64": pa.array([0.1 + 0.2, 100.0]),
    "float32": pa.array([0.1, 100.0], pa.float32()),
    "text": pa.array(["1e1", "100.0"]),
    "large text": pa.array(["1,5", " 100 "], pa.large_string()),
    "dictionary": pa.array(["x", "100"]).dictionary_encode(),
}


@pytest.mark.parametrize("column", NUMBERS.values(), ids=NUMBERS)
def test_B121_a_number_is_the_number_that_the_type_holds(rate: Rate, column: pa.Array) -> None:
    """The first is no value of `score`, from 0 to 100 with one decimal; the second is 100."""
    status, said = rate(written(score=column), "-o", "o.csv", "--rejects", "r.csv")
    assert (status, said.splitlines()[-1]) == (1, "2 records: 1 rated, 0 unrated, 1 rejected")
    assert Path("r.csv").read_text().splitlines()[1].startswith("1,row 1,score,")
    assert Path("o.csv").read_text().splitlines()[1].startswith("2,good,")


OTHERS = {
    "timestamp with a zone": pa.array([datetime(2024, 1, 1), None], pa.timestamp("ns", "Europe/London")),
    "date": pa.array([date(2024, 1, 1), None]),
    "time": pa.array([1, None], pa.time64("ns")),
    "duration": pa.array([timedelta(1), None]),
    "nested list": pa.array([[["good"]], None]),
    "struct": pa.array([{"level": "good"}, None]),
    "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    "true or false": pa.array([True, None]),
    "bytes": pa.array([b"good", None]),
    "float16": pa.array([1.0, None], pa.float16()),
}


@pytest.mark.parametrize("column", OTHERS.values(), ids=OTHERS)
def test_B121_a_type_that_is_no_value_is_rejected_and_null_is_nothing_written(rate: Rate, column: pa.Array) -> None:
    status, said = rate(written(safe=column), "-o", "o.csv", "--rejects", "r.csv")
    assert (status, said.splitlines()[-1]) == (1, "2 records: 0 rated, 0 unrated, 2 rejected")
    first, second = Path("r.csv").read_text().splitlines()[1:]
    assert "MS547" in first
    assert first.startswith("1,row 1,safe,")
    assert "MS540" in second


@pytest.mark.parametrize("column", OTHERS.values(), ids=OTHERS)
def test_B121_what_is_carried_through_keeps_its_type(rate: Rate, column: pa.Array) -> None:
    data = written(more=column)
    assert rate(data, "-o", "o.parquet")[0] == rate(data, "-o", "o.csv")[0] == 0
    found = pq.read_table("o.parquet").column("more").combine_chunks()
    assert found.type == column.type
    one, other = (each.dictionary_decode() if hasattr(each, "dictionary") else each for each in (found, column))
    assert one.equals(other)
    assert Path("o.csv").read_text().splitlines()[2].endswith(",")


ODD = {
    "text as views": pa.array(["a", None] * 30, pa.string_view()),
    "bytes as views": pa.array([b"\xff", None] * 30, pa.binary_view()),
    "list of views": pa.array([["a"], None] * 30, pa.list_(pa.string_view())),
    "struct with a dictionary": pa.array(
        [{"x": "a"}, None] * 30, pa.struct({"x": pa.dictionary(pa.int32(), pa.string())})
    ),
    "struct with nothing": pa.array([{"x": 1, "y": None}, None] * 30),
    "list of nothing": pa.array([[None], None, [None, None]] * 20),
    "lists of two nothings": pa.array([[None, None], None] * 30, pa.list_(pa.null(), 2)),
    "list of structs with nothing": pa.array([[{"y": None}], None] * 30),
}


@pytest.mark.parametrize("column", ODD.values(), ids=ODD)
def test_what_arrow_filters_ill_is_carried_through_beside_a_reject(rate: Rate, column: pa.Array) -> None:
    safe = ["good"] * 60
    safe[3] = safe[27] = "goood"
    table = pa.table({"safe": safe, "caring": ["good"] * 60, "score": [1] * 60, "more": column})
    whole = column.type == pa.list_(pa.string_view())  # which Arrow cannot cut
    pq.write_table(table, "d.parquet", row_group_size=60 if whole else 20)
    assert rate("d.parquet", "-o", "o.parquet") == rate("d.parquet", "-o", "o.csv")
    found = pq.read_table("o.parquet").column("more").to_pylist()
    values = column.to_pylist()
    assert found == [*values[:3], *values[4:27], *values[28:]]


@pytest.mark.parametrize("name", ["id", "safe", "score"])
def test_views_of_text_are_read_as_text(rate: Rate, name: str) -> None:
    base = {"id": ["A", "B"], "safe": ["good", "fair"], "caring": ["good", "fair"], "score": ["1", "62"]}
    results = []
    for type in (pa.string(), pa.string_view()):
        pq.write_table(pa.table(base | {name: pa.array(base[name], type)}), "d.parquet")
        results.append((rate("d.parquet", "-o", "o.parquet", "--id", "id"), Path("o.parquet").read_bytes()))
    assert results[0] == results[1]
    assert results[0][0][0] == 0


def test_names_with_dots_beside_what_is_nested(rate: Rate) -> None:
    data = written(a=pa.array([{"b": 1}, {"b": 2}]), **{"a.b": ["x", "y"], "judged.caring": ["good", "good"]})
    table = pq.read_table(data).drop(["caring"])
    pq.write_table(table, data)
    assert rate(data, "-o", "o.csv")[0] == 0
    assert [line.split(",")[-1] for line in Path("o.csv").read_text().splitlines()] == ["a.b", "x", "y"]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "MS505"),
        (b"PAR1", "MS505"),
        (b"safe,caring,score\ngood,fair,1\n", "MS517"),
        (b"PAR1" + b"\0" * 100 + b"PAR1", "MS517"),
        (b"PAR1" + b"x" * 100 + b"\xff\xff\xff\x7fPAR1", "MS517"),
        (b"PAR1" + b"x" * 100 + b"\x20\0\0\0PAR1", "MS517"),
        (b"PARE" + b"x" * 100 + b"\x20\0\0\0PARE", "MS517"),
    ],
)
def test_MS517_what_is_no_parquet(rate: Rate, content: bytes, code: str) -> None:
    Path("d.parquet").write_bytes(content)
    status, said = rate("d.parquet", "-o", "o.csv")
    assert status == 1
    assert f"error[{code}]" in said
    assert ("encrypted" in said) is content.startswith(b"PARE")
    assert not Path("o.csv").exists()


def test_MS517_any_byte_of_the_footer_may_be_wrong(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = Path(written(kind=pa.array(["a", "b"]).dictionary_encode())).read_bytes()
    length = int.from_bytes(whole[-8:-4], "little")
    for at in range(len(whole) - 8 - length, len(whole) - 8, 23):
        Path("d.parquet").write_bytes(whole[:at] + bytes((whole[at] ^ 0x55,)) + whole[at + 1 :])
        status = markscheme(["rate", "m.yaml", "d.parquet", "-o", "o.csv"])
        said = capsys.readouterr().err
        assert status in (0, 1), said
        assert "Traceback" not in said
        assert "a bug in markscheme" not in said


@pytest.mark.parametrize(
    ("names", "code"), [(["safe", "safe"], "MS510"), (["safe", " safe"], "MS510"), (["a", ""], "MS511")]
)
def test_names_are_held_to_the_same_as_in_csv(rate: Rate, names: list[str], code: str) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array(["good"])] * 2, names), "d.parquet")
    status, said = rate("d.parquet")
    assert status == 1
    assert f"error[{code}]" in said


def test_too_many_columns(rate: Rate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_COLUMNS", 2)
    assert "error[MS512]" in rate(written())[1]


def test_B120_a_bomb_is_refused_by_its_footer(rate: Rate) -> None:
    """A megabyte that unpacks to hundreds."""
    text = "x" * 100_000
    table = pa.table({"safe": [text + str(n) for n in range(3000)], "score": [1] * 3000})
    pq.write_table(table, "d.parquet", compression="zstd", use_dictionary=False, row_group_size=3000)
    assert Path("d.parquet").stat().st_size < 1 << 20
    status, said = rate("d.parquet", "-o", "o.csv")
    assert status == 1
    assert "error[MS512]" in said
    assert "unpacks to 286 MB" in said


def test_B120_one_long_text_for_all_rows_is_never_unpacked(rate: Rate) -> None:
    """A dictionary holds it once; written out it would be 2 GB."""
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 100_000]))
    good = pa.array(["good"] * 20_000)
    for name in ("safe", "note", "id"):
        pq.write_table(pa.table({"safe": good, "caring": good, "score": [1] * 20_000} | {name: many}), "d.parquet")
        assert Path("d.parquet").stat().st_size < 1 << 20
        status, said = rate("d.parquet", "-o", "o.parquet", *(["--id", "id"] if name == "id" else []))
        assert status == 1
        assert f"error[MS512]: column `{name}`: a column of the data unpacks to 1,907 MB in 20,000 rows" in said
        assert not Path("o.parquet").exists()


def test_a_cell_is_as_long_as_one_of_csv(rate: Rate) -> None:
    status, said = rate(written(note=["x", "y" * 131_073]))
    assert status == 1
    assert "error[MS512]: column `note`: a cell is longer than 131,072 characters" in said


def test_MS518_without_the_package(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    data = written()
    Path("d.csv").write_text("safe,caring,score\ngood,fair,1\n")
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    for arguments in ([data], ["d.csv", "-o", "o.parquet"]):
        assert markscheme(["rate", "m.yaml", *arguments]) == 2
        said = capsys.readouterr().err
        assert "error[MS518]" in said
        assert "pip install markscheme[columns]" in said
    assert not Path("o.parquet").exists()
    assert markscheme(["rate", "m.yaml", "d.csv"]) == 0


def test_json_of_what_parquet_holds(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(
        price=[Decimal("1.10"), None], share=[0.5, float("nan")], flag=[True, False], when=[date(2024, 1, 1)] * 2
    )
    assert markscheme(["rate", "m.yaml", data, "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_float=str)
    assert [record["carried"] for record in found["records"]] == [
        {"price": "1.10", "share": "0.5", "flag": True, "when": "2024-01-01"},
        {"price": None, "share": "nan", "flag": False, "when": "2024-01-01"},
    ]
