"""The three workloads: their columns, records from a seed, and what each record comes to by plain integers. Knows no
engine.

Columns are held as whole numbers: levels as their places, scores as they are, figures with one decimal in tenths. A few
records are spoilt, each in one column, and must be rejected.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent.parent / "workloads"
BAD_IN = 10_000  # one record in so many is spoilt
REJECTED = 255  # in place of a result
MISSING, FINER, UNKNOWN = -30_000, -30_001, -30_002  # no value; one decimal too many; no level of the scale

Kind = Literal["level", "score", "tenths"]
Codes = NDArray[np.int16]
Outcomes = NDArray[np.uint8]

RATINGS = ("inadequate", "requires_improvement", "good", "outstanding")
KEY_QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
THEMES = {
    "finance": ("planning", "spending", "reporting"),
    "governance": ("leadership", "risk", "data", "conduct"),
    "services": ("access", "quality"),
}
MOST_POINTS = 150
BANDS = (40, 60, 80)  # per cent of the most points


@dataclass(frozen=True, slots=True)
class Cuts:
    """Of one of the thirty numbers: in tenths, from (or, falling, up to) where there are three points and two."""

    weight: int
    three: int
    two: int
    falling: bool


@cache
def cuts() -> Mapping[str, Cuts]:
    """As the files beside the rule file have them, in order of the names."""
    found = {}
    for kind, word in (("rising", "from"), ("falling", "to")):
        with (FOLDER / f"w3-{kind}.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                three, two = (int(row[f"{name}_{word}"].replace(".", "")) for name in ("three", "two"))
                found[row["member"]] = Cuts(int(row[f"{kind}_weight"]), three, two, kind == "falling")
    return dict(sorted(found.items()))


@cache
def final_ratings() -> NDArray[np.uint8]:
    """By share band, leadership and capability, each counted from 0: places on the scale of ratings."""
    table = np.zeros((4, 4, 4), np.uint8)
    with (FOLDER / "w3-overall.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            place = RATINGS.index(row["share_band"]), int(row["leadership"]) - 1, int(row["capability"]) - 1
            table[place] = RATINGS.index(row["overall"])
    return table


@dataclass(frozen=True, slots=True)
class Population:
    """Records, column by column, and the place of each one's result, `REJECTED` where it must have none."""

    columns: Mapping[str, Codes]
    outcomes: Outcomes

    def __len__(self) -> int:
        return len(self.outcomes)

    def first(self, count: int) -> Population:
        return Population({name: column[:count] for name, column in self.columns.items()}, self.outcomes[:count])


@dataclass(frozen=True, slots=True)
class Workload:
    """`columns` are the inputs, `levels` those of the one result, the worst first."""

    name: str
    title: str
    columns: Mapping[str, Kind]
    levels: tuple[str, ...]
    _made: Callable[[np.random.Generator, int], dict[str, Codes]] = field(repr=False)
    _rated: Callable[[Mapping[str, Codes]], NDArray[np.integer]] = field(repr=False)

    @property
    def rules(self) -> Path:
        return FOLDER / f"{self.name.lower()}.yaml"

    def population(self, count: int, seed: int = 1) -> Population:
        """The same for the same seed; another seed has others."""
        random = np.random.default_rng(seed)
        columns = self._made(random, count)
        outcomes = self._rated(columns).astype(np.uint8)
        names = list(columns)
        for number, start in enumerate(range(0, count, BAD_IN)):
            row = start + int(random.integers(min(BAD_IN, count - start)))
            name = names[int(random.integers(len(names)))]
            faults = FAULTS[self.columns[name]]
            columns[name][row] = faults[number % len(faults)]
            outcomes[row] = REJECTED
        return Population(columns, outcomes)

    def records(self, population: Population) -> list[dict[str, object]]:
        """Each record as JSON has it, and as its parser leaves it in memory: text, whole numbers and floats."""
        columns = [
            [value_of(self.columns[name], int(code)) for code in codes] for name, codes in population.columns.items()
        ]
        names = list(population.columns)
        found = [
            {name: value for name, value in zip(names, values, strict=True) if value is not MISSING}
            for values in zip(*columns, strict=True)
        ]
        parsed: list[dict[str, object]] = json.loads(json.dumps(found))
        return parsed

    def spoilt(self) -> list[dict[str, object]]:
        """A good record, spoilt in every way that peers are held to: each must be rejected."""
        one = self.population(2, 7)
        good = self.records(one)[int(one.outcomes[0] == REJECTED)]
        found: list[dict[str, object]] = []
        for name, kind in self.columns.items():
            found.append({other: value for other, value in good.items() if other != name})
            found += [good | {name: bad} for bad in (None, *WRONG[kind])]
        return found


