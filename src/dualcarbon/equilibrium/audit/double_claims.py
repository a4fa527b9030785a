"""The double-claim audit: every MWh, tce and ton that two instruments counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.audit.rates import credit_rates, saving_rates
from dualcarbon.equilibrium.audit.worth import saving_worth, token_worth
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.users import counted_twice
from dualcarbon.instruments.tokens import JOINT

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

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
    groups = pool.groups.index

    def worth(use: str) -> pd.DataFrame:
        price = token_worth(solution, package, use)
        return pd.DataFrame([price] * len(groups), index=groups, columns=price.index)

    tokens = solution.evaluate(1.0 * pool.tokens)
    joint = {use: tokens.sel(use=use).to_series() for use in pool.double}
    return _claimed_twice(joint, worth, credit_rates(package), "mwh")


def _of_savings(solution: Solution, package: Package) -> pd.DataFrame:
    pool = solution.model.savings
    if pool is None:
        return pd.DataFrame(columns=COLUMNS)

    def worth(use: str) -> pd.DataFrame:
        return saving_worth(solution, package, use)

    tokens = solution.evaluate(1.0 * pool.tokens)
    joint = {use: tokens.sel(saving_use=use).to_series() for use in pool.double}
    return _claimed_twice(joint, worth, saving_rates(package), "tce")


def _claimed_twice(
    joint: Mapping[str, pd.Series],
    worth: Callable[[str], pd.DataFrame],
    rate: Mapping[str, float],
    unit: str,
) -> pd.DataFrame:
    """Rows of the audit for joint uses.

    Args:
        joint: amount by group and period of each joint use.
        worth: worth of a unit in a use, rows groups, columns periods.
        rate: tons that the carbon market credits per unit of a use.
        unit: column of the amount.
    """
    rows = []
    for use, amounts in joint.items():
        first, second = use.split(JOINT)
        lesser = np.minimum(worth(first), worth(second))
        tons = max(rate.get(first, 0.0), rate.get(second, 0.0))
        for (group, period), amount in amounts.items():
            if amount > NEGLIGIBLE:
                row = {"first": first, "second": second, "period": period, "group": group,
                       "mwh": 0.0, "tce": 0.0, "t_co2": amount * tons,
                       "worth": amount * lesser.loc[group, period]}  # fmt: skip
                rows.append({**row, unit: amount})
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
