"""The double-claim audit: every MWh, tce and ton that two instruments counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.instruments.claims import JOINT
from dualcarbon.instruments.tokens import worth_of_tokens

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.pools import Pool

COLUMNS = ["first", "second", "period", "group", "mwh", "tce", "t_co2", "worth"]
NEGLIGIBLE = 1e-3


def double_claim_table(solution: Solution, package: Package) -> pd.DataFrame:
    """What two uses claimed at once, by group and period.

    ``mwh`` (renewable output) or ``tce`` (saved energy) per year, ``t_co2`` the tons that the
    carbon market credited for it, and ``worth`` what was earned a second time: the lesser of the
    worth in both uses, CNY per year.
    """
    model, instruments = solution.model, package.standing
    tons: dict[str, float] = {}
    for instrument in instruments.values():
        tons |= instrument.tons(instruments)
    parts = [
        _claimed_twice(solution, model.tokens, tons, "mwh"),
        _claimed_twice(solution, model.savings, tons, "tce"),
        *(instrument.counted_twice(solution) for instrument in instruments.values()),
    ]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)


def _claimed_twice(
    solution: Solution, pool: Pool | None, tons: Mapping[str, float], unit: str
) -> pd.DataFrame:
    """Rows of the audit for the joint uses of a pool.

    Args:
        solution: a solved model.
        pool: tokens of renewable output or of saved energy.
        tons: t CO2 that the carbon market credits per unit of a use.
        unit: column of the amount.
    """
    rows: list[dict[str, object]] = []
    if pool is None or not pool.double:
        return pd.DataFrame(rows, columns=COLUMNS)
    amount, worth = solution.evaluate(1.0 * pool.tokens), worth_of_tokens(solution, pool)
    for use in pool.double:
        first, second = use.split(JOINT)
        lesser = np.minimum(worth.sel({pool.use: first}, drop=True),
                            worth.sel({pool.use: second}, drop=True)).clip(min=0.0)  # fmt: skip
        both = xr.Dataset({"amount": amount.sel({pool.use: use}, drop=True), "worth": lesser})
        table = both.transpose(pool.group, "period").to_dataframe()
        rate = max(tons.get(first, 0.0), tons.get(second, 0.0))
        for (group, period), row in table[table["amount"] > NEGLIGIBLE].iterrows():
            about = {"first": first, "second": second, "period": period, "group": group}
            found = {"mwh": 0.0, "tce": 0.0, "t_co2": row["amount"] * rate,
                     "worth": row["amount"] * row["worth"]}  # fmt: skip
            rows.append({**about, **found, unit: row["amount"]})
    return pd.DataFrame(rows, columns=COLUMNS)


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
