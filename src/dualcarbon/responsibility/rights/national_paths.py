"""A path for every region from its budget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.rights.basis import Basis
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.paths import exponential, line_to, linear

SHAPES = ("linear", "exponential", "line")
Maker = Callable[[float, float, int], pd.Series]


def national_paths(
    basis: Basis,
    budgets: Budgets,
    *,
    shape: str = "linear",
    net_zero: int = 2060,
    horizon: int = 2100,
    regions: list[str] | None = None,
) -> pd.DataFrame:
    """Yearly emissions of each region that sum to its budget.

    Args:
        basis: today's emissions; budgets: of one rule.
        shape: ``linear`` (straight to zero), ``exponential`` (falling to zero in ``net_zero``) or
            ``line`` (straight to ``horizon``, of any sign). A budget that is not above zero, or
            that the falling shape cannot meet, gets the straight line to the horizon, and the
            column ``shape`` says so.
        net_zero, horizon: years.
        regions: those wanted; all with emissions by default.

    Returns:
        Tidy: rule, region, year, value (Gt CO2), shape.

    Raises:
        InputError: an unknown shape or region.
    """
    if shape not in SHAPES:
        raise unknown_name("shape", shape, SHAPES, where="shape")
    makers: dict[str, Maker] = {
        "linear": linear,
        "exponential": partial(exponential, net_zero=net_zero),
        "line": partial(line_to, horizon=horizon),
    }
    rows = []
    for region in regions if regions is not None else basis.regions:
        if region not in basis.regions:
            raise unknown_name("region", region, basis.regions)
        now, budget = float(basis.now[region]), float(budgets.values[region])
        drawn = shape if _reaches(shape, now, budget, net_zero - basis.year) else "line"
        path = makers[drawn](now, budget, basis.year).rename("value").reset_index()
        rows.append(path.assign(region=region, shape=drawn))
    table = pd.concat(rows, ignore_index=True).assign(rule=budgets.rule)
    return table[["rule", "region", "year", "value", "shape"]]


def _reaches(shape: str, now: float, budget: float, span: int) -> bool:
    """Whether a falling path can use up the budget."""
    if shape == "line":
        return True
    if now <= 0 or budget <= 0:
        return False
    return shape == "linear" or 0.002 < budget / (now * span) < 0.998
