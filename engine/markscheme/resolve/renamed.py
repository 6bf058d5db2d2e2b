"""What a version says was called otherwise before: that the new names are there. Reads no other version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .. import model as written
from ..diagnostics import Findings, Label, suggestion
from ..document import Mapping, Scalar
from ..syntax import Phrase
from .names import MOST_COMPARED

Kind = tuple[str, str]  # what a name is of, and of which: a level of `rating`


def renamed(model: written.Model, findings: Findings) -> None:
    """Findings about `supersedes: {renamed: …}`: a new name that nothing has, one that two old ones get, and an old one
    that something of the kind still has."""
    supersedes = model.top.get("supersedes")
    node = supersedes.get("renamed") if isinstance(supersedes, Mapping) else None
    if not isinstance(node, Mapping):
        return
    pairs = [(each.key, each.value) for each in node if isinstance(each.value, Scalar)]
    names = _names(model)
    taken: dict[str, Scalar] = {}
    targets = {new.text for old, new in pairs if old.text != new.text}
    unknown = 0
    for old, new in pairs:
        if new.text not in names:
            if new.text in model.broken:
                continue
            unknown += 1  # looking for a word like it takes time
            near = suggestion(new.text, names) if unknown * len(names) < MOST_COMPARED else None
            hint = near or "the old name comes first: renamed: {old: new}"
            findings.add("MS435", f"nothing here is called `{new.text}`, which `{old.text}` became", new.span, hint)
            continue
        if new.text in taken:
            message = f"`{taken[new.text].text}` and `{old.text}` cannot both have become `{new.text}`"
            hint = "leave out what is gone; what was merged is compared by hand"
            findings.add("MS435", message, old.span, hint, [Label(taken[new.text].span, "the other one")])
            continue
        taken[new.text] = old
        still = names[new.text] & names.get(old.text, set())
        if still and old.text not in targets:
            what, of = min(still)
            message = f"`{old.text}` is still {what}{f' of `{of}`' if of else ''}, beside `{new.text}`"
            hint = "leave it out of `renamed`, unless the old one is gone and another thing has its name now"
            findings.add("MS436", message, old.span, hint)


def _names(model: written.Model) -> dict[str, set[Kind]]:
    """Every name that a record, a result or a condition may hold, with what it is."""
    found: dict[str, set[Kind]] = defaultdict(set)

    def add(names: Iterable[Scalar | Phrase], what: str, of: str = "") -> None:
        for name in names:
            found[name.text].add((what, of))

    add((name for name, _ in model.scales), "a scale")
    for scale, levels in model.scales:
        add((level.name for level in levels), "a level", scale.text)
    add((each.name for each in model.sets), "a set")
    for each in model.sets:
        add((member.name for member in each.members), "a member", each.name.text)
    for parameter in model.parameters:
        add([parameter.name], "a parameter")
        add(parameter.type.options, "an option", parameter.name.text)
    for input in model.inputs:
        add([input.name], "an input")
        add(input.type.options, "an option", input.name.text)
        add((absence.reason for absence in input.absent), "a reason for absence", input.name.text)
    for measure in model.measures:
        add([measure.name], "a measure")
        add(measure.type.options, "an option", measure.name.text)
        add((absence.reason for absence in measure.absent), "a reason for absence", measure.name.text)
    return found
