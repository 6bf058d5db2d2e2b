"""Every shipped methodology keeps what it owes and what it promises: proved, or given up in writing with a reason; and
that without z3, which not everybody has."""

from __future__ import annotations

import pytest
from methodologies import PUBLISHED, Subject, compiled_text

from markscheme.verify import verify
from markscheme.verify.told import finding


@pytest.mark.parametrize("subject", PUBLISHED, ids=str)
def test_all_is_proved_by_typing_and_by_walking_every_state(subject: Subject) -> None:
    verified = verify(subject.program, further=False)
    open_ = [
        (verdict.obligation.text, verdict.ending, verdict.limit)
        for verdict in verified.verdicts
        if verdict.obligation.required and not (verdict.ending == "proved" or verdict.waiver is not None)
    ]
    assert not open_
    assert not verified.idle
    assert sum(verdict.obligation.required for verdict in verified.verdicts) >= 5


def test_one_cell_lowered_is_not_proved() -> None:
    """One that can fail: the best of all rated below what is less good."""
    subject = next(each for each in PUBLISHED if str(each) == "audit-commission/council-use-of-resources@2007-08")
    text = subject.source.text
    changed = text.replace("then: 4", "then: 1", 1)
    assert changed != text
    found = [finding(subject.program, verdict) for verdict in verify(compiled_text(changed), further=False).verdicts]
    assert {each.code for each in found if each is not None} >= {"MS801"}
