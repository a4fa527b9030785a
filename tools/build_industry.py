"""Industrial energy users by province and sector, 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.common import NBS, Column, Table, own
from tools.industry import sectors

GRADES = {"steel": "C", "cement": "C", "aluminium": "D", "other_industry": "D"}


@cache
def build(raw: Path) -> Table:
    """Build output, electricity and direct CO2 by province and sector."""
    frame = sectors(raw).copy()
    numbers = ["output_mt", "electricity_twh", "fuel_co2_mt", "process_co2_mt"]
    frame[numbers] = frame[numbers].round(4)
    frame = frame[frame[numbers].fillna(0.0).sum(axis=1) > 0].reset_index(drop=True)
    frame["year"] = 2024
    frame["grade"] = frame["sector"].map(GRADES)
    guides = "RMC steel model, MEE accounting guides, sub-sector electricity of 2022"
    columns = (
        own("province"),
        own("sector"),
        own("year", "year"),
        Column(
            "output_mt", "Mt", f"{NBS}; aluminium estimated", "B", "2024", note="none for other"
        ),
        Column("electricity_twh", "TWh", guides, "C", "2024", note="part of provincial demand"),
        Column(
            "fuel_co2_mt",
            "Mt",
            f"{guides}; other_industry is the rest of GCB 2024's national total",
            "C",
            "2024",
            note="steel holds the carbon of by-product gas that other_thermal burns",
        ),
        Column("process_co2_mt", "Mt", guides, "C", "2024", note="aluminium with PFC, CO2e"),
        own("grade"),
    )
    return Table("industry", frame[[c.name for c in columns]], columns)
