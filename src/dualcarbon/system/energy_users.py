"""Energy users of the provinces: industry, services, households and transport."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.system.settings import ChinaSettings
from dualcarbon.system.users import EnergyUsers

MILLION = 1e6
RAMP_YEARS = 10
BASE_YEAR = 2024
SMALLEST = 1e3  # t or MWh a year: smaller steps are left out
FUELS = ("coal", "oil", "gas", "other")
MATERIALS = ("steel", "cement", "aluminium")
TIERS = ((0.0, 0.04), (0.04, 0.10))
"""Shares of output that are forgone one after the other."""
BAND = {"low": "_low", "central": "", "high": "_high"}
GRID_FACTOR_YEAR = 2023


def energy_users(settings: ChinaSettings) -> EnergyUsers:
    """Users by province, sector and route, and the steps by which they can save.

    Output, fuel and direct emissions move with the activity of the sector (table
    ``user_outlook``). Electricity of steel, cement and aluminium does so too; that of the other
    sectors grows so that users and the power system's own use and losses keep their shares of
    the rest of a province's demand. A province's share of a national step is its share of the
    sector's emissions or electricity. Transport has no steps: the demand outlook already holds
    the charging of vehicles.
    """
    table = _table()
    if settings.users == "none":
        return EnergyUsers(_baseline(table, settings).iloc[:0], _steps(table, settings).iloc[:0])
    return EnergyUsers(_baseline(table, settings), _steps(table, settings))


def _table() -> pd.DataFrame:
    """One row per user in 2024, in the units of :class:`EnergyUsers`."""
    users = datasets.load("energy_users")
    name = users["province"] + " " + users["sector"] + " " + users["route"]
    fuel = {f"{kind}_tce": users[f"{kind}_mtce"] * MILLION for kind in FUELS}
    return pd.DataFrame(
        {
            "user": name.str.strip(),
            "bus": users["province"],
            "sector": users["sector"],
            "route": users["route"],
            "unit": np.where(users["output_mt"] > 0, "t", ""),
            "co2_t": (users["fuel_co2_mt"] + users["process_co2_mt"]) * MILLION,
            "process_co2_t": users["process_co2_mt"] * MILLION,
            "electricity_mwh": users["electricity_twh"] * MILLION,
            "output": users["output_mt"] * MILLION,
            **fuel,
            "fuel_tce": sum(fuel.values()),
        }
    ).drop(columns="other_tce")


def _baseline(table: pd.DataFrame, settings: ChinaSettings) -> pd.DataFrame:
    """The users in every milestone year."""
    made = table[table["sector"].isin(MATERIALS)].groupby("bus")["electricity_mwh"].sum()
    demand = datasets.load("demand").pivot(index="year", columns="province", values="twh") * MILLION
    fixed = made.reindex(demand.columns).fillna(0.0)
    activity_of = activity(settings)
    moved = [c for c in table.columns if c.endswith("_t") or c.endswith("_tce")] + ["output"]
    years = []
    for year in settings.years:
        level = table["sector"].map(activity_of[year]).fillna(1.0)
        then = {p: np.interp(year, demand.index.astype(float), demand[p]) for p in demand.columns}
        load = pd.Series(then) * settings.demand_factor
        growth = (load - fixed) / (demand.loc[BASE_YEAR] - fixed)
        factor = table["bus"].map(growth).where(~table["sector"].isin(MATERIALS), level)
        grown = table.assign(year=year, electricity_mwh=table["electricity_mwh"] * factor)
        grown[moved] = grown[moved].mul(level, axis=0)
        years.append(grown)
    return pd.concat(years, ignore_index=True)


def activity(settings: ChinaSettings) -> pd.DataFrame:
    """Activity relative to 2024, rows sectors, columns milestone years."""
    table = datasets.load("user_outlook")
    rows = {}
    for sector, path in table.groupby("sector", sort=False):
        found = np.interp(settings.years, path["year"], path["factor"])
        rows[sector] = found if settings.outlook == "central" else np.ones(len(settings.years))
    return pd.DataFrame(rows, index=list(settings.years)).T


def _steps(table: pd.DataFrame, settings: ChinaSettings) -> pd.DataFrame:
    parts = [_saving_steps(table, settings), _output_steps(table, settings)]
    steps = pd.concat(parts, ignore_index=True)
    sector = steps["user"].map(table.set_index("user")["sector"])
    least = sector.map(activity(settings).min(axis=1)).fillna(1.0).clip(upper=1.0)
    steps["potential"] *= least  # of the year with the least to save
    avoided = (steps["potential"] * steps["co2_t"]).groupby(steps["user"]).transform("sum")
    emitted = steps["user"].map(table.set_index("user")["co2_t"]) * least
    steps["potential"] *= (emitted / avoided.where(avoided > emitted)).fillna(1.0)
    return steps[steps["potential"] >= SMALLEST].reset_index(drop=True)


def _saving_steps(table: pd.DataFrame, settings: ChinaSettings) -> pd.DataFrame:
    """Abatement and conservation by user.

    ``cost = max(net cost, hurdle) + p el``: the literature's costs are net of electricity, here
    taken at the benchmark tariff ``p`` of the province, and the model itself pays for the
    electricity that a step saves or uses.
    """
    national = datasets.load("abatement_steps").rename(columns={"unit": "unit_of_step"})
    users = table.groupby(["sector", "route"])
    share = table.assign(
        of_co2=table["co2_t"] / users["co2_t"].transform("sum"),
        of_power=table["electricity_mwh"] / users["electricity_mwh"].transform("sum"),
    )
    columns = ["user", "bus", "sector", "route", "of_co2", "of_power"]
    steps = share[columns].merge(national, on=["sector", "route"])
    avoids_directly = steps["unit_of_step"] == "t"
    part = steps["of_co2"].where(avoids_directly, steps["of_power"])
    band = BAND[settings.abatement_case]
    hurdle = settings.efficiency_hurdle * steps["co2_t"].where(avoids_directly, _grid_factor())
    power = steps["bus"].map(_tariff()) * steps["electricity_mwh"]
    return pd.DataFrame(
        {
            "step": steps["user"] + " " + steps["measure"],
            "user": steps["user"],
            "measure": steps["measure"],
            "kind": steps["kind"],
            "unit": steps["unit_of_step"].replace("t", "t CO2"),
            "potential": steps[f"potential{band}"] * MILLION * part,
            "cost": np.maximum(steps["cost"], hurdle) + power,
            "co2_t": steps["co2_t"],
            "electricity": steps["electricity_mwh"],
            "fuel_tce": steps["fuel_tce"],
            "output": 0.0,
            "from_year": steps["available_from"],
            "ramp_years": RAMP_YEARS,
        }
    )


def _output_steps(table: pd.DataFrame, settings: ChinaSettings) -> pd.DataFrame:
    """Output forgone in tiers: consumers lose ``P x / elasticity`` per t at a share ``x``.

    A linear demand curve through today's output: the net surplus lost with the last tonne grows
    with the share forgone. Electricity not bought is added back at the tariff, since the model
    pays for it.
    """
    response = datasets.load("output_response")
    users = table.merge(response, on=["sector", "route"])
    elasticity = users[f"elasticity{BAND[settings.abatement_case]}"]
    rate = {
        step: users[quantity] / users["output"]
        for step, quantity in (
            ("co2_t", "co2_t"),
            ("electricity", "electricity_mwh"),
            ("fuel_tce", "fuel_tce"),
        )
    }
    tiers = []
    for number, (least, most) in enumerate(TIERS, start=1):
        lost = users["price_cny_per_t"] * (least + most) / 2 / elasticity
        tiers.append(
            pd.DataFrame(
                {
                    "step": users["user"] + f" less_output_{number}",
                    "user": users["user"],
                    "measure": f"less_output_{number}",
                    "kind": "output",
                    "unit": "t",
                    "potential": users["output"] * (most - least),
                    "cost": lost + users["bus"].map(_tariff()) * rate["electricity"],
                    **rate,
                    "output": 1.0,
                    "from_year": 0,
                    "ramp_years": 1,
                }
            )
        )
    return pd.concat(tiers, ignore_index=True)


def _tariff() -> pd.Series:
    """Coal benchmark tariff by province, CNY/MWh: what a MWh saved is worth to its user."""
    table = datasets.load("tariffs")
    return table.set_index("province")["coal_benchmark_cny_per_mwh"]


def _grid_factor() -> float:
    """Mean emission factor of electricity, t CO2 per MWh."""
    table = datasets.load("statistics")
    row = table[(table["item"] == "grid_factor") & (table["year"] == GRID_FACTOR_YEAR)]
    return float(row["value"].iloc[0])
