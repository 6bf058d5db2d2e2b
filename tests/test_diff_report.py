"""What people are told of a difference: golden pages, and promises that hold of every page.

`UPDATE=1 pytest tests/test_diff_report.py` rewrites the golden files; read the diff.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from small_pairs import pairs

from markscheme.data import open_rows
from markscheme.diagnostics import Source, Span
from markscheme.diff.edits import Revised
from markscheme.diff.meaning import difference
from markscheme.diff.population import Population
from markscheme.diff.report.changes import change_of, folder_of
from markscheme.diff.report.finding import finding
from markscheme.diff.report.flows import Diagram, Flow, Node, as_svg
from markscheme.diff.report.mapping import BLANK, blanks
from markscheme.diff.report.markdown import as_markdown
from markscheme.diff.report.marks import cell, changed_lines, markdown
from markscheme.diff.report.notices import reads
from markscheme.diff.report.page import as_html
from markscheme.diff.report.plain import as_json
from markscheme.diff.report.rows import ways_csv
from markscheme.diff.report.shares import percentage, share_words
from markscheme.diff.report.story import story_of
from markscheme.diff.report.text import as_text
from markscheme.diff.responsible import Responsible
from markscheme.diff.survey import survey
from markscheme.diff.verdicts import Compared, Difference, Edit
from markscheme.diff.version import opened
from markscheme.library import MethodologyError
from markscheme.render import json_text

GOLDEN = Path(__file__).parent / "golden" / "differences"
OLD = """\
markscheme: 1
id: example/shops
version: "1"
title: Shops
in_force: {from: "2024-01-01", until: "2024-12-31"}
scales:
  rating: [poor, fair, good]
sets:
  questions: [safe, clean, honest]
parameters:
  unread: {value: 3}
inputs:
  ratings: {each: questions, scale: rating, absent: {not_rated: skip}}
  complaints: {type: number, decimals: 0, min: 0, max: 9, better: lower}
measures:
  rated:
    title: Rating of a question
    each: questions
    scale: rating
    formula: ratings
    absent: {not_rated: skip}
    limits:
      - {when: complaints is at least 6, at_most: fair}
  overall:
    title: Overall rating
    scale: rating
    rules:
      - {when: at least 2 of rated are poor, then: poor}
      - {when: all of rated are good, then: good}
      - {otherwise: fair}
    absent: {not_rated: unrated}
