"""Goods under CBAM in the exports of club regions: share, default emissions, benchmark, price."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from tools.common import MIT, Column, Table, inputs, own

WANG = "Wang (2026), github.com/Feicheng-Wang/climate-club-rep: trade in broad CBAM sectors"
OTHERS, DASH = "Other Countries and Territories", "DASH"
LEGAL_BN = 101.5  # EU imports under CBAM, 2023: EUR 94 bn at 1.08 USD
LEGAL = "EUR 94 bn of EU imports under CBAM in 2023 (co2-iq.com/en/eu-cbam-imports)"


@cache
def build(raw: Path) -> Table:
    """Build one row per region and good."""
    origins, goods = inputs("club_cbam_origins").fillna(""), inputs("club_cbam_goods")
    shares = _legal_shares(raw)
    rows = []
    for place in origins.itertuples():
        share = shares.get(place.exporter, shares["all"])
        for good in goods.itertuples():
            value, route = _default(place.origin, str(good.heading))
            rows.append(
                {
                    "region": place.region,
                    "good": good.good,
                    "origin": place.origin,
                    "export_share": round(share * good.value_part, 5),
                    "unit_value_usd_per_t": good.unit_value_usd_per_t,
                    "default_t_per_t": value,
                    "benchmark_t_per_t": _benchmark(str(good.heading), route),
                }
            )
    share = f"{WANG}, scaled to {LEGAL}; 70 % steel, 30 % aluminium by value"
    law = "Implementing Regulation (EU) 2025/{}, as shipped by opencbam 0.1"
    columns = (
        own("region"),
        own("good"),
        own("origin", "text", "country whose default values stand for the region"),
        Column("export_share", "1", share, "D", "2023", MIT),
        Column("unit_value_usd_per_t", "USD/t", "order of magnitude of world prices", "D", "2024"),
        Column("default_t_per_t", "tCO2e/t", law.format("2621"), "B", "2026", "Apache-2.0",
               "without mark-up; headings 7208 and 7601"),
        Column("benchmark_t_per_t", "tCO2e/t", law.format("2620"), "B", "2026", "Apache-2.0",
               "column B, route of the default value"),
    )  # fmt: skip
    return Table("club_cbam_goods", pd.DataFrame(rows), columns)


@cache
def _legal_shares(raw: Path) -> dict[str, float]:
    """Share of goods under CBAM in exports to the EU, by exporter and for ``all``."""
    path = raw / "international" / "clubs_cge_wang2026" / "trade share.xlsx"
    sheet = pd.read_excel(path, sheet_name="trade", header=None)
    column = list(sheet.iloc[1]).index("EU")
    everything, covered = sheet.iloc[2:11, column], sheet.iloc[14:23, column]
    names = list(sheet.iloc[2:11, 1])
    scale = LEGAL_BN / float(covered.astype(float).sum())
    table = pd.DataFrame(
        {"all": everything.to_numpy(float), "cbam": covered.to_numpy(float)}, names
    )
    shares = (scale * table["cbam"] / table["all"]).drop("EU").to_dict()
    return shares | {"all": scale * float(table["cbam"].sum() / table["all"].sum())}


@cache
def _official(name: str) -> Any:
    path = resources.files("opencbam.engine").joinpath("data", f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _default(origin: str, heading: str) -> tuple[float, str]:
    """Return the default value without mark-up and its production route; else that of others."""
    for country in (origin, OTHERS):
        for row in _official("default_values_2621"):
            found = row["country"] == country and row["cn_code"].replace(" ", "") == heading
            if found and row["total"] != DASH:
                return float(row["total"]), row["route"]
    raise ValueError(f"no default value of {heading} from {origin}")


def _benchmark(heading: str, route: str) -> float:
    """Return the first benchmark of a heading for a route, column B."""
    for row in _official("benchmarks_2620"):
        if row["cn_code"].replace(" ", "").startswith(heading):
            for cell in row["column_b"]:
                if cell["route"] == route and cell["year"] in (None, "1"):
                    return float(cell["value"])
    raise ValueError(f"no benchmark of {heading} for route {route}")
