"""Verdicts for people: a finding with the line that is at fault, and two records side by side. Knows words and traces;
proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from .. import ir
from ..diagnostics import Diagnostic, Label, Span
from ..explain.brief import brief
from ..explain.scene import Scene
from ..explain.wording import Words, number_text, words_of
from ..intake.headings import label
from ..space import direction, nodes
from ..trace import ByBand, ByRow, ByRule, Given, Key, Outcome, Trace
from .enumeration import worse
from .figures import read_by
from .obligations import choice_note
from .verdicts import Counterexample, Verdict, Verified

_ROWS = 16  # inputs shown of a record
_MEASURES = 12


def findings(verified: Verified) -> tuple[Diagnostic, ...]:
    """What is refuted and not waived, what is not proved, and waivers of what holds; in the order of the text."""
    promised = {
        _pair(verdict)
        for verdict in verified.verdicts
        if verdict.obligation.kind == "never_worsens" and verdict.ending == "refuted"
    }
    found = [
        each
        for verdict in verified.verdicts
        if (verdict.obligation.kind != "monotone" or _pair(verdict) not in promised)  # said once, as what was promised
        and (each := finding(verified.program, verdict)) is not None
    ]
    for waiver in verified.idle:
        message = f"`{waiver.guarantee}` is waived in `{waiver.name}`, and it holds"
        found.append(Diagnostic("MS805", message, waiver.span, "leave the waiver out"))
    return tuple(sorted(found, key=lambda each: each.order))


def finding(program: ir.Program, verdict: Verdict) -> Diagnostic | None:
    """What a verdict says is wrong; None where nothing is."""
    asked = verdict.obligation
    if verdict.ending == "proved" or not asked.required or verdict.waiver is not None:
        return None
    if verdict.ending == "not proved":
        tried = f", tested on {verdict.states:,} records" if verdict.states else ""
        message = f"not proved{tried}: {_short(asked.text)}"
        return Diagnostic("MS806", message, asked.span, f"{verdict.limit}; `--strict` fails on this")
    example = verdict.example
    match asked.kind:
        case "reachable":
            what = "this limit changes no record" if asked.text.startswith("a limit") else "no record is decided here"
            labels = tuple(Label(span, "this decides before it") for span in verdict.instead)
            why = "" if labels or asked.text.startswith("a limit") else ": the condition never holds"
            hint = "put it before what decides in its place, or leave it out" if labels else "mend it, or leave it out"
            return Diagnostic("MS802", what + why, asked.span, hint, labels)
        case "attainable":
            return Diagnostic(
                "MS803", f"no record gets {asked.text.removeprefix('some record gets ')}", _first_line(asked.span),
                f"mend the rules, or: waive: [{{guarantee: attainable, in: {asked.subject}, because: …}}]",
            )  # fmt: skip
        case "monotone":
            assert example is not None
            place, labels = _faults(program, example, asked.span)
            message = f"`{asked.subject}` worsens when `{asked.input}` improves"
            hint = f"mend it, or: waive: [{{guarantee: monotone, in: {asked.subject}, because: …}}]"
            return Diagnostic("MS801", message, place, hint, labels, tuple(side_by_side(program, example)))
        case _:
            about = _about(program, asked.span)
            shown = tuple(side_by_side(program, example, about)) if example else ()
            said = {
                "never_worsens": f"`{asked.subject}` worsens when `{asked.input}` improves",
                "withholding": f"withholding `{asked.input}` raises `{asked.subject}`",
            }
            broken = f"this holds of the record below: `{_short(' '.join(asked.span.text.split()), 50)}`"
            if asked.kind == "always":
                broken = broken.replace("this holds", "this does not hold")
            labels = ()
            if example is not None:
                place, labels = _faults(program, example, asked.span, about)
                labels = (Label(place, "this decides"), *labels) if place != asked.span else labels
            return Diagnostic(
                "MS804", said.get(asked.kind, broken), asked.span, "mend the rules or the guarantee", labels, shown
            )


def _pair(verdict: Verdict) -> tuple[str, str | None]:
    return verdict.obligation.subject, verdict.obligation.input


def _first_line(span: Span) -> Span:
    """A measure is told by where it begins."""
    line = span.text.split("\n", 1)[0].rstrip()
    return Span(span.source, span.start, span.start + max(len(line), 1))


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# --- the line at fault -----------------------------------------------------------------------------------------------


def _about(program: ir.Program, span: Span) -> tuple[str, ...]:
    """The measures that a guarantee's condition reads."""
    names = {
        node.name: None
        for guarantee in program.guarantees
        if isinstance(guarantee, ir.Holds) and guarantee.span == span
        for node in nodes(guarantee.condition)
        if isinstance(node, ir.Read)
    }
    return tuple(step.name for step in program.steps if step.name in names)


