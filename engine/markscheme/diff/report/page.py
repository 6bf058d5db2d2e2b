"""A difference as one page of HTML: it loads nothing and runs nothing, and stands in print and in the dark. Knows the
story; no program and no record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from ...explain.wording import capital
from ...render import plural
from .changes import Change, Lines
from .crowd import Blame, Crosstable, Crowd, Portion
from .example import Decided
from .flows import COLOURS, SIGNS, Diagram, Flow, Kind, Node, as_svg
from .marks import bare, html, safe
from .story import Alone, Part, Passage, Story

_DRAWN = 14  # values on either side of a diagram; more are told by the table alone
_FIGURES = 12  # diagrams on a page
_WAYS = 200
_EXAMPLES = 12
_CHANGES = 200
_GROUPS = 60
_MEMBERS = 300
_WIDEST = 12  # values of members told of in one cell

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --soft: #55585f; --line: #c9ccd3; --paper: #fff; --shade: #f3f4f7;
  --old: #801650; --new: #0f6f66; --link: #12436D; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --soft: #b3b7c0; --line: #4a4e58; --paper: #17191d;
  --shade: #22252b; --old: #f0a3c8; --new: #7fdcd2; --link: #9cc7ee; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .8rem; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; border-bottom: 2px solid var(--line); padding-bottom: .2rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
h3 .soft { font-weight: 400; font-size: .9rem; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
dl.versions { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: 0 0 1rem; color: var(--soft); }
dl.versions dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th code { overflow-wrap: normal; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem; text-align: left; vertical-align: top; }
thead th.n { min-width: 5rem; }
thead th { border-bottom: 2px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.higher, td.lower, td.otherwise { font-weight: 700; background: var(--shade); }
tr.total > * { border-top: 2px solid var(--line); font-weight: 600; }
figure { margin: .8rem 0 1rem; padding: .8rem; background: #fff; color: #1d1d1f; border: 1px solid var(--line);
  border-radius: .4rem; }
figure svg { display: block; width: 100%; height: auto; }
figure text { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; fill: #1d1d1f; }
figure text.side { font-weight: 600; fill: #55585f; }
figure text.count { font-weight: 700; }
figure text.flow { font-weight: 600; paint-order: stroke; stroke: #fff; stroke-width: 3.5px; stroke-linejoin: round; }
figcaption { font-size: .9rem; color: #43464d; margin-top: .5rem; }
.key { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 .8em; vertical-align: -.1em; }
.key.same { opacity: .3; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: .3rem; padding: .5rem .7rem; margin: .4rem 0 .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; font: .88rem/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
pre strong { text-decoration: underline; text-underline-offset: .2em; }
pre del { color: var(--old); text-decoration: none; }
pre ins { color: var(--new); text-decoration: none; }
ul { padding-left: 1.2rem; }
.soft { color: var(--soft); }
details { margin: .4rem 0; border-left: 3px solid var(--line); padding-left: .8rem; }
summary { cursor: pointer; font-weight: 600; color: var(--link); }
@media print { :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --shade: #f3f4f7; --old: #801650;
  --new: #0f6f66; } body { max-width: none; padding: 0; } figure, table, pre { break-inside: avoid; } }
""".strip()  # noqa: E501


def as_html(story: Story) -> str:
    """A whole page, ending in one line end."""
    return "\n".join(_page(story)) + "\n"


def _page(story: Story) -> Iterator[str]:
    title = safe(bare(capital(story.finding)))
    yield from ("<!DOCTYPE html>", '<html lang="en-GB">', "<head>", '<meta charset="utf-8">')
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield from (f"<title>{title}</title>", f"<style>\n{_STYLE}\n</style>", "</head>", "<body>", "<main>")
    yield f"<h1>{html(capital(story.finding))}</h1>"
    yield f'<dl class="versions"><dt>Old</dt><dd>{safe(story.old)}</dd><dt>New</dt><dd>{safe(story.new)}</dd></dl>'
    if story.crowd is not None:
        yield from _crowd(story.crowd)
    yield from _results(story)
    yield from _changes("Each change alone", story.moving)
    yield from _changes("Changes that change no rating", story.idle)
    if story.texts:
        yield f"<p>{html(capital(story.texts))}.</p>"
    yield from ("</main>", "</body>", "</html>")


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """All given as markup; the first cell of a row is its heading."""
    yield f'<div class="wide"><table><caption>{caption}</caption>'
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield f"<thead><tr>{columns}</tr></thead><tbody>"
    for first, *rest in rows:
        yield f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
    yield "</tbody></table></div>"


