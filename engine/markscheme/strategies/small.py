"""Small methodologies at random, as texts of rule files. Writes what is mostly well typed; knows the language, and asks
the engine only whether what it wrote is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ..compile import compile_source
from ..diagnostics import Diagnostic, Source
from ..ir import Program

SETS = {"s": ("a", "b"), "t": ("c", "d", "e"), "u": ("f", "g", "h")}
PARENTS = {"f": "a", "g": "a", "h": "b"}  # `u` is nested in `s`
SCALES = {"points": ("1", "2", "3"), "v": ("poor", "fair", "good"), "w": ("low", "mid", "high")}

HEAD = """\
markscheme: 1
id: example/small
version: "1"
title: Small
scales:
  points: [1, 2, 3]
  v: [{level: poor, value: -1}, {level: fair, value: 0.5}, {level: good, value: 2}]
  w: [low, mid, high]
sets:
  s: [{member: a, heavy: 2, counted: "yes"}, {member: b, heavy: 1, counted: "no"}]
  t: [{member: c, light: 0}, {member: d, light: 1}, {member: e, light: 3}]
  u: {within: s, a: [f, g], b: [h]}
parameters:
  pass_mark: {value: 3}
  each_mark: {each: s, values: {a: 2, b: -1}}
"""
FIXED = {  # what the head declares: axes and kind
    "heavy": (("s",), "number"),
    "counted": (("s",), "yes_no"),
    "light": (("t",), "number"),
    "pass_mark": ((), "number"),
    "each_mark": (("s",), "number"),
}
AXES = ((), (), ("s",), ("s",), ("t",), ("u",), ("s", "t"), ("u", "t"), ("s", "u"))


@dataclass
class Writer:
    """Writes one methodology. `names` are those declared so far: name → (axes, kind); a kind is a scale or a type."""

    random: Random
    names: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=lambda: dict(FIXED))
    gaps: set[str] = field(default_factory=set)  # the names that may be absent

    def one_of(self, *options: str) -> str:
        return self.random.choice(options)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    # --- names -------------------------------------------------------------------------------------------------------

    def free(self, axes: tuple[str, ...], current: tuple[str, ...]) -> bool:
        return any(axis not in current and not (axis == "s" and "u" in current) for axis in axes)

    def name(self, kind: str, current: tuple[str, ...], ranged: bool) -> str | None:
        """A name of a kind that has (`ranged`) or has not a free axis where `current` are the members at hand."""
        fitting = [n for n, (axes, k) in self.names.items() if k == kind and self.free(axes, current) == ranged]
        if not ranged and self.chance(15):
            wide = [n for n, (axes, k) in self.names.items() if k == kind and len(axes) == 1]
            if wide:
                name = self.random.choice(wide)
                return f"{name} for {self.random.choice(SETS[self.names[name][0][0]])}"
        return self.random.choice(fitting) if fitting else None

    def ranged(self, kinds: tuple[str, ...], current: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]] | None:
        """A name of one of these kinds that has a free axis, its kind, and the members at hand inside; mostly one of
        the inputs and measures, which may be absent, and not a constant."""
        fitting = [n for n, (axes, k) in self.names.items() if k in kinds and self.free(axes, current)]
        fitting = [n for n in fitting if n not in FIXED] * 5 + fitting
        if not fitting:
            return None
        name = self.random.choice(fitting)
        kind = self.names[name][1]
        axes, _ = self.names[name]
        if len(axes) == 2 and self.chance(10):
            axis = self.random.choice(axes)
            rest = tuple(a for a in axes if a != axis)
            return f"{name} for {self.random.choice(SETS[axis])}", kind, current + rest
        return name, kind, current + axes

    # --- formulas ----------------------------------------------------------------------------------------------------

    def number(self, current: tuple[str, ...], depth: int = 3) -> str:
        if depth == 0 or self.chance(25):
            choices = [self.name(kind, current, False) for kind in ("number", "points", "v")]
            known = [c for c in choices if c]
            return self.one_of(*known, str(self.random.randrange(6)), "0.5")
        inner = depth - 1
        match self.random.randrange(9):
            case 0 | 1:
                return f"({self.number(current, inner)} {self.one_of('+', '-', '*')} {self.number(current, inner)})"
            case 2:
                return f"({self.number(current, inner)} / {self.number(current, inner)})"
            case 3:
                mode = self.one_of("half_up", "half_down", "half_even", "up", "down")
                return f"round({self.number(current, inner)}, nearest {self.one_of('1', '0.5', '2')}, {mode})"
            case 4:
                return (
                    f"{self.one_of('greater', 'lesser')}({self.number(current, inner)}, {self.number(current, inner)})"
                )
            case 5:
                return f"(- {self.number(current, inner)})"
            case _:
                return self.aggregate(current, inner) or self.number(current, inner)

    def aggregate(self, current: tuple[str, ...], depth: int) -> str | None:
        op = self.one_of("sum", "count", "mean", "median", "highest", "lowest")
        found = self.ranged(("number", "points", "v"), current)
        if found is None:
            return None
        of, _, inside = found
        if self.chance(30):
            of += f" {self.one_of('+', '*', '/')} {self.number(inside, min(depth, 1))}"
        weighted = ""
        if op in ("sum", "mean") and self.chance(40):
            weighted = f" weighted by {self.number(inside, 1)}"
        return f"{op}({of}{weighted}{self.where(inside) if self.chance(50) else ''})"

    def where(self, inside: tuple[str, ...]) -> str:
        return " where " + " and ".join(self.comparison(inside, 1) for _ in range(self.random.choice((1, 1, 2))))

    def value(self, kind: str, current: tuple[str, ...], depth: int = 2) -> str:
        if kind == "number":
            return self.number(current, depth)
        words = SCALES.get(kind, ("yes", "no"))
        name = self.name(kind, current, False)
        match self.random.randrange(6):
            case 0 | 1 if name:
                return name
            case 2 if name and kind in SCALES:
                return f"better_of({name}, {self.name(kind, current, False)})"
            case 3 if kind in SCALES:
                found = self.ranged((kind,), current)
                if found:
                    return f"{self.one_of('best', 'worst')}({found[0]})"
            case 4 if kind == "points":
                return f"lesser(3, greater(1, round({self.number(current, 1)}, nearest 1, half_even)))"
        return self.one_of(*words)

    def plain(self, kind: str) -> str:
        return str(self.random.randrange(5)) if kind == "number" else self.one_of(*SCALES.get(kind, ("yes", "no")))

    # --- conditions --------------------------------------------------------------------------------------------------

    def predicate(self, kind: str, current: tuple[str, ...], of: str = "") -> str:
        if of.split(" ")[0] in self.gaps and self.chance(25):
            return self.one_of("absent", "present")
        if kind in ("yes_no",):
            return self.one_of("yes", "no", "not yes")
        value = self.value(kind, current, 1) if self.chance(40) else self.plain(kind)
        if kind != "number" and self.chance(10):
            return "one of (" + ", ".join(SCALES[kind][:2]) + ")"
        if self.chance(10):
            return f"from {value} to {self.value(kind, current, 1)}"
        return self.one_of("", "not ", "at least ", "at most ", "more than ", "less than ") + value

    def comparison(self, current: tuple[str, ...], depth: int) -> str:
        open_ = [n for n in self.gaps if not self.free(self.names[n][0], current)]
        if open_ and self.chance(50):
            name = self.random.choice(sorted(open_))
            kind = self.names[name][1]
            return f"{name} is {self.one_of('', 'not ')}{self.plain(kind)}"
        kind = self.one_of("number", "points", "v", "w", "yes_no")
        subject = self.number(current, depth) if kind == "number" else self.name(kind, current, False)
        if subject is None:
            return f"pass_mark is {self.predicate('number', current)}"
        return f"{subject} is {self.predicate(kind, current, subject)}"

    def condition(self, current: tuple[str, ...], depth: int = 2) -> str:
        if depth and self.chance(30):
            joint = self.one_of(" and ", " or ")
            parts = [self.condition(current, depth - 1) for _ in range(2)]
            return joint.join(f"({p})" if " and " in p or " or " in p else p for p in parts)
        found = self.ranged(("number", "points", "v", "w", "yes_no"), current)
        if found is None or self.chance(25):
            return self.comparison(current, 1)
        values, kind, inside = found
        of = values
        if self.chance(45):
            values = f"({values}{self.where(inside)})"
        elif self.chance(20):
            alone = [self.name(kind, current, False) for _ in range(3)]
            if all(alone):
                values, inside, of = f"({', '.join(n for n in alone if n)})", current, alone[0] or ""
        needed = self.one_of(str(self.random.randrange(4)), "pass_mark")
        quantifier = self.one_of("any", "all", "none", f"at least {needed}", f"at most {needed}", f"exactly {needed}")
        return f"{quantifier} of {values} are {self.predicate(kind, inside, of)}"

    # --- declarations ------------------------------------------------------------------------------------------------

    def input(self, name: str) -> str:
        axes = self.random.choice(AXES)
        kind = self.one_of("number", "number", "points", "v", "w", "yes_no")
        low = self.random.randrange(-3, 4)
        high, decimals = low + self.random.randrange(5), self.random.randrange(2)
        reasons: tuple[str, ...] = ()
        absent = ""
        if self.chance(60):
            options = ["skip", "unrated", str(low) if kind == "number" else self.one_of(*SCALES.get(kind, ('"yes"',)))]
            treatments = self.random.sample(options, self.random.choice((1, 1, 2, 3)))
            reasons = tuple(f"reason_{i}" for i in range(len(treatments)))
            if {"skip", "unrated"} & set(treatments):
                self.gaps.add(name)
            absent = f", absent: {{{', '.join(f'{r}: {t}' for r, t in zip(reasons, treatments, strict=True))}}}"
        better = self.one_of("higher", "lower")
        type = {
            "number": f"type: number, decimals: {decimals}, min: {low}, max: {high}, better: {better}",
            "yes_no": 'type: yes_no, better: "yes"',
        }.get(kind, f"scale: {kind}")
        self.names[name] = (axes, kind)
        return f"  {name}: {{{_each(axes)}{type}{absent}}}\n"

    def measure(self, name: str, absent: bool) -> str:
        axes = self.random.choice((*AXES, (), ()))
        kind = self.one_of("number", "number", "points", "v", "w", "yes_no")
        lines = [f"  {name}:\n"]
        if axes:
            lines.append(f"    each: [{', '.join(axes)}]\n" if len(axes) > 1 else f"    each: {axes[0]}\n")
        types = {"number": "type: number", "yes_no": "type: yes_no"}
        lines.append(f"    {types.get(kind, f'scale: {kind}')}\n")
        lines += [f"    {line}\n" for line in self.form(name, kind, axes)]
        if kind != "yes_no" and self.chance(30):
            lines.append("    limits:\n")
            for _ in range(self.random.choice((1, 2))):
                bound = self.value(kind, axes, 1)
                lines.append(
                    f"      - {{when: '{self.condition(axes, 1)}', {self.one_of('at_most', 'at_least')}: '{bound}'}}\n"
                )
        if absent:
            options = ["skip", "unrated", "2" if kind == "number" else self.one_of(*SCALES.get(kind, ('"yes"',)))]
            treatment = self.one_of(*options)
            lines.append(f"    absent: {{none_{name}: {treatment}}}\n")
            if treatment in ("skip", "unrated"):
                self.gaps.add(name)
        self.names[name] = (axes, kind)
        return "".join(lines)

    def form(self, name: str, kind: str, axes: tuple[str, ...]) -> list[str]:
        match self.random.randrange(7):
            case 0 | 1:
                return [f"formula: '{self.value(kind, axes, 3)}'"]
            case 2 | 3:
                rules = [
                    f"  - {{when: '{self.condition(axes)}', then: '{self.value(kind, axes, 1)}'}}"
                    for _ in range(self.random.choice((1, 2, 3)))
                ]
                return ["rules:", *rules, f"  - {{otherwise: '{self.value(kind, axes, 1)}'}}"]
            case 4:
                cuts = sorted(self.random.sample(range(-2, 7), 2), reverse=True)
                ends = [*(str(c) for c in cuts), self.number(axes, 1)][: self.random.choice((2, 2, 3))]
                rows = ", ".join(f"{{at_least: '{end}', is: '{self.value(kind, axes, 0)}'}}" for end in ends)
                last = self.value(kind, axes, 0)
                return [f"bands: {{of: '{self.number(axes)}', rows: [{rows}, {{otherwise: '{last}'}}]}}"]
            case 5:
                return self.table(name, kind, axes)
            case _:
                names = [self.name(kind, axes, False) for _ in range(2)]
                if None in names:
                    return [f"formula: '{self.value(kind, axes, 1)}'"]
                return [f"first_present: [{', '.join(n for n in names if n)}]"]

    def table(self, name: str, kind: str, axes: tuple[str, ...]) -> list[str]:
        columns = []
        for _ in range(self.random.choice((1, 2))):
            of = self.one_of("number", "points", "w", "yes_no")
            found = self.name(of, axes, False)
            open_ = [n for n in self.gaps if not self.free(self.names[n][0], axes)]
            if open_ and self.chance(60):
                found = self.random.choice(sorted(open_))
                of = self.names[found][1]
            if found:
                columns.append((found, of))
        if not columns:
            columns = [("pass_mark", "number")]
        first = self.chance(70)
        rows = [
            " | ".join("-" if self.chance(30) else self.predicate(of, axes, column) for column, of in columns)
            + f" || {self.value(kind, axes, 0)}"
            for _ in range(self.random.choice((1, 2, 3)))
        ]
        rows.append(" | ".join("-" for _ in columns) + f" || {self.value(kind, axes, 0)}")
        head = " | ".join(column for column, _ in columns) + f" || {name}"
        return [*(["hit: first"] if first else []), "table: |", f"  {head}", *(f"  {row}" for row in rows)]


def _each(axes: tuple[str, ...]) -> str:
    return "" if not axes else f"each: {axes[0]}, " if len(axes) == 1 else f"each: [{', '.join(axes)}], "


def methodology(
    seed: int, absent: frozenset[str] = frozenset(), inputs: int | None = None, measures: int | None = None
) -> tuple[str, Writer]:
    """A methodology's text; the measures in `absent` declare what their absence counts as. One seed, one text. There
    are two to four inputs and one to three measures where it is not said how many."""
    writer = Writer(Random(seed))
    many = writer.random.choice((2, 3, 4))
    text = HEAD + "inputs:\n" + "".join(writer.input(f"in_{i}") for i in range(inputs or many))
    many = writer.random.choice((1, 2, 3))
    names = [f"m_{i}" for i in range(measures or many)]
    text += "measures:\n"
    for index, name in enumerate(names):
        writer.random = Random(f"{seed} {index}")  # so that declaring an absence changes no other measure
        text += writer.measure(name, name in absent)
    return text + f"results: [{', '.join(names)}]\n", writer


@dataclass(frozen=True, slots=True)
class Written:
    """A text, the names in it, and what the engine makes of it: no program where something is wrong."""

    text: str
    writer: Writer
    program: Program | None
    found: tuple[Diagnostic, ...]


def completed(seed: int, inputs: int | None = None, measures: int | None = None) -> Written:
    """A methodology; measures that are found to need an `absent` are given one, as their writer would."""
    absent: frozenset[str] = frozenset()
    while True:
        text, writer = methodology(seed, absent, inputs, measures)
        program, found = compile_source(Source("small.yaml", text), Path("small.yaml"), lambda id, version: None)
        needed = {each.message.split("`")[1] for each in found if each.code == "MS421"}
        if program is not None or not needed - absent:
            return Written(text, writer, program, found)
        absent |= needed
