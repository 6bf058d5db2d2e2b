"""Random methodologies with so few records that all of them can be walked. Knows the language, not the engine.

Each is written by an author with some `sense`: with much, rules say what is better of what is better, and most results
are monotone; with none, anything goes. Measures read the same inputs and one another, so that what they are is not
independent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from small_sentences import KINDS, Axes, Name, Sentences

from markscheme.compile import compile_source
from markscheme.diagnostics import Diagnostic, Source
from markscheme.ir import Program

LEVELS = (("poor", "fair", "good", "great"), ("low", "mid", "high", "top"), ("1", "2", "3", "4"))
SENSES = ((100, 0), (90, 10), (60, 40), (40, 60), (20, 80), (0, 100), (0, 100), (0, 0))  # sense, contrariness
SIZES = (30, 50, 80, 80, 120, 120, 200, 200, 300, 500, 600, 2500)  # how many records there may be


@dataclass
class Author(Sentences):
    """Writes one methodology, piece by piece."""

    lacking: frozenset[str] = frozenset()  # measures found to need an `absent`
    parents: dict[str, str] = field(default_factory=dict)  # members of `u`, which is nested in `s`
    inputs: list[str] = field(default_factory=list)
    principles: dict[str, str] = field(default_factory=dict)  # each with its scale
    silence: int = 4  # how often an outcome is that there is none

    # --- what is declared --------------------------------------------------------------------------------------------

    def head(self) -> str:
        lines = ["markscheme: 1", "id: example/small", 'version: "1"', "title: Small", "scales:"]
        for name, levels in zip("vwg", LEVELS, strict=True):
            levels = levels[: self.random.choice((2, 3, 3, 4))]
            self.scales[name] = levels
            if name == "g":
                self.worth[name] = tuple(map(float, levels))
            elif self.chance(60):
                steps = [self.random.choice((0.5, 1, 1, 2)) for _ in levels]
                worth = [sum(steps[:n]) - self.random.choice((0, 1)) for n in range(len(levels))]
                self.worth[name] = tuple(sorted(worth) if self.chance(85) else worth)
            said = [
                f"{{level: {level}, value: {worth:g}}}" if name in self.worth and name != "g" else level
                for level, worth in zip(levels, self.worth.get(name, (0.0,) * 4), strict=False)
            ]
            lines.append(f"  {name}: [{', '.join(said)}]")
        return "\n".join([*lines, *self.sets_and_constants(), ""])

    def sets_and_constants(self) -> list[str]:
        shape = self.random.choice(("", "s", "s", "st", "st", "su", "su"))
        if not shape:
            return ["parameters: {mark: {value: 2}}"] if self.constant("mark", (), 2) else []
        lines = ["sets:"]
        self.sets["s"] = ("a", "b", "c")[: self.random.choice((1, 2, 2, 2, 3, 3))]
        heavy = [self.random.choice((1, 1, 2, 3) if self.chance(80) else (0, 1, -1)) for _ in self.sets["s"]]
        counted = [self.one_of("yes", "yes", "no") for _ in self.sets["s"]]
        said = zip(self.sets["s"], heavy, counted, strict=True)
        members = ", ".join(f'{{member: {m}, heavy: {h}, counted: "{c}"}}' for m, h, c in said)
        lines.append(f"  s: [{members}]")
        self.names["heavy"] = Name(("s",), "number", 0, min(heavy), max(heavy), constant=True)
        self.names["counted"] = Name(("s",), "yes_no", constant=True)
        if "t" in shape:
            self.sets["t"] = ("d", "e", "f")[: self.random.choice((2, 2, 3))]
            lines.append(f"  t: [{', '.join(self.sets['t'])}]")
        if "u" in shape:
            below = {m: [f"{m}{n}" for n in range(self.random.choice((1, 1, 2)))] for m in self.sets["s"]}
            self.sets["u"] = tuple(child for children in below.values() for child in children)
            self.parents = {child: m for m, children in below.items() for child in children}
            nested = ", ".join(f"{parent}: [{', '.join(children)}]" for parent, children in below.items())
            lines.append(f"  u: {{within: s, {nested}}}")
        self.constant("mark", (), 2)
        marks = [self.random.randrange(4) for _ in self.sets["s"]]
        self.names["each_mark"] = Name(("s",), "number", 0, min(marks), max(marks), constant=True)
        said_marks = ", ".join(f"{m}: {n}" for m, n in zip(self.sets["s"], marks, strict=True))
        lines += ["parameters:", "  mark: {value: 2}", f"  each_mark: {{each: s, values: {{{said_marks}}}}}"]
        return lines

    def constant(self, name: str, axes: Axes, value: float) -> Name:
        self.names[name] = Name(axes, "number", 0, value, value, constant=True)
        return self.names[name]

    def some_axes(self) -> Axes:
        sets = tuple(self.sets)
        if not sets or self.chance(35):
            return ()
        two = [(a, b) for a in sets for b in sets if a < b]
        return self.random.choice(two) if two and self.chance(20) else (self.random.choice(sets),)

    def given(self, name: str, room: int) -> tuple[str, int] | None:
        """An input and by how many it multiplies the records, which may be no more than `room`."""
        kind = self.one_of("number", "number", "v", "v", "w", "g", "yes_no", "choice" if self.chance(50) else "v")
        axes = self.some_axes()
        low = self.random.choice((0, 0, 0, 1, -1, -2))
        decimals = 1 if self.chance(12) else 0
        high = low + (1 if decimals and self.chance(60) else self.random.choice((1, 2, 3, 3, 4, 5, 6)))
        values = {
            "number": [str(n) for n in range(low, high + 1)],
            "yes_no": ['"yes"', '"no"'],
            "choice": list(KINDS),
        }.get(kind) or list(self.scales[kind])
        size = (high - low) * 10**decimals + 1 if kind == "number" else len(values)
        reasons: list[str] = []
        if self.chance(55):
            reasons = self.random.sample(["skip", "unrated", self.one_of(*values)], self.random.choice((1, 1, 2, 2, 3)))
            size += len({"skip", "unrated"}.intersection(reasons))
        if size ** self.keys(axes) > room:
            axes = ()
        if size > room:
            return None
        if {"skip", "unrated"}.intersection(reasons):
            self.missing.add(name)
        better = self.random.choice((1, 1, 1, -1, -1, 0)) if kind in ("number", "yes_no") else 1
        if kind == "choice":
            better = 0
        word = {1: "higher", -1: "lower", 0: "neither"}[better]
        yes = {1: '"yes"', -1: '"no"', 0: "neither"}[better]
        type = {
            "number": f"type: number, decimals: {decimals}, min: {low}, max: {high}, better: {word}",
            "yes_no": f"type: yes_no, better: {yes}",
            "choice": f"type: choice, of: [{', '.join(KINDS)}]",
        }.get(kind, f"scale: {kind}")
        said = ", ".join(f"reason_{n}: {treatment}" for n, treatment in enumerate(reasons))
        absent = f", absent: {{{said}}}" if reasons else ""
        self.names[name] = Name(axes, kind, better, low, high, decimals)
        self.inputs.append(name)
        return f"  {name}: {{{_each(axes)}{type}{absent}}}\n", size ** self.keys(axes)

    # --- measures ----------------------------------------------------------------------------------------------------

    def ladder(self, kind: str, count: int, better: int) -> list[str]:
        """Plain values of a kind, the worst first, as far as the author has sense."""
        if kind == "number":
            figures = range(7) if self.chance(85) else (0, 1, 1, 2, 2, 2, 3)
            values = sorted(self.random.sample(figures, count))
            shown = [str(value) for value in values]
            self.range = values[0], values[-1]
        else:
            words = {"yes_no": ("no", "yes"), "choice": KINDS}.get(kind) or self.scales[kind]
            spread = sorted(self.random.choices(range(len(words)), k=count))
            if count >= len(words) and self.chance(80):
                spread = sorted([*range(len(words)), *spread[: count - len(words)]])
            shown = [words[n] for n in spread]
        if not self.chance(100 - self.sense[1] // 2):
            self.random.shuffle(shown)
        return shown if better > 0 else shown[::-1]

    def measure(self, name: str, last: bool) -> str:
        axes = () if last and self.chance(60) else self.some_axes()
        kind = self.one_of("v", "v", "w", "g", "number", "number", "yes_no", "v" if self.chance(80) else "choice")
        principle = self.one_of(*self.principles) if self.principles and self.chance(40) else None
        better = self.random.choice((1, 1, 1, -1)) if kind in ("number", "yes_no") else 1
        said = better if self.chance(80) else 0
        word = {1: ", better: higher", -1: ", better: lower", 0: self.one_of("", ", better: neither")}[said]
        yes = {1: ', better: "yes"', -1: ', better: "no"', 0: self.one_of("", ", better: neither")}[said]
        lines = self.applied(principle, axes) if principle else None
        if lines and principle:
            kind, said = self.principles[principle], 1
        else:
            lines = self.form(name, kind, axes, better)
        types = {
            "number": f"type: number{word}",
            "yes_no": f"type: yes_no{yes}",
            "choice": f"type: choice, of: [{'; '.join(KINDS)}]",
        }
        declared = [each.replace(";", ",") for each in types.get(kind, f"scale: {kind}").split(", ", 1)]
        text = f"  {name}:\n"
        if axes:
            text += f"    {_each(axes)[:-2]}\n"
        text += "".join(f"    {each}\n" for each in declared)
        text += "".join(f"    {line}\n" for line in [*lines, *self.limits(kind, axes, better)])
        plain = self.plain(kind)
        treatment = self.one_of("skip", "unrated", "unrated", f'"{plain}"' if kind == "yes_no" else plain)
        if name in self.lacking:
            text += f"    absent: {{none_{name}: {treatment}}}\n"
            if treatment in ("skip", "unrated"):
                self.missing.add(name)
        known = {"choice": 0, "number": said, "yes_no": said}.get(kind, 1)
        self.names[name] = Name(axes, kind, known, *(self.range if kind == "number" else (0, 0)))
        self.measures.append(name)
        return text

    def form(self, name: str, kind: str, axes: Axes, better: int) -> list[str]:
        match self.random.randrange(11):
            case 0 | 1:
                return [f"formula: '{self.value(kind, axes, self.way(better))}'"]
            case 2 | 3 | 4:
                return self.rules(kind, axes, better)
            case 5:
                return self.bands(kind, axes, better)
            case 6:
                return self.first_match(name, kind, axes, better)
            case 7:
                return self.unique(name, kind, axes, better) or self.rules(kind, axes, better)
            case 8:
                return self.grid(kind, axes, better) or self.bands(kind, axes, better)
            case 9 if self.missing:
                names = [self.read((kind,), axes) for _ in range(2)]
                first = [
                    n for n in self.missing if self.names[n].kind == kind and not self.free(self.names[n].axes, axes)
                ]
                if first and names[1]:
                    return [f"first_present: [{self.random.choice(sorted(first))}, {names[1][0]}]"]
        return self.rules(kind, axes, better)

    def outcome(self, kind: str, plain: str, axes: Axes, better: int) -> str:
        if self.chance(self.silence):
            return "absent"
        return self.value(kind, axes, self.way(better)) if self.chance(12) else plain

    def rules(self, kind: str, axes: Axes, better: int) -> list[str]:
        """From the worst, where each says what is bad, or from the best."""
        values = self.ladder(kind, self.random.choice((2, 3, 3, 4)), better)
        best_first = self.chance(50)
        if best_first:
            values.reverse()
        way = 1 if best_first else -1
        name = self.pick((*self.scales, "yes_no"), axes, True, 1, constants=0) if self.chance(15) else None
        if name and self.keys(self.names[name].axes) > 1:  # a value only where they agree
            said = self.predicate(name, axes + self.names[name].axes, 1)
            all_so, none_so = self.ladder(kind, 2, better)[:: self.random.choice((1, 1, -1))]
            return [
                "rules:",
                f"  - {{when: 'all of {name} are {said}', then: '{all_so}'}}",
                f"  - {{when: 'any of {name} are {said}', then: absent}}",
                f"  - {{otherwise: '{none_so}'}}",
            ]
        rules = [
            f"  - {{when: '{self.condition(axes, way)}', then: '{self.outcome(kind, value, axes, better)}'}}"
            for value in values[:-1]
        ]
        return ["rules:", *rules, f"  - {{otherwise: '{self.outcome(kind, values[-1], axes, better)}'}}"]

    def bands(self, kind: str, axes: Axes, better: int) -> list[str]:
        of, low, high = self.amount(axes, self.way(1), 2)
        if self.chance(30):
            of = f"round({of}, nearest 1, {self.one_of('half_up', 'half_even', 'down')})"
        level, count = self.level(of), self.random.choice((1, 2, 2, 3))
        if level:
            levels = self.scales[self.names[level].kind]
            cuts = [each for each in levels[1:] if self.chance(60)] or [levels[-1]]
        else:
            figures = [self.figure(low, high) for _ in range(count)]
            cuts = sorted({float(each): each for each in figures}.values(), key=float)
        values = self.ladder(kind, len(cuts) + 1, better)
        shape = self.random.randrange(5)
        if shape == 0:
            rows = [f"{{at_most: '{cut}', is: '{value}'}}" for cut, value in zip(cuts, values, strict=False)]
            rows.append(f"{{otherwise: '{values[-1]}'}}")
        elif shape == 1 and len(cuts) > 1 and all(cut.isdigit() for cut in cuts) and not level:
            of = f"round({of}, nearest 1, half_up)"
            rows = [f"{{at_most: {cuts[0]}, is: '{values[0]}'}}"]
            for (a, b), value in zip(pairwise(cuts), values[1:], strict=False):
                rows.append(f"{{from: {int(a) + 1}, to: {b}, is: '{value}'}}")
            rows.append(f"{{at_least: {int(cuts[-1]) + 1}, is: '{values[-1]}'}}")
        else:
            rows = [f"{{at_least: '{c}', is: '{v}'}}" for c, v in zip(cuts[::-1], values[:0:-1], strict=True)]
            rows.append(f"{{otherwise: '{values[0]}'}}")
        return ["bands:", f"  of: '{of}'", f"  rows: [{', '.join(rows)}]"]

    def columns(self, axes: Axes, kinds: Axes, most: int) -> list[str]:
        found = [self.pick(kinds, axes, False, constants=0) for _ in range(self.random.randint(1, most))]
        return list(dict.fromkeys(name for name in found if name))

    def first_match(self, name: str, kind: str, axes: Axes, better: int) -> list[str]:
        columns = self.columns(axes, ("v", "w", "g", "number", "yes_no"), 3)
        if not columns:
            return self.rules(kind, axes, better)
        values = self.ladder(kind, self.random.choice((2, 3, 4)), better)
        best_first = self.chance(50)
        if best_first:
            values.reverse()
        rows = []
        for value in values[:-1]:
            cells = []
            for column in columns:
                way = self.way(1 if best_first else -1)
                said = self.predicate(column, axes, way * (self.sign(column) or 1), self.reach(column))
                cells.append("-" if self.chance(30) else said)
            rows.append(" | ".join(cells) + f" || {value}")
        rows.append(" | ".join("-" for _ in columns) + f" || {values[-1]}")
        return ["hit: first", *_table(columns, name, rows)]

    def unique(self, name: str, kind: str, axes: Axes, better: int) -> list[str]:
        """Two columns, each cut in two, so that every record has one row."""
        columns = self.columns(axes, ("v", "w", "g", "number", "yes_no"), 2)
        if not columns:
            return []
        halves = []
        for column in columns:
            each = self.names[column]
            if each.kind == "yes_no":
                cells = ["no", "yes"]
            else:
                cut = (
                    self.one_of(*self.scales[each.kind])
                    if each.kind in self.scales
                    else self.figure(*self.reach(column))
                )
                cells = [f"less than {cut}", f"at least {cut}"]
            halves.append(cells if self.sign(column) >= 0 else cells[::-1])
        values = self.ladder(kind, len(columns) + 1, better)
        rows = [f"{cell} || {value}" for cell, value in zip(halves[0], values, strict=False)]
        if len(columns) == 2:
            rows = [
                f"{first} | {second} || {values[i + j]}"
                for i, first in enumerate(halves[0])
                for j, second in enumerate(halves[1])
            ]
            if self.chance(30):
                rows[2:] = [f"{halves[0][1]} | - || {values[2]}"]
        self.random.shuffle(rows)
        return _table(columns, name, rows)

    def grid(self, kind: str, axes: Axes, better: int) -> list[str]:
        pair = [self.pick(("v", "w", "g", "yes_no"), axes, False, constants=0) for _ in range(2)]
        if not pair[0] or not pair[1] or pair[0] == pair[1]:
            return []
        words = [self.scales.get(self.names[name].kind, ("no", "yes")) for name in pair if name]
        words = [w if self.sign(n) >= 0 else w[::-1] for n, w in zip([p for p in pair if p], words, strict=True)]
        values = self.ladder(kind, len(words[0]) + len(words[1]) - 1, better)
        cells = {(i, j): values[i + j] for i in range(len(words[0])) for j in range(len(words[1]))}
        if not self.chance(100 - self.sense[1] // 2):
            cells[0, 0] = self.plain(kind)
        lines = [f"{pair[0]} \\ {pair[1]} | {' | '.join(words[1])}"]
        for i, word in enumerate(words[0]):
            lines.append(f"{word} | {' | '.join(cells[i, j] for j in range(len(words[1])))}")
        return ["grid: |", *(f"  {line}" for line in lines)]

    def limits(self, kind: str, axes: Axes, better: int) -> list[str]:
        if (kind not in self.scales and kind != "number") or self.chance(65):
            return []
        lines = ["limits:"]
        for _ in range(self.random.choice((1, 1, 2))):
            cap = self.chance(65)
            way = -better if cap else better
            bound = self.plain(kind) if self.chance(85) else self.value(kind, axes, self.way(better))
            members = [m for axis in axes for m in self.sets[axis]]
            member = f"for: {self.one_of(*members)}, " if members and self.chance(35) else ""
            side = "at_most" if cap else "at_least"
            lines.append(f"  - {{{member}when: '{self.condition(axes, way, 1)}', {side}: '{bound}'}}")
        return lines

    # --- principles --------------------------------------------------------------------------------------------------

    def principle(self, name: str) -> str:
        kind = self.one_of("v", "w", "g")
        levels = self.scales[kind]
        self.principles[name] = kind
        text = f"  {name}:\n    scale: {kind}\n"
        counts = [str(n) for n in (1, 2)]
        if self.chance(60):
            rows = [f"{{at_least: {self.random.choice((2, 3))}, is: 2}}", "{otherwise: 1}"]
            text += f"    thresholds:\n      needed: {{of: count(them), rows: [{', '.join(rows)}]}}\n"
            counts += ["needed", "needed"]
        text += "    rules:\n"
        values = self.ladder(kind, self.random.choice((2, 3, 3)), 1)
        best_first = self.chance(50)
        if best_first:
            values.reverse()
        for value in values[:-1]:
            way = self.way(1 if best_first else -1)
            level = self.one_of(*levels)
            said = {1: f"at least {level}", -1: f"at most {level}", 0: level}[way]
            often = ["any", "all", f"at least {self.one_of(*counts)}"]
            if way == 0:
                often += [f"exactly {self.one_of(*counts)}", "none", f"at most {self.one_of(*counts)}"]
            then = "worst(them)" if self.chance(12) else value
            text += f"      - {{when: '{self.one_of(*often)} of them are {said}', then: '{then}'}}\n"
        return text + f"      - {{otherwise: {values[-1]}}}\n"

    def applied(self, principle: str, axes: Axes) -> list[str] | None:
        kind = self.principles[principle]
        name = self.pick((kind,), axes, True, constants=0)
        if name is None:
            alone = [self.read((kind,), axes, constants=0) for _ in range(self.random.choice((2, 3)))]
            texts = [each[0] for each in alone if each]
            if len(texts) < 2:
                return None
            return [f"apply: {principle}", f"to: '({', '.join(texts)})'"]
        where = self.where(axes + self.names[name].axes, self.way(1)) if self.chance(25) else ""
        return [f"apply: {principle}", f"to: '({name}{where})'" if where else f"to: {name}"]

    # --- what is promised --------------------------------------------------------------------------------------------

    def guarantees(self, results: list[str]) -> list[str]:
        able = [name for name in self.measures if self.sign(name)]
        directed = [name for name in self.inputs if self.sign(name)]
        found = []
        for _ in range(self.random.choice((0, 1, 2, 3))):
            match self.random.randrange(4):
                case 0 if able and directed:
                    found.append(f"- {self.one_of(*able)} never worsens when {self.one_of(*directed)} improve")
                case 1 if able:
                    found.append(f"- withholding {self.one_of(*self.inputs)} never raises {self.one_of(*able)}")
                case 2:
                    found.append(f"- never: '{self.joint(results)}'")
                case _:
                    found.append(f"- always: '{self.condition((), self.random.choice((1, -1, 0)))}'")
        return list(dict.fromkeys(found))

    def joint(self, results: list[str]) -> str:
        """A good result and something bad, which a rule may well have ruled out; or anything."""
        name = self.one_of(*results)
        if self.free(self.names[name].axes, ()) or self.names[name].kind not in self.scales or self.chance(30):
            return self.condition((), self.random.choice((1, -1, 0)))
        return f"{name} is {self.scales[self.names[name].kind][-1]} and {self.unit((), -1, 1)}"

    def write(self) -> str:
        text = self.head() + "inputs:\n"
        self.silence = self.random.choice((0, 3, 3, 3, 30))
        room = self.random.choice(SIZES)
        for index in range(self.random.choice((1, 2, 2, 3, 3, 4, 5))):
            made = self.given(f"in_{index}", room)
            if made:
                text += made[0]
                room //= made[1]
        if self.chance(35):
            text += "principles:\n" + "".join(self.principle(f"p_{n}") for n in range(self.random.choice((1, 1, 2))))
        text += "measures:\n"
        seed, count = self.random.random(), self.random.choice((1, 2, 2, 3, 3, 4, 5))
        for index in range(count):
            self.random = Random(f"{seed} {index}")  # so that declaring an absence changes no other measure
            text += self.measure(f"m_{index}", index == count - 1)
        self.random = Random(f"{seed} end")
        results = [n for n in self.measures if n == self.measures[-1] or self.chance(30)]
        text += f"results: [{', '.join(results)}]\n"
        guarantees = self.guarantees(results)
        if guarantees:
            text += "guarantees:\n" + "".join(f"  {line}\n" for line in guarantees)
        directed = [name for name in results if self.sign(name)]
        if self.chance(12) and directed:
            text += f"waive: [{{guarantee: monotone, in: {self.one_of(*directed)}, because: the guide is not}}]\n"
        return text


def _each(axes: Axes) -> str:
    return "" if not axes else f"each: {axes[0]}, " if len(axes) == 1 else f"each: [{', '.join(axes)}], "


def _table(columns: list[str], name: str, rows: list[str]) -> list[str]:
    head = " | ".join(columns) + f" || {name}"
    return ["table: |", f"  {head}", *(f"  {row}" for row in rows)]


def text_of(seed: int, lacking: frozenset[str] = frozenset()) -> str:
    """A methodology; the measures in `lacking` declare what their absence counts as. One seed, one text."""
    random = Random(seed)
    return Author(random, random.choice(SENSES), lacking=lacking).write()


def compiled(text: str) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    return compile_source(Source("small.yaml", text), Path("small.yaml"), lambda a, b: None)


def methodology(seed: int) -> tuple[str, Program | None, tuple[Diagnostic, ...]]:
    """A seed's methodology and its program, if it is well typed; measures that are found to need an `absent` are given
    one, as their author would."""
    lacking: frozenset[str] = frozenset()
    while True:
        text = text_of(seed, lacking)
        program, found = compiled(text)
        needed = {each.message.split("`")[1] for each in found if each.code == "MS421"}
        if program is not None or not needed - lacking:
            return text, program, found
        lacking |= needed
