"""The function for records that are laid out in one way: it takes their values, rates them, and makes a result. Knows
what a result is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from ..lowered.domains import Coded
from ..result import Later, Plain, Result, plain
from ..trace import Given, Key
from .reading import PLAIN, Miss
from .running import Running
from .wording import Wording
from .writing import Generated, Writing, compiled

_MOST_AT_ONCE = 8  # results that are put into `outcome` straight away

Path = tuple[str, ...]


@dataclass(slots=True)
class Layout:
    """Where each input's value is (`paths`): the others are missing. `rate` gives a result or asks `otherwise`;
    `attempt` raises instead."""

    running: Running
    paths: Mapping[Key, Path]
    rate: Generated = field(init=False)
    attempt: Generated = field(init=False)

    def given(self, raws: tuple[object, ...]) -> Mapping[Key, Given]:
        """The typed inputs of a record whose raw values were these."""
        return self.running.typed_inputs(dict(zip(self.paths, raws, strict=True)))

    def remember(self, record: Any) -> None:
        """How a record that has been rated writes its values: the next one that does is rated by `rate`."""
        for key, path in self.paths.items():
            self.running.remember(key, _at(record, path))


def covers(paths: Mapping[Key, Path], sample: Any) -> bool:
    """Whether the paths lead to everything that a record has: then one with the same names, and as many, has no more.
    A key that stands for nothing, as `null` for a whole input may, is no path."""
    groups = {path[:place] for path in paths.values() for place in range(len(path))} | {()}
    return sum(len(_at(sample, path)) for path in groups) == len(paths) + len(groups) - 1


def laid_out(running: Running, paths: Mapping[Key, Path], sample: Any, otherwise: Generated) -> Layout:
    """The functions for records that are laid out as `sample` is, of which numbers are taken to be of the types that
    its are."""
    layout = Layout(running, paths)
    writing = Writing()
    writing.objects |= {"Miss": Miss, "PLAIN": PLAIN, "LAYOUT": layout}
    _take(writing, paths, sample)
    raws = {key: f"v{place}" for place, key in enumerate(paths)}
    usual = _check_types(writing, paths, sample)
    floats = [key for key, path in paths.items() if type(_at(sample, path)) is float]
    wording = Wording(running, writing)
    wording.read(raws, floats, usual)
    outcome = wording.steps(_outcome_tables(running) or {})
    writing.objects["RESULT"] = Result if outcome else Later
    writing.lines += ["result = RESULT()", "result.id = id", "result._source = LAYOUT", "result._inputs = raws"]
    if outcome:
        text = ", ".join(f"{key[0]!r}: {value}" for key, value in outcome.items())
        writing.lines.append(f"result.outcome = {{{text}}}")
    else:
        writing.lines.append(f"result._held = {wording.results}")
    writing.lines.append("return result")
    outer = Writing()
    outer.objects["OTHERWISE"] = otherwise
    outer.lines += ["try:", *(f"    {line}" for line in writing.lines), "except Exception:", "    pass"]
    outer.lines.append("return OTHERWISE(record, id)")
    found = compiled("rate", "record, id=None", outer, writing)
    layout.rate, layout.attempt = found["rate"], found["rate1"]
    return layout


def _take(writing: Writing, paths: Mapping[Key, Path], sample: Any) -> None:
    """Lines that put the raw values into a tuple, `raws`, and refuse a record that holds anything else."""
    groups: dict[Path, list[str]] = {(): []}
    for path in paths.values():
        for place in range(len(path)):
            groups.setdefault(path[:place], [])
        groups[path[:-1]].append(path[-1])
    gathered = []
    places = {path: place for place, path in enumerate(groups)}
    for path, names in groups.items():
        inner = f"g{places[path]}"
        writing.lines.append(f"{inner} = {f'g{places[path[:-1]]}[{path[-1]!r}]' if path else 'record'}")
        writing.lines.append(f"if type({inner}) is not dict or len({inner}) != {len(_at(sample, path))}: raise Miss")
        if len(names) == 1:
            gathered.append(f"{inner}[{names[0]!r}]")
        elif names:
            get = writing.constant("GET", (path, tuple(names)))
            writing.objects[get] = itemgetter(*names)
            gathered.append(f"*{get}({inner})")
    order = [path for path, names in groups.items() for _ in names]
    assert [path[:-1] for path in paths.values()] == order, "the inputs of one mapping stand together"
    together = f"({', '.join(gathered)},)" if gathered else "()"
    alone = len(gathered) == 1 and gathered[0].startswith("*")
    writing.lines.append(f"raws = {gathered[0][1:] if alone else together}")


def _check_types(writing: Writing, paths: Mapping[Key, Path], sample: Any) -> str:
    """Lines that give each raw value a name, and refuse what only equals a text or a number, as `True` does. Values of
    the types that the sample has are told the fastest. Gives the variable that says whether those are floats which the
    sample has as floats."""
    floats = "floats"
    if not paths:
        return floats
    names = [f"v{place}" for place in range(len(paths))]
    writing.lines.append(f"{', '.join(names)}, = raws")
    usual: dict[str, list[str]] = {"str": [], "float": [], "int": [], "None": []}
    for name, path in zip(names, paths.values(), strict=True):
        value = _at(sample, path)
        kind = "None" if value is None else type(value).__name__ if type(value) in PLAIN else "str"
        usual[kind].append(f"{name} is None" if value is None else f"type({name}) is {kind}")
    if usual["float"]:
        writing.lines.append(f"{floats} = {' and '.join(usual['float'])}")
    asked = " and ".join(([floats] if usual["float"] else []) + usual["str"] + usual["int"] + usual["None"])
    writing.lines.append(f"if not ({asked}) and not PLAIN.issuperset(map(type, raws)): raise Miss")
    return floats


def _outcome_tables(running: Running) -> dict[Key, tuple[Plain, ...]] | None:
    """What is shown for each code of each result, where there are few results and each is one of a few values."""
    plan = running.plan
    steps = {each.key: each.step for each in plan.steps}
    found = {}
    for key in plan.results:
        domain = plan.domains[key]
        if key[1] or not isinstance(domain, Coded) or len(plan.results) > _MOST_AT_ONCE:
            return None
        found[key] = tuple(plain(plan.program, steps[key], running.value(key, code)) for code in range(domain.size))
    return found


def _at(record: Any, path: Path) -> Any:
    for name in path:
        record = record[name]
    return record
