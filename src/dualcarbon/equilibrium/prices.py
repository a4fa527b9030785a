"""Prices of all instruments, and the interval in which a degenerate one may lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.own_limits import own_prices
from dualcarbon.errors import SolveError
from dualcarbon.instruments.areas import AREA
from dualcarbon.instruments.base import EVERYONE
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.solver.proof import proven

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.instruments.base import Price
    from dualcarbon.solver.highs import PersistentHighs
    from dualcarbon.solver.solution import Solution

UNIQUE = 1e-6  # relative; an interval narrower than this is a point
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
    be any value between the slopes on both sides. Prices that :mod:`dualcarbon.solver.proof` shows
    to be one are points; for the others the slopes are measured by solving at ``b -/+ delta``.

    Args:
        solution: a solved model; package: the instruments that hold.
        solver: the solver that holds it; it is left as it was.
        step: delta as a share of the row's activity.
    """
    found = [
        (price, period, _position(solution, label))
        for instrument in package.standing.values()
        for price in instrument.price(solution)
        for period, label in _labels(solution, price).items()
    ]
    scale = [_scale(solution, row, period) for _, period, row in found]
    wide = _wide(solution, found, scale)
    if wide.any() and solution.raw.interior:  # a corner is exact, so it proves more
        solver.update(solution.program)
        solution = replace(solution, raw=solver.solve())
        wide &= _wide(solution, found, scale)
    rows = []
    for (price, period, row), per, is_wide in zip(found, scale, wide, strict=True):
        value = price.values[period]
        sides = _slopes(solution, solver, row, per, step) if is_wide else (value, value)
        between = (value, min(*sides, value), max(*sides, value))
        about = (price.instrument, price.item, period, price.region)
        rows.append((*about, *between, price.unit))
    solver.update(solution.program)
    return pd.DataFrame(
        rows, columns=["instrument", "item", "period", "region", "price", "low", "high", "unit"]
    )


def _wide(
    solution: Solution, found: list[tuple[Price, int, int]], scale: list[float]
) -> np.ndarray:
    """Which prices are not proven to be one."""
    if not found:
        return np.zeros(0, dtype=bool)
    half = proven(solution.program, solution.raw, np.array([row for *_, row in found])).half
    value = np.array([price.values[period] for price, period, _ in found])
    return half * scale > UNIQUE * (1.0 + np.abs(value))


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
    solution: Solution, solver: PersistentHighs, at: int, scale: float, step: float
) -> tuple[float, float]:
    """Yearly price on both sides of a row's present right-hand side, in user units."""
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


def _position(solution: Solution, label: int) -> int:
    return int(np.flatnonzero(solution.program.row_label == label)[0])


def _scale(solution: Solution, row: int, period: int) -> float:
    """Yearly price in user units per unit of the scaled dual of a row."""
    weight = float(solution.model.horizon.objective[period])
    return float(solution.program.row_scale[row] * OBJECTIVE_SCALE / weight)
