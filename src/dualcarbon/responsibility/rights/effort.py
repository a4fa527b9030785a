"""Sharing the effort instead of the budget: a baseline, less a share of the reduction."""

from __future__ import annotations

import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets


def baseline(
    basis: Basis, budget: float, *, growth: pd.Series | None = None, horizon: int | None = None
) -> pd.Series:
    """Emissions of each region without effort, summed to the horizon (Gt).

    ``BAU_i = sum_t E_i (1 + g_i)^t``; without growth rates emissions stay as they are.

    Args:
        basis: the regions; budget: Gt CO2.
        growth: yearly growth rates by region.
        horizon: last year of the effort; by default the year in which the world's emissions reach
            zero on the straight line that uses up the budget, ``2 B / E`` years from now.

    Raises:
        InputError: a region without a growth rate, a horizon in the past.
    """
    span = 2 * checked_budget(budget) / float(basis.now.sum())
    if horizon is not None:
        span = float(horizon - basis.year)
        if span <= 0:
            raise InputError(
                f"{horizon} is not after the history", where="horizon", allowed=f"> {basis.year}"
            )
    if growth is None:
        return basis.now * span
    for region in basis.regions:
        if region not in growth.index:
            raise unknown_name("region", region, map(str, growth.index), where="growth")
    rates = growth[basis.regions].astype(float)
    whole, part = int(span), span - int(span)
    years = sum((1 + rates) ** t for t in range(1, whole + 1)) + part * (1 + rates) ** (whole + 1)
    return basis.now * years


def share_reduction(
    rule: str,
    basis: Basis,
    budget: float,
    weights: pd.Series,
    bau: pd.Series,
    settings: dict[str, object],
) -> Budgets:
    """``B_i = BAU_i - (sum BAU - B) w_i / sum w``: sums to the budget whatever the weights.

    Raises:
        InputError: the budget is not below the baseline, so that there is no effort to share; a
            weight is negative or none is above zero.
    """
    reduction = float(bau.sum()) - budget
    if reduction <= 0:
        raise InputError(
            f"a budget of {budget:g} Gt is no effort beside a baseline of {bau.sum():.4g} Gt",
            where="budget",
        )
    if (weights < 0).any() or not weights.sum() > 0:
        raise InputError(
            f"shares of the effort must be zero or more, got {weights.min():.3g} for "
            f"'{weights.idxmin()}'",
            where=rule,
        )
    values = bau - reduction * weights / float(weights.sum())
    return Budgets(rule, values, budget, basis.year, settings).check()
