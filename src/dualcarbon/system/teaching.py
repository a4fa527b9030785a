"""A fictional three-province world for tutorials and fast tests: every number is illustrative.

Westland has coal, wind and aluminium, Southland rivers and cement, Eastland most of the demand.
The world is small enough to follow by hand and rich enough that caps, quotas and links bind.
Grade of all data: D (illustrative, of the order of magnitude of China in 2025). Costs in CNY.
"""

from __future__ import annotations

import pandas as pd
import pypsa

from dualcarbon.common.cashflow import annuity
from dualcarbon.system import teaching_data as data
from dualcarbon.system.days import DAY_LEVEL
from dualcarbon.system.users import EnergyUsers

DEMAND_GROWTH = 0.028
DISCOUNT_RATE = 0.05
FIRST_YEAR = 2025


def build_teaching(years: tuple[int, ...] = (2025, 2030)) -> tuple[pypsa.Network, EnergyUsers]:
    """Build the teaching world: three provinces, three typical days of six slices per year.

    Args:
        years: investment periods, increasing, from 2025 on.

    Returns:
        The PyPSA network (MW, CNY) and the energy users with their abatement steps (t, CNY/t).
    """
    n = pypsa.Network(name="Teaching world")
    _add_periods(n, years)
    n.add("Carrier", data.CARRIERS.index, **data.CARRIERS)
    n.add("Bus", data.PROVINCES.index, **data.PROVINCES[["name_zh", "grid", "x", "y"]])
    n.add("Load", data.PROVINCES.index + " demand", bus=data.PROVINCES.index.to_numpy())
    n.c.loads.dynamic["p_set"] = _demand(n).add_suffix(" demand")
    _add_existing(n)
    _add_expandable(n, years)
    _add_hydro(n)
    n.add("Link", data.LINKS.index, **data.LINKS, carrier="AC", build_year=2010, lifetime=80.0)
    return n, _users(years)


def _add_periods(n: pypsa.Network, years: tuple[int, ...]) -> None:
    """Snapshots of typical days; one year of each period weighs its discounted years."""
    starts = [
        (year, pd.Timestamp(year, month, 15, hour), day, days)
        for year in years
        for day, (month, days) in data.DAYS.items()
        for hour in range(0, 24, data.SLICE_HOURS)
    ]
    names = ["period", "timestep"]
    n.set_snapshots(pd.MultiIndex.from_tuples([s[:2] for s in starts], names=names))
    n.investment_periods = list(years)
    weights = [float(data.SLICE_HOURS * days) for *_, days in starts]
    n.snapshot_weightings["objective"] = weights
    n.snapshot_weightings["generators"] = weights
    n.snapshot_weightings["stores"] = float(data.SLICE_HOURS)
    ends = [*years[1:], years[-1] + (years[-1] - years[-2] if len(years) > 1 else 5)]
    n.investment_period_weightings["years"] = [
        float(end - start) for start, end in zip(years, ends, strict=True)
    ]
    n.investment_period_weightings["objective"] = [
        sum((1 + DISCOUNT_RATE) ** (years[0] - t) for t in range(start, end))
        for start, end in zip(years, ends, strict=True)
    ]
    n.meta[DAY_LEVEL] = [day for *_, day, _ in starts]


def _profile(n: pypsa.Network, shape: dict[str, list[float]]) -> pd.Series:
    """Values of a shape (typical day to slices) on all snapshots."""
    slices = [value for day in data.DAYS for value in shape[day]]
    return pd.Series(slices * len(n.investment_periods), index=n.snapshots)


def _demand(n: pypsa.Network) -> pd.DataFrame:
    """Load, MW: mean load times profile, growing by a constant rate."""
    period = n.snapshots.get_level_values("period")
    growth = (1 + DEMAND_GROWTH) ** (period.to_numpy(float) - FIRST_YEAR)
    return pd.DataFrame(
        {
            bus: 1e3 * mean * _profile(n, data.LOAD_SHAPE[bus]) * growth
            for bus, mean in data.PROVINCES["mean_load_gw"].items()
        }
    )


def _add_existing(n: pypsa.Network) -> None:
    table = pd.DataFrame(
        [(bus, carrier, 1e3 * gw) for (bus, carrier), gw in data.EXISTING_GW.items()],
        columns=["bus", "carrier", "p_nom"],
    )
    table.index = pd.Index(table["bus"] + " " + table["carrier"])
    _add_plants(n, table.assign(build_year=2010, lifetime=80.0))


