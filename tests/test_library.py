"""Methodologies by path, by id and version, and by id and date."""

from __future__ import annotations

from pathlib import Path

import pytest

import markscheme
from markscheme.codes import BASE
from markscheme.library import Library, MethodologyError, folders, load, locate


def write(folder: Path, id: str, version: str, force: str = 'from: "2024-01-01"', inputs: str = "") -> Path:
    """A rule file where it belongs: FOLDER/family/methodology/version.yaml."""
    text = BASE.replace("id: example/first", f"id: {id}").replace('version: "1"', f'version: "{version}"')
    text = text.replace('in_force: {from: "2024-01-01"}', f"in_force: {{{force}}}")
    text = text.replace("inputs:\n", f"inputs:\n{inputs}")
    path = folder / id / f"{version}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def link(id: str, version: str = "1") -> str:
    return f'  taken: {{from: {id}, version: "{version}", result: overall, absent: {{not_rated: skip}}}}\n'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "somewhere"
    write(folder, "example/first", "2020", 'from: "2020-01-01", until: "2021-12-31"')
    write(folder, "example/first", "2022", 'from: "2022-01-01"')
    write(folder, "example/other", "1")
    return folder


def refusal(name: str, on: str | None = None, rules: Path | None = None) -> tuple[str, str, str]:
    with pytest.raises(MethodologyError) as caught:
        load(name, on=on, rules=rules)
    (only,) = caught.value.diagnostics
    return only.code, only.message, only.hint or ""


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "version"),
    [
        ("example/first@2020", None, "2020"),
        ("example/first", None, "2022"),
        ("example/first", "2021-12-31", "2020"),
        ("example/first", "2022-01-01", "2022"),
        ("example/other", None, "1"),
        ("example/other", "2099-01-01", "1"),
    ],
)
def test_a_name_means_one_version(rules: Path, name: str, on: str | None, version: str) -> None:
    assert load(name, on=on, rules=rules).version == version


def test_a_path_means_that_file(rules: Path) -> None:
    path = rules / "example/first/2020.yaml"
    assert load(path).version == load(str(path)).version == "2020"


def test_the_shipped_ones_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("cqc/gp-practice@2021-10").title == "Ratings of GP practices"
    assert markscheme.load("cqc/gp-practice", on="2016-05-01").version == "2014-10"


def test_the_first_folder_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near, nearest = tmp_path / "rules", tmp_path / "mine"
    write(near, "cqc/gp-practice", "2021-10")
    monkeypatch.chdir(tmp_path)
    assert load("cqc/gp-practice@2021-10").title == "An example"
    path = write(nearest, "cqc/gp-practice", "2021-10")
    path.write_text(path.read_text().replace("An example", "Mine"))
    assert load("cqc/gp-practice@2021-10", rules=nearest).title == "Mine"
    assert (
        load("cqc/gp-practice@2014-10", rules=nearest).title != "Mine"
    )  # the other versions are still the shipped ones


