"""Provinces: names, codes, grid region, tile-map position, heating season."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.common import LABEL, Column, Table, inputs, own

GRID_ZH = {
    "North": "华北",
    "Northeast": "东北",
    "East": "华东",
    "Central": "华中",
    "Northwest": "西北",
    "Southwest": "西南",
    "South": "南方",
}
MEE = "MEE, regions of the power CO2 emission factors"


@cache
def build(raw: Path) -> Table:
    """Build the table of the 31 provinces in the order of their codes."""
    frame = inputs("regions").sort_values("code", ignore_index=True)
    frame["grid_zh"] = frame["grid"].map(GRID_ZH)
    columns = (
        own("province"),
        Column("name_zh", "text", "GB/T 2260", "A"),
        Column("code", LABEL, "GB/T 2260", "A"),
        Column("iso", LABEL, "ISO 3166-2:CN", "A"),
        Column("grid", LABEL, MEE, "B", note="all of Inner Mongolia in North"),
        Column("grid_zh", "text", MEE, "B"),
        own("tile_row", "tile", "0 is the northernmost row"),
        own("tile_col", "tile", "0 is the westernmost column"),
        Column("heating", "bool", "district heating north of the Qinling-Huaihe line", "B"),
        Column("lat", "degree", "seat of government", "B", note="for line lengths only"),
        Column("lon", "degree", "seat of government", "B", note="for line lengths only"),
    )
    return Table("regions", frame[[c.name for c in columns]], columns)
