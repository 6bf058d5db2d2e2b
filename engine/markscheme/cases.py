"""Cases beside a rule file: what is given and what must come out. Knows names and values, not how they come about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from . import document
from .diagnostics import Diagnostic, Findings, Label, Problem, Source, Span, suggestion
from .document import Scalar, read
from .given import Said, namings, row, said
from .intake import Intake, Taken
from .intake.headings import Columns, label
from .intake.values import Reader
from .ir import STATUSES, AbsenceRule, Input, Number, Present, Program, Step, combinations
from .model import blocks
from .shape import check
from .shape.keys import UNREVIEWED
from .syntax import Phrase
from .trace import Given, Key

_LACKING = "MS530"
_OF_NAMES = frozenset({"MS532", "MS533", "MS534"})  # problems of a key rather than of its value
_ABSENCE = frozenset({  # words that people have for it
    "absent", "missing", "unrated", "skip", "skipped", "none", "null", "blank", "empty", "n/a", "na", "unknown",
    "not_applicable", "not_rated", "no_rating",
})  # fmt: skip
_BESIDES = ("status", "name", "cite")  # columns of a table of cases that are no results
_FRACTION = re.compile(r"(-?[0-9]{1,100})/([0-9]{1,100})")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a result must be: a value, or an absence by its reason."""

    key: Key
    value: Present | AbsenceRule
    said: str  # in the words of the file
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    span: Span
    given: Mapping[Key, Given]
    expected: tuple[Expected, ...]
    status: str = "published"
    cite: str | None = None

    @property
    def reviewed(self) -> bool:
        """Whether somebody says that what it expects is right; else it was saved from what came out."""
        return self.status != UNREVIEWED


def read_cases(source: Source, program: Program | None) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    """The cases of a file, and what is wrong with it. Without the program only the file's shape is looked at."""
    top, found = read(source)
    findings = Findings()
    findings.extend(found)
    if top is None or findings.errors:
        return (), findings.all()
    findings.extend(check(top, "cases"))
    if findings.errors or program is None or not isinstance(top, document.Mapping):
        return (), findings.all()
    return _Reader(program, findings).cases(top), findings.all()


