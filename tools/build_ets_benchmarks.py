"""Benchmarks of the national ETS for power, 2019 to 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, own

PLANS = "MEE allocation plans of the power sector"
KEYS = {
    "conventional coal >300 MW": "coal_over_300",
    "conventional coal <=300 MW": "coal_upto_300",
    "unconventional coal": "coal_unconventional",
    "natural gas": "gas",
}
CONFIRMED = {("coal_upto_300", 2024)}  # quoted from the official plan in an open project


def _key(text: str) -> str:
    return next(key for start, key in KEYS.items() if text.startswith(start))


@cache
def build(raw: Path) -> Table:
    """Build benchmarks by class and year; from 2023 they refer to gross generation."""
    table = pd.read_csv(raw / "policy" / "ets_benchmarks_power.csv")
    rows = []
    for _, row in table.iterrows():
        seen = str(row["status"]).startswith("seen")
        basis = "gross generation" if "GROSS" in row["basis"] else "net supply"
        for year in str(row["period"]).split("-"):
            values = (row["tCO2_per_MWh_electricity"], row["tCO2_per_GJ_heat"], basis)
            key = (_key(row["class"]), int(year))
            rows.append((*key, *values, "B" if seen or key in CONFIRMED else "D"))
    columns = (
        own("class"),
        own("year", "year"),
        Column("t_per_mwh", "t/MWh", PLANS, "D", "2019-2024"),
        Column("heat_t_per_gj", "t/GJ", PLANS, "D", "2019-2024"),
        Column("basis", "key", "MEE allocation plans", "B", note="net supply to 2022, then gross"),
        own("grade"),
    )
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    frame = frame.sort_values(["year", "class"], ignore_index=True)
    return Table("ets_benchmarks", frame, columns)
