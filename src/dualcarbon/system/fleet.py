"""Existing plants by province and type, and those that are under construction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon import datasets
from dualcarbon.system.calendar import Calendar
from dualcarbon.system.costs import marginal_cost, technology, variable_cost
from dualcarbon.system.settings import BACKCAST_YEAR, ChinaSettings

BUILT, FOREVER = 2000, 100
WEATHER = {"onwind": "onwind", "offwind": "offwind", "solar": "solar", "solar_dist": "solar"}
STORAGE = ("hydro", "phs", "battery")


def add_fleet(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add the fleet of the end of 2024 (mean of 2024 for a backcast) and the pipeline.

    Gas, nuclear, biomass and by-product plants have a floor: heat, contracts and fuel that is
    there anyway keep them running (table ``plant_operation``).
    """
    fleet = datasets.load("fleet")
    column = "p_nom_mid2024_mw" if settings.backcast else "p_nom_mw"
    fleet = fleet[fleet[column] > 0]
    for carrier, rows in fleet.groupby("carrier", sort=False):
        capacity = rows.set_index("province")[column]
        if carrier in STORAGE:
            add_storage(n, str(carrier), capacity, settings, calendar, rows)
        else:
            add_plants(n, str(carrier), capacity, settings, calendar)
    if not settings.backcast:
        add_pipeline(n, settings, calendar)


def add_plants(
    n: pypsa.Network,
    carrier: str,
    capacity: pd.Series,
    settings: ChinaSettings,
    calendar: Calendar,
    build_year: int = BUILT,
) -> None:
    """Add one generator of a carrier in every province with capacity, MW."""
    names = capacity.index + f" {carrier}" + (f" {build_year}" if build_year != BUILT else "")
    carriers = datasets.load("carriers").set_index("carrier")
    n.add(
        "Generator",
        names,
        bus=capacity.index,
        carrier=carrier,
        p_nom=capacity.to_numpy(),
        p_max_pu=availability(n, carrier, capacity.index, names, settings, calendar),
        p_min_pu=operation("least_output").get(carrier, 0.0),
        efficiency=float(carriers.at[carrier, "efficiency"]),
        marginal_cost=marginal_cost(carrier, settings)[capacity.index].to_numpy(),
        build_year=build_year,
        lifetime=FOREVER,
        ets_class=str(carriers.at[carrier, "ets_class"]),
    )


def availability(
    n: pypsa.Network,
    carrier: str,
    provinces: pd.Index,
    names: pd.Index,
    settings: ChinaSettings,
    calendar: Calendar,
) -> pd.DataFrame | float:
    """Share of capacity that can run: weather, outages, or a fixed share."""
    if carrier not in WEATHER:
        return operation("available").get(carrier, settings.plant_availability)
    profile = calendar.profiles[WEATHER[carrier]][provinces]
    if settings.backcast:
        profile = profile * weather_of_2024(carrier)
    return over_periods(n, profile.set_axis(names, axis=1)).clip(upper=1.0)


def operation(column: str) -> dict[str, float]:
    """A figure of how plants run, by carrier; carriers without one are left out."""
    given = datasets.load("plant_operation").set_index("carrier")[column].dropna()
    return {str(carrier): float(value) for carrier, value in given.items()}


def weather_of_2024(carrier: str) -> float:
    """Observed over mean availability of wind and sun in 2024."""
    statistics = datasets.load("statistics")
    kind = "solar" if carrier.startswith("solar") else "wind"
    row = statistics[
        (statistics["item"] == f"availability_factor_{kind}")
        & (statistics["year"] == BACKCAST_YEAR)
    ]
    return float(row["value"].iloc[0])


def over_periods(n: pypsa.Network, slices: pd.DataFrame) -> pd.DataFrame:
    """Repeat a table over slices for every investment period."""
    repeats = len(n.snapshots) // len(slices)
    return pd.DataFrame(
        np.tile(slices.to_numpy(), (repeats, 1)), index=n.snapshots, columns=slices.columns
    )


def add_storage(
    n: pypsa.Network,
    carrier: str,
    capacity: pd.Series,
    settings: ChinaSettings,
    calendar: Calendar,
    rows: pd.DataFrame,
) -> None:
    """Add hydro (inflow, no pumping), pumped storage or batteries, MW by province."""
    if carrier == "hydro":
        names = capacity.index + " hydro"
        inflow = calendar.profiles["hydro"][capacity.index] * capacity
        n.add("StorageUnit", names, bus=capacity.index, carrier="hydro", p_min_pu=0.0,
              p_nom=capacity.to_numpy(), max_hours=operation("storage_hours")["hydro"],
              marginal_cost=variable_cost("hydro"),
              build_year=BUILT, lifetime=FOREVER, cyclic_state_of_charge_per_period=True,
              inflow=over_periods(n, inflow.set_axis(names, axis=1)))  # fmt: skip
        return
    stored = (rows.set_index("province")["energy_mwh"] / capacity)[capacity.index]
    for year in settings.years:
        planned = settings.storage == "planned" or carrier == "phs"
        growth = planned_storage(carrier, year) if planned and not settings.backcast else 1.0
        hours = stored.where(stored > 0, float(technology(carrier, year)["max_hours"]))
        add_storage_stock(n, carrier, capacity * growth, hours, year)
    if not settings.backcast:
        span_only(n, "StorageUnit", settings, carrier)


def add_storage_stock(
    n: pypsa.Network, carrier: str, capacity: pd.Series, hours: pd.Series, year: int
) -> None:
    """Add the stock of pumped storage or batteries of one period."""
    one_way = float(np.sqrt(technology(carrier, year)["efficiency_roundtrip"]))
    n.add(
        "StorageUnit",
        capacity.index + f" {carrier} {year}",
        bus=capacity.index,
        carrier=carrier,
        p_nom=capacity.to_numpy(),
        max_hours=hours.to_numpy(),
        efficiency_store=one_way,
        efficiency_dispatch=one_way,
        marginal_cost=variable_cost(carrier),
        build_year=year,
        lifetime=FOREVER,
        cyclic_state_of_charge_per_period=True,
    )


def add_pipeline(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add nuclear plants under construction; the stock of a period stands only in that period."""
    pipeline = datasets.load("nuclear_pipeline")
    for year in settings.years:
        stock = pipeline[pipeline["year"] <= year].groupby("province")["added_mw"].sum()
        if len(stock):
            add_plants(n, "nuclear", stock, settings, calendar, build_year=year)
    span_only(n, "Generator", settings, "nuclear")


def span_only(n: pypsa.Network, component: str, settings: ChinaSettings, carrier: str) -> None:
    """Let plants that were added for a period live in that period only."""
    static = n.c[component].static
    span = {a: b - a for a, b in zip(settings.years, settings.years[1:], strict=False)}
    mine = static.index[(static["carrier"] == carrier) & static["build_year"].isin(span)]
    static.loc[mine, "lifetime"] = static.loc[mine, "build_year"].map(span).astype(float)


def planned_storage(carrier: str, year: int) -> float:
    """National capacity of pumped storage or batteries that plans foresee, relative to 2024.

    Table ``storage_plan``, linear between its years.
    """
    plan = datasets.load("storage_plan").query("carrier == @carrier").set_index("year")
    gw = plan["capacity_gw"]
    return float(np.interp(year, gw.index, gw) / gw[BACKCAST_YEAR])