FAULTS: Mapping[Kind, tuple[int, ...]] = {
    "level": (MISSING, UNKNOWN),
    "score": (MISSING, 0, 5),
    "tenths": (MISSING, FINER, 1001, -1),
}
WRONG: Mapping[Kind, tuple[object, ...]] = {
    "level": ("goood", ""),
    "score": (0, 5),
    "tenths": (-0.1, 100.1, 57.25),
}


def value_of(kind: Kind, code: int) -> object:
    """What a code stands for in a record."""
    if code == MISSING:
        return MISSING
    match kind:
        case "level":
            return "goood" if code == UNKNOWN else RATINGS[code]
        case "score":
            return code
        case "tenths":
            return 57.25 if code == FINER else code / 10


def _five_ratings(random: np.random.Generator, count: int) -> dict[str, Codes]:
    columns = random.choice(4, (5, count), p=(0.1, 0.25, 0.45, 0.2)).astype(np.int16)
    return dict(zip(KEY_QUESTIONS, columns, strict=True))


def _rate_five(columns: Mapping[str, Codes]) -> NDArray[np.integer]:
    table = np.array([columns[name] for name in KEY_QUESTIONS])
    inadequate, requires, outstanding = ((table == place).sum(0) for place in (0, 1, 3))
    good = np.where((outstanding >= 2) & (inadequate + requires == 0), 3, 2)
    return np.where(inadequate >= 2, 0, np.where((inadequate > 0) | (requires >= 2), 1, good))


def _nine_scores(random: np.random.Generator, count: int) -> dict[str, Codes]:
    names = [name for lines in THEMES.values() for name in lines]
    columns = random.choice((1, 2, 3, 4), (9, count), p=(0.18, 0.27, 0.33, 0.22)).astype(np.int16)
    return dict(zip(names, columns, strict=True))


def _rate_nine(columns: Mapping[str, Codes]) -> NDArray[np.integer]:
    themes = []
    for lines in THEMES.values():
        scores = np.array([columns[name] for name in lines])
        mean = (2 * scores.sum(0) + len(lines)) // (2 * len(lines))
        themes.append(np.where((scores == 1).any(0), np.minimum(mean, 2), mean))
    table = np.array(themes)
    lowest, (fours, threes, twos) = table.min(0), ((table >= level).sum(0) for level in (4, 3, 2))
    below = np.where((threes >= 2) & (lowest >= 2), 2, np.where(twos >= 2, 1, 0))
    return np.where((fours >= 2) & (lowest >= 3), 3, below)


def _thirty_numbers(random: np.random.Generator, count: int) -> dict[str, Codes]:
    """Good bodies are good at most things; one value in twenty lies exactly on a cut."""
    quality = random.uniform(200, 900, count).astype(np.float32)
    columns: dict[str, Codes] = {}
    for name, cut in cuts().items():
        values = np.clip(quality + 200 * random.standard_normal(count, np.float32), 0, 1000).round().astype(np.int16)
        if cut.falling:
            values = 1000 - values
        on = random.integers(0, 40, count, np.int8)
        columns[name] = np.where(on == 0, cut.three, np.where(on == 1, cut.two, values)).astype(np.int16)
    for name in ("leadership", "capability"):
        columns[name] = np.clip((quality / 250 + random.normal(0.5, 0.8, count)).astype(np.int16), 1, 4)
    return columns


def _rate_thirty(columns: Mapping[str, Codes]) -> NDArray[np.integer]:
    total = np.zeros(len(columns["leadership"]), np.int64)
    for name, cut in cuts().items():
        values = columns[name]
        three, two = (
            (values <= cut.three, values <= cut.two) if cut.falling else (values >= cut.three, values >= cut.two)
        )
        total += cut.weight * np.where(three, 3, np.where(two, 2, 0))
    band = sum((100 * total >= cut * MOST_POINTS).astype(np.int64) for cut in BANDS)
    return final_ratings()[band, columns["leadership"] - 1, columns["capability"] - 1]


W1 = Workload(
    "W1",
    "five ratings of four levels combined into one",
    dict.fromkeys(KEY_QUESTIONS, "level"),
    RATINGS,
    _five_ratings,
    _rate_five,
)
W2 = Workload(
    "W2",
    "nine scores 1 to 4 in three themes, themes combined",
    {name: "score" for lines in THEMES.values() for name in lines},
    ("1", "2", "3", "4"),
    _nine_scores,
    _rate_nine,
)
W3 = Workload(
    "W3",
    "thirty numbers of one decimal banded and weighed, then a table of 64 rows",
    {**dict.fromkeys(cuts(), "tenths"), "leadership": "score", "capability": "score"},
    RATINGS,
    _thirty_numbers,
    _rate_thirty,
)
WORKLOADS = {each.name: each for each in (W1, W2, W3)}
