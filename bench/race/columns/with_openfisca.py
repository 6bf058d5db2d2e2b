"""OpenFisca's own way with populations: one simulation with all bodies in it."""

from __future__ import annotations

import numpy as np

from ..single.openfisca import population as simulated
from ..workloads import Population, Workload
from . import Form, Run
from .plain import floats
from .with_numpy import read


def run(workload: Workload, population: Population, form: Form) -> Run | None:
    if form == "float64":
        return None  # it has figures as 32-bit floats, whatever it is given
    columns = {
        name: np.nan_to_num(floats(codes), nan=-1).astype(np.float32) if workload.columns[name] == "tenths" else codes
        for name, codes in population.columns.items()
    }
    return Run(lambda: simulated(workload, columns).astype(np.uint8), read, "its own int and float")
