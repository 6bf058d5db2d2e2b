"""Rating methodologies as versioned rule files: checked, tested, explained, and evaluated exactly."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import would cost more than all else here
if TYPE_CHECKING:
    from typing import Any

    from .columns import NotInColumns, RatedTable
    from .diagnostics import Diagnostic, Problem
    from .diff.meaning import compare
    from .diff.verdicts import Difference
    from .explain import Explanation
    from .library import MethodologyError, load
    from .methodology import Methodology
    from .reach import Ways, WhatIf, lost, reached, what_if

__version__ = "0.1.0"

__all__ = [
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

_HOME = {
    "Absence": "result",
    "Diagnostic": "diagnostics",
    "Difference": "diff.verdicts",
    "Explanation": "explain",
    "Methodology": "methodology",
    "MethodologyError": "library",
    "NotInColumns": "columns",
    "Problem": "diagnostics",
    "RatedTable": "columns",
    "Reject": "result",
    "Result": "result",
    "Ways": "reach",
    "WhatIf": "reach",
    "compare": "diff.meaning",
    "load": "library",
    "lost": "reach",
    "reached": "reach",
    "what_if": "reach",
}


def __getattr__(name: str) -> Any:
    """Each public name is loaded on first use, so that `import markscheme` stays cheap."""
    if name not in _HOME:
        raise AttributeError(f"module `markscheme` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
