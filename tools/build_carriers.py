"""Carriers: names, ETS class, emission rate, efficiency and look of each kind of plant."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import coal
from tools.common import CEC, GEM, Column, Table, inputs, own

CALIBRATED = "per MWh of gross generation; see tools/coal.py"


@cache
def build(raw: Path) -> Table:
    """Build the table of carriers in plotting order."""
    frame = inputs("carriers")
    frame["order"] = range(len(frame))
    coal_efficiency = frame["carrier"].map(coal.rates(raw)["efficiency"])
    frame["efficiency"] = coal_efficiency.fillna(frame["efficiency"]).round(4)
    frame["co2_t_per_mwh_th"] = [
        _fuel_co2(raw, c, e) for c, e in zip(frame["carrier"], frame["efficiency"], strict=True)
    ]
    columns = (
        own("carrier"),
        own("name_en", "text"),
        own("name_zh", "text"),
        Column("ets_class", "key", "MEE, national ETS benchmark classes", "B"),
        own("renewable", "bool", "counts toward renewable obligations and certificates"),
        own("dispatchable", "bool", "can follow load; other_thermal and biomass run flat"),
        Column(
            "co2_t_per_mwh_th",
            "t/MWh_th",
            "IPCC 2006; other_thermal closes MEE's fossil factor 0.8273 of 2023",
            "C",
            "2023",
            note="other_thermal burns steel's and coke's by-product gas: count it once",
        ),
        Column("efficiency", "MWh/MWh_th", f"{CEC}; {GEM}", "C", "2024", note=CALIBRATED),
        Column("vom_cny_per_mwh", "CNY/MWh", "order of magnitude, without fuel", "D", "2024"),
        Column("lifetime_y", "year", "usual design life", "C"),
        Column("capacity_credit", "1", "usual planning values", "D"),
        own("colour", "hex"),
        own("order"),
    )
    return Table("carriers", frame[[c.name for c in columns]], columns)


def _fuel_co2(raw: Path, carrier: str, efficiency: float) -> float:
    if carrier.startswith("coal"):
        return round(coal.coal_co2(), 5)
    if carrier == "gas":
        return round(coal.gas_co2(), 5)
    if carrier == "other_thermal":
        return round(coal.other_rate(raw) * efficiency, 5)
    return 0.0


def gross_rates(raw: Path) -> pd.Series:
    """Return t CO2 per MWh of gross generation by carrier."""
    table = build(raw).frame.set_index("carrier")
    return table["co2_t_per_mwh_th"] / table["efficiency"]
