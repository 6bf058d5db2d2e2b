"""The one sentence that comes first: what changed, for how many, in which direction. Knows no page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ...render import plural
from ..population import Population, Transitions
from ..verdicts import Compared, Difference, Ending, Way
from .shares import percentage

_NAMED = 3  # results, in one sentence
RATED: Mapping[Way, str] = {
    "higher": "higher",
    "lower": "lower",
    "otherwise": "otherwise",
    "newly rated": "newly rated",
    "no longer rated": "no longer rated",
    "another reason": "unrated for another reason",
}


def finding(difference: Difference, population: Population | None = None) -> str:
    """``overall`: 62 of 303 records rated higher, none lower`."""
    if population is not None and not population.compared:
        many = plural(population.records, "record")
        rejected = (
            f"{many} {'is' if population.records == 1 else 'are all'} rejected" if population.records else "it has none"
        )
        return f"no record of the data can be compared: {rejected}"
    apart = [each.result for each in difference.results if _verdict(each) == "inputs differ"]
    told = [each for each in difference.results if each.result not in apart]
    said = list(_counted(population) if population is not None else _meant(told))
    if apart:
        reasons = [each for compared in difference.results if compared.result in apart for each in compared.apart]
        inputs = any(each.startswith("the input ") or "may be absent" in each for each in reasons)
        what = "the inputs of the two differ" if inputs else "the two have other values there"
        said.append(f"{_names(apart)} cannot be compared: {what}")
    elif not difference.results:
        said.append("nothing can be compared: the two have no result in common")
    elif not said:
        said.append(_nothing(difference, told, population))
    for side in ("old", "new") if difference.results else ():
        names = [name for name, where in difference.missing if where == side]
        if names:
            them = _names(names) if len(names) < _NAMED else f"{len(names):,} results"
            said.append(f"{them} {'is' if len(names) == 1 else 'are'} only in the {side} version")
    return "; ".join(said)


def _nothing(difference: Difference, results: Sequence[Compared], population: Population | None) -> str:
    """No rating of a record at hand is another one; perhaps others would be."""
    differing = [each for each in results if _verdict(each) != "same ratings"]
    if differing and population is not None:
        of = plural(population.compared, "record")
        return f"none of {of} is rated otherwise, though others would be: {'; '.join(_meant(differing))}"
    tested = [each.tested for each in results if not each.proved]
    if tested:
        return f"no rating is known to change: not proved, tested on {plural(max(tested), 'record')}"
    count = difference.texts + len(difference.effects)
    if not count:
        return "no rating changes: the two say the same"
    reads = "reads otherwise and changes" if count == 1 else "read otherwise and change"
    return f"no rating changes: {plural(count, 'part')} {reads} nothing"


# --- of all possible records --------------------------------------------------------------------------------------


def _meant(results: Sequence[Compared]) -> Iterator[str]:
    differing = [each for each in results if _verdict(each) != "same ratings"]
    yield from _named({each.result: _way(each) for each in differing}, " is ", " are ")


def _verdict(compared: Compared) -> Ending:
    return compared.verdict if compared.within is None else compared.within


def _way(compared: Compared) -> str:
    all_of = "of all possible records"
    share = compared.share
    some = "for some records" if share is None else f"for {percentage(share)} {all_of}"
    doubt = ""
    if not compared.proved:
        doubt = (
            f", as far as {plural(compared.tested, 'record')} tell" if compared.tested else ", which is not all proved"
        )
    ways = {move.way for move in compared.moves}
    verdict = _verdict(compared)
    if compared.within is not None:
        doubt += ", reading inputs that only one version has"
    if verdict == "never lower" and ways <= {"higher"}:
        return f"rated higher {some}, never lower{doubt}"
    if verdict == "never higher" and ways <= {"lower"}:
        return f"rated lower {some}, never higher{doubt}"
    if len(ways) == 1:
        return f"{_rated(RATED[ways.pop()])} {some}{doubt}"
    shares = _by_way(compared)
    if shares is None:
        return f"rated otherwise {some}: {verdict}{doubt}"
    said = [f"{RATED[way]} for {percentage(part)}" for way, part in shares.items()]
    return f"{_rated(_and(said))} {all_of}{doubt}"


def _rated(said: str) -> str:
    """`rated higher`, but `newly rated`."""
    return said if said.startswith(("newly", "no longer", "unrated")) else f"rated {said}"


def _by_way(compared: Compared) -> dict[Way, Fraction] | None:
    """How many go which way; None where that is not counted, or a record may count twice."""
    if len({key for move in compared.moves for key in (move.key, *move.others)}) != 1:
        return None
    found: dict[Way, Fraction] = {}
    for move in compared.moves:
        if move.share is None:
            return None
        found[move.way] = found.get(move.way, Fraction(0)) + move.share
    return {way: found[way] for way in RATED if way in found}


# --- of the records at hand ------------------------------------------------------------------------------------------


def _counted(population: Population) -> Iterator[str]:
    by_result: dict[str, list[Transitions]] = {}
    for each in population.transitions:
        by_result.setdefault(each.pair.new[0], []).append(each)
    moving = {name: tables for name, tables in by_result.items() if any(each.moved for each in tables)}
    # What is one value for the whole body is what people ask about first.
    named = sorted(moving, key=lambda name: bool(moving[name][0].pair.new[1]))
    yield from _named({name: _movers(moving[name], population.compared) for name in named}, ": ", ": ")


def _movers(tables: Sequence[Transitions], compared: int) -> str:
    ways = {way: sum(each.ways.get(way, 0) for each in tables) for way in RATED}
    directed = all(each.pair.directed for each in tables)
    of = plural(compared, "record") if len(tables) == 1 else f"{compared * len(tables):,} values"
    said = [(count, RATED[way]) for way, count in ways.items() if count]
    text = _and([f"{said[0][0]:,} of {of} {_rated(said[0][1])}", *(f"{count:,} {word}" for count, word in said[1:])])
    if directed and bool(ways["higher"]) != bool(ways["lower"]):
        text += f", none {'lower' if ways['higher'] else 'higher'}"
    return text


def _named(said: Mapping[str, str], one: str, several: str) -> Iterator[str]:
    """What is said of each, those together of which the same is said; of the first few."""
    names: dict[str, list[str]] = {}
    for name, text in said.items():
        names.setdefault(text, []).append(name)
    for text, those in list(names.items())[:_NAMED]:
        yield f"{_names(those)}{one if len(those) == 1 else several}{text}"
    left = sum(len(those) for those in list(names.values())[_NAMED:])
    if left > 0:
        yield f"{plural(left, 'more result')} {'changes' if left == 1 else 'change'}"


# --- lists -----------------------------------------------------------------------------------------------------------


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _names(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names[:_NAMED]]
    return (
        _and(shown) if len(names) <= _NAMED else f"{', '.join(shown)} and {plural(len(names) - _NAMED, 'more result')}"
    )
