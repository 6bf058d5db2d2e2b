"""A difference on a terminal. Knows the story; no program and no record."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ...echo import escaped
from ...render import styled
from .changes import Change, Lines
from .crowd import Blame, Crosstable, Crowd
from .example import Decided
from .story import Alone, Part, Passage, Story

_WIDTH = 110
_WAYS = 12  # of one kind, that are named
_KINDS = 6  # ways of one result, of which an example is shown
_CHANGES = 40
_GROUPS = 30
_MEMBERS = 40


def as_text(story: Story, colour: bool = False, width: int = _WIDTH) -> str:
    """Safe for a terminal: what is not printable is written out."""
    return "\n".join(_Page(colour, max(width, 40)).all(story)) + "\n"


class _Page:
    def __init__(self, colour: bool, width: int) -> None:
        self._colour, self._width = colour, width
        self._shown: set[tuple[tuple[str, ...], ...]] = set()  # lines before and after

    def all(self, story: Story) -> Iterator[str]:
        yield from self._wrapped(story.finding, "", "strong")
        yield ""
        yield from self._wrapped(f"old  {story.old}", "", hang=5)
        yield from self._wrapped(f"new  {story.new}", "", hang=5)
        if story.crowd is not None:
            yield from self._crowd(story.crowd)
        if story.parts or story.missing:
            yield ""
            if story.crowd is not None:
                yield self._strong("all possible records")
            yield from self._summary(story.parts)
            for line in story.missing:
                yield from self._wrapped(line, "  ")
        for names, lines in story.apart:
            yield ""
            yield from self._wrapped(f"{', '.join(names)}: inputs differ", "", "strong")
            for line in lines:
                yield from self._wrapped(line, "  ")
        if story.blanks:
            yield from self._blanks(story)
        for part in story.differing:
            yield ""
            yield from self._part(part)
        if story.moving:
            yield ""
            yield self._strong("each change alone")
            for alone in story.moving[:_CHANGES]:
                yield from self._alone(alone)
            yield from self._left(len(story.moving))
        if story.idle:
            yield ""
            yield self._strong("changes that change no rating")
            for alone in story.idle[:_CHANGES]:
                yield from self._alone(alone)
            yield from self._left(len(story.idle))
        if story.texts:
            yield ""
            yield story.texts

    # --- pieces ------------------------------------------------------------------------------------------------------

    def _strong(self, text: str) -> str:
        return styled(escaped(text), "strong", self._colour)

    def _left(self, count: int) -> Iterator[str]:
        if count > _CHANGES:
            yield f"  and {count - _CHANGES:,} more; `--json` has them all"

    def _members(self, tables: Sequence[Crosstable], indent: str) -> Iterator[str]:
        """A line for each value of a member."""
        for table in tables[:_MEMBERS]:
            yield from self._wrapped(f"{table.title}: {'; '.join(table.moves) or table.summary}", indent)
        if len(tables) > _MEMBERS:
            yield f"{indent}and {len(tables) - _MEMBERS:,} more; `--json` has them all"

    def _wrapped(self, text: str, indent: str, style: str = "", hang: int = 2) -> Iterator[str]:
        """Lines no wider than the page; a long word stays whole, so that a place can be clicked."""
        for line in _broken(text, self._width - len(indent), hang):
            yield styled(indent + line, style, self._colour) if style else indent + line

    def _columns(self, rows: Sequence[Sequence[str]], indent: str) -> Iterator[str]:
        """Texts in columns; the last one is wrapped within its own."""
        widths = [max(len(escaped(row[i])) for row in rows) for i in range(len(rows[0]) - 1)]
        at = len(indent) + sum(widths) + 2 * len(widths)
        for *cells, last in rows:
            head = "".join(f"{escaped(cell):<{width}}  " for cell, width in zip(cells, widths, strict=True))
            if at > self._width // 2:
                yield (indent + head).rstrip()
                yield from self._wrapped(last, indent + "    ", hang=0)
                continue
            first, *others = _broken(last, self._width - at, 0) or [""]
            yield (indent + head + first).rstrip()
            yield from (" " * at + line for line in others)

    def _summary(self, parts: Iterable[Part]) -> Iterator[str]:
        rows = [(part.result, part.verdict, part.said) for part in parts]
        if rows:
            yield from self._columns(rows, "  ")

    def _blanks(self, story: Story) -> Iterator[str]:
        yield ""
        yield from self._wrapped(
            "if some of these only have another name, say so in the new file: fill in the blanks, and leave out the "
            "lines of what has no successor", "", hang=0,
        )  # fmt: skip
        yield ""
        yield from (f"    {escaped(line)}" for line in story.blanks.split("\n"))

    # --- results -----------------------------------------------------------------------------------------------------

    def _part(self, part: Part) -> Iterator[str]:
        yield from self._wrapped(f"{part.result}: {part.verdict}", "", "strong")
        for place, kind in enumerate(part.kinds):
            yield ""
            for passage in kind[:_WAYS]:
                yield from self._wrapped(f"{passage.way}: {passage.said}", "  ", "strong")
            if len(kind) > _WAYS:
                yield f"  {kind[0].way}: and {len(kind) - _WAYS:,} more ways; `--json` has them all"
            if place < _KINDS:
                yield from self._example(kind[0], several=len(kind) > 1)
            changes = kind[0].changes
            for change in changes:
                lead = "the example by" if change is changes[0] else "and"
                yield from self._change(f"{lead} {change.called}", change, "    ")

    def _example(self, passage: Passage, several: bool) -> Iterator[str]:
        if passage.example is None:
            return
        which = f" of {passage.old} → {passage.new}" if several else ""
        yield from self._wrapped(f"example{which}: {passage.example.where}", "    ")
        rows = [*_decided("before", passage.example.before), *_decided("after", passage.example.after)]
        if rows:
            yield from self._columns(rows, "      ")

    def _change(self, said: str, change: Change, indent: str) -> Iterator[str]:
        yield from self._wrapped(f"{said}, {change.where}" if change.where else said, indent)
        if change.lines not in self._shown:
            self._shown.add(change.lines)
            yield from self._lines(change.old, "-", "error", indent)
            yield from self._lines(change.new, "+", "help", indent)

    def _lines(self, lines: Lines | None, sign: str, style: str, indent: str) -> Iterator[str]:
        for line in lines.text if lines else ():
            yield styled(f"{indent}  {sign} {escaped(line)}", style, self._colour)

    def _alone(self, alone: Alone) -> Iterator[str]:
        yield from self._change(alone.change.called, alone.change, "  ")
        for line in alone.said:
            yield from self._wrapped(line, "    ")

    # --- a population ------------------------------------------------------------------------------------------------

    def _crowd(self, crowd: Crowd) -> Iterator[str]:
        yield ""
        yield from self._wrapped(f"{crowd.data}: {crowd.count}" if crowd.data else crowd.count, "")
        for line in (*crowd.notes, *crowd.rejects):
            yield from self._wrapped(line, "  ")
        for table in crowd.tables:
            yield ""
            yield from self._table(table, table.title)
        if crowd.members:
            yield ""
            yield from self._members(crowd.members, "  ")
        if crowd.unmoved:
            yield ""
            yield from self._wrapped(f"nobody moves in {', '.join(crowd.unmoved)}", "  ")
        if crowd.blames:
            yield ""
            yield self._strong("  who moves by which change")
            for blame in crowd.blames:
                yield from self._blame(blame)
        yield from self._groups(crowd)
        if crowd.movers:
            yield ""
            yield self._strong("  who moves" if not crowd.more else f"  the first {len(crowd.movers)} who move")
            for line in crowd.movers:
                yield from self._wrapped(line, "  ")
            if crowd.more:
                yield f"  and {crowd.more:,} more; `--movers FILE.csv` writes them all"

    def _groups(self, crowd: Crowd) -> Iterator[str]:
        moving = [each for each in crowd.groups if each.tables or each.members]
        for group in moving[:_GROUPS]:
            for table in group.tables:
                yield ""
                yield from self._table(table, f"{group.name}: {table.title}")
            if group.members:
                yield ""
                yield from self._wrapped(group.name, "  ", "strong")
                yield from self._members(group.members, "    ")
        if len(moving) > _GROUPS:
            yield f"  and {len(moving) - _GROUPS:,} more groups; `--json` has them all"
        still = [group.name for group in crowd.groups if group not in moving]
        if still:
            yield ""
            more = f" and {len(still) - _GROUPS:,} more" if len(still) > _GROUPS else ""
            yield from self._wrapped(f"nobody moves where {', '.join(still[:_GROUPS])}{more}", "  ")

    def _table(self, table: Crosstable, title: str) -> Iterator[str]:
        yield from self._wrapped(title, "  ", "strong")
        if not table.drawn:
            yield from self._wrapped(table.summary, "    ")
            return
        heads = ["old \\ new", *table.columns, "total"]
        body = [
            [row, *(f"{count:,}" if count else "." for count in cells), f"{before:,}"]
            for row, cells, before in zip(table.rows, table.cells, table.before, strict=True)
        ]
        rows = [heads, *body, ["total", *(f"{count:,}" for count in table.after), f"{table.total:,}"]]
        widths = [max(len(escaped(row[i])) for row in rows) for i in range(len(heads))]
        for row in rows:
            first, *rest = (escaped(cell) for cell in row)
            cells = "  ".join(f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True))
            yield f"    {first:<{widths[0]}}  {cells}"
        yield from self._wrapped(table.summary, "    ")

    def _blame(self, blame: Blame) -> Iterator[str]:
        yield from self._wrapped("; ".join(blame.moves), "    ")
        if not blame.changes:
            yield "      no change of text can be told apart"
        for change in blame.changes:
            yield from self._change(
                f"{'by' if change is blame.changes[0] else 'and'} {change.called}", change, "      "
            )


def _broken(text: str, width: int, hang: int) -> list[str]:
    # A figure stays with its mark: nothing that is printed has a line end in it, so one can stand for that space.
    joined = escaped(text).replace(" %", "\x00%")
    lines = textwrap.wrap(
        joined, max(width, 20), subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\x00", " ") for line in lines]


def _decided(when: str, all_of_it: Sequence[Decided]) -> Iterator[tuple[str, str]]:
    for place, decided in enumerate(all_of_it):
        where = f" ({decided.place})" if decided.place else ""
        yield when if place == 0 else "", f"{decided.said}: {decided.why}{where}"
