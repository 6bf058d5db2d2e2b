"""A record's trace to an explanation for people: results outermost first, each followed by what it read.

Knows which values to tell of and in what order; the words are in `reasons`, the looks in `pages`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import suggestion
from ..ir import Absent, Formula, Input, Note, Program, Read, Step, combinations
from ..trace import ByFormula, ByRule, Counted, Evidence, Joined, Key, Tested, Trace
from . import markup, pages
from .account import Account, Answer, Line, Part
from .brief import brief
from .flags import Place, flag_lines, places_of
from .provisos import absence_lines, limit_lines, source_lines
from .reasons import how_lines
from .scene import Scene
from .wording import Words, bare, words_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one record came to its results. `str()` of it is its text; a notebook shows its page."""

    account: Account

    def text(self, width: int = 100, colour: bool = False) -> str:
        """For a terminal or a letter: lines of at most `width` characters where words allow."""
        return pages.text(self.account, width, colour)

    def markdown(self) -> str:
        """GitHub-flavoured Markdown."""
        return markup.markdown(self.account)

    def json(self) -> dict[str, Any]:
        """Text, lists, dicts, true, false and null; `pages.json` lists the keys."""
        return pages.json(self.account)

    def _repr_html_(self) -> str:
        return markup.html(self.account)

    def __str__(self) -> str:
        return self.text()


