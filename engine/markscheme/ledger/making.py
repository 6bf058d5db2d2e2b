"""From a program to its ledger: the values beside every cut, those that many members share said once, and findings.
Knows what can be reached and what rounding does; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from ..diagnostics import Diagnostic, Label
from ..explain.walk import parts_of
from ..explain.wording import bare, number_text, quoted, type_of
from ..grids import Grids
from ..interpret import loop_members, worked_out
from ..ir import Absent, Expr, Listed, Literally, Number, Program, Quantify, Read, Scale, Value
from ..trace import Trace
from .boundary import Beside, Boundary, Known, Ledger, Point
from .cuts import Cut, cuts_of, outcome_text
from .reach import Reach, Reached
from .rounding import Rounding, Source, roundings_upstream, source_of
from .words import figure_text, witness_words

_SURELY: tuple[Known, ...] = ("all", "some", "grid", "any")
_MOST_FIGURES = 6  # of a figure that is worked out; beyond them it is only named
_MOST_BESIDE = 2_000  # points of a grid looked at beside a figure
_MOST_SHOWN = 5  # members of a finding
_MOST_MEMBERS = 300  # of one cut for which values are worked out; further ones are taken to be alike


def ledger(program: Program, measures: Iterable[str] | None = None) -> Ledger:
    """Every boundary, or those of some measures."""
    maker = _Maker(program)
    wanted = None if measures is None else set(measures)
    alike: dict[object, list[Cut]] = {}
    for cut in cuts_of(program):
        if wanted is None or cut.step.name in wanted:
            alike.setdefault(_identity(cut), []).append(cut)
    found = sorted((maker.boundary(cuts) for cuts in alike.values()), key=lambda each: each.spans[0].start)
    return Ledger(program, tuple(found), tuple(maker.findings()))


def _identity(cut: Cut) -> object:
    """Cuts that are one to a reader: one text in several measures, or one cell in several rows of a table."""
    figure = outcome_text(cut.figure), cut.falls, cut.kind
    if cut.cell:
        return (cut.step.name, cut.text, *figure)
    subject = () if isinstance(cut.subject, Quantify) or cut.item else (quoted(cut.subject.span),)
    return (cut.span.source.name, cut.span.start, cut.span.end, *figure, *subject)


@dataclass(frozen=True, slots=True)
class _Halfway:
    """A value that rounding has to choose a side for, and the choice decides."""

    value: Fraction
    up: str
    down: str
    roundings: tuple[Rounding, ...]


@dataclass(slots=True)
class _Maker:
    program: Program
    reach: Reach = field(init=False)
    grids: Grids = field(init=False)
    _halfway: dict[tuple[Cut, _Halfway], list[tuple[tuple[str, ...], Reached | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reach, self.grids = Reach(self.program), Grids(self.program)

    # --- boundaries --------------------------------------------------------------------------------------------------

    def boundary(self, cuts: Sequence[Cut]) -> Boundary:
        shared: dict[tuple[object, ...], list[tuple[Cut, tuple[str, ...]]]] = {}
        made: dict[tuple[object, ...], Beside] = {}
        for cut in _one_a_measure(cuts):
            for members, beside in self._each(cut):
                key = (beside.text, beside.figure, beside.below, beside.at, beside.above)
                if key not in made or _SURELY.index(beside.known) > _SURELY.index(made[key].known):
                    made[key] = beside
                shared.setdefault(key, []).append((cut, members))
        groups = tuple(
            Beside(one.text, one.figure, one.below, one.at, one.above, one.known, tuple(shared[key]))
            for key, one in made.items()
        )
        inner, earlier = self._roundings(cuts[0])
        return Boundary(tuple(cuts), inner, earlier, groups)

    def _roundings(self, cut: Cut) -> tuple[tuple[Rounding, ...], tuple[Rounding, ...]]:
        if isinstance(cut.subject, Quantify) or not isinstance(type_of(cut.subject), Number):
            return (), ()
        members = next(cut.members(self.program), None)
        inner = () if members is None else source_of(self.program, cut.reads_at, members, cut.subject).roundings
        earlier = tuple(each for each in roundings_upstream(self.program, cut.subject) if each not in inner)
        return tuple(dict.fromkeys(inner)), earlier

    def _each(self, cut: Cut) -> Iterator[tuple[tuple[str, ...], Beside]]:
        """For each combination of members, and for each figure where that is worked out."""
        fixed = isinstance(bare(cut.figure), Literally)
        once: tuple[Beside, ...] | None = None
        for number, members in enumerate(cut.members(self.program)):
            if once is None or not (number >= _MOST_MEMBERS or (cut.kind == "level" and fixed)):
                once = tuple(self._beside(cut, members))
            for beside in once:
                yield members, beside

    def _beside(self, cut: Cut, members: tuple[str, ...]) -> Iterator[Beside]:
        figures, known = self._figures(cut, cut.figure, members)
        if not figures:
            yield Beside(quoted(cut.figure.span), None, None, None, None, "any", ())
        for figure in figures:
            match cut.kind:
                case "level":
                    yield self._of_levels(cut, figure)
                case "count":
                    yield self._of_count(cut, members, figure, known)
                case "band" | "figure":
                    yield self._of_number(cut, members, figure)

    def _figures(self, cut: Cut, expr: Expr, members: tuple[str, ...]) -> tuple[tuple[Value, ...], Known]:
        """What is compared with: one figure, or the few that it may be."""
        if all(part.name in self.program.constants for part in parts_of(expr) if isinstance(part, Read)):
            return (worked_out(self.program, Trace({}, {}), cut.reads_at, members, expr),), "all"
        found = self.reach.of(cut.reads_at, members, expr)
        values = [] if found is None else [value for value in found.values if not isinstance(value, Absent | str)]
        if found is None or len(values) > _MOST_FIGURES:
            return (), "any"
        return tuple(sorted(values)), "all" if found.exact else "some"

    def _of_levels(self, cut: Cut, figure: Value) -> Beside:
        type = type_of(cut.subject) if not isinstance(cut.subject, Quantify) else None
        assert isinstance(type, Scale)
        assert isinstance(figure, int)

        def point(level: int, gives: str) -> Point | None:
            return Point(level, level, gives) if 0 <= level < len(type.levels) else None

        if cut.falls == "between":  # two levels side by side: there is nothing between them
            return Beside(cut.text, figure, point(figure - 1, cut.below), None, point(figure, cut.above), "all", ())
        below, above = point(figure - 1, cut.below), point(figure + 1, cut.above)
        return Beside(type.levels[figure].name, figure, below, point(figure, cut.at), above, "all", ())

    def _of_count(self, cut: Cut, members: tuple[str, ...], figure: Value, known: Known) -> Beside:
        """How many of so many meet it: each number up to all of them."""
        assert isinstance(cut.subject, Quantify)
        most, needed = self._how_many(cut, members), Fraction(figure if isinstance(figure, int | Fraction) else 0)

        def point(count: Fraction, gives: str) -> Point | None:
            return Point(count, count, gives) if 0 <= count <= most else None

        below, above = point(needed - 1, cut.below), point(needed + 1, cut.above)
        return Beside(number_text(needed), needed, below, point(needed, cut.at), above, known, ())

    def _how_many(self, cut: Cut, members: tuple[str, ...]) -> int:
        assert isinstance(cut.subject, Quantify)
        over = cut.subject.over
        if isinstance(over, Listed):
            return len(over.items)
        at = dict(zip(cut.axes, members, strict=True))
        return prod(len(loop_members(self.program.sets, loop, at)) for loop in over.loops)

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _of_number(self, cut: Cut, members: tuple[str, ...], figure: Value) -> Beside:
        assert not isinstance(cut.subject, Quantify)
        assert isinstance(figure, int | Fraction)
        end, until = Fraction(figure), self._until(cut, members)
        source = source_of(self.program, cut.reads_at, members, cut.subject)
        values, reached, known = self._values(source, end, until)
        points = [(value, source.comes_to(value, None)) for value in values]
        beside = [(v, c) for v, c in points if v != end or until is not None]
        low = [(v, c) for v, c in beside if _side(cut, c, end, until) == "below"]
        high = [(v, c) for v, c in beside if _side(cut, c, end, until) == "above"]
        exact = [(v, c) for v, c in points if (_side(cut, c, end, until) == "at" if until is not None else v == end)]
        exact = exact or [(v, c) for v, c in points if cut.falls == "neither" and c == end]

        def point(found: tuple[Fraction, Value] | None) -> Point | None:
            if found is None:
                return None
            value, compared = found
            gives = {"below": cut.below, "at": cut.at, "above": cut.above}[_side(cut, compared, end, until)]
            return Point(value, compared, gives)

        for value in values if source.roundings else ():
            if source.halfway(value):
                self._decides(cut, source, value, (end, until), members, reached)
        below, above = point(max(low, default=None)), point(min(high, default=None))
        return Beside(
            figure_text(end, until), end, below, point(exact[0] if exact else None), above, known, ()
        )  # fmt: skip

    def _until(self, cut: Cut, members: tuple[str, ...]) -> Fraction | None:
        if cut.until is None:
            return None
        (value,) = self._figures(cut, cut.until, members)[0]
        return Fraction(value) if isinstance(value, int | Fraction) else None

    def _values(
        self, source: Source, end: Fraction, until: Fraction | None
    ) -> tuple[list[Fraction], Reached | None, Known]:
        """The values before rounding: all that are attainable, or the points of their grid that are near."""
        found = self.reach.of(source.step, source.members, source.expr)
        if found is not None:
            present = sorted(Fraction(v) for v in found.values if isinstance(v, int | Fraction))
            return present, found, "all" if found.exact else "some"
        grid = self.grids.of(source.expr)
        if grid.step is None:
            return [end], None, "any"
        wide = max([grid.step, *(2 * each.nearest for each in source.roundings if each.nearest)])
        wide = min(wide, grid.step * _MOST_BESIDE / 2)
        first, last = (until if until is not None else end) - wide, end + wide
        if grid.low is not None:
            first = max(first, grid.low)
        if grid.high is not None:
            last = min(last, grid.high)
        numbers = range(-(-first // grid.step), last // grid.step + 1)
        return [n * grid.step for n in numbers if grid.may_be(n * grid.step)], None, "grid"

    # --- rounding alone ----------------------------------------------------------------------------------------------

    def _decides(
        self,
        cut: Cut,
        source: Source,
        value: Fraction,
        ends: tuple[Fraction, Fraction | None],
        members: tuple[str, ...],
        reached: Reached | None,
    ) -> None:
        """Keeps a value that lies halfway, where half up and half down fall on two sides."""
        end, until = ends
        sides = [_side(cut, source.comes_to(value, mode), end, until) for mode in ("half_up", "half_down")]
        up, down = ({"below": cut.below, "at": cut.at, "above": cut.above}[side] for side in sides)
        if up != down:
            found = _Halfway(value, up, down, source.roundings)
            self._halfway.setdefault((cut, found), []).append((members, reached))

    def findings(self) -> Iterator[Diagnostic]:
        """Where rounding alone decides."""
        for (cut, found), those in self._halfway.items():
            lines = []
            for members, reached in those[:_MOST_SHOWN]:
                inputs = reached.inputs(found.value) if reached is not None else None
                shown = witness_words(self.program, inputs) if inputs is not None else "not worked out by what"
                lines.append(": ".join(filter(None, (" / ".join(members), shown))))
            more = len(those) - len(lines)
            lines += [f"and {more} more"] if more else []
            hint = "say which way the handbook means it, and where that stands"
            if not all(reached is not None and reached.exact for _, reached in those):
                hint += "; not all is known of whether a body can have it"
            elif any(lines):
                hint = "\n".join((f"{hint}; {number_text(found.value)} comes of", *lines))
            yield Diagnostic(
                "MS860",
                f"`{number_text(found.value)}` is halfway: half_up gives `{found.up}`, half_down `{found.down}`",
                cut.span,
                hint,
                tuple(Label(each.span, f"rounded here, {each.words}") for each in found.roundings),
            )


def _one_a_measure(cuts: Sequence[Cut]) -> Iterator[Cut]:
    """A cell that stands in several rows of a table cuts alike in each."""
    if cuts[0].cell:
        yield cuts[0]
    else:
        yield from cuts


def _side(cut: Cut, compared: Value, end: Fraction, until: Fraction | None) -> str:
    """On which side of a cut a number falls: `at` only where neither is right."""
    if not isinstance(compared, int | Fraction):
        return "nowhere"
    if cut.falls == "between":
        assert until is not None
        return "above" if compared >= end else "below" if compared <= until else "at"
    if compared == end:
        return "at" if cut.falls == "neither" else cut.falls
    return "above" if compared > end else "below"
