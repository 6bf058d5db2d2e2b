"""Formulas and conditions of random methodologies, about the names at hand. Knows the language's phrases, no measure.

What is said mostly takes a wanted direction: it rises, or comes true, as things get better.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor
from random import Random

Axes = tuple[str, ...]
Amount = tuple[str, float, float]  # a formula, about the least and about the most it gives

KINDS = ("small", "large")  # the options of choices


@dataclass(frozen=True)
class Name:
    axes: Axes
    kind: str  # a scale's name, number, yes_no or choice
    better: int = 0  # 1 where more is better, -1 where less is
    low: float = 0
    high: float = 0
    decimals: int = 0
    constant: bool = False


@dataclass
class Sentences:
    """Says things of names. `missing` are those that may be absent."""

    random: Random
    sense: tuple[int, int]  # how often it is right about what is better, and how often wrong; else it does not care
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scales: dict[str, tuple[str, ...]] = field(default_factory=dict)
    worth: dict[str, tuple[float, ...]] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)
    measures: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    range: tuple[float, float] = (0, 4)  # of the last number worked out

    def one_of(self, *options: str) -> str:
        return self.random.choice(options)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def way(self, wanted: int) -> int:
        """The direction a piece takes: the wanted one, as far as the author has sense, or the other; 0 is any."""
        with_sense, contrary = self.sense
        drawn = self.random.randrange(100)
        return wanted if drawn < with_sense else -wanted if drawn < with_sense + contrary else 0

    def keys(self, axes: Axes) -> int:
        """How many combinations of members there are."""
        if set(axes) >= {"s", "u"}:
            axes = tuple(axis for axis in axes if axis != "s")
        count = 1
        for axis in axes:
            count *= len(self.sets[axis])
        return count

    # --- names -------------------------------------------------------------------------------------------------------

    def free(self, axes: Axes, current: Axes) -> bool:
        return any(axis not in current and not (axis == "s" and "u" in current) for axis in axes)

    def directed(self, name: str, way: int) -> bool:
        """Whether a name may be read where a direction is wanted."""
        return way == 0 or self.names[name].constant or self.names[name].better != 0

    def pick(self, kinds: Axes, current: Axes, ranged: bool, way: int = 0, constants: int = 1) -> str | None:
        """A name of one of these kinds that has (`ranged`) or has not a free axis; inputs and measures rather than
        constants, and what was written last rather than what was first."""
        found = [
            name
            for name, each in self.names.items()
            if each.kind in kinds and self.free(each.axes, current) == ranged and self.directed(name, way)
        ]
        weights = [constants if self.names[n].constant else 6 + 2 * (n in self.measures) for n in found]
        return self.random.choices(found, weights)[0] if sum(weights) else None

    def read(self, kinds: Axes, current: Axes, way: int = 0, constants: int = 1) -> tuple[str, str] | None:
        """A name as it is read where there is one value, and that name."""
        if self.sets and self.chance(12):
            wide = [n for n, e in self.names.items() if e.kind in kinds and len(e.axes) == 1 and self.directed(n, way)]
            wide = [n for n in wide if not self.names[n].constant]
            if wide:
                name = self.random.choice(wide)
                return f"{name} for {self.random.choice(self.sets[self.names[name].axes[0]])}", name
        found = self.pick(kinds, current, False, way, constants)
        return (found, found) if found else None

    def sign(self, name: str) -> int:
        return self.names[name].better

    # --- formulas ----------------------------------------------------------------------------------------------------

    def amount(self, current: Axes, way: int, depth: int = 2) -> Amount:
        """A number that rises (`way` 1) or falls as things get better, or does either (0)."""
        if depth > 0 and self.chance(60):
            return self.arithmetic(current, self.way(way), depth - 1)
        if self.chance(30):
            found = self.aggregate(current, way, depth - 1)
            if found:
                return found
        read = self.read(("number", *self.worth), current, way)
        if read is None:
            literal = float(self.random.randrange(4))
            return f"{literal:g}", literal, literal
        text, name = read
        low, high = self.reach(name)
        if way and self.sign(name) == -way:
            return self.turned((text, low, high))
        return text, low, high

    def level(self, text: str) -> str | None:
        """The name that a formula consists of, where that is a level."""
        name = text.split(" for ")[0]
        return name if name in self.names and self.names[name].kind in self.scales else None

    def reach(self, name: str) -> tuple[float, float]:
        each = self.names[name]
        worth = self.worth.get(each.kind)
        return (min(worth), max(worth)) if worth else (each.low, each.high)

    def turned(self, of: Amount) -> Amount:
        text, low, high = of
        if self.chance(50):
            return f"(- {text})", -high, -low
        return f"(3 - {text})", 3 - high, 3 - low

    def arithmetic(self, current: Axes, way: int, depth: int) -> Amount:
        a, low, high = self.amount(current, way, depth)
        match self.random.randrange(9):
            case 0 | 1:
                b, low_b, high_b = self.amount(current, way, depth)
                return f"({a} + {b})", low + low_b, high + high_b
            case 2:
                b, low_b, high_b = self.amount(current, -way, depth)
                return f"({a} - {b})", low - high_b, high - low_b
            case 3 if self.chance(60):
                factor = self.random.choice((0.5, 2, 3))
                return f"({a} * {factor:g})", low * factor, high * factor
            case 3:
                b, low_b, high_b = self.amount(current, way, 0)
                ends = [x * y for x in (low, high) for y in (low_b, high_b)]
                return f"({a} * {b})", min(ends), max(ends)
            case 4 if self.chance(50):
                by = self.random.choice((2, 3, 4))
                return f"({a} / {by})", low / by, high / by
            case 4:
                b, low_b, high_b = self.amount(current, -way, 0)
                shift = 1 - floor(low_b)
                ends = [x / y for x in (low, high) for y in (low_b + shift, high_b + shift)]
                if self.chance(15):
                    return f"({a} / {b})", low, high
                return f"({a} / ({b} + {shift}))" if shift > 0 else f"({a} / ({b} - {-shift}))", min(ends), max(ends)
            case 5:
                mode = self.one_of("half_up", "half_down", "half_even", "up", "down")
                return f"round({a}, nearest {self.one_of('1', '1', '0.5', '2')}, {mode})", low - 0.5, high + 0.5
            case 6:
                b, low_b, high_b = self.amount(current, way, depth)
                which = self.one_of("greater", "lesser")
                pick = max if which == "greater" else min
                return f"{which}({a}, {b})", pick(low, low_b), pick(high, high_b)
            case _:
                return self.aggregate(current, way, depth) or (a, low, high)

    def aggregate(self, current: Axes, way: int, depth: int) -> Amount | None:
        op = self.one_of("sum", "mean", "mean", "median", "highest", "lowest", *(["count"] if way == 0 else []))
        if self.chance(15):
            return self.listed(op, current, way)
        name = self.pick(("number", *self.worth), current, True, way)
        if name is None:
            return None
        inside = current + self.names[name].axes
        of, (low, high) = name, self.reach(name)
        if self.sign(name) == -way and way:
            of, low, high = self.turned((of, low, high))
        if self.chance(15):
            more, low_b, high_b = self.amount(inside, way, 0)
            of, low, high = f"{of} + {more}", low + low_b, high + high_b
        size = self.keys(self.names[name].axes)
        weighted = ""
        if op in ("sum", "mean") and self.chance(30):
            weight = "heavy" if way and "heavy" in self.names else self.amount(inside, 0, 0)[0]
            if not (weight == "heavy" and self.free(("s",), inside)):
                weighted = f" weighted by {weight}"
        where = self.where(inside, way) if self.chance(30) else ""
        if op == "sum":
            low, high = min(low, low * size), max(high, high * size)
        if op == "count":
            low, high = 0, size
        return f"{op}({of}{weighted}{where})", low, high

    def listed(self, op: str, current: Axes, way: int) -> Amount | None:
        """An aggregate of single values."""
        kind = self.one_of("number", *self.worth)
        names = [self.read((kind,), current, way, 0) for _ in range(self.random.choice((2, 3)))]
        known = [each for each in names if each and (way == 0 or self.sign(each[1]) == way)]
        if len(known) < 2:
            return None
        ends = [self.reach(name) for _, name in known]
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        times = len(known) if op == "sum" else 1
        if op == "count":
            low, high = 0, len(known)
        return f"{op}({', '.join(text for text, _ in known)})", min(low, low * times), max(high, high * times)

    def where(self, inside: Axes, way: int) -> str:
        if way and self.names.get("counted") and not self.free(("s",), inside) and self.chance(80):
            return f" where counted is {self.one_of('yes', 'yes', 'no')}"
        tests = [self.comparison(inside, 0, depth=0) for _ in range(self.random.choice((1, 1, 2)))]
        return " where " + " and ".join(tests)

    def figure(self, low: float, high: float) -> str:
        """A number at, between or beside these."""
        if self.chance(15):
            return f"{low + (high - low) * self.random.random():.1f}".replace("-0.0", "0")
        return str(self.random.randint(floor(low), max(floor(low), floor(high))))

    def value(self, kind: str, current: Axes, way: int) -> str:
        """A value of a kind, which gets better (1) or worse as things do."""
        if kind == "number":
            text, low, high = self.amount(current, way, 2)
            self.range = low, high
            return text
        if kind not in self.scales:
            read = self.read((kind,), current, way)
            if read and (way == 0 or self.sign(read[1]) == way) and self.chance(70):
                return read[0]
            return self.plain(kind)
        if way < 0:
            return self.plain(kind)
        read = self.read((kind,), current)
        match self.random.randrange(6):
            case 0 | 1 if read:
                return read[0]
            case 2 if read:
                other = self.read((kind,), current)
                return f"better_of({read[0]}, {other[0] if other else read[0]})"
            case 3 if read and self.chance(30):
                others = [self.read((kind,), current) or read for _ in range(self.random.choice((1, 2)))]
                return f"{self.one_of('best', 'worst')}({', '.join(text for text, _ in (read, *others))})"
            case 3 | 4:
                name = self.pick((kind,), current, True)
                if name:
                    where = self.where(current + self.names[name].axes, way) if self.chance(25) else ""
                    return f"{self.one_of('best', 'worst', 'worst')}({name}{where})"
            case 5 if kind == "g":
                top = self.scales["g"][-1]
                of = self.amount(current, way, 1)[0]
                return f"lesser({top}, greater(1, round({of}, nearest 1, {self.one_of('half_up', 'down')})))"
        return self.plain(kind)

    def plain(self, kind: str) -> str:
        if kind == "number":
            return str(self.random.randrange(5))
        return self.one_of(*{"yes_no": ("yes", "no"), "choice": KINDS}.get(kind, self.scales.get(kind, ())))

    # --- conditions --------------------------------------------------------------------------------------------------

    def predicate(self, name: str, current: Axes, way: int, reach: tuple[float, float] = (0, 3)) -> str:
        """What is said of a value: true of more (`way` 1), of less, or of anything (0)."""
        kind = self.names[name].kind if name else "number"
        if name in self.missing and way == 0 and self.chance(25):
            return self.one_of("absent", "present")
        if kind == "choice":
            return self.one_of("", "not ") + self.plain(kind)
        if kind == "yes_no":
            return {1: "yes", -1: "no", 0: self.one_of("yes", "no", "not yes")}[way]
        levels = self.scales.get(kind)
        if way == 0 and self.chance(25):
            if levels and self.chance(50):
                return f"one of ({', '.join(self.random.sample(levels, min(2, len(levels))))})"
            ends = sorted((self.random.randrange(len(levels)) for _ in "ab") if levels else map(floor, reach))
            return f"from {levels[ends[0]] if levels else ends[0]} to {levels[ends[1]] if levels else ends[1]}"
        if levels and way and self.chance(30):
            return (levels[-1] if way > 0 else levels[0]) if self.chance(60) else f"not {levels[0 if way > 0 else -1]}"
        words = {1: ("at least ", "more than "), -1: ("at most ", "less than ")}
        word = self.one_of(*(words.get(way) or (*words[1], *words[-1], "", "not ")))
        up, down = word in ("at least ", "less than "), word in ("at most ", "more than ")  # cuts above the worst value
        if levels:
            other = self.read((kind,), current) if way == 0 and self.chance(15) else None
            if other:
                return self.one_of(word, "better than ", "worse than ") + other[0]
            trivial = self.chance(5)
            return word + self.one_of(*(levels if trivial else levels[1:] if up else levels[:-1] if down else levels))
        if self.chance(10):
            return word + ("mark" if way or self.chance(60) else self.amount(current, 0, 0)[0])
        low, high = reach
        return word + self.figure(low + (up and high > low), high - (down and high > low))

    def comparison(self, current: Axes, way: int, depth: int = 1) -> str:
        kinds = ("v", "w", "g", "yes_no", "number", *(("choice",) if way == 0 else ()))
        if depth and self.chance(25):
            of, low, high = self.amount(current, way or 1, depth)
            level = self.level(of)
            return f"{of} is {self.predicate(level or '', current, way, (low, high))}"
        found = self.read(kinds, current, way, constants=1 if way == 0 else 0)
        if found is None:
            return f"mark is {self.one_of('at least', 'less than')} {self.random.randrange(4)}"
        text, name = found
        return f"{text} is {self.predicate(name, current, way * (self.sign(name) or 1), self.reach(name))}"

    def condition(self, current: Axes, way: int, depth: int = 2) -> str:
        """One that comes true (`way` 1) or false as things get better, or either (0)."""
        way = self.way(way)
        if depth and self.chance(30):
            joint = self.one_of(" and ", " or ")
            return joint.join(self.unit(current, way, depth - 1) for _ in range(2))
        return self.single(current, way)

    def unit(self, current: Axes, way: int, depth: int) -> str:
        """A part of a condition."""
        if depth and self.chance(30):
            return f"({self.one_of(' and ', ' or ').join(self.unit(current, way, depth - 1) for _ in range(2))})"
        return self.single(current, way)

    def single(self, current: Axes, way: int) -> str:
        kinds = ("v", "w", "g", "yes_no", "number", *(("choice",) if way == 0 else ()))
        name = self.pick(kinds, current, True, way, constants=1 if way == 0 else 0)
        if name is None or self.chance(25):
            return self.comparison(current, way)
        of, inside = name, current + self.names[name].axes
        size = self.keys(self.names[name].axes)
        if self.chance(25):
            of = f"({name}{self.where(inside, way)})"
        elif self.chance(15):
            alone = [self.read((self.names[name].kind,), current, way, 0) for _ in range(3)]
            if all(each and self.sign(each[1]) == self.sign(name) for each in alone):
                of, inside, size = f"({', '.join(each[0] for each in alone if each)})", current, 3
        return self.quantified(of, name, inside, size, way)

    def quantified(self, of: str, name: str, inside: Axes, size: int, way: int) -> str:
        needed = "mark" if self.chance(10) else str(self.random.randint(1, max(size, 1)))
        rising = ("any", "all", f"at least {needed}")
        falling = ("none", f"at most {needed if needed == 'mark' else int(needed) - 1}")
        if way == 0:
            quantifier, said = self.one_of(*rising, *falling, f"exactly {needed}"), 0
        else:
            turned = self.chance(25)
            quantifier, said = self.one_of(*(falling if turned else rising)), -way if turned else way
        return (
            f"{quantifier} of {of} are {self.predicate(name, inside, said * (self.sign(name) or 1), self.reach(name))}"
        )
