"""Loops in C, compiled here with `cc -O3` for this machine's processor, on one thread: `c/plain.c` and `c/best.c`."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..workloads import Outcomes, Population, Workload, cuts, final_ratings
from . import Form, Run
from .plain import arrays, types
from .with_numpy import read

SOURCES = Path(__file__).parent.parent / "c"
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")


class _Cut(ctypes.Structure):
    _fields_ = (
        ("weight", ctypes.c_int),
        ("falling", ctypes.c_int),
        ("three", ctypes.c_int16),
        ("two", ctypes.c_int16),
        ("three_f", ctypes.c_double),
        ("two_f", ctypes.c_double),
    )


@cache
def library(which: str) -> ctypes.CDLL:
    """Raises ImportError where there is no C compiler."""
    compiler = os.environ.get("CC", "cc")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"{which}.so"
        try:
            subprocess.run(
                [compiler, *FLAGS, "-o", made, SOURCES / f"{which}.c", "-lm"], check=True, capture_output=True
            )
        except FileNotFoundError as error:
            raise ImportError(f"there is no C compiler `{compiler}`") from error
        return ctypes.CDLL(str(made))


@cache
def _table() -> NDArray[np.uint8]:
    return final_ratings().ravel()  # kept for as long as there are pointers into it


def plain(workload: Workload, population: Population, form: Form) -> Run:
    return _run(library("plain"), workload, population, form)


def best(workload: Workload, population: Population, form: Form) -> Run:
    return _run(library("best"), workload, population, form)


def _run(compiled: ctypes.CDLL, workload: Workload, population: Population, form: Form) -> Run:
    data = list(arrays(workload, population, form).values())
    figures = "float64" if form == "float64" else "tenths"
    kernel = getattr(compiled, {"W1": "w1", "W2": "w2"}.get(workload.name, f"w3_{figures}"))
    kernel.restype = None
    given = data if workload.name != "W3" else data[:-2]
    arguments: list[object] = [(ctypes.c_void_p * len(given))(*(column.ctypes.data for column in given))]
    if workload.name == "W3":
        each = [_Cut(c.weight, c.falling, c.three, c.two, c.three / 10, c.two / 10) for c in cuts().values()]
        arguments += [ctypes.c_void_p(column.ctypes.data) for column in data[-2:]]
        arguments += [(_Cut * len(each))(*each), ctypes.c_void_p(_table().ctypes.data)]

    def once() -> Outcomes:
        out = np.empty(len(data[0]), np.uint8)
        kernel(*arguments, ctypes.c_void_p(out.ctypes.data), ctypes.c_long(len(data[0])))
        return out

    return Run(once, read, types(workload, form))
