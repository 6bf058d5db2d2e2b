"""Runs by itself, in a process that may be ended at any time: questions in SMT-LIB on standard input, answers on
standard output. Knows z3 and nothing else; it is the only module that loads it.

A question is a line with its length and the milliseconds it may take, then its text. Its answer is `sat`, `unsat` or
`unknown` and why; after `sat` a line for each constant, its name and its value; then a line with a full stop.
"""

from __future__ import annotations

import sys
from typing import Any

_MEMORY = 1_500  # MiB


def main() -> int:
    try:
        import z3  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra
    except ImportError:
        print("missing\n.", flush=True)
        return 0
    _bounded()
    z3.set_param("memory_max_size", _MEMORY)
    for head in sys.stdin:
        length, milliseconds = head.split()
        answer(z3, sys.stdin.read(int(length)), int(milliseconds))
        print(".", flush=True)
    return 0


def answer(z3: Any, question: str, milliseconds: int) -> None:
    """With nothing left over from questions before it."""
    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", milliseconds)
    try:
        solver.from_string(question)
        found = solver.check()
    except z3.Z3Exception as error:
        print("unknown", " ".join(str(error).split())[:200])
        return
    print(found, solver.reason_unknown() if found == z3.unknown else "")
    if found == z3.sat:
        model = solver.model()
        for constant in model.decls():
            value = model[constant]
            if z3.is_true(value) or z3.is_false(value):
                print(constant.name(), value)
            elif z3.is_int_value(value) or z3.is_rational_value(value):
                print(constant.name(), value.as_string())  # not a root, which no data can hold


def _bounded() -> None:
    try:
        import resource
    except ImportError:  # not on every system
        return
    most = (_MEMORY + 1_000) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main())