# --- results ---------------------------------------------------------------------------------------------------------


def _results(story: Story) -> Iterator[str]:
    if story.parts or story.missing:
        yield "<h2>All possible records</h2>"
    if story.parts:
        rows = [(f"<code>{safe(each.result)}</code>", each.verdict, html(each.said)) for each in story.parts]
        yield from _table("What becomes of each result", ("Result", "Verdict", "How that is known"), rows)
    for line in story.missing:
        yield f"<p>{html(capital(line))}.</p>"
    for names, lines in story.apart:
        yield f"<h3>{', '.join(f'<code>{safe(name)}</code>' for name in names)}: inputs differ</h3>"
        yield f"<ul>{''.join(f'<li>{html(line)}</li>' for line in lines)}</ul>"
    yield from _blanks(story)
    drawn = story.crowd is None
    for number, part in enumerate(story.differing, 1):
        yield from _part(part, f"result-{number}", drawn and number <= _FIGURES)


def _blanks(story: Story) -> Iterator[str]:
    if story.blanks:
        yield "<p>If some of these only have another name, say so in the new file: fill in the blanks, and leave out"
        yield f"the lines of what has no successor.</p><pre>{_safe_lines(story.blanks)}</pre>"


def _part(part: Part, name: str, drawn: bool) -> Iterator[str]:
    yield f"<h3><code>{safe(part.result)}</code>: {part.verdict}</h3>"
    diagram = _part_diagram(part, name) if drawn else None
    if diagram is not None:
        yield from _figure(diagram, "Shares of all possible records. What stays is not drawn.")
    rows = [_way(each) for each in part.passages[:_WAYS]]
    yield from _table(
        f"Ways that {html(f'`{part.result}`')} goes",
        ("Old → new", "Way", "Share of all possible records", "The example by"),
        rows,
    )
    if len(part.passages) > _WAYS:
        yield f"<p>And {len(part.passages) - _WAYS:,} more ways.</p>"
    for kind in part.kinds[:_EXAMPLES]:
        yield from _example(kind[0])


def _way(passage: Passage) -> tuple[str, str, str, str]:
    by = "; ".join(html(change.part) for change in passage.changes)
    return safe(passage.values), passage.way, safe(passage.share), by


def _example(passage: Passage) -> Iterator[str]:
    example = passage.example
    if example is None:
        return
    yield f"<details><summary>{safe(capital(passage.values))}: an example</summary>"
    yield f"<p>{html(capital(example.where))}.</p>"
    for when, all_of_it in (("Before", example.before), ("After", example.after)):
        if all_of_it:
            yield f"<p><strong>{when}</strong></p><ul>{''.join(map(_decided, all_of_it))}</ul>"
    for change in passage.changes:
        yield f'<p>By {html(change.called)}, <span class="soft">{safe(change.where)}</span></p>'
        yield from _lines(change)
    yield "</details>"


def _decided(decided: Decided) -> str:
    where = f' <span class="soft">({safe(decided.place)})</span>' if decided.place else ""
    return f"<li>{html(decided.said)}: {html(decided.why)}{where}</li>"


def _lines(change: Change) -> Iterator[str]:
    lines = [f"<del>− {line}</del>" for line in _marked(change.old)]
    lines += [f"<ins>+ {line}</ins>" for line in _marked(change.new)]
    if lines:
        yield f"<pre>{chr(10).join(lines)}</pre>"


def _marked(lines: Lines | None) -> Iterator[str]:
    """The lines as markup, the piece that changed in bold."""
    for place, line in enumerate(lines.text if lines else ()):
        if lines is None or lines.piece is None or place:
            yield safe(line)
            continue
        start, end = lines.piece
        yield f"{safe(line[:start])}<strong>{safe(line[start:end])}</strong>{safe(line[end:])}"


def _safe_lines(text: str) -> str:
    return "\n".join(safe(line) for line in text.split("\n"))


