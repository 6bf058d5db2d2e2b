"""What proof says of a changed methodology: which promise is broken that was kept, and whether two programs rate every
record alike. The only place here that knows the prover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..diagnostics import Span
from ..ir import Program
from ..trace import Given, Key
from ..verify.verdicts import Obligation, Verdict, Verified

Undecided = Literal["undecided"]


@dataclass(frozen=True, slots=True)
class Broken:
    """An obligation that held and does not now. `span` is of the changed text."""

    text: str
    span: Span


def verified(program: Program) -> Verified | None:
    """Every verdict on a program; None where there is no prover."""
    try:
        from ..verify import verify
    except ImportError:
        return None
    found: Verified = verify(program)
    return found


def broken(old: Verified, new: Verified) -> tuple[tuple[Broken, ...], bool]:
    """What is refuted of the new program and was not of the old one; and whether all that was proved is decided."""
    before = {_key(each.obligation): each for each in old.verdicts}
    found = [each for each in new.verdicts if _fails(each) and not _failed(before.get(_key(each.obligation)))]
    decided = all(each.ending != "not proved" or _unproved(before.get(_key(each.obligation))) for each in new.verdicts)
    return tuple(Broken(each.obligation.text, each.obligation.span) for each in found), decided


def same(old: Program, new: Program) -> dict[Key, Given] | Undecided | None:
    """A record that the two rate differently; None where there is none."""
    try:
        from ..verify.same import Undecided as NotSettled  # type: ignore[import-not-found]
        from ..verify.same import differs
    except ImportError:
        return "undecided"
    found = differs(old, new)
    if found is None:
        return None
    if isinstance(found, NotSettled):
        return "undecided"
    return dict(found[0].given)


def _key(of: Obligation) -> tuple[object, ...]:
    """What an obligation is about, wherever it stands: of a rule to be reached, the rule itself."""
    about = " ".join(of.span.text.split()) if of.kind == "reachable" else of.text
    return of.kind, of.subject, of.input, of.level, about


def _fails(verdict: Verdict) -> bool:
    return not verdict.holds


def _failed(verdict: Verdict | None) -> bool:
    return verdict is not None and not verdict.holds


def _unproved(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.ending == "not proved"
