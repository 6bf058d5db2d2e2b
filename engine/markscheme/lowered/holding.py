"""How values are held while a plan runs: codes, and whole numbers with a bottom and a state. What the interpreter
says of these, where it is asked. Knows no backend."""

from __future__ import annotations

from fractions import Fraction

from ..interpret import outcome_of
from ..ir import AbsenceRule, Absent, Note, Present
from ..regions.ground import instead
from ..trace import ByBand, ByFirst, ByRow, ByRule, Given, Outcome
from .domains import Coded, Domain, Met, Seen, Whole
from .programs import Plan, Planned

UNPUBLISHED = (Note("recalled"),)
MOST_ASKED = 20_000  # combinations that are remembered, of one measure

Held = int | tuple[int, int, int]  # a code; or of a whole number n, bottom and state


class Asking(dict[tuple[Held, ...], Held]):
    """What the interpreter says of one measure, for what it reads."""

    __slots__ = ("_each", "_plan")

    def __init__(self, plan: Plan, each: Planned) -> None:
        super().__init__()
        self._plan = plan
        self._each = each

    def __missing__(self, held: tuple[Held, ...]) -> Held:
        found = hold_seen(self._each.domain, told(self.outcome(held), self._each.step.absent))
        if len(self) < MOST_ASKED:
            self[held] = found
        return found

    def outcome(self, held: tuple[Held, ...]) -> Outcome:
        """All of it."""
        domains = self._plan.domains
        at = {key: given(seen_held(domains[key], one)) for key, one in zip(self._each.own, held, strict=True)}
        return outcome_of(self._plan.program, at, self._each.step, self._each.key[1])


def seen_held(domain: Domain, held: Held) -> Seen:
    """What something is, by how it is held."""
    if isinstance(held, int):
        return seen(domain, held)
    assert isinstance(domain, Whole)
    number, bottom, state = held
    marked = domain.marked == "always" or state > len(domain.absences)
    place = state % (1 + len(domain.absences))
    if place == 0:
        return domain.unit * Fraction(number, bottom), None, marked
    return None, domain.absences[place - 1], marked


def hold_seen(domain: Domain, found: Seen) -> Held:
    """How what came of a measure is held."""
    if isinstance(domain, Coded | Met):
        return code_of(domain, found)
    value, rule, marked = found
    second = (1 + len(domain.absences)) if marked and domain.marked == "some" else 0
    if rule is not None:
        return domain.low, 1, 1 + domain.absences.index(rule) + second
    assert isinstance(value, Fraction)
    ratio = value / domain.unit
    return ratio.numerator, ratio.denominator, second


def hold(domain: Domain, found: Present | AbsenceRule) -> Held:
    """How a value of an input is held."""
    match domain:
        case Coded():
            return domain.code(found)
        case Met():
            return domain.code((None, found, False) if isinstance(found, AbsenceRule) else (found, None, False))
        case Whole():
            if isinstance(found, AbsenceRule):
                return domain.low, 1, 1 + domain.absences.index(found)
            assert isinstance(found, Fraction)
            return int(found / domain.unit), 1, 0


def seen(domain: Domain, code: int) -> Seen:
    """What a code stands for: not of `Whole`."""
    if isinstance(domain, Met):
        return domain.values[code]
    assert isinstance(domain, Coded)
    marked = domain.marked == "always" or code >= domain.places
    place = code % domain.places
    if place < len(domain.present):
        return domain.present[place], None, marked
    return None, domain.absences[place - len(domain.present)], marked


def given(found: Seen) -> Given:
    """As the interpreter takes it."""
    value, rule, marked = found
    unpublished = UNPUBLISHED if marked else ()
    if rule is None:
        assert value is not None
        return Given(value, unpublished=unpublished)
    return Given(instead(rule), unpublished=unpublished)


def told(outcome: Outcome, rule: AbsenceRule | None) -> Seen:
    """What came of a step, for `code_of`."""
    marked = bool(outcome.unpublished)
    if isinstance(outcome.value, Absent) or outcome.stated is not None:
        return None, rule, marked
    return outcome.value, None, marked


def code_of(domain: Coded | Met, found: Seen) -> int:
    """The place of a value."""
    value, rule, marked = found
    if isinstance(domain, Met):
        return domain.code(found)
    place = domain.code(rule if rule is not None else value)  # type: ignore[arg-type]  # one of them is there
    return place + (domain.places if marked and domain.marked == "some" else 0)


def decided_by(outcome: Outcome) -> tuple[int, int]:
    """The place of the choice that decided, and of the last limit that changed the value; -1 for none.

    What is undecided decides nothing.
    """
    limits = [each.index for each in outcome.limits if each.evidence is not None and each.evidence.truth]
    match outcome.how:
        case ByRule(index, tried) if index is not None and index < len(tried) and tried[index].truth is None:
            choice = -1
        case ByRule(index) | ByRow(index) | ByBand(index) | ByFirst(index):
            choice = -1 if index is None else index
        case _:
            choice = -1
    return choice, limits[-1] if limits else -1
