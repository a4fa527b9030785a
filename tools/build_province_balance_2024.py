"""Consumption, generation by source and net exports of each province in 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools import balance
from tools.common import NBS, NEA, Column, Table, own

MONTHLY = f"{NBS}, provincial output of plants above designated size, scaled to the national total"


@cache
def build(raw: Path) -> Table:
    """Build the provincial electricity balance of 2024."""
    made = balance.generation(raw).add_suffix("_twh")
    frame = made.round(3)
    frame.insert(0, "consumption_twh", balance.consumption(raw).round(3))
    frame.insert(3, "of_which_phs_twh", balance.hydro(raw)["phs"].round(3))
    frame["net_export_twh"] = balance.net_export(raw).round(3)
    frame = frame.rename_axis("province").reset_index()
    columns = (
        own("province"),
        Column("consumption_twh", "TWh", f"{NBS}; {NEA}", "B", "2024"),
        Column("thermal_twh", "TWh", MONTHLY, "C", "2024"),
        Column("hydro_twh", "TWh", MONTHLY, "C", "2024", note="with pumped storage"),
        Column("of_which_phs_twh", "TWh", "national hours, by capacity", "D", "2024"),
        Column("nuclear_twh", "TWh", MONTHLY, "B", "2024", note="Shandong is the remainder"),
        Column("wind_twh", "TWh", "capacity x hours, scaled to the national total", "C", "2024"),
        Column("solar_twh", "TWh", "capacity x hours, scaled to the national total", "C", "2024"),
        Column(
            "net_export_twh", "TWh", "generation - consumption", "C", "2024", note="sums to zero"
        ),
    )
    frame = frame[[c.name for c in columns]]
    return Table("province_balance_2024", frame, columns)
