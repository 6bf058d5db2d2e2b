"""`timeline`: which version of a methodology was in force when, with gaps and overlaps. Rates nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..timeline import Gap, Overlap, Timeline

_BAR = 40  # columns


@click.command()
@click.argument("id", required=False)
@options.rules
@click.option("--on", "day", metavar="DATE", help="Which version was in force that day, as 2024-03-31.")
@click.option("--bar", is_flag=True, help="Draw the time each version was in force.")
@options.as_json
def timeline(id: str | None, rules: Path | None, day: str | None, bar: bool, as_json: bool) -> int:
    """Say which version was in force when.

    ID is the name of a methodology without a version; without it, every one is shown. Exit status 1 where two versions
    say that they were in force on one day, where days between versions have none and nobody says why, where none of ID
    was in force `--on` a day, and where a file cannot be used.
    """
    from ..library import Library, MethodologyError, checked_day, folders
    from ..render import json_text
    from ..timeline import Timeline

    try:
        day = None if day is None else checked_day(day)
        library = Library(folders(rules))
        names = [id] if id is not None else sorted({each.id for each in library.editions().values()})
        lines = [Timeline(library.versions(name)) for name in names]
    except MethodologyError as error:
        raise click.ClickException(str(error)) from error
    broken = [each.path for line in lines for each in line.versions if library.program(each.path)[0] is None]
    for path in broken:  # its dates may be none that there are
        options.say(f"warning: `{path}` cannot be used, so it may stand here wrongly: `markscheme check {path}`")
    shown = [_Shown(each, day, bar, alone=id is not None) for each in lines]
    if as_json:
        print(json_text(shown[0].json() if id is not None else [each.json() for each in shown]))
    elif not shown:
        print("no methodologies; `markscheme new DIRECTORY` makes one to start from")
    else:
        print("\n\n".join("\n".join(each.lines()) for each in shown))
    return 0 if all(each.fine for each in shown) and not broken else 1


@dataclass(frozen=True, slots=True)
class _Shown:
    """One methodology's versions, as they are told."""

    timeline: Timeline
    day: str | None
    bar: bool
    alone: bool  # it was asked for by name

    @property
    def fine(self) -> bool:
        told = self.timeline
        on = self.day is None or len(told.on(self.day)) == 1 or (not self.alone and not told.on(self.day))
        return on and not told.overlaps and all(gap.because is not None for gap in told.gaps)

    def json(self) -> dict[str, object]:
        told = self.timeline
        said: dict[str, object] = {
            "id": told.versions[-1].id,
            "title": told.versions[-1].title,
            "versions": [
                {
                    "version": each.version,
                    "title": each.title,
                    "in_force": {"from": each.since, "until": each.until},
                    "status": each.status,
                    "supersedes": each.supersedes.text if each.supersedes else None,
                    "path": str(each.path),
                }
                for each in told.versions
            ],
            "gaps": [{"from": gap.since, "until": gap.until, "because": gap.because} for gap in told.gaps],
            "overlaps": [
                {"versions": [each.first.version, each.second.version], "from": each.since or None, "until": each.until}
                for each in told.overlaps
            ],
        }
        if self.day is not None:
            said["on"] = {"date": self.day, "versions": [each.version for each in told.on(self.day)], "why": self.why()}
        return said

    # --- for people --------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        from ..echo import escaped

        told = self.timeline
        title = told.versions[-1].title
        yield f"{escaped(told.versions[-1].id)}  {title}"
        wide = max(len(escaped(each.version)) for each in told.versions)
        for each in told.versions:
            for gap in told.gaps:
                if gap.after is each:
                    yield self.row("", wide, gap.since, gap.until, f"none: {_because(gap)}", " ")
            mark = "→" if self.day is not None and each in told.on(self.day) else " "
            about = [each.status]
            about += [f"supersedes {escaped(each.supersedes.text)}"] if each.supersedes else []
            about += [f"“{each.title}”"] if each.title != title else []
            yield self.row(escaped(each.version), wide, each.since, each.until, ", ".join(about), mark)
            for overlap in told.overlaps:
                if overlap.second is each:
                    yield self.row("", wide, overlap.since, overlap.until, _overlap(overlap), " ")
        if self.day is not None:
            found = told.on(self.day)
            said = f"{escaped(found[0].version)} was in force" if len(found) == 1 else self.why()
            yield f"on {self.day}: {said}"

    def row(self, name: str, wide: int, since: str | None, until: str | None, about: str, mark: str) -> str:
        """A line; a period without an end, or beginning, is one of a version that names none."""
        drawn = f"  {self.drawn(since, until)}" if self.bar else ""
        period = f"{since or '…':>10} to {until or '…':<10}" if since or until else "no dates".ljust(24)
        return f"{mark} {name:<{wide}}  {period}{drawn}  {about}".rstrip()

    def drawn(self, since: str | None, until: str | None) -> str:
        """A period on a line from the first day that any version names to the last, or past it where one has no end."""
        days = [date.fromisoformat(day) for each in self.timeline.versions for day in (each.since, each.until) if day]
        if not days or not (since or until):
            return " " * _BAR
        first, length = min(days).toordinal(), (max(days) - min(days)).days + 1
        if any(each.until is None for each in self.timeline.versions):
            length += max(length // 4, 365)

        def column(day: int) -> int:
            return (day - first) * _BAR // length

        start = column(date.fromisoformat(since).toordinal()) if since else 0
        end = max(column(date.fromisoformat(until).toordinal() + 1), start + 1) if until else _BAR
        drawn = "█" * (end - start) if until else "█" * (end - start - 1) + "▸"
        return ("·" * start + drawn).ljust(_BAR, "·")

    def why(self) -> str | None:
        """Why not one version was in force that day; None where one was."""
        from ..echo import escaped

        day, told = self.day or "", self.timeline
        found = told.on(day)
        if len(found) == 1:
            return None
        if found:
            return f"{' and '.join(escaped(each.version) for each in found)} both say that they were in force"
        for gap in told.gaps:
            if gap.since <= day <= gap.until:
                return f"no version was in force: {_because(gap)}"
        first = next((each for each in told.versions if each.since), None)
        if first is not None and first.since and day < first.since:
            return f"no version was in force: the first, {escaped(first.version)}, began on {first.since}"
        last = max(told.versions, key=lambda each: each.until or "")
        return f"no version was in force: the last, {escaped(last.version)}, ended on {last.until}"


def _because(gap: Gap) -> str:
    from ..echo import escaped

    return "a gap, and nobody says why" if gap.because is None else escaped(gap.because)


def _overlap(overlap: Overlap) -> str:
    from ..echo import escaped

    return f"both {escaped(overlap.first.version)} and {escaped(overlap.second.version)}: an overlap"
