"""What becomes of the records of a data file, told: who stands where, who moves by which change, who is rejected. Knows
no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...diagnostics import Problem
from ...explain.wording import capital, prose
from ...render import plural
from ..population import Cause, Group, Moved, Pair, Population, Rejects, Standing, Transitions
from .changes import Change, change_of
from .finding import RATED
from .notices import Notices

_MOVES = 8  # that one change is responsible for, named
_FIRST = 10  # records that move, named


@dataclass(frozen=True, slots=True)
class Crosstable:
    """Old standings down, new ones across, in words, best first; `cells` row by row. `summary` says how many move, and
    `moves` from where to where, most first. `member` is whose value it is, where the result has one for each."""

    title: str
    member: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    total: int
    stays: frozenset[tuple[int, int]]  # cells that are no change
    rising: frozenset[tuple[int, int]]
    falling: frozenset[tuple[int, int]]
    summary: str
    moves: tuple[str, ...]
    moved: int
    drawn: bool  # False of numbers, which have one place all together


@dataclass(frozen=True, slots=True)
class Portion:
    """The records that have one value in a column of the data: `kind is acute`. The tables are those with movers."""

    name: str
    records: int
    tables: tuple[Crosstable, ...]
    members: tuple[Crosstable, ...]


@dataclass(frozen=True, slots=True)
class Blame:
    """Changes that are responsible together, and whom for: `34 fair → good`."""

    changes: tuple[Change, ...]
    count: int
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """`count` is the sentence that says what became of every record."""

    data: str
    count: str
    tables: tuple[Crosstable, ...]  # of values for the whole body
    members: tuple[Crosstable, ...]  # of those for a member
    unmoved: tuple[str, ...]  # results in which nobody moves
    groups: tuple[Portion, ...]
    blames: tuple[Blame, ...]
    movers: tuple[str, ...]
    more: int
    rejects: tuple[str, ...]
    notes: tuple[str, ...]


def crowd_of(population: Population, notices: Notices, data: str = "") -> Crowd:
    """`data` is what people call the file."""
    told = population.transitions
    several = len({each.pair.new for each in told if each.moved}) > 1
    records = [tuple(each) for _, each in groupby(population.movers, key=lambda mover: mover.place)]
    return Crowd(
        data,
        _count(population),
        *_tables(told, notices),
        tuple(_unmoved(told, notices)),
        tuple(_group(each, notices) for each in population.groups),
        tuple(_blame(each, notices, several) for each in population.causes),
        tuple(notices.of_record(each) for each in records[:_FIRST]),
        population.moved_records - len(records[:_FIRST]),
        tuple(line for each in population.rejects for line in _rejects(each)),
        tuple(_notes(population)),
    )


def _count(population: Population) -> str:
    """Records in = compared + rejected."""
    said = f"{plural(population.records, 'record')}: {population.compared:,} compared, {population.rejected:,} rejected"
    by = [f"{each.count:,} by {_BY[each.by]}" for each in population.rejects if each.count]
    return said + (f" ({', '.join(by)})" if by else "")


_BY = {"old": "the old version only", "new": "the new version only", "both": "both versions"}


def _rejects(rejects: Rejects) -> Iterator[str]:
    """The first of them, those together of which the same is wrong."""
    found: dict[str, list[str]] = {}
    for each in rejects.first:
        problems: Sequence[Problem] = each.new or each.old
        why = "; ".join(problem.message for problem in problems[:2])
        found.setdefault(why, []).append(each.id or each.place)
    for why, names in found.items():
        yield f"rejected by {_BY[rejects.by]}: {', '.join(names)}: {why}"
    left = rejects.count - len(rejects.first)
    if rejects.first and left:
        yield f"and {left:,} more by {_BY[rejects.by]}; `markscheme rate --rejects FILE` writes all of one version"


def _notes(population: Population) -> Iterator[str]:
    old, new = population.not_published
    for count, version in ((old, "both versions"),) if old == new else ((old, "the old version"), (new, "the new one")):
        if count:
            rests = "rests" if count == 1 else "rest"
            yield f"{plural(count, 'record')} {rests} on rules that are not published, in {version}"


# --- tables ----------------------------------------------------------------------------------------------------------


def _tables(
    transitions: Sequence[Transitions], notices: Notices
) -> tuple[tuple[Crosstable, ...], tuple[Crosstable, ...]]:
    """Those in which somebody moves: of values for the whole body, and of those for a member."""
    moving = [crosstable(each, notices) for each in transitions if each.moved]
    return tuple(each for each in moving if not each.member), tuple(each for each in moving if each.member)


def _unmoved(transitions: Sequence[Transitions], notices: Notices) -> Iterator[str]:
    """The results in which nobody moves, whoever's value it is."""
    moving = {each.pair.new[0] for each in transitions if each.moved}
    yield from dict.fromkeys(
        notices.new.title(each.pair.new[0]) for each in transitions if each.pair.new[0] not in moving
    )