def _faults(
    program: ir.Program, example: Counterexample, otherwise: Span, about: Sequence[str] = ()
) -> tuple[Span, tuple[Label, ...]]:
    """Of two records the line that decides the second where it first turns for the worse, and what decided the first;
    of one record the line that decides it."""
    steps = {step.name: step for step in program.steps}
    if example.key is None:
        return otherwise, tuple(
            Label(span, f"this decides `{step.name}`")
            for step in program.steps
            if step.name in about
            and not step.axes
            and (span := deciding(step, example.traces[0].outcomes[step.name, ()])) is not None
        )
    key = _turning(program, example)
    step = steps[key[0]]
    before, after = (deciding(step, trace.outcomes[key]) for trace in example.traces)
    place = after or before or otherwise
    labels = []
    if before is not None and before != place:
        labels.append(Label(before, "this decided before"))
    return place, (*labels, *read_by(program, example, key, place))


def _turning(program: ir.Program, example: Counterexample) -> Key:
    """The first value that turns the wrong way: all that it reads does not."""
    assert example.key is not None
    before, after = example.traces
    wrong = worse((before.outcomes[example.key].value, after.outcomes[example.key].value), 1)
    key = example.key
    steps = {step.name: step for step in program.steps}
    way = 1 if wrong == (direction(steps[key[0]].type) > 0) else -1  # withheld values make it better, which is wrong
    while True:
        inner = [
            read
            for read in after.outcomes[key].reads
            if read in after.outcomes
            and direction(steps[read[0]].type)
            and worse((before.outcomes[read].value, after.outcomes[read].value), way * direction(steps[read[0]].type))
        ]
        if not inner:
            return key
        key = inner[0]


def deciding(step: ir.Step, outcome: Outcome) -> Span | None:
    """The line that gave a value: the last limit that changed it, else the rule, row or band, else the formula."""
    bound = [tried for tried in outcome.limits if tried.after != tried.before]
    if bound:
        return step.limits[bound[-1].index].note.span
    match outcome.how:
        case ByRule(int(index)) | ByRow(int(index)) | ByBand(int(index)):
            return choice_note(step, index).span
        case _:
            return step.form.value.span if isinstance(step.form, ir.Formula) else step.note.span


# --- records side by side --------------------------------------------------------------------------------------------


def side_by_side(program: ir.Program, example: Counterexample, about: Sequence[str] = ()) -> Iterator[str]:
    """One record, or two: what differs first, then what else was given, then how each came to its rating. `about` are
    the measures that one record is about."""
    words = words_of(program)
    two = len(example.traces) == 2
    rows: list[tuple[str, ...]] = [("", "first record", "second record") if two else ("", "record")]
    read = _read(program, example, about)
    given = [key for key in example.traces[0].given if key in read]
    same = [key for key in given if key not in example.changed]
    for key in (*example.changed, *same[: max(_ROWS - len(example.changed), 4)]):
        cells = [_given(program, key, trace.given[key]) for trace in example.traces]
        mark = ("*" if key in example.changed else " ") if two else ""
        rows.append((f"{mark}{label(key)}", *cells))
    left = len(given) - (len(rows) - 1)
    steps = [key for key in example.traces[0].outcomes if key in read and not words.steps[key[0]].helper]
    if two:
        steps = [k for k in steps if example.traces[0].outcomes[k].value != example.traces[1].outcomes[k].value]
    results = [
        (f" {label(key)}" if two else label(key), *(_value(words, key, trace) for trace in example.traces))
        for key in steps[-_MEASURES:]
    ]
    yield from _columns([*rows, *([(f" and {left:,} more values, alike",)] if left > 0 else []), *results])
    for number, trace in enumerate(example.traces):
        for key in steps[-3:]:
            scene = Scene(words, trace, words.steps[key[0]], key[1], trace.outcomes[key])
            which = f"{('first', 'second')[number]} record, " if two else ""
            yield f"{which}{label(key)} is {_value(words, key, trace)}: {_short(brief(scene), 160)}"


def _read(program: ir.Program, example: Counterexample, about: Sequence[str]) -> set[Key]:
    """All that the value in question rests on, in either record; without one, all that those measures rest on."""
    found: set[Key] = set()
    for trace in example.traces:
        todo = [key for key in trace.outcomes if key[0] in about] if example.key is None else [example.key]
        while todo:
            key = todo.pop()
            if key not in found:
                found.add(key)
                todo += trace.outcomes[key].reads if key in trace.outcomes else ()
    if not about and example.key is None:
        found.update(key for trace in example.traces for key in trace.given)
    return found | set(example.changed)


def _given(program: ir.Program, key: Key, given: Given) -> str:
    """As data would say it."""
    if given.stated is not None:
        return given.stated.reason
    return (
        given.value.reason if isinstance(given.value, ir.Absent) else _plain(given.value, program.inputs[key[0]].type)
    )


def _value(words: Words, key: Key, trace: Trace) -> str:
    value = trace.outcomes[key].value
    return value.reason if isinstance(value, ir.Absent) else _plain(value, words.steps[key[0]].type)


def _plain(value: ir.Present, type: ir.Type) -> str:
    if isinstance(type, ir.Scale) and isinstance(value, int):
        return type.levels[value].name
    return str(value) if isinstance(value, str) else number_text(Fraction(value))


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    full = [row for row in rows if len(row) > 1]
    widths = [max(len(row[i]) for row in full) for i in range(len(full[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
