"""A record as given and as corrected, side by side: what became of each value, and why. Knows explanations; rates
nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..explain import explain
from ..explain.account import Account, Answer, Part
from ..explain.pages import named
from ..explain.wording import Words, capital, listing, words_of
from ..intake.headings import label
from ..ir import Absent, Program, Value
from ..trace import Key, Trace
from .pages import Block, Heading, Item, Items, Page, Rows, Said
from .told import edition


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A record rated as it was given and with some of its facts put right. `str()` of it is its text."""

    program: Program
    facts: tuple[Key, ...]
    before: Trace
    after: Trace
    record: str | None = None
    result: str | None = None

    def text(self, width: int = 100, colour: bool = False) -> str:
        """For a terminal or a letter."""
        return page(self).text(width, colour)

    def markdown(self) -> str:
        """GitHub-flavoured Markdown."""
        return page(self).markdown()

    def json(self) -> dict[str, Any]:
        """Text, lists, dicts, true, false and null; `comparison.plain` lists the keys."""
        return plain(self)

    def _repr_html_(self) -> str:
        return page(self).html()

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Pair:
    """One value of a result or measure, as given and as corrected; `answers` tell how it came about, None where the
    results did not ask for it."""

    part: Part
    members: tuple[str, ...]
    values: tuple[Value, Value]
    answers: tuple[Answer | None, Answer | None]

    @property
    def differs(self) -> bool:
        one, other = ((value.reason,) if isinstance(value, Absent) else value for value in self.values)
        return one != other

    @property
    def name(self) -> str:
        where = next(answer.where for answer in self.answers if answer)
        return f"{self.part.title}, {where}" if where else self.part.title


def pairs(of: WhatIf) -> tuple[Pair, ...]:
    """Every value that either rating came to, results first, outermost first."""
    traces = (of.after, of.before)
    accounts = [explain(of.program, trace, of.record, of.result).account for trace in traces]
    after, before = (_answers(account) for account in accounts)
    parts = {part.name: part for account in accounts for part in account.parts if part.name in _steps(of.program)}
    return tuple(
        Pair(
            part,
            members,
            (of.before.outcomes[name, members].value, of.after.outcomes[name, members].value),
            (before.get((name, members)), after.get((name, members))),
        )
        for part in sorted(parts.values(), key=lambda part: part.role != "result")
        for name, members in {key: None for found in (after, before) for key in found if key[0] == part.name}
    )


def _steps(program: Program) -> frozenset[str]:
    return frozenset(step.name for step in program.steps)


def _answers(account: Account) -> Mapping[Key, Answer]:
    return {
        (part.name, answer.members): answer for part in account.parts for answer in part.answers if part.role != "input"
    }


# --- for people ------------------------------------------------------------------------------------------------------


def page(of: WhatIf) -> Page:
    """The facts, what changed because of them and why, and what did not."""
    beneath = [edition(of.program)] + ([] if of.record is None else [f"Record: {of.record}"])
    return Page(of.program.title, tuple(beneath), tuple(_blocks(of)))


def _blocks(of: WhatIf) -> Iterator[Block]:
    words = words_of(of.program)
    yield Heading("What if")
    facts = []
    for key in of.facts:
        type_ = of.program.inputs[key[0]].type
        was, now = (trace.given[key].stated or trace.given[key].value for trace in (of.before, of.after))
        said = f"{words.named(*key)}: {words.value(now, type_)}"
        facts.append(Item(f"{said}, as it was given" if was == now else f"{said}, not {words.value(was, type_)}"))
    yield Items(tuple(facts))
    every = pairs(of)
    for role, title, none in (
        ("result", "Results that change", "None does."),
        ("measure", "Measures that change on the way", ""),
    ):
        changed = [each for each in every if each.part.role == role and each.differs]
        if changed:
            yield Heading(title)
            yield Rows(title, ("What", "As given", "Corrected"), tuple(_row(each, words) for each in changed))
        elif none:
            yield Heading(title)
            yield Said(none)
    same = [each for each in every if not each.differs and each.part.role == "result"]
    if same:
        yield Heading("What does not change")
        yield Items(tuple(Item(each) for each in _unchanged(same)))


def _row(pair: Pair, words: Words) -> tuple[str, str, str]:
    type_ = words.steps[pair.part.name].type
    before, after = (
        f"{words.value(value, type_)} - {'not asked for' if answer is None else answer.brief}"
        for value, answer in zip(pair.values, pair.answers, strict=True)
    )
    return capital(pair.name), before, after


def _unchanged(same: list[Pair]) -> Iterator[str]:
    parts: dict[str, list[Pair]] = {}
    for each in same:
        parts.setdefault(each.part.name, []).append(each)
    for some in parts.values():
        part = some[0].part
        values: dict[str, list[Answer]] = {}
        for each in some:
            answer = each.answers[1]
            if answer is not None:
                values.setdefault(answer.value, []).append(answer)
        for value, answers in values.items():
            where = f" ({listing(named(part, answers), 12)})" if part.axes else ""
            briefs = {answer.brief for answer in some[0].answers if answer}
            otherwise = ", though not for the same reason" if len(briefs) > 1 and not part.axes else ""
            yield f"{part.title}: {value}{where}{otherwise}"


# --- plain data ------------------------------------------------------------------------------------------------------


def plain(of: WhatIf) -> dict[str, Any]:
    """Text, lists, dicts, true, false and null.

    `what_if`: 1, the version of this form. `methodology`, `record`, `facts` (by input, `before` and `after`: an
    identifier, an exact number, or the reason for none) and `values`, results first: `role`, `name`, `members`,
    `changed`, and `before` and `after`, each with `exact`, `absent` and `brief`, null where the results did not
    ask for it.
    """
    words = words_of(of.program)

    def fact(key: Key, trace: Trace) -> str | None:
        given = trace.given[key]
        if given.stated is not None:
            return given.stated.reason
        value = given.value
        return words.exact(value, of.program.inputs[key[0]].type) or getattr(value, "reason", None)

    def side(pair: Pair, which: int) -> dict[str, Any]:
        value, answer = pair.values[which], pair.answers[which]
        return {
            "exact": words.exact(value, words.steps[pair.part.name].type),
            "absent": value.reason if isinstance(value, Absent) else None,
            "brief": answer.brief if answer else None,
        }

    return {
        "what_if": 1,
        "methodology": {"id": of.program.id, "version": of.program.version, "title": of.program.title},
        "record": of.record,
        "facts": {label(key): {"before": fact(key, of.before), "after": fact(key, of.after)} for key in of.facts},
        "values": [
            {
                "role": each.part.role,
                "name": each.part.name,
                "members": dict(zip(each.part.axes, each.members, strict=True)),
                "changed": each.differs,
                "before": side(each, 0),
                "after": side(each, 1),
            }
            for each in pairs(of)
        ],
    }
