"""One plain line for each record that moves, which the body that it is about can read. Knows traces and words, no
page."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from ...explain.wording import Words, words_of
from ...interpret import interpret
from ...trace import Key, Trace
from ..population import Mover, Pair
from ..verdicts import Edit, Version
from .changes import Change, change_of
from .example import read_by, together, value_words

_MOST = 3  # changes told of in a sentence
_STEPS = 3  # measures on the way
_KEPT = 10_000  # records, of which it is known what to say


class Notices:
    """The words of two versions, and what was said of changes, which most movers share. `near` is the folder that both
    lie in; where records have no name, their number is told. A record unlike those before takes
    two ratings more."""

    def __init__(self, old: Words, new: Words, near: str = "", named: bool = True) -> None:
        self.old, self.new, self.near, self._named = old, new, near, named
        self._told: dict[tuple[int, ...], str] = {}
        self._ways: dict[tuple[Key, Hashable], tuple[frozenset[Key], str]] = {}

    def of(self, mover: Mover) -> str:
        """`Alder Trust: quality of services was weak and is fair, since existing targets was not met and is almost met:
        row 4 of …`."""
        was, now = self.values(mover)
        said = f"{self.called(mover.pair)} was {was} and is {now}"
        return f"{self.name(mover)}: {said}{self.since(mover)}{self.why(mover.responsible)}"

    def of_record(self, movers: Sequence[Mover]) -> str:
        """All that moves of one record on one line. What only leads to another of these is told with that."""
        inner = {key for mover in movers for key in self.on_the_way(mover)}
        told = [mover for mover in movers if mover.pair.new not in inner] or movers
        first, *others = (self.of(mover) for mover in told)
        name = f"{self.name(movers[0])}: "
        return "; ".join((first, *(line.removeprefix(name) for line in others)))

    def name(self, mover: Mover) -> str:
        return (mover.id if self._named else f"record {mover.id}") if mover.id else mover.place

    def values(self, mover: Mover) -> tuple[str, str]:
        one, other = mover.pair.types
        return value_words(self.old, mover.old, one), value_words(self.new, mover.new, other)

    def called(self, pair: Pair) -> str:
        """`quality of services`, and for which member."""
        return self.new.named(*pair.new)

    def member(self, pair: Pair) -> str:
        return self.new.place(self.new.steps[pair.new[0]].axes, pair.new[1])

    # --- why ---------------------------------------------------------------------------------------------------------

    def since(self, mover: Mover) -> str:
        """`, since existing targets was not met and is almost met`: what moves on the way."""
        return self._way(mover)[1]

    def on_the_way(self, mover: Mover) -> frozenset[Key]:
        """The measures that the value rests on in both versions, and that have other values now."""
        return self._way(mover)[0]

    def _way(self, mover: Mover) -> tuple[frozenset[Key], str]:
        """Records alike in all values are told alike."""
        values = tuple((key, given.value, given.stated) for side in mover.given for key, given in side.items())
        if (mover.pair.new, values) not in self._ways:
            if len(self._ways) >= _KEPT:
                self._ways.clear()
            old, new = interpret(self.old.program, mover.given[0]), interpret(self.new.program, mover.given[1])
            read = read_by(old, mover.pair.old) & read_by(new, mover.pair.new)
            found: dict[tuple[str, str, str], list[Key]] = {}
            for key in new.outcomes:
                if key in read and key != mover.pair.new and key in old.outcomes and not self.new.steps[key[0]].helper:
                    was, now = _value(self.old, key, old), _value(self.new, key, new)
                    if was != now:
                        found.setdefault((key[0], was, now), []).append(key)
            said = [
                f"{together(self.new, name, [key[1] for key in keys])} was {was} and is {now}"
                for (name, was, now), keys in list(found.items())[-_STEPS:]
            ]
            keys = frozenset(key for those in found.values() for key in those)
            self._ways[mover.pair.new, values] = keys, f", since {', '.join(said)}" if said else ""
        return self._ways[mover.pair.new, values]

    def why(self, edits: Sequence[Edit]) -> str:
        """`: row 4 of `existing_targets` reads …, formerly …`; nothing where no change can be told apart."""
        numbers = tuple(edit.number for edit in edits)
        if numbers not in self._told:
            said = [reads(change_of(edit, self.near)) for edit in edits[:_MOST]]
            if len(edits) > _MOST:
                said.append(f"{len(edits) - _MOST:,} more changes")
            self._told[numbers] = f": {'; '.join(said)}" if said else ""
        return self._told[numbers]


def notices(old: Version, new: Version, near: str = "", named: bool = True) -> Notices:
    return Notices(words_of(old.program), words_of(new.program), near, named)


def _value(words: Words, key: Key, trace: Trace) -> str:
    return value_words(words, trace.outcomes[key].value, words.steps[key[0]].type)


def reads(change: Change) -> str:
    """What a part says now, and what it said."""
    old, new = change.pieces
    if change.old is None:
        return f"{change.part} is new" + (f", `{new}`" if new and change.new and change.new.text else "")
    if change.new is None:
        return f"{change.part} is gone" + (f", `{old}`" if old and change.old.text else "")
    if change.kind == "moved":
        return f"{change.part} stands elsewhere"
    return (
        f"{change.part} reads `{new}`, formerly `{old}`" if old and new and old != new else f"{change.part} was changed"
    )
