"""A difference as plain data, for JSON: identifiers as rule files write them, shares exact. Knows what is held; works
nothing out.

Keys are kept as they are; new ones may be added. A share is a fraction as text (`"9001/3563560"`), null where it is not
counted; a value is `{"value": …}` or `{"absent": REASON}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from ...diagnostics import Span
from ...explain.wording import Words, words_of
from ...intake.headings import label
from ...ir import Absent, Type, Value
from ...render import problem_as_json
from ...space import nested
from ...trace import Given, Key, Trace
from ..population import Mover, Pair, Population, Standing, Transitions
from ..verdicts import Compared, Difference, Edit, Effect, Move, Version
from .finding import finding
from .mapping import blanks
from .notices import Notices
from .shares import exact

FORMAT = 1


def as_json(difference: Difference, population: Population | None = None, named: bool = True) -> dict[str, object]:
    """The whole; `population` is null where there were no data, `named` whether its records have names."""
    words = words_of(difference.old.program), words_of(difference.new.program)
    return {
        "markscheme_diff": FORMAT,
        "finding": finding(difference, population),
        "same": difference.same,
        "old": _version(difference.old),
        "new": _version(difference.new),
        "results": [_compared(each, *words) for each in difference.results],
        "missing": [{"result": name, "only_in": where} for name, where in difference.missing],
        "inputs_differ": list(difference.apart),
        "renamed": blanks(difference) or None,
        "changes": [_effect(each, *words) for each in difference.effects],
        "texts": difference.texts,
        "population": None if population is None else _population(population, Notices(*words, named=named)),
    }


def _version(version: Version) -> dict[str, object]:
    program, file = version.program, version.model.top.span.source.name
    return {
        "name": version.name,
        "id": program.id,
        "version": program.version,
        "file": file,
        "digest": program.digest,
    }


# --- results ---------------------------------------------------------------------------------------------------------


def _compared(compared: Compared, old: Words, new: Words, witnesses: bool = True) -> dict[str, object]:
    return {
        "result": compared.result,
        "old_result": compared.old,
        "verdict": compared.verdict,
        "within": compared.within,
        "proved": compared.proved,
        "how": compared.how,
        "tested": compared.tested,
        "limit": compared.limit,
        "share": _share(compared.share),
        "inputs_differ": list(compared.apart),
        "moves": [_move(each, compared.old, old, new, witnesses) for each in compared.moves],
    }


def _share(share: Fraction | None) -> str | None:
    return None if share is None else exact(share)


def _move(move: Move, name: str, old: Words, new: Words, witness: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "members": list(move.key[1]),
        "other_members": [list(key[1]) for key in move.others],
        "old": value(old, move.old, old.steps[name].type),
        "new": value(new, move.new, new.steps[move.key[0]].type),
        "way": move.way,
        "pairs": move.pairs,
        "share": _share(move.share),
    }
    if witness and move.witness is not None:
        said["record"] = {"old": record(move.witness.old, old), "new": record(move.witness.new, new)}
        said["changes"] = [edit.number + 1 for edit in move.witness.responsible]
    return said


def value(words: Words, value: Value, type: Type) -> dict[str, object]:
    """A level, a choice or an exact number, or why there is none."""
    return {"absent": value.reason} if isinstance(value, Absent) else {"value": words.exact(value, type)}


def record(trace: Trace, words: Words) -> dict[str, object]:
    """As data has it, to be rated again."""
    return nested({label(key): _given(key, given, words) for key, given in trace.given.items()})


def _given(key: Key, given: Given, words: Words) -> object:
    absent = given.stated or (given.value if isinstance(given.value, Absent) else None)
    return absent.reason if absent is not None else words.exact(given.value, words.program.inputs[key[0]].type)


# --- changes ---------------------------------------------------------------------------------------------------------


def _effect(effect: Effect, old: Words, new: Words) -> dict[str, object]:
    edit = effect.edit
    return {
        "number": edit.number + 1,
        "part": edit.part,
        "kind": edit.kind,
        "old": _place(edit.old),
        "new": _place(edit.new),
        "stands_alone": effect.stands,
        "changes_nothing": effect.nothing,
        "alone": [_compared(each, old, new, witnesses=False) for each in effect.results],
    }


def _place(span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    end = Span(span.source, max(span.start, span.end), max(span.start, span.end))
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": span.text,
    }


# --- a population ----------------------------------------------------------------------------------------------------


def _population(population: Population, notices: Notices) -> dict[str, object]:
    return {
        "records": population.records,
        "compared": population.compared,
        "rejected": {
            each.by: {
                "count": each.count,
                "first": [
                    {
                        "id": one.id,
                        "place": one.place,
                        "old": [problem_as_json(problem) for problem in one.old],
                        "new": [problem_as_json(problem) for problem in one.new],
                    }
                    for one in each.first
                ],
            }
            for each in population.rejects
        },
        "moved": population.moved,
        "moved_records": population.moved_records,
        "transitions": _transitions(population.transitions),
        "causes": [
            {
                "changes": _numbers(cause.edits),
                "count": cause.count,
                "moves": [
                    {
                        **_pair(each.pair),
                        "old": _standing(each.old),
                        "new": _standing(each.new),
                        "way": each.way,
                        "count": each.count,
                    }
                    for each in cause.moves
                ],
            }
            for cause in population.causes
        ],
        "movers": [mover_as_json(each, notices, population.columns) for each in population.movers],
        "movers_left_out": population.moved - len(population.movers),
        "groups": [
            {
                "column": group.column,
                "value": group.value,
                "records": group.records,
                "transitions": _transitions(group.transitions),
            }
            for group in population.groups
        ],
        "missing": [{"result": key[0], "members": list(key[1]), "only_in": where} for key, where in population.missing],
        "not_published": {"old": population.not_published[0], "new": population.not_published[1]},
        "warnings": [problem_as_json(each) for each in population.warnings],
    }


def _transitions(tables: Iterable[Transitions]) -> list[dict[str, object]]:
    return [
        {
            **_pair(each.pair),
            "rows": [_standing(standing) for standing in each.rows],
            "columns": [_standing(standing) for standing in each.columns],
            "counts": [[each.counts.get((i, j), 0) for j in range(len(each.columns))] for i in range(len(each.rows))],
            "ways": dict(each.ways),
        }
        for each in tables
    ]


def _pair(pair: Pair) -> dict[str, object]:
    return {"result": pair.new[0], "old_result": pair.old[0], "members": list(pair.new[1])}


def _standing(standing: Standing) -> dict[str, object]:
    return {"kind": standing.kind, "name": standing.name}


def mover_as_json(mover: Mover, notices: Notices, columns: Collection[str] = ()) -> dict[str, object]:
    groups: Mapping[str, str] = dict(zip(columns, mover.groups, strict=True))
    return {
        "id": mover.id,
        "place": mover.place,
        **_pair(mover.pair),
        "old": value(notices.old, mover.old, mover.pair.types[0]),
        "new": value(notices.new, mover.new, mover.pair.types[1]),
        "way": mover.way,
        "changes": _numbers(mover.responsible),
        "groups": groups,
        "notice": notices.of(mover),
    }


def _numbers(edits: Iterable[Edit]) -> list[int]:
    return [edit.number + 1 for edit in edits]
