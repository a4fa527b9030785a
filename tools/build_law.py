"""The rules of each law, and the prices that auctions under Document 136 have set."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own, province_names

CARRIERS = {"wind": ("onwind",), "solar": ("solar",), "all": ("onwind", "solar"),
            "other": ("onwind", "solar")}  # fmt: skip
PARTS = {"HebeiNorth": "Hebei", "HebeiSouth": "Hebei"}


@cache
def rules(raw: Path) -> Table:
    """Build the rules by law: what each makes of the instruments of a scenario."""
    columns = (
        own("switch", note="rules that are switched together"),
        own("switch_en", "text"),
        own("switch_zh", "text"),
        own("rule"),
        own("law", "year"),
        own("instruments", "text", "fields by instrument, YAML; null drops an instrument"),
        own("adds", note="instruments that the rule brings with it"),
        own("document", "text"),
        Column("date", "date", "the document itself", "B", note="empty: not found"),
        Column("status", "text", "as of November 2026", "B"),
        own("grade", note="of the figures in the rule"),
        own("text_en", "text"),
        own("text_zh", "text"),
    )
    return Table("law_rules", inputs("law_rules").fillna(""), columns)


@cache
def mechanism_prices(raw: Path) -> Table:
    """Build the latest auction price by province and carrier; offshore sun and old plants left out.

    A range counts with its mean, and so do the two grids of Hebei.
    """
    table = pd.read_csv(raw / "power2" / "mechanism_prices_doc136.csv")
    table = table[table["round"].isin(["2025", "2026"]) & table["carrier"].isin(CARRIERS)]
    rows = []
    for row in table.itertuples():
        ends = [float(end) for end in str(row.cny_per_mwh).split("-")]
        province = PARTS.get(row.province, row.province)
        rows += [
            (province, carrier, int(row.round), sum(ends) / len(ends), row.source, row.grade)
            for carrier in CARRIERS[row.carrier]
        ]
    names = ["province", "carrier", "round", "cny_per_mwh", "source", "grade"]
    frame = pd.DataFrame(rows, columns=names)
    latest = frame.groupby(["province", "carrier"])["round"].transform("max")
    frame = frame[frame["round"] == latest]
    keys = ["province", "carrier", "round"]
    rest = {"cny_per_mwh": "mean", "source": "first", "grade": "max"}
    frame = frame.groupby(keys, as_index=False).agg(rest).round({"cny_per_mwh": 1})
    order = {name: place for place, name in enumerate(province_names())}
    frame = frame.sort_values(["province", "carrier"], key=lambda c: c.map(order).fillna(0))
    columns = (
        own("province"),
        own("carrier"),
        own("round", "year"),
        Column("cny_per_mwh", "CNY/MWh", "auctions under NDRC price 2025 No. 136", "B", "2025-2026",
               note="see source of each row"),
        own("source", "text"),
        own("grade"),
    )  # fmt: skip
    return Table("mechanism_prices", frame.reset_index(drop=True), columns)
