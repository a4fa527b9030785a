"""Demand that can wait or be interrupted, and when electric vehicles charge."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.common import NEA, Column, Table, inputs, own


@cache
def build(raw: Path) -> Table:
    """Build size, limits and cost of flexible demand by kind and year."""
    columns = (
        own("carrier"),
        own("year", "year"),
        Column("load_share", "1", f"secondary industry in 2024: {NEA}; vehicles: own path", "D"),
        Column("waiting_share", "1", "of the order of NDRC's targets for demand response", "D"),
        Column("hours", "h", "illustrative figure", "D", note="zero: no limit but the hour's"),
        Column("raise_limit", "1", "illustrative figure", "D", note="over what can be withheld"),
        Column("cost_cny_per_mwh", "CNY/MWh", "order of magnitude", "D", "2024"),
        own("source", "text"),
        own("grade"),
    )
    return Table("flexible_demand", inputs("flexible_demand")[[c.name for c in columns]], columns)


@cache
def charging(raw: Path) -> Table:
    """Build the hours in which vehicles charge when prices do not move them."""
    columns = (own("hour", "h"), Column("share", "1", "illustrative: noon and evening", "D"))
    frame = inputs("ev_charging_shape")
    if abs(frame["share"].sum() - 1.0) > 1e-9:
        raise ValueError("the shares of a day's charging do not sum to one")
    return Table("ev_charging_shape", frame, columns)