def _changes(title: str, changes: Sequence[Alone]) -> Iterator[str]:
    if not changes:
        return
    yield f"<h2>{title}</h2>"
    for alone in changes[:_CHANGES]:
        yield f'<h3>{html(capital(alone.change.called))} <span class="soft">{safe(alone.change.where)}</span></h3>'
        said = alone.said
        if said:
            yield f"<ul>{''.join(f'<li>{html(capital(line))}</li>' for line in said)}</ul>"
        yield from _lines(alone.change)
    if len(changes) > _CHANGES:
        yield f"<p>And {plural(len(changes) - _CHANGES, 'more change')}.</p>"


# --- a population ----------------------------------------------------------------------------------------------------


def _crowd(crowd: Crowd) -> Iterator[str]:
    yield f"<h2>{safe(crowd.data) if crowd.data else 'The records'}</h2>"
    yield f"<p>{safe(capital(crowd.count))}.</p>"
    yield from (f"<p>{html(capital(line))}.</p>" for line in crowd.notes)
    for number, table in enumerate(crowd.tables, 1):
        yield f"<h3>{html(table.title)}: {safe(table.summary)}</h3>"
        diagram = _crowd_diagram(table, f"records-{number}") if number <= _FIGURES else None
        if diagram is not None:
            yield from _figure(diagram, "The width of a band is the number of records.")
        if table.drawn:
            yield from _crosstable(table, f"{html(table.title)}: records by old and new value")
    if crowd.members:
        rows = [(html(each.title), safe("; ".join(each.moves) or each.summary)) for each in crowd.members[:_MEMBERS]]
        yield from _table("Values of members, and who moves in them", ("Value", "Who moves"), rows)
        if len(crowd.members) > _MEMBERS:
            yield f"<p>And {len(crowd.members) - _MEMBERS:,} more values.</p>"
    if crowd.rejects:
        yield f"<ul>{''.join(f'<li>{html(capital(line))}</li>' for line in crowd.rejects)}</ul>"
    if crowd.unmoved:
        yield f"<p>Nobody moves in {safe(', '.join(crowd.unmoved))}.</p>"
    yield from _blames(crowd)
    yield from _groups(crowd.groups)
    if crowd.movers:
        count = len(crowd.movers) + crowd.more
        head = f"Who moves: {count:,}" if not crowd.more else f"Who moves: the first {len(crowd.movers)} of {count:,}"
        yield f"<h3>{head}</h3><ul>{''.join(f'<li>{html(line)}</li>' for line in crowd.movers)}</ul>"


def _crosstable(table: Crosstable, caption: str) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{caption}</caption><thead><tr><th scope="col">Old \\ new</th>'
    yield (
        "".join(f'<th scope="col" class="n">{safe(each)}</th>' for each in (*table.columns, "total")) + "</tr></thead>"
    )
    yield "<tbody>"
    for r, (name, counts, before) in enumerate(zip(table.rows, table.cells, table.before, strict=True)):
        cells = "".join(_cell(table, r, c, count) for c, count in enumerate(counts))
        yield f'<tr><th scope="row">{safe(name)}</th>{cells}<td class="n">{before:,}</td></tr>'
    totals = "".join(f'<td class="n">{count:,}</td>' for count in (*table.after, table.total))
    yield f'<tr class="total"><th scope="row">total</th>{totals}</tr></tbody></table></div>'


def _cell(table: Crosstable, r: int, c: int, count: int) -> str:
    if not count:
        return '<td class="n soft">0</td>'
    kind = _kind(table, r, c)
    if kind == "same":
        return f'<td class="n">{count:,}</td>'
    return f'<td class="n {kind}">{SIGNS[kind]}{count:,}</td>'


def _kind(table: Crosstable, r: int, c: int) -> Kind:
    if (r, c) in table.stays:
        return "same"
    return "higher" if (r, c) in table.rising else "lower" if (r, c) in table.falling else "otherwise"


def _blames(crowd: Crowd) -> Iterator[str]:
    if crowd.blames:
        yield "<h3>Who moves by which change</h3>"
    for blame in crowd.blames:
        yield from _blame(blame)


def _blame(blame: Blame) -> Iterator[str]:
    yield f"<p><strong>{safe('; '.join(blame.moves))}</strong></p>"
    if not blame.changes:
        yield "<p>No change of text can be told apart.</p>"
    for change in blame.changes:
        yield f'<p>by {html(change.called)}, <span class="soft">{safe(change.where)}</span></p>'
        yield from _lines(change)


