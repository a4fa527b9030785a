"""The double-claim audit: every MWh and ton that two instruments counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.tokens import JOINT

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solution import Solution

COLUMNS = ["first", "second", "period", "group", "mwh", "t_co2"]


def double_claim_table(solution: Solution, package: Package) -> pd.DataFrame:
    """MWh per year claimed by two uses, and the tons that the carbon market credited for them."""
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=COLUMNS)
    tokens = solution.evaluate(1.0 * pool.tokens)
    rate = credit_rates(package)
    rows = []
    for use in pool.double:
        first, second = use.split(JOINT)
        table = tokens.sel(use=use).to_series()
        for (group, period), mwh in table.items():
            if mwh > 1e-3:
                tons = mwh * max(rate.get(first, 0.0), rate.get(second, 0.0))
                rows.append((first, second, period, group, mwh, tons))
    return pd.DataFrame(rows, columns=COLUMNS)


def token_table(solution: Solution) -> pd.DataFrame:
    """Where the tokens go: group, use, period, MWh per year."""
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=["group", "use", "period", "mwh"])
    return solution.evaluate(1.0 * pool.tokens).to_series().rename("mwh").reset_index()


def credit_rates(package: Package) -> dict[str, float]:
    """Tons that one MWh of a use counts in the carbon market."""
    rates: dict[str, float] = {}
    for key, field, use in (
        ("carbon", "ccer_rate", "ccer"),
        ("green_power_for_allowances", "k", "carbon"),
        ("integrated_attributes", "k", "carbon"),
    ):
        if key in package.instruments:
            rates[use] = float(getattr(package.instruments[key], field))
    return rates
