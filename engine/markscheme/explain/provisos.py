"""What stands beside the rule that decided, in lines: limits, absences, sources. Knows one step at a time, no page."""

from __future__ import annotations

from typing import assert_never

from ..ir import Absent, Bands, FirstPresent, Formula, Note, Rules, Table
from ..trace import ByFirst, ByFormula, Key, LimitTried
from .account import Line
from .evidence import because_lines, evidence_lines, marked
from .scene import Scene
from .wording import fold, grouped, listing, quoted


def limit_lines(scene: Scene) -> tuple[Line, ...]:
    """Each limit that was looked at; those that could not change the value share a line."""
    lines: list[Line] = []
    not_asked: list[str] = []
    for tried in scene.outcome.limits:
        if tried.evidence is None and not isinstance(tried.after, Absent):
            not_asked.append(_limit_name(tried, scene))
        else:
            lines.append(_limit(tried, scene))
    if not_asked:
        could = f"could not change {scene.words.value(scene.outcome.limits[-1].after, scene.step.type)}"
        they = "it" if len(not_asked) == 1 else "they"
        lines.append(Line("limit_not_asked", f"{listing(not_asked)} not asked, as {they} {could}"))
    return tuple(lines)


def _limit_name(tried: LimitTried, scene: Scene) -> str:
    limit = scene.step.limits[tried.index]
    status = "" if limit.note.status == "published" else f", {limit.note.status}"
    bound = f"{limit.kind.replace('_', ' ')} {scene.words.value(tried.bound, scene.step.type)}"
    return f"limit {tried.index + 1} ({bound}{status})"


def _limit(tried: LimitTried, scene: Scene) -> Line:
    limit, words, type_ = scene.step.limits[tried.index], scene.words, scene.step.type
    name, quote = _limit_name(tried, scene), quoted(limit.when.span)
    inside = evidence_lines(tried.evidence, scene) if tried.evidence else ()
    if isinstance(tried.after, Absent):
        return Line("undecided", f"{name} cannot be decided, so there is no value", quote, inside)
    if tried.after == tried.before:
        return Line("limit_not_met", f"{name} does not apply", quote, inside)
    by = f"limit {tried.index + 1} of {len(scene.step.limits)}{marked(limit.note)}"
    change = f"{changed(tried, scene)} to {words.value(tried.after, type_)} by {by}"
    return Line("limit", change, quote, (*because_lines(limit.note), *inside))


def changed(tried: LimitTried, scene: Scene) -> str:
    """`Capped from good`."""
    verb = "Capped" if scene.step.limits[tried.index].kind == "at_most" else "Raised"
    return f"{verb} from {scene.words.value(tried.before, scene.step.type)}"


# --- what was not there, and where it is published -------------------------------------------------------------------


def absence_lines(scene: Scene) -> tuple[Line, ...]:
    """What was absent among the values read, and how that was treated; those treated alike share a line."""
    counted = scene.words.names[scene.step.name].counted
    found: dict[str, dict[str, list[Key]]] = {}
    for key in scene.outcome.reads:
        value, stated = scene.value_at(key), scene.stated(key)
        declared = scene.words.declared(key[0])
        if declared is None or value is None:
            continue
        if stated is not None:
            said = f"{scene.words.absence(stated)} - taken as {scene.words.value(value, declared.type)}"
        elif isinstance(value, Absent) and key[0] in counted:
            treated = "left out" if value.skip else "counts as undecided"
            said = f"{scene.words.absence(value)} - {treated}"
        else:
            continue
        found.setdefault(said, {}).setdefault(key[0], []).append(key)
    lines = []
    for said, names in found.items():
        told = [each for name, keys in names.items() for each in _absent_ones(name, keys, scene)]
        lines.append(Line("absent", f"{listing(told)}: {said}"))
    own = scene.outcome.stated
    if own is not None:
        value = scene.words.value(scene.outcome.value, scene.step.type)
        lines.append(Line("absent", f"{scene.words.absence(own)} - taken as {value}"))
    return tuple(lines)


def _absent_ones(name: str, keys: list[Key], scene: Scene) -> list[str]:
    """A value by its title; of several members these, a member with all that was read of it as `location 2 (all)`."""
    if all(scene.is_own(key) for key in keys):
        return [scene.words.title(name)]
    declared, own = scene.words.declared(name), scene.bound()
    axes = declared.axes if declared else ()
    shown = [i for i, axis in enumerate(axes) if any(key[1][i] != own.get(axis) for key in keys)]
    some, whole = (
        [tuple(scene.words.member(axes[i], key[1][i]) for i in shown) for key in dict.fromkeys(among) if key[0] == name]
        for among in (keys, scene.outcome.reads)
    )
    return grouped(some, whole) if len(some) > 1 else [" / ".join(places) for places in some]


def source_lines(scene: Scene) -> tuple[Line, ...]:
    """The reason given for the measure; where the rule that decided, and a limit that changed the value, are
    published."""
    cited: dict[str, str] = {}
    for note in (*_deciding(scene), scene.step.note):
        if note.cite:
            cited.setdefault(note.cite, _standing(note))
    sources = (Line("source", f"{standing}: {_cited(cite, scene)}") for cite, standing in cited.items())
    return (*because_lines(scene.step.note), *sources)


def _standing(note: Note) -> str:
    """A source is not to lend its weight to a rule that it does not print."""
    match note.status:
        case "published":
            return "Source"
        case "derived":
            return "Derived from"
        case "recalled" | "illustrative":
            return f"Source cited, though the rule is {note.status}"
        case _:
            assert_never(note.status)


def _cited(cite: str, scene: Scene) -> str:
    source = scene.words.program.sources.get(cite)
    if source is None:
        return cite
    return ", ".join(fold(part) for part in (source.title, source.published, source.url) if part)


def _deciding(scene: Scene) -> tuple[Note, ...]:
    """The notes of the rule, row or band that gave the value, and of the limits that changed it."""
    form, how = scene.step.form, scene.outcome.how
    index = None if isinstance(how, ByFormula | ByFirst) else how.index
    match form:
        case _ if index is None:
            own: tuple[Note, ...] = ()
        case Rules(rules=choices) | Table(rows=choices) | Bands(bands=choices):
            own = (choices[index].note,)
        case Formula() | FirstPresent():
            own = ()
        case _:
            assert_never(form)
    applied = (scene.step.limits[t.index].note for t in scene.outcome.limits if t.after != t.before)
    return (*own, *applied)
