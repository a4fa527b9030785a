"""What the energy users do: how much of each step is taken, and what that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.tables import columns

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

MILLION = 1e6
OF_MILLIONS = {"t CO2": "Mt", "t": "Mt", "MWh": "TWh"}


def user_steps(solution: Solution) -> pd.DataFrame:
    """Steps by sector, route and measure, summed over the regions.

    Returns:
        year, sector, route, measure, kind, taken and potential (million units of the step a
        year), unit, what is saved (co2_mt, electricity_twh, fuel_mtce; negative when used), cost
        (mean over the regions weighted by potential, CNY per unit, electricity not in it).
    """
    users = solution.model.users
    if users is None or users.steps.empty:
        return pd.DataFrame(columns=columns("user_steps")[1:])
    steps = users.steps
    names = ["sector", "route"]
    about = pd.concat(
        [users.table.loc[steps["user"], names].set_axis(steps.index), steps[["measure", "kind"]]],
        axis=1,
    )
    about["unit"] = steps["unit"].map(OF_MILLIONS).fillna("1e6 " + steps["unit"])
    parts = []
    for year in solution.model.periods:
        taken, most = solution.activity[year], users.potential.sel(period=year).to_series()
        amounts = pd.DataFrame(
            {
                "taken": taken,
                "potential": most,
                "co2_mt": taken * steps["co2_t"],
                "electricity_twh": taken * steps["electricity"],
                "fuel_mtce": taken * steps["fuel_tce"],
                "cost": most * steps["cost"],
            }
        )
        keys = [about[c] for c in (*names, "measure", "kind", "unit")]
        summed = amounts.div(MILLION).groupby(keys, sort=False).sum().reset_index()
        summed["cost"] = summed["cost"] / summed["potential"].where(summed["potential"] > 0)
        parts.append(summed.assign(year=int(year)))
    return pd.concat(parts, ignore_index=True)[columns("user_steps")[1:]]
