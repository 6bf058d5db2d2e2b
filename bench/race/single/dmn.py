"""pyDMNrules: decision tables in a workbook made here, a dict at a time. What matches no row of the first table is
rejected. Its arithmetic is on floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..workloads import BANDS, KEY_QUESTIONS, MOST_POINTS, RATINGS, THEMES, Workload, cuts, final_ratings
from . import Rate, Record

Rows = Sequence[Sequence[str | int | float]]


def _texts(values: Sequence[str]) -> str:
    return ",".join(f'"{value}"' for value in values)


class Book:
    """A workbook of decision tables, run in the order in which they were added."""

    def __init__(self, names: Sequence[str]) -> None:
        from openpyxl import Workbook

        self._book = Workbook()
        self._book.remove(self._book.active)
        self._names = list(names)
        self._tables: list[str] = []

    def table(self, name: str, inputs: Sequence[str], outputs: Sequence[str], rows: Rows) -> None:
        """First match."""
        from openpyxl.styles import Border, Side

        sheet = self._book.create_sheet(name)
        thin, double = Side("thin"), Side("double")
        sheet.append([name])
        sheet.append(["F", *inputs, *outputs])
        for number, row in enumerate(rows, 1):
            sheet.append([number, *row])
        for cells in sheet.iter_rows(2, 2 + len(rows), 1, 1 + len(inputs) + len(outputs)):
            for cell in cells:
                last = cell.column == 1 + len(inputs)
                cell.border = Border(thin, double if last else thin, thin, double if cell.row == 2 else thin)
        self._names += [each for each in outputs if each not in self._names]
        self._tables.append(name)

    def rules(self) -> Any:
        from openpyxl.styles import Border, Side
        from pyDMNrules import DMN

        thin = Side("thin")
        glossary = self._book.create_sheet("Glossary")
        glossary.append(["Glossary"])
        glossary.append(["Variable", "Business Concept", "Attribute"])
        for place, name in enumerate(self._names):
            glossary.append([name, "Data" if place == 0 else None, name])
        glossary.merge_cells(start_row=3, end_row=2 + len(self._names), start_column=2, end_column=2)
        decision = self._book.create_sheet("Decision")
        decision.append(["Decision"])
        decision.append(["Decisions", "Execute Decision Tables"])
        for name in self._tables:
            decision.append([name, name])
        for sheet, columns in ((glossary, 3), (decision, 2)):
            for cells in sheet.iter_rows(2, sheet.max_row, 1, columns):
                for cell in cells:
                    cell.border = Border(thin, thin, thin, thin)
        rules = DMN()
        status = rules.use(self._book)
        if "errors" in status:
            raise RuntimeError(f"pyDMNrules refuses its workbook: {status['errors'][:3]}")
        return rules


def five_ratings() -> Book:
    """S-FEEL has no `if`, so a table for each rating says what it counts as."""
    book = Book(KEY_QUESTIONS)
    counts = ("inadequates", "requiring", "outstandings")
    for name in KEY_QUESTIONS:
        rows = [
            [f'"{level}"', *(int(place == counted) for counted in (0, 1, 3))] for place, level in enumerate(RATINGS)
        ]
        book.table(f"Of {name}", [name], [f"{name}_{count}" for count in counts], rows)
    sums = [" + ".join(f"Data.{name}_{count}" for name in KEY_QUESTIONS) for count in counts]
    book.table("Counts", [f"{name}_{counts[0]}" for name in KEY_QUESTIONS], counts, [["[0..1]"] * 5 + sums])
    rows = [
        [">= 2", "-", "-", '"inadequate"'],
        [">= 1", "-", "-", '"requires_improvement"'],
        ["0", ">= 2", "-", '"requires_improvement"'],
        ["0", "0", ">= 2", '"outstanding"'],
        ["0", "-", "-", '"good"'],
    ]
    book.table("Overall", counts, ["overall"], rows)
    return book


def nine_scores() -> Book:
    book = Book([name for lines in THEMES.values() for name in lines])
    least = (2, 3, 4)
    for theme, lines in THEMES.items():
        count = len(lines)
        mean = f"floor((2 * ({' + '.join(f'Data.{name}' for name in lines)}) + {count}) / {2 * count})"
        book.table(f"Mean of {theme}", lines, [f"{theme}_mean"], [["1,2,3,4"] * count + [mean]])
        capped = [["1" if place == one else "-" for place in range(count)] + [">= 2", 2] for one in range(count)]
        rows = [*capped, *(["-"] * count + [level, level] for level in (1, 2, 3, 4))]
        book.table(f"Theme {theme}", [*lines, f"{theme}_mean"], [theme], rows)
        reached = [[level, *(int(level >= each) for each in least)] for level in (1, 2, 3, 4)]
        book.table(f"Reached by {theme}", [theme], [f"{theme}_{each}" for each in least], reached)
    sums = [" + ".join(f"Data.{theme}_{each}" for theme in THEMES) for each in least]
    lowest = f"min({', '.join(f'Data.{theme}' for theme in THEMES)})"
    counts = ["twos", "threes", "fours", "lowest"]
    book.table("Counts", list(THEMES), counts, [["[1..4]"] * 3 + [*sums, lowest]])
    rows = [
        ["-", "-", ">= 2", ">= 3", 4],
        ["-", ">= 2", "-", ">= 2", 3],
        [">= 2", "-", "-", "-", 2],
        ["-", "-", "-", "-", 1],
    ]
    book.table("Overall", counts, ["overall"], rows)
    return book


def thirty_numbers() -> Book:
    book = Book([*cuts(), "leadership", "capability"])
    for name, cut in cuts().items():
        fine = f"decimal(Data.{name}, 1) = Data.{name}"
        book.table(f"Fine{name}", [name], [f"{name}_fine"], [["[0..100]", fine]])
        sign = "<=" if cut.falling else ">="
        rows = [["true", f"{sign} {cut.three / 10}", 3], ["true", f"{sign} {cut.two / 10}", 2], ["true", "-", 0]]
        book.table(f"Points{name}", [f"{name}_fine", name], [f"{name}_points"], rows)
    total = " + ".join(f"{cut.weight} * Data.{name}_points" for name, cut in cuts().items())
    book.table("Total", [f"{name}_points" for name in cuts()], ["total"], [["[0..3]"] * len(cuts()) + [total]])
    rows = []
    least = [0, *(cut * MOST_POINTS // 100 for cut in BANDS)]
    for band in (3, 2, 1, 0):
        for leadership in range(4):
            for capability in range(4):
                rating = RATINGS[int(final_ratings()[band, leadership, capability])]
                rows.append([f">= {least[band]}", leadership + 1, capability + 1, f'"{rating}"'])
    book.table("Overall", ["total", "leadership", "capability"], ["overall"], rows)
    return book


def rates(workload: Workload) -> Rate:
    rules = {"W1": five_ratings, "W2": nine_scores, "W3": thirty_numbers}[workload.name]().rules()
    most = len(workload.columns)

    def rate(record: Record) -> object:
        if len(record) != most:
            return None
        status, found = rules.decide(dict(record))
        if "errors" in status:
            return None
        result = (found[-1] if isinstance(found, list) else found)["Result"]["overall"]
        return int(result) if isinstance(result, float) else result

    return lambda records: [rate(record) for record in records]
