"""Old files read from git: any revision, and nothing of a hostile repository is run, followed or fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from repositories import RULES, Repository, made

from markscheme.guard import revision as revisions
from markscheme.guard.revision import NoRevision, as_it_stood, revision


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    return made(tmp_path / "repository", capsys, monkeypatch)


# --- git -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("--upload-pack=touch pwned", "is no name of a git revision"),
        ("-h", "is no name of a git revision"),
        ("", "is no name of a git revision"),
        ("a\nb", "is no name of a git revision"),
        ("\x1b[2J", "is no name of a git revision"),
        ("x" * 1000, "is no name of a git revision"),
        ("nowhere", "there is no revision `nowhere` in this repository"),
        ("HEAD:rules", "there is no revision"),
        ("HEAD..HEAD", "there is no revision"),
        ("$(touch pwned)", "there is no revision"),
        ("main; touch pwned", "there is no revision"),
    ],
)
def test_a_revision_that_is_none_is_said_in_words(repository: Repository, ref: str, says: str) -> None:
    status, said = repository.run("check", "rules", f"--against={ref}")
    assert status == 2
    assert says in said
    assert "help: " in said
    assert "\x1b" not in said
    assert not list(repository.folder.rglob("pwned"))


def test_without_git_or_a_repository_it_is_said_in_words(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = repository.write(tmp_path / "outside/m.yaml", RULES)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    status, said = repository.against("HEAD", str(outside))
    assert status == 2
    assert "is not in a git repository" in said
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    status, said = repository.against()
    assert status == 2
    assert "there is no git here" in said


@pytest.mark.parametrize("ref", ["HEAD~1", "v1", "main~1", "HEAD^", "@~1"])
def test_a_revision_is_named_as_git_names_it(repository: Repository, ref: str) -> None:
    repository.git("tag", "v1")
    repository.edit(repository.rules, ("better: higher", "better: neither"))
    repository.commit()
    assert repository.codes() == []
    assert repository.codes(ref) == ["MS855"]


def test_what_was_added_there_since_is_not_missed_here(repository: Repository) -> None:
    """A branch is compared with where it left: what main has got meanwhile was not taken away by the branch."""
    repository.git("checkout", "-q", "-b", "mine")
    repository.git("checkout", "-q", "main")
    repository.edit(
        repository.cases,
        (
            "  - name: one poor",
            "  - {name: new, given: {judged: poor, score: 1}, expect: {overall: poor}}\n  - name: one poor",
        ),
    )
    repository.commit()
    repository.git("checkout", "-q", "mine")
    repository.write(repository.folder / "other.txt", "work")
    repository.commit()
    status, said = repository.against("main")
    assert status == 0, said
    assert "compared with main (" in said
    assert ", where this branch left it): 1 version" in said
    repository.edit(repository.cases, ("{overall: poor}", "{overall: fair}"))
    assert repository.codes("main") == ["MS852"]


def test_a_shallow_clone_says_what_to_fetch(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(repository.folder / "other.txt", "work")
    repository.commit()
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    monkeypatch.chdir(clone)
    status, said = repository.against("HEAD~1")
    assert status == 2
    assert "fetch-depth: 0" in said
    assert repository.against("origin/main")[0] == 0


@pytest.mark.parametrize(
    "paths",
    [
        ("rules/example/first/1.yaml",),
        ("rules/example/first/1.cases.yaml",),
        ("rules/example",),
        (".",),
        ("rules", "rules/example"),
    ],
)
def test_any_path_is_compared(repository: Repository, paths: tuple[str, ...]) -> None:
    other = repository.write(
        repository.folder / "rules/other/first/1.yaml", RULES.replace("id: example/first", "id: other/first")
    )
    repository.commit()
    repository.edit(repository.cases, ("{overall: poor}", "{overall: fair}"))
    assert repository.codes("HEAD", *paths) == ["MS852"]
    repository.edit(other, ("better: higher", "better: neither"))
    assert repository.codes("HEAD", *paths) == (["MS852", "MS855"] if paths[0] in (".", "rules") else ["MS852"])


def test_a_hook_that_runs_it_does_not_lead_it_astray(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git tells its hooks where they are; that holds for the top of the repository, not for where the rules lie."""
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(other / ".git"))
    status, said = repository.against()
    assert (status, "1 version; nothing weakened" in said) == (0, True)


