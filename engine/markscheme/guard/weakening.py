"""One thing that is weaker than it was, before anybody has looked for the reason. Knows no rule and no file."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Label, Span


@dataclass(frozen=True, slots=True)
class Weakening:
    """`was` is what a reason for it names. `span` is the place in the text of today, `then` that in the old one."""

    code: str
    message: str
    was: str
    span: Span | None
    then: Span | None = None
    said: str = "as it was"  # beside the old place

    @property
    def labels(self) -> tuple[Label, ...]:
        return (Label(self.then, self.said),) if self.then else ()