def _groups(groups: Sequence[Portion]) -> Iterator[str]:
    if not groups:
        return
    yield "<h3>By group</h3>"
    rows = [(safe(each.name), f"{each.records:,}", _summary(each)) for each in groups[:_GROUPS]]
    yield from _table("Records of each group, and who moves", ("Group", "Records", "Who moves"), rows)
    if len(groups) > _GROUPS:
        yield f"<p>And {len(groups) - _GROUPS:,} more groups.</p>"
    for group in groups[:_GROUPS]:
        drawn = [table for table in group.tables if table.drawn]
        if drawn:
            yield f"<details><summary>{safe(group.name)}</summary>"
            for table in drawn:
                yield from _crosstable(table, f"{html(table.title)}, {safe(group.name)}: records by old and new value")
            yield "</details>"


def _summary(group: Portion) -> str:
    said = [f"{table.title}: {table.summary}" for table in group.tables]
    said += [f"{table.title}: {'; '.join(table.moves) or table.summary}" for table in group.members[:_WIDEST]]
    said += [f"and {len(group.members) - _WIDEST:,} more values"] if len(group.members) > _WIDEST else []
    return "<br>".join(map(html, said)) or "nobody moves"


# --- diagrams --------------------------------------------------------------------------------------------------------


def _figure(diagram: Diagram, said: str) -> Iterator[str]:
    kinds = dict.fromkeys(flow.kind for flow in diagram.flows)
    names = {"same": "as before", "higher": "higher", "lower": "lower", "otherwise": "otherwise"}
    keys = "".join(
        f'<span class="key {kind}" style="background:{COLOURS[kind]}"></span>{SIGNS[kind]}{names[kind]}'
        for kind in COLOURS
        if kind in kinds
    )
    yield f"<figure>{as_svg(diagram)}<figcaption>{said}{keys}</figcaption></figure>"


def _crowd_diagram(table: Crosstable, name: str) -> Diagram | None:
    rows = [r for r in range(len(table.rows)) if table.before[r]]
    columns = [c for c in range(len(table.columns)) if table.after[c]]
    if not table.drawn or max(len(rows), len(columns)) > _DRAWN:
        return None
    flows = tuple(
        Flow(rows.index(r), columns.index(c), Fraction(table.cells[r][c]), f"{table.cells[r][c]:,}", _kind(table, r, c))
        for r in rows
        for c in columns
        if table.cells[r][c]
    )
    return Diagram(
        name,
        f"{table.title}: {table.summary}",
        "; ".join(
            f"{flow.said} {table.rows[rows[flow.old]]} to {table.columns[columns[flow.new]]}"
            for flow in flows
            if flow.kind != "same"
        ),
        tuple(Node(table.rows[r], f"{table.before[r]:,}") for r in rows),
        tuple(Node(table.columns[c], f"{table.after[c]:,}") for c in columns),
        flows,
    )


def _part_diagram(part: Part, name: str) -> Diagram | None:
    """Of one value for the whole body, where all shares are known: shares of several members do not add up."""
    passages = [each for each in part.passages if each.exact]
    if len(passages) < len(part.passages) or any(each.where or each.pairs > 1 for each in passages):
        return None
    left = _in_order(part.before, [each.old for each in passages])
    right = _in_order(part.after, [each.new for each in passages])
    if max(len(left), len(right)) > _DRAWN:
        return None
    kinds: dict[str, Kind] = {"higher": "higher", "lower": "lower"}
    flows = tuple(
        Flow(
            left.index(each.old), right.index(each.new), each.exact or Fraction(0), each.percentage,
            kinds.get(each.way, "otherwise"),
        )
        for each in sorted(passages, key=lambda each: (left.index(each.old), right.index(each.new)))
    )  # fmt: skip
    about = "; ".join(f"{flow.said} {left[flow.old]} to {right[flow.new]}" for flow in flows)
    nodes = [tuple(Node(value, "") for value in side) for side in (left, right)]
    return Diagram(name, f"{part.title}: {part.verdict}", about, nodes[0], nodes[1], flows)


def _in_order(values: Sequence[str], found: Sequence[str]) -> list[str]:
    """Those that are found, the listed ones first, best first."""
    return [*(each for each in values if each in found), *dict.fromkeys(each for each in found if each not in values)]
