"""Plants that can be built: where, how many, and at what cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon import datasets
from dualcarbon.common.cashflow import annuity
from dualcarbon.system.calendar import Calendar
from dualcarbon.system.costs import (
    capital_cost,
    investment,
    marginal_cost,
    technology,
    variable_cost,
)
from dualcarbon.system.fleet import availability
from dualcarbon.system.physical_rows import PACE
from dualcarbon.system.settings import BACKCAST_YEAR, KNOWN_YEARS, ChinaSettings

CANDIDATES = ("solar", "onwind", "offwind", "coal_usc", "gas")


def add_candidates(n: pypsa.Network, settings: ChinaSettings, calendar: Calendar) -> None:
    """Add one extendable plant per carrier, province and milestone year.

    Thermal plants take years to plan and build, so none can come before the ``earliest_year`` of
    the table ``build_limits``.
    """
    earliest = _limits()["earliest_year"]
    for year in settings.new_years:
        for carrier in candidates(settings):
            if year >= earliest[carrier]:
                _add_generators(n, carrier, year, settings, calendar)
        if settings.storage == "optimised":
            _add_batteries(n, year, settings)
    n.meta[PACE] = pace_table(settings).to_dict("records")


def _add_generators(
    n: pypsa.Network, carrier: str, year: int, settings: ChinaSettings, calendar: Calendar
) -> None:
    limit = site_limit(carrier, year, settings)
    limit = limit[limit > 1.0]
    names = limit.index + f" {carrier} {year}"
    carriers = datasets.load("carriers").set_index("carrier")
    n.add(
        "Generator",
        names,
        bus=limit.index,
        carrier=carrier,
        p_nom_extendable=True,
        p_nom_max=limit.to_numpy(),
        p_max_pu=availability(n, carrier, limit.index, names, settings, calendar),
        efficiency=float(carriers.at[carrier, "efficiency"]),
        marginal_cost=marginal_cost(carrier, settings)[limit.index].to_numpy(),
        capital_cost=capital_cost(carrier, year, settings),
        build_year=year,
        lifetime=float(technology(carrier, year)["lifetime_y"]),
        ets_class=str(carriers.at[carrier, "ets_class"]),
    )


def _add_batteries(n: pypsa.Network, year: int, settings: ChinaSettings) -> None:
    data = technology("battery", year)
    one_way = float(np.sqrt(data["efficiency_roundtrip"]))
    provinces = pd.Index(datasets.provinces())
    n.add(
        "StorageUnit",
        provinces + f" battery new {year}",
        bus=provinces,
        carrier="battery",
        p_nom_extendable=True,
        p_nom_max=site_limit("battery", year, settings)[provinces].to_numpy(),
        max_hours=float(data["max_hours"]),
        efficiency_store=one_way,
        efficiency_dispatch=one_way,
        marginal_cost=variable_cost("battery"),
        capital_cost=capital_cost("battery", year, settings),
        build_year=year,
        lifetime=float(data["lifetime_y"]),
        cyclic_state_of_charge_per_period=True,
    )


def candidates(settings: ChinaSettings) -> tuple[str, ...]:
    """Carriers of plants that can be built."""
    return (*CANDIDATES, "nuclear") if settings.observed else CANDIDATES


def years_since(year: int, settings: ChinaSettings) -> float:
    """Years of building that a vintage stands for: from the middle of the milestone before, or the
    end of the last known year, to the middle of its own."""
    earlier = [y for y in settings.new_years if y < year]
    start = max(KNOWN_YEARS) + 0.5 if settings.observed else BACKCAST_YEAR
    return year - (max(earlier) if earlier else start)


def national_limit(carrier: str, year: int, settings: ChinaSettings) -> float:
    """Most that the country built in a year times the years of the vintage, MW."""
    limits = _limits()["max_gw_per_year"]
    yearly = float(limits[carrier]) * 1000.0 * settings.build_pace
    if carrier == "solar":
        yearly += float(limits["solar_dist"]) * 1000.0 * settings.build_pace
    return yearly * years_since(year, settings)


def site_limit(carrier: str, year: int, settings: ChinaSettings) -> pd.Series:
    """Most that a province can build in a vintage, MW.

    A province takes at most ``concentration`` times its share of fleet and demand of the national
    limit with all tiers, and no more than its land allows beyond the existing fleet. Coal goes
    where plants are permitted: at most what is, in the first vintage that can be.
    """
    share = float(_limits().at[carrier, "concentration"]) * _share(carrier, settings)
    if carrier == "coal_usc" and settings.observed:
        return _permitted_coal(year, settings)
    tiers = float(datasets.load("build_tiers")["width"].sum())
    limit = national_limit(carrier, year, settings) * tiers * share
    potentials = datasets.load("potentials").set_index("province")
    column = f"{carrier}_p_nom_max_mw"
    if column in potentials:
        left = potentials[column].fillna(0.0) - _fleet(carrier, settings).reindex(
            potentials.index
        ).fillna(0)
        limit = pd.concat([limit, left / len(settings.new_years)], axis=1).min(axis=1).clip(lower=0)
    return limit


def _permitted_coal(year: int, settings: ChinaSettings) -> pd.Series:
    """New coal that a province may build in a vintage, MW: its permits, spread over vintages."""
    permits = datasets.load("coal_fleet").groupby("province")["permitted_mw"].sum()
    earliest = _limits().at["coal_usc", "earliest_year"]
    vintages = [y for y in settings.new_years if y >= earliest]
    limit = permits / len(vintages) if year in vintages else permits * 0.0
    return limit.reindex(datasets.provinces()).fillna(0.0) * settings.build_pace


def _limits() -> pd.DataFrame:
    return datasets.load("build_limits").set_index("carrier")


def _fleet(carrier: str, settings: ChinaSettings) -> pd.Series:
    column = "p_nom_end2025_mw" if settings.observed else "p_nom_mw"
    fleet = datasets.load("fleet")
    kinds = ["solar", "solar_dist"] if carrier == "solar" else [carrier]
    return fleet[fleet["carrier"].isin(kinds)].groupby("province")[column].sum()


def _share(carrier: str, settings: ChinaSettings) -> pd.Series:
    provinces = datasets.provinces()
    demand = datasets.load("demand").query(f"year == {BACKCAST_YEAR}").set_index("province")["twh"]
    fleet = _fleet(carrier, settings).reindex(provinces).fillna(0.0)
    by_fleet = fleet / fleet.sum()
    if carrier in ("offwind", "nuclear"):  # where the coast is
        return by_fleet
    return 0.5 * by_fleet + 0.5 * demand.reindex(provinces) / demand.sum()


def pace_table(settings: ChinaSettings) -> pd.DataFrame:
    """Tiers of the national pace of building: limit (MW) and surcharge (CNY per MW and year).

    Up to the fastest year on record plants cost what the table says; faster building meets
    scarce sites, grid connections and crews, at a rising surcharge on the investment.
    """
    rows = []
    tiers = datasets.load("build_tiers")[["tier", "width", "surcharge"]].to_numpy().tolist()
    for year in settings.new_years:
        extra = ("battery",) if settings.storage == "optimised" else ()
        for carrier in (*candidates(settings), *extra):
            data = technology(carrier, year)
            yearly = investment(carrier, year, settings) * annuity(
                1.0, settings.wacc, data["lifetime_y"]
            )
            for tier, width, surcharge in tiers:
                rows.append(
                    {
                        "carrier": carrier,
                        "build_year": int(year),
                        "tier": int(tier),
                        "limit": national_limit(carrier, year, settings) * width,
                        "cost": yearly * surcharge,
                        "lifetime": float(data["lifetime_y"]),
                    }
                )
    return pd.DataFrame(rows)
