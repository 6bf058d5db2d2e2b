"""Long data, a row for each record and member, gathered into one row for each record. Types no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..diagnostics import Problem
from ..echo import shown
from ..intake.headings import label
from ..intake.values import NOTHING_ELSE, Also, Words, is_blank
from ..ir import Program, combinations, folded
from ..trace import Key
from .row import Row, Unreadable


def long_rows(rows: Iterable[Row], program: Program, id_column: str) -> Iterator[Row]:
    """One row for each id, in the order in which the ids first appear, with columns such as `ratings.safe`.

    Each row names its members in columns called as the sets are, and holds values in columns called as the inputs are.
    Rows of one id may stand anywhere, so all are held in memory. A column of neither kind is carried where the rows of
    a record agree on it, and left out, with a warning, where they do not. Raises `Unreadable` where there is no id
    column.
    """
    return (row for (row,) in long_rows_side_by_side(rows, (program,), id_column))


def long_rows_side_by_side(
    rows: Iterable[Row], programs: Iterable[Program], id_column: str, also: Also = NOTHING_ELSE
) -> Iterator[tuple[Row, ...]]:
    """The same for several methodologies, whose sets and inputs may differ: for each id its row as each has it. `also`
    are former names of theirs."""
    found = [_Long(program, id_column, also) for program in programs]
    for row in rows:
        for each in found:
            each.add(row)
    return zip(*(each.gathered() for each in found), strict=True)


@dataclass(slots=True)
class _Gathered:
    """What the rows of one id said so far."""

    place: str
    carried: dict[str, object]
    places: dict[str, str] = field(default_factory=dict)  # of the values, by their names
    differing: dict[str, None] = field(default_factory=dict)  # columns on which the rows do not agree
    warnings: dict[Problem, None] = field(default_factory=dict)
    values: dict[Key, tuple[object, str]] = field(default_factory=dict)  # and the place
    members: dict[tuple[tuple[str, str], ...], str] = field(default_factory=dict)  # of each row, and its place
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns name members, and which hold values."""

    sets: Mapping[str, str]  # column: set
    inputs: Mapping[str, str]  # column: input
    problems: tuple[Problem, ...]