def test_nothing_in_the_repository_is_run(repository: Repository, tmp_path: Path) -> None:
    """Neither hooks nor what its configuration names: a file monitor, a pager, aliases, filters, a fetch."""
    marker = tmp_path / "pwned"
    evil = repository.write(tmp_path / "evil.sh", f"#!/bin/sh\ntouch {marker}\n")
    evil.chmod(0o755)
    hooks = repository.folder / ".git/hooks"
    for name in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        shutil.copy(evil, hooks / name)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "core.gitProxy",
        "alias.ls-tree",
        "alias.cat-file",
        "alias.rev-parse",
        "filter.x.smudge",
        "filter.x.clean",
        "diff.x.textconv",
        "gpg.program",
        "diff.external",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
        "pager.ls-tree",
    ):
        value = f"!{evil}" if key.startswith("alias.") else str(evil)
        with open(repository.folder / ".git/config", "a", encoding="utf-8") as file:
            head, _, tail = key.rpartition(".")
            section, _, sub = head.partition(".")
            heading = f'[{section} "{sub}"]' if sub else f"[{section}]"
            file.write(f'{heading}\n\t{tail} = "{value}"\n')
    repository.write(repository.folder / ".gitattributes", "*.yaml filter=x diff=x\n")
    assert repository.against()[0] == 0
    assert not marker.exists()


def test_nothing_is_fetched(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A partial clone lacks old files and says so; it does not get them."""
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.edit(repository.cases, ("one poor", "poor in one"))
    repository.commit()
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.folder}", str(clone))
    monkeypatch.chdir(clone)
    status, said = repository.against("HEAD~1")
    assert status == 2
    assert "git does not have all files as they stood" in said or "git cannot" in said


def test_names_made_by_hand_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    """A tree that no git would write: names with `..`, hidden ones, a link, one name for a file and a folder."""
    blob = repository.git("hash-object", "-w", "rules/example/first/1.yaml")
    raw = bytes.fromhex(blob)

    def tree(*entries: tuple[str, str, bytes]) -> bytes:
        body = b"".join(f"{mode} {name}".encode() + b"\0" + id for mode, name, id in entries)
        done = subprocess.run(
            ["git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin"],
            input=body,
            cwd=repository.folder,
            capture_output=True,
            check=True,
        )
        return bytes.fromhex(done.stdout.decode().strip())

    up = tree(("100644", "escaped.yaml", raw))
    rules = tree(
        ("40000", "..", up),
        ("100644", "..\\evil.yaml", raw),
        ("120000", "link.yaml", raw),
        ("100644", ".hidden.yaml", raw),
        ("100644", "a.yaml", raw),
        ("40000", "a.yaml", up),
        ("100644", "b/../../c.yaml", raw),
        ("100644", "ok.yaml", raw),
        ("100644", "colour\x1b.yaml", raw),
        ("160000", "module", raw),
    )
    commit = repository.git("commit-tree", tree(("40000", "rules", rules)).hex(), "-m", "made by hand")
    at = revision(commit, Path("rules"))
    with as_it_stood(Path("rules"), at) as top:
        found = sorted(path.relative_to(top).as_posix() for path in top.rglob("*"))
        assert found == ["a.yaml", "ok.yaml"]
        assert not (top.parent / "escaped.yaml").exists()
    assert not top.exists(), "nothing is left behind"


def test_what_is_too_large_is_left_out_and_too_much_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(repository.folder / "rules/large.csv", "x" * 2_000_001)
    repository.commit()
    at = revision("HEAD", Path("rules"))
    with as_it_stood(Path("rules"), at) as top:
        assert {path.name for path in top.rglob("*.*")} == {"1.yaml", "1.cases.yaml"}
    monkeypatch.setattr(revisions, "_MOST_CONTENT", 1_000)
    assert repository.against()[0] == 2
    monkeypatch.undo()
    monkeypatch.chdir(repository.folder)
    monkeypatch.setattr(revisions, "_LISTING", 10)
    status, said = repository.against()
    assert status == 2
    assert "there is too much to compare with" in said


def test_a_git_that_never_ends_is_ended(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = repository.write(tmp_path / "bin/git", "#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(revisions, "_SECONDS", 0.2)
    with pytest.raises(NoRevision, match="git took too long"):
        revision("HEAD", Path("rules"))
