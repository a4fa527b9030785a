"""Marginal abatement curves of world regions, from the cost parameters of C-DICE."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

SCALE = 0.837  # of the cost parameters, as C-DICE applies it
CDICE = "Nordhaus 2015, AER 105(4), C-DICE inputs"
PRICES = "Emissions-weighted carbon price 2024 (Dolphin and Merkle, g-dolphin/ECP), all instruments"


@cache
def build(raw: Path) -> Table:
    """Build one row per region: C = GDP a mu^2 gives C' = 2000 GDP a A / CO2^2 in USD/t."""
    cdice = pd.read_csv(raw / "international" / "cdice" / "params.csv").set_index("region")
    frame = inputs("carbon_prices_2024")
    rows = cdice.loc[frame["region"]].reset_index(drop=True)
    share = SCALE * rows["mckinsey_alpha"]
    frame["gdp_bn_usd"] = rows["GDP_bn2011"].round(1)
    frame["co2_mt"] = rows["CO2_Mt"].round(1)
    frame["cost_share"] = share.round(6)
    frame["slope_usd_per_t_per_mt"] = (2000 * rows["GDP_bn2011"] * share / rows["CO2_Mt"] ** 2).map(
        lambda slope: float(f"{slope:.6g}")
    )
    columns = (
        own("region"),
        Column("gdp_bn_usd", "bn USD of 2011", CDICE, "B", "2011"),
        own("name_zh", "text"),
        own("developing", "0/1", "1: not in Annex I of the UNFCCC for most of the region"),
        Column("co2_mt", "Mt/year", CDICE, "B", "2011"),
        Column("cost_share", "share of GDP at full abatement", CDICE, "C", "2011"),
        Column(
            "slope_usd_per_t_per_mt",
            "USD/t per Mt",
            f"2000 GDP a / CO2^2 of {CDICE}",
            "C",
            "2011",
            note="slope of the marginal cost curve; quadratic cost, no measures below zero",
        ),
        Column("price_usd_per_t", "USD/t of 2021", PRICES, "D", "2024", note="0, D: none found"),
        own("price_grade"),
    )
    return Table("mac_regions", frame[[c.name for c in columns]], columns)
