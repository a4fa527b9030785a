"""Cost of new plants by carrier and year, CNY of 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tools.common import Column, Table, inputs, own

GIVEN = [2025, 2030, 2040, 2050, 2060]
YEARS = range(2025, 2065, 5)
TAIL = ["lifetime_y", "max_hours", "efficiency_roundtrip", "source", "grade"]
LITERATURE = "literature table of PyPSA-China (PIK): Zhu et al. 2025, Sun et al., NREL ATB, LBNL"


@cache
def build(raw: Path) -> Table:
    """Build costs every five years, linear between the years given."""
    rows = []
    for _, row in inputs("technologies").iterrows():
        known = [row[f"inv_{year}"] for year in GIVEN]
        for year in YEARS:
            investment = float(np.interp(year, GIVEN, known))
            fixed = investment * row["fom_share"]
            costs = (round(investment, 0), round(fixed, 1))
            rows.append((row["carrier"], year, *costs, *row[TAIL]))
    columns = (
        own("carrier"),
        own("year", "year"),
        Column(
            "investment_cny_per_kw",
            "CNY/kW",
            LITERATURE,
            "C",
            "CNY of 2024",
            note="batteries: for the whole of max_hours",
        ),
        Column("fom_cny_per_kw_y", "CNY/kW/year", "usual shares of investment", "D", "CNY of 2024"),
        Column("lifetime_y", "year", "usual design life", "C"),
        Column("max_hours", "h", "usual design of new plants", "C"),
        Column("efficiency_roundtrip", "1", "usual design of new plants", "C"),
        own("source", "text"),
        own("grade"),
    )
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    return Table("technologies", frame, columns)
