"""Regulated prices: coal benchmark tariff, guaranteed hours, coal capacity payment."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own, province_names

# Two grids in one province: share of each part in its consumption, order of magnitude.
PARTS = {
    "Hebei": {"HebeiNorth": 0.45, "HebeiSouth": 0.55},
    "InnerMongolia": {"InnerMongoliaWest": 0.75, "InnerMongoliaEast": 0.25},
}
GRADES = {"Hebei": "C", "InnerMongolia": "C", "Tibet": "D"}
TIBET = 0.341  # CNY/kWh, the price of new solar projects in Tibet; no coal benchmark exists
FIXED_COST = 330.0  # CNY/kW/year
HIGH_2024 = {"Henan", "Hunan", "Chongqing", "Sichuan", "Qinghai", "Yunnan", "Guangxi"}
SHARE_2024, SHARE_HIGH, SHARE_2026 = 100.0, 165.0, 165.0


@cache
def build(raw: Path) -> Table:
    """Build the regulated prices of each province."""
    listed = pd.read_csv(raw / "policy" / "coal_benchmark_tariff_FROM_MEMORY.csv")
    price = listed.set_index("region")["CNY_per_kWh"].to_dict()
    for province, parts in PARTS.items():
        price[province] = sum(price[part] * share for part, share in parts.items())
    price["Tibet"] = TIBET
    hours = inputs("guaranteed_hours").set_index("province")
    frame = pd.DataFrame({"province": province_names()})
    frame["coal_benchmark_cny_per_mwh"] = [round(1000 * price[p], 1) for p in frame["province"]]
    frame["guaranteed_hours_wind"] = frame["province"].map(hours["wind_h"]).astype(float)
    frame["guaranteed_hours_solar"] = frame["province"].map(hours["solar_h"]).astype(float)
    high = frame["province"].isin(HIGH_2024)
    frame["capacity_payment_2024"] = high.map({True: SHARE_HIGH, False: SHARE_2024})
    frame["capacity_payment_2026"] = SHARE_2026
    names = {y: f"capacity_payment_coal_cny_per_kw_y_{y}" for y in (2024, 2026)}
    frame = frame.rename(columns={f"capacity_payment_{y}": name for y, name in names.items()})
    frame["grade"] = frame["province"].map(GRADES).fillna("B")
    payment = f"NDRC [2023] 1501; fixed cost {FIXED_COST:.0f} CNY/kW/year"
    columns = (
        own("province"),
        Column(
            "coal_benchmark_cny_per_mwh",
            "CNY/MWh",
            "NDRC benchmark tariffs, with VAT; three public tables agree",
            "B",
            "2020",
        ),
        Column(
            "guaranteed_hours_wind",
            "h/year",
            "NDRC [2016] 1150; elsewhere MOF [2020] 426 over 20 years",
            "D",
            "2016-2020",
        ),
        Column(
            "guaranteed_hours_solar",
            "h/year",
            "NDRC [2016] 1150; elsewhere MOF [2020] 426 over 20 years",
            "D",
            "2016-2020",
        ),
        Column(names[2024], "CNY/kW/year", payment, "B", "2024"),
        Column(names[2026], "CNY/kW/year", payment, "B", "2026", note="floor from 2026"),
        own("grade", note="of the tariff"),
    )
    return Table("tariffs", frame, columns)
