"""Greenhouse development rights: duty by capacity and responsibility above a threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.households.tiers import expected_below
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.effort import baseline, share_reduction

GDR_THRESHOLD = 7500.0
"""Development threshold in PPP dollars per head of Baer et al. 2008 (from memory of the report)."""


def development_rights(
    basis: Basis,
    budget: float,
    *,
    threshold: float = GDR_THRESHOLD,
    start: int = 1990,
    weight: float = 0.5,
    spread: pd.Series | None = None,
    growth: pd.Series | None = None,
    horizon: int | None = None,
) -> Budgets:
    """``B_i = BAU_i - R RCI_i`` with ``RCI = weight r_i + (1 - weight) c_i``.

    Capacity ``c_i ~ P_i E[max(y - y*, 0)]`` is income above the development threshold;
    responsibility ``r_i ~ h_i E[max(y - y*, 0)] / y_i`` is the part of cumulative emissions since
    the start year that goes with that income. Incomes within a region are log-normal with the
    given spread (Baer, Athanasiou, Kartha & Kemp-Benedict, The Greenhouse Development Rights
    Framework, 2008; formula as summarised by van den Berg et al. 2020).

    Args:
        basis: emissions, population, GDP per head; budget: Gt CO2.
        threshold: income per head that carries no duty, in the currency of the GDP.
        start: first year of responsibility; weight: of responsibility, 0 to 1.
        spread: standard deviation of the logarithm of incomes by region; none by default.
        growth, horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Raises:
        InputError: a threshold below zero or above all incomes, a weight outside 0 to 1, a start
            year outside the series.
    """
    total = checked_budget(budget)
    if not 0.0 <= weight <= 1.0:
        raise InputError(f"{weight:g} is no share", where="weight", allowed="0 to 1")
    above = _income_above(basis, threshold, spread)
    capacity = basis.people * above
    if not capacity.sum() > 0:
        raise InputError(f"no income is above {threshold:g}", where="threshold")
    blame = basis.since(start).sum() * (above / basis.income()).where(basis.people > 0, 0.0)
    index = weight * blame / float(blame.sum()) + (1 - weight) * capacity / float(capacity.sum())
    bau = baseline(basis, total, growth=growth, horizon=horizon)
    settings: dict[str, object] = {
        "threshold": threshold,
        "start": start,
        "weight": weight,
        "horizon": horizon,
    }
    return share_reduction("development_rights", basis, total, index, bau, settings)


def _income_above(basis: Basis, threshold: float, spread: pd.Series | None) -> pd.Series:
    """Income per head above the threshold, by region."""
    if not np.isfinite(threshold) or threshold < 0:
        raise InputError(f"must be zero or more, got {threshold:g}", where="threshold")
    income = basis.income().where(basis.people > 0, 0.0)
    sigma = np.zeros(len(income))
    if spread is not None:
        for region in basis.regions:
            if region not in spread.index:
                raise unknown_name("region", region, map(str, spread.index), where="spread")
        sigma = spread[basis.regions].to_numpy(dtype=float)
    return income - expected_below(income.to_numpy(dtype=float), sigma, threshold)
