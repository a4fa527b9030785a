"""Renewable consumption obligations of the provinces."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own, province_names

RISE_NONHYDRO = 0.0125  # per year, the pace of NDRC's guidance to 2030
YEARS = range(2023, 2031)


@cache
def build(raw: Path) -> Table:
    """Build shares by province and year: one published year, then the pace of the guidance.

    Provinces gain ``RISE_NONHYDRO`` a year in both shares until ``tools/inputs/rps_known.csv``
    gives a published value; Tibet has no obligation.
    """
    table = pd.read_csv(raw / "policy" / "rps_weights_probably_2023.csv").set_index("province")
    known = inputs("rps_known").set_index(["province", "year"])
    rows = []
    for province in province_names():
        if province not in table.index:
            continue
        total = table["total_pct"][province] / 100
        nonhydro = table["nonhydro_pct"][province] / 100
        for year in YEARS:
            grade = "C" if year == 2023 else "D"
            if year > 2023:
                total, nonhydro = total + RISE_NONHYDRO, nonhydro + RISE_NONHYDRO
            if (province, year) in known.index:
                total, nonhydro = known.loc[(province, year), ["total", "nonhydro"]]
                grade = "B"
            rows.append((province, year, round(total, 4), round(nonhydro, 4), grade))
    source = "NDRC/NEA obligation tables; 2023 as printed, year inferred; later years extrapolated"
    columns = (
        own("province"),
        own("year", "year"),
        Column("total_share", "1", source, "C", "2023-2030", note="of consumption"),
        Column("nonhydro_share", "1", source, "C", "2023-2030", note="of consumption"),
        own("grade"),
    )
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    return Table("rps_weights", frame, columns)
