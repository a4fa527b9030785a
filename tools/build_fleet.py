"""Existing plants by province and carrier: end of 2024, and the mean over 2024 for a backcast."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import fleet
from tools.common import CC_BY, CEC, GEM, NEA, Column, Table, inputs, own, province_names

SOURCE = {
    "wind": "NEA/CEC by province to 2023, national 2024; provincial additions estimated",
    "sun": "NEA/CEC total by province; national distributed share, provincial split estimated",
    "coal": "NEA/CEC thermal by province; coal classes after GEM 2023",
    "thermal": "NEA/CEC thermal by province; split by GEM and national totals",
    "water": "NEA/CEC hydropower by province; pumped storage counted by plant",
    "nuclear": "NEA/CEC by province",
    "battery": "NEA: five largest provinces and national total; rest estimated",
}
KIND = {"onwind": "wind", "offwind": "wind", "solar": "sun", "solar_dist": "sun"}
KIND |= {"hydro": "water", "phs": "water", "nuclear": "nuclear", "battery": "battery"}
GRADE = {"wind": "C", "sun": "C", "coal": "C", "thermal": "C", "water": "C", "nuclear": "B"}


@cache
def build(raw: Path) -> Table:
    """Build capacity by province and carrier, national sums equal to the official figures."""
    now, past = fleet.end_2024(raw) * 1000, fleet.growth(raw)
    mean = now * (1 + past) / 2
    storage = fleet.battery()["energy"] * 1000
    reported = set(inputs("battery").query("grade == 'B'")["province"])
    rows = []
    for province in province_names():
        for carrier in now.columns:
            if now.at[province, carrier] < 0.5:
                continue
            kind = KIND.get(carrier, "coal" if carrier.startswith("coal") else "thermal")
            grade = GRADE.get(kind, "B" if province in reported else "D")
            energy = storage[province] if carrier == "battery" else 0.0
            values = (now.at[province, carrier], mean.at[province, carrier], energy)
            rows.append((province, carrier, *(round(v, 1) for v in values), SOURCE[kind], grade))
    columns = _columns()
    return Table("fleet", pd.DataFrame(rows, columns=[c.name for c in columns]), columns)


def _columns() -> tuple[Column, ...]:
    source = f"{NEA}; {CEC}; {GEM}"
    note = "national sums per kind of plant are official; see source and grade of each row"
    return (
        own("province"),
        own("carrier"),
        Column("p_nom_mw", "MW", source, "C", "end of 2024", CC_BY, note),
        Column(
            "p_nom_mid2024_mw", "MW", source, "C", "2024", CC_BY, "mean of end-2023 and end-2024"
        ),
        Column("energy_mwh", "MWh", NEA, "D", "end of 2024", note="storage content of batteries"),
        own("source", "text"),
        own("grade"),
    )
