"""Columns as NumPy and C hold them: unsigned bytes and 16-bit tenths, or float64. What is no value is out of range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..workloads import FINER, MISSING, Population, Workload
from . import Form

Arrays = dict[str, NDArray[np.generic]]
NO_BYTE, NO_TENTHS = 255, -1


def arrays(workload: Workload, population: Population, form: Form) -> Arrays:
    found: Arrays = {}
    for name, codes in population.columns.items():
        if workload.columns[name] != "tenths":
            found[name] = np.where((codes < 0) | (codes > NO_BYTE), NO_BYTE, codes).astype(np.uint8)
        elif form == "float64":
            found[name] = floats(codes)
        else:
            found[name] = np.where(codes <= MISSING, NO_TENTHS, codes).astype(np.int16)
    return found


def floats(codes: NDArray[np.int16]) -> NDArray[np.float64]:
    """The float64 nearest to each decimal; one that has two decimals where a record is to be spoilt so."""
    return np.where(codes == MISSING, np.nan, np.where(codes == FINER, 57.25, codes / 10))


def types(workload: Workload, form: Form) -> str:
    return {"W1": "uint8", "W2": "uint8"}.get(workload.name) or ("float64" if form == "float64" else "int16 tenths")
