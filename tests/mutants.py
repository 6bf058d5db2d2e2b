"""Rule files with one cut moved by the least step: `at least` for `more than`, 3 for 2. A methodology whose cases all
pass on such a file does not say where that cut is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from random import Random

from boundaries import Boundary, assignments, boundaries, values_of
from methodologies import LIBRARY, Subject
from said import band_key

from markscheme.cases import Case, read_cases
from markscheme.compile import compile_source
from markscheme.diagnostics import Source, Span
from markscheme.files import open_source
from markscheme.interpret import interpret
from markscheme.ir import Bands, Literally, Predicate, Program, Quantify, combinations
from markscheme.space import digits, typed
from markscheme.trace import Given, Key
from markscheme.trial import run

SWAPPED = {"at least": "more than", "more than": "at least", "at most": "less than", "less than": "at most"}
A_LITTLE = Fraction(1, 10**6)


@dataclass(frozen=True)
class Mutant:
    """A piece of a rule file and what stands there instead."""

    span: Span
    instead: str

    @property
    def text(self) -> str:
        whole = self.span.source.text
        return whole[: self.span.start] + self.instead + whole[self.span.end :]

    def __str__(self) -> str:
        line = self.span.source.line(self.span.line).strip()
        return f"line {self.span.line}: `{self.instead}` for `{self.span.text}` in `{line}`"


def mutants(program: Program) -> Iterator[Mutant]:
    """One for every cut, two for a count; those of a principle once, however often it is applied."""
    seen = set()
    for boundary in boundaries(program):
        for mutant in _of(boundary):
            if (mutant.span.start, mutant.instead) not in seen:
                seen.add((mutant.span.start, mutant.instead))
                yield mutant


def _of(boundary: Boundary) -> Iterator[Mutant]:
    cut = boundary.cut
    match cut:
        case Bands(bands=bands):
            for band in bands:
                for end in (band.low, band.high):
                    if isinstance(end, Literally) and isinstance(end.value, Fraction):
                        up = band_key(end) in ("at_least", "from")
                        yield Mutant(end.span, digits(end.value + (A_LITTLE if up else -A_LITTLE)))
        case Quantify(op=op, count=count, predicate=predicate, span=span):
            if isinstance(count, Literally) and isinstance(count.value, Fraction):
                yield from (Mutant(count.span, digits(count.value + by)) for by in (-1, 1) if count.value + by > 0)
            elif op == "any":
                yield Mutant(Span(span.source, span.start, span.start + len("any")), "at least 2")
            yield from _words(predicate)
        case _:
            yield from _words(cut.predicate)


def _words(predicate: Predicate) -> Iterator[Mutant]:
    span = predicate.span
    for word, other in SWAPPED.items():
        at = span.text.find(word)
        if at >= 0:
            yield Mutant(Span(span.source, span.start + at, span.start + at + len(word)), other)


# --- whether anything notices ----------------------------------------------------------------------------------------


def cases_of(subject: Subject) -> tuple[Case, ...]:
    source = open_source(subject.cases)
    assert isinstance(source, Source), source
    cases, found = read_cases(source, subject.program)
    assert cases, found
    return cases


def compiled(subject: Subject, mutant: Mutant) -> Program | None:
    """None where the engine refuses it: a gap between bands, a level that cannot be."""
    source = Source(mutant.span.source.name, mutant.text)
    return compile_source(source, subject.path, LIBRARY.linked)[0]


def noticed(program: Program, cases: Sequence[Case]) -> Case | None:
    """The first case that does not pass."""
    return next((outcome.case for outcome in run(cases, program) if not outcome.passed), None)


def difference(subject: Subject, program: Program, cases: Sequence[Case]) -> dict[Key, Given] | None:
    """A record that a changed program rates otherwise; None where none was found, so that the change may be none. Walks
    over all counts, since a record that lies just at a cut is rarely met by chance."""
    tries = max(40, min(240, 500_000 // program.cost))
    random = Random(0)
    free = {key: values for name in subject.program.inputs for key, values in values_of(subject.space, None, name)}
    walked = islice(assignments(free, random), 0, 3 * tries, 3)
    records = [typed(subject.space.sampled(random)) for _ in range(tries // 4)]
    records += [{key: Given(value) for key, value in values.items()} for values in walked]
    for given in (*(dict(case.given) for case in cases), *records):
        before, after = interpret(subject.program, given), interpret(program, given)
        for step in subject.program.steps:
            if step.name in subject.program.results:
                for members in combinations(subject.program.sets, step.axes):
                    key = (step.name, members)
                    if before.outcomes[key].value != after.outcomes[key].value:
                        return given
    return None
