"""`published.lock`: what is published says what it said, however it is laid out."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RULES, Edit, Repository, made

from markscheme.diagnostics import Source
from markscheme.editions import edition_of
from markscheme.guard.lock import content, lock_text, read_lock


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    return made(tmp_path / "repository", capsys, monkeypatch)


# --- what is published -----------------------------------------------------------------------------------------------


def lock(repository: Repository) -> Path:
    status, said = repository.run("lock", "rules")
    assert (status, said) == (0, "rules/published.lock: published example/first@1\n")
    return repository.folder / "rules/published.lock"


def check(repository: Repository) -> list[str]:
    return repository.codes(None)


SAYS_THE_SAME: dict[str, tuple[Edit, ...]] = {
    "comments and blank lines": (("measures:", "\n# what is worked out\nmeasures:   # all of it"),),
    "quotation marks": (("title: An example", 'title: "An  example"'),),
    "other brackets": (("results: [banded, overall]", "results:\n  - banded\n  - overall"),),
    "the order of keys": (('id: example/first\nversion: "1"\n', 'version: "1"\nid: example/first\n'),),
    "spaces within": (("any of judged are poor, then", "any of judged   are poor, then"),),
    "guarantees and waivers": ((RULES[RULES.index("guarantees:") :], ""),),
    "the last day": (('from: "2024-01-01"', 'from: "2024-01-01", until: "2025-01-01"'),),
    "the address of a source": (("https://example.org/guide", "https://example.org/archive/guide"),),
    "windows line ends": (("\n", "\r\n"),),
}
SAYS_MORE: dict[str, tuple[Edit, ...]] = {
    "a cut": (("at_least: 50", "at_least: 51"),),
    "a rule": (("are poor, then: poor", "are poor, then: fair"),),
    "levels": (("[poor, fair, good]", "[poor, fair, good, great]"),),
    "the order of rules": (
        ("{at_least: 80, is: good}, {at_least: 50, is: fair}", "{at_least: 50, is: fair}, {at_least: 80, is: good}"),
    ),
    "a title": (("title: An example", "title: Another example"),),
    "a status": (("then: poor, cite: guide", "then: poor, cite: guide, status: recalled"),),
    "absence": (("not_rated: poor}}", "not_rated: fair}}"),),
    "the first day": (("2024-01-01", "2024-02-01"),),
    "the title of a source": (("title: The guide", "title: A guide"),),
}


@pytest.mark.parametrize("what", SAYS_THE_SAME)
def test_what_is_laid_out_otherwise_is_what_was_published(repository: Repository, what: str) -> None:
    lock(repository)
    (edit,) = SAYS_THE_SAME[what]
    if what == "windows line ends":
        repository.rules.write_bytes(RULES.replace(*edit).encode())
    else:
        repository.edit(repository.rules, edit)
    assert check(repository) == []


@pytest.mark.parametrize("what", SAYS_MORE)
def test_what_says_something_else_is_not_what_was_published(repository: Repository, what: str) -> None:
    lock(repository)
    repository.edit(repository.rules, *SAYS_MORE[what])
    assert "MS856" in check(repository)
    repository.rules.write_text(RULES, encoding="utf-8")
    assert check(repository) == []


def test_the_digest_of_a_version_is_the_same_for_ever() -> None:
    """Locks outlive releases: a digest that is worked out in another way would fail every one of them."""
    edition = edition_of(Path("1.yaml"), Source("1.yaml", RULES))
    assert edition is not None
    assert content(edition, {}) == "e0bba8f5008b7c570d60113a715d94cb300dc9a061b06135118b9682b72c0c0c"


def test_tables_and_linked_methodologies_are_part_of_what_is_published(repository: Repository) -> None:
    rows = "banded,overall\ngood,good\nfair,fair\npoor,poor\n"
    table = repository.write(repository.rules.with_name("overall.csv"), rows)
    text = RULES[: RULES.index("    rules:\n")] + "    table: {file: overall.csv}\nresults: [banded, overall]\n"
    text = text.replace("  judged: {each: questions, scale: rating, absent: {not_rated: poor}}\n", "")
    text = text.replace("sets:\n  questions: [safe, caring]\n", "")
    repository.write(repository.rules, text)
    repository.cases.unlink()
    second = repository.write(
        repository.folder / "rules/example/second/1.yaml",
        'markscheme: 1\nid: example/second\nversion: "1"\ntitle: 2nd\nscales: {rating: [poor, fair, good]}\ninputs:\n'
        '  taken: {from: example/first, version: "1", result: overall}\n'
        "measures:\n  whole: {scale: rating, formula: taken}\nresults: [whole]\n",
    )
    status, said = repository.run("lock", str(second))
    assert (status, said) == (0, "rules/published.lock: published example/second@1\n")
    assert check(repository) == []
    repository.edit(table, ("fair,fair", '"fair", fair'))
    assert check(repository) == []
    repository.edit(table, ('"fair", fair', "fair,poor"))
    assert check(repository) == ["MS856"], "the second is published, and rests on the first, and that on its table"
    repository.edit(table, ("fair,poor", "fair,fair"))
    assert check(repository) == []


def test_check_fails_where_what_is_published_says_something_else(repository: Repository) -> None:
    lock(repository)
    assert repository.run("check", "rules")[0] == 0
    repository.edit(repository.rules, ("at_least: 50", "at_least: 51"))
    status, said = repository.run("check", "rules")
    assert status == 1
    assert "error[MS856]: `example/first@1` says something else than when it was published, on 20" in said
    assert "rules/published.lock:2:1" in said


def test_lock_writes_a_line_a_version_and_keeps_what_is_published(repository: Repository) -> None:
    path = lock(repository)
    before = path.read_text("utf-8")
    lines, wrong = read_lock(Source("lock", before))
    assert not wrong
    assert lock_text(lines) == before
    assert list(lines) == ["example/first@1"]
    status, said = repository.run("lock", "rules")
    assert (status, said) == (0, "rules/published.lock: 1 version as published before\n")
    assert path.read_text("utf-8") == before
    repository.write(repository.rules.with_name("2.yaml"), RULES.replace('version: "1"', 'version: "2"'))
    status, said = repository.run("lock", str(repository.rules.with_name("2.yaml")))
    assert said == "rules/published.lock: published example/first@2; 1 version as published before\n"
    assert path.read_text("utf-8").startswith(before)


def test_lock_publishes_nothing_with_errors_or_other_content(repository: Repository) -> None:
    repository.edit(repository.rules, ("then: poor", "then: pour"))
    status, said = repository.run("lock", "rules")
    assert status == 1
    assert "nothing was written" in said
    assert not (repository.folder / "rules/published.lock").exists()
    repository.write(repository.rules, RULES)
    path = lock(repository)
    before = path.read_bytes()
    repository.edit(repository.rules, ("at_least: 50", "at_least: 51"))
    status, said = repository.run("lock", "rules")
    assert status == 1
    assert "error[MS856]: `example/first@1` says something else than when it was published" in said
    assert path.read_bytes() == before
    assert repository.run("lock", "rules", "--because", "- 1 -")[0] == 2
    status, said = repository.run("lock", "rules", "--because", "the guide says 51\nin print")
    assert (status, said) == (0, "rules/published.lock: corrected example/first@1\n")
    assert path.read_text("utf-8").endswith(" the guide says 51 in print\n")
    assert check(repository) == []


def test_a_lock_that_is_loosened_is_named(repository: Repository) -> None:
    path = lock(repository)
    repository.commit()
    repository.edit(repository.rules, ("at_least: 50", "at_least: 51"))
    assert repository.codes() == ["MS856"]
    text = path.read_text("utf-8")
    path.unlink()
    assert repository.codes() == ["MS858"]
    repository.write(path, text.split("\n")[0] + "\n")
    assert repository.codes() == ["MS858"]
    assert repository.run("lock", "rules")[0] == 0
    assert repository.codes() == ["MS858"], "published anew with other content, and nobody says why"
    repository.write(path, text)
    assert repository.run("lock", "rules", "--because", "the guide says 51")[0] == 0
    status, said = repository.against()
    assert status == 0
    assert "`example/first@1` is published with other content, because the guide says 51" in said
    repository.commit()
    repository.edit(repository.rules, ("at_least: 51", "at_least: 52"))
    assert repository.run("lock", "rules", "--because", "The guide says 51")[0] == 0
    assert repository.codes() == ["MS858"], "the reason is that of the correction before"


def test_a_lock_deep_in_a_repository_is_compared(repository: Repository) -> None:
    repository.git("mv", "rules", "all")
    (repository.folder / "packages/ratings").mkdir(parents=True)
    repository.git("mv", "all", "packages/ratings/rules")
    deep = repository.folder / "packages/ratings/rules"
    assert repository.run("lock", "packages/ratings/rules")[0] == 0
    repository.commit()
    assert repository.codes("HEAD", ".") == []
    repository.write(deep / "published.lock", "")
    assert repository.codes("HEAD", ".") == repository.codes("HEAD", str(deep)) == ["MS858"]


def test_a_published_version_is_withdrawn_in_writing(repository: Repository) -> None:
    path = lock(repository)
    repository.commit()
    repository.rules.unlink()
    repository.cases.unlink()
    repository.write(repository.folder / "rules/example/first/2.yaml", RULES.replace('version: "1"', 'version: "2"'))
    assert repository.codes() == check(repository) == ["MS851"]
    assert repository.run("lock", "rules")[0] == 1
    status, said = repository.run("lock", "rules", "--because", "it was never in force")
    assert (status, said) == (0, "rules/published.lock: published example/first@2; withdrawn example/first@1\n")
    assert " withdrawn " in path.read_text("utf-8")
    status, said = repository.against()
    assert status == 0, said
    assert "`example/first@1` is withdrawn, because it was never in force" in said
    repository.write(repository.rules, RULES)
    assert check(repository) == ["MS856"], "withdrawn, and here again"


def test_a_version_that_was_never_published_is_withdrawn_by_a_line(repository: Repository) -> None:
    repository.write(repository.folder / "rules/example/first/2.yaml", RULES.replace('version: "1"', 'version: "2"'))
    repository.rules.unlink()
    repository.cases.unlink()
    _, said = repository.against()
    line = "example/first@1 withdrawn DAY WHY"
    assert line in said
    path = repository.folder / "rules/published.lock"
    repository.write(path, line.replace("DAY", "2026-01-01").replace(" WHY", "") + "\n")
    assert sorted(repository.codes()) == ["MS851", "MS857"], "without a reason"
    repository.write(path, line.replace("DAY", "2026-01-01").replace("WHY", "a draft that nobody used") + "\n")
    status, said = repository.against()
    assert status == 0, said
    assert "because a draft that nobody used" in said


@pytest.mark.parametrize(
    "line", ["<<<<<<< HEAD", "example/first@1", "example/first@1 abc 2024-01-01", "../x@1 {} 2024-01-01", "\x1b[2J"]
)
def test_a_line_that_cannot_be_read_is_named(repository: Repository, line: str) -> None:
    path = lock(repository)
    repository.write(path, path.read_text("utf-8") + line.format("0" * 64) + "\n")
    assert check(repository) == ["MS857"]
    status, said = repository.run("lock", "rules")
    assert status == 1
    assert "\x1b" not in said


def test_two_branches_that_publish_merge(repository: Repository) -> None:
    """With `published.lock merge=union` in .gitattributes, as the guide says; a line that is there twice is named."""
    repository.write(repository.folder / ".gitattributes", "published.lock merge=union\n")
    path = lock(repository)
    repository.commit()
    for branch, version in (("a", "2"), ("b", "3")):
        repository.git("checkout", "-q", "-b", branch, "main")
        text = RULES.replace('version: "1"', f'version: "{version}"')
        repository.write(repository.rules.with_name(f"{version}.yaml"), text)
        assert repository.run("lock", "rules")[0] == 0
        repository.commit()
    repository.git("merge", "-q", "-m", "both", "a")
    assert check(repository) == []
    lines, _ = read_lock(Source("lock", path.read_text("utf-8")))
    assert sorted(lines) == [f"example/first@{version}" for version in "123"]
    repository.write(path, path.read_text("utf-8") + path.read_text("utf-8"))
    assert check(repository) == ["MS857"] * 3
