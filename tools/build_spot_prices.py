"""Wholesale prices of provincial power markets: yearly means."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

SECONDARY = "public price-loading scripts quoting the exchanges; secondary, not checked"


@cache
def build(raw: Path) -> Table:
    """Build yearly means by province and kind of market; ``months`` counts the months covered."""
    table = pd.read_csv(raw / "industry" / "provincial_power_prices_2025_secondary.csv")
    table["province"] = table["province"].str.replace(" ", "")
    kinds = {"spot": "spot", "day-ahead": "spot"}
    table["kind"] = table["market"].map(kinds).fillna("medium-term")
    table["months"] = [4 if "-" in str(m) else 1 for m in table["month"]]
    groups = table.groupby(["province", "year", "kind"])
    yearly = groups.agg(cny_per_mwh=("CNY_per_MWh", "mean"), months=("months", "sum")).reset_index()
    yearly["cny_per_mwh"] = yearly["cny_per_mwh"].round(1)
    yearly = yearly.assign(source=SECONDARY, grade="C")
    known = inputs("spot_prices").assign(months=12)
    frame = pd.concat([yearly, known], ignore_index=True)
    frame = frame.sort_values(["province", "year", "kind"], ignore_index=True)
    columns = (
        own("province", note="InnerMongolia is the western grid"),
        own("year", "year"),
        own("kind", note="spot (day-ahead or real-time) or medium-term contracts"),
        Column("cny_per_mwh", "CNY/MWh", "exchanges, see source of each row", "D", "2024-2025"),
        Column("months", "1", "months with a figure", "C", "2024-2025"),
        own("source", "text"),
        own("grade"),
    )
    return Table("spot_prices", frame[[c.name for c in columns]], columns)
