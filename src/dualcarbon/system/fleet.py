"""Plants that exist or are under construction, by province and type.

A plant's capacity is that of the end of the last known year. What was connected through a known
year ran part of it: ``p_max_pu[y] = availability x mean capacity of y / capacity``.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pypsa

from dualcarbon import datasets
from dualcarbon.system.calendar import HEAT, Calendar
from dualcarbon.system.costs import FUEL_OF, fuel_price, marginal_cost, technology, variable_cost
from dualcarbon.system.settings import BACKCAST_YEAR, KNOWN_YEARS, ChinaSettings

BUILT, FOREVER = 2000, 100
WEATHER = {"onwind": "onwind", "offwind": "offwind", "solar": "solar", "solar_dist": "solar"}
STORAGE = ("hydro", "phs", "battery")
COAL = tuple(carrier for carrier, fuel in FUEL_OF.items() if fuel == "coal")
END = {2024: "p_nom_mw", 2025: "p_nom_end2025_mw"}
HOURS, END_OF_YEAR = 8760.0, (0,)


def add_fleet(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add the fleet of the end of the last known year and what is under construction.

    Gas, nuclear, biomass and by-product plants have a floor: heat, contracts and fuel that is
    there anyway keep them running (table ``plant_operation``).
    """
    table = datasets.load("fleet")
    for carrier, rows in table.groupby("carrier", sort=False):
        if carrier in COAL:
            continue
        capacity, service = in_service(rows.set_index("province"), settings)
        if carrier in STORAGE:
            add_storage(n, str(carrier), capacity, service, settings, calendar, rows)
        else:
            _add_plants(n, str(carrier), capacity, service, settings, calendar)
    _add_coal(n, settings, calendar)
    if settings.new_years:
        _add_reactors(n, settings, calendar)
    if settings.new_years and settings.observed:
        _add_coal_pipeline(n, settings, calendar)


def in_service(rows: pd.DataFrame, settings: ChinaSettings) -> tuple[pd.Series, pd.DataFrame]:
    """Capacity in MW, and its mean over each milestone year as a share of it.

    Args:
        rows: capacity at the ends of the known years, one plant a row.
    """
    if not settings.observed:
        there = rows["p_nom_mw"] > 0
        return rows.loc[there, "p_nom_mw"], pd.DataFrame(
            1.0, index=rows.index[there], columns=list(settings.years)
        )
    capacity = rows[END[min(max(settings.years), max(END))]]
    mean = {BACKCAST_YEAR: rows["p_nom_mid2024_mw"]}
    mean[2025] = (rows["p_nom_mw"] + rows["p_nom_end2025_mw"]) / 2.0
    there = capacity > 0
    share = {y: mean.get(y, capacity)[there] / capacity[there] for y in settings.years}
    return capacity[there], pd.DataFrame(share)


def turn_down(item: str, year: int) -> float:
    """A figure of table ``coal_operation``, linear between its years and constant beyond."""
    rows = datasets.load("coal_operation").query("item == @item").sort_values("year")
    return float(np.interp(year, rows["year"], rows["value"]))


def _add_plants(
    n: pypsa.Network,
    carrier: str,
    capacity: pd.Series,
    service: pd.DataFrame,
    settings: ChinaSettings,
    calendar: Calendar,
    build_year: int = BUILT,
) -> None:
    """Add one generator of a carrier in every province with capacity, MW."""
    names = capacity.index + f" {carrier}" + (f" {build_year}" if build_year != BUILT else "")
    carriers = datasets.load("carriers").set_index("carrier")
    least = operation("least_output").get(carrier, 0.0)
    served = over_years(n, service.set_axis(names)) if settings.observed else 1.0
    n.add(
        "Generator",
        names,
        bus=capacity.index,
        carrier=carrier,
        p_nom=capacity.to_numpy(),
        p_max_pu=availability(n, carrier, capacity.index, names, settings, calendar) * served,
        p_min_pu=least * served if least else 0.0,
        efficiency=float(carriers.at[carrier, "efficiency"]),
        marginal_cost=marginal_cost(carrier, settings)[capacity.index].to_numpy(),
        build_year=build_year,
        lifetime=FOREVER,
        ets_class=str(carriers.at[carrier, "ets_class"]),
    )


