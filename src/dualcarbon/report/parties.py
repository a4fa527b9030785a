"""Kinds of party in a settlement: thousands of plants and users become a dozen names."""

from __future__ import annotations

import pandas as pd

MARKET = "market"
KINDS = (
    "coal_plants",
    "gas_plants",
    "other_thermal_plants",
    "nuclear_plants",
    "hydro_plants",
    "wind_plants",
    "solar_plants",
    "biomass_plants",
    "storage_owners",
    "consumers",
    "flexible_consumers",
    "industry",
    "offset_projects",
    "grid_owners",
    "government",
    "voluntary_buyers",
    "buyout_fund",
    "allowance_banks",
    "certificate_banks",
    "right_holders",
    "other_parties",
    MARKET,
)

BUILDINGS = {"services", "households", "transport"}

PLANTS = {
    "gas": "gas_plants",
    "nuclear": "nuclear_plants",
    "hydro": "hydro_plants",
    "onwind": "wind_plants",
    "offwind": "wind_plants",
    "wind": "wind_plants",
    "solar": "solar_plants",
    "solar_dist": "solar_plants",
    "biomass": "biomass_plants",
    "other_thermal": "other_thermal_plants",
    "phs": "storage_owners",
    "battery": "storage_owners",
}
STARTS = {
    "consumers": "consumers",
    "offset projects": "offset_projects",
    "grid owners": "grid_owners",
    "government": "government",
    "voluntary buyers": "voluntary_buyers",
    "allowance banks": "allowance_banks",
    "certificate banks": "certificate_banks",
    "holders of the right": "right_holders",
    "buy-out": "buyout_fund",
    "buyout": "buyout_fund",
}
FLEXIBLE = ("large users", "electric vehicles")
HUBS = {
    "links between markets",
    "tax office",
    "contracts for difference",
    "medium-term contracts",
    "capacity payment",
}


def kind_of(party: str) -> str:
    """The kind of a party by its name in the settlement, such as ``coal_usc plants, Shandong``."""
    who = party.split(",")[0].strip()
    if who.endswith(" market") or who in HUBS:
        return MARKET
    if who.endswith(" plants"):
        carrier = who.removesuffix(" plants")
        return "coal_plants" if carrier.startswith("coal") else PLANTS.get(carrier, "other_parties")
    if who in FLEXIBLE:
        return "flexible_consumers"
    if who.endswith(" users"):
        return "consumers" if who.removesuffix(" users") in BUILDINGS else "industry"
    return next((k for start, k in STARTS.items() if who.startswith(start)), "other_parties")


def net_receipts(settlement: pd.DataFrame) -> pd.DataFrame:
    """Net receipts by kind of party, bn CNY per year, negative for what a kind pays.

    Args:
        settlement: scenario, year, instrument, payer, payee, bn_cny.

    Returns:
        scenario, year, instrument, kind, bn_cny; sums to zero over the kinds.
    """
    keys = ["scenario", "year", "instrument"]
    received = settlement.assign(kind=settlement["payee"].astype(str).map(kind_of))
    paid = settlement.assign(
        kind=settlement["payer"].astype(str).map(kind_of), bn_cny=-settlement["bn_cny"]
    )
    both = pd.concat([received, paid])
    return both.groupby([*keys, "kind"], sort=False, as_index=False)["bn_cny"].sum()