# --- refusing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "code", "said"),
    [
        ("example/frist@2020", None, "MS650", "did you mean `example/first`?"),
        ("first", None, "MS650", "did you mean `example/first`?"),
        ("nothing/like-it", None, "MS650", "there are "),
        ("example/first@2021", None, "MS650", "`example/first` has 2020, 2022"),
        ("example/first", "2019-12-31", "MS651", "2020 from 2020-01-01 until 2021-12-31"),
        ("example/first@2020", "2020-01-01", "MS651", "leave out"),
        ("example/first", "01/04/2020", "MS652", "write it as 2024-03-31"),
        ("example/first", "2020-02-30", "MS652", "write it as"),
        ("example/first", "20200101", "MS652", "write it as"),
        ("", None, "MS650", "there are "),
        ("@", None, "MS650", "there are "),
        ("../somewhere/example/first", None, "MS6", ""),
        ("example/first/2020", None, "MS650", ""),
        ("example/../example/first", None, "MS650", ""),
        ("cqc/gp-practice\x00", None, "MS650", ""),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_a_way_out(
    rules: Path, name: str, on: str | None, code: str, said: str
) -> None:
    found, _, hint = refusal(name, on, rules)
    assert found.startswith(code)
    assert said in hint


def test_two_versions_in_force_on_one_day_are_not_chosen_between(rules: Path) -> None:
    write(rules, "example/first", "2021", 'from: "2021-06-01"')
    code, message, _ = refusal("example/first", "2021-07-01", rules)
    assert code == "MS651"
    assert "2020 and 2021" in message


def test_a_folder_of_rules_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal("example/first", None, tmp_path / "no")[0] == "MS650"


def test_an_error_says_what_a_terminal_would_show(rules: Path) -> None:
    path = rules / "example/other/1.yaml"
    path.write_text(path.read_text().replace("then: poor", "then: poo"))
    with pytest.raises(MethodologyError) as caught:
        load(path)
    assert f"{path}:" in str(caught.value)
    assert "^" in str(caught.value)
    assert all(each.severity == "error" for each in caught.value.diagnostics)


def test_one_version_in_two_files_is_found(rules: Path) -> None:
    original = rules / "example/first/2020.yaml"
    (rules / "copy.yaml").write_text(original.read_text())
    (found,) = Library([rules]).disagreements()
    assert found.code == "MS653"
    assert {found.span.source.name, found.labels[0].span.source.name} == {  # type: ignore[union-attr]
        str(rules / "copy.yaml"),
        str(rules / "example/first/2020.yaml"),
    }


def test_folders_that_links_lead_to_are_not_walked(tmp_path: Path) -> None:
    write(tmp_path / "outside", "example/secret", "1")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "way-out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "inside" / "round").symlink_to(tmp_path / "inside", target_is_directory=True)
    assert Library([tmp_path / "inside"]).editions() == {}


# --- links from one methodology to another ---------------------------------------------------------------------------


def test_a_link_is_followed_within_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deep", "example/source", "1")
    path = write(tmp_path / "deep", "example/taker", "1", inputs=link("example/source"))
    linked = load(path).program.inputs["taken"].linked
    assert linked is not None
    assert (linked.name, linked.result) == ("example/source@1", "overall")


@pytest.mark.parametrize("length", [1, 2, 3], ids=["B094-itself", "B094-two", "B094-three"])
def test_a_methodology_that_feeds_itself_is_refused_with_the_chain(tmp_path: Path, length: int) -> None:
    names = [f"example/m{n}" for n in range(length)]
    for name, following in zip(names, [*names[1:], names[0]], strict=True):
        write(tmp_path, name, "1", inputs=link(following))
    code, message, _ = refusal(f"{names[0]}@1", None, tmp_path)
    assert code == "MS654"
    assert message == "`from` leads in a circle: " + " → ".join(f"{name}@1" for name in [*names, names[0]])
    with pytest.raises(MethodologyError) as caught:
        load(f"{names[0]}@1", rules=tmp_path)
    (found,) = caught.value.diagnostics
    assert found.span is not None
    assert (found.span.line, found.span.text) == (12, names[1 % length])


def test_a_circle_further_on_is_found_from_the_file_that_leads_into_it(tmp_path: Path) -> None:
    write(tmp_path, "example/start", "1", inputs=link("example/m0"))
    write(tmp_path, "example/m0", "1", inputs=link("example/m1"))
    write(tmp_path, "example/m1", "1", inputs=link("example/m0"))
    code, message, _ = refusal("example/start@1", None, tmp_path)
    assert (code, message) == ("MS654", "`from` leads in a circle: example/m0@1 → example/m1@1 → example/m0@1")


def test_a_link_may_be_reached_in_two_ways(tmp_path: Path) -> None:
    write(tmp_path, "example/base", "1")
    write(tmp_path, "example/left", "1", inputs=link("example/base"))
    both = link("example/base") + link("example/left").replace("taken", "taken_too")
    write(tmp_path, "example/top", "1", inputs=both)
    assert load("example/top@1", rules=tmp_path).version == "1"


def test_a_chain_of_links_has_an_end(tmp_path: Path) -> None:
    for n in range(40):
        write(tmp_path, f"example/m{n}", "1", inputs=link(f"example/m{n + 1}") if n < 39 else "")
    assert refusal("example/m0@1", None, tmp_path)[0] == "MS655"


def test_a_link_to_nothing_is_refused_at_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, "example/taker", "1", inputs=link("example/gone"))
    library, _, _ = locate(path)
    program, found = library.program(path)
    assert program is None
    assert [(each.code, each.span.line if each.span else 0) for each in found] == [("MS430", 12)]


def test_ids_are_looked_for_in_order(tmp_path: Path) -> None:
    assert folders(tmp_path)[:2] == (tmp_path, Path("rules"))
