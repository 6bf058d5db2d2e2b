"""Which rules that are not `published` a value rests on, in lines. Knows a program's notes; no evidence, no page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from ..ir import Band, Bands, FirstPresent, Formula, Note, Rules, Step, Table
from .account import Line
from .reasons import row_text
from .wording import Words, listing, quoted, words_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note stands: the measures or parameters it belongs to, what they are called, and which piece of how many
    (`rule`, 2, 5); number 0 is the whole."""

    names: tuple[str, ...]
    whole: str
    piece: str
    number: int
    total: int
    quote: str


def places_of(words: Words) -> Mapping[Note, Place]:
    """Every note of a program that is not `published`, and of those whose results are its inputs."""
    found: dict[Note, Place] = {}
    for name, declared in words.program.inputs.items():
        if declared.linked:
            for note, place in places_of(words_of(declared.linked.program)).items():
                names = tuple(f"{name}.{each}" for each in place.names)
                found[note] = replace(place, names=names, whole=f"{declared.linked.program.title}, {place.whole}")
    for note, place in _notes(words):
        if note.status != "published":
            known = found.get(note)
            # A principle's rules are the same notes in every measure that applies it.
            found[note] = replace(known, names=(*known.names, *place.names)) if known else place
    return found


def flag_lines(notes: Iterable[Note], places: Mapping[Note, Place]) -> tuple[Line, ...]:
    """`Rests on a recalled rule: combining ratings, rule 2 of 5`; the pieces of one measure share a line."""
    found: dict[tuple[str, str, str, int], dict[int, str]] = {}
    for note in notes:
        place = places.get(note) or Place((), "", "", 0, 0, "")
        pieces = found.setdefault((note.status, place.whole, place.piece, place.total), {})
        pieces[place.number] = place.quote
    return tuple(_line(*key, dict(sorted(pieces.items()))) for key, pieces in found.items())


def _line(status: str, whole: str, piece: str, total: int, pieces: Mapping[int, str]) -> Line:
    one = len(pieces) == 1
    article = "" if not one else "an " if status[0] in "aeiou" else "a "
    text = f"Rests on {article}{status} {'rule' if one else 'rules'}"
    if whole:
        text += f": {whole}"
    if total:
        numbers = listing((str(number) for number in pieces), 12)
        text += f", {piece if one else piece + 's'} {numbers} of {total}"
    return Line("flag", text, next(iter(pieces.values())) if one else "")


def _notes(words: Words) -> Iterator[tuple[Note, Place]]:
    for step in words.program.steps:
        form, title = step.form, words.title(step.name)
        if isinstance(form, Rules) and form.principle:
            whole = form.principle.replace("_", " ")
        else:
            whole = f"threshold {title}" if step.helper else title
        yield step.note, Place((step.name,), whole, "", 0, 0, "")
        pieces = _pieces(step)
        for i, (note, kind, quote) in enumerate(pieces):
            yield note, Place((step.name,), whole, kind, i + 1, len(pieces), quote)
        for i, limit in enumerate(step.limits):
            quote = quoted(limit.when.span)
            yield limit.note, Place((step.name,), title, "limit", i + 1, len(step.limits), quote)
    for name, constant in words.program.constants.items():
        yield constant.note, Place((name,), f"the parameter {words.title(name)}", "", 0, 0, "")


def _pieces(step: Step) -> list[tuple[Note, str, str]]:
    """The rules, rows or bands of a measure: what each is called, and its own text."""
    form = step.form
    match form:
        case Rules(rules):
            return [(rule.note, "rule", quoted(rule.when.span) if rule.when else "otherwise") for rule in rules]
        case Table():
            kind = "cell" if form.grid else "row"
            return [(row.note, kind, row_text(form, i)) for i, row in enumerate(form.rows)]
        case Bands(_, bands):
            return [(band.note, "band", _band_text(band)) for band in bands]
        case Formula() | FirstPresent():
            return []
        case _:
            assert_never(form)


def _band_text(band: Band) -> str:
    low = quoted(band.low.span) if band.low is not None else ""
    high = quoted(band.high.span) if band.high is not None else ""
    if low and high:
        return f"from {low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else "otherwise"
