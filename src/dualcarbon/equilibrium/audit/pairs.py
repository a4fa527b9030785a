"""What two instruments regulate at once: tons, tce, and what the second adds to the bill."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.audit.pressure import per_ton, pressures

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

COLUMNS = ["first", "second", "period", "t_co2", "tce", "worth"]


def pair_table(solution: Solution, package: Package) -> pd.DataFrame:
    """Users' tons and tce that two instruments regulate at once, and their worth a second time.

    ``worth = sum_u tons_u min(p_first, p_second)`` with both prices per ton of the user's direct
    CO2, CNY per year: what regulating the same ton a second time charges at the margin.
    """
    if solution.model.users is None:
        return pd.DataFrame(columns=COLUMNS)
    found = pressures(solution, package)
    tons, used = solution.user_emissions, solution.of_users("fuel_tce")
    prices = {key: per_ton(pressure, solution).fillna(0.0) for key, pressure in found.items()}
    rows = []
    for first, second in combinations(found, 2):
        both = found[first].users.index.intersection(found[second].users.index)
        if not len(both):
            continue
        lesser = np.minimum(prices[first].loc[both], prices[second].loc[both])
        worth = (tons.loc[both] * lesser).sum()
        rows += [
            (first, second, period, tons.loc[both, period].sum(), used.loc[both, period].sum(),
             worth[period])
            for period in tons.columns
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
