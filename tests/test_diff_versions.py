"""Which OLD and NEW are: by version, day, path, and a git revision of a file, with all around it as it stood there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import RULES, Repository, made

from markscheme.codes import BASE
from markscheme.compile import resolved
from markscheme.diagnostics import Findings, Span
from markscheme.diff.meaning import difference
from markscheme.diff.verdicts import Version
from markscheme.diff.version import before, opened
from markscheme.ir import Note
from markscheme.library import MethodologyError
from markscheme.methodology import Methodology, Result

FILE = "rules/example/first/1.yaml"
SECOND = RULES.replace('version: "1"', 'version: "2"').replace(
    'in_force: {from: "2024-01-01"}', 'in_force: {from: "2025-01-01"}\nsupersedes: {version: "1"}'
)
TABLE = """\
markscheme: 1
id: example/tabled
version: "1"
title: An example with a table
scales:
  rating: [poor, fair, good]
inputs:
  score: {scale: rating}
measures:
  overall:
    scale: rating
    table: {file: grid.csv}
results: [overall]
"""
TAKES = """\
markscheme: 1
id: other/taking
version: "1"
title: One that takes from another
in_force: {from: "2024-01-01"}
scales:
  rating: [poor, fair, good]
inputs:
  taken: {from: example/first, version: "1", result: overall}
measures:
  whole: {scale: rating, formula: taken}
