"""What answers where walking every state cannot be afforded: z3, where it is installed, then records by chance.

Knows obligations and the two means; not how either works.
"""

from __future__ import annotations

from typing import Literal

from .. import ir, smt
from ..regions.functions import Regions
from .answers import Answer, answered
from .chance import Chance
from .obligations import Place
from .polarity import Polarity
from .solver import Solver
from .verdicts import Obligation, Verdict

_DEAR = 3_000  # what rating a record may cost for questions that are only reported


class Further:
    """The means for one program, set up when they are first asked."""

    def __init__(self, regions: Regions) -> None:
        self._solver = Solver(regions)
        self._typed = Polarity(regions, self._solver.lemma)
        self._chance = Chance(regions.program)
        self._cost = regions.program.cost

    def close(self) -> None:
        """Ends what was begun."""
        self._solver.close()

    def verdict(self, asked: Obligation, where: tuple[Place, ...], promised: ir.Holds | None, limit: str) -> Verdict:
        """What comes of an obligation; `limit` is what walking met."""
        if not asked.required and self._cost > _DEAR:
            return Verdict(asked, "not proved", "tests", 0, limit)  # what is only reported is not worth the wait
        why = f"{smt.WITHOUT} ({limit})"
        if smt.installed():
            before = self._solver.questions
            answer = self._by_z3(asked, where, promised)
            if answer is not None:
                return _verdict(asked, answer, "z3", self._solver.questions - before)
            why = f"{limit}; {self._solver.limit}"
        answer = answered(self._chance, asked, where, promised)
        if answer is not None:
            return _verdict(asked, answer, "tests", self._chance.records)
        return Verdict(asked, "not proved", "tests", self._chance.records, why)

    def _by_z3(self, asked: Obligation, where: tuple[Place, ...], promised: ir.Holds | None) -> Answer | None:
        """For an input that improves first step by step, which is quicker than two whole records."""
        if asked.kind in ("monotone", "never_worsens") and self._typed.never_worsens(asked.subject, asked.input or ""):
            return Answer(True)
        return answered(self._solver, asked, where, promised)


def _verdict(asked: Obligation, answer: Answer, by: Literal["z3", "tests"], many: int) -> Verdict:
    return Verdict(asked, "proved" if answer.holds else "refuted", by, many, "", answer.example)
