"""Which column of the data holds which value of which input. Knows names only, no values and no files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product

from ..diagnostics import Problem
from ..echo import shown
from ..ir import Input, Member, Program, combinations, folded
from ..trace import Key
from .values import NOTHING_ELSE, Also

LONGEST_NAME = 300  # characters; a longer one is no name of an input
_ROUND_POINT = re.compile(r"\s*\.\s*")
# A suggestion compares every name with every other, so only so many are looked at.
_MOST_COMPARED = (50, 300)


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a data file, or the keys of a record, are.

    `unknown` are those that belong to no input; `near` has a hint for those that may be a misspelling. `problems` hold
    for every record with these columns. `inner` are, for an input that comes from another methodology, the columns of
    that methodology's own record.
    """

    matched: Mapping[str, Key]
    by_key: Mapping[Key, str]
    unknown: tuple[str, ...]
    near: Mapping[str, str]
    problems: tuple[Problem, ...]
    inner: Mapping[str, Columns] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The columns that hold something, here or within."""
        return set(self.matched).union(*(columns.names for columns in self.inner.values()))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """One for each unknown column of a data file: it is carried through."""
        return tuple(
            Problem("MS531", f"column `{shown(name, 60)}` belongs to no input", name, hint=self.near.get(name))
            for name in self.unknown
        )


def label(key: Key) -> str:
    """`ratings.safe`"""
    return ".".join((key[0], *key[1]))


def spelling(name: str) -> str:
    """A column name as it is compared."""
    return _ROUND_POINT.sub(".", folded(name))


def _spellings(all_of_them: Iterable[Input | Member], also: Also) -> dict[str, set[str]]:
    """How columns may write each of these: by name or title, or as it was called while nothing else is called so."""
    found = {each.name: {spelling(each.name), spelling(each.title)} for each in all_of_them}
    taken = set().union(*found.values())
    for name, spelled in found.items() if also else ():
        spelled |= {spelling(former) for former in also.get(name, ())} - taken
    return found


class Headings:
    """The names that the columns for a methodology's inputs may have.

    `ratings.safe`, or `safe` where only one input has that member, by identifiers or titles. An input's own name goes
    before a member's. `within` are the inputs, from the outside in, that the methodology's record stands for: its
    names all begin with theirs. `also` are former names of inputs and members, where nothing else has them now.
    """

    def __init__(self, program: Program, within: tuple[Input, ...] = (), also: Also = NOTHING_ELSE) -> None:
        self.inputs = tuple(program.inputs.values())
        self.outside = "".join(f"{each.name}." for each in within)  # before each name, where people are told of it
        around = [{spelling(each.name), spelling(each.title)} for each in within]
        self.keys: dict[str, tuple[Key, ...]] = {}  # of each input
        self._full: dict[str, tuple[Key, ...]] = {}
        self._plain: dict[str, tuple[Key, ...]] = {}
        self._whole: dict[str, tuple[Key, ...]] = {}
        self._prefixes: set[str] = set()  # spellings that more members follow
        self.more_follow = lru_cache(maxsize=2000)(self._more_follow)
        inputs = _spellings(self.inputs, also)
        members = {axis: _spellings(each.members, also) for axis, each in program.sets.items()}
        for declared in self.inputs:
            keys = tuple((declared.name, members) for members in combinations(program.sets, declared.axes))
            self.keys[declared.name] = keys
            own = inputs[declared.name]
            if declared.axes:
                self._whole |= {".".join(words): keys for words in product(*around, own)}
            for key in keys:
                words = [members[axis][name] for axis, name in zip(declared.axes, key[1], strict=True)]
                self._add(self._full, [*around, own, *words], key)
                if words and not within:
                    self._add(self._plain, words, key)

    def label(self, key: Key) -> str:
        """The name in full, as people are told it."""
        return self.outside + label(key)

    def find(self, name: str) -> tuple[Key, ...]:
        """The value that a column of this name holds; several where that is not clear; none where it is unknown."""
        if len(name) > LONGEST_NAME:
            return ()
        spelled = spelling(name)
        return self._full.get(spelled) or self._plain.get(spelled, ())

    def _more_follow(self, name: str) -> bool:
        """Whether `name` is the beginning of the name of a column: an input, or an input and a member."""
        return len(name) <= LONGEST_NAME and spelling(name) in self._prefixes

    def whole(self, name: str) -> tuple[Key, ...]:
        """The values of the input of this name, where it has one for each member."""
        return self._whole.get(spelling(name), ()) if len(name) <= LONGEST_NAME else ()

    def near_input(self, name: str) -> Input | None:
        """The input that a name may be a misspelling of."""
        words = {spelling(word): each for each in self.inputs for word in (each.title, each.name)}
        close = difflib.get_close_matches(spelling(name[:LONGEST_NAME]), words, n=1, cutoff=0.8)
        return words[close[0]] if close else None

    def match(
        self, names: Iterable[str], carried: Collection[str] = (), inner: Mapping[str, Columns] | None = None
    ) -> Columns:
        """Matches columns to inputs. Those in `carried` belong to nobody, without a warning; those of `inner` to the
        records of other methodologies, whose results need no column then."""
        inner = inner or {}
        elsewhere = {name for columns in inner.values() for name in columns.names}
        by_key: dict[Key, str] = {}
        matched: dict[str, Key] = {}
        unknown: list[str] = []
        problems: list[Problem] = []
        unclear: set[Key] = set()
        for name in names:
            if name in carried or name in elsewhere:
                continue
            keys = self.find(name)
            if not keys:
                unknown.append(name)
            elif len(keys) > 1:
                unclear.update(keys)
                problems.append(self._ambiguous(name, keys))
            elif keys[0] in by_key:
                message = f"`{shown(by_key[keys[0]], 40)}` and `{shown(name, 40)}` both hold `{self.label(keys[0])}`"
                problems.append(Problem("MS532", message, name, hint="keep one of them"))
            else:
                matched[name] = keys[0]
                by_key[keys[0]] = name
        open_keys = [key for keys in self.keys.values() for key in keys if key not in by_key and key not in unclear]
        likely = self._likely(unknown, open_keys)
        near = {name: f"did you mean `{self.label(key)}`?" for name, key in likely.items()}
        wholes = [name for name in unknown if self.whole(name)]
        near |= {name: f"name its members: `{self.label(self.whole(name)[0])}`, …" for name in wholes}
        for declared in self.inputs:
            lacking = [key for key in self.keys[declared.name] if key not in by_key and key not in unclear]
            if lacking and declared.empty is None and declared.name not in inner:
                problems.append(self._missing(declared, lacking, likely, unknown))
        return Columns(matched, by_key, tuple(unknown), near, tuple(problems), inner)

    def _add(self, names: dict[str, tuple[Key, ...]], words: Sequence[Collection[str]], key: Key) -> None:
        for spelled in product(*words):
            for end in range(1, len(spelled)):
                self._prefixes.add(".".join(spelled[:end]))
            name = ".".join(spelled)
            names[name] = (*names.get(name, ()), key)

    def _likely(self, unknown: Sequence[str], lacking: Sequence[Key]) -> dict[str, Key]:
        """For each unknown column the value that it may be meant for."""
        if not unknown or not lacking:
            return {}
        columns, values = _MOST_COMPARED
        wanted = {key: key for key in lacking}
        names = ((name, keys[0]) for table in (self._plain, self._full) for name, keys in table.items())
        candidates = dict(islice(((name, key) for name, key in names if key in wanted), values))
        found = {}
        for column in [name for name in unknown if not self.whole(name)][:columns]:
            close = difflib.get_close_matches(spelling(column[:LONGEST_NAME]), candidates, n=1, cutoff=0.7)
            if close:
                found[column] = candidates[close[0]]
        return found

    def _missing(
        self, declared: Input, lacking: Sequence[Key], likely: Mapping[str, Key], unknown: Sequence[str]
    ) -> Problem:
        """One problem for all the values of an input that no column holds."""
        name = self.outside + declared.name
        message = f"`{name}` is missing"
        if declared.axes:
            members = [".".join(key[1]) for key in lacking]
            more = f" and {len(members) - 8} more" if len(members) > 8 else ""
            message += f": {', '.join(members[:8])}{more}"
        renames = [f"`{shown(column, 40)}` to `{self.label(key)}`" for column, key in likely.items() if key in lacking]
        if renames:
            hint = f"rename {', '.join(renames[:3])}"
        elif any(lacking[0] in self.whole(column) for column in unknown):
            hint = f"`{name}` has a value for each member: `{self.label(lacking[0])}`, …"
        else:
            hint = f"add `{self.label(lacking[0])}`{', …' if len(lacking) > 1 else ''}"
        return Problem("MS530", message, self.label(lacking[0]) if len(lacking) == 1 else name, hint=hint)

    def _ambiguous(self, name: str, keys: Sequence[Key]) -> Problem:
        choices = [f"`{self.label(key)}`" for key in keys]
        message = f"`{shown(name, 40)}` may be {' or '.join(choices[:3])}"
        return Problem("MS533", message, name, hint=f"write {choices[0]}, in full")
