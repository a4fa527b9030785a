"""The double-claim audit: every MWh, tce and ton that two instruments counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.rates import credit_rates, saving_rates
from dualcarbon.equilibrium.worth import saving_worth, token_worth
from dualcarbon.instruments.carbon import CarbonMarket
from dualcarbon.instruments.carbon_users import counted_twice
from dualcarbon.instruments.tokens import JOINT

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solution import Solution

COLUMNS = ["first", "second", "period", "group", "mwh", "tce", "t_co2", "worth"]
NEGLIGIBLE = 1e-3


def double_claim_table(solution: Solution, package: Package) -> pd.DataFrame:
    """What two uses claimed at once, by group and period.

    ``mwh`` (renewable output) or ``tce`` (saved energy) per year, ``t_co2`` the tons that the
    carbon market credited for it, and ``worth`` what was earned a second time: the lesser of the
    worth in both uses, CNY per year.
    """
    parts = [
        _of_tokens(solution, package),
        _of_savings(solution, package),
        _of_electricity(solution, package),
    ]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)


def _of_tokens(solution: Solution, package: Package) -> pd.DataFrame:
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=COLUMNS)
    tokens, rate = solution.evaluate(1.0 * pool.tokens), credit_rates(package)
    rows = []
    for use in pool.double:
        first, second = use.split(JOINT)
        worth = np.minimum(
            token_worth(solution, package, first), token_worth(solution, package, second)
        )
        tons = max(rate.get(first, 0.0), rate.get(second, 0.0))
        for (group, period), mwh in tokens.sel(use=use).to_series().items():
            if mwh > NEGLIGIBLE:
                value = mwh * worth[period]
                rows.append((first, second, period, group, mwh, 0.0, mwh * tons, value))
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_savings(solution: Solution, package: Package) -> pd.DataFrame:
    pool = solution.model.savings
    if pool is None:
        return pd.DataFrame(columns=COLUMNS)
    tokens, rate = solution.evaluate(1.0 * pool.tokens), saving_rates(package)
    rows = []
    for use in pool.double:
        first, second = use.split(JOINT)
        worth = np.minimum(
            saving_worth(solution, package, first), saving_worth(solution, package, second)
        )
        tons = max(rate.get(first, 0.0), rate.get(second, 0.0))
        for (group, period), tce in tokens.sel(saving_use=use).to_series().items():
            if tce > NEGLIGIBLE:
                value = tce * worth.loc[group, period]
                rows.append((first, second, period, group, 0.0, tce, tce * tons, value))
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_electricity(solution: Solution, package: Package) -> pd.DataFrame:
    """Electricity that the carbon market charges to plants and to users."""
    market = package.instruments.get(CarbonMarket.key)
    if not isinstance(market, CarbonMarket):
        return pd.DataFrame(columns=COLUMNS)
    return counted_twice(market, solution)


def token_table(solution: Solution) -> pd.DataFrame:
    """Where the tokens go: group, use, period, MWh per year."""
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=["group", "use", "period", "mwh"])
    return solution.evaluate(1.0 * pool.tokens).to_series().rename("mwh").reset_index()


def saving_table(solution: Solution) -> pd.DataFrame:
    """Where saved energy goes: saver, use, period, tce per year."""
    pool = solution.model.savings
    if pool is None:
        return pd.DataFrame(columns=["saver", "use", "period", "tce"])
    tokens = solution.evaluate(1.0 * pool.tokens).to_series().rename("tce").reset_index()
    return tokens.rename(columns={"saving_use": "use"})
