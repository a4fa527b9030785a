"""Prices of all instruments, and the interval in which a degenerate one may lie."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.own_limits import own_prices
from dualcarbon.errors import SolveError
from dualcarbon.instruments.areas import AREA
from dualcarbon.instruments.base import EVERYONE
from dualcarbon.solver.program import OBJECTIVE_SCALE

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.instruments.base import Price
    from dualcarbon.solver.highs import PersistentHighs
    from dualcarbon.solver.solution import Solution

COLUMNS = ["instrument", "item", "period", "region", "price", "unit"]


def price_table(solution: Solution, package: Package) -> pd.DataFrame:
    """List every price: instrument, item, period, region, price, unit.

    The network's own limits come last, under ``network``.
    """
    found = (p for instrument in package.standing.values() for p in instrument.price(solution))
    rows = [
        (price.instrument, price.item, period, price.region, float(value), price.unit)
        for price in chain(found, own_prices(solution))
        for period, value in price.values.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def price_intervals(
    solution: Solution, package: Package, solver: PersistentHighs, step: float
) -> pd.DataFrame:
    """Left and right price of every policy row with one row per period, by area where it has some.

    The optimal cost is convex and piecewise linear in a right-hand side b, so the dual at b may
    be any value between the slopes on both sides. They are measured by solving at ``b -/+ delta``.

    Args:
        solution: a solved model; package: the instruments that hold.
        solver: the solver that holds it; it is left as it was.
        step: delta as a share of the row's activity.
    """
    rows = []
    for instrument in package.standing.values():
        for price in instrument.price(solution):
            labels = _labels(solution, price)
            for period in labels.index:
                low, high = _slopes(solution, solver, labels[period], period, step)
                value = price.values[period]
                between = (value, min(low, high, value), max(low, high, value))
                about = (price.instrument, price.item, period, price.region)
                rows.append((*about, *between, price.unit))
    solver.update(solution.program)
    return pd.DataFrame(
        rows, columns=["instrument", "item", "period", "region", "price", "low", "high", "unit"]
    )


def _labels(solution: Solution, price: Price) -> pd.Series:
    """Label of the price's row by period; none for prices of many rows."""
    model = solution.model
    if price.row not in model.active_rows:
        return pd.Series(dtype=int)
    labels = model.linopy.constraints[model.row_blocks.block(price.row)].labels
    if set(labels.dims) == {AREA, "period"} and price.region in labels.coords[AREA]:
        labels = labels.sel({AREA: price.region})
    elif price.region != EVERYONE:
        return pd.Series(dtype=int)
    if labels.size != len(model.periods):
        return pd.Series(dtype=int)
    return pd.Series(labels.to_numpy().ravel(), index=model.periods)


def _slopes(
    solution: Solution, solver: PersistentHighs, label: int, period: int, step: float
) -> tuple[float, float]:
    """Yearly price on both sides of the present right-hand side, in user units."""
    at = int(np.flatnonzero(solution.program.row_label == label)[0])
    weight = float(solution.model.horizon.objective[period])
    scale = solution.program.row_scale[at] * OBJECTIVE_SCALE / weight
    slopes = []
    for sign in (-1.0, 1.0):
        moved, delta = solution.program.moved(at, sign * step, solution.raw.x)
        solver.update(moved)
        try:
            raw = solver.solve()
        except SolveError:
            slopes.append(np.inf)
            continue
        slopes.append(abs((raw.objective - solution.raw.objective) / delta * scale))
    return slopes[0], slopes[1]
