"""Electricity demand by province: 2024 and 2025 as reported, later years as an outlook."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.balance import consumption
from tools.common import Column, Table, inputs, own, province_names, rounded, scaled

PROJECTED = range(2030, 2065, 5)
MOST_RELATIVE = 1.25  # largest growth of a province over that of the nation, 2025 to any year


@cache
def older_projection(raw: Path) -> pd.DataFrame:
    """Return the older projection; of it only the growth by province is used, not the level."""
    table = pd.read_csv(raw / "power" / "load" / "Provincial_Load_2020_2060_MWh.csv", index_col=0)
    table.columns = table.columns.astype(int)
    return table.reindex(province_names())


@cache
def build(raw: Path) -> Table:
    """Build demand by province and year.

    With N(y) national demand and old_p(y) the older projection of province p,

        d_p(y) = N(y) * s_p(y) / sum of s,  s_p(y) = d_p(2025) * old_p(y) / old_p(2025),

    where old_p(2025) is the geometric mean of 2020 and 2030; old_p(y) / old_p(2025) is limited to
    1.25 times its national value (which only Tibet exceeds). 2025 itself spreads the national
    growth by the provinces' growth from 2020 to 2024.
    """
    national = inputs("demand_national").set_index("year")
    old, now = older_projection(raw), consumption(raw)
    past = (now * 1e6 / old[2020]) ** (1 / 4)
    values = {2024: now, 2025: scaled(now * past, national["twh"][2025])}
    middle = (old[2020] * old[2030]) ** 0.5
    for year in PROJECTED:
        growth = old[year] / middle
        national_growth = old[year].sum() / middle.sum()
        weight = values[2025] * growth.clip(upper=MOST_RELATIVE * national_growth)
        values[year] = scaled(weight, national["twh"][year])
    rows = []
    for year, series in values.items():
        grade = "B" if year == 2024 else "C" if year <= 2030 else "D"
        exact = rounded(series, 2, float(national["twh"][year]))
        rows += [(p, year, exact[p], national["source"][year], grade) for p in exact.index]
    columns = (
        own("province"),
        own("year", "year"),
        Column(
            "twh",
            "TWh",
            "NBS and NEA (2024; national 2025); outlook of later years",
            "C",
            "2024-2060",
            note="whole society: with line losses and plants' own use, so beside gross generation",
        ),
        own("source", "text", "of the national total"),
        own("grade"),
    )
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    return Table("demand", frame, columns)
