"""From a rule file's document to the methodology as written. Knows the file's layout, no name's meaning.

`shape` has looked at the document before. What is missing there or of the wrong kind is left out here, and has been
reported; so everything that can be said of the rest still is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from .. import syntax
from ..diagnostics import Findings, Source
from ..document import Mapping, Node, Scalar, Sequence
from ..ir import STATUSES
from ..shape.keys import RESERVED, TREATMENTS
from ..shape.misfits import no_name
from ..syntax import Phrase
from . import (
    Absence,
    Applied,
    Band,
    Bands,
    FirstPresent,
    Form,
    Grid,
    Guarantee,
    Input,
    Level,
    Limit,
    Measure,
    Member,
    Model,
    Note,
    OneFormula,
    Parameter,
    Principle,
    Row,
    Rule,
    Rules,
    Set,
    Table,
    Threshold,
    Type,
    blocks,
)
from .csv_records import twice

_NAME = re.compile(r"[a-z][a-z0-9_]*|[0-9]+")

Opened = Callable[[Scalar], Source | None]  # a table file named in the rule file, opened; None where it was refused


def model(top: Mapping, opened: Opened, findings: Findings) -> Model:
    return _Reader(opened, findings).methodology(top)


def text(node: Node | None, key: str) -> Scalar | None:
    """The text or number under a key, where there is one."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Scalar) else None


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """A list of texts, or one alone."""
    if isinstance(node, Scalar):
        return (node,)
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(item for item in items if isinstance(item, Scalar))


