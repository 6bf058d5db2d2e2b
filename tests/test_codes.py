"""The registry of codes is true of conditions, meaning and proofs: each example raises what it is said to raise, what
is said to be right is right, and the engine and the registry know the same codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fragments import splice

import markscheme
from markscheme import smt
from markscheme.checking import proved
from markscheme.codes import Code, expressions, meaning, proof, registry
from markscheme.compile import compile_source
from markscheme.diagnostics import Diagnostic, Source
from markscheme.render import all_as_text

ENGINE = Path(markscheme.__file__).parent
CODES = [*expressions.CODES, *meaning.CODES, *proof.CODES]


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "SECONDS", 1.0)  # for what no time is enough


def found_in(fragment: str) -> tuple[Diagnostic, ...]:
    return compile_source(Source("example.yaml", splice(fragment)), Path("example.yaml"), lambda a, b: None)[1]


def found_of(code: Code, fragment: str) -> tuple[Diagnostic, ...]:
    """Also what is proved, where the code is about that: else examples are too small to have every level."""
    if code not in proof.CODES:
        return found_in(fragment)
    program, found = compile_source(Source("example.yaml", splice(fragment)), Path("example.yaml"), lambda a, b: None)
    assert program is not None, all_as_text(found)
    return proved(program, found).found


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_the_wrong_example_raises_its_code(code: Code) -> None:
    found = [each for each in found_of(code, code.wrong) if each.code == code.code]
    assert found
    for each in found:
        assert each.severity == code.severity
        assert each.span is not None, "it says where"
        assert len(each.message) <= 90
        assert each.message[0].islower() or each.message[0] in "`0123456789"
        assert not each.message.endswith(".")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_an_error_of_the_wrong_example_comes_alone(code: Code) -> None:
    """One mistake is told once: beside its own code an example has no other error."""
    others = [each for each in found_of(code, code.wrong) if each.severity == "error" and each.code != code.code]
    assert not others, all_as_text(others)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_the_right_example_is_right(code: Code) -> None:
    found = [each for each in found_of(code, code.right) if each.severity == "error" or each.code == code.code]
    assert not found, all_as_text(found)


def test_the_engine_and_the_registry_know_the_same_codes() -> None:
    used: set[str] = set()
    for path in ENGINE.rglob("*.py"):
        if "codes" not in path.parts:
            used |= set(re.findall(r"\bMS\d{3}\b", path.read_text("utf-8")))
    assert used - set(registry()) == set(), "used, and not in the registry"
    assert set(registry()) - used == set(), "in the registry, and never used"


def test_no_two_codes_have_one_name() -> None:
    families = [ENGINE / "codes" / path.name for path in (ENGINE / "codes").glob("*.py") if path.stem != "__init__"]
    named = [code for path in families for code in re.findall(r'^ {4,8}(?:Code\()?"(MS\d{3})"', path.read_text(), re.M)]
    assert len(named) == len(set(named)) == len(registry())


def test_a_scale_is_not_mistaken_for_a_measure_of_a_like_name() -> None:
    (found,) = found_in("measures:\n  overall: {scale: judged, formula: good}\nresults: [overall]\n")[:1]
    assert (found.message, found.hint) == ("unknown scale `judged`", "one of `rating`")
