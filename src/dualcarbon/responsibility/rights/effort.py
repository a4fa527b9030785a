"""Rules that share the effort instead of the budget: a baseline, less a share of the reduction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.households.tiers import expected_below
from dualcarbon.responsibility.rights.basis import Basis, Budgets, checked_budget


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


def responsibility(
    basis: Basis,
    budget: float,
    *,
    account: pd.Series | None = None,
    start: int = 1990,
    growth: pd.Series | None = None,
    horizon: int | None = None,
) -> Budgets:
    """``B_i = BAU_i - R a_i / sum a`` with ``R = sum BAU - B`` and account a.

    Args:
        basis: emissions by region; budget: Gt CO2.
        account: responsibility by region under any principle, in any unit (a column of
            ``accounts(...)``, or cumulative consumption emissions); by default cumulative
            territorial emissions since ``start``.
        start: first year of the default account.
        growth, horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Raises:
        InputError: a region without an account, a negative account, a start year outside the
            series.
    """
    total = checked_budget(budget)
    settings: dict[str, object] = {"horizon": horizon}
    if account is None:
        account = basis.since(start).sum()
        settings |= {"start": start, "account": "cumulative territorial"}
    else:
        settings["account"] = str(account.name or "given")
        for region in basis.regions:
            if region not in account.index:
                raise unknown_name("region", region, map(str, account.index), where="account")
    bau = baseline(basis, total, growth=growth, horizon=horizon)
    weights = account[basis.regions].astype(float)
    return share_reduction("responsibility", basis, total, weights, bau, settings)


def ability_to_pay(
    basis: Basis,
    budget: float,
    *,
    exponent: float = 1 / 3,
    growth: pd.Series | None = None,
    horizon: int | None = None,
) -> Budgets:
    """``B_i = BAU_i - R (y_i / y)^a BAU_i / sum_j (y_j / y)^a BAU_j`` with ``R = sum BAU - B``.

    GDP per head y, exponent a = 1/3 as in van den Berg et al. (Climatic Change 162, 2020), where
    the rule is applied to each year of a path and here to the sum. A region without people counts
    with the world's mean income.

    Args:
        basis: emissions, population, GDP per head; budget: Gt CO2.
        exponent: 0 cuts all in the same proportion.
        growth, horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Raises:
        InputError: no GDP per head, an exponent that is negative or not a number.
    """
    total = checked_budget(budget)
    if not np.isfinite(exponent) or exponent < 0:
        raise InputError(f"must be zero or more, got {exponent:g}", where="exponent")
    income, people = basis.income(), basis.people
    inhabited = people > 0
    mean = float((income * people)[inhabited].sum() / people.sum())
    relative = (income / mean).where(inhabited, 1.0)
    bau = baseline(basis, total, growth=growth, horizon=horizon)
    settings: dict[str, object] = {"exponent": exponent, "horizon": horizon}
    return share_reduction("ability_to_pay", basis, total, relative**exponent * bau, bau, settings)


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