results: [whole]
"""


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    return made(tmp_path / "repository", capsys, monkeypatch)


def refusal(name: str, on: str | None = None) -> tuple[str, str, str]:
    with pytest.raises(MethodologyError) as caught:
        opened(name, on=on)
    (only,) = caught.value.diagnostics
    return only.code, only.message, only.hint or ""


def spans(version: Version) -> Iterator[Span]:
    """Of what is written in a version: its inputs, its measures, and what is said of each rule."""
    yield from (each.name.span for each in version.model.inputs)
    yield from (each.name.span for each in version.model.measures)
    for name, _ in version.model.scales:
        yield name.span
    yield from (note.span for step in version.program.steps for note in notes(step.form) if note.span)


def notes(form: object) -> Iterator[Note]:
    for part in ("rules", "rows", "bands"):
        yield from (each.note for each in getattr(form, part, ()))


# --- by version, day and path ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "called"),
    [
        ("example/first@1", None, "example/first@1"),
        ("example/first", None, "example/first@2"),
        ("example/first", "2024-06-30", "example/first@1"),
        ("example/first", "2025-01-01", "example/first@2"),
        (FILE, None, FILE),
    ],
)
def test_a_name_means_one_version(repository: Repository, name: str, on: str | None, called: str) -> None:
    repository.edit(repository.rules, ('{from: "2024-01-01"}', '{from: "2024-01-01", until: "2024-12-31"}'))
    repository.write(repository.folder / "rules/example/first/2.yaml", SECOND)
    version = opened(name, on=on)
    assert version.name == called
    assert version.path.is_file()
    assert version.model.top.span.source.text == version.path.read_text("utf-8")
    assert version.program.version == version.path.stem


def test_what_is_not_there_or_wrong_is_told_as_everywhere(repository: Repository) -> None:
    assert refusal("example/fist@1")[:2] == ("MS650", "there is no methodology `example/fist`")
    assert refusal("example/first@2")[:2] == ("MS650", "`example/first` has no version `2`")
    assert refusal("example/first@1", "2024-06-30")[0] == "MS651"
    assert refusal(FILE, "2024-06-30")[0] == "MS651"
    assert refusal(f"{FILE}@HEAD", "2024-06-30")[0] == "MS651"
    assert refusal("rules/nothing.yaml")[0] == "MS601"
    repository.edit(repository.rules, ("at_least: 80", "at_least: eighty"))
    with pytest.raises(MethodologyError) as caught:
        opened(FILE)
    (span,) = {each.span for each in caught.value.diagnostics if each.span}
    assert span.text == "eighty"


def test_a_version_knows_the_one_that_it_supersedes(repository: Repository) -> None:
    later = repository.write(repository.folder / "rules/example/first/2.yaml", SECOND)
    for name in ("example/first@2", "rules/example/first/2.yaml", str(later)):
        old = before(opened(name))
        assert (old.name, old.program.version) == ("example/first@1", "1")
        assert old.path.is_absolute() == Path(name).is_absolute()
        assert old.model.top.span.source.name == str(old.path)
    with pytest.raises(MethodologyError, match="does not say which version it supersedes"):
        before(opened("example/first@1"))


# --- at a revision ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["HEAD~1", "v1", "main~1", "HEAD^", "@~1", "HEAD@{1}", "@{1}"])
def test_a_file_is_read_as_it_stood(repository: Repository, ref: str) -> None:
    repository.git("tag", "v1")
    old = RULES
    repository.edit(repository.rules, ("title: An example", "title: Another"), ("{at_least: 80", "{at_least: 90"))
    repository.commit()
    repository.edit(repository.rules, ("title: Another", "title: Not yet"))
    version = opened(f"{FILE}@{ref}")
    assert (version.name, version.path, version.program.title) == (f"{FILE}@{ref}", Path(FILE), "An example")
    assert version.model.top.span.source.text == old
    assert opened(f"{FILE}@HEAD").program.title == "Another"
    assert opened(FILE).program.title == "Not yet"
    assert version.program.digest != opened(f"{FILE}@HEAD").program.digest


def test_every_place_has_a_name_that_people_know_and_can_be_shown(repository: Repository) -> None:
    """The temporary folder is gone by then."""
    version = opened(f"{FILE}@HEAD")
    found = list(spans(version))
    assert len(found) > 8
    assert {span.source.name for span in found} == {f"{FILE}@HEAD"}
    lines = RULES.splitlines()
    assert all(span.source.line(span.line) == lines[span.line - 1] for span in found)


def test_the_branch_itself_is_meant_not_where_one_left_it(repository: Repository) -> None:
    """`check --against main` asks what was weakened here; `diff FILE@main` what main says now."""
    repository.git("checkout", "-q", "-b", "mine")
    repository.git("checkout", "-q", "main")
    repository.edit(repository.rules, ("title: An example", "title: Another"))
    repository.commit()
    repository.git("checkout", "-q", "mine")
    assert opened(f"{FILE}@main").program.title == "Another"
    assert opened(FILE).program.title == "An example"


def test_its_tables_are_those_of_the_revision(repository: Repository) -> None:
    home = repository.folder / "rules/example/tabled"
    repository.write(home / "1.yaml", TABLE)
    repository.write(home / "grid.csv", "score,overall\npoor,poor\nfair,fair\ngood,good\n")
    repository.commit()
    repository.write(home / "grid.csv", "score,overall\npoor,poor\nfair,poor\ngood,good\n")
    then, now = opened("rules/example/tabled/1.yaml@HEAD"), opened("rules/example/tabled/1.yaml")

    def rated(version: Version) -> str:
        result = Methodology(version.program).rate({"score": "fair"})
        assert isinstance(result, Result)
        return str(result.outcome["overall"])

    assert (rated(then), rated(now)) == ("fair", "poor")
    (step,) = then.program.steps
    names = {note.span.source.name for note in notes(step.form) if note.span}
    assert names == {"rules/example/tabled/grid.csv@HEAD"}
    (home / "grid.csv").unlink()
    assert rated(opened("rules/example/tabled/1.yaml@HEAD")) == "fair"


def test_what_it_takes_from_is_that_of_the_revision(repository: Repository) -> None:
    path = repository.write(repository.folder / "rules/other/taking/1.yaml", TAKES)
    repository.commit()
    repository.edit(repository.rules, ("title: An example", "title: Another"))
    name = "rules/other/taking/1.yaml"
    then, now = opened(f"{name}@HEAD"), opened(name)
    earlier, later = (each.program.inputs["taken"].linked for each in (then, now))
    assert earlier
    assert later
    assert earlier.program.digest == opened(f"{FILE}@HEAD").program.digest
    assert later.program.digest == opened(FILE).program.digest != earlier.program.digest
    places = {note.span.source.name for step in earlier.program.steps for note in notes(step.form) if note.span}
    assert places == {f"{FILE}@HEAD"}
    shutil.rmtree(path.parent.parent)
    repository.rules.unlink()
    assert opened(f"{name}@HEAD").program.digest == then.program.digest
    # as written, it can be resolved again when the temporary folder is gone
    again = resolved(then.model, then.linked, Findings())
    assert again is not None
    assert again.inputs["taken"].linked == earlier


def test_ids_are_looked_for_where_rules_says_as_it_stood(repository: Repository) -> None:
    """A file in no folder of rules of its own takes from that of `--rules`."""
    repository.write(repository.folder / "drafts/taking.yaml", TAKES)
    repository.git("mv", "rules", "library")
    repository.commit()
    repository.edit(repository.folder / "library/example/first/1.yaml", ("title: An example", "title: Another"))
    version = opened("drafts/taking.yaml@HEAD", Path("library"))
    linked = version.program.inputs["taken"].linked
    assert linked
    assert linked.program.title == "An example"
    with pytest.raises(MethodologyError, match="no methodology `example/first@1` can be used"):
        opened("drafts/taking.yaml@HEAD")


def test_what_one_at_a_revision_supersedes_is_as_it_stood_there(repository: Repository) -> None:
    repository.write(repository.folder / "rules/example/first/2.yaml", SECOND)
    repository.commit()
    repository.edit(repository.rules, ("title: An example", "title: Another"))
    old = before(opened("rules/example/first/2.yaml@HEAD"))
    assert (old.name, old.path, old.program.title) == (f"{FILE}@HEAD", Path(FILE), "An example")
    assert {span.source.name for span in spans(old)} == {f"{FILE}@HEAD"}


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        (f"{FILE}@nowhere", "there is no revision `nowhere` in this repository", "git tag"),
        (f"{FILE}@", "`` is no name of a git revision", "name a branch"),
        (f"{FILE}@--help", "`--help` is no name of a git revision", "name a branch"),
        (
            "rules/example/first/3.yaml@HEAD",
            "there was no file `rules/example/first/3.yaml` at `HEAD`",
            f"`{FILE}@HEAD`",
        ),
        ("rules/moved/1.yaml@HEAD", "there was no file `rules/moved/1.yaml` at `HEAD`", f"`{FILE}@HEAD`"),
        (f"{'x' * 5000}.yaml@HEAD", "there was no file", "there was no rule file like it"),
        ("odd\0\x1b[2J.yaml@HEAD", "there was no file", "there was no rule file like it"),
        ("zzz.yaml@HEAD", "there was no file `zzz.yaml` at `HEAD`", "there was no rule file like it"),
    ],
)
def test_what_is_not_at_a_revision_is_told_with_what_is(
    repository: Repository, name: str, says: str, hint: str
) -> None:
    code, message, way_out = refusal(name)
    assert (code, message) == ("MS656", message)
    assert says in message
    assert hint in way_out


def test_a_file_that_moved_is_found_under_its_old_name(repository: Repository) -> None:
    repository.git("mv", "rules/example", "rules/examples")
    repository.commit()
    moved = "rules/examples/first/1.yaml"
    assert f"`{FILE}@HEAD~1`" in refusal(f"{moved}@HEAD~1")[2]
    assert opened(f"{FILE}@HEAD~1").program.id == "example/first"


def test_from_a_folder_within_the_repository_names_are_as_one_writes_them_there(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.folder / "rules/example")
    assert opened("first/1.yaml@HEAD").model.top.span.source.name == "first/1.yaml@HEAD"
    assert opened("./first/1.yaml@HEAD").program.version == "1"
    assert "`first/1.yaml@HEAD`" in refusal("first/7.yaml@HEAD")[2]


def test_a_name_with_a_sign_in_it_is_a_file_or_a_folder_with_that_name(repository: Repository) -> None:
    repository.write(repository.folder / "a@b/x@1.yaml", RULES)
    repository.write(repository.folder / "y.yaml@HEAD", RULES.replace("An example", "Odd"))
    repository.commit()
    assert opened("a@b/x@1.yaml").name == "a@b/x@1.yaml"
    assert opened("a@b/x@1.yaml@HEAD").path == Path("a@b/x@1.yaml")
    assert opened("y.yaml@HEAD").program.title == "Odd"


def test_a_whole_repository_is_not_read_for_one_file(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    from markscheme.guard import revision

    repository.write(repository.folder / "plain.yaml", RULES)
    repository.write(repository.folder / "data/large.csv", "x\n" * 10_000)
    repository.commit()
    monkeypatch.setattr(revision, "_MOST_CONTENT", 5_000)
    assert opened("plain.yaml@HEAD").program.id == "example/first"


def test_errors_as_it_stood_name_the_revision(repository: Repository) -> None:
    repository.edit(repository.rules, ("at_least: 80", "at_least: eighty"))
    repository.commit()
    with pytest.raises(MethodologyError) as caught:
        opened(f"{FILE}@HEAD")
    assert f"--> {FILE}@HEAD:17:" in str(caught.value)


def test_outside_a_repository_it_is_said_in_words(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = repository.write(tmp_path / "outside/m.yaml", RULES)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert "is not in a git repository" in refusal(f"{outside}@HEAD")[1]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "there is no git here" in refusal(f"{FILE}@HEAD")[1]


def test_nothing_is_left_behind(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    there = set(tmp_path.iterdir())
    opened(f"{FILE}@HEAD")
    refusal("rules/example/first/3.yaml@HEAD")
    assert set(tmp_path.iterdir()) == there


# --- names that are others now ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("fair", "adequate"),  # a level
        ("score", "points"),  # an input
        ("caring", "kindness"),  # a member
        ("not_rated", "not_judged"),  # a reason for absence
    ],
)
def test_what_was_renamed_is_never_guessed(tmp_path: Path, then: str, now: str) -> None:
    """B067: without a map the two cannot be compared, and what is not in both is named; with one they can."""
    old, new = tmp_path / "1.yaml", tmp_path / "2.yaml"
    old.write_text(BASE, encoding="utf-8")
    text = BASE.replace('version: "1"', 'version: "2"').replace(then, now)
    new.write_text(text, encoding="utf-8")
    told = difference(opened(str(old)), opened(str(new)))
    (overall,) = (each for each in told.results if each.result == "overall")
    assert overall.verdict == "inputs differ"
    assert f"`{then}`" in " ".join(told.apart)
    assert f"`{now}`" in " ".join(told.apart)
    new.write_text(f'{text}supersedes: {{version: "1", renamed: {{{then}: {now}}}}}\n', encoding="utf-8")
    told = difference(opened(str(old)), opened(str(new)))
    assert [each.verdict for each in told.results] == ["same ratings", "same ratings"]
    assert told.same


def test_a_file_that_lies_in_no_folder_of_rules_finds_what_it_supersedes_beside_it(tmp_path: Path) -> None:
    incident = Path(__file__).parent.parent / "examples" / "incident"
    for name in ("issued.yaml", "corrected.yaml"):
        (tmp_path / name).write_text((incident / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert before(opened(str(tmp_path / "corrected.yaml"))).program.version == "2005-06-issued"
