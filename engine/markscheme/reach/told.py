"""What it takes, in words: as a page and as plain data. Knows the answer and a program's words; finds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..explain.wording import Words, capital, listing, quoted, words_of
from ..intake.headings import label
from ..ir import Absent, Program
from ..trace import Given, Key
from .pages import Block, Heading, Item, Items, Page, Said
from .ways import Change, Held, Pool, Way, Ways, way_of

_SHOWN = 3  # ways to lift a limit
_NAMES = 120  # inputs named in all ways that are shown


def edition(program: Program) -> str:
    """`cqc/gp-practice@2021-10, Care Quality Commission`."""
    return ", ".join(filter(None, (f"{program.id}@{program.version}", program.publisher)))


def page(ways: Ways) -> Page:
    """For people, the answer first."""
    telling = _Telling(ways, words_of(ways.program))
    beneath = [edition(ways.program)] + ([] if ways.record is None else [f"Record: {ways.record}"])
    return Page(ways.program.title, tuple(beneath), tuple(telling.blocks()))


class _Telling:
    def __init__(self, ways: Ways, words: Words) -> None:
        self.ways, self.words = ways, words
        self.type = ways.step.type
        self.level = words.present(ways.level, self.type)
        self.named = words.named(*ways.key)

    # --- the page ----------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        ways = self.ways
        now = self.words.value(ways.value, self.type)
        if ways.sought == "reach":
            yield Heading(f"{capital(self.named)}: what it takes to be {self.at_least()}")
        else:
            yield Heading(f"{capital(self.named)}, {self.level}: what would lose it")
        if ways.there:
            yield Said(f"It is {now}: nothing is needed.")
            return
        if ways.sought == "reach":
            is_now = f"It has no value ({now})" if isinstance(ways.value, Absent) else f"It is {now}"
            yield Said(f"{is_now}. {self.opening()}")
        else:
            yield Said(self.opening())
        yield from self.found(ways)
        if ways.outside is not None and not ways.ways:
            beyond = _Telling(ways.outside, self.words)
            yield Said(beyond.opening(" when inputs change that are not marked as changeable, too"))
            yield from beyond.found(ways.outside)
        if ways.held:
            yield Heading("Limits that hold it down")
            yield Items(tuple(self.limit(each) for each in ways.held))

    def at_least(self) -> str:
        way = way_of(self.type)
        if way == 0 or isinstance(self.ways.level, str):
            return self.level
        return f"{'at least' if way > 0 else 'at most'} {self.level}"

    def opening(self, more: str = "") -> str:
        ways = self.ways
        others = " of the inputs marked as changeable" if ways.marked else ""
        if not ways.ways:
            change = "for the better" if ways.sought == "reach" else "for the worse"
            lacking = ", of values that are absent too," if ways.absences else ""
            if ways.proved:
                return f"No change {change}{others}{lacking} does{more}. That is proved."
            return f"Nothing was found that does{more}, which is not proved ({ways.limit})."
        if ways.absences and all(any(map(self.lacking, way.least[0])) for way in ways.ways):
            return f"Only with a value for what is absent does it change{more}:"
        this = "This" if sum(way.count for way in ways.ways) == 1 else "Each of these"
        does = "does" if ways.sought == "reach" else "would do"
        return f"{this} {does}{more}, with nothing to spare:" if ways.proved else f"{this} {does}{more}:"

    def lacking(self, change: Change) -> bool:
        return bool(change.before.stated) or isinstance(change.before.value, Absent)

    def found(self, ways: Ways) -> Iterator[Block]:
        if not ways.ways:
            return
        listed = tuple(_short_enough(ways.ways))
        items = [self.way(way) for way in listed]
        shown = sum(way.count for way in listed)
        if ways.count is None:
            yield Items(tuple(items), numbered=True)
            yield Said(f"Not proved ({ways.limit}): there may be other ways, and smaller ones.", warning=True)
            return
        yield Items(tuple(items), numbered=True)
        if ways.count > shown:
            yield Said(f"And {ways.count - shown:,} more, none of them with fewer inputs.")
        within = " among the inputs marked as changeable" if ways.marked else ""
        if ways.count == 1:
            yield Said(f"Proved: there is no other least way{within}.")
        else:
            yield Said(f"Proved: these {ways.count:,} are all the least ways there are{within}.")

    # --- one way -----------------------------------------------------------------------------------------------------

    def way(self, way: Way) -> Item:
        if len(way.least) == 1 and way.alike:
            return Item(_and(self.pools(way.pools, way.least[0])))
        if len(way.pools) == len(way.keys) and way.count == 1:
            text = f"{_and(self.inputs(way.keys))} together"
        else:
            text = _and(self.pool(pool, ()) for pool in way.pools)
        if way.count > 1:
            text += f": {way.count:,} in all"
        said = [Item(_and(self.changes(each))) for each in way.least]
        if not way.alike:
            return Item(f"{text}, such as", inside=tuple(said))
        return Item(f"{text}, {'either' if way.every_one else 'such as'}", inside=tuple(said))

    def pools(self, pools: Sequence[Pool], changes: Sequence[Change]) -> Iterator[str]:
        """`any 2 of these 5 from good to outstanding: …`; what has no choice, together."""
        of = {key: pool for pool in pools for key in pool.keys}
        fixed = [change for change in changes if len(of[change.key].keys) == of[change.key].many]
        yield from self.changes(fixed)
        for pool in pools:
            if len(pool.keys) > pool.many:
                yield self.pool(pool, [change for change in changes if of[change.key] is pool])

    def pool(self, pool: Pool, changes: Sequence[Change]) -> str:
        if pool.many == len(pool.keys):
            return _and(self.inputs(pool.keys))
        name = pool.keys[0][0]
        axes = self.ways.program.inputs[name].axes
        where = self.where(axes, [members for _, members in pool.keys])
        said = f"{self.words.title(name)} for {'one' if pool.many == 1 else f'any {pool.many}'} of {where}"
        moves = dict.fromkeys(self.move(change) for change in changes)
        if len(moves) > 1:
            return f"{said}, {_and(f'one {self.move(change)}' for change in changes)}"
        return said + "".join(f" {move}" for move in moves)

    def changes(self, changes: Iterable[Change]) -> Iterator[str]:
        """`ratings for safe, caring from poor to good`: those of one input that change alike together."""
        alike: dict[tuple[str, str], list[Key]] = {}
        for change in changes:
            alike.setdefault((change.key[0], self.move(change)), []).append(change.key)
        for (_, move), keys in alike.items():
            yield f"{_and(self.inputs(keys))} {move}"

    def inputs(self, keys: Sequence[Key]) -> Iterator[str]:
        """`ratings for safe, caring`."""
        names: dict[str, list[tuple[str, ...]]] = {}
        for name, members in keys:
            names.setdefault(name, []).append(members)
        for name, some in names.items():
            axes = self.ways.program.inputs[name].axes
            where = self.where(axes, some) if axes else ""
            yield f"{self.words.title(name)} for {where}" if where else self.words.title(name)

    def where(self, axes: tuple[str, ...], some: Sequence[tuple[str, ...]]) -> str:
        """`safe, caring`; of several pairs `location 1 (surgery, critical care)`."""
        places = [self.words.places(axes, members) for members in some]
        shared = 0
        while len(places) > 1 and shared < len(axes) - 1 and len({each[: shared + 1] for each in places}) == 1:
            shared += 1
        first = " / ".join(places[0][:shared])
        rest = listing([" / ".join(each[shared:]) for each in places], 12)
        return f"{first} ({rest})" if first else rest

    def move(self, change: Change) -> str:
        return f"from {self.given(change.key, change.before)} to {self.given(change.key, change.after)}"

    def given(self, key: Key, given: Given) -> str:
        type_ = self.ways.program.inputs[key[0]].type
        return self.words.value(given.stated or given.value, type_)

    # --- limits ------------------------------------------------------------------------------------------------------

    def limit(self, held: Held) -> Item:
        limit, step, words = held.step.limits[held.index], held.step, self.words
        where = listing((words.place(step.axes, each) for each in held.members), 12) if step.axes else ""
        line = f", line {limit.note.span.line}" if limit.note.span else ""
        named = f"limit {held.index + 1} of {words.title(step.name)}{f' for {where}' if where else ''}{line}"
        inside = []
        if limit.note.because:
            inside.append(Item(f"because: {limit.note.because}"))
        inside.append(Item(f"without it: {words.value(held.value, self.type)}"))
        for members, lifted in zip(held.members, held.lifted, strict=False):
            inside.append(self.lifted(members if len(held.members) > 1 else (), lifted, step.axes))
        return Item(named, quoted(limit.when.span), tuple(inside))

    def lifted(self, members: tuple[str, ...], lifted: Ways, axes: tuple[str, ...]) -> Item:
        telling = _Telling(lifted, words_of(lifted.program))
        where = f" for {self.words.place(axes, members)}" if members else ""
        if not lifted.ways:
            sure = "" if lifted.proved else " was found"
            within = " within the inputs marked as changeable" if lifted.marked else ""
            return Item(f"what would lift it{where}: nothing{sure}{within}")
        shown = lifted.ways[:_SHOWN]
        said = [telling.way(way) for way in shown]
        more = (lifted.count or 0) - sum(way.count for way in shown)
        if more > 0:
            said.append(Item(f"and {more:,} more"))
        if len(said) == 1 and not said[0].inside:
            return Item(f"lifted{where} by {said[0].text}")
        return Item(f"lifted{where} by any of", inside=tuple(said))


def _short_enough(ways: Iterable[Way]) -> Iterator[Way]:
    """The first, and as many more as a page can hold."""
    names = 0
    for way in ways:
        here = sum(len(pool.keys) for pool in way.pools) + sum(map(len, way.least[way.alike :]))
        if names and names + here > _NAMES:
            return
        names += here
        yield way


def _and(parts: Iterable[str]) -> str:
    """`a, b; and c`: parts that may have commas of their own."""
    said = list(parts)
    return said[0] if len(said) == 1 else f"{'; '.join(said[:-1])}; and {said[-1]}" if said else ""


# --- plain data ------------------------------------------------------------------------------------------------------


def plain(ways: Ways) -> dict[str, Any]:
    """Text, numbers, lists, dicts, true, false and null.

    `what_it_takes`: 1, the version of this form. `methodology`, `record`, `result` (name, members, `value` as it is),
    `sought` (`reach` or `lose`), `level`, `there` (nothing is needed), `proved`, `count` (of least sets; null where not
    proved), `limit` (why not), `changeable_only`, `absent_too`, `ways`, smallest first: `count` (sets of this kind),
    `of` (how many of which inputs), `same` (each of them takes the same), `every_one` (all least changes are told) and
    `least`: one or more of all changes together, by input `from` and `to`. `outside` is the same for all inputs;
    `limits` hold the result down.
    """
    words = words_of(ways.program)
    step = ways.step
    return {
        "what_it_takes": 1,
        "methodology": {"id": ways.program.id, "version": ways.program.version, "title": ways.program.title},
        "record": ways.record,
        "result": {
            "name": step.name,
            "members": dict(zip(step.axes, ways.key[1], strict=True)),
            "value": words.exact(ways.value, step.type),
            "absent": ways.value.reason if isinstance(ways.value, Absent) else None,
        },
        **_answer(ways, words),
        "outside": None if ways.outside is None else _answer(ways.outside, words),
        "limits": [_limit(each, ways, words) for each in ways.held],
    }


def _answer(ways: Ways, words: Words) -> dict[str, Any]:
    def value(key: Key, given: Given) -> str | None:
        return given.stated.reason if given.stated else _exact(words, key, given)

    return {
        "sought": ways.sought,
        "level": words.exact(ways.level, ways.step.type),
        "there": ways.there,
        "proved": ways.proved,
        "count": ways.count,
        "limit": ways.limit or None,
        "changeable_only": ways.marked,
        "absent_too": ways.absences,
        "ways": [
            {
                "count": way.count,
                "of": [{"any": pool.many, "inputs": [label(key) for key in pool.keys]} for pool in way.pools],
                "same": way.alike,
                "every_one": way.every_one,
                "least": [
                    {
                        label(each.key): {"from": value(each.key, each.before), "to": value(each.key, each.after)}
                        for each in changes
                    }
                    for changes in way.least
                ],
            }
            for way in ways.ways
        ],
    }


def _exact(words: Words, key: Key, given: Given) -> str | None:
    if isinstance(given.value, Absent):
        return given.value.reason
    return words.exact(given.value, words.program.inputs[key[0]].type)


def _limit(held: Held, ways: Ways, words: Words) -> dict[str, Any]:
    limit = held.step.limits[held.index]
    lifted = [_answer(each, words_of(each.program)) for each in held.lifted]
    return {
        "measure": held.step.name,
        "limit": held.index + 1,
        "line": limit.note.span.line if limit.note.span else None,
        "when": quoted(limit.when.span),
        "because": limit.note.because,
        "members": [dict(zip(held.step.axes, each, strict=True)) for each in held.members],
        "without": words.exact(held.value, ways.step.type),
        "lifted": lifted,
    }


__all__ = ["capital", "edition", "page", "plain"]
