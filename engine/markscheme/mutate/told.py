"""What came of the changes of a rule file, as people and machines read it. Judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from ..echo import escaped
from ..render import plural
from . import GUARDS, Fate, Score
from .fates import SAYS

_WIDEST: Final = max(map(len, SAYS.values()))


def as_text(score: Score) -> str:
    """What no case would notice, what is not decided, and how many each guard noticed."""
    return "\n".join(_lines(score)) + "\n"


def _lines(score: Score) -> Iterator[str]:
    counts = score.tally
    survivors = [fate for fate in score.fates if fate.ending == "survivor"]
    undecided = [fate for fate in score.fates if fate.ending == "not decided"]
    if survivors:
        yield "no case would notice if …"
        for fate in survivors:
            yield from _told(fate)
            if fate.witness:
                yield "    this case would; see that it is right, then take out `status: unreviewed`:"
                yield from (f"    {line}" for line in fate.witness.rstrip("\n").split("\n"))
        yield ""
    if undecided:
        yield "not decided whether it would be noticed if …"
        for fate in undecided:
            yield from _told(fate)
            yield f"    {fate.why or 'no reason is known'}"
        yield ""
    yield f"{score.methodology}: {plural(counts.changes, 'change')}" + (
        f" of {score.possible:,}" if counts.changes < score.possible else ""
    )
    yield f"  {'':{_WIDEST}}  {'noticed':>8}  {'alone':>6}"
    for guard in GUARDS:
        if guard != "proof" or score.proved:
            yield f"  {SAYS[guard]:{_WIDEST}}  {counts.by[guard]:>8,}  {counts.alone[guard]:>6,}"
    if not score.proved:
        yield f"  {SAYS['proof']:{_WIDEST}}  not asked"
    ends = (
        f"{counts.noticed:,} noticed",
        f"{counts.equivalent:,} change nothing",
        f"{counts.survivors:,} would not be noticed",
        f"{counts.undecided:,} not decided",
    )
    yield f"  {', '.join(ends)}"
    if counts.score is not None:
        yield f"  score {_percent(counts.score)}: of the changes that make a difference, or may make one"
    if score.unreviewed:
        yield f"  {plural(score.unreviewed, 'case')} unreviewed: what was saved from output counts for nothing"
    if score.failing:
        yield f"  {plural(score.failing, 'case')} failing as it is, which count for nothing: see `markscheme test`"


def _told(fate: Fate) -> Iterator[str]:
    yield f"  {escaped(fate.file)}:{fate.line}: {escaped(fate.said)}"
    if fate.excerpt not in fate.said:
        yield f"    {escaped(fate.excerpt)}"


def _percent(share: float) -> str:
    """Never 100 where something is left."""
    return f"{int(share * 1000) / 10:g} %"


def as_json(score: Score) -> dict[str, object]:
    """The same as plain data, with every change."""
    counts = score.tally
    return {
        "methodology": score.methodology,
        "file": score.file,
        "changes": counts.changes,
        "possible": score.possible,
        "noticed": counts.noticed,
        "equivalent": counts.equivalent,
        "survivors": counts.survivors,
        "not_decided": counts.undecided,
        "score": None if counts.score is None else f"{counts.score:.4f}",
        "noticed_by": {guard: counts.by[guard] if guard != "proof" or score.proved else None for guard in GUARDS},
        "noticed_by_it_alone": {
            guard: counts.alone[guard] if guard != "proof" or score.proved else None for guard in GUARDS
        },
        "unreviewed_cases": score.unreviewed,
        "failing_cases": score.failing,
        "fates": [_plain(fate) for fate in score.fates],
    }


def _plain(fate: Fate) -> dict[str, object]:
    return {
        "kind": fate.kind,
        "if": fate.said,
        "file": fate.file,
        "line": fate.line,
        "column": fate.column,
        "ending": fate.ending,
        "noticed_by": {guard: list(said) for guard, said in fate.by.items()},
        "asked": list(fate.asked),
        "lines_named": [{"file": file, "from": first, "to": last} for file, first, last in fate.named],
        "case": fate.witness,
        "why_not_decided": fate.why if fate.ending == "not decided" else None,
    }


# --- planted mistakes, over several files ----------------------------------------------------------------------------


def by_kind(scores: Iterable[Score]) -> str:
    """Of each kind of mistake: how many were planted, and who caught them: proof alone, cited cases, other cases."""
    rows: dict[str, Counter[str]] = {}
    for fate in (fate for score in scores for fate in score.fates):
        row = rows.setdefault(fate.kind, Counter())
        row["planted"] += 1
        proof, cited = "reading" in fate.by or "proof" in fate.by, "cited" in fate.by
        row["proof"] += proof
        row["cited"] += cited
        row["neither"] += not (proof or cited) and fate.ending != "equivalent"
        row["other"] += not (proof or cited) and "other" in fate.by
        row["nothing"] += fate.ending == "equivalent"
        row["undecided"] += fate.ending == "not decided"
    heads = {
        "planted": "planted", "proof": "proof", "cited": "cited cases", "neither": "neither",
        "other": "… but other cases", "nothing": "changes nothing", "undecided": "not decided",
    }  # fmt: skip
    widest = max([len("in all"), *map(len, rows)], default=0)
    lines = [f"{'':{widest}}  " + "  ".join(heads.values())]
    for kind, row in (*rows.items(), ("in all", sum(rows.values(), Counter()))):
        lines.append(f"{kind:{widest}}  " + "  ".join(f"{row[key]:>{len(head)}}" for key, head in heads.items()))
    return "\n".join(lines) + "\n"