def crosstable(transitions: Transitions, notices: Notices) -> Crosstable:
    rows, columns = _shown(transitions.rows, transitions.before), _shown(transitions.columns, transitions.after)
    pair, all_rows, all_columns = transitions.pair, transitions.rows, transitions.columns
    cells = tuple(tuple(transitions.counts.get((i, j), 0) for j in columns) for i in rows)
    places = [(r, c) for r in range(len(rows)) for c in range(len(columns))]
    ways = {(r, c): _cell_way(pair, all_rows, all_columns, rows[r], columns[c]) for r, c in places}
    return Crosstable(
        capital(notices.called(pair)),
        notices.member(pair),
        tuple(standing_words(all_rows[i]) for i in rows),
        tuple(standing_words(all_columns[j]) for j in columns),
        cells,
        tuple(transitions.before[i] for i in rows),
        tuple(transitions.after[j] for j in columns),
        transitions.records,
        frozenset(place for place in places if ways[place] == "same"),
        frozenset(place for place in places if ways[place] == "higher"),
        frozenset(place for place in places if ways[place] == "lower"),
        _summary(transitions),
        tuple(_moves(transitions)),
        transitions.moved,
        all(each.kind != "number" for each in (*all_rows, *all_columns)),
    )


def _shown(standings: Sequence[Standing], counts: Sequence[int]) -> list[int]:
    """Levels best first, as people draw them; then numbers, absences, and rejects where there are any."""
    values = [i for i, each in enumerate(standings) if each.kind in ("value", "number")]
    rest = [i for i, each in enumerate(standings) if each.kind not in ("value", "number") and counts[i]]
    return [*reversed(values), *rest]


def _cell_way(pair: Pair, rows: Sequence[Standing], columns: Sequence[Standing], i: int, j: int) -> str:
    one, other = rows[i], columns[j]
    if (one.kind, one.name) == (other.kind, other.name):
        return "same"
    if pair.directed and one.kind == other.kind == "value":
        return "higher" if j > i else "lower"
    return "otherwise"


def _summary(transitions: Transitions) -> str:
    if not transitions.moved:
        return "nobody moves"
    said = [f"{count:,} {RATED[way]}" for way in RATED if (count := transitions.ways.get(way, 0))]
    return f"{transitions.moved:,} of {_compared(transitions):,} move: {', '.join(said)}"


def _compared(transitions: Transitions) -> int:
    """The records that neither version rejects."""
    rows, columns = transitions.rows, transitions.columns
    return sum(
        count
        for (i, j), count in transitions.counts.items()
        if rows[i].kind != "rejected" and columns[j].kind != "rejected"
    )


def _moves(transitions: Transitions) -> Iterator[str]:
    rows, columns = transitions.rows, transitions.columns
    for (i, j), count in sorted(transitions.counts.items(), key=lambda each: -each[1]):
        one, other = rows[i], columns[j]
        if "rejected" not in (one.kind, other.kind) and (one.kind, one.name) != (other.kind, other.name):
            yield f"{count:,} {standing_words(one)} → {standing_words(other)}"


def standing_words(standing: Standing) -> str:
    match standing.kind:
        case "value" | "absent":
            return prose(standing.title, standing.name)
        case "number":
            return standing.title or "a number"
        case "rejected":
            return "rejected"


def _group(group: Group, notices: Notices) -> Portion:
    name = f"{group.column} is {group.value or '(empty)'}"
    return Portion(name, group.records, *_tables(group.transitions, notices))


# --- who is responsible ----------------------------------------------------------------------------------------------


def _blame(cause: Cause, notices: Notices, several: bool) -> Blame:
    """`several` says whether it must be said in which result."""
    moves = sorted(cause.moves, key=lambda each: -each.count)
    said = [_moved(each, notices if several else None) for each in moves[:_MOVES]]
    said += [f"{len(moves) - _MOVES:,} more"] if len(moves) > _MOVES else []
    return Blame(tuple(change_of(edit, notices.near) for edit in cause.edits), cause.count, tuple(said))


def _moved(moved: Moved, notices: Notices | None) -> str:
    where = f"{notices.called(moved.pair)}: " if notices else ""
    if moved.old.kind == moved.new.kind == "number":
        return f"{where}{moved.count:,} {RATED[moved.way]}"
    return f"{where}{moved.count:,} {standing_words(moved.old)} → {standing_words(moved.new)}"
