"""The examples of the codes for data, run: each `wrong` one raises its code, each `right` one does not."""

import io

import pytest
from data_programs import base

from markscheme.codes import Code
from markscheme.codes.data import CODES
from markscheme.data import Unreadable, open_rows
from markscheme.data.long import long_rows
from markscheme.intake import Intake

# Ids are compared by the command line, which has its own test.
RUN = [code for code in CODES if not code.shown and code.code != "MS554"]


def found(text: str) -> set[str]:
    intake = Intake(base())
    codes: set[str] = set()
    try:
        with open_rows("-", io.BytesIO(text.encode())) as opened:
            long = "questions" in (opened.columns or ())
            rows = list(long_rows(opened, base(), "id") if long else opened)
            for row in rows:
                codes |= {problem.code for problem in (*row.problems, *row.warnings)}
                if row.problems:
                    continue
                if opened.columns is None:
                    taken = intake.nested(row.cells, carried=["id"], strict=False)
                else:
                    columns = intake.columns(tuple(row.cells), carried=["id"])
                    codes |= {problem.code for problem in columns.warnings}
                    taken = intake.record(row.cells, columns)
                codes |= {problem.code for problem in taken} if isinstance(taken, tuple) else set()
    except Unreadable as error:
        codes.add(error.problem.code)
    return codes


@pytest.mark.parametrize("code", RUN, ids=lambda code: code.code)
def test_examples(code: Code) -> None:
    besides = {"MS531"} if code.code == "MS555" else set()  # it is of columns that belong to no input
    assert found(code.wrong) == {code.code} | besides
    assert found(code.right) == set()


def test_codes_are_in_order_and_said_once() -> None:
    names = [code.code for code in CODES]
    assert names == sorted(set(names))
    assert all(name.startswith("MS5") for name in names)
    assert all(code.data for code in CODES)
