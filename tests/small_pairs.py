"""Pairs of small methodologies: one and the same with a few changes, with the same said otherwise, with other inputs,
and two over the same inputs. Knows their text, and single changes of it; nothing of what compares them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from brute_force import names_read
from small_domains import SENSES, Author

from markscheme.compile import compiled
from markscheme.diagnostics import Source, Span
from markscheme.diff.verdicts import Version
from markscheme.mutate.changes import Change, changed
from markscheme.mutate.planting import changes

PATH = Path("small.yaml")
MARK = "in_0"  # every methodology has it


@dataclass(frozen=True)
class Pair:
    """`kind` says how the second came from the first. `places`: of each change, where it is in the one and in the
    other text. `renamed` are the old names that have a new one."""

    kind: str
    old: Version
    new: Version
    places: tuple[tuple[Span, Span], ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, str]:
        return tuple(str(each.model.top.span.source.text) for each in (self.old, self.new))  # type: ignore[return-value]


def version(name: str, text: str) -> Version | None:
    """A text as a version; None where it is no methodology."""
    made = compiled(Source(name, text), PATH, lambda id, version: None)
    if made.program is None or made.model is None:
        return None
    return Version(name, made.program, made.model, PATH, lambda id, version: None)


def methodology(seed: int, author: type[Author] = Author) -> tuple[str, Version] | None:
    """As in `small_domains`: measures that are found to need an `absent` are given one."""
    lacking: frozenset[str] = frozenset()
    while True:
        random = Random(seed)
        text = author(random, random.choice(SENSES), lacking=lacking).write()
        made = compiled(Source("old.yaml", text), PATH, lambda id, version: None)
        needed = {each.message.split("`")[1] for each in made.found if each.code == "MS421"}
        if made.program is not None and made.model is not None:
            return text, Version("old.yaml", made.program, made.model, PATH, lambda id, version: None)
        if not needed - lacking:
            return None
        lacking |= needed


def pairs(seed: int) -> Iterator[Pair]:
    """The pairs of one seed; none where its methodology is not well typed."""
    made = methodology(seed)
    if made is None:
        return
    text, old = made
    random = Random(f"pairs of {seed}")
    single = changes(old.model.top.span.source, old.program, lambda name: None)
    unheard = _unheard(old)
    heard = [each for each in single if each.place.start not in unheard]
    found: list[Pair | None] = []
    if heard:
        found += [mutated("one change", text, old, random, each, 1) for each in (single, heard, heard)]
        found += [mutated("some changes", text, old, random, heard, random.choice((2, 2, 3, 4)))]
    for kind, ways in (("said otherwise", SAID_OTHERWISE), ("other inputs", OTHER_INPUTS)):
        found.append(rewritten(kind, text, old, random, ways))
    found.append(level_renamed(text, old, random, single))
    found.append(another_author(seed, old, random))
    yield from (each for each in found if each is not None)


# --- a few changes ---------------------------------------------------------------------------------------------------


def mutated(
    kind: str, text: str, old: Version, random: Random, single: Sequence[Change], many: int, tries: int = 8
) -> Pair | None:
    """With `many` single changes that do not overlap."""
    for _ in range(tries):
        chosen = random.sample(single, min(many, len(single)))
        edits = sorted((edit for each in chosen for edit in each.edits), key=lambda edit: edit.span.start)
        if any(one.span.end > other.span.start for one, other in pairwise(edits)):
            continue
        after = changed(text, edits)
        new = version("new.yaml", after)
        if new is None:
            continue
        places, moved = [], 0
        for edit in edits:
            start = edit.span.start + moved
            places.append((edit.span, Span(new.model.top.span.source, start, start + len(edit.instead))))
            moved += len(edit.instead) - (edit.span.end - edit.span.start)
        return Pair(kind, old, new, tuple(places))
    return None


def _unheard(version: Version) -> set[int]:
    """The places in measures that no result rests on."""
    steps = {step.name: step for step in version.program.steps}
    heard, todo = set(), list(version.program.results)
    while todo:
        name = todo.pop()
        if name in steps and name not in heard:
            heard.add(name)
            todo += names_read((steps[name].form, steps[name].limits))
    starts = [(each.name.span.start, each.name.text) for each in version.model.measures]
    ends = [start for start, _ in starts[1:]] + [len(version.model.top.span.source.text)]
    return {n for (start, name), end in zip(starts, ends, strict=True) if name not in heard for n in range(start, end)}


# --- the same, said otherwise; other inputs --------------------------------------------------------------------------

Rewriting = Callable[[str, Random], "str | None"]


def rewritten(kind: str, text: str, old: Version, random: Random, ways: Sequence[Rewriting]) -> Pair | None:
    """After one or two rewritings of some kind; the first that come out as methodologies."""
    after, new, wanted, done = text, None, random.choice((1, 1, 2)), 0
    for way in random.sample(ways, len(ways)):
        tried = way(after, random)
        found = version("new.yaml", tried) if tried is not None and tried != after else None
        if found is not None and tried is not None:
            after, new, done = tried, found, done + 1
            if done == wanted:
                break
    return Pair(kind, old, new) if new is not None else None


def _commented(text: str, random: Random) -> str:
    lines = text.splitlines()
    at = random.choice([n for n, line in enumerate(lines) if re.match(r"\S", line)])
    return "\n".join([*lines[:at], "# revised", "", *lines[at:], ""])


def _titled(text: str, random: Random) -> str:
    return text.replace("title: Small", "title: Not large")


def _title_of_an_input(text: str, random: Random) -> str | None:
    return re.sub(rf"^  {MARK}: {{", f"  {MARK}: {{title: The first, ", text, count=1, flags=re.M)


def _inputs_reordered(text: str, random: Random) -> str | None:
    lines = re.findall(r"^  in_\d: .*\n", text, flags=re.M)
    return text.replace("".join(lines), "".join(random.sample(lines, len(lines)))) if len(lines) > 1 else None


def _last_measure_first(text: str, random: Random) -> str | None:
    head, _, rest = text.partition("measures:\n")
    measures, _, tail = rest.partition("results:")
    blocks = re.split(r"(?=^  m_\d:\n)", measures, flags=re.M)
    return f"{head}measures:\n{blocks[-1]}{''.join(blocks[:-1])}results:{tail}" if len(blocks) > 2 else None


def _more_than(text: str, random: Random) -> str | None:
    """The same of whole numbers; something else of others."""
    found = list(re.finditer(r"is at least (\d+)\b(?![.\d])", text))
    if not found:
        return None
    each = random.choice(found)
    return f"{text[: each.start()]}is more than {int(each[1]) - 1}{text[each.end() :]}"


def _turned_round(text: str, random: Random) -> str | None:
    """Two conditions joined, the other way round, where they stand alone."""
    found = [each for each in re.finditer(r"'([^'()]+) (and|or) ([^'()]+)'", text) if " " not in each[2]]
    found = [each for each in found if not re.search(r"\b(and|or|from|of)\b", each[1] + each[3])]
    if not found:
        return None
    each = random.choice(found)
    return f"{text[: each.start()]}'{each[3]} {each[2]} {each[1]}'{text[each.end() :]}"


def _no_rule_for_it(text: str, random: Random) -> str | None:
    """One that never decides, after the one that decides all it would."""
    found = list(re.finditer(r"^(      - \{when: '[^'\n]*', then: ')([^'\n]*)('\}\n)", text, flags=re.M))
    thens = [each[2] for each in found]
    if not found:
        return None
    each = random.choice(found)
    return f"{text[: each.end()]}{each[1]}{random.choice(thens)}{each[3]}{text[each.end() :]}"


SAID_OTHERWISE = (
    _commented,
    _titled,
    _title_of_an_input,
    _inputs_reordered,
    _last_measure_first,
    _more_than,
    _turned_round,
    _no_rule_for_it,
    _no_rule_for_it,
)


def _treatments(text: str, random: Random) -> str | None:
    found = list(re.finditer(r"(reason_\d: )([^,}]+)", text))
    if not found:
        return None
    each = random.choice(found)
    others = [other for other in ("skip", "unrated", *_values(text, each.start())) if other != each[2]]
    return f"{text[: each.start(2)]}{random.choice(others)}{text[each.end() :]}"


def _values(text: str, at: int) -> list[str]:
    """Values of the input that is declared on the line at a place."""
    line = text[text.rindex("\n", 0, at) + 1 : text.index("\n", at)]
    if "yes_no" in line:
        return ['"yes"', '"no"']
    if "choice" in line:
        return ["small", "large"]
    scale = re.search(r"scale: (\w)", line)
    if scale:
        levels = re.search(rf"^  {scale[1]}: \[(.*)\]$", text, flags=re.M)
        assert levels is not None
        return re.findall(r"(?:level: )?(\w+)(?:, value: [^}]*}|(?=,|$))", levels[1].replace("{", ""))
    ends = re.search(r"min: (-?\d+), max: (-?\d+)", line)
    return [str(n) for n in range(int(ends[1]), int(ends[2]) + 1)] if ends else []


def _reason_added(text: str, random: Random) -> str | None:
    found = list(re.finditer(r"^  in_\d: \{.*?(, absent: \{.*\})?\}$", text, flags=re.M))
    each = random.choice(found)
    said = random.choice(("skip", "unrated", *_values(text, each.start() + 3)))
    if each[1]:
        return f"{text[: each.end() - 2]}, reason_9: {said}}}}}{text[each.end() :]}"
    return f"{text[: each.end() - 1]}, absent: {{reason_9: {said}}}}}{text[each.end() :]}"


def _reason_removed(text: str, random: Random) -> str | None:
    found = list(re.finditer(r", absent: \{(reason_\d: [^,}]+)(, )?", text))
    if not found:
        return None
    each = random.choice(found)
    if each[2]:
        return text[: each.start(1)] + text[each.end() :]
    return text[: each.start()] + text[each.end() + 1 :]


def _reason_renamed(text: str, random: Random) -> str | None:
    return re.sub(r"reason_0", "reason_8", text, count=1)


def _input_added(text: str, random: Random) -> str | None:
    """An input that a rule reads which comes first."""
    found = list(re.finditer(r"^    rules:\n(?:      - \{when: '[^'\n]*', then: '([^'\n]*)'\}\n)", text, flags=re.M))
    if not found:
        return None
    each = random.choice(found)
    rule = f"      - {{when: 'in_new is yes', then: '{each[1]}'}}\n"
    start = each.start() + len("    rules:\n")
    text = text[:start] + rule + text[start:]
    return text.replace("inputs:\n", 'inputs:\n  in_new: {type: yes_no, better: "yes"}\n')


def _unread_input_added(text: str, random: Random) -> str | None:
    return text.replace("inputs:\n", 'inputs:\n  in_new: {type: yes_no, better: "yes"}\n')


def _range(text: str, random: Random) -> str | None:
    found = list(re.finditer(r"max: (-?\d+)", text))
    if not found:
        return None
    each = random.choice(found)
    return f"{text[: each.start(1)]}{int(each[1]) + random.choice((1, -1))}{text[each.end() :]}"


def _member_added(text: str, random: Random) -> str | None:
    """To `s`, with all that is said of each; where nothing is nested in it."""
    if "  s: [" not in text or "  u: {" in text:
        return None
    text = re.sub(r"^  s: \[(.*)\]$", r'  s: [\1, {member: z, heavy: 1, counted: "yes"}]', text, count=1, flags=re.M)
    return re.sub(r"^(  each_mark: \{each: s, values: \{.*)\}\}$", r"\1, z: 1}}", text, count=1, flags=re.M)


def _level_added(text: str, random: Random) -> str | None:
    return re.sub(r"^  v: \[(?!\{)", "  v: [dire, ", text, count=1, flags=re.M)


def _another_name_for_a_level(text: str, random: Random) -> str | None:
    return re.sub(r"\bfair\b", "okay", text)


OTHER_INPUTS = (
    _treatments,
    _treatments,
    _reason_added,
    _reason_removed,
    _reason_renamed,
    _input_added,
    _input_added,
    _unread_input_added,
    _range,
    _member_added,
    _level_added,
    _another_name_for_a_level,
)


def level_renamed(text: str, old: Version, random: Random, single: Sequence[Change]) -> Pair | None:
    """Some names have become others, and the new file says so; half of them with a change besides."""
    names = random.choice(({"fair": "okay"}, {"poor": "bad", "mid": "fine"}, {MARK: "first"}, {"v": "verdict"}))
    names = {one: other for one, other in names.items() if re.search(rf"\b{one}\b", text)}
    if not names:
        return None
    after = text
    if single and random.choice((True, False)):
        after = changed(text, random.choice(single).edits)
    for one, other in names.items():
        after = re.sub(rf"\b{one}\b", other, after)
    said = ", ".join(f"{one}: {other}" for one, other in names.items())
    after = after.replace('version: "1"\n', f'version: "2"\nsupersedes: {{version: "1", renamed: {{{said}}}}}\n')
    new = version("new.yaml", after)
    return Pair("renamed", old, new, renamed=names) if new is not None else None


# --- two authors -----------------------------------------------------------------------------------------------------


def another_author(seed: int, old: Version, random: Random) -> Pair | None:
    """Two methodologies that share their inputs, and some of their measures."""
    draw = random.random()

    class Other(Author):
        def measure(self, name: str, last: bool) -> str:
            if Random(f"{draw} whether {name}").random() < 0.6:
                self.random = Random(f"{draw} {name}")
            return super().measure(name, last)

    made = methodology(seed, Other)
    if made is None:
        return None
    text = made[0]
    if random.choice((True, False)):
        text = text.replace("id: example/small", "id: example/other")
    new = version("new.yaml", text)
    return Pair("another author", old, new) if new is not None else None
