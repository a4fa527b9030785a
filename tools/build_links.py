"""Inter-provincial lines: capacity, losses, tariff and planned flow."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools import links
from tools.common import MIT, Column, Table, own

LOSS_FIXED, LOSS_PER_KM = 0.012, 3.0e-5  # converter or step-up losses; line losses
HURDLE_FIXED, HURDLE_PER_KM = 12.0, 0.025  # CNY/MWh; CNY/MWh/km


@cache
def build(raw: Path) -> Table:
    """Build the table of lines; losses and tariff are linear in the length."""
    frame = links.lines(raw).rename(columns={"mw": "p_nom_mw"})
    frame["p_nom_mw"] = frame["p_nom_mw"].astype(float)
    frame["efficiency"] = (1 - LOSS_FIXED - LOSS_PER_KM * frame["km"]).round(4)
    frame["hurdle_cny_per_mwh"] = (HURDLE_FIXED + HURDLE_PER_KM * frame["km"]).round(1)
    frame["planned_twh_2024"] = links.planned(raw).round(3)
    frame["contract_twh"] = frame["planned_twh"].fillna(frame["planned_twh_2024"])
    frame["length_km"] = frame["km"].round(0)
    losses = "linear in length: 1.2 % + 3 % per 1 000 km, as of +-800 kV lines"
    tariff = "NDRC tariffs of named lines are 20 to 60; linear in length: 12 + 25 per 1 000 km"
    columns = (
        own("from"),
        own("to"),
        Column("p_nom_mw", "MW", "PyPSA-China (PIK); later lines added", "C", "2024", MIT),
        Column("online_year", "year", "grid companies", "D", note="2022 stands for 2022 or before"),
        Column("length_km", "km", "great circle between seats of government", "C"),
        Column("efficiency", "MWh/MWh", losses, "C"),
        Column("hurdle_cny_per_mwh", "CNY/MWh", tariff, "D", "2024"),
        Column(
            "planned_twh_2024",
            "TWh",
            "least squares on the provinces' net exports of 2024",
            "C",
            "2024",
            note="positive from -> to",
        ),
        Column(
            "contract_twh",
            "TWh",
            "grid companies and press, see source of each row",
            "C",
            note="a year once the line runs; the flow of 2024 for lines of before",
        ),
        own("source", "text"),
        own("grade"),
    )
    return Table("links", frame[[c.name for c in columns]], columns)
