"""China's power system and energy users as a PyPSA network."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pypsa

from dualcarbon import datasets
from dualcarbon.system.aggregate import aggregated
from dualcarbon.system.calendar import Calendar, calendar
from dualcarbon.system.candidates import add_candidates
from dualcarbon.system.days import DAY_LEVEL
from dualcarbon.system.energy_users import energy_users
from dualcarbon.system.fleet import BUILT, FOREVER, add_fleet, over_years, turn_down
from dualcarbon.system.flexibility import add_flexible_demand
from dualcarbon.system.physical_rows import COMMITMENT
from dualcarbon.system.settings import BACKCAST_YEAR, KNOWN_YEARS, ChinaSettings
from dualcarbon.system.users import EnergyUsers

LAST_SPAN = 5
TWH = 1e6
HALF_YEAR = 0.5


def build_china(settings: ChinaSettings | None = None) -> tuple[pypsa.Network, EnergyUsers]:
    """Build the network of the provinces (or grids) and their energy users.

    Args:
        settings: years, typical days, regions, prices; defaults if None.

    Returns:
        the network (MW, MWh, CNY of 2024, t CO2) and the energy users.
    """
    settings = settings or ChinaSettings()
    slices = calendar(settings)
    n = _empty(settings, slices)
    _add_carriers(n)
    _add_buses(n)
    _add_demand(n, settings, slices)
    _add_links(n, settings)
    add_fleet(n, settings, slices)
    if settings.new_years:
        add_candidates(n, settings, slices)
    if settings.flexible_demand:
        add_flexible_demand(n)
    _commit_coal(n, settings, slices)
    users = energy_users(settings)
    if settings.regions == "grids":
        return aggregated(n, users)
    return n, users


def period_weights(settings: ChinaSettings) -> pd.DataFrame:
    """Years that each milestone stands for, and their discounted sum.

    ``objective[y] = sum_{k=0}^{n_y - 1} (1 + r)^-(y + k - first)``.
    """
    years = settings.years
    span = {a: b - a for a, b in pairwise(years)}
    span[years[-1]] = 1 if len(years) == 1 else LAST_SPAN
    discount = 1.0 / (1.0 + settings.discount_rate)
    weight = {y: sum(discount ** (y + k - years[0]) for k in range(span[y])) for y in years}
    return pd.DataFrame({"years": pd.Series(span, dtype=float), "objective": pd.Series(weight)})


def _empty(settings: ChinaSettings, slices: Calendar) -> pypsa.Network:
    n = pypsa.Network(name="China")
    n.set_snapshots(range(len(slices.hours)))
    n.set_investment_periods(list(settings.years))
    repeats = len(settings.years)
    weights = pd.DataFrame(
        {
            "objective": np.tile(slices.hours, repeats),
            "generators": np.tile(slices.hours, repeats),
            "stores": np.tile(slices.length, repeats),
        },
        index=n.snapshots,
    )
    n.snapshot_weightings = weights
    n.investment_period_weightings = period_weights(settings).loc[list(n.investment_periods)]
    n.meta[DAY_LEVEL] = np.tile(slices.day, repeats).tolist()
    n.meta["currency"] = "CNY of 2024"
    n.meta["peak_coincidence"] = _peak_coincidence(slices)
    return n


def _add_carriers(n: pypsa.Network) -> None:
    table = datasets.load("carriers").set_index("carrier")
    n.add(
        "Carrier",
        table.index,
        co2_emissions=table["co2_t_per_mwh_th"].to_numpy(),
        color=table["colour"].to_numpy(),
        nice_name=table["name_en"].to_numpy(),
    )
    n.add("Carrier", ["AC", "transmission"], co2_emissions=0.0)
    renewable = table["renewable"].astype(bool).reindex(n.c.carriers.static.index)
    n.c.carriers.static["renewable"] = renewable.fillna(False).astype(bool)


def _add_buses(n: pypsa.Network) -> None:
    regions = datasets.load("regions").set_index("province")
    n.add("Bus", regions.index, carrier="AC", x=regions["lon"], y=regions["lat"])
    n.c.buses.static["grid"] = regions["grid"]


def _add_demand(n: pypsa.Network, settings: ChinaSettings, slices: Calendar) -> None:
    demand = datasets.load("demand").pivot(index="year", columns="province", values="twh")
    years = [float(y) for y in demand.index]
    blocks = []
    for year in settings.years:
        yearly = {p: np.interp(year, years, demand[p]) for p in demand.columns}
        mean_mw = pd.Series(yearly) * TWH * settings.demand_factor / slices.hours.sum()
        blocks.append(slices.profiles["load"] * mean_mw)
    table = pd.concat(blocks)[n.c.buses.static.index]
    table.index = n.snapshots
    names = table.columns + " demand"
    n.add("Load", names, bus=table.columns, p_set=table.set_axis(names, axis=1))
    n.c.buses.static["peak_ratio"] = slices.peak_ratio.reindex(table.columns)


def _commit_coal(n: pypsa.Network, settings: ChinaSettings, slices: Calendar) -> None:
    """Coal plants run above their least output or not at all, day by day, if asked for."""
    if not settings.commitment:
        return
    coal = datasets.load("fuel_prices")["coal_cny_per_mwh_th"].mean() * settings.coal_price_factor
    start = turn_down("start_cost", BACKCAST_YEAR) + turn_down("start_fuel", BACKCAST_YEAR) * coal
    n.meta[COMMITMENT] = {
        "minimum_load": {int(y): turn_down("least_condensing", y) for y in settings.years},
        "start_cost": float(start),
        "follows": slices.follows.tolist(),
    }


def _peak_coincidence(slices: Calendar) -> float:
    """National peak of the hourly load over its largest slice."""
    weight = datasets.load("demand").query("year == 2024").set_index("province")["twh"]
    hourly = (datasets.profiles("load") * weight).sum(axis=1)
    return float(hourly.max() / (slices.profiles["load"] * weight).sum(axis=1).max())


def _add_links(n: pypsa.Network, settings: ChinaSettings) -> None:
    """Add lines as lossy two-way transport: one link in each direction.

    The transmission tariff is a cost of use; the contract belongs to the pair's first link. In its
    first year a line runs half of the time.
    """
    links = datasets.load("links")
    last = max(settings.years) if settings.observed else min(max(settings.years), max(KNOWN_YEARS))
    links = links[links["online_year"] <= last]
    old = min(KNOWN_YEARS) if settings.observed else min(settings.years) + 1
    start = np.where(links["online_year"] < old, BUILT, links["online_year"]).astype(int)
    half = {y: np.where(start == y, HALF_YEAR, 1.0) for y in settings.years}
    for suffix, ends in (("", ("from", "to")), (" back", ("to", "from"))):
        a, b = (links[e] for e in ends)
        names = links["from"] + "-" + links["to"] + suffix
        n.add(
            "Link",
            names.to_numpy(),
            bus0=a.to_numpy(),
            bus1=b.to_numpy(),
            carrier="transmission",
            p_nom=links["p_nom_mw"].to_numpy(),
            efficiency=links["efficiency"].to_numpy(),
            marginal_cost=links["hurdle_cny_per_mwh"].to_numpy(),
            build_year=start,
            lifetime=FOREVER,
            p_max_pu=over_years(n, pd.DataFrame(half, index=names)) if settings.observed else 1.0,
        )
    contract = "contract_twh" if settings.observed else "planned_twh_2024"
    planned = links[contract].to_numpy() * TWH
    static = n.c.links.static
    static["planned_mwh"] = np.concatenate([planned.clip(min=0), (-planned).clip(min=0)])
    static["pair"] = np.tile((links["from"] + "-" + links["to"]).to_numpy(), 2)


__all__ = ["BACKCAST_YEAR", "build_china", "period_weights"]
