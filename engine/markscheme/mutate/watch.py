"""Puts one change after another to every guard: reading, proof, the cases. Knows one rule file; starts no process."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ..cases import Case
from ..diagnostics import Diagnostic, Span
from ..interpret import interpret
from ..ir import Absent, Program, combinations
from ..saved import case_text
from ..space import Space
from ..trace import Given, Key
from ..verify import Verified
from ..verify.same import Differing, Undecided, differs
from .changes import Change, last_line, squeezed
from .fates import Fate, Guard, fate_of
from .proofs import broken, proved
from .records import records
from .rerating import Rerating, Values, rated, shown_apart
from .subject import Subject

_SHOWN = 8  # members of what a guard says that are kept


@dataclass(eq=False)
class Watch:
    """The guards of one rule file. What the old program makes of a record is kept."""

    subject: Subject
    proof: bool = True  # whether proof is asked
    seconds: float = 5.0  # for looking for a record that tells a change apart
    _rated: dict[int, Values] = field(default_factory=dict)

    @cached_property
    def cited(self) -> list[Case]:
        return [case for case in self.subject.cases if case.cite is not None and case.status == "published"]

    @cached_property
    def others(self) -> list[Case]:
        cited = set(map(id, self.cited))
        return [case for case in self.subject.cases if id(case) not in cited]

    @cached_property
    def _proved(self) -> Verified | None:
        return proved(self.subject.program) if self.proof else None

    @cached_property
    def _results(self) -> frozenset[Key]:
        program = self.subject.program
        steps = [step for step in program.steps if step.name in program.results]
        return frozenset((step.name, members) for step in steps for members in combinations(program.sets, step.axes))

    @cached_property
    def _pool(self) -> list[Values]:
        """Records to tell programs apart by, as the old one rates them, within the time for it."""
        cases = (dict(case.given) for case in self.subject.cases)
        until = time.monotonic() + 2 * self.seconds
        found = []
        for given in records(Space(self.subject.program), cases):
            found.append(rated(self.subject.program, given))
            if time.monotonic() > until:
                break
        return found

    # --- one change --------------------------------------------------------------------------------------------------

    def fate(self, change: Change) -> Fate:
        """What every guard says of it."""
        program, found = self.subject.compiled(change.edits)
        return _refused(change, found) if program is None else self._judged(change, program)

    def noticed_by_proof(self, change: Change) -> Fate:
        """What reading and proof say of it; what becomes of it else is not asked."""
        program, found = self.subject.compiled(change.edits)
        if program is None:
            return _refused(change, found)
        by, named, why = self._refuted(Rerating(self.subject.program, program), program)
        return fate_of(change, by, ("reading", "proof"), "noticed" if by else "not decided", named, why=why)

    def _refuted(
        self, way: Rerating, program: Program
    ) -> tuple[dict[Guard, tuple[str, ...]], tuple[tuple[str, int, int], ...], str | None]:
        """What is broken now, the lines named, and why that is not known."""
        assert self._proved is not None
        refuted, decided = broken(self._proved, proved(program, way))
        if not refuted:
            return {}, (), None if decided else "proof was not reached"
        said = tuple(dict.fromkeys(each.text for each in refuted))[:_SHOWN]
        return {"proof": said}, tuple(dict.fromkeys(_lines(place for each in refuted for place in each.named))), None

    def _judged(self, change: Change, program: Program) -> Fate:
        way = Rerating(self.subject.program, program)
        by: dict[Guard, tuple[str, ...]] = {}
        guards: tuple[tuple[Guard, list[Case]], ...] = (("cited", self.cited), ("other", self.others))
        for guard, cases in guards:
            failing = self._failing(way, cases)
            if failing is not None:
                by[guard] = (failing.name,)
        asked: tuple[Guard, ...] = ("reading", "cited", "other")
        named: tuple[tuple[str, int, int], ...] = ()
        why = None
        if self._proved is not None:
            asked = (*asked, "proof")
            more, named, why = self._refuted(way, program)
            by |= more
        if by:
            return fate_of(change, by, asked, "noticed", named)
        if way.nothing:
            return fate_of(change, by, asked, "equivalent", why=why)
        found = differs(self.subject.program, program)
        if found is None:
            return fate_of(change, by, asked, "equivalent", why=why)
        given = dict(found.old.given) if isinstance(found, Differing) else self._told_apart(way)
        if given is None:
            assert isinstance(found, Undecided)
            why = f"no record was found that is rated otherwise; {found.limit}"
            return fate_of(change, by, asked, "not decided", why=why)
        return fate_of(change, by, asked, "survivor", witness=self._pasted(change, way, given), why=why)

    def _failing(self, way: Rerating, cases: list[Case]) -> Case | None:
        """The first case that does not pass now. What notices one change often notices the next, so it comes first."""
        if way.nothing:
            return None
        for index, case in enumerate(cases):
            expected = [each.key for each in case.expected]
            known = self._known(case)
            apart = way.apart(known, stop=expected)
            if any(key in apart and shown_apart(apart[key], known[key].value) for key in expected):
                cases.insert(0, cases.pop(index))
                return case
        return None

    def _known(self, case: Case) -> Values:
        if id(case) not in self._rated:
            self._rated[id(case)] = rated(self.subject.program, case.given)
        return self._rated[id(case)]

    def _told_apart(self, way: Rerating) -> dict[Key, Given] | None:
        until = time.monotonic() + self.seconds
        for index, known in enumerate(self._pool):
            if self._is_apart(way, known):
                self._pool.insert(0, self._pool.pop(index))
                return {key: one for key, one in known.items() if key[0] in self.subject.program.inputs}
            if time.monotonic() > until:
                return None
        return None

    def _plainer(self, way: Rerating, given: dict[Key, Given]) -> dict[Key, Given]:
        """A record that is told apart too, with as many members alike as the time allows: it is to be read."""
        until = time.monotonic() + self.seconds / 2
        for name in self.subject.program.inputs:
            keys = [key for key in given if key[0] == name]
            commonest, _ = Counter(repr(given[key].value) for key in keys).most_common(1)[0] if keys else ("", 0)
            model = next((given[key] for key in keys if repr(given[key].value) == commonest), None)
            odd = [key for key in keys if model is not None and repr(given[key].value) != commonest]
            if model is None or isinstance(model.value, Absent) or model.stated or len(keys) < 2:
                continue
            for some in (odd, *([key] for key in odd)):
                tried = {**given, **dict.fromkeys(some, model)}
                if time.monotonic() > until:
                    return given
                if self._is_apart(way, rated(way.old, tried)):
                    given = tried
                    if some is odd:
                        break
        return given

    def _is_apart(self, way: Rerating, known: Values) -> bool:
        apart = way.apart(known, stop=self._results)
        return any(key in apart and shown_apart(apart[key], known[key].value) for key in self._results)

    # --- as data -----------------------------------------------------------------------------------------------------

    def _pasted(self, change: Change, way: Rerating, given: dict[Key, Given]) -> str:
        """A case that would notice, with the results that would be others."""
        given = self._plainer(way, given)
        trace = interpret(way.old, given)
        other = interpret(way.new, way.given(given))
        apart = [
            key for key in trace.outcomes
            if key in self._results and shown_apart(trace.outcomes[key].value, other.outcomes[key].value)
        ]  # fmt: skip
        return case_text(f"would fail if {squeezed(change.said, 160)}", way.old, trace, apart)


def _refused(change: Change, found: Iterable[Diagnostic]) -> Fate:
    errors = [each for each in found if each.severity == "error"]
    by: dict[Guard, tuple[str, ...]] = {"reading": tuple(dict.fromkeys(map(_said, errors)))[:_SHOWN]}
    return fate_of(change, by, ("reading",), "noticed", tuple(dict.fromkeys(_lines(_places(errors)))))


def _said(found: Diagnostic) -> str:
    return f"{found.code}: {found.message}"


def _places(found: Iterable[Diagnostic]) -> Iterator[Span]:
    for each in found:
        yield from (span for span in (each.span, *(label.span for label in each.labels)) if span is not None)


def _lines(places: Iterable[Span]) -> Iterator[tuple[str, int, int]]:
    return ((span.source.name, span.line, last_line(span)) for span in places)
