"""A raw record becomes typed values, all of them, or all that is wrong with it. Knows no file and no rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TypeGuard, assert_never

from ..diagnostics import Problem
from ..echo import shown
from ..interpret import interpret
from ..ir import AbsenceRule, Absent, Input, Program
from ..trace import Given, Key
from .headings import LONGEST_NAME, Columns, Headings, spelling
from .values import NOTHING_ELSE, Also, Reader, is_blank

MOST_KEYS = 20_000  # of one record
_MOST_REPORTED = 20  # unknown keys of one record

Taken = Mapping[Key, Given] | tuple[Problem, ...]


class Intake:
    """Types the records of one methodology. Safe to share between threads; never raises for data.

    An input that comes from another methodology takes the result, or the record that the other one rates. `within` are
    the inputs, from the outside in, for which this record stands, where it is such a record itself. `also` are former
    names, under which data may have inputs, members, levels and reasons, too.
    """

    def __init__(self, program: Program, within: tuple[Input, ...] = (), also: Also = NOTHING_ELSE) -> None:
        self._program = program
        self._within = within
        self._headings = Headings(program, within, also)
        readers = [Reader(declared, also) for declared in program.inputs.values()]
        self._readers = [
            (key, self._headings.label(key), reader)
            for reader in readers
            for key in self._headings.keys[reader.declared.name]
        ]
        self._linked = tuple(declared for declared in program.inputs.values() if declared.linked)
        self._inner = lru_cache(maxsize=None)(self._other)  # made where data ask for it: links may lead far
        # Records mostly come in one shape, and matching their keys costs more than typing them.
        self._remembered = lru_cache(maxsize=64)(self._match)

    def columns(self, names: Sequence[str], carried: Collection[str] = ()) -> Columns:
        """What the columns of a data file are. `carried` (the id, say) are left alone."""
        if len(names) > 2000 or sum(map(len, names)) > 50_000:
            return self._match(names, carried)  # too large to remember
        return self._remembered(tuple(names), frozenset(carried))

    def record(self, raw: Mapping[str, object], columns: Columns) -> Taken:
        """The value of every input for every combination of members, or every problem of the record."""
        try:
            cells = {key: raw.get(column) for key, column in columns.by_key.items()}
            rated = [name for name, inner in columns.inner.items() if not all(map(is_blank, map(raw.get, inner.names)))]
        except Exception:  # as in `_flat`
            return (_not_a_record(raw),)
        taken: dict[Key, Given] = {}
        problems = list(columns.problems)
        for name in rated:
            values = self._rated(name, raw, columns)
            if isinstance(values, tuple):
                problems += values
            else:
                taken |= values
        for key, name, reader in self._readers:
            column = columns.by_key.get(key)
            if key[0] in rated:
                if not is_blank(cells.get(key)):
                    message = f"`{name}` is given, and so is the record that it comes from"
                    problems.append(Problem("MS532", message, column, hint="keep one of them"))
                continue
            if column is None and reader.declared.empty is None and key[0] not in columns.inner:
                continue  # among the problems of the columns
            found = reader.read(cells.get(key), name if column is None else column)
            if isinstance(found, Problem):
                problems.append(found)
            elif isinstance(found, AbsenceRule):
                taken[key] = stated(found, key)
            else:
                taken[key] = Given(found)
        return tuple(problems) if problems else taken

    def nested(self, record: object, carried: Collection[str] = (), strict: bool = True) -> Taken:
        """The same for a record of Python or JSON, whose values may be nested by member (`{"ratings": {"safe": …}}`),
        named as columns are, or both.

        `carried` keys are left alone. Any other that belongs to no input is a problem; where not `strict`, as in a
        data file, only one inside an input is, or one that holds members and is called nearly as an input that lacks
        them.
        """
        flat = self._flat(record, carried)
        if isinstance(flat, Problem):
            return (flat,)
        columns = self.columns(tuple(flat.values))
        meant = self._meant_for_an_input(flat, columns)
        refused = [name for name in columns.unknown if strict or name in flat.inner or name in meant]
        taken = self.record(flat.values, columns)
        typed = taken if isinstance(taken, tuple) else ()
        return (*flat.problems, *self._unknown(refused, columns, meant), *typed) or taken

    def meant(self, name: str) -> tuple[tuple[str, ...], bool]:
        """The full names of the values that a name stands for, none where that is unknown or unclear; and whether it
        is the name of a whole input, which has a value for each member."""
        found = self._headings.find(name)
        whole = () if found else self._headings.whole(name)
        if found or whole:
            return tuple(map(self._headings.label, whole or found)) if whole or len(found) == 1 else (), bool(whole)
        under = next((each for each in self._linked if self._inside(each, name)), None)
        return self._inner(under.name).meant(name) if under is not None else ((), False)

    # --- records of other methodologies ------------------------------------------------------------------------------

    def _other(self, name: str) -> Intake:
        """For the records of the methodology that the input `name` comes from."""
        declared = self._program.inputs[name]
        assert declared.linked is not None
        return Intake(declared.linked.program, (*self._within, declared))

    def _match(self, names: Collection[str], carried: Collection[str]) -> Columns:
        left = [name for name in names if name not in carried and not self._headings.find(name)]
        inner: dict[str, Columns] = {}
        near: dict[str, str] = {}
        for declared in self._linked:
            inside = [name for name in left if self._inside(declared, name)]
            columns = self._inner(declared.name).columns(inside) if inside else None
            if columns is not None:
                near |= columns.near
                if columns.names:
                    inner[declared.name] = columns
        found = self._headings.match(names, carried, inner)
        return replace(found, near={**found.near, **near}) if near else found

    def _inside(self, declared: Input, name: str) -> bool:
        """Whether `name` begins as the names in the record of a linked input do."""
        words = spelling(name[:LONGEST_NAME]).split(".")
        path = (*self._within, declared)
        return len(words) > len(path) and all(
            word in (spelling(each.name), spelling(each.title)) for word, each in zip(words, path, strict=False)
        )

    def _more_follow(self, name: str) -> bool:
        """Whether `name` is the beginning of the name of a column, here or in the record of a linked input."""
        if self._headings.more_follow(name):
            return True
        under = [each for each in self._linked if self._inside(each, f"{name}.")]
        return any(not self._inside(each, name) or self._inner(each.name)._more_follow(name) for each in under)

    def _rated(self, name: str, raw: Mapping[str, object], columns: Columns) -> dict[Key, Given] | tuple[Problem, ...]:
        """The values of a linked input, from the record of the methodology whose result it is."""
        declared = self._program.inputs[name]
        link = declared.linked
        assert link is not None
        taken = self._inner(name).record(raw, columns.inner[name])
        if isinstance(taken, tuple):
            return taken
        trace = interpret(link.program, taken)
        found = {}
        for key in self._headings.keys[name]:
            outcome = trace.outcomes[link.result, link.members(key[1])]
            value = outcome.value
            given = Given(value)
            if isinstance(value, Absent):
                given = stated(next(rule for rule in declared.absent if rule.reason == value.reason), key)
            found[key] = replace(given, by=trace, unpublished=outcome.unpublished)
        return found

    # --- records of Python and JSON ----------------------------------------------------------------------------------

    def shape(self, record: object, carried: Collection[str] = ()) -> Columns:
        """What the keys of a record of Python or JSON are; its `warnings` name the unknown ones that are no problem."""
        flat = self._flat(record, carried)
        if isinstance(flat, Problem):
            return self.columns(())
        columns = self.columns(tuple(flat.values))
        refused = flat.inner | self._meant_for_an_input(flat, columns).keys()
        left = tuple(name for name in columns.unknown if name not in refused)
        return columns if left == columns.unknown else replace(columns, unknown=left)

    def paths(self, record: Mapping[str, object]) -> Mapping[Key, tuple[str, ...]] | None:
        """Where a record has the value of each input that it has one of: keys, from the outside in. None where that
        does not say all: something is wrong with its keys, or it holds a record of another methodology."""
        flat = self._flat(record, ())
        if isinstance(flat, Problem) or flat.problems:
            return None
        columns = self.columns(tuple(flat.values))
        if columns.problems or columns.unknown or columns.inner:
            return None
        return {key: flat.paths[name] for key, name in columns.by_key.items()}

    def _flat(self, record: object, carried: Collection[str]) -> _Flat | Problem:
        flat = _Flat({}, set(), [], {})
        try:
            if not _is_mapping(record):
                return _not_a_record(record)
            self._flatten(record, (), frozenset(carried), flat)
        except Exception:  # a mapping may be of any class, and its own methods may raise
            return Problem("MS515", "the record cannot be read: it fails when it is asked for its values")
        return flat

    def _flatten(
        self, record: Mapping[object, object], path: tuple[str, ...], carried: Collection[str], flat: _Flat
    ) -> None:
        # Goes only as deep as an input has axes, so neither depth nor a mapping inside itself matters.
        for key, value in islice(record.items(), MOST_KEYS + 1):
            if len(flat.values) >= MOST_KEYS or len(flat.problems) > _MOST_REPORTED:
                message = f"the record has more than {MOST_KEYS:,} values, or too many faults"
                flat.problems.append(Problem("MS512", message))
                return
            if not isinstance(key, str):
                hint = "write the names of inputs and members as text"
                flat.problems.append(Problem("MS535", f"the key `{shown(key, 40)}` is not text", hint=hint))
                continue
            here = (*path, str.__str__(key))
            name = ".".join(here)
            if name in carried:
                continue
            inside = len(name) <= LONGEST_NAME and self._more_follow(name)
            if inside and _is_mapping(value):
                self._flatten(value, here, (), flat)
            elif inside and value is None and not self._headings.find(name):
                continue  # null for a whole input: all its values are missing
            elif name in flat.values:
                message = f"`{shown(name, 60)}` is given twice"
                flat.problems.append(Problem("MS532", message, name, hint="keep one of them"))
            else:
                flat.values[name], flat.paths[name] = value, here
                if path:
                    flat.inner.add(name)

    def _meant_for_an_input(self, flat: _Flat, columns: Columns) -> dict[str, str]:
        """Unknown keys that hold others, as an input's members do, with the input that each may be meant for."""
        found = {}
        for name in columns.unknown[:_MOST_REPORTED]:
            near = self._headings.near_input(name) if _is_mapping(flat.values.get(name)) else None
            if near is not None and not {near.name} & {*columns.inner, *(key[0] for key in columns.by_key)}:
                found[name] = near.name
        return found

    def _unknown(self, names: Sequence[str], columns: Columns, meant: Mapping[str, str]) -> list[Problem]:
        problems = []
        for name in names[:_MOST_REPORTED]:
            whole = self._headings.whole(name)
            what = "has one value for each member" if whole else "is no input of this methodology"
            hint = columns.near.get(name, "leave it out, if it is not misspelt")
            if name in meant:
                hint = f"did you mean `{meant[name]}`?"
            problems.append(Problem("MS534", f"`{shown(name, 60)}` {what}", name, hint=hint))
        if len(names) > _MOST_REPORTED:
            problems.append(Problem("MS534", f"{len(names) - _MOST_REPORTED} more are no inputs of this methodology"))
        return problems


@dataclass(slots=True)
class _Flat:
    """A record with `ratings.safe` for `safe` inside `ratings`."""

    values: dict[str, object]
    inner: set[str]  # the names that stood inside another
    problems: list[Problem]
    paths: dict[str, tuple[str, ...]]  # the keys of each value, from the outside in


def stated(rule: AbsenceRule, key: Key) -> Given:
    """An absence for a declared reason, as the interpreter takes it."""
    name, members = key
    match rule.treatment:
        case "skip":
            return Given(Absent(rule.reason, True, name, members))
        case "unrated":
            return Given(Absent(rule.reason, False, name, members))
        case "replace":
            assert rule.value is not None
            return Given(rule.value, Absent(rule.reason, False, name, members))
        case _:
            assert_never(rule.treatment)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    try:
        return isinstance(value, Mapping)
    except Exception:  # asking an object for its class may raise
        return False


def _not_a_record(record: object) -> Problem:
    hint = "give a mapping from the names of inputs to values"
    return Problem("MS515", f"the record is {shown(record, 40)}, not a mapping", None, shown(record), hint=hint)
