"""The wheel, installed in an empty environment outside the checkout: everything a user needs is in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
DATA = "practice,ratings.safe,ratings.effective,ratings.caring,ratings.responsive,ratings.well_led\n"
ROW = "Ash,Good,Inadequate,Good,Good,Good\n"


def quietly(*arguments: str | Path, at: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MARKSCHEME"))}
    done = subprocess.run(arguments, cwd=at, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    quietly(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, at=CHECKOUT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and with the libraries it needs lent by the running one (but not its own copy of
    markscheme: the `.pth` files of a lent folder are not read)."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    quietly(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, at=folder)
    here = quietly(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=folder).strip()
    (Path(here) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (folder / "data.csv").write_text(DATA + ROW, encoding="utf-8")
    return folder


def test_the_wheel_holds_code_rules_and_schemas_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder, kind in (("rules", "*.yaml"), ("schemas", "*.json")):
        for path in (CHECKOUT / folder).rglob(kind):
            assert f"markscheme/{path.relative_to(CHECKOUT)}" in names
    for path in (CHECKOUT / "engine" / "markscheme").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert str(path.relative_to(CHECKOUT / "engine")) in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"markscheme"}
    assert not [name for name in names if name.startswith("markscheme/rules/") and name.endswith(".py")]


def test_it_rates_and_explains_a_shipped_methodology(installed: Path) -> None:
    command = installed / "env" / "bin" / "markscheme"
    asked = ("cqc/gp-practice@2021-10", "data.csv", "--id", "practice")
    assert (
        quietly(command, "rate", *asked, at=installed)
        .splitlines()[1]
        .startswith("Ash,good,inadequate,good,good,good,requires_improvement,yes")
    )
    told = quietly(command, "explain", *asked, "--record", "Ash", at=installed)
    assert "Record: Ash" in told
    assert "Overall rating: Requires improvement" in told
    assert "1 of 5 key questions is inadequate: effective" in told


def test_the_python_api_works_and_comes_from_the_wheel(installed: Path) -> None:
    code = (
        "import markscheme, markscheme.shipped as s\n"
        "print(markscheme.__file__)\n"
        "print(s.shipped('rules'), s.shipped('schemas'), sep='\\n')\n"
        "answer = markscheme.load('cqc/gp-practice', on='2022-01-01').rate({'ratings': dict.fromkeys("
        "['safe', 'effective', 'caring', 'responsive', 'well_led'], 'Outstanding')})\n"
        "print(answer.outcome['overall'])\n"
    )
    said = quietly(installed / "env" / "bin" / "python", "-c", code, at=installed).splitlines()
    assert said[-1] == "outstanding"
    assert all(Path(place).is_relative_to(installed / "env") for place in said[:3])
    assert str(CHECKOUT) not in "\n".join(said)