def _add_expandable(n: pypsa.Network, years: tuple[int, ...]) -> None:
    """Plants that can be built in each year, in steps of rising cost, and batteries."""
    table = pd.concat([_offers(year) for year in years])
    battery = table["carrier"] == "battery"
    _add_plants(n, table[~battery])
    n.add(
        "StorageUnit",
        table.index[battery],
        max_hours=4.0,
        efficiency_store=0.95,
        efficiency_dispatch=0.95,
        cyclic_state_of_charge_per_period=True,
        **table[battery],
    )


def _offers(year: int) -> pd.DataFrame:
    """What can be built in a year, with its capital cost in CNY per MW and year."""
    offer = data.EXPANDABLE
    technology = data.TECHNOLOGIES.loc[offer["carrier"]].set_index(offer.index)
    cheaper = (1 - technology["cost_decline"]) ** (year - FIRST_YEAR)
    yearly = (
        technology["lifetime"].map(lambda life: annuity(1.0, DISCOUNT_RATE, life))
        + technology["fixed_share"]
    )
    table = pd.DataFrame(
        {
            "bus": offer["bus"],
            "carrier": offer["carrier"],
            "p_nom_extendable": True,
            "p_nom_max": 1e3 * offer["most_gw"],
            "capital_cost": 1e3
            * technology["cny_per_kw"]
            * offer["cost_factor"]
            * cheaper
            * yearly,
            "build_year": year,
            "lifetime": technology["lifetime"],
        }
    )
    table.index = pd.Index(offer["bus"] + " " + offer["carrier"] + " " + offer["step"])
    return table.rename(index=lambda name: f"{name} {year}")


def _add_plants(n: pypsa.Network, table: pd.DataFrame) -> None:
    """Add generators with efficiency, running cost, benchmark class and availability."""
    technology = data.TECHNOLOGIES.loc[table["carrier"]].set_index(table.index)
    where = zip(table["bus"], technology["fuel"], strict=True)
    fuel = pd.Series([data.FUEL_PRICE.get(key, 0.0) for key in where], table.index)
    n.add(
        "Generator",
        table.index,
        efficiency=technology["efficiency"],
        marginal_cost=fuel / technology["efficiency"] + technology["variable_cost"],
        ets_class=technology["ets_class"],
        p_max_pu=technology["available"],
        **table,
    )
    shapes = {
        name: _profile(n, data.AVAILABILITY[bus, carrier])
        for name, bus, carrier in zip(table.index, table["bus"], table["carrier"], strict=True)
        if (bus, carrier) in data.AVAILABILITY
    }
    present = n.c.generators.dynamic["p_max_pu"]
    table = pd.concat([present, pd.DataFrame(shapes)], axis=1)
    n.c.generators.dynamic["p_max_pu"] = table.rename_axis(columns="name")


def _add_hydro(n: pypsa.Network) -> None:
    """Reservoirs of Southland: what flows in during a typical day is used on that day."""
    n.add(
        "StorageUnit",
        "Southland hydro",
        bus="Southland",
        carrier="hydro",
        p_nom=1e3 * data.HYDRO_GW,
        max_hours=8.0,
        inflow=1e3 * data.HYDRO_GW * _profile(n, data.INFLOW_SHAPE),
        marginal_cost=2.0,
        p_min_pu=0.0,
        cyclic_state_of_charge_per_period=True,
        build_year=2010,
        lifetime=80.0,
    )


def _users(years: tuple[int, ...]) -> EnergyUsers:
    """The users, alike in all years, and their steps."""
    baseline = [
        {
            "user": f"{bus} {sector}",
            "bus": bus,
            "sector": sector,
            "year": year,
            "output": 1e6 * output,
            "unit": "t",
            "co2_t": 1e6 * mt,
            "process_co2_t": 1e6 * process,
            "electricity_mwh": 1e6 * twh,
            "fuel_tce": 1e6 * (mt - process) * data.TCE_PER_T,
            "coal_tce": 1e6 * (mt - process) * data.TCE_PER_T,
        }
        for (bus, sector), (output, mt, process, twh) in data.USERS.items()
        for year in years
    ]
    steps = [
        {
            "step": f"{bus} {sector} {measure}",
            "user": f"{bus} {sector}",
            "measure": measure,
            "kind": "conservation" if measure in data.CONSERVATION else "abatement",
            "potential": 1e6 * user[1] * share,
            "cost": cost,
            "electricity": power,
            "fuel_tce": fuel,
            "from_year": year,
        }
        for (bus, sector), user in data.USERS.items()
        for measure, share, cost, power, fuel, year in data.MEASURES[sector]
    ]
    return EnergyUsers(pd.DataFrame(baseline), pd.DataFrame(steps))
