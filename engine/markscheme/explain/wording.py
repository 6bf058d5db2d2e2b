"""Values, numbers, titles and absences in a methodologist's words. Knows what a program declares; no trace, no page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from ..diagnostics import Span
from ..ir import (
    AbsenceRule,
    Absent,
    Apply,
    Choice,
    Constant,
    Expr,
    Gather,
    Input,
    Landing,
    Literally,
    Member,
    Number,
    Present,
    Program,
    Read,
    Scale,
    Step,
    Type,
    Value,
    Worth,
    YesNo,
)
from .walk import Names, names_in

NUMBER = Number()


# --- text ------------------------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """White space, line ends included, as single spaces."""
    return " ".join(text.split())


def capital(text: str) -> str:
    """With a capital at its start, as in a heading."""
    return text[:1].upper() + text[1:]


def listing(words: Iterable[str], limit: int = 8) -> str:
    """`safe, caring and 3 more`: all of them up to `limit`, between semicolons where one has a comma of its own."""
    all_of_them = list(words)
    between = "; " if any("," in word for word in all_of_them) else ", "
    if len(all_of_them) <= limit + 1:
        return between.join(all_of_them)
    return f"{between.join(all_of_them[:limit])} and {len(all_of_them) - limit} more"


def grouped(some: Sequence[tuple[str, ...]], whole: Sequence[tuple[str, ...]]) -> list[str]:
    """Members named in groups: `safe`, and of pairs `safe (older people, families)`, `caring (all)` of the whole."""
    if not some or len(some[0]) < 2:
        return [" / ".join(places) for places in some]
    # By the set with the fewest members, so that most can be said with `all`.
    counts = [len({places[i] for places in whole}) for i in range(len(some[0]))]
    first = counts.index(min(counts))

    def by_member(from_: Iterable[tuple[str, ...]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for places in from_:
            others = [place for i, place in enumerate(places) if i != first]
            found.setdefault(places[first], []).append(" / ".join(others))
        return found

    here = by_member(some)
    return [
        f"{member} (all)" if len(here[member]) == len(all_of_it) > 1 else f"{member} ({listing(here[member])})"
        for member, all_of_it in by_member(whole).items()
        if member in here
    ]


# --- numbers ---------------------------------------------------------------------------------------------------------


def decimals_of(number: Fraction) -> int | None:
    """How many decimals write it exactly; None where no number of them does."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _digits(whole: int) -> str:
    # Not `str`: it refuses whole numbers of more than 4,300 digits.
    return format(Decimal(whole), "f")


def _placed(scaled: int, decimals: int) -> str:
    """`scaled / 10**decimals` in digits."""
    digits = _digits(abs(scaled)).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def number_text(number: Fraction) -> str:
    """Exactly: `62.5` where a decimal can say it, else the fraction, `200/3`."""
    decimals = decimals_of(number)
    if decimals is None:
        return f"{_digits(number.numerator)}/{_digits(number.denominator)}"
    return _placed(int(number * 10**decimals), decimals)


def number_words(
    number: Fraction, unit: str | None = None, stands_for: Callable[[Fraction], bool] | None = None
) -> str:
    """For people: `62.5 %`, and `66.67 % (200/3)` where decimals only come near. `stands_for` says whether a number so
    near to it would come to the same in what is told of it."""
    exact, mark = number_text(number), f" {unit}" if unit else ""
    decimals = decimals_of(number)
    if decimals is not None and decimals <= 8:
        return exact + mark
    places = (n for n in range(2, 8) if _tells(number, n) and _same(number, n, stands_for))
    n = next(places, 8)
    near = _placed(round(number * 10**n), n)
    if len(exact) > 40:
        return f"about {near}{mark}"
    return f"{near}{mark} ({exact})"


def _tells(number: Fraction, decimals: int) -> bool:
    """Whether so many decimals do: they do for 66.67, but 62.4987 must not read as 62.50, nor 3.7496 as 3.75, beside
    a band that starts there."""
    near = round(number * 10**decimals)
    return near % 10 != 0 and bool(abs(number * 10**decimals - near) * 10 >= 1)


def _same(number: Fraction, decimals: int, stands_for: Callable[[Fraction], bool] | None) -> bool:
    return stands_for is None or stands_for(Fraction(round(number * 10**decimals), 10**decimals))


def same_side(number: Fraction, ends: Iterable[Value]) -> Callable[[Fraction], bool]:
    """Whether another number lies on the same side of each of these, or on it, as `number` does."""
    known = [Fraction(end) for end in ends if isinstance(end, int | Fraction)]
    return lambda near: all((near > end, near < end) == (number > end, number < end) for end in known)


# --- expressions -----------------------------------------------------------------------------------------------------