results: [overall, rated]
"""
NEW = (
    OLD.replace('version: "1"', 'version: "2"')
    .replace('{from: "2024-01-01", until: "2024-12-31"}', '{from: "2025-01-01"}\nsupersedes: {version: "1"}')
    .replace("title: Shops", "title: Ratings of shops")
    .replace("at least 6", "at least 4")
    .replace("at least 2 of rated are poor", "at least 3 of rated are poor")
    .replace("value: 3", "value: 4")
)
DATA = """\
shop,kind,safe,clean,honest,complaints
Alder & Sons,large,good,good,good,5
Birch,small,poor,poor,good,0
Cedar,small,good,good,good,0
Dogwood,large,poor,poor,poor,9
Elder,large,god,good,good,0
Fir,small,not_rated,not_rated,not_rated,1
"""


@pytest.fixture
def compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Difference:
    monkeypatch.chdir(tmp_path)
    return _difference(OLD, NEW)


def _difference(old: str, new: str) -> Difference:
    """Of two texts, in the folder one is in."""
    for name, text in (("old.yaml", old), ("new.yaml", new)):
        Path(name).write_text(text, encoding="utf-8")
    return difference(opened("old.yaml"), opened("new.yaml"))


def _population(found: Difference, text: str = DATA) -> Population:
    Path("shops.csv").write_text(text, encoding="utf-8")
    responsible = Responsible(Revised(found.old, found.new)).of
    with open_rows("shops.csv") as rows:
        return survey(
            found.old.program, found.new.program, rows, "shop", groups=("kind",), responsible=responsible
        )  # fmt: skip


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path} is not what is said now; UPDATE=1 rewrites it"


# --- golden pages ----------------------------------------------------------------------------------------------------


def test_the_pages_of_two_versions(compared: Difference) -> None:
    story = story_of(compared)
    golden("shops.txt", as_text(story))
    golden("shops.md", as_markdown(story))
    golden("shops.html", as_html(story))


def test_the_pages_of_a_population(compared: Difference) -> None:
    population = _population(compared)
    story = story_of(compared, population, "shops.csv")
    golden("population.txt", as_text(story))
    golden("population.md", as_markdown(story))
    golden("population.html", as_html(story))
    made = json.loads(json_text(as_json(compared, population)))
    for each in ("old", "new"):
        del made[each]["digest"]
    golden("population.json", json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def test_colour_changes_no_word(compared: Difference) -> None:
    story = story_of(compared, _population(compared))
    coloured = as_text(story, colour=True)
    assert "\x1b[31m" in coloured or "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == as_text(story)


@pytest.mark.parametrize("width", [80, 120])
def test_lines_are_no_wider_than_the_terminal_but_for_what_is_quoted(compared: Difference, width: int) -> None:
    text = as_text(story_of(compared, _population(compared)), width=width)
    assert all(len(line) <= width for line in text.split("\n") if not line.lstrip().startswith(("-", "+")))


def test_the_finding_is_what_the_pages_say_first(compared: Difference) -> None:
    population = _population(compared)
    said = finding(compared, population)
    assert said.startswith("`overall`: 1 of 5 records rated higher and 1 lower")
    story = story_of(compared, population)
    assert as_text(story).replace("\n  ", " ").startswith(said)
    assert as_markdown(story).startswith(f"### {said}")
    page = read(as_html(story))
    assert page.title == said.replace("`", "")
    assert page.h1 == page.title


# --- the page --------------------------------------------------------------------------------------------------------

VOID = {"meta", "br", "hr", "img", "link", "input"}


@dataclass
class Page(HTMLParser):
    """What a reader, a program that reads aloud and a browser find."""

    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {tag} {attrs}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self.open), data))

    def within(self, tag: str) -> list[str]:
        return [text for open, text in self.texts if tag in open]

    @property
    def title(self) -> str:
        return "".join(text for open, text in self.texts if open == ("html", "head", "title"))

    @property
    def h1(self) -> str:
        return "".join(self.within("h1"))


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, f"never closed: {page.open}"
    return page


def _numbers(texts: list[str]) -> set[str]:
    return {found for text in texts for found in re.findall(r"\d[\d,.]*\d|\d", text)}


@pytest.mark.parametrize("with_data", [False, True])
def test_a_page_is_well_formed_loads_nothing_and_is_named_for_those_who_hear_it(
    compared: Difference, with_data: bool
) -> None:
    story = story_of(compared, _population(compared) if with_data else None, "shops.csv")
    text = as_html(story)
    page = read(text)
    assert len(set(page.ids)) == len(page.ids)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"(?i)\b(?:src|href|action|on\w+)\s*=|url\(|@import", text)
    assert re.findall(r"https?://[^\"\s]+", text) == ["http://www.w3.org/2000/svg"] * text.count("<svg")
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert drawings
    for attributes in drawings:
        assert attributes["role"] == "img"
        named = (attributes["aria-labelledby"] or "").split()
        assert len(named) == 2
        assert set(named) <= set(page.ids)
    tables = [tag for tag, _ in page.tags if tag in ("table", "caption")]
    assert tables == ["table", "caption"] * (len(tables) // 2)
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    assert ("html", {"lang": "en-GB"}) in page.tags


@pytest.mark.parametrize("with_data", [False, True])
def test_every_number_of_a_diagram_stands_in_a_table_too(compared: Difference, with_data: bool) -> None:
    page = read(as_html(story_of(compared, _population(compared) if with_data else None)))
    drawn = _numbers([text for open, text in page.texts if "svg" in open and open[-1] == "text"])
    assert drawn
    assert drawn <= _numbers(page.within("table"))


def test_every_generated_difference_can_be_told_in_every_form() -> None:
    told = Counter(each.verdict for pair in pairs(3) for each in _told(difference(pair.old, pair.new)))
    assert len(told) >= 3


def _told(found: Difference) -> tuple[Compared, ...]:
    story = story_of(found)
    page = read(as_html(story))
    drawn = _numbers([text for open, text in page.texts if "svg" in open and open[-1] == "text"])
    assert drawn <= _numbers(page.within("table"))
    assert as_text(story).startswith(story.finding[:30])
    assert as_markdown(story).count("<details>") == as_markdown(story).count("</details>")
    made = json.loads(json_text(as_json(found)))
    assert [each["verdict"] for each in made["results"]] == [each.verdict for each in found.results]
    rows = StringIO()
    ways_csv(rows, found)
    assert rows.getvalue().count("\n") == 1 + sum(1 + len(move.others) for each in found.results for move in each.moves)
    return found.results


ODD = "<script>alert('1')</script> | `x` **b** \x1b[31m"


def test_what_people_write_is_shown_and_never_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = json.dumps(ODD.replace("\x1b", "&"))
    scale = f"  rating: [poor, {{level: fair, title: {odd}}}, good]"
    texts = [text.replace("  rating: [poor, fair, good]", scale) for text in (OLD, NEW)]
    texts = [text.replace("title: Overall rating", f"title: {odd}") for text in texts]
    found = _difference(*texts)
    population = _population(found, DATA.replace("Alder & Sons", f'"{ODD}"'))
    story = story_of(found, population, "shops.csv")
    page = as_html(story)
    assert "<script" not in page
    assert "alert(" in "".join(text for _, text in read(page).texts)
    for text in (page, as_markdown(story), as_text(story), json_text(as_json(found, population))):
        assert "\x1b" not in text
    said = as_markdown(story)
    assert not re.search(r"(?<!\\)<script", said)
    unfenced = re.sub(r"(?s)(`+).*?\1", "", said)
    assert "\\*\\*b\\*\\*" in unfenced


def test_what_is_too_long_for_a_comment_is_left_out_and_said(
    compared: Difference, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = story_of(compared)
    whole = as_markdown(story)
    monkeypatch.setattr("markscheme.diff.report.markdown._MOST", len(whole) - 100)
    shorter = as_markdown(story)
    assert len(shorter) < len(whole)
    assert shorter.count("<details>") == shorter.count("</details>") == whole.count("<details>") - 1
    assert "1 part of this would be too long here; `-o diff.html` has all of it." in shorter


def test_markdown_tables_keep_their_columns() -> None:
    assert cell("`a | b` | c") == "`a \\| b` \\| c"
    assert markdown("`a | b`") == "`a | b`"
    assert changed_lines(["```"], [])[0] == "````diff"


# --- the diagram -----------------------------------------------------------------------------------------------------


def _texts(svg: str) -> list[tuple[Fraction, Fraction, str]]:
    found = re.findall(r'<text(?: class="\w+")? x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', svg)
    return [(Fraction(x), Fraction(y), text) for x, y, text in found]


@pytest.mark.parametrize("levels", [1, 4, 12])
def test_no_two_labels_of_a_diagram_lie_over_each_other(levels: int) -> None:
    names = [f"a level with quite a long name that goes on and on, number {n}" for n in range(levels)]
    flows = tuple(
        Flow(i, j, Fraction(1 if i != j else 10_000), "1" if i != j else "10,000", "higher" if j < i else "lower")
        for i in range(levels)
        for j in range(levels)
    )
    nodes = tuple(Node(name, f"{levels + 9_999:,}") for name in names)
    svg = as_svg(Diagram("d", "a title", "about it", nodes, nodes, flows))
    by_place: dict[Fraction, list[Fraction]] = {}
    for x, y, _ in _texts(svg):
        by_place.setdefault(x, []).append(y)
    for rows in by_place.values():
        assert all(other - one >= 14 for one, other in zip(sorted(rows), sorted(rows)[1:], strict=False))
    height = Fraction(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', svg)[1])  # type: ignore[index]
    assert max(y for _, y, _ in _texts(svg)) + 30 <= height
    longest = max(len(text) for _, _, text in _texts(svg))
    assert longest <= 45, "a name within a diagram is cut where it would leave it"


def test_the_width_of_a_band_is_the_number_of_records() -> None:
    nodes = (Node("good", "30"), Node("fair", "10"))
    flows = Flow(0, 0, Fraction(30), "30", "same"), Flow(1, 1, Fraction(10), "10", "same")
    svg = as_svg(Diagram("d", "t", "a", nodes, nodes, flows))
    widths = []
    for path in re.findall(r'<path d="M\d+ ([\d.-]+) .*? L\d+ ([\d.]+) .*? \d+ ([\d.]+) Z"', svg):
        widths.append(Fraction(path[2]) - Fraction(path[0]))
    assert len(widths) == 2
    assert widths[0] / widths[1] == pytest.approx(3, rel=0.01)


# --- shares ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(1, 4), "25 %"), (Fraction(11, 256), "4.3 %"), (Fraction(1, 10**9), "under 0.01 %"),
        (1 - Fraction(1, 10**9), "over 99.99 %"), (Fraction(1, 10_000), "0.01 %"), (Fraction(9_996, 10_000), "99.96 %"),
        (Fraction(1, 200), "0.50 %"), (Fraction(1, 3), "33.3 %"), (Fraction(999, 1000), "99.90 %"),
    ],
)  # fmt: skip
def test_a_percentage_is_rounded_in_the_open(share: Fraction, said: str) -> None:
    assert percentage(share) == said


def test_no_share_reads_as_none_or_all_that_is_neither() -> None:
    for whole in (7, 1_000, 10_001, 3**40):
        for part in {1, 2, whole // 3, whole // 2, whole - 2, whole - 1} - {0}:
            said = percentage(Fraction(part, whole))
            number = re.search(r"[\d.]+", said)
            assert number is not None
            assert Fraction(number[0]) not in (0, 100), said
            assert abs(Fraction(number[0]) - Fraction(100 * part, whole)) <= Fraction(1, 10), said
    assert (share_words(Fraction(0)), share_words(Fraction(1))) == ("0 %", "100 %")
    assert share_words(None) != share_words(Fraction(0))
    assert "(" not in share_words(Fraction(1, 3**40))


# --- what is said ----------------------------------------------------------------------------------------------------


def test_what_only_reads_otherwise_is_said_to_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    retitled = OLD.replace("title: Shops", "title: Ratings of shops").replace("value: 3", "value: 4")
    found = _difference(OLD, retitled)
    assert found.same
    assert finding(found).startswith("no rating changes: ")
    assert finding(found).endswith("nothing")
    assert finding(_difference(OLD, OLD)) == "no rating changes: the two say the same"
    story = story_of(found)
    assert [each.change.part for each in story.idle] == ["the parameter `unread`"]
    assert not story.moving
    population = _population(found)
    assert finding(found, population) == finding(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("at least 6", "at least 4"), ("`overall` is rated lower for ", ", never higher")),
        (("at least 2 of", "at least 3 of"), ("`overall` is rated higher for ", ", never lower")),
    ],
)
def test_a_finding_says_which_way_and_for_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], said: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = finding(_difference(OLD, OLD.replace(*change)))
    assert all(each in told for each in said), told


def test_what_is_not_proved_is_not_said_to_be(compared: Difference) -> None:
    tested = Compared("overall", "overall", "same ratings", proved=False, tested=2_000, limit="too much at once")
    found = replace(compared, results=(tested,), effects=(), missing=())
    assert finding(found) == "no rating is known to change: not proved, tested on 2,000 records"
    assert "not proved, tested on 2,000 records: too much at once" in as_text(story_of(found))


def test_who_gains_or_loses_a_rating_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = OLD.replace("[overall, rated]", "[overall]")
    unrated = kept.replace("- {otherwise: fair}", "- {when: complaints is 9, then: absent}\n      - {otherwise: fair}")
    assert finding(_difference(kept, unrated)).startswith("`overall` is no longer rated for ")
    found = _difference(unrated, kept)
    assert finding(found).startswith("`overall` is newly rated for ")
    population = _population(
        found,
        DATA.replace("good,poor", "good,good").replace("Cedar,small,good,good,good,0", "Cedar,small,fair,good,good,9"),
    )
    assert finding(found, population) == "`overall`: 1 of 5 records newly rated"
    crowd = story_of(found, population).crowd
    assert crowd is not None
    assert crowd.movers[0].startswith("Cedar: overall rating was not rated and is fair: rule 3 of `overall` ")


def test_results_of_which_the_same_is_said_are_named_together(compared: Difference) -> None:
    lower = compared.results[1]
    results = tuple(replace(lower, result=name, old=name, moves=()) for name in ("overall", "rated"))
    said = finding(replace(compared, results=results))
    assert said.startswith("`overall` and `rated` are rated lower for ")


def test_each_change_is_tied_to_its_lines_in_both_versions(compared: Difference) -> None:
    story = story_of(compared)
    by_part = {alone.change.part: alone.change for alone in (*story.moving, *story.idle)}
    assert {"the parameter `unread`"} == {alone.change.part for alone in story.idle}
    limit = next(change for part, change in by_part.items() if "limit" in part)
    assert limit.old is not None
    assert limit.new is not None
    assert (limit.old.text, limit.new.text) == (
        ("{when: complaints is at least 6, at_most: fair}",),
        ("{when: complaints is at least 4, at_most: fair}",),
    )
    for change, text in ((limit.old, OLD), (limit.new, NEW)):
        line = int(change.place.rpartition(":")[2])
        assert change.text[0] in text.split("\n")[line - 1]
    assert all(passage.changes for part in story.differing for passage in part.passages)


def test_an_example_shows_what_is_out_of_the_ordinary_and_what_decides(compared: Difference) -> None:
    (overall,) = (part for part in story_of(compared).parts if part.result == "overall")
    lower = next(kind[0] for kind in overall.kinds if kind[0].way == "lower")
    assert lower.example is not None
    assert lower.example.given == ("complaints is 4",)
    assert lower.example.before[-1].said == "overall rating is good"
    assert lower.example.after[-1].said == "overall rating is fair"
    assert lower.example.before[-1].place.startswith("old.yaml:")
    assert lower.example.after[-1].place.startswith("new.yaml:")


# --- inputs that are not alike (B067) --------------------------------------------------------------------------------


def test_what_was_renamed_without_a_map_is_asked_for_with_blanks_and_never_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    renamed = NEW.replace("  complaints:", "  grumbles:").replace("complaints is", "grumbles is")
    found = _difference(OLD, renamed)
    assert [each.verdict for each in found.results] == ["inputs differ"] * len(found.results)
    assert "cannot be compared: the inputs of the two differ" in finding(found)
    asked = blanks(found)
    assert asked.split("\n") == [
        "supersedes:", '  version: "1"', "  renamed:", "    # inputs that only the new version has: grumbles",
        f"    complaints: {BLANK}",
    ]  # fmt: skip
    for page in (as_text(story_of(found)), as_markdown(story_of(found)), as_html(story_of(found))):
        assert f"complaints: {BLANK}" in page
        assert "complaints: grumbles" not in page
    filled = renamed.replace('supersedes: {version: "1"}', asked.replace(BLANK, "grumbles"))
    compared = _difference(OLD, filled)
    assert {each.verdict for each in compared.results} <= {"mixed", "never lower", "never higher"}
    assert not blanks(compared)


def test_a_level_that_is_gone_is_named_and_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = _difference(OLD, NEW.replace("good", "fine"))
    assert {each.verdict for each in found.results} == {"inputs differ"}
    text = as_text(story_of(found))
    assert "`good` is only in the old version" in text
    assert f"good: {BLANK}" in text
    # what is left blank is not taken for a name
    path = Path("blank.yaml")
    path.write_text(NEW.replace("good", "fine").replace('supersedes: {version: "1"}', blanks(found)), encoding="utf-8")
    with pytest.raises(MethodologyError):
        difference(opened("old.yaml"), opened("blank.yaml"))


# --- notices ---------------------------------------------------------------------------------------------------------


def test_a_mover_is_told_why_in_one_plain_line(compared: Difference) -> None:
    population = _population(compared)
    crowd = story_of(compared, population).crowd
    assert crowd is not None
    birch = next(line for line in crowd.movers if line.startswith("Birch"))
    assert birch.startswith("Birch: overall rating was poor and is fair: rule 1 of `overall` reads `")
    assert birch.endswith("`")
    assert "formerly `" in birch
    alder = next(line for line in crowd.movers if line.startswith("Alder"))
    assert alder.count("overall rating was good and is fair") == 1
    assert (
        ", since rating of a question for safe, clean, honest was good and is fair: limit 1 of `rated` reads" in alder
    )
    assert len(crowd.movers) == population.moved_records


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        ("weak", "fair", "changed", "row 1 reads `fair`, formerly `weak`"),
        (None, "fair", "added", "row 1 is new, `fair`"),
        ("weak", None, "removed", "row 1 is gone, `weak`"),
        ("weak", "weak", "moved", "row 1 stands elsewhere"),
        ("weak" * 30, "fair" * 30, "changed", "row 1 was changed"),
    ],
)
def test_what_a_part_says_now(old: str | None, new: str | None, kind: str, said: str) -> None:
    spans = [None if text is None else Span(Source("f.yaml", text), 0, len(text)) for text in (old, new)]
    assert reads(change_of(Edit(0, "row 1", kind, *spans))) == said  # type: ignore[arg-type]


def test_the_folder_of_both_files_is_said_once() -> None:
    assert folder_of("rules/a/1.yaml", "rules/a/2.yaml") == "rules/a/"
    assert folder_of("rules/a/1.yaml", "rules/b/1.yaml") == "rules/"
    assert folder_of("x.yaml", "x.yaml@origin/main") == ""
