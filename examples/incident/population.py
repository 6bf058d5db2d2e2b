"""Makes up the 303 trusts of population.csv, the same ones each time. Knows no rule file: it has read the allocation
table for itself, and says what each trust ought to have as corrected and as issued.

From the folder above the examples: python examples/incident/population.py > examples/incident/population.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import product

RATINGS = ("weak", "fair", "good", "excellent")
MET = ("not_met", "partly_met", "almost_met", "fully_met")
NEW = ("excellent", "good", "fair", "weak")
SHIFTED = (19, 18)  # targets that apply, of which the row was one band low
OTHERS = (20, 20, 20, 20, 20, 20, 17, 17, 16, 15)

# How many trusts have which components as corrected: by new targets, in the order of NEW. Chosen near what there would
# be if components had nothing to do with one another, so that the published figures come out. `*`: in a shifted row.
TRUSTS = """
    core standards  existing targets
    fully_met       fully_met         6 11 13  2
    fully_met       almost_met        7 15 18  5
    fully_met       almost_met*       5 14  0  0
    fully_met       partly_met        7 14 12  1
    fully_met       partly_met*       3  6  5  0
    fully_met       not_met           2  3  1  1
    fully_met       not_met*          0  0  0  1
    almost_met      fully_met         4  9 10  2
    almost_met      almost_met        3 10 13  4
    almost_met      almost_met*       5 10  0  0
    almost_met      partly_met        5 11  9  0
    almost_met      partly_met*       2  5  4  1
    almost_met      not_met           1  3  0  0
    almost_met      not_met*          0  0  0  1
    partly_met      fully_met         1  2  4  1
    partly_met      almost_met        3  5  2  1
    partly_met      partly_met        1  3  3  0
    partly_met      partly_met*       0  0  2  0
    partly_met      not_met           0  0  1  1
    partly_met      not_met*          1  1  1  1
    not_met         fully_met         0  1  0  1
    not_met         almost_met        1  0  0  0
    not_met         partly_met        0  1  0  0
    not_met         not_met           1  0  0  0
"""
CORE_POINTS = {"fully_met": (0, 0), "almost_met": (1, 4), "partly_met": (5, 13), "not_met": (14, 22)}
SHARES = {"fully_met": (95, 100), "almost_met": (85, 95), "partly_met": (70, 85), "not_met": (50, 70)}  # from, to below

STEMS = """
    Amber Bellow Bramble Candle Cobble Copper Dapple Eider Feather Gander Heron
    Inkle Juniper Kestrel Linnet Marl Nettle Pebble Quill Sorrel Thistle
"""
ENDINGS = "bourne combe dale fold ford gate ham holme leigh mere stow thwaite wick worth yard"
REGIONS = ("North", "Midlands", "East", "South")


@dataclass(frozen=True, slots=True)
class Trust:
    name: str
    region: str
    core_points: int
    targets_that_apply: int
    target_points: str
    core: str
    existing: str
    new: str

    @property
    def shifted(self) -> bool:
        return self.targets_that_apply in SHIFTED

    @property
    def existing_as_issued(self) -> str:
        """One band low, if there is a lower one."""
        return MET[max(MET.index(self.existing) - self.shifted, 0)]


def quality(core: str, existing: str, new: str) -> str:
    if "not_met" in (core, existing):
        return "weak"
    if (core, existing, new) == ("fully_met", "fully_met", "excellent"):
        return "excellent"
    high = ("fully_met", "almost_met")
    if core in high and existing in high and new in ("excellent", "good"):
        return "good"
    return "weak" if (core, existing, new) == ("partly_met", "partly_met", "weak") else "fair"


def drawn(*what: object) -> int:
    """A number as if by chance, and always the same one."""
    return int.from_bytes(sha256(repr(what).encode()).digest()[:8])


def within(low: int, high: int, *what: object) -> int:
    return low + drawn(*what) % (high - low + 1)


def points(existing: str, apply: int, name: str) -> str:
    """A share of the points that so many targets can give, in per cent, to the nearest tenth."""
    low, below = SHARES[existing]
    shares = [Fraction(100 * each, 3 * apply) for each in range(3 * apply + 1)]
    fitting = [each for each in shares if low <= each and (each < below or each == below == 100)]
    share = fitting[drawn("points", name) % len(fitting)]
    tenths = int(share * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def components() -> list[tuple[str, str, str]]:
    found = []
    for line in TRUSTS.strip().splitlines()[1:]:
        core, existing, *counts = line.split()
        for new, count in zip(NEW, counts, strict=True):
            found += [(core, existing, new)] * int(count)
    return found


def trusts() -> Iterator[Trust]:
    names = [f"{stem}{ending} PCT" for stem, ending in product(STEMS.split(), ENDINGS.split())]
    having = components()
    mixed = sorted(range(len(having)), key=lambda number: drawn("order", number))
    for name, number in zip(names, mixed, strict=False):
        core, existing, new = having[number]
        rows = SHIFTED if existing.endswith("*") else OTHERS
        existing = existing.removesuffix("*")
        apply = rows[drawn("apply", name) % len(rows)]
        low, high = CORE_POINTS[core]
        yield Trust(
            name,
            REGIONS[drawn("region", name) % len(REGIONS)],
            within(low, high, "core", name),
            apply,
            points(existing, apply, name),
            core,
            existing,
            new,
        )


def table(file: object) -> None:
    rows = csv.writer(file, lineterminator="\n")  # type: ignore[arg-type]
    rows.writerow(["trust", "region", "core_points", "targets_that_apply", "target_points", "new_targets"])
    for each in trusts():
        given = (each.core_points, each.targets_that_apply, each.target_points, each.new)
        rows.writerow([each.name, each.region, *given])


if __name__ == "__main__":
    table(sys.stdout)
