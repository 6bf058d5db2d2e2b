"""The versions of one methodology in time: what was in force when, gaps, overlaps, what follows what. Opens no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from .diagnostics import Diagnostic, Findings, Label, suggestion
from .editions import Edition


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, both included, on which no version was in force; `after` begins when they end."""

    before: Edition
    after: Edition
    since: str
    until: str

    @property
    def because(self) -> str | None:
        """Why, where the file says."""
        return self.after.gap_before.text if self.after.gap_before else None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days, both included, on which two versions say that they were in force; `until` is None where neither ends."""

    first: Edition
    second: Edition
    since: str
    until: str | None


class Timeline:
    """The versions of one id, in the order in which they came into force."""

    def __init__(self, versions: Iterable[Edition]) -> None:
        self.versions = tuple(sorted(versions, key=lambda each: (each.since or "", each.version)))

    @cached_property
    def _meetings(self) -> tuple[Gap | Overlap, ...]:
        """Where one version does not begin on the day after all before it ended."""
        found: list[Gap | Overlap] = []
        in_time = [each for each in self.versions if each.since or each.until]
        last = in_time[0] if in_time else None  # the one that ends last of those so far
        for each in in_time[1:]:
            assert last is not None
            since = each.since or ""
            if last.until is None or since <= last.until:
                ends = [end for end in (last.until, each.until) if end is not None]
                found.append(Overlap(last, each, since, min(ends) if ends else None))
            elif (free := _next(last.until)) < since:
                found.append(Gap(last, each, free, _before(since)))
            # What has no end is told once: it was meant to end where the next one begins.
            if last.until is None or each.until is None or each.until >= last.until:
                last = each
        return tuple(found)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(each for each in self._meetings if isinstance(each, Gap))

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        return tuple(each for each in self._meetings if isinstance(each, Overlap))

    def on(self, day: str) -> list[Edition]:
        """Those in force on a day. Where no version says when it was in force, each is on any."""
        in_time = [each for each in self.versions if each.since or each.until]
        return [each for each in in_time or self.versions if (each.since or "") <= day <= (each.until or "9999-12-31")]

    # --- what is wrong -----------------------------------------------------------------------------------------------

    def findings(self) -> tuple[Diagnostic, ...]:
        """Overlaps, gaps that nobody explains, explanations of no gap, and versions said to follow what they do not."""
        findings = Findings()
        for overlap in self.overlaps:
            self._overlap(overlap, findings)
        for gap in self.gaps:
            if gap.because is None:
                self._gap(gap, findings)
        explained = [each for each in self.versions if each.gap_before is not None]
        for each in explained:
            if len(self.versions) > 1 and each.gap_before and not any(gap.after is each for gap in self.gaps):
                message = f"`gap_before` of `{each.name}` explains a gap that is not there"
                hint = "leave it out, or correct `in_force`"
                findings.add("MS660", message, each.gap_before.span, hint)
        if len(self.versions) > 1:
            self._order(findings)
        return findings.all()

    def _overlap(self, overlap: Overlap, findings: Findings) -> None:
        first, second = overlap.first, overlap.second
        days = f"from {overlap.since}" if overlap.since else "from the beginning"
        days += f" until {overlap.until}" if overlap.until else " on"
        message = f"`{first.name}` and `{second.name}` both say they were in force {days}"
        if overlap.since and (first.since or "") < overlap.since:
            end = f'`until: "{_before(overlap.since)}"`'
            hint = f"end the earlier one on the day before: {end}"
            hint += f"; or let the later one begin on {_next(first.until)}" if first.until else ""
        else:
            hint = "they begin on one day: correct `in_force` of one of them"
        label = Label(first.ended or first.began or first.span, "until then" if first.ended else "without an end")
        findings.add("MS657", message, second.began or second.span, hint, [label])

    def _gap(self, gap: Gap, findings: Findings) -> None:
        message = f"no version of `{gap.after.id}` was in force from {gap.since} until {gap.until}"
        if gap.since == gap.until:
            message = f"no version of `{gap.after.id}` was in force on {gap.since}"
        close = f'`until: "{gap.until}"` in {gap.before.version}'
        hint = f"say why in {gap.after.version}: `gap_before: …`; or close the gap: {close}"
        label = Label(gap.before.ended or gap.before.span, "the one before ends here")
        findings.add("MS658", message, gap.after.began or gap.after.span, hint, [label])

    def _order(self, findings: Findings) -> None:
        """That what a version supersedes is there, and ended before it began."""
        by_version = {each.version: each for each in self.versions}
        overlapping = {frozenset((each.first.name, each.second.name)) for each in self.overlaps}
        in_circle: set[str] = set()
        for each in self.versions:
            if each.supersedes is None or each.version in in_circle:
                continue
            old = by_version.get(each.supersedes.text)
            if old is None:
                known = [other.version for other in self.versions if other is not each]
                near = suggestion(each.supersedes.text, known)
                has = f"there are {', '.join(known)}" if len(known) > 1 else f"there is {known[0]}"
                message = f"`{each.name}` supersedes `{each.supersedes.text}`, and there is no such version"
                findings.add("MS659", message, each.supersedes.span, near or has)
            elif circle := list(_circle(each, by_version)):
                in_circle.update(circle)
                said = " → ".join([*circle, circle[0]])
                message = f"versions of `{each.id}` supersede one another in a circle: {said}"
                findings.add("MS659", message, each.supersedes.span, "a version supersedes the one before it")
            elif frozenset((each.name, old.name)) not in overlapping and not _ends_before(old, each):
                message = f"`{each.name}` supersedes `{old.version}`, which came after it"
                label = Label(old.began or old.span, f"{old.version} begins here")
                hint = "name the version before it, or correct `in_force`"
                findings.add("MS659", message, each.supersedes.span, hint, [label])


def _ends_before(old: Edition, new: Edition) -> bool:
    """Whether that can be: what says nothing of time contradicts nothing."""
    if not (old.since or old.until) or not (new.since or new.until):
        return True
    return old.until is not None and new.since is not None and old.until < new.since


def _circle(start: Edition, by_version: dict[str, Edition]) -> Iterator[str]:
    """The versions that lead from one back to itself; none where they do not."""
    chain: list[str] = []
    each: Edition | None = start
    while each is not None and each.version not in chain:
        chain.append(each.version)
        each = by_version.get(each.supersedes.text) if each.supersedes else None
    if each is start:
        yield from chain


def _next(day: str) -> str:
    """The day after; the last day of the calendar has none, and stays."""
    then = date.fromisoformat(day)
    return (then if then == date.max else then + timedelta(days=1)).isoformat()


def _before(day: str) -> str:
    then = date.fromisoformat(day)
    return (then if then == date.min else then - timedelta(days=1)).isoformat()
