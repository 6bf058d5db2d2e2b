"""What two versions do otherwise: each result, and each change of text by itself. Knows comparisons and edits, no
text of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path

from .. import ir
from ..regions.functions import Regions
from .comparison import Comparison
from .edits import Revised
from .renaming import renamed
from .responsible import Responsible
from .verdicts import Compared, Difference, Edit, Effect, Version
from .version import opened

Progress = Callable[[str, int, int], None]


def compare(
    old: str | PathLike[str], new: str | PathLike[str], *, rules: str | PathLike[str] | None = None
) -> Difference:
    """What the version `new` does otherwise than `old`, each `id@version`, an id (its latest version), a path, or
    `path@revision` of a git repository. Ids are looked for in the folder `rules`, then in `./rules`, then among the
    shipped ones. `difference.results` has a verdict for each result. Raises MethodologyError."""
    around = Path(rules) if rules is not None else None
    return difference(opened(fspath(old), around), opened(fspath(new), around))


def difference(
    old: Version, new: Version, progress: Progress | None = None, results: Mapping[str, str] | None = None
) -> Difference:
    """All that the new version does otherwise, and by which change of text. `results` names, for results of the old
    version, those of the new one that they are compared with; by default those of one name are.

    Two methodologies (their ids differ) have no changes of text in common; only what they give is compared. What the
    new file says was renamed is one thing in both, by its new name. Raises MethodologyError where these names clash.
    """
    old = renamed(old, new)
    names = dict(results or {name: name for name in old.program.results if name in new.program.results})
    revised = Revised(old, new) if old.program.id == new.program.id else None
    edits = revised.edits if revised else ()
    steps = len(edits) + len(names)
    regions = Regions(_with(old.program, names, first=True))
    responsible = Responsible(revised) if revised else None
    comparison = Comparison(regions, _with(new.program, names, first=False), responsible)
    compared = []
    for done, (one, other) in enumerate(names.items()):
        if progress:
            progress(f"`{other}`", done, steps)
        compared.append(comparison.result(one, other, _joint(one, other)))
    effects = []
    for done, edit in enumerate(edits, len(names)):
        if progress:
            progress(edit.part, done, steps)
        assert revised is not None
        assert responsible is not None
        effects.append(_effect(revised, responsible, regions, edit, names, tuple(compared)))
    missing = [(name, "new") for name in new.program.results if name not in names.values()]
    missing += [(name, "old") for name in old.program.results if name not in names]
    apart = tuple(dict.fromkeys(said for each in compared for said in each.apart))
    texts = revised.texts if revised else 0
    return Difference(old, new, tuple(compared), tuple(effects), tuple(missing), apart, texts)  # type: ignore[arg-type]


def _with(program: ir.Program, names: Mapping[str, str], first: bool) -> ir.Program:
    """A program with one more measure for each two results of other names: what they are compared by in both."""
    steps = {step.name: step for step in program.steps}
    more = []
    for one, other in names.items():
        if one != other:
            step = steps[one if first else other]
            indices = tuple(ir.Index(via=axis) for axis in step.axes)
            span = step.note.span
            assert span is not None
            form = ir.Formula(ir.Read(step.name, indices, step.type, span))
            more.append(replace(step, name=_joint(one, other), form=form, limits=()))
    return replace(program, steps=(*program.steps, *more)) if more else program


def _joint(one: str, other: str) -> str:
    return one if one == other else f"{one} and {other}"  # nothing of a file has such a name


def _effect(
    revised: Revised,
    responsible: Responsible,
    regions: Regions,
    edit: Edit,
    names: Mapping[str, str],
    whole: tuple[Compared, ...],
) -> Effect:
    """What one edit alone does; of a single one that is known. It is not asked of a result that it has no way to, nor
    of one that is not compared for other reasons."""
    if len(revised.edits) == 1:
        return Effect(edit, whole)
    program = revised.program(frozenset({edit.number}))
    if program is None:
        return Effect(edit, (), stands=False)
    comparison = Comparison(regions, _with(program, names, first=False), brief=True)
    found = []
    for (one, other), known in zip(names.items(), whole, strict=True):
        if one == other and frozenset({edit.number}) not in responsible.touching(one):
            found.append(Compared(other, one, "same ratings"))
        elif known.verdict == "inputs differ" and known.within is None:
            found.append(Compared(other, one, "inputs differ"))
        else:
            found.append(comparison.result(one, other, _joint(one, other)))
    return Effect(edit, tuple(found))
