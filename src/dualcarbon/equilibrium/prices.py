"""Prices of all instruments, and the interval in which a degenerate one may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.program import OBJECTIVE_SCALE
from dualcarbon.errors import SolveError

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solution import Solution
    from dualcarbon.equilibrium.solve import Equilibrium

COLUMNS = ["instrument", "item", "period", "region", "price", "unit"]


def price_table(solution: Solution, package: Package) -> pd.DataFrame:
    """List every price: instrument, item, period, region, price, unit."""
    rows = [
        (price.instrument, price.item, period, price.region, float(value), price.unit)
        for instrument in package.instruments.values()
        for price in instrument.price(solution)
        for period, value in price.values.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def price_intervals(equilibrium: Equilibrium, step: float) -> pd.DataFrame:
    """Left and right price of every policy row with one row per period.

    The optimal cost is convex and piecewise linear in a right-hand side b, so the dual at b may
    be any value between the slopes on both sides. They are measured by solving at ``b -/+ delta``.

    Args:
        equilibrium: a solved equilibrium.
        step: delta as a share of the row's activity.
    """
    solution, solver = equilibrium.solution, equilibrium.session.solver
    rows = []
    for instrument in equilibrium.package.instruments.values():
        for price in instrument.price(solution):
            if price.row not in solution.model.active_rows or price.region != "all":
                continue
            for period in price.values.index:
                low, high = _slopes(solution, solver, price.row, period, step)
                low, high = min(low, high, price.values[period]), max(low, high, price.values[period])
                rows.append(
                    (price.instrument, price.item, period, price.values[period], low, high, price.unit)
                )
    solver.update(solution.program)
    return pd.DataFrame(
        rows, columns=["instrument", "item", "period", "price", "low", "high", "unit"]
    )


def _slopes(
    solution: Solution, solver: object, row: str, period: int, step: float
) -> tuple[float, float]:
    """Yearly price on both sides of the present right-hand side, in user units."""
    label = int(solution.model.linopy.constraints[row].labels.sel(period=period))
    at = int(np.flatnonzero(solution.program.row_label == label)[0])
    weight = float(solution.model.horizon.objective[period])
    scale = solution.program.row_scale[at] * OBJECTIVE_SCALE / weight
    slopes = []
    for sign in (-1.0, 1.0):
        moved, delta = solution.program.moved(at, sign * step, solution.raw.x)
        solver.update(moved)  # type: ignore[attr-defined]
        try:
            raw = solver.solve()  # type: ignore[attr-defined]
        except SolveError:
            slopes.append(np.inf)
            continue
        slopes.append(abs((raw.objective - solution.raw.objective) / delta * scale))
    return slopes[0], slopes[1]