class _Reader:
    """The cases of one file, whose shape is right."""

    def __init__(self, program: Program, findings: Findings) -> None:
        self.program = program
        self.findings = findings
        self.intake = Intake(program)
        steps = {step.name: step for step in program.steps}
        self.results: dict[str, tuple[Key, Reader]] = {}
        self.ranging: set[str] = set()  # results with a value for each member
        for name in program.results:
            step = steps[name]
            reader = Reader(_as_input(step))
            if step.axes:
                self.ranging.add(name)
            for members in combinations(program.sets, step.axes):
                self.results[label((name, members))] = ((name, members), reader)
        self.names: dict[str, Span] = {}
        self.told: set[tuple[str, int, str]] = set()  # what stands for many members or rows is told of once

    def cases(self, top: document.Mapping) -> tuple[Case, ...]:
        entries = top.get("cases")
        assert isinstance(entries, document.Sequence)
        cases: list[Case] = []
        for entry in entries.items:
            assert isinstance(entry, document.Mapping)
            name, given, expect, table = (entry.get(key) for key in ("name", "given", "expect", "table"))
            assert isinstance(name, Scalar)
            status, cite = self._status(_scalar(entry, "status")), self._cite(_scalar(entry, "cite"))
            self._once(name.text, name.span)
            if isinstance(table, Scalar):
                shared = said(given, self.intake) if isinstance(given, document.Mapping) else Said()
                cases += self._table(name.text, Phrase.of(table), shared, status, cite)
            elif isinstance(given, document.Mapping) and isinstance(expect, document.Mapping):
                case = self._case(name, given, expect, status, cite)
                cases += [case] if case else []
        return tuple(cases)

    def _case(
        self, name: Scalar, given: document.Mapping, expect: document.Mapping, status: str, cite: str | None
    ) -> Case | None:
        here = said(given, self.intake)
        taken = self._taken(here.problems or self.intake.nested(here.raw), here, given.span)
        expected = [self._expected(path, scalar.text, scalar.span, key) for path, scalar, key in _leaves(expect)]
        if taken is None or None in expected:
            return None
        return Case(name.text, name.span, taken, tuple(each for each in expected if each), status, cite)

    def _table(self, title: str, block: Phrase, shared: Said, status: str, cite: str | None) -> Iterator[Case]:
        """`shared` holds for every row that says nothing else."""
        lines = blocks.table(block, self.findings)
        sound = self._shared(shared, block.span)
        if lines is None:
            return
        given, wanted = ([cell.text for cell in cells] for cells in (lines.header.left, lines.header.right))
        names, doubled = namings(given, self.intake)
        full = dict.fromkeys((*shared.raw, *(each for name in names for each in name.meant)))
        columns = self.intake.columns(tuple(full))
        if not self._header(lines.header, columns, doubled, shared) or not sound:
            return
        for number, line in enumerate(lines.rows, 1):
            here = row(names, dict(zip(given, line.left, strict=True)), shared)
            right = dict(zip(wanted, line.right, strict=True))
            besides = {key: right.pop(key) for key in _BESIDES if key in right and key not in self.results}
            taken = self._taken(self.intake.record(here.raw, columns), here, line.span)
            expected = [self._expected(name, each.text, each.span, each.span) for name, each in right.items()]
            named = besides["name"] if "name" in besides and besides["name"].text else None
            name = f"{title}: {named.text}" if named else f"{title}: row {number}"
            if named:
                self._once(name, named.span)
            sure = self._status(besides["status"]) if "status" in besides else status
            source = self._cite(besides["cite"]) if "cite" in besides else cite
            if taken is not None and None not in expected:
                yield Case(name, line.span, taken, tuple(each for each in expected if each), sure, source)

    def _shared(self, shared: Said, whole: Span) -> bool:
        """Whether what all rows of a table share can be right; they may add what it lacks."""
        alone = shared.problems or self.intake.nested(shared.raw)
        wrong = tuple(each for each in alone if each.code != _LACKING) if isinstance(alone, tuple) else ()
        return not wrong or self._taken(wrong, shared, whole) is not None

    def _header(self, header: blocks.Line, columns: Columns, doubled: tuple[Problem, ...], shared: Said) -> bool:
        """Whether the columns of a table are inputs and results; says of each that is not."""
        names = [name for name in columns.unknown if name not in shared.raw]
        unknown = (Problem("MS534", f"`{n}` is no input", n, hint=columns.near.get(n)) for n in names)
        wrong = (*doubled, *columns.problems, *unknown)
        if wrong:
            self._taken(wrong, Said(values={cell.text: cell.span for cell in header.left}), header.span)
        results = [cell.text for cell in header.right if cell.text not in _BESIDES or cell.text in self.results]
        if not results:
            hint = f"the results are {', '.join(self.program.results)}"
            self.findings.add("MS702", "no result is expected in this table", header.span, hint)
        unknown_results = [cell for cell in header.right if cell.text in results and cell.text not in self.results]
        for cell in unknown_results:
            self._no_result(cell.text, cell.span)
        for code, cells in (("MS532", header.left), ("MS702", header.right)):
            for earlier, cell in itertools.combinations(cells, 2):
                if earlier.text == cell.text:
                    labels = [Label(earlier.span, "first given here")]
                    self.findings.add(code, f"two columns are named `{cell.text}`", cell.span, "keep one", labels)
                    return False
        return bool(results) and not wrong and not unknown_results

    # --- parts of a case ---

    def _taken(self, taken: Taken, here: Said, whole: Span) -> Mapping[Key, Given] | None:
        """What is given, or None where it is no record of the methodology."""
        if isinstance(taken, Mapping):
            return taken
        for problem in taken:
            places = here.keys if problem.code in _OF_NAMES and here.keys else here.values
            place = places.get(problem.column or "")
            told = (problem.code, (place or whole).start, "" if place else problem.message)
            declared = self.program.inputs.get((problem.column or "").partition(".")[0])
            hint = _reason_named(problem.value or "", declared, problem.hint) if declared else problem.hint
            if told not in self.told:
                self.findings.add(problem.code, problem.message, place or whole, hint)
            self.told.add(told)
        return None

    def _expected(self, name: str, text: str, span: Span, key: Span) -> Expected | None:
        """`key` is the place of the result's name."""
        if name not in self.results:
            self._no_result(name, key)
            return None
        at, reader = self.results[name]
        exact = _fraction(text) if isinstance(reader.declared.type, Number) else None
        nothing = Problem("MS703", f"nothing is expected of `{name}`")
        value = exact if exact is not None else reader.read(text, name) if text else nothing
        if isinstance(value, Problem):
            self.findings.add("MS703", value.message, span, _reason_named(text, reader.declared, value.hint))
            return None
        return Expected(at, value, text, span)

    def _no_result(self, name: str, span: Span) -> None:
        if name in self.ranging:
            example = next(each for each in self.results if each.startswith(f"{name}."))
            self.findings.add("MS702", f"`{name}` has a value for each member", span, f"`{example}`, and so on")
            return
        measured = {step.name for step in self.program.steps if not step.helper}
        hint = suggestion(name, self.results) or f"the results are {', '.join(self.program.results)}"
        head = name.partition(".")[0]
        if head in self.results:
            hint = f"`{head}` has one value, not one for each member"
        elif head in measured - set(self.program.results):
            hint = f"add it to `results`, or expect one of {', '.join(self.program.results)}"
        self.findings.add("MS702", f"`{name}` is not a result of the methodology", span, hint)

    def _once(self, name: str, span: Span) -> None:
        if name in self.names:
            labels = [Label(self.names[name], "first given here")]
            self.findings.add("MS701", f"two cases are named `{name}`", span, "name each case differently", labels)
        self.names.setdefault(name, span)

    def _status(self, said: Scalar | Phrase | None) -> str:
        known = (*STATUSES, UNREVIEWED)
        if said is not None and said.text and said.text not in known:
            hint = suggestion(said.text, known) or f"one of {', '.join(known)}"
            self.findings.add("MS705", f"`{said.text}` is not a status", said.span, hint)
        return said.text if said is not None and said.text else "published"

    def _cite(self, said: Scalar | Phrase | None) -> str | None:
        if said is not None and said.text and said.text not in self.program.sources:
            hint = suggestion(said.text, self.program.sources) or f"one of {', '.join(self.program.sources)}"
            self.findings.add("MS706", f"`{said.text}` is not one of the `sources` of the methodology", said.span, hint)
        return said.text if said is not None and said.text else None