def _add_coal(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add coal plants by class, with and without heat, and those of factories.

    A plant that also heats runs at least ``least + (heating - least) x heat[t]``; a factory's plant
    runs flat at the mean hours of coal, whatever the market; the others can be committed.
    """
    rows = datasets.load("coal_fleet")
    if not settings.observed:
        rows = _by_carrier(rows)
    label = rows["province"] + " " + rows["carrier"] + " " + rows["class"]
    label = label.where(~rows["chp"], label + " chp").str.strip()
    rows = rows.set_index(label)
    capacity, service = in_service(rows, settings)
    _add_coal_plants(n, rows.loc[capacity.index], capacity, service, settings, calendar)


def _by_carrier(rows: pd.DataFrame) -> pd.DataFrame:
    """One plant of each carrier in a province, without class, heat or owner."""
    keys = ["province", "carrier"]
    heat = (rows["p_nom_mw"] / rows["efficiency"]).groupby([rows[k] for k in keys]).sum()
    sizes = ["p_nom_mid2024_mw", "p_nom_mw", "p_nom_end2025_mw"]
    total = rows.groupby(keys)[sizes].sum()
    total["efficiency"] = (total["p_nom_mw"] / heat.where(heat > 0)).fillna(1.0)
    plain = {"class": "", "chp": False, "captive": False}
    table = total.reset_index().assign(**plain)
    return table.assign(ets_class=table["carrier"].map(_ets_class()))


def _ets_class() -> pd.Series:
    """Benchmark class of each carrier."""
    return datasets.load("carriers").set_index("carrier")["ets_class"]


def _add_coal_pipeline(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add coal plants under construction; they begin to run over some years, evenly."""
    first, last = (turn_down(f"pipeline_{end}", BACKCAST_YEAR) for end in ("first", "last"))
    rows = datasets.load("coal_fleet").query("pipeline_mw > 0")
    weight = rows["pipeline_mw"]
    groups = [rows["province"], rows["carrier"], rows["chp"]]
    size = weight.groupby(groups).sum()
    better = (rows["efficiency"] * weight).groupby(groups).sum() / size
    table = pd.concat([size.rename("p_nom"), better.rename("efficiency")], axis=1).reset_index()
    name = table["province"] + " " + table["carrier"] + " under construction"
    table.index = pd.Index(name.where(~table["chp"], name + " chp"))
    table["captive"], table["ets_class"] = False, table["carrier"].map(_ets_class())
    span = last - first + 1.0
    share = {y: np.clip((y + 0.5 - first) / span, 0.0, 1.0) for y in settings.years}
    service = pd.DataFrame(share, index=table.index)
    _add_coal_plants(n, table, table["p_nom"], service, settings, calendar, int(first))


def _add_coal_plants(
    n: pypsa.Network,
    rows: pd.DataFrame,
    capacity: pd.Series,
    service: pd.DataFrame,
    settings: ChinaSettings,
    calendar: Calendar,
    build_year: int = BUILT,
) -> None:
    names = pd.Index(rows.index)
    served = over_years(n, service) if settings.observed else 1.0
    steady = turn_down("captive_hours", BACKCAST_YEAR) / HOURS
    captive = rows["captive"].to_numpy(bool)
    heats = rows["chp"].to_numpy(bool) & settings.heat
    most = np.where(captive, steady, settings.plant_availability)
    least = np.where(captive, steady, np.where(heats, _heat_led(rows, settings, calendar), 0.0))
    price = rows["province"].map(fuel_price("coal", settings)).to_numpy(float)
    vom = rows["carrier"].map({c: variable_cost(c) for c in COAL}).to_numpy(float)
    n.add(
        "Generator",
        names,
        bus=rows["province"].to_numpy(),
        carrier=rows["carrier"].to_numpy(),
        p_nom=capacity.to_numpy(),
        p_max_pu=served * most,
        p_min_pu=served * least,
        efficiency=rows["efficiency"].to_numpy(),
        marginal_cost=price / rows["efficiency"].to_numpy() + vom,
        build_year=build_year,
        lifetime=FOREVER,
        ets_class=rows["ets_class"].to_numpy(),
    )
    kind = np.where(captive, "captive", np.where(rows["chp"], "chp", "condensing"))
    if settings.observed:
        n.c.generators.static.loc[names, "kind"] = kind


def _heat_led(rows: pd.DataFrame, settings: ChinaSettings, calendar: Calendar) -> np.ndarray:
    """Least output of plants that also heat, share of capacity, rows snapshots."""
    heat = calendar.profiles[HEAT][rows["province"]].to_numpy()
    by_year = []
    for year in settings.years:
        least, heating = (turn_down(f"least_{kind}", year) for kind in ("condensing", "heating"))
        by_year.append(least + (heating - least) * heat)
    return np.concatenate(by_year)


def _add_reactors(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add nuclear plants under construction; the stock of a period stands only in that period."""
    pipeline = datasets.load("nuclear_pipeline")
    half = 0.5 if settings.observed else 1.0
    if settings.observed:
        pipeline = pipeline[pipeline["year"] > max(KNOWN_YEARS)]
    for year in settings.new_years:
        there = (pipeline["year"] < year) + half * (pipeline["year"] == year)
        stock = (pipeline["added_mw"] * there).groupby(pipeline["province"]).sum()
        stock = stock[stock > 0]
        if len(stock):
            service = pd.DataFrame(1.0, index=stock.index, columns=list(settings.years))
            _add_plants(n, "nuclear", stock, service, settings, calendar, build_year=year)
    span_only(n, "Generator", settings, "nuclear")


def availability(
    n: pypsa.Network,
    carrier: str,
    provinces: pd.Index,
    names: pd.Index,
    settings: ChinaSettings,
    calendar: Calendar,
) -> pd.DataFrame | float:
    """Share of capacity that can run: weather, outages, or a fixed share.

    Wind and sun: the profile of mean weather and good plants times what was observed of it, in the
    year itself where it is known and in the mean of the known years elsewhere.
    """
    if carrier not in WEATHER:
        return operation("available").get(carrier, settings.plant_availability)
    profile = calendar.profiles[WEATHER[carrier]][provinces].set_axis(names, axis=1)
    if not settings.observed:
        return over_periods(n, profile).clip(upper=1.0)
    observed = pd.Series({year: observed_availability(carrier, year) for year in settings.years})
    factor = pd.DataFrame({name: observed for name in names}).T
    return (over_periods(n, profile) * over_years(n, factor)).clip(upper=1.0)


def operation(column: str) -> dict[str, float]:
    """A figure of how plants run, by carrier; carriers without one are left out."""
    given = datasets.load("plant_operation").set_index("carrier")[column].dropna()
    return {str(carrier): float(value) for carrier, value in given.items()}


def observed_availability(carrier: str, year: int) -> float:
    """Observed over profiled availability of wind or sun: the year's, or the mean of the known."""
    kind = "solar" if carrier.startswith("solar") else "wind"
    rows = datasets.load("statistics").query(f"item == 'availability_factor_{kind}'")
    known = rows.set_index("year")["value"]
    return float(known.get(year, known.mean()))


def over_periods(n: pypsa.Network, slices: pd.DataFrame) -> pd.DataFrame:
    """Repeat a table over slices for every investment period."""
    repeats = len(n.snapshots) // len(slices)
    return pd.DataFrame(
        np.tile(slices.to_numpy(), (repeats, 1)), index=n.snapshots, columns=slices.columns
    )


def over_years(n: pypsa.Network, yearly: pd.DataFrame) -> pd.DataFrame:
    """A table of units by year as one of snapshots by units."""
    year = n.snapshots.get_level_values("period")
    return yearly.T.loc[year].set_axis(n.snapshots)


def add_storage(
    n: pypsa.Network,
    carrier: str,
    capacity: pd.Series,
    service: pd.DataFrame,
    settings: ChinaSettings,
    calendar: Calendar,
    rows: pd.DataFrame,
) -> None:
    """Add hydro (inflow, no pumping), pumped storage or batteries, MW by province."""
    if carrier == "hydro":
        names = capacity.index + " hydro"
        inflow = (calendar.profiles["hydro"][capacity.index] * capacity).set_axis(names, axis=1)
        inflow = over_periods(n, inflow)
        if settings.observed:
            inflow = inflow * over_years(n, service.set_axis(names))
        n.add("StorageUnit", names, bus=capacity.index, carrier="hydro", p_min_pu=0.0,
              p_nom=capacity.to_numpy(), max_hours=operation("storage_hours")["hydro"],
              marginal_cost=variable_cost("hydro"), inflow=inflow,
              build_year=BUILT, lifetime=FOREVER,
              cyclic_state_of_charge_per_period=True)  # fmt: skip
        return
    known = rows.set_index("province").loc[capacity.index]
    stored = known["energy_mwh"] / known["p_nom_mw"].where(known["p_nom_mw"] > 0)
    share = capacity / capacity.sum()
    for year in settings.years:
        gw = (capacity * service[year]).sum() / 1e3
        planned = settings.storage == "planned" or carrier == "phs"
        if planned and not settings.observed:
            gw *= planned_storage(carrier, year, END_OF_YEAR) / planned_storage(
                carrier, BACKCAST_YEAR, END_OF_YEAR
            )
        elif planned and year not in KNOWN_YEARS:
            gw = planned_storage(carrier, year)
        hours = stored.where(stored > 0, float(technology(carrier, year)["max_hours"]))
        add_storage_stock(n, carrier, share * gw * 1e3, hours, year)
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


def span_only(n: pypsa.Network, component: str, settings: ChinaSettings, carrier: str) -> None:
    """Let plants that were added for a period live in that period only."""
    static = n.c[component].static
    span = {a: b - a for a, b in pairwise(settings.years)}
    mine = static.index[(static["carrier"] == carrier) & static["build_year"].isin(span)]
    static.loc[mine, "lifetime"] = static.loc[mine, "build_year"].map(span).astype(float)


def planned_storage(carrier: str, year: int, ends: tuple[int, ...] = (-1, 0)) -> float:
    """National capacity of pumped storage or batteries that plans foresee for a year, GW.

    Mean of both ends of the year, or its end; table ``storage_plan``, linear between its years.
    """
    plan = datasets.load("storage_plan").query("carrier == @carrier").set_index("year")
    gw = plan["capacity_gw"]
    return float(np.interp([year + end for end in ends], gw.index, gw).mean())