class _Long:
    def __init__(self, program: Program, id_column: str, also: Also = NOTHING_ELSE) -> None:
        self._program = program
        self._id = id_column
        self._sets = Words(((each.name, each.title, each.name) for each in program.sets.values()), also)
        self._inputs = Words(((each.name, each.title, each.name) for each in program.inputs.values()), also)
        self._members = {
            each.name: Words(((member.name, member.title, member.name) for member in each.members), also)
            for each in program.sets.values()
        }
        self._parents = {
            (each.name, member.name): member.parent for each in program.sets.values() for member in each.members
        }
        self._layouts: dict[tuple[str, ...], _Layout] = {}
        self._records: dict[str, _Gathered] = {}
        self._without_id: list[Row] = []
        self._present: dict[str, None] = {}  # inputs that have a column

    def add(self, row: Row) -> None:
        if self._id not in row.cells:
            if row.problems:
                self._without_id.append(row)
                return
            message, hint = f"no column `{shown(self._id, 40)}`", "name the column that tells records apart"
            raise Unreadable(Problem("MS553", message, self._id, None, row.place, hint), 2)
        found = row.cells[self._id]
        if isinstance(found, Problem | dict | list) or not str(found if found is not None else "").strip():
            message, value = f"`{shown(self._id, 40)}` is empty", None if found is None else shown(found)
            problem = Problem("MS553", message, self._id, value, row.where(self._id))
            if isinstance(found, Problem):
                problem = replace(found, column=self._id)
            self._without_id.append(replace(row, problems=(*row.problems, problem)))
            return
        layout = self._layout(row)
        first = _Gathered(row.place, {self._id: found}, {self._id: row.where(self._id)})
        record = self._records.setdefault(str(found).strip(), first)
        record.problems.extend((*row.problems, *layout.problems))
        record.warnings |= dict.fromkeys(row.warnings)
        if not row.problems:
            self._gather(row, layout, record)

    def gathered(self) -> Iterator[Row]:
        keys = [
            (name, members)
            for name in self._present
            for members in combinations(self._program.sets, self._program.inputs[name].axes)
        ]
        for number, record in enumerate(self._records.values(), 1):
            given = {label(key): record.values.get(key, (None, ""))[0] for key in keys}
            places = {label(key): place for key, (_, place) in record.values.items()}
            for column in record.differing:
                record.carried[column] = None
                message = f"column `{shown(column, 40)}` differs between the rows of a record, and is left out there"
                record.warnings[Problem("MS555", message, column, None, record.place)] = None
            problems, warnings = tuple(dict.fromkeys(record.problems)), tuple(record.warnings)
            yield Row(number, record.place, record.carried | given, problems, warnings, record.places | places)
        for number, row in enumerate(self._without_id, len(self._records) + 1):
            yield replace(row, number=number)

    def _layout(self, row: Row) -> _Layout:
        columns = tuple(row.cells)
        if columns not in self._layouts:
            if len(self._layouts) > 64:
                self._layouts.clear()
            sets: dict[str, str] = {}
            inputs: dict[str, str] = {}
            problems = []
            for column in columns:
                for words, table in ((self._sets, sets), (self._inputs, inputs)):
                    name = words.find(column) if column != self._id else None
                    if name is None:
                        continue
                    if name in table.values():
                        message = f"`{shown(column, 40)}` is a second column for `{name}`"
                        problems.append(Problem("MS532", message, column, hint="keep one of them"))
                    table[column] = name
            self._present |= dict.fromkeys(inputs.values())
            self._layouts[columns] = _Layout(sets, inputs, tuple(problems))
        return self._layouts[columns]

    def _gather(self, row: Row, layout: _Layout, record: _Gathered) -> None:
        members = self._named(row, layout, record)
        if members is None:
            return
        same = tuple(sorted(members.items()))
        if same in record.members:
            what = ", ".join(f"`{member}`" for _, member in same) or "the record"
            message = f"{what} stands on {record.members[same]} and on {row.place}"
            record.problems.append(Problem("MS551", message, None, None, row.place, "keep one of the rows"))
            return
        record.members[same] = row.place
        for column, value in row.cells.items():
            name = layout.inputs.get(column)
            if name is None:
                if column not in layout.sets and column != self._id:
                    _carry(column, value, record)
            elif not is_blank(value):
                self._put(name, column, value, members, row.where(column), record)

    def _put(
        self, name: str, column: str, value: object, members: Mapping[str, str], place: str, record: _Gathered
    ) -> None:
        axes = self._program.inputs[name].axes
        unnamed = next((axis for axis in axes if axis not in members), None)
        if unnamed is not None:
            message = f"`{shown(column, 40)}` has a value, but no member of `{unnamed}` is named"
            hint = f"name the member in a column `{unnamed}`"
            record.problems.append(Problem("MS552", message, column, shown(value), place, hint))
            return
        key = (name, tuple(members[axis] for axis in axes))
        before, where = record.values.setdefault(key, (value, place))
        if where != place and _compared(before) != _compared(value):
            message = f"`{label(key)}` is `{shown(before, 20)}` on {where} and `{shown(value, 20)}` on {place}"
            record.problems.append(Problem("MS550", message, column, shown(value), place, "which one is right?"))

    def _named(self, row: Row, layout: _Layout, record: _Gathered) -> dict[str, str] | None:
        """The members that a row is about, with the parents that follow from them; None where one is not known."""
        members: dict[str, str] = {}
        for column, axis in layout.sets.items():
            cell = row.cells[column]
            if is_blank(cell):
                continue
            if isinstance(cell, Problem):
                record.problems.append(replace(cell, column=column))
                return None
            words = self._members[axis]
            text = shown(cell) if not isinstance(cell, str) else cell.strip()
            member = words.find(text)
            if member is None:
                near = words.near(text)
                hint = f"did you mean `{near}`?" if near else f"the members are {', '.join(words.names[:12])}"
                message = f"`{shown(text, 40)}` is not a member of `{axis}`"
                record.problems.append(Problem("MS552", message, column, shown(cell), row.where(column), hint))
                return None
            members[axis] = member
        for axis, member in tuple(members.items()):
            above, parent = self._program.sets[axis].parent, self._parents[axis, member]
            while above is not None and parent is not None:
                if members.setdefault(above, parent) != parent:
                    message = f"`{member}` belongs to `{parent}`, not to `{members[above]}`"
                    record.problems.append(Problem("MS552", message, None, None, row.place))
                    return None
                parent = self._parents[above, parent]
                above = self._program.sets[above].parent
        return members


def _carry(column: str, value: object, record: _Gathered) -> None:
    """Keeps a value of no input, if the record's rows that have one agree."""
    value = value.value if isinstance(value, Problem) else value
    before = record.carried.get(column)
    if is_blank(before):
        record.carried[column] = value
    elif not is_blank(value) and _compared(before) != _compared(value):
        record.differing[column] = None


def _compared(value: object) -> object:
    return folded(value) if isinstance(value, str) else value