def _reason_named(text: str, declared: Input, hint: str | None) -> str | None:
    """The way out where absence is said in another word than the methodology's own, else the hint."""
    if text.strip().casefold().replace(" ", "_") not in _ABSENCE:
        return hint
    reasons = " or ".join(f"`{rule.reason}`" for rule in declared.absent)
    if not reasons:
        return f"`{declared.name}` is never absent" + (f"; {hint}" if hint else "")
    return f"where there is no value, that is said by its reason: {reasons}"


def _as_input(step: Step) -> Input:
    """A result, to be read as if it were an input: the same words are accepted."""
    absent = (step.absent,) if step.absent is not None and step.absent.treatment != "replace" else ()
    kind = Number() if isinstance(step.type, Number) else step.type  # its decimals are its own business
    return Input(step.name, step.title, step.axes, kind, absent)


def _fraction(text: str) -> Fraction | None:
    """A number that does not end, as the engine prints it: `200/3`."""
    found = _FRACTION.fullmatch(text)
    return Fraction(int(found[1]), int(found[2])) if found and int(found[2]) else None


def _leaves(node: document.Mapping, path: str = "") -> Iterator[tuple[str, Scalar, Span]]:
    """The name with dots, the value, and the place of the key, of everything in a mapping."""
    for entry in node:
        name = f"{path}.{entry.key.text}" if path else entry.key.text
        if isinstance(entry.value, document.Mapping):
            yield from _leaves(entry.value, name)
        elif isinstance(entry.value, Scalar):
            yield name, entry.value, entry.key.span


def _scalar(node: document.Mapping, key: str) -> Scalar | None:
    value = node.get(key)
    return value if isinstance(value, Scalar) else None
