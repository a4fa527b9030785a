"""Small invented worlds for tests of clubs."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from dualcarbon.international.clubs import Region, World

INCOMES = ("high", "middle", "low")


def random_world(seed: int, n: int, *, exponent: float = 2.0) -> World:
    """A world of n regions with figures of the order of C-DICE."""
    rng = np.random.default_rng(seed)
    regions = {
        f"R{i}": Region(
            gdp_bn=float(rng.uniform(500, 15000)),
            co2_mt=float(rng.uniform(200, 9000)),
            abatement=float(rng.uniform(0.005, 0.06)),
            exponent=exponent,
            tariff_gain=float(rng.uniform(0.3, 0.8)),
            tariff_deadweight=float(rng.uniform(0.4, 1.0)),
            population_m=float(rng.uniform(30, 1300)),
            income=INCOMES[int(rng.integers(3))],
        )
        for i in range(n)
    }
    trade = rng.uniform(0, 400, (n, n)) * (1 - np.eye(n))
    return World(regions=regions, imports_bn=tuple(map(tuple, trade.tolist())))


worlds = st.builds(random_world, st.integers(0, 10**6), st.integers(2, 6))
prices = st.floats(1.0, 120.0)
tariffs = st.floats(0.0, 0.15)
