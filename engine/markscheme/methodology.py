"""A methodology as a service holds it: records in, results or rejects out. Opens no file; never raises for data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from .intake import Intake
from .interpret import interpret
from .ir import Program
from .record import Rater
from .result import Absence, Outcomes, Plain, Reject, Result
from .trace import Given, Key

if TYPE_CHECKING:
    from .columns import RatedTable
    from .columns import Rater as TableRater
    from .record.writing import Generated

__all__ = ["Absence", "Methodology", "Outcomes", "Plain", "Reject", "Result", "rate_values"]


class Methodology:
    """One version of a methodology, ready to rate. Threads may share it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._rater = Rater(program, Intake(program), self._by)
        self._tables: dict[bool, TableRater] = {}

    @property
    def id(self) -> str:
        """Family and name, such as `cqc/gp-practice`."""
        return self.program.id

    @property
    def version(self) -> str:
        """As the rule file writes it."""
        return self.program.version

    @property
    def title(self) -> str:
        """What people call it."""
        return self.program.title

    def __repr__(self) -> str:
        return f"<Methodology {self.id}@{self.version}>"

    def rate(self, record: Mapping[str, object], id: str | None = None) -> Result | Reject:
        """The result of one record, or why it is rejected. Never raises for data.

        `record` maps each input to its value, or to values by member; names may be written as data columns are. The
        first few records are interpreted; then the methodology is compiled, and a record takes microseconds.
        """
        return self._rater.rate(record, id)

    def rate_table(self, data: object, id: str | None = None, decided: bool = False) -> RatedTable:
        """All records of a table, each as `rate` has it, and far faster. Needs `pip install markscheme[columns]`.

        `data` is a table of Arrow, pandas, Polars or DuckDB (anything with `__arrow_c_stream__`), or a mapping of
        column names to arrays of NumPy or Arrow; columns are named as in a data file. `id` names the column that tells
        records apart; `decided` asks which rule, row or band decided. Raises `TypeError` for what is no table,
        `KeyError` where there is no column `id`, `NotInColumns` where columns hold a record of another methodology;
        never for data.
        """
        try:
            from .columns import Rater as TableRater
            from .columns.tables import rate_table
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"tables need NumPy and Arrow: pip install markscheme[columns] ({error})"
            ) from None

        rater = self._tables.get(decided)
        if rater is None:
            rater = self._tables[decided] = TableRater(self.program, decided)
        return rate_table(rater, data, id)

    def _by(self, generated: Generated) -> None:
        # Found before the method of this name: one call less, which is a tenth of the time that a record takes.
        if type(self).rate is Methodology.rate:  # not where a class of somebody's own does more
            vars(self)["rate"] = generated

    def rate_many(self, records: Iterable[Mapping[str, object]]) -> Iterator[Result | Reject]:
        """One result or reject for each record, in order; each carries its number, from 1, as its id."""
        for number, record in enumerate(records, 1):
            yield self.rate(record, str(number))


def rate_values(program: Program, given: Mapping[Key, Given], id: str | None = None) -> Result:
    """The result of a record whose inputs are typed already."""
    return Result.interpreted(program, interpret(program, given), id)
