"""What a condition read and what came of it, in words. Knows one step at a time; no rule list, no page."""

from __future__ import annotations

from typing import assert_never

from ..ir import Bands, Each, Literally, Note, Quantify, Read
from ..trace import ByBand, Counted, Evidence, Item, Joined, Tested
from .account import Line
from .scene import Scene
from .wording import bare, fold, listing, quoted


def marked(note: Note) -> str:
    """` (recalled)` behind the number of a rule that is not published."""
    return "" if note.status == "published" else f" ({note.status})"


def because_lines(note: Note) -> tuple[Line, ...]:
    """The reason that the rule file gives, if it gives one."""
    return (Line("because", f"because: {fold(note.because)}"),) if note.because else ()


def evidence_lines(evidence: Evidence, scene: Scene) -> tuple[Line, ...]:
    """What was read and what came of it: of several parts joined, those that settled it."""
    match evidence:
        case Tested():
            return (Line("read", tested_words(evidence, scene)),)
        case Counted():
            return (Line("read", _counted(evidence, scene)),)
        case Joined():
            settled = [part for part in evidence.parts if part.truth is evidence.truth] or evidence.parts
            return tuple(line for part in settled for line in evidence_lines(part, scene))
        case _:
            assert_never(evidence)


def tested_words(tested: Tested, scene: Scene) -> str:
    subject = scene.subject(tested.node.subject)
    said = f"{subject} is {scene.against(tested.subject, tested.node.subject, tested.args)}"
    for value, arg in zip(tested.args, tested.node.predicate.args, strict=False):
        if not isinstance(bare(arg), Literally):
            said += f", {scene.subject(arg)} is {scene.said(value, arg)}"
    return said


def _counted(counted: Counted, scene: Scene) -> str:
    node, noun = counted.node, scene.noun(counted.node.over)
    total = len(counted.met) + len(counted.unmet) + len(counted.undecided)
    if total == 0:
        return _nothing_left(counted, noun, scene)
    predicate = scene.predicate(node.predicate)
    met = len(counted.met)
    # Of an equality the values of those that met it are plain; of a range they are not.
    plain = node.predicate.op in ("equals", "absent")
    names = listing(_item(item, node, scene, not plain) for item in counted.met)
    if total == 1:
        (one,) = (*counted.met, *counted.unmet, *counted.undecided)
        said = f"the only one to count is {_item(one, node, scene, True)}"
        return said + _needed(counted, scene) + _left_out(counted, scene)
    if met == 0:
        said = f"none of {total} {noun} is {predicate}"
    elif met == total:
        said = f"all {total} {noun} are {predicate}"
    else:
        only = "only " if counted.truth is False and node.op in ("all", "at_least", "exactly") else ""
        said = f"{only}{met} of {total} {noun} {'is' if met == 1 else 'are'} {predicate}: {names}"
    if node.op == "all" and counted.truth is False:
        said += f"; not {listing(_item(item, node, scene, True) for item in counted.unmet)}"
    if counted.undecided:
        said += f"; undecided: {listing(_item(item, node, scene, True) for item in counted.undecided)}"
    return said + _needed(counted, scene) + _left_out(counted, scene)


def _nothing_left(counted: Counted, noun: str, scene: Scene) -> str:
    if counted.skipped:
        return f"no {noun} are left to count"
    return f"no {noun} to count" + _left_out(counted, scene)


def _item(item: Item, node: Quantify, scene: Scene, with_value: bool) -> str:
    name = scene.item(item, node.over)
    return f"{name} ({scene.said(item.value, scene.item_expr(item, node.over))})" if with_value else name


def _needed(counted: Counted, scene: Scene) -> str:
    if counted.needed is None or counted.node.count is None:
        return ""
    number, count = scene.said(counted.needed, counted.node.count), counted.node.count
    named = isinstance(count, Read) and not scene.is_threshold(count.name)
    whose = f" ({scene.subject(count)})" if named else ""
    match counted.node.op:
        case "at_most":
            return f"; at most {number} allowed{whose}"
        case "exactly":
            return f"; exactly {number} needed{whose}"
        case _:
            return f"; {number} needed{whose}"


def threshold_lines(scene: Scene) -> tuple[Line, ...]:
    """How each threshold of a principle came to its number; those that came to it alike share a line."""
    found: dict[str, list[str]] = {}
    for there in scene.thresholds():
        how, form = there.outcome.how, there.step.form
        if isinstance(how, ByBand) and isinstance(form, Bands) and how.index is not None:
            band = form.bands[how.index]
            value = there.said(there.outcome.value, band.then)
            why = f"{there.subject(form.of)} is {there.said(how.of, form.of)}, {there.band(band)}{marked(band.note)}"
            source = scene.words.program.sources.get(band.note.cite or "")
            cited = f" (source: {fold(source.title)})" if source else ""
            found.setdefault(f"{value}: {why}{cited}", []).append(scene.words.title(there.step.name))
    return tuple(
        Line("read", f"{listing(names)} {'is' if len(names) == 1 else 'are'} {said}") for said, names in found.items()
    )


def _left_out(counted: Counted, scene: Scene) -> str:
    where = counted.node.over.where if isinstance(counted.node.over, Each) else None
    if not counted.left_out or where is None:
        return ""
    names = listing(_item(item, counted.node, scene, False) for item in counted.left_out)
    return f'; not counted by "{quoted(where.span)}": {names}'
