"""Energy users: what they do, what that costs and saves, and their balance beside statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import columns, conformed
from dualcarbon.system.settings import TCE_PER_MWH

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


NATIONAL = "national"
FUELS = ("coal", "oil", "gas", "other")
GRID_FACTOR_YEAR = 2023
BASE_YEAR = 2024
UNITS = {
    "output_mt": "Mt",
    "electricity_twh": "TWh",
    "co2_mt": "Mt",
    "process_co2_mt": "Mt",
    "co2_with_power_mt": "Mt",
    "co2_with_power_t_per_t": "t/t",
    "energy_mtce": "Mtce",
    "energy_heat_mtce": "Mtce",
    **{f"{fuel}_mtce": "Mtce" for fuel in FUELS},
}


def user_balance() -> pd.DataFrame:
    """What the energy users add up to, beside statistics; the difference is not spread away.

    ``energy = fuel + k electricity`` with k 0.3 tce/MWh (``energy_mtce``, the national method) or
    0.1229 (``energy_heat_mtce``). The rows ``national`` are all users and what is used elsewhere:
    power plants, public heat, the power system's own use and losses.

    Returns:
        sector, item, ours, statistics (empty where none is known), unit, year (of the
        statistic, or 2024), source, grade.
    """
    said = datasets.load("user_statistics")
    keys = ["sector", "item"]
    known = said[said["kind"] == "statistic"].rename(columns={"value": "statistics"})
    elsewhere = said[said["kind"] == "elsewhere"]
    ours = pd.Series(_ours(elsewhere)).rename("ours").rename_axis(keys).reset_index()
    about = elsewhere.assign(statistics=float("nan")).drop(columns="value")
    table = ours.merge(pd.concat([known, about]), on=keys, how="left")
    table["unit"] = table["item"].map(UNITS)
    table["year"] = table["year"].fillna(BASE_YEAR).astype(int)
    return conformed(
        "user_balance", table[columns("user_balance")].fillna({"source": "", "grade": ""})
    )


def _ours(elsewhere: pd.DataFrame) -> dict[tuple[str, str], float]:
    users = datasets.load("energy_users").groupby("sector", sort=False).sum(numeric_only=True)
    flows = users[["output_mt", "electricity_twh", "process_co2_mt"]].copy()
    flows["co2_mt"] = users["fuel_co2_mt"] + users["process_co2_mt"]
    flows[[f"{fuel}_mtce" for fuel in FUELS]] = users[[f"{fuel}_mtce" for fuel in FUELS]]
    fuel = users[[f"{kind}_mtce" for kind in FUELS]].sum(axis=1)
    for item, accounting in (
        ("energy_mtce", "generation_equivalent"),
        ("energy_heat_mtce", "calorific"),
    ):
        flows[item] = fuel + TCE_PER_MWH[accounting] * flows["electricity_twh"]
    flows["co2_with_power_mt"] = flows["co2_mt"] + _grid_factor() * flows["electricity_twh"]
    flows["co2_with_power_t_per_t"] = flows["co2_with_power_mt"] / flows["output_mt"]
    made = flows["output_mt"] > 0
    flows.loc[~made, ["output_mt", "co2_with_power_t_per_t"]] = float("nan")
    ours = {key: float(v) for key, v in flows.stack().dropna().items() if v != 0.0}
    for row in elsewhere.itertuples():
        ours[row.sector, row.item] = float(row.value)
    return ours | {(NATIONAL, item): value for item, value in _national(flows, elsewhere).items()}


def _national(flows: pd.DataFrame, elsewhere: pd.DataFrame) -> dict[str, float]:
    """Sums over users and what is used elsewhere.

    Power plants' fuel stands behind electricity: it counts by fuel and not in energy.
    """
    other = elsewhere.groupby("item")["value"].sum()
    items = ["electricity_twh", "co2_mt", "coal_mtce", "oil_mtce", "gas_mtce"]
    total = {item: float(flows[item].sum() + other.get(item, 0.0)) for item in items}
    lost = other["electricity_twh"]
    for item, accounting in (
        ("energy_mtce", "generation_equivalent"),
        ("energy_heat_mtce", "calorific"),
    ):
        extra = other["energy_mtce"] + TCE_PER_MWH[accounting] * lost
        total[item] = float(flows[item].sum() + extra)
    return total


def _grid_factor() -> float:
    table = datasets.load("statistics")
    row = table[(table["item"] == "grid_factor") & (table["year"] == GRID_FACTOR_YEAR)]
    return float(row["value"].iloc[0])
