"""Tables joined and looked up at once give what each gives alone; blocks leave no seam; rejects are told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from methodologies import EVERY
from varied_programs import KINDS, varied

from markscheme.columns import arrays, gathering, kernel, octets, rating
from markscheme.columns.gathering import Index, Look, Merging, Small, Work
from markscheme.columns.octets import Chain, room
from markscheme.columns.rejects import problems
from markscheme.diagnostics import Problem
from markscheme.ir import Program
from markscheme.library import load
from markscheme.lowered import planning
from markscheme.lowered.language import Constant
from markscheme.lowered.programs import NOT_YET, Table, filled
from markscheme.trace import Key

ROWS = 200


@given(st.lists(st.integers(1, 40), max_size=6).filter(lambda sizes: prod(sizes) <= 70_000), st.integers(0, 2**32 - 1))
def test_an_index_is_the_place_among_all_combinations(sizes: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    kinds = [np.uint16 if size % 3 == 0 else np.uint8 for size in sizes]
    codes: list[Any] = [random.integers(0, size, ROWS).astype(kind) for size, kind in zip(sizes, kinds, strict=True)]
    before = [each.copy() for each in codes]
    found = Index(sizes).of(codes, ROWS, Work())
    right = np.ravel_multi_index(tuple(codes), sizes) if sizes else np.zeros(ROWS)
    assert found.tolist() == right.tolist()
    assert all((one == other).all() for one, other in zip(before, codes, strict=True))  # which may be the data
    assert prod(sizes) > 256 or found.dtype == np.uint8 or np.uint16 in kinds


@st.composite
def chains(draw: st.DrawFn) -> tuple[dict[Key, int], list[tuple[Key, list[Key], int]], set[Key]]:
    """Inputs with how many codes they have; tables, each of what is above it; and those that one other reads alone."""
    size = st.integers(1, 5)
    sizes: dict[Key, int] = {(f"i{n}", ()): draw(size) for n in range(draw(st.integers(1, 9)))}
    inputs = dict(sizes)
    tables: list[tuple[Key, list[Key], int]] = []
    for number in range(draw(st.integers(1, 6))):
        reads = draw(st.lists(st.sampled_from(list(sizes)), unique=True, max_size=4))
        tables.append(((f"t{number}", ()), reads, draw(size)))
        sizes[f"t{number}", ()] = tables[-1][2]
    read = [each for _, reads, _ in tables for each in reads]
    alone = {key for key, _, _ in tables if read.count(key) == 1 and draw(st.booleans())}
    return inputs, tables, alone


@given(chains(), st.integers(0, 2**32 - 1), st.sampled_from([1, 16, 60, 1 << 16]), st.sampled_from([0, 60, 1 << 20]))
def test_joined_tables_give_what_they_give_apart(
    chain: tuple[dict[Key, int], list[tuple[Key, list[Key], int]], set[Key]],
    seed: int,
    most: int,
    in_all: int,
) -> None:
    inputs, tables, alone = chain
    random = np.random.default_rng(seed)
    many = inputs | {key: size for key, _, size in tables}
    right = {key: random.integers(0, size, ROWS).astype(np.uint8) for key, size in inputs.items()}
    there = {key: {"value": codes} for key, codes in right.items()}
    looks: list[Look] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "MOST_JOINED", most)
        patch.setattr(gathering, "MOST_JOINED_IN_ALL", in_all)
        joining = Merging(frozenset(alone))
        for key, reads, size in tables:
            sizes = [many[read] for read in reads]
            codes = random.integers(0, size, prod(sizes))
            by = {read: each for read, each in zip(reads, sizes, strict=True) if each > 1}
            place = (
                np.ravel_multi_index(tuple(right[read] for read in reads), sizes) if reads else np.zeros(ROWS, np.intp)
            )
            right[key] = codes[place].astype(np.uint8)
            looks += joining.looks(key, Small(by, codes, size))
        patch.setattr(gathering, "_PIECE", 120)
        for look in looks:
            there[look.key] = {"value": look.codes(there, ROWS, Work())}
    for key, _, _ in tables:
        assert key in alone or there[key]["value"].tolist() == right[key].tolist()


def test_what_only_one_table_reads_is_joined_to_it() -> None:
    joining = Merging(frozenset({("a", ()), ("b", ()), ("c", ())}))
    lines: dict[Key, list[Key]] = {
        (name, ()): [(f"{name}{n}", ()) for n in range(count)] for name, count in (("a", 3), ("b", 4), ("c", 2))
    }
    for key, reads in lines.items():
        codes = np.array([sum(each) // len(reads) for each in product(range(4), repeat=len(reads))])
        assert joining.looks(key, Small(dict.fromkeys(reads, 4), codes, 4)) == []
    over = joining.looks(("over", ()), Small(dict.fromkeys(lines, 4), np.arange(64), 64))
    assert len(over) == 2  # for the four tables: nine codes of four are too many for one


@pytest.mark.parametrize("decided", [False, True])
def test_blocks_leave_no_seam(decided: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = load("cqc/gp-practice@2021-10")
    levels = ["good", "inadequate", "not_rated", "god", "outstanding", None, "requires_improvement"]
    random = np.random.default_rng(3)
    columns = {
        f"ratings.{question}": pa.array([levels[n] for n in random.integers(0, len(levels), 40)])
        for question in ("safe", "effective", "caring", "responsive", "well_led")
    }
    whole = practice.rate_table(columns, decided=decided)
    monkeypatch.setattr(rating, "BLOCK", 7)
    apart = practice.rate_table(columns, decided=decided)
    assert whole.counts.rejected > 10
    assert apart.results.to_pylist() == whole.results.to_pylist()
    assert apart.results.schema == whole.results.schema
    assert apart.rejects == whole.rejects
    assert apart.counts == whole.counts


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.0, -0.0, 1.5, np.nan, 1.5, np.nan]),
        np.array([1, True, "1", None, 1.0, "1"], object),
        np.ma.masked_array([1, 2, 1, 2, 3, 3], [False, True, False, False, False, True]),
        pa.array(["a", "b", None, "a", "b", ""]),
        pa.array([1, 2, None, 1, 2, 1]),
        pa.array(["a", "b", None, "a", "b", ""]).dictionary_encode(),
        pa.array([[1], [2], None, [1], [2], []]),
        pa.array([b"\xff", b"\xff", None, b"a", b"a", b""]).view(pa.string()),
    ],
    ids=["floats", "objects", "masked", "texts", "integers", "dictionary", "lists", "no text"],
)
def test_each_row_has_the_problem_of_its_own_value(array: object) -> None:
    def value(row: int) -> str:
        try:
            found = array.to_pylist()[row] if isinstance(array, pa.Array) else array[row]  # type: ignore[index]
        except UnicodeDecodeError:
            return "cannot be read"
        return f"{type(found).__name__} {found!r}"

    asked: list[int] = []

    def problem(row: int) -> Problem:
        asked.append(row)
        return Problem("MS540", value(row))

    rows = np.array([0, 1, 2, 3, 4, 5])
    assert [each.message for each in problems(array, rows, problem)] == [value(row) for row in range(6)]
    assert len(set(asked)) == len(asked)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=7), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_chain_of_octets_gives_what_the_table_says(sizes: list[int], levels: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    while prod(sizes) > 1 << 16:
        sizes.pop()
    # Of what has been counted so far, as rules do: a table of any figures has no few things to know between two looks.
    counted = sum(np.ix_(*(random.integers(0, levels, size) for size in sizes)), np.zeros((), np.intp))
    codes = np.asarray(counted).astype(np.uint8).ravel()
    columns: list[Any] = [random.integers(0, size, ROWS).astype(random.choice([np.uint8, np.int64])) for size in sizes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(octets, "_MOST_LINKS", 7)
        chain = Chain.of(codes, sizes)
    assert chain is not None
    before = [each.copy() for each in columns]
    for size in (ROWS, 7):
        found = chain.codes([each[:size] for each in columns], size, room(ROWS))
        place = np.ravel_multi_index(tuple(each[:size] for each in columns), sizes)
        assert found.tolist() == codes[place].tolist()
    assert all((one == other).all() for one, other in zip(before, columns, strict=True))  # which may be the data


def test_what_no_octet_holds_is_no_chain() -> None:
    random = np.random.default_rng(1)
    assert Chain.of(random.integers(0, 250, 4**7).astype(np.uint8), [4] * 7) is None  # too many things to know
    assert Chain.of(np.zeros(300, np.uint8), [300]) is None
    assert Chain.of(np.arange(300, dtype=np.uint16), [150, 2]) is None
    last = np.arange(16, dtype=np.uint8)  # only the last column tells
    assert Chain.of(np.tile(last, 17**3), [17, 17, 17, 16]) is None  # too many looks
    assert Chain.of(np.tile(last, 17**2), [17, 17, 16]) is not None


# --- filled ----------------------------------------------------------------------------------------------------------

WORKLOADS = Path(__file__).parent.parent / "bench" / "workloads"
SEEDS = 8
SOME = 12  # entries of a table that the interpreter is asked for


def unfilled(program: Program) -> Iterator[Table]:
    """The small tables of a program that nobody has asked for anything."""
    tables = {id(each.how): each.how for each in planning.plan(program).steps if isinstance(each.how, Table)}
    for table in tables.values():
        if set(table.codes) == {NOT_YET} and len(table.codes) <= planning.MOST_FILLED:
            yield table


def by_arithmetic(program: Program, random: Random) -> int:
    """How many tables have arithmetic; some entries of each, and the last, are held against the interpreter."""
    found = 0
    for table in unfilled(program):
        if table.arithmetic() is None:
            continue
        found += 1
        codes = kernel._filled(table).tolist()
        for entry in {*random.sample(range(len(codes)), min(SOME, len(codes))), len(codes) - 1}:
            assert codes[entry] == table.fill(entry), entry
    return found


def test_tables_filled_by_arithmetic_have_what_the_interpreter_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_MANY", 1)
    workload = load(WORKLOADS / "w1.yaml").program
    (table,) = unfilled(workload)
    assert kernel._filled(table).tolist() == [table.fill(entry) for entry in range(4**5)]
    random = Random(8)
    assert sum(by_arithmetic(each.program, random) for each in EVERY) > 40


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_any_methodology_are_filled_so(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_MANY", 1)
    random = Random(kind)
    assert sum(by_arithmetic(each, random) for each in map(partial(varied, kind=kind), range(SEEDS)) if each) > 2


def test_arithmetic_that_is_wrong_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    (table,) = unfilled(load(WORKLOADS / "w1.yaml").program)
    table.arithmetic = lambda: Constant(0, 0, 0)
    assert set(kernel._filled(table).tolist()) == {0}
    assert {filled(table, entry) for entry in range(4**5)} == {0}  # for all who ask again
    assert {table.fill(entry) for entry in range(4**5)} != {0}


def test_few_entries_are_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (table,) = unfilled(load(WORKLOADS / "w1.yaml").program)
    monkeypatch.setattr(kernel, "_MANY", 4**5 + 1)
    monkeypatch.setattr(table, "arithmetic", None)  # not asked for
    assert len(set(kernel._filled(table).tolist())) == 4


@given(st.lists(st.lists(st.integers(0, 12), max_size=9), min_size=1, max_size=4))
def test_rows_of_several_columns_are_told_once(parts: list[list[int]]) -> None:
    found = arrays.union([np.array(sorted({*rows}), np.intp) for rows in parts])
    assert found.tolist() == sorted({row for rows in parts for row in rows})