def explain(program: Program, trace: Trace, record: str | None = None, result: str | None = None) -> Explanation:
    """Explain a rated record. `record` is what to call it; `result` asks for one result or measure, every member of
    it in full. Raises KeyError where the program has no such result or measure."""
    words = words_of(program)
    if result is not None and (result not in words.steps or words.steps[result].helper):
        known = [step.name for step in program.steps if not step.helper]
        raise KeyError(
            f"no result or measure is called `{result}`; {suggestion(result, known) or 'known: ' + ', '.join(known)}"
        )
    telling = _Telling(words, trace, places_of(words), result)
    return Explanation(
        Account(
            id=program.id,
            version=program.version,
            title=program.title,
            publisher=program.publisher,
            status=program.status,
            in_force=program.in_force,
            record=record,
            parts=tuple(telling.parts()),
        )
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    words: Words
    trace: Trace
    places: Mapping[Note, Place]
    asked: str | None

    def parts(self) -> Iterator[Part]:
        names = self.order()
        matters = self.mattering(names)
        for name in names:
            yield self.part(self.words.steps[name], matters)
        read = {key for name in names for scene in self.scenes(name) for key in self.reads(scene)}
        for name, declared in self.words.program.inputs.items():
            keys = [key for key in self.keys(name, declared.axes) if key in read and key in self.trace.given]
            source = f", from {declared.linked.name}" if declared.linked else ""
            by = next((self.trace.given[key].by for key in keys), None)
            answers = tuple(self.given(declared, key) for key in keys)
            if by is not None:
                yield from self.rated_elsewhere(declared, by)
            elif answers:
                title = self.words.title(name) + source
                yield Part("input", name, title, declared.axes, self.over(declared.axes), answers)

    def rated_elsewhere(self, declared: Input, by: Trace) -> Iterator[Part]:
        """How the methodology that an input comes from came to its result."""
        link, title = declared.linked, self.words.title(declared.name)
        assert link is not None
        words = words_of(link.program)
        for part in _Telling(words, by, places_of(words), link.result).parts():
            own = part.name == link.result
            said = f"{title}, rated by {link.name}" if own else f"{title}: {part.title}"
            part = replace(part, name=f"{declared.name}.{part.name}", title=said)
            yield replace(part, role="measure") if part.role == "result" else part

    # --- which, and in what order ------------------------------------------------------------------------------------

    def order(self) -> list[str]:
        """Results that no other result reads come first, those without members before those with; after each, what
        it read in this record and was not told yet, readers before what they read."""
        steps, results = self.words.steps, self.words.program.results
        place = {name: i for i, name in enumerate(steps)}
        inner = {name for result in results for name in self.reachable(result, self.may_read) if name != result}
        wanted = [self.asked] if self.asked else sorted(results, key=lambda r: (r in inner, len(steps[r].axes)))
        told: dict[str, None] = {}
        for result in wanted:
            told.setdefault(result)
            drill = self.reachable(result, self.did_read)
            told.update(dict.fromkeys(sorted(drill - told.keys(), key=lambda name: -place[name])))
        return [name for name in told if not steps[name].helper]

    def reachable(self, name: str, reads: Callable[[str], Set[str]]) -> set[str]:
        found, open_ = {name}, [name]
        while open_:
            new = {read for read in reads(open_.pop()) if read in self.words.steps} - found
            found |= new
            open_ += new
        return found

    def may_read(self, name: str) -> frozenset[str]:
        return self.words.names[name].read

    def did_read(self, name: str) -> set[str]:
        return {key[0] for scene in self.scenes(name) for key in scene.outcome.reads}

    def mattering(self, names: Sequence[str]) -> set[Key]:
        """The values told of in full: what was asked for, what decided it, and what was limited or undecided."""
        found: set[Key] = set()
        for name in sorted(names, key=lambda name: -list(self.words.steps).index(name)):
            for scene in self.scenes(name):
                key = (name, scene.members)
                told = not scene.members or name == self.asked or key in found
                if told:
                    found.update(_deciders(scene))
                # Of a whole grid of values a row of the table says enough, but where one decided something.
                told = told or (_out_of_the_ordinary(scene) and len(scene.members) == 1)
                if told and (not _plain(scene) or not scene.members):
                    found.add(key)
                else:
                    found.discard(key)
        return found

    # --- answers -----------------------------------------------------------------------------------------------------

    def keys(self, name: str, axes: tuple[str, ...]) -> list[Key]:
        return [(name, members) for members in combinations(self.words.program.sets, axes)]

    def over(self, axes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.words.title(axis) for axis in axes)

    def scenes(self, name: str) -> Iterator[Scene]:
        step = self.words.steps[name]
        for key in self.keys(name, step.axes):
            outcome = self.trace.outcomes.get(key)
            if outcome is not None:
                yield Scene(self.words, self.trace, step, key[1], outcome)

    def reads(self, scene: Scene) -> Iterator[Key]:
        """What it read, and what its thresholds read."""
        for there in scene.thresholds():
            yield from there.outcome.reads
        yield from scene.outcome.reads

    def part(self, step: Step, matters: set[Key]) -> Part:
        role = "result" if step.name in self.words.program.results else "measure"
        answers = tuple(self.answer(scene, (step.name, scene.members) in matters) for scene in self.scenes(step.name))
        return Part(role, step.name, self.words.title(step.name), step.axes, self.over(step.axes), answers)  # type: ignore[arg-type]

    def answer(self, scene: Scene, matters: bool) -> Answer:
        value, type_ = scene.outcome.value, scene.step.type
        lines = (*how_lines(scene), *limit_lines(scene), *absence_lines(scene), *source_lines(scene))
        return Answer(
            members=scene.members,
            places=self.words.places(scene.step.axes, scene.members),
            value=self.words.value(value, type_),
            exact=self.words.exact(value, type_),
            absent=value.reason if isinstance(value, Absent) else None,
            brief=brief(scene),
            lines=lines,
            flags=self.flags(scene),
            matters=matters,
        )

    def flags(self, scene: Scene) -> tuple[Line, ...]:
        """Of a result, all that it rests on, however far in; of a measure, its own."""
        notes = scene.outcome.unpublished
        if scene.step.name not in self.words.program.results:
            own = {scene.step.name, *(name for name, _ in scene.outcome.reads if name in self.words.program.constants)}
            own |= {
                name for name, _ in scene.outcome.reads if name in self.words.steps and self.words.steps[name].helper
            }
            notes = tuple(note for note in notes if note not in self.places or own & set(self.places[note].names))
        return flag_lines(notes, self.places)

    def given(self, declared: Input, key: Key) -> Answer:
        given = self.trace.given[key]
        value = given.value
        said = f"{self.words.absence(given.stated)}, taken as this" if given.stated else ""
        return Answer(
            members=key[1],
            places=self.words.places(declared.axes, key[1]),
            value=self.words.value(value, declared.type),
            exact=self.words.exact(value, declared.type),
            absent=value.reason if isinstance(value, Absent) else None,
            brief=said,
        )


def _plain(scene: Scene) -> bool:
    """Taken over as it is, so that its row says it all."""
    form = scene.step.form
    copied = isinstance(form, Formula) and isinstance(bare(form.value), Read)
    return copied and all(tried.after == tried.before for tried in scene.outcome.limits) and not scene.outcome.stated


def _out_of_the_ordinary(scene: Scene) -> bool:
    outcome = scene.outcome
    return isinstance(outcome.value, Absent) or outcome.stated is not None or outcome.before_limits != outcome.value


def _deciders(scene: Scene) -> Iterator[Key]:
    """What a value hangs on: names read once, and of those counted the members that met the rule that decided."""
    times = Counter(name for name, _ in scene.outcome.reads)
    yield from (key for key in scene.outcome.reads if times[key[0]] == 1)
    how, value = scene.outcome.how, scene.outcome.before_limits
    if isinstance(how, ByFormula):  # of the values that were combined, those that the result equals
        same = [key for key in scene.outcome.reads if times[key[0]] > 1 and scene.value_at(key) == value]
        yield from same if len(same) < len(scene.outcome.reads) else ()
    if isinstance(how, ByRule) and how.index is not None and how.index < len(how.tried):
        yield from _met(how.tried[how.index], scene)
    for tried in scene.outcome.limits:
        if tried.evidence is not None and tried.after != tried.before:
            yield from _met(tried.evidence, scene)


def _met(evidence: Evidence, scene: Scene) -> Iterator[Key]:
    match evidence:
        case Tested():
            return
        case Counted():
            few = evidence.met if evidence.unmet else ()  # where all met it, none of them decided
            for item in (*few, *evidence.undecided):
                key = scene.item_key(item, evidence.node.over)
                if key is not None:
                    yield key
        case Joined():
            for part in evidence.parts:
                yield from _met(part, scene)
