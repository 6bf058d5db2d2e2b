"""A difference as GitHub-flavoured Markdown, for those who review a change: what matters first, the rest to unfold.
Knows the story; no program and no record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from ...echo import escaped
from ...explain.wording import capital
from ...render import plural
from .changes import Change
from .crowd import Blame, Crosstable, Crowd
from .marks import bare, cell, changed_lines, code, markdown
from .story import Alone, Part, Passage, Story

_START, _END = "<details>", "</details>"
_MOST = 60_000  # characters; GitHub takes 65,536
_WAYS = 20  # of one result, in a table
_EXAMPLES = 8
_CHANGES = 40
_GROUPS = 20
_MEMBERS = 60


def as_markdown(story: Story) -> str:
    """Ends in one line end. What is to be unfolded is left out from the end on where it would be more than a comment on
    a pull request may hold."""
    lines = list(_page(story))
    size = sum(len(line) + 1 for line in lines)
    left_out = 0
    while size > _MOST and _START in {line[: len(_START)] for line in lines}:
        start = max(place for place, line in enumerate(lines) if line.startswith(_START))
        end = lines.index(_END, start)
        size -= sum(len(line) + 1 for line in lines[start : end + 1])
        del lines[start : end + 1]
        left_out += 1
    if left_out:
        lines += ["", f"{plural(left_out, 'part')} of this would be too long here; `-o diff.html` has all of it."]
    return "\n".join(lines) + "\n"


def _page(story: Story) -> Iterator[str]:
    yield f"### {markdown(capital(story.finding))}"
    yield from ("", f"{code(story.old)} → {code(story.new)}")
    if story.crowd is not None:
        yield from _crowd(story.crowd)
    if story.parts:
        yield ""
        yield from _table(
            ("result", "verdict", ""), [(code(each.result), each.verdict, cell(each.said)) for each in story.parts]
        )
    for line in story.missing:
        yield from ("", f"{capital(markdown(line))}.")
    for names, lines in story.apart:
        yield from ("", f"{', '.join(code(name) for name in names)}: inputs differ", "")
        yield from (f"- {markdown(line)}" for line in lines)
    if story.blanks:
        yield from (
            "",
            "If some of these only have another name, say so in the new file: fill in the blanks, and leave",
        )
        yield from ("out the lines of what has no successor.", "", "```yaml", *story.blanks.split("\n"), "```")
    for part in story.differing:
        yield from _unfolds(f"{part.result}: {plural(len(part.passages), 'way')}, with examples", _passages(part))
    moving, idle = len(story.moving), len(story.idle)
    if moving:
        yield from _unfolds(f"{plural(moving, 'change')}, each alone", _alone(story.moving))
    if idle:
        yield from _unfolds(
            f"{plural(idle, 'change')} that {'changes' if idle == 1 else 'change'} no rating", _alone(story.idle)
        )
    if story.texts:
        yield from ("", capital(markdown(story.texts)) + ".")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> Iterator[str]:
    """The last `figures` columns hold numbers."""
    words = len(heads) - figures
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * words}{'---:|' * figures}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _unfolds(summary: str, inside: Iterable[str]) -> Iterator[str]:
    yield from ("", f"{_START}<summary>{escape(escaped(bare(summary)))}</summary>", "")
    yield from inside
    yield from ("", _END)


# --- results ---------------------------------------------------------------------------------------------------------


def _passages(part: Part) -> Iterator[str]:
    rows = [(each.way, cell(each.values), cell(each.share), cell(_by(each.changes))) for each in part.passages[:_WAYS]]
    yield from _table(("way", "old → new", "share of all possible records", "the example by"), rows)
    if len(part.passages) > _WAYS:
        yield from ("", f"and {len(part.passages) - _WAYS:,} more ways")
    for kind in part.kinds[:_EXAMPLES]:
        yield from _example(kind[0])


def _by(changes: Sequence[Change]) -> str:
    return "; ".join(change.part for change in changes[:4]) + (
        f" and {len(changes) - 4:,} more" if len(changes) > 4 else ""
    )


def _example(passage: Passage) -> Iterator[str]:
    example = passage.example
    if example is None:
        return
    yield from ("", f"**{markdown(passage.values)}**: for example {markdown(example.where)}", "")
    for when, all_of_it in (("before", example.before), ("after", example.after)):
        for each in all_of_it:
            place = f" ({code(each.place)})" if each.place else ""
            yield f"- {when}: {markdown(each.said)}: {markdown(each.why)}{place}"
    for change in passage.changes:
        yield from ("", f"by {markdown(change.called)}, {markdown(change.where)}")
        yield from _lines(change)


def _lines(change: Change) -> Iterator[str]:
    if any(change.lines):
        yield from ("", *changed_lines(*change.lines))


def _alone(changes: Sequence[Alone]) -> Iterator[str]:
    shown: set[tuple[tuple[str, ...], ...]] = set()
    for alone in changes[:_CHANGES]:
        change = alone.change
        said = alone.said
        yield from ("", f"{capital(markdown(change.called))}, {markdown(change.where)}" + (":" if said else ""))
        yield from (f"- {markdown(line)}" for line in said)
        if change.lines not in shown:
            shown.add(change.lines)
            yield from _lines(change)
    if len(changes) > _CHANGES:
        yield from ("", f"and {len(changes) - _CHANGES:,} more")


# --- a population ----------------------------------------------------------------------------------------------------


def _crowd(crowd: Crowd) -> Iterator[str]:
    data = f"{code(crowd.data)}: " if crowd.data else ""
    yield from ("", f"{data}{markdown(crowd.count)}.")
    for line in crowd.notes:
        yield from ("", f"{capital(markdown(line))}.")
    if crowd.rejects:
        yield from ("", *(f"- {markdown(line)}" for line in crowd.rejects))
    for table in crowd.tables:
        yield from _crosstable(table, table.title)
    if crowd.members:
        yield from _unfolds(f"{plural(len(crowd.members), 'value')} of members", _members(crowd.members))
    if crowd.unmoved:
        yield from ("", f"Nobody moves in {markdown(', '.join(crowd.unmoved))}.")
    if crowd.blames:
        yield ""
        yield from _table(("who moves", "by", "was", "is"), [_blame(each) for each in crowd.blames])
    moving = [each for each in crowd.groups if each.tables or each.members]
    if crowd.groups:
        yield from _unfolds(f"by group: {len(moving):,} of {len(crowd.groups):,} with movers", _groups(crowd))
    if crowd.movers:
        count = len(crowd.movers) + crowd.more
        summary = (
            f"who moves: {count:,}" if not crowd.more else f"who moves: the first {len(crowd.movers)} of {count:,}"
        )
        yield from _unfolds(summary, (f"- {markdown(line)}" for line in crowd.movers))


def _crosstable(table: Crosstable, title: str) -> Iterator[str]:
    yield from ("", f"**{markdown(title)}**: {markdown(table.summary)}")
    if not table.drawn:
        return
    yield ""
    heads = ["old \\ new", *(cell(each) for each in table.columns), "total"]
    rows = []
    for r, (name, counts, before) in enumerate(zip(table.rows, table.cells, table.before, strict=True)):
        said = [_count(count, (r, c) in table.stays) for c, count in enumerate(counts)]
        rows.append([cell(name), *said, f"{before:,}"])
    rows.append(["total", *(f"{count:,}" for count in table.after), f"{table.total:,}"])
    yield from _table(heads, rows, figures=len(table.columns) + 1)


def _members(tables: Sequence[Crosstable]) -> Iterator[str]:
    yield from _table(("", "who moves"), [(cell(each.title), cell(_moves(each))) for each in tables[:_MEMBERS]])
    if len(tables) > _MEMBERS:
        yield from ("", f"and {len(tables) - _MEMBERS:,} more")


def _moves(table: Crosstable) -> str:
    return "; ".join(table.moves) or table.summary


def _count(count: int, stays: bool) -> str:
    """Movers are bold."""
    if not count:
        return "·"
    return f"{count:,}" if stays else f"**{count:,}**"


def _blame(blame: Blame) -> tuple[str, str, str, str]:
    if not blame.changes:
        return cell("; ".join(blame.moves)), "no change of text can be told apart", "", ""
    by = "<br>".join(cell(f"{change.part}, {change.where}") for change in blame.changes)
    was, now = ("<br>".join(_quoted(change, side) for change in blame.changes) for side in (0, 1))
    return cell("; ".join(blame.moves)), by, was, now


def _quoted(change: Change, side: int) -> str:
    """What a part said, or says: the piece that changed, where that is less than its line."""
    partly = change.called != change.part
    said = change.pieces[side] if partly else " ".join(" ".join(change.lines[side]).split())
    return code(said[:100]).replace("|", "\\|") if said else ""


def _groups(crowd: Crowd) -> Iterator[str]:
    shown = [each for each in crowd.groups if each.tables or each.members]
    for group in shown[:_GROUPS]:
        for table in group.tables:
            yield from _crosstable(table, f"{group.name}: {table.title}")
        if group.members:
            yield from ("", f"**{markdown(group.name)}**", "")
            yield from _members(group.members)
    if len(shown) > _GROUPS:
        yield from ("", f"and {len(shown) - _GROUPS:,} more groups with movers")
    still = [group.name for group in crowd.groups if group not in shown]
    if still:
        yield from (
            "",
            f"Nobody moves where {markdown(', '.join(still[:_GROUPS]))}" + (" …" if len(still) > _GROUPS else ""),
        )
