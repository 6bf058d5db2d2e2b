"""How an obligation is put to a prover: one question for each kind. Knows no prover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, assert_never

from .. import ir
from .obligations import Place
from .verdicts import Counterexample, Obligation


@dataclass(frozen=True, slots=True)
class Answer:
    """`holds` with an example where there is one to show."""

    holds: bool
    example: Counterexample | None = None


class Prover(Protocol):
    """What answers questions about all records of one program; None where it cannot."""

    def reachable(self, places: tuple[Place, ...]) -> Answer | None:
        """Whether a rule, row, band or limit decides some record, for some members, in one of these places."""

    def attainable(self, name: str, level: int) -> Answer | None:
        """Whether some record gets a level of a step."""

    def unmoved(self, name: str, input: str, withheld: bool) -> Answer | None:
        """Whether a step is never worse when values of an input improve or, `withheld`, never better when some are
        absent."""

    def holds(self, promised: ir.Holds) -> Answer | None:
        """Whether a condition is true of every record, or of none. Undecided breaks neither."""


def answered(prover: Prover, asked: Obligation, where: tuple[Place, ...], promised: ir.Holds | None) -> Answer | None:
    """What a prover says of an obligation: `where` its line is applied, `promised` its condition, where it has one."""
    match asked.kind:
        case "reachable":
            return prover.reachable(where)
        case "attainable":
            assert asked.level is not None
            return prover.attainable(asked.subject, asked.level)
        case "monotone" | "never_worsens" | "withholding":
            assert asked.input is not None
            return prover.unmoved(asked.subject, asked.input, asked.kind == "withholding")
        case "never" | "always":
            assert promised is not None
            return prover.holds(promised)
        case "complete" | "unique" | "divides" | "on_scale":
            return Answer(True)
        case _:
            assert_never(asked.kind)
