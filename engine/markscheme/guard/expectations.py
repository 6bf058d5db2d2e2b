"""Cases then and now: which of the old ones nothing expects any more. A case is what it gives and what must come out;
its name, its place and the table it stands in are only how it is told. Knows no text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ..cases import Case, Expected
from ..diagnostics import Span
from ..intake.headings import label
from ..ir import STATUSES, AbsenceRule, Absent, Program, combinations
from ..trace import Given, Key
from .meaning import Meaning, name_of
from .weakening import Weakening


def weakened_cases(
    then: tuple[Program, Sequence[Case]], now: tuple[Program, Sequence[Case]], nowhere: Span
) -> Iterator[Weakening]:
    """`nowhere` is the place for a case that is gone.

    An input or result that only one of the programs has does not count here: that it was dropped is told by itself,
    and a new one must be given by every case.
    """
    common = _inputs(then[0]) & _inputs(now[0])
    kept = set(now[0].results)
    same: dict[Meaning, list[Case]] = defaultdict(list)
    for case in now[1]:
        same[_record(now[0], case.given, common)].append(case)
    records = [_record(then[0], case.given, common) for case in then[1]]
    old = set(records)  # a new case that gives what an old one gave is that one, whatever its name
    named = {case.name: case for record, cases in same.items() if record not in old for case in cases}
    for case, record in zip(then[1], records, strict=True):
        like = same.get(record, [])
        found = _lost(case, like, then[0], now[0], kept) if like else _gone(case, named, then[0], now[0], common)
        if found:
            message, span, before = found
            yield Weakening("MS852", message, case.name, span or nowhere, before, "as it was")


def _lost(
    case: Case, like: Sequence[Case], then: Program, now: Program, kept: set[str]
) -> tuple[str, Span | None, Span] | None:
    """What cases that give the same no longer say of what this one said."""
    for expected in case.expected:
        if expected.key[0] not in kept:
            continue
        name, wanted = label(expected.key), _outcome(then, expected)
        there = [(each, other) for each in like for other in each.expected if other.key == expected.key]
        agreeing = [each for each, other in there if _outcome(now, other) == wanted]
        if there and not agreeing:
            _, other = there[0]
            return (
                f"`{case.name}` expects `{name}` to be {other.said}, no longer {expected.said}",
                other.span,
                expected.span,
            )
        if not agreeing:
            return f"`{case.name}` expects nothing of `{name}` any more", like[0].span, expected.span
        surest = min(agreeing, key=lambda each: (_rank(each.status), each.cite is None))
        if _rank(surest.status) > _rank(case.status):
            return f"`{case.name}` is {surest.status}, no longer {case.status}", surest.span, case.span
        if case.cite and not any(each.cite and _rank(each.status) <= _rank(case.status) for each in agreeing):
            return f"`{case.name}` cites nothing, no longer `{case.cite}`", surest.span, case.span
    return None


def _gone(
    case: Case, named: Mapping[str, Case], then: Program, now: Program, common: set[Key]
) -> tuple[str, Span | None, Span]:
    """No case gives the same: one of the same name may give something else."""
    other = named.get(case.name)
    if other is None:
        return f"the case `{case.name}` is gone", None, case.span
    for key in sorted(common):
        was, is_now = _value(then, key, case.given), _value(now, key, other.given)
        if was != is_now:
            said = f"`{case.name}` gives `{label(key)}` as {_words(is_now)}, no longer {_words(was)}"
            return said, other.span, case.span
    return f"the case `{case.name}` is gone", other.span, case.span


# --- what is compared ------------------------------------------------------------------------------------------------


def _inputs(program: Program) -> set[Key]:
    return {
        (name, members) for name, each in program.inputs.items() for members in combinations(program.sets, each.axes)
    }


def _record(program: Program, given: Mapping[Key, Given], keys: set[Key]) -> Meaning:
    return frozenset((key, _value(program, key, given)) for key in keys if key in given)


def _value(program: Program, key: Key, given: Mapping[Key, Given]) -> Meaning:
    if key not in given:
        return None
    declared, value = program.inputs[key[0]], given[key]
    if value.by is not None and declared.linked is not None:  # the record of the methodology that it comes from
        other, by = declared.linked.program, value.by.given
        return ("record", frozenset((inner, _value(other, inner, by)) for inner in by))
    absence = value.stated or (value.value if isinstance(value.value, Absent) else None)
    if absence is not None:
        return ("absent", absence.reason)
    assert not isinstance(value.value, Absent)
    return ("value", name_of(value.value, declared.type))


def _words(value: Meaning) -> str:
    """A value as a sentence says it."""
    match value:
        case ("record", _):
            return "another record"
        case (_, str(said)):
            return said
        case _:
            return "nothing"


def _outcome(program: Program, expected: Expected) -> Meaning:
    if isinstance(expected.value, AbsenceRule):
        return ("absent", expected.value.reason)
    step = next(step for step in program.steps if step.name == expected.key[0])
    return ("value", name_of(expected.value, step.type))


def _rank(status: str) -> int:
    """0 is the surest."""
    return list[str](STATUSES).index(status) if status in STATUSES else len(STATUSES)
