"""A record that shows a difference: what is out of the ordinary in it, and what decides it in either version. Knows
traces and words; no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...explain.brief import brief
from ...explain.scene import Scene
from ...explain.wording import Words, grouped, listing
from ...ir import Absent, Input, Type, Value, combinations
from ...trace import Given, Key, Trace
from ...verify.replay import plain
from ...verify.told import deciding
from ..verdicts import Witness
from .changes import place_of

_MEASURES = 4  # on the way to the result, that are told of
_INPUTS = 6
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Decided:
    """One value on the way to the result: `overall is good`, why, and the line that gives it."""

    said: str
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class Example:
    """`given` says what is out of the ordinary, `existing targets is partly met`, and `more` how much else is."""

    given: tuple[str, ...]
    more: int
    before: tuple[Decided, ...]
    after: tuple[Decided, ...]

    @property
    def where(self) -> str:
        """`where existing targets is partly met, and nothing else is out of the ordinary`."""
        if not self.given:
            return "where nothing is out of the ordinary"
        rest = f"{self.more:,} more are out of the ordinary" if self.more else "nothing else is out of the ordinary"
        return f"where {'; '.join(self.given)}; {rest}"


def example_of(witness: Witness, old_key: Key, old: Words, new: Words, near: str = "") -> Example:
    """What a witness shows. `old_key` is its key as the old version has it."""
    kept = {(old_key, witness.key)}
    was, now = witness.old.outcomes, witness.new.outcomes
    read = read_by(witness.old, old_key), read_by(witness.new, witness.key)
    for key in now:
        if key in was and key in read[0] | read[1] and not new.steps[key[0]].helper and not old.steps[key[0]].helper:
            one, other = (_value(words, key, trace) for words, trace in ((old, witness.old), (new, witness.new)))
            if one != other and key != witness.key:
                kept.add((key, key))
    only = {key for key in was if key in read[0] and key[0] not in new.steps and not old.steps[key[0]].helper}
    told = [key for key in was if (key in only) or any(key == one for one, _ in kept)]
    shown = [key for key in now if any(key == other for _, other in kept) or _only(key, old, new, read[1])]
    given, more = _given(witness.new, read[1] | {key for key in read[0] if key in witness.new.given}, new)
    return Example(
        given,
        more,
        tuple(_told(old, witness.old, told, near, old_key)),
        tuple(_told(new, witness.new, shown, near, witness.key)),
    )


def _only(key: Key, old: Words, new: Words, read: set[Key]) -> bool:
    """Whether a measure that the value rests on is in the new version alone."""
    return key in read and key[0] not in old.steps and not new.steps[key[0]].helper


def _told(words: Words, trace: Trace, keys: Sequence[Key], near: str, asked: Key) -> Iterator[Decided]:
    """Each value and why, those of several members together that are the same for the same reason. What only passes
    something on is left out, unless it is what is `asked`."""
    found: dict[tuple[str, str, str, str, bool], list[tuple[str, ...]]] = {}
    for key in keys:
        step, outcome = words.steps[key[0]], trace.outcomes[key]
        why = brief(Scene(words, trace, step, key[1], outcome))
        if key == asked or why != "as given":
            span = deciding(step, outcome)
            why = why if len(why) <= _LONGEST else why[: _LONGEST - 1] + "…"
            told = (key[0], _value(words, key, trace), why, place_of(span, near) if span else "", key == asked)
            found.setdefault(told, []).append(key[1])
    for (name, value, why, place, _), members in list(found.items())[-_MEASURES:]:
        yield Decided(f"{together(words, name, members)} is {value}", why, place)


def together(words: Words, name: str, members: Sequence[tuple[str, ...]]) -> str:
    """`rating for safe, caring`: a measure for some of its members."""
    axes = words.steps[name].axes
    return words.title(name) + (f" for {listing([words.place(axes, each) for each in members])}" if axes else "")


def _value(words: Words, key: Key, trace: Trace) -> str:
    return value_words(words, trace.outcomes[key].value, words.steps[key[0]].type)


def value_words(words: Words, value: Value, type: Type) -> str:
    """A level or an absence by its title. One that comes from within the rules has no other name than its reason."""
    if isinstance(value, Absent) and not value.name:
        return value.reason.replace("_", " ") or "absent"
    return words.value(value, type)


def read_by(trace: Trace, key: Key) -> set[Key]:
    """All that a value rests on."""
    found: set[Key] = set()
    todo = [key]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += trace.outcomes[key].reads if key in trace.outcomes else ()
    return found


def _given(trace: Trace, read: set[Key], words: Words) -> tuple[tuple[str, ...], int]:
    """What is not as good as can be, by input and value, and how many more there are."""
    unusual: dict[tuple[str, str], list[Key]] = {}
    for key, given in trace.given.items():
        declared = words.program.inputs[key[0]]
        if key in read and given != plain(declared):
            unusual.setdefault((key[0], _said(words, declared, given)), []).append(key)
    said = [
        f"{words.title(name)} is {value}{_for(words, declared, [key[1] for key in keys])}"
        for (name, value), keys in unusual.items()
        for declared in (words.program.inputs[name],)
    ]
    rest = list(unusual.values())[_INPUTS:]
    return tuple(said[:_INPUTS]), sum(len(keys) for keys in rest)


def _said(words: Words, declared: Input, given: Given) -> str:
    absent = given.stated or (given.value if isinstance(given.value, Absent) else None)
    if absent is None:
        return words.value(given.value, declared.type)
    title = next((rule.title for rule in declared.absent if rule.reason == absent.reason), absent.reason)
    return title[:1].lower() + title[1:]


def _for(words: Words, declared: Input, members: list[tuple[str, ...]]) -> str:
    if not declared.axes:
        return ""
    whole = combinations(words.program.sets, declared.axes)
    if len(members) == len(whole) > 1:
        return " for all"
    named = grouped(*([words.places(declared.axes, each) for each in some] for some in (members, whole)))
    return f" for {listing(named)}"