class _Reader:
    def __init__(self, opened: Opened, findings: Findings) -> None:
        self.opened = opened
        self.findings = findings
        self.broken: set[str] = set()

    def methodology(self, top: Mapping) -> Model:
        named = self.named
        return Model(
            top=top,
            scales=tuple((name, self.levels(node)) for name, node in named(top, "scales")),
            sets=tuple(self.set(name, node) for name, node in named(top, "sets")),
            parameters=self.kept(self.parameter(name, node) for name, node in named(top, "parameters")),
            inputs=self.kept(self.input(name, node) for name, node in named(top, "inputs")),
            principles=self.kept(self.principle(name, node) for name, node in named(top, "principles")),
            measures=self.kept(self.measure(name, node) for name, node in named(top, "measures")),
            results=texts(top.get("results")),
            guarantees=self.kept(self.guarantee(node) for node in self.listed(top.get("guarantees"))),
            sources=tuple((name, node) for name, node in named(top, "sources") if isinstance(node, Mapping)),
            waivers=tuple(node for node in self.listed(top.get("waive")) if isinstance(node, Mapping)),
            broken=frozenset(self.broken),
        )

    # --- pieces ------------------------------------------------------------------------------------------------------

    def kept(self, made: Any) -> tuple[Any, ...]:
        return tuple(each for each in made if each is not None)

    def named(self, node: Node | None, key: str) -> list[tuple[Scalar, Node]]:
        inner = node.get(key) if isinstance(node, Mapping) else None
        return [(entry.key, entry.value) for entry in inner] if isinstance(inner, Mapping) else []

    def listed(self, node: Node | None) -> tuple[Node, ...]:
        return node.items if isinstance(node, Sequence) else ()

    def parse(self, start: syntax.Start, scalar: Scalar | None) -> Any:
        return None if scalar is None else syntax.parse(start, Phrase.of(scalar), self.findings)

    def note(self, node: Node) -> Note:
        status = text(node, "status")
        known = status if status and status.text in STATUSES else None  # `shape` has complained of any other
        return Note(known, text(node, "cite"), text(node, "because"), node.span)

    def type(self, node: Mapping) -> Type:
        return Type(
            text(node, "scale"), text(node, "type"), texts(node.get("of")), text(node, "decimals"), text(node, "min"),
            text(node, "max"), text(node, "unit"), text(node, "better"), node.span,
        )  # fmt: skip

    def absent(self, node: Mapping) -> tuple[Absence, ...]:
        return tuple(Absence(k, v) for k, v in self.named(node, "absent") if isinstance(v, Scalar))

    # --- what is declared --------------------------------------------------------------------------------------------

    def levels(self, node: Node) -> tuple[Level, ...]:
        levels = []
        for item in self.listed(node):
            name = item if isinstance(item, Scalar) else text(item, "level")
            if name is not None:
                levels.append(Level(name, text(item, "title"), text(item, "value"), text(item, "colour")))
        return tuple(levels)

    def set(self, name: Scalar, node: Node) -> Set:
        within = text(node, "within")
        if within is not None and isinstance(node, Mapping):
            return Set(name, within, tuple(
                self.member(item, entry.key)
                for entry in node if entry.key.text != "within"
                for item in self.listed(entry.value)
            ))  # fmt: skip
        file = text(node, "file")
        if file is not None:
            return Set(name, None, self.filed(name, file))
        return Set(name, None, tuple(self.member(item) for item in self.listed(node)))

    def filed(self, name: Scalar, file: Scalar) -> tuple[Member, ...]:
        """The members of a set that is kept in a CSV file, with their attributes."""
        source = self.opened(file)
        rows = blocks.records(source, self.findings) if source else []
        if not rows:
            self.broken.add(name.text)
        members = []
        for row in rows:
            if "member" not in row:
                self.findings.add("MS310", "the table has no column `member`", file.span)
                self.broken.add(name.text)
                return ()
            about = {key: pair for key, pair in row.items() if key not in ("member", "title")}
            for phrase in (row["member"][1], *(heading for heading, _ in about.values())):
                self.named_well(phrase)
            members.append(Member(row["member"][1], row["title"][1] if "title" in row else None, about))
        return tuple(members)

    def named_well(self, phrase: Phrase) -> None:
        """What `shape` says of the names in the rule file, of one in a table beside it."""
        if phrase.text in (*RESERVED, *TREATMENTS) or not _NAME.fullmatch(phrase.text):
            self.findings.extend([no_name(phrase.text, phrase.span, label=True)])

    def member(self, node: Node, parent: Scalar | None = None) -> Member:
        if isinstance(node, Scalar):
            return Member(Phrase.of(node), None, {}, parent)
        entries = {e.key.text: e for e in node if isinstance(e.value, Scalar)} if isinstance(node, Mapping) else {}
        pairs = {
            key: (Phrase.of(entry.key), Phrase.of(entry.value))
            for key, entry in entries.items()
            if isinstance(entry.value, Scalar)
        }
        name, title = pairs.pop("member", None), pairs.pop("title", None)
        nameless = Phrase("", lambda a, b: node.span)
        return Member(name[1] if name else nameless, title[1] if title else None, pairs, parent)

    def parameter(self, name: Scalar, node: Node) -> Parameter | None:
        if not isinstance(node, Mapping):
            self.broken.add(name.text)
            return None
        axes = texts(node.get("each"))
        cells: list[tuple[tuple[Phrase, ...], Phrase]] = []
        file, value = text(node, "file"), text(node, "value")
        if file is not None:
            source = self.opened(file)
            for row in blocks.records(source, self.findings) if source else []:
                missing = [axis.text for axis in axes if axis.text not in row] + ["value"] * ("value" not in row)
                if missing:
                    self.findings.add("MS310", f"the table has no column `{missing[0]}`", file.span)
                    break
                members = tuple(row[axis.text][1] for axis in axes)
                if all(phrase.text for phrase in (*members, row["value"][1])):
                    cells.append((members, row["value"][1]))
            if not cells:
                self.broken.add(name.text)
        elif value is not None:
            cells.append(((), Phrase.of(value)))
        else:
            self.cells(node.get("values"), (), cells)
        return Parameter(name, text(node, "title"), axes, self.type(node), tuple(cells), self.note(node))

    def cells(
        self, node: Node | None, members: tuple[Phrase, ...], into: list[tuple[tuple[Phrase, ...], Phrase]]
    ) -> None:
        if isinstance(node, Scalar):
            into.append((members, Phrase.of(node)))
        elif isinstance(node, Mapping):
            for entry in node:
                self.cells(entry.value, (*members, Phrase.of(entry.key)), into)

    def input(self, name: Scalar, node: Node) -> Input | None:
        if not isinstance(node, Mapping):
            self.broken.add(name.text)
            return None
        link = (text(node, "from"), text(node, "version"), text(node, "result"))
        linked = (link[0], link[1], Phrase.of(link[2])) if link[0] and link[1] and link[2] else None
        return Input(
            name, text(node, "title"), texts(node.get("each")), self.type(node), self.absent(node),
            text(node, "empty"), text(node, "changeable"), linked, self.note(node),
        )  # fmt: skip

    # --- rules -------------------------------------------------------------------------------------------------------

    def rules(self, node: Node | None) -> Rules:
        rules = []
        for item in self.listed(node):
            otherwise = text(item, "otherwise")
            when = None if otherwise else self.parse("condition", text(item, "when"))
            then = self.parse("outcome", otherwise or text(item, "then"))
            if then is not None and (when is not None or otherwise):
                rules.append(Rule(when, then, self.note(item)))
        return Rules(tuple(rules))

    def bands(self, node: Node | None) -> Bands | None:
        of = self.parse("formula", text(node, "of"))
        rows = []
        for item in self.listed(node.get("rows") if isinstance(node, Mapping) else None):
            band = self.band(item)
            if band:
                rows.append(band)
        return Bands(of, tuple(rows), self.note(node)) if of and rows and node else None

    def band(self, node: Node) -> Band | None:
        ends = {key: self.parse("formula", text(node, key)) for key in ("at_least", "at_most", "from", "to")}
        then = self.parse("outcome", text(node, "otherwise") or text(node, "is"))
        if then is None:
            return None
        note = self.note(node)
        if text(node, "otherwise"):
            return Band("otherwise", None, None, then, note)
        if ends["at_least"]:
            return Band("at_least", ends["at_least"], None, then, note)
        if ends["at_most"]:
            return Band("at_most", None, ends["at_most"], then, note)
        return Band("closed", ends["from"], ends["to"], then, note) if ends["from"] and ends["to"] else None

    def table(self, name: Scalar, node: Mapping) -> Table | None:
        written = node.get("table")
        if isinstance(written, Scalar):
            lines = blocks.table(Phrase.of(written), self.findings)
        else:
            file = text(written, "file")
            source = self.opened(file) if file else None
            lines = blocks.csv(source, name.text, self.findings) if source else None
        if lines is None or written is None:
            return None
        if twice((*lines.header.left, *lines.header.right), self.findings):
            return None
        if not lines.header.left:
            self.findings.add("MS310", "the table has no column before its outcome", lines.header.span, "a || outcome")
            return None
        columns = tuple(syntax.parse("column", cell, self.findings) for cell in lines.header.left)
        outcome, *extra = lines.header.right
        if outcome.text != name.text:
            self.findings.add("MS311", f"the column after `||` is `{outcome.text}`", outcome.span, f"`{name.text}`")
        for cell in extra:
            if cell.text not in ("status", "cite", "because"):
                self.findings.add(
                    "MS311", f"`{cell.text}` cannot follow the outcome", cell.span, "status, cite or because"
                )
        rows = []
        for line in lines.rows:
            cells = tuple(syntax.parse("cell", cell, self.findings) for cell in line.left)
            then = syntax.parse("outcome", line.right[0], self.findings)
            about = {head.text: Scalar(c.text, c.span) for head, c in zip(extra, line.right[1:], strict=True) if c.text}
            note = Note(about.get("status"), about.get("cite"), about.get("because"), line.span)
            rows.append(Row(cells, then, note))
        if None in columns or any(row.then is None or None in row.cells for row in rows):
            return None
        hit = text(node, "hit")
        return Table(columns, tuple(rows), "first" if hit and hit.text == "first" else "unique", written.span)

    def grid(self, written: Scalar) -> Grid | None:
        lines = blocks.grid(Phrase.of(written), self.findings)
        if lines is None:
            return None
        corner = lines.header.left[0]
        cut = corner.text.find("\\")
        if cut < 0:
            self.findings.add("MS310", "the first cell of a grid names both keys", corner.span, "rows \\ columns")
            return None
        heads = [corner.part(0, cut), corner.part(cut + 1, len(corner.text))]
        names = [syntax.parse("column", head, self.findings) for head in heads]
        keys = [[syntax.parse("formula", c, self.findings) for c in ln.left] for ln in lines.rows]
        cells = [[syntax.parse("outcome", c, self.findings) for c in ln.right] for ln in lines.rows]
        formulas = [[*key, *cell] for key, cell in zip(keys, cells, strict=True)]
        across = [syntax.parse("formula", c, self.findings) for c in lines.header.right]
        if None in names or None in across or any(None in row for row in formulas):
            return None
        return Grid(
            names[0], names[1], tuple(row[0] for row in formulas), tuple(across),
            tuple(tuple(row[1:]) for row in formulas), written.span,
        )  # fmt: skip

    def form(self, name: Scalar, node: Mapping) -> Form | None:
        written = {
            key for key in ("apply", "rules", "table", "grid", "bands", "formula", "first_present") if node.get(key)
        }
        if len(written) != 1:
            return None
        (kind,) = written
        match kind:
            case "apply":
                principle, to = text(node, "apply"), self.parse("values", text(node, "to"))
                return Applied(principle, to) if principle and to else None
            case "rules":
                rules = self.rules(node.get("rules"))
                return rules if len(rules.rules) == len(self.listed(node.get("rules"))) else None
            case "table":
                return self.table(name, node)
            case "grid":
                grid = text(node, "grid")
                return self.grid(grid) if grid else None
            case "bands":
                return self.bands(node.get("bands"))
            case "formula":
                formula = self.parse("formula", text(node, "formula"))
                return OneFormula(formula) if formula else None
            case _:
                names = [self.parse("column", item) for item in texts(node.get("first_present"))]
                return None if None in names else FirstPresent(tuple(names))

    def limits(self, node: Node | None) -> tuple[Limit, ...]:
        limits = []
        for item in self.listed(node):
            when = self.parse("condition", text(item, "when"))
            cap, floor = text(item, "at_most"), text(item, "at_least")
            bound = self.parse("formula", cap or floor)
            if when and bound:
                kind: Literal["at_most", "at_least"] = "at_most" if cap else "at_least"
                limits.append(Limit(kind, bound, when, text(item, "for"), self.note(item)))
        return tuple(limits)

    def measure(self, name: Scalar, node: Node) -> Measure | None:
        if not isinstance(node, Mapping):
            self.broken.add(name.text)
            return None
        return Measure(
            name, text(node, "title"), texts(node.get("each")), self.type(node), self.form(name, node),
            self.limits(node.get("limits")), self.absent(node), self.note(node),
        )  # fmt: skip

    def principle(self, name: Scalar, node: Node) -> Principle | None:
        if not isinstance(node, Mapping):
            return None
        thresholds = []
        for key, inner in self.named(node, "thresholds"):
            bands = self.bands(inner)
            if bands:
                thresholds.append(Threshold(key, bands))
            else:
                self.broken.add(key.text)
        rules = self.rules(node.get("rules"))
        return Principle(name, text(node, "title"), self.type(node), tuple(thresholds), rules, self.note(node))

    def guarantee(self, node: Node) -> Guarantee | None:
        if isinstance(node, Scalar):
            promise = self.parse("guarantee", node)
            return Guarantee("promise", promise) if promise else None
        always = text(node, "always")
        condition = self.parse("condition", always or text(node, "never"))
        return Guarantee("always" if always else "never", condition) if condition else None
