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
OTHERS = {
    "consumer": "consumers",
    "flexible": "flexible_consumers",
    "hub": MARKET,
    "government": "government",
    "grid": "grid_owners",
    "project": "offset_projects",
    "volunteer": "voluntary_buyers",
    "buyout_fund": "buyout_fund",
    "allowance_bank": "allowance_banks",
    "certificate_bank": "certificate_banks",
    "right_holder": "right_holders",
}
NEEDED = ("scenario", "year", "instrument", "bn_cny",
          "payer_kind", "payer_what", "payee_kind", "payee_what")  # fmt: skip
"""Columns of the settlement that the report reads."""


def kind_of(kind: str, what: str) -> str:
    """The report's kind of a party by its kind, and the carrier of plants or sector of users."""
    if kind == "plant":
        return "coal_plants" if what.startswith("coal") else PLANTS.get(what, "other_parties")
    if kind == "user":
        return "consumers" if what in BUILDINGS else "industry"
    return OTHERS.get(kind, "other_parties")


def net_receipts(settlement: pd.DataFrame) -> pd.DataFrame:
    """Net receipts by kind of party, bn CNY per year, negative for what a kind pays.

    Args:
        settlement: a table with the columns ``NEEDED``.

    Returns:
        scenario, year, instrument, kind, bn_cny; sums to zero over the kinds.
    """
    keys = ["scenario", "year", "instrument"]
    received, paid = (
        settlement.assign(
            kind=[
                kind_of(k, w)
                for k, w in zip(settlement[f"{end}_kind"], settlement[f"{end}_what"], strict=True)
            ],
            bn_cny=sign * settlement["bn_cny"],
        )
        for end, sign in (("payee", 1.0), ("payer", -1.0))
    )
    both = pd.concat([received, paid])
    return both.groupby([*keys, "kind"], sort=False, as_index=False)["bn_cny"].sum()
