"""Hypothesis strategies for whoever tests with a methodology: records as services and files hold them, good and bad,
and whole small methodologies. Loads Hypothesis, and is loaded only where asked for: `pip install markscheme[guard]`.

Records are as `Methodology.rate` takes them, `{"ratings": {"safe": "good", …}}` or, with `flat`, as a data file has
them, `{"ratings.safe": "good", …}`; every value is text, a number in decimal digits, an absence its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from ..intake.headings import Headings, label
from ..interpret import interpret
from ..ir import Absent, Program, combinations
from ..methodology import Methodology
from ..space import Record, Space, nested, typed, written
from ..trace import Key
from . import faults
from .small import completed
from .typed_records import apart, records, withheld

__all__ = ["Invalid", "absent", "apart_by_one", "hugging", "invalid", "methodologies", "valid"]

Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record that must be rejected: which column is at fault, and how (`misspelt`, `out of range`, `too many
    decimals`, `missing`, `empty`, `unknown column`, `undeclared reason`, `no such value`, `no level`, `wrong kind`)."""

    record: Raw
    column: str
    wrong: str


def valid(methodology: Methodology, *, flat: bool = False) -> st.SearchStrategy[Raw]:
    """Records that can be rated, with and without absences. High ratings and exact counts, which are rare among values
    picked singly, are as common as the rest.

    >>> import markscheme
    >>> from hypothesis import given, settings
    >>> practice = markscheme.load("cqc/gp-practice@2021-10")
    >>> @settings(max_examples=20, database=None)
    ... @given(valid(practice))
    ... def test_every_practice_is_rated_or_told_why_not(record):
    ...     assert str(practice.rate(record).outcome["overall"])
    >>> test_every_practice_is_rated_or_told_why_not()
    """
    return _as_data(records(Space(methodology.program)), methodology, flat)


def hugging(methodology: Methodology, *, flat: bool = False) -> st.SearchStrategy[Raw]:
    """Records without absences, whose numbers all lie at, just below or just above a number that the rules name, or at
    an end of their range: where roundings, and `more than` for `at least`, show."""
    return _as_data(records(Space(methodology.program), hug=True, absences=False), methodology, flat)


def absent(methodology: Methodology, *, flat: bool = False) -> st.SearchStrategy[Raw]:
    """Records in which some value is absent for a reason that the methodology declares. Raises ValueError where no
    input may be."""
    return _as_data(withheld(Space(methodology.program)), methodology, flat)


def apart_by_one(methodology: Methodology, *, flat: bool = False) -> st.SearchStrategy[tuple[str, Raw, Raw]]:
    """Two records that differ in one value, by one level or by the least number that data can hold, and whose results
    differ; before them, the column in which they do. What does the same as a methodology must tell them apart, too."""
    program = methodology.program
    space = Space(program)

    def as_data(drawn: tuple[Key, Record, Record]) -> tuple[str, Raw, Raw]:
        key, first, second = drawn
        return label(key), _laid_out(program, first, flat), _laid_out(program, second, flat)

    return apart(space, lambda record: _results(program, record)).map(as_data)


def invalid(methodology: Methodology, *, flat: bool = False) -> st.SearchStrategy[Invalid]:
    """Records with one fault, which must be rejected; with `flat` only faults that text can hold, and no unknown
    column: a data file may have columns that are of no concern here."""
    space = Space(methodology.program)
    within = faults.in_text if flat else faults.of_any_kind
    wrongs = {declared.name: _by_kind(within(space, declared)) for declared in space.program.inputs.values()}
    good, known = records(space), Headings(space.program).find

    @st.composite
    def spoilt(draw: st.DrawFn) -> Invalid:
        record = written(space.program, draw(good))
        key, declared = draw(st.sampled_from(space.keys))
        if not flat and draw(st.integers(0, 15)) == 15:
            name = draw(st.sampled_from(tuple(each for each in (f"{label(key)}_x", "remarks") if not known(each))))
            return Invalid(nested({**record, name: "1"}), name, "unknown column")
        wrong, values = draw(st.sampled_from(wrongs[declared.name]))
        return _with(record, label(key), wrong, draw(st.sampled_from(values)), flat)

    return spoilt()


def methodologies(*, inputs: tuple[int, int] = (1, 4), measures: tuple[int, int] = (1, 3)) -> st.SearchStrategy[str]:
    """Texts of rule files that are free of errors, with so many inputs and measures, at least and at most: scales,
    nested sets, absences, principles' quantifiers, tables, bands, formulas and limits. They mean nothing.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, database=None)
    ... @given(methodologies(measures=(1, 1)))
    ... def test_it_names_its_version(text):
    ...     assert 'version: "1"' in text
    >>> test_it_names_its_version()
    """
    counts = st.tuples(st.integers(*inputs), st.integers(*measures), st.integers(0, 2**32 - 1))
    return counts.map(lambda drawn: _sound(*drawn))


def _sound(inputs: int, measures: int, seed: int) -> str:
    """The first from a seed on that is well typed; about every second is."""
    while True:
        found = completed(seed, inputs, measures)
        if found.program is not None:
            return found.text
        seed += 1


def _as_data(found: st.SearchStrategy[Record], methodology: Methodology, flat: bool) -> st.SearchStrategy[Raw]:
    return found.map(lambda record: _laid_out(methodology.program, record, flat))


def _laid_out(program: Program, record: Record, flat: bool) -> Raw:
    columns = written(program, record)
    return columns if flat else nested(columns)


def _results(program: Program, record: Record) -> tuple[object, ...]:
    """The value of every result, of an absent one its reason."""
    outcomes = interpret(program, typed(record)).outcomes
    axes = {step.name: step.axes for step in program.steps}
    keys: Iterator[Key] = (
        (name, members) for name in program.results for members in combinations(program.sets, axes[name])
    )
    values = (outcomes[key].value for key in keys)
    return tuple((value.reason,) if isinstance(value, Absent) else value for value in values)


def _by_kind(found: Iterator[tuple[str, object]]) -> list[tuple[str, list[object]]]:
    """So that no kind of fault is met more often because there are more of it."""
    kinds: dict[str, list[object]] = {}
    for wrong, value in found:
        kinds.setdefault(wrong, []).append(value)
    return list(kinds.items())


def _with(record: Raw, column: str, wrong: str, value: object, flat: bool) -> Invalid:
    rest = {name: cell for name, cell in record.items() if name != column}
    spoilt = rest if value is faults.MISSING else {**record, column: value}
    return Invalid(spoilt if flat else nested(spoilt), column, wrong)
