"""markscheme by each of its ways in. Every one must say the same."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from markscheme import Methodology, Reject, load

from ..thresholds import Profile, written

WORDS = {"met": "met", "not_met": "not met"}


def _with(profile: Profile, then: Callable[[Methodology, Path], str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = written(profile, Path(folder))
        return then(load(str(path)), path)


def _floats(profile: Profile) -> Mapping[str, float]:
    return {name: float(value) for name, value in profile.given.items()}


def interpreted(profile: Profile) -> str:
    def said(methodology: Methodology, _: Path) -> str:
        from markscheme.intake import Intake
        from markscheme.interpret import interpret

        program = methodology.program
        taken = Intake(program).nested(_floats(profile))
        if isinstance(taken, tuple):
            return "rejected"
        place = interpret(program, taken).outcomes["verdict_given", ()].value
        return "met" if place == 1 else "not met"

    return _with(profile, said)


def rated(profile: Profile) -> str:
    def said(methodology: Methodology, _: Path) -> str:
        result = methodology.rate(_floats(profile))
        return "rejected" if isinstance(result, Reject) else WORDS[str(result.outcome["verdict_given"])]

    return _with(profile, said)


def _columns(profile: Profile, array: Callable[[str], Any]) -> str:
    def said(methodology: Methodology, _: Path) -> str:
        import pyarrow as pa

        table = methodology.rate_table(pa.table({name: array(value) for name, value in profile.given.items()}))
        level = table.results["verdict_given"][0].as_py()
        return "rejected" if level is None else WORDS[level]

    return _with(profile, said)


def columns_of_floats(profile: Profile) -> str:
    import pyarrow as pa

    return _columns(profile, lambda value: pa.array([float(value)]))


def columns_of_decimals(profile: Profile) -> str:
    import pyarrow as pa

    return _columns(profile, lambda value: pa.array([Decimal(value)]))


def _command(*arguments: str) -> None:
    """The command line, in this process: one for each profile would take as long as all the rest."""
    from markscheme.cli import main

    given, sys.argv = sys.argv, ["markscheme", *arguments]
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            main()
    except SystemExit as ended:
        if ended.code:
            raise RuntimeError(f"`markscheme {' '.join(arguments)}` ends with {ended.code}") from ended
    finally:
        sys.argv = given


def _file(profile: Profile, name: str, write: Callable[[Path], None]) -> str:
    def said(_: Methodology, rules: Path) -> str:
        data, out = rules.parent / name, rules.parent / "out.csv"
        write(data)
        _command("rate", str(rules), str(data), "-o", str(out), "--allow-rejects", "1")
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return WORDS[rows[0]["verdict_given"]] if rows and rows[0]["verdict_given"] else "rejected"

    return _with(profile, said)


def csv_file(profile: Profile) -> str:
    text = f"{','.join(profile.given)}\n{','.join(profile.given.values())}\n"
    return _file(profile, "in.csv", lambda path: path.write_text(text) and None)


def json_file(profile: Profile) -> str:
    text = json.dumps(_floats(profile))
    return _file(profile, "in.jsonl", lambda path: path.write_text(text + "\n") and None)


def parquet_file(profile: Profile) -> str:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet

        pa.parquet.write_table(pa.table({name: [value] for name, value in _floats(profile).items()}), path)

    return _file(profile, "in.parquet", write)
