"""What the library shows, and what it never does: one list of names, cheap to import, typed and described; no code of a
rule file or a record is ever run."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from clocks import slower

import markscheme

ROOT = Path(markscheme.__file__).parent
PUBLIC = [
    "Absence",
    "Diagnostic",
    "Difference",
    "Explanation",
    "Methodology",
    "MethodologyError",
    "NotInColumns",
    "Problem",
    "RatedTable",
    "Reject",
    "Result",
    "Ways",
    "WhatIf",
    "compare",
    "load",
    "lost",
    "reached",
    "what_if",
]
HEAVY = {"yaml", "jsonschema", "referencing", "lark", "click", "rich", "openpyxl", "pytest", "hypothesis"}
HEAVY |= {"numpy", "pyarrow"}


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- the names -------------------------------------------------------------------------------------------------------


def test_the_names_are_these() -> None:
    assert markscheme.__all__ == PUBLIC == sorted(PUBLIC)
    assert set(PUBLIC) <= set(dir(markscheme))


@pytest.mark.parametrize("name", PUBLIC)
def test_each_name_can_be_imported_and_says_where_it_lives(name: str) -> None:
    found = getattr(markscheme, name)
    assert found.__name__ == name
    assert found.__module__.startswith("markscheme.")


def test_another_name_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute `laod`"):
        markscheme.laod  # noqa: B018
    with pytest.raises(ImportError):
        python_import("from markscheme import laod")


def python_import(text: str) -> None:
    namespace: dict[str, object] = {}
    exec(text, namespace)


# --- cheap -----------------------------------------------------------------------------------------------------------


def test_importing_loads_nothing_heavy() -> None:
    loaded = python("import sys, markscheme; print(*sys.modules)").split()
    assert "markscheme" in loaded
    assert not HEAVY & {name.split(".")[0] for name in loaded}


def test_rating_loads_what_reading_needs_and_no_face() -> None:
    code = "import sys, markscheme; markscheme.load('cqc/gp-practice@2021-10').rate({}); print(*sys.modules)"
    loaded = {name.split(".")[0] for name in python(code).split()}
    assert HEAVY & loaded <= {"yaml", "jsonschema", "referencing", "lark"}


def test_importing_takes_under_50_ms() -> None:
    """Beyond bare Python; the best of some runs, since others may be busy on the machine."""
    code = "from time import process_time as now; t = now(); import markscheme; print(now() - t)"
    best = min(float(python(code)) for _ in range(4))
    assert best < 0.05 or best < 0.05 * slower()


# --- typed and described ---------------------------------------------------------------------------------------------


def described() -> Iterator[tuple[str, object]]:
    """Every public name, and every public method and property of the classes."""
    for name in PUBLIC:
        found = getattr(markscheme, name)
        yield name, found
        if inspect.isclass(found):
            for inner, member in vars(found).items():
                if not inner.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                    yield f"{name}.{inner}", member


EVERY = dict(described())


def test_the_package_says_that_it_is_typed() -> None:
    assert (files("markscheme") / "py.typed").is_file()


@pytest.mark.parametrize("name", EVERY)
def test_it_is_described(name: str) -> None:
    text = inspect.getdoc(EVERY[name])
    assert text
    assert not text.startswith(f"{name}("), "that is what a dataclass without a docstring has"


@pytest.mark.parametrize("name", [name for name, member in EVERY.items() if not inspect.isclass(member)])
def test_it_is_annotated(name: str) -> None:
    member = EVERY[name]
    function = member.fget if isinstance(member, property) else member
    assert inspect.isfunction(function)
    given = [each for each in inspect.signature(function).parameters if each != "self"]
    assert {*given, "return"} <= set(function.__annotations__)
    assert "Any" not in function.__annotations__["return"].replace("dict[str, Any]", "")


# --- what no module does ---------------------------------------------------------------------------------------------

BUILTINS = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
MODULES = {
    "asyncio", "code", "codeop", "ctypes", "dill", "ftplib", "http", "marshal", "multiprocessing", "pickle", "requests",
    "runpy", "shelve", "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib", "urllib", "webbrowser",
    "xmlrpc",
}  # fmt: skip
ALLOWED = {
    "guard/revision.py": {"subprocess"},  # old files are asked of git; tests/test_revision.py holds it to that
    "record/writing.py": {"exec()", "compile()"},  # text made here, of names and figures; tests/test_record.py reads it
    "smt/__init__.py": {"subprocess"},  # z3 runs in a process of its own, which ends when its time is up
    "cli/check.py": {"multiprocessing"},  # files are shared out among the processors, each read by our own code
    "mutate/crew.py": {"multiprocessing", "multiprocessing.connection"},  # and so are the changes of one
}
PROCESSES = ("system", "popen", "exec", "spawn", "fork", "posix_spawn")
EVENTS = {"CSafeLoader", "SafeLoader"}  # given to `yaml.parse`, which makes events of a text and no objects


def refused(tree: ast.AST) -> Iterator[str]:
    """Code run from text, the network, other processes, and what makes objects of untrusted bytes."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
                yield f"{name}()"
            case ast.Import(names=names):
                yield from (each.name for each in names if each.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in MODULES:
                yield module
            case ast.ImportFrom(module="yaml", names=names):
                yield from (f"yaml.{each.name}" for each in names if _builds(each.name))
            case ast.Attribute(value=ast.Name(id="yaml"), attr=attr) if _builds(attr):
                yield f"yaml.{attr}"
            case ast.Attribute(value=ast.Name(id="os"), attr=attr) if attr.startswith(
                ("system", "popen", "exec", "spawn")
            ):
                yield f"os.{attr}"
            case _:
                pass


def _builds(name: str) -> bool:
    return name not in EVENTS and ("load" in name.lower() or "construct" in name.lower())


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_runs_text_or_reaches_out(path: Path) -> None:
    """B023, B073: rule files and data come from strangers."""
    allowed = ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
    assert not set(refused(ast.parse(path.read_text(encoding="utf-8")))) - allowed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("eval('1 + 1')", "eval()"),
        ("def f(x):\n    exec(x)", "exec()"),
        ("import pickle", "pickle"),
        ("def late():\n    from urllib.request import urlopen", "urllib.request"),
        ("import os\nos.system('ls')", "os.system"),
        ("import yaml\nyaml.load('a: 1', Loader=yaml.Loader)", "yaml.load"),
        ("from yaml import unsafe_load", "yaml.unsafe_load"),
        ("import socket as s", "socket"),
    ],
)
def test_what_is_refused_is_found(text: str, found: str) -> None:
    assert found in refused(ast.parse(text))


def test_a_result_of_zero_is_a_decimal_as_any_other(tmp_path: Path) -> None:
    text = f"{HEADER}inputs: {{spare: {{type: number, decimals: 0, min: 0, max: 3, better: higher}}}}\n"
    (tmp_path / "m.yaml").write_text(
        f"{text}measures: {{twice: {{type: number, formula: 2 * spare}}}}\nresults: [twice]\n"
    )
    result = markscheme.load(tmp_path / "m.yaml").rate({"spare": 0})
    assert isinstance(result, markscheme.Result)
    assert result.outcome == {"twice": Decimal(0)}
    assert isinstance(result.outcome["twice"], Decimal)


HEADER = 'markscheme: 1\nid: example/zero\nversion: "1"\ntitle: Zero\n'
