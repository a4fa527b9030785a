"""Small random input-output tables that are balanced and productive."""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.table.table import InputOutputTable


def small_world(
    seed: int = 0, *, regions: int = 3, sectors: int = 3, stressors: int = 1, year: int = 2000
) -> InputOutputTable:
    """A table with column sums of A between 0.2 and 0.7, so that primary inputs are above zero."""
    random = np.random.default_rng(seed)
    size = regions * sectors
    A = random.random((size, size)) ** 2
    A *= random.uniform(0.2, 0.7, size) / A.sum(axis=0)
    Y = random.random((size, regions * 2)) * 10
    x = np.linalg.solve(np.eye(size) - A, Y.sum(axis=1))
    return InputOutputTable.of(
        A * x,
        Y,
        random.random((stressors, size)) * x,
        F_Y=random.random((stressors, regions)),
        regions=[f"R{i}" for i in range(regions)],
        sectors=[f"S{i}" for i in range(sectors)],
        categories=["households", "investment"],
        stressors=["CO2", "CH4", "N2O"][:stressors],
        year=year,
        name="small world",
    )