def type_of(expr: Expr) -> Type:
    """The type of its values."""
    match expr:
        case Worth():
            return NUMBER
        case Literally() | Read() | Landing() | Apply() | Gather():
            return expr.type
        case _:
            assert_never(expr)


def bare(expr: Expr) -> Expr:
    """Without the conversions between levels and numbers that are not written in the text."""
    while isinstance(expr, Worth | Landing):
        expr = expr.of
    return expr


def quoted(span: Span) -> str:
    """The rule's own text, white space folded."""
    return fold(span.text)


# --- a program's words -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called in one program."""

    program: Program
    steps: Mapping[str, Step]
    names: Mapping[str, Names]  # by step
    members: Mapping[tuple[str, str], Member]  # by set and name: there may be thousands

    def declared(self, name: str) -> Input | Constant | Step | None:
        program = self.program
        return program.inputs.get(name) or self.steps.get(name) or program.constants.get(name)

    def title(self, name: str) -> str:
        """The title of an input, measure, parameter, attribute or set, for the middle of a sentence."""
        found = self.declared(name) or self.program.sets.get(name)
        title = fold(found.title) if found else name.replace("_", " ")
        # A name with other capitals in it (`NHS trusts`, `Care Quality Commission`) is left as its author wrote it.
        return title if any(c.isupper() for c in title[1:]) else title[:1].lower() + title[1:]

    def member(self, set_name: str, member: str) -> str:
        found = self.members.get((set_name, member))
        return prose(found.title, member) if found else member.replace("_", " ")

    def places(self, axes: Sequence[str], members: Sequence[str]) -> tuple[str, ...]:
        """`older people`, `safe`."""
        return tuple(self.member(axis, member) for axis, member in zip(axes, members, strict=True))

    def place(self, axes: Sequence[str], members: Sequence[str]) -> str:
        """`older people / safe`."""
        return " / ".join(self.places(axes, members))

    def named(self, name: str, members: Sequence[str]) -> str:
        """`judged for older people / safe`."""
        found = self.declared(name)
        where = self.place(found.axes, members) if found and members else ""
        return f"{self.title(name)} for {where}" if where else self.title(name)

    def present(self, value: Present, type_: Type) -> str:
        """A value that is there: a level's or an option's title, a number with its unit."""
        match type_:
            case Scale() if isinstance(value, int):
                level = type_.levels[value]
                return prose(level.title, level.name)
            case Choice() if isinstance(value, str):
                title = next((option.title for option in type_.options if option.name == value), value)
                return prose(title, value)
            case Number() if isinstance(value, int | Fraction):
                return number_words(Fraction(value), type_.unit)
            case YesNo() | Scale() | Choice() | Number():
                return str(value)
            case _:
                assert_never(type_)

    def value(self, value: Value, type_: Type) -> str:
        return self.absence(value) if isinstance(value, Absent) else self.present(value, type_)

    def rule_of(self, absent: Absent) -> AbsenceRule | None:
        """What the input or measure that it comes from declares about its reason."""
        found = self.declared(absent.name)
        match found:
            case Input():
                return next((rule for rule in found.absent if rule.reason == absent.reason), None)
            case Step():
                return found.absent if found.absent and found.absent.reason == absent.reason else None
            case Constant() | None:
                return None
            case _:
                assert_never(found)

    def absence(self, absent: Absent) -> str:
        """The title of its reason; the reasons within a rule that has no title for them are the machinery's own."""
        if not absent.name:
            return "absent"
        rule = self.rule_of(absent)
        return prose(rule.title if rule else absent.reason.replace("_", " "), absent.reason)

    def exact(self, value: Value, type_: Type) -> str | None:
        """For machines: a level's or an option's identifier, a number exactly; None where absent."""
        if isinstance(value, Absent):
            return None
        if isinstance(type_, Scale) and isinstance(value, int):
            return type_.levels[value].name
        return value if isinstance(value, str) else number_text(Fraction(value))


def words_of(program: Program) -> Words:
    """The words of a program."""
    return Words(
        program,
        steps={step.name: step for step in program.steps},
        names={step.name: names_in(step) for step in program.steps},
        members={(each.name, member.name): member for each in program.sets.values() for member in each.members},
    )


def prose(title: str, name: str) -> str:
    """A title within a sentence: as its author wrote it, but without the capital of a title that only repeats the
    identifier (`Requires improvement` for `requires_improvement`)."""
    title = fold(title)
    if len(title) == 1 or any(letter.isupper() for letter in title[1:]):
        return title  # a class of its own, `D`, or a name such as `NHS trusts`
    same = title.casefold().replace("-", " ") == name.casefold().replace("_", " ")
    return title[:1].lower() + title[1:] if same else title
