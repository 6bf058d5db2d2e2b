"""Nothing imports what stands to its right: one list, and the imports of every module held against it.

Imports inside functions count: where a module loads something late to stay cheap, it still knows of it. Imports under
TYPE_CHECKING do not: they name a type and load nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import markscheme

ROOT = Path(markscheme.__file__).parent

# A module or package a row, each knowing only what stands above it. Those in one row do not know each other.
ORDER = (
    ("codes",),
    ("diagnostics",),
    ("echo", "shipped"),
    ("document",),
    ("files",),
    ("shape",),
    ("syntax",),
    ("ir",),
    ("bounds", "deciding"),
    ("ops",),
    ("grids",),
    ("model",),
    ("resolve",),
    ("compile",),
    ("trace",),
    ("interpret",),
    ("intake",),
    ("space",),
    ("data",),
    ("regions",),
    ("lowered",),
    ("batch",),
    ("render",),
    ("explain",),
    ("result",),
    ("record", "columns"),
    ("methodology",),
    ("stream",),
    ("smt",),
    ("verify",),
    ("ledger",),
    ("editions",),
    ("timeline",),
    ("library",),
    ("given",),
    ("cases", "saved"),
    ("trial",),
    ("checking",),
    ("failed",),
    ("mutate",),
    ("guard",),
    ("diff",),
    ("reach",),
    ("markscheme",),  # `__init__`: what the library shows
    ("cli", "reference", "strategies", "pytest_plugin"),  # the faces
    ("__main__",),
)
PLACE = {name: place for place, row in enumerate(ORDER) for name in row}


def modules(root: Path = ROOT) -> Iterator[tuple[str, Path]]:
    """Every module by its full name, a package by that of its folder."""
    for path in sorted(root.rglob("*.py")):
        parts = ("markscheme", *path.relative_to(root).with_suffix("").parts)
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(tree: ast.AST, module: str, is_package: bool, late: bool = True) -> Iterator[str]:
    """The modules of this package that a module imports, by full name; `from . import x` names x. `late`: also those
    that are imported inside a function."""
    package = module if is_package else module.rpartition(".")[0]
    for node in _walk(tree, late):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "markscheme")
        elif isinstance(node, ast.ImportFrom):
            outer = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*outer, *(node.module or "").split(".")]).strip(".")
            if start.split(".")[0] == "markscheme":
                yield from (f"{start}.{alias.name}" for alias in node.names)


def _walk(tree: ast.AST, late: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from _walk(other, late)
        elif late or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _walk(child, late)


def layer(name: str) -> str:
    """`shape` of `markscheme.shape.keys`; the package itself is `markscheme`."""
    first = name.split(".")[1] if "." in name else "markscheme"
    return first if first in PLACE else "markscheme"


def wrong(module: str, tree: ast.AST, is_package: bool) -> list[str]:
    own = layer(module)
    return [
        f"{module} imports {imported}"
        for imported in imports(tree, module, is_package)
        if layer(imported) != own and PLACE[layer(imported)] >= PLACE[own]
    ]


def test_every_module_has_its_place_in_the_list_and_every_name_in_the_list_is_a_module() -> None:
    there = {name.split(".")[1] if "." in name else name for name, _ in modules()}
    assert there == set(PLACE), "add the module to ORDER where its imports allow, or take it out"


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=[name for name, _ in modules()])
def test_nothing_imports_what_stands_to_its_right(module: str, path: Path) -> None:
    assert not wrong(module, ast.parse(path.read_text(encoding="utf-8")), path.name == "__init__.py")


def test_no_modules_load_each_other_in_a_circle() -> None:
    """Within a package the list says nothing, but there must be some order in which its modules load. Here imports
    inside functions do not count: a package may ask its own modules for something once it is loaded itself."""
    found = dict(modules())
    reads: dict[str, set[str]] = {}
    for name, path in found.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = imports(tree, name, path.name == "__init__.py", late=False)
        # `a.b.c` is a module, or a name in the module `a.b`
        reads[name] = {each if each in found else each.rpartition(".")[0] for each in named} - {name}
    while free := {name for name, others in reads.items() if not others & reads.keys()}:
        reads = {name: others for name, others in reads.items() if name not in free}
    assert not reads, f"in or behind a circle: {sorted(reads)}"


@pytest.mark.parametrize(
    ("module", "text", "found"),
    [
        ("markscheme.ir", "from .resolve import resolve", ["markscheme.ir imports markscheme.resolve.resolve"]),
        ("markscheme.ir", "def late():\n    from markscheme import cli", ["markscheme.ir imports markscheme.cli"]),
        ("markscheme.ir", "import markscheme.interpret", ["markscheme.ir imports markscheme.interpret"]),
        ("markscheme.shape.keys", "from .. import ir", ["markscheme.shape.keys imports markscheme.ir"]),
        ("markscheme.ops", "from . import load", ["markscheme.ops imports markscheme.load"]),
        ("markscheme.echo", "from .shipped import shipped", ["markscheme.echo imports markscheme.shipped.shipped"]),
        ("markscheme.ops", "from .ir import Value\nimport re\nfrom .bounds import Bounds", []),
        ("markscheme.shape.keys", "from .kinds import Key\nfrom ..document import Node", []),
        ("markscheme.ir", "if TYPE_CHECKING:\n    from .resolve import resolve", []),
    ],
)
def test_an_import_to_the_right_is_found(module: str, text: str, found: list[str]) -> None:
    assert wrong(module, ast.parse(text), is_package=False) == found
